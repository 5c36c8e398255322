"""What is true of every page of any site: of those the tests build, and with `--site DIR` of one that is built already.

The workflow that publishes a club's site asks this of the club's own pages, whatever its content and its templates.
That no page asks another host for anything, and that the console stays silent, is asked by `visit` each time.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import tool

PAGES = ("index.html", "beginner/", "intermediate/", "advanced/", "noor/", "slow/", "yours/", "404.html")
WIDTHS = (360, 768, 1280)  # a phone, a tablet, a desk
DAY = "2027-05-18"  # in the middle of the plans of the tests' own site


def pages_of(folder):
    """The addresses of a built site's pages."""
    found = sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.html"))
    return [path.removesuffix("index.html") or path for path in found]


def ours():
    """The pages of the tests' own site; runners like another one are for `make test-all`."""
    alike = ("intermediate/", "advanced/", "noor/")
    return [pytest.param(path, marks=pytest.mark.thorough) if path in alike else path for path in PAGES]


def pytest_generate_tests(metafunc):
    if "path" in metafunc.fixturenames:
        folder = metafunc.config.getoption("--site")
        metafunc.parametrize("path", pages_of(folder) if folder else ours())


@pytest.fixture
def site(serve, built):
    """The site, at the path it was built for."""
    canonical = re.search(r'rel="canonical" href="([^"]*)"', built.joinpath("index.html").read_text("utf-8"))
    return serve(built, urlsplit(canonical[1]).path if canonical else "/")


def test_there_are_pages_to_look_at(built, request):
    assert pages_of(built) if request.config.getoption("--site") else sorted(pages_of(built)) == sorted(PAGES)


def test_nothing_is_wider_than_a_phone_a_tablet_or_a_desk(visit, site, path):
    page = visit(site.url + path, viewport={"width": WIDTHS[0], "height": 800}, day=DAY)
    wide = "[...document.querySelectorAll('main table')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(f"{wide}.map(e => e.innerText.slice(0, 80))") == [], width


def test_axe_finds_nothing_to_object_to_in_light_and_dark(visit, site, path):
    axe = tool("axe-*.js")
    page = visit(site.url + path, viewport={"width": WIDTHS[0], "height": 800}, day=DAY, bypass_csp=True)
    page.locator("details").evaluate_all("all => all.slice(0, 6).forEach(one => { one.open = true })")
    page.locator(".done input").evaluate_all("all => all.slice(0, 2).forEach(one => one.click())")
    page.add_script_tag(path=axe)
    colours = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that a scheme changes
    for scheme, options in (("light", {}), ("dark", colours)):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("options => axe.run({resultTypes: ['violations'], ...options})", options)["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], scheme


def test_the_html_checker_finds_nothing_to_object_to(built):
    checker = tool("vnu-*.jar")
    java = shutil.which("java") or pytest.skip("Java is not installed")
    pages = [str(path) for path in sorted(built.rglob("*.html"))]
    done = subprocess.run([java, "-jar", checker, "--format", "json", *pages], capture_output=True, text=True)
    messages = json.loads(done.stderr)["messages"]
    told = [(one.get("url", "").split("/")[-2:], one.get("lastLine"), one["message"]) for one in messages]
    # A file has no origin, so nothing of the site's own is "self" to the checker; the browser's console says if it is.
    assert [one for one in told if "Content Security Policy (meta tag)" not in one[2]] == []
