"""A spreadsheet of athletes -> profiles, with every problem of every row told at once.

Each row is laid over a default profile, and then checked as a profile file is: one rule book for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from milebook.content.field_types import read_goal
from milebook.content.library import UNNAMED_RACE
from milebook.content.models import Profile, RaceResult
from milebook.content.validation import check
from milebook.content.yaml_file import At, Document, shown
from milebook.core.characters import printable
from milebook.core.errors import ContentError, Problem, QuantityError, counted, rows_of
from milebook.roster.file_names import of_athlete, slug, unique
from milebook.roster.sheet.cell_values import (
    Fault,
    crossed_out,
    find_faults,
    in_one_language,
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
from milebook.roster.sheet.headings import Table, name_columns, read_table
from milebook.roster.sheet.number_formats import RoundedNumber
from milebook.roster.sheet.placeholders import find_sum, is_left_out
from milebook.roster.sheet.row_days import Told, told_together
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.roster.sheet.unread import unread_columns
from milebook.roster.sheet.workbook import CrossedOut
from milebook.running.courses import RACE_METRES, named
from milebook.running.fitness import Result, assess, check_goal
from milebook.running.race_readings import read_race
from milebook.running.training_days import WEEK, in_words_of

MOST_NAMED = 12  # other rows that are told of one

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


@dataclass(frozen=True)
class Athlete:
    """One row: where it stands, whose it is, and the profile it makes. `key` names the athlete's files.

    `taken` are the columns whose values come from another profile, as the row has none; `id` is a bib number, say.
    """

    row: int
    key: str
    group: str
    profile: Profile
    taken: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Roster:
    """What a file holds: the athletes that are sound, and every problem with the others.

    `twins` are the rows whose names make one file name: what their files are called depends on the order of the rows.
    `notes` say what of the file is not read: other tabs, columns that are not ours; `hidden` are rows, and
    `hidden_columns` columns, that are read although the sheet does not show them; `remarks` are rows that are read
    past; `one_race` says that the sheet has no race, and everybody another profile's.
    """

    athletes: tuple[Athlete, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[int, ...]
    twins: tuple[tuple[int, ...], ...] = ()
    notes: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    one_race: bool = False
    remarks: tuple[int, ...] = ()


Row = Mapping[str, object]
Plan = Callable[[Profile], object]


def read(
    path: Path,
    default: Profile,
    fits: Plan,
    sheet: str = "",
    *,
    has_result: bool = False,
    today: date | None = None,
) -> Roster:
    """Read a `.csv` or `.xlsx` of athletes; of several tabs the one with our headings, or that of the name `sheet`.

    `default` has the settings that rows leave out. What an athlete ran and runs for is never taken from it where the
    file has a column for it; `has_result` says that its result is meant for everybody, and `today` is left out where
    its race is. `fits` plans a profile and
    raises QuantityError, or a group of them, where that cannot be done. Raises ContentError where the file as a whole
    cannot be read; problems of single rows are in the roster.
    """
    table = read_table(path, sheet)
    columns = {*table.columns, *(["distance"] if table.heading("time").distance else [])}
    columns |= {"race distance"} if _race_of_goals(table) else set()
    if not has_result:
        _check_result(path, table, columns)
    _check_unread(path, table, today)
    rows = {number: _row(table, cells) for number, cells in table.rows}
    sums = {number: found for number, cells in table.rows if (found := find_sum(_name(rows[number]), cells))}
    rows = {number: row for number, row in rows.items() if number not in sums}
    for number, column, days in in_one_language(rows, table.language):
        rows[number][column] = days
    lone = {number: texts[0] for number, cells in table.rows if number in rows and len(texts := _texts(cells)) == 1}
    defaults = _Defaults(default, frozenset(columns))
    athletes: list[tuple[int, Row, Profile]] = []
    doubled = dict(_doubled_ids(rows))
    called = {heading.column: heading.bare for heading in table.headings if heading.column}
    place = _Place(path, called, table.language)
    problems = [place.problem(number, "id", _name(rows[number]), told) for number, told in doubled.items()]
    bad = set(doubled)
    for number, column, told, hint in _month_first(rows):
        problems.append(place.problem(number, column, _name(rows[number]), told, hint))
        bad.add(number)
    for number, row in rows.items():
        try:
            profile = _profile(place, number, row, defaults, fits, lone.get(number, ""))
        except ContentError as error:
            problems += error.problems
            bad.add(number)
        else:
            athletes += [(number, row, defaults.with_own_race(row, profile))] if number not in bad else []
    keys = unique([of_athlete(profile.name, _id(row)) for _, row, profile in athletes])
    made = tuple(
        Athlete(number, key, _group(row), profile, defaults.taken(_with_name(row), profile), _id(row))
        for (number, row, profile), key in zip(athletes, keys, strict=True)
    )
    named: dict[str, list[int]] = {}
    for number, its, profile in athletes:
        named.setdefault(slug(of_athlete(profile.name.casefold(), _id(its))), []).append(number)
    twins = tuple(tuple(several) for several in named.values() if len(several) > 1)
    one_race = not columns & RACE
    hidden = table.hidden, table.hidden_columns
    notes = (*table.notes, *_notes_on_sums(path, sums), *_notes_on_names(path, made, lone))
    return Roster(made, tuple(problems), tuple(sorted(bad)), twins, notes, *hidden, one_race, table.remarks)


def _notes_on_sums(path: Path, sums: Mapping[int, str]) -> Iterator[str]:
    """A note on rows below a table that are not read."""
    for number, text in list(sums.items())[:MOST_NAMED]:
        told = f'row {number} is not read: "{text}" looks like a sum of other rows, and not like an athlete'
        yield printable(f"{shown(path)}: {told}; of an athlete who is called so, write the full name")
    if len(sums) > MOST_NAMED:
        yield f"{shown(path)}: {counted(len(sums) - MOST_NAMED, 'more row')} of sums not read"


def _notes_on_names(path: Path, made: Sequence[Athlete], lone: Container[int]) -> Iterator[str]:
    """A note on rows with nothing but a name where others have more: they may be titles of sections."""
    names_only = [athlete.row for athlete in made if athlete.row in lone]
    if names_only and len(names_only) < len(made):
        told = f"{shown(path)}: {rows_of(names_only)} with a name only, read as that of an athlete"
        yield f"{told}; the title of a section begins with #"


def _doubled_ids(rows: Mapping[int, Row]) -> Iterator[tuple[int, str]]:
    """The rows whose id others have, too, and what is told of them: whose files are whose would be a guess."""
    having: dict[str, list[int]] = {}
    for number, row in rows.items():
        having.setdefault(_same_id(_id(row)), []).append(number)
    for id_, several in having.items():
        for number in several if id_ and len(several) > 1 else ():
            own = _id(rows[number])
            written = {other: _id(rows[other]) for other in several if other != number}
            others = [f"{other}{f' (as {text})' * (text != own)}" for other, text in written.items()][:MOST_NAMED]
            yield number, f'the id "{own}" is also in row {", ".join(others)}'


_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.((?:20)?[0-9]{2})")


def _month_first(rows: Mapping[int, Row]) -> Iterator[tuple[int, str, str, str]]:
    """(row, column, what is told, hint) of days with dots in columns in which another can only have the month first."""
    for column in ("race date", "result date", "made"):
        days = {number: _DOTTED.fullmatch(cell_text(row.get(column))) for number, row in rows.items()}
        found = {number: (int(day[1]), int(day[2]), day[0], day[3]) for number, day in days.items() if day}
        proof = next(((number, text) for number, (one, other, text, _) in found.items() if one <= 12 < other), None)
        for number, (one, other, text, year) in found.items():
            if proof and one <= 12 >= other:
                meant = f"{2000 + int(year) % 100}-{one:02}-{other:02}"
                told = f'"{text}" may have the month first, as "{proof[1]}" in row {proof[0]} has'
                yield number, column, told, f"write {meant} if that is meant"


def _same_id(text: str) -> str:
    """An id as it is compared: `7`, `#7`, `007` and `7.0`, as a spreadsheet may make of one, are the same."""
    number = re.fullmatch("#? ?0*([0-9]+)(?:[.,]0+)?", text)
    return number[1] if number else text.casefold()


def _check_result(path: Path, table: Table, columns: Container[str]) -> None:
    """Raise ContentError where a sheet does not say what everybody ran: another's is no stand-in."""
    told, hint = "", ""
    if "time" not in columns:
        told = "there is no column for a result"
        hint = 'add time (and distance), or give everybody the same, as in --result "5k 24:10"'
    elif "distance" not in columns:
        time = table.heading("time").bare
        told = f'there is no column for the distance that "{time}" was run over'
        hint = f"add one, e.g. Distance with 10 km in each row, or write it into the heading, as in {time} (10 km)"
    if told:
        raise ContentError([Problem(shown(path), 0, 0, told, f"{hint}; the headings found are {table.found}")])


