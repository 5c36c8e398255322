"""{relative path: bytes} -> a folder: all or nothing. Stale files of ours are removed, nothing foreign is touched.

Everything is first written beside the old output, in `.milebook/new`, and moved into place at the end; what a move
replaces is kept in `.milebook/old` until all moves are done. A build that dies before the moves leaves the old output
as it was; one that dies between them is undone by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from milebook.errors import BuildError

HOME = ".milebook"
MANIFEST = "files.json"
MOVES = "moves.json"


def write(out: Path, files: Mapping[str, bytes], is_stale: Callable[[str], bool]) -> tuple[str, ...]:
    """Bring `out` up to date; returns the paths that changed.

    `is_stale` tells which of the files written by an earlier build belong to what is built now: they are removed when
    `files` no longer has them. Raises BuildError; the old output is then as it was.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            _undo_unfinished(out)
            return _write(out, files, is_stale)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise BuildError(f"cannot write{where}: {error.strerror or error}; the output is as it was") from error


def written_before(out: Path) -> frozenset[str]:
    """The paths of every file earlier builds left in `out`."""
    return frozenset(_manifest(out))


def _manifest(out: Path) -> dict[str, str]:
    try:
        data = json.loads((out / HOME / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(digest) for path, digest in data.items()} if isinstance(data, dict) else {}


def _write(out: Path, files: Mapping[str, bytes], is_stale: Callable[[str], bool]) -> tuple[str, ...]:
    before = _manifest(out)
    _refuse_foreign(out, files, before)
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    changed = [path for path in files if before.get(path) != digests[path] or not (out / path).is_file()]
    removed = [path for path in before if path not in files and is_stale(path)]
    after = {path: digest for path, digest in before.items() if path not in removed} | digests
    if not changed and not removed:
        return ()
    try:
        _stage(out, files, changed)
        _move(out, changed, removed)
        _save(out / HOME / MANIFEST, json.dumps(dict(sorted(after.items())), indent=0).encode())
        (out / HOME / MOVES).unlink()
    except BaseException:
        _undo_unfinished(out)
        raise
    _clear(out)
    _remove_empty_folders(out, removed)
    return tuple(sorted([*changed, *removed]))


def _refuse_foreign(out: Path, files: Mapping[str, bytes], before: Mapping[str, str]) -> None:
    root = out.resolve()
    for path in files:
        target = out / path
        if not target.resolve().is_relative_to(root) or target.is_symlink():
            raise BuildError(f"{target} leads outside the output folder; nothing was written")
        if path not in before and (target.exists() or any(parent.is_file() for parent in _parents(target, out))):
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


def _move(out: Path, changed: list[str], removed: list[str]) -> None:
    old, new = out / HOME / "old", out / HOME / "new"
    _save(out / HOME / MOVES, json.dumps([*changed, *removed]).encode())
    for path in (*changed, *removed):
        if (out / path).exists():
            (old / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).replace(old / path)
        if (new / path).exists():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (new / path).replace(out / path)


def _undo_unfinished(out: Path) -> None:
    """Put back what a build that did not finish had moved."""
    moves = out / HOME / MOVES
    if moves.exists():
        old, new = out / HOME / "old", out / HOME / "new"
        for path in json.loads(moves.read_text("utf-8")):
            if (old / path).exists():
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (old / path).replace(out / path)
            elif not (new / path).exists() and path not in _manifest(out):
                (out / path).unlink(missing_ok=True)
        moves.unlink()
    _clear(out)


def _clear(out: Path) -> None:
    for name in ("new", "old"):
        shutil.rmtree(out / HOME / name, ignore_errors=True)


def _remove_empty_folders(out: Path, removed: list[str]) -> None:
    for path in removed:
        for parent in _parents(out / path, out):
            with contextlib.suppress(OSError):
                parent.rmdir()


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
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
