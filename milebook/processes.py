"""How processes of our own are begun: warm, and never left behind.

Where the system can fork safely, they are forked from a server that has imported what they need and does nothing else;
it gets warm while this process goes on.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path

ENDED_FROM_OUTSIDE = "a worker process was ended from outside: memory may have run out"


def warm_up(*modules: str) -> BaseContext:
    """How to begin processes that have imported these modules, in this order, where that can be shared."""
    if sys.platform == "darwin" or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")  # what Pango uses on macOS does not survive a fork
    multiprocessing.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # which would open the server's ears again
    with _importable(), _deaf():
        forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")


@contextlib.contextmanager
def _importable() -> Iterator[None]:
    """What is begun meanwhile finds milebook, wherever this process was started: the server does not ask for paths."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parent.parent), before)))
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH")
        os.environ.update({"PYTHONPATH": before} if before is not None else {})


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """What is begun meanwhile does not hear Ctrl-C, not even while it gets warm: that is for this process to hear."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_as_worker() -> None:
    """A worker's start: Ctrl-C is for the parent to hear; and where the parent is gone, so is the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
