"""Links of the pages that would be built, and whether they lead somewhere: to a file, and to a place on its page."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote

from milebook.content.addresses import split
from milebook.core.errors import Problem, QuantityError, closest


class _Page(HTMLParser):
    """The links of a page and the places on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            elif name == "id" and value:
                self.places.add(value)


def broken(html: Mapping[str, str], files: Collection[str]) -> Iterator[Problem]:
    """A problem for every link inside the site that leads nowhere.

    `html` are the pages by their paths, `files` the paths of all other files there would be.
    """
    pages = {path: _Page(text) for path, text in html.items()}
    known = {*pages, *files}
    for path, page in pages.items():
        for link in dict.fromkeys(page.links):
            try:
                parts = split(link)
            except QuantityError as error:
                yield Problem(path, 0, 0, f"a link cannot be read: {error.message}", error.hint)
                continue
            if parts.scheme or parts.netloc or parts.path.startswith("/"):
                continue
            target = _target(path, unquote(parts.path))
            if target not in known:
                yield _problem(path, link, "there is no such file", closest(target, known))
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                places = pages[target].places
                near = closest(unquote(parts.fragment), places)
                yield _problem(path, link, "there is no such place on the page", f"#{near}" if near else "")


def _target(page: str, link: str) -> str:
    """The file a link means."""
    if not link:
        return page
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
    return posixpath.join(target, "index.html").removeprefix("./") if link.endswith(("/", ".")) else target


def _problem(page: str, link: str, message: str, near: str) -> Problem:
    return Problem(page, 0, 0, f'the link "{link}" leads nowhere: {message}', f"did you mean {near}?" if near else "")
