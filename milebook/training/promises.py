"""What README promises of a plan, checked on every plan a coach may write: for all levels, lengths and days.

The scheduler keeps the weekdays, the taper and the days between hard sessions whatever a plan lists, as long as a
workout stands in the role it was made for; that and the plan's ramp are what a plan can break. How much running a week
has depends on few things: which sessions are kept on so many days with so many hard ones. So not every choice of
weekdays is planned, but one of each such kind.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from milebook.content import loader
from milebook.content.library import Library
from milebook.content.models import Plan, PlanWeek
from milebook.content.vocabulary import DAYS_BY_NUMBER, HARD, LEVELS, WEEKDAYS, Kind, Level
from milebook.content.workouts import RepeatStep, TempoStep, Workout
from milebook.content.yaml_file import At
from milebook.core.errors import Problem
from milebook.running.fitness import Result, assess
from milebook.running.mile_classes import CLASSES, MileClass, class_of
from milebook.running.quantities import (
    EASE,
    METRES_PER_KM,
    METRES_PER_MILE,
    RAMP,
    RISE,
    Limits,
    Percent,
    Units,
    clock,
    plain,
)
from milebook.training.arrange import Slots, arrange_race_week, arrange_week, count_slots, find_slots, has_room_for_one
from milebook.training.load import Done, Ends, Listed, Load, Volumes
from milebook.training.schedule import UNDATED_RACE, fill_week
from milebook.training.sessions import Runner, is_on_road, plan_session

MOST_SESSION_METRES, MOST_SESSION_SECONDS = 50_000.0, 5 * 3600.0  # our choice, for the mile below
MOST_WEEK_METRES = 250_000.0
USUAL_MILE = 420.0  # seconds: whose sessions and weeks have these limits
UNITS: tuple[Units, ...] = ("metric", "imperial")
TRAINING_HARD: frozenset[Kind] = HARD - {"race"}
GENTLE: frozenset[Kind] = frozenset({"easy", "own", "rest"})
SUITS: dict[Kind, frozenset[Kind]] = {  # role -> the kinds of workout that can have it
    **dict.fromkeys(TRAINING_HARD, TRAINING_HARD),
    "race": frozenset({"race"}),
    "long": frozenset({"long", "easy"}),
    "easy": GENTLE | {"long", "cross"},
    "cross": GENTLE | {"cross"},
    "own": GENTLE,
    "rest": GENTLE,
}
FILL: frozenset[Kind] = GENTLE | {"cross"}
SLIGHTLY = 1 + 1e-9  # sums of floats in another order


# Plan -> what it was made of when nothing was found in it. `serve` reads the same content again and again, and a file
# that has not changed is the same object.
_right: dict[str, tuple[Plan | Workout, ...]] = {}


def read_content(content: Path | None = None) -> Library:
    """Everything in `content/`, its plans checked too. Raises ContentError with every problem of every file."""
    return loader.load(content, find_broken_promises)


def find_broken_promises(library: Library) -> Iterator[Problem]:
    """What in plans and workouts breaks what every plan promises. Words that name nothing are told elsewhere."""
    oversized = set()
    for name in library.workouts:
        yield from _hard_in_gentle(library, name)
        if problem := _oversized(library, name):
            oversized.add(name)
            yield problem
    for name, plan in library.plans.items():
        used = {*_workouts_of(plan), plan.fill, plan.rest}
        if not used <= library.workouts.keys():
            continue
        made_of: tuple[Plan | Workout, ...] = (plan, *(library.workouts[key] for key in sorted(used)))
        if name in _right and len(_right[name]) == len(made_of) and all(map(operator.is_, _right[name], made_of)):
            continue
        problems = [
            *_misplaced(library, name, plan),
            *_wrong_races(library, name, plan),
            *_in_vain(library, name, plan),
        ]
        if not problems and not used & oversized:
            problems.extend(_LoadCheck(library, name, plan).problems())
        yield from problems
        if not problems and not used & oversized:
            _right[name] = made_of


# ---------------------------------------------------------------- a single session


def _hard_in_gentle(library: Library, name: str) -> Iterator[Problem]:
    """Hard running in a workout that may stand on any day: the days around a hard one would be hard as well."""
    workout = library.workouts[name]
    for number, step in enumerate(workout.steps if workout.kind not in HARD else ()):
        if isinstance(step, TempoStep | RepeatStep):
            is_tempo = isinstance(step, TempoStep) or step.run.pace == "tempo"
            told = f"the step is hard running, and a workout of kind {workout.kind} may stand beside a hard day"
            hint = f"write `kind: {'tempo' if is_tempo else 'speed'}`, or run this step easily, as in `easy: 20 min`"
            yield library.problem("workouts", name, ("steps", number), told, hint)


def _oversized(library: Library, name: str) -> Problem | None:
    """A workout that nobody runs: longer than any session."""
    workout = library.workouts[name]
    if not workout.steps:
        return None
    for level in LEVELS:
        session = plan_session(name, workout, workout.kind, _usual_runner(level), 1.0)
        if session.metres > MOST_SESSION_METRES or session.seconds > MOST_SESSION_SECONDS:
            found = f"{_km(session.metres)} and {clock(session.seconds)} for a mile of {clock(USUAL_MILE)} ({level})"
            most = f"a session has at most {_km(MOST_SESSION_METRES)} and {clock(MOST_SESSION_SECONDS)}"
            return library.problem("workouts", name, ("steps",), f"the session has {found}", most)
    return None


def _usual_runner(level: Level) -> Runner:
    return Runner(level, "metric", assess(Result(METRES_PER_MILE, USUAL_MILE)))


def _km(metres: float) -> str:
    return f"{plain(metres / METRES_PER_KM, 1)} km"


# ---------------------------------------------------------------- workouts in their roles


def _workouts_of(plan: Plan) -> Iterator[str]:
    for week in plan.weeks:
        for level in LEVELS:
            yield from (key for _, key in week.listed(level))
    yield from (key for entry in plan.after for key in entry.values())


def _misplaced(library: Library, name: str, plan: Plan) -> Iterator[Problem]:
    """Workouts in a role they were not made for: hard ones on days of rest, a race as training."""
    for key, role, kinds, where in (
        ("fill", plan.fill, FILL, "stands on every day without a session, beside hard days too"),
        ("rest", plan.rest, GENTLE, "stands on the two days before the race"),
    ):
        if library.workouts[role].kind not in kinds:
            message = f"{_described(library, role)} {where}, at every level, length and number of days"
            yield library.problem("plans", name, (key,), message, _asks_for(kinds))
    for at, role, key, levels in _listed(plan):
        week = plan.weeks[int(at[1])]
        kinds = SUITS[role] - {"long"} if week is plan.weeks[-1] and role != "long" else SUITS[role]
        if library.workouts[key].kind not in kinds:
            message = f"{_described(library, key)} is listed as {role}; {_for_whom(plan, week, levels)}"
            yield library.problem("plans", name, at, message, _asks_for(kinds))
    for day, entry in enumerate(plan.after):
        for role, key in entry.items():
            if role in HARD or library.workouts[key].kind not in SUITS[role]:
                message = f"{_described(library, key)} is listed as {role} in the days after the race"
                yield library.problem("plans", name, ("after", day, role), message, _asks_for(FILL))


def _described(library: Library, key: str) -> str:
    """A workout with its kind and where that is written."""
    place = library.problem("workouts", key, ("kind",), "")
    return f'"{key}" (kind {library.workouts[key].kind}, {place.path}:{place.line})'


def _asks_for(kinds: Iterable[Kind]) -> str:
    return f"name a workout of kind {' or '.join(sorted(kinds))}"


def _listed(plan: Plan) -> Iterator[tuple[At, Kind, str, tuple[Level, ...]]]:
    """Every place in the weeks where a workout is named: way, role, workout, levels."""
    for number, week in enumerate(plan.weeks):
        for index, entry in enumerate(week.sessions):
            for role, by in entry.items():
                at: At = ("weeks", number, "sessions", index, role)
                named: dict[str, list[Level]] = {}
                for level in LEVELS:
                    if key := by.at(level):
                        named.setdefault(key, []).append(level)
                for key, levels in named.items():
                    yield (at if len(levels) == len(LEVELS) else (*at, levels[0])), role, key, tuple(levels)


def _for_whom(plan: Plan, week: PlanWeek, levels: Sequence[Level]) -> str:
    """`advanced, plans of 7 and 8 weeks`."""
    lengths = [length for length in sorted(plan.lengths) if week.lengths is None or length in week.lengths]
    whom = "every level" if len(levels) == len(LEVELS) else _all_of(levels)
    return f"{whom}, plans of {_weeks(lengths)}" if lengths else whom


def _weeks(lengths: Sequence[int]) -> str:
    return f"{_all_of(lengths)} week{'s' * (lengths[-1] > 1)}"


def _all_of(parts: Sequence[object]) -> str:
    words = [str(part) for part in parts]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _wrong_races(library: Library, name: str, plan: Plan) -> Iterator[Problem]:
    """Races before the last week, and last weeks without a race or with several."""
    told: set[tuple[int, str]] = set()
    for length in sorted(plan.lengths):
        numbers = [n for n, week in enumerate(plan.weeks) if week.lengths is None or length in week.lengths]
        for number in numbers:
            for message, hint in _race_mistakes(plan.weeks[number], is_last=number == numbers[-1]):
                if (number, message) not in told:
                    told.add((number, message))
                    whom = f"in the plan of {_weeks([length])}"
                    yield library.problem("plans", name, ("weeks", number, "sessions"), f"{message} {whom}", hint)


def _race_mistakes(week: PlanWeek, *, is_last: bool) -> Iterator[tuple[str, str]]:
    for level in LEVELS:
        races = sum(kind == "race" for kind, _ in week.listed(level))
        if races and not is_last:
            yield f"a race for {level} stands before the last week", "list a mile against the watch as `test`"
        elif is_last and not races:
            yield f"the last week has no race for {level}", "list the race in the last week of every length"
        elif races > 1:
            yield f"the last week has {races} races for {level}", "keep one"


# ---------------------------------------------------------------- no more running than the ramp allows


def _in_vain(library: Library, name: str, plan: Plan) -> Iterator[Problem]:
    """What bounds or changes nothing: of easier weeks, of the week after one, of weeks with one hard session."""
    for place, week in enumerate(plan.weeks):
        only = week.one_hard
        if only and not any(kind in only.kinds for level in LEVELS for kind, _ in week.listed(level)):
            told = f"the week lists no session of kind {' or '.join(only.kinds)} for any level"
            hint = "name kinds of hard sessions that it lists, or leave `one-hard` out"
            yield library.problem("plans", name, ("weeks", place, "one-hard"), told, hint)
        known = set(plan.lengths) & set(week.lengths or plan.lengths)
        for length in set(only.lengths or ()) - known if only else ():
            told, hint = f"no plan of {_weeks([length])} has this week", f"write {_all_of(sorted(known))}"
            yield library.problem("plans", name, ("weeks", place, "one-hard", "lengths"), told, hint)
    weeks = {length: plan.of_length(length) for length in plan.lengths}
    for place, week in enumerate(plan.weeks):
        if week.ease and any(of_length[0] is week for of_length in weeks.values()):
            told = "the first week of a plan has none before it to be easier than"
            yield library.problem("plans", name, ("weeks", place, "ease"), told, "leave `ease` out of this week")
    if plan.rise and not any(week.ease for week in plan.weeks):
        told = "no week is easier than the one before it, so `rise` bounds nothing"
        yield library.problem(
            "plans", name, ("rise",), told, "give such a week an `ease`, as in 80 %, or leave `rise` out"
        )


@dataclass(frozen=True)
class _Days:
    """One of all choices of days on which the same sessions of a week are kept. Weekdays count from Monday = 0."""

    days: tuple[int, ...]
    slots: Slots


def _all_days(number: int, *, has_long: bool) -> Iterator[tuple[tuple[int, ...], int | None, int | None]]:
    """Every choice of so many days, of the long run's and of the day for speed, the usual days first."""
    for days in (tuple(map(WEEKDAYS.index, DAYS_BY_NUMBER[number])), *combinations(range(7), number)):
        for long_day in reversed(days) if has_long and number > 1 else (None,):
            for speed_day in (None, *(day for day in days if day != long_day)):
                yield days, long_day, speed_day


