"""Distances, durations, paces and ranges of them: read as a person writes them, kept exact, rounded once when shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

from milebook.core.errors import QuantityError

METRES_PER_MILE = 1609.344
METRES_PER_KM = 1000.0
HALF_MARATHON = 21097.5
MARATHON = 42195.0

Unit = Literal["m", "km", "mi"]
Units = Literal["metric", "imperial"]

METRES: dict[Unit, float] = {"m": 1.0, "km": METRES_PER_KM, "mi": METRES_PER_MILE}
ROAD_UNIT: dict[Units, Unit] = {"metric": "km", "imperial": "mi"}

NAMED = {
    "mile": METRES_PER_MILE,
    "half marathon": HALF_MARATHON,
    "half": HALF_MARATHON,
    "half-marathon": HALF_MARATHON,
    "marathon": MARATHON,
}
UNIT_WORDS: dict[str, Unit] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mtr"), "m"),
    **dict.fromkeys(("k", "km", "kilometre", "kilometres", "kilometer", "kilometers"), "km"),
    **dict.fromkeys(("mi", "mile", "miles"), "mi"),
}
YARD_WORDS, METRES_PER_YARD = ("yards", "yard", "yds", "yd", "y"), 0.9144  # told in metres
SECONDS_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
}
NUMBER = re.compile(r"(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})\s*([a-z]*)", re.ASCII)
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d{1,6})?)", re.ASCII)
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
SHORTEST_BARE, LONGEST_BARE = 30, 100  # seconds that need no unit: from the first to below the second
NEARLY = 1e-6  # of the last decimal shown: what lies so little below a half is a half that a float cannot hold
FIRST_YEAR, LAST_YEAR = 1970, 2100  # of any date: what lies outside is a slip, and no sum of days leaves the calendar
LONGEST_TEXT = 80  # longer than any quantity a person writes; stops a regular expression from being fed a book


def round_half_up(value: float, decimals: int = 0) -> Decimal:
    """Round as a person does on paper: 0.25 to one decimal is 0.3, and so is a quarter that a sum has left at 0.2499….

    A quarter of 7:15 is 1:48.75, worked out as 108.74999999999999: what comes as near as that to a half is one.
    """
    return Decimal(in_units(value, decimals)).scaleb(-decimals)


def in_units(value: float, decimals: int = 0) -> int:
    """The same in whole units of the last decimal. The browser's `rounded` does exactly this."""
    whole = int(abs(value) * 10.0**decimals + 0.5 + NEARLY)
    return whole if value >= 0 else -whole


def clock(seconds: float, decimals: int = 0) -> str:
    """Return `50.1`, `5:58.4` or `1:45:10`; the total is rounded first, so that no `:60` can appear."""
    total, parts = divmod(in_units(seconds, decimals), 10**decimals)
    tail = f".{parts:0{decimals}d}" if decimals else ""
    minutes, rest = divmod(total, 60)
    if not minutes:
        return f"{rest}{tail}"
    hours, left = divmod(minutes, 60)
    return f"{hours}:{left:02d}:{rest:02d}{tail}" if hours else f"{left}:{rest:02d}{tail}"


def plain(value: float, decimals: int = 2) -> str:
    """Return a number without needless zeros: 5, 2.5, 3.25."""
    units = in_units(value, decimals)
    whole, parts = divmod(abs(units), 10**decimals)
    tail = f".{parts:0{decimals}d}".rstrip("0") if parts else ""
    return f"{'-' if units < 0 else ''}{whole}{tail}"


def clean(text: object, what: str) -> str:
    """A value as a text in small letters with single spaces. Raises QuantityError for what is no text or number."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise QuantityError(f"{text!r} is not a {what}")
    if isinstance(text, int) and abs(text) > 10**LONGEST_TEXT:
        raise QuantityError(f"a number of more than {LONGEST_TEXT} digits is not a {what}")
    raw = str(text)
    if len(raw) > LONGEST_TEXT:
        raise QuantityError(f"a text of {len(raw)} characters is not a {what}")
    if not raw.isascii():
        raw = raw.translate(_FULL_WIDTH)
    return " ".join(raw.replace("\ufeff", "").split()).lower()


_FULL_WIDTH = {sign + 0xFEE0: sign for sign in range(0x21, 0x7F)}  # figures and signs of keyboards of East Asia


def _with_point(text: str) -> str:
    """What to write for a distance with a comma, `1,5 km` or `1,500 m`: in metres it stands between thousands."""
    match = re.fullmatch(r"(\d{1,3}),(\d{1,3})\s*([a-z]+)", text, re.ASCII)
    if not match or match[3] not in UNIT_WORDS or (UNIT_WORDS[match[3]] == "m") != (len(match[2]) == 3):
        return ""
    return f"write {match[1]}{'' if len(match[2]) == 3 else '.'}{match[2]} {match[3]}"


@dataclass(frozen=True)
class Distance:
    """Metres, exact, and the unit it was written in: metres (track) are never converted, km and miles (road) are."""

    metres: float
    unit: Unit = "m"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `5k`, `5 km`, `5000 m`, `1 mi`, `mile`, `half marathon`. Raises QuantityError."""
        cleaned = clean(text, "distance")
        if cleaned in NAMED:
            return cls(NAMED[cleaned], "mi" if cleaned == "mile" else "km")
        match = NUMBER.fullmatch(cleaned)
        hint = "write for example 5 km, 400 m, 1 mi or half marathon"
        if not match:
            raise QuantityError(f'distance "{text}" is not a distance', _with_point(cleaned) or hint)
        number, word = float(match[1]), match[2]
        if number <= 0:
            raise QuantityError(f'distance "{text}" must be more than zero', hint)
        if not word:
            raise QuantityError(f'distance "{text}" has no unit', f"write {match[1]} m, {match[1]} km or {match[1]} mi")
        if word in YARD_WORDS:
            raise QuantityError(f'distance "{text}" is in yards', f"write {plain(number * METRES_PER_YARD, 1)} m")
        if word not in UNIT_WORDS:
            raise QuantityError(f'distance "{text}" has the unknown unit "{word}"', hint)
        unit = UNIT_WORDS[word]
        return cls(number * METRES[unit], unit)

    def __lt__(self, other: Distance) -> bool:
        return self.metres < other.metres

    @property
    def on_road(self) -> bool:
        """Whether it follows the runner's units."""
        return self.unit != "m"


