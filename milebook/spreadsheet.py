"""A roster's file -> its filled rows: a `.csv` or an `.xlsx`, in bounded time and memory whatever the file holds."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from milebook.characters import on_one_line
from milebook.errors import ContentError, Problem
from milebook.workbook import LAST_ROW, MOST_COLUMNS, UnreadableWorkbookError, read_sheet
from milebook.yamlfile import shown

MOST_ROWS = 20_000  # with something in them, below the headings
MOST_CELLS = 1_000_000
LARGEST_ROSTER = 20_000_000  # bytes
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how it begins

Row = tuple[int, Sequence[object]]


def read_rows(path: Path) -> list[Row]:
    """Every row with something in it, with its number. Raises ContentError where the file as a whole cannot be read."""
    readers = {".csv": _csv_rows, ".tsv": _csv_rows, ".txt": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None and path.exists():
        raise broken(path, f'a roster is .csv or .xlsx, not "{path.suffix}"', "save it as CSV UTF-8")
    data = read_file(path)
    return list(_count(path, reader(path, data))) if reader else []


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


def _csv_rows(path: Path, data: bytes) -> Iterator[Row]:
    text = _decode(path, data)
    head = next((line for line in io.StringIO(text) if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if "".join(cells).strip():
                yield start, _bound_columns(path, start, cells)
            start = reader.line_num + 1
            if start > LAST_ROW:
                raise broken(path, f"the roster has more than {LAST_ROW:,} lines", "remove those that are empty")
    except csv.Error as error:
        problem = Problem(shown(path), start, 1, f"the row cannot be read: {error}", "mend its quotes")
        raise ContentError([problem]) from None


def _bound_columns(path: Path, number: int, cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        problem = Problem(shown(path), number, 1, f"the row has {len(cells):,} columns", f"at most {MOST_COLUMNS:,}")
        raise ContentError([problem])
    return cells[:MOST_COLUMNS]


def _decode(path: Path, data: bytes) -> str:
    """The text of a file in UTF-8 or, where its first bytes say so, UTF-16."""
    encoding, told = ("utf-16", "UTF-16") if data[:2] in _UTF_16 else ("utf-8-sig", "UTF-8")
    if told == "UTF-8" and b"\0" in data[:4]:
        raise broken(path, "the file is no text in UTF-8", "save it as CSV UTF-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{data[error.start]:02x} is not {told}"
        raise ContentError([Problem(shown(path), line, 1, problem, "save it as CSV UTF-8")]) from None


def _xlsx_rows(path: Path, data: bytes) -> Iterator[Row]:
    try:
        yield from read_sheet(data, MOST_ROWS + 2)  # the headings, and one that is too many
    except UnreadableWorkbookError as error:
        raise broken(path, error.message, error.hint) from None


def broken(path: Path, message: str, hint: str = "") -> ContentError:
    """What is wrong with a file as a whole."""
    return ContentError([Problem(shown(path), 0, 0, message, hint)])


def cell_text(value: object) -> str:
    """A cell as a text on one line; empty where nothing is to be seen in it."""
    return on_one_line(str(value)) if value is not None else ""
