"""What a coach may write: typed, frozen, unknown keys forbidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from milebook.errors import QuantityError, near_miss
from milebook.quantities import Count, Distance, Duration, Ordered, Percent, Range, Units, parse_range

Level = Literal["beginner", "intermediate", "advanced"]
Kind = Literal["speed", "strength", "tempo", "easy", "long", "cross", "rest", "race", "test"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Paper = Literal["a4", "letter"]
Surface = Literal["track", "road"]
RepPace = Literal["mile", "3 km", "5 km", "10 km", "tempo", "fast"]

LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HARD: frozenset[Kind] = frozenset({"speed", "strength", "tempo", "test", "race"})
DAYS_BY_NUMBER: dict[int, tuple[Weekday, ...]] = {
    1: ("tue",),
    2: ("tue", "sat"),
    3: ("tue", "thu", "sun"),
    4: ("tue", "thu", "sat", "sun"),
    5: ("tue", "wed", "thu", "sat", "sun"),
    6: ("mon", "tue", "wed", "thu", "fri", "sun"),
    7: WEEKDAYS,
}

T = TypeVar("T")
Q = TypeVar("Q", bound=Ordered)


def _told(read: Callable[[object], Any]) -> BeforeValidator:
    """Turn a reader of quantities into a validator whose message reaches the coach unchanged."""

    def validate(value: object) -> Any:
        try:
            return read(value)
        except QuantityError as error:
            raise PydanticCustomError("quantity", "{text}", {"text": error.message, "hint": error.hint}) from None

    return BeforeValidator(validate)


def _read(parse: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: value if isinstance(value, Distance | Duration) else parse(value)


def _ranged(parse: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: value if isinstance(value, Range) else parse_range(value, parse)


def _amount(value: object) -> Range[Distance] | Range[Duration]:
    """A distance or a duration, or a range of one: `2-3 mi`, `75-90 min`."""
    try:
        return parse_range(value, Distance.parse)
    except QuantityError as error:
        try:
            return parse_range(value, Duration.parse)
        except QuantityError:
            raise error from None


def _levelled(value: object) -> object:
    """One value serves every level, as does a mapping of levels; a level left out stays out."""
    return value if isinstance(value, dict | ByLevel) else {"beginner": value, "intermediate": value, "advanced": value}


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value).strip()):
            raise QuantityError(f'the date "{value}" does not exist') from None
        raise QuantityError(f'"{value}" is not a date', "write year-month-day, for example 2027-06-12") from None


def _pace_name(value: object) -> object:
    known = ("mile", "3 km", "5 km", "10 km", "tempo", "fast")
    name = re.sub(r"^(\d+)\s*k(m)?$", r"\1 km", str(value).strip().lower())
    if name not in known:
        raise QuantityError(f'pace "{value}" is unknown', near_miss(name, known))
    return name


def _week_days(value: object) -> object:
    if isinstance(value, int) and value in DAYS_BY_NUMBER:
        return DAYS_BY_NUMBER[value]
    if isinstance(value, list | tuple):
        return value
    raise QuantityError(
        f'days "{value}" is neither a list of weekdays nor a number from 1 to 7', "write [tue, thu, sun]"
    )


def _weekday(value: object) -> object:
    known = {name: name for name in WEEKDAYS} | dict(zip(map(str.lower, WEEKDAY_NAMES), WEEKDAYS, strict=True))
    name = str(value).strip().lower()
    if name not in known:
        raise QuantityError(f'weekday "{value}" is unknown', near_miss(name, WEEKDAYS))
    return known[name]


class Model(BaseModel):
    """The base of everything a coach writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


M = TypeVar("M", bound=Model)


class ByLevel(Model, Generic[T]):
    """A value for each level; None where a level has none."""

    beginner: T | None = None
    intermediate: T | None = None
    advanced: T | None = None

    def at(self, level: Level) -> T | None:
        """The value of one level."""
        value: T | None = getattr(self, level)
        return value


