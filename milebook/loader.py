"""The only reader: finds content and templates, reads YAML 1.2 and Markdown with positions, checks all of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from milebook.errors import ContentError, Problem, QuantityError, near_miss
from milebook.models import (
    LEVELS,
    Checklist,
    DrillsStep,
    Model,
    Page,
    PageMeta,
    Person,
    Plan,
    Profile,
    Site,
    Source,
    Sourced,
    Tips,
    Workout,
)

LARGEST_FILE = 200_000  # bytes; the largest shipped file has 6,000
MOST_NODES = 20_000  # values in one file once aliases are followed
DEEPEST = 30
SAFE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
RESERVED = frozenset({"assets", "con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))})

At = tuple[str | int, ...]  # the way to a value: ("days", 2)
M = TypeVar("M", bound=Model)


@dataclass
class Document:
    """One file read: its plain values and where each stands (line and column from 1)."""

    path: str
    data: Any
    keys: dict[At, tuple[int, int]]
    values: dict[At, tuple[int, int]]

    def problem(self, at: At, message: str, hint: str = "", *, of_key: bool = False) -> Problem:
        """A problem at a value, or at its key; for something missing, at the nearest thing that is there."""
        places = self.keys if of_key else self.values
        while at and at not in places:
            at = at[:-1]
        line, column = places.get(at, (1, 1))
        return Problem(self.path, line, column, message, hint)


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
        """A profile with values from the command line in place of its own. Raises QuantityError where they do not fit."""
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


def shown(path: Path) -> str:
    """A path as a person would write it: from the current folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


# ---------------------------------------------------------------- reading


