"""Mutated YAML and Markdown, and things in the content folder that are no content."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from attack import bases, mutate, readers
from attack.case import Attack, Case
from attack.children import Limits

BUILD = ("build", "--content", "content", "--profile", "beginner", "--jobs", "1", "--out", "output")


def attack(case: Case, random: Random) -> None:
    """A spoilt file, read by `check` and by a build."""
    content = bases.small_content(case.arena.work / "content")
    files = sorted(path for path in content.rglob("*") if path.suffix in (".yaml", ".md"))
    path = random.choice(files)
    spoilt = mutate.spoil(path.read_bytes(), random)
    case.what = f"spoilt {path.name}"
    case.put(path, spoilt)
    check_and_build(case, prints=random.randrange(6) == 0)


def check_and_build(case: Case, *, prints: bool = False, section: str = "") -> None:
    """What `check` takes a build makes; what it refuses no build takes, and nothing is written then."""
    limits = Limits(cpu=15)
    checked = case.run("check", "--content", "content", limits=limits)
    if case.findings:
        return
    built = case.run(*BUILD, "--no-pdf", limits=limits)
    if checked.code == 0:
        case.made(built, "check has no problem with it")
    else:
        case.refused(built, "check has a problem with it, a build has none")
        if made := [path for path in case.arena.out.rglob("*") if path.is_file() and ".milebook" not in path.parts]:
            case.fail("half file", f"written in spite of a problem: {made[0].name}")
    if built.code == 0:
        readers.read_output(case, case.arena.out)
        if prints:
            what = ["--parts", section] if section else ["--parts", "booklet,race-card"]
            case.made(case.run(*BUILD, *what, limits=Limits(cpu=40)), "check has no problem with it")


# ---------------------------------------------------------------- what is known to have failed


def _changed(name: str, old: str, new: str, *, prints: str = "") -> Attack:
    """A change of a shipped file."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        text = (content / name).read_text("utf-8")
        assert old in text, f"{name} has no {old}"
        case.put(content / name, text.replace(old, new, 1))
        check_and_build(case, prints=bool(prints), section=prints)

    return attempt


