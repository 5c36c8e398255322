"""Text as glyphs: shaped by HarfBuzz with a master's fonts, exactly as the print engine does."""

from __future__ import annotations

import re
from functools import lru_cache

import uharfbuzz

from milebook.printing.stamping.masters import PANGO_SCALE, Master, Style

MOST_SHAPED = 20_000  # texts that are remembered; some 300 bytes each
MOST_NUMBERS = 10_000  # most pieces begin where another runner's did

Shaped = tuple[float, bytes]  # width in px, and the glyphs as the operand of TJ


_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile("[0-9:.\u2013]+")
_FIGURES = re.compile("[0-9]\\.[0-9]\u2013?|[0-9:\u2013]|\\.")  # a point is set by what stands beside it


class Unstampable(Exception):
    """These values do not go into this master; lay the booklet out in full."""


class UnknownLetterError(Unstampable):
    """A value has a letter that the fonts of the master have not, or that is made of several."""


class Type:
    """Shapes text with a master's fonts, exactly as the print engine does."""

    def __init__(self, master: Master) -> None:
        self.master = master
        faces = [uharfbuzz.Face(face.data) for face in master.faces]
        self.fonts = [_sized(faces[style.face], style.size) for style in master.styles]
        self.glyphs = [{glyph: (width, text) for glyph, width, text in face.glyphs} for face in master.faces]
        self.letters = [set(face.letters) for face in master.faces]
        self.features = [dict(style.features) for style in master.styles]
        self.spelt: list[dict[tuple[int, int, str], str]] = [{} for _ in master.styles]
        self.figures: list[dict[str, tuple[int, str] | None]] = [{} for _ in master.styles]
        self.cache: dict[tuple[int, str], Shaped] = {}
        self.chosen = [
            b"/%s %s Tf\n" % (master.faces[style.face].name.encode(), as_number(style.size / PANGO_SCALE))
            for style in master.styles
        ]

    def shape(self, text: str, style: int) -> Shaped:
        """Width and glyphs of a text. Raises Unstampable where the master's fonts have not all of its letters."""
        key = style, text
        found = self.cache.get(key)
        if found is None:
            if len(self.cache) > MOST_SHAPED:
                self.cache.clear()
            found = self.cache[key] = self._composed(text, style) or self._shape(text, style)
        return found

    def _composed(self, text: str, number: int) -> Shaped | None:
        """A number put together from its figures, where HarfBuzz says that they do not touch; None for other text."""
        if not _NUMBER.fullmatch(text):
            return None
        known, total, shown, pointed = self.figures[number], 0, [], False
        for figure in _FIGURES.findall(text):
            if pointed:  # nothing is known of what follows a point and its figure but the one sign asked for
                return None
            if figure not in known:
                known[figure] = self._figure(figure, number)
            part = known[figure]
            if part is None:
                return None
            total += part[0]
            shown.append(part[1])
            pointed = len(figure) == 3
        return total / PANGO_SCALE, _operand("".join(shown))

    def _figure(self, figure: str, number: int) -> tuple[int, str] | None:
        """Advance and glyphs of a part of a number that is set the same, whatever number it stands in; None if not.

        HarfBuzz flags a glyph where text on one side of its beginning may have a say in what is on the other side. So
        what stands before the figure must not matter to its first glyph, nor what follows to its last: of a sign by
        itself both are one; a point with its figures is asked together with the sign behind, or ends the number.
        """
        glyphs = self._glyphs(figure, number)
        if glyphs[0][2] or (len(figure) != 3 and glyphs[-1][2]):
            return None
        return sum([advance for advance, _, _ in glyphs]), "".join([spelt for _, spelt, _ in glyphs])

    def _shape(self, text: str, number: int) -> Shaped:
        glyphs = self._glyphs(text, number)
        total, shown = sum([advance for advance, _, _ in glyphs]), "".join([spelt for _, spelt, _ in glyphs])
        return total / PANGO_SCALE, _operand(shown) if text.strip() else b""

    def _glyphs(self, text: str, number: int) -> list[tuple[int, str, int]]:
        """For each glyph its advance, how TJ has it, and whether it touches what stands before it.

        Raises Unstampable where the master's fonts have not all of its letters.
        """
        style = self.master.styles[number]
        if not self.letters[style.face].issuperset(text):
            raise UnknownLetterError(f'the master has not all the letters of "{text}"')
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.direction = "ltr"
        buffer.script = "Latn" if _LETTER.search(text) else "Zyyy"
        buffer.language = style.language
        buffer.flags = uharfbuzz.BufferFlags.PRODUCE_UNSAFE_TO_CONCAT
        uharfbuzz.shape(self.fonts[number], buffer, self.features[number])
        known, clusters = self.spelt[number], [info.cluster for info in buffer.glyph_infos]
        glyphs = []
        for info, position, start, end in zip(
            buffer.glyph_infos, buffer.glyph_positions, clusters, [*clusters[1:], len(text)], strict=True
        ):
            key = info.codepoint, position.x_advance, text[start:end]
            spelt = known.get(key)
            if spelt is None:
                spelt = known[key] = self._spelt(style, *key)
            if not spelt or position.x_offset or position.y_offset:
                raise UnknownLetterError(f'the master cannot spell "{text}"')
            glyphs.append((key[1], spelt, int(info.flags & uharfbuzz.GlyphFlags.UNSAFE_TO_CONCAT)))
        return glyphs

    def _spelt(self, style: Style, glyph: int, advance: int, text: str) -> str:
        """A glyph as TJ has it, with the kerning after it; nothing where it does not read as the text."""
        width, reads_as = self.glyphs[style.face].get(glyph, (0, None))
        if not _reads_same(reads_as, text):
            return ""
        kerning = width - advance * 1000 * (1 / PANGO_SCALE) / (style.size / PANGO_SCALE)
        return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"

    def run(self, number: int, x: float, y: float, glyphs: bytes) -> bytes:
        """The operators that show glyphs at a place."""
        return b"BT\n1 0 0 -1 %s %s Tm\n%s[%s] TJ\nET" % (as_number(x), as_number(y), self.chosen[number], glyphs)


def _operand(shown: str) -> bytes:
    """Glyphs as the operand of TJ."""
    return (f"<{shown[:-1]}" if shown.endswith("<") else f"<{shown}>").encode()


def _reads_same(one: str | None, other: str) -> bool:
    """Whether a glyph reads as this text: one glyph may serve two letters, but it can read as one of them only."""
    return one is not None and one.replace("\u00a0", " ") == other.replace("\u00a0", " ")


def _sized(face: uharfbuzz.Face, size: int) -> uharfbuzz.Font:
    font = uharfbuzz.Font(face)
    font.scale = (size, size)
    return font


@lru_cache(MOST_NUMBERS)
def as_number(value: float) -> bytes:
    """A number as the print engine writes it."""
    return (str(int(value)) if value.is_integer() else f"{value:f}".rstrip("0")).encode()
