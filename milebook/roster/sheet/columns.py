"""What a heading of a roster says: which column it is of, in several languages, and what its brackets add to that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from milebook.core.errors import QuantityError
from milebook.roster.sheet.questions import column_asked, is_question
from milebook.roster.sheet.spreadsheet import cell_text
from milebook.running.courses import RACE_METRES
from milebook.running.distance_readings import RACE_UNITS, RACES, read_race_distance
from milebook.running.quantities import METRES_PER_MILE

MOST_ALONE = 20  # headings of a row that are a distance alone, below which times are looked for
OF_DAYS = frozenset({"days", "long-run", "speed-day"})  # columns of weekdays
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
        "dist",
        "resultdistance",
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
        *("personlichebestzeit", "meilleurtemps", "mejortiempo", "tempogara", "risultato", "marca"),
    ),
    "result date": (
        "resultdate",
        "dateofresult",
        "ergebnisdatum",
        "dateduresultat",
        "fecharesultado",
        "datarisultato",
        "gelaufenam",
    ),
    "trial": ("trial", "trialtime", "miletrial", "miletrialtime", "trialresult", "testlauf", "testlaufzeit"),
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
        *("nextrace", "nextracedate", "dateofnextrace"),
    ),
    "days": ("days", "daysaweek", "trainingdays", "tage", "trainingstage", "jours", "dias", "giorni", "dagen"),
    "units": ("units", "einheiten", "unites", "unidades", "unita", "eenheden"),
    "paper": ("paper", "papier", "papel", "carta"),
    "plan": ("plan", "piano"),
    "race name": (
        *("racename", "nameofrace", "rennname", "wettkampfname", "nomdelacourse", "nombredelacarrera", "nomegara"),
        *("wedstrijdnaam", "wettkampf"),
    ),
    "race distance": (
        *("racedistance", "distanceofrace", "nextracedistance", "goaldistance", "targetdistance", "renndistanz"),
        *("wettkampfdistanz", "wettkampfstrecke", "distancedelacourse", "distancecourse", "distanciadelacarrera"),
        *("distanciacarrera", "distanzagara", "distanzadellagara", "wedstrijdafstand"),
    ),
    "surface": ("surface", "untergrund", "terrain", "superficie", "ondergrond"),
    "track": (
        *("track", "tracklength", "lengthoftrack", "lap", "laplength", "bahn", "bahnlange", "rundenlange", "piste"),
        *("longueurdepiste", "pista", "longituddepista", "lunghezzapista", "baan", "baanlengte"),
    ),
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
    "made": ("made", "madeon", "planmade", "planmadeon", "erstellt", "erstelltam"),
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

# What else a column may be called, where the sheet has no other heading of it.
OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "name": ("parkrunner", "parkrunname"),
    "first name": ("first", "given", "forename"),
    "last name": ("last", "family"),
    "distance": ("event",),
    "time": ("seed", "seedtime", "mark", "best", "sb", "seasonbest", "seasonsbest", "seasonbesttime"),
}
# A race that was run where nothing else says how far that was, else the race to come.
RUN_OR_TO_COME = "racedistance"
MAYBE_OF = {heading: column for column, headings in OTHERWISE.items() for heading in headings}

# The headings that are of one language: they say which one a sheet is in. All others are English, or of several.
_OF_LANGUAGE: Mapping[str, str] = {
    "German": "lauferin laufer athlet teilnehmer teilnehmerin stufe distanz strecke zeit ergebnis bestzeit renndatum"
    " personlichebestzeit ergebnisdatum gelaufenam wettkampfdatum tage trainingstage einheiten rennname wettkampfname"
    " wettkampf untergrund ziel zielzeit renneinteilung wochen langerlauf tempotag vereinsabend startnummer vorname"
    " nachname gruppe",
    "French": "nom temps meilleurtemps dateduresultat datedecourse jours unites nomdelacourse objectif semaines"
    " sortielongue dossard prenom nomdefamille groupe",
    "Spanish": "nombre nivel distancia tiempo mejortiempo marca fecharesultado fechacarrera dias unidades papel"
    " nombredelacarrera objetivo semanas tiradalarga dorsal apellido apellidos grupo",
    "Italian": "nome livello distanza tempogara risultato datarisultato datagara giorni unita carta piano nomegara"
    " obiettivo settimane lungo pettorale cognome gruppo",
    "Dutch": "naam afstand tijd wedstrijddatum dagen eenheden wedstrijdnaam ondergrond doel weken duurloop voornaam"
    " achternaam groep",
}
LANGUAGE_OF = {heading: language for language, headings in _OF_LANGUAGE.items() for heading in headings.split()}


@dataclass(frozen=True)
class Heading:
    """A heading as it is written, the column it is of (none for one that is not ours), and what else it says.

    `distance` is what a time or a goal was run over: `PB (5k)`. `unit` is that of a distance, `Distance (km)`, or of a
    time, `Time (seconds)`. `asides` are what else stands in brackets, which nobody here understands; `bare` is the
    heading without brackets. `maybe` is the column that it is of where nothing else is: `Event`. A distance alone,
    `1600`, is of times that were run over it where times stand below: `is_distance_alone`.
    """

    text: str
    bare: str = ""
    column: str = ""
    distance: str = ""
    unit: str = ""
    asides: tuple[str, ...] = ()
    maybe: str = ""
    is_distance_alone: bool = False


def read_headings(cells: Iterable[object], has_times: Callable[[int, str], bool]) -> tuple[Heading, ...]:
    """The headings of a row, with those that are only read where no other is of their column.

    `has_times` says whether times over a distance stand below the heading of a place (from 0).
    """
    found = [read_heading(cell) for cell in cells]
    sure = {heading.column for heading in found}
    for column in ("time", "distance", "first name", "last name", *HEADINGS):
        if column in sure or not _may_stand(column, found):
            continue
        maybe = [place for place, each in enumerate(found) if each.maybe == column and not each.is_distance_alone]
        alone = [place for place, each in enumerate(found) if each.maybe == column and each.is_distance_alone]
        for place in maybe or [place for place in alone[:MOST_ALONE] if has_times(place, found[place].distance)]:
            found[place] = replace(found[place], column=column)
            sure.add(column)
    return tuple(map(_of_the_run, found)) if _lacks_distance(found) else tuple(found)


def _lacks_distance(found: Sequence[Heading]) -> bool:
    """Whether there are times, and nothing says how far was run."""
    times = [heading for heading in found if heading.column == "time"]
    has_distance = any(heading.column == "distance" for heading in found)
    return bool(times) and not has_distance and not any(heading.distance for heading in times)


def _of_the_run(heading: Heading) -> Heading:
    """`Race distance` as that of the race that was run."""
    is_either = heading.column == "race distance" and squashed(heading.bare) == RUN_OR_TO_COME
    return replace(heading, column="distance") if is_either else heading


def _may_stand(column: str, found: Sequence[Heading]) -> bool:
    """Whether the other headings of a row let one be of a column that it may be of: `Last` wants a `First`."""
    having = {name for heading in found for name in (heading.column, heading.maybe)}
    if column == "distance":  # an event is no distance where nothing was run over it, or the time says it
        times = [heading for heading in found if heading.column == "time"]
        return bool(times) and not any(heading.distance for heading in times)
    if column == "name":  # `Parkrun name` is a parkrun's where the sheet has names of athletes
        return not having & {"first name", "last name"}
    if column in ("first name", "last name"):
        return {"first name", "last name"} <= having
    return True


def read_heading(cell: object) -> Heading:
    """The column that a heading is of, and what it says beside that."""
    text = cell_text(cell)
    return _read_short(text) if len(text) <= LONGEST_QUANTITY else _read_words(text)


def _read_words(text: str) -> Heading:
    """A text as a heading, also where a unit of time stands at its end."""
    heading = _read_text(text)
    if heading.column or heading.maybe or len(heading.bare) > LONGEST_QUANTITY:
        return heading
    if unit := _TIME_WORDS.search(heading.bare):  # `Time in seconds`
        timed = _read_text(heading.bare[: unit.start()])
        if timed.column in _OF_A_RUN or (timed.maybe == "time" and not timed.is_distance_alone):
            return replace(timed, text=heading.text, bare=heading.bare, unit=TIME_UNITS[unit[1].casefold()])
    return heading


_read_short = lru_cache(maxsize=1024)(_read_words)  # a list has the same cells again and again


def _read_text(text: str) -> Heading:
    bare = " ".join(_BRACKETS.sub(" ", text).split()) or text
    heading = Heading(text, bare, "id" if text == "#" else COLUMN_OF.get(squashed(text), ""))
    if heading.column:
        return heading
    asides = [" ".join(aside.split()) for aside in _BRACKETS.findall(text)]
    if column := COLUMN_OF.get(squashed(bare), ""):
        return _with_asides(replace(heading, column=column), asides)
    if column := MAYBE_OF.get(squashed(bare), ""):
        return _or_not(_with_asides(replace(heading, column=column), asides))
    column, quantity, is_sure = next(_quantities_in(bare), ("", "", True))
    if column:
        found = _with_asides(replace(heading, column=column), [quantity, *asides])
        return found if is_sure else _or_not(found)
    if is_distance(bare.casefold()):
        return replace(heading, maybe="time", distance=bare.casefold(), is_distance_alone=True, asides=_unread(asides))
    if column := column_asked(bare):
        asked = _with_asides(replace(heading, column=column), asides)
        return asked if is_question(text) else _or_not(asked)
    return heading


def _or_not(heading: Heading) -> Heading:
    """A heading that is only read where no other is of its column."""
    return replace(heading, column="", maybe=heading.column)


def language_of(headings: Iterable[Heading]) -> str:
    """The language of a sheet: that of the headings of days where they are of one, else of all; empty for any other."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for heading in headings:
        if heading.column and (language := LANGUAGE_OF.get(squashed(heading.bare), "")):
            found[heading.column in OF_DAYS].add(language)
    of_days, of_all = found[True], found[True] | found[False]
    return next((next(iter(several)) for several in (of_days, of_all) if len(several) == 1), "")


