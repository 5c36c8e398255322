"""How people write the distance and the time of a race: one table, for every place where a result is read.

`20:50`, `20'50"`, `20m50s` and `20:50:00`, as a spreadsheet keeps it, are all one time. What a text may mean stands in
a table of readings; which of them is meant, the distance decides: a text is read where exactly one of its readings is a
run, and told in all other cases. Nothing is guessed: `20.50` may be 20:50 or, as a number of minutes, 20:30; 0.248611,
which a spreadsheet keeps for 5:58, is 14:55 in hours. The page "Make it yours" has the same table.

The patterns are kept to what regular expressions of Python and JavaScript have in common.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce
from typing import Any

from milebook.core.errors import QuantityError
from milebook.running.courses import RACE_METRES, TRACKS, RaceName, TrackName
from milebook.running.fitness import LONGEST, SHORTEST, is_run
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
    Duration,
    Unit,
    clean,
    clock,
    plain,
)

# ---------------------------------------------------------------- times

TIME_HINT = "write for example 5:40, 27:30, 1:45:10 or 58.4"

MILE_HINTS = {  # of a race of ours, by its metres
    metres: f"write for example 5:40 or 6:05.4, a time for the {race}" for race, metres in RACE_METRES.items()
}
# A pace: 3:50/km, 6:10 min/mi, 3:50 per km. It says nothing of a race.
PACE = r".*[0-9].*(?:/|\bper\b|\bpro\b) ?(?:1 ?)?(?:km|k|mi|mile|meile|m)[.]?"

# Signs that people use for one another: what stands there, and what it is read as.
SIGNS = (
    ("[\u2018\u2019\u2032\u00b4`]", "'"),
    ("[\u201c\u201d\u2033]|''", '"'),
    (" ?: ?", ":"),
)

_HOURS = "(?:hours|hour|hrs|hr|h|std|stunden|stunde|heures|heure|horas|hora|ore|ora|uur|u)[.]?"
_MINUTES = "(?:minutes|minute|minuten|minuti|minuto|minutos|mins|min|mn|m)[.]?"
_SECONDS = "(?:seconds|second|secs|sec|sekunden|sek|secondes|seconde|segundos|secondi|seconden|s)[.]?"
_ANY = "([0-9]{1,3})"  # hours or minutes, however many
_SOME = "([0-9]{1,2})"
_SIXTY = "([0-5][0-9])"
_FRACTION = "(?:[.,][0-9]{1,6})?"
_SIXTY_AND = f"([0-5][0-9]{_FRACTION})"
_UP_TO_SIXTY = "([0-5]?[0-9])"
_UP_TO_SIXTY_AND = f"([0-5]?[0-9]{_FRACTION})"
_NUMBER = f"([0-9]{{1,6}}{_FRACTION}|[.,][0-9]{{1,6}})"
_HOUR_OF_DAY = "(0?[1-9]|1[01])"  # but for 12, which is no hour after midnight or noon
_MORNING, _EVENING = " ?a[.]?m[.]?", " ?p[.]?m[.]?"

H, M, S, HUNDREDTH, DAY = 3600, 60, 1, 0.01, 86400


@dataclass(frozen=True)
class Reading:
    """What a text of this pattern may mean: the seconds that each group counts for, and some more.

    Where it is not `sure`, people mean other things by it, too: it is offered as what to write, and never read.
    """

    pattern: str
    seconds: tuple[float, ...]
    more: int = 0
    sure: bool = True


def _of_a_day(half: str, more: int, hour: str = _HOUR_OF_DAY) -> Iterator[Reading]:
    """`5:58:00 AM`: a time of day, as spreadsheets take a time for; in hours, or in minutes and seconds."""
    yield Reading(f"{hour}:{_SIXTY}:{_SIXTY}{half}", (H, M, S), more * H)
    yield Reading(f"{hour}:{_SIXTY}:{_SIXTY}{half}", (M, S, HUNDREDTH), more * M)
    yield Reading(f"{hour}:{_SIXTY}{half}", (H, M), more * H)
    yield Reading(f"{hour}:{_SIXTY}{half}", (M, S), more * M)


TIMES: tuple[Reading, ...] = (
    # with colons: 27:30, 1:45:10; 1:45 for a half marathon; 27:30:00 for 5 km, 4:08,32
    Reading(f"{_ANY}:{_SIXTY_AND}", (M, S)),
    Reading(f"{_ANY}:{_SIXTY}:{_SIXTY_AND}", (H, M, S)),
    Reading(f"{_ANY}:{_SIXTY}", (H, M)),
    Reading(f"{_ANY}:{_SIXTY}:([0-9]{{2}})", (M, S, HUNDREDTH)),
    Reading(f"{_ANY}:{_SIXTY}:00[.,]0{{1,6}}", (M, S)),
    Reading(f"{_ANY}:{_SIXTY}[.,]{_SIXTY}", (H, M, S)),
    Reading(f"{_ANY}:{_SIXTY_AND} ?{_MINUTES}", (M, S)),
    Reading(f"{_ANY}:{_SIXTY} ?{_HOURS}", (H, M)),
    Reading(f"{_ANY}:{_SIXTY}:{_SIXTY_AND} ?(?:{_HOURS}|{_SECONDS})", (H, M, S)),
    # a time of day, as a spreadsheet keeps a time in a .csv: 12:20:50 AM
    Reading(f"12:{_SIXTY}:{_SIXTY}{_MORNING}", (M, S)),
    Reading(f"12:{_SIXTY}{_MORNING}", (M,)),
    *_of_a_day(_MORNING, 0),
    *_of_a_day(_EVENING, 0, "(12)"),
    *_of_a_day(_EVENING, 12),
    # with points or commas: 20.00, 1.45.10, 4.08,32; 58.4 is seconds
    Reading(f"{_SOME}[.,]{_SIXTY}", (M, S)),
    Reading(f"{_SOME}[.,]{_SIXTY}", (H, M)),
    Reading(f"{_SOME}[.,]{_SIXTY}[.,:]{_SIXTY}", (H, M, S)),
    Reading(f"{_SOME}[.,]([0-5][0-9][.,][0-9]{{1,6}})", (M, S)),
    Reading(f"0{{0,4}}([3-9][0-9]{_FRACTION})", (S,)),
    # with strokes: 20'50", 20'
    Reading(f"{_ANY}' ?{_SIXTY_AND} ?\"?", (M, S)),
    Reading(f"{_ANY}' ?([0-9]{_FRACTION}) ?\"", (M, S)),
    Reading(f"{_ANY} ?'", (M,)),
    Reading(f'{_UP_TO_SIXTY_AND} ?"', (S,)),
    Reading(f"{_ANY} ?{_HOURS} ?{_SIXTY}' ?(?:{_SIXTY_AND} ?\"?)?", (H, M, S)),
    # with words: 1h02, 1h 2m 3s, 20m50s, 90 s, 15 min
    Reading(f"{_ANY} ?{_HOURS} ?{_SIXTY}", (H, M)),
    Reading(f"{_ANY} ?{_HOURS} ?{_UP_TO_SIXTY} ?{_MINUTES}(?: ?{_UP_TO_SIXTY_AND} ?{_SECONDS})?", (H, M, S)),
    Reading(f"{_ANY} ?{_HOURS} ?{_UP_TO_SIXTY} ?{_MINUTES} ?{_SIXTY}", (H, M, S)),
    Reading(f"{_ANY} ?{_MINUTES} ?{_SIXTY}", (M, S)),
    Reading(f"{_ANY} ?{_MINUTES} ?{_UP_TO_SIXTY_AND} ?{_SECONDS}", (M, S)),
    Reading(f"{_NUMBER} ?{_SECONDS}", (S,)),
    Reading(f"{_NUMBER} ?{_MINUTES}", (M,)),
    Reading(f"{_NUMBER} ?{_HOURS}", (H,)),
    Reading(f"{_SOME}[.,]{_SIXTY} ?{_MINUTES}", (M, S)),  # 20.50 min: 20:50 or 20:30
    Reading(f"{_SOME}[.,]{_SIXTY} ?{_HOURS}", (H, M)),
    # what is only offered: 20.5 (20:30, or 20:50 that lost its 0), minutes as 20.50 or 27.75, 330, 530, parts of a day
    Reading(f"{_ANY}:{_SIXTY_AND} ?{_HOURS}", (M, S), sure=False),  # 24:31h, with the h that lists put behind any time
    Reading("([0-9]{1,2}[.,][0-9])", (M,), sure=False),
    Reading("([0-9]{1,2})[.,]([0-5])", (M, 10), sure=False),
    Reading("([0-9]{1,2}[.,][0-9])", (H,), sure=False),
    Reading("([0-9]{1,2})[.,]([0-5])", (H, 600), sure=False),
    Reading("([0-9]{1,3}[.,][0-9]{2,18})", (M,), sure=False),
    Reading("([0-9]{1,3}[.,][0-9]{2,18})", (H,), sure=False),
    Reading("(0?[.,][0-9]{1,18})", (DAY,), sure=False),
    Reading("([0-9]{1,6})", (S,), sure=False),
    Reading("([0-9]{1,3})", (M,), sure=False),
    Reading("([0-9]{1,2})([0-5][0-9])", (M, S), sure=False),
    Reading("([0-9])([0-5][0-9])([0-5][0-9])", (H, M, S), sure=False),
)
# What a spreadsheet keeps for a time, where it shows it as a number: days, of which most are less than one.
DAYS = "[0-9]?[.,][0-9]{1,18}"
_NEAR_A_MINUTE = 5  # seconds: what four decimals of a day say is no nearer


def read_race_time(text: object, metres: float | None) -> Duration:
    """The time that was run over so many metres; where the distance is not known, the first that a text may mean.

    Raises QuantityError where no reading of the text, or more than one, is a run over the distance. A time that can be
    read, but is no run in any way, is returned as it is written: what it means for a mile says `fitness.assess`.
    """
    meanings = list(_meanings(_with_plain_signs(clean(text, "time"))))
    written = next((seconds for seconds, is_sure in meanings if is_sure), None)
    if metres is None and written is not None:
        return Duration(written)
    runs = [(seconds, is_sure) for seconds, is_sure in meanings if metres is None or is_run(metres, seconds)]
    times = list(dict.fromkeys(seconds for seconds, _ in runs))
    if len(times) > 1:
        raise QuantityError(f'time "{text}" may be {_either(times)}', "write one of them")
    if len(times) == 1 and (times[0], True) in runs:
        return Duration(times[0])
    if times:
        raise QuantityError(f'time "{text}" is not clear', f"write {_either(times)}")
    if written is not None:
        return Duration(written)
    raise _unreadable(text, metres)


def _with_plain_signs(text: str) -> str:
    for sign, plain_sign in SIGNS:
        text = re.sub(sign, plain_sign, text)
    return text


@lru_cache(maxsize=256)
def _readings_of_shape(shape: str) -> tuple[tuple[re.Pattern[str], Reading], ...]:
    """The readings that a text of this shape may have; in a shape every figure is a 0."""
    fitting = [reading for reading in TIMES if re.fullmatch(_shape_pattern(reading.pattern), shape)]
    return tuple((re.compile(reading.pattern), reading) for reading in fitting)


def _shape_pattern(pattern: str) -> str:
    """A pattern for the shapes of the texts that a pattern fits."""
    tokens = re.findall(r"\{[^}]*\}|\[[^\]]*\]|.", pattern)
    return "".join("0" if token[0] != "{" and re.search("[0-9]", token) else token for token in tokens)


def _meanings(text: str) -> Iterator[tuple[float, bool]]:
    """What a text may mean, in seconds, and whether it can be read so."""
    for pattern, reading in _readings_of_shape(re.sub("[0-9]", "0", text)):
        if match := pattern.fullmatch(text):
            parts = zip(match.groups("0"), reading.seconds, strict=True)
            total = sum((_decimal(part) * Decimal(str(seconds)) for part, seconds in parts), Decimal(reading.more))
            if total:
                yield float(total), reading.sure
    if re.fullmatch(DAYS, text) and (seconds := _taken_for_hours(text)):
        yield seconds, False


def _taken_for_hours(days: str) -> float:
    """`5:58`, typed for minutes and seconds, from the 0.248611 that a spreadsheet keeps for 5 hours and 58 minutes.

    Of `4:08:32` the last figures are hundredths. A number with few decimals is that of the minute it comes near to.
    """
    decimals = len(re.split("[.,]", days)[1])
    kept = float(days.replace(",", ".")) * DAY
    minute = math.floor(kept / 60 + 0.5) * 60
    near = min(_NEAR_A_MINUTE, DAY / 2 / 10**decimals + 0.01)
    minutes, seconds = divmod(minute if abs(kept - minute) < near else math.floor(kept + 0.5), 60)
    return minutes + seconds / 100


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ".")[:12])


def _either(times: Iterable[float]) -> str:
    return " or ".join(map(told_time, times))


def told_time(seconds: float) -> str:
    """`27:30`, `5:58.4`: a time as it can be written."""
    return clock(seconds, 0 if abs(seconds - round(seconds)) < 0.05 else 1)


class OtherDistanceError(QuantityError):
    """A time that is written with a distance, and not with the one that it is asked for."""

    def __init__(self, text: object, other: str, asked: str) -> None:
        self.text, self.other = text, other
        super().__init__(f'time "{text}" is one over {other}', f"write one over {asked}")

    def __reduce__(self) -> tuple[type[QuantityError], tuple[str, str]]:
        return QuantityError, (self.message, self.hint)


def _unreadable(text: object, metres: float | None) -> QuantityError:
    """What is told of a text that no reading fits. A time in it is offered where it alone has figures in the text.

    A distance, a place and a year beside it are no part of it: `5k in 21:00` is a time for 5 km, and not 5:21:00.
    """
    if _NOT_FINISHED.search(clean(text, "time")):
        return QuantityError(f'"{text}" is the time of no finished race', "write that of another race")
    if re.fullmatch(PACE, clean(text, "time")):
        return QuantityError(f'"{text}" is a pace, not a time', "write the time for the whole distance")
    rest, others = _without_distances(clean(text, "time"))
    rest = re.sub(_OF_RANGE, " ", _with_plain_signs(rest))
    if metres is not None and len(others) == 1 and round(others[0].metres) != round(metres):
        other, asked = _told_distance(others[0]), _told_distance(Distance(metres))
        if len(_WITHIN.findall(rest)) > 1:  # nothing says which of them it is
            return QuantityError(f'time "{text}" has one over {other} in it', f"write the one over {asked} alone")
        if re.search("[0-9]", rest):
            return OtherDistanceError(text, other, asked)
    if (exact := re.sub(_ABOUT, "", clean(text, "time"))) and exact != clean(text, "time"):
        return QuantityError(f'time "{text}" is not a time', _written_as(exact, metres))
    hint = MILE_HINTS.get(metres or 0, TIME_HINT)
    try:
        return QuantityError(f'time "{text}" must have a unit', f"write {_either([Duration.parse(text).seconds])}")
    except QuantityError as error:
        times = [] if len(others) > 1 else _times_in(rest, metres)
        is_own = error.hint.startswith(("seconds", "with hours"))
        return QuantityError(error.message, f"write {_either(times)}" if times else error.hint if is_own else hint)


def _written_as(text: str, metres: float | None) -> str:
    """What to write for the time that is left of a text: `8` of `sub-8`."""
    try:
        time = read_race_time(text, metres).seconds
    except QuantityError as error:
        is_choice = error.hint == "write one of them"
        return f"write {error.message.partition(' may be ')[2]}" if is_choice else error.hint
    is_one = metres is None or is_run(metres, time)
    return f"write {told_time(time)}" if is_one else MILE_HINTS.get(metres or 0, TIME_HINT)


# Words before a time that is hoped for, and the dash between two of them.
_ABOUT = (
    "^(?:sub|under|below|faster than|less than|about|around|approx[.]?|circa|ca[.]?|unter|moins de|menos de|sotto|onder"
    "|<=?|\u2264)[ -]*(?=[0-9])"
)
_OF_RANGE = "(?<=:[0-9]{2}) ?[-\u2013\u2014] ?(?=[0-9]{1,3}:)"
_NOT_FINISHED = re.compile(
    r"\b(?:dn[fs]|ds?q|did not (?:finish|start)|not finished|aufgegeben|abandon|nicht (?:angetreten|beendet|gestartet))"
    r"\b"
)

# A time within a text, with one sign or blank between all its figures: 20:50, 20;50, 22-10, 1 05 10.
_WITHIN = re.compile(
    "(?<![0-9:;.,'-])([0-9]{1,3})(?: ?([:;.,'_-]) ?| )([0-5][0-9])(?:(?:(?(2) ?\\2 ?| ))([0-5][0-9]))?"
    "([.,][0-9]{1,6})?(?![0-9]|[:;',.-] ?[0-9])"
)
_BESIDE = re.compile(  # figures that are no part of a time: a place, a year, the day of a race
    r"(?<![0-9:.,])(?:[0-9]{1,4}(?:st|nd|rd|th)\b|(?:19|20)[0-9]{2}(?![0-9:.,])|#[0-9]+|[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]+)?)"
)


def _times_in(text: str, metres: float | None) -> list[float]:
    """The times in a text that has no other figures; none where any of them is no run."""
    bare = _BESIDE.sub(" ", text)
    if re.search("[0-9]", _WITHIN.sub(" ", bare)):
        return []
    found = []
    for match in _WITHIN.finditer(bare):
        parts = [part for part in (match[1], match[3], match[4]) if part]
        meant = [seconds for seconds, is_sure in _meanings(":".join(parts) + (match[5] or "")) if is_sure]
        runs = [seconds for seconds in meant if metres is None or is_run(metres, seconds)]
        if not runs:
            return []
        found.append(runs[0])
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- distances

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
    numbers = _numbers(number)
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
    rest, found = _without_distances(text)
    told = dict.fromkeys(told_alone(one) for one in found)
    is_plain = not re.search("[0-9]", rest) and not re.search(ANOTHER_EVENT, rest)
    return f"write {' or '.join(told)}" if told and is_plain else ""


def told_alone(one: Distance) -> str:
    """A distance as it can be written."""
    return _told_distance(one).removeprefix("the ")


def _without_distances(text: str) -> tuple[str, list[Distance]]:
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


def _told_distance(one: Distance) -> str:
    """`5 km`, `the mile`, `1600 m`: a distance as it is told."""
    if round(one.metres) == round(METRES_PER_MILE):
        return "the mile"
    names = {HALF_MARATHON: "the half marathon", MARATHON: "the marathon"}
    if one.metres in names:
        return names[one.metres]
    unit = "km" if one.unit == "m" and one.metres % 1000 == 0 else one.unit
    return f"{plain(one.metres / METRES[unit], 3)} {unit}"


def _numbers(text: str) -> list[float]:
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


# ---------------------------------------------------------------- distance and time in one text

_BETWEEN = r"\s*(?:[,;:=@\u2013\u2014-]\s+|\s(?:in|at|over|for)\s+|\s)\s*"


def read_result(text: str) -> tuple[Distance, Duration]:
    """`5k 22:30`, `5 km in 22:30`, `22:30 for 5k`. Raises QuantityError with what to write instead of all of it."""
    cuts = [(text[: cut.start()].strip(), text[cut.end() :].strip()) for cut in re.finditer(_BETWEEN, text.strip())]
    told: list[QuantityError] = []
    for ways in (cuts, [(behind, before) for before, behind in cuts]):
        of_times: list[QuantityError] = []
        for distance, time in ways:
            try:
                ran = read_race_distance(distance)
            except QuantityError as error:
                told.append(_of_all(error, "{} " + time))
                continue
            try:
                return ran, read_race_time(time, ran.metres)
            except QuantityError as error:
                of_times.insert(0, _of_all(error, distance + " {}"))
        if of_times:  # of a distance that can be read, the time is at fault
            raise of_times[0]
    if not told:
        raise QuantityError(f'"{text}" is not a result', 'write distance and time, for example "5k 22:30"')
    raise told[0]


def _of_all(error: QuantityError, form: str) -> QuantityError:
    """What is told of a part of a text, with what to write instead of the whole, where that is said."""
    if error.hint == "write one of them":
        offered = error.message.partition(" may be ")[2]
    else:
        offered = error.hint.removeprefix("write ").removesuffix(" if you mean that")
    each = offered.split(" or ")
    if not all(re.fullmatch("[0-9][0-9:.]*(?: (?:m|km|mi))?", one) for one in each):
        return error
    return QuantityError(error.message, f"write {' or '.join(form.replace('{}', one) for one in each)}")


# ---------------------------------------------------------------- the race


# What a race is run on that is no track: laps are not counted there.
NO_TRACK = (
    *("road", "roads", "asphalt", "tarmac", "street", "pavement", "concrete", "trail", "trails", "gravel", "path"),
    *("towpath", "strasse", "stra\u00dfe", "route", "strada", "carretera", "weg"),
)


def read_surface(value: object) -> object:
    """`track`, or `road` for what is no track: `tarmac`, `trail`, `Strasse`. Any other word stays as it is written."""
    if not isinstance(value, str):
        return value
    word = unicodedata.normalize("NFC", " ".join(value.split())).lower()
    return "road" if word in NO_TRACK else "track" if word == "track" else value


_ROAD = r"\b(?:road|street|strasse|stra\u00dfe|route|strada|carretera|weg)\b"


def says_road(text: str) -> bool:
    """Whether a text says that a race is on the road."""
    return bool(re.search(_ROAD, text.lower()))


def read_race(value: object) -> RaceName:
    """The race that a plan leads to: `mile`, `1 mi`, `1500`, `1,500m`, `1.6 km`. Raises QuantityError.

    A word for the road is told: it is no distance, and a race is one on the track where nothing else says so.
    """
    if says_road(str(value)):
        raise QuantityError(
            f'"{value}" says where the race is run', "write the distance alone, and road as the surface"
        )
    try:
        metres = read_race_distance(value).metres
    except QuantityError:
        metres = 0.0
    for race, exact in RACE_METRES.items():
        if round(metres) == round(exact):
            return race
    raise QuantityError(f'a race of "{value}" is none that milebook plans for', f"write {_one_of(RACE_METRES)}")


# Words beside the length of a lap: `400 m track`, `200m indoor`, `Bahn 400 m`.
_TRACK_WORDS = r"\b(?:tracks?|laps?|indoors?|outdoors?|bahn|halle|hallenbahn|rundbahn|runde|piste|salle|pista|baan)\b"
_OF_A_MILE = re.compile(r"(?:1/4|\u00bc|quarter) ?-?(?:mi|mile)")


def read_track(value: object) -> TrackName:
    """The lap of a track: `400`, `200m`, `440 yards`, `440y`, `1/4 mile`, `400 m track`. Raises QuantityError."""
    text = " ".join(re.sub(_TRACK_WORDS, " ", clean(value, "track")).replace("()", " ").strip("()- ").split())
    metres = _lap_metres(text)
    for track, exact in TRACKS.items():
        if round(metres, 3) == float(exact):
            return track
    if says_road(clean(value, "track")):
        raise QuantityError("a race on the road has no track", "leave the track out, and write road as the surface")
    what = f'a track of "{value}" is not known' if metres else f'"{value}" does not say how long a lap of the track is'
    raise QuantityError(what, f"write {_one_of(TRACKS)}, the length of a lap")


def _lap_metres(text: str) -> float:
    """The metres of a lap; 0 for a text that has none. A bare number is metres, but 440 of them is no track: yards."""
    if _OF_A_MILE.fullmatch(text) or text in ("440", "440.0"):  # a number of a spreadsheet
        return METRES_PER_MILE / 4
    if yards := re.fullmatch(YARDS, text):
        return int(yards[1]) * METRES_PER_YARD
    match = re.fullmatch(RACE_NUMBER, text)
    unit = RACE_UNITS.get(match[2] or "m") if match else None
    return _numbers(match[1])[0] * METRES[unit] if match and unit else 0.0


def _one_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


# ---------------------------------------------------------------- for other programs


def export() -> dict[str, Any]:
    """The tables, for a script that reads what the same person writes."""
    return {
        "signs": SIGNS,
        "pace": PACE,
        "times": [[each.pattern, each.seconds, each.more, each.sure] for each in TIMES],
        "days": [DAYS, _NEAR_A_MINUTE],
        "races": RACES,
        "asides": ASIDES,
        "rounded": ROUNDED,
        "race_units": RACE_UNITS,
        "race_number": RACE_NUMBER,
        "thousands": THOUSANDS,
        "yards": [YARDS, METRES_PER_YARD],
        "fewest_metres": FEWEST_METRES,
    }
