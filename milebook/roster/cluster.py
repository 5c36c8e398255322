"""Work handed to a dask.distributed cluster that is running already: its workers do what a pool's would.

Every worker must have the same milebook, templates and libraries; they are asked first. Masters are made by the
workers, come back by their bytes and go out to all of them, so that whoever stamps does so with the same masters. What
a lost worker was at is done again by another; files are written whole, so that nobody can tell. A worker lays out no
page itself: a process beside it does, which is ended where a page comes to the limit, and which nobody else misses.

distributed is an optional extra (`milebook[cluster]`) and imported in functions only.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from milebook.content.loader import bundled
from milebook.core.errors import BuildError, LayoutError, LostWorkerError
from milebook.core.limits import Limit
from milebook.printing.stamping.master_store import MasterStore, edition_of
from milebook.roster import athlete_tasks
from milebook.roster.athlete_tasks import Job, Workshop
from milebook.roster.task_workers import AHEAD, WARM, R, T, Work, begin, call
from milebook.runtime.files import resolved
from milebook.runtime.processes import FORKS, Workers

ANSWER_SECONDS, CONNECT_SECONDS, CLOSE_SECONDS = 5, 10, 5  # for the scheduler
WORKER_SECONDS = 30  # for the first worker
INSTALL = "--scheduler needs dask.distributed: pip install 'milebook[cluster]'"

Masters = Mapping[str, bytes]


@dataclass(frozen=True)
class Parcel:
    """A job as it is sent: without the masters, and with our own templates told by name, wherever they lie there."""

    job: Job
    own: tuple[bool, ...]
    limit: Limit  # of each page

    @classmethod
    def of(cls, job: Job, limit: Limit) -> Parcel:
        """Pack a job."""
        ours = resolved(bundled("templates"))
        return cls(job, tuple(resolved(folder) == ours for folder in job.folders), limit)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The template folders on the machine that asks."""
        return tuple(bundled("templates") if own else at for at, own in zip(self.job.folders, self.own, strict=True))


@dataclass
class _Bench:
    """A job on a worker of the cluster, with a store of masters of its own."""

    parcel: Parcel
    place: Any = field(default_factory=lambda: tempfile.TemporaryDirectory(prefix="milebook-"))

    @cached_property
    def job(self) -> Job:
        """The job as it is done here."""
        folders = self.parcel.folders
        store = MasterStore(Path(self.place.name), edition_of(folders))
        return replace(self.parcel.job, folders=folders, store=store)

    @cached_property
    def workers(self) -> Workers:
        """The process beside this one that lays out; it sees the same store."""
        return Workers(1, WARM, self.parcel.limit, (begin, (self.job,)))

    @cached_property
    def workshop(self) -> Workshop:
        """What lays out where a worker of a cluster may begin no process: there no page can be ended."""
        return Workshop(self.job)

    def do(self, work: Work[T, R], task: T) -> R:
        """The work. Raises LayoutError where a page comes to the limit."""
        if not FORKS:
            return work(self.workshop, task)
        try:
            result: R = self.workers.submit(call, work, task).result()
        except LostWorkerError:  # as a worker that is lost is made up for, so is its process, once
            result = self.workers.submit(call, work, task).result()
        return result

    def clear(self) -> None:
        """End the process, and remove the masters."""
        if FORKS:
            self.workers.close()
        self.place.cleanup()


_bench: _Bench | None = None  # of this worker
_one_at_a_time = threading.Lock()  # a workshop serves one thread


def _do(work: Work[T, R], task: T, parcel: Parcel, masters: Masters, *, gather: bool) -> tuple[R, Masters]:
    """On a worker: the work, and the masters that were made of it where they are asked for."""
    global _bench
    with _one_at_a_time:
        if _bench is None or _bench.parcel != parcel:
            if _bench:
                _bench.clear()
            _bench = _Bench(parcel)
        store = _bench.job.store
        store.add(masters)
        result = _bench.do(work, task)
        made = {name: data for name, data in store.files().items() if name not in masters} if gather else {}
        return result, made


def _edition(parcel: Parcel) -> str:
    return edition_of(parcel.folders)


def _same(value: T) -> T:
    return value


