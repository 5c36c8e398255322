"""A row of a roster -> a profile, every mistake told with its row, its column and the athlete."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milebook.content.field_types import read_goal
from milebook.content.library import UNNAMED_RACE
from milebook.content.models import Profile, RaceResult
from milebook.content.validation import check
from milebook.content.yaml_file import At, Document, shown
from milebook.core.errors import ContentError, Problem, QuantityError
from milebook.roster.sheet.cell_values import (
    Fault,
    crossed_out,
    find_faults,
    read_day,
    read_days,
    read_distance,
    read_level,
    read_number,
    read_plan,
    read_time,
    read_units,
    read_weekday,
)
from milebook.roster.sheet.columns import HEADINGS, OF_DAYS, squashed
from milebook.roster.sheet.heading_texts import NAMES, cut
from milebook.roster.sheet.headings import name_columns
from milebook.roster.sheet.row_days import Told, told_together
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.roster.sheet.workbook import CrossedOut
from milebook.running.courses import RACE_METRES, named
from milebook.running.fitness import Result, assess, check_goal
from milebook.running.race_readings import read_race
from milebook.running.training_days import WEEK, in_words_of

COLUMN_OF = name_columns()  # where a column's value stands in a profile -> its column
RUN = frozenset(
    {"distance", "time", "result date", "trial", "race date", "race distance", "goal"}
)  # what an athlete ran and runs for
RACE = frozenset({"race name", "race date", "race distance"})  # columns of races of one's own
_READERS: Mapping[str, Callable[[object], object]] = {
    "distance": read_distance,
    "time": read_time,
    "goal": read_time,
    "trial": read_time,
    "race distance": lambda value: value,
    "track": lambda value: value,
    "result date": read_day,
    "race date": read_day,
    "made": read_day,
    "days": read_days,
    "long-run": read_weekday,
    "speed-day": read_weekday,
    "weeks": read_number,
    "level": read_level,
    "units": read_units,
    "plan": read_plan,
}
Row = Mapping[str, object]
Plan = Callable[[Profile], object]


def _two_names(row: Row) -> str:
    """What is told of a name that has nothing of the first and the last name beside it: it may be a race's."""
    name, first, last = (cell_text(row.get(part, "")) for part in NAMES)
    if name.startswith(("=", "#")):  # told as what it is
        return ""
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (name, f"{first} {last}"))
    return f'the name "{name}" is another than "{first} {last}"' if first and last and one and not one & other else ""


def name_of(row: Row) -> str:
    """A name from the columns that it stands in, nothing of it twice and nothing lost.

    A name beside a last name is the first one unless it holds both, as Nombre beside Apellidos; beside a first name it
    is the last one, as Nom beside Prénom.
    """
    name, first, last = (cell_text(row.get(part, "")) for part in NAMES)
    words, part = name.casefold().split(), f"{first} {last}".casefold().split()
    if set(part) <= set(words) and (len(words) > len(part) or not part or (first and last)):
        return name
    parts = [first, last] if first and last else [first, name] if first else [name, last]
    return " ".join(filter(None, parts))


@dataclass(frozen=True)
class Defaults:
    """What a row may leave out, and what then stands for it."""

    profile: Profile
    columns: frozenset[str]  # of the file
    told_of_days: dict[tuple[tuple[str, str], ...], list[Told]] = field(default_factory=dict)  # by what was tried

    def value(self, column: str, at: At, row: Row) -> object:
        """What another profile has, where it may stand for what the row leaves out; else None."""
        return self.of_profile(at) if self._may_stand_for(column, row) else None

    def of_profile(self, at: At) -> object:
        """What the other profile has there."""
        found: Any = self.profile
        for key in at:
            fields = {field.alias or name: name for name, field in type(found).model_fields.items()}
            found = getattr(found, fields[str(key)])
        return found

    def _may_stand_for(self, column: str, row: Row) -> bool:
        if column in RUN and column in self.columns:
            return False
        is_of_result = column in ("result date", "trial") or (column == "goal" and "race distance" not in self.columns)
        if is_of_result:
            return not {"distance", "time"} & set(self.columns)
        if column == "goal":  # it is one for another race
            return False
        if column in ("surface", "track"):  # a track is of its surface
            return not {"surface", "track"} & set(row)
        if column in ("long-run", "speed-day"):  # they are of the days
            return "days" not in row
        return column != "weeks" or read_plan(row.get("plan", self.profile.plan)) == self.profile.plan

    def with_own_race(self, row: Row, profile: Profile) -> Profile:
        """An athlete with a race of another name than the other profile's, where it is not that race.

        A sheet with a column for the race has races of its athletes' own: it is the other profile's on its day only,
        and where the sheet has names of races, never.
        """
        if "race name" in row or not RACE & self.columns or self._has_its_race(profile):
            return profile
        name = named(UNNAMED_RACE, profile.race.distance)
        return profile.model_copy(update={"race": profile.race.model_copy(update={"name": name})})

    def _has_its_race(self, profile: Profile) -> bool:
        its, own = profile.race, self.profile.race
        is_same = its.day is not None and (its.day, its.distance) == (own.day, own.distance)
        return "race name" not in self.columns and is_same

    def taken(self, row: Row, profile: Profile) -> tuple[str, ...]:
        """The columns that a row leaves out and another profile has."""
        left = ((at, column) for at, column in COLUMN_OF.items() if column not in row)
        found = [column for at, column in left if self.value(column, at, row) is not None]
        is_unnamed = RACE & self.columns and not self._has_its_race(profile)
        return tuple(column for column in found if not (column == "race name" and is_unnamed))


