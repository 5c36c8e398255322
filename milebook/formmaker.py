"""A page -> a form: laid out by the print engine once, its fields found again in the finished pages.

The engine's own boxes say which text belongs to which field and how wide its line is. To find a text's operators in the
finished page, it is drawn in a colour of its own, which is set right again afterwards. Each paragraph with fields is
then stamped with its own values; where that does not give the engine's own operators, its values stay as they are.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uharfbuzz

from milebook import press
from milebook.forms import (
    Face,
    Form,
    Label,
    Leaf,
    Paragraph,
    Piece,
    Row,
    Sheet,
    Skeleton,
    Style,
    collapse,
    numbered,
    read,
)
from milebook.stamp import NEAR, SAME, Stamper, Unstampable

MARK = 0.987653  # the red of every marking colour; no stylesheet has it
DIGITS = "0123456789"
COMMON = DIGITS + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,:;!?'\"()-+/%&\u00a0\u2013\u2019\u00d7\u2026"
NAMES = "".join(map(chr, range(0xC0, 0x17F))) + "@#*\u2014\u2018\u201c\u201d\u00b7\u0218\u0219\u021a\u021b\u1e9e"
LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "fj", "ffj", "fb", "fh", "fk", "ft", "tt", "ti", "Th", "IJ", "ij")
OBJECT = "\ufffc"  # stands for what is no text in a paragraph


class NoFormError(Exception):
    """The engine's pages are not as this module knows them."""


def make(html: str, folders: Sequence[Path]) -> Form:
    """Lay out a page and make a form of it. Raises BuildError where the engine cannot run, NoFormError."""
    engine = press._engine()
    from weasyprint.text.fonts import FontConfiguration

    sheet = read(html)
    with press._listening() as heard, press._without_garbage_collection():
        source = engine.HTML(string=numbered(html), base_url=press.BASE_URL, url_fetcher=press._fetcher(folders))
        document = source.render(font_config=FontConfiguration())
        form = _Maker(document, sheet).form()
    gc.collect()
    return replace(form, warnings=tuple(heard))


# ---------------------------------------------------------------- the engine's boxes


@dataclass(frozen=True)
class _Surroundings:
    """What a box inherits from the boxes around it: reasons why no value in it may change, and a float to move."""

    reasons: tuple[str, ...] = ()
    floated: Any = None
    container: Any = None  # what that floats in
    parent: Any = None
    margin: bool = False


@dataclass
class _Run:
    """A text or another thing on a line, with the inline boxes that begin or end with it."""

    box: Any
    row: int
    slot: int | None
    wraps: bool
    before: float = 0.0
    after: float = 0.0
    above: float = 0.0
    below: float = 0.0
    pinned: bool = False
    inline: tuple[Any, ...] = ()


@dataclass
class _Block:
    """A block with lines."""

    page: int
    box: Any
    lines: list[Any]
    around: _Surroundings
    runs: list[_Run] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def slots(self) -> set[int]:
        return {run.slot for run in self.runs if run.slot is not None}


def _blocks(document: Any) -> Iterator[_Block]:
    for number, page in enumerate(document.pages):
        yield from _blocks_in(page._page_box, number, _Surroundings())


def _blocks_in(box: Any, page: int, around: _Surroundings) -> Iterator[_Block]:
    """Every block with lines in a box, with what is around it."""
    from weasyprint.formatting_structure import boxes

    box = getattr(box, "_box", box)  # an absolutely placed box stands behind a placeholder
    around = _within(box, around, boxes)
    lines = [child for child in box.children if isinstance(child, boxes.LineBox)]
    if lines:
        block = _Block(page, box, lines, around)
        for row, line in enumerate(lines):
            block.runs += _runs(line, row, (line,), block.reasons, boxes)
        yield block
    for child in box.children:
        for inner in _atoms(child, boxes) if isinstance(child, boxes.LineBox) else [child]:
            yield from _blocks_in(inner, page, around)


def _atoms(box: Any, boxes: Any) -> Iterator[Any]:
    """What is a block of its own on a line: floats, inline blocks, pictures."""
    for child in box.children:
        if isinstance(child, boxes.InlineBox):
            yield from _atoms(child, boxes)
        elif not isinstance(child, boxes.TextBox):
            yield child