def read_text(path: Path) -> str:
    """Read a UTF-8 file (BOM and CRLF welcome). Raises ContentError."""

    def refuse(message: str, hint: str = "") -> ContentError:
        return ContentError([Problem(shown(path), 0, 0, message, hint)])

    try:
        if path.is_dir():
            raise refuse("a folder lies where a file belongs")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise refuse(f"the file has {size:,} bytes", f"a content file has at most {LARGEST_FILE:,}")
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        problem = Problem(shown(path), line, column, f"byte 0x{raw[error.start]:02x} is not UTF-8", "save as UTF-8")
        raise ContentError([problem]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_yaml(text: str, path: str, first_line: int = 1) -> Document:
    """Read YAML 1.2 into plain values with positions. Raises ContentError: broken, empty, too deep, duplicate keys."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + first_line, mark.column + 1) if mark else (0, 0)
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise ContentError([Problem(path, line, column, f"this is not YAML: {what}")]) from None
    except (YAMLError, ValueError) as error:
        message = " ".join(str(error).split())[:200]
        raise ContentError([Problem(path, 0, 0, f"this is not YAML: {message}")]) from None
    except RecursionError:
        raise ContentError([Problem(path, 0, 0, f"values are nested more than {DEEPEST} deep")]) from None
    document = Document(path, None, {}, {})
    if node is None:
        raise ContentError([Problem(path, 0, 0, "the file is empty")])
    plain = _Plain(document, first_line)
    document.data = plain.value(node, ())
    if plain.problems:
        raise ContentError(plain.problems)
    return document


class _Plain:
    """Turns YAML nodes into plain values, noting positions; counts what aliases repeat, so that a bomb is refused."""

    def __init__(self, document: Document, first_line: int) -> None:
        self.document, self.first_line = document, first_line
        self.problems: list[Problem] = []
        self.nodes = 0

    def value(self, node: Node, at: At) -> Any:
        self.document.values[at] = self.place(node)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ContentError([self.problem(node, f"the file has more than {MOST_NODES:,} values (aliases counted)")])
        if len(at) > DEEPEST:
            raise ContentError([self.problem(node, f"values are nested more than {DEEPEST} deep")])
        if isinstance(node, MappingNode):
            return self.mapping(node, at)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: MappingNode, at: At) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.append(self.problem(key_node, "a key must be a plain word"))
                continue
            key = str(key_node.value)
            if key in result:
                line = self.document.keys[*at, key][0]
                self.problems.append(self.problem(key_node, f'the key "{key}" stands twice', f"first on line {line}"))
            self.document.keys[*at, key] = self.place(key_node)
            result[key] = self.value(value_node, (*at, key))
        return result

    def place(self, node: Node) -> tuple[int, int]:
        return node.start_mark.line + self.first_line, node.start_mark.column + 1

    def problem(self, node: Node, message: str, hint: str = "") -> Problem:
        line, column = self.place(node)
        return Problem(self.document.path, line, column, message, hint)


def _scalar(node: Node) -> Any:
    """A scalar by YAML 1.2's core rules; dates and times stay as written, the models read them."""
    text, tag = str(node.value), str(node.tag).rsplit(":", 1)[-1]
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag == "int" and re.fullmatch(r"[-+]?\d{1,15}", text):
        return int(text)
    if tag == "float" and re.fullmatch(r"[-+]?(\d{1,15}\.\d{0,15}|\.\d{1,15})", text):
        return float(text)
    return text


def read_yaml(path: Path) -> Document:
    """Read one YAML file. Raises ContentError."""
    return parse_yaml(read_text(path), shown(path))


def read_page(path: Path) -> tuple[Document, str]:
    """Read Markdown with a YAML head between `---` lines; returns the head and the body. Raises ContentError."""
    text = read_text(path)
    match = re.match(r"---\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", text, re.DOTALL)
    if not match:
        hint = "start the file with a line ---, title and from, and a line ---"
        raise ContentError([Problem(shown(path), 1, 1, "the page has no head", hint)])
    if not match[2].strip():
        raise ContentError([Problem(shown(path), 0, 0, "the page has no text")])
    return parse_yaml(match[1], shown(path), first_line=2), match[2].strip() + "\n"


# ---------------------------------------------------------------- checking

# What pydantic calls a mistake -> what the coach is told. {found} is the value, the rest is pydantic's context.
WORDING: Mapping[str, tuple[str, str]] = {
    "missing": ("{key} is missing", "add `{key}:`"),
    "string_type": ("{key} is {found}, not a text", "write it in quotes"),
    "int_type": ("{key} is {found}, not a whole number", ""),
    "int_parsing": ("{key} is {found}, not a whole number", ""),
    "int_from_float": ("{key} is {found}, not a whole number", ""),
    "float_type": ("{key} is {found}, not a number", ""),
    "bool_type": ("{key} is {found}, not true or false", ""),
    "bool_parsing": ("{key} is {found}, not true or false", ""),
    "tuple_type": ("{key} is {found}, not a list", "write [one, two] or a line `- ...` for each"),
    "dict_type": ("{key} is {found}, not a group of keys", "write `key: value` lines below it"),
    "model_type": ("{key} is {found}, not a group of keys", "write `key: value` lines below it"),
    "model_attributes_type": ("{key} is {found}, not a group of keys", "write `key: value` lines below it"),
    "string_too_short": ("{key} is empty", "write at least one character"),
    "string_too_long": ("{key} is longer than {max_length} characters", ""),
    "too_short": ("{key} is empty", "write at least {min_length}"),
    "too_long": ("{key} has more than {max_length} entries", ""),
    "greater_than_equal": ("{key} is {found}, less than {ge}", ""),
    "less_than_equal": ("{key} is {found}, more than {le}", ""),
    "string_pattern_mismatch": ("{key} is {found}, which does not have the right form", ""),
}


def _problems(document: Document, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = _located(document, item["loc"])
        context = {k: v for k, v in item.get("ctx", {}).items()}
        names = [part for part in item["loc"] if isinstance(part, str)]
        key = names[-1] if names else "the file"
        found = _found(item["input"])
        kind = item["type"]
        if kind == "extra_forbidden":
            yield document.problem(at, f'unknown key "{key}"', _key_hint(document, at, error), of_key=True)
        elif kind == "literal_error":
            known = re.findall(r"'([^']+)'", context["expected"])
            yield document.problem(at, f"{key} is {found}", near_miss(str(item["input"]), known))
        elif kind == "quantity":
            yield document.problem(at, context["text"], context["hint"])
        elif kind in WORDING:
            message, hint = WORDING[kind]
            words = {"key": key, "found": found, **context}
            yield document.problem(at, message.format(**words), hint.format(**words))
        else:
            yield document.problem(at, f"{key}: {item['msg']}")


def _located(document: Document, loc: Iterable[str | int]) -> At:
    """The part of pydantic's way that exists in the file; its own additions (union tags) are left out."""
    at: At = ()
    for part in loc:
        if (*at, part) in document.values:
            at = (*at, part)
    return at


def _found(value: object) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "empty"
    text = str(value)
    return f'"{text[:60]}..."' if len(text) > 60 else f'"{text}"'


def _key_hint(document: Document, at: At, error: ValidationError) -> str:
    known = _known_keys(_MODEL_BY_TITLE.get(error.title), at)
    return near_miss(str(at[-1]), known) if known and at else ""


def _known_keys(model: type[Model] | None, at: At) -> set[str]:
    """The keys allowed beside the unknown one: follow the JSON Schema of the model along the way to it."""
    if model is None:
        return set()
    schema = model.model_json_schema(by_alias=True)
    places: list[dict[str, Any]] = [schema]
    for part in at[:-1]:
        places = [inner for place in places for inner in _step_into(place, part, schema)]
    return {key for place in places for one in _resolved(place, schema) for key in one.get("properties", {})}


def _step_into(place: dict[str, Any], part: str | int, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in _resolved(place, schema):
        if isinstance(part, int):
            yield one.get("items", {})
        elif part in one.get("properties", {}):
            yield one["properties"][part]
        elif isinstance(one.get("additionalProperties"), dict):
            yield one["additionalProperties"]


def _resolved(place: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in place:
        yield from _resolved(schema["$defs"][place["$ref"].rsplit("/", 1)[-1]], schema)
    elif choices := place.get("anyOf") or place.get("oneOf"):
        for choice in choices:
            yield from _resolved(choice, schema)
    else:
        yield place


_MODEL_BY_TITLE: dict[str, type[Model]] = {
    model.__name__: model for model in (Checklist, PageMeta, Person, Plan, Profile, Site, Source, Tips, Workout)
}


def check(document: Document, model: type[M]) -> M:
    """Turn a document into a model. Raises ContentError with every problem."""
    if not isinstance(document.data, dict):
        raise ContentError([document.problem((), f"the file is {_found(document.data)}, not `key: value` lines")])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise ContentError(_problems(document, error)) from None


# ---------------------------------------------------------------- the library


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
            self.problems.append(document.problem((), f"the file is {_found(document.data)}, not `key: value` lines"))
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
    unread = {(kind, name) for kind in ("profiles", "workouts", "plans", "tips", "checklists", "pages")
              for name in shelf.files(kind, ".md" if kind == "pages" else ".yaml")}
    shelf.problems.extend(_broken_references(library, shelf.documents, unread))
    if shelf.problems:
        raise ContentError(shelf.problems)
    return library


def _broken_references(
    library: Library, documents: Mapping[tuple[str, str], Document], present: set[tuple[str, str]]
) -> Iterator[Problem]:
    """Keys that name nothing. A file that is there but broken counts as present: it has its own problem."""
    known = {
        "person": set(library.people),
        "source": set(library.sources),
        **{kind: {name for k, name in present if k == f"{kind}s"} for kind in ("workout", "plan", "checklist")},
    }
    for (kind, name), document in documents.items():
        for at, what, word in _references(kind, name, library):
            if word not in known[what]:
                yield document.problem(at, f'{what} "{word}" is unknown', near_miss(word, known[what]))
    for name in library.profiles:
        yield from _unfit(library, name, documents["profiles", name])


def _references(kind: str, name: str, library: Library) -> Iterator[tuple[At, str, str]]:
    """Where a checked file names a person, a source, a workout, a plan or a checklist, and the word it uses."""
    if (kind, name) == ("", "people"):
        yield from (((key, "source"), "source", person.source) for key, person in library.people.items() if person.source)
    value: Any = getattr(library, kind).get(name) if kind else None
    if isinstance(value, Sourced):
        yield ("from",), "person", value.from_
        if value.source:
            yield ("source",), "source", value.source
    if isinstance(value, Profile):
        yield ("plan",), "plan", value.plan
    elif isinstance(value, Tips):
        yield from ((("tips", i, "from"), "person", tip.from_) for i, tip in enumerate(value.tips) if tip.from_)
    elif isinstance(value, Checklist):
        items = ((g, i, item) for g, group in enumerate(value.groups) for i, item in enumerate(group.items))
        yield from ((("groups", g, "items", i, "from"), "person", item.from_) for g, i, item in items if item.from_)
    elif isinstance(value, Workout):
        drills = ((i, step) for i, step in enumerate(value.steps) if isinstance(step, DrillsStep))
        yield from ((("steps", i, "drills"), "checklist", step.drills) for i, step in drills)
    elif isinstance(value, Plan):
        yield from ((at, "workout", key) for at, key in _plan_workouts(value))


def _plan_workouts(plan: Plan) -> Iterator[tuple[At, str]]:
    yield ("fill",), plan.fill
    yield ("rest",), plan.rest
    for i, entry in enumerate(plan.after):
        yield from ((("after", i, kind), key) for kind, key in entry.items())
    for w, week in enumerate(plan.weeks):
        for i, entry in enumerate(week.sessions):
            for kind, by in entry.items():
                at: At = ("weeks", w, "sessions", i, kind)
                yield from (((*at, level), key) for level in LEVELS if (key := by.at(level)))


def _unfit(library: Library, name: str, document: Document) -> Iterator[Problem]:
    """A profile that asks its plan for what it does not have: weeks or days."""
    profile = library.profiles[name]
    plan = library.plans.get(profile.plan)
    if plan is None:
        return
    if profile.weeks is not None and profile.weeks not in plan.lengths:
        lengths = ", ".join(map(str, plan.lengths))
        yield document.problem(("weeks",), f"the plan {profile.plan} has no {profile.weeks} weeks", f"it has {lengths}")
    fewest, most = plan.days
    if not fewest <= len(profile.days) <= most:
        yield document.problem(
            ("days",), f"the plan {profile.plan} has no {len(profile.days)} days a week", f"it has {fewest} to {most}"
        )