def _check_unread(path: Path, table: Table, today: date | None) -> None:
    """Raise ContentError for columns that are not read and say what everybody would else take from a profile."""
    told = [Problem(f"{shown(path)}:{own}", 0, 0, message, hint) for own, message, hint in unread_columns(table, today)]
    if told:
        raise ContentError(told)


def _row(table: Table, cells: Sequence[object]) -> dict[str, object]:
    """What a row has in each column, texts on one line; a cell in which nothing is to be seen is left out.

    A heading may say the distance of every time, `PB (5k)`, or the unit of numbers, `Distance (km)`, `Time (seconds)`.
    """
    texts = (cell_text(cell) if isinstance(cell, str) else cell for cell in cells)
    found = zip(table.columns, texts, strict=False)
    row: dict[str, object] = {column: value for column, value in found if column and not is_left_out(column, value)}
    if distance := table.heading("time").distance:
        row["distance"] = distance
    if race := _race_of_goals(table):
        row["race distance"] = race
    for column in _DISTANCES:
        unit, cell = table.heading(column).unit, row.get(column, "")
        if unit and not isinstance(cell, _AS_IT_IS) and _BARE_NUMBER.fullmatch(cell_text(cell)):
            row[column] = f"{cell_text(cell)} {unit}"
    for column in _TIMES:
        unit, text = table.heading(column).unit, cell_text(row.get(column, ""))
        if unit and not isinstance(row.get(column), _AS_IT_IS) and _BARE_NUMBER.fullmatch(text):
            row[column] = f"{_as_typed(text, unit)} {unit}"
    return row