def _within(box: Any, around: _Surroundings, boxes: Any) -> _Surroundings:
    """What changes inside this box."""
    style, reasons, floated = box.style, list(around.reasons), around.floated
    if isinstance(box, boxes.MarginBox):
        around = replace(around, margin=True)
    if isinstance(box, boxes.TableBox) and (style["table_layout"] != "fixed" or style["width"] == "auto"):
        reasons.append("it stands in a table whose columns follow their content")
    if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox):
        reasons.append("it stands in a flexible box")
    shrinks = isinstance(box, boxes.InlineBlockBox) or box.is_floated() or box.is_absolutely_positioned()
    if shrinks and style["width"] == "auto" and not isinstance(box, boxes.ReplacedBox):
        if style["float"] == "right" and not around.floated:
            floated = box
            around = replace(around, container=around.parent)
        else:
            reasons.append("it stands in a box as wide as its content")
    if style["transform"] or style["column_count"] != "auto" or style["column_width"] != "auto":
        reasons.append("it stands in columns or is transformed")
    return replace(around, reasons=tuple(reasons), floated=floated, parent=box)


def _runs(line: Any, row: int, parents: tuple[Any, ...], reasons: list[str], boxes: Any) -> list[_Run]:
    """The texts and things on a line, from left to right."""
    found: list[_Run] = []
    for child in parents[-1].children:
        child = getattr(child, "_box", child)
        if not child.is_in_normal_flow():
            continue
        if isinstance(child, boxes.InlineBox):
            inner = _runs(line, row, (*parents, child), reasons, boxes)
            if inner:
                inner[0].before += child.margin_left + child.border_left_width + child.padding_left
                inner[-1].after += child.margin_right + child.border_right_width + child.padding_right
                for run in inner:
                    run.pinned = run.pinned or _is_seen(child)
            elif child.margin_width():
                reasons.append("an empty box takes place on its line")
            found += inner
        else:
            found.append(_run(child, row, parents, boxes))
    return found


def _run(box: Any, row: int, parents: tuple[Any, ...], boxes: Any) -> _Run:
    inline = parents[1:]
    is_text = isinstance(box, boxes.TextBox)
    numbers = [parent.element.get("data-slot") for parent in inline if parent.element is not None]
    slots = [int(number) for number in numbers if number]
    around = [box, *inline] if is_text else [*inline]
    return _Run(
        box,
        row,
        slots[-1] if slots and is_text else None,
        box.style["white_space"] in ("normal", "pre-wrap", "pre-line"),
        above=max([each.baseline for each in around], default=0.0),
        below=max([each.margin_height() - each.baseline for each in around], default=0.0),
        pinned=not is_text,
        inline=parents,
    )


def _is_seen(box: Any) -> bool:
    """Whether something is drawn around an inline box, or leads to or from its place."""
    borders = (box.border_left_width, box.border_right_width, box.border_top_width, box.border_bottom_width)
    return any(borders) or box.background is not None or bool(box.link) or bool(box.style["anchor"])


# ---------------------------------------------------------------- paragraphs

_PLAIN = {  # what a style must say for its text to be shaped and placed as stamp does
    "letter_spacing": ("normal",),
    "word_spacing": (0,),
    "text_transform": ("none",),
    "text_decoration_line": ("none", set(), frozenset()),
    "direction": ("ltr",),
    "hyphens": ("manual", "none"),
    "word_break": ("normal",),
    "position": ("static",),
    "visibility": ("visible",),
    "vertical_align": ("baseline",),
}
_ALIGN = {"left": "start", "start": "start", "right": "end", "end": "end", "center": "center"}


def _refusals(block: _Block, boxes: Any) -> Iterator[str]:
    """Why no value in a block may change."""
    yield from block.around.reasons
    yield from block.reasons
    line = block.lines[0]
    if _indent(line):
        yield "its line is indented"
    if line.style["text_align_all"] not in _ALIGN or line.style["text_align_last"] not in (
        "auto",
        line.style["text_align_all"],
    ):
        yield "its lines are justified"
    if line.text_overflow != "clip" or any(each.block_ellipsis != "none" for each in block.lines):
        yield "its line may be cut short"
    for run in block.runs:
        for box in (run.box, *run.inline[1:]):
            for name, allowed in _PLAIN.items():
                if box.style[name] not in allowed and isinstance(box, boxes.TextBox | boxes.InlineBox):
                    yield f"its {name.replace('_', '-')} is {box.style[name]}"
        if run.slot is not None and run.pinned:
            yield "something is drawn around it, or leads to it"
    if block.around.floated is not None and (len(block.lines) > 1 or block.box is not block.around.floated):
        yield "it stands in a floating box that is more than a line"


