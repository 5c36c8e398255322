"""Runner's values as they are shown: the seam that everything personal passes through on its way to a page.

A template prints a `Field` only through the `field` filter, which marks it, so that another program can find it and
put another runner's value in its place. Text that is the same for every runner is a plain string.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from milebook.expressions import Told, depends
from milebook.models import WEEKDAY_NAMES
from milebook.quantities import METRES, METRES_PER_MILE, ROAD_UNIT, Distance, Pace, Range, Units, clock, plain

NBSP, EN_DASH, TIMES = "\u00a0", "\u2013", "\u00d7"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

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


def _written(kind: FieldKind, text: str, how: str, *of: Any) -> Field:
    return Field(kind, text, (how, *of) if any(map(depends, of)) else None)


def name(text: str) -> Field:
    """A name the runner gave."""
    return Field("name", text)


def word(text: str) -> Field:
    """A word that depends on the runner's values."""
    return Field("word", text, ("word", *text.source)) if isinstance(text, Told) else Field("word", text)


def ran(distance: Distance) -> Field:
    """The distance of a result in the unit it was written in: `5 km`, `1500 m`, `1 mile`."""
    metres = distance.metres
    if distance.unit == "m" or metres == METRES_PER_MILE:
        text = track(metres)
    else:
        text = road(metres, "imperial" if distance.unit == "mi" else "metric").text
    return _written("distance", text, "ran", metres, distance.unit)


def ran_in(seconds: float) -> Field:
    """The time of a result: `20:50`, `4:48.3`."""
    return _written("time", clock(seconds, 0 if seconds == int(seconds) else 1), "ran_in", seconds)


def share(part: float) -> Field:
    """`0.831`: how long a bar is."""
    return _written("share", f"{part:.3f}", "share", part)


def _decimals(seconds: float) -> int:
    return 1 if seconds < 180 else 0


def rep_time(seconds: float) -> Field:
    """`50.1 s`, `1:29.5`, `4:10`: tenths below three minutes."""
    text = clock(seconds, _decimals(seconds))
    return _written("time", text if ":" in text else f"{text}{NBSP}s", "rep_time", seconds)


def table_time(seconds: float) -> Field:
    """`30.5`, `4:04.4`: always a tenth and no unit, so that a column stands on its colons and points."""
    return _written("time", clock(seconds, 1), "table_time", seconds)


def whole_seconds(seconds: float) -> Field:
    """`46 s`, `1:01`: where tenths would be false precision, as on a hill."""
    text = clock(seconds)
    return _written("time", text if ":" in text else f"{text}{NBSP}s", "whole_seconds", seconds)


def time_range(times: Range[float]) -> Field:
    """`49.1–51.1 s`, `1:27.7–1:31.3`: both ends with the decimals of the low one."""
    decimals = _decimals(times.low)
    low, high = clock(times.low, decimals), clock(times.high, decimals)
    unit = "" if ":" in high else f"{NBSP}s"
    text = rep_time(times.low).text if low == high else f"{low}{EN_DASH}{high}{unit}"
    return _written("time", text, "time_range", times.low, times.high)


def race_time(seconds: float, decimals: int = 0) -> Field:
    """`8:10` or `8:10.5`."""
    return _written("time", clock(seconds, decimals), "race_time", seconds, decimals)


def race_range(times: Range[float]) -> Field:
    """`7:59–8:16`, or one time where both read the same."""
    low, high = clock(times.low), clock(times.high)
    return _written("time", low if low == high else f"{low}{EN_DASH}{high}", "whole_range", times.low, times.high)


def whole_minutes(seconds: float) -> str:
    """`75 min`: a duration of the plan, the same for every runner."""
    return f"{plain(seconds / 60, 0)}{NBSP}min"


def hours(seconds: float) -> Field:
    """`3 h 05 min`: a week's total, to five minutes."""
    total = int(5 * round(seconds / 300))
    return _written("time", f"{total // 60}{NBSP}h{NBSP}{total % 60:02d}{NBSP}min", "hours", seconds)


