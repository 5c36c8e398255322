"""A spreadsheet of athletes -> profiles, with every problem of every row told at once.

Each row is laid over a default profile, and then checked as a profile file is: one rule book for both.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milebook.content.models import Profile
from milebook.content.yaml_file import shown
from milebook.core.characters import printable
from milebook.core.errors import ContentError, Problem, counted, rows_of
from milebook.roster.file_names import of_athlete, slug, unique
from milebook.roster.row_profiles import RACE, Defaults, Plan, Row, RowPlace, name_of, profile_of, with_name
from milebook.roster.sheet.cell_values import (
    in_one_language,
)
from milebook.roster.sheet.headings import Table, read_table
from milebook.roster.sheet.number_formats import RoundedNumber
from milebook.roster.sheet.placeholders import find_sum, is_left_out
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.roster.sheet.unread import telling_columns
from milebook.roster.sheet.workbook import CrossedOut

MOST_NAMED = 12  # other rows that are told of one


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
    its race is. `fits` plans a profile and raises QuantityError, or a group of them, where that cannot be done. Raises
    ContentError where the file as a whole cannot be read; problems of single rows are in the roster.
    """
    table = read_table(path, sheet)
    columns = {*table.columns, *(["distance"] if table.heading("time").distance else [])}
    columns |= {"race distance"} if _race_of_goals(table) else set()
    if not has_result:
        _check_result(path, table, columns)
    _check_unread(path, table, today)
    rows = {number: _row(table, cells) for number, cells in table.rows}
    sums = {number: found for number, cells in table.rows if (found := find_sum(name_of(rows[number]), cells))}
    rows = {number: row for number, row in rows.items() if number not in sums}
    for number, column, days in in_one_language(rows, table.language):
        rows[number][column] = days
    lone = {number: texts[0] for number, cells in table.rows if number in rows and len(texts := _texts(cells)) == 1}
    defaults = Defaults(default, frozenset(columns))
    athletes: list[tuple[int, Row, Profile]] = []
    doubled = dict(_doubled_ids(rows))
    called = {heading.column: heading.bare for heading in table.headings if heading.column}
    place = RowPlace(path, called, table.language)
    problems = [place.problem(number, "id", name_of(rows[number]), told) for number, told in doubled.items()]
    bad = set(doubled)
    for number, column, told, hint in _month_first(rows):
        problems.append(place.problem(number, column, name_of(rows[number]), told, hint))
        bad.add(number)
    for number, row in rows.items():
        try:
            profile = profile_of(place, number, row, defaults, fits, lone.get(number, ""))
        except ContentError as error:
            problems += error.problems
            bad.add(number)
        else:
            athletes += [(number, row, defaults.with_own_race(row, profile))] if number not in bad else []
    keys = unique([of_athlete(profile.name, _id(row)) for _, row, profile in athletes])
    made = tuple(
        Athlete(number, key, _group(row), profile, defaults.taken(with_name(row), profile), _id(row))
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
    told = [
        Problem(f"{shown(path)}:{own}", 0, 0, message, hint) for own, message, hint in telling_columns(table, today)
    ]
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


def _id(row: Row) -> str:
    """What tells athletes of one name apart; a number without what a spreadsheet adds to it, `7.0`."""
    text = cell_text(row.get("id", ""))
    return re.sub("[.,]0+$", "", text) if re.fullmatch("#? ?[0-9]+[.,]0+", text) else text


_GROUP_WORD = re.compile(r"^(?:group|gruppe|groupe|grupo|gruppo|groep)[\s.:_-]+(?=\S)", re.IGNORECASE)


def _group(row: Row) -> str:
    """A training group by its name alone: `Group A` is `A`, as the word stands before it on paper anyway."""
    return _GROUP_WORD.sub("", cell_text(row.get("group", "")))


# ---------------------------------------------------------------- one row


# ---------------------------------------------------------------- problems
