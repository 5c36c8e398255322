"""An SVG is refused with its line, or the print engine draws it: without a traceback, without a warning, and soon."""

from __future__ import annotations

import time
from base64 import b64encode
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.content import svg_file
from milebook.core.errors import QuantityError
from milebook.printing import engine

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'


def told(data):
    """What is said of a file; empty where it is taken."""
    try:
        svg_file.check("logo.svg", data if isinstance(data, bytes) else data.encode())
    except QuantityError as error:
        return str(error)
    return ""


@cache
def fonts():
    engine.engine()
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def draw(svg):
    """Print a logo as the cover does; what the engine says against it."""
    uri = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    html = f'<style>@page {{ size: 90mm }} img {{ max-width: 60mm; max-height: 16mm }}</style><img src="{uri}">'
    with engine.listening() as heard:
        page = engine.engine().HTML(string=html, base_url=engine.BASE_URL, url_fetcher=engine.fetcher([]))
        page.render(font_config=fonts()).write_pdf()
    return heard


# ---------------------------------------------------------------- what the engine would stumble over


def nested(inside, times):
    return "<g>" * times + inside + "</g>" * times


USES = "".join(f'<g id="a{i + 1}"><use href="#a{i}"/><use href="#a{i}"/></g>' for i in range(25))
UNDRAWABLE = {
    "another encoding": ('<?xml version="1.0" encoding="UTF-7"?>' + HEAD + "</svg>", 'is written in "UTF-7" (line 1)'),
    "an encoding of many bytes": ('<?xml version="1.0" encoding="big5"?>' + HEAD + "</svg>", 'is written in "big5"'),
    "letters for a viewBox": (
        HEAD.replace("0 0 9 9", "a b c d") + "</svg>",
        'has the attribute viewBox with "a b c d"',
    ),
    "half a viewBox": (HEAD.replace("0 0 9 9", "0 0 1") + "</svg>", 'has the attribute viewBox with "0 0 1" (line 1)'),
    "an empty viewBox": (HEAD.replace("0 0 9 9", "0 0 0 9") + "</svg>", "has the attribute viewBox"),
    "a flat viewBox": (HEAD.replace("0 0 9 9", "0 0 90000 9") + "</svg>", "has the attribute viewBox"),
    "a size in percent": ('<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="9"/>', "has no size"),
    "a number after the end": ('\n<path d="M 0 0 Z 1 1"/>', 'has a path with "M 0 0 Z 1 1" (line 2)'),
    "a path without a beginning": ('<path d="L 0 0"/>', 'has a path with "L 0 0"'),
    "half a point": ('<path d="M 0 0 L 1"/>', "has a path with"),
    "two points in a number": ('<path d="M 1..5 0"/>', "has a path with"),
    "a point after an exponent": ('<path d="M 1e2.5 0"/>', "has a path with"),
    "a flag of 2": ('<path d="M0 0 A1 1 0 2 0 5 5"/>', "has a path with"),
    "an arc to its beginning": ('<path d="M1 1a1 1 0 0 0 0 0"/>', "has a path with an arc that ends where it begins"),
    "an arc far too flat": ('<path d="M1 1a1 1e-9 0 0 0 2 2"/>', "has a path with an arc with the radius 1e-09"),
    "nan": ('<circle r="nan"/>', 'has the attribute r with "nan"'),
    "infinity": ('<circle r="1e999"/>', 'has the attribute r with "1e999"'),
    "a great number": ('<circle r="1e9"/>', "has the attribute r with a number beyond 10,000,000"),
    "a great number in a path": ('<path d="M0 0h1e9"/>', "has a path with a number beyond 10,000,000"),
    "letters for a length": ('<rect width="wide"/>', "has the attribute width"),
    "half a transform": ('<g transform="rotate(1"/>', "has the attribute transform"),
    "too many numbers to turn": ('<g transform="rotate(1 2)"/>', "has the attribute transform"),
    "a flat transform": ('<g transform="scale(0)"/>', "has the attribute transform"),
    "transforms of transforms": (
        "".join('<g transform="scale(1e5)">' for _ in range(35)) + "</g>" * 35,
        "has transforms that make it too large",
    ),
    "an origin in percent": (
        '<g transform="scale(2)" transform-origin="50% 50%"/>',
        "has the attribute transform-origin",
    ),
    "an opacity in letters": ('<g opacity="half"/>', 'has the attribute opacity with "half"'),
    "an opacity in a style": ('<g style="opacity: half"/>', 'has the attribute style with "half"'),
    "an opacity in a style sheet": ("<style>g { opacity: half }</style>", 'has a style with "half"'),
    "a colour of its own": ('<g fill="currentcolor"/>', "has the attribute fill"),
    "a font in thin": ('<text style="font: thin serif">a</text>', "has the attribute style"),
    "a fancy style of a font": ('<text font-style="fancy">a</text>', "has the attribute font-style"),
    "a great weight of a font": ('<text font-weight="99999999999">a</text>', "has the attribute font-weight"),
    "fonts of fonts": ('<text font-size="10em">a</text>', "has the attribute font-size"),
    "a length of a text": ('<text textLength="9" lengthAdjust="spacingAndGlyphs"> </text>', "the attribute textLength"),
    "half a text": ("<tspan>a</tspan>", "has a <tspan> in a <svg>"),
    "a shape in a text": ("<text><path/></text>", "has a <path> in a <text>"),
    "no points": ("<polyline/>", "has a polyline without points"),
    "half a line": ('<polyline points="1 2 3"/>', "has the attribute points"),
    "a gradient for ever": ('<linearGradient spreadMethod="repeat"/>', "has the attribute spreadMethod"),
    "a shape in a gradient": ("<linearGradient><path/></linearGradient>", "has a <path> in a <linearGradient>"),
    "a gradient of many": ("<linearGradient>" + "<stop/>" * 101 + "</linearGradient>", "a gradient of more than 100"),
    "a picture among notes": ('<inkscape:image xmlns:inkscape="http://www.inkscape.org/x"/>', "has a <image>"),
    "itself": ('<g id="a">\n<use href="#a"/></g>', "has a <g> that is drawn in itself (line 1)"),
    "itself by an old link": (
        '<g id="a"><use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/></g>',
        "has a <g> that is drawn in itself",
    ),
    "itself as a whole": ('<use href="#b"/><g id="a"/>', 'uses "b", which is not there'),
    "itself as a clip": ('<clipPath id="a"><g clip-path="url(#a)"/></clipPath>', "that is drawn in itself"),
    "itself as a mask by a style": (
        '<style>.k { mask: url("#a") }</style><mask id="a"><g class="k"/></mask>',
        "that is drawn in itself",
    ),
    "itself as a gradient": (
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>',
        "has a <linearGradient> that is drawn in itself",
    ),
    "uses of uses": ('<path id="a0"/>' + USES, "is too much to draw"),
    "deep": (nested("", 50), "has more than 5,000 elements, or 40 in each other"),
    "deep by uses": (
        "".join(f'<g id="a{i}">{nested(f"""<use href="#a{i - 1}"/>""" if i else "", 20)}</g>' for i in range(3)),
        "is too much to draw",
    ),
    "many": ("<g/>" * 5001, "has more than 5,000 elements"),
    "much to measure": (
        '<g opacity=".5">' * 30 + f'<path d="M0 0{"l1 1" * 40_000}"/>' + "</g>" * 30,
        "is too much to draw",
    ),
    "many styles": ("<style>" + ".a {}" * 1001 + "</style>", "has more than 1000 rules of style"),
    "styles of styles": ("<style>g g g g { fill: red }</style>", 'has a style for "g g g g"'),
    "half a style": ("<style>g { fill: red</style>", "has a style"),
    "two links": (
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a" href="#b"/>',
        "points to two places at once",
    ),
    "a letter that is none": ("<text>&#x202E;a</text>", "has a character that cannot be shown"),
}