def seconds_range(times: Range[float]) -> str:
    """`60–90 s`, `3 min`: a recovery, the same for every runner."""
    in_minutes = times.low >= 120 and times.low % 60 == 0 and times.high % 60 == 0
    scale, unit = (60, "min") if in_minutes else (1, "s")
    low, high = plain(times.low / scale), plain(times.high / scale)
    return f"{low}{NBSP}{unit}" if low == high else f"{low}{EN_DASH}{high}{NBSP}{unit}"


def article_range(times: Range[float]) -> str:
    """`35–40 s` as the article has it."""
    return f"{plain(times.low)}{EN_DASH}{plain(times.high)}{NBSP}s"


def pace(value: Pace, units: Units) -> Field:
    """`8:51`: minutes and seconds a kilometre or a mile."""
    return _written("pace", clock(value.per(units)), "race_time", value.per(units), 0)


def pace_range(values: Range[Pace], units: Units) -> Field:
    """`10:39–12:42`."""
    fast, slow = values.low.per(units), values.high.per(units)
    low, high = clock(fast), clock(slow)
    return _written("pace", low if low == high else f"{low}{EN_DASH}{high}", "whole_range", fast, slow)


def per_unit(units: Units) -> str:
    """What a pace counts: `/km` or `/mi`."""
    return f"/{ROAD_UNIT[units]}"


def road(metres: float, units: Units) -> Field:
    """`5.5 mi` or `9 km`: a road distance in the runner's unit, to a tenth."""
    unit = ROAD_UNIT[units]
    return Field("distance", f"{plain(metres / METRES[unit], 1)}{NBSP}{unit}")


def about(metres: float, units: Units) -> Field:
    """A total with estimates in it, to the nearest half: `14.5 mi`."""
    unit = ROAD_UNIT[units]
    text = f"{plain(round(metres / METRES[unit] * 2) / 2, 1)}{NBSP}{unit}"
    return _written("distance", text, "about", metres, METRES[unit], unit)


def about_number(metres: float, units: Units) -> Field:
    """The same without its unit, for under a heading that names it: `14.5`."""
    number = about(metres, units).text.split(NBSP)[0]
    return _written("distance", number, "about", metres, METRES[ROAD_UNIT[units]], "")


def against(percent: float) -> str:
    """`3 % faster`, `1.2 % slower`, `even`: a pace against another, to a tenth."""
    size = plain(abs(percent), 1)
    return "even" if size == "0" else f"{size}{NBSP}% {'slower' if percent > 0 else 'faster'}"


def track(metres: float) -> str:
    """`200 m`, `1 mile`: never converted."""
    return f"1{NBSP}mile" if metres == METRES_PER_MILE else f"{plain(metres, 3)}{NBSP}m"


def span(low: float, high: float) -> str:
    """`6` or `6–8`."""
    return plain(low) if low == high else f"{plain(low)}{EN_DASH}{plain(high)}"


def day(value: date) -> Field:
    """`27 Apr`."""
    return _written("date", f"{value.day}{NBSP}{MONTHS[value.month - 1]}", "day", value)


def iso(value: date) -> Field:
    """`2027-04-27`, for a script to count from; no page shows it."""
    return _written("iso", value.isoformat(), "iso", value)


def full_day(value: date) -> Field:
    """`Saturday 12 June 2027` with the month cut short."""
    text = f"{WEEKDAY_NAMES[value.weekday()]} {value.day}{NBSP}{MONTHS[value.month - 1]}{NBSP}{value.year}"
    return _written("date", text, "full_day", value)


def day_range(first: date, last: date) -> Field:
    """`18–24 Apr 2027`, `25 Apr – 1 May 2027`."""
    if first.month == last.month:
        text = f"{first.day}{EN_DASH}{last.day}{NBSP}{MONTHS[last.month - 1]}{NBSP}{last.year}"
    else:
        text = f"{day(first)}{NBSP}{EN_DASH} {day(last)}{NBSP}{last.year}"
    return _written("date", text, "day_range", first, last)


def joined(lines: Iterable[Line], between: str = ", ") -> Line:
    """Lines set behind one another, with commas."""
    result: list[Piece] = []
    for line in lines:
        if line:
            result += [between, *line] if result else line
    return tuple(result)
