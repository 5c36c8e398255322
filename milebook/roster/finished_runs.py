"""A run of a roster that would do nothing, known before anything is planned.

A seal says all that a finished run was made of, and which slips it left. Where both are the same again, and every
file that the slips tell of is still there as it was, there is nothing to do. What has changed is found by a run that
looks at everybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256

from milebook.roster import manifest
from milebook.roster.manifest import Entries, Entry
from milebook.runtime.storage import Storage

NAME = f"{manifest.HOME}/seal.json"
LIST = "roster.csv"  # which has no slip


@dataclass(frozen=True)
class FinishedRun:
    """A finished run: a hash of what it was made of, its slips and its list, and what it had to say."""

    told: str
    entries: str
    table: str
    athletes: int
    notes: Sequence[str]


def find(notes: Storage, told: str) -> FinishedRun | None:
    """The seal of a run of the very same, if everything it left is there as it was."""
    try:
        finished = FinishedRun(**json.loads(notes.read(NAME) or b""))
    except (ValueError, TypeError):
        return None
    made = _slips(notes)
    if (finished.told, finished.entries, finished.table) != (told, _names(made), _digest(notes)):
        return None
    with ThreadPoolExecutor() as readers:  # hashing lets other threads run
        whole = readers.map(lambda entry: manifest.is_current(entry, entry.input, notes), _all(made))
        return finished if all(whole) else None


def put(notes: Storage, told: str, athletes: int, said: Sequence[str]) -> None:
    """Seal a run that is finished. Raises BuildError."""
    finished = FinishedRun(told, _names(_slips(notes)), _digest(notes), athletes, said)
    notes.write(NAME, json.dumps(asdict(finished), ensure_ascii=False).encode())


def tear(notes: Storage) -> None:
    """There is something to do: what is there from now on is not the finished run."""
    if notes.read(NAME) is not None:
        notes.remove(NAME)


def _digest(notes: Storage) -> str:
    return sha256(notes.read(LIST) or b"").hexdigest()


def _slips(notes: Storage) -> dict[str, Entries]:
    return {kind: manifest.read_all(notes, kind) for kind in (manifest.ATHLETES, manifest.GROUPS, manifest.ALL)}


def _all(made: Mapping[str, Entries]) -> list[Entry]:
    return [entry for of_kind in made.values() for entry in of_kind.values()]


def _names(made: Mapping[str, Entries]) -> str:
    return sha256(json.dumps([sorted(of_kind) for of_kind in made.values()]).encode()).hexdigest()
