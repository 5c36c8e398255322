"""README's promises hold for every plan a coach may write, or `check` says where one is broken, and what to write."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from common import CONTENT
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from milebook.cli.main import main
from milebook.content.loader import load
from milebook.content.models import Plan, Profile
from milebook.content.validation import check as checked
from milebook.content.vocabulary import HARD, LEVELS, WEEKDAYS, Kind
from milebook.content.workouts import Workout
from milebook.content.yaml_file import Document, parse_yaml
from milebook.core.errors import ContentError
from milebook.running.fitness import Result, assess
from milebook.running.mile_classes import CLASSES
from milebook.running.quantities import METRES_PER_MILE
from milebook.training.load import UNMEASURED
from milebook.training.promises import find_broken_promises, read_content
from milebook.training.schedule import build, days_kept_free

LIBRARY = load(CONTENT)
SATURDAY = date(2027, 6, 12)
LONG_AGO = date(2023, 6, 1)
MILES = [mile for one in CLASSES for mile in (one.fastest + 1e-6, one.slowest)]  # the ends of every class
PLAN = """\
name: Mine
from: editorial
lead: L
lengths: [2, 3]
days: [2, 7]
ramp: 15 %
weeks:
  - title: One
    purpose: P
    volume: 50 %
    sessions:
      - speed: reps-200
      - long: long-run
      - easy: {beginner: easy-strides, advanced: easy-strides}
  - title: Two
    purpose: P
    lengths: [3]
    volume: 50 %
    sessions:
      - speed: reps-200
      - long: long-run
  - title: Three
    purpose: P
    volume: 0 %
    sessions:
      - race: race-day
      - speed: sharpener
      - easy: shakeout
after:
  - rest: recovery-walk