def _indent(line: Any) -> float:
    indent = line.style["text_indent"]
    return float(getattr(indent, "value", indent) or 0)


def _texts_of(element: Any) -> Iterator[tuple[Any, str]]:
    """The texts in an element as the source has them, white space collapsed, with the element each stands in."""
    if element.text:
        yield element, collapse(element.text)
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts_of(child)
        if child.tail:
            yield element, collapse(child.tail)


@dataclass
class _Stretch:
    """The runs that one text of the source became, and which part of that text they are."""

    runs: list[_Run]
    source: str
    begin: int
    end: int

    @property
    def text(self) -> str:
        return self.source[self.begin : self.end]


def _stretches(block: _Block, boxes: Any) -> list[_Stretch]:
    """The runs of a block by the texts of the source they come from. Raises NoFormError where it cannot be followed."""
    source = list(_texts_of(block.box.element)) if block.box.element is not None else []
    found: list[_Stretch] = []
    node, place = 0, 0  # how far the source has been followed
    for run in block.runs:
        if not isinstance(run.box, boxes.TextBox) or "::" in run.box.element_tag:
            text = getattr(run.box, "text", OBJECT)
            found.append(_Stretch([run], text, 0, len(text)))
            continue
        before = node, place
        node, begin, place = _follow(source, node, place, run.box)
        if before[1] and before[0] == node and found and found[-1].source is source[node][1]:
            found[-1].runs.append(run)
            found[-1].end = place
        else:
            found.append(_Stretch([run], source[node][1], begin, place))
    _give_space_back(found)
    return [stretch for stretch in found if stretch.text]


def _follow(source: list[tuple[Any, str]], node: int, place: int, box: Any) -> tuple[int, int, int]:
    """Find a box's text in the source: in which of its texts, from where to where."""
    for number in range(node, len(source)):
        element, text = source[number]
        begin = place if number == node else 0
        if element is not box.element:
            continue
        for space in (0, 1):
            if text.startswith(box.text, begin + space) and not text[begin : begin + space].strip(" "):
                if box.text or text[begin:]:  # a space at the end of a line has become an empty text
                    return number, begin + space, begin + space + len(box.text)
    raise NoFormError(f'"{box.text}" is not where the source has it')


def _give_space_back(found: list[_Stretch]) -> None:
    """Space where a line ends is in no box; take it from the source, as another runner's line may end elsewhere."""
    for stretch, following in zip(found, found[1:], strict=False):
        if stretch.runs[-1].row == following.runs[0].row:
            continue
        if stretch.source[stretch.end : stretch.end + 1] == " ":
            stretch.end += 1
        elif not stretch.text.endswith(" ") and following.source[: following.begin].endswith(" "):
            following.begin -= 1


# ---------------------------------------------------------------- room


def _rows(block: _Block, around: Sequence[_Block]) -> tuple[Row, ...]:
    """The lines of a block with the room they have. Raises NoFormError where that depends on other values."""
    rows = []
    for number, line in enumerate(block.lines):
        baselines = [run.box.position_y + run.box.baseline for run in _texts(block, number)]
        if not baselines or max(baselines) - min(baselines) > SAME:
            raise NoFormError("its line has text off the baseline, or none")
        if block.around.floated is not None:
            left, right = _float_room(block, around)
        else:
            left, right = _line_room(block, line, around)
        above = baselines[0] - line.position_y
        rows.append(Row(left, right, baselines[0], above, line.height - above))
    return tuple(rows)


def _texts(block: _Block, row: int) -> Iterator[_Run]:
    return (run for run in block.runs if run.row == row and hasattr(run.box, "text") and run.box.text)


def _beside(box: Any, line: Any) -> bool:
    """Whether a float and a line stand side by side."""
    below = box.position_y >= line.position_y + line.height - SAME
    return not below and box.position_y + box.margin_height() > line.position_y + SAME


def _line_room(block: _Block, line: Any, around: Sequence[_Block]) -> tuple[float, float]:
    left = block.box.content_box_x()
    right = left + block.box.width
    for floated in {id(each): each for other in around for each in _floats(other)}.values():
        begin, end = floated.position_x, floated.position_x + floated.margin_width()
        if not _beside(floated, line) or end <= left + SAME or begin >= right - SAME or floated is block.box:
            continue
        if floated.style["float"] == "right":
            right = min(right, begin)
        else:
            left = max(left, end)
    return left, right


