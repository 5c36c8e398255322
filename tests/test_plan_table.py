"""`milebook plan`: a plan on the terminal, every figure the plan's own."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from common import EPOCH

from milebook.cli.main import main
from milebook.content.loader import load
from milebook.exports.plan_table import share_at_mile_pace, usual_runner
from milebook.running.quantities import METRES, plain
from milebook.training.planning import plan_profile

LIBRARY = load()


def run(*words, exit_code=0):
    result = CliRunner().invoke(main, ["plan", *words], env={"SOURCE_DATE_EPOCH": EPOCH})
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.mark.parametrize(("units", "unit"), [("imperial", "mi"), ("metric", "km")])
@pytest.mark.parametrize("name", sorted(LIBRARY.plans))
def test_each_week_has_the_miles_minutes_and_share_at_mile_pace_of_the_plan(name, units, unit):
    from common import TODAY

    from milebook.cli.options import read_result

    told = run(name, "--level", "advanced", "--units", units, "--days", "tue thu sat sun", "--result", "5k 20:50")
    runner = usual_runner(
        LIBRARY, name, read_result("5k 20:50"), units, level="advanced", days="tue thu sat sun", weeks=None
    )
    schedule = plan_profile(LIBRARY, runner, TODAY)[1]
    lines = [line for line in told.splitlines() if line.startswith("Week ")]
    assert len(lines) == len(schedule.weeks)
    for line, week in zip(lines, schedule.weeks, strict=True):
        figures = re.fullmatch(r"Week \d+: .*, \d hard +([\d.]+) +(\d+) +([\d.]+) %", line)
        shown = (plain(week.metres / METRES[unit], 1), plain(week.seconds / 60, 0))
        assert figures.groups() == (*shown, plain(100 * share_at_mile_pace(week), 1))
    sessions = [one for week in schedule.weeks for one in week.sessions if one.kind != "rest"]
    assert len([line for line in told.splitlines() if line.startswith("  ") and line.strip()[:3].istitle()]) == len(
        sessions
    )


def test_without_a_level_all_levels_are_shown_and_by_hand_the_share_is_right():
    told = run("one-day-a-week", "--days", "3")
    assert re.findall(r"weeks, (\w+),", told) == ["beginner", "intermediate", "advanced"]
    first = next(line for line in told.splitlines() if line.startswith("Week 1"))
    miles, share = re.search(r"([\d.]+) +\d+ +([\d.]+) %", first).groups()
    assert float(share) == pytest.approx(100 * 4 * 200 / 1609.344 / float(miles), rel=0.02)  # four times 200 m


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["mil"], 'plan "mil" is unknown; did you mean mile?'),
        (["mile", "--level", "advancd"], 'plan mile: level is "advancd"; did you mean advanced?'),
        (["mile", "--days", "2"], "plan mile: the plan mile has no 2 days a week; it has 3 to 7; the plan one-"),
        (["mile", "--days", "MWRF"], 'the weekdays "MWRF" are not clear; did you mean mon wed thu fri?'),
        (["mile", "--days", "9"], 'plan mile: days "9" is neither a list of weekdays nor a number from 1 to 7'),
        (["mile", "--weeks", "9"], "plan mile: the plan mile has no 9 weeks; it has 6, 7, 8"),
    ],
)
def test_what_the_plan_does_not_have_is_told(words, told):
    assert told in run(*words, exit_code=1)
