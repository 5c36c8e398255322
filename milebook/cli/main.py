"""The command line: each command is a module of its name beside this one."""

from __future__ import annotations

from typing import Any

import click

from milebook import __version__
from milebook.cli.build import build
from milebook.cli.check import check
from milebook.cli.doctor import doctor
from milebook.cli.new import new
from milebook.cli.paces import paces
from milebook.cli.plan import plan
from milebook.cli.schema import schema
from milebook.cli.serve import serve
from milebook.cli.terminal import only_shown


class Commands(click.Group):
    """The commands. What a wrong use is told with may hold what was typed, and is printed as everything else is."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read this group's own options."""
        with only_shown():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Read a command's options and run it."""
        with only_shown():
            return super().invoke(ctx)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="milebook")
def main() -> None:
    """From one race result and one date to a mile plan you can hold."""


for _command in (build, serve, check, new, paces, plan, schema, doctor):
    main.add_command(_command)
