"""Pages as they would be built now, and files as a build has left them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milebook.assembly.plans import plan_for
from milebook.assembly.profile_files import page_values
from milebook.assembly.request import Request, choose_profiles
from milebook.assembly.whole_site import around, by_level, web_assets
from milebook.booklet import composition
from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.pages.renderer import Renderer, assets
from milebook.printing.stamping.master_store import fingerprint
from milebook.runtime import output
from milebook.runtime.files import HOME, SafeFolder, resolved
from milebook.runtime.source_files import FileState, changed_within, list_files
from milebook.site import site_files
from milebook.training.promises import read_content

COARSEST_SECONDS = 3.0  # a disk may not tell two changes of a file that are nearer
MOVING_SECONDS = 1.0  # that a build may take to put its files into place, while somebody asks for one


def page(path: str, request: Request) -> str | None:
    """One web page of the site as it would be built now, None where it is not one of ours. Raises ContentError.

    Downloads are offered where an earlier build has left them.
    """
    library = _as_it_is(request.content)
    renderer = _renderer_of(search_path("templates", request.templates))
    chosen = choose_profiles(library, request)
    summaries = {
        key: site_files.read_summary(built_file(f"{key}/{site_files.SUMMARY}", request), profile)
        for key, profile in chosen.items()
    }
    if path in ("index.html", "404.html"):
        made = {name: "" for name in (f"{site_files.YOURS}/index.html",) if (request.out / name).is_file()}
        return around(library, by_level(library, summaries), made, renderer, request)[path].decode()
    key = path.removesuffix("/index.html")
    if key not in chosen:
        return None
    view = composition.compose(key, library, chosen[key], *plan_for(key, library, chosen[key], request))
    return renderer.render("page.html.j2", page_values(view, summaries[key].downloads, request.site_url))


def asset(path: str, request: Request) -> bytes | None:
    """A style, script, font or picture of the site as it is now, None where it is not one of ours.

    Raises ContentError, but never for a file of the templates: a page that tells of a mistake has its style.
    """
    folders = search_path("templates", request.templates)
    found = assets(folders).get(path)
    return found or web_assets(_as_it_is(request.content), _renderer_of(folders)).get(path)


def _as_it_is(content: Path | None) -> Library:
    """Everything in `content/`, read again where a file has changed: a page asks for several things at once.

    What was read while a file changed is not kept: it may be half of each.
    """
    folders = search_path("content", content)
    files = list_files(folders)
    kept = next(iter(_read_last), None)
    is_same = kept is not None and kept.content == content and kept.files == files
    if kept and is_same and not changed_within(files, COARSEST_SECONDS):
        return kept.library
    version = fingerprint(folders)
    if kept and is_same and kept.version == version:
        return kept.library
    library = read_content(content)
    _read_last.clear()
    if list_files(folders) == files:
        _read_last.append(_Read(content, files, version, library))
    return library


@dataclass(frozen=True)
class _Read:
    """Content that was read, and the files it was read from."""

    content: Path | None
    files: Mapping[str, FileState]
    version: str
    library: Library


_read_last: list[_Read] = []  # at most one


def _renderer_of(folders: tuple[Path, ...]) -> Renderer:
    """What fills the templates; a new one where one's own have come or gone, as it knows which of a name it has read.

    What has changed in a template it finds out by itself.
    """
    own = [path for folder in folders[:-1] for path in folder.rglob("*.j2")]
    return _renderer(folders, tuple(sorted(own)))


@lru_cache(maxsize=1)
def _renderer(folders: tuple[Path, ...], own: tuple[Path, ...]) -> Renderer:
    return Renderer(folders)


def built_file(path: str, request: Request) -> bytes | None:
    """A file of the output as a build has left it, never one that a link leads to; None where there is none.

    While a build moves its files into place, that is waited for: each is whole, the old one or the new.
    """
    out, end = SafeFolder(resolved(request.out)), time.monotonic() + MOVING_SECONDS
    data = out.read(path)
    while data is None and out.read(f"{HOME}/{output.MOVES}") is not None and time.monotonic() < end:
        time.sleep(MOVING_SECONDS / 100)
        data = out.read(path)
    return data if data is not None else out.read(path)  # the build may just have ended
