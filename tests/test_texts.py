"""What a plan's texts say of its weeks is true of every plan there is: levels, lengths, days, and those cut short."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from common import TODAY, runner_of

from milebook.booklet.composition import KIND_MEANINGS
from milebook.content.loader import load
from milebook.content.vocabulary import LEVELS
from milebook.running.fitness import Result, assess
from milebook.running.quantities import METRES_PER_MILE
from milebook.training.schedule import build

LIBRARY = load()


def reps(sessions, metres):
    return any(step.kind == "reps" and step.metres == metres for one in sessions for step in one.steps)


def of_kind(sessions, *kinds):
    return any(session.kind in kinds for session in sessions)


def at_mile_pace(sessions):
    before = [session for session in sessions if session.kind != "race"]
    paces = {step.pace_name for session in before for step in session.steps if step.kind == "reps"}
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
    for level, length, count, race in product(LEVELS, plan.lengths, range(plan.days[0], plan.days[1] + 1), races):
        profile = runner_of(name, level, length, count, race)
        begins = race - timedelta(days=7 * length - 1)
        for first in (today, begins + timedelta(days=14), begins + timedelta(days=7 * length - 14)):
            yield build(plan, LIBRARY.workouts, profile, fitness, first)
            yield build(plan, LIBRARY.workouts, profile.model_copy(update={"made": first}), fitness, first)


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


@pytest.mark.parametrize("name", sorted(LIBRARY.plans))
def test_a_plan_has_every_session_that_its_lead_speaks_of(name):
    """At every level, on as many days as the plan can have; with fewer the least important are left out."""
    plan, fitness = LIBRARY.plans[name], assess(Result(METRES_PER_MILE, 480.0))
    for level, length in product(LEVELS, plan.lengths):
        profile = runner_of(name, level, length, plan.days[1], date(2027, 6, 12))
        sessions = build(plan, LIBRARY.workouts, profile, fitness, TODAY).sessions
        for words, is_there in SPEAKS_OF.items():
            assert is_there(sessions) or not re.search(words, plan.lead, re.IGNORECASE), (level, length, words)


def test_the_warm_up_card_speaks_of_what_the_sessions_begin_with():
    """Three strides over 60 m before 200s and 400s: every such session at mile pace has them, before it."""
    text = " ".join(item.text for group in LIBRARY.checklists["warm-up"].groups for item in group.items)
    assert re.search(r"Before 200s or 400s: three build-up strides over 60 m", text)
    for schedule in every_schedule("mile"):
        for session in schedule.sessions:
            kinds = [(step.kind, step.reps) for step in session.steps]
            if session.kind == "speed" and reps([session], 200.0) | reps([session], 400.0):
                assert ("strides", 3) in kinds[: [kind for kind, _ in kinds].index("reps")], session.workout


def test_no_text_says_what_is_not_so_in_every_plan():
    texts = [week.purpose for plan in LIBRARY.plans.values() for week in plan.weeks]
    texts += [workout.why for workout in LIBRARY.workouts.values()]
    texts += [*KIND_MEANINGS.values()]
    assert not [text for text in texts if re.search(NEVER, text, re.IGNORECASE)]


REASONS_OF_THE_ARTICLE = {"hill-reps", "easy-many-strides", "fast-100s", "time-trial", "own-programme"}


@pytest.mark.parametrize("name", sorted(LIBRARY.workouts))
def test_a_reason_under_a_persons_name_that_is_ours_says_so(name):
    """The article gives no reasons for these sessions, and no level below the advanced for some of their amounts."""
    workout = LIBRARY.workouts[name]
    if workout.from_ != "editorial" and name not in REASONS_OF_THE_ARTICLE:
        assert re.search(r"[Tt]he reason( is in our words|,)", workout.choice)
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


SAYS_WHAT_LEVELS_ARE = (
    "README.md",
    "content/pages/how-to.md",
    "content/profiles/beginner.yaml",
    "content/profiles/intermediate.yaml",
    "content/profiles/advanced.yaml",
    "templates/new/profile.yaml",
    "templates/yours.html.j2",
)


@pytest.mark.parametrize("name", SAYS_WHAT_LEVELS_ARE)
def test_what_a_level_is_stands_where_one_is_chosen(name):
    text = re.sub(r"[\s#]+", " ", Path(name).read_text("utf-8"))
    for words in (
        r"Beginners run three times a week( now)?, for 20 to 40 minutes\.",
        r"Intermediate runners run about 20 miles \(32 km\) a week\.",
        r"Advanced ones run about 35 \(56 km\) and are used to track work\.",
        r"If week 1 is a quarter more than you ran last week, take the level below",
    ):
        assert re.search(words, text), words


def test_how_to_begins_with_what_a_level_is():
    assert LIBRARY.pages["how-to"].body.strip().startswith("**Is it your level?**")


def lines_of_not_normal():
    """Each line of the page for days that are not normal, with the heading it stands under."""
    head = ""
    for part in re.split(r"\n(?=###|- )", LIBRARY.pages["not-normal"].body.strip()):
        if part.startswith("###"):
            head = part.strip()
        else:
            yield head, " ".join(part.split())


def test_every_line_for_a_day_that_is_not_normal_has_a_source_or_is_our_choice():
    lines = list(lines_of_not_normal())
    assert len(lines) > 12
    for head, line in lines:
        assert "our choice" in head or re.search(r"\*(Our choice|The article|[^*]+, \d{4})\.\*$", line), line


def test_every_source_that_the_page_names_is_in_the_list():
    known = [(source.authors, source.published) for source in LIBRARY.sources.values()]
    named = re.findall(r"\*([^*]+), (\d{4})\.\*", " ".join(line for _, line in lines_of_not_normal()))
    assert len(named) >= 5
    for authors, year in named:
        names = re.sub(r" and others$", "", authors).split(" and ")
        assert any(year == when and all(name in who for name in names) for who, when in known), (authors, year)


def test_the_warm_up_says_which_four_drills_are_first():
    groups = {group.title: group.items for group in LIBRARY.checklists["warm-up"].groups}
    first = next(items for title, items in groups.items() if "these four" in title)
    assert sum(item.text.startswith("**") for item in first) == 4
