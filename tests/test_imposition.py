"""The booklet to print: folded in the middle it reads from the first page to the last, and nothing is lost in it."""

from __future__ import annotations

import io

import pdfs
import pikepdf
import pytest
from common import PRINTED
from hypothesis import given
from hypothesis import strategies as st

from milebook.printing.imposition import impose, sides

THICKNESS = 0.1  # mm


@pytest.fixture(params=PRINTED, ids="-".join)
def pair(request, printed):
    """The booklet as it is read, and as it is printed to fold."""
    folder = printed(*request.param)
    return pdfs.read(folder / "booklet.pdf"), pdfs.read(folder / "booklet-print.pdf")


def place_of(page, pages):
    """(side of the sheets, half) where a page, counted from 0, is when the stack is folded; outermost first."""
    sheet = min(page, pages - 1 - page) // 2
    first_half = page < pages / 2
    front = page % 2 == (0 if first_half else 1)
    return 2 * sheet + (0 if front else 1), "right" if front == first_half else "left"


def half_of(sheet, half):
    """The letters of one half of a sheet."""
    middle = sheet.width / 2
    chars = [c for c in sheet.chars if c and ((c.box.left + c.box.right) / 2 < middle) == (half == "left")]
    return [(c.text, c.size) for c in chars], chars


def letters(sheet):
    return [char for char in sheet.chars if char]


# ---------------------------------------------------------------- the order of the pages


@given(st.integers(1, 200))
def test_a_folded_stack_reads_from_the_first_page_to_the_last(pages):
    stack = list(sides(pages))
    fronts, backs = stack[::2], stack[1::2]
    opening = [page for front, back in zip(fronts, backs, strict=True) for page in (front.right, back.left)]
    closing = [page for front, back in zip(fronts[::-1], backs[::-1], strict=True) for page in (back.right, front.left)]
    read = opening + closing
    assert read == [page if page < pages else None for page in range(len(read))]
    assert len(read) - pages < 4
    assert [side.around for side in stack] == [number // 2 for number in range(len(stack))]


def test_every_half_sheet_holds_the_page_that_folding_brings_there(pair):
    pages, printed = pair
    assert len(printed) * 2 == len(pages)
    assert len(pages) % 4 == 0
    for number, page in enumerate(pages):
        side, half = place_of(number, len(pages))
        found, _ = half_of(printed[side], half)
        assert found == [(char.text, char.size) for char in letters(page)], (number + 1, side + 1, half)


def test_no_letter_crosses_the_fold(pair):
    for number, sheet in enumerate(pair[1], 1):
        middle = sheet.width / 2
        assert not [c for c in letters(sheet) if c.box.left < middle < c.box.right], number


def test_each_sheet_moves_a_tenth_of_a_millimetre_more_towards_the_fold(pair):
    pages, printed = pair
    for number, page in enumerate(pages):
        side, half = place_of(number, len(pages))
        _, chars = half_of(printed[side], half)
        if not chars:
            continue
        fold = printed[side].width / 2
        start = fold - page.width if half == "left" else fold
        towards = 1 if half == "left" else -1
        for there, here in zip(chars, letters(page), strict=True):
            assert towards * (there.box.left - here.box.left - start) == pytest.approx(
                THICKNESS * (side // 2), abs=0.005
            )
            assert there.box.top == pytest.approx(here.box.top, abs=0.005)


# ---------------------------------------------------------------- marks


def marks(sheet):
    """The lines that lie on the fold and belong to no page: (top, bottom)."""
    on_fold = [part for drawn in sheet.paths for part in drawn.parts if abs(part.left - sheet.width / 2) < 0.01]
    return sorted((part.top, part.bottom) for part in on_fold if part.width < 0.01 and part.height > 3)


def test_every_side_shows_where_to_fold_outside_what_printers_cannot_reach(pair):
    for sheet in pair[1]:
        found = marks(sheet)
        (above, above_end), (below, below_end) = found[0], found[-1]
        assert 3.5 <= above < above_end <= 12
        assert 3.5 <= sheet.height - below_end < sheet.height - below <= 12


def test_only_the_outermost_side_shows_where_the_two_staples_go(pair):
    counts = [len(marks(sheet)) - 2 for sheet in pair[1]]
    assert counts == [2] + [0] * (len(counts) - 1)
    height = pair[1][0].height
    first, second = marks(pair[1][0])[1:3]
    assert sum(first) / 2 == pytest.approx(height / 4, abs=0.1)
    assert sum(second) / 2 == pytest.approx(height * 3 / 4, abs=0.1)
    assert first[1] - first[0] == pytest.approx(12, abs=0.1)  # as wide as a staple


# ---------------------------------------------------------------- the file


def first_pages(path, count):
    """The first pages of a PDF as a PDF."""
    with pikepdf.open(path) as pdf:
        del pdf.pages[count:]
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6, 7])
def test_pages_that_do_not_fill_the_last_sheet_leave_halves_empty(printed, tmp_path, count):
    source = printed("a4", "intermediate") / "booklet.pdf"
    path = tmp_path / "folded.pdf"
    path.write_bytes(impose(first_pages(source, count), "a4", "some pages"))
    folded, filled = pdfs.read(path), 4 * -(-count // 4)
    assert len(folded) == filled // 2
    for number in range(filled):
        side, half = place_of(number, filled)
        found, _ = half_of(folded[side], half)
        wanted = [(c.text, c.size) for c in letters(pdfs.read(source)[number])] if number < count else []
        assert found == wanted, number


def test_the_same_booklet_gives_the_same_bytes(printed):
    data = (printed("a4", "intermediate") / "booklet.pdf").read_bytes()
    assert impose(data, "a4", "twice") == impose(data, "a4", "twice")


@pytest.mark.parametrize(("paper", "profile"), PRINTED, ids=map("-".join, PRINTED))
def test_it_carries_its_title_and_no_link_that_leads_nowhere(printed, paper, profile):
    folder = printed(paper, profile)
    with pikepdf.open(folder / "booklet-print.pdf") as folded, pikepdf.open(folder / "booklet.pdf") as booklet:
        assert folded.docinfo["/Title"] == booklet.docinfo["/Title"]
        assert not any("/Annots" in page.obj for page in folded.pages)
        assert "/Outlines" not in folded.Root
