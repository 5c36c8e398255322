"""The trial's time in the log: the sessions after it get its paces at once, on this device; it can be undone."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import urlencode

import pytest
from browsing import CONTENT, build_site

MINE = {"distance": "5 km", "time": "27:30", "date": "2027-06-12", "days": "4", "weeks": "8"}
DAY = "2027-05-18"  # in week 5 of eight; the trial is in week 4
TOLD = ".day-test .of-trial"


@pytest.fixture
def site(serve, built):
    return serve(built)


BOTH = pytest.mark.parametrize("page", ["beginner/", f"yours/#{urlencode(MINE)}"], ids=["own", "yours"], indirect=True)


@pytest.fixture
def page(visit, site, request):
    """A runner's own page, or everybody's."""
    return visit(site.url + getattr(request, "param", "beginner/"), day=DAY)


def targets(page):
    """The time of each repetition, by the week it is in."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".week-page")]
             .map(week => [week.id, [...week.querySelectorAll(".target")].map(one => one.textContent)])
             .sort())"""
    )


def whole(page):
    """All that stands on the page, the log aside."""
    return page.evaluate(
        """() => { const copy = document.querySelector("main").cloneNode(true);
             copy.querySelectorAll(".entry, .of-trial, .done, #log").forEach(one => one.remove());
             return [...copy.querySelectorAll("section")].map(one => one.id + one.textContent).sort(); }"""
    )


def write_time(page, text):
    entry = page.locator(".day-test .entry")
    if entry.get_attribute("open") != "":
        entry.locator("summary").click()
    field = entry.get_by_label("Times")
    field.fill(text)
    field.blur()


def told(page, text):
    page.locator(TOLD).filter(has_text=text).wait_for()


@BOTH
def test_later_weeks_get_the_paces_of_the_trial_and_earlier_ones_stay(page):
    told(page, "Write its time into the log")
    before = targets(page)
    write_time(page, "7:55 (1:59, 2:00, 1:59, 1:57), windy")
    told(page, "at the paces of a mile in 7:55.")
    after = targets(page)
    assert {week: after[week] == before[week] for week in after} == {
        f"week-{number}": number <= 4 for number in range(1, 9)
    }
    assert after["week-8"][-1] == "7:55"
    assert page.locator("#paces .big").inner_text() == "7:55"


@BOTH
def test_it_can_be_undone_and_used_again_and_goes_with_its_time(page):
    before = whole(page)
    write_time(page, "7:55")
    told(page, "at the paces of a mile in 7:55.")
    after = whole(page)
    assert after != before
    page.get_by_role("button", name="Back to the old paces").click()
    told(page, "The sessions after it are at the old paces.")
    assert whole(page) == before
    page.get_by_role("button", name="Use the paces of 7:55").click()
    told(page, "at the paces of a mile in 7:55.")
    assert whole(page) == after
    write_time(page, "")
    told(page, "Write its time into the log")
    assert whole(page) == before


@BOTH
def test_the_time_is_kept_with_the_log_and_used_when_the_page_is_opened_again(page):
    write_time(page, "7:55")
    told(page, "at the paces of a mile in 7:55.")
    after = whole(page)
    page.reload()
    told(page, "at the paces of a mile in 7:55.")
    assert whole(page) == after
    page.get_by_role("button", name="Back to the old paces").click()
    told(page, "at the old paces")
    page.reload()
    told(page, "at the old paces")
    assert whole(page) != after
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#log-clear").click()
    told(page, "Write its time into the log")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("felt good", "Write the time of the mile first"),
        ("2:10", "Write the time of the mile first"),
        ("4:05", "50 % faster than the mile the paces were from, and changes nothing"),
        ("19:00", "slower than the mile the paces were from, and changes nothing"),
    ],
)
def test_what_is_no_mile_changes_nothing_and_is_told(page, text, wanted):
    before = whole(page)
    write_time(page, text)
    told(page, wanted)
    assert whole(page) == before


def test_a_trial_much_slower_than_expected_is_used_and_told(page):
    write_time(page, "9:59")
    told(page, "22 % slower than the mile the paces were from: after a bad day, go back.")
    assert targets(page)["week-8"][-1] == "9:59"


@BOTH
def test_whoever_types_stays_in_the_row(page):
    write_time(page, "7:55")
    told(page, "at the paces of a mile in 7:55.")
    entry = page.locator(".day-test .entry")
    entry.get_by_label("Times").fill("8:01")
    page.keyboard.press("Tab")
    told(page, "at the paces of a mile in 8:01.")
    assert entry.get_attribute("open") == ""
    page.locator(".day-test [name=effort]:focus").wait_for()


def test_the_file_of_a_log_takes_the_trial_along(page):
    write_time(page, "7:55")
    told(page, "at the paces of a mile in 7:55.")
    page.get_by_role("button", name="Back to the old paces").click()
    told(page, "at the old paces")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    (entry,) = [entry for name, entry in saved["sessions"].items() if "time-trial" in name]
    assert entry == {"done": False, "time": "7:55", "old": True}


def test_a_build_with_the_trial_says_so_and_asks_for_nothing(visit, serve, tmp_path):
    (tmp_path / "content" / "profiles").mkdir(parents=True)
    text = (CONTENT / "profiles" / "beginner.yaml").read_text("utf-8")
    (tmp_path / "content" / "profiles" / "beginner.yaml").write_text(
        text.replace("race:", "trial: '8:00'\nmade: 2026-11-20\nrace:", 1)
    )
    site = serve(build_site(tmp_path / "site", tmp_path / "content", today=date(2027, 5, 18)))
    page = visit(site.url + "beginner/", day=DAY)
    told(page, "The sessions after it are at the paces of its mile.")
    write_time(page, "7:00")
    assert page.locator("#paces .big").inner_text() == "8:00"


def test_without_its_data_the_page_says_where_the_new_paces_are(visit, site):
    page = visit(site.url + "beginner/", day=DAY)
    page.route("**/after-trial.js", lambda route: route.fulfill(status=404))
    write_time(page, "8:00")
    told(page, "The new paces are not on this device.")
    visit.heard.clear()  # the console tells of the file that is missing
