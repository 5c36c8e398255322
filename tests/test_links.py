"""Links inside the site lead somewhere, or `milebook check` says so."""

from __future__ import annotations

from datetime import date

import pytest

from milebook import check as checking
from milebook.assembly.request import Request
from milebook.core.errors import ContentError
from milebook.site.link_check import broken

FILES = {"assets/site.css", "sam/plan.csv"}


def told(page, html, other="<p id='plan'>"):
    return [str(problem) for problem in broken({page: html, "sam/index.html": other}, FILES)]


@pytest.mark.parametrize(
    "link",
    [
        "sam/index.html",
        "sam/",
        "./sam/index.html#plan",
        "assets/site.css",
        "#here",
        "",
        ".",
        "#h%65re",
        "sam/plan.csv?x=1",
        "https://example.org/gone",
        "mailto:coach@example.org",
        "//example.org/x",
        "/elsewhere",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(link):
    assert told("index.html", f'<h1 id="here"></h1><a href="{link}">x</a>') == []


@pytest.mark.parametrize(
    "link", ["../index.html", "../assets/site.css", "plan.csv", "index.html#plan", "../", ".", "./"]
)
def test_links_start_at_their_own_page(link):
    pages = {"sam/index.html": f'<p id="plan"><a href="{link}">x</a>', "index.html": ""}
    assert list(broken(pages, FILES)) == []


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("sam/plan.cvs", "there is no such file; did you mean sam/plan.csv?"),
        ("eve/index.html", "there is no such file"),
        ("../sam/index.html", "there is no such file"),
        ("sam/index.html#plans", "there is no such place on the page; did you mean #plan?"),
        ("#nowhere", "there is no such place on the page"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_with_what_was_meant(link, message):
    (problem,) = told("index.html", f'<a href="{link}">x</a><img src="{link}">')
    assert problem.startswith(f'index.html: the link "{link}" leads nowhere: {message}')


@pytest.mark.parametrize("link", ["http://[a", "//[", "https://℀.example/", "https://example.org:port/"])
def test_a_link_that_nothing_can_take_apart_is_told(link):
    (problem,) = told("index.html", f'<a href="{link}">x</a>')
    assert problem.startswith(f'index.html: a link cannot be read: "{link}" is not an address; write it in full')


def test_a_wrong_anchor_in_a_coachs_text_is_found_by_check(small_content):
    page = small_content / "pages" / "how-to.md"
    page.write_text(page.read_text("utf-8") + "\nSee [the paces](#pace).\n", "utf-8")
    with pytest.raises(ContentError) as caught:
        checking.check(Request(date(2026, 11, 24), content=small_content))
    assert [problem.path for problem in caught.value.problems] == [
        f"{key}/index.html" for key in ("advanced", "beginner", "intermediate", "yours")
    ]
    assert all("did you mean #paces?" in str(problem) for problem in caught.value.problems)
