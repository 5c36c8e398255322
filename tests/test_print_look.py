"""Every page looks as it was reviewed: small pictures of all products, compared with those in tests/pictures.

A page that differs leaves a picture of what was, what is and where they differ in tests/failures. What is meant to
look different: `make golden`, then look at tests/pictures in the diff.
"""

from __future__ import annotations

from pathlib import Path

import pdfs
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageChops, ImageFilter

PICTURES = Path(__file__).parent / "pictures"
FAILURES = Path(__file__).parent / "failures"
SHADES = 16
GAP = 4
LOOKS = {  # product -> dots per inch, columns; whole sheets and doubled pages are smaller
    "booklet": (28, 7),
    "booklet-print": (15, 7),
    "wall-plan": (45, 1),
    "race-card": (40, 1),
    "strides": (36, 1),
    "large-print": (15, 9),
}
CASES = [("letter", "beginner"), ("a4", "intermediate")]

# Another version of the engine may put a line of letters a quarter of a dot higher, and each dot may differ by a shade.
# What matters is darker or lighter over more than a dot, or along a whole line and not just beside it.
SPOT, SPOT_DOTS = 56, 3  # of 255: so many dots of a 3 x 3 neighbourhood that differ by so much
LINE = 10  # of 255: a row or column of a page that differs by so much on average


def shades(picture):
    """The picture in 16 greys, as it is kept."""
    return picture.point(lambda level: round(level / 17) * 17)


def picture_of(path, product):
    dpi, columns = LOOKS[product]
    return shades(pdfs.contact_sheet(pdfs.render(path, dpi), columns, GAP))


