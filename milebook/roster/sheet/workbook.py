"""An `.xlsx` -> its tabs and the rows of each, in bounded time and memory whatever the file holds.

A workbook is a zip of XML. Of its parts only those are opened that the cells of the wanted tab need. Each is unpacked
in pieces and parsed as it comes, and what the file says of its own sizes is never believed: reading stops at a limit.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

from milebook.roster.sheet.number_formats import BUILT_IN, kind_of, number_as_shown, read_iso
from milebook.roster.sheet.workbook_parts import Attributes, PartReader, Parts, UnreadableWorkbookError, told_if_damaged

LONGEST_TEXT = 1_000  # characters of a cell that are kept: a roster's cells are shorter
LONGEST_FORMULA = 100  # characters of one that are kept, to be told
MOST_COLUMNS = 1_000  # up to the last cell with something in it
MOST_TABS = 200
MOST_MERGED = 10_000  # ranges that go over several rows
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576  # of any sheet

_ROOT, _WORKBOOK = "_rels/.rels", "xl/workbook.xml"
_COLUMN = re.compile("[A-Z]{1,3}")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character that XML cannot hold

_FORMULA = "formula"  # for a cell's type, which no file has

Row = tuple[int, Sequence[object]]


@dataclass(frozen=True)
class Formula:
    """A formula whose value is not in the file: the program that saved it has not worked it out."""

    text: str  # as far as it is told

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class CrossedOut:
    """What a cell holds that has a line through it, or through a part of it."""

    value: object
    is_whole: bool

    def __str__(self) -> str:
        return str(self.value)


class Workbook:
    """A workbook and its tabs, visible and hidden. Raises UnreadableWorkbookError, as reading its rows does."""

    def __init__(self, data: bytes) -> None:
        with told_if_damaged():
            self._parts = Parts(data)
            self._names = _find_parts(self._parts)
        self.tabs = self._names.tabs
        self.hidden: dict[Tab, set[int]] = {}  # the rows that nobody sees, of each tab that was read
        self.hidden_columns: dict[Tab, set[int]] = {}  # from 1
        self.merged: dict[Tab, list[Merged]] = {}  # the ranges that are one cell

    def read_rows(self, tab: Tab, most_rows: int) -> Iterator[Row]:
        """The filled rows of a tab, each with its number (from 1) and its cells from column A on; no more than so many.

        A cell is a text, a whole or broken number, a date, a time of day, a moment or a duration; None where nothing is
        in it. A number is a text where its format shows it otherwise, an error a text such as `#N/A`. A formula is its
        value, and a `Formula` where the file does not have it. Any of these that is struck through is `CrossedOut`.
        """
        with told_if_damaged():
            sheet = _Sheet(most_rows)
            self._parts.parse(tab.part, sheet)
            rows, self.hidden[tab] = sheet.rows, sheet.hidden
            self.hidden_columns[tab], self.merged[tab] = sheet.hidden_columns, sheet.merged
            texts = _read_shared_texts(self._parts, self._names.texts, rows)
            styles = _read_styles(self._parts, self._names.styles)
        look = _Look(styles, texts, sheet.looks_of, self._names.dates_from_1904)
        for number in sorted(rows):
            cells = rows[number]
            columns = range(1, max(cells) + 1)
            yield number, [look.value(number, column, cells.get(column)) for column in columns]


# ---------------------------------------------------------------- the zip


# ---------------------------------------------------------------- which parts


class _Relations(PartReader):
    """Which part a part leads to, by the relation's id, and of which kind."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.by_id: dict[str, str] = {}
        self.by_kind: dict[str, str] = {}
        self.starts = {"Relationship": self._keep}

    def _keep(self, attributes: Attributes) -> None:
        if attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes.get("Target", ""))).lstrip("/")
            self.by_id.setdefault(attributes.get("Id", ""), target)
            self.by_kind.setdefault(attributes.get("Type", "").rpartition("/")[2], target)


