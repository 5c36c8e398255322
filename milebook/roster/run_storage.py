"""Where a roster's files go: the coach's own folder, the site's, or a place elsewhere; one run at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from milebook.core.errors import (
    BuildError,
)
from milebook.runtime.files import HOME, SafeFolder, resolved
from milebook.runtime.remote import Remote
from milebook.runtime.storage import Folder, Storage

PUBLISH_LOCK = f"{HOME}/publish-lock"


def storage_of(out: Path | str, *, private: bool) -> Storage:
    """The folder of this machine, or the place an address leads to."""
    return Folder(resolved(out), private) if isinstance(out, Path) else Remote(out.rstrip("/"))


def private_folder(out: Path) -> SafeFolder:
    """The folder of a roster: nobody else's business."""
    return SafeFolder(resolved(out), private=True, called=out)


@contextlib.contextmanager
def prepared(out: Path | str) -> Iterator[Storage]:
    """The place, without what an earlier run left on its way; a folder is for this run alone. Raises BuildError."""
    place = storage_of(out, private=True)
    if isinstance(out, str):
        place.sweep()
        yield place
        return
    folder = private_folder(out)
    with contextlib.ExitStack() as lock:
        try:
            folder.make()
            lock.enter_context(folder.locked())
            folder.tighten()
            place.sweep()
        except OSError as error:
            raise BuildError(f"cannot write into {out}: {error.strerror or error}") from None
        yield place


@contextlib.contextmanager
def published(site: Path | str | None, notes: Storage) -> Iterator[Storage]:
    """Where booklets go: the site's folder, for one roster at a time (the site may be built meanwhile); or `notes`."""
    if not isinstance(site, Path):
        yield storage_of(site, private=False) if site else notes
        return
    place, folder = storage_of(site, private=False), SafeFolder(resolved(site), called=site)
    with contextlib.ExitStack() as lock:
        try:
            lock.enter_context(folder.locked(PUBLISH_LOCK))
            place.sweep()
        except OSError as error:
            raise BuildError(f"cannot write into {site}: {error.strerror or error}") from None
        yield place
