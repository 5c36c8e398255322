"""A spreadsheet as people have it: every cell is what the sheet shows, or told with its row, column and name."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebook.content.loader import load
from milebook.core.errors import ContentError, QuantityError
from milebook.roster import file_names, reader, roster_notes
from milebook.roster.sheet.cell_values import (
    find_faults,
    read_days,
    read_distance,
    read_number,
    read_time,
    read_weekday,
)
from milebook.running.dates import WEEKDAYS

openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheets of these tests")
DEFAULT = load().profiles["beginner"]
HEADS = ["Name", "Group", "Distance", "Time", "Race date", "ID"]
ADA = ["Ada Ahn", "A", "5 km", "25:10", date(2027, 6, 12), 7]


def fits(profile):
    """Nothing is planned here."""


def read_csv(tmp_path, text, sheet=""):
    path = tmp_path / "club.csv"
    path.write_text(text, "utf-8")
    return reader.read(path, DEFAULT, fits, sheet, has_result=True)


def read_xlsx(tmp_path, *rows, formats=(), sheet="", **tabs):
    """A workbook of these rows, or of several tabs; a name that ends with `_hidden` makes a hidden one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in (tabs or {"Club": rows}).items():
        tab = book.create_sheet(name.removesuffix("_hidden").replace("_", " "))
        tab.sheet_state = "hidden" if name.endswith("_hidden") else "visible"
        for row in cells:
            tab.append(row)
        for place, code in formats:
            tab[place].number_format = code
    book.save(tmp_path / "club.xlsx")
    return reader.read(tmp_path / "club.xlsx", DEFAULT, fits, sheet, has_result=True)


def told(found):
    return [str(problem).split(":", 1)[1] for problem in ContentError(found.problems).problems]


def result_of(found):
    (athlete,) = found.athletes
    return athlete.profile.result


# ---------------------------------------------------------------- errors and formulas


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_in_any_column_is_told_and_nobody_elses_value_is_taken(tmp_path, error):
    rows = [["Bob Bold", *ADA[1:5], 8 + place] for place in range(1, 6)]
    for place, row in enumerate(rows, start=1):
        row[place] = error
    found = read_xlsx(tmp_path, HEADS, ADA, *rows)
    assert [athlete.profile.name for athlete in found.athletes] == ["Ada Ahn"]
    for number, heading in enumerate(HEADS[1:], start=3):
        assert any(
            one.startswith(f"{number}:{heading.lower()}: ") and f": the cell holds an error ({error}); mend its" in one
            for one in told(found)
        )


@pytest.mark.parametrize(
    "error", ["#N/A", "#NV", "#BEZUG!", "#NOM?", "#¡REF!", "#¿NOMBRE?", "#ERROR!", "Err:502", "####"]
)
def test_an_error_in_a_csv_is_told_in_every_language_of_spreadsheets(tmp_path, error):
    found = read_csv(tmp_path, f"name,time,distance\nAda,{error},5 km\n{error},25:10,5 km\n")
    assert [problem.split(";")[0] for problem in told(found)] == [
        f"2:time: Ada: the cell holds an error ({error})",
        f"3:name: {error}: the cell holds an error ({error})",
    ]


def test_a_row_that_is_nothing_but_an_error_is_no_remark(tmp_path):
    assert len(read_csv(tmp_path, "name,time\n#N/A,\nAda,25:10\n").left_out) == 1


def test_a_formula_that_was_never_worked_out_is_told(tmp_path):
    found = read_xlsx(tmp_path, HEADS, ["Bob", "A", "5 km", "=VLOOKUP(A2,Times!A:B,2)", None, 1])
    assert told(found) == [
        "2:time: Bob: the value of the formula =VLOOKUP(A2,Times!A:B,2) is not in the file; "
        "save the file in the spreadsheet program once"
    ]


TEXTS = ["Name", "First name", "Last name", "Group", "ID", "Race name"]


def cells_of(column, cell):
    """Headings and a row of an athlete whose cell in this column is another."""
    row = {"Name": "Ada Ahn", "Time": "25:10", "Distance": "5 km"}
    if column in ("First name", "Last name"):
        del row["Name"]
        row |= {"First name": "Ada", "Last name": "Ahn"}
    row[column] = cell
    return list(row), list(row.values())


@pytest.mark.parametrize("column", [*TEXTS, "Time", "Days", "Level"])
@pytest.mark.parametrize("formula", ['=A2&" "&B2', '=PROPER("al oak")', "=B2", "=Sheet2!A2", '="007"'])
def test_a_formula_without_its_value_is_told_in_every_column_and_kind_of_file(tmp_path, column, formula):
    heads, row = cells_of(column, formula)
    path = tmp_path / "club.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([heads, row])
    for found in (reader.read(path, DEFAULT, fits, has_result=True), read_xlsx(tmp_path, heads, row)):
        assert found.athletes == ()
        (one,) = told(found)
        assert one.startswith(f"2:{column.lower()}: ")
        assert "formula" in one


