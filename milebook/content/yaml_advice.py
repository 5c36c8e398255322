"""What keeps a file from being read as it was meant: each slip in a coach's words, and the line as it was meant.

The parser says where it gave up, in words of its own. Here the lines up to that place are looked through for what
people write who have never seen YAML; a guess counts only if the text, so mended, is read further than before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from milebook.content.yaml_nodes import Stop
from milebook.core.errors import QuantityError
from milebook.running.dates import AmbiguousDateError, read_date, read_past_date
from milebook.running.distance_readings import read_race_distance
from milebook.running.readings import read_race_time

MOST_SLIPS = 25  # of one file that are told at once
MOST_READ = 120_000  # characters that may be read again to try guesses: less than a second
PLACEMENT = frozenset({"tab", "indent", "dash", "column"})  # slips about where a line begins
LONGEST_SHOWN = 60  # characters of a value in a message

# Kind of slip -> what is told, and what to write instead.
WORDS: Mapping[str, tuple[str, str]] = {
    "told": ("{text}", ""),
    "tab": ("the line begins with a tab", "begin it with blanks, in column {column}"),
    "wide_colon": ("{key} has a colon of another alphabet ({sign})", "write {line}"),
    "equals": ("{key} is followed by {sign}", "write {line}, with a colon"),
    "no_blank": ("a blank is missing after the colon of {key}", "write {line}"),
    "no_colon": ("a colon is missing after {key}", "write {line}"),
    "sign": ("{key} begins with {sign}, which has a meaning of its own here", "put it in quotes: {line}"),
    "colon": ("{key} has a colon in it", "put it in quotes: {line}"),
    "time": ("{key} has a blank in a time", "write {line}"),
    "quotes_inside": ("{key} has quotes inside quotes", "write {line}"),
    "after_quotes": ("{key} goes on after its quotes", "put all of it in quotes: {line}"),
    "open_quote": ("{key} begins with a quote that is not closed", "write {line}"),
    "backslash": ("{key} has a backslash between double quotes", "write {line}"),
    "curly": ("{key} stands between curly quotes, which would be printed", "write straight ones: {line}"),
    "open_bracket": ("the bracket {sign} is not closed", "write {line}"),
    "wrong_bracket": ("the brackets do not match", "write {line}"),
    "after_bracket": ("{key} goes on after its brackets", "put all of it in quotes: {line}"),
    "comma": ("{key} has a comma in it", "put it in quotes: {line}"),
    "no_comma": (
        "a comma is missing before {other}",
        "write {line}{otherwise}",
    ),
    "second_key": (
        "{key} goes on with {other} in the same line",
        "write {other} in a line of its own{otherwise}",
    ),
    "no_key": ('"{text}" has no key', "write {line}"),
    "no_braces": ("the keys of {key} stand in its line without braces", "write {line}"),
    "bracket_inside": ("{key} has a bracket in it", "put it in quotes: {line}"),
    "early_bracket": ("the bracket {sign} stands before the end of {key}", "write {line}"),
    "dash_behind": (
        "{key} begins with a dash, which begins a line of its own",
        "write {line}, or the dash and what follows in the line below",
    ),
    "hash_inside": (
        "a remark begins at # before the bracket is closed",
        "put it in quotes: {line}; or, if it is a remark, close the bracket before it",
    ),
    "hash_empty": ("{key} is empty, as # begins a remark", "put it in quotes: {line}"),
    "hash_cut": (
        "{key} ends before the #, which begins a remark",
        "put it in quotes: {line}; or, if it is a remark, write two blanks before the # and one after it",
    ),
    "dash": ("the line begins with a dash, and the lines it belongs to do not", "take the dash away"),
    "dash_blank": ("a blank is missing after the dash", "write {line}"),
    "dash_in_text": ("the line begins with a dash and yet goes on with the line above", "begin it in column {column}"),
    "key_in_text": ("the line begins with {key} and yet goes on with the line above", "begin it in column {column}"),
    "indent": (
        "the line begins in column {found}, unlike the lines it belongs to",
        "begin it in column {column}",
    ),
    "colon_in_text": ("the text has a colon in it", "write `>-` after the key, and the text in the lines below it"),
    "text_outside": ("the line is no `key: value` and no part of the text above", "{continue_at}"),
    "second_file": ("a line {sign} ends the file, and more follows", "remove the line, or make two files of it"),
    "odd_key": ("a key must be a plain word", "write `key: value`"),
    # where no guess does
    "not_here": ("the line cannot be read from here on", "put texts with a colon, a quote or a bracket in quotes"),
    "column": ("the line does not begin where the lines it belongs to do", "begin it in the same column"),
    "bracket": ("a list or a group in brackets is not finished", "write [one, two] or {{key: value, key: value}}"),
    "quote": ("a quote is not closed", "write the text between two quotes of one kind"),
    "neither": ("the line is no `key: value` and no part of the text above", "write a colon and a blank after the key"),
}
# What the parser calls it -> kind of slip, where no guess does.
_LAST_WORDS: tuple[tuple[str, str], ...] = (
    ("could not find expected ':'", "neither"),
    ("quoted scalar", "quote"),
    ("flow", "bracket"),
    ("expected <block end>", "column"),
    ("<document start>", "column"),
)

_KEYED = re.compile(
    r"(?P<start>\s*(?:- +)*)(?P<key>[A-Za-z][\w-]*)(?P<gap>\s*)(?P<colon>[:：=])(?P<blanks>\s*)(?P<value>.*)"  # noqa: RUF001
)
_ITEM = re.compile(r"(?P<start>\s*(?:- +)+)(?P<value>.*)")
_TEXT_BELOW = re.compile(r"(?:^|[:\s])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_REMARK = re.compile(r"\s{2,}#(?:\s.*)?$")  # one that is meant: two blanks before the sign, one after it
_CURLY = re.compile(r"[“”„‟«»‘’‚‹›]([^“”„‟«»‹›]*)[“”‟«»‘’‹›]")  # noqa: RUF001
_CLOSING = {"[": "]", "{": "}"}
_ODD_BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_BLANK = re.compile(f"[\t{_ODD_BLANKS}\u200b\ufeff]")
_BETWEEN = re.compile(  # odd blanks where they do not belong to a text
    f"^[ {_ODD_BLANKS}\u200b\ufeff]+|(?<=[-:,\\[{{])[ \t{_ODD_BLANKS}]+|[ \t{_ODD_BLANKS}]+(?=[#\\]}}]|$)", re.MULTILINE
)


Words = Mapping[str, object]  # what the places in a message hold


@dataclass(frozen=True)
class Slip:
    """One slip: its line and column (from 0), its kind and the words of the message, and the line as it was meant."""

    line: int
    column: int
    kind: str
    words: Words
    mended: str = ""

    @property
    def message(self) -> str:
        """What is told."""
        return WORDS[self.kind][0].format(**self.words)

    @property
    def hint(self) -> str:
        """What to write instead."""
        return WORDS[self.kind][1].format(**self.words)


Reader = Callable[[str], Stop | None]  # None: all is read


def with_plain_blanks(text: str) -> str:
    """A text with plain blanks in place of those that look alike, wherever they stand between keys and values."""
    if not _ODD_BLANK.search(text):
        return text
    text = re.sub("(?m)^[\u200b\ufeff]+", "", text)
    return _BETWEEN.sub(lambda match: match[0].expandtabs(2) if match[0].isascii() else " " * len(match[0]), text)


def in_quotes(text: str) -> str:
    """A text in the quotes that suit what is in it."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def without_remark(text: str) -> str:
    """A value without what is plainly a remark behind it."""
    return _REMARK.sub("", text).rstrip()