def _floats(block: _Block) -> Iterator[Any]:
    for line in block.lines:
        stack = list(line.children)
        while stack:
            box = stack.pop()
            if box.is_floated():
                yield box
            elif hasattr(box, "children"):
                stack += box.children


def _float_room(block: _Block, around: Sequence[_Block]) -> tuple[float, float]:
    """A box that floats on the right may grow to the left as far as the line beside it lets it."""
    box = block.around.floated
    left = block.around.container.content_box_x()
    for other in around:
        for line in other.lines if other is not block else []:
            if not _beside(box, line) or line.position_x > box.position_x + box.margin_width():
                continue
            if len(other.lines) > 1 or other.slots or _ALIGN.get(line.style["text_align_all"]) != "start":
                raise NoFormError("what stands beside it would be set otherwise")
            left = max(left, line.position_x + line.width + NEAR)
    return left + box.content_box_x() - box.position_x, box.content_box_x() + box.width


# ---------------------------------------------------------------- fonts


class _Fonts:
    """The faces and styles of a form. Every letter a value may need is drawn on a sheet that is thrown away.

    The engine then takes it for used: the font in the PDF has it, its width and what it reads as.
    """

    def __init__(self, document: Any) -> None:
        self.document = document
        self.styles: list[Style] = []
        self.names: list[str] = []
        self.files: list[bytes] = []
        self.letters: list[set[str]] = []
        self._known: dict[str, tuple[int, int]] = {}
        self._drawn: dict[tuple[int, tuple[tuple[str, int], ...]], set[str]] = {}

    def style(self, css: Any, letters: Iterable[str], above: float, below: float) -> int:
        """The number of a style; its font gets these letters, those of them that it has."""
        from weasyprint.text.line_break import _font_style_cache_key

        key = _font_style_cache_key(css, include_size=True)
        if key not in self._known:
            self._known[key] = self._font(css)
        face, size = self._known[key]
        style = Style(face, size, _features(css), css["lang"] or "", above, below)
        drawn = self._drawn.setdefault((face, style.features), set())
        missing = set(letters) - drawn
        if missing:
            drawn |= missing
            self.letters[face] |= missing
            has = uharfbuzz.Face(self.files[face]).unicodes
            _draw(self.document, css, " ".join(sorted(text for text in missing if all(ord(one) in has for one in text))))
        if style not in self.styles:
            self.styles.append(style)
        return self.styles.index(style)

    def _font(self, css: Any) -> tuple[int, int]:
        """The number of a style's face, and its size."""
        from weasyprint.text.ffi import FROM_UNITS
        from weasyprint.text.fonts import get_hb_object_data, get_pango_font_key

        _draw(self.document, css, "a")
        layout = _layout(css, "a")  # held: its line and font are its own
        line, _ = layout.get_first_line()
        pango_font = line.runs[0].data.item.analysis.font
        key, _, size = get_pango_font_key(pango_font)
        font = self.document.fonts[key]
        if font.hash not in self.names:
            self.names.append(font.hash)
            self.files.append(get_hb_object_data(font.hb_face))
            self.letters.append(set())
        return self.names.index(font.hash), round(size / FROM_UNITS)

    def faces(self) -> tuple[Face, ...]:
        """The faces, cut down to the letters of the form; call it when the PDF is written."""
        found = []
        features = {name for style in self.styles for name, _ in style.features}
        for name, file, letters in zip(self.names, self.files, self.letters, strict=True):
            widths = {glyph: width for font in self.document.fonts.values() if font.hash == name
                      for glyph, width in font.widths.items() if glyph in font.to_unicode}
            found.append(Face(name, _subset(file, letters, features), tuple(sorted(widths.items()))))
        return tuple(found)


def _features(css: Any) -> tuple[tuple[str, int], ...]:
    from weasyprint.text.fonts import font_features

    names = ("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
             "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings")
    return tuple(font_features(*(css[name] for name in names)).items())


def _layout(css: Any, text: str) -> Any:
    from weasyprint.text.line_break import create_layout

    return create_layout(text, css, None, None, 0)


def _scratch(document: Any) -> Any:
    """A sheet to draw on that nobody will see."""
    from weasyprint.pdf.stream import Stream

    resources: dict[str, Any] = {"ExtGState": {}, "XObject": {}, "Pattern": {}, "Shading": {}, "ColorSpace": None}
    return Stream(document.fonts, (0, 0, 0, 0), resources, {}, None, {}, None)