def test_a_name_that_only_begins_with_the_sign_of_a_formula_is_one(tmp_path):
    assert read_csv(tmp_path, "name\n=Sam Formula\n").athletes[0].profile.name == "=Sam Formula"


@pytest.mark.parametrize("column", [*TEXTS, "Time", "Days", "Level", "Race date", "Goal"])
@pytest.mark.parametrize("mark", ['"', "''", "\u2033", "\u3003", "ditto", "Same", "same as above", "wie oben", "idem"])
def test_a_ditto_mark_is_told_and_never_taken_for_a_value(tmp_path, column, mark):
    found = read_xlsx(tmp_path, *cells_of(column, mark))
    assert found.athletes == ()
    (one,) = told(found)
    assert f"the cell says only that it is as the one above ({mark}); write it out in every row" in one


@pytest.mark.parametrize("dash", ["-", "\u2013", "\u2014", "--", "n/a", "N/A"])
def test_a_dash_is_none_where_there_may_be_none(tmp_path, dash):
    heads = ["Name", "Last name", "First name", "Group", "ID", "Goal", "Race date", "Race name", "Long run"]
    (athlete,) = read_xlsx(tmp_path, heads, [dash, "Ahn", "Ada", *[dash] * 6]).athletes
    profile = athlete.profile
    assert (profile.name, athlete.group, athlete.id) == ("Ada Ahn", "", "")
    assert (profile.race.goal, profile.race.day, profile.long_run) == (None, None, None)
    assert dash not in profile.race.name


@pytest.mark.parametrize("column", ["Name", "Time", "Distance", "Level", "Days", "Units", "Plan"])
def test_a_dash_is_told_where_there_must_be_something(tmp_path, column):
    found = (
        reader.read(tmp_path / "club.xlsx", DEFAULT, planned) if read_xlsx(tmp_path, *cells_of(column, "-")) else None
    )
    assert found.athletes == ()
    assert told(found)[0].startswith(f"2:{column.lower()}: ")


def planned(profile):
    """As a build does: a plan must be one of ours."""
    if profile.plan != "mile":
        raise QuantityError(f'plan "{profile.plan}" is unknown')


@pytest.mark.parametrize("column", TEXTS)
@pytest.mark.parametrize("cell", ["?", "...", "*", "()"])
def test_signs_alone_are_no_name_and_no_group(tmp_path, column, cell):
    assert "the cell has no letter and no figure" in told(read_xlsx(tmp_path, *cells_of(column, cell)))[0]


@pytest.mark.parametrize(
    "name",
    [
        "Average",
        "Team total",
        "Mean",
        "Best",
        "Count",
        "Moyenne",
        "Durchschnitt",
        "Summe",
        "AVG:",
        "Total 12",
        "\u00d8",
    ],
)
def test_a_sum_below_a_table_is_noted_and_is_no_athlete(tmp_path, name):
    found = read_csv(tmp_path, f"name,group,time,distance\nAda,A,25:10,5 km\n{name},,25:10,5 km\n,{name},25:10,\n")
    assert ([athlete.row for athlete in found.athletes], found.problems) == ([2], ())
    assert [note.split("club.csv: ")[1].partition(":")[0] for note in found.notes] == [
        "row 3 is not read",
        "row 4 is not read",
    ]
    assert f'"{name}" looks like a sum of other rows' in found.notes[0]


@pytest.mark.parametrize("name", ["Ann Best", "Max", "Min", "Count Basie", "Totalis Ann", "Best, Ann", "Do", "Na Li"])
def test_an_athlete_whose_name_has_a_word_for_a_sum_or_for_none_is_read(tmp_path, name):
    found = read_csv(tmp_path, f'name\n"{name}"\n')
    assert ([athlete.profile.name for athlete in found.athletes], found.notes) == ([name], ())


# ---------------------------------------------------------------- what the sheet shows


def test_numbers_and_truths_are_texts_as_the_sheet_shows_them(tmp_path):
    formats = [("B2", "General"), ("F2", "0000")]
    found = read_xlsx(tmp_path, HEADS, [123, 1, 5000, "25:10", None, 12], [True, True, 5000, "25:10"], formats=formats)
    assert [(athlete.profile.name, athlete.group, athlete.key) for athlete in found.athletes] == [
        ("123", "1", file_names.slug("123 0012")),
        ("TRUE", "TRUE", "true"),
    ]


@pytest.mark.parametrize(
    ("cell", "code", "distance", "seconds"),
    [
        (time(0, 20, 50), "h:mm:ss", "5 km", 1250),
        (time(0, 20, 50), "mm:ss", "5 km", 1250),
        (timedelta(minutes=20, seconds=50), "[h]:mm:ss", "5 km", 1250),
        (timedelta(minutes=20, seconds=50), "[mm]:ss", "5 km", 1250),
        (time(20, 50), "h:mm", "5 km", 1250),
        (time(5, 58), "h:mm AM/PM", "mile", 358),
        (timedelta(hours=27, minutes=30), "[h]:mm:ss", "5 km", 1650),
        (1.0, "h:mm", "5 km", 1440),
        (datetime(1900, 1, 1, 3, 30), "h:mm", "5 km", 1650),
        (time(1, 45), "h:mm", "half", 6300),
        (time(0, 4, 8, 320_000), "mm:ss.00", "mile", 248.32),
        (20, "0.00", "5 km", 1200),
        (58.4, "General", "400 m", 58.4),
    ],
)
def test_a_time_cell_is_read_by_what_it_shows(tmp_path, cell, code, distance, seconds):
    found = read_xlsx(tmp_path, HEADS, ["Ada", "A", distance, cell], formats=[("D2", code)])
    assert result_of(found).time.seconds == seconds


