"""Columns that are not read although their cells say what they are: told, as everybody would get another's value.

A heading that nobody here knows is read past with a note. Where its cells are all days to come, distances, weekdays or
levels, and the sheet has no column of them, the note comes too late: the paper has a profile's race, days or level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from milebook.content.vocabulary import LEVELS
from milebook.core.errors import QuantityError
from milebook.roster.sheet.cell_values import read_day, read_days, read_level
from milebook.roster.sheet.columns import RUN_OR_TO_COME, squashed
from milebook.roster.sheet.heading_texts import cut
from milebook.roster.sheet.headings import Table
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.running.dates import read_date
from milebook.running.distance_readings import read_race_distance

FEWEST = 2  # cells that say what a column is; one may be chance
SIZES = frozenset({"xxs", "xs", "s", "m", "l", "xl", "xxl"})  # of shirts; some are letters of weekdays, too
# Metres that people race, nearly; other distances are how far somebody runs in a week, say.
RACED = (
    400,
    800,
    1000,
    1500,
    1600,
    1609,
    2000,
    3000,
    3200,
    3219,
    5000,
    6000,
    8000,
    8047,
    10000,
    15000,
    16093,
    21098,
    42195,
)


@dataclass(frozen=True)
class Kind:
    """What cells may all be: how it is told, whose column then lacks, and what to call the column."""

    what: str
    is_one: Callable[[object], bool]
    lacks: Callable[[Table], str]
    hint: str


def telling_columns(table: Table, today: date | None) -> Iterator[tuple[str, str, str]]:
    """(heading, message, hint) of columns that are not read and whose cells are all of a kind the sheet lacks.

    `today` is left out where the race of all is given; then a column of days to come says nothing.
    """
    kinds = (*([_days_to_come(today)] if today else []), *KINDS)
    for place, heading in enumerate(table.headings):
        if not heading.text or heading.column:
            continue
        cells = [cells[place] for _, cells in table.rows if place < len(cells) and cell_text(cells[place])]
        of_most = 2 * len(cells) > len(table.rows)
        for kind in kinds if of_most else ():
            lacking = kind.lacks(table)
            enough = len(cells) >= min(FEWEST, len(table.rows))
            if lacking and enough and all(map(kind.is_one, cells)):
                own = cut(heading.text)
                yield own, f'the column "{own}" has {kind.what} and is not read, and {lacking}', kind.hint


def _without(column: str, told: str) -> Callable[[Table], str]:
    return lambda table: "" if column in table.columns else told


def _lacks_distance(table: Table) -> str:
    """That no heading says how far was run, but perhaps one that is of the race to come."""
    if "time" not in table.columns:
        return ""
    own = [one for one in table.headings if one.column == "distance" and squashed(one.bare) != RUN_OR_TO_COME]
    return "" if own else "no other column says how far the time was run over"


def _days_to_come(today: date) -> Kind:
    def is_to_come(cell: object) -> bool:  # of a day that may be two, its year says so
        try:
            return read_date(read_day(cell)) >= today
        except QuantityError:
            day = re.fullmatch(r"[0-9]{1,2}[-./][0-9]{1,2}[-./](?:20)?([0-9]{2})", cell_text(cell))
            return day is not None and 2000 + int(day[1]) >= today.year

    hint = "call it Race date if that is what it has; else give everybody the same, as in --race-date 2027-06-12"
    return Kind("days to come", is_to_come, _without("race date", "there is no column for the race"), hint)


def _is_distance(cell: object) -> bool:
    text = cell_text(cell)
    if re.fullmatch(r"[0-9.,\s]*", text):  # a number is of anything
        return False
    try:
        metres = read_race_distance(text).metres
    except QuantityError:
        return False
    return any(abs(metres - raced) < 1 for raced in RACED)


def _is_days(cell: object) -> bool:
    return cell_text(cell).casefold() not in SIZES and isinstance(read_days(cell), list)


def _is_level(cell: object) -> bool:
    return read_level(cell).casefold() in LEVELS


KINDS = (
    Kind(
        "distances",
        _is_distance,
        _lacks_distance,
        "call it Distance if the time was run over it, Race distance if it is what is raced; else delete it",
    ),
    Kind(
        "weekdays",
        _is_days,
        _without("days", "there is no column for the days of training"),
        "call it Days if that is when they train; else delete it, or add a column Days",
    ),
    Kind(
        "levels",
        _is_level,
        _without("level", "there is no column for the level"),
        "call it Level if that is what it has; else delete it, or add a column Level",
    ),
)
