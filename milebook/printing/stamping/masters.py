"""A master: a booklet laid out once, with holes where runners' values go.

It is kept as bytes, and using it needs no print engine.

Two pages of HTML that are the same outside their fields are laid out the same, if every value still fits where the
master's own value stood: the same line breaks, the same lines. `read` takes a page apart into that shared skeleton and
the values; `stamper` puts other values into the master, or says why it cannot.
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from html import unescape
from itertools import count
from typing import Any

VERSION = 2  # of the bytes; a master of another version is made anew
MOST_TEXTS = 20_000  # whose white space is remembered to be as it should
PANGO_SCALE = 1024  # units a CSS pixel: the print engine measures text in whole ones

_FIELD = re.compile(
    r'(?P<span><span class="field field-(?P<kind>\w+)")>(?P<text>[^<]*)</span>'
    r'|(?P<rect><rect class="field field-share" [^>]* height=")(?P<share>[^"]*)"/>'
)
_TITLE = re.compile(r"(<title>)([^<]*)(</title>)")  # the first is the page's; those after it are of pictures
_SPACE = re.compile(r"[ \t\r\n\f]+")


class UnusableMasterError(Exception):
    """The bytes are no master that this version can use."""


@dataclass(frozen=True)
class Sheet:
    """A page of HTML taken apart: what all runners of a master share, and one runner's values in the page's order.

    First come the fields, then the page's title.
    """

    skeleton: str
    values: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Face:
    """A font: its name in the PDF and what shaping needs of it.

    `glyphs` are (number, width in thousandths, what it reads as), `letters` those that values may have.
    """

    name: str
    data: bytes
    glyphs: tuple[tuple[int, int, str], ...]
    letters: str


@dataclass(frozen=True)
class Style:
    """How a piece is set: size in 1/1024 px, and how far a line with it reaches above and below the baseline, in px."""

    face: int
    size: int
    features: tuple[tuple[str, int], ...]
    language: str
    above: float
    below: float


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph in one style: a field or text that all runners share.

    `breaks` are the offsets a line may break at; `wraps` says whether it may break where the piece begins (None: it
    depends on the values). `before` and `after` are margins in px. `pinned` is (line, x) of what must stay where it is,
    as something is drawn around it. `holes` are its places in the page, one for each line of the master it stands on.
    """

    text: str
    slot: int | None
    style: int | None
    breaks: tuple[int, ...]
    breakable: bool
    wraps: bool | None
    before: float
    after: float
    width: float
    pinned: tuple[int, float] | None
    holes: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """A line of a paragraph, in px: where it may begin and end, its baseline, its reach above and below it."""

    left: float
    right: float
    baseline: float
    above: float
    below: float


@dataclass(frozen=True)
class Paragraph:
    """Lines with fields. `align` is start, center or end."""

    align: str
    rows: tuple[Row, ...]
    strut: tuple[float, float]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Label:
    """Text with values in it that no line is made of: a title, a bookmark, how high a bar is. `code` is its kind.

    A number in `words` is the place of a value.
    """

    code: str
    words: tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """An object of the PDF with holes: bytes, a number for a hole of a paragraph, or a label.

    `extra` is the dictionary of a stream without its brackets; None for what is no stream.
    """

    number: int
    extra: bytes | None
    parts: tuple[bytes | int | Label, ...]


@dataclass(frozen=True)
class Skeleton:
    """The part of the PDF that is the same for every runner: its first bytes, with the table of where objects are.

    `table` holds an entry of `widths` bytes for each object; `trailer` is its dictionary without brackets.
    """

    head: bytes
    table: bytes
    widths: tuple[int, int, int]
    trailer: bytes


@dataclass(frozen=True)
class Master:
    """A booklet laid out once. `fixed` are (slot, value, reason) of the values that must be the master's own.

    No other value of the runner it was made for is in it. `key` is the page's skeleton, `count` how many values it has.
    `portable` says that every font is one of ours: another machine would lay out the same.
    """

    key: str
    count: int
    fixed: tuple[tuple[int, str, str], ...]
    faces: tuple[Face, ...]
    styles: tuple[Style, ...]
    paragraphs: tuple[Paragraph, ...]
    leaves: tuple[Leaf, ...]
    skeleton: Skeleton
    pages: int
    warnings: tuple[str, ...]
    portable: bool
    spare: int = 0  # pages at the end, to fill the last sheet


