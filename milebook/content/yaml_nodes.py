"""YAML text -> nodes with their places, by libyaml: what a file says, before anybody asks what it means.

libyaml splits a text into events; here they become nodes, so that an anchor stays with its node, a file made to be slow
is not read to its end, and plain texts are what YAML 1.2 says: `no` is a text, and so is `5:40`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yaml import (
    AliasEvent,
    CSafeLoader,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
)

MOST_NODES = 20_000  # values in one file once aliases are followed
TOO_MANY = f"the file has more than {MOST_NODES:,} values (repeats counted)"
DEEPEST = 30
TOO_DEEP = f"values are nested more than {DEEPEST} deep"

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?\d{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\d{1,15}\.\d{0,15}|\.\d{1,15})")


@dataclass(slots=True)
class Node:
    """A value as it is written; `start` and `end` are its line and column, from 0."""

    start: tuple[int, int]
    end: tuple[int, int]
    tag: str  # the last part of a tag that is written: "str"
    anchor: str


@dataclass(slots=True)
class Scalar(Node):
    """A single value: its text, and the sign it stands between or follows: `"`, `'`, `|`, `>`; "" for a plain text."""

    text: str
    style: str

    @property
    def value(self) -> object:
        """What it is by YAML 1.2's core rules; dates and times stay as written, the models read them."""
        text, tag = self.text, self.tag
        plain = not tag and not self.style
        if text in _NULL and (plain or tag == "null"):
            return None
        if text in _BOOL and (plain or tag == "bool"):
            return _BOOL[text]
        if (plain or tag == "int") and _INT.fullmatch(text):
            return int(text)
        if (plain or tag == "float") and _FLOAT.fullmatch(text):
            return float(text)
        return text


@dataclass(slots=True)
class Sequence(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping(Node):
    """Pairs of a key and a value, as they stand, equal keys among them; `in_brackets` where it is `{...}`."""

    in_brackets: bool
    pairs: list[tuple[Node, Node]] = field(default_factory=list)


@dataclass(frozen=True)
class Stop:
    """Where the parser gave up (line and column from 0), where it began what it could not finish, and its words."""

    line: int
    column: int
    began: int
    words: str

    @property
    def place(self) -> tuple[int, int]:
        """How far the text was read; what ran to the end of the file is not read further than its beginning."""
        return (
            (self.began, 0) if "end of stream" in self.words or "stream end" in self.words else (self.line, self.column)
        )


class UnreadableError(Exception):
    """More values than any content has, or more of them in each other: where, and what to say of it."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


class _StopError(Exception):
    def __init__(self, words: str, mark: Any) -> None:
        self.stop = Stop(mark.line, mark.column, mark.line, words)


def read_nodes(text: str) -> Node | Stop | None:
    """The nodes of a text, None where it has none, or where reading ended. Raises UnreadableError."""
    try:
        return _Reader(text).document()
    except _StopError as error:
        return error.stop
    except MarkedYAMLError as error:
        mark, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
        words = " ".join(part for part in (error.context, error.problem) if part)
        if "maximum nesting depth" in words and mark:  # libyaml's own bound, far above ours, is met first
            raise UnreadableError(TOO_DEEP, mark.line, mark.column) from None
        return Stop(mark.line if mark else 0, mark.column if mark else 0, began.line if began else 0, words)
    except (YAMLError, ValueError) as error:
        return Stop(0, 0, 0, " ".join(str(error).split())[:200])


class _Reader:
    def __init__(self, text: str) -> None:
        self.loader = CSafeLoader(text)
        self.anchors: dict[str, Node] = {}
        self.nodes = 0

    def event(self) -> Any:
        """The next event, with two marks, and what its kind has; the stubs know less of it."""
        return self.loader.get_event()

    def document(self) -> Node | None:
        self.event()  # the stream begins
        if not isinstance(self.event(), DocumentStartEvent):
            return None
        node = self.node(self.event(), 0)
        self.event()  # the document ends
        after = self.event()
        if isinstance(after, DocumentStartEvent):
            raise _StopError("expected the end of the file", after.start_mark)
        return node

    def node(self, event: Any, depth: int) -> Node:
        """The node that an event begins; reads up to its end."""
        start, end = event.start_mark, event.end_mark
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise UnreadableError(TOO_MANY, -1, -1)
        if depth > DEEPEST:
            raise UnreadableError(TOO_DEEP, start.line, start.column)
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise _StopError(f"found undefined alias {event.anchor}", start)
            return self.anchors[event.anchor]
        places = (start.line, start.column), (end.line, end.column)
        tag, anchor = (event.tag or "").rsplit(":", 1)[-1], event.anchor or ""
        if isinstance(event, ScalarEvent):
            return self.known(Scalar(*places, tag, anchor, event.value, event.style or ""))
        if isinstance(event, SequenceStartEvent):
            sequence = Sequence(*places, tag, anchor)
            self.known(sequence)  # before its items: one of them may repeat it
            while not isinstance(inner := self.event(), SequenceEndEvent):
                sequence.items.append(self.node(inner, depth + 1))
            return self.ended(sequence, inner)
        assert isinstance(event, MappingStartEvent)
        mapping = Mapping(*places, tag, anchor, bool(event.flow_style))
        self.known(mapping)
        while not isinstance(inner := self.event(), MappingEndEvent):
            key = self.node(inner, depth + 1)
            mapping.pairs.append((key, self.node(self.event(), depth + 1)))
        return self.ended(mapping, inner)

    def known(self, node: Node) -> Node:
        if node.anchor:
            self.anchors[node.anchor] = node
        return node

    def ended(self, node: Node, event: Any) -> Node:
        node.end = event.end_mark.line, event.end_mark.column
        return node
