"""A session as a runner does it: its steps, with the runner's own times, and how far and how long they are."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from milebook.content.vocabulary import Kind
from milebook.running.pacing import LAP
from milebook.running.quantities import (
    METRES_PER_MILE,
    Pace,
    Range,
    Unit,
)

StepKind = Literal["easy", "tempo", "cross", "drills", "strides", "reps"]
DRILLS_SECONDS, STRIDE_SECONDS = 480.0, 90.0  # that drills, and a stride with the walk back, take: our estimate


@dataclass(frozen=True)
class Recovery:
    """The rest after each repetition: seconds or metres, jogged or not; `unit` is that of the coach's distance.

    `written` is there for a rest that is as long as the repetition at least: the coach's own range for it, in seconds.
    """

    seconds: Range[float] | None
    metres: float | None
    jog: bool
    unit: Unit = "m"
    written: Range[float] | None = None


@dataclass(frozen=True)
class PlannedStep:
    """One part of a session. `metres` and `seconds` are those of one repetition; one of them may be an estimate.

    `told` says which of the two the runner goes by, `timed` whether the coach wrote a time for a repetition; `unit` is
    that of a distance, as it is shown. `target` is the exact time of a repetition in seconds, if it has a pace.
    """

    kind: StepKind
    told: Literal["distance", "time", "effort"]
    reps: int = 1
    metres: float = 0.0
    unit: Unit = "m"
    seconds: float = 0.0
    pace_name: str = ""
    pace: Range[Pace] | None = None
    target: float | None = None
    target_range: Range[float] | None = None
    recovery: Recovery | None = None
    recovery_metres: float = 0.0
    recovery_seconds: float = 0.0
    effort: Range[int] | None = None
    effort_percent: Range[float] | None = None
    article: Range[float] | None = None
    verdict: str = ""
    uphill: bool = False
    checklist: str = ""
    timed: bool = False
    run_and_walk: tuple[int, int] | None = None  # minutes of each in turn, where easy running is too slow to be run
    raced: bool = False  # the race itself, whose metres are those of the race
    lap: float = LAP  # of the track it is run on, as it is told

    @property
    def running_metres(self) -> float:
        """All metres run in this step, recoveries that are jogged included; strides count no more than drills do."""
        return 0.0 if self.kind in ("cross", "strides") else self.reps * self.metres_each + self.recovery_metres

    @property
    def metres_each(self) -> float:
        """Metres of one repetition; up a hill as far as its time goes on the flat."""
        return self.seconds / self.pace.low.seconds_per_metre if self.uphill and self.pace else self.metres

    @property
    def mile_pace_metres(self) -> float:
        """Metres of repetitions at mile pace."""
        return self.reps * self.metres_each if self.kind == "reps" and self.pace_name == "mile" else 0.0

    @property
    def whole_seconds(self) -> float:
        """The same with an estimate for drills and strides: how long the runner is out for it."""
        if self.kind == "drills":
            return DRILLS_SECONDS
        return self.reps * STRIDE_SECONDS if self.kind == "strides" else self.total_seconds

    @property
    def longest_seconds(self) -> float:
        """The same with the longest of its rests."""
        rest = self.recovery.seconds if self.recovery else None
        return self.whole_seconds + self.recovery_seconds * (2 * rest.high / (rest.low + rest.high) - 1 if rest else 0)

    @property
    def is_all_out(self) -> bool:
        """Whether it is a race or a trial, which has no range to keep to."""
        return self.raced or (self.reps == 1 and self.metres == METRES_PER_MILE and not self.timed)

    @property
    def is_run(self) -> bool:
        """Whether it is running, if only strides."""
        return self.kind not in ("cross", "drills")

    @property
    def total_seconds(self) -> float:
        """All seconds of this step, recoveries included; drills and strides are not counted."""
        return self.reps * self.seconds + self.recovery_seconds


@dataclass(frozen=True)
class Session:
    """What a runner does on one day. `day` is None in an undated plan; `weekday` counts from Monday = 0."""

    workout: str
    kind: Kind
    title: str
    why: str
    choice: str
    from_: str
    source: str | None
    effort: Range[int] | None
    steps: tuple[PlannedStep, ...]
    day: date | None = None
    week: int = 0
    weekday: int = 0

    @cached_property
    def metres(self) -> float:
        """All metres run in it."""
        return sum(step.running_metres for step in self.steps)

    @cached_property
    def seconds(self) -> float:
        """All seconds of it."""
        return sum(step.total_seconds for step in self.steps)

    @cached_property
    def whole_seconds(self) -> float:
        """The same with an estimate for drills and strides."""
        return sum(step.whole_seconds for step in self.steps)

    @property
    def mile_pace_metres(self) -> float:
        """Metres of its repetitions at mile pace; none of a race or a trial."""
        if self.kind in ("race", "test"):
            return 0.0
        return sum(step.mile_pace_metres for step in self.steps)

    def on(self, day: date | None, week: int, weekday: int) -> Session:
        """The same session on a day of the plan."""
        placed = copy(self)  # with its sums, if they are known
        placed.__dict__.update(day=day, week=week, weekday=weekday)
        return placed