def profile_of(place: RowPlace, number: int, row: Row, defaults: Defaults, fits: Plan, lone: str = "") -> Profile:
    """A row as a profile; `lone` is the text of its only cell. Raises ContentError with every problem of the row."""
    name = name_of(row)
    problems: list[Problem] = []
    faulty = set[str]()
    if not name:
        is_title = any(map(str.isalpha, lone))
        remark = f"if it is a title or a remark, write # {lone}" if is_title else ""
        problems.append(place.problem(number, "name", "", "the name is missing", remark))
        if is_title:
            raise ContentError(problems)
    if two_names := _two_names(row):
        problems.append(place.problem(number, "name", "", two_names, "rename or delete the column that is no name"))
    found, of_cells = _faults_of(row, defaults, fits, place.language)
    faulty |= of_cells
    for column, value in row.items():
        checked = (place.of_the_sheet(column, value, *fault) for fault in found[column])
        problems += (place.problem(number, column, name, *fault) for fault in checked)
    lacking = [column for column in ("distance", "time") if name and column in defaults.columns and column not in row]
    if lone and lacking and not faulty:
        what = f"the row has nothing but this: an athlete without a {lacking[-1]}, or the title of a section"
        hint = f"write the {' and the '.join(lacking)}, or, of a title, # {lone}"
        problems.append(place.problem(number, "name", name, what, hint))
        raise ContentError(problems)
    for column in lacking:
        hint = "nobody else's result stands in for it: write it, or leave the row out"
        problems.append(place.problem(number, column, name, f"the {column} is missing", hint))
        faulty.add(column)
    faulty |= {"name"} if not name or faulty & set(NAMES) else set()
    values = _over(defaults, {column: value for column, value in with_name(row).items() if column not in faulty})
    try:
        profile = check(Document(shown(place.path), values, {}, _places(number)), Profile)
    except ContentError as error:
        others = [problem for problem in error.problems if not (problems and _is_of(faulty, problem))]
        problems += (place.in_column(name, problem, row) for problem in others)
        faulty |= {_COLUMNS[problem.column] for problem in others}
    if problems:
        also = dict.fromkeys((*_impossible(values, faulty), *_unfit_beside(row, faulty, defaults, fits)))
        raise ContentError([*problems, *(place.problem(number, column, name, *what) for column, *what in also)])
    if unfit := [*_unclear_goal(row, profile, defaults), *_unfit(profile, fits)]:
        raise ContentError([place.problem(number, column, name, *what) for column, *what in unfit])
    return profile


def _unclear_goal(row: Row, profile: Profile, defaults: Defaults) -> Iterator[Told]:
    """What is told of a goal that may be one for the race run, where another is to come."""
    metres, race = profile.result.distance.metres, profile.race.distance
    ran = next((name for name, exact in RACE_METRES.items() if round(exact) == round(metres)), race)
    if "goal" in row and "race distance" not in row and ran != race:
        what = f"the goal may be one for the {ran} that was run, or for the {race} to come"
        in_column = "say which in a column race distance, or in the heading, as in Goal ({0})"
        in_cell = "write which into the race distance, {0} or {1}"
        yield "goal", what, (in_cell if "race distance" in defaults.columns else in_column).format(ran, race)


