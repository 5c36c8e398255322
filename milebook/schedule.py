"""Plan x profile x race date -> dated sessions. The race is the anchor: weeks are counted back from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, cached_property
from operator import le

from milebook.arrange import TAPER_DAYS, Slots, arrange_race_week, arrange_week, find_slots
from milebook.errors import QuantityError, counted
from milebook.fitness import FASTEST_MILE, SLOWEST_MILE, Fitness, Result, assess
from milebook.models import HARD, WEEKDAYS, Kind, Level, Plan, PlanWeek, Profile, Step, Workout
from milebook.quantities import METRES_PER_MILE, Units
from milebook.sessions import Runner, Session, choose_amount, is_run_by_distance, plan_session, run_metres

UNDATED_RACE = WEEKDAYS.index("sun")  # an undated plan has its race on a Sunday, so that its weeks begin on Monday
FARTHEST = timedelta(days=3660)  # of a race: what lies beyond is a slip in the year
VOLUME_STEPS = 20  # how finely a week's volume is lowered to keep to the plan's ramp
# The ramp is kept for all of these milers (seconds), so that a plan's amounts do not depend on who runs it: two runners
# with the same level, days, weeks and units have the same sessions and differ in their times only.
REFERENCE_MILES = (FASTEST_MILE, 270.0, 330.0, 420.0, 540.0, 720.0, 960.0, SLOWEST_MILE)


Known = tuple[str, Kind, float]  # workout, kind and volume of a session
ByDay = Mapping[int, tuple[Kind, str]]  # weekday -> kind and workout
Metres = tuple[float, ...]  # of each reference runner
NOTHING_RUN: Metres = (0.0,) * len(REFERENCE_MILES)


@dataclass(frozen=True)
class Run:
    """What was run before a week: metres of the biggest week and of the last one, for each reference runner."""

    peaks: Metres = NOTHING_RUN
    last: Metres = NOTHING_RUN
    was_easier: bool = False  # the last one

    def and_then(self, week: PlanWeek, metres: Metres) -> Run:
        """The same with one more week."""
        return Run(tuple(map(max, self.peaks, metres)), metres, week.ease is not None)


@dataclass(frozen=True)
class Week:
    """Seven days that end on the weekday of the race (fewer where the plan starts inside race week)."""

    number: int
    title: str
    purpose: str
    start: date | None
    sessions: tuple[Session, ...]

    @cached_property
    def metres(self) -> float:
        """All metres run in the week."""
        return sum(session.metres for session in self.sessions)

    @cached_property
    def seconds(self) -> float:
        """All seconds of training in the week, cross-training included."""
        return sum(session.seconds for session in self.sessions)

    @property
    def hard(self) -> int:
        """How many hard sessions it has, the race included."""
        return sum(session.kind in HARD for session in self.sessions)


@dataclass(frozen=True)
class Schedule:
    """A runner's plan, day by day. `length` is the plan's; `weeks` may be only its last where the race is near.

    `kept_free` are weekdays on which the runner could train and rests, as the plan says for the level.
    """

    length: int
    weeks: tuple[Week, ...]
    after: tuple[Session, ...]
    race_day: date | None
    kept_free: tuple[int, ...] = ()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every day of the plan in order, rest, race and the days after it included."""
        return (*(session for week in self.weeks for session in week.sessions), *self.after)


def build(
    plan: Plan,
    workouts: Mapping[str, Workout],
    profile: Profile,
    fitness: Fitness,
    today: date,
    known: dict[Known, Session] | None = None,
) -> Schedule:
    """Put a plan on a runner's days. Raises QuantityError for a race in the past or far away.

    `known` keeps sessions for other plans of the same workouts, level, units, goal and fitness.
    """
    race_day = profile.race.day
    check_race_day(race_day, today)
    length = profile.weeks or longest_that_fits(plan, (race_day - today).days if race_day else None)
    goal = profile.race.goal.seconds if profile.race.goal else None
    runner = Runner(profile.level, profile.units, fitness, goal)
    weeks = _Builder(plan, workouts, runner, profile, race_day, {} if known is None else known).weeks(length)
    after = _after(plan, workouts, runner, race_day, length)
    whole = Schedule(length, weeks, after, race_day, days_kept_free(plan, profile))
    return from_day(whole, today)


