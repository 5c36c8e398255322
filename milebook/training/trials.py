"""The time trial in mid-plan: what its mile changes of the plan, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from milebook.content.models import Plan, Profile
from milebook.content.workouts import Workout
from milebook.core.errors import QuantityError
from milebook.running.fitness import Fitness, Result, assess, mile_of
from milebook.running.quantities import METRES_PER_MILE, Range, clock
from milebook.training import schedule
from milebook.training.planned import Session
from milebook.training.schedule import Schedule

# Of the mile that the result means. Told, as the day or the result may have been an odd one; refused, as it is a slip,
# or the trial of another distance.
EXPECTED, POSSIBLE = Range(0.90, 1.10), Range(0.80, 1.50)


def assess_latest(profile: Profile, of_result: Fitness) -> Fitness:
    """What all times come from that a runner does not have behind them: the mile of the trial, else the result.

    Raises QuantityError for a trial that is none of a runner with this result.
    """
    if profile.trial is None:
        return of_result
    if not POSSIBLE.low <= share_of_expected(profile) <= POSSIBLE.high:
        hint = "write the time of the mile that was run as the trial, or leave it out"
        raise QuantityError(_against_expected(profile), hint)
    return assess(Result(METRES_PER_MILE, profile.trial.seconds))


def retold(
    before: Schedule, plan: Plan, workouts: Mapping[str, Workout], profile: Profile, latest: Fitness, today: date
) -> Schedule:
    """A plan whose sessions after the trial are at the paces of its mile; those before stay as they were.

    What is run stays the same, only its times change: it is the plan of the class of runners that it was made for.
    Raises QuantityError where the trial cannot be one of this plan.
    """
    hint = f"a mile run on another day is a result: distance mile, time {_written(profile)}"
    if before.trial_place is None:
        if before.weeks[0].number > 1:  # it may be in the weeks that are over
            told = "what is left of the plan has no time trial"
            raise QuantityError(told, f"{hint}; with `made`, the day it was made, the plan keeps all its weeks")
        raise QuantityError("the plan has no time trial", hint)
    first = before.weeks[0].start
    if first and today < first:
        told = f"the plan begins on {first.isoformat()}, so that its trial has not been run"
        raise QuantityError(told, hint)
    return turned(before, schedule.build(plan, workouts, profile, latest, today, of_class=before.mile_class))


def turned(before: Schedule, after: Schedule) -> Schedule:
    """The sessions of one plan up to its trial, and those of the same plan at other paces after it."""
    place, number, weeks = before.trial_place, 0, []
    assert place is not None
    for old, new in zip(before.weeks, after.weeks, strict=True):
        of_week = enumerate(zip(old.sessions, new.sessions, strict=True), number)
        weeks.append(replace(old, sessions=tuple(one if at <= place else other for at, (one, other) in of_week)))
        number += len(old.sessions)
    return replace(before, weeks=tuple(weeks), after=after.after, latest=after)


def as_explained(planned: Schedule) -> tuple[Session, ...]:
    """All sessions of a plan: those of a workout that is run after the trial at the trial's paces, before it too."""
    if planned.latest is None:
        return planned.sessions
    later = workouts_after(planned)
    both = zip(planned.sessions, planned.latest.sessions, strict=True)
    return tuple(new if old.workout in later else old for old, new in both)


def workouts_after(planned: Schedule) -> frozenset[str]:
    """The workouts that are run after the trial of a plan that has one."""
    assert planned.trial_place is not None
    return frozenset(session.workout for session in planned.sessions[planned.trial_place + 1 :])


def trial_of(planned: Schedule) -> Session:
    """The trial of a plan that has one."""
    place = planned.trial_place
    assert place is not None
    return planned.sessions[place]


def _written(profile: Profile) -> str:
    assert profile.trial is not None
    return clock(profile.trial.seconds, 0 if profile.trial.seconds % 1 == 0 else 1)


def share_of_expected(profile: Profile) -> float:
    """The trial's time over that of the mile the result means; 1 where no trial has been run."""
    if profile.trial is None:
        return 1.0
    return profile.trial.seconds / mile_of(Result(profile.result.distance.metres, profile.result.time.seconds))


def _against_expected(profile: Profile) -> str:
    """The trial against the mile that the result means, in words."""
    share = share_of_expected(profile)
    mile = mile_of(Result(profile.result.distance.metres, profile.result.time.seconds))
    than = f"{100 * abs(share - 1):.0f} % {'slower' if share > 1 else 'faster'} than the mile of {clock(mile)}"
    return f"the trial {_written(profile)} is {than} that the result means"


def remarks(profile: Profile, planned: Schedule, today: date) -> Iterator[tuple[str, str]]:
    """What is odd about a trial that is used: far from what the result says, not run yet, in a plan without dates."""
    if profile.trial is None:
        return
    share = share_of_expected(profile)
    if not EXPECTED.low <= share <= EXPECTED.high:
        odd = "after a bad day" if share > 1 else "if it is a slip"
        yield _against_expected(profile), f"it is used; {odd} leave it out and keep the old paces"
    trial = trial_of(planned)
    if trial.day and trial.day > today:
        told = f"the trial of the plan is on {trial.day.isoformat()}, still to come"
        yield told, f"the sessions after it have the times of a mile in {_written(profile)}"
    if trial.day is None:
        told = f"a plan without dates: the trial is taken to be that of week {trial.week}"
        yield told, "the sessions after it have its paces; a race date gives each its day"
