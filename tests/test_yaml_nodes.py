"""YAML as libyaml splits it, read by YAML 1.2: what another reader of YAML 1.2 reads, at the same places."""

from __future__ import annotations

import contextlib
import time
from io import StringIO

import pytest
from common import CONTENT
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml import nodes as theirs

from milebook.content import yaml_advice, yaml_nodes
from milebook.content.yaml_file import parse_yaml
from milebook.core.characters import UNPRINTABLE

RULE = settings(deadline=None, derandomize=True, max_examples=200)
QUICKLY = 2.0  # seconds of work for a file of the largest size
SHIPPED = sorted(CONTENT.rglob("*.yaml"))


def same(ours, other):
    """Whether two readers' nodes say the same and begin at the same places."""
    assert ours.start == (other.start_mark.line, other.start_mark.column)
    if isinstance(ours, yaml_nodes.Mapping):
        assert isinstance(other, theirs.MappingNode)
        pairs = zip(ours.pairs, other.value, strict=True)
        return all(same(a, c) and same(b, d) for (a, b), (c, d) in pairs)
    if isinstance(ours, yaml_nodes.Sequence):
        assert isinstance(other, theirs.SequenceNode)
        return all(same(a, b) for a, b in zip(ours.items, other.value, strict=True))
    assert (ours.text, ours.style or None) == (other.value, other.style)
    if not ours.style:
        assert ours.end == (other.end_mark.line, other.end_mark.column)
    return True


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_file_is_read_as_another_reader_reads_it(path):
    text = path.read_text("utf-8")
    assert same(yaml_nodes.read_nodes(text), YAML(typ="safe", pure=True).compose(text))


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=12).filter(
    lambda text: not UNPRINTABLE.search(text) and yaml_advice.with_plain_blanks(text) == text
)
WORDS = st.sampled_from(
    ["no", "On", "5:40", "1e3", "0x1F", "010", "-8", "2.5", ".5", "~", "null", "Null", "TRUE", "#a"]
)
SINGLE = st.one_of(st.none(), st.booleans(), st.integers(-(10**15) + 1, 10**15 - 1), TEXTS, WORDS)
# A text that begins with a question mark is a key in brackets to libyaml, a text to YAML 1.2; models refuse the key.
SINGLE = SINGLE.filter(lambda value: not (isinstance(value, str) and value.startswith("?")))
KEYS = st.text("abcdefgh-", min_size=1, max_size=8).filter(lambda key: not key.startswith("-"))
VALUES = st.recursive(
    SINGLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@RULE
@given(value=st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), brackets=st.booleans())
def test_what_another_program_writes_is_read_as_it_was(value, brackets):
    yaml, out = YAML(typ="safe", pure=True), StringIO()
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = brackets, True, 60
    yaml.dump(value, out)
    nodes = yaml_nodes.read_nodes(out.getvalue())
    assert not isinstance(nodes, yaml_nodes.Stop), out.getvalue()
    assert parse_yaml(out.getvalue(), "x.yaml", told=[]).data == value


SLOW = {  # of about the largest size that is read
    "lists in lists": "[" * 200_000,
    "groups in groups": "{" * 200_000,
    "pairs in groups": "{a: " * 50_000,
    "pairs in lists": "[a, " * 50_000,
    "dashes": "- " * 100_000,
    "rows of dashes": "- - -\n" * 33_000,
    "long keys": "? " * 100_000,
    "anchors": "&a " * 66_000,
    "anchors of pairs": "a: &a " * 33_000,
    "tags": "!a " * 66_000,
    "directives": "%TAG ! a\n" * 22_000,
    "repeats": "[*a, " * 40_000,
    "escapes": '"' + "\\x41" * 49_000,
    "quotes": "'" * 199_999,
    "empty pairs": "a:\n" * 66_000,
    "equal pairs": "a: b\n" * 40_000,
    "colons": ": " * 100_000,
    "steps of lists": "\n".join(" " * n + "- a" for n in range(600)),
    "steps of pairs": "\n".join(" " * n + "a:" for n in range(600)),
    "empty lines": "a: |" + "\n" * 199_000,
    "a remark": "#" * 199_999,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_file_made_to_be_slow_is_read_or_refused_quickly(name):
    began = time.process_time()
    with contextlib.suppress(yaml_nodes.UnreadableError):
        read = yaml_nodes.read_nodes(SLOW[name])
        assert read is None or isinstance(read, yaml_nodes.Node | yaml_nodes.Stop)
    assert time.process_time() - began < QUICKLY


@pytest.mark.parametrize(
    ("text", "place"), [("a: *b", (0, 3)), ("a: 1\n---\nb: 2\n", (1, 0)), ("a: [1, *b]", (0, 7)), ("a: &x *x", (0, 6))]
)
def test_where_reading_ends_is_told(text, place):
    stop = yaml_nodes.read_nodes(text)
    assert isinstance(stop, yaml_nodes.Stop)
    assert (stop.line, stop.column) == place


def test_what_repeats_itself_ends():
    nodes = yaml_nodes.read_nodes("a: &a [*a]")
    assert isinstance(nodes, yaml_nodes.Mapping)
    ((_, repeated),) = nodes.pairs
    assert isinstance(repeated, yaml_nodes.Sequence)
    assert repeated.items == [repeated] or repeated.items[0] is repeated
