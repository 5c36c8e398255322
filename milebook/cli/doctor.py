"""The command `doctor`: what is there and what is missing."""

from __future__ import annotations

import sys

import click

from milebook.cli.terminal import PROBLEM, say, telling_problems


@click.command()
@telling_problems
def doctor() -> None:
    """Report versions of Python, the libraries, Pango and the fonts, and say what is missing."""
    from milebook.content.loader import bundled
    from milebook.runtime.doctor import examine

    findings = examine(bundled("templates") / "assets" / "fonts")
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        say(f"{mark}  {finding.name:<20} {finding.found}", fg=None if finding.ok else "red")
        if not finding.ok and finding.hint:
            say(f"         {finding.hint}")
    sys.exit(0 if all(finding.ok for finding in findings) else PROBLEM)
