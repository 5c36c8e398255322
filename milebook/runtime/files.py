"""Files in a folder of ours: whole or not there, and never reached through a link, whoever else writes there meanwhile.

Every path is walked from a handle of the folder, one name after the other, and no link is followed on the way (`openat`
with O_NOFOLLOW): a link that is planted in an output or a cache, before or while milebook works, leads nowhere. Where
the system opens nothing relative to a folder (Windows), each name is looked at before it is used, which is the best
that can be had there. The folder itself may be a link: that is for whoever names it to say.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from milebook.core.errors import BuildError

HOME = ".milebook"  # what milebook knows of a folder, in the folder
PARTS = f"{HOME}/parts"  # files on their way
LONGEST_NAME, MOST_NAMES = 255, 50  # bytes, and names of a path below a folder of ours: nothing longer is there
LOCK = f"{HOME}/lock"
PART_NAME = ".part"

_RELATIVE = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW") and hasattr(os, "O_DIRECTORY")
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)  # a pipe in the place of a file is noticed, not waited for
_FOLDER: int = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK


def resolved(path: Path) -> Path:
    """Where a path leads, links followed as far as they do. One that leads in a circle is left as it stands.

    `Path.resolve` raises RuntimeError for such a link, on Pythons before 3.13; whoever opens it gets an OSError.
    """
    return Path(os.path.realpath(path))


class LinkError(OSError):
    """A link stands where a file or a folder of ours belongs."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(errno.ELOOP, "this is a link, and nothing is written through links; remove it", str(path))

    def __reduce__(self) -> tuple[type[LinkError], tuple[str]]:
        return type(self), (str(self.filename),)


def is_inside(path: object) -> bool:
    """Whether a path is one of names with `/` between them that lead below a folder, each as long as a name can be."""
    if not isinstance(path, str) or "\0" in path:
        return False
    names = path.split("/")
    longest = max(len(name.encode("utf-8", "surrogatepass")) for name in names)
    return not {"", ".", ".."} & set(names) and longest <= LONGEST_NAME and len(names) <= MOST_NAMES


def _try_to_lock(number: int) -> bool | None:
    """Lock an open file until it is closed; False where another program has it locked, None where none can."""
    try:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # Windows; some disks elsewhere
        return None
    return True


@dataclass(frozen=True)
class _Opened:
    """An open folder; without a number where names are used by their whole path."""

    path: Path
    number: int | None

    def at(self, name: str) -> tuple[str, dict[str, Any]]:
        """How the system's functions are told of a name in it."""
        return (name, {"dir_fd": self.number}) if self.number is not None else (str(self.path / name), {})

    def status(self, name: str) -> os.stat_result | None:
        """What is there by this name, links as links; None where nothing is."""
        where, how = self.at(name)
        try:
            return os.stat(where, follow_symlinks=False, **how)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def close(self) -> None:
        if self.number is not None:
            os.close(self.number)


