"""A runner's profile -> paces and dated plan; what keeps it from being planned is told at its key or option."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.content.yaml_file import At
from milebook.core.errors import ContentError, Problem, QuantityError
from milebook.running.fitness import Fitness, Result, assess, check_goal
from milebook.training import trials
from milebook.training.schedule import Schedule
from milebook.training.schedule import build as build_schedule

Planned = tuple[Fitness, Schedule]


def plan(
    key: str,
    library: Library,
    profile: Profile,
    today: date,
    given: Container[str] = (),
    *,
    begin: date | None = None,
) -> Planned:
    """A runner's paces and plan. Raises ContentError that names the place in the profile, or the option given.

    The plan has what is left of it from `begin` on, today unless said.
    """
    blamed = ["result"]
    try:
        return plan_profile(library, profile, today, begin=begin, trusted=_day_of_trust(profile, today), blame=blamed)
    except QuantityError as error:
        option = _OPTIONS[blamed[-1]]
        if option in given:
            raise ContentError([Problem(f"--{option.replace('_', '-')}", 0, 0, error.message, error.hint)]) from None
        raise ContentError([library.problem("profiles", key, _KEYS[blamed[-1]], error.message, error.hint)]) from None


_OPTIONS = {"result": "result", "goal": "", "race date": "race_date", "trial": "trial", "made": ""}
_KEYS: Mapping[str, At] = {
    "result": ("result",),
    "goal": ("race", "goal"),
    "race date": ("race", "date"),
    "trial": ("trial",),
    "made": ("made",),
}


def plan_profile(
    library: Library,
    profile: Profile,
    today: date,
    *,
    begin: date | None = None,
    trusted: date | None = None,
    blame: list[str] | None = None,
) -> Planned:
    """A runner's paces and plan. Raises QuantityError; then the last of `blame` names what is at fault.

    The plan has what is left of it from `begin` on, and the result's age is counted to the day `trusted`: today unless
    said.
    """
    blamed = [] if blame is None else blame
    plan_, workouts, first = library.plans[profile.plan], library.workouts, begin or today
    if profile.made and profile.made > today:
        blamed.append("made")
        raise QuantityError(
            f"the plan is made on {profile.made.isoformat()}, which is after today", "write a day that was"
        )
    fitness = assess(_result(profile, today), today=trusted or today)
    blamed.append("trial")
    latest = trials.assess_latest(profile, fitness)
    blamed.append("goal")
    _check_goal(profile, latest)
    blamed.append("race date")
    planned = build_schedule(plan_, workouts, profile, fitness, first)
    blamed.append("trial")
    return latest, trials.retold(planned, plan_, workouts, profile, latest, first) if profile.trial else planned


def assess_profile(profile: Profile, today: date) -> Fitness:
    """A runner's paces. Raises QuantityError for a result or a goal that cannot be."""
    fitness = trials.assess_latest(profile, assess(_result(profile, today), today=today))
    _check_goal(profile, fitness)
    return fitness


def _day_of_trust(profile: Profile, today: date) -> date:
    """The day a result's age is counted to: today, or the race, after which it ages no more."""
    days = [day for day in (profile.race.day, profile.result.day) if day]
    return min(today, max(days)) if profile.race.day else today


def _check_goal(profile: Profile, fitness: Fitness) -> None:
    if profile.race.goal:
        check_goal(profile.race.goal.seconds, fitness, profile.race.distance)


def _result(profile: Profile, today: date) -> Result:
    ran = profile.result
    if ran.day and ran.day > today:
        raise QuantityError(f"the result's date {ran.day.isoformat()} is after today", "check the date")
    return Result(ran.distance.metres, ran.time.seconds, ran.day)
