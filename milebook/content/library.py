"""Everything in `content/`, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from milebook.content.brand import Logo
from milebook.content.models import Checklist, Page, Person, Plan, Profile, Race, Site, Source, Tips
from milebook.content.workouts import Workout
from milebook.content.yaml_file import At, Document
from milebook.core.errors import Problem, QuantityError, counted
from milebook.running.courses import named

MOST_OFFERED = 3  # plans in a hint
UNNAMED_RACE = "The {race}"  # what a race is called that has no name of its own
OF_THE_RACE = frozenset({"race_date", "race_distance", "track"})  # values from the command line


@dataclass(frozen=True)
class Library:
    """Everything a build needs from `content/`, checked. Keys are file names without their ending."""

    site: Site
    people: Mapping[str, Person]
    sources: Mapping[str, Source]
    profiles: Mapping[str, Profile]
    workouts: Mapping[str, Workout]
    plans: Mapping[str, Plan]
    tips: Mapping[str, Tips]
    checklists: Mapping[str, Checklist]
    pages: Mapping[str, Page]
    documents: Mapping[tuple[str, str], Document]
    logo: Logo | None = None

    def problem(self, kind: str, name: str, at: At, message: str, hint: str = "") -> Problem:
        """A problem at a value of one file."""
        return self.documents[kind, name].problem(at, message, hint)

    def override(self, profile: Profile, values: Mapping[str, Any]) -> Profile:
        """A profile with values from the command line. Raises QuantityError where they do not fit the plan."""
        if not values:
            return profile
        of_profile = {key: value for key, value in values.items() if key not in OF_THE_RACE}
        if "result" in values:
            of_profile.setdefault("trial", None)  # another result is asked for, not one with the old trial after it
        changed = profile.model_copy(update=of_profile)
        if OF_THE_RACE & set(values):
            changed = changed.model_copy(update={"race": _with_race(changed.race, values)})
        for at, message, hint in self.misfits(changed):
            if at == ("weeks",):
                raise QuantityError(message, hint)
        return changed

    def misfits(self, profile: Profile) -> Iterator[tuple[At, str, str]]:
        """What a profile asks its plan for that it does not have, weeks or days: the key, the message and the hint."""
        plan = self.plans.get(profile.plan)
        if plan is None:
            return
        if profile.weeks is not None and profile.weeks not in plan.lengths:
            lengths = ", ".join(map(str, plan.lengths))
            yield ("weeks",), f"the plan {profile.plan} has no {counted(profile.weeks, 'week')}", f"it has {lengths}"
        fewest, most = plan.days
        if not fewest <= len(profile.days) <= most:
            found = f"the plan {profile.plan} has no {counted(len(profile.days), 'day')} a week"
            yield ("days",), found, f"it has {fewest} to {most}{self._others_for(profile)}"

    def _others_for(self, profile: Profile) -> str:
        """The plans that have a profile's number of days, and their weeks where they have not the profile's."""
        number, weeks = len(profile.days), profile.weeks
        told = [
            f"; the plan {name} has {number}"
            + ("" if weeks in (None, *plan.lengths) else f", in {' or '.join(map(str, plan.lengths))} weeks")
            for name, plan in self.plans.items()
            if plan.days[0] <= number <= plan.days[1]
        ]
        return "".join(told[:MOST_OFFERED])


def _with_race(race: Race, values: Mapping[str, Any]) -> Race:
    """A race with values from the command line; of another distance it has neither the old name nor the old goal."""
    changed: dict[str, Any] = {}
    if "race_date" in values:
        changed["day"] = values["race_date"]
    distance = values.get("race_distance", race.distance)
    if distance != race.distance:
        changed |= {"distance": distance, "goal": None, "name": named(UNNAMED_RACE, distance)}
    if "track" in values:
        is_road = values["track"] == "road"
        changed |= {"surface": "road" if is_road else "track", "track": None if is_road else values["track"]}
    return race.model_copy(update=changed)