class Cluster:
    """Does tasks on a cluster. Raises BuildError where none answers, or where a worker has another milebook."""

    def __init__(self, job: Job, address: str, limit: Limit) -> None:
        try:
            import distributed
        except ImportError as error:
            raise BuildError(INSTALL) from error
        self.distributed: Any = distributed
        self.store, parcel = job.store, Parcel.of(job, limit)
        _knock(distributed, address)
        self.client = self.distributed.Client.__new__(self.distributed.Client)  # to be closed where it cannot begin
        try:
            self._connect(address)
            self.size = sum(self.client.nthreads().values())
            self._check(parcel)
            self.parcel = self.client.submit(_same, parcel, pure=False)  # the scheduler can make it again
        except BaseException:
            self.close()
            raise

    def _connect(self, address: str) -> None:
        """Begin as a client, and see that there is a worker."""
        try:
            self.client.__init__(address, timeout=CONNECT_SECONDS, set_as_default=False)
            self.client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise BuildError(f"the cluster at {address} has no workers") from None
        except Exception as error:  # whatever a server of another kind, a worker for instance, makes the library raise
            raise BuildError(f"no cluster with workers answers at {address}: {type(error).__name__}") from None

    def _check(self, parcel: Parcel) -> None:
        wanted = _edition(parcel)
        try:
            found = self.client.run(_edition, parcel)
        except Exception as error:  # whatever a worker without milebook raises
            raise BuildError(f"a worker of the cluster cannot run milebook: {type(error).__name__}") from None
        others = sorted(worker for worker, edition in found.items() if edition != wanted)
        if others:
            what = "another milebook, other templates or other libraries than this machine"
            raise BuildError(f"{', '.join(others)} has {what}; install the same on all")

    def each(self, work: Work[T, R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Hand out tasks a few ahead."""
        coming, running = iter(tasks), dict[Any, T]()
        masters, gather = self._masters(), work is athlete_tasks.make_masters
        finished = self.distributed.as_completed(loop=self.client.loop)

        def hand_out(count: int) -> None:
            for task in islice(coming, count):
                future = self.client.submit(_do, work, task, self.parcel, masters, gather=gather, pure=False)
                running[future] = task
                finished.add(future)

        hand_out(AHEAD * self.size)
        while running:
            future = next(finished)
            result, made = self._result(future)
            self.store.add(made)
            yield running.pop(future), result
            hand_out(1)

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except LayoutError as error:  # of one row, perhaps
            return error, {}
        except self.distributed.KilledWorker:
            raise BuildError("several workers were lost at one task; what is finished stays") from None
        except (self.distributed.client.FutureCancelledError, self.distributed.comm.CommClosedError):
            raise BuildError("the cluster was lost; what is finished stays") from None

    def _masters(self) -> Any:
        """All masters there are, where every worker finds them; one by one, as a scheduler likes small parcels."""
        found = self.store.files()
        parts = [self.client.submit(_same, data, pure=False) for data in found.values()]
        return self.client.submit(_named, list(found), parts, pure=False)

    def close(self) -> None:
        """Leave the cluster as it was, and nothing of the client running."""
        with contextlib.suppress(Exception):  # it may be gone
            self.client.close(timeout=CLOSE_SECONDS)
        with contextlib.suppress(Exception):  # a client that could not begin leaves its thread
            self.client._loop_runner.stop(timeout=CLOSE_SECONDS)


def _knock(distributed: Any, address: str) -> None:
    """Raise BuildError where an address is none, or no scheduler answers there: the library itself would wait for long.

    It tries again for as long as nobody listens, and for ever where somebody listens and says nothing.
    """
    host, port = _place(distributed, address)
    try:
        socket.create_connection((host, port), timeout=ANSWER_SECONDS).close()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise BuildError(f"no cluster with workers answers at {address}: {why}") from None
    try:
        with ThreadPoolExecutor(1) as alone:  # this thread may have a loop of its own
            alone.submit(lambda: asyncio.run(_shake_hands(distributed, address))).result()
    except Exception as error:  # whatever a server that is no scheduler makes the library raise
        why = f"what answers is no scheduler ({type(error).__name__})"
        raise BuildError(f"no cluster with workers answers at {address}: {why}") from None


def _place(distributed: Any, address: str) -> tuple[str, int]:
    """The host and the port of a scheduler. Raises BuildError."""
    try:
        scheme, place = distributed.comm.addressing.parse_address(address)
        distributed.comm.registry.get_backend(scheme)
        host, port = distributed.comm.addressing.parse_host_port(place)
        if host and 0 < port < 65_536:
            return host, port
    except (ValueError, RuntimeError, ImportError):
        pass
    raise BuildError(f'--scheduler "{address}" is no address: write for example tcp://10.0.0.5:8786')


async def _shake_hands(distributed: Any, address: str) -> None:
    arguments = distributed.Security().get_connection_args("client")
    connecting = distributed.comm.connect(address, timeout=ANSWER_SECONDS, **arguments)
    comm = await asyncio.wait_for(connecting, ANSWER_SECONDS)
    await comm.close()


def _named(names: list[str], parts: list[bytes]) -> Masters:
    return dict(zip(names, parts, strict=True))
