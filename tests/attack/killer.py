"""Counts what a process writes, and ends it at a certain point: for a child that is about to run the program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

EVENTS = frozenset(
    f"os.{name}" for name in ("rename", "mkdir", "remove", "rmdir", "truncate", "link", "symlink", "chmod", "utime")
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Counter:
    """The writing calls of this process so far; at the last of them it gets a signal."""

    def __init__(self, last: int = 0, number: int = signal.SIGKILL) -> None:
        self.count, self.last, self.number = 0, last, number

    def begin(self) -> None:
        """Count from now on. It cannot be taken back, so this is for a child only."""
        sys.addaudithook(self._hear)
        for name in ("fsync", "write", "ftruncate"):
            setattr(os, name, self._counted(getattr(os, name)))

    def _hear(self, event: str, values: tuple[object, ...]) -> None:
        if event in EVENTS or (event == "open" and isinstance(values[2], int) and values[2] & WRITING):
            self._step()

    def _counted(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **more: object) -> object:
            self._step()
            return call(*arguments, **more)

        return counted

    def _step(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), self.number)

    def note(self, path: Path) -> Callable[[], None]:
        """What writes the count down at the end."""
        return lambda: path.write_text(str(self.count)) and None
