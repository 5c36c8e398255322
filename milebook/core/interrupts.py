"""Ctrl-C, and being asked to end: what a command does then, at any moment.

Left to itself, Python raises an exception wherever the program happens to be: in an import, in a finalizer (where it is
printed and lost), while the program ends (where it is a traceback). So the handler ends the program itself, after it
has called what `at_end` was told: that must wait for no lock. Work that is not to be cut in the middle is `held`; work
that comes to an end of its own gets a KeyboardInterrupt (`raised`). Whoever asks once more a moment later means it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
TWICE = 1.0  # seconds in which the same request may come twice: `timeout` asks a program and then its whole group
EXIT = 128  # and the number of the signal is the exit code, as shells have it


@dataclass
class _State:
    held: int = 0  # how many ask to be left to finish
    raising: bool = False
    silent: bool = False
    asked: int = 0  # the first signal that came
    due: bool = False  # it came while it was held, and is still to be answered
    since: float = 0.0
    undo: list[Callable[[], None]] = field(default_factory=list)


_state = _State()


def listen(*, silent: bool = False) -> None:
    """Answer from now on; a signal that the program was started to ignore, by nohup say, is ignored."""
    _state.silent = silent
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _answer)


def exit_code() -> int:
    """The exit code of a command that was asked to end: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return EXIT + (_state.asked or signal.SIGINT)


def at_end(undo: Callable[[], None]) -> None:
    """Have this done before the program is ended; what came last is done first."""
    _state.undo.append(undo)


def forget(undo: Callable[[], None]) -> None:
    """It is done."""
    _state.undo.remove(undo)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """What is done meanwhile is finished first, unless somebody asks again."""
    _state.held += 1
    try:
        yield
    finally:
        _state.held -= 1
        if _state.due and not _state.held:
            _obey()


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Raise KeyboardInterrupt in what is done meanwhile, once."""
    _state.raising = True
    try:
        yield
    finally:
        _state.raising = False


@contextlib.contextmanager
def noting_requests_to_end() -> Iterator[Callable[[], int]]:
    """Being asked to end interrupts nothing meanwhile; yields what tells the first signal's number, 0 before."""
    noted: list[int] = []
    before = {}
    for number in SIGNALS if threading.current_thread() is threading.main_thread() else ():
        if signal.getsignal(number) != signal.SIG_IGN:
            before[number] = signal.signal(number, lambda number, frame: noted.append(number))
    try:
        yield lambda: noted[0] if noted else 0
    finally:
        for number, handler in before.items() if not noted else ():  # it ends now, whatever else comes
            signal.signal(number, handler)


def _answer(number: int, frame: FrameType | None) -> None:
    if _state.asked:
        if time.monotonic() - _state.since > TWICE:
            _end()
        return
    _state.asked, _state.since, _state.due = number, time.monotonic(), True
    if not _state.held:
        _obey()


def _obey() -> None:
    _state.due = False
    if _state.raising:
        raise KeyboardInterrupt
    _end()


def _end() -> None:
    """Put away what is not to stay, and go without asking Python, which may be in the middle of anything."""
    for undo in reversed(_state.undo):
        with contextlib.suppress(Exception):
            undo()
    with contextlib.suppress(OSError):
        os.write(2, b"" if _state.silent else b"\nAborted!\n")
    os._exit(exit_code())
