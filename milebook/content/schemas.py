"""The JSON Schema of each kind of content file, for editors: they complete, explain and check while a coach types."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from milebook.content import notations
from milebook.content.field_types import ByLevel
from milebook.content.guidance import GUIDANCE
from milebook.content.models import Checklist, PageMeta, Person, Plan, Profile, Site, Source, Tips
from milebook.content.workouts import Workout
from milebook.running.quantities import METRES, Count, Distance, Range, plain

FOLDER = "schemas"  # in content/
KINDS: Mapping[str, Any] = {
    "profile": Profile,
    "workout": Workout,
    "plan": Plan,
    "tips": Tips,
    "checklist": Checklist,
    "page": PageMeta,
    "site": Site,
    "people": Annotated[dict[str, Person], Field(title="People", description="Who stands behind the advice, by key.")],
    "sources": Annotated[dict[str, Source], Field(title="Sources", description="Where facts come from, by key.")],
}
SAID = ("title", "description", "examples")  # to the coach, who sees them at a key and not below it


def files() -> dict[str, str]:
    """Every schema as a file: name -> text."""
    return {f"{kind}.json": text(kind) for kind in KINDS}


def text(kind: str) -> str:
    """The schema of one kind of file, as JSON."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file."""
    made = TypeAdapter(KINDS[kind]).json_schema(schema_generator=_ForEditors)
    shared: dict[str, Any] = {}
    whole = {key: _sharing(value, shared) for key, value in made.items() if key != "$defs"}
    _sharing(made.get("$defs"), shared)
    return {"$schema": _ForEditors.schema_dialect, **whole, "$defs": dict(sorted(shared.items()))}


def editor_line(path: str) -> str:
    """The first line of a file in `content/`, which names its schema: `path` is such as `profiles/sam.yaml`."""
    place = PurePosixPath(path)
    kind = place.parent.name or place.stem
    known = kind if kind in KINDS else kind.removesuffix("s")
    return f"# yaml-language-server: $schema={'../' * (len(place.parts) - 1)}{FOLDER}/{known}.json"


class _ForEditors(GenerateJsonSchema):
    """The dialect that editors of YAML know, without what only pydantic needs, and with a word on every key."""

    schema_dialect = "http://json-schema.org/draft-07/schema#"

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Explain every key."""
        made = super().model_schema(schema)
        for key, value in made.get("properties", {}).items():
            made["properties"][key] = _explained(value, dict(_guidance(schema["cls"], key)))
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Name the keys where they are of a closed set, so that an editor can offer them."""
        made = super().dict_schema(schema)
        if names := made.pop("propertyNames", {}).get("enum"):
            made["properties"] = dict.fromkeys(names, _explained(made["additionalProperties"], {}))
            made["additionalProperties"] = False
        return made

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        """Entries that each have a schema of their own, as the dialect spells it."""
        made = super().tuple_schema(schema)
        if "prefixItems" in made:
            made["items"] = made.pop("prefixItems")
        return made

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        return dict(notations.YES_OR_NO)  # a default is put into it

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return made if made.get("default") is not None else {k: value for k, value in made.items() if k != "default"}

    def encode_default(self, dft: Any) -> Any:
        return _as_written(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _guidance(model: type, key: str) -> Iterator[tuple[str, Any]]:
    """What the coach is told about a key of a model, or of one it is built on."""
    for one in model.__mro__:
        if found := GUIDANCE.get(one.__name__, {}).get(key):
            yield "description", found[0]
            if found[1:]:
                yield "examples", list(found[1:])
            return


def _explained(value: JsonSchemaValue, words: Mapping[str, Any]) -> JsonSchemaValue:
    """A key's value with all there is to say about it: an editor shows what stands at the key, and nothing below."""
    shape: JsonSchemaValue = next((one for one in (value, *value.get("anyOf", ())) if "description" in one), {})
    told = " ".join(filter(None, (words.get("description"), shape.get("description"))))
    examples = words.get("examples") or shape.get("examples")
    default = {"default": value["default"]} if "default" in value else {}
    if "title" in value or "$ref" in value:
        value = {"allOf": [{key: one for key, one in value.items() if key != "default"}]}
    return {"description": told, **({"examples": examples} if examples else {}), **value, **default}


def _as_written(value: object) -> Any:
    """A default as a coach would write it."""
    match value:
        case Distance():
            return f"{plain(value.metres / METRES[value.unit])} {value.unit}"
        case Count():
            return value.value
        case Range() if value.single:
            return _as_written(value.low)
        case ByLevel():
            return _as_written(value.beginner)
        case tuple():
            return list(map(_as_written, value))
    return value


def _sharing(value: Any, shared: dict[str, Any]) -> Any:
    """The same with everything that has a title moved to `shared`, where it stands once, and named in its place.

    What there is to say about it stands where it is named: there it would hide what is said about the key.
    """
    if isinstance(value, list):
        return [_sharing(one, shared) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _sharing(one, shared) for key, one in value.items()}
    title = inner.get("title")
    if not isinstance(title, str):
        return inner
    shared[title] = {key: one for key, one in inner.items() if key not in SAID}
    return {"$ref": f"#/$defs/{title}"}