Text = Annotated[str, Field(min_length=1, max_length=2000)]
Line = Annotated[str, Field(min_length=1, max_length=120)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
OneDistance = Annotated[Distance, _told(_read(Distance.parse))]
OneDuration = Annotated[Duration, _told(_read(Duration.parse))]
Day = Annotated[date, _told(_day)]
Durations = Annotated[Range[Duration], _told(_ranged(Duration.parse))]
Counts = Annotated[Range[Count], _told(_ranged(Count.parse))]
Percents = Annotated[Range[Percent], _told(_ranged(Percent.parse))]
Effort = Annotated[Range[Count], _told(_ranged(Count.parse))]
Amount = Annotated[Range[Distance] | Range[Duration], _told(lambda v: v if isinstance(v, Range) else _amount(v))]
OneWeekday = Annotated[Weekday, _told(_weekday)]

LevelledAmount = Annotated[ByLevel[Amount], BeforeValidator(_levelled)]
LevelledCounts = Annotated[ByLevel[Counts], BeforeValidator(_levelled)]
LevelledDistance = Annotated[ByLevel[OneDistance], BeforeValidator(_levelled)]
LevelledDuration = Annotated[ByLevel[OneDuration], BeforeValidator(_levelled)]
LevelledDurations = Annotated[ByLevel[Durations], BeforeValidator(_levelled)]
LevelledKey = Annotated[ByLevel[str], BeforeValidator(_levelled)]


class Sourced(Model):
    """Something that says where it comes from: a key of people.yaml (`editorial` is our own choice)."""

    from_: str = Field(alias="from")
    source: str | None = None


class EasyStep(Model):
    """Easy running: `easy: 2-3 mi`."""

    easy: LevelledAmount


class TempoStep(Model):
    """A tempo run: `tempo: 15-20 min`."""

    tempo: LevelledAmount


class CrossStep(Model):
    """Another sport: `cross: 30-45 min`."""

    cross: LevelledDurations


class DrillsStep(Model):
    """Drills from a checklist: `drills: warm-up`."""

    drills: str


def _just_one(model: M, what: str, distance: object, time: object) -> M:
    if (distance is None) != (time is None):
        return model
    found = "both a distance and a time" if distance else "neither a distance nor a time"
    raise PydanticCustomError("quantity", "{text}", {"text": f"{what} has {found}", "hint": "give it one of the two"})


class Strides(Model):
    """Build-up strides, by effort and not by pace."""

    reps: LevelledCounts
    distance: OneDistance = Distance(60.0)
    effort: Percents


class StridesStep(Model):
    """`strides: {reps: 6, distance: 60 m, effort: 75-80 %}`."""

    strides: Strides


class Run(Model):
    """What is run in each repetition: a distance or a time at a pace; `article` is the source's own range of times."""

    distance: LevelledDistance | None = None
    time: LevelledDuration | None = None
    pace: Annotated[RepPace, _told(_pace_name)] = "mile"
    uphill: bool = False
    article: LevelledDurations | None = None
    effort: Effort | None = None

    @model_validator(mode="after")
    def _distance_or_time(self) -> Run:
        return _just_one(self, "a repetition", self.distance, self.time)


class Recover(Model):
    """The rest after each repetition: a time or a distance; jogged unless `jog: false`."""

    time: LevelledDurations | None = None
    distance: LevelledDistance | None = None
    jog: bool = True

    @model_validator(mode="after")
    def _time_or_distance(self) -> Recover:
        return _just_one(self, "a recovery", self.distance, self.time)


class RepeatStep(Model):
    """`repeat: 8`, `run: {...}`, `recover: {...}`."""

    repeat: LevelledCounts = ByLevel(
        beginner=Range(Count(1), Count(1)), intermediate=Range(Count(1), Count(1)), advanced=Range(Count(1), Count(1))
    )
    run: Run
    recover: Recover | None = None


STEP_KEYS = ("easy", "tempo", "cross", "drills", "strides", "run")


def _step_key(value: Any) -> str | None:
    if isinstance(value, dict):
        if "repeat" in value:
            return "run"
        return next((key for key in STEP_KEYS if key in value), None)
    return next((key for key in STEP_KEYS if hasattr(value, key)), None)


Step = Annotated[
    Annotated[EasyStep, Tag("easy")]
    | Annotated[TempoStep, Tag("tempo")]
    | Annotated[CrossStep, Tag("cross")]
    | Annotated[DrillsStep, Tag("drills")]
    | Annotated[StridesStep, Tag("strides")]
    | Annotated[RepeatStep, Tag("run")],
    Discriminator(
        _step_key,
        custom_error_type="step",
        custom_error_message="a step is one of " + ", ".join(STEP_KEYS[:-1]) + ", repeat with run",
    ),
]


class Workout(Sourced):
    """A session of the library, for every level at once."""

    title: Line
    kind: Kind
    effort: Effort | None = None
    why: Text
    choice: Text | None = None  # what we changed against the source, and why
    steps: tuple[Step, ...] = Field(max_length=30)


class PlanWeek(Model):
    """A week: its purpose, how far up the sessions' ranges it goes, and its sessions by kind."""

    title: Line
    purpose: Text
    lengths: tuple[int, ...] | None = None  # the plan lengths that have this week; all when left out
    volume: Annotated[Percent, _told(lambda v: v if isinstance(v, Percent) else Percent.parse(v))]
    sessions: tuple[dict[Kind, LevelledKey], ...] = Field(max_length=14)

    def listed(self, level: Level) -> tuple[tuple[Kind, str], ...]:
        """The sessions of one level as (kind, workout), in the order written."""
        pairs = ((kind, by.at(level)) for entry in self.sessions for kind, by in entry.items())
        return tuple((kind, key) for kind, key in pairs if key)


class Plan(Sourced):
    """Weeks of roles; the scheduler puts them on the runner's days."""

    name: Line
    lead: Text
    lengths: tuple[Annotated[int, Field(ge=1, le=30)], ...] = Field(min_length=1)
    days: tuple[Annotated[int, Field(ge=1, le=7)], Annotated[int, Field(ge=1, le=7)]]
    ramp: Annotated[Percent, _told(lambda v: v if isinstance(v, Percent) else Percent.parse(v))]
    choice: Text | None = None
    fill: str = "rest"  # the workout on days without a session
    rest: str = "rest"  # the same in the two days before the race
    weeks: tuple[PlanWeek, ...] = Field(min_length=1, max_length=40)
    after: tuple[dict[Kind, str], ...] = ()  # the days after the race

    def of_length(self, weeks: int) -> tuple[PlanWeek, ...]:
        """The weeks of one length, in order."""
        return tuple(week for week in self.weeks if week.lengths is None or weeks in week.lengths)


class RaceResult(Model):
    """`{distance: 5 km, time: 27:30, date: 2027-03-01}`."""

    distance: OneDistance
    time: OneDuration
    day: Day | None = Field(default=None, alias="date")


class Race(Model):
    """The race; no date makes an undated plan, `goal` replaces the predicted time on the lap cards."""

    name: Name
    day: Day | None = Field(default=None, alias="date")
    surface: Surface = "track"
    goal: OneDuration | None = None


class Profile(Model):
    """One runner."""

    name: Name
    level: Level
    result: RaceResult
    race: Race
    plan: str = "mile"
    weeks: int | None = None
    days: Annotated[tuple[OneWeekday, ...], _told(_week_days), Field(min_length=1, max_length=7)]
    long_run: OneWeekday | None = Field(default=None, alias="long-run")
    units: Units = "imperial"
    paper: Paper | None = None

    @model_validator(mode="after")
    def _days_differ(self) -> Profile:
        if len(set(self.days)) != len(self.days):
            raise PydanticCustomError("days", "a weekday stands twice in days", {})
        if self.long_run and self.long_run not in self.days:
            raise PydanticCustomError("days", "the long run's weekday is not one of days", {})
        return self

    @property
    def sheet(self) -> Paper:
        """The paper: as said, else by the units."""
        return self.paper or ("a4" if self.units == "metric" else "letter")


class Person(Model):
    """A voice: who advised it; `editorial` has no source."""

    name: Name
    role: Line
    source: str | None = None


class Source(Model):
    """Where facts and formulas come from."""

    title: Line
    authors: Line
    published: Line
    where: Line
    note: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class Tip(Model):
    """One piece of advice; `from` where it differs from the file's."""

    title: Line
    text: Text
    from_: str | None = Field(default=None, alias="from")


class Tips(Sourced):
    """One voice; `approach` names the lap table that goes with it."""

    title: Line
    lead: Text
    approach: Literal["even", "elmore", "manzano"] | None = None
    tips: tuple[Tip, ...] = Field(min_length=1, max_length=20)


class Item(Model):
    """A line of a checklist."""

    text: Text
    from_: str | None = Field(default=None, alias="from")


class Group(Model):
    """Lines under one heading."""

    title: Line
    items: tuple[Item, ...] = Field(min_length=1, max_length=20)


class Checklist(Sourced):
    """A card to tick."""

    title: Line
    lead: Text
    groups: tuple[Group, ...] = Field(min_length=1, max_length=12)


class PageMeta(Sourced):
    """The head of a Markdown page."""

    title: Line


class Page(PageMeta):
    """A page of prose in Markdown."""

    body: str


class Site(Model):
    """What is the same on every booklet: `content/site.yaml`."""

    name: Name
    lead: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
