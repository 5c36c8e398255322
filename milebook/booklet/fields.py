"""Runner's values as they are shown: the seam that everything personal passes through on its way to a page.

A template prints a `Field` only through the `field` filter, which marks it, so that another program can find it and
put another runner's value in its place. Text that is the same for every runner is a plain string.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from milebook.content.prose import EN_DASH as EN_DASH
from milebook.content.prose import NBSP as NBSP
from milebook.content.prose import TIMES as TIMES
from milebook.content.vocabulary import WEEKDAY_NAMES
from milebook.running.courses import RACE_METRES, spoken
from milebook.running.quantities import (
    HALF_MARATHON,
    MARATHON,
    METRES,
    METRES_PER_KM,
    METRES_PER_MILE,
    ROAD_UNIT,
    Distance,
    Pace,
    Range,
    Unit,
    Units,
    clock,
    in_units,
    plain,
)
from milebook.running.tracing import Cases, TracedWord, choose_word, depends

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

NAMED_RACES = {HALF_MARATHON: f"half{NBSP}marathon", MARATHON: "marathon"}

FieldKind = Literal["name", "time", "pace", "distance", "date", "word", "share", "iso"]


@dataclass(frozen=True)
class Field:
    """A runner's value: what it is and how it reads.

    `source` is there where the value remembers how it was worked out: how it is written, and of what. The browser
    writes it again from that; its script has a function of each name.
    """

    kind: FieldKind
    text: str
    source: tuple[Any, ...] | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text


Piece = str | Field
Line = tuple[Piece, ...]


TEXTS: dict[str, Callable[..., str]] = {}  # how a value is written, by the name that a field's `source` begins with


def _text(function: Callable[..., str]) -> Callable[..., str]:
    TEXTS[function.__name__.removeprefix("_")] = function
    return function


def _written(kind: FieldKind, how: str, *of: Any) -> Field:
    return Field(kind, TEXTS[how](*of), (how, *of) if any(map(depends, of)) else None)


@_text
def _name(text: str) -> str:
    return text


def name(text: str) -> Field:
    """A name the runner gave, or a word in its place."""
    return (
        Field("name", text, ("word", *text.source)) if isinstance(text, TracedWord) else _written("name", "name", text)
    )


@_text
def _word(value: float, cases: Cases, otherwise: str) -> str:
    return str(choose_word(float(value), cases, otherwise))


def word(text: str) -> Field:
    """A word that depends on the runner's values."""
    return Field("word", text, ("word", *text.source)) if isinstance(text, TracedWord) else Field("word", text)


def piece(text: str) -> Piece:
    """A word that may depend on values: then it is one, else a plain text."""
    return word(text) if isinstance(text, TracedWord) else text


def race_length(metres: float) -> Piece:
    """How far a race of ours is, on its day: `1 mile`, `1500 m`."""
    return piece(choose_word(metres, _RACE_LENGTHS, f"1{NBSP}mile"))


_RACE_LENGTHS = tuple((far, far, spoken(race)) for race, far in RACE_METRES.items() if race != "mile")


@_text
def _ran(metres: float, unit: Unit) -> str:
    if metres in NAMED_RACES:
        return NAMED_RACES[metres]
    if unit == "m" or metres == METRES_PER_MILE:
        return track(metres)
    return f"{plain(metres / METRES[unit], 1)}{NBSP}{unit}"


def ran(distance: Distance) -> Field:
    """The distance of a result by its name or in the unit it was written in: `marathon`, `5 km`, `1500 m`, `1 mile`."""
    return _written("distance", "ran", distance.metres, distance.unit)


@_text
def _ran_in(seconds: float) -> str:
    return clock(seconds, 0 if seconds == int(seconds) else 1)


def ran_in(seconds: float) -> Field:
    """The time of a result: `20:50`, `4:48.3`."""
    return _written("time", "ran_in", seconds)


@_text
def _share(part: float) -> str:
    return f"{part:.3f}"


def share(part: float) -> Field:
    """`0.831`: how long a bar is."""
    return _written("share", "share", part)


HAND_TIMED = 25.0  # seconds: from here on a range by hand is told in whole seconds
SHORTEST_CLOCK = 60.0  # seconds


def _decimals(seconds: float) -> int:
    return 1 if seconds < 180 else 0


@_text
def _rep_time(seconds: float) -> str:
    text = clock(seconds, _decimals(seconds))
    return text if ":" in text else f"{text}{NBSP}s"


