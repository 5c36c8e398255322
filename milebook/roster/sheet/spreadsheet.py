"""A roster's file -> its filled rows: a `.csv` or an `.xlsx`, in bounded time and memory whatever the file holds."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from milebook.content.yaml_file import shown
from milebook.core.characters import on_one_line
from milebook.core.errors import ContentError, Problem
from milebook.roster.sheet.code_pages import WESTERN
from milebook.roster.sheet.workbook import LAST_ROW, MOST_COLUMNS, Merged, Workbook
from milebook.roster.sheet.workbook import Tab as WorkbookTab
from milebook.roster.sheet.workbook_parts import UnreadableWorkbookError

MOST_ROWS = 20_000  # with something in them, below the headings
MOST_CELLS = 1_000_000
LARGEST_ROSTER = 20_000_000  # bytes
LINES_TRIED, LONGEST_LINE = 30, 2_000  # lines and characters that say what stands between cells
_SEPARATOR = re.compile(r"\s*[\"']?sep=(.)[\"']?\r?\n?", re.IGNORECASE)  # a first line that Excel writes and reads
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how it begins

# What a spreadsheet shows where a formula fails, in several languages, or where a column is too narrow.
ERROR_VALUE = re.compile(
    "#[\u00a1\u00bf]?[A-Z\u00c0-\u00dd0-9/_]+[!?]|#(?:N/?[ADV]|NV|NB|N/B|GETTING_DATA)|Err:[0-9]{3}|#{3,}"
)

Row = tuple[int, Sequence[object]]


@dataclass(frozen=True)
class Tab:
    """A sheet of a roster's file; a `.csv` has one, without a name.

    `doubt` is what to tell of a file that is not in UTF-8 where its letters cannot be those of Windows-1252 alone.
    """

    path: Path
    name: str
    is_hidden: bool
    read: Callable[[int], Iterable[Row]]  # as many rows as are wanted
    hidden_rows: Callable[[], Container[int]] = frozenset  # which of those that were read nobody sees
    hidden_columns: Callable[[], Container[int]] = frozenset  # from 1
    merged: Callable[[], Sequence[Merged]] = tuple  # ranges of them that are one cell
    doubt: Problem | None = None

    def rows(self, most: int = MOST_ROWS + 2) -> list[Row]:
        """Its rows with something in them, each with its number. Raises ContentError where they cannot be read."""
        return list(_count(self.path, self.read(most)))  # the headings, and one that is too many


def read_tabs(path: Path) -> tuple[Tab, ...]:
    """The sheets of a roster's file, at least one. Raises ContentError where the file as a whole cannot be read."""
    readers = {".csv": _csv_tab, ".tsv": _csv_tab, ".txt": _csv_tab, ".xlsx": _xlsx_tabs}
    reader = readers.get(path.suffix.lower())
    if reader is None and path.exists():
        raise broken(path, f'a roster is .csv or .xlsx, not "{path.suffix}"', "save it as .xlsx, or as CSV UTF-8")
    data = read_file(path)
    return reader(path, data) if reader else ()


def read_file(path: Path) -> bytes:
    """The bytes of a roster. Raises ContentError where it is no file or too large; nothing larger is ever read."""
    try:
        _refuse_odd(path, path.stat())
        with os.fdopen(os.open(path, _READ_AT_ONCE), "rb") as file:
            status = os.fstat(file.fileno())
            _refuse_odd(path, status)  # what lies there may be another by now
            data = file.read(LARGEST_ROSTER + 1) if status.st_size <= LARGEST_ROSTER else b""
            size = max(status.st_size, len(data))
    except FileNotFoundError:
        raise broken(path, "the roster is missing") from None
    except OSError as error:
        raise broken(path, f"the roster cannot be read: {error.strerror}") from None
    if size > LARGEST_ROSTER:
        raise broken(path, f"the roster has {size:,} bytes", f"at most {LARGEST_ROSTER:,}")
    return data


_READ_AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # never wait for a pipe


