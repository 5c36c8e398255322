"""All files of one profile: its booklet is begun, printed beside this process, and finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milebook.assembly.request import Request
from milebook.assembly.timing import Timer
from milebook.booklet import composition, plan_notes
from milebook.booklet.views import Booklet
from milebook.content.library import Library
from milebook.content.loader import bundled
from milebook.content.models import Profile
from milebook.content.yaml_file import shown
from milebook.core.errors import (
    LayoutError,
    LostWorkerError,
    Problem,
    counted,
)
from milebook.exports import formats
from milebook.pages.renderer import Renderer
from milebook.printing import products
from milebook.printing.page_workers import Pending
from milebook.printing.printer import Printed, Printer
from milebook.printing.products import Product
from milebook.printing.stamping.variable_values import Manuscript
from milebook.running.fitness import Fitness
from milebook.runtime.files import resolved
from milebook.site import site_files
from milebook.site.site_files import Download, Summary
from milebook.training.schedule import Schedule

MOST_NAMED = 8  # files


@dataclass(frozen=True)
class Made:
    """What was made for one profile."""

    view: Booklet
    summary: Summary
    files: Mapping[str, bytes]
    warnings: tuple[str, ...]
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Begun:
    """A profile while its pages are being laid out."""

    profile: Profile
    fitness: Fitness
    schedule: Schedule
    view: Booklet
    printed: Mapping[Product, Pending[Printed]]


def begin(
    key: str,
    library: Library,
    profile: Profile,
    fitness: Fitness,
    schedule: Schedule,
    printer: Printer,
    request: Request,
) -> Begun:
    """Compose a profile's booklet and hand in what is to be printed."""
    view = composition.compose(key, library, profile, fitness, schedule)
    if not request.pdf:
        return Begun(profile, fitness, schedule, view, {})
    parts = products.choose(request.parts, printer.renderer.sections(), large_print=request.large_print)
    return Begun(profile, fitness, schedule, view, products.begin(Manuscript.of(view), parts, printer))


def finish(begun: Begun, renderer: Renderer, request: Request, timer: Timer) -> Made:
    """All files of a profile."""
    view, schedule = begun.view, begun.schedule
    key = view.key
    plan = formats.RunnersPlan(begun.profile, begun.fitness, schedule, view)
    files = {f"{key}/{name}": data for name, data in formats.files_of(plan)}
    timer.step(key, f"{counted(len(schedule.weeks), 'week')}, {view.raced.distance} {view.goal}")
    printed: list[Download] = []
    warnings: list[str] = []
    notes: list[Problem] = []
    for product, coming in begun.printed.items():
        try:
            done = coming()
        except LayoutError as error:
            raise error.at(
                f"{key}/{product.name}.pdf", in_play(renderer.folders, logo=bool(view.brand.logo_file))
            ) from error
        except LostWorkerError:
            raise LostWorkerError(f"{key}/{product.name}.pdf") from None
        pdf = done.pdf
        files[f"{key}/{product.name}.pdf"] = pdf.data
        printed.append(Download(f"{product.name}.pdf", product.title, "PDF", len(pdf.data), pdf.pages))
        warnings += pdf.warnings
        if product.name == "booklet" and (told := products.almost_empty_sheet(pdf)):
            notes.append(Problem(f"{key}/booklet-print.pdf", 0, 0, told, "one page less saves the sheet"))
        timer.step(f"{key}/{product.name}.pdf", _told(done))
    downloads = (*printed, *site_files.data_files(key, files))
    is_run = bool(schedule.race_day and schedule.race_day < request.today)
    summary = site_files.summarise(view, begun.profile, downloads, is_run=is_run)
    page = renderer.render("page.html.j2", page_values(view, downloads, request.site_url)).encode()
    files |= {f"{key}/{site_files.SUMMARY}": summary.dump(), f"{key}/index.html": page}
    timer.step(f"{key}/index.html", f"{len(page) / 1000:.0f} kB")
    if plan_notes.is_cut_short(schedule):  # by a near race, and not by what was written
        notes.clear()
    return Made(view, summary, files, tuple(dict.fromkeys(warnings)), tuple(notes))


def in_play(folders: Sequence[Path], *, logo: bool) -> str:
    """What of somebody's own is in every page, and may be why it cannot be laid out; empty where there is nothing."""
    ours = resolved(bundled("templates"))
    own = [path for folder in folders if resolved(folder) != ours for path in sorted(folder.rglob("*"))]
    names = [shown(path) for path in own if path.is_file()][:MOST_NAMED] + ["the logo"] * logo
    return f"of your own are in it: {', '.join(names)}" if names else ""


def _told(done: Printed) -> str:
    return f"{done.pdf.pages} pages, {len(done.pdf.data) / 1000:.0f} kB, {done.how.value}"


def page_values(view: Booklet, downloads: Sequence[Download], site_url: str) -> dict[str, Any]:
    """What the page of one profile shows."""
    shared = {"brand": view.brand, "language": view.language, "root": "../", "site_url": site_url}
    return {"booklet": view, "sections": (), "downloads": downloads, **shared}
