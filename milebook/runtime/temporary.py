"""One temporary folder for a command and all its workers, so that nothing of ours stays behind.

The print engine makes folders of fonts that a process which is ended leaves lying. They all lie in this one, which goes
at the command's end, however it ends; and where it was killed, the next command removes it. What is ours is told by a
file that says so, which the owner has locked for as long as it lives: the system unlocks it, whatever happens.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from milebook.core import interrupts
from milebook.core.errors import BuildError

PREFIX = "milebook-"
MARK = "in-use"  # the file that is locked
WORDS = b"a temporary folder of milebook\n"
TRIES, PAUSE = 40, 0.05  # seconds between them: a worker that is being ended may still write


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Everything temporary of this process, and of those it begins meanwhile, lies here. Raises BuildError."""
    with interrupts.held():
        place, lock = _make()
        remove = partial(_remove, place, lock)
        interrupts.at_end(remove)
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(place)
    try:
        yield place
    finally:
        with interrupts.held():
            tempfile.tempdir = before[0]
            os.environ.pop("TMPDIR", None)
            os.environ.update({"TMPDIR": before[1]} if before[1] is not None else {})
            remove()
            interrupts.forget(remove)


def unusable() -> str:
    """The place that TMPDIR names, where nothing can be written there and the system's own is used."""
    named = os.environ.get("TMPDIR", "")
    return named if named and Path(named).absolute() != Path(_place()).absolute() else ""


def _place() -> str:
    try:
        return tempfile.gettempdir()
    except OSError as error:
        raise BuildError(f"there is no place for temporary files: {error.strerror or error}; set TMPDIR") from None


def _make() -> tuple[Path, int]:
    """A new folder, and what keeps it locked; what commands that were killed have left is removed first."""
    parent = _place()
    _sweep(parent)
    place = None
    try:
        place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(place / MARK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _lock(lock)
        os.write(lock, WORDS)  # not before it is locked, or another command might think it left behind
    except OSError as error:
        if place:
            shutil.rmtree(place, ignore_errors=True)
        raise BuildError(f"cannot make a temporary folder in {parent}: {error.strerror or error}") from None
    return place, lock


def _lock(handle: int) -> None:
    """Lock a file for this process, where the system can; else nobody tidies up after those that were killed."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def _remove(place: Path, lock: int) -> None:
    """Remove our folder with all that is in it."""
    with contextlib.suppress(OSError):
        os.close(lock)  # first: Windows removes no file that is open
    for _ in range(TRIES):
        shutil.rmtree(place, ignore_errors=True)
        if not os.path.lexists(place):
            return
        time.sleep(PAUSE)


def _sweep(parent: str) -> None:
    """Remove the folders of commands that were killed, by name relative to handles, so that no link leads elsewhere."""
    if os.open not in os.supports_dir_fd:
        return  # Windows
    with contextlib.suppress(OSError), _opened(os.path.realpath(parent), os.O_DIRECTORY) as place:
        with os.scandir(place) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(PREFIX)]
        for name in names:
            with contextlib.suppress(OSError):
                _remove_left(name, place)


def _remove_left(name: str, place: int) -> None:
    """Remove one such folder, if it is ours and whoever made it is gone. Raises OSError."""
    import fcntl

    with _opened(name, os.O_DIRECTORY, place) as ours:
        about = os.fstat(ours)
        if about.st_uid != os.geteuid() or about.st_mode & 0o077:
            return
        with _opened(MARK, os.O_NONBLOCK, ours) as mark:
            if not stat.S_ISREG(os.fstat(mark).st_mode):
                return
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where the owner lives
            if os.read(mark, 2 * len(WORDS)) != WORDS:
                return
            _empty(ours)
        os.rmdir(name, dir_fd=place)


def _empty(folder: int) -> None:
    """Remove what is in a folder; the mark last, so that what is left of it, should this be cut short, stays ours."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name == MARK)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.name, dir_fd=folder)
        else:
            os.unlink(entry.name, dir_fd=folder)


@contextlib.contextmanager
def _opened(name: str, flags: int, place: int | None = None) -> Iterator[int]:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=place)
    try:
        yield handle
    finally:
        os.close(handle)
