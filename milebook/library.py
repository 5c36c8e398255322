"""Everything in `content/`, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milebook.errors import Problem, QuantityError
from milebook.models import Checklist, Page, Person, Plan, Profile, Site, Source, Tips, Workout
from milebook.yamlfile import At, Document


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

    def problem(self, kind: str, name: str, at: At, message: str, hint: str = "") -> Problem:
        """A problem at a value of one file."""
        return self.documents[kind, name].problem(at, message, hint)

    def override(self, profile: Profile, values: Mapping[str, Any]) -> Profile:
        """A profile with values from the command line. Raises QuantityError where they do not fit the plan."""
        if not values:
            return profile
        merged = {**profile.model_dump(by_alias=True, exclude_unset=True), **values}
        if "race_date" in merged:
            merged["race"] = {**merged["race"], "date": merged.pop("race_date")}
        changed = Profile.model_validate(merged)
        lengths = self.plans[changed.plan].lengths
        if changed.weeks is not None and changed.weeks not in lengths:
            has = ", ".join(map(str, lengths))
            raise QuantityError(f"the plan {changed.plan} has no {changed.weeks} weeks", f"it has {has}")
        return changed