def _draw(document: Any, css: Any, text: str) -> None:
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix

    box = SimpleNamespace(text=text, style=css, pango_layout=_layout(css, text))
    draw_first_line(_scratch(document), box, "clip", "none", Matrix())


def _subset(file: bytes, letters: set[str], features: set[str]) -> bytes:
    """What shaping these letters needs of a font, with the glyphs' own numbers."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(letter) for text in letters for letter in text} | {0x20})
    wanted.layout_feature_tag_set.update(_tag(name) for name in features)
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS
    return bytes(uharfbuzz.subset(uharfbuzz.Face(file), wanted).blob.data)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


# ---------------------------------------------------------------- making


class _Maker:
    """Makes a form of a document; the steps in `form` are in their order."""

    def __init__(self, document: Any, sheet: Sheet) -> None:
        self.document, self.sheet = document, sheet
        self.fixed: dict[int, str] = {}
        self.fonts = _Fonts(document)
        self.runs: list[_Run] = []  # a run's place here is its colour and its hole
        self.colours: list[bytes] = []
        self.labels: list[tuple[str | int, ...]] = []

    def form(self) -> Form:
        from weasyprint.formatting_structure import boxes

        blocks = list(_blocks(self.document))
        self._keep_repeated(blocks)
        paragraphs = [made for block in blocks if block.slots and (made := self._paragraph(block, blocks, boxes))]
        self._mark_runs()
        self._mark_labels()
        pdf = self._write()
        leaves, originals = self._leaves(pdf)
        form = Form(
            self.sheet.skeleton, self.sheet.values, (), self.fonts.faces(), tuple(self.fonts.styles), (), (),
            _skeleton(pdf, {leaf.number for leaf in leaves}), len(self.document.pages), (),
        )
        kept = self._proved(form, paragraphs, originals)
        holes = {hole for paragraph in kept for piece in paragraph.pieces for hole in piece.holes}
        closed = {hole: original for hole, original in originals.items() if hole not in holes}
        return replace(
            form,
            fixed=tuple(sorted(self.fixed.items())),
            paragraphs=tuple(kept),
            leaves=tuple(_closed(leaf, closed) for leaf in leaves),
        )

    def _fix(self, slots: Iterable[int], reason: str) -> None:
        for slot in slots:
            self.fixed.setdefault(slot, reason)

    def _keep_repeated(self, blocks: list[_Block]) -> None:
        """Values that the engine has copied, into a running header or by generated content, where nothing marks them.

        Also those in a block that goes on on another page.
        """
        copies = [
            run.box.text
            for block in blocks
            for run in block.runs
            if hasattr(run.box, "text") and (block.around.margin or "::" in run.box.element_tag)
        ]
        for slot, (value, kind) in enumerate(zip(self.sheet.values, self.sheet.kinds, strict=True)):
            if kind in ("name", "date") and any(value and value in copy for copy in copies):
                self._fix([slot], "it stands in a running header or in generated content")
        pages: dict[int, set[int]] = {}
        for block in blocks:
            for slot in block.slots:
                pages.setdefault(slot, set()).add(block.page)
        self._fix([slot for slot, found in pages.items() if len(found) > 1], "it is on two pages")

    def _paragraph(self, block: _Block, blocks: list[_Block], boxes: Any) -> Paragraph | None:
        """A block as stamp sets it; None where its values have to stay."""
        reason = next(_refusals(block, boxes), None)
        reason = reason or next((self.fixed[slot] for slot in sorted(block.slots) if slot in self.fixed), None)
        if reason is None:
            try:
                rows = _rows(block, [other for other in blocks if other.page == block.page])
                stretches = _stretches(block, boxes)
                pieces = tuple(self._piece(stretch, stretches[:n], boxes) for n, stretch in enumerate(stretches))
                return Paragraph(_align(block), rows, _strut(block.lines[0].style), pieces)
            except NoFormError as error:
                reason = str(error)
        self._fix(block.slots, reason)
        return None

    def _piece(self, stretch: _Stretch, before: list[_Stretch], boxes: Any) -> Piece:
        run, last, box = stretch.runs[0], stretch.runs[-1], stretch.runs[0].box
        slot, is_text = run.slot, isinstance(box, boxes.TextBox)
        style = self.fonts.style(box.style, self._letters(stretch), run.above, run.below) if is_text else None
        place = box.position_x if is_text else box.position_x - run.before
        return Piece(
            stretch.text if slot is None else "",
            slot,
            style,
            () if slot is not None or not run.wraps else tuple(_breaks(stretch.text, box.style["lang"])),
            run.wraps,
            bool(before) and _wraps_between(before[-1].runs[-1], run),
            run.before,
            last.after,
            0.0 if is_text else box.margin_width(),
            (run.row, place) if run.pinned else None,
            tuple(self._hole(each) for each in stretch.runs) if is_text else (),
        )

    def _hole(self, run: _Run) -> int:
        self.runs.append(run)
        return len(self.runs) - 1

    def _letters(self, stretch: _Stretch) -> set[str]:
        slot = stretch.runs[0].slot
        if slot is None:
            return set(stretch.text)
        found = set(COMMON) | set(LIGATURES) | set(self.sheet.values[slot])
        return found | set(NAMES) if self.sheet.kinds[slot] == "name" else found

    # ------------------------------------------------------------ marks

    def _mark_runs(self) -> None:
        """Give every run a colour of its own, to find it by."""
        from tinycss2.color5 import Color

        for number, run in enumerate(self.runs):
            colour = run.box.style["color"]
            scratch = _scratch(self.document)
            scratch.set_color(colour)
            self.colours.append(scratch.stream[-1])
            run.box.style = run.box.style.copy()
            marking = (MARK, number // 1000 / 1000, number % 1000 / 1000)
            run.box.style["color"] = Color("srgb", marking, colour.alpha)

    def _mark_labels(self) -> None:
        """Put a mark into titles and bookmarks, where their text has values in it."""
        from weasyprint.anchors import gather_anchors

        first = self.sheet.kinds.index("title") if "title" in self.sheet.kinds else len(self.sheet.kinds)
        titles = self.sheet.values[first:]
        if titles and self.document.metadata.title == titles[0]:
            self.document.metadata.title = self._label((first,))
        elements: dict[int, Any] = {}
        for page in self.document.pages:
            for box in page._page_box.descendants():
                if box.element is not None:
                    elements.setdefault(id(box.element), box.element)
                    self._mark_bookmark(box)
            page.bookmarks = []
            gather_anchors(page._page_box, {}, [], page.bookmarks, {None: []})
        self._mark_pictures(list(elements.values()), first + 1)

    def _mark_bookmark(self, box: Any) -> None:
        if not (box.bookmark_label or box.string_set):
            return
        words = tuple(_words(box.element))
        if not any(isinstance(word, int) for word in words):
            return
        own = "".join(word if isinstance(word, str) else self.sheet.values[word] for word in words)
        if box.string_set or (box.bookmark_label and box.bookmark_label != own):
            self._fix([word for word in words if isinstance(word, int)], "it stands in a running header or a bookmark")
        else:
            box.bookmark_label = self._label(words)

    def _mark_pictures(self, elements: list[Any], first: int) -> None:
        """Mark what stands for a picture. The engine reads it from the source when it writes the tags."""
        svg = "{http://www.w3.org/2000/svg}"
        found = [element.find(f"{svg}title") for element in elements if element.tag == f"{svg}svg"]
        titles = [title for title in found if title is not None and title.text]
        own = [value for value in self.sheet.values[first:] if value]
        if [title.text for title in titles] != own:
            self._fix(range(first, len(self.sheet.values)), "a picture's title could not be found")
            return
        places = (slot for slot in range(first, len(self.sheet.values)) if self.sheet.values[slot])
        for title, slot in zip(titles, places, strict=True):
            title.text = self._label((slot,))

    def _label(self, words: tuple[str | int, ...]) -> str:
        self.labels.append(words)
        return f"milebook-label-{len(self.labels) - 1}-"

    # ------------------------------------------------------------ the file

    def _write(self) -> Any:
        """The document as the engine's PDF object, before it becomes bytes."""
        taken: list[Any] = []

        def take(_: Any, pdf: Any) -> None:
            pdf.add_object(pdf.info)
            taken.append(SimpleNamespace(objects=pdf.objects, catalog=pdf.catalog, info=pdf.info))
            pdf.objects, pdf.info = pdf.objects[:1], {}  # nothing is left to write

        self.document.write_pdf(pdf_variant="pdf/ua-1", finisher=take)
        return taken[0]

    def _leaves(self, pdf: Any) -> tuple[list[Leaf], dict[int, bytes]]:
        """The objects with holes, and what the engine itself has in the holes of paragraphs."""
        import pydyf

        leaves, originals = [], {}
        for thing in pdf.objects[1:]:
            if isinstance(thing, pydyf.Stream):
                if "Length1" in thing.extra:
                    continue
                parts = _holes_in(_restored(thing.stream, self.colours), originals)
                extra = pydyf.Dictionary(thing.extra).data[2:-2]
                parts = [new for part in parts for new in self._labels_in(part, "xml")]
            else:
                extra = None
                parts = list(self._labels_in(thing.data, "pdf"))
            if any(not isinstance(part, bytes) for part in parts):
                leaves.append(Leaf(thing.number, extra, tuple(parts)))
        if set(originals) != set(range(len(self.runs))):
            raise NoFormError("the engine has drawn some text otherwise than expected")
        return leaves, originals

    def _labels_in(self, part: bytes | int, code: str) -> Iterator[bytes | int | Label]:
        if isinstance(part, int):
            yield part
            return
        pattern = rb"\(milebook-label-(\d+)-\)" if code == "pdf" else rb"milebook-label-(\d+)-"
        for number, found in enumerate(re.split(pattern, part)):
            if number % 2:
                yield Label(code, self.labels[int(found)])
            elif found:
                yield found

    def _proved(self, form: Form, paragraphs: list[Paragraph], originals: dict[int, bytes]) -> list[Paragraph]:
        """The paragraphs that stamp sets as the engine did; the values of the others have to stay."""
        stamper, kept = Stamper(form), []
        for paragraph in paragraphs:
            slots = [piece.slot for piece in paragraph.pieces if piece.slot is not None]
            try:
                found = dict(stamper.set_paragraph(paragraph, form.values))
            except Unstampable as error:
                self._fix(slots, str(error))
                continue
            if all(_same_run(run, originals[hole]) for hole, run in found.items()):
                kept.append(paragraph)
            else:
                self._fix(slots, "the engine sets it otherwise")
        return kept


