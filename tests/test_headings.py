"""Which column of a roster is which: every key of a profile has one, in every language its headings are read in."""

from __future__ import annotations

import re
import time

import pytest
from common import CLONE
from hypothesis import given
from hypothesis import strategies as st

from milebook.core.errors import ContentError
from milebook.roster.sheet.columns import HEADINGS, LANGUAGE_OF, OTHERWISE, language_of, read_heading, read_headings
from milebook.roster.sheet.heading_texts import LONGEST_HEADING, NAMES
from milebook.roster.sheet.headings import name_columns, read_table
from milebook.roster.sheet.questions import column_asked

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


def test_what_is_of_a_language_is_a_heading():
    assert set(LANGUAGE_OF) <= {heading for headings in HEADINGS.values() for heading in headings}


@pytest.mark.parametrize(
    ("headings", "language"),
    [
        ("Nombre,Apellidos,Distancia,Tiempo,D\u00edas", "Spanish"),
        ("Name,Distanz,Zeit (mm:ss),Tage", "German"),
        ("Name,Time,Tage", "German"),
        ("Nom,Temps,Tage", "German"),  # that of the days says most
        ("Nom,Zeit,Days", ""),
        ("Name,Time,Days", ""),
    ],
)
def test_the_language_of_a_sheet_is_that_of_its_headings_of_days_else_of_all(headings, language):
    assert language_of([read_heading(text) for text in headings.split(",")]) == language


def test_no_heading_is_of_two_columns():
    every = [heading for headings in (*HEADINGS.values(), *OTHERWISE.values()) for heading in headings]
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
        ("Bestzeit", "time", ""),
        ("Personal best", "time", ""),
        ("PB Time", "time", ""),
        ("PB Distance", "distance", ""),
        ("Participant", "name", ""),
        ("Your name", "name", ""),
        ("1600 PR", "time", "1600"),
        ("time (1600)", "time", "1600"),
        ("1600 time", "time", "1600"),
        ("3,200 PB", "time", "3,200"),
        ("400m PB", "time", "400m"),
        ("Goal (1600)", "goal", "1600"),
        ("2026 PB", "", ""),
        ("PB 400-800", "", ""),
        ("Time (2026)", "time", ""),
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
        *("Group (optional)", "Time (required)", "Days (e.g. tue thu sun)", "Tage (z. B. Di Do)"),
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


# ---------------------------------------------------------------- the headings of a row


def table_of(tmp_path, *rows):
    path = tmp_path / "athletes.csv"
    path.write_text("\n".join(rows), "utf-8")
    return read_table(path)


def refused(tmp_path, *rows):
    with pytest.raises(ContentError) as error:
        table_of(tmp_path, *rows)
    return [str(problem).split("athletes.csv:")[-1] for problem in error.value.problems]


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("First,Last,5k PB", ("first name", "last name", "time")),
        ("Given,Family,5k PB", ("first name", "last name", "time")),
        ("First name,Last,5k PB", ("first name", "last name", "time")),
        ("Last,First,Event,Seed", ("last name", "first name", "distance", "time")),
        ("Name,Event,Seed time", ("name", "distance", "time")),
        ("Name,Event,Mark", ("name", "distance", "time")),
        ("Name,Event,PB", ("name", "distance", "time")),
        ("Name,Event,5k PB", ("name", "", "time")),
        ("Name,Event,Distance,PB", ("name", "", "distance", "time")),
        ("Name,Distance,PB,Seed", ("name", "distance", "time", "")),
        ("Name,5k PB,5k SB", ("name", "time", "")),
        ("Name,5k SB", ("name", "time")),
        ("Name,Event", ("name", "")),
        ("Name,1600", ("name", "time")),
        ("Name,Mile", ("name", "time")),
        ("Name,Distance,Time,1600", ("name", "distance", "time", "")),
        ("Name,Most recent race distance,Most recent race time", ("name", "distance", "time")),
        ("Name,Distance,Time,Last race time", ("name", "distance", "time", "")),
        ("Name,Experience level,Training days a week", ("name", "level", "days")),
    ],
)
def test_a_heading_that_may_be_of_a_column_is_read_as_it_where_no_other_heading_is(head, columns):
    found = read_headings(head.split(","), lambda *_: True)
    assert tuple(heading.column for heading in found) == columns


