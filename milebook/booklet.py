"""A schedule, paces and prose -> the view of a booklet: formatted, with nothing left for a template to work out."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milebook import fields, pictures, steps
from milebook.brand import on_night
from milebook.courses import Course, RaceName, course_of, named, spoken
from milebook.errors import counted
from milebook.expressions import among, reworded
from milebook.fields import NBSP, Field, Line
from milebook.fitness import (
    DEFAULT_MODEL,
    EASY_RULE,
    MODELS,
    MUCH_FASTER,
    RELIABLE,
    TEMPO_RULE,
    Fitness,
    is_bold,
    predicted_goal,
)
from milebook.library import Library
from milebook.mileclasses import MileClass
from milebook.models import HARD, WEEKDAY_NAMES, WEEKDAYS, Checklist, Kind, Level, Page, Plan, Profile, Tips
from milebook.pacing import REP_DISTANCES, STRATEGIES, even_splits, strategy_splits
from milebook.prose import to_plain_text
from milebook.quantities import METRES_PER_MILE, Range, Units, plain
from milebook.schedule import Schedule, Week
from milebook.sessions import Session
from milebook.views import (
    Advice,
    Around,
    Booklet,
    Brand,
    Card,
    Day,
    EquivalentRow,
    LapCard,
    Origin,
    PaceRow,
    Paces,
    Prose,
    Raced,
    RaceSplits,
    RepTimes,
    SessionNote,
    SourceLine,
    WeekPage,
)

KIND_NAMES: dict[Kind, str] = {
    "speed": "Speed",
    "strength": "Strength",
    "tempo": "Tempo",
    "easy": "Easy",
    "long": "Long",
    "cross": "Cross",
    "rest": "Rest",
    "race": "Race",
    "test": "Trial",
}
KIND_MEANINGS: dict[Kind, str] = {
    "speed": "short and fast, with rests between",
    "strength": "longer repetitions at 5 km pace",
    "tempo": "steady and comfortably hard",
    "easy": "a pace you can chat at",
    "long": "easy, for longer",
    "cross": "off your feet: bike, pool, gym",
    "rest": "nothing, or a walk",
    "race": "the day it is all for",
    "test": "a mile on your own, for time",
}
PACE_NAMES = {"mile": "Mile", "3 km": "3 km", "5 km": "5 km", "10 km": "10 km", "tempo": "Tempo"}
MODEL_NAMES = {"daniels-gilbert": "Daniels-Gilbert", "riegel": "Riegel", "cameron": "Cameron"}
AROUND = (-10.0, -5.0, 0.0, 5.0, 10.0)  # seconds around the goal in the lap table
AMBITIOUS_FROM = {"beginner": math.inf, "intermediate": 600.0, "advanced": 420.0}  # seconds of the mile
FEW_DAYS = 3  # a week on which nobody expects more than one hard session
RACE_CARD = "race-day"  # the checklist of the race
START_PLACE = "{start}"  # stands in a checklist for where the start line of the race is
MOST_AROUND = 4  # laps in that table; of more, every second one
LONG_RACE, LONG_RUNNER = 28, 34  # characters; longer names are set smaller
_WIDE = frozenset("mwMW@%&")  # as wide as one and a half of others


def compose(key: str, library: Library, profile: Profile, fitness: Fitness, schedule: Schedule) -> Booklet:
    """Lay out one runner's booklet as values."""
    plan = library.plans[profile.plan]
    say = Voices(library)
    race, course = profile.race.distance, profile.race.course
    goal = profile.race.goal.seconds if profile.race.goal else predicted_goal(fitness, race)
    return Booklet(
        key=key,
        brand=compose_brand(library),
        language=library.site.language,
        runner=fields.name(profile.name),
        level=profile.level,
        race=fields.name(profile.race.name),
        race_date=fields.full_day(profile.race.day) if profile.race.day else None,
        first_day=fields.iso(first) if (first := schedule.weeks[0].sessions[0].day) else None,
        long_race=is_long(profile.race.name, LONG_RACE),
        long_runner=is_long(profile.name, LONG_RUNNER),
        surface=profile.race.surface,
        raced=compose_raced(race, course),
        paper=profile.sheet,
        units=profile.units,
        plan=plan.name,
        plan_key=profile.plan,
        plan_lead=plan.lead,
        plan_choice=plan.choice or "",
        plan_origin=say.origin(plan.from_, plan.source),
        note=fields.joined((plan_note(plan, profile, schedule), _bold_goal(profile, fitness)), " "),
        goal=fields.ran_in(goal),
        goal_is_own=profile.race.goal is not None,
        paces=_paces(profile, fitness),
        weekdays=tuple(WEEKDAY_NAMES[(schedule.weeks[-1].sessions[-1].weekday + 1 + n) % 7] for n in range(7)),
        weeks=tuple(
            week_page(week, schedule.last_week, profile.units, tuple(day(s, profile) for s in week.sessions))
            for week in schedule.weeks
        ),
        fullest=fullest(schedule.weeks),
        bars=pictures.volume_bars(schedule, plan.ramp.value / 100, profile.units),
        ramp=f"{plain(plan.ramp.value)}{NBSP}%",
        road_unit="Miles" if profile.units == "imperial" else "Kilometres",
        kinds=kinds(schedule),
        after=tuple(day(session, profile) for session in schedule.after),
        sessions=tuple(session_note(uses, schedule.last_week, profile.units, say) for uses in uses_of(schedule)),
        rep_times=_rep_times(fitness),
        race_splits=_race_splits(goal, course),
        around=_around(goal, course),
        lap_cards=tuple(_lap_card(key, goal, course, say) for key in STRATEGIES),
        race_card=_lap_card(profile.race.pacing, goal, course, say),
        track=pictures.track(course_of()),
        race_track=pictures.track(course) if course.on_track and not course.is_usual else None,
        stride=pictures.stride(),
        advice={name: _advice(name, tips, say) for name, tips in library.tips.items()},
        cards={name: _card(name, checklist, say, course) for name, checklist in library.checklists.items()},
        prose={name: _prose(name, page, say) for name, page in library.pages.items()},
        sources=_sources(library),
    )


