"""Imported by the server that our processes are forked from: the print engine, once, in memory they all share."""

from __future__ import annotations

import contextlib
import gc

from milebook.core.errors import BuildError
from milebook.printing import engine
from milebook.printing.stamping import master_builder

WHAT = master_builder  # and all below it

with contextlib.suppress(BuildError):  # whoever needs it is told
    engine.engine()

gc.collect()
gc.freeze()  # so that looking for garbage does not touch, and so copy, what is shared
