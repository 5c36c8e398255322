"""What is done for each athlete of a roster, in whichever process or on whichever machine.

A `Job` is all there is to know, and small enough to be sent; a `Workshop` is the job with templates read and masters at
hand, one for each process. Work is a function of a workshop and a task, and says what came of it in a few bytes.
"""

from __future__ import annotations

import hmac
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePath

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition, track_sheets
from milebook.booklet.track_sheets import Member
from milebook.booklet.views import Booklet
from milebook.content.library import Library
from milebook.content.models import Profile
from milebook.content.vocabulary import Paper
from milebook.core import limits
from milebook.core.errors import BuildError, MilebookError
from milebook.exports import calendar
from milebook.exports.calendar import SharedCalendar
from milebook.exports.formats import BY_FILE
from milebook.pages.renderer import Renderer
from milebook.printing import engine, products
from milebook.printing.engine import Pdf
from milebook.printing.page_workers import HERE
from milebook.printing.printer import How, Making, Printed, Printer
from milebook.printing.products import Parts
from milebook.printing.stamping import page_template
from milebook.printing.stamping.master_store import MasterStore, edition_of
from milebook.printing.stamping.masters import read as read_sheet
from milebook.printing.stamping.page_template import PageTemplate
from milebook.printing.stamping.variable_values import Manuscript, SplitView, fields_of, shape_of
from milebook.roster import manifest
from milebook.roster.compiled_values import OFTEN, CompiledBooklets
from milebook.roster.manifest import Entry
from milebook.roster.reader import Athlete
from milebook.runtime.storage import Storage, holds
from milebook.site import site_files
from milebook.site.site_files import Download
from milebook.training import planning

MOST_PAGE_TEMPLATES = 40  # pages of HTML that are kept cut at their values
CALENDAR = "plan.ics"
MOST_CALENDARS = 200  # calendars that are kept with places for values
AT_ONCE = 2  # pages of each product whose masters are in memory: athletes come sorted by them
TOKEN = 26  # letters of an unguessable name, five bits each
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike

CLASSES = {  # reasons hold values, a name perhaps; a class of reasons holds none
    r"there was no master$": "no master of their kind",
    r"letters|spell|signs that are no letters": "letters that the masters lack",
    r"wider|more than|fewer than|end of its line|breaks|would move|height": "lines that may break elsewhere",
    r"instead of": "values that the master cannot change",
}
OTHER = "other reasons"
NO_FONT = "letters that no font of this machine has"  # boxes stand for them; sheets for the track leave them out
_BOX = ".notdef glyph"  # what the engine's warning of such a letter begins with
_LETTER = re.compile(r"\(U\+([0-9A-F]{4,6})\)$")  # what it ends with


@dataclass(frozen=True)
class Job:
    """What is made of every athlete. `place` takes the athletes' files, `notes` what is the coach's own."""

    library: Library
    folders: tuple[Path, ...]
    store: MasterStore
    today: date
    parts: Parts
    html: bool
    notes: Storage
    place: Storage
    secret: bytes = b""  # for names that cannot be guessed; empty where files have the athletes' names

    @property
    def single(self) -> bool:
        """Whether there is one PDF for each athlete, and so no folder."""
        return not self.html and len(self.parts.names) == 1

    def name(self, athlete: Athlete) -> str:
        """What an athlete's file or folder is called: stable, safe, and unguessable where there is a secret."""
        if not self.secret:
            return athlete.key
        digest = hmac.digest(self.secret, athlete.key.encode(), "sha256")
        number = int.from_bytes(digest, "big")
        return "".join(ALPHABET[number >> 5 * place & 31] for place in range(TOKEN))

    def path(self, athlete: Athlete, file: str) -> str:
        """Where a file of an athlete goes; beside a single PDF, a file of another kind has the same name."""
        name = self.name(athlete)
        return f"athletes/{name}{PurePath(file).suffix}" if self.single else f"athletes/{name}/{file}"

    @property
    def kind(self) -> str:
        """The kind of the athletes' slips; what is published has slips of its own."""
        return manifest.PUBLISHED if self.secret else manifest.ATHLETES