def compose_brand(library: Library) -> Brand:
    """Whose booklets they are."""
    site = library.site
    return Brand(
        name=site.name,
        lead=to_plain_text(site.lead),
        contact=to_plain_text(site.contact or ""),
        url=site.url or "",
        accent=site.accent,
        accent_night=on_night(site.accent),
        logo=library.logo.uri if library.logo else "",
        logo_file=f"assets/logo{library.logo.ending}" if library.logo else "",
        qr=pictures.qr(site.url) if site.url else None,
    )


def compose_raced(race: RaceName, course: Course) -> Raced:
    """What is raced, and where, in words. `race` may be a word of its metres, the course's is a plain one."""
    track, lap = (course.track or "").replace(" ", NBSP), fields.track(round(course.lap, 3))
    first, count = fields.track(round(course.first, 3)), len(course.ends)
    name, start = spoken(course.race), _start_line(course)
    if not course.on_track:
        where, line, part, each = "road", "Mark", "Quarter", "quarter"
        laps, told = "", f"The quarters are {first} each."
        table = "on the road, go by the quarters."
        usual = f"On a 400{NBSP}m track the first lap is {fields.track(course_of().first)}; {table}"
        table = usual if course.is_mile else f"{table[0].upper()}{table[1:]}"
    elif course.has_full_laps and not course.is_even:
        where, line, part, each = f"{track} track", "Finish line", "Lap", "lap"
        laps = f"Lap 1 is {first} from the {name} start, the others {lap}."
        told = f"The {name} starts {fields.track(course.behind)} {start}: lap{NBSP}1 is {first}."
        table = f"On a {track} track the first lap is {first}"
        table += "; on the road, go by the quarters." if course.is_usual else "."
    elif course.has_full_laps:
        where, line, part, each = f"{track} track", "Finish line", "Lap", "lap"
        laps = f"Each of the {_NUMBERS[count]} laps is {lap}."
        told = f"The {name} starts {start}: {_NUMBERS[count]} laps of {lap}."
        table = f"On a {track} track it is {_NUMBERS[count]} full laps."
    else:
        where, line, part, each = f"{track} track", "Finish line", "Part", "part"
        left = counted(count - 1, "lap")
        laps = f"The first part is {first}, up to the finish line with {left} to go; each lap is {lap}."
        told = f"The {name} starts {start}: {left} to go from there, each {lap}."
        table = f"On a {track} track the finish line comes first at {first}, then every {lap}."
    return Raced(
        distance=fields.piece(named("{race}", race)),
        one=fields.piece(reworded(race, {"mile": "a mile", "1500 m": f"1500{NBSP}m", "1600 m": f"1600{NBSP}m"})),
        is_mile=course.is_mile,
        is_usual=course.is_usual,
        where=where,
        line=line,
        part=part,
        each=each,
        laps=laps,
        start=told,
        table=table,
    )


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def _start_line(course: Course) -> str:
    """Where the start line is, seen from the finish line; of a race on the road, that of the track's."""
    on_track = course if course.on_track else course_of(course.race)
    if on_track.has_full_laps:
        return "at the finish line" if on_track.is_even else "behind the finish line"
    return f"{fields.track(round(on_track.behind, 3))} before the finish line"


