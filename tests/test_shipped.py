"""A clone of one's own: whatever a coach adds to content/, the tests and the wheel are of what is shipped."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest
from common import CLONE, CONTENT, ROOT, all_but

from milebook.content import loader
from milebook.content.loader import load

SHIPPED = (ROOT / "scripts" / "shipped.txt").read_text("utf-8").split()
OWN = {
    "content/profiles/sam.yaml": (CONTENT / "profiles" / "beginner.yaml").read_text("utf-8"),
    "content/workouts/broken.yaml": "title: [",
    "content/roster.csv": "name\nSam\n",
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone to whose content somebody has added."""
    folder = tmp_path_factory.mktemp("clone") / "milebook"
    left = all_but(".git", ".venv", ".tools", "output*", "node_modules", "failures", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=left)
    for name, text in OWN.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_what_is_shipped_is_all_there_and_read():
    assert sorted(SHIPPED) == SHIPPED
    assert [name for name in SHIPPED if not (ROOT / name).is_file()] == []
    assert set(load(CONTENT).profiles) == {"advanced", "beginner", "intermediate"}


def test_the_tests_read_the_shipped_content_whatever_has_been_added(clone):
    files = [f"tests/test_{name}.py" for name in ("promises", "site", "folders")]
    some = "shipped_plans_keep_their or sound_plan or kept_offline or replaced_by_the_bundled_one"
    words = ["-q", "-p", "no:cacheprovider", *files, "-k", some]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=clone, capture_output=True, text=True, check=False
    )
    assert "7 passed" in done.stdout, done.stdout + done.stderr
    assert {path.relative_to(CLONE).as_posix() for path in CONTENT.rglob("*") if path.is_file()} <= {*SHIPPED}
    assert loader.bundled("content") == CONTENT.resolve()


def test_the_wheel_has_the_shipped_content_and_nothing_that_was_added(clone, tmp_path):
    build = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed").WheelBuilder
    (wheel,) = build(str(clone)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    bundled = {name for name in names if name.startswith("milebook/bundled/content/")}
    assert bundled == {f"milebook/bundled/{name}" for name in SHIPPED}
    assert "milebook/bundled/templates/base.html.j2" in names
