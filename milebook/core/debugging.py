"""MILEBOOK_DEBUG=1: pages are laid out in this very process, and what is else told in a line is shown whole."""

from __future__ import annotations

import os
import traceback


def is_on() -> bool:
    """Whether whoever runs milebook looks for a mistake in it, or in the print engine."""
    return os.environ.get("MILEBOOK_DEBUG", "") not in ("", "0")


def show(error: BaseException) -> None:
    """Show a failure whole on standard error, where that is wanted."""
    if is_on():
        traceback.print_exception(error)
