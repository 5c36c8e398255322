"""Names that content uses for other content: people, sources, workouts, plans, checklists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from milebook.content.library import Library
from milebook.content.models import Plan, Profile
from milebook.content.yaml_file import At, Document, leaves
from milebook.core.errors import Problem, near_miss

# Folder (or file) and way to a value -> what its word names; * is any key or index.
WAYS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    *((kind, ("from",), "person") for kind in ("workouts", "plans", "tips", "checklists", "pages")),
    *((kind, ("source",), "source") for kind in ("workouts", "plans", "tips", "checklists", "pages")),
    ("people", ("*", "source"), "source"),
    ("profiles", ("plan",), "plan"),
    ("site", ("default-profile",), "profile"),
    ("tips", ("tips", "*", "from"), "person"),
    ("checklists", ("groups", "*", "items", "*", "from"), "person"),
    ("workouts", ("steps", "*", "drills"), "checklist"),
    ("plans", ("fill",), "workout"),
    ("plans", ("rest",), "workout"),
    ("plans", ("after", "*", "*"), "workout"),
    ("plans", ("weeks", "*", "sessions", "*", "*"), "workout"),
    ("plans", ("weeks", "*", "sessions", "*", "*", "*"), "workout"),
)
UNSAID: Mapping[str, Mapping[str, str]] = {  # names that stand for keys left out
    "profiles": {"plan": Profile.model_fields["plan"].default},
    "plans": {key: Plan.model_fields[key].default for key in ("fill", "rest")},
}


def broken(library: Library, known: Mapping[str, set[str] | None]) -> Iterator[Problem]:
    """Words that name nothing; `known` has None for what could not be read, where any name may be right.

    Works on what is written and not on the models: a file with other mistakes is looked through as well.
    """
    for (kind, name), document in library.documents.items():
        for at, what, word in _words(kind or name, document):
            names = known[what]
            if names is not None and word not in names and at not in document.spoilt:
                yield document.problem(at, f'{what} "{word}" is unknown', near_miss(word, names))
    for name, profile in library.profiles.items():
        for at, message, hint in library.misfits(profile):
            yield library.problem("profiles", name, at, message, hint)


def _words(kind: str, document: Document) -> Iterator[tuple[At, str, str]]:
    ways = [(way, what) for place, way, what in WAYS if place == kind]
    for at, value in (*_unsaid(kind, document), *leaves((), document.data)):
        for way, what in ways:
            if len(way) == len(at) and all(step in ("*", part) for step, part in zip(way, at, strict=True)):
                yield at, what, value


def _unsaid(kind: str, document: Document) -> Iterator[tuple[At, str]]:
    for key, word in UNSAID.get(kind, {}).items():
        if (key,) not in document.values:
            yield (key,), word