def squashed(text: str) -> str:
    """A heading without accents, spaces and signs: `Date of race` -> `dateofrace`, `Läufer` -> `laufer`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


# ---------------------------------------------------------------- brackets

_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_OF_A_RUN = ("time", "goal", "trial")  # what is run over a distance
# Metres of what is usually run on a track: nobody means a year or a row.
_BARE_RACES = frozenset(map(str, (400, 800, 1000, 1500, 1600, 1609, 3000, 3200, 5000, 10_000)))
_THOUSANDS = re.compile("(?<=[0-9])[., ](?=[0-9]{3}$)")
# Units of time in the heading of a column of numbers; `m` may be metres.
TIME_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunden", "secondes", "segundos"), "s"),
    **dict.fromkeys(("secondi", "seconden"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "minutos", "minuti"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunden", "heures", "horas", "ore", "uren"), "h"),
}
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


def _unread(asides: Iterable[str]) -> tuple[str, ...]:
    """What of the asides of a heading is neither a format nor a word that changes nothing."""
    return tuple(one for one in asides if not (_FORMAT.fullmatch(one.casefold()) or _ASIDE.fullmatch(one.casefold())))


def _with_asides(heading: Heading, asides: Iterable[str]) -> Heading:
    """A heading with what stands in its brackets: a distance, a unit, or what is not understood.

    Of two distances or units it is not known which one is meant: then it has none, and both are told as not understood.
    """
    parts = [part for aside in asides for part in _parts_of(heading, aside)]
    units = {part: _time_unit(part) for part in parts if heading.column in _OF_A_RUN and _time_unit(part)}
    if len(set(units.values())) == 1:
        heading = replace(heading, unit=next(iter(units.values())))
        parts = [part for part in parts if part not in units]
    kept = list(_unread(parts))
    measures = [part for part in parts if _is_measure(heading, part)]
    if heading.column == "goal":  # one for the mile; of another race it says which
        measures = [part for part in measures if not is_mile(part)][:1] or measures[:1]
    if len(set(measures)) != 1:
        return replace(heading, asides=tuple(kept))
    heading = replace(heading, asides=tuple(part for part in kept if part != measures[0]))
    if heading.column in ("distance", "race distance"):
        return replace(heading, unit=measures[0].casefold().removeprefix("in "))
    return replace(heading, distance=measures[0])


def _parts_of(heading: Heading, aside: str) -> list[str]:
    """What stands between commas, where one of it is a distance or a unit: `5k, mm:ss`; else all as one."""
    parts = [part.strip() for part in re.split("[,;]", aside[:LONGEST_QUANTITY]) if part.strip()]
    is_split = len(parts) > 1 and not _ASIDE.fullmatch(aside.casefold())
    if is_split and not _is_measure(heading, aside) and any(_is_measure(heading, part) for part in parts):
        return parts
    return [aside] if aside.strip() else []


def _time_unit(part: str) -> str:
    """`s` for `seconds` and `in sec.`; empty for what is no unit of time."""
    return TIME_UNITS.get(part.casefold().removeprefix("in ").rstrip("."), "")


def _is_measure(heading: Heading, part: str) -> bool:
    if heading.column in _OF_A_RUN:
        return is_distance(part.casefold())
    return heading.column in ("distance", "race distance") and _is_unit(part.casefold())


def is_distance(text: str) -> bool:
    """Whether a text is the distance of a race: `5k`, `10 km`, `mile`, `1600`; other bare numbers are none."""
    if re.fullmatch("[0-9., ]+", text) and _THOUSANDS.sub("", text) not in _BARE_RACES:
        return False
    try:
        return bool(read_race_distance(text).metres)
    except QuantityError:
        return False


def is_mile(text: str) -> bool:
    """Whether a distance is the mile."""
    return round(read_race_distance(text).metres) == round(METRES_PER_MILE)


def is_race(text: str) -> bool:
    """Whether a distance is that of a race to plan for: a mile, 1500 m, 1600 m."""
    return round(read_race_distance(text).metres) in map(round, RACE_METRES.values())


def _is_unit(text: str) -> bool:
    return text.removeprefix("in ") in RACE_UNITS or text.removeprefix("in ") in _YARDS


# ---------------------------------------------------------------- distances and units among the words


def _either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


DISTANCE = re.compile(
    rf"(?<![\w.,])(?:[0-9]{{1,6}}(?:[.,][0-9]{{1,3}})? ?-?(?:{_either(RACE_UNITS)})|{_either(RACES)})(?!\w)"
)
# The same, or a usual distance without its unit: `1600 PR`, but not `1600.5` or `1600-2000`.
_METRES = "|".join(re.sub("(?<=[0-9])(?=[0-9]{3}$)", "[.,]?", race) for race in sorted(_BARE_RACES))
_DISTANCE_OR_METRES = re.compile(rf"{DISTANCE.pattern}|(?<![\w.,:/-])(?:{_METRES})(?![\w:/-]|[.,][0-9])")
_UNIT = re.compile(rf"(?<!\w)(?:{_either({*RACE_UNITS, *_YARDS})})$")
_TIME_WORDS = re.compile(rf" (?:in )?({_either(word for word in TIME_UNITS if len(word) > 2)})$", re.IGNORECASE)
_LINKS = re.compile(
    "(?<!\\w)(?:for|over|in|at|of|my|your|recent|latest|current|last|best|\u00fcber|auf|f\u00fcr|sur|pour|en|su|per|op|voor)(?!\\w)"
)


def _quantities_in(bare: str) -> Iterator[tuple[str, str, bool]]:
    """Which column a heading is of that has a distance or a unit among its words: `5k time`, `Distance in km`.

    With the distance or unit, and whether the column is sure.
    """
    text = " ".join(bare.casefold().split())
    if len(text) > LONGEST_QUANTITY:
        return
    for match in _DISTANCE_OR_METRES.finditer(text):
        rest = f"{text[: match.start()]} {text[match.end() :]}"
        column, is_sure = _column_among(rest)
        if column in _OF_A_RUN and is_distance(match[0]):
            yield column, match[0], is_sure
    if (unit := _UNIT.search(text)) and COLUMN_OF.get(squashed(_LINKS.sub(" ", text[: unit.start()]))) == "distance":
        yield "distance", unit[0], True


def _column_among(rest: str) -> tuple[str, bool]:
    """The column that the words around a distance are of, and whether that is sure."""
    plain, unlinked = squashed(rest), squashed(_LINKS.sub(" ", rest))
    if column := COLUMN_OF.get(plain) or COLUMN_OF.get(unlinked):
        return column, True
    if column := MAYBE_OF.get(plain) or MAYBE_OF.get(unlinked):
        return column, False
    return column_asked(rest), is_question(rest)
