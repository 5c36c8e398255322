"""Classes of mile time: how much a session is may depend on how fast a runner is, in these few steps.

Two runners of one class, level and so on have the same sessions, and differ in their times only: what is right for the
slowest of a class is done by all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from milebook.running.fitness import FASTEST_MILE, SLOWEST_MILE, Fitness, Result, assess
from milebook.running.quantities import METRES_PER_MILE, clock

BOUNDS = (330.0, 420.0, 510.0, 600.0, 780.0, 960.0)  # seconds of the mile: our choice
# Easy running that is as slow as this, in seconds a mile, is run and walked in turn, so many minutes of each.
RUN_AND_WALK = ((1020.0, (1, 1)), (830.0, (4, 1)))


@dataclass(frozen=True)
class MileClass:
    """Runners whose miles take more than `fastest` and at most `slowest` seconds."""

    fastest: float
    slowest: float

    @property
    def name(self) -> str:
        """`5:30 to 7:00`."""
        return f"{clock(self.fastest)} to {clock(self.slowest)}"

    @cached_property
    def fast_and_slow(self) -> tuple[Fitness, Fitness]:
        """The two at its ends: what holds for both holds for all between them."""
        fast, slow = (assess(Result(METRES_PER_MILE, mile)) for mile in (self.fastest, self.slowest))
        return fast, slow

    @cached_property
    def run_and_walk(self) -> tuple[int, int] | None:
        """Minutes run and minutes walked in turn on easy days; None for those who can run them."""
        easy = self.fast_and_slow[0].easy
        middle = (easy.low.per_mile + easy.high.per_mile) / 2
        return next((minutes for slow, minutes in RUN_AND_WALK if middle >= slow), None)


CLASSES = tuple(map(MileClass, (FASTEST_MILE, *BOUNDS), (*BOUNDS, SLOWEST_MILE)))


@cache
def class_of(mile: float) -> MileClass:
    """The class of a mile in seconds. Miles that nobody runs are in the class at their end."""
    return next((one for one in CLASSES if mile <= one.slowest), CLASSES[-1])
