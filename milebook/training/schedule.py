"""Plan x profile x race date -> dated sessions. The race is the anchor: weeks are counted back from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from milebook.content.models import Plan, PlanWeek, Profile
from milebook.content.vocabulary import HARD, WEEKDAYS, Kind
from milebook.content.workouts import Workout
from milebook.core.errors import QuantityError, counted
from milebook.running.fitness import Fitness
from milebook.running.mile_classes import MileClass
from milebook.running.pacing import LAP
from milebook.training.arrange import (
    TAPER_DAYS,
    Slots,
    arrange_race_week,
    arrange_week,
    days_of_race_week,
    find_slots,
    has_room_for_one,
)
from milebook.training.load import Load, load_of
from milebook.training.planned import Session
from milebook.training.sessions import Runner, plan_session

UNDATED_RACE = WEEKDAYS.index("sun")  # an undated plan has its race on a Sunday, so that its weeks begin on Monday
FARTHEST = timedelta(days=3660)  # of a race: what lies beyond is a slip in the year
Known = dict[tuple[str, Kind, float], Session]  # by workout, kind and volume
ByDay = Mapping[int, tuple[Kind, str]]  # weekday -> kind and workout


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
    """A runner's plan, day by day. `length` is how many weeks the plan would have if the race were not near.

    `kept_free` are weekdays on which the runner could train and rests, as the plan says for the level. `latest` is all
    of it at the paces of the trial, where that has been run.
    """

    length: int
    weeks: tuple[Week, ...]
    after: tuple[Session, ...]
    race_day: date | None
    mile_class: MileClass
    kept_free: tuple[int, ...] = ()
    latest: Schedule | None = None

    @cached_property
    def trial_place(self) -> int | None:
        """Which of its sessions is the time trial, the last one of several; None where there is none."""
        return max((place for place, session in enumerate(self.sessions) if session.kind == "test"), default=None)

    @property
    def last_week(self) -> int:
        """The number of the week of the race."""
        return self.weeks[-1].number

    @cached_property
    def sessions(self) -> tuple[Session, ...]:
        """Every day of the plan in order, rest, race and the days after it included."""
        return (*(session for week in self.weeks for session in week.sessions), *self.after)


@dataclass(frozen=True)
class Outline:
    """Which sessions a plan has on which days: the same for everybody with these days, weeks and race day.

    `kept` is how many of the weeks a runner has, the last ones, and `days` how many days of race week: all, but where
    the race is near.
    """

    plan: Plan
    length: int
    race_day: date | None
    weeks: tuple[tuple[PlanWeek, ByDay], ...]
    kept_free: tuple[int, ...]
    kept: int
    days: int

    @property
    def race_weekday(self) -> int:
        """The weekday of the race, from Monday = 0."""
        return _weekday_of(self.race_day)


def build(
    plan: Plan,
    workouts: Mapping[str, Workout],
    profile: Profile,
    fitness: Fitness,
    today: date,
    of_class: MileClass | None = None,
) -> Schedule:
    """Put a plan on a runner's days. Raises QuantityError for a race in the past or far away.

    Where the race is nearer than the whole plan, it has fewer weeks: of one made on a day that is known the first and
    that of the race, else the last, as it may be under way. `of_class` is the class of runners whose amounts it has,
    where that is not the runner's own.
    """
    check_race_day(profile.race.day, today)
    goal = profile.race.goal.seconds if profile.race.goal else None
    race = profile.race
    runner = Runner(profile.level, profile.units, fitness, goal, race.distance, race.course.lap or LAP, of_class)
    load = load_of(plan, workouts, runner)
    return fill(outline(plan, workouts, profile, today), runner, load, {})


def outline(plan: Plan, workouts: Mapping[str, Workout], profile: Profile, today: date) -> Outline:
    """Which sessions a runner's plan has on which days."""
    extent = extent_of(plan, profile, today)
    days = _training_days(plan, profile)
    slots = _slots(plan.of_length(extent.length), profile, days)
    chosen = weeks_of(plan, extent) if profile.made else plan.of_length(extent.length)
    if has_room_for_one(days, slots):
        chosen = tuple(week.with_one_hard(profile.level, extent.length) for week in chosen)
    race_weekday = _weekday_of(profile.race.day)
    weeks = []
    for week in chosen:
        listed = week.listed(profile.level)
        if week is chosen[-1]:
            running = days_of_race_week(days, race_weekday, plan.most_days(profile.level))
            by_day = arrange_race_week(listed, running, slots, race_weekday)
        else:
            by_day = arrange_week(listed, days, slots, (race_weekday + 1) % 7)
        weeks.append((week, fill_week(plan, workouts, by_day, race_weekday)))
    kept = len(weeks) if profile.made else max(1, extent.weeks)  # without a day it may be under way
    kept_free = days_kept_free(plan, profile)
    return Outline(plan, extent.length, profile.race.day, tuple(weeks), kept_free, kept, extent.days or 7)


def fill(told: Outline, runner: Runner, load: Load, known: Known) -> Schedule:
    """An outline with as much of each session as is right for a runner, in the runner's own times.

    `known` keeps sessions for other plans of the same workouts, level, units, goal, fitness and class.
    """
    weeks = []
    planned = sessions_of(told, runner, load, known)
    for number, (week, _) in list(enumerate(told.weeks, 1))[-told.kept :]:
        of_week = planned[number - 1 - len(told.weeks)]
        days_before = [7 * (len(told.weeks) - number) + place for place in range(len(of_week) - 1, -1, -1)]
        on = [told.race_day - timedelta(days=days) if told.race_day else None for days in days_before]
        sessions = (
            session.on(day, number, (told.race_weekday - days) % 7)
            for session, day, days in zip(of_week, on, days_before, strict=True)
        )
        weeks.append(Week(number, week.title, week.purpose, on[0], tuple(sessions)))
    after = (
        session.on(
            told.race_day + timedelta(days=number) if told.race_day else None,
            len(told.weeks) + 1,
            (told.race_weekday + number) % 7,
        )
        for number, session in enumerate(after_of(told, runner, load, known), 1)
    )
    return Schedule(told.length, tuple(weeks), tuple(after), told.race_day, runner.mile_class, told.kept_free)