def _page(body: str, *, prints: bool = False) -> Attack:
    """A page with something at its end."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        path = content / "pages" / "how-to.md"
        case.put(path, (path.read_bytes() + b"\n\n" + body.encode())[: mutate.LARGEST])
        check_and_build(case, prints=prints, section="how-to")

    return attempt


def _thing(make: Callable[[Path], object], *, read: bool = False) -> Attack:
    """Something that is no content in the folder; where it is no text it is left alone."""

    def attempt(case: Case, random: Random) -> None:
        content = bases.small_content(case.arena.work / "content")
        make(content)
        case.watch()
        limits = Limits(wall=25, cpu=15)
        checked = case.run("check", "--content", "content", limits=limits)
        built = case.run(*BUILD, "--no-pdf", limits=limits)
        if read:
            case.refused(checked, "it should be told")
            case.refused(built, "it should be told")
        if built.code == 0:
            case.run(*BUILD, "--no-pdf", *bases.OTHER, limits=limits)

    return attempt


def _film(content: Path) -> None:
    with (content / "film.mp4").open("wb") as file:
        file.truncate(1_500_000_000)


def _large_text(content: Path) -> None:
    with (content / "pages" / "film.md").open("wb") as file:
        file.truncate(1_500_000_000)


def _odd_name(content: Path) -> None:
    Path(os.fsdecode(os.fsencode(content / "pages") + b"/b\xff.md")).write_text("---\ntitle: x\n---\nx\n")


def _odd_other_name(content: Path) -> None:
    Path(os.fsdecode(os.fsencode(content) + b"/b\xff.jpg")).write_bytes(b"x")


def _unreadable(name: str) -> Callable[[Path], object]:
    return lambda content: (content / name).chmod(0)


def attempt_with_warm_cache(case: Case, random: Random) -> None:
    """Links that lead nowhere, put into the content after a build: `build` refuses what `check` refuses."""
    content = bases.small_content(case.arena.work / "content")
    case.run(*BUILD, "--no-pdf")
    name = random.choice(("pages/zz.md", "profiles/zz.yaml", "workouts/zz.yaml", "plans/zz.yaml", "tips/zz.yaml"))
    case.arena.link(content / name, Path(random.choice(("nowhere.md", Path(name).name))))
    case.watch()
    checked = case.run("check", "--content", "content")
    built = case.run(*BUILD, "--no-pdf")
    if (checked.code == 0) != (built.code == 0):
        case.fail("accepted", f"check ends with {checked.code}, a build with a warm cache with {built.code}")


def attempt_long_plan(case: Case, random: Random) -> None:
    """ "Make it yours" for a plan of thirty weeks."""
    content = bases.small_content(case.arena.work / "content")
    plan = content / "plans" / "mile.yaml"
    text = plan.read_text("utf-8")
    head, weeks = text.split("\nweeks:\n", 1)
    weeks, after = weeks.split("\nafter:", 1)
    each = ["  - " + week for week in ("\n" + weeks).split("\n  - ")[1:]]
    lines = [line for line in "\n".join(each[:1] * 22 + each).splitlines() if not line.startswith("    lengths:")]
    head = head.replace("lengths: [6, 7, 8]", f"lengths: [{22 + len(each)}]")
    case.put(plan, f"{head}\nweeks:\n" + "\n".join(lines) + f"\nafter:{after}")
    profile = content / "profiles" / "beginner.yaml"
    case.put(profile, profile.read_text("utf-8").replace("weeks: 8", f"weeks: {22 + len(each)}"))
    # A minute of the processor, once: it has thousands of plans. What is watched is its memory, which was 2 GB.
    case.run("build", "--content", "content", "--no-pdf", "--jobs", "1", limits=Limits(wall=300, cpu=180))


RACE = "name: Club mile, date: 2027-06-12"
KNOWN: dict[str, Attack] = {
    "race date 0001-01-01": _changed("profiles/beginner.yaml", "2027-06-12", "0001-01-01"),
    "race date 9999-12-31": _changed("profiles/beginner.yaml", "2027-06-12", "9999-12-31"),
    "a link to http://[a": _page("[x](http://[a)"),
    "a link to https://a:b": _page("[x](https://a:b/)"),
    "150 quotes in each other": _page(">" * 150 + " x", prints=True),
    "100 lists in each other": _page("- " * 100 + "x", prints=True),
    "1.1 repeated": _page("1.1" * 66_000),
    "![ repeated": _page("![" * 99_000),
    "a link break repeated": _page("[a](" * 49_000),
    "stars repeated": _page("*a " * 66_000),
    "a film of 1.5 GB": _thing(_film),
    "a page of 1.5 GB": _thing(_large_text, read=True),
    "a pipe for a page": _thing(lambda content: os.mkfifo(content / "pages" / "zz.md"), read=True),
    "a pipe for a picture": _thing(lambda content: os.mkfifo(content / "zz.jpg")),
    "a pipe for site.yaml": _thing(
        lambda content: ((content / "site.yaml").unlink(), os.mkfifo(content / "site.yaml")), read=True
    ),
    "a page whose name is not UTF-8": _thing(_odd_name),
    "a picture whose name is not UTF-8": _thing(_odd_other_name),
    "profiles that cannot be read": _thing(_unreadable("profiles"), read=True),
    "a profile that cannot be read": _thing(_unreadable("profiles/beginner.yaml"), read=True),
    "workouts that cannot be read": _thing(_unreadable("workouts"), read=True),
    "a link that leads nowhere, warm cache": attempt_with_warm_cache,
    "a carriage return in the race's name": _changed("profiles/beginner.yaml", "Club mile", '"Club\\rX-A:B mile"'),
    "U+0085 in the race's name": _changed("profiles/beginner.yaml", "Club mile", '"Club\\Nmile"'),
    "U+2028 in the race's name": _changed("profiles/beginner.yaml", "Club mile", '"Club\\Lmile"'),
    "a formula for a name": _changed("profiles/beginner.yaml", "name: Beginner", 'name: "＝1+1"'),
    "NUL in a title": _changed("workouts/reps-400.yaml", "title: 400s with", 'title: "a\\0b" #'),
    "thirty weeks": attempt_long_plan,
}
