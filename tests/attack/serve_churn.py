"""`milebook serve` while many ask it odd things at once, hang, and go away, and its files come and go."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent.parent
CLIENTS = 6  # that ask at once
PATIENCE = 60.0  # seconds for an answer on a busy machine
QUICK = 20.0  # seconds for the end, on a busy machine
MOST_GROWTH = 80_000  # kB of memory between the first requests and the last
PAGES = ("/", "/beginner/", "/beginner/index.html", "/404.html", "/assets/site.css", "/assets/brand.css")
BUILT = ("/beginner/booklet.pdf", "/beginner/plan.csv", "/yours/", "/beginner/summary.json")
ODD = (
    *("/%00", "/" + "a" * 5000, "/" + "a" * 300, "/%ff%fe.html", "/caf%e9/", "/../site.yaml", "/..%2fsite.yaml"),
    *(
        "/a%5c..%5cb",
        "/.milebook/files.json",
        "//[/",
        "/%zz%",
        "*",
        "http://[x/",
        "/old/",
        "/link/",
        "/pipe.txt",
        "/?%00",
    ),
)
METHODS = ("GET", "GET", "GET", "GET", "HEAD", "POST", "BREW")


def run(seed: int, seconds: float, place: Path | None = None) -> dict[str, object]:
    """Attack one server for so long, in a folder of a place that may be written to.

    Returns how many requests there were, by status, and the failures by class.
    """
    with tempfile.TemporaryDirectory(prefix="serve-churn-", dir=place) as folder:
        return Churn(Path(folder), seed, seconds).run()


class Churn:
    """One server, those who ask, and who changes its files."""

    def __init__(self, folder: Path, seed: int, seconds: float) -> None:
        self.folder, self.seed, self.seconds = folder, seed, seconds
        self.statuses: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.example: dict[str, str] = {}
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.port = 0

    def fail(self, kind: str, what: object) -> None:
        with self.lock:
            self.failures[kind] += 1
            self.example.setdefault(kind, repr(what)[:300])

    def run(self) -> dict[str, object]:
        shutil.copytree(CLONE / "content", self.folder / "content")
        for name in ("advanced", "intermediate"):
            (self.folder / "content" / "profiles" / f"{name}.yaml").unlink()
        (self.folder / "tmp").mkdir()
        environment = {
            **os.environ,
            "PYTHONPATH": str(CLONE),
            "PYTHONUNBUFFERED": "1",
            "SOURCE_DATE_EPOCH": "1795478400",
        }
        environment |= {"TMPDIR": str(self.folder / "tmp"), "MILEBOOK_CACHE": "", "HOME": str(self.folder)}
        words = [sys.executable, "-m", "milebook", "serve", "--no-browser", "--port", str(20_000 + self.seed % 20_000)]
        with (self.folder / "told").open("w+") as told:
            process = subprocess.Popen(
                words,
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
                start_new_session=True,
            )
            try:
                assert process.stdout
                self.port = int(process.stdout.readline().split("/")[2].split(":")[1])
                growth = self._attack(process)
                self._end(process)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            told.seek(0)
            if (text := told.read()).count("Traceback"):
                self.failures["traceback"] += text.count("Traceback")
                self.example["traceback"] = text[-600:]
        attempts = sum(self.statuses.values())
        told_of = {"attempts": attempts, "statuses": dict(self.statuses), "memory_kb": growth}
        return {**told_of, "failures": dict(self.failures), "examples": self.example}

    def _attack(self, process: subprocess.Popen[str]) -> int:
        for path in PAGES:
            self._ask(line(path))
        before = memory(process.pid)
        clients = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        clients.append(threading.Thread(target=self._change))
        for client in clients:
            client.start()
        time.sleep(self.seconds)
        self.ended.set()
        for client in clients:
            client.join()
        self._is_sound_again()
        growth = memory(process.pid) - before
        if growth > MOST_GROWTH:
            self.fail("memory", f"{growth} kB more")
        return growth

    # ------------------------------------------------------------ who asks

    def _client(self, number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")
        hanging: list[socket.socket] = []
        while not self.ended.is_set():
            way = chance.random()
            if way < 0.75:
                path = chance.choice(PAGES + BUILT + ODD)
                self._ask(
                    line(path, chance.choice(METHODS), host=chance.choice(("localhost",) * 9 + ("evil.example",)))
                )
            elif way < 0.8:
                self._ask(chance.randbytes(chance.randrange(1, 300)) + b"\r\n\r\n")
            elif way < 0.85:
                self._ask(line("/", headers=chance.choice((f"X: {'a' * 70_000}\r\n", "X: a\r\n" * 150))))
            elif way < 0.93:
                self._leave(line(chance.choice(PAGES + BUILT))[: chance.randrange(5, 60)], at_once=True)
            else:
                hanging.append(self._leave(b"GET / HTTP", at_once=False))
                if len(hanging) > 40:
                    hanging.pop(0).close()
        for connection in hanging:
            connection.close()

    def _ask(self, request: bytes) -> int:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
                with contextlib.suppress(ConnectionError):
                    connection.sendall(request)
                with connection.makefile("rb") as file:
                    answer = file.read()
        except OSError as error:
            self.fail("no answer", (error, request))
            return 0
        found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
        if not found:
            self.fail("no status", (answer[:50], request))
            return 0
        status = int(found[1])
        with self.lock:
            self.statuses[str(status)] += 1
        self._check(request, status, answer)
        return status

    def _check(self, request: bytes, status: int, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if b"secret" in body:
            self.fail("what is not ours was shown", request)
        if b"evil.example" in request.split(b"\r\n\r\n")[0] and status < 400:
            self.fail("a stranger was answered", request)
        if request.startswith(b"HEAD"):
            return
        if not length or int(length[1]) != len(body):
            self.fail("not whole", (request, head))
        if b"application/pdf" in head and status == 200 and not (body.startswith(b"%PDF") and b"%%EOF" in body[-10:]):
            self.fail("half a file", request)

    def _leave(self, request: bytes, *, at_once: bool) -> socket.socket:
        connection = socket.socket()
        with contextlib.suppress(OSError):
            connection.settimeout(PATIENCE)
            connection.connect(("127.0.0.1", self.port))
            connection.sendall(request)
        if at_once:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        return connection

    # ------------------------------------------------------------ who changes files

    def _change(self) -> None:
        chance = random.Random(f"{self.seed} files")
        (self.folder / "outside").mkdir()
        (self.folder / "outside" / "index.html").write_text("secret")
        page = self.folder / "content" / "profiles" / "beginner.yaml"
        first = page.read_bytes()
        while not self.ended.wait(chance.choice((0.02, 0.1, 0.4, 1.5))):
            with contextlib.suppress(OSError):
                chance.choice((self._change_page, self._change_page, self._change_around))(chance, page, first)
        page.write_bytes(first)
        for path in ("output/link", "output/pipe.txt", "output/old/index.html", "templates/facts.html.j2"):
            (self.folder / path).unlink(missing_ok=True)

    def _change_page(self, chance: random.Random, page: Path, first: bytes) -> None:
        """What a coach edits is saved, half saved, spoilt, away for a moment."""
        way = chance.randrange(5)
        if way == 0:
            page.write_bytes(first[: chance.randrange(len(first))])
        elif way == 1:
            page.write_bytes(first + b"\n# saved\n" * chance.randrange(9))
        elif way == 2:
            page.unlink()
            self.ended.wait(0.05)
            page.write_bytes(first)
        elif way == 3:
            page.write_bytes(chance.randbytes(200))
        else:
            (self.folder / "content").rename(self.folder / "away")
            self.ended.wait(chance.random() / 2)
            (self.folder / "away").rename(self.folder / "content")

    def _change_around(self, chance: random.Random, page: Path, first: bytes) -> None:
        """The output is removed or has odd things in it; templates of one's own come, break and go."""
        way, out, templates = chance.randrange(4), self.folder / "output", self.folder / "templates"
        if way == 0:
            shutil.rmtree(out, ignore_errors=True)
        elif way == 1:
            (out / "old").mkdir(parents=True, exist_ok=True)
            (out / "old" / "index.html").write_bytes(b"<html ><body>caf\xe9</body></html>")
            (out / "link").symlink_to(self.folder / "outside")
            os.mkfifo(out / "pipe.txt")
        elif way == 2:
            templates.mkdir(exist_ok=True)
            (templates / "facts.html.j2").write_bytes(chance.choice((b"{{", b"<p>facts</p>", b"\xff")))
        else:
            shutil.rmtree(templates, ignore_errors=True)
            templates.mkdir()

    def _is_sound_again(self) -> None:
        until = time.monotonic() + PATIENCE
        while self._ask(line("/beginner/")) != 200:
            if time.monotonic() > until:
                self.fail("not mended", "/beginner/")
                return
            time.sleep(0.2)

    def _end(self, process: subprocess.Popen[str]) -> None:
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.fail("does not end", "")
            return
        if code != 130:
            self.fail("exit code", code)
        if time.monotonic() - begun > QUICK:
            self.fail("ends late", time.monotonic() - begun)
        until = time.monotonic() + PATIENCE
        while left := members(process.pid):
            if time.monotonic() > until:
                self.fail("a process is left", left)
                break
            time.sleep(0.05)
        if left := [path.name for path in (self.folder / "tmp").iterdir()]:
            self.fail("something temporary is left", left)
        home = self.folder / "output" / ".milebook"
        if left := [name for name in ("new", "old", "moves.json") if (home / name).exists()]:
            self.fail("a half output is left", left)


def line(path: str, method: str = "GET", *, host: str = "localhost", headers: str = "") -> bytes:
    """A request."""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode("latin-1")


def memory(process: int) -> int:
    """kB that a process holds; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
        return int(found[1]) if found else 0
    return 0


def members(group: int) -> list[str]:
    """The processes of a group that are at work, as far as the system says."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = path.read_text().rpartition(") ")
            state, _, number = rest.split()[:3]
            if int(number) == group and state != "Z":
                found.append(f"{name}) {state}")
    return found


if __name__ == "__main__":
    import json

    sys.stdout.write(json.dumps(run(int(sys.argv[1]), float(sys.argv[2])), indent=1) + "\n")
