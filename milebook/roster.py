"""A spreadsheet of athletes -> profiles, with every problem of every row told at once.

Each row is laid over a default profile, and then checked as a profile file is: one rule book for both.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

from milebook.errors import ContentError, Problem, QuantityError, near_miss
from milebook.fitness import Result, assess
from milebook.loader import RESERVED
from milebook.models import Profile
from milebook.quantities import Distance, clock
from milebook.validation import check
from milebook.yamlfile import At, Document, shown

MOST_ROWS = 20_000
LARGEST_ROSTER = 20_000_000  # bytes
LONGEST_CELL = 200  # characters
MOST_UNPACKED = 200_000_000  # bytes of a spreadsheet's parts
MOST_CELLS = 5_000_000  # of the rectangle around all that are filled in
LONGEST_SLUG = 48

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
_KEY_OF: Mapping[At, str] = {  # where a column's value stands in a profile, for the problems that checking it finds
    ("name",): "name",
    ("level",): "level",
    ("result", "distance"): "distance",
    ("result", "time"): "time",
    ("result", "date"): "result date",
    ("race", "date"): "race date",
    ("days",): "days",
    ("units",): "units",
    ("paper",): "paper",
    ("plan",): "plan",
}
NAMES = ("name", "first name", "last name")  # one of them must be there
_CELL = re.compile(  # of a spreadsheet's sheet, with something in it
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?(?:v|is|f)\b'
)


@dataclass(frozen=True)
class Athlete:
    """One row: where it stands, whose it is, and the profile it makes. `key` names the athlete's files."""

    row: int
    key: str
    group: str
    profile: Profile


