"""What a printed page holds, measured from the PDF: letters, lines and ink, in millimetres from its top left."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

MM = 72 / 25.4  # points
INK_DPI = 40
INK = 215  # of 255: what is darker is ink; the tints of the page are not


@dataclass(frozen=True)
class Box:
    """A rectangle on a page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self):
        return self.right - self.left

    @property
    def height(self):
        return self.bottom - self.top

    def holds(self, other, slack=0.0):
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )

    def overlap(self, other):
        """How far two boxes lie over each other: (across, down); zero or less where they do not."""
        return (
            min(self.right, other.right) - max(self.left, other.left),
            min(self.bottom, other.bottom) - max(self.top, other.top),
        )


@dataclass(frozen=True)
class Char:
    """A letter: its ink, its size in points as it stands on the page, and the angle it is turned by."""

    text: str
    box: Box
    size: float
    angle: int


@dataclass(frozen=True)
class Word:
    """Letters in a row."""

    text: str
    box: Box
    size: float
    angle: int


@dataclass(frozen=True)
class Path_:
    """A drawing: its points on the page, and whether it is filled (1, 2) and stroked."""

    points: tuple[tuple[float, float], ...]
    filled: bool
    stroked: bool
    starts: tuple[int, ...]  # of its parts

    @cached_property
    def box(self):
        return around([Box(x, y, x, y) for x, y in self.points])

    @cached_property
    def parts(self):
        """Each part's box: a frame drawn as two rectangles has two."""
        ends = [*self.starts, len(self.points)]
        return [around([Box(x, y, x, y) for x, y in self.points[a:b]]) for a, b in pairwise(ends)]


@dataclass(frozen=True)
class Sheet:
    """A page of a PDF."""

    width: float
    height: float
    text: str
    chars: tuple[Char, ...]
    paths: tuple[Path_, ...]
    ink: tuple[int, ...]  # for each row of pixels at INK_DPI, how many are dark

    @cached_property
    def words(self):
        return words_of(self.chars)

    def lowest_ink(self, above):
        """How far down the page is used, leaving out what lies below `above` mm, as its page number."""
        seen = [(n + 1) * 25.4 / INK_DPI for n, dark in enumerate(self.ink) if dark]
        drawn = [path.box.bottom for path in self.paths]  # a hairline is too pale to be seen
        return max((bottom for bottom in (*seen, *drawn) if bottom < above + 0.5), default=0.0)

    def has(self, *texts):
        """Whether all of these texts stand on the page, whatever the lines are broken at."""
        flat = flatten(self.text)
        return all(flatten(text) in flat for text in texts)


def flatten(text):
    """A text without line ends, soft hyphens and double spaces."""
    return " ".join(text.replace("\ufffe", "-").replace("\u00a0", " ").split())


def around(boxes):
    """The box around all of these."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def words_of(chars):
    """Letters that follow each other without a space, on one line."""
    groups, last = [], None
    for char in chars:
        if char is None:
            last = None
            continue
        if last is None or char.size != last.size or char.angle != last.angle or not _beside(last.box, char.box):
            groups.append([])
        groups[-1].append(char)
        last = char
    return tuple(
        Word("".join(c.text for c in group), around([c.box for c in group]), group[0].size, group[0].angle)
        for group in groups
    )


def _beside(one, other):
    """Whether a letter may follow another in a word: no further away than a letter is wide."""
    across, down = one.overlap(other)
    return across > -2.5 and down > -2.5


@cache
def read(path):
    """The pages of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        return tuple(_sheet(page) for page in document)
    finally:
        document.close()


def _sheet(page):
    width, height = page.get_size()
    textpage = page.get_textpage()
    return Sheet(
        width / MM,
        height / MM,
        textpage.get_text_bounded(),
        tuple(_chars(textpage, height)),
        tuple(_paths(page, height)),
        tuple(_dark(page.render(scale=INK_DPI / 72).to_pil().convert("L"))),
    )