@dataclass(frozen=True)
class Route:
    """The way of a view's values to a page: the place of each field in `Apart.values`, the words of the title.

    `skeleton` names the page without its values, as `read` does. A number in `title` is the place of a value.
    """

    skeleton: str
    order: tuple[int, ...]
    title: tuple[str | int, ...] | None

    def values(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """The values in the page's order, as `read` finds them in the page of this view."""
        found = tuple([collapse(own[place]) for place in self.order])
        if self.title is None:
            return found
        return (*found, "".join(word if isinstance(word, str) else own[word] for word in self.title))


NO_ROUTE = Route("", (), None)  # there is none: a template reads values


def read(html: str) -> Sheet:
    """Take a page apart into its skeleton, which is the same for every runner of a master, and its values."""
    title = _TITLE.search(html)
    found = list(_FIELD.finditer(html))
    values = [match["share"] or collapse(unescape(match["text"] or "")) for match in found]
    kinds = [match["kind"] or "share" for match in found]
    if title:
        values, kinds = [*values, unescape(title[2])], [*kinds, "title"]
    bare = _TITLE.sub(r"\1\3", _FIELD.sub(lambda match: f"{match['span'] or match['rect']}>", html), count=1)
    return Sheet(sha256(bare.encode()).hexdigest(), tuple(values), tuple(kinds))


def numbered(html: str) -> str:
    """The page with a number on every field, by which the master's maker knows it again after the layout."""
    numbers = count()

    def number(match: re.Match[str]) -> str:
        slot = next(numbers)
        if match["rect"]:
            return f'{match["rect"]}{mark_of_bar(slot)}" data-slot="{slot}"/>'
        return f'{match["span"]} data-slot="{slot}">{match["text"]}</span>'

    return _FIELD.sub(number, html)


def mark_of_bar(slot: int) -> str:
    """A height by which a bar is found in the finished page: of the print engine's six decimals, nobody else's."""
    return f"0.{slot:05}7"


@lru_cache(MOST_TEXTS)
def collapse(text: str) -> str:
    """White space as the layout has it."""
    return _SPACE.sub(" ", text)


# ---------------------------------------------------------------- bytes


def dump(master: Master) -> bytes:
    """The master as bytes, to keep in a file."""
    blobs: list[bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            blobs.append(value)
            return {"blob": len(value)}
        if is_dataclass(value):
            return {type(value).__name__: [plain(getattr(value, field.name)) for field in fields(value)]}
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    told = json.dumps([VERSION, plain(master)], ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(len(told).to_bytes(4, "big") + told + b"".join(blobs), 1)


_CLASSES = {cls.__name__: cls for cls in (Face, Style, Piece, Row, Paragraph, Label, Leaf, Skeleton, Master)}


def load(data: bytes) -> Master:
    """A master from its bytes. Raises UnusableFormError where they are not one of this version."""
    try:
        data = zlib.decompress(data)
        place = 4 + int.from_bytes(data[:4], "big")
        number, told = json.loads(data[4:place])
        if number != VERSION:
            raise UnusableMasterError(f"the master is of version {number}, not {VERSION}")
        master = _Reader(data, place).value(told)
    except (zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnusableMasterError(f"the bytes are no master: {error}") from error
    if not isinstance(master, Master):
        raise UnusableMasterError("the bytes are no master")
    return master


class _Reader:
    """Builds values from JSON; bytes follow it in the order in which they are named."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data, self.place = data, place

    def value(self, told: Any) -> Any:
        if isinstance(told, list):
            return tuple([self.value(item) for item in told])
        if not isinstance(told, dict):
            return told
        ((name, inner),) = told.items()
        if name == "blob":
            self.place += inner
            return self.data[self.place - inner : self.place]
        return _CLASSES[name](*[self.value(item) for item in inner])