def as_line(key: str, value: str) -> str:
    """How a key or an item of a list is written, a long value shortened."""
    if len(value) > LONGEST_SHOWN:
        value = f"{value[:30]} ... {value[-15:]}"
    return f"{key}: {value}" if key else f"- {value}"


def split_second_file(text: str) -> tuple[str, Slip | None]:
    """A text without the line that would begin a second file in it; what repeats the keys of the first is left out."""
    if "\n---" not in text and "\n..." not in text:
        return text, None
    lines = text.split("\n")
    begun = False
    for number, line in enumerate(lines):
        if begun and re.match(r"(?:---|\.\.\.)(?:\s|$)", line):
            rest = [other for other in lines[number + 1 :] if other.strip() and not other.lstrip().startswith("#")]
            if not rest:
                return "\n".join(lines[:number]), None
            first, second = (set(re.findall(r"(?m)^[\w-]+(?=:)", "\n".join(part))) for part in (lines[:number], rest))
            after = [] if first & second else ["", *lines[number + 1 :]]
            return "\n".join([*lines[:number], *after]), Slip(number, 0, "second_file", {"sign": line[:3]})
        begun = begun or bool(line.strip() and not line.lstrip().startswith(("#", "%", "---")))
    return text, None


def find_slips(text: str, read: Reader) -> tuple[list[Slip], str | None]:
    """Every slip that keeps a text from being read, and the text as it was meant; None where that is not known."""
    slips: list[Slip] = []
    allowed = MOST_READ
    stop = read(text)
    while stop:
        found = _best_guess(text, stop, read, allowed) if len(slips) < MOST_SLIPS else None
        slip = found[0] if found else _last_words(text, stop)
        if slips and {slip.kind, slips[-1].kind} <= PLACEMENT and slip.line - slips[-1].line <= 2:
            return slips, None  # what follows from the guess before
        slips.append(slip)
        if found is None:
            return slips, None
        text, stop, allowed = _with_line(text, slip), found[1], allowed - found[2]
    return slips, text


