"""How much of each session a week has: as much as its volume says, within the bounds that the plan and its weeks set.

What is right for both ends of a class of mile times is right for everybody in it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeVar

from milebook.content.models import Plan, PlanWeek
from milebook.content.vocabulary import HARD, Kind, Level
from milebook.content.workouts import Step, Workout
from milebook.running.mile_classes import MileClass
from milebook.running.quantities import METRES_PER_MILE, Units
from milebook.training.sessions import Runner, choose_amount, plan_step

VOLUME_STEPS = 20  # how finely a week's volume is lowered to keep to the plan's ramp, and a session's to its length
SMALL_WEEK, SMALL_WEEK_SHARE = 12 * METRES_PER_MILE, 0.13  # metres, and how much of them may be at mile pace
UNMEASURED: frozenset[Kind] = frozenset({"race", "test", "cross", "own", "rest"})  # may take longer than the long run

Listed = tuple[tuple[Kind, str], ...]  # the sessions of a week
Ends = tuple[float, float]  # of something for the fastest and the slowest runner of a class
NOTHING: Ends = (0.0, 0.0)
UNBOUND: Ends = (math.inf, math.inf)


class Volumes(NamedTuple):
    """How far up their ranges the sessions of a week go, from 0 to 1; below, to -1, down to half of the low end."""

    hard: float
    long: float
    easy: float

    @classmethod
    def all(cls, volume: float) -> Volumes:
        """The same for all."""
        return cls(volume, volume, volume)

    def of(self, kind: Kind) -> float:
        """That of one session."""
        return self.hard if kind in HARD else self.long if kind == "long" else self.easy


@cache
def _lowered(volume: float) -> tuple[Volumes, ...]:
    """A volume for all, and step by step less: first of easy running, then of the hard sessions, then of everything.

    So a week that would be too much keeps its key sessions as long as it can.
    """
    return (
        Volumes.all(volume),
        *(Volumes(volume, volume, at) for at in _down(volume, 0.0)),
        *(Volumes(volume, at, 0.0) for at in _down(volume, 0.0)),
        *(Volumes(volume, 0.0, at) for at in _down(0.0, -0.5)),
        *(Volumes(at, 0.0, -0.5) for at in _down(volume, 0.0)),
        *(Volumes(0.0, at, -0.5) for at in _down(0.0, -0.5)),
        *(Volumes(min(0.0, 2 * at + 1), at, at) for at in _down(-0.5, -1.0)),
    )


@cache
def _below(volume: float) -> tuple[float, ...]:
    """A session's volume and those below it."""
    return (volume, *_down(volume, 0.0), *_down(min(volume, 0.0), -1.0))


def _down(start: float, end: float) -> Iterator[float]:
    """Even steps from one volume to a lower one, the start left out."""
    steps = VOLUME_STEPS if start > end else 0
    for step in range(1, steps + 1):
        yield start + (end - start) * step / VOLUME_STEPS


T = TypeVar("T")


def _first(falling: Sequence[T], fits: Callable[[T], bool]) -> T:
    """The first of some things, each less than the one before, that fits; the last where none does."""
    if fits(falling[0]):
        return falling[0]
    return falling[min(bisect_left(falling, True, 1, key=fits), len(falling) - 1)]


@dataclass(frozen=True)
class Done:
    """What was run before a week: metres of the biggest week and of the last one, at both ends of a class."""

    peaks: Ends = NOTHING
    last: Ends = NOTHING
    was_easier: bool = False  # the last one

    def and_then(self, week: PlanWeek, metres: Ends) -> Done:
        """The same with one more week."""
        return Done(_each(max, self.peaks, metres), metres, week.ease is not None)


def most_at_mile_pace(share: float, week: float) -> float:
    """Metres of a week that may be run at mile pace: a share of it, in small weeks more.

    Of a week of up to twelve miles that is `SMALL_WEEK_SHARE`; a larger one may have as many metres as that.
    """
    return max(share * week, SMALL_WEEK_SHARE * min(week, SMALL_WEEK))


