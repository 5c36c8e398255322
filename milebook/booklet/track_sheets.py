"""A training group's plans -> sheets to hold at the track: each evening with everybody's times, the fastest first.

An evening is a day on which somebody of the group runs repetitions or tempo, a trial or a race. Who has a race date
meets those of the same date, whatever their plans call the week; plans without a date meet by week and weekday.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from milebook.booklet import fields
from milebook.booklet.composition import KIND_MEANINGS, KIND_NAMES
from milebook.booklet.fields import NBSP, TIMES
from milebook.booklet.session_text import HARD, how_run, length_of, rest
from milebook.booklet.track_pages import Block, Evening, GroupTitle, Part, Row, TrackSheets, fill_pages
from milebook.booklet.views import Brand
from milebook.content.prose import to_plain_text
from milebook.content.vocabulary import WEEKDAY_NAMES, Paper
from milebook.core.characters import on_one_line
from milebook.running.quantities import Range
from milebook.training.planned import PlannedStep, Recovery, Session
from milebook.training.schedule import Schedule, Week

LAP = 400.0  # metres: repetitions that are longer are told by the lap
FEW_STRIDES = 20.0  # metres: a race that is so much longer than whole laps starts behind the finish line
BY_THE_LAP = f"as a time for {LAP:.0f}{NBSP}m"
UNDATED = "Without a race date"  # the heading of plans that have none, behind those that have one
LONGEST_ID = 10  # letters of an id that are shown
MOST_IN_A_LADDER = 8  # repetitions, each of another length, that stand on one line

When = tuple[int, int, int]  # 0 and a day's number, or 1 with week and weekday of a plan without dates
Steps = tuple[PlannedStep, ...]


@dataclass(frozen=True)
class Member:
    """One runner of a group: a name, what the files are called, what the race is called, the plan, and an id."""

    name: str
    key: str
    race: str
    schedule: Schedule
    id: str = ""

    @property
    def label(self) -> str:
        """The name, behind the id of the roster where that is short enough to stand in a line: `#102 Ann Bold`."""
        return f"#{self.id.removeprefix('#')} {self.name}".strip() if 0 < len(self.id) <= LONGEST_ID else self.name


@dataclass(frozen=True)
class _Run:
    """One runner's session."""

    member: Member
    week: Week
    session: Session

    @property
    def parts(self) -> tuple[Steps, ...]:
        """What is timed or counted, part by part; a ladder of single repetitions is one part."""
        steps = tuple(step for step in self.session.steps if step.kind in HARD)
        is_ladder = all(step.kind == "reps" and step.reps == 1 and not step.timed for step in steps)
        if is_ladder and 1 < len(steps) <= MOST_IN_A_LADDER:
            return (steps,)
        return tuple((step,) for step in steps)

    @property
    def pace(self) -> float:
        """Seconds per metre of the first part that has a pace."""
        paces = (step.pace.low.seconds_per_metre for part in self.parts for step in part if step.pace)
        return next(paces, 0.0)

    @property
    def race(self) -> str:
        """What the race is called, on its day."""
        return self.member.race if self.session.kind == "race" else ""


def compose(group: str, members: Sequence[Member], paper: Paper, brand: Brand, language: str) -> TrackSheets:
    """The sheets of a group, evening after evening; those without a date come last."""
    names = Counter(member.label.casefold() for member in members)
    days: dict[When, list[_Run]] = {}
    for member in members:
        for when, run in _runs(member):
            days.setdefault(when, []).append(run)
    hard = {when: days[when] for when in sorted(days) if any(run.parts for run in days[when])}
    years = {runs[0].session.day.year for runs in hard.values() if runs[0].session.day}
    evenings = [_evening(runs, names, with_year=len(years) > 1) for runs in hard.values()]
    dated = sum(runs[0].session.day is not None for runs in hard.values())
    if 0 < dated < len(evenings):
        evenings[dated] = replace(evenings[dated], section=UNDATED)
    title = GroupTitle.of(group, brand.name)
    return TrackSheets(group, title, brand, language, paper, len(members), fill_pages(title, evenings, paper))


def spell(member: Member, lacking: AbstractSet[str]) -> Member:
    """A runner without the letters that no font has: then the id tells who it is, or the name of the files."""
    id_, race = ("" if lacking & set(text) else text for text in (member.id, member.race))
    name = member.name
    if lacking & set(name):
        name = on_one_line("".join(letter for letter in name if letter not in lacking))
        name = name if any(map(str.isalnum, name)) else ""
        if not 0 < len(id_) <= LONGEST_ID:
            name = f"{name} ({member.key})" if name else member.key
    return replace(member, name=name, id=id_, race=race)


def _runs(member: Member) -> Iterator[tuple[When, _Run]]:
    """The days on which a runner trains; a day of somebody else's programme says nothing."""
    for week in member.schedule.weeks:
        for session in week.sessions:
            if session.steps and session.kind != "rest":
                yield _when(session), _Run(member, week, session)


def _when(session: Session) -> When:
    return (0, session.day.toordinal(), 0) if session.day else (1, session.week, session.weekday)


def _evening(runs: Sequence[_Run], names: Mapping[str, int], *, with_year: bool) -> Evening:
    blocks: dict[tuple[object, ...], list[_Run]] = {}
    others: dict[str, list[_Run]] = {}
    for run in sorted(runs, key=lambda run: (run.pace, run.member.name.casefold(), run.member.key)):
        if run.parts:
            shared = (run.session.workout, run.race, tuple(map(_what, run.parts)))
            blocks.setdefault(shared, []).append(run)
        else:
            others.setdefault(to_plain_text(run.session.title), []).append(run)
    order = list(KIND_NAMES)
    listed = sorted(blocks.values(), key=lambda runs: (order.index(runs[0].session.kind), -len(runs)))
    return Evening(
        day=_day(runs[0].session, with_year=with_year),
        week=_week(runs),
        count=len(runs),
        blocks=tuple(_block(runs, names) for runs in listed),
        others=tuple(
            (title, ", ".join(_name(run.member, names) for run in several)) for title, several in others.items()
        ),
    )


