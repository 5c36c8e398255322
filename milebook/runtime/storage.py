"""Where a roster's files go: each is whole or not there, whatever happens while it is written; and its journals."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from milebook.core.errors import BuildError
from milebook.runtime.files import PARTS, SafeFolder


@dataclass(frozen=True)
class Part:
    """A file on its way, open to write and read."""

    file: BinaryIO
    name: str


class Storage(Protocol):
    """A place for files by their paths with `/`. It can be sent to another process."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file. Raises BuildError, which never names the file: its name may be an athlete's."""

    def append(self, path: str, line: bytes) -> None:
        """Add a line to a file, or to others beside it whose names begin with its name. Raises BuildError."""

    def part(self) -> contextlib.AbstractContextManager[Part]:
        """A new file on this machine, which goes again where it is not taken over. Raises BuildError."""

    def adopt(self, path: str, part: Part) -> None:
        """Give a finished file its name. Raises BuildError."""

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, in order."""

    def sweep(self) -> None:
        """Remove what a build that died left on its way."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine; `private` keeps others of the machine out.

    A file is written in `.milebook/parts` of the same folder and then moved, so that no name ever has half a file. It
    is not forced onto the disk: after a power cut a file may be short, which its recorded hash tells the next build.
    """

    root: Path
    private: bool = False

    @property
    def _files(self) -> SafeFolder:
        return SafeFolder(self.root, self.private)

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        return self._files.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all. Raises BuildError."""
        with _telling(self.root):
            self._files.write(path, data)

    def append(self, path: str, line: bytes) -> None:
        """Add a line to a file. Raises BuildError."""
        with _telling(self.root):
            self._files.append(path, line)

    @contextlib.contextmanager
    def part(self) -> Iterator[Part]:
        """A new file on its way, with a name that nobody can guess. Raises BuildError."""
        name = self._files.new_part()
        try:
            with _telling(self.root):
                file = self._files.create(name)
            with file:
                yield Part(file, name)
        finally:
            with contextlib.suppress(OSError):
                self._files.remove(name)

    def adopt(self, path: str, part: Part) -> None:
        """Give a finished file its name. Raises BuildError."""
        with _telling(self.root):
            part.file.flush()
            self._files.move(part.name, path)

    def sweep(self) -> None:
        """Remove what a build that died left on its way."""
        self._files.remove_tree(PARTS)

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""
        with contextlib.suppress(OSError):
            self._files.remove(path)
            folder = path.rpartition("/")[0]
            if folder:
                self._files.remove_if_empty(folder)

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, in order."""
        return self._files.names(folder)


def holds(place: Storage, path: str, digest: str) -> bool:
    """Whether a file is there with just these bytes, by their SHA-256."""
    data = place.read(path)
    return data is not None and sha256(data).hexdigest() == digest


@contextlib.contextmanager
def _telling(root: Path) -> Iterator[None]:
    """Tell what the system says of a folder, without the name of the file."""
    try:
        yield
    except OSError as error:
        raise BuildError(f"cannot write into {root}: {error.strerror or error}; what is finished stays") from None
