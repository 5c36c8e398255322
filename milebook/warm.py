"""Imported by the server that our processes are forked from: the print engine, once, in memory they all share."""

from __future__ import annotations

import contextlib
import gc
import sys
from types import TracebackType

from milebook import formmaker, press
from milebook.errors import BuildError

WHAT = formmaker  # and all below it

with contextlib.suppress(BuildError):  # whoever needs it is told
    press.engine()


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say nothing where a process begins when whoever asked for it has ended and taken along what it begins with."""
    if kind is not FileNotFoundError:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _tell
gc.collect()
gc.freeze()  # so that looking for garbage does not touch, and so copy, what is shared
