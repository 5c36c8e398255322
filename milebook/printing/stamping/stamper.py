"""A master and a runner's values -> the runner's PDF, as if it had been laid out by itself.

No print engine: a value is shaped by HarfBuzz with the master's own fonts and features, and what follows it on its line
moves. Wherever the print engine might have done otherwise (another line break, a letter from another font) nothing
is stamped: `Unstampable` says why, and that runner's booklet is laid out in full.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from isal import isal_zlib

from milebook.printing.stamping.copyfitting import Setter
from milebook.printing.stamping.masters import Label, Leaf, Master, Sheet, Skeleton
from milebook.printing.stamping.shaping import Unstampable, as_number

_SHARE = re.compile(r"\d(?:\.\d+)?")


class Stamper:
    """Stamps a master, many times: it remembers how a text is set. `name` tells masters of one page apart."""

    def __init__(self, master: Master, name: str = "") -> None:
        self.master, self.name = master, name
        setter = Setter(master)
        self._paragraphs = [setter.prepared(paragraph) for paragraph in master.paragraphs]
        self._blanks = [_Blank(leaf) for leaf in master.leaves]

    def stamp(self, sheet: Sheet) -> bytes:
        """The runner's PDF. Raises Unstampable."""
        if sheet.skeleton != self.master.key:
            raise Unstampable("the pages differ outside their fields")
        return self.fill(sheet.values)

    def fill(self, values: Sequence[str]) -> bytes:
        """The PDF with these values, in the order of the master's own. Raises Unstampable."""
        if len(values) != self.master.count:
            raise Unstampable(f"{len(values)} values for {self.master.count} fields")
        for slot, own, reason in self.master.fixed:
            if values[slot] != own:
                raise Unstampable(f'"{values[slot]}" instead of "{own}": {reason}')
        holes: dict[int, bytes] = {}
        for number, set_values in enumerate(self._paragraphs):
            try:
                set_values(values, holes)
            except Unstampable:  # where one runner does not fit, another is likely not to: ask there first
                self._paragraphs.insert(0, self._paragraphs.pop(number))
                raise
        return _assemble(self.master.skeleton, self._blanks, holes, values)


class _Blank:
    """An object of the master, with what has to be put where."""

    def __init__(self, leaf: Leaf) -> None:
        self.number, self.extra = leaf.number, leaf.extra
        self.parts = [part if isinstance(part, bytes) else b"" for part in leaf.parts]
        self.holes = [(place, part) for place, part in enumerate(leaf.parts) if isinstance(part, int)]
        self.labels = [(place, part) for place, part in enumerate(leaf.parts) if isinstance(part, Label)]

    def filled(self, holes: dict[int, bytes], values: Sequence[str]) -> bytes:
        """The object without its number."""
        parts = self.parts.copy()
        for place, hole in self.holes:
            parts[place] = holes[hole]
        for place, label in self.labels:
            parts[place] = written(label, values)
        data = b"".join(parts)
        return data if self.extra is None else _stream(self.extra, data)


def _assemble(skeleton: Skeleton, blanks: Sequence[_Blank], holes: dict[int, bytes], values: Sequence[str]) -> bytes:
    """Put the file together: what is the same for all, then what is this runner's, then the table of objects."""
    parts, position, table = [skeleton.head], len(skeleton.head), bytearray(skeleton.table)
    for blank in blanks:
        data = b"%d 0 obj\n%s\nendobj\n" % (blank.number, blank.filled(holes, values))
        _enter(table, skeleton.widths, blank.number, position)
        parts.append(data)
        position += len(data)
    last = len(table) // sum(skeleton.widths) - 1
    _enter(table, skeleton.widths, last, position)
    parts.append(b"%d 0 obj\n%s\nendobj\n" % (last, _stream(skeleton.trailer, bytes(table))))
    return b"".join((*parts, b"startxref\n%d\n%%%%EOF\n" % position))


def _enter(table: bytearray, widths: tuple[int, int, int], number: int, position: int) -> None:
    """Note in the table where an object is."""
    size = sum(widths)
    entry = (1).to_bytes(widths[0], "big") + position.to_bytes(widths[1], "big") + bytes(widths[2])
    table[number * size : (number + 1) * size] = entry


def _stream(extra: bytes, data: bytes) -> bytes:
    packed = isal_zlib.compress(data, 1)  # zlib would take as long as all the rest
    return b"<<%s/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (extra, len(packed), packed)


def written(label: Label, values: Sequence[str]) -> bytes:
    """A label as the PDF has it: in a string of the file, in XML, or as a number. Raises Unstampable."""
    text = "".join(word if isinstance(word, str) else values[word] for word in label.words)
    if label.code == "bar":
        if not _SHARE.fullmatch(text) or not 0 < float(text) <= 1:
            raise Unstampable(f'"{text}" is no height of a bar')  # nor is 0: the engine draws nothing then
        return as_number(float(text))
    if not text.replace("\u00a0", " ").isprintable():
        raise Unstampable(f'"{text}" has signs that are no letters')
    if label.code == "xml":
        return html.escape(text, quote=False).encode()
    if text.isascii():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode()) + b")"
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"
