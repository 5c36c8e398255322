"""An SVG that the print engine draws in bounded time, or a word on why not.

What the engine cannot draw ends in a traceback, a loop without end or a broken page, so a logo is read here first: its
XML as a stream, every value by `svg_values`, and then how much there is to draw once everything that refers to
something else has been followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from milebook.content import svg_values
from milebook.content.svg_values import REFERENCE, UndrawableError
from milebook.core.errors import QuantityError

MOST_ELEMENTS = 5_000
DEEPEST = 40  # elements in each other, those counted that are drawn by reference
MOST_RULES = 1_000  # selectors in style sheets
MOST_ATTRIBUTES = 100  # of one element: those in it inherit them
MOST_WORK = 8_000_000  # to draw it, reckoned in microseconds of the print engine
LARGEST_EXTENT = 1e60  # of what transforms in each other come to
MOST_STOPS = 100  # in one gradient

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_NOTES = (  # what drawing programs note down for themselves: nothing shows it or runs it
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/",
)
_SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])
_GRADIENTS = frozenset(["linearGradient", "radialGradient"])
_PLAIN = (
    _SHAPES
    | _GRADIENTS
    | frozenset(
        [
            "svg",
            "g",
            "title",
            "desc",
            "defs",
            "use",
            "text",
            "tspan",
            "style",
            "stop",
            "clipPath",
            "mask",
            "symbol",
            "metadata",
        ]
    )
)
_NEVER_NOTES = _PLAIN - {"title", "desc", "metadata"} | {"a", "image", "textPath", "filter", "marker", "pattern"}
_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")
_AGAIN = "save it again as plain SVG"
_SHAPES_ONLY = "export it as plain shapes"


class _RefusedError(Exception):
    """What is wrong, what to do, and the line."""

    def __init__(self, found: str, hint: str, line: int = 0) -> None:
        self.found, self.hint, self.line = found, hint, line
        super().__init__(found)


@dataclass(eq=False)
class Element:
    """An element as the engine sees it: its name and attributes without namespaces, but for links."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: str = ""
    properties: dict[str, str] = field(default_factory=dict)  # of attributes and styles


def check(name: str, data: bytes) -> None:
    """Read an SVG file. Raises QuantityError, with the line, for what the engine cannot draw or what may harm."""
    try:
        root, elements = _read(data)
        rules = [rule for element in elements for rule in _rules(element)]
        if len(rules) > MOST_RULES:
            raise _RefusedError(f"has more than {MOST_RULES} rules of style", _AGAIN)
        for element in elements:
            _apply(element, rules, is_outermost=element is root)
        _Drawing(root, elements, rules).check()
    except _RefusedError as error:
        place = f" (line {error.line})" if error.line else ""
        raise QuantityError(f'the logo "{name}" {error.found}{place}', error.hint) from None


# ---------------------------------------------------------------- reading


