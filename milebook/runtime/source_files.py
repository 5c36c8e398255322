"""The files below some folders, each with what tells that it has changed: to be looked at again and again."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MOST_FILES = 20_000  # that are looked at
FileState = tuple[int, ...]


def list_files(folders: Sequence[Path]) -> dict[str, FileState]:
    """The files below some folders by their paths, each with what tells a change: mode, number, size, times.

    Links are followed, but to no folder twice. What cannot be read is there with nothing.
    """
    found: dict[str, FileState] = {}
    waiting, known = [str(folder) for folder in folders], set[tuple[int, int]]()
    while waiting and len(found) < MOST_FILES:
        folder = waiting.pop()
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in known:
                continue
            known.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    state = _state_of(entry)
                    if state and stat.S_ISDIR(state[0]):
                        waiting.append(entry.path)
                    else:
                        found[entry.path] = state
        except OSError:
            found[folder] = ()
    return found


def _state_of(entry: os.DirEntry[str]) -> FileState:
    try:
        status = entry.stat()
    except OSError:
        return ()
    return status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def changed_within(files: Mapping[str, FileState], seconds: float) -> bool:
    """Whether one of the files has changed so lately, or in the future."""
    return max((max(state[-2:], default=0) for state in files.values()), default=0) > time.time_ns() - seconds * 1e9
