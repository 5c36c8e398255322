"""One content file: YAML 1.2 or Markdown read into plain values, with the line and column of each."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from milebook.characters import UNPRINTABLE, code_of
from milebook.errors import ContentError, Problem

LARGEST_FILE = 200_000  # bytes; the largest shipped file has 6,000
MOST_NODES = 20_000  # values in one file once aliases are followed
TOO_MANY = f"the file has more than {MOST_NODES:,} values (aliases counted)"
DEEPEST = 30
NOT_TEXT = "does not belong in a text"

At = tuple[str | int, ...]  # the way to a value: ("days", 2)


@dataclass
class Document:
    """One file read: its plain values and where each stands (line and column from 1).

    `spoilt` are the places already told about: what the models say about the same place is the same mistake again.
    """

    path: str
    data: Any
    keys: dict[At, tuple[int, int]]
    values: dict[At, tuple[int, int]]
    spoilt: set[At] = field(default_factory=set)

    def problem(self, at: At, message: str, hint: str = "", *, of_key: bool = False) -> Problem:
        """A problem at a value, or at its key; for something missing, at the nearest thing that is there.

        What begins below its key is told at its key: there the eye looks for it.
        """
        while at and at not in self.values:
            at = at[:-1]
        place = self.values.get(at, (1, 1))
        key = self.keys.get(at, place)
        line, column = key if of_key or key[0] < place[0] else place
        return Problem(self.path, line, column, message, hint)


def shown(path: Path) -> str:
    """A path as a person would write it: from the current folder where it lies below it."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def leaves(at: At, value: object) -> Iterator[tuple[At, str]]:
    """Every text below a value with the way to it."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict | list):
        for part, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves((*at, part), inner)


# ---------------------------------------------------------------- the library


def read_text(path: Path) -> str:
    """Read a UTF-8 file (BOM and CRLF welcome). Raises ContentError."""

    def refuse(message: str, hint: str = "") -> ContentError:
        return ContentError([Problem(shown(path), 0, 0, message, hint)])

    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refuse("a folder lies where a file belongs")
        if not stat.S_ISREG(status.st_mode):
            raise refuse("a pipe or a device lies where a file belongs")
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            size = max(status.st_size, len(raw))
            raise refuse(f"the file has {size:,} bytes", f"a content file has at most {LARGEST_FILE:,}")
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


def parse_yaml(text: str, path: str, first_line: int = 1, told: list[Problem] | None = None) -> Document:
    """Read YAML 1.2 into plain values with positions. Raises ContentError: broken, empty, too deep, duplicate keys.

    With a list in `told`, mistakes that leave the rest readable (duplicate keys) are put there instead of raised.
    """
    _refuse_unprintable(text, path, first_line)
    node = _compose(text, path, first_line)
    if node is None:
        raise ContentError([Problem(path, 0, 0, "the file is empty")])
    plain = _Plain(Document(path, None, {}, {}), first_line)
    plain.document.data = plain.value(node, ())
    if told is not None:
        told.extend(plain.problems)
    elif plain.problems:
        raise ContentError(plain.problems)
    return plain.document


def _refuse_unprintable(text: str, path: str, first_line: int = 1) -> None:
    if match := UNPRINTABLE.search(text):
        line = text.count("\n", 0, match.start()) + first_line
        column = match.start() - text.rfind("\n", 0, match.start())
        raise ContentError([Problem(path, line, column, f"the character {code_of(match[0])} {NOT_TEXT}", "remove it")])


class _TooManyError(Exception):
    """More values than any content has."""


class _TooDeepError(Exception):
    """More values in each other than any content has, and where."""

    def __init__(self, mark: Any) -> None:
        self.mark = mark


class _Counting(Composer):
    """Stops while reading: a file made to be slow is not read to its end."""

    nodes = 0
    levels = 0

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # YAML lets an anchor stand again, and a warning is no problem that is told

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _TooManyError
        if self.levels > DEEPEST:
            raise _TooDeepError(self.parser.peek_event().start_mark)
        self.levels += 1
        node = super().compose_node(parent, index)
        self.levels -= 1
        return node


@lru_cache(maxsize=256)  # `serve` reads all files for every page, and nearly always all but one are as they were
def _compose(text: str, path: str, first_line: int) -> Node | None:
    """The nodes of a text, which nobody changes."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Counting
    line, column = 0, 0
    try:
        node: Node | None = yaml.compose(text)
        return node
    except MarkedYAMLError as error:
        if mark := error.problem_mark or error.context_mark:
            line, column = mark.line + first_line, mark.column + 1
        message = "this is not YAML: " + " ".join(part for part in (error.context, error.problem) if part)
    except (YAMLError, ValueError) as error:
        message = "this is not YAML: " + " ".join(str(error).split())[:200]
    except _TooManyError:
        message = TOO_MANY
    except _TooDeepError as error:
        line, column = error.mark.line + first_line, error.mark.column + 1
        message = f"values are nested more than {DEEPEST} deep"
    raise ContentError([Problem(path, line, column, message)])


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
            raise ContentError([self.problem(node, TOO_MANY)])
        if len(at) > DEEPEST:
            raise ContentError([self.problem(node, f"values are nested more than {DEEPEST} deep")])
        if isinstance(node, MappingNode):
            return self.mapping(node, at)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        return self.scalar(node, at)

    def mapping(self, node: MappingNode, at: At) -> dict[str, Any]:
        """The first of two equal keys counts; the second may be meant as one that is missing, so `at` is spoilt."""
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.tell(key_node, at, "a key must be a plain word")
                continue
            key = self.scalar(key_node, at, a_key=True)
            if key in result:
                line = self.document.keys[*at, key][0]
                self.tell(key_node, at, f'the key "{key}" stands twice', f"first on line {line}")
                continue
            self.document.keys[*at, key] = self.place(key_node)
            result[key] = self.value(value_node, (*at, key))
            if not value_node.value and value_node.start_mark.line > key_node.end_mark.line:  # `key:` and nothing
                line, column = self.place(key_node)
                self.document.values[*at, key] = line, column + len(key) + 1
        return result

    def scalar(self, node: Node, at: At, *, a_key: bool = False) -> Any:
        """A plain value; characters that escapes brought in and no page can show are told and replaced."""
        text = str(node.value)
        if match := UNPRINTABLE.search(text):
            name = next((part for part in reversed(at) if isinstance(part, str)), "the file")
            where = "a key" if a_key else name
            self.tell(node, at, f"{where} has the character {code_of(match[0])}, which {NOT_TEXT}", "remove it")
            return UNPRINTABLE.sub("\ufffd", text)
        return text if a_key else _scalar(text, str(node.tag).rsplit(":", 1)[-1])

    def tell(self, node: Node, at: At, message: str, hint: str = "") -> None:
        self.problems.append(self.problem(node, message, hint))
        self.document.spoilt.add(at)

    def place(self, node: Node) -> tuple[int, int]:
        return node.start_mark.line + self.first_line, node.start_mark.column + 1

    def problem(self, node: Node, message: str, hint: str = "") -> Problem:
        line, column = self.place(node)
        return Problem(self.document.path, line, column, message, hint)


