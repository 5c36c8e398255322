"""A training group's sessions -> sheets to hold at the track: everybody's rep times, the fastest first.

A group meets on one day for one session, whatever each runner's plan calls the week: what belongs together is the same
session as many weeks before the race.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from milebook import fields
from milebook.fields import NBSP, Field
from milebook.models import Kind, Paper
from milebook.quantities import METRES_PER_MILE, Range
from milebook.schedule import Schedule
from milebook.sessions import PlannedStep, Recovery, Session
from milebook.steps import length_of
from milebook.views import Brand

LAP = 400.0  # metres: repetitions that are longer are told by the lap too
LONG_NAME = 30  # characters; longer names are set smaller


@dataclass(frozen=True)
class Member:
    """One runner of a group: a name, what tells two of one name apart, and the plan."""

    name: str
    key: str
    schedule: Schedule


@dataclass(frozen=True)
class Cell:
    """What a runner runs in one part of a session: how often and how far, in what time, and a lap of it."""

    what: str
    time: Field | None
    spread: Field | None
    lap: Field | None
    rest: str


@dataclass(frozen=True)
class Row:
    """A runner's line. `twin` is there where two of a group have one name."""

    name: Field
    twin: str
    long: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A session: one side of paper, or more where the group is large."""

    title: str
    kind: Kind
    when: str
    dates: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TrackSheets:
    """All sheets of one group."""

    group: str
    brand: Brand
    language: str
    paper: Paper
    members: int
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class _Run:
    """One runner's session."""

    member: Member
    session: Session
    week: int

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        return tuple(step for step in self.session.steps if step.kind in ("reps", "tempo"))

    @property
    def pace(self) -> float:
        """Seconds per metre of the first part that has a pace."""
        paces = (step.pace.low.seconds_per_metre for step in self.steps if step.pace)
        return next(paces, 0.0)


def compose(group: str, members: Sequence[Member], paper: Paper, brand: Brand, language: str) -> TrackSheets:
    """The sheets of a group, in the order of the season."""
    names = Counter(member.name.casefold() for member in members)
    gathered: dict[tuple[int, int, str], list[_Run]] = {}
    for member in members:
        for key, run in _runs(member):
            gathered.setdefault(key, []).append(run)
    season = sorted(gathered, key=lambda key: (-key[0], min(_place(run) for run in gathered[key]), key))
    sheets = tuple(_sheet(to_go, gathered[to_go, nth, workout], names) for to_go, nth, workout in season)
    return TrackSheets(group, brand, language, paper, len(members), sheets)


def _runs(member: Member) -> Iterator[tuple[tuple[int, int, str], _Run]]:
    """The sessions in which somebody is timed, each under its weeks before the race and its count in the week."""
    for week in member.schedule.weeks:
        seen: Counter[str] = Counter()
        for session in week.sessions:
            if any(step.kind == "tempo" or step.target is not None for step in session.steps):
                seen[session.workout] += 1
                key = (member.schedule.length - week.number, seen[session.workout], session.workout)
                yield key, _Run(member, session, week.number)


def _place(run: _Run) -> int:
    """How far into the week a session is."""
    return (run.session.weekday - run.member.schedule.weeks[-1].sessions[-1].weekday - 1) % 7


def _sheet(to_go: int, runs: Sequence[_Run], names: Mapping[str, int]) -> Sheet:
    first = runs[0].session
    rows = sorted(runs, key=lambda run: (run.pace, run.member.name.casefold(), run.member.key))
    most = max((run.steps for run in runs), key=len)
    return Sheet(
        title=first.title,
        kind=first.kind,
        when=_when(to_go, {run.week for run in runs}),
        dates=_dates([run.session.day for run in runs]),
        heads=tuple("Tempo" if step.kind == "tempo" else "Repetitions" for step in most),
        rows=tuple(_row(run, names, len(most)) for run in rows),
    )


def _when(to_go: int, weeks: set[int]) -> str:
    before = "race week" if to_go == 0 else f"{to_go}{NBSP}week{'s' * (to_go > 1)} before race week"
    return f"Week{NBSP}{weeks.pop()}, {before}" if len(weeks) == 1 else before.capitalize()


def _dates(days: Iterable[date | None]) -> str:
    """The day where it is one; the days where they lie in one week; nothing where everybody has another."""
    found = sorted({day for day in days if day})
    if not found or (found[-1] - found[0]).days > 6:
        return ""
    both = dict.fromkeys((found[0], found[-1]))
    return " – ".join(f"{day:%a} {fields.day(day)}" for day in both)


def _row(run: _Run, names: Mapping[str, int], columns: int) -> Row:
    name = run.member.name
    cells = [_cell(step) for step in run.steps]
    cells += [Cell("", None, None, None, "")] * (columns - len(cells))
    twin = run.member.key if names[name.casefold()] > 1 else ""
    return Row(fields.name(name), twin, len(name) > LONG_NAME, tuple(cells))


def _cell(step: PlannedStep) -> Cell:
    if step.kind == "tempo" and step.pace:
        by_time = step.told == "time"
        amount = fields.written_time(step.seconds) if by_time else f"{step.metres / 1000:.1f}{NBSP}km"
        lap = Range(step.pace.low.over(LAP), step.pace.high.over(LAP))
        return Cell(f"{amount} tempo, a lap in", fields.time_range(lap), None, None, "")
    many = "" if step.reps == 1 else f"{step.reps}{NBSP}{fields.TIMES}{NBSP}"
    rest = _rest(step.recovery)
    if step.target is None:
        return Cell(f"{many}{length_of(step)}{' uphill' if step.uphill else ''}, by effort", None, None, None, rest)
    if step.uphill and not step.timed:
        return Cell(f"{many}uphill, by effort", fields.whole_seconds(step.target), None, None, rest)
    if step.uphill:
        return Cell(f"{many}{length_of(step)} uphill, by effort", None, None, None, rest)
    if step.timed and step.pace:
        return Cell(f"{many}{length_of(step)}, a lap in", fields.rep_time(step.pace.low.over(LAP)), None, None, rest)
    all_out = step.reps == 1 and step.metres == METRES_PER_MILE  # a race or a trial has no range to keep to
    pace = step.target / step.metres
    return Cell(
        what=f"{many}{length_of(step)}",
        time=fields.race_time(step.target, 1) if all_out else fields.rep_time(step.target),
        spread=fields.time_range(step.target_range) if step.target_range and not all_out else None,
        lap=fields.rep_time(pace * LAP) if step.metres > LAP else None,
        rest=rest,
    )


def _rest(recovery: Recovery | None) -> str:
    if recovery is None:
        return ""
    if recovery.seconds:
        amount = fields.seconds_range(recovery.seconds)
    else:
        amount = fields.written_distance(recovery.metres or 0, recovery.unit)
    return f"{'jog' if recovery.jog else 'walk'}{NBSP}{amount}"