@pytest.mark.parametrize(("cell", "column"), [("5:30", "time"), ("x", ""), ("2", ""), ("2027-06-12", "")])
@pytest.mark.parametrize("head", ["1600", "1600 m", "Mile", "1500"])
def test_a_distance_alone_is_of_times_where_times_stand_below_it(tmp_path, head, cell, column):
    table = table_of(tmp_path, f"Name,{head},Level", f"Ada,{cell},beginner")
    assert table.columns == ("name", column, "level")


@pytest.mark.parametrize(
    "head", ["Name,800 PR,1600 PR,3200 PR", "Name,800,1600,3200", "Name,5k PB,Mile PB,Marathon time"]
)
def test_several_results_are_told_as_that_and_all_are_named(tmp_path, head):
    (problem,) = refused(tmp_path, head, "Ada,2:31,5:30,12:01")
    names = [f'{letter} "{text}"' for letter, text in zip("BCD", head.split(",")[1:], strict=True)]
    told = f"columns {names[0]}, {names[1]} and {names[2]} are all results, and an athlete has one"
    assert problem == f"1: {told}; keep one, or make columns Distance and Time of all"


def test_lists_side_by_side_are_told_as_such(tmp_path):
    problems = refused(tmp_path, "Name,Time (5k),,Name,Time (5k)", "Ada,25:10,,Bo,26:10")
    assert all("side by side belong below each other" in problem for problem in problems)


@pytest.mark.parametrize("head", ["Name,First,5k PB", "Name,Last,5k PB"])
def test_half_a_name_beside_a_name_is_told(tmp_path, head):
    (problem,) = refused(tmp_path, head, "Ada,x,25:10")
    assert " is not clear; write " in problem


def test_titles_of_several_columns_are_not_taken_for_the_headings_below_them(tmp_path):
    table = table_of(tmp_path, "Athlete,,Best result,,", "First name,Last name,Distance,Time,Level", "Al,Oak,5k,17:30,")
    assert table.columns == ("first name", "last name", "distance", "time", "level")
    assert [number for number, _ in table.rows] == [3]


@pytest.mark.parametrize("word", sorted(word for words in OTHERWISE.values() for word in words))
def test_the_guide_has_every_heading_that_is_read_where_no_other_is(word):
    assert f"`{word}`" in (CLONE / "docs" / "roster.md").read_text("utf-8")


def test_a_heading_that_is_not_told_whole_ends_with_a_sign_of_that(tmp_path):
    long = "How often do you swim? (never / once a week / twice a week / more)"
    (note,) = table_of(tmp_path, f"Name,{long},Shoe (size)", "Ada,never,40").notes
    told = note.partition("not read: ")[2]
    assert told == f"{long[: LONGEST_HEADING - 1].rstrip()}\u2026, Shoe (size)"


# ---------------------------------------------------------------- questions of a form


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("What is your full name?", "name"),
        ("What's your name?", "name"),
        ("Your first and last name", "name"),
        ("What is your first name?", "first name"),
        ("Family name, please", "last name"),
        ("How far was your most recent race?", "distance"),
        ("What distance did you run?", "distance"),
        ("What was your time?", "time"),
        ("What is your PB?", "time"),
        ("What was the date of your most recent race?", "result date"),
        ("When did you last race?", "result date"),
        ("When is your next race?", "race date"),
        ("Which days can you train?", "days"),
        ("What days do you run", "days"),
        ("How many days a week can you train?", "days"),
        ("How experienced are you?", "level"),
        ("What is your level of experience?", "level"),
        ("What is your goal for the mile?", "goal"),
        ("Do you prefer miles or kilometers?", "units"),
        ("Which group do you train with?", "group"),
        # what says something else by a word more, or is of two columns
        ("When was that race?", ""),
        ("Which days can you not train?", ""),
        ("What time is your race?", ""),
        ("What time was your race?", ""),
        ("What is your emergency contact's name?", ""),
        ("What is the name of your race?", ""),
        ("How far do you run each week?", ""),
        ("How far is your race?", ""),
        ("What is your race goal?", ""),
        ("How many days do you run?", ""),
        ("When did you last run?", ""),
    ],
)
def test_a_question_is_read_where_every_word_of_it_fits_one_column_alone(question, column):
    assert column_asked(question) == column


