"""What a coach may write: typed, frozen, unknown keys forbidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from milebook.content import notations
from milebook.content.addresses import read_web_address
from milebook.content.brand import read_accent
from milebook.core.errors import QuantityError, closest, counted, near_miss
from milebook.running import quantities
from milebook.running.courses import RACE_METRES, TRACKS, Course, RaceName, Surface, TrackName, course_of
from milebook.running.dates import read_date, read_past_date
from milebook.running.fitness import is_run
from milebook.running.quantities import (
    METRES_PER_MILE,
    Capped,
    Count,
    Distance,
    Duration,
    Limits,
    Ordered,
    Percent,
    Range,
    Units,
    parse_range,
)
from milebook.running.race_names import is_day_or_time
from milebook.running.readings import (
    NO_TRACK,
    OtherDistanceError,
    read_race,
    read_race_distance,
    read_race_time,
    read_surface,
    read_track,
)
from milebook.running.training_days import read_days_of

Level = Literal["beginner", "intermediate", "advanced"]
Kind = Literal["speed", "strength", "tempo", "easy", "long", "cross", "own", "rest", "race", "test"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Paper = Literal["a4", "letter"]
Pacing = Literal["even", "elmore", "manzano"]
RepPace = Literal["mile", "3 km", "5 km", "10 km", "tempo", "fast"]

LANGUAGES = {"en": "English"}  # that the pages are written in
HARDEST = 10  # of the efforts a runner feels
MOST_WEEKS = 30  # of a plan
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


def _as(shape: notations.Shape) -> Any:
    """What a validator takes, as an editor is told it."""
    return Annotated[Any, WithJsonSchema(shape)]


def _told(
    read: Callable[[object], Any], what: str, shape: notations.Shape, also: type[object] = str
) -> BeforeValidator:
    """Turn a reader of quantities into a validator whose message reaches the coach unchanged.

    A value read before passes; what is no single value (`what` says which), and not of the type `also`, does not get
    to the reader.
    """
    return BeforeValidator(partial(_validated, read, what, also), json_schema_input_type=_as(shape))


def _validated(read: Callable[[object], Any], what: str, also: type[object], value: object) -> Any:
    if isinstance(value, Distance | Duration | Percent | Range | Capped):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float | also):
        raise PydanticCustomError("odd_type", "{what}", {"what": what})
    try:
        return read(value)
    except QuantityError as error:
        raise _mistake(error.message, error.hint) from None


def _result_time(value: object, info: ValidationInfo) -> Any:
    """A time, read for the distance beside it; one that cannot be read itself is told already."""
    ran = info.data.get("distance")
    return _validated(lambda text: read_race_time(text, ran.metres if ran else None), "a time", str, value)


def read_goal(value: object, race: RaceName | None) -> Duration:
    """A goal: a time for the race, where that is known. Raises QuantityError."""
    try:
        return read_race_time(value, RACE_METRES[race] if race else None)
    except OtherDistanceError as error:
        hint = f"write one for the {race}, or leave it out"
        raise QuantityError(f'"{value}" is a goal for {error.other}', hint) from None


def _goal_time(value: object, info: ValidationInfo) -> Any:
    """A goal, read for the race beside it; one that cannot be read itself is told already."""
    return _validated(lambda text: read_goal(text, (info.data or {}).get("distance")), "a time", str, value)


def read_trial(value: object) -> Duration:
    """The time of a mile trial. Raises QuantityError for one that is no mile milebook serves."""
    time = read_race_time(value, METRES_PER_MILE)
    if not is_run(METRES_PER_MILE, time.seconds):
        raise QuantityError(f'the trial "{value}" is no mile', "milebook serves miles from 3:43 to 20:00")
    return time


def _mistake(text: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("told", "{text}", {"text": text, "hint": hint})


def _ranged(parse: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: parse_range(value, parse)


def _within(read: Callable[[object], Any], *limits: Limits[Any]) -> Callable[[object], Any]:
    """A reader that also refuses what lies outside the limits for its kind of quantity."""

    def read_within(value: object) -> Any:
        found = read(value)
        for part in (found.distances, found.most) if isinstance(found, Capped) else (found,):
            for one in limits:
                one.check(part, value)
        return found

    return read_within


def _amount(value: object) -> Range[Distance] | Range[Duration] | Capped:
    """A distance or a duration, or a range of one: `2-3 mi`, `75-90 min`, `4-6 mi, at most 50 min`."""
    if isinstance(value, str) and re.search(r"[a-z.]\s*,?\s*(?:at most|max)\b", value, re.IGNORECASE):
        return Capped.parse(value)
    try:
        return parse_range(value, Distance.parse)
    except QuantityError as error:
        try:
            return parse_range(value, Duration.parse)
        except QuantityError:
            raise error from None


def _levelled(value: object) -> object:
    """One value serves every level, as does a mapping of levels; a level left out stays out."""
    if value is None:
        raise PydanticCustomError("empty", "empty")
    return value if isinstance(value, dict | ByLevel) else {"beginner": value, "intermediate": value, "advanced": value}


def _levels(shape: notations.Shape) -> BeforeValidator:
    return BeforeValidator(_levelled, json_schema_input_type=_as(notations.by_level(shape, LEVELS)))


def _language(value: object) -> str:
    """A language that the pages are written in, with a country perhaps: `en`, `en-GB`."""
    language, _, country = str(value).strip().replace("_", "-").partition("-")
    if language.lower() not in LANGUAGES or not re.fullmatch(r"[A-Za-z]{2}|", country):
        known = ", ".join(f"{name} ({title})" for name, title in LANGUAGES.items())
        raise QuantityError(f'there is no language "{value}"', f"there is {known}, with a country perhaps: en-GB")
    return f"{language.lower()}-{country.upper()}" if country else language.lower()


def _pace_name(value: object) -> object:
    known = ("mile", "3 km", "5 km", "10 km", "tempo", "fast")
    name = re.sub(r"^(\d+)\s*k(m)?$", r"\1 km", str(value).strip().lower())
    if name not in known:
        raise QuantityError(f'pace "{value}" is unknown', near_miss(name, known))
    return name


def _effort(value: object) -> Range[Count]:
    effort = parse_range(value, Count.parse)
    if effort.high.value > HARDEST:
        raise QuantityError(f'effort "{value}" is more than {HARDEST}', f"write a number from 1 to {HARDEST}")
    return effort


def _address(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(notations.WEB_ADDRESS, text) or len(text) > notations.LONGEST_ADDRESS:
        raise QuantityError(f'"{text[:60]}" is not a web address', "write it in full, for example https://example.org")
    return text


def _web_address(text: str) -> str:
    try:
        read_web_address(text)
    except QuantityError as error:
        raise _mistake(error.message, error.hint) from None
    return text


def _week_days(value: object) -> object:
    if isinstance(value, list | tuple):
        return value
    if type(value) is int and value in DAYS_BY_NUMBER:  # True is an int too
        return DAYS_BY_NUMBER[value]
    raise PydanticCustomError("days", "days")


def _each_once(several: tuple[T, ...]) -> tuple[T, ...]:
    for index, one in enumerate(several):
        if one in several[:index]:
            raise PydanticCustomError("twice", "twice", {"word": one})
    return several


def _upwards(days: tuple[int, int]) -> tuple[int, int]:
    if days[0] > days[1]:
        raise PydanticCustomError("backwards", "backwards", {"low": days[0], "high": days[1]})
    return days


def _weekday(value: object) -> object:
    known = {name: name for name in WEEKDAYS} | dict(zip(map(str.lower, WEEKDAY_NAMES), WEEKDAYS, strict=True))
    name = str(value).strip().lower()
    if name not in known:
        if re.fullmatch("(?:work|week|training)? ?(?:day|end)s?", name):  # near to Sunday by its letters only
            raise QuantityError(f'"{value}" names no weekday', "write the days, as in tue thu sun")
        if days := read_days_of(str(value)):  # several in one word, or in another language
            raise QuantityError(f'weekday "{value}" is unknown', f"write {', '.join(days)}")
        meant = known.get(closest(name, known), name)
        hint = f"did you mean {meant}?" if meant in WEEKDAYS else f"known: {', '.join(WEEKDAYS)}"
        raise QuantityError(f'weekday "{value}" is unknown', hint)
    return known[name]


def _known_word(known: Collection[str], value: object) -> object:
    """A word in small letters where it is one of these; others stay as they are written, to be told so."""
    small = value.strip().lower() if isinstance(value, str) else value
    return small if small in known else value


def _any_case(words: Any) -> BeforeValidator:
    """A word from a list, in capitals or not: `Beginner`, `A4`."""
    known = get_args(words)
    return BeforeValidator(partial(_known_word, known), json_schema_input_type=_as(notations.word(known)))


class Model(BaseModel):
    """The base of everything a coach writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)
    # A validator is built when something is first read: a build from content that was kept needs few.