"""


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A folder of content with the plan above."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content" / "plans").mkdir(parents=True)
    (tmp_path / "content" / "workouts").mkdir()
    write_plan(tmp_path / "content")
    return tmp_path / "content"


def write_plan(content, *changes):
    text = PLAN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (content / "plans" / "mine.yaml").write_text(text)


def write_workout(content, name, kind, *steps):
    listed = "".join(f"\n  - {step}" for step in steps) or " []"
    text = f"title: T\nfrom: editorial\nwhy: W\nkind: {kind}\nsteps:{listed}\n"
    (content / "workouts" / f"{name}.yaml").write_text(text)


def told():
    try:
        read_content()
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []


# What is told


def test_the_shipped_plans_keep_their_promises():
    assert list(find_broken_promises(LIBRARY)) == []


def test_a_sound_plan_is_not_told(content):
    assert told() == []


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        (
            "ramp: 15 %",
            "ramp: 15 %\nrest: reps-400",
            "7:7",
            [
                '"reps-400" (kind speed,',
                "workouts/reps-400.yaml:",
                "two days before the race",
                "kind easy or own or rest",
            ],
        ),
        (
            "ramp: 15 %",
            "ramp: 15 %\nfill: race-day",
            "7:7",
            ['"race-day" (kind race,', "every day without a session", "kind cross or easy or own or rest"],
        ),
        ("ramp: 15 %", "ramp: 15 %\nfill: long-run", "7:7", ['"long-run" (kind long,']),
        (
            "beginner: easy-strides",
            "beginner: reps-400",
            "14:26",
            ['"reps-400" (kind speed,', "is listed as easy; beginner, plans of 2 and 3 weeks"],
        ),
        (
            "- speed: sharpener",
            "- speed: race-day",
            "27:16",
            ['"race-day" (kind race,', "is listed as speed; every level, plans of 2 and 3 weeks"],
        ),
        (
            "- easy: shakeout",
            "- easy: long-run",
            "28:15",
            ['"long-run" (kind long,', "kind cross or easy or own or rest"],
        ),
        ("- race: race-day", "- race: reps-400", "26:15", ["is listed as race", "name a workout of kind race"]),
        ("- easy: shakeout", "- easy: shakeout\n      - race: race-day", "25:5", ["2 races for beginner", "keep one"]),
        (
            "advanced: easy-strides}",
            "advanced: easy-strides}\n      - race: {advanced: race-day}",
            "11:5",
            ["a race for advanced stands before the last week in the plan of 2 weeks", "`test`"],
        ),
        (
            "  - rest: recovery-walk",
            "  - rest: recovery-walk\n  - speed: reps-400",
            "31:12",
            ["is listed as speed in the days after the race"],
        ),
        ("  - rest: recovery-walk", "  - rest: reps-400", "30:11", ["is listed as rest in the days after the race"]),
    ],
)
def test_a_workout_in_a_wrong_role_is_told_with_its_line_and_whom_it_is_for(content, old, new, place, words):
    write_plan(content, (old, new))
    problems = told()
    assert any(problem.startswith(f"content/plans/mine.yaml:{place}: ") for problem in problems), problems
    assert all(any(word in problem for problem in problems) for word in words), problems


ROLES = {  # where a hard workout is no hard day -> the line of the plan that names it
    "long": ("      - long: long-run\n  - title: Three", "      - long: own\n  - title: Three"),
    "easy": ("      - easy: {beginner: easy-strides, advanced: easy-strides}", "      - easy: own"),
    "easy in race week": ("      - easy: shakeout", "      - easy: own"),
    "cross": ("      - easy: shakeout", "      - cross: own"),
    "rest": ("      - easy: shakeout", "      - rest: own"),
    "rest after the race": ("  - rest: recovery-walk", "  - rest: own"),
    "easy after the race": ("  - rest: recovery-walk", "  - easy: own"),
    "fill": ("ramp: 15 %", "ramp: 15 %\nfill: own"),
    "the days before the race": ("ramp: 15 %", "ramp: 15 %\nrest: own"),
}


@pytest.mark.parametrize(
    ("role", "kind"), [*((role, "speed") for role in ROLES), *(("easy", kind) for kind in sorted(HARD - {"speed"}))]
)
def test_a_hard_workout_in_any_role_that_is_not_hard_is_told(content, role, kind):
    write_workout(content, "own", kind, "run: {time: 60 s, pace: fast}")
    write_plan(content, ROLES[role])
    assert any(f'"own" (kind {kind}, content/workouts/own.yaml:4)' in problem for problem in told()), told()


HARD_STEPS = {
    "repeat: 2\n    run: {distance: 400 m, pace: mile}": "speed",
    "repeat: 3\n    run: {time: 5 min, pace: tempo}": "tempo",
    "repeat: 6\n    run: {time: 10 s, pace: fast, uphill: true}": "speed",
    "run: {distance: 1 mi, pace: 10 km}": "speed",
    "tempo: {advanced: 20 min}": "tempo",
}


@pytest.mark.parametrize("step", HARD_STEPS)
@pytest.mark.parametrize("kind", sorted({*get_args(Kind)} - HARD))
def test_a_workout_that_is_not_hard_has_no_hard_running_and_what_to_write_instead_is_right(content, kind, step):
    write_workout(content, "own", kind, f"easy: 10 min\n  - strides: {{reps: 3, effort: 80 %}}\n  - {step}")
    (problem,) = told()
    assert problem.startswith("content/workouts/own.yaml:8:"), problem
    assert f"the step is hard running, and a workout of kind {kind} may stand beside a hard day" in problem
    assert f"write `kind: {HARD_STEPS[step]}`, or run this step easily, as in `easy: 20 min`" in problem
    write_workout(content, "own", HARD_STEPS[step], step)
    assert told() == []
    write_workout(content, "own", kind, "easy: 20 min")
    assert told() == []


def test_a_race_week_that_a_length_leaves_out_is_told(content):
    write_plan(
        content, ("    volume: 0 %", "    lengths: [3]\n    volume: 0 %"), ("lengths: [2, 3]", "lengths: [1, 3]")
    )
    problems = told()
    assert len(problems) == len(LEVELS)
    assert "mine.yaml:11:5: the last week has no race for advanced in the plan of 1 week" in problems[0]


def test_a_workout_of_ones_own_that_becomes_hard_is_told_in_every_plan_that_rests_with_it(content):
    write_workout(content, "rest", "speed", "repeat: 8\n    run: {distance: 400 m}")
    problems = told()
    assert {problem.split(":")[0] for problem in problems} >= {"content/plans/mine.yaml"}
    assert all("content/workouts/rest.yaml:4" in problem for problem in problems)


def test_content_read_again_is_checked_as_it_is_now(content):
    """What `serve` does: plans that were right are looked at once more as soon as they or their sessions change."""
    first = read_content()
    assert read_content().plans["mine"] is first.plans["mine"]
    write_workout(content, "reps-200", "rest")
    assert any("reps-200" in line for line in told())
    (content / "workouts" / "reps-200.yaml").unlink()
    assert told() == []
    write_plan(content, ("race: race-day", "race: reps-200"))
    assert told() != []


def test_a_week_that_jumps_is_told_with_the_level_the_length_the_days_and_the_workout(content):
    write_workout(content, "ultra", "long", "easy: {advanced: 40 km}")
    write_plan(
        content,
        (
            "      - speed: reps-200\n      - long: long-run\n  - title: Three",
            "      - speed: reps-200\n      - long: ultra\n  - title: Three",
        ),
    )
    (problem,) = told()
    assert problem.startswith("content/plans/mine.yaml:15:5: the week has ")
    for word in (
        "the ramp of 15 % allows",
        "advanced, 3 weeks, ",
        "a mile of ",
        'most of it is "ultra"',
        "0 % to 50 %",
    ):
        assert word in problem


@pytest.mark.parametrize(
    ("change", "told_of_it"),
    [
        (("ramp: 15 %", "ramp: 15 %\nrise: 30 %"), "plans/mine.yaml:7:7: no week is easier than the one before it"),
        (("title: One\n", "title: One\n    ease: 80 %\n"), "the first week of a plan has none before it"),
        (
            ("title: Two\n", "title: Two\n    one-hard: {kinds: [tempo]}\n"),
            "the week lists no session of kind tempo for any level",
        ),
        (
            ("title: Two\n", "title: Two\n    one-hard: {kinds: [speed], lengths: [2]}\n"),
            "no plan of 2 weeks has this week; write 3",
        ),
    ],
)
def test_what_would_do_nothing_is_told(content, change, told_of_it):
    write_plan(content, change)
    (problem,) = told()
    assert told_of_it in problem


@pytest.mark.parametrize(
    ("change", "told_of_it"),
    [
        (("title: Two\n", "title: Two\n    one-hard: {kinds: [easy]}\n"), '"easy" is no hard session'),
        (("ramp: 15 %", "ramp: 15 %\nlongest: 20 min"), "takes longer than the 20:00 that a session"),
    ],
)
def test_a_bound_that_no_week_can_keep_to_is_told(content, change, told_of_it):
    write_plan(content, change)
    assert any(told_of_it in problem for problem in told())


@pytest.mark.parametrize(
    ("step", "told_of_it"),
    [
        ("easy: {advanced: '4-6 mi, at most 30 s'}", "has a limit of less than a minute"),
        ("easy: {advanced: '4-6 mi, at most'}", "is not a time"),
        ("repeat: 4\n    run: {distance: 400 m, at-most: 60 s}", "`at-most` is for a distance that is run uphill"),
        ("repeat: 4\n    run: {time: 60 s, uphill: true, at-most: 60 s}", "`at-most` is for a distance"),
        (
            "repeat: 4\n    run: {distance: 400 m}\n    recover: {distance: 400 m, as-long: true}",
            "`as-long` is for a rest with a time",
        ),
    ],
)
def test_a_limit_that_cannot_be_kept_is_told(content, step, told_of_it):
    write_workout(content, "odd", "speed", step)
    assert any(told_of_it in problem for problem in told()), told()


def test_an_easier_week_that_cannot_be_one_is_told_with_its_share(content):
    write_plan(content, ("title: Two\n", "title: Two\n    ease: 30 %\n"))
    assert any("which is more than the ease of 30 % allows" in problem for problem in told())


def test_many_repetitions_of_a_long_distance_are_told_as_a_session_that_is_too_long(content):
    write_workout(content, "wild", "speed", "repeat: {advanced: 40-50}\n    run: {distance: 2 km}")
    (problem,) = told()
    assert problem.startswith("content/workouts/wild.yaml:5:1: the session has 100 km")
    assert "(advanced); a session has at most 50 km and 5:00:00" in problem


def test_a_week_of_seven_longest_sessions_is_too_much(content):
    write_workout(content, "far", "easy", "easy: 45 km")
    weeks = (
        "      - speed: reps-200\n      - long: long-run\n"
        "      - easy: {beginner: easy-strides, advanced: easy-strides}",
        "\n".join(["      - easy: far"] * 7),
    )
    write_plan(content, weeks)
    assert any("the week has 270 km of running" in problem and "at most 250 km" in problem for problem in told())


def test_all_problems_of_plans_are_told_beside_those_of_other_files(content):
    write_plan(content, ("ramp: 15 %", "ramp: 15 %\nrest: reps-400"))
    (content / "workouts" / "odd.yaml").write_text("title: T\n")
    problems = told()
    assert any("plans/mine.yaml:7:7" in problem for problem in problems)
    assert any("workouts/odd.yaml" in problem for problem in problems)


def test_check_a_build_and_a_roster_refuse_such_a_plan_alike_also_with_a_kept_form(content, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    Path("club.csv").write_text("name\nAda\n")
    commands = (
        ["check"],
        ["build", "--no-pdf", "--profile", "beginner", "--cache", "kept"],
        ["build", "--roster", "club.csv"],
    )
    assert run(commands[1]).exit_code == 0
    write_plan(content, ("ramp: 15 %", "ramp: 15 %\nrest: reps-400"))
    for command in commands:
        result = run(command)
        assert result.exit_code == 1, command
        assert "content/plans/mine.yaml:7:7: " in result.stderr


def run(command):
    result = CliRunner().invoke(main, command)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


# Whatever is written: it is told, or every promise holds


@st.composite
def workouts(draw):
    """A few workouts of every kind, small and large, with and without ranges."""
    made = {}
    for number in range(draw(st.integers(3, 6))):
        kind = draw(st.sampled_from(["speed", "tempo", "easy", "long", "rest", "race", "test", "cross"]))
        low = draw(st.integers(1, 25))
        amounts = {
            level: f"{low}-{low + draw(st.integers(0, 20))} {draw(st.sampled_from(['min', 'km']))}" for level in LEVELS
        }
        steps = draw(
            st.sampled_from(
                [
                    [],
                    [{"easy": amounts}],
                    [{"easy": amounts}, *[{"repeat": "2-8", "run": {"distance": "400 m"}}] * (kind in HARD)],
                ]
            )
        )
        made[f"{kind}-{number}"] = {"title": "T", "from": "editorial", "why": "W", "kind": kind, "steps": steps}
    for kind in ("rest", "easy", "race", "speed"):
        made[kind] = {
            "title": "T",
            "from": "editorial",
            "why": "W",
            "kind": kind,
            "steps": [{"run": {"distance": "1 mi"}}] * (kind in HARD),
        }
    return {key: Workout.model_validate(value) for key, value in made.items()}


@st.composite
def libraries(draw):
    """The shipped library with one plan, mostly sound: roles that suit and now and then one that does not."""
    own = draw(workouts())
    kinds = {key: workout.kind for key, workout in own.items()}

    def named(*, wild):
        key = draw(st.sampled_from(sorted(own)))
        role = draw(st.sampled_from(sorted(set(kinds.values())))) if wild else kinds[key]
        return {role: key}

    wild = draw(st.integers(0, 3)) == 0
    count = draw(st.integers(1, 4))
    weeks = []
    for _ in range(count - 1):
        listed = [named(wild=wild) for _ in range(draw(st.integers(0, 6)))]
        sessions = [entry for entry in listed if wild or "race" not in entry]
        week = {"title": "T", "purpose": "P", "volume": f"{draw(st.integers(0, 100))} %", "sessions": sessions}
        weeks.append(week | draw(st.sampled_from([{}, {}, {"ease": "75 %"}])))
    last = [
        entry for _ in range(draw(st.integers(0, 5))) if (entry := named(wild=wild)) and (wild or "race" not in entry)
    ]
    weeks.append({"title": "T", "purpose": "P", "volume": "0 %", "sessions": [{"race": "race"}, *last]})
    low = draw(st.integers(1, 7))
    data = {
        "name": "P",
        "from": "editorial",
        "lead": "L",
        "days": [low, draw(st.integers(low, 7))],
        "ramp": f"{draw(st.sampled_from([0, 10, 15, 30, 50]))} %",
        **draw(st.sampled_from([{}, {"rise": "20 %"}])),
        **draw(st.sampled_from([{}, {}, {"longest": "60 min"}, {"longest": {"beginner": "90 min"}}])),
        **draw(st.sampled_from([{}, {"mile-pace": "8 %"}])),
        "rest-days": draw(st.dictionaries(st.sampled_from(LEVELS), st.integers(0, 2))),
        "lengths": [count],
        "weeks": weeks,
        "fill": draw(st.sampled_from(["rest", "easy", *(sorted(own) if wild else [])])),
        "rest": draw(st.sampled_from(["rest", *(sorted(own) if wild else [])])),
    }
    plan = checked(Document("plan.yaml", data, {}, {}), Plan)
    documents = {("plans", "mine"): Document("plan.yaml", data, {}, {})}
    documents |= {("workouts", key): Document(f"{key}.yaml", {}, {}, {}) for key in own}
    return LIBRARY.__class__(**{**vars(LIBRARY), "plans": {"mine": plan}, "workouts": own, "documents": documents})


MANY = settings(deadline=None, derandomize=True, max_examples=150, suppress_health_check=list(HealthCheck))


@MANY
@given(libraries(), st.data())
def test_a_plan_is_told_or_keeps_every_promise(library, data):
    plan = library.plans["mine"]
    problems = list(find_broken_promises(library))
    event("told" if problems else "sound")
    if problems:
        return
    for _ in range(6):
        number = data.draw(st.integers(*plan.days))
        days = data.draw(st.permutations(WEEKDAYS))[:number]
        level, units = data.draw(st.sampled_from(LEVELS)), data.draw(st.sampled_from(["metric", "imperial"]))
        race = data.draw(st.none() | st.integers(0, 6).map(lambda gap: SATURDAY + timedelta(days=gap)))
        mile = data.draw(st.sampled_from(MILES))
        keeps_every_promise(library, level, tuple(days), data.draw(st.sampled_from([None, *days])), race, units, mile)


def keeps_every_promise(library, level, days, long_run, race, units, mile):
    plan = library.plans["mine"]
    profile = Profile.model_validate(
        {"name": "X", "level": level, "result": {"distance": "1 mi", "time": "6:00"}, "units": units, "days": days}
        | {"race": {"name": "R", "date": race}, "plan": "mine", "weeks": max(plan.lengths), "long-run": long_run}
    )
    runner = assess(Result(METRES_PER_MILE, mile))
    schedule = build(plan, library.workouts, profile, runner, LONG_AGO)
    who = (level, days, long_run, race, units, mile)

    def is_hard(session):
        return session.kind in HARD or library.workouts[session.workout].kind in HARD

    def is_long(session):
        return session.kind == "long" or library.workouts[session.workout].kind == "long"

    races = [session for session in schedule.sessions if session.kind == "race"]
    assert [one.day for one in races] == [race], who
    assert schedule.weeks[-1].sessions[-1] is races[0], who
    assert {week.sessions[-1].weekday for week in schedule.weeks} == {race.weekday() if race else 6}, who
    assert not any(map(is_hard, schedule.weeks[-1].sessions[-3:-1])), who
    assert not any(is_long(session) for session in schedule.weeks[-1].sessions[-3:-1]), who
    assert not any(is_hard(one) and is_hard(other) for one, other in pairwise(schedule.sessions)), who
    biggest = 0.0
    for week in schedule.weeks:
        assert not biggest or week.metres <= biggest * (1 + plan.ramp.value / 100) + 1e-6, (who, week.number)
        biggest = max(biggest, week.metres)
    limit = plan.longest.at(level) if plan.longest else None
    for week in schedule.weeks:
        measured = [one for one in week.sessions if one.kind not in UNMEASURED]
        long = [one.whole_seconds for one in measured if one.kind == "long" and one.whole_seconds]
        most = min([*long, limit.seconds if limit else math.inf])
        assert all(one.whole_seconds <= most + 1e-6 for one in measured), (who, week.number, most)
    written_weeks = plan.of_length(schedule.length)
    for before, week, (first, second) in zip(schedule.weeks, schedule.weeks[1:], pairwise(written_weeks), strict=False):
        share = second.ease.value if second.ease else 100 + plan.rise.value if plan.rise and first.ease else None
        assert share is None or not before.metres or week.metres <= before.metres * share / 100 + 1e-6, (who, share)
    free = days_kept_free(plan, profile)
    assert len(days) - len(free) <= max(plan.most_days(level), 0), who
    for week in schedule.weeks:
        kept = [one for one in week.sessions if one.weekday in free and one.kind != "race"]
        assert {one.workout for one in kept} <= {plan.fill, plan.rest}, who
    for written, week in zip(plan.of_length(schedule.length)[:-1], schedule.weeks, strict=False):
        listed = [kind for kind, _ in written.listed(level)]
        first = next(
            (kind for kind in ("test", "speed", "long", "strength", "tempo", "easy", "cross") if kind in listed), None
        )
        assert first is None or first in [session.kind for session in week.sessions], (who, week.number, first)


@pytest.mark.parametrize("name", sorted(LIBRARY.plans))
@pytest.mark.parametrize("level", LEVELS)
def test_the_shipped_plans_keep_to_their_ramp_on_every_choice_of_days(name, level):
    """A few of each: the ways to choose so many days differ in which sessions are kept, and not otherwise."""
    plan = LIBRARY.plans[name]
    runner = assess(Result(METRES_PER_MILE, 420.0))
    for number in range(plan.days[0], plan.days[1] + 1):
        for place, days in enumerate(combinations(WEEKDAYS, number)):
            profile = Profile.model_validate(
                {"name": "X", "level": level, "result": {"distance": "1 mi", "time": "7:00"}, "days": days}
                | {"race": {"name": "R", "date": SATURDAY + timedelta(days=place % 7)}, "plan": name}
            )
            biggest = 0.0
            for week in build(plan, LIBRARY.workouts, profile, runner, LONG_AGO).weeks:
                assert not biggest or week.metres <= biggest * (1 + plan.ramp.value / 100) + 1e-6
                biggest = max(biggest, week.metres)


def test_the_only_day_of_a_week_has_its_long_run_where_nothing_is_more_important():
    changes = (
        ("days: [2, 7]", "days: [1, 7]"),
        (
            "      - speed: reps-200\n      - long: long-run\n  - title: Three",
            "      - easy: easy-strides\n      - long: long-run\n  - title: Three",
        ),
    )
    text = PLAN
    for old, new in changes:
        text = text.replace(old, new)
    plan = checked(parse_yaml(text, "mine.yaml"), Plan)
    profile = LIBRARY.profiles["beginner"].model_copy(update={"days": ("tue",), "weeks": 3, "long_run": None})
    second = build(plan, LIBRARY.workouts, profile, assess(Result(METRES_PER_MILE, 420.0)), LONG_AGO).weeks[1]
    assert [session.workout for session in second.sessions if session.workout != "rest"] == ["long-run"]
