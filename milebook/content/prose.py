"""A coach's sentences on their way to a page: set as a printer would, Markdown to HTML, and never trusted.

Markdown is read by a library whose time grows with the square of some texts and whose recursion is as deep as a text is
nested. `mistakes` tells texts beyond the bounds below, within which every text is converted in about a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markupsafe import Markup, escape

from milebook.content.addresses import read_web_address, split
from milebook.core.errors import QuantityError

NBSP, EN_DASH, TIMES = "\u00a0", "\u2013", "\u00d7"

_UNIT = r"(?:m|km|mi|miles?|s|min|minutes|seconds|metres|h|%|weeks?|laps?|days?|strides)"
_TYPESET = (
    (re.compile(rf"(?<=\d) (?={_UNIT}(?![\w]))"), NBSP),
    # Tried only where a run of digits, points and colons begins, and never again from inside it: time grows evenly.
    (re.compile(r"(?<![\d.:-])([.:]*\d[\d.:]*+)-(\d[\d.:]*)(?![\d-])"), rf"\1{EN_DASH}\2"),
    (re.compile(r"(?<=\d) ?x ?(?=\d)"), f"{NBSP}{TIMES}{NBSP}"),
    (re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s)"), "\u2019"),
    (re.compile(r"\.\.\."), "\u2026"),
)
_BLANK = re.compile(r"(\n[ \t]*\n)")  # between paragraphs
_LAST_WORD = re.compile(r"(?<=\S)[ \n]([^ \n]{1,12})(?=\s*\Z)")
MOST_TEXTS = 2000  # of the content, kept as they are set for the next runner
_MARKS = re.compile(r"[*_`\[\]<>&\\]|  \n|\n[ \t]*\n")  # what a text without them has no need to be converted for
_BLOCKS = ("indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote", "reference")
SHORT = 40  # characters: a shorter paragraph is hardly ever set in two lines

LONGEST_PAGE = 50_000  # characters; the longest shipped page has 1,700
LONGEST_PARAGRAPH = 5_000  # characters between two empty lines: two printed pages without a break
DEEPEST_NESTING = 10  # lists and quotations in each other; a page of half a sheet has room for three
MOST_LINES = 200  # between two empty lines
MOST_CELLS = 20  # signs between cells in one line of a table
MOST_BRACKETS = 200  # in one text: looking for links takes time that grows with their square
_MARKERS = re.compile(
    r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}\.)(?=[ \t])))*[ \t]*"
)  # that begin a line of a list or quotation
_MARKER = re.compile(r">|[-*+]|\d+\.")
_INDENT = 4  # columns that Markdown takes for one level


@lru_cache(MOST_TEXTS)
def typeset(text: str) -> str:
    """Plain text as a printer sets it: 60-90 s -> 60–90 s with a space that does not break, 8 x 200 -> 8 × 200.

    A short last word of a paragraph stays with the one before it, so that it never makes a line of its own.
    """
    for pattern, replacement in _TYPESET:
        text = pattern.sub(replacement, text)
    return "".join(_LAST_WORD.sub(rf"{NBSP}\1", part) if len(part) > SHORT else part for part in _BLANK.split(text))


# ---------------------------------------------------------------- Markdown


class _Fenced(markdown.extensions.Extension):
    """Markdown without raw HTML, images and unsafe links: content is not trusted."""

    links: _Links

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        for name in ("image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        self.links = _Links(md)
        md.treeprocessors.register(self.links, "links", 0)


class _Links(markdown.treeprocessors.Treeprocessor):
    """Headings start below the section's own; a link to anything but the web, mail or this page is dropped.

    So is one that cannot be read; `unreadable` says why.
    """

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.unreadable: list[QuantityError] = []

    def run(self, root: Any) -> None:
        self.unreadable = []
        for element in root.iter():
            if element.tag == "a" and not self._is_wanted(element.get("href", "")):
                element.tag = "span"
                element.attrib.clear()
            elif re.fullmatch(r"h[1-6]", element.tag):
                element.tag = "h3"

    def _is_wanted(self, link: str) -> bool:
        try:
            if re.match("https?:", link, re.IGNORECASE):
                return bool(read_web_address(link))
            return bool(re.match(r"mailto:|#", link, re.IGNORECASE) and split(link))
        except QuantityError as error:
            self.unreadable.append(error)
            return False


def to_html(text: str) -> Markup:
    """Markdown as HTML. Raises QuantityError for a text that is longer than any page."""
    return _convert(text)[0]


@lru_cache(MOST_TEXTS)
def _convert(text: str) -> tuple[Markup, tuple[QuantityError, ...]]:
    """Markdown as HTML, and what is wrong with links that cannot be read."""
    converter, fence = _converter()
    html = Markup(converter.reset().convert(typeset(_bounded(text))))  # safe: the fence escapes raw HTML
    return html, tuple(fence.links.unreadable)


def _bounded(text: str) -> str:
    """A text that is converted in time. Raises QuantityError where it is longer than any page."""
    if len(text) > LONGEST_PAGE:  # a template's own: what content has was checked when it was read
        raise QuantityError(f"the text has {len(text):,} characters", f"write at most {LONGEST_PAGE:,}")
    return text.replace("[", "&#91;") if text.count("[") > MOST_BRACKETS else text


@cache
def _converter() -> tuple[markdown.Markdown, _Fenced]:
    fence = _Fenced()
    return markdown.Markdown(extensions=[fence, SaneListExtension(), TableExtension()], output_format="html"), fence


@lru_cache(MOST_TEXTS)
def to_inline_html(text: str) -> Markup:
    """Bold, italics, links and the like as HTML, for a title or within a paragraph; nothing begins a list or a heading.

    An empty line in the text is one on the page. Raises QuantityError as `to_html` does.
    """
    return _inline(typeset(text)) if _MARKS.search(text) else Markup(escape(typeset(text.strip())))


@lru_cache(MOST_TEXTS)
def to_plain_text(text: str) -> str:
    """The same text without its marks, for where none can be shown: a calendar, a table, a list of links."""
    return _inline(text).replace("<br>", " ").striptags() if _MARKS.search(text) else text


def _inline(text: str) -> Markup:
    html = _inline_converter().reset().convert(_bounded(text))  # safe: the fence escapes raw HTML
    return Markup(html.removeprefix("<p>").removesuffix("</p>").replace("</p>\n<p>", "<br><br>"))


@cache
def _inline_converter() -> markdown.Markdown:
    """Markdown that knows paragraphs only: `1. Find the rhythm` is a title, and no list."""
    converter = markdown.Markdown(extensions=[_Fenced()], output_format="html")
    for name in _BLOCKS:
        converter.parser.blockprocessors.deregister(name)
    return converter


# ---------------------------------------------------------------- what cannot be converted


def mistakes(text: str) -> Iterator[tuple[int, str, str]]:
    """What keeps a text from being converted: the line in it (from 0), what is found, and what to write instead."""
    found = False
    for line, message, hint in _beyond_bounds(text):
        found = True
        yield line, message, hint
    if not found and ("://" in text or "](" in text or "]:" in text):  # only then can there be a link
        for error in _convert(text)[1]:
            yield _line_of(text, error.message), f"a link cannot be read: {error.message}", error.hint


def _line_of(text: str, message: str) -> int:
    """The line that has the address that a message quotes, else the first."""
    quoted = message.split('"')[1].removesuffix("...") if '"' in message else ""
    return text.count("\n", 0, max(0, text.find(quoted)))


def _beyond_bounds(text: str) -> Iterator[tuple[int, str, str]]:
    if len(text) > LONGEST_PAGE:
        yield 0, f"the text has {len(text):,} characters", f"write at most {LONGEST_PAGE:,}, or make two of it"
        return
    begin, length = 0, 0
    for number, line in enumerate(text.split("\n")):
        if not line.strip(" \t"):
            begin, length = number + 1, 0
            continue
        length += len(line) + 1
        if length > LONGEST_PARAGRAPH >= length - len(line) - 1:
            yield begin, f"a paragraph has more than {LONGEST_PARAGRAPH:,} characters", "put an empty line into it"
        if number - begin == MOST_LINES:
            yield begin, f"a paragraph has more than {MOST_LINES} lines", "put an empty line into it"
        if _nesting(line) > DEEPEST_NESTING:
            yield number, f"lists or quotations are nested more than {DEEPEST_NESTING} deep", "write them side by side"
        if line.count("|") > MOST_CELLS:
            yield number, f"a line has more than {MOST_CELLS} of the sign |", "make several tables of it"


def _nesting(line: str) -> int:
    """How deep in lists and quotations a line stands: its markers, and its columns of blanks by fours."""
    markers = _MARKERS.match(line)
    prefix = markers[0].expandtabs(_INDENT) if markers else ""
    return len(_MARKER.findall(prefix)) + prefix.count(" ") // _INDENT
