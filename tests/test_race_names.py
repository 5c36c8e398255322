"""A race that is called by another distance than the plan is for is told, and no other."""

from __future__ import annotations

import pytest
from common import TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook import check as checking
from milebook.assembly.request import Request
from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.roster import reader, roster_notes
from milebook.running.courses import course_of, named
from milebook.running.distance_readings import RACE_UNITS, read_race_distance
from milebook.running.race_names import other_distance


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("County 1500 m", "1500 m"),
        ("5K road race", "5K"),
        ("3000m champs", "3000m"),
        ("County 1500", "1500"),
        ("Regionals 1600", "1600"),
        ("State 3200m final", "3200m"),
        ("10 mile road race", "10 mile"),
        ("Ten mile race", "Ten mile"),
        ("Metric mile", "Metric mile"),
        ("Berlin Marathon", "Marathon"),
        ("Bushy parkrun", "parkrun"),
        ("10-km-Lauf", "10-km"),
        ("10 000 m track final", "10 000 m"),
        ("Town mile", ""),
        ("The mile and 5k", ""),
        ("Fifth Avenue Mile 2027", ""),
        ("1 mile time trial", ""),
        ("1609 m final", ""),
        ("Stadtmeile", ""),
        ("Meeting 2000", ""),
        ("Town Race #500", ""),
        ("Semi-final", ""),
        ("Half term games", ""),
        ("", ""),
    ],
)
def test_a_name_speaks_of_another_distance_where_a_coach_would_say_so(name, told):
    assert other_distance(name) == told


UNITS = st.sampled_from(sorted(RACE_UNITS))


@given(st.integers(1, 20), UNITS, st.sampled_from(["County {}", "{} race", "Run the {} now", "{}"]))
def test_a_distance_in_a_name_is_told_unless_it_is_the_races_own(number, unit, name):
    metres = read_race_distance(f"{number * 100} {unit}" if RACE_UNITS[unit] == "m" else f"{number} {unit}").metres
    written = f"{number * 100 if RACE_UNITS[unit] == 'm' else number} {unit}"
    assert other_distance(name.format(written), metres) == ""
    assert other_distance(name.format(written), metres + 100) == written


def test_athletes_and_profiles_with_a_race_over_another_distance_are_noted(tmp_path):
    path = tmp_path / "athletes.csv"
    rows = ("County 1500 m", "Town mile", "5K road race", "County 1500 m")
    path.write_text("name,race name\n" + "".join(f"A{number},{row}\n" for number, row in enumerate(rows)))
    found = reader.read(path, load().profiles["beginner"], lambda profile: None, has_result=True)
    (note,) = roster_notes.other_races(found)
    assert note == (
        "3 athletes with a race whose name speaks of another distance than the mile, which the plan is for: "
        '"County 1500 m" (rows 2 and 5), "5K road race" (row 4)'
    )
    profile = tmp_path / "content" / "profiles" / "sam.yaml"
    profile.parent.mkdir(parents=True)
    text = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: County 1500 m}\ndays: 4\n"
    profile.write_text(text)
    _, notes = checking.check(Request(TODAY, content=tmp_path / "content"))
    told = 'the name of the race, "County 1500 m", speaks of another distance than the mile, which the plan is for'
    told += "; if that is raced, write distance: 1500 m"
    assert [str(note).partition("sam.yaml:")[2] for note in notes if "sam.yaml:" in str(note)] == [f"4:14: {told}"]


def test_a_profiles_race_without_a_date_that_is_on_none_of_its_days_is_told(tmp_path):
    profile = tmp_path / "content" / "profiles" / "sam.yaml"
    profile.parent.mkdir(parents=True)
    text = (
        "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: Town mile}\ndays: [tue, thu]\n"
    )
    profile.write_text(text.replace("tue, thu", "tue, thu, sat"))
    _, notes = checking.check(Request(TODAY, content=tmp_path / "content"))
    told = "a plan without dates has its race on a Sunday, which is none of the days; a date puts it on its own weekday"
    assert [str(note).partition("sam.yaml:")[2] for note in notes if "sam.yaml:" in str(note)] == [f"4:7: {told}"]


@pytest.mark.parametrize("name", ["2027-06-12", "12 June 2027", "Sat 12.6.", '"10:00"'])
def test_a_day_or_a_time_is_no_name_of_a_race_in_a_profile(tmp_path, name):
    (tmp_path / "profiles").mkdir()
    text = f"name: Sam\nlevel: beginner\nresult: {{distance: 5 km, time: 27:30}}\ndays: 4\nrace: {{name: {name}}}\n"
    (tmp_path / "profiles" / "sam.yaml").write_text(text)
    with pytest.raises(
        ContentError, match=r"sam\.yaml:5:14: .* is a day or a time, and no name of a race; write a name"
    ):
        checking.check(Request(TODAY, content=tmp_path))


def test_a_date_in_the_name_of_a_race_that_is_not_its_date_is_told(tmp_path):
    (tmp_path / "profiles").mkdir()
    text = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\ndays: 7\nrace: {name: %s}\n"
    names = ("Town mile date 2027-06-12", "Town mile 12 June 2027, date: 2027-06-12", "Mile of 2027")
    for key, name in enumerate(names):
        (tmp_path / "profiles" / f"p{key}.yaml").write_text(text % name)
    _, notes = checking.check(Request(TODAY, content=tmp_path))
    told = [str(note).split("profiles/")[1] for note in notes if "has a date in it" in str(note)]
    about = 'yaml:5:14: the name of the race, "{}", has a date in it that is not the date of the race; write date: {}'
    assert told == [
        f"p0.{about.format(names[0], '2027-06-12')} below race, and the name without it",
    ]


def test_a_name_is_held_against_the_distance_of_its_own_race(tmp_path):
    assert other_distance("County 1500 m", course_of("1500 m").metres) == ""
    assert other_distance("Club mile", course_of("1600 m").metres) == "mile"
    assert other_distance(named("The {race}", "1600 m"), course_of("1600 m").metres) == ""
    (tmp_path / "profiles").mkdir()
    text = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\ndays: 4\nrace: {name: County 1500 m%s}\n"
    for name, more in (("ann", ""), ("bo", ", distance: 1500 m"), ("cy", ", distance: 1600 m")):
        (tmp_path / "profiles" / f"{name}.yaml").write_text(text % more)
    _, notes = checking.check(Request(TODAY, content=tmp_path))
    told = [str(note).split("profiles/")[1] for note in notes if "County" in str(note)]
    before = 'yaml:5:14: the name of the race, "County 1500 m", speaks of another distance than the'
    after = "which the plan is for; if that is raced, write distance: 1500 m"
    assert told == [f"ann.{before} mile, {after}", f"cy.{before} 1600 m, {after}"]
