"""The headings of a roster: which column is which, in any order, case and several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic.fields import FieldInfo

from milebook.errors import ContentError, Problem, near_miss
from milebook.models import Model, Profile
from milebook.spreadsheet import broken, cell_text
from milebook.yamlfile import At, shown

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
    "race name": ("racename", "nameofrace", "event", "rennen", "wettkampf", "nomdelacourse", "nombredelacarrera"),
    "surface": ("surface", "untergrund", "terrain", "superficie", "ondergrond"),
    "goal": ("goal", "goaltime", "target", "targettime", "ziel", "zielzeit", "objectif", "objetivo", "doel"),
    "pacing": ("pacing", "renneinteilung"),
    "weeks": ("weeks", "wochen", "semaines", "semanas", "settimane", "weken"),
    "long-run": ("longrun", "longrunday", "langerlauf", "sortielongue", "tiradalarga", "lungo", "duurloop"),
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


def name_columns(model: type[Model] = Profile) -> dict[At, str]:
    """Every key of a profile, also within `result` and `race`, and the column that has it.

    A key of one place only is its column's name; of several, the place stands before it: `result date`, `race date`.
    """
    within = {key: _keys_of(field.annotation) for key, field in _keys_of(model).items()}
    nested = [name for keys in within.values() for name in keys]
    columns: dict[At, str] = {(key,): key for key, keys in within.items() if not keys}
    for key, keys in within.items():
        for name in keys:
            is_shared = name in within or nested.count(name) > 1
            columns[key, name] = f"{key} {name}" if is_shared else name
    return columns


def _keys_of(kind: object) -> dict[str, FieldInfo]:
    """The keys of a model as they are written in a file; none of what is no model."""
    fields = kind.model_fields if isinstance(kind, type) and issubclass(kind, Model) else {}
    return {field.alias or name: field for name, field in fields.items()}


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
