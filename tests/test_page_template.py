"""A page of HTML that was cut at its values and put together again is the page that its templates give."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from stamps import FOLDERS, RENDERER, random_athlete, random_shape, view_of

from milebook.assembly.profile_files import page_values
from milebook.pages.renderer import Renderer
from milebook.printing.stamping import page_template
from milebook.printing.stamping.variable_values import split_view
from milebook.site.site_files import Download

DOWNLOADS = (Download("booklet.pdf", "Booklet to read", "PDF", 300_000, 28),)


def write(view, renderer):
    return renderer.render("page.html.j2", page_values(view, DOWNLOADS, "") | {"unlisted": True})


@pytest.mark.parametrize("seed", range(4))
def test_a_cast_page_is_the_filled_page(seed):
    chance = random.Random(seed)
    shape, known = random_shape(chance), {}
    for _ in range(6):
        view = replace(view_of(**random_athlete(chance, shape)), key="")
        parts = split_view(view)
        mould = known.setdefault(parts.shape, None) or page_template.make(view, write, RENDERER)
        known[parts.shape] = mould
        assert mould.cast(parts.values) == write(view, RENDERER)


def test_a_name_is_text_in_the_page_its_title_and_its_card():
    own, hostile = (replace(view_of(name=name), key="") for name in ("Wilhelmina", '<b> & "c"'))
    page = page_template.make(own, write, RENDERER).cast(split_view(hostile).values)
    assert page == write(hostile, RENDERER)
    assert page.count("&lt;b&gt; &amp; &#34;c&#34;") >= 3
    assert "<b> &" not in page
    assert "Wilhelmina" not in page


def test_a_template_that_reads_a_value_makes_no_mould(tmp_path):
    own = tmp_path / "sections"
    own.mkdir()
    (own / "rules.html.j2").write_text("{{ booklet.runner.text | length }}", "utf-8")
    view = replace(view_of(), key="")
    assert page_template.make(view, write, Renderer([tmp_path, *FOLDERS])) is None
