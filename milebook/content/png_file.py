"""A PNG that is whole: every chunk with its checksum, every row of every picture there, and no more."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from milebook.core.errors import QuantityError

SIDES = (300, 4000)  # the longer side, in pixels: sharp at 25 mm and 300 dpi, and quick to print
MOST_BYTES = 70_000_000  # unpacked: 4000 by 4000 pixels of four bytes
MOST_CHUNKS = 2_000
LARGEST_NOTE = 1_000_000  # bytes of a text or a colour profile, unpacked

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by the type of its colour
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # bits of a sample
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # Adam7
_FILTERS = bytes(range(5))
_PACKED = (b"zTXt", b"iCCP", b"iTXt")  # notes that may be packed
_MOVES = (b"acTL", b"fcTL", b"fdAT")


def check(name: str, data: bytes) -> None:
    """Read a PNG. Raises QuantityError for one that is damaged, too large or too small, or moves."""

    def refuse(found: str, hint: str = "export it afresh") -> QuantityError:
        return QuantityError(f'the logo "{name}" {found}', hint)

    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise refuse("is not a PNG")
    longer = max(struct.unpack(">II", data[16:24]))
    low, high = SIDES
    if not low <= longer <= high:
        raise refuse(f"is {longer} pixels at its longer side", f"make it {low} to {high}")
    try:
        _check_chunks(data)
    except _DamagedError as error:
        raise refuse(f"is damaged: {error}") from None


class _DamagedError(Exception):
    """What is wrong with it."""


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks with their names. Raises _DamagedError."""
    position = len(_SIGNATURE)
    for _ in range(MOST_CHUNKS):
        head = data[position : position + 8]
        if len(head) < 8:
            raise _DamagedError("it is cut short")
        length, kind = struct.unpack(">I4s", head)
        body, end = data[position + 8 : position + 8 + length], position + 12 + length
        if end > len(data):
            raise _DamagedError("it is cut short")
        if struct.pack(">I", zlib.crc32(kind + body)) != data[end - 4 : end]:
            raise _DamagedError("a checksum is wrong")
        yield kind, body
        if kind == b"IEND":
            return
        position = end
    raise _DamagedError("it has too many pieces")


def _check_chunks(data: bytes) -> None:
    head, packed, palette, before = b"", b"", b"", b""
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            if head:
                raise _DamagedError("it begins twice")
            head = body
        elif kind == b"PLTE":
            palette = body
        elif kind == b"IDAT":
            if packed and before != b"IDAT":
                raise _DamagedError("its picture is in two places")
            packed += body
        elif kind in _MOVES:
            raise _DamagedError("it moves")
        elif kind in _PACKED:
            _check_note(kind, body)
        elif not kind[0] & 0x20 and kind != b"IEND":
            raise _DamagedError("it has a piece that no program knows")
        before = kind
    _check_picture(head, packed, palette)


def _check_note(kind: bytes, body: bytes) -> None:
    """Whether a text or a colour profile is as large as it may be. Raises _DamagedError."""
    _, _, rest = body.partition(b"\0")
    if kind != b"iTXt":
        _unpack(rest[1:], LARGEST_NOTE)
    elif rest[:1] == b"\1":
        _unpack(rest[2:].split(b"\0", 2)[-1], LARGEST_NOTE)


def _unpack(packed: bytes, most: int) -> bytes:
    """What was packed. Raises _DamagedError where it is damaged, or more than it may be."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(packed, most + 1)
    except zlib.error:
        raise _DamagedError("a piece cannot be unpacked") from None
    if len(found) > most:
        raise _DamagedError("a piece is too large")
    return found


def _check_picture(head: bytes, packed: bytes, palette: bytes) -> None:
    """Whether each row is there, with a filter that there is. Raises _DamagedError."""
    if len(head) != 13:
        raise _DamagedError("its head is cut short")
    width, height, depth, colour, method, filtering, interlaced = struct.unpack(">IIBBBBB", head)
    if not width or not height or depth not in _DEPTHS.get(colour, ()) or method or filtering or interlaced > 1:
        raise _DamagedError("its head says what cannot be")
    if colour == 3 and not (palette and len(palette) % 3 == 0 and len(palette) <= 768):
        raise _DamagedError("its colours are missing")
    parts = [
        (-(-(width - x) // across), -(-(height - y) // down))
        for x, y, across, down in (_PASSES if interlaced else ((0, 0, 1, 1),))
    ]
    rows = [(1 + (columns * _SAMPLES[colour] * depth + 7) // 8, lines) for columns, lines in parts if columns > 0]
    size = sum(length * max(0, lines) for length, lines in rows)
    if size > MOST_BYTES:
        raise _DamagedError(f"its picture is larger than {MOST_BYTES // 10**6} MB")
    picture = _unpack(packed, size)
    position = 0
    for length, lines in rows:
        end = position + length * max(0, lines)
        if picture[position:end:length].translate(None, _FILTERS):
            raise _DamagedError("a row cannot be read")
        position = end
    if len(picture) != size:
        raise _DamagedError("rows are missing")