def check_race_day(race_day: date | None, today: date) -> None:
    """Raise QuantityError for a race in the past or far away."""
    if race_day and race_day < today:
        hint = "give the date of the next race"
        raise QuantityError(f"the race date {race_day.isoformat()} is in the past", hint)
    if race_day and race_day > today + FARTHEST:
        raise QuantityError(f"the race date {race_day.isoformat()} is more than ten years away", "check the year")


@dataclass(frozen=True)
class Load:
    """How much running the weeks of a plan are for the reference runners of a level, and what the ramp makes of it."""

    plan: Plan
    workouts: Mapping[str, Workout]
    level: Level
    units: Units
    _known: dict[tuple[tuple[tuple[Kind, str], ...], float], Metres] = field(default_factory=dict, repr=False)

    def metres(self, sessions: tuple[tuple[Kind, str], ...], volume: float) -> Metres:
        """Metres of a week for each reference runner."""
        known = self._known.get((sessions, volume))
        if known is None:
            level, units = self.level, self.units
            known = _sum_each([_reference_metres(self.workouts[key], level, units, volume) for _, key in sessions])
            self._known[sessions, volume] = known
        return known

    def allowed(self, week: PlanWeek, run: Run) -> Metres:
        """The most metres of a week after what was run before; no limit where that was nothing."""
        share = 1 + self.plan.ramp.value / 100
        most = tuple(peak * share if peak else math.inf for peak in run.peaks)
        if week.ease:
            percent = week.ease.value
        elif run.was_easier and self.plan.rise:
            percent = 100 + self.plan.rise.value
        else:
            return most
        each = zip(most, run.last, strict=True)
        return tuple(min(limit, last * percent / 100) if last else limit for limit, last in each)

    def volume_within_ramp(self, week: PlanWeek, sessions: tuple[tuple[Kind, str], ...], run: Run) -> float:
        """The week's volume, lowered step by step where the week would have more than it may after those before.

        -1 where even that is too much: `promises` tells such a plan.
        """
        most = self.allowed(week, run)
        for volume in _volumes(week.volume.value / 100):
            if all(map(le, self.metres(sessions, volume), most)):
                return volume
        return -1.0


def _volumes(wanted: float) -> Iterator[float]:
    """A volume and those below it, step by step: down to the least of every range, and on to nothing at all."""
    for step in range(VOLUME_STEPS, -1, -1):
        yield wanted * step / VOLUME_STEPS
    for step in range(1, VOLUME_STEPS):
        yield -step / VOLUME_STEPS


@cache
def _reference_fitness() -> tuple[Fitness, ...]:
    return tuple(assess(Result(METRES_PER_MILE, mile)) for mile in REFERENCE_MILES)


@cache
def reference_runners(level: Level, units: Units) -> tuple[Runner, ...]:
    """A runner for each of the reference miles."""
    return tuple(Runner(level, units, fitness) for fitness in _reference_fitness())


_sessions: dict[tuple[int, Level, Units, float], tuple[Workout, Metres]] = {}
_steps: dict[tuple[int, Level, Units, float], tuple[Step, Metres]] = {}
_MOST_METRES = 20_000  # that many of each are remembered; a plan asks for some hundreds


def _reference_metres(workout: Workout, level: Level, units: Units, volume: float) -> Metres:
    """Metres of a session for each reference runner; remembered, as a club's runners ask for the same ones."""
    place = id(workout), level, units, volume
    found = _sessions.get(place)  # it holds the workout, so that no other one can have its id
    if found is None:
        if len(_sessions) >= _MOST_METRES:
            _sessions.clear()
        steps = [_step_metres(step, level, units, volume) for step in workout.steps]
        found = _sessions[place] = workout, _sum_each(steps)
    return found[1]


