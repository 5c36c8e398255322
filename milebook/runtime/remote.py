"""Files anywhere fsspec can write: another machine's disk, object storage.

fsspec is an optional extra (`milebook[cluster]`) and imported in functions only.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from milebook.core.errors import BuildError
from milebook.runtime.files import PARTS
from milebook.runtime.storage import Part


@dataclass(frozen=True)
class Remote:
    """A folder by its address, as in `s3://bucket/club` or `file:///srv/club`.

    Where a place can move files, one is written under another name first; object storage shows no half files anyway.
    """

    address: str

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        system, root = self._system()
        try:
            return bytes(system.cat_file(f"{root}/{path}"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._broken("read", error) from None

    def write(self, path: str, data: bytes) -> None:
        """Write a file whole or not at all. Raises BuildError."""
        system, root = self._system()
        part = f"{root}/{PARTS}/{secrets.token_hex(12)}.part"
        try:
            with self._moved(part, f"{root}/{path}"):
                system.makedirs(f"{root}/{PARTS}", exist_ok=True)
                system.pipe_file(part, data)
        except OSError as error:
            raise self._broken("write", error) from None

    def append(self, path: str, line: bytes) -> None:
        """Write a line into a file of its own, as most places cannot add to one. Raises BuildError."""
        self.write(f"{path}-{secrets.token_hex(8)}", line)

    @contextlib.contextmanager
    def part(self) -> Iterator[Part]:
        """A new file of this machine, which goes again in any case."""
        with tempfile.NamedTemporaryFile(prefix="milebook-") as file:
            yield Part(cast(BinaryIO, file), file.name)

    def adopt(self, path: str, part: Part) -> None:
        """Take a finished file there. Raises BuildError."""
        system, root = self._system()
        there = f"{root}/{PARTS}/{secrets.token_hex(12)}.part"
        part.file.flush()
        try:
            with self._moved(there, f"{root}/{path}"):
                system.makedirs(f"{root}/{PARTS}", exist_ok=True)
                system.put_file(part.name, there)
        except OSError as error:
            raise self._broken("write", error) from None

    def remove(self, path: str) -> None:
        """Remove a file, and its folder where that is empty then."""
        system, root = self._system()
        with contextlib.suppress(OSError):
            system.rm_file(f"{root}/{path}")
            system.rmdir(f"{root}/{path}".rpartition("/")[0])

    def names(self, folder: str) -> list[str]:
        """The names of the files in a folder, in order."""
        system, root = self._system()
        system.invalidate_cache()
        try:
            found = system.ls(f"{root}/{folder}", detail=True)
        except OSError:
            return []
        return sorted(entry["name"].rpartition("/")[2] for entry in found if entry["type"] == "file")

    def sweep(self) -> None:
        """Remove what a build that died left on its way."""
        for name in self.names(PARTS):
            self.remove(f"{PARTS}/{name}")

    # ------------------------------------------------------------ the place

    def _system(self) -> tuple[Any, str]:
        """The file system, and the folder in it."""
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise BuildError("an address for --out needs fsspec: pip install 'milebook[cluster]'") from error
        try:
            system, root = url_to_fs(self.address)
        except (ValueError, ImportError) as error:
            raise BuildError(f"{self.address}: {error}") from None
        return system, str(root).rstrip("/")

    @contextlib.contextmanager
    def _moved(self, part: str, target: str) -> Any:
        """Move what was written to its own name; leave nothing where that fails."""
        system, _ = self._system()
        try:
            yield
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            system.mv(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                system.rm_file(part)
            raise

    def _broken(self, what: str, error: OSError) -> BuildError:
        return BuildError(
            f"cannot {what} in {self.address}: {error.strerror or type(error).__name__}; what is finished stays"
        )
