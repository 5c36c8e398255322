"""A build ended by a signal at each of its writing calls, in the middle of a file, or at any moment.

Afterwards no file is half there, and the next plain build makes what a clean one makes, with nothing left on the way.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from attack import bases, killer, sandbox
from attack.case import Attack, Case
from attack.children import Limits, Running

LIMITS = Limits(wall=60, cpu=30)
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Scene:
    """A build to be ended: what is there before, its command, and the base that has what it makes."""

    before: str
    command: tuple[str, ...]
    after: str

    @property
    def is_roster(self) -> bool:
        return "--roster" in self.command


PROFILE, ROSTER = bases.PROFILE_BUILD, bases.ROSTER_BUILD
SCENES = (
    Scene("first", (*PROFILE, *bases.OTHER), "later"),
    Scene("", (*PROFILE, *bases.OTHER), "later"),
    Scene("roster", ROSTER, "roster-later"),
    Scene("", ROSTER, "roster-later"),
    Scene("card", (*bases.CARD_BUILD, *bases.OTHER), "card-later"),
)


def prepare(case: Case, scene: Scene) -> None:
    """What is there before the build that is ended."""
    if scene.before:
        bases.copy(bases.built(scene.before), case.arena)
    if scene.is_roster:
        (case.arena.work / "club.csv").write_text(bases.LATER)


@cache
def calls(scene: Scene, root: Path) -> int:
    """How many writing calls the build makes."""
    arena = sandbox.lay_out(root / f"count-{SCENES.index(scene)}")
    case = Case("count", arena)
    prepare(case, scene)
    counter = killer.Counter()
    case.run(*scene.command, limits=LIMITS, before=counter.begin, after=counter.note(arena.ended / "count"))
    return int((arena.ended / "count").read_text())


def attack(case: Case, random: Random) -> None:
    """A signal at one of the writing calls; a file cut short; or a signal to a program at some moment."""
    way = random.randrange(8)
    if way == 0:
        _kill_program(case, random)
    elif way == 1:
        _cut_file(case, random)
    else:
        scene = random.choice(SCENES)
        most = calls(scene, case.arena.root.parent / "bases")
        kill_at(case, scene, random.randrange(1, most + 1), random.choice(SIGNALS))


def kill_at(case: Case, scene: Scene, last: int, number: int) -> None:
    """The build gets a signal at one of its writing calls."""
    case.what = f"{signal.Signals(number).name} at writing call {last} of {' '.join(scene.command[1:4])}"
    prepare(case, scene)
    case.watch()
    case.run(*scene.command, limits=LIMITS, before=killer.Counter(last, number).begin, sent=number)
    look_after(case, scene)


def _cut_file(case: Case, random: Random) -> None:
    """The build ends in the middle of a file, as a machine does."""
    scene, size = random.choice(SCENES), random.choice((1, 100, 1_000, 5_000, 20_000, 50_000, 100_000, 150_000))
    case.what = f"ended in a file after {size} bytes, {' '.join(scene.command[1:4])}"
    prepare(case, scene)
    case.watch()

    def before() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    case.run(*scene.command, limits=LIMITS, before=before, sent=signal.SIGXFSZ)
    look_after(case, scene)


def _kill_program(case: Case, random: Random) -> None:
    """A program with processes of its own gets a signal at some moment, or its whole group does."""
    number, group = random.choice(SIGNALS), random.randrange(2) == 0
    moment = random.random() * random.choice((0.6, 3, 6))
    roster = random.randrange(2)
    command = bases.ROSTER_BUILD if roster else bases.CARD_BUILD
    command = (*(word for word in command if word not in ("--jobs", "1", "--no-pdf", "--html")), "--jobs", "2")
    what = f"{signal.Signals(number).name} after {moment:.2f} s"
    case.what = f"{what}{' to the whole group' if group else ''}: {' '.join(command)}"
    (case.arena.work / "club.csv").write_text(bases.LATER)

    def meanwhile(running: Running) -> int:
        time.sleep(moment)
        if group:
            os.killpg(running.pid, number)
        else:
            running.signal(number)
        return number

    case.run_program(*command, limits=Limits(wall=60, cpu=40), meanwhile=meanwhile)
    case.killed = False  # from here on nothing may be left
    ended = case.run_program(*command, limits=Limits(wall=90, cpu=60))
    case.made(ended, "the build after one that was ended")
    left_over(case)


def look_after(case: Case, scene: Scene) -> None:
    """No half file is there; the next build makes what a clean one makes; nothing is left."""
    folder = case.arena.private if scene.is_roster else case.arena.out
    before = [of(scene, bases.built(scene.before))] if scene.before else []
    after = [of(scene, base) for base in bases.ways(scene.after)]
    case.whole(folder, *after, *before)
    case.killed = False  # from here on nothing may be left
    ended = case.run(*scene.command, limits=LIMITS)
    case.made(ended, "the build after one that was ended")
    if ended.code == 0:
        case.same(folder, "after a build that was ended", *after)
    left_over(case)


def of(scene: Scene, base: bases.Base) -> dict[str, str]:
    """What a base has of what a scene makes."""
    return base.private if scene.is_roster else base.profile


def left_over(case: Case) -> None:
    """Nothing that is on its way is left in any output and the cache."""
    if left := sandbox.left_on_the_way(*case.arena.outputs, case.arena.cache):
        case.fail("left behind", ", ".join(left[:5]), "on the way, after the next build")


# ---------------------------------------------------------------- what is known to have failed


def _interrupted(moment: float, number: int = signal.SIGINT) -> Attack:
    """A signal to a program, soon or late: 130 and no traceback."""

    def attempt(case: Case, random: Random) -> None:
        def meanwhile(running: Running) -> int:
            time.sleep(moment)
            running.signal(number)
            return number

        command = ("build", "--profile", "beginner", "--parts", "booklet", "--jobs", "2")
        case.run_program(*command, limits=Limits(wall=60, cpu=40), meanwhile=meanwhile)
        case.run_program("check", limits=Limits(wall=60, cpu=40), meanwhile=meanwhile)

    return attempt


def attempt_new_club(case: Case, random: Random) -> None:
    """Ctrl-C at each writing call of `new club` and `schema`: all there or nothing."""
    for command, folder in ((("new", "club", "club"), "club"), (("schema", "--out", "schemas"), "schemas")):
        for last in range(1, 30, 3):
            case.writable = (*case.writable, f"work/{folder}")
            counter = killer.Counter(last, signal.SIGINT)
            ended = case.run(*command, limits=LIMITS, before=counter.begin, sent=signal.SIGINT)
            place = case.arena.work / folder
            made = [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else []
            if any(path.stat().st_size == 0 or path.suffix == ".part" for path in made):
                case.fail("half file", f"{folder} after Ctrl-C at writing call {last}", f"half a file in {folder}")
            if command[0] == "new" and made and ended.code != 0:
                case.fail("left behind", f"{len(made)} files of {folder} after Ctrl-C at call {last}", "half a club")
            case.arena.remove(place)


KNOWN: dict[str, Attack] = {
    "Ctrl-C after 0.3 s": _interrupted(0.3),
    "Ctrl-C after 0.8 s": _interrupted(0.8),
    "Ctrl-C after 2 s": _interrupted(2),
    "SIGTERM after 0.5 s": _interrupted(0.5, signal.SIGTERM),
    "SIGTERM after 2 s": _interrupted(2, signal.SIGTERM),
    "Ctrl-C at new club": attempt_new_club,
}