@dataclass(frozen=True, order=True)
class Duration:
    """Seconds, exact."""

    seconds: float

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `27:30`, `5:58.4`, `1:45:10`, `90 s`, `15 min`; a bare number from 30 to 100 is seconds.

        Raises QuantityError.
        """
        cleaned = clean(text, "time")
        hint = "write for example 5:40, 27:30, 1:45:10 or 58.4"
        if match := CLOCK.fullmatch(cleaned):
            return cls(_clock_seconds(match, str(text)))
        match = NUMBER.fullmatch(cleaned)
        if not match or match[2] not in (*SECONDS_WORDS, ""):
            is_clock = re.fullmatch(r"\d+([;.,'\s])\d\d(?:\1\d\d)?(?:[.,]\d+)?", cleaned, re.ASCII)
            guess = cleaned.replace(is_clock[1], ":") if is_clock else ""  # `5 21:00` is not 5:21:00
            raise QuantityError(f'time "{text}" is not a time', f"write {guess}" if _is_clock(guess) else hint)
        number, word = float(match[1]), match[2]
        if number <= 0:
            raise QuantityError(f'time "{text}" must be more than zero', hint)
        if not word and not SHORTEST_BARE <= number < LONGEST_BARE:  # 330 may be seconds, 5.40 minutes and seconds
            guess = clock(number) if number >= 100 else re.sub(r"\.(\d)$", r".\g<1>0", match[1]).replace(".", ":")
            raise QuantityError(f'time "{text}" has no unit', f"write {f'{guess} or ' * _is_clock(guess)}{match[1]} s")
        return cls(number * SECONDS_WORDS.get(word, 1.0))


def _is_clock(text: str) -> bool:
    """Whether a text reads as a clock time, so that it can be suggested."""
    match = CLOCK.fullmatch(text)
    try:
        return match is not None and _clock_seconds(match, text) > 0
    except QuantityError:
        return False


def _clock_seconds(match: re.Match[str], text: str) -> float:
    hours, minutes, seconds = match[1], int(match[2]), match[3]
    if float(seconds) >= 60:
        raise QuantityError(f'time "{text}" has {seconds} seconds', "seconds go from 00 to 59")
    if hours is not None and (minutes > 59 or len(match[2]) != 2):
        raise QuantityError(
            f'time "{text}" has {match[2]} minutes', "with hours, minutes go from 00 to 59, as in 1:05:10"
        )
    total = float(Decimal(hours or 0) * 3600 + minutes * 60 + Decimal(seconds))
    if not total:
        raise QuantityError(f'time "{text}" must be more than zero', "write for example 5:40")
    return total


@dataclass(frozen=True, order=True)
class Percent:
    """A share of full effort or of a quantity, in percent."""

    value: float

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `75 %` or `75%`. Raises QuantityError."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", clean(text, "percentage"), re.ASCII)
        if not match or float(match[1]) > 100:
            raise QuantityError(f'"{text}" is not a percentage', "write for example 75 %, from 0 % to 100 %")
        return cls(float(match[1]))


@dataclass(frozen=True, order=True)
class Count:
    """A whole number of repetitions or points, at least 1."""

    value: int

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `8`, `8 x` or `8 ×`. Raises QuantityError."""
        match = re.fullmatch(r"(\d{1,6})\s*[x×]?", clean(text, "number"), re.ASCII)
        if not match or not int(match[1]):
            raise QuantityError(f'"{text}" is not a whole number', "write for example 8")
        return cls(int(match[1]))


class Ordered(Protocol):
    """What a range can be made of."""

    def __lt__(self, other: Any, /) -> bool: ...


Q = TypeVar("Q", bound=Ordered)


@dataclass(frozen=True)
class Range(Generic[Q]):
    """A low and a high of one quantity; a single value has both the same."""

    low: Q
    high: Q

    @property
    def single(self) -> bool:
        """Whether there is nothing between the two."""
        return self.low == self.high


