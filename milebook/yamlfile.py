"""One content file: YAML 1.2 or Markdown read into plain values, with the line and column of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from milebook.errors import ContentError, Problem

LARGEST_FILE = 200_000  # bytes; the largest shipped file has 6,000
MOST_NODES = 20_000  # values in one file once aliases are followed
DEEPEST = 30

At = tuple[str | int, ...]  # the way to a value: ("days", 2)


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


def shown(path: Path) -> str:
    """A path as a person would write it: from the current folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


# ---------------------------------------------------------------- the library


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
