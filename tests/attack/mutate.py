"""Ways to spoil an input: bytes, words, numbers, nesting, odd letters, repeats. All comes from the random given."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

NUMBERS = (
    *("0", "-1", "-0", "1e309", "1e-309", "NaN", ".inf", "-.inf", "0x10", "0o17", "1_000", "00", "1.", ".5", "1e5"),
    *("999", "1000000", "2147483648", "9223372036854775808", "9" * 40, "9" * 5000, "0." + "0" * 400 + "1", "1/0"),
    *("٣", "½", "²", "１２", "1\u00a0000", "1:60", "0:00", "99:99:99", "-5:00", "1e3 km", "0.000001 m", "1000000 mi"),
    *("0001-01-01", "9999-12-31", "2027-02-30", "10000-01-01", "-2027-01-01", "1970-01-01", "100 %", "-1 %", "1000 %"),
)
WORDS = (
    *("", " ", "null", "~", "true", "no", "{}", "[]", "''", '""', "|", ">", "&a", "*a", "!!python/object:os.system id"),
    *("!!binary AAAA", "!!set {a}", "<<: *a", "%YAML 1.1", "---", "...", "\t", "@", "`", "? a", "- - - a", "a: b: c"),
    *("../../etc/passwd", "/", "CON", "\\", "${HOME}", "{{ 7*7 }}", "{% raw %}", "<script>alert(1)</script>", "</svg>"),
    *("]]>", "<!--", "&#0;", "&#x1b;", "=1+1", "＝1+1", "@SUM(A1)", "javascript:alert(1)", "http://[a", "https://["),
    *("//",),
    *("[x](http://[a)", "[x](https://a:b)", "[x](mailto:[)", "[x]: http://[", "<http://[a>", "![x](data:,x)", "[x](#)"),
    *("[x](<a b>)", "| a | b |\n|---|", "```", "    code", "# " * 50, "***", "___a__b_*c*", "1. " * 40, "`" * 99),
    *("beginner", "mile", "reps-400", "rest", "race-day", "editorial", "tue", "mon", "7", "30", "a" * 5000, "é" * 300),
)
LETTERS = (
    *("\x00", "\x07", "\x08", "\x0b", "\x0c", "\r", "\x1b[2J", "\x7f", "\x85", "\x9b", "\u00ad", "\u200b", "\u200f"),
    *("\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\ufffe", "\uffff", "\ufdd0", "\U0010ffff", "\U000e0001"),
    *("a" + "\u0301" * 300, "\u1112\u1161\u11ab", "👩‍👩‍👧‍👦", "ﷺ", "𝔉", "ß", "ı", "İ", "ſ", "\u0345", "עברית", "中"),
    *("＝", "﹦"),
)
RAW = (
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x80",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\xfe\xff",
    b"\r",
)
REPEATED = (
    *("1.1", "![", "[", "](", "[a](", "[a][", "*", "**", "*a", "_ ", "__a", "`", "`a", "<", "<a ", "&", "&#", "&amp;"),
    *("- ", "1. ", "> ", ">", "# ", "|", "|-", "\\", "\\[", "a ", "a", "é", "\n", "\n\n", "    ", "\t", "--", "..."),
    *("'s ",),
    *("8 x 200 m ", "1-2", "60-90 s ", "http://a ", "<http://a>", "[a]: b\n", "[^1]", "***a", "\n- a\n  - "),
    *("\n> a", "\n\n    a"),
    *("{", "[", "[[", "{a: ", "a: \n ", "? ", "- - ", "&a ", "!!a ", "'", '"', ", ", ": ", "\n\n---\n", "|\n", "~ "),
)
DEEP = (
    *(("[", "]"), ("{a: ", "}"), ("> ", ""), ("- ", ""), ("1. ", ""), ("*", "*"), ("**a ", " b**"), ("[", "](a)")),
    *(("(", ")"), ("`", "`"), ("_a ", " b_"), ("# ", ""), ("<b>", "</b>"), ("[[", "]]"), ("&a [", "]")),
)
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + chr(ord(name) - 1)] * 9)}]\n" for name in "bcdefghi"
)
LARGEST = 199_000  # bytes: the program takes files of up to 200,000


def spoil(text: bytes, random: Random) -> bytes:
    """An input, spoilt in one to three ways."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice(WAYS)(text, random)
    return text


