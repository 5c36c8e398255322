"""A page has a limit of time and memory, whoever lays it out, and what comes to it is told by its page."""

from __future__ import annotations

import math
import os
import re
import tempfile
import time
from concurrent.futures import wait

import pytest
import tasks
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from stamps import FOLDERS

from milebook.cli.main import main
from milebook.core.errors import BuildError, ContentError, LayoutError, LostWorkerError, Problem, QuantityError
from milebook.core.limits import Limit
from milebook.printing import engine
from milebook.printing.page_workers import Beside, Here
from milebook.runtime import processes
from milebook.runtime.processes import Workers

HOSTILE = "<html lang=en><title>Page</title><style>h2 { font-size: 1e9px }</style><h2>Week 1</h2>"
SOON = Limit(0.3, 10**9)
SMALL = Limit(60, 300_000_000)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("120s,2GB", Limit()),
        ("30s", Limit(30)),
        ("1.5GB", Limit(memory=1_500_000_000)),
        ("500 mb, 0.5 S", Limit(0.5, 500_000_000)),
        (" none ", Limit(math.inf, 0)),
    ],
)
def test_a_limit_is_written_as_people_write_it(text, limit):
    assert Limit.parse(text) == limit


@pytest.mark.parametrize("text", ["", "5", "5m", "5s,6s", "1GB,2GB", "-1s", "0s", "1MB", "5s;1GB", "1e3s", "infs", ","])
def test_what_is_no_limit_is_told(text):
    with pytest.raises(QuantityError, match='write seconds, memory or both, as in "120s,2GB"'):
        Limit.parse(text)
    told = CliRunner().invoke(main, ["build", "--limit", text, "--no-pdf"])
    assert told.exit_code == 2
    assert "write seconds, memory or both" in told.output


@given(st.text(alphabet="0123456789.sMGBnoe, ", max_size=12))
def test_any_text_is_a_limit_or_told(text):
    try:
        limit = Limit.parse(text)
    except QuantityError:
        return
    assert limit.seconds > 0
    assert limit.memory == 0 or limit.memory >= 10**7


# ---------------------------------------------------------------- watched workers


@pytest.fixture
def workers():
    made = []

    def begin(size=1, limit=SOON, setup=None):
        made.append(Workers(size, ("tasks",), limit, setup))
        return made[-1]

    yield begin
    for one in made:
        one.close()


@pytest.mark.parametrize("work", [(time.sleep, 60), (tasks.searches,)])
def test_what_takes_too_long_is_ended_and_the_next_goes_on(workers, work):
    begun = workers()
    slow, quick = begun.submit(*work), begun.submit(tasks.number)
    with pytest.raises(LayoutError, match=r"it takes more than 0\.3 s \(--limit\)"):
        slow.result(20)
    assert quick.result(20) > 0


def test_what_takes_too_much_memory_is_ended(workers):
    with pytest.raises(LayoutError, match=r"it takes more than 300 MB of memory \(--limit\)"):
        workers(limit=SMALL).submit(tasks.eats).result(30)


def test_what_asks_for_far_too_much_at_once_is_refused(workers):
    with pytest.raises(LayoutError, match="there is not enough memory"):
        workers(limit=SMALL).submit(tasks.asks_for, 10**11).result(20)


def test_the_page_that_comes_to_the_limit_is_named(workers):
    with pytest.raises(LayoutError, match=r"^row 7 of the roster, booklet\.pdf cannot be laid out: it takes more than"):
        workers().submit(tasks.sleeps, 60, "booklet.pdf").result(20)


def test_the_page_that_a_worker_was_at_is_named_where_the_worker_is_ended_from_outside(workers):
    with pytest.raises(BuildError, match=r"^row 7 of the roster, booklet\.pdf: a worker process was ended"):
        workers().submit(tasks.dies, "booklet.pdf").result(20)


def test_the_page_of_a_profile_is_named_where_its_worker_is_ended_from_outside(tmp_path, monkeypatch):
    def ended():
        raise LostWorkerError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Beside, "submit", lambda *_: ended)
    words = ["build", "--profile", "beginner", "--parts", "advice", "--jobs", "1", "--cache", "", "-q"]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 1
    assert re.fullmatch(r"beginner/parts\.pdf: a worker process was ended from outside: .*\n", told.stderr)


def test_each_page_has_the_limit_for_itself(workers):
    def pages():
        return workers(limit=Limit(1, 0)).submit(tasks.several)

    assert pages().result(20) == 4


