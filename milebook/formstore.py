"""Forms kept in a folder from one build to the next, so that a booklet can be printed without the print engine.

The data of the page "Make it yours" are kept beside them, under the same rules.

A form is found only under the very things it was made of. The edition is a hash of every file of the templates (fonts
and styles too), of milebook's own code and of every library that has a say in a page; the skeleton is a hash of the
page itself without the runner's values, and so of every text of the content that is in it. The file says both, and ends
with its own hash: what is cut short, changed or renamed is no form any more. Where the folder cannot be written or
read, nothing is kept, and nothing else happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from milebook import doctor, forms
from milebook.forms import Form, Route, UnusableFormError

LIBRARIES = (  # what lays out, draws and shapes; a test compares it with what the print engine asks for
    *("weasyprint", "pydyf", "cffi", "tinyhtml5", "tinycss2", "cssselect2", "pyphen", "pillow", "fonttools"),
    *("webencodings", "brotli", "zopfli", "uharfbuzz", "jinja2", "markupsafe", "markdown", "segno"),
)
MOST_BYTES = 100_000_000  # of all forms; the ones used longest ago go first
MOST_FORMS = 8  # of one skeleton: more than that, and runners are too different for stamping to pay

CODE = Path(__file__).parent  # milebook itself

_MAGIC = b"milebook form\n"
_HASH = 32  # bytes


def edition_of(folders: Sequence[Path]) -> str:
    """Name everything a page is made of except the view: templates, fonts, milebook's code, libraries, Python."""
    told = sha256(f"{forms.VERSION} {platform.python_version()} {platform.machine()} {_versions()}".encode())
    told.update(fingerprint([CODE], "*.py").encode() + fingerprint(folders).encode())
    return told.hexdigest()


def fingerprint(folders: Sequence[Path], pattern: str = "*") -> str:
    """Name the files in some folders by all their bytes."""
    told = sha256()
    for number, folder in enumerate(folders):
        for path in sorted(path for path in folder.rglob(pattern) if path.is_file()):
            name = path.relative_to(folder).as_posix()
            told.update(f"{number} {len(name)} {name} ".encode() + sha256(path.read_bytes()).digest())
    return told.hexdigest()


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
class FormStore:
    """A folder of forms. It can be sent to another process: it knows only where it is and its edition."""

    folder: Path
    edition: str

    @property
    def _home(self) -> Path:
        return self.folder / self.edition[:_HASH]

    def has_some(self) -> bool:
        """Whether a build of this edition has left something."""
        return self._home.is_dir()

    # ------------------------------------------------------------ forms

    def forms(self, skeleton: str) -> Iterator[tuple[str, Form]]:
        """The forms of a page with their names. What is no whole form of this page is thrown away."""
        for path in self._paths(skeleton):
            payload = self._read(path, skeleton)
            if payload is None:
                continue
            with contextlib.suppress(UnusableFormError):
                form = forms.load(payload)
                if form.key == skeleton:
                    _touch(path)
                    yield _name_in(path), form

    def keep(self, form: Form, name: str) -> None:
        """Keep a form. Raises nothing: a folder that is full or read-only keeps none."""
        if len(self._paths(form.key)) < MOST_FORMS:
            self._write(self._home / f"{form.key[:_HASH]}-{name}.form", form.key, forms.dump(form))
            self._tidy_up()

    def files(self) -> dict[str, bytes]:
        """The forms of this edition as they are kept, to take elsewhere."""
        return {path.name: path.read_bytes() for path in sorted(self._home.glob("*.form"))}

    def add(self, files: Mapping[str, bytes]) -> None:
        """Keep forms that came from elsewhere."""
        for name, data in files.items():
            if not (self._home / name).exists():
                self._save(self._home / name, data)

    def _paths(self, skeleton: str) -> list[Path]:
        with contextlib.suppress(OSError):
            return sorted(self._home.glob(f"{skeleton[:_HASH]}-*.form"))
        return []

    # ------------------------------------------------------------ routes

    def route(self, shape: str) -> Route | None:
        """The way of values to the page of a view of this shape; None where there is none."""
        payload = self._read(self._home / f"{shape[:_HASH]}.route", shape)
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
        self._write(self._home / f"{shape[:_HASH]}.route", shape, payload)

    def note(self, shape: str, values: Iterable[str]) -> bool:
        """Note that a view of this shape was laid out. Whether one was before, with other values."""
        path, now = self._home / f"{shape[:_HASH]}.seen", sha256(repr(tuple(values)).encode()).digest()
        before = self._read(path, shape)
        if before != now:
            self._write(path, shape, now)
        return before is not None and before != now

    # ------------------------------------------------------------ other things made of templates and content

    def data(self, name: str) -> bytes | None:
        """What was kept under a name, which says all it was made of besides the edition."""
        return self._read(self._home / f"{name[:_HASH]}.data", name)

    def keep_data(self, name: str, data: bytes) -> None:
        """Keep something."""
        self._write(self._home / f"{name[:_HASH]}.data", name, data)
        self._tidy_up()

    # ------------------------------------------------------------ files

    def _head(self, name: str) -> bytes:
        return _MAGIC + f"{self.edition}\n{name}\n".encode()

    def _read(self, path: Path, name: str) -> bytes | None:
        """What was kept under this name; a file that is not whole, or of another name, is removed."""
        try:
            with path.open("rb") as file:
                if not _is_ours(os.fstat(file.fileno())):
                    return None
                data = file.read()
        except OSError:
            return None
        head = self._head(name)
        if data.startswith(head) and sha256(data[:-_HASH]).digest() == data[-_HASH:]:
            return data[len(head) : -_HASH]
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def _write(self, path: Path, name: str, payload: bytes) -> None:
        """Write a file whole or not at all; of two that write it at once, one wins."""
        data = self._head(name) + payload
        self._save(path, data + sha256(data).digest())

    @staticmethod
    def _save(path: Path, data: bytes) -> None:
        part = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # a runner's name may be in a form
            handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(part).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(part or path.with_suffix(".part")).unlink(missing_ok=True)

    def _tidy_up(self) -> None:
        """Remove what was used longest ago, of any edition, until what is left is small enough."""
        with contextlib.suppress(OSError):
            total = 0
            for path in sorted((path for path in self.folder.glob("*/*") if path.is_file()), key=_age):
                total += path.stat().st_size
                if total > MOST_BYTES:
                    path.unlink(missing_ok=True)
            for folder in self.folder.iterdir():
                if folder != self._home and not any(folder.iterdir()):
                    folder.rmdir()


def name_of(form: Form) -> str:
    """What a form is called among those of its page: the same bytes, the same name."""
    return sha256(forms.dump(form)).hexdigest()[:_HASH]


def _is_ours(file: os.stat_result) -> bool:
    """Whether nobody else can have written a file: what is read from it is trusted as our own code is."""
    return not hasattr(os, "getuid") or (file.st_uid == os.getuid() and not file.st_mode & 0o022)


def _name_in(path: Path) -> str:
    return path.stem.rpartition("-")[2]


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _touch(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.utime(path)