M = TypeVar("M", bound=Model)


class ByLevel(Model, Generic[T]):
    """A value for each level; a level left out has none."""

    beginner: T | None = None
    intermediate: T | None = None
    advanced: T | None = None

    def at(self, level: Level) -> T | None:
        """The value of one level."""
        value: T | None = getattr(self, level)
        return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Whole = Annotated[int, Field(strict=True)]  # true is not 1, "7" is not 7
RaceDistance = Annotated[Distance, _told(read_race_distance, "a distance", notations.RACE_DISTANCE)]
ResultTime = Annotated[Duration, BeforeValidator(_result_time, json_schema_input_type=_as(notations.RACE_TIME))]
TrialTime = Annotated[Duration, _told(read_trial, "a time", notations.RACE_TIME)]
GoalTime = Annotated[Duration, BeforeValidator(_goal_time, json_schema_input_type=_as(notations.RACE_TIME))]
OnePercent = Annotated[Percent, _told(Percent.parse, "a percentage", notations.PERCENT)]
PartDistance = Annotated[
    Distance, _told(_within(Distance.parse, quantities.PART_METRES), "a distance", notations.PART_DISTANCE)
]
PartTime = Annotated[Duration, _told(_within(Duration.parse, quantities.PART_SECONDS), "a time", notations.PART_TIME)]
Durations = Annotated[
    Range[Duration], _told(_within(_ranged(Duration.parse), quantities.PART_SECONDS), "a time", notations.TIMES)
]
Counts = Annotated[
    Range[Count], _told(_within(_ranged(Count.parse), quantities.REPS), "a whole number", notations.COUNTS)
]
StrideDistance = Annotated[
    Distance, _told(_within(Distance.parse, quantities.STRIDE_METRES), "a distance", notations.STRIDE_DISTANCE)
]
StrideEffort = Annotated[
    Range[Percent],
    _told(_within(_ranged(Percent.parse), quantities.STRIDE_EFFORT), "a percentage", notations.STRIDE_EFFORT),
]
Ramp = Annotated[Percent, _told(_within(Percent.parse, quantities.RAMP), "a percentage", notations.RAMP)]
Ease = Annotated[Percent, _told(_within(Percent.parse, quantities.EASE), "a percentage", notations.EASE)]
Rise = Annotated[Percent, _told(_within(Percent.parse, quantities.RISE), "a percentage", notations.RISE)]
Day = Annotated[date, _told(read_date, "a date", notations.DAY, also=date)]
PastDay = Annotated[date, _told(read_past_date, "a date", notations.DAY, also=date)]
Effort = Annotated[Range[Count], _told(_effort, "a whole number", notations.effort(HARDEST))]
Amount = Annotated[
    Range[Distance] | Range[Duration] | Capped,
    _told(_within(_amount, quantities.PART_METRES, quantities.PART_SECONDS), "a distance or a time", notations.AMOUNT),
]
_SURFACE = notations.word(get_args(Surface), NO_TRACK)
WEEKDAY = notations.weekday(WEEKDAYS, WEEKDAY_NAMES)
OneWeekday = Annotated[Weekday, _told(_weekday, "a weekday", WEEKDAY)]
WORKOUT_NAME = notations.name_of("workout", "reps-200", "long-run")
PROFILE_NAME = notations.name_of("profile", "beginner", "sam")
WorkoutName = Annotated[str, WithJsonSchema(WORKOUT_NAME)]
Colour = Annotated[str, _told(read_accent, "a colour", notations.COLOUR)]
Address = Annotated[str, _told(_address, "a web address", notations.ADDRESS)]

