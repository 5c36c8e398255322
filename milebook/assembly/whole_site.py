"""What is about all profiles: the start page, what pages share, the map, what is kept offline."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, get_args

from milebook.assembly.profile_files import Made
from milebook.assembly.request import Request
from milebook.booklet import composition
from milebook.booklet.charts import track
from milebook.booklet.views import Brand
from milebook.content.library import Library
from milebook.content.vocabulary import Level
from milebook.pages.renderer import Renderer, assets
from milebook.running.courses import course_of
from milebook.runtime.output import Before
from milebook.site import site_files
from milebook.site.site_files import Summary

LEVELS = get_args(Level)


def web_assets(library: Library, renderer: Renderer) -> dict[str, bytes]:
    """What all pages share: the files of the templates, the club's colour and logo, the web manifest."""
    brand = composition.compose_brand(library)
    files = assets(renderer.folders)
    files["assets/brand.css"] = renderer.render("brand.css.j2", {"brand": brand}).encode()
    files["manifest.webmanifest"] = site_files.manifest(brand, library.site.language)
    if library.logo:
        files[brand.logo_file] = library.logo.data
    return files


def site_around(
    library: Library,
    made: Sequence[Made],
    files: Mapping[str, bytes],
    before: Before,
    renderer: Renderer,
    request: Request,
) -> dict[str, bytes]:
    """The files about all profiles there are: those built now, and those that earlier builds left."""
    built = {one.view.key: one.summary for one in made}
    kept = {path: digest for path, digest in before.digests.items() if not is_stale(path, built, library)}
    summaries = {
        key: built.get(key) or site_files.read_summary(before.read(f"{key}/{site_files.SUMMARY}"), profile)
        for key, profile in library.profiles.items()
        if key in built or f"{key}/index.html" in kept
    }
    return around(library, by_level(library, summaries), kept | site_files.digests(files), renderer, request)


def around(
    library: Library,
    summaries: Mapping[str, Summary],
    digests: Mapping[str, str],
    renderer: Renderer,
    request: Request,
) -> dict[str, bytes]:
    """The start page, the page for addresses there are none for, the map of the site, the service worker."""
    url = request.site_url
    shared = {"brand": composition.compose_brand(library), "language": library.site.language, "site_url": url}
    picture = {"track": track(course_of()), "brand": shared["brand"]}  # what pictures/cover.svg.j2 shows of a booklet
    start = {**shared, "root": "", "profiles": summaries, "files": frozenset(digests), "booklet": picture}
    lost = {**shared, "root": site_files.base_path(url)}
    files = {
        "index.html": renderer.render("index.html.j2", start).encode(),
        "404.html": renderer.render("404.html.j2", lost).encode(),
    }
    if url:
        pages = ["index.html", *(path for path in digests if path.endswith("/index.html"))]
        pages += [
            path for path in digests if _top(path) == site_files.YOURS and path.endswith(".html") and path not in pages
        ]
        files["sitemap.xml"] = site_files.sitemap(url, pages)
    worker = site_files.worker_values({**digests, **site_files.digests(files)})
    return {**files, "sw.js": renderer.render("sw.js.j2", worker).encode()}


def by_level(library: Library, summaries: Mapping[str, Summary]) -> dict[str, Summary]:
    """From the first level to the last; races that are run come after those to come."""

    def place(item: tuple[str, Summary]) -> tuple[bool, int]:
        return item[1].is_run, LEVELS.index(library.profiles[item[0]].level)

    return dict(sorted(summaries.items(), key=place))


def is_stale(path: str, built: Container[str], library: Library) -> bool:
    """Whether a file of an earlier build is this build's to remove: of a profile built now, or of one that is gone."""
    top = _top(path)
    return top in built or "/" not in path or top not in {site_files.YOURS, *library.profiles}


def _top(path: str) -> str:
    return path.split("/")[0]


def athletes_values(brand: Brand, language: str, listed: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What the page before a roster's pages shows: name, group and folder of each, where they may be shown."""
    shared = {"brand": brand, "language": language, "root": "", "site_url": "", "unlisted": True}
    return {**shared, "athletes": listed}
