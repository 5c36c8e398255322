"""How people write the distance of a race: one table, for the page in the browser, too."""

from __future__ import annotations

import re
from functools import lru_cache, reduce

from milebook.core.errors import QuantityError
from milebook.running.fitness import LONGEST, SHORTEST
from milebook.running.quantities import (
    HALF_MARATHON,
    MARATHON,
    METRES,
    METRES_PER_MILE,
    METRES_PER_YARD,
    NAMED,
    UNIT_WORDS,
    YARD_WORDS,
    Distance,
    Unit,
    clean,
    plain,
)

DISTANCE_HINT = "write for example 5 km, 400 m, 1 mi or half marathon"
RACES: dict[str, tuple[float, Unit]] = {
    **{name: (metres, "mi" if name == "mile" else "km") for name, metres in NAMED.items()},
    **dict.fromkeys(
        ("one mile", "a mile", "the mile", "meile", "eine meile", "miglio", "milla"), (METRES_PER_MILE, "mi")
    ),
    **dict.fromkeys(("mezza", "1/2 marathon", "1/2-marathon", "\u00bd marathon"), (HALF_MARATHON, "km")),
    **dict.fromkeys(("hm", "halbmarathon", "semi", "semi-marathon", "semi marathon"), (HALF_MARATHON, "km")),
    **dict.fromkeys(("media maratón", "media maraton", "mezza maratona", "halve marathon"), (HALF_MARATHON, "km")),
    **dict.fromkeys(("full marathon", "maratón", "maraton", "maratona"), (MARATHON, "km")),
    **dict.fromkeys(("parkrun", "park run"), (5000.0, "km")),
    **dict.fromkeys(("half mile", "half-mile", "half a mile", "1/2 mile", "\u00bd mile"), (METRES_PER_MILE / 2, "mi")),
    **dict.fromkeys(("quarter mile", "quarter-mile", "1/4 mile", "\u00bc mile"), (METRES_PER_MILE / 4, "mi")),
}
OF_TWO_DISTANCES = {"metric mile": "write 1500 m or 1600 m"}  # names that are not one distance everywhere
ROUNDED = {"km 42.2": MARATHON, "km 21.1": HALF_MARATHON, "mi 26.2": MARATHON, "mi 13.1": HALF_MARATHON}
RACE_UNITS: dict[str, Unit] = {
    **UNIT_WORDS,
    **dict.fromkeys(("kms", "chilometri"), "km"),
    **dict.fromkeys(("meile", "meilen", "miglio", "miglia", "milla", "millas", "mijl", "mijlen"), "mi"),
    **dict.fromkeys(("metri", "metros"), "m"),
}
# What says where a race was run, and not how far: `5 km (road)`, `Road mile`, `5km parkrun`. It is left out.
ASIDES = (
    "^(?:(?:road|track|xc|cross country|cross-country|indoor|outdoor|trail|hilly|flat) )+(?=.)",
    "(?:(?: | ?[(])(?:road|track|race|parkrun|park run|strasse|bahn|route|piste|pista|strada|weg|baan"
    "|xc|cross country|cross-country|indoors?|outdoors?|trail|hilly|flat|halle)[)]?)+$",
    "(?<=[a-z])[.]$",
)
RACE_NUMBER = "([1-9][0-9]{0,2} [0-9]{3}|[0-9]{1,6}(?:[.,][0-9]{1,6})?|[.,][0-9]{1,6}) ?-?([a-z]*)"
THOUSANDS = "([1-9][0-9]{0,2})[.,]([0-9]{3})"
# Distances in metres that are written without their unit, and are no minutes: `1600 in 5:55`.
_BARE_METRES = "400|600|800|1000|1200|1500|1600|1609|2000|3000|3200|5000|8000|10000"
YARDS = f"([0-9]{{1,5}}) ?(?:{'|'.join(YARD_WORDS)})[.]?"
FEWEST_METRES = 100  # of fewer, `10 m` say, another unit is meant


@lru_cache(maxsize=256, typed=True)  # a club runs few
def read_race_distance(text: object) -> Distance:
    """The distance of a race: `5 km`, `1,5 km`, `10 000 m`, `1500` (metres), `HM`, `42.2 km`. Raises QuantityError."""
    cleaned = clean(text, "distance")
    if cleaned not in RACES:
        cleaned = reduce(lambda left, aside: re.sub(aside, "", left), ASIDES, cleaned)
    if cleaned in RACES:
        return Distance(*RACES[cleaned])
    if yards := re.fullmatch(YARDS, cleaned):
        raise _in_yards(text, int(yards[1]))
    match = re.fullmatch(RACE_NUMBER, cleaned)
    if not match:
        raise QuantityError(f'distance "{text}" is not a distance', _distances_in(cleaned) or DISTANCE_HINT)
    number, word = match[1], match[2]
    numbers = numbers_in(number)
    if not numbers[0]:
        raise QuantityError(f'distance "{text}" must be more than zero', DISTANCE_HINT)
    if not word:
        return _without_unit(text, numbers)
    if word not in RACE_UNITS:
        raise QuantityError(f'distance "{text}" has the unknown unit "{word}"', DISTANCE_HINT)
    unit = RACE_UNITS[word]
    distances = [_measured(each, unit) for each in numbers]
    found = next((each for each in distances if SHORTEST <= each.metres <= LONGEST), distances[0])
    if unit == "m" and found.metres < FEWEST_METRES:
        others = " or ".join(f"{plain(numbers[0])} {other}" for other in ("km", "mi"))
        raise QuantityError(f'distance "{text}" is {plain(found.metres)} metres', f"write {others} if you mean that")
    return found


