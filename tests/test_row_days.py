"""The days of a row together: every mistake at once, and hints that can all be followed."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milebook.content.loader import load
from milebook.core.errors import QuantityError
from milebook.roster import reader
from milebook.running.training_days import WEEK

LIBRARY = load()
DEFAULT = LIBRARY.profiles["beginner"]


def fits(profile):
    errors = [QuantityError(message, hint) for _, message, hint in LIBRARY.misfits(profile)]
    if errors:
        raise ExceptionGroup("unfit", errors)


def told(tmp_path, *cells, heading="days,long run,speed day"):
    path = tmp_path / "athletes.csv"
    path.write_text(f"name,{heading}\n{','.join(('Ann', *cells))}\n", "utf-8")
    found = reader.read(path, DEFAULT, fits, has_result=True)
    return [str(problem).split("athletes.csv:2:")[-1] for problem in found.problems]


HAVING_TWO = "it has 3 to 7; the plan one-day-a-week has 2, in 6 weeks"


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (
            ("Mon-Thu", "", ""),
            [
                'days: Ann: the weekdays "Mon-Thu" may be mon thu or mon tue wed thu; write mon tue wed thu; '
                "else the plan mile has no 2 days a week"
            ],
        ),
        (
            ("Mon-Thu", "Sat", ""),
            [
                'days: Ann: the weekdays "Mon-Thu" may be mon thu or mon tue wed thu; write mon thu sat or mon tue wed '
                'thu sat; else the plan mile has no 2 days a week and the long run is on "sat", which is not one of '
                "the days"
            ],
        ),
        (
            ("T F", "Sunn", "tue"),
            [
                'days: Ann: the weekdays "T F" may be thu fri or tue fri; write tue thu fri sun or tue fri sun; else '
                "the plan mile has no 2 days a week",
                'long-run: Ann: weekday "Sunn" is unknown; did you mean sun?',
            ],
        ),
        (
            ("mon tue fri", "weekend", ""),
            ['long-run: Ann: "weekend" is not one weekday; write mon or tue or fri'],
        ),
        (
            ("tue thu sat sun", "weekend", "sun"),
            ['long-run: Ann: "weekend" is not one weekday; write sat; else speed-day and long-run are both sun'],
        ),
        (
            ("weekends", "", ""),
            [f'days: Ann: "weekends" names no weekday, and the plan mile has no 2 days a week; {HAVING_TWO}'],
        ),
        (
            ("Mon-Thu", "mon", "mon"),
            [
                'days: Ann: the weekdays "Mon-Thu" may be mon thu or mon tue wed thu, and the plan mile has no 2 days '
                f"a week; {HAVING_TWO}",
                "speed-day: Ann: speed-day and long-run are both mon; give them two days, or leave long-run out",
            ],
        ),
        (
            ("Clubnight", "T", ""),
            [
                f'days: Ann: weekday "Clubnight" is unknown; known: {", ".join(WEEK)}',
                'long-run: Ann: weekday "T" is not clear; write tue or thu',
            ],
        ),
    ],
)
def test_what_is_offered_for_a_days_cell_goes_with_the_rest_of_the_row_and_the_plan(tmp_path, cells, what):
    assert told(tmp_path, *cells) == what


CELLS = st.sampled_from(["mon wed fri", "Mon-Thu", "T F S", "weekend", "TTh", "tue thu sat sun", "Sat-Mon", "5", ""])
ONE = st.sampled_from(["", "-", "sat", "T", "S", "Sunn", "weekend", "mon", "Sat/Sun"])


def offered(text):
    """What a hint says to write."""
    if text.endswith("; write one of them"):
        return text.partition(" may be ")[2].partition(";")[0].split(" or ")
    if match := re.search("; (?:write|did you mean) ([a-z ]+)(?:[?;]|$)", text):
        return match[1].split(" or ")
    return []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(CELLS, ONE, ONE)
def test_hints_that_are_followed_word_by_word_leave_nothing_to_be_told(tmp_path, days, long, speed):
    row = {"days": days, "long-run": long, "speed-day": speed}
    problems = told(tmp_path, *row.values())
    choices = [[(text.partition(":")[0], what) for what in offered(text)] for text in problems]
    if all(choices) and not any("both" in text.partition("; else")[0] for text in problems):
        for chosen in product(*choices):
            assert told(tmp_path, *{**row, **dict(chosen)}.values()) == []


# ---------------------------------------------------------------- in the language of the sheet


@pytest.mark.parametrize(
    ("heading", "cells", "what"),
    [
        ("Tage", ("Mo-Do",), 'may be mo do or mo di mi do; write mo di mi do; else'),
        ("Tage", ("xx",), "known: mo, di, mi, do, fr, sa, so"),
        ("Tage,langer Lauf", ("Di Do So", "Wochenende"), "is not one weekday; write so; else"),
        ("Tage,langer Lauf", ("Di Do So", "Sa"), "which is not one of the days; they are di, do, so"),
        ("Jours", ("Mo to Fr",), "mo"),
        ("Dagen", ("Mo-Di-x",), "known: "),
        ("Dagen,Duurloop", ("ma wo vr", "di"), "they are ma, wo, vr"),
    ],
)  # fmt: skip
def test_a_hint_has_the_weekdays_of_the_sheets_own_language(tmp_path, heading, cells, what):
    problems = told(tmp_path, *cells, heading=heading)
    assert all(what in text for text in problems), problems
