"""A workout as a coach writes it, and each of its steps."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, get_args

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from milebook.content import notations
from milebook.content.field_types import (
    ByLevel,
    Effort,
    LevelledAmount,
    LevelledCounts,
    LevelledDistance,
    LevelledDuration,
    LevelledDurations,
    Line,
    M,
    Model,
    PartTime,
    Sourced,
    StrideDistance,
    StrideEffort,
    Text,
    any_case,
    checked,
    mistake,
    read_pace_name,
)
from milebook.content.vocabulary import (
    LEVELS,
    Kind,
    RepPace,
)
from milebook.core.errors import near_miss
from milebook.running.quantities import (
    Count,
    Distance,
    Range,
)


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
    raise mistake(f"{what} has {found}", "give it one of the two")


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
    pace: Annotated[RepPace, checked(read_pace_name, "a pace", notations.pace(get_args(RepPace)))] = "mile"
    uphill: bool = False
    at_most: PartTime | None = Field(default=None, alias="at-most")
    article: LevelledDurations | None = None
    effort: Effort | None = None

    @model_validator(mode="after")
    def _distance_or_time(self) -> Run:
        if self.at_most and not (self.uphill and self.distance):
            raise mistake("`at-most` is for a distance that is run uphill", "leave it out, or write a time instead")
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
            raise mistake(
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
        raise mistake(f'"{word}" is not a step' if word else "a step is empty", near_miss(word, STEP_KEYS))
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
    kind: Annotated[Kind, any_case(Kind)]
    effort: Effort | None = None
    why: Text
    choice: Text | None = None  # what we changed against the source, and why
    steps: tuple[Step, ...] = Field(max_length=30)
