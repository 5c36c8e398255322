"""Odd values on the command line and in the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from common import fewer_plans

from attack import bases, sandbox, shield
from attack.case import Attack, Case
from attack.children import Limits

LIMITS = Limits(wall=60, cpu=15)
DATES = (
    *("0001-01-01", "0001-02-30", "9999-12-31", "2026-11-24", "2026-11-23", "2027-06-12", "12.6.2027", "", " "),
    *("2027-6-12",),
    *("-1", "20270612", "2027-W23-6", "2027-06-12T00:00", "٢٠٢٧-٠٦-١٢", "\udcff", "9" * 5_000, "2100-01-01"),
)
RESULTS = (
    *("5k 22:30", "5k", "22:30", "5k 0:00", "0 km 1:00", "1e309 km 20:00", "5 km 1e9", "mile 3:42.9"),
    *("mile 20:00.1", "", " ", "5k -1:00"),
    *("marathon 99:99:99", "5k\t22:30", "5k 22:30 ", "٥k 22:30", "5k \udcff", "9" * 4_000 + " km 20:00"),
    *("0.0000001 m 5:00", "5k nan"),
)
ADDRESSES = (
    *("https://[", "http://[::1", "https://x y", "https://", "http://", "https://a:b", "https://a:99999"),
    *("https://a\nb", "https://é.example"),
    *("https://a/?q#f", "https://a/" + "x" * 5_000, "javascript:alert(1)", "HTTPS://A", "https://\x1b[31m"),
    *("https://a/<script>", "ftp://a"),
    *("https://user:pass@a/", "https://a/../..", 'https://a/"onload="x', "https://\udcff", "https://a//", "//a"),
    *("https://[::1]/x",),
)
PARTS = (
    *("cover", "week-3", "week-0", "week-99", "week-" + "9" * 5_000, "week-٣", "booklet,cover", ",", ""),
    *(" cover , RULES ", "parts", "x" * 5_000),
    *("../x", "\x1b[2J", "race-card", "week-3\udcff", "cover," * 3_000),
)
EPOCHS = (
    *("0", "-1", "1e9", "9" * 30, "-" + "9" * 30, "253402300799", "253402300800", "-62135596800", "-62135596801"),
    *("", " ", "abc"),
    *("1795478400.5", "١٢", "0x10", " 1795478400 ", "9223372036854775807", "253402200000", "-62135500000", "1_000"),
    *("\udcff",),
)
NUMBERS = ("0", "1", "-1", "30", "31", "8", "1e3", "", "9" * 30, "nan", "1.5", "٣", "257")
NAMES = (
    *("ann", "", ".", "..", "../x", "/", "con", "a" * 300, "Ann", "a b", "\udcff", "é", "-x", "assets", "a/b"),
    *("a\nb", "\x1b[2J", "yours"),
)


def attack(case: Case, random: Random) -> None:
    """One command with one or more odd values."""
    bases.small_content(case.arena.work / "content")
    command, environment = random.choice(COMMANDS)(case, random)
    case.what = " ".join(map(repr, command))[:200] + (f" {environment}"[:120] if environment else "")
    case.run(*command, environment=environment, limits=LIMITS)


def _build(case: Case, random: Random) -> tuple[list[str], dict[str, str]]:
    command = ["build", "--no-pdf", "--jobs", "1"]
    options: dict[str, tuple[str, ...]] = {
        "--race-date": DATES,
        "--result": RESULTS,
        "--site-url": ADDRESSES,
        "--weeks": NUMBERS,
        "--units": ("metric", "imperial", "x", ""),
        "--paper": ("a4", "letter", "A3"),
        "--jobs": NUMBERS[:3],
        "--profile": NAMES,
        "--content": places(case),
        "--templates": places(case),
        "--cache": (*places(case), ""),
        "--out": outs(case),
        "--roster": places(case),
        "--parts": PARTS,
    }
    chosen = random.sample(sorted(options), random.choice((1, 1, 1, 2, 3)))
    for name in chosen:
        command += [name, random.choice(options[name])]
    if "--profile" not in chosen:
        command += ["--profile", "beginner"]
    if "--parts" in chosen:
        command.remove("--no-pdf")
    environment = {}
    if not random.randrange(4):
        environment = {"SOURCE_DATE_EPOCH": random.choice(EPOCHS)}
    elif not random.randrange(4):
        name = random.choice(("TMPDIR", "MILEBOOK_CACHE", "HOME"))
        environment = {name: random.choice(places(case))}
    return command, environment


def _paces(case: Case, random: Random) -> tuple[list[str], dict[str, str]]:
    distance, _, time = random.choice(RESULTS).rpartition(" ")
    more = random.choice(([], ["--json"], ["--model", "cameron"], ["--units", "metric"]))
    return ["paces", *more, "--", distance, time], {}


def _new(case: Case, random: Random) -> tuple[list[str], dict[str, str]]:
    what = random.choice(("profile", "plan", "workout"))
    case.writable = (*sandbox.WRITABLE, "work/content", "work/start")
    return ["new", what, "--content", random.choice(("content", "start")), "--", random.choice(NAMES)], {}


def _check(case: Case, random: Random) -> tuple[list[str], dict[str, str]]:
    return ["check", random.choice(("--content", "--templates")), random.choice(places(case))], {}


COMMANDS: tuple[Callable[[Case, Random], tuple[list[str], dict[str, str]]], ...] = (
    _build,
    _build,
    _build,
    _paces,
    _new,
    _check,
)


def places(case: Case) -> tuple[str, ...]:
    """Paths of odd things, all of them in the arena."""
    odd = case.arena.work / "odd"
    if not odd.exists():
        odd.mkdir()
        (odd / "file").write_bytes(b"x")
        (odd / "file.csv").write_bytes(b"x")
        (odd / "empty").mkdir()
        (odd / "closed").mkdir(mode=0)
        os.mkfifo(odd / "pipe")
        case.arena.link(odd / "dangling", odd / "nowhere")
        case.arena.link(odd / "loop", odd / "loop")
        case.arena.link(odd / "link", case.arena.victim)
        Path(os.fsdecode(os.fsencode(odd) + b"/\xff")).mkdir()
    names = (
        "file",
        "file.csv",
        "empty",
        "closed",
        "pipe",
        "dangling",
        "loop",
        "nowhere",
        "file/below",
        "x" * 300,
        "\udcff",
        "nowhere/deep/down",
    )
    return (*(f"odd/{name}" for name in names), str(odd / "empty"), "/dev/null", "/".join(["y" * 200] * 25))


def outs(case: Case) -> tuple[str, ...]:
    """Where an output might be asked for: never a folder in which something would be written that we watch."""
    places(case)
    case.writable = (*sandbox.WRITABLE, "work/odd/empty", "work/odd/nowhere", "work/here", "work/odd/\udcff", "work/x")
    names = (
        "odd/file",
        "odd/closed",
        "odd/pipe",
        "odd/loop",
        "odd/file/below",
        "odd/empty",
        "here",
        "odd/\udcff",
        "odd/" + "x" * 300,
    )
    return (*names, "x" + "/y" * 2_100, str(case.arena.victim), "ftp://x", "memory://x", "s3://x/y", "file://")


# ---------------------------------------------------------------- what is known to have failed


def _command(*words: str, environment: dict[str, str] | None = None, refused: bool = False) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        bases.small_content(case.arena.work / "content")
        ended = case.run(*words, environment=environment, limits=LIMITS)
        if refused:
            case.refused(ended, f"{' '.join(words[-2:])} was taken")

    return attempt


def _new_on(epoch: str, *words: str) -> Attack:
    def attempt(case: Case, random: Random) -> None:
        case.writable = (*case.writable, "work/start")
        case.run("new", *words, environment={"SOURCE_DATE_EPOCH": epoch}, limits=LIMITS)

    return attempt


def _undated(epoch: str) -> Attack:
    """A plan without dates, built on a day at the edge of the calendar."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        path = content / "profiles" / "beginner.yaml"
        case.put(path, path.read_text("utf-8").replace(", date: 2027-06-12", ""))
        fewer_plans(content, days="[4, 4]")
        everyone = ("build", "--no-pdf", "--jobs", "1")
        case.run(*everyone, environment={"SOURCE_DATE_EPOCH": epoch}, limits=LIMITS)

    return attempt


