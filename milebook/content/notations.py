"""How each quantity is written, as JSON Schema: what an editor offers, explains and underlines while a coach types.

The patterns take everything the readers in `quantities` take (a range that runs backwards passes here: no pattern can
compare). They are put together from the same words. Letters are spelt in both cases, since a pattern of JSON Schema
has no switch for that; `patternErrorMessage` is what VS Code shows instead of the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from milebook.running import quantities, readings
from milebook.running.distance_readings import RACE_NUMBER, RACE_UNITS, RACES
from milebook.running.quantities import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_BARE,
    LONGEST_TEXT,
    NAMED,
    PART_METRES,
    PART_SECONDS,
    REPS,
    SECONDS_WORDS,
    SHORTEST_BARE,
    STRIDE_METRES,
    UNIT_WORDS,
    Limits,
)

LONGEST_ADDRESS = 120  # characters: a longer one makes a code too fine to scan from paper
WEB_ADDRESS = r"https?://[A-Za-z0-9_.-]+(?::[0-9]+)?(?:/[!-~]*)?"

Shape = dict[str, Any]  # a JSON Schema; its title names it where it stands in several places


def any_case(words: Iterable[str]) -> str:
    """A pattern for one of the words, in capitals or not, with any space between its parts."""
    return "(?:" + "|".join(map(_any_case, sorted(words, key=len, reverse=True))) + ")"


def _any_case(word: str) -> str:
    signs = (f"[{c}{c.upper()}]" if c.isalpha() and len(c.upper()) == 1 else c for c in word)  # a capital ß is two
    return "".join(signs).replace(" ", r"\s+")


def _text(pattern: str, examples: Sequence[object]) -> Shape:
    return {
        "type": "string",
        "maxLength": LONGEST_TEXT,
        "pattern": rf"^\s*(?:{pattern})\s*$",
        "patternErrorMessage": "write for example " + ", ".join(map(str, examples)),
    }


def _shape(title: str, description: str, examples: Sequence[object], *ways: Shape) -> Shape:
    """A value that may be written in several ways; of the first one VS Code says what is wrong."""
    way = ways[0] if len(ways) == 1 else {"anyOf": list(ways)}
    return {"title": title, "description": description, "examples": list(examples), **way}


def _quantity(title: str, description: str, examples: Sequence[object], pattern: str, *numbers: Shape) -> Shape:
    """A text of one pattern, or a bare number."""
    return _shape(title, description, examples, _text(pattern, examples), *numbers)


def _ranged(one: str, bare: str, with_unit: str) -> str:
    """One value, two with a dash between them, or a bare number, a dash and a value whose unit serves both."""
    return f"(?:{one})(?:{_DASH}(?:{one}))?|{bare}{_DASH}(?:{with_unit})"


def _limited(shape: Shape, title: str, limits: Limits[Any], examples: Sequence[object]) -> Shape:
    """The same under a title of its own, with the limits of its place told: no pattern can compare."""
    return {**shape, "title": title, "description": f"{shape['description']} {_sentence(limits)}", "examples": examples}


def _sentence(*limits: Limits[Any]) -> str:
    told = ", or ".join(map(str, limits))
    return f"{told[0].upper()}{told[1:]}."


def _as_typed(pattern: str) -> str:
    """A pattern of `readings` as an editor needs it: letters in both cases, and all the signs that are read alike."""
    tokens = re.findall(r"\(\?:|\[[^\]]*\]|\{[^}]*\}|.", pattern)
    return "".join(_TYPED.get(token) or (_any_case(token) if token.isalpha() else token) for token in tokens)


_TYPED = {
    "'": readings.SIGNS[0][0].replace("[", "['"),
    '"': "(?:" + readings.SIGNS[1][0].replace("[", '["') + ")",
    ":": r"\s*:\s*",
    " ": r"(?:\s+)",
}

_YEAR = "(?:19[7-9][0-9]|20[0-9]{2}|2100)"
_LETTERS = "[A-Za-z\u00c0-\u00ff]"
_FIGURES = "[0-9]{1,2}"
_DATE = "|".join(  # whether there is such a day, and only one, no pattern can say
    (
        f"{_YEAR}(?:-?[0-9]{{2}}-?[0-9]{{2}}|-?W[0-9]{{2}}(?:-?[1-7])?)",
        rf"{_YEAR}[-/.\s]\s*(?:{_FIGURES}|{_LETTERS}{{3,10}}[.]?)[-/.\s]\s*{_FIGURES}{{after}}",
        rf"(?:{_LETTERS}{{2,10}}[.]?,?\s+)?{_FIGURES}[./-]\s*{_FIGURES}[./-]\s*{_YEAR}{{after}}",
        rf"(?:{_LETTERS}{{2,10}}[.]?,?\s+)?{_FIGURES}[^0-9:]{{3,30}}{_YEAR}{{after}}",
        rf"(?:{_LETTERS}{{2,10}}[.]?,?\s+)?{_FIGURES}(?:[.]\s*{_FIGURES}[.]\s*|[^0-9:]{{3,30}})[0-9]{{2}}{{after}}",
        rf"(?:{_LETTERS}{{2,10}}[.]?,?\s+)?{_LETTERS}{{3,10}}[.]?\s*{_FIGURES}[^0-9:]{{1,5}}{_YEAR}{{after}}",
    )
).replace("{after}", r"(?:(?:[Tt]|,?\s*)[0-9]{1,2}:[0-9]{2}[0-9:.+ZzAaPpMmUuHhRr\s-]*)?")
_DASH = r"\s*[-\u2010-\u2015\u2212]\s*"
_NOT_ZERO = "(?=[0.:]*[1-9])"
_NUMBER = r"(?:[0-9]{1,6}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})"

_MEASURED = rf"{_NOT_ZERO}{_NUMBER}\s*{any_case(UNIT_WORDS)}"
_NAMED_DISTANCE = any_case(NAMED)
_DISTANCE = f"{_MEASURED}|{_NAMED_DISTANCE}"

_CLOCK = rf"{_NOT_ZERO}(?:[0-9]{{1,3}}:[0-5][0-9]|[0-9]{{1,3}}):[0-5][0-9](?:\.[0-9]{{1,6}})?"
_TIMED = rf"{_NOT_ZERO}{_NUMBER}\s*{any_case(SECONDS_WORDS)}"
_BARE_SECONDS = r"0{0,4}[3-9][0-9](?:\.[0-9]{1,6})?"
_TIME = f"{_CLOCK}|{_TIMED}|{_BARE_SECONDS}"
_SECONDS: Shape = {"type": "number", "minimum": SHORTEST_BARE, "exclusiveMaximum": LONGEST_BARE}

_SHARE = r"0*(?:[0-9]{1,2}(?:\.[0-9]+)?|100(?:\.0+)?)"
_PERCENT = rf"{_SHARE}\s*%"

_TIMES_SIGN = r"(?:\s*[xX×])?"
_COUNT = rf"(?=0*[1-9])[0-9]{{1,6}}{_TIMES_SIGN}"

_DISTANCES = _ranged(_DISTANCE, _NUMBER, _DISTANCE)
_TIMES = _ranged(_TIME, _NUMBER, _TIMED)

DISTANCE = _quantity("distance", "A distance with its unit.", ("5 km", "400 m", "1 mi", "half marathon"), _DISTANCE)
TIME = _quantity(
    "time",
    "A time: hours, minutes and seconds with colons, or a number with its unit. "
    f"A bare number from {SHORTEST_BARE} to below {LONGEST_BARE} is seconds.",
    ("5:40", "27:30", "1:45:10", 58.4),
    _TIME,
    _SECONDS,
)
RACE_DISTANCE = _quantity(
    "race-distance",
    "The distance of a race, with its unit or by its name; a bare number is metres.",
    ("5 km", "1500 m", "1 mi", "half marathon"),
    f"{any_case(RACES)}|{_NOT_ZERO}{_as_typed(RACE_NUMBER.removesuffix('([a-z]*)'))}"
    rf"{any_case(RACE_UNITS)}|[1-9][0-9]{{0,2}}[.,]?[0-9]{{3}}|[4-9][0-9]{{2}}",
    {"type": "number", "minimum": 400, "maximum": quantities.MARATHON},
)
RACE_TIME = _quantity(
    "race-time",
    "A time: hours, minutes and seconds with colons, or as in 20'50 or 1h02. "
    "It is read where only one reading of it is a run over the distance.",
    ("5:40", "27:30", "1:45:10", 58.4),
    f"(?=[^1-9]*[1-9])(?:{'|'.join(dict.fromkeys(_as_typed(each.pattern) for each in readings.TIMES if each.sure))})",
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": LONGEST_BARE},
)
PART_DISTANCE = _limited(DISTANCE, "part-distance", PART_METRES, ["400 m", "200 m", "1 mi"])
PART_TIME = _limited(TIME, "part-time", PART_SECONDS, ["60 s", "3 min"])
TIMES = _quantity(
    "time-or-range",
    f"A time, or from one to another. {_sentence(PART_SECONDS)}",
    ("60-90 s", "3 min", "30-45 min"),
    _TIMES,
    _SECONDS,
)
AMOUNT = _quantity(
    "distance-or-time",
    "How far or how long; of a range, the week's `volume` says how far up it the runner goes. "
    "With `at most`, runners who would need longer for the distance go by time. "
    f"{_sentence(PART_METRES, PART_SECONDS)}",
    ("2-3 mi", "75-90 min", "4-6 mi, at most 50 min", "15 min"),
    rf"(?:{_DISTANCES})(?:\s*,?\s*{any_case(('at most', 'max', 'max.'))}\s*(?:{_TIME}))?|{_TIMES}",
    _SECONDS,
)
COLOUR = _quantity(
    "colour",
    "Red, green and blue, in quotes. It must be dark enough to read on white.",
    ("#b3321e", "#0b5d3b"),
    "#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})",
)
ADDRESS: Shape = {
    "title": "web-address",
    "description": "A web address in full.",
    "examples": ["https://example.org"],
    "type": "string",
    "maxLength": LONGEST_ADDRESS,
    "pattern": rf"^\s*{WEB_ADDRESS}\s*$",
    "patternErrorMessage": "write it in full, for example https://example.org",
}
PERCENT = _quantity("percentage", "From 0 % to 100 %.", ("75 %", "0 %"), _PERCENT)
PERCENTS = _quantity(
    "percentage-or-range", "A share, or from one to another.", ("75-80 %", "75 %"), _ranged(_PERCENT, _SHARE, _PERCENT)
)
COUNTS = _quantity(
    "number-or-range",
    f"How many, {REPS}; of a range, the week's `volume` says how far up it the runner goes.",
    (8, "6-8"),
    _ranged(_COUNT, _COUNT, _COUNT),
    {"type": "integer", "minimum": REPS.least.value, "maximum": REPS.most.value},
)
STRIDE_DISTANCE = _limited(DISTANCE, "stride-distance", STRIDE_METRES, ["60 m", "100 m"])
STRIDE_EFFORT = _limited(PERCENTS, "stride-effort", quantities.STRIDE_EFFORT, ["75-80 %", "75 %"])
RAMP = _limited(PERCENT, "ramp", quantities.RAMP, ["15 %"])
EASE = _limited(PERCENT, "ease", quantities.EASE, ["80 %"])
RISE = _limited(PERCENT, "rise", quantities.RISE, ["30 %"])
DAY = _quantity(
    "date",
    f"Year-month-day, from {FIRST_YEAR} to {LAST_YEAR}.",
    ("2027-06-12",),
    _DATE,
    {"type": "integer", "minimum": FIRST_YEAR * 10000 + 101, "maximum": LAST_YEAR * 10000 + 1231},
)
YES_OR_NO: Shape = {
    "title": "yes-or-no",
    "anyOf": [
        {"type": "boolean"},
        {"enum": [0, 1]},
        _text(any_case(("yes", "no", "y", "n", "true", "false", "t", "f", "on", "off", "1", "0")), ("true", "false")),
    ],
}


def effort(hardest: int) -> Shape:
    """How hard it feels, from 1 to the hardest."""
    one = f"0{{0,5}}(?:{'|'.join(map(str, range(hardest, 0, -1)))}){_TIMES_SIGN}"
    return _quantity(
        "effort",
        f"How hard it feels, from 1 to {hardest}.",
        (3, "9-10"),
        _ranged(one, one, one),
        {"type": "integer", "minimum": 1, "maximum": hardest},
    )


def weekday(short: Sequence[str], long: Sequence[str]) -> Shape:
    """A weekday, offered in its short form."""
    examples = short[1:3]
    also = _text(any_case((*short, *map(str.lower, long))), examples)
    return _shape("weekday", "A day of the week.", examples, {"enum": list(short)}, also)


def word(known: Sequence[str], also: Iterable[str] = ()) -> Shape:
    """A word from a list, offered in small letters; `also` are read, and not offered."""
    return {"anyOf": [{"enum": list(known)}, _text(any_case((*known, *also)), known)]}


def race(known: Iterable[str]) -> Shape:
    """One of the miles there are, however its distance is written."""
    names = (name for name, (metres, _) in RACES.items() if round(metres) == round(quantities.METRES_PER_MILE))
    metres, kilometres, miles = (
        any_case(word for word, unit in RACE_UNITS.items() if unit == wanted) for wanted in ("m", "km", "mi")
    )
    number = (
        rf"1[.,\s]?[56]00(?:\s*-?{metres})?|1609(?:\.344)?(?:\s*-?{metres})?|"
        rf"1[.,](?:[56]0{{0,2}}|609)\s*-?{kilometres}"
    )
    also = _text(rf"{any_case(names)}|{number}|1\s*-?{miles}", [*known])
    bare = {"type": "number", "enum": [1500, 1600, 1609]}
    return _shape("race", "What is raced: a mile, 1500 m or 1600 m.", [*known], {"enum": [*known]}, also, bare)


def track(known: Iterable[str]) -> Shape:
    """The lap of a track, with its unit."""
    yards, metres = any_case(("yards", "yard", "yds", "yd", "y")), any_case(("metres", "meters", "m"))
    aside = rf"(?:\s+{any_case(('track', 'lap', 'indoor', 'outdoor'))})*"
    also = _text(rf"(?:[234]00(?:\s*{metres})?|440(?:\s*{yards})?){aside}", [*known])
    bare = {"type": "number", "enum": [400, 300, 200, 440]}
    return _shape("track", "How long a lap of the track is.", [*known], {"enum": [*known]}, also, bare)


def language(known: Iterable[str]) -> Shape:
    """A language, with a country perhaps."""
    return _text(rf"{any_case(known)}(?:[-_][A-Za-z]{{2}})?", ("en", "en-GB"))


def days(one: Shape, most: int) -> Shape:
    """A week's training days: a list of weekdays, or how many."""
    return {
        "anyOf": [
            {"type": "array", "items": one, "minItems": 1, "maxItems": most, "uniqueItems": True},
            {"type": "integer", "minimum": 1, "maximum": most},
        ],
        "examples": [["tue", "thu", "sat", "sun"], 4],
    }