def _faults_of(row: Row, defaults: Defaults, fits: Plan, language: str) -> tuple[dict[str, list[Fault]], set[str]]:
    """What is told of each cell of a row, those of days together, and of which columns all has been told."""
    found = {column: [*find_faults(column, value, language)] for column, value in row.items()}
    faulty = {column for column in row if found[column]}
    lines = {column: value for column, value in row.items() if isinstance(value, CrossedOut)}
    if lines:  # all at once
        found |= {column: [crossed_out(lines)] if column == next(iter(lines)) else [] for column in lines}
    if together := _days_together(row, found, defaults, fits, language):
        found |= together
        faulty |= set(_DAYS) & set(row)
    return found, faulty


def _days_together(
    row: Row, found: Mapping[str, Sequence[Fault]], defaults: Defaults, fits: Plan, language: str
) -> dict[str, list[Fault]]:
    """What is told of a row's days together, by column, where one of their cells has a fault."""
    faults = {column: found[column][0] for column in _DAYS if len(found.get(column, ())) == 1}
    cells = {column: cell_text(row[column]) for column in _DAYS if column in row and len(found[column]) < 2}
    if not faults:
        return {}
    settings = {column: row[column] for column in ("plan", "level") if column in row and not found[column]}

    def told_of(way: Mapping[str, str]) -> list[Told]:
        unknown = {"days": " ".join(WEEK)} if "days" in row and "days" not in way else {}
        cells = {**settings, **unknown, **way}
        key = tuple(sorted((column, cell_text(value)) for column, value in cells.items()))
        if key not in defaults.told_of_days:  # many rows have the same
            defaults.told_of_days[key] = [*_told_of_days(cells, defaults, fits)]
        return [each for each in defaults.told_of_days[key] if each[0] not in unknown]

    together: dict[str, list[Fault]] = {}
    for column, message, hint in told_together(cells, faults, language, told_of):
        together.setdefault(column, []).append((message, hint))
    return together


def _told_of_days(row: Row, defaults: Defaults, fits: Plan) -> Iterator[Told]:
    """What is told of the days of a row of which only these and the plan are known: their number, then each of them."""
    for cells in ({column: value for column, value in row.items() if column not in _ONE_DAY}, row):
        try:
            profile = _stand_in(cells, set(HEADINGS) - set(cells), defaults)
        except ContentError as error:
            told = ((_COLUMNS[problem.column], problem.message, problem.hint) for problem in error.problems)
            yield from (each for each in told if each[0] in _DAYS)
        else:
            yield from (told for told in _unfit(profile, fits) if told[0] == "days" and cells is not row)


_ONE_DAY = ("long-run", "speed-day")
_DAYS = tuple(column for column in HEADINGS if column in OF_DAYS)


def with_name(row: Row) -> Row:
    """A row with its name in one column, wherever it stands in the sheet."""
    return {**row, "name": name_of(row)}


def _unfit(profile: Profile, fits: Plan) -> Iterator[Told]:
    """Everything that keeps a profile from being planned."""
    found: list[QuantityError] = []
    try:
        fits(profile)
    except* QuantityError as several:
        found += (error for error in several.exceptions if isinstance(error, QuantityError))
    yield from ((_blamed(error.message), error.message, error.hint) for error in found)


def _unfit_beside(row: Row, faulty: Container[str], defaults: Defaults, fits: Plan) -> Iterator[Told]:
    """What keeps a row from being planned beside what is wrong in it, for which another profile's values stand in."""
    is_run_faulty = any(column in faulty for column in _OF_A_RESULT)
    left_out = {column for column in HEADINGS if column in faulty or (is_run_faulty and column in _OF_A_RESULT)}
    left_out |= {"goal"} if "race distance" in faulty else set()
    try:
        stand_in = _stand_in(with_name(row), left_out, defaults)
    except ContentError:  # what is right in the row does not go with it
        return
    yield from (told for told in _unfit(stand_in, fits) if told[0] not in left_out)


def _stand_in(row: Row, left_out: Container[str], defaults: Defaults) -> Profile:
    """A row with another profile's values for what is left out of it. Raises ContentError."""
    kept = {column: value for column, value in row.items() if column not in left_out}
    values = _over(defaults, {**kept, "name": "x"})
    for at, column in COLUMN_OF.items():
        if column in left_out and column in _NEVER_LEFT_OUT:
            inner = values if len(at) == 1 else values.setdefault(str(at[0]), {})
            inner[str(at[-1])] = defaults.of_profile(at)
    return check(Document("", values, {}, _places(0)), Profile)


