"""View -> HTML text. One Jinja2 environment: autoescape, StrictUndefined, the user's templates before ours."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import jinja2
import jinja2.bccache
import markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markupsafe import Markup, escape

from milebook.errors import BuildError, ContentError, Problem
from milebook.fields import EN_DASH, NBSP, TIMES, Field, Line
from milebook.yamlfile import shown

_UNIT = r"(?:m|km|mi|miles?|s|min|minutes|seconds|metres|h|%|weeks?|laps?|days?|strides)"
_TYPESET = (
    (re.compile(rf"(?<=\d) (?={_UNIT}(?![\w]))"), NBSP),
    (re.compile(r"(?<![\d-])(\d[\d.:]*)-(\d[\d.:]*)(?![\d-])"), rf"\1{EN_DASH}\2"),
    (re.compile(r"(?<=\d) ?x ?(?=\d)"), f"{NBSP}{TIMES}{NBSP}"),
    (re.compile(r"(?<=\w)'(?=\w)|(?<=s)'(?=\s)"), "\u2019"),
    (re.compile(r"\.\.\."), "\u2026"),
)


_BLANK = re.compile(r"(\n[ \t]*\n)")  # between paragraphs
_LAST_WORD = re.compile(r"(?<=\S)[ \n]([^ \n]{1,12})(?=\s*\Z)")
MOST_TEXTS = 2000  # of the content, kept as they are set for the next runner
SHORT = 40  # characters: a shorter paragraph is hardly ever set in two lines


@lru_cache(MOST_TEXTS)
def typeset(text: str) -> str:
    """Plain text as a printer sets it: 60-90 s -> 60–90 s with a space that does not break, 8 x 200 -> 8 × 200.

    A short last word of a paragraph stays with the one before it, so that it never makes a line of its own.
    """
    for pattern, replacement in _TYPESET:
        text = pattern.sub(replacement, text)
    return "".join(_LAST_WORD.sub(rf"{NBSP}\1", part) if len(part) > SHORT else part for part in _BLANK.split(text))


class _Fenced(markdown.extensions.Extension):
    """Markdown without raw HTML, images and unsafe links: content is not trusted."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        for name in ("image_link", "image_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        md.treeprocessors.register(_Links(md), "links", 0)


class _Links(markdown.treeprocessors.Treeprocessor):
    """Headings start below the section's own; a link to anything but the web, mail or this page is dropped."""

    def run(self, root: Any) -> None:
        for element in root.iter():
            if element.tag == "a" and not re.match(r"(?:https?://|mailto:|#)", element.get("href", ""), re.IGNORECASE):
                element.tag = "span"
                element.attrib.clear()
            elif re.fullmatch(r"h[1-6]", element.tag):
                element.tag = "h3"


MOST_BRACKETS = 200  # in one text: looking for links takes time that grows with their square


@lru_cache(MOST_TEXTS)
def _markdown(text: str) -> Markup:
    if text.count("[") > MOST_BRACKETS:
        text = text.replace("[", "&#91;")
    return Markup(_converter().reset().convert(typeset(text)))  # safe: _Fenced escapes raw HTML


@cache
def _converter() -> markdown.Markdown:
    return markdown.Markdown(extensions=[_Fenced(), SaneListExtension(), TableExtension()], output_format="html")


def _inline(text: str) -> Markup:
    html = str(_markdown(text))
    single = re.fullmatch(r"<p>(.*)</p>", html, re.DOTALL)
    return Markup(single[1] if single and "<p>" not in single[1] else html)


def mark_field(value: Field | str) -> Markup:
    """The one way of a runner's value to a page: its text, marked as a field. Plain text passes through."""
    if isinstance(value, Field):
        return Markup('<span class="field field-{}">{}</span>').format(value.kind, value.text)
    return escape(value)


def mark_bar(value: Field, width: float) -> Markup:
    """A runner's share as a bar, standing on 0 and at most 1 high: the one value that is drawn, not written."""
    return Markup('<rect class="field field-share" x="0" y="0" width="{}" height="{}"/>').format(width, value.text)


