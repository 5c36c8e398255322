"""What every test gets: silence in the log, a fixed day, content to spoil, and everything printed once."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest

os.environ["MILEBOOK_CACHE"] = ""  # no test finds a form that another has left
CLONE = Path(__file__).parent.parent
CONTENT = CLONE / "content"
TODAY = date(2026, 11, 24)
EPOCH = "1795478400"  # the same day


@pytest.fixture(autouse=True)
def _nothing_unexpected_in_the_log(caplog):
    """Fail on a warning in the log; a test that expects one reads it and then calls `caplog.clear()`."""
    yield
    heard = [f"{r.name}: {r.getMessage()}" for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not heard


@pytest.fixture
def today():
    """The day the tests take place: 200 days before the first race of the shipped profiles."""
    return TODAY


@pytest.fixture
def small_content(tmp_path):
    """A copy of the shipped content, to change."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden and tests/pictures instead of comparing"
    )


@pytest.fixture
def golden(request):
    """Compare a text with `tests/golden/NAME`, or rewrite that file with --update-golden."""

    def compare(name, text):
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path} is missing; make it with --update-golden"
        assert text == path.read_text("utf-8")

    return compare


# ---------------------------------------------------------------- everything printed, once for all tests


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """The folder of a profile on a paper, every product in it; `strict`, so that the print engine had no warning."""

    @cache
    def build(content):
        root = tmp_path_factory.mktemp("printed")
        try:
            print_on_both_papers(CONTENT if content == "shipped" else long_content(root / "content"), root)
        except Exception as error:  # told by every test, tried once
            return root, error
        return root, None

    def find(paper, profile):
        root, error = build("long" if profile in LONG else "shipped")
        if error:
            raise error
        return root / paper / profile

    return find


def print_on_both_papers(content, root):
    """A4 in a process of its own, at the same time as Letter in this one, whose coverage counts."""
    from milebook import pipeline

    command = [sys.executable, CLONE / "build.py", "--all", "--strict", "--large-print", "--paper", "a4"]
    command += ["--content", content, "--out", root / "a4"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    with subprocess.Popen(
        list(map(str, command)), cwd=CLONE, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as other:
        request = letter_request(content, root / "letter")
        report = pipeline.build(request, lambda *told: None)
        said, _ = other.communicate()
    assert other.returncode == 0, said
    assert report.warnings == ()


def letter_request(content, out, **changes):
    """Everything on Letter."""
    from milebook import pipeline

    values = {"today": TODAY, "content": content, "strict": True, "large_print": True}
    return pipeline.Request(out=out, overrides={"paper": "letter"}, **values | changes)


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
