"""A club's own look: the accent colour and the logo, checked before they reach a page."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from milebook.content import png_file
from milebook.core.errors import QuantityError

PAPER, NIGHT = "#ffffff", "#16171a"  # what text stands on: the sheet, and the web page in the dark
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA
LARGEST_LOGO = 300_000  # bytes
TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Logo:
    """A club's logo: its file ending (`.svg` or `.png`) and its bytes."""

    ending: str
    data: bytes

    @property
    def uri(self) -> str:
        """The logo as a `data:` address, for a page that fetches nothing."""
        return f"data:{TYPES[self.ending]};base64,{b64encode(self.data).decode()}"


def _luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours `#rrggbb`, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def read_accent(text: object) -> str:
    """An accent colour as `#rrggbb`. Raises QuantityError where it is none or too pale to read on white."""
    found = re.fullmatch(r"#([0-9a-f]{6}|[0-9a-f]{3})", str(text).strip().lower())
    if not found:
        raise QuantityError(f'"{text}" is not a colour', 'write it in quotes, for example "#b3321e"')
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    colour = f"#{digits}"
    ratio = contrast(colour, PAPER)
    if ratio < LEAST_CONTRAST:
        shown_ratio = int(ratio * 100) / 100  # rounded down: 4.499 is not 4.5
        raise QuantityError(
            f"the colour {colour} has a contrast of {shown_ratio:.2f} to 1 on white",
            f"WCAG AA asks for {LEAST_CONTRAST} to 1: {_mixed_until_readable(colour, '#000000', PAPER)} would do",
        )
    return colour


def on_night(colour: str) -> str:
    """The colour, lightened until it reads on the web page's dark ground."""
    return _mixed_until_readable(colour, "#ffffff", NIGHT)


def _mixed_until_readable(colour: str, towards: str, ground: str) -> str:
    """The colour with as little of another as makes it readable on a ground."""
    for percent in range(0, 101, 2):
        pairs = ((int(colour[i : i + 2], 16), int(towards[i : i + 2], 16)) for i in (1, 3, 5))
        mixed = "#" + "".join(f"{round(own + (other - own) * percent / 100):02x}" for own, other in pairs)
        if contrast(mixed, ground) >= LEAST_CONTRAST:
            return mixed
    return towards


def read_logo(path: Path) -> Logo:
    """A logo from its file. Raises QuantityError where it is missing, too large, or not a plain SVG or PNG."""
    ending = path.suffix.lower()
    if ending not in TYPES:
        raise QuantityError(f'the logo "{path.name}" is neither SVG nor PNG', "save it as one of them")
    try:
        if not path.is_file():
            raise QuantityError(f'the logo "{path.name}" is missing', "put it beside site.yaml")
        size = path.stat().st_size
        with path.open("rb") as file:
            data = file.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise QuantityError(f'the logo "{path.name}" cannot be read: {error.strerror}') from None
    if len(data) > LARGEST_LOGO:
        size = max(size, len(data))
        raise QuantityError(f'the logo "{path.name}" has {size / 1000:.0f} kB', f"at most {LARGEST_LOGO // 1000} kB")
    if ending == ".png":
        png_file.check(path.name, data)
    else:
        from milebook.content import (
            svg_file,  # what it knows of SVG takes a while to load, and most folders have no logo
        )

        svg_file.check(path.name, data)
    return Logo(ending, data)
