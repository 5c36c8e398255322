"""What can be printed for a runner: each a template, printed by `printer`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from milebook.booklet.views import Booklet
from milebook.core.errors import ContentError, Problem, near_miss
from milebook.pages.renderer import Renderer
from milebook.printing import imposition
from milebook.printing.engine import SHEET, Pdf
from milebook.printing.page_workers import Pending
from milebook.printing.printer import Printed, Printer
from milebook.printing.stamping.variable_values import Manuscript


@dataclass(frozen=True)
class Product:
    """One PDF: its name (also that of its file), what the page calls it, and the template it is laid out with."""

    name: str
    title: str
    template: str


PRODUCTS: Mapping[str, Product] = {
    product.name: product
    for product in (
        Product("booklet", "Booklet to read", "booklet.html.j2"),
        Product("booklet-print", "Booklet to print and fold", "booklet.html.j2"),
        Product("wall-plan", "Plan for the wall", "wall-plan.html.j2"),
        Product("race-card", "Race card and wrist band", "race-card.html.j2"),
        Product("strides", "Strides and warm-up", "strides.html.j2"),
        Product("large-print", "Booklet in large print", "booklet.html.j2"),
        Product("parts", "Parts of the booklet", "booklet.html.j2"),
    )
}
WEEK = re.compile(r"week-\d+")
ON_ONE_SHEET = ("wall-plan", "race-card", "strides")
USUAL = ("booklet", "booklet-print", "wall-plan", "race-card", "strides")


@dataclass(frozen=True)
class Parts:
    """What to print: products, and the sections of the booklet that make up `parts.pdf`."""

    products: tuple[str, ...] = USUAL
    sections: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The products to make, in the order of PRODUCTS."""
        chosen = {*self.products, *(["parts"] if self.sections else [])}
        return tuple(name for name in PRODUCTS if name in chosen)


def choose(wanted: Collection[str], sections: Collection[str], *, large_print: bool) -> Parts:
    """The parts asked for by name; all usual products where none is. Raises ContentError for unknown names."""
    known = (set(PRODUCTS) - {"parts"}) | set(sections)
    _refuse([name for name in wanted if name not in known and not WEEK.fullmatch(name)], known)
    products = [name for name in wanted if name in PRODUCTS] if wanted else [*USUAL]
    if large_print:
        products.append("large-print")
    return Parts(tuple(products), tuple(name for name in wanted if name not in PRODUCTS))


def _refuse(names: Collection[str], known: Collection[str]) -> None:
    """Raise ContentError where there are names that are no parts."""
    if names:
        raise ContentError([Problem("--parts", 0, 0, f'"{name}" is unknown', near_miss(name, known)) for name in names])


def begin(copy: Manuscript, parts: Parts, printer: Printer) -> dict[Product, Pending[Printed]]:
    """Hand in the pages of the chosen products. Raises ContentError, and BuildError without a print engine."""
    check_weeks(copy, parts.sections)
    coming: dict[str, Pending[Printed]] = {}
    for name in parts.names:
        if name == "booklet-print":
            booklet = coming.get("booklet") or begin_one("booklet", copy, printer)
            coming[name] = partial(_folded, booklet, copy)
        else:
            coming[name] = begin_one(name, copy, printer, parts.sections if name == "parts" else ())
            if name in ON_ONE_SHEET:
                coming[name] = partial(_on_one_sheet, name, coming[name])
    return {PRODUCTS[name]: printed for name, printed in coming.items()}


def render(product: Product, view: Booklet, renderer: Renderer, sections: Collection[str] = ()) -> str:
    """A product as HTML; `sections` are those wanted of the booklet, all where none is named."""
    values = {"booklet": view, "product": product.name, "sections": sections}
    return renderer.render(product.template, values)


def print_one(name: str, copy: Manuscript, printer: Printer, sections: Collection[str] = ()) -> Printed:
    """One product (not the folded booklet), stamped where a master fits. Raises ContentError and BuildError."""
    return begin_one(name, copy, printer, sections)()


def begin_one(name: str, copy: Manuscript, printer: Printer, sections: Collection[str] = ()) -> Pending[Printed]:
    """Hand in one product (not the folded booklet). Raises ContentError and BuildError."""
    product = PRODUCTS[name]

    def write(view: Booklet, renderer: Renderer) -> str:
        return render(product, view, renderer, sections)

    return printer.begin(copy, write, " ".join((name, *sections)))


def _on_one_sheet(name: str, printed: Pending[Printed]) -> Printed:
    """A product that is meant for one sheet, with a warning where it takes more."""
    made = printed()
    if made.pdf.pages == 1:
        return made
    told = f"{name}.pdf takes {made.pdf.pages} pages, and is meant for one sheet"
    return replace(made, pdf=replace(made.pdf, warnings=(*made.pdf.warnings, told)))


def _folded(booklet: Pending[Printed], copy: Manuscript) -> Printed:
    printed = booklet()
    data = imposition.impose(printed.pdf.data, copy.paper, copy.title)
    return replace(printed, pdf=Pdf(data, 2 * -(-printed.pdf.pages // 4), ()))


def almost_empty_sheet(booklet: Pdf) -> str:
    """A word on a folded booklet whose last sheet is there for a single page; nothing where it is not."""
    used = booklet.pages - booklet.spare
    if used % SHEET != 1 or used == 1:
        return ""
    sheets = used // SHEET + 1
    rest = "for notes" if booklet.spare else "blank"
    return f"{used} pages take {sheets} sheets to fold, and of the last one's four sides three are {rest}"


def check_weeks(copy: Manuscript, sections: Collection[str]) -> None:
    """Raise ContentError for weeks that the plan does not have."""
    wanted = [name for name in sections if WEEK.fullmatch(name)]
    known = [f"week-{week.number}" for week in copy.view.weeks] if wanted else []
    unknown = [name for name in wanted if name not in known]
    if unknown:
        hint = "its weeks are " + ", ".join(known)
        raise ContentError([Problem("--parts", 0, 0, f'the plan has no "{name}"', hint) for name in unknown])