def test_a_form_of_questions_is_read(tmp_path):
    head = (
        '"What is your full name?","How far was your most recent race? (5k, 10k, mile ...)",What was your time?,'
        "What was the date of your last race?,Which days can you train?,"
        "How experienced are you? (beginner / intermediate / advanced),What is your goal for the mile?"
    )
    table = table_of(tmp_path, head, "Ava Stone,5k,20:50,2026-10-17,Tue Thu,beginner,6:15")
    assert table.columns == ("name", "distance", "time", "result date", "days", "level", "goal")


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("When was that race?", "result date or race date"),
        ("Which days can you not train?", "days"),
        ("How fast are you?", "time"),
        ("How far do you run each week?", "distance"),
        ("Any goals for the season?", "goal"),
        ("Would you call yourself a beginner?", "level"),
        ("Welche Tage passen dir?", "days"),
    ],
)
def test_a_question_that_speaks_of_a_column_and_is_not_read_is_told_with_the_column(tmp_path, question, columns):
    (problem,) = refused(tmp_path, f"Name,{question}", "Ada,x")
    told = f'the heading "{question}" is a question that is not read; call the column {columns} if it is that'
    assert problem == f"1:{question}: {told}, else delete it"
    for column in columns.split(" or "):
        assert column in table_of(tmp_path, f"Name,{column}", "Ada,x").columns


@pytest.mark.parametrize("question", ["Anything else we should know?", "How did you hear of us?", "What is your age?"])
def test_a_question_of_something_else_is_noted(tmp_path, question):
    (note,) = table_of(tmp_path, f"Name,{question}", "Ada,x").notes
    assert note.endswith(f"columns that are not read: {question}")


def test_where_no_row_has_a_column_of_names_the_one_that_looks_like_headings_is_told(tmp_path):
    head = "Timestamp,Email Address,Who are you?,How tall are you?"
    (problem,) = refused(tmp_path, "Our club 2027", head, "2026/11/03 4:12:09 PM EST,a@x.org,Ava Stone,no")
    told = "2: there is no column name; add it; the headings found in row 2 are"
    assert problem == f"{told} Timestamp, Email Address, Who are you?, How tall are you?"


# ---------------------------------------------------------------- headings further down

FIRST = "Name,Time (3200m),Race date"
ATHLETE, OTHER = "Al Oak,10:50,2027-06-12", "Bo Elm,20:01,2027-06-12"


@pytest.mark.parametrize(
    ("second", "differing"),
    [
        ("Name,Time (5k),Race date", "its distance is 5k, the first one's 3200m"),
        ("Name,5k,Race date", "its distance is 5k, the first one's 3200m"),
        ("Name,Time,Race date", "its distance is not said, the first one's 3200m"),
        (",Time (5k),", 'in column A it has no heading, the first one "Name"'),
        (",Time (3200m),Name", 'in column A it has no heading, the first one "Name"'),
        ("Name,Race date,Time (3200m)", 'in column B it has "Race date", the first one "Time (3200m)"'),
        ("Name,Time (3200m) (seconds),Race date", "its unit of the time is s, the first one's not said"),
        ("Name,Time (3200m),Result date", 'in column C it has "Result date", the first one "Race date"'),
        ("Name,Time (3200m),Race date,Level", 'in column D it has "Level", the first one no heading'),
        ("What is your name?,What was your 5k time?,Race date", "its distance is 5k, the first one's 3200m"),
    ],
)
@pytest.mark.parametrize("title", ["", "JV,,"])
def test_athletes_below_other_headings_are_never_read_by_the_first(tmp_path, second, differing, title):
    problems = refused(tmp_path, FIRST, ATHLETE, *([title] if title else []), second, OTHER)
    row = 4 if title else 3
    assert len(problems) == 1
    assert problems[0].startswith(
        f"{row}: row {row} is a second row of headings, below that of row 1: {differing}; make"
    )


@pytest.mark.parametrize(
    "second", [FIRST, "NAME,Time (3200 m),Date of race", "Athlete,PB (3200m),Race date (yyyy-mm-dd)"]
)
def test_headings_that_say_the_same_again_are_no_athletes_and_noted(tmp_path, second):
    table = table_of(tmp_path, FIRST, ATHLETE, second, OTHER, second, OTHER)
    assert [number for number, _ in table.rows] == [2, 4, 6]
    assert table.notes[0].endswith("the headings stand again in rows 3 and 5")


@pytest.mark.parametrize("row", ["JV,5k,", ",5 km,", "JV 5k,,", "5 km runners,,", ",Mile,"])
def test_another_distance_in_a_title_is_never_read_past(tmp_path, row):
    (problem,) = refused(tmp_path, FIRST, ATHLETE, row, OTHER)
    assert re.match("3: row 3 says (5k|5 km|mile), and the heading .Time .3200m.. gives the times", problem)