def _chars(textpage, height):
    """Every letter; None where a space or an end of line parts two words."""
    matrix = pdfium.FS_MATRIX()
    for index in range(textpage.count_chars()):
        text = chr(pdfium.FPDFText_GetUnicode(textpage.raw, index))
        if text.isspace() or pdfium.FPDFText_IsGenerated(textpage.raw, index) == 1:
            yield None
            continue
        left, bottom, right, top = textpage.get_charbox(index)
        pdfium.FPDFText_GetMatrix(textpage.raw, index, matrix)
        size = pdfium.FPDFText_GetFontSize(textpage.raw, index) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        box = Box(left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
        yield Char("-" if text == "\ufffe" else text, box, round(size, 2), angle)


def _paths(page, height):
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=9):
        points, starts = [], []
        matrix = thing.get_matrix()
        outer = thing.container
        while outer is not None:
            matrix = matrix.multiply(outer.get_matrix())
            outer = outer.container
        for index in range(pdfium.FPDFPath_CountSegments(thing.raw)):
            segment = pdfium.FPDFPath_GetPathSegment(thing.raw, index)
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
                starts.append(len(points))
            across, up = matrix.on_point(x.value, y.value)
            points.append((across / MM, (height - up) / MM))
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing.raw, filled, stroked)
        if points:
            yield Path_(tuple(points), bool(filled.value), bool(stroked.value), tuple(starts))


def _dark(picture):
    data, width = picture.tobytes(), picture.width
    for start in range(0, len(data), width):
        yield sum(level < INK for level in data[start : start + width])


def without_words(path):
    """The pages with all their letters taken away, in grey, one dot a point."""
    document = pypdfium2.PdfDocument(path)
    try:
        for page in document:
            for thing in list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1)):
                page.remove_obj(thing)
            yield page.render(scale=1).to_pil().convert("L")
    finally:
        document.close()


FINER = 4


def render(path, dpi, pages=None):
    """Pictures of the pages, in grey; of the first ones only where `pages` says how many."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [draw(document[number], dpi) for number in range(pages or len(document))]
    finally:
        document.close()


def draw(page, dpi):
    """A page in grey: drawn finer and made smaller, as the engine puts letters on whole dots."""
    return page.render(scale=FINER * dpi / 72).to_pil().convert("L").reduce(FINER)


def contact_sheet(pictures, columns, gap=4):
    """Pages side by side on one picture."""
    width, height = max(p.width for p in pictures), max(p.height for p in pictures)
    rows = math.ceil(len(pictures) / columns)
    sheet = Image.new("L", (columns * (width + gap) - gap, rows * (height + gap) - gap), 128)
    for number, picture in enumerate(pictures):
        down, across = divmod(number, columns)
        sheet.paste(picture, (across * (width + gap), down * (height + gap)))
    return sheet


def bookmarks(path):
    """(title, page number) of every bookmark."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [(mark.get_title(), mark.get_dest().get_index() + 1) for mark in document.get_toc()]
    finally:
        document.close()


@dataclass(frozen=True)
class Font:
    """A font of a PDF: its name, whether its program is inside, and how many bytes that has."""

    name: str
    embedded: int


def fonts(path):
    """Every font of a PDF, wherever it is used: pages, forms, pictures."""
    with pikepdf.open(path) as pdf:
        found = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontDescriptor" in thing]
        top = [
            thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        ]
        assert all("/FontDescriptor" in font or "/DescendantFonts" in font for font in top)
        return [Font(str(font.BaseFont)[1:], _program(font.FontDescriptor)) for font in found]


def _program(descriptor):
    keys = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
    return len(descriptor[keys[0]].read_bytes()) if keys else 0


def boxes(path):
    """(width, height) in mm of every page box there is: media, crop, bleed, trim and art."""
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for key in ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
                if key in page.obj:
                    left, bottom, right, top = (float(edge) / MM for edge in page.obj[key])
                    yield (right - left, top - bottom)
            assert int(page.obj.get("/Rotate", 0)) == 0
            assert float(page.obj.get("/UserUnit", 1)) == 1


def name_of(path):
    """`beginner/booklet`, for a message."""
    return f"{Path(path).parent.name}/{Path(path).stem}"
