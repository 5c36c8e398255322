"""A view -> its PDF, by the quickest way that gives the right one: stamped where a master fits, else laid out in full.

For a program that prints one booklet, and for one that prints thousands:

    printer = Printer(templates, MasterStore(folder, edition_of(templates)))
    printed = printer.print(Manuscript.of(view), write)       # write(view, renderer) is the page as HTML
    printed.pdf.data, printed.how, printed.reason

A master costs more to make than a booklet to lay out. So by default (`Making.LATER`) a first runner is laid out and
noted in the store, and a master is made when a second runner of the same shape comes, or the first one comes back with
other values; the very same page again is the PDF that was kept. A batch that knows there will be many says
`Making.AT_ONCE`, and its workers `Making.NEVER`. A printer can be sent to another process: it takes along where its
masters are, and loads each when it is first needed. One printer serves one thread. Masters stay in memory, some 3 MB
each, and what is remembered of how texts are set in them, up to some 15 MB more; `pages` says of how many pages (a
batch that takes page after page needs few). A `reason` holds the value it is about, a name perhaps: it is nothing for a
log that others read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from milebook.booklet.views import Booklet
from milebook.core import debugging
from milebook.core.errors import BuildError
from milebook.pages.renderer import Renderer
from milebook.printing import engine
from milebook.printing.engine import Pdf
from milebook.printing.page_workers import HERE, PageWorkers, Pending, make_master
from milebook.printing.stamping.copyfitting import NoMasterError
from milebook.printing.stamping.master_fonts import COMMON, NAMES
from milebook.printing.stamping.master_store import MOST_MASTERS, MasterStore, name_of
from milebook.printing.stamping.masters import NO_ROUTE, Master, Route, Sheet, read
from milebook.printing.stamping.shaping import UnknownLetterError, Unstampable
from milebook.printing.stamping.stamper import Stamper
from milebook.printing.stamping.variable_values import Manuscript, SplitView, Write, follow
from milebook.runtime import doctor

LETTERS = frozenset(COMMON + NAMES)  # of values that can be stamped, as far as the fonts have them
MOST_LOADED = 40  # masters in memory, some 3 MB each
MOST_POOR = 2  # masters of a page with values that cannot be changed


class How(Enum):
    """How a PDF came about."""

    STAMPED = "stamped"
    MASTER_MADE = "master made"  # and stamped
    KEPT = "kept"  # from an earlier build
    LAID_OUT = "laid out"


class Making(Enum):
    """When a master is made for a runner whom no master fits."""

    NEVER = "never"
    LATER = "later"  # for the second runner of a shape
    AT_ONCE = "at once"


@dataclass(frozen=True)
class Printed:
    """A PDF, how it came about and, where it was not stamped, why not."""

    pdf: Pdf
    how: How
    reason: str = ""


class Printer:
    """Prints views with the templates of some folders; `store` None keeps masters for the life of the printer only."""

    def __init__(
        self,
        folders: Sequence[Path],
        store: MasterStore | None = None,
        making: Making = Making.LATER,
        renderer: Renderer | None = None,
        pages: int = MOST_LOADED,
        workers: PageWorkers | None = None,
    ) -> None:
        self.folders, self.store, self.making, self.pages = tuple(folders), store, making, pages
        self._forget(renderer, workers)

    def _forget(self, renderer: Renderer | None = None, workers: PageWorkers | None = None) -> None:
        self._renderer, self._presses = renderer, workers or HERE
        self._stamps = not doctor.untried_engine()
        self._forms_coming: dict[str, Pending[Printed]] = {}
        self._stampers: dict[str, list[Stamper]] = {}
        self._routes: dict[str, Route] = {}
        self._seen: dict[str, tuple[str, ...]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"folders": self.folders, "store": self.store, "making": self.making, "pages": self.pages}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    @property
    def renderer(self) -> Renderer:
        """The templates; they are read when a page is first filled."""
        self._renderer = self._renderer or Renderer(self.folders)
        return self._renderer

    def print(self, copy: Manuscript, write: Write, product: str = "booklet") -> Printed:
        """One runner's PDF. Raises ContentError for a wrong template, BuildError where the engine is needed and cannot.

        `product` names what `write` makes of the view; with the view's shape it stands for the page. The view is
        composed only where a page must be filled.
        """
        return self.begin(copy, write, product)()

    def begin(self, copy: Manuscript, write: Write, product: str = "booklet") -> Pending[Printed]:
        """Hand in one runner's page to be printed; others can be handed in before it is done. Raises as `print` does.

        What comes must be taken, for the printer learns from it.
        """
        parts = copy.parts
        shape = sha256(f"{product} {parts.shape}".encode()).hexdigest()
        html, sheet, name = "", self._sheet(shape, parts), f"{product.split()[0]}.pdf"
        if sheet is None:
            html = write(copy.view, self.renderer)
            sheet = read(html)
        if sheet.skeleton in self._forms_coming:  # perhaps it can be stamped
            self._forms_coming[sheet.skeleton]()
        pdf, refusals = self._stamp(sheet)
        if pdf:
            if html:
                self._learn(shape, copy.view, write)
            return partial(Printed, pdf, How.STAMPED)
        html = html or write(copy.view, self.renderer)
        if kept := self._kept(html):
            return partial(Printed, kept, How.KEPT)
        spelt = LETTERS.issuperset("".join(sheet.values))  # if not, no other runner's master would be like this one
        spelt = spelt and not any(isinstance(refusal, UnknownLetterError) for refusal in refusals)
        reason = str(refusals[0]) if refusals else "there was no master"
        if not (spelt and self._is_time(shape, parts) and self._has_room(sheet.skeleton)):
            return cache(
                partial(self._lay_out, html, reason, self._presses.submit(engine.print_pdf, html, self.folders, name))
            )
        master = self._presses.submit(make_master, html, self.folders, name)
        learn = partial(self._learn, shape, copy.view, write)
        coming = cache(partial(self._finish_form, html, sheet, reason, master, learn, name))
        self._forms_coming[sheet.skeleton] = coming
        return coming

    def _lay_out(self, html: str, reason: str, page: Pending[Pdf]) -> Printed:
        pdf = page()
        self._keep(html, pdf)
        return Printed(pdf, How.LAID_OUT, reason)

    # ------------------------------------------------------------ stamping

    def _sheet(self, shape: str, parts: SplitView) -> Sheet | None:
        """The page's values without the page, where its templates are known to show every value as it is."""
        if shape not in self._routes and self.store:
            route = self.store.route(shape)
            if route:
                self._routes[shape] = route
        route = self._routes.get(shape, NO_ROUTE)
        try:
            return Sheet(route.skeleton, route.values(parts.values), ()) if route != NO_ROUTE else None
        except Exception as error:  # one that was kept and does not fit: the page is filled
            debugging.show(error)
            return None

    def _stamp(self, sheet: Sheet) -> tuple[Pdf | None, list[Unstampable]]:
        """The PDF from the first master that fits, or why each of them does not.

        They are tried in the order of their names: the same masters give the same bytes, whoever came before.
        """
        refusals: list[Unstampable] = []
        for stamper in self._stampers_of(sheet.skeleton):
            try:
                return _pdf_of(stamper.master, stamper.stamp(sheet)), refusals
            except Unstampable as error:
                refusals.append(error)
            except Exception as error:  # a master that was kept and is not what it should be
                debugging.show(error)
                refusals.append(Unstampable(f"its master cannot be stamped ({type(error).__name__})"))
        return None, refusals

    def _stampers_of(self, skeleton: str) -> list[Stamper]:
        """The stampers of a page, loaded when it first comes; those of the page that came longest ago are let go."""
        if skeleton not in self._stampers:
            kept = self.store.masters(skeleton) if self.store and self._stamps else ()
            self._stampers[skeleton] = [one for name, master in kept if (one := _stamper(master, name))]
        self._stampers[skeleton] = self._stampers.pop(skeleton)  # the last one of the dictionary
        while len(self._stampers) > 1 and self._is_full():
            del self._stampers[next(iter(self._stampers))]
        return self._stampers[skeleton]

    def _is_full(self) -> bool:
        return len(self._stampers) > self.pages or sum(map(len, self._stampers.values())) > MOST_LOADED

    # ------------------------------------------------------------ keeping what was laid out

    def _kept(self, html: str) -> Pdf | None:
        """The PDF of an earlier build, of the very same page."""
        data = self.store.data(_pdf_name(html)) if self.store and self.making is Making.LATER else None
        if not data:
            return None
        pages, spare = (int.from_bytes(data[place : place + _COUNT], "big") for place in (0, _COUNT))
        return Pdf(data[2 * _COUNT :], pages, (), spare)

    def _keep(self, html: str, pdf: Pdf) -> None:
        """Keep a PDF for the next build; not where the engine had a word to say, which is to be said again."""
        if self.store and self.making is Making.LATER and not pdf.warnings:
            counts = b"".join(count.to_bytes(_COUNT, "big") for count in (pdf.pages, pdf.spare))
            self.store.keep_data(_pdf_name(html), counts + pdf.data)

    # ------------------------------------------------------------ making masters

    def _is_time(self, shape: str, parts: SplitView) -> bool:
        if not self._stamps:
            return False
        if self.making is not Making.LATER:
            return self.making is Making.AT_ONCE
        before = self._seen.setdefault(shape, parts.values)
        noted = self.store.note(shape, parts.values) if self.store else False
        return noted or before != parts.values

    def _has_room(self, skeleton: str) -> bool:
        """Whether one more master may help: not where those there are say that values of this page must stay."""
        stampers = self._stampers_of(skeleton)
        return len(stampers) < MOST_MASTERS and sum(bool(each.master.fixed) for each in stampers) < MOST_POOR

    def _finish_form(
        self, html: str, sheet: Sheet, reason: str, coming: Pending[Master], learn: Callable[[], None], name: str
    ) -> Printed:
        """The PDF from a master made of it; laid out where no master can be made of such a page."""
        self._forms_coming.pop(sheet.skeleton, None)
        try:
            master = coming()
            stamper = Stamper(master, name_of(master))
            data = stamper.fill(sheet.values)
        except Exception as error:  # no master, or one that cannot be stamped, whatever the reason: what is wrong with
            if not isinstance(error, NoMasterError | Unstampable | BuildError):  # the page itself is told by its layout
                debugging.show(error)
            return self._lay_out(html, reason, self._presses.submit(engine.print_pdf, html, self.folders, name))
        stampers = self._stampers_of(sheet.skeleton)
        stampers.append(stamper)
        stampers.sort(key=lambda each: each.name)
        if self.store and master.portable:
            self.store.keep(master, stamper.name)
        learn()
        return Printed(_pdf_of(master, data), How.MASTER_MADE, reason)

    def _learn(self, shape: str, view: Booklet, write: Write) -> None:
        """Find out whether this page can be stamped without being filled."""
        if shape not in self._routes:
            self._routes[shape] = follow(view, write, self.renderer) or NO_ROUTE
            if self.store:
                self.store.keep_route(shape, self._routes[shape])


def _stamper(master: Master, name: str) -> Stamper | None:
    """The stamper of a master that was kept; None where it is not what it should be."""
    try:
        return Stamper(master, name)
    except Exception as error:
        debugging.show(error)
        return None


def _pdf_of(master: Master, data: bytes) -> Pdf:
    """What was stamped on a master."""
    return Pdf(data, master.pages, master.warnings, master.spare)


_COUNT = 4  # bytes that say how many pages a kept PDF has, and four more how many of them are spare


def _pdf_name(html: str) -> str:
    return sha256(f"pdf {html}".encode()).hexdigest()
