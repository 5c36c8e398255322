"""What a master's maker reads from the print engine's boxes: which text is a field, and how wide its line may be.

A value may change only where it is known what the engine would do then. Every other place is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from milebook.printing.stamping.copyfitting import NEAR, SAME, NoMasterError
from milebook.printing.stamping.masters import Row, collapse

OBJECT = "\ufffc"  # stands for what is no text in a paragraph


@dataclass(frozen=True)
class Surroundings:
    """What a box inherits from the boxes around it: reasons why no value in it may change, and a float to move."""

    reasons: tuple[str, ...] = ()
    floated: Any = None
    container: Any = None  # what that floats in
    parent: Any = None
    margin: bool = False


@dataclass
class Run:
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
class Block:
    """A block with lines."""

    page: int
    box: Any
    lines: list[Any]
    around: Surroundings
    runs: list[Run] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def slots(self) -> set[int]:
        """The fields in it."""
        return {run.slot for run in self.runs if run.slot is not None}


def blocks_of(document: Any) -> Iterator[Block]:
    """Every block with lines, page by page."""
    for number, page in enumerate(document.pages):
        yield from _blocks_in(page._page_box, number, Surroundings())


def _blocks_in(box: Any, page: int, around: Surroundings) -> Iterator[Block]:
    """Every block with lines in a box, with what is around it."""
    from weasyprint.formatting_structure import boxes

    box = getattr(box, "_box", box)  # an absolutely placed box stands behind a placeholder
    around = _within(box, around, boxes)
    lines = [child for child in box.children if isinstance(child, boxes.LineBox)]
    if lines:
        block = Block(page, box, lines, around)
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


def _within(box: Any, around: Surroundings, boxes: Any) -> Surroundings:
    """What changes inside this box."""
    style, reasons, floated = box.style, list(around.reasons), around.floated
    if isinstance(box, boxes.MarginBox):
        around = replace(around, margin=True)
    if isinstance(box, boxes.TableBox) and (style["table_layout"] != "fixed" or isinstance(style["width"], str)):
        reasons.append("it stands in a table whose columns follow their content")
    if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox) and not _is_stack(box):
        reasons.append("it stands in a flexible box")
    shrinks = isinstance(box, boxes.InlineBlockBox) or box.is_floated() or _shrinks_absolutely(box)
    if shrinks and isinstance(style["width"], str) and not isinstance(box, boxes.ReplacedBox):
        if style["float"] == "right" and not around.floated:
            floated = box
            around = replace(around, container=around.parent)
        else:
            reasons.append("it stands in a box as wide as its content")
    if style["column_count"] != "auto" or style["column_width"] != "auto":
        reasons.append("it stands in columns")
    return replace(around, reasons=tuple(reasons), floated=floated, parent=box)


_FULL_WIDTH = (("normal",), ("stretch",), ("auto",))  # how a box stands in a column whose width it takes


def _is_stack(box: Any) -> bool:
    """Whether a flexible box is a column of boxes, each as wide as it: their lines are broken as in any block."""
    children = [getattr(child, "_box", child) for child in box.children]
    return (
        box.style["flex_direction"] == "column"
        and box.style["flex_wrap"] == "nowrap"
        and box.style["align_items"] in _FULL_WIDTH
        and all(child.style["align_self"] in _FULL_WIDTH for child in children)
        and not any("auto" in (child.style["margin_left"], child.style["margin_right"]) for child in children)
    )


def _shrinks_absolutely(box: Any) -> bool:
    """Whether a box is placed absolutely and not held on both sides."""
    return box.is_absolutely_positioned() and "auto" in (box.style["left"], box.style["right"])


def _runs(line: Any, row: int, parents: tuple[Any, ...], reasons: list[str], boxes: Any) -> list[Run]:
    """The texts and things on a line, from left to right."""
    found: list[Run] = []
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


def _run(box: Any, row: int, parents: tuple[Any, ...], boxes: Any) -> Run:
    inline = parents[1:]
    is_text = isinstance(box, boxes.TextBox)
    numbers = [parent.element.get("data-slot") for parent in parents if parent.element is not None]
    slots = [int(number) for number in numbers if number]
    around = [box, *inline] if is_text else [*inline]
    return Run(
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


def refusals(block: Block, boxes: Any) -> Iterator[str]:
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
        yield from _run_refusals(run, boxes)
    if len({run.row for run in block.runs if run.pinned}) > 1:
        yield "something is drawn around text on several of its lines"
    if block.around.floated is not None and (len(block.lines) > 1 or block.box is not block.around.floated):
        yield "it stands in a floating box that is more than a line"


def _run_refusals(run: Run, boxes: Any) -> Iterator[str]:
    for box in (run.box, *run.inline[1:]):
        for name, allowed in _PLAIN.items():
            if isinstance(box, boxes.TextBox | boxes.InlineBox) and box.style[name] not in allowed:
                yield f"its {name.replace('_', '-')} is {box.style[name]}"
    if run.slot is not None and run.pinned:
        yield "something is drawn around it, or leads to it"


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
class Stretch:
    """The runs that one text of the source became, and which part of that text they are."""

    runs: list[Run]
    source: str
    begin: int
    end: int

    @property
    def text(self) -> str:
        """That part."""
        return self.source[self.begin : self.end]


def stretches_of(block: Block, boxes: Any) -> list[Stretch]:
    """The runs of a block by the texts of the source they come from. Raises NoFormError where it cannot be followed."""
    source = list(_texts_of(block.box.element)) if block.box.element is not None else []
    found: list[Stretch] = []
    node, place = 0, 0  # how far the source has been followed
    for run in block.runs:
        if not isinstance(run.box, boxes.TextBox) or "::" in run.box.element_tag:
            text = getattr(run.box, "text", OBJECT)
            found.append(Stretch([run], text, 0, len(text)))
            continue
        before = node, place
        node, begin, place = _follow(source, node, place, run.box)
        if before[1] and before[0] == node and found and found[-1].source is source[node][1]:
            found[-1].runs.append(run)
            found[-1].end = place
        else:
            found.append(Stretch([run], source[node][1], begin, place))
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
            found = text.startswith(box.text, begin + space) and not text[begin : begin + space].strip(" ")
            if found and (box.text or text[begin:]):  # a space at the end of a line has become an empty text
                return number, begin + space, begin + space + len(box.text)
    raise NoMasterError(f'"{box.text}" is not where the source has it')


def _give_space_back(found: list[Stretch]) -> None:
    """Space where a line ends is in no box; take it from the source, as another runner's line may end elsewhere."""
    for stretch, following in pairwise(found):
        if stretch.runs[-1].row == following.runs[0].row:
            continue
        if stretch.source[stretch.end : stretch.end + 1] == " ":
            stretch.end += 1
        elif not stretch.text.endswith(" ") and following.source[: following.begin].endswith(" "):
            following.begin -= 1


