"""The whole build on one screen: load, check, compute, view, render, print, write."""

from __future__ import annotations

import contextlib
import pickle
import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from milebook.booklet import composition, plan_notes, profile_notes
from milebook.booklet.charts import track
from milebook.booklet.views import Booklet, Brand
from milebook.content.library import Library
from milebook.content.loader import bundled, search_path
from milebook.content.models import Level, Profile
from milebook.content.yaml_file import shown
from milebook.core import interrupts
from milebook.core.errors import (
    BuildError,
    ContentError,
    LayoutError,
    LostWorkerError,
    Problem,
    counted,
    near_miss,
)
from milebook.exports import formats
from milebook.pages.renderer import Renderer, assets
from milebook.pages.unused import refuse_unused
from milebook.printing import products
from milebook.printing.engine import without_garbage_collection
from milebook.printing.page_workers import HERE, Coming, Presses
from milebook.printing.printer import Making, Printed, PrintShop
from milebook.printing.products import Product
from milebook.printing.stamping.master_store import FormStore, edition_of, fingerprint
from milebook.printing.stamping.variable_values import Manuscript
from milebook.running.courses import course_of
from milebook.running.fitness import Fitness
from milebook.runtime import doctor, output
from milebook.runtime.files import HOME, SafeFolder, resolved
from milebook.runtime.output import Before
from milebook.runtime.places import refuse_output
from milebook.runtime.source_files import FileState, changed_within, list_files
from milebook.site import link_check, site_files
from milebook.site.site_files import Download, Summary
from milebook.training import planning
from milebook.training.planning import Planned
from milebook.training.promises import read_content
from milebook.training.schedule import Schedule, first_day

if TYPE_CHECKING:
    from milebook.site.personal import personal_page

LEVELS = get_args(Level)
COARSEST_SECONDS = 3.0  # a disk may not tell two changes of a file that are nearer
MOVING_SECONDS = 1.0  # that a build may take to put its files into place, while somebody asks for one
MOST_NAMED = 8  # files
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
    yours: bool = False  # whether everybody's page is made too
    parts: tuple[str, ...] = ()
    large_print: bool = False
    strict: bool = False
    forms: Path | None = None  # where forms are kept for later builds; None keeps none
    site_url: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """What was made for one profile."""

    view: Booklet
    summary: Summary
    files: Mapping[str, bytes]
    warnings: tuple[str, ...]
    notes: tuple[Problem, ...] = ()


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


def build(request: Request, tell: Tell, presses: Presses = HERE) -> Report:
    """Build profiles into `request.out`. Raises ContentError or BuildError; nothing is written then."""
    timer = _Timer(tell)
    refuse_output(request.out, sources(request))
    templates = search_path("templates", request.templates)
    store = FormStore(request.forms, edition_of(templates)) if request.forms else None
    if request.pdf and not (store and store.has_some()):
        presses.expect()
    renderer = Renderer(templates, store)
    refuse_unused(renderer)
    library = _library(request.content, store)
    chosen = _choose(library, request)
    plans = _plan_all(library, chosen, request)
    timer.step("content", f"{len(chosen)} of {len(library.profiles)} profiles")
    products.choose(request.parts, renderer.sections(), large_print=request.large_print)  # told before anything is made
    shop = _shop(renderer, store, presses)
    begun = [_begin(key, library, chosen[key], *plans[key], shop, request) for key in chosen]
    made = tuple(_finish(one, renderer, request, timer) for one in begun)
    near = profile_notes.cut_short(library, plans, request.today, is_given="race_date" in request.overrides)
    notes = [*races_run(library, request), *near, *_untried_engine(request)]
    notes += profile_notes.of_all(library, chosen, plans, request.today, request.overrides)
    report = Report(made, (), (*notes, *(note for one in made for note in one.notes)))
    if request.strict and report.warnings:
        raise BuildError("\n".join(("the printed pages have warnings, and --strict was given:", *report.warnings)))
    files = web_assets(library, renderer) | {path: data for one in made for path, data in one.files.items()}
    if request.yours:
        try:
            everybody = _yours(library, renderer, store, request)
        except ContentError as error:
            report, everybody = replace(report, notes=(*report.notes, *_left_out(error))), {}
        files |= everybody
        files |= _after_trials(library, renderer, chosen, plans, request.today)
        timer.step(site_files.YOURS, f"{sum(map(len, everybody.values())) / 1000:.0f} kB")

    def whole_site(before: Before) -> Mapping[str, bytes]:
        return _site(library, made, files, before, renderer, request)

    built = {*chosen, *([site_files.YOURS] if request.yours else [])}
    around = whole_site(Before(request.out, {}))  # a mistake in a template is told before anything is written
    with interrupts.held():  # Ctrl-C waits for these few moments
        written = output.write(request.out, files, lambda path: _is_stale(path, built, library), late=whole_site)
    timer.step("written", f"{request.out}: {len(written.changed)} of {len(files) + len(around)} files changed")
    return replace(report, changed=written.changed, notes=(*report.notes, *written.notes))


