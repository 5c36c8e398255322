"""Columns that are not read although their cells say what they are: told, not taken from a profile in silence."""

from __future__ import annotations

import pytest
from common import TODAY

from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.roster import reader

BEGINNER = load().profiles["beginner"]


def read(tmp_path, text, **options):
    path = tmp_path / "club.csv"
    path.write_text(text, "utf-8")
    return reader.read(path, BEGINNER, lambda profile: None, today=TODAY, **options)


RUN = ("3k,13:10", "1500m,6:20")


@pytest.mark.parametrize("heading", ["Last event", "Events", "Ran", "Last race", "What was your last race?"])
@pytest.mark.parametrize("more", ["", ",Race distance"])
def test_a_distance_under_a_heading_that_is_not_read_is_never_another_one(tmp_path, heading, more):
    rows = [f"Oli{n},{run},2027-05-22{',mile' if more else ''}" for n, run in enumerate(RUN)]
    with pytest.raises(ContentError) as caught:
        read(tmp_path, "\n".join([f"Name,{heading},Time,Race date{more}", *rows, ""]))
    assert heading in str(caught.value)


def test_dist_is_the_distance_beside_the_race_distance(tmp_path):
    text = "Name,Dist.,Time,Race date,Race distance\nOli,3k,13:10,2027-05-22,1600 m\n"
    (athlete,) = read(tmp_path, text).athletes
    assert athlete.profile.result.distance.metres == 3000
    assert athlete.profile.race.distance == "1600 m"


@pytest.mark.parametrize(
    ("heading", "cells", "told"),
    [
        (
            "Practice days",
            ("Mon Wed Fri", "Tue Thu Sun"),
            "has weekdays and is not read, and there is no column for",
        ),
        ("Ability", ("Intermediate", "Advanced"), "has levels and is not read, and there is no column for the level"),
        (
            "Meet on",
            ("2027-05-22", "2027-06-12"),
            "has days to come and is not read, and there is no column",
        ),
    ],
)
def test_weekdays_levels_and_days_under_a_heading_that_is_not_read_are_told(tmp_path, heading, cells, told):
    rows = "".join(f"Ann{n},25:00,{cell}\n" for n, cell in enumerate(cells))
    with pytest.raises(ContentError) as caught:
        read(tmp_path, f"Name,Time (5k),{heading}\n{rows}")
    assert f'the column "{heading}" {told}' in str(caught.value)


def test_columns_of_other_things_are_read_past(tmp_path):
    text = "Name,Time (5k),Race date,Grade,T-shirt,Bus,Club night\nAnn,25:00,2027-05-22,10,M,yes,Thu\n"
    text += "Bo,24:00,2027-05-22,11,L,no,\nCy,23:00,2027-05-22,12,S,5,\n"
    assert len(read(tmp_path, text).athletes) == 3
