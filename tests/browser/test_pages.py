"""The pages in a real browser: on a phone, a tablet, a desk; light, dark, printed; without scripts; at any address."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

WIDTHS = {"phone": 360, "tablet": 768, "desktop": 1280}


def size(width):
    return {"width": width, "height": 800}


@pytest.fixture
def site(serve, built):
    return serve(built)


@pytest.mark.parametrize("path", ["index.html", "beginner/", "404.html"])
def test_what_is_tapped_is_large_enough_for_a_thumb(visit, site, path):
    page = visit(site.url + path, viewport=size(360), day="2027-05-18")
    for details in page.locator("details").all()[:4]:
        details.locator("summary").click()
    small = page.evaluate("""
      [...document.querySelectorAll("a, button, summary, label, input, select, textarea")]
        .filter(e => e.checkVisibility() && !e.closest("p:not(.calls, .tools, .lifted, .brand), .skip, .unseen"))
        .filter(e => !e.matches("label.time, label.effort, label.note, .done input") && !e.matches(".unseen, .skip"))
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
        .filter(([, box]) => box.height && (box.height < 40 || box.width < 20)).map(([html, box]) => [html, box.height])
    """)
    assert small == []


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
@pytest.mark.parametrize("path", ["index.html", "beginner/"])
def test_the_page_is_dark_where_the_system_is(visit, site, path, scheme, dark):
    page = visit(site.url + path, color_scheme=scheme)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 150) is dark


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_time_of_a_repetition_is_the_largest_thing_of_the_day(visit, site, width):
    page = visit(site.url + "beginner/", viewport=size(width), day="2027-05-18")
    sizes = page.evaluate("""
      [...document.querySelectorAll(".today .target, .today p, .today .weekday")]
        .map(e => [e.className, parseFloat(getComputedStyle(e).fontSize)])
    """)
    time = [pixels for name, pixels in sizes if name == "target"]
    assert time
    assert min(time) >= 48
    assert max(pixels for name, pixels in sizes if name != "target") < min(time)


def test_without_scripts_the_whole_plan_is_there_in_order(visit, site):
    page = visit(site.url + "beginner/", java_script_enabled=False, service_workers="block")
    weeks = page.locator(".week-page h2, #glance h2").all_inner_texts()
    assert weeks[0] == "The plan at a glance"
    assert len(weeks) == 9
    assert page.locator(".week-page .target").first.is_visible()
    for of_scripts in ("#log", "nav .logs", "input", ".entry"):
        assert not page.locator(of_scripts).first.is_visible()


def test_a_page_prints_by_itself(visit, site):
    page = visit(site.url + "beginner/", day="2027-05-18")
    pages = PdfReader(
        io.BytesIO(page.pdf(format="A4", margin={side: "15mm" for side in ("top", "left", "right")}))
    ).pages
    texts = [sheet.extract_text() for sheet in pages]
    text = "\n".join(texts)
    assert all(f"Week {number} of 8" in text for number in range(1, 9))
    assert "Save as a file" not in text
    places = [text.index(f"Week {number} of 8") for number in range(1, 9)]
    assert places == sorted(places)
    assert "This week" not in text
    assert 12 <= len(pages) <= 24
    assert max(len(re.findall(r"Week \d of 8", text)) for text in texts) == 2
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".jump").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_wrong_address_of_any_depth_shows_a_page_that_leads_back(visit, site):
    page = visit(site.url + "no/such/place")
    assert page.locator("h1").inner_text() == "No page here"
    assert "Milebook Narrow" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    page.get_by_role("link", name="To all plans").click()
    assert page.url == site.url + "index.html"
    visit.heard[:] = [text for text in visit.heard if "404 (" not in text]  # the browser tells of the page itself


@pytest.mark.parametrize("path", ["/", "/repo/", "/a/deep/place/"])
def test_the_site_works_under_any_path(visit, serve, built, path):
    site = serve(built, path)
    page = visit(site.url)
    page.get_by_role("link", name="Beginner", exact=True).click()
    assert page.url == f"{site.url}beginner/index.html"
    page.get_by_role("link", name="milebook", exact=True).click()
    assert page.url == f"{site.url}index.html"
    assert all(place.startswith(path) for place in site.asked)


def test_the_site_works_from_the_file_system(visit, built):
    page = visit(built.joinpath("index.html").as_uri(), service_workers="allow")
    page.clock.set_fixed_time("2027-05-18T09:00")
    page.get_by_role("link", name="Beginner", exact=True).click()
    assert page.locator("#now .label").inner_text() == "This week"
    assert "Milebook Narrow" in page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    page.locator(".done input").first.check()
    page.reload()
    assert page.locator(".done input").first.is_checked()
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length, () => 0)") == 0