def test_whatever_is_raised_comes_back(workers):
    begun = workers(2)
    problem = ContentError([Problem("a.yaml", 1, 2, "wrong")])
    with pytest.raises(ContentError, match=r"a\.yaml:1:2: wrong"):
        begun.submit(tasks.raises, problem).result(20)
    with pytest.raises(ValueError, match="odd") as told:
        begun.submit(tasks.raises, ValueError("odd")).result(20)
    assert "raises" in told.value.__notes__[0]  # where it was
    with pytest.raises(BuildError, match=r"a worker failed \(LostError\)"):
        begun.submit(tasks.raises_what_cannot_travel).result(20)


def test_a_worker_begins_with_what_it_is_told_and_tells_what_fails_there(workers):
    assert workers(setup=(os.chdir, ("/",))).submit(os.getcwd).result(20) == "/"
    with pytest.raises(ValueError, match="odd"):
        workers(setup=(tasks.raises, (ValueError("odd"),))).submit(tasks.number).result(20)


def test_what_is_temporary_in_a_worker_lies_where_the_command_has_it_or_nowhere(workers, monkeypatch, tmp_path):
    """Where that disk is full, say: left to itself, Python takes another place then, the folder one works in even."""
    full = str(tmp_path / "full")
    monkeypatch.setattr(tempfile, "tempdir", full)
    monkeypatch.setenv("TMPDIR", full)
    begun = workers()
    assert begun.submit(tempfile.gettempdir).result(20) == full
    with pytest.raises(FileNotFoundError):
        begun.submit(tempfile.mkdtemp).result(20)


def test_whoever_is_patient_gets_what_is_under_way_finished(workers, tmp_path):
    begun = workers()
    running = begun.submit(tasks.finishes, str(tmp_path))
    waiting = begun.submit(tasks.number)
    while not (tmp_path / "begun").exists():
        time.sleep(0.01)
    begun.close(patient=True)
    assert running.result(0) == "asked to stop"
    assert waiting.cancelled()


def test_a_worker_with_much_memory_is_followed_by_another(workers, monkeypatch):
    begun = workers()
    first = [begun.submit(tasks.number).result(20) for _ in range(2)]
    assert first[0] == first[1]
    monkeypatch.setattr(processes, "MOST_MEMORY", 1)
    begun.submit(tasks.number).result(20)
    assert begun.submit(tasks.number).result(20) != first[0]


def test_many_tasks_are_all_done(workers):
    begun = workers(2)
    coming = [begun.submit(tasks.asks_for, count) for count in range(300)]
    assert not wait(coming, 60).not_done
    assert [task.result() for task in coming] == list(range(300))


# ---------------------------------------------------------------- the print engine


@pytest.mark.parametrize("beside", [False, True])
def test_whatever_the_print_engine_raises_is_told_in_a_line(beside):
    presses = Beside(1) if beside else Here()
    try:
        with pytest.raises(LayoutError, match=r"(Overflow|ZeroDivision)Error in the print engine \(MILEBOOK_DEBUG=1"):
            presses.submit(engine.print_pdf, HOSTILE, FOLDERS, "booklet.pdf")()
    finally:
        if beside:
            presses.close()


def test_a_failure_is_shown_whole_to_whoever_looks_for_it(monkeypatch, capfd):
    monkeypatch.setenv("MILEBOOK_DEBUG", "1")
    with pytest.raises(LayoutError):
        engine.print_pdf(HOSTILE, FOLDERS)
    assert "Traceback" in capfd.readouterr().err
    monkeypatch.setenv("MILEBOOK_DEBUG", "0")
    with pytest.raises(LayoutError):
        engine.print_pdf(HOSTILE, FOLDERS)
    assert "Traceback" not in capfd.readouterr().err


def test_a_page_that_never_ends_is_told_with_the_files_that_may_be_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "templates" / "assets"
    own.mkdir(parents=True)
    (own / "own.css").write_text("@page { size: 0 0 }")
    words = ["build", "--profile", "beginner", "--parts", "advice", "--jobs", "1", "--limit", "2s", "--cache", ""]
    told = CliRunner().invoke(main, [*words, "-q"])
    assert told.exit_code == 1
    reason = r"it takes more than 2 s \(--limit\); of your own are in it: templates/assets/own\.css"
    assert re.fullmatch(rf"beginner/parts\.pdf cannot be laid out: {reason}\n", told.stderr)
    assert not (tmp_path / "output").exists()


def test_a_full_disk_under_the_print_engine_is_told(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "/t/font")

    monkeypatch.setattr(engine, "lay_out", full)
    with pytest.raises(BuildError, match="the print engine cannot go on in /t/font: No space left on device"):
        engine.print_pdf(HOSTILE, FOLDERS)
