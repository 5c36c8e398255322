"""How the program is asked to end: by Ctrl-C, by the system, by a terminal that closes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

ENDED_BY_SIGNAL = 128  # plus its number: the exit code shells give
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


def end_at_once_on_ctrl_c() -> None:
    """While the program is being loaded there is nothing to tidy up, and no place to tell of an interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it may be ignored
        signal.signal(signal.SIGINT, _end_at_once)


def raise_on_ctrl_c() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt, as anywhere."""
    if signal.getsignal(signal.SIGINT) is _end_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_at_once(number: int, frame: FrameType | None) -> None:
    os._exit(ENDED_BY_SIGNAL + number)


@contextlib.contextmanager
def noting_requests_to_end() -> Iterator[Callable[[], int]]:
    """Being asked to end interrupts nothing meanwhile; yields what tells the first signal's number, 0 before.

    What is ignored, as in the background of a shell or with `nohup`, stays ignored.
    """
    noted: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, lambda number, frame: noted.append(number))
    try:
        yield lambda: noted[0] if noted else 0
    finally:
        for number, handler in before.items() if not noted else ():  # it ends now, whatever else comes
            signal.signal(number, handler)
