"""How people write a date: read where it is one day only, in a profile, a roster and on the command line alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from milebook.errors import QuantityError
from milebook.quantities import clean, parse_day

HINT = "write year-month-day, for example 2027-06-12"

# The months of the languages that a roster's headings are read in; the first three letters do, too.
_MONTH_NAMES = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_SHORTER = {"sept": 9, "mär": 3, "mrz": 3, "juil": 7, "fév": 2, "févr": 2, "janv": 1, "mrt": 3, "aoû": 8}


def _name_months() -> Mapping[str, int]:
    """Every name of a month and its first letters; those that begin two months (`jui`) are left out."""
    meant: dict[str, set[int]] = {}
    for names in _MONTH_NAMES:
        for number, name in enumerate(names.split(), start=1):
            for word in {name, name[:3]}:
                meant.setdefault(word, set()).add(number)
    return {word: numbers.pop() for word, numbers in meant.items() if len(numbers) == 1} | _SHORTER


MONTHS = _name_months()
_DAY, _MONTH, _YEAR, _WORD = (
    "(?P<day>[0-9]{1,2})",
    "(?P<month>[0-9]{1,2})",
    "(?P<year>[0-9]{4})",
    "(?P<word>[a-zà-ÿ]+)[.]?",
)
_NTH, _OF = "(?:st|nd|rd|th|er|º|ª|[.])?", "(?:[ -]|/)*(?:(?:de|del|of|d) )?"
_CLOCK = "(?:t| |, ?)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?(?: ?[ap]m)?(?:z|[+-][0-9]{2}:?[0-9]{2})?"
_WEEKDAY = "[a-zà-ÿ]{2,10}[.]?,? "

# With points the day comes first, as where points are usual; with slashes or dashes after it, either may.
PATTERNS = (
    f"{_YEAR}(?P<sign>[-/. ]){_MONTH}(?P=sign){_DAY}",
    f"{_DAY}[.] ?{_MONTH}[.] ?{_YEAR}",
    f"{_DAY}(?P<sign>[-/]){_MONTH}(?P=sign){_YEAR}",
    f"{_MONTH}(?P<sign>[-/]){_DAY}(?P=sign){_YEAR}",
    f"(?:{_WEEKDAY})?{_DAY}{_NTH}{_OF}{_WORD},?{_OF}{_YEAR}",
    f"(?:{_WEEKDAY})?{_WORD} ?{_DAY}{_NTH},? ?{_YEAR}",
    f"{_YEAR}[ -]{_WORD}[ -]{_DAY}",
)


@lru_cache(maxsize=256, typed=True)  # a club's races are on few days
def read_date(value: object) -> date:
    """Read `2027-06-12`, `12.06.2027`, `12 Jun 2027`, `June 12, 2027`, a date or a moment.

    Raises QuantityError, also for years outside 1970 to 2100 and for `12/06/2027`, which may be two days.
    """
    if isinstance(value, date):
        return parse_day(value.date() if isinstance(value, datetime) else value)
    cleaned = clean(value, "date")
    days = set(_read(cleaned)) or set(_read(re.sub(f"{_CLOCK}$", "", cleaned)))
    if len(days) > 1:
        several = [day.isoformat() for day in sorted(days)]
        hint = f"write {' or '.join(several)}, or save a list as .xlsx, which says it"
        raise QuantityError(f'the date "{value}" may be {" or ".join(_in_words(day) for day in sorted(days))}', hint)
    if days:
        return parse_day(days.pop())
    try:
        return parse_day(str(value).strip())
    except QuantityError as error:
        if _is_of_the_form(cleaned):
            raise QuantityError(f'the date "{value}" does not exist') from None
        raise QuantityError(error.message, _hint(cleaned) or error.hint) from None


def _in_words(day: date) -> str:
    return f"{day.day} {_MONTH_NAMES[0].split()[day.month - 1].title()}"


def _is_of_the_form(text: str) -> bool:
    """Whether a text is written as a date is, though there is no such day."""
    found = (re.fullmatch(pattern, text) for pattern in PATTERNS)
    return any(match and match.groupdict().get("word", "may") in MONTHS for match in found)


def _read(text: str) -> Iterator[date]:
    """The days a text may be."""
    for pattern in PATTERNS:
        if match := re.fullmatch(pattern, text):
            part = match.groupdict()
            month = MONTHS.get(part["word"], 0) if part.get("word") else int(part["month"])
            try:
                yield date(int(part["year"]), month, int(part["day"]))
            except ValueError:
                continue


def _hint(text: str) -> str:
    """What to write instead of what is nearly a date."""
    if re.fullmatch("[0-9]{5}", text):  # a spreadsheet's own number of a day
        day = date(1899, 12, 30) + timedelta(days=int(text))
        return f"format the cell as a date, or write {day.isoformat()}"
    if re.search("[-/. ']([0-9]{2})$", text) and not re.search("[0-9]{4}", text):
        return "write the year in full, as in 2027-06-12"
    return ""
