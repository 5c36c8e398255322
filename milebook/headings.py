"""The headings of a roster: which column is which, in any order, case and several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from milebook.errors import ContentError, Problem, near_miss
from milebook.spreadsheet import broken, cell_text
from milebook.yamlfile import shown

LONGEST_HEADING = 60  # characters that are told of one

# What a column may be called; letters and digits only, small, without accents.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "athlete", "runner", "fullname", "nom", "nombre", "nome", "naam", "lauferin", "laufer", "athlet"),
    "level": ("level", "niveau", "nivel", "livello", "stufe"),
    "distance": ("distance", "resultdistance", "distanz", "strecke", "distancia", "distanza", "afstand"),
    "time": ("time", "resulttime", "result", "zeit", "temps", "tiempo", "tempo", "tijd", "resultat", "ergebnis"),
    "result date": ("resultdate", "dateofresult", "ergebnisdatum", "dateduresultat", "fecharesultado"),
    "race date": ("racedate", "dateofrace", "race", "renndatum", "wettkampfdatum", "datedecourse", "fechacarrera"),
    "days": ("days", "daysaweek", "trainingdays", "tage", "trainingstage", "jours", "dias", "giorni", "dagen"),
    "units": ("units", "einheiten", "unites", "unidades", "unita", "eenheden"),
    "paper": ("paper", "papier", "papel", "carta"),
    "plan": ("plan", "piano"),
    "id": ("id", "bib", "bibnumber", "number", "startnumber", "startnummer", "dossard", "dorsal", "pettorale"),
    "first name": ("firstname", "givenname", "vorname", "prenom", "voornaam"),
    "last name": (
        "lastname",
        "surname",
        "familyname",
        "nachname",
        "nomdefamille",
        "apellido",
        "apellidos",
        "cognome",
        "achternaam",
    ),
    "group": ("group", "gruppe", "groupe", "grupo", "gruppo", "groep", "team", "squad"),
}
_COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
NAMES = ("name", "first name", "last name")  # one of them must be there


def find_headings(path: Path, rows: Sequence[tuple[int, Sequence[object]]]) -> tuple[int, list[str]]:
    """The row the headings are in, and each one's column; empty for a column that is not ours."""
    for number, cells in rows:
        if _has_values(cells):
            heads = [_COLUMN_OF.get(_squashed(cell_text(cell)), "") for cell in cells]
            _check_headings(path, number, cells, heads)
            return number, heads
    raise broken(path, "the roster is empty", "its first row holds the headings: name, distance, time, ...")


def _check_headings(path: Path, number: int, cells: Sequence[object], heads: Sequence[str]) -> None:
    texts = [cell_text(cell)[:LONGEST_HEADING] for cell in cells]
    problems = [
        Problem(f"{shown(path)}:{number}:{text}", 0, 0, f'the heading "{text}" is unknown', near_miss(text, HEADINGS))
        for text, head in zip(texts, heads, strict=True)
        if text and not head
    ]
    problems += [
        Problem(f"{shown(path)}:{number}", 0, 0, f"two columns are {head}", "keep one")
        for head in dict.fromkeys(heads)
        if head and list(heads).count(head) > 1
    ]
    if not set(NAMES) & set(heads):
        problems.append(Problem(f"{shown(path)}:{number}", 0, 0, "there is no column name", "add it"))
    if problems:
        raise ContentError(problems)


def filled_rows(rows: Iterable[tuple[int, Sequence[object]]], after: int) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows with something in them, below the headings, without the remarks."""
    return ((number, cells) for number, cells in rows if number > after and _has_values(cells))


def _has_values(cells: Sequence[object]) -> bool:
    texts = [cell_text(cell) for cell in cells]
    return any(texts) and not next(filter(None, texts)).startswith("#")


def _squashed(text: str) -> str:
    """A heading without accents, spaces and signs: `Date of race` -> `dateofrace`, `Läufer` -> `laufer`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)
