"""A browser, a server and sites built for them. Without Playwright and Chromium these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from browsing import CONTENT, SLOW, UNDATED, Server, build_site

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def content(tmp_path_factory):
    """The shipped content, a profile that has no date, and one with long names and the longest times."""
    folder = Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("content") / "content"))
    (folder / "profiles" / "noor.yaml").write_text(UNDATED, "utf-8")
    (folder / "profiles" / "slow.yaml").write_text(SLOW, "utf-8")
    return folder


@pytest.fixture(scope="session")
def masters(tmp_path_factory):
    """Where builds keep what the next one can use; in one run of several processes, for all of them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return tmp_path_factory.getbasetemp().parent / "forms-of-sites"
    return tmp_path_factory.mktemp("forms")


@pytest.fixture(scope="session")
def built(request, tmp_path_factory):
    """The site as for GitHub Pages at user.github.io/repo/; or the one that was named."""
    if site := request.config.getoption("--site"):
        return site.resolve()
    content, masters = request.getfixturevalue("content"), request.getfixturevalue("masters")
    out = build_site(tmp_path_factory.mktemp("site"), content, "https://user.example/repo", yours=True, masters=masters)
    (out / "beginner" / "booklet.pdf").write_bytes(b"%PDF-1.7 a stand-in\n")
    return out


@pytest.fixture
def serve():
    """Start servers; they stop with the test."""
    servers = []

    def start(folder, path="/repo/"):
        servers.append(Server(folder, path))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.skip("Chromium is not installed")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*root, "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, serve):  # the servers stop when the pages are closed
    """Open pages, each in a fresh browser profile; the console must stay silent and no request leave the host."""
    contexts, heard = [], []

    def listen(page, foreign):
        page.on("console", lambda message: message.type in ("error", "warning") and heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: foreign(request.url) and heard.append(f"asked for {request.url}"))

    def open_page(url, *, context=None, day=None, expect=(), **options):
        if context is None:
            options.setdefault("service_workers", "allow" if options.pop("offline_too", False) else "block")
            context = browser.new_context(**options)
            contexts.append(context)
            if options["service_workers"] == "block":  # Playwright warns of it on every page
                context.add_init_script("delete Navigator.prototype.serviceWorker")
        page = context.new_page()
        own = (url[: url.index("/", 8)], "blob:", "data:")
        listen(page, lambda asked: not asked.startswith(own))
        if day:
            page.clock.set_fixed_time(datetime.fromisoformat(f"{day}T09:00"))
        page.goto(url)
        return page

    open_page.heard = heard
    yield open_page
    for context in contexts:
        context.close()
    assert heard == []
