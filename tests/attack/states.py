"""State files that somebody else has written: they come with a clone, or from a folder that many can write to."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from pathlib import Path
from random import Random

from common import fewer_plans

from attack import bases, links, mutate
from attack.case import Attack, Case
from attack.children import Limits
from attack.sandbox import plant

LIMITS = Limits(wall=60, cpu=20)
NAMES = (
    *("old-runner/id_rsa", "old-runner/keep.txt", "../x", "../../victim/id_rsa", "/etc/passwd", "..", ".", ""),
    *("a/../../victim/keep.txt",),
    *(".milebook/lock", ".milebook", "beginner", "index.html", "beginner/index.html", "old-runner"),
    *("old-runner/old/thesis.tex",),
    *("a\0b", "\ud800", "x" * 5_000, "C:\\x", "old-runner/forms", "//x", "./index.html", "beginner//index.html"),
    *("../victim/keep.txt",),
)


def attack(case: Case, random: Random) -> None:
    """State files spoilt, or written anew with paths that lead to the victim."""
    way = random.randrange(4)
    if way == 0:
        _spoilt_file(case, random)
    elif way == 1:
        _forged_list(case, random)
    elif way == 2:
        _forged_moves(case, random)
    else:
        _forged_notes(case, random)


def _spoilt_file(case: Case, random: Random) -> None:
    """One of the program's own files, spoilt: the next build mends or tells it, and no product is wrong."""
    command = links.prepare(case, random)
    roots = (case.arena.out / ".milebook", case.arena.private / ".milebook", case.arena.cache)
    files = sorted(path for root in roots if root.is_dir() for path in root.rglob("*") if path.is_file())
    if not files:
        return
    path = random.choice(files)
    case.what = f"spoilt {path.relative_to(case.arena.root)}"
    case.put(path, mutate.spoil_bytes(path.read_bytes(), random))
    case.watch()
    case.run(*command, limits=LIMITS)
    case.run(*command, limits=LIMITS)
    _compare(case, command)


def _compare(case: Case, command: tuple[str, ...]) -> None:
    """Where both builds ended well, what they made is what a clean build makes."""
    expected = {
        (*bases.PROFILE_BUILD, *bases.OTHER): ("later", case.arena.out),
        bases.ROSTER_BUILD: ("roster-later", case.arena.private),
    }
    if command in expected and all(run.code == 0 for run in case.runs):
        name, folder = expected[command]
        base = bases.built(name)
        case.same(folder, "after a state file was spoilt", base.profile if folder == case.arena.out else base.private)


def _links_to_victim(case: Case, folder: Path) -> None:
    case.arena.link(folder / "old-runner", case.arena.victim)


def _forged_list(case: Case, random: Random) -> None:
    """A list of what was written that names the victim's files."""
    command = links.prepare(case, random)
    _links_to_victim(case, case.arena.out)
    named = {random.choice(NAMES): random.choice(("0", "f" * 64, None, 1)) for _ in range(3)}
    place = case.arena.out / ".milebook" / "files.json"
    before = json.loads(place.read_text()) if place.is_file() else {}
    case.what = f"files.json with {sorted(named)}"
    case.put(place, json.dumps(before | named))
    case.watch()
    case.run(*random.choice((command, bases.PROFILE_BUILD)), limits=LIMITS)


def _forged_moves(case: Case, random: Random) -> None:
    """Moves that were never under way."""
    links.prepare(case, random)
    _links_to_victim(case, case.arena.out)
    home = case.arena.out / ".milebook"
    paths = [random.choice(NAMES) for _ in range(3)]
    for path in paths:
        if (
            random.randrange(2)
            and 0 < len(path) < 200
            and ".." not in path
            and path[0] not in "/."
            and path.isprintable()
        ):
            plant(home / random.choice(("new", "old")) / path.rstrip("/"), b"moved\n")
    after: object = random.choice(({}, None, {"index.html": "0"}, "same"))
    if after == "same":
        place = home / "files.json"
        after = json.loads(place.read_text()) if place.is_file() else {}
    case.what = f"moves.json with {paths}"
    case.put(home / "moves.json", json.dumps({"paths": paths, "after": after}))
    case.watch()
    case.run(*bases.PROFILE_BUILD, limits=LIMITS)