def kinds(schedule: Schedule) -> tuple[tuple[Kind, str, str], ...]:
    """The kinds of session there are, with what they mean."""
    used = {session.kind for week in schedule.weeks for session in week.sessions}
    return tuple((kind, name, KIND_MEANINGS[kind]) for kind, name in KIND_NAMES.items() if kind in used)


@dataclass(frozen=True)
class Voices:
    """Who says what: the people of a library."""

    library: Library

    def origin(self, person: str, source: str | None = None) -> Origin:
        """A person, and where it was said."""
        who = self.library.people[person]
        return Origin(who.name, source or who.source or "")

    def other(self, person: str | None, default: str) -> Origin | None:
        """A person where it is not the usual one."""
        return self.origin(person) if person and person != default else None


def plan_note(plan: Plan, profile: Profile, schedule: Schedule) -> Line:
    """What a runner must know of this very plan; mostly nothing."""
    told = (
        _near_race(schedule),
        _kept_free(schedule),
        _no_room(plan, profile, schedule),
        _off_speed_day(profile, schedule),
        _ambitious_level(profile, schedule),
    )
    return fields.joined(told, " ")


def is_long(name: str, most: int) -> bool:
    """Whether a name is as wide as more than so many usual letters."""
    halves = sum(2 if unicodedata.east_asian_width(letter) in "WF" else letter in _WIDE for letter in name)
    return len(name) + halves / 2 > most


def is_ambitious(level: Level, mile_class: MileClass) -> bool:
    """Whether runners as fast as this seldom run as much as the level asks for: our choice."""
    return mile_class.fastest >= AMBITIOUS_FROM[level]


def _ambitious_level(profile: Profile, schedule: Schedule) -> Line:
    """That the level is for runners who run more than most do who are as fast."""
    if not is_ambitious(profile.level, schedule.mile_class):
        return ()
    return (f"Few runners with your mile train as much as the {profile.level} level asks for.",)


def has_bold_goal(profile: Profile, fitness: Fitness) -> bool:
    """Whether the goal is much faster than the result says."""
    goal = profile.race.goal
    return goal is not None and is_bold(goal.seconds, fitness, profile.race.distance)


def _bold_goal(profile: Profile, fitness: Fitness) -> Line:
    """That the goal is much faster than the result says."""
    goal = profile.race.goal
    if goal is None or not has_bold_goal(profile, fitness):
        return ()
    return (
        "Your goal of ",
        fields.ran_in(goal.seconds),
        f" is {MUCH_FASTER} than the {spoken(profile.race.distance)} of ".replace(" %", f"{NBSP}%"),
        fields.ran_in(predicted_goal(fitness, profile.race.distance)),
        " that your result means. The lap cards are for the goal, the training paces for your result.",
    )


def is_cut_short(schedule: Schedule) -> bool:
    """Whether a plan has fewer weeks than there are, as the race is near."""
    whole = len(schedule.weeks) == schedule.length and len(schedule.weeks[0].sessions) == 7
    return schedule.weeks[0].start is not None and not whole


def _near_race(schedule: Schedule) -> Line:
    kept, first = len(schedule.weeks), schedule.weeks[0].start
    if first is None or not is_cut_short(schedule):
        return ()
    if schedule.weeks[0].number == 1 and kept > 1:
        which = f"This is {counted(kept, 'week')}: the first of them, and the week of the race, from "
    else:
        which = f"This is its last {'week' if kept == 1 else f'{kept} weeks'}, from "
    return (
        f"The race is too near for all {counted(schedule.length, 'week')} of the plan. {which}",
        fields.day(first),
        "; do not try to catch up on the rest.",
    )


