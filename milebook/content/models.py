"""What a coach may write: typed, frozen, unknown keys forbidden."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from milebook.content import notations
from milebook.content.field_types import (
    PROFILE_NAME,
    SURFACE,
    WEEKDAY,
    Address,
    Colour,
    Day,
    Ease,
    GoalTime,
    LevelledDuration,
    LevelledKey,
    Line,
    Model,
    Name,
    OnePercent,
    OneWeekday,
    PastDay,
    RaceDistance,
    Ramp,
    ResultTime,
    Rise,
    Sourced,
    Text,
    TrialTime,
    Whole,
    WorkoutName,
    any_case,
    as_schema,
    check_web_address,
    checked,
    each_once,
    mistake,
    read_language,
    read_week_days,
    upwards,
)
from milebook.content.vocabulary import (
    DAYS_BY_NUMBER,
    HARD,
    LANGUAGES,
    LEVELS,
    MOST_WEEKS,
    Kind,
    Level,
    Pacing,
    Paper,
    Weekday,
)
from milebook.core.errors import counted
from milebook.running.courses import RACE_METRES, TRACKS, Course, RaceName, Surface, TrackName, course_of
from milebook.running.quantities import (
    METRES_PER_MILE,
    Distance,
    Units,
)
from milebook.running.race_names import is_day_or_time
from milebook.running.race_readings import read_race, read_surface, read_track

# A validator is built when something is first read: a build from content that was kept needs few.


WeeksInPlan = Annotated[Whole, Field(ge=1, le=MOST_WEEKS)]
Lengths = Annotated[tuple[WeeksInPlan, ...], Field(min_length=1, max_length=MOST_WEEKS), AfterValidator(each_once)]


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
                raise mistake(
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
    days: Annotated[tuple[DaysInWeek, DaysInWeek], AfterValidator(upwards)]
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
    distance: Annotated[RaceName, checked(read_race, "a distance", notations.race(RACE_METRES))] = "mile"
    surface: Annotated[Surface, BeforeValidator(read_surface, json_schema_input_type=as_schema(SURFACE))] = "track"
    track: Annotated[TrackName, checked(read_track, "a track", notations.track(TRACKS))] | None = None
    goal: GoalTime | None = None
    pacing: Annotated[Pacing, any_case(Pacing)] = "even"

    @field_validator("name")
    @classmethod
    def _no_day(cls, name: str) -> str:
        if is_day_or_time(name):
            raise mistake(
                f'"{name}" is a day or a time, and no name of a race', "write a name; the day goes below date"
            )
        return name

    @field_validator("track")
    @classmethod
    def _not_on_the_road(cls, track: TrackName | None, info: ValidationInfo) -> TrackName | None:
        if track and info.data.get("surface") == "road":
            raise mistake("a race on the road has no track", "leave track out, or write surface: track")
        return track

    @property
    def course(self) -> Course:
        """What is raced, and where."""
        return course_of(self.distance, self.surface, self.track)


class Profile(Model):
    """One runner."""

    name: Name
    level: Annotated[Level, any_case(Level)]
    result: RaceResult
    trial: TrialTime | None = None
    race: Race
    plan: str = "mile"
    weeks: Whole | None = None
    made: PastDay | None = None  # the day the plan begins to count from; left out: the day of the build
    days: Annotated[
        tuple[OneWeekday, ...],
        Field(min_length=1, max_length=7),
        BeforeValidator(read_week_days, json_schema_input_type=as_schema(notations.days(WEEKDAY, max(DAYS_BY_NUMBER)))),
        AfterValidator(each_once),
    ]
    long_run: OneWeekday | None = Field(default=None, alias="long-run")
    speed_day: OneWeekday | None = Field(default=None, alias="speed-day")
    units: Annotated[Units, any_case(Units)] = "imperial"
    paper: Annotated[Paper, any_case(Paper)] | None = None

    @field_validator("made")
    @classmethod
    def _before_the_race(cls, made: date | None, info: ValidationInfo) -> date | None:
        race = info.data.get("race")
        if made and race and race.day and made > race.day:
            told = f"the plan was made on {made.isoformat()}, after its race on {race.day.isoformat()}"
            raise mistake(told, "write the day it was made, or leave `made` out")
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
    url: Annotated[str, Field(pattern=r"^https?://\S+$"), AfterValidator(check_web_address)] | None = None


class Tip(Model):
    """One piece of advice; `from` where it differs from the file's."""

    title: Line
    text: Text
    from_: str | None = Field(default=None, alias="from")


class Tips(Sourced):
    """One voice; `approach` names the lap table that goes with it."""

    title: Line
    lead: Text
    approach: Annotated[Pacing, any_case(Pacing)] | None = None
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
    language: Annotated[str, checked(read_language, "a language", notations.language(LANGUAGES))] = "en"
