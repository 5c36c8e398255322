"""Who does the work of a batch: this process, or a pool of processes that begin warm.

Work is a function of a workshop and a task (see `printrun`). Where the system can fork, workers are forked from a
server that has everything imported, the print engine too, and does nothing else. A pool stops when it is told to, at
the end of an athlete; its workers end by themselves where the process that began them is gone. A layout leaves a worker
with memory that is never given back: when one has too much, fresh ones take over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from milebook.errors import BuildError
from milebook.printrun import Job, Workshop
from milebook.processes import ENDED_FROM_OUTSIDE, begin_as_worker, warm_up

WARM = ("milebook.printrun", "milebook.warm")  # what workers begin with
AHEAD = 2  # tasks for each worker that are handed out before they are due
MOST_MEMORY = 260_000_000  # bytes of a worker, what it shares with others included

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Workshop, T], R]


class Crew(Protocol):
    """Does tasks, in any order."""

    size: int

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Do the work for each task; tasks and what came of them, as they are done."""

    def close(self) -> None:
        """Let the workers go."""


class Alone:
    """Does everything in this process."""

    size = 1

    def __init__(self, job: Job) -> None:
        self.workshop = Workshop(job)

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """One task after the other."""
        for task in tasks:
            yield task, work(self.workshop, task)

    def close(self) -> None:
        """Nothing to let go."""


class Pool:
    """Does tasks in processes of their own."""

    def __init__(self, job: Job, size: int) -> None:
        self.size, self.job, self.context = size, job, warm_up(*WARM)
        self.flag: Any = self.context.Event()
        self.pool = self._fresh()

    def _fresh(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.size, self.context, _begin, (self.job, self.flag))

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Hand out tasks a few ahead, so that none waits and few are in memory."""
        coming, running, tired = iter(tasks), dict[Future[tuple[R, int]], T](), False
        try:
            while True:
                for task in () if tired or self.flag.is_set() else islice(coming, AHEAD * self.size - len(running)):
                    running[self.pool.submit(_call, work, task)] = task
                if not running and not tired:
                    return
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(done)
                    result, memory = done.result()
                    tired = tired or memory > MOST_MEMORY
                    yield task, result
                if tired and not running:
                    tired = self._relieve()
        except BrokenProcessPool:
            hint = "what is finished stays, the same command goes on from there"
            raise BuildError(f"{ENDED_FROM_OUTSIDE}; {hint}") from None

    def _relieve(self) -> bool:
        """Let fresh workers take over; they are not tired."""
        self.pool.shutdown()
        self.pool = self._fresh()
        return False

    def close(self) -> None:
        """Wait for what is under way, and let the workers go."""
        self.flag.set()
        self.pool.shutdown(wait=True, cancel_futures=True)


_workshop: Workshop | None = None  # of this process


def _begin(job: Job, flag: Any) -> None:
    global _workshop
    begin_as_worker()
    _workshop = Workshop(job, stopped=flag.is_set)


def _call(work: Work[T, R], task: T) -> tuple[R, int]:
    """The work, and how much memory this worker has now."""
    assert _workshop is not None
    return work(_workshop, task), _memory()


def _memory() -> int:
    """Bytes; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