LevelledAmount = Annotated[ByLevel[Amount], _levels(notations.AMOUNT)]
LevelledCounts = Annotated[ByLevel[Counts], _levels(notations.COUNTS)]
LevelledDistance = Annotated[ByLevel[PartDistance], _levels(notations.PART_DISTANCE)]
LevelledDuration = Annotated[ByLevel[PartTime], _levels(notations.PART_TIME)]
LevelledDurations = Annotated[ByLevel[Durations], _levels(notations.TIMES)]
LevelledKey = Annotated[ByLevel[str], _levels(WORKOUT_NAME)]


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


def _just_one(model: M, what: str, distance: ByLevel[Any] | None, time: ByLevel[Any] | None) -> M:
    has_distance, has_time = (
        any(amount.at(level) for level in LEVELS) if amount else False for amount in (distance, time)
    )
    if has_distance != has_time:
        return model
    found = "both a distance and a time" if has_distance else "neither a distance nor a time"
    raise _mistake(f"{what} has {found}", "give it one of the two")


class Strides(Model):
    """Build-up strides, by effort and not by pace."""

    reps: LevelledCounts
    distance: StrideDistance = Distance(60.0)
    effort: StrideEffort


class StridesStep(Model):
    """`strides: {reps: 6, distance: 60 m, effort: 75-80 %}`."""

    strides: Strides