# ---------------------------------------------------------------- room


def rows_of(block: Block, around: Sequence[Block]) -> tuple[Row, ...]:
    """The lines of a block with the room they have. Raises NoFormError where that depends on other values."""
    rows = []
    for number, line in enumerate(block.lines):
        baselines = [run.box.position_y + run.box.baseline for run in _texts(block, number)]
        if not baselines or max(baselines) - min(baselines) > SAME:
            raise NoMasterError("its line has text off the baseline, or none")
        if block.around.floated is not None:
            left, right = _float_room(block, around)
        else:
            left, right = _line_room(block, line, around)
        above = baselines[0] - line.position_y
        rows.append(Row(left, right, baselines[0], above, line.height - above))
    return tuple(rows)


def _texts(block: Block, row: int) -> Iterator[Run]:
    return (run for run in block.runs if run.row == row and hasattr(run.box, "text") and run.box.text)


def _beside(box: Any, line: Any) -> bool:
    """Whether a float and a line stand side by side."""
    below = box.position_y >= line.position_y + line.height - SAME
    return not below and box.position_y + box.margin_height() > line.position_y + SAME


def _line_room(block: Block, line: Any, around: Sequence[Block]) -> tuple[float, float]:
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


def _floats(block: Block) -> Iterator[Any]:
    for line in block.lines:
        stack = list(line.children)
        while stack:
            box = stack.pop()
            if box.is_floated():
                yield box
            elif hasattr(box, "children"):
                stack += box.children


def _float_room(block: Block, around: Sequence[Block]) -> tuple[float, float]:
    """A box that floats on the right may grow to the left as far as the line beside it lets it."""
    box = block.around.floated
    left = block.around.container.content_box_x()
    for other in around:
        if other.box.content_box_x() + other.box.width <= left + SAME:
            continue  # in a column of its own
        for line in other.lines if other is not block else []:
            if not _beside(box, line) or line.position_x > box.position_x + box.margin_width():
                continue
            if len(other.lines) > 1 or other.slots or _ALIGN.get(line.style["text_align_all"]) != "start":
                raise NoMasterError("what stands beside it would be set otherwise")
            left = max(left, line.position_x + line.width + NEAR)
    return left + box.content_box_x() - box.position_x, box.content_box_x() + box.width


def align_of(block: Block) -> str:
    """Where the lines of a block begin: a box that floats on the right grows to the left."""
    return "end" if block.around.floated is not None else _ALIGN[block.lines[0].style["text_align_all"]]


def strut_of(css: Any) -> tuple[float, float]:
    """How far an empty line reaches above and below its baseline."""
    from weasyprint.text.line_break import strut

    height, baseline = strut(css)
    return baseline, height - baseline


def breaks_in(text: str, language: str) -> Iterator[int]:
    """Where Pango lets a line break inside a text. Raises NoFormError where that depends on what follows it.

    Asked for a text by itself, Pango 1.50 at times denies the break before its last letter; so letters are added.
    """
    from weasyprint.text.line_break import get_log_attrs

    if len(text) > 1:
        one, other = (get_log_attrs(text + more, language) for more in ("aa", "11"))
        for place in range(1, len(text)):
            if one[place].is_line_break != other[place].is_line_break:
                raise NoMasterError(f'no telling whether "{text}" breaks before its last letter')
            if one[place].is_line_break:
                yield place


def wraps_between(one: Stretch, other: Stretch) -> bool | None:
    """Whether a line may break between two texts: what holds both of them decides, and the letters; None: values do."""
    from weasyprint.text.line_break import can_break_text

    pairs = zip(one.runs[-1].inline, other.runs[0].inline, strict=False)
    shared = [box for box, second in pairs if box.element is second.element]
    if shared[-1].style["white_space"] not in ("normal", "pre-wrap", "pre-line"):
        return False
    if one.runs[0].slot is not None or other.runs[0].slot is not None or OBJECT in (one.text, other.text):
        return None
    return bool(can_break_text(one.text[-1] + other.text[0], shared[-1].style["lang"]))
