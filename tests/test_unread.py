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


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("T-shirt", ("XL", "XL")),
        ("Gender", ("M", "W")),
        ("Weekly mileage", ("20 miles", "25 mi")),
        ("Year", ("10", "11")),
        ("Town", ("Mile End", "Bath")),
    ],
)
def test_a_column_of_something_else_is_read_past_whatever_its_cells_may_mean(tmp_path, heading, cells):
    rows = "".join(f"Ann{n},25:00,5k,2027-05-22,{cell}\n" for n, cell in enumerate(cells))
    found = read(tmp_path, f"Name,Time,Distance,Race date,{heading}\n{rows}")
    assert len(found.athletes) == 2
    assert len(read(tmp_path, f"Name,Time (5k),Race date,{heading}\n" + rows.replace(",5k", "")).athletes) == 2


def test_columns_of_other_things_are_read_past(tmp_path):
    text = "Name,Time (5k),Race date,Grade,T-shirt,Bus,Club night\nAnn,25:00,2027-05-22,10,M,yes,Thu\n"
    text += "Bo,24:00,2027-05-22,11,L,no,\nCy,23:00,2027-05-22,12,S,5,\n"
    assert len(read(tmp_path, text).athletes) == 3


@pytest.mark.parametrize(
    "name",
    [
        "Varsity avg",
        "Top 5 avg",
        "Boys mean",
        "Girls' average",
        "Women\u2019s best",
        "School record",
        "Team spread",
        "JV gap",
    ],
)
def test_a_row_that_is_a_sum_of_others_is_no_athlete(tmp_path, name):
    found = read(tmp_path, f"Athlete,5K PR,Race date\nBen Ortiz,22:40,2027-05-15\n{name},23:10,2027-05-15\n")
    assert [athlete.profile.name for athlete in found.athletes] == ["Ben Ortiz"]
    assert any(name in note for note in found.notes)


@pytest.mark.parametrize("name", ["George Best", "Anna Media", "Maria Summe", "Ann Boys", "Joe Record-Smith"])
def test_an_athlete_whose_name_is_a_word_for_a_sum_is_one(tmp_path, name):
    found = read(tmp_path, f"Athlete,5K PR,Race date\nBen Ortiz,22:40,2027-05-15\n{name},23:10,2027-05-15\n")
    assert [athlete.profile.name for athlete in found.athletes] == ["Ben Ortiz", name]


def test_days_with_dots_are_unclear_where_one_of_the_column_has_the_month_first(tmp_path):
    text = "Athlete,5K PR,Race date\nAbby,21:40,4.10.27\nBen,24:02,5.8.2027\nCal,22:00,4.24.27\nDee,22:00,2027-05-01\n"
    found = read(tmp_path, text)
    assert [athlete.profile.name for athlete in found.athletes] == ["Dee"]
    told = [str(problem) for problem in found.problems]
    assert any('"4.10.27" may have the month first, as "4.24.27" in row 4 has; write 2027-04-10' in one for one in told)
    assert any('"5.8.2027" may have the month first' in one and "write 2027-05-08" in one for one in told)


def test_days_with_dots_are_day_first_where_all_can_be(tmp_path):
    found = read(tmp_path, "Athlete,5K PR,Race date\nAbby,21:40,4.10.27\nBen,24:02,24.8.2027\n")
    assert [athlete.profile.race.day.isoformat() for athlete in found.athletes] == ["2027-10-04", "2027-08-24"]


@pytest.mark.parametrize("goal", ["Just finish!", "no", "PB!"])
def test_a_goal_in_words_is_told_that_there_need_not_be_one(tmp_path, goal):
    (problem,) = read(tmp_path, f"Athlete,5K PR,Goal,Race date\nBen,22:40,{goal},2027-05-15\n").problems
    assert f'goal "{goal}" is not a time; leave the cell empty, or write' in str(problem)


@pytest.mark.parametrize("heading", ["Mile goal", "Goal (mile)", "Goal (1 mile)", "What is your goal for the mile?"])
def test_a_goal_whose_heading_says_the_mile_is_one_for_the_mile_beside_a_result_over_1600_m(tmp_path, heading):
    text = f"Athlete,1600 PR,{heading},Race date\nBen Ortiz,5:40,5:35,2027-05-15\n"
    found = read(tmp_path, text)
    assert not found.problems
    (athlete,) = found.athletes
    assert (athlete.profile.race.distance, athlete.profile.race.goal.seconds) == ("mile", 335)


def test_a_question_about_the_next_race_is_sent_to_the_race_distance(tmp_path):
    text = "Name,5K PR,What distance is your next race?,Race date\nBen,22:40,mile,2027-05-15\n"
    with pytest.raises(ContentError, match="call the column race distance if it is that"):
        read(tmp_path, text)