def _step_metres(step: Step, level: Level, units: Units, volume: float) -> Metres:
    """The same of one step; many volumes come to the same amount of it."""
    place = id(step), level, units, choose_amount(step, level, units, volume)
    found = _steps.get(place)
    if found is None:
        if len(_steps) >= _MOST_METRES:
            _steps.clear()
        runners = reference_runners(level, units)
        if is_run_by_distance(step, level):
            metres = (run_metres(step, runners[0], volume),) * len(runners)
        else:
            metres = tuple(run_metres(step, runner, volume) for runner in runners)
        found = _steps[place] = step, metres
    return found[1]


def _sum_each(several: Iterable[Metres]) -> Metres:
    return tuple(map(sum, zip(NOTHING_RUN, *several, strict=True)))


def has_race_on_no_day(profile: Profile) -> bool:
    """Whether a plan without dates has its race on a weekday that is none of the runner's."""
    return profile.race.day is None and WEEKDAYS[UNDATED_RACE] not in profile.days


def days_before(length: int) -> int:
    """Days from the first day of a plan of so many weeks to the race."""
    return 7 * length - 1


def first_day(plan: Plan, profile: Profile) -> date | None:
    """The first day of the whole plan, however near or past the race is; None without a date."""
    length = profile.weeks or max(plan.lengths)
    return profile.race.day - timedelta(days=days_before(length)) if profile.race.day else None


def longest_that_fits(plan: Plan, left: int | None) -> int:
    """The most weeks of a plan that fit into the days left to the race, else the fewest there are; None: no date."""
    fitting = [length for length in plan.lengths if left is None or days_before(length) <= left]
    return max(fitting) if fitting else min(plan.lengths)


@dataclass(frozen=True)
class Extent:
    """How much of a plan of `length` weeks a runner gets: so many whole weeks, or only so many days of race week."""

    length: int
    weeks: int
    days: int = 0

    @property
    def is_cut_short(self) -> bool:
        """Whether the race is too near for all of it."""
        return bool(self.days) or self.weeks < self.length

    def __str__(self) -> str:
        whole = counted(self.length, "week")
        if not self.is_cut_short:
            return whole
        return f"{counted(self.days, 'day') if self.days else self.weeks} of {whole}"


def extent_of(plan: Plan, profile: Profile, today: date) -> Extent:
    """How much of a plan a runner gets, by the date alone: what `build` makes of it has as many weeks."""
    left = (profile.race.day - today).days if profile.race.day else None
    length = profile.weeks or longest_that_fits(plan, left)
    if left is None or days_before(length) <= left:
        return Extent(length, length)
    whole = (left + 1) // 7
    return Extent(length, whole) if whole else Extent(length, 0, left + 1)


def days_kept_free(plan: Plan, profile: Profile) -> tuple[int, ...]:
    """Weekdays of the runner's that the plan keeps for rest at this level: first those that follow the long run."""
    long_day, most = WEEKDAYS.index(profile.long_day), plan.most_days(profile.level)
    speed_day = WEEKDAYS.index(profile.speed_day) if profile.speed_day else None
    free = sorted(
        {WEEKDAYS.index(day) for day in profile.days} - {long_day, speed_day}, key=lambda d: (d - long_day) % 7
    )
    return tuple(free[: max(0, len(profile.days) - most)])


