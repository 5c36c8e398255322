"""Two and three builds at once, in the same output and the same cache."""

from __future__ import annotations

from random import Random

from attack import bases, kills
from attack.case import Attack, Case
from attack.children import Ended, Limits

LIMITS = Limits(wall=90, cpu=30)
SAME = (*bases.PROFILE_BUILD, *bases.OTHER)
OTHERS = (
    bases.PROFILE_BUILD,
    SAME,
    (*bases.PROFILE_BUILD, "--result", "5k 25:00"),
    bases.CARD_BUILD,
    (*bases.CARD_BUILD, *bases.OTHER),
    ("build", "--profile", "intermediate", "--no-pdf", "--jobs", "1", "--out", "output"),
    ("build", "--profile", "advanced", "--parts", "race-card", "--jobs", "1", "--out", "output"),
    bases.ROSTER_BUILD,
    (*bases.ROSTER_BUILD, "--publish"),
    ("check",),
)


def attack(case: Case, random: Random) -> None:
    """Some builds at once, then one by itself, which makes what a clean one makes."""
    count = random.choice((2, 2, 3))
    way = random.randrange(3)
    if random.randrange(2):
        bases.copy(bases.built(random.choice(("first", "card"))), case.arena)
    (case.arena.work / "club.csv").write_text(bases.LATER)
    if way == 0:
        at_once(case, [SAME] * count)
        case.same(case.arena.out, "after the same build at once", bases.built("later").profile)
    elif way == 1:
        at_once(case, [bases.ROSTER_BUILD] * count)
        case.same(case.arena.private, "after the same roster at once", bases.built("roster-later").private)
    else:
        at_once(case, [random.choice(OTHERS) for _ in range(count)])
        case.made(case.run(*SAME, limits=LIMITS), "the build after several at once")
    kills.left_over(case)


def at_once(case: Case, commands: list[tuple[str, ...]]) -> list[Ended]:
    """Begin all, then wait for all; each of them ends well."""
    case.what = " beside ".join(" ".join(command[:6]) for command in commands)
    case.watch()
    running = [case.fork(*command, limits=LIMITS) for command in commands]
    ended = [case.judge(each.wait()) for each in running]
    for each in ended:
        case.made(each, "a build beside another one")
    return ended


def attempt_roster_and_profile(case: Case, random: Random) -> None:
    """A roster that is published, beside a profile, in the site's folder."""
    (case.arena.work / "club.csv").write_text(bases.LATER)
    at_once(case, [(*bases.ROSTER_BUILD, "--publish"), SAME])
    case.made(case.run(*SAME, limits=LIMITS), "the build after several at once")
    kills.left_over(case)


KNOWN: dict[str, Attack] = {"a roster beside a profile": attempt_roster_and_profile}
