"""Where attacks happen: folders of our own, and nothing else, whatever the program under attack does.

An attack works in an arena. Below it the program may write into its output, its cache and its folder for temporary
files; all else there is watched: bytes, mode, time and target of every file, link and folder.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

OLD = 1_577_880_000  # 1 January 2020, in seconds: when the files of the victim were written
SECRET = "the-victims-own-words"  # in every file of the victim: it must never be read into a product
WRITABLE = ("work/output", "work/output-try", "work/output-private", "cache", "tmp")
UNWATCHED = ("home/.cache/fontconfig", "ended")  # the font library's own, and what the campaign notes down

Seen = dict[str, tuple[object, ...]]  # path -> what it is


@dataclass(frozen=True)
class Arena:
    """The folders of one attempt: `work` is where the program is started, `victim` what it must leave alone."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def out(self) -> Path:
        return self.work / "output"

    @property
    def tries(self) -> Path:
        return self.work / "output-try"

    @property
    def private(self) -> Path:
        return self.work / "output-private"

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Where products go, whatever was asked for."""
        return self.out, self.tries, self.private

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def victim(self) -> Path:
        return self.root / "victim"

    @property
    def ended(self) -> Path:
        return self.root / "ended"

    def inside(self, path: Path | str) -> Path:
        """The path as it is; refuses one that leads out of the arena, also through a link."""
        place = self.work / path
        if not place.resolve().is_relative_to(self.root.resolve()):
            raise AssertionError(f"{path} leads out of the sandbox")
        return Path(path)

    def link(self, path: Path, target: Path) -> None:
        """Put a link in the place of whatever is there; it may dangle, but never lead out of the arena."""
        self.inside(path.parent)
        assert Path(os.path.normpath(path.parent / target)).is_relative_to(self.root)
        self.remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    def remove(self, path: Path) -> None:
        """Remove what is there: a file, a link (not what it leads to) or a whole folder."""
        self.inside(path.parent)
        if path.is_dir() and not path.is_symlink():
            _open_up(path)
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def lay_out(root: Path) -> Arena:
    """An arena, empty but for the victim and a home with something in it."""
    arena = Arena(root)
    for folder in (arena.work, arena.tmp, arena.home, arena.ended):
        folder.mkdir(parents=True)
    for folder in (arena.victim, arena.home):
        _furnish(folder)
    return arena


def _furnish(folder: Path) -> None:
    """Files as somebody might have them, some where the program looks for its own."""
    hashed = "0123456789abcdef" * 2
    names = ("keep.txt", "id_rsa", "lock", "files.json", "index.html", "gathered", "forms/tax-2024/return.pdf")
    names += (f"forms/{hashed}/{hashed}-{hashed}.form", f"{hashed}/{hashed}.data", f"{hashed}-{hashed}.form")
    names += ("old/thesis.tex", "new/thesis.tex", "parts/1-ab.part", "a.part", "beginner/index.html", "tmp/notes.txt")
    for name in names:
        plant(folder / name, f"{SECRET} {name}\n".encode())


def plant(path: Path, data: bytes) -> None:
    """A file that has been there for years."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (OLD, OLD))


def _open_up(folder: Path) -> None:
    """Let every folder below be read and emptied."""
    for place, folders, _ in os.walk(folder):
        for name in folders:
            path = Path(place, name)
            if not path.is_symlink():
                path.chmod(0o700)


# ---------------------------------------------------------------- what is watched


def look(root: Path, leave_out: tuple[str, ...] = (*WRITABLE, *UNWATCHED)) -> Seen:
    """Everything below a folder as it is now; links are not followed."""
    seen: Seen = {}
    for place, folders, files in os.walk(root):
        here = Path(place)
        inside = here.relative_to(root)
        folders[:] = [name for name in folders if (inside / name).as_posix() not in leave_out]
        for name in (*folders, *files):
            if (inside / name).as_posix() not in leave_out:
                seen[(inside / name).as_posix()] = _state(here / name)
    return seen


def _state(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return ("link", str(path.readlink()))
    if stat.S_ISREG(status.st_mode):
        large = status.st_size > 10_000_000
        digest = status.st_size if large else hashlib.sha256(path.read_bytes()).hexdigest()
        return ("file", stat.S_IMODE(status.st_mode), status.st_mtime_ns, digest)
    if stat.S_ISDIR(status.st_mode):
        return ("folder", stat.S_IMODE(status.st_mode), status.st_mtime_ns)
    return ("other", stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode))


def differences(before: Seen, after: Seen) -> list[str]:
    """What was added, removed or changed; a folder whose list changed is told by what is in it."""
    added = [f"{path} was added" for path in after if path not in before]
    removed = [f"{path} is gone" for path in before if path not in after]
    changed = [f"{path} was changed" for path in before if path in after and _is_other(before[path], after[path])]
    return [*sorted(removed), *sorted(changed), *sorted(added)]  # the worst first


def _is_other(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    if before[0] == after[0] == "folder":
        return before[1] != after[1]  # its time changes with what is in it, which is told by itself
    return before != after


def products(folder: Path) -> dict[str, str]:
    """The files of an output by path with a hash of their bytes; the program's own notes are left out."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != ".milebook"]
        for name in files:
            path = Path(place, name)
            with contextlib.suppress(OSError):
                found[path.relative_to(folder).as_posix()] = hashlib.sha256(_without_times(path)).hexdigest()
    return found


def _without_times(path: Path) -> bytes:
    """A file's bytes; a roster's list without its column that says how long each took."""
    data = path.read_bytes()
    if path.name != "roster.csv":
        return data
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    at = rows[0].index("seconds")
    return json.dumps([[*row[:at], *row[at + 1 :]] for row in rows]).encode()


def left_on_the_way(*folders: Path) -> list[str]:
    """Files that are there only while something is being made."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            on_its_way = {"new", "old", "parts"} & set(path.relative_to(folder).parts) and ".milebook" in path.parts
            if path.is_file() and (on_its_way or path.suffix in (".part", ".tmp") or path.name == "moves.json"):
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)