@dataclass(frozen=True)
class _Builder:
    plan: Plan
    workouts: Mapping[str, Workout]
    runner: Runner
    profile: Profile
    race_day: date | None
    known: dict[Known, Session]

    def weeks(self, length: int) -> tuple[Week, ...]:
        result: list[Week] = []
        chosen = self.plan.of_length(length)
        slots = self.slots(chosen)
        run = Run()
        load = Load(self.plan, self.workouts, self.runner.level, self.runner.units)
        for number, week in enumerate(chosen, 1):
            start = self.race_day - timedelta(days=7 * (length - number) + 6) if self.race_day else None
            by_day = self.by_day(week, slots, is_last=number == length)
            sessions = tuple(by_day.values())
            volume = load.volume_within_ramp(week, sessions, run)
            run = run.and_then(week, load.metres(sessions, volume))
            result.append(self.week(week, number, start, by_day, volume))
        return tuple(result)

    @property
    def race_weekday(self) -> int:
        return self.race_day.weekday() if self.race_day else UNDATED_RACE

    @property
    def training_days(self) -> list[int]:
        days = [WEEKDAYS.index(day) for day in self.profile.days]
        resting = days_kept_free(self.plan, self.profile)
        return [day for day in days if day not in resting]

    def slots(self, weeks: Iterable[PlanWeek]) -> Slots:
        """The same slots in every week, so that hard days stay apart from one week to the next as well."""
        listed = [week.listed(self.profile.level) for week in weeks]
        wanted = max((sum(kind in HARD for kind, _ in sessions) for sessions in listed[:-1]), default=1)
        has_long = any(kind == "long" for sessions in listed for kind, _ in sessions)
        days = self.training_days
        long_day = WEEKDAYS.index(self.profile.long_day) if has_long and len(days) > 1 else None  # one day: for speed
        speed_day = WEEKDAYS.index(self.profile.speed_day) if self.profile.speed_day else None
        return find_slots(days, long_day, wanted, speed_day)

    def by_day(self, week: PlanWeek, slots: Slots, *, is_last: bool) -> ByDay:
        listed = week.listed(self.profile.level)
        if is_last:
            by_day = arrange_race_week(listed, self.training_days, slots, self.race_weekday)
        else:
            by_day = arrange_week(listed, self.training_days, slots, (self.race_weekday + 1) % 7)
        return fill_week(self.plan, self.workouts, by_day, self.race_weekday)

    def week(self, week: PlanWeek, number: int, start: date | None, by_day: ByDay, volume: float) -> Week:
        sessions = []
        for offset in range(7):
            weekday = (self.race_weekday + 1 + offset) % 7
            kind, key = by_day[weekday]
            day = start + timedelta(days=offset) if start else None
            sessions.append(self.session(key, kind, volume).on(day, number, weekday))
        return Week(number, week.title, week.purpose, start, tuple(sessions))

    def session(self, key: str, kind: Kind, volume: float) -> Session:
        place = key, kind, volume
        if place not in self.known:
            self.known[place] = plan_session(key, self.workouts[key], kind, self.runner, volume)
        return self.known[place]


def fill_week(plan: Plan, workouts: Mapping[str, Workout], by_day: ByDay, race_weekday: int) -> ByDay:
    """The week with the plan's own workouts on the days without a session; those before a race are for rest."""
    race_week = any(kind == "race" for kind, _ in by_day.values())
    filled = dict(by_day)
    for weekday in range(7):
        tapering = race_week and 0 < (race_weekday - weekday) % 7 <= TAPER_DAYS
        key = plan.rest if tapering else plan.fill
        filled.setdefault(weekday, (workouts[key].kind, key))
    return filled


def from_day(schedule: Schedule, today: date) -> Schedule:
    """Leave out what lies before a day: whole weeks only, but race week keeps the days it has left."""
    weeks = schedule.weeks
    if weeks[0].start is None or weeks[0].start >= today:
        return schedule
    kept = tuple(week for week in weeks if week.start and week.start >= today)
    if not kept:
        last = weeks[-1]
        days = tuple(session for session in last.sessions if session.day and session.day >= today)
        kept = (Week(last.number, last.title, last.purpose, days[0].day, days),)
    return replace(schedule, weeks=kept)


def _after(
    plan: Plan, workouts: Mapping[str, Workout], runner: Runner, race_day: date | None, length: int
) -> tuple[Session, ...]:
    race_weekday = race_day.weekday() if race_day else UNDATED_RACE
    sessions = []
    for number, (kind, key) in enumerate((pair for entry in plan.after for pair in entry.items()), 1):
        session = plan_session(key, workouts[key], kind, runner, 0.0)
        day = race_day + timedelta(days=number) if race_day else None
        sessions.append(session.on(day, length + 1, (race_weekday + number) % 7))
    return tuple(sessions)
