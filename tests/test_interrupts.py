"""Ctrl-C, and being asked to end, at any moment: an exit code, no traceback, nothing left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from common import CLONE, EPOCH

# From the first line of ours on: what the interpreter does before is not ours to answer for.
BEGIN = (
    "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); sys.argv = sys.argv[1:];"
    "sys.path.insert(0, '.'); print('begun', flush=True);"
)
PROGRAMS = {
    "build.py": "runpy.run_path('build.py', run_name='__main__')",
    "-m milebook": "sys.argv.insert(1, 'build'); runpy.run_module('milebook', run_name='__main__')",
}
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def begin(program, words, tmp_path):
    (tmp_path / "tmp").mkdir(exist_ok=True)
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp"), "SOURCE_DATE_EPOCH": EPOCH, "MILEBOOK_CACHE": ""}
    words = [sys.executable, "-c", BEGIN + PROGRAMS[program], "build.py", *words, "--out", str(tmp_path / "out")]
    return subprocess.Popen(words, cwd=CLONE, env=environment, start_new_session=True, **PIPES)


@pytest.mark.parametrize("module", ["dataclasses", "threading", "click"])
def test_ctrl_c_while_the_first_module_is_loaded_is_no_traceback(tmp_path, module):
    hears = (
        "import os, runpy, signal, sys; sys.argv = ['milebook', 'check'];"
        f"find = lambda self, name, *_: name == {module!r} and os.kill(os.getpid(), signal.SIGINT) or None;"
        f"sys.modules.pop({module!r}, None);"
        "sys.meta_path.insert(0, type('Finder', (), {'find_spec': find})());"
        "runpy.run_module('milebook', run_name='__main__')"
    )
    env = os.environ | {"PYTHONPATH": str(CLONE), "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run([sys.executable, "-c", hears], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr in ("", "\nAborted!\n")


@pytest.mark.thorough
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("moment", [0.0, 0.05, 0.2, 0.5, 0.8, 1.2])  # seconds; imports are about half of one
def test_ctrl_c_at_any_moment_is_told_by_the_exit_code(tmp_path, program, moment):
    build = begin(program, ["--profile", "beginner", "--parts", "strides", "--jobs", "2"], tmp_path)
    assert build.stdout.readline() == "begun\n"
    time.sleep(moment)
    os.killpg(build.pid, signal.SIGINT)
    out, err = build.communicate(timeout=60)
    assert build.returncode in (130, -signal.SIGINT), (out, err)  # the latter before our first line
    assert err.strip() in ("", "Aborted!")
    assert list((tmp_path / "tmp").iterdir()) == []


def script(code, *numbers, pause=0.0, first="begun\n"):
    """Run a few lines, send them signals, return how they end."""
    begin = "import signal, sys, time\nfrom milebook.core import interrupts\ninterrupts.listen()\n"
    command = [sys.executable, "-c", begin + code]
    with subprocess.Popen(command, cwd=CLONE, **PIPES) as process:
        assert process.stdout.readline() == first
        for place, number in enumerate(numbers):
            if place:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=pause)
            process.send_signal(number)  # which asks nobody once the process has ended
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err


SAY = "print('begun', flush=True)\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_not_to_stay_is_put_away_the_last_first(number):
    code = "for name in 'ab': interrupts.at_end(lambda name=name: print(name, flush=True))\n"
    code += "done = lambda: print('c', flush=True)\ninterrupts.at_end(done)\ninterrupts.forget(done)\n"
    assert script(code + SAY + "time.sleep(30)", number) == (128 + number, "b\na\n", "\nAborted!\n")


def test_what_fails_while_it_is_put_away_hinders_nothing():
    code = "interrupts.at_end(lambda: print('a', flush=True))\ninterrupts.at_end(lambda: 1 / 0)\n"
    assert script(code + SAY + "time.sleep(30)", signal.SIGINT) == (130, "a\n", "\nAborted!\n")


HELD = "with interrupts.held():\n    print('begun', flush=True)\n    time.sleep({})\n    print('whole', flush=True)\n"


def test_what_is_held_is_finished_first():
    assert script(HELD.format(0.5) + "print('never')", signal.SIGINT) == (130, "whole\n", "\nAborted!\n")


def test_whoever_asks_once_more_means_it():
    """The program may hear of the first request late, on a busy machine: so it is asked until it goes."""
    asked = time.monotonic()
    assert script(HELD.format(60), *[signal.SIGINT] * 25, pause=1.2) == (130, "", "\nAborted!\n")
    assert time.monotonic() - asked < 50


def test_one_request_heard_twice_is_one():
    assert script(HELD.format(0.6), signal.SIGTERM, signal.SIGTERM, pause=0.1) == (143, "whole\n", "\nAborted!\n")


def test_what_comes_to_an_end_of_its_own_is_told_by_an_exception():
    code = "try:\n    with interrupts.raised():\n        print('begun', flush=True)\n        time.sleep(30)\n"
    code += "except KeyboardInterrupt:\n    with interrupts.held():\n        print('told')\n"
    code += "    sys.exit(interrupts.exit_code())\n"
    assert script(code, signal.SIGTERM) == (143, "told\n", "")


def test_a_signal_that_was_to_be_ignored_is_ignored():
    code = "signal.signal(signal.SIGHUP, signal.SIG_IGN)\ninterrupts.listen()\n"
    assert script(code + SAY + "time.sleep(0.3)\nprint('done')", signal.SIGHUP) == (0, "done\n", "")


def test_an_end_while_the_program_ends_is_no_traceback():
    code = "import atexit\natexit.register(lambda: (print('begun', flush=True), time.sleep(30)))\n"
    assert script(code, signal.SIGINT) == (130, "", "\nAborted!\n")
