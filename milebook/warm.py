"""Imported by the server that workers are forked from: everything they need, once, in memory that all of them share."""

from __future__ import annotations

import contextlib
import gc

from milebook import press, printrun
from milebook.errors import BuildError

WHAT = printrun  # and all below it

with contextlib.suppress(BuildError):  # where everything can be stamped, the engine is not needed
    press.engine()
    from milebook import formmaker  # noqa: F401

gc.collect()
gc.freeze()  # so that looking for garbage does not touch, and so copy, what is shared
