"""Sheets to hold at the track: everybody's own times, the fastest first, nobody lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pdfs
import pytest
from common import CONTENT, TODAY

from milebook import booklet, fields, pipeline, press, roster, tracksheets
from milebook.loader import load, search_path
from milebook.models import Profile
from milebook.pacing import rep_range
from milebook.render import Renderer
from milebook.tracksheets import Member

LIBRARY = load()
FOLDERS = search_path("templates", None)
BRAND = booklet.compose_brand(LIBRARY)
BASE = {"level": "intermediate", "race": {"name": "Mile", "date": "2027-06-12"}, "days": 4, "plan": "mile"}


def member(name, time, key="", **changes):
    profile = Profile.model_validate(BASE | {"name": name, "result": {"distance": "mile", "time": time}} | changes)
    return Member(name, key or roster.slug(name), pipeline.plan_profile(LIBRARY, profile, TODAY)[1])


def sheets(*members, paper="a4"):
    return tracksheets.compose("Group A", members, paper, BRAND, "en")


def test_everybody_is_on_every_sheet_of_the_season_the_fastest_first():
    made = sheets(member("Slow", "7:30"), member("Fast", "5:10"), member("Middle", "6:00")).sheets
    assert len(made) >= 12
    assert all([row.name.text for row in sheet.rows] == ["Fast", "Middle", "Slow"] for sheet in made)
    assert made[-1].title == "The mile"
    assert [int(re.search(r"Week\xa0(\d)", sheet.when)[1]) for sheet in made] == sorted(
        int(re.search(r"Week\xa0(\d)", sheet.when)[1]) for sheet in made
    )


def test_the_times_are_those_of_the_runners_own_plan():
    ada = member("Ada", "5:47.3")
    shown = {(sheet.when, sheet.title): sheet.rows[0].cells for sheet in sheets(ada, member("Bo", "7:00")).sheets}
    checked = 0
    for week in ada.schedule.weeks:
        for session in week.sessions:
            timed = [step for step in session.steps if step.kind in ("reps", "tempo")]
            week_of = f"Week\xa0{week.number},"
            cells = next((shown[key] for key in shown if key[0].startswith(week_of) and key[1] == session.title), ())
            for step, cell in zip(timed, cells, strict=False):
                if step.target and not step.uphill and step.metres < 1600:
                    assert cell.time == fields.rep_time(step.target)
                    assert cell.spread == fields.time_range(rep_range(step.target))
                    assert cell.what.endswith(fields.track(step.metres))
                    checked += 1
                if step.target and step.metres == 1000:
                    assert cell.lap == fields.rep_time(step.pace.low.over(400))
    assert checked >= 6


def test_runners_with_other_days_levels_and_lengths_meet_on_one_sheet():
    others = member("Bo", "6:40", level="beginner", days=5), member("Cy", "4:50", level="advanced", weeks=6)
    made = sheets(member("Ada", "5:40"), *others).sheets
    together = [sheet for sheet in made if len(sheet.rows) == 3]
    assert together
    assert any("race week" in sheet.when.lower() for sheet in together)
    assert all("Week\xa0" not in sheet.when for sheet in together)  # their plans count the weeks otherwise


def test_two_of_one_name_are_told_apart():
    made = sheets(member("Anna", "5:40", "anna"), member("Anna", "6:00", "anna-2"), member("Bea", "6:10"))
    assert [row.twin for row in made.sheets[0].rows] == ["anna", "anna-2", ""]


def test_plans_without_a_date_have_sheets_without_one():
    made = sheets(member("Ada", "5:40", race={"name": "Mile"}), member("Bo", "5:50", race={"name": "Mile"}))
    assert {sheet.dates for sheet in made.sheets} == {""}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A large group on Letter in its first week: names as long as they may be, more runners than fit on a page."""
    path = CONTENT / "athletes.csv"
    found = roster.read(path, LIBRARY.profiles["beginner"], lambda profile: None).athletes
    members = []
    for each in found:
        schedule = pipeline.plan_profile(LIBRARY, each.profile, TODAY)[1]
        members.append(Member(each.profile.name, each.key, replace(schedule, weeks=schedule.weeks[:1])))
    html = Renderer(FOLDERS).render("group.html.j2", {"sheets": sheets(*members, paper="letter")})
    pdf = tmp_path_factory.mktemp("group") / "group.pdf"
    pdf.write_bytes(press.print_pdf(html, FOLDERS).data)
    return pdfs.read(pdf), members


def test_no_name_is_lost_and_heads_come_again_on_every_page(printed):
    pages, members = printed
    text = squeezed(" ".join(word.text for page in pages for word in page.words))
    for each in members:
        if each.name.isascii():
            assert all(squeezed(part) in text for part in re.split("[ -]+", each.name))
    for page in pages:
        assert {"Fastest", "Ran"} <= {word.text for word in page.words}
        assert (round(page.width / pdfs.MM * pdfs.MM), round(page.height)) == (216, 279)


def test_the_figures_can_be_read_at_arms_length_and_nothing_leaves_the_page(printed):
    pages, members = printed
    times = [word for page in pages for word in page.words if re.fullmatch(r"[\d:.]+\d", word.text) and word.size > 20]
    assert len(times) > len(members)
    for page in pages:
        assert all(word.box.left > 10 and word.box.right < page.width - 10 for word in page.words)


def squeezed(text):
    return re.sub(r"[\s\u00ad\u2010\ufffe-]+", "", text)