# What makes another distance of a name beside it: a nautical mile, ten mile, a quarter marathon, a mile and a half.
_CHANGED_BEFORE = re.compile(
    r"(?:\band an?|\b(?:metric|nautical|sea|country|ultra|double|triple|half|quarter|third|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve|halbe|viertel|zwei|drei|vier|f\u00fcnf|zehn|media|mezzo|demi"
    r"|quart de|cuarto de)(?:[ -]+an?)?)[ -]+$"
)
_CHANGED_BEHIND = re.compile(r" and (?:a |one )?(?:half|quarter|third)\b")
# What makes of a distance something that no mile is predicted from: barriers, walking, a part of a relay, other sports.
ANOTHER_EVENT = r"\b(?:st|sc|rw|obst|walk|leg|relay|hurdle|barrier|couch|swim|bike|cycl|ride|row|ski|march)|steeple"


def _distances_in(text: str) -> str:
    """What to write instead of a text that has nothing but distances and words."""
    if text in OF_TWO_DISTANCES:
        return OF_TWO_DISTANCES[text]
    rest, found = without_distances(text)
    told = dict.fromkeys(told_alone(one) for one in found)
    is_plain = not re.search("[0-9]", rest) and not re.search(ANOTHER_EVENT, rest)
    return f"write {' or '.join(told)}" if told and is_plain else ""


def told_alone(one: Distance) -> str:
    """A distance as it can be written."""
    return told_distance(one).removeprefix("the ")


def without_distances(text: str) -> tuple[str, list[Distance]]:
    """A text without the distances in it, and these; a number with a unit that nobody races over is none."""
    found: list[Distance] = []

    def take(match: re.Match[str]) -> str:
        is_name = not re.match("[0-9]", match[0])
        if is_name and (_CHANGED_BEFORE.search(text[: match.start()]) or _CHANGED_BEHIND.match(text, match.end())):
            return match[0]
        try:
            one = read_race_distance(match[0].rstrip(":"))
        except QuantityError:
            return match[0]
        if not SHORTEST <= one.metres <= LONGEST:
            return match[0]
        found.append(one)
        return " "

    return _within_text().sub(take, text), found


@lru_cache(maxsize=1)
def _within_text() -> re.Pattern[str]:
    """A distance among other words."""
    units, races = ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in (RACE_UNITS, RACES))
    number = "(?:[1-9][0-9]{0,2} 000|[0-9]{1,5}(?:[.,][0-9]{1,3})?)"
    with_unit, bare = f"(?:{number} ?-?(?:{units})|{races})(?!\\w):?", rf"(?:{_BARE_METRES})(?![\w:;]|[.,][0-9])"
    return re.compile(rf"(?<![\w.,:;-])(?:{with_unit}|{bare})")


def told_distance(one: Distance) -> str:
    """`5 km`, `the mile`, `1600 m`: a distance as it is told."""
    if round(one.metres) == round(METRES_PER_MILE):
        return "the mile"
    names = {HALF_MARATHON: "the half marathon", MARATHON: "the marathon"}
    if one.metres in names:
        return names[one.metres]
    unit = "km" if one.unit == "m" and one.metres % 1000 == 0 else one.unit
    return f"{plain(one.metres / METRES[unit], 3)} {unit}"


def numbers_in(text: str) -> list[float]:
    """What a number with a point or a comma may be: `1,500` is one and a half, or fifteen hundred."""
    thousands = re.fullmatch(THOUSANDS, text)
    return [
        float(text.replace(" ", "").replace(",", ".")),
        *([float(thousands[1] + thousands[2])] if thousands else []),
    ]


def _measured(number: float, unit: Unit) -> Distance:
    """So many of a unit; 42.2 km is a marathon, and no 5 m more."""
    return Distance(ROUNDED.get(f"{unit} {number:g}", number * METRES[unit]), unit)


def _without_unit(text: object, numbers: list[float]) -> Distance:
    """`1500` is metres: nobody runs so many kilometres. `5` may be kilometres or miles."""
    metres = [number for number in numbers if SHORTEST <= number <= LONGEST and number == int(number)]
    if len(metres) == 1:
        return Distance(metres[0], "m")
    units: tuple[Unit, ...] = ("m", "km", "mi")
    fitting = [unit for unit in units if SHORTEST <= _measured(numbers[0], unit).metres <= LONGEST]
    told = " or ".join(f"{plain(numbers[0], 3)} {unit}" for unit in fitting)
    raise QuantityError(f'distance "{text}" has no unit', f"write {told}" if told else DISTANCE_HINT)


def _in_yards(text: object, yards: int) -> QuantityError:
    metres = yards * METRES_PER_YARD
    told = f"{plain(yards / 1760)} mi" if yards % 176 == 0 else f"{plain(metres, 1)} m"
    return QuantityError(f'distance "{text}" is in yards, {plain(metres, 1)} m', f"write {told}")
