"""Links inside the site lead somewhere, and `milebook check` says which do not."""

from __future__ import annotations

from datetime import date

import pytest

from milebook import pipeline
from milebook.errors import ContentError
from milebook.links import broken

PAGE = '<a href="{}">x</a><h2 id="paces">Paces</h2>'


def told(link, path="sam/index.html"):
    pages = {"index.html": '<h1 id="top">x</h1>', path: PAGE.format(link)}
    return [str(problem) for problem in broken(pages, {"assets/site.css", "sam/plan.csv"})]


@pytest.mark.parametrize(
    "link",
    [
        "#paces",
        "",
        "../",
        "../index.html#top",
        "plan.csv",
        "../assets/site.css",
        "https://example.org/x#y",
        "mailto:a@b.c",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(link):
    assert told(link) == []


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("#pace", "leads to no place in sam/index.html; did you mean paces?"),
        ("plan.cvs", "leads to no file of the site; did you mean sam/plan.csv?"),
        ("../index.html#pop", "leads to no place in index.html; did you mean top?"),
        ("../../index.html", "leads to no file"),
        ("/index.html", "leads to no file"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_what_was_meant(link, what):
    assert [line for line in told(link) if what in line and link in line]


def test_two_places_of_one_name_are_told():
    assert "two places" in str(next(broken({"index.html": '<p id="a"><p id="a">'}, set())))


def test_check_follows_the_links_a_coach_writes(small_content):
    page = small_content / "pages" / "how-to.md"
    page.write_text(page.read_text() + "\nSee [the strides](#strides) and [the drills](#warmup).\n")
    with pytest.raises(ContentError) as caught:
        pipeline.check(pipeline.Request(date(2026, 11, 24), content=small_content))
    assert {problem.path for problem in caught.value.problems} == {
        "advanced/index.html",
        "beginner/index.html",
        "intermediate/index.html",
    }
    assert all("#warmup" in problem.message and "warm-up" in problem.hint for problem in caught.value.problems)