def parse_range(text: object, parse: Callable[[object], Q]) -> Range[Q]:
    """Read `2-3 mi`, `75–80 %`, `60-90 s` or one value; the unit of the high end serves both. Raises QuantityError."""
    try:
        value = parse(text)
        return Range(value, value)
    except QuantityError:
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            raise
        parts = _DASHES.split(clean(text, "range"))
        if len(parts) == 1 or not parts[0]:
            raise
    if len(parts) != 2:
        raise QuantityError(f'"{text}" is not a range', "write for example 2-3 mi")
    high = parse(parts[1])
    unit = re.sub(r"^[\d.:\s]*", "", parts[1])
    bare = re.fullmatch(r"[\d.]+", parts[0]) is not None
    low = parse(f"{parts[0]} {unit}" if bare and unit else parts[0])
    if high < low:
        swapped = f"{parts[1].removesuffix(unit).strip()}-{parts[0]} {unit}" if bare else f"{parts[1]}-{parts[0]}"
        raise QuantityError(f'"{text}" runs backwards', f"write {swapped.strip()}")
    return Range(low, high)


@dataclass(frozen=True)
class Capped:
    """A distance, or a range of one, that takes no longer than a time: `4-6 mi, at most 50 min`."""

    distances: Range[Distance]
    most: Duration

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read both parts, with or without a comma between them. Raises QuantityError."""
        match = re.fullmatch(r"(.*?)\s*,?\s*\b(?:at most|max\.?)\s*(.*)", clean(text, "distance"))
        if not match:
            raise QuantityError(f'"{text}" has no limit', "write for example 4-6 mi, at most 50 min")
        most = Duration.parse(match[2])
        if most.seconds < 60:
            raise QuantityError(
                f'"{text}" has a limit of less than a minute', "write for example 4-6 mi, at most 50 min"
            )
        return cls(parse_range(match[1], Distance.parse), most)


@dataclass(frozen=True)
class Limits(Generic[Q]):
    """The least and the most of a quantity that makes sense in one place, as a coach writes them."""

    least: Q
    most: Q
    least_text: str
    most_text: str

    def __str__(self) -> str:
        return f"from {self.least_text} to {self.most_text}"

    def check(self, found: object, text: object) -> None:
        """Raise QuantityError where a value, or an end of a range, lies outside; what is of another kind passes."""
        low, high = (found.low, found.high) if isinstance(found, Range) else (found, found)
        if not isinstance(low, type(self.least)):
            return
        hint = f"write {self}"
        if low < self.least:
            raise QuantityError(f'"{text}" is less than {self.least_text}', hint)
        if self.most < high:
            raise QuantityError(f'"{text}" is more than {self.most_text}', hint)


def limits(least: str, most: str, parse: Callable[[object], Q]) -> Limits[Q]:
    """Limits from the two ends as they are written."""
    return Limits(parse(least), parse(most), least, most)


# What a coach may write, our choice: generous, and far from what is a slip of the keys.
PART_METRES = limits("10 m", "50 km", Distance.parse)  # what is run in one go, or rested
PART_SECONDS = limits("3 s", "5 h", Duration.parse)
REPS = limits("1", "50", Count.parse)
STRIDE_METRES = limits("20 m", "400 m", Distance.parse)
STRIDE_EFFORT = limits("10 %", "100 %", Percent.parse)
RAMP = limits("0 %", "50 %", Percent.parse)
EASE = limits("30 %", "100 %", Percent.parse)
RISE = limits("0 %", "100 %", Percent.parse)


_ISO_DAY = re.compile("[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|[0-9]{4}|-W[0-9]{2}-[1-7])")  # a week alone is no day


def parse_day(value: object) -> date:
    """Read `2027-06-12`, or take a date as it is. Raises QuantityError, also for years outside 1970 to 2100."""
    text = str(value).strip()
    if not isinstance(value, date) and not _ISO_DAY.fullmatch(text):
        raise QuantityError(f'"{text}" is not a date', "write year-month-day, for example 2027-06-12")
    try:
        day = value if isinstance(value, date) else date.fromisoformat(text)
    except ValueError:
        raise QuantityError(f'the date "{text}" does not exist') from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise QuantityError(f"the year of {day.isoformat()} is not from {FIRST_YEAR} to {LAST_YEAR}", "check the year")
    return day


@dataclass(frozen=True, order=True)
class Pace:
    """Seconds per metre, exact; a pace is not converted like a distance."""

    seconds_per_metre: float

    @property
    def per_km(self) -> float:
        """Seconds per kilometre."""
        return self.seconds_per_metre * METRES_PER_KM

    @property
    def per_mile(self) -> float:
        """Seconds per mile."""
        return self.seconds_per_metre * METRES_PER_MILE

    def over(self, metres: float) -> float:
        """Seconds for so many metres."""
        return self.seconds_per_metre * metres

    def per(self, units: Units) -> float:
        """Seconds per kilometre or per mile, as the runner counts."""
        return self.per_km if units == "metric" else self.per_mile