def _library(content: Path | None, store: FormStore | None) -> Library:
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


def check(request: Request) -> tuple[Library, tuple[Problem, ...]]:
    """Read and validate everything, plan every profile, fill every template, follow every link; write nothing.

    Returns the content, and what is no mistake but may not be expected. Raises ContentError.
    """
    library = read_content(request.content)
    renderer = Renderer(search_path("templates", request.templates))
    refuse_unused(renderer)
    chosen = _choose(library, request)
    pages: dict[str, str] = {}
    plans = _plan_all(library, chosen, request)
    _check_rosters(library, chosen, plans, renderer)
    for key, planned in plans.items():
        view = composition.compose(key, library, chosen[key], *planned)
        for product in products.PRODUCTS.values():
            products.render(product, view, renderer)
        pages[f"{key}/index.html"] = renderer.render("page.html.j2", page_values(view, (), ""))
    yours = _makings(library, renderer)
    for one in yours:
        pages[f"{site_files.YOURS}/{one.page_name}"] = one.page(page_values(one.view, (), request.site_url), "")
    summaries = {key: site_files.read_summary(None, profile) for key, profile in library.profiles.items()}
    around = _around(library, summaries, {}, renderer, request)
    pages |= {path: data.decode() for path, data in around.items() if path.endswith(".html")}
    offered = (*formats.BY_FILE, *(f"{name}.pdf" for name in products.PRODUCTS))
    own = [f"{site_files.YOURS}/{name}" for one in yours for name in (one.page_name, one.data_name)]
    files = {*web_assets(library, renderer), *around, *own, *(f"{key}/{name}" for key in chosen for name in offered)}
    if problems := tuple(link_check.broken(pages, files)):
        raise ContentError(problems)
    notes = (*races_run(library, request), *profile_notes.of_all(library, chosen, plans, request.today, ()))
    try:
        for one in yours:
            one.check()
    except ContentError as error:
        return library, (*notes, *_left_out(error))
    return library, notes


def _check_rosters(
    library: Library, profiles: Mapping[str, Profile], plans: Mapping[str, Planned], renderer: Renderer
) -> None:
    """Fill the templates that only a roster needs. Raises ContentError."""
    from milebook.booklet import track_sheets  # which no build needs

    brand, language = composition.compose_brand(library), library.site.language
    members = [
        track_sheets.Member(profiles[key].name, key, profiles[key].race.name, schedule)
        for key, (_, schedule) in plans.items()
    ]
    renderer.render("group.html.j2", {"sheets": track_sheets.compose("Everybody", members, "a4", brand, language)})
    listed = [(member.name, "", member.key) for member in members]
    renderer.render("athletes.html.j2", athletes_values(brand, language, listed))


