"""{relative path: bytes} -> a folder: all or nothing. Stale files of ours are removed, nothing foreign is touched.

Everything is first written beside the old output, in `.milebook/new`, and moved into place at the end; what a move
replaces waits in `.milebook/old`, and `moves.json` says what is on the way. The build counts from the moment the new
list of files is in place: one that dies before is undone, one that dies after is tidied up, at the latest by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from milebook.errors import BuildError, ContentError, Problem

HOME = ".milebook"
FILES = "files.json"  # the files that earlier builds left: path -> digest
MOVES = "moves.json"  # while files are moved: their paths, and the list of files as it will be


@dataclass(frozen=True)
class Before:
    """What earlier builds left in the output: the digests of their files by path, and the files."""

    out: Path
    digests: Mapping[str, str]

    def read(self, path: str) -> bytes | None:
        """A file an earlier build wrote; None where it did not, or where it is gone."""
        try:
            return (self.out / path).read_bytes() if path in self.digests else None
        except OSError:
            return None


Late = Callable[[Before], Mapping[str, bytes]]


def write(
    out: Path, files: Mapping[str, bytes], is_stale: Callable[[str], bool], late: Late = lambda before: {}
) -> tuple[str, ...]:
    """Bring `out` up to date; returns the paths that changed.

    `is_stale` tells which of the files written by an earlier build belong to what is built now: they are removed when
    `files` no longer has them. `late` makes the files that depend on what earlier builds left.
    Raises BuildError; the old output is then as it was.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out):
            _recover(out)
            return _write(out, {**files, **late(Before(out, _listed(out)))}, is_stale)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise BuildError(f"cannot write{where}: {error.strerror or error}; the output is as it was") from error


def renew(files: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write those of the files that are not yet as given; returns them."""
    changed = tuple(path for path, data in files.items() if not _holds(path, data))
    for path in changed:
        _save(path, files[path])
    return changed


def create(files: Mapping[Path, bytes]) -> None:
    """Write files that are new, all or none. Raises ContentError with every one that is there already."""
    if problems := [problem for path in files if (problem := _in_the_way(path))]:
        raise ContentError(problems)
    made: list[Path] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                made.append(path)
                file.write(data)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise BuildError(f"cannot write {error.filename or path}: {error.strerror}; nothing was written") from error


def _in_the_way(path: Path) -> Problem | None:
    """What would be lost, or stands where a folder belongs."""
    if path.exists() or path.is_symlink():
        return Problem(str(path), 0, 0, "is there already", "choose another name, or move it away")
    file = next((parent for parent in path.parents if parent.exists() and not parent.is_dir()), None)
    return Problem(str(file), 0, 0, "a file lies where a folder belongs") if file else None


def written_before(out: Path) -> frozenset[str]:
    """The paths of every file earlier builds left in `out`."""
    return frozenset(_listed(out))


def _listed(out: Path) -> dict[str, str]:
    found = _read(out / HOME / FILES)
    return {path: str(found[path]) for path in _safe_paths(list(found))} if isinstance(found, dict) else {}


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _safe_paths(found: object) -> list[str]:
    """The paths of a list we once wrote; whatever else may stand there by now never leads outside the folder."""
    paths = found if isinstance(found, list) else []
    return [path for path in paths if isinstance(path, str) and _is_inside(path)]


def _is_inside(path: str) -> bool:
    return not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts and "\0" not in path


def _write(out: Path, files: Mapping[str, bytes], is_stale: Callable[[str], bool]) -> tuple[str, ...]:
    before = _listed(out)
    _refuse_foreign(out, files, before)
    changed = [path for path, data in files.items() if not _holds(out / path, data)]
    removed = [path for path in before if path not in files and is_stale(path)]
    after = {path: digest for path, digest in before.items() if path not in removed}
    after |= {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    if changed or removed or after != before:
        _stage(out, files, changed)
        _save(out / HOME / MOVES, json.dumps({"paths": [*changed, *removed], "after": after}).encode())
        try:
            _move(out, [*changed, *removed])
            _save(out / HOME / FILES, json.dumps(after, indent=0, sort_keys=True).encode())
        except BaseException:
            _recover(out)
            raise
        with contextlib.suppress(OSError):  # the new output is in place; the next build tidies up what is left
            _tidy_up(out, removed)
    return tuple(sorted([*changed, *removed]))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _refuse_foreign(out: Path, files: Mapping[str, bytes], before: Mapping[str, str]) -> None:
    root = out.resolve()
    for path in files:
        target = out / path
        if not _is_inside(path) or not target.resolve().is_relative_to(root) or target.is_symlink():
            raise BuildError(f"{target} leads outside the output folder; nothing was written")
        in_the_way = target.is_dir() or any(parent.is_file() for parent in _parents(target, out))
        if in_the_way or (path not in before and target.exists()):
            raise BuildError(f"{target} is not from milebook and would be overwritten; move it or choose another --out")


def _parents(target: Path, out: Path) -> Iterator[Path]:
    return (parent for parent in target.parents if parent != out and parent.is_relative_to(out))


def _stage(out: Path, files: Mapping[str, bytes], changed: list[str]) -> None:
    _clear(out)
    for path in changed:
        _save(out / HOME / "new" / path, files[path])


def _save(path: Path, data: bytes) -> None:
    """Write a file so that it is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _move(out: Path, paths: list[str]) -> None:
    old, new = out / HOME / "old", out / HOME / "new"
    for path in paths:
        if (out / path).exists():
            _put(out / path, old / path)
        if (new / path).exists():
            _put(new / path, out / path)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _recover(out: Path) -> None:
    """Finish what a build left unfinished: undo its moves, or tidy up where its list of files is already in place."""
    moves = _read(out / HOME / MOVES)
    found = moves if isinstance(moves, dict) else {}
    paths = _safe_paths(found.get("paths"))
    if _listed(out) != found.get("after"):
        _undo(out, paths)
    _tidy_up(out, paths)


def _undo(out: Path, paths: list[str]) -> None:
    old, new, before = out / HOME / "old", out / HOME / "new", written_before(out)
    for path in paths:
        if (old / path).exists():
            _put(old / path, out / path)
        elif path not in before and not (new / path).exists():
            (out / path).unlink(missing_ok=True)


def _tidy_up(out: Path, paths: list[str]) -> None:
    (out / HOME / MOVES).unlink(missing_ok=True)
    _clear(out)
    for path in paths:
        for parent in _parents(out / path, out):
            with contextlib.suppress(OSError):  # not empty
                parent.rmdir()


def _clear(out: Path) -> None:
    for name in ("new", "old"):
        shutil.rmtree(out / HOME / name, ignore_errors=True)


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """One build at a time in one folder, where the system can lock; a second one waits."""
    home = out / HOME
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as handle:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
