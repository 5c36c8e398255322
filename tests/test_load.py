"""How much a plan asks for is what a coach would sign: for every level, length, number of days and speed there is."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, product

import pytest
from common import ROOT, TODAY, runner_of

from milebook.content.loader import load
from milebook.content.vocabulary import HARD, LEVELS
from milebook.exports.plan_table import share_at_mile_pace
from milebook.running.courses import RACE_METRES
from milebook.running.fitness import Result, assess
from milebook.running.mile_classes import CLASSES
from milebook.running.quantities import METRES_PER_MILE
from milebook.training.load import most_at_mile_pace
from milebook.training.schedule import build

LIBRARY = load()
MILES = sorted(
    {end for one in CLASSES for end in ((one.fastest + one.slowest) / 2, one.slowest)} | {CLASSES[0].fastest}
)
RACES = [date(2027, 6, 7) + timedelta(days=n) for n in (1, 5)]
ON_ROAD = 330.0  # seconds: up to this mile some amounts are in miles or kilometres
NEARLY = 1e-9
UNMEASURED = ("race", "test", "cross", "rest")


@cache
def fitness_of(mile):
    return assess(Result(METRES_PER_MILE, mile))


EVERY = " on every weekday"  # for every race there is, in both units, and cut short as well


@cache
def schedules(name):
    """Every plan: (level, length, days, mile, units) and its schedule."""
    name, is_every = name.removesuffix(EVERY), name.endswith(EVERY)
    plan, low, high = LIBRARY.plans[name], *LIBRARY.plans[name].days
    races = [RACES[0] + timedelta(days=n) for n in range(7)] if is_every else RACES
    found = []
    for level, mile, units in product(LEVELS, MILES, ("metric", "imperial")):
        if units == "imperial" and mile > ON_ROAD and not is_every:
            continue
        for length, count, race in product(plan.lengths, range(low, high + 1), races):
            profile = runner_of(name, level, length, count, race, units=units)
            if is_every:
                distance = list(RACE_METRES)[race.toordinal() % len(RACE_METRES)]
                profile = profile.model_copy(update={"race": profile.race.model_copy(update={"distance": distance})})
            told = build(plan, LIBRARY.workouts, profile, fitness_of(mile), TODAY)
            found.append(((level, length, count, mile, units), told))
    return found


def weeks(name):
    for about, schedule in schedules(name):
        for week in schedule.weeks:
            yield (*about, week.number), week


PLANS = sorted(LIBRARY.plans)
BOTH = pytest.mark.parametrize(
    "name", [*PLANS, *(pytest.param(name + EVERY, marks=pytest.mark.thorough) for name in PLANS)]
)


MILE = pytest.mark.parametrize("name", ["mile", pytest.param("mile" + EVERY, marks=pytest.mark.thorough)])


@BOTH
def test_no_session_is_longer_than_the_weeks_long_run_or_the_limit_of_the_level(name):
    plan, wrong = LIBRARY.plans[name.removesuffix(EVERY)], set()
    for about, week in weeks(name):
        long = [session.whole_seconds for session in week.sessions if session.kind == "long"]
        limit = min([plan.longest.at(about[0]).seconds, *long])
        wrong |= {
            (*about, session.workout, session.whole_seconds / 60, limit / 60)
            for session in week.sessions
            if session.kind not in UNMEASURED and session.whole_seconds > limit + NEARLY
        }
    assert not wrong


@BOTH
def test_at_mile_pace_the_rest_is_as_long_as_the_repetition_or_the_equal_jog(name):
    wrong = set()
    for about, week in weeks(name):
        for session in week.sessions:
            for step in session.steps:
                if step.kind != "reps" or step.pace_name != "mile" or step.is_all_out or step.uphill:
                    continue
                rest = step.recovery
                if rest.metres is None and rest.seconds.low < step.seconds - 0.001:
                    wrong.add((*about, session.workout, rest.seconds, step.seconds))
                if rest.metres is not None and rest.metres < step.metres:
                    wrong.add((*about, session.workout, rest.metres))
    assert not wrong


@BOTH
def test_below_the_advanced_level_every_week_has_a_day_of_rest_and_at_every_level_every_easier_week(name):
    wrong = set()
    for about, week in weeks(name):
        easier = any(session.kind == "test" for session in week.sessions)
        if (about[0] != "advanced" or easier) and len(week.sessions) == 7 and all(one.steps for one in week.sessions):
            wrong.add((*about, week.title))
    assert not wrong


@MILE
def test_a_week_with_room_for_one_hard_session_has_mile_pace_one_week_and_something_longer_the_next(name):
    for about, schedule in schedules(name):
        if about[2] != 3:
            continue
        hard = [[session.kind for session in week.sessions if session.kind in HARD] for week in schedule.weeks[:-1]]
        assert all(len(kinds) == 1 for kinds in hard), about
        at_mile_pace = [kinds[0] in ("speed", "test") for kinds in hard]
        assert not all(at_mile_pace), about


@MILE
def test_the_trials_week_is_easier_and_the_week_after_it_grows_gently(name):
    for about, schedule in schedules(name):
        metres = [week.metres for week in schedule.weeks]
        (trial,) = (n for n, week in enumerate(schedule.weeks) if any(s.kind == "test" for s in week.sessions))
        assert metres[trial] <= 0.8 * metres[trial - 1] * (1 + NEARLY), about
        assert metres[trial] >= 0.6 * metres[trial - 1], about
        assert metres[trial + 1] <= 1.3 * metres[trial] * (1 + NEARLY), about
        long = [max((s.seconds for s in week.sessions if s.kind == "long"), default=0) for week in schedule.weeks]
        rounded = 300 if about[:2] == ("intermediate", 6) else 0  # 65 minutes after 60: amounts go by five
        assert long[trial] <= max(long[:trial]) + rounded, about


def test_the_day_after_the_trial_is_easy_or_for_rest_where_the_days_allow_it():
    for about, schedule in schedules("mile"):
        for one, other in pairwise(schedule.sessions):
            if one.kind == "test":
                assert other.kind in ("easy", "rest", "cross"), (about, other.kind)


def test_beginners_begin_with_four_200s_have_no_tempo_before_week_three_and_reach_eight():
    """Fewer from a mile of 9:00 on, where eight would make the session longer than the long run."""
    for about, schedule in schedules("mile"):
        level, *_, mile, _units = about
        if level == "beginner" and mile <= 720:
            counts = [most_200s(week) for week in schedule.weeks[:-1]]
            assert counts[0] == 4, about
            assert not any(session.kind == "tempo" for week in schedule.weeks[:2] for session in week.sessions), about
            assert max(counts) >= (8 if mile <= 540 else 6), (about, counts)


def most_200s(week):
    steps = [step for session in week.sessions if session.kind == "speed" for step in session.steps]
    return max((step.reps for step in steps if step.kind == "reps" and step.metres == 200), default=0)


@pytest.mark.parametrize(("level", "reps"), [("intermediate", 5), ("advanced", 8)])
def test_runners_fit_for_their_level_reach_the_400s_that_its_text_promises(level, reps):
    for about, schedule in schedules("mile"):
        if about[0] == level and about[2] >= 5 and 240 <= about[3] <= 420:
            counts = [
                step.reps
                for session in schedule.sessions
                for step in session.steps
                if step.kind == "reps" and step.metres == 400
            ]
            assert max(counts) == reps, (about, counts)


@MILE
def test_little_of_a_week_is_at_mile_pace(name):
    """At most 8 %; in weeks of up to twelve miles 13 %, and in larger ones as many metres as that."""
    plan, wrong = LIBRARY.plans["mile"], set()
    for about, week in weeks(name):
        share = share_at_mile_pace(week)
        if share * week.metres > most_at_mile_pace(plan.mile_pace.value / 100, week.metres) + NEARLY:
            wrong.add((*about, round(share, 3), round(week.metres / METRES_PER_MILE, 1)))
    assert not wrong, sorted(wrong)[:20]


def test_the_table_of_what_the_plan_asks_for_is_that_of_the_plan():
    script = runpy.run_path(str(ROOT / "scripts" / "load-table"), run_name="load-table")
    assert script["TABLE"].read_text("utf-8") == script["table"](script["before_in_table"]()), "run scripts/load-table"


@pytest.mark.parametrize(
    ("share", "week", "most"),
    [
        (0.08, 8.0, 1.04),  # 13 % of a small week
        (0.08, 12.0, 1.56),
        (0.08, 15.0, 1.56),  # as much as in one of twelve
        (0.08, 30.0, 2.4),
        (0.2, 8.0, 1.6),  # a plan that says more than 13 % has more in every week
        (0.2, 30.0, 6.0),
    ],
)
def test_how_much_of_a_week_may_be_at_mile_pace(share, week, most):
    assert most_at_mile_pace(share, week * METRES_PER_MILE) == pytest.approx(most * METRES_PER_MILE)
