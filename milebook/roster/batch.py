"""A roster -> everybody's booklets, on one screen: read, look, make masters, print, gather, tell.

Nothing is written before every row has been checked. From then on each athlete is finished by itself, so that a build
that is stopped, in whatever way, goes on where it was. What this process keeps of an athlete is the row of the roster
and the slip.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from milebook.assembly.profile_files import in_play
from milebook.assembly.request import Request, sources
from milebook.content.library import Library
from milebook.content.loader import search_path
from milebook.content.models import Profile
from milebook.content.yaml_file import shown
from milebook.core import interrupts
from milebook.core.characters import printable
from milebook.core.errors import (
    BuildError,
    ContentError,
    LayoutError,
    Problem,
    QuantityError,
    Stopped,
    near_miss,
    rows_of,
)
from milebook.core.limits import USUAL, Limit
from milebook.pages.renderer import Renderer
from milebook.pages.unused import refuse_unused
from milebook.printing import products
from milebook.printing.printer import LETTERS
from milebook.printing.products import Parts
from milebook.printing.stamping.master_store import MasterStore, edition_of, fingerprint
from milebook.roster import athlete_tasks, collected_files, file_names, finished_runs, manifest, reader, roster_notes
from milebook.roster.athlete_tasks import Due, Group, Job, Made, Pioneers
from milebook.roster.cluster import Cluster
from milebook.roster.givers import Givers, find_givers
from milebook.roster.manifest import Entries
from milebook.roster.reader import Athlete, Roster
from milebook.roster.run_storage import prepared, private_folder, published, storage_of
from milebook.roster.sheet.spreadsheet import read_file
from milebook.roster.task_workers import WARM, Alone, Pool, TaskWorkers
from milebook.runtime import doctor
from milebook.runtime.files import HOME, resolved
from milebook.runtime.output import FILES
from milebook.runtime.places import SECRET, refuse_output
from milebook.runtime.processes import Workers
from milebook.runtime.storage import Storage
from milebook.training import planning
from milebook.training.promises import read_content
from milebook.training.schedule import check_race_day

PRIVATE = Path("output-private")
PUBLIC = Path("output")
WHOLE_SECRET = re.compile(rb"[0-9a-f]{64}")
LOOKED_AT, PRINTED = 32, 4  # athletes in one task
MOST_PIONEERS = 40  # athletes for whom masters of one page are made
FEW = 4  # of so many athletes one is a pioneer: a master costs more than a layout and must be used again to pay
MOST_TOGETHER = 300  # athletes on a group's sheets
MOST_UNGROUPED = 60  # where the roster has no groups: more are no group, but a race

MOST_FAILED = 8  # athletes whose pages cannot be laid out, before anybody's can: then it is not their rows

Shapes = dict[str, list[Athlete]]
Refused = Sequence[tuple[Athlete, LayoutError]]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Order:
    """What to make of which roster. `request` has the content, the templates, the parts and what a row leaves out."""

    roster: Path
    request: Request
    out: Path | str = PRIVATE  # the coach's own; booklets go there too, unless they are published
    publish: Path | str | None = None  # the site's folder, for booklets under names that cannot be guessed
    skip_bad: bool = False
    html: bool = False
    together: bool = True  # make all.pdf
    jobs: int = 0  # how many processes work; 0 for this one alone, which cannot be ended at a limit
    limit: Limit = USUAL  # of each page
    scheduler: str = ""  # of a cluster that does the work
    sheet: str = ""  # the tab of an .xlsx; nothing for the one with our headings


@dataclass
class Report:
    """What a run did. `why` counts those laid out in full by class of reason."""

    athletes: int
    kept: int = 0
    how: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    removed: int = 0
    left_out: tuple[Problem, ...] = ()
    rows_left_out: tuple[int, ...] = ()
    rows_with_boxes: list[int] = field(default_factory=list)  # whose names have letters that no font has
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Watch(Protocol):
    """Somebody who sees how far it is."""

    def stage(self, name: str, total: int) -> None:
        """A stage of the work begins."""

    def advance(self, count: int) -> None:
        """So many more of the stage are done."""

    def athlete(self, athlete: Athlete, made: Made) -> None:
        """An athlete's files are finished."""


