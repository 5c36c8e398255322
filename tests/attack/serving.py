"""`serve` while odd things are asked of it and its files come and go."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from attack import bases, mutate, sandbox, serve_churn
from attack.case import Attack, Case
from attack.children import Limits, Running

SESSION = 8.0  # seconds of requests
PATIENCE = 60.0  # seconds for an answer, on a busy machine
NOTICED = 10.0  # seconds until a change is heard of: less than a build takes, at whose end pages are told, too
PATHS = (
    *("/", "/index.html", "/beginner/", "/beginner/index.html", "/nobody/", "/404.html", "/yours/"),
    *("/assets/site.css", "/assets/card.png"),
    *("/%00", "/%00.html", "/a%00b/", "/" + "x" * 5_000, "/" + "x" * 5_000 + ".html", "/" + "a/" * 2_500, "/%ff"),
    *("/%ff.html", "/%ed%a0%80/"),
    *("/../../victim/keep.txt", "/..%2f..%2fvictim%2fkeep.txt", "/%2e%2e/%2e%2e/victim/keep.txt", "//victim"),
    *("/.milebook/files.json",),
    *("/.milebook/lock", "/%2emilebook/files.json", "/link/keep.txt", "/beginner/plan.ics", "/beginner"),
    *("/beginner/booklet.pdf", "/~", "/?a=b"),
    *("/#x", "/%", "/%zz", "/\x7f", "/a b", "http://[", "http://[::1", "//[", "*", "http://127.0.0.1/"),
    *("/-/reload.js", "/-/x", "/sw.js"),
    *("/con", "/beginner/index.html/", "/beginner/../index.html", "/assets/", "/assets/../../../victim/keep.txt"),
    *("/%0d%0aX: y", "/é", ""),
    *("/bad.html", "/pipe.html", "/folder.html", "/loop.html", "/closed.html"),
)
METHODS = ("GET",) * 8 + ("HEAD", "POST", "OPTIONS", "get", "\x00", "GET GET", "DELETE")


@dataclass
class Server:
    """A server under attack: where it is, and what became of the requests."""

    port: int
    asked: int = 0
    dropped: tuple[str, ...] = ()
    late: tuple[str, ...] = ()

    def ask(self, path: str, method: str = "GET", host: str | None = None) -> tuple[int, bytes]:
        """A request; its status (0 where there was no answer) and the answer."""
        self.asked += 1
        request = f"{method} {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.port}'}\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as connection:
                connection.sendall(request.encode("utf-8", "surrogateescape"))
                answer = _read_all(connection)
        except TimeoutError:
            self.late += (f"{method} {path[:60]}",)
            return 0, b""
        except OSError:
            answer = b""
        found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        if not found and method in ("GET", "HEAD") and path.startswith("/"):
            self.dropped += (f"{method} {path[:60]}",)
        return int(found[1]) if found else 0, answer

    def peek(self, request: bytes) -> None:
        """A request that is not finished, or whose answer nobody waits for."""
        self.asked += 1
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as connection:
            connection.sendall(request)


def _read_all(connection: socket.socket) -> bytes:
    connection.settimeout(PATIENCE)
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
        if sum(map(len, parts)) > 8_000_000:
            break
    return b"".join(parts)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return min(int(probe.getsockname()[1]), 64_900)


def session(case: Case, work: Callable[[Server], None], *options: str) -> None:
    """A server with small content, some work with it, and Ctrl-C."""
    content = case.arena.work / "content"
    if not content.is_dir():
        bases.small_content(content)
    server = Server(free_port())
    case.writable = (*sandbox.WRITABLE, "work/content", "work/away", "work/content.good")
    case.watch()

    def meanwhile(running: Running) -> int:
        try:
            _wait_until_open(server)
            work(server)
        finally:
            running.signal(signal.SIGINT)
        return signal.SIGINT

    command = ("serve", "--no-browser", *options, "--port", str(server.port))
    ended = case.run_program(*command, limits=Limits(wall=150, cpu=120), meanwhile=meanwhile)
    case.killed = False
    case.count += server.asked
    if server.dropped:
        case.fail("no answer", ", ".join(sorted(set(server.dropped))), "requests without an answer")
    if server.late:
        case.fail("hang", ", ".join(sorted(set(server.late))), "requests without an end")
    if ended.code == 0 and "Ended" not in ended.out:
        case.fail("wrong exit code", "serve ended by itself", "serve ended by itself")


def _wait_until_open(server: Server) -> None:
    until = time.monotonic() + 3 * PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
            return
        time.sleep(0.05)


def attack(case: Case, random: Random) -> None:
    """Random requests while random files change."""
    case.what = "random requests, random changes"
    good = bases.small_content(case.arena.work / "content.good")
    shutil.copytree(good, case.arena.work / "content")

    def work(server: Server) -> None:
        until = time.monotonic() + SESSION
        while time.monotonic() < until:
            if not random.randrange(4):
                change(case, good, random)
            if not random.randrange(8):
                server.peek(
                    random.choice(
                        (
                            b"GET / HTTP/1.1\r\n",
                            b"\x00\xff" * 50,
                            b"GET /-/changes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                            b"",
                        )
                    )
                )
            _, answer = server.ask(random.choice(PATHS), random.choice(METHODS))
            if sandbox.SECRET.encode() in answer:
                case.fail("leaked secret", "serve showed a file of the victim")
        restore(case, good)
        is_back(case, server)

    session(case, work)


def change(case: Case, good: Path, random: Random) -> None:
    """A file is spoilt, comes, goes; the folder is away for a moment; what was built holds odd things."""
    content, out = case.arena.work / "content", case.arena.out
    way = random.randrange(7)
    with contextlib.suppress(OSError):
        if way < 2:
            path = random.choice(sorted(path for path in good.rglob("*") if path.is_file()))
            (content / path.relative_to(good)).write_bytes(mutate.spoil(path.read_bytes(), random))
        elif way == 2:
            random.choice(sorted(path for path in content.rglob("*") if path.is_file())).unlink()
        elif way == 3:
            content.rename(content.with_name("away"))
            time.sleep(random.random() / 4)
            case.arena.work.joinpath("away").rename(content)
        elif way == 4:
            restore(case, good)
        elif way == 5:
            out.mkdir(exist_ok=True)
            (out / "bad.html").write_bytes(b"<html \xff\xfe")
            os.mkfifo(out / "pipe.html")
        else:
            (out / "folder.html").mkdir()
            case.arena.link(out / "loop.html", out / "loop.html")
            case.arena.link(out / "link", case.arena.victim)
            (content / "profiles").chmod(random.choice((0, 0o700)))


def restore(case: Case, good: Path) -> None:
    """The content as it was."""
    content, away = case.arena.work / "content", case.arena.work / "away"
    for folder in (content, away):
        if folder.exists():
            case.arena.remove(folder)
    shutil.copytree(good, content)


def is_back(case: Case, server: Server, path: str = "/beginner/") -> None:
    """The site is there again a moment after its content is."""
    until, status = time.monotonic() + PATIENCE, 0
    while status != 200 and time.monotonic() < until:
        status, _ = server.ask(path)
        time.sleep(0.2)
    if status != 200:
        case.fail("not mended", f"{path} is answered with {status} although the content is sound again")


# ---------------------------------------------------------------- what is known to have failed


def _asked(*paths: str) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        def work(server: Server) -> None:
            for path in paths:
                server.ask(path)

        session(case, work)

    return attempt


def _away(*options: str, seconds: float) -> Attack:
    """A checkout: the content is away for a moment. Nothing is removed, it is told, and noticed when it is back."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        (content / "profiles" / "beginner.yaml").rename(content / "profiles" / "sam.yaml")
        case.run("build", "--no-pdf", "--jobs", "1", "--profile", "sam", "--out", "output")
        before = set(sandbox.products(case.arena.out))

        def work(server: Server) -> None:
            server.ask("/sam/")
            content.rename(content.with_name("away"))
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                status, answer = server.ask("/sam/")
                server.ask("/assets/site.css")
                time.sleep(0.3)
            if b"content" not in answer or status == 200:
                case.fail(
                    "vague", f"/sam/ is answered with {status} while the content is away", "content away, not told"
                )
            content.with_name("away").rename(content)
            is_back(case, server, "/sam/")
            notices(case, server, content / "profiles" / "sam.yaml")

        session(case, work, *options)
        if gone := before - set(sandbox.products(case.arena.out)):
            case.fail("foreign change", f"products were removed: {sorted(gone)[0]}", "products removed, content away")

    return attempt


