"""Answers a browser on this machine: pages made from the files as they are now, and the files of the last build.

Whatever is asked, and however, gets a status and a short page; nobody else's trouble takes a page away.
"""

from __future__ import annotations

import contextlib
import html
import mimetypes
import re
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from milebook.assembly.request import Request
from milebook.core.errors import BuildError, ContentError, MilebookError
from milebook.preview import pages

T = TypeVar("T")

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")  # that a browser on this machine calls it by
PORTS = 20  # how many are tried, from the one asked for
BEAT = 15.0  # seconds between signs of life to a waiting page
PATIENCE_SECONDS = 30  # for the rest of a request, and for a browser to take an answer
MOST_CONNECTIONS = 100  # at once; for one more, the oldest that waits for a request is closed
LONGEST_ADDRESS = 2000  # signs
LINGER_SECONDS, LINGER_BYTES = 1.0, 10_000_000  # what is still read of a request that was refused
TRIES, TRY_AGAIN_SECONDS = 5, 0.05  # where a file is taken away while it is read
HTML, TEXT, SCRIPT = "text/html; charset=utf-8", "text/plain; charset=utf-8", "text/javascript; charset=utf-8"
CHANGES = "-/changes"

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
UNBUILT = "Not everything could be built, so the files to download are those of an earlier build, or missing:"
NO_FILE = b"There is no such file; it may still be in the making."


@dataclass
class Desk:
    """What the pages are made from, and which version of it: every change counts one up."""

    request: Request
    version: int = 1
    problem: str = ""  # why not everything could be built of it
    changed: threading.Condition = field(default_factory=threading.Condition)
    finished: bool = False
    waiting: int = 0  # how many pages wait for a change
    making: threading.Lock = field(default_factory=threading.Lock)  # one page at a time: two would take as long

    def touch(self, problem: str = "") -> None:
        """Count a change and wake whoever waits for one; `problem` is what pages tell from now on."""
        with self.changed:
            self.version += 1
            self.problem = problem
            self.changed.notify_all()

    def finish(self) -> None:
        """Let everybody who waits go home."""
        with self.changed:
            self.finished = True
            self.changed.notify_all()

    def wait(self, seen: int, seconds: float) -> int:
        """The version, as soon as it is another than the one seen, or after so many seconds."""
        with self.changed:
            self.waiting += 1
            self.changed.wait_for(lambda: self.version != seen or self.finished, seconds)
            self.waiting -= 1
            return self.version


@dataclass(frozen=True)
class Answer:
    """What a browser gets."""

    status: int
    body: bytes
    kind: str = HTML