def run(order: Order, watch: Watch) -> Report:
    """Make everything. Raises ContentError with every problem of the roster, BuildError, and Stopped on Ctrl-C."""
    start = time.perf_counter()
    told = _made_of(order)
    if kept := _as_before(order, told):
        return replace(kept, seconds=time.perf_counter() - start)
    with _workers(order) as workers:  # they get warm while the roster is read
        report = _run(order, watch, told, workers)
    report.seconds = time.perf_counter() - start
    if order.request.strict and (report.warnings or report.rows_with_boxes):
        told = f"{report.warnings} warnings, {len(report.rows_with_boxes)} names without a font"
        raise BuildError(f"the printed pages have {told}, and --strict was given")
    return report


def _run(order: Order, watch: Watch, told: str, workers: Workers | None) -> Report:
    """Everything but the workers; `told` names a run that can be sealed. Raises as `run`."""
    library = read_content(order.request.content)
    found = _read(order, library)
    renderer = Renderer(search_path("templates", order.request.templates))
    refuse_unused(renderer)
    parts = _parts(order, renderer)
    _refuse(order)
    report = Report(len(found.athletes), left_out=found.problems, rows_left_out=found.left_out)
    report.notes += found.notes
    givers = find_givers(library, order.request, _default_name(order.request, library))
    report.notes += roster_notes.notes_of(found, library, order.request, givers)
    if parts.names and (note := doctor.untried_engine_note()):
        report.notes.append(note)
    groups = _groups(found.athletes, report)
    with (
        prepared(order.out) as notes,
        published(order.publish, notes) as place,
        _masters(order, renderer) as store,
    ):
        secret = _secret(notes, report) if order.publish else b""
        job = Job(library, renderer.folders, store, order.request.today, parts, order.html, notes, place, secret)
        finished_runs.tear(notes)
        _tell_damaged(notes, report)
        try:
            with interrupts.raised():
                with contextlib.closing(_crew(order, job, workers)) as crew:
                    found = _work(job, order, crew, found, groups, report, watch)
                report.removed = _gather(job, order, found, groups, renderer, givers, watch)
        except KeyboardInterrupt:
            there = len(manifest.read_all(notes, job.kind))
            raise Stopped(f"stopped; {there} athletes are finished, and the same command goes on from there") from None
        if told and not (report.left_out or report.warnings or report.rows_with_boxes):
            finished_runs.put(notes, told, report.athletes, report.notes)
    return report


# ---------------------------------------------------------------- a run that has been


def _made_of(order: Order) -> str:
    """A hash of all that a run is made of; nothing where runs are not sealed, as they leave files without slips."""
    if isinstance(order.out, str) or order.publish or order.html or order.scheduler:
        return ""
    try:
        rows = sha256(read_file(order.roster)).hexdigest()
    except ContentError:
        return ""  # told when it is read
    request = order.request
    made_of = (
        fingerprint(search_path("content", request.content)),
        edition_of(search_path("templates", request.templates)),
    )
    return sha256(repr((order, rows, made_of)).encode()).hexdigest()


def _as_before(order: Order, told: str) -> Report | None:
    """The report of a run that has nothing to do, if this is one."""
    if not told or isinstance(order.out, str) or not (order.out / finished_runs.NAME).is_file():
        return None
    with private_folder(order.out).locked():
        found = finished_runs.find(storage_of(order.out, private=True), told)
    return Report(found.athletes, kept=found.athletes, notes=list(found.notes)) if found else None


# ---------------------------------------------------------------- before anything is written


