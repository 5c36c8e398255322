"""A spreadsheet -> its rows: a `.csv` or an `.xlsx`, read within bounds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path

from milebook.errors import ContentError, Problem
from milebook.yamlfile import shown

MOST_ROWS = 20_000
LARGEST_ROSTER = 20_000_000  # bytes
MOST_UNPACKED = 200_000_000  # bytes of a spreadsheet's parts
MOST_CELLS = 5_000_000  # of the rectangle around all that are filled in
_CELL = re.compile(  # of a spreadsheet's sheet, with something in it
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?(?:v|is|f)\b'
)


def read_rows(path: Path) -> list[tuple[int, Sequence[object]]]:
    """Every row with its number. Raises ContentError."""
    if not path.is_file():
        raise broken(path, "the roster is missing")
    size = path.stat().st_size
    if size > LARGEST_ROSTER:
        raise broken(path, f"the roster has {size:,} bytes", f"at most {LARGEST_ROSTER:,}")
    readers = {".csv": _csv_rows, ".tsv": _csv_rows, ".txt": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise broken(path, f'a roster is .csv or .xlsx, not "{path.suffix}"', "save it as CSV UTF-8")
    rows = list(reader(path))
    if len(rows) > MOST_ROWS + 1:
        raise broken(path, f"the roster has {len(rows) - 1:,} rows", f"at most {MOST_ROWS:,}; split it")
    return rows


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise ContentError([Problem(shown(path), line, 1, problem, "save it as CSV UTF-8")]) from None
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(
            [Problem(shown(path), start, 1, f"the row cannot be read: {error}", "mend its quotes")]
        ) from None


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    import python_calamine

    try:
        _check_size(path)
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        yield from enumerate(sheet.to_python(skip_empty_area=False), 1)
    except ContentError:
        raise
    except Exception as error:  # whatever a spreadsheet that is none makes the library raise
        raise broken(
            path, f"the spreadsheet cannot be read: {error}", "save it again as .xlsx or as CSV UTF-8"
        ) from None


def _check_size(path: Path) -> None:
    """Raise ContentError where a small file would take much memory: packed tightly, or with a cell far out."""
    with zipfile.ZipFile(path) as archive:
        if (size := sum(part.file_size for part in archive.infolist())) > MOST_UNPACKED:
            raise broken(path, f"the spreadsheet has {size:,} bytes unpacked", f"at most {MOST_UNPACKED:,}")
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _check_far_cells(path, archive.read(name))


def _check_far_cells(path: Path, sheet: bytes) -> None:
    column = row = 0
    for match in _CELL.finditer(sheet):
        column = max(column, reduce(lambda number, letter: number * 26 + letter - 64, match[1], 0))
        row = max(row, int(match[2]))
    if column * row > MOST_CELLS:
        far = f"the cells reach to column {column:,} and row {row:,}"
        raise broken(path, far, "remove what stands far out, or save the list as CSV UTF-8")


def broken(path: Path, message: str, hint: str = "") -> ContentError:
    """What is wrong with a file as a whole."""
    return ContentError([Problem(shown(path), 0, 0, message, hint)])


def cell_text(value: object) -> str:
    """A cell as a text on one line; empty where nothing is in it."""
    return " ".join(str(value).split()) if value is not None else ""