# A mistake in one of these leaves nothing to be told.
_OF_A_RESULT = frozenset({"distance", "time", "result date", "trial", "goal"})
_NEVER_LEFT_OUT = frozenset({"level", "days", "units", "plan", "distance", "time", "race name", "surface", "pacing"})


def _is_of(faulty: Container[str], problem: Problem) -> bool:
    """Whether a problem comes of cells that have been told, and were left out."""
    return _COLUMNS[problem.column] in faulty or problem.message.endswith("is missing")


def _impossible(values: Mapping[str, Any], faulty: Collection[str]) -> Iterator[Told]:
    """What keeps a result or a goal from being planned with, told beside what else is wrong in its row."""
    if not {"distance", "time"} <= set(values.get("result", ())):
        return
    if any(column in faulty for column in ("distance", "time", "result date")):
        return
    column = "time"
    try:
        ran = RaceResult.model_validate(values["result"])
        fitness = assess(Result(ran.distance.metres, ran.time.seconds))
        column, goal = "goal", values["race"].get("goal")
        is_told_elsewhere = "trial" in values or bool({"goal", "race distance"} & set(faulty))
        if isinstance(goal, str) and not is_told_elsewhere:  # another profile's is no text
            race = read_race(values["race"].get("distance", "mile"))
            check_goal(read_goal(goal, race).seconds, fitness, race)
    except QuantityError as error:
        yield column, error.message, error.hint


def _blamed(message: str) -> str:
    """The column that a plan which cannot be made is laid to; what stands in quotes is a coach's own word."""
    said = re.sub('"[^"]*"', "", message)
    return next((column for word, column in _BLAMED.items() if word in said), "time")


_BLAMED = {
    "made on": "made",
    "trial": "trial",
    "result's date": "result date",
    "a week": "days",
    "goal": "goal",
    "race": "race date",
    " week": "weeks",
    "plan": "plan",
}


def _over(defaults: Defaults, row: Row) -> dict[str, Any]:
    """A row as a profile file would have it, with what stands for what it leaves out."""
    values: dict[str, Any] = {}
    for at, column in COLUMN_OF.items():
        read = _READERS.get(column, cell_text)
        value = read(row[column]) if column in row else defaults.value(column, at, row)
        if value is not None:
            place = values if len(at) == 1 else values.setdefault(str(at[0]), {})
            place[str(at[-1])] = value
    return values


_COLUMNS = tuple(HEADINGS)


def _places(number: int) -> dict[At, tuple[int, int]]:
    """Where each value of a row's profile stands: its row, and the place of its column's name."""
    named: dict[At, str] = {**COLUMN_OF, ("result",): "time", ("race",): "race date"}
    named |= {("days", n): "days" for n in range(7)}
    return {at: (number, _COLUMNS.index(column)) for at, column in named.items()}


@dataclass(frozen=True)
class RowPlace:
    """The sheet that problems are of: its file, what it calls each column, and the language of that."""

    path: Path
    called: Mapping[str, str]
    language: str = ""

    def problem(self, number: int, column: str, name: str, message: str, hint: str = "") -> Problem:
        """A problem with its row, its column by name, and the athlete's name: what the eye looks for in a sheet."""
        own = self.called.get(column, "").replace(":", " ").strip()
        head = cut(own) if squashed(own) not in ("", squashed(column)) else column
        if column in OF_DAYS:
            message, hint = (in_words_of(self.language, text) for text in (message, hint))
        return Problem(f"{shown(self.path)}:{number}:{head}", 0, 0, f"{name}: {message}" if name else message, hint)

    def in_column(self, name: str, problem: Problem, row: Row) -> Problem:
        """A problem of a profile, at the column that the value came from."""
        column, hint = _COLUMNS[problem.column], problem.hint
        is_named = "race name" not in row and not re.search("[0-9]", cell_text(row.get("race date", "0")))
        if column == "race date" and is_named:
            hint += "; the name of a race stands in a column race name"
        return self.problem(problem.line, column, name, problem.message, hint)

    def of_the_sheet(self, column: str, value: object, message: str, hint: str) -> tuple[str, str]:
        """A fault of a cell with what this kind of file lets a coach do about it: in an .xlsx a date may be a date."""
        is_text_of_date = column in ("result date", "race date") and isinstance(value, str) and " may be " in message
        if is_text_of_date and self.path.suffix.lower() == ".xlsx":
            hint += ", or format the cell as a date and type it again"
        return message, hint
