"""A page -> a master: laid out by the print engine once, its fields found again in the finished pages.

The engine's own boxes say which text belongs to which field and how wide its line is. To find a text's operators in the
finished page, it is drawn in a colour of its own, which is set right again afterwards. Each paragraph with fields is
then stamped with its own values; where that does not give the engine's own operators, its values stay as they are.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from milebook.core import debugging
from milebook.printing import engine
from milebook.printing.stamping.copyfitting import NoMasterError, Setter
from milebook.printing.stamping.layout_boxes import (
    Block,
    Run,
    Stretch,
    align_of,
    blocks_of,
    breaks_in,
    refusals,
    rows_of,
    stretches_of,
    strut_of,
    wraps_between,
)
from milebook.printing.stamping.master_file import MARK, bars_in, closed_leaf, holes_in, restored, same_run, skeleton_of
from milebook.printing.stamping.master_fonts import COMMON, LIGATURES, NAMES, Fonts, scratch_sheet
from milebook.printing.stamping.masters import Label, Leaf, Master, Paragraph, Piece, Sheet, collapse, numbered, read
from milebook.printing.stamping.shaping import Unstampable


def make(html: str, folders: Sequence[Path]) -> Master:
    """Lay out a page and make a master of it. Raises BuildError where the engine cannot run or fails, and NoFormError.

    Of the engine's boxes much is used that it promises to nobody: whatever fails at that means no master.
    """
    sheet = read(html)
    with engine.listening() as heard, engine.without_garbage_collection():
        with engine.failures_told():
            document = engine.lay_out(numbered(html), folders)
            heard += engine.find_overprints(document)
        try:
            maker = _Maker(document, sheet)
            master = replace(maker.master(), portable=maker.fonts.are_from(folders))
        except NoMasterError:
            raise
        except Exception as error:
            debugging.show(error)
            raise NoMasterError(f"no master can be made of it ({type(error).__name__})") from error
    gc.collect()
    return replace(master, warnings=tuple(heard))


UNWRITTEN = ("title", "share", "iso")  # kinds of value that make no text on a page
SVG = "{http://www.w3.org/2000/svg}"


class _Maker:
    """Makes a master of a document; the steps in `master` are in their order."""

    def __init__(self, document: Any, sheet: Sheet) -> None:
        self.document, self.sheet = document, sheet
        self.fixed: dict[int, str] = {}
        self.fonts = Fonts(document)
        self.runs: list[Run] = []  # a run's place here is its colour and its hole
        self.colours: list[bytes] = []
        self.labels: list[tuple[str | int, ...]] = []

    def master(self) -> Master:
        from weasyprint.formatting_structure import boxes

        blocks = list(blocks_of(self.document))
        self._keep_repeated(blocks)
        paragraphs = [made for block in blocks if block.slots and (made := self._paragraph(block, blocks, boxes))]
        self._mark_runs()
        self._mark_labels()
        pdf = self._write()
        leaves, originals = self._leaves(pdf)
        master = Master(
            self.sheet.skeleton,
            len(self.sheet.values),
            (),
            self.fonts.faces(),
            tuple(self.fonts.styles),
            (),
            (),
            skeleton_of(pdf, {leaf.number for leaf in leaves}),
            len(self.document.pages),
            (),
            False,
            engine.count_spare(self.document.pages),
        )
        kept = self._proved(master, paragraphs, originals)
        holes = {hole for paragraph in kept for piece in paragraph.pieces for hole in piece.holes}
        closed = {hole: original for hole, original in originals.items() if hole not in holes}
        return replace(
            master,
            fixed=tuple((slot, self.sheet.values[slot], reason) for slot, reason in sorted(self.fixed.items())),
            paragraphs=tuple(kept),
            leaves=tuple(closed_leaf(leaf, closed) for leaf in leaves),
        )

    def _fix(self, slots: Iterable[int], reason: str) -> None:
        for slot in slots:
            self.fixed.setdefault(slot, reason)

    def _keep_repeated(self, blocks: list[Block]) -> None:
        """Values that the engine has copied, into a running header or by generated content, where nothing marks them.

        Also those in a block that goes on on another page, and those that are nowhere.
        """
        copies = [
            run.box.text
            for block in blocks
            for run in block.runs
            if hasattr(run.box, "text") and (block.around.margin or "::" in run.box.element_tag)
        ]
        for slot, (value, kind) in enumerate(zip(self.sheet.values, self.sheet.kinds, strict=True)):
            if kind in ("name", "date") and any(_is_in(value, copy) for copy in copies):
                self._fix([slot], "it stands in a running header or in generated content")
        pages: dict[int, set[int]] = {}
        for block in blocks:
            pages.setdefault(id(block.box.element), set()).add(block.page)
        printed: set[int] = set()
        for block in blocks:
            printed |= block.slots
            if len(pages[id(block.box.element)]) > 1 and not block.around.margin:
                self._fix(block.slots, "it stands in a block that goes on on another page")
        written = {slot for slot, kind in enumerate(self.sheet.kinds) if kind not in UNWRITTEN}
        self._fix(written - printed, "it is empty or on no page")

    def _paragraph(self, block: Block, blocks: list[Block], boxes: Any) -> Paragraph | None:
        """A block as stamp sets it; None where its values have to stay."""
        reason = next(refusals(block, boxes), None)
        reason = reason or next((self.fixed[slot] for slot in sorted(block.slots) if slot in self.fixed), None)
        if reason is None:
            try:
                rows = rows_of(block, [other for other in blocks if other.page == block.page])
                stretches = stretches_of(block, boxes)
                pieces = tuple(self._piece(stretch, stretches[:n], boxes) for n, stretch in enumerate(stretches))
                return Paragraph(align_of(block), rows, strut_of(block.lines[0].style), pieces)
            except NoMasterError as error:
                reason = str(error)
        self._fix(block.slots, reason)
        return None

    def _piece(self, stretch: Stretch, before: list[Stretch], boxes: Any) -> Piece:
        run, last, box = stretch.runs[0], stretch.runs[-1], stretch.runs[0].box
        slot, is_text = run.slot, isinstance(box, boxes.TextBox)
        style = self.fonts.style(box.style, self._letters(stretch), run.above, run.below) if is_text else None
        place = box.position_x if is_text else box.position_x - run.before
        return Piece(
            stretch.text if slot is None else "",
            slot,
            style,
            () if slot is not None or not run.wraps else tuple(breaks_in(stretch.text, box.style["lang"])),
            run.wraps,
            bool(before) and wraps_between(before[-1], stretch),
            run.before,
            last.after,
            0.0 if is_text else box.margin_width(),
            (run.row, place) if run.pinned else None,
            tuple(self._hole(each) for each in stretch.runs) if is_text else (),
        )

    def _hole(self, run: Run) -> int:
        self.runs.append(run)
        return len(self.runs) - 1

    def _letters(self, stretch: Stretch) -> set[str]:
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
            scratch = scratch_sheet(self.document)
            scratch.set_color(colour)
            self.colours.append(scratch.stream[-1])
            run.box.style = run.box.style.copy()
            marking = (MARK, number // 1000 / 1000, number % 1000 / 1000)
            run.box.style["color"] = Color("srgb", marking, colour.alpha)

    def _mark_labels(self) -> None:
        """Put a mark into the title and the bookmarks, where their text has values in it."""
        from weasyprint.anchors import gather_anchors

        title = self.sheet.kinds.index("title") if "title" in self.sheet.kinds else None
        if title is not None and self.document.metadata.title == self.sheet.values[title]:
            self.document.metadata.title = self._label((title,))
        elif title is not None:
            self._fix([title], "the title could not be found")
        for page in self.document.pages:
            for box in page._page_box.descendants():
                if box.element is not None:
                    self._mark_bookmark(box)
                    self._look_at_bars(box.element)
            page.bookmarks = []
            gather_anchors(page._page_box, {}, [], page.bookmarks, {None: []})

    def _look_at_bars(self, element: Any) -> None:
        """Bars in a picture that is drawn so that more than a bar's height may depend on it."""
        if element.tag == f"{SVG}svg":
            bars = [int(inner.get("data-slot")) for inner in element.iter() if inner.get("data-slot")]
            self._fix(bars if not all(map(_is_plain_drawing, element.iter())) else (), "its picture is not plain")

    def _mark_bookmark(self, box: Any) -> None:
        if not (box.bookmark_label or box.string_set):
            return
        words = tuple(words_of(box.element))
        if not any(isinstance(word, int) for word in words):
            return
        own = "".join(word if isinstance(word, str) else self.sheet.values[word] for word in words)
        if box.string_set or (box.bookmark_label and box.bookmark_label != own):
            self._fix([word for word in words if isinstance(word, int)], "it stands in a running header or a bookmark")
        else:
            box.bookmark_label = self._label(words)

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

        leaves: list[Leaf] = []
        originals: dict[int, bytes] = {}
        parts: list[bytes | int | Label]
        for thing in pdf.objects[1:]:
            if isinstance(thing, pydyf.Stream):
                if "Length1" in thing.extra:
                    continue
                cut = holes_in(restored(thing.stream, self.colours), originals)
                extra = pydyf.Dictionary(thing.extra).data[2:-2]
                parts = [new for part in cut for named in self._labels_in(part, "xml") for new in bars_in(named)]
            else:
                extra = None
                parts = list(self._labels_in(thing.data, "pdf"))
            if any(not isinstance(part, bytes) for part in parts):
                leaves.append(Leaf(thing.number, extra, tuple(parts)))
        if set(originals) != set(range(len(self.runs))):
            raise NoMasterError("the engine has drawn some text otherwise than expected")
        labels = [part for leaf in leaves for part in leaf.parts if isinstance(part, Label)]
        drawn = {word for label in labels if label.code == "bar" for word in label.words}
        bars = {slot for slot, kind in enumerate(self.sheet.kinds) if kind == "share"}
        self._fix(bars - drawn, "its bar could not be found")
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

    def _proved(self, master: Master, paragraphs: list[Paragraph], originals: dict[int, bytes]) -> list[Paragraph]:
        """The paragraphs that stamp sets as the engine did; the values of the others have to stay."""
        setter, kept = Setter(master), []
        for paragraph in paragraphs:
            slots = [piece.slot for piece in paragraph.pieces if piece.slot is not None]
            try:
                found = dict(setter.set_paragraph(paragraph, self.sheet.values))
            except Unstampable as error:
                self._fix(slots, str(error))
                continue
            if all(same_run(run, originals[hole]) for hole, run in found.items()):
                kept.append(paragraph)
            else:
                self._fix(slots, "the engine sets it otherwise")
        return kept


def _is_in(value: str, text: str) -> bool:
    """Whether a text has this value in it, as words."""
    return bool(value) and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def _is_plain_drawing(element: Any) -> bool:
    """Whether a part of a picture is drawn by itself: no opacity, pattern, clip or style sheet measures it."""
    plain = re.fullmatch("(?:#.*|none|)", element.get("fill", ""))
    return element.tag != f"{SVG}style" and plain is not None and not _MEASURING & set(element.keys())


_MEASURING = {"style", "opacity", "fill-opacity", "mask", "clip-path", "filter", "marker", "stroke-opacity"}


def words_of(element: Any) -> Iterator[str | int]:
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