def athletes_values(brand: Brand, language: str, listed: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What the page before a roster's pages shows: name, group and folder of each, where they may be shown."""
    shared = {"brand": brand, "language": language, "root": "", "site_url": "", "unlisted": True}
    return {**shared, "athletes": listed}


def sources(request: Request) -> tuple[Path, ...]:
    """The folders that pages are made from."""
    return (*search_path("content", request.content), *search_path("templates", request.templates))


def page(path: str, request: Request) -> str | None:
    """One web page of the site as it would be built now, None where it is not one of ours. Raises ContentError.

    Downloads are offered where an earlier build has left them.
    """
    library = _as_it_is(request.content)
    renderer = _renderer_of(search_path("templates", request.templates))
    chosen = _choose(library, request)
    summaries = {
        key: site_files.read_summary(built_file(f"{key}/{site_files.SUMMARY}", request), profile)
        for key, profile in chosen.items()
    }
    if path in ("index.html", "404.html"):
        made = {name: "" for name in (f"{site_files.YOURS}/index.html",) if (request.out / name).is_file()}
        return _around(library, _by_level(library, summaries), made, renderer, request)[path].decode()
    key = path.removesuffix("/index.html")
    if key not in chosen:
        return None
    view = composition.compose(key, library, chosen[key], *_plan_for(key, library, chosen[key], request))
    return renderer.render("page.html.j2", page_values(view, summaries[key].downloads, request.site_url))


def asset(path: str, request: Request) -> bytes | None:
    """A style, script, font or picture of the site as it is now, None where it is not one of ours.

    Raises ContentError, but never for a file of the templates: a page that tells of a mistake has its style.
    """
    folders = search_path("templates", request.templates)
    found = assets(folders).get(path)
    return found or web_assets(_as_it_is(request.content), _renderer_of(folders)).get(path)


def _as_it_is(content: Path | None) -> Library:
    """Everything in `content/`, read again where a file has changed: a page asks for several things at once.

    What was read while a file changed is not kept: it may be half of each.
    """
    folders = search_path("content", content)
    files = list_files(folders)
    kept = next(iter(_read_last), None)
    is_same = kept is not None and kept.content == content and kept.files == files
    if kept and is_same and not changed_within(files, COARSEST_SECONDS):
        return kept.library
    version = fingerprint(folders)
    if kept and is_same and kept.version == version:
        return kept.library
    library = read_content(content)
    _read_last.clear()
    if list_files(folders) == files:
        _read_last.append(_Read(content, files, version, library))
    return library


@dataclass(frozen=True)
class _Read:
    """Content that was read, and the files it was read from."""

    content: Path | None
    files: Mapping[str, FileState]
    version: str
    library: Library


_read_last: list[_Read] = []  # at most one


def _renderer_of(folders: tuple[Path, ...]) -> Renderer:
    """What fills the templates; a new one where one's own have come or gone, as it knows which of a name it has read.

    What has changed in a template it finds out by itself.
    """
    own = [path for folder in folders[:-1] for path in folder.rglob("*.j2")]
    return _renderer(folders, tuple(sorted(own)))


@lru_cache(maxsize=1)
def _renderer(folders: tuple[Path, ...], own: tuple[Path, ...]) -> Renderer:
    return Renderer(folders)


def built_file(path: str, request: Request) -> bytes | None:
    """A file of the output as a build has left it, never one that a link leads to; None where there is none.

    While a build moves its files into place, that is waited for: each is whole, the old one or the new.
    """
    out, end = SafeFolder(resolved(request.out)), time.monotonic() + MOVING_SECONDS
    data = out.read(path)
    while data is None and out.read(f"{HOME}/{output.MOVES}") is not None and time.monotonic() < end:
        time.sleep(MOVING_SECONDS / 100)
        data = out.read(path)
    return data if data is not None else out.read(path)  # the build may just have ended


def _by_level(library: Library, summaries: Mapping[str, Summary]) -> dict[str, Summary]:
    """From the first level to the last; races that are run come after those to come."""

    def place(item: tuple[str, Summary]) -> tuple[bool, int]:
        return item[1].is_run, LEVELS.index(library.profiles[item[0]].level)

    return dict(sorted(summaries.items(), key=place))


def races_run(library: Library, request: Request) -> tuple[Problem, ...]:
    """The profiles whose race is over. A site keeps them as they were; built alone, such a profile is refused."""
    if not _keeps_races_run(request):
        return ()
    message, hint = "the race is run; the site keeps the whole plan", "give the next race, or remove the file"
    return tuple(
        library.problem("profiles", key, ("race", "date"), message, hint)
        for key, profile in library.profiles.items()
        if profile.race.day and profile.race.day < request.today
    )


def _untried_engine(request: Request) -> tuple[Problem, ...]:
    """That nothing can be stamped, where that is so."""
    note = doctor.untried_engine_note() if request.pdf and request.forms else ""
    return (Problem("", 0, 0, note),) if note else ()


def _keeps_races_run(request: Request) -> bool:
    return not request.profiles and "race_date" not in request.overrides


def _plan_for(key: str, library: Library, profile: Profile, request: Request) -> Planned:
    """A runner's paces and plan as the site shows it: of a race that is run, the whole plan. Raises ContentError."""
    begin = first_day(library.plans[profile.plan], profile) if _keeps_races_run(request) else None
    if begin and profile.race.day and profile.race.day < request.today:
        return planning.plan(key, library, profile, request.today, request.overrides, begin=begin)
    return planning.plan(key, library, profile, request.today, request.overrides)


def _plan_all(library: Library, chosen: Mapping[str, Profile], request: Request) -> dict[str, Planned]:
    """Plan every profile. Raises ContentError with the problems of all of them."""
    plans: dict[str, Planned] = {}
    problems: list[Problem] = []
    for key, profile in chosen.items():
        try:
            plans[key] = _plan_for(key, library, profile, request)
        except ContentError as error:
            problems += error.problems
    if problems:
        raise ContentError(problems)
    return plans


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
    return {name: _overridden(library, library.profiles[name], request) for name in names}


def _overridden(library: Library, profile: Profile, request: Request) -> Profile:
    """A profile with the values of the command line; a plan for a race that is given there begins today."""
    begins = {"made": request.today} if "race_date" in request.overrides and profile.made is None else {}
    return library.override(profile, {**request.overrides, **begins})


@dataclass(frozen=True)
class _Begun:
    """A profile while its pages are being laid out."""

    profile: Profile
    fitness: Fitness
    schedule: Schedule
    view: Booklet
    printed: Mapping[Product, Coming[Printed]]


def _begin(
    key: str,
    library: Library,
    profile: Profile,
    fitness: Fitness,
    schedule: Schedule,
    shop: PrintShop,
    request: Request,
) -> _Begun:
    """Compose a profile's booklet and hand in what is to be printed."""
    view = composition.compose(key, library, profile, fitness, schedule)
    if not request.pdf:
        return _Begun(profile, fitness, schedule, view, {})
    parts = products.choose(request.parts, shop.renderer.sections(), large_print=request.large_print)
    return _Begun(profile, fitness, schedule, view, products.begin(Manuscript.of(view), parts, shop))


def _finish(begun: _Begun, renderer: Renderer, request: Request, timer: _Timer) -> Made:
    """All files of a profile."""
    view, schedule = begun.view, begun.schedule
    key = view.key
    plan = formats.Plan(begun.profile, begun.fitness, schedule, view)
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


def _shop(renderer: Renderer, store: FormStore | None, presses: Presses) -> PrintShop:
    """Where booklets are printed; what is made of the content alone comes from forms that earlier builds kept."""
    return PrintShop(renderer.folders, store, Making.LATER if store else Making.NEVER, renderer, presses=presses)


def page_values(view: Booklet, downloads: Sequence[Download], site_url: str) -> dict[str, Any]:
    """What the page of one profile shows."""
    shared = {"brand": view.brand, "language": view.language, "root": "../", "site_url": site_url}
    return {"booklet": view, "sections": (), "downloads": downloads, **shared}


def _left_out(error: ContentError) -> tuple[Problem, ...]:
    """What in one's own templates everybody's page cannot be made of: that keeps no other page away."""
    hint = "the site is whole but for the page Make it yours, which is left out"
    return tuple(replace(one, hint=f"{one.hint}; {hint}" if one.hint else hint) for one in error.problems)


def _makings(library: Library, renderer: Renderer) -> list[personal_page.Making]:
    """What makes everybody's page, of each plan that is offered."""
    from milebook.site.personal import personal_page  # with all it needs, which no single booklet does

    return [
        personal_page.Making(site_files.YOURS, library, renderer, plan) for plan in personal_page.offered_plans(library)
    ]


def _yours(library: Library, renderer: Renderer, store: FormStore | None, request: Request) -> dict[str, bytes]:
    """Everybody's page of each plan and its data, an earlier build's where nothing they are made of has changed."""
    content = fingerprint(search_path("content", request.content), without="profiles")  # nobody's is in it
    edition = store.edition if store else edition_of(renderer.folders)
    version = sha256(f"{edition} {content}".encode()).hexdigest()[:16]
    files: dict[str, bytes] = {}
    for making in _makings(library, renderer):
        page = making.page(page_values(making.view, (), request.site_url), version)
        name = sha256(f"{content} {making.plan_key}".encode()).hexdigest()
        data = store.data(name) if store else None
        if data is None:
            with without_garbage_collection():
                data = making.dump()
            if store:
                store.keep_data(name, data)
        files |= {
            f"{site_files.YOURS}/{making.page_name}": page.encode(),
            f"{site_files.YOURS}/{making.data_name}": data,
        }
    return files


def _after_trials(
    library: Library, renderer: Renderer, profiles: Mapping[str, Profile], plans: Mapping[str, Planned], today: date
) -> dict[str, bytes]:
    """What the pages need to show the sessions after a trial at its paces, once it is run."""
    from milebook.site.personal import trial_pages  # with all it needs, which no single booklet does

    found = {
        f"{key}/{trial_pages.DATA}": trial_pages.dump(key, library, renderer, profiles[key], planned, today)
        for key, planned in plans.items()
    }
    return {name: data for name, data in found.items() if data}


def web_assets(library: Library, renderer: Renderer) -> dict[str, bytes]:
    """What all pages share: the files of the templates, the club's colour and logo, the web manifest."""
    brand = composition.compose_brand(library)
    files = assets(renderer.folders)
    files["assets/brand.css"] = renderer.render("brand.css.j2", {"brand": brand}).encode()
    files["manifest.webmanifest"] = site_files.manifest(brand, library.site.language)
    if library.logo:
        files[brand.logo_file] = library.logo.data
    return files


def _site(
    library: Library,
    made: Sequence[Made],
    files: Mapping[str, bytes],
    before: Before,
    renderer: Renderer,
    request: Request,
) -> dict[str, bytes]:
    """The files about all profiles there are: those built now, and those that earlier builds left."""
    built = {one.view.key: one.summary for one in made}
    kept = {path: digest for path, digest in before.digests.items() if not _is_stale(path, built, library)}
    summaries = {
        key: built.get(key) or site_files.read_summary(before.read(f"{key}/{site_files.SUMMARY}"), profile)
        for key, profile in library.profiles.items()
        if key in built or f"{key}/index.html" in kept
    }
    return _around(library, _by_level(library, summaries), kept | site_files.digests(files), renderer, request)


def _around(
    library: Library,
    summaries: Mapping[str, Summary],
    digests: Mapping[str, str],
    renderer: Renderer,
    request: Request,
) -> dict[str, bytes]:
    """The start page, the page for addresses there are none for, the map of the site, the service worker."""
    url = request.site_url
    shared = {"brand": composition.compose_brand(library), "language": library.site.language, "site_url": url}
    picture = {"track": track(course_of()), "brand": shared["brand"]}  # what pictures/cover.svg.j2 shows of a booklet
    start = {**shared, "root": "", "profiles": summaries, "files": frozenset(digests), "booklet": picture}
    lost = {**shared, "root": site_files.base_path(url)}
    files = {
        "index.html": renderer.render("index.html.j2", start).encode(),
        "404.html": renderer.render("404.html.j2", lost).encode(),
    }
    if url:
        pages = ["index.html", *(path for path in digests if path.endswith("/index.html"))]
        pages += [
            path for path in digests if _top(path) == site_files.YOURS and path.endswith(".html") and path not in pages
        ]
        files["sitemap.xml"] = site_files.sitemap(url, pages)
    worker = site_files.worker_values({**digests, **site_files.digests(files)})
    return {**files, "sw.js": renderer.render("sw.js.j2", worker).encode()}


def _is_stale(path: str, built: Container[str], library: Library) -> bool:
    """Whether a file of an earlier build is this build's to remove: of a profile built now, or of one that is gone."""
    top = _top(path)
    return top in built or "/" not in path or top not in {site_files.YOURS, *library.profiles}


def _top(path: str) -> str:
    return path.split("/")[0]


class _Timer:
    """Tells each step with the seconds since the one before."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.last = tell, time.perf_counter()

    def step(self, name: str, what: str) -> None:
        now = time.perf_counter()
        self.tell(name, what, now - self.last)
        self.last = now
