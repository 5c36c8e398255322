"""What `new` and `schema` write is whole or not there, and so are the folders made for it, however they end."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from milebook.cli.main import main
from milebook.core import interrupts
from milebook.core.errors import MilebookError
from milebook.runtime import output

CUT_SHORT = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
FILES = {"a/b/one.yaml": b"one\n" * 50, "a/b/two.yaml": b"two\n" * 50, "a/c/three.json": b"3" * 5000}
OURS = str(Path(output.__file__).parent)


@pytest.fixture(autouse=True)
def _one_day_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.chdir(tmp_path)


def run(*args, exit_code):
    result = CliRunner().invoke(main, args)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == exit_code, result.output
    return result.output


def snapshot(folder="."):
    """All that is in a folder: a file's bytes, a link's target, None for a folder."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = path.readlink() if path.is_symlink() else None if path.is_dir() else path.read_bytes()
    return found


def files_in(folder):
    return {Path(folder) / name: data for name, data in FILES.items()}


def at_line(number, act):
    """Do something before the line of our own code that is run as number so many."""
    count = 0

    def trace(frame, event, arg):
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            count += 1
            if count == number:
                act()
        return trace

    return trace


@contextlib.contextmanager
def tracing(trace):
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def at_every_line(work, act):
    """Run some work again and again, in a folder of its own each time, and do something at another line each time.

    Yields the folder, and whether it was done: not any more once the work has fewer lines.
    """
    for number in range(1, 10_000):
        folder, done = Path(f"{number}"), []
        folder.mkdir()

        def once(folder=folder, done=done):
            done.append(True)
            act(folder)

        with contextlib.suppress(KeyboardInterrupt, MilebookError), tracing(at_line(number, once)):
            work(folder)
        yield folder, bool(done)
        if not done:
            return


def interrupt(folder):
    raise KeyboardInterrupt


@pytest.mark.thorough
@CUT_SHORT
def test_ctrl_c_at_any_line_leaves_all_new_files_or_nothing():
    count = 0
    for folder, _ in at_every_line(lambda folder: output.create(files_in(folder)), interrupt):
        found = snapshot(folder)
        assert {name: data for name, data in found.items() if data is not None} in ({}, FILES)
        assert found == {} or len(found) == 6
        count += 1
    assert count > 20


@pytest.mark.thorough
@CUT_SHORT
def test_ctrl_c_at_any_line_leaves_each_renewed_file_old_or_new_and_nothing_else():
    def renew(folder):
        with tracing(None):
            (folder / "a" / "b").mkdir(parents=True)
            (folder / "a" / "b" / "one.yaml").write_bytes(b"old")
        sys.settrace(trace)
        output.renew(files_in(folder))

    for number in range(1, 10_000):
        folder, done = Path(f"{number}"), []
        trace = at_line(number, lambda done=done: done.append(True) or interrupt(None))
        folder.mkdir()
        with contextlib.suppress(KeyboardInterrupt), tracing(None):
            renew(folder)
        found = {name: data for name, data in snapshot(folder).items() if data is not None}
        assert found.pop("a/b/one.yaml") in (b"old", FILES["a/b/one.yaml"])
        assert found.items() <= FILES.items()
        assert found or not (folder / "a" / "c").exists()
        if not done:
            break
    assert number > 20


def test_a_file_that_somebody_else_makes_meanwhile_is_theirs():
    def make(folder):
        with contextlib.suppress(FileExistsError, FileNotFoundError), (folder / "a/b/two.yaml").open("xb") as file:
            file.write(b"theirs")
            theirs.append(folder)

    theirs = []
    for folder, _ in at_every_line(lambda folder: output.create(files_in(folder)), make):
        found = {name: data for name, data in snapshot(folder).items() if data is not None}
        assert found == ({"a/b/two.yaml": b"theirs"} if folder in theirs else FILES)
    assert theirs


@contextlib.contextmanager
def full_disk(size):
    """No file gets longer than this, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 10, 3000, 6000])
@pytest.mark.parametrize(
    "words",
    [("new", "club", "clubs/river"), ("new", "profile", "ann"), ("new", "plan", "p"), ("schema",)],
    ids=" ".join,
)
def test_a_full_disk_is_left_as_it_was(words, size):
    Path("kept").mkdir()
    before = snapshot()
    with full_disk(size):
        told = run(*words, exit_code=1)
    assert "File too large" in told
    assert "nothing was written" in told
    assert snapshot() == before


@pytest.mark.parametrize("words", [("new", "club", "river"), ("new", "workout", "reps-300"), ("schema",)], ids=" ".join)
def test_a_place_that_cannot_be_written_is_told_and_left_as_it_was(words, monkeypatch):
    def forbid(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "mkdir", forbid)
    told = run(*words, exit_code=1)
    assert "Permission denied; nothing was written" in told
    assert snapshot() == {}


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a child process by fork")
@pytest.mark.parametrize("words", [("new", "club", "river"), ("new", "profile", "ann"), ("schema",)], ids=" ".join)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whoever_asks_it_to_end_gets_all_of_it_and_the_exit_code(words, name, tmp_path):
    (tmp_path / "once").mkdir()
    (tmp_path / "again").mkdir()  # as deep as the other: a README says how to get from there to milebook
    os.chdir(tmp_path / "once")
    run(*words, exit_code=0)
    whole = snapshot()
    os.chdir(tmp_path / "again")
    child = os.fork()
    if not child:
        real = os.mkdir

        def make(path, *args, **kwargs):
            real(path, *args, **kwargs)
            signal.raise_signal(getattr(signal, name))

        try:
            os.mkdir = make
            interrupts.listen(silent=True)
            main(words)
        finally:
            os._exit(0)  # else the child would go on with the next test
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + getattr(signal, name)
    assert snapshot() == whole


def test_a_link_in_the_place_of_a_schema_is_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "plan.json").write_text("theirs")
    Path("content/schemas").mkdir(parents=True)
    Path("content/schemas/plan.json").symlink_to(elsewhere / "plan.json")
    CliRunner().invoke(main, ["schema"])
    assert (elsewhere / "plan.json").read_text() == "theirs"


def test_a_folder_whose_name_is_no_text_gets_its_club():
    folder = os.fsdecode(b"caf\xe9 club")
    told = run("new", "club", folder, exit_code=0)
    assert "wrote caf? club/README.md" in told
    assert (Path(folder) / "content" / "site.yaml").is_file()
