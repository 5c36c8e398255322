"""What every class of runners sees, as one view: where they differ, a value that knows what each class has there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from typing import Any, TypeVar

from milebook.booklet.fields import Field
from milebook.core.errors import ContentError, Problem
from milebook.running.mile_classes import CLASSES, class_of
from milebook.running.tracing import Expression
from milebook.site.personal.expression_graph import BY_CLASS, Operations

V = TypeVar("V")


class Merging:
    """Merges views of one plan, one for each class in their order, for runners whose mile remembers."""

    def __init__(self, mile: float, operations: Operations) -> None:
        self.mile, self.operations = mile, operations
        self.usual = CLASSES.index(class_of(float(mile)))  # whose texts a page shows first

    def merged(self, versions: Sequence[V]) -> V:
        """The view of all. Raises ContentError where they differ in more than texts and values."""
        return self._merge(list(versions))  # type: ignore[no-any-return]

    def merged_number(self, versions: Sequence[float]) -> float:
        """A number that each class has its own version of."""
        if all(one is versions[0] for one in versions):
            return versions[0]
        return Expression(float(versions[self.usual]), (BY_CLASS, self.mile, *versions))

    def _merge(self, versions: list[Any]) -> Any:
        first = versions[0]
        if all(one is first for one in versions):
            return first
        if isinstance(first, Field | str) and any(isinstance(one, Field) for one in versions):
            return self._field(versions)
        if is_dataclass(first) and not isinstance(first, type):
            names = [field.name for field in fields_of(first)]
            return replace(first, **{name: self._merge([getattr(one, name) for one in versions]) for name in names})
        if isinstance(first, tuple):
            longest = max(map(len, versions))
            if any(len(one) != longest for one in versions):
                if not all(one and all(isinstance(piece, Field | str) for piece in one) for one in versions):
                    raise _unlike(first)
                versions = [(*one, *[""] * (longest - len(one))) for one in versions]  # lines of text
            return tuple(self._merge(list(parts)) for parts in zip(*versions, strict=True))
        if all(one == first for one in versions):
            return first
        if isinstance(first, str):
            return self._field(versions)
        raise _unlike(first)

    def _field(self, versions: list[Field | str]) -> Any:
        """A field that every class has its own version of; the one there is where all are the same."""
        told = [self._told(one) for one in versions]
        if all(one == told[0] for one in told):
            return versions[0]
        usual = versions[self.usual]
        kind = next(one.kind for one in (usual, *versions, Field("word", "")) if isinstance(one, Field))
        return Field(kind, str(usual), (BY_CLASS, self.mile, *told))

    def _told(self, one: Field | str) -> Any:
        """A text, or the number of a value in a list."""
        return [self.operations.value(one.source)] if isinstance(one, Field) and one.source else str(one)


def _unlike(what: object) -> ContentError:
    told = f"the page Make it yours cannot be made: what runners of other paces do differs in its parts: {what!s:.60}"
    return ContentError([Problem("", 0, 0, told)])