@pytest.mark.parametrize("case", UNDRAWABLE)
def test_what_the_engine_cannot_draw_in_bounded_time_is_refused_and_told(case):
    inside, message = UNDRAWABLE[case]
    begun = time.perf_counter()
    said = told(inside if "<svg" in inside else f"{HEAD}{inside}</svg>")
    assert time.perf_counter() - begun < 5
    assert f'the logo "logo.svg" {message}' in said or message in said
    assert "; " in said


DRAWN = {
    "a path of every kind": """<path d="M1,1 2-2l.5.5H3V4h-1v1C1 2 3 4 5 6S1 2 3 4q1 1 2 2t1 1A2 3 30 1 0 5 5
        a2 3 0 01.5.5zm1 1 1 1z"/>""",
    "exponents": '<path d="M1e-2-1E1L10.,2"/><circle r="+1.5e+0"/>',
    "a gradient of a gradient": """<linearGradient id="a"><stop offset="0" stop-color="#f00"/><stop offset="100%"/>
        </linearGradient><radialGradient id="b" href="#a" gradientTransform="matrix(1 0 0 1 2 3)"/>
        <rect width="5" height="5" fill="url(#b) none" stroke="url('#a')"/>""",
    "symbols": """<symbol id="a" viewBox="0 0 5 5"><rect width="5" height="5"/></symbol>
        <use href="#a" width="3" height="3"/><use href="#a" opacity=".5"/>""",
    "clips and masks": """<clipPath id="a"><circle r="3"/></clipPath><mask id="b"><rect width="9" height="9"/></mask>
        <g clip-path="url(#a)" mask="url(#b)"><rect width="9" height="9"/></g>""",
    "styles": """<style>/* of 1954 */ .a, #b > g { fill: #0b5d3b !important; opacity: 50% }
        @media (min-width: 1px) { g { fill: red } }</style>
        <g class="a" style="stroke: currentColor; -inkscape-x: 'a b'; line-height: 1.25"><g/></g>""",
    "text": """<text x="1 2" y="5" font-family="'A B', serif" font-size="4px" font-weight="bold">ab
        <tspan dy="1">c</tspan> d</text>""",
    "notes": """<n:namedview xmlns:n="http://sodipodi.sourceforge.net/x" pagecolor="#fff" n:zoom="x"/>
        <metadata><dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Club</dc:title></metadata>""",
    "points and dashes": '<polygon points="1,1 5,1 5,5" stroke="red" stroke-dasharray="1 .5" stroke-width="1mm"/>',
    "transforms": """<g transform="translate(1,2)rotate(-30 4.5 4.5), scale(.5)
        skewX(10)"><ellipse rx="3" ry="2"/></g>""",
}


