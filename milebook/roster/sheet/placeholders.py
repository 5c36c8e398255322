"""Cells and rows of a roster that say nothing of their own: none, the same as above, a sum of the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from milebook.roster.sheet.spreadsheet import cell_text

NAMES = ("name", "first name", "last name")
TEXTS = frozenset({*NAMES, "id", "group", "race name"})  # columns that any text may stand in
# Columns of which there may be none. In the others an empty cell is what another profile has, and a dash is told.
_MAY_BE_NONE = frozenset(
    {
        "distance",
        "time",
        "result date",
        "race date",
        "made",
        "race distance",
        "track",
        "goal",
        "trial",
        "race name",
        "id",
        "group",
    }
)

_DASHES = r"[-\u2010-\u2015\u2212]{1,3}|n/a|n[.]a[.]"
_NONE = re.compile(
    f"{_DASHES}|none(?: yet)?|not yet|t[.]?b[.]?[acd][.]?|noch offen|nil|k[.]? ?a[.]|keine?[rs]?|aucune?|ningun[oa]"
    "|nessun[oa]|geen|n[.]?v[.]?t[.]?"
)
_DITTO = re.compile(
    "[\"\u201c\u201d\u201e\u2033\u3003]+|['\u2019\u2032]{2}|\u00bb|\\^+|ditto|dito|idem|id[.]|\u00eddem|same"
    "|(?:(?:same )?as|see) above|gleich|wie oben|siehe oben|s[.] ?o[.]|lo mismo|m\u00eame|comme ci-dessus|come sopra"
    "|zelfde"
)


def says_none(text: str) -> bool:
    """Whether a cell says that there is none: a dash, `n/a`, `none`."""
    return bool(_NONE.fullmatch(text.casefold()))


def is_left_out(column: str, value: object) -> bool:
    """Whether a cell is as good as empty: nothing is in it, or it says that there is none where that is possible."""
    text = cell_text(value)
    if column in NAMES:  # a word for none may be a name
        return not text or bool(re.fullmatch(_DASHES, text.casefold()))
    return not text or (column in _MAY_BE_NONE and says_none(text))


def is_ditto(column: str, text: str) -> bool:
    """Whether a cell refers to the one above it. `do.` is short for ditto among words, and a Thursday among days."""
    return bool(_DITTO.fullmatch(text.casefold())) or (column in TEXTS and text.casefold() == "do.")


def has_word(text: str) -> bool:
    """Whether there is a letter, a figure or a picture in a text, and not signs alone."""
    return any(character.isalnum() or unicodedata.category(character) in ("So", "Mn", "Mc") for character in text)


# ---------------------------------------------------------------- rows that are no athletes

_SUM_WORDS = (
    "total|totals|sum|subtotal|average|avg|mean|median|best|fastest|slowest|worst|count|maximum|minimum"
    "|durchschnitt|schnitt|mittel|mittelwert|summe|gesamt|gesamtsumme|anzahl|moyenne|somme|m\u00e9diane|mediane"
    "|promedio|media|mediana|suma|somma|totale|conteggio|gemiddelde?|totaal|aantal|\u00f8|\u2205|\u03c3"
    "|records?|spread|gap|standard|qualifying (?:time|standard|mark)"
)
# Whose sum it is. Surnames are sums, too (Best, Media), so that no other word may stand before one.
_OF_WHOM = (
    "team|grand|group|overall|club|squad|class|sub|varsity|jv|boys?|girls?|m[ae]n|wom[ae]n|mixed|pack"
    "|(?:top|first) ?[0-9]+|school|state|county|league|course|track|u-?[0-9]+"
)
_SUM = re.compile(
    f"(?:(?:{_OF_WHOM})(?:['\u2019]?s?['\u2019]?)[ -]?){{0,3}}(?:{_SUM_WORDS})[.]?"
    "(?: ?-?(?:times?|paces?|zeit(?:en)?|runners|athletes|finishers|teilnehmer|team|club|squad|group|gruppe))?"
    "(?: (?:of|der|de|for|in) .{1,40})?[ .:=]*[0-9.,: ]*"
)


def find_sum(name: str, cells: Sequence[object]) -> str:
    """What makes a row look like a sum of others, `Average`, `Team total`: its name, or any text where it has none."""
    texts = [name] if name else [cell_text(cell) for cell in cells if isinstance(cell, str)]
    return next((text for text in texts if _SUM.fullmatch(text.casefold())), "")
