"""What lies in a folder of content or templates and cannot be used: told, and never passed over in silence.

Where such a file or folder is passed over, the bundled one of the same name would take its place.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from milebook.content.yaml_file import shown
from milebook.core.errors import Problem

NO_END = "the link leads round in a circle"


def is_folder(path: Path) -> bool:
    """Whether a folder is there. Raises OSError where something is there that is none, or that cannot be looked at."""
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise
        return False
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    with os.scandir(path) as entries:  # raises where it may not be listed, and below where it may not be entered
        for entry in entries:
            entry.stat(follow_symlinks=False)
            break
    return True


def why(error: OSError) -> str:
    """What keeps something from being read."""
    if error.errno == errno.ELOOP:
        return NO_END
    if error.errno == errno.ENOENT:
        return "the link leads nowhere"
    if error.errno == errno.ENOTDIR:
        return "a file lies where a folder belongs"
    return f"cannot be read: {error.strerror}"


def unusable(top: Path, *, is_closed: bool = False) -> Iterator[Problem]:
    """A problem for everything below a folder that cannot be read, or is no file; hidden files are an editor's own.

    So is a link that leads out of a folder that is closed: what is in that is shown to others as it is.
    """
    waiting = [(top, frozenset[tuple[int, int]]())]
    while waiting:
        folder, around = waiting.pop()
        try:
            status = folder.stat()
            here = (status.st_dev, status.st_ino)
            if here in around:
                yield Problem(shown(folder), 0, 0, NO_END)
                continue
            with os.scandir(folder) as found:
                entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda one: one.name)
        except OSError as error:
            yield Problem(shown(folder), 0, 0, why(error))
            continue
        for entry in entries:
            if message := _unusable(entry, top if is_closed else None):
                yield Problem(shown(Path(entry.path)), 0, 0, *message)
            elif entry.is_dir():
                waiting.append((Path(entry.path), around | {here}))


def _unusable(entry: os.DirEntry[str], inside: Path | None) -> tuple[str, str] | None:
    """What is wrong with a file or folder, and what to do."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8", "give it another name"
    try:
        if entry.is_file() or entry.is_dir():  # False for a link that leads nowhere, too
            if inside and entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(inside.resolve()):
                return "the link leads out of the folder", "put the file itself there"
            return None
        entry.stat()
    except OSError as error:
        return why(error), "remove it, or mend what it leads to"
    return "a pipe or a device lies where a file belongs", "remove it"
