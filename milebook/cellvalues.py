"""What the cells of a roster mean: words, days, dates and times, however a spreadsheet keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from milebook.errors import QuantityError
from milebook.fitness import Result, assess
from milebook.quantities import Distance, clock
from milebook.spreadsheet import cell_text


def read_word(row: Mapping[str, object], column: str, default: str | None) -> str | None:
    """One word in small letters; the default where the row has none."""
    return cell_text(row[column]).lower() if column in row else default


def read_days(value: object) -> object:
    """`4`, `tue thu sat`, `Tue, Thu, Sat`: a number, or the days themselves."""
    text = cell_text(value).removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) < 3 else re.split(r"[\s,;/+]+", text)


def read_day(value: object) -> object:
    """A date from a spreadsheet's own dates or from text; text goes on as it is written."""
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else cell_text(value)


def read_time(value: object, distance: object) -> object:
    """A time from text, or from a spreadsheet's own times, which take `27:30` for hours and minutes.

    It is read as hours where that is a running speed for the distance, else as minutes: 3:30 for a marathon is three
    hours and a half, 27:30 for 5 km is not twenty-seven hours.
    """
    if isinstance(value, datetime):  # 24 hours and more: a moment after the spreadsheet's first day
        value = value - datetime(1899, 12, 31)
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if not isinstance(value, timedelta):
        return cell_text(value).removesuffix(".0") if isinstance(value, float) else cell_text(value)
    seconds = value.total_seconds()
    if not is_run(distance, seconds) and is_run(distance, seconds / 60):
        seconds /= 60
    return clock(seconds, 0 if seconds == int(seconds) else 1)


def is_run(distance: object, seconds: float) -> bool:
    """Whether so many seconds are a running speed for a distance."""
    try:
        metres = distance.metres if isinstance(distance, Distance) else Distance.parse(cell_text(distance)).metres
        assess(Result(metres, seconds))
    except QuantityError:
        return False
    return True