def _read(order: Order, library: Library) -> Roster:
    """The roster, every row planned once. Raises ContentError."""
    default = _default(order.request, library)
    planner, has_result = _Planner(library, order.request), "result" in order.request.overrides
    today = None if "race_date" in order.request.overrides else order.request.today
    found = reader.read(order.roster, default, planner.check, order.sheet, has_result=has_result, today=today)
    if order.request.strict and found.notes:
        raise ContentError([Problem("", 0, 0, note, "--strict was given") for note in found.notes])
    if found.problems and not (order.skip_bad and found.athletes):
        raise ContentError(found.problems)
    if not found.athletes:
        raise ContentError([Problem(shown(order.roster), 0, 0, "there is no athlete to build")])
    return found


def _default(request: Request, library: Library) -> Profile:
    """The profile that has what a row leaves out. Raises ContentError."""
    name = _default_name(request, library)
    if name not in library.profiles:
        raise ContentError([Problem("", 0, 0, f'profile "{name}" is unknown', near_miss(name, library.profiles))])
    return library.override(library.profiles[name], request.overrides)


def _default_name(request: Request, library: Library) -> str:
    """Whose it is: as said with --profile or in site.yaml, else the only one there is. Raises ContentError."""
    if request.profiles:
        return request.profiles[0]
    if library.site.default_profile in library.profiles:  # that of a site.yaml of milebook's own may not be there
        return str(library.site.default_profile)
    if len(library.profiles) == 1:
        return next(iter(library.profiles))
    told = f"there are {len(library.profiles)} profiles" if library.profiles else "there is no profile"
    hint = "say which, as in --profile {0}, or in site.yaml, as in default-profile: {0}"
    example = next(iter(library.profiles), "sam")
    what = f"{told} for what a roster's rows leave out"
    raise ContentError([Problem("", 0, 0, what, hint.format(example))])


class _Planner:
    """Says whether a profile can be planned, and plans no more than it must: days and dates once for all alike."""

    def __init__(self, library: Library, request: Request) -> None:
        self.library, self.today = library, request.today
        self.sound: set[tuple[object, ...]] = set()

    def check(self, profile: Profile) -> None:
        """Raise every QuantityError, in a group, that keeps a profile from being planned."""
        plans = self.library.plans
        errors = [QuantityError(message, hint) for _, message, hint in self.library.misfits(profile)]
        if profile.plan not in plans:
            errors.append(QuantityError(f'plan "{profile.plan}" is unknown', near_miss(profile.plan, plans)))
        try:
            check_race_day(profile.race.day, self.today)
        except QuantityError as error:
            errors.append(error)
        try:
            planning.assess_profile(profile, self.today)
        except QuantityError as error:
            errors.append(error)
        if errors:
            raise ExceptionGroup("a profile that cannot be planned", errors)
        days = (profile.days, profile.long_run, profile.speed_day, profile.race.day)
        alike = (profile.plan, profile.level, profile.weeks, profile.units, profile.made, profile.trial is None, *days)
        if alike not in self.sound:
            planning.plan_profile(self.library, profile, self.today)
            self.sound.add(alike)


def _parts(order: Order, renderer: Renderer) -> Parts:
    """What is printed for each athlete: the booklet, where nothing else is said. Raises ContentError."""
    if not order.request.pdf:
        return Parts(())
    wanted = order.request.parts or ("booklet",)
    return products.choose(wanted, renderer.sections(), large_print=order.request.large_print)


def _refuse(order: Order) -> None:
    """Raise ContentError where private files would lie in a folder that is published, or among somebody else's."""
    out, made_from = order.out, sources(order.request)
    if isinstance(order.publish, Path):
        refuse_output(order.publish, made_from, private=out if isinstance(out, Path) else None)
    if not isinstance(out, Path):
        return
    refuse_output(out, made_from, is_private=True)
    place = resolved(out)
    for folder in (place, *place.parents):
        if folder == resolved(PUBLIC) or (folder / HOME / FILES).exists():
            told = f"{order.out} lies in the site's folder, and a roster is private"
            raise ContentError([Problem("--out", 0, 0, told, "leave --out away, or say --publish")])
    if place.is_dir() and not (place / manifest.HOME).is_dir() and any(path.name != HOME for path in place.iterdir()):
        told = f"{order.out} holds files that are not from a roster"
        raise ContentError([Problem("--out", 0, 0, told, "choose an empty or a new folder")])


