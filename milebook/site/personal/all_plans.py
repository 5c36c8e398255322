"""All plans that runners of one level and one choice of units can have, taken apart into fragments."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

from milebook.booklet import charts, composition, fields, plan_notes
from milebook.booklet.fields import Field, Line
from milebook.booklet.views import Bar, Booklet, Day, WeekPage
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.content.vocabulary import DAYS_BY_NUMBER, Level
from milebook.running.courses import RACE_METRES, Course, RaceName, named, race_of
from milebook.running.fitness import Fitness
from milebook.running.mile_classes import CLASSES
from milebook.running.quantities import Distance, Duration, Units
from milebook.running.tracing import Expression, OffsetDate, later
from milebook.site.personal.fragments import OF_THE_ROW, Fragments, Weekday, unlike
from milebook.site.personal.merging import Merging
from milebook.training import schedule
from milebook.training.load import Load
from milebook.training.planned import Session
from milebook.training.schedule import Schedule, Week
from milebook.training.sessions import Runner
from milebook.training.trials import trial_of, workouts_after

RUNNER, RACE = "You", "Your {race}"
ANY_RACE = cast(RaceName, race_of(Expression(RACE_METRES["mile"], ("raced",))))
NO_DATE = 7  # stands for the weekday of a race without a date
MONDAY = date(2027, 6, 7)  # any Monday: days are counted from the race
USUAL_DAYS = 5  # a week, where the plan allows them

SessionKey = int  # one for all sessions in which every class of runners runs the same
Versions = tuple[Session, ...]  # a day's session as each class of runners has it: they differ in how much there is


@dataclass(frozen=True)
class PlanOfClasses:
    """A plan as the first class of runners has it, and the sessions of all of them, week by week and day by day."""

    schedule: Schedule
    days: tuple[tuple[Versions, ...], ...]
    keys: tuple[tuple[SessionKey, ...], ...]
    after: tuple[Versions, ...]

    @cached_property
    def by_week(self) -> tuple[WeekOfClasses, ...]:
        """Its weeks."""
        return tuple(self._by_week())

    def _by_week(self) -> Iterator[WeekOfClasses]:
        place, begin, length = self.schedule.trial_place, 0, len(self.keys)
        for week, days, keys in zip(self.schedule.weeks, self.days, self.keys, strict=True):
            before = len(days) if place is None else min(max(0, place + 1 - begin), len(days))
            yield WeekOfClasses(week, days, keys, length, before)
            begin += len(days)


@dataclass(frozen=True)
class WeekOfClasses:
    """A week of a plan of so many; `before` is how many of its days are not after the trial, all without one."""

    week: Week
    days: tuple[Versions, ...]
    keys: tuple[SessionKey, ...]
    length: int
    before: int

    @cached_property
    def name(self) -> tuple[Any, ...]:
        """What all weeks have in common that show the same."""
        return self.week.number, self.length, self.week.start is None, self.week.title, self.keys, self.before

    @property
    def is_dated(self) -> bool:
        """Whether the race has a day."""
        return self.week.start is not None

    @cached_property
    def parts(self) -> tuple[tuple[SessionKey, ...], tuple[SessionKey, ...]]:
        """The sessions up to the trial and those after it, in any order."""
        return tuple(sorted(self.keys[: self.before])), tuple(sorted(self.keys[self.before :]))


class EveryPlan:
    """All plans of one level and one choice of units."""

    def __init__(
        self, key: str, library: Library, plan: str, fitness: Fitness, level: Level, units: Units, fragments: Fragments
    ) -> None:
        self.library, self.plan, self.level, self.units, self.fragments = (
            library,
            library.plans[plan],
            level,
            units,
            fragments,
        )
        self.key, self.fitness = key, fitness
        self.merging = Merging(fitness.mile, fragments.operations)
        self.say = composition.Voices(library)
        # What was worked out is kept by what it depends on: thousands of plans are put together of a few hundred weeks.
        self.classes = [
            (
                Runner(level, units, fitness, race=ANY_RACE, of_class=one),
                Load(self.plan, library.workouts, level, units, one),
                dict[Any, Any](),
            )
            for one in CLASSES
        ]
        self.sums: dict[Any, tuple[float, ...]] = {}
        self.keys: dict[tuple[Any, ...], SessionKey] = {}
        self.keys_of_steps: dict[tuple[Any, ...], tuple[Any, SessionKey]] = {}
        self.days: dict[SessionKey, Day] = {}
        self.heads: dict[Any, tuple[int, int, dict[SessionKey, int]]] = {}
        self.pages: dict[Any, WeekPage] = {}
        self.weeks: dict[Any, int] = {}
        self.bars: dict[Any, tuple[tuple[Bar, ...], Any, list[int]]] = {}
        self.blocks: dict[Any, int] = {}  # by what the fragment shows
        self.afters: dict[Any, int] = {}
        self.beside: dict[Any, tuple[int, ...]] = {}
        self.profile = self._profile(plan)
        low, high = self.plan.days
        self.usual_days = min(max(USUAL_DAYS, low), high)
        told = self._outline(self.usual_days, max(self.plan.lengths), NO_DATE)
        self.first = schedule.fill(told, *self.classes[self.merging.usual])
        self.base = composition.compose(key, library, self.profile, fitness, self.first)
        self.around = self._around_notes()

    def raced(self, course: Course) -> Booklet:
        """The same booklet of one race alone, for what of it is not the plan: the laps, the tables, the race's day."""
        values: dict[str, object] = {"distance": course.race, "surface": course.surface, "track": course.track}
        values["name"] = named(RACE, course.race)
        race = self.profile.race.model_copy(update=values)
        profile = self.profile.model_copy(update={"race": race})
        return composition.compose(self.key, self.library, profile, self.fitness, self.first)

    def _profile(self, plan: str) -> Profile:
        """A runner whose result remembers, and whose race is any: a word of its metres."""
        base = Profile.model_validate(
            {"name": RUNNER, "level": self.level, "units": self.units, "days": self.plan.days[0], "plan": plan}
            | {"result": {"distance": "1 km", "time": "4:00"}, "race": {"name": RACE}}
        )
        ran = {"distance": Distance(self.fitness.result.metres, "km"), "time": Duration(self.fitness.result.seconds)}
        on = {"distance": ANY_RACE, "name": named(RACE, ANY_RACE)}
        return base.model_copy(
            update={"result": base.result.model_copy(update=ran), "race": base.race.model_copy(update=on)}
        )

    def _outline(self, days: int, length: int, weekday: int, left: int | None = None) -> schedule.Outline:
        """Which sessions there are on which days; `left` is how many days there are to the race, where it is near."""
        race = None
        if weekday != NO_DATE:
            anchor = MONDAY + timedelta(days=weekday)
            race = type("RaceDay", (OffsetDate,), {"anchor": anchor})(anchor.year, anchor.month, anchor.day)
        on = {"race": self.profile.race.model_copy(update={"day": race})}
        profile = self.profile.model_copy(update={"weeks": length, "days": DAYS_BY_NUMBER[days], **on})
        before = schedule.days_before(length) + 7 if left is None else left - weekday
        made = MONDAY - timedelta(days=before)
        profile = profile.model_copy(update={"made": made})
        return schedule.outline(self.plan, self.library.workouts, profile, made)

    def _planned(self, days: int, length: int, weekday: int, left: int | None = None) -> PlanOfClasses:
        told = self._outline(days, length, weekday, left)
        every_class = [schedule.sessions_of(told, *of_class) for of_class in self.classes]
        by_week = tuple(tuple(zip(*weeks, strict=True)) for weeks in zip(*every_class, strict=True))
        keys = tuple(tuple(map(self._key, week)) for week in by_week)
        after = tuple(zip(*(schedule.after_of(told, *of_class) for of_class in self.classes), strict=True))
        return PlanOfClasses(schedule.fill(told, *self.classes[0]), by_week, keys, after)

    def plans(self) -> Iterator[tuple[str, Any]]:
        """Choices with their plan: days, the race's weekday, and weeks; or of a near race, what is left of them."""
        low, high = self.plan.days
        for days in range(low, high + 1):
            for length in sorted(self.plan.lengths):
                for weekday in range(NO_DATE + 1):
                    yield f"{days} {weekday} {length}", self._plan(self._planned(days, length, weekday))
                    if length == min(self.plan.lengths) and weekday != NO_DATE:
                        for name, left in _near(length).items():
                            near = self._planned(days, length, weekday, left)
                            yield f"{days} {weekday} {name}", self._plan(near)
                self._let_go()

    def _let_go(self) -> None:
        """Free what plans of another length have no use for; the rings that a template's contexts leave, too."""
        self.pages.clear()
        self.fragments.operations.forget()
        gc.collect(0)  # only what is young: the collector may be off, and a full round takes long

    def fitting(self) -> list[str]:
        """How long a plan is chosen by the days that are left to the race, from 0 on, as `plans` names it."""
        names = []
        for left in range(schedule.days_before(max(self.plan.lengths)) + 1):
            length = schedule.longest_that_fits(self.plan, left)
            names.append(str(length) if schedule.days_before(length) <= left else _named(left))
        return names

    def _plan(self, planned: PlanOfClasses) -> list[Any]:
        """[first day, length, weeks, after, grid, its own values, notes, sessions explained, facts, sample, trial]."""
        weeks = list(map(self._week, planned.by_week))
        return [
            1 - sum(map(len, planned.keys)),
            len(planned.keys),
            weeks,
            self._after(planned),
            *self._grid(planned),
            self._leads(planned.schedule),
            self._notes(planned),
            self._facts(planned),
            self._sample_week(planned, weeks),
            self._trial(planned),
        ]

    def _key(self, sessions: Versions) -> SessionKey:
        """Names a day's session, for one level and one choice of units: what each class runs in it, not when."""
        place = tuple(map(id, sessions))
        known = self.keys_of_steps.get(place)
        if known is None:
            steps = tuple(
                tuple((step.kind, step.reps, step.told, float(step.metres), float(step.seconds)) for step in one.steps)
                for one in sessions
            )
            key = self.keys.setdefault((sessions[0].workout, sessions[0].kind, steps), len(self.keys))
            known = self.keys_of_steps[place] = sessions, key  # kept, so that their ids stay their own
        return known[1]

    # ------------------------------------------------------------ weeks

    def _day(self, sessions: Versions) -> Day:
        key = self._key(sessions)
        if key not in self.days:
            on = Field("date", "", OF_THE_ROW)
            days = [replace(composition.day(one, self.profile), weekday=Weekday("row"), date=on) for one in sessions]
            self.days[key] = self.merging.merged(days)
        return self.days[key]

    def _page(self, of: WeekOfClasses) -> WeekPage:
        """The page of all weeks with the same sessions in the same order, as far from the race."""
        if of.name not in self.pages:
            days = tuple(map(self._day, of.days))
            self.pages[of.name] = composition.week_page(self._run(of), of.length, self.units, days)
        return self.pages[of.name]

    def _run(self, of: WeekOfClasses) -> Week:
        """A week whose sums are those of every class of runners; its days may come in any order."""
        if of.parts not in self.sums:
            before = self._sums(of.week, of.days[: of.before])
            after = self._sums(of.week, of.days[of.before :])
            self.sums[of.parts] = tuple(one + later(other) for one, other in zip(before, after, strict=True))
        metres, seconds = self.sums[of.parts]
        summed = replace(of.week)
        summed.__dict__.update(metres=metres, seconds=seconds)  # in place of those worked out of its own sessions
        return summed

    def _sums(self, week: Week, days: tuple[Versions, ...]) -> tuple[float, float]:
        """Metres and seconds of some days of a week, by each class of runners."""
        weeks = [replace(week, sessions=sessions) for sessions in zip(*days, strict=True)]
        if not weeks:
            return 0.0, 0.0
        merged = self.merging.merged_number
        return merged([one.metres for one in weeks]), merged([one.seconds for one in weeks])

    def _pages(self, planned: PlanOfClasses) -> tuple[WeekPage, ...]:
        return tuple(map(self._page, planned.by_week))

    def _week(self, of: WeekOfClasses) -> int:
        if of.name not in self.weeks:
            self.weeks[of.name] = self._new_week(self._page(of), of.keys, of.is_dated)
        return self.weeks[of.name]

    def _new_week(self, page: WeekPage, keys: tuple[SessionKey, ...], dated: bool) -> int:
        own: list[int] = []
        shown = replace(
            page,
            total=self.fragments.own(page.total, own),
            time=self.fragments.own(page.time, own),
            dates=self.fragments.own(page.dates, own),
        )
        place = (
            replace(shown, days=(), dates=None),
            dated,
            tuple(sorted(keys)),
        )  # days in another order: the same head
        if place not in self.heads:
            html = self.fragments.section("weeks", replace(self.base, weeks=(_as(shown, dated),)))
            head, foot, rows = self.fragments.split("weeks", html, page.days)
            self.heads[place] = head, foot, dict(zip(keys, rows, strict=True))
        head, foot, by_session = self.heads[place]
        return self.fragments.weeks.number([head, foot, [by_session[key] for key in keys], own])

    def _after(self, planned: PlanOfClasses) -> int:
        """The days after the race, the same in every plan."""
        dated = planned.schedule.race_day is not None
        if dated not in self.afters:
            days = tuple(map(self._day, planned.after))
            shown = tuple(day if dated else replace(day, date=None) for day in days)
            html = self.fragments.section("after", replace(self.base, after=shown))
            self.afters[dated] = self.fragments.weeks.number([*self.fragments.split("after", html, days), []])
        return self.afters[dated]

    def _sample_week(self, planned: PlanOfClasses, weeks: list[int]) -> int | None:
        """The week beside a person's, and what stands around its days; none for other plans."""
        chosen = composition.fullest(planned.schedule.weeks)
        of = planned.by_week[chosen]
        place = of.week.number, of.length, of.is_dated, of.parts
        if place not in self.beside:
            page = self._page(of)
            html = self.fragments.section("sample-week", replace(self.base, weeks=(page,), fullest=0))
            rows = self.fragments.weeks.entries[weeks[chosen]][2]
            self.beside[place] = self.fragments.split_beside("sample-week", html, rows) if html.strip() else ()
        around = self.beside[place]
        return self.fragments.samples.number([chosen, *around]) if around else None

    # ------------------------------------------------------------ what stands around the weeks

    def _block(self, section: str, shows: Any, **changes: Any) -> int:
        """The block of a section that shows this."""
        if (section, shows) not in self.blocks:
            html = self.fragments.section(section, replace(self.base, **changes))
            self.blocks[section, shows] = self.fragments.block(html)
        return self.blocks[section, shows]

    def _grid(self, planned: PlanOfClasses) -> tuple[int, list[int]]:
        weeks = planned.schedule.weeks
        bars, fixed, own = self._bars(planned)
        grid = tuple((week.number, tuple(session.kind for session in week.sessions)) for week in weeks)
        if ("glance", (grid, fixed)) in self.blocks:
            return self.blocks["glance", (grid, fixed)], own
        weekdays = tuple(Weekday(str(days)) for days in range(-6, 1))
        shown = {
            "weeks": self._pages(planned),
            "bars": bars,
            "weekdays": weekdays,
            "kinds": composition.kinds(planned.schedule),
        }
        return self._block("glance", (grid, fixed), **shown), own

    def _bars(self, planned: PlanOfClasses) -> tuple[tuple[Bar, ...], Any, list[int]]:
        """How the weeks grow, what of it is the same for all, and the runner's own values."""
        place = planned.schedule.length, tuple(of.parts for of in planned.by_week)
        if place not in self.bars:
            own: list[int] = []
            weeks = tuple(map(self._run, planned.by_week))
            run = replace(planned.schedule, weeks=weeks)
            bars = tuple(
                replace(bar, **{key: self.fragments.own(getattr(bar, key), own) for key in ("total", "share", "limit")})
                for bar in charts.volume_bars(run, self.plan.ramp.value / 100, self.units)
            )
            fixed = tuple((_fixed(bar.total), _fixed(bar.share), _fixed(bar.limit)) for bar in bars)
            self.bars[place] = bars, fixed, own
        return self.bars[place]

    def _leads(self, planned: Schedule, of_trial: Line = ()) -> int:
        """What is to be known of a plan, for each class of runners; one for all where there is no difference."""
        fits = [plan_notes.fit_of(self.level, one) for one in CLASSES]  # all that a note asks of a class
        of_kind = {kind: CLASSES[fits.index(kind)] for kind in dict.fromkeys(fits)}
        told = {kind: self._lead(replace(planned, mile_class=one), of_trial) for kind, one in of_kind.items()}
        leads = [told[kind] for kind in fits] if len(set(told.values())) > 1 else list(told.values())[:1]
        return self.fragments.notes.number(leads)

    def _lead(self, planned: Schedule, of_trial: Line) -> int:
        note = fields.joined((plan_notes.plan_note(self.plan, self.profile, planned), of_trial), " ")
        return self._block("how-to", json.dumps(self.fragments.pieces(note)), note=note)

    def _trial(self, planned: PlanOfClasses) -> int | None:
        """What a trial's time changes; None for a plan without one."""
        place = planned.schedule.trial_place
        if place is None:
            return None
        ran = self.profile.result
        seconds = later(ran.time.seconds)
        note = plan_notes.trial_note(trial_of(planned.schedule).week, ran.distance, ran.time.seconds, seconds)
        after = workouts_after(planned.schedule)
        uses = composition.uses_of(planned.schedule)
        earlier = [number for number, each in enumerate(uses) if each[0].workout not in after]
        return self.fragments.trials.number([place, self._leads(planned.schedule, note), earlier])

    def _facts(self, planned: PlanOfClasses) -> int:
        count = len(planned.keys)
        if ("facts", count) not in self.blocks:
            shown = replace(self.base, weeks=self._pages(planned))
            self.blocks["facts", count] = self.fragments.block(
                self.fragments.empty.render("facts.html.j2", {"booklet": shown})
            )
        return self.blocks["facts", count]

    # ------------------------------------------------------------ sessions explained

    def _around_notes(self) -> tuple[str, str]:
        """What stands before and after the explained sessions."""
        none = self.fragments.section("sessions", replace(self.base, sessions=()))
        several = self.fragments.section("sessions", self.base)
        same = next((n for n, (a, b) in enumerate(zip(none, several, strict=False)) if a != b), len(none))
        if not several.endswith(none[same:]):
            raise unlike("sessions", "it must show one session behind the other")
        return none[:same], none[same:]

    def _notes(self, planned: PlanOfClasses) -> list[int]:
        """The sessions explained."""
        length = len(planned.keys)
        versions = (*(days for week in planned.days for days in week), *planned.after)
        of = {id(placed): one for placed, one in zip(planned.schedule.sessions, versions, strict=True)}
        uses = composition.uses_of(planned.schedule)
        return [self._note(tuple((one, of[id(one)]) for one in each), length) for each in uses]

    def _note(self, uses: tuple[tuple[Session, Versions], ...], length: int) -> int:
        """A session explained: each use of it on its day, and as every class of runners has it."""
        weeks = tuple((placed.week, self._key(versions)) for placed, versions in uses)
        place = weeks, length if weeks[0][0] > length else 0
        if ("note", place) not in self.blocks:
            each = [
                composition.session_note(
                    tuple(one.on(None, week, 0) for one, (week, _) in zip(of_class, weeks, strict=True)),
                    length,
                    self.units,
                    self.say,
                )
                for of_class in zip(*(versions for _, versions in uses), strict=True)
            ]
            html = self.fragments.section("sessions", replace(self.base, sessions=(self.merging.merged(each),)))
            before, after = self.around
            self.blocks["note", place] = self.fragments.block(html[len(before) : len(html) - len(after)])
        return self.blocks["note", place]


def _named(left: int) -> str:
    """What the plan for a near race, so many days away, is called: `near`, weeks, days of the first."""
    whole = (left + 1) // 7
    return f"near {whole} 7" if whole else f"near 1 {left + 1}"


def _near(length: int) -> dict[str, int]:
    """All plans of fewer weeks than there are, each with days to a race for which it is made."""
    return {_named(left): left for left in range(schedule.days_before(length))}


def _fixed(value: Field | None) -> Field | None:
    """A value that is the same for all; None for a runner's own."""
    return None if value is None or value.source else value


def _as(page: WeekPage, dated: bool) -> WeekPage:
    return page if dated else replace(page, days=tuple(replace(day, date=None) for day in page.days))
