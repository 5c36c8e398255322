"""What may stand in the attributes and styles of an SVG: what the print engine can draw, and nothing it only may.

The engine reads numbers, lengths, colours, transforms and paths by splitting texts, and stops with an exception, or
never stops, where they are not what it expects (`svg/path.py` loops for ever on a number after `Z`). So each is read
here by a grammar that is narrower than SVG's: numbers are finite and bounded, and none touches the next in a way that
the engine's splitting would read differently. Words that the engine does not look at may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import cos, radians, sin, tan

LARGEST = 1e7  # of any number in a drawing
SHORTEST_RADIUS = 1e-6  # of an arc, unless it is 0
LARGEST_FONT = 1000  # pixels
MOST_DASHES = 100  # in one line
LARGEST_SCALE = 1e6  # of one transform

_SPACE = r"[ \t\r\n]*+"
_BETWEEN = rf"{_SPACE},?+{_SPACE}"
_NUMBER = (
    r"(?>[+-]?(?:\d{1,15}+(?!\d)(?:\.\d{1,20}+(?!\d)|\.(?![.\d]))?|\.\d{1,20}+(?!\d))(?:[eE][+-]?\d{1,2}+(?![.\d]))?)"
)
_FLAG = "[01]"
_UNIT = r"(?:px|pt|pc|in|cm|mm|em|rem|ex|%)?"
_ID = r"[\w.:-]+"
REFERENCE = re.compile(rf"url\({_SPACE}(?:#({_ID})|'#({_ID})'|\"#({_ID})\"){_SPACE}\)")

_NUMBERS = re.compile(_NUMBER)
_LIST = re.compile(rf"{_SPACE}(?:{_NUMBER}(?:{_BETWEEN}{_NUMBER})*+)?{_SPACE}")
_LENGTH = re.compile(rf"{_SPACE}({_NUMBER})({_UNIT}){_SPACE}")
_LENGTHS = re.compile(rf"{_SPACE}{_NUMBER}{_UNIT}(?:(?:{_SPACE},|[ \t\r\n]){_SPACE}{_NUMBER}{_UNIT})*+{_SPACE}")
_NAMED_COLOUR = r"(?!(?i:currentcolor)\b)[a-zA-Z]{3,30}"
_PLAIN_COLOUR = rf"(?:#[0-9a-fA-F]{{3,8}}|{_NAMED_COLOUR})"
_MIXED = rf"(?:rgba?|hsla?)\({_SPACE}{_NUMBER}%?(?:{_BETWEEN}{_NUMBER}%?){{2,3}}{_SPACE}\)"
_COLOUR = rf"(?:{_PLAIN_COLOUR}|{_MIXED})"
_PAINT = re.compile(
    rf"{_SPACE}(?:none|currentColor|{_COLOUR}|{REFERENCE.pattern}{_SPACE}(?:none|currentColor|{_PLAIN_COLOUR})?){_SPACE}"
)
_TRANSFORM = re.compile(rf"{_BETWEEN}([a-zA-Z]+){_SPACE}\(({_SPACE}{_NUMBER}(?:{_BETWEEN}{_NUMBER})*+{_SPACE})\)")
_RATIO = re.compile(r"none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max)(?: (?:meet|slice))?")

Matrix = tuple[float, float, float, float, float, float]


class UndrawableError(ValueError):
    """What is wrong with a value, in a few words that follow its name."""


def _refuse_unless(right: object, found: str) -> None:
    if not right:
        raise UndrawableError(f'"{found[:40]}"')


def numbers(text: str) -> list[float]:
    """The numbers in a text that has nothing else. Raises UndrawableError."""
    _refuse_unless(_LIST.fullmatch(text), text)
    return _bounded(text)


def _bounded(text: str) -> list[float]:
    found = [float(number) for number in _NUMBERS.findall(text)]
    if any(abs(number) > LARGEST for number in found):
        raise UndrawableError(f"a number beyond {LARGEST:,.0f}")
    return found


# ---------------------------------------------------------------- one kind of value after the other


def _number(text: str) -> None:
    _refuse_unless(len(numbers(text)) == 1, text)


def _share(text: str) -> None:
    _number(text.strip().removesuffix("%"))


def length(text: str) -> tuple[float, str]:
    """A length and its unit. Raises UndrawableError."""
    match = _LENGTH.fullmatch(text)
    _refuse_unless(match, text)
    assert match
    return _bounded(match[1])[0], match[2]


def _not_negative(text: str) -> None:
    _refuse_unless(length(text)[0] >= 0, text)


def _lengths(text: str) -> None:
    _refuse_unless(_LENGTHS.fullmatch(text), text)
    _bounded(text)


def _dashes(text: str) -> None:
    if text.strip() != "none":
        _lengths(text)
        _refuse_unless(len(_NUMBERS.findall(text)) <= MOST_DASHES, text)
        _refuse_unless("-" not in re.sub("[eE]-", "", text), text)


def _origin(text: str) -> None:
    pieces = text.split()
    _refuse_unless(len(pieces) == 2, text)
    for piece in pieces:
        _refuse_unless(length(piece)[1] not in ("%", "em", "rem", "ex"), text)


def _spacing(text: str) -> None:
    if text.strip() != "normal":
        length(text)


def _paint(text: str) -> None:
    _refuse_unless(_PAINT.fullmatch(text), text)
    _bounded(re.sub(r"#[\w.:-]+", "", text))


def _colour(text: str) -> None:
    _refuse_unless(re.fullmatch(rf"{_SPACE}{_COLOUR}{_SPACE}", text), text)
    _bounded(re.sub(r"#[\w.:-]+", "", text))


def _reference(text: str) -> None:
    _refuse_unless(text.strip() == "none" or REFERENCE.fullmatch(text.strip()), text)


def _font_size(text: str) -> None:
    """Sizes add up where text stands in text, so one that is relative may not be larger than what it is in."""
    if text.strip() in _FONT_SIZES:
        return
    value, unit = length(text)
    limit = {"%": 100.0, "em": 1.0, "rem": 1.0, "ex": 1.0}.get(unit, LARGEST_FONT)
    _refuse_unless(0 <= value <= limit, text)


def _font(text: str) -> None:
    """The shorthand, of which the engine takes the first word for the size."""
    first, _, rest = text.strip().partition(" ")
    if first not in ("normal", "italic", "oblique", "bold"):
        _font_size(first)
    _font_family(rest)


def _font_family(text: str) -> None:
    _refuse_unless(re.fullmatch(r"[\w \t\r\n,.'\"/%-]{0,300}", text), text)


def _one_of(*words: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        _refuse_unless(text.strip() in words, text)

    return check


def _view_box(text: str) -> None:
    """Four numbers, the last two a size."""
    found = numbers(text)
    _refuse_unless(len(found) == 4, text)
    low, high = sorted(found[2:])
    _refuse_unless(low >= 1e-3 and high / low <= 1000, text)


def _ratio(text: str) -> None:
    _refuse_unless(_RATIO.fullmatch(text.strip()), text)


def _points(text: str) -> None:
    found = numbers(text)
    _refuse_unless(found and len(found) % 2 == 0, text)


# ---------------------------------------------------------------- transforms


def transform(text: str) -> Matrix:
    """The matrix of a list of transforms. Raises UndrawableError; of one that makes everything flat, too."""
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    position, end = 0, len(text.rstrip(" \t\r\n,"))
    while position < end:
        match = _TRANSFORM.match(text, position)
        _refuse_unless(match, text)
        assert match
        matrix = multiply(matrix, _single(match[1], _bounded(match[2]), text))
        _refuse_unless(all(abs(value) <= LARGEST_SCALE for value in matrix[:4]), text)
        position = match.end()
    a, b, c, d = matrix[:4]
    _refuse_unless(abs(a * d - b * c) > 1e-12, text)
    return matrix


def multiply(one: Matrix, other: Matrix) -> Matrix:
    """What first does `other` and then `one`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def _single(name: str, values: list[float], text: str) -> Matrix:
    counts = {"matrix": (6,), "translate": (1, 2), "scale": (1, 2), "rotate": (1, 3), "skewX": (1,), "skewY": (1,)}
    _refuse_unless(len(values) in counts.get(name, ()), text)
    first = values[0]
    if name == "matrix":
        return first, values[1], values[2], values[3], values[4], values[5]
    if name == "translate":
        return 1, 0, 0, 1, first, values[-1] if len(values) == 2 else 0
    if name == "scale":
        return first, 0, 0, values[-1], 0, 0
    if name.startswith("skew"):
        slope = tan(radians(first))
        return (1, 0, slope, 1, 0, 0) if name == "skewX" else (1, slope, 0, 1, 0, 0)
    turned: Matrix = (cos(radians(first)), sin(radians(first)), -sin(radians(first)), cos(radians(first)), 0, 0)
    if len(values) == 1:
        return turned
    _, x, y = values
    return multiply(multiply((1, 0, 0, 1, x, y), turned), (1, 0, 0, 1, -x, -y))


