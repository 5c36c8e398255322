"""Booklets of one pattern: planned and composed once, then only their values are worked out.

A pattern is everything about a runner that is not personal: plan, level, days, weeks, units, and so on. Two runners of
one pattern have booklets that differ in their values only. So one runner's booklet is composed with numbers that
remember how they were worked out (`tracing`); the way to every value is then written down as a function of the
result, the goal, the race day and the names. It gives what planning and composing give, many times quicker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import exp, inf, sqrt
from typing import Any

from milebook.booklet.composition import LONG_RACE, LONG_RUNNER, is_long
from milebook.booklet.fields import TEXTS, Field
from milebook.booklet.plan_notes import has_bold_goal
from milebook.booklet.views import Booklet
from milebook.content.library import Library
from milebook.content.models import Plan, Profile
from milebook.printing.stamping.variable_values import SplitView, fields_of, shape_of
from milebook.running.fitness import Result, assess, confidence, mile_of
from milebook.running.mile_classes import class_of
from milebook.running.quantities import Distance, Duration
from milebook.running.tracing import Expression, OffsetDate, TracedText, bisect, whole
from milebook.site.personal.expression_graph import Operations
from milebook.training import trials

Compose = Callable[[Profile], Booklet]
Own = tuple[float, float, float, int, str, str]  # metres, seconds, goal, ordinal of the race day, names of runner, race
Values = Callable[[float, float, float, int, str, str], tuple[str, ...]]

_PERSONAL = {"name", "result", "race"}
_PERSONAL_RACE = {"name", "day", "goal"}
_DATED = {"day", "iso", "full_day", "day_range"}  # ways of writing that are given days
OFTEN = 4  # a pattern takes as long to learn as so many booklets take to compose
MOST_PATTERNS = 50  # that are remembered
_NO_DAY = 1  # stands for the day of a race that has none


@dataclass(frozen=True)
class CompiledBooklet:
    """What the booklets of a pattern have in common, and how a runner's values are worked out."""

    shape: str
    values: Values

    def split_view(self, profile: Profile) -> SplitView:
        """A runner's booklet taken apart, as `variable_values.apart` does with one that was composed."""
        return SplitView(self.shape, self.values(*_own(profile)))


def key_of(profile: Profile, plan: Plan, today: date) -> Any:
    """What the pattern of a runner is known by: all that a booklet depends on but the values."""
    race, ran = profile.race, profile.result
    begins = profile.made or today
    left = min((race.day - begins).days, 7 * max(plan.lengths)) if race.day else None  # a near race cuts the plan short
    shared = [repr(getattr(profile, name)) for name in Profile.model_fields if name not in _PERSONAL]
    shared += [repr(getattr(race, name)) for name in type(race).model_fields if name not in _PERSONAL_RACE]
    long = is_long(profile.name, LONG_RUNNER), is_long(race.name, LONG_RACE)
    result = Result(ran.distance.metres, ran.time.seconds, ran.day)
    sure, fast = confidence(result, today), class_of(mile_of(result)).name
    day = race.day.weekday() if race.day else None
    latest = trials.assess_latest(profile, assess(result)) if race.goal else None
    goal = "" if latest is None else "bold" if has_bold_goal(profile, latest) else "usual"
    return (*shared, *long, day, left, goal, ran.distance.unit, fast, *sure)


class CompiledBooklets:
    """The patterns of a club. One is learnt for the few who come often: until then each is composed by itself."""

    def __init__(self, compose: Compose, library: Library, today: date) -> None:
        self.compose, self.library, self.today = compose, library, today
        self._known: dict[Any, CompiledBooklet | None] = {}
        self._seen: Counter[Any] = Counter()

    def find(self, profile: Profile) -> CompiledBooklet | None:
        """The pattern of a runner; None where there is none (yet)."""
        key = key_of(profile, self.library.plans[profile.plan], self.today)
        if key not in self._known:
            self._seen[key] += 1
            if self._seen[key] < OFTEN:
                return None
            if len(self._known) >= MOST_PATTERNS:
                self._known.pop(next(iter(self._known)))
            self._known[key] = learn(profile, self.compose)
        return self._known[key]


def learn(profile: Profile, compose: Compose) -> CompiledBooklet | None:
    """The pattern of a runner; None where it does not give what composing gives."""
    told = compose(_remembering(profile))
    pattern = CompiledBooklet(shape_of(told), _function(fields_of(told)))
    plain = compose(profile)
    wanted = SplitView(shape_of(plain), tuple(field.text for field in fields_of(plain)))
    return pattern if pattern.split_view(profile) == wanted else None


def _own(profile: Profile) -> Own:
    race, ran = profile.race, profile.result
    goal = race.goal.seconds if race.goal else 0.0
    day = race.day.toordinal() if race.day else _NO_DAY
    return ran.distance.metres, ran.time.seconds, goal, day, profile.name, race.name