def _with_line(text: str, slip: Slip) -> str:
    lines = text.split("\n")
    lines[slip.line] = slip.mended
    return "\n".join(lines)


def _best_guess(text: str, stop: Stop, read: Reader, allowed: int) -> tuple[Slip, Stop | None, int] | None:
    """The guess with which the text is read furthest, where reading ends then, and how much was read for it."""
    used = 0
    best: tuple[Slip, Stop] | None = None
    lines = text.split("\n")
    for guesses in (_guesses_near(lines, stop), _guesses_above(lines, stop)):
        for slip in guesses:
            if used >= allowed or used + len(text) > MOST_READ:
                break
            after = read(_with_line(text, slip))
            used += len(text) if after is None else sum(map(len, lines[: after.line + 1]))
            if after is None:
                return slip, None, used
            if after.place > max(best[1].place if best else stop.place, (slip.line, len(slip.mended))):
                best = slip, after
        if best:
            return *best, used
    return None


def _last_words(text: str, stop: Stop) -> Slip:
    kind = next((kind for words, kind in _LAST_WORDS if words in stop.words), "not_here")
    lines = text.split("\n")
    if kind in ("neither", "bracket", "quote") or stop.line >= len(lines) or not lines[stop.line].strip():
        line = min(stop.began, len(lines) - 1)
        return Slip(line, len(lines[line]) - len(lines[line].lstrip()), kind, {})
    return Slip(stop.line, stop.column, kind, {})


# ---------------------------------------------------------------- guesses


def _near(lines: Sequence[str], stop: Stop, texts: set[int]) -> list[int]:
    """The lines that are looked at first: where reading ended, where it began, and the line between."""
    last = min(stop.line, len(lines) - 1)
    near = dict.fromkeys(number for number in (last, stop.began, last - 1) if 0 <= number < len(lines))
    return [n for n in near if n not in texts and lines[n].strip() and not lines[n].lstrip().startswith("#")]


def _guesses_near(lines: Sequence[str], stop: Stop) -> Iterator[Slip]:
    """What may be wrong where reading ended, the likeliest first."""
    texts = _lines_of_texts(lines)
    near = _near(lines, stop, texts)
    for number in near:
        yield from slips_of(number, lines[number])
    for number in near:
        yield from _misplaced(number, lines, texts)


def _guesses_above(lines: Sequence[str], stop: Stop) -> Iterator[Slip]:
    """What may be wrong in all the lines above."""
    texts = _lines_of_texts(lines)
    near = _near(lines, stop, texts)
    for number in range(min(stop.line, len(lines) - 1), -1, -1):
        if number not in near and number not in texts:
            yield from slips_of(number, lines[number])


