"""Splits, rep times and lap cards: every figure comes from the exact time and is rounded once, where it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from milebook.running.courses import RACES, Course
from milebook.running.quantities import Range
from milebook.running.tracing import choose_word

LAP = 400.0
REP_DISTANCES = (100.0, 200.0, 300.0, 400.0, 800.0, 1000.0)
REP_TOLERANCE = 0.02  # a rep within 2 % of its target is on target: our own choice


@dataclass(frozen=True)
class Strategy:
    """A way to run a mile: pace of each quarter relative to even pace, before it is fitted to the goal time.

    Of a race of four laps the quarters are the laps, else they are those of its distance.

    `by_laps`: whether one watches each lap; else the first one and the finish are what counts.
    """

    key: str
    name: str
    person: str
    summary: str
    quarters: tuple[float, float, float, float]
    by_laps: bool = True


# The shapes are our own reading of the two runners' advice; the article gives no lap times. After a fast start the
# third lap is the slowest of real races, not the last.
STRATEGIES: Mapping[str, Strategy] = {
    "even": Strategy("even", "Even", "editorial", "The same pace all the way.", (1.0, 1.0, 1.0, 1.0)),
    "elmore": Strategy(
        "elmore", "Hard from the gun", "elmore", "Fast first lap, then hold on.", (0.97, 1.005, 1.02, 1.005), False
    ),
    "manzano": Strategy(
        "manzano", "Controlled, then push", "manzano", "Even at first, strong last lap.", (1.0, 1.008, 1.008, 0.984)
    ),
}


@dataclass(frozen=True)
class Split:
    """Seconds since the start at a mark, and since the mark before; both exact."""

    metres: float
    cumulative: float
    since_last: float


def even_splits(total: float, course: Course, marks: Iterable[float]) -> tuple[Split, ...]:
    """Even splits in seconds; the finish is exactly the total."""
    return strategy_splits(total, STRATEGIES["even"], course, marks)


def strategy_splits(
    total: float, strategy: Strategy, course: Course, marks: Iterable[float] | None = None
) -> tuple[Split, ...]:
    """Splits in seconds of a race run that way, at its ends unless said; the finish is exactly the total.

    The pace is steady within each phase of the course. Each time is one exact share of the total, so that a mark has
    the same clock wherever it stands.
    """
    splits, before = [], 0.0
    for mark in course.ends if marks is None else marks:
        share, since_last = _share(strategy.key, course, before, mark)
        time = total if mark == course.metres else total * share
        splits.append(Split(mark, time, total * since_last))
        before = mark
    return tuple(splits)


def phase_percents(strategy: Strategy, course: Course) -> list[float]:
    """The pace of each phase against even pace in per cent; more is slower."""
    whole = RACES[course.race] / _weigh(strategy, course, RACES[course.race])
    return [float(100 * (Fraction(str(share)) * whole - 1)) for share in strategy.quarters]


@cache
def _share(way: str, course: Course, start: float, end: float) -> tuple[float, float]:
    """Which shares of its time a race takes to a mark, and from the mark before it."""
    first, last = (_weigh(STRATEGIES[way], course, _exact(mark)) for mark in (start, end))
    whole = _weigh(STRATEGIES[way], course, RACES[course.race])
    return float(last / whole), float((last - first) / whole)


def _weigh(strategy: Strategy, course: Course, mark: Fraction) -> Fraction:
    """Metres to a mark, each weighed with the pace of its phase."""
    starts = (Fraction(0), *course.phases)
    parts = (max(Fraction(0), min(mark, end) - start) for start, end in pairwise(starts))
    return sum((part * Fraction(str(share)) for part, share in zip(parts, strategy.quarters, strict=True)), Fraction(0))


def _exact(metres: float) -> Fraction:
    """Metres as they are meant: to a thousandth, of which all marks are."""
    return Fraction(round(metres * 1000), 1000)


def rep_range(target: float) -> Range[float]:
    """The seconds that count as on target for a rep."""
    return Range(target * (1 - REP_TOLERANCE), target * (1 + REP_TOLERANCE))


def against_article(target: float, article: Range[float]) -> str:
    """How the runner's own rep time stands to the article's range: `inside`, `slower` or `faster`."""
    return choose_word(target, ((article.low, article.high, "inside"), (article.high, math.inf, "slower")), "faster")