class Run(Model):
    """What is run in each repetition: a distance or a time at a pace; `article` is the source's own range of times.

    Up a hill a repetition takes as long as the distance does on the flat, and no longer than `at_most`.
    """

    model_config = ConfigDict(json_schema_extra=notations.just_one("distance", "time"))

    distance: LevelledDistance | None = None
    time: LevelledDuration | None = None
    pace: Annotated[RepPace, _told(_pace_name, "a pace", notations.pace(get_args(RepPace)))] = "mile"
    uphill: bool = False
    at_most: PartTime | None = Field(default=None, alias="at-most")
    article: LevelledDurations | None = None
    effort: Effort | None = None

    @model_validator(mode="after")
    def _distance_or_time(self) -> Run:
        if self.at_most and not (self.uphill and self.distance):
            raise _mistake("`at-most` is for a distance that is run uphill", "leave it out, or write a time instead")
        return _just_one(self, "a repetition", self.distance, self.time)


class Recover(Model):
    """The rest after each repetition: a time or a distance; jogged unless `jog: false`.

    A time that is `as_long` is no shorter than the repetition itself, and where the runner is faster than the source's
    range of times for it, the whole of the rest's own range.
    """

    model_config = ConfigDict(json_schema_extra=notations.just_one("time", "distance"))

    time: LevelledDurations | None = None
    distance: LevelledDistance | None = None
    jog: bool = True
    as_long: bool = Field(default=False, alias="as-long")

    @model_validator(mode="after")
    def _time_or_distance(self) -> Recover:
        if self.as_long and self.distance:
            raise _mistake(
                "`as-long` is for a rest with a time", "leave it out, or write a time in place of the distance"
            )
        return _just_one(self, "a recovery", self.distance, self.time)


