"""What a coach may write has sane limits: an amount or a date that cannot be meant is told, and what may be written."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.cli.main import main
from milebook.content.models import Plan, Profile
from milebook.content.validation import check as checked
from milebook.content.vocabulary import LEVELS
from milebook.content.workouts import Workout
from milebook.content.yaml_file import parse_yaml
from milebook.core.errors import ContentError, QuantityError
from milebook.running import quantities
from milebook.running.quantities import parse_day

RULE = settings(deadline=None, derandomize=True, max_examples=60)
WORKOUT = """\
title: T
kind: speed
from: editorial
why: W
steps:
  - easy: 2 mi
  - tempo: 15-20 min
  - cross: 40 min
  - strides: {reps: 6, distance: 60 m, effort: 75 %}
  - repeat: 8
    run: {distance: 200 m, pace: mile, article: 35-40 s}
    recover: {time: 60-90 s}
  - run: {time: 60 s, pace: mile}
    recover: {distance: 400 m}
"""
PLAN = """\
name: P
from: editorial
lead: L
days: [3, 7]
ramp: 15 %
lengths: [1]
weeks:
  - {title: T, purpose: P, volume: 0 %, sessions: [{race: race-day}]}
"""
PROFILE = """\
name: Sam
level: beginner
result: {distance: 5 km, time: 27:30, date: 2026-10-02}
race: {name: R, date: 2027-06-12}
days: 4
"""
TEXTS = {Workout: WORKOUT, Plan: PLAN, Profile: PROFILE}


def told_of(model, text):
    with pytest.raises(ContentError) as refused:
        checked(parse_yaml(text, "file.yaml"), model)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("model", "right", "wrong", "told"),
    [
        (Workout, "easy: 2 mi", "easy: 999999 mi", '6:11: "999999 mi" is more than 50 km; write from 10 m to 50 km'),
        (Workout, "easy: 2 mi", "easy: .000001 m", '6:11: ".000001 m" is less than 10 m; write from 10 m to 50 km'),
        (Workout, "easy: 2 mi", "easy: 1-60 km", '"1-60 km" is more than 50 km'),
        (Workout, "easy: 2 mi", "easy: {advanced: 9 h}", '6:22: "9 h" is more than 5 h; write from 3 s to 5 h'),
        (Workout, "15-20 min", "15-2000 min", '"15-2000 min" is more than 5 h'),
        (Workout, "15-20 min", "1-2 s", '"1-2 s" is less than 3 s'),
        (Workout, "cross: 40 min", "cross: 400 min", '8:12: "400 min" is more than 5 h'),
        (Workout, "reps: 6", "reps: 300", '9:21: "300" is more than 50; write from 1 to 50'),
        (Workout, "distance: 60 m", "distance: 60 km", '"60 km" is more than 400 m; write from 20 m to 400 m'),
        (Workout, "distance: 60 m", "distance: 60 min", '"60 min" has the unknown unit "min"'),
        (Workout, "75 %", "1-75 %", '"1-75 %" is less than 10 %'),
        (Workout, "repeat: 8", "repeat: 999", '10:13: "999" is more than 50; write from 1 to 50'),
        (Workout, "repeat: 8", "repeat: 1000", '"1000" is more than 50'),
        (Workout, "repeat: 8", "repeat: 6-51 x", '"6-51 x" is more than 50'),
        (Workout, "distance: 200 m,", "distance: 200000 mi,", '"200000 mi" is more than 50 km'),
        (Workout, "distance: 200 m,", "distance: 1 m,", '"1 m" is less than 10 m'),
        (Workout, "article: 35-40 s", "article: 35-400 h", '"35-400 h" is more than 5 h'),
        (Workout, "time: 60-90 s", "time: .001 s", '".001 s" is less than 3 s'),
        (Workout, "{time: 60 s,", "{time: 999:00:00,", '"999:00:00" is more than 5 h'),
        (Workout, "distance: 400 m", "distance: 400 km", '"400 km" is more than 50 km'),
        (Plan, "15 %", "99 %", '5:7: "99 %" is more than 50 %; write from 0 % to 50 %'),
        (Plan, "lengths: [1]", "lengths: [1, 1]", "lengths has 1 twice; write each once"),
        (Plan, "volume: 0 %", "lengths: [99], volume: 0 %", 'lengths is "99", more than 30'),
        (Plan, "lengths: [1]", f"lengths: [1]\nafter: [{', '.join(['{rest: rest}'] * 15)}]", "more than 14 entries"),
        (Profile, "2027-06-12", "9999-12-31", "4:23: the year of 9999-12-31 is not from 1970 to 2100; check the year"),
        (Profile, "2027-06-12", "0001-01-01", "the year of 0001-01-01 is not from 1970 to 2100"),
        (Profile, "2026-10-02", "0001-01-01", "3:45: the year of 0001-01-01 is not from 1970 to 2100"),
        (Profile, "2026-10-02", "9999-12-31", "the year of 9999-12-31 is not from 1970 to 2100"),
    ],
)
def test_an_amount_or_a_date_that_cannot_be_meant_is_told_with_its_place_and_the_limit(model, right, wrong, told):
    text = TEXTS[model]
    checked(parse_yaml(text, "file.yaml"), model)
    assert right in text
    problems = told_of(model, text.replace(right, wrong, 1))
    assert len(problems) == 1
    assert told in problems[0]


def test_both_ends_of_the_limits_may_be_written():
    for easy in ("10 m", "50 km", "3 s", "5 h"):
        checked(parse_yaml(WORKOUT.replace("2 mi", easy), "file.yaml"), Workout)
    for count in (1, 50):
        checked(parse_yaml(WORKOUT.replace("repeat: 8", f"repeat: {count}"), "file.yaml"), Workout)


@RULE
@given(st.integers(0, 999_999), st.sampled_from(["m", "km", "mi", "s", "min", "h"]), st.sampled_from(LEVELS))
def test_an_amount_is_read_within_the_limits_or_told(number, unit, level):
    text = WORKOUT.replace("2 mi", f"{{{level}: {number} {unit}}}")
    try:
        easy = checked(parse_yaml(text, "file.yaml"), Workout).steps[0].easy.at(level)
    except ContentError:
        return
    amount = easy.low.metres if unit in ("m", "km", "mi") else easy.low.seconds
    least, most = (10, 50_000) if unit in ("m", "km", "mi") else (3, 5 * 3600)
    assert least <= amount <= most


@RULE
@given(st.dates())
def test_a_day_is_from_1970_to_2100_or_told(day):
    for written in (day, day.isoformat()):
        if 1970 <= day.year <= 2100:
            assert parse_day(written) == day
        else:
            with pytest.raises(QuantityError, match="is not from 1970 to 2100"):
                parse_day(written)


# On the command line and in a roster


def run(*args):
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2101-01-01", "9999-12-31"])
def test_a_race_date_of_another_age_is_told_by_the_option(day):
    result = run("build", "--no-pdf", "--profile", "beginner", "--race-date", day)
    assert result.exit_code == 2
    assert f"the year of {day} is not from 1970 to 2100" in result.stderr


@pytest.mark.parametrize("column", ["race date", "result date"])
def test_a_date_of_another_age_is_told_with_its_row(tmp_path, monkeypatch, column):
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "club.csv").open("w", newline="") as file:
        rows = [["name", "time (5k)", column], ["Ada", "25:10", "9999-12-31"], ["Eve", "25:10", "0001-01-01"]]
        csv.writer(file).writerows(rows)
    result = run("build", "--roster", "club.csv", "--cache", "")
    assert result.exit_code == 1
    assert f"club.csv:2:{column}: Ada: the year of 9999-12-31 is not from 1970 to 2100" in result.stderr
    assert f"club.csv:3:{column}: Eve: the year of 0001-01-01 is not from 1970 to 2100" in result.stderr


def test_a_spreadsheets_own_date_has_the_same_limits():
    profile = {"name": "A", "level": "beginner", "result": {"distance": "5 km", "time": "20:00"}, "days": 4}
    checked_profile = Profile.model_validate({**profile, "race": {"name": "R", "date": date(2027, 6, 12)}})
    assert checked_profile.race.day == date(2027, 6, 12)
    with pytest.raises(ValueError, match="the year of 0001-01-01 is not from 1970 to 2100"):
        Profile.model_validate({**profile, "race": {"name": "R", "date": date.min}})


@pytest.mark.parametrize(
    "epoch", ["-1", "-62135596800", "10000000000000000", "253402300799", "4102444800", "1_0", "\uff11"]
)
@pytest.mark.parametrize("command", [["check"], ["new", "club", "club"], ["build", "--no-pdf"]])
def test_a_clock_of_another_age_is_wrong_use(tmp_path, monkeypatch, epoch, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    result = run(*command)
    assert result.exit_code == 2
    assert "not a number of seconds from 0 (1970) to 4102444799 (2099)" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("epoch", ["0", "4102444799"])
def test_the_first_and_the_last_day_of_the_clock_serve(tmp_path, monkeypatch, epoch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert run("new", "club", "club").exit_code == 0
    assert run("paces", "5 km", "20:00").exit_code == 0


def test_limits_are_said_as_they_are_written():
    assert str(quantities.PART_METRES) == "from 10 m to 50 km"
    assert str(quantities.RAMP) == "from 0 % to 50 %"
