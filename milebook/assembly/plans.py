"""Everybody's plan as the site shows it: of a race that is run, the whole."""

from __future__ import annotations

from collections.abc import Mapping

from milebook.assembly.request import Request
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.core.errors import (
    ContentError,
    Problem,
)
from milebook.training import planning
from milebook.training.planning import Planned
from milebook.training.schedule import first_day


def races_run(library: Library, request: Request) -> tuple[Problem, ...]:
    """The profiles whose race is over. A site keeps them as they were; built alone, such a profile is refused."""
    if not _keeps_races_run(request):
        return ()
    message, hint = "the race is run; the site keeps the whole plan", "give the next race, or remove the file"
    return tuple(
        library.problem("profiles", key, ("race", "date"), message, hint)
        for key, profile in library.profiles.items()
        if profile.race.day and profile.race.day < request.today
    )


def _keeps_races_run(request: Request) -> bool:
    return not request.profiles and "race_date" not in request.overrides


def plan_for(key: str, library: Library, profile: Profile, request: Request) -> Planned:
    """A runner's paces and plan as the site shows it: of a race that is run, the whole plan. Raises ContentError."""
    begin = first_day(library.plans[profile.plan], profile) if _keeps_races_run(request) else None
    if begin and profile.race.day and profile.race.day < request.today:
        return planning.plan(key, library, profile, request.today, request.overrides, begin=begin)
    return planning.plan(key, library, profile, request.today, request.overrides)


def plan_all(library: Library, chosen: Mapping[str, Profile], request: Request) -> dict[str, Planned]:
    """Plan every profile. Raises ContentError with the problems of all of them."""
    plans: dict[str, Planned] = {}
    problems: list[Problem] = []
    for key, profile in chosen.items():
        try:
            plans[key] = plan_for(key, library, profile, request)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return plans
