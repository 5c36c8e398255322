"""Running the program under attack: in a fork of a process that has everything imported, or as a program of its own.

Every run has a limit of time, of processor time and of memory, a session of its own, and leaves a record: how it ended,
what it said, what it took, and which of its processes were still there when it was over.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import resource
import select
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attack import shield
from attack.sandbox import Arena

CLONE = Path(__file__).parents[2]
EPOCH = "1795478400"  # 24 November 2026: 200 days before the races of the shipped profiles
GRACE = 20.0  # seconds in which processes of a run that is over may end
BUSY = 4  # how many times as long a run may take by the clock on a machine that others keep busy


@dataclass(frozen=True)
class Limits:
    """What a run may take: seconds by the clock and of the processor, bytes of address space, bytes of one file.

    What loops is found by the processor's time, whatever else the machine does; the clock is for what waits for ever.
    """

    wall: float = 90
    cpu: int = 20
    space: int = 3_000_000_000
    file: int = 0


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code, or the negative number of a signal; what it took and said."""

    command: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float
    cpu: float
    memory: int  # bytes, the most of any of its processes
    overdue: bool
    left: tuple[str, ...]  # processes that were still there


@dataclass
class Running:
    """A run that is under way."""

    command: tuple[str, ...]
    arena: Arena
    pid: int
    number: int
    limits: Limits
    start: float

    def signal(self, number: int) -> None:
        """Send its first process a signal, if it is still there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self) -> Ended:
        """How it ended, at the latest when its time is over."""
        overdue = not _is_over(self.pid, self.start + self.limits.wall * BUSY - time.monotonic())
        if overdue:
            self.signal(signal.SIGKILL)
        _, status, used = os.wait4(self.pid, 0)
        KNOWN.discard(self.pid)
        code = os.waitstatus_to_exitcode(status)
        left = () if overdue else _still_there(self.pid, GRACE)
        end_session(self.pid)
        cpu = used.ru_utime + used.ru_stime
        memory = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        seconds = time.monotonic() - self.start
        return Ended(self.command, code, self._read("out"), self._read("err"), seconds, cpu, memory, overdue, left)

    def _read(self, name: str) -> str:
        return (self.arena.ended / f"{self.number}.{name}").read_bytes()[:2_000_000].decode("utf-8", "replace")


USUAL = Limits()

Before = Callable[[], None]  # something to do in the child, after everything is prepared and before it begins


def fork(
    arena: Arena,
    command: Sequence[str],
    environment: Mapping[str, str | None] | None = None,
    limits: Limits = USUAL,
    before: Before | None = None,
    after: Before | None = None,
) -> Running:
    """Begin a command of milebook in a fork of this process."""

    def work() -> int:
        code = _call_milebook(list(command))
        if after:
            after()
        return code

    return _begin(arena, ("milebook", *command), _environment(arena, environment), limits, before, work)


def start(
    arena: Arena,
    command: Sequence[str],
    environment: Mapping[str, str | None] | None = None,
    limits: Limits = USUAL,
    before: Before | None = None,
) -> Running:
    """Begin a command of milebook as a program of its own."""
    whole = [sys.executable, "-m", "milebook", *command]
    values = _environment(arena, environment)

    def work() -> int:
        os.execve(sys.executable, [os.fsencode(word) for word in whole], values)

    return _begin(arena, ("python -m milebook", *command), values, limits, before, work)


def _environment(arena: Arena, changes: Mapping[str, str | None] | None) -> dict[str, str]:
    """What a run finds in its environment: nothing of ours that leads out of the arena."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    values: dict[str, str | None] = {name: os.environ.get(name) for name in kept}
    values |= {"HOME": str(arena.home), "TMPDIR": str(arena.tmp), "MILEBOOK_CACHE": str(arena.cache)}
    values |= {"SOURCE_DATE_EPOCH": EPOCH, "PYTHONPATH": str(CLONE), "PYTHONDONTWRITEBYTECODE": "1"}
    values |= {"XDG_CACHE_HOME": str(arena.home / ".cache"), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    return {name: value for name, value in (values | dict(changes or {})).items() if value is not None}


def _begin(
    arena: Arena,
    command: tuple[str, ...],
    values: Mapping[str, str],
    limits: Limits,
    before: Before | None,
    work: Callable[[], int],
) -> Running:
    number = len(list(arena.ended.iterdir())) // 2
    with contextlib.ExitStack() as files:
        streams = [files.enter_context((arena.ended / f"{number}.{name}").open("ab")) for name in ("out", "err")]
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if not pid:
            _be_child(arena, [stream.fileno() for stream in streams], values, limits, before, work)
    KNOWN.add(pid)
    return Running(command, arena, pid, number, limits, time.monotonic())


def _be_child(
    arena: Arena,
    streams: list[int],
    values: Mapping[str, str],
    limits: Limits,
    before: Before | None,
    work: Callable[[], int],
) -> None:
    code = 97  # of a child that could not begin
    try:
        os.setsid()
        shield.end_with_parent()
        null = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate((null, *streams)):
            os.dup2(source, target)
        os.chdir(arena.work)
        os.environ.clear()
        os.environ.update(values)
        tempfile.tempdir = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        shield.drop_overrides()
        _limit(limits)
        if before:
            before()
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        _leave(code)


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (limits.space, limits.space))
    if limits.file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file, limits.file))


def _call_milebook(command: list[str]) -> int:
    """What `python -m milebook` does, in this process."""
    from milebook.cli.main import main

    sys.argv = ["milebook", *command]
    try:
        main(command, prog_name="milebook")
    except SystemExit as error:
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)  # noqa: T201  # as Python itself would
            return 1
        return error.code or 0
    except KeyboardInterrupt:
        traceback.print_exc()
        return -signal.SIGINT
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _leave(code: int) -> None:
    """End as Python ends: threads are waited for, what was to be done at the end is done."""
    with contextlib.suppress(BaseException):
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


# ---------------------------------------------------------------- the end of a run


def _is_over(pid: int, seconds: float) -> bool:
    """Wait for a child without taking its status; whether it ended in time."""
    handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    if handle is not None:
        try:
            return bool(select.select([handle], [], [], max(seconds, 0))[0])
        finally:
            os.close(handle)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(0.01)
    return False


KNOWN: set[int] = set()  # runs that are under way, and processes of an attack itself


def _look_around() -> list[tuple[int, str, str, int, int]]:
    """Every process: its number, name, state, parent and session."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, _, rest = place.read_text("utf-8", "replace").partition(" ")
            name, _, fields = rest.rpartition(") ")
            state, parent, _, session = fields.split()[:4]
            found.append((int(pid), name.lstrip("("), state, int(parent), int(session)))
    return found


def processes_of(session: int) -> dict[int, str]:
    """The processes of a session that are not dead, and orphans of no known session, which came to us."""
    ours, own = os.getpid(), os.getsid(0)
    found = {}
    for pid, name, state, parent, its_session in _look_around():
        orphan = parent == ours and not {pid, its_session} & {*KNOWN, own}
        if state not in "ZX" and pid != session and (its_session == session or orphan):
            found[pid] = name
    return found


def _still_there(session: int, seconds: float) -> tuple[str, ...]:
    until = time.monotonic() + seconds
    while left := processes_of(session):
        if time.monotonic() > until:
            return tuple(sorted(left.values()))
        time.sleep(0.02)
    return ()


def end_session(session: int) -> None:
    """End what is left of a run, and take the status of orphans that are dead."""
    for pid in processes_of(session):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid, _, state, parent, _ in _look_around():
        if state == "Z" and parent == os.getpid() and pid not in KNOWN:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
