"""Headings that are told: perhaps meant for a column, there twice, or saying something contrary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from milebook.content.yaml_file import shown
from milebook.core.errors import ContentError, Problem
from milebook.roster.sheet.columns import (
    COLUMN_OF,
    MAYBE_OF,
    Heading,
    is_distance,
    is_mile,
    is_race,
    squashed,
)
from milebook.roster.sheet.heading_texts import CELLS_TRIED, NAMES, WORDS, cut, is_time, named_places, some_of
from milebook.roster.sheet.questions import is_question, spoken_of, words_of
from milebook.roster.sheet.spreadsheet import Row, cell_text
from milebook.running.race_names import is_day_or_time

DATES = frozenset({"date", "datum", "fecha", "data"})  # of a race to come or of one that was run?
PACE_OR_TIME = "tempo"  # which is the one or the other by the language
_WHAT_IS_RUN = frozenset({"distance", "time", "race date"})  # without which somebody gets another plan
# What a heading may be a slip of; not of words so short that others are a letter away: age and tage, pace and race.
_OFTEN_MISSPELT = (
    *("name", "level", "time", "days", "units", "paper", "plan", "goal", "weeks", "group", "team", "squad"),
    *(heading for heading in COLUMN_OF if len(heading) > 5),
)


def check_headings(
    path: Path, number: int, headings: Sequence[Heading], lines: Container[int], below: Sequence[Row]
) -> None:
    """Raise ContentError for a heading that is not ours but may be meant for one, and for what is there twice.

    `lines` are the places of headings that are crossed out, `below` the rows that they are of.
    """
    columns = [heading.column for heading in headings]
    problems = [
        Problem(
            f"{shown(path)}:{number}:{cut(heading.text)}", 0, 0, f'the heading "{cut(heading.text)}" is {what}', hint
        )
        for place, heading in enumerate(headings)
        if heading.text and not heading.column
        for what, hint in _meant(heading.text, columns, _first_cells(below, place))
    ]
    told = [*_doubled(headings), *_of_two_distances(headings), *_contrary(headings), *_struck(headings, lines)]
    if not set(NAMES) & set(columns):
        found = some_of([heading.text for heading in headings if heading.text])
        told.append(("there is no column name", f"add it; the headings found in row {number} are {found}"))
    problems += [Problem(f"{shown(path)}:{number}", 0, 0, message, hint) for message, hint in told]
    if problems:
        raise ContentError(problems)


def _struck(headings: Sequence[Heading], lines: Container[int]) -> Iterator[tuple[str, str]]:
    """What is told of headings that are read, and have a line through them."""
    struck = [place for place, heading in enumerate(headings) if heading.column and place in lines]
    if struck:
        told = f"the heading of column {named_places(headings, struck)} is crossed out in the sheet"
        told = told.replace("heading of column", "headings of columns").replace(" is ", " are ") if struck[1:] else told
        yield told, "take the line away, or delete what is not to be read"


# Words in the brackets of a heading that make something else of its column.
_CONTRARY = re.compile(
    r"\b(?:not?|nicht|nie|pas|off|un(?:available|able)|impossible|attended|missed|cancel\w*|postpon\w*|abgesagt|annul\w*"
    r"|goals?|targets?|aims?|hop(?:e|ed|ing)|predict\w*|estimat\w*|geplant|ziel|objectifs?|walk\w*|relay|staffel|splits?"
    r"|pace|tempo pro|per (?:km|k|mi|mile))\b|/ ?(?:km|k|mi|mile)\b",
    re.IGNORECASE,
)
_MEANT = frozenset({"distance", "time", "trial", "result date", "race date", "days", "weeks", "long-run", "speed-day"})


def _contrary(headings: Sequence[Heading]) -> Iterator[tuple[str, str]]:
    """What is told of headings that say in brackets that they are of something else, or of what is not so."""
    for heading in headings:
        column = heading.column or heading.maybe
        for aside in heading.asides if column in _MEANT else ():
            if _CONTRARY.search(aside):
                hint = f"rename or delete the column; if it is the {column} all the same, delete what is in brackets"
                yield f'the heading "{cut(heading.text)}" would be read as the {column}', hint


def _doubled(headings: Sequence[Heading]) -> Iterator[tuple[str, str]]:
    """What is told of headings that are read as one and the same column."""
    counts = Counter(heading.column for heading in headings if heading.column)
    several = [column for column, count in counts.items() if count > 1]
    for column in several:
        places = [place for place, heading in enumerate(headings) if heading.column == column]
        told = f"columns {named_places(headings, places)} are {'both' if len(places) == 2 else 'all'}"
        if len(several) > 1 and set(NAMES) & set(several):
            hint = "lists that stand side by side belong below each other, or on tabs of their own"
            yield f"{told} read as the {column}", hint
        elif column == "time" and all(headings[place].distance for place in places):
            yield f"{told} results, and an athlete has one", "keep one, or make columns Distance and Time of all"
        else:
            yield f"{told} read as the {column}", "keep one, and rename or delete what is something else"


def _of_two_distances(headings: Sequence[Heading]) -> Iterator[tuple[str, str]]:
    """What is told of headings whose distance is another's than that of the times, or that of a goal."""
    asked, raced = (
        next((heading for heading in headings if heading.column == column), None)
        for column in ("distance", "race distance")
    )
    for heading in headings:
        text = cut(heading.text)
        if heading.column == "time" and heading.distance and asked:
            hint = f'which one were the times run over? Delete the column "{cut(asked.text)}", or write Time'
            yield f'the heading "{text}" has a distance, and there is a column for the distance, too', hint
        if heading.column == "trial" and heading.distance and not is_mile(heading.distance):
            hint = "a run over another distance is a result: call the columns Distance and Time, or delete it"
            yield f'the trial is a mile, and the heading "{text}" says {heading.distance}', hint
        if heading.column == "goal" and heading.distance and not is_race(heading.distance):
            hint = "write goals for the mile and call the column Goal, or delete the column"
            yield f'the goal is one for the mile, and the heading "{text}" says {heading.distance}', hint
        elif heading.column == "goal" and heading.distance and raced:
            hint = f'which one are the goals for? Delete the column "{cut(raced.text)}", or write Goal'
            yield f'the heading "{text}" has a distance, and there is a column for that of the race, too', hint


