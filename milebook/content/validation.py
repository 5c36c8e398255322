"""A file's plain values -> a model, with every mistake told in words a coach understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from milebook.content import prose, yaml_advice
from milebook.content.yaml_file import At, Document, leaves
from milebook.core.errors import ContentError, Problem, QuantityError, near_miss
from milebook.running.dates import apart_from_date
from milebook.running.distance_readings import told_alone
from milebook.running.race_readings import read_race
from milebook.running.readings import read_result, told_time
from milebook.running.training_days import read_training_days

M = TypeVar("M")
DEEPEST_KEY = 6  # keys above a key, at most

# What pydantic calls a mistake -> what the coach is told. {found} is the value, the rest is pydantic's context.
WORDING: Mapping[str, tuple[str, str]] = {
    "missing": ("{key} is missing", "add `{key}:`"),
    "string_type": ("{key} is {found}, not a text", "write it in quotes"),
    "int_type": ("{key} is {found}, not a whole number", "write for example 4"),
    "int_parsing": ("{key} is {found}, not a whole number", "write for example 4"),
    "int_from_float": ("{key} is {found}, not a whole number", "write for example 4"),
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
    "told_group": ("{key} is {found}, not a group of keys", "write {line}"),
    "told_list": ("{key} is {found}, not a list", "write {line}"),
    "elsewhere": ("{key} does not belong here", "it belongs {place}"),
    "empty": ("{key} is empty", "write a value or leave the key out"),
    # our own: see models
    "told": ("{text}", "{hint}"),
    "odd_type": ("{key} is {found}, not {what}", ""),
    "days": (
        "{key} {found} is neither a list of weekdays nor a number from 1 to 7",
        "write for example 4, or the days, as in [tue, thu, sun]",
    ),
    "twice": ("{key} has {word} twice", "write each once"),
    "long_run": ("the long run is on {found}, which is not one of the days", "{days}"),
    "speed_day": ("the speed day is {found}, which is not one of the days", "{days}"),
    "speed_long": ("speed-day and long-run are both {day}", "give them two days, or leave long-run out"),
    "backwards": ("{key} runs from {low} down to {high}", "write [{high}, {low}]"),
    "weeks_differ": ("{key} has {asked}, but of the weeks below {present} are for it", ""),
    "no_race": ("the last of the {key} has no race for {level}", "add `- race: ...` to its sessions"),
}


def _problems(document: Document, shape: Any, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = _located(document, item["loc"])
        if at in document.cut:
            item["input"] = document.cut[at][2]  # with what stands behind a # that may be no remark
        if at in document.spoilt or _only_seems_short(item):
            continue
        if item["type"] == "extra_forbidden" or item["loc"][-1:] == ("[key]",):
            yield _unknown_key(document, shape, at)
        else:
            yield document.problem(at, *_told(item, at))


def _unknown_key(document: Document, shape: Any, at: At) -> Problem:
    known, word = _known_keys(shape, at[:-1]), str(at[-1])
    if word in known:
        return document.problem(at, f'unknown key "{word}"', "it does not go with the keys beside it", of_key=True)
    if place := _place_of(word, shape, at[:-1]):
        message, hint = WORDING["elsewhere"]
        return document.problem(at, message.format(key=word), hint.format(place=place), of_key=True)
    return document.problem(at, f'unknown key "{word}"', near_miss(word, known), of_key=True)


def _place_of(word: str, shape: Any, beside: At) -> str:
    """Where in the file a key belongs that stands elsewhere: `below race`; empty where it is no key of the file."""
    ways = sorted({way for way in _ways_to(shape).get(word, ()) if way}, key=len)
    names = dict.fromkeys(f"`{way[-1]}:`" for way in ways)
    told = [f"below {' or '.join(list(names)[:3])}, two columns further right"] if names else []
    if () in _ways_to(shape).get(word, ()) and beside:
        told.insert(0, "at the top, in column 1")
    return ", or ".join(told)


@cache
def _ways_to(shape: Any) -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Every key of a kind of file, and the keys above it."""
    schema = _schema(shape)
    found: dict[str, set[tuple[str, ...]]] = {}

    def walk(place: dict[str, Any], way: tuple[str, ...]) -> None:
        if len(way) > DEEPEST_KEY:
            return
        for one in _resolved(place, schema):
            walk(one.get("items", {}), way) if isinstance(one.get("items"), dict) else None
            for key, inner in one.get("properties", {}).items():
                found.setdefault(key, set()).add(way)
                walk(inner, (*way, key))

    walk(schema, ())
    return {key: frozenset(ways) for key, ways in found.items()}


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
    if kind == "days" and isinstance(value, str):
        return _unread_days(value)
    if kind == "literal_error":
        known = re.findall(r"'([^']+)'", context["expected"])
        return f"{words['key']} is {words['found']}", near_miss(str(value), known)
    if isinstance(value, str) and (line := _as_group_or_list(words["key"], value, kind)):
        kind, words["line"] = ("told_list" if kind == "tuple_type" else "told_group"), line
    message, hint = WORDING.get(kind, ("{key}: " + item["msg"].replace("{", "{{").replace("}", "}}"), ""))
    return _one_line(message.format(**words)), _one_line(hint.format(**words))


