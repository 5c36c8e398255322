"""Steps of a session in words, with the runner's values."""

from __future__ import annotations

from milebook import fields
from milebook.expressions import reworded
from milebook.fields import EN_DASH, NBSP, TIMES, Field, Line
from milebook.quantities import METRES_PER_MILE, Units
from milebook.sessions import PlannedStep, Session
from milebook.views import Rep


def brief(main: tuple[PlannedStep, ...], units: Units) -> tuple[tuple[Line, Line], ...]:
    """A day in a few words, for the wall: for each step that matters, what it is and in what time."""
    hard = [step for step in main if step.kind in ("reps", "tempo")]
    return tuple(_brief_step(step, units) for step in hard or main if step.kind != "drills")


def _brief_step(step: PlannedStep, units: Units) -> tuple[Line, Line]:
    if step.kind == "strides":
        return (f"{step.reps}{NBSP}strides",), ()
    if step.kind == "tempo" and step.pace:
        pace = (fields.pace_range(step.pace, units), NBSP, fields.per_unit(units))
        return (*_amount(step, units), f"{NBSP}tempo"), pace
    if step.kind != "reps":
        return _amount(step, units), ()
    many = "" if step.reps == 1 else f"{step.reps}{NBSP}{TIMES}{NBSP}"
    if step.target is None:
        return (f"{many}{fields.track(step.metres)}{NBSP}fast",), ()
    if step.uphill:
        return (many, fields.whole_seconds(step.target), f"{NBSP}uphill"), ()
    all_out = step.metres == METRES_PER_MILE
    time = fields.race_time(step.target, 1) if all_out else fields.rep_time(step.target)
    return (f"{many}{fields.track(step.metres)}",), (f"in{NBSP}", time)


def parts_of(session: Session) -> tuple[tuple[PlannedStep, ...], ...]:
    """Warm-up, the session itself, cool-down: around the first and the last step that is not mere easy running."""
    core = [i for i, step in enumerate(session.steps) if step.kind in ("reps", "tempo")]
    if not core:
        return (), session.steps, ()
    return session.steps[: core[0]], session.steps[core[0] : core[-1] + 1], session.steps[core[-1] + 1 :]


def _amount(step: PlannedStep, units: Units) -> Line:
    return (fields.road(step.metres, units),) if step.told == "distance" else (fields.whole_minutes(step.seconds),)


def told(step: PlannedStep, units: Units, *, paced: bool = False) -> Line:
    """A step in words, with its pace where that is asked for."""
    at: Line = (
        (" at ", fields.pace_range(step.pace, units), NBSP, fields.per_unit(units)) if paced and step.pace else ()
    )
    if step.kind == "easy":
        return (*_amount(step, units), " easy", *at)
    if step.kind == "tempo":
        return (*_amount(step, units), " tempo", *at)
    if step.kind == "cross":
        return (*_amount(step, units), " cycling, swimming or gym")
    if step.kind == "drills":
        return ("drills",)
    if step.kind == "strides" and step.effort_percent:
        effort = f"{fields.span(step.effort_percent.low, step.effort_percent.high)}{NBSP}%"
        word = "" if paced else " effort"
        return (f"{step.reps}{NBSP}{TIMES}{NBSP}{fields.track(step.metres)} strides at {effort}{word}",)
    return rep(step).what


_VERDICTS = {
    "inside": "yours is inside it.",
    "slower": "yours is slower: keep yours.",
    "faster": "yours is faster: keep yours.",
}


def rep(step: PlannedStep, reps: str = "") -> Rep:
    """Repetitions, with the time for each; `reps` is how many, where that is not one number."""
    all_out = step.reps == 1 and step.metres == METRES_PER_MILE  # a race or a trial has no range to keep to
    pace = " fast" if step.target is None else f" at {step.pace_name.replace(' ', NBSP)} pace"
    count = reps or str(step.reps)
    many = "" if count == "1" else f"{count}{NBSP}{TIMES}{NBSP}"
    if step.uphill and step.target is not None:
        what: Line = (many, fields.whole_seconds(step.target), " uphill at mile effort")
    else:
        what = (f"{many}{fields.track(step.metres)}{'' if all_out else pace}",)
    timed = step.target is not None and not step.uphill
    return Rep(
        what=what,
        target=(fields.race_time(step.target, 1) if all_out else fields.rep_time(step.target))
        if timed and step.target
        else None,
        low_high=fields.time_range(step.target_range) if timed and step.target_range and not all_out else None,
        recovery=_recovery(step),
        effort=fields.span(step.effort.low, step.effort.high) if step.effort else "",
        article=fields.article_range(step.article) if step.article else "",
        verdict=fields.word(reworded(step.verdict, _VERDICTS)) if step.verdict else None,
    )


def _recovery(step: PlannedStep) -> str:
    rest = step.recovery
    if rest is None:
        return ""
    how = "jog" if rest.jog else "walk"
    amount = fields.seconds_range(rest.seconds) if rest.seconds else fields.track(rest.metres or 0)
    return f"{how}{NBSP}{amount}" + (" down" if step.uphill else "")


def over_weeks(steps: list[PlannedStep], units: Units) -> Line:
    """One step as it grows over the plan: `6–8 × 200 m`, `2–3.5 mi easy`."""
    by_size = sorted(steps, key=lambda step: (step.reps, step.metres, step.seconds))
    low, high = by_size[0], by_size[-1]
    if low.kind == "reps":
        grown = rep(low, fields.span(low.reps, high.reps))
        return fields.joined((grown.what, (grown.recovery,) if grown.recovery else ()))
    lower, higher = told(low, units), told(high, units)
    if lower == higher:
        return lower
    numbers = [str(line[0]).split(NBSP)[0] for line in (lower, higher)]
    head = Field("distance", str(higher[0]).replace(numbers[1], f"{numbers[0]}{EN_DASH}{numbers[1]}", 1))
    return (head if isinstance(higher[0], Field) else head.text, *higher[1:])
