"""A table as CSV, with no text in it that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from milebook.core.characters import UNPRINTABLE

# What a formula begins with, in the widths and places above the line that some spreadsheets read as the same.
SIGNS = (
    "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u207a\u207c\u208a\u208c\u207b\u208b\u2212\ufb29\u2a75\u2a76-"
)
_LINE_END = re.compile("[\t-\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = r'[\s"\xad\u200b-\u200f\u2060-\u2064\ufeff]*'
# At the beginning, and after a semicolon, at which half of Europe's spreadsheets split; a sign alone is no formula.
_FORMULA = re.compile(f"(^(?![\\s{SIGNS}]*$)|;)({_UNSEEN})(?=[{SIGNS}])")


def dump(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV in UTF-8 with a BOM, so that spreadsheets read accents."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    """A text on one line; what a spreadsheet would work out has an apostrophe before it, and is shown as it is."""
    line = UNPRINTABLE.sub("\ufffd", _LINE_END.sub(" ", text))
    return _FORMULA.sub(r"\1\2'", line)
