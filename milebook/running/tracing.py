"""Numbers, words and days that remember how they were worked out, so that a web page can work them out again.

The page "Make it yours" shows a runner's own times without a server. No formula is written a second time for it: paces
and plans are worked out here as always, from an `Expression` in place of the result's distance and time, and what comes
out carries the way it was reached. A plain float stays a plain float, so that nothing else is slower or different.

A formula that must be followed uses `exp`, `sqrt`, `least`, `most`, `whole`, `if_equal`, `if_between`, `choose_word`
and `solve` of this module where Python's own would forget the way, or take one side of a comparison for good.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from milebook.running.quantities import in_units

MOST_CHORDS, NEARLY, MARGIN = 25, 1e-8, 1e-14  # tried on four thousand results: 25 levels are worked out, not 60

Cases = tuple[tuple[float, float, str], ...]  # (from, to, the word in between), ends included; the first that holds


class Expression(float):
    """A number with its `node`: an operation and what it was done to, expressions and plain values."""

    node: tuple[Any, ...]

    def __new__(cls, value: float, node: tuple[Any, ...]) -> Expression:
        """A value and the way to it."""
        self = super().__new__(cls, value)
        self.node = node
        return self

    def __add__(self, other: Any) -> Any:
        return self if _is(other, 0) else _made(float(self) + float(other), "+", self, other)

    def __radd__(self, other: Any) -> Any:
        return self if _is(other, 0) else _made(float(other) + float(self), "+", other, self)

    def __sub__(self, other: Any) -> Any:
        return self if _is(other, 0) else _made(float(self) - float(other), "-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _made(float(other) - float(self), "-", other, self)

    def __mul__(self, other: Any) -> Any:
        return self if _is(other, 1) else _made(float(self) * float(other), "*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self if _is(other, 1) else _made(float(other) * float(self), "*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self if _is(other, 1) else _made(float(self) / float(other), "/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _made(float(other) / float(self), "/", other, self)

    def __neg__(self) -> Any:
        return _made(-float(self), "-", 0, self)

    def __pow__(self, other: Any, mod: None = None) -> Any:
        return _made(float(self) ** float(other), "**", self, other)


class TracedWord(str):
    """A word that depends on an expression: `source` is (expression, cases, otherwise)."""

    source: tuple[Expression, Cases, str]


class TracedText(str):
    """A text of the runner's own; `of` names it."""

    of: str


class OffsetDate(date):
    """A day known by its distance from another, `anchor`: make a subclass for each anchor."""

    anchor: ClassVar[date]

    @property
    def offset(self) -> int:
        """Days after the anchor; negative before it."""
        return self.toordinal() - self.anchor.toordinal()


def _is(value: Any, number: int) -> bool:
    return not isinstance(value, Expression) and value == number


def _made(value: float, *node: Any) -> Expression:
    return Expression(value, node)


def exp(value: float) -> float:
    """Return e to the power of a value."""
    return _made(math.exp(value), "exp", value) if isinstance(value, Expression) else math.exp(value)


def sqrt(value: float) -> float:
    """The square root."""
    return _made(math.sqrt(value), "sqrt", value) if isinstance(value, Expression) else math.sqrt(value)


def least(values: Iterable[float]) -> float:
    """The smallest of some values."""
    return _extreme("least", min, values)


def most(values: Iterable[float]) -> float:
    """The largest of some values."""
    return _extreme("most", max, values)


def _extreme(name: str, choose: Callable[[list[float]], float], values: Iterable[float]) -> float:
    several = list(values)
    chosen = choose(several)
    if len(several) == 1 or not any(isinstance(value, Expression) for value in several):
        return chosen
    return _made(float(chosen), name, *several)


def if_equal(one: float, other: float, then: float, otherwise: Callable[[], float]) -> float:
    """A value for equals, else another, which is worked out only where it is asked for."""
    if isinstance(one, Expression) or isinstance(other, Expression):
        rest = otherwise()
        return _made(float(then if one == other else rest), "if-equal", one, other, then, rest)
    return then if one == other else otherwise()


def if_between(
    value: float, low: float, high: float, then: Callable[[], float], otherwise: Callable[[], float]
) -> float:
    """One value where another lies between two, ends included, else a third; worked out only where asked for."""
    if isinstance(value, Expression):
        inside, outside = then(), otherwise()
        chosen = inside if low <= value <= high else outside
        return _made(float(chosen), "if-between", value, low, high, inside, outside)
    return then() if low <= value <= high else otherwise()


def later(value: float) -> float:
    """A value as it is by the time trial, once that has been run."""
    return _made(float(value), "later", value) if isinstance(value, Expression) else value


def whole(value: float) -> float:
    """The nearest whole number, a half upwards, as it is shown."""
    return _made(float(in_units(value)), "whole", value) if isinstance(value, Expression) else float(in_units(value))


def solve(falling: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Where a falling function comes down to the target, between low and high; to the last bit."""
    if isinstance(target, Expression):
        place = Expression((float(low) + float(high)) / 2, ("place",))
        answer = bisect(falling, float(target), float(low), float(high))
        return _made(answer, "solve", falling(place), target, low, high)
    return bisect(falling, target, low, high)


def bisect(falling: Callable[[float], float], target: float, low: float, high: float) -> float:
    """The same for plain numbers: halved until nothing lies between, after a few chords have brought the ends near."""
    low, high = _narrowed(falling, target, low, high)
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if falling(middle) > target:
            low = middle
        else:
            high = middle


def _narrowed(falling: Callable[[float], float], target: float, low: float, high: float) -> tuple[float, float]:
    """Ends much nearer to the answer; the ends given where chords do not help.

    The Illinois rule (Dowell 1971), over 1/x: a level is nearly a straight line over the speed.
    """
    left, right, above, below = low, high, falling(low) - target, falling(high) - target
    at = side = 0.0
    for _ in range(MOST_CHORDS):
        if not above > 0 > below:
            return low, high
        last, at = at, left * right / (right + (left - right) * above / (above - below))
        value = falling(at) - target
        if abs(at - last) <= NEARLY * at:
            break
        if value > 0:  # an end that stays for the second time has half its weight, so that it moves too
            left, above, below, side = at, value, below / 2 if side > 0 else below, 1.0
        else:
            right, below, above, side = at, value, above / 2 if side < 0 else above, -1.0
    close, far = at * (1 - MARGIN), at * (1 + MARGIN)
    return (close, far) if low < close and far < high and falling(close) > target >= falling(far) else (low, high)


def choose_word(value: float, cases: Cases, otherwise: str) -> str:
    """The word of the first case the value lies in."""
    word = next((text for low, high, text in cases if low <= value <= high), otherwise)
    if not isinstance(value, Expression):
        return word
    told = TracedWord(word)
    told.source = (value, cases, otherwise)
    return told


def map_words(word: str, words: Mapping[str, str]) -> str:
    """What a word stands for."""
    if not isinstance(word, TracedWord):
        return words[word]
    value, cases, otherwise = word.source
    told = TracedWord(words[word])
    told.source = (value, tuple((low, high, words[text]) for low, high, text in cases), words[otherwise])
    return told


def depends(value: object) -> bool:
    """Whether a value is one that remembers."""
    return isinstance(value, Expression | TracedWord | TracedText | OffsetDate)
