"""A trial in mid-plan: the sessions after it have its paces, those before stay, and the paper has a table for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.booklet import composition, fields, plan_notes
from milebook.cli.main import main
from milebook.content.loader import load
from milebook.content.models import Profile
from milebook.core.errors import QuantityError
from milebook.running.fitness import Result, assess
from milebook.running.mile_classes import class_of
from milebook.running.quantities import METRES_PER_MILE
from milebook.training import trials
from milebook.training.planning import plan_profile

LIBRARY = load()
TODAY = date(2027, 5, 20)
RACE = date(2027, 6, 12)
PROFILE = """\
name: Sam
level: {level}
result: {{distance: 5 km, time: '{time}'}}
trial: {trial}
race: {{name: Mile{day}}}
days: [tue, thu, sat, sun]
units: {units}
made: {made}
"""


def runner(trial=None, **more):
    """A runner whose plan is under way: its trial is behind."""
    values = {"name": "Sam", "level": "intermediate", "result": {"distance": "5 km", "time": "20:50"}}
    values |= {"race": {"name": "Mile", "date": RACE.isoformat()}, "made": "2027-04-18"}
    values |= {"days": ["tue", "thu", "sat", "sun"], "units": "metric", **more}
    return Profile.model_validate(values | ({"trial": trial} if trial else {}))


def planned(profile, today=TODAY):
    return plan_profile(LIBRARY, profile, today)


def what_is_run(session):
    """A session without its times: what the paper in hand says already."""
    steps = [(step.kind, step.reps, step.metres if step.told == "distance" else step.seconds) for step in session.steps]
    return session.workout, session.day, session.week, session.weekday, steps


trials_of_runners = st.tuples(
    st.sampled_from(["beginner", "intermediate", "advanced"]),
    st.sampled_from(["imperial", "metric"]),
    st.sampled_from([["tue", "thu", "sat"], ["mon", "tue", "thu", "sat", "sun"], ["mon", "wed", "fri", "sun"]]),
    st.integers(17 * 60, 33 * 60),  # 5 km
    st.integers(-25, 40),  # of the trial against the mile that the result means
)


@settings(max_examples=30)
@given(trials_of_runners)
def test_sessions_after_a_trial_have_its_paces_and_those_before_stay_as_they_were(of):
    level, units, days, seconds, more = of
    ran = {"distance": "5 km", "time": f"{seconds // 60}:{seconds % 60:02}"}
    chosen = {"level": level, "units": units, "days": days, "result": ran}
    of_result, before = planned(runner(**chosen))
    mile = round(of_result.mile) + more
    latest, after = planned(runner(f"{mile // 60}:{mile % 60:02}", **chosen))
    assert latest.mile == mile
    assert latest == assess(Result(METRES_PER_MILE, mile))
    place = before.trial_place
    assert place is not None
    assert [*map(what_is_run, after.sessions)] == [*map(what_is_run, before.sessions)]
    assert after.sessions[: place + 1] == before.sessions[: place + 1]
    for session in after.sessions[place + 1 :]:
        for step in session.steps:
            if step.kind == "reps" and step.target is not None and not step.timed and session.kind != "race":
                pace = latest.pace(step.pace_name)
                assert step.target == pytest.approx(pace.over(step.metres), abs=1e-9)
    race = next(session for session in after.sessions if session.kind == "race")
    assert next(step.target for step in race.steps if step.raced) == mile


def test_a_runner_keeps_the_amounts_of_the_plan_whatever_class_the_trial_is_of():
    of_result, _ = planned(runner())
    slow = round(of_result.mile * 1.2)
    assert class_of(slow) != class_of(of_result.mile)
    assert planned(runner(f"{slow // 60}:{slow % 60:02}"))[1].mile_class == class_of(of_result.mile)


def test_the_booklet_says_which_sessions_have_the_paces_of_the_trial():
    profile = runner("6:02")
    view = composition.compose("sam", LIBRARY, profile, *planned(profile))
    told = "".join(map(str, view.note)).replace("\u00a0", " ")
    assert "You ran the trial of week 4 in 6:02: the sessions after it are at the paces of that mile." in told
    assert "at the paces of your 5 km in 20:50." in told
    assert "".join(map(str, view.paces.result)).replace("\u00a0", " ") == "1 mile in 6:02"
    assert not plan_notes.after_trial(runner(), planned(runner())[1])


def test_a_goal_is_held_against_the_trial_once_that_is_run():
    goal = {"name": "Mile", "date": RACE.isoformat(), "goal": "5:40"}
    for profile, wanted in (
        (runner(race=goal), "training paces for your result; after the trial, look at the goal again."),
        (runner("6:02", race=goal), "than the mile of 6:02 that your trial means. The lap cards are for the goal, the"),
        (runner("6:02", race=goal), "the training paces for your trial."),
    ):
        view = composition.compose("sam", LIBRARY, profile, *planned(profile))
        assert wanted in "".join(map(str, view.note)).replace("\u00a0", " ")


def test_a_workout_that_is_run_after_the_trial_is_explained_at_the_trials_paces():
    profile = runner("6:30")
    _, after = planned(profile)
    later = {session.workout for session in after.sessions[after.trial_place + 1 :]}
    for uses in composition.uses_of(after):
        paces = {
            step.target / step.metres for one in uses for step in one.steps if step.pace_name == "mile" and step.target
        }
        assert len(paces) <= 1
        if paces:
            assert (paces == {390 / METRES_PER_MILE}) == (uses[0].workout in later)


@given(st.integers(230, 1150), st.sampled_from(["mile", "1500 m", "1600 m"]), st.sampled_from(["metric", "imperial"]))
def test_the_table_has_what_a_booklet_would_say_of_each_time(mile, race, units):
    fitness = assess(Result(METRES_PER_MILE, mile))
    table = composition.trial_times(fitness, race, units)
    times = [5 * round(mile / 5 + 1e-9) + more for more in range(-20, 31, 5)]
    assert [str(time) for time, _ in table.rows] == [str(fields.race_time(time)) for time in times]
    assert len(table.heads) == len(table.rows[0][1])
    for time, (_, values) in zip(times, table.rows, strict=True):
        if not 223 <= time <= 1200:
            continue
        of = assess(Result(METRES_PER_MILE, time))
        told = [fields.table_time(of.paces[name].over(m)) for name, m in (("mile", 200), ("mile", 400), ("5 km", 1000))]
        told += [fields.pace_range(of.tempo, units)]
        told += [fields.race_time(float(int(of.time_of(race) + 0.5)))] if race != "mile" else []
        assert [*map(str, values)] == [*map(str, told)]


# ---------------------------------------------------------------- told


USUAL = {"trial": "6:02", "level": "intermediate", "time": "20:50", "day": ", date: 2027-06-12", "units": "metric"}


def content(folder, **changes):
    """A folder of content with one profile, whose plan is under way."""
    (folder / "content" / "profiles").mkdir(parents=True)
    text = PROFILE.format(**{**USUAL, "made": "2027-04-18", **changes})
    (folder / "content" / "profiles" / "sam.yaml").write_text(text)
    return folder / "content"


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def check(folder, **changes):
    """What a check of one profile says on 20 May 2027, and how it ends."""
    return run("check", "--content", content(folder, **changes))


@pytest.fixture(autouse=True)
def _on_20_may(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1810771200")


def test_a_trial_that_is_as_expected_is_used_without_a_word(tmp_path):
    told = check(tmp_path)
    assert told.exit_code == 0, told.output
    assert "trial" not in told.output


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"trial": "7:00"}, "sam.yaml:4:8: the trial 7:00 is 15 % slower than the mile of 6:06 that the result means"),
        ({"day": ""}, "sam.yaml:4:8: a plan without dates: the trial is taken to be that of week 4"),
        (
            {"day": ", date: 2027-07-03"},
            "sam.yaml:4:8: the trial of the plan is on 2027-06-03, still to come; the sessions after it have the times",
        ),
    ],
)
def test_an_odd_trial_is_told_at_its_place_and_used(tmp_path, changes, wanted):
    told = check(tmp_path, **changes)
    assert told.exit_code == 0, told.output
    assert wanted in told.output


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {"day": ", date: 2027-08-28"},
            "sam.yaml:4:8: the plan begins on 2027-07-04, so that its trial has not been run; "
            "a mile run on another day is a result: distance mile, time 6:02",
        ),
        (
            {"day": ", date: 2027-05-25", "made": "2027-05-11"},
            "sam.yaml:4:8: the plan has no time trial; a mile run on another day is a result",
        ),
        ({"trial": "3:02"}, 'sam.yaml:4:8: the trial "3:02" is no mile; milebook serves miles from 3:43 to 20:00'),
        ({"trial": "soon"}, 'sam.yaml:4:8: time "soon" is not a time'),
    ],
)
def test_a_trial_that_cannot_be_one_of_the_plan_is_told_with_its_place(tmp_path, changes, wanted):
    text = check(tmp_path, **changes)
    assert text.exit_code == 1, text.output
    assert wanted in text.output


def test_a_plan_that_is_past_its_trial_is_told_how_it_keeps_its_weeks():
    with pytest.raises(QuantityError) as told:
        planned(runner("6:02", race={"name": "Mile", "date": "2027-06-05"}, made=None))
    assert told.value.message == "what is left of the plan has no time trial"
    assert "distance mile, time 6:02; with `made`, the day it was made, the plan keeps all its weeks" in told.value.hint


def test_the_trial_of_the_command_line_is_used_and_told_of_by_its_option(tmp_path):
    out = ["--content", content(tmp_path), "--no-pdf", "--out", tmp_path / "out", "--cache", ""]
    told = run("build", "--profile", "sam", "--trial", "7:01", *out)
    assert told.exit_code == 0, told.output
    assert "--trial: the trial 7:01 is 15 % slower" in told.output
    assert "trial of week 4 in" in (tmp_path / "out" / "sam" / "index.html").read_text()
    told = run("build", "--profile", "sam", "--trial", "3:00", *out)
    assert told.exit_code == 2
    assert 'the trial "3:00" is no mile' in told.output
    told = run("build", "--profile", "sam", "--result", "5k 21:00", *out)
    assert told.exit_code == 0, told.output
    assert "trial of week 4 in" not in (tmp_path / "out" / "sam" / "index.html").read_text()


def test_a_roster_has_a_column_for_the_trial_and_never_anothers(tmp_path):
    (tmp_path / "club.csv").write_text(
        "name,distance,time,trial,race date,made\n"
        "Ann,5 km,20:50,6:10,2027-06-12,2027-04-18\n"
        "Bob,5 km,20:50,,2027-06-12,2027-04-18\n"
        "Eve,5 km,20:50,7:10,2027-06-12,2027-04-18\n"
    )
    out = ["--content", content(tmp_path), "--out", tmp_path / "out", "--cache", "", "--no-pdf", "--html"]
    told = run("build", "--roster", tmp_path / "club.csv", *out)
    assert told.exit_code == 0, told.output
    assert "1 athlete with a trial more than 10 % slower than the mile of the result: row 4" in told.output
    pages = {path.parent.name: path.read_text() for path in (tmp_path / "out").rglob("*/index.html")}
    noted = {
        name.split("-")[0]: "You ran the trial of week 4" in page for name, page in pages.items() if "note" in page
    }
    assert noted == {"ann": True, "bob": False, "eve": True}
    (tmp_path / "club.csv").write_text(
        "name,distance,time,trial,race date,made\nAnn,5 km,20:50,6:10,2027-05-25,2027-05-11\n"
    )
    told = run("build", "--roster", tmp_path / "club.csv", *out)
    assert told.exit_code == 1
    assert "club.csv:2:trial: Ann: the plan has no time trial" in told.output


def test_the_day_a_trial_is_of_is_that_of_the_plans_last_one():
    profile = runner("6:02")
    _, after = planned(profile)
    trial = trials.trial_of(after)
    assert trial.kind == "test"
    assert trial.day + timedelta(days=1) == after.sessions[after.trial_place + 1].day
    with pytest.raises(QuantityError, match="no time trial"):
        planned(runner("6:02", race={"name": "Mile", "date": "2027-05-25"}, made=None))
