"""Imported by the server that our processes are forked from: the print engine, once, in memory they all share."""

from __future__ import annotations

import contextlib
import gc

from milebook import formmaker, press
from milebook.errors import BuildError

WHAT = formmaker  # and all below it

with contextlib.suppress(BuildError):  # whoever needs it is told
    press.engine()

gc.collect()
gc.freeze()  # so that looking for garbage does not touch, and so copy, what is shared
