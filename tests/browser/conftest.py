"""A browser, a server and sites built for them. Without Playwright and Chromium these tests are skipped, and say so."""

from __future__ import annotations

import http.server
import os
import shutil
import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from milebook import pipeline

CLONE = Path(__file__).parents[2]
CONTENT = CLONE / "content"
TOOLS = CLONE / ".tools"
TODAY = date(2026, 11, 24)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SLOW = """\
name: Wilhelmina Oberammergauerstrasse-Featherstonehaugh the Third
level: advanced
result: {distance: mile, time: "19:50"}
race: {name: "The Saint-Germain-en-Laye Association Road Mile Championship", date: 2027-07-01, surface: road}
days: 7
units: metric
"""
UNDATED = """\
name: Noor
level: beginner
result: {distance: 5 km, time: "27:30"}
race: {name: Some mile}
days: [tue, thu, sat, sun]
"""


def tool(pattern):
    """A file that scripts/browser-tools fetched; skips where it did not."""
    found = sorted(TOOLS.glob(pattern))
    if not found:
        pytest.skip(f"no .tools/{pattern}: run scripts/browser-tools")
    return found[-1]


def build_site(out, content=CONTENT, site_url=""):
    """Every page of a content folder, without PDFs."""
    pipeline.build(pipeline.Request(TODAY, content=content, out=out, pdf=False, site_url=site_url), lambda *told: None)
    return out


@pytest.fixture(scope="session")
def content(tmp_path_factory):
    """The shipped content, a profile that has no date, and one with long names and the longest times."""
    folder = Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("content") / "content"))
    (folder / "profiles" / "noor.yaml").write_text(UNDATED, "utf-8")
    (folder / "profiles" / "slow.yaml").write_text(SLOW, "utf-8")
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory, content):
    """The site as for GitHub Pages at user.github.io/repo/."""
    out = build_site(tmp_path_factory.mktemp("site"), content, "https://user.example/repo")
    (out / "beginner" / "booklet.pdf").write_bytes(b"%PDF-1.7 a stand-in\n")
    return out


class Server:
    """Serves a folder under a path, and 404.html for what is not there, as GitHub Pages does."""

    def __init__(self, folder, path="/repo/"):
        self.folder, self.path, self.asked = folder, path, []
        server = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".webmanifest": "application/json"}

            def translate_path(self, url):
                place = url.split("?")[0].split("#")[0]
                server.asked.append(place)
                inside = place.startswith(server.path)
                return super().translate_path("/" + place.removeprefix(server.path)) if inside else "/nowhere"

            def send_error(self, code, *args):
                page = (server.folder / "404.html").read_bytes()
                self.send_response(code)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *args: Handler(*args, directory=str(folder))
        )
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.http.server_port}"
        self.url = self.origin + path

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


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
