"""The site while it is being worked on: pages are made when they are asked for, from the files as they are now.

A saved file reloads the pages that are open. What is slow, the PDFs, is made by another process, which every further
change starts anew. Nothing of this is reachable from another machine.
"""

from __future__ import annotations

import contextlib
import html
import mimetypes
import multiprocessing
import multiprocessing.process
import re
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from milebook import pipeline
from milebook.errors import BuildError, ContentError, MilebookError
from milebook.pipeline import Request

HOST = "127.0.0.1"
PORTS = 20  # how many are tried, from the one asked for
SETTLED = 0.4  # seconds without a change before the PDFs are made
BEAT = 15.0  # seconds between signs of life to a waiting page

RELOAD_SCRIPT = """\
const changes = new EventSource("/-/changes");
changes.onmessage = (event) => {
  if (event.data !== document.documentElement.dataset.version) location.reload();
};
"""
PROBLEM_PAGE = """\
<!doctype html>
<html lang="en" data-version="{version}"><head><meta charset="utf-8"><title>{count}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/site.css"></head>
<body><main><section><h1>{count}</h1><p class="lead">The page comes back by itself when this is mended.</p>
<ul class="problems">{items}</ul></section></main><script type="module" src="/-/reload.js"></script></body></html>
"""


@dataclass
class Desk:
    """What the pages are made from, and which version of it: every change counts one up."""

    request: Request
    version: int = 1
    changed: threading.Condition = field(default_factory=threading.Condition)
    finished: bool = False

    def touch(self) -> None:
        """Count a change and wake whoever waits for one."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def finish(self) -> None:
        """Let everybody who waits go home."""
        with self.changed:
            self.finished = True
            self.changed.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """The version, as soon as it is another than the one seen, or after so many seconds."""
        with self.changed:
            self.changed.wait_for(lambda: self.version != seen or self.finished, seconds)
            return self.version


class Handler(BaseHTTPRequestHandler):
    """Answers a browser on this machine."""

    desk: Desk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page made now, a file of the last build, or news of a change."""
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in (HOST, "localhost"):
            return self._send(403, b"", "text/plain")  # another site's page that found this server out
        path = unquote(urlsplit(self.path).path).lstrip("/")
        if path == "-/changes":
            return self._tell_changes()
        if path == "-/reload.js":
            return self._send(200, RELOAD_SCRIPT.encode(), "text/javascript")
        if path == "" or path.endswith("/"):
            path += "index.html"
        return self._page(path) if path.endswith(".html") else self._file(path)

    def _page(self, path: str) -> None:
        version = self.desk.version
        try:
            page = pipeline.page(path, self.desk.request)
        except MilebookError as error:
            return self._send(500, problem_page(error, version).encode(), "text/html; charset=utf-8")
        if page is None:
            return self._file(path)
        return self._send(200, live(page, version).encode(), "text/html; charset=utf-8")

    def _file(self, path: str) -> None:
        root = self.desk.request.out.resolve()
        place = (root / path).resolve()
        if not place.is_relative_to(root) or not place.is_file() or ".milebook" in place.parts:
            return self._send(404, b"There is no such file; it may still be in the making.", "text/plain")
        return self._send(200, place.read_bytes(), mimetypes.guess_type(place.name)[0] or "application/octet-stream")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _tell_changes(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        seen = 0
        try:
            while not self.desk.finished:
                version = self.desk.wait(seen, BEAT)
                self.wfile.write(f"data: {version}\n\n".encode() if version != seen else b": still here\n\n")
                self.wfile.flush()
                seen = version
        except OSError:
            return  # the page was closed

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: only the command line speaks."""


def live(page: str, version: int) -> str:
    """A page that reloads itself: its version, and the script that listens for another; no worker keeps it."""
    page = re.sub(r' data-worker="[^"]*"', "", page, count=1)
    page = page.replace("<html ", f'<html data-version="{version}" ', 1)
    return page.replace("</body>", '<script type="module" src="/-/reload.js"></script></body>', 1)


def problem_page(error: MilebookError, version: int) -> str:
    """What is wrong, where a page would have been."""
    problems = error.problems if isinstance(error, ContentError) else (error,)
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    items = "".join(f"<li><code>{html.escape(str(problem))}</code></li>" for problem in problems)
    return PROBLEM_PAGE.format(version=version, count=count, items=items)


# ---------------------------------------------------------------- what runs beside it


class Press:
    """Builds everything, PDFs included, in a process of its own, once the files have been left alone for a moment."""

    def __init__(self, request: Request) -> None:
        self.request = request
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
            self.process = self.context.Process(target=_build, args=(self.request,), daemon=True)
            self.process.start()

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
    with contextlib.suppress(MilebookError):
        pipeline.build(request, lambda step, what, seconds: None)


def open_server(desk: Desk, port: int) -> ThreadingHTTPServer:
    """A server on the port, or on the next one that is free. Raises BuildError."""
    handler = type("Handler", (Handler,), {"desk": desk})
    for candidate in range(port, port + PORTS):
        try:
            server = ThreadingHTTPServer((HOST, candidate), handler)
        except OSError:
            continue
        server.daemon_threads = True
        return server
    raise BuildError(f"no port from {port} to {port + PORTS - 1} is free; choose another with --port")


def serve(request: Request, port: int, started: Callable[[str], None]) -> None:
    """Serve until interrupted; `started` is told the address. Raises BuildError."""
    import watchfiles

    desk, press, stop = Desk(request), Press(request), threading.Event()
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
