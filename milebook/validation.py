"""A file's plain values -> a model, with every mistake told in words a coach understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from milebook import prose
from milebook.errors import ContentError, Problem, near_miss
from milebook.yamlfile import At, Document, leaves

M = TypeVar("M")

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
    "empty": ("{key} is empty", "write a value or leave the key out"),
    # our own: see models
    "told": ("{text}", "{hint}"),
    "odd_type": ("{key} is {found}, not {what}", ""),
    "days": ("{key} {found} is neither a list of weekdays nor a number from 1 to 7", "write [tue, thu, sun]"),
    "twice": ("{key} has {word} twice", "write each once"),
    "long_run": ("the long run is on {found}, which is not one of the days", "{days}"),
    "speed_day": ("the speed day is {found}, which is not one of the days", "{days}"),
    "speed_long": ("speed-day and long-run are both {day}", "give them two days, or leave long-run out"),
    "backwards": ("{key} runs from {low} down to {high}", "write [{high}, {low}]"),
    "weeks_differ": ("{key} has {asked} weeks, but {present} of the weeks below are for it", ""),
    "no_race": ("the last of the {key} has no race for {level}", "add `- race: ...` to its sessions"),
}


def _problems(document: Document, shape: Any, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = _located(document, item["loc"])
        if at in document.spoilt or _only_seems_short(item):
            continue
        if item["type"] == "extra_forbidden" or item["loc"][-1:] == ("[key]",):
            known, word = _known_keys(shape, at[:-1]), str(at[-1])
            hint = near_miss(word, known) if word not in known else "it does not go with the keys beside it"
            yield document.problem(at, f'unknown key "{at[-1]}"', hint, of_key=True)
        else:
            yield document.problem(at, *_told(item, at))


def _only_seems_short(item: ErrorDetails) -> bool:
    """Pydantic counts a list's sound entries only; the others are told themselves."""
    return item["type"] == "too_short" and len(item["input"]) >= item["ctx"]["min_length"]


def _told(item: ErrorDetails, at: At) -> tuple[str, str]:
    """The message and the hint for one of pydantic's errors."""
    kind, context, value = item["type"], item.get("ctx", {}), item["input"]
    names = [part for part in (item["loc"] if kind == "missing" else at) if isinstance(part, str)]
    words = {"key": names[-1] if names else "the file", "found": found(value), **context}
    if value is None and kind != "told":
        kind = "empty"
    if kind == "literal_error":
        known = re.findall(r"'([^']+)'", context["expected"])
        return f"{words['key']} is {words['found']}", near_miss(str(value), known)
    message, hint = WORDING.get(kind, ("{key}: " + item["msg"].replace("{", "{{").replace("}", "}}"), ""))
    return _one_line(message.format(**words)), _one_line(hint.format(**words))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _located(document: Document, loc: Iterable[str | int]) -> At:
    """The part of pydantic's way that exists in the file; its own additions (union tags) are left out."""
    at: At = ()
    for part in loc:
        if (*at, part) in document.values:
            at = (*at, part)
    return at


def found(value: object) -> str:
    """A value as it is told to the coach."""
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "empty"
    text = _one_line(str(value).lower() if isinstance(value, bool) else str(value))
    return f'"{text[:60]}..."' if len(text) > 60 else f'"{text}"'


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


@cache
def _schema(shape: Any) -> dict[str, Any]:
    return _adapter(shape).json_schema()


@cache
def _known_keys(shape: Any, way: At) -> frozenset[str]:
    """The keys allowed in the mapping at the end of the way: follow the JSON Schema of the shape along it."""
    schema = _schema(shape)
    places: list[dict[str, Any]] = [schema]
    for part in way:
        places = [inner for place in places for inner in _step_into(place, part, schema)]
    resolved = [one for place in places for one in _resolved(place, schema)]
    return frozenset(key for one in resolved for key in (*one.get("properties", ()), *_names(one, schema)))


def _names(place: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """The keys of a mapping whose keys are themselves of a type: the kinds of session in a week."""
    for one in _resolved(place.get("propertyNames", {}), schema):
        yield from one.get("enum", ())


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


def check(document: Document, shape: type[M]) -> M:
    """Turn a document into a model, or a mapping of models. Raises ContentError with every problem."""
    any_shape: Any = shape  # mypy holds that a type cannot be hashed
    texts = [*_mistakes_in_texts(document)]
    try:
        value: M = _adapter(any_shape).validate_python(document.data)
    except ValidationError as error:
        raise ContentError([*_problems(document, any_shape, error), *texts]) from None
    if texts:
        raise ContentError(texts)
    return value


def _mistakes_in_texts(document: Document) -> Iterator[Problem]:
    """Texts that Markdown could not be made of, wherever a template may show them."""
    for at, text in leaves((), document.data):
        for _, message, hint in prose.mistakes(text):
            yield document.problem(at, message, hint)


def mistakes_in_body(document: Document, body: str) -> Iterator[Problem]:
    """What Markdown could not be made of in the text of a page, each at its line."""
    first, _ = document.values["body",]
    for line, message, hint in prose.mistakes(body):
        yield Problem(document.path, first + line, 1, message, hint)
