"""What a roster's cell of days means: how many, or which weekdays, as coaches of several languages write them.

Nothing is guessed. A cell is read where all that it may mean is one and the same; else it is told with what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import TypeVar

from milebook.core.errors import QuantityError, closest
from milebook.running.dates import WEEKDAYS

Days = tuple[str, ...]
Place = TypeVar("Place")

WEEK: Days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLE, ONE_EXAMPLE = "write the days, as in tue thu sun", "write the day, as in sun"
MOST_READINGS = 64  # of one cell, before it is not clear at all

_NUMBER = re.compile(
    r"([0-9]{1,2})(?:[.,]0+)?(?: ?(?:x|\u00d7|times|mal|-?mal|fois|veces|volte|keer))?"
    r"(?: ?(?:days?|tage?|jours?|d[i\u00ed]as?|giorn[io]|dagen|dag))?"
    r"(?: ?(?:/|a|per|each|every|pro|die|in der|par|por|a la|alla)? ?(?:week|wk|woche|semaine|semana|settimana))?"
)
_NUMBERS = re.compile("([1-7]) ?(?:[-\u2013/]|or|to|oder|bis|ou|\u00e0|o|a) ?([1-7])(?: ?(?:x|days?|tage?|jours?))?")
_AND = frozenset({"and", "und", "u", "et", "y", "e", "en"})
_RANGE_WORDS = frozenset({"to", "through", "thru", "till", "until", "bis", "\u00e0", "a", "al", "au", "tot"})
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_TOKEN = re.compile(rf"[{_DASHES}]+|[^\s,;/+&|{re.escape(_DASHES)}]+")
_DASH, _TO = "-", "to"


def _letters(week: str, more: str = "") -> Mapping[str, Days]:
    """What each letter of a week from Monday on may be, `l m m j v s d`, and each of `more` that is longer."""
    meant: dict[str, Days] = {}
    for letters in (week, more):
        for letter, day in zip(letters.split(), WEEK, strict=False):
            meant[letter] = (*meant.get(letter, ()), day)
    return meant


# `M W F`, `TuThSa`, `L X V`: days by their first letters. A `T` beside a `Th` is a Tuesday, as no day is written twice.
# In Spain a Wednesday is an `X`, and `M` a Tuesday beside it; elsewhere an `M` of Spanish is the one or the other. So
# there are two ways to write Spanish, and a sheet with an `X` anywhere has the second.
SHORT: Mapping[str, Mapping[str, Days]] = {
    "English": _letters("m t w t f s s", "mo tu we th fr sa su"),
    "German": _letters("m d m d f s s"),
    "French": _letters("l m m j v s d"),
    "Spanish": _letters("l m m j v s d"),
    "Spanish, X": _letters("l m x j v s d"),
    "Italian": _letters("l m m g v s d"),
    "Dutch": _letters("m d w d v z z"),
}
_ALL_SHORT = {
    language: re.compile(f"({'|'.join(sorted(letters, key=len, reverse=True))})") for language, letters in SHORT.items()
}


def _words_of(way: str) -> Mapping[str, str]:
    """The names of the days in a way to write: those of its language."""
    return WEEKDAYS[_language_of(way)]


def _language_of(way: str) -> str:
    return way.partition(",")[0]


_WEEKEND = re.compile(r"\b(?:week-?ends?|wochenenden?|fines? de semana|fine settimana|weekeinde)\b")
_NO_DAY = re.compile("(?:work|week|training)? ?(?:day|end)s?")
_EVERY = re.compile(
    "daily|(?:every|any) ?day|any|all(?: days)?|t\u00e4glich|jeden tag|alle tage|tous les jours|todos los d\u00edas"
)
_OTHERS = re.compile(
    r"\b(?:not?|non|never|except|but|without|excl[.]?|kein(?:e|en)?|nicht|au(?:\u00df|ss)er|ohne|pas|sauf|sin|menos|excepto"
    r"|tranne|senza|niet|geen|behalve|or|oder|ou|of)\b"
)


_COLLEGE_LETTERS = "mtwrfsu"  # as colleges of America write the days, `MWRF`: R is Thursday, U is Sunday
_COLLEGE = re.compile("(?=..)" + "".join(f"{letter}?" for letter in _COLLEGE_LETTERS))


class UnclearDaysError(QuantityError):
    """Days that may be several things, or that are nearly some: `readings` are those that the hint offers."""

    def __init__(self, message: str, hint: str, readings: Sequence[Days]) -> None:
        self.readings = tuple(readings)
        super().__init__(message, hint)

    def __reduce__(self) -> tuple[type[QuantityError], tuple[str, str]]:
        return QuantityError, (self.message, self.hint)


def read_training_days(written: str, language: str = "") -> int | Days:
    """`4`, `4 days/week`, `tue thu sat`, `Di, Do, So`, `MWF`, `Mon to Thu`: a number from 1 to 7, or the days.

    `language` is that of the sheet, where it is known: single letters are read in it. Raises QuantityError for what may
    be several things or none.
    """
    text = _inner(written)
    if number := _NUMBER.fullmatch(text.casefold()):
        if 1 <= int(number[1]) <= 7:
            return int(number[1])
        told = f'days "{written}" is neither weekdays nor a number from 1 to 7'
        raise QuantityError(told, "write for example 4, or the days, as in tue thu sun")
    if numbers := _NUMBERS.fullmatch(text.casefold()):
        raise QuantityError(f'days "{written}" may be {numbers[1]} or {numbers[2]}', "write one of them")
    meanings = {days for _, several in _by_language(text, language) for days in several}
    if len(meanings) == 1:
        return meanings.pop()
    if 1 < len(meanings) <= MOST_READINGS:
        may_be = sorted(meanings)
        told = " or ".join(map(" ".join, may_be))
        raise UnclearDaysError(f'the weekdays "{written}" may be {told}', "write one of them", may_be)
    raise _unreadable(written, text, language)


def read_one_day(written: str, language: str = "") -> str:
    """A single weekday. Raises QuantityError."""
    small = written.casefold()
    if _WEEKEND.search(small) and not _OTHERS.search(small) and (meant := _with_weekend(small, language)):
        raise _several_days(written, meant)
    text = _inner(written)
    if _NUMBER.fullmatch(text.casefold()) or _NUMBERS.fullmatch(text.casefold()):
        raise QuantityError(f'"{written}" is a number and no weekday', ONE_EXAMPLE)
    several = {days for _, meanings in _by_language(text, language) for days in meanings}
    if any(len(days) > 1 for days in several):
        if len(several) > 1:
            raise QuantityError(f'"{written}" is not one weekday', ONE_EXAMPLE)
        raise _several_days(written, several.pop())
    try:
        days = read_training_days(written, language)
    except UnclearDaysError as error:
        if all(len(days) == 1 for days in error.readings):
            raise
        raise QuantityError(error.message, ONE_EXAMPLE) from None
    except QuantityError as error:
        raise QuantityError(error.message, ONE_EXAMPLE if "as in" in error.hint else error.hint) from None
    return days[0] if isinstance(days, tuple) else ""


def _with_weekend(text: str, language: str = "") -> Days:
    """The days of a text with a word for two of them, `Tue Thu + weekends`; none where the rest cannot be read."""
    rest = _WEEKEND.sub(" ", text)
    if not any(word in known for known in WEEKDAYS.values() for word in _tokens(rest)):
        return ("sat", "sun")
    others = () if {_DASH, _TO} & set(_tokens(rest)) else read_days_of(rest, language)
    return tuple(day for day in WEEK if day in (*others, "sat", "sun")) if others else ()


def _several_days(written: str, days: Days) -> QuantityError:
    told = f'"{written}" is not one weekday'
    return UnclearDaysError(told, f"write {' or '.join(days)}", [(day,) for day in days])


def _inner(written: str) -> str:
    """A cell without the brackets that a list has in a profile."""
    return written.strip().strip("[]()").strip()


def settle(texts: Mapping[Place, str], language: str = "") -> dict[Place, Days]:
    """The cells of days that are one thing in the way to write of all others, or in the language of the sheet.

    `do` is Thursday where the other cells are `Di, Do, So`. Where others are of several languages, none is settled.
    """
    possible = {place: dict(_by_language(text, language)) for place, text in texts.items()}
    sure = [set(known) for known in possible.values() if known and _is_one(known.values())]
    common = set.intersection(*sure) if sure else set(SHORT) if language else set()
    ways = {way for way in common if _language_of(way) == language} or common
    found: dict[Place, Days] = {}
    for place, known in possible.items():
        left = list(known.values())
        if not _is_one(left):
            left = [known[way] for way in ways if way in known]
        if left and _is_one(left):
            found[place] = next(iter(left[0]))
    return found


def _is_one(several: Iterable[frozenset[Days]]) -> bool:
    return len(set().union(*several)) == 1


@lru_cache(maxsize=512)  # a club trains on few days
def _by_language(text: str, language: str = "") -> tuple[tuple[str, frozenset[Days]], ...]:
    """What a text may mean in each way to write that all its words are of.

    Single letters are read in the language of the sheet; where they are none of it, in English, then in any other.
    """
    tokens = _tokens(text)
    words = [token for token in tokens if token not in (_DASH, _TO)]
    if all(any(word in known for known in WEEKDAYS.values()) for word in words) and (found := _meanings(tokens, SHORT)):
        return found
    of_sheet = [way for way in SHORT if _language_of(way) == language]
    tries = (found for ways in (of_sheet, ["English"], SHORT) if (found := _meanings(tokens, ways)))
    return next(tries, ())


def _meanings(tokens: Sequence[str], ways: Iterable[str]) -> tuple[tuple[str, frozenset[Days]], ...]:
    return tuple((way, found) for way in ways if (found := _meanings_in(tokens, way)))


def _meanings_in(tokens: Sequence[str], way: str) -> frozenset[Days]:
    words = [token for token in tokens if token not in (_DASH, _TO)]
    options = [option for word in words for option in _options(word, way, len(words))]
    if not words or not all(options):
        return frozenset()
    links = _links(tokens, words, way)
    are_names = all(word in _words_of(way) for word in words)
    choices = (chosen for chosen in _choices(options) if are_names or len(set(chosen)) == len(chosen))
    return frozenset(days for chosen in choices for days in _spans(chosen, links))


def _tokens(text: str) -> list[str]:
    """The words of a text, and the signs of a range between them."""
    found = []
    for token in _TOKEN.findall(text.casefold()):
        word = token.strip(".()[]")
        if token[0] in _DASHES:
            found.append(_DASH)
        elif word in _RANGE_WORDS:
            found.append(_TO)
        elif word and word not in _AND:
            found.append(word)
    return found


def _options(word: str, way: str, count: int) -> list[Days]:
    """What each day in a word may be; an empty one where the word is none. `TuThSa` has three days."""
    if word in _words_of(way):
        return [(_words_of(way)[word],)]
    parts = _ALL_SHORT[way].findall(word)
    is_short = "".join(parts) == word and (count > 1 or len(word) > 1)
    if is_short and not any(word in others for others in WEEKDAYS.values()):
        return [SHORT[way][part] for part in parts]
    return [()]


def _links(tokens: Sequence[str], words: Sequence[str], way: str) -> list[str]:
    """What stands between each two days: a dash, a word of a range, or nothing."""
    links: list[str] = []
    between = ""
    for token in tokens:
        if token in (_DASH, _TO):
            between = token
            continue
        inside = len(_options(token, way, len(words)))
        links += [between] + [""] * (inside - 1)
        between = ""
    return links[1:]


def _choices(options: Sequence[Days]) -> Iterator[Days]:
    """The days that letters may stand for. One that may be two days is not another that is there already."""
    open_ones = [place for place, option in enumerate(options) if len(option) > 1]
    if len(open_ones) > 6:  # M D M D F S S has as many
        return
    seen = set()
    for chosen in product(*options):
        others = [day for place, day in enumerate(chosen) if place not in open_ones]
        picked = [chosen[place] for place in open_ones]
        if len(set(picked)) == len(picked) and not set(picked) & set(others) and frozenset(chosen) not in seen:
            seen.add(frozenset(chosen))
            yield chosen


def _spans(days: Days, links: Sequence[str]) -> Iterator[Days]:
    """Days with what lies between them: `Mon to Thu` is four, `Mon-Wed-Fri` three, and `Mon-Thu` four or two."""
    is_list = len(links) > 1 and all(link == _DASH for link in links)
    ways = [(False,) if is_list or not link else (True,) if link == _TO else (True, False) for link in links]
    if sum(len(way) > 1 for way in ways) > 3:
        return
    for chosen in product(*ways):
        found = [days[0]]
        for (before, day), is_range in zip(pairwise(days), chosen, strict=True):
            found += _after(before, day) if is_range else [day]
        yield tuple(found)


def _after(first: str, last: str) -> list[str]:
    """The days of a range but for its first."""
    place, count = WEEK.index(first), (WEEK.index(last) - WEEK.index(first)) % 7
    return [WEEK[(place + step) % 7] for step in range(1, count + 1)]


# ---------------------------------------------------------------- what cannot be read


def _unreadable(written: str, text: str, sheet: str) -> QuantityError:
    """What is told of a cell that is no days in any language: once for the cell, with something that can be read."""
    small = text.casefold()
    if len(small) == 1 and (letters := SHORT.get(sheet, SHORT["English"])) and small in letters:
        may_be = letters[small]
        told = f'weekday "{written}" is not clear'
        return UnclearDaysError(told, f"write {' or '.join(may_be)}", [(day,) for day in may_be])
    if _COLLEGE.fullmatch(small) and "r" in small:
        days = tuple(WEEK[_COLLEGE_LETTERS.index(letter)] for letter in small)
        return UnclearDaysError(f'the weekdays "{written}" are not clear', f"did you mean {' '.join(days)}?", [days])
    if _OTHERS.search(small):
        return QuantityError(f'the weekdays "{written}" are not clear', EXAMPLE)
    if _WEEKEND.search(small) and (days := _with_weekend(small, sheet)):
        no_weekday = "names no weekday" if days == ("sat", "sun") else "has a word that is no weekday"
        return UnclearDaysError(f'"{written}" {no_weekday}', f"write {' '.join(days)}", [days])
    if _EVERY.fullmatch(small):
        return QuantityError(f'"{written}" names no weekday', f"write 7, or {EXAMPLE.removeprefix('write ')}")
    if not _tokens(text) or _NO_DAY.fullmatch(small):
        return QuantityError(f'"{written}" names no weekday', EXAMPLE)
    language = max(WEEKDAYS, key=lambda each: (sum(word in WEEKDAYS[each] for word in _tokens(text)), each == sheet))
    unknown = [word for word in _tokens(text) if word not in (_DASH, _TO) and not all(_options(word, language, 2))]
    if not unknown:
        return QuantityError(f'the weekdays "{written}" are not clear', EXAMPLE)
    as_written = {word.strip(".()[]").casefold(): word.strip(".()[]") for word in _TOKEN.findall(written)}
    named = [f'"{as_written.get(word, word)}"' for word in dict.fromkeys(unknown)]
    one = len(named) == 1
    told = f"weekday {named[0]} is unknown" if one else f"the weekdays {', '.join(named)} are unknown"
    near = _near(unknown[0], language) if one and len(unknown[0]) > 2 else ""
    if near and (meant := read_days_of(small.replace(unknown[0], near), sheet)):
        return UnclearDaysError(told, f"did you mean {near}?", [meant])
    return QuantityError(told, f"known: {', '.join(_names(language))}")


def _near(word: str, language: str) -> str:
    """The day that was most likely meant, in the language of the cell."""
    known = WEEKDAYS[language]
    meant = closest(word, [name for name in known if len(name) > 2])
    return known[meant] if meant and language == "English" else meant


def _names(language: str, shortest: int = 0) -> list[str]:
    """A name of each day in a language, from Monday on: the first that has so many letters."""
    known = WEEKDAYS[language]
    if language == "English":
        return list(WEEK)
    return [next(name for name in known if known[name] == day and len(name) >= shortest) for day in WEEK]


def read_days_of(text: str, language: str = "") -> Days:
    """The days that a text is; none where it cannot be read."""
    try:
        days = read_training_days(text, language)
    except QuantityError:
        return ()
    return days if isinstance(days, tuple) else ()


# ---------------------------------------------------------------- in the language of a sheet

FULL = 5  # letters that a name of a day has, in every language, where it is written out
_DAY = f"(?:{'|'.join(WEEK)})"
_NAMED = re.compile(rf"\"[^\"]*\"|\b{_DAY}(?:,? {_DAY})*\b")


def in_words_of(language: str, text: str) -> str:
    """What is told of days, with their names in a language; what stands in quotes is the sheet's own.

    They are written so that they can be read alone: `ma di` would be Dutch or French, `maandag dinsdag` is not.
    """
    if language not in WEEKDAYS:
        return text

    def named(match: re.Match[str]) -> str:
        if match[0].startswith('"'):
            return match[0]
        days = re.findall("[a-z]+", match[0])
        for names in (_names(language), _names(language, FULL)):
            called = dict(zip(WEEK, names, strict=True))
            if read_days_of(" ".join(called[day] for day in days)) == tuple(days):
                return re.sub("[a-z]+", lambda day, called=called: called[day[0]], match[0])  # type: ignore[misc]
        return match[0]

    return _NAMED.sub(named, text)
