"""What a race is called, held against the distance that the plan is for: `County 1500 m` is no mile."""

from __future__ import annotations

import re
from collections.abc import Collection

from milebook.core.errors import QuantityError
from milebook.running.courses import RaceName
from milebook.running.dates import MONTHS, WEEKDAYS
from milebook.running.distance_readings import RACE_UNITS, RACES, read_race_distance
from milebook.running.quantities import METRES_PER_MILE
from milebook.running.race_readings import read_race

_NOT_ALONE = frozenset({"hm", "semi", "half"})  # short for a race among runners, and other things in a name
_BARE_METRES = "400|600|800|1000|1200|1500|1600|1609|3000|3200|5000|8000|10,?000"
_NUMBERS = "half|quarter|metric|two|three|four|five|six|eight|ten|twelve|zwei|drei|vier|f\u00fcnf|zehn"


_WEEKDAY_NAMES = frozenset(name for known in WEEKDAYS.values() for name in known)


def _either(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# A distance among the words of a name. `Ten mile race` is none over a mile, whatever its last words say.
_DISTANCE = re.compile(
    rf"(?<![\w.,])(?:(?P<words>(?:{_NUMBERS})[ -](?:miles?|meilen?))"
    rf"|(?:[0-9]{{1,3}} 000|[0-9]{{1,6}}(?:[.,][0-9]{{1,3}})?) ?-?(?:{_either(set(RACE_UNITS))})"
    rf"|{_either(set(RACES) - _NOT_ALONE)}|(?<![#/:-])(?:{_BARE_METRES}))(?!\w|[.,][0-9])"
)


# What stands beside the figures of a day or a time: names of days and months, and these.
_OF_A_DAY = frozenset(
    ("st", "nd", "rd", "th", "on", "the", "at", "am", "pm", "uhr", "uur", "um", "den", "der", "le", "el", "il", "de")
)
_OF_FIGURES = re.compile(r"[0-9]{1,2} ?[-/.:'\u2019] ?[0-9]{1,2}(?![0-9])|[0-9]{1,2}[.] ?[0-9]{1,2}[.]")


def is_day_or_time(name: str) -> bool:
    """Whether what should be a name is a day or a time, `2027-07-03`, `Sat 12 June`, `10:00 Uhr`, and nothing more."""
    text = re.sub(r"(?<=[0-9])h(?=[0-9])", ":", name.casefold())
    words = re.findall(r"[^\W\d_]+", re.sub(r"\b([ap])[.]m\b[.]?", r"\1m", text))
    known = all(word in MONTHS or word in _WEEKDAY_NAMES or word in _OF_A_DAY for word in words)
    is_written_so = bool(words) or bool(_OF_FIGURES.search(text))
    return known and is_written_so and bool(re.search("[0-9]", text)) and not has_distance(name)


def has_distance(text: str) -> bool:
    """Whether a text speaks of any distance."""
    return bool(_DISTANCE.search(text.casefold()))


def speaks_of_another(races: Collection[RaceName]) -> str:
    """What is told of a name, or of several, where the plans are for these races."""
    which = f"the {next(iter(races))}, which the plan is for" if len(races) == 1 else "the one that its plan is for"
    return f"speaks of another distance than {which}"


def race_in(distance: str) -> RaceName | None:
    """The race to plan for that a distance in a name is, where it is one."""
    try:
        return read_race(distance)
    except QuantityError:
        return None


def other_distance(name: str, metres: float = METRES_PER_MILE) -> str:
    """The distance that a race's name speaks of, as it stands there, where none in it is the race's own; else empty."""
    others = []
    for match in _DISTANCE.finditer(name.casefold()):
        try:
            own = not match["words"] and round(read_race_distance(match[0]).metres) == round(metres)
        except QuantityError:  # nobody races over it
            continue
        if own:
            return ""
        others.append(name[match.start() : match.end()] if len(name) == len(name.casefold()) else match[0])
    return others[0] if others else ""