class RepeatStep(Model):
    """`repeat: 8`, `run: {...}`, `recover: {...}`."""

    repeat: LevelledCounts = ByLevel(
        beginner=Range(Count(1), Count(1)), intermediate=Range(Count(1), Count(1)), advanced=Range(Count(1), Count(1))
    )
    run: Run
    recover: Recover | None = None


STEP_KEYS = ("easy", "tempo", "cross", "drills", "strides", "repeat", "run")


def _step_key(value: Any) -> str | None:
    has = value.__contains__ if isinstance(value, dict) else partial(hasattr, value)
    key = next((key for key in STEP_KEYS if has(key)), None)
    return f"<{'run' if key == 'repeat' else key}>" if key else None


def _known_step(value: object) -> object:
    if isinstance(value, dict) and not _step_key(value):
        word = str(next(iter(value), ""))
        raise _mistake(f'"{word}" is not a step' if word else "a step is empty", near_miss(word, STEP_KEYS))
    if value is None or isinstance(value, str | int | float | list):
        raise PydanticCustomError("odd_type", "{what}", {"what": "a step, such as `easy: 2 mi`"})
    return value


# The tags stand in pydantic's way to a mistake: the brackets keep them apart from the keys of the file.
Step = Annotated[
    Annotated[EasyStep, Tag("<easy>")]
    | Annotated[TempoStep, Tag("<tempo>")]
    | Annotated[CrossStep, Tag("<cross>")]
    | Annotated[DrillsStep, Tag("<drills>")]
    | Annotated[StridesStep, Tag("<strides>")]
    | Annotated[RepeatStep, Tag("<run>")],
    Discriminator(_step_key),
    BeforeValidator(_known_step),
]


class Workout(Sourced):
    """A session of the library, for every level at once."""

    title: Line
    kind: Annotated[Kind, _any_case(Kind)]
    effort: Effort | None = None
    why: Text
    choice: Text | None = None  # what we changed against the source, and why
    steps: tuple[Step, ...] = Field(max_length=30)


WeeksInPlan = Annotated[Whole, Field(ge=1, le=MOST_WEEKS)]
Lengths = Annotated[tuple[WeeksInPlan, ...], Field(min_length=1, max_length=MOST_WEEKS), AfterValidator(_each_once)]


