"""What the cells of a roster mean: words, days, dates and times, however a spreadsheet keeps them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from milebook.content.yaml_file import NOT_TEXT
from milebook.core.characters import UNPRINTABLE, code_of
from milebook.core.errors import QuantityError, counted
from milebook.roster.sheet.columns import OF_DAYS
from milebook.roster.sheet.number_formats import PartlyShown, RoundedNumber
from milebook.roster.sheet.placeholders import TEXTS, has_word, is_ditto, says_none
from milebook.roster.sheet.spreadsheet import ERROR_VALUE, cell_text
from milebook.roster.sheet.workbook import CrossedOut, Formula
from milebook.running.dates import AmbiguousDateError, read_date
from milebook.running.quantities import clock
from milebook.running.race_names import has_distance, is_day_or_time
from milebook.running.training_days import UnclearDaysError, read_one_day, read_training_days, settle

LONGEST_CELL, LONGEST_GROUP = 200, 60  # characters
_NEEDED = ("name", "first name", "last name", "distance", "time")  # an empty cell would be the next mistake
_OF_DATES, _OF_TIMES = ("result date", "race date", "made"), ("time", "goal", "trial")
# Columns of numbers, of which the sheet may show only a part.
_OF_NUMBERS = frozenset({*_OF_TIMES, "distance", "race distance", "track", "days", "weeks"})
Fault = tuple[str, str]  # the message and the hint
_FIRST_YEAR = 1900  # of a spreadsheet's dates: its day 1 is 24 hours, where a time is meant


def find_faults(column: str, value: object, language: str = "") -> Iterator[tuple[str, str]]:
    """What keeps a cell from being read, or its text from any page: the message and the hint.

    `language` is that of the sheet, where it is known: it says which days letters are.
    """
    text = cell_text(value)
    longest = LONGEST_GROUP if column == "group" else LONGEST_CELL
    if isinstance(value, CrossedOut):
        yield crossed_out({column: value})
    elif (
        fault := _without_value(column, value, text)
        or _without_words(column, text)
        or _of_another_kind(column, value)
        or _no_goal(column, text)
    ):
        yield fault
    else:
        yield from _other_meanings(column, value, text, language)
    if len(text) > longest:
        yield f"longer than {longest} characters", ""
    if match := UNPRINTABLE.search(text):
        yield f"the character {code_of(match[0])} {NOT_TEXT}", "remove it"


def _no_goal(column: str, text: str) -> Fault | None:
    """Words in place of a goal, `just finish`: there need not be one."""
    if column != "goal" or re.search("[0-9]", text):
        return None
    return f'goal "{text}" is not a time', "leave the cell empty, or write for example 5:40"


# A text that begins as a formula does, as in a .csv whose formulas were saved; a name may begin with the sign, too.
_FORMULA = re.compile(r"= ?(?:[a-z]{1,3}\$?[0-9]|[\"'($0-9+{\[-]|[a-z\u00c0-\u00ff_][\w.]*[(!])", re.IGNORECASE)


def _without_value(column: str, value: object, text: str) -> Fault | None:
    """What is told of a cell whose formula has failed, or was never worked out."""
    if text[:1] in ("#", "E") and ERROR_VALUE.fullmatch(text):
        otherwise = "write what belongs there" if column in _NEEDED else "leave the cell empty"
        return f"the cell holds an error ({text})", f"mend its formula, or {otherwise}"
    if isinstance(value, Formula):
        told = f"the value of the formula {text[:40]} is not in the file"
        return told, "save the file in the spreadsheet program once"
    if _FORMULA.match(text):
        return f"the cell holds a formula and not its value ({text[:40]})", "write what it comes to"
    return None


def _without_words(column: str, text: str) -> Fault | None:
    """What is told of a cell with a remark, a ditto mark, or nothing but signs where any text is taken."""
    if text.startswith("#") and not re.match("# ?[0-9]", text):
        hint = "a remark stands in a row of its own, whose other cells are empty"
        return f'the cell begins with # ("{text[:20]}")', hint
    if is_ditto(column, text):
        return f"the cell says only that it is as the one above ({text})", "write it out in every row"
    if column in TEXTS and not has_word(text):
        instead = "write what belongs there" if column in _NEEDED else "write what belongs there, or leave it empty"
        return f'the cell has no letter and no figure ("{text[:20]}")', instead
    return None


def _of_another_kind(column: str, value: object) -> Fault | None:
    """What is told of a value that the sheet shows only a part of, or that a spreadsheet has made something else of."""
    if isinstance(value, PartlyShown):
        return _partly_shown(value)
    if isinstance(value, RoundedNumber) and column in _OF_NUMBERS:
        return f"the cell shows {value.shown} but holds {value.held:.10g}", _ROUNDED.get(column, _ROUNDED[""])
    if column in _OF_DATES and value in (time(), timedelta()):
        told = "the cell holds 0 and no date: its formula found an empty cell"
        return told, "write the date, or leave the cell empty"
    if kind := _turned_into(column, value):
        return f"the cell holds {kind} ({cell_text(value)})", "format the cell as text, and type it again"
    return None


# What one is called by: with a plus, with signs between its figures, or longer than any start number. Not 2027-014.
_TELEPHONE = re.compile(r"(?!20[0-9]{2}[-/.])(?:[+(][0-9 ()./-]+|[0-9]+[ ()./-][0-9 ()./-]+|[0-9]{9,})")
_FEWEST_FIGURES = 7


def _other_meanings(column: str, value: object, text: str, language: str) -> Iterator[Fault]:
    """What is told of a text of two meanings, where nothing but the sheet can say which."""
    if column in OF_DAYS:
        yield from _days(column, text, language)
    elif column in _OF_DATES and isinstance(value, str):
        yield from _two_days(text)
    elif column == "race name" and is_day_or_time(text):
        hint = "write what the race is called, as in Town mile, or leave the cell empty; its day stands in race date"
        yield f'the name of the race is a day or a time ("{text}")', hint
    elif column == "id" and _TELEPHONE.fullmatch(text) and len(re.findall("[0-9]", text)) >= _FEWEST_FIGURES:
        yield "the id looks like a telephone number, and ids are printed", "write a start number, or rename the column"


_ROUNDED = {
    **dict.fromkeys(_OF_TIMES, "write minutes and seconds with a colon, as in 5:40 or 27:30"),
    "": "write the one that is meant",
}


def _days(column: str, text: str, language: str) -> Iterator[tuple[str, str]]:
    """What is told of a cell of days that cannot be read, or that may be others in another language."""
    try:
        if column == "days":
            read_training_days(text, language)
        elif not says_none(text):
            read_one_day(text, language)
    except QuantityError as error:
        yield error.message, error.hint


def _two_days(text: str) -> Iterator[tuple[str, str]]:
    """What is told of a date that may be two days. Any other that cannot be read is told as in a profile."""
    try:
        read_date(text)
    except AmbiguousDateError as error:
        yield error.message, error.hint
    except QuantityError:
        pass


def _partly_shown(value: PartlyShown) -> tuple[str, str]:
    """Both times that a coach may mean: what the sheet shows, and what was typed."""
    hours, rest = divmod(round(value.held.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [counted(number, what) for number, what in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))]
    held = " ".join(part for part in parts if not part.startswith("0 "))
    told = f"the cell shows {value.shown} but holds {held}"
    if hours and not seconds:  # 20:50 is typed for minutes and seconds, and a spreadsheet takes it for hours
        return told, f"write 0:{hours:02}:{minutes:02} if that is meant, or {_SHOW_ALL}"
    return told, _SHOW_ALL


_SHOW_ALL = "give the column the format [h]:mm:ss, which shows all of it"


def _turned_into(column: str, value: object) -> str:
    """What a spreadsheet has made of something else that was typed: `1-2` becomes 1 February, `5.10` 5 October."""
    if column in _OF_DATES:
        return "a time" if isinstance(value, time | timedelta) else ""
    if isinstance(value, date) and not (column in _OF_TIMES and value.year <= _FIRST_YEAR):
        return "a date"
    return "a time" if isinstance(value, time | timedelta | date) and column not in _OF_TIMES else ""


def crossed_out(cells: Mapping[str, CrossedOut]) -> Fault:
    """What is told of lines through cells whose row has others without one: are these gone, or is the athlete?"""
    named = [
        f'{"" if cell.is_whole else "a part of "}{column} ("{cell_text(cell)[:40]}")' for column, cell in cells.items()
    ]
    told = f"crossed out in the sheet: {', '.join(named)}; the rest of the row is not"
    hint = "write what is right without a line through it" + (
        ", or empty the cell" if not set(cells) & set(_NEEDED) else ""
    )
    return told, f"{hint}; to leave the athlete out, cross out the whole row"


# ---------------------------------------------------------------- words and numbers


_WEEKS_WORDS = "weeks?|wks?|wochen?|semaines?|semanas?|settiman[ae]|weken"


def read_number(value: object) -> object:
    """A whole number, `8`, `8.0` or `8 weeks`; what is none goes on as it is written."""
    text = cell_text(value)
    number = re.fullmatch(f"([0-9]{{1,4}})(?:[.,]0+)?(?: ?(?:{_WEEKS_WORDS})[.]?)?", text.casefold())
    return int(number[1]) if number else text


def read_days(value: object) -> object:
    """`4`, `tue thu sat`, `Di, Do, So`: a number, or the days themselves; what cannot be read goes on as it is."""
    text = cell_text(value)
    try:
        days = read_training_days(text)
    except QuantityError:
        return text
    return days if isinstance(days, int) else list(days)


def read_weekday(value: object) -> object:
    """One weekday, in English; None where a dash says that there is none. What cannot be read goes on as it is."""
    text = cell_text(value)
    try:
        return None if says_none(text) else read_one_day(text)
    except QuantityError:
        return text


def days_meant(column: str, value: object, language: str) -> list[str]:
    """What a cell of days may mean, in English; one thing where it can be read, nothing where that is not known."""
    text = cell_text(value)
    try:
        days = read_training_days(text, language) if column == "days" else (read_one_day(text, language),)
    except UnclearDaysError as error:
        return [" ".join(days) for days in error.readings]
    except QuantityError:
        return [text] if column != "days" and says_none(text) else []
    return [str(days) if isinstance(days, int) else " ".join(days)]


def in_one_language(rows: Mapping[int, Mapping[str, object]], language: str = "") -> Iterator[tuple[int, str, str]]:
    """The cells of days that only the rest of the sheet makes clear: the row, the column and the days in English.

    `language` is that of the headings, where it is known.
    """
    cells = {(number, column): row[column] for number, row in rows.items() for column in OF_DAYS & set(row)}
    texts = {place: cell_text(cell) for place, cell in cells.items() if not isinstance(cell, CrossedOut)}
    for (number, column), days in settle(texts, language).items():
        if read_days(texts[number, column]) != list(days):
            yield number, column, " ".join(days)


# Levels in the languages that headings are read in. What is the second of three levels to some and the third to others
# (`Fortgeschritten`) is told.
LEVELS: Mapping[str, str] = {
    **dict.fromkeys(("anf\u00e4nger", "anf\u00e4ngerin", "einsteiger", "einsteigerin", "beginners"), "beginner"),
    **dict.fromkeys(("d\u00e9butant", "d\u00e9butante", "debutant", "debutante", "principiante"), "beginner"),
    **dict.fromkeys(("mittel", "mittelstufe", "interm\u00e9diaire", "intermediaire", "moyen"), "intermediate"),
    **dict.fromkeys(("moyenne", "intermedio", "intermedia", "medio", "gemiddeld", "halfgevorderd"), "intermediate"),
    **dict.fromkeys(("avanc\u00e9", "avanc\u00e9e", "avance", "avancee", "avanzado", "avanzada"), "advanced"),
    **dict.fromkeys(("avanzato", "avanzata", "gevorderd", "gevorderde"), "advanced"),
    **dict.fromkeys(("beg", "beg.", "novice", "new to running"), "beginner"),
    **dict.fromkeys(("int", "int.", "inter", "interm."), "intermediate"),
    **dict.fromkeys(("adv", "adv."), "advanced"),
}


def read_level(value: object) -> str:
    """A level in one of the languages of the headings, in English; another word goes on as it is written."""
    text = cell_text(value)
    return LEVELS.get(unicodedata.normalize("NFC", text).casefold(), text)


def read_plan(value: object) -> str:
    """A plan by the name of its file, which has hyphens: `One day a week` is `one-day-a-week`."""
    return re.sub(r"[\s_]+", "-", cell_text(value).lower())


UNITS: Mapping[str, str] = {
    **dict.fromkeys(("metrisch", "m\u00e9trique", "metrique", "m\u00e9trico", "metrico", "metriek"), "metric"),
    **dict.fromkeys(("km", "kms", "min/km", "kilometer", "kilometers", "kilometre", "kilometres"), "metric"),
    **dict.fromkeys(("kilom\u00e8tres", "kil\u00f3metros", "kilometros", "chilometri"), "metric"),
    **dict.fromkeys(("mi", "mile", "miles", "min/mi", "min/mile", "meilen", "millas", "miglia", "mijlen"), "imperial"),
    **dict.fromkeys(("imp\u00e9rial", "imperiale", "imperiaal"), "imperial"),
}


def read_units(value: object) -> str:
    """`metric` or `imperial`, also by the unit itself; another word goes on as it is written."""
    text = cell_text(value)
    return UNITS.get(unicodedata.normalize("NFC", text).casefold(), text)


# What in brackets behind a distance is no race's name, or says something of the distance or the time.
_NO_NAME = re.compile(
    "\\b(?:short|long|approx|about|almost|nearly|circa|ca|est|guess|half|quarter|part|split|first|last|laps?|each|total"
    "|goal|target|plan|hope|dn[fs]|dq|not?|never|net|gps|pace|etwa|ungef|kurz|gesch|geplant|ziel|h\u00e4lfte|staffel"
    "|walk|relay|hurdle|barrier|steeple|obst|couch|swim|bike|cycl|ride|rowing|ski|march|(?:leg|sc|rw|row)\\b|st$"
    "|relais|moiti|environ|objectif|estim|estafette|doel|met\u00e0|obiettivo|staffetta|objetivo|mitad|relevo)"
)
_BEHIND = re.compile(r"(?P<distance>[^()\[\]]+?) ?[(\[](?P<name>[^()\[\]]+)[)\]]")
_YEAR = re.compile(r"\b20[0-9]{2}\b")


def read_distance(value: object) -> object:
    """A distance without a race's name in brackets behind it: `10k (Turkey Trot)`; all else as it is."""
    match = _BEHIND.fullmatch(value.strip()) if isinstance(value, str) else None
    return match["distance"] if match and _is_name_of_race(match["name"].strip()) else value


def _is_name_of_race(text: str) -> bool:
    """Whether a text is written as a name is, with a capital, and says nothing of a distance or another event."""
    rest, small = _YEAR.sub("", text), text.casefold()
    return (
        text[:1].isupper()
        and has_word(rest)
        and not (re.search("[0-9]", rest) or _NO_NAME.search(small) or has_distance(text))
    )


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
