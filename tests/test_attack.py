"""The campaign (`make attack`) sees what it is there for, and each of its classes runs: a few attempts, in seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from attack.campaign import WEIGHTS, load, read_orders
from attack.misbehave import BEHAVIOURS

TESTS = Path(__file__).parent
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the campaign sees all of it on Linux only")
# Quick ones that need no print engine and no program of their own.
FEW = ("content-16", "plans-4", "rosters-0", "logos-2", "templates-7", "arguments-6", "links-1", "states-3", "kills-9")


def run(*words, **environment):
    values = {name: value for name, value in os.environ.items() if not name.startswith("ATTACK_")}
    path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    return subprocess.run(
        [sys.executable, "-m", *words],
        env=values | {"PYTHONPATH": path} | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@cache
def observed():
    done = run("attack.misbehave")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.thorough
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_misbehaving_program_is_found_out(behaviour):
    assert observed()[behaviour] == BEHAVIOURS[behaviour][0]


@pytest.mark.thorough
def test_a_few_attempts_of_classes_of_attack_find_nothing():
    done = run("attack", ATTACK_REPLAY=",".join(FEW))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", WEIGHTS)
def test_every_class_of_attack_has_attempts_that_are_known(name):
    assert load(name).known


def test_a_campaign_is_told_which_classes_there_are():
    with pytest.raises(SystemExit, match="no class nothing; there are content"):
        read_orders({"ATTACK_ONLY": "nothing"})
    assert read_orders({"ATTACK_REPLAY": "links-12,disks-3"}).classes == ("links", "disks")
