"""Plan x profile x race date -> dated sessions. The race is the anchor: weeks are counted back from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from operator import le

from milebook.arrange import TAPER_DAYS, Slots, arrange_race_week, arrange_week, find_slots
from milebook.errors import QuantityError
from milebook.fitness import FASTEST_MILE, SLOWEST_MILE, Fitness, Result, assess
from milebook.models import HARD, WEEKDAYS, Kind, Level, Plan, PlanWeek, Profile, Workout
from milebook.quantities import METRES_PER_MILE, Units
from milebook.sessions import Runner, Session, plan_session

UNDATED_RACE = WEEKDAYS.index("sun")  # an undated plan has its race on a Sunday, so that its weeks begin on Monday
FARTHEST = timedelta(days=3660)  # of a race: what lies beyond is a slip in the year
VOLUME_STEPS = 20  # how finely a week's volume is lowered to keep to the plan's ramp
# The ramp is kept for all of these milers (seconds), so that a plan's amounts do not depend on who runs it: two runners
# with the same level, days, weeks and units have the same sessions and differ in their times only.
REFERENCE_MILES = (FASTEST_MILE, 270.0, 330.0, 420.0, 540.0, 720.0, 960.0, SLOWEST_MILE)


Known = tuple[str, Kind, float]  # workout, kind and volume of a session
ByDay = Mapping[int, tuple[Kind, str]]  # weekday -> kind and workout


@dataclass(frozen=True)
class Week:
    """Seven days that end on the weekday of the race (fewer where the plan starts inside race week)."""

    number: int
    title: str
    purpose: str
    start: date | None
    sessions: tuple[Session, ...]

    @property
    def metres(self) -> float:
        """All metres run in the week."""
        return sum(session.metres for session in self.sessions)

    @property
    def seconds(self) -> float:
        """All seconds of training in the week, cross-training included."""
        return sum(session.seconds for session in self.sessions)

    @property
    def hard(self) -> int:
        """How many hard sessions it has, the race included."""
        return sum(session.kind in HARD for session in self.sessions)


@dataclass(frozen=True)
class Schedule:
    """A runner's plan, day by day. `length` is the plan's; `weeks` may be only its last where the race is near."""

    length: int
    weeks: tuple[Week, ...]
    after: tuple[Session, ...]
    race_day: date | None

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
    if race_day and race_day < today:
        hint = "give the date of your next race in the profile or with --race-date"
        raise QuantityError(f"the race date {race_day.isoformat()} is in the past", hint)
    if race_day and race_day > today + FARTHEST:
        raise QuantityError(f"the race date {race_day.isoformat()} is more than ten years away", "check the year")
    length = profile.weeks or longest_that_fits(plan, (race_day - today).days if race_day else None)
    goal = profile.race.goal.seconds if profile.race.goal else None
    runner = Runner(profile.level, profile.units, fitness, goal)
    weeks = _Builder(plan, workouts, runner, profile, race_day, {} if known is None else known).weeks(length)
    whole = Schedule(length, weeks, _after(plan, workouts, runner, race_day, length), race_day)
    return from_day(whole, today)


@cache
def _reference_runners(level: Level, units: Units) -> tuple[Runner, ...]:
    return tuple(Runner(level, units, assess(Result(METRES_PER_MILE, mile))) for mile in REFERENCE_MILES)


_metres: dict[tuple[int, Kind, Level, Units, float], tuple[Workout, tuple[float, ...]]] = {}
_MOST_METRES = 20_000  # that many are remembered; a plan asks for some hundreds


def _reference_metres(
    key: str, workout: Workout, kind: Kind, level: Level, units: Units, volume: float
) -> tuple[float, ...]:
    """Metres of a session for each reference runner; remembered, as a club's runners ask for the same ones."""
    place = id(workout), kind, level, units, volume
    found = _metres.get(place)  # it holds the workout, so that no other one can have its id
    if found is None:
        if len(_metres) >= _MOST_METRES:
            _metres.clear()
        runners = _reference_runners(level, units)
        metres = tuple(plan_session(key, workout, kind, runner, volume).metres for runner in runners)
        found = _metres[place] = workout, metres
    return found[1]


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
        peaks: tuple[float, ...] = ()
        for number, week in enumerate(chosen, 1):
            start = self.race_day - timedelta(days=7 * (length - number) + 6) if self.race_day else None
            by_day = self.by_day(week, slots, is_last=number == length)
            volume = self.volume_within_ramp(week, by_day, peaks)
            metres = self.reference_metres(by_day, volume)
            peaks = tuple(map(max, peaks, metres)) if peaks else metres
            result.append(self.week(week, number, start, by_day, volume))
        return tuple(result)

    @property
    def race_weekday(self) -> int:
        return self.race_day.weekday() if self.race_day else UNDATED_RACE

    @property
    def training_days(self) -> list[int]:
        return [WEEKDAYS.index(day) for day in self.profile.days]

    def slots(self, weeks: Iterable[PlanWeek]) -> Slots:
        """The same slots in every week, so that hard days stay apart from one week to the next as well."""
        listed = [week.listed(self.profile.level) for week in weeks]
        wanted = max((sum(kind in HARD for kind, _ in sessions) for sessions in listed[:-1]), default=1)
        has_long = any(kind == "long" for sessions in listed for kind, _ in sessions)
        last = WEEKDAYS.index(self.profile.long_run or self.profile.days[-1])
        days = self.training_days
        return find_slots(days, last if has_long and len(days) > 1 else None, wanted)  # a single day is for speed

    def by_day(self, week: PlanWeek, slots: Slots, *, is_last: bool) -> dict[int, tuple[Kind, str]]:
        listed = week.listed(self.profile.level)
        if is_last:
            return arrange_race_week(listed, self.training_days, slots, self.race_weekday)
        return arrange_week(listed, self.training_days, slots, (self.race_weekday + 1) % 7)

    def volume_within_ramp(self, week: PlanWeek, by_day: ByDay, peaks: tuple[float, ...]) -> float:
        """The week's volume, lowered step by step where the week would jump more than the ramp over those before."""
        wanted = week.volume.value / 100
        most = [peak * (1 + self.plan.ramp.value / 100) for peak in peaks]
        lower = [wanted * step / VOLUME_STEPS for step in range(VOLUME_STEPS, -1, -1)]
        for volume in (*lower, *(-step / VOLUME_STEPS for step in range(1, VOLUME_STEPS))):
            if not peaks or all(map(le, self.reference_metres(by_day, volume), most)):
                return volume
        return -1.0

    def reference_metres(self, by_day: ByDay, volume: float) -> tuple[float, ...]:
        """Metres of a week for each reference runner."""
        level, units = self.runner.level, self.runner.units
        days = [_reference_metres(key, self.workouts[key], kind, level, units, volume) for kind, key in by_day.values()]
        return tuple(map(sum, zip((0.0,) * len(REFERENCE_MILES), *days, strict=True)))

    def week(self, week: PlanWeek, number: int, start: date | None, by_day: ByDay, volume: float) -> Week:
        race_week = any(kind == "race" for kind, _ in by_day.values())
        sessions = []
        for offset in range(7):
            weekday = (self.race_weekday + 1 + offset) % 7
            tapering = race_week and 6 - TAPER_DAYS <= offset < 6
            fill = self.plan.rest if tapering else self.plan.fill
            kind, key = by_day.get(weekday, (self.workouts[fill].kind, fill))
            day = start + timedelta(days=offset) if start else None
            sessions.append(self.session(key, kind, volume).on(day, number, weekday))
        return Week(number, week.title, week.purpose, start, tuple(sessions))

    def session(self, key: str, kind: Kind, volume: float) -> Session:
        place = key, kind, volume
        if place not in self.known:
            self.known[place] = plan_session(key, self.workouts[key], kind, self.runner, volume)
        return self.known[place]


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
