"""Whose values stand for what rows leave out: another profile's, or those of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from milebook.assembly.request import Request
from milebook.content.library import Library

_COLUMNS: Mapping[str, tuple[str, ...]] = {  # of the options that have other ones than that of their name
    "result": ("distance", "time"),
    "track": ("track", "surface"),
}


@dataclass(frozen=True)
class Givers:
    """The profile that has what rows leave out, and the options that give columns in its place."""

    profile: str
    options: Mapping[str, str]

    def of(self, column: str) -> str:
        """Whose a column is, where a row leaves it out."""
        return self.options.get(column, f"the profile {self.profile}")

    def several(self, columns: Iterable[str]) -> Mapping[str, list[str]]:
        """Columns by whose they are."""
        found: dict[str, list[str]] = {}
        for column in columns:
            found.setdefault(self.of(column), []).append(column)
        return found


def find_givers(library: Library, request: Request, profile: str) -> Givers:
    """Who gives what rows leave out. A race of another distance than the profile's has a name that comes with it."""
    options: dict[str, str] = {}
    for key in request.overrides:
        for column in _COLUMNS.get(key, (key.replace("_", " "),)):
            options[column] = f"--{key.replace('_', '-')}"
    distance = library.profiles[profile].race.distance
    if request.overrides.get("race_distance", distance) != distance:
        options["race name"] = options["race distance"]
    return Givers(profile, options)
