"""The examples of CONTRIBUTING for a look of one's own, built."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from milebook import pipeline

CONTRIBUTING = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text("utf-8")


def example(language):
    return re.search(rf"```{language}\n(.*?)```", CONTRIBUTING, re.DOTALL)[1]


@pytest.fixture
def built(tmp_path):
    """A build with the two files of CONTRIBUTING, and nothing else, in the user's own templates."""
    (tmp_path / "templates" / "sections").mkdir(parents=True)
    (tmp_path / "templates" / "assets").mkdir()
    (tmp_path / "templates" / "sections" / "rules.html.j2").write_text(example("jinja"), "utf-8")
    (tmp_path / "templates" / "assets" / "own.css").write_text(example("css"), "utf-8")
    out = tmp_path / "out"
    request = pipeline.Request(
        date(2026, 11, 24),
        profiles=("beginner",),
        templates=tmp_path / "templates",
        out=out,
        parts=("rules",),
        strict=True,
    )
    pipeline.build(request, lambda *told: None)
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
