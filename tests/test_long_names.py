"""A name of any accepted length fits on what is meant for one sheet, or it is told."""

from __future__ import annotations

import pytest
from common import TODAY

from milebook import build
from milebook.assembly.request import Request
from milebook.booklet.composition import LONG_RACE, is_long
from milebook.printing import products
from milebook.printing.engine import Pdf
from milebook.printing.printer import How, Printed

WIDEST = "W" * 60
PROFILE = """\
name: {name}
level: advanced
result: {{distance: 5 km, time: 27:30}}
race: {{name: {race}, date: 2027-03-13, pacing: elmore}}
days: 7
weeks: 8
units: metric
paper: {paper}
"""


@pytest.mark.parametrize(
    ("name", "race", "club", "paper"),
    [
        (WIDEST, WIDEST, WIDEST, "letter"),
        (WIDEST, "Town mile", "River Runners", "a4"),
        ("Ann", WIDEST, "River Runners", "letter"),
        ("W" * 34, "W" * 28, "River Runners", "letter"),
        ("W" * 22, "W" * 18, "River Runners", "letter"),  # the widest that are set large
    ],
)
def test_the_widest_names_fit_on_the_wall_plan_and_the_race_card(tmp_path, name, race, club, paper):
    content = tmp_path / "content"
    (content / "profiles").mkdir(parents=True)
    (content / "profiles" / "ann.yaml").write_text(PROFILE.format(name=name, race=race, paper=paper))
    site = (
        f"name: {club}\nlead: Ours.\nurl: https://club.example/a/long/address/that/goes/on\ncontact: run@club.example\n"
    )
    (content / "site.yaml").write_text(site)
    request = Request(TODAY, ("ann",), content, out=tmp_path / "out", parts=("wall-plan", "race-card"), strict=True)
    (made,) = build.build(request, lambda *_: None).made
    assert made.warnings == ()
    assert {one.file: one.pages for one in made.summary.downloads if one.pages} == {
        "wall-plan.pdf": 1,
        "race-card.pdf": 1,
    }


@pytest.mark.parametrize(
    ("pages", "warnings"), [(1, ()), (2, ("wall-plan.pdf takes 2 pages, and is meant for one sheet",))]
)
def test_what_is_meant_for_one_sheet_and_takes_more_is_told(pages, warnings):
    printed = products._on_one_sheet("wall-plan", lambda: Printed(Pdf(b"", pages, ()), How.LAID_OUT))
    assert printed.pdf.warnings == warnings


@pytest.mark.parametrize(
    ("name", "long"),
    [
        ("W" * 18, False),
        ("W" * 19, True),
        ("i" * 28, False),
        ("i" * 29, True),
        ("\u6771" * 14, False),
        ("\u6771" * 15, True),
    ],
)
def test_wide_letters_make_a_name_long_sooner(name, long):
    assert is_long(name, LONG_RACE) is long
