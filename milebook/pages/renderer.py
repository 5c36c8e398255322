"""View -> HTML text. One Jinja2 environment: autoescape, StrictUndefined, the user's templates before ours."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import jinja2
import jinja2.bccache
from markupsafe import Markup, escape

from milebook.booklet.fields import Field, Line
from milebook.content.folders import unusable
from milebook.content.prose import to_html, to_inline_html, to_plain_text, typeset
from milebook.content.yaml_file import shown
from milebook.core.errors import ContentError, Problem, closest
from milebook.pages.sandbox import Sandbox


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


@dataclass(frozen=True)
class SectionTitle:
    """A section of a page: the name to lead to, its title, and its name in a menu, empty where it is in none."""

    id: str
    title: Markup
    menu: Markup


_SECTION = re.compile(
    r"<section\b(?P<marks>[^>]*)>(?P<rest>(?:(?!<section\b).)*?<h2\b[^>]*>(?P<title>.*?)</h2>)?", re.DOTALL
)
_MARK = re.compile(r'\s(id|data-title|data-menu)="([^"]*)"')
_BESIDE_TEXT = re.compile(r"<svg\b.*?</svg>|(<span\b[^>]*\bclass=\"field\b[^>]*>[^<]*</span>)|<[^>]+>", re.DOTALL)


def find_section_titles(html: str) -> list[SectionTitle]:
    """The sections of a page that can be led to, each with the title that stands in it, runners' values still marked.

    A section says what else it is called: `data-title` in Contents, `data-menu` in the menu of the web page.
    """
    found = []
    for section in _SECTION.finditer(html):
        marks = dict(_MARK.findall(section["marks"]))
        title = marks.get("data-title") or _BESIDE_TEXT.sub(lambda tag: tag[1] or "", section["title"] or "").strip()
        if title and "id" in marks:
            found.append(SectionTitle(marks["id"], Markup(title), Markup(marks.get("data-menu", ""))))
    return found


SECTION_LIST = "sections.j2"  # the one list of sections
T = TypeVar("T")
LARGEST_ASSET = 20_000_000  # bytes of one file that the web pages show; the largest of ours has 60,000


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
        return sha256(f"sandboxed template {bucket.key} {bucket.checksum}".encode()).hexdigest()


class Renderer:
    """Turns views into HTML with the templates of the given folders, first wins.

    What is compiled stays on the shelf, if there is one: with these filters only, which may have been asked then.
    """

    def __init__(self, folders: Sequence[Path], shelf: Shelf | None = None) -> None:
        self.folders = tuple(folders)
        if problems := tuple(unusable(self.folders[0], is_closed=True)):
            raise ContentError(problems)
        self.environment = Sandbox(
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
        self.environment.filters.update(markdown=to_html, inline=to_inline_html, unmarked=to_plain_text)
        self.environment.filters.update(section_titles=find_section_titles)

    def with_filters(self, filters: Mapping[str, Any]) -> Renderer:
        """The same templates with other filters."""
        other = Renderer(self.folders)
        other.environment.filters.update(filters)
        return other

    def sections(self) -> tuple[str, ...]:
        """The names of the sections there are templates for."""
        found = self.environment.list_templates(filter_func=lambda name: name.startswith("sections/"))
        return tuple(sorted(name.removeprefix("sections/").removesuffix(".html.j2") for name in found))

    def section_order(self) -> tuple[str, ...]:
        """The sections that booklet and web page have, in their order. Raises ContentError where they are no list."""
        self.environment.begin()
        order = self._filled(SECTION_LIST, lambda template: getattr(template.module, "order", None))
        if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
            hint = 'as in {% set order = ["cover", "contents", "weeks"] %}'
            raise ContentError([Problem(SECTION_LIST, 0, 0, "it must set `order` to a list of names", hint)])
        return tuple(order)

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Fill a template. Raises ContentError with its file and line where it is missing or wrong."""
        self.environment.begin()
        return self._filled(template, lambda found: found.render(values))

    def _filled(self, template: str, fill: Callable[[jinja2.Template], T]) -> T:
        """What comes of a template. Raises ContentError with its file and line where it is missing or wrong."""
        try:
            return fill(self.environment.get_template(template))
        except jinja2.TemplateSyntaxError as error:
            path = shown(Path(error.filename)) if error.filename else str(error.name)
            raise ContentError([Problem(path, error.lineno, 1, f"template error: {error.message}")]) from None
        except jinja2.TemplateNotFound as error:
            places = ", ".join(shown(folder) for folder in self.folders)
            bare = {name.split(".")[0]: name for name in self.environment.list_templates()}  # all end alike
            close = closest(str(error.name).split(".")[0], bare)
            hint = f"did you mean {bare[close]}?" if close else f"looked in {places}"
            problem = Problem(str(error.name), 0, 0, "the template is missing", hint)
            raise ContentError([problem]) from None
        except Exception as error:  # whatever an expression in a template may raise
            path, line = self._place(error, template)
            message = " ".join(str(error).split()) or type(error).__name__
            raise ContentError([Problem(path, line, 1 if line else 0, f"template error: {message}")]) from error

    def _place(self, error: BaseException, template: str) -> tuple[str, int]:
        """The innermost template line on the way to an error; the template as a whole where there is none."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.folders):
                return shown(Path(frame.filename)), frame.lineno or 0
        return template, 0


def assets(folders: Sequence[Path]) -> dict[str, bytes]:
    """The files the web pages need: everything in `assets/web` of the template folders, first wins."""
    found: dict[str, bytes] = {}
    for folder in folders:
        base = folder / "assets" / "web"
        for path in sorted(base.rglob("*")):
            name = f"assets/{path.relative_to(base).as_posix()}"
            if name not in found and path.is_file() and not path.name.startswith("."):
                found[name] = _read_asset(path)
    return found


def _read_asset(path: Path) -> bytes:
    """A file of the web pages. Raises ContentError where it is larger than any page should ask for."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_ASSET + 1)
    except OSError as error:
        raise ContentError([Problem(shown(path), 0, 0, f"cannot be read: {error.strerror}")]) from None
    if len(data) > LARGEST_ASSET:
        limit = f"a file of the web pages has at most {LARGEST_ASSET // 10**6} MB: put it elsewhere and link to it"
        raise ContentError([Problem(shown(path), 0, 0, f"the file has {path.stat().st_size / 1e6:,.0f} MB", limit)])
    return data
