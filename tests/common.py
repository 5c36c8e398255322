"""What tests share that is no fixture: folders, a day, runners."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_COPIED = (
    "content",
    "tests",
    "output*",
    "dist",
    "__pycache__",
    "node_modules",
    ".git",
    ".venv",
    ".tools",
    ".*_cache",
)


def all_but(*patterns):
    """What `copytree` leaves out of the clone: these at its top, as folders within it may be called the same."""

    def ignored(folder, names):
        left = patterns if Path(folder) == ROOT else ("__pycache__",)
        return shutil.ignore_patterns(*left)(folder, names)

    return ignored


def shipped_clone():
    """The clone; where content has been added to it, a copy without that: what is tested is what is shipped."""
    shipped = (ROOT / "scripts" / "shipped.txt").read_text("utf-8").split()
    if {path.relative_to(ROOT).as_posix() for path in (ROOT / "content").rglob("*") if path.is_file()} <= {*shipped}:
        return ROOT
    folder = tempfile.mkdtemp(prefix="milebook-shipped-")
    Path(folder).chmod(0o755)  # what others may read of the clone, they may read of its copy
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clone = Path(shutil.copytree(ROOT, Path(folder) / "milebook", ignore=all_but(*NOT_COPIED)))
    for name in shipped:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, clone / name)
    return clone


CLONE = shipped_clone()
CONTENT = CLONE / "content"
sys.path.insert(0, str(CLONE))  # before the first import of milebook, which takes its content from where it lies
from milebook.content.yaml_file import parse_yaml, read_text, shown  # noqa: E402

os.environ["MILEBOOK_CACHE"] = ""  # no test finds a form that another has left
TODAY = date(2026, 11, 24)


SPREAD = {  # days a week as people have them
    1: ("wed",),
    2: ("tue", "sat"),
    3: ("tue", "thu", "sun"),
    4: ("tue", "thu", "sat", "sun"),
    5: ("mon", "tue", "thu", "sat", "sun"),
    6: ("mon", "tue", "wed", "thu", "sat", "sun"),
    7: ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
EPOCH = "1795478400"  # the same day


def one_and_the_rest(cases):
    """Cases of a test, of which `make test` runs one and `make test-all` the rest, too."""
    import pytest

    first, *others = cases
    return [first, *(pytest.param(case, marks=pytest.mark.thorough) for case in others)]


def shorter_plans(content):
    """The shipped plans of two weeks, the first and that of the race: "Make it yours" is made in a moment."""
    fewer_plans(content)
    for path in (content / "plans").glob("*.yaml"):
        head, *weeks = re.split(r"^(?=  - title:)", path.read_text("utf-8"), flags=re.MULTILINE)
        head = re.sub(r"^lengths: .*$", "lengths: [2]", head, flags=re.MULTILINE)
        head = re.sub(r"^rise: .*\n", "", head, flags=re.MULTILINE)  # there is no easier week
        path.write_text("".join((head, weeks[0], weeks[-1])), "utf-8")


def read_yaml(path):
    """A file of content as it is read."""
    return parse_yaml(read_text(path), shown(path))


def print_on_both_papers(content, root):
    """A4 in a process of its own, at the same time as Letter in this one, whose coverage counts.

    Those of `PRINTED`, each with every product.
    """
    from milebook import build

    there = {path.stem for path in (content / "profiles").glob("*.yaml")}
    names = {paper: tuple(name for on, name in PRINTED if on == paper and name in there) for paper in ("a4", "letter")}
    command = [sys.executable, CLONE / "build.py", *(f"--profile={name}" for name in names["a4"])]
    command += ["--strict", "--large-print", "--paper", "a4"]
    command += ["--content", content, "--out", root / "a4"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    with subprocess.Popen(
        list(map(str, command)), cwd=CLONE, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as other:
        request = letter_request(content, root / "letter", profiles=names["letter"])
        report = build.build(request, lambda *told: None)
        said, _ = other.communicate()
    assert other.returncode == 0, said
    assert report.warnings == ()


def letter_request(content, out, **changes):
    """Every product on Letter."""
    from milebook.assembly.request import Request

    values = {"today": TODAY, "content": content, "strict": True, "large_print": True}
    return Request(out=out, overrides={"paper": "letter"}, **values | changes)


def fewer_plans(content, lengths="[8]", days="[3, 3]"):
    """Put the shipped plans into a folder of content, with fewer lengths and days: "Make it yours" is made sooner."""
    (content / "plans").mkdir(parents=True, exist_ok=True)
    for name in ("mile", "one-day-a-week"):
        text = (CONTENT / "plans" / f"{name}.yaml").read_text("utf-8")
        text = re.sub(r"^    lengths: .*\n|^    one-hard:.*\n(?:      .*\n)+", "", text, flags=re.MULTILINE)
        text = re.sub(r"^lengths: \[6, 7, 8\]$", f"lengths: {lengths}", text, flags=re.MULTILINE)
        text, found = re.subn(r"^days: \[[13], 7\]$", f"days: {days}", text, flags=re.MULTILINE)
        assert found == 1
        (content / "plans" / f"{name}.yaml").write_text(text, "utf-8")


# ---------------------------------------------------------------- content as long as it may be

LONG_WORD = "Geschwindigkeitsausdauertrainingseinheit"
CLUB = "Leichtathletikgemeinschaft Oberammergau."  # 40 characters
CONTACT = "Tuesdays and Thursdays 18:30, Hermann-Neuberger-Stadion, gate 4; coach@leichtathletik-oberammergau.example"
ADDRESS = "https://www.leichtathletikgemeinschaft-oberammergau.example/mile-group/2027"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 16"><path d="M0 0h60v16H0z" fill="#0b5d3b"/></svg>'
SITE = f"""\
name: {CLUB}
lead: Everything here is as long as a coach may write it, and it still fits.
contact: {CONTACT}
url: {ADDRESS}
logo: logo.svg
accent: "#0b5d3b"
"""
LONG = ("long",)
# What is printed for the tests of products: each shipped profile on the paper it asks for, what is long on both.
PRINTED = (("letter", "beginner"), ("a4", "intermediate"), ("letter", "advanced"), ("a4", "long"), ("letter", "long"))
LONG_PROFILE = """\
name: Wilhelmina Oberammergauerstrasse-Featherstonehaugh the Third
level: advanced
result: {distance: 5 km, time: "1:05:20"}  # a mile of 19:58.7
race:
  name: The Saint-Germain-en-Laye Association Road Mile Championship
  date: 2027-07-01
  pacing: elmore