def pace(known: Sequence[str]) -> Shape:
    """The race whose pace a repetition is run at; `5k` is `5 km`."""
    kilometres = [name.removesuffix(" km") for name in known if name.endswith(" km")]
    others = any_case(name for name in known if not name.endswith(" km"))
    also = _text(rf"{others}|(?:{'|'.join(kilometres)})\s*[kK][mM]?", known)
    return _shape("pace", "", known[:1], {"enum": list(known)}, also)


def name_of(what: str, *examples: str) -> Shape:
    """The name of a file, without its ending."""
    return {"title": f"{what}-name", "description": f"The name of a {what}.", "type": "string", "examples": [*examples]}


def by_level(shape: Shape, levels: Sequence[str]) -> Shape:
    """One value for all levels, or a mapping that may leave levels out."""
    one: Shape = {
        "description": shape["description"],
        "examples": shape["examples"],
        "anyOf": [shape, {"type": "null"}],
    }
    mapping = {"type": "object", "properties": dict.fromkeys(levels, one), "additionalProperties": False}
    return {
        "title": f"{shape['title']}-by-level",
        "description": f"{shape['description']} One for all levels, or one for each; a level left out has none.",
        "examples": [shape["examples"][0], dict.fromkeys(levels, shape["examples"][0])],
        "anyOf": [shape, mapping],
    }


def just_one(first: str, second: str) -> Shape:
    """A mapping that needs one of two keys and may not have a plain value in both."""
    plain = {"type": ["string", "number"]}
    both = {"properties": {first: plain, second: plain}, "required": [first, second]}
    return {"anyOf": [{"required": [first]}, {"required": [second]}], "not": both}