@pytest.mark.parametrize(
    ("cell", "code", "told_"),
    [
        (20.25, "General", '"20.25" may be 20:25 or 20:15; write one of them'),
        (20.25, "0.00", '"20.25" may be 20:25 or 20:15'),
        ("20,25", "@", '"20,25" may be 20:25 or 20:15'),
        (20.5, "0.00", '"20.50" may be 20:50 or 20:30'),
        (20.5, "General", '"20.5" may be 20:30 or 20:50'),
        (20.83, "0.00", '"20.83" is not clear; write 20:49.8'),
    ],
)
def test_minutes_with_a_point_are_told_with_both_times_they_may_be(tmp_path, cell, code, told_):
    found = read_xlsx(tmp_path, HEADS, ["Ada", "A", "5 km", cell], formats=[("D2", code)])
    assert found.athletes == ()
    assert told_ in told(found)[0]


@pytest.mark.parametrize(
    ("written", "distance", "seconds"),
    [
        ("27:30:00", "5 km", 1650),
        ("05:58:00", "mile", 358),
        ("12:20:50 AM", "5 km", 1250),
        ("1:45", "half marathon", 6300),
        ('"20:50,00"', "5 km", 1250),
        ("20.00", "5000", 1200),
        ("1h 2m 3s", '"10,0 km"', 3723),
    ],
)
def test_a_time_in_a_csv_is_read_by_the_same_rule(tmp_path, written, distance, seconds):
    assert result_of(read_csv(tmp_path, f"name,distance,time\nAda,{distance},{written}\n")).time.seconds == seconds


@pytest.mark.parametrize(
    ("cell", "code", "told_"),
    [
        (time(20, 50), "mm:ss", "shows 50:00 but holds 20 hours 50 minutes; write 0:20:50 if that is meant, or give"),
        (time(1, 2, 30), "mm:ss.0", "shows 02:30 but holds 1 hour 2 minutes 30 seconds; give the column the format"),
        (timedelta(hours=25, minutes=10), "mm:ss", "shows 10:00 but holds 25 hours 10 minutes; write 0:25:10 if"),
        (time(0, 20, 50), "h:mm", "shows 0:20 but holds 20 minutes 50 seconds; give the column the format [h]:mm:ss"),
    ],
)
def test_a_time_that_shows_less_than_it_holds_is_told_with_both(tmp_path, cell, code, told_):
    found = read_xlsx(tmp_path, HEADS, ["Ada", "A", "5 km", cell], formats=[("D2", code)])
    assert told(found)[0].startswith(f"2:time: Ada: the cell {told_}")


@pytest.mark.parametrize(("cell", "code"), [(time(0, 5, 52, 400_000), "mm:ss"), (time(0, 20, 50), "h:mm")])
def test_the_format_that_is_advised_for_a_time_makes_it_readable(tmp_path, cell, code):
    row = ["Ada", "A", "mile" if cell.minute == 5 else "5 km", cell]
    first = read_xlsx(tmp_path, HEADS, row, formats=[("D2", code)])
    assert all("the format [h]:mm:ss" in one for one in told(first))
    assert result_of(read_xlsx(tmp_path, HEADS, row, formats=[("D2", "[h]:mm:ss")])).time.seconds in (352.4, 1250)


@pytest.mark.parametrize(
    ("column", "cell", "code", "told_"),
    [
        ("D", 20.5, "0", "time: Ada: the cell shows 21 but holds 20.5; write minutes and seconds with a colon"),
        ("D", 20.8333, "0.00", "time: Ada: the cell shows 20.83 but holds 20.8333; write minutes and seconds"),
        (
            "C",
            3.10686,
            '0.0" mi"',
            "distance: Ada: the cell shows 3.1 mi but holds 3.10686; write the one that is meant",
        ),
        ("D", 1249.6, "0", "time: Ada: the cell shows 1250 but holds 1249.6"),
    ],
)
def test_a_number_of_which_the_sheet_shows_a_part_is_told_with_both(tmp_path, column, cell, code, told_):
    row = ["Ada", "A", "5 km", "20:50"]
    row["ABCD".index(column)] = cell
    assert told_ in told(read_xlsx(tmp_path, HEADS, row, formats=[(f"{column}2", code)]))[0]


def test_a_number_whose_unit_stands_in_the_heading_is_told_the_same_way(tmp_path):
    found = read_xlsx(tmp_path, ["Name", "Distance (km)", "Time"], ["Ada", 21.0975, "1:45:00"], formats=[("B2", "0")])
    assert "the cell shows 21 but holds 21.0975; write the one that is meant" in told(found)[0]


