"""Builds everything, PDFs included, in a process of its own beside the server.

The process has a folder of its own for what is temporary, which goes with it, however it ends. It writes nothing where
the content has changed since it began to read: a build of half a checkout would remove what the other half brings.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from enum import Enum
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NoReturn

from milebook import build
from milebook.assembly.request import Request, sources
from milebook.core.errors import ENDED_FROM_OUTSIDE, BuildError, ContentError, MilebookError
from milebook.printing.page_workers import open_page_workers
from milebook.runtime import output
from milebook.runtime.files import HOME
from milebook.runtime.processes import FORKS
from milebook.runtime.source_files import list_files

STOP_SECONDS, CANCEL_SECONDS = 1.0, 10.0  # that a build has to tidy up after itself: when all ends, and else

_IN_GROUP = {signal.SIGINT, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])}  # what a terminal sends to all


class Outcome(Enum):
    """How a build ended."""

    DONE = 0
    REFUSED = 1  # there is a message
    OUTDATED = 2  # the files had changed meanwhile


class OutdatedError(Exception):
    """The files a build is made of are no longer those it has read."""


class BackgroundBuild:
    """One build at a time. It is used by one thread only."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("spawn")
        self.process: BaseProcess | None = None
        self.messages: Connection | None = None
        self.folder, self.out = "", Path()
        self.cancelled: float | None = None  # when

    @property
    def is_running(self) -> bool:
        """Whether there is a build, a cancelled one included, whose end has not been noticed yet."""
        return self.process is not None

    def start(self, request: Request) -> None:
        """Begin a build. Raises OSError."""
        self.stop()
        self.out = request.out
        self.folder = str(Path(tempfile.gettempdir()) / f"milebook-{secrets.token_hex(8)}")  # the process makes it
        self.messages, told = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_build, args=(request, self.folder, told), daemon=True)
        try:
            with _unheard():
                process.start()
            self.process = process
        finally:
            told.close()

    def take_outcome(self) -> tuple[Outcome, str] | None:
        """How the build has ended, and its message; None while it runs, and where there is none to hear of."""
        if self.process is None:
            return None
        if self.process.is_alive():
            if self.cancelled is not None and time.monotonic() > self.cancelled + CANCEL_SECONDS:
                self.process.kill()
            return None
        if self.cancelled is not None:
            self._tidy_up()
            return None
        code, message = self.process.exitcode, ""
        with contextlib.suppress(OSError, EOFError):
            if self.messages and self.messages.poll():
                message = self.messages.recv()
        self._tidy_up()
        if code in (Outcome.DONE.value, Outcome.OUTDATED.value):
            return Outcome(code), message
        return Outcome.REFUSED, message or ENDED_FROM_OUTSIDE

    def cancel(self) -> None:
        """Have what is running end, without waiting for it."""
        if self.process is not None and self.cancelled is None:
            self.process.terminate()
            self.cancelled = time.monotonic()

    def stop(self) -> None:
        """End what is running, which leaves the output as it was, and remove what it has left."""
        if self.process is not None:
            self.process.terminate()
            self.process.join(STOP_SECONDS)
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
        self._tidy_up()

    def _tidy_up(self) -> None:
        """Remove what an ended process had for itself; one that was killed has not put back what it was moving."""
        process, messages, self.process, self.messages = self.process, self.messages, None, None
        self.cancelled = None
        if process is not None:
            if process.exitcode == -signal.SIGKILL and (self.out / HOME).is_dir():
                with contextlib.suppress(BuildError):
                    output.write(self.out, {}, lambda path: False)
            process.close()
        if messages:
            messages.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """What is begun meanwhile does not hear what a terminal sends to all its processes: its parent ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which would open its ears again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _IN_GROUP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---------------------------------------------------------------- in the process of the build


def _build(request: Request, folder: str, messages: Connection) -> None:
    """Build everything, and end the process with how it went."""
    outcome, message = Outcome.DONE, ""
    try:
        _begin(folder)
        files = list_files(sources(request))

        def check(step: str, what: str, seconds: float) -> None:
            with contextlib.suppress(ContentError):
                if list_files(sources(request)) == files:
                    return
            raise OutdatedError

        with open_page_workers(1 if FORKS else 0) as workers:
            build.build(request, check, workers)
    except OutdatedError:
        outcome = Outcome.OUTDATED
    except MilebookError as error:
        outcome, message = Outcome.REFUSED, str(error)
    except OSError as error:
        outcome, message = Outcome.REFUSED, f"{error.filename or 'the system'}: {error.strerror or error}"
    except Exception as error:
        outcome, message = Outcome.REFUSED, f"milebook cannot build this: {type(error).__name__}: {error}"
    with contextlib.suppress(OSError):  # nobody listens any more
        messages.send(message)
    shutil.rmtree(folder, ignore_errors=True)  # the parent may be gone
    sys.exit(outcome.value)


def _begin(folder: str) -> None:
    """Say nothing, wait behind whoever waits for a page, and end with the parent, or where it says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    Path(folder).mkdir(mode=0o700)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(silence, number)
    if hasattr(os, "nice"):
        os.nice(15)


def _end(number: int, frame: object) -> NoReturn:
    """Leave from wherever it is, so that all that is half made is put back."""
    sys.exit(128 + number)


def _end_with_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)
