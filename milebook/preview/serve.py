"""The site while it is being worked on: pages are made when they are asked for, from the files as they are now.

A saved file reloads the pages that are open. What is slow, the PDFs and "Make it yours", is made by another process,
which every further change starts anew; the pages reload once more when it is done. Nothing of this is reachable from
another machine.

Files are looked at by their names and times, again and again: so a folder may go and come back, on any disk, and there
is nothing that could miss it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from milebook.assembly.request import Request, sources
from milebook.core.errors import ContentError
from milebook.preview.rebuild import BackgroundBuild, Outcome
from milebook.preview.web_server import HOST, Desk, open_server
from milebook.runtime import output
from milebook.runtime.files import HOME
from milebook.runtime.source_files import FileState, list_files

SETTLED_SECONDS = 0.4  # without a change before everything is built
LOOK_SECONDS, IDLE_SECONDS = 0.05, 0.5  # between two looks at the files: while somebody works, and while nobody does
WORK_SECONDS = 600  # without a change, or a page that is open, until nobody does
LOOK_SHARE = 0.03  # of the time, at most, that is spent looking
WAITING = "the pages wait for it, and what is built stays as it is"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Look:
    """The files as they are: what pages are made from, or why there are none, and whether something is built."""

    files: dict[str, FileState]
    missing: str
    is_built: bool
    seconds: float  # that it took


class Watcher:
    """Sees what changes, wakes the pages that are open, and has everything built once it has settled."""

    def __init__(self, desk: Desk, build: BackgroundBuild, tell: Tell) -> None:
        self.desk, self.build, self.tell = desk, build, tell
        self.seen = self._look()
        self.due: float | None = time.monotonic()
        self.last_change = time.monotonic()
        if self.seen.missing:
            self.tell(f"{self.seen.missing}; {WAITING}")

    def _look(self) -> Look:
        begun = time.thread_time()
        self.desk.request = request = name_own_folders(self.desk.request)
        is_built = (request.out / HOME / output.FILES).exists()
        files, missing = dict[str, FileState](), ""
        try:
            files = list_files(sources(request))
        except ContentError as error:
            missing = str(error)
        return Look(files, missing, is_built, time.thread_time() - begun)

    def step(self) -> None:
        """Look once, and do what is to be done."""
        before, self.seen = self.seen, self._look()
        if (self.seen.files, self.seen.missing) != (before.files, before.missing):
            self.desk.touch()  # somebody looks at it
            self._tell_missing(before)
            self.build.cancel()
            self._wait()
        elif before.is_built and not self.seen.is_built:
            self._wait()
        ended = self.build.take_outcome()
        if ended:
            self._tell_outcome(*ended)
        is_due = self.due is not None and time.monotonic() >= self.due
        if is_due and not self.seen.missing and not self.build.is_running:
            self.due = None
            self._start()

    @property
    def pause(self) -> float:
        """Seconds until the next look."""
        is_at_work = self.desk.waiting and time.monotonic() < self.last_change + WORK_SECONDS
        return max(LOOK_SECONDS if is_at_work else IDLE_SECONDS, self.seen.seconds / LOOK_SHARE)

    def _wait(self) -> None:
        self.last_change = time.monotonic()
        self.due = self.last_change + SETTLED_SECONDS

    def _start(self) -> None:
        try:
            self.build.start(self.desk.request)
        except OSError as error:
            self._tell_outcome(Outcome.REFUSED, f"cannot build: {error.strerror or error}")

    def _tell_missing(self, before: Look) -> None:
        if self.seen.missing and self.seen.missing != before.missing:
            self.tell(f"{self.seen.missing}; {WAITING}")
        elif before.missing and not self.seen.missing:
            self.tell("It is there again.")

    def _tell_outcome(self, outcome: Outcome, message: str) -> None:
        if outcome is Outcome.DONE:
            self.desk.touch()
        elif outcome is Outcome.OUTDATED:
            self._wait()
        else:
            self.tell(message)
            self.desk.touch(message)


def name_own_folders(request: Request) -> Request:
    """The same with folders of one's own by name once they are there: should one go, milebook's own do not replace it.

    Else a build would remove everybody who is in them.
    """
    content = request.content or (Path("content") if Path("content").is_dir() else None)
    templates = request.templates or (Path("templates") if Path("templates").is_dir() else None)
    return replace(request, content=content, templates=templates)


def serve(
    request: Request, port: int, started: Callable[[str], None], tell: Tell, is_asked_to_end: Callable[[], object]
) -> None:
    """Serve until asked to end; `started` is told the address. Raises BuildError."""
    desk, build = Desk(name_own_folders(request)), BackgroundBuild()
    server = open_server(desk, port)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        if server.server_port != port:
            tell(f"port {port} is not free, so it is {server.server_port}; choose another with --port")
        started(f"http://{HOST}:{server.server_port}/")
        watcher = Watcher(desk, build, tell)
        due = 0.0
        while not is_asked_to_end():
            begun = time.monotonic()
            if begun >= due:
                watcher.step()
                due = begun + watcher.pause
            time.sleep(LOOK_SECONDS)
    finally:
        desk.finish()
        build.stop()
        server.shutdown()
        server.server_close()
