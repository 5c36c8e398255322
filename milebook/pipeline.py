"""The whole build on one screen: load, check, compute, view, render, print, write."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from milebook import booklet, press, writer
from milebook.errors import BuildError, ContentError, Problem, QuantityError, near_miss
from milebook.exports import plan_csv, plan_json
from milebook.fitness import Fitness, Result, assess
from milebook.library import Library
from milebook.loader import load, search_path
from milebook.models import Profile
from milebook.render import Renderer, assets
from milebook.schedule import Schedule
from milebook.schedule import build as build_schedule

Tell = Callable[[str, str, float], None]  # a step, what came of it, seconds it took


@dataclass(frozen=True)
class Request:
    """What to build. `profiles` empty means all of them; `overrides` are values of a profile from the command line."""

    today: date
    profiles: tuple[str, ...] = ()
    content: Path | None = None
    templates: Path | None = None
    out: Path = Path("output")
    pdf: bool = True
    strict: bool = False
    site_url: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """What was made for one profile."""

    view: booklet.Booklet
    files: Mapping[str, bytes]
    pages: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What a build did."""

    made: tuple[Made, ...]
    changed: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the print engine complained about, with the profile's name."""
        return tuple(f"{made.view.key}: {warning}" for made in self.made for warning in made.warnings)


def build(request: Request, tell: Tell) -> Report:
    """Build profiles into `request.out`. Raises ContentError or BuildError; nothing is written then."""
    timer = _Timer(tell)
    library = load(request.content)
    chosen = _choose(library, request)
    plans = {key: plan(key, library, profile, request.today) for key, profile in chosen.items()}
    timer.step("content", f"{len(library.workouts)} workouts, {len(library.profiles)} profiles")
    renderer = Renderer(search_path("templates", request.templates))
    made = tuple(_make(key, library, chosen[key], *plans[key], renderer, request, timer) for key in chosen)
    report = Report(made, ())
    if request.strict and report.warnings:
        raise BuildError("\n".join(("the print engine has warnings, and --strict was given:", *report.warnings)))
    files = _site(library, made, renderer, request)
    changed = writer.write(request.out, files, lambda path: _is_stale(path, chosen, library))
    timer.step("written", f"{request.out}: {len(changed)} of {len(files)} files changed")
    return Report(made, changed)


def check(request: Request) -> Library:
    """Read and validate everything, plan every profile, fill every template; write nothing. Raises ContentError."""
    library = load(request.content)
    renderer = Renderer(search_path("templates", request.templates))
    for key, profile in _choose(library, request).items():
        view = booklet.compose(key, library, profile, *plan(key, library, profile, request.today))
        renderer.render("booklet.html.j2", {"booklet": view})
        renderer.render("page.html.j2", {"booklet": view, "root": "../", "site_url": "", "pdf": None})
    renderer.render("index.html.j2", _index(library, {key: False for key in library.profiles}, ""))
    return library


def plan(key: str, library: Library, profile: Profile, today: date) -> tuple[Fitness, Schedule]:
    """A runner's paces and plan. Raises ContentError that names the place in the profile."""
    result = Result(profile.result.distance.metres, profile.result.time.seconds, profile.result.day)
    try:
        fitness = assess(result, today=today)
    except QuantityError as error:
        raise ContentError([library.problem("profiles", key, ("result",), error.message, error.hint)]) from None
    try:
        schedule = build_schedule(library.plans[profile.plan], library.workouts, profile, fitness, today)
    except QuantityError as error:
        raise ContentError([library.problem("profiles", key, ("race", "date"), error.message, error.hint)]) from None
    return fitness, schedule


def _choose(library: Library, request: Request) -> dict[str, Profile]:
    names = tuple(dict.fromkeys(request.profiles)) or tuple(library.profiles)
    problems = [
        Problem("", 0, 0, f'profile "{name}" is unknown', near_miss(name, library.profiles))
        for name in names
        if name not in library.profiles
    ]
    if not names:
        problems.append(Problem("", 0, 0, "there is no profile to build", "add one to content/profiles"))
    if problems:
        raise ContentError(problems)
    return {name: library.override(library.profiles[name], request.overrides) for name in names}


def _make(
    key: str,
    library: Library,
    profile: Profile,
    fitness: Fitness,
    schedule: Schedule,
    renderer: Renderer,
    request: Request,
    timer: _Timer,
) -> Made:
    view = booklet.compose(key, library, profile, fitness, schedule)
    files = {
        f"{key}/plan.json": plan_json.dump(profile, fitness, schedule),
        f"{key}/plan.csv": plan_csv.dump(view, schedule),
    }
    timer.step(key, f"{len(schedule.weeks)} weeks, mile {view.goal}")
    pdf = None
    if request.pdf:
        pdf = press.print_pdf(renderer.render("booklet.html.j2", {"booklet": view}), renderer.folders)
        files[f"{key}/booklet.pdf"] = pdf.data
        timer.step(f"{key}/booklet.pdf", f"{pdf.pages} pages, {len(pdf.data) / 1000:.0f} kB")
    page = {"booklet": view, "root": "../", "site_url": request.site_url, "pdf": pdf}
    files[f"{key}/index.html"] = renderer.render("page.html.j2", page).encode()
    timer.step(f"{key}/index.html", f"{len(files[f'{key}/index.html']) / 1000:.0f} kB")
    return Made(view, files, pdf.pages if pdf else 0, pdf.warnings if pdf else ())


def _site(library: Library, made: Sequence[Made], renderer: Renderer, request: Request) -> dict[str, bytes]:
    """Every file of the build: each profile's, the assets, and the page that lists all profiles in the output."""
    files = assets(renderer.folders)
    for one in made:
        files.update(one.files)
    before = writer.written_before(request.out)
    built = {one.view.key: bool(one.pages) for one in made}
    has_pdf = {
        key: built.get(key, f"{key}/booklet.pdf" in before)
        for key in library.profiles
        if key in built or f"{key}/index.html" in before
    }
    files["index.html"] = renderer.render("index.html.j2", _index(library, has_pdf, request.site_url)).encode()
    return files


def _index(library: Library, has_pdf: Mapping[str, bool], site_url: str) -> dict[str, Any]:
    """What the page that lists the profiles shows; `has_pdf` names those in the output."""
    profiles = [(key, library.profiles[key], pdf) for key, pdf in has_pdf.items()]
    return {"site": library.site, "profiles": profiles, "root": "", "site_url": site_url}


def _is_stale(path: str, built: Mapping[str, Profile], library: Library) -> bool:
    """Whether a file of an earlier build is this build's to remove: of a profile built now, or of one that is gone."""
    top = path.split("/")[0]
    return top in built or "/" not in path or top not in library.profiles


class _Timer:
    """Tells each step with the seconds since the one before."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.last = tell, time.perf_counter()

    def step(self, name: str, what: str) -> None:
        now = time.perf_counter()
        self.tell(name, what, now - self.last)
        self.last = now
