"""Links and hard links in the place of what the program writes, reads and removes; some appear meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from pathlib import Path
from random import Random

from attack import bases, children, sandbox, shield
from attack.case import Attack, Case
from attack.children import Limits
from attack.sandbox import SECRET, plant

LIMITS = Limits(wall=60, cpu=20)
STATES = (  # that come and go while something is made, or could
    *(
        "work/output/.milebook/" + name
        for name in ("new", "old", "lock", "moves.json", "files.json.part", "moves.json.part", "parts")
    ),
    *("work/output/.milebook/" + name for name in ("new/beginner", "old/beginner", "new/index.html", "old/index.html")),
    *("work/output/" + name for name in ("index.html.part", "beginner/parts.pdf", "beginner/booklet.pdf")),
    *(
        "work/output-private/.milebook/" + name
        for name in ("parts", "secret", "lock", "roster/seal.json", "roster/all", "roster/groups")
    ),
    *(
        "work/output-private/" + name
        for name in ("all.pdf", "group-a.pdf", "athletes/zoe-able.pdf", "robots.txt", "published")
    ),
    *("cache/forms", "cache/milebook", "cache/CACHEDIR.TAG"),
)


def attack(case: Case, random: Random) -> None:
    """A link somewhere below output and cache; then a build that changes, removes and writes anew."""
    command = prepare(case, random)
    path = random.choice(candidates(case))
    way = random.choice(("file", "folder", "dangling", "mirror", "mirror", "hard", "loop"))
    case.what = f"{way} link for {path} at {command[1]}"
    put_link(case, path, way)
    build_twice(case, command)


def prepare(case: Case, random: Random) -> tuple[str, ...]:
    """A finished build to attack, and the command that changes most of it."""
    way = random.randrange(5)
    if way < 2:
        bases.copy(bases.built("first"), case.arena)
        return (*bases.PROFILE_BUILD, *bases.OTHER)
    if way == 2:
        bases.copy(bases.built("card"), case.arena)
        return random.choice(((*bases.CARD_BUILD, *bases.OTHER), bases.PROFILE_BUILD))
    bases.copy(bases.built("roster"), case.arena)
    (case.arena.work / "club.csv").write_text(bases.LATER)
    return random.choice((bases.ROSTER_BUILD, (*bases.ROSTER_BUILD, "--publish")))


def candidates(case: Case) -> list[str]:
    """Every path of the program's own, as there is one or as there might be one."""
    found = set(STATES)
    for folder in (*case.arena.outputs, case.arena.cache):
        found |= {path.relative_to(case.arena.root).as_posix() for path in folder.rglob("*")}
    return sorted(found)


def put_link(case: Case, name: str, way: str) -> None:
    """A link of a kind in the place of a path of the program's."""
    path = case.arena.root / name
    victim = case.arena.victim
    if way == "mirror":  # what was there, but somebody else's
        mirror = victim / "mirror" / path.name
        _copy_as_old(path, mirror)
        case.arena.link(path, mirror)
    elif way == "hard":
        case.arena.remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(victim / "keep.txt")
    else:
        targets = {"file": victim / "keep.txt", "folder": victim, "dangling": victim / "nowhere", "loop": path}
        case.arena.link(path, targets[way])
    case.watch()


def _copy_as_old(path: Path, mirror: Path) -> None:
    """What is at a path, word for word, as somebody's own from years ago."""
    mirror.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, mirror, symlinks=True)
        plant(mirror / "thesis.tex", f"{SECRET} thesis\n".encode())
        for file in mirror.rglob("*"):
            if file.is_file() and not file.is_symlink():
                os.utime(file, (sandbox.OLD, sandbox.OLD))
    elif path.is_file():
        plant(mirror, path.read_bytes())
    else:
        plant(mirror, b"")


def build_twice(case: Case, command: tuple[str, ...]) -> None:
    """The build, and the next one: made or told, and nothing of the victim's is touched."""
    case.run(*command, limits=LIMITS)
    case.run(*command, "--result", "5k 25:00", limits=LIMITS)
    _no_link_grew(case)


def _no_link_grew(case: Case) -> None:
    """The program makes no links, and lets nobody else read what it makes private."""
    for path in case.arena.private.glob(".milebook/secret"):
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            case.fail("spoiled", "the secret may be read by others", "the secret is open")


