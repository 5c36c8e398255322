"""This week first, and the log: ticks and notes on the device, to a file and back."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest
from browsing import CONTENT, build_site

FIRST = ".week-page .done input"


@pytest.fixture
def site(serve, built):
    return serve(built)


def first(page):
    """The long run of the first week."""
    return page.locator("#week-1 .day-long")


def write_log(page, note="felt good"):
    row = first(page)
    row.locator("input[type=checkbox]").check()
    row.locator("summary").click()
    row.get_by_label("Times").fill("50:12")
    row.get_by_label("Effort").select_option("4")
    row.get_by_label("Note").fill(note)
    row.get_by_label("Note").blur()


def give(page, data):
    """Read a log from a file; what the page says to it."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    page.locator("#log-read").set_input_files({"name": "log.json", "mimeType": "application/json", "buffer": text})
    page.locator("#log .told").filter(has_text=".").wait_for()
    return page.locator("#log .told").inner_text()


def saved(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    return download.value, json.loads(download.value.path().read_text("utf-8"))


@pytest.mark.parametrize(
    ("day", "label", "week"),
    [
        ("2027-04-10", "Starts in 8 days", "week-1"),
        ("2027-04-17", "Starts tomorrow", "week-1"),
        ("2027-04-18", "This week", "week-1"),
        ("2027-05-18", "This week", "week-5"),
        ("2027-06-12", "This week", "week-8"),
        ("2027-06-13", "The race is run", "after"),
    ],
)
def test_this_week_comes_first_by_the_date_of_the_device(visit, site, day, label, week):
    page = visit(site.url + "beginner/", day=day)
    assert page.locator("#now > section").get_attribute("id") == week
    assert page.locator("#now .label").inner_text() == label
    assert page.locator(".today").count() == (0 if label.startswith("Starts") else 1)
    assert page.locator(".week-page").count() == 8


def test_today_is_marked(visit, site):
    page = visit(site.url + "beginner/", day="2027-05-18")
    assert page.locator("[aria-current=date] .date").inner_text() == "18\u00a0May"


def test_long_after_the_race_the_plan_stands_as_it_was(visit, site):
    page = visit(site.url + "beginner/", day="2028-01-01")
    assert page.locator("#now > section").count() == 0
    assert page.locator("#now").inner_text().split("\n")[0] == "The race is run"
    assert not page.locator("#to-today").is_visible()


def test_on_a_phone_today_is_one_tap_away(visit, site):
    page = visit(site.url + "beginner/", day="2027-05-21", viewport={"width": 360, "height": 740})
    page.get_by_role("link", name="Today").click()
    top = page.evaluate("document.querySelector('.today').getBoundingClientRect().top")
    assert 0 < top < 120
    other = visit(site.url + "noor/", day="2027-05-21")
    assert not other.locator("#to-today").is_visible()


@pytest.mark.parametrize("width", [768, 1280])
def test_the_whole_menu_is_seen_where_there_is_room(visit, site, width):
    page = visit(site.url + "beginner/", day="2027-05-21", viewport={"width": width, "height": 800})
    assert page.evaluate("(menu => menu.scrollWidth - menu.clientWidth)(document.querySelector('.jump'))") == 0
    assert page.locator(".jump a").evaluate_all("all => new Set(all.map(e => e.offsetTop)).size") == 1


def test_rows_of_ones_own_templates_leave_the_page_whole(visit, serve, tmp_path):
    macros = (CONTENT.parent / "templates" / "macros.html.j2").read_text("utf-8")
    (tmp_path / "templates").mkdir()
    for old, new in (('<tr class="day day-', '<tr class="one of-'), ('<td class="done">', "<td>")):
        assert old in macros
        (tmp_path / "templates" / "macros.html.j2").write_text(macros.replace(old, new), "utf-8")
        out = build_site(tmp_path / "site", templates=tmp_path / "templates", profiles=("beginner",))
        page = visit(serve(out).url + "beginner/", day="2027-05-18")
        assert page.locator(".week-page").count() == 8


def test_a_plan_without_dates_shows_none_and_puts_the_first_open_week_first(visit, site):
    page = visit(site.url + "noor/", day="2027-05-18")
    assert page.locator("#now > section, .today, .date").count() == 0
    for box in page.locator("#week-1 .done input").all():
        box.check()
    page.reload()
    assert page.locator("#now > section").get_attribute("id") == "week-2"


def test_ticks_and_notes_stay_on_the_device(visit, site):
    page = visit(site.url + "beginner/")
    write_log(page)
    assert page.locator("#log .count").inner_text().startswith("1 of ")
    page.reload()
    assert first(page).locator("input[type=checkbox]").is_checked()
    assert first(page).locator("summary").inner_text().endswith(": 50:12; effort 4; felt good")
    assert page.context.cookies() == []


def test_another_tab_of_the_plan_follows(visit, site):
    page = visit(site.url + "beginner/")
    other = visit(site.url + "beginner/", context=page.context)
    write_log(page)
    other.wait_for_function("document.querySelector('#log .count').textContent.startsWith('1 of')")


def test_a_new_build_of_the_plan_keeps_the_log_and_another_race_begins_its_own(visit, serve, content, tmp_path):
    own = shutil.copytree(content, tmp_path / "content")
    out = build_site(tmp_path / "out", own)
    site = serve(out)
    page = visit(site.url + "beginner/")
    write_log(page)
    for path in (own / "workouts").glob("*.yaml"):  # the coach finds better words
        path.write_text(path.read_text("utf-8").replace("title: ", "title: New "), "utf-8")
    build_site(out, own)
    page.reload()
    assert "New" in first(page).inner_text()
    assert page.locator("#log .count").inner_text().startswith("1 of ")
    profile = own / "profiles" / "beginner.yaml"
    profile.write_text(profile.read_text("utf-8").replace("2027-06-12", "2027-06-19"), "utf-8")
    build_site(out, own)
    page.reload()
    assert page.locator("#log .count").inner_text().startswith("0 of ")
    page.goto(site.url + "advanced/")
    assert page.locator("#log .count").inner_text().startswith("0 of ")


def test_a_build_in_mid_plan_keeps_the_log_of_the_weeks_it_leaves_out(visit, serve, content, tmp_path):
    out = build_site(tmp_path / "out", content)
    page = visit(serve(out).url + "beginner/", day="2027-05-20")
    write_log(page)
    page.locator("#week-6 .day-long input[type=checkbox]").check()
    build_site(out, content, today=date(2027, 5, 20))
    page.reload()
    assert page.locator("#week-1").count() == 0
    assert page.locator("#week-6 .day-long input[type=checkbox]").is_checked()
    assert set(saved(page)[1]["sessions"]) == {"week-1/long-run/1", "week-6/long-run/1"}


def test_the_log_goes_to_a_file_and_comes_back_from_it(visit, site):
    page = visit(site.url + "beginner/")
    write_log(page)
    download, data = saved(page)
    assert download.suggested_filename == "milebook-club-mile-2027-06-12.json"
    assert list(data["sessions"].values()) == [{"done": True, "time": "50:12", "effort": "4", "note": "felt good"}]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#log .count").inner_text().startswith("0 of ")
    assert page.evaluate("localStorage.length") == 0
    assert give(page, data) == "1 session read from the file."
    page.reload()
    assert first(page).locator("summary").inner_text().endswith(": 50:12; effort 4; felt good")


def test_clearing_asks_first(visit, site):
    page = visit(site.url + "beginner/")
    write_log(page)
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#log .count").inner_text().startswith("1 of ")


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x89PNG\r\n",
        b"[1, 2",
        b"null",
        b"[]",
        b'"log"',
        b'{"milebook": "log"}',
        b'{"milebook": "log", "version": 2}',
        b" " * 1_100_000,
    ],
    ids=["empty", "picture", "cut off", "null", "list", "text", "no version", "later version", "huge"],
)
def test_a_file_that_is_no_log_is_told_and_changes_nothing(visit, site, bad):
    page = visit(site.url + "beginner/")
    write_log(page)
    assert give(page, bad) == "This file is no milebook log. Nothing was changed."
    assert page.locator("#log .count").inner_text().startswith("1 of ")


