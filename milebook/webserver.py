"""Answers a browser on this machine: pages made from the files as they are now, and the files of the last build."""

from __future__ import annotations

import contextlib
import html
import mimetypes
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from milebook import pipeline
from milebook.errors import BuildError, ContentError, MilebookError
from milebook.pipeline import Request

HOST = "127.0.0.1"
PORTS = 20  # how many are tried, from the one asked for
BEAT = 15.0  # seconds between signs of life to a waiting page

RELOAD_SCRIPT = """\
const changes = new EventSource("/-/changes");
changes.onmessage = (event) => {
  if (event.data !== document.documentElement.dataset.version) location.reload();
};
"""
# A page that a service worker has kept would never show what was saved: a worker of another day takes its leave.
NO_WORKER = """\
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.registration.unregister()));
"""
OWN_FILES = {"-/reload.js": RELOAD_SCRIPT, "assets/offline.js": "", "sw.js": NO_WORKER}
NOTE_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/assets/site.css"></head>
<body><main><section><h1>{title}</h1><p class="lead">{lead}</p>{more}</section></main></body></html>
"""
IN_THE_MAKING = "It is not there yet, or there is no such page. If it is in the making, it comes by itself."


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
        if path in OWN_FILES:
            return self._send(200, OWN_FILES[path].encode(), "text/javascript")
        if path == "" or path.endswith("/"):
            path += "index.html"
        return self._page(path) if path.endswith(".html") else self._file(path)

    def _page(self, path: str) -> None:
        version, status = self.desk.version, 200
        try:
            page = pipeline.page(path, self.desk.request)
            if page is None and (built := self._built(path)) is not None:
                page = built.decode()
        except MilebookError as error:
            status, page = 500, problem_page(error)
        if page is None:
            status, page = 404, NOTE_PAGE.format(title="No page here", lead=IN_THE_MAKING, more="")
        self._send(status, live(page, version).encode(), "text/html; charset=utf-8")

    def _file(self, path: str) -> None:
        try:
            data = pipeline.asset(path, self.desk.request)
        except MilebookError:
            data = None  # the page tells it
        data = self._built(path) if data is None else data
        if data is None:
            return self._send(404, b"There is no such file; it may still be in the making.", "text/plain")
        return self._send(200, data, mimetypes.guess_type(path)[0] or "application/octet-stream")

    def _built(self, path: str) -> bytes | None:
        """A file of the last build."""
        root = self.desk.request.out.resolve()
        place = (root / path).resolve()
        is_ours = place.is_relative_to(root) and place.is_file() and ".milebook" not in place.parts
        return place.read_bytes() if is_ours else None

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # the browser has gone to another page
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
    """A page that reloads itself: its version, and the script that listens for another."""
    page = page.replace("<html ", f'<html data-version="{version}" ', 1)
    return page.replace("</body>", '<script type="module" src="/-/reload.js"></script></body>', 1)


def problem_page(error: MilebookError) -> str:
    """What is wrong, where a page would have been."""
    problems = error.problems if isinstance(error, ContentError) else (error,)
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    items = "".join(f"<li><code>{html.escape(str(problem))}</code></li>" for problem in problems)
    lead = "The page comes back by itself when this is mended."
    return NOTE_PAGE.format(title=count, lead=lead, more=f'<ul class="problems">{items}</ul>')


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
