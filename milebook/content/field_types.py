"""What a value of a file may be, each with what is told where it is not; the base of all models."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from milebook.content import notations
from milebook.content.addresses import read_web_address
from milebook.content.brand import read_accent
from milebook.content.vocabulary import (
    DAYS_BY_NUMBER,
    HARDEST,
    LANGUAGES,
    LEVELS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    Level,
    Weekday,
)
from milebook.core.errors import QuantityError, closest, near_miss
from milebook.running import quantities
from milebook.running.courses import RACE_METRES, RaceName, Surface
from milebook.running.dates import read_date, read_past_date
from milebook.running.distance_readings import read_race_distance
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
    parse_range,
)
from milebook.running.race_readings import NO_TRACK
from milebook.running.readings import OtherDistanceError, read_race_time
from milebook.running.training_days import read_days_of

T = TypeVar("T")
Q = TypeVar("Q", bound=Ordered)


def as_schema(shape: notations.Shape) -> Any:
    """What a validator takes, as an editor is told it."""
    return Annotated[Any, WithJsonSchema(shape)]


def checked(
    read: Callable[[object], Any], what: str, shape: notations.Shape, also: type[object] = str
) -> BeforeValidator:
    """Turn a reader of quantities into a validator whose message reaches the coach unchanged.

    A value read before passes; what is no single value (`what` says which), and not of the type `also`, does not get
    to the reader.
    """
    return BeforeValidator(partial(_validated, read, what, also), json_schema_input_type=as_schema(shape))


def _validated(read: Callable[[object], Any], what: str, also: type[object], value: object) -> Any:
    if isinstance(value, Distance | Duration | Percent | Range | Capped):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float | also):
        raise PydanticCustomError("odd_type", "{what}", {"what": what})
    try:
        return read(value)
    except QuantityError as error:
        raise mistake(error.message, error.hint) from None


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


def mistake(text: str, hint: str) -> PydanticCustomError:
    """A mistake that is told as it is written here, with what to write."""
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
    return BeforeValidator(_levelled, json_schema_input_type=as_schema(notations.by_level(shape, LEVELS)))


def read_language(value: object) -> str:
    """A language that the pages are written in, with a country perhaps: `en`, `en-GB`."""
    language, _, country = str(value).strip().replace("_", "-").partition("-")
    if language.lower() not in LANGUAGES or not re.fullmatch(r"[A-Za-z]{2}|", country):
        known = ", ".join(f"{name} ({title})" for name, title in LANGUAGES.items())
        raise QuantityError(f'there is no language "{value}"', f"there is {known}, with a country perhaps: en-GB")
    return f"{language.lower()}-{country.upper()}" if country else language.lower()


def read_pace_name(value: object) -> object:
    """The name of a pace, `5k` as `5 km`."""
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


def check_web_address(text: str) -> str:
    """A web address as it is. Raises PydanticCustomError."""
    try:
        read_web_address(text)
    except QuantityError as error:
        raise mistake(error.message, error.hint) from None
    return text


def read_week_days(value: object) -> object:
    """Days as a list, a number of them, or a text as rosters have them."""
    if isinstance(value, list | tuple):
        return value
    if type(value) is int and value in DAYS_BY_NUMBER:  # True is an int too
        return DAYS_BY_NUMBER[value]
    raise PydanticCustomError("days", "days")


def each_once(several: tuple[T, ...]) -> tuple[T, ...]:
    """Raise PydanticCustomError for what is there twice."""
    for index, one in enumerate(several):
        if one in several[:index]:
            raise PydanticCustomError("twice", "twice", {"word": one})
    return several


def upwards(days: tuple[int, int]) -> tuple[int, int]:
    """Raise PydanticCustomError for a range that runs backwards."""
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


def any_case(words: Any) -> BeforeValidator:
    """A word from a list, in capitals or not: `Beginner`, `A4`."""
    known = get_args(words)
    return BeforeValidator(partial(_known_word, known), json_schema_input_type=as_schema(notations.word(known)))


class Model(BaseModel):
    """The base of everything a coach writes."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


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
RaceDistance = Annotated[Distance, checked(read_race_distance, "a distance", notations.RACE_DISTANCE)]
ResultTime = Annotated[Duration, BeforeValidator(_result_time, json_schema_input_type=as_schema(notations.RACE_TIME))]
TrialTime = Annotated[Duration, checked(read_trial, "a time", notations.RACE_TIME)]
GoalTime = Annotated[Duration, BeforeValidator(_goal_time, json_schema_input_type=as_schema(notations.RACE_TIME))]
OnePercent = Annotated[Percent, checked(Percent.parse, "a percentage", notations.PERCENT)]
PartDistance = Annotated[
    Distance, checked(_within(Distance.parse, quantities.PART_METRES), "a distance", notations.PART_DISTANCE)
]
PartTime = Annotated[Duration, checked(_within(Duration.parse, quantities.PART_SECONDS), "a time", notations.PART_TIME)]
Durations = Annotated[
    Range[Duration], checked(_within(_ranged(Duration.parse), quantities.PART_SECONDS), "a time", notations.TIMES)
]
Counts = Annotated[
    Range[Count], checked(_within(_ranged(Count.parse), quantities.REPS), "a whole number", notations.COUNTS)
]
StrideDistance = Annotated[
    Distance, checked(_within(Distance.parse, quantities.STRIDE_METRES), "a distance", notations.STRIDE_DISTANCE)
]
StrideEffort = Annotated[
    Range[Percent],
    checked(_within(_ranged(Percent.parse), quantities.STRIDE_EFFORT), "a percentage", notations.STRIDE_EFFORT),
]
Ramp = Annotated[Percent, checked(_within(Percent.parse, quantities.RAMP), "a percentage", notations.RAMP)]
Ease = Annotated[Percent, checked(_within(Percent.parse, quantities.EASE), "a percentage", notations.EASE)]
Rise = Annotated[Percent, checked(_within(Percent.parse, quantities.RISE), "a percentage", notations.RISE)]
Day = Annotated[date, checked(read_date, "a date", notations.DAY, also=date)]
PastDay = Annotated[date, checked(read_past_date, "a date", notations.DAY, also=date)]
Effort = Annotated[Range[Count], checked(_effort, "a whole number", notations.effort(HARDEST))]
Amount = Annotated[
    Range[Distance] | Range[Duration] | Capped,
    checked(
        _within(_amount, quantities.PART_METRES, quantities.PART_SECONDS), "a distance or a time", notations.AMOUNT
    ),
]
SURFACE = notations.word(get_args(Surface), NO_TRACK)
WEEKDAY = notations.weekday(WEEKDAYS, WEEKDAY_NAMES)
OneWeekday = Annotated[Weekday, checked(_weekday, "a weekday", WEEKDAY)]
WORKOUT_NAME = notations.name_of("workout", "reps-200", "long-run")
PROFILE_NAME = notations.name_of("profile", "beginner", "sam")
WorkoutName = Annotated[str, WithJsonSchema(WORKOUT_NAME)]
Colour = Annotated[str, checked(read_accent, "a colour", notations.COLOUR)]
Address = Annotated[str, checked(_address, "a web address", notations.ADDRESS)]
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
