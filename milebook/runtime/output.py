"""{relative path: bytes} -> a folder: all or nothing. Stale files of ours are removed, nothing foreign is touched.

Everything is first written beside the old output, in `.milebook/new`, and moved into place at the end; what a move
replaces waits in `.milebook/old`, and `moves.json` says what is on the way. The build counts from the moment the new
list of files is in place: one that dies before is undone, one that dies after is tidied up, at the latest by the next.

What these state files name counts only if we wrote it there: a file is removed only while it has the bytes that the
list has the digest of, and nothing is reached through a link (see `files`). The list is kept twice, so that one that is
lost or damaged is told and made anew from the other.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from milebook.core.errors import BuildError, ContentError, Problem
from milebook.runtime.files import HOME, LOCK, LinkError, SafeFolder, cannot_write, is_inside, resolved, undone_folders

FILES = "files.json"  # the files that earlier builds left: path -> digest
SPARE = "files-spare.json"  # the same once more
MOVES = "moves.json"  # while files are moved: their paths, and the list of files as it will be
START, SIGNATURE = "index.html", b'<meta name="generator" content="milebook">'  # by which an output is known as ours
NEW, OLD, ON_THE_WAY = f"{HOME}/new", f"{HOME}/old", f"{HOME}/site-parts"

Digests = Mapping[str, str]  # path -> SHA-256


@dataclass(frozen=True)
class Before:
    """What earlier builds left in the output: the digests of their files by path, and the files."""

    out: Path
    digests: Digests

    def read(self, path: str) -> bytes | None:
        """A file an earlier build wrote; None where it did not, or where it is gone."""
        return _opened(self.out).read(path) if path in self.digests else None


@dataclass(frozen=True)
class Written:
    """What a build did to its output: the paths that changed, and what was found there that should not be so."""

    changed: tuple[str, ...]
    notes: tuple[Problem, ...] = ()


Late = Callable[[Before], Mapping[str, bytes]]


def write(
    out: Path, files: Mapping[str, bytes], is_stale: Callable[[str], bool], late: Late = lambda before: {}
) -> Written:
    """Bring `out` up to date.

    `is_stale` tells which of the files written by an earlier build belong to what is built now: they are removed when
    `files` no longer has them. `late` makes the files that depend on what earlier builds left.
    Raises BuildError; the old output is then as it was.
    """
    folder = _opened(out)
    try:
        with _undone_if_new(folder):
            folder.make()
            with folder.locked():
                recovered = _recover(folder)
                listed = _read_list(folder)
                update = _Update(folder, listed, {**files, **late(Before(out, listed.digests))}, is_stale)
                return Written(update.run(), (*listed.notes, *recovered, *update.notes))
    except OSError as error:
        raise cannot_write(error, out, "the output is as it was") from error


def _opened(out: Path) -> SafeFolder:
    """The output folder, which may itself be a link of its owner's."""
    return SafeFolder(resolved(out), called=out, parts=ON_THE_WAY)  # a roster may publish here meanwhile


@contextlib.contextmanager
def _undone_if_new(folder: SafeFolder) -> Iterator[None]:
    """A folder that was made for a build goes again with a build that fails."""
    is_new = not os.path.lexists(folder.root)
    with undone_folders([folder.root]):
        try:
            yield
        except BaseException:
            if is_new:
                with contextlib.suppress(OSError):
                    folder.remove(LOCK)
                    folder.remove_if_empty(ON_THE_WAY)
                    folder.remove_if_empty(HOME)
            raise


def written_before(out: Path) -> frozenset[str]:
    """The paths of every file earlier builds left in `out`."""
    return frozenset(_read_list(_opened(out)).digests)


# ---------------------------------------------------------------- the list of our files


@dataclass(frozen=True)
class _Listed:
    """The files that earlier builds left, with their digests. `is_lost` says that there were some nobody knows of."""

    digests: dict[str, str]
    notes: tuple[Problem, ...] = ()
    is_lost: bool = False


def _read_list(folder: SafeFolder) -> _Listed:
    """What is known of earlier builds; where the list is lost, a word on it, and whether the output is ours at all."""
    kept, spare = (_read_digests(folder, f"{HOME}/{name}") for name in (FILES, SPARE))
    if kept is not None:
        return _Listed(kept)
    where, lost = folder.shown(f"{HOME}/{FILES}"), "the list of built files was lost"
    if spare is not None:
        return _Listed(spare, (Problem(where, 0, 0, lost, "it is made anew from its copy"),))
    is_ours = SIGNATURE in (folder.read(START) or b"")
    if is_ours or any(folder.status(f"{HOME}/{name}") for name in (FILES, SPARE)):
        hint = "it is made anew; files that no build makes any more stay where they are: remove what you do not want"
        return _Listed({}, (Problem(where, 0, 0, f"{lost}, and so was its copy", hint),), is_ours)
    return _Listed({})  # nothing was ever built here


