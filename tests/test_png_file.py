"""A PNG is refused with a word on why, or a reader of pictures can read it."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from milebook.content import png_file
from milebook.core.errors import QuantityError

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, body=b""):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=300, height=4, depth=8, colour=0, interlaced=0, rows=None, before=b"", packed=None):
    """A PNG of one grey, or of what is given."""
    if rows is None:
        rows = (b"\0" + b"\x80" * ((width * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth + 7) // 8)) * height
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    data = chunk(b"IDAT", zlib.compress(rows) if packed is None else packed)
    return SIGNATURE + chunk(b"IHDR", head) + before + data + chunk(b"IEND")


def saved(mode, size=(300, 7), **options):
    file = BytesIO()
    Image.new(mode, size).save(file, "PNG", **options)
    return file.getvalue()


def told(data):
    try:
        png_file.check("logo.png", data)
    except QuantityError as error:
        return str(error)
    return ""


BOMB = zlib.compress(b"\0" * 80_000_000)
DAMAGED = {
    "cut short": (png()[:-20], "is damaged: it is cut short; export it afresh"),
    "cut in a chunk": (png()[:40], "is damaged: it is cut short"),
    "a wrong checksum": (png().replace(b"IDAT", b"IDAt"), "is damaged: a checksum is wrong"),
    "no width": (png(width=0, height=300, rows=b""), "is damaged: its head says what cannot be"),
    "no height": (png(height=0, rows=b""), "is damaged: its head says what cannot be"),
    "a colour that is none": (png(depth=16, colour=3), "is damaged: its head says what cannot be"),
    "no palette": (png(colour=3), "is damaged: its colours are missing"),
    "too many bits": (png(4000, 4000, 16, 6, rows=b""), "is damaged: its picture is larger than 70 MB"),
    "too few rows": (png(rows=b"\0" * 301), "is damaged: rows are missing"),
    "too many rows": (png(packed=BOMB), "is damaged: a piece is too large"),
    "a row of another kind": (png(rows=(b"\x09" + b"\0" * 300) * 4), "is damaged: a row cannot be read"),
    "no rows": (png(packed=b""), "is damaged: rows are missing"),
    "not packed": (png(packed=b"grey"), "is damaged: a piece cannot be unpacked"),
    "a text that grows": (png(before=chunk(b"zTXt", b"a\0\0" + BOMB)), "is damaged: a piece is too large"),
    "a long text that grows": (png(before=chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB)), "is damaged: a piece is too large"),
    "a profile that grows": (png(before=chunk(b"iCCP", b"a\0\0" + BOMB)), "is damaged: a piece is too large"),
    "two heads": (png(before=chunk(b"IHDR", b"\0" * 13)), "is damaged: it begins twice"),
    "two places": (
        png(before=chunk(b"IDAT", b"x") + chunk(b"tEXt", b"a\0b")),
        "is damaged: its picture is in two places",
    ),
    "a film": (png(before=chunk(b"acTL", b"\0" * 8)), "is damaged: it moves"),
    "a piece nobody knows": (png(before=chunk(b"ABCD")), "is damaged: it has a piece that no program knows"),
    "pieces without end": (png(before=chunk(b"tEXt", b"a\0b") * 3000), "is damaged: it has too many pieces"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_picture_is_refused_and_told(case):
    data, message = DAMAGED[case]
    assert f'the logo "logo.png" {message}' in told(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_of_any_colours_is_taken(mode):
    assert told(saved(mode)) == ""
    assert told(saved(mode, pnginfo=None, dpi=(300, 300))) == ""


@pytest.mark.parametrize("size", [(300, 1), (301, 3), (5, 300), (307, 9)])
def test_a_picture_that_comes_in_passes_is_taken(size):
    width, height = size
    rows = b""
    for x, y, across, down in png_file._PASSES:
        columns, lines = len(range(x, width, across)), len(range(y, height, down))
        rows += (b"\0" + b"\x80" * columns) * lines if columns else b""
    data = png(width, height, interlaced=1, rows=rows)
    assert told(data) == ""
    assert Image.open(BytesIO(data)).convert("L").getextrema() == (128, 128)


@settings(max_examples=300)
@given(st.sampled_from(["1", "P", "RGB", "LA"]), st.data())
def test_every_change_to_a_picture_is_refused_or_can_be_read(mode, data):
    picture = saved(mode)
    place = data.draw(st.integers(0, len(picture) - 1))
    put = data.draw(st.binary(max_size=4))
    changed = picture[:place] + put + picture[place + data.draw(st.integers(0, 4)) :]
    if data.draw(st.booleans()) and len(changed) > 33:  # with a checksum that is right again
        changed = changed[:29] + struct.pack(">I", zlib.crc32(changed[12:29])) + changed[33:]
    if not told(changed):
        Image.open(BytesIO(changed)).load()