class OneHard(Model):
    """What a week is for a runner whose days have room for one hard session: the first of `kinds` that it lists."""

    kinds: tuple[Kind, ...] = Field(min_length=1, max_length=len(HARD))
    lengths: Lengths | None = None  # the plan lengths for which it is so; all when left out
    title: Line | None = None
    purpose: Text | None = None

    @field_validator("kinds")
    @classmethod
    def _hard_ones(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        for kind in kinds:
            if kind not in HARD - {"race", "test"}:
                raise _mistake(
                    f'"{kind}" is no hard session that a week can have alone', "write speed, strength or tempo"
                )
        return kinds


class PlanWeek(Model):
    """A week: its purpose, how far up the sessions' ranges it goes, and its sessions by kind."""

    title: Line
    purpose: Text
    lengths: Lengths | None = None  # the plan lengths that have this week; all when left out
    volume: OnePercent
    ease: Ease | None = None  # an easier week has at most this share of the running of the one before
    one_hard: OneHard | None = Field(default=None, alias="one-hard")
    sessions: tuple[dict[Kind, LevelledKey], ...] = Field(max_length=14)

    def listed(self, level: Level) -> tuple[tuple[Kind, str], ...]:
        """The sessions of one level as (kind, workout), in the order written."""
        pairs = ((kind, by.at(level)) for entry in self.sessions for kind, by in entry.items())
        return tuple((kind, key) for kind, key in pairs if key)

    def with_one_hard(self, level: Level, length: int) -> PlanWeek:
        """The week of a plan of so many weeks as it is where there is room for one hard session only."""
        only = self.one_hard
        if only is None or (only.lengths and length not in only.lengths):
            return self
        kinds = {kind for kind, _ in self.listed(level)}
        chosen = next((kind for kind in only.kinds if kind in kinds), None)
        if chosen is None:
            return self
        kept = (
            {kind: by for kind, by in entry.items() if kind not in HARD or kind == chosen} for entry in self.sessions
        )
        changed = {"sessions": tuple(entry for entry in kept if entry)}
        return self.model_copy(
            update=changed | {key: text for key in ("title", "purpose") if (text := getattr(only, key))}
        )


def _of_length(weeks: tuple[PlanWeek, ...], length: int) -> tuple[PlanWeek, ...]:
    return tuple(week for week in weeks if week.lengths is None or length in week.lengths)


DaysInWeek = Annotated[Whole, Field(ge=1, le=7)]


class Plan(Sourced):
    """Weeks of roles; the scheduler puts them on the runner's days."""

    name: Line
    lead: Text
    days: Annotated[tuple[DaysInWeek, DaysInWeek], AfterValidator(_upwards)]
    ramp: Ramp
    rise: Rise | None = None  # how much more the week after an easier one has; left out: as the ramp allows
    mile_pace: OnePercent | None = Field(default=None, alias="mile-pace")  # of a week, in small ones SMALL_WEEK_SHARE
    longest: LevelledDuration | None = None  # that a session takes, race and trial aside
    rest_days: dict[Level, Annotated[Whole, Field(ge=0, le=6, description="Days a week.")]] = Field(
        default={}, alias="rest-days"
    )
    choice: Text | None = None
    fill: str = "rest"  # the workout on days without a session
    rest: str = "rest"  # the same in the two days before the race
    weeks: tuple[PlanWeek, ...] = Field(min_length=1, max_length=40)
    lengths: Lengths  # below weeks: checked against them
    after: tuple[dict[Kind, WorkoutName], ...] = Field(default=(), max_length=14)  # the days after the race

    def most_days(self, level: Level) -> int:
        """How many days a week a runner of a level trains at most, however many there are for it."""
        return 7 - self.rest_days.get(level, 0)

    @field_validator("weeks")
    @classmethod
    def _race_at_the_end(cls, weeks: tuple[PlanWeek, ...]) -> tuple[PlanWeek, ...]:
        for level in LEVELS:
            if "race" not in dict(weeks[-1].listed(level)):
                raise PydanticCustomError("no_race", "no race", {"level": level})
        return weeks

    @field_validator("lengths")
    @classmethod
    def _weeks_for_each(cls, lengths: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        for asked in lengths if "weeks" in info.data else ():
            present = len(_of_length(info.data["weeks"], asked))
            if present != asked:
                raise PydanticCustomError(
                    "weeks_differ", "weeks", {"asked": counted(asked, "week"), "present": present}
                )
        return lengths

    def of_length(self, weeks: int) -> tuple[PlanWeek, ...]:
        """The weeks of one length, in order."""
        return _of_length(self.weeks, weeks)


class RaceResult(Model):
    """`{distance: 5 km, time: 27:30, date: 2027-03-01}`."""

    distance: RaceDistance
    time: ResultTime
    day: PastDay | None = Field(default=None, alias="date")


class Race(Model):
    """The race. No date: an undated plan. `goal` replaces the predicted time, `pacing` is the way on the race card."""

    name: Name
    day: Day | None = Field(default=None, alias="date")
    distance: Annotated[RaceName, _told(read_race, "a distance", notations.race(RACE_METRES))] = "mile"
    surface: Annotated[Surface, BeforeValidator(read_surface, json_schema_input_type=_as(_SURFACE))] = "track"
    track: Annotated[TrackName, _told(read_track, "a track", notations.track(TRACKS))] | None = None
    goal: GoalTime | None = None
    pacing: Annotated[Pacing, _any_case(Pacing)] = "even"

    @field_validator("name")
    @classmethod
    def _no_day(cls, name: str) -> str:
        if is_day_or_time(name):
            raise _mistake(
                f'"{name}" is a day or a time, and no name of a race', "write a name; the day goes below date"
            )
        return name

    @field_validator("track")
    @classmethod
    def _not_on_the_road(cls, track: TrackName | None, info: ValidationInfo) -> TrackName | None:
        if track and info.data.get("surface") == "road":
            raise _mistake("a race on the road has no track", "leave track out, or write surface: track")
        return track

    @property
    def course(self) -> Course:
        """What is raced, and where."""
        return course_of(self.distance, self.surface, self.track)


class Profile(Model):
    """One runner."""

    name: Name
    level: Annotated[Level, _any_case(Level)]
    result: RaceResult
    trial: TrialTime | None = None
    race: Race
    plan: str = "mile"
    weeks: Whole | None = None
    made: PastDay | None = None  # the day the plan begins to count from; left out: the day of the build
    days: Annotated[
        tuple[OneWeekday, ...],
        Field(min_length=1, max_length=7),
        BeforeValidator(_week_days, json_schema_input_type=_as(notations.days(WEEKDAY, max(DAYS_BY_NUMBER)))),
        AfterValidator(_each_once),
    ]
    long_run: OneWeekday | None = Field(default=None, alias="long-run")
    speed_day: OneWeekday | None = Field(default=None, alias="speed-day")
    units: Annotated[Units, _any_case(Units)] = "imperial"
    paper: Annotated[Paper, _any_case(Paper)] | None = None

    @field_validator("made")
    @classmethod
    def _before_the_race(cls, made: date | None, info: ValidationInfo) -> date | None:
        race = info.data.get("race")
        if made and race and race.day and made > race.day:
            told = f"the plan was made on {made.isoformat()}, after its race on {race.day.isoformat()}"
            raise _mistake(told, "write the day it was made, or leave `made` out")
        return made

    @field_validator("long_run")
    @classmethod
    def _on_one_of_the_days(cls, day: Weekday | None, info: ValidationInfo) -> Weekday | None:
        days = info.data.get("days")
        if day and days and day not in days:
            raise PydanticCustomError("long_run", "long run", {"days": f"they are {', '.join(days)}"})
        return day

    @field_validator("speed_day")
    @classmethod
    def _not_on_the_long_run(cls, day: Weekday | None, info: ValidationInfo) -> Weekday | None:
        days = info.data.get("days")
        if day and days and day not in days:
            raise PydanticCustomError("speed_day", "speed day", {"days": f"they are {', '.join(days)}"})
        if day and days and len(days) > 1 and day == info.data.get("long_run"):
            raise PydanticCustomError("speed_long", "speed day", {"day": day})
        return day

    @property
    def latest(self) -> RaceResult:
        """What the paces of sessions to come are from: the mile of the trial, once that is run, else the result."""
        if self.trial is None:
            return self.result
        return RaceResult(distance=Distance(METRES_PER_MILE, "mi"), time=self.trial)

    @property
    def long_day(self) -> Weekday:
        """The day of the long run: as said, else the last that is not for speed."""
        others = [day for day in self.days if day != self.speed_day]
        return self.long_run or (others or self.days)[-1]

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
    url: Annotated[str, Field(pattern=r"^https?://\S+$"), AfterValidator(_web_address)] | None = None


class Tip(Model):
    """One piece of advice; `from` where it differs from the file's."""

    title: Line
    text: Text
    from_: str | None = Field(default=None, alias="from")


class Tips(Sourced):
    """One voice; `approach` names the lap table that goes with it."""

    title: Line
    lead: Text
    approach: Annotated[Pacing, _any_case(Pacing)] | None = None
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
    contact: Line | None = None
    url: Address | None = None
    logo: Line | None = None
    default_profile: Annotated[str, WithJsonSchema(PROFILE_NAME)] | None = Field(default=None, alias="default-profile")
    accent: Colour = "#b3321e"
    language: Annotated[str, _told(_language, "a language", notations.language(LANGUAGES))] = "en"
