"""Steps of a session in words, with the runner's values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from milebook.booklet import fields
from milebook.booklet.fields import EN_DASH, NBSP, TIMES, Field, Line, Piece
from milebook.booklet.views import Rep
from milebook.running.fitness import EFFORT
from milebook.running.quantities import METRES_PER_MILE, Units
from milebook.running.tracing import map_words
from milebook.training.planned import PlannedStep, Recovery, Session

HARD = ("reps", "tempo")  # the steps that make a session; what stands before and after them is easy
USUAL_DRILLS = "warm-up"  # the checklist that every booklet has
LONGEST_TO_SEE = 600.0  # seconds: how far a longer repetition goes is no help on a track


Brief = tuple[tuple[Line, Line], ...]  # for each step that matters: what it is, and in what time


def brief(main: tuple[PlannedStep, ...], units: Units) -> Brief:
    """A day in a few words, for the wall: for each step that matters, what it is and in what time."""
    shown = [step for step in main if step.kind in HARD] or [step for step in main if step.kind != "drills"] or main
    mixed = {"easy", "cross"} <= {step.kind for step in shown}  # else the kind of the day says which it is
    return tuple(_brief_step(step, units, mixed=mixed) for step in shown)


def _brief_step(step: PlannedStep, units: Units, *, mixed: bool) -> tuple[Line, Line]:
    if step.kind == "reps":
        return _brief_reps(step, units)
    if step.kind == "strides":
        return (f"{step.reps}{NBSP}strides",), ()
    if step.kind == "drills":
        return told(step, units), ()
    if step.kind == "tempo":
        return (*_amount(step), f"{NBSP}tempo"), _pace(step, units)
    return (*_amount(step), *((f"{NBSP}{step.kind}",) if mixed else ())), ()


def _brief_reps(step: PlannedStep, units: Units) -> tuple[Line, Line]:
    what: Line = (_many(str(step.reps)), *_length(step))
    if step.uphill:
        return (*what, f"{NBSP}uphill"), ()
    if step.target is None:
        return (*what, f"{NBSP}fast"), ()
    if step.timed:
        return what, _pace(step, units)
    is_mile = step.raced or step.metres == METRES_PER_MILE
    time = fields.ran_in(step.target) if is_mile else fields.rep_time(step.target)
    return what, (f"in{NBSP}", time)


def parts_of(session: Session) -> tuple[tuple[PlannedStep, ...], ...]:
    """Warm-up, the session itself, cool-down: around the first and the last step that is not mere easy running."""
    core = [i for i, step in enumerate(session.steps) if step.kind in HARD]
    if not core:
        return (), session.steps, ()
    return session.steps[: core[0]], session.steps[core[0] : core[-1] + 1], session.steps[core[-1] + 1 :]


def main_parts(main: tuple[PlannedStep, ...], units: Units) -> Iterator[Rep]:
    """The session itself in the order of its steps; what stands between repetitions is one line."""
    only_easy = not any(step.kind in HARD for step in main)  # else easy is what lies between
    for is_reps, some in groupby(main, lambda step: step.kind == "reps"):
        if is_reps:
            yield from (rep(step, units) for step in some)
        else:
            yield Rep(fields.joined(told(step, units, paced=only_easy or step.kind != "easy") for step in some))


def _amount(step: PlannedStep) -> Line:
    """How far or how long one runs easily, at tempo or does something else."""
    return (fields.amount(step.metres, step.unit),) if step.told == "distance" else (fields.written_time(step.seconds),)


def length_of(step: PlannedStep) -> str:
    """One repetition or stride as the coach wrote it."""
    return fields.written_time(step.seconds) if step.timed else fields.written_distance(step.metres, step.unit)


def _length(step: PlannedStep) -> Line:
    """The same as a runner goes by it: up a hill, a distance is the time it takes on the flat."""
    if step.uphill and not step.timed and step.target is not None:
        return (fields.whole_seconds(step.target),)
    return (fields.race_length(step.metres) if step.raced else length_of(step),)


def _many(count: str) -> str:
    return "" if count == "1" else f"{count}{NBSP}{TIMES}{NBSP}"


def _pace(step: PlannedStep, units: Units) -> Line:
    return (fields.pace_range(step.pace, units), NBSP, fields.per_unit(units)) if step.pace else ()


def told(step: PlannedStep, units: Units, *, paced: bool = False) -> Line:
    """A step in words, with its pace where that is asked for."""
    at: Line = (" at ", *_pace(step, units)) if paced and step.pace else ()
    if step.kind in ("easy", "tempo"):
        in_turn: Line = (f", {_in_turn(*step.run_and_walk)}",) if paced and step.run_and_walk else ()
        return (*_amount(step), f" {step.kind}", *at, *in_turn)
    if step.kind == "cross":
        return (*_amount(step), " cycling, swimming or gym")
    if step.kind == "drills":
        return ("drills" if step.checklist == USUAL_DRILLS else f"drills ({step.checklist.replace('-', ' ')})",)
    if step.kind == "strides" and step.effort_percent:
        effort = f"{fields.span(step.effort_percent.low, step.effort_percent.high)}{NBSP}%"
        word = "" if paced else " effort"
        return (f"{step.reps}{NBSP}{TIMES}{NBSP}{length_of(step)} strides at {effort}{word}",)
    return in_full(rep(step, units))


def _in_turn(run: int, walk: int) -> str:
    return f"run {run}{NBSP}min and walk {walk}{NBSP}min in turn"


_VERDICTS = {
    "inside": "yours is inside it.",
    "slower": "yours is slower: keep yours.",
    "faster": "yours is faster: take the longer rest.",
}


def rep(step: PlannedStep, units: Units, reps: str = "") -> Rep:
    """Repetitions, with the time or the pace for each; `reps` is how many, where that is not one number."""
    flat = step.target is not None and not step.uphill
    is_own = step.effort != EFFORT[step.pace_name]  # what is run by effort alone says more than its name does
    return Rep(
        what=(_many(reps or str(step.reps)), *_length(step), how_run(step)),
        **(_by_time(step, units) if step.timed else _by_distance(step)) if flat else {},
        recovery=_recovery(step),
        effort=fields.span(step.effort.low, step.effort.high) if step.effort and (flat or is_own) else "",
        article=fields.article_range(step.article) if step.article else "",
        verdict=fields.word(map_words(step.verdict, _VERDICTS)) if step.verdict else None,
    )


def how_run(step: PlannedStep) -> str:
    """How a repetition is run, in words: the race whose pace it has, or by effort."""
    pace = step.pace_name.replace(" ", NBSP)
    if step.uphill:
        return " uphill, fast" if step.target is None else f" uphill at {pace} effort"
    if step.target is None:
        return " fast"
    return "" if step.is_all_out else f" at {pace} pace"


def _by_distance(step: PlannedStep) -> dict[str, Any]:
    assert step.target is not None
    if step.is_all_out:
        return {"target": fields.ran_in(step.target)}
    between = fields.time_range(step.target_range) if step.target_range else None
    return {"target": fields.rep_time(step.target), "low_high": between}


def _by_time(step: PlannedStep, units: Units) -> dict[str, Any]:
    about = fields.about_metres(step.metres) if step.seconds <= LONGEST_TO_SEE else None
    return {"pace": _pace(step, units), "about": about}


def in_full(part: Rep) -> Line:
    """A part of a session on one line: what, in which time or at which pace, and the rest."""
    target: Line = (" in ", part.target) if part.target else ()
    between: Line = (" (", part.low_high, ")") if part.low_high else ()
    pace: Line = (" (", *part.pace, ")") if part.pace else ()
    about: Line = (f", about{NBSP}", part.about) if part.about else ()
    return (*part.what, *target, *between, *pace, *about, *((", ", *part.recovery) if part.recovery else ()))


def _recovery(step: PlannedStep) -> Line:
    return (*rest(step.recovery), *((" down",) if step.uphill else ())) if step.recovery else ()


def rest(recovery: Recovery) -> Line:
    """The rest after a repetition: how, and how long or how far."""
    if recovery.seconds:
        own = fields.rest(recovery.seconds)
        amount: Piece = own if recovery.written else own.text  # the same for every runner, but as long as a repetition
    else:
        amount = fields.written_distance(recovery.metres or 0, recovery.unit)
    return (f"{'jog' if recovery.jog else 'walk'}{NBSP}", amount)


def over_weeks(steps: list[PlannedStep], units: Units) -> Line:
    """One step as it grows over the plan: `6–8 × 200 m`, `2–3.5 mi easy`."""
    by_size = sorted(steps, key=lambda step: (step.reps, step.metres, step.seconds))
    low, high = by_size[0], by_size[-1]
    if low.kind == "reps":
        grown = rep(low, units, fields.span(low.reps, high.reps))
        is_own = low.recovery is not None and low.recovery.written is not None
        return fields.joined((grown.what, ("jog at least as long",) if is_own else grown.recovery))
    lower, higher = told(low, units), told(high, units)
    if lower == higher:
        return lower
    (small, *units_), (large, *others) = (str(line[0]).split(NBSP) for line in (lower, higher))
    ends = f"{small}{EN_DASH}{large}" if units_ == others else f"{lower[0]}{EN_DASH}{large}"
    head = Field("distance", NBSP.join((ends, *others)))
    return (head if isinstance(higher[0], Field) else head.text, *higher[1:])
