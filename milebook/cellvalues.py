"""What the cells of a roster mean: words, days, dates and times, however a spreadsheet keeps them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from milebook.characters import UNPRINTABLE, code_of
from milebook.dates import WEEKDAYS, AmbiguousDateError, read_date
from milebook.errors import QuantityError, counted
from milebook.numberformats import PartlyShown
from milebook.quantities import clock
from milebook.spreadsheet import ERROR_VALUE, cell_text
from milebook.workbook import Formula
from milebook.yamlfile import NOT_TEXT

LONGEST_CELL, LONGEST_GROUP = 200, 60  # characters
_NEEDED = ("name", "first name", "last name", "distance", "time")  # an empty cell would be the next mistake
_OF_DATES, _OF_TIMES = ("result date", "race date"), ("time", "goal")
_OF_DAYS = ("days", "long-run", "speed-day")
_FIRST_YEAR = 1900  # of a spreadsheet's dates: its day 1 is 24 hours, where a time is meant


def find_faults(column: str, value: object) -> Iterator[tuple[str, str]]:
    """What keeps a cell from being read, or its text from any page: the message and the hint."""
    text = cell_text(value)
    longest = LONGEST_GROUP if column == "group" else LONGEST_CELL
    if text[:1] in ("#", "E") and ERROR_VALUE.fullmatch(text):
        otherwise = "write what belongs there" if column in _NEEDED else "leave the cell empty"
        yield f"the cell holds an error ({text})", f"mend its formula, or {otherwise}"
    elif isinstance(value, Formula):
        yield (
            f"the value of the formula {text[:40]} is not in the file",
            "save the file in the spreadsheet program once",
        )
    elif isinstance(value, PartlyShown):
        yield _partly_shown(value)
    elif text.startswith("#") and not re.match("# ?[0-9]", text):
        yield (
            f'the cell begins with # ("{text[:20]}")',
            "a remark stands in a row of its own, whose other cells are empty",
        )
    elif column in _OF_DATES and value in (time(), timedelta()):
        yield "the cell holds 0 and no date: its formula found an empty cell", "write the date, or leave the cell empty"
    elif kind := _turned_into(column, value):
        yield f"the cell holds {kind} ({text})", "format the cell as text, and type it again"
    elif isinstance(value, str):
        yield from _other_meanings(column, text)
    if len(text) > longest:
        yield f"longer than {longest} characters", ""
    if match := UNPRINTABLE.search(text):
        yield f"the character {code_of(match[0])} {NOT_TEXT}", "remove it"


def _other_meanings(column: str, text: str) -> Iterator[tuple[str, str]]:
    """What is told of a text of two meanings, where nothing but the sheet can say which."""
    if column in _OF_DAYS:
        yield from _other_days(text)
    elif column in _OF_DATES:
        yield from _two_days(text)


def _two_days(text: str) -> Iterator[tuple[str, str]]:
    """What is told of a date that may be two days. Any other that cannot be read is told as in a profile."""
    try:
        read_date(text)
    except AmbiguousDateError as error:
        yield error.message, f"{error.hint}, or save the list as .xlsx with dates in the column, which say it"
    except QuantityError:
        pass


def _partly_shown(value: PartlyShown) -> tuple[str, str]:
    """Both times that a coach may mean: what the sheet shows, and what was typed."""
    hours, rest = divmod(round(value.held.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [counted(number, what) for number, what in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))]
    held = " ".join(part for part in parts if not part.startswith("0 "))
    # 20:50 is typed for minutes and seconds, and a spreadsheet takes it for hours and minutes
    meant = f"{hours}:{minutes:02}:{seconds:02}" if seconds else f"0:{hours:02}:{minutes:02}"
    return f"the cell shows {value.shown} but holds {held}", f"write {meant}, or what you mean, with its hours"


def _turned_into(column: str, value: object) -> str:
    """What a spreadsheet has made of something else that was typed: `1-2` becomes 1 February, `5.10` 5 October."""
    if column in _OF_DATES:
        return "a time" if isinstance(value, time | timedelta) else ""
    if isinstance(value, date) and not (column in _OF_TIMES and value.year <= _FIRST_YEAR):
        return "a date"
    return "a time" if isinstance(value, time | timedelta | date) and column not in _OF_TIMES else ""


# ---------------------------------------------------------------- words and numbers


def read_number(value: object) -> object:
    """A whole number, whether a spreadsheet has a number or a text; what is none goes on as it is written."""
    text = cell_text(value)
    return int(text) if re.fullmatch("[0-9]{1,4}", text) else text


def read_days(value: object) -> object:
    """`4`, `tue thu sat`, `Di, Do, So`: a number, or the days themselves; an unknown word goes on as it is written."""
    text = cell_text(value)
    if number := re.fullmatch(f"([0-9]{{1,2}})(?: ?(?:x|{_DAYS_WORDS}))?", text.casefold()):
        return int(number[1])
    words = _words_of_days(text)
    several = [[known.get(word.casefold()) for word in words] for known in WEEKDAYS.values()]
    meanings = {tuple(days) for days in several if None not in days}
    if len(meanings) == 1:
        return list(meanings.pop())
    if meanings or not words:  # other days in another language
        return words
    best = max(several, key=lambda days: sum(day is not None for day in days))
    return [day or word for day, word in zip(best, words, strict=True)]  # so that only what is not understood is told


def _words_of_days(text: str) -> list[str]:
    words = (word.rstrip(".") for word in re.split(r"[\s,;/+&]+", text))
    return [word for word in words if word and word.casefold() not in _AND]


def _other_days(text: str) -> Iterator[tuple[str, str]]:
    """What is told of weekdays that are others in another language: `do` is Thursday or Sunday."""
    words = [word.casefold() for word in _words_of_days(text)]
    known_in = [known for known in WEEKDAYS.values() if words and all(word in known for word in words)]
    meanings = sorted({" ".join(known[word] for word in words) for known in known_in})
    if len(meanings) > 1:
        yield f'the weekdays "{text}" may be {" or ".join(meanings)}', "write one of them"


def read_weekday(value: object) -> object:
    """One weekday, in English; an unknown word, or one of several meanings, goes on as it is written."""
    days = read_days(value)
    return days[0] if isinstance(days, list) and len(days) == 1 else cell_text(value)


# Levels in the languages that headings are read in. What is the second of three levels to some and the third to others
# (`Fortgeschritten`) is told.
LEVELS: Mapping[str, str] = {
    **dict.fromkeys(("anf\u00e4nger", "anf\u00e4ngerin", "einsteiger", "einsteigerin", "beginners"), "beginner"),
    **dict.fromkeys(("d\u00e9butant", "d\u00e9butante", "debutant", "debutante", "principiante"), "beginner"),
    **dict.fromkeys(("mittel", "mittelstufe", "interm\u00e9diaire", "intermediaire", "moyen"), "intermediate"),
    **dict.fromkeys(("moyenne", "intermedio", "intermedia", "medio", "gemiddeld", "halfgevorderd"), "intermediate"),
    **dict.fromkeys(("avanc\u00e9", "avanc\u00e9e", "avance", "avancee", "avanzado", "avanzada"), "advanced"),
    **dict.fromkeys(("avanzato", "avanzata", "gevorderd", "gevorderde"), "advanced"),
}


def read_level(value: object) -> str:
    """A level in one of the languages of the headings, in English; another word goes on as it is written."""
    text = cell_text(value)
    return LEVELS.get(unicodedata.normalize("NFC", text).casefold(), text)


_AND = frozenset({"and", "und", "u", "et", "y", "e", "en"})
_DAYS_WORDS = "days?|tage?|jours?|d[i\u00ed]as?|giorn[io]|dagen|dag"


# ---------------------------------------------------------------- dates and times


def read_day(value: object) -> object:
    """A date from a spreadsheet's own dates or from text; text goes on as it is written."""
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else cell_text(value)


def read_time(value: object) -> object:
    """A time as the sheet shows it, `27:30:00` where 27:30 was typed: what it means is said in `readings`."""
    if isinstance(value, datetime):  # 24 hours and more: a moment after the spreadsheet's first day
        value = value - datetime(1899, 12, 31)
    elif isinstance(value, date):
        value = timedelta(days=value.toordinal() - date(1899, 12, 31).toordinal())
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if not isinstance(value, timedelta):
        return cell_text(value)
    hours, rest = divmod(value.total_seconds(), 3600)
    decimals = 0 if rest == int(rest) else 2
    shown = clock(3600 + rest, decimals).partition(":")[2]  # minutes and seconds with both their figures
    return f"{hours:.0f}:{shown}"