_BARE_NUMBER = re.compile("[0-9][0-9.,]*")
_TIMES = ("time", "goal", "trial")
_AS_IT_IS = (RoundedNumber, CrossedOut)  # cells that are told, and not read with the unit of their heading
_DISTANCES = ("distance", "race distance")


def _race_of_goals(table: Table) -> str:
    """The race that the heading of the goals names: `Goal (1600 m)`, `Mile goal`."""
    return table.heading("goal").distance


def _as_typed(number: str, unit: str) -> str:
    """A number of seconds, minutes or hours, with no more figures than a time has.

    A spreadsheet shows 20.50 as 20.5: of minutes it may be 20:30 or 20:50, and is told as 20.50 is.
    """
    text = re.sub("([.,][0-9]{6})[0-9]+$", r"\1", number)
    return f"{text}0" if unit != "s" and re.search("[.,][0-9]$", text) else text


def _texts(cells: Sequence[object]) -> list[str]:
    """What is to be seen of a row's cells, in any column."""
    return [text for cell in cells if (text := cell_text(cell))]


def _two_names(row: Row) -> str:
    """What is told of a name that has nothing of the first and the last name beside it: it may be a race's."""
    name, first, last = (cell_text(row.get(part, "")) for part in NAMES)
    if name.startswith(("=", "#")):  # told as what it is
        return ""
    one, other = (set(re.findall(r"\w+", text.casefold())) for text in (name, f"{first} {last}"))
    return f'the name "{name}" is another than "{first} {last}"' if first and last and one and not one & other else ""


def _name(row: Row) -> str:
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


def _id(row: Row) -> str:
    """What tells athletes of one name apart; a number without what a spreadsheet adds to it, `7.0`."""
    text = cell_text(row.get("id", ""))
    return re.sub("[.,]0+$", "", text) if re.fullmatch("#? ?[0-9]+[.,]0+", text) else text


