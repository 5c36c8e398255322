"""How far a batch is: a bar with rate and time left on a terminal, plain lines elsewhere. No athlete's name in either.

rich is imported in functions only: most commands do without it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any, TextIO

from milebook.roster.athlete_tasks import Made
from milebook.roster.reader import Athlete

STEP = 10  # parts of a stage that have a line of their own
SOON = 2.0  # seconds: no two lines of a stage are nearer


def show_cursor() -> None:
    """Put right what a bar has changed of the terminal, where the program ends in the middle of it."""
    with contextlib.suppress(OSError):
        os.write(2, b"\x1b[?25h")


class Lines:
    """Plain lines, for a log. `names` is asked for by hand: it tells every athlete's file, and so the name."""

    def __init__(self, say: Callable[[str], None], *, names: bool = False) -> None:
        self.say, self.names = say, names
        self._begin("", 0)

    def _begin(self, name: str, total: int) -> None:
        self.name, self.total, self.done = name, total, 0
        self.start = self.said = time.perf_counter()

    def stage(self, name: str, total: int) -> None:
        """A stage begins; one without work is not spoken of."""
        self._begin(name, total)

    def advance(self, count: int) -> None:
        """Say where it is, now and then and at the end."""
        before, self.done = self.done, self.done + count
        now = time.perf_counter()
        far = self.done * STEP // max(1, self.total) > before * STEP // max(1, self.total) and now - self.said >= SOON
        if self.done >= self.total or far:
            self.said = now
            self.say(f"{self.name:<10} {self.done} of {self.total}, {self._pace(now)}")

    def _pace(self, now: float) -> str:
        rate = self.done / max(now - self.start, 1e-9)
        left = (self.total - self.done) / rate
        return f"{rate:.1f} a second" + (f", {left:.0f} s left" if self.done < self.total else "")

    def athlete(self, athlete: Athlete, made: Made) -> None:
        """Tell an athlete's file, where that was asked for."""
        if self.names:
            self.say(f"  {athlete.key}: {made.how}" + (f" ({made.why})" if made.why else ""))


class Silent(Lines):
    """Says nothing."""

    def __init__(self) -> None:
        super().__init__(lambda line: None)


class Bar:
    """A bar on a terminal, one for the stage that is under way."""

    def __init__(self, file: TextIO, *, names: bool = False) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

        rate = TextColumn("{task.fields[rate]}")
        columns: tuple[Any, ...] = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
        self.progress = Progress(*columns, rate, TimeRemainingColumn(), console=Console(file=file))
        self.names, self.task = names, TaskID(0)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def stage(self, name: str, total: int) -> None:
        """A new bar; the last one stays above it."""
        self.progress.start()  # not before the workers are forked
        self.task = self.progress.add_task(name, total=total, rate="")

    def advance(self, count: int) -> None:
        """Move the bar."""
        speed = self.progress.tasks[self.task].finished_speed or self.progress.tasks[self.task].speed
        self.progress.update(self.task, advance=count, rate=f"{speed:.1f}/s" if speed else "")

    def athlete(self, athlete: Athlete, made: Made) -> None:
        """Tell an athlete's file above the bar, where that was asked for."""
        if self.names:
            self.progress.console.print(f"  {athlete.key}: {made.how}", markup=False, highlight=False)
