"""One race result -> equivalent times and training paces, with the range of three models and how sure we are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from milebook.core.errors import QuantityError
from milebook.running.courses import RACE_METRES, RaceName, metres_of
from milebook.running.quantities import (
    HALF_MARATHON,
    MARATHON,
    METRES_PER_KM,
    METRES_PER_MILE,
    Pace,
    Range,
    clock,
)
from milebook.running.tracing import TracedWord, choose_word, exp, if_between, if_equal, least, most, solve, sqrt, whole

SHORTEST, LONGEST = 400.0, MARATHON  # metres a result may have
FASTEST_MILE, SLOWEST_MILE = 223.0, 1200.0  # seconds: 3:43 to 20:00
SLOWEST_SPEED, FASTEST_SPEED = 0.45, 20.0  # m/s: near 0.42 the cost of running is zero; nobody runs at 20
NOBODYS_SPEED = 9.5  # m/s over 400 m and more
OLD_AFTER_DAYS = 92  # three months
BOLD_GOAL, FASTEST_GOAL, SLOWEST_GOAL = 0.96, 0.85, 1.25  # of the race predicted: told, and refused beyond; our choice
MUCH_FASTER = f"more than {100 * (1 - BOLD_GOAL):.0f} % faster"  # what a bold goal is
ANOTHER_RACE = Range(0.88, 1.12)  # of a race's equivalent time: what is typed for a mile may be meant for that race
HOW_SURE = (  # metres from, metres to, of a mile predicted from such a result
    (1500.0, 1700.0, "high", "the result is a mile or as good as one"),
    (800.0, 10000.0, "fair", "the result is not a mile; a mile trial would tell more"),
)
FAR_FROM_A_MILE = "the distance is far from a mile; run a mile trial"
FARTHER = "the distance is so far from a mile that the slowest of the models is used; run a mile trial"
# Metres of a result that one model tells enough of. Beyond, the models lie far apart (of 400 m in 1:00 they make miles
# from 4:22 to 5:16), and who trains by the fastest of them trains too hard: our choice.
RELIABLE = Range(800.0, HALF_MARATHON)

Model = Callable[[float, float, float], float]


def oxygen_cost(metres_per_minute: float) -> float:
    """Oxygen cost of running, ml/kg/min (Daniels and Gilbert 1979, Oxygen Power)."""
    return -4.60 + 0.182258 * metres_per_minute + 0.000104 * metres_per_minute**2


def speed_at_cost(cost: float) -> float:
    """Metres a minute at an oxygen cost: the positive root of `oxygen_cost`."""
    a, b, c = 0.000104, 0.182258, -4.60 - cost
    return (-b + sqrt(b * b - 4 * a * c)) / (2 * a)


def sustainable_share(minutes: float) -> float:
    """Share of the maximum that can be held for so many minutes (Daniels and Gilbert 1979)."""
    return 0.8 + 0.1894393 * exp(-0.012778 * minutes) + 0.2989558 * exp(-0.1932605 * minutes)


def level(metres: float, seconds: float) -> float:
    """The Daniels-Gilbert level of a result: oxygen cost of its speed over the share held that long."""
    minutes = seconds / 60
    return oxygen_cost(metres / minutes) / sustainable_share(minutes)


def daniels_gilbert(metres: float, seconds: float, to_metres: float) -> float:
    """Equivalent time in seconds: the time at which `to_metres` has the level of the result; solved to the last bit."""
    quick, slow = to_metres / FASTEST_SPEED, to_metres / SLOWEST_SPEED

    def other() -> float:
        return solve(lambda time: level(to_metres, time), level(metres, seconds), quick, slow)

    return if_equal(metres, to_metres, seconds, other)


def riegel(metres: float, seconds: float, to_metres: float) -> float:
    """T2 = T1 (D2/D1)^1.06 (Riegel 1981, Athletic Records and Human Endurance)."""
    share: float = (to_metres / metres) ** 1.06
    return seconds * share


def cameron(metres: float, seconds: float, to_metres: float) -> float:
    """T2 = T1 (D2/D1) f(D1)/f(D2), f(x) = 13.49681 - 0.000030363 x + 835.7114 / x^0.7905 (Cameron, about 1998)."""

    def speed(x: float) -> float:
        power: float = x**0.7905
        return 13.49681 - 0.000030363 * x + 835.7114 / power

    return seconds * (to_metres / metres) * (speed(metres) / speed(to_metres))


MODELS: Mapping[str, Model] = {"daniels-gilbert": daniels_gilbert, "riegel": riegel, "cameron": cameron}
DEFAULT_MODEL = "daniels-gilbert"

EQUIVALENTS: Mapping[str, float] = {
    "1500 m": 1500.0,
    "mile": METRES_PER_MILE,
    "3000 m": 3000.0,
    "5 km": 5000.0,
    "10 km": 10000.0,
    "half marathon": HALF_MARATHON,
    "marathon": MARATHON,
}
RACE_PACES = ("mile", "3 km", "5 km", "10 km")  # what a rep can be run at, besides tempo and easy
_RACE_METRES = {"mile": METRES_PER_MILE, "3 km": 3000.0, "5 km": 5000.0, "10 km": 10000.0}

TEMPO_RULE = "5 km race pace plus 20 to 30 s a mile"
TEMPO_SLOWER = Range(20.0, 30.0)  # seconds a mile behind 5 km pace: the article
EASY_RULE = "59 to 74 % of the Daniels-Gilbert level"
EASY_SHARE = Range(0.59, 0.74)  # easy running in Daniels' Running Formula

# Effort on a scale of 1 to 10, by what is run: our own choice, after Foster's session scale.
EFFORT: Mapping[str, Range[int]] = {
    "easy": Range(2, 4),
    "tempo": Range(6, 6),
    "10 km": Range(7, 7),
    "5 km": Range(8, 8),
    "3 km": Range(8, 8),
    "mile": Range(8, 8),
    "fast": Range(9, 9),
    "race": Range(10, 10),
}


@dataclass(frozen=True)
class Result:
    """A race run: metres, seconds and, where known, when."""

    metres: float
    seconds: float
    day: date | None = None


@dataclass(frozen=True)
class Fitness:
    """What one result says about a runner. All times in seconds, all paces exact; `model` is the one asked for."""

    result: Result
    mile: float
    equivalents: Mapping[str, float]
    ranges: Mapping[str, Range[float]]
    confidence: str
    reason: str
    paces: Mapping[str, Pace]
    tempo: Range[Pace]
    easy: Range[Pace]
    model: str | None = field(default=None, compare=False)

    def time_of(self, race: RaceName) -> float:
        """Seconds that one of the miles there are takes this runner; of a word of its metres, by these."""
        if isinstance(race, TracedWord):
            metres, others = race.source[0], self._others
            return if_equal(
                metres,
                RACE_METRES["1500 m"],
                others["1500 m"][0],
                lambda: if_equal(metres, RACE_METRES["1600 m"], others["1600 m"][0], lambda: self.mile),
            )
        return self.mile if race == "mile" else self._others[race][0]

    def range_of(self, race: RaceName) -> Range[float]:
        """The same by the models."""
        return self.ranges["mile"] if race == "mile" else self._others[race][1]

    @cached_property
    def _others(self) -> Mapping[RaceName, tuple[float, Range[float]]]:
        """Time and range of what is not a mile in the strict sense, worked out where it is asked for."""
        found: dict[RaceName, tuple[float, Range[float]]] = {}
        for race, metres in RACE_METRES.items():
            if race in self.equivalents:
                found[race] = self.equivalents[race], self.ranges[race]
            else:
                times = by_every_model(self.result, metres)
                found[race] = trained_by(self.result, times, self.model), Range(least(times), most(times))
        return found

    def pace(self, name: str) -> Pace | None:
        """The runner's pace by name; None for what is run by effort alone (`fast`)."""
        return self.paces.get(name)


