"""Processes of our own that work beside this one: begun warm, watched, and never left behind.

Where the system can fork safely, they are forked from a server that has imported what they need and does nothing else;
it gets warm while this process goes on. Each worker hangs on a pipe without a name, and on a thread here that hands it
one task after the other and watches it: one that takes too long or too much memory for a page is ended, and so is one
whose memory is worth giving back; the next task has a fresh one. Nobody but us ends them: they do not hear Ctrl-C or
what else asks programs to end, and where this process is gone, they are too.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, NoReturn, Protocol

from milebook.core import interrupts, limits
from milebook.core.errors import BuildError, LayoutError, LostWorkerError, MilebookError
from milebook.core.limits import Limit
from milebook.core.package import PACKAGE

MOST_MEMORY = 260_000_000  # bytes of a worker between two tasks, what it shares with others included
LOOK = 0.1  # seconds between two looks at a worker
ENOUGH = 2  # times the limit of memory: so much at once is refused to a worker by the system, before anybody looks
PATIENCE = 2.0  # seconds in which a process that was killed is gone
DONE, FAILED, PAGE = "done", "failed", "page"  # what a worker says

Setup = tuple[Callable[..., None], tuple[Any, ...]]  # what a worker does first
FORKS = hasattr(os, "posix_spawn") and sys.platform != "darwin"  # what Pango uses on macOS does not survive a fork


@dataclass
class _Task:
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    result: Future[Any] = field(default_factory=Future)


class Workers:
    """At most `size` workers, which have imported `modules` in this order; `setup` is done by each before all else."""

    def __init__(self, size: int, modules: Sequence[str], limit: Limit, setup: Setup | None = None) -> None:
        self.size, self.modules, self.limit, self.setup = size, tuple(modules), limit, setup
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._keepers: list[threading.Thread] = []
        self._workers: list[_Worker] = []
        self._nursery: _Nursery | None = None
        self._closed = False

    def expect(self) -> None:
        """Begin to get warm."""
        if self._nursery:
            return
        with interrupts.held():
            self._nursery = _ForkServer(self.modules) if FORKS else _Spawner()
            interrupts.at_end(self._kill)

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have something done by the next worker that is free; what it raises is raised where the result is taken."""
        self.expect()
        task = _Task(work, arguments)
        self._tasks.put(task)
        if len(self._keepers) < self.size:
            keeper = threading.Thread(target=self._keep, daemon=True)
            self._keepers.append(keeper)
            keeper.start()
        return task.result

    def close(self, *, patient: bool = False) -> None:
        """End the workers, whatever they are doing; where `patient`, when they have come to the end of a task."""
        self._closed = True
        for _ in self._keepers:
            self._tasks.put(None)
        if not patient:
            self._kill()
        for worker in list(self._workers):
            worker.ask_to_stop()
        for keeper in self._keepers:
            keeper.join()
        self._keepers.clear()
        if self._nursery:
            self._nursery.kill()
            self._nursery = None
            interrupts.forget(self._kill)

    def _kill(self) -> None:
        """End everybody at once; waits for nobody who could wait for this thread."""
        workers = list(self._workers)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()
        if self._nursery:
            self._nursery.kill()

    # ------------------------------------------------------------ the threads that keep a worker busy

    def _keep(self) -> None:
        worker: _Worker | None = None
        while (task := self._tasks.get()) is not None:
            if self._closed or not task.result.set_running_or_notify_cancel():
                task.result.cancel()
                continue
            try:
                worker = worker or self._begin()
                result = worker.do(task.work, task.arguments)
            except _LostError as lost:
                self._forget(worker)
                worker = None
                task.result.set_exception(lost.error)
            except BaseException as error:
                task.result.set_exception(error)
            else:
                task.result.set_result(result)
                if worker.memory() > MOST_MEMORY:
                    self._forget(worker)
                    worker = None
        self._forget(worker)

    def _begin(self) -> _Worker:
        assert self._nursery
        ours, theirs = Pipe()
        worker = _Worker(ours, self.limit)
        self._workers.append(worker)
        try:
            with theirs:
                worker.ended_by = self._nursery.begin(theirs)
            worker.greet()
            if self._closed:  # whoever ends everybody did not know it yet
                worker.kill()
            if self.setup:
                worker.do(*self.setup)
        except BaseException:
            self._forget(worker)
            raise
        return worker

    def _forget(self, worker: _Worker | None) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
            worker.end()


