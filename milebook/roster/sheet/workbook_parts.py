"""The parts of an .xlsx, unpacked and parsed within bounds."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn
from xml.parsers import expat

Attributes = Mapping[str, str]

MOST_DIRECTORY = 1_000_000  # bytes of the zip's list of parts; a workbook of twenty sheets has 3,000
MOST_UNPACKED = 200_000_000  # bytes of all parts that are read
MOST_TAGS = 5_000_000  # of the XML of all parts that are read
MOST_NAMES = 1_000  # of tags and of what stands in them, in one part
DEEPEST = 60  # elements within each other
PIECE = 1_000_000  # bytes that are parsed at once; a tag or a comment has at most two of them
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # how .xls begins, and what is encrypted with a password
_UNREADABLE = (  # what zipfile, zlib and expat raise for a file that is damaged
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,
)


class UnreadableWorkbookError(Exception):
    """A file that is no `.xlsx`, or no list that a roster could be: what is wrong and what to do about it."""

    def __init__(self, message: str, hint: str = "save it again as .xlsx or as CSV UTF-8") -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


@contextlib.contextmanager
def told_if_damaged() -> Iterator[None]:
    """Raise UnreadableWorkbookError for whatever a damaged file makes zip and XML raise."""
    try:
        yield
    except _UNREADABLE as error:
        raise UnreadableWorkbookError(f"the spreadsheet cannot be read: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:100] or type(error).__name__


class _BoundedBytes(io.BytesIO):
    """A file of which no more is taken at once than the longest list of parts."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if len(data) > MOST_DIRECTORY:
            raise UnreadableWorkbookError("the spreadsheet has too many parts")
        return data


class Parts:
    """The parts of a workbook, and how much of them may still be read."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLD_OR_LOCKED):
            raise UnreadableWorkbookError("this is an old .xls, or protected with a password, and not an .xlsx")
        self.archive = zipfile.ZipFile(_BoundedBytes(data))
        self.names = Counter(name.lower() for name in self.archive.namelist())
        self.bytes_left, self.tags_left = MOST_UNPACKED, MOST_TAGS

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.names

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece."""
        if self.names[name.lower()] != 1:
            raise UnreadableWorkbookError(f"the spreadsheet has {self.names[name.lower()] or 'no'} {name}")
        info = next(info for info in self.archive.infolist() if info.filename.lower() == name.lower())
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableWorkbookError("the spreadsheet is packed in a way of its own")
        with self.archive.open(info) as part:
            while piece := part.read(PIECE):
                self.bytes_left -= len(piece)
                self.tags_left -= piece.count(b"<")
                if self.bytes_left < 0 or self.tags_left < 0:
                    most = f"{MOST_UNPACKED:,} bytes unpacked" if self.bytes_left < 0 else f"{MOST_TAGS:,} tags"
                    raise UnreadableWorkbookError(f"the spreadsheet has more than {most}", "save the list alone")
                yield piece

    def parse(self, name: str, reader: PartReader) -> None:
        """Parse a part until its reader has what it wants."""
        parser = _parser(reader)
        fed = 0
        for piece in self.pieces(name):
            parser.Parse(piece, False)
            if reader.done:
                return
            fed += len(piece)
            if fed - parser.CurrentByteIndex > PIECE:  # each piece would have it parsed again from its start
                raise UnreadableWorkbookError(f"{name} has a tag or a comment of more than {PIECE:,} bytes")
            if len(parser.intern) > MOST_NAMES:  # which a parser keeps for good
                raise UnreadableWorkbookError(f"{name} has tags of more than {MOST_NAMES:,} names")
        parser.Parse(b"", True)


class PartReader:
    """Takes from a part what is wanted of it: what to do where an element begins, where it ends, and with its text."""

    def __init__(self) -> None:
        self.starts: dict[str, Callable[[Attributes], object]] = {}
        self.ends: dict[str, Callable[[], object]] = {}
        self.done = False

    def text(self, text: str) -> None:
        """A text, or a part of one."""


class _ByName(dict[str, Any]):
    """What to do with an element, by its name with its namespace; found by its plain name the first time."""

    def __init__(self, by_plain_name: Mapping[str, Any]) -> None:
        super().__init__()
        self.by_plain_name = by_plain_name

    def __missing__(self, name: str) -> Any:
        self[name] = self.by_plain_name.get(name.rpartition(" ")[2])
        return self[name]


def _parser(reader: PartReader) -> expat.XMLParserType:
    """A parser that tells a reader of the elements it wants, by their plain names, and knows no entity."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    starts, ends, depth = _ByName(reader.starts), _ByName(reader.ends), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableWorkbookError(f"the spreadsheet has more than {DEEPEST} elements within each other")
        if begin := starts[name]:
            begin(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if finish := ends[name]:
            finish()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnreadableWorkbookError("the spreadsheet has a document type, which none that is saved by a program has")
