"""Full disks: a small one in memory under output, cache or the folder for temporary files, with so much room left.

A build ends well or says what went wrong; then the old output is as it was, and nothing is left on its way.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

from attack import bases, kills, sandbox, shield
from attack.case import Attack, Case
from attack.children import Limits
from attack.kills import Scene

LIMITS = Limits(wall=60, cpu=30)
ROOM = 4096  # bytes: a page, of which such a disk is made
SKIPPED = "skipped: no disk of our own may be mounted here"


@contextlib.contextmanager
def small_disk(case: Case, folder: Path, room: int, files: int = 0) -> Iterator[bool]:
    """A disk with what is in the folder already and so much room; False where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    there = case.arena.root / "there"
    shutil.copytree(folder, there, symlinks=True)
    try:
        shield.mount_disk(folder, _size(there) + room + ROOM, files and files + len(list(there.rglob("*"))) + 1)
    except OSError:
        case.arena.remove(there)
        case.what = SKIPPED
        yield False
        return
    try:
        shutil.copytree(there, folder, symlinks=True, dirs_exist_ok=True)
        case.arena.remove(there)
        yield True
    finally:
        shield.unmount(folder)


def _size(folder: Path) -> int:
    """What the files of a folder take on such a disk."""
    return sum(-(-path.stat().st_size // ROOM) * ROOM if path.is_file() else ROOM for path in folder.rglob("*"))


def attack(case: Case, random: Random) -> None:
    """A build on a disk that is too small in one way or another."""
    scene = random.choice(kills.SCENES)
    where = random.choice(("out", "out", "cache", "tmp"))
    room = int(random.choice((0, 1, 10, 100, 500)) * ROOM * random.random())
    files = random.choice((0, 0, 0, random.randrange(1, 30)))
    fill(case, scene, where, room, files)


def fill(case: Case, scene: Scene, where: str, room: int, files: int = 0) -> None:
    """The build, with so much room in one of its folders."""
    case.what = (
        f"{room // ROOM} pages{f' and {files} files' if files else ''} left in {where}: {' '.join(scene.command[1:4])}"
    )
    kills.prepare(case, scene)
    folder = {"cache": case.arena.cache, "tmp": case.arena.tmp}.get(where)
    out = case.arena.private if scene.is_roster else case.arena.out
    with small_disk(case, folder or out, room, files) as mounted:
        if not mounted:
            return
        before = sandbox.products(out)
        case.watch()
        ended = case.run(*scene.command, limits=LIMITS)
        _judge(case, scene, ended.code, out, before)
        if where == "tmp":
            shutil.rmtree(case.arena.tmp / "x", ignore_errors=True)


def _judge(case: Case, scene: Scene, code: int, out: Path, before: dict[str, str]) -> None:
    after = [kills.of(scene, base) for base in bases.ways(scene.after)]
    if code == 0:
        case.same(out, "made on a small disk", *after)
    elif scene.is_roster:
        case.whole(out, before, *after)  # what is finished stays
    elif sandbox.products(out) != before:
        case.fail("half file", "the old output is not as it was after a full disk", "the old output is not as it was")
    kills.left_over(case)


def _full(scene: int, where: str, pages: int, files: int = 0) -> Attack:
    return lambda case, random: fill(case, kills.SCENES[scene], where, pages * ROOM, files)


def attempt_starters(case: Case, random: Random) -> None:
    """`new club` and `schema` on a full disk leave nothing half made."""
    for command, name in ((("new", "club", "full/club"), "full"), (("schema", "--out", "full/schemas"), "full")):
        for pages in (0, 1, 2, 3, 5, 8, 12):
            place = case.arena.work / name
            case.writable = (*case.writable, f"work/{name}")
            with small_disk(case, place, pages * ROOM) as mounted:
                if not mounted:
                    return
                ended = case.run(*command, limits=LIMITS)
                left = [path for path in place.rglob("*") if path.is_file()]
                half = [path for path in left if not path.stat().st_size or path.suffix == ".part"]
                if half or (ended.code and left and command[0] == "new"):
                    case.fail("left behind", f"{command[0]}: {(half or left)[0].name}", f"{command[0]} on a full disk")
            case.arena.remove(place)


KNOWN: dict[str, Attack] = {
    "no room for an output": _full(1, "out", 0),
    "no room for another output": _full(0, "out", 0),
    "some room for another output": _full(0, "out", 20),
    "nearly enough": _full(0, "out", 60),
    "no more files": _full(0, "out", 200, 3),
    "no room for a roster": _full(3, "out", 0),
    "some room for a roster": _full(2, "out", 30),
    "no room in the cache": _full(0, "cache", 0),
    "some room in the cache": _full(1, "cache", 20),
    "no room for temporary files": _full(4, "tmp", 0),
    "some room for temporary files": _full(4, "tmp", 30),
    "starters on a full disk": attempt_starters,
}