# ---------------------------------------------------------------- what the work needs


@contextlib.contextmanager
def _masters(order: Order, renderer: Renderer) -> Iterator[MasterStore]:
    """Where masters are kept: as long as the cache is, or for this run."""
    with tempfile.TemporaryDirectory(prefix="milebook-") as lost:
        kept = order.request.masters if not order.scheduler else None  # what is kept would all be sent about
        yield MasterStore(kept or Path(lost), edition_of(renderer.folders))


@contextlib.contextmanager
def _workers(order: Order) -> Iterator[Workers | None]:
    """The processes of this machine that work, if any."""
    if order.scheduler or not order.jobs:
        yield None
        return
    with contextlib.closing(Workers(order.jobs, WARM, order.limit)) as workers:
        workers.expect()
        yield workers


def _crew(order: Order, job: Job, workers: Workers | None) -> TaskWorkers:
    if order.scheduler:
        return Cluster(job, order.scheduler, order.limit)
    return Pool(job, workers) if workers else Alone(job)


def _secret(notes: Storage, report: Report) -> bytes:
    """What unguessable names are made of: the same from run to run, so that an address stays."""
    found = notes.read(SECRET) or b""
    if not WHOLE_SECRET.fullmatch(found):
        if manifest.read_all(notes, manifest.PUBLISHED):
            report.notes.append(f"{SECRET} was lost or damaged and is made anew: every address is a new one")
        notes.write(SECRET, found := secrets.token_hex(32).encode())
    return found


def _tell_damaged(notes: Storage, report: Report) -> None:
    """A word on notes of earlier runs that cannot be read: who they were of is made again."""
    damaged = sum(manifest.count_damaged(notes, kind) for kind in manifest.KINDS)
    if damaged:
        told = f"{damaged} notes of earlier runs in {manifest.HOME} were damaged"
        report.notes.append(f"{told}: whose they were is made again, and files of nobody may be left behind")


def _groups(athletes: Sequence[Athlete], report: Report) -> list[Group]:
    """The training groups by name; where there is none, everybody is one."""
    gathered: dict[str, list[Athlete]] = {}
    for athlete in athletes:
        if athlete.group:
            gathered.setdefault(athlete.group.casefold(), []).append(athlete)
    titles = [f"Group {members[0].group}" for members in gathered.values()]
    files = file_names.unique(
        [members[0].group for members in gathered.values()], unspelt=""
    )  # group- stands before it
    if not gathered:
        gathered, titles, files = {"": list(athletes)}, ["Everybody"], ["everybody"]
    groups = []
    for file, title, members in zip(files, titles, gathered.values(), strict=True):
        most = MOST_TOGETHER if members[0].group else MOST_UNGROUPED
        if len(members) > most:
            report.notes.append(f"group-{file} has {len(members):,} athletes: no track sheets for more than {most}")
            continue
        papers = Counter(athlete.profile.sheet for athlete in members)
        groups.append(Group(file, title, papers.most_common(1)[0][0], tuple(members)))
    alone = [athlete.row for athlete in athletes if not athlete.group] if "" not in gathered else []
    if alone:
        have = "has no group and is" if len(alone) == 1 else "have no group and are"
        report.notes.append(f"{rows_of(alone, roster_notes.FEW_TOLD)} {have} on no track sheet")
    return groups


# ---------------------------------------------------------------- the work


