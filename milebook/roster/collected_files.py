"""What holds everybody: one file to print, the list of what was made, the pages to begin from.

An athlete's files are read as they are needed; what belongs to nobody any more is removed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import BinaryIO

from milebook.assembly.whole_site import athletes_values, web_assets
from milebook.booklet import composition
from milebook.core.errors import BuildError
from milebook.exports import table
from milebook.pages.renderer import Renderer
from milebook.printing.collation import Item, collate
from milebook.roster import manifest
from milebook.roster.athlete_tasks import Job
from milebook.roster.givers import Givers
from milebook.roster.manifest import Entries, Entry
from milebook.roster.reader import Athlete, Roster
from milebook.running.quantities import METRES, Distance, Duration, clock, plain
from milebook.runtime.storage import Storage, holds
from milebook.training.schedule import extent_of

HEAD = (
    *(
        "row",
        "name",
        "group",
        "level",
        "distance",
        "time",
        "trial",
        "race date",
        "race distance",
        "track",
        "goal",
        "weeks",
    ),
    *("file", "calendar", "pages"),
    *("how", "why", "seconds", "left out"),
)
NEAR = "the race is near"  # why a plan is cut short
# Pages say it themselves, a PDF and a calendar cannot.
ROBOTS = "User-agent: *\nDisallow: /athletes/*.pdf$\nDisallow: /athletes/*.ics$\n"


def collect(job: Job, athletes: Sequence[Athlete], made: Entries, title: str, advance: Callable[[int], None]) -> None:
    """Everybody in `all.pdf`, in the order of the roster; not again where it is there. Raises BuildError."""
    told = hashlib.sha256(f"{title} {job.parts}".encode())
    for athlete, entry in _of(athletes, made):
        told.update(repr((athlete.profile.name, sorted(entry.files.items()))).encode())
    if manifest.is_current(manifest.read_all(job.notes, manifest.ALL).get(manifest.ALL), told.hexdigest(), job.notes):
        advance(len(athletes))
        return

    def items() -> Iterator[Item]:
        for athlete, entry in _of(athletes, made):
            yield Item(athlete.profile.name, tuple(_prints(job, entry)))
            advance(1)

    start = time.perf_counter()
    with job.notes.part() as part:
        try:
            pages = collate(items(), title, part.file)
            digest = _digest(part.file)
        except OSError as error:
            raise BuildError(f"cannot write all.pdf: {error.strerror or error}") from None
        job.notes.adopt("all.pdf", part)
    seconds = round(time.perf_counter() - start, 3)
    manifest.note(
        job.notes,
        manifest.ALL,
        manifest.ALL,
        Entry(told.hexdigest(), {"all.pdf": digest}, pages=pages, seconds=seconds),
    )


def _digest(file: BinaryIO) -> str:
    """The SHA-256 of a file that was just written."""
    found = hashlib.sha256()
    file.seek(0)
    while data := file.read(1_000_000):
        found.update(data)
    return found.hexdigest()


def _of(athletes: Iterable[Athlete], made: Entries) -> Iterator[tuple[Athlete, Entry]]:
    """Each athlete with what was made."""
    for athlete in athletes:
        if entry := made.get(athlete.key):
            yield athlete, entry


def _prints(job: Job, entry: Entry) -> Iterator[bytes]:
    """An athlete's PDFs as they are printed: folded where they are to be folded, and then not as they are read."""
    folded = "booklet-print" in job.parts.names and "booklet" in job.parts.names
    order = [f"/{name}.pdf" for name in job.parts.names if not (folded and name == "booklet")]
    ends = [".pdf"] if job.single else order
    for end in ends:
        for path in entry.files:
            if path.endswith(end) and (data := job.place.read(path)):
                yield data


def list_rows(job: Job, found: Roster, made: Entries, address: str, givers: Givers) -> bytes:
    """`roster.csv`: what was made of every row, how long it took, and whose stands for what the row leaves out."""
    rows: list[Sequence[object]] = [HEAD]
    rows += [_list_row(job, athlete, entry, address, givers) for athlete, entry in _of(found.athletes, made)]
    for problem in found.problems:
        row = problem.path.rsplit(":", 2)[1] if problem.path.count(":") > 1 else ""
        place = HEAD.index("how")
        rows.append((row, *[""] * (place - 1), "left out", str(problem), *[""] * (len(HEAD) - place - 2)))
    return table.dump(rows)


def _list_row(job: Job, athlete: Athlete, entry: Entry, address: str, givers: Givers) -> Sequence[object]:
    profile = athlete.profile
    extent = extent_of(job.library.plans[profile.plan], profile, job.today)
    weeks = f"{extent}: {NEAR}" if extent.is_cut_short else str(extent)
    files = [f"{address}/{path}" if address and job.secret else path for path in sorted(entry.files)]
    calendars = [path for path in files if path.endswith(".ics")]
    others = [path for path in files if path not in calendars]
    result, race = profile.result, profile.race
    goal = _clock(race.goal) if race.goal else ""
    course = race.distance, race.course.track or race.surface
    trial = _clock(profile.trial) if profile.trial else ""
    read = (_distance(result.distance), _clock(result.time), trial, race.day or "", *course, goal)
    row = (athlete.row, profile.name, athlete.group, profile.level, *read, weeks)
    made = (" ".join(others), " ".join(calendars), entry.pages or "", entry.how, entry.why, f"{entry.seconds:.3f}")
    taken = (f"{', '.join(columns)} of {giver}" for giver, columns in givers.several(athlete.taken).items())
    return (*row, *made, "; ".join(taken))


def _distance(distance: Distance) -> str:
    """A distance in the unit it was written in: what was read, for whoever looks whether it was meant."""
    return f"{plain(distance.metres / METRES[distance.unit], 3)} {distance.unit}"


def _clock(duration: Duration) -> str:
    return clock(duration.seconds, 0 if duration.seconds == int(duration.seconds) else 2)


def web(job: Job, renderer: Renderer, athletes: Sequence[Athlete]) -> None:
    """What the athletes' pages share, and the page before them: a list for the coach, nothing where it is published."""
    brand, language = composition.compose_brand(job.library), job.library.site.language
    listed = [] if job.secret else [(each.profile.name, each.group, job.name(each)) for each in athletes]
    values = athletes_values(brand, language, listed)
    files = web_assets(job.library, renderer) | {"index.html": renderer.render("athletes.html.j2", values).encode()}
    for path, data in files.items():
        if job.place.read(f"athletes/{path}") != data:
            job.place.write(f"athletes/{path}", data)


def ask_robots(place: Storage) -> None:
    """Ask search engines to leave PDFs and calendars alone, where the club does not ask for anything itself."""
    if place.read("robots.txt") is None:
        place.write("robots.txt", ROBOTS.encode())


def tidy_up(notes: Storage, kind: str, wanted: Collection[str], place: Storage) -> int:
    """Remove the files of those that are not wanted any more, and gather the slips; returns how many were removed.

    A file that is no longer what was made is somebody else's by now, and stays.
    """
    made = manifest.read_all(notes, kind)
    kept = {name: entry for name, entry in made.items() if name in wanted}
    owned = {path for entry in kept.values() for path in entry.files}
    for entry in made.values():
        for path, digest in entry.files.items():
            if path not in owned and holds(place, path, digest):
                place.remove(path)
    manifest.gather(notes, kind, kept)
    return len(made) - len(kept)
