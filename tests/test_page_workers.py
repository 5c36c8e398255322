"""Pages are laid out on all cores, and nobody notices but by the time it takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from common import CLONE, EPOCH
from stamps import FOLDERS, view_of

from milebook.cli import options
from milebook.core.errors import BuildError
from milebook.printing import engine, products
from milebook.printing.page_workers import Beside, Here
from milebook.printing.printer import How, Making, Printer
from milebook.printing.stamping.master_store import MasterStore, edition_of
from milebook.printing.stamping.variable_values import Manuscript

PAGE = "<html lang=en><title>Page {0}</title><p>Page {0}"
BUILD = (sys.executable, str(CLONE / "build.py"), "--profile", "beginner", "--cache", "", "--jobs")
ASLEEP = 60  # seconds
FEW = ("--parts", "race-card,strides")  # quick


@pytest.fixture
def beside():
    presses = Beside(2)
    yield presses
    presses.close()


def fails(html, folders):
    raise BuildError(f"no {html}")


def dies(html, folders):
    os._exit(9)


def sleeps(html, folders):
    Path(html).write_text(str(os.getpid()))
    time.sleep(ASLEEP)


def until(seen, seconds=60):
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_pages_laid_out_beside_this_process_are_those_laid_out_in_it(beside):
    pages = [PAGE.format(number) for number in range(3)]
    coming = [[presses.submit(engine.print_pdf, page, FOLDERS) for page in pages] for presses in (Here(), beside)]
    here, there = ([take() for take in row] for row in coming)
    assert here == there
    assert len({pdf.data for pdf in here}) == 3


@pytest.mark.parametrize("presses", [Here, lambda: Beside(1)])
def test_what_goes_wrong_is_told_where_the_page_is_taken(presses):
    presses = presses()
    coming = presses.submit(fails, "page", FOLDERS)
    with pytest.raises(BuildError, match="no page"):
        coming()
    if isinstance(presses, Beside):
        presses.close()


@pytest.mark.thorough
def test_a_press_that_is_ended_from_outside_is_told(beside):
    coming = beside.submit(dies, "", FOLDERS)
    with pytest.raises(BuildError, match="a worker process was ended from outside"):
        coming()
    with pytest.raises(BuildError, match="a worker process was ended from outside"):
        beside.submit(dies, "", FOLDERS)()


def test_presses_that_are_closed_end_whatever_they_are_doing(beside, tmp_path):
    begun = tmp_path / "begun"
    beside.submit(sleeps, str(begun), FOLDERS)
    until(lambda: begun.exists() and begun.read_text())
    begin = time.monotonic()
    beside.close()
    until(lambda: not lives(os.kill, int(begun.read_text())), 30)
    assert time.monotonic() - begin < ASLEEP


def test_a_page_that_may_be_stamped_waits_for_the_form_that_is_coming(beside, tmp_path):
    shop = Printer(FOLDERS, MasterStore(tmp_path, edition_of(FOLDERS)), Making.AT_ONCE, workers=beside)
    runners = [view_of(name=name, result={"distance": "mile", "time": "7:30"}) for name in ("Al", "Bo", "Cy")]
    coming = [products.begin_one("race-card", Manuscript.of(view), shop) for view in runners]
    assert [take().how for take in coming] == [How.MASTER_MADE, How.STAMPED, How.STAMPED]


def test_the_same_files_whatever_the_number_of_processes(tmp_path):
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    made = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        subprocess.run([*BUILD, jobs, "-q", *FEW, "--out", str(out)], check=True, env=environment)
        made.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert made[0] == made[1]
    assert Path("beginner/race-card.pdf") in made[0]


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")
@pytest.mark.parametrize("seconds", [0, 0.5, 2])  # while the presses get warm, and later
def test_ctrl_c_in_a_build_ends_all_its_processes_and_writes_nothing(tmp_path, seconds):
    words = [*BUILD, "2", "--out", str(tmp_path / "out")]
    build = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert build.stdout.readline().startswith("content")  # pages are about to be laid out
    time.sleep(seconds)
    os.killpg(build.pid, signal.SIGINT)
    out, err = build.communicate(timeout=60)
    assert build.returncode in (1, 130), (out, err)
    assert err.split() == ["Aborted!"]
    assert not (tmp_path / "out").exists()
    until(lambda: not lives(os.killpg, build.pid))


def lives(kill, number):
    try:
        kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_all_cores_work_where_nothing_is_said():
    assert 1 <= options.cores() <= options.MOST_JOBS