def confidence(result: Result, today: date | None = None) -> tuple[str, str]:
    """Return `high`, `fair` or `low` and the reason, for a mile predicted from this result."""
    if result.day and today and result.day > today:
        return "low", "the result is dated after today; check its date"
    if result.day and today and (today - result.day).days > OLD_AFTER_DAYS:
        return "low", "the result is older than three months; run a mile trial"
    sure = choose_word(result.metres, tuple((low, high, word) for low, high, word, _ in HOW_SURE), "low")
    reasons = (
        *((low, high, reason) for low, high, _, reason in HOW_SURE),
        (RELIABLE.low, RELIABLE.high, FAR_FROM_A_MILE),
    )
    why = choose_word(result.metres, reasons, FARTHER)
    return sure, why


def assess(result: Result, model: str | None = None, today: date | None = None) -> Fitness:
    """Read a result. Raises QuantityError where distance or predicted mile is outside what the models can tell.

    By the model asked for; else by the usual one, and where the result is not `RELIABLE`, by the slowest for each time.
    """
    if not 0 < result.seconds < 1e6:
        raise QuantityError("the result's time is not a positive number of seconds", "write for example 27:30")
    if not SHORTEST <= result.metres <= LONGEST:
        raise QuantityError("the result's distance is outside 400 m to the marathon", "use a race between the two")
    speed = result.metres / result.seconds
    miles = by_every_model(result, METRES_PER_MILE) if SLOWEST_SPEED < speed < FASTEST_SPEED else ()
    mile = trained_by(result, miles, model) if miles else math.inf
    if not FASTEST_MILE <= mile <= SLOWEST_MILE:
        means = f"means a mile of {_to_tenths(mile)}" if math.isfinite(mile) else "is no running speed"
        told = f"the result {_to_tenths(result.seconds)} {means}"
        pace = "is it a pace per km or mile? write the whole time; " if _may_be_a_pace(result) else ""
        raise QuantityError(told, f"{pace}milebook serves miles from 3:43 to 20:00")
    everyone = {to: by_every_model(result, to) if to != METRES_PER_MILE else miles for to in EQUIVALENTS.values()}
    known = {to: trained_by(result, times, model) if to != METRES_PER_MILE else mile for to, times in everyone.items()}
    equivalents = {name: known[to] for name, to in EQUIVALENTS.items()}
    run_at = {**known, METRES_PER_MILE: if_equal(result.metres, METRES_PER_MILE, mile, lambda: whole(mile))}
    paces = {name: Pace(run_at[to] / to) for name, to in _RACE_METRES.items()}  # of the mile that is shown
    fast, usual, slow = (_behind(paces["5 km"], extra) for extra in (TEMPO_SLOWER.low, 25.0, TEMPO_SLOWER.high))
    how_sure, reason = confidence(result, today)
    return Fitness(
        result=result,
        mile=mile,
        equivalents=equivalents,
        ranges={name: Range(least(everyone[to]), most(everyone[to])) for name, to in EQUIVALENTS.items()},
        confidence=how_sure,
        reason=reason,
        paces={**paces, "tempo": usual},
        tempo=Range(fast, slow),
        easy=_easy(equivalents["5 km"]),
        model=model,
    )


