"""What every test gets: silence in the log, a fixed day, content to spoil."""

from __future__ import annotations

import logging
import shutil
from datetime import date
from pathlib import Path

import pytest

CONTENT = Path(__file__).parent.parent / "content"


@pytest.fixture(autouse=True)
def _nothing_unexpected_in_the_log(caplog):
    """Fail on a warning in the log; a test that expects one reads it and then calls `caplog.clear()`."""
    yield
    heard = [f"{r.name}: {r.getMessage()}" for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not heard


@pytest.fixture
def today():
    """The day the tests take place: 200 days before the first race of the shipped profiles."""
    return date(2026, 11, 24)


@pytest.fixture
def small_content(tmp_path):
    """A copy of the shipped content, to change."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))
