"""Finds content and templates and reads all of it, telling every problem of every file at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from milebook import references
from milebook.errors import ContentError, Problem
from milebook.library import Library
from milebook.models import Checklist, Model, Page, PageMeta, Person, Plan, Profile, Site, Source, Tips, Workout
from milebook.validation import check, found
from milebook.yamlfile import At, Document, read_page, read_yaml, shown

SAFE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
RESERVED = frozenset({"assets", "con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))})

M = TypeVar("M", bound=Model)


def bundled(name: str) -> Path:
    """The folder `content` or `templates` that comes with milebook: in the wheel, else in the clone."""
    here = Path(__file__).resolve().parent
    installed = here / "bundled" / name
    return installed if installed.is_dir() else here.parent / name


def search_path(name: str, given: Path | None) -> tuple[Path, ...]:
    """The folders to look in, first wins: the one given, else `./content` or `./templates`, then the bundled one."""
    if given and not given.is_dir():
        raise ContentError([Problem(str(given), 0, 0, f"the folder for {name} does not exist")])
    own = given or Path(name)
    ours = bundled(name)
    if not own.is_dir() or own.resolve() == ours.resolve():
        return (own if own.is_dir() else ours,)
    return (own, ours)


@dataclass
class _Shelf:
    """Collects what was read and every problem met on the way."""

    folders: tuple[Path, ...]
    problems: list[Problem] = field(default_factory=list)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    def files(self, kind: str, ending: str) -> dict[str, Path]:
        """Files of one kind by name; the first folder wins. A user's own `profiles` folder hides the bundled one."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            place = folder / kind
            if place.exists() and not place.is_dir():
                self.problems.append(Problem(shown(place), 0, 0, "a file lies where a folder belongs"))
                continue
            for path in sorted(place.glob(f"*{ending}")):
                found.setdefault(path.name.removesuffix(ending), path)
            if kind == "profiles" and found:
                break
        return found

    def attempt(self, read: Callable[[], M]) -> M | None:
        try:
            return read()
        except ContentError as error:
            self.problems.extend(error.problems)
            return None

    def all_of(self, kind: str, model: type[M]) -> dict[str, M]:
        result: dict[str, M] = {}
        for name, path in self.files(kind, ".yaml").items():
            if not SAFE_NAME.fullmatch(name) or name in RESERVED:
                hint = "a file name has small letters, digits and hyphens only"
                self.problems.append(Problem(shown(path), 0, 0, f'the name "{name}" cannot be used', hint))
                continue
            value = self.attempt(lambda p=path, n=name: check(self.document(kind, n, p), model))  # type: ignore[misc]
            if value is not None:
                result[name] = value
        return result

    def document(self, kind: str, name: str, path: Path) -> Document:
        self.documents[kind, name] = read_yaml(path)
        return self.documents[kind, name]

    def single(self, name: str) -> Document | None:
        for folder in self.folders:
            path = folder / f"{name}.yaml"
            if path.exists():
                try:
                    return self.document("", name, path)
                except ContentError as error:
                    self.problems.extend(error.problems)
                    return None
        self.problems.append(Problem(f"{shown(self.folders[0])}/{name}.yaml", 0, 0, "the file is missing"))
        return None

    def one(self, name: str, model: type[M]) -> M | None:
        document = self.single(name)
        return self.attempt(lambda: check(document, model)) if document else None

    def keyed(self, name: str, model: type[M]) -> dict[str, M]:
        """A file of several values by key: people.yaml, sources.yaml."""
        document = self.single(name)
        if document is None:
            return {}
        if not isinstance(document.data, dict):
            self.problems.append(document.problem((), f"the file is {found(document.data)}, not `key: value` lines"))
            return {}
        result: dict[str, M] = {}
        for key in document.data:
            part = Document(document.path, document.data[key], _below(document.keys, key), _below(document.values, key))
            value = self.attempt(lambda p=part: check(p, model))  # type: ignore[misc]
            if value is not None:
                result[key] = value
        return result

    def pages(self) -> dict[str, Page]:
        result: dict[str, Page] = {}
        for name, path in self.files("pages", ".md").items():

            def read(path: Path = path, name: str = name) -> Page:
                head, body = read_page(path)
                self.documents["pages", name] = head
                return Page(**{**check(head, PageMeta).model_dump(by_alias=True), "body": body})

            page = self.attempt(read)
            if page is not None:
                result[name] = page
        return result


def _below(places: dict[At, tuple[int, int]], key: str) -> dict[At, tuple[int, int]]:
    return {at[1:]: place for at, place in places.items() if at[:1] == (key,)}


def load(content: Path | None = None) -> Library:
    """Read and check everything in `content/`. Raises ContentError with every problem of every file."""
    shelf = _Shelf(search_path("content", content))
    site = shelf.one("site", Site)
    people = shelf.keyed("people", Person)
    sources = shelf.keyed("sources", Source)
    profiles = shelf.all_of("profiles", Profile)
    library = Library(
        site=site or Site(name="-", lead="-"),
        people=people,
        sources=sources,
        profiles=profiles,
        workouts=shelf.all_of("workouts", Workout),
        plans=shelf.all_of("plans", Plan),
        tips=shelf.all_of("tips", Tips),
        checklists=shelf.all_of("checklists", Checklist),
        pages=shelf.pages(),
        documents=shelf.documents,
    )
    present = {(kind, name) for kind in ("workouts", "plans", "checklists") for name in shelf.files(kind, ".yaml")}
    shelf.problems.extend(references.broken(library, present))
    if shelf.problems:
        raise ContentError(shelf.problems)
    return library