def _forged_notes(case: Case, random: Random) -> None:
    """A roster's notes that name the victim's files as those of an athlete who has left."""
    bases.copy(bases.built("roster"), case.arena)
    (case.arena.work / "club.csv").write_text(bases.LATER)
    _links_to_victim(case, case.arena.private)
    kind = random.choice(("athletes", "groups", "all", "published"))
    path = random.choice(NAMES)
    case.what = f"notes of {kind} with {path[:60]!r}"
    _note(case, kind, {path: "0" * 64})
    case.watch()
    case.run(*bases.ROSTER_BUILD, *random.choice(((), ("--publish",))), limits=LIMITS)


def _note(case: Case, kind: str, files: dict[str, str]) -> None:
    slip = {"input": "x", "files": files, "how": "", "why": "", "pages": 1, "seconds": 0.1, "warnings": 0}
    line = json.dumps(["somebody", slip]).encode() + b"\n"
    case.put(case.arena.private / ".milebook" / "roster" / kind / "1-abcdef012345", line)


# ---------------------------------------------------------------- what is known to have failed


def attempt_list_through_link(case: Case, random: Random) -> None:
    """A clone's files.json that names a file behind a link in the clone."""
    _clone(case)
    case.put(case.arena.out / ".milebook" / "files.json", json.dumps({"old-runner/id_rsa": "0"}))
    case.watch()
    command = ("build", "--no-pdf", "--jobs", "1", "--content", "content", "--out", "output")
    case.run(*command, limits=Limits(wall=90, cpu=40))


def attempt_moves_through_link(case: Case, random: Random) -> None:
    """A clone's moves.json that names a file behind a link in the clone."""
    _clone(case)
    case.put(case.arena.out / ".milebook" / "files.json", "{}")
    case.put(case.arena.out / ".milebook" / "moves.json", json.dumps({"paths": ["old-runner/id_rsa"], "after": None}))
    case.watch()
    case.run(*bases.PROFILE_BUILD, limits=LIMITS)


def attempt_moves_into_link(case: Case, random: Random) -> None:
    """The same, with a file to put back in the place of the victim's."""
    _clone(case)
    plant(case.arena.out / ".milebook" / "old" / "old-runner" / "id_rsa", b"another key\n")
    case.put(case.arena.out / ".milebook" / "moves.json", json.dumps({"paths": ["old-runner/id_rsa"], "after": None}))
    case.watch()
    case.run(*bases.PROFILE_BUILD, limits=LIMITS)


def _clone(case: Case) -> None:
    fewer_plans(bases.small_content(case.arena.work / "content"), days="[4, 4]")
    _links_to_victim(case, case.arena.out)


def attempt_notes_through_link(case: Case, random: Random) -> None:
    """A roster's notes that name a file behind a link."""
    bases.copy(bases.built("roster"), case.arena)
    _links_to_victim(case, case.arena.private / "athletes")
    _note(case, "athletes", {"athletes/old-runner/id_rsa": "0" * 64})
    case.watch()
    case.run(*bases.ROSTER_BUILD, limits=LIMITS)


def attempt_cache_here(case: Case, random: Random) -> None:
    """`--cache .` where there are forms of another kind."""
    bases.copy(bases.built("first"), case.arena)
    for name in ("tax-2024/return.pdf", "tax-2023/return.pdf", "notes.txt", "a/b.form"):
        plant(case.arena.work / "forms" / name, b"x" * 1_000)
    with (case.arena.work / "forms" / "tax-2024" / "film.mp4").open("wb") as file:
        file.truncate(101_000_000)
    case.watch()
    (case.arena.work / "forms").chmod(0o755)
    command = ("build", "--profile", "beginner", "--no-pdf", "--jobs", "1", "--cache", ".")
    ended = case.run(*command, limits=LIMITS)
    case.refused(ended, "--cache . in a folder with files of another kind was taken")


