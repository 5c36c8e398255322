"""Who does the work of a batch: this process, or others that begin warm.

Work is a function of a workshop and a task (see `athlete_tasks`). Whoever is stopped comes to the end of an athlete. A
layout leaves a worker with memory that is never given back: one that has too much is followed by a fresh one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import Protocol, TypeVar

from milebook.core.errors import BuildError, LayoutError, LostWorkerError
from milebook.roster.athlete_tasks import Job, Workshop
from milebook.runtime.processes import Workers, asked_to_stop

WARM = ("milebook.roster.athlete_tasks", "milebook.printing.preloading")  # what workers begin with
AHEAD = 2  # tasks for each worker that are handed out before they are due

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Workshop, T], R]


class TaskWorkers(Protocol):
    """Does tasks, in any order."""

    size: int

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R | LayoutError]]:
        """Do the work for each task; tasks and what came of them, as they are done. A page that fails is an answer."""

    def close(self) -> None:
        """Let the workers go."""


class Alone:
    """Does everything in this process."""

    size = 1

    def __init__(self, job: Job) -> None:
        self.workshop = Workshop(job)

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R | LayoutError]]:
        """One task after the other."""
        for task in tasks:
            try:
                result: R | LayoutError = work(self.workshop, task)
            except LayoutError as error:
                result = error
            yield task, result

    def close(self) -> None:
        """Nothing to let go."""


class Pool:
    """Does tasks in processes of their own, which `workers` has begun to warm up."""

    def __init__(self, job: Job, workers: Workers) -> None:
        self.size, self.workers = workers.size, workers
        workers.setup = (begin, (job,))

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R | LayoutError]]:
        """Hand out tasks a few ahead, so that none waits and few are in memory."""
        coming, running = iter(tasks), dict[Future[R], T]()
        while True:
            for task in islice(coming, AHEAD * self.size - len(running)):
                running[self.workers.submit(call, work, task)] = task
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(done)
                try:
                    result: R | LayoutError = _result(done)
                except LayoutError as error:
                    result = error
                yield task, result

    def close(self) -> None:
        """Wait for what is under way, and let the workers go."""
        self.workers.close(patient=True)


def _result(done: Future[R]) -> R:
    """What came of a task. Raises what went wrong, BuildError where a worker is gone."""
    try:
        return done.result()
    except LostWorkerError as error:
        raise BuildError(f"{error}; what is finished stays, the same command goes on from there") from None


_workshop: Workshop | None = None  # of this process


def begin(job: Job) -> None:
    """In a worker: get ready for a job."""
    global _workshop
    _workshop = Workshop(job, stopped=asked_to_stop)


def call(work: Work[T, R], task: T) -> R:
    """In a worker: do one task of the job."""
    assert _workshop is not None
    return work(_workshop, task)
