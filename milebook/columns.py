"""What a heading of a roster says: which column it is of, in several languages, and what its brackets add to that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from milebook.errors import QuantityError
from milebook.quantities import METRES_PER_MILE
from milebook.readings import RACE_UNITS, RACES, read_race_distance
from milebook.spreadsheet import cell_text

LONGEST_QUANTITY = 80  # characters of a heading in whose words a distance is looked for

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
        *("yourname", "athletesname", "participant", "participantname", "participantsname", "teilnehmer"),
        "teilnehmerin",
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
        *("pbdistance", "timedistance"),
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
        "tijd",
        "resultat",
        "ergebnis",
        *("bestzeit", "personalbest", "personalrecord", "pbtime", "prtime", "recenttime", "recentresult"),
        *("personlichebestzeit", "meilleurtemps", "mejortiempo", "tempogara", "risultato"),
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
COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True)
class Heading:
    """A heading as it is written, the column it is of (none for one that is not ours), and what else it says.

    `distance` is what a time or a goal was run over: `PB (5k)`. `unit` is that of a distance: `Distance (km)`.
    `asides` are what else stands in brackets, which nobody here understands; `bare` is the heading without brackets.
    """

    text: str
    bare: str = ""
    column: str = ""
    distance: str = ""
    unit: str = ""
    asides: tuple[str, ...] = ()


def read_heading(cell: object) -> Heading:
    """The column that a heading is of, and what it says beside that."""
    text = cell_text(cell)
    bare = " ".join(_BRACKETS.sub(" ", text).split()) or text
    heading = Heading(text, bare, "id" if text == "#" else COLUMN_OF.get(squashed(text), ""))
    if heading.column:
        return heading
    asides = [" ".join(aside.split()) for aside in _BRACKETS.findall(text)]
    if column := COLUMN_OF.get(squashed(bare), ""):
        return _with_asides(replace(heading, column=column), asides)
    column, quantity = next(_quantities_in(bare), ("", ""))
    return _with_asides(replace(heading, column=column), [quantity, *asides]) if column else heading


def squashed(text: str) -> str:
    """A heading without accents, spaces and signs: `Date of race` -> `dateofrace`, `Läufer` -> `laufer`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


# ---------------------------------------------------------------- brackets

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_OF_A_RUN = ("time", "goal")  # what is run over a distance
_BARE_RACES = frozenset(
    {"800", "1000", "1500", "1609", "3000", "5000", "10000"}
)  # metres: nobody means a year or a row
_YARDS = frozenset({"yards", "yard", "yds", "yd"})

# How times and dates are to be written, in the languages of the headings: `mm:ss`, `hh:mm:ss.0`, `TT.MM.JJJJ`.
_PARTS_OF_A_FORMAT = (
    "h{1,2}|m{1,4}|s{1,2}|d{1,2}|t{1,2}|j{1,4}|y{2,4}|a{2,4}|g{1,2}|0{1,3}|x{1,3}|min|mins|sec|secs|sek|std"
)
_FORMAT = re.compile(rf"(?:{_PARTS_OF_A_FORMAT})(?:[:./, '\"-]+(?:{_PARTS_OF_A_FORMAT}|or|oder|ou|and|und))*['\"]*")
_ASIDE = re.compile(
    "(?:optional|required|mandatory|if (?:any|known)|freiwillig|pflicht(?:feld)?|facultatif|obligatoire|opcional"
    "|obligatorio|facoltativo|obbligatorio|optioneel|verplicht|[*]|a week|per week|pro woche"
    "|(?:e[.] ?g[.]?|eg|z[.] ?b[.]?|p[.] ?ex[.]?|par exemple|for example|zum beispiel|bijv[.]?|ex[.]|es[.])"
    "(?:[ ,:].*|$))"
)


def _with_asides(heading: Heading, asides: Iterable[str]) -> Heading:
    """A heading with what stands in its brackets: a distance, a unit, or what is not understood.

    Of two distances or units it is not known which one is meant: then it has none, and both are told as not understood.
    """
    parts = [part for aside in asides for part in _parts_of(heading, aside)]
    kept = [part for part in parts if not (_FORMAT.fullmatch(part.casefold()) or _ASIDE.fullmatch(part.casefold()))]
    measures = [part for part in parts if _is_measure(heading, part)]
    if heading.column == "goal":  # one for the mile; any other is told
        measures = [part for part in measures if not is_mile(part)][:1] or measures[:1]
    if len(set(measures)) != 1:
        return replace(heading, asides=tuple(kept))
    heading = replace(heading, asides=tuple(part for part in kept if part != measures[0]))
    if heading.column == "distance":
        return replace(heading, unit=measures[0].casefold().removeprefix("in "))
    return replace(heading, distance=measures[0])


def _parts_of(heading: Heading, aside: str) -> list[str]:
    """What stands between commas, where one of it is a distance or a unit: `5k, mm:ss`; else all as one."""
    parts = [part.strip() for part in re.split("[,;]", aside[:LONGEST_QUANTITY]) if part.strip()]
    is_split = len(parts) > 1 and not _ASIDE.fullmatch(aside.casefold())
    if is_split and not _is_measure(heading, aside) and any(_is_measure(heading, part) for part in parts):
        return parts
    return [aside] if aside.strip() else []


def _is_measure(heading: Heading, part: str) -> bool:
    if heading.column in _OF_A_RUN:
        return is_distance(part.casefold())
    return heading.column == "distance" and _is_unit(part.casefold())


def is_distance(text: str) -> bool:
    """Whether a text is the distance of a race: `5k`, `10 km`, `mile`, `5000`; other bare numbers are none."""
    if re.fullmatch("[0-9.,]+", text) and text not in _BARE_RACES:
        return False
    try:
        return bool(read_race_distance(text).metres)
    except QuantityError:
        return False


def is_mile(text: str) -> bool:
    """Whether a distance is the mile."""
    return round(read_race_distance(text).metres) == round(METRES_PER_MILE)


def _is_unit(text: str) -> bool:
    return text.removeprefix("in ") in RACE_UNITS or text.removeprefix("in ") in _YARDS


# ---------------------------------------------------------------- distances and units among the words


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_DISTANCE = re.compile(
    rf"(?<![\w.,])(?:[0-9]{{1,6}}(?:[.,][0-9]{{1,3}})? ?-?(?:{_either(RACE_UNITS)})|{_either(RACES)})(?!\w)"
)
_UNIT = re.compile(rf"(?<!\w)(?:{_either({*RACE_UNITS, *_YARDS})})$")
_LINKS = re.compile(
    "(?<!\\w)(?:for|over|in|at|of|my|your|recent|latest|current|last|best|\u00fcber|auf|f\u00fcr|sur|pour|en|su|per|op|voor)(?!\\w)"
)


def _quantities_in(bare: str) -> Iterator[tuple[str, str]]:
    """Which column a heading is of that has a distance or a unit among its words: `5k time`, `Distance in km`."""
    text = " ".join(bare.casefold().split())
    if len(text) > LONGEST_QUANTITY:
        return
    for match in _DISTANCE.finditer(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        column = COLUMN_OF.get(squashed(rest)) or COLUMN_OF.get(squashed(_LINKS.sub(" ", rest)), "")
        if column in _OF_A_RUN and is_distance(match[0]):
            yield column, match[0]
    if (unit := _UNIT.search(text)) and COLUMN_OF.get(squashed(_LINKS.sub(" ", text[: unit.start()]))) == "distance":
        yield "distance", unit[0]
