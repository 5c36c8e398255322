"""The tab and the headings of a roster: where the athletes are, and which column is which, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from pydantic.fields import FieldInfo

from milebook.characters import on_one_line, printable
from milebook.errors import ContentError, Problem
from milebook.models import Model, Profile
from milebook.spreadsheet import ERROR_VALUE, Row, Tab, broken, cell_text, read_tabs
from milebook.workbook import column_letters
from milebook.yamlfile import At, shown

LONGEST_HEADING = 60  # characters that are told of one
MOST_NAMED = 12  # columns or tabs in a note
ROWS_TRIED = 20  # down to which headings are looked for
MOST_TABS = 50  # of which the first rows are looked at

# What a column may be called; letters and digits only, small, without accents.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name",
        "athlete",
        "athletename",
        "runner",
        "runnername",
        "runnersname",
        "fullname",
        "nom",
        "nombre",
        "nome",
        "naam",
        "lauferin",
        "laufer",
        "athlet",
    ),
    "level": ("level", "niveau", "nivel", "livello", "stufe"),
    "distance": (
        "distance",
        "resultdistance",
        "racedistance",
        "distanz",
        "strecke",
        "distancia",
        "distanza",
        "afstand",
    ),
    "time": (
        "time",
        "resulttime",
        "racetime",
        "finishtime",
        "finishingtime",
        "besttime",
        "pb",
        "pr",
        "result",
        "zeit",
        "temps",
        "tiempo",
        "tempo",
        "tijd",
        "resultat",
        "ergebnis",
    ),
    "result date": ("resultdate", "dateofresult", "ergebnisdatum", "dateduresultat", "fecharesultado", "datarisultato"),
    "race date": (
        "racedate",
        "raceday",
        "dayofrace",
        "dateofrace",
        "race",
        "renndatum",
        "wettkampfdatum",
        "wedstrijddatum",
        "datedecourse",
        "fechacarrera",
        "datagara",
    ),
    "days": ("days", "daysaweek", "trainingdays", "tage", "trainingstage", "jours", "dias", "giorni", "dagen"),
    "units": ("units", "einheiten", "unites", "unidades", "unita", "eenheden"),
    "paper": ("paper", "papier", "papel", "carta"),
    "plan": ("plan", "piano"),
    "race name": (
        *("racename", "nameofrace", "rennname", "wettkampfname", "nomdelacourse", "nombredelacarrera", "nomegara"),
        "wedstrijdnaam",
    ),
    "surface": ("surface", "untergrund", "terrain", "superficie", "ondergrond"),
    "goal": (
        "goal",
        "goaltime",
        "target",
        "targettime",
        "ziel",
        "zielzeit",
        "objectif",
        "objetivo",
        "obiettivo",
        "doel",
    ),
    "pacing": ("pacing", "renneinteilung"),
    "weeks": ("weeks", "wochen", "semaines", "semanas", "settimane", "weken"),
    "long-run": ("longrun", "longrunday", "langerlauf", "sortielongue", "tiradalarga", "lungo", "duurloop"),
    "speed-day": ("speedday", "clubnight", "tempotag", "vereinsabend"),
    "id": (
        "id",
        "bib",
        "bibno",
        "bibnumber",
        "no",
        "nr",
        "number",
        "startno",
        "startnr",
        "startnumber",
        "startnummer",
        "dossard",
        "dorsal",
        "pettorale",
    ),
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
DATES = frozenset({"date", "datum", "fecha", "data"})  # of a race to come or of one that was run?
_WHAT_IS_RUN = frozenset({"distance", "time", "race date"})  # without which somebody gets another plan
# What a heading may be a slip of; not of words so short that others are a letter away: age and tage, pace and race.
_OFTEN_MISSPELT = (
    *("name", "level", "time", "days", "units", "paper", "plan", "goal", "weeks", "group", "team", "squad"),
    *(heading for heading in _COLUMN_OF if len(heading) > 5),
)


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


@dataclass(frozen=True)
class Table:
    """A roster as it is written: its rows below the headings, the column of each cell, and what was not read.

    `hidden` are the rows that are read although the sheet does not show them.
    """

    rows: tuple[Row, ...]
    columns: tuple[str, ...]  # empty for one that is not ours
    notes: tuple[str, ...]
    hidden: tuple[int, ...]


def read_table(path: Path, sheet: str = "") -> Table:
    """Read the tab that has our headings, or that of the name. Raises ContentError where there is none, or several."""
    tab, notes = _choose_tab(path, read_tabs(path), sheet)
    rows = tab.rows()
    number, cells = _find_heading_row(path, rows)
    columns = tuple(map(_column_of, cells))
    _check_headings(path, number, cells, columns)
    below = tuple(row for row in rows if row[0] > number and _has_values(row[1]) and not is_remark(row[1]))
    told = [*notes, *_unread_columns(cells, columns, below)]
    hidden = tab.hidden_rows()
    unseen = tuple(number for number, _ in below if number in hidden)
    return Table(below, columns, tuple(printable(f"{shown(path)}: {note}") for note in told), unseen)


# ---------------------------------------------------------------- the tab


def _choose_tab(path: Path, tabs: Sequence[Tab], sheet: str) -> tuple[Tab, list[str]]:
    """The tab with the athletes, and a note of those that are not read."""
    if sheet:
        named = [tab for tab in tabs if on_one_line(tab.name).casefold() == on_one_line(sheet).casefold()]
        if not named:
            known = ", ".join(tab.name for tab in tabs if tab.name)
            hint = f"it has {known}" if known else "leave --sheet away: only an .xlsx has tabs"
            raise broken(path, f'there is no tab "{sheet}"', hint)
        return named[0], []
    seen = [tab for tab in tabs if not tab.is_hidden] or list(tabs)
    if len(tabs) == 1:
        return seen[0], []
    first_rows = {tab.name: tab.rows(ROWS_TRIED + 1) for tab in tabs[:MOST_TABS]}
    ours = [tab for tab in tabs if _has_headings(first_rows.get(tab.name, []))]
    readable = [tab for tab in ours if tab in seen]
    if len(readable) > 1:
        names = [f'"{tab.name}"' for tab in readable]
        told = f"the tabs {', '.join(names[:-1])} and {names[-1]} have athletes"
        raise broken(path, told, f"say which one to read, as in --sheet {names[-1]}")
    if ours and not readable:
        raise broken(
            path, f'the tab "{ours[0].name}" has athletes and is hidden', f'show it, or say --sheet "{ours[0].name}"'
        )
    chosen = readable[0] if readable else next((tab for tab in seen if first_rows.get(tab.name)), seen[0])
    others = [tab for tab in tabs if tab is not chosen and first_rows.get(tab.name, True)]
    listed = _some([f"{tab.name} (hidden)" if tab.is_hidden else tab.name for tab in others])
    return chosen, [f"tabs that are not read: {listed}"] if others else []


def _some(names: Sequence[str]) -> str:
    """The names, as many as are read on a screen."""
    more = len(names) - MOST_NAMED
    return ", ".join(name[:LONGEST_HEADING] for name in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


# ---------------------------------------------------------------- the headings


def _has_headings(rows: Sequence[Row]) -> bool:
    return any(_could_be_headings(cells) for _, cells in rows[:ROWS_TRIED])


def _could_be_headings(cells: Sequence[object]) -> bool:
    """Whether a row has a column of names and another of ours, or nothing but one of names."""
    known = {column for column in map(_column_of, cells) if column}
    return bool(known & set(NAMES)) and (len(known) > 1 or sum(bool(cell_text(cell)) for cell in cells) == 1)


def _find_heading_row(path: Path, rows: Sequence[Row]) -> Row:
    """The headings; titles, remarks and empty rows may stand above them."""
    tried = [row for row in rows if _has_values(row[1]) and not is_remark(row[1])][:ROWS_TRIED]
    if not tried:
        raise broken(path, "the roster is empty", "its first row holds the headings: name, distance, time, ...")
    sure = next((row for row in tried if _could_be_headings(row[1])), None)
    return sure or max(tried, key=lambda row: sum(bool(_column_of(cell)) for cell in row[1]))


def _column_of(cell: object) -> str:
    """The column that a heading is of; what stands in brackets behind it does not count: `Time (mm:ss)`."""
    text = cell_text(cell)
    if text == "#":
        return "id"
    return _COLUMN_OF.get(_squashed(text)) or _COLUMN_OF.get(_squashed(re.sub(r"[(\[].*", "", text)), "")


def _check_headings(path: Path, number: int, cells: Sequence[object], columns: Sequence[str]) -> None:
    """Raise ContentError for a heading that is not ours but may be meant for one, and for what is there twice."""
    problems = [
        Problem(f"{shown(path)}:{number}:{text}", 0, 0, f'the heading "{text}" is {what}', hint)
        for cell, column in zip(cells, columns, strict=True)
        if (text := cell_text(cell)[:LONGEST_HEADING]) and not column
        for what, hint in _meant(text, columns)
    ]
    problems += [
        Problem(f"{shown(path)}:{number}", 0, 0, f"two columns are {column}", "keep one")
        for column in dict.fromkeys(columns)
        if column and columns.count(column) > 1
    ]
    if not set(NAMES) & set(columns):
        problems.append(Problem(f"{shown(path)}:{number}", 0, 0, "there is no column name", "add it"))
    if problems:
        raise ContentError(problems)


def _meant(text: str, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a heading that is not ours: a slip for one that is missing, or one of two meanings."""
    word = _squashed(text)
    there = set(columns) | (set(NAMES) if set(NAMES) & set(columns) else set())
    if word in DATES and "race date" not in there:
        yield "not clear", "write race date or result date"
        return
    near = next((_COLUMN_OF[name] for name in _OFTEN_MISSPELT if _is_near(word, name)), "")
    within = (_COLUMN_OF.get(part, "") for part in map(_squashed, text.split()))
    near = near or next((column for column in within if column in _WHAT_IS_RUN), "")  # `5k time`, `Race in June`
    if near and near not in there:
        yield "unknown", f"did you mean {near}?"