@dataclass
class Workshop:
    """A job in one process."""

    job: Job
    renderer: Renderer = field(init=False)
    printer: Printer = field(init=False)
    edition: str = field(init=False)
    patterns: CompiledBooklets = field(init=False)
    pages: Counter[tuple[str, ...]] = field(init=False, default_factory=Counter)
    page_templates: dict[tuple[str, ...], PageTemplate | None] = field(init=False, default_factory=dict)
    calendars: dict[str, SharedCalendar] = field(init=False, default_factory=dict)  # by the shape of the booklet
    stopped: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self.renderer = Renderer(self.job.folders, self.job.store)
        self.edition = edition_of(self.job.folders)
        pages = AT_ONCE * len(forms_of(self.job.parts))
        self.printer = Printer(self.job.folders, self.job.store, Making.NEVER, self.renderer, pages)
        self.patterns = CompiledBooklets(self.compose, self.job.library, self.job.today)

    def compose(self, profile: Profile, key: str = "") -> Booklet:
        """A booklet as values."""
        planned = planning.plan_profile(self.job.library, profile, self.job.today)
        return composition.compose(key, self.job.library, profile, *planned)

    def view(self, athlete: Athlete) -> Booklet:
        """An athlete's booklet as values."""
        return self.compose(athlete.profile, self.job.name(athlete))

    def manuscript(self, athlete: Athlete) -> Manuscript:
        """An athlete's booklet to be printed: its values from the pattern where there is one."""
        profile = athlete.profile
        pattern = self.patterns.find(profile)
        if not pattern:
            return Manuscript.of(self.view(athlete))
        parts = pattern.split_view(profile)
        title = f"{profile.race.name}: {profile.name}"
        return Manuscript(parts, title, profile.sheet, lambda: self.view(athlete))

    def shape(self, athlete: Athlete) -> str:
        """The shape of an athlete's booklet, without its values where that can be."""
        pattern = self.patterns.find(athlete.profile)
        return pattern.shape if pattern else shape_of(self.view(athlete))

    def page(self, athlete: Athlete, parts: SplitView, downloads: Sequence[Download]) -> bytes:
        """The athlete's page on the web; no list leads to it and no search engine is to keep it."""

        def write(view: Booklet, renderer: Renderer) -> str:
            values = page_values(view, downloads, "") | {"unlisted": True}
            return renderer.render("page.html.j2", values)

        kind = (parts.shape, *[download.about for download in downloads])
        self.pages[kind] += 1
        if self.pages[kind] == OFTEN:  # to cut a page takes as long as to fill a few
            if len(self.page_templates) >= MOST_PAGE_TEMPLATES:
                self.page_templates.clear()
            self.page_templates[kind] = page_template.make(self.compose(athlete.profile), write, self.renderer)
        page_template_of_kind = self.page_templates.get(kind)
        return (
            page_template_of_kind.cast(parts.values)
            if page_template_of_kind
            else write(self.compose(athlete.profile), self.renderer)
        ).encode()

    def calendar(self, athlete: Athlete, copy: Manuscript) -> bytes | None:
        """The athlete's plan as a calendar; None where it has no dates."""
        race, shape = athlete.profile.race.day, copy.parts.shape
        if race is None:
            return None
        if shape not in self.calendars:
            if len(self.calendars) >= MOST_CALENDARS:
                self.calendars.clear()
            self.calendars[shape] = calendar.share(copy.view, fields_of(copy.view))
        return self.calendars[shape].fill(self.job.name(athlete), race, copy.parts.values)


Due = tuple[Athlete, Entry | None]  # an athlete, and the slip of an earlier run


# ---------------------------------------------------------------- looking


@dataclass(frozen=True)
class Seen:
    """What a first look at an athlete says: what shape the pages have, and whether they are there already."""

    shape: str
    kept: bool