def test_a_number_off_by_what_sums_are_off_is_what_the_sheet_shows(tmp_path):
    row = ["Ada", "A", 4999.9999999999, "20:50", None, 7.4]
    found = read_xlsx(tmp_path, HEADS, row, formats=[("C2", "0"), ("F2", "0")])
    assert (result_of(found).distance.metres, found.athletes[0].id) == (5000, "7")


def test_what_a_cell_was_turned_into_is_told_and_not_printed(tmp_path):
    found = read_xlsx(tmp_path, HEADS, ["Ada", date(2026, 2, 1), date(2026, 10, 5), date(2026, 5, 20), time(6), 1])
    assert [problem.split(" (")[0] for problem in told(found)] == [
        "2:distance: Ada: the cell holds a date",
        "2:group: Ada: the cell holds a date",
        "2:race date: Ada: the cell holds a time",
        "2:time: Ada: the cell holds a date",
    ]


@pytest.mark.parametrize(("cell", "number"), [(8, 8), ("8", 8), (" 8 ", 8), ("eight", "eight"), (7.5, "7.5")])
def test_a_whole_number_is_one_in_every_kind_of_file(cell, number):
    assert read_number(cell) == number


def test_a_time_is_handed_on_as_the_sheet_has_it():
    assert [read_time(cell) for cell in (time(0, 4, 8, 320_000), timedelta(hours=27, minutes=30), "x", 20.5)] == [
        "0:04:08.32",
        "27:30:00",
        "x",
        "20.5",
    ]


# ---------------------------------------------------------------- remarks, bib numbers, ids


def test_bib_numbers_are_rows_and_a_remark_is_alone_in_its_line(tmp_path):
    found = read_csv(tmp_path, "# our club\n#,name,time\n#12,Ada,25:10\n# injured\n#13,Bo,26:10\n")
    assert [(athlete.row, athlete.key) for athlete in found.athletes] == [(3, "ada-12"), (5, "bo-13")]


@pytest.mark.parametrize("row", ["#14 Cy", "#14 Cy,", "#14,", "#14,,", "#014 Cy \U0001f600"])
def test_a_row_that_begins_with_a_start_number_is_never_read_past(tmp_path, row):
    found = read_csv(tmp_path, f"Name,Time\nAda,25:10\n{row}\n")
    assert [*(one.row for one in found.athletes), *found.left_out] == [2, 3]
    alone = read_csv(tmp_path, "Runner\n#12 Ann Able\n#13 Bob Bold\nCy Cole\n")
    assert [one.profile.name for one in alone.athletes] == ["#12 Ann Able", "#13 Bob Bold", "Cy Cole"]


_BEGINS = st.sampled_from(["", "#", "# ", "##", "#-", "#1", "#12 ", "# 7", "-", "=", "Total", "Ann", "#N/A", "#REF!"])


@given(st.lists(st.tuples(_BEGINS, st.text("ab #1.-", max_size=4), st.sampled_from(["", "25:10"])), max_size=8))
def test_every_row_is_an_athlete_a_mistake_or_named_as_not_read(tmp_path_factory, rows):
    cells = [(f"{begin}{rest}".strip(), time) for begin, rest, time in rows]
    path = tmp_path_factory.mktemp("rows") / "club.csv"
    path.write_text("".join(f"{name},{time}\n" for name, time in [("Name", "Time"), ("Zoe", "25:10"), *cells]), "utf-8")
    found = reader.read(path, DEFAULT, fits, has_result=True)
    known = {*(one.row for one in found.athletes), *found.left_out, *found.remarks}
    known |= {int(row) for note in found.notes for row in re.findall(r"row ([0-9]+) is not read", note)}
    assert {row for row, cell in enumerate(cells, start=3) if any(cell)} <= known


def test_remarks_are_counted_at_the_end(tmp_path):
    found = read_csv(tmp_path, "Name,Time\nAda,25:10\n# injured\n# Bo,\nCy,26:10\n")
    assert found.remarks == (3, 4)
    assert list(roster_notes.remarks(found)) == [
        "2 remarks were read past, as a line that begins with # is no athlete: rows 3 and 4"
    ]
    assert not list(roster_notes.remarks(read_csv(tmp_path, "Name,Time\nAda,25:10\n")))


def test_a_remark_with_a_comma_is_told_and_is_no_athlete(tmp_path):
    found = read_csv(tmp_path, 'name,time\n"Ada",25:10\n# injured, back in May\n')
    assert len(found.athletes) == 1
    assert (
        '3:name: # injured: the cell begins with # ("# injured"); a remark stands in a row of its own' in told(found)[0]
    )


def test_an_id_in_two_rows_is_told_in_both(tmp_path):
    found = read_csv(tmp_path, "name,id\nAda,7\nBo,8\nCy,7\n")
    assert [athlete.profile.name for athlete in found.athletes] == ["Bo"]
    assert told(found) == ['2:id: Ada: the id "7" is also in row 4', '4:id: Cy: the id "7" is also in row 2']


