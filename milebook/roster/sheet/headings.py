"""The tab and the headings of a roster: where the athletes are, and which column is which, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path

from pydantic.fields import FieldInfo

from milebook.content.field_types import Model
from milebook.content.models import Profile
from milebook.content.yaml_file import At, shown
from milebook.core.characters import on_one_line, printable
from milebook.core.errors import ContentError, Problem, rows_of
from milebook.roster.sheet.cell_values import read_time
from milebook.roster.sheet.code_pages import are_western
from milebook.roster.sheet.columns import (
    COLUMN_OF,
    DISTANCE,
    MAYBE_OF,
    Heading,
    is_distance,
    is_mile,
    language_of,
    read_headings,
    squashed,
)
from milebook.roster.sheet.heading_checks import check_headings
from milebook.roster.sheet.heading_texts import CELLS_TRIED, LONGEST_HEADING, NAMES, WORDS, cut, is_time, some_of
from milebook.roster.sheet.questions import is_question
from milebook.roster.sheet.spreadsheet import ERROR_VALUE, Row, Tab, broken, cell_text, fill_merged, read_tabs
from milebook.roster.sheet.workbook import CrossedOut, column_letters
from milebook.running.distance_readings import read_race_distance

ROWS_TRIED = 20  # down to which headings are looked for
MOST_TABS = 50  # of which the first rows are looked at


def name_columns(model: type[Model] = Profile) -> dict[At, str]:
    """Every key of a profile, also within `result` and `race`, and the column that has it.

    A key of one place only is its column's name; of several, the place stands before it: `result date`, `race date`.
    The distance of the result is `distance` alone.
    """
    within = {key: _keys_of(field.annotation) for key, field in _keys_of(model).items()}
    nested = [name for keys in within.values() for name in keys]
    columns: dict[At, str] = {(key,): key for key, keys in within.items() if not keys}
    for key, keys in within.items():
        for name in keys:
            is_shared = name in within or nested.count(name) > 1
            columns[key, name] = _SHORT.get((key, name)) or (f"{key} {name}" if is_shared else name)
    return columns


_SHORT: dict[At, str] = {("result", "distance"): "distance"}  # lists are of results first


def _keys_of(kind: object) -> dict[str, FieldInfo]:
    """The keys of a model as they are written in a file; none of what is no model."""
    fields = kind.model_fields if isinstance(kind, type) and issubclass(kind, Model) else {}
    return {field.alias or name: field for name, field in fields.items()}


@dataclass(frozen=True)
class Table:
    """A roster as it is written: its rows below the headings, the heading of each cell, and what was not read.

    `hidden` are the rows, and `hidden_columns` the columns, that are read although the sheet does not show them;
    `remarks` are the rows among them that are read past.
    """

    rows: tuple[Row, ...]
    headings: tuple[Heading, ...]
    notes: tuple[str, ...]
    hidden: tuple[int, ...]
    hidden_columns: tuple[str, ...] = ()
    remarks: tuple[int, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The column of each cell; empty for one that is not ours."""
        return tuple(heading.column for heading in self.headings)

    def heading(self, column: str) -> Heading:
        """The heading of a column; an empty one where the sheet has none of it."""
        return next((heading for heading in self.headings if heading.column == column), Heading(""))

    @cached_property
    def language(self) -> str:
        """The language of the headings, as `German`; empty where they are English, or of several."""
        return language_of(self.headings)

    @property
    def found(self) -> str:
        """The headings, as they are told to whoever misses one."""
        return some_of([heading.text for heading in self.headings if heading.text])