def _align(block: _Block) -> str:
    return "end" if block.around.floated is not None else _ALIGN[block.lines[0].style["text_align_all"]]


def _strut(css: Any) -> tuple[float, float]:
    """How far an empty line reaches above and below its baseline."""
    from weasyprint.text.line_break import strut

    height, baseline = strut(css)
    return baseline, height - baseline


def _breaks(text: str, language: str) -> Iterator[int]:
    """Where Pango lets a line break inside a text."""
    from weasyprint.text.line_break import get_log_attrs

    if len(text) > 1:
        for place, attributes in enumerate(get_log_attrs(text, language)[0 : len(text)]):
            if place and attributes.is_line_break:
                yield place


def _wraps_between(one: _Run, other: _Run) -> bool:
    """Whether a line may break between two runs: what holds both of them decides."""
    shared = [box for box, second in zip(one.inline, other.inline, strict=False) if box.element is second.element]
    return shared[-1].style["white_space"] in ("normal", "pre-wrap", "pre-line")


def _words(element: Any) -> Iterator[str | int]:
    """The text of an element with a number for each field, without space around it."""
    text = "".join(_numbered(element))
    for number, found in enumerate(re.split("\x00([0-9]+)\x00", collapse(text).strip(" "))):
        if found:
            yield int(found) if number % 2 else found


