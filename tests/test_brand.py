"""A club's own look: a colour that can be read, a logo that harms nobody, a name that stands where it should."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path

import pdfs
import pypdfium2
import pytest
import segno
from common import CONTENT, TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook import build
from milebook.assembly.request import Request
from milebook.content.brand import LARGEST_LOGO, NIGHT, PAPER, Logo, contrast, on_night, read_accent, read_logo
from milebook.content.loader import load
from milebook.content.notations import LONGEST_ADDRESS
from milebook.core.errors import ContentError, QuantityError

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
GOOD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 16"><path d="M0 0h60v16H0z" fill="#0b5d3b"/></svg>'
RED = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"'


def png(width, height):
    """A PNG of one grey."""
    rows = zlib.compress((b"\0" + b"\x80" * width) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


# ---------------------------------------------------------------- the colour


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [  # WebAIM's contrast checker and the examples of WCAG 2's techniques, on white
        ("#000000", 21.0),
        ("#ffffff", 1.0),
        ("#767676", 4.54),
        ("#777777", 4.48),
        ("#949494", 3.03),
        ("#0000ff", 8.59),
        ("#ff0000", 4.00),
        ("#008000", 5.14),
    ],
)
def test_contrast_is_that_of_wcag(colour, ratio):
    assert contrast(colour, "#ffffff") == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_from_1_to_21(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0000001
    assert contrast(one, one) == 1


@pytest.mark.parametrize("written", ["#767676", " #767676 ", "#B3321E", "#000", "#036"])
def test_a_colour_dark_enough_is_taken_however_it_is_written(written):
    assert re.fullmatch("#[0-9a-f]{6}", read_accent(written))


def test_three_digits_are_each_one_twice():
    assert read_accent("#036") == "#003366"


@pytest.mark.parametrize(
    "written", ["red", "767676", "036", "#12345", "#gggggg", "", "rgb(0,0,0)", "#0000000", "#b3321e;}", None, 12]
)
def test_what_is_no_colour_is_refused(written):
    with pytest.raises(QuantityError, match='is not a colour; write it in quotes, for example "#b3321e"'):
        read_accent(written)


@pytest.mark.parametrize(
    ("pale", "ratio"), [("#777777", "4.47"), ("#ffd400", "1.4"), ("#ffffff", "1.00"), ("#f80", "2.")]
)
def test_a_pale_colour_is_refused_with_its_contrast_and_one_that_would_do(pale, ratio):
    with pytest.raises(QuantityError) as caught:
        read_accent(pale)
    assert f"has a contrast of {ratio}" in caught.value.message
    assert "WCAG AA asks for 4.5 to 1" in caught.value.hint
    (offered,) = re.findall("#[0-9a-f]{6}", caught.value.hint)
    assert read_accent(offered) == offered


@given(COLOURS)
def test_every_colour_is_taken_or_gets_a_darker_one_of_its_kind_offered(colour):
    try:
        assert contrast(read_accent(colour), PAPER) >= 4.5
    except QuantityError as refused:
        (offered,) = re.findall("#[0-9a-f]{6}", refused.hint)
        assert contrast(colour, PAPER) < 4.5 <= contrast(offered, PAPER)
        assert all(int(new, 16) <= int(old, 16) for new, old in zip(digits(offered), digits(colour), strict=True))


def digits(colour):
    return [colour[i : i + 2] for i in (1, 3, 5)]


@given(COLOURS)
def test_at_night_every_colour_reads_on_the_dark_page(colour):
    assert contrast(on_night(colour), NIGHT) >= 4.5


def test_a_colour_that_reads_at_night_stays_as_it_is():
    assert on_night("#ffd400") == "#ffd400"


# ---------------------------------------------------------------- the logo: what is taken


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("logo.svg", GOOD.encode()),
        ("LOGO.SVG", GOOD.encode()),
        ("logo.svg", f"<?xml version='1.0' encoding='utf-8'?><!-- of 1954 -->{GOOD}".encode()),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="9mm"><circle r="4"/></svg>'),
        (
            "logo.svg",
            f'<svg {RED}><style>.a {{ fill: red }}</style><g class="a"><path d="M0 0h9z"/></g></svg>'.encode(),
        ),
        (
            "logo.svg",
            f'<svg {RED}><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>'
            '<rect width="9" height="9" fill="url(#g)"/><use href="#g"/></svg>'.encode(),
        ),
        ("logo.png", png(300, 60)),
        ("logo.png", png(4000, 3)),
    ],
    ids=["svg", "capitals", "xml head", "width and height", "style", "gradient", "smallest png", "widest png"],
)
def test_a_plain_logo_is_taken_as_it_is(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert read_logo(tmp_path / name) == Logo(Path(name).suffix.lower(), data)


# ---------------------------------------------------------------- the logo: what is refused, and where to look


@pytest.fixture
def club(small_content):
    """Content with a site.yaml of a club; a function that writes its lines and the logo, and loads it."""

    def write(line, name="", data=b""):
        (small_content / "site.yaml").write_text(f"name: Club\nlead: We run.\n{line}\n")
        if name:
            (small_content / name).parent.mkdir(parents=True, exist_ok=True)
            (small_content / name).write_bytes(data)
        return load(small_content)

    return write


def svg(inside, attributes=""):
    return f"<svg {RED} {attributes}>{inside}</svg>".encode()


BAD = {
    "another type": ("logo.jpg", b"\xff\xd8\xff", "is neither SVG nor PNG"),
    "no type": ("logo", GOOD.encode(), "is neither SVG nor PNG"),
    "missing": ("", b"", 'the logo "logo.svg" is missing; put it beside site.yaml'),
    "too large": ("logo.svg", GOOD.encode() + b" " * LARGEST_LOGO, "has 300 kB; at most 300 kB"),
    "small png": ("logo.png", png(299, 40), "is 299 pixels at its longer side; make it 300 to 4000"),
    "large png": ("logo.png", png(3, 4001), "is 4001 pixels at its longer side; make it 300 to 4000"),
    "a png that is none": ("logo.png", GOOD.encode(), "is not a PNG"),
    "a png cut short": ("logo.png", png(300, 40)[:20], "is not a PNG"),
    "not xml": ("logo.svg", b"<svg", "is not an SVG"),
    "empty": ("logo.svg", b"", "is not an SVG"),
    "html": ("logo.svg", b"<html><body/></html>", "its outermost element must be svg"),
    "no namespace": ("logo.svg", b'<svg viewBox="0 0 9 9"/>', "its outermost element must be svg"),
    "no size": (
        "logo.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        r"has no size \(line 1\); export it with a viewBox",
    ),
    "half a size": ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9"/>', "has no size"),
    "script": ("logo.svg", svg("<script>alert(1)</script>"), "has a <script>"),
    "script deep inside": ("logo.svg", svg("<g><g><script/></g></g>"), "has a <script>"),
    "onload": ("logo.svg", svg("", 'onload="alert(1)"'), "points elsewhere with onload"),
    "onclick": ("logo.svg", svg('<g onClick="alert(1)"/>'), "points elsewhere with onClick"),
    "link": ("logo.svg", svg('<use href="https://example.org/x.svg#a"/>'), "points elsewhere with href"),
    "old link": (
        "logo.svg",
        svg('<use xlink:href="//example.org/x"/>', 'xmlns:xlink="http://www.w3.org/1999/xlink"'),
        "points elsewhere with href",
    ),
    "javascript": ("logo.svg", svg('<a href="javascript:alert(1)"><path/></a>'), "has a <a>"),
    "image": ("logo.svg", svg('<image href="data:image/png;base64,AA"/>'), "has a <image>"),
    "foreign": ("logo.svg", svg("<foreignObject><p/></foreignObject>"), "has a <foreignObject>"),
    "animation": ("logo.svg", svg('<set attributeName="href" to="x"/>'), "has a <set>"),
    "a script of a web page": (
        "logo.svg",
        svg('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'),
        "has a <|is not plain",
    ),
    "fill from elsewhere": ("logo.svg", svg('<path fill="url(https://example.org/a)"/>'), "points elsewhere with fill"),
    "style from elsewhere": ("logo.svg", svg("<path style=\"fill: url('x.svg')\"/>"), "points elsewhere with style"),
    "import": ("logo.svg", svg("<style>@import 'x.css';</style>"), "has a style that fetches"),
    "escaped import": ("logo.svg", svg("<style>@\\69mport 'x.css';</style>"), "has a style that fetches"),
    "font from elsewhere": ("logo.svg", svg("<style>a{src: URL(x)}</style>"), "has a style that fetches"),
    "entity": ("logo.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("&a;"), "declares entities"),
    "doctype": ("logo.svg", b'<!doctype svg SYSTEM "x.dtd">' + svg(""), "is not an SVG: syntax error"),
    "doctype in UTF-16": (
        "logo.svg",
        f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE svg [<!ENTITY a "a">]><svg {RED}>&a;</svg>'.encode("utf-16"),
        "declares entities|is not an SVG|UTF-8",
    ),
    "style sheet from elsewhere": (
        "logo.svg",
        b'<?xml-stylesheet href="https://example.org/a.css"?>' + svg(""),
        r"has an instruction <\?xml-stylesheet \(line 1\); export it as plain shapes",
    ),
    "out of the folder": ("../logo.svg", GOOD.encode(), "lies outside its folder; put it beside site.yaml"),
    "an address": ("", b"", "is missing|neither SVG nor PNG|lies outside"),
}
NAMES = {"missing": "logo.svg", "an address": "https://example.org/logo.svg"}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_logo_is_refused_at_its_line_in_site_yaml(club, case):
    name, data, message = BAD[case]
    with pytest.raises(ContentError) as caught:
        club(f"logo: {NAMES.get(case, name)}", name, data)
    (problem,) = caught.value.problems
    assert re.search(message, f"{problem.message}; {problem.hint}")
    assert Path(problem.path).name == "site.yaml"
    assert (problem.line, problem.column) == (3, 7)


def test_a_link_to_a_file_outside_is_refused(club, tmp_path):
    (tmp_path / "elsewhere.svg").write_text(GOOD)
    (tmp_path / "content" / "logo.svg").symlink_to(tmp_path / "elsewhere.svg")
    with pytest.raises(ContentError, match="lies outside its folder"):
        club("logo: logo.svg")


def test_every_mistake_of_the_site_is_told_at_once(club):
    with pytest.raises(ContentError) as caught:
        club('accent: "#ffd400"\nurl: example.org\nnmae: x')
    told = "\n".join(map(str, caught.value.problems))
    assert "site.yaml:3:9: the colour #ffd400 has a contrast of 1.4" in told
    assert 'site.yaml:4:6: "example.org" is not a web address' in told
    assert 'site.yaml:5:1: unknown key "nmae"' in told


def test_a_bad_logo_is_told_together_with_mistakes_of_other_files(club, small_content):
    (small_content / "profiles" / "beginner.yaml").write_text("name: x\n")
    with pytest.raises(ContentError) as caught:
        club("logo: logo.svg", "logo.svg", svg("<script/>"))
    paths = {Path(problem.path).name for problem in caught.value.problems}
    assert paths == {"site.yaml", "beginner.yaml"}


# ---------------------------------------------------------------- the address


@pytest.mark.parametrize("address", ["https://example.org", "http://a.example:8080/x?y=1#z", "https://a.example/~club"])
def test_a_web_address_is_taken(club, address):
    assert club(f'url: "{address}"').site.url == address


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "ftp://example.org",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://é.example",
        "mailto:a@b.c",
        "https://example.org/" + "x" * LONGEST_ADDRESS,
    ],
)
def test_what_is_no_short_web_address_is_refused(club, address):
    with pytest.raises(ContentError, match="is not a web address; write it in full, for example"):
        club(f'url: "{address}"')


def test_the_longest_address_still_makes_modules_that_a_telephone_can_read():
    address = "https://example.org/".ljust(LONGEST_ADDRESS, "x")
    assert 22 / segno.make(address, error="m", micro=False).symbol_size(border=4)[0] > 0.33  # mm; the code has 22


# ---------------------------------------------------------------- as built

SITE = """\
name: Mill Lane Harriers
lead: We run on Tuesdays.
contact: Tuesdays 18:30, Stadium Road
url: https://harriers.example/mile
logo: {logo}
accent: "#0b5d3b"
"""


@pytest.fixture(scope="module", params=["logo.svg", "logo.png"])
def harriers(request, tmp_path_factory):
    """A club's cover and race card, built with its own site.yaml and nothing else."""
    root = tmp_path_factory.mktemp("club")
    (root / "content").mkdir()
    (root / "content" / "site.yaml").write_text(SITE.format(logo=request.param))
    (root / "content" / request.param).write_bytes(GOOD.encode() if request.param == "logo.svg" else png(600, 160))
    request_ = Request(
        TODAY,
        profiles=("beginner",),
        content=root / "content",
        out=root / "out",
        parts=("cover", "race-card"),
        strict=True,
    )
    build.build(request_, lambda *told: None)
    return root / "out", request.param


