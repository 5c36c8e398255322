"""The command line: options to a call, problems to a message. The only place that prints, colours or exits."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from milebook import __version__
from milebook.core import debugging, interrupts
from milebook.core.characters import printable
from milebook.core.errors import BuildError, ContentError, MilebookError, QuantityError, Stopped, counted, rows_of
from milebook.core.package import PACKAGE
from milebook.printing.page_workers import open_presses
from milebook.runtime import temporary

if TYPE_CHECKING:
    from milebook.build import Report, Request
    from milebook.core.errors import Problem
    from milebook.core.limits import Limit
    from milebook.roster.batch import Order
    from milebook.roster.batch import Report as BatchReport
    from milebook.running.courses import Course
    from milebook.running.fitness import Fitness

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = click.Path(file_okay=False, path_type=Path)


class Place(click.Path):
    """A folder, or an address of one elsewhere."""

    name = "directory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Leave an address as it is, but for one of a folder of this machine."""
        value = str(value).removeprefix("file://")
        return value if "://" in value else super().convert(value, param, ctx)


PLACE = Place(file_okay=False, path_type=Path)
OUTPUT, TRY = Path("output"), Path("output-try")  # where finished booklets go, and where quick tries do
LIMIT = "120s,2GB"
MOST_JOBS = 61 if sys.platform == "win32" else 256  # Windows waits for no more at once
DONE, PROBLEM = 0, 1
ENDLESS = re.compile(r"\S{1001,}")  # a path longer than any that a system knows: its beginning and its end are told
LAST_EPOCH = 4_102_444_799  # seconds to the end of 2099: the race may come after today
NO_FONT_HINT = "install one that has (on Debian: fonts-noto-core, fonts-noto-cjk) and run it again"


def _today() -> date:
    """Today, or the day of SOURCE_DATE_EPOCH, so that a build can be repeated on any day."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if epoch:
        if not re.fullmatch(r"[0-9]{1,10}", epoch) or int(epoch) > LAST_EPOCH:
            told = f'SOURCE_DATE_EPOCH is "{epoch[:60]}", not a number of seconds from 0 (1970) to {LAST_EPOCH} (2099)'
            raise click.UsageError(told)
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now().astimezone().date()


def _cache() -> str:
    """MILEBOOK_CACHE, or where the system keeps what may be lost; empty where there is no such place."""
    given = os.environ.get("MILEBOOK_CACHE")
    if given is not None:
        return given
    try:
        home = Path.home()
    except RuntimeError:
        return ""
    if sys.platform == "win32":
        return str(Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "milebook" / "cache")
    if sys.platform == "darwin":
        return str(home / "Library" / "Caches" / "milebook")
    return str(Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "milebook")


def _forms(cache: str, out: Path | None, *worked_in: Path | None) -> Path | None:
    """Where forms are kept, if they are. Raises BuildError for a folder that is not milebook's to keep them in."""
    if not cache:
        return None
    from milebook.runtime.places import open_cache

    return open_cache(Path(cache), out, (Path(), PACKAGE, *filter(None, worked_in)))