def _lines_of_texts(lines: Sequence[str]) -> set[int]:
    """The lines of the texts that stand below `key: >-` or `key: |`."""
    found: set[int] = set()
    above: int | None = None
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if above is not None and (not line.strip() or indent > above):
            found.add(number)
            continue
        above = None
        if ("|" in line or ">" in line) and _TEXT_BELOW.search(line):
            above = key_column(line)
    return found


def key_column(line: str) -> int:
    """Where the key of a line begins (from 0), after its dashes."""
    match = re.match(r"\s*(?:- +)*", line)
    return match.end() if match else 0


def slips_of(number: int, line: str) -> Iterator[Slip]:
    """What may be wrong with a line by itself."""
    if match := re.match(r"(\s*)-(?=[A-Za-z\"'\[{])", line):
        told = f"- {line[match.end() :]}"
        yield Slip(number, match.end(1), "dash_blank", {"line": told[:LONGEST_SHOWN]}, match[1] + told)
    match = _KEYED.fullmatch(line)
    if match and (match["value"] or match["colon"] != ":"):
        yield from _slips_of_pair(number, match)
    elif item := _ITEM.fullmatch(line):
        yield from _in_line(number, item["start"], "", item["value"])
    words = re.fullmatch(r"(\s*(?:- +)?)([a-z-]+) +(\S.*)", line)
    if words and not match and words[2] in known_keys():
        told = as_line(words[2], words[3])
        yield Slip(
            number, len(words[1]), "no_colon", {"key": words[2], "line": told}, f"{words[1]}{words[2]}: {words[3]}"
        )


def kind_of(sign: str) -> str:
    """The slip that a sign between a key and its value is."""
    return {":": "no_blank", "=": "equals"}.get(sign, "wide_colon")


def _slips_of_pair(number: int, match: re.Match[str]) -> Iterator[Slip]:
    key, value = match["key"], match["value"]
    if match["colon"] != ":" or not match["blanks"]:
        words = {"key": key, "sign": match["colon"], "line": as_line(key, without_remark(value))}
        yield Slip(number, match.start("colon"), kind_of(match["colon"]), words, f"{match['start']}{key}: {value}")
    else:
        yield from _in_line(number, match.string[: match.start("value")], key, value)


def _in_line(number: int, start: str, key: str, value: str) -> Iterator[Slip]:
    """The slips of a value, each with the whole line as it was meant."""
    remark = _REMARK.search(value)
    text, after = (value[: remark.start()], remark[0]) if remark else (value, "")
    for column, kind, words, mended in _slips_of_value(key, text.rstrip()):
        yield Slip(number, len(start) + column, kind, words, f"{start}{mended}{after}")


_Found = tuple[int, str, Words, str]  # column in the value, kind, words, the value as it was meant


def _slips_of_value(key: str, text: str) -> Iterator[_Found]:
    if text[:1] in _CLOSING:
        yield from _slips_in_brackets(key, text)
    elif key in GROUPS and (pair := re.match(r"([A-Za-z][\w-]*)\s*:\s", text)) and pair[1] in known_keys():
        mended = f"{{{text}}}"
        yield 0, "no_braces", {"key": key, "line": as_line(key, mended)}, mended
    elif key in LISTS and (dash := re.match(r"- +(?=\S)", text)):
        mended = f"[{', '.join(re.split(r',? +- +', text[dash.end() :]))}]"
        yield 0, "dash_behind", {"key": key, "line": as_line(key, mended)}, mended
    elif found := second_key(key, text):
        column, kind, words, _ = found
        yield column, kind, words, in_quotes(text)
    else:
        for column, kind, sign, mended in slips_of_text(text):
            yield column, kind, {"key": key or "the line", "sign": sign, "line": as_line(key, mended)}, mended