def _numbered(element: Any) -> Iterator[str]:
    if element.get("data-slot"):
        yield f"\x00{element.get('data-slot')}\x00"
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _numbered(child)
        yield child.tail or ""


# ---------------------------------------------------------------- streams


def _restored(items: list[Any], colours: list[bytes]) -> Iterator[bytes | int]:
    """A page's operators, with a number before each run that was marked, and its colour set right again."""
    mark, current = b"%g " % MARK, b""
    for item in items:
        item = item if isinstance(item, bytes) else _to_bytes(item)
        number = None
        if item.endswith(b" rg"):
            if item.startswith(mark):
                _, high, low, _ = item.split()
                number = round(float(high) * 1000) * 1000 + round(float(low) * 1000)
                item = colours[number]
            if item != current:
                yield item
            current = item
        else:
            yield item
        if item == b"Q":
            current = b""
        if number is not None:
            yield number


def _to_bytes(item: Any) -> bytes:
    data = item if isinstance(item, str) else item.data
    return data.encode() if isinstance(data, str) else data


def _holes_in(items: Iterator[bytes | int], originals: dict[int, bytes]) -> list[bytes | int]:
    """Cut the text object after each number out of a stream."""
    parts: list[bytes | int] = []
    text: list[bytes] = []
    for item in items:
        if not isinstance(item, int):
            text.append(item)
            continue
        parts += [b"\n".join((*text, b"")), item]
        text, run = [b""], []
        for following in items:
            run.append(_only_bytes(following))
            if following == b"ET":
                break
        if run[0] != b"BT" or item in originals:
            raise NoFormError("a run of text does not begin as expected")
        originals[item] = b"\n".join(run)
    return [*parts, b"\n".join(text)]


