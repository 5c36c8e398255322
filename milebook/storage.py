"""Where a roster's files go: each is whole or not there, whatever happens while it is written; and its journals."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from milebook.errors import BuildError

PARTS = ".milebook/parts"  # files on their way; what is left here by a build that died is swept out


class Storage(Protocol):
    """A place for files by their paths with `/`. It can be sent to another process."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file. Raises BuildError, which never names the file: its name may be an athlete's."""

    def append(self, path: str, line: bytes) -> None:
        """Add a line to a file, or to others beside it whose names begin with its name. Raises BuildError."""

    def adopt(self, path: str, file: Path) -> None:
        """Take over a finished file of this machine. Raises BuildError."""

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, in order."""

    def sweep(self) -> None:
        """Remove what a build that died left on its way."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine.

    A file is written in `.milebook/parts` of the same folder and then moved, so that no name ever has half a file. It
    is not forced onto the disk: after a power cut a file may be short, which its recorded hash tells the next build.
    """

    root: Path

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all. Raises BuildError."""
        part = self.part()
        try:
            with _telling(self.root):
                _in_folder(part, lambda: part.write_bytes(data))
                self._move(part, path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def append(self, path: str, line: bytes) -> None:
        """Add a line to a file. Raises BuildError."""

        def add() -> None:
            with (self.root / path).open("ab") as file:
                file.write(line)

        with _telling(self.root):
            _in_folder(self.root / path, add)

    def adopt(self, path: str, file: Path) -> None:
        """Take over a finished file, made with the name that `part` gave. Raises BuildError."""
        with _telling(self.root):
            self._move(file, path)

    def part(self) -> Path:
        """A new name in the folder for files on their way."""
        return self.root / PARTS / f"{os.getpid()}-{secrets.token_hex(6)}.part"

    def sweep(self) -> None:
        """Remove what a build that died left on its way."""
        for part in (self.root / PARTS).glob("*.part"):
            part.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""
        with contextlib.suppress(OSError):
            (self.root / path).unlink(missing_ok=True)
            (self.root / path).parent.rmdir()

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, in order."""
        try:
            return sorted(entry.name for entry in os.scandir(self.root / folder) if entry.is_file())
        except OSError:
            return []

    def _move(self, part: Path, path: str) -> None:
        target = self.root / path
        _in_folder(target, lambda: part.replace(target))


def _in_folder(path: Path, work: Callable[[], object]) -> None:
    """Do something with a path, whose folder is made where it is not there yet."""
    try:
        work()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        work()


@contextlib.contextmanager
def _telling(root: Path) -> Iterator[None]:
    """Tell what the system says of a folder, without the name of the file."""
    try:
        yield
    except OSError as error:
        raise BuildError(f"cannot write into {root}: {error.strerror or error}; what is finished stays") from None
