"""How people write what is raced and where: the distance of the race, its surface, its track."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from milebook.core.errors import QuantityError
from milebook.running.courses import RACE_METRES, TRACKS, RaceName, TrackName
from milebook.running.distance_readings import (
    RACE_NUMBER,
    RACE_UNITS,
    YARDS,
    numbers_in,
    read_race_distance,
)
from milebook.running.quantities import (
    METRES,
    METRES_PER_MILE,
    METRES_PER_YARD,
    clean,
)

# What a race is run on that is no track: laps are not counted there.
NO_TRACK = (
    *("road", "roads", "asphalt", "tarmac", "street", "pavement", "concrete", "trail", "trails", "gravel", "path"),
    *("towpath", "strasse", "stra\u00dfe", "route", "strada", "carretera", "weg"),
)


def read_surface(value: object) -> object:
    """`track`, or `road` for what is no track: `tarmac`, `trail`, `Strasse`. Any other word stays as it is written."""
    if not isinstance(value, str):
        return value
    word = unicodedata.normalize("NFC", " ".join(value.split())).lower()
    return "road" if word in NO_TRACK else "track" if word == "track" else value


_ROAD = r"\b(?:road|street|strasse|stra\u00dfe|route|strada|carretera|weg)\b"


def says_road(text: str) -> bool:
    """Whether a text says that a race is on the road."""
    return bool(re.search(_ROAD, text.lower()))


def read_race(value: object) -> RaceName:
    """The race that a plan leads to: `mile`, `1 mi`, `1500`, `1,500m`, `1.6 km`. Raises QuantityError.

    A word for the road is told: it is no distance, and a race is one on the track where nothing else says so.
    """
    if says_road(str(value)):
        raise QuantityError(
            f'"{value}" says where the race is run', "write the distance alone, and road as the surface"
        )
    try:
        metres = read_race_distance(value).metres
    except QuantityError:
        metres = 0.0
    for race, exact in RACE_METRES.items():
        if round(metres) == round(exact):
            return race
    raise QuantityError(f'a race of "{value}" is none that milebook plans for', f"write {_one_of(RACE_METRES)}")


# Words beside the length of a lap: `400 m track`, `200m indoor`, `Bahn 400 m`.
_TRACK_WORDS = r"\b(?:tracks?|laps?|indoors?|outdoors?|bahn|halle|hallenbahn|rundbahn|runde|piste|salle|pista|baan)\b"
_OF_A_MILE = re.compile(r"(?:1/4|\u00bc|quarter) ?-?(?:mi|mile)")


def read_track(value: object) -> TrackName:
    """The lap of a track: `400`, `200m`, `440 yards`, `440y`, `1/4 mile`, `400 m track`. Raises QuantityError."""
    text = " ".join(re.sub(_TRACK_WORDS, " ", clean(value, "track")).replace("()", " ").strip("()- ").split())
    metres = _lap_metres(text)
    for track, exact in TRACKS.items():
        if round(metres, 3) == float(exact):
            return track
    if says_road(clean(value, "track")):
        raise QuantityError("a race on the road has no track", "leave the track out, and write road as the surface")
    what = f'a track of "{value}" is not known' if metres else f'"{value}" does not say how long a lap of the track is'
    raise QuantityError(what, f"write {_one_of(TRACKS)}, the length of a lap")


def _lap_metres(text: str) -> float:
    """The metres of a lap; 0 for a text that has none. A bare number is metres, but 440 of them is no track: yards."""
    if _OF_A_MILE.fullmatch(text) or text in ("440", "440.0"):  # a number of a spreadsheet
        return METRES_PER_MILE / 4
    if yards := re.fullmatch(YARDS, text):
        return int(yards[1]) * METRES_PER_YARD
    match = re.fullmatch(RACE_NUMBER, text)
    unit = RACE_UNITS.get(match[2] or "m") if match else None
    return numbers_in(match[1])[0] * METRES[unit] if match and unit else 0.0


def _one_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"