def cells(picture, pages, columns):
    """The box of each page on a contact sheet."""
    rows = -(-pages // columns)
    width, height = (picture.width + GAP) // columns, (picture.height + GAP) // rows
    for number in range(pages):
        down, across = divmod(number, columns)
        left, top = across * width, down * height
        yield number + 1, (left, top, left + width - GAP, top + height - GAP)


def differs(was, now):
    """What is different between two pictures of a page, in words; empty where they look the same."""
    if was.size != now.size:
        return f"size {was.size} is now {now.size}"
    difference = ImageChops.difference(was, now)
    strong = difference.point(lambda level: 255 if level >= SPOT else 0)
    around = strong.filter(ImageFilter.BoxBlur(1))  # of 9 dots
    if around.getextrema()[1] >= 255 * SPOT_DOTS / 9 - 1:
        return f"spots in {strong.getbbox()}"
    for what, size in (("a row", (1, was.height)), ("a column", (was.width, 1))):
        before, after = (picture.resize(size, Image.Resampling.BOX).tobytes() for picture in (was, now))
        if max(beyond(before, after), beyond(after, before)) >= LINE:
            return what
    return ""


def beyond(before, after):
    """How far the darkness of a row or column is from all it was there and beside it, at most."""
    near = [before[max(0, place - 1) : place + 2] for place in range(len(before))]
    return max(max(level - max(n), min(n) - level) for level, n in zip(after, near, strict=True))


def compare(reference, now, pages, columns, name):
    """Fail with the pages that differ, and a picture of them."""
    assert reference.size == now.size, f"{name}: {reference.size} is now {now.size} ({pages} pages); see make golden"
    found = {
        number: said
        for number, box in cells(reference, pages, columns)
        if (said := differs(reference.crop(box), now.crop(box)))
    }
    if found:
        FAILURES.mkdir(exist_ok=True)
        path = FAILURES / f"{name}.png"
        boxes = [box for number, box in cells(reference, pages, columns) if number in found]
        side_by_side(reference, now, boxes).save(path)
        pytest.fail(f"{name}: pages look different: {found}; was, is and difference: {path}")


def side_by_side(was, now, boxes):
    """For each page: as it was, as it is, and where they differ."""
    rows = []
    for box in boxes:
        before, after = was.crop(box), now.crop(box)
        rows += [before, after, ImageChops.invert(ImageChops.difference(before, after))]
    return pdfs.contact_sheet(rows, 3, GAP)


@pytest.mark.parametrize("product", LOOKS)
@pytest.mark.parametrize(("paper", "profile"), CASES, ids=map("-".join, CASES))
def test_every_page_looks_as_reviewed(request, printed, paper, profile, product):
    path = printed(paper, profile) / f"{product}.pdf"
    now, name = picture_of(path, product), f"{profile}-{product}"
    if request.config.getoption("--update-golden"):
        PICTURES.mkdir(exist_ok=True)
        now.quantize(SHADES, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True, bits=4)
    assert (PICTURES / f"{name}.png").is_file(), f"{name}.png is missing; make it with --update-golden"
    reference = shades(Image.open(PICTURES / f"{name}.png").convert("L"))
    compare(reference, now, len(pdfs.read(path)), LOOKS[product][1], name)


def test_the_pictures_are_small_and_there_is_none_too_many():
    files = sorted(PICTURES.iterdir())
    assert [file.name for file in files] == sorted(f"{profile}-{name}.png" for _, profile in CASES for name in LOOKS)
    assert sum(file.stat().st_size for file in files) < 680_000


# ---------------------------------------------------------------- what must be seen, and what must not


class Page:
    """A page of a booklet to spoil: its things are moved or taken away in the PDF, then it is drawn again."""

    def __init__(self, path, number):
        self.document = pypdfium2.PdfDocument(path)
        self.page = self.document[number - 1]
        self.height = self.page.get_height()

    def things(self, kind):
        return list(self.page.get_objects(filter=[kind], max_depth=1))

    def box(self, thing):
        left, bottom, right, top = (edge / pdfs.MM for edge in thing.get_bounds())
        return pdfs.Box(left, self.height / pdfs.MM - top, right, self.height / pdfs.MM - bottom)

    def take(self, things):
        assert things
        for thing in things:
            self.page.remove_obj(thing)

    def move(self, things, across, down):
        assert things
        for thing in things:
            matrix = thing.get_matrix()
            thing.set_matrix(matrix.translate(across * pdfs.MM, -down * pdfs.MM))

    def picture(self):
        return shades(pdfs.draw(self.page, LOOKS["booklet"][0]))


@pytest.fixture
def spoil(printed):
    """Draw a week's page of the booklet before and after it is changed."""
    path = printed("letter", "beginner") / "booklet.pdf"

    def draw(change):
        page = Page(path, 8)
        before = page.picture()
        change(page)
        return before, page.picture()

    return draw


def texts(page, low, high):
    return [t for t in page.things(pdfium.FPDF_PAGEOBJ_TEXT) if low < page.box(t).top < high]


def small_drawings(page):
    """The icons and tick boxes."""
    return [
        p for p in page.things(pdfium.FPDF_PAGEOBJ_PATH) if 2 < page.box(p).width < 7 and 1 < page.box(p).height < 7
    ]


def rules(page):
    """The hairlines of tables."""
    return [p for p in page.things(pdfium.FPDF_PAGEOBJ_PATH) if page.box(p).width > 8 and page.box(p).height < 0.8]


CHANGES = {
    "an icon is missing": lambda page: page.take(small_drawings(page)[:1]),
    "a tick box is missing": lambda page: page.take(small_drawings(page)[-1:]),
    "a line of text is missing": lambda page: page.take(a_line(page)),
    "a line of text moved down by a millimetre": lambda page: page.move(a_line(page), 0, 1),
    "a heading moved to the right by a millimetre": lambda page: page.move(texts(page, 15, 28), 1, 0),
    "the lower half of a table is missing": lambda page: page.take(texts(page, 110, 200)),
    "everything moved by a millimetre": lambda page: page.move(page.things(pdfium.FPDF_PAGEOBJ_TEXT), 1, 1),
    "the lines of the table are missing": lambda page: page.take(rules(page)),
    "a line of the table moved by two millimetres": lambda page: page.move(a_rule(page), 0, 2),
}


def a_line(page):
    """The pieces of one line of text."""
    things = page.things(pdfium.FPDF_PAGEOBJ_TEXT)
    bottom = page.box(things[len(things) // 2]).bottom
    return [thing for thing in things if abs(page.box(thing).bottom - bottom) < 1]


def a_rule(page):
    """The pieces of one line across the page."""
    tops = sorted({round(page.box(rule).top, 1) for rule in rules(page)})
    return [rule for rule in rules(page) if abs(page.box(rule).top - tops[len(tops) // 2]) < 0.2]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_page_is_seen(spoil, change):
    before, after = spoil(CHANGES[change])
    assert differs(before, after)


@pytest.mark.parametrize("hair", [0.02, -0.02])
def test_letters_moved_by_a_hair_are_not_seen(spoil, hair):
    before, after = spoil(lambda page: page.move(page.things(pdfium.FPDF_PAGEOBJ_TEXT), hair, hair))
    assert ImageChops.difference(before, after).getbbox()
    assert not differs(before, after)


@pytest.mark.parametrize("shade", [8, -8])
def test_half_a_shade_more_or_less_is_not_seen(spoil, shade):
    before, _ = spoil(lambda page: None)
    paler = before.point(lambda level: min(255, max(0, level + shade)) if 40 < level < 240 else level)
    assert ImageChops.difference(before, paler).getbbox()
    assert not differs(before, paler)


def test_a_page_that_differs_is_named_and_leaves_a_picture_of_it(spoil, monkeypatch, tmp_path):
    monkeypatch.setattr("test_print_look.FAILURES", tmp_path / "failures")
    before, after = spoil(CHANGES["the lower half of a table is missing"])
    was = pdfs.contact_sheet([before, before, before], 2, GAP)
    now = pdfs.contact_sheet([before, after, before], 2, GAP)
    with pytest.raises(pytest.fail.Exception, match=r"booklet: pages look different: \{2: .*booklet\.png"):
        compare(was, now, 3, 2, "booklet")
    shown = Image.open(tmp_path / "failures" / "booklet.png")
    assert shown.size == (3 * before.width + 2 * GAP, before.height)
    assert not ImageChops.difference(shown.crop((0, 0, *before.size)), before).getbbox()