def spoil_bytes(data: bytes, random: Random) -> bytes:
    """A file that is no text, spoilt in one to three ways."""
    for _ in range(random.choice((1, 1, 2, 3))):
        data = random.choice((flip, cut, drop, double, put_raw))(data, random)
    return data


def _place(data: bytes, random: Random) -> int:
    return random.randrange(len(data) + 1)


def flip(data: bytes, random: Random) -> bytes:
    """Some bits the other way."""
    changed = bytearray(data or b" ")
    for _ in range(random.choice((1, 1, 2, 8, 50))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(data: bytes, random: Random) -> bytes:
    """The beginning only."""
    return data[: _place(data, random)]


def drop(data: bytes, random: Random) -> bytes:
    """A piece taken out."""
    start = _place(data, random)
    return data[:start] + data[start + random.choice((1, 2, 10, 100)) :]


def double(data: bytes, random: Random) -> bytes:
    """A piece twice."""
    start = _place(data, random)
    end = start + random.choice((1, 5, 50, 500))
    return data[:end] + data[start:]


def put_raw(data: bytes, random: Random) -> bytes:
    """Bytes that are no text."""
    start = _place(data, random)
    return data[:start] + random.choice(RAW) + data[start:]


def _replace_one(pattern: str, choices: tuple[str, ...]) -> Callable[[bytes, Random], bytes]:
    def replace(data: bytes, random: Random) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        found = list(re.finditer(pattern, text))
        if not found:
            return put_raw(data, random)
        one = random.choice(found)
        return _encode(text[: one.start()] + random.choice(choices) + text[one.end() :])

    return replace


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def put_letters(data: bytes, random: Random) -> bytes:
    """Letters that few programs expect, somewhere."""
    text = data.decode("utf-8", "surrogateescape")
    start = random.randrange(len(text) + 1)
    return _encode(text[:start] + random.choice(LETTERS) * random.choice((1, 1, 5)) + text[start:])


def swap_words(data: bytes, random: Random) -> bytes:
    """Two words in each other's place."""
    words = re.split(r"(\s+)", data.decode("utf-8", "surrogateescape"))
    one, other = random.randrange(len(words)), random.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return _encode("".join(words))


def swap_lines(data: bytes, random: Random) -> bytes:
    """Lines in another order, or doubled, or moved to the right."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    way = random.randrange(3)
    if way == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif way == 1:
        lines.insert(other, lines[one])
    else:
        lines[one] = b"  " + lines[one]
    return b"".join(lines)


def repeat(data: bytes, random: Random) -> bytes:
    """Something small very often, up to the largest file there may be."""
    piece = random.choice(REPEATED).encode()
    room = max(LARGEST - len(data), 0)
    count = min(random.choice((50, 150, 1_000, 10_000, 10**6)), room // len(piece))
    start = random.choice((len(data), len(data), _place(data, random)))
    return data[:start] + piece * count + data[start:]


def nest(data: bytes, random: Random) -> bytes:
    """Something in itself, many times."""
    before, after = random.choice(DEEP)
    count = random.choice((20, 33, 100, 150, 1_000, 10_000))
    start = random.choice((len(data), _place(data, random)))
    return data[:start] + before.encode() * count + b"x" + after.encode() * count + b"\n" + data[start:]


def bomb(data: bytes, random: Random) -> bytes:
    """A few words of YAML that stand for millions."""
    return random.choice((data + b"\n" + BOMB.encode(), BOMB.encode() + data))


WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(flip, cut, drop, double, put_raw, put_letters, put_letters, swap_words, swap_words, swap_lines, swap_lines),
    *(_replace_one(r"\d[\d.:-]*", NUMBERS),) * 3,
    *(_replace_one(r"[^\s:,{}\[\]]+", WORDS),) * 3,
    *(_replace_one(r"[^\s:,{}\[\]]+", LETTERS), repeat, repeat, nest, nest, bomb),
)
