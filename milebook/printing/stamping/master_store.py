"""Masters kept in a folder from one build to the next, so that a booklet can be printed without the print engine.

The data of the page "Make it yours" are kept beside them, under the same rules.

A master is found only under the very things it was made of. The edition is a hash of every file of the templates (fonts
and styles too), of milebook's own code and of every library that has a say in a page; the skeleton is a hash of the
page itself without the runner's values, and so of every text of the content that is in it. The file says both, and ends
with its own hash: what is cut short, changed or renamed is no master any more. Where the folder cannot be written or
read, nothing is kept, and nothing else happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from milebook.core.errors import BuildError
from milebook.core.package import PACKAGE
from milebook.printing.stamping import masters
from milebook.printing.stamping.masters import Master, Route, UnusableMasterError
from milebook.runtime import doctor
from milebook.runtime.files import PARTS, SafeFolder

LIBRARIES = (  # what lays out, draws and shapes; a test compares it with what the print engine asks for
    *("weasyprint", "pydyf", "cffi", "tinyhtml5", "tinycss2", "cssselect2", "pyphen", "pillow", "fonttools"),
    *("webencodings", "brotli", "zopfli", "uharfbuzz", "jinja2", "markupsafe", "markdown", "segno"),
)
MOST_BYTES = 100_000_000  # of all masters; the ones used longest ago go first
MOST_FILES = 20_000  # in a folder of content or templates
LARGEST_READ = 20_000_000  # bytes of a file in such a folder
OLD_PART = 24 * 3600  # seconds after which a file on its way is nobody's any more, where no lock says so
MOST_MASTERS = 8  # of one skeleton: more than that, and runners are too different for stamping to pay

_MAGIC = b"milebook form\n"
_HASH = 32  # bytes
EDITION = re.compile(rf"[0-9a-f]{{{_HASH}}}")
OURS = re.compile(rf"[0-9a-f]{{{_HASH}}}(-[0-9a-f]{{{_HASH}}}\.form|\.(route|seen|data))")


def edition_of(folders: Sequence[Path]) -> str:
    """Name everything a page is made of except the view: templates, fonts, milebook's code, libraries, Python."""
    told = sha256(f"{masters.VERSION} {platform.python_version()} {platform.machine()} {_versions()}".encode())
    told.update(fingerprint([PACKAGE], ".py").encode() + fingerprint(folders).encode())
    return told.hexdigest()


def fingerprint(folders: Sequence[Path], ending: str = "", without: str = "") -> str:
    """Name the files in some folders by all their bytes; what cannot be read has a say, too.

    A file larger than any of ours is named by its size and its last change, so that it is not read to its end.
    `without` is a folder directly below each that has no say.
    """
    told = sha256()
    for number, folder in enumerate(folders):
        for name, what in sorted(_entries(folder, ending, without)):
            path = name.encode("utf-8", "surrogateescape")
            told.update(f"{number} {len(path)} ".encode() + path + b" " + what)
    return told.hexdigest()


def _entries(top: Path, ending: str, without: str) -> Iterator[tuple[str, bytes]]:
    """The files below a folder, each with a name of what is in it; links are followed, but not round in a circle."""
    waiting, known = [("", frozenset[tuple[int, int]]())], 0
    while waiting:
        below, around = waiting.pop()
        try:
            with os.scandir(top / below) as entries:
                status = (top / below).stat()
                here = (status.st_dev, status.st_ino)
                if not ending:  # of code only its files count: the folders in which Python keeps its own come and go
                    yield f"{below}/", b"round in a circle" if here in around else b"folder"
                for entry in entries if here not in around else ():
                    known += 1
                    if known > MOST_FILES:
                        raise BuildError(f"{top} has more than {MOST_FILES:,} files; is it the right folder?")
                    name = f"{below}/{entry.name}" if below else entry.name
                    if name == without:
                        continue
                    if entry.is_dir():
                        waiting.append((name, around | {here}))
                    elif entry.name.endswith(ending):
                        yield name, _contents(entry)
        except OSError as error:
            yield f"{below}/", f"unreadable {error.errno}".encode()


def _contents(entry: os.DirEntry[str]) -> bytes:
    try:
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return b"no file"
        if status.st_size > LARGEST_READ:
            return f"large {status.st_size} {status.st_mtime_ns}".encode()
        return sha256(Path(entry.path).read_bytes()).digest()
    except OSError as error:  # a link to nowhere, say
        return f"unreadable {error.errno}".encode()


@cache
def _versions() -> str:
    found = [f"{name} {_version(name)}" for name in LIBRARIES]
    return " ".join((*found, *doctor.versions("Pango", "HarfBuzz", "HarfBuzz-Subset")))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"


