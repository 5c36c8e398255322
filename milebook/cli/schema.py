"""The command `schema`: what editors check content files by."""

from __future__ import annotations

from pathlib import Path

import click

from milebook.cli.options import FOLDER
from milebook.cli.terminal import say, telling_problems
from milebook.core import interrupts


@click.command()
@click.option("--out", type=FOLDER, default=Path("content/schemas"), show_default=True, help="Where they go.")
@telling_problems
def schema(out: Path) -> None:
    """Write the JSON Schemas of the content files, which editors complete and check by."""
    from milebook.content import schemas
    from milebook.runtime import output

    with interrupts.held():
        changed = output.renew({out / name: text.encode() for name, text in schemas.files().items()})
    for path in changed:
        say(f"wrote {path}")
    if not changed:
        say(f"the schemas in {out} are up to date")