# ---------------------------------------------------------------- weekdays


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("Di Do So", "tue thu sun"),
        ("Di, Do, So", "tue thu sun"),
        ("Dienstag und Donnerstag", "tue thu"),
        ("mar jeu dim", "tue thu sun"),
        ("mardi, jeudi et dimanche", "tue thu sun"),
        ("mar. jue. dom.", "tue thu sun"),
        ("martes y sábado", "tue sat"),
        ("martedì giovedì", "tue thu"),
        ("di do zo", "tue thu sun"),
        ("dinsdag", "tue"),
        ("Tues/Thurs/Sun", "tue thu sun"),
        ("Mo We Fr", "mon wed fri"),
        ("Di u. Do u. So", "tue thu sun"),
        ("dienstags donnerstags", "tue thu"),
        ("Tuesdays & Saturdays", "tue sat"),
    ],
)
def test_weekdays_are_read_in_every_language_of_the_headings(cell, days):
    assert read_days(cell) == days.split()


@pytest.mark.parametrize("cell", ["do", "di", "ma do", "tue jeu", "tue-thu", "noday", "T", "T S"])
def test_weekdays_of_two_meanings_or_none_are_told(tmp_path, cell):
    found = read_csv(tmp_path, f'name,days\nAda,"{cell}"\n')
    assert found.athletes == ()
    assert "weekday" in told(found)[0]


@pytest.mark.parametrize(("cell", "number"), [(4, 4), ("4", 4), ("4 days", 4), ("4x", 4), ("4 Tage", 4)])
def test_days_may_be_a_number(cell, number):
    assert read_days(cell) == number


@pytest.mark.parametrize(
    ("cell", "told_"),
    [
        ("Di, Vereinsabend", 'weekday "Vereinsabend" is unknown'),
        ("tue Thrsday", 'weekday "Thrsday" is unknown; did you mean thu?'),
        ("do", 'the weekdays "do" may be sun or thu; write one of them'),
        ("ma, do", 'the weekdays "ma, do" may be mon thu or tue sun; write one of them'),
        ("weekdays", '"weekdays" names no weekday; write the days, as in tue thu sun'),
        ("day", '"day" names no weekday'),
    ],
)
def test_only_what_is_not_understood_of_a_cell_of_days_is_told(tmp_path, cell, told_):
    (one,) = told(read_csv(tmp_path, f'name,days\nAda,"{cell}"\n'))
    assert told_ in one


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("Anf\u00e4nger", "beginner"),
        ("INTERM\u00c9DIAIRE", "intermediate"),
        ("avanzado", "advanced"),
        ("Advanced", "advanced"),
        ("Adv.", "advanced"),
        ("int", "intermediate"),
        ("Novice", "beginner"),
    ],
)
def test_a_level_is_read_in_the_languages_of_the_headings(tmp_path, cell, level):
    assert read_csv(tmp_path, f"name,level\nAda,{cell}\n").athletes[0].profile.level == level


@pytest.mark.parametrize(("column", "cell"), [("level", "Fortgeschritten"), ("units", "Elle"), ("surface", "Halle")])
def test_a_word_that_is_not_known_is_told_as_it_is_written(tmp_path, column, cell):
    assert f'is "{cell}"; ' in told(read_csv(tmp_path, f"name,{column}\nAda,{cell}\n"))[0]


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("metrisch", "metric"),
        ("m\u00e9trique", "metric"),
        ("KM", "metric"),
        ("kilometers", "metric"),
        ("mi", "imperial"),
        ("Miles", "imperial"),
    ],
)
def test_units_are_read_by_their_names_in_the_languages_of_the_headings(tmp_path, cell, units):
    assert read_csv(tmp_path, f"name,units\nAda,{cell}\n").athletes[0].profile.units == units


@pytest.mark.parametrize("cell", ["8.0", "8,0", "8 weeks", "8 wks", "8 Wochen", "8 semaines"])
def test_weeks_may_have_their_word_and_a_needless_point(cell):
    assert read_number(cell) == 8


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("level", "interme", "did you mean intermediate?"),
        ("level", "intermed", "did you mean intermediate?"),
        ("level", "begin", "did you mean beginner?"),
        ("level", "Advan.", "did you mean advanced?"),
        ("level", "not a beginner", "known: advanced, beginner, intermediate"),
        ("level", "non-beginner", "known: advanced, beginner, intermediate"),
        ("level", "in between", "known: advanced, beginner, intermediate"),
        ("level", "Beginner/Intermediate", "write beginner or intermediate"),
        ("level", "advanced beginner", "write advanced or beginner"),
        ("pacing", "elmore/manzano", "write elmore or manzano"),
        ("pacing", "even splits", "did you mean even?"),
    ],
)
def test_a_word_is_offered_where_it_is_the_only_one_that_is_meant(tmp_path, column, cell, hint):
    (one,) = told(read_csv(tmp_path, f"name,{column}\nAda,{cell}\n"))
    assert one.endswith(f"; {hint}")


