"""A spreadsheet of athletes -> profiles, with every problem of every row told at once.

Each row is laid over a default profile, and then checked as a profile file is: one rule book for both.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milebook.cellvalues import find_faults, read_day, read_days, read_time, read_word
from milebook.characters import APOSTROPHES
from milebook.errors import ContentError, Problem, QuantityError
from milebook.headings import HEADINGS, NAMES, read_table
from milebook.loader import RESERVED
from milebook.models import Profile
from milebook.spreadsheet import cell_text
from milebook.validation import check
from milebook.yamlfile import At, Document, shown

LONGEST_SLUG = 48
MOST_NAMED = 12  # other rows that are told of one

_KEY_OF: Mapping[At, str] = {  # where a column's value stands in a profile, for the problems that checking it finds
    ("name",): "name",
    ("level",): "level",
    ("result", "distance"): "distance",
    ("result", "time"): "time",
    ("result", "date"): "result date",
    ("race", "date"): "race date",
    ("days",): "days",
    ("units",): "units",
    ("paper",): "paper",
    ("plan",): "plan",
}


@dataclass(frozen=True)
class Athlete:
    """One row: where it stands, whose it is, and the profile it makes. `key` names the athlete's files."""

    row: int
    key: str
    group: str
    profile: Profile


@dataclass(frozen=True)
class Roster:
    """What a file holds: the athletes that are sound, and every problem with the others.

    `twins` is how many have another's name and no id: what their files are called depends on the order of the rows.
    `notes` say what of the file is not read: other tabs, columns that are not ours.
    """

    athletes: tuple[Athlete, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[int, ...]
    twins: int = 0
    notes: tuple[str, ...] = ()


Row = Mapping[str, object]
Plan = Callable[[Profile], object]


def read(path: Path, default: Profile, fits: Plan, sheet: str = "") -> Roster:
    """Read a `.csv` or `.xlsx` of athletes; of several tabs the one with our headings, or that of the name `sheet`.

    `fits` plans a profile and raises QuantityError where that cannot be done. Raises ContentError where the file as a
    whole cannot be read; problems of single rows are in the roster.
    """
    table = read_table(path, sheet)
    rows = {number: _row(table.columns, cells) for number, cells in table.rows}
    athletes: list[tuple[int, Row, Profile]] = []
    doubled = dict(_doubled_ids(rows))
    problems = [_problem(path, number, "id", _name(rows[number]), told) for number, told in doubled.items()]
    bad = set(doubled)
    for number, row in rows.items():
        try:
            profile = _profile(path, number, row, default, fits)
        except ContentError as error:
            problems += error.problems
            bad.add(number)
        else:
            athletes += [(number, row, profile)] if number not in bad else []
    keys = unique([f"{profile.name} {_id(row)}".strip() for _, row, profile in athletes])
    made = tuple(
        Athlete(number, key, cell_text(row.get("group", "")), profile)
        for (number, row, profile), key in zip(athletes, keys, strict=True)
    )
    named = Counter(profile.name.casefold() for _, row, profile in athletes if not _id(row))
    twins = sum(count for count in named.values() if count > 1)
    return Roster(made, tuple(problems), tuple(sorted(bad)), twins, table.notes)


def _doubled_ids(rows: Mapping[int, Row]) -> Iterator[tuple[int, str]]:
    """The rows whose id others have, too, and what is told of them: whose files are whose would be a guess."""
    having: dict[str, list[int]] = {}
    for number, row in rows.items():
        having.setdefault(_id(row).casefold(), []).append(number)
    for id_, several in having.items():
        for number in several if id_ and len(several) > 1 else ():
            others = [str(other) for other in several if other != number][:MOST_NAMED]
            yield number, f'the id "{_id(rows[number])}" is also in row {", ".join(others)}'


def _row(heads: Sequence[str], cells: Sequence[object]) -> dict[str, object]:
    """What a row has in each column, texts on one line; a cell in which nothing is to be seen is left out."""
    texts = (cell_text(cell) if isinstance(cell, str) else cell for cell in cells)
    row = {column: value for column, value in zip(heads, texts, strict=False) if column and value not in (None, "")}
    return row | {"name": _full_name(row)}


def _full_name(row: Row) -> str:
    """A name from one column or from two. French lists have prénom and nom: beside a first name, a name is the last."""
    name, first, last = (cell_text(row.get(part, "")) for part in NAMES)
    is_full = len(name.split()) > len(first.split()) and set(first.casefold().split()) <= set(name.casefold().split())
    parts = [name] if name and (last or is_full) else [first, name or last]
    return " ".join(filter(None, parts))


def _id(row: Row) -> str:
    """What tells athletes of one name apart."""
    return cell_text(row.get("id", ""))


def _name(row: Row) -> str:
    return cell_text(row.get("name", ""))


# ---------------------------------------------------------------- one row


def _profile(path: Path, number: int, row: Row, default: Profile, fits: Plan) -> Profile:
    """A row as a profile. Raises ContentError with every problem of the row."""
    name = cell_text(row.get("name", ""))
    problems: list[Problem] = []
    if not name:
        problems.append(_problem(path, number, "name", "", "the name is missing"))
    for column, value in row.items():
        problems += (_problem(path, number, column, name, *told) for told in find_faults(column, value))
    if problems:
        raise ContentError(problems)
    document = Document(shown(path), _over(default, row), {}, _places(number))
    try:
        profile = check(document, Profile)
    except ContentError as error:
        raise ContentError(_in_column(path, name, problem) for problem in error.problems) from None
    if "time" not in row and profile.result.distance.metres != default.result.distance.metres:
        told = f"the time for {cell_text(row['distance'])} is missing"
        raise ContentError([_problem(path, number, "time", name, told, "leave both away, or give both")])
    try:
        fits(profile)
    except QuantityError as error:
        raise ContentError([_problem(path, number, _blamed(error.message), name, error.message, error.hint)]) from None
    return profile


def _blamed(message: str) -> str:
    """The column that a plan which cannot be made is laid to."""
    said = (word for word in ("result's date", "race", "plan") if word in message)
    return {"result's date": "result date", "race": "race date", "plan": "plan"}.get(next(said, ""), "time")


def _over(default: Profile, row: Row) -> dict[str, Any]:
    """A row laid over the default profile, as a profile file would have it."""
    result: dict[str, object] = {"distance": row.get("distance", default.result.distance)}
    result["time"] = read_time(row["time"], result["distance"]) if "time" in row else default.result.time
    if "result date" in row or not {"time", "distance"} & set(row):
        result["date"] = read_day(row.get("result date", default.result.day))
    race: dict[str, object] = {
        "name": default.race.name,
        "surface": default.race.surface,
        "pacing": default.race.pacing,
    }
    race["date"] = read_day(row.get("race date", default.race.day))
    if default.race.goal and "time" not in row:
        race["goal"] = default.race.goal
    values: dict[str, Any] = {
        "name": cell_text(row["name"]),
        "level": read_word(row, "level", default.level),
        "result": {key: value for key, value in result.items() if value is not None},
        "race": {key: value for key, value in race.items() if value is not None},
        "plan": read_word(row, "plan", default.plan),
        "weeks": default.weeks if read_word(row, "plan", default.plan) == default.plan else None,
        "days": read_days(row["days"]) if "days" in row else default.days,
        "long-run": None if "days" in row else default.long_run,
        "speed-day": None if "days" in row else default.speed_day,
        "units": read_word(row, "units", default.units),
        "paper": read_word(row, "paper", default.paper),
    }
    return {key: value for key, value in values.items() if value is not None}


# ---------------------------------------------------------------- problems

_COLUMNS = tuple(HEADINGS)


def _places(number: int) -> dict[At, tuple[int, int]]:
    """Where each value of a row's profile stands: its row, and the place of its column's name."""
    named: dict[At, str] = {**_KEY_OF, ("result",): "time", ("race",): "race date"}
    named |= {("days", n): "days" for n in range(7)}
    return {at: (number, _COLUMNS.index(column)) for at, column in named.items()}


def _in_column(path: Path, name: str, problem: Problem) -> Problem:
    return _problem(path, problem.line, _COLUMNS[problem.column], name, problem.message, problem.hint)


def _problem(path: Path, number: int, column: str, name: str, message: str, hint: str = "") -> Problem:
    """A problem with its row, its column by name, and the athlete's name: what the eye looks for in a spreadsheet."""
    return Problem(f"{shown(path)}:{number}:{column}", 0, 0, f"{name}: {message}" if name else message, hint)


# ---------------------------------------------------------------- names of files


def unique(names: Sequence[str]) -> list[str]:
    """A safe and unique name for the files of each; those of the same name are numbered as they come."""
    taken: set[str] = set()
    keys = []
    for name in names:
        base, number = slug(name), 1
        key = base
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def slug(name: str) -> str:
    """`Zoë O'Brien-Ångström` -> `zoe-o-brien-angstrom`; a name without Latin letters gets a number of its own."""
    spelt = name.translate(APOSTROPHES).translate(_SPELT)
    latin = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:LONGEST_SLUG].strip("-")
    letters = sum(character.isalpha() for character in name)
    if not words or sum(map(str.isalpha, words)) < letters / 2:
        digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode()).hexdigest()[:8]
        return f"runner-{digest}"
    return f"runner-{words}" if words in RESERVED else words


_SPELT = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ð": "d",
        "þ": "th",
    }
)
