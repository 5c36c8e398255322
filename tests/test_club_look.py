"""A club's logo of any shape, its names and lines as long as they may be: nothing is printed over another thing.

Measured in the PDF of every product that shows them, on both papers.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import cache
from itertools import combinations

import pdfs
import pytest
from common import ADDRESS, TODAY
from test_brand import png

from milebook.booklet import charts, composition, track_sheets
from milebook.content.brand import Logo
from milebook.content.loader import bundled, load
from milebook.pages.renderer import Renderer
from milebook.printing import engine, products
from milebook.training import planning

TEMPLATES = (bundled("templates"),)


def svg_logo(width, height):
    shape = f'<path d="M0 0h{width}v{height}H0z" fill="#0b5d3b"/>'
    box = f'viewBox="0 0 {width} {height}"'
    return Logo(".svg", f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{shape}</svg>'.encode())


LOGOS = {
    "no logo": None,
    "square": svg_logo(100, 100),
    "tall": Logo(".png", png(300, 1200)),
    "very tall": svg_logo(1, 300),
    "wide": Logo(".png", png(1200, 300)),
    "very wide": svg_logo(300, 1),
}


def as_long_as(length, words):
    return (words * 9)[:length].strip()


CLUB = as_long_as(60, "Leichtathletikgemeinschaft Oberammergau ")
CONTACT = as_long_as(120, "Tuesdays and Thursdays 18:30, Hermann-Neuberger-Stadion, gate 4; ")
NAMES = {  # of race, runner and plan: of usual length, the longest that are still set large, the longest of all
    "short": ("Club mile", "Sam", "The mile"),
    "large": ("Saint-Germain-en-Laye M Mile", "Wilhelmina Oberammergauer-Featherh", "The mile"),
    "longest": tuple(
        as_long_as(60, words)
        for words in ("Saint-Germain-en-Laye Road Mile ", "Wilhelmina Featherstonehaugh-", "Mile programme ")
    ),
}


@cache
def library():
    return load()


def view_of(paper, logo, names):
    race, runner, plan = NAMES[names]
    profile = library().profiles["beginner"]
    planned = planning.plan("beginner", library(), profile, TODAY)
    shown = LOGOS[logo]
    brand = replace(
        composition.compose_brand(library()),
        name=CLUB,
        contact=CONTACT,
        url=ADDRESS,
        qr=charts.qr(ADDRESS),
        logo=f"data:image/{'png' if shown.ending == '.png' else 'svg+xml'};base64,{b64encode(shown.data).decode()}"
        if shown
        else "",
    )
    named = profile.model_copy(
        update={"name": runner, "paper": paper, "race": profile.race.model_copy(update={"name": race})}
    )
    return replace(composition.compose("beginner", library(), named, *planned), brand=brand, plan=plan)


@pytest.fixture
def print_page(tmp_path):
    """Print a page of HTML, of which the build itself must have nothing to say."""

    def print_(html):
        printed = engine.print_pdf(html, TEMPLATES)
        assert printed.warnings == ()
        path = tmp_path / f"{sum(1 for _ in tmp_path.iterdir())}.pdf"
        path.write_bytes(printed.data)
        return path

    return print_


def overprints(path):
    """Words over words, and words that reach over the edge of the paper."""
    for sheet in pdfs.read(path):
        whole = pdfs.Box(0, 0, sheet.width, sheet.height)
        yield from (word for word in sheet.words if not whole.holds(word.box))
        for one, other in combinations(sheet.words, 2):
            across, down = one.box.overlap(other.box)
            if across > 0.06 * one.size and down > 0.3:
                yield one, other


def words_on_drawings(path):
    """Words where there is ink without them, too: a logo, a code to scan, a drawing."""
    for sheet, drawn in zip(pdfs.read(path), pdfs.without_words(path), strict=True):
        yield from (word for word in sheet.words if drawn.crop(dots(word.box)).getextrema()[0] < pdfs.INK)


def letters_of(text):
    return "".join(letter for letter in text if letter.isalnum())


def dots(box):
    """A box in whole points, without its edges."""
    left, top, right, bottom = (edge * pdfs.MM for edge in (box.left, box.top, box.right, box.bottom))
    return (int(left) + 1, int(top) + 1, max(int(left) + 2, int(right)), max(int(top) + 2, int(bottom)))


PAPERS = ("a4", "letter")
COVERS = [(logo, "longest") for logo in LOGOS] + [("square", "short"), ("square", "large")]


@pytest.mark.parametrize(("logo", "names"), COVERS, ids=map("-".join, COVERS))
@pytest.mark.parametrize("paper", PAPERS)
def test_on_the_cover_nothing_is_printed_over_another_thing(print_page, paper, logo, names):
    view = view_of(paper, logo, names)
    page = products.render(products.PRODUCTS["parts"], view, Renderer(TEMPLATES), ("cover",))
    path = print_page(page)
    (cover,) = pdfs.read(path)  # a single page
    assert not list(overprints(path))
    assert not list(words_on_drawings(path))
    for text in (*NAMES[names], CLUB, CONTACT, ADDRESS.removeprefix("https://")):
        assert letters_of(text) in letters_of(cover.text)


@pytest.mark.parametrize("name", ["wall-plan", "race-card", "strides", "large-print"])
@pytest.mark.parametrize("paper", PAPERS)
def test_in_every_other_product_nothing_is_printed_over_another_thing(print_page, paper, name):
    sections = ("cover",) if name == "large-print" else ()
    page = products.render(products.PRODUCTS[name], view_of(paper, "tall", "longest"), Renderer(TEMPLATES), sections)
    path = print_page(page)
    assert len(pdfs.read(path)) == 1
    assert not list(overprints(path))


@pytest.mark.parametrize("paper", PAPERS)
def test_on_a_track_sheet_nothing_is_printed_over_another_thing(print_page, paper):
    view = view_of(paper, "tall", "longest")
    _, schedule = planning.plan("beginner", library(), library().profiles["beginner"], TODAY)
    name = NAMES["longest"][1]
    members = [track_sheets.Member(name, str(number), "Mile", schedule, f"10{number}") for number in range(3)]
    sheets = track_sheets.compose(CLUB, members, paper, view.brand, "en")
    first = replace(sheets, pages=sheets.pages[:2])
    assert not list(overprints(print_page(Renderer(TEMPLATES).render("group.html.j2", {"sheets": first}))))


def test_what_a_club_has_to_say_takes_room_from_the_drawing_only(print_page):
    def shown(logo, **changes):
        view = view_of("a4", logo, "short")
        view = replace(view, brand=replace(view.brand, **changes))
        page = products.render(products.PRODUCTS["parts"], view, Renderer(TEMPLATES), ("cover",))
        (cover,) = pdfs.read(print_page(page))
        return cover, max(path.box.height for path in cover.paths if path.stroked)

    bare, high = shown("no logo", contact="", url="", qr=None)
    club, low = shown("square")
    assert high > low > 0.5 * high
    assert {40.0, 20.0, 14.0} <= {word.size for word in bare.words} & {word.size for word in club.words}  # points
