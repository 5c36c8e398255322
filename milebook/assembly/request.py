"""What to build, and of which profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.content.models import Profile
from milebook.core.errors import (
    ContentError,
    Problem,
    near_miss,
)


@dataclass(frozen=True)
class Request:
    """What to build. `profiles` empty means all of them; `overrides` are values of a profile from the command line."""

    today: date
    profiles: tuple[str, ...] = ()
    content: Path | None = None
    templates: Path | None = None
    out: Path = Path("output")
    pdf: bool = True
    yours: bool = False  # whether everybody's page is made too
    parts: tuple[str, ...] = ()
    large_print: bool = False
    strict: bool = False
    masters: Path | None = None  # where masters are kept for later builds; None keeps none
    site_url: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)


def sources(request: Request) -> tuple[Path, ...]:
    """The folders that pages are made from."""
    return (*search_path("content", request.content), *search_path("templates", request.templates))


def choose_profiles(library: Library, request: Request) -> dict[str, Profile]:
    """The profiles asked for, with the values of the command line. Raises ContentError for names there are none of."""
    names = tuple(dict.fromkeys(request.profiles)) or tuple(library.profiles)
    problems = [
        Problem("", 0, 0, f'profile "{name}" is unknown', near_miss(name, library.profiles))
        for name in names
        if name not in library.profiles
    ]
    if not names:
        problems.append(Problem("", 0, 0, "there is no profile to build", "add one to content/profiles"))
    if problems:
        raise ContentError(problems)
    return {name: _overridden(library, library.profiles[name], request) for name in names}


def _overridden(library: Library, profile: Profile, request: Request) -> Profile:
    """A profile with the values of the command line; a plan for a race that is given there begins today."""
    begins = {"made": request.today} if "race_date" in request.overrides and profile.made is None else {}
    return library.override(profile, {**request.overrides, **begins})