def by_every_model(result: Result, to_metres: float) -> tuple[float, ...]:
    """Equivalent times in seconds, in the order of `MODELS`."""
    return tuple(model(result.metres, result.seconds, to_metres) for model in MODELS.values())


def trained_by(result: Result, times: Sequence[float], model: str | None = None) -> float:
    """Which of the times by every model a runner trains by: that of the model asked for, or as `assess` says."""
    usual = times[list(MODELS).index(model or DEFAULT_MODEL)]
    if model:
        return usual
    return if_between(result.metres, RELIABLE.low, RELIABLE.high, lambda: usual, lambda: most(times))


def mile_of(result: Result) -> float:
    """Seconds of the mile that `assess` finds for a result."""
    return trained_by(result, by_every_model(result, METRES_PER_MILE))


def used_model(result: Result) -> str:
    """The model that `assess` goes by where none is asked for."""
    return DEFAULT_MODEL if RELIABLE.low <= result.metres <= RELIABLE.high else "the slowest of three"


def predicted_goal(fitness: Fitness, race: RaceName = "mile") -> float:
    """Seconds of the race that a runner without a goal runs: what was run, or what is predicted, to a whole second."""
    time = fitness.time_of(race)
    return if_equal(fitness.result.metres, metres_of(race), time, lambda: whole(time))


