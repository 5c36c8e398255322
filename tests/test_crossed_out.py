"""Lines that a coach draws through athletes and cells of an .xlsx: left out as a whole row, told as a part of one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.roster import reader

openpyxl = pytest.importorskip("openpyxl", reason="writes the spreadsheets of these tests")
from openpyxl.cell.rich_text import CellRichText, TextBlock  # noqa: E402
from openpyxl.cell.text import InlineFont  # noqa: E402

DEFAULT = load().profiles["beginner"]


def fits(profile):
    """Nothing is planned here."""


HEADS = ("Name", "Group", "Distance", "Time", "Remark")


def striking(tmp_path, lines, headings=HEADS):
    """A sheet of some athletes; of each row of the sheet the columns that are struck through, from 1."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(headings)
    for number in range(3):
        sheet.append([("Ann", "Bo", "Cy")[number], "A", "5k", f"25:1{number}", "left in May"])
    for row, columns in lines.items():
        for column in columns:
            sheet.cell(row, column).font = openpyxl.styles.Font(strike=True)
    path = tmp_path / "athletes.xlsx"
    book.save(path)
    return path


@settings(max_examples=20)
@given(st.sets(st.integers(2, 4), max_size=2), st.booleans())
def test_rows_that_are_crossed_out_are_not_printed_and_told_with_how_to_have_them(tmp_path_factory, rows, with_remark):
    path = striking(tmp_path_factory.mktemp("struck"), dict.fromkeys(rows, range(1, 5 + with_remark)))
    found = reader.read(path, DEFAULT, fits)
    assert not found.problems
    assert {athlete.row for athlete in found.athletes} == {2, 3, 4} - rows
    told = [note for note in found.notes if "crossed out" in note]
    assert len(told) == bool(rows)
    if rows:
        one = len(rows) == 1
        named = f"row {min(rows)} is" if one else f"rows {min(rows)} and {max(rows)} are"
        line = "take the line away to have it printed" if one else "take the lines away to have them printed"
        assert told[0].endswith(f"athletes.xlsx: {named} crossed out in the sheet and not read; {line}")


@settings(max_examples=20)
@given(st.sets(st.integers(1, 5), min_size=1))
def test_a_line_through_a_part_of_a_row_is_told_once_with_the_cells(tmp_path_factory, columns):
    path = striking(tmp_path_factory.mktemp("struck"), {3: columns})
    found = reader.read(path, DEFAULT, fits)
    ours = [HEADS[column - 1].lower() for column in sorted(columns) if column < 5]
    problems = [str(problem).partition("athletes.xlsx:")[2] for problem in found.problems]
    if not ours or len(ours) == 4:
        assert problems == []
        assert len(found.athletes) == (2 if ours else 3)
        return
    (text,) = problems
    cells = {"name": "Bo", "group": "A", "distance": "5k", "time": "25:11"}
    assert text.startswith(f"3:{ours[0]}: Bo: crossed out in the sheet: ")
    assert all(f'{column} ("{cells[column]}")' in text for column in ours)
    assert text.endswith("; to leave the athlete out, cross out the whole row")
    assert ("or empty the cell" in text) == (ours == ["group"])


def test_a_line_through_a_part_of_a_text_is_told(tmp_path):
    path = striking(tmp_path, {})
    book = openpyxl.load_workbook(path)
    parts = [TextBlock(InlineFont(strike=True), "25:10"), TextBlock(InlineFont(strike=False), "24:50")]
    book.active["D2"] = CellRichText(*parts)
    book.active["A3"] = CellRichText(TextBlock(InlineFont(strike=True), "Bo"), TextBlock(InlineFont(), " "))
    for column in (2, 3, 4):
        book.active.cell(3, column).font = openpyxl.styles.Font(strike=True)
    book.save(path)
    found = reader.read(path, DEFAULT, fits)
    (problem,) = found.problems
    assert 'Ann: crossed out in the sheet: a part of time ("25:1024:50"); the rest of the row is not' in str(problem)
    assert [athlete.profile.name for athlete in found.athletes] == ["Cy"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            {1: (4,)},
            'the heading of column D "Time" is crossed out in the sheet; take the line away, or delete what is',
        ),
        ({1: (1, 4)}, 'the headings of columns A "Name" and D "Time" are crossed out in the sheet; take the line'),
        (dict.fromkeys((2, 3, 4), range(1, 6)), "all rows below the headings are crossed out in the sheet; take"),
    ],
)
def test_headings_that_are_crossed_out_and_whole_lists_are_told(tmp_path, lines, told):
    with pytest.raises(ContentError, match=re.escape(told)):
        reader.read(striking(tmp_path, lines), DEFAULT, fits)
    assert len(reader.read(striking(tmp_path, {1: (5,)}), DEFAULT, fits).athletes) == 3  # one that is not read


def test_a_line_through_a_cell_that_several_rows_share_says_nothing_of_one_of_them(tmp_path):
    path = striking(tmp_path, {2: (1, 3, 4)})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B4")
    book.save(path)
    found = reader.read(path, DEFAULT, fits)
    assert [(athlete.row, athlete.group) for athlete in found.athletes] == [(3, "A"), (4, "A")]