class _TabList(PartReader):
    """The tabs of a workbook, each with its relation, and which first day dates are counted from."""

    def __init__(self) -> None:
        super().__init__()
        self.tabs: list[tuple[str, bool, str]] = []  # its name, whether it is hidden, the relation's id
        self.dates_from_1904 = False
        self.starts = {"workbookPr": self._count_from, "sheet": self._keep}

    def _count_from(self, attributes: Attributes) -> None:
        self.dates_from_1904 = attributes.get("date1904") in ("1", "true")

    def _keep(self, attributes: Attributes) -> None:
        relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
        self.tabs.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", relation))
        self.done = len(self.tabs) >= MOST_TABS


@dataclass(frozen=True)
class Tab:
    """A tab of a workbook: its name, whether it is hidden, and the part with its cells."""

    name: str
    is_hidden: bool
    part: str


@dataclass(frozen=True)
class _PartNames:
    """Where in a workbook its tabs, the texts they share and the styles are, and how its dates are counted."""

    tabs: tuple[Tab, ...]
    texts: str | None
    styles: str | None
    dates_from_1904: bool


def _find_parts(parts: Parts) -> _PartNames:
    name = _relations(parts, "", _ROOT).by_kind.get("officeDocument", _WORKBOOK)
    if name not in parts or not name.endswith(".xml"):
        raise UnreadableWorkbookError("this is not an .xlsx, whatever its name says")
    workbook = _TabList()
    parts.parse(name, workbook)
    folder, file = posixpath.split(name)
    relations = _relations(parts, folder, f"{folder}/_rels/{file}.rels")
    tabs = tuple(Tab(name, hidden, relations.by_id[of]) for name, hidden, of in workbook.tabs if of in relations.by_id)
    if not tabs:
        raise UnreadableWorkbookError("the spreadsheet has no sheet")
    texts, styles = (relations.by_kind.get(kind, "") for kind in ("sharedStrings", "styles"))
    return _PartNames(
        tabs, texts if texts in parts else None, styles if styles in parts else None, workbook.dates_from_1904
    )


def _relations(parts: Parts, folder: str, name: str) -> _Relations:
    found = _Relations(folder)
    if name in parts:
        parts.parse(name, found)
    return found


# ---------------------------------------------------------------- lines through texts


_LIKE_ITS_CELL, _PLAIN, _STRUCK = "like its cell", "plain", "struck"  # how a part of a text looks
_OFF = ("0", "false", "off")


class _Runs(PartReader):
    """Takes which parts of a text have a line through them; a part without a format of its own is like its cell."""

    def __init__(self) -> None:
        super().__init__()
        self.looks, self.look = set[str](), _LIKE_ITS_CELL
        self.starts = {"r": self._begin_run, "rPr": self._begin_format, "strike": self._strike}

    def begin_looks(self) -> None:
        """A text begins."""
        self.looks, self.look = set(), _LIKE_ITS_CELL

    def look_at(self, text: str) -> None:
        """A text of the part that was begun last; a line through blanks is none."""
        if self.look not in self.looks and not text.isspace():
            self.looks.add(self.look)

    def _begin_run(self, _: Attributes) -> None:
        self.look = _LIKE_ITS_CELL

    def _begin_format(self, _: Attributes) -> None:
        self.look = _PLAIN

    def _strike(self, attributes: Attributes) -> None:
        if self.look == _PLAIN and attributes.get("val", "1") not in _OFF:
            self.look = _STRUCK


# ---------------------------------------------------------------- the cells


Cell = tuple[str, str, str]  # as it is written: its type, its style, its text
Cells = dict[int, dict[int, Cell]]  # by row and column
Merged = tuple[int, int, int]  # a range's first column, its first and its last row

# What may follow the ranges that are merged; from there on all is of how the sheet looks.
_AFTER_MERGED = (
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "drawing", "legacyDrawing"),
    *("tableParts", "extLst"),
)