def _remembering(profile: Profile) -> Profile:
    """The same runner with a result, a goal, a day and names that remember."""
    race, ran = profile.race, profile.result
    distance = Distance(Expression(ran.distance.metres, ("metres",)), ran.distance.unit)
    result = ran.model_copy(update={"distance": distance, "time": Duration(Expression(ran.time.seconds, ("seconds",)))})
    goal = Duration(Expression(race.goal.seconds, ("goal",))) if race.goal else None
    day = _race_day(race.day) if race.day else None
    on = race.model_copy(update={"goal": goal, "day": day, "name": _given(race.name, "race_name")})
    return profile.model_copy(update={"name": _given(profile.name, "name"), "result": result, "race": on})


def _race_day(day: date) -> OffsetDate:
    kind: type[OffsetDate] = type("RaceDay", (OffsetDate,), {"anchor": day})
    return kind.fromordinal(day.toordinal())


def _given(text: str, of: str) -> TracedText:
    given = TracedText(text)
    given.of = of
    return given


# ---------------------------------------------------------------- the function


def _function(fields: Iterable[Field]) -> Values:
    """All values of a booklet as a function. It is written as a program, each operation once, and compiled."""
    writing = _Writing()
    places = [writing.value(field) for field in fields]
    lines = [*writing.lines(), *(f"v{number} = {text}" for number, text in enumerate(writing.values))]
    head = "def values(metres, seconds, goal, race, name, race_name):"
    program = "\n    ".join((head, *lines, f"return ({', '.join(places)},)"))
    known: dict[str, Any] = {"exp": exp, "sqrt": sqrt, "inf": inf, "bisect": bisect, "whole": whole}
    known |= {f"write_{how}": _dated(write) if how in _DATED else write for how, write in TEXTS.items()}
    exec(compile(program, "<pattern>", "exec"), known)
    values: Values = known["values"]
    return values


def _dated(write: Callable[..., str]) -> Callable[..., str]:
    """A way of writing days, given as ordinals; a club's runners have few days between them."""

    @cache
    def written(*ordinals: int) -> str:
        return write(*map(date.fromordinal, ordinals))

    return written


class _Writing:
    """Writes a program. What holds a `place` of `solve` is known only inside the function that is solved."""

    def __init__(self) -> None:
        self.operations = Operations()
        self.values: list[str] = []
        self._numbers: dict[str, int] = {}

    def value(self, field: Field) -> str:
        """A field's text as an expression of the program."""
        if field.source is None:
            return repr(str(field.text))
        how, *of = field.source
        text = f"write_{how}({', '.join(map(self._argument, of))})"
        number = self._numbers.setdefault(text, len(self.values))
        if number == len(self.values):
            self.values.append(text)
        return f"v{number}"

    def _argument(self, part: Any) -> str:
        if isinstance(part, Expression):
            return f"n{self.operations.node(part)}"
        if isinstance(part, OffsetDate):
            return f"race + {part.offset}"
        return part.of if isinstance(part, TracedText) else repr(part)

    def lines(self) -> Iterator[str]:
        """The operations, in an order in which each finds what it is done to."""
        inside = self._inside()
        for number in range(len(self.operations.nodes.entries)):
            if number in inside:
                continue
            entry = self.operations.nodes.entries[number]
            if entry[0] == "solve":
                yield f"def falling{number}(place):"
                yield from (f"    n{at} = {self._operation(at)}" for at in sorted(self._under(entry[1][0]) & inside))
                yield f"    return n{entry[1][0]}"
            yield f"n{number} = {self._operation(number)}"

    def _operation(self, number: int) -> str:
        name, *of = self.operations.nodes.entries[number]
        parts = [f"n{part[0]}" if isinstance(part, list) else repr(part) for part in of]
        if name in ("metres", "seconds", "goal", "place"):
            return str(name)
        if name == "solve":
            return f"bisect(falling{number}, {', '.join(parts[1:])})"
        if name == "if-equal":
            one, other, then, rest = parts
            return f"{then} if {one} == {other} else {rest}"
        if name == "if-between":
            value, low, high, then, rest = parts
            return f"{then} if {low} <= {value} <= {high} else {rest}"
        if name in ("exp", "sqrt", "whole"):
            return f"{name}({parts[0]})"
        if name in ("least", "most"):
            return f"{'min' if name == 'least' else 'max'}({', '.join(parts)})"
        return f" {name} ".join(parts)

    def _inside(self) -> set[int]:
        """The operations that depend on a place."""
        inside: set[int] = set()
        for number, (name, *of) in enumerate(self.operations.nodes.entries):
            parts = {part[0] for part in of if isinstance(part, list)}
            if name == "place" or (name != "solve" and parts & inside):
                inside.add(number)
        return inside

    def _under(self, number: int) -> set[int]:
        """An operation and all it is made of."""
        found, waiting = set[int](), [number]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += [part[0] for part in self.operations.nodes.entries[at][1:] if isinstance(part, list)]
        return found
