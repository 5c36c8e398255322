"""Where pages are laid out: in this process, or on the machine's other cores while this one goes on.

Laying out is most of a first build, so whoever has several pages hands in all of them before asking for the first one;
and whoever knows that there will be one says so before anything else, as the print engine takes a second to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from milebook.errors import BuildError

if TYPE_CHECKING:
    from milebook.forms import Form

T = TypeVar("T")
Work = Callable[[str, tuple[Path, ...]], T]  # of a page and the templates' folders
Coming = Callable[[], T]  # waits for what is coming, and raises what went wrong


class Presses(Protocol):
    """Lays out pages."""

    def expect(self) -> None:
        """Get ready: there will be a page."""

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...]) -> Coming[T]:
        """Hand in a page."""


class Here:
    """This process, as soon as somebody asks for the page."""

    def expect(self) -> None:
        """Nothing to do ahead of time."""

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...]) -> Coming[T]:
        """Keep the page until then."""
        return cache(partial(work, html, folders))


HERE = Here()


class Beside:
    """Processes of their own, at most so many."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pool: Any = None
        self.others: list[Any] = []

    def expect(self) -> None:
        """Begin to load the print engine."""
        if self.pool:
            return
        import multiprocessing  # with all that a build from a kept form does without
        from concurrent.futures import ProcessPoolExecutor

        from milebook.processes import begin_as_worker, warm_up

        self.others = multiprocessing.active_children()
        self.pool = ProcessPoolExecutor(self.size, warm_up("milebook.warm"), begin_as_worker)

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...]) -> Coming[T]:
        """Hand it to the next process that is free."""
        self.expect()
        there = tuple([folder.absolute() for folder in folders])  # the processes may have begun elsewhere
        with _all_alive():
            return cache(partial(_taken, self.pool.submit(work, html, there)))

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        if not self.pool:
            return
        import multiprocessing

        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            if process not in self.others:
                process.terminate()


@contextmanager
def open_presses(size: int) -> Iterator[Presses]:
    """As many processes as may work at once; where that is one, it is this one."""
    if size == 1:
        yield Here()
        return
    presses = Beside(size)
    try:
        yield presses
    finally:
        presses.close()


def make_form(html: str, folders: tuple[Path, ...]) -> Form:
    """A page as a form. Raises BuildError where the engine cannot run, NoFormError."""
    from milebook import formmaker  # which is needed where pages are laid out

    return formmaker.make(html, folders)


def _taken(future: Any) -> Any:
    with _all_alive():
        return future.result()


@contextmanager
def _all_alive() -> Iterator[None]:
    """Raise BuildError where a process was ended from outside."""
    from concurrent.futures.process import BrokenProcessPool

    from milebook.processes import ENDED_FROM_OUTSIDE

    try:
        yield
    except BrokenProcessPool:
        raise BuildError(ENDED_FROM_OUTSIDE) from None