def read_table(path: Path, sheet: str = "") -> Table:
    """Read the tab that has our headings, or that of the name. Raises ContentError where there is none, or several."""
    tabs = read_tabs(path)
    tab, notes = _choose_tab(path, tabs, sheet)
    rows = tab.rows()
    number, headings = _find_heading_row(path, rows)
    below = [row for row in rows if row[0] > number and _has_values(row[1])]
    remarks = tuple(row for row, cells in below if is_remark(cells))
    below = [row for row in below if row[0] not in remarks]
    spelt = _spelt(tab, headings, [row for row in rows if row[0] >= number])
    lines = {place for row, cells in rows if row == number for place, cell in enumerate(cells) if _has_line(cell)}
    check_headings(path, number, headings, lines, below)
    repeated = _refuse_other_headings(path, number, headings, below)
    below = [row for row in below if row[0] not in repeated]
    _refuse_times_of_day(path, number, headings, below)
    crossed_out = _crossed_out(tab, headings, below)
    if crossed_out and len(crossed_out) == len(below):
        raise broken(path, "all rows below the headings are crossed out in the sheet", "take the lines away")
    below = [row for row in fill_merged(tab, below, number) if row[0] not in crossed_out]
    of_tab = f'{shown(path)}, tab "{tab.name}"' if len(tabs) > 1 else shown(path)
    told = [f"{shown(path)}: {note}" for note in notes]
    told += [f"{of_tab}: {note}" for note in (*_unread_columns(headings, below), *_unread_asides(headings))]
    told += [f"{of_tab}: {spelt}"] if spelt else []
    told += [f"{of_tab}: the headings stand again in {rows_of(sorted(repeated))}"] if repeated else []
    told += [f"{of_tab}: {_told_of_lines(crossed_out)}"] if crossed_out else []
    hidden = tab.hidden_rows()
    unseen = tuple(number for number, _ in below if number in hidden)
    away = tab.hidden_columns()
    named = [
        f"{column_letters(place)} ({cut(heading.text)})"
        for place, heading in enumerate(headings, 1)
        if heading.column and place in away
    ]
    return Table(tuple(below), headings, tuple(map(printable, told)), unseen, tuple(map(printable, named)), remarks)


# ---------------------------------------------------------------- the tab


def _choose_tab(path: Path, tabs: Sequence[Tab], sheet: str) -> tuple[Tab, list[str]]:
    """The tab with the athletes, and a note of those that are not read."""
    if sheet:
        named = [tab for tab in tabs if on_one_line(tab.name).casefold() == on_one_line(sheet).casefold()]
        if not named:
            known = ", ".join(tab.name for tab in tabs if tab.name)
            hint = f"it has {known}" if known else "leave --sheet away: only an .xlsx has tabs"
            raise broken(path, f'there is no tab "{sheet}"', hint)
        return named[0], []
    seen = [tab for tab in tabs if not tab.is_hidden] or list(tabs)
    if len(tabs) == 1:
        return seen[0], []
    first_rows = {tab.name: tab.rows(ROWS_TRIED + 1) for tab in tabs[:MOST_TABS]}
    ours = [tab for tab in tabs if _has_headings(first_rows.get(tab.name, []))]
    readable = [tab for tab in ours if tab in seen]
    if len(readable) > 1:
        names = [f'"{tab.name}"' for tab in readable]
        told = f"the tabs {', '.join(names[:-1])} and {names[-1]} have athletes"
        raise broken(path, told, f"say which one to read, as in --sheet {names[-1]}")
    if ours and not readable:
        raise broken(
            path, f'the tab "{ours[0].name}" has athletes and is hidden', f'show it, or say --sheet "{ours[0].name}"'
        )
    chosen = readable[0] if readable else next((tab for tab in seen if first_rows.get(tab.name)), seen[0])
    others = [tab for tab in tabs if tab is not chosen and first_rows.get(tab.name, True)]
    listed = some_of([f"{tab.name} (hidden)" if tab.is_hidden else tab.name for tab in others])
    return chosen, [f"tabs that are not read: {listed}"] if others else []


# ---------------------------------------------------------------- the headings


def _has_headings(rows: Sequence[Row]) -> bool:
    return any(_could_be_headings(row, rows) for row in rows[:ROWS_TRIED])


