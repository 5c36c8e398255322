"""A schedule, paces and prose -> the view of a booklet: formatted, with nothing left for a template to work out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milebook.booklet import charts, fields, plan_notes, race_pages, session_text
from milebook.booklet.fields import NBSP, Line
from milebook.booklet.views import (
    Advice,
    Booklet,
    Brand,
    Card,
    Day,
    EquivalentRow,
    Origin,
    PaceRow,
    Paces,
    Prose,
    RepTimes,
    SessionNote,
    SourceLine,
    TrialTimes,
    WeekPage,
)
from milebook.content.brand import on_night
from milebook.content.library import Library
from milebook.content.models import Checklist, Page, Plan, Profile, Tips
from milebook.content.prose import to_plain_text
from milebook.content.vocabulary import WEEKDAY_NAMES, Kind
from milebook.running.courses import Course, RaceName, course_of, named, spoken
from milebook.running.fitness import (
    DEFAULT_MODEL,
    EASY_RULE,
    MODELS,
    RELIABLE,
    TEMPO_RULE,
    Fitness,
    after_mile,
    predicted_goal,
)
from milebook.running.pacing import REP_DISTANCES, STRATEGIES, even_splits
from milebook.running.quantities import METRES_PER_MILE, Range, Units, plain
from milebook.running.tracing import choose_word, whole
from milebook.training import trials
from milebook.training.planned import Session
from milebook.training.schedule import Schedule, Week

KIND_NAMES: dict[Kind, str] = {
    "speed": "Speed",
    "strength": "Strength",
    "tempo": "Tempo",
    "easy": "Easy",
    "long": "Long",
    "cross": "Cross",
    "own": "Own",
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
    "own": "what your own programme says",
    "rest": "nothing, or a walk",
    "race": "the day it is all for",
    "test": "a mile on your own, for time",
}
PACE_NAMES = {"mile": "Mile", "3 km": "3 km", "5 km": "5 km", "10 km": "10 km", "tempo": "Tempo"}
MODEL_NAMES = {"daniels-gilbert": "Daniels-Gilbert", "riegel": "Riegel", "cameron": "Cameron"}
RACE_CARD = "race-day"  # the checklist of the race
START_PLACE = "{start}"  # stands in a checklist for where the start line of the race is
LONG_RACE, LONG_RUNNER = 28, 34  # characters; longer names are set smaller
_WIDE = frozenset("mwMW@%&")  # as wide as one and a half of others


def compose(key: str, library: Library, profile: Profile, fitness: Fitness, schedule: Schedule) -> Booklet:
    """Lay out one runner's booklet as values."""
    plan = library.plans[profile.plan]
    say = Voices(library)
    race, course = profile.race.distance, profile.race.course
    goal = profile.race.goal.seconds if profile.race.goal else predicted_goal(fitness, race)
    lap_cards = {way: race_pages.lap_card(way, goal, course, say.origin(one.person)) for way, one in STRATEGIES.items()}
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
        raced=race_pages.compose_raced(race, course),
        paper=profile.sheet,
        units=profile.units,
        plan=plan.name,
        plan_key=profile.plan,
        plan_lead=plan.lead,
        plan_choice=plan.choice or "",
        plan_origin=say.origin(plan.from_, plan.source),
        note=fields.joined(_notes(plan, profile, fitness, schedule), " "),
        trial_is_run=profile.trial is not None,
        goal=fields.ran_in(goal),
        goal_is_own=profile.race.goal is not None,
        paces=_paces(profile, fitness),
        weekdays=tuple(WEEKDAY_NAMES[(schedule.weeks[-1].sessions[-1].weekday + 1 + n) % 7] for n in range(7)),
        weeks=tuple(
            week_page(week, schedule.last_week, profile.units, tuple(day(s, profile) for s in week.sessions))
            for week in schedule.weeks
        ),
        fullest=fullest(schedule.weeks),
        bars=charts.volume_bars(schedule, plan.ramp.value / 100, profile.units),
        ramp=f"{plain(plan.ramp.value)}{NBSP}%",
        road_unit="Miles" if profile.units == "imperial" else "Kilometres",
        kinds=kinds(schedule),
        after=tuple(day(session, profile) for session in schedule.after),
        sessions=tuple(session_note(uses, schedule.last_week, profile.units, say) for uses in uses_of(schedule)),
        rep_times=_rep_times(fitness),
        trial_times=trial_times(fitness, race, profile.units),
        race_splits=race_pages.race_splits(goal, course),
        around=race_pages.around(goal, course),
        lap_cards=tuple(lap_cards.values()),
        race_card=lap_cards[profile.race.pacing],
        track=charts.track(course_of()),
        race_track=charts.track(course) if course.on_track and not course.is_usual else None,
        stride=charts.stride(),
        advice={name: _advice(name, tips, say) for name, tips in library.tips.items()},
        cards={name: _card(name, checklist, say, course) for name, checklist in library.checklists.items()},
        prose={name: _prose(name, page, say) for name, page in library.pages.items()},
        sources=_sources(library),
    )


