"""A workout of the library x level x fitness -> a session with the runner's own times. Metres and seconds, exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

from milebook.content.vocabulary import Kind, Level
from milebook.content.workouts import (
    CrossStep,
    DrillsStep,
    EasyStep,
    Recover,
    RepeatStep,
    Step,
    StridesStep,
    TempoStep,
    Workout,
)
from milebook.running.courses import RaceName, metres_of, named
from milebook.running.fitness import EFFORT, Fitness, predicted_goal
from milebook.running.mile_classes import MileClass, class_of
from milebook.running.pacing import LAP, against_article, rep_range
from milebook.running.quantities import (
    METRES_PER_MILE,
    Capped,
    Count,
    Distance,
    Duration,
    Pace,
    Range,
    Units,
)
from milebook.running.tracing import if_between, least, most, whole
from milebook.training.amounts import choose_metres, choose_seconds, choose_unit, within
from milebook.training.planned import PlannedStep, Recovery, Session, StepKind

REST_STEP = 5.0  # seconds: a rest as long as the repetition is told in whole ones of these


@dataclass(frozen=True)
class Runner:
    """What a session depends on, besides the workout."""

    level: Level
    units: Units
    fitness: Fitness
    goal: float | None = None  # seconds the runner wants to race in, where it is not what the result predicts
    race: RaceName = "mile"
    lap: float = LAP  # of the race's track
    of_class: MileClass | None = None  # left out: the one that the result's mile is in

    @cached_property
    def mile_class(self) -> MileClass:
        """How fast the runner is, in the few steps that amounts depend on."""
        return self.of_class or class_of(float(self.fitness.mile))


def plan_session(key: str, workout: Workout, kind: Kind, runner: Runner, volume: float) -> Session:
    """A workout for one runner; `volume` says how far up its ranges to go, from 0 to 1.

    Below 0, to -1, everything is cut under the low end of its range. A level may lack a part.
    """
    steps = (plan_step(step, runner, volume) for step in workout.steps)
    title = workout.title
    if kind == "race":
        steps = (_raced(step, runner) for step in steps)
        title = named(title, runner.race)
    else:
        steps = (_at_goal(step, predicted_goal(runner.fitness)) if step and step.is_all_out else step for step in steps)
    return Session(
        workout=key,
        kind=kind,
        title=title,
        why=workout.why,
        choice=workout.choice or "",
        from_=workout.from_,
        source=workout.source,
        effort=_counts(workout.effort),
        steps=tuple(step for step in steps if step is not None),
    )


def plan_step(step: Step, runner: Runner, volume: float) -> PlannedStep | None:
    """One part of a workout for one runner; None where the runner's level has no such part."""
    return _STEPS[type(step)](step, runner, volume)


def is_on_road(step: Step, level: Level, mile_class: MileClass) -> bool:
    """Whether a class of runners goes by a distance in a step that follows the runner's units."""
    kind, amount = _easy_or_tempo(step, level)
    amount = _within_cap(amount, mile_class, kind)
    return amount is not None and isinstance(amount.high, Distance) and amount.high.on_road


def _easy_or_tempo(step: Step, level: Level) -> tuple[StepKind, Range[Distance] | Range[Duration] | Capped | None]:
    if isinstance(step, TempoStep):
        return "tempo", step.tempo.at(level)
    return "easy", step.easy.at(level) if isinstance(step, EasyStep) else None


def choose_amount(step: Step, runner: Runner, volume: float) -> float:
    """How much of a step there is at a volume: metres, seconds or repetitions. Equal amounts are equal steps."""
    if isinstance(step, EasyStep | TempoStep):
        kind, written = _easy_or_tempo(step, runner.level)
        amount = _within_cap(written, runner.mile_class, kind)
        if amount is None:
            return 0.0
        if isinstance(amount.low, Distance):
            return choose_metres(amount, volume, runner.units)
        return choose_seconds(amount, volume)
    if isinstance(step, CrossStep):
        times = step.cross.at(runner.level)
        return choose_seconds(times, volume) if times else 0.0
    if isinstance(step, DrillsStep):
        return 0.0
    if isinstance(step, StridesStep):
        return _strides_of(step.strides.reps.at(runner.level), volume)
    counts = step.repeat.at(runner.level)
    return _reps(counts, volume) if counts else 0


def _raced(step: PlannedStep | None, runner: Runner) -> PlannedStep | None:
    """A part of the race's day: a mile at one go is the race itself, whatever mile that is; the rest has its pace."""
    if step is None:
        return step
    if step.kind == "reps" and step.is_all_out:
        unit = step.unit if runner.race == "mile" else "m"
        step = replace(step, metres=metres_of(runner.race), unit=unit, raced=True, lap=runner.lap)
    elif runner.goal is None:
        return step
    goal = predicted_goal(runner.fitness, runner.race) if runner.goal is None else runner.goal
    return _at_goal(step, goal, metres_of(runner.race))


