"""Links inside the site that lead nowhere: to a file that is not built, or to a place that no page has."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from milebook.errors import Problem, closest


class _Page(HTMLParser):
    """What a page links to, and the places others can link to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: dict[str, None] = {}
        self.places: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links[value] = None
            elif name == "id" and value:
                self.places.append(value)


def broken(pages: Mapping[str, str], files: Collection[str]) -> Iterator[Problem]:
    """Links of the pages (path -> HTML) that lead neither to one of them nor to one of the other files."""
    read = {path: _Page(html) for path, html in pages.items()}
    known = {*pages, *files}
    for path, page in read.items():
        for place in sorted({place for place in page.places if page.places.count(place) > 1}):
            yield Problem(path, 0, 0, f'two places are called "#{place}"', "a link to it finds the first")
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue  # to another site: nothing is asked from the network
            target = _target(path, unquote(parts.path))
            if target not in known:
                yield Problem(path, 0, 0, f'the link "{link}" leads to no file of the site', _meant(target, known))
            elif parts.fragment and target in read and unquote(parts.fragment) not in read[target].places:
                hint = _meant(unquote(parts.fragment), read[target].places)
                yield Problem(path, 0, 0, f'the link "{link}" leads to no place in {target}', hint)


def _target(page: str, link: str) -> str:
    """The path a link of a page leads to, from the root of the site."""
    if not link:
        return page
    file = f"{link}index.html" if link.endswith("/") else link
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), file))


def _meant(word: str, known: Collection[str]) -> str:
    close = closest(word, known)
    return f"did you mean {close}?" if close else ""