def _day(session: Session, *, with_year: bool) -> str:
    weekday = WEEKDAY_NAMES[session.weekday]
    if session.day is None:
        return f"Week{NBSP}{session.week}, {weekday}"
    return f"{weekday} {fields.day(session.day)}{f'{NBSP}{session.day.year}' * with_year}"


def _week(runs: Sequence[_Run]) -> str:
    """The week of the plan, where it is the same for all who train; a day without a date has it in its name."""
    weeks = {(run.week.number, run.member.schedule.last_week) for run in runs}
    if len(weeks) > 1 or runs[0].session.day is None:
        return ""
    ((number, length),) = weeks
    return f"Week{NBSP}{number} of{NBSP}{length}"


def _block(runs: Sequence[_Run], names: Mapping[str, int]) -> Block:
    first = runs[0]
    kind = first.session.kind
    return Block(
        title=first.session.title,
        race=first.race,
        kind=kind,
        kind_name=KIND_NAMES[kind],
        purpose=KIND_MEANINGS[kind],
        parts=tuple(_part(runs, number, names) for number in range(len(first.parts))),
    )


def _part(runs: Sequence[_Run], number: int, names: Mapping[str, int]) -> Part:
    counts = [run.parts[number][0].reps for run in runs]
    many = f"{fields.span(min(counts), max(counts))}{NBSP}{TIMES}{NBSP}" if max(counts) > 1 else ""
    rows = tuple(_row(_name(run.member, names), run.parts[number]) for run in runs)
    return Part(f"{many}{_what(runs[0].parts[number])}", rows)


def _name(member: Member, names: Mapping[str, int]) -> str:
    """What a runner is called on the sheets; two who would be called the same have the name of their file, too."""
    return f"{member.label} ({member.key})" if names[member.label.casefold()] > 1 else member.label


# ---------------------------------------------------------------- what is run


def _what(part: Steps) -> str:
    """What is run in a part, but how often: the same for all who run it together."""
    if len(part) == 1:
        return ", ".join(filter(None, (_step(part[0]), _rest(part[0].recovery))))
    rests, ways = {_rest(step.recovery) for step in part[:-1]}, {how_run(step) for step in part}
    if len(rests) == len(ways) == 1:
        lengths = ", ".join(map(length_of, part))
        return ", ".join(filter(None, (f"{lengths}{ways.pop()}", *rests)))
    return ", ".join(f"{_step(step)}{f' ({rest})' if (rest := _rest(step.recovery)) else ''}" for step in part)


def _step(step: PlannedStep) -> str:
    if step.kind == "tempo":
        return f"tempo pace, {BY_THE_LAP}"
    if step.uphill and not step.timed and step.target is not None:
        return f"{how_run(step).strip()}, for the time beside the name"
    by_the_lap = f", {BY_THE_LAP}" if step.timed and step.pace and not step.uphill else ""
    return f"{length_of(step)}{how_run(step)}{by_the_lap}"


def _rest(recovery: Recovery | None) -> str:
    if recovery is None:
        return ""
    if recovery.written is None:
        return "".join(map(str, rest(recovery)))
    told = "".join(map(str, rest(replace(recovery, seconds=recovery.written))))
    return f"{told}, never shorter than the repetition"


# ---------------------------------------------------------------- in which time


def _row(name: str, part: Steps) -> Row:
    times = [time for step in part if (time := _time(step))]
    more = _more(part[0]) if len(part) == 1 else ""
    return Row(name, "  ".join(times), more, sum(step.reps for step in part))


def _time(step: PlannedStep) -> str:
    """The time to run in: of a repetition, or of a lap where one goes by time; nothing where one goes by effort."""
    if step.kind == "tempo" and step.pace:
        return str(fields.race_range(Range(step.pace.low.over(LAP), step.pace.high.over(LAP))))
    if step.target is None or (step.uphill and step.timed):
        return ""
    if step.uphill:
        return str(fields.whole_seconds(step.target))
    if step.timed:
        return str(fields.rep_time(step.pace.low.over(LAP))) if step.pace else ""
    return str(fields.ran_in(step.target) if step.is_all_out else fields.rep_time(step.target))


def _more(step: PlannedStep) -> str:
    """How often or how long, and the lap of a longer repetition or the range of a short one."""
    if step.kind == "tempo":
        by_time = step.told == "time"
        return f"for {fields.written_time(step.seconds) if by_time else fields.amount(step.metres, step.unit)}"
    is_timed = bool(_time(step))
    often = (f"{TIMES}{NBSP}{step.reps}" if is_timed else f"{step.reps}{NBSP}{TIMES}") if step.reps > 1 else ""
    return "  ".join(filter(None, (often, _measure(step))))


def _measure(step: PlannedStep) -> str:
    if step.target is None or step.uphill or step.timed:
        return ""
    if step.metres > LAP:
        pace, more = step.target / step.metres, step.metres % step.lap
        lap = fields.rep_time(pace * step.lap)
        if step.is_all_out and 0 < more < FEW_STRIDES:
            return f"lap 1 {fields.rep_time(pace * (step.lap + more))}, then {lap}"
        return f"lap{NBSP}{lap}"
    return str(fields.time_range(step.target_range)) if step.target_range else ""
