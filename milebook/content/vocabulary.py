"""Words and numbers that content and plans share: levels, kinds of session, weekdays. It needs no other module."""

from __future__ import annotations

from typing import Literal

Level = Literal["beginner", "intermediate", "advanced"]
Kind = Literal["speed", "strength", "tempo", "easy", "long", "cross", "own", "rest", "race", "test"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Paper = Literal["a4", "letter"]
Pacing = Literal["even", "elmore", "manzano"]
RepPace = Literal["mile", "3 km", "5 km", "10 km", "tempo", "fast"]
LANGUAGES = {"en": "English"}  # that the pages are written in
HARDEST = 10  # of the efforts a runner feels
MOST_WEEKS = 30  # of a plan
LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HARD: frozenset[Kind] = frozenset({"speed", "strength", "tempo", "test", "race"})
DAYS_BY_NUMBER: dict[int, tuple[Weekday, ...]] = {
    1: ("tue",),
    2: ("tue", "sat"),
    3: ("tue", "thu", "sun"),
    4: ("tue", "thu", "sat", "sun"),
    5: ("tue", "wed", "thu", "sat", "sun"),
    6: ("mon", "tue", "wed", "thu", "fri", "sun"),
    7: WEEKDAYS,
}
