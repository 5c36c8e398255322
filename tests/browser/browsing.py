"""What the browser tests share: sites to build, a server to give them, tools that were fetched."""

from __future__ import annotations

import http.server
import threading
from datetime import date
from typing import ClassVar

import pytest
from common import CONTENT, ROOT

from milebook import build
from milebook.assembly.request import Request

TOOLS = ROOT / ".tools"
TODAY = date(2026, 11, 24)
SLOW = """\
name: Wilhelmina Oberammergauerstrasse-Featherstonehaugh the Third
level: advanced
result: {distance: mile, time: "19:50"}
race: {name: "The Saint-Germain-en-Laye Association Road Mile Championship", date: 2027-07-01, surface: road}
days: 7
units: metric
"""
ENDINGS = http.server.SimpleHTTPRequestHandler.extensions_map
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


def build_site(out, content=CONTENT, site_url="", today=TODAY, **options):
    """Every page of a content folder, without PDFs."""
    build.build(Request(today, content=content, out=out, pdf=False, site_url=site_url, **options), lambda *told: None)
    return out


class Server:
    """Serves a folder under a path, and 404.html for what is not there, as GitHub Pages does."""

    def __init__(self, folder, path="/repo/"):
        self.folder, self.path, self.asked = folder, path, []
        server = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map: ClassVar = {
                **http.server.SimpleHTTPRequestHandler.extensions_map,
                ".webmanifest": "application/json",
            }

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
