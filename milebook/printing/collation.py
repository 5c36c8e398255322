"""Booklets -> one file for the print shop, each on a front page of its own, with an outline of names.

Every object of every booklet is written once, under a hash of what it holds: the fonts and the pages that all athletes
share are in the file once, and what stays in memory is a hash and a place for each. A booklet is read, written and
forgotten.

For paper only: tags, links and metadata of the booklets do not survive this; the booklets themselves are for reading.
pikepdf is imported in functions only: most commands do without it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from io import BytesIO
from typing import Any, BinaryIO

DROPPED = frozenset({"/Parent", "/StructParents", "/StructParent", "/Annots", "/Tabs", "/B", "/Metadata", "/PieceInfo"})
INHERITED = ("/MediaBox", "/Resources", "/Rotate", "/CropBox")  # from the nodes of a page tree
CATALOG, INFO, PAGES, OUTLINE = 1, 2, 3, 4  # objects whose numbers are known from the start


@dataclass(frozen=True)
class Item:
    """What is printed for one athlete: a name for the outline, and PDFs, each of which starts on a front page."""

    name: str
    pdfs: tuple[bytes, ...]


def collate(items: Iterable[Item], title: str, out: BinaryIO) -> int:
    """Write the items into one PDF, one after the other; returns its pages. The same items make the same bytes.

    Double-sided printing needs no more: where a PDF's pages are odd, an empty one follows.
    """
    book = _Book(out)
    for item in items:
        book.add(item)
    return book.close(title)


class _Book:
    """A PDF that is written as it comes."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.at = out, 0
        self.offsets = array("Q", [0] * (OUTLINE + 1))
        self.known: dict[bytes, int] = {}  # the hash of what an object holds -> its number
        self.digest = blake2b(digest_size=16)
        self.nodes = array("Q")  # of the page tree, one for each item
        self.lines = 0  # of the outline
        self.line = (0, "", 0, 0)  # the last one: number, name, page, the line before; not written yet
        self.first, self.pages, self.lying = 0, 0, False
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    # ------------------------------------------------------------ objects

    def _put(self, data: bytes) -> None:
        self.out.write(data)
        self.digest.update(data)
        self.at += len(data)

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self.offsets.append(0)
        return len(self.offsets) - 1

    def place(self, number: int, body: bytes) -> None:
        """Write an object."""
        self.offsets[number] = self.at
        self._put(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def shared(self, body: bytes) -> int:
        """The number of an object that holds this; it is written when it first comes."""
        key = blake2b(body, digest_size=16).digest()
        if key not in self.known:
            self.known[key] = self.reserve()
            self.place(self.known[key], body)
        return self.known[key]

    # ------------------------------------------------------------ pages

    def add(self, item: Item) -> None:
        """Write one athlete's pages, their node of the page tree and their line of the outline."""
        node, leaves = self.reserve(), array("Q")
        for data in item.pdfs:
            for body in self._pages(data, node):
                leaves.append(self.reserve())
                self.place(leaves[-1], body)
        kids = _references(leaves)
        self.place(node, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (PAGES, len(leaves), kids))
        self.nodes.append(node)
        self.pages += len(leaves)
        self._name(item.name, leaves[0])

    def _pages(self, data: bytes, node: int) -> Iterator[bytes]:
        """The pages of one PDF, and an empty one where they are odd."""
        import pikepdf

        with pikepdf.open(BytesIO(data)) as pdf:
            copy = _Copy(self)
            for page in pdf.pages:
                yield copy.page(page.obj, node)
            width, height = (float(length) for length in pdf.pages[0].mediabox[2:])
            self.lying = self.lying or width > height
            if len(pdf.pages) % 2:
                box = b" ".join(b"%g" % float(edge) for edge in pdf.pages[-1].mediabox)
                yield b"<</Type/Page/Parent %d 0 R/MediaBox[%s]/Resources<<>>>>" % (node, box)

    # ------------------------------------------------------------ outline and end

    def _name(self, name: str, page: int) -> None:
        """Begin a line of the outline; the line before can be written now that the next one's number is known."""
        number = self.reserve()
        self._write_line(following=number)
        self.line = (number, name, page, self.line[0])
        self.lines += 1
        self.first = number if self.lines == 1 else self.first

    def _write_line(self, following: int = 0) -> None:
        number, name, page, before = self.line
        if number:
            around = (b"/Prev %d 0 R" % before if before else b"") + (b"/Next %d 0 R" % following if following else b"")
            dest = b"/Dest[%d 0 R/Fit]" % page
            self.place(number, b"<</Title %s/Parent %d 0 R%s%s>>" % (_text(name), OUTLINE, dest, around))

    def close(self, title: str) -> int:
        """Write what the file ends with; returns its pages."""
        self._write_line()
        kids = _references(self.nodes)
        self.place(PAGES, b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.pages, kids))
        ends = b"/First %d 0 R/Last %d 0 R" % (self.first, self.line[0]) if self.lines else b""
        self.place(OUTLINE, b"<</Type/Outlines/Count %d%s>>" % (self.lines, ends))
        duplex = b"DuplexFlipShortEdge" if self.lying else b"DuplexFlipLongEdge"
        prefers = b"/PageMode/UseOutlines/ViewerPreferences<</Duplex/%s/PrintScaling/None>>" % duplex
        self.place(CATALOG, b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R%s>>" % (PAGES, OUTLINE, prefers))
        self.place(INFO, b"<</Title %s/Producer(milebook)>>" % _text(title))
        start, name = self.at, self.digest.hexdigest().encode()
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self.offsets))
        for offset in self.offsets[1:]:
            self._put(b"%010d 00000 n \n" % offset)
        trailer = (len(self.offsets), CATALOG, INFO, name, name, start)
        self._put(b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n" % trailer)
        return self.pages


class _Copy:
    """Brings the objects of one PDF into the book."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.numbers: dict[tuple[int, int], int] = {}

    def page(self, page: Any, node: int) -> bytes:
        """A page without what leads to other pages."""
        own = {key: self.value(value) for key, value in page.items() if key not in DROPPED}
        for key in INHERITED:
            above = page
            while key not in own and (above := above.get("/Parent")) is not None:
                if key in above:
                    own[key] = self.value(above[key])
        return b"<<%s/Parent %d 0 R>>" % (_entries(own), node)

    def value(self, value: Any) -> bytes:
        """A value as the book writes it: an object of its own by its number."""
        if getattr(value, "is_indirect", False):
            if value.objgen not in self.numbers:
                self.numbers[value.objgen] = self.book.shared(self.body(value))
            return b"%d 0 R" % self.numbers[value.objgen]
        return self.body(value)

    def body(self, value: Any) -> bytes:
        """What a value holds."""
        import pikepdf

        if isinstance(value, pikepdf.Array):
            return b"[%s]" % b" ".join(map(self.value, value))
        if isinstance(value, pikepdf.Stream):
            data = value.read_raw_bytes()
            entries = self.entries(value.stream_dict, {"/Length"})
            return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)
        if isinstance(value, pikepdf.Dictionary):
            return b"<<%s>>" % self.entries(value)
        return value.unparse() if isinstance(value, pikepdf.Object) else _scalar(value)

    def entries(self, values: Any, besides: Set[str] = frozenset()) -> bytes:
        """What a dictionary holds, without what the book has no use for."""
        left_out = DROPPED | besides
        return _entries({key: self.value(item) for key, item in values.items() if key not in left_out})


def _scalar(value: bool | int | Decimal | None) -> bytes:
    if value is None or isinstance(value, bool):
        return {None: b"null", True: b"true", False: b"false"}[value]
    return format(value, "f" if isinstance(value, Decimal) else "d").encode()


def _entries(values: dict[str, bytes]) -> bytes:
    return b" ".join(_key(key) + b" " + values[key] for key in sorted(values))


def _key(key: str) -> bytes:
    import pikepdf

    return bytes(pikepdf.Name(key).unparse())


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


def _text(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"