@pytest.mark.parametrize("row", ["JV,3200m,", "3200 m runners,,", "JV,,"])
def test_a_title_without_another_distance_is_a_row_as_others(tmp_path, row):
    assert len(table_of(tmp_path, FIRST, ATHLETE, row, OTHER).rows) == 3


@given(
    st.lists(st.sampled_from(["Runner", "Team", "Ada", "Athlete", "5k", "25:10", "A", "Mile", "4", "Time"]), min_size=5)
)
def test_a_row_with_a_time_where_times_are_is_an_athlete_whatever_else_it_has(tmp_path_factory, cells):
    folder = tmp_path_factory.getbasetemp()
    table = table_of(
        folder, "Group,Name,Time (5k),Race name,Town", "A,Ada,25:10,,", ",".join([*cells[:2], "26:10", *cells[2:4]])
    )
    assert len(table.rows) == 2


@pytest.mark.parametrize("cell", ["x", "5k", "Name of a town"])
def test_a_wide_list_of_distances_is_read_in_bounded_time(tmp_path, cell):
    start = time.process_time()
    table_of(tmp_path, f"Name{',5k' * 300}", *[f"Ada{f',{cell}' * 300}"] * 200)
    assert time.process_time() - start < 5


# ---------------------------------------------------------------- when a race starts

HOURS = st.builds(
    "{:{}}{}{:02}{}".format,
    st.integers(7, 21),
    st.sampled_from(["", "02"]),
    st.sampled_from([":", "."]),
    st.sampled_from([0, 15, 30, 45]),
    st.sampled_from(["", " Uhr", " AM", ":00"]),
)


def of_race_time(tmp_path_factory, times, *, heading="Race time", beside="Race date"):
    path = tmp_path_factory.mktemp("hours") / "athletes.csv"
    rows = "".join(f"A{place},mile,{time},\n" for place, time in enumerate(times))
    path.write_text(f"Name,Distance,{heading},{beside}\n{rows}", "utf-8")
    return read_table(path)


@given(st.lists(HOURS, min_size=1, max_size=5))
def test_hours_at_which_races_start_are_not_taken_for_results(tmp_path_factory, hours):
    told = f'"Race time" has nothing but hours of the day ({hours[0]}), and may be when races start; call it Start'
    with pytest.raises(ContentError, match=re.escape(told)):
        of_race_time(tmp_path_factory, hours)
    assert "time" in of_race_time(tmp_path_factory, hours, heading="Result time").columns
    assert "time" not in of_race_time(tmp_path_factory, hours, heading="Start").columns


@given(st.lists(HOURS, max_size=4), st.sampled_from(["5:52", "25:10", "7:31", "9:30.4", "58.4", "1:45:10"]))
def test_a_race_time_that_is_no_quarter_of_an_hour_is_a_result(tmp_path_factory, hours, time):
    assert "time" in of_race_time(tmp_path_factory, [*hours, time]).columns


def test_race_times_without_a_race_to_come_are_results(tmp_path_factory):
    assert "time" in of_race_time(tmp_path_factory, ["7:30", "8:00"], beside="Level").columns
    (tmp_path_factory.getbasetemp() / "a.csv").write_text("Name,Race time (mile),Race date\nAnn,7:30,\n")
    assert "time" in read_table(tmp_path_factory.getbasetemp() / "a.csv").columns


def test_a_race_time_beside_other_results_and_a_race_to_come_is_told(tmp_path):
    path = tmp_path / "athletes.csv"
    path.write_text("Name,Event,Seed,Race time,Race date\nAnn,mile,5:52,10:10,\n")
    with pytest.raises(
        ContentError, match='"Race time" stands beside "Seed", and may be when races start; call it Start'
    ):
        read_table(path)
    path.write_text(path.read_text().replace("Race time", "Start"))
    assert read_table(path).columns == ("name", "distance", "time", "", "race date")


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        ("parkrunner,Time,Distance", ("name", "time", "distance")),
        ("Parkrun name,Time (5k)", ("name", "time")),
        ("Name,Parkrun name,Time,Distance", ("name", "", "time", "distance")),
        ("First name,Last name,Parkrun name,Time (5k)", ("first name", "last name", "", "time")),
        ("Parkrunner,Parkrun time", ("name", "time")),
    ],
)
def test_a_parkrunner_is_a_name_where_no_other_column_has_names(tmp_path, headings, columns):
    (tmp_path / "athletes.csv").write_text(f"{headings}\n{','.join('Ann' for _ in columns)}\n")
    assert read_table(tmp_path / "athletes.csv").columns == columns