def after_mile(seconds: float, race: RaceName) -> tuple[Pace, Pace, Range[Pace], float]:
    """What a mile in so many seconds means, as `assess` has it: mile and 5 km pace, tempo, seconds of the race."""
    five_km = Pace(daniels_gilbert(METRES_PER_MILE, seconds, 5000.0) / 5000.0)
    raced = seconds if race == "mile" else daniels_gilbert(METRES_PER_MILE, seconds, RACE_METRES[race])
    tempo = Range(_behind(five_km, TEMPO_SLOWER.low), _behind(five_km, TEMPO_SLOWER.high))
    return Pace(seconds / METRES_PER_MILE), five_km, tempo, raced


def _behind(pace: Pace, seconds: float) -> Pace:
    """A pace so many seconds a mile slower."""
    return Pace(pace.seconds_per_metre + seconds / METRES_PER_MILE)


def is_run(metres: float, seconds: float) -> bool:
    """Whether a result is a running speed that milebook serves: from 400 m to the marathon, a mile of 3:43 to 20:00."""
    if not SHORTEST <= metres <= LONGEST or not SLOWEST_SPEED < metres / seconds < FASTEST_SPEED:
        return False
    if metres == METRES_PER_MILE:
        return FASTEST_MILE <= seconds <= SLOWEST_MILE
    if not RELIABLE.low <= metres <= RELIABLE.high:
        return FASTEST_MILE <= max(by_every_model(Result(metres, seconds), METRES_PER_MILE)) <= SLOWEST_MILE
    slowest, fastest = _served_levels()
    return slowest <= level(metres, seconds) <= fastest  # the mile is predicted by the same level


def _may_be_a_pace(result: Result) -> bool:
    """Whether a time that is too fast for its distance would be a run as a time for each kilometre or mile of it."""
    totals = (result.seconds * result.metres / metres for metres in (METRES_PER_KM, METRES_PER_MILE))
    return result.metres / result.seconds > NOBODYS_SPEED and any(is_run(result.metres, total) for total in totals)


@cache
def _served_levels() -> tuple[float, float]:
    return level(METRES_PER_MILE, SLOWEST_MILE), level(METRES_PER_MILE, FASTEST_MILE)


def _to_tenths(seconds: float) -> str:
    return clock(seconds, 0 if seconds == int(seconds) else 1)


def _easy(five_km_seconds: float) -> Range[Pace]:
    """Easy running, fast end first: `EASY_RULE`, from the 5 km time so that it fits whichever model was asked for."""
    top = level(5000.0, five_km_seconds)
    fast, slow = (Pace(60 / speed_at_cost(share * top)) for share in (EASY_SHARE.high, EASY_SHARE.low))
    return Range(fast, slow)


# ---------------------------------------------------------------- goals


def is_bold(goal: float, fitness: Fitness, race: RaceName = "mile") -> bool:
    """Whether a goal is so much faster than the race predicted that it must be told."""
    return goal < BOLD_GOAL * fitness.time_of(race)


def check_goal(goal: float, fitness: Fitness, race: RaceName = "mile") -> None:
    """Raise QuantityError for a goal that is none for this runner's race, or for anybody's."""
    time = fitness.time_of(race)
    if goal > SLOWEST_GOAL * time:
        told = (
            f"the goal {_to_tenths(goal)} is no {race} goal for a runner whose result means a {race} of {clock(time)}"
        )
        raise QuantityError(told, f"write a time for the {race}{_of_another_race(goal, fitness)}")
    if goal < FASTEST_GOAL * time:
        faster = f"{100 * (1 - goal / time):.0f} % faster than the {race} of {clock(time)} that the result means"
        told, first = f"the goal {_to_tenths(goal)} is {faster}", math.ceil(FASTEST_GOAL * time)
        raise QuantityError(told, f"write a time for the {race} from {clock(first)} on, or leave the goal out")
    if not is_run(metres_of(race), goal):
        raise QuantityError(f"the goal {_to_tenths(goal)} is no {race}", "milebook serves miles from 3:43 to 20:00")


def _of_another_race(goal: float, fitness: Fitness) -> str:
    """What to do with a goal that looks like one for 5 km."""
    likely = (
        name
        for name, time in fitness.equivalents.items()
        if name not in RACE_METRES and ANOTHER_RACE.low <= goal / time <= ANOTHER_RACE.high
    )
    return f"; if it is a goal for {next(likely, 'another distance')}, leave it out"