def _kept_free(schedule: Schedule) -> Line:
    """Days of the runner's that the plan keeps for rest."""
    free = [WEEKDAY_NAMES[day] for day in sorted(schedule.kept_free)]
    if not free:
        return ()
    return (f"You could train on {' and '.join(free)} too: the plan keeps that for rest, on which training works.",)


def _no_room(plan: Plan, profile: Profile, schedule: Schedule) -> Line:
    """Hard sessions of the plan that the runner's days have no room for."""
    if is_cut_short(schedule):
        return ()
    weeks = plan.of_length(schedule.length)
    listed = {kind for week in weeks for kind, _ in week.listed(profile.level)}
    missing = [kind for kind in ("strength", "tempo") if kind in listed - {s.kind for s in schedule.sessions}]
    speed_day = "or another day for speed, " * bool(profile.speed_day)
    more = f"more days, or days that do not follow one another, {speed_day}make room"
    if missing:
        return (f"On these days there is no room for the {' and '.join(missing)} sessions of the plan; {more}.",)
    if len(profile.days) > FEW_DAYS and max(week.hard for week in schedule.weeks[:-1]) == 1:
        return (f"On these days there is room for one hard session a week; {more} for a second.",)
    return ()


def _off_speed_day(profile: Profile, schedule: Schedule) -> Line:
    """Hard sessions of race week that cannot be on the runner's day for speed."""
    if profile.speed_day is None:
        return ()
    wanted = WEEKDAYS.index(profile.speed_day)
    hard = [session for session in schedule.weeks[-1].sessions if session.kind in HARD]
    if any(session.weekday == wanted for session in hard):
        return ()
    others = " and ".join(WEEKDAY_NAMES[session.weekday] for session in hard if session.kind != "race")
    instead = f"the hard session is on {others}" if others else "there is no hard session but the race"
    return (
        f"In race week {instead}, not on {WEEKDAY_NAMES[wanted]}: nothing hard comes in the two days before the race "
        "or on the day after another hard session.",
    )


# ---------------------------------------------------------------- paces

# Step of the ladder, use, rule. Only paces whose order is the same for everybody: from a mile of 9:40 on, tempo is
# faster than the pace of 10 km.
_PACE_USES = {
    "mile": (4, "200s, 400s and the race", "race pace from your result"),  # the race where it is a mile
    "5 km": (3, "1000 m repetitions", "race pace from your result"),
}


def _all_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}"


_OTHERS = _all_of(MODEL_NAMES[name] for name in MODELS if name != DEFAULT_MODEL)
_MODELS = ((RELIABLE.low, RELIABLE.high, f"{MODEL_NAMES[DEFAULT_MODEL]}; range with {_OTHERS}"),)
_RUN = ((METRES_PER_MILE, METRES_PER_MILE, "You ran it in"),)


def _paces(profile: Profile, fitness: Fitness) -> Paces:
    units = profile.units
    rows = [
        PaceRow(PACE_NAMES[name], fields.pace(pace, units), fields.rep_time(pace.over(400)), *_PACE_USES[name])
        for name, pace in fitness.paces.items()
        if name in _PACE_USES
    ]
    race = profile.race.distance
    if race != "mile":
        rows[0] = replace(rows[0], use="200s and 400s")
    for step, name, paces, use, rule in (
        (2, "Tempo", fitness.tempo, "comfortably hard runs", TEMPO_RULE),
        (1, "Easy", fitness.easy, "most of your running", EASY_RULE),
    ):
        lap = Range(paces.low.over(400), paces.high.over(400))
        rows.append(PaceRow(name, fields.pace_range(paces, units), fields.time_range(lap), step, use, rule))
    return Paces(
        result=(fields.ran(profile.result.distance), " in ", fields.ran_in(profile.result.time.seconds)),
        mile=fields.ran_in(predicted_goal(fitness)),
        said=fields.word(among(fitness.result.metres, _RUN, "Three published models say")),
        low_high=fields.race_range(fitness.ranges["mile"]),
        confidence=fields.word(fitness.confidence),
        reason=fields.word(fitness.reason),
        models=fields.word(among(fitness.result.metres, _MODELS, f"the slowest of {_all_of(MODEL_NAMES.values())}")),
        race=fields.ran_in(predicted_goal(fitness, race)) if race != "mile" else None,
        race_range=fields.race_range(fitness.range_of(race)) if race != "mile" else None,
        per=fields.per_unit(units),
        rows=tuple(rows),
        equivalents=tuple(
            EquivalentRow(name, fields.race_time(time), fields.race_range(fitness.ranges[name]))
            for name, time in fitness.equivalents.items()
        ),
    )


