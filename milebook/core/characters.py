"""Which characters a text may have: one rule for content, rosters and whatever is printed on a terminal."""

from __future__ import annotations

import re

_ENDS_OF_PLANES = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))

# What no page can show: controls (but tab and line ends), line and paragraph separators, what turns the direction of
# all that follows, halves of characters, and what Unicode calls no characters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef"
    f"{_ENDS_OF_PLANES}]"
)
# What is white in a cell of a spreadsheet: line ends of every system, spaces of every width, a pattern without dots.
_WHITE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+")
# What nobody sees and no language needs: two names that differ in it alone look alike. Joiners and variants count where
# they follow a letter or a sign of a script that has them.
_INVISIBLE = (
    "[\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e007f]"
    "|(?<![\u0600-\u1cff\u2190-\u2bff\u3000-\U000dffff])[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\xb4`", "'"))  # of every keyboard -> one
_JOINERS = "\u200c\u200d"


def code_of(character: str) -> str:
    """`U+001B`: how a character is named that cannot be shown."""
    return f"U+{ord(character):04X}"


def on_one_line(text: str) -> str:
    """A text as a cell shows it: every white space one space, and nothing that nobody sees."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _WHITE.sub(" ", re.sub(_INVISIBLE, "", text)).strip(" ")  # compiled where a text first asks for it


def printable(text: str, keep: str = "") -> str:
    """A text that can only be shown: what a terminal would obey, and what turns the direction of a line, is a `?`.

    `keep` are characters that stay as they are, line ends for instance.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep or c in _JOINERS else " " if c.isspace() else "?" for c in text)