def _at_goal(step: PlannedStep | None, goal: float, metres: float = METRES_PER_MILE) -> PlannedStep | None:
    """A step at the pace of a time over so many metres."""
    if step is None or step.target is None:
        return step
    pace = Pace(goal / metres)
    if step.timed:
        return replace(step, pace=Range(pace, pace), metres=step.seconds / pace.seconds_per_metre)
    target = pace.over(step.metres) if step.metres != metres else goal
    return replace(step, pace=Range(pace, pace), target=target, seconds=target, target_range=rep_range(target))


def _counts(effort: Range[Count] | None) -> Range[int] | None:
    return Range(effort.low.value, effort.high.value) if effort else None


@cache
def _within_cap(
    amount: Range[Distance] | Range[Duration] | Capped | None, of: MileClass, kind: str
) -> Range[Distance] | Range[Duration] | None:
    """An amount as a class of runners has it: where the slowest need longer than its limit, all go by time.

    That is the limit, or less where the fastest of the class would run more than the distance in it, down to the same
    share of it as the low end is of the high one.
    """
    if not isinstance(amount, Capped):
        return amount
    low, high = amount.distances.low.metres, amount.distances.high.metres
    fast, slow = (_middle(fitness.easy if kind == "easy" else fitness.tempo) for fitness in of.fast_and_slow)
    if slow * high <= amount.most.seconds:
        return amount.distances
    longest = min(amount.most.seconds, fast * high)
    ends = (_down_to_minutes(seconds) for seconds in (longest * low / high, longest))
    return Range(*map(Duration, ends))