# ---------------------------------------------------------------- weeks


def week_page(week: Week, length: int, units: Units, days: tuple[Day, ...]) -> WeekPage:
    """A week of a plan of so many weeks, with its days as they are shown."""
    first, last = week.sessions[0].day, week.sessions[-1].day
    return WeekPage(
        number=week.number,
        of=length,
        title=week.title,
        purpose=week.purpose,
        dates=fields.day_range(first, last) if first and last else None,
        total=fields.about(week.metres, units),
        time=fields.hours(week.seconds),
        hard=week.hard,
        runs=sum(any(step.is_run for step in session.steps) for session in week.sessions),
        active=sum(session.kind != "rest" for session in week.sessions),
        days=days,
    )


def fullest(weeks: Sequence[Week]) -> int:
    """The place of the week with the most hard sessions, the last of several: a whole one without the race, if any.

    It goes by what is run and not by how far that is, so that all runners of a form have the same.
    """

    def fullness(place: int) -> tuple[bool, bool, int, int]:
        kinds = [session.kind for session in weeks[place].sessions]
        return "race" not in kinds, len(kinds) == 7, weeks[place].hard, place

    return max(range(len(weeks)), key=fullness)


def day(session: Session, profile: Profile) -> Day:
    """A day of a runner's plan as it is shown."""
    units = profile.units
    before, main, after = steps.parts_of(session)
    return Day(
        weekday=WEEKDAY_NAMES[session.weekday],
        date=fields.day(session.day) if session.day else None,
        kind=session.kind,
        kind_name=KIND_NAMES[session.kind],
        title=session.title,
        key=session.workout,
        before=fields.joined(steps.told(step, units) for step in before),
        main=tuple(steps.main_parts(main, units)),
        after=fields.joined(steps.told(step, units) for step in after),
        effort=fields.span(session.effort.low, session.effort.high) if session.effort else "",
        total=fields.about(session.metres, units) if session.metres else None,
        note=session.why if not session.steps else "",
        brief=steps.brief(main, units),
        race=fields.name(profile.race.name) if session.kind == "race" else None,
        in_all=fields.minutes(session.whole_seconds) if len(session.steps) > 1 and session.kind != "race" else None,
    )


# ---------------------------------------------------------------- sessions explained


def uses_of(schedule: Schedule) -> tuple[tuple[Session, ...], ...]:
    """The sessions that want explaining, hard ones first: of each all its uses, in order."""
    uses: dict[str, list[Session]] = {}
    for session in schedule.sessions:
        uses.setdefault(session.workout, []).append(session)
    order = list(KIND_NAMES)
    keys = sorted(uses, key=lambda key: order.index(uses[key][0].kind))
    return tuple(tuple(uses[key]) for key in keys if uses[key][0].steps)


def session_note(uses: tuple[Session, ...], length: int, units: Units, say: Voices) -> SessionNote:
    """A session explained, over all its uses in a plan of so many weeks."""
    first = uses[0]
    return SessionNote(
        key=first.workout,
        title=first.title,
        kind=first.kind,
        kind_name=KIND_NAMES[first.kind],
        why=first.why,
        choice=first.choice,
        origin=say.origin(first.from_, first.source),
        effort=fields.span(first.effort.low, first.effort.high) if first.effort else "",
        weeks=_weeks_text(sorted({session.week for session in uses}), length),
        recipe=tuple(steps.over_weeks([session.steps[i] for session in uses], units) for i in range(len(first.steps))),
        reps=tuple(
            steps.rep(step, units, fields.span(min(counts), max(counts)))
            for i, step in enumerate(first.steps)
            if step.kind == "reps" and (counts := [session.steps[i].reps for session in uses])
        ),
    )


def _weeks_text(weeks: list[int], length: int) -> str:
    if weeks[0] > length:
        return "After the race"
    return ("Week " if len(weeks) == 1 else "Weeks ") + ", ".join(map(str, weeks))


# ---------------------------------------------------------------- tables


