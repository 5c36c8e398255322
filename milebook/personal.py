"""Everybody's plan for the page "Make it yours": fragments of pages, and how each value in them is worked out.

What a plan looks like depends on a few choices (level, units, days, weeks, the race's weekday), so it is made here for
each of them, by the same code and templates as every profile's page, from a result that remembers (`expressions`).
Fragments that several plans share are kept once. The browser's script looks a plan up, puts the fragments together and
writes the values into them; it knows no formula and no rule.

    lines     texts of fragments
    blocks    fragments: [lines, ...]
    nodes     operations: [name, value or [node], ...]
    values    how a value is written, and of what: [name, value or [node], ...]
    events    [title, text] of a calendar: text and numbers of values
    rows      days: [block, event]
    weeks     [head, foot, rows, own values]: blocks, rows, and what stands in the places numbered `data-o`
    plans     choices -> see `Making.plan`
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import jinja2.meta
from markupsafe import Markup

from milebook import booklet, fields, fitness, pictures, quantities, schedule
from milebook.errors import ContentError, Problem
from milebook.exports import calendar
from milebook.expressions import Anchored, Expression
from milebook.fields import Field, Line
from milebook.fitness import Fitness, Result
from milebook.library import Library
from milebook.models import DAYS_BY_NUMBER, WEEKDAY_NAMES, Level, Plan, Profile
from milebook.quantities import Distance, Duration, Units
from milebook.render import Renderer, mark_bar, mark_field
from milebook.schedule import Schedule
from milebook.sessions import Session
from milebook.views import Bar, Booklet, Day, WeekPage

KEY = "yours"
RUNNER, RACE = "You", "Your mile"
LEVELS: tuple[Level, ...] = get_args(Level)
UNITS: tuple[Units, ...] = get_args(Units)
NO_DATE = 7  # stands for the weekday of a race without a date
MONDAY = date(2027, 6, 7)  # any Monday: days are counted from the race
EXAMPLE = {"distance": "5 km", "time": "20:50"}  # what the page shows first
ROUGH = frozenset({"about", "hours", "share"})  # written so roughly that sums may be taken in another order
OF_A_PLAN = ("glance", "weeks", "after", "how-to", "sessions")  # sections that the plan has a say in
_ROW = re.compile(r"[ \t]*<tr\b[^>]*\bclass=\"day .*?</tr>\n?", re.DOTALL)
_SECTION = re.compile(r"sections/([\w-]+)\.html\.j2")


def plan_key(library: Library) -> str:
    """The plan of the page: that of a profile that names none, else the first there is."""
    usual = str(Profile.model_fields["plan"].default)
    return usual if usual in library.plans else next(iter(library.plans))


def dump(data: Mapping[str, Any]) -> bytes:
    """The data as a script: a page that was opened from the file system may read no other file."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"self.milebookData={text};\n".encode()