def _down_to_minutes(seconds: float) -> float:
    step = 300.0 if seconds >= 1200 else 60.0
    return max(60.0, (seconds + 1e-6) // step * step)  # a whole minute that a float has left just below it is one


def _middle(pace: Range[Pace]) -> float:
    """Seconds a metre halfway between the ends."""
    return (pace.low.seconds_per_metre + pace.high.seconds_per_metre) / 2


def _amount(
    kind: StepKind,
    written: Range[Distance] | Range[Duration] | Capped | None,
    runner: Runner,
    volume: float,
    pace: Range[Pace],
) -> PlannedStep | None:
    amount = _within_cap(written, runner.mile_class, kind)
    if amount is None:
        return None
    told, metres, seconds = _metres_and_seconds(amount, runner, volume, pace)
    unit = choose_unit(amount, runner.units) if isinstance(amount.low, Distance) else "m"
    return PlannedStep(kind, told, 1, metres, unit, seconds, kind, pace, effort=EFFORT[kind])


def _metres_and_seconds(
    amount: Range[Distance] | Range[Duration], runner: Runner, volume: float, pace: Range[Pace]
) -> tuple[Literal["distance", "time"], float, float]:
    """How far and how long a part is, and which of the two the runner goes by; the other is worked out."""
    middle = _middle(pace)
    if isinstance(amount.low, Distance):
        metres = choose_metres(amount, volume, runner.units)
        return "distance", metres, metres * middle
    seconds = choose_seconds(amount, volume)
    return "time", seconds / middle, seconds


def _easy(step: EasyStep, runner: Runner, volume: float) -> PlannedStep | None:
    planned = _amount("easy", step.easy.at(runner.level), runner, volume, runner.fitness.easy)
    return replace(planned, run_and_walk=runner.mile_class.run_and_walk) if planned else None


def _tempo(step: TempoStep, runner: Runner, volume: float) -> PlannedStep | None:
    return _amount("tempo", step.tempo.at(runner.level), runner, volume, runner.fitness.tempo)


def _cross(step: CrossStep, runner: Runner, volume: float) -> PlannedStep | None:
    amount = step.cross.at(runner.level)
    return PlannedStep("cross", "time", seconds=choose_seconds(amount, volume), effort=Range(2, 4)) if amount else None


def _drills(step: DrillsStep, runner: Runner, volume: float) -> PlannedStep | None:
    return PlannedStep("drills", "effort", checklist=step.drills)


def _strides(step: StridesStep, runner: Runner, volume: float) -> PlannedStep | None:
    reps = step.strides.reps.at(runner.level)
    if reps is None:
        return None
    effort = step.strides.effort
    return PlannedStep(
        "strides",
        "effort",
        reps=_strides_of(reps, volume),
        metres=step.strides.distance.metres,
        unit=step.strides.distance.unit,
        effort_percent=Range(effort.low.value, effort.high.value),
    )


def _strides_of(counts: Range[Count] | None, volume: float) -> int:
    """Strides are never fewer than the low end: they are no running that wears anybody out."""
    return _reps(counts, max(volume, 0.0)) if counts else 0


def _reps(counts: Range[Count], volume: float) -> int:
    return int(within(counts.low.value, counts.high.value, volume, 1))


def _repeat(step: RepeatStep, runner: Runner, volume: float) -> PlannedStep | None:
    counts, run = step.repeat.at(runner.level), step.run
    distance = run.distance.at(runner.level) if run.distance else None
    time = run.time.at(runner.level) if run.time else None
    if counts is None or (distance is None and time is None):
        return None
    pace = runner.fitness.pace(run.pace)
    article = run.article.at(runner.level) if run.article else None
    planned = PlannedStep(
        "reps",
        "distance" if distance and not run.uphill else "time",
        reps=_reps(counts, volume),
        pace_name=run.pace,
        pace=Range(pace, pace) if pace else None,
        effort=_counts(run.effort) or EFFORT[run.pace],
        article=Range(article.low.seconds, article.high.seconds) if article else None,
        uphill=run.uphill,
        timed=distance is None,
    )
    counted = pace or runner.fitness.paces["mile"]  # what is run by effort is counted as if at the mile's pace
    if distance:
        planned = _over_distance(planned, distance, counted)
        if run.at_most:
            planned = _ending_at(planned, run.at_most.seconds)
    elif time:
        target = time.seconds if pace else None
        metres = time.seconds / counted.seconds_per_metre
        planned = replace(planned, metres=metres, seconds=time.seconds, target=target)
    return _with_recovery(planned, step.recover, runner) if step.recover else planned


def _ending_at(step: PlannedStep, longest: float) -> PlannedStep:
    """Repetitions that end after so many seconds, wherever that is."""
    ends = least((step.seconds, longest))
    if step.target is None:
        return replace(step, seconds=ends)
    return replace(step, seconds=ends, target=ends, target_range=rep_range(ends))


def _over_distance(step: PlannedStep, distance: Distance, counted: Pace) -> PlannedStep:
    """Repetitions of a distance, with the time for each where they have a pace."""
    seconds = counted.over(distance.metres)
    step = replace(step, metres=distance.metres, unit=distance.unit, seconds=seconds)
    if step.pace is None:
        return step
    verdict = against_article(seconds, step.article) if step.article else ""
    return replace(step, target=seconds, target_range=rep_range(seconds), verdict=verdict)


def _with_recovery(step: PlannedStep, recover: Recover, runner: Runner) -> PlannedStep:
    """Add the rests, jogged at the slow end of easy and counted where jogged: one fewer than repetitions.

    A repetition by itself has the rest that is written after it, as on a ladder of several such steps.
    """
    between = max(1, step.reps - 1)
    jog = runner.fitness.easy.high
    time = recover.time.at(runner.level) if recover.time else None
    distance = recover.distance.at(runner.level) if recover.distance else None
    if time:
        written = Range(time.low.seconds, time.high.seconds)
        rest = _as_long(written, step) if recover.as_long else written
        middle = (rest.low + rest.high) / 2
        recovery = Recovery(rest, None, recover.jog, written=written if recover.as_long else None)
        metres, seconds = (middle / jog.seconds_per_metre if recover.jog else 0.0), middle
    elif distance:
        recovery = Recovery(None, distance.metres, recover.jog, distance.unit)
        metres, seconds = distance.metres if recover.jog else 0.0, jog.over(distance.metres)
    else:
        return step
    return replace(step, recovery=recovery, recovery_metres=between * metres, recovery_seconds=between * seconds)


def _as_long(rest: Range[float], step: PlannedStep) -> Range[float]:
    """A rest no shorter than the repetition, told in whole steps; the longest for who is faster than the article."""
    as_long = REST_STEP * whole(step.seconds / REST_STEP + 0.4999)  # up to the next step
    low, high = most((rest.low, as_long)), most((rest.high, as_long))
    if not step.article:
        return Range(low, high)
    faster = step.article.low - 1e-9  # the very end of the article's range is inside it
    return Range(if_between(step.seconds, 0.0, faster, lambda: high, lambda: low), high)


_STEPS: dict[type, Callable[..., PlannedStep | None]] = {
    EasyStep: _easy,
    TempoStep: _tempo,
    CrossStep: _cross,
    DrillsStep: _drills,
    StridesStep: _strides,
    RepeatStep: _repeat,
}