def rep_time(seconds: float) -> Field:
    """`50.1 s`, `1:29.5`, `4:10`: tenths below three minutes."""
    return _written("time", "rep_time", seconds)


@_text
def _table_time(seconds: float) -> str:
    return clock(seconds, 1)


def table_time(seconds: float) -> Field:
    """`30.5`, `4:04.4`: always a tenth and no unit, so that a column stands on its colons and points."""
    return _written("time", "table_time", seconds)


@_text
def _whole_seconds(seconds: float) -> str:
    text = clock(seconds)
    return text if ":" in text else f"{text}{NBSP}s"


def whole_seconds(seconds: float) -> Field:
    """`46 s`, `1:01`: where tenths would be false precision, as on a hill."""
    return _written("time", "whole_seconds", seconds)


@_text
def _time_range(fast: float, slow: float) -> str:
    parts = 2 if fast < HAND_TIMED else 1
    low, high = (in_units(seconds * parts) / parts for seconds in (fast, slow))
    if low < SHORTEST_CLOCK:
        ends = plain(low, 1) if low == high else f"{plain(low, 1)}{EN_DASH}{plain(high, 1)}"
        return f"{ends}{NBSP}s"
    return clock(low) if low == high else f"{clock(low)}{EN_DASH}{clock(high)}"


def time_range(times: Range[float]) -> Field:
    """`20–20.5 s`, `45–47 s`, `58–61 s`, `1:28–1:31`: no finer than a hand stops a watch, in one notation.

    Below 25 s to half a second, from there on to a whole one; in seconds alone where the low end is below a minute.
    """
    return _written("time", "time_range", times.low, times.high)


@_text
def _race_time(seconds: float, decimals: int) -> str:
    return clock(seconds, decimals)


def race_time(seconds: float, decimals: int = 0) -> Field:
    """`8:10` or `8:10.5`."""
    return _written("time", "race_time", seconds, decimals)


@_text
def _whole_range(fast: float, slow: float) -> str:
    low, high = clock(fast), clock(slow)
    return low if low == high else f"{low}{EN_DASH}{high}"


def race_range(times: Range[float]) -> Field:
    """`7:59–8:16`, or one time where both read the same."""
    return _written("time", "whole_range", times.low, times.high)


def written_time(seconds: float) -> str:
    """`45 s`, `1:00`, `3 min`, `12:30`: a time as the coach wrote it, the same for every runner."""
    if seconds >= 120 and seconds % 60 == 0:
        return f"{plain(seconds / 60, 0)}{NBSP}min"
    text = clock(seconds, next(decimals for decimals in range(7) if decimals == 6 or _is_whole(seconds, decimals)))
    return text if ":" in text else f"{text}{NBSP}s"


def _is_whole(seconds: float, decimals: int) -> bool:
    return abs(seconds - round(seconds, decimals)) < 1e-7


def written_distance(metres: float, unit: Unit) -> str:
    """`200 m`, `0.5 mi`, `1 mile`: a distance in the coach's own unit, the same for every runner."""
    if unit == "m" or metres == METRES_PER_MILE:
        return f"1{NBSP}mile" if metres == METRES_PER_MILE else f"{plain(metres, 6)}{NBSP}m"
    return f"{plain(metres / METRES[unit], 6)}{NBSP}{unit}"


@_text
def _hours(seconds: float) -> str:
    total = int(5 * round(seconds / 300))
    return f"{total // 60}{NBSP}h{NBSP}{total % 60:02d}{NBSP}min"


def hours(seconds: float) -> Field:
    """`3 h 05 min`: a week's total, to five minutes."""
    return _written("time", "hours", seconds)


@_text
def _minutes(seconds: float) -> str:
    return f"{int(5 * round(seconds / 300))}{NBSP}min"


def minutes(seconds: float) -> Field:
    """`55 min`: how long a session takes, to five minutes."""
    return _written("time", "minutes", seconds)


@_text
def _rest(low: float, high: float) -> str:
    in_minutes = low >= 120 and low % 60 == 0 and high % 60 == 0
    if low >= 120 and not in_minutes:
        return _whole_range(low, high)
    scale, unit = (60, "min") if in_minutes else (1, "s")
    least, most = plain(low / scale, 6), plain(high / scale, 6)
    return f"{least}{NBSP}{unit}" if least == most else f"{least}{EN_DASH}{most}{NBSP}{unit}"


