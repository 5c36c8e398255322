"""What makes pages a site: links, sizes, policy, what is kept offline. In a browser it is tested in browser/."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import xml.etree.ElementTree as ET
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from common import CONTENT
from PIL import Image

from milebook import build as building
from milebook.assembly.request import Request
from milebook.assembly.whole_site import around
from milebook.content.loader import load, search_path
from milebook.content.models import Profile
from milebook.pages.renderer import Renderer
from milebook.site import site_files

TODAY = date(2026, 11, 24)
URL = "https://user.example/repo"
PROFILES = ("beginner", "intermediate", "advanced")
FIRST_VIEW = 100_000  # bytes, compressed
LATIN = re.compile(r"src: url\((fonts/[\w-]+\.woff2)\).*unicode-range: U\+0000")


def build(out, **options):
    return building.build(Request(TODAY, out=out, pdf=False, **options), lambda *told: None)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    build(out, site_url=URL)
    return out


class Reader(HTMLParser):
    """The elements of a page as (tag, attributes), and its ids."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def links(self):
        return [found[name] for _, found in self.elements for name in ("href", "src") if name in found]

    def ids(self):
        return {found["id"] for _, found in self.elements if "id" in found}

    def all(self, tag, **wanted):
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]


def read(path):
    return Reader(path.read_text("utf-8"))


def pages(out):
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))


# ---------------------------------------------------------------- pages


def test_every_link_leads_to_a_file_and_a_place_in_it(built):
    for page in pages(built):
        own = page != "404.html"
        for link in read(built / page).links():
            if link.startswith(URL):  # canonical
                continue
            assert own is not link.startswith("/"), (page, link)  # relative everywhere but where any address may be
            parts = urlsplit(urljoin(f"https://host/repo/{page}", link))
            assert parts.netloc == "host", (page, link)
            target = built / parts.path.removeprefix("/repo/")
            assert target.is_file(), (page, link)
            assert not parts.fragment or parts.fragment in read(target).ids(), (page, link)


def test_no_page_asks_for_anything_its_policy_forbids(built):
    for page in pages(built):
        reader = read(built / page)
        (policy,) = reader.all("meta", **{"http-equiv": "Content-Security-Policy"})
        rules = dict(rule.split(" ", 1) for rule in policy["content"].split("; "))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == "'self'"
        assert "unsafe" not in policy["content"]
        for tag, found in reader.elements:
            assert tag != "style", page
            assert tag != "script" or "src" in found, page
            assert not [name for name in found if name == "style" or name.startswith("on")], (page, tag)


def test_the_first_view_weighs_less_than_100_kb_compressed(built):
    """The page, its styles and scripts, and every font a page in Latin script needs, as a server sends them."""
    weights = {}
    for page in pages(built):
        reader = read(built / page)
        files = [link["href"] for link in reader.all("link", rel="stylesheet")]
        files += [script["src"] for script in reader.all("script")]
        paths = {built / urljoin(f"https://host/repo/{page}", file).split("/repo/")[1] for file in files}
        fonts = {path.parent / font for path in paths for font in fonts_of(path)}
        assert len(fonts) == 4
        packed = [len(gzip.compress(path.read_bytes(), 6)) for path in (built / page, *paths)]
        weights[page] = sum(packed) + sum(font.stat().st_size for font in fonts)
    assert max(weights.values()) < FIRST_VIEW, weights


def fonts_of(path):
    text = path.read_text("utf-8") if path.suffix == ".css" else ""
    return LATIN.findall(text)


def test_the_start_page_offers_every_download_with_its_size(built):
    reader = read(built / "index.html")
    text = (built / "index.html").read_text("utf-8")
    for key in PROFILES:
        assert f"{key}/index.html" in reader.links()
        for name, kind in (("plan.csv", "CSV"), ("plan.json", "JSON")):
            size = site_files.size((built / key / name).stat().st_size)
            assert re.search(rf'href="{key}/{name}">[^<]*<small>{kind}, {size}<', text), (key, name)
    assert [text.index(f'"{key}/index.html"') for key in PROFILES] == sorted(
        text.index(f'"{key}/index.html"') for key in PROFILES
    )


def test_a_calendar_is_offered_where_there_is_one():
    files = {"sam/plan.ics": b"x" * 2400, "sam/plan.json": b"{}", "eve/plan.csv": b""}
    assert [(one.file, one.about) for one in site_files.data_files("sam", files)] == [
        ("plan.ics", "iCalendar, 2\u00a0kB"),
        ("plan.json", "JSON, 1\u00a0kB"),
    ]