def _unread_days(text: str) -> tuple[str, str]:
    """What is told of days in one text: as in a roster."""
    try:
        read_training_days(text)
    except QuantityError as error:
        return error.message, error.hint
    return "", ""


def _as_group_or_list(key: str, text: str, kind: str) -> str:
    """How a text is written where a group or a list belongs: `result: {distance: 5 km, time: 20:50}`."""
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        if key == "result":
            return _as_result(text)
        return " or ".join(_as_race(text)) if key == "race" else ""
    return f"{key}: [{text}]" if kind == "tuple_type" and "," in text else ""


def _as_race(text: str) -> Iterator[str]:
    """How a race is written: `Town mile 2027-06-12` has a name and a date, `1500 m` is what is raced."""
    name, days = apart_from_date(text)
    if days:
        yield from (f"race: {{name: {_in_braces(name) or 'Mile'}, date: {one}}}" for one in days)
        return
    distance = _race_in(text)
    yield f"race: {{name: {_in_braces(text)}{f', distance: {distance}' if distance not in ('', 'mile') else ''}}}"


def _as_result(text: str) -> str:
    """How a result is written: `5 km in 27:30`, perhaps with its date."""
    ran, days = apart_from_date(text)
    try:
        distance, time = read_result(ran)
    except QuantityError:
        return ""
    dated = [f", date: {day}" for day in days] or [""]
    what = f"distance: {told_alone(distance)}, time: {told_time(time.seconds)}"
    return " or ".join(f"result: {{{what}{date}}}" for date in dated)


def _race_in(text: str) -> str:
    try:
        return read_race(text)
    except QuantityError:
        return ""


def _in_braces(text: str) -> str:
    return yaml_advice.in_quotes(text) if re.search(r"[,:{}\[\]#]", text) else text


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
    return frozenset(key for one in _places(schema, way) for key in (*one.get("properties", ()), *_names(one, schema)))


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
    texts = [*_mistakes_in_texts(document), *_cut_texts(document, any_shape)]
    try:
        value: M = _validate(document, any_shape)
    except ValidationError as error:
        raise ContentError([*_problems(document, any_shape, error), *texts]) from None
    if texts:
        raise ContentError(texts)
    return value


def _validate(document: Document, shape: Any) -> Any:
    """Read plain values; where a text belongs, `Null` and 123 are the text that was written."""
    try:
        return _adapter(shape).validate_python(document.data)
    except ValidationError as error:
        meant = {at: text for item in error.errors(include_url=False) for at, text in _meant(document, item)}
        if not meant:
            raise
        document.data = _replaced(document.data, (), meant)
        return _adapter(shape).validate_python(document.data)


def _meant(document: Document, item: ErrorDetails) -> Iterator[tuple[At, object]]:
    """What was plainly meant by a value that is refused, with the way to it."""
    at = _located(document, item["loc"])
    if item["type"] == "string_type" and at in document.written:
        yield at, document.written[at]
    elif item["type"] == "days" and isinstance(item["input"], str):
        with suppress(QuantityError):
            days = read_training_days(item["input"])
            yield at, days if isinstance(days, int) else list(days)
    elif item["type"] in ("int_type", "int_from_float") and not isinstance(item["input"], bool):
        key = next((part for part in reversed(at) if isinstance(part, str)), "")
        number = re.fullmatch(rf"([0-9]{{1,4}})(?:\.0+)?(?: {key.rstrip('s')}s?)?", str(item["input"]).strip().lower())
        if number:  # "8", 8.0, 8 weeks
            yield at, int(number[1])


def _replaced(value: Any, at: At, by: Mapping[At, object]) -> Any:
    """The same values, some of them replaced."""
    if at in by:
        return by[at]
    if isinstance(value, dict):
        return {key: _replaced(inner, (*at, key), by) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, (*at, index), by) for index, inner in enumerate(value)]
    return value


def _cut_texts(document: Document, shape: Any) -> Iterator[Problem]:
    """Texts that a # without two blanks before it may have cut short: only where any text may stand can it be lost."""
    for at, (line, column, text) in document.cut.items():
        if at not in document.spoilt and _is_free_text(shape, at):
            name = next((part for part in reversed(at) if isinstance(part, str)), "")
            key = name if at[-1:] == (name,) else ""
            words = {"key": name or "the line", "line": yaml_advice.as_line(key, yaml_advice.in_quotes(text))}
            message, hint = (part.format(**words) for part in yaml_advice.WORDS["hash_cut"])
            yield Problem(document.path, line, column, message, hint)


def _is_free_text(shape: Any, at: At) -> bool:
    """Whether any words may stand there, and not a quantity or a name of something."""
    schema = _schema(shape)
    return any("minLength" in one and "pattern" not in one and "enum" not in one for one in _places(schema, at))


def _places(schema: dict[str, Any], way: At) -> list[dict[str, Any]]:
    """What a schema says of the value at the end of a way."""
    places: list[dict[str, Any]] = [schema]
    for part in way:
        places = [inner for place in places for inner in _step_into(place, part, schema)]
    return [one for place in places for one in _resolved(place, schema)]


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
