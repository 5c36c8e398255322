"""The site while it is being edited: fresh pages, problems in the page, and nothing for other machines."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from milebook import pipeline
from milebook.errors import BuildError
from milebook.serve import Press
from milebook.webserver import HOST, PORTS, Desk, Handler, open_server

CLONE = Path(__file__).parent.parent


@pytest.fixture
def desk(small_content, tmp_path):
    return Desk(pipeline.Request(date(2026, 11, 24), content=small_content, out=tmp_path / "out"))


@pytest.fixture
def server(desk):
    server = open_server(desk, free_port())
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    desk.finish()
    server.shutdown()
    server.server_close()


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def get(server, path, host=None):
    connection = http.client.HTTPConnection(*server.server_address, timeout=20)
    connection.request("GET", path, headers={"Host": host or f"{HOST}:{server.server_address[1]}"})
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, body


def profile(desk):
    return desk.request.content / "profiles" / "beginner.yaml"


def test_a_page_shows_the_files_as_they_are_now(server, desk):
    assert "Beginner" in get(server, "/beginner/")[1]
    profile(desk).write_text(profile(desk).read_text().replace("name: Beginner ", "name: Somebody Else "))
    status, page = get(server, "/beginner/index.html")
    assert status == 200
    assert "Somebody Else" in page
    assert "/-/reload.js" in page
    assert "Somebody Else" in get(server, "/")[1]


def test_a_mistake_is_shown_in_the_page_with_its_place_and_goes_when_mended(server, desk):
    right = profile(desk).read_text()
    profile(desk).write_text(right.replace("level: beginner ", "level: <b>beginer</b> "))
    status, page = get(server, "/beginner/index.html")
    assert status == 500
    assert "profiles/beginner.yaml:" in page
    assert ":8: level is" in page
    assert "did you mean beginner?" in page
    assert "<b>beginer" not in page
    profile(desk).write_text(right)
    assert get(server, "/beginner/index.html")[0] == 200


def test_a_page_has_its_style_and_scripts_before_anything_is_built(server, desk):
    page = get(server, "/beginner/")[1]
    for path in re.findall(r'(?:href|src)="\.\./(assets/[^"?]+\.(?:css|js))', page):
        assert get(server, f"/{path}")[0] == 200, path
    assert not desk.request.out.exists()


def test_a_page_that_is_still_in_the_making_says_so_and_comes_by_itself(server, desk):
    status, page = get(server, "/yours/")
    assert status == 404
    assert "in the making" in page
    assert "/-/reload.js" in page
    (desk.request.out / "yours").mkdir(parents=True)
    (desk.request.out / "yours" / "index.html").write_text("<html ><body>yours</body></html>")
    assert get(server, "/yours/")[0] == 200


def test_pages_reload_when_the_build_behind_them_is_done(desk, monkeypatch):
    done = threading.Event()
    press = Press(desk.request, done.set)
    press.context = multiprocessing.get_context("fork")  # so that it runs what is put here
    monkeypatch.setattr(pipeline, "build", lambda request, tell: None)
    press.restart(0)
    assert done.wait(20)
    press.stop()


def test_no_service_worker_keeps_an_old_page(server):
    assert "unregister" in get(server, "/sw.js")[1]
    assert get(server, "/assets/offline.js") == (200, "")


def test_a_browser_that_leaves_a_request_is_no_error():
    class Gone:
        def write(self, data):
            raise BrokenPipeError

    handler = Handler.__new__(Handler)
    handler.request_version, handler.requestline, handler.client_address = "HTTP/1.1", "GET /", (HOST, 1)
    handler.wfile = Gone()
    handler._send(200, b"page", "text/html")


def test_a_waiting_page_hears_of_a_change(server, desk):
    connection = http.client.HTTPConnection(*server.server_address, timeout=20)
    connection.request("GET", "/-/changes")
    answer = connection.getresponse()
    assert answer.readline() == b"data: 1\n"
    answer.readline()
    desk.touch()
    assert answer.readline() == b"data: 2\n"
    connection.close()


@pytest.mark.parametrize("path", ["/../site.yaml", "/..%2f..%2fetc/passwd", "/.milebook/files.json", "/nothing.pdf"])
def test_only_files_of_the_output_are_served(server, desk, path):
    (desk.request.out / ".milebook").mkdir(parents=True)
    (desk.request.out / ".milebook" / "files.json").write_text("{}")
    assert get(server, path)[0] == 404


def test_another_sites_name_for_this_machine_gets_nothing(server):
    assert get(server, "/beginner/", host="evil.example")[0] == 403


def test_it_listens_on_this_machine_only_and_finds_another_port(desk):
    first = open_server(desk, free_port())
    second = open_server(desk, first.server_address[1])
    try:
        assert first.server_address[0] == HOST
        assert first.server_address[1] < second.server_address[1] < first.server_address[1] + PORTS
    finally:
        first.server_close()
        second.server_close()


def test_no_free_port_is_told(desk, monkeypatch):
    monkeypatch.setattr("milebook.webserver.PORTS", 0)
    with pytest.raises(BuildError, match="--port"):
        open_server(desk, 8000)


def save_until(heard, path):
    """Save again and again: the watcher may need a moment before it sees anything."""
    while not heard.wait(0.2):
        path.write_text(path.read_text() + "\n# saved\n")


def test_it_starts_rebuilds_and_ends_with_ctrl_c(tmp_path):
    shutil.copytree(CLONE / "content", tmp_path / "content")
    for name in ("advanced", "intermediate"):
        (tmp_path / "content" / "profiles" / f"{name}.yaml").unlink()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795478400", "PYTHONPATH": str(CLONE), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "milebook", "serve", "--no-browser", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().split("/")[2].split(":")[1])
        connection = http.client.HTTPConnection(HOST, port, timeout=20)
        connection.request("GET", "/-/changes")
        answer = connection.getresponse()
        assert answer.readline() == b"data: 1\n"
        answer.readline()
        heard = threading.Event()
        threading.Thread(target=save_until, args=(heard, tmp_path / "content" / "profiles" / "beginner.yaml")).start()
        news = answer.readline()
        heard.set()
        assert news == b"data: 2\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout.read().strip() == "Ended."
