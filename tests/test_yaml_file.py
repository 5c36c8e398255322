"""One file read: plain values with their places, or every reason why not."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path

import pytest
from common import read_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.content.yaml_file import LARGEST_FILE, parse_page, parse_yaml, read_text, shown
from milebook.core.errors import ContentError

RULE = settings(deadline=None, derandomize=True, max_examples=150)
QUICKLY = 5.0  # seconds of work; a file that is not refused takes minutes


def refusal(read, *args):
    """What is told about something that must be refused."""
    with pytest.raises(ContentError) as refused:
        read(*args)
    return [str(problem) for problem in refused.value.problems]


def bomb(levels=9):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefghijkl", "bcdefghijklm", strict=True)]
    return "\n".join(lines[:levels])


# What a person may write


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5:30", "5:30"),
        ("1:45:10", "1:45:10"),
        ('"5:30"', "5:30"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("8", 8),
        ("-8", -8),
        ("010", 10),
        ("5.40", 5.4),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2027-06-12", "2027-06-12"),
        ("2027-06-12 10:00:00", "2027-06-12 10:00:00"),
        ("9" * 400, "9" * 400),
        ("75–80 %", "75–80 %"),
        ("[1, {a: b}]", [1, {"a": "b"}]),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_values_are_read_as_a_person_means_them(text, value):
    found = parse_yaml(f"key: {text}", "x.yaml").data["key"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["%YAML 1.1\n---\nkey: 5:30", "%YAML 1.1\n---\nkey: 0o10"])
def test_a_file_that_says_it_is_yaml_1_1_is_read_alike(text):
    assert parse_yaml(text, "x.yaml").data["key"] == text.rpartition(" ")[2]


@pytest.mark.parametrize("word", ["yes", "on", "y"])
def test_a_word_for_true_is_never_read_as_false(word):
    for text in (f"%YAML 1.1\n---\nkey: {word}", f"key: !!bool {word}"):
        assert parse_yaml(text, "x.yaml").data["key"] is not False


def test_an_alias_repeats_its_value():
    assert parse_yaml("a: &x [1, 2]\nb: *x", "x.yaml").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbfa: 1\r\nb: [2]\r\n", b"a: 1\rb: [2]\r", b"a: 1\nb: [2]"])
def test_bom_and_any_line_ending_are_welcome(tmp_path, raw):
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    document = read_yaml(path)
    assert document.data == {"a": 1, "b": [2]}
    assert document.values["b", 0] == (2, 5)


# Where it stands


def test_every_key_and_value_has_its_place():
    document = parse_yaml("a:\n  - b: 1\n    é: [2, 3]\n", "x.yaml")
    assert document.keys == {("a",): (1, 1), ("a", 0, "b"): (2, 5), ("a", 0, "é"): (3, 5)}
    assert document.values["a", 0, "é", 1] == (3, 12)
    assert str(document.problem(("a", 0, "é", 1), "odd", "make it even")) == "x.yaml:3:12: odd; make it even"


@pytest.mark.parametrize("text", ["name:\nlevel: beginner", "level: beginner\nname:\n\n# the end", "name: # none"])
def test_an_empty_value_is_told_on_the_line_of_its_key(text):
    document = parse_yaml(text, "x.yaml")
    assert document.values["name",][0] == document.keys["name",][0]


def test_something_missing_is_told_where_it_belongs():
    document = parse_yaml("a:\n  b: {c: 1}\n", "x.yaml")
    assert str(document.problem(("a", "b", "d"), "d is missing")) == "x.yaml:2:6: d is missing"
    assert str(document.problem(("z",), "z is missing")) == "x.yaml:1:1: z is missing"


def test_the_head_of_a_page_keeps_the_line_numbers_of_the_file(tmp_path):
    path = tmp_path / "x.md"
    path.write_text("---\ntitle: A\nfrom: me\n---\n\nText.\n\n---\n\nMore.\n")
    head, body = parse_page(read_text(path), shown(path))
    assert head.values["from",] == (3, 7)
    assert body == "Text.\n\n---\n\nMore.\n"


def test_a_path_is_shown_from_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "content" / "x.yaml") == "content/x.yaml"
    assert shown(tmp_path.parent) == str(tmp_path.parent)


# What is refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1", "x.yaml:1:4: the bracket [ is not closed; write a: [1]"),
        ("a: *b", 'x.yaml:1:4: a begins with *, which has a meaning of its own here; put it in quotes: a: "*b"'),
        ("a: 1\nb: 2\na: 3", 'x.yaml:3:1: the key "a" stands twice; first on line 1'),
        ("a: {b: 1, b: 2}", 'x.yaml:1:11: the key "b" stands twice; first on line 1'),
        ("[a]: b", "x.yaml:1:1: a key must be a plain word; write `key: value`"),
        ("", "x.yaml: the file is empty"),
        ("# only a remark\n", "x.yaml: the file is empty"),
        ("a: &a [*a]", "x.yaml:1:4: values are nested more than 30 deep"),
        ("[" * 40 + "]" * 40, "x.yaml:1:32: values are nested more than 30 deep"),
        (bomb(), "x.yaml:1:4: the file has more than 20,000 values (repeats counted)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_column(text, told):
    assert refusal(parse_yaml, text, "x.yaml") == [told]


def test_every_repeated_key_is_told():
    told = refusal(parse_yaml, "a: 1\na: 2\nb: {c: 1, c: 2}\na: 3", "x.yaml")
    assert [line.split(": ")[0] for line in told] == ["x.yaml:2:1", "x.yaml:3:11", "x.yaml:4:1"]


@pytest.mark.parametrize(
    "written", ["x\x00", "x\x1b", "x\x85", "x\x9b", "x\u2028", "x\u202e", "x\ufdd0", "x\ufffe", "x\U0001ffff"]
)
def test_a_character_that_does_not_belong_is_told_with_line_and_column(written):
    (told,) = refusal(parse_yaml, f"a: 1\nb: {written}", "x.yaml")
    assert told.startswith("x.yaml:2:5: ")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"a: 1\nb: Zo\xeb\n", ":2:6: byte 0xeb is not UTF-8; save as UTF-8"),
        ("a: 1".encode("utf-16"), ":1:1: byte 0xff is not UTF-8; save as UTF-8"),
        (b"x" * 10_000_000, ": the file has 10,000,000 bytes; a content file has at most 200,000"),
        (b"", ": the file is empty"),
    ],
)
def test_a_file_that_cannot_be_text_is_refused(tmp_path, monkeypatch, raw, told):
    monkeypatch.chdir(tmp_path)
    Path("x.yaml").write_bytes(raw)
    assert refusal(read_yaml, Path("x.yaml")) == [f"x.yaml{told}"]


def test_a_folder_a_missing_file_and_a_loop_of_links_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("folder.yaml").mkdir()
    Path("dead.yaml").symlink_to("nowhere.yaml")
    assert refusal(read_text, Path("folder.yaml")) == ["folder.yaml: a folder lies where a file belongs"]
    assert refusal(read_text, Path("gone.yaml")) == ["gone.yaml: cannot be read: No such file or directory"]
    assert refusal(read_text, Path("dead.yaml"))[0].endswith("cannot be read: No such file or directory")


def test_a_link_to_itself_is_told(tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (told,) = refusal(read_text, tmp_path / "loop.yaml")
    assert "loop.yaml: cannot be read: Too many levels of symbolic links" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    pipe = tmp_path / "x.yaml"
    os.mkfifo(pipe)
    told = []

    def read():
        try:
            read_text(pipe)
        except ContentError as error:
            told.append(str(error))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(0.5)
    if reader.is_alive():  # let it go
        os.close(os.open(pipe, os.O_WRONLY))
        reader.join()
    assert told


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_file_without_permission_is_told(tmp_path):
    (tmp_path / "x.yaml").touch(mode=0)
    assert refusal(read_text, tmp_path / "x.yaml")[0].endswith("cannot be read: Permission denied")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "x.md:1:1: the page has no head; start the file with a line ---, title and from, and a line ---"),
        ("Text.\n", "x.md:1:1: the page has no head; start the file with a line ---, title and from, and a line ---"),
        ("---\ntitle: A\n", "x.md:1:1: the page has no head; start the file with a line ---, title and from, "
         "and a line ---"),
        ("---\ntitle: A\n---\n\n", "x.md: the page has no text"),
        ("---\ntitle: [A\n---\nText.\n", "x.md:2:8: the bracket [ is not closed; write title: [A]"),
        ("---\ntitle: A\ntitle: B\n---\nText.\n", 'x.md:3:1: the key "title" stands twice; first on line 2'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_page_is_told(tmp_path, monkeypatch, text, told):
    monkeypatch.chdir(tmp_path)
    Path("x.md").write_text(text)
    assert refusal(lambda: parse_page(read_text(Path("x.md")), "x.md")) == [told]


@pytest.mark.parametrize(
    "text",
    [
        bomb(12),
        "a: " + "[" * 400,
        "[" + "a: b," * (LARGEST_FILE // 6) + "]",
    ],
    ids=["alias bomb", "lists", "pairs"],
)
def test_a_file_made_to_be_slow_is_refused_quickly(text):
    start = time.process_time()  # of this process, whatever else the machine does
    assert refusal(parse_yaml, text, "x.yaml")
    assert time.process_time() - start < QUICKLY


# Whatever is written

SCRAPS = st.sampled_from(
    [
        *(
            "a",
            ":",
            " ",
            "\n",
            "- ",
            "  ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "#",
            "&a ",
            "*a",
            "!",
            "!!int ",
            "|",
            ">",
            "%",
            "'",
        ),
        *('"', "\t", "\x00", "\x85", "\ufeff", "---\n", "...\n", "? ", "<<: ", "0", "5:30", "\\", '"\\ud800"', "é"),
        "%YAML 1.1\n",
    ]
)


def outcome(read, *args):
    """What was read, or the problems told. Anything but a ContentError fails the test."""
    try:
        return read(*args), ()
    except ContentError as error:
        return None, error.problems


@RULE
@given(st.lists(SCRAPS, max_size=30).map("".join))
def test_any_text_is_read_or_refused_in_words(text):
    document, problems = outcome(parse_yaml, text, "x.yaml")
    assert all(re.match(r"x\.yaml(:[1-9]\d*:[1-9]\d*)?: .", str(problem)) for problem in problems)
    if document:
        assert set(document.keys) <= set(document.values)
        assert all(line > 0 and column > 0 for line, column in document.values.values())


@settings(RULE, max_examples=50)
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(raw)
    text, problems = outcome(read_text, path)
    assert "is not UTF-8" in str(problems) if problems else "\r" not in text