@pytest.mark.parametrize(
    ("others", "meant"), [("Di Do So", "thu"), ("mar mi\u00e9 jue", "sun"), ("di do zo", "thu"), ("lun", "sun")]
)
def test_a_weekday_of_two_languages_is_read_by_that_of_the_other_cells(tmp_path, others, meant):
    found = read_csv(tmp_path, f"name,days\nAda,{others}\nBo,3\nCy,do\n")
    assert [athlete.profile.days for athlete in found.athletes][2:] == [(meant,)]


@pytest.mark.parametrize("others", ["tue thu", "mar jeu\nDi Do So", "di", "4"])
def test_a_weekday_of_two_languages_is_told_where_the_other_cells_do_not_say_which(tmp_path, others):
    rows = "".join(f"Ada,{cell}\n" for cell in others.splitlines())
    assert "may be sun or thu" in told(read_csv(tmp_path, f"name,days\n{rows}Cy,do\n"))[-1]


def test_the_example_for_the_date_of_a_result_lies_in_the_past(tmp_path):
    found = told(read_csv(tmp_path, "name,result date,race date\nAda,October 3,June 12\n"))
    assert [one.rpartition(" ")[2] for one in found] == ["2027-06-12", "2026-03-28"]


CELLS = {
    "days": ["8", "0", "3-4", "T", "S", "T S", "Mon-Thu", "Sun - Tue", "weekends only", "weekdays", "daily", "do",
             "ma do", "Di, Dinstag", "tue thrsday", "noday", "no Mondays", "Tue AM", "tue tue", "12 days", "any day",
             "MWRF", "TR"],
    "long-run": ["Sat/Sun", "weekend", "Sundey", "5", "do", "T", "M", "no", "8", "3-4", "Mon-Thu", "daily"],
    "level": ["interme", "non-beginner", "Beginner/Intermediate", "elite", "advancing", "-"],
    "pacing": ["elmore/manzano", "even splits", "negative"],
    "units": ["metri", "imp", "US", "metric/imperial"],
    "paper": ["US letter", "a5", "legal", "a4/letter"],
    "surface": ["indoor track", "grass", "road/track"],
    "distance": ["5", "42.2", "10M", "880 yards", "440y", "5k (muddy)", "5 km / 10 km", "4 x 800 m", "five", "5 kk",
                 "metric mile", "the half mile", "quarter marathon"],
    "time": ["20;50", "~20:50 (PB)", "20.5", "2050", "22 10", "5k 20:50", "3rd in 20:50", "24:31h", "21:30.0 PB",
             "5 20:50", "20:50 or 21:10", "10k 45:00", "0.0144675926", "25", "20:60",
             "0.868055555555556", "1.16666667", "27:30 (58:00 10k)"],
    "goal": ["5k in 19:00", "6th in 5:50", "sub 6:00 mile", "6.5", "345", "6:00 or 5:55", "5 or 6:00", "1 5:50", "PR",
             "sub-6", "5:50-6:00", "under 6:05"],
    "race date": ["46550", "12/06/2027", "October 3", "27-06-12", "Fri 12.06.2027", "12/06/27", "5/29/27", "2027-W23"],
    "result date": ["46050", "05/06/2026", "October 3", "10/17", "05/06/26"],
}  # fmt: skip


def offered(problem):
    """What a problem says to write: values that can be put into the cell."""
    hint = problem.rpartition("; ")[2].removesuffix("?").removesuffix(" if you mean that")
    if hint == "write one of them":
        return problem.partition(" may be ")[2].partition(";")[0].split(" or ")
    if found := re.search("as in ((?:[a-z]{3} ?)+)$", hint):
        return [found[1]]
    if found := re.fullmatch(r"(?:did you mean|write|known:|format the cell as a date, or write) (.+)", hint):
        listed = found[1].partition(", or save")[0]
        is_value = not re.match("(?:for example|the|one|what|it|each|minutes|year|as in)\\b", listed)
        return re.split(", | or ", listed) if is_value else []
    return []


@pytest.mark.parametrize(("column", "cell"), [(column, cell) for column, cells in CELLS.items() for cell in cells])
def test_what_is_said_to_write_into_a_cell_can_be_written_into_it(tmp_path, column, cell):
    def read(text):
        row = {"name": "Ada", "distance": "5 km", "time": "20:50", "days": "mon tue wed thu fri sat sun", column: text}
        with (tmp_path / "club.csv").open("w", newline="") as file:
            csv.writer(file).writerows([list(row), list(row.values())])
        return told(reader.read(tmp_path / "club.csv", DEFAULT, fits))

    problems = [one for one in read(cell) if one.startswith(f"2:{column}: ")]
    assert len(problems) == 1  # one for the cell, however many words of it are wrong
    for value in offered(problems[0]):
        assert [one for one in read(value) if one.startswith(f"2:{column}: ")] == [], value


def test_every_mistake_of_a_row_is_told_at_once(tmp_path):
    rows = "Ada,noday,5 km,9:00\nBo,noday,#REF!,25:10\nCy,noday,5 km,x\n"
    assert [one.partition(": ")[0] for one in told(read_csv(tmp_path, f"name,days,distance,time\n{rows}"))] == [
        "2:days",
        "2:time",
        "3:days",
        "3:distance",
        "4:days",
        "4:time",
    ]


