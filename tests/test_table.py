"""Tables for spreadsheets: every text is shown as it is, and none is worked out."""

from __future__ import annotations

import csv
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebook.exports import table


def read(data, delimiter=","):
    return list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=delimiter))


def cell(text):
    ((_, written),) = read(table.dump([(1, text)]))
    return written


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1+1", "@SUM(A1)", "\uff1d1+1", "\uff0b1", "\uff0d1+1", "\uff20SUM(A1)", "\ufe66A1", "- Ann"),
        *(" =1+1", "\t=1+1", "\r=1+1", "\n=1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1", '"=1+1', '" =1+1'),
        *("Ann;=1+1", "Ann; +1+1", 'Ann;"=1+1', "Ann;\uff1d1+1"),
    ],
)
def test_a_formula_is_text(text):
    assert "'" in cell(text)
    assert cell(text).replace("'", "").split() == text.replace("\r", " ").split()


@pytest.mark.parametrize("text", ["", "-", "--", "+", "Ann", "2 - 3", "5:40 - 5:50", "a=b", "x; y", "1–2", "'="])
def test_ordinary_text_stays_as_it_is(text):
    assert cell(text) == text


def test_every_sign_that_may_be_read_as_one_that_begins_a_formula_is_known():
    signs = {sign for sign in map(chr, range(sys.maxunicode)) if unicodedata.normalize("NFKC", sign)[0] in "=+-@"}
    assert signs <= set(table.SIGNS)


WORKED_OUT = st.text(st.sampled_from([*table.SIGNS, *"aA1;,\"' \t\n\r\u2028\u200b"]), max_size=12)


def test_a_text_of_several_lines_is_one_line():
    assert cell("Ann\n=1+1\u2028\tBo\x00") == "Ann =1+1 Bo\ufffd"


@given(st.lists(st.lists(WORKED_OUT | st.text(max_size=9), min_size=2, max_size=3), min_size=1, max_size=3))
def test_no_cell_begins_a_formula_wherever_the_file_is_split(rows):
    data = table.dump([(1, *row) for row in rows])
    assert len(read(data)) == len(rows)
    assert [len(row) for row in read(data)] == [1 + len(row) for row in rows]
    for delimiter in ",;":
        for written in (written for row in read(data, delimiter) for written in row):
            seen = written.strip().strip('\xad\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064 "')
            assert not seen.startswith(tuple(table.SIGNS)) or not seen.strip(f'{table.SIGNS} "')
