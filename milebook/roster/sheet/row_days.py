"""The days of a row together: what is offered for one cell goes with what is offered for the others, and is enough."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from milebook.content.vocabulary import DAYS_BY_NUMBER
from milebook.roster.sheet.cell_values import Fault, days_meant
from milebook.roster.sheet.columns import OF_DAYS
from milebook.roster.sheet.placeholders import says_none
from milebook.running.training_days import WEEK

MOST_WAYS = 64  # to read the cells of a row together, that are tried

Told = tuple[str, str, str]  # of which column, what, and the hint
Way = Mapping[str, str]  # each cell in English, as it may be read or written
Tried = Sequence[tuple[Way, Sequence[Told]]]
Try = Callable[[Way], Sequence[Told]]  # what would be told of a row with these cells


def told_together(row: Mapping[str, str], faults: Mapping[str, Fault], language: str, told_of: Try) -> Iterator[Told]:
    """What is told of a row's days, in one of whose cells is a fault.

    Of what a cell may mean, only that is offered which the row can be planned with. Where there is none, days are
    offered that have the day of the long run and the one for speed, or for these any of the days; else it is said what
    stands in the way.
    """
    meant = {column: days_meant(column, row[column], language) for column in row if column in OF_DAYS}
    known = {column: options for column, options in meant.items() if options}
    if prod(map(len, known.values())) > MOST_WAYS:
        known = {}
    ways = _ways(known)
    as_read = last = tried = _try(ways, told_of)
    if not _working(as_read) and "days" in known:
        wider = [_widened(way) for way in ways] if "days" in faults else _ways(known | _any_day(known["days"], faults))
        last = tried if _working(tried := _try(wider, told_of)) else as_read
    offered = _that_go_together(_working(last), [column for column in faults if column in last[0][0]])
    for column, (message, hint) in faults.items():
        against = as_read if column == "days" else last
        if column in offered and offered[column] != known[column]:
            yield column, message, f"write {' or '.join(offered[column])}{_else(column, offered[column], against)}"
        elif column not in offered and (own := _first_of(column, last)):
            yield column, f"{message}, and {own[1]}", own[2]
        else:
            yield column, message, hint
    if not offered:  # then the other cells, too, whatever else is meant
        yield from _in_every_way(tried, faults)


def _in_every_way(tried: Tried, faults: Container[str]) -> Iterator[Told]:
    """What is told first of each cell that is right by itself, and in no way goes with the others."""
    always = set.intersection(*({column for column, _, _ in several} for _, several in tried))
    first = {told[0]: told for told in reversed(tried[0][1])}
    yield from (first[column] for column in OF_DAYS if column in always and column not in faults)


def _ways(known: Mapping[str, Sequence[str]]) -> list[Way]:
    return [dict(zip(known, chosen, strict=True)) for chosen in product(*known.values())]


def _any_day(days: Sequence[str], faults: Container[str]) -> dict[str, list[str]]:
    """Every day of a cell of days for each other cell with a fault."""
    number = int(days[0]) if days[0].isdecimal() else 0
    those = list(DAYS_BY_NUMBER.get(number, days[0].split()))
    return {column: those for column in OF_DAYS if column != "days" and column in faults}


def _try(ways: Sequence[Way], told_of: Try) -> Tried:
    return [(way, told_of(way)) for way in ways]


def _working(tried: Tried) -> list[Way]:
    return [way for way, told in tried if not told]


def _widened(way: Way) -> Way:
    """The same with the day of the long run and the one for speed among the days."""
    wanted = {*way["days"].split(), *(way[column] for column in way if column != "days" and not says_none(way[column]))}
    return {**way, "days": " ".join(day for day in WEEK if day in wanted)}


def _that_go_together(works: Sequence[Way], columns: Sequence[str]) -> dict[str, list[str]]:
    """What to offer for each faulty cell: of all that works, so much that any choice of it works."""
    offered: dict[str, list[str]] = {}
    for column in columns if works else ():
        choices = list(dict.fromkeys(way[column] for way in works))
        others = {choice: _others(works, column, choice) for choice in choices}
        offered[column] = [choice for choice in choices if others[choice] == others[choices[0]]]
        works = [way for way in works if way[column] == choices[0]]
    return offered


def _others(works: Sequence[Way], column: str, choice: str) -> set[tuple[tuple[str, str], ...]]:
    """The other cells of the ways that work with a choice for one."""
    return {
        tuple((c, v) for c, v in way.items() if c not in (column, "days")) for way in works if way[column] == choice
    }


def _else(column: str, offered: Sequence[str], tried: Tried) -> str:
    """Why not all is offered that a cell may mean."""
    reasons = [told[0][1] for way, told in tried if told and way[column] not in offered]
    return f"; else {' and '.join(dict.fromkeys(reasons))}" if reasons else ""


def _first_of(column: str, tried: Tried) -> Told | None:
    return next((told for _, several in tried for told in several if told[0] == column), None)
