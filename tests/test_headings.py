"""Which column of a roster is which: every key of a profile has one, in every language its headings are read in."""

from __future__ import annotations

import time

import pytest

from milebook.columns import HEADINGS, read_heading
from milebook.headings import NAMES, name_columns

OF_A_ROSTER = {*NAMES, "id", "group"}  # what a list of athletes has and a profile has not


def test_every_key_of_a_profile_is_a_column_and_no_column_is_of_a_key_that_is_gone():
    assert set(name_columns().values()) | OF_A_ROSTER == set(HEADINGS)


@pytest.mark.parametrize(
    ("key", "column"),
    [
        (("name",), "name"),
        (("result", "distance"), "distance"),
        (("result", "date"), "result date"),
        (("race", "date"), "race date"),
        (("race", "name"), "race name"),
        (("race", "goal"), "goal"),
        (("long-run",), "long-run"),
    ],
)
def test_a_column_is_called_by_its_key_and_by_the_place_of_it_where_several_have_it(key, column):
    assert name_columns()[key] == column


def test_no_heading_is_of_two_columns():
    every = [heading for headings in HEADINGS.values() for heading in headings]
    assert len(set(every)) == len(every)


# ---------------------------------------------------------------- what brackets and other words add


@pytest.mark.parametrize(
    ("text", "column", "distance"),
    [
        ("Time (10k)", "time", "10k"),
        ("PB (5k)", "time", "5k"),
        ("5k time", "time", "5k"),
        ("Zeit (10 km)", "time", "10 km"),
        ("10K PB", "time", "10k"),
        ("Zeit über 10 km", "time", "10 km"),
        ("Recent 5k time", "time", "5k"),
        ("Half marathon PB", "time", "half marathon"),
        ("PB [5000] (mm:ss)", "time", "5000"),
        ("Mile time", "time", "mile"),
        ("PB (5k, mm:ss)", "time", "5k"),
        ("Time (5k, 10k)", "time", ""),
        ("10K PB (5k)", "time", ""),
        ("Time (5k or 10k)", "time", ""),
        ("Goal (mile, 5k)", "goal", "5k"),
        ("Goal time (5k)", "goal", "5k"),
        ("Goal (mile)", "goal", "mile"),
        ("Time (mm:ss)", "time", ""),
        ("Time (2026)", "time", ""),
        ("Bestzeit", "time", ""),
        ("Personal best", "time", ""),
        ("PB Time", "time", ""),
        ("PB Distance", "distance", ""),
        ("Participant", "name", ""),
        ("Your name", "name", ""),
        ("5k", "", ""),
        ("Tempo", "", ""),
        ("5k date", "", ""),
    ],
)
def test_a_times_heading_may_say_its_distance(text, column, distance):
    heading = read_heading(text)
    assert (heading.column, heading.distance) == (column, distance)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Distance (km)", "km"),
        ("Distance (yards)", "yards"),
        ("Distance [in miles]", "miles"),
        ("Distance in km", "km"),
        ("Strecke (m)", "m"),
        ("Distance (optional)", ""),
        ("Distance (km, optional)", "km"),
    ],
)
def test_a_distances_heading_may_say_its_unit(text, unit):
    heading = read_heading(text)
    assert (heading.column, heading.unit, heading.asides) == ("distance", unit, ())


@pytest.mark.parametrize(
    "text",
    [
        *("Time (hh:mm:ss)", "Time (mm:ss or hh:mm:ss)", "Race date (dd/mm/yyyy)", "Renndatum (TT.MM.JJJJ)"),
        *("Group (optional)", "Time (required)", "Days (e.g. tue thu sun)", "Tage (z. B. Di Do)", "Time (min)"),
        *("Race date (yyyy-mm-dd)", "Date de course (jj/mm/aaaa)", "Goal (m:ss.0)", "Time (mm'ss\")"),
    ],
)
def test_a_format_or_an_aside_in_brackets_says_nothing(text):
    heading = read_heading(text)
    assert heading.column
    assert (heading.distance, heading.unit, heading.asides) == ("", "", ())


def test_anything_else_in_brackets_is_kept_to_be_told():
    assert read_heading("Level (as of May) [coach]").asides == ("as of May", "coach")
    assert read_heading("Distance (km, miles)").asides == ("km", "miles")
    assert read_heading("Level (1, 2)").asides == ("1, 2",)


@pytest.mark.parametrize("text", ["(" * 50_000, "Time (" + "h" * 50_000, "5 " * 50_000, "km " * 50_000, "mm:" * 20_000])
def test_a_heading_of_any_length_is_read_at_once(text):
    start = time.process_time()
    read_heading(text)
    read_heading(f"Time ({text}")
    assert time.process_time() - start < 1
