"""One file for the print shop: every booklet on a front page, nothing twice, as little memory as may be."""

from __future__ import annotations

import io
import tracemalloc

import pikepdf
import pytest
from stamps import FOLDERS, view_of

from milebook.printing import collation, products
from milebook.printing.collation import Item
from milebook.printing.printer import How, Making, Printer
from milebook.printing.stamping.variable_values import Manuscript

RUNNERS = [("Ada", "27:30"), ("Bo (of old) \\ Zoë 李", "26:10"), ("Cy", "25:40")]


def pdf_of(*sizes):
    """A PDF of empty pages."""
    with pikepdf.new() as pdf:
        for width, height in sizes:
            pdf.add_blank_page(page_size=(width, height))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def collated(*items):
    out = io.BytesIO()
    pages = collation.collate(items, "All", out)
    pdf = pikepdf.open(io.BytesIO(out.getvalue()))
    assert pdf.check_pdf_syntax() == []
    assert len(pdf.pages) == pages
    return pdf, out.getvalue()


@pytest.fixture(scope="module")
def cards():
    """Three race cards from one form."""
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    views = [view_of(name=name.split(" ")[0], result={"distance": "5 km", "time": time}) for name, time in RUNNERS]
    printed = [products.print_one("race-card", Manuscript.of(view), shop) for view in views]
    assert [each.how for each in printed] == [How.MASTER_MADE, How.STAMPED, How.STAMPED]
    return [each.pdf.data for each in printed]


def test_an_empty_page_follows_where_pages_are_odd_of_every_product():
    a5, a4 = (420, 595), (595, 842)
    pdf, _ = collated(
        Item("A", (pdf_of(a5, a5, a5), pdf_of(a4))), Item("B", (pdf_of(a5, a5),)), Item("C", (pdf_of(a4),))
    )
    assert [tuple(map(int, page.mediabox[2:])) for page in pdf.pages] == [a5] * 4 + [a4] * 2 + [a5] * 2 + [a4] * 2


def test_the_outline_has_every_name_whatever_its_letters_and_leads_to_its_first_page(cards):
    pdf, _ = collated(*(Item(name, (card,)) for (name, _), card in zip(RUNNERS, cards, strict=True)))
    with pdf.open_outline() as outline:
        assert [line.title for line in outline.root] == [name for name, _ in RUNNERS]
        firsts = [line.destination[0].objgen for line in outline.root]
    assert firsts == [pdf.pages[number].objgen for number in (0, 2, 4)]


def test_pages_look_as_they_did(cards, tmp_path):
    import pypdfium2

    _, data = collated(*(Item("x", (card,)) for card in cards))
    together = pypdfium2.PdfDocument(data)
    for number, card in enumerate(cards):
        alone = pypdfium2.PdfDocument(card)[0].render(scale=1).to_pil()
        assert together[2 * number].render(scale=1).to_pil().tobytes() == alone.tobytes()


def test_fonts_are_shared_so_that_an_athlete_costs_little(cards):
    first, _ = collated(Item("A", (cards[0],)))
    pdf, three = collated(*(Item("A", (card,)) for card in cards))
    assert font_programs(pdf) == font_programs(first)
    assert len(three) < 0.7 * sum(map(len, cards))  # what is left is a card's one page, in letters of its own
    _, again = collated(*(Item("A", (card,)) for card in cards))
    assert again == three


def font_programs(pdf):
    return sorted(
        found.read_raw_bytes() for found in pdf.objects if isinstance(found, pikepdf.Stream) and "/Length1" in found
    )


def test_memory_does_not_grow_with_what_is_collated(cards):
    class Nowhere(io.RawIOBase):
        def write(self, data):
            return len(data)

    def peak(count):
        tracemalloc.start()
        collation.collate((Item("A", (cards[number % 3],)) for number in range(count)), "All", Nowhere())
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3)
    assert peak(60) - peak(6) < 60 * 2000  # bytes; a card has a hundred thousand


def test_sheets_that_lie_are_turned_over_the_short_edge():
    assert collated(Item("A", (pdf_of((842, 595)),)))[0].Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
    assert collated(Item("A", (pdf_of((595, 842)),)))[0].Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"


def test_nothing_to_collate_is_a_file_without_pages():
    out = io.BytesIO()
    assert collation.collate([], "All", out) == 0
