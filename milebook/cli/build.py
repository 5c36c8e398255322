"""The command `build`: booklets of profiles, or of a roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from milebook.cli.options import (
    MOST_JOBS,
    content_options,
    cores,
    kept_masters,
    override_options,
    quantity,
    today,
    usual_cache,
)
from milebook.cli.roster import build_roster
from milebook.cli.terminal import say, tell_notes, telling_problems
from milebook.core import debugging
from milebook.core.errors import QuantityError
from milebook.printing.page_workers import open_page_workers
from milebook.runtime import temporary

if TYPE_CHECKING:
    from milebook.assembly.request import Request
    from milebook.build import Report
    from milebook.core.limits import Limit
    from milebook.roster.batch import Order


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


@click.command()
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="A profile to build; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Build every profile (also when none is named).")
@override_options
@content_options
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
    default=cores,
    metavar="N",
    help="Processes that work; one for each core.",
)
@click.option(
    "--scheduler", metavar="URL", help="A dask.distributed cluster to build a roster on, as in tcp://host:8786."
)
@click.option(
    "--limit",
    callback=quantity("limit"),
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
@click.option(
    "--cache", default=usual_cache, metavar="DIR", help="Where pages are kept for quicker builds; '' keeps none."
)
@click.option(
    "--strict",
    is_flag=True,
    help="A warning about a printed page fails the build, as does what of a roster is not read.",
)
@click.option("--site-url", default="", help="The address the site will have, for its canonical links.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("-v", "--verbose", is_flag=True, help="Name every file that changed.")
@telling_problems
def build(**words: Any) -> None:
    """Build booklets: for each profile a page, PDFs and the plan as data; of all of them Make it yours too.

    A quick try (--parts, --no-pdf, or a value in place of the profile's own) goes to output-try, so that the finished
    booklets in output stay as they are; --out says otherwise.
    """
    asked = Asked.of(words)
    asked.check()
    masters = kept_masters(
        asked.cache, asked.out if isinstance(asked.out, Path) else None, asked.content, asked.templates
    )
    jobs = 0 if debugging.is_on() else asked.jobs  # a debugger likes this process best
    _tell_place()
    with temporary.folder(), open_page_workers(jobs, asked.limit) as workers:
        if asked.roster is None and not asked.no_pdf and not (masters and masters.is_dir()):
            workers.expect()  # before anything else is imported
        request = asked.request(masters)
        if asked.roster is None:
            from milebook import build as building

            _report(building.build(request, _teller(asked.quiet), workers), request, asked.quiet, asked.verbose)
        else:
            build_roster(asked.order(asked.roster, request, jobs), asked.quiet, asked.verbose)


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, each by the name of its option; `overrides` stand in place of a profile's own."""

    profiles: tuple[str, ...]
    everything: bool
    roster: Path | None
    sheet: str | None
    skip_bad: bool
    html: bool
    publish: bool
    no_collate: bool
    jobs: int
    limit: Limit
    scheduler: str | None
    out: Path | str | None
    content: Path | None
    templates: Path | None
    parts: str | None
    large_print: bool
    no_pdf: bool
    cache: str
    strict: bool
    site_url: str
    quiet: bool
    verbose: bool
    overrides: Mapping[str, Any]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Asked:
        """The options as click has read them."""
        own = {field.name for field in fields(cls)}
        overrides = {name: value for name, value in words.items() if name not in own and value is not None}
        return cls(**{name: value for name, value in words.items() if name in own}, overrides=overrides)

    def check(self) -> None:
        """Raise UsageError where options do not go together."""
        if self.everything and self.profiles:
            raise click.UsageError("--all and --profile exclude each other")
        if self.no_pdf and (self.parts is not None or self.large_print):
            raise click.UsageError("--no-pdf leaves nothing to print for --parts and --large-print")
        _check_site_url(self.site_url)
        if self.roster is None:
            self._refuse_what_is_of_a_roster()
        elif len(self.profiles) > 1 or self.everything:
            raise click.UsageError("a roster takes what its rows leave out from one --profile")
        elif self.no_pdf and not self.html:
            raise click.UsageError("--no-pdf leaves nothing of a roster: add --html, or leave --no-pdf away")

    def _refuse_what_is_of_a_roster(self) -> None:
        of_a_roster = {
            "--sheet": self.sheet is not None,
            "--skip-bad": self.skip_bad,
            "--html": self.html,
            "--publish": self.publish,
            "--no-collate": self.no_collate,
            "--scheduler": bool(self.scheduler),
        }
        if given := [name for name, is_given in of_a_roster.items() if is_given]:
            raise click.UsageError(f"{', '.join(given)}: only with --roster")
        if isinstance(self.out, str):
            raise click.UsageError("an address for --out is for a --roster")

    def request(self, masters: Path | None) -> Request:
        """What is to be built; a quick try goes to a folder of its own."""
        from milebook.assembly.request import Request

        is_try = self.no_pdf or self.parts is not None or bool(self.overrides)
        return Request(
            today=today(),
            profiles=self.profiles,
            content=self.content,
            templates=self.templates,
            out=self.out if isinstance(self.out, Path) else TRY if is_try else OUTPUT,
            pdf=not self.no_pdf,
            parts=_names(self.parts),
            large_print=self.large_print,
            strict=self.strict,
            masters=masters,
            site_url=self.site_url.rstrip("/"),
            overrides=self.overrides,
            yours=not self.profiles and not self.parts,
        )

    def order(self, roster: Path, request: Request, jobs: int) -> Order:
        """What is to be built of a roster."""
        from milebook.roster import batch

        return batch.Order(
            roster,
            request,
            out=self.out if self.out and not self.publish else batch.PRIVATE,
            publish=(self.out or batch.PUBLIC) if self.publish else None,
            skip_bad=self.skip_bad,
            html=self.html,
            together=not self.no_collate,
            jobs=jobs,
            limit=self.limit,
            scheduler=self.scheduler or "",
            sheet=self.sheet or "",
        )


def _tell_place() -> None:
    """Say so where the place for temporary files that was asked for does not do."""
    if place := temporary.unusable():
        say(f"note: nothing can be written in {place}, which TMPDIR names; the system's own is used", err=True)


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


def _names(text: str | None) -> tuple[str, ...]:
    """Names with commas between them, each once."""
    names = tuple(dict.fromkeys(name.strip().lower() for name in (text or "").split(",") if name.strip()))
    if text is not None and not names:
        raise click.UsageError("--parts names nothing; write for example --parts week-3,race-card")
    return names


def _teller(quiet: bool) -> Callable[[str, str, float], None]:
    def tell(step: str, what: str, seconds: float) -> None:
        if not quiet:
            say(f"{step:<28} {what:<40} {seconds:6.2f} s")

    return tell


def _report(report: Report, request: Request, quiet: bool, verbose: bool) -> None:
    tell_notes(report.notes)
    for warning in report.warnings:
        say(f"warning: {warning}", err=True, fg="yellow")
    if verbose:
        for path in report.changed:
            say(f"  {request.out / path}")
    if quiet:
        return
    say(f"Open {request.out / 'index.html'}", fg="green")
    if request.out == TRY:
        say(f"This is a try: {OUTPUT} is as it was. --out {OUTPUT} puts it there.")
    elif not request.yours:
        page = request.out / "yours" / "index.html"
        made = "a build without --profile makes it (make site)"
        say(f"Make it yours, anybody's plan in the browser: {page if page.is_file() else made}")
