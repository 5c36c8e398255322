"""Text on its way to a page: set as a printer would, and never trusted."""

from __future__ import annotations

import time

import pytest

from milebook.render import _inline, _markdown, typeset


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("60-90 s", "60\u201390\u00a0s"),
        ("8 x 200 m", "8\u00a0\u00d7\u00a0200\u00a0m"),
        ("2027-06-12", "2027-06-12"),
        ("Elmore's week", "Elmore\u2019s week"),
        ("two weeks, 5 km", "two weeks, 5\u00a0km"),
        ("A-skip", "A-skip"),
    ],
)
def test_plain_text_is_set_as_a_printer_would(written, set_):
    assert typeset(written) == set_


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "[x](file:///etc/passwd)",
        "<https://example.org/><b>",
        "&lt;script&gt;",
    ],
)
def test_markdown_lets_no_html_no_image_and_no_unsafe_link_through(hostile):
    html = str(_markdown(hostile))
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "javascript:" not in html.replace("(javascript:", "")
    assert 'href="file' not in html


def test_links_to_the_web_stay():
    assert _inline("see [this](https://example.org)") == 'see <a href="https://example.org">this</a>'


def test_a_text_made_of_brackets_takes_no_time():
    begun = time.perf_counter()
    html = str(_markdown("[" * 20_000))
    assert time.perf_counter() - begun < 5
    assert html.count("[") + html.count("&#91;") == 20_000


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("A rest day is as good as a run, if that is what you prefer it.", "prefer\u00a0it."),
        ("Run on your toes with short steps and lift each thigh to the hip. 20 m.", "hip.\u00a020\u00a0m."),
        ("Every session and every pace in this booklet follows from\nit.", "from\u00a0it."),
        ("A first paragraph that is long enough to be set in two\nlines.\n\nShort.", "two\u00a0lines.\n\nShort."),
        ("Look for the sign of the Geschwindigkeitstrainingseinheit", "the Geschwindigkeitstrainingseinheit"),
        ("Run easy", "Run easy"),
    ],
)
def test_no_short_word_makes_a_last_line_of_its_own(written, set_):
    assert typeset(written).endswith(set_)