class _Reader:
    """Builds elements from the parser's events, and refuses as soon as it can."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self.declare
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.ProcessingInstructionHandler = self.refuse_instruction
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.write
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def refuse(self, found: str, hint: str = _AGAIN) -> _RefusedError:
        return _RefusedError(found, hint, self.parser.CurrentLineNumber)

    def declare(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in _ENCODINGS:
            raise self.refuse(f'is written in "{encoding}"', "save it again as plain SVG in UTF-8")

    def refuse_doctype(self, *declared: object) -> None:
        raise self.refuse("declares entities")

    def refuse_instruction(self, target: str, data: str) -> None:
        raise self.refuse(f"has an instruction <?{target[:40]}", _SHAPES_ONLY)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition("}")
        is_note = space.startswith(_NOTES) and local not in _NEVER_NOTES
        if not self.open and (space != _SVG or local != "svg"):
            raise self.refuse("is not an SVG", "its outermost element must be svg")
        if not is_note and (space != _SVG or local not in _PLAIN):
            raise self.refuse(f"has a <{local[:40]}>", _SHAPES_ONLY)
        if len(attributes) > MOST_ATTRIBUTES:
            raise self.refuse(f"has a <{local}> of more than {MOST_ATTRIBUTES} attributes")
        element = Element(local, {}, self.parser.CurrentLineNumber)
        for key, value in attributes.items():
            self.add(element, key, value)
        self.nest(element)
        self.elements.append(element)
        self.open.append(element)
        if len(self.open) > DEEPEST or len(self.elements) > MOST_ELEMENTS:
            many = f"has more than {MOST_ELEMENTS:,} elements, or {DEEPEST} in each other"
            raise self.refuse(many, "simplify it")

    def add(self, element: Element, key: str, value: str) -> None:
        space, _, local = key.rpartition("}")
        fetches = re.search(r"\\|url\(\s*['\"]?[^#'\"\s]", value, re.IGNORECASE)
        if local.lower().startswith("on") or fetches or (local == "href" and not value.startswith("#")):
            raise self.refuse(f"points elsewhere with {local[:40]}", _SHAPES_ONLY)
        if not space or (space == _XLINK and local == "href"):
            element.attributes.setdefault(local, value)
            if local == "href" and element.attributes["href"] != value:
                raise self.refuse("points to two places at once")

    def nest(self, element: Element) -> None:
        """Put an element into the one around it, where the engine expects it."""
        if not self.open:
            return
        parent = self.open[-1]
        parent.children.append(element)
        is_text = element.name not in ("title", "desc")
        wrong_text = is_text and (element.name == "tspan") != (parent.name in ("text", "tspan"))
        if wrong_text or (parent.name in _GRADIENTS and element.name not in ("stop", "title", "desc")):
            raise self.refuse(f"has a <{element.name}> in a <{parent.name}>")

    def end(self, name: str) -> None:
        self.open.pop()

    def write(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text


def _read(data: bytes) -> tuple[Element, list[Element]]:
    """The outermost element and all elements, in their order. Raises _RefusedError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _RefusedError("is not UTF-8", "export it as plain SVG", data.count(b"\n", 0, error.start) + 1) from None
    reader = _Reader()
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        found = f"is not an SVG: {expat.ErrorString(error.code)}"
        raise _RefusedError(found, "export it afresh", error.lineno) from None
    root = reader.elements[0]
    sides = [root.attributes.get(side, "%") for side in ("width", "height")]
    if not root.attributes.get("viewBox") and any("%" in side for side in sides):
        raise _RefusedError("has no size", "export it with a viewBox", root.line)
    return root, reader.elements


# ---------------------------------------------------------------- styles


@dataclass(frozen=True)
class _Rule:
    """A selector, and what in its style refers to other elements: then the selector looks at single elements."""

    names: tuple[str, ...]
    references: dict[str, str]
    work: float  # for each element
    has_opacity: bool

    def fits(self, element: Element) -> bool:
        classes = element.attributes.get("class", "").split()
        known = {"*", element.name, "#" + element.attributes.get("id", ""), *(f".{one}" for one in classes)}
        return known.issuperset(self.names)


_MEDIA = re.compile(r"@media\b[^{}@\"']*\{(?:[^{}@\"']*\{[^{}@\"']*\})*[^{}@\"']*\}")
_RULE = re.compile(r"\s*([^{}]+)\{([^{}]*)\}\s*")
_NAME = r"-?[^\W\d][\w-]*"
_SELECTOR = re.compile(rf"(?:\*|{_NAME})?(?:[.#]{_NAME})*")


def _rules(element: Element) -> Iterator[_Rule]:
    """The rules of a style sheet. Raises _RefusedError."""
    if element.name != "style":
        return
    text = re.sub(r"/\*.*?\*/", " ", element.text, flags=re.DOTALL)
    if re.search(r"\\|@import|url\((?!\s*['\"]?#)", text, re.IGNORECASE):
        raise _RefusedError("has a style that fetches", _SHAPES_ONLY, element.line)
    text = _MEDIA.sub(" ", text).strip()  # the engine leaves these out
    position = 0
    while position < len(text):
        match = _RULE.match(text, position)
        if not match:
            raise _RefusedError(f'has a style "{text[position : position + 40].strip()}"', _AGAIN, element.line)
        yield from _of_one_rule(match[1], match[2], element.line)
        position = match.end()