def rest(times: Range[float]) -> Field:
    """`60–90 s`, `3 min`, `2:15`: a recovery."""
    return _written("time", "rest", times.low, times.high)


def article_range(times: Range[float]) -> str:
    """`35–40 s` as the article has it."""
    return f"{span(times.low, times.high)}{NBSP}s"


def pace(value: Pace, units: Units) -> Field:
    """`8:51`: minutes and seconds a kilometre or a mile."""
    return _written("pace", "race_time", value.per(units), 0)


def pace_range(values: Range[Pace], units: Units) -> Field:
    """`10:39–12:42`."""
    return _written("pace", "whole_range", values.low.per(units), values.high.per(units))


def per_unit(units: Units) -> str:
    """What a pace counts: `/km` or `/mi`."""
    return f"/{ROAD_UNIT[units]}"


def amount(metres: float, unit: Unit) -> Field:
    """`5.5 mi`, `9 km`, `800 m`: how far one runs easily or at tempo, in the unit chosen for it."""
    return Field("distance", f"{plain(metres / METRES[unit], 6)}{NBSP}{unit}")


@_text
def _about(metres: float, per: float, unit: str) -> str:
    return f"{plain(round(metres / per * 2) / 2, 1)}{NBSP if unit else ''}{unit}"


def about(metres: float, units: Units) -> Field:
    """A total with estimates in it, to the nearest half: `14.5 mi`."""
    unit = ROAD_UNIT[units]
    return _written("distance", "about", metres, METRES[unit], unit)


def about_number(metres: float, units: Units) -> Field:
    """The same without its unit, for under a heading that names it: `14.5`."""
    return _written("distance", "about", metres, METRES[ROAD_UNIT[units]], "")


def against(percent: float) -> str:
    """`3 % faster`, `1.2 % slower`, `even`: a pace against another, to a tenth."""
    size = plain(abs(percent), 1)
    return "even" if size == "0" else f"{size}{NBSP}% {'slower' if percent > 0 else 'faster'}"


def track(metres: float) -> str:
    """`200 m`, `1 mile`: never converted."""
    return f"1{NBSP}mile" if metres == METRES_PER_MILE else f"{plain(metres, 3)}{NBSP}m"


@_text
def _about_metres(metres: float) -> str:
    step = 10 if metres < METRES_PER_KM else 50
    return f"{round(metres / step) * step}{NBSP}m"


def about_metres(metres: float) -> Field:
    """`200 m`, `1350 m`: how far a repetition by time takes a runner, to what can be seen on a track."""
    return _written("distance", "about_metres", metres)


def span(low: float, high: float) -> str:
    """`6` or `6–8`."""
    return plain(low) if low == high else f"{plain(low)}{EN_DASH}{plain(high)}"


@_text
def _day(value: date) -> str:
    return f"{value.day}{NBSP}{MONTHS[value.month - 1]}"


def day(value: date) -> Field:
    """`27 Apr`."""
    return _written("date", "day", value)


@_text
def _iso(value: date) -> str:
    return value.isoformat()


def iso(value: date) -> Field:
    """`2027-04-27`, for a script to count from; no page shows it."""
    return _written("iso", "iso", value)


@_text
def _full_day(value: date) -> str:
    return f"{WEEKDAY_NAMES[value.weekday()]} {_day(value)}{NBSP}{value.year}"


def full_day(value: date) -> Field:
    """`Saturday 12 June 2027` with the month cut short."""
    return _written("date", "full_day", value)


@_text
def _day_range(first: date, last: date) -> str:
    if first == last:
        return f"{_day(last)}{NBSP}{last.year}"
    if first.month == last.month:
        return f"{first.day}{EN_DASH}{_day(last)}{NBSP}{last.year}"
    return f"{_day(first)}{NBSP}{EN_DASH} {_day(last)}{NBSP}{last.year}"


def day_range(first: date, last: date) -> Field:
    """`18–24 Apr 2027`, `25 Apr – 1 May 2027`, `4 May 2027`."""
    return _written("date", "day_range", first, last)


def joined(lines: Iterable[Line], between: str = ", ") -> Line:
    """Lines set behind one another, with commas."""
    result: list[Piece] = []
    for line in lines:
        if line:
            result += [between, *line] if result else line
    return tuple(result)
