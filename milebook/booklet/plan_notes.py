"""What a runner must know of this very plan, in a sentence each; mostly nothing."""

from __future__ import annotations

import math
from typing import Literal

from milebook.booklet import fields
from milebook.booklet.fields import NBSP, Line
from milebook.content.models import Plan, Profile
from milebook.content.vocabulary import HARD, WEEKDAY_NAMES, WEEKDAYS, Level
from milebook.core.errors import counted
from milebook.running.courses import spoken
from milebook.running.fitness import MUCH_FASTER, Fitness, is_bold, predicted_goal
from milebook.running.mile_classes import MileClass
from milebook.running.quantities import Distance
from milebook.training.schedule import Schedule
from milebook.training.trials import trial_of

AMBITIOUS_FROM = {"beginner": math.inf, "intermediate": 600.0, "advanced": 420.0}  # seconds of the mile
MODEST_TO = {"beginner": 330.0, "intermediate": 0.0, "advanced": 0.0}
Fit = Literal["ambitious", "usual", "modest"]  # how much a level asks for of runners who are so fast
FEW_DAYS = 3  # a week on which nobody expects more than one hard session


def plan_note(plan: Plan, profile: Profile, schedule: Schedule) -> Line:
    """What a runner must know of this very plan; mostly nothing."""
    told = (
        _near_race(schedule),
        _kept_free(schedule),
        _no_room(plan, profile, schedule),
        _off_speed_day(profile, schedule),
        _unusual_level(profile, schedule),
    )
    return fields.joined(told, " ")


def fit_of(level: Level, mile_class: MileClass) -> Fit:
    """Whether runners as fast as this seldom run as much as the level asks for, or mostly more: our choice."""
    if mile_class.fastest >= AMBITIOUS_FROM[level]:
        return "ambitious"
    return "modest" if mile_class.slowest <= MODEST_TO[level] else "usual"


def _unusual_level(profile: Profile, schedule: Schedule) -> Line:
    """That the level is for runners who run more than most do who are as fast, or less."""
    fit = fit_of(profile.level, schedule.mile_class)
    if fit == "ambitious":
        return (f"Few runners with your mile train as much as the {profile.level} level asks for.",)
    if fit == "modest":
        return (
            f"Most runners with your mile train more than the {profile.level} level asks for; begin where you are.",
        )
    return ()


def has_bold_goal(profile: Profile, fitness: Fitness) -> bool:
    """Whether the goal is much faster than the result says."""
    goal = profile.race.goal
    return goal is not None and is_bold(goal.seconds, fitness, profile.race.distance)


def bold_goal(profile: Profile, fitness: Fitness, schedule: Schedule) -> Line:
    """That the goal is much faster than the result says, or the trial once that is run."""
    goal = profile.race.goal
    if goal is None or not has_bold_goal(profile, fitness):
        return ()
    has_it_to_come = profile.trial is None and schedule.trial_place is not None
    again = "; after the trial, look at the goal again" if has_it_to_come else ""
    return (
        "Your goal of ",
        fields.ran_in(goal.seconds),
        f" is {MUCH_FASTER} than the {spoken(profile.race.distance)} of ".replace(" %", f"{NBSP}%"),
        fields.ran_in(predicted_goal(fitness, profile.race.distance)),
        f" that your {measure(profile)} means. The lap cards are for the goal, the training paces for your "
        f"{measure(profile)}{again}.",
    )


def measure(profile: Profile) -> str:
    """What the paces of sessions to come are from, in a word."""
    return "result" if profile.trial is None else "trial"


def after_trial(profile: Profile, schedule: Schedule) -> Line:
    """Which sessions have the paces of the trial, where that has been run."""
    if profile.trial is None:
        return ()
    ran = profile.result
    return trial_note(trial_of(schedule).week, ran.distance, ran.time.seconds, profile.trial.seconds)


def trial_note(week: int, distance: Distance, seconds: float, trial: float) -> Line:
    """That the sessions after the trial of a week have its paces, and those before the paces of the result."""
    return (
        f"You ran the trial of week {week} in ",
        fields.ran_in(trial),
        ": the sessions after it are at the paces of that mile. Those before stay as they were, at the paces of your ",
        fields.ran(distance),
        " in ",
        fields.ran_in(seconds),
        ".",
    )


def is_cut_short(schedule: Schedule) -> bool:
    """Whether a plan has fewer weeks than there are, as the race is near."""
    whole = len(schedule.weeks) == schedule.length and len(schedule.weeks[0].sessions) == 7
    return schedule.weeks[0].start is not None and not whole


def _near_race(schedule: Schedule) -> Line:
    kept, first = len(schedule.weeks), schedule.weeks[0].start
    if first is None or not is_cut_short(schedule):
        return ()
    if schedule.weeks[0].number == 1 and kept > 1:
        which = f"You have {counted(kept, 'week')}: the first of the plan, and then that of the race, from "
    else:
        which = f"This is its last {'week' if kept == 1 else f'{kept} weeks'}, from "
    return (
        f"The race is too near for all {counted(schedule.length, 'week')} of the plan. {which}",
        fields.day(first),
        "; do not try to catch up on the rest.",
    )


def _kept_free(schedule: Schedule) -> Line:
    """Days of the runner's that the plan keeps for rest."""
    free = [WEEKDAY_NAMES[day] for day in sorted(schedule.kept_free)]
    if not free:
        return ()
    return (f"You could train on {' and '.join(free)} too: the plan keeps that for rest, on which training works.",)


def _no_room(plan: Plan, profile: Profile, schedule: Schedule) -> Line:
    """Hard sessions of the plan that the runner's days have no room for."""
    if is_cut_short(schedule):
        return ()
    weeks = plan.of_length(schedule.length)
    listed = {kind for week in weeks for kind, _ in week.listed(profile.level)}
    missing = [kind for kind in ("strength", "tempo") if kind in listed - {s.kind for s in schedule.sessions}]
    speed_day = "or another day for speed, " * bool(profile.speed_day)
    more = f"more days, or days that do not follow one another, {speed_day}make room"
    if missing:
        return (f"On these days there is no room for the {' and '.join(missing)} sessions of the plan; {more}.",)
    if len(profile.days) > FEW_DAYS and max(week.hard for week in schedule.weeks[:-1]) == 1:
        return (f"On these days there is room for one hard session a week; {more} for a second.",)
    return ()


def _off_speed_day(profile: Profile, schedule: Schedule) -> Line:
    """Hard sessions of race week that cannot be on the runner's day for speed."""
    if profile.speed_day is None:
        return ()
    wanted = WEEKDAYS.index(profile.speed_day)
    hard = [session for session in schedule.weeks[-1].sessions if session.kind in HARD]
    if any(session.weekday == wanted for session in hard):
        return ()
    others = " and ".join(WEEKDAY_NAMES[session.weekday] for session in hard if session.kind != "race")
    instead = f"the hard session is on {others}" if others else "there is no hard session but the race"
    return (
        f"In race week {instead}, not on {WEEKDAY_NAMES[wanted]}: nothing hard comes in the two days before the race "
        "or on the day after another hard session.",
    )