# ---------------------------------------------------------------- paths

_COMMAND = re.compile(rf"{_SPACE}([MmZzLlHhVvCcSsQqTtAa])")
_ARC = (_NUMBER, _NUMBER, _NUMBER, _FLAG, _FLAG, _NUMBER, _NUMBER)
_ARGUMENTS = {
    letter: re.compile("".join(f"{_BETWEEN}({one})" for one in kinds))
    for letter, kinds in (
        *((letter, (_NUMBER,) * count) for letter, count in zip("MLTHVCSQ", (2, 2, 2, 1, 1, 6, 4, 4), strict=True)),
        ("A", _ARC),
    )
}


def path(text: str) -> None:
    """Path data: commands with the arguments each takes. Raises UndrawableError."""
    pen = _Pen()
    position, end = 0, len(text.rstrip(" \t\r\n"))
    while position < end:
        match = _COMMAND.match(text, position)
        if not match or (position == 0 and match[1] not in "Mm"):
            raise UndrawableError(f'"{text[max(0, position - 20) : position + 20].strip()}"')
        position, letter = match.end(), match[1]
        taken = False
        while letter not in "Zz" and (found := _ARGUMENTS[letter.upper()].match(text, position)):
            pen.move(letter, _bounded(" ".join(found.groups())))
            position, taken = found.end(), True
        if letter not in "Zz" and not taken:
            raise UndrawableError(f'"{text[max(0, position - 20) : position + 20].strip()}"')