def survey(workshop: Workshop, athletes: Sequence[Due]) -> list[Seen]:
    """Look at athletes before anything is made. Raises ContentError where a plan lacks a week that was asked for."""
    found = []
    for athlete, entry in athletes:
        if workshop.stopped():
            break
        if not entry and not workshop.job.parts.sections:
            found.append(Seen(workshop.shape(athlete), kept=False))
            continue
        copy = workshop.manuscript(athlete)
        products.check_weeks(copy, workshop.job.parts.sections)
        wanted = _input(workshop, athlete, copy.parts)
        kept = manifest.is_current(entry, wanted, workshop.job.place) and entry is not None and entry.why != NO_FONT
        found.append(Seen(copy.parts.shape, kept))  # a font may have come since
    return found


def _input(workshop: Workshop, athlete: Athlete, parts: SplitView) -> str:
    """A hash of all that an athlete's files are made of: by content, whatever the date of a file."""
    job = workshop.job
    told = (workshop.edition, job.name(athlete), job.parts, job.html, bool(job.secret), parts.shape, parts.values)
    return sha256(repr(told).encode()).hexdigest()


# ---------------------------------------------------------------- masters


def skeletons(workshop: Workshop, athlete: Athlete) -> dict[str, str]:
    """The page of each product without the athlete's values: athletes with the same one share its masters."""
    found: dict[str, str] = {}
    if workshop.stopped():
        return found
    view = workshop.view(athlete)
    for name in forms_of(workshop.job.parts):
        sections = workshop.job.parts.sections if name == "parts" else ()
        html = products.render(products.PRODUCTS[name], view, workshop.renderer, sections)
        found[name] = read_sheet(html).skeleton
    return found


def forms_of(parts: Parts) -> list[str]:
    """The products that are laid out; the folded booklet is made of the one to read."""
    return list(dict.fromkeys("booklet" if name == "booklet-print" else name for name in parts.names))


@dataclass(frozen=True)
class Pioneers:
    """The athletes for whom masters of one page of a product are made."""

    product: str
    athletes: tuple[Athlete, ...]


def make_masters(workshop: Workshop, pioneers: Pioneers) -> bool:
    """Make the masters of a page, in the order of the athletes, whoever else may have been printed: always the same."""
    job = workshop.job
    printer = Printer(job.folders, job.store, Making.AT_ONCE, workshop.renderer)
    sections = job.parts.sections if pioneers.product == "parts" else ()
    for athlete in pioneers.athletes:
        if workshop.stopped():
            return False
        with limits.within(f"row {athlete.row} of the roster"):
            products.print_one(pioneers.product, workshop.manuscript(athlete), printer, sections)
    return True


# ---------------------------------------------------------------- athletes


@dataclass(frozen=True)
class Made:
    """What came of one athlete."""

    how: str
    why: str
    warnings: int


def make(workshop: Workshop, athletes: Sequence[Due]) -> list[Made]:
    """Make the files of athletes, one after the other; fewer where the work was stopped. Raises BuildError."""
    made = []
    for athlete, before in athletes:
        if workshop.stopped():
            break
        try:
            with limits.within(f"row {athlete.row} of the roster"):
                made.append(_make(workshop, athlete, before))
        except (MilebookError, OSError):
            raise
        except Exception as error:  # a mistake of ours: its text may hold a name, its trace does
            told = f"row {athlete.row} of the roster cannot be printed ({type(error).__name__})"
            raise BuildError(f"{told}; leave it out, and report it") from None
    return made


def _make(workshop: Workshop, athlete: Athlete, before: Entry | None) -> Made:
    start, job = time.perf_counter(), workshop.job
    copy = workshop.manuscript(athlete)
    files: dict[str, bytes] = {}
    prints = {product: coming() for product, coming in products.begin(copy, job.parts, workshop.printer).items()}
    downloads = []
    for product, printed in prints.items():
        files[job.path(athlete, f"{product.name}.pdf")] = printed.pdf.data
        size = len(printed.pdf.data)
        downloads.append(Download(f"{product.name}.pdf", product.title, "PDF", size, printed.pdf.pages))
    if plan_ics := workshop.calendar(athlete, copy):
        files[job.path(athlete, CALENDAR)] = plan_ics
        downloads.append(Download(CALENDAR, BY_FILE[CALENDAR].title, BY_FILE[CALENDAR].kind, len(plan_ics)))
    if job.html:
        files[job.path(athlete, "index.html")] = workshop.page(athlete, copy.parts, downloads)
    entry = _slip(_input(workshop, athlete, copy.parts), files, [*prints.values()], time.perf_counter() - start)
    for path, data in files.items():
        job.place.write(path, data)
    manifest.note(job.notes, job.kind, athlete.key, entry)
    for path, digest in before.files.items() if before else ():
        if path not in files and holds(job.place, path, digest):
            job.place.remove(path)
    return Made(entry.how, entry.why, entry.warnings)


