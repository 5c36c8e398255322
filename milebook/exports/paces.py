"""The paces of a result, as a table for the terminal and as numbers for other programs."""

from __future__ import annotations

from typing import Any

from milebook.running.courses import Course
from milebook.running.fitness import EASY_RULE, TEMPO_RULE, Fitness, predicted_goal, used_model
from milebook.running.pacing import even_splits
from milebook.running.quantities import ROAD_UNIT, Range, clock


def paces_json(fitness: Fitness, model: str | None) -> dict[str, Any]:
    """Unrounded seconds, per kilometre where they are paces; `model` is the one asked for."""
    training = {name: pace.per_km for name, pace in fitness.paces.items()}
    return {
        "input": {"metres": fitness.result.metres, "seconds": fitness.result.seconds},
        "model": model or used_model(fitness.result),
        "equivalents": dict(fitness.equivalents),
        "range": {name: [times.low, times.high] for name, times in fitness.ranges.items()},
        "confidence": fitness.confidence,
        "training": {
            **training,
            "tempo_range": [fitness.tempo.low.per_km, fitness.tempo.high.per_km],
            "easy": [fitness.easy.low.per_km, fitness.easy.high.per_km],
        },
    }


def race_json(fitness: Fitness, course: Course | None) -> dict[str, Any]:
    """A race that was asked for: its time, and the even clock at each of its laps or quarters."""
    if course is None:
        return {}
    goal, times = predicted_goal(fitness, course.race), fitness.range_of(course.race)
    race = {"distance": course.race, "metres": course.metres, "surface": course.surface, "track": course.track}
    marks = [[split.metres, split.cumulative] for split in even_splits(goal, course, course.ends)]
    return {"race": {**race, "seconds": goal, "range": [times.low, times.high], "marks": marks}}


def _race_lines(fitness: Fitness, course: Course | None) -> list[str]:

    if course is None:
        return []
    goal = predicted_goal(fitness, course.race)
    marks = zip(course.names, even_splits(goal, course, course.ends), strict=True)
    told = ", ".join(f"{name} {clock(split.cumulative, 1)}" for name, split in marks)
    where = f"{course.track} track" if course.track else "road"
    time = clock(goal, 0 if goal == int(goal) else 1)
    return ["", f"{'Race':<16}{'time':>10}   at an even pace, {where}", f"{course.race:<16}{time:>10}   {told}"]


def paces_table(fitness: Fitness, model: str | None, units: Any, course: Course | None) -> str:
    """Equivalent times, a race that was asked for, and training paces, as lines for a terminal."""

    def row(name: str, paces: Range[Any]) -> str:
        both = [clock(pace.per(units)) for pace in (paces.low, paces.high)]
        lap = [clock(pace.over(400), 1) for pace in (paces.low, paces.high)]
        shown = ["-".join(dict.fromkeys(pair)) for pair in (both, lap)]
        return f"{name:<16}{shown[0]:>14}{shown[1]:>18}"

    lines = [f"{'Equivalent':<16}{'time':>10}   range of three models"]
    for name, seconds in fitness.equivalents.items():
        times = fitness.ranges[name]
        decimals = 0 if seconds == int(seconds) or seconds != fitness.result.seconds else 1
        lines.append(f"{name:<16}{clock(seconds, decimals):>10}   {clock(times.low)}-{clock(times.high)}")
    lines += _race_lines(fitness, course)
    lines += ["", f"{'Training pace':<16}{'per ' + ROAD_UNIT[units]:>14}{'per 400 m':>18}"]
    lines += [row(name, Range(fitness.paces[name], fitness.paces[name])) for name in ("mile", "3 km", "5 km", "10 km")]
    lines += [row("tempo", fitness.tempo), row("easy", fitness.easy)]
    lines += [
        "",
        f"How sure for the mile: {fitness.confidence}: {fitness.reason}.",
        f"Model: {model or used_model(fitness.result)}. Tempo: {TEMPO_RULE}. Easy: {EASY_RULE}. Strides go by effort.",
    ]
    return "\n".join(lines)