def attempt_cache_of_another(case: Case, random: Random) -> None:
    """A cache whose forms are a link to somebody's home."""
    home = case.arena.victim
    for number in range(3):
        plant(home / "letters" / f"{number}.txt", b"x" * 1_000)
    with (home / "letters" / "film.mp4").open("wb") as file:
        file.truncate(101_000_000)
    case.arena.link(case.arena.cache / "forms", home)
    case.watch()
    case.run(*bases.PROFILE_BUILD, limits=LIMITS)


class _Touch:
    """Makes a file when it is read back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def _poisoned(mode: int, owner: int, folder_mode: int = 0o700) -> Attack:
    """A cache whose data were written by another: sound by their hash, and code when they are read."""

    def attempt(case: Case, random: Random) -> None:
        bases.copy(bases.built("first"), case.arena)
        payload = pickle.dumps(_Touch(case.arena.victim / "pwned"))
        for path in sorted(case.arena.cache.rglob("*.data")):
            head = b"\n".join(path.read_bytes().split(b"\n")[:3]) + b"\n"
            data = head + payload
            path.write_bytes(data + hashlib.sha256(data).digest())
            path.chmod(mode)
            if os.geteuid() == 0:
                os.chown(path, owner, -1)
            path.parent.chmod(folder_mode)
        case.watch()
        case.run(*bases.PROFILE_BUILD, limits=LIMITS)

    return attempt


def attempt_cache_in_clone(case: Case, random: Random) -> None:
    """A cache that came with a clone, its files as the clone's owner made them."""
    bases.copy(bases.built("first"), case.arena)
    shutil.move(case.arena.cache, case.arena.work / "cache-of-clone")
    bases.small_content(case.arena.work / "content")
    (case.arena.work / ".git").mkdir()
    case.watch()
    ended = case.run(*bases.PROFILE_BUILD, "--cache", "cache-of-clone", limits=LIMITS)
    case.refused(ended, "a cache inside the clone was taken")


def attempt_lost_state(case: Case, random: Random) -> None:
    """An output whose notes are lost: told, and mended by the next build."""
    bases.copy(bases.built("first"), case.arena)
    case.arena.remove(case.arena.out / ".milebook")
    case.watch()
    _mended(case)


def attempt_damaged_state(case: Case, random: Random) -> None:
    """An output whose notes are damaged: told, and mended by the next build."""
    bases.copy(bases.built("first"), case.arena)
    case.put(case.arena.out / ".milebook" / "files.json", b'{"index.html": ')
    case.watch()
    _mended(case)


def _mended(case: Case) -> None:
    command = (*bases.PROFILE_BUILD, *bases.OTHER)
    ended = [case.run(*command, limits=LIMITS) for _ in range(2)]
    if ended[-1].code:
        case.fail("not mended", f"the second build after: {ended[-1].err}", "an output whose notes were lost")
    elif not ended[0].err.strip():
        case.fail("vague", "nothing is said of the notes that were lost", "nothing said of lost notes")
    else:
        case.same(case.arena.out, "after its notes were lost", bases.built("later").profile)


KNOWN: dict[str, Attack] = {
    "--cache . among other files": attempt_cache_here,
    "a cache that leads to a home": attempt_cache_of_another,
    "files.json through a link": attempt_list_through_link,
    "moves.json through a link": attempt_moves_through_link,
    "moves.json into a link": attempt_moves_into_link,
    "a roster's notes through a link": attempt_notes_through_link,
    "a cache others could write to": _poisoned(0o666, 0),
    "a cache of another": _poisoned(0o644, 65534),
    "a cache in a folder of others": _poisoned(0o600, 0, 0o777),
    "a cache inside the clone": attempt_cache_in_clone,
    "lost notes": attempt_lost_state,
    "damaged notes": attempt_damaged_state,
}
