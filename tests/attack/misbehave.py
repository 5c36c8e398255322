"""Whether the campaign sees what it is there for: each behaviour here must be found, and called by its name.

`python -m attack.misbehave` makes one attempt for each and prints what came of it, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from attack import campaign, children, sandbox, shield
from attack.case import Case
from attack.children import Limits


def _victim() -> Path:
    return Path.home().parent / "victim"


def _say(text: str, code: int) -> int:
    sys.stderr.write(text)
    return code


def _raise(error: BaseException) -> int:
    raise error


def _busy() -> int:
    while True:
        pass


def _orphan() -> int:
    if not os.fork():
        os.setsid()
        time.sleep(30)
        os._exit(0)
    return 0


def _then(*steps: object) -> int:
    """The steps are done when they are written down; this says that all is well."""
    return 0


BEHAVIOURS: dict[str, tuple[str, Callable[[], int]]] = {
    "does nothing": ("ok", lambda: 0),
    "tells a mistake": ("told", lambda: _say("content/site.yaml:1:1: no name", 1)),
    "tells no place": ("vague", lambda: _say("it went wrong", 1)),
    "raises": ("traceback", lambda: _raise(ValueError("x"))),
    "has no memory": ("memory", lambda: _raise(MemoryError())),
    "never ends": ("hang", _busy),
    "sleeps": ("hang", lambda: _then(time.sleep(60))),
    "aborts": ("aborted", lambda: _then(os.kill(os.getpid(), signal.SIGABRT))),
    "ends with 3": ("wrong exit code", lambda: 3),
    "says too much": ("flood", lambda: _say("x" * 5_000 + " in /x", 1)),
    "sends the terminal a command": ("spoiled", lambda: _say("/x \x1b[2J", 1)),
    "leaves a file on its way": ("left behind", lambda: _then(tempfile.mkstemp())),
    "leaves a process": ("leaked process", _orphan),
    "changes a file": ("foreign change", lambda: _then((_victim() / "keep.txt").write_text("x"))),
    "changes a mode": ("foreign change", lambda: _then((_victim() / "keep.txt").chmod(0o777))),
    "changes a time": ("foreign change", lambda: _then(os.utime(_victim() / "keep.txt", (1, 1)))),
    "removes a file": ("foreign change", lambda: _then((_victim() / "id_rsa").unlink())),
    "makes a file at home": ("foreign change", lambda: _then((Path.home() / "x").touch())),
    "makes a file beside the output": ("foreign change", lambda: _then(Path("x").touch())),
    "writes its output": ("ok", lambda: _then(Path("output").mkdir(), Path("output/x").touch())),
}


def observe(name: str, place: Path) -> str:
    """What the campaign calls a behaviour."""
    _, behaviour = BEHAVIOURS[name]
    children._call_milebook = lambda command: behaviour()
    case = Case(f"misbehave-{name}", sandbox.lay_out(place / name.replace(" ", "-")))
    case.run("x", limits=replace(Limits(), wall=3, cpu=1))
    return case.finish(0).outcome


def main() -> None:
    """Every behaviour, and what it was called."""
    place = Path(tempfile.mkdtemp(prefix="mb-attack-"))
    children.GRACE, children.BUSY = 0.3, 1
    shield.become_reaper()
    try:
        found = {name: observe(name, place) for name in BEHAVIOURS}
    finally:
        campaign.clear(place)
    campaign.say(json.dumps(found))


if __name__ == "__main__":
    main()
