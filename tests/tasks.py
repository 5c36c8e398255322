"""What the workers of a test do; quick to import, as each of them begins by that."""

from __future__ import annotations

import os
import re
import time

from milebook.core import limits
from milebook.runtime import processes


def sleeps(seconds, name=""):
    with limits.within("row 7 of the roster"), limits.page(name):
        time.sleep(seconds)


def dies(name):
    with limits.within("row 7 of the roster"), limits.page(name):
        os._exit(9)


def several():
    for count in range(4):
        sleeps(0.4, f"page {count}")
    return 4


def searches():
    re.match(r"(a+)+$", "a" * 60 + "b")  # for ages, in which no other thread runs


def eats():
    eaten = []
    while True:
        eaten.append(os.urandom(1000) * 10_000)
        time.sleep(0.002)


def asks_for(count):
    return len(bytearray(count))


def number():
    return os.getpid()


def raises(error):
    raise error


def raises_what_cannot_travel():
    class LostError(Exception):
        pass

    raise LostError


def finishes(folder):
    os.mkdir(f"{folder}/begun")  # noqa: PTH102
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if processes.asked_to_stop():
            return "asked to stop"
        time.sleep(0.01)
    return "never asked"