def _read_digests(folder: SafeFolder, path: str) -> dict[str, str] | None:
    found = _read_json(folder, path)
    if not isinstance(found, dict):
        return None
    return {path: digest for path, digest in found.items() if is_inside(path) and isinstance(digest, str)}


def _read_json(folder: SafeFolder, path: str) -> object:
    try:
        return json.loads((folder.read(path) or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _save_list(folder: SafeFolder, name: str, digests: Digests) -> None:
    folder.write(f"{HOME}/{name}", json.dumps(digests, indent=0, sort_keys=True).encode(), flush=True)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _wrote(folder: SafeFolder, path: str, digests: Collection[str | None]) -> bool:
    """Whether what is at a path is a file with one of these digests: what we wrote there."""
    data = folder.read(path)
    return data is not None and _digest(data) in digests


# ---------------------------------------------------------------- one build


class _Update:
    """Brings a folder from the files that are listed to those that are wanted."""

    def __init__(
        self, folder: SafeFolder, listed: _Listed, files: Mapping[str, bytes], is_stale: Callable[[str], bool]
    ) -> None:
        before = listed.digests
        self.folder, self.before, self.files, self.is_lost = folder, before, files, listed.is_lost
        self.changed = [path for path, data in files.items() if not folder.holds(path, data)]
        stale = [path for path in before if path not in files and is_stale(path)]
        gone = [path for path in stale if not self._is_there(path)]
        self.removed = [path for path in stale if path not in gone and _wrote(folder, path, {before[path]})]
        self.foreign = [path for path in stale if path not in gone and path not in self.removed]
        self.after = {path: digest for path, digest in before.items() if path not in stale}
        self.after |= {path: _digest(data) for path, data in files.items()}

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is left where it is, since it is not what we wrote."""
        message, hint = "is no longer what milebook wrote there", "it is left where it is, and is yours now"
        return tuple(Problem(self.folder.shown(path), 0, 0, message, hint) for path in self.foreign)

    def run(self) -> tuple[str, ...]:
        """Do it; returns the paths that changed. Raises OSError or BuildError, and everything is as it was."""
        self._refuse_foreign()
        if self.changed or self.removed or self.after != self.before:
            self._replace()
        with contextlib.suppress(OSError):  # the output is as it should be; the copy comes with the next build
            if _read_digests(self.folder, f"{HOME}/{SPARE}") != self.after:
                _save_list(self.folder, SPARE, self.after)
                self.folder.remove_if_empty(ON_THE_WAY)
        return tuple(sorted([*self.changed, *self.removed]))

    def _is_there(self, path: str) -> bool:
        try:
            return self.folder.status(path) is not None
        except OSError:
            return True  # behind a link, say: not ours to look at

    def _refuse_foreign(self) -> None:
        """Raise BuildError where something that is not ours would be overwritten, or a link is in the way."""
        for path in self.files:
            if not is_inside(path):
                raise BuildError(f"{path} leads outside the output folder; nothing was written")
            target = self.folder.shown(path)
            try:
                found = self.folder.status(path)
                in_the_way = (found and not stat.S_ISREG(found.st_mode)) or self._is_below_a_file(path)
                if found and stat.S_ISLNK(found.st_mode):
                    raise LinkError(target)
            except LinkError as error:
                raise BuildError(f"{error.filename}: {error.strerror}; nothing was written") from None
            is_unknown = found and path not in self.before and path in self.changed
            if in_the_way or (is_unknown and not self.is_lost):
                why = "is not from milebook and would be overwritten"
                raise BuildError(f"{target} {why}; move it away or choose another --out")

    def _is_below_a_file(self, path: str) -> bool:
        found = [self.folder.status(parent) for parent in _parents(path)]
        return any(one is not None and not stat.S_ISDIR(one.st_mode) for one in found)

    def _replace(self) -> None:
        """Write beside, then move; undone where it fails."""
        paths = [*self.changed, *self.removed]
        try:
            for path in self.changed:
                self.folder.write(f"{NEW}/{path}", self.files[path], flush=True)
            moves = json.dumps({"paths": paths, "after": self.after}).encode()
            self.folder.write(f"{HOME}/{MOVES}", moves, flush=True)
            _move(self.folder, paths)
            _save_list(self.folder, FILES, self.after)
        except BaseException:
            _recover(self.folder)
            raise
        with contextlib.suppress(OSError):  # the new output is in place; the next build tidies up what is left
            _tidy_up(self.folder, self.removed)


def _move(folder: SafeFolder, paths: list[str]) -> None:
    for path in paths:
        if folder.status(path):
            folder.move(path, f"{OLD}/{path}")
        if folder.status(f"{NEW}/{path}"):
            folder.move(f"{NEW}/{path}", path)


def _recover(folder: SafeFolder) -> tuple[Problem, ...]:
    """Finish what a build left unfinished: undo its moves, or tidy up where its list of files is already in place."""
    waiting = folder.status(f"{HOME}/{MOVES}") is not None
    moves = _read_json(folder, f"{HOME}/{MOVES}")
    found = moves if isinstance(moves, dict) else {}
    after = found.get("after")
    listed = found.get("paths")
    paths = [path for path in listed if is_inside(path)] if isinstance(listed, list) else []
    if waiting and not paths:  # it is damaged; what was replaced is still there
        paths = folder.tree(OLD)
    before = _read_digests(folder, f"{HOME}/{FILES}") or {}
    if before != after:
        _undo(folder, paths, before, after if isinstance(after, dict) else {})
    _tidy_up(folder, paths)
    if waiting and not found:
        message, hint = "the notes of a build that was cut off are damaged", "what it had replaced was put back"
        return (Problem(folder.shown(f"{HOME}/{MOVES}"), 0, 0, message, hint),)
    return ()


def _undo(folder: SafeFolder, paths: list[str], before: Digests, after: Mapping[str, object]) -> None:
    """Put back what was replaced, and take away what was new: where it is still what that build wrote."""
    for path in paths:
        with contextlib.suppress(LinkError):  # somebody else's by now
            written = {str(after.get(path))}
            if folder.status(f"{OLD}/{path}"):
                if not folder.status(path) or _wrote(folder, path, written):
                    folder.move(f"{OLD}/{path}", path)
            elif path not in before and not folder.status(f"{NEW}/{path}") and _wrote(folder, path, written):
                folder.remove(path)


def _tidy_up(folder: SafeFolder, paths: list[str]) -> None:
    folder.remove(f"{HOME}/{MOVES}")
    for name in (NEW, OLD, ON_THE_WAY):
        folder.remove_tree(name)
    for path in paths:
        for parent in _parents(path):
            folder.remove_if_empty(parent)


def _parents(path: str) -> list[str]:
    """The folders a path lies in, the innermost first."""
    names = path.split("/")[:-1]
    return ["/".join(names[:count]) for count in range(len(names), 0, -1)]


# ---------------------------------------------------------------- files of a person's own folders


def renew(files: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write those of the files that are not yet as given; returns them. Raises BuildError; nothing is half written."""
    changed = {path: data for path, data in files.items() if not _holds(path, data)}
    _put(changed, lambda part, path: part.replace(path))
    return tuple(changed)


def create(files: Mapping[Path, bytes]) -> None:
    """Write files that are new, all or none.

    Raises ContentError with every one that is there already, BuildError where they cannot be written.
    """
    if problems := [problem for path in files if (problem := _in_the_way(path))]:
        raise ContentError(problems)
    _put(files, _put_new)


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _in_the_way(path: Path) -> Problem | None:
    """What would be lost, or stands where a folder belongs."""
    if path.exists() or path.is_symlink():
        return Problem(str(path), 0, 0, "is there already", "choose another name, or move it away")
    file = next((parent for parent in path.parents if os.path.lexists(parent) and not parent.is_dir()), None)
    return Problem(str(file), 0, 0, "a file lies where a folder belongs") if file else None


def _put(files: Mapping[Path, bytes], move: Callable[[Path, Path], object]) -> None:
    """Write all files beside their places, then move them there; undone where that fails."""
    parts = {path: path.with_name(f".{secrets.token_hex(8)}.part") for path in files}
    new = [path for path in files if not os.path.lexists(path)]
    written: dict[Path, os.stat_result] = {}
    path = Path()  # that is being written
    try:
        with undone_folders({path.parent for path in files}):
            try:
                for path, data in files.items():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    _write_new(parts[path], data)
                    written[path] = parts[path].lstat()
                for path, part in parts.items():
                    move(part, path)
            except BaseException:
                _take_back([*parts.values()], {path: written[path] for path in new if path in written})
                raise
    except OSError as error:
        raise cannot_write(error, path, "nothing was written") from error


def _take_back(parts: Collection[Path], moved: Mapping[Path, os.stat_result]) -> None:
    """Remove files on their way, and those that have come to a place where nothing was, but nobody else's."""
    for path in parts:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    for path, ours in moved.items():
        with contextlib.suppress(OSError):
            if os.path.samestat(path.lstat(), ours):
                path.unlink()


def _write_new(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)


def _put_new(part: Path, path: Path) -> None:
    """Give a file its name, which nothing has: two that make the same one do not overwrite each other."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # some disks have no second names
        if os.path.lexists(path):
            raise
        part.rename(path)
    else:
        part.unlink()
