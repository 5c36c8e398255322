"""A look of one's own: the examples for designers, built; sections put in, moved and left out by one small file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from milebook import build
from milebook.assembly.profile_files import page_values
from milebook.assembly.request import Request
from milebook.booklet import composition, fields
from milebook.content.loader import bundled, load
from milebook.content.models import RaceResult
from milebook.core.errors import ContentError
from milebook.pages.renderer import Renderer, find_section_titles
from milebook.printing import products
from milebook.printing.engine import Pdf
from milebook.running.quantities import Distance, Duration
from milebook.site.personal import personal_page
from milebook.training import planning

GUIDE = (Path(__file__).parent.parent / "docs" / "designer.md").read_text("utf-8")


def example(language, number=0):
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[number]


@pytest.fixture
def built(tmp_path):
    """A build with the two files of the guide, and nothing else, in the user's own templates."""
    (tmp_path / "templates" / "sections").mkdir(parents=True)
    (tmp_path / "templates" / "assets").mkdir()
    (tmp_path / "templates" / "sections" / "rules.html.j2").write_text(example("jinja"), "utf-8")
    (tmp_path / "templates" / "assets" / "own.css").write_text(example("css"), "utf-8")
    out = tmp_path / "out"
    request = Request(
        date(2026, 11, 24),
        profiles=("beginner",),
        templates=tmp_path / "templates",
        out=out,
        parts=("rules",),
        strict=True,
    )
    build.build(request, lambda *told: None)
    return out / "beginner"


def test_one_section_and_a_few_rules_of_ones_own_change_the_print(built):
    pdf = pypdfium2.PdfDocument(BytesIO((built / "parts.pdf").read_bytes()))
    text = pdf[0].get_textpage()
    assert "House rules" in text.get_text_bounded()
    assert "Beginner brings the water" in text.get_text_bounded()
    start = text.get_text_bounded().index("House")
    assert text.get_charbox(start)[3] - text.get_charbox(start)[1] > 0.6 * 27  # the height of a capital H in 27 pt
    picture = pdf[0].render(scale=2).to_pil().convert("RGB")
    assert (11, 93, 59) in {colour for _, colour in picture.getcolors(1 << 20)}


def test_one_section_of_ones_own_changes_the_web_page_too(built):
    assert "House rules" in (built / "index.html").read_text("utf-8")


# ---------------------------------------------------------------- sections of one's own

SPONSORS = '<section id="sponsors" data-menu="Thanks"><h2>Our <em>sponsors</em></h2><p>Thank you.</p></section>'


@cache
def view():
    library = load()
    return composition.compose("beginner", library, library.profiles["beginner"], *planned(library))


def planned(library):
    return planning.plan("beginner", library, library.profiles["beginner"], date(2026, 11, 24))


@pytest.fixture
def render(tmp_path):
    """Booklet and web page as HTML, with files of one's own templates; their names without the ending `.html.j2`."""

    (tmp_path / "templates").mkdir()

    def fill(files, shown=None, sections=()):
        for name, text in files.items():
            path = tmp_path / "templates" / (name if "." in name else f"{name}.html.j2")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        renderer = Renderer([tmp_path / "templates", bundled("templates")])
        printed = products.render(products.PRODUCTS["booklet"], shown or view(), renderer, sections)
        return printed, renderer.render("page.html.j2", page_values(shown or view(), (), ""))

    return fill


