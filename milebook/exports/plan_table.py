"""A plan as a table of plain text, week by week: what a coach looks at after a change, before there is a booklet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from milebook.booklet import session_text
from milebook.booklet.composition import KIND_NAMES
from milebook.booklet.fields import NBSP
from milebook.content.library import Library
from milebook.content.models import Profile, RaceResult
from milebook.content.validation import check
from milebook.content.vocabulary import WEEKDAY_NAMES
from milebook.content.yaml_file import Document
from milebook.core.errors import ContentError, Problem, near_miss
from milebook.running.quantities import METRES, ROAD_UNIT, Units, plain
from milebook.training.planned import Session
from milebook.training.schedule import Schedule, Week

USUAL_DAYS = 4  # a week, where the plan allows them
TEXT_WIDTH = 46  # characters of what is done on a day; a longer text moves the figures of its line to the right


def usual_runner(library: Library, plan: str, result: RaceResult, units: Units, **asked: Any) -> Profile:
    """A runner to look at a plan with: `asked` has the level and, where it is said, days and weeks.

    Raises ContentError for a plan that is not there, and for what the plan does not have.
    """
    if plan not in library.plans:
        raise ContentError([Problem("", 0, 0, f'plan "{plan}" is unknown', near_miss(plan, library.plans))])
    fewest, most = library.plans[plan].days
    days = asked.get("days") or str(min(max(USUAL_DAYS, fewest), most))
    asked["days"] = int(days) if days.isdecimal() else days
    ran = {"distance": f"{result.distance.metres} m", "time": f"{result.time.seconds} s"}
    values = {"name": plan, "race": {"name": "The race"}, "plan": plan, "units": units, "result": ran, **asked}
    said = {key: value for key, value in values.items() if value}
    document = Document(f"plan {plan}", said, {}, {(key,): (0, 0) for key in said})
    runner = check(document, Profile)
    if misfits := [document.problem(at, told, hint) for at, told, hint in library.misfits(runner)]:
        raise ContentError(misfits)
    return runner


def write_table(schedule: Schedule, units: Units) -> str:
    """The weeks of a plan, each with its sums and its days.

    `min` counts what is run and its rests, without drills and strides; `at mile pace` is the share of the week's
    metres that is run at mile pace in sessions of speed, race and trial aside.
    """
    unit = ROAD_UNIT[units]
    head = f"{'':<{TEXT_WIDTH + 11}} {unit:>6} {'min':>5}  at mile pace"
    return "\n".join([head, *(line for week in schedule.weeks for line in _week(week, units))])


def _week(week: Week, units: Units) -> Iterator[str]:
    title = f"Week {week.number}: {week.title}, {week.hard} hard"
    share = f"{plain(100 * share_at_mile_pace(week), 1)} %"
    yield f"{title:<{TEXT_WIDTH + 11}} {_figures(week.metres, week.seconds, units)}  {share:>12}"
    for session in week.sessions:
        if session.kind != "rest":
            yield _day(session, units)


def _day(session: Session, units: Units) -> str:
    text = ", ".join("".join(map(str, (*what, " ", *how))).strip() for what, how in _brief(session, units))
    text = (text or session.title).replace(NBSP, " ")
    name = f"  {WEEKDAY_NAMES[session.weekday][:3]} {KIND_NAMES[session.kind]:<8}"
    return f"{name} {text:<{TEXT_WIDTH - 4}} {_figures(session.metres, session.seconds, units)}"


def _brief(session: Session, units: Units) -> session_text.Brief:
    _, main, _ = session_text.parts_of(session)
    return session_text.brief(main, units)


def _figures(metres: float, seconds: float, units: Units) -> str:
    return f"{plain(metres / METRES[ROAD_UNIT[units]], 1):>6} {plain(seconds / 60, 0):>5}"


def share_at_mile_pace(week: Week) -> float:
    """Metres at mile pace over all metres of a week, race and trial aside; 0 where nothing is run."""
    fast = sum(session.mile_pace_metres for session in week.sessions)
    return fast / week.metres if week.metres else 0.0
