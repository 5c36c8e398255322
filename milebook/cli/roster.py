"""What `build --roster` says of a roster."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from milebook.cli.terminal import say
from milebook.core import interrupts
from milebook.core.errors import counted, rows_of

if TYPE_CHECKING:
    from milebook.roster.batch import Order, Report


NO_FONT_HINT = "install one that has (on Debian: fonts-noto-core, fonts-noto-cjk) and run it again"


def build_roster(order: Order, quiet: bool, verbose: bool) -> None:
    """Build a roster; whoever asks the program to end gets what is finished, at the end of an athlete."""
    from milebook.roster import batch, progress

    if order.publish:
        where = f"whoever has an address of {_list_of(order)} can read it"
        say(f"warning: booklets and calendars go to {order.publish}, to be published: {where}", err=True, fg="yellow")
    if not quiet and sys.stderr.isatty():
        interrupts.at_end(progress.show_cursor)
        with progress.Bar(sys.stderr, names=verbose) as bar:
            report = batch.run(order, bar)
        interrupts.forget(progress.show_cursor)
    else:
        report = batch.run(order, progress.Silent() if quiet else progress.Lines(say, names=verbose))
    tell_roster(order, report, quiet, verbose)


def _list_of(order: Order) -> str:
    """Where the list of what was made is."""
    return f"{order.out.rstrip('/')}/roster.csv" if isinstance(order.out, str) else str(order.out / "roster.csv")


def tell_roster(order: Order, report: Report, quiet: bool, verbose: bool) -> None:
    """What was made of a roster, without a name: those stand in `roster.csv`."""
    for note in report.notes:
        say(f"note: {note}", err=True, fg="yellow")
    if report.rows_left_out:
        rows = rows_of(report.rows_left_out, len(report.rows_left_out))
        where = "" if verbose else f"; {_list_of(order)} says who and why, and so does -v"
        say(f"left out: {rows}{where}", err=True, fg="yellow")
    for problem in report.left_out if verbose else ():
        say(f"  {problem}", err=True)
    if report.rows_with_boxes:
        rows = rows_of(sorted(report.rows_with_boxes), len(report.rows_with_boxes))
        have = "the name has" if len(report.rows_with_boxes) == 1 else "the names have"
        told = f"{have} letters that no font of this machine has: boxes stand for them, and sheets for the track leave"
        told += " them out beside the id or the name of the file"
        say(f"warning: {rows}: {told}; {NO_FONT_HINT}", err=True, fg="yellow")
    if report.warnings:
        say(f"warning: the printed pages have {counted(report.warnings, 'warning')}", err=True, fg="yellow")
    if quiet:
        return
    made = [f"{count} {how}" for how, count in sorted(report.how.items())]
    kept = [f"{report.kept} there already"] if report.kept else []
    say(f"{counted(report.athletes, 'athlete')} in {report.seconds:.1f} s: {', '.join(made + kept)}")
    for why, count in report.why.most_common():
        say(f"  {count} laid out in full: {why}")
    if report.removed:
        say(f"  {report.removed} who are no longer in the roster were removed")
    say(f"Open {_list_of(order)}", fg="green")