class _Sheet(_Runs):
    """The cells of a sheet that have something in them, what of it is hidden, and which cells are merged into one."""

    def __init__(self, most_rows: int) -> None:
        super().__init__()
        self.rows: Cells = {}
        self.looks_of: dict[tuple[int, int], set[str]] = {}  # of texts that stand in their cell, by row and column
        self.hidden = set[int]()
        self.hidden_columns = set[int]()
        self.merged: list[Merged] = []
        self.columns_left, self.has_ended = MOST_COLUMNS, False
        self.most_rows = most_rows
        self.row, self.reference = 0, ""
        self.cell: Attributes = {}
        self.written = ""
        self.formula: str | None = None
        self.wanted = self.phonetic = self.in_formula = self.has_value = False
        self.starts |= {"row": self._begin_row, "c": self._begin_cell, "v": self._want, "t": self._want_text}
        self.starts |= {"rPh": self._skip, "f": self._begin_formula}
        self.ends = {"c": self._end_cell, "v": self._leave, "t": self._leave, "rPh": self._resume}
        self.ends |= {"f": self._end_formula}
        self.starts |= {
            "col": self._note_columns,
            "mergeCell": self._merge,
            **dict.fromkeys(_AFTER_MERGED, self._finish),
        }
        self.ends |= {"sheetData": self._end, "mergeCells": self._finish}

    def _end(self) -> None:
        self.has_ended = True

    def _finish(self, *_: object) -> None:
        self.done = self.done or self.has_ended

    def _note_columns(self, attributes: Attributes) -> None:
        first, last = (attributes.get(end, "") for end in ("min", "max"))
        are_numbers = all(end.isdecimal() and len(end) < 9 for end in (first, last))
        if attributes.get("hidden") in ("1", "true") and are_numbers and self.columns_left:
            self.columns_left -= 1
            self.hidden_columns.update(range(int(first), min(int(last), MOST_COLUMNS) + 1))

    def _merge(self, attributes: Attributes) -> None:
        """Keep a range that goes over several rows: its value is that of each. Titles go over columns."""
        start, _, end = attributes.get("ref", "").partition(":")
        if self.done or not end:
            return
        (column, first), (_, last) = _place(start), _place(end)
        if last > first:
            self.merged.append((column, first, last))
        if len(self.merged) > MOST_MERGED:
            told = f"the spreadsheet has more than {MOST_MERGED:,} merged cells"
            raise UnreadableWorkbookError(told, "unmerge them, or save the list as CSV UTF-8")

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", str(self.row + 1))
        self.row, self.reference = int(number) if number.isdecimal() and len(number) < 9 else 0, ""
        if not 1 <= self.row <= LAST_ROW:
            raise UnreadableWorkbookError(f'the spreadsheet has a row "{number[:20]}"')
        if attributes.get("hidden") in ("1", "true"):  # by hand, or by a filter
            self.hidden.add(self.row)

    def _begin_cell(self, attributes: Attributes) -> None:
        self.cell, self.written, self.formula, self.has_value = attributes, "", None, False
        self.begin_looks()
        if "r" in attributes:
            self.reference = attributes["r"]
        else:
            column, row = _place(self.reference) if self.reference else (0, self.row)
            self.reference = f"{column_letters(column + 1)}{row}"

    def _want(self, _: Attributes) -> None:
        self.wanted = self.has_value = True

    def _begin_formula(self, _: Attributes) -> None:
        self.formula, self.in_formula = "=", True

    def _end_formula(self) -> None:
        self.in_formula = False

    def _want_text(self, _: Attributes) -> None:
        self.wanted = not self.phonetic

    def _leave(self) -> None:
        self.wanted = False

    def _skip(self, _: Attributes) -> None:
        self.phonetic = True  # how a text is pronounced

    def _resume(self) -> None:
        self.phonetic = False

    def text(self, text: str) -> None:
        if self.wanted and len(self.written) < LONGEST_TEXT:
            self.written += text[:LONGEST_TEXT]
            self.look_at(text)
        elif self.in_formula and len(self.formula or "") < LONGEST_FORMULA:
            self.formula = f"{self.formula}{text[:LONGEST_FORMULA]}"

    def _end_cell(self) -> None:
        kind = self.cell.get("t", "n")
        if self.formula and not self.written and not (kind == "str" and self.has_value):  # that one is an empty text
            kind, self.written = _FORMULA, self.formula  # the program that saved it has not worked it out
        if not self.written or self.done or self.has_ended:
            return
        column, row = _place(self.reference)
        if column > MOST_COLUMNS:
            told = f"the cell {self.reference} stands far out"
            raise UnreadableWorkbookError(told, "remove what stands far out, or save the list as CSV UTF-8")
        cells = self.rows.setdefault(row, {})
        cells[column] = kind, self.cell.get("s", "0"), self.written
        if not self.looks <= {_LIKE_ITS_CELL}:
            self.looks_of[row, column] = self.looks
        self.done = len(self.rows) >= self.most_rows