def _first_cells(rows: Iterable[Row], place: int) -> list[object]:
    """The first cells of a column in which something is to be seen."""
    return [*islice((its[place] for _, its in rows if place < len(its) and cell_text(its[place])), CELLS_TRIED)]


_LATELY = frozenset({"recent", "last", "latest", "previous", "past", "best"})
_TO_COME = frozenset({"next", "target", "goal", "upcoming", "future", "coming", "planned", "a", "main", "key"})


def _of_a_race(text: str, cells: Sequence[object]) -> list[str]:
    """What a column of races may be, by its cells, and by whether its heading says that they were run or are to come.

    A race's name alone changes no plan: it is no reason to stop.
    """
    texts = [cell_text(cell) for cell in cells]
    if any(is_distance(text.casefold()) for text in texts):
        meant = ["distance", "race distance"]
    elif any(is_time(cell, "") and not isinstance(cell, date) for cell in cells):
        meant = ["time"]
    else:
        are_days = any(isinstance(cell, date) or is_day_or_time(cell_text(cell)) for cell in cells)
        meant = ["race date", "result date"] if are_days or not cells else []
    words = set(words_of(text))
    if words & _LATELY and not words & _TO_COME:
        return [column for column in meant if not column.startswith("race")]
    return [column for column in meant if column.startswith("race") or not words & _TO_COME]


def _meant(text: str, columns: Sequence[str], cells: Sequence[object]) -> Iterator[tuple[str, str]]:
    """What is wrong with a heading that is not ours: a slip for one that is missing, or one of two meanings."""
    word = squashed(text)
    there = set(columns) | (set(NAMES) if set(NAMES) & set(columns) else set())
    if word in DATES and "race date" not in there:
        yield "not clear", "write race date or result date"
        return
    if word == PACE_OR_TIME and "time" not in there:
        yield "not clear", "it is a time in Italian and a pace in German; write Time, or Pace"
        return
    if (name := MAYBE_OF.get(word, "")) in NAMES[1:] and name not in columns:
        yield "not clear", f"write {name} if it is that, else rename or delete it"
        return
    if is_question(text):
        is_to_come = not _TO_COME.isdisjoint(WORDS.findall(text.casefold()))
        of_races = {"distance": "race distance"} if is_to_come else {}  # how far the next race is, not the last
        asked = (of_races.get(column, column) for column in spoken_of(text, COLUMN_OF))
        if missing := [column for column in asked if column not in there]:
            yield "a question that is not read", f"call the column {' or '.join(missing)} if it is that, else delete it"
        return
    near = next((COLUMN_OF[name] for name in _OFTEN_MISSPELT if _is_near(word, name)), "")
    within = (COLUMN_OF.get(part, "") for part in map(squashed, text.split()))
    part = next((column for column in within if column in _WHAT_IS_RUN), "")  # `Time in June`
    meant = [near] if near else _of_a_race(text, cells) if part == "race date" else [part]
    if missing := [column for column in meant if column and column not in there]:
        yield "unknown", f"did you mean {' or '.join(missing)}?"


def _is_near(word: str, heading: str) -> bool:
    """Whether there is one letter too many, too few or wrong, or two are swapped; in long words some more."""
    pairs = zip(word, heading, strict=False)
    start = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(word), len(heading)))
    ends = (
        (word[start + 1 :], heading[start + 1 :]),
        (word[start:], heading[start + 1 :]),
        (word[start + 1 :], heading[start:]),
    )
    swapped = word[start : start + 2][::-1] + word[start + 2 :] == heading[start:]
    long = min(len(word), len(heading)) > 7 and SequenceMatcher(None, word, heading).ratio() > 0.85
    return swapped or long or any(one == other for one, other in ends)