def _rep_times(fitness: Fitness) -> RepTimes:
    names = [name for name in PACE_NAMES if name in fitness.paces]
    return RepTimes(
        paces=tuple(PACE_NAMES[name] for name in names),
        rows=tuple(
            (fields.track(metres), tuple(fields.table_time(fitness.paces[name].over(metres)) for name in names))
            for metres in REP_DISTANCES
        ),
    )


def _mark(metres: float, course: Course) -> str:
    return "Finish" if metres == course.metres else fields.track(round(metres, 3))


def _race_splits(goal: float, course: Course) -> RaceSplits:
    def clocks(marks: Iterable[float]) -> list[Field]:
        return [fields.race_time(split.cumulative, 1) for split in even_splits(goal, course, marks)]

    quarters = dict(zip(course.quarters[:3], ("Quarter", "Half", "Three quarters"), strict=True))
    marks = [mark for mark in course.table_marks if mark not in quarters or mark == round(mark)]
    left = [quarter for quarter in quarters if quarter not in marks]
    return RaceSplits(
        tuple(zip([_mark(mark, course) for mark in marks], clocks(marks), strict=True)),
        tuple(zip([quarters[quarter] for quarter in left], clocks(left), strict=True)),
    )


def _lap_card(key: str, goal: float, course: Course, say: Voices) -> LapCard:
    strategy = STRATEGIES[key]
    shape = pictures.lap_shape(strategy, course)
    rows = zip(course.names, strategy_splits(goal, strategy, course), strict=True)
    return LapCard(
        name=strategy.name,
        key=key,
        summary=strategy.summary if course.is_by_phases else strategy.summary.replace(" lap", " quarter"),
        origin=say.origin(strategy.person),
        rows=tuple(
            (name, fields.race_time(split.since_last, 1), fields.race_time(split.cumulative, 1)) for name, split in rows
        ),
        marks=tuple(
            (_race_mark(split.metres, course), fields.race_time(split.cumulative, 1))
            for split in strategy_splits(goal, strategy, course, course.card_marks)
        ),
        shape=shape,
        by_laps=strategy.by_laps,
    )


def _race_mark(metres: float, course: Course) -> str:
    """What a runner looks for at a mark: a lap, a quarter or metres."""
    names = dict(zip(course.ends[:-1], course.names, strict=False))
    return names.get(metres) or _mark(metres, course)


def _around(goal: float, course: Course) -> Around:
    goals = [goal + seconds for seconds in AROUND]
    rows = list(zip(course.names, course.ends, strict=True))[:-1]
    shown = rows[1::2] if len(rows) > MOST_AROUND else rows
    columns = [even_splits(total, course, (end for _, end in shown)) for total in goals]
    return Around(
        heads=tuple(fields.race_time(total, 1) for total in goals),
        rows=tuple(
            (name, tuple(fields.race_time(column[i].cumulative, 1) for column in columns))
            for i, (name, _) in enumerate(shown)
        ),
    )


# ---------------------------------------------------------------- prose


def _advice(key: str, tips: Tips, say: Voices) -> Advice:
    return Advice(
        key=key,
        title=tips.title,
        lead=tips.lead,
        origin=say.origin(tips.from_, tips.source),
        role=say.library.people[tips.from_].role,
        approach=tips.approach or "",
        tips=tuple((tip.title, tip.text, say.other(tip.from_, tips.from_)) for tip in tips.tips),
    )


def _card(key: str, checklist: Checklist, say: Voices, course: Course) -> Card:
    def told(text: str) -> str:
        return named(text, course.race).replace(START_PLACE, _start_line(course))

    of_race = f": the {spoken(course.race)}" if key == RACE_CARD and not course.is_mile else ""
    return Card(
        key=key,
        title=f"{told(checklist.title)}{of_race}",
        lead=told(checklist.lead),
        origin=say.origin(checklist.from_, checklist.source),
        groups=tuple(
            (
                told(group.title),
                tuple((told(item.text), say.other(item.from_, checklist.from_)) for item in group.items),
            )
            for group in checklist.groups
        ),
    )


def _prose(key: str, page: Page, say: Voices) -> Prose:
    return Prose(key, page.title, page.body, say.origin(page.from_, page.source))


def _sources(library: Library) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(key, number, s.title, s.authors, s.published, s.where, s.note, s.url or "")
        for number, (key, s) in enumerate(library.sources.items(), 1)
    )
