"""The site while it is being worked on: pages are made when they are asked for, from the files as they are now.

A saved file reloads the pages that are open. What is slow, the PDFs and "Make it yours", is made by another process,
which every further change starts anew; the pages reload once more when it is done. Nothing of this is reachable from
another machine.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Callable

from milebook import pipeline
from milebook.errors import MilebookError
from milebook.pipeline import Request
from milebook.webserver import HOST, Desk, open_server

SETTLED = 0.4  # seconds without a change before the PDFs are made
DONE, REFUSED = 0, 1  # how a build in the background ends


class Press:
    """Builds everything, PDFs included, in a process of its own, once the files have been left alone for a moment."""

    def __init__(self, request: Request, done: Callable[[], None]) -> None:
        self.request, self.done = request, done
        self.context = multiprocessing.get_context("spawn")
        self.process: multiprocessing.process.BaseProcess | None = None
        self.timer: threading.Timer | None = None
        self.lock = threading.Lock()

    def restart(self, seconds: float = SETTLED) -> None:
        """Drop what is being made, which the writer survives, and begin anew in a moment."""
        self.stop()
        with self.lock:
            self.timer = threading.Timer(seconds, self._start)
            self.timer.daemon = True
            self.timer.start()

    def _start(self) -> None:
        with self.lock:
            process = self.process = self.context.Process(target=_build, args=(self.request,), daemon=True)
            process.start()
        process.join()
        if process.exitcode == DONE:
            self.done()

    def stop(self) -> None:
        """End what is running."""
        with self.lock:
            if self.timer:
                self.timer.cancel()
            if self.process and self.process.is_alive():
                self.process.terminate()
                self.process.join()


def _build(request: Request) -> None:
    """A build in a process of its own; its problems are told by the pages."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this one
    if hasattr(os, "nice"):
        os.nice(15)  # somebody waits for the pages
    try:
        pipeline.build(request, lambda step, what, seconds: None)
    except MilebookError:
        sys.exit(REFUSED)


def serve(request: Request, port: int, started: Callable[[str], None]) -> None:
    """Serve until interrupted; `started` is told the address. Raises BuildError."""
    import watchfiles

    desk, stop = Desk(request), threading.Event()
    press = Press(request, desk.touch)
    server = open_server(desk, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    started(f"http://{HOST}:{server.server_address[1]}/")
    press.restart(0)
    try:
        for _ in watchfiles.watch(
            *pipeline.sources(request), stop_event=stop, debounce=60, step=20, raise_interrupt=True
        ):
            desk.touch()
            press.restart()
    except KeyboardInterrupt:
        pass
    finally:
        desk.finish()
        press.stop()
        server.shutdown()
        server.server_close()
