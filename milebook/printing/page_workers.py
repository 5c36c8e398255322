"""Where pages are laid out: in this process, or in others beside it while this one goes on.

Laying out is most of a first build, so whoever has several pages hands in all of them before asking for the first one;
and whoever knows that there will be one says so before anything else, as the print engine takes a second to load. Only
other processes can be ended when a page takes too long or too much memory, so even one at a time is laid out beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from milebook.core import limits
from milebook.core.limits import USUAL, Limit

if TYPE_CHECKING:
    from milebook.printing.stamping.masters import Master

T = TypeVar("T")
Work = Callable[[str, tuple[Path, ...]], T]  # of a page and the templates' folders
Pending = Callable[[], T]  # waits for what is coming, and raises what went wrong
WARM = "milebook.printing.preloading"  # what whoever lays out has imported


class PageWorkers(Protocol):
    """Lays out pages."""

    def expect(self) -> None:
        """Get ready: there will be a page."""

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...], name: str = "") -> Pending[T]:
        """Hand in a page; `name` says which."""


class Here:
    """This process, as soon as somebody asks for the page. Where it is a worker, whoever began it watches."""

    def expect(self) -> None:
        """Nothing to do ahead of time."""

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...], name: str = "") -> Pending[T]:
        """Keep the page until then."""
        return cache(partial(_lay_out_here, work, html, folders, name))


def _lay_out_here(work: Work[T], html: str, folders: tuple[Path, ...], name: str) -> T:
    with limits.page(name):
        return work(html, folders)


HERE = Here()


class Beside:
    """Processes of their own, at most so many."""

    def __init__(self, size: int, limit: Limit = USUAL) -> None:
        self.size, self.limit = size, limit
        self.workers: Any = None

    def expect(self) -> None:
        """Begin to load the print engine."""
        if self.workers:
            return
        from milebook.runtime.processes import Workers  # with all that a build from a kept master does without

        self.workers = Workers(self.size, (WARM,), self.limit)
        self.workers.expect()

    def submit(self, work: Work[T], html: str, folders: tuple[Path, ...], name: str = "") -> Pending[T]:
        """Hand it to the next process that is free."""
        self.expect()
        there = tuple([folder.absolute() for folder in folders])  # the processes may have begun elsewhere
        return cache(self.workers.submit(work, html, there).result)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        if self.workers:
            self.workers.close()


@contextmanager
def open_page_workers(size: int, limit: Limit = USUAL) -> Iterator[PageWorkers]:
    """As many processes as may work at once, each page within the limit; where that is 0, this one without any."""
    if size == 0:
        yield Here()
        return
    workers = Beside(size, limit)
    try:
        yield workers
    finally:
        workers.close()


def make_master(html: str, folders: tuple[Path, ...]) -> Master:
    """A page as a master. Raises BuildError where the engine cannot run, NoFormError."""
    from milebook.printing.stamping import master_builder  # which is needed where pages are laid out

    return master_builder.make(html, folders)