PROFILE = bases.PROFILE_BUILD
ROSTER = bases.ROSTER_BUILD


def _into(name: str, *command: str) -> Attack:
    """An output in a folder where nothing should be made."""

    def attempt(case: Case, random: Random) -> None:
        bases.small_content(case.arena.work / "content")
        (case.arena.work / "templates" / "sections").mkdir(parents=True)
        case.put("club.csv", bases.ROSTER)
        place = {"home": case.arena.home, "here": Path()}.get(name, Path(name))
        case.refused(case.run(*command, "--out", place, limits=LIMITS), f"--out {name} was taken")

    return attempt


def attempt_root(case: Case, random: Random) -> None:
    """`--out /`, in a view of the file system whose root is a folder of the sandbox."""
    root = case.arena.root / "root"
    root.mkdir()
    case.writable = (*case.writable, "root")
    bases.small_content(case.arena.work / "content")
    work = case.arena.work

    def before() -> None:
        shield.live_in(root)
        os.chdir(work)

    ended = case.run(*PROFILE, "--out", "/", limits=LIMITS, before=before)
    seen = sorted(path.name for path in root.iterdir() if path.is_file() or path.name in (".milebook", "beginner"))
    if "PermissionError" in ended.err or "unshare" in ended.err:
        case.findings.clear()
        case.what = "skipped: no root of our own"
        return
    case.refused(ended, "--out / was taken")
    if seen:
        case.fail("foreign change", f"in /: {', '.join(seen)}", "files in /")