@dataclass(frozen=True)
class SafeFolder:
    """A folder that milebook writes to. Paths are relative, with `/`; it can be sent to another process.

    `private` keeps others out: folders get mode 700 and files 600, those that were there before too. `called` is what
    a person calls the folder, `parts` where its files on their way are. Methods raise OSError, LinkError among them,
    which leaves everything as it was.
    """

    root: Path
    private: bool = False
    called: Path | None = None
    parts: str = PARTS

    def shown(self, path: str) -> str:
        """A path in it as a person would say it."""
        return str((self.called or self.root) / path)

    # ------------------------------------------------------------ looking

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none, or where something else is there."""
        try:
            with self._open_file(path, os.O_RDONLY) as file:
                return file.read()
        except OSError:
            return None

    def status(self, path: str) -> os.stat_result | None:
        """What is at a path, links as links; None where nothing is."""
        try:
            with self._parent_of(path) as (folder, name):
                return folder.status(name)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def holds(self, path: str, data: bytes) -> bool:
        """Whether a file has just these bytes."""
        try:
            found = self.status(path)
        except OSError:
            return False
        if not found or not stat.S_ISREG(found.st_mode) or found.st_size != len(data):
            return False
        return self.read(path) == data

    def names(self, path: str) -> list[str]:
        """The names of the files in a folder, in order; none where there is no such folder."""
        return sorted(name for name, mode in self._entries(path) if stat.S_ISREG(mode))

    def folders(self, path: str) -> list[str]:
        """The names of the folders in a folder, in order; links are none."""
        return sorted(name for name, mode in self._entries(path) if stat.S_ISDIR(mode))

    def tree(self, path: str = "") -> list[str]:
        """The paths of all files below a folder, as seen from there."""
        start = f"{path}/" if path else ""
        below = [f"{name}/{file}" for name in self.folders(path) for file in self.tree(start + name)]
        return [*self.names(path), *below]

    def _entries(self, path: str) -> list[tuple[str, int]]:
        try:
            with self._folder(path) as folder:
                names = os.listdir(folder.path if folder.number is None else folder.number)
                found = [(name, folder.status(name)) for name in names]
                return [(name, status.st_mode) for name, status in found if status]
        except OSError:
            return []

    # ------------------------------------------------------------ writing

    def make(self) -> None:
        """Make the folder where it is not there yet, and those it lies in."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700 if self.private else 0o777)

    def write(self, path: str, data: bytes, *, flush: bool = False) -> None:
        """Write a file: it is either whole or as it was. With `flush` it is on the disk, too."""
        part = self.new_part()
        try:
            with self.create(part) as file:
                file.write(data)
                if flush:
                    file.flush()
                    os.fsync(file.fileno())
            self.move(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                self.remove(part)
            raise

    def new_part(self) -> str:
        """A name nobody can guess, for a file on its way."""
        return f"{self.parts}/{secrets.token_hex(12)}{PART_NAME}"

    def create(self, path: str) -> BinaryIO:
        """Open a new file to write to; an error where something is there.

        As long as it is open it is locked, so that another build can see that somebody is at it.
        """
        file = self._open_file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        _try_to_lock(file.fileno())
        return file

    def append(self, path: str, data: bytes) -> None:
        """Add to the end of a file, which is made where it is not there yet."""
        with self._open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as file:
            file.write(data)

    def move(self, source: str, target: str) -> None:
        """Give a file another name; what has that name is replaced, a link too, but never what the link leads to."""
        with (
            self._parent_of(source) as (source_folder, source_name),
            self._parent_of(target, make=True) as (target_folder, target_name),
        ):
            (old, _), (new, _) = source_folder.at(source_name), target_folder.at(target_name)
            if source_folder.number is None:
                os.replace(old, new)
            else:
                os.replace(old, new, src_dir_fd=source_folder.number, dst_dir_fd=target_folder.number)

    def remove(self, path: str) -> None:
        """Remove a file, or a link itself; nothing where nothing is."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent_of(path) as (folder, name):
            where, how = folder.at(name)
            os.unlink(where, **how)

    def remove_left(self, path: str, age: float) -> None:
        """Remove a file that nobody is at any more; where the system cannot say so, one so many seconds old."""
        status = self.status(path)
        if status is None:
            return
        with self._open_file(path, os.O_RDWR) as file:
            is_nobodys = _try_to_lock(file.fileno())
            if is_nobodys or (is_nobodys is None and time.time() - status.st_mtime > age):
                self.remove(path)

    def remove_if_empty(self, path: str) -> bool:
        """Remove a folder that holds nothing; whether it did."""
        try:
            with self._parent_of(path) as (folder, name):
                where, how = folder.at(name)
                os.rmdir(where, **how)
                return True
        except OSError:
            return False

    def remove_tree(self, path: str) -> None:
        """Remove a folder with all that is in it, as far as it can be removed; a link is left where it is."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), self._parent_of(path) as (folder, name):
            where, how = folder.at(name)
            found = folder.status(name)
            if found and stat.S_ISDIR(found.st_mode):
                shutil.rmtree(where, ignore_errors=True, **how)  # follows no link either

    def touch(self, path: str) -> None:
        """Note that a file was used just now."""
        with contextlib.suppress(OSError), self._parent_of(path) as (folder, name):
            where, how = folder.at(name)
            os.utime(where, follow_symlinks=not how, **how)

    def tighten(self) -> None:
        """Keep others out of a private folder and of all that is in it, whoever made it."""
        if not self.private or not hasattr(os, "fchmod"):
            return
        for path in self.tree():
            with contextlib.suppress(OSError), self._open_file(path, os.O_RDONLY):
                pass  # opening does it

    # ------------------------------------------------------------ one at a time

    @contextlib.contextmanager
    def locked(self, lock: str = LOCK) -> Iterator[None]:
        """One build at a time in this folder, where the system can lock; a second one waits."""
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        while True:
            with self._open_file(lock, os.O_RDWR | os.O_CREAT) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                mine, there = os.fstat(file.fileno()), self.status(lock)
                if there and os.path.samestat(mine, there):  # if not, it was removed while this build waited
                    yield
                    return

    # ------------------------------------------------------------ the way to a path

    @contextlib.contextmanager
    def _parent_of(self, path: str, *, make: bool = False) -> Iterator[tuple[_Opened, str]]:
        """The open folder that a path's last name is in."""
        parent, _, name = path.rpartition("/")
        with self._folder(parent, make=make) as folder:
            if not is_inside(name):
                raise OSError(errno.EINVAL, "this leads outside the folder", path)
            yield folder, name

    @contextlib.contextmanager
    def _folder(self, path: str, *, make: bool = False) -> Iterator[_Opened]:
        """An open folder, by names that are no links."""
        if path and not is_inside(path):
            raise OSError(errno.EINVAL, "this leads outside the folder", path)
        opened = self._open_root(make=make)
        try:
            for name in path.split("/") if path else ():
                below = self._enter(opened, name, make=make)
                opened.close()
                opened = below
            yield opened
        finally:
            opened.close()

    def _open_root(self, *, make: bool) -> _Opened:
        if make and not self.root.is_dir():
            self.make()
        if not _RELATIVE:
            return _Opened(self.root, None)
        return self._kept_private(_Opened(self.root, self._open_at_root()))

    def _open_at_root(self) -> int:
        try:
            return os.open(self.root, _FOLDER)
        except OSError as error:
            raise self._told(error, _Opened(self.root.parent, None), self.root.name) from None

    def _enter(self, folder: _Opened, name: str, *, make: bool) -> _Opened:
        where, how = folder.at(name)
        path = folder.path / name
        if make and folder.status(name) is None:
            with contextlib.suppress(FileExistsError):
                os.mkdir(where, 0o700 if self.private else 0o777, **how)
        if _RELATIVE:
            try:
                return self._kept_private(_Opened(path, os.open(where, _FOLDER, **how)))
            except OSError as error:
                raise self._told(error, folder, name) from None
        found = folder.status(name)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._shown(path))
        if _is_link(found):
            raise LinkError(self._shown(path))
        return _Opened(path, None)

    def _kept_private(self, folder: _Opened) -> _Opened:
        if self.private and folder.number is not None:
            _tighten(folder.number, 0o700)
        return folder

    def _open_file(self, path: str, flags: int) -> BinaryIO:
        """Open a file that is no link and no pipe."""
        with self._parent_of(path, make=bool(flags & os.O_CREAT)) as (folder, name):
            where, how = folder.at(name)
            if not _RELATIVE and (found := folder.status(name)) and _is_link(found):
                raise LinkError(self._shown(folder.path / name))
            try:
                number = os.open(where, flags | _NO_LINK | _NO_WAIT, 0o600 if self.private else 0o666, **how)
            except OSError as error:
                raise self._told(error, folder, name) from None
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise OSError(errno.EINVAL, "this is no file", self._shown(self.root / path))
            if self.private:
                _tighten(number, 0o600)
            mode = "rb" if flags == os.O_RDONLY else "ab" if flags & os.O_APPEND else "w+b"
            return cast(BinaryIO, open(number, mode))
        except BaseException:
            os.close(number)
            raise

    def _told(self, error: OSError, folder: _Opened, name: str) -> OSError:
        """An error with the whole path; where a link is in the way, that is said."""
        path = self._shown(folder.path / name)
        found = folder.status(name)
        return LinkError(path) if found and _is_link(found) else OSError(error.errno, error.strerror, path)

    def _shown(self, path: Path) -> str:
        """A path as a person would say it."""
        return str(self.called / path.relative_to(self.root) if self.called else path)


def _is_link(found: os.stat_result) -> bool:
    """Whether this is a link, or what Windows has of the kind."""
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_reparse_tag", 0))


def _tighten(number: int, mode: int) -> None:
    """Keep others out of an open file or folder that is our own."""
    if hasattr(os, "fchmod") and os.fstat(number).st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            os.fchmod(number, mode)


# ---------------------------------------------------------------- folders made for a moment


@contextlib.contextmanager
def undone_folders(folders: Iterable[Path]) -> Iterator[None]:
    """Where what follows fails, the folders that are not there yet, and were made for it, go again when empty."""
    missing = {parent for folder in folders for parent in (folder, *folder.parents) if not os.path.lexists(parent)}
    try:
        yield
    except BaseException:
        for folder in sorted(missing, key=lambda folder: -len(folder.parts)):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def cannot_write(error: OSError, where: Path, what_is_left: str) -> BuildError:
    """What the system says of a file, as a person is told it; `where` is told where the system names no file."""
    return BuildError(f"cannot write {error.filename or where}: {error.strerror or error}; {what_is_left}")
