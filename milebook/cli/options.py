"""Options that several commands have, and how their values are read; what stands for those left out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from milebook.core.errors import QuantityError
from milebook.core.package import PACKAGE

F = TypeVar("F", bound=Callable[..., Any])


FOLDER = click.Path(file_okay=False, path_type=Path)
UNITS = click.Choice(["metric", "imperial"])
MOST_JOBS = 61 if sys.platform == "win32" else 256  # Windows waits for no more at once
LAST_EPOCH = 4_102_444_799  # seconds to the end of 2099: the race may come after today


def today() -> date:
    """Today, or the day of SOURCE_DATE_EPOCH, so that a build can be repeated on any day."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if epoch:
        if not re.fullmatch(r"[0-9]{1,10}", epoch) or int(epoch) > LAST_EPOCH:
            told = f'SOURCE_DATE_EPOCH is "{epoch[:60]}", not a number of seconds from 0 (1970) to {LAST_EPOCH} (2099)'
            raise click.UsageError(told)
        return datetime.fromtimestamp(int(epoch), UTC).date()
    return datetime.now().astimezone().date()


def usual_cache() -> str:
    """MILEBOOK_CACHE, or where the system keeps what may be lost; empty where there is no such place."""
    given = os.environ.get("MILEBOOK_CACHE")
    if given is not None:
        return given
    try:
        home = Path.home()
    except RuntimeError:
        return ""
    if sys.platform == "win32":
        return str(Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "milebook" / "cache")
    if sys.platform == "darwin":
        return str(home / "Library" / "Caches" / "milebook")
    return str(Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "milebook")


def kept_masters(cache: str, out: Path | None, *worked_in: Path | None) -> Path | None:
    """Where masters are kept, if they are. Raises BuildError for a folder that is not milebook's to keep them in."""
    if not cache:
        return None
    from milebook.runtime.places import open_cache

    return open_cache(Path(cache), out, (Path(), PACKAGE, *filter(None, worked_in)))


def cores() -> int:
    """How many processes can run at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, MOST_JOBS)


def quantity(reader: str) -> Callable[[click.Context, click.Parameter, str | None], Any]:
    """An option read by one of the readers below; a bad value is a usage error that says what to write."""

    def callback(context: click.Context, parameter: click.Parameter, value: str | None) -> Any:
        if value is None:
            return None
        try:
            return _READERS[reader](value)
        except QuantityError as error:
            raise click.BadParameter(str(error), context, parameter) from None

    return callback


def read_result(text: str) -> Any:
    """A distance and a time in one text. Raises QuantityError that says which of them cannot be read."""
    from milebook.content.models import RaceResult
    from milebook.running import readings

    distance, time = readings.read_result(text)
    return RaceResult(distance=distance, time=time)


def _read_date(text: str) -> date:
    from milebook.running.dates import read_date

    return read_date(text)


def _read_limit(text: str) -> Any:
    from milebook.core.limits import Limit

    return Limit.parse(text)


def _read_distance(text: str) -> Any:
    from milebook.running.distance_readings import read_race_distance

    return read_race_distance(text)


def _read_race(text: str) -> Any:
    from milebook.running.race_readings import read_race

    return read_race(text)


def _read_track(text: str) -> Any:
    """The lap of a track, or `road`."""
    from milebook.running.race_readings import read_track

    return "road" if text.strip().lower() == "road" else read_track(text)


def _read_trial(text: str) -> Any:
    from milebook.content.field_types import read_trial

    return read_trial(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "trial": _read_trial,
    "result": read_result,
    "date": _read_date,
    "limit": _read_limit,
    "distance": _read_distance,
    "race": _read_race,
    "track": _read_track,
}


def content_options(command: F) -> F:
    """Where content and templates of one's own are."""
    for option in (
        click.option("--templates", type=FOLDER, help="Folder of templates that win over the bundled ones."),
        click.option("--content", type=FOLDER, help="Folder of content that wins over the bundled one."),
    ):
        command = option(command)
    return command


def override_options(command: F) -> F:
    """Values in place of a profile's own."""
    for option in (
        click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper, instead of the profile's."),
        click.option("--units", type=click.Choice(["metric", "imperial"]), help="Units, instead of the profile's."),
        click.option("--weeks", type=click.IntRange(1, 30), help="Weeks, instead of the profile's."),
        click.option("--trial", callback=quantity("trial"), help="Time of the mile trial in mid-plan, as in 6:02."),
        click.option("--result", callback=quantity("result"), help='Race result, as in "5k 22:30".'),
        click.option("--race-date", callback=quantity("date"), help="Race date, as in 2027-06-12."),
    ):
        command = option(command)
    return race_options(command)


def race_options(command: F) -> F:
    """What is raced, and where."""
    for option in (
        click.option("--track", callback=quantity("track"), help="Its track: 400 m, 300 m, 200 m, 440 yd; or road."),
        click.option("--race-distance", callback=quantity("race"), help="What is raced: mile, 1500 m or 1600 m."),
    ):
        command = option(command)
    return command