def _notes(plan: Plan, profile: Profile, fitness: Fitness, schedule: Schedule) -> tuple[Line, ...]:
    """What a runner must know of this very plan; mostly nothing."""
    plan_note = plan_notes.plan_note(plan, profile, schedule)
    return plan_note, plan_notes.after_trial(profile, schedule), plan_notes.bold_goal(profile, fitness, schedule)


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
        qr=charts.qr(site.url) if site.url else None,
    )


def is_long(name: str, most: int) -> bool:
    """Whether a name is as wide as more than so many usual letters."""
    halves = sum(2 if unicodedata.east_asian_width(letter) in "WF" else letter in _WIDE for letter in name)
    return len(name) + halves / 2 > most


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
    units, ran = profile.units, profile.latest
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
        result=(fields.ran(ran.distance), " in ", fields.ran_in(ran.time.seconds)),
        mile=fields.ran_in(predicted_goal(fitness)),
        said=fields.word(choose_word(fitness.result.metres, _RUN, "Three published models say")),
        low_high=fields.race_range(fitness.ranges["mile"]),
        confidence=fields.word(fitness.confidence),
        reason=fields.word(fitness.reason),
        models=fields.word(
            choose_word(fitness.result.metres, _MODELS, f"the slowest of {_all_of(MODEL_NAMES.values())}")
        ),
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
    active = sum(session.kind != "rest" for session in week.sessions)
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
        active=active,
        days=days,
        wordy=active > 5 and any(step.run_and_walk for session in week.sessions for step in session.steps),
    )


def fullest(weeks: Sequence[Week]) -> int:
    """The place of the week with the most hard sessions, the last of several: a whole one without the race, if any.

    It goes by what is run and not by how far that is, so that all runners with one layout have the same.
    """

    def fullness(place: int) -> tuple[bool, bool, int, int]:
        kinds = [session.kind for session in weeks[place].sessions]
        return "race" not in kinds, len(kinds) == 7, weeks[place].hard, place

    return max(range(len(weeks)), key=fullness)


def day(session: Session, profile: Profile) -> Day:
    """A day of a runner's plan as it is shown."""
    units = profile.units
    before, main, after = session_text.parts_of(session)
    return Day(
        weekday=WEEKDAY_NAMES[session.weekday],
        date=fields.day(session.day) if session.day else None,
        kind=session.kind,
        kind_name=KIND_NAMES[session.kind],
        title=session.title,
        key=session.workout,
        before=fields.joined(session_text.told(step, units) for step in before),
        main=tuple(session_text.main_parts(main, units)),
        after=fields.joined(session_text.told(step, units) for step in after),
        effort=fields.span(session.effort.low, session.effort.high) if session.effort else "",
        total=fields.about(session.metres, units) if session.metres else None,
        note=session.why if not session.steps else "",
        brief=session_text.brief(main, units),
        race=fields.name(profile.race.name) if session.kind == "race" else None,
        in_all=fields.minutes(session.whole_seconds) if len(session.steps) > 1 and session.kind != "race" else None,
    )


# ---------------------------------------------------------------- sessions explained


def uses_of(schedule: Schedule) -> tuple[tuple[Session, ...], ...]:
    """The sessions that want explaining, hard ones first: of each all its uses, in order."""
    uses: dict[str, list[Session]] = {}
    for session in trials.as_explained(schedule):
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
        recipe=tuple(
            session_text.over_weeks([session.steps[i] for session in uses], units) for i in range(len(first.steps))
        ),
        reps=tuple(
            session_text.rep(step, units, fields.span(min(counts), max(counts)))
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


TRIALS = range(-20, 31, 5)  # seconds before and after the mile expected


def trial_times(fitness: Fitness, race: RaceName, units: Units) -> TrialTimes:
    """Times for the sessions after a trial, for miles around the one expected, to five seconds."""
    expected, middle = predicted_goal(fitness), 5 * whole(fitness.mile / 5)
    rows = []
    for seconds in (middle + more for more in TRIALS):
        mile, five_km, tempo, raced = after_mile(seconds, race)
        times = [fields.table_time(pace.over(metres)) for pace, metres in ((mile, 200), (mile, 400), (five_km, 1000))]
        times += [fields.pace_range(tempo, units), *([] if race == "mile" else [fields.race_time(whole(raced))])]
        rows.append((fields.race_time(seconds), tuple(times)))
    course = course_of()
    laps = [fields.race_time(split.cumulative, 1) for split in even_splits(expected, course, course.ends[:-1])]
    heads = [*map(fields.track, (200, 400, 1000)), f"Tempo {fields.per_unit(units)}"]
    heads += [] if race == "mile" else [race.replace(" ", NBSP)]
    return TrialTimes(fields.ran_in(expected), fields.joined((lap,) for lap in laps), tuple(heads), tuple(rows))


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
        return named(text, course.race).replace(START_PLACE, race_pages.start_line(course))

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