def _work(
    job: Job, order: Order, crew: TaskWorkers, found: Roster, groups: Sequence[Group], report: Report, watch: Watch
) -> Roster:
    """Look at everybody, make the masters that pay, print whoever is not there yet, and the groups' sheets.

    Returns the roster without those whose pages cannot be laid out, where they may be left out. Raises LayoutError.
    """
    before = manifest.read_all(job.notes, job.kind)
    manifest.gather(job.notes, job.kind, before)  # a run that died has left journals of its own
    shapes, due = _look(crew, found.athletes, before, watch)
    waiting = [athlete for shape in sorted(due, key=lambda shape: shapes[shape][0].row) for athlete in due[shape]]
    report.kept = len(found.athletes) - len(waiting)  # whoever shares masters is printed in a row
    if waiting and job.parts.names and not doctor.untried_engine():
        _make_masters(job, order, crew, shapes, due, watch)
    watch.stage("athletes", len(waiting))
    try:
        refused = _print(crew, _chunks(waiting, before, PRINTED), order, report, watch)
    except LayoutError as error:
        raise error.at(error.page, in_play(job.folders, logo=bool(job.library.logo))) from error
    watch.stage("groups", len(groups))
    sheets = manifest.read_all(job.notes, manifest.GROUPS)
    tasks = [(group, sheets.get(group.file)) for group in groups]
    for _, warnings in _each(crew, athlete_tasks.make_sheets, tasks, watch, lambda _: 1):
        if not isinstance(warnings, LayoutError):
            report.warnings += warnings
        elif order.skip_bad:
            report.notes.append(str(warnings))
        else:
            raise warnings
    return _without(found, refused, order, report)


def _print(crew: TaskWorkers, tasks: Iterable[tuple[Due, ...]], order: Order, report: Report, watch: Watch) -> Refused:
    """Print athletes; with `skip_bad`, returns those whose pages cannot be laid out. Raises LayoutError.

    Of a task that failed each athlete is tried alone. Where nobody's pages can be laid out, the templates are at fault
    and not a row: then a few attempts do.
    """
    alone: list[tuple[Due, ...]] = []
    refused: list[tuple[Athlete, LayoutError]] = []
    for round_of in (tasks, alone):
        for task, made in _each(crew, athlete_tasks.make, round_of, watch, lambda _: 0):
            if not isinstance(made, LayoutError):
                _note(task, made, report, watch)
                continue
            if not order.skip_bad or (len(alone) >= MOST_FAILED and not report.how):
                raise made
            if len(task) > 1:
                alone += [(one,) for one in task]
            else:
                refused.append((task[0][0], made))
    if refused and not (report.how or report.kept):
        raise refused[0][1]
    return refused


def _note(task: Sequence[Due], made: Sequence[Made], report: Report, watch: Watch) -> None:
    """Count what was made."""
    watch.advance(len(made))
    for (athlete, _), one in zip(task, made, strict=False):
        report.how[one.how] += 1
        report.why.update([one.why] if one.why else [])
        report.warnings += one.warnings
        report.rows_with_boxes += [athlete.row] if one.why == athlete_tasks.NO_FONT else []
        watch.athlete(athlete, one)


def _without(found: Roster, refused: Refused, order: Order, report: Report) -> Roster:
    """The roster without these athletes, who are told as other bad rows are."""
    if not refused:
        return found
    problems = [
        Problem(f"{shown(order.roster)}:{athlete.row}:name", 0, 0, f"{athlete.profile.name}: {error}")
        for athlete, error in refused
    ]
    rows = {athlete.row for athlete, _ in refused}
    report.left_out = (*report.left_out, *problems)
    report.rows_left_out = tuple(sorted({*report.rows_left_out, *rows}))
    athletes = tuple(athlete for athlete in found.athletes if athlete.row not in rows)
    report.athletes = len(athletes)
    return replace(found, athletes=athletes, problems=report.left_out, left_out=report.rows_left_out)


