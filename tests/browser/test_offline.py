"""After one visit everything works without a network, and a new build takes the place of the old."""

from __future__ import annotations

import shutil

import pytest
from browsing import build_site

PAGES = ("", "index.html", "beginner/", "beginner/index.html", "advanced/", "noor/")


@pytest.fixture
def online(serve, built, tmp_path):
    """A server of a site that may be changed, and stopped."""
    return serve(shutil.copytree(built, tmp_path / "site"))


def first_visit(visit, url):
    page = visit(url, offline_too=True)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    return page


def test_every_page_opens_without_a_network_after_one_visit(visit, online):
    page = first_visit(visit, online.url)
    online.stop()
    for path in PAGES:
        page.goto(online.url + path)
        assert page.locator("h1").is_visible()
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('700 20px \"Milebook Narrow\"'))")
        assert page.evaluate("[...document.styleSheets].every(sheet => sheet.cssRules.length >= 0)")
    page.locator(".done input").first.check()
    for path in ("beginner/plan.json", "beginner/plan.csv", "assets/icon-192.png"):
        assert page.evaluate("path => fetch(path).then(answer => answer.ok)", online.url + path)
    page.goto(online.url + "no/such/place")
    assert page.locator("h1").inner_text() == "No page here"


def test_a_pdf_is_kept_once_it_was_fetched(visit, online):
    page = first_visit(visit, online.url)
    ask = "url => fetch(url).then(answer => answer.ok, () => false)"
    assert not any(place.endswith(".pdf") for place in online.asked)
    assert page.evaluate(ask, online.url + "beginner/booklet.pdf")
    online.stop()
    assert page.evaluate(ask, online.url + "beginner/booklet.pdf")
    assert not page.evaluate(ask, online.url + "beginner/wall-plan.pdf")
    visit.heard[:] = [text for text in visit.heard if "ERR_" not in text]  # the one that was never fetched


def test_a_new_build_takes_the_place_of_the_old_and_leaves_nothing_of_it(visit, online, content, tmp_path):
    page = first_visit(visit, online.url + "beginner/")
    names = "caches.keys()"
    before = page.evaluate(names)
    own = shutil.copytree(content, tmp_path / "content")
    profile = own / "profiles" / "beginner.yaml"
    profile.write_text(profile.read_text("utf-8").replace("Club mile", "New mile"), "utf-8")
    build_site(online.folder, own, "https://user.example/repo")
    page.evaluate("navigator.serviceWorker.ready.then(one => one.update())")
    page.locator(".newer").wait_for()
    assert page.locator("h1").inner_text() == "Club mile"  # not under the reader's eyes
    page.get_by_role("link", name="Show it").click()
    page.locator("h1", has_text="New mile").wait_for()
    after = page.evaluate(names)
    assert len(before) == len(after) == 1
    assert before != after


def test_two_sites_on_one_host_do_not_touch_each_other(visit, serve, built, tmp_path):
    root = tmp_path / "host"
    for name in ("one", "two"):
        shutil.copytree(built, root / name)
    host = serve(root, "/")
    page = first_visit(visit, f"{host.url}one/")
    page.goto(f"{host.url}two/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller?.scriptURL.includes('/two/')")
    assert len(page.evaluate("caches.keys()")) == 2
    page.goto(f"{host.url}one/beginner/")
    page.locator(".done input").first.check()
    page.goto(f"{host.url}two/beginner/")
    assert not page.locator(".done input").first.is_checked()
