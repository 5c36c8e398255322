"""Folders that milebook may write to: marked as its own, or empty; never a person's home, sources or private files."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from milebook.core.errors import BuildError, ContentError, Problem
from milebook.runtime.files import HOME, PARTS, SafeFolder, resolved

TAG = "CACHEDIR.TAG"  # with this first line, which backup programs know: https://bford.info/cachedir/
MARK = b"""Signature: 8a477f597d28d172789f06886806bc55
# This is the cache of milebook, which removes the oldest of its own files here. It may be deleted at any time.
"""
FORMS = "forms"  # the only thing in a cache
EDITION = re.compile(r"[0-9a-f]{32}")
PART = re.compile(re.escape(PARTS) + r"/[0-9a-f]{24}\.part")  # a file on its way
ROSTER = f"{HOME}/roster"  # a roster's notes: where they are, names and addresses are
SECRET = f"{HOME}/secret"  # what unguessable names are made of; it stays with the coach


def open_cache(folder: Path, out: Path | None, work: Iterable[Path]) -> Path | None:
    """The folder for masters in a cache, marked as ours; None where it cannot be made, and nothing is kept.

    Raises BuildError for a folder that is not a cache of ours and holds something, or that lies where others have a
    say (in a clone: `work` are the folders that are worked in) or is published (in `out`, or around it).
    """
    place = resolved(folder)
    _refuse_shared(folder, place, out, work)
    seen, cache = SafeFolder(place), SafeFolder(place, private=True)  # what is not ours keeps its mode
    try:
        if seen.read(TAG) != MARK:
            found = os.listdir(place) if place.is_dir() else []
            begun = _begun(place) if found == [HOME] else None
            if found and begun is None and not _is_of_before(seen, found):
                raise BuildError(f"{folder} is not a cache of milebook and not empty; name another folder with --cache")
            cache.write(TAG, MARK)
            for path in begun or ():
                cache.remove(path)
            cache.remove_if_empty(PARTS)
            cache.remove_if_empty(HOME)
    except OSError:
        return None
    return place / FORMS


def _begun(place: Path) -> list[str] | None:
    """The marks that builds which were killed had begun to write; None where there is anything else."""
    inside = {path.relative_to(place).as_posix(): path for path in (place / HOME).rglob("*")}
    parts = [name for name, path in inside.items() if PART.fullmatch(name) and path.is_file()]
    is_linked = any(path.is_symlink() for path in (place / HOME, *inside.values()))
    return parts if set(inside) <= {PARTS, *parts} and not is_linked else None


def _is_of_before(cache: SafeFolder, found: list[str]) -> bool:
    """Whether a folder without a mark has nothing but what milebook left before it marked its caches."""
    inside = [*cache.names(FORMS), *cache.folders(FORMS)]
    return found == [FORMS] and all(map(EDITION.fullmatch, inside)) and bool(inside)


def _refuse_shared(folder: Path, place: Path, out: Path | None, work: Iterable[Path]) -> None:
    for clone in {found for start in work if (found := _clone_of(start))}:
        if place.is_relative_to(clone):
            why = "lies in a clone, where others may have put files, and what is kept there is trusted"
            raise BuildError(f"the cache {folder} {why}; name another folder with --cache")
    if out and place.is_relative_to(resolved(out)):
        raise BuildError(f"the output {out} holds the cache {folder}; name another folder with --out or --cache")
    if out and resolved(out).is_relative_to(place):
        raise BuildError(f"the output {out} lies in the cache {folder}; name another folder with --out or --cache")


def _clone_of(start: Path) -> Path | None:
    """The top of the clone that a folder lies in; a home that is a clone as a whole is none."""
    place = resolved(start)
    found = next((folder for folder in (place, *place.parents) if os.path.lexists(folder / ".git")), None)
    return None if found is None or found == _home() else found


def _home() -> Path | None:
    with contextlib.suppress(RuntimeError):
        return Path.home().resolve()
    return None


def refuse_output(out: Path, sources: Iterable[Path], *, private: Path | None = None, is_private: bool = False) -> None:
    """Raise ContentError for a place where a build would write among what is not its own.

    `sources` are the folders a build is made of. A site may not lie where a roster's private files are, nor around
    them; `private` is where those of this build go, if it has some, and `is_private` says that they go to `out`.
    """
    place = resolved(out)
    problems = list(_beside_sources(out, place, sources))
    if not is_private:
        problems += _beside_private(out, place, private)
    if problems:
        raise ContentError(problems[:1])


def _beside_sources(out: Path, place: Path, sources: Iterable[Path]) -> Iterator[Problem]:
    hint = "choose a folder of its own, such as output"
    home = _home()
    if place.parent == place:
        yield Problem("--out", 0, 0, f"{out} is the top of the disk", hint)
    elif home and home.is_relative_to(place):
        what = "is your home folder" if home == place else "holds your home folder"
        yield Problem("--out", 0, 0, f"{out} {what}", hint)
    for source in sources:
        there = resolved(source)
        if there.is_relative_to(place) or place.is_relative_to(there):
            what = "is" if place == there else "holds" if there.is_relative_to(place) else "lies in"
            yield Problem("--out", 0, 0, f"{out} {what} {source}, which a build is made from", hint)


def _beside_private(out: Path, place: Path, private: Path | None) -> Iterator[Problem]:
    hint = "what is published would lie beside names and addresses: choose another folder for one of them"
    if private and (resolved(private).is_relative_to(place) or place.is_relative_to(resolved(private))):
        yield Problem("--out", 0, 0, f"{out} holds a roster's private files, or lies among them", hint)
    for folder in (place, *place.parents):
        if os.path.lexists(folder / ROSTER) or os.path.lexists(folder / SECRET):
            yield Problem("--out", 0, 0, f"{out} lies in {folder}, where a roster's private files are", hint)