@pytest.mark.parametrize("made", [True, False])
def test_the_page_to_make_it_yours_is_offered_where_there_is_one(made):
    found = {"yours/index.html": "digest"} if made else {}
    renderer, request = Renderer(search_path("templates", None)), Request(TODAY)
    files = around(load(CONTENT), {}, found, renderer, request)
    assert ("yours/index.html" in Reader(files["index.html"].decode()).links()) is made


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 kB"), (1499, "1 kB"), (320_400, "320 kB"), (999_499, "999 kB"), (999_500, "1.0 MB")]
)
def test_sizes_read_well(count, text):
    assert site_files.size(count) == text.replace(" ", "\u00a0")


def test_one_profile_built_again_leaves_the_others_on_the_start_page_as_they_were(built, tmp_path):
    out = Path(shutil.copytree(built, tmp_path / "site"))
    assert build(out, profiles=("beginner",), site_url=URL).changed == ()


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"[]", b"3", b'{"downloads": 3}', b'{"name": "x", "downloads": []}', b'{"downloads": [{"file": "x"}]}', None],
)
def test_a_summary_that_cannot_be_read_is_made_from_the_profile(spoilt):
    profile = load(CONTENT).profiles["beginner"]
    assert isinstance(profile, Profile)
    summary = site_files.read_summary(spoilt, profile)
    assert (summary.name, summary.level, summary.race, summary.downloads) == ("Beginner", "beginner", "Club mile", ())


# ---------------------------------------------------------------- what others read


def test_with_an_address_every_page_has_its_canonical_link_and_its_card(built):
    for page in set(pages(built)) - {"404.html"}:
        address = f"{URL}/{page.removesuffix('index.html')}"
        reader = read(built / page)
        assert [link["href"] for link in reader.all("link", rel="canonical")] == [address]
        said = {found["property"]: found["content"] for found in reader.all("meta") if "property" in found}
        assert said["og:url"] == address
        assert said["og:image"] == f"{URL}/assets/card.png"
        assert said["og:title"]
        assert said["og:description"]


def test_without_an_address_nothing_claims_one(tmp_path):
    build(tmp_path / "out")
    assert not (tmp_path / "out" / "sitemap.xml").exists()
    for page in pages(tmp_path / "out"):
        text = (tmp_path / "out" / page).read_text("utf-8")
        assert "canonical" not in text
        assert "og:image" not in text
        assert not [link for link in Reader(text).links() if link.startswith(("/", "http"))]


def test_the_site_map_names_every_page_there_is_once(built):
    found = [element.text for element in ET.parse(built / "sitemap.xml").iter() if element.tag.endswith("}loc")]
    assert found == [f"{URL}/{page.removesuffix('index.html')}" for page in pages(built) if page != "404.html"]


def test_the_site_map_escapes_addresses():
    assert b"<loc>https://x.example/a&amp;b/sam/</loc>" in site_files.sitemap(
        "https://x.example/a&b", ["sam/index.html"]
    )


@pytest.mark.parametrize(
    ("url", "base"),
    [("", ""), ("https://a.example", "/"), ("https://a.example/repo", "/repo/"), ("https://a.example/x/y/", "/x/y/")],
)
def test_the_site_begins_where_its_address_says(url, base):
    assert site_files.base_path(url) == base


def test_the_manifest_and_the_pages_name_pictures_of_the_size_they_say(built):
    manifest = json.loads((built / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["name"] == "milebook"
    assert not manifest["start_url"].startswith("/")
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            with Image.open(built / icon["src"]) as picture:
                assert "{}x{}".format(*picture.size) == icon["sizes"]
    for name, size in (("card.png", (1200, 630)), ("icon-180.png", (180, 180)), ("favicon.ico", (32, 32))):
        with Image.open(built / "assets" / name) as picture:
            assert picture.size == size


# ---------------------------------------------------------------- offline


def worker(out):
    text = (out / "sw.js").read_text("utf-8")
    return re.search(r'VERSION = "(\w+)"', text)[1], json.loads(re.search(r"FILES = (\[.*\]);", text)[1])


def test_everything_but_pdfs_is_kept_offline(built):
    _, files = worker(built)
    made = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    left = {path for path in made - set(files) if not path.startswith(".milebook/")}
    assert set(files) <= made
    summaries = {f"{key}/summary.json" for key in PROFILES}
    assert left == {"sw.js", "sitemap.xml", "assets/card.png", *summaries}
    assert not site_files.worker_values({"a/booklet.pdf": "1"})["files"]


def test_the_version_changes_with_any_file_and_with_nothing_else(built, tmp_path):
    out = Path(shutil.copytree(built, tmp_path / "site"))
    build(out, site_url=URL)
    assert worker(out) == worker(built)
    one, other = ({"a/booklet.pdf": digest, "b": "2"} for digest in "13")
    assert site_files.worker_values(one)["version"] != site_files.worker_values(other)["version"]
    assert site_files.worker_values(one) == site_files.worker_values(dict(reversed(one.items())))


# ---------------------------------------------------------------- publishing
