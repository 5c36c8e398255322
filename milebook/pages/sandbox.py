"""Jinja2 for templates that somebody else wrote: they say what a page looks like, and run no code.

Jinja's own sandbox keeps templates from attributes that lead into Python. What it leaves is endless loops and texts
without bound; so here every loop, call and file counts how much of a template it runs, what a template makes of values
has a bound of its own, and what multiplies a text is asked first how long the outcome would be.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, cast

from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_context
from jinja2.visitor import NodeTransformer

MOST_STEPS = 10_000_000  # statements and values of a template that one page runs; a booklet runs 40,000
MOST_SECONDS = 60.0  # for one page; a booklet takes 0.03
LONGEST_PAGE = 20_000_000  # characters, those of its parts counted again; a booklet has 160,000
MOST_MEMORY = 1_000_000_000  # bytes that the process may grow by
STEPS_BETWEEN_LOOKS = 1_000  # at the clock and the memory
LARGEST_VALUE = 300_000  # characters and entries in one value while a template works with it
LARGEST_NUMBER = 10**15
MOST_PIECES = 100  # put together by one row of ~

_TEXT_METHODS = frozenset(  # which make no text longer than it was
    {
        *("startswith", "endswith", "lower", "upper", "title", "capitalize", "casefold", "swapcase", "strip"),
        *("lstrip", "rstrip", "split", "rsplit", "splitlines", "partition", "rpartition", "removeprefix"),
        *("removesuffix", "find", "rfind", "index", "rindex", "count", "isalnum", "isalpha", "isascii", "isdecimal"),
        *("isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper"),
    }
)
_NO_FILTERS = ("format", "urlize", "wordwrap", "striptags", "random")  # time or text without bound, or by chance
_LENGTHENING = (
    *("batch", "slice", "center", "indent", "join", "replace", "round", "tojson", "pprint", "sum", "truncate"),
    *("list", "sort", "reverse", "groupby", "xmlattr"),
)
_TICK, _HELD = "(tick)", "(held)"  # filters that no template can name
_CONTAINERS = (list, tuple, dict, set, frozenset)
_LONG = (str, *_CONTAINERS)
_NOT_MADE = (nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Call)  # or checked then
_REPEATED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Template)


class _Watched(NodeTransformer):
    """Puts a count into every loop, macro, block and file, and a look at the size of values that a template makes."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        super().generic_visit(node, *args, **kwargs)
        if isinstance(node, _REPEATED):
            steps = nodes.Const(sum(1 for _ in node.find_all(nodes.Node)), lineno=node.lineno)
            node.body.insert(0, nodes.ExprStmt(_filter(_TICK, steps), lineno=node.lineno))
        elif isinstance(node, nodes.Assign):
            node.node = _filter(_HELD, cast(nodes.Expr, node.node))
        elif isinstance(node, nodes.With):
            node.values = [_filter(_HELD, value) for value in node.values]
        elif isinstance(node, nodes.Output):
            node.nodes = [_checked(one) for one in node.nodes]
        elif isinstance(node, nodes.Call):
            node.args = [_filter(_HELD, one) if isinstance(one, nodes.Tuple) else one for one in node.args]
        elif isinstance(node, nodes.Keyword) and isinstance(node.value, nodes.Tuple):
            node.value = _filter(_HELD, node.value)
        elif isinstance(node, nodes.Concat | nodes.Add | nodes.List | nodes.Dict):
            if sum(1 for _ in node.find_all((nodes.Concat, nodes.Add))) > MOST_PIECES:
                raise TemplateSyntaxError(f"more than {MOST_PIECES} pieces put together by ~ or +", node.lineno)
            return _filter(_HELD, node)
        return node


def _checked(node: nodes.Expr) -> nodes.Expr:
    """What is written, its size checked where the template has made it."""
    if isinstance(node, nodes.CondExpr) and node.expr2:
        node.expr1, node.expr2 = _checked(node.expr1), _checked(node.expr2)
        return node
    is_ours = isinstance(node, nodes.Filter) and node.name not in FILTERS
    return node if is_ours or isinstance(node, _NOT_MADE) else _filter(_HELD, node)