def _is_within(one: Ends, most: Ends) -> bool:
    return one[0] <= most[0] and one[1] <= most[1]


def _each(function: Callable[[float, float], float], one: Ends, other: Ends) -> Ends:
    fast, slow = map(function, one, other)
    return fast, slow


@dataclass(frozen=True)
class Size:
    """Metres run in a session or a part of one, how long it takes at most, and how many metres are at mile pace."""

    metres: Ends
    seconds: Ends
    at_mile_pace: Ends


NO_SIZE = Size(NOTHING, NOTHING, NOTHING)


@dataclass(frozen=True)
class Load:
    """How much running the weeks of a plan are for a class of runners of a level, and what its bounds make of it.

    It remembers what it was asked: `load_of` gives all of a club's runners of a kind the same one.
    """

    plan: Plan
    workouts: Mapping[str, Workout]
    level: Level
    units: Units
    mile_class: MileClass
    _planned: dict[Any, tuple[tuple[float, ...], ...]] = field(default_factory=dict, repr=False)
    _weeks: dict[tuple[Listed, Volumes], Ends] = field(default_factory=dict, repr=False)
    _fitted: dict[tuple[str, float, Ends], float] = field(default_factory=dict, repr=False)
    _sizes: dict[tuple[str, float], Size] = field(default_factory=dict, repr=False)
    _steps: dict[tuple[int, float], Size] = field(default_factory=dict, repr=False)

    @cached_property
    def runners(self) -> tuple[Runner, Runner]:
        """The fastest and the slowest of the class."""
        fast, slow = (
            Runner(self.level, self.units, one, of_class=self.mile_class) for one in self.mile_class.fast_and_slow
        )
        return fast, slow

    def volumes_of(self, weeks: Sequence[tuple[PlanWeek, Listed]]) -> tuple[tuple[float, ...], ...]:
        """The volume of every session of every week, in their order; asked for again, it is remembered."""
        place = tuple((week.volume.value, week.ease, sessions) for week, sessions in weeks)
        if place not in self._planned:
            done, found = Done(), []
            for week, sessions in weeks:
                volumes = self.volumes_within_ramp(week, sessions, done)
                done = done.and_then(week, self.metres(sessions, volumes))
                found.append(self.session_volumes(sessions, volumes))
            self._planned[place] = tuple(found)
        return self._planned[place]

    def metres(self, sessions: Listed, volumes: Volumes) -> Ends:
        """Metres of a week, none of its sessions longer than it may be."""
        known = self._weeks.get((sessions, volumes))
        if known is None:
            each = zip(sessions, self.session_volumes(sessions, volumes), strict=True)
            known = self._weeks[sessions, volumes] = _sum(self.size(key, at).metres for (_, key), at in each)
        return known

    def session_volumes(self, sessions: Listed, volumes: Volumes) -> tuple[float, ...]:
        """The volume of each session: the week's, or less where it would be longer than the long run or its limit.

        That of speed is also lowered where more of the week would be at mile pace than the plan has.
        """
        longest = self.longest(sessions, volumes)
        each = [
            at if kind in UNMEASURED else self._session_volume(key, at, longest)
            for kind, key in sessions
            for at in (volumes.of(kind),)
        ]
        if self.plan.mile_pace:
            for place, (kind, key) in enumerate(sessions):
                if kind == "speed":
                    others = [(*one, at) for n, (one, at) in enumerate(zip(sessions, each, strict=True)) if n != place]
                    each[place] = self._volume_of_speed(key, each[place], others)
        return tuple(each)

    def _volume_of_speed(self, key: str, volume: float, others: Iterable[tuple[Kind, str, float]]) -> float:
        """The volume of a session at mile pace, lowered until little enough of the week is run at it."""
        assert self.plan.mile_pace
        share = self.plan.mile_pace.value / 100
        sizes = [(kind, self.size(other, at)) for kind, other, at in others]
        metres = _sum(size.metres for _, size in sizes)
        fast = _sum(size.at_mile_pace for kind, size in sizes if kind not in ("race", "test"))

        def fits(at: float) -> bool:
            size = self.size(key, at)
            pairs = zip(_sum((fast, size.at_mile_pace)), _sum((metres, size.metres)), strict=True)
            return all(one <= most_at_mile_pace(share, week) for one, week in pairs)

        return _first(_below(volume), fits)

    def longest(self, sessions: Listed, volumes: Volumes) -> Ends:
        """Seconds that no session of a week may be over: those of the long run, and of the plan's limit."""
        limit = self.plan.longest.at(self.level) if self.plan.longest else None
        longest = (limit.seconds, limit.seconds) if limit else UNBOUND
        for kind, key in sessions:
            if kind == "long" and (size := self.size(key, volumes.long)) != NO_SIZE:
                longest = _each(min, longest, size.seconds)
        return longest

    def _session_volume(self, key: str, volume: float, longest: Ends) -> float:
        place = key, volume, longest
        if place not in self._fitted:
            fits = _first(_below(volume), lambda at: _is_within(self.size(key, at).seconds, longest))
            self._fitted[place] = fits
        return self._fitted[place]

    def size(self, key: str, volume: float) -> Size:
        """The size of a session."""
        known = self._sizes.get((key, volume))
        if known is None:
            steps = [self._step_size(step, volume) for step in self.workouts[key].steps]
            sums = (_sum(getattr(step, name) for step in steps) for name in ("metres", "seconds", "at_mile_pace"))
            known = self._sizes[key, volume] = Size(*sums)
        return known

    def _step_size(self, step: Step, volume: float) -> Size:
        """The same of one step; many volumes come to the same amount of it."""
        place = id(step), choose_amount(step, self.runners[0], volume)
        known = self._steps.get(place)
        if known is None:
            fast, slow = (plan_step(step, runner, volume) for runner in self.runners)
            known = self._steps[place] = (
                NO_SIZE
                if not fast or not slow
                else Size(
                    (fast.running_metres, slow.running_metres),
                    (fast.longest_seconds, slow.longest_seconds),
                    (fast.mile_pace_metres, slow.mile_pace_metres),
                )
            )
        return known

    def is_too_long(self, kind: Kind, key: str, longest: Ends) -> bool:
        """Whether a session is longer than it may be even with the least of everything."""
        return kind not in UNMEASURED and not _is_within(self.size(key, -1.0).seconds, longest)

    def allowed(self, week: PlanWeek, done: Done) -> Ends:
        """The most metres of a week after what was run before; no limit where that was nothing."""
        share = 1 + self.plan.ramp.value / 100
        most = _each(lambda peak, _: peak * share if peak else math.inf, done.peaks, NOTHING)
        if week.ease:
            percent = week.ease.value
        elif done.was_easier and self.plan.rise:
            percent = 100 + self.plan.rise.value
        else:
            return most
        return _each(lambda limit, last: min(limit, last * percent / 100) if last else limit, most, done.last)

    def volumes_within_ramp(self, week: PlanWeek, sessions: Listed, done: Done) -> Volumes:
        """The week's volumes, lowered step by step where the week would have more than it may after those before.

        -1 of everything where even that is too much: `promises` tells such a plan.
        """
        most = self.allowed(week, done)
        return _first(_lowered(week.volume.value / 100), lambda at: _is_within(self.metres(sessions, at), most))


MOST_LOADS = 200  # that are remembered; a plan has some forty
_loads: dict[tuple[int, int, Level, Units, MileClass], Load] = {}


def load_of(plan: Plan, workouts: Mapping[str, Workout], runner: Runner) -> Load:
    """The load of a plan for runners as fast as this one, at the same level, who count in the same units."""
    place = id(plan), id(workouts), runner.level, runner.units, runner.mile_class
    found = _loads.get(place)  # it holds plan and workouts, so that no others can have their ids
    if found is None:
        if len(_loads) >= MOST_LOADS:
            _loads.clear()
        found = _loads[place] = Load(plan, workouts, runner.level, runner.units, runner.mile_class)
    return found


def _sum(several: Iterable[Ends]) -> Ends:
    fast = slow = 0.0
    for one, other in several:
        fast += one
        slow += other
    return fast, slow