def second_key(key: str, text: str, *, in_braces: bool = False) -> _Found | None:
    """That a value goes on with a key that may stand beside its own: `Town mile date: 2027-06-12`.

    In braces a comma was forgotten; else two keys stand in one line.
    """
    keys = re.compile(rf"(?:\s*[;,]\s*|\s+)({'|'.join(sorted(_beside(key))) or '(?!)'})\s*:\s*(?=\S)")
    match = keys.search(text, 1)
    if text[:1] in ('"', "'") or not match:
        return None
    mended = keys.sub(r", \1: ", text)
    otherwise = f"; or, if all of it is the {key}, put it in quotes: {as_line(key, in_quotes(text))}"
    words = {"other": match[1], "line": as_line(key, mended), "otherwise": otherwise if key in TEXTS else ""}
    return match.start(1), "no_comma" if in_braces else "second_key", {"key": key, **words}, mended


def slips_of_text(text: str) -> Iterator[tuple[int, str, str, str]]:
    """What may be wrong with a value that is no list and no group: column, kind, sign, and as it was meant."""
    first = text[:1]
    if first in ('"', "'"):
        yield from _slips_of_quotes(first, text)
    elif first and first in "@`%*&!|>]},?-:#" and text != "-":
        yield 0, "sign", first, in_quotes(text)
    elif re.fullmatch(r"\d{1,2} *: +\d\d(?:[ :.]*\d+)?|\d{1,2} +:\d\d(?:[ :.]*\d+)?", text):
        yield text.index(":"), "time", ":", re.sub(r"\s*:\s*", ":", text)
    elif match := re.search(r":(?=\s|$)", text):
        inner = _CURLY.fullmatch(text)
        yield match.start(), "colon", ":", in_quotes(inner[1] if inner else text)


def _slips_of_quotes(quote: str, text: str) -> Iterator[tuple[int, str, str, str]]:
    inner = text[1:]
    if not inner.endswith(quote):
        if quote not in inner:
            yield 0, "open_quote", quote, in_quotes(inner if quote == '"' else text)
        else:
            yield text.rindex(quote) + 1, "after_quotes", quote, in_quotes(text)
        return
    inner = inner[:-1]
    if quote in inner.replace("''" if quote == "'" else '\\"', ""):
        yield 1 + inner.index(quote), "quotes_inside", quote, in_quotes(inner)
    elif quote == '"' and "\\" in inner:
        yield 1 + inner.index("\\"), "backslash", quote, in_quotes(inner)


def _slips_in_brackets(key: str, text: str) -> Iterator[_Found]:
    """What may be wrong with a value that begins with a bracket: in one of its entries, or with the brackets."""
    for start, end in _entries(text):
        yield from _slips_of_entry(key, text, start, end)
    yield from _brackets_within(text)
    open_at: list[int] = []
    for column, sign in _brackets(text):
        if sign in _CLOSING:
            open_at.append(column)
        elif not open_at or _CLOSING[text[open_at[-1]]] != sign:
            yield _in_brackets(column, "wrong_bracket", key, sign, _matched(text), as_line(key, _matched(text)))
            return
        elif not open_at[:-1] and text[column + 1 :].strip():
            if mended := _without_early(text, column):
                yield _in_brackets(column, "early_bracket", key, sign, mended, as_line(key, mended))
            mended = in_quotes(text)
            yield _in_brackets(column + 1, "after_bracket", key, sign, mended, as_line(key, mended))
            return
        else:
            open_at.pop()
    if open_at:
        mended = text.rstrip(" ,") + "".join(_CLOSING[text[column]] for column in reversed(open_at))
        yield _in_brackets(open_at[-1], "open_bracket", key, text[open_at[-1]], mended, as_line(key, mended))


def _without_early(text: str, column: int) -> str:
    """A list or a group without the bracket that closes it before its end: `{name: Mile}, date: 2027-06-12}`."""
    sign, rest = text[column], text[column + 1 :].rstrip()
    if not re.match(r"\s*,\s*[A-Za-z][\w-]*:\s" if sign == "}" else r"\s*,", rest):
        return ""
    is_closed = [one for _, one in _brackets(text)].count(sign) > text.count({"}": "{", "]": "["}[sign])
    return text[:column] + rest + ("" if is_closed else sign) if is_closed or sign == "}" else ""


