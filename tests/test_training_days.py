"""A cell of days: read where it can be one thing only, told in all other cases with something that can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.core.errors import QuantityError
from milebook.running.dates import WEEKDAYS
from milebook.running.training_days import (
    SHORT,
    WEEK,
    UnclearDaysError,
    in_words_of,
    read_one_day,
    read_training_days,
    settle,
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        *(
            (text, 3)
            for text in ("3", "3.0", "3,0", "3x", "3 days", "3 days a week", "3 days/week", "3x/week", "3 Tage")
        ),
        *((text, 3) for text in ("3 per week", "3x pro Woche", "3 jours par semaine", "3 days each week")),
        ("M W F", "mon wed fri"),
        ("MWF", "mon wed fri"),
        ("M/W/F/Sa", "mon wed fri sat"),
        ("TuThSa", "tue thu sat"),
        ("T, Th, Sa", "tue thu sat"),
        ("T/Th/Sat", "tue thu sat"),
        ("TTh", "tue thu"),
        ("MTWTF", "mon tue wed thu fri"),
        ("S, Su", "sat sun"),
        ("[tue, thu, sun]", "tue thu sun"),
        ("mon-wed-fri", "mon wed fri"),
        ("Mon to Thu", "mon tue wed thu"),
        ("Mo bis Do", "mon tue wed thu"),
        ("lunes a jueves", "mon tue wed thu"),
        ("Sat to Mon", "sat sun mon"),
        ("Sat-Sun", "sat sun"),
    ],
)
def test_days_are_read_as_coaches_write_them_for_short(text, days):
    assert read_training_days(text) == (days if isinstance(days, int) else tuple(days.split()))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mon-Thu", "may be mon thu or mon tue wed thu; write one of them"),
        ("Thu-Sun", "may be thu fri sat sun or thu sun; write one of them"),
        ("Sun-Thu", "may be sun mon tue wed thu or sun thu; write one of them"),
        ("Mon - Wed, Fri", "may be mon tue wed fri or mon wed fri; write one of them"),
        ("T", 'weekday "T" is not clear; write tue or thu'),
        ("S", 'weekday "S" is not clear; write sat or sun'),
        ("T F", "may be thu fri or tue fri; write one of them"),
        ("weekends only", "names no weekday; write sat sun"),
        ("Tues/Thurs + weekends", '"Tues/Thurs + weekends" has a word that is no weekday; write tue thu sat sun'),
        ("Di, Do und Wochenende", "has a word that is no weekday; write tue thu sat sun"),
        ("weekend and Mon", "has a word that is no weekday; write mon sat sun"),
        ("Thu - weekend", 'weekday "weekend" is unknown'),
        ("daily", "names no weekday; write 7, or the days, as in tue thu sun"),
        ("8", 'days "8" is neither weekdays nor a number from 1 to 7; write for example 4, or the days'),
        ("3-4", 'days "3-4" may be 3 or 4; write one of them'),
        ("3 or 4 days", "may be 3 or 4; write one of them"),
        ("not Friday", "are not clear; write the days, as in tue thu sun"),
        ("Tue or Thu", "are not clear; write the days, as in tue thu sun"),
        ("Tue AM", 'weekday "AM" is unknown; known: mon, tue, wed, thu, fri, sat, sun'),
        ("Di, Klubabend", 'weekday "Klubabend" is unknown; known: mo, di, mi, do, fr, sa, so'),
        ("Tue AM, Thu PM", 'the weekdays "AM", "PM" are unknown; known: mon'),
    ],
)
def test_days_that_may_be_several_things_or_none_are_told_once_with_what_to_write(text, told):
    with pytest.raises(QuantityError) as caught:
        read_training_days(text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sat/Sun", '"Sat/Sun" is not one weekday; write sat or sun'),
        ("weekend", '"weekend" is not one weekday; write sat or sun'),
        ("3", '"3" is a number and no weekday; write the day, as in sun'),
    ],
)
def test_one_day_is_asked_for_where_one_belongs(text, told):
    with pytest.raises(QuantityError) as caught:
        read_one_day(text)
    assert str(caught.value) == told


WORDS = st.sampled_from(
    [
        *WEEK,
        "Tuesday",
        "Di",
        "Do",
        "do",
        "mar",
        "jeudi",
        "M",
        "T",
        "W",
        "Th",
        "S",
        "TuTh",
        "-",
        "to",
        "bis",
        "AM",
        "8",
        "x",
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([" ", ", ", "/"]))
def test_what_may_be_meant_can_be_written_and_is_what_is_then_read(words, between):
    text = between.join(words)
    try:
        read_training_days(text)
    except QuantityError as error:
        if error.hint == "write one of them":
            for days in error.message.partition(" may be ")[2].split(" or "):
                assert read_training_days(days) == tuple(days.split())
        elif error.hint.startswith("did you mean"):
            read_training_days(error.hint.removeprefix("did you mean ").removesuffix("?"))


@given(st.sampled_from(WEEK), st.sampled_from(WEEK))
def test_a_range_in_words_has_every_day_from_its_first_to_its_last(first, last):
    days = read_training_days(f"{first} to {last}")
    assert (days[0], days[-1]) == (first, last)
    places = [WEEK.index(day) for day in days]
    assert all((after - before) % 7 == 1 for before, after in pairwise(places))


# ---------------------------------------------------------------- letters, and the language of a sheet

DAYS = st.lists(st.sampled_from(WEEK), min_size=1, max_size=7, unique=True)


@given(st.sampled_from(sorted(WEEKDAYS)), DAYS)
def test_days_told_in_a_language_are_read_as_these_days_alone(language, days):
    told = in_words_of(language, f'the days "mon Sun" are {" ".join(days)}; they are {", ".join(days)}')
    quoted, listed = told.partition("; they are ")[::2]
    assert quoted.startswith('the days "mon Sun" are ')
    assert read_training_days(quoted.partition('" are ')[2]) == read_training_days(listed) == tuple(days)


@settings(max_examples=200)
@given(st.sampled_from(sorted(SHORT)), DAYS, st.sampled_from([" ", "", ", ", "/"]))
def test_letters_are_read_in_the_language_of_a_sheet_or_told_with_days_that_they_may_be(way, days, between):
    """Never as others: also where two days have one letter, and where another language reads them otherwise."""
    language = way.partition(",")[0]
    letters = {day: letter for letter, several in SHORT[way].items() for day in several if len(letter) == 1}
    text = between.join(letters[day] for day in sorted(days, key=WEEK.index)).upper()
    days = tuple(sorted(days, key=WEEK.index))
    if len(text) < 2 or text.casefold() in {word for known in WEEKDAYS.values() for word in known}:
        return
    offered: tuple[tuple[str, ...], ...]
    try:
        offered = (read_training_days(text, language),)
    except UnclearDaysError as error:
        offered = error.readings
    assert days in offered


@pytest.mark.parametrize(
    ("language", "cells", "days"),
    [
        ("Spanish", ["L X V", "M J S", "MJ", "l, m, x"], ["mon wed fri", "tue thu sat", "tue thu", "mon tue wed"]),
        ("", ["L X V", "M J S"], ["mon wed fri", "tue thu sat"]),
        ("", ["lunes jueves", "L/X/V", "M y J"], ["mon thu", "mon wed fri", "tue thu"]),
        ("Spanish", ["L J S", "S D"], ["mon thu sat", "sat sun"]),
        ("French", ["L M M J", "L J D"], ["mon tue wed thu", "mon thu sun"]),
        ("Spanish", ["M J S", "L M V"], ["", ""]),
        ("French", ["L M V", "M J"], ["", ""]),
        ("", ["M W F", "M F"], ["mon wed fri", "mon fri"]),
        ("German", ["M F", "Di Do"], ["", "tue thu"]),
        ("German", ["do", "di"], ["thu", "tue"]),
        ("German", ["M D M D F S S", "MDMDF"], ["mon tue wed thu fri sat sun", "mon tue wed thu fri"]),
        ("", ["do", "di"], ["", ""]),
    ],
)
def test_letters_and_words_of_a_sheet_are_read_in_one_way_to_write(language, cells, days):
    found = settle(dict(enumerate(cells)), language)
    assert [" ".join(found.get(place, ())) for place in range(len(cells))] == days


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("Spanish", "M J S", 'the weekdays "M J S" may be tue thu sat or wed thu sat; write one of them'),
        ("French", "M V", 'the weekdays "M V" may be tue fri or wed fri; write one of them'),
        ("Spanish", "D", 'weekday "D" is not clear; write sun'),
        ("German", "D", 'weekday "D" is not clear; write tue or thu'),
        ("", "X", 'weekday "X" is unknown'),
        ("", "xx", 'weekday "xx" is unknown'),
    ],
)
def test_letters_that_may_be_several_days_are_told(language, text, told):
    with pytest.raises(QuantityError) as caught:
        read_training_days(text, language)
    assert told in str(caught.value)