def test_the_logo_stands_on_the_cover_and_beside_the_web_pages(harriers):
    out, name = harriers
    assert (out / "assets" / name).is_file()
    picture = pypdfium2.PdfDocument(out / "beginner" / "parts.pdf")[0].render(scale=4).to_pil().convert("RGB")
    shown = {colour for _, colour in picture.crop((0, 0, picture.width, picture.height // 5)).getcolors(1 << 22)}
    assert ((11, 93, 59) if name == "logo.svg" else (128, 128, 128)) in shown


def test_the_clubs_words_stand_on_the_cover_and_the_race_card(harriers):
    out, _ = harriers
    cover, card = (pdfs.read(out / "beginner" / f"{name}.pdf")[0] for name in ("parts", "race-card"))
    assert cover.has("Mill Lane Harriers", "Tuesdays 18:30, Stadium Road", "harriers.example/mile")
    assert card.has("Mill Lane Harriers", "Tuesdays 18:30, Stadium Road")


def test_the_clubs_colour_is_that_of_print_and_web(harriers):
    out, _ = harriers
    picture = pypdfium2.PdfDocument(out / "beginner" / "race-card.pdf")[0].render(scale=4).to_pil().convert("RGB")
    shown = {colour for _, colour in picture.getcolors(1 << 22)}
    assert (11, 93, 59) in shown
    assert (179, 50, 30) not in shown  # milebook's own red
    style = (out / "assets" / "brand.css").read_text()
    assert "--accent: #0b5d3b" in style
    assert f"--accent: {on_night('#0b5d3b')}" in style


def test_without_a_club_there_is_no_code_and_no_logo():
    site = load(CONTENT).site
    assert (site.logo, site.url, site.contact) == (None, None, None)


def test_what_the_logos_file_is_called_does_not_reach_the_page(harriers):
    out, name = harriers
    data = io.BytesIO((out / "beginner" / "parts.pdf").read_bytes()).getvalue()
    assert name.encode() not in data
