"""Whole programs, as somebody starts them: cold, with processes of their own, on a busy machine."""

from __future__ import annotations

from random import Random

from attack import bases, kills, readers
from attack.case import Attack, Case
from attack.children import Limits

LIMITS = Limits(wall=120, cpu=60)
COMMANDS = (
    ("build", "--profile", "beginner", "--parts", "strides"),
    ("build", "--profile", "beginner", "--parts", "race-card", "--jobs", "2"),
    ("build", "--profile", "beginner", "--parts", "cover", "--cache", ""),
    ("build", "--profile", "advanced", "--parts", "race-card", "--jobs", "1"),
    ("build", "--roster", "club.csv", "--parts", "race-card"),
    ("build", "--profile", "beginner", "--no-pdf"),
    ("check",),
)


def attack(case: Case, random: Random) -> None:
    """A command from a cold start: it ends well, says nothing odd, and leaves nothing."""
    whole(case, random.choice(COMMANDS))


def whole(case: Case, command: tuple[str, ...]) -> None:
    """The command, twice where it was quick."""
    case.what = " ".join(command)
    case.put("club.csv", bases.ROSTER)
    ended = case.run_program(*command, limits=LIMITS)
    case.made(ended, "a build from a cold start")
    odd = [line for line in ended.err.splitlines() if line.strip() and not line.startswith(("note: ", "warning: "))]
    if ended.code == 0 and odd:
        case.fail("flood", f"said after it went well: {odd[-1][-300:]}", "words after success")
    for folder in case.arena.outputs:
        readers.read_output(case, folder)
    kills.left_over(case)


def attempt_tries(case: Case, random: Random) -> None:
    """Quick tries beside finished booklets: nothing of those changes, the program's own notes included."""
    bases.copy(bases.built("card"), case.arena)
    case.writable = tuple(name for name in case.writable if name != "work/output")
    tries = (
        ("build", "--profile", "beginner", "--parts", "strides", "--jobs", "1"),
        ("build", "--profile", "beginner", "--no-pdf", "--jobs", "1", *bases.OTHER),
    )
    for command in tries:
        case.made(case.run_program(*command, limits=LIMITS), "a quick try beside finished booklets")
        readers.read_output(case, case.arena.tries)
    if not (case.arena.tries / "beginner" / "index.html").is_file():
        case.fail("refused", "a try has made no page", "a try is not where it should be")
    kills.left_over(case)


def _whole(*command: str) -> Attack:
    return lambda case, random: whole(case, command)


KNOWN: dict[str, Attack] = {
    "everything of one runner": _whole("build", "--profile", "beginner"),
    "everything in one process": _whole("build", "--profile", "beginner", "--jobs", "1"),
    "a roster with pages": _whole("build", "--roster", "club.csv", "--html"),
    "doctor": _whole("doctor"),
    "quick tries beside finished booklets": attempt_tries,
}
