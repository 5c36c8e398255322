"""What a plan's texts say of its weeks is true of every plan there is: levels, lengths, days, and those cut short."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest
from common import SPREAD, TODAY

from milebook.booklet import KIND_MEANINGS
from milebook.fitness import Result, assess
from milebook.loader import load
from milebook.models import LEVELS, Profile
from milebook.quantities import METRES_PER_MILE
from milebook.schedule import build

LIBRARY = load()


def reps(sessions, metres):
    return any(step.kind == "reps" and step.metres == metres for one in sessions for step in one.steps)


def of_kind(sessions, *kinds):
    return any(session.kind in kinds for session in sessions)


def at_mile_pace(sessions):
    paces = {step.pace_name for session in sessions for step in session.steps if step.kind == "reps"}
    return "mile" in paces


# A word of a text -> whether a week has what it speaks of.
SPEAKS_OF = {
    r"\bhill\b": lambda week: any(step.uphill for session in week for step in session.steps),
    r"\b100s\b": lambda week: reps(week, 100.0),
    r"\b200s\b": lambda week: reps(week, 200.0),
    r"\b400s\b|quarter of the mile": lambda week: reps(week, 400.0),
    r"\b1000s\b|5 km pace": lambda week: reps(week, 1000.0),
    r"\bmile pace\b|\bmile effort\b|effort of mile pace": at_mile_pace,
    r"against the watch|\btrial\b": lambda week: of_kind(week, "test"),
    r"\btempo\b": lambda week: of_kind(week, "tempo"),
    r"\bstrength\b": lambda week: of_kind(week, "strength"),
    r"then the race\b": lambda week: of_kind(week, "race"),
}
# What no text may say, as it is not so in every plan.
NEVER = r"each kind of session|everything in it|shorter rests|full rests|with the trial behind"


def every_schedule(name, today=TODAY):
    plan = LIBRARY.plans[name]
    fitness = assess(Result(METRES_PER_MILE, 480.0))
    races = [date(2027, 6, 7) + timedelta(days=n) for n in range(7)]
    known = {level: {} for level in LEVELS}
    for level, length, count, race in product(LEVELS, plan.lengths, range(plan.days[0], plan.days[1] + 1), races):
        profile = Profile(
            name="X",
            level=level,
            result={"distance": "mile", "time": "8:00"},
            race={"name": "Y", "date": race},
            plan=name,
            weeks=length,
            days=SPREAD[count],
        )
        begins = race - timedelta(days=7 * length - 1)
        for first in (today, begins + timedelta(days=14), begins + timedelta(days=7 * length - 14)):
            yield build(plan, LIBRARY.workouts, profile, fitness, first, known[level])


@pytest.mark.parametrize("name", sorted(LIBRARY.plans))
def test_a_week_has_every_session_that_its_purpose_speaks_of(name):
    wrong = set()
    for schedule in every_schedule(name):
        for week in schedule.weeks:
            if len(week.sessions) < 7:
                continue  # a part of race week, whose text speaks of the whole
            for words, is_there in SPEAKS_OF.items():
                if re.search(words, f"{week.title}. {week.purpose}", re.IGNORECASE) and not is_there(week.sessions):
                    wrong.add((week.title, week.purpose, words))
    assert not wrong


def test_no_text_says_what_is_not_so_in_every_plan():
    texts = [week.purpose for plan in LIBRARY.plans.values() for week in plan.weeks]
    texts += [workout.why for workout in LIBRARY.workouts.values()]
    texts += [*KIND_MEANINGS.values()]
    assert not [text for text in texts if re.search(NEVER, text, re.IGNORECASE)]


@pytest.mark.parametrize("name", sorted(LIBRARY.workouts))
def test_a_reason_under_a_persons_name_that_is_ours_says_so(name):
    """The article gives no reasons for these sessions, and no level below the advanced for some of their amounts."""
    workout = LIBRARY.workouts[name]
    if name in ("mile-reps", "reps-1000", "long-run", "tempo-run"):
        assert re.search(r"reason is in our words", workout.choice)
    if any(amount.at("beginner") != amount.at("advanced") for amount in amounts_of(workout)):
        assert workout.from_ == "editorial" or workout.choice


def amounts_of(workout):
    for step in workout.steps:
        for key in ("easy", "tempo", "cross", "repeat"):
            if hasattr(step, key):
                yield getattr(step, key)


def test_every_effort_that_is_asked_for_is_explained_in_how_to():
    text = LIBRARY.pages["how-to"].body
    explained = set()
    for low, high in re.findall(r"^- \*\*(\d+)(?: to (\d+))?\*\*", text, re.MULTILINE):
        explained |= set(range(int(low), int(high or low) + 1))
    asked = {
        end.value
        for workout in LIBRARY.workouts.values()
        if workout.effort
        for end in (workout.effort.low, workout.effort.high)
    }
    assert asked <= explained
