"""What a roster's build notes of each thing it made, so that the next one makes only what is missing or has changed.

A slip is a small file for each athlete (and each file that holds many): the hash of all that went in, and the hash of
each file that came out. It is written after the files, so what has a slip is finished; and no list has to be kept in
memory, sent about or rewritten. There is no name of an athlete in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from milebook.storage import Storage

HOME = ".milebook/roster"


@dataclass(frozen=True)
class Slip:
    """One thing that was made: hashes of what went in and came out, and how it was done."""

    input: str
    files: Mapping[str, str]  # path -> SHA-256
    how: str = ""
    why: str = ""  # a class of reasons, never a value
    pages: int = 0
    seconds: float = 0.0
    warnings: int = 0


def path_of(name: str) -> str:
    """Where a slip is."""
    return f"{HOME}/{name}.json"


def read(notes: Storage, name: str) -> Slip | None:
    """A slip; None where there is none that can be read."""
    try:
        slip = Slip(**json.loads(notes.read(path_of(name)) or b""))
        sound = isinstance(slip.files, dict) and all(map(is_inside, slip.files))
    except (ValueError, TypeError):
        return None
    return slip if sound else None


def write(notes: Storage, name: str, slip: Slip) -> None:
    """Write a slip. Raises BuildError."""
    notes.write(path_of(name), json.dumps(asdict(slip), ensure_ascii=False, sort_keys=True).encode())


def is_current(slip: Slip | None, wanted: str, place: Storage) -> bool:
    """Whether what was made is what would be made now, and still there as it was."""
    return slip is not None and slip.input == wanted and all(_is_whole(place, *one) for one in slip.files.items())


def _is_whole(place: Storage, path: str, digest: str) -> bool:
    data = place.read(path)
    return data is not None and sha256(data).hexdigest() == digest


def is_inside(path: object) -> bool:
    """Whether a path noted once leads to a roster's own files, whatever may stand there by now."""
    parts = path.split("/") if isinstance(path, str) else [".."]
    return not {"", "..", "."} & set(parts) and "\0" not in "".join(parts) and not parts[0].startswith(".")


def all_names(notes: Storage, folder: str) -> list[str]:
    """The names of all slips in a folder of slips."""
    found = notes.names(f"{HOME}/{folder}")
    return [f"{folder}/{name.removesuffix('.json')}" for name in found if name.endswith(".json")]


def discard(notes: Storage, name: str, place: Storage) -> int:
    """Remove what a slip tells of, and the slip; returns how many files there were."""
    slip = read(notes, name)
    files = list(slip.files) if slip else []
    for path in files:
        place.remove(path)
    notes.remove(path_of(name))
    return len(files)
