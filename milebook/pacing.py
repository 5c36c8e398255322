"""Splits, rep times and lap cards: every figure comes from the exact time and is rounded once, where it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from milebook.expressions import among
from milebook.quantities import METRES_PER_MILE, Range

LAP = 400.0
FIRST_LAP = METRES_PER_MILE - 3 * LAP  # 409.344 m: the mile starts 9.344 m behind the finish line
MILE_MARKS = (100.0, 200.0, 300.0, 400.0, FIRST_LAP, 800.0, 1000.0, 1200.0, 1500.0, METRES_PER_MILE)
TRACK_LAPS = (FIRST_LAP, FIRST_LAP + LAP, FIRST_LAP + 2 * LAP, METRES_PER_MILE)
ROAD_QUARTERS = tuple(METRES_PER_MILE * quarter / 4 for quarter in (1, 2, 3, 4))
TRACK_MARKS = (200.0, 400.0, FIRST_LAP, 800.0, TRACK_LAPS[1], 1200.0, TRACK_LAPS[2], 1600.0, METRES_PER_MILE)
ROAD_MARKS = (*ROAD_QUARTERS[:2], 1000.0, *ROAD_QUARTERS[2:])
REP_DISTANCES = (100.0, 200.0, 300.0, 400.0, 800.0, 1000.0)
REP_TOLERANCE = 0.02  # a rep within 2 % of its target is on target: our own choice


@dataclass(frozen=True)
class Strategy:
    """A way to run the mile: pace of each quarter relative to even pace, before it is fitted to the goal time.

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
        "manzano", "Controlled, then push", "manzano", "Patient start, strong last lap.", (1.0, 1.008, 1.008, 0.984)
    ),
}


@dataclass(frozen=True)
class Split:
    """Seconds since the start at a mark, and since the mark before; both exact."""

    metres: float
    cumulative: float
    since_last: float


def splits(total: float, distance: float, marks: Iterable[float]) -> tuple[Split, ...]:
    """Even splits in seconds; the mark at `distance` is exactly the total."""
    times = [(mark, total if mark == distance else total * mark / distance) for mark in marks]
    return _splits(times)


def strategy_splits(
    total: float,
    strategy: Strategy,
    marks: Iterable[float] = TRACK_LAPS,
    laps: tuple[float, ...] = TRACK_LAPS,
) -> tuple[Split, ...]:
    """Splits in seconds of a mile run that way: each lap at its own steady pace, the last mark exactly the total.

    `laps` are the ends of the four laps in metres: those of a track, or the quarters of a road mile.
    """
    ends = (0.0, *laps)
    raw = [(end - start) * share for (start, end), share in zip(pairwise(ends), strategy.quarters, strict=True)]
    scale = total / sum(raw)

    def at(mark: float) -> float:
        if mark == METRES_PER_MILE:
            return total
        run = 0.0
        for (start, end), share in zip(pairwise(ends), strategy.quarters, strict=True):
            run += max(0.0, min(mark, end) - start) * share
        return run * scale

    return _splits([(mark, at(mark)) for mark in marks])


def _splits(times: list[tuple[float, float]]) -> tuple[Split, ...]:
    return tuple(
        Split(mark, time, time - before)
        for (mark, time), (_, before) in zip(times, [(0.0, 0.0), *times], strict=False)  # the last has no next
    )


def rep_range(target: float) -> Range[float]:
    """The seconds that count as on target for a rep."""
    return Range(target * (1 - REP_TOLERANCE), target * (1 + REP_TOLERANCE))


def against_article(target: float, article: Range[float]) -> str:
    """How the runner's own rep time stands to the article's range: `inside`, `slower` or `faster`."""
    return among(target, ((article.low, article.high, "inside"), (article.high, math.inf, "slower")), "faster")