def _brackets_within(text: str) -> Iterator[_Found]:
    """Values of a group that have a bracket in them without being a list or a group: `{name: Mile [x], date: ...}`."""
    for pair in re.finditer(r"(?<=[{,])\s*([A-Za-z][\w-]*):\s+", text):
        value = re.match(r"(?:[^\[\]{},\"']|\[[^\[\]{}]*\]|\{[^\[\]{}]*\})+(?=,|\}|\]|$)", text[pair.end() :])
        written = value[0].rstrip() if value else ""
        if re.search(r"[\[{]", written) and not re.fullmatch(r"\[[^\]]*\]|\{[^}]*\}", written):
            better = in_quotes(written)
            mended = text[: pair.end()] + better + text[pair.end() + len(written) :]
            sign = written[re.search(r"[\[{]", written).start()]  # type: ignore[union-attr]
            yield _in_brackets(pair.end(), "bracket_inside", pair[1], sign, mended, as_line(pair[1], better))


def _in_brackets(column: int, kind: str, key: str, sign: str, mended: str, shown: str) -> _Found:
    return column, kind, {"key": key or "the line", "sign": sign, "line": shown}, mended


def _slips_of_entry(key: str, text: str, start: int, end: int) -> Iterator[_Found]:
    """What may be wrong with one entry of a list or a group in brackets."""
    pair = re.match(r"(\s*)([A-Za-z][\w-]*)\s*([:：=])(\s*)", text[start:end])  # noqa: RUF001
    entry = pair[2] if pair else ""
    begin = start + (pair.end() if pair else len(text[start:end]) - len(text[start:end].lstrip()))
    value = text[begin:end].rstrip()

    def with_value(better: str) -> str:
        return text[:begin] + better + text[begin + len(value) :]

    if pair and (pair[3] != ":" or not pair[4]) and value:
        mended = f"{text[: start + pair.end(2)]}: {text[begin:]}"
        yield _in_brackets(start + pair.start(3), kind_of(pair[3]), entry, pair[3], mended, as_line(entry, value))
    elif match := re.search(r"\s#", value):
        mended = with_value(in_quotes(value))
        yield _in_brackets(begin + match.start() + 1, "hash_inside", entry, "#", mended, as_line(key, mended))
    elif entry and (found := second_key(entry, value, in_braces=True)):
        column, kind, words, better = found
        yield begin + column, kind, words, with_value(better)
    else:
        for column, kind, sign, better in slips_of_text(value):
            shown = as_line(entry, better) if entry else as_line(key, with_value(better))
            yield _in_brackets(begin + column, kind, entry or key, sign, with_value(better), shown)


def _matched(text: str) -> str:
    """A list or a group with the brackets that its entries ask for."""
    inner = text.strip("[]{} ")
    return f"{{{inner}}}" if re.search(r"[A-Za-z]:(\s|$)", inner) else f"[{inner}]"


def _outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    """The signs of a text that are not within quotes, with their columns."""
    column = 0
    while column < len(text):
        quoted = None
        if text[column] in "\"'" and re.search(r"(?:^|[\[{,:])\s*$", text[:column]):
            quoted = re.compile(f"{text[column]}.*?{text[column]}(?=\\s*(?:[,\\]}}:]|$))").match(text, column)
        if quoted:
            column = quoted.end()
        else:
            yield column, text[column]
            column += 1


def _brackets(text: str) -> Iterator[tuple[int, str]]:
    return ((column, sign) for column, sign in _outside_quotes(text) if sign in "[]{}")


def _entries(text: str) -> Iterator[tuple[int, int]]:
    """Where the entries of a list or a group in brackets begin and end; those that hold others are left out."""
    start = 0
    for column, sign in (*_outside_quotes(text), (len(text), ",")):
        if sign in ",[]{}":
            if text[start:column].strip() and sign not in "[{":
                yield start, column
            start = column + 1