def test_a_log_of_another_plan_is_told_and_changes_nothing(visit, site):
    page = visit(site.url + "advanced/")
    page.locator(FIRST).first.check()
    data = saved(page)[1]
    page.goto(site.url + "beginner/")
    assert give(page, data) == "This log is of another plan (Evening mile, 2027-07-07). Nothing was changed."
    assert page.locator("#log .count").inner_text().startswith("0 of ")


def test_what_a_file_says_is_never_taken_for_html_and_only_what_fits_is_kept(visit, site):
    page = visit(site.url + "beginner/")
    write_log(page, note="<img src=x onerror=document.title='broken'>")
    data = saved(page)[1]
    name = next(iter(data["sessions"]))
    entry = data["sessions"][name]
    data["sessions"] = {
        name: {**entry, "time": "x" * 5000, "effort": "11", "done": "yes", "more": {}},
        "week-1/easy-run/1": {"done": 1},
        "../../x": {"done": True},
        "__proto__": {"done": True},
        "week-2/rest/1": [],
        "week-3/x/1": None,
    }
    assert give(page, data) == "1 session read from the file."
    kept = saved(page)[1]["sessions"]
    assert kept == {name: {"done": False, "time": "x" * 80, "note": entry["note"]}}
    assert page.title() != "broken"
    assert page.locator(".entry img").count() == 0


@pytest.mark.parametrize("spoilt", ["", "not JSON", "[]", "3", '{"week-1/long-run/1": "yes"}'])
def test_a_spoilt_store_is_begun_afresh(visit, site, spoilt):
    page = visit(site.url + "beginner/")
    write_log(page)
    page.evaluate("text => localStorage.setItem(localStorage.key(0), text)", spoilt)
    page.reload()
    assert page.locator("#log .count").inner_text().startswith("0 of ")
    write_log(page)
    assert page.locator("#log .count").inner_text().startswith("1 of ")


def test_a_browser_that_keeps_nothing_shows_the_plan_without_the_log(visit, site, browser):
    context = browser.new_context(service_workers="block")
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    context.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('no') }")
    page = visit(site.url + "beginner/", context=context, day="2027-05-18")
    assert page.locator("#now .label").inner_text() == "This week"
    assert page.locator(".done input").count() == 0
    assert not page.locator("#log").is_visible()
    context.close()