def attempt_secret_published(case: Case, random: Random) -> None:
    """A private folder, then the site into the same one."""
    case.put("club.csv", bases.ROSTER)
    case.run(*ROSTER, "--publish", limits=LIMITS)
    before = sandbox.products(case.arena.private)
    for place in ("output-private", ".", "output-private/.milebook", "output-private/site"):
        ended = case.run(*ROSTER, "--publish", "--out", place, limits=LIMITS)
        case.refused(ended, f"--publish --out {place} was taken")
    if set(before) - set(sandbox.products(case.arena.private)):
        case.fail("foreign change", "private files are gone")


def _scheduler(name: str) -> Attack:
    """A scheduler that is none."""

    def attempt(case: Case, random: Random) -> None:
        case.put("club.csv", bases.ROSTER)
        command = ("build", "--roster", "club.csv", "--scheduler", name)
        case.refused(case.run_program(*command, limits=Limits(wall=40, cpu=25)), "a scheduler that is none was taken")

    return attempt


def attempt_long_tmpdir(case: Case, random: Random) -> None:
    """A folder for temporary files whose path is longer than a socket's may be."""
    folder = case.arena.tmp / ("t" * 60) / ("u" * 60)
    folder.mkdir(parents=True)
    command = ("build", "--profile", "beginner", "--parts", "strides", "--jobs", "2")
    ended = case.run_program(*command, environment={"TMPDIR": str(folder)}, limits=Limits(wall=60, cpu=25))
    case.made(ended, "a long TMPDIR")
    if left := [path for path in folder.iterdir()]:
        case.fail("left behind", f"in a long TMPDIR: {left[0].name}", "in TMPDIR")
    case.arena.remove(case.arena.tmp / ("t" * 60))


def attempt_no_tmpdir(case: Case, random: Random) -> None:
    """A folder for temporary files that is not there."""
    command = ("build", "--profile", "beginner", "--parts", "strides", "--jobs", "2")
    case.run_program(*command, environment={"TMPDIR": str(case.arena.tmp / "nowhere")}, limits=Limits(wall=60, cpu=25))


KNOWN: dict[str, Attack] = {
    "--race-date 0001-01-01": _command(*PROFILE, "--race-date", "0001-01-01"),
    "--race-date 9999-12-31": _command(*PROFILE, "--race-date", "9999-12-31"),
    "the first day there is": _command(*PROFILE, environment={"SOURCE_DATE_EPOCH": "-62135596800"}),
    "the last day there is": _command(*PROFILE, environment={"SOURCE_DATE_EPOCH": "253402300799"}),
    "a new club on the last day": _new_on("253402300799", "club", "start/club"),
    "a new runner on the last day": _new_on("253402300799", "profile", "ann", "--content", "start"),
    "a new runner on the first day": _new_on("-62135596800", "profile", "ann", "--content", "start"),
    "a check on the last day": _command("check", environment={"SOURCE_DATE_EPOCH": "253402300799"}),
    "a check on the first day": _command("check", environment={"SOURCE_DATE_EPOCH": "-62135596800"}),
    "a runner without a date on the last day": _undated("253402300799"),
    "a runner without a date on the first day": _undated("-62135596800"),
    "an epoch of 30 figures": _command(*PROFILE, environment={"SOURCE_DATE_EPOCH": "9" * 30}),
    "--site-url https://[": _command(*PROFILE, "--site-url", "https://[", refused=True),
    "--site-url https://x y": _command(*PROFILE, "--site-url", "https://x y", refused=True),
    "--site-url https://": _command(*PROFILE, "--site-url", "https://", refused=True),
    "--site-url with a quote": _command(*PROFILE, "--site-url", 'https://a/"onload="x', refused=True),
    "--site-url with ESC": _command(*PROFILE, "--site-url", "https://a/\x1b[31m", refused=True),
    "--out /": attempt_root,
    "--out home": _into("home", *PROFILE),
    "--out content": _into("content", *PROFILE),
    "--out content/pages": _into("content/pages", *PROFILE),
    "--out templates": _into("templates", *PROFILE),
    "--out home for a roster": _into("home", *ROSTER),
    "--publish --out home": _into("home", *ROSTER, "--publish"),
    "--publish --out output-private": _into("output-private", *ROSTER, "--publish"),
    "--publish --out .": _into("here", *ROSTER, "--publish"),
    "published among private files": attempt_secret_published,
    "--scheduler bogus": _scheduler("bogus"),
    "a scheduler that is not there": _scheduler("tcp://127.0.0.1:1"),
    "a scheduler at [": _scheduler("tcp://["),
    "a long TMPDIR": attempt_long_tmpdir,
    "no TMPDIR": attempt_no_tmpdir,
}
