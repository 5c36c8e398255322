"""Which of a view's values stands where in a page: learnt once, by following every value through the templates.

Composing a page and taking its values out again costs more than stamping them. So a view is taken apart as it is:
into its shape, which is everything that is not a runner's own, and the runner's values. Views of one shape make pages
that differ in their values only, as long as no template reads a value (its length, say) instead of showing it;
following the values finds that out, and such templates are filled for each runner.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from milebook.booklet.fields import Field, Line
from milebook.booklet.views import Booklet
from milebook.content.vocabulary import Paper
from milebook.pages.renderer import Renderer, mark_bar, mark_field
from milebook.printing.stamping.masters import Route, read

Write = Callable[[Booklet, Renderer], str]  # a view as HTML

MARSHAL = 2  # the last version whose bytes depend on the values alone
_PLAIN = (str, int, float, bool, type(None))
_NUMBER = re.compile(r' data-value="(\d+)"')
_SHOWN = re.compile("\ue000(\\d+)\ue001(.*?)\ue002", re.DOTALL)  # a value in plain text: its number and how it reads
_TITLE = re.compile(r"<title>([^<]*)</title>")


@dataclass(frozen=True)
class SplitView:
    """A view taken apart: `shape` names what is the same for other runners, `values` are the runner's own, in order."""

    shape: str
    values: tuple[str, ...]


def split_view(view: Booklet) -> SplitView:
    """Take a view apart. Its `key` is left out: it names files, no printed page shows it."""
    told, found = _taken(view)
    return SplitView(_named(told), tuple([field.text for field in found]))


@dataclass(frozen=True)
class Manuscript:
    """What is to be printed: a view taken apart, and the view itself, which is composed only where it is needed."""

    parts: SplitView
    title: str
    paper: Paper
    compose: Callable[[], Booklet]

    @classmethod
    def of(cls, view: Booklet) -> Manuscript:
        """The manuscript of a view that is there."""
        return cls(split_view(view), f"{view.race}: {view.runner}", view.paper, lambda: view)

    @cached_property
    def view(self) -> Booklet:
        """The view."""
        return self.compose()


def shape_of(view: Booklet) -> str:
    """The shape of a view alone."""
    return _named(_taken(view)[0])


def fields_of(view: Booklet) -> list[Field]:
    """The runner's own values in a view, in the order of `Apart.values`."""
    return _taken(view)[1]


def _taken(view: Booklet) -> tuple[list[Any], list[Field]]:
    told: list[Any] = []
    found: list[Field] = []
    for name in _names(Booklet):
        if name != "key":
            _take(getattr(view, name), told, found)
    return told, found


def _named(told: list[Any]) -> str:
    return sha256(marshal.dumps(told, MARSHAL)).hexdigest()


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _take(value: Any, told: list[Any], found: list[Field]) -> None:
    """Add what is shared to `told` and what is the runner's to `found`; tuples in `told` are ours, never a view's."""
    kind: Any = type(value)
    if kind in _PLAIN:
        told.append(value)
    elif kind is Field:
        told.append(("field", value.kind))
        found.append(value)
    elif kind is tuple:
        told.append(("tuple", len(value)))
        for item in value:
            _take(item, told, found)
    elif kind is dict:
        told.append(("dict", len(value)))
        for key, item in value.items():
            told.append(key)
            _take(item, told, found)
    else:
        told.append(("view", kind.__qualname__))
        for name in _names(kind):
            _take(getattr(value, name), told, found)


# ---------------------------------------------------------------- following


_KEY = -1  # stands for a view's key among the numbers of values


class _Followed(Field):
    """A value that knows its number and notices when it is read."""

    number: int
    own: Field
    seen: list[int]

    @property
    def text(self) -> str:
        self.seen.append(self.number)
        return self.own.text


class _FollowedView(Booklet):
    """A view that notices when its key is read."""

    seen: list[int]

    def __getattribute__(self, name: str) -> Any:
        if name == "key":
            object.__getattribute__(self, "seen").append(_KEY)
        return object.__getattribute__(self, name)


def follow(view: Booklet, write: Write, renderer: Renderer) -> Route | None:
    """The route of this view's values to a page; None where its templates read values, so that each must be filled.

    Raises ContentError where a template is wrong.
    """
    seen: list[int] = []
    told = write(_copy(view, [], seen), _following(renderer))
    if seen:
        return None
    html = write(view, renderer)
    if _SHOWN.sub(r"\2", _NUMBER.sub("", told)) != html or "\ue000" in html:
        return None
    sheet = read(html)
    title = _TITLE.search(told)
    if "\ue000" in _TITLE.sub("", told, count=1):
        return None
    route = Route(sheet.skeleton, tuple(map(int, _NUMBER.findall(told))), tuple(_words(title[1])) if title else None)
    return route if route.values(split_view(view).values) == sheet.values else None


def followed(view: Booklet, write: Write, renderer: Renderer) -> str | None:
    """A page with its values numbered: `data-value`, or between signs of private use where nothing can be marked.

    None where its templates read values. The view's key may be read: it is the same for all who share the page.
    """
    seen: list[int] = []
    told = write(_copy(view, [], seen), _following(renderer))
    return None if set(seen) - {_KEY} else told


_FOLLOWING: WeakKeyDictionary[Renderer, Renderer] = WeakKeyDictionary()


def _following(renderer: Renderer) -> Renderer:
    """The same templates with filters that number values; compiled once."""
    if renderer not in _FOLLOWING:
        filters = {"field": _field, "bar": _bar, "line": _line, "plain": _shown}
        _FOLLOWING[renderer] = renderer.with_filters(filters)
    return _FOLLOWING[renderer]


def _words(title: str) -> Iterator[str | int]:
    for number, part in enumerate(re.split("\ue000(\\d+)\ue001.*?\ue002", title)):
        if number % 2:
            yield int(part)
        elif part:
            yield str(Markup(part).unescape())


def _copy(value: Any, fields_: list[Field], seen: list[int]) -> Any:
    """The same value, with fields that are followed; they are numbered as `split_view` takes them."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if kind is Field:
        fields_.append(value)
        return _made(_Followed, {"number": len(fields_) - 1, "own": value, "kind": value.kind, "seen": seen})
    if kind is tuple:
        return tuple([_copy(item, fields_, seen) for item in value])
    if kind is dict:
        return {key: _copy(item, fields_, seen) for key, item in value.items()}
    state = {name: _copy(getattr(value, name), fields_, seen) for name in _names(kind)}
    return _made(_FollowedView, state | {"seen": seen}) if kind is Booklet else _made(kind, state)


def _made(kind: type, state: dict[str, Any]) -> Any:
    """An object of a frozen class, without asking its constructor."""
    made: Any = object.__new__(kind)
    made.__dict__.update(state)
    return made


def _field(value: Field | str) -> Markup:
    if not isinstance(value, _Followed):
        return mark_field(value)
    return _numbered(mark_field(value.own), value.number)


def _bar(value: Field, width: float) -> Markup:
    if not isinstance(value, _Followed):
        return mark_bar(value, width)
    return _numbered(mark_bar(value.own, width), value.number)


def _numbered(html: Markup, number: int) -> Markup:
    return Markup(re.sub(r"^<\w+", rf'\g<0> data-value="{number}"', str(html), count=1))


def _line(line: Line) -> Markup:
    return Markup("").join(_field(piece) for piece in line)


def _shown(line: Line) -> Markup:
    marked = Markup("\ue000{}\ue001{}\ue002")
    return Markup("").join(
        marked.format(piece.number, piece.own.text) if isinstance(piece, _Followed) else escape(piece) for piece in line
    )