@cache
def _kinds_of_days(number: int, wanted: int, *, has_long: bool) -> tuple[_Days, ...]:
    """One of the choices of days for each number of hard sessions that they have room for."""
    found: dict[int, _Days] = {}
    for days, long_day, speed_day in _all_days(number, has_long=has_long):
        count = count_slots(days, long_day, wanted, speed_day)
        if count not in found:
            found[count] = _Days(days, find_slots(days, long_day, wanted, speed_day))
    return tuple(found.values())


class _LoadCheck:
    """Looks whether a plan can keep to its bounds, wherever the scheduler lowers it."""

    def __init__(self, library: Library, name: str, plan: Plan) -> None:
        self.library, self.name, self.plan = library, name, plan
        self.told: dict[tuple[int, Level, str], Problem] = {}
        self.known: dict[tuple[int, int, Level, int, tuple[int, ...]], Listed] = {}

    def problems(self) -> Iterable[Problem]:
        """The weeks with more than the bounds allow, each kind once for a level."""
        low, high = self.plan.days
        for level in LEVELS:
            most = self.plan.most_days(level)  # whoever has more days rests on those
            numbers = sorted({min(number, most) for number in range(low, high + 1)})
            for mile_class in CLASSES:
                for unit in UNITS if self._has_road_distances(level, mile_class) else UNITS[:1]:
                    load = Load(self.plan, self.library.workouts, level, unit, mile_class)
                    for length in sorted(self.plan.lengths):
                        for number in numbers:
                            self._check_length(load, length, number)
        return self.told.values()

    def _has_road_distances(self, level: Level, mile_class: MileClass) -> bool:
        """Whether a level's amounts differ between miles and kilometres for a class of runners."""
        keys = {*_workouts_of(self.plan), self.plan.fill, self.plan.rest}
        steps = (step for key in keys for step in self.library.workouts[key].steps)
        return any(is_on_road(step, level, mile_class) for step in steps)

    def _check_length(self, load: Load, length: int, number: int) -> None:
        chosen = [n for n, week in enumerate(self.plan.weeks) if week.lengths is None or length in week.lengths]
        listed = [self.plan.weeks[n].listed(load.level) for n in chosen]
        wanted = max((sum(kind in HARD for kind, _ in sessions) for sessions in listed[:-1]), default=1)
        has_long = any(kind == "long" for sessions in listed for kind, _ in sessions)
        for days in _kinds_of_days(number, wanted, has_long=has_long):
            done = Done()
            for place in chosen[:-1]:
                sessions = self._training_week(load.level, place, length, days)
                done = self._check_week(load, place, length, days, sessions, done)
            hard = len(days.slots.hard)
            alike = (
                _Days(chosen, find_slots(chosen, long_day, wanted, speed_day))
                for chosen, long_day, speed_day in _all_days(number, has_long=has_long)
                if count_slots(chosen, long_day, wanted, speed_day) == hard
            )
            self._check_race_week(load, chosen[-1], length, alike, done)

    def _training_week(self, level: Level, place: int, length: int, days: _Days) -> Listed:
        key = (place, length, level, len(days.days), days.slots.hard)
        if key not in self.known:
            week = self.plan.weeks[place]
            week = week.with_one_hard(level, length) if has_room_for_one(days.days, days.slots) else week
            by_day = arrange_week(week.listed(level), days.days, days.slots, (UNDATED_RACE + 1) % 7)
            self.known[key] = tuple(fill_week(self.plan, self.library.workouts, by_day, UNDATED_RACE).values())
        return self.known[key]

    def _check_race_week(self, load: Load, place: int, length: int, alike: Iterable[_Days], done: Done) -> None:
        """Race week has few sessions, whichever the days are; only where all of them were too much, each is tried."""
        listed = self.plan.weeks[place].listed(load.level)
        fills = [(load.workouts[key].kind, key) for key in (self.plan.fill, self.plan.rest)]
        everything = (*listed, *fills * 6)
        volumes = Volumes.all(self.plan.weeks[place].volume.value / 100)
        longest = load.longest((), volumes)
        if _all_below(load.metres(everything, volumes), load.allowed(self.plan.weeks[place], done)) and not any(
            load.is_too_long(kind, key, longest) for kind, key in everything
        ):
            return
        for days in alike:
            by_day = arrange_race_week(listed, days.days, days.slots, UNDATED_RACE)
            sessions = tuple(fill_week(self.plan, load.workouts, by_day, UNDATED_RACE).values())
            self._check_week(load, place, length, days, sessions, done)

    def _check_week(self, load: Load, place: int, length: int, days: _Days, sessions: Listed, done: Done) -> Done:
        """Tell a week that is too much. Returns what is done up to and with it."""
        week = self.plan.weeks[place]
        volumes = load.volumes_within_ramp(week, sessions, done)
        metres = load.metres(sessions, volumes)
        if (place, load.level, "sum") not in self.told:
            if not _all_below(metres, load.allowed(week, done)):
                problem = self._jump(load, place, length, days, sessions, metres, done)
                self.told[place, load.level, "sum"] = problem
            elif load.mile_class is class_of(USUAL_MILE) and metres[-1] > MOST_WEEK_METRES:
                self.told[place, load.level, "sum"] = self._too_much(load, place, length, days, metres)
        longest = load.longest(sessions, volumes)
        for kind, key in sessions:
            if (place, load.level, key) not in self.told and load.is_too_long(kind, key, longest):
                self.told[place, load.level, key] = self._too_long(load, place, length, days, key, longest)
        return done.and_then(week, metres)

    def _jump(
        self, load: Load, place: int, length: int, days: _Days, sessions: Listed, metres: Ends, done: Done
    ) -> Problem:
        week = self.plan.weeks[place]
        allowed = load.allowed(week, done)
        worst = max(range(len(metres)), key=lambda n: metres[n] / allowed[n])
        most = max(sessions, key=lambda session: load.metres((session,), Volumes.all(-1.0))[worst])
        name, share, limits = self._limit(week, metres[worst] > done.peaks[worst] * (1 + self.plan.ramp.value / 100))
        before = (
            f"at most {_km(done.peaks[worst])} a week before it"
            if name == "ramp"
            else f"{_km(done.last[worst])} in the one before it"
        )
        message = (
            f"the week has {_km(metres[worst])} after {before}, which is more than the {name} of {share} % allows, "
            f"even with the least of everything ({self._when(load, length, days, worst)})"
        )
        hint = f'list less here (most of it is "{most[1]}"), more in the weeks before, or a larger {name}, {limits}'
        return self.library.problem("plans", self.name, ("weeks", place), message, hint)

    def _limit(self, week: PlanWeek, is_over_ramp: bool) -> tuple[str, str, Limits[Percent]]:
        """The name, per cent and bounds of what a week is over."""
        if is_over_ramp:
            return "ramp", plain(self.plan.ramp.value), RAMP
        if week.ease:
            return "ease", plain(week.ease.value), EASE
        return "rise", plain(self.plan.rise.value if self.plan.rise else 0.0), RISE

    def _too_much(self, load: Load, place: int, length: int, days: _Days, metres: Ends) -> Problem:
        message = f"the week has {_km(metres[-1])} of running ({self._when(load, length, days, -1)})"
        hint = f"a week has at most {_km(MOST_WEEK_METRES)}"
        return self.library.problem("plans", self.name, ("weeks", place), message, hint)

    def _too_long(self, load: Load, place: int, length: int, days: _Days, key: str, longest: Ends) -> Problem:
        message = (
            f'"{key}" takes longer than the {clock(longest[-1])} that a session of the week may have, even with the '
            f"least of everything ({self._when(load, length, days, -1)})"
        )
        hint = "make its low ends smaller, the long run longer, or the plan's `longest`, if that is what it is over"
        return self.library.problem("plans", self.name, ("weeks", place), message, hint)

    def _when(self, load: Load, length: int, days: _Days, who: int) -> str:
        weekdays = " ".join(WEEKDAYS[day] for day in days.days)
        mile = (load.mile_class.fastest, load.mile_class.slowest)[who]
        return f"{load.level}, {_weeks([length])}, {weekdays}, a mile of {clock(mile)}"


def _all_below(metres: Ends, most: Ends) -> bool:
    return all(one <= limit * SLIGHTLY for one, limit in zip(metres, most, strict=True))
