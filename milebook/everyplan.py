"""All plans that runners of one level and one choice of units can have, taken apart into fragments."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from milebook import booklet, pictures, schedule
from milebook.expressions import Anchored
from milebook.fields import Field
from milebook.fitness import Fitness
from milebook.fragments import OF_THE_ROW, Fragments, Weekday, unlike
from milebook.library import Library
from milebook.models import DAYS_BY_NUMBER, Level, Profile
from milebook.quantities import Distance, Duration, Units
from milebook.schedule import Schedule, Week
from milebook.sessions import Session
from milebook.views import Bar, Day, WeekPage

RUNNER, RACE = "You", "Your mile"
NO_DATE = 7  # stands for the weekday of a race without a date
MONDAY = date(2027, 6, 7)  # any Monday: days are counted from the race
USUAL_DAYS = 5  # a week, where the plan allows them

SessionKey = int  # one for all sessions in which the same is run


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
        self.fitness = fitness
        self.say = booklet.Voices(library)
        # What was worked out is kept by what it depends on: thousands of plans are put together of a few hundred weeks.
        self.known: dict[schedule.Known, Session] = {}
        self.keys: dict[tuple[Any, ...], SessionKey] = {}
        self.keys_of_steps: dict[tuple[str, str, int], tuple[Any, SessionKey]] = {}
        self.days: dict[SessionKey, Day] = {}
        self.heads: dict[Any, tuple[int, int, dict[SessionKey, int]]] = {}
        self.pages: dict[Any, WeekPage] = {}
        self.weeks: dict[Any, int] = {}
        self.bars: dict[Any, tuple[tuple[Bar, ...], Any, list[int]]] = {}
        self.blocks: dict[Any, int] = {}  # by what the fragment shows
        self.afters: dict[Any, int] = {}
        self.profile = self._profile(plan)
        low, high = self.plan.days
        self.usual_days = min(max(USUAL_DAYS, low), high)
        first = self._schedule(self.usual_days, max(self.plan.lengths), NO_DATE)
        self.base = booklet.compose(key, library, self.profile, fitness, first)
        self.around = self._around_notes()

    def _profile(self, plan: str) -> Profile:
        """A runner whose result remembers."""
        base = Profile.model_validate(
            {"name": RUNNER, "level": self.level, "units": self.units, "days": self.plan.days[0], "plan": plan}
            | {"result": {"distance": "1 km", "time": "4:00"}, "race": {"name": RACE}}
        )
        ran = {"distance": Distance(self.fitness.result.metres, "km"), "time": Duration(self.fitness.result.seconds)}
        return base.model_copy(update={"result": base.result.model_copy(update=ran)})

    def _schedule(self, days: int, length: int, weekday: int) -> Schedule:
        race = None
        if weekday != NO_DATE:
            anchor = MONDAY + timedelta(days=weekday)
            race = type("RaceDay", (Anchored,), {"anchor": anchor})(anchor.year, anchor.month, anchor.day)
        on = {"race": self.profile.race.model_copy(update={"day": race})}
        profile = self.profile.model_copy(update={"weeks": length, "days": DAYS_BY_NUMBER[days], **on})
        long_before = MONDAY - timedelta(days=schedule.days_before(length) + 7)
        return schedule.build(self.plan, self.library.workouts, profile, self.fitness, long_before, self.known)

    def plans(self) -> Iterator[tuple[str, Any]]:
        """Choices with their plan: days, the race's weekday, and weeks; or of a near race, what is left of them."""
        low, high = self.plan.days
        for days in range(low, high + 1):
            for length in sorted(self.plan.lengths):
                for weekday in range(NO_DATE + 1):
                    whole = self._schedule(days, length, weekday)
                    yield f"{days} {weekday} {length}", self._plan(whole)
                    if length == min(self.plan.lengths) and weekday != NO_DATE:
                        for name, rest in _near(whole).items():
                            yield f"{days} {weekday} {name}", self._plan(rest)
                self._let_go()

    def _let_go(self) -> None:
        """Free what plans of another length have no use for; the rings that a template's contexts leave, too."""
        self.pages.clear()
        self.fragments.operations.forget()
        gc.collect(0)  # only what is young: the collector may be off, and a full round takes long

    def fitting(self) -> list[str]:
        """How long a plan is chosen by the days that are left to the race, from 0 on, as `plans` names it."""
        shortest = self._schedule(self.usual_days, min(self.plan.lengths), 0)
        names = []
        for left in range(schedule.days_before(max(self.plan.lengths)) + 1):
            length = schedule.longest_that_fits(self.plan, left)
            names.append(str(length) if schedule.days_before(length) <= left else _rest(shortest, left)[0])
        return names

    def _plan(self, planned: Schedule) -> list[Any]:
        """[first day, length, weeks, days after, grid, its own values, note, explained sessions, facts]."""
        dated = planned.race_day is not None
        keys = [[self._key(session) for session in week.sessions] for week in planned.weeks]
        weeks = [self._week(week, planned.length, own, dated) for week, own in zip(planned.weeks, keys, strict=True)]
        count = sum(map(len, keys))
        return [
            1 - count,
            planned.length,
            weeks,
            self._after(planned, dated),
            *self._grid(planned, keys),
            self._lead(planned),
            [self._note(uses, planned.length) for uses in booklet.uses_of(planned)],
            self._facts(planned, keys),
        ]

    def _key(self, session: Session) -> SessionKey:
        """Names a session, for one level and one choice of units: what is run in it, not when."""
        place = session.workout, session.kind, id(session.steps)
        known = self.keys_of_steps.get(place)
        if known is None:
            steps = tuple((step.kind, step.reps, float(step.metres), float(step.seconds)) for step in session.steps)
            key = self.keys.setdefault((session.workout, session.kind, steps), len(self.keys))
            known = self.keys_of_steps[place] = session.steps, key  # kept, so that their id stays their own
        return known[1]

    # ------------------------------------------------------------ weeks

    def _day(self, session: Session) -> Day:
        key = self._key(session)
        if key not in self.days:
            on = Field("date", "", OF_THE_ROW)
            self.days[key] = replace(booklet.day(session, self.profile), weekday=Weekday("row"), date=on)
        return self.days[key]

    def _page(self, week: Week, length: int, keys: list[SessionKey]) -> WeekPage:
        """The page of all weeks with the same sessions in the same order, as far from the race."""
        place = week.number, length, week.start is None, tuple(keys)
        if place not in self.pages:
            self.pages[place] = booklet.week_page(week, length, self.units, tuple(map(self._day, week.sessions)))
        return self.pages[place]

    def _pages(self, planned: Schedule, keys: list[list[SessionKey]]) -> tuple[WeekPage, ...]:
        return tuple(self._page(week, planned.length, own) for week, own in zip(planned.weeks, keys, strict=True))

    def _week(self, week: Week, length: int, keys: list[SessionKey], dated: bool) -> int:
        place = week.number, length, dated, tuple(keys)
        if place not in self.weeks:
            self.weeks[place] = self._new_week(self._page(week, length, keys), keys, dated)
        return self.weeks[place]

    def _new_week(self, page: WeekPage, keys: list[SessionKey], dated: bool) -> int:
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

    def _after(self, planned: Schedule, dated: bool) -> int:
        place = (planned.length, dated)
        if place not in self.afters:
            days = tuple(self._day(session) for session in planned.after)
            shown = tuple(day if dated else replace(day, date=None) for day in days)
            html = self.fragments.section("after", replace(self.base, after=shown))
            self.afters[place] = self.fragments.weeks.number([*self.fragments.split("after", html, days), []])
        return self.afters[place]

    # ------------------------------------------------------------ what stands around the weeks

    def _block(self, section: str, shows: Any, **changes: Any) -> int:
        """The block of a section that shows this."""
        if (section, shows) not in self.blocks:
            html = self.fragments.section(section, replace(self.base, **changes))
            self.blocks[section, shows] = self.fragments.block(html)
        return self.blocks[section, shows]

    def _grid(self, planned: Schedule, keys: list[list[SessionKey]]) -> tuple[int, list[int]]:
        bars, fixed, own = self._bars(planned, keys)
        grid = tuple((week.number, tuple(session.kind for session in week.sessions)) for week in planned.weeks)
        if ("glance", (grid, fixed)) in self.blocks:
            return self.blocks["glance", (grid, fixed)], own
        weekdays = tuple(Weekday(str(days)) for days in range(-6, 1))
        shown = {
            "weeks": self._pages(planned, keys),
            "bars": bars,
            "weekdays": weekdays,
            "kinds": booklet.kinds(planned),
        }
        return self._block("glance", (grid, fixed), **shown), own

    def _bars(self, planned: Schedule, keys: list[list[SessionKey]]) -> tuple[tuple[Bar, ...], Any, list[int]]:
        """How the weeks grow, what of it is the same for all, and the runner's own values."""
        place = planned.length, tuple(tuple(sorted(week)) for week in keys)
        if place not in self.bars:
            own: list[int] = []
            bars = tuple(
                replace(bar, **{key: self.fragments.own(getattr(bar, key), own) for key in ("total", "share", "limit")})
                for bar in pictures.volume_bars(planned, self.plan.ramp.value / 100, self.units)
            )
            fixed = tuple((_fixed(bar.total), _fixed(bar.share), _fixed(bar.limit)) for bar in bars)
            self.bars[place] = bars, fixed, own
        return self.bars[place]

    def _lead(self, planned: Schedule) -> int:
        note = booklet.plan_note(self.plan, self.profile, planned)
        return self._block("how-to", json.dumps(self.fragments.pieces(note)), note=note)

    def _facts(self, planned: Schedule, keys: list[list[SessionKey]]) -> int:
        count = len(planned.weeks)
        if ("facts", count) not in self.blocks:
            shown = replace(self.base, weeks=self._pages(planned, keys))
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

    def _note(self, uses: tuple[Session, ...], length: int) -> int:
        place = (tuple((session.week, self._key(session)) for session in uses), length if uses[0].week > length else 0)
        if ("note", place) not in self.blocks:
            note = booklet.session_note(uses, length, self.units, self.say)
            html = self.fragments.section("sessions", replace(self.base, sessions=(note,)))
            before, after = self.around
            self.blocks["note", place] = self.fragments.block(html[len(before) : len(html) - len(after)])
        return self.blocks["note", place]


def _rest(whole: Schedule, left: int) -> tuple[str, Schedule]:
    """What is left of a dated plan so many days before the race, and its name: `near`, weeks, days of the first."""
    assert whole.race_day is not None
    rest = schedule.from_day(whole, whole.race_day - timedelta(days=left))
    return f"near {len(rest.weeks)} {len(rest.weeks[0].sessions)}", rest


def _near(whole: Schedule) -> dict[str, Schedule]:
    """All that can be left of a plan that is too long."""
    return dict(_rest(whole, left) for left in range(schedule.days_before(whole.length)))


def _fixed(value: Field | None) -> Field | None:
    """A value that is the same for all; None for a runner's own."""
    return None if value is None or value.source else value


def _as(page: WeekPage, dated: bool) -> WeekPage:
    return page if dated else replace(page, days=tuple(replace(day, date=None) for day in page.days))
