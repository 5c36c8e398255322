"""The guides are true: modules and files that they name are there, and every module is in the picture of the house."""

from __future__ import annotations

import re

import pytest
from common import CLONE

GUIDES = sorted((CLONE / "docs").rglob("*.md"))
ARCHITECTURE = (CLONE / "docs" / "developer" / "architecture.md").read_text("utf-8")
PACKAGE = CLONE / "milebook"


def rows():
    """(room, what is said of it) of the table of rooms."""
    return re.findall(r"^\| `([\w/.]+)` \| (.*) \|$", ARCHITECTURE, re.MULTILINE)


def modules_of(room):
    return {path.stem for path in (PACKAGE / room).glob("*.py")} - {"__init__"}


def test_every_room_is_in_the_table():
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")} - {"."}
    assert rooms <= {room for room, _ in rows()}


@pytest.mark.parametrize(("room", "told"), rows())
def test_every_module_of_a_room_is_told_of_and_no_other(room, told):
    if room in ("exports", "cli") or room.endswith(".py"):
        return  # a module for each format, for each command
    named = set(re.findall(r"`([a-z_]+)`", told))
    assert named == modules_of(room)


NAMED = re.compile(r"`([\w./-]+\.(?:py|css|j2|md|yaml|js))`")
PLACES = ("", "milebook", "templates", "templates/assets", "templates/assets/web", "content", "tests", "scripts")
OF_ONES_OWN = {"rules.html.j2", "sponsors.html.j2", "own.css", "site.yaml"}  # examples, and what a club may have


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_file_that_a_guide_names_is_there(guide):
    for name in NAMED.findall(guide.read_text("utf-8")):
        is_there = any((CLONE / place / name).is_file() for place in PLACES)
        assert is_there or "NAME" in name or name.split("/")[-1] in OF_ONES_OWN, name


@pytest.mark.parametrize("guide", [CLONE / "CONTRIBUTING.md", *GUIDES], ids=lambda path: path.stem)
def test_every_link_of_a_guide_leads_somewhere(guide):
    for link in re.findall(r"\]\(([^)#]+)\)", guide.read_text("utf-8")):
        assert link.startswith("https://") or (guide.parent / link).exists(), link
