"""Names that content uses for other content: people, sources, workouts, plans, checklists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from milebook.errors import Problem, near_miss
from milebook.library import Library
from milebook.models import LEVELS, Checklist, DrillsStep, Plan, Profile, Sourced, Tips, Workout
from milebook.yamlfile import At, Document


def broken(library: Library, present: set[tuple[str, str]]) -> Iterator[Problem]:
    """Keys that name nothing. A file that is there but broken counts as present: it has its own problem."""
    known = {
        "person": set(library.people),
        "source": set(library.sources),
        **{kind: {name for k, name in present if k == f"{kind}s"} for kind in ("workout", "plan", "checklist")},
    }
    for (kind, name), document in library.documents.items():
        for at, what, word in _references(kind, name, library):
            if word not in known[what]:
                yield document.problem(at, f'{what} "{word}" is unknown', near_miss(word, known[what]))
    for name in library.profiles:
        yield from _unfit(library, name, library.documents["profiles", name])


def _references(kind: str, name: str, library: Library) -> Iterator[tuple[At, str, str]]:
    """Where a checked file names a person, a source, a workout, a plan or a checklist, and the word it uses."""
    if (kind, name) == ("", "people"):
        yield from (
            ((key, "source"), "source", person.source) for key, person in library.people.items() if person.source
        )
    value: Any = getattr(library, kind).get(name) if kind else None
    if isinstance(value, Sourced):
        yield ("from",), "person", value.from_
        if value.source:
            yield ("source",), "source", value.source
    if isinstance(value, Profile):
        yield ("plan",), "plan", value.plan
    elif isinstance(value, Tips):
        yield from ((("tips", i, "from"), "person", tip.from_) for i, tip in enumerate(value.tips) if tip.from_)
    elif isinstance(value, Checklist):
        items = ((g, i, item) for g, group in enumerate(value.groups) for i, item in enumerate(group.items))
        yield from ((("groups", g, "items", i, "from"), "person", item.from_) for g, i, item in items if item.from_)
    elif isinstance(value, Workout):
        drills = ((i, step) for i, step in enumerate(value.steps) if isinstance(step, DrillsStep))
        yield from ((("steps", i, "drills"), "checklist", step.drills) for i, step in drills)
    elif isinstance(value, Plan):
        yield from ((at, "workout", key) for at, key in _plan_workouts(value))


def _plan_workouts(plan: Plan) -> Iterator[tuple[At, str]]:
    yield ("fill",), plan.fill
    yield ("rest",), plan.rest
    for i, day in enumerate(plan.after):
        yield from ((("after", i, kind), key) for kind, key in day.items())
    for w, week in enumerate(plan.weeks):
        for i, session in enumerate(week.sessions):
            for kind, by in session.items():
                at: At = ("weeks", w, "sessions", i, kind)
                yield from (((*at, level), key) for level in LEVELS if (key := by.at(level)))


def _unfit(library: Library, name: str, document: Document) -> Iterator[Problem]:
    """A profile that asks its plan for what it does not have: weeks or days."""
    profile = library.profiles[name]
    plan = library.plans.get(profile.plan)
    if plan is None:
        return
    if profile.weeks is not None and profile.weeks not in plan.lengths:
        lengths = ", ".join(map(str, plan.lengths))
        yield document.problem(("weeks",), f"the plan {profile.plan} has no {profile.weeks} weeks", f"it has {lengths}")
    fewest, most = plan.days
    if not fewest <= len(profile.days) <= most:
        yield document.problem(
            ("days",), f"the plan {profile.plan} has no {len(profile.days)} days a week", f"it has {fewest} to {most}"
        )