def _misplaced(number: int, lines: Sequence[str], texts: set[int]) -> Iterator[Slip]:
    """Guesses about where a line begins, and whether it goes on with the text above it."""
    line = lines[number]
    found, body = len(line) - len(line.lstrip()), line.strip()
    kind = "tab" if "\t" in line[:found] else "indent"
    columns, above = _columns_above(number, lines, texts)
    if kind == "tab":
        columns = list(dict.fromkeys((*columns, *(len(line[:found].expandtabs(width)) for width in (2, 4, 8)))))
    keyed = _KEYED.fullmatch(line)
    if match := re.match(r"(\s*)- +(?=[A-Za-z][\w-]*:)", line):
        yield Slip(number, found, "dash", {}, match[1] + line[match.end() :])
    goes_on = above is not None and found > columns[0] and bool(re.search(r":\s+[^\s|>\"'\[{]", lines[above]))
    if goes_on and ": " in body and not (keyed and keyed["key"] in known_keys()):
        yield Slip(number, line.index(": "), "colon_in_text", {}, line.replace(": ", ":"))
    if keyed or body.startswith("- "):
        for column in columns:
            if column != found or kind == "tab":
                words = {"found": found + 1, "column": column + 1}
                yield Slip(number, 0 if kind == "tab" else found, kind, words, " " * column + line.lstrip())
    elif above is not None and not body.startswith(("- ", "{", "[")):
        column = _indent_of_text(number, lines, texts) or columns[0] + 2
        told = f"begin it in column {column + 1}, if it belongs to the text"
        yield Slip(number, found, "text_outside", {"continue_at": told}, " " * column + body.replace(": ", ":"))


def _indent_of_text(number: int, lines: Sequence[str], texts: set[int]) -> int:
    """How far the text right above a line is indented; 0 where there is none."""
    indent = 0
    while number - 1 in texts:
        number -= 1
        indent = len(lines[number]) - len(lines[number].lstrip()) or indent
    return indent


def _columns_above(number: int, lines: Sequence[str], texts: set[int]) -> tuple[list[int], int | None]:
    """The columns a line may begin in, the likeliest first, and the line above it."""
    columns: list[int] = []
    above: int | None = None
    for other in range(number - 1, max(-1, number - 200), -1):
        line = lines[other]
        if other in texts or not line.strip() or line.lstrip().startswith("#"):
            continue
        indent, key = len(line) - len(line.lstrip(" ")), key_column(line)
        if above is None:
            above = other
            columns += [key + 2] if line.rstrip().endswith(":") else []
        columns += [key, indent]
    return list(dict.fromkeys([*columns, 0]))[:6], above


@cache
def known_keys() -> frozenset[str]:
    """Every key a coach may write."""
    from milebook.content.guidance import GUIDANCE  # only where something is wrong

    return frozenset(key for keys in GUIDANCE.values() for key in keys)


@cache
def _beside(key: str) -> frozenset[str]:
    """The keys that may stand beside a key."""
    from milebook.content.guidance import GUIDANCE

    return frozenset(other for keys in GUIDANCE.values() if key in keys for other in keys if other != key)


def key_meant(group: str, text: str, present: Collection[str]) -> tuple[str, str]:
    """The key that a value in braces was meant for, and the value, where it has none: `date 2027-06-12`, `27:30`."""
    key, _, value = text.partition(" ")
    if key in known_keys() and key not in present and value:
        return key, value.strip()
    for key, read in _READERS.get(group, {}).items():
        try:
            if key not in present and (key != "name" or not present):
                read(text)
                return key, text
        except AmbiguousDateError:
            return key, text
        except QuantityError:
            continue
    return "", ""


_READERS: Mapping[str, Mapping[str, Callable[[object], object]]] = {
    "result": {
        "date": read_past_date,
        "distance": read_race_distance,
        "time": lambda text: read_race_time(text, None),
    },
    "race": {"date": read_date, "name": str},
}
# Keys of groups, of lists, and of texts in which any words may stand.
GROUPS = frozenset({"race", "result", "run", "recover", "strides", "one-hard"})
TEXTS = frozenset({"name", "title", "lead", "purpose", "why", "choice", "text", "note", "where", "role", "contact"})
LISTS = frozenset({"days", "lengths", "weeks", "sessions", "steps", "kinds", "tips", "items", "groups", "after"})


# ---------------------------------------------------------------- what is read, and not as it was meant


def curly(key: str, text: str) -> tuple[str, Words] | None:
    """That a value stands between curly quotes as if they were quotes."""
    match = _CURLY.fullmatch(text)
    return ("curly", {"key": key, "line": as_line(key, in_quotes(match[1]))}) if match else None
