"""Nothing of ours stays behind, however a command ends; and nothing of anybody else's is touched."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from common import CLONE, EPOCH

from milebook.core.errors import BuildError
from milebook.runtime import temporary

QUICK = ("--profile", "beginner", "--parts", "strides", "--cache", "")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Where temporary files of this process go."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def left(place, name="milebook-gone", words=temporary.WORDS, mode=0o700):
    """A folder as a command leaves it that is killed."""
    folder = place / name
    (folder / "fonts").mkdir(parents=True)
    (folder / "fonts" / "one.ttf").write_bytes(b"font")
    (folder / temporary.MARK).write_bytes(words)
    folder.chmod(mode)
    return folder


def test_everything_temporary_lies_in_one_folder_that_goes(place):
    with temporary.folder() as ours:
        assert ours.parent == place
        assert ours.stat().st_mode & 0o777 == 0o700
        assert Path(tempfile.mkdtemp()).parent == ours
        assert os.environ["TMPDIR"] == str(ours)
    assert list(place.iterdir()) == []
    assert os.environ["TMPDIR"] == str(place)


def test_a_folder_goes_with_a_mistake_too(place):
    with pytest.raises(ZeroDivisionError), temporary.folder():
        _ = 1 / 0
    assert list(place.iterdir()) == []


def test_what_a_killed_command_left_is_removed_by_the_next(place):
    left(place)
    with temporary.folder() as ours:
        assert list(place.iterdir()) == [ours]


def test_what_a_living_command_uses_is_left_alone(place):
    with (left(place) / temporary.MARK).open("rb") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        with temporary.folder():
            pass
        assert [path.name for path in place.iterdir()] == ["milebook-gone"]


@pytest.mark.parametrize(
    "make",
    [
        lambda place, other: left(place, "another"),
        lambda place, other: left(place, words=b"mine"),
        lambda place, other: left(place, words=b""),
        lambda place, other: left(place, mode=0o755),
        lambda place, other: (left(place) / temporary.MARK).unlink(),
        lambda place, other: (place / "milebook-gone").symlink_to(left(other)),
        lambda place, other: mark_by_link(left(place), left(other)),
        lambda place, other: (place / "milebook-gone").write_bytes(temporary.WORDS),
    ],
)
def test_what_is_not_provably_ours_is_never_removed(place, tmp_path, make):
    make(place, tmp_path / "other")
    before = {path: path.lstat().st_mode for path in tmp_path.rglob("*")}
    with temporary.folder():
        pass
    assert {path: path.lstat().st_mode for path in tmp_path.rglob("*")} == before


def mark_by_link(ours, other):
    (ours / temporary.MARK).unlink()
    (ours / temporary.MARK).symlink_to(other / temporary.MARK)


def test_a_link_in_a_folder_that_was_left_leads_to_nothing_removed(place, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    folder = left(place)
    (folder / "link").symlink_to(tmp_path / "mine")
    (folder / "fonts" / "link").symlink_to(tmp_path / "mine" / "letter")
    with temporary.folder():
        pass
    assert not folder.exists()
    assert (tmp_path / "mine" / "letter").read_text() == "dear"


def test_a_place_that_cannot_be_used_is_told(place, monkeypatch):
    assert temporary.unusable() == ""
    monkeypatch.setenv("TMPDIR", "/nowhere/at/all")
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert temporary.unusable() == "/nowhere/at/all"
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    monkeypatch.setattr(tempfile, "tempdir", None)
    with pytest.raises(BuildError, match="there is no place for temporary files"), temporary.folder():
        pass


def test_a_full_place_is_told_and_left_as_it_was(place, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(temporary, "_lock", full)
    with pytest.raises(BuildError, match=r"cannot make a temporary folder in .*: No space left"), temporary.folder():
        pass
    assert list(place.iterdir()) == []


# ---------------------------------------------------------------- whole commands


def begin(words, place, **changes):
    environment = os.environ | {"TMPDIR": str(place), "SOURCE_DATE_EPOCH": EPOCH}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    command = [sys.executable, str(CLONE / "build.py"), *map(str, words)]
    return subprocess.Popen(command, env=environment, **pipes | changes)


def roster(tmp_path):
    path = tmp_path / "athletes.csv"
    path.write_text("name,time,distance,race date\nAl,7:30,mile,2027-06-12\nBo,6:59,mile,2027-06-12\n")
    return ("--roster", path, "--parts", "race-card", "--cache", "")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kind", ["profile", "roster", "mistake"])
def test_a_build_leaves_nothing_temporary(place, tmp_path, jobs, kind):
    words = roster(tmp_path) if kind == "roster" else QUICK
    words = (*words, "--race-date", "1999-01-01") if kind == "mistake" else words
    done = begin((*words, "--jobs", jobs, "--out", tmp_path / "out"), place)
    out, err = done.communicate()
    assert done.returncode == (1 if kind == "mistake" else 0), (out, err)
    assert list(place.iterdir()) == []


@pytest.mark.thorough
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_build_that_is_ended_leaves_nothing_temporary(place, tmp_path, ending, jobs):
    build = begin(("--profile", "beginner", "--cache", "", "--jobs", jobs, "--out", tmp_path / "out"), place)
    until(lambda: list(place.glob("milebook-*/weasyprint-*")))  # in the middle of a layout
    os.killpg(build.pid, ending)
    out, err = build.communicate(timeout=60)
    assert (build.returncode, err) == (128 + ending, "\nAborted!\n"), (out, err)
    assert list(place.iterdir()) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.thorough
def test_a_build_that_is_killed_leaves_what_the_next_removes(place, tmp_path):
    build = begin((*QUICK, "--out", tmp_path / "out"), place)
    until(lambda: list(place.glob("milebook-*/weasyprint-*")))
    build.kill()
    build.communicate()
    assert len(list(place.iterdir())) == 1
    done = begin(("--profile", "beginner", "--no-pdf", "--cache", "", "--out", tmp_path / "out"), place)
    assert done.communicate()[1] == ""
    assert list(place.iterdir()) == []


def test_a_place_with_a_long_name_does(tmp_path):
    place = tmp_path / ("a" * 120) / ("b" * 100)
    place.mkdir(parents=True)
    done = begin((*QUICK, "--jobs", 2, "-q", "--out", tmp_path / "out"), place)
    assert (done.communicate(), done.returncode) == (("", ""), 0)
    assert (tmp_path / "out" / "beginner" / "strides.pdf").exists()
    assert list(place.iterdir()) == []


def until(seen, seconds=60):
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_folder_of_a_worker_that_still_writes_goes_at_last(place, monkeypatch):
    real, tries = shutil.rmtree, []

    def busy(path, **changes):
        tries.append(path)
        if len(tries) > 2:
            real(path, **changes)

    monkeypatch.setattr(temporary.shutil, "rmtree", busy)
    with temporary.folder():
        pass
    assert list(place.iterdir()) == []