def mark_line(line: Line) -> Markup:
    """A line of text and values, each value marked."""
    return Markup("").join(mark_field(piece) for piece in line)


def plain_line(line: Line) -> Markup:
    """The same for a title, where nothing can be marked."""
    return Markup("").join(escape(str(piece)) for piece in line)


class _Utf8Loader(jinja2.FileSystemLoader):
    """Tells which template is not UTF-8."""

    def get_source(self, environment: jinja2.Environment, template: str) -> Any:
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError as error:
            path = str(Path(self.searchpath[0]) / template)
            message = f"byte 0x{error.object[error.start]:02x} is not UTF-8; save it as UTF-8"
            raise jinja2.TemplateSyntaxError(message, 1, template, path) from None


class Shelf(Protocol):
    """Where data are kept by the hash of all they are made of, templates and libraries apart."""

    def data(self, name: str) -> bytes | None:
        """What was kept, if it was."""

    def keep_data(self, name: str, data: bytes) -> None:
        """Keep something."""


class _Compiled(jinja2.BytecodeCache):
    """Templates as an earlier build has compiled them, which takes longer than to fill them once."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        data = self.shelf.data(self._name(bucket))
        if data:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self.shelf.keep_data(self._name(bucket), bucket.bytecode_to_string())

    @staticmethod
    def _name(bucket: jinja2.bccache.Bucket) -> str:
        return sha256(f"template {bucket.key} {bucket.checksum}".encode()).hexdigest()


class Renderer:
    """Turns views into HTML with the templates of the given folders, first wins.

    What is compiled stays on the shelf, if there is one: with these filters only, which may have been asked then.
    """

    def __init__(self, folders: Sequence[Path], shelf: Shelf | None = None) -> None:
        self.folders = tuple(folders)
        self.environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader([_Utf8Loader(folder) for folder in self.folders]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_Compiled(shelf) if shelf else None,
        )
        self.environment.filters.update(
            field=mark_field, bar=mark_bar, line=mark_line, plain=plain_line, typeset=typeset
        )
        self.environment.filters.update(markdown=_markdown, inline=_inline)

    def with_filters(self, filters: Mapping[str, Any]) -> Renderer:
        """The same templates with other filters."""
        other = Renderer(self.folders)
        other.environment.filters.update(filters)
        return other

    def sections(self) -> tuple[str, ...]:
        """The names of the sections there are templates for."""
        found = self.environment.list_templates(filter_func=lambda name: name.startswith("sections/"))
        return tuple(sorted(name.removeprefix("sections/").removesuffix(".html.j2") for name in found))

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Fill a template. Raises ContentError with its file and line where it is missing or wrong."""
        try:
            return self.environment.get_template(template).render(values)
        except jinja2.TemplateSyntaxError as error:
            path = shown(Path(error.filename)) if error.filename else str(error.name)
            raise ContentError([Problem(path, error.lineno, 1, f"template error: {error.message}")]) from None
        except jinja2.TemplateNotFound as error:
            places = ", ".join(shown(folder) for folder in self.folders)
            problem = Problem(str(error.name), 0, 0, "the template is missing", f"looked in {places}")
            raise ContentError([problem]) from None
        except Exception as error:  # whatever an expression in a template may raise
            path, line = self._place(error)
            message = " ".join(str(error).split()) or type(error).__name__
            raise ContentError([Problem(path, line, 1 if line else 0, f"template error: {message}")]) from error

    def _place(self, error: BaseException) -> tuple[str, int]:
        """The innermost template line on the way to an error."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.folders):
                return shown(Path(frame.filename)), frame.lineno or 0
        raise BuildError(f"{type(error).__name__}: {error}") from error


def assets(folders: Sequence[Path]) -> dict[str, bytes]:
    """The files the web pages need: everything in `assets/web` of the template folders, first wins."""
    found: dict[str, bytes] = {}
    for folder in folders:
        base = folder / "assets" / "web"
        for path in sorted(base.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                found.setdefault(f"assets/{path.relative_to(base).as_posix()}", path.read_bytes())
    return found
