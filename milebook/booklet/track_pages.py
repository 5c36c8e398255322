"""Evenings at the track -> pages: what a sheet shows, how much room that takes, which evenings stand on which page.

The pages are filled here and not by the print engine: it can neither say "continued" over what it breaks nor find a
place for an evening without laying it out twice. Heights are in millimetres and those of `group.css`; where somebody's
own styles need more room, the engine breaks a page where it must and nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from math import ceil

from milebook.booklet.views import Brand
from milebook.content.vocabulary import Kind, Paper

HEIGHTS: dict[Paper, float] = {"a4": 297.0 - 26.0, "letter": 279.4 - 26.0}  # mm between the margins
WIDTH = 184.0  # mm between the margins of A4, the narrower paper
SLACK = 3.0  # mm of each page that stay free: lines are counted by an estimate of their width
GROUP_LINE, EVENING_LINE, TITLE_LINE, WHAT_LINE, OTHERS_LINE = 9.4, 7.6, 5.8, 5.2, 4.7  # mm, a line of each
EVENING_GAP, BLOCK_GAP = 6.0, 2.2  # mm above
EVENING_HEAD = EVENING_GAP + EVENING_LINE
ROW, MORE_LINE = 7.2, 6.4  # mm; boxes that need one have a line of their own
NAME_LINE, NAME_GAP = 4.3, 1.4  # mm, each line of a name that takes several, and the air above and below them
NAME_WIDTH, FIGURES_WIDTH = 58.0, 48.0  # mm
BOXES_WIDTH = WIDTH - NAME_WIDTH - FIGURES_WIDTH
BOX, ONE_BOX = 11.0, 24.0  # mm, the widest box of several, and a single one, in which a time is written
LEAST_BOX = 5.0  # mm, to tick at all
LINE = 0.25  # mm, around a box
ROW_SIZE, TIME_SIZE, SMALL_NAME_SIZE, TITLE_SIZE, OTHERS_SIZE = 12.0, 15.0, 11.0, 15.0, 10.5  # pt
HEADING_SIZE, LONG_HEADING_SIZE = 26.0, 15.0  # pt
MOST_HEADING_LINES = 2
MM_PER_POINT = 25.4 / 72

_NARROW, _SLIM, _WIDE = frozenset("ijlI.,:;'’ |!()[]"), frozenset("frt1-"), frozenset("mwMW@%&")


@dataclass(frozen=True)
class Row:
    """A runner's line in one part of a session. `name` has what tells two of one name apart.

    `more` stands behind the time: how often, and a range or the time of a lap. `boxes` is how many there are to fill
    in.
    """

    name: str
    time: str
    more: str
    boxes: int

    @property
    def is_small(self) -> bool:
        """Whether the name is set a little smaller, as it then takes a line less."""
        return _set_name(self.name)[1]

    @property
    def lines(self) -> tuple[str, ...]:
        """The name line by line; its time and boxes stand beside it, however many lines there are."""
        return _set_name(self.name)[0]

    @property
    def is_wide(self) -> bool:
        """Whether the boxes go on a line of their own: they or the figures need more room."""
        figures = measure_width(f"  {self.more}", ROW_SIZE) + measure_width(self.time, TIME_SIZE)
        return figures > FIGURES_WIDTH or self.boxes * LEAST_BOX > BOXES_WIDTH

    @property
    def box_width(self) -> float:
        """How wide each box is, in mm."""
        room = BOXES_WIDTH + self.is_wide * FIGURES_WIDTH
        return ONE_BOX if self.boxes == 1 else min(BOX, room / self.boxes)

    @property
    def style(self) -> str:
        """The class of its boxes: rows of one class are as high and have the same boxes in the same place."""
        lines = f"-lines-{len(self.lines)}" if len(self.lines) > 1 else ""
        return f"boxes-{self.boxes}{lines}{'-wide' * self.is_wide}"

    @property
    def height(self) -> float:
        """How high it is, in mm."""
        name = NAME_LINE * len(self.lines) + NAME_GAP
        return round(max(ROW, name) + MORE_LINE * self.is_wide, 3)

    @property
    def first_line(self) -> float:
        """How high name and figures are: all of the row, or what is above boxes on a line of their own, in mm."""
        return round(self.height - (ROW - 0.2) * self.is_wide, 3)


@dataclass(frozen=True)
class Boxes:
    """Boxes side by side at the foot of a row, to draw: all in mm."""

    left: float
    width: float
    height: float
    top: float
    lines: tuple[float, ...]

    @classmethod
    def of(cls, row: Row) -> Boxes:
        """The boxes of a row: `left` is where they begin on the page, `lines` are where upright lines stand in them."""
        lines = tuple(round(LINE / 2 + number * row.box_width, 3) for number in range(row.boxes + 1))
        left = NAME_WIDTH + FIGURES_WIDTH * (not row.is_wide)
        top = round((row.height - ROW) * row.is_wide + LINE / 2, 3)
        return cls(left, round(lines[-1] + LINE / 2, 3), row.height, top, lines)


@dataclass(frozen=True)
class Part:
    """What is run in one part of a session, with which rest; everybody's line, the fastest first."""

    what: str
    rows: tuple[Row, ...]

    @property
    def runs(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """Neighbouring rows with the same boxes, by their class: the boxes of a run are drawn at once."""
        return tuple((style, tuple(rows)) for style, rows in groupby(self.rows, lambda row: row.style))

    @property
    def head(self) -> float:
        """The height of its heading, in mm."""
        return WHAT_LINE * count_lines(self.what, ROW_SIZE)


@dataclass(frozen=True)
class Block:
    """A session of an evening and all who run it; `race` is a race's own name, in place of the title."""

    title: str
    race: str
    kind: Kind
    kind_name: str
    purpose: str
    parts: tuple[Part, ...]

    @property
    def head(self) -> float:
        """The height of its heading, in mm."""
        return BLOCK_GAP + TITLE_LINE * count_lines(f"{self.race or self.title} {self.purpose}", TITLE_SIZE)


@dataclass(frozen=True)
class Evening:
    """A day at the track: `week` is there where all who train share it, `others` are those who train by themselves.

    `is_continued` says that a page before has the beginning; a `section` is a heading above that begins a page.
    """

    day: str
    week: str
    count: int
    blocks: tuple[Block, ...]
    others: tuple[tuple[str, str], ...]  # session, names
    is_continued: bool = False
    section: str = ""

    @property
    def height(self) -> float:
        """How high it is, in mm."""
        parts = [part for block in self.blocks for part in block.parts]
        heads = sum(block.head for block in self.blocks) + sum(part.head for part in parts)
        return EVENING_HEAD + heads + sum(row.height for part in parts for row in part.rows) + self.foot

    @property
    def foot(self) -> float:
        """The height of the lines about the others, in mm."""
        lines = sum(count_lines(f"{session}: {names}", OTHERS_SIZE) for session, names in self.others)
        return lines * OTHERS_LINE + (BLOCK_GAP if lines else 0)


@dataclass(frozen=True)
class GroupTitle:
    """The heading of the first page: a group and whose it is, or a long name alone, as high as two lines at most."""

    words: str
    is_small: bool = False

    @classmethod
    def of(cls, group: str, brand: str) -> GroupTitle:
        """The largest heading that fits."""
        both = f"{group}, {brand}"
        sizes = (cls(both), cls(group))
        return next((one for one in sizes if one.height <= MOST_HEADING_LINES * GROUP_LINE), cls(group, is_small=True))

    @property
    def height(self) -> float:
        """How high it is, in mm."""
        size, line = (LONG_HEADING_SIZE, TITLE_LINE) if self.is_small else (HEADING_SIZE, GROUP_LINE)
        return line * len(_break_lines(self.words, size, WIDTH - 6))


@dataclass(frozen=True)
class TrackSheets:
    """All sheets of one group, page by page."""

    group: str
    title: GroupTitle
    brand: Brand
    language: str
    paper: Paper
    members: int
    pages: tuple[tuple[Evening, ...], ...]

    @property
    def boxes(self) -> dict[str, Boxes]:
        """The boxes there are, by the class of the rows that have them."""
        blocks = (block for page in self.pages for evening in page for block in evening.blocks)
        rows = (row for block in blocks for part in block.parts for row in part.rows)
        return {row.style: Boxes.of(row) for row in rows if row.boxes}


def measure_width(text: str, size: float) -> float:
    """About how wide a text is in mm, in a semi-condensed face of so many points: rather too wide than too small."""
    return sum(map(_letter_width, text)) * size * MM_PER_POINT


def _letter_width(letter: str) -> float:
    """The width of a letter as a share of the size of the type."""
    if letter in _NARROW:
        return 0.25
    if letter in _SLIM:
        return 0.35
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _WIDE:
        return 0.76
    return 0.57 if letter.isupper() or letter > "\u024f" else 0.5


@lru_cache(4096)  # a name comes on every evening
def _set_name(name: str) -> tuple[tuple[str, ...], bool]:
    """The lines of a name beside its figures, and whether it is set smaller, which is so where that saves a line."""
    usual, small = (_break_lines(name, size, NAME_WIDTH - 2) for size in (ROW_SIZE, SMALL_NAME_SIZE))
    return (small, True) if len(small) < len(usual) else (usual, False)


def _break_lines(name: str, size: float, width: float) -> tuple[str, ...]:
    """A name in lines of a width, broken at spaces, behind hyphens, and in a word that is wider still."""
    lines = [""]
    for word in re.findall(r"[^\s-]*-+|[^\s-]+|\s+", name):
        if measure_width(f"{lines[-1]}{word}".rstrip(), size) <= width:
            lines[-1] += word
            continue
        lines.append("")
        for letter in word.lstrip():
            if measure_width(f"{lines[-1]}{letter}", size) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(line.strip() for line in lines if line.strip()) or (name,)


def count_lines(text: str, size: float) -> int:
    """About how many lines a text takes over the whole width."""
    return max(1, ceil(measure_width(text, size) / (WIDTH - 6)))


def fill_pages(title: GroupTitle, evenings: Sequence[Evening], paper: Paper) -> tuple[tuple[Evening, ...], ...]:
    """Put evenings on pages in their order. None is torn unless it is larger than a page; then each piece says so.

    `title` is that of the first page.
    """
    height = HEIGHTS[paper] - SLACK
    pages: list[list[Evening]] = [[]]
    left = height - title.height
    for number, evening in enumerate(evenings):
        room = height - (GROUP_LINE if number else title.height)
        for piece in _pieces(evening, room):
            needed = piece.height + GROUP_LINE * bool(piece.section)
            if pages[-1] and (piece.section or needed > left):
                pages.append([])
                left = height
            pages[-1].append(piece)
            left -= needed
    return tuple(tuple(page) for page in pages if page)


Line = tuple[Block, Part, Row]
FEWEST_LINES = 2  # of runners above the names of others, on a page that goes on


def _pieces(evening: Evening, room: float) -> Iterator[Evening]:
    """An evening in pieces that fit on a page of their own; mostly it is one."""
    if evening.height <= room:
        yield evening
        return
    pages = _with_others(evening, _balanced([*_split(evening, room - EVENING_HEAD)]), room)
    pieces = [_gathered(lines) for lines in pages]
    for number, blocks in enumerate(pieces):
        others = evening.others if number == len(pieces) - 1 else ()
        section = "" if number else evening.section
        yield replace(evening, blocks=blocks, others=others, is_continued=number > 0, section=section)


def _split(evening: Evening, room: float) -> Iterator[list[Line]]:
    """The lines of an evening for each page; the headings of session and part come again on every page."""
    lines: list[Line] = []
    left = room
    for block in evening.blocks:
        for part in block.parts:
            for row in part.rows:
                needed = row.height + _heads(lines, block, part)
                if lines and needed > left:
                    yield lines
                    lines, left = [], room
                    needed = row.height + _heads(lines, block, part)
                lines.append((block, part, row))
                left -= needed
    yield lines


def _balanced(pages: list[list[Line]]) -> list[list[Line]]:
    """The same lines, none alone on the last page where the page before has one to spare."""
    if len(pages) > 1 and len(pages[-1]) == 1 and len(pages[-2]) > 2:
        pages[-1].insert(0, pages[-2].pop())
    return pages


def _with_others(evening: Evening, pages: list[list[Line]], room: float) -> list[list[Line]]:
    """The same lines, with room for those who run easily on the last page, where they do not stand without any lines.

    They do where they are so many that no two lines fit above them.
    """

    def fits(lines: Sequence[Line]) -> bool:
        return replace(evening, blocks=_gathered(lines)).height <= room

    *before, last = pages
    if fits(last):
        return pages
    if len(last) > FEWEST_LINES and fits(last[-FEWEST_LINES:]):
        return [*_balanced([*before, last[:-FEWEST_LINES]]), last[-FEWEST_LINES:]]
    return [*pages, []]


def _heads(lines: Sequence[Line], block: Block, part: Part) -> float:
    """The height of the headings that a line needs behind others, in mm."""
    last = lines[-1] if lines else (None, None)
    return block.head * (last[0] is not block) + part.head * (last[1] is not part)


def _gathered(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Lines under their headings again."""
    blocks = []
    for _, of_block in groupby(lines, lambda line: id(line[0])):
        several = list(of_block)
        parts = [list(of_part) for _, of_part in groupby(several, lambda line: id(line[1]))]
        made = tuple(replace(part[0][1], rows=tuple(row for _, _, row in part)) for part in parts)
        blocks.append(replace(several[0][0], parts=made))
    return tuple(blocks)
