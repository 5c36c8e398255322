"""Lines of text as the print engine sets them: shaped by HarfBuzz, broken where a word does not fit any more.

It knows when it does not know. Where the engine might break a line elsewhere or take another font, `Unstampable` is
raised: a booklet that is laid out in full costs two seconds, a wrong one a race.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from milebook.printing.stamping.masters import Master, Paragraph, Piece, Row
from milebook.printing.stamping.shaping import Shaped, Type, Unstampable

NEAR = 0.02  # px; where a line is this near to being full, only the print engine knows whether a word still fits
SAME = 0.01  # px; what is nearer than this lies in the same place
FAR = 60.0  # px; more than any space is wide, and than kerning takes back
MOST_KNOWN = 100  # lines of each paragraph that are remembered; some 300 bytes each
NOTHING = b"BT\nET"  # what the engine writes for a run that shows nothing

Chunk = tuple[int, int, str]  # a piece's place in its paragraph, and from where on what of its text is on a line
Filled = tuple[tuple[int, bytes], ...]  # what goes into which hole
Quick = Callable[[tuple[str, ...]], "Filled | None"]
Set = Callable[[Sequence[str], dict[int, bytes]], None]  # puts a master's values, as they are set, into the holes
_SHARES = {"start": 0.0, "center": 0.5, "end": 1.0}  # of the free space of a line, that lies before it


@dataclass(frozen=True)
class _Step:
    """A piece of a line that is set the short way. `around` is its margins, `known` how it is set where all share it.

    `place` is that of its value among the line's values.
    """

    style: int
    before: float
    around: float
    holes: tuple[int, ...]
    known: Shaped | None
    place: int


class NoMasterError(Exception):
    """The print engine's pages are not as the maker of masters knows them."""


