"""A file's plain values -> a model, with every mistake told in words a coach understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from milebook.errors import ContentError, Problem, near_miss
from milebook.models import Checklist, Model, PageMeta, Person, Plan, Profile, Site, Source, Tips, Workout
from milebook.yamlfile import At, Document

M = TypeVar("M", bound=Model)

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
        seen = found(item["input"])
        kind = item["type"]
        if kind == "extra_forbidden":
            yield document.problem(at, f'unknown key "{key}"', _key_hint(document, at, error), of_key=True)
        elif kind == "literal_error":
            known = re.findall(r"'([^']+)'", context["expected"])
            yield document.problem(at, f"{key} is {seen}", near_miss(str(item["input"]), known))
        elif kind == "quantity":
            yield document.problem(at, context["text"], context["hint"])
        elif kind in WORDING:
            message, hint = WORDING[kind]
            words = {"key": key, "found": seen, **context}
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


def found(value: object) -> str:
    """A value as it is told to the coach."""
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
        raise ContentError([document.problem((), f"the file is {found(document.data)}, not `key: value` lines")])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise ContentError(_problems(document, error)) from None