def _filter(name: str, node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment that refuses with SecurityError; `begin` starts the count of a page."""

    intercepted_binops = frozenset({"*", "%", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        del self.globals["lipsum"]
        self.plain: set[type] = {LoopContext, TemplateModule}  # nothing public of them leads elsewhere
        self.filters = {name: one for name, one in FILTERS.items() if name not in _NO_FILTERS}
        self.filters |= {name: _bounded(FILTERS[name]) for name in _LENGTHENING}
        self.filters |= {_TICK: _tick, _HELD: _held}
        self.begin()

    def begin(self) -> None:
        """Count a page from here."""
        self.steps, self.next_look = 0, STEPS_BETWEEN_LOOKS
        self.memory = _peak_memory() + MOST_MEMORY
        self.end = time.monotonic() + MOST_SECONDS

    def tick(self, steps: int) -> None:
        """Count what a loop or a call is about to run. Raises SecurityError where a page runs too much."""
        self.steps += steps
        if self.steps > self.next_look:
            self.next_look = self.steps + STEPS_BETWEEN_LOOKS
            self._look()

    def _look(self) -> None:
        if self.steps > MOST_STEPS:
            raise SecurityError(f"the page takes more than {MOST_STEPS:,} steps: does a loop ever end?")
        if time.monotonic() > self.end:
            raise SecurityError(f"the page takes more than {MOST_SECONDS:.0f} seconds")
        if _peak_memory() > self.memory:
            raise SecurityError(f"the page takes more than {MOST_MEMORY // 10**6:,} MB of memory")

    # ------------------------------------------------------------ what Jinja asks

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            return cast(nodes.Template, _Watched().visit(super()._parse(source, name, filename)))
        except TemplateSyntaxError as error:
            raise TemplateSyntaxError(str(error.message), error.lineno, name, filename) from None

    def concat(self, pieces: Iterable[str]) -> str:
        """What a template, a macro or a block has written."""
        written = pieces if isinstance(pieces, list) else list(pieces)
        if sum(map(len, written)) > LONGEST_PAGE:
            raise SecurityError(f"more than {LONGEST_PAGE:,} characters come of it: does a loop ever end?")
        return "".join(written)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What a template gets for `obj.attribute`: quickly of our own plain values, as Jinja decides of others."""
        if type(obj) in self.plain and attribute[0] != "_":
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        elif dataclasses.is_dataclass(obj) and not isinstance(obj, type):
            self.plain.add(type(obj))
        return super().getattr(obj, attribute)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """No formatting: `is_safe_attribute` refuses it."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may have an attribute: of a text only what makes it no longer."""
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        return super().is_safe_attribute(obj, attr, value)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call something for a template."""
        if type(__obj) is Macro:  # which counts for itself
            return __context.call(__obj, *args, **kwargs)
        __self.tick(1)
        for value in (*args, *kwargs.values()):
            _held(value)
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate; texts and lists only as long as they may be."""
        if operator == "**" and not (_is_small(left) and _is_small(right) and abs(right) <= 9):
            raise SecurityError("** is for small numbers only")
        if isinstance(left, _LONG) or isinstance(right, _LONG):
            times = max((abs(side) for side in (left, right) if isinstance(side, int)), default=1)
            if operator == "%":
                times = str(left).count("%")
                if "%" in re.sub("%[sd%]", "", str(left)):
                    raise SecurityError("only %s and %d put something into a text")
            if (_size(left) + _size(right)) * times > LARGEST_VALUE:
                raise SecurityError(f"{operator} would make a text or a list that is too long")
        return super().call_binop(context, operator, left, right)


@pass_context  # with a context nothing is worked out while a template is compiled
def _tick(context: Context, steps: int) -> None:
    context.environment.tick(steps)  # type: ignore[attr-defined]


def _peak_memory() -> int:
    """The most memory this process has had, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _held(value: Any) -> Any:
    """A value that is not too large to work with. Raises SecurityError."""
    if isinstance(value, str):
        if len(value) > LARGEST_VALUE:
            raise SecurityError(f"a text has more than {LARGEST_VALUE:,} characters: does a loop ever end?")
    elif isinstance(value, int):
        if abs(value) > LARGEST_NUMBER:
            raise SecurityError(f"a number is larger than {LARGEST_NUMBER}")
    elif isinstance(value, _CONTAINERS) and _size(value) > LARGEST_VALUE:
        raise SecurityError(f"a list has more than {LARGEST_VALUE:,} characters and entries")
    return value


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= 1000


def _size(value: Any) -> int:
    """Characters and entries of a value, what is in it included; once for each time that it would be written."""
    left = LARGEST_VALUE
    waiting = [value]
    while waiting and left >= 0:
        one = waiting.pop()
        left -= len(one) + 1 if isinstance(one, str | bytes) else 1
        if isinstance(one, dict):
            waiting += one.values()
            left -= len(one)
        elif isinstance(one, _CONTAINERS):
            waiting += one
    return LARGEST_VALUE - left


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja's that asks first how long the outcome could be. Raises SecurityError."""
    before = 1 if hasattr(function, "jinja_pass_arg") else 0  # the context or the environment comes first

    @wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        value, options = args[before], args[before + 1 :]
        if isinstance(value, Iterator):
            value = list(_until_too_large(value))
        times = max((_factor(option) for option in (*options, *kwargs.values())), default=1)
        if times > LARGEST_VALUE or _size(value) * times > 10 * LARGEST_VALUE:
            raise SecurityError("a filter would make a text or a list that is too long")
        return function(*args[:before], value, *options, **kwargs)

    return filtered


def _factor(option: Any) -> int:
    """How many times longer an option of a filter could make a text."""
    if isinstance(option, int | float):
        return int(min(abs(option), LARGEST_NUMBER)) + 1 if option == option else 1
    return max(1, _size(option)) if isinstance(option, _LONG) else 1


def _until_too_large(values: Iterator[Any]) -> Iterator[Any]:
    size = 0
    for value in values:
        size += _size(value)
        if size > LARGEST_VALUE:
            raise SecurityError("a filter would make a list that is too long")
        yield value