class Setter:
    """Sets a master's paragraphs with other values."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self._type = Type(master)

    def set_paragraph(self, paragraph: Paragraph, values: Sequence[str]) -> Iterator[tuple[int, bytes]]:
        """What goes into the holes of a paragraph."""
        texts = [piece.text if piece.slot is None else _checked(values[piece.slot]) for piece in paragraph.pieces]
        rows = self._rows(paragraph, texts)
        runs: list[list[bytes]] = [[] for _ in texts]
        for number, (row, chunks) in enumerate(zip(paragraph.rows, rows, strict=True)):
            for index, x, run in self._place(paragraph, row, chunks, texts):
                pinned = paragraph.pieces[index].pinned
                if pinned and (pinned[0] != number or abs(pinned[1] - x) > SAME):
                    raise Unstampable(f'what stands around "{texts[index]}" would move')
                runs[index].append(run)
        for piece, found in zip(paragraph.pieces, runs, strict=True):
            yield from _into_holes(piece, found)

    def prepared(self, paragraph: Paragraph) -> Set:
        """The same for one paragraph, many times: what runners have in common is set once."""
        return self._cell(paragraph) or self._remembered(paragraph)

    def _remembered(self, paragraph: Paragraph) -> Set:
        slots = tuple([piece.slot for piece in paragraph.pieces if piece.slot is not None])
        known: dict[tuple[str, ...], Filled] = {}
        quick = self._line(paragraph)

        def set_values(values: Sequence[str], holes: dict[int, bytes]) -> None:
            own = tuple([values[slot] for slot in slots])
            found = known.get(own)
            if found is None:
                found = quick(own) if quick else None
                found = found or tuple(self.set_paragraph(paragraph, values))
                if len(known) >= MOST_KNOWN:
                    known.clear()
                known[own] = found
            holes.update(found)

        return set_values

    def _cell(self, paragraph: Paragraph) -> Set | None:
        """A shorter way for what most paragraphs are: a value by itself on a line."""
        (row, *rows), (piece, *pieces) = paragraph.rows, paragraph.pieces
        if rows or pieces or piece.style is None or piece.pinned or len(piece.holes) != 1:
            return None
        assert piece.slot is not None  # a paragraph without a value is no paragraph of a master
        slot, style, hole, shape, run = piece.slot, piece.style, piece.holes[0], self._type.shape, self._type.run
        around, room, left, before = piece.before + piece.after, row.right - row.left, row.left, piece.before
        share, baseline = _SHARES[paragraph.align], row.baseline

        def set_value(values: Sequence[str], holes: dict[int, bytes]) -> None:
            value = values[slot]
            width, glyphs = shape(_checked(value), style)
            if width + around > room - SAME:
                raise Unstampable(f'"{value}" is wider than its place')
            x = left + (room - width - around) * share + before
            holes[hole] = run(style, x, baseline, glyphs) if glyphs else NOTHING

        return set_value

    def _line(self, paragraph: Paragraph) -> Quick | None:
        """A shorter way for one line of values and text: what all runners share is measured once.

        None for what needs a closer look: more lines, space at the ends, something drawn around a value. Where a line
        might be too long it is None that is found, and the longer way tells what is wrong.
        """
        if len(paragraph.rows) > 1 or not all(map(_is_plain, paragraph.pieces)):
            return None
        first, last = paragraph.pieces[0].text, paragraph.pieces[-1].text
        if first.startswith(" ") or last.endswith(" "):
            return None
        row, shape, run = paragraph.rows[0], self._type.shape, self._type.run
        length, share = row.right - row.left, _SHARES[paragraph.align]
        steps = list(self._steps(paragraph))

        def set_line(own: tuple[str, ...]) -> Filled | None:
            shaped = [step.known or shape(_checked(own[step.place]), step.style) for step in steps]
            free = length - sum([step.around for step in steps]) - sum([width for width, _ in shaped])
            if free < NEAR:
                return None
            x, found = row.left + free * share, []
            for step, (width, glyphs) in zip(steps, shaped, strict=True):
                x += step.before
                if step.holes:
                    found.append((step.holes[0], run(step.style, x, row.baseline, glyphs) if glyphs else NOTHING))
                    found += [(hole, NOTHING) for hole in step.holes[1:]]
                x += width + step.around - step.before
            return tuple(found)

        return set_line

    def _steps(self, paragraph: Paragraph) -> Iterator[_Step]:
        place = 0
        for piece in paragraph.pieces:
            assert piece.style is not None
            known = self._type.shape(piece.text, piece.style) if piece.slot is None else None
            yield _Step(piece.style, piece.before, piece.before + piece.after, piece.holes, known, place)
            place += piece.slot is not None

    # ------------------------------------------------------------ lines

    def _rows(self, paragraph: Paragraph, texts: list[str]) -> list[list[Chunk]]:
        """Break a paragraph as the engine would. Raises Unstampable if that is in doubt or gives other lines."""
        if len(paragraph.rows) == 1:
            whole = _trimmed(_cut(texts, 0, sum(map(len, texts))))
            width, row = self._width(paragraph, whole, texts), paragraph.rows[0]
            if width > row.right - row.left - SAME:
                raise Unstampable(f'"{_read(whole)}" is wider than its place')
            if self._hasty(paragraph, texts, 0, sum(map(len, texts)), width - (row.right - row.left)) is not None:
                raise Unstampable(f'"{_read(whole)}" takes more than a line')
            return [whole]
        stops, start, rows = list(_stops(paragraph, texts)), 0, []
        for row in paragraph.rows:
            if start == stops[-1][0]:
                raise Unstampable(f'"{"".join(texts)}" takes fewer than {len(paragraph.rows)} lines')
            start, chunks = self._fill_row(paragraph, row, start, stops, texts)
            rows.append(chunks)
        if start < sum(map(len, texts)):
            raise Unstampable(f'"{"".join(texts)}" takes more than {len(rows)} lines')
        _same_heights(self.master, paragraph, rows)
        return rows

    def _fill_row(
        self, paragraph: Paragraph, row: Row, start: int, stops: list[tuple[int, bool]], texts: list[str]
    ) -> tuple[int, list[Chunk]]:
        """As many words as go on a line; the place where the next one begins."""
        best: tuple[int, list[Chunk]] | None = None
        doubt = False
        for stop, certain in self._near_the_end(paragraph, row, start, stops, texts):
            chunks = _trimmed(_cut(texts, start, stop))
            over = self._width(paragraph, chunks, texts) - (row.right - row.left)
            if over > NEAR:
                break
            if over > -NEAR:
                raise Unstampable(f'too near to the end of its line: "{_read(chunks)}"')
            hasty = self._hasty(paragraph, texts, start, stop, over)
            if hasty is not None:
                return hasty, _trimmed(_cut(texts, start, hasty))
            doubt = not certain
            if certain:
                best = stop, chunks
        if doubt or best is None:
            raise Unstampable(f'no telling where this breaks: "{"".join(texts)[start:]}"')
        return best

    def _near_the_end(
        self, paragraph: Paragraph, row: Row, start: int, stops: list[tuple[int, bool]], texts: list[str]
    ) -> list[tuple[int, bool]]:
        """The places where the line may end, without those far from its end, of which the last one decides."""
        after = [stop for stop in stops if stop[0] > start]

        def reaches(stop: tuple[int, bool]) -> bool:
            width = self._width(paragraph, _trimmed(_cut(texts, start, stop[0])), texts)
            return width > row.right - row.left - FAR

        return after[max(0, bisect_left(after, True, key=reaches) - 1) :]

    def _hasty(self, paragraph: Paragraph, texts: list[str], start: int, stop: int, over: float) -> int | None:
        """Where WeasyPrint 70 ends a line too early: where a text fits but for the space that it ends with.

        It then takes the text's first word only (`split_first_line`, step 3). None where it does not. `over` is by how
        much the line is too wide, in px. Raises Unstampable where there is no telling.
        """
        begin = end = 0
        for piece, text in zip(paragraph.pieces, texts, strict=True):
            begin, end = end, end + len(text)
            if end < stop:
                continue
            breaks = [begin + place for place in piece.breaks if start < begin + place < stop] if end == stop else []
            if not breaks or not text.endswith(" ") or piece.style is None:
                return None
            over += self._type.shape(" ", piece.style)[0]
            if over <= -NEAR:
                return None
            if over < NEAR:
                raise Unstampable(f'too near to the end of its line: "{text}"')
            word = text[max(start - begin, 0) : breaks[0] - begin]
            return breaks[0] if word.endswith(" ") and word.strip(" ") else None
        return None

    def _width(self, paragraph: Paragraph, chunks: list[Chunk], texts: list[str]) -> float:
        return sum(before + width + after for _, before, width, after, _ in self._measured(paragraph, chunks, texts))

    def _measured(
        self, paragraph: Paragraph, chunks: list[Chunk], texts: list[str]
    ) -> Iterator[tuple[int, float, float, float, bytes]]:
        """For each chunk: piece, margin, width, margin, glyphs."""
        for index, start, text in chunks:
            piece = paragraph.pieces[index]
            width, glyphs = (piece.width, b"") if piece.style is None else self._type.shape(text, piece.style)
            begins = not texts[index][:start].strip(" ")
            ends = not texts[index][start + len(text) :].strip(" ")
            yield index, piece.before if begins else 0, width, piece.after if ends else 0, glyphs

    def _place(
        self, paragraph: Paragraph, row: Row, chunks: list[Chunk], texts: list[str]
    ) -> Iterator[tuple[int, float, bytes]]:
        """The runs of a line: piece, place from the left, operators."""
        measured = list(self._measured(paragraph, chunks, texts))
        free = row.right - row.left - sum(before + width + after for _, before, width, after, _ in measured)
        x = row.left + {"start": 0.0, "center": free / 2, "end": free}[paragraph.align]
        for index, before, width, after, glyphs in measured:
            x += before
            style = paragraph.pieces[index].style
            yield index, x, NOTHING if style is None or not glyphs else self._type.run(style, x, row.baseline, glyphs)
            x += width + after


def _is_plain(piece: Piece) -> bool:
    """Whether a piece is text or a value with a place, and nothing is drawn around it."""
    return bool(piece.slot is None or piece.holes) and piece.style is not None and not piece.pinned


def _checked(value: str) -> str:
    if not value or value != value.strip(" "):
        raise Unstampable(f'"{value}" is empty or has space around it')
    return value


def _read(chunks: list[Chunk]) -> str:
    return "".join(text for _, _, text in chunks)


def _cut(texts: list[str], start: int, stop: int) -> list[Chunk]:
    """The part of a paragraph between two places."""
    chunks, begin = [], 0
    for index, text in enumerate(texts):
        skipped = max(0, start - begin)
        part = text[skipped : max(0, stop - begin)]
        if part:
            chunks.append((index, skipped, part))
        begin += len(text)
    return chunks


def _trimmed(chunks: list[Chunk]) -> list[Chunk]:
    """Without the space at the ends of a line, where it takes no place."""
    while chunks and not chunks[0][2].strip(" "):
        chunks = chunks[1:]
    while chunks and not chunks[-1][2].strip(" "):
        chunks = chunks[:-1]
    if chunks:
        index, start, text = chunks[0]
        chunks = [(index, start + len(text) - len(text.lstrip(" ")), text.lstrip(" ")), *chunks[1:]]
        index, start, text = chunks[-1]
        chunks = [*chunks[:-1], (index, start, text.rstrip(" "))]
    return chunks


def _stops(paragraph: Paragraph, texts: list[str]) -> Iterator[tuple[int, bool]]:
    """Where a line may break, and whether that is certain; the end of the paragraph is the last."""
    begin, before = 0, ""
    for piece, text in zip(paragraph.pieces, texts, strict=True):
        if before and piece.wraps is not False:
            allowed = piece.wraps or may_break(before[-1], text[0])  # the engine, too, sees no more
            if allowed is not False:
                yield begin, allowed is True
        yield from ((begin + place, certain) for place, certain in _inner_stops(piece, text))
        begin, before = begin + len(text), before + text
    yield begin, True


def _inner_stops(piece: Piece, text: str) -> Iterator[tuple[int, bool]]:
    if piece.slot is None:
        yield from ((place, True) for place in piece.breaks)
    elif piece.breakable:
        for place in range(1, len(text)):
            allowed = may_break(text[:place], text[place])
            if allowed is not False:
                yield place, allowed is True


def may_break(before: str, after: str) -> bool | None:
    """Whether a line may break between what stands before and the character after; None: ask the engine.

    Only what is beyond doubt: UAX 14 has more rules than a program of our size should repeat.
    """
    last, place = before[-1], before[-2:-1]
    if after == " ":
        return False
    if last == "\u00a0" or after == "\u00a0":
        return None if last in "- \u2013" else False
    if last == " ":
        return True if (place.isalnum() or place in ".,;:!?)%") and (after.isalnum() or after == "(") else None
    if last == "-":
        return True if place.isalpha() and after.isalpha() else None
    if last.isalnum():
        return False if after.isalnum() or after in ".,:;)'\u2019%-\u2013!?" else None
    if last in "('\u2019":
        return False if after.isalnum() else None
    return False if last in ").,:;" and after in ".,:;)" else None


def _same_heights(master: Master, paragraph: Paragraph, rows: list[list[Chunk]]) -> None:
    """A word in larger type makes its line higher; it must not have gone to another line. Raises Unstampable."""
    for row, chunks in zip(paragraph.rows, rows, strict=True):
        found = [master.styles[style] for index, _, _ in chunks if (style := paragraph.pieces[index].style) is not None]
        above = max([paragraph.strut[0], *(style.above for style in found)])
        below = max([paragraph.strut[1], *(style.below for style in found)])
        if abs(above - row.above) > SAME or abs(below - row.below) > SAME:
            raise Unstampable(f'a line would be of another height: "{_read(chunks)}"')


def _into_holes(piece: Piece, runs: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """One run to a hole; holes left over stay empty, runs left over go into the last one.

    What is no text (a picture) is pinned and stays where the master has it.
    """
    if runs and not piece.holes and piece.style is not None:
        raise Unstampable(f'there is no place for "{piece.text}"')
    for place, hole in enumerate(piece.holes):
        mine = runs[place:] if place == len(piece.holes) - 1 else runs[place : place + 1]
        yield hole, b"\n".join(mine) or NOTHING