def _could_be_headings(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row has a column of names and another of ours, or nothing but one of names."""
    if not _has_words_of_headings(row[1]):
        return False
    known = _columns_of(row, rows)
    return bool(known & set(NAMES)) and (len(known) > 1 or sum(bool(cell_text(cell)) for cell in row[1]) == 1)


# A word of each heading of a name or a time: rows without any of them need no closer look.
_WORDS_OF_HEADINGS = frozenset(
    (
        *(word for word, column in (*COLUMN_OF.items(), *MAYBE_OF.items()) if column in (*NAMES, "time")),
        *("best", "record", "personal", "meilleur", "mejor", "gara", "personliche"),
    )
)


def _has_words_of_headings(cells: Sequence[object]) -> bool:
    """Whether a row has a word that headings of names and of times have."""
    texts = " ".join(str(cell) for cell in cells if isinstance(cell, str))
    plain = unicodedata.normalize("NFKD", texts).encode("ascii", "ignore").decode().lower()
    return not _WORDS_OF_HEADINGS.isdisjoint(WORDS.findall(plain))


def _columns_of(row: Row, rows: Sequence[Row]) -> set[str]:
    """The columns that a row of headings would have."""
    return {heading.column for heading in _read_above(row, rows) if heading.column}


def _read_above(row: Row, rows: Sequence[Row]) -> tuple[Heading, ...]:
    """A row as the headings of those below it."""
    number, cells = row

    def has_times(place: int, distance: str) -> bool:
        below = (its[place] for at, its in rows if at > number and place < len(its) and cell_text(its[place]))
        return any(is_time(cell, distance) for cell in islice(below, CELLS_TRIED))

    return read_headings(cells, has_times)


def _find_heading_row(path: Path, rows: Sequence[Row]) -> tuple[int, tuple[Heading, ...]]:
    """The row of the headings, and these; titles, remarks and empty rows may stand above them.

    Titles of several columns may read as headings, too: `Athlete`, `Best result`. Of rows without anybody between them
    the one that has more of our columns is that of the headings.
    """
    tried = [row for row in rows if _has_values(row[1]) and not is_remark(row[1])][:ROWS_TRIED]
    if not tried:
        raise broken(path, "the roster is empty", "its first row holds the headings: name, distance, time, ...")
    place = next((place for place, row in enumerate(tried) if _could_be_headings(row, rows)), None)
    if place is None:
        place = tried.index(max(tried, key=lambda row: _likeness(row[1])))
    for row in tried[place + 1 :]:
        if not _could_be_headings(row, rows) or len(_columns_of(row, rows)) <= len(_columns_of(tried[place], rows)):
            break
        place += 1
    return tried[place][0], _read_above(tried[place], rows)


def _likeness(cells: Sequence[object]) -> tuple[bool, int, int]:
    """How much a row looks like one of headings, beside others, where none is sure."""
    texts = [text for cell in cells if (text := cell_text(cell))]
    values = sum(bool(re.match("[0-9+-]", text)) or "@" in text for text in texts)
    headings = read_headings(cells, lambda *_: False)
    ours = sum(bool(heading.column or is_question(heading.text)) for heading in headings)
    is_named = any(heading.column in NAMES for heading in headings)
    return is_named, ours - values, len(texts) - values


_RACE_TIME = "racetime"  # which is how long a race took or, beside a race to come, when it starts
_OF_RACES = frozenset({"race date", "race name"})
# An hour of the day at which races start: 09:30, 9.30, 14:15 Uhr, 10:00 AM, and as a spreadsheet keeps it, 9:30:00.
_TIME_OF_DAY = re.compile(
    "0?([7-9]|1[0-9]|2[01])(?:[:.h](?:00|15|30|45)(?::00)?)? ?(?:uhr|uur|h|a[.]?m[.]?|p[.]?m[.]?)?"
)


def _refuse_times_of_day(path: Path, number: int, headings: Sequence[Heading], rows: Sequence[Row]) -> None:
    """Raise ContentError for `Race time` beside a race to come, where it may say when that starts.

    It may where it has nothing but quarters of an hour, or where another column has results.
    """
    place = next((at for at, one in enumerate(headings) if squashed(one.bare) == _RACE_TIME and one.column), None)
    if place is None or headings[place].distance or not {heading.column for heading in headings} & _OF_RACES:
        return
    cells = [cells[place] for _, cells in rows if place < len(cells) and cell_text(cells[place])]
    others = [one for one in headings if one.maybe == "time" and not one.column and not one.is_distance_alone]
    own, why = cut(headings[place].text), ""
    if cells and all(_TIME_OF_DAY.fullmatch(str(read_time(cell)).casefold()) for cell in cells):
        why = f"has nothing but hours of the day ({cell_text(cells[0])})"
    elif others:
        why = f'stands beside "{cut(others[0].text)}"'
    if why:
        told = f'the column "{own}" {why}, and may be when races start'
        hint = "call it Start if that is so, or Result time if it has how long a race took"
        raise ContentError([Problem(f"{shown(path)}:{number}:{own}", 0, 0, told, hint)])


def _has_line(cell: object) -> bool:
    return isinstance(cell, CrossedOut)


# ---------------------------------------------------------------- letters of a file that is not in UTF-8


def _spelt(tab: Tab, headings: Sequence[Heading], rows: Sequence[Row]) -> str:
    """A note on a file that was read as Windows-1252. Raises ContentError where its letters may be others as well."""
    if tab.doubt is None:
        return ""
    ours = [place for place, heading in enumerate(headings) if heading.column]
    texts = [(number, str(cells[place])) for number, cells in rows for place in ours if place < len(cells)]
    is_named = any(heading.column in NAMES for heading in headings)
    is_western_sheet = bool(language_of(headings))
    if not is_named or not are_western((text for _, text in texts), is_western_sheet=is_western_sheet):
        raise ContentError([tab.doubt])
    told = "the file is not in UTF-8, and was read as Windows-1252"
    first = next(((number, text) for number, text in texts if not text.isascii()), None)
    if first is None:
        return told
    word = next(word for word in first[1].split() if not word.isascii())
    return f'{told}: see that "{cut(word)}" in row {first[0]} is spelt right, else save it as CSV UTF-8'


# ---------------------------------------------------------------- lines through cells


def _crossed_out(tab: Tab, headings: Sequence[Heading], rows: Sequence[Row]) -> list[int]:
    """The rows that a coach has crossed out: all of their cells that are read have a line through them.

    A cell that goes over several rows is no row's own.
    """
    ours = [place for place, heading in enumerate(headings) if heading.column]
    shared = {(first, column - 1) for column, first, _ in tab.merged()}
    return [number for number, cells in rows if _is_crossed_out(number, cells, ours, shared)]


def _is_crossed_out(number: int, cells: Sequence[object], ours: Sequence[int], shared: Container[object]) -> bool:
    own = [cells[place] for place in ours if place < len(cells) and (number, place) not in shared]
    lines = [isinstance(cell, CrossedOut) and cell.is_whole for cell in own if cell_text(cell)]
    return bool(lines) and all(lines)


def _told_of_lines(rows: Sequence[int]) -> str:
    one = len(rows) == 1
    told = f"{rows_of(rows)} {'is' if one else 'are'} crossed out in the sheet and not read"
    return f"{told}; take the {'line' if one else 'lines'} away to have {'it' if one else 'them'} printed"


# ---------------------------------------------------------------- other headings further down


def _refuse_other_headings(path: Path, number: int, headings: Sequence[Heading], below: Sequence[Row]) -> set[int]:
    """The rows that say the same headings again. Raises ContentError for rows of other headings.

    They are no bad rows that may be left out: the athletes below them would be read by the first headings.
    """
    repeated, problems = set[int](), []
    for row, cells in below:
        other = _as_headings(cells, headings)
        if other and not (differing := _difference(headings, other)):
            repeated.add(row)
        elif other:
            told = f"row {row} is a second row of headings, below that of row {number}: {differing}"
            hint = "make two tabs or files, or one row of headings"
            hint += " and a column Distance" if differing.startswith(_OF_DISTANCE) else ""
            problems.append(Problem(f"{shown(path)}:{row}", 0, 0, told, hint))
        elif told := _other_distance(cells, headings):
            hint = "make two tabs or files, or a column Distance; if it is only a remark, begin it with #"
            problems.append(Problem(f"{shown(path)}:{row}", 0, 0, f"row {row} {told}", hint))
    if problems:
        raise ContentError(problems)
    return repeated


def _as_headings(cells: Sequence[object], first: Sequence[Heading]) -> tuple[Heading, ...]:
    """A row below the headings as headings; nothing for one that is an athlete's.

    It has a heading of a name and another of ours, or one of times with their distance, and no time where times are.
    """
    times = [place for place, heading in enumerate(first) if heading.column == "time"]
    if not _has_words_of_headings(cells) or any(is_time(cells[place], "") for place in times if place < len(cells)):
        return ()
    found = read_headings(cells, lambda place, _: place in times)
    sure = [heading for heading in found if heading.column and not heading.is_distance_alone]
    columns = {heading.column for heading in sure}
    is_named = bool(columns & set(NAMES)) and len(columns) > 1
    return found if is_named or any(heading.column == "time" and heading.distance for heading in sure) else ()


_OF_DISTANCE = "its distance is"


def _difference(first: Sequence[Heading], other: Sequence[Heading]) -> str:
    """What a second row of headings says otherwise than the first; nothing where it says the same."""
    none = Heading("")
    pairs = list(zip_longest(first, other, fillvalue=none))
    for place, (one, two) in enumerate(pairs, 1):
        if one.column != two.column:
            having = [f'"{cut(each.text)}"' if each.text else "no heading" for each in (two, one)]
            return f"in column {column_letters(place)} it has {having[0]}, the first one {having[1]}"
    for one, two in pairs:
        if one.column and _metres(one) != _metres(two):
            return f"{_OF_DISTANCE} {two.distance or 'not said'}, the first one's {one.distance or 'not said'}"
        if one.column and one.unit != two.unit:
            units = [each.unit or "not said" for each in (two, one)]
            return f"its unit of the {one.column} is {units[0]}, the first one's {units[1]}"
    return ""


def _metres(heading: Heading) -> float:
    """What a heading says of the distance; nothing of a goal that is one for the mile, as all are."""
    if heading.column == "goal" and heading.distance and is_mile(heading.distance):
        return 0
    return round(read_race_distance(heading.distance).metres) if heading.distance else 0


def _other_distance(cells: Sequence[object], first: Sequence[Heading]) -> str:
    """What is told of a row that has another distance where times are, or alone in its title, than their heading."""
    place, times = next(((at, one) for at, one in enumerate(first) if one.column == "time"), (0, Heading("")))
    if not times.distance:
        return ""
    texts = [cell_text(cell) for cell in cells]
    said = texts[place].casefold() if place < len(texts) else ""
    if not (is_distance(said) and not said.isdecimal()):
        alone = [text for text in texts if text]
        found = DISTANCE.search(alone[0].casefold()) if len(alone) == 1 and len(alone[0]) <= LONGEST_HEADING else None
        said = found[0] if found and is_distance(found[0]) else ""
    if not said or round(read_race_distance(said).metres) == _metres(times):
        return ""
    return f'says {said}, and the heading "{cut(times.text)}" gives the times of all rows another distance'


def _unread_columns(headings: Sequence[Heading], rows: Iterable[Row]) -> Iterator[str]:
    """Notes on columns that nobody here knows, and on cells below no heading."""
    unknown = [heading.text for heading in headings if heading.text and not heading.column]
    if unknown:
        yield f"columns that are not read: {some_of(unknown)}"
    headed = {place for place, heading in enumerate(headings) if heading.text}
    bare = {place for _, row in rows for place, cell in enumerate(row) if place not in headed and cell_text(cell)}
    if bare:
        letters = some_of([column_letters(place + 1) for place in sorted(bare)])
        yield f"columns without a heading are not read: {letters}"


def _unread_asides(headings: Sequence[Heading]) -> Iterator[str]:
    """A note on what stands in the brackets of headings and is not understood."""
    read_past = [f'"({cut(aside)})"' for heading in headings for aside in heading.asides]
    if read_past:
        yield f"what is read past in the brackets of headings: {some_of(read_past)}"


def _has_values(cells: Sequence[object]) -> bool:
    return any(map(cell_text, cells))


def is_remark(cells: Sequence[object]) -> bool:
    """Whether a row is a remark: it begins with # and has nothing else.

    An error of a spreadsheet is none, nor is a start number, `#12` or `#12 Ann`: it is an athlete's.
    """
    texts = (text for cell in cells if (text := cell_text(cell)))
    first = next(texts, "")
    return bool(re.match("#(?![0-9])", first)) and not any(texts) and not ERROR_VALUE.fullmatch(first)