@dataclass(frozen=True)
class Roster:
    """What a file holds: the athletes that are sound, and every problem with the others.

    `twins` is how many have another's name and no id: what their files are called depends on the order of the rows.
    """

    athletes: tuple[Athlete, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[int, ...]
    twins: int = 0


Row = Mapping[str, object]
Plan = Callable[[Profile], object]


def read(path: Path, default: Profile, fits: Plan) -> Roster:
    """Read a `.csv` or `.xlsx` of athletes. `fits` plans a profile and raises QuantityError where that cannot be done.

    Raises ContentError where the file as a whole cannot be read; problems of single rows are in the roster.
    """
    rows = _rows(path)
    head, heads = _headings(path, rows)
    athletes: list[tuple[int, Row, Profile]] = []
    problems: list[Problem] = []
    bad: list[int] = []
    for number, cells in _filled(rows, head):
        row = {column: value for column, value in zip(heads, cells, strict=False) if column and value not in (None, "")}
        row["name"] = _full_name(row)
        try:
            athletes.append((number, row, _profile(path, number, row, default, fits)))
        except ContentError as error:
            problems += error.problems
            bad.append(number)
    keys = unique([f"{profile.name} {_id(row)}".strip() for _, row, profile in athletes])
    made = tuple(
        Athlete(number, key, _text(row.get("group", "")), profile)
        for (number, row, profile), key in zip(athletes, keys, strict=True)
    )
    named = Counter(profile.name.casefold() for _, row, profile in athletes if not _id(row))
    twins = sum(count for count in named.values() if count > 1)
    return Roster(made, tuple(problems), tuple(bad), twins)


def _full_name(row: Row) -> str:
    """A name from one column or from two. French lists have prénom and nom: beside a first name, a name is the last."""
    name, first, last = (_text(row.get(part, "")) for part in NAMES)
    is_full = len(name.split()) > len(first.split()) and set(first.casefold().split()) <= set(name.casefold().split())
    parts = [name] if name and (last or is_full) else [first, name or last]
    return " ".join(filter(None, parts))


def _id(row: Row) -> str:
    """What tells athletes of one name apart; a spreadsheet's own number is written without its point."""
    return _text(row.get("id", "")).removesuffix(".0")


# ---------------------------------------------------------------- the file


def _rows(path: Path) -> list[tuple[int, Sequence[object]]]:
    """Every row with its number. Raises ContentError."""
    if not path.is_file():
        raise _broken(path, "the roster is missing")
    size = path.stat().st_size
    if size > LARGEST_ROSTER:
        raise _broken(path, f"the roster has {size:,} bytes", f"at most {LARGEST_ROSTER:,}")
    readers = {".csv": _csv_rows, ".tsv": _csv_rows, ".txt": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise _broken(path, f'a roster is .csv or .xlsx, not "{path.suffix}"', "save it as CSV UTF-8")
    rows = list(reader(path))
    if len(rows) > MOST_ROWS + 1:
        raise _broken(path, f"the roster has {len(rows) - 1:,} rows", f"at most {MOST_ROWS:,}; split it")
    return rows


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise ContentError([Problem(shown(path), line, 1, problem, "save it as CSV UTF-8")]) from None
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(
            [Problem(shown(path), start, 1, f"the row cannot be read: {error}", "mend its quotes")]
        ) from None


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    import python_calamine

    try:
        _check_size(path)
        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        yield from enumerate(sheet.to_python(skip_empty_area=False), 1)
    except ContentError:
        raise
    except Exception as error:  # whatever a spreadsheet that is none makes the library raise
        raise _broken(
            path, f"the spreadsheet cannot be read: {error}", "save it again as .xlsx or as CSV UTF-8"
        ) from None


def _check_size(path: Path) -> None:
    """Raise ContentError where a small file would take much memory: packed tightly, or with a cell far out."""
    with zipfile.ZipFile(path) as archive:
        if (size := sum(part.file_size for part in archive.infolist())) > MOST_UNPACKED:
            raise _broken(path, f"the spreadsheet has {size:,} bytes unpacked", f"at most {MOST_UNPACKED:,}")
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _check_far_cells(path, archive.read(name))


def _check_far_cells(path: Path, sheet: bytes) -> None:
    column = row = 0
    for match in _CELL.finditer(sheet):
        column = max(column, reduce(lambda number, letter: number * 26 + letter - 64, match[1], 0))
        row = max(row, int(match[2]))
    if column * row > MOST_CELLS:
        far = f"the cells reach to column {column:,} and row {row:,}"
        raise _broken(path, far, "remove what stands far out, or save the list as CSV UTF-8")


def _broken(path: Path, message: str, hint: str = "") -> ContentError:
    return ContentError([Problem(shown(path), 0, 0, message, hint)])


def _headings(path: Path, rows: Sequence[tuple[int, Sequence[object]]]) -> tuple[int, list[str]]:
    """The row the headings are in, and each one's column; empty for a column that is not ours."""
    for number, cells in rows:
        if _has_values(cells):
            heads = [_COLUMN_OF.get(_squashed(_text(cell)), "") for cell in cells]
            _check_headings(path, number, cells, heads)
            return number, heads
    raise _broken(path, "the roster is empty", "its first row holds the headings: name, distance, time, ...")


def _check_headings(path: Path, number: int, cells: Sequence[object], heads: Sequence[str]) -> None:
    problems = [
        Problem(
            f"{shown(path)}:{number}:{_text(cell)}",
            0,
            0,
            f'the heading "{_text(cell)}" is unknown',
            near_miss(_text(cell), HEADINGS),
        )
        for cell, head in zip(cells, heads, strict=True)
        if _text(cell) and not head
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


def _filled(rows: Iterable[tuple[int, Sequence[object]]], after: int) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows with something in them, below the headings, without the remarks."""
    return ((number, cells) for number, cells in rows if number > after and _has_values(cells))


def _has_values(cells: Sequence[object]) -> bool:
    texts = [_text(cell) for cell in cells]
    return any(texts) and not next(filter(None, texts)).startswith("#")


def _squashed(text: str) -> str:
    """A heading without accents, spaces and signs: `Date of race` -> `dateofrace`, `Läufer` -> `laufer`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


# ---------------------------------------------------------------- one row


def _profile(path: Path, number: int, row: Row, default: Profile, fits: Plan) -> Profile:
    """A row as a profile. Raises ContentError with every problem of the row."""
    name = _text(row.get("name", ""))
    problems: list[Problem] = []
    if not name:
        problems.append(_problem(path, number, "name", "", "the name is missing"))
    for column, value in row.items():
        if len(_text(value)) > LONGEST_CELL:
            problems.append(_problem(path, number, column, name, f"longer than {LONGEST_CELL} characters"))
    if problems:
        raise ContentError(problems)
    document = Document(shown(path), _over(default, row), {}, _places(number))
    try:
        profile = check(document, Profile)
    except ContentError as error:
        raise ContentError(_in_column(path, name, problem) for problem in error.problems) from None
    if "time" not in row and profile.result.distance.metres != default.result.distance.metres:
        told = f"the time for {_text(row['distance'])} is missing"
        raise ContentError([_problem(path, number, "time", name, told, "leave both away, or give both")])
    try:
        fits(profile)
    except QuantityError as error:
        raise ContentError([_problem(path, number, _blamed(error.message), name, error.message, error.hint)]) from None
    return profile


def _blamed(message: str) -> str:
    """The column that a plan which cannot be made is laid to."""
    said = (word for word in ("result's date", "race", "plan") if word in message)
    return {"result's date": "result date", "race": "race date", "plan": "plan"}.get(next(said, ""), "time")


def _over(default: Profile, row: Row) -> dict[str, Any]:
    """A row laid over the default profile, as a profile file would have it."""
    result: dict[str, object] = {"distance": row.get("distance", default.result.distance)}
    result["time"] = _time(row["time"], result["distance"]) if "time" in row else default.result.time
    if "result date" in row or not {"time", "distance"} & set(row):
        result["date"] = _day(row.get("result date", default.result.day))
    race: dict[str, object] = {
        "name": default.race.name,
        "surface": default.race.surface,
        "pacing": default.race.pacing,
    }
    race["date"] = _day(row.get("race date", default.race.day))
    if default.race.goal and "time" not in row:
        race["goal"] = default.race.goal
    values: dict[str, Any] = {
        "name": _text(row["name"]),
        "level": _word(row, "level", default.level),
        "result": {key: value for key, value in result.items() if value is not None},
        "race": {key: value for key, value in race.items() if value is not None},
        "plan": _word(row, "plan", default.plan),
        "weeks": default.weeks if _word(row, "plan", default.plan) == default.plan else None,
        "days": _days(row["days"]) if "days" in row else default.days,
        "long-run": None if "days" in row else default.long_run,
        "units": _word(row, "units", default.units),
        "paper": _word(row, "paper", default.paper),
    }
    return {key: value for key, value in values.items() if value is not None}


def _word(row: Row, column: str, default: str | None) -> str | None:
    return _text(row[column]).lower() if column in row else default


def _days(value: object) -> object:
    """`4`, `tue thu sat`, `Tue, Thu, Sat`: a number, or the days themselves."""
    text = _text(value).removesuffix(".0")
    return int(text) if text.isdecimal() and len(text) < 3 else re.split(r"[\s,;/+]+", text)


def _day(value: object) -> object:
    """A date from a spreadsheet's own dates or from text; text goes on as it is written."""
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else _text(value)


def _time(value: object, distance: object) -> object:
    """A time from text, or from a spreadsheet's own times, which take `27:30` for hours and minutes.

    It is read as hours where that is a running speed for the distance, else as minutes: 3:30 for a marathon is three
    hours and a half, 27:30 for 5 km is not twenty-seven hours.
    """
    if isinstance(value, datetime):  # 24 hours and more: a moment after the spreadsheet's first day
        value = value - datetime(1899, 12, 31)
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if not isinstance(value, timedelta):
        return _text(value).removesuffix(".0") if isinstance(value, float) else _text(value)
    seconds = value.total_seconds()
    if not _is_run(distance, seconds) and _is_run(distance, seconds / 60):
        seconds /= 60
    return clock(seconds, 0 if seconds == int(seconds) else 1)


def _is_run(distance: object, seconds: float) -> bool:
    try:
        metres = distance.metres if isinstance(distance, Distance) else Distance.parse(_text(distance)).metres
        assess(Result(metres, seconds))
    except QuantityError:
        return False
    return True


# ---------------------------------------------------------------- problems

_COLUMNS = tuple(HEADINGS)


def _places(number: int) -> dict[At, tuple[int, int]]:
    """Where each value of a row's profile stands: its row, and the place of its column's name."""
    named: dict[At, str] = {**_KEY_OF, ("result",): "time", ("race",): "race date"}
    named |= {("days", n): "days" for n in range(7)}
    return {at: (number, _COLUMNS.index(column)) for at, column in named.items()}


def _in_column(path: Path, name: str, problem: Problem) -> Problem:
    return _problem(path, problem.line, _COLUMNS[problem.column], name, problem.message, problem.hint)


def _problem(path: Path, number: int, column: str, name: str, message: str, hint: str = "") -> Problem:
    """A problem with its row, its column by name, and the athlete's name: what the eye looks for in a spreadsheet."""
    return Problem(f"{shown(path)}:{number}:{column}", 0, 0, f"{name}: {message}" if name else message, hint)


# ---------------------------------------------------------------- names of files


def unique(names: Sequence[str]) -> list[str]:
    """A safe and unique name for the files of each; those of the same name are numbered as they come."""
    taken: set[str] = set()
    keys = []
    for name in names:
        base, number = slug(name), 1
        key = base
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        keys.append(key)
    return keys


def slug(name: str) -> str:
    """`Zoë O'Brien-Ångström` -> `zoe-o-brien-angstrom`; a name without Latin letters gets a number of its own."""
    spelt = name.translate(_SPELT)
    latin = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:LONGEST_SLUG].strip("-")
    letters = sum(character.isalpha() for character in name)
    if not words or sum(map(str.isalpha, words)) < letters / 2:
        digest = hashlib.sha256(unicodedata.normalize("NFC", name).encode()).hexdigest()[:8]
        return f"runner-{digest}"
    return f"runner-{words}" if words in RESERVED else words


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