def _refuse_odd(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise broken(path, f"{what} lies where the roster belongs", "save the list as a file")


def _count(path: Path, rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on, as many as a roster may have."""
    left = MOST_CELLS
    for before, (number, cells) in enumerate(rows):
        left -= len(cells)
        if before > MOST_ROWS or left < 0:
            most = f"{MOST_ROWS:,} rows" if before > MOST_ROWS else f"{MOST_CELLS:,} cells"
            raise broken(path, f"the roster has more than {most}", "split it, or remove what is no athlete")
        yield number, cells


def _csv_tab(path: Path, data: bytes) -> tuple[Tab, ...]:
    text, doubt = _decode(path, data)
    return (Tab(path, "", False, lambda _: _csv_rows(path, text), doubt=doubt),)


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    said = _SEPARATOR.match(text)
    delimiter = said[1] if said else _find_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if "".join(cells).strip() and not (start == 1 and said):
                yield start, _bound_columns(path, start, cells)
            start = reader.line_num + 1
            if start > LAST_ROW:
                raise broken(path, f"the roster has more than {LAST_ROW:,} lines", "remove those that are empty")
    except csv.Error as error:
        problem = Problem(f"{shown(path)}:{start}", 0, 0, f"the row cannot be read: {error}", "mend its quotes")
        raise ContentError([problem]) from None


_QUOTED = re.compile(r'(?:^|(?<=[\t;,]))"(?:[^"]|"")*+"', re.MULTILINE)  # a cell in quotes


def _find_delimiter(text: str) -> str:
    """What stands in most lines; a comma may also be within numbers: where others stand as often, it is none.

    What stands within the quotes of a cell, ends of lines too, does not count.
    """
    bare = _QUOTED.sub("", text[: LINES_TRIED * LONGEST_LINE])
    lines = list(islice((line for line in io.StringIO(bare) if line.strip()), LINES_TRIED))
    return max("\t;,", key=lambda sign: sum(sign in line for line in lines))


def _bound_columns(path: Path, number: int, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        told = f"the row has {len(cells):,} columns"
        raise ContentError([Problem(f"{shown(path)}:{number}", 0, 0, told, f"at most {MOST_COLUMNS:,}")])
    return cells[:MOST_COLUMNS]


_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")  # what no text in Windows-1252 has


def _decode(path: Path, data: bytes) -> tuple[str, Problem | None]:
    """The text of a file in UTF-8 or, where its first bytes say so, UTF-16; else as Windows-1252, with a doubt."""
    encoding, name = ("utf-16", "UTF-16") if data[:2] in _UTF_16 else ("utf-8-sig", "UTF-8")
    if name == "UTF-8" and b"\0" in data[:4]:
        raise broken(path, "the file is no text in UTF-8", "save it as CSV UTF-8")
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = f"line {line} has letters that cannot be read: the file is not in {name}"
        hint = 'in Excel choose File, Save As, "CSV UTF-8 (Comma delimited)", or save it as .xlsx'
        doubt = Problem(f"{shown(path)}:{line}", 0, 0, told, hint)
    if name != "UTF-8" or _NO_TEXT.search(data):
        raise ContentError([doubt])
    return data.decode(WESTERN), doubt


def _xlsx_tabs(path: Path, data: bytes) -> tuple[Tab, ...]:
    with _told_as_content(path):
        workbook = Workbook(data)

    def rows_of(tab: WorkbookTab) -> Callable[[int], Iterator[Row]]:
        def read(most: int) -> Iterator[Row]:
            with _told_as_content(path):
                yield from workbook.read_rows(tab, most)

        return read

    def hidden_in(tab: WorkbookTab) -> Callable[[], Container[int]]:
        return lambda: workbook.hidden.get(tab, frozenset())

    def hidden_columns_in(tab: WorkbookTab) -> Callable[[], Container[int]]:
        return lambda: workbook.hidden_columns.get(tab, frozenset())

    def merged_in(tab: WorkbookTab) -> Callable[[], Sequence[Merged]]:
        return lambda: workbook.merged.get(tab, ())

    return tuple(
        Tab(path, tab.name, tab.is_hidden, rows_of(tab), hidden_in(tab), hidden_columns_in(tab), merged_in(tab))
        for tab in workbook.tabs
    )


def fill_merged(tab: Tab, rows: Sequence[Row], heading: int) -> list[Row]:
    """The rows with the value of a merged range in each of its rows, where it begins below the heading's row.

    A row that nothing else is in is none. Raises ContentError where that makes more cells than a roster may have.
    """
    if not tab.merged():
        return list(rows)
    filled = {number: list(cells) for number, cells in rows}
    numbers = sorted(filled)
    left = MOST_CELLS - sum(map(len, filled.values()))
    for column, first, last in tab.merged():
        if first <= heading or first not in filled or column > len(filled[first]):
            continue
        value = filled[first][column - 1]
        for number in numbers[bisect_right(numbers, first) : bisect_right(numbers, last)]:
            cells = filled[number]
            lacking = max(0, column - len(cells))
            left -= 1 + lacking
            if left < 0:
                raise broken(tab.path, f"the roster has more than {MOST_CELLS:,} cells", "unmerge what is no athlete")
            cells += [None] * lacking
            if cells[column - 1] is None:
                cells[column - 1] = value
    return [(number, filled[number]) for number, _ in rows]


@contextlib.contextmanager
def _told_as_content(path: Path) -> Iterator[None]:
    try:
        yield
    except UnreadableWorkbookError as error:
        raise broken(path, error.message, error.hint) from None


def broken(path: Path, message: str, hint: str = "") -> ContentError:
    """What is wrong with a file as a whole."""
    return ContentError([Problem(shown(path), 0, 0, message, hint)])


def cell_text(value: object) -> str:
    """A cell as a text on one line; empty where nothing is to be seen in it."""
    return on_one_line(str(value)) if value is not None else ""
