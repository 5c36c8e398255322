"""Text on its way to a page: set as a printer would, and never trusted."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from common import TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook import build
from milebook import check as checking
from milebook.assembly.request import Request
from milebook.content.prose import mistakes, to_html, to_inline_html, typeset
from milebook.core.errors import ContentError


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
    html = str(to_html(hostile))
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "javascript:" not in html.replace("(javascript:", "")
    assert 'href="file' not in html


def test_links_to_the_web_stay():
    assert to_inline_html("see [this](https://example.org)") == 'see <a href="https://example.org">this</a>'


def test_a_text_made_of_brackets_takes_no_time():
    begun = time.perf_counter()
    html = str(to_html("[" * 20_000))
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


# ---------------------------------------------------------------- bounds: every text ends, and is told where it cannot


@pytest.mark.parametrize("piece", ["1.1", "1:", ".1", "1-", "1.1-", "1 x ", "a'", " \n", "....", "\t \t", "a \t"])
def test_text_of_any_pattern_is_set_in_time_that_grows_evenly(piece):
    begun = time.perf_counter()
    typeset(piece * (200_000 // len(piece)))
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("1:30-2:00 min", "1:30\u20132:00\u00a0min"),
        (".5-1.5 km", ".5\u20131.5\u00a0km"),
        ("a 3-4-3", "a 3-4-3"),
        ("(8-10)", "(8\u201310)"),
    ],
)
def test_a_range_is_set_with_a_dash_and_a_chain_of_numbers_is_not(written, set_):
    assert typeset(written) == set_


TOO_MUCH = {
    "150 quotations": (">" * 150 + " a", 0, "lists or quotations are nested more than 10 deep"),
    "100 lists": ("- " * 100 + "a", 0, "lists or quotations are nested more than 10 deep"),
    "100 numbered lists": ("1. " * 100 + "a", 0, "lists or quotations are nested more than 10 deep"),
    "lists by their indent": ("\n".join(" " * 4 * i + "- a" for i in range(11)), 10, "lists or quotations"),
    "indent by tabs": ("a\n\n" + "\t" * 20 + "- a", 2, "lists or quotations are nested more than 10 deep"),
    "mixed": ("a\n\n" + "> - 1. " * 4 + "a", 2, "lists or quotations are nested more than 10 deep"),
    "a long page": ("1.1 " * 50_000, 0, "the text has 200,000 characters; write at most 50,000"),
    "a long paragraph": ("a\n\n" + "![" * 2501, 2, "a paragraph has more than 5,000 characters; put an empty line"),
    "many lines": ("a\n\n" + "#\n" * 201, 2, "a paragraph has more than 200 lines; put an empty line into it"),
    "a wide table": ("|" * 21 + "\n" + "|-" * 21, 0, "a line has more than 20 of the sign |"),
    "a link": ("a\nb [x](http://[a) c", 1, 'a link cannot be read: "http://[a" is not an address; write it in full'),
    "a link below": ("[x][1]\n\n[1]: https://a:b/", 2, 'a link cannot be read: "https://a:b/" is not an address'),
    "a link in full": ("<http://[>", 0, "a link cannot be read"),
    "a mail address": ("[x](mailto:a@b)[x](<https://x y>)", 0, 'a link cannot be read: "https://x y" is not a web'),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_a_text_that_cannot_be_converted_is_told_with_its_line(case):
    text, line, told = TOO_MUCH[case]
    first = next(iter(mistakes(text)))
    assert first[0] == line
    assert f"{first[1]}; {first[2]}".startswith(told)


TOKENS = [*"*_`[]()<>&#|-=+!\\'\"~:.1a \n\t", "> ", "- ", "1. ", "    ", "\n\n", "](", "[a]", "http://", "]: ", "&#91;"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(TOKENS), max_size=6).map("".join), st.integers(1, 400))
def test_every_text_is_converted_or_told(piece, times):
    text = piece * times
    if not list(mistakes(text)):
        html = str(to_html(text))
        assert html.count("<blockquote>") < 400 * 20
        assert "<script" not in html


def test_a_mistake_in_a_text_is_told_with_its_file_and_line_by_check_and_by_build(small_content):
    page = small_content / "pages" / "how-to.md"
    page.write_text(page.read_text("utf-8") + "\n\n" + ">" * 150 + " a\n", "utf-8")
    tips = small_content / "tips" / "elmore.yaml"
    tips.write_text(
        re.sub(r"lead: (?s:.*?)(?=\n\w)", 'lead: "[x](http://[a)"', tips.read_text("utf-8"), count=1), "utf-8"
    )
    line = page.read_text("utf-8").count("\n")
    lead = tips.read_text("utf-8").split("lead:")[0].count("\n") + 1
    for run in (checking.check, lambda request: build.build(request, lambda *told: None)):
        with pytest.raises(ContentError) as caught:
            run(Request(TODAY, content=small_content, pdf=False, out=small_content.parent / "out"))
        told = [f"{Path(one.path).name}:{one.line}: {one.message}" for one in caught.value.problems]
        assert sorted(told) == [
            f'elmore.yaml:{lead}: a link cannot be read: "http://[a" is not an address',
            f"how-to.md:{line}: lists or quotations are nested more than 10 deep",
        ]