def _place(reference: str) -> tuple[int, int]:
    """`C7` -> column 3, row 7."""
    letters = reference.rstrip("0123456789")
    figures = reference[len(letters) :]
    column, row = _column(letters), int(figures) if 0 < len(figures) < 9 else 0
    if not column or not 1 <= row <= LAST_ROW:
        raise UnreadableWorkbookError(f'the spreadsheet has a cell "{reference[:20]}"')
    return column, row


@lru_cache(LAST_COLUMN)
def _column(letters: str) -> int:
    """`AB` -> 28; 0 for what is no column."""
    if not _COLUMN.fullmatch(letters):
        return 0
    number = reduce(lambda number, letter: number * 26 + ord(letter) - 64, letters, 0)
    return number if number <= LAST_COLUMN else 0


def column_letters(column: int) -> str:
    """`A` for the first column, `AB` for the 28th: how a spreadsheet calls it."""
    letters = ""
    while column:
        column, left = divmod(column - 1, 26)
        letters = chr(65 + left) + letters
    return letters


# ---------------------------------------------------------------- texts and styles, which sheets share


class _SharedTexts(_Runs):
    """Those of a workbook's texts that the sheet has, by their number."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self.texts = dict.fromkeys(wanted, "")
        self.looks_of: dict[int, set[str]] = {}  # of texts that are not all like their cells
        self.number, self.last = -1, max(wanted)
        self.phonetic = self.wanted = False
        self.starts |= {"si": self._begin, "t": self._want, "rPh": self._skip}
        self.ends = {"si": self._end, "t": self._leave, "rPh": self._resume}

    def _begin(self, _: Attributes) -> None:
        self.number += 1
        self.begin_looks()

    def _end(self) -> None:
        self.done = self.number == self.last
        if self.number in self.texts and not self.looks <= {_LIKE_ITS_CELL}:
            self.looks_of[self.number] = self.looks

    def _want(self, _: Attributes) -> None:
        self.wanted = not self.phonetic and self.number in self.texts

    def _leave(self) -> None:
        self.wanted = False

    def _skip(self, _: Attributes) -> None:
        self.phonetic = True

    def _resume(self) -> None:
        self.phonetic = False

    def text(self, text: str) -> None:
        if self.wanted and len(self.texts[self.number]) < LONGEST_TEXT:
            self.texts[self.number] += text[:LONGEST_TEXT]
            self.look_at(text)


def _read_shared_texts(parts: Parts, name: str | None, rows: Cells) -> _SharedTexts:
    wanted = {_shared(text) for cells in rows.values() for kind, _, text in cells.values() if kind == "s"}
    if not wanted:
        return _SharedTexts({0})
    shared = _SharedTexts(wanted)
    if name:
        parts.parse(name, shared)
    if shared.number < shared.last or -1 in wanted:
        raise UnreadableWorkbookError("the spreadsheet lacks texts of its cells")
    return shared


def _shared(text: str) -> int:
    """The number of a cell's text; -1, which no text has, where it is none."""
    return int(text) if text.isdecimal() and len(text) < 9 else -1


