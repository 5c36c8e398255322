"""Starter files: a folder for a club, or one file of content with comments. What is made passes `milebook check`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from string import Template

from milebook.content import schemas
from milebook.content.loader import RESERVED, SAFE_NAME, bundled, load
from milebook.content.models import Profile
from milebook.content.prose import to_plain_text
from milebook.content.vocabulary import WEEKDAYS
from milebook.core.characters import APOSTROPHES
from milebook.core.errors import ContentError, Problem, QuantityError
from milebook.running.courses import named
from milebook.runtime.files import resolved

FIRST_PROFILE, FIRST_PLAN = "sam", "club-mile"  # of a new club
AHEAD = timedelta(weeks=10)  # of today: time for the longest plan, and to begin it

Files = dict[Path, bytes]


def club(folder: Path, today: date) -> Files:
    """The files of a new club: site, a runner, a plan, the schemas, what git leaves out and what to do next."""
    content = folder / "content"
    title = _capitals(re.findall(r"[^\W_]+", resolved(folder).name))[:60] or "Our club"
    return {
        folder / "README.md": _readme(folder, title).encode(),
        folder / ".gitignore": _filled("gitignore").encode(),
        content / "site.yaml": _content("site.yaml", "site", title=title, profile=FIRST_PROFILE),
        **_starter("profile", FIRST_PROFILE, content, today, FIRST_PLAN),
        **_starter("plan", FIRST_PLAN, content, today),
        **_schemas(content, schemas.KINDS),
    }


def one(kind: str, name: str, content: Path, today: date) -> Files:
    """A starter file of one kind, with its schema where the folder lacks it.

    Raises QuantityError for a name that no file can have, ContentError for one that milebook's own file has.
    """
    _check_name(name)
    _refuse_to_hide(kind, name)
    missing = [kind] if not (content / schemas.FOLDER / f"{kind}.json").exists() else []
    return {**_starter(kind, name, content, today), **_schemas(content, missing)}


def race_day(today: date) -> date:
    """A Saturday about ten weeks from today."""
    day = today + AHEAD
    return day + timedelta(days=(WEEKDAYS.index("sat") - day.weekday()) % 7)


def suggested(name: str) -> str:
    """The nearest name that a file can have: `sam-smith` for `Sam Smith`; empty where nothing is left."""
    plain = (
        unicodedata.normalize("NFKD", name.removesuffix(".yaml").translate(APOSTROPHES).casefold())
        .encode("ascii", "ignore")
        .decode()
    )
    tried = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"{tried}-1" if tried in RESERVED else tried


def _check_name(name: str) -> None:
    if not SAFE_NAME.fullmatch(name) or name in RESERVED:
        better = suggested(name)
        hint = f"try {better}" if better else "write small letters, digits and hyphens"
        raise QuantityError(f'"{name}" cannot be the name of a file of content', hint)


def _refuse_to_hide(kind: str, name: str) -> None:
    """A plan or a workout of one's own replaces milebook's of the same name everywhere: never by accident."""
    path = bundled("content") / f"{kind}s" / f"{name}.yaml"
    if kind != "profile" and path.exists():
        hint = f"choose another name; to change milebook's, copy {path}"
        raise ContentError([Problem("", 0, 0, f'milebook has a {kind} "{name}", which yours would replace', hint)])


def _readme(folder: Path, title: str) -> str:
    """What to do next, in commands that can be typed in the folder, and what there is to use."""
    library = load(bundled("content"))
    command, where = command_in(folder)
    return _filled(
        "README.md",
        title=title,
        profile=FIRST_PROFILE,
        plan=FIRST_PLAN,
        command=command,
        where=where,
        plans=_listed({key: plan.name for key, plan in library.plans.items()}),
        workouts=_listed({key: f"{named(one.title, 'mile')} ({one.kind})" for key, one in library.workouts.items()}),
        checklists=_listed({key: named(one.title, "mile") for key, one in library.checklists.items()}),
        pages=_listed({key: page.title for key, page in library.pages.items()}),
    )


def _listed(titles: Mapping[str, str]) -> str:
    return "\n".join(f"- `{key}`: {to_plain_text(title)}" for key, title in sorted(titles.items()))


def command_in(folder: Path) -> tuple[str, str]:
    """How milebook is called in a folder: by its name where the shell knows that, else by its place; a word on that."""
    name = "milebook"
    place = Path(sys.executable).parent / f"{name}{'.exe' if os.name == 'nt' else ''}"
    known = shutil.which(name)
    if not place.exists() or (known and resolved(Path(known)) == resolved(place)):
        return name, ""
    try:
        way = os.path.relpath(place, resolved(folder))
    except ValueError:  # another drive of Windows
        way = str(place)
    return shlex.quote(way), " Where pip has installed milebook, it is `milebook` alone in place of the whole path."


def _starter(kind: str, name: str, content: Path, today: date, plan: str = "") -> Files:
    words = name.split("-")
    filled = _content(
        f"{kind}s/{name}.yaml",
        kind,
        name=name,
        title=_capitals(words if kind == "profile" else [" ".join(words)]),
        plan=plan or Profile.model_fields["plan"].default,
        race_date=race_day(today).isoformat(),
        today=today.isoformat(),
    )
    return {content / f"{kind}s" / f"{name}.yaml": filled}


def _capitals(words: Iterable[str]) -> str:
    return " ".join(word[0].upper() + word[1:] for word in words)


def _content(path: str, kind: str, /, **values: str) -> bytes:
    """A file of content with the line for editors on top."""
    return f"{schemas.editor_line(path)}\n{_filled(f'{kind}.yaml', **values)}".encode()


def _filled(starter: str, /, **values: str) -> str:
    return Template((bundled("templates") / "new" / starter).read_text("utf-8")).substitute(values)


def _schemas(content: Path, kinds: Iterable[str]) -> Files:
    return {content / schemas.FOLDER / f"{kind}.json": schemas.text(kind).encode() for kind in kinds}
