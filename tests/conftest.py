"""What every test gets: silence in the log, a fixed day, content to spoil, and everything printed once."""

from __future__ import annotations

import logging
import os
import shutil
import signal
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from common import CLONE, CONTENT, LONG, TODAY, long_content, print_on_both_papers

hypothesis.settings.register_profile("milebook", deadline=None)  # no test is timed: machines are busy
hypothesis.settings.load_profile("milebook")


@pytest.fixture(autouse=True)
def _nothing_unexpected_in_the_log(caplog):
    """Fail on a warning in the log; a test that expects one reads it and then calls `caplog.clear()`."""
    yield
    heard = [f"{r.name}: {r.getMessage()}" for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not heard


@pytest.fixture
def today():
    """The day the tests take place: 200 days before the first race of the shipped profiles."""
    return TODAY


@pytest.fixture
def small_content(tmp_path):
    """A copy of the shipped content, to change."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def pytest_configure():
    """Hear the signals that a start in the background or by nohup has switched off, for us and for what we start."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Begin where nothing lies but what is shipped: milebook reads the content of the folder that it is run in."""
    if site := session.config.getoption("--site"):
        session.config.option.site = site.absolute()
    os.chdir(CLONE)


def pytest_addoption(parser):
    parser.addoption("--site", type=Path, help="a built site for tests/browser/test_every_page.py to look at")
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden and tests/pictures instead of comparing"
    )


# Of several processes one runs all tests that share what takes long to make; else a file stays together.
TOGETHER = {
    "yours": ("test_yours",),
    "browser": ("browser",),
    "printed": ("test_imposition", "test_pictures", "test_print_look", "test_products", "test_race_card"),
}
# What takes minutes begins first, so that no process is left alone with it in the end.
FIRST = (
    "yours",
    "printed",
    "browser",
    "test_stamper",
    "test_batch",
    "test_stamped_athletes",
    "test_cluster",
    "test_setup",
)


def group_of(path):
    """What is run by one process: a group of `TOGETHER`, or a file."""
    names = {path.stem, path.parent.name}
    return next((group for group, members in TOGETHER.items() if names & set(members)), path.stem)


def pytest_collection_modifyitems(items):
    def place(item):
        group = group_of(item.path)
        return FIRST.index(group) if group in FIRST else len(FIRST)

    items.sort(key=place)


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class TogetherScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(Path(nodeid.split("::")[0]))

    return TogetherScheduling(config, log)


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


# ---------------------------------------------------------------- everything printed, once for all tests


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """The folder of a profile on a paper, every product in it; `strict`, so that the print engine had no warning."""

    @cache
    def build(content):
        root = tmp_path_factory.mktemp("printed")
        try:
            print_on_both_papers(CONTENT if content == "shipped" else long_content(root / "content"), root)
        except Exception as error:  # told by every test, tried once
            return root, error
        return root, None

    def find(paper, profile):
        root, error = build("long" if profile in LONG else "shipped")
        if error:
            raise error
        return root / paper / profile

    return find