def test_an_impossible_goal_is_told_beside_other_mistakes(tmp_path):
    found = told(read_csv(tmp_path, "name,days,distance,time,goal\nAda,noday,5 km,20:50,19:30\n"))
    assert [one.partition(": ")[0] for one in found] == ["2:days", "2:goal"]
    assert "the goal 19:30 is no mile goal for a runner whose result means a mile of 6:06" in found[1]
    assert "if it is a goal for 5 km, leave it out" in found[1]


def test_an_error_is_not_to_be_made_an_empty_cell_where_one_is_a_mistake(tmp_path):
    found = told(read_csv(tmp_path, "name,time,goal\nAda,#REF!,#REF!\n"))
    assert [one.partition("; ")[2] for one in found] == [
        "mend its formula, or leave the cell empty",
        "mend its formula, or write what belongs there",
    ]


def test_a_formula_that_found_an_empty_cell_is_told_as_that(tmp_path):
    found = read_xlsx(tmp_path, HEADS, [*ADA[:4], 0, 1], formats=[("E2", "yyyy-mm-dd")])
    assert "the cell holds 0 and no date: its formula found an empty cell; write the date, or" in told(found)[0]


def test_every_language_has_all_days_in_full_and_one_day_is_read_alone():
    assert all(set(days.values()) == set(WEEKDAYS["English"].values()) for days in WEEKDAYS.values())
    assert (read_weekday("Sonntag"), read_weekday("sun"), read_weekday("do")) == ("sun", "sun", "do")


# ---------------------------------------------------------------- tabs, titles, columns


ROWS = [HEADS, ADA]


def test_the_visible_tab_with_our_headings_is_read_and_the_others_are_noted(tmp_path):
    old = [HEADS, ["Old Olga", "A", "5 km", "25:10"]]
    found = read_xlsx(tmp_path, Last_year_hidden=old, Read_me=[["How to use this"]], Club=ROWS, Empty=[])
    assert [athlete.profile.name for athlete in found.athletes] == ["Ada Ahn"]
    assert [note.split(": ", 1)[1] for note in found.notes] == ["tabs that are not read: Last year (hidden), Read me"]


def test_two_tabs_with_athletes_are_refused_and_one_may_be_named(tmp_path):
    tabs = {"Spring": ROWS, "Autumn": [HEADS, ["Bo", "A", "5 km", "25:10"]]}
    with pytest.raises(
        ContentError, match=r'the tabs "Spring" and "Autumn" have athletes; say which one.*--sheet "Autumn"'
    ):
        read_xlsx(tmp_path, **tabs)
    assert [each.profile.name for each in read_xlsx(tmp_path, sheet="autumn", **tabs).athletes] == ["Bo"]
    with pytest.raises(ContentError, match='there is no tab "Winter"; it has Spring, Autumn'):
        read_xlsx(tmp_path, sheet="Winter", **tabs)
    with pytest.raises(ContentError, match=r"only an \.xlsx has tabs"):
        read_csv(tmp_path, "name\nAda\n", sheet="Club")


def test_athletes_in_a_hidden_tab_only_are_told(tmp_path):
    with pytest.raises(ContentError, match='the tab "Club" has athletes and is hidden'):
        read_xlsx(tmp_path, Club_hidden=ROWS, Notes=[["nothing"]])


def test_headings_may_stand_below_titles_and_beside_empty_columns(tmp_path):
    found = read_xlsx(tmp_path, ["River Runners"], [], ["Spring season", None, "5 km"], *[["", *row] for row in ROWS])
    assert [(athlete.row, athlete.profile.name) for athlete in found.athletes] == [(5, "Ada Ahn")]
    assert found.notes == ()


def test_columns_that_nobody_knows_are_read_past_with_one_note(tmp_path):
    text = "Timestamp,Email,Name,Gender,Time,Distance,Position,Club,Lane,,\nx,a@b.c,Ada,f,25:10,5 km,1,RR,4,,9\n"
    found = read_csv(tmp_path, text)
    assert [athlete.profile.name for athlete in found.athletes] == ["Ada"]
    assert [note.split(": ", 1)[1] for note in found.notes] == [
        "columns that are not read: Timestamp, Email, Gender, Position, Club, Lane",
        "columns without a heading are not read: K",
    ]


@pytest.mark.parametrize(
    ("heading", "hint"),
    [
        ("Tme", "did you mean time?"),
        ("Tiem", "did you mean time?"),
        ("Sea level", ""),
        ("Distanse", "did you mean distance?"),
        ("Race dat", "did you mean race date?"),
        ("Date", "write race date or result date"),
        ("Datum", "write race date or result date"),
        ("Time in June", "did you mean time?"),
        ("Race in June", "did you mean race date or result date?"),
        ("Gender", ""),
        ("Date of birth", ""),
        ("Age", ""),
        ("Pace", ""),
    ],
)
def test_only_a_heading_near_to_one_of_ours_that_is_missing_stops_the_run(tmp_path, heading, hint):
    text = f"name,{heading}\nAda,\n"
    if hint:
        with pytest.raises(ContentError, match=f"1:{heading}: .*{re.escape(hint)}"):
            read_csv(tmp_path, text)
    else:
        assert len(read_csv(tmp_path, text).notes) == 1