def _slip(told: str, files: dict[str, bytes], prints: Sequence[Printed], seconds: float) -> Entry:
    reasons = [reason_class(printed.reason) for printed in prints if printed.how is How.LAID_OUT]
    warnings = [warning for printed in prints for warning in printed.pdf.warnings]
    if real_warnings(warnings) < len(warnings):
        reasons = [NO_FONT]
    return Entry(
        input=told,
        files=site_files.digests(files),
        how=(How.LAID_OUT if reasons else How.STAMPED).value if prints else "HTML only",
        why=reasons[0] if reasons else "",
        pages=sum(printed.pdf.pages for printed in prints),
        seconds=round(seconds, 3),
        warnings=real_warnings(warnings),
    )


def real_warnings(warnings: Sequence[str]) -> int:
    """How many warnings of the engine tell of something else than a letter without a font, which is told by itself."""
    return sum(not warning.startswith(_BOX) for warning in warnings)


def letters_without_font(warnings: Sequence[str]) -> frozenset[str]:
    """The letters that boxes stand for."""
    found = (_LETTER.search(warning) for warning in warnings if warning.startswith(_BOX))
    return frozenset(chr(int(letter[1], 16)) for letter in found if letter)


def reason_class(reason: str) -> str:
    """A reason without the value it is about."""
    return next((told for pattern, told in CLASSES.items() if re.search(pattern, reason)), OTHER)


# ---------------------------------------------------------------- groups


@dataclass(frozen=True)
class Group:
    """A training group: what its file is called, what its sheets say, who is in it."""

    file: str
    name: str
    paper: Paper
    athletes: tuple[Athlete, ...]


def make_sheets(workshop: Workshop, task: tuple[Group, Entry | None]) -> int:
    """Print a group's sheets where they are not there already; returns the engine's warnings. Raises BuildError."""
    (group, before), job, library = task, workshop.job, workshop.job.library
    if workshop.stopped():
        return 0
    members = [
        Member(
            each.profile.name,
            each.key,
            each.profile.race.name,
            planning.plan_profile(library, each.profile, job.today)[1],
            each.id,
        )
        for each in group.athletes
    ]
    brand = composition.compose_brand(library)

    def write(name: str, members: Sequence[Member]) -> str:
        sheets = track_sheets.compose(name, members, group.paper, brand, library.site.language)
        return workshop.renderer.render("group.html.j2", {"sheets": sheets})

    def lay_out(html: str) -> Pdf:
        return HERE.submit(engine.print_pdf, html, job.folders, f"group-{group.file}.pdf")()

    html = write(group.name, members)
    wanted = sha256(f"{workshop.edition} {html}".encode()).hexdigest()
    if manifest.is_current(before, wanted, job.notes) and before is not None and before.why != NO_FONT:
        return 0
    start = time.perf_counter()
    pdf = lay_out(html)
    lacking = letters_without_font(pdf.warnings)
    if lacking:  # boxes in place of names tell nobody who runs
        name = f"Group {group.file}" if lacking & set(group.name) else group.name
        pdf = lay_out(write(name, [track_sheets.spell(member, lacking) for member in members]))
    files = {f"group-{group.file}.pdf": pdf.data}
    for path, data in files.items():
        job.notes.write(path, data)
    seconds = round(time.perf_counter() - start, 3)
    manifest.note(
        job.notes,
        manifest.GROUPS,
        group.file,
        Entry(
            input=wanted,
            files=site_files.digests(files),
            why=NO_FONT if lacking else "",
            pages=pdf.pages,
            seconds=seconds,
            warnings=real_warnings(pdf.warnings),
        ),
    )
    return real_warnings(pdf.warnings)
