"""Finds content and templates and reads all of it, telling every problem of every file at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from milebook.content import cross_references, folders
from milebook.content.brand import Logo, read_logo
from milebook.content.library import Library
from milebook.content.models import Checklist, Page, PageMeta, Person, Plan, Profile, Site, Source, Tips
from milebook.content.validation import check, mistakes_in_body
from milebook.content.workouts import Workout
from milebook.content.yaml_file import Document, parse_page, parse_yaml, read_text, shown
from milebook.core.errors import ContentError, Problem, QuantityError, near_miss
from milebook.core.package import PACKAGE
from milebook.runtime.files import resolved

SAFE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
RESERVED = frozenset(
    {"assets", "yours", "con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}
)

FOLDERS = {kind: ".yaml" for kind in ("profiles", "workouts", "plans", "tips", "checklists")} | {"pages": ".md"}
SINGLE = ("site.yaml", "people.yaml", "sources.yaml")
LOCK = ".#"  # what the names begin with by which an editor says that it is at a file
TEXTS = frozenset({".yaml", ".yml", ".md"})  # what looks like content

MOST_READ = 512  # files that are remembered as they were read

M = TypeVar("M")


def bundled(name: str) -> Path:
    """The folder `content` or `templates` that comes with milebook: in the wheel, else in the clone."""
    installed = PACKAGE / "bundled" / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def search_path(name: str, given: Path | None) -> tuple[Path, ...]:
    """The folders to look in, first wins: the one given, else `./content` or `./templates`, then the bundled one."""
    own = given or Path(name)
    ours = bundled(name)
    try:
        is_there = folders.is_folder(own)
    except OSError as error:
        raise ContentError([Problem(shown(own), 0, 0, folders.why(error), f"it is the folder for {name}")]) from None
    if given and not is_there:
        raise ContentError([Problem(str(given), 0, 0, f"the folder for {name} does not exist")])
    if not is_there or resolved(own) == resolved(ours):
        return (own if is_there else ours,)
    return (own, ours)


@dataclass
class _Shelf:
    """Collects what was read and every problem met on the way."""

    folders: tuple[Path, ...]
    problems: list[Problem] = field(default_factory=list)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    def files(self, kind: str) -> dict[str, Path]:
        """Files of one kind by name; the first folder wins. A user's own `profiles` folder hides the bundled one."""
        ending, found = FOLDERS[kind], dict[str, Path]()
        for folder in self.folders:
            for path in _entries(folder / kind, ending):
                found.setdefault(path.name.removesuffix(ending), path)
            if kind == "profiles" and found:
                break
        return found

    def unread(self) -> None:
        """Tell what looks like content and would never be read, because of its name or its folder's."""
        for folder in self.folders:
            for path in _entries(folder):
                if path.name not in (*FOLDERS, *SINGLE) and (_is_text(path) or any(map(_is_text, _entries(path)))):
                    self.tell(path, f'"{path.name}" is not read', near_miss(path.name, (*FOLDERS, *SINGLE)))
            for kind, ending in FOLDERS.items():
                if (folder / kind).is_file():
                    self.tell(folder / kind, "a file lies where a folder belongs")
                for path in _entries(folder / kind):
                    if path.suffix != ending and (_is_text(path) or _is_folder(path)):
                        self.tell(path, f'"{path.name}" is not read', f"name it {path.stem}{ending}")

    def tell(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append(Problem(shown(path), 0, 0, message, hint))

    def attempt(self, read: Callable[[], M]) -> M | None:
        try:
            return read()
        except ContentError as error:
            self.problems.extend(error.problems)
            return None

    def all_of(self, kind: str, model: type[M]) -> dict[str, M]:
        result: dict[str, M] = {}
        for name, path in self.files(kind).items():
            if not SAFE_NAME.fullmatch(name) or name in RESERVED:
                hint = "a file name has small letters, digits and hyphens only"
                self.tell(path, f'the name "{name}" cannot be used', hint)
                continue
            value = self.read(kind, name, path, _read_file, model)
            if value is not None:
                result[name] = value
        return result

    def read(
        self, kind: str, name: str, path: Path, read: Callable[[str, str, Any], _Read], model: type[M]
    ) -> M | None:
        """What a file says; None where that cannot be said. What is told of it is noted."""
        text = self.attempt(lambda: read_text(path))
        if text is None:
            return None
        found = read(text, shown(path), model)
        self.problems.extend(found.problems)
        if found.document:
            self.documents[kind, name] = found.document
        return cast(M | None, found.value)

    def one(self, name: str, model: type[M]) -> M | None:
        """One of the files that stand alone: site, people, sources."""
        for folder in self.folders:
            path = folder / f"{name}.yaml"
            if path.exists() or path.is_symlink():
                return self.read("", name, path, _read_file, model)
        self.tell(self.folders[0] / f"{name}.yaml", "the file is missing")
        return None

    def logo(self, site: Site | None) -> Logo | None:
        """The logo that the site names, from the folder its `site.yaml` lies in."""
        if site is None or site.logo is None:
            return None
        folder = next(folder for folder in self.folders if (folder / "site.yaml").exists())
        path = folder / site.logo
        try:
            if not _lies_in(path, folder):
                raise QuantityError(f'the logo "{site.logo}" lies outside its folder', "put it beside site.yaml")
            return read_logo(path)
        except QuantityError as error:
            self.problems.append(self.documents["", "site"].problem(("logo",), error.message, error.hint))
            return None

    def pages(self) -> dict[str, Page]:
        result: dict[str, Page] = {}
        for name, path in self.files("pages").items():
            page = self.read("pages", name, path, _read_page, Page)
            if page is not None:
                result[name] = page
        return result

    def known(self) -> dict[str, set[str] | None]:
        """The names there are; a broken file makes its name known, an unreadable list of names leaves them open."""
        files: dict[str, set[str] | None] = {
            kind: set(self.files(f"{kind}s")) for kind in ("workout", "plan", "checklist")
        }
        own_site = (self.folders[0] / "site.yaml").exists()  # one of milebook's own may name what is hidden by now
        files["profile"] = set(self.files("profiles")) if own_site else None
        return files | {"person": self.keys("people"), "source": self.keys("sources")}

    def keys(self, name: str) -> set[str] | None:
        document = self.documents.get(("", name))
        return set(document.data) if document and isinstance(document.data, dict) else None


@dataclass(frozen=True)
class _Read:
    """What became of a file: what it says, where it was read, and what is told of it."""

    document: Document | None
    value: object
    problems: tuple[Problem, ...]


@lru_cache(MOST_READ)  # `serve` reads all files for every page, and nearly always all but one are as they were
def _read_file(text: str, path: str, model: Any) -> _Read:
    told: list[Problem] = []
    document = value = None
    try:
        document = parse_yaml(text, path, told=told)
        value = check(document, model)
    except ContentError as error:
        told.extend(error.problems)
    return _Read(document, value, tuple(told))


@lru_cache(MOST_READ)
def _read_page(text: str, path: str, model: type[Page]) -> _Read:
    told: list[Problem] = []
    head = page = None
    try:
        head, body = parse_page(text, path, told)
        told.extend(mistakes_in_body(head, body))
        page = model(**{**check(head, PageMeta).model_dump(by_alias=True), "body": body})
    except ContentError as error:
        told.extend(error.problems)
    return _Read(head, page, tuple(told))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # of a folder that may be listed and not entered
        return False


def _lies_in(path: Path, folder: Path) -> bool:
    """Whether a file is in a folder, links followed. Raises QuantityError where they lead round in a circle."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # which of the two depends on the version of Python
        raise QuantityError(
            f'the logo "{path.name}" cannot be read: {folders.NO_END}', "put it beside site.yaml"
        ) from None


def _entries(folder: Path, ending: str = "") -> list[Path]:
    """What lies in a folder, by name; nothing where there is none, or where it cannot be read, which is told."""
    try:
        return sorted(
            path for path in folder.iterdir() if path.name.endswith(ending) and not path.name.startswith(LOCK)
        )
    except OSError:
        return []


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in TEXTS and not path.name.lower().startswith((".", "readme"))


def load(content: Path | None = None, find_more: Callable[[Library], Iterable[Problem]] = lambda _: ()) -> Library:
    """Read and check everything in `content/`. Raises ContentError with every problem of every file.

    `find_more` looks for problems that only appear when everything is read; it is given what could be read.
    """
    shelf = _Shelf(search_path("content", content))
    shelf.unread()
    site = shelf.one("site", Site)
    library = Library(
        site=site or Site(name="-", lead="-"),
        people=shelf.one("people", dict[str, Person]) or {},
        sources=shelf.one("sources", dict[str, Source]) or {},
        profiles=shelf.all_of("profiles", Profile),
        workouts=shelf.all_of("workouts", Workout),
        plans=shelf.all_of("plans", Plan),
        tips=shelf.all_of("tips", Tips),
        checklists=shelf.all_of("checklists", Checklist),
        pages=shelf.pages(),
        documents=shelf.documents,
        logo=shelf.logo(site),
    )
    shelf.problems.extend(cross_references.broken(library, shelf.known()))
    shelf.problems.extend(find_more(library))
    known = {problem.path for problem in shelf.problems}
    shelf.problems.extend(one for one in folders.unusable(shelf.folders[0]) if one.path not in known)
    if shelf.problems:
        raise ContentError(shelf.problems)
    return library