@dataclass(frozen=True)
class MasterStore:
    """A folder of masters. It can be sent to another process: it knows only where it is and its edition."""

    folder: Path
    edition: str

    @property
    def _home(self) -> str:
        return self.edition[:_HASH]

    @property
    def _files(self) -> SafeFolder:
        return SafeFolder(self.folder, private=True)  # a runner's name may be in a master

    def has_some(self) -> bool:
        """Whether a build of this edition has left something."""
        return bool(self._files.names(self._home))

    # ------------------------------------------------------------ masters

    def masters(self, skeleton: str) -> Iterator[tuple[str, Master]]:
        """The masters of a page with their names. What is no whole master of this page is thrown away."""
        for name in self._names(skeleton):
            payload = self._read(name, skeleton)
            if payload is None:
                continue
            with contextlib.suppress(UnusableMasterError):
                master = masters.load(payload)
                if master.key == skeleton:
                    self._files.touch(f"{self._home}/{name}")
                    yield _name_in(name), master

    def keep(self, master: Master, name: str) -> None:
        """Keep a master. Raises nothing: a folder that is full or read-only keeps none."""
        if len(self._names(master.key)) < MOST_MASTERS:
            self._write(f"{master.key[:_HASH]}-{name}.form", master.key, masters.dump(master))
            self._tidy_up()

    def files(self) -> dict[str, bytes]:
        """The masters of this edition as they are kept, to take elsewhere."""
        names = [name for name in self._files.names(self._home) if name.endswith(".form")]
        return {name: data for name in names if (data := self._files.read(f"{self._home}/{name}")) is not None}

    def add(self, files: Mapping[str, bytes]) -> None:
        """Keep masters that came from elsewhere."""
        there = set(self._files.names(self._home))
        for name, data in files.items():
            if name not in there and OURS.fullmatch(name):
                self._save(name, data)

    def _names(self, skeleton: str) -> list[str]:
        """The files of the masters of a page."""
        return [
            name
            for name in self._files.names(self._home)
            if name.startswith(f"{skeleton[:_HASH]}-") and name.endswith(".form")
        ]

    # ------------------------------------------------------------ routes

    def route(self, shape: str) -> Route | None:
        """The way of values to the page of a view of this shape; None where there is none."""
        payload = self._read(f"{shape[:_HASH]}.route", shape)
        if payload is None:
            return None
        try:
            skeleton, order, title = json.loads(payload)
        except (ValueError, TypeError):
            return None
        return Route(skeleton, tuple(order), None if title is None else tuple(title))

    def keep_route(self, shape: str, route: Route) -> None:
        """Keep a route."""
        payload = json.dumps([route.skeleton, route.order, route.title]).encode()
        self._write(f"{shape[:_HASH]}.route", shape, payload)

    def note(self, shape: str, values: Iterable[str]) -> bool:
        """Note that a view of this shape was laid out. Whether one was before, with other values."""
        name, now = f"{shape[:_HASH]}.seen", sha256(repr(tuple(values)).encode()).digest()
        before = self._read(name, shape)
        if before != now:
            self._write(name, shape, now)
        return before is not None and before != now

    # ------------------------------------------------------------ other things made of templates and content

    def data(self, name: str) -> bytes | None:
        """What was kept under a name, which says all it was made of besides the edition."""
        return self._read(f"{name[:_HASH]}.data", name)

    def keep_data(self, name: str, data: bytes) -> None:
        """Keep something."""
        self._write(f"{name[:_HASH]}.data", name, data)
        self._tidy_up()

    # ------------------------------------------------------------ files

    def _head(self, name: str) -> bytes:
        return _MAGIC + f"{self.edition}\n{name}\n".encode()

    def _read(self, name: str, key: str) -> bytes | None:
        """What was kept under this key; a file of ours that is not whole, or of another key, is removed."""
        path = f"{self._home}/{name}"
        data = self._files.read(path) if self._is_ours(path) else None
        if data is None:
            return None
        head = self._head(key)
        if data.startswith(head) and sha256(data[:-_HASH]).digest() == data[-_HASH:]:
            return data[len(head) : -_HASH]
        if _MAGIC.startswith(data[: len(_MAGIC)]):  # it is ours, or the beginning of one of ours
            with contextlib.suppress(OSError):
                self._files.remove(path)
        return None

    def _is_ours(self, path: str) -> bool:
        """Whether nobody else can have written a file: what is read from it is trusted as our own code is."""
        with contextlib.suppress(OSError):
            file = self._files.status(path)
            if file:
                return not hasattr(os, "getuid") or (file.st_uid == os.getuid() and not file.st_mode & 0o022)
        return False

    def _write(self, name: str, key: str, payload: bytes) -> None:
        """Write a file whole or not at all; of two that write it at once, one wins."""
        data = self._head(key) + payload
        self._save(name, data + sha256(data).digest())

    def _save(self, name: str, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._files.write(f"{self._home}/{name}", data)

    def _tidy_up(self) -> None:
        """Remove what was used longest ago, of any edition, until what is left is small enough.

        Only files of ours go: by their names, in folders of ours, and with our first bytes.
        """
        total = 0
        for path, status in sorted(self._kept(), key=lambda kept: -kept[1].st_mtime):
            total += status.st_size
            if total > MOST_BYTES and _begins_as_ours(self._files, path):
                with contextlib.suppress(OSError):
                    self._files.remove(path)
        for edition in filter(EDITION.fullmatch, self._files.folders("")):
            if edition != self._home:
                self._files.remove_if_empty(edition)
        for name in self._files.names(PARTS):
            with contextlib.suppress(OSError):
                self._files.remove_left(f"{PARTS}/{name}", OLD_PART)

    def _kept(self) -> Iterator[tuple[str, os.stat_result]]:
        """Everything that was kept, of any edition."""
        for edition in filter(EDITION.fullmatch, self._files.folders("")):
            for name in filter(OURS.fullmatch, self._files.names(edition)):
                with contextlib.suppress(OSError):
                    if status := self._files.status(f"{edition}/{name}"):
                        yield f"{edition}/{name}", status


def _begins_as_ours(files: SafeFolder, path: str) -> bool:
    return (files.read(path) or b"").startswith(_MAGIC)


def name_of(master: Master) -> str:
    """What a master is called among those of its page: the same bytes, the same name."""
    return sha256(masters.dump(master)).hexdigest()[:_HASH]


def _name_in(name: str) -> str:
    return name.removesuffix(".form").rpartition("-")[2]
