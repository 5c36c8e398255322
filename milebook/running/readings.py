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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from milebook.core.errors import QuantityError
from milebook.running.courses import RACE_METRES
from milebook.running.distance_readings import (
    ASIDES,
    FEWEST_METRES,
    RACE_NUMBER,
    RACE_UNITS,
    RACES,
    ROUNDED,
    THOUSANDS,
    YARDS,
    read_race_distance,
    told_distance,
    without_distances,
)
from milebook.running.fitness import is_run
from milebook.running.quantities import (
    METRES_PER_YARD,
    Distance,
    Duration,
    clean,
    clock,
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
    rest, others = without_distances(clean(text, "time"))
    rest = re.sub(_OF_RANGE, " ", _with_plain_signs(rest))
    if metres is not None and len(others) == 1 and round(others[0].metres) != round(metres):
        other, asked = told_distance(others[0]), told_distance(Distance(metres))
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