def _of_one_rule(selectors: str, style: str, line: int) -> Iterator[_Rule]:
    try:
        properties = list(svg_values.declarations(style))
    except UndrawableError as error:
        raise _RefusedError(f"has a style with {error}", _AGAIN, line) from None
    references = {key: value for key, value in properties if REFERENCE.search(value)}
    for selector in selectors.split(","):
        pieces = [piece for piece in re.split(r"[\s>]+", selector) if piece]
        simple = all(map(_SELECTOR.fullmatch, pieces)) and selector.count(">") < max(1, len(pieces))
        if not simple or not 1 <= len(pieces) <= (1 if references else 3):
            raise _RefusedError(f'has a style for "{selector.strip()[:40]}"', _AGAIN, line)
        names = tuple(re.findall(r"[.#]?[\w-]+|\*", pieces[0]))
        work = 0.5 * 4 ** (len(pieces) - 1) + 0.2 * len(properties)
        yield _Rule(names, references, work, any(key == "opacity" for key, _ in properties))


def _apply(element: Element, rules: list[_Rule], *, is_outermost: bool) -> None:
    """Check an element's own values, and gather those that styles give it. Raises _RefusedError."""
    for name, value in element.attributes.items():
        try:
            if name == "style":
                own = svg_values.declarations(value)
                element.properties |= dict(own)
                continue
            svg_values.check_attribute(name, value, is_outermost=is_outermost)
            element.properties.setdefault(name, value)
        except UndrawableError as error:
            hint = "it is repeated for ever" if name == "spreadMethod" else _AGAIN
            raise _RefusedError(f"has {_called(name)} with {error}", hint, element.line) from None
    if element.name in ("polyline", "polygon") and "points" not in element.attributes:
        raise _RefusedError(f"has a {element.name} without points", "remove it", element.line)
    for number, rule in enumerate(rules):
        if rule.references and rule.fits(element):
            element.properties |= {f"{key} {number}": value for key, value in rule.references.items()}
    if not all(character.isprintable() or character in "\t\r\n" for character in element.text):
        raise _RefusedError("has a character that cannot be shown", "remove it", element.line)


def _called(name: str) -> str:
    return "a path" if name == "d" else f"the attribute {name[:40]}"


# ---------------------------------------------------------------- how much there is to draw


@dataclass(frozen=True)
class _Cost:
    """What an element and all in it come to: work to draw it, work to measure it, how deep, how large."""

    draw: float
    measure: float
    depth: int
    scale: float
    shift: float


