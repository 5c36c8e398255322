"""What the print engine says is told in words that fit on a screen."""

from __future__ import annotations

import logging

import pytest

from milebook.printing.engine import LONGEST_WARNING, listening, shorten

LOGO = f"data:image/svg+xml;base64,{'PHN2' * 50_000}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"Failed to render SVG image {LOGO}", "Failed to render SVG image data:image/svg+xml;base64,... (200 kB)"),
        (
            f"Failed to load image at '{LOGO}': x, data:,{'%20' * 40}",
            "Failed to load image at 'data:image/svg+xml;base64,... (200 kB)': x, data:,... (0 kB)",
        ),
        ("Ignored `data: x` at 3:4, unknown property.", "Ignored `data: x` at 3:4, unknown property."),
        ("Failed to load image at 'data:image/png,x'", "Failed to load image at 'data:image/png,x'"),
        ("x" * 10_000, "x" * LONGEST_WARNING + "..."),
    ],
)
def test_a_warning_about_a_picture_in_an_address_tells_its_kind_and_size(said, told):
    assert shorten(said) == told
    with listening() as heard:
        logging.getLogger("weasyprint").warning("%s", said)
    assert heard == [told]
