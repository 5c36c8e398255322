"""What headings are looked at by, and how they are told: cut, numbered, as many as are read on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from milebook.core.errors import QuantityError
from milebook.roster.sheet.cell_values import read_time
from milebook.roster.sheet.columns import (
    Heading,
)
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.roster.sheet.workbook import column_letters
from milebook.running.distance_readings import read_race_distance
from milebook.running.readings import read_race_time

LONGEST_HEADING = 60  # characters that are told of one
MOST_NAMED = 12  # columns or tabs in a note
CELLS_TRIED = 20  # below a heading, which say what it is of
NAMES = ("name", "first name", "last name")  # one of them must be there


def some_of(names: Sequence[str]) -> str:
    """The names, as many as are read on a screen."""
    more = len(names) - MOST_NAMED
    return ", ".join(map(cut, names[:MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def cut(text: str) -> str:
    """As much of a heading as is told; that it goes on is seen."""
    return text if len(text) <= LONGEST_HEADING else f"{text[: LONGEST_HEADING - 1].rstrip()}\u2026"


def named_places(headings: Sequence[Heading], places: Iterable[int]) -> str:
    """`B "Time" and C "Zeit"`: the headings of some places (from 0)."""
    *others, last = [f'{column_letters(place + 1)} "{cut(headings[place].text)}"' for place in places]
    return f"{', '.join(others)} and {last}" if others else last


WORDS = re.compile("[a-z]+")


def is_time(cell: object, distance: str) -> bool:
    """Whether a cell holds a time that was run over a distance, or over any."""
    try:
        metres = read_race_distance(distance).metres if distance else None
        return bool(cell_text(cell)) and bool(read_race_time(read_time(cell), metres))
    except QuantityError:
        return False
