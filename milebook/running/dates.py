"""How people write a date: read where it is one day only, in a profile, a roster and on the command line alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from milebook.core.errors import QuantityError
from milebook.running.quantities import clean, parse_day

CENTURY = 2000  # of a year of two figures: a race lies ahead, and a result not far behind
OLDEST = 2015  # year that a date with two figures for its year is taken to be of, where it may be of another
PAST = "2026-03-28"  # what a day that lies behind looks like, where other examples have one to come

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

# ---------------------------------------------------------------- weekdays

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekdays(*several: str) -> dict[str, str]:
    """Ways to write the days from Monday on."""
    return {word: day for words in several for word, day in zip(words.split(), _ENGLISH, strict=True)}


# The weekdays of the languages that headings are read in. `do` is Thursday in German and Dutch, and Sunday in Spanish:
# a cell is read where all its words are of one language, and every language they are of says the same.
WEEKDAYS: Mapping[str, Mapping[str, str]] = {
    "English": _weekdays(
        "mon tue wed thu fri sat sun",
        "monday tuesday wednesday thursday friday saturday sunday",
        "mo tu we th fr sa su",
        "mon tues weds thur fri sat sun",
        "mon tues weds thurs fri sat sun",
        "mondays tuesdays wednesdays thursdays fridays saturdays sundays",
    ),
    "German": _weekdays(
        "mo di mi do fr sa so", "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "montags dienstags mittwochs donnerstags freitags samstags sonntags",
        "mon die mit don fre sam son", "montag dienstag mittwoch donnerstag freitag sonnabend sonntag",
    ),
    "French": _weekdays(
        "lun mar mer jeu ven sam dim", "lundi mardi mercredi jeudi vendredi samedi dimanche", "lu ma me je ve sa di"
    ),
    "Spanish": _weekdays(
        "lun mar mi\u00e9 jue vie s\u00e1b dom", "lun mar mie jue vie sab dom", "lu ma mi ju vi sa do",
        "lunes martes mi\u00e9rcoles jueves viernes s\u00e1bado domingo",
        "lunes martes miercoles jueves viernes sabado domingo", "lu ma mi ju vi s\u00e1 do",
    ),
    "Italian": _weekdays(
        "lun mar mer gio ven sab dom",
        "luned\u00ec marted\u00ec mercoled\u00ec gioved\u00ec venerd\u00ec sabato domenica",
        "lunedi martedi mercoledi giovedi venerdi sabato domenica", "lu ma me gi ve sa do",
    ),
    "Dutch": _weekdays(
        "ma di wo do vr za zo", "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    ),
}  # fmt: skip


def _name_weekdays() -> Mapping[str, frozenset[int]]:
    """Every name of a weekday, and the days from Monday (0) on that it is in some language."""
    meant: dict[str, set[int]] = {}
    for known in WEEKDAYS.values():
        for word, day in known.items():
            meant.setdefault(word, set()).add(_ENGLISH.index(day))
    return {word: frozenset(days) for word, days in meant.items()}


_WEEKDAY_NUMBERS = _name_weekdays()
_FULL_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# ---------------------------------------------------------------- dates

_DAY, _MONTH, _YEAR, _WORD = (
    "(?P<day>[0-9]{1,2})",
    "(?P<month>[0-9]{1,2})",
    "(?P<year>[0-9]{4})",
    "(?P<word>[a-zà-ÿ]+)[.]?",
)
_NTH, _OF = "(?:st|nd|rd|th|er|º|ª|[.])?", "(?:[ -]|/)*(?:(?:de|del|of|d) )?"
_ANY_YEAR = "(?P<year>[0-9]{4}|[0-9]{2})"  # 27 is 2027
_OCLOCK = "(?:uhr|uur|h)"
_CLOCK = (
    "(?:t| |, ?)(?:(?:at|um|om|à) )?[0-9]{1,2}"
    f"(?::[0-9]{{2}}(?::[0-9]{{2}}(?:[.][0-9]+)?)?(?: ?[ap]m| ?{_OCLOCK})?(?:z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
    f"|(?:[.][0-9]{{2}})? ?{_OCLOCK}|h[0-9]{{2}}| ?[ap]m)"
)
_DASHES = "[\u2010-\u2015\u2212]"
_ARTICLE = "(?:(?:on|the|am|den|der|le|el|il|op) )?"
_WEEKDAY_BEFORE = rf"{_ARTICLE}\(?(?P<weekday>[a-zà-ÿ]+)\)?[.]?,? ?{_ARTICLE}(?P<date>.+)"
_WEEKDAY_BEHIND = r"(?P<date>.+?)(?:,? |,? ?\()(?P<weekday>[a-zà-ÿ]+)[.]?\)?"

# With points the day comes first, as where points are usual; with slashes or dashes after it, either may. A year of two
# figures is read where the order is beyond doubt.
PATTERNS = (
    f"{_YEAR}(?P<sign>[-/. ]){_MONTH}(?P=sign){_DAY}",
    f"{_DAY}[.] ?{_MONTH}[.] ?{_ANY_YEAR}",
    f"{_DAY}(?P<sign>[-/]){_MONTH}(?P=sign){_YEAR}",
    f"{_MONTH}(?P<sign>[-/]){_DAY}(?P=sign){_YEAR}",
    f"{_DAY}{_NTH}{_OF}{_WORD},?{_OF}{_ANY_YEAR}",
    f"{_WORD} ?{_DAY}{_NTH},? ?{_YEAR}",
    f"{_YEAR}[ -]{_WORD}[ -]{_DAY}",
)


class AmbiguousDateError(QuantityError):
    """A date that may be two days, `12/06/2027`."""


@lru_cache(maxsize=256, typed=True)  # a club's races are on few days
def read_date(value: object) -> date:
    """Read `2027-06-12`, `12.06.2027`, `Sa, 12.6.27`, `12 Jun 2027`, `June 12, 2027`, a date or a moment.

    Raises QuantityError, also for years outside 1970 to 2100, for `12/06/2027`, which may be two days, and for a
    weekday that is not the date's.
    """
    if isinstance(value, date):
        return parse_day(value.date() if isinstance(value, datetime) else value)
    cleaned = re.sub(_DASHES, "-", clean(value, "date"))
    weekdays, text = _apart(cleaned)
    written = set(_read(text))
    days = {day for day in written if day.weekday() in weekdays}
    if written and not days:
        day = min(written)
        named = f"{_in_words(day)} {day.year} is a {_FULL_NAMES[day.weekday()]}"
        raise QuantityError(
            f'the weekday of "{value}" is not the date\'s: {named}', "check both, and write what is right"
        )
    if len(days) > 1:
        several = [day.isoformat() for day in sorted(days)]
        told = f'the date "{value}" may be {" or ".join(_in_words(day) for day in sorted(days))}'
        raise AmbiguousDateError(told, f"write {' or '.join(several)}")
    if days:
        return parse_day(days.pop())
    if short := sorted(day for day in _of_two_figures(text) if day.weekday() in weekdays):
        each = " or ".join(day.isoformat() for day in short)
        raise QuantityError(f'"{value}" has a year of two figures', f"write {each}")
    try:
        return parse_day(re.sub(_DASHES, "-", str(value).strip()))
    except QuantityError as error:
        if _is_of_the_form(text):
            raise QuantityError(f'the date "{value}" does not exist') from None
        raise QuantityError(error.message, _hint(cleaned) or error.hint) from None


def read_past_date(value: object) -> date:
    """The same of a day that must lie behind, as a result's: so does the day of an example. Raises QuantityError."""
    try:
        return read_date(value)
    except QuantityError as error:
        raise type(error)(error.message, re.sub(r"(example|as in) [0-9-]{10}", rf"\1 {PAST}", error.hint)) from None