class _Drawing:
    """Elements as they are drawn, references followed."""

    def __init__(self, root: Element, elements: list[Element], rules: list[_Rule]) -> None:
        self.root, self.elements = root, elements
        self.work_of_rules = sum(rule.work for rule in rules)
        self.has_opacity = any(rule.has_opacity for rule in rules)
        self.by_id: dict[str, Element] = {}
        for element in elements[1:]:
            self.by_id.setdefault(element.attributes.get("id", ""), element)
        self.by_id[root.attributes.get("id", "")] = root  # a reference to the whole is one to itself
        self.by_id.pop("", None)
        stops = [len(element.children) for element in elements if element.name in _GRADIENTS]
        self.stops = max(stops, default=0)
        self.costs: dict[Element, _Cost | None] = {}

    def check(self) -> None:
        """Raises _RefusedError where it is too much, or without end."""
        if self.stops > MOST_STOPS:
            raise _RefusedError(f"has a gradient of more than {MOST_STOPS} colours", "simplify it")
        names = {name for element in self.elements for name in self.references(element)}
        cost = self.cost(self.root)
        if cost.draw + 8 * len(names) * len(self.elements) > MOST_WORK:
            raise _RefusedError("is too much to draw", "simplify it")

    def references(self, element: Element) -> list[str]:
        """The names of elements that are drawn with this one."""
        found = [match for value in element.properties.values() for match in REFERENCE.findall(value)]
        names = [next(filter(None, groups)) for groups in found]
        return [*names, element.attributes["href"][1:]] if "href" in element.attributes else names

    def cost(self, element: Element) -> _Cost:
        """What an element comes to, once; asked again for what is open, it is one that holds itself."""
        if element in self.costs:
            known = self.costs[element]
            if known is None:
                raise _RefusedError(f"has a <{element.name}> that is drawn in itself", _AGAIN, element.line)
            return known
        self.costs[element] = None
        targets = [self.target(element, name) for name in self.references(element)]
        inner = [self.cost(one) for one in (*element.children, *filter(None, targets))]
        own, measure = self.own(element)
        measure += sum(one.measure for one in inner)
        scale, shift = self.extent(element)
        cost = _Cost(
            draw=own + measure * self.is_measured(element) + sum(one.draw for one in inner),
            measure=measure,
            depth=1 + max((one.depth for one in inner), default=0),
            scale=scale * max((one.scale for one in inner), default=1),
            shift=shift + scale * max((one.shift for one in inner), default=0),
        )
        if cost.depth > DEEPEST or cost.draw > MOST_WORK:
            raise _RefusedError("is too much to draw", "simplify it", element.line)
        if max(cost.scale, cost.shift) > LARGEST_EXTENT:
            raise _RefusedError("has transforms that make it too large", _AGAIN, element.line)
        self.costs[element] = cost
        return cost

    def target(self, element: Element, name: str) -> Element | None:
        """What a name refers to. Raises _RefusedError for what cannot be drawn from elsewhere."""
        found = self.by_id.get(name)
        if element.name == "use" and "#" + name == element.attributes.get("href"):
            if found is None:
                raise _RefusedError(f'uses "{name[:40]}", which is not there', _AGAIN, element.line)
            if found.name in ("tspan", "stop", "style"):
                raise _RefusedError(f"uses a <{found.name}> alone", _AGAIN, element.line)
        return found

    def own(self, element: Element) -> tuple[float, float]:
        """Work to draw and to measure the element without those in it, as found by drawing many.

        The engine cuts a path's text off piece by piece, which takes time that grows with the square of its length.
        """
        data = sum(len(element.attributes.get(name, "")) for name in ("d", "points"))
        words = sum(map(len, element.attributes.values())) - data
        letters = len(element.text) if element.name in ("text", "tspan") else 0
        painted = (1800 + 140 * self.stops) * bool(self.stops and (element.name in _SHAPES or letters))
        common = 100 + 3 * words + self.work_of_rules + data * data / 1e5
        return common + 2.5 * data + 150 * letters + painted, common + 6 * data

    def is_measured(self, element: Element) -> bool:
        """Whether the engine asks how large the element is before it draws it: for opacity, colours that run, uses."""
        is_clear = self.has_opacity or "opacity" in element.properties
        return is_clear or element.name in ("use", "svg", "symbol") or (self.stops > 0 and element.name in _SHAPES)

    def extent(self, element: Element) -> tuple[float, float]:
        """How much larger an element makes what is in it, and how far it moves it."""
        scale, shift = 1.0, 0.0
        for name in ("transform", "gradientTransform"):
            if name in element.attributes:
                a, b, c, d, e, f = svg_values.transform(element.attributes[name])
                scale *= max(1.0, abs(a) + abs(c), abs(b) + abs(d))
                shift += max(abs(e), abs(f))
        if element is not self.root and element.name in ("svg", "symbol", "use"):
            sides = [svg_values.length(element.attributes.get(side, "1000"))[0] for side in ("width", "height")]
            box = self.by_id.get(element.attributes.get("href", "")[1:], element).attributes.get("viewBox", "0 0 1 1")
            scale *= max(1.0, 100 * max(sides) / min(svg_values.numbers(box)[2:]))
            shift += svg_values.LARGEST
        return scale, shift
