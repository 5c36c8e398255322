"""Text that cannot be read on a page is told: printed over a text or under a picture, cut off, off the paper."""

from __future__ import annotations

import pytest
from common import TODAY

from milebook import build as building
from milebook.assembly.request import Request
from milebook.content.loader import bundled
from milebook.core.errors import BuildError
from milebook.printing import engine
from milebook.printing.legibility import MOST_TOLD

DOT = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/%3E"
STYLE = """
@page { size: 100mm 100mm; margin: 10mm } p, div, section { margin: 0 }
.at { position: absolute; top: 20mm; left: 20mm } img { width: 20mm; height: 20mm }
"""


def told(body):
    page = f"<html lang=en><head><title>x</title><style>{STYLE}</style></head><body>{body}</body></html>"
    with engine.listening():
        return list(engine.find_overprints(engine.lay_out(page, [bundled("templates")])))


UNREADABLE = {
    "text over text": (
        '<p class="at">Tuesdays 18:30</p><p class="at">Beginner</p>',
        'page 1: "Tuesdays 18:30" and "Beginner" are printed over each other',
    ),
    "a picture over text": (
        f'<p class="at">Beginner</p><img class="at" src="{DOT}" alt="">',
        'page 1: "Beginner" and a picture are printed over each other',
    ),
    "a word too long for its line": (
        '<p style="white-space: nowrap; width: 70mm">' + "Geschwindigkeitsausdauertraining" * 3 + "</p>",
        'page 1: "GeschwindigkeitsausdauertrainingGesch..." lies off the paper',
    ),
    "below the foot": ('<p class="at" style="top: 95mm">Down</p>', 'page 1: "Down" lies off the paper'),
    "more than a box of fixed height holds": (
        '<div style="height: 5mm; overflow: hidden"><p>One</p><p>Two</p><p>Three</p></div>',
        'page 1: "Three" is cut off',
    ),
    "a cell over the next one": (
        '<table style="table-layout: fixed; width: 30mm"><tr><td style="white-space: nowrap">9:11-9:21 a mile</td>'
        "<td>over</td></tr></table>",
        'page 1: "9:11-9:21 a mile" and "over" are printed over each other',
    ),
    "on a later page": (
        '<p>One</p><section style="break-before: page"><p class="at">A</p><p class="at">B</p></section>',
        'page 2: "A" and "B" are printed over each other',
    ),
    "within what is turned": (
        '<div style="transform: rotate(180deg)"><p class="at">A</p><p class="at">B</p></div>',
        'page 1: "A" and "B" are printed over each other',
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_page(case):
    body, expected = UNREADABLE[case]
    assert expected in told(body)


READABLE = {
    "lines as close as their letters": '<p style="line-height: 1">Ágjpqy<br>ÁÉgjpqy<br>Ágjpqy</p>',
    "words side by side": "<p>one <b>two</b><i>three</i> <span style='float: right'>four</span></p>",
    "a picture in a line": f'<p>Before <img src="{DOT}" alt=""> after</p>',
    "a picture behind the text": f'<p style="height: 9mm; background: url({DOT.replace(chr(39), "%27")})">Text</p>',
    "text that is not shown": '<p class="at">A</p><p class="at" style="visibility: hidden">B</p>',
    "a figure above the line": "<p>9<sup>2</sup></p>",
    "what is turned beside what is not": '<p class="at">A</p><p class="at" style="transform: translate(0, 9mm)">B</p>',
}


@pytest.mark.parametrize("case", READABLE)
def test_what_can_be_read_is_not_told(case):
    assert told(READABLE[case]) == []


def test_a_runners_name_is_not_told_of_a_page():
    name = '<p class="at"><span class="field field-name">Ada</span></p>'
    value = '<p class="at"><span class="field field-time">5:40</span></p>'
    assert told(name + value) == ["page 1: a name and a runner's value are printed over each other"]


def test_a_page_where_everything_lies_on_one_place_is_told_in_a_few_lines():
    assert len(told("".join(f'<p class="at">Line {n}</p>' for n in range(40)))) == MOST_TOLD + 1


def test_boxes_that_cannot_be_looked_at_are_told():
    (said,) = engine.find_overprints(object())
    assert said == "the pages could not be looked at for text over text (AttributeError)"


@pytest.fixture
def overprinted(tmp_path):
    """A build with a rule of one's own that puts the runner's name over the race's."""

    def build(**options):
        rule = tmp_path / "templates" / "assets" / "own.css"
        rule.parent.mkdir(parents=True, exist_ok=True)
        rule.write_text(".cover h1, .cover .runner { position: absolute; top: 40mm; left: 0 }")
        values = {"profiles": ("beginner",), "templates": tmp_path / "templates", "out": tmp_path / "out"}
        request = Request(TODAY, parts=("cover",), masters=tmp_path / "cache", **values | options)
        return building.build(request, lambda *told: None)

    return build


OVER = "beginner: page 1: a name and a name are printed over each other"


def test_strict_refuses_text_over_text_and_every_other_build_tells_it(overprinted, tmp_path):
    assert OVER in overprinted().warnings
    assert OVER in overprinted().warnings  # what was laid out before is told again
    with pytest.raises(BuildError, match=rf"--strict was given:(\n.*)?\n{OVER}"):
        overprinted(strict=True, out=tmp_path / "strict")
    assert not (tmp_path / "strict").exists()