def contents(printed):
    """What Contents say, and what each line leads to."""
    return dict(re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', printed))


def order_of(html):
    return re.findall(r'<section [^>]*id="([^"]+)"', html)


def shipped_list():
    return (bundled("templates") / "sections.j2").read_text("utf-8")


def test_a_replaced_section_has_its_own_title_in_contents(render):
    printed, _ = render({"sections/rules": example("jinja")})
    assert contents(printed)["rules"] == "House rules"
    assert "One day a week at mile pace" not in printed


def test_contents_name_every_section_behind_the_cover_with_the_title_that_stands_in_it(render):
    printed, _ = render({})
    listed = contents(printed)
    assert list(listed) == [name for name in order_of(printed) if name not in ("contents", "race-log")]
    assert listed["week-2"] == f"Week 2: {view().weeks[1].title}"
    for name, title in listed.items():
        assert name.startswith("week-") or f"<h2>{title}</h2>" in printed


def test_contents_name_what_is_printed_only(render):
    printed, _ = render({}, sections=("contents", "paces", "week-3"))
    assert list(contents(printed)) == ["paces", "week-3"]


def test_a_section_of_ones_own_is_put_where_the_list_says_and_in_contents_and_menu(render):
    text = shipped_list().replace('"rules",', '"sponsors", "rules",')
    printed, page = render({"sections.j2": text, "sections/sponsors": SPONSORS})
    for html in (printed, page):
        names = order_of(html)
        assert names[names.index("sponsors") + 1] == "rules"
    assert contents(printed)["sponsors"] == "Our sponsors"
    assert '<a href="#sponsors">Thanks</a>' in page


def test_the_example_of_a_list_of_ones_own_is_that_of_the_documents(render):
    printed, page = render({"sections.j2": example("jinja", 1), "sections/sponsors": SPONSORS})
    assert "sponsors" in order_of(printed)
    assert "sponsors" in order_of(page)
    assert "story" not in order_of(printed)


def test_a_section_left_out_of_the_list_is_in_neither_and_nothing_leads_to_it(render):
    printed, page = render({"sections.j2": shipped_list().replace('"laps", ', "")})
    assert '"laps"' not in printed + page
    assert '"#laps"' not in printed + page


def test_a_booklet_may_do_without_contents(render):
    printed, _ = render({"sections.j2": '{% set order = ["cover", "paces"] %}'})
    assert order_of(printed) == ["paces", "race-log"]


def test_make_it_yours_has_the_sections_of_ones_own_list(tmp_path, render):
    text = shipped_list().replace('"rules",', '"sponsors", "rules",')
    render({"sections.j2": text, "sections/sponsors": SPONSORS})
    making = personal_page.Making("yours", load(), Renderer([tmp_path / "templates", bundled("templates")]))
    making.check()
    assert '<section id="sponsors"' in making.page(page_values(making.view, (), ""), "")


def test_a_runners_name_in_a_title_is_a_value_in_contents_too(render):
    own = '<section id="rules"><h2>For {{ booklet.runner | field }} <svg><title>x</title></svg></h2></section>'
    printed, _ = render({"sections/rules": own}, replace(view(), runner=fields.name("Zoë <3")))
    assert contents(printed)["rules"] == 'For <span class="field field-name">Zoë &lt;3</span>'


@pytest.mark.parametrize("title", ['The "big" week', "A & B", "<i>"])
def test_a_week_may_have_any_title(render, title):
    first = replace(view().weeks[0], title=title)
    printed, _ = render({}, replace(view(), weeks=(first, *view().weeks[1:])))
    (heading,) = (one for one in find_section_titles(printed) if one.id == "week-1")
    assert contents(printed)["week-1"] == heading.title
    assert heading.title.striptags().startswith("Week 1: ")
    assert "<i>" not in printed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{% set order = ["cover", "sponsor"] %}', "sections/sponsor.html.j2: the template is missing"),
        ('{% set order = ["cover", "strides-"] %}', r"did you mean sections/strides\.html\.j2\?"),
        ('{% set oder = ["cover"] %}', "order"),
    ],
)
def test_a_slip_in_the_list_is_told(render, text, told):
    with pytest.raises(ContentError, match=told):
        render({"sections.j2": text})


def test_a_list_that_is_none_is_told_with_how_one_looks(tmp_path):
    (tmp_path / "sections.j2").write_text('{% set order = "cover" %}')
    with pytest.raises(ContentError, match=r"sections\.j2: it must set `order` to a list of names; as in"):
        Renderer([tmp_path, bundled("templates")]).section_order()


# ---------------------------------------------------------------- the sheets that a booklet takes


@pytest.mark.parametrize(
    ("pages", "spare", "told"),
    [
        (28, 0, ""),
        (28, 1, ""),
        (28, 2, ""),
        (32, 3, "29 pages take 8 sheets to fold, and of the last one's four sides three are for notes"),
        (29, 0, "29 pages take 8 sheets to fold, and of the last one's four sides three are blank"),
        (4, 3, ""),
    ],
)
def test_a_sheet_that_a_single_page_adds_is_told(pages, spare, told):
    assert products.almost_empty_sheet(Pdf(b"", pages, (), spare)) == told


@pytest.mark.parametrize(("sections", "told"), [(["cover", "contents", "paces", "rules", "laps"], 1), (["cover"], 0)])
def test_a_build_tells_a_sheet_that_a_page_of_ones_own_adds_however_it_is_made(tmp_path, sections, told):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "sections.j2").write_text("{% set order = " + str(sections).replace("'", '"') + " %}")
    request = Request(
        date(2026, 11, 24),
        profiles=("beginner",),
        templates=tmp_path / "templates",
        out=tmp_path / "out",
        parts=("booklet",),
        masters=tmp_path / "cache",
    )
    for result in ("27:30", "27:30", "26:00", "25:00"):  # laid out, kept, made a form of, stamped
        given = {"result": RaceResult(distance=Distance.parse("5 km"), time=Duration.parse(result))}
        notes = build.build(replace(request, overrides=given), lambda *told: None).notes
        assert [f"{note.path}: {note.message[:24]}" for note in notes] == [
            "beginner/booklet-print.pdf: 5 pages take 2 sheets to"
        ] * told
