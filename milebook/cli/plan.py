"""The command `plan`: a plan week by week."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from milebook.cli.options import FOLDER, quantity, read_result, today
from milebook.cli.terminal import say, telling_problems
from milebook.core.errors import counted


@click.command()
@click.argument("name")
@click.option("--content", type=FOLDER, help="Folder of content that wins over the bundled one.")
@click.option("--level", help="Only this level; else one after another.")
@click.option("--days", default="", help='How many days a week, or which, as in "tue thu sat sun".')
@click.option("--weeks", type=click.IntRange(1, 30), help="Weeks; else as many as the plan can have.")
@click.option("--result", callback=quantity("result"), help='Race result of the runner; else "mile 8:00".')
@click.option(
    "--units", type=click.Choice(["metric", "imperial"]), default="imperial", show_default=True, help="Units."
)
@telling_problems
def plan(
    name: str, content: Path | None, level: str | None, days: str, weeks: int | None, result: Any, units: Any
) -> None:
    """Show a plan week by week: sessions, how far, how long, the share at mile pace; as in: milebook plan mile."""
    from milebook.content.vocabulary import LEVELS
    from milebook.exports import plan_table
    from milebook.running.quantities import clock
    from milebook.training import planning
    from milebook.training.promises import read_content

    library, ran = read_content(content), result or read_result("mile 8:00")
    for each in (level,) if level else LEVELS:
        runner = plan_table.usual_runner(library, name, ran, units, level=each, days=days, weeks=weeks)
        fitness, schedule = planning.plan_profile(library, runner, today())
        told = (
            f"{library.plans[name].name}, {counted(schedule.length, 'week')}, {runner.level}, {' '.join(runner.days)}"
        )
        say(f"{told}; mile {clock(fitness.mile)}", fg="green")
        say(f"{plan_table.write_table(schedule, units)}\n")
