"""What attacks begin with: small content, and builds made once, to be copied and compared with."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from attack import children, sandbox
from attack.children import CLONE
from attack.sandbox import Arena

OTHER = ("--result", "5k 24:10")  # another result: most products change
ROSTER = """\
name,group,level,distance,time
Zoe Able,A,beginner,5 km,27:30
Max Berg,A,intermediate,5 km,21:10
Ines Clark,B,advanced,mile,5:05
"""
LATER = ROSTER.replace("27:30", "26:40").replace("Max Berg", "Noa Berg")  # one is faster, one is somebody else
ROSTER_BUILD = ("build", "--roster", "club.csv", "--no-pdf", "--html", "--jobs", "1")
PROFILE_BUILD = ("build", "--profile", "beginner", "--no-pdf", "--jobs", "1", "--out", "output")  # not where tries go
CARD_BUILD = ("build", "--profile", "beginner", "--parts", "race-card", "--jobs", "1", "--out", "output")

_root: Path | None = None  # of this process: where bases are made


def settle(root: Path) -> None:
    """Where bases are made; each process has its own."""
    global _root
    _root = root


def small_content(folder: Path) -> Path:
    """The shipped content with one runner, which is read and planned in half the time."""
    shutil.copytree(CLONE / "content", folder, ignore=shutil.ignore_patterns("schemas", "athletes.csv"))
    for name in ("advanced", "intermediate"):
        (folder / "profiles" / f"{name}.yaml").unlink()
    return folder


@dataclass(frozen=True)
class Base:
    """A finished build: its arena, and what it made."""

    arena: Arena
    profile: dict[str, str]  # path -> hash, of a profile's output
    private: dict[str, str]  # of a roster's


@cache
def built(name: str) -> Base:
    """A build made in this process's bases: each of `BUILDS`."""
    assert _root is not None
    arena = sandbox.lay_out(_root / name)
    (arena.work / "club.csv").write_text(LATER if "later" in name else ROSTER)
    for command in BUILDS[name]:
        ended = children.fork(arena, command).wait()
        if ended.code:
            raise RuntimeError(f"the campaign cannot begin: milebook {' '.join(command)}: {ended.err or ended.out}")
    return Base(arena, sandbox.products(arena.out), sandbox.products(arena.private))


BUILDS: dict[str, list[tuple[str, ...]]] = {
    "first": [PROFILE_BUILD],
    "later": [(*PROFILE_BUILD, *OTHER)],
    "card": [CARD_BUILD],
    "card-later": [(*CARD_BUILD, *OTHER)],
    "card-later-of-form": [CARD_BUILD, (*CARD_BUILD, *OTHER)],  # a form was made for the second
    "roster": [ROSTER_BUILD],
    "roster-later": [ROSTER_BUILD],
}


def ways(name: str) -> list[Base]:
    """The ways in which a build can be made well: with what an earlier one has kept in the cache, and without."""
    return [built(each) for each in (name, f"{name}-of-form") if each in BUILDS]


def copy(base: Base, arena: Arena) -> None:
    """The output and the cache of a base, to be attacked."""
    for source, target in ((base.arena.work, arena.work), (base.arena.cache, arena.cache)):
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
