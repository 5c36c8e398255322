"""What files are called by: names of athletes and groups in the letters that every system can keep, each one once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from milebook.content.loader import RESERVED
from milebook.core.characters import APOSTROPHES

LONGEST_SLUG = 48
LONGEST_ID = 24  # of a slug, before a hash stands for it


def unique(names: Sequence[str], unspelt: str = "runner-") -> list[str]:
    """A safe and unique name for the files of each; those of the same name are numbered as they come."""
    taken: set[str] = set()
    keys = []
    for name in names:
        base, number = slug(name, unspelt), 1
        key = base
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def of_athlete(name: str, id_: str) -> str:
    """What an athlete's files are called by: the name and the id, or the id where no letter of the name is Latin.

    A long name is cut short, and its id never: it keeps the files theirs wherever their rows are.
    """
    words, number = _latin(name), _latin(id_)
    if not (words or number) or not id_:
        return f"{name} {id_}".strip()
    if not number or len(number) > LONGEST_ID:
        number = _hash(id_)
    return f"{words[: LONGEST_SLUG - len(number) - 1] or 'runner'} {number}"


def slug(name: str, unspelt: str = "runner-") -> str:
    """`Zoë O'Brien-Ångström` -> `zoe-o-brien-angstrom`; a name without Latin letters gets a number of its own.

    `unspelt` stands before a number, and before a name that no file may have alone.
    """
    words = _latin(name)[:LONGEST_SLUG].strip("-")
    if not words:
        return f"{unspelt}{_hash(name)}"
    return f"{unspelt}{words}" if words in RESERVED else words


def _hash(text: str) -> str:
    """What stands for a text that makes no file name."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:8]


def _latin(name: str) -> str:
    """A name in the letters of file names; empty where that would leave out half of it."""
    spelt = name.translate(APOSTROPHES).translate(_SPELT)
    latin = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    letters = sum(character.isalpha() for character in name)
    return words if sum(map(str.isalpha, words)) >= letters / 2 else ""


_SPELT = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ð": "d",
        "þ": "th",
    }
)
