"""What on a laid-out page cannot be read: text printed over a text or under a picture, cut off, or off the paper.

It is told from the print engine's boxes, before anything is drawn, which takes about a hundredth of the layout's time.
A picture that is meant to lie behind a text is the background of a box, and none of these. A runner's values are told
by their kind, since what is told of a page may be kept and shown where no name may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

ASCENT, DESCENT = 0.72, 0.2  # of the font size, above and below the baseline: what most letters have
NEAR = 1.0  # px: what touches is not over one another, and an italic letter leans out of its box
LONGEST_TOLD = 40  # characters
MOST_TOLD = 20  # of one document: the first ones show what it is


@dataclass(frozen=True)
class Area:
    """A rectangle on a page, in px from its top left."""

    left: float
    top: float
    right: float
    bottom: float

    def is_over(self, other: Area) -> bool:
        """Whether two of them lie over each other, and do not just touch."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > NEAR and down > NEAR

    def holds(self, other: Area) -> bool:
        """Whether the other lies within this one."""
        return (
            self.left - NEAR <= other.left
            and self.top - NEAR <= other.top
            and other.right <= self.right + NEAR
            and other.bottom <= self.bottom + NEAR
        )

    def within(self, other: Area) -> Area:
        """What of it lies in another."""
        return Area(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class _Thing:
    """A piece of text, or a picture, in the words by which it is told."""

    told: str
    is_text: bool
    area: Area
    clip: Area | None  # what can be seen around it; None where it is turned, and there is no telling
    frame: int  # what is turned or moved as one: only things of one frame are compared


@dataclass(frozen=True)
class _Around:
    clip: Area | None
    frame: int = 0


def find_overprints(document: Any) -> Iterator[str]:
    """What cannot be read in a laid-out document, each in words with its page; no more than `MOST_TOLD`."""
    found = (f"page {number}: {what}" for number, page in enumerate(document.pages, 1) for what in _on_page(page))
    for count, told in enumerate(dict.fromkeys(found)):
        if count == MOST_TOLD:
            yield "and so on, on this page or others"
            return
        yield told


def _on_page(page: Any) -> Iterator[str]:
    from weasyprint.formatting_structure import boxes

    box = page._page_box
    paper = Area(0, 0, box.margin_width(), box.margin_height())
    things = sorted(_things(box, _Around(paper), boxes), key=lambda thing: thing.area.top)
    for place, thing in enumerate(things):
        if thing.is_text and thing.clip and not thing.clip.holds(thing.area):
            where = "is cut off" if paper.holds(thing.area) else "lies off the paper"
            yield f"{thing.told} {where}"
        for other in things[place + 1 :]:
            if other.area.top > thing.area.bottom:
                break
            if thing.frame == other.frame and (thing.is_text or other.is_text) and thing.area.is_over(other.area):
                first, second = sorted((thing, other), key=lambda one: not one.is_text)
                yield f"{first.told} and {second.told} are printed over each other"


def _things(box: Any, around: _Around, boxes: Any) -> Iterable[_Thing]:
    """The texts and pictures in a box that can be seen."""
    waiting = [(box, around)]
    while waiting:
        box, around = waiting.pop()
        box = getattr(box, "_box", box)  # an absolutely placed box stands behind a placeholder
        is_seen = box.style["visibility"] == "visible" and box.style["opacity"] > 0
        if isinstance(box, boxes.TextBox):
            text = " ".join(box.text.split())
            if text and is_seen:
                yield _Thing(_told(box, text), True, _ink(box), around.clip, around.frame)
        elif isinstance(box, boxes.ReplacedBox):
            if is_seen:
                yield _Thing("a picture", False, _content(box), around.clip, around.frame)
        else:
            around = _within(box, around)
            waiting += [(child, around) for child in reversed(box.children)]


def _told(box: Any, text: str) -> str:
    """A text in quotes; a runner's value, which `renderer.mark_field` has marked, by what it is."""
    classes = (box.element.get("class") or "").split() if box.element is not None else []
    if "field" in classes:
        return "a name" if "field-name" in classes else "a runner's value"
    return f'"{text if len(text) <= LONGEST_TOLD else text[: LONGEST_TOLD - 3] + "..."}"'


def _within(box: Any, around: _Around) -> _Around:
    if box.style["transform"]:
        return _Around(None, id(box))
    if box.style["overflow"] != "visible" and around.clip and not box.is_for_root_element:
        return replace(around, clip=_padded(box).within(around.clip))
    return around


def _ink(box: Any) -> Area:
    """Where the letters of a text stand: a line of text is higher than they are."""
    size, base = box.style["font_size"], box.position_y + box.baseline
    return Area(box.position_x, base - ASCENT * size, box.position_x + box.width, base + DESCENT * size)


def _content(box: Any) -> Area:
    left, top = box.content_box_x(), box.content_box_y()
    return Area(left, top, left + box.width, top + box.height)


def _padded(box: Any) -> Area:
    left, top = box.padding_box_x(), box.padding_box_y()
    return Area(left, top, left + box.padding_width(), top + box.padding_height())
