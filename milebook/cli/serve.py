"""The command `serve`: the site while it is edited."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click

from milebook.cli.options import FOLDER, content_options, kept_masters, today, usual_cache
from milebook.cli.terminal import say, telling_problems
from milebook.core import interrupts


@click.command()
@content_options
@click.option("--out", type=FOLDER, default=Path("output"), show_default=True, help="Where the files go.")
@click.option("--port", type=click.IntRange(1, 65000), default=8000, show_default=True, help="The first port to try.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@telling_problems
def serve(content: Path | None, templates: Path | None, out: Path, port: int, no_browser: bool) -> None:
    """Show the site in a browser and keep it up to date while you edit. Only this machine can see it."""

    def started(address: str) -> None:
        say(f"{address}  (Ctrl-C ends it)", fg="green")
        if not no_browser:
            click.launch(address)

    with interrupts.noting_requests_to_end() as asked_to_end:
        from milebook.assembly.request import Request
        from milebook.preview.serve import serve as run

        masters = kept_masters(usual_cache(), out, content, templates)
        asked = Request(today=today(), content=content, templates=templates, out=out, yours=True, masters=masters)
        run(asked, port, started, lambda text: say(text, err=True, fg="yellow"), asked_to_end)
        with contextlib.suppress(OSError):  # the terminal may be closed
            say("Ended.")
        sys.exit(interrupts.EXIT + asked_to_end())
