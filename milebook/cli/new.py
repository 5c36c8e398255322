"""The command `new`: files to start with."""

from __future__ import annotations

from pathlib import Path

import click

from milebook.cli.options import FOLDER, today
from milebook.cli.terminal import say, telling_problems
from milebook.core import interrupts


@click.group()
def new() -> None:
    """Start a club's folder, or one file of content with comments that explain it; nothing is overwritten."""


@new.command()
@click.argument("folder", type=FOLDER, metavar="DIR")
@telling_problems
def club(folder: Path) -> None:
    """Make a folder for a club: its name, a runner, a plan, and what to do next."""
    from milebook.content import starters

    _create(starters.club(folder, today()))
    say(f"Next: the three steps in {folder / 'README.md'}", fg="green")


def _new_one(kind: str) -> click.Command:
    @click.command(kind, help=f"Write a {kind} with comments into the content folder, to change.")
    @click.argument("name")
    @click.option("--content", type=FOLDER, default=Path("content"), show_default=True, help="Folder to write into.")
    @telling_problems
    def command(name: str, content: Path) -> None:
        from milebook.content import starters

        _create(starters.one(kind, name, content, today()))
        say("Next: change what is yours in it, then run `milebook check`", fg="green")

    return command


def _create(files: dict[Path, bytes]) -> None:
    from milebook.runtime import output

    with interrupts.held():
        output.create(files)
    for path in files:
        say(f"wrote {path}")


for _kind in ("profile", "plan", "workout"):
    new.add_command(_new_one(_kind))
