"""A template, style or script that no page uses is told with what it may have been meant to be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from common import CLONE

from milebook import build
from milebook import check as checking
from milebook.assembly.request import Request
from milebook.content.loader import bundled
from milebook.core.errors import ContentError
from milebook.pages.renderer import Renderer
from milebook.pages.unused import FILLED, OUR_SECTIONS, find_unused

LIST = (bundled("templates") / "sections.j2").read_text("utf-8")


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def told(tmp_path):
    def find(files):
        write(tmp_path, files)
        return {
            Path(one.path).relative_to(tmp_path).as_posix(): one.hint
            for one in find_unused(Renderer([tmp_path, bundled("templates")]))
        }

    return find


UNUSED = {
    "a section that is not in the list": (
        "sections/thanks-to-our-helpers.html.j2",
        "put thanks-to-our-helpers into the list of sections, sections.j2",
    ),
    "a section with a slip in its name": (
        "sections/rule.html.j2",
        "put rule into the list of sections, sections.j2, or did you mean rules?",
    ),
    "a section without its ending": ("sections/rules.html", "did you mean sections/rules.html.j2?"),
    "a section beside the folder": ("rules.html.j2", "did you mean sections/rules.html.j2?"),
    "a misspelt template": ("bookelt.html.j2", "did you mean booklet.html.j2?"),
    "a drawing with a slip": ("pictures/cvoer.svg.j2", "did you mean pictures/cover.svg.j2?"),
    "styles in the wrong folder": ("own.css", "did you mean assets/own.css or assets/web/own.css?"),
    "styles of the web among those of print": ("assets/site.css", "did you mean assets/web/site.css?"),
    "styles of print among those of the web": ("assets/web/print.css", "did you mean assets/print.css?"),
    "styles that nothing links": (
        "assets/club-colours-of-1954.css",
        "rules for print go into assets/own.css, those for the web pages into assets/web/own.css",
    ),
    "styles called by the club": (
        "assets/club.css",
        "rules for print go into assets/own.css, those for the web pages into assets/web/own.css",
    ),
    "a script of one's own": ("assets/web/club.js", "name it in a template that is used, or remove it"),
    "a script that nothing links": ("assets/web/plann.js", "did you mean assets/web/plan.js?"),
    "a template of another program": ("footer/impressum.jinja", "include it in a template that is used, or remove it"),
}


@pytest.mark.parametrize("case", UNUSED)
def test_what_no_page_uses_is_told_with_what_it_may_be(told, case):
    name, hint = UNUSED[case]
    assert told({name: "x"}) == {name: hint}


USED = {
    "a replaced section": {"sections/rules.html.j2": ""},
    "a section of one's own in one's own list": {
        "sections.j2": LIST.replace('"rules"', '"sponsors"'),
        "sections/sponsors.html.j2": "",
    },
    "a template that another includes": {
        "sections/rules.html.j2": '{% include "club/board.html.j2" %}',
        "club/board.html.j2": "",
    },
    "templates whose names are put together": {
        "sections/rules.html.j2": '{% include "club/" ~ booklet.level ~ ".html.j2" %}',
        "club/beginner.html.j2": "",
    },
    "own rules": {"assets/own.css": "", "assets/web/own.css": ""},
    "styles that own rules load": {"assets/own.css": "@import 'fonts.css';", "assets/fonts.css": ""},
    "styles that a template links": {
        "print.html.j2": '<link rel="stylesheet" href="assets/club.css">',
        "assets/club.css": "",
    },
    "a script that a web page links": {
        "base.html.j2": '<script src="{{ root }}assets/club.js"></script>',
        "assets/web/club.js": "",
    },
    "a page that stands by itself": {"assets/web/google1234.html": ""},
    "pictures, fonts, notes and an editor's own": {
        "assets/board.png": "",
        "assets/fonts/Club.ttf": "",
        "notes.txt": "",
        ".backup/booklet.html.j2": "",
        "sections/.rules.html.j2": "",
    },
}


@pytest.mark.parametrize("case", USED)
def test_what_a_page_uses_is_not_told(told, case):
    assert told(USED[case]) == {}


def test_our_own_templates_are_all_used():
    assert list(find_unused(Renderer([bundled("templates")]))) == []


def test_a_clone_may_leave_out_our_sections_and_is_told_of_its_own(tmp_path):
    ours = bundled("templates")
    write(tmp_path, {path.relative_to(ours).as_posix(): path.read_text("utf-8") for path in ours.rglob("*.j2")})
    write(tmp_path, {"sections.j2": '{% set order = ["cover", "weeks"] %}', "sections/sponsors.html.j2": ""})
    found = {Path(one.path).name: one.hint for one in find_unused(Renderer([tmp_path])) if one.path.endswith(".j2")}
    assert list(found) == ["sponsors.html.j2"]


def test_the_names_it_goes_by_are_those_of_our_templates():
    folder = CLONE / "templates"
    assert {path.name.removesuffix(".html.j2") for path in (folder / "sections").iterdir()} == OUR_SECTIONS
    assert all((folder / name).is_file() for name in FILLED)


@pytest.mark.parametrize("run", [checking.check, lambda request: build.build(request, lambda *told: None)])
def test_check_and_build_refuse_what_no_page_uses(tmp_path, run):
    write(tmp_path / "templates", {"own.css": "h2 { color: red }", "bookelt.html.j2": ""})
    request = Request(
        date(2026, 11, 24), templates=tmp_path / "templates", out=tmp_path / "out", pdf=False, profiles=("beginner",)
    )
    with pytest.raises(ContentError) as refused:
        run(request)
    assert [one.message for one in refused.value.problems] == ["no page uses it"] * 2
    assert not (tmp_path / "out").exists()
