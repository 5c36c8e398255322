"""A coach's spreadsheet: every row becomes a runner, or every mistake in it is told with its row, column and name."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, time, timedelta

import pytest
from common import CONTENT
from hypothesis import example, given
from hypothesis import strategies as st

from milebook.build import Request
from milebook.content.loader import RESERVED, SAFE_NAME, load
from milebook.content.starters import suggested
from milebook.core.characters import UNPRINTABLE, on_one_line
from milebook.core.errors import ContentError, QuantityError
from milebook.roster import batch, file_names, reader, roster_notes, row_profiles
from milebook.roster.file_names import slug
from milebook.roster.row_profiles import name_of
from milebook.roster.sheet import spreadsheet, workbook_parts
from milebook.running.quantities import METRES_PER_MILE, Duration

LIBRARY = load()
DEFAULT = LIBRARY.profiles["beginner"]
SAMPLE = CONTENT / "athletes.csv"


def fits(profile):
    """Nothing is planned here."""


def read(tmp_path, text, name="athletes.csv", default=DEFAULT, fits=fits, encoding="utf-8", today=None):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return reader.read(path, default, fits, has_result=True, today=today)


def told(found):
    return [str(problem).split("athletes.csv:")[-1] for problem in found.problems]


def test_the_sample_of_sixty_athletes_is_sound_and_every_one_gets_a_name_of_their_own():
    found = reader.read(SAMPLE, DEFAULT, fits)
    assert found.problems == ()
    assert len(found.athletes) == len({athlete.key for athlete in found.athletes}) == 60
    assert len({athlete.profile.name for athlete in found.athletes}) < 60  # some are called the same


def test_settings_a_row_leaves_out_are_another_profiles_and_it_is_said_which(tmp_path):
    found = read(tmp_path, "name,time,level,days\nAda,25:10,,4\nBo,26:10,advanced,\n")
    ada, bo = found.athletes
    assert (ada.profile.name, ada.profile.result.time.seconds, ada.profile.level) == ("Ada", 1510, DEFAULT.level)
    assert ada.profile.result.distance == DEFAULT.result.distance
    assert (bo.profile.level, bo.profile.days) == ("advanced", DEFAULT.days)
    assert ("level" in ada.taken, "days" in ada.taken) == (True, False)
    assert ("level" in bo.taken, "days" in bo.taken) == (False, True)
    assert {"distance", "race date", "units"} <= set(ada.taken)


RUN = {"distance": "mile", "time": "6:02", "result date": "2026-11-01", "race date": "2027-07-01", "goal": "5:55"}


@pytest.mark.parametrize("blank", RUN)
def test_what_an_athlete_ran_and_runs_for_is_never_another_profiles_where_there_is_a_column(tmp_path, blank):
    cells = ",".join("" if column == blank else value for column, value in RUN.items())
    found = read(tmp_path, f"name,{','.join(RUN)}\nAda,{cells}\n")
    if blank in ("distance", "time"):
        (problem,) = told(found)
        assert problem.startswith(f"2:{blank}: Ada: the {blank} is missing; nobody else's result stands in for it")
        return
    (athlete,) = found.athletes
    result, race = athlete.profile.result, athlete.profile.race
    dates = {"result date": result.day, "race date": race.day, "goal": race.goal}
    assert dates[blank] is None
    assert all(value is not None for column, value in dates.items() if column != blank)
    assert athlete.taken == tuple(column for column in athlete.taken if column not in RUN)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("race name", "Town Mile #500", lambda p: p.race.name == "Town Mile #500"),
        ("surface", "Road", lambda p: p.race.surface == "road"),
        ("track", "200m indoor", lambda p: p.race.course.track == "200 m"),
        ("goal", "5:55", lambda p: p.race.goal.seconds == 355),
        ("pacing", "Elmore", lambda p: p.race.pacing == "elmore"),
        ("weeks", "6", lambda p: p.weeks == 6),
        ("long run", "Sat", lambda p: p.long_run == "sat"),
        ("speed day", "thu", lambda p: p.speed_day == "thu"),
        ("units", "Metric", lambda p: p.units == "metric"),
    ],
)
def test_every_column_of_a_profile_has_its_say(tmp_path, column, cell, value):
    (athlete,) = read(tmp_path, f"name,time,days,{column}\nAda,25:10,tue thu sat,{cell}\n").athletes
    assert value(athlete.profile)
    assert column.replace(" ", "-") not in athlete.taken


def test_a_file_without_a_column_for_a_result_is_refused(tmp_path):
    path = tmp_path / "athletes.csv"
    path.write_text("name,level\nAda,beginner\n")
    with pytest.raises(ContentError, match="there is no column for a result; add time"):
        reader.read(path, DEFAULT, fits)
    assert len(reader.read(path, DEFAULT, fits, has_result=True).athletes) == 1


def read_alone(tmp_path, text):
    """A roster for whose athletes nobody has given a result."""
    path = tmp_path / "athletes.csv"
    path.write_text(text, "utf-8")
    return reader.read(path, DEFAULT, fits)


def test_a_time_without_a_distance_is_never_one_over_another_profiles_distance(tmp_path):
    text = "Name,Zeit,Race date\nAnn,45:10,2027-06-12\n"
    told = 'no column for the distance that "Zeit" was run over; add one, e.g. Distance with 10 km in each row'
    with pytest.raises(ContentError, match=re.escape(told)) as error:
        read_alone(tmp_path, text)
    assert str(error.value).endswith("as in Zeit (10 km); the headings found are Name, Zeit, Race date")
    with pytest.raises(ContentError, match=re.escape("as in PB (10 km); the headings found are Name, PB (5k, 10k)")):
        read_alone(tmp_path, 'Name,"PB (5k, 10k)"\nAnn,45:10\n')
    assert len(read(tmp_path, text).athletes) == 1  # --result says the distance for all


@pytest.mark.parametrize("heading", ["Time (10k)", "10K PB", "Zeit (10 km)", "Recent 10 km time"])
def test_the_distance_in_a_times_heading_is_that_of_every_row(tmp_path, heading):
    (ann,) = read_alone(tmp_path, f"Name,{heading}\nAnn,45:10\n").athletes
    assert (ann.profile.result.distance.metres, ann.profile.result.time.seconds) == (10_000, 2710)
    assert "distance" not in ann.taken


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Name,Event,PB (5k),Distance\nAnn,x,6:10,mile\n", 'Delete the column "Distance", or write Time'),
        ("Name,Distance,Time,Goal time (5k)\nAnn,mile,6:10,20:00\n", "the goal is one for the mile, and the heading"),
        ("Name,Distance,Zeit,PB\nAnn,mile,6:10,6:00\n", 'columns C "Zeit" and D "PB" are both read as the time'),
        ("Name,Tempo,Distance\nAnn,4:30,mile\n", 'the heading "Tempo" is not clear; it is a time in Italian'),
        ("Vor,Level,Time (5k)\nAnn,beginner,25:10\n", "add it; the headings found in row 1 are Vor, Level, Time (5k)"),
    ],
)
def test_headings_that_say_something_else_are_told(tmp_path, text, what):
    with pytest.raises(ContentError, match=re.escape(what)):
        read_alone(tmp_path, text)


def test_a_pace_beside_a_time_is_not_read(tmp_path):
    found = read_alone(tmp_path, "Name,Distance,Zeit,Tempo\nAnn,mile,6:10,3:50\n")
    assert found.athletes[0].profile.result.time.seconds == 370
    assert found.notes[0].endswith("columns that are not read: Tempo")


@pytest.mark.parametrize(
    ("heading", "cell", "metres"),
    [
        ("Distance (km)", "5", 5000),
        ("Distance (km)", "1500 m", 1500),
        ("Distance (miles)", "1", METRES_PER_MILE),
        ("Distance in m", "3000", 3000),
    ],
)
def test_the_unit_in_a_distances_heading_is_that_of_cells_without_one(tmp_path, heading, cell, metres):
    (ann,) = read_alone(tmp_path, f"Name,{heading},Time (mm:ss)\nAnn,{cell},{metres * 0.24 // 60:.0f}:10\n").athletes
    assert ann.profile.result.distance.metres == metres


def test_yards_in_a_heading_are_no_metres(tmp_path):
    (problem,) = told(read_alone(tmp_path, "Name,Distance (yards),Time\nAnn,1760,6:10\n"))
    assert 'distance "1760 yards" is in yards, 1609.3 m; write 1 mi' in problem


def test_what_is_read_past_in_brackets_is_noted(tmp_path):
    (note,) = read_alone(tmp_path, "Name,Distance,Time (chip),Group (optional)\nAnn,mile,6:10,A\n").notes
    assert note.endswith('what is read past in the brackets of headings: "(chip)"')


# ---------------------------------------------------------------- the race


def races(found):
    return [(athlete.profile.race.name, athlete.profile.race.day) for athlete in found.athletes]


def test_a_race_on_another_day_than_the_profiles_has_not_its_name(tmp_path):
    text = "name,race date\nAda,2027-05-01\nBo,2027-06-12\nCy,\n"
    found = read(tmp_path, text)
    assert races(found) == [("The mile", date(2027, 5, 1)), ("Club mile", date(2027, 6, 12)), ("The mile", None)]
    assert ["race name" in athlete.taken for athlete in found.athletes] == [False, True, False]
    assert not found.one_race


def test_a_blank_name_of_a_race_is_never_that_of_the_profiles_race(tmp_path):
    text = "name,race name,race date\nAda,Spring mile,2027-05-01\nBo,,2027-06-12\nCy,,2027-05-01\nDi,Some mile,\n"
    assert [name for name, _ in races(read(tmp_path, text))] == ["Spring mile", "The mile", "The mile", "Some mile"]
    found = read(tmp_path, "name,race name\nAda,Spring mile\nBo,\n")
    assert races(found) == [("Spring mile", date(2027, 6, 12)), ("The mile", date(2027, 6, 12))]
    assert not found.one_race


def courses(found):
    return [(each.profile.race.name, each.profile.race.distance, each.profile.race.track) for each in found.athletes]


def test_each_row_has_a_race_of_its_own_distance_and_track(tmp_path):
    rows = ("Ada,25:10,1600 m,400", "Bo,25:10,1500,200m", "Cy,25:10,,", "Di,25:10,mile,440 yards")
    found = read(tmp_path, "\n".join(("name,time (5k),race distance,track", *rows)))
    assert courses(found) == [
        ("The 1600\u00a0m", "1600 m", "400 m"),
        ("The 1500\u00a0m", "1500 m", "200 m"),
        ("Club mile", "mile", None),
        ("Club mile", "mile", "440 yd"),
    ]


@pytest.mark.parametrize(
    ("head", "ran", "raced"),
    [
        ("Race distance,Race time", 1600, "mile"),  # of one race distance beside a time: what was run
        ("Race distance,Time (5k)", 5000, "1600 m"),
        ("Race distance,Time,Distance", 3200, "1600 m"),
        ("Renndistanz,Zeit (5k)", 5000, "1600 m"),
        ("Distance de la course,Temps (5 km)", 5000, "1600 m"),
        ("Distancia de la carrera,Tiempo (5 km)", 5000, "1600 m"),
    ],
)
def test_a_race_distance_is_that_of_the_race_to_come_where_the_run_has_its_own(tmp_path, head, ran, raced):
    time = {1600: "5:40", 3200: "11:40", 5000: "20:50"}[ran]
    (athlete,) = read(tmp_path, f"Name,{head}\nAda,1600,{time},3200\n").athletes
    assert (athlete.profile.result.distance.metres, athlete.profile.race.distance) == (ran, raced)


def test_the_distance_in_a_goals_heading_is_the_race_of_every_row(tmp_path):
    (athlete,) = read(tmp_path, "name,time (5k),Goal (1600 m)\nAda,20:50,5:55\n").athletes
    assert (athlete.profile.race.distance, athlete.profile.race.goal.seconds) == ("1600 m", 355)
    with pytest.raises(ContentError, match="there is a column for that of the race, too"):
        read(tmp_path, "name,time (5k),Goal (1600 m),race distance\nAda,20:50,5:55,mile\n")
    with pytest.raises(ContentError, match="the goal is one for the mile"):
        read(tmp_path, "name,time (5k),Goal (5 km)\nAda,20:50,5:55\n")


def test_a_track_or_a_goal_of_another_profile_goes_with_its_own_race_only(tmp_path):
    race = DEFAULT.race.model_copy(update={"track": "200 m", "goal": Duration(420.0)})
    default = DEFAULT.model_copy(update={"race": race})
    (ada,) = read(tmp_path, "name,surface\nAda,road\n", default=default).athletes
    assert (ada.profile.race.surface, ada.profile.race.track) == ("road", None)
    assert ada.profile.race.goal == Duration(420.0)
    (bo,) = read(tmp_path, "name,race distance\nBo,1500\n", default=default).athletes
    assert (bo.profile.race.track, bo.profile.race.goal) == ("200 m", None)
    on_road = DEFAULT.model_copy(update={"race": DEFAULT.race.model_copy(update={"surface": "road"})})
    (cy,) = read(tmp_path, "name,track\nCy,300m\n", default=on_road).athletes
    assert (cy.profile.race.surface, cy.profile.race.track) == ("track", "300 m")


def test_a_race_that_is_none_is_told_with_its_row_and_those_there_are(tmp_path):
    found = read(tmp_path, "name,race distance,track,goal\nAda,800 m,250,5:50\nBo,1500,road,6:50\n")
    assert told(found) == [
        '2:race distance: Ada: a race of "800 m" is none that milebook plans for; write mile, 1500 m or 1600 m',
        '2:track: Ada: a track of "250" is not known; write 400 m, 300 m, 200 m or 440 yd, the length of a lap',
        "3:track: Bo: a race on the road has no track; leave the track out, and write road as the surface",
    ]


def test_a_sheet_without_a_race_has_the_profiles(tmp_path):
    found = read(tmp_path, "name\nAda\nBo\n")
    assert races(found) == [("Club mile", date(2027, 6, 12))] * 2
    assert found.one_race
    assert all({"race name", "race date"} <= set(athlete.taken) for athlete in found.athletes)


@pytest.mark.parametrize(
    "head",
    [
        "Name,Level,Distance,Time,Race date,Days,Group",
        "NAME ; Niveau ; Distance ; Temps ; Date de course ; Jours ; Groupe",
        "Name\tStufe\tStrecke\tZeit\tRenndatum\tTage\tGruppe",
        "Athlete,level,result distance,Result time,Date of race,days a week,TEAM",
    ],
)
def test_headings_are_read_in_several_languages_and_any_case(tmp_path, head):
    split = next(sign for sign in ",;\t" if sign in head)
    row = split.join(["Ada", "advanced", "mile", "4:48.5", "2027-07-01", "tue thu sun", "A"])
    (athlete,) = read(tmp_path, f"{head}\n{row}\n").athletes
    assert athlete.group == "A"
    assert athlete.profile.level == "advanced"
    assert (athlete.profile.result.distance.metres, athlete.profile.result.time.seconds) == (METRES_PER_MILE, 288.5)
    assert (athlete.profile.race.day, athlete.profile.days) == (date(2027, 7, 1), ("tue", "thu", "sun"))


def test_columns_may_stand_in_any_order_with_remarks_and_empty_rows_between(tmp_path):
    found = read(tmp_path, "# our club\n\ntime,name\n25:10,Ada\n,\n# injured\n26:00,Grace\n")
    assert [(athlete.row, athlete.profile.name) for athlete in found.athletes] == [(4, "Ada"), (7, "Grace")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_spreadsheets_save_them_are_read(tmp_path, encoding):
    (athlete,) = read(tmp_path, "name;time\r\nZoë;25:10\r\n", encoding=encoding).athletes
    assert athlete.profile.name == "Zoë"


def test_every_problem_of_every_row_is_told_with_its_column_and_the_athletes_name(tmp_path):
    rows = ("Ada,begginer,5 kk,27;30,9", ",,,,4", "Grace,,5 km,25:10,tue tue", "Joan,,5 km,24:10,")
    text = "\n".join(("name,level,distance,time,days", *rows))
    found = read(tmp_path, text)
    assert [athlete.profile.name for athlete in found.athletes] == ["Joan"]
    assert found.left_out == (2, 3, 4)
    assert told(found) == [
        '2:days: Ada: days "9" is neither weekdays nor a number from 1 to 7; '
        "write for example 4, or the days, as in tue thu sun",
        '2:distance: Ada: distance "5 kk" has the unknown unit "kk"; write for example 5 km, 400 m, 1 mi or half marathon',  # noqa: E501
        '2:level: Ada: level is "begginer"; did you mean beginner?',
        '2:time: Ada: time "27;30" is not a time; write 27:30',
        "3:name: the name is missing",
        "4:days: Grace: days has tue twice; write each once",
    ]


def test_a_heading_of_any_length_is_noted_as_far_as_it_can_be_read(tmp_path):
    (note,) = read(tmp_path, f"name,{'9' * 5000}\nA,1\n").notes
    assert note.endswith(f"columns that are not read: {'9' * 59}\u2026")


@pytest.mark.parametrize(
    "odd",
    [
        *("\x00", "\x07", "\x1b[31m", "\x1c", "\x7f", "\x9b", "\u202e", "\u202a", "\u2067", "\ufff9"),
        *("\ufffe", "\uffff", "\U0010ffff", "\ufdd0"),
    ],
)
@pytest.mark.parametrize("column", ["name", "group", "id", "distance", "time", "race date", "plan"])
def test_a_character_that_no_page_can_show_is_told_with_its_row_and_column(tmp_path, column, odd):
    heads = ["name", *([] if column == "name" else [column])]
    cells = [*([] if column == "name" else ["Ada"]), f"x{odd}y"]
    bo = ["Bo", *({"distance": "5 km", "time": "25:10"}.get(head, "") for head in heads[1:])]
    found = read(tmp_path, "\n".join(",".join(row) for row in (heads, bo, cells)))
    assert [athlete.profile.name for athlete in found.athletes] == ["Bo"]
    (problem,) = told(found)
    assert problem.startswith(f"3:{column}: ")
    assert f"the character U+{ord(odd[0]):04X} does not belong in a text; remove it" in problem
    assert problem.isprintable()


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Zoë\u00a0\u202fO'Brien\u3000", "Zoë O'Brien"),
        ('"Zoë\t\r\nO\'Brien\v"', "Zoë O'Brien"),
        ("Zoë\u2028O'Brien\x85", "Zoë O'Brien"),
        ("\ufeffZo\u00adë\u200b O'\u2060Brien\u200e", "Zoë O'Brien"),
        ("A\u200dn\u200cna\ufe0f", "Anna"),
        ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",) * 2,  # a joiner that keeps letters apart, as Persian needs it
        ("\u0d9a\u0dca\u200d\u0dbb\u0dd2\u0dc3\u0dca",) * 2,  # one that joins them, as Sinhala needs it
        ("Ann \U0001f469\u200d\U0001f9b0",) * 2,
    ],
)
def test_what_real_spreadsheets_hold_is_read_as_it_looks(tmp_path, cell, name):
    (athlete,) = read(tmp_path, f"name\n{cell}\n").athletes
    assert athlete.profile.name == name


def test_names_that_look_alike_are_one(tmp_path):
    assert read(tmp_path, "name\nAnna\nAn\u200bna\nAnna\u200d\nBo\n").twins == ((2, 3, 4),)


@pytest.mark.parametrize("nothing", ["\u200b", "\u3164", "\u2800", "\ufeff\u00a0", "\U000e0041"])
def test_a_name_in_which_nothing_is_to_be_seen_is_missing(tmp_path, nothing):
    assert told(read(tmp_path, f"name,time\n{nothing},25:10\n")) == ["2:name: the name is missing"]


@given(st.text(max_size=30))
@example("\n\t")
@example(";\n;\n;")
def test_every_name_that_is_taken_can_be_shown(tmp_path_factory, name):
    path = tmp_path_factory.getbasetemp() / "shown.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([["name", "group"], [f"x{name}", name]])
    found = reader.read(path, DEFAULT, fits, has_result=True)
    for athlete in found.athletes:
        for text in (athlete.profile.name, athlete.group):
            assert not UNPRINTABLE.search(text)
            assert len((text or "x").splitlines()) == 1
            assert on_one_line(text) == text
    assert not any(UNPRINTABLE.search(str(problem)) for problem in found.problems)


def test_problems_are_told_in_the_order_of_the_rows(tmp_path):
    found = read(tmp_path, "name,level\n" + "A,beginer\n" * 11)
    rows = [problem.path.split(":")[1] for problem in ContentError(found.problems).problems]
    assert rows == [str(number) for number in range(2, 13)]


def test_a_plan_that_cannot_be_made_is_told_in_its_column(tmp_path):
    def refuse(profile):
        raise QuantityError("the race date 2020-01-01 is in the past", "give another")

    found = read(tmp_path, "name,race date\nAda,2020-01-01\n", fits=refuse)
    assert told(found) == ["2:race date: Ada: the race date 2020-01-01 is in the past; give another"]


@pytest.mark.parametrize("cell", ["One day a week", "one-day-a-week", "ONE_DAY_A_WEEK"])
def test_a_plan_may_be_written_with_spaces(tmp_path, cell):
    (ada,) = read(tmp_path, f"name,plan,days\nAda,{cell},thu\n").athletes
    assert ada.profile.plan == "one-day-a-week"


@pytest.mark.parametrize("plan", ["3 days a week", "my goal", "race-plan", "Trial"])
def test_a_plan_that_there_is_not_is_told_at_its_own_column(tmp_path, plan):
    fits = batch._Planner(LIBRARY, Request(date(2026, 11, 24))).check
    found = read(tmp_path, f"name,plan,days\nAda,{plan},tue thu sun\n", fits=fits)
    (problem,) = told(found)
    assert problem.startswith(f'2:plan: Ada: plan "{plan.lower().replace(" ", "-")}" is unknown; ')


def test_days_that_a_plan_does_not_have_are_told_with_a_plan_that_has_them(tmp_path):
    fits = batch._Planner(LIBRARY, Request(date(2026, 11, 24))).check
    text = "name,level,plan,days,weeks\nAda,beginner,{},tue sat,{}\n"
    said = "2:days: Ada: the plan mile has no 2 days a week; it has 3 to 7; the plan one-day-a-week has 2"
    assert told(read(tmp_path, text.format("mile", "6"), fits=fits)) == [said]
    assert told(read(tmp_path, text.format("mile", "7"), fits=fits)) == [f"{said}, in 6 weeks"]
    assert not read(tmp_path, text.format("one-day-a-week", "6"), fits=fits).problems


def test_what_a_plan_cannot_be_made_of_is_told_beside_all_other_mistakes_of_a_row(tmp_path):
    def refuse(profile):
        few = len(profile.days) < 3
        errors = [QuantityError("the plan mile has no 2 days a week")] * few
        errors += [QuantityError(f'plan "{profile.plan}" is unknown')] * (profile.plan != "mile")
        errors += [QuantityError("the race date is in the past")] * (profile.race.day == date(2020, 1, 1))
        if errors:
            raise ExceptionGroup("no plan", errors)

    rows = [
        "Ada,metri,tue thu,mile,2020-01-01,25:10",
        "Bo,,tue thu,mle,,25:10",
        "Cy,,tue thu,mle,2020-01-01,x",
        "Di,,noday,mle,,25:10",
    ]
    found = told(read(tmp_path, "\n".join(("name,units,days,plan,race date,time", *rows)), fits=refuse))
    assert sorted(one.partition(": ")[0] for one in found) == [
        *("2:days", "2:race date", "2:units"),
        *("3:days", "3:plan"),
        *("4:days", "4:plan", "4:race date", "4:time"),
        *("5:days", "5:plan"),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "the roster is empty"),
        ("level,time\nbeginner,25:10\n", "there is no column name"),
        ("name,tme\nAda,25:10\n", 'the heading "tme" is unknown; did you mean time?'),
        ("name,time,zeit\nAda,25:10,25:10\n", 'columns B "time" and C "zeit" are both read as the time; keep one'),
        ('name,time\n"Ada,25:10\n', "cannot be read"),
    ],
)
def test_a_file_that_is_no_roster_is_told_as_a_whole(tmp_path, text, what):
    with pytest.raises(ContentError, match=re.escape(what)):
        read(tmp_path, text)


@pytest.mark.parametrize("name", ["athletes.pdf", "athletes.ods", "athletes.xls", "athletes"])
def test_another_kind_of_file_is_refused_with_the_kinds_that_are_read(tmp_path, name):
    with pytest.raises(ContentError, match=r"a roster is .* save it as \.xlsx, or as CSV UTF-8"):
        read(tmp_path, "name\nAda\n", name=name)


def test_rows_and_cells_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    with pytest.raises(ContentError, match="the roster has more than 2 rows"):
        read(tmp_path, "name\nA\nB\nC\n")
    assert told(read(tmp_path, f"name,id\nA,{'x' * 201}\n")) == ["2:id: A: longer than 200 characters"]
    assert told(read(tmp_path, f"name,group\nA,{'x' * 61}\n")) == ["2:group: A: longer than 60 characters"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("First name,Surname\nZoë,O'Brien\nAda,\n", ["Zoë O'Brien", "Ada"]),
        ("Nom,Prénom\nDubois,Dora\n", ["Dora Dubois"]),
        ("Nombre,Apellidos\nAna,García\nAna,López Ruiz\n", ["Ana García", "Ana López Ruiz"]),
        ("Naam,Achternaam\nJan,de Vries\nJan de Vries,de Vries\n", ["Jan de Vries", "Jan de Vries"]),
        ("Cognome,Nome\nRossi,Anna\n", ["Anna Rossi"]),
        ("Name,First name,Last name\nBold A.,Ann,Bold\nAbel Al,Al,Abel\n", ["Ann Bold", "Abel Al"]),
        ("Nachname;Vorname\nBerg;Bo\n", ["Bo Berg"]),
        ("Nom,Prénom\nMartin,Martin\nAlbert,Al\n", ["Martin Martin", "Al Albert"]),
        ("First name,Last name,Name\nZoë,O'Brien,Zoë O'Brien\nZoë,O'Brien,\n", ["Zoë O'Brien"] * 2),
        ("Name,First name\nZoë O'Brien,Zoë\n", ["Zoë O'Brien"]),
    ],
)
def test_names_in_two_columns_are_put_together(tmp_path, text, names):
    assert [athlete.profile.name for athlete in read(tmp_path, text).athletes] == names


# ---------------------------------------------------------------- a spreadsheet's own times and dates


@pytest.mark.parametrize(
    ("distance", "cell", "seconds"),
    [
        ("5 km", datetime(1900, 1, 1, 3, 30), 27 * 60 + 30),  # 27:30, which a spreadsheet takes for 27 hours
        ("5 km", time(22, 5), 22 * 60 + 5),
        ("5 km", timedelta(minutes=22, seconds=5), 22 * 60 + 5),  # 0:22:05
        ("mile", time(4, 48), 4 * 60 + 48),
        ("marathon", time(3, 30), 3.5 * 3600),
        ("half marathon", time(1, 45, 10), 6310),
        ("mile", timedelta(minutes=4, seconds=48.5), 288.5),
    ],
)
def test_a_time_cell_means_what_the_coach_typed(distance, cell, seconds):
    row = {"name": "Ada", "distance": distance, "time": cell}
    values = row_profiles._over(row_profiles.Defaults(DEFAULT, ("name", "distance", "time")), row)
    assert (
        row_profiles.check(row_profiles.Document("x", values, {}, {}), row_profiles.Profile).result.time.seconds
        == seconds
    )


def test_hidden_rows_are_read_and_told(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    for row in (["Name"], ["Zoe"], ["Ada"], ["Max"], [None], ["#"]):
        book.active.append(row)
    for number in (1, 3, 5, 6):  # one of them has an athlete
        book.active.row_dimensions[number].hidden = True
    book.save(tmp_path / "athletes.xlsx")
    found = reader.read(tmp_path / "athletes.xlsx", DEFAULT, fits, has_result=True)
    assert ([athlete.row for athlete in found.athletes], found.hidden) == ([2, 3, 4], (3,))
    assert found.notes == ()  # which say what is not read


def merged_book(path, rows, *ranges, hidden=()):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for each in ranges:
        book.active.merge_cells(each)
    for letter in hidden:
        book.active.column_dimensions[letter].hidden = True
    book.save(path)


def test_the_value_of_a_merged_range_is_that_of_each_of_its_rows(tmp_path):
    path = tmp_path / "athletes.xlsx"
    rows = [
        ["Our club", None, None, None],
        ["Group", "Name", "Time (5k)", "Race date"],
        ["A", "Ada", "25:10", date(2027, 6, 12)],
        [None, "Bo", "26:10", None],
        [None, None, None, None],
        [None, "Cy", "24:10", None],
        ["B", "Di", "23:10", None],
        [None, "Ed", "22:10", None],
    ]
    merged_book(path, rows, "A1:D1", "A3:A6", "D3:D7", "A7:A8")
    found = reader.read(path, DEFAULT, fits)
    assert [(each.row, each.group, each.profile.race.day) for each in found.athletes] == [
        *((row, "A", date(2027, 6, 12)) for row in (3, 4, 6)),
        (7, "B", date(2027, 6, 12)),
        (8, "B", None),
    ]
    assert (found.problems, found.notes) == ((), ())


def test_merged_headings_and_titles_are_of_no_row_below_them(tmp_path):
    path = tmp_path / "athletes.xlsx"
    rows = [["Name", "Group", "Time (5k)"], [None, None, "mm:ss"], ["Ada", None, "25:10"]]
    merged_book(path, rows, "A1:A2", "B1:B3")
    found = reader.read(path, DEFAULT, fits)
    assert [(each.profile.name, each.group) for each in found.athletes] == [("Ada", "")]
    assert "athletes.xlsx:2:name: the name is missing" in str(found.problems[0])


def test_merged_cells_are_bounded(tmp_path, monkeypatch):
    path = tmp_path / "athletes.xlsx"
    rows = [["Name", "Group", "Time (5k)"], *(["Ada", "A" if not n else None, "25:10"] for n in range(9))]
    merged_book(path, rows, "B2:B10")
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 34)
    with pytest.raises(ContentError, match="the roster has more than 34 cells"):
        reader.read(path, DEFAULT, fits)


def test_columns_that_the_sheet_does_not_show_are_read_and_told(tmp_path):
    path = tmp_path / "athletes.xlsx"
    rows = [["Name", "Shoe", "Zeit (5k)", "Goal"], ["Ada", "x", "25:10", "6:00"]]
    merged_book(path, rows, hidden=("B", "D"))
    found = reader.read(path, DEFAULT, fits)
    assert found.hidden_columns == ("D (Goal)",)
    assert found.athletes[0].profile.race.goal.seconds == 360


def test_of_several_tabs_a_note_names_the_one_that_it_is_about(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    book.active.title = "Spring"
    for row in (["Name", "Shoe", "Time (chip, net)"], ["Ada", "x", "25:10"]):
        book.active.append(row)
    book.create_sheet("Money").append(["paid"])
    book.save(tmp_path / "athletes.xlsx")
    found = reader.read(tmp_path / "athletes.xlsx", DEFAULT, fits, has_result=True)
    assert [note.split("athletes.xlsx")[1] for note in found.notes] == [
        ": tabs that are not read: Money",
        ', tab "Spring": columns that are not read: Shoe',
        ', tab "Spring": what is read past in the brackets of headings: "(chip, net)"',
    ]


def test_a_spreadsheet_is_read_like_a_csv(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    for row in (
        ["Name", "Distance", "Time", "Race date", "Days"],
        ["Zoë", "5 km", time(0, 22, 5), date(2027, 6, 12), 4],
        ["Ada", "mile", "4:48.5", "2027-06-19", "tue thu"],
        ["Bad", "mile", "4;48", None, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "athletes.xlsx")
    found = reader.read(tmp_path / "athletes.xlsx", DEFAULT, fits, has_result=True)
    assert [(a.row, a.profile.name, a.profile.result.time.seconds, a.profile.race.day) for a in found.athletes] == [
        (2, "Zoë", 1325, date(2027, 6, 12)),
        (3, "Ada", 288.5, date(2027, 6, 19)),
    ]
    assert "athletes.xlsx:4:time: Bad" in str(found.problems[0])


def test_a_spreadsheet_that_would_take_much_memory_is_refused(tmp_path, monkeypatch):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    book.active.append(["name"])
    book.active.append(["Ada"])
    path = tmp_path / "athletes.xlsx"
    book.save(path)
    assert [athlete.key for athlete in reader.read(path, DEFAULT, fits, has_result=True).athletes] == ["ada"]
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)  # nothing is in it
    book.save(path)
    assert [athlete.key for athlete in reader.read(path, DEFAULT, fits, has_result=True).athletes] == ["ada"]
    book.active["XFD1048576"] = "far out"
    book.save(path)
    with pytest.raises(ContentError, match=r"athletes.xlsx: the cell XFD1048576 stands far out"):
        reader.read(path, DEFAULT, fits, has_result=True)
    monkeypatch.setattr(workbook_parts, "MOST_UNPACKED", 1000)
    with pytest.raises(ContentError, match="more than 1,000 bytes unpacked"):
        reader.read(path, DEFAULT, fits, has_result=True)


# ---------------------------------------------------------------- names of files


@given(st.text(max_size=80))
def test_every_name_makes_a_safe_file_name(name):
    assert SAFE_NAME.fullmatch(file_names.slug(name))
    assert file_names.slug(name) not in RESERVED


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Zoë O'Brien", "zoe-o-brien"),
        ("Jürgen Groß", "jurgen-gross"),
        ("Łukasz Wójcik", "lukasz-wojcik"),
        ("Con", "runner-con"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_latin_name_can_be_recognised_in_its_file_name(name, slug):
    assert file_names.slug(name) == slug


def test_names_in_other_scripts_stay_apart():
    assert file_names.slug("李小龙") != file_names.slug("山田 太郎")
    assert file_names.slug("李小龙").startswith("runner-")


def test_a_group_is_never_called_a_runner():
    files = file_names.unique(["\u6771\u4eac", "\u2605", "Con", "A", "a"], unspelt="")
    assert all(re.fullmatch("[0-9a-f]{8}", file) for file in files[:2])
    assert files[2:] == ["con", "a", "a-2"]


def test_athletes_of_one_name_are_numbered_as_they_come(tmp_path):
    found = read(tmp_path, "name\nAnna\nAnna\nBea\nAnna\nAnna 2\n")
    assert [athlete.key for athlete in found.athletes] == ["anna", "anna-2", "bea", "anna-3", "anna-2-2"]


def test_an_id_keeps_athletes_of_one_name_apart_wherever_their_rows_are(tmp_path):
    rows = ["Anna Müller,17,25:10\n", "Anna Müller,4,26:10\n", "Bo Berg,8,24:10\n"]
    one, two = (read(tmp_path, f"name,bib,time\n{''.join(order)}") for order in (rows, rows[::-1]))
    keys = {athlete.key: str(athlete.profile.result.time.seconds) for athlete in one.athletes}
    assert keys == {athlete.key: str(athlete.profile.result.time.seconds) for athlete in two.athletes}
    assert set(keys) == {"anna-muller-17", "anna-muller-4", "bo-berg-8"}
    assert (one.twins, two.twins) == ((), ())


NAMES_AND_IDS = st.lists(
    st.tuples(
        st.sampled_from(["Ann Able", "Ann A", "\u674e\u5c0f\u9f99", "Maximilian Karl von und zu Hohenlohe-Langenburg"]),
        st.from_regex("[a-z]{1,2}[1-9][0-9]{0,40}|[1-9][0-9]{0,7}|[\u674e\u738b]{1,3}", fullmatch=True),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda pair: pair[1],
)


@given(NAMES_AND_IDS, st.randoms())
def test_files_of_athletes_with_an_id_are_called_the_same_wherever_their_rows_are(tmp_path_factory, pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    folder = tmp_path_factory.mktemp("ids")
    one, two = (
        read(folder, "name,id\n" + "".join(f"{name},{id_}\n" for name, id_ in order)) for order in (pairs, shuffled)
    )
    assert one.problems == one.twins == two.twins == ()
    assert {each.id: each.key for each in one.athletes} == {each.id: each.key for each in two.athletes}
    assert all(len(each.key) <= file_names.LONGEST_SLUG for each in one.athletes)


def test_a_long_name_keeps_its_id_in_the_name_of_its_files(tmp_path):
    long = "Maximiliane Friederike Charlotte von Hohenlohe-Langen"
    keys = [one.key for one in read(tmp_path, f"name,bib\n{long},5\n{long},6\n").athletes]
    assert keys == [f"maximiliane-friederike-charlotte-von-hohenlohe-{bib}" for bib in (5, 6)]


def test_athletes_of_one_name_without_an_id_are_known_by_their_rows(tmp_path):
    assert read(tmp_path, "name,time\nAda,25:10\nada,26:10\nBo,26:10\n").twins == ((2, 3),)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Una O'Dell", "Una O\u2019Dell"), ("Zoe Ray", "Zo\u00eb Ray"), ("Bo" + "x" * 50, "Bo" + "x" * 52)],
)
def test_names_that_make_one_file_name_are_noted(tmp_path, one, other):
    found = read(tmp_path, f"name\n{one}\n{other}\nCy\n")
    assert found.twins == ((2, 3),)
    assert "rows 2 and 3 have names that make one file name" in next(roster_notes.twins(found))
    assert read(tmp_path, f"name,id\n{one},1\n{other},2\nCy,\n").twins == ()


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u2018", "\u02bc", "`"])
def test_an_apostrophe_of_any_keyboard_makes_the_same_file_name(apostrophe):
    assert slug(f"Zoë O{apostrophe}Brien") == "zoe-o-brien"
    assert suggested(f"Zoë O{apostrophe}Brien") == "zoe-o-brien"


def test_an_id_is_the_same_however_a_spreadsheet_writes_it(tmp_path):
    found = read(tmp_path, "name,id\nAda,7\nBo,#7\nCy,007\nDi,7.0\nEd,70\nFay,A7\n")
    assert [athlete.profile.name for athlete in found.athletes] == ["Ed", "Fay"]
    assert told(found)[0] == '2:id: Ada: the id "7" is also in row 3 (as #7), 4 (as 007), 5'


def test_a_name_without_latin_letters_has_files_called_by_its_id(tmp_path):
    rows = ["\u674e\u5c0f\u9f99,102", "\u5c71\u7530 \u592a\u90ce,A12", "Zoe,\u674e", "\u674e,\u9f99", "Runner 102,"]
    keys = [athlete.key for athlete in read(tmp_path, "name,id\n" + "\n".join(rows)).athletes]
    assert keys[:2] == ["runner-102", "runner-a12"]
    assert re.fullmatch("zoe-[0-9a-f]{8}", keys[2])
    assert re.fullmatch("runner-[0-9a-f]{8}", keys[3])
    assert keys[4] == "runner-102-2"


@pytest.mark.parametrize("cell", ["A", "Group A", "GROUP: A", "Gruppe A", "groupe-A"])
def test_a_groups_name_goes_without_the_word_for_it(tmp_path, cell):
    assert read(tmp_path, f"name,group\nAda,{cell}\n").athletes[0].group == "A"


@pytest.mark.parametrize("cell", ["Group", "Groupies", "Team A"])
def test_a_group_that_is_called_so_stays(tmp_path, cell):
    assert read(tmp_path, f"name,group\nAda,{cell}\n").athletes[0].group == cell


def test_a_problem_has_the_heading_that_the_sheet_has(tmp_path):
    found = read(tmp_path, "Name,Strecke,Bestzeit (mm:ss),LEVEL\nAda,5 kk,27;30,begginer\nBo,,25:10,\n")
    assert [line.split(": ")[0] for line in told(found)] == ["2:Bestzeit", "2:Strecke", "2:level", "3:Strecke"]


def write_xlsx(path, rows):
    openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheet of this test")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("column", ["race date", "result date"])
def test_what_is_told_of_a_date_of_two_days_is_safe_in_the_file_that_it_stands_in(tmp_path, column):
    """A .csv that is opened and saved as .xlsx on a computer of another country would have the wrong day for good."""
    rows = [["name", "distance", "time", column], ["Ann", "5 km", "20:50", "06/12/2026"]]
    (of_csv,) = told(read(tmp_path, "\n".join(map(",".join, rows))))
    assert of_csv.endswith("; write 2026-06-12 or 2026-12-06")
    found = reader.read(write_xlsx(tmp_path / "athletes.xlsx", rows), DEFAULT, fits)
    assert str(found.problems[0]).endswith(
        "; write 2026-06-12 or 2026-12-06, or format the cell as a date and type it again"
    )
    rows[1][3] = date(2026, 6, 12)
    assert reader.read(write_xlsx(tmp_path / "athletes.xlsx", rows), DEFAULT, fits).problems == ()


def test_a_races_name_among_dates_is_told_with_the_column_it_belongs_in(tmp_path):
    (problem,) = told(read(tmp_path, "name,race\nAda,Town Mile\n"))
    assert '"Town Mile" is not a date' in problem
    assert problem.endswith("; the name of a race stands in a column race name")
    assert not told(read(tmp_path, "name,race name\nAda,Town Mile\n"))
    (problem,) = told(read(tmp_path, "name,race,race name\nAda,soon,Town Mile\n"))
    assert "stands in a column" not in problem


@pytest.mark.parametrize(
    ("heading", "cell", "seconds"),
    [
        ("1 mile time (seconds)", "350", 350),
        ("1 mile time (seconds)", "352.4", 352.4),
        ("1 mile time (seconds)", "5:50", 350),
        ("Mile time in seconds", "350", 350),
        ("Time (mile) (s)", "350", 350),
        ("Time (mile, sec.)", "350", 350),
        ("Zeit (Meile) (Sekunden)", "350", 350),
        ("Mile PB (min)", "6", 360),
        ("Mile PB (minutes)", "5.8333", 349.998),
        ("Mile PB (min)", "5.75", 345),
        ("Mile PB (min)", "5:50", 350),
        ("Marathon time (hours)", "4", 4 * 3600),
    ],
)
def test_numbers_of_times_have_the_unit_that_their_heading_says(tmp_path, heading, cell, seconds):
    (ann,) = read_alone(tmp_path, f'Name,"{heading}"\nAnn,{cell}\n').athletes
    assert ann.profile.result.time.seconds == pytest.approx(seconds)


def test_a_goal_has_the_unit_of_its_heading_too(tmp_path):
    (ann,) = read_alone(tmp_path, "Name,Mile time,Goal (seconds)\nAnn,6:00,350\n").athletes
    assert ann.profile.race.goal.seconds == 350


@pytest.mark.parametrize("cell", ["5.50", "5.5", "5,5"])
def test_minutes_that_may_be_parts_of_one_or_seconds_are_told_whatever_a_spreadsheet_leaves_of_them(tmp_path, cell):
    (problem,) = told(read_alone(tmp_path, f'Name,Mile time (min)\nAnn,"{cell}"\n'))
    assert problem.endswith("may be 5:30 or 5:50; write one of them")


# ---------------------------------------------------------------- titles and names


@pytest.mark.parametrize("head", ["Name,Time (5k),Level", "Name,Distance,Time", "First name,Last name,Time (5k)"])
def test_a_row_with_a_name_only_is_told_as_an_athlete_without_a_time_or_a_title(tmp_path, head):
    cells = "Ada,Bold,25:10" if "First" in head else "Ada,5 km,25:10" if "Distance" in head else "Ada,25:10,beginner"
    found = read_alone(tmp_path, f"{head}\nBOYS,,\n{cells}\n")
    (problem,) = told(found)
    assert "BOYS: the row has nothing but this: an athlete without a time, or the title of a section" in problem
    hint = problem.partition("; ")[2]
    assert hint.endswith("or, of a title, # BOYS")
    mended = read_alone(tmp_path, f"{head}\n# BOYS,,\n{cells}\n")
    assert (len(mended.athletes), mended.problems) == (1, ())


def test_a_title_that_stands_in_another_column_is_told_with_what_to_write(tmp_path):
    (problem,) = told(read_alone(tmp_path, "Level,Name,Time (5k)\nGirls,,\nbeginner,Ada,25:10\n"))
    assert problem == "2:name: the name is missing; if it is a title or a remark, write # Girls"


@pytest.mark.parametrize("lacking", ["name", "distance", "time", "level", "group"])
def test_a_row_with_little_in_it_is_told_whatever_else_is_wrong_in_it(tmp_path, lacking):
    columns = {"name": "Ada", "distance": "5 km", "time": "25:10", "level": "begginer", "group": "A"}
    for other in columns:
        cells = ["" if column in (lacking, other) else cell for column, cell in columns.items()]
        found = read_alone(tmp_path, f"{','.join(columns)}\n{','.join(cells)}\n")
        assert len(found.problems) + len(found.athletes) > 0


def test_a_title_that_is_read_as_an_athletes_name_is_noted(tmp_path):
    """Where a result is given for everybody, a name alone may be an athlete."""
    found = read(tmp_path, "name,level\nBOYS,\nAda,beginner\n")
    assert found.notes[0].endswith(
        "row 2 with a name only, read as that of an athlete; the title of a section begins with #"
    )
    assert read(tmp_path, "name,level\nBo,\nAda,\n").notes == ()


def test_a_name_that_is_another_than_the_first_and_the_last_name_is_told(tmp_path):
    found = read(tmp_path, 'First name,Last name,Name\nAl,Oak,Town Mile\nAl,Oak,"Oak, Alan"\nBo,Elm,\n')
    assert [athlete.row for athlete in found.athletes] == [3, 4]
    assert told(found) == [
        '2:name: the name "Town Mile" is another than "Al Oak"; rename or delete the column that is no name'
    ]


@given(st.lists(st.sampled_from(["Ann", "Bo", "Cy", "Day", "Eve"]), min_size=3, max_size=3), st.sets(st.integers(0, 2)))
def test_no_part_of_a_name_is_lost_whichever_columns_have_it(parts, filled):
    row = {column: parts[n] for n, column in enumerate(("name", "first name", "last name")) if n in filled}
    if len(row) == 3 and not {row["name"]} & {row["first name"], row["last name"]}:
        return  # told as two names
    assert {*row.values()} == {*name_of(row).split()}


# ---------------------------------------------------------------- what would be read as its opposite


@pytest.mark.parametrize(
    "column", ["Time", "5k", "5k PB", "Trial", "Days", "Weeks", "Race date", "Distance", "Result date"]
)
@pytest.mark.parametrize(
    "aside",
    [
        *("goal", "target 2027", "predicted", "walk", "pace/km", "per mile", "relay split", "not available", "off"),
        *("unavailable", "nicht m\u00f6glich", "attended", "postponed", "geplant"),
    ],
)
def test_a_heading_that_says_in_brackets_that_it_is_of_something_else_is_refused(tmp_path, column, aside):
    with pytest.raises(ContentError) as error:
        read(tmp_path, f"name,{column} ({aside})\nAda,27:30\n")
    assert "would be read as the" in str(error.value)
    assert "delete what is in brackets" in str(error.value)


def test_a_trial_over_another_distance_is_refused(tmp_path):
    for distance in ("1k", "800m", "1500 m", "1600"):
        with pytest.raises(ContentError, match="the trial is a mile, and the heading"):
            read(tmp_path, f"name,5k,Trial ({distance})\nAda,27:30,3:50\n")
    (ada,) = read(tmp_path, "name,5k,Trial (mile)\nAda,27:30,8:01\n").athletes
    assert ada.profile.trial.seconds == 481


@pytest.mark.parametrize("cell", ["2027-05-29", "29 May 2027", "5/29/27", "5/29/2027", "29.5.2027"])
def test_a_column_of_days_to_come_is_not_read_past_where_the_race_would_be_anothers(tmp_path, cell):
    sheet = f"name,5k,League Finals\nAda,27:30,{cell}\nBo,24:10,{cell}\n"
    with pytest.raises(ContentError, match="has days to come and is not read"):
        read(tmp_path, sheet, today=date(2026, 11, 24))
    assert len(read(tmp_path, sheet).athletes) == 2  # a race is given for everybody
    for others in (
        sheet.replace(cell, "1999-03-04"),
        sheet.replace("name,5k", "race date,name,5k").replace("\n", "\n2027-06-12,", 2),
    ):
        assert len(read(tmp_path, others, today=date(2026, 11, 24)).athletes) == 2


@pytest.mark.parametrize("cell", ["TBD", "tba", "t.b.c.", "none yet", "not yet", "noch offen"])
def test_what_is_not_known_yet_is_no_name_no_day_and_no_goal(tmp_path, cell):
    (ada,) = read(tmp_path, f"name,5k,race name,race date,goal\nAda,27:30,{cell},{cell},{cell}\n").athletes
    assert ada.profile.race.name != cell
    assert (ada.profile.race.day, ada.profile.race.goal) == (None, None)


@pytest.mark.parametrize("cell", ["tarmac", "Asphalt", "trail", "Stra\u00dfe", "street"])
def test_a_surface_that_is_no_track_is_the_road(tmp_path, cell):
    (ada,) = read(tmp_path, f"name,5k,surface\nAda,27:30,{cell}\n").athletes
    assert (ada.profile.race.surface, ada.profile.race.track) == ("road", None)


def test_a_goal_beside_a_result_of_another_race_than_the_one_to_come_says_of_which_it_is(tmp_path):
    found = read(tmp_path, "name,event,PR,goal\nAda,1600,5:48,5:40\nBo,5k,21:00,6:05\nCy,mile,5:48,5:40\n")
    assert told(found) == [
        "2:goal: Ada: the goal may be one for the 1600 m that was run, or for the mile to come; "
        "say which in a column race distance, or in the heading, as in Goal (1600 m)"
    ]
    (ada,) = read(tmp_path, "name,event,PR,Goal (1600 m)\nAda,1600,5:48,5:40\n").athletes
    assert (ada.profile.race.distance, ada.profile.race.goal.seconds) == ("1600 m", 340)
    (ada,) = read(tmp_path, "name,event,PR,goal,race distance\nAda,1600,5:48,5:40,mile\n").athletes
    assert (ada.profile.race.distance, ada.profile.race.goal.seconds) == ("mile", 340)


def test_a_goal_says_of_which_race_it_is_in_every_row(tmp_path):
    head = "name,distance,time,race date,race distance,goal\n"
    found = read(tmp_path, f"{head}Ada,1500 m,5:40,2027-06-12,,5:30\nBo,1500 m,5:40,2027-06-12,1500 m,5:30\n")
    assert [one.profile.name for one in found.athletes] == ["Bo"]
    assert told(found) == [
        "2:goal: Ada: the goal may be one for the 1500 m that was run, or for the mile to come; "
        "write which into the race distance, 1500 m or mile"
    ]
    for race in ("1500 m", "mile"):
        (ada,) = read(tmp_path, f"{head}Ada,1500 m,5:40,2027-06-12,{race},5:40\n").athletes
        assert (ada.profile.race.distance, ada.profile.race.goal.seconds) == (race, 340)


DAYS_AND_TIMES = [
    *("2027-07-03", "3.7.2027", "3.7.", "12/06", "Sat 12 June", "Sa, 12.06.2027", "12 juin 2027", "June 12"),
    *("10:00", "9.30 Uhr", "10:15 a.m.", "18h30", "5:55", "2027-07-03 10:00"),
]


@pytest.mark.parametrize("cell", DAYS_AND_TIMES)
@pytest.mark.parametrize("head", ["race name", "Wettkampf"])
def test_a_day_or_a_time_is_no_name_of_a_race(tmp_path, head, cell):
    found = read(tmp_path, f'name,race date,{head}\nAda,2027-06-12,"{cell}"\n')
    assert [one.split(";")[0] for one in told(found)] == [
        f'2:{head}: Ada: the name of the race is a day or a time ("{cell}")'
    ]


@pytest.mark.parametrize(
    "cell",
    [
        *("Town mile", "Mile 2027", "4th of July Mile", "May Mile", "1500", "5 mi", "10k", "Night of the 10,000 m"),
        *("Mile", "24 hours", "Mile 12.6.", "Race 1", "\u00bd", "\u590f 2027", "March", "Sunday"),
    ],
)
def test_a_name_of_a_race_may_have_figures_and_days(tmp_path, cell):
    (ada,) = read(tmp_path, f'name,race date,race name\nAda,2027-06-12,"{cell}"\n').athletes
    assert ada.profile.race.name == cell


def test_a_race_whose_name_says_road_is_told_where_it_is_on_a_track(tmp_path):
    found = read(tmp_path, "name,5k,race name,race date\nAda,27:30,Town Mile (road),2027-06-12\n")
    assert [*roster_notes.on_the_road(found)] == [
        "1 athlete with a race whose name says road, and which is on a track: row 2; "
        "write road as the surface if it is so"
    ]