def _cores() -> int:
    """How many processes can run at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, MOST_JOBS)


def _color() -> bool | None:
    """Colour where click finds a terminal, never with NO_COLOR."""
    return False if os.environ.get("NO_COLOR") else None


def _say(text: str, *, err: bool = False, fg: str | None = None) -> None:
    text = ENDLESS.sub(lambda word: f"{word[0][:100]} ... {word[0][-100:]}", printable(text, keep="\n"))
    click.echo(click.style(text, fg=fg) if fg else text, err=err, color=_color())


def _fail(error: MilebookError) -> NoReturn:
    if isinstance(error, ContentError):
        for problem in error.problems:
            _say(str(problem), err=True)
        count = len(error.problems)
        _say(f"{count} problem{'s' * (count > 1)}; nothing was written", err=True, fg="red")
    else:
        _say(str(error), err=True, fg="red")
    sys.exit(PROBLEM)


def _telling_problems(command: F) -> F:
    """Every error a user can mend ends in a message and an exit code, never in a traceback."""

    @functools.wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Stopped as error:
            _say(str(error), err=True, fg="yellow")
            sys.exit(interrupts.exit_code())
        except KeyboardInterrupt:
            _say("\nAborted!", err=True)
            sys.exit(interrupts.exit_code())
        except MilebookError as error:
            _fail(error)
        except QuantityError as error:
            raise click.UsageError(str(error)) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PROBLEM)
        except OSError as error:
            _fail(BuildError(f"{error.filename or 'the system'}: {error.strerror or error}"))

    return told  # type: ignore[return-value]


def _quantity(reader: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """An option read by one of the readers below; a bad value is a usage error that says what to write."""

    def callback(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
        if value is None:
            return None
        try:
            return _READERS[reader](value)
        except QuantityError as error:
            raise click.BadParameter(str(error), context, parameter) from None

    return callback


def _read_result(text: str) -> Any:
    from milebook.content.models import RaceResult
    from milebook.running.readings import read_race_distance, read_race_time

    words = text.split()
    ways = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    if not ways:
        raise QuantityError(f'"{text}" is not a result', 'write distance and time, for example "5k 22:30"')
    told: list[QuantityError] = []
    for distance, time in ways:
        try:
            ran = read_race_distance(distance)
        except QuantityError as error:
            told.append(error)
            continue
        try:
            return RaceResult(distance=ran, time=read_race_time(time, ran.metres))
        except QuantityError as error:
            told.insert(0, error)  # of a distance that can be read, the time is at fault
    raise told[0]


def _read_date(text: str) -> date:
    from milebook.running.dates import read_date

    return read_date(text)


def _read_limit(text: str) -> Any:
    from milebook.core.limits import Limit

    return Limit.parse(text)


def _read_distance(text: str) -> Any:
    from milebook.running.readings import read_race_distance

    return read_race_distance(text)


def _read_race(text: str) -> Any:
    from milebook.running.readings import read_race

    return read_race(text)


def _read_track(text: str) -> Any:
    """The lap of a track, or `road`."""
    from milebook.running.readings import read_track

    return "road" if text.strip().lower() == "road" else read_track(text)


def _read_trial(text: str) -> Any:
    from milebook.content.models import read_trial

    return read_trial(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "trial": _read_trial,
    "result": _read_result,
    "date": _read_date,
    "limit": _read_limit,
    "distance": _read_distance,
    "race": _read_race,
    "track": _read_track,
}


def _content_options(command: F) -> F:
    for option in (
        click.option("--templates", type=FOLDER, help="Folder of templates that win over the bundled ones."),
        click.option("--content", type=FOLDER, help="Folder of content that wins over the bundled one."),
    ):
        command = option(command)
    return command


def _override_options(command: F) -> F:
    for option in (
        click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper, instead of the profile's."),
        click.option("--units", type=click.Choice(["metric", "imperial"]), help="Units, instead of the profile's."),
        click.option("--weeks", type=click.IntRange(1, 30), help="Weeks, instead of the profile's."),
        click.option("--trial", callback=_quantity("trial"), help="Time of the mile trial in mid-plan, as in 6:02."),
        click.option("--result", callback=_quantity("result"), help='Race result, as in "5k 22:30".'),
        click.option("--race-date", callback=_quantity("date"), help="Race date, as in 2027-06-12."),
    ):
        command = option(command)
    return _race_options(command)


def _race_options(command: F) -> F:
    for option in (
        click.option("--track", callback=_quantity("track"), help="Its track: 400 m, 300 m, 200 m, 440 yd; or road."),
        click.option("--race-distance", callback=_quantity("race"), help="What is raced: mile, 1500 m or 1600 m."),
    ):
        command = option(command)
    return command


@click.command()
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="A profile to build; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Build every profile (also when none is named).")
@_override_options
@_content_options
@click.option(
    "--roster",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A .csv or .xlsx of athletes to build instead; --profile has what a row leaves out.",
)
@click.option("--sheet", metavar="NAME", help="The tab of an .xlsx roster, where several have athletes.")
@click.option("--skip-bad", is_flag=True, help="Build a roster's sound rows and list the others.")
@click.option("--html", is_flag=True, help="A page for each athlete of a roster, too.")
@click.option(
    "--publish", is_flag=True, help="Put a roster's booklets and calendars on the site, under names nobody can guess."
)
@click.option("--no-collate", is_flag=True, help="Leave a roster's all.pdf out.")
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=_cores,
    metavar="N",
    help="Processes that work; one for each core.",
)
@click.option(
    "--scheduler", metavar="URL", help="A dask.distributed cluster to build a roster on, as in tcp://host:8786."
)
@click.option(
    "--limit",
    callback=_quantity("limit"),
    default=LIMIT,
    show_default=True,
    help="Time and memory for laying out a page, as a PDF is called; none for none.",
)
@click.option(
    "--out", type=PLACE, help="Where the files go: output, a quick try's output-try, a roster's output-private."
)
@click.option("--parts", metavar="NAMES", help="Print only these, as in week-3,race-card; see the README.")
@click.option("--large-print", is_flag=True, help="Add a booklet in 16 pt and more, on whole sheets.")
@click.option("--no-pdf", is_flag=True, help="Leave the PDF out: quick, and no print engine is needed.")
@click.option("--cache", default=_cache, metavar="DIR", help="Where forms for quicker builds are kept; '' keeps none.")
@click.option(
    "--strict",
    is_flag=True,
    help="A warning about a printed page fails the build, as does what of a roster is not read.",
)
@click.option("--site-url", default="", help="The address the site will have, for its canonical links.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("-v", "--verbose", is_flag=True, help="Name every file that changed.")
@_telling_problems
def build(
    profiles: tuple[str, ...],
    everything: bool,
    roster: Path | None,
    sheet: str | None,
    skip_bad: bool,
    html: bool,
    publish: bool,
    no_collate: bool,
    jobs: int,
    limit: Limit,
    scheduler: str | None,
    out: Path | str | None,
    content: Path | None,
    templates: Path | None,
    parts: str | None,
    large_print: bool,
    no_pdf: bool,
    cache: str,
    strict: bool,
    site_url: str,
    quiet: bool,
    verbose: bool,
    **overrides: Any,
) -> None:
    """Build booklets: for each profile a page, PDFs and the plan as data; of all of them Make it yours too.

    A quick try (--parts, --no-pdf, or a value in place of the profile's own) goes to output-try, so that the finished
    booklets in output stay as they are; --out says otherwise.
    """
    if everything and profiles:
        raise click.UsageError("--all and --profile exclude each other")
    _check_options(no_pdf=no_pdf, printing=parts is not None or large_print, site_url=site_url)
    given = {
        "--sheet": sheet is not None,
        "--skip-bad": skip_bad,
        "--html": html,
        "--publish": publish,
        "--no-collate": no_collate,
    }
    given |= {"--scheduler": bool(scheduler)}
    if roster is None and any(given.values()):
        raise click.UsageError(f"{', '.join(name for name in given if given[name])}: only with --roster")
    if roster is None and isinstance(out, str):
        raise click.UsageError("an address for --out is for a --roster")
    if roster is not None and (len(profiles) > 1 or everything):
        raise click.UsageError("a roster takes what its rows leave out from one --profile")
    if roster is not None and no_pdf and not html:
        raise click.UsageError("--no-pdf leaves nothing of a roster: add --html, or leave --no-pdf away")
    forms = _forms(cache, out if isinstance(out, Path) else None, content, templates)
    jobs = 0 if debugging.is_on() else jobs  # a debugger likes this process best
    _tell_place()
    with temporary.folder(), open_presses(jobs, limit) as presses:
        if roster is None and not no_pdf and not (forms and forms.is_dir()):
            presses.expect()  # before anything else is imported
        from milebook import build as building

        overrides = {key: value for key, value in overrides.items() if value is not None}
        is_try = no_pdf or parts is not None or bool(overrides)
        request = building.Request(
            today=_today(),
            profiles=profiles,
            content=content,
            templates=templates,
            out=out if isinstance(out, Path) else TRY if is_try else OUTPUT,
            pdf=not no_pdf,
            parts=_names(parts),
            large_print=large_print,
            strict=strict,
            forms=forms,
            site_url=site_url.rstrip("/"),
            overrides=overrides,
            yours=not profiles and not parts,
        )
        if roster is None:
            _report(building.build(request, _teller(quiet), presses), request, quiet, verbose)
            return
        from milebook.roster import batch

        private = out if out and not publish else batch.PRIVATE
        site = (out or batch.PUBLIC) if publish else None
        order = batch.Order(
            roster, request, private, site, skip_bad, html, not no_collate, jobs, limit, scheduler or "", sheet or ""
        )
        _build_roster(order, quiet, verbose)


def _tell_place() -> None:
    """Say so where the place for temporary files that was asked for does not do."""
    if place := temporary.unusable():
        _say(f"note: nothing can be written in {place}, which TMPDIR names; the system's own is used", err=True)


def _check_options(*, no_pdf: bool, printing: bool, site_url: str) -> None:
    if no_pdf and printing:
        raise click.UsageError("--no-pdf leaves nothing to print for --parts and --large-print")
    _check_site_url(site_url)


def _check_site_url(site_url: str) -> None:
    if not site_url:
        return
    from milebook.content.addresses import read_web_address

    if not site_url.startswith(("https://", "http://")):
        raise click.UsageError(f'--site-url "{site_url}" must begin with https:// or http://')
    try:
        parts = read_web_address(site_url)
    except QuantityError as error:
        raise click.UsageError(f"--site-url: {error}") from None
    if "?" in site_url or "#" in site_url or parts.username is not None:
        hint = "leave out what stands before @ and after ? or #, for example https://example.org/club"
        raise click.UsageError(f'--site-url "{site_url}" is not where a site begins; {hint}')


def _build_roster(order: Order, quiet: bool, verbose: bool) -> None:
    """Build a roster; whoever asks the program to end gets what is finished, at the end of an athlete."""
    from milebook.roster import batch, progress

    if order.publish:
        where = f"whoever has an address of {_list_of(order)} can read it"
        _say(f"warning: booklets and calendars go to {order.publish}, to be published: {where}", err=True, fg="yellow")
    if not quiet and sys.stderr.isatty():
        interrupts.at_end(progress.show_cursor)
        with progress.Bar(sys.stderr, names=verbose) as bar:
            report = batch.run(order, bar)
        interrupts.forget(progress.show_cursor)
    else:
        report = batch.run(order, progress.Silent() if quiet else progress.Lines(_say, names=verbose))
    _tell_roster(order, report, quiet, verbose)


def _list_of(order: Order) -> str:
    """Where the list of what was made is."""
    return f"{order.out.rstrip('/')}/roster.csv" if isinstance(order.out, str) else str(order.out / "roster.csv")


def _tell_roster(order: Order, report: BatchReport, quiet: bool, verbose: bool) -> None:
    """What was made of a roster, without a name: those stand in `roster.csv`."""
    for note in report.notes:
        _say(f"note: {note}", err=True, fg="yellow")
    if report.rows_left_out:
        rows = rows_of(report.rows_left_out, len(report.rows_left_out))
        where = "" if verbose else f"; {_list_of(order)} says who and why, and so does -v"
        _say(f"left out: {rows}{where}", err=True, fg="yellow")
    for problem in report.left_out if verbose else ():
        _say(f"  {problem}", err=True)
    if report.rows_with_boxes:
        rows = rows_of(sorted(report.rows_with_boxes), len(report.rows_with_boxes))
        have = "the name has" if len(report.rows_with_boxes) == 1 else "the names have"
        told = f"{have} letters that no font of this machine has: boxes stand for them, and sheets for the track leave"
        told += " them out beside the id or the name of the file"
        _say(f"warning: {rows}: {told}; {NO_FONT_HINT}", err=True, fg="yellow")
    if report.warnings:
        _say(f"warning: the printed pages have {counted(report.warnings, 'warning')}", err=True, fg="yellow")
    if quiet:
        return
    made = [f"{count} {how}" for how, count in sorted(report.how.items())]
    kept = [f"{report.kept} there already"] if report.kept else []
    _say(f"{counted(report.athletes, 'athlete')} in {report.seconds:.1f} s: {', '.join(made + kept)}")
    for why, count in report.why.most_common():
        _say(f"  {count} laid out in full: {why}")
    if report.removed:
        _say(f"  {report.removed} who are no longer in the roster were removed")
    _say(f"Open {_list_of(order)}", fg="green")


def _names(text: str | None) -> tuple[str, ...]:
    """Names with commas between them, each once."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in (text or "").split(",") if name.strip()))
    if text is not None and not names:
        raise click.UsageError("--parts names nothing; write for example --parts week-3,race-card")
    return names


def _teller(quiet: bool) -> Callable[[str, str, float], None]:
    def tell(step: str, what: str, seconds: float) -> None:
        if not quiet:
            _say(f"{step:<28} {what:<40} {seconds:6.2f} s")

    return tell


def _tell_notes(notes: Iterable[Problem]) -> None:
    for note in notes:
        _say(f"note: {note}", err=True, fg="yellow")


def _report(report: Report, request: Request, quiet: bool, verbose: bool) -> None:
    _tell_notes(report.notes)
    for warning in report.warnings:
        _say(f"warning: {warning}", err=True, fg="yellow")
    if verbose:
        for path in report.changed:
            _say(f"  {request.out / path}")
    if quiet:
        return
    _say(f"Open {request.out / 'index.html'}", fg="green")
    if request.out == TRY:
        _say(f"This is a try: {OUTPUT} is as it was. --out {OUTPUT} puts it there.")
    elif not request.yours:
        page = request.out / "yours" / "index.html"
        made = "a build without --profile makes it (make site)"
        _say(f"Make it yours, anybody's plan in the browser: {page if page.is_file() else made}")


@click.command()
@_content_options
@_telling_problems
def check(content: Path | None, templates: Path | None) -> None:
    """Read and validate all content and templates; write nothing."""
    from milebook import build as building

    request = building.Request(today=_today(), content=content, templates=templates)
    library, notes = building.check(request)
    _tell_notes(notes)
    files = len(library.documents)
    _say(f"{files} content files, every profile's plan and every template: no problems")


@click.command()
@_content_options
@click.option("--out", type=FOLDER, default=Path("output"), show_default=True, help="Where the files go.")
@click.option("--port", type=click.IntRange(1, 65000), default=8000, show_default=True, help="The first port to try.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@_telling_problems
def serve(content: Path | None, templates: Path | None, out: Path, port: int, no_browser: bool) -> None:
    """Show the site in a browser and keep it up to date while you edit. Only this machine can see it."""

    def started(address: str) -> None:
        _say(f"{address}  (Ctrl-C ends it)", fg="green")
        if not no_browser:
            click.launch(address)

    with interrupts.noting_requests_to_end() as asked_to_end:
        from milebook import build as building
        from milebook.preview.serve import serve as run

        forms = _forms(_cache(), out, content, templates)
        asked = building.Request(today=_today(), content=content, templates=templates, out=out, yours=True, forms=forms)
        run(asked, port, started, lambda text: _say(text, err=True, fg="yellow"), asked_to_end)
        with contextlib.suppress(OSError):  # the terminal may be closed
            _say("Ended.")
        sys.exit(interrupts.EXIT + asked_to_end())


def _read_time_argument(context: click.Context, parameter: click.Parameter, value: str) -> Any:
    """A time for the distance before it."""
    from milebook.running.readings import read_race_time

    try:
        return read_race_time(value, context.params["distance"].metres)
    except QuantityError as error:
        raise click.BadParameter(str(error), context, parameter) from None


@click.command()
@click.argument("distance", callback=_quantity("distance"))
@click.argument("time", callback=_read_time_argument)
@click.option(
    "--model",
    type=click.Choice(["daniels-gilbert", "riegel", "cameron"]),
    help="Formula; else Daniels-Gilbert, and of all three the slowest below 800 m and above a half marathon.",
)
@click.option(
    "--units",
    type=click.Choice(["metric", "imperial"]),
    default="imperial",
    show_default=True,
    help="Units of the paces.",
)
@_race_options
@click.option("--json", "as_json", is_flag=True, help="Plain unrounded seconds, for other programs.")
@_telling_problems
def paces(
    distance: Any, time: Any, model: str | None, units: Any, race_distance: Any, track: Any, as_json: bool
) -> None:
    """Show equivalent times and training paces for a race result, as in: milebook paces "5 km" 20:00."""
    from milebook.running.courses import course_of
    from milebook.running.fitness import Result, assess

    fitness = assess(Result(distance.metres, time.seconds), model)
    course = None
    if race_distance or track:
        where = ("road", None) if track == "road" else ("track", track)
        course = course_of(race_distance or "mile", *where)
    if as_json:
        _say(json.dumps({**_paces_json(fitness, model), **_race_json(fitness, course)}, indent=1))
    else:
        _say(_paces_table(fitness, model, units, course))


@click.command()
@click.argument("name")
@click.option("--content", type=FOLDER, help="Folder of content that wins over the bundled one.")
@click.option("--level", help="Only this level; else one after another.")
@click.option("--days", default="", help='How many days a week, or which, as in "tue thu sat sun".')
@click.option("--weeks", type=click.IntRange(1, 30), help="Weeks; else as many as the plan can have.")
@click.option("--result", callback=_quantity("result"), help='Race result of the runner; else "mile 8:00".')
@click.option(
    "--units", type=click.Choice(["metric", "imperial"]), default="imperial", show_default=True, help="Units."
)
@_telling_problems
def plan(
    name: str, content: Path | None, level: str | None, days: str, weeks: int | None, result: Any, units: Any
) -> None:
    """Show a plan week by week: sessions, how far, how long, the share at mile pace; as in: milebook plan mile."""
    from milebook.content.models import LEVELS
    from milebook.exports import plan_table
    from milebook.running.quantities import clock
    from milebook.training import planning
    from milebook.training.promises import read_content

    library, ran = read_content(content), result or _read_result("mile 8:00")
    for each in (level,) if level else LEVELS:
        runner = plan_table.usual_runner(library, name, ran, units, level=each, days=days, weeks=weeks)
        fitness, schedule = planning.plan_profile(library, runner, _today())
        told = (
            f"{library.plans[name].name}, {counted(schedule.length, 'week')}, {runner.level}, {' '.join(runner.days)}"
        )
        _say(f"{told}; mile {clock(fitness.mile)}", fg="green")
        _say(f"{plan_table.write_table(schedule, units)}\n")


def _paces_json(fitness: Fitness, model: str | None) -> dict[str, Any]:
    from milebook.running.fitness import used_model

    training = {name: pace.per_km for name, pace in fitness.paces.items()}
    return {
        "input": {"metres": fitness.result.metres, "seconds": fitness.result.seconds},
        "model": model or used_model(fitness.result),
        "equivalents": dict(fitness.equivalents),
        "range": {name: [times.low, times.high] for name, times in fitness.ranges.items()},
        "confidence": fitness.confidence,
        "training": {
            **training,
            "tempo_range": [fitness.tempo.low.per_km, fitness.tempo.high.per_km],
            "easy": [fitness.easy.low.per_km, fitness.easy.high.per_km],
        },
    }


def _race_json(fitness: Fitness, course: Course | None) -> dict[str, Any]:
    """A race that was asked for: its time, and the even clock at each of its laps or quarters."""
    from milebook.running.fitness import predicted_goal
    from milebook.running.pacing import even_splits

    if course is None:
        return {}
    goal, times = predicted_goal(fitness, course.race), fitness.range_of(course.race)
    race = {"distance": course.race, "metres": course.metres, "surface": course.surface, "track": course.track}
    marks = [[split.metres, split.cumulative] for split in even_splits(goal, course, course.ends)]
    return {"race": {**race, "seconds": goal, "range": [times.low, times.high], "marks": marks}}


def _race_lines(fitness: Fitness, course: Course | None) -> list[str]:
    from milebook.running.fitness import predicted_goal
    from milebook.running.pacing import even_splits
    from milebook.running.quantities import clock

    if course is None:
        return []
    goal = predicted_goal(fitness, course.race)
    marks = zip(course.names, even_splits(goal, course, course.ends), strict=True)
    told = ", ".join(f"{name} {clock(split.cumulative, 1)}" for name, split in marks)
    where = f"{course.track} track" if course.track else "road"
    time = clock(goal, 0 if goal == int(goal) else 1)
    return ["", f"{'Race':<16}{'time':>10}   at an even pace, {where}", f"{course.race:<16}{time:>10}   {told}"]


def _paces_table(fitness: Fitness, model: str | None, units: Any, course: Course | None) -> str:
    from milebook.running.fitness import EASY_RULE, TEMPO_RULE, used_model
    from milebook.running.quantities import ROAD_UNIT, Range, clock

    def row(name: str, paces: Range[Any]) -> str:
        both = [clock(pace.per(units)) for pace in (paces.low, paces.high)]
        lap = [clock(pace.over(400), 1) for pace in (paces.low, paces.high)]
        shown = ["-".join(dict.fromkeys(pair)) for pair in (both, lap)]
        return f"{name:<16}{shown[0]:>14}{shown[1]:>18}"

    lines = [f"{'Equivalent':<16}{'time':>10}   range of three models"]
    for name, seconds in fitness.equivalents.items():
        times = fitness.ranges[name]
        decimals = 0 if seconds == int(seconds) or seconds != fitness.result.seconds else 1
        lines.append(f"{name:<16}{clock(seconds, decimals):>10}   {clock(times.low)}-{clock(times.high)}")
    lines += _race_lines(fitness, course)
    lines += ["", f"{'Training pace':<16}{'per ' + ROAD_UNIT[units]:>14}{'per 400 m':>18}"]
    lines += [row(name, Range(fitness.paces[name], fitness.paces[name])) for name in ("mile", "3 km", "5 km", "10 km")]
    lines += [row("tempo", fitness.tempo), row("easy", fitness.easy)]
    lines += [
        "",
        f"How sure for the mile: {fitness.confidence}: {fitness.reason}.",
        f"Model: {model or used_model(fitness.result)}. Tempo: {TEMPO_RULE}. Easy: {EASY_RULE}. Strides go by effort.",
    ]
    return "\n".join(lines)


@click.command()
@_telling_problems
def doctor() -> None:
    """Report versions of Python, the libraries, Pango and the fonts, and say what is missing."""
    from milebook.content.loader import bundled
    from milebook.runtime.doctor import examine

    findings = examine(bundled("templates") / "assets" / "fonts")
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        _say(f"{mark}  {finding.name:<20} {finding.found}", fg=None if finding.ok else "red")
        if not finding.ok and finding.hint:
            _say(f"         {finding.hint}")
    sys.exit(DONE if all(finding.ok for finding in findings) else PROBLEM)


@click.command()
@click.option("--out", type=FOLDER, default=Path("content/schemas"), show_default=True, help="Where they go.")
@_telling_problems
def schema(out: Path) -> None:
    """Write the JSON Schemas of the content files, which editors complete and check by."""
    from milebook.content import schemas
    from milebook.runtime import output

    with interrupts.held():
        changed = output.renew({out / name: text.encode() for name, text in schemas.files().items()})
    for path in changed:
        _say(f"wrote {path}")
    if not changed:
        _say(f"the schemas in {out} are up to date")


@click.group()
def new() -> None:
    """Start a club's folder, or one file of content with comments that explain it; nothing is overwritten."""


@new.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@_telling_problems
def club(folder: Path) -> None:
    """Make a folder for a club: its name, a runner, a plan, and what to do next."""
    from milebook.content import starters

    _create(starters.club(folder, _today()))
    _say(f"Next: the three steps in {folder / 'README.md'}", fg="green")


def _new_one(kind: str) -> click.Command:
    @click.command(kind, help=f"Write a {kind} with comments into the content folder, to change.")
    @click.argument("name")
    @click.option("--content", type=FOLDER, default=Path("content"), show_default=True, help="Folder to write into.")
    @_telling_problems
    def command(name: str, content: Path) -> None:
        from milebook.content import starters

        _create(starters.one(kind, name, content, _today()))
        _say("Next: change what is yours in it, then run `milebook check`", fg="green")

    return command


def _create(files: dict[Path, bytes]) -> None:
    from milebook.runtime import output

    with interrupts.held():
        output.create(files)
    for path in files:
        _say(f"wrote {path}")


for _kind in ("profile", "plan", "workout"):
    new.add_command(_new_one(_kind))


class Commands(click.Group):
    """The commands. What a wrong use is told with may hold what was typed, and is printed as everything else is."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read this group's own options."""
        with _only_shown():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Read a command's options and run it."""
        with _only_shown():
            return super().invoke(ctx)


@contextlib.contextmanager
def _only_shown() -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        error.message = printable(error.message, keep="\n")  # type: ignore[misc]  # click means it to be read only
        raise


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="milebook")
def main() -> None:
    """From one race result and one date to a mile plan you can hold."""


for _command in (build, serve, check, new, paces, plan, schema, doctor):
    main.add_command(_command)
