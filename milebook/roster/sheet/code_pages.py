"""Files that are not in UTF-8: whether they can be in Windows-1252 only, in which Excel saves a .csv in the West.

No such file says what it is in, and what is saved on a Mac, by DOS or in Poland makes other letters of the same bytes:
`René` of Windows is `RenÈ` to a Mac. Nobody is called so, and one such name tells of the whole file. A file is read
where Windows-1252 makes names of all of it, and no other way to read it does. Else wrong names would be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WESTERN = "cp1252"
_OF_OTHER_MACHINES = ("mac_roman", "cp850")
_OF_OTHER_COUNTRIES = ("cp1250",)  # Windows in Poland, Czechia, Hungary

_UPPER = "A-ZÀ-ÖØ-ÝĂĄĆČĎĐĘĚĹĽŁŃŇŐŔŘŚŞŠŢŤŮŰŸŹŻŽŒ"
_LOWER = "a-zß-ïñ-öø-ýÿăąćčďđęěĺľłńňőŕřśşšţťůűźżžœ"
_ANY = f"{_UPPER}{_LOWER}"
_ACCENTED = r"(?=[^\x00-\x7f])"
_SIGNS = "\u2018\u201c\u201d\u2013\u2014"  # which stand beside words, and not within
# How nobody is called.
_ODD = re.compile(
    rf"(?<=[{_ANY}]){_ACCENTED}[{_UPPER}](?=[{_ANY}]*[{_LOWER}])|(?<=[{_LOWER}]){_ACCENTED}[{_UPPER}]"  # RenÈe
    rf"|{_ACCENTED}[{_LOWER}](?=[{_UPPER}])"  # GARCêA
    rf"|(?<=[0-9]){_ACCENTED}[{_ANY}]|{_ACCENTED}[{_ANY}](?=[0-9])"
    rf"|(?<![{_ANY}]){_ACCENTED}[{_ANY}](?![{_ANY}])|(?:{_ACCENTED}[{_ANY}]){{3}}"
    "|(?<![aeiouäöü])ß|õ(?!e)|ń(?=[aeiou])|(?<![aeiouAEIOU])[ëË]|(?<=[aeiou])ä"
    "|ç(?![aeiouyáéíóúãõâôöü])"
    rf"|[{_SIGNS}](?=[{_ANY}])|(?<=[{_ANY}])[{_SIGNS}]|(?<=[{_ANY}])\u2019(?![{_UPPER}])"
    rf"|(?<=[{_ANY}])\u00a0|[^\x00-\x7f{_ANY}{_SIGNS}\u2019\u00a0]"
)
_NOT_IN_THE_WEST = re.compile("[ýÝ]")  # a Turkish letter far more often


def are_western(texts: Iterable[str], *, is_western_sheet: bool) -> bool:
    """Whether the texts of a file that were read as Windows-1252 are in that beyond doubt.

    In a sheet with headings of a language of the West no other country's Windows is thought of.
    """
    spelt = [text for text in texts if not text.isascii()]
    if any(_ODD.search(text) or _NOT_IN_THE_WEST.search(text) for text in spelt):
        return False
    rivals = (*_OF_OTHER_MACHINES, *(() if is_western_sheet else _OF_OTHER_COUNTRIES))
    return not any(_may_be_in(rival, spelt) for rival in rivals)


def _may_be_in(codepage: str, texts: Iterable[str]) -> bool:
    """Whether another way to read a file makes names of all of it, and other ones."""
    others = {text: text.encode(WESTERN).decode(codepage, "replace") for text in texts}
    return any(text != other for text, other in others.items()) and not any(map(_ODD.search, others.values()))
