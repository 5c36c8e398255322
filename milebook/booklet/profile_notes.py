"""What is told of profiles that are right: near races, bold goals, races of another distance or on no day of theirs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date

from milebook.booklet import plan_notes
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.content.vocabulary import WEEKDAY_NAMES
from milebook.core.errors import Problem, counted
from milebook.running.dates import apart_from_date
from milebook.running.fitness import MUCH_FASTER
from milebook.running.quantities import clock
from milebook.running.race_names import other_distance, race_in, speaks_of_another
from milebook.running.race_readings import says_road
from milebook.training import trials
from milebook.training.planning import Planned
from milebook.training.schedule import UNDATED_RACE, has_race_on_no_day


def cut_short(library: Library, plans: Mapping[str, Planned], today: date, *, is_given: bool) -> Iterator[Problem]:
    """The plans that have fewer weeks than there are, as the race is near; by a date given on the command line."""
    for key, (_, schedule) in plans.items():
        kept, first = len(schedule.weeks), schedule.weeks[0].start
        if first and plan_notes.is_cut_short(schedule):
            message = f"the race is too near for all {counted(schedule.length, 'week')} of the plan"
            begins = schedule.weeks[0].number == 1
            has = f"{counted(kept, 'week')} of it" if begins else f"its last {'week' if kept == 1 else f'{kept} weeks'}"
            hint = f"it has {has}, from {first.isoformat()}"
            if not begins and kept > 1 and library.profiles[key].made is None:
                hint += f"; `made: {today.isoformat()}` in the profile begins it with its first weeks"
            if is_given:
                yield Problem("--race-date", 0, 0, message, hint)
            else:
                yield library.problem("profiles", key, ("race", "date"), message, hint)


def of_all(
    library: Library, profiles: Mapping[str, Profile], plans: Mapping[str, Planned], today: date, given: Container[str]
) -> Iterator[Problem]:
    """What is told of goals, races and trials; `given` are values from the command line."""
    yield from bold_goals(library, profiles, plans)
    yield from of_races(library, profiles)
    yield from of_trials(library, profiles, plans, today, is_given="trial" in given)


def of_trials(
    library: Library,
    profiles: Mapping[str, Profile],
    plans: Mapping[str, Planned],
    today: date,
    *,
    is_given: bool,
) -> Iterator[Problem]:
    """The trials that are odd, by a time given on the command line or in the profile."""
    for key, (_, schedule) in plans.items():
        for message, hint in trials.remarks(profiles[key], schedule, today):
            if is_given:
                yield Problem("--trial", 0, 0, message, hint)
            else:
                yield library.problem("profiles", key, ("trial",), message, hint)


def bold_goals(library: Library, profiles: Mapping[str, Profile], plans: Mapping[str, Planned]) -> Iterator[Problem]:
    """The goals that are much faster than the result says."""
    for key, (fitness, _) in plans.items():
        goal = profiles[key].race.goal
        if goal and plan_notes.has_bold_goal(profiles[key], fitness):
            race = profiles[key].race.distance
            of = plan_notes.measure(profiles[key])
            message = f"the goal {clock(goal.seconds)} is {MUCH_FASTER} than the {of}'s {race} of"
            hint = f"the lap cards are for the goal, the training paces for the {of}"
            yield library.problem("profiles", key, ("race", "goal"), f"{message} {clock(fitness.time_of(race))}", hint)


def of_races(library: Library, profiles: Mapping[str, Profile]) -> Iterator[Problem]:
    """The races that are called by another distance than the plan's, or are on a day that is none of the runner's."""
    for key, profile in profiles.items():
        race = profile.race
        if other := other_distance(race.name, race.course.metres):
            told = f'the name of the race, "{race.name}", {speaks_of_another([race.distance])}'
            meant = race_in(other)
            hint = f"if that is raced, write distance: {meant}" if meant else ""
            yield library.problem("profiles", key, ("race", "name"), told, hint)
        if race.surface == "track" and says_road(race.name):
            told = f'the name of the race, "{race.name}", says road, and the race is on a track'
            yield library.problem("profiles", key, ("race", "name"), told, "if it is on the road, write surface: road")
        _, days = apart_from_date(race.name)
        if days and (race.day is None or race.day.isoformat() not in days):
            told = f'the name of the race, "{race.name}", has a date in it that is not the date of the race'
            hint = f"write date: {' or '.join(days)} below race, and the name without it"
            yield library.problem("profiles", key, ("race", "name"), told, hint)
        if has_race_on_no_day(profile):
            told = f"a plan without dates has its race on a {WEEKDAY_NAMES[UNDATED_RACE]}, which is none of the days"
            yield library.problem("profiles", key, ("race",), told, "a date puts it on its own weekday")
