"""Which column of a roster is which: every key of a profile has one, in every language its headings are read in."""

from __future__ import annotations

import pytest

from milebook.headings import HEADINGS, NAMES, name_columns

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
