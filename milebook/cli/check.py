"""The command `check`: everything read, nothing written."""

from __future__ import annotations

from pathlib import Path

import click

from milebook.cli.options import content_options, today
from milebook.cli.terminal import say, tell_notes, telling_problems


@click.command()
@content_options
@telling_problems
def check(content: Path | None, templates: Path | None) -> None:
    """Read and validate all content and templates; write nothing."""
    from milebook import check as checking
    from milebook.assembly.request import Request

    request = Request(today=today(), content=content, templates=templates)
    library, notes = checking.check(request)
    tell_notes(notes)
    files = len(library.documents)
    say(f"{files} content files, every profile's plan and every template: no problems")