def _only_bytes(item: bytes | int) -> bytes:
    if isinstance(item, int):
        raise NoFormError("a run of text has another in it")
    return item


def _same_run(one: bytes, other: bytes) -> bool:
    """Whether two runs show the same glyphs in the same place; the engine sometimes shows the space a line ends with."""
    ours, theirs = one.split(b"\n"), other.split(b"\n")
    return len(ours) == len(theirs) and all(
        mine == its
        or (mine.endswith(b" Tm") and its.endswith(b" Tm") and _near(mine, its))
        or (mine.endswith(b" TJ") and _SPACE_AFTER.fullmatch(its.removeprefix(mine[:-4]).removeprefix(b">")))
        for mine, its in zip(ours, theirs, strict=True)
    )


_SPACE_AFTER = re.compile(rb"<?[0-9a-f]{4}>-?\d*\] TJ")


def _near(one: bytes, other: bytes) -> bool:
    pairs = zip(one.split()[:-1], other.split()[:-1], strict=True)
    return all(abs(float(mine) - float(its)) < SAME for mine, its in pairs)


def _closed(leaf: Leaf, closed: dict[int, bytes]) -> Leaf:
    """Put the engine's own runs back where nothing is stamped."""
    parts: list[bytes | int | Label] = []
    for part in leaf.parts:
        part = closed.get(part, part) if isinstance(part, int) else part
        if parts and isinstance(part, bytes) and isinstance(parts[-1], bytes):
            parts[-1] += part
        else:
            parts.append(part)
    return replace(leaf, parts=tuple(parts))


def _skeleton(pdf: Any, holed: set[int]) -> Skeleton:
    """What is the same in every PDF of a form: streams as they are, everything else in one object stream."""
    import pydyf

    widths = (1, 4, 2)
    table = bytearray((len(pdf.objects) + 2) * sum(widths))
    parts, position = [], 0

    def enter(number: int, *entry: int) -> None:
        data = b"".join(value.to_bytes(width, "big") for value, width in zip(entry, widths, strict=True))
        table[number * sum(widths) : (number + 1) * sum(widths)] = data

    def add(data: bytes) -> None:
        nonlocal position
        parts.append(data + b"\n")
        position += len(data) + 1

    enter(0, 0, 0, 65535)
    add(b"%PDF-1.7\n%\xf0\x9f\x96\xa4")
    packed = len(pdf.objects)
    plain = [thing for thing in pdf.objects[1:] if thing.number not in holed and not isinstance(thing, pydyf.Stream)]
    for thing in pdf.objects[1:]:
        if isinstance(thing, pydyf.Stream) and thing.number not in holed:
            enter(thing.number, 1, position, 0)
            add(thing.indirect)
    for index, thing in enumerate(plain):
        enter(thing.number, 2, packed, index)
    enter(packed, 1, position, 0)
    add(_object_stream(packed, plain).indirect)
    trailer = pydyf.Dictionary({"Type": "/XRef", "Size": packed + 2, "W": pydyf.Array(widths),
                                "Root": pdf.catalog.reference, "Info": pdf.info.reference})
    return Skeleton(b"".join(parts), bytes(table), widths, trailer.data[2:-2])


def _object_stream(number: int, things: list[Any]) -> Any:
    import pydyf

    places, position, bodies = [], 0, []
    for thing in things:
        data = thing.data
        places += [str(thing.number), str(position)]
        bodies.append(data)
        position += len(data) + 1
    head = " ".join(places).encode()
    extra = {"Type": "/ObjStm", "N": len(things), "First": len(head) + 1}
    stream = pydyf.Stream([head, *bodies], extra, compress=True)
    stream.number = number
    return stream
