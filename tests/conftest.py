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


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden instead of comparing with it")


@pytest.fixture
def golden(request):
    """Compare a text with `tests/golden/NAME`, or rewrite that file with --update-golden."""

    def compare(name, text):
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path} is missing; make it with --update-golden"
        assert text == path.read_text("utf-8")

    return compare
