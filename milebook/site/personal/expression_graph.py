"""Values and the operations they are worked out by, written down for another program, each once.

nodes     operations: [name, value or [node], ...]
values    how a value is written, and of what: [name, value or [node], ...]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milebook.running.tracing import Expression, OffsetDate

BY_CLASS = "by-class"  # what each class of mile times has its own version of: the mile, then each version
ROUGH = frozenset({"about", "hours", "share"})  # written so roughly that sums may be taken in another order


class Numbered:
    """Things that are kept once and known by their number."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self._numbers: dict[str, int] = {}

    def number(self, entry: Any) -> int:
        """The number of an entry, which JSON can tell."""
        number = self._numbers.setdefault(repr(entry), len(self.entries))
        if number == len(self.entries):
            self.entries.append(entry)
        return number


class Operations:
    """Values and what they are worked out of."""

    def __init__(self) -> None:
        self.nodes, self.values = Numbered(), Numbered()
        self._sums: dict[int, tuple[Expression, float, dict[int, float]]] = {}
        self._known: dict[tuple[int, bool], tuple[Any, int]] = {}

    def forget(self) -> None:
        """Let go of the expressions that were written down; their numbers stay. It is slow to ask for them again."""
        self._sums.clear()
        self._known.clear()

    @property
    def remembered(self) -> int:
        """How many expressions are held in memory."""
        return len(self._sums) + len(self._known)

    def value(self, source: tuple[Any, ...]) -> int:
        """The number of a value."""
        how, *of = source
        if how == BY_CLASS:
            mile, *versions = of  # texts, and numbers of values in lists
            return self.values.number([how, [self.node(mile)], *versions])
        written = [how, *(self._argument(part, rough=how in ROUGH) for part in of)]
        return self.values.number(written)

    def _argument(self, part: Any, *, rough: bool) -> Any:
        if isinstance(part, Expression):
            return [self.node(part, rough=rough)]
        return part.offset if isinstance(part, OffsetDate) else part

    def node(self, expression: Expression, *, rough: bool = False) -> int:
        """The number of an expression; a rough one as the sum it comes to."""
        known = self._known.get((id(expression), rough))
        if known is None:
            number = self._sum(*self._linear(expression)) if rough else self._exact(expression)
            known = self._known[id(expression), rough] = expression, number  # kept, so that its id stays its own
        return known[1]

    def _exact(self, expression: Expression) -> int:
        name, *of = expression.node
        return self.nodes.number([name, *([self.node(part)] if isinstance(part, Expression) else part for part in of)])

    def _linear(self, part: Any) -> tuple[float, dict[int, float]]:
        """A constant, and how often which nodes."""
        if not isinstance(part, Expression):
            return float(part), {}
        known = self._sums.get(id(part))
        if known is None:
            known = self._sums[id(part)] = part, *self._work_out(part)
        return known[1:]

    def _work_out(self, part: Expression) -> tuple[float, dict[int, float]]:
        name, *of = part.node
        if name in ("+", "-"):
            (low, left), (high, right) = map(self._linear, of)
            sign = 1 if name == "+" else -1
            return low + sign * high, {
                node: left.get(node, 0.0) + sign * right.get(node, 0.0) for node in {**left, **right}
            }
        plain = [float(one) for one in of if not isinstance(one, Expression)]
        if (name == "*" and plain) or (name == "/" and not isinstance(of[1], Expression)):
            factor = plain[0] if name == "*" else 1 / plain[0]
            constant, several = self._linear(next(one for one in of if isinstance(one, Expression)))
            return constant * factor, {node: often * factor for node, often in several.items()}
        if name == "/":
            over = [self.node(of[1], rough=True)]
            if plain:
                return 0.0, {self.nodes.number(["/", 1, over]): plain[0]}
            return 0.0, {self.nodes.number(["/", [self.node(of[0], rough=True)], over]): 1.0}
        if name in ("most", "least", "later", BY_CLASS):
            several_ = [[self.node(one, rough=True)] if isinstance(one, Expression) else one for one in of]
            return 0.0, {self.nodes.number([name, *several_]): 1.0}
        return 0.0, {self._exact(part): 1.0}

    def _sum(self, constant: float, several: Mapping[int, float]) -> int:
        if not constant and list(several.values()) == [1.0]:
            return next(iter(several))
        parts = [part for node in sorted(several) for part in (node, _short(several[node]))]
        return self.nodes.number(["sum", _short(constant), *parts])


def _short(value: float) -> float:
    short = float(f"{value:.15g}")
    return int(short) if short == int(short) else short
