"""The whole build on one screen: load, check, compute, view, render, print, write."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from milebook.assembly.everybody import after_trials, left_out, pages_and_data
from milebook.assembly.plans import plan_all, races_run
from milebook.assembly.profile_files import Made, begin, finish
from milebook.assembly.request import Request, choose_profiles, sources
from milebook.assembly.timing import Tell, Timer
from milebook.assembly.whole_site import is_stale, site_around, web_assets
from milebook.booklet import profile_notes
from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.core import interrupts
from milebook.core.errors import (
    BuildError,
    ContentError,
    Problem,
)
from milebook.pages.renderer import Renderer
from milebook.pages.unused import refuse_unused
from milebook.printing import products
from milebook.printing.page_workers import HERE, PageWorkers
from milebook.printing.printer import Making, Printer
from milebook.printing.stamping.master_store import MasterStore, edition_of, fingerprint
from milebook.runtime import doctor, output
from milebook.runtime.output import Before
from milebook.runtime.places import refuse_output
from milebook.site import site_files
from milebook.training.promises import read_content


@dataclass(frozen=True)
class Report:
    """What a build did."""

    made: tuple[Made, ...]
    changed: tuple[str, ...]
    notes: tuple[Problem, ...] = ()  # what is not as it might be expected, and yet no mistake

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with printed pages, with the profile's name."""
        return tuple(f"{made.view.key}: {warning}" for made in self.made for warning in made.warnings)


def build(request: Request, tell: Tell, workers: PageWorkers = HERE) -> Report:
    """Build profiles into `request.out`. Raises ContentError or BuildError; nothing is written then."""
    timer = Timer(tell)
    refuse_output(request.out, sources(request))
    templates = search_path("templates", request.templates)
    store = MasterStore(request.masters, edition_of(templates)) if request.masters else None
    if request.pdf and not (store and store.has_some()):
        workers.expect()
    renderer = Renderer(templates, store)
    refuse_unused(renderer)
    library = _library(request.content, store)
    chosen = choose_profiles(library, request)
    plans = plan_all(library, chosen, request)
    timer.step("content", f"{len(chosen)} of {len(library.profiles)} profiles")
    products.choose(request.parts, renderer.sections(), large_print=request.large_print)  # told before anything is made
    printer = _printer(renderer, store, workers)
    begun = [begin(key, library, chosen[key], *plans[key], printer, request) for key in chosen]
    made = tuple(finish(one, renderer, request, timer) for one in begun)
    near = profile_notes.cut_short(library, plans, request.today, is_given="race_date" in request.overrides)
    notes = [*races_run(library, request), *near, *_untried_engine(request)]
    notes += profile_notes.of_all(library, chosen, plans, request.today, request.overrides)
    report = Report(made, (), (*notes, *(note for one in made for note in one.notes)))
    if request.strict and report.warnings:
        raise BuildError("\n".join(("the printed pages have warnings, and --strict was given:", *report.warnings)))
    files = web_assets(library, renderer) | {path: data for one in made for path, data in one.files.items()}
    if request.yours:
        try:
            everybody = pages_and_data(library, renderer, store, request)
        except ContentError as error:
            report, everybody = replace(report, notes=(*report.notes, *left_out(error))), {}
        files |= everybody
        files |= after_trials(library, renderer, chosen, plans, request.today)
        timer.step(site_files.YOURS, f"{sum(map(len, everybody.values())) / 1000:.0f} kB")

    def whole_site(before: Before) -> Mapping[str, bytes]:
        return site_around(library, made, files, before, renderer, request)

    built = {*chosen, *([site_files.YOURS] if request.yours else [])}
    around = whole_site(Before(request.out, {}))  # a mistake in a template is told before anything is written
    with interrupts.held():  # Ctrl-C waits for these few moments
        written = output.write(request.out, files, lambda path: is_stale(path, built, library), late=whole_site)
    timer.step("written", f"{request.out}: {len(written.changed)} of {len(files) + len(around)} files changed")
    return replace(report, changed=written.changed, notes=(*report.notes, *written.notes))


def _library(content: Path | None, store: MasterStore | None) -> Library:
    """Everything in `content/`; as an earlier build has read it where no file has changed, which is much quicker.

    Raises ContentError.
    """
    if store is None:
        return read_content(content)
    told = (
        f"library {Path.cwd()} {fingerprint(search_path('content', content))}"  # problems name files as seen from here
    )
    name = sha256(told.encode()).hexdigest()
    kept = store.data(name)
    if kept:
        with contextlib.suppress(Exception):  # of another version of a library, say
            library = pickle.loads(kept)
            if isinstance(library, Library):
                return library
    library = read_content(content)
    store.keep_data(name, pickle.dumps(library))
    return library


def _untried_engine(request: Request) -> tuple[Problem, ...]:
    """That nothing can be stamped, where that is so."""
    note = doctor.untried_engine_note() if request.pdf and request.masters else ""
    return (Problem("", 0, 0, note),) if note else ()


def _printer(renderer: Renderer, store: MasterStore | None, workers: PageWorkers) -> Printer:
    """Where booklets are printed; what is made of the content alone comes from masters that earlier builds kept."""
    return Printer(renderer.folders, store, Making.LATER if store else Making.NEVER, renderer, workers=workers)