# ---------------------------------------------------------------- links that appear meanwhile

SWAPPED = (
    *("work/output/.milebook", "work/output/beginner", "work/output/assets", "work/output/assets/fonts"),
    *("work/output/.milebook/new",),
    *("work/output/.milebook/old", "cache/forms"),
)
SWAPPED_OF_ROSTERS = (
    *("work/output-private/.milebook", "work/output-private/.milebook/roster", "work/output-private/athletes"),
    *("cache/forms",),
    *("work/output-private/.milebook/parts", "work/output-private/.milebook/roster/athletes"),
)


def attempt_swapped(case: Case, random: Random) -> None:
    """A folder and a link to the victim's copy of it, swapped as fast as the machine can."""
    command = prepare(case, random)
    name = random.choice(SWAPPED_OF_ROSTERS if "--roster" in command else SWAPPED)
    case.what = f"{name} swapped for a link meanwhile, {command[1]}"
    path, mirror = case.arena.root / name, case.arena.victim / "mirror" / "there"
    path.mkdir(parents=True, exist_ok=True)
    _copy_as_old(path, mirror)
    other = path.with_name(f"{path.name}.swap")
    case.arena.link(other, mirror)
    case.writable = (*case.writable, "cache.swap")
    case.watch()
    swapper = _begin_swapping(path, other)
    try:
        for _ in range(2):
            case.run(*command, limits=LIMITS)
            case.run(*command, "--result", "5k 25:00", limits=LIMITS)
    finally:
        os.kill(swapper, signal.SIGKILL)
        os.waitpid(swapper, 0)
        children.KNOWN.discard(swapper)


def _begin_swapping(one: Path, other: Path) -> int:
    pid = os.fork()
    if not pid:
        try:
            while True:
                shield.exchange(one, other)
        finally:
            os._exit(0)
    children.KNOWN.add(pid)
    return pid


# ---------------------------------------------------------------- what is known to have failed


def _at(name: str, way: str, base: str, *command: str) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        bases.copy(bases.built(base), case.arena)
        if base == "roster":
            (case.arena.work / "club.csv").write_text(bases.LATER)
        put_link(case, name, way)
        build_twice(case, command)

    return attempt


PROFILE = (*bases.PROFILE_BUILD, *bases.OTHER)
ROSTER = bases.ROSTER_BUILD
KNOWN: dict[str, Attack] = {
    "the lock is a link": _at("work/output/.milebook/lock", "file", "first", *PROFILE),
    "the lock is a hard link": _at("work/output/.milebook/lock", "hard", "first", *PROFILE),
    "the state is a link": _at("work/output/.milebook", "mirror", "first", *PROFILE),
    "the state is a link to a folder": _at("work/output/.milebook", "folder", "first", *PROFILE),
    "files.json.part is a link": _at("work/output/.milebook/files.json.part", "file", "first", *PROFILE),
    "new is a link": _at("work/output/.milebook/new", "folder", "first", *PROFILE),
    "old is a link": _at("work/output/.milebook/old", "folder", "first", *PROFILE),
    "a runner's folder is a link": _at("work/output/beginner", "mirror", "first", *PROFILE),
    "a runner's folder is a link, with PDFs": _at("work/output/beginner", "mirror", "card", *PROFILE),
    "forms are a link": _at("cache/forms", "mirror", "first", *PROFILE),
    "the roster's notes are a link": _at("work/output-private/.milebook/roster", "mirror", "roster", *ROSTER),
    "the roster's notes of athletes are a link": _at(
        "work/output-private/.milebook/roster/athletes", "mirror", "roster", *ROSTER
    ),
    "athletes are a link": _at("work/output-private/athletes", "mirror", "roster", *ROSTER),
    "parts are a link": _at("work/output-private/.milebook/parts", "folder", "roster", *ROSTER),
    "the secret is a link": _at("work/output-private/.milebook/secret", "file", "roster", *ROSTER, "--publish"),
    "swapped meanwhile 1": attempt_swapped,
    "swapped meanwhile 2": attempt_swapped,
    "swapped meanwhile 3": attempt_swapped,
    "swapped meanwhile 4": attempt_swapped,
    "swapped meanwhile 5": attempt_swapped,
    "swapped meanwhile 6": attempt_swapped,
    "swapped meanwhile 7": attempt_swapped,
    "swapped meanwhile 8": attempt_swapped,
}