class RefusalError(Exception):
    """A request that is not answered, with the status that says why."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)

    @property
    def answer(self) -> Answer:
        """A short page."""
        return Answer(self.status, note_page(HTTPStatus(self.status).phrase, str(self)))


def read_path(target: str) -> str:
    """The path in the site that is asked for: names with `/` between them. Raises RefusalError.

    Each name is decoded by itself, so that no sign of it can become a way to another folder.
    """
    if len(target) > LONGEST_ADDRESS:
        raise RefusalError(414, f"An address has at most {LONGEST_ADDRESS:,} signs here.")
    if not target.startswith("/"):
        raise RefusalError(400, "An address here begins with a slash.")
    path = re.split("[?#]", target, maxsplit=1)[0].removeprefix("/")
    try:
        names = [unquote_to_bytes(name.encode("latin-1")).decode("utf-8") for name in path.split("/")]
    except UnicodeError:
        raise RefusalError(400, "The address is not UTF-8.") from None
    if any(name.startswith(".") for name in names) or "" in names[:-1]:
        raise RefusalError(404, "There is no such page.")
    if any(not name.isprintable() or set(name) & set("/\\:") for name in names):
        raise RefusalError(400, "The address has a sign in it that no file of the site has.")
    return "/".join(names) if names[-1] else "/".join([*names[:-1], "index.html"])


class Handler(BaseHTTPRequestHandler):
    """Answers a browser on this machine."""

    server: Server
    raw_requestline: bytes
    desk: Desk
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # a line that is no request is refused with a status, too
    server_version, sys_version = "milebook", ""
    timeout = PATIENCE_SECONDS

    def do_GET(self) -> None:
        """Answer with a page made now, a file of the last build, or news of a change."""
        try:
            self._refuse_strangers()
            path = read_path(self.path)
        except RefusalError as refusal:
            return self._send(refusal.answer)
        if path == CHANGES:
            return self._tell_changes()
        with self.server.keeping(self.connection):
            try:
                answer = self._answer(path)
            except RefusalError as refusal:
                answer = refusal.answer
            self._send(answer)

    def do_HEAD(self) -> None:
        """The same without what would be read."""
        self.do_GET()

    def parse_request(self) -> bool:
        """Read a request; an empty line is refused as any that is none."""
        if self.raw_requestline.strip():
            return super().parse_request()
        self.command, self.requestline, self.request_version = "", "", self.default_request_version
        self.send_error(HTTPStatus.BAD_REQUEST)
        return False

    def _refuse_strangers(self) -> None:
        """Raise RefusalError for another site's page that found this server out, by whatever name."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what follows is no request
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1:
            raise RefusalError(400, "A request names one host.")
        if str(hosts[0]).strip().lower().rsplit(":", 1)[0] not in NAMES:
            raise RefusalError(403, f"Here is {' or '.join(NAMES)} only.")

    def _answer(self, path: str) -> Answer:
        if path in OWN_FILES:
            return Answer(200, OWN_FILES[path].encode(), SCRIPT)
        return self._page(path) if path.endswith(".html") else self._file(path)

    def _page(self, path: str) -> Answer:
        version, problem, status = self.desk.version, self.desk.problem, 200
        try:
            made = self._make(lambda: pages.page(path, self.desk.request))
            page = pages.built_file(path, self.desk.request) if made is None else made.encode("utf-8", "replace")
        except MilebookError as error:
            status, page, problem = 500, problem_page(error), ""
        if page is None:
            status, page = 404, note_page("No page here", IN_THE_MAKING)
        return Answer(status, live(with_problem(page, problem) if problem else page, version))

    def _file(self, path: str) -> Answer:
        try:
            data = self._make(lambda: pages.asset(path, self.desk.request))
        except MilebookError:
            data = None  # the page tells it
        data = pages.built_file(path, self.desk.request) if data is None else data
        if data is None:
            return Answer(404, NO_FILE, TEXT)
        return Answer(200, data, mimetypes.guess_type(path)[0] or "application/octet-stream")

    def _make(self, make: Callable[[], T]) -> T:
        """Make something of the files as they are; they come and go meanwhile. Raises MilebookError, and nothing else.

        Where a file is taken away while it is read, a moment later there will be another, or none.
        """
        for trial in range(TRIES):
            try:
                with self.desk.making:
                    return make()
            except MilebookError:
                raise
            except OSError as error:
                if trial == TRIES - 1:
                    raise BuildError(f"{error.filename or 'a file'}: {error.strerror or error}") from error
                time.sleep(TRY_AGAIN_SECONDS)
            except Exception as error:
                raise BuildError(f"milebook cannot make this: {type(error).__name__}: {error}") from error
        raise AssertionError

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {
            "Content-Type": answer.kind,
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",  # no page of another site may read a plan as a script
        }
        headers |= {"Allow": "GET, HEAD"} if answer.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
        headers |= {"Connection": "close"} if self.close_connection else {}
        for name, value in headers.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
        except OSError:  # the browser has gone to another page
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request, too long or another method, as the library found."""
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:
            refusal = RefusalError(405, "Pages can be read here, and nothing else.")
        else:
            refusal = RefusalError(code, "This is no request that can be answered.")
        self._send(refusal.answer)

    def finish(self) -> None:
        """Read a little more of a request that was not read to its end: else the answer would be lost with it."""
        with contextlib.suppress(OSError):
            super().finish()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER_SECONDS)
            end, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
            while left > 0 and time.monotonic() < end and (data := self.connection.recv(65536)):
                left -= len(data)

    def _tell_changes(self) -> None:
        self.close_connection = True
        self.send_response(200)
        for name, value in (("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.send_header("Connection", "close")
        seen = 0
        with contextlib.suppress(OSError):  # the page was closed
            self.end_headers()
            while self.command != "HEAD" and not self.desk.finished:
                version = self.desk.wait(seen, BEAT)
                self.wfile.write(f"data: {version}\n\n".encode() if version != seen else b": still here\n\n")
                seen = version

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: only the command line speaks."""


