"""A booklet's pages -> sheets to print double-sided, fold and staple in the middle (saddle stitch).

pikepdf is imported in functions only: most commands do without it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from milebook.content.vocabulary import Paper

MM = 72 / 25.4
SHEETS: dict[Paper, tuple[float, float]] = {"a4": (297.0, 210.0), "letter": (279.4, 215.9)}  # mm, lying
THICKNESS = 0.1  # mm of a sheet of 80 g/m2: each sheet inside another one sticks out by so much when folded
MARK = (4.0, 5.0)  # mm: how far a fold mark stays from the edge, which few printers reach, and how long it is
STAPLES = (0.25, 0.75)  # of the spine
STAPLE = 12.0  # mm, the length of its mark


@dataclass(frozen=True)
class Side:
    """One side of a sheet: its two pages, counted from 0 (None is empty), and how many sheets lie around it."""

    left: int | None
    right: int | None
    around: int


def sides(pages: int) -> Iterator[Side]:
    """Front and back of each sheet, the outermost first; flip on the short edge. Pages that are wanting stay empty."""
    last = 4 * math.ceil(pages / 4) - 1

    def there(page: int) -> int | None:
        return page if page < pages else None

    for sheet in range(math.ceil(pages / 4)):
        yield Side(there(last - 2 * sheet), there(2 * sheet), sheet)
        yield Side(there(2 * sheet + 1), there(last - 1 - 2 * sheet), sheet)


def impose(booklet: bytes, paper: Paper, title: str) -> bytes:
    """Put the pages of a booklet on sheets, two to a side, each moved towards the fold by its creep.

    Tags and links do not survive this: it is for the printer, the booklet itself is for reading.
    """
    import pikepdf

    width, height = (length * MM for length in SHEETS[paper])
    with pikepdf.open(BytesIO(booklet)) as source, pikepdf.new() as target:
        for number, side in enumerate(sides(len(source.pages))):
            sheet = target.add_blank_page(page_size=(width, height))
            content = []
            for name, index in (("/Left", side.left), ("/Right", side.right)):
                if index is None:
                    continue
                page = source.pages[index]
                master = target.copy_foreign(page.as_form_xobject())
                sheet.add_resource(master, pikepdf.Name.XObject, pikepdf.Name(name))
                x, y = _place(name, page, side.around * THICKNESS * MM, width, height)
                content.append(f"q 1 0 0 1 {x:.4f} {y:.4f} cm {name} Do Q")
            content.append(_marks(width, height, staples=number == 0))
            sheet.contents_add("\n".join(content).encode())
        with target.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
        target.docinfo["/Title"] = title
        out = BytesIO()
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _place(name: str, page: object, creep: float, width: float, height: float) -> tuple[float, float]:
    """Where the lower left corner of a page goes: at the fold, less its creep, and in the middle of the height."""
    left, bottom, right, top = (float(edge) for edge in page.mediabox)  # type: ignore[attr-defined]
    x = width / 2 - (right - left) + creep if name == "/Left" else width / 2 - creep
    return x - left, (height - (top - bottom)) / 2 - bottom


def _marks(width: float, height: float, *, staples: bool) -> str:
    """Grey lines at the fold, above and below; on the outermost side also where the staples go."""
    middle, away, length = width / 2, MARK[0] * MM, MARK[1] * MM
    lines = [(away, away + length), (height - away - length, height - away)]
    if staples:
        half = STAPLE * MM / 2
        lines += [(height * part - half, height * part + half) for part in STAPLES]
    drawn = " ".join(f"{middle:.4f} {start:.4f} m {middle:.4f} {end:.4f} l S" for start, end in lines)
    return f"q 0.6 G 0.5 w {drawn} Q"