days: 7
units: imperial
"""


def long_content(folder):
    """The shipped content with a title of 90 characters for every session, a long reason, and the slowest runner."""
    from ruamel.yaml import YAML

    yaml = YAML()
    shutil.copytree(CONTENT, folder)
    for path in (folder / "workouts").glob("*.yaml"):
        workout = yaml.load(path)
        tail = f", the {LONG_WORD} on the path behind the mill by the old railway bridge"
        workout["title"] = f"{workout['title']}{tail}"[:90].strip()
        workout["why"] = f"{str(workout['why']).strip()} It is the {LONG_WORD} that makes a mile feel short."
        yaml.dump(workout, path)
    shutil.rmtree(folder / "profiles")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "long.yaml").write_text(LONG_PROFILE)
    (folder / "site.yaml").write_text(SITE)
    (folder / "logo.svg").write_text(LOGO)
    return folder


def runner_of(plan, level, length, count, race, **more):
    """A runner who races on a day, with so many days a week as people have them."""
    from milebook.content.models import Profile

    values = {"name": "X", "level": level, "result": {"distance": "mile", "time": "8:00"}, "plan": plan}
    race = {"name": "Y", "date": race}
    return Profile.model_validate({**values, "race": race, "weeks": length, "days": SPREAD[count], **more})
