"""The web pages in a real browser: Debian's Chromium, or any the system has; skipped where there is none."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import re
import shutil
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import TODAY

from milebook import pipeline

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: install the package chromium")
IN_WEEK_3 = "2027-05-05T10:00:00"
WIDTHS = (360, 768, 1280)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The site under `/repo/`, as a project page of GitHub has it, and an undated plan beside the shipped ones."""
    root = tmp_path_factory.mktemp("site")
    content = Path(shutil.copytree(Path(__file__).parent.parent / "content", root / "content"))
    undated = (content / "profiles" / "beginner.yaml").read_text().replace("date: 2027-06-12, ", "")
    (content / "profiles" / "undated.yaml").write_text(undated)
    pipeline.build(pipeline.Request(TODAY, content=content, out=root / "repo", pdf=False), lambda *told: None)
    return root


@pytest.fixture(scope="module")
def address(root):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/repo/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def asked():
    """The addresses that the pages of a test asked for, in order."""
    return []


@pytest.fixture
def open_page(browser, address, asked):
    """Open a page; afterwards, nothing was complained about and nothing was asked of another host."""
    heard, contexts = [], []

    def open_page(path="beginner/index.html", width=360, when=IN_WEEK_3, base=address, **options):
        context = browser.new_context(viewport={"width": width, "height": 740}, **options)
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.clock.install(time=when)
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []
    assert [url for url in asked if not url.startswith((address, "file:", "blob:"))] == []


def first_section(page):
    return page.locator("#plan > section").first.get_attribute("id")


def tick(page, week=3, day=2):
    page.locator(f"#week-{week} .day").nth(day).locator(".done input").check()


def test_this_weeks_page_comes_first_by_the_date_of_the_device(open_page):
    page = open_page()
    assert first_section(page) == "week-3"
    assert page.locator(".now").inner_text() == "This week"
    assert page.get_by_text("This week stands at the top").count() == 1


@pytest.mark.parametrize("when", ["2027-01-01T10:00:00", "2028-01-01T10:00:00"])
def test_before_and_after_the_plan_its_weeks_stand_in_order(open_page, when):
    assert first_section(open_page(when=when)) == "glance"


def test_an_undated_plan_has_no_week_of_today_and_shows_no_date(open_page):
    page = open_page("undated/index.html")
    assert first_section(page) == "glance"
    assert "2027" not in page.locator("#plan").inner_text()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_ticks_and_notes_are_there_after_a_reload_also_from_the_file_system(open_page, root, scheme):
    page = open_page(**({} if scheme == "http" else {"base": (root / "repo").as_uri() + "/"}))
    assert page.locator(".log-status").inner_text().startswith("0 of ")
    tick(page)
    day = page.locator("#week-3 .day").nth(2)
    day.locator("summary").click()
    day.locator("input[name=note]").fill('windy <img src=x onerror="alert(1)">')
    day.locator("input[name=note]").blur()
    page.reload()
    assert page.locator(".log-status").inner_text().startswith("1 of ")
    assert page.locator("#week-3 input[name=note]").nth(1).input_value().startswith("windy <img")
    assert page.locator("#week-3 .day").nth(2).locator(".done input").is_checked()
    assert page.locator("main img").count() == 0


def test_the_log_of_one_plan_is_not_that_of_another(open_page):
    page = open_page()
    tick(page)
    page.goto(page.url.replace("beginner", "intermediate"))
    assert page.locator(".log-status").inner_text().startswith("0 of ")


def test_a_log_is_saved_to_a_file_cleared_and_read_again(open_page, tmp_path):
    page = open_page(accept_downloads=True)
    page.on("dialog", lambda dialog: dialog.accept())
    tick(page)
    with page.expect_download() as download:
        page.get_by_text("Save log to a file").click()
    saved = tmp_path / "log.json"
    download.value.save_as(saved)
    assert [entry["done"] for entry in json.loads(saved.read_text())["log"].values()] == [True]
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".log-status").inner_text().startswith("0 of ")
    page.locator("input[type=file]").set_input_files(saved)
    page.locator(".log-status", has_text="1 of ").wait_for()


@pytest.mark.parametrize("text", ["", "[]", "null", '{"milebook": 1, "log": 7}', "<script>alert(1)</script>"])
def test_a_file_that_is_no_log_is_told_and_changes_nothing(open_page, tmp_path, text):
    page = open_page()
    tick(page)
    (tmp_path / "holiday.json").write_text(text)
    page.locator("input[type=file]").set_input_files(tmp_path / "holiday.json")
    page.get_by_text("holiday.json is not a log that this page saved").wait_for()
    assert page.locator("#week-3 .day").nth(2).locator(".done input").is_checked()


def test_of_a_log_made_to_do_harm_only_ticks_and_short_texts_are_kept(open_page, tmp_path):
    page = open_page()
    entry = {"done": "yes", "note": "n" * 9999, "time": {"a": 1}, "__proto__": {"x": 1}}
    tick(page)
    place = page.evaluate("Object.keys(localStorage)[0]")
    log = {"3.Tuesday.reps-200": entry, "<b>": entry, "9.Monday.x": "text"}
    (tmp_path / "log.json").write_text(json.dumps({"milebook": 1, "place": place, "log": log}))
    page.locator("input[type=file]").set_input_files(tmp_path / "log.json")
    page.locator(".log-status", has_text="0 of ").wait_for()
    assert page.evaluate(f"JSON.parse(localStorage.getItem({json.dumps(place)}))") == {
        "3.Tuesday.reps-200": {"note": "n" * 200}
    }