class _Styles(PartReader):
    """How the numbers of each style are shown: "day", "span" (hours that go beyond a day) or by a number's format.

    Of times of day, "clock" has no seconds and "stopwatch" no hours. `struck` are the styles whose font has a line
    through its letters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, str] = dict(BUILT_IN)
        self.styles: list[str] = []
        self.struck = set[str]()
        self.fonts: list[bool] = []  # whether each strikes its letters through
        self.inside = self.in_fonts = False
        self.starts = {"numFmt": self._add_format, "cellXfs": self._begin, "xf": self._add_style}
        self.starts |= {"fonts": self._begin_fonts, "font": self._add_font, "strike": self._strike}
        self.ends = {"cellXfs": self._end, "fonts": self._end_fonts}

    @property
    def by_number(self) -> Mapping[str, str]:
        """What each style makes of a number, by the style's own number."""
        return {str(number): shown for number, shown in enumerate(self.styles) if shown}

    def _begin_fonts(self, _: Attributes) -> None:
        self.in_fonts = True

    def _end_fonts(self) -> None:
        self.in_fonts = False

    def _add_font(self, _: Attributes) -> None:
        if self.in_fonts:
            self.fonts.append(False)

    def _strike(self, attributes: Attributes) -> None:
        if self.in_fonts and self.fonts and attributes.get("val", "1") not in _OFF:
            self.fonts[-1] = True

    def _add_format(self, attributes: Attributes) -> None:
        self.formats[attributes.get("numFmtId", "")] = kind_of(attributes.get("formatCode", ""))

    def _begin(self, _: Attributes) -> None:
        self.inside = True

    def _add_style(self, attributes: Attributes) -> None:
        if self.inside and not self.done:  # other tags `xf` are named styles
            font = _shared(attributes.get("fontId", ""))
            if 0 <= font < len(self.fonts) and self.fonts[font]:
                self.struck.add(str(len(self.styles)))
            self.styles.append(self.formats.get(attributes.get("numFmtId", ""), ""))

    def _end(self) -> None:
        self.done = True


def _read_styles(parts: Parts, name: str | None) -> _Styles:
    styles = _Styles()
    if name:
        parts.parse(name, styles)
    return styles


# ---------------------------------------------------------------- values


class _Look:
    """How a sheet shows its cells."""

    def __init__(
        self, styles: _Styles, texts: _SharedTexts, looks: Mapping[tuple[int, int], set[str]], dates_from_1904: bool
    ) -> None:
        self.styles, self.struck = styles.by_number, styles.struck
        self.texts, self.looks, self.dates_from_1904 = texts, looks, dates_from_1904

    def value(self, row: int, column: int, cell: Cell | None) -> object:
        """What a cell holds, and whether there is a line through it."""
        value = _value(cell, self.texts.texts, self.styles, self.dates_from_1904)
        if cell is None:
            return value
        kind, style, text = cell
        own = self.texts.looks_of.get(_shared(text)) if kind == "s" else self.looks.get((row, column))
        if own is None:
            return CrossedOut(value, True) if style in self.struck else value
        lines = {look == _STRUCK or (look == _LIKE_ITS_CELL and style in self.struck) for look in own}
        return CrossedOut(value, lines == {True}) if True in lines else value


def _value(cell: Cell | None, texts: Mapping[int, str], styles: Mapping[str, str], dates_from_1904: bool) -> object:
    """What a cell holds; what is no number where one belongs is a text, to be told at its place."""
    if cell is None:
        return None
    kind, style, text = cell
    if kind == _FORMULA:
        return Formula(text)
    if kind == "n":
        return number_as_shown(text, styles.get(style, ""), dates_from_1904)
    if kind == "b":
        return "TRUE" if text == "1" or text.lower() == "true" else "FALSE"
    if kind == "d":
        return read_iso(text)
    text = texts[_shared(text)] if kind == "s" else text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
