"""One content file: YAML 1.2 or Markdown read into plain values, with the line and column of each."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from milebook.content import yaml_advice
from milebook.content.yaml_advice import Slip, Words
from milebook.content.yaml_nodes import (
    DEEPEST,
    MOST_NODES,
    TOO_DEEP,
    TOO_MANY,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Stop,
    UnreadableError,
    read_nodes,
)
from milebook.core.characters import UNPRINTABLE, code_of
from milebook.core.errors import ContentError, Problem

LARGEST_FILE = 200_000  # bytes; the largest shipped file has 6,000
NOT_TEXT = "does not belong in a text"

_KNOWN_TAG = re.compile(r"!!(?:str|int|float|bool|null|map|seq)(?:\s|$)|&\S+\s+!!")

At = tuple[str | int, ...]  # the way to a value: ("days", 2)


@dataclass
class Document:
    """One file read: its plain values and where each stands (line and column from 1).

    `spoilt` are the places already told about: what the models say about the same place is the same mistake again.
    `written` has texts without quotes that YAML takes for something else: `Null`, `True`, `0123`. `cut` has the places
    of a `#` that may have cut a text short, with the text as it was perhaps meant.
    """

    path: str
    data: Any
    keys: dict[At, tuple[int, int]]
    values: dict[At, tuple[int, int]]
    spoilt: set[At] = field(default_factory=set)
    written: dict[At, str] = field(default_factory=dict)
    cut: dict[At, tuple[int, int, str]] = field(default_factory=dict)

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
    found = _read_nodes(text)
    problems = [_told(slip, path, first_line) for slip in found.slips]
    if found.node is None:
        raise ContentError(problems or [Problem(path, 0, 0, "the file is empty")])
    plain = _Plain(Document(path, None, {}, {}), found, first_line)
    plain.document.data = plain.value(found.node, ())
    if not (plain.problems and any(slip.kind in yaml_advice.PLACEMENT for slip in found.slips)):
        problems += plain.problems
    else:  # what a guess about a line's place may have brought about is not told
        raise ContentError(problems)
    if told is not None:
        told.extend(problems)
    elif problems:
        raise ContentError(problems)
    return plain.document


def _told(slip: Slip, path: str, first_line: int) -> Problem:
    return Problem(path, slip.line + first_line, slip.column + 1, slip.message, slip.hint)


def _refuse_unprintable(text: str, path: str, first_line: int = 1) -> None:
    if match := UNPRINTABLE.search(text):
        line = text.count("\n", 0, match.start()) + first_line
        column = match.start() - text.rfind("\n", 0, match.start())
        raise ContentError([Problem(path, line, column, f"the character {code_of(match[0])} {NOT_TEXT}", "remove it")])


@dataclass(frozen=True)
class _Found:
    """The nodes of a text, which nobody changes; what was told of it, and the lines as they were meant."""

    node: Node | None
    slips: tuple[Slip, ...] = ()
    lines: tuple[str, ...] = ()


def _read_nodes(text: str) -> _Found:
    """The nodes of a text, mended where it is plain what was meant."""
    read: dict[str, Node | None] = {}

    def stops(tried: str) -> Stop | None:
        node = read_nodes(tried)
        if isinstance(node, Stop):
            return node
        read[tried] = node
        return None

    text, second = yaml_advice.split_second_file(yaml_advice.with_plain_blanks(text))
    slips = [second] if second else []
    try:
        more, meant = yaml_advice.find_slips(text, stops)
    except UnreadableError as error:  # no mending helps
        return _Found(None, (*slips, Slip(error.line, error.column, "told", {"text": error.message})))
    slips += more
    return _Found(None if meant is None else read[meant], tuple(slips), tuple((meant or text).split("\n")))


class _Plain:
    """Turns YAML nodes into plain values, noting positions; counts what aliases repeat, so that a bomb is refused."""

    def __init__(self, document: Document, found: _Found, first_line: int) -> None:
        self.document, self.lines, self.first_line = document, found.lines, first_line
        self.problems: list[Problem] = []
        self.nodes = 0
        self.in_parts: At = ()  # the text with commas that was told last

    def value(self, node: Node, at: At) -> Any:
        self.document.values[at] = self.place(node)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ContentError([self.problem(node, TOO_MANY)])
        if len(at) > DEEPEST:
            raise ContentError([self.problem(node, TOO_DEEP)])
        line, column = node.start
        if self.lines[line][column : column + 1] in ("&", "!"):
            self.look_at_sign(node, at)
        if isinstance(node, Mapping):
            return self.mapping(node, at)
        if isinstance(node, Sequence):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.items)]
        assert isinstance(node, Scalar)
        return self.scalar(node, at)

    def mapping(self, node: Mapping, at: At) -> dict[str, Any]:
        """The first of two equal keys counts; the second may be meant as one that is missing, so `at` is spoilt."""
        result: dict[str, Any] = {}
        before: tuple[str, Node] | None = None
        present = {key.text for key, value in node.pairs if isinstance(key, Scalar) and not _is_bare(value)}
        for key_node, value_node in node.pairs:
            if not isinstance(key_node, Scalar):
                self.tell_slip(key_node, at, "odd_key", {})
                continue
            if node.in_brackets and _is_bare(value_node) and self.without_colon(key_node, before, at, result, present):
                continue
            key = self.scalar(key_node, at, a_key=True)
            before = key, value_node
            if key in result:
                line = self.document.keys[*at, key][0]
                self.tell(key_node, at, f'the key "{key}" stands twice', f"first on line {line}")
                continue
            self.document.keys[*at, key] = self.place(key_node)
            result[key] = self.value(value_node, (*at, key))
            if isinstance(value_node, Scalar) and not value_node.text:
                self.empty_value(key, key_node, value_node, (*at, key))
            elif isinstance(value_node, Scalar) and not value_node.style and ":" in value_node.text:
                found = yaml_advice.second_key(key, value_node.text, in_braces=node.in_brackets)
                if found:  # `Town mile date:2027-06-12`, without the blank that would make it unreadable
                    self.tell_slip(value_node, (*at, key), found[1], found[2])
        return result

    def empty_value(self, key: str, key_node: Scalar, value_node: Scalar, at: At) -> None:
        """`key:` and nothing is told on the line of its key, and so is a value that # has turned into a remark."""
        line, column = self.place(key_node)
        last, end = key_node.end
        if value_node.start[0] > last:
            self.document.values[at] = line, column + len(key) + 1
        rest = self.lines[last][end:]
        if not value_node.style and (match := re.fullmatch(r"\s*:\s+(#[^\s#=-].*)", rest)):
            text, *remark = re.split(r"\s+#\s+", yaml_advice.without_remark(match[1]), maxsplit=1)
            written = "  # ".join([yaml_advice.as_line(key, yaml_advice.in_quotes(text)), *remark])
            self.tell_slip(key_node, at, "hash_empty", {"key": key, "line": written}, match.start(1) + len(key))

    def without_colon(
        self, node: Scalar, before: tuple[str, Node] | None, at: At, result: dict[str, Any], present: set[str]
    ) -> bool:
        """What stands in a group without a colon of its own: `{name:Sam}`, or the rest of a text with a comma."""
        last, end = node.end
        if self.lines[last][end:].lstrip().startswith(":"):
            return False
        if match := re.fullmatch(r"([A-Za-z][\w-]*)\s*([:：=])\s*(.+)", node.text):  # noqa: RUF001
            key = match[1]
            words = {"key": key, "sign": match[2], "line": yaml_advice.as_line(key, match[3])}
            self.tell_slip(node, (*at, key), yaml_advice.kind_of(match[2]), words, match.start(2))
            self.document.keys[*at, key] = self.document.values[*at, key] = self.place(node)
            result[key] = match[3]
            return True
        group = at[-1] if at and isinstance(at[-1], str) else ""
        key, value = yaml_advice.key_meant(group, node.text, present | set(result)) if not node.style else ("", "")
        if key:
            kind = "no_key" if value == node.text else "no_colon"
            words = {"key": key, "text": node.text, "line": yaml_advice.as_line(key, value)}
            self.tell_slip(node, (*at, key), kind, words)
            self.document.keys[*at, key] = self.document.values[*at, key] = self.place(node)
            result[key] = value
            return True
        if before and isinstance(before[1], Scalar) and not before[1].style:
            key, (first, begin) = before[0], before[1].start
            if (*at, key) == self.in_parts:  # `{name: Mile, the big one, again}` is told once, with all of it
                self.problems.pop()
            self.in_parts = (*at, key)
            text = self.lines[first][begin:end] if first == last else f"{before[1].text}, {node.text}"
            line = yaml_advice.as_line(key, yaml_advice.in_quotes(text))
            self.tell_slip(node, (*at, key), "comma", {"key": key, "line": line})
            return True
        return False

    def scalar(self, node: Scalar, at: At, *, a_key: bool = False) -> Any:
        """A plain value; characters that escapes brought in and no page can show are told and replaced."""
        text = node.text
        if match := UNPRINTABLE.search(text):
            name = next((part for part in reversed(at) if isinstance(part, str)), "the file")
            where = "a key" if a_key else name
            self.tell(node, at, f"{where} has the character {code_of(match[0])}, which {NOT_TEXT}", "remove it")
            return UNPRINTABLE.sub("\ufffd", text)
        if a_key:
            return text
        if not node.style:
            self.look_at(node, at)
        elif node.style in ("'", '"') and node.end[0] > node.start[0]:
            self.look_at_quoted(node, at)
        value = node.value
        if text and not isinstance(value, str) and text not in ("~", "null"):
            self.document.written[at] = text
        return value

    def look_at(self, node: Scalar, at: At) -> None:
        """What may not be as it was meant in a text without quotes."""
        text, (first, _), (last, end) = node.text, node.start, node.end
        key = next((part for part in reversed(at) if isinstance(part, str)), "the line")
        if said := yaml_advice.curly(key, text):
            self.tell_slip(node, at, *said)
        if not text or last >= len(self.lines):
            return
        for number in range(first + 1, last + 1):
            self.look_at_next_line(number, at, first)
        rest = self.lines[last][end:]
        if "#" in rest and (match := re.match(r"(\s+)#.*", rest)):
            meant = len(match[1]) > 1 and re.match(r"\s+#(?:\s|$)", rest)
            if not meant and not isinstance(node.value, int | float):
                place = last + self.first_line, end + len(match[1]) + 1
                self.document.cut[at] = *place, text + rest.rstrip()

    def look_at_quoted(self, node: Scalar, at: At) -> None:
        """A text in quotes that has keys of its own in it: a quote that was not closed, and ends at the next one."""
        (first, column), (last, _) = node.start, node.end
        pairs = (re.match(r"\s*(?:- )?([a-z-]+):(?:\s|$)", line) for line in self.lines[first + 1 : last + 1])
        if any(pair and pair[1] in yaml_advice.known_keys() for pair in pairs):
            key = next((part for part in reversed(at) if isinstance(part, str)), "the line")
            written = yaml_advice.without_remark(self.lines[first][column + 1 :])
            line = yaml_advice.as_line(key, yaml_advice.in_quotes(written))
            self.tell_slip(node, at, "open_quote", {"key": key, "line": line})

    def look_at_sign(self, node: Node, at: At) -> None:
        """A value that begins with & or !, which would be lost: a coach means the sign itself."""
        (first, column), (last, end) = node.start, node.end
        written = self.lines[first][column : end if last == first else None].rstrip()
        repeated = re.compile(rf"(?:[-:,\[{{]\s+|[\[{{])\*{re.escape(node.anchor)}\s*(?:[,\]}}]|\s#|$)")
        used = node.anchor and any(map(repeated.search, self.lines))
        if not used and not _KNOWN_TAG.match(written):
            key = next((part for part in reversed(at) if isinstance(part, str)), "the line")
            line = yaml_advice.as_line(key, yaml_advice.in_quotes(written))
            self.tell_slip(node, at, "sign", {"key": key, "sign": written[0], "line": line})

    def look_at_next_line(self, number: int, at: At, first: int) -> None:
        """A line that goes on with a text, and yet looks as if it began something of its own."""
        line = self.lines[number]
        column = len(line) - len(line.lstrip())
        pair = re.match(r"\s*([a-z-]+)[:：=]\S", line)  # noqa: RUF001
        if line.lstrip().startswith("- "):
            words: Words = {"column": max(1, self.lines[first].find("-") + 1)}
            self.tell_slip_at(number, column, at, "dash_in_text", words)
        elif pair and pair[1] in yaml_advice.known_keys():
            words = {"key": pair[1], "column": yaml_advice.key_column(self.lines[first]) + 1}
            self.tell_slip_at(number, column, at, "key_in_text", words)

    def tell_slip(self, node: Node, at: At, kind: str, words: Words, further: int = 0) -> None:
        line, column = node.start
        self.tell_slip_at(line, column + further, at, kind, words)

    def tell_slip_at(self, line: int, column: int, at: At, kind: str, words: Words) -> None:
        self.problems.append(_told(Slip(line, column, kind, words), self.document.path, self.first_line))
        self.document.spoilt.add(at)

    def tell(self, node: Node, at: At, message: str, hint: str = "") -> None:
        self.problems.append(self.problem(node, message, hint))
        self.document.spoilt.add(at)

    def place(self, node: Node) -> tuple[int, int]:
        line, column = node.start
        return line + self.first_line, column + 1

    def problem(self, node: Node, message: str, hint: str = "") -> Problem:
        line, column = self.place(node)
        return Problem(self.document.path, line, column, message, hint)


def _is_bare(node: Node) -> bool:
    """Whether a key has no value."""
    return isinstance(node, Scalar) and not node.text


def parse_page(text: str, path: str, told: list[Problem] | None = None) -> tuple[Document, str]:
    """Read Markdown with a YAML head between `---` lines; returns the head and the body. Raises ContentError.

    The head knows where the body begins: its place is that of a value `body`.
    """
    match = re.match(r"---\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", text, re.DOTALL)
    if not match:
        hint = "start the file with a line ---, title and from, and a line ---"
        raise ContentError([Problem(path, 1, 1, "the page has no head", hint)])
    _refuse_unprintable(text, path)
    if not match[2].strip():
        raise ContentError([Problem(path, 0, 0, "the page has no text")])
    head = parse_yaml(match[1], path, 2, told)
    body = match[2].strip()
    head.values[("body",)] = text.count("\n", 0, text.index(body, match.start(2))) + 1, 1
    return head, body + "\n"