def notices(case: Case, server: Server, path: Path) -> None:
    """A change is heard of by a page that is open."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as connection:
        connection.sendall(f"GET /-/changes HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        connection.settimeout(1)
        _hear(connection, 2)  # which version it is, and what else has changed until now
        path.write_text(path.read_text("utf-8") + "# changed\n", "utf-8")
        if b"data:" not in _hear(connection, NOTICED, b"data:"):
            case.fail("not mended", "a change after the content was back is not noticed")


def _hear(connection: socket.socket, seconds: float, awaited: bytes = b"\0") -> bytes:
    """What is said in so many seconds, or until something awaited is."""
    heard, until = b"", time.monotonic() + seconds
    while time.monotonic() < until and awaited not in heard:
        with contextlib.suppress(TimeoutError):
            heard += connection.recv(65536)
    return heard


def attempt_built_page(case: Case, random: Random) -> None:
    """A page of the last build that is not UTF-8, a pipe, a loop."""
    out = case.arena.out
    out.mkdir()
    (out / "bad.html").write_bytes(b"<html \xff\xfe")
    (out / "closed.html").write_bytes(b"x")
    (out / "closed.html").chmod(0)
    os.mkfifo(out / "pipe.html")
    case.arena.link(out / "loop.html", out / "loop.html")
    _asked("/bad.html", "/pipe.html", "/loop.html", "/closed.html", "/loop.html/x")(case, random)


def attempt_other(case: Case, random: Random) -> None:
    """Many who ask at once, hang and go away, while files come and go."""
    told = serve_churn.run(random.randrange(10**6), SESSION, case.arena.work)
    case.count += int(str(told["attempts"]))
    if told["failures"]:
        case.fail("no answer", f"{told['failures']} {told['examples']}", "serve_churn")


KNOWN: dict[str, Attack] = {
    "NUL in an address": _asked("/%00", "/%00.html", "/a%00/", "/assets/%00"),
    "an address of 5,000 characters": _asked("/" + "x" * 5_000, "/" + "x" * 5_000 + ".html", "/" + "a/" * 2_500),
    "an address that is none": _asked("//[", "/%ff", "/%ff.html", "/%ed%a0%80.html"),
    "odd pages of the last build": attempt_built_page,
    "the content is away for a moment": _away("--content", "content", seconds=2),
    "the content beside it is away for a moment": _away(seconds=1),
    "the content beside it is away for long": _away(seconds=40),
    "another churn": attempt_other,
}