def sessions_of(told: Outline, runner: Runner, load: Load, known: Known) -> list[tuple[Session, ...]]:
    """The sessions of the weeks that a runner has, in the order of their days, not yet on them."""
    every_volume = load.volumes_of(tuple((week, tuple(by_day.values())) for week, by_day in told.weeks))
    order = [(told.race_weekday + 1 + offset) % 7 for offset in range(7)]
    weeks = []
    for (_, by_day), volumes in zip(told.weeks[-told.kept :], every_volume[-told.kept :], strict=True):
        of_day = dict(zip(by_day, volumes, strict=True))
        each = ((*by_day[day], of_day[day]) for day in order)
        weeks.append(tuple(_session(load.workouts, key, kind, runner, at, known) for kind, key, at in each))
    weeks[-1] = weeks[-1][-told.days :]
    return weeks


def _session(
    workouts: Mapping[str, Workout], key: str, kind: Kind, runner: Runner, volume: float, known: Known
) -> Session:
    place = key, kind, volume
    if place not in known:
        known[place] = plan_session(key, workouts[key], kind, runner, volume)
    return known[place]


def _weekday_of(race_day: date | None) -> int:
    return race_day.weekday() if race_day else UNDATED_RACE


def check_race_day(race_day: date | None, today: date) -> None:
    """Raise QuantityError for a race in the past or far away."""
    if race_day and race_day < today:
        hint = "give the date of the next race"
        raise QuantityError(f"the race date {race_day.isoformat()} is in the past", hint)
    if race_day and race_day > today + FARTHEST:
        raise QuantityError(f"the race date {race_day.isoformat()} is more than ten years away", "check the year")


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
    """How much of a plan a runner gets who begins on the day it was made, else today: so many weeks has `build`'s."""
    left = (profile.race.day - (profile.made or today)).days if profile.race.day else None
    length = profile.weeks or longest_that_fits(plan, left)
    if left is None or days_before(length) <= left:
        return Extent(length, length)
    whole = (left + 1) // 7
    return Extent(length, whole) if whole else Extent(length, 0, left + 1)


def weeks_of(plan: Plan, extent: Extent) -> tuple[PlanWeek, ...]:
    """The weeks that a runner gets: all, or where the race is near the first of them and the last.

    A plan begins gently however late it is begun. An easier week right before race week would be one of two: the week
    after it stands there in its place.
    """
    *training, last = plan.of_length(extent.length)
    count = max(0, extent.weeks - 1)
    if count == len(training):
        return (*training, last)
    kept = training[:count]
    if kept and kept[-1].ease and count < len(training):
        kept[-1] = training[count]
    return (*kept, last)


def days_kept_free(plan: Plan, profile: Profile) -> tuple[int, ...]:
    """Weekdays of the runner's that the plan keeps for rest at this level: first those that follow the long run."""
    long_day, most = WEEKDAYS.index(profile.long_day), plan.most_days(profile.level)
    speed_day = WEEKDAYS.index(profile.speed_day) if profile.speed_day else None
    free = sorted(
        {WEEKDAYS.index(day) for day in profile.days} - {long_day, speed_day}, key=lambda d: (d - long_day) % 7
    )
    return tuple(free[: max(0, len(profile.days) - most)])


def _training_days(plan: Plan, profile: Profile) -> list[int]:
    resting = days_kept_free(plan, profile)
    return [day for day in map(WEEKDAYS.index, profile.days) if day not in resting]


def _slots(weeks: Iterable[PlanWeek], profile: Profile, days: list[int]) -> Slots:
    """The same slots in every week, so that hard days stay apart from one week to the next as well."""
    listed = [week.listed(profile.level) for week in weeks]
    wanted = max((sum(kind in HARD for kind, _ in sessions) for sessions in listed[:-1]), default=1)
    has_long = any(kind == "long" for sessions in listed for kind, _ in sessions)
    long_day = WEEKDAYS.index(profile.long_day) if has_long and len(days) > 1 else None  # one day: for speed
    speed_day = WEEKDAYS.index(profile.speed_day) if profile.speed_day else None
    return find_slots(days, long_day, wanted, speed_day)


def fill_week(plan: Plan, workouts: Mapping[str, Workout], by_day: ByDay, race_weekday: int) -> ByDay:
    """The week with the plan's own workouts on the days without a session; those before a race are for rest."""
    race_week = any(kind == "race" for kind, _ in by_day.values())
    filled = dict(by_day)
    for weekday in range(7):
        tapering = race_week and 0 < (race_weekday - weekday) % 7 <= TAPER_DAYS
        key = plan.rest if tapering else plan.fill
        filled.setdefault(weekday, (workouts[key].kind, key))
    return filled


def after_of(told: Outline, runner: Runner, load: Load, known: Known) -> list[Session]:
    """The sessions of the days after the race, not yet on them."""
    pairs = (pair for entry in told.plan.after for pair in entry.items())
    return [_session(load.workouts, key, kind, runner, 0.0, known) for kind, key in pairs]
