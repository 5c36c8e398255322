"""What a roster's build notes of each thing it made, so that the next one makes only what is missing or has changed.

A slip tells of one athlete (or one file that holds many) the hash of all that went in, and the hash of each file that
came out. It is noted after the files, so what has a slip is finished. Each process adds its slips to a journal of its
own, a line each, as a file for each would take longer than many a booklet; what is kept at a run's end is gathered into
one journal, which the next run's add to.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache

from milebook.runtime import files
from milebook.runtime.places import ROSTER
from milebook.runtime.storage import Storage, holds

HOME = ROSTER
ATHLETES, PUBLISHED, GROUPS, ALL = "athletes", "published", "groups", "all"  # kinds; of the last there is one slip
KINDS = (ATHLETES, PUBLISHED, GROUPS, ALL)
GATHERED = "gathered"  # the journal of the runs before this one; what the others say is newer


@dataclass(frozen=True)
class Entry:
    """One thing that was made: hashes of what went in and came out, and how it was done."""

    input: str
    files: Mapping[str, str]  # path -> SHA-256
    how: str = ""
    why: str = ""  # a class of reasons, never a value
    pages: int = 0
    seconds: float = 0.0
    warnings: int = 0


Entries = dict[str, Entry]  # name -> slip


def read_all(notes: Storage, kind: str) -> Entries:
    """All slips of a kind. Lines that were not finished, or lead outside, are none."""
    return dict(told for line in _lines(notes, kind) if (told := _read(line)))


def count_damaged(notes: Storage, kind: str) -> int:
    """How many lines cannot be read; one that a run was cut off at is not damaged."""
    return sum(line.endswith(b"\n") and _read(line) is None for line in _lines(notes, kind))


def _lines(notes: Storage, kind: str) -> Iterator[bytes]:
    """The lines of all journals, the newest last."""
    for journal in sorted(notes.names(f"{HOME}/{kind}"), key=lambda journal: journal != GATHERED):
        yield from (notes.read(f"{HOME}/{kind}/{journal}") or b"").splitlines(keepends=True)


def _read(line: bytes) -> tuple[str, Entry] | None:
    try:
        name, told = json.loads(line)
        entry = Entry(**told)
        sound = isinstance(name, str) and isinstance(entry.files, dict) and all(map(is_inside, entry.files))
    except (ValueError, TypeError):
        return None
    return (name, entry) if sound else None


def note(notes: Storage, kind: str, name: str, entry: Entry) -> None:
    """Note a slip in the journal of this process. Raises BuildError."""
    notes.append(f"{HOME}/{kind}/{_writer(os.getpid())}", _line(name, entry))


@cache
def _writer(process: int) -> str:
    return f"{process}-{secrets.token_hex(6)}"


def _line(name: str, entry: Entry) -> bytes:
    return json.dumps([name, asdict(entry)], ensure_ascii=False, sort_keys=True).encode() + b"\n"


def gather(notes: Storage, kind: str, wanted: Entries) -> None:
    """Keep these slips of a kind and no others, in one journal. Raises BuildError."""
    journals = notes.names(f"{HOME}/{kind}")
    if journals == [GATHERED] and read_all(notes, kind) == wanted:
        return
    if wanted:
        notes.write(f"{HOME}/{kind}/{GATHERED}", b"".join(_line(name, entry) for name, entry in sorted(wanted.items())))
    for journal in journals:
        if journal != GATHERED or not wanted:
            notes.remove(f"{HOME}/{kind}/{journal}")


def is_current(entry: Entry | None, wanted: str, place: Storage) -> bool:
    """Whether what was made is what would be made now, and still there as it was."""
    return entry is not None and entry.input == wanted and all(holds(place, *one) for one in entry.files.items())


def is_inside(path: object) -> bool:
    """Whether a path noted once leads to a roster's own files, whatever may stand there by now."""
    return files.is_inside(path) and not str(path).startswith(".")