_GROUP_WORD = re.compile(r"^(?:group|gruppe|groupe|grupo|gruppo|groep)[\s.:_-]+(?=\S)", re.IGNORECASE)


def _group(row: Row) -> str:
    """A training group by its name alone: `Group A` is `A`, as the word stands before it on paper anyway."""
    return _GROUP_WORD.sub("", cell_text(row.get("group", "")))


# ---------------------------------------------------------------- one row


@dataclass(frozen=True)
class _Defaults:
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


def _profile(place: _Place, number: int, row: Row, defaults: _Defaults, fits: Plan, lone: str = "") -> Profile:
    """A row as a profile; `lone` is the text of its only cell. Raises ContentError with every problem of the row."""
    name = _name(row)
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
    values = _over(defaults, {column: value for column, value in _with_name(row).items() if column not in faulty})
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


def _unclear_goal(row: Row, profile: Profile, defaults: _Defaults) -> Iterator[Told]:
    """What is told of a goal that may be one for the race run, where another is to come."""
    metres, race = profile.result.distance.metres, profile.race.distance
    ran = next((name for name, exact in RACE_METRES.items() if round(exact) == round(metres)), race)
    if "goal" in row and "race distance" not in row and ran != race:
        what = f"the goal may be one for the {ran} that was run, or for the {race} to come"
        in_column = "say which in a column race distance, or in the heading, as in Goal ({0})"
        in_cell = "write which into the race distance, {0} or {1}"
        yield "goal", what, (in_cell if "race distance" in defaults.columns else in_column).format(ran, race)


def _faults_of(row: Row, defaults: _Defaults, fits: Plan, language: str) -> tuple[dict[str, list[Fault]], set[str]]:
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
    row: Row, found: Mapping[str, Sequence[Fault]], defaults: _Defaults, fits: Plan, language: str
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


def _told_of_days(row: Row, defaults: _Defaults, fits: Plan) -> Iterator[Told]:
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


def _with_name(row: Row) -> Row:
    """A row with its name in one column, wherever it stands in the sheet."""
    return {**row, "name": _name(row)}


def _unfit(profile: Profile, fits: Plan) -> Iterator[Told]:
    """Everything that keeps a profile from being planned."""
    found: list[QuantityError] = []
    try:
        fits(profile)
    except* QuantityError as several:
        found += (error for error in several.exceptions if isinstance(error, QuantityError))
    yield from ((_blamed(error.message), error.message, error.hint) for error in found)


def _unfit_beside(row: Row, faulty: Container[str], defaults: _Defaults, fits: Plan) -> Iterator[Told]:
    """What keeps a row from being planned beside what is wrong in it, for which another profile's values stand in."""
    is_run_faulty = any(column in faulty for column in _OF_A_RESULT)
    left_out = {column for column in HEADINGS if column in faulty or (is_run_faulty and column in _OF_A_RESULT)}
    left_out |= {"goal"} if "race distance" in faulty else set()
    try:
        stand_in = _stand_in(_with_name(row), left_out, defaults)
    except ContentError:  # what is right in the row does not go with it
        return
    yield from (told for told in _unfit(stand_in, fits) if told[0] not in left_out)


def _stand_in(row: Row, left_out: Container[str], defaults: _Defaults) -> Profile:
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


def _over(defaults: _Defaults, row: Row) -> dict[str, Any]:
    """A row as a profile file would have it, with what stands for what it leaves out."""
    values: dict[str, Any] = {}
    for at, column in COLUMN_OF.items():
        read = _READERS.get(column, cell_text)
        value = read(row[column]) if column in row else defaults.value(column, at, row)
        if value is not None:
            place = values if len(at) == 1 else values.setdefault(str(at[0]), {})
            place[str(at[-1])] = value
    return values


# ---------------------------------------------------------------- problems

_COLUMNS = tuple(HEADINGS)


def _places(number: int) -> dict[At, tuple[int, int]]:
    """Where each value of a row's profile stands: its row, and the place of its column's name."""
    named: dict[At, str] = {**COLUMN_OF, ("result",): "time", ("race",): "race date"}
    named |= {("days", n): "days" for n in range(7)}
    return {at: (number, _COLUMNS.index(column)) for at, column in named.items()}


@dataclass(frozen=True)
class _Place:
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
