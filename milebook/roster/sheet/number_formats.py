"""What a spreadsheet shows of a number: as its format says, a day, a time, or figures as many as are asked for.

A format is known by what it makes of a number: "day", "month", "year" and "weekday" (dates without their day), "span"
(hours that go beyond a day), of times of day "clock" (no seconds) and "stopwatch" (no hours); else it is the format
itself, `0000` say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from milebook.running.quantities import round_half_up

LARGEST_NUMBER = 1e300
NOISE = 1e-9  # by which sums of a spreadsheet are off, beside what a cell holds
MOST_EXACT = 1e15  # up to where a spreadsheet keeps every figure

_NUMBER = re.compile(r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?", re.ASCII)
# A number's format that is simple enough to follow; by any other a number is written as it is.
_NUMBER_FORMAT = re.compile(r'((?:"[^"]*"|\\.|[_*].|[ (-])*)([#0?,]*[0?])(?:\.([0#?]+))?((?:"[^"]*"|\\.|[_*].|[ )%])*)')
BUILT_IN: Mapping[str, str] = {
    **{str(number): "day" for number in range(14, 23)},
    **{"17": "month", "18": "clock", "20": "clock", "45": "stopwatch", "46": "span", "47": "stopwatch"},
    **{"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"},
}
_NO_LETTERS = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]?', re.IGNORECASE)  # in a number's format


@dataclass(frozen=True)
class PartlyShown:
    """A time whose format leaves out what it holds: 20 hours 50 minutes by `mm:ss`, which shows 50:00."""

    shown: str
    held: timedelta

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class RoundedNumber:
    """A number of which its format shows less than it holds: 20.5 by `0`, which shows 21."""

    shown: str
    held: float

    def __str__(self) -> str:
        return self.shown


def kind_of(code: str) -> str:
    """What a number's format makes of it: `yyyy-mm-dd` a day, `[h]:mm` a span; else the format, `0000` say."""
    letters = _NO_LETTERS.sub("", code[:255]).partition(";")[0].lower()
    if "[" in letters:
        return "span"
    has_day_of_month = re.search("(?<!d)d{1,2}(?!d)", letters)
    if re.search("[dy]", letters) and not has_day_of_month:
        return "weekday" if "d" in letters else "month" if "m" in letters else "year"
    if re.search("[dy]", letters) or not re.search("[hs]", letters.replace("general", "")):
        return "day" if re.search("[dmyhs]", letters.replace("general", "")) else code[:255].partition(";")[0]
    return "stopwatch" if "h" not in letters else "clock" if "s" not in letters else "day"


def number_as_shown(text: str, shown: str, dates_from_1904: bool) -> object:
    """A number by the kind of its format; what is no number is a text, to be told at its place."""
    if not _NUMBER.fullmatch(text.strip()) or abs(number := float(text)) > LARGEST_NUMBER:
        return text
    try:
        return _VALUES[shown](number, dates_from_1904) if shown in _VALUES else _as_shown(number, shown)
    except (OverflowError, ValueError):  # beyond the year 9999
        return number


def _as_shown(number: float, code: str) -> object:
    """A number as its format shows it: 12 is `0012` by `0000`; without the signs between thousands."""
    match = _NUMBER_FORMAT.fullmatch(code)
    if not match or not 0 <= number < MOST_EXACT:
        return int(number) if number == int(number) and abs(number) < MOST_EXACT else float(f"{number:.15g}")
    before, whole, decimals, after = (part or "" for part in match.groups())
    scaled = number * 100 if "%" in before + after else number
    figures = f"{round_half_up(scaled, len(decimals)):0{whole.count('0') + len(decimals) + bool(decimals)}}"
    needed = decimals.count("0")
    if decimals and needed < len(decimals):
        figures = _cut_zeros(figures, needed)
    text = f"{_literal(before)}{figures}{_literal(after)}".strip()
    hidden = abs(float(figures) - scaled) > NOISE * max(1.0, scaled)
    return RoundedNumber(text, number) if hidden else text


def _cut_zeros(figures: str, needed: int) -> str:
    """Without zeros at the end that a format does not ask for."""
    whole, _, part = figures.partition(".")
    part = part[:needed] + part[needed:].rstrip("0")
    return f"{whole}.{part}" if part else whole


def _literal(text: str) -> str:
    """What a format puts before or behind a number."""
    return re.sub(r'\\(.)|[_*].|"', lambda match: match[1] or "", text)


def read_iso(text: str) -> object:
    """A date, a moment or a time that is written as such; else the text."""
    readers: tuple[Callable[[str], Any], ...] = (date.fromisoformat, datetime.fromisoformat, time.fromisoformat)
    for read in readers:
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _span(days: float, _: bool) -> timedelta:
    return timedelta(milliseconds=round(days * 86_400_000))


def _moment(days: float, dates_from_1904: bool) -> object:
    """A day, a time of day where there is no day, or both.

    Day 60 of a sheet is 29 February 1900, which there was not; days before it are counted from one day later.
    """
    if days < 0:
        return days
    since = _span(days, False)
    if not since.days:
        return (datetime.min + since).time()
    first = _FIRST_DAYS[dates_from_1904] if days >= 60 else datetime(1899, 12, 31)
    moment = first + since
    return moment if moment.time() != time() else moment.date()


def _part_of_a_date(how: str) -> Callable[[float, bool], object]:
    """What a format without the day of the month shows: a text that is no date, as the sheet has none."""

    def shown(days: float, dates_from_1904: bool) -> object:
        moment = _moment(days, dates_from_1904)
        return f"{moment:{how}}" if isinstance(moment, date) else moment

    return shown


def _clock_time(days: float, dates_from_1904: bool) -> object:
    """What a format without seconds shows."""
    held = _span(days, False) if 0 <= days < 1 else timedelta()
    minutes, seconds = divmod(held, timedelta(minutes=1))
    if not seconds:
        return _moment(days, dates_from_1904)
    return PartlyShown(f"{minutes // 60}:{minutes % 60:02}", held)


def _stopwatch(days: float, dates_from_1904: bool) -> object:
    """What a format without hours shows."""
    held = _span(days, False) if 0 <= days < _DAYS_OF_A_TIME else timedelta()
    hours, rest = divmod(held, timedelta(hours=1))
    if not hours:
        return _moment(days, dates_from_1904)
    minutes, seconds = divmod(rest, timedelta(minutes=1))
    return PartlyShown(f"{minutes:02}:{seconds.seconds:02}", held)


_DAYS_OF_A_TIME = 10  # up to here a number in a format of times is one, and no date
_FIRST_DAYS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_VALUES: Mapping[str, Callable[[float, bool], object]] = {
    "month": _part_of_a_date("%b %Y"),
    "year": _part_of_a_date("%Y"),
    "weekday": _part_of_a_date("%A"),
    "day": _moment,
    "span": _span,
    "clock": _clock_time,
    "stopwatch": _stopwatch,
}