@pytest.mark.parametrize(
    ("heading", "cell", "hint"),
    [
        ("Recent race", "2026-03-28", "did you mean result date?"),
        ("Recent race", "20:50", "did you mean time?"),
        ("Last race", "5k", "did you mean distance?"),
        ("Recent race", "Town 5k", ""),
        ("Race 1", "12.6.2027", "did you mean race date or result date?"),
        ("Race 1", "12 June", "did you mean race date or result date?"),
        ("Race 1", "mile", "did you mean distance or race distance?"),
        ("Race 1", "Town mile", ""),
        ("Target race", "2027-06-12", "did you mean race date?"),
        ("Target race", "1500 m", "did you mean race distance?"),
        ("Target race", "Town mile", ""),
    ],
)
def test_what_a_column_of_races_may_be_is_said_by_its_cells_and_can_be_done(tmp_path, heading, cell, hint):
    text = f"name,{heading}\nAda,{cell}\n"
    if not hint:
        assert [note.split(": ", 1)[1] for note in read_csv(tmp_path, text).notes] == [
            f"columns that are not read: {heading}"
        ]
        return
    with pytest.raises(ContentError) as caught:
        read_csv(tmp_path, text)
    assert str(caught.value).endswith(f':1:{heading}: the heading "{heading}" is unknown; {hint}')
    for column in re.split(" or ", hint.removeprefix("did you mean ").rstrip("?")):
        assert not any("heading" in note for note in read_csv(tmp_path, text.replace(heading, column)).notes)


def test_two_columns_of_races_are_not_both_said_to_be_one_column(tmp_path):
    text = "name,Recent race,Target race\nAda,2026-03-28,2027-06-12\n"
    with pytest.raises(ContentError) as caught:
        read_csv(tmp_path, text)
    hints = [problem.hint for problem in caught.value.problems]
    assert hints == ["did you mean result date?", "did you mean race date?"]
    (ada,) = read_csv(tmp_path, "name,result date,race date\nAda,2026-03-28,2027-06-12\n").athletes
    assert (ada.profile.result.day, ada.profile.race.day) == (date(2026, 3, 28), date(2027, 6, 12))


@pytest.mark.parametrize("heading", ["Time (mm:ss)", "TIME:", "time [h:m:s]", "Zeit (min)"])
def test_what_stands_in_brackets_behind_a_heading_does_not_count(tmp_path, heading):
    assert result_of(read_csv(tmp_path, f"name,distance,{heading}\nAda,5 km,25:10\n")).time.seconds == 1510


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nname;distance;time\nAda;1,5 km;5:40,2\n",
        '"sep=;"\r\nname;distance;time\r\nAda;1,5 km;5:40,2\r\n',
        "name;distance;time\nAda;1,5 km;5:40,2\nBo;1,5 km\n",
        "Our club, spring\nname;distance;time\nAda;1,5 km;5:40,2\n",
        "name\tdistance\ttime\nAda\t1,5 km\t5:40,2\n",
    ],
)
def test_what_stands_between_cells_is_found_whatever_stands_within_them(tmp_path, text):
    ada = read_csv(tmp_path, text).athletes[0].profile
    assert (ada.name, ada.result.distance.metres, ada.result.time.seconds) == ("Ada", 1500, 340.2)


@pytest.mark.parametrize("text", ["555-0123", "07700 900123", "+44 7700 900126", "(0151) 234567", "07700900123"])
def test_a_telephone_number_is_no_id(text):
    assert [told for told, _ in find_faults("id", text)] == [
        "the id looks like a telephone number, and ids are printed"
    ]


@pytest.mark.parametrize("text", ["12", "#4", "001", "2027-014", "A-1203", "12345678", "7.0", "14/2"])
def test_a_start_number_is_an_id(text):
    assert not list(find_faults("id", text))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("10k (Turkey Trot)", "10k"),
        ("5 km [Stadtlauf K\u00f6ln 2026]", "5 km"),
        ("5k(Run for the Hills)", "5k"),
        ("5k (St. Patrick's Day)", "5k"),
        ("half marathon (Berlin)", "half marathon"),
        *(
            (text, text)
            for text in ("10k (half way)", "10k (Half Way)", "5k (10k split)", "5k (Relay leg)", "5k (2026)")
        ),
        *(
            (text, text)
            for text in ("5k (Mile split)", "10k (Walk)", "5k (Short course)", "5k (Town) run", "(Town) 5k")
        ),
        *((text, text) for text in ("5k (turkey trot)", "5k (?)", "5k (Lap 3)", "5k (Staffel)", "5k (A) (B)", "5k")),
    ],
)
def test_a_races_name_in_brackets_behind_a_distance_is_read_past(text, read):
    assert read_distance(text) == read
