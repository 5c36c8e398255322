"""plan.json: every session with exact, unrounded numbers."""

from __future__ import annotations

import json
from typing import Any

from milebook.booklet import fields
from milebook.content.models import Profile
from milebook.content.prose import to_plain_text
from milebook.content.vocabulary import WEEKDAYS
from milebook.running.fitness import Fitness, predicted_goal
from milebook.running.quantities import Range
from milebook.training.planned import PlannedStep, Session
from milebook.training.schedule import Schedule


def dump(profile: Profile, fitness: Fitness, schedule: Schedule) -> bytes:
    """The plan as JSON: distances in metres, times in seconds, paces in seconds per kilometre."""
    race, course = profile.race, profile.race.course
    data = {
        "name": profile.name,
        "level": profile.level,
        "race": {
            "name": race.name,
            "date": _iso(schedule.race_day),
            "distance": course.race,
            "metres": course.metres,
            "surface": course.surface,
            "track": course.track,
            "seconds": race.goal.seconds if race.goal else predicted_goal(fitness, course.race),
        },
        "plan": profile.plan,
        "weeks": schedule.last_week,
        "mile_seconds": fitness.mile,
        "confidence": fitness.confidence,
        "sessions": [_session(session, profile) for session in schedule.sessions],
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _pair(values: Range[Any] | None) -> list[Any] | None:
    return [values.low, values.high] if values else None


def _session(session: Session, profile: Profile) -> dict[str, Any]:
    return {
        "date": _iso(session.day),
        "week": session.week,
        "weekday": WEEKDAYS[session.weekday],
        "kind": session.kind,
        "workout": session.workout,
        "title": profile.race.name if session.kind == "race" else to_plain_text(session.title),
        "effort": _pair(session.effort),
        "from": session.from_,
        "metres": session.metres,
        "seconds": session.seconds,
        "steps": [_step(step, session.from_) for step in session.steps],
    }


def _written(step: PlannedStep) -> str | None:
    """How far or how long one of it is, as the coach wrote it or as it was chosen from the coach's range."""
    if step.kind == "drills":
        return None
    is_timed = step.timed or (step.kind not in ("reps", "strides") and step.told == "time")
    text = fields.written_time(step.seconds) if is_timed else fields.written_distance(step.metres, step.unit)
    return text.replace(fields.NBSP, " ")


def _step(step: PlannedStep, source: str) -> dict[str, Any]:
    rest = step.recovery
    return {
        "kind": step.kind,
        "reps": step.reps,
        "told": step.told,
        "written": _written(step),
        "metres": step.metres,
        "seconds": step.seconds,
        "pace": step.pace_name or None,
        "pace_seconds_per_km": [step.pace.low.per_km, step.pace.high.per_km] if step.pace else None,
        "target_seconds": step.target,
        "target_low_seconds": step.target_range.low if step.target_range else None,
        "target_high_seconds": step.target_range.high if step.target_range else None,
        "recovery": {"seconds": _pair(rest.seconds), "metres": rest.metres, "jog": rest.jog} if rest else None,
        "effort": _pair(step.effort),
        "effort_percent": _pair(step.effort_percent),
        "uphill": step.uphill,
        "article_seconds": _pair(step.article),
        "against_article": step.verdict or None,
        "checklist": step.checklist or None,
        "source": source,
    }