def _look(crew: TaskWorkers, athletes: Sequence[Athlete], before: Entries, watch: Watch) -> tuple[Shapes, Shapes]:
    """Everybody by the shape of their pages, in the order of the roster; and those of them who are not there yet."""
    shapes: Shapes = {}
    due: Shapes = {}
    watch.stage("looking", len(athletes))
    for task, seen in _each(crew, athlete_tasks.survey, _chunks(athletes, before, LOOKED_AT), watch, len):
        if isinstance(seen, LayoutError):  # it took too long or too much memory, though no page was laid out
            raise seen
        for (athlete, _), one in zip(task, seen, strict=False):
            shapes.setdefault(one.shape, []).append(athlete)
            if not one.kept:
                due.setdefault(one.shape, []).append(athlete)
    for members in (*shapes.values(), *due.values()):
        members.sort(key=_row)
    return shapes, due


def _each(
    crew: TaskWorkers,
    work: Callable[[athlete_tasks.Workshop, T], R],
    tasks: Iterable[T],
    watch: Watch,
    size: Callable[[T], int],
) -> Iterator[tuple[T, R | LayoutError]]:
    for task, result in crew.each(work, tasks):
        watch.advance(size(task))
        yield task, result


def _chunks(athletes: Sequence[Athlete], before: Entries, size: int) -> Iterator[tuple[Due, ...]]:
    coming = ((athlete, before.get(athlete.key)) for athlete in athletes)
    while chunk := tuple(islice(coming, size)):
        yield chunk


def _row(athlete: Athlete) -> int:
    return athlete.row


def _make_masters(job: Job, order: Order, crew: TaskWorkers, shapes: Shapes, due: Container[str], watch: Watch) -> None:
    """Make masters of the pages that athletes have in common, each by one worker, all workers side by side.

    Who is a pioneer depends on the roster alone: the same roster has the same masters, whatever was there before.
    """
    first = {members[0]: shape for shape, members in shapes.items()}
    alike: dict[tuple[str, str], list[Athlete]] = {}
    wanted: set[tuple[str, str]] = set()
    for athlete, found in crew.each(athlete_tasks.skeletons, list(first)):
        if isinstance(found, LayoutError):
            raise found
        for page in found.items():
            alike.setdefault(page, []).extend(shapes[first[athlete]])
            wanted |= {page} if first[athlete] in due else set()
    tasks = [_pioneers(product, alike[product, page]) for product, page in wanted]
    tasks = sorted((task for task in tasks if task.athletes), key=lambda task: (task.product, task.athletes[0].row))
    watch.stage("masters", len(tasks))
    for _, made in _each(crew, athlete_tasks.make_masters, tasks, watch, lambda _: 1):
        if isinstance(made, LayoutError) and not order.skip_bad:  # else it is told when the row's turn comes
            raise made


def _pioneers(product: str, athletes: Iterable[Athlete]) -> Pioneers:
    """The first few of those whose names a master can spell; none where a master would not be used again."""
    fit = sorted((athlete for athlete in athletes if LETTERS.issuperset(athlete.profile.name)), key=_row)
    many = max(1, min(MOST_PIONEERS, len(fit) // FEW)) if len(fit) > 1 else 0
    return Pioneers(product, tuple(fit[:many]))


def _gather(
    job: Job,
    order: Order,
    found: Roster,
    groups: Sequence[Group],
    renderer: Renderer,
    givers: Givers,
    watch: Watch,
) -> int:
    """Make what holds everybody; then what nobody is for any more goes. Returns how many athletes that were."""
    made = manifest.read_all(job.notes, job.kind)
    together = order.together and bool(job.parts.names)
    if together:
        watch.stage("all.pdf", len(found.athletes))
        collected_files.collect(job, found.athletes, made, printable(order.roster.stem), watch.advance)
    collected_files.tidy_up(job.notes, manifest.ALL, [manifest.ALL] if together else [], job.notes)
    listed = collected_files.list_rows(job, found, made, order.request.site_url, givers)
    job.notes.write(finished_runs.LIST, listed)
    if job.html:
        collected_files.web(job, renderer, found.athletes)
    if job.secret:
        collected_files.ask_robots(job.place)
    collected_files.tidy_up(job.notes, manifest.GROUPS, {group.file for group in groups}, job.notes)
    return collected_files.tidy_up(job.notes, job.kind, {athlete.key for athlete in found.athletes}, job.place)