def apart_from_date(text: str) -> tuple[str, list[str]]:
    """A text without the date at its end or its beginning, and the days that this may be: `Town mile, 12.06.2027`."""
    words = text.split()
    cuts = [(words[:place], words[place:]) for place in range(len(words))]
    for rest, day in (*cuts, *((after, before) for before, after in reversed(cuts[1:]))):
        if days := _days_of(" ".join(day).strip("(),;: ")):
            return " ".join(rest).strip(",;: "), days
    return text.strip(), []


def _days_of(text: str) -> list[str]:
    """The days that a text may be; none where it is no date."""
    try:
        return [read_date(text).isoformat()]
    except QuantityError as error:
        return re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", error.hint) if error.hint.startswith("write 2") else []


def _apart(text: str) -> tuple[Collection[int], str]:
    """The weekdays (from 0) that a date may be on by what is written, and the date without weekday and time of day."""
    if _is_of_the_form(text):  # `Mar 12, 2027`: March, and no mardi
        return range(7), text
    text = re.sub(f"{_CLOCK}$", "", text)
    for pattern in (_WEEKDAY_BEFORE, _WEEKDAY_BEHIND):
        match = re.fullmatch(pattern, text)
        if match and match["weekday"] in _WEEKDAY_NUMBERS:
            return _WEEKDAY_NUMBERS[match["weekday"]], match["date"]
    return range(7), re.sub(f"^{_ARTICLE}", "", text)


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
                year = int(part["year"]) + (CENTURY if len(part["year"]) == 2 else 0)
                yield date(year, month, int(part["day"]))
            except ValueError:
                continue


def _of_two_figures(text: str) -> list[date]:
    """The days that `12/06/27` may be; a year that comes first is looked for where a dash is the sign: `27-06-12`."""
    if not (match := re.fullmatch("([0-9]{1,2})([-/ ])([0-9]{1,2})\\2([0-9]{2})", text)):
        return []
    first, sign, second, last = match.groups()
    written = [f"{first}/{second}/{CENTURY + int(last)}"]
    if sign == "-" and len(first) == 2:
        written.append(f"{CENTURY + int(first)}/{second}/{last}")
    days = [day for each in written for day in dict.fromkeys(_read(each))]
    return [day for day in days if day.year >= OLDEST] or days


def _hint(text: str) -> str:
    """What to write instead of what is nearly a date."""
    if week := re.fullmatch("([0-9]{4})-?w([0-9]{2})", text):
        try:
            days = [date.fromisocalendar(int(week[1]), int(week[2]), number).isoformat() for number in (1, 7)]
            return f"that is a week: write a day from {days[0]} to {days[1]}"
        except ValueError:
            return ""
    if re.fullmatch("[0-9]{5}", text):  # a spreadsheet's own number of a day
        day = date(1899, 12, 30) + timedelta(days=int(text))
        return f"format the cell as a date, or write {day.isoformat()}"
    if re.search("[-/. ']([0-9]{2})$", text) and not re.search("[0-9]{4}", text):
        return "write the year in full, as in 2027-06-12"
    return ""