def name_of(folders: Sequence[Path]) -> str:
    """A name for the content of some folders, by every byte of it."""
    told = hashlib.sha256(b"yours")
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            told.update(f"{path.relative_to(folder).as_posix()} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


class _Weekday(str):
    """A weekday that a page counts from the race, or from its row; a template may take its first letters."""

    place: str
    letters: int | None = None

    def __getitem__(self, part: Any) -> str:
        short = _Weekday(str.__getitem__(self, part))
        short.place, short.letters = self.place, getattr(part, "stop", None)
        return short

    def __html__(self) -> str:
        return f'<span data-w="{self.place}" data-letters="{self.letters or 99}"></span>'


class _Numbers:
    """Values and what they are worked out of, each once."""

    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self.values: list[list[Any]] = []
        self._node_ids: dict[str, int] = {}
        self._value_ids: dict[str, int] = {}
        self._known: dict[tuple[int, bool], tuple[Any, int]] = {}

    def value(self, source: tuple[Any, ...]) -> int:
        """The number of a value."""
        how, *of = source
        written = [how, *(self._argument(part, rough=how in ROUGH) for part in of)]
        return _number(written, self.values, self._value_ids)

    def _argument(self, part: Any, *, rough: bool) -> Any:
        if isinstance(part, Expression):
            return [self.node(part, rough=rough)]
        return part.offset if isinstance(part, Anchored) else part

    def node(self, expression: Expression, *, rough: bool = False) -> int:
        """The number of an expression; a rough one as the sum it comes to."""
        known = self._known.get((id(expression), rough))
        if known is None:
            number = self._sum(*self._linear(expression)) if rough else self._exact(expression)
            known = self._known[id(expression), rough] = expression, number  # kept, so that its id stays its own
        return known[1]

    def _exact(self, expression: Expression) -> int:
        name, *of = expression.node
        return self._add([name, *([self.node(part)] if isinstance(part, Expression) else part for part in of)])

    def _add(self, node: list[Any]) -> int:
        return _number(node, self.nodes, self._node_ids)

    def _linear(self, part: Any) -> tuple[float, dict[int, float]]:
        """A constant, and how often which nodes."""
        if not isinstance(part, Expression):
            return float(part), {}
        name, *of = part.node
        if name in ("+", "-"):
            (low, left), (high, right) = map(self._linear, of)
            sign = 1 if name == "+" else -1
            return low + sign * high, {
                node: left.get(node, 0.0) + sign * right.get(node, 0.0) for node in {**left, **right}
            }
        plain = [float(one) for one in of if not isinstance(one, Expression)]
        if (name == "*" and plain) or (name == "/" and not isinstance(of[1], Expression)):
            factor = plain[0] if name == "*" else 1 / plain[0]
            constant, several = self._linear(next(one for one in of if isinstance(one, Expression)))
            return constant * factor, {node: often * factor for node, often in several.items()}
        if name == "/":
            over = [self.node(of[1], rough=True)]
            if plain:
                return 0.0, {self._add(["/", 1, over]): plain[0]}
            return 0.0, {self._add(["/", [self.node(of[0], rough=True)], over]): 1.0}
        if name in ("most", "least"):
            several_ = [[self.node(one, rough=True)] if isinstance(one, Expression) else one for one in of]
            return 0.0, {self._add([name, *several_]): 1.0}
        return 0.0, {self._exact(part): 1.0}

    def _sum(self, constant: float, several: Mapping[int, float]) -> int:
        if not constant and list(several.values()) == [1.0]:
            return next(iter(several))
        parts = [part for node in sorted(several) for part in (node, _short(several[node]))]
        return self._add(["sum", _short(constant), *parts])


def _short(value: float) -> float:
    short = float(f"{value:.15g}")
    return int(short) if short == int(short) else short


def _number(entry: list[Any], entries: list[list[Any]], ids: dict[str, int]) -> int:
    told = json.dumps(entry)
    number = ids.setdefault(told, len(entries))
    if number == len(entries):
        entries.append(entry)
    return number


class Making:
    """Makes the page and its data. The page comes first: data made or kept later number their values alike."""

    def __init__(self, library: Library, renderer: Renderer) -> None:
        self.library = library
        self.plan_key = plan_key(library)
        self.plan: Plan = library.plans[self.plan_key]
        self.numbers = _Numbers()
        self.lines: dict[str, int] = {}
        self.blocks: dict[tuple[int, ...], int] = {}
        self.weeks: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.events: dict[str, int] = {}
        self.empty = renderer.with_filters(self.filters(text=False))
        self.filled = renderer.with_filters(self.filters(text=True))
        self.say = booklet.Voices(library)
        result = Result(Expression(5000.0, ("metres",)), Expression(1250.0, ("seconds",)))
        self.fitness: Fitness = fitness.assess(result)
        self.sections = self._sections(renderer)
        self.example = _ForRunners(self, "intermediate", "metric")

    def page(self, values: Mapping[str, Any]) -> str:
        """The page with its example; `values` are what every page is given. Raises ContentError, as templates do."""
        low, high = self.plan.days
        choices = {
            "data": f"{self.plan_key}.js",
            "usual": EXAMPLE
            | {"level": self.example.level, "units": self.example.units, "days": str(min(max(5, low), high))},
            "distances": ("mile", "1500 m", "3 km", "5 km", "10 km", "half marathon", "marathon"),
            "lengths": [[str(length), str(length)] for length in sorted(self.plan.lengths)],
            "levels": [[level, level] for level in LEVELS],
            "days": [[str(days), str(days)] for days in range(low, high + 1)],
        }
        view = {"booklet": self.example.base, "sections": (), "downloads": ()}
        return self.filled.render("yours.html.j2", {**values, **view, **choices})

    @staticmethod
    def _sections(renderer: Renderer) -> tuple[str, ...]:
        environment = renderer.environment
        source, _, _ = environment.loader.get_source(environment, "page.html.j2")  # type: ignore[union-attr]
        found = jinja2.meta.find_referenced_templates(environment.parse(source))
        return tuple(match[1] for name in found if name and (match := _SECTION.fullmatch(name)))

    # ------------------------------------------------------------ values in templates

    def filters(self, *, text: bool) -> dict[str, Callable[..., Any]]:
        """Filters that number values, and show them or leave their places empty."""

        def place(value: Field) -> str:
            how, *of = value.source or ()
            if how == "own":
                return f'data-o="{of[0]}"'
            return 'data-r="day"' if how == "row" else f'data-v="{self.numbers.value(value.source or ())}"'

        def field(value: Field | str) -> Markup:
            if not isinstance(value, Field) or value.source is None:
                return mark_field(value)
            return self._placed(mark_field(replace(value, text=value.text if text else "")), place(value))

        def bar(value: Field, width: float) -> Markup:
            if value.source is None:
                return mark_bar(value, width)
            return self._placed(mark_bar(value if text else replace(value, text="0"), width), place(value))

        return {"field": field, "bar": bar, "line": lambda line: Markup("").join(map(field, line))}

    @staticmethod
    def _placed(html: Markup, place: str) -> Markup:
        return Markup(re.sub(r"^<\w+", lambda tag: f"{tag[0]} {place}", str(html), count=1))

    # ------------------------------------------------------------ fragments

    def block(self, html: str) -> int:
        """The number of a fragment."""
        lines = tuple(self.lines.setdefault(line, len(self.lines)) for line in html.split("\n"))
        return self.blocks.setdefault(lines, len(self.blocks))

    def render(self, section: str, view: Booklet) -> str:
        """One section with empty places."""
        return self.empty.render("section.html.j2", {"section": section, "booklet": view, "sections": ()})

    # ------------------------------------------------------------ everything

    def data(self) -> dict[str, Any]:
        """What the script needs. Raises ContentError where a template cannot be taken apart."""
        plans: dict[str, Any] = {}
        fixed: dict[str, dict[str, str]] = {name: {} for name in self.sections if name not in OF_A_PLAN}
        explained: dict[str, list[int]] = {}
        for level in LEVELS:
            for units in UNITS:
                one = _ForRunners(self, level, units)
                for name, told in fixed.items():
                    told[f"{level} {units}"] = self.render(name, one.base)
                for choice, plan in one.plans():
                    plans[f"{level} {units} {choice}"] = plan
                explained[f"{level} {units}"] = list(map(self.block, one.around))
        return {
            "inputs": self._inputs(),
            "plan": self.plan.name,
            "race": RACE,
            "product": calendar.PRODUCT,
            "needs": {str(length): 7 * length - 1 for length in sorted(self.plan.lengths)},
            "mile": self.numbers.node(self.fitness.mile),  # type: ignore[arg-type]
            "sections": {
                choice: [self.block(told[choice]) for told in fixed.values() if len(set(told.values())) > 1]
                for choice in next(iter(fixed.values()))
            },
            "explained": explained,
            "plans": plans,
            "weeks": [json.loads(week) for week in self.weeks],
            "rows": [json.loads(row) for row in self.rows],
            "events": [json.loads(event) for event in self.events],
            "values": self.numbers.values,
            "nodes": self.numbers.nodes,
            "blocks": list(self.blocks),
            "lines": list(self.lines),
        }

    def _inputs(self) -> dict[str, Any]:
        """How a person writes a distance and a time, and what can be served."""
        return {
            "number": quantities.NUMBER.pattern,
            "clock": quantities.CLOCK.pattern,
            "named": quantities.NAMED,
            "units": quantities.UNIT_WORDS,
            "metres": quantities.METRES,
            "seconds": quantities.SECONDS_WORDS,
            "bare": [quantities.SHORTEST_BARE, quantities.LONGEST_BARE],
            "longest": quantities.LONGEST_TEXT,
            "distances": [fitness.SHORTEST, fitness.LONGEST],
            "speeds": [0.45, 20],
            "miles": [fitness.FASTEST_MILE, fitness.SLOWEST_MILE],
            "farthest": schedule.FARTHEST.days,
            "months": fields.MONTHS,
            "weekdays": WEEKDAY_NAMES,
            "undated": schedule.UNDATED_RACE,
        }


SessionKey = tuple[Any, ...]


class _ForRunners:
    """All plans of one level and one choice of units."""

    def __init__(self, making: Making, level: Level, units: Units) -> None:
        self.making, self.level, self.units = making, level, units
        self.days: dict[SessionKey, Day] = {}
        self.heads: dict[Any, tuple[int, int, dict[SessionKey, int]]] = {}
        self.notes: dict[Any, int] = {}
        self.grids: dict[Any, int] = {}
        self.leads: dict[Any, int] = {}
        self.facts: dict[Any, int] = {}
        self.afters: dict[Any, int] = {}
        self.profile = self._profile()
        low, high = making.plan.days
        first = self._schedule(min(max(5, low), high), max(making.plan.lengths), NO_DATE)
        self.base = booklet.compose(KEY, making.library, self.profile, making.fitness, first)
        self.around = self._around_notes()

    def _profile(self) -> Profile:
        """A runner whose result remembers."""
        result = self.making.fitness.result
        base = Profile.model_validate(
            {"name": RUNNER, "level": self.level, "units": self.units, "days": 5, "plan": self.making.plan_key}
            | {"result": {"distance": "5 km", "time": "20:50"}, "race": {"name": RACE}}
        )
        ran = base.result.model_copy(
            update={"distance": Distance(result.metres, "km"), "time": Duration(result.seconds)}
        )
        return base.model_copy(update={"result": ran})

    def _schedule(self, days: int, length: int, weekday: int) -> Schedule:
        race = None
        if weekday != NO_DATE:
            anchor = MONDAY + timedelta(days=weekday)
            race = type("RaceDay", (Anchored,), {"anchor": anchor})(anchor.year, anchor.month, anchor.day)
        update = {"weeks": length, "days": DAYS_BY_NUMBER[days]}
        self.profile = self.profile.model_copy(
            update=update | {"race": self.profile.race.model_copy(update={"day": race})}
        )
        library = self.making.library
        return schedule.build(
            self.making.plan, library.workouts, self.profile, self.making.fitness, MONDAY - timedelta(400)
        )

    def plans(self) -> Iterator[tuple[str, Any]]:
        """Choices with their plan: days, weeks, and the race's weekday; for near races the days that are left."""
        low, high = self.making.plan.days
        for days in range(low, high + 1):
            for length in sorted(self.making.plan.lengths):
                for weekday in range(NO_DATE + 1):
                    whole = self._schedule(days, length, weekday)
                    yield f"{days} {length} {weekday}", self.plan(whole)
                    if length == min(self.making.plan.lengths) and weekday != NO_DATE:
                        yield from self._near(f"{days} {weekday}", whole)

    def _near(self, choice: str, whole: Schedule) -> Iterator[tuple[str, Any]]:
        """What is left of the shortest plan where the race is too near for all of it."""
        assert whole.race_day is not None
        before: tuple[int, int] = (0, 0)
        for left in range(7 * whole.length - 1):
            rest = schedule.from_day(whole, whole.race_day - timedelta(days=left))
            size = (len(rest.weeks), len(rest.weeks[0].sessions))
            if size != before:
                yield f"{choice} near {left}", self.plan(rest)
            before = size

    def plan(self, planned: Schedule) -> list[Any]:
        """[first day, weeks, block of days after, grid, its own values, note, explained sessions, facts]."""
        dated = planned.race_day is not None
        keys = [[_key(session) for session in week.sessions] for week in planned.weeks]
        pages = tuple(self._page(week, planned.length) for week in planned.weeks)
        weeks = [self._week(page, own, dated) for page, own in zip(pages, keys, strict=True)]
        count = sum(map(len, keys))
        return [
            1 - count,
            weeks,
            self._after(planned, dated),
            *self._grid(planned, pages),
            self._lead(planned),
            [self._note(uses, planned.length) for uses in booklet.uses_of(planned)],
            self._facts(pages),
        ]

    # ------------------------------------------------------------ weeks

    def _day(self, session: Session) -> Day:
        key = _key(session)
        if key not in self.days:
            shown = booklet.day(session, self.units)
            weekday = _Weekday(shown.weekday)
            weekday.place = "row"
            day = Field("date", "", ("row",))
            self.days[key] = replace(shown, weekday=weekday, date=day)
        return self.days[key]

    def _page(self, week: schedule.Week, length: int) -> WeekPage:
        return booklet.week_page(week, length, self.units, tuple(map(self._day, week.sessions)))

    def _week(self, page: WeekPage, keys: Sequence[SessionKey], dated: bool) -> int:
        fixed = tuple(value.text for value in (page.total, page.time) if value.source is None)
        place = (page.number, page.of, page.title, page.hard, page.runs, page.active, dated, fixed, tuple(sorted(keys)))
        if place not in self.heads:
            self.heads[place] = self._head(page, keys, dated)
        head, foot, rows = self.heads[place]
        own: list[int] = []
        for value in (page.total, page.time, page.dates):
            self._own(value, own)
        return _number_of([head, foot, [rows[key] for key in keys], own], self.making.weeks)

    def _head(self, page: WeekPage, keys: Sequence[SessionKey], dated: bool) -> tuple[int, int, dict[SessionKey, int]]:
        """The blocks around a week's rows, and its rows by session."""
        own: list[int] = []
        shown = replace(
            page,
            total=self._own(page.total, own),
            time=self._own(page.time, own),
            dates=self._own(page.dates, own) if page.dates else None,
            days=tuple(day if dated else replace(day, date=None) for day in page.days),
        )
        html = self.making.render("weeks", replace(self.base, weeks=(shown,)))
        return self._rows(html, keys, page.days)

    def _rows(
        self, html: str, keys: Sequence[SessionKey], days: Sequence[Day]
    ) -> tuple[int, int, dict[SessionKey, int]]:
        found = list(_ROW.finditer(html))
        if len(found) != len(days):
            raise _unlike('a week must have a <tr class="day ..."> for each day')
        rows = {key: self._row(match[0], day) for key, match, day in zip(keys, found, days, strict=True)}
        return self.making.block(html[: found[0].start()]), self.making.block(html[found[-1].end() :]), rows

    def _row(self, html: str, day: Day) -> int:
        """A row and, but for rest, its event in a calendar."""
        row = [self.making.block(html)]
        if day.kind != "rest":
            row.append(_number_of([self._pieces(line) for line in calendar.event(day)], self.making.events))
        return _number_of(row, self.making.rows)

    def _pieces(self, line: Line) -> list[Any]:
        """Text, and numbers of values."""
        pieces: list[Any] = []
        for piece in line:
            if isinstance(piece, Field) and piece.source:
                pieces.append(self.making.numbers.value(piece.source))
            elif pieces and isinstance(pieces[-1], str):
                pieces[-1] += str(piece)
            else:
                pieces.append(str(piece))
        return pieces

    def _after(self, planned: Schedule, dated: bool) -> int:
        place = (planned.length, dated)
        if place not in self.afters:
            days = tuple(self._day(session) for session in planned.after)
            shown = tuple(day if dated else replace(day, date=None) for day in days)
            html = self.making.render("after", replace(self.base, after=shown))
            keys = list(map(_key, planned.after))
            head, foot, rows = self._rows(html, keys, days)
            self.afters[place] = _number_of([head, foot, [rows[key] for key in keys], []], self.making.weeks)
        return self.afters[place]

    # ------------------------------------------------------------ what stands around the weeks

    def _grid(self, planned: Schedule, pages: tuple[WeekPage, ...]) -> tuple[int, list[int]]:
        bars = pictures.volume_bars(planned, self.making.plan.ramp.value / 100, self.units)
        own: list[int] = []
        shown = tuple(self._bar(bar, own) for bar in bars)
        fixed = tuple(
            value and value.text for bar in bars for value in (bar.total, bar.share, bar.limit) if not _moves(value)
        )
        place = (tuple((page.number, tuple(day.kind for day in page.days)) for page in pages), fixed)
        if place not in self.grids:
            view = replace(self.base, weeks=pages, bars=shown, weekdays=_weekdays(), kinds=booklet.kinds(planned))
            self.grids[place] = self.making.block(self.making.render("glance", view))
        return self.grids[place], own

    def _bar(self, bar: Bar, own: list[int]) -> Bar:
        total, share = self._own(bar.total, own), self._own(bar.share, own)
        return replace(bar, total=total, share=share, limit=self._own(bar.limit, own) if bar.limit else None)

    def _own(self, value: Field | None, own: list[int]) -> Any:
        """A value known by its place among the part's own; one that is the same for all stays as it is."""
        if value is None or value.source is None:
            return value
        own.append(self.making.numbers.value(value.source))
        return replace(value, source=("own", len(own) - 1))

    def _lead(self, planned: Schedule) -> int:
        note = booklet.plan_note(self.making.plan, self.profile, planned)
        told = json.dumps(self._pieces(note))
        if told not in self.leads:
            self.leads[told] = self.making.block(self.making.render("how-to", replace(self.base, note=note)))
        return self.leads[told]

    def _facts(self, pages: tuple[WeekPage, ...]) -> int:
        if len(pages) not in self.facts:
            view = replace(self.base, weeks=pages)
            self.facts[len(pages)] = self.making.block(self.making.empty.render("facts.html.j2", {"booklet": view}))
        return self.facts[len(pages)]

    # ------------------------------------------------------------ sessions explained

    def _around_notes(self) -> tuple[str, str]:
        """What stands before and after the explained sessions."""
        none = self.making.render("sessions", replace(self.base, sessions=()))
        all_ = self.making.render("sessions", self.base)
        same = next((n for n, (a, b) in enumerate(zip(none, all_, strict=False)) if a != b), len(none))
        before = none[:same]
        after = none[len(before) :]
        if not all_.endswith(after):
            raise _unlike("sections/sessions.html.j2 must show one session behind the other")
        return before, after

    def _note(self, uses: tuple[Session, ...], length: int) -> int:
        place = (tuple((session.week, _key(session)) for session in uses), length if uses[0].week > length else 0)
        if place not in self.notes:
            note = booklet.session_note(uses, length, self.units, self.making.say)
            html = self.making.render("sessions", replace(self.base, sessions=(note,)))
            before, after = self.around
            self.notes[place] = self.making.block(html[len(before) : len(html) - len(after)])
        return self.notes[place]


def _unlike(message: str) -> Exception:
    return ContentError([Problem("templates", 0, 0, message)])


def _key(session: Session) -> SessionKey:
    """Names a session, for one level and one choice of units: what is run in it, not when."""
    steps = tuple((step.kind, step.reps, float(step.metres), float(step.seconds)) for step in session.steps)
    return session.workout, session.kind, steps


def _moves(value: Field | None) -> bool:
    return value is not None and value.source is not None


def _weekdays() -> tuple[str, ...]:
    """The seven days that end with the race's."""
    days = []
    for offset in range(-6, 1):
        day = _Weekday("-------")
        day.place = str(offset)
        days.append(day)
    return tuple(days)


def _number_of(entry: Any, entries: dict[str, int]) -> int:
    return entries.setdefault(json.dumps(entry), len(entries))