def until(page, expression, seconds=10.0):
    """Ask again and again: the page's own policy forbids Playwright's way of waiting."""
    deadline = time.monotonic() + seconds
    while not (found := page.evaluate(expression)):
        assert time.monotonic() < deadline, expression
        time.sleep(0.05)
    return found


def offline(page):
    """Visit the first page, wait for the worker to have kept everything, and pull the plug."""
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, "caches.keys().then((names) => names.length === 1)")
    page.context.set_offline(True)


def test_after_one_visit_every_page_works_without_network(open_page, address):
    page = open_page("index.html")
    offline(page)
    for path in ("beginner/index.html", "intermediate/", "", "advanced/plan.csv"):
        assert page.evaluate(f"fetch({json.dumps(address + path)}).then((answer) => answer.status)") == 200
    page.goto(address + "beginner/index.html#week-3")
    assert page.locator(".week-page").count() == 8
    assert page.evaluate("document.fonts.check('16px \"Milebook Sans\"')")


def test_a_new_build_replaces_what_was_kept(open_page, root):
    page = open_page("index.html")
    until(page, "navigator.serviceWorker.controller !== null")
    old = page.evaluate("caches.keys()")
    worker = root / "repo" / "sw.js"
    before = worker.read_text()
    try:
        worker.write_text(before.replace('CACHE = "milebook-', 'CACHE = "milebook-new-'))
        page.evaluate("navigator.serviceWorker.ready.then((found) => found.update())")
        until(page, f"caches.keys().then((names) => names.length === 1 && names[0] !== {json.dumps(old[0])})")
    finally:
        worker.write_text(before)


def test_from_the_file_system_no_worker_is_asked_for(open_page, root):
    page = open_page(base=(root / "repo").as_uri() + "/")
    assert page.evaluate("navigator.serviceWorker?.controller ?? null") is None


def test_the_first_view_is_under_100_kilobytes_compressed(open_page, asked, root):
    page = open_page()
    page.evaluate("document.fonts.ready.then(() => 1)")
    paths = {urlsplit(url).path for url in asked}
    seen = {path for path in paths if not path.endswith((".webmanifest", "sw.js"))}
    sizes = {path: len(gzip.compress((root / path.lstrip("/")).read_bytes(), 6)) for path in seen}
    assert any(path.endswith(".woff2") for path in sizes)
    assert sum(sizes.values()) < 100_000, sizes


def test_an_address_that_is_not_there_leads_back_from_any_depth(tmp_path, small_content):
    request = pipeline.Request(
        TODAY, content=small_content, out=tmp_path, pdf=False, site_url="https://club.example/repo"
    )
    pipeline.build(request, lambda *told: None)
    lost = (tmp_path / "404.html").read_text()
    assert 'href="/repo/index.html"' in lost
    assert 'href="/repo/assets/site.css"' in lost
    addresses = re.findall("<loc>(.*)</loc>", (tmp_path / "sitemap.xml").read_text())
    assert "https://club.example/repo/" in addresses
    assert "https://club.example/repo/beginner/" in addresses
    page = (tmp_path / "beginner" / "index.html").read_text()
    assert '<link rel="canonical" href="https://club.example/repo/beginner/">' in page
    assert '<meta property="og:image" content="https://club.example/repo/assets/card.png">' in page
    assert (tmp_path / "assets" / "card.png").is_file()


def test_the_manifest_names_the_club_and_files_that_are_there(root):
    manifest = json.loads((root / "repo" / "manifest.webmanifest").read_text())
    assert manifest["name"] == "milebook"
    assert all((root / "repo" / icon["src"]).is_file() for icon in manifest["icons"])
    assert (root / "repo" / manifest["start_url"]).is_file()


def test_without_javascript_the_page_is_whole_and_promises_nothing(open_page):
    page = open_page(java_script_enabled=False)
    assert first_section(page) == "glance"
    assert page.locator(".week-page").count() == 8
    assert page.locator("input, button").count() == 0


@pytest.mark.parametrize("path", ["index.html", "beginner/index.html", "intermediate/index.html"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(open_page, path, width):
    page = open_page(path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_tapped_is_large_enough_for_a_thumb(open_page):
    page = open_page()
    for target in page.locator(".downloads a, .log-bar button, .tick-label").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 40, target.inner_text()


def test_the_time_for_a_repetition_is_large_enough_to_read_while_jogging(open_page):
    sizes = (
        open_page()
        .locator(".week .target")
        .evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
    )
    assert sizes
    assert min(sizes) >= 26


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper_by_day_and_night(open_page, scheme):
    page = open_page(color_scheme=scheme)
    paper, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    dark = scheme == "dark"
    brightness = [sum(int(part) for part in colour[4:-1].split(",")) for colour in (paper, ink)]
    assert (brightness[0] < brightness[1]) is dark
    assert abs(brightness[0] - brightness[1]) > 500


def test_printed_from_the_browser_the_plan_has_no_buttons_and_black_text(open_page):
    page = open_page(color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator(".log-bar").is_hidden()
    assert page.locator(".jump").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
