"""The fonts of a master, with every letter that a value may need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uharfbuzz

from milebook.printing.stamping.masters import Face, Style

COMMON = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0\u2013\u2019\u00d7\u2026"
NAMES = "".join(map(chr, range(0xC0, 0x17F))) + "\u2014\u2018\u201c\u201d\u00b7\u0218\u0219\u021a\u021b\u1e9e"
LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "fj", "ffj", "fb", "fh", "fk", "ft", "tt", "ti", "Th", "IJ", "ij")


class Fonts:
    """The faces and styles of a master. Every letter a value may need is drawn on a sheet that is thrown away.

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
            known = sorted(text for text in missing if all(ord(letter) in has for letter in text))
            _draw(self.document, css, " ".join(known))
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

    def are_from(self, folders: Sequence[Path]) -> bool:
        """Whether every font of the document is a file of these folders, and none the system's."""
        from weasyprint.text.fonts import get_hb_object_data

        files = [path for folder in folders for path in (folder / "assets").rglob("*") if path.is_file()]
        ours = {path.read_bytes() for path in files}
        return all(get_hb_object_data(font.hb_face) in ours for font in self.document.fonts.values())

    def faces(self) -> tuple[Face, ...]:
        """The faces, cut down to the letters of the master; call it when the PDF is written."""
        found = []
        features = {name for style in self.styles for name, _ in style.features}
        for name, file, letters in zip(self.names, self.files, self.letters, strict=True):
            glyphs = {
                glyph: (glyph, font.widths[glyph], text)
                for font in self.document.fonts.values()
                if font.hash == name
                for glyph, text in font.to_unicode.items()
            }
            has = uharfbuzz.Face(file).unicodes
            known = "".join(sorted({one for text in letters for one in text if ord(one) in has}))
            found.append(Face(name, _subset(file, letters, features), tuple(sorted(glyphs.values())), known))
        return tuple(found)


def _features(css: Any) -> tuple[tuple[str, int], ...]:
    from weasyprint.text.fonts import font_features

    names = (
        "font_kerning",
        "font_variant_ligatures",
        "font_variant_position",
        "font_variant_caps",
        "font_variant_numeric",
        "font_variant_alternates",
        "font_variant_east_asian",
        "font_feature_settings",
    )
    return tuple(font_features(*(css[name] for name in names)).items())


def _layout(css: Any, text: str) -> Any:
    from weasyprint.text.line_break import create_layout

    return create_layout(text, css, None, None, 0)


def scratch_sheet(document: Any) -> Any:
    """A sheet to draw on that nobody will see."""
    from weasyprint.pdf.stream import Stream

    resources: dict[str, Any] = {"ExtGState": {}, "XObject": {}, "Pattern": {}, "Shading": {}, "ColorSpace": None}
    return Stream(document.fonts, (0, 0, 0, 0), resources, {}, None, {}, None)


def _draw(document: Any, css: Any, text: str) -> None:
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix

    box = SimpleNamespace(text=text, style=css, pango_layout=_layout(css, text))
    draw_first_line(scratch_sheet(document), box, "clip", "none", Matrix())


def _subset(file: bytes, letters: set[str], features: set[str]) -> bytes:
    """What shaping these letters needs of a font, with the glyphs' own numbers."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(letter) for text in letters for letter in text} | {0x20})
    wanted.layout_feature_tag_set.update(_tag(name) for name in features)
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS
    return bytes(uharfbuzz.subset(uharfbuzz.Face(file), wanted).blob.data)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode(), "big")
