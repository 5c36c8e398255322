"""What a roster's cell of days means: how many, or which weekdays, as coaches of several languages write them.

Nothing is guessed. A cell is read where all that it may mean is one and the same; else it is told with what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from typing import TypeVar

from milebook.dates import WEEKDAYS
from milebook.errors import QuantityError, closest

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

# `M W F`, `TuThSa`: what Americans write for short. A `T` beside a `Th` is a Tuesday, as no day is written twice.
_SHORT: Mapping[str, Days] = {
    **{"m": ("mon",), "w": ("wed",), "f": ("fri",), "t": ("tue", "thu"), "s": ("sat", "sun")},
    **{"mo": ("mon",), "tu": ("tue",), "we": ("wed",), "th": ("thu",), "fr": ("fri",), "sa": ("sat",), "su": ("sun",)},
}
_SHORTS = re.compile("(?:mo|tu|we|th|fr|sa|su|[mtwfs])")
_ALL_SHORT = re.compile(f"(?:{_SHORTS.pattern})+")

_WEEKEND = re.compile(r"\b(?:week-?ends?|wochenenden?|fines? de semana|fine settimana|weekeinde)\b")
_NO_DAY = re.compile("(?:work|week|training)? ?(?:day|end)s?")
_EVERY = re.compile(
    "daily|(?:every|any) ?day|any|all(?: days)?|t\u00e4glich|jeden tag|alle tage|tous les jours|todos los d\u00edas"
)
_OTHERS = re.compile(
    r"\b(?:not?|non|never|except|but|without|excl[.]?|kein(?:e|en)?|nicht|au(?:\u00df|ss)er|ohne|pas|sauf|sin|menos|excepto"
    r"|tranne|senza|niet|geen|behalve|or|oder|ou|of)\b"
)


def read_training_days(written: str) -> int | Days:
    """`4`, `4 days/week`, `tue thu sat`, `Di, Do, So`, `MWF`, `Mon to Thu`: a number from 1 to 7, or the days.

    Raises QuantityError for what may be several things or none.
    """
    text = _inner(written)
    if number := _NUMBER.fullmatch(text.casefold()):
        if 1 <= int(number[1]) <= 7:
            return int(number[1])
        told = f'days "{written}" is neither weekdays nor a number from 1 to 7'
        raise QuantityError(told, "write for example 4, or the days, as in tue thu sun")
    if numbers := _NUMBERS.fullmatch(text.casefold()):
        raise QuantityError(f'days "{written}" may be {numbers[1]} or {numbers[2]}', "write one of them")
    meanings = {days for _, several in _by_language(text) for days in several}
    if len(meanings) == 1:
        return meanings.pop()
    if 1 < len(meanings) <= MOST_READINGS:
        may_be = sorted(" ".join(days) for days in meanings)
        raise QuantityError(f'the weekdays "{written}" may be {" or ".join(may_be)}', "write one of them")
    raise _unreadable(written, text)


def read_one_day(written: str) -> str:
    """A single weekday. Raises QuantityError."""
    if _WEEKEND.search(written.casefold()) and not _OTHERS.search(written.casefold()):
        raise QuantityError(f'"{written}" is not one weekday', "write sat or sun")
    text = _inner(written)
    if _NUMBER.fullmatch(text.casefold()) or _NUMBERS.fullmatch(text.casefold()):
        raise QuantityError(f'"{written}" is a number and no weekday', ONE_EXAMPLE)
    several = {days for _, meanings in _by_language(text) for days in meanings}
    if any(len(days) > 1 for days in several):
        told = dict.fromkeys(day for days in sorted(several) for day in days)
        hint = f"write {' or '.join(told)}" if len(several) == 1 else ONE_EXAMPLE
        raise QuantityError(f'"{written}" is not one weekday', hint)
    try:
        days = read_training_days(written)
    except QuantityError as error:
        raise QuantityError(error.message, ONE_EXAMPLE if "as in" in error.hint else error.hint) from None
    return days[0] if isinstance(days, tuple) else ""


def _inner(written: str) -> str:
    """A cell without the brackets that a list has in a profile."""
    return written.strip().strip("[]()").strip()


def settle(texts: Mapping[Place, str]) -> dict[Place, Days]:
    """The cells of a column that may be several things by themselves, and one in the language of all others.

    `do` is Thursday where the other cells are `Di, Do, So`. Where others are of several languages, none is settled.
    """
    possible = {place: dict(_by_language(text)) for place, text in texts.items()}
    sure = [set(known) for known in possible.values() if known and _is_one(known.values())]
    common = set.intersection(*sure) if sure else set()
    found: dict[Place, Days] = {}
    for place, known in possible.items():
        left = [known[language] for language in common if language in known]
        if not _is_one(known.values()) and left and _is_one(left):
            found[place] = next(iter(left[0]))
    return found


def _is_one(several: Iterable[frozenset[Days]]) -> bool:
    return len(set().union(*several)) == 1


@lru_cache(maxsize=512)  # a club trains on few days
def _by_language(text: str) -> tuple[tuple[str, frozenset[Days]], ...]:
    """What a text may mean in each language that all its words are of."""
    return tuple(_find_meanings(text))


def _find_meanings(text: str) -> Iterator[tuple[str, frozenset[Days]]]:
    tokens = _tokens(text)
    words = [token for token in tokens if token not in (_DASH, _TO)]
    for language, known in WEEKDAYS.items():
        options = [option for word in words for option in _options(word, known, language, len(words))]
        if words and all(options):
            links = _links(tokens, words, known, language)
            meanings = frozenset(days for chosen in _choices(options) for days in _spans(chosen, links))
            if meanings:
                yield language, meanings


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


def _options(word: str, known: Mapping[str, str], language: str, count: int) -> list[Days]:
    """What each day in a word may be; an empty one where the word is none. `TuThSa` has three days."""
    if word in known:
        return [(known[word],)]
    is_short = _ALL_SHORT.fullmatch(word) and (count > 1 or len(word) > 1)
    if language == "English" and is_short and not any(word in others for others in WEEKDAYS.values()):
        return [_SHORT[part] for part in _SHORTS.findall(word)]
    return [()]


def _links(tokens: Sequence[str], words: Sequence[str], known: Mapping[str, str], language: str) -> list[str]:
    """What stands between each two days: a dash, a word of a range, or nothing."""
    links: list[str] = []
    between = ""
    for token in tokens:
        if token in (_DASH, _TO):
            between = token
            continue
        inside = len(_options(token, known, language, len(words)))
        links += [between] + [""] * (inside - 1)
        between = ""
    return links[1:]


def _choices(options: Sequence[Days]) -> Iterator[Days]:
    """The days that letters may stand for. One that may be two days is not another that is there already."""
    open_ones = [place for place, option in enumerate(options) if len(option) > 1]
    if len(open_ones) > 4:
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


def _unreadable(written: str, text: str) -> QuantityError:
    """What is told of a cell that is no days in any language: once for the cell, with something that can be read."""
    small = text.casefold()
    if len(small) == 1 and small in _SHORT:
        may_be = " or ".join(_SHORT[small])
        return QuantityError(f'weekday "{written}" is not clear', f"write {may_be}")
    if _OTHERS.search(small):
        return QuantityError(f'the weekdays "{written}" are not clear', EXAMPLE)
    if _WEEKEND.search(small):
        return QuantityError(f'"{written}" names no weekday', "write sat sun")
    if _EVERY.fullmatch(small):
        return QuantityError(f'"{written}" names no weekday', f"write 7, or {EXAMPLE.removeprefix('write ')}")
    if not _tokens(text) or _NO_DAY.fullmatch(small):
        return QuantityError(f'"{written}" names no weekday', EXAMPLE)
    language, known = max(WEEKDAYS.items(), key=lambda each: sum(word in each[1] for word in _tokens(text)))
    unknown = [word for word in _tokens(text) if word not in (_DASH, _TO) and not _is_known(word, known, language)]
    if not unknown:
        return QuantityError(f'the weekdays "{written}" are not clear', EXAMPLE)
    as_written = {word.strip(".()[]").casefold(): word.strip(".()[]") for word in _TOKEN.findall(written)}
    named = [f'"{as_written.get(word, word)}"' for word in dict.fromkeys(unknown)]
    one = len(named) == 1
    told = f"weekday {named[0]} is unknown" if one else f"the weekdays {', '.join(named)} are unknown"
    near = _near(unknown[0], known, language) if one and len(unknown[0]) > 2 else ""
    if near and _can_be_read(small.replace(unknown[0], near)):
        return QuantityError(told, f"did you mean {near}?")
    return QuantityError(told, f"known: {', '.join(_names(known, language))}")


def _is_known(word: str, known: Mapping[str, str], language: str) -> bool:
    return all(_options(word, known, language, 2))


def _near(word: str, known: Mapping[str, str], language: str) -> str:
    """The day that was most likely meant, in the language of the cell."""
    meant = closest(word, [name for name in known if len(name) > 2])
    return known[meant] if meant and language == "English" else meant


def _names(known: Mapping[str, str], language: str) -> list[str]:
    """The first name of each day in a language, from Monday on."""
    return list(WEEK) if language == "English" else [next(n for n in known if known[n] == day) for day in WEEK]


def _can_be_read(text: str) -> bool:
    try:
        read_training_days(text)
    except QuantityError:
        return False
    return True