class _Pen:
    """Where a path is, as the engine adds it up: an arc from a place to itself divides by zero there."""

    def __init__(self) -> None:
        self.x = self.y = 0.0

    def move(self, letter: str, values: list[float]) -> None:
        """Go on by one command. Raises UndrawableError."""
        x, y = (self.x, self.y) if letter.islower() else (0.0, 0.0)
        if letter in "Hh":
            self.x = values[0] + x
        elif letter in "Vv":
            self.y = values[0] + y
        else:
            before = self.x, self.y
            self.x, self.y = values[-2] + x, values[-1] + y
            if letter in "Aa":
                _check_arc(values, before == (self.x, self.y))


def _check_arc(values: list[float], goes_nowhere: bool) -> None:
    radii = values[:2]
    if goes_nowhere:
        raise UndrawableError("an arc that ends where it begins")
    if any(radius < 0 or 0 < radius < SHORTEST_RADIUS for radius in radii):
        raise UndrawableError(f"an arc with the radius {min(radii):g}")


# ---------------------------------------------------------------- which value has which name

_FONT_SIZES = ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger")
_DRAWN: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(("x", "y", "dx", "dy"), _lengths),
    **dict.fromkeys(("x1", "y1", "x2", "y2", "cx", "cy", "fx", "fy", "stroke-dashoffset"), length),
    **dict.fromkeys(("width", "height", "r", "rx", "ry", "fr", "stroke-width", "offset"), _not_negative),
    **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity", "stop-opacity"), _share),
    **dict.fromkeys(("fill", "stroke"), _paint),
    **dict.fromkeys(("color", "stop-color", "flood-color", "lighting-color"), _colour),
    **dict.fromkeys(("clip-path", "mask", "filter", "marker", "marker-start", "marker-mid", "marker-end"), _reference),
    "font": _font,
    "font-size": _font_size,
    "font-family": _font_family,
    "font-style": _one_of("normal", "italic", "oblique"),
    "font-weight": _one_of("normal", "bold", "bolder", "lighter", *(f"{hundred}00" for hundred in range(1, 10))),
    "letter-spacing": _spacing,
    "rotate": numbers,
    "stroke-dasharray": _dashes,
    "stroke-miterlimit": _number,
    "transform-origin": _origin,
}
_STRUCTURE: Mapping[str, Callable[[str], object]] = {  # which belong to elements and not into a style
    "d": path,
    "points": _points,
    "transform": transform,
    "gradientTransform": transform,
    "viewBox": _view_box,
    "preserveAspectRatio": _ratio,
    "spreadMethod": _one_of("pad"),
    "textLength": _one_of(),
}
_INHERITED = re.compile(r"fill(?:-opacity)?|stroke(?:-[a-z]+)?|color|font(?:-[a-z]+)?|letter-spacing")
_ONLY_ELEMENTS = ("d", "points", "transform", "id", "href", "class", "style")
_DECLARATION = re.compile(
    r"\s*([a-zA-Z-]+)\s*:((?:[^\"'();]|\"[^\"]*\"|'[^']*'|\([^()\"']*(?:\"[^\"]*\"|'[^']*')?[^()\"']*\))*+)"
)


def check_attribute(name: str, value: str, *, is_outermost: bool) -> None:
    """An attribute without a namespace. Raises UndrawableError."""
    check = _STRUCTURE.get(name) or _DRAWN.get(name)
    inherits = value.strip() == "inherit" and _INHERITED.fullmatch(name) and not is_outermost
    if check and not inherits:
        check(value)


def declarations(text: str) -> Iterator[tuple[str, str]]:
    """The properties of a style with their values, all checked. Raises UndrawableError."""
    _refuse_unless(not re.search(r"[\\{}@<]|/\*", text), text)
    for piece in filter(str.strip, text.split(";")):
        match = _DECLARATION.fullmatch(piece)
        _refuse_unless(match, piece.strip())
        assert match
        name, value = match[1].lower(), re.sub(r"!\s*important\s*$", "", match[2]).strip()
        _refuse_unless(name not in _ONLY_ELEMENTS and (value != "inherit" or name not in _DRAWN), piece.strip())
        if name in _DRAWN:
            _DRAWN[name](value)
        yield name, value