def _scalar(text: str, tag: str) -> Any:
    """A scalar by YAML 1.2's core rules; dates and times stay as written, the models read them."""
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if tag == "int" and re.fullmatch(r"[-+]?\d{1,15}", text):
        return int(text)
    if tag == "float" and re.fullmatch(r"[-+]?(\d{1,15}\.\d{0,15}|\.\d{1,15})", text):
        return float(text)
    return text


def read_yaml(path: Path, told: list[Problem] | None = None) -> Document:
    """Read one YAML file. Raises ContentError; `told` as for `parse_yaml`."""
    return parse_yaml(read_text(path), shown(path), told=told)


def read_page(path: Path, told: list[Problem] | None = None) -> tuple[Document, str]:
    """Read Markdown with a YAML head between `---` lines; returns the head and the body. Raises ContentError.

    The head knows where the body begins: its place is that of a value `body`.
    """
    text = read_text(path)
    match = re.match(r"---\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", text, re.DOTALL)
    if not match:
        hint = "start the file with a line ---, title and from, and a line ---"
        raise ContentError([Problem(shown(path), 1, 1, "the page has no head", hint)])
    _refuse_unprintable(text, shown(path))
    if not match[2].strip():
        raise ContentError([Problem(shown(path), 0, 0, "the page has no text")])
    head = parse_yaml(match[1], shown(path), 2, told)
    body = match[2].strip()
    head.values[("body",)] = text.count("\n", 0, text.index(body, match.start(2))) + 1, 1
    return head, body + "\n"