def _is_near(word: str, heading: str) -> bool:
    """Whether there is one letter too many, too few or wrong, or two are swapped; in long words some more."""
    pairs = zip(word, heading, strict=False)
    start = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(word), len(heading)))
    ends = (
        (word[start + 1 :], heading[start + 1 :]),
        (word[start:], heading[start + 1 :]),
        (word[start + 1 :], heading[start:]),
    )
    swapped = word[start : start + 2][::-1] + word[start + 2 :] == heading[start:]
    long = min(len(word), len(heading)) > 7 and SequenceMatcher(None, word, heading).ratio() > 0.85
    return swapped or long or any(one == other for one, other in ends)


def _unread_columns(cells: Sequence[object], columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Notes on columns that nobody here knows, and on cells below no heading."""
    unknown = [text for cell, column in zip(cells, columns, strict=True) if (text := cell_text(cell)) and not column]
    if unknown:
        yield f"columns that are not read: {_some(unknown)}"
    headed = {place for place, cell in enumerate(cells) if cell_text(cell)}
    bare = {place for _, row in rows for place, cell in enumerate(row) if place not in headed and cell_text(cell)}
    if bare:
        yield f"columns without a heading are not read: {_some([column_letters(place + 1) for place in sorted(bare)])}"


def _has_values(cells: Sequence[object]) -> bool:
    return any(map(cell_text, cells))


def is_remark(cells: Sequence[object]) -> bool:
    """Whether a row is a remark: it begins with # and has nothing else. An error of a spreadsheet is none."""
    texts = (text for cell in cells if (text := cell_text(cell)))
    first = next(texts, "")
    return first.startswith("#") and not any(texts) and not ERROR_VALUE.fullmatch(first)


def _squashed(text: str) -> str:
    """A heading without accents, spaces and signs: `Date of race` -> `dateofrace`, `Läufer` -> `laufer`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)
