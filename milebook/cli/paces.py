"""The command `paces`: what a result means."""

from __future__ import annotations

import json
from typing import Any

import click

from milebook.cli.options import quantity, race_options
from milebook.cli.terminal import say, telling_problems
from milebook.core.errors import QuantityError


def _read_time_argument(context: click.Context, parameter: click.Parameter, value: str) -> Any:
    """A time for the distance before it."""
    from milebook.running.readings import read_race_time

    try:
        return read_race_time(value, context.params["distance"].metres)
    except QuantityError as error:
        raise click.BadParameter(str(error), context, parameter) from None


@click.command()
@click.argument("distance", callback=quantity("distance"))
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
@race_options
@click.option("--json", "as_json", is_flag=True, help="Plain unrounded seconds, for other programs.")
@telling_problems
def paces(
    distance: Any, time: Any, model: str | None, units: Any, race_distance: Any, track: Any, as_json: bool
) -> None:
    """Show equivalent times and training paces for a race result, as in: milebook paces "5 km" 20:00."""
    from milebook.exports.paces import paces_json, paces_table, race_json
    from milebook.running.courses import course_of
    from milebook.running.fitness import Result, assess

    fitness = assess(Result(distance.metres, time.seconds), model)
    course = None
    if race_distance or track:
        where = ("road", None) if track == "road" else ("track", track)
        course = course_of(race_distance or "mile", *where)
    if as_json:
        say(json.dumps({**paces_json(fitness, model), **race_json(fitness, course)}, indent=1))
    else:
        say(paces_table(fitness, model, units, course))