@pytest.mark.parametrize("case", DRAWN)
def test_what_drawing_programs_write_is_taken_and_drawn(case):
    svg = f"{HEAD}{DRAWN[case]}</svg>"
    assert told(svg) == ""
    assert draw(svg) == []


# ---------------------------------------------------------------- and everything in between

PIECES = [
    *("0", "1", "-1", ".5", "5.", "1e3", "1e-7", "1e9", "nan", "", "1 2", "1,2,3,4", "50%", "2em", "inherit", "none"),
    *("red", "url(#a)", "url(#b) none", "M0 0h9v9z", "M1 1a2 2 0 01 3 3", "M0 0Z1", "scale(2)", "rotate(1 2 3)", "#a"),
]
NAMES = [
    *("d", "points", "x", "y", "width", "height", "r", "rx", "cx", "x1", "transform", "fill", "stroke", "opacity"),
    *("href", "id", "clip-path", "mask", "style", "viewBox", "font-size", "offset", "stop-color", "gradientTransform"),
]
TAGS = [
    *("g", "path", "rect", "circle", "ellipse", "line", "polyline", "use", "symbol", "svg", "clipPath", "mask", "text"),
    *("linearGradient", "radialGradient", "stop", "defs", "tspan", "style", "title"),
]
LETTERS = st.sampled_from([*"MmLlHhVvCcSsQqTtAaZz ,-.019", "1 1 "])
VALUES = st.sampled_from(PIECES) | st.lists(LETTERS, max_size=12).map("".join)
ATTRIBUTES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)
NOTHING = st.just("")


@st.composite
def elements(draw_, inside=NOTHING):
    tag, attributes = draw_(st.sampled_from(TAGS)), draw_(ATTRIBUTES)
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{said}>{draw_(inside)}</{tag}>"


DRAWINGS = st.recursive(
    elements() | st.sampled_from(["a", " "]), lambda inside: elements(st.lists(inside, max_size=3).map("".join))
)


@settings(max_examples=150)
@given(st.lists(DRAWINGS, min_size=1, max_size=3).map("".join))
def test_every_drawing_is_refused_or_drawn(inside):
    svg = f"{HEAD}{inside}</svg>"
    if not told(svg):
        assert draw(svg) == []


@settings(max_examples=150)
@given(st.sampled_from(sorted(DRAWN)), st.data())
def test_every_change_to_a_good_drawing_is_refused_or_drawn(case, data):
    svg = f"{HEAD}{DRAWN[case]}</svg>"
    place = data.draw(st.integers(len(HEAD) - 10, len(svg) - 1))
    length = data.draw(st.integers(0, 4))
    put = data.draw(st.sampled_from(["", *PIECES, '"', "<", ">", "&", ";", "{", "é", "1" * 400]))
    changed = svg[:place] + put + svg[place + length :]
    if not told(changed):
        assert draw(changed) == []


@settings(max_examples=200)
@given(st.binary(max_size=60))
def test_no_bytes_end_in_anything_but_a_word(data):
    assert told(data)
    told(HEAD.encode() + data + b"</svg>")