class _LostError(Exception):
    """A worker that is no more, and what is to be told of it."""

    def __init__(self, error: BuildError) -> None:
        self.error = error


class _Worker:
    """One worker, seen from here."""

    def __init__(self, connection: Connection[Any, Any], limit: Limit) -> None:
        self.connection, self.limit, self.process = connection, limit, 0
        self.ended_by: Callable[[], None] | None = None
        self.page = ""  # that is being laid out
        self.sending = threading.Lock()

    def greet(self) -> None:
        """Wait until it is there. Raises _LostError."""
        with self._alive():
            self.process = self.connection.recv()
            self.connection.send((self.limit.memory, tempfile.gettempdir()))

    def do(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Have it do something and wait for what comes of it. Raises what it raises, and _LostError."""
        with self._alive():
            with self.sending:  # whoever ends the work may say so meanwhile
                self.connection.send((work, arguments))
            self.page, since = "", time.monotonic()
            while True:
                if not self.connection.poll(LOOK):
                    self._look(since)
                    continue
                kind, told = self.connection.recv()
                if kind == DONE:
                    return told
                if kind == FAILED:
                    raise told
                self.page, since = told, time.monotonic()

    @contextlib.contextmanager
    def _alive(self) -> Iterator[None]:
        """Tell apart a worker that fails and one that is gone."""
        try:
            yield
        except (EOFError, ConnectionError):
            raise _LostError(LostWorkerError(self.page)) from None

    def _look(self, since: float) -> None:
        """End it where a page has come to the limit. Raises _LostError."""
        if time.monotonic() - since > self.limit.seconds:
            reason = f"it takes more than {self.limit.time_text} (--limit)"
        elif self.limit.memory and self.memory() > self.limit.memory:
            reason = f"it takes more than {self.limit.memory_text} of memory (--limit)"
        else:
            return
        self.kill()
        raise _LostError(LayoutError(reason, self.page))

    def memory(self) -> int:
        """How many bytes it has; 0 where the system does not say."""
        return _bytes_of(self.process)[1]

    def ask_to_stop(self) -> None:
        """Let it come to the end of what it does."""
        with contextlib.suppress(OSError, ValueError), self.sending:
            self.connection.send(None)

    def kill(self) -> None:
        """End it at once."""
        if self.ended_by:
            self.ended_by()
        elif self.process:
            with contextlib.suppress(OSError):
                os.kill(self.process, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until one that was killed is gone, so that the server, which is told of it, can go after it."""
        end = time.monotonic() + PATIENCE
        with contextlib.suppress(OSError):
            while FORKS and self.process and time.monotonic() < end:
                os.kill(self.process, 0)
                time.sleep(0.002)

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        self.ask_to_stop()
        with contextlib.suppress(OSError, EOFError):
            while self.connection.poll(PATIENCE):
                self.connection.recv_bytes()
            self.kill()
        self.connection.close()


# ---------------------------------------------------------------- where workers come from


class _Nursery(Protocol):
    """Begins workers."""

    def begin(self, connection: Connection[Any, Any]) -> Callable[[], None] | None:
        """Begin one that hangs on this connection; how it is ended, where its number does not do."""

    def kill(self) -> None:
        """End what begins them."""


class _Spawner:
    """Begins each afresh: slow, and always possible."""

    def begin(self, connection: Connection[Any, Any]) -> Callable[[], None]:
        """Begin a process."""
        import multiprocessing

        process = multiprocessing.get_context("spawn").Process(target=_spawned, args=(connection,), daemon=True)
        process.start()
        return process.kill

    def kill(self) -> None:
        """There is nothing else."""


class _ForkServer:
    """Forks each from a process that is warm."""

    BEGIN = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "from milebook.runtime.processes import serve_forks; serve_forks(int(sys.argv[2]), sys.argv[3:])"
    )

    def __init__(self, modules: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        paths = [path or str(Path.cwd()) for path in sys.path]
        here = str(PACKAGE.parent)  # the server finds milebook wherever it is started
        paths = paths if here in paths else [here, *paths]
        words = [sys.executable, "-c", self.BEGIN, json.dumps(paths), str(theirs.fileno()), *modules]
        no_input = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        self.process = os.posix_spawn(
            sys.executable, words, os.environ, file_actions=[no_input], setsigmask=interrupts.SIGNALS
        )
        theirs.close()
        self.control = ours
        self.lock = threading.Lock()

    def begin(self, connection: Connection[Any, Any]) -> None:
        """Fork one."""
        with self.lock, contextlib.suppress(OSError):  # a server that is gone closes the connection, which is told
            socket.send_fds(self.control, [b"fork"], [connection.fileno()])

    def kill(self) -> None:
        """End the server, and wait for that."""
        if self.process:
            with contextlib.suppress(OSError):
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
            self.process = 0
            self.control.close()


def serve_forks(control: int, modules: Sequence[str]) -> None:
    """In the server: import what workers need, then fork one for every connection that comes, while somebody asks."""
    for module in modules:
        __import__(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets those that have ended
    with socket.socket(fileno=control) as asked:
        while True:
            message, handles, _, _ = socket.recv_fds(asked, 16, 1)
            if not message:
                return
            with contextlib.suppress(OSError):  # no memory for another one: its connection closes
                if os.fork() == 0:
                    asked.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _work(Connection(handles[0]), _until_closed)
            os.close(handles[0])


# ---------------------------------------------------------------- in a worker

_parent: Connection[Any, Any] | None = None  # who this process works for


def asked_to_stop() -> bool:
    """Whether this worker is to end after what it does now: something has come before it has answered."""
    return _parent is not None and _parent.poll()


def _spawned(connection: Connection[Any, Any]) -> None:
    for number in interrupts.SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _work(connection, _until_parent_ends)


def _work(connection: Connection[Any, Any], wait: Callable[[int], None]) -> NoReturn:
    """Do one task after the other, until there is nobody to do them for."""
    global _parent
    _parent = connection
    limits.watcher.append(partial(_tell, PAGE))
    threading.Thread(target=_end_with, args=(wait, connection.fileno()), daemon=True).start()
    try:
        connection.send(os.getpid())
        most, tempfile.tempdir = connection.recv()  # nothing temporary lies elsewhere, as where that disk is full
        _refuse_memory(most)
        while _answer(connection):
            pass
    finally:
        os._exit(0)  # nothing is put away here that is not put away by whoever began this process


def _answer(connection: Connection[Any, Any]) -> bool:
    """Do the next task; whether there is one. Raises EOFError where there is nobody any more."""
    try:
        task = connection.recv()
        if task is None:
            return False
        work, arguments = task
        _tell(DONE, work(*arguments))
    except (EOFError, ConnectionError):
        raise
    except MemoryError:
        _tell(FAILED, LayoutError("there is not enough memory (--limit, or the machine's own)"))
    except Exception as error:
        if not isinstance(error, MilebookError):
            error.add_note(traceback.format_exc())
        _tell(FAILED, _that_travels(error))
    return True


def _that_travels(error: Exception) -> Exception:
    """The error, or its kind where it does not survive the way to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return BuildError(f"a worker failed ({type(error).__name__})")
    return error


def _tell(kind: str, what: Any) -> None:
    if _parent is not None:
        _parent.send((kind, what))


def _end_with(wait: Callable[[int], None], handle: int) -> None:
    wait(handle)
    os._exit(1)


def _until_closed(handle: int) -> None:
    """Wait until the other end is gone."""
    import select

    watch = select.poll()
    watch.register(handle, 0)
    watch.poll()


def _until_parent_ends(_: int) -> None:
    import multiprocessing

    if parent := multiprocessing.parent_process():
        parent.join()


def _refuse_memory(most: int) -> None:
    """Have the system refuse what is asked for at once and is far beyond the limit."""
    has = _bytes_of(os.getpid())[0]
    if most and has:
        with contextlib.suppress(ImportError, ValueError, OSError):
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            wanted = has + ENOUGH * most
            resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def _bytes_of(process: int) -> tuple[int, int]:
    """How many bytes of addresses, and of memory, a process has; 0 where the system does not say."""
    try:
        size, resident, *_ = Path(f"/proc/{process}/statm").read_text("ascii").split()
    except (OSError, ValueError):
        return 0, 0
    unit = os.sysconf("SC_PAGE_SIZE")
    return int(size) * unit, int(resident) * unit