class Server(ThreadingHTTPServer):
    """A thread for each connection, of which there are only so many."""

    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS
    allow_reuse_address = not hasattr(socket, "SO_EXCLUSIVEADDRUSE")  # on Windows two would share a port then

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        self.connections: dict[Any, bool] = {}  # the oldest first, each with whether it is being answered
        self.lock = threading.Lock()
        super().__init__(address, type("Handler", (Handler,), {"desk": desk}))

    def server_bind(self) -> None:
        """Without asking the network what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a connection; where there are too many, the oldest goes, of those not being answered."""
        with self.lock:
            if len(self.connections) >= MOST_CONNECTIONS:
                oldest = min(self.connections, key=self.connections.__getitem__)
                del self.connections[oldest]
                _hang_up(oldest)
            self.connections[request] = False
        super().process_request(request, client_address)

    @contextlib.contextmanager
    def keeping(self, request: Any) -> Iterator[None]:
        """A connection that is being answered meanwhile is not the first to go."""
        self._mark(request, is_answered=True)
        try:
            yield
        finally:
            self._mark(request, is_answered=False)

    def _mark(self, request: Any, *, is_answered: bool) -> None:
        with self.lock:
            if request in self.connections:
                self.connections[request] = is_answered

    def shutdown_request(self, request: Any) -> None:
        """A connection has ended."""
        with self.lock:
            self.connections.pop(request, None)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """End all connections, too."""
        super().server_close()
        with self.lock:
            for request in self.connections:
                _hang_up(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a connection broke, and the browser knows."""


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def live(page: bytes, version: int) -> bytes:
    """A page that reloads itself: its version, and the script that listens for another."""
    page = page.replace(b"<html ", b'<html data-version="%d" ' % version, 1)
    return page.replace(b"</body>", b'<script type="module" src="/-/reload.js"></script></body>', 1)


def with_problem(page: bytes, problem: str) -> bytes:
    """A page that can be made, and above it what cannot: a PDF that comes to its limit, say."""
    items = "".join(f"<li><code>{html.escape(line)}</code></li>" for line in problem.splitlines())
    note = f'<aside class="problems" role="alert"><p>{UNBUILT}</p><ul>{items}</ul></aside>'
    return re.sub(rb"(<body[^>]*>)", lambda found: found[1] + note.encode("utf-8", "replace"), page, count=1)


def note_page(title: str, lead: str, more: str = "") -> bytes:
    """A short page that says one thing. `more` is HTML."""
    page = NOTE_PAGE.format(title=html.escape(title), lead=html.escape(lead), more=more)
    return page.encode("utf-8", "replace")


def problem_page(error: MilebookError) -> bytes:
    """What is wrong, where a page would have been."""
    problems = error.problems if isinstance(error, ContentError) else (error,)
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    items = "".join(f"<li><code>{html.escape(str(problem))}</code></li>" for problem in problems)
    lead = "The page comes back by itself when this is mended."
    return note_page(count, lead, f'<ul class="problems">{items}</ul>')


def open_server(desk: Desk, port: int) -> Server:
    """A server on the port, or on the next one that is free. Raises BuildError."""
    for candidate in range(port, port + PORTS):
        with contextlib.suppress(OSError):
            return Server((HOST, candidate), desk)
    raise BuildError(f"no port from {port} to {port + PORTS - 1} is free; choose another with --port")
