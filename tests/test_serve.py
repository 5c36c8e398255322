"""The site while it is being edited: fresh pages, problems in the page, and nothing for other machines."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from common import CONTENT, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook import pipeline
from milebook.errors import BuildError
from milebook.serve import Press
from milebook.webserver import (
    HOST,
    MOST_CONNECTIONS,
    PORTS,
    Answer,
    Desk,
    Handler,
    RefusalError,
    open_server,
    read_path,
)

CLONE = Path(__file__).parent.parent


PIECES = ["/", ".", "..", "%2e", "%2f", "%5c", "%00", "%ff", ":", "~", "a", "é", "\\", "?", "#", "index.html"]
PROPERTY = settings(derandomize=True)


@pytest.fixture
def desk(small_content, tmp_path):
    return Desk(pipeline.Request(TODAY, content=small_content, out=tmp_path / "out"))


@contextlib.contextmanager
def serving(desk):
    server = open_server(desk, free_port())
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    desk.finish()
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(desk):
    with serving(desk) as server:
        yield server


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """A server of content that no test changes."""
    out = tmp_path_factory.mktemp("steady") / "out"
    with serving(Desk(pipeline.Request(TODAY, content=CONTENT, out=out))) as server:
        yield server


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


def test_no_service_worker_keeps_an_old_page(steady):
    assert "unregister" in get(steady, "/sw.js")[1]
    assert get(steady, "/assets/offline.js") == (200, "")


def test_a_browser_that_leaves_a_request_is_no_error():
    class Gone:
        def write(self, data):
            raise BrokenPipeError

    handler = Handler.__new__(Handler)
    handler.request_version, handler.requestline, handler.client_address = "HTTP/1.1", "GET /", (HOST, 1)
    handler.wfile = Gone()
    handler.command, handler.close_connection = "GET", False
    handler._send(Answer(200, b"page"))
    assert handler.close_connection


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


def ask(server, request):
    """What is answered to some bytes: its status, and all of it."""
    with socket.create_connection(server.server_address, timeout=20) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        with connection.makefile("rb") as answer:
            told = answer.read()
    return int(told.split()[1]), told


def line(target, method="GET", headers=""):
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n".encode("latin-1")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (line("/%00"), 400),
        (line("/beginner/%00/index.html"), 400),
        (line("/" + "a" * 5000), 414),
        (line("/" + "a" * 70_000), 414),
        (line("/" + "a" * 1500), 404),
        (line("/" + "a/" * 900), 404),
        (line("/%ff%fe.html"), 400),
        (line("/\xff.html"), 400),
        (line("/%ed%a0%80"), 400),
        (line("/caf%C3%A9/"), 404),
        (line("/%zz%"), 404),
        (line("/%2e%2e/site.yaml"), 404),
        (line("/beginner/../../site.yaml"), 404),
        (line("/..%5c..%5csite.yaml"), 404),
        (line("/a\\..\\site.yaml"), 400),
        (line("/beginner%2findex.html"), 400),
        (line("/C:/boot.ini"), 400),
        (line("/index.html::$DATA"), 400),
        (line("//[/x"), 404),
        (line("//evil.example/x"), 404),
        (line("http://[::1/"), 400),
        (line("*"), 400),
        (line("/beginner/%1b[31m"), 400),
        (line("/?" + "%00" * 20), 200),
        (line("/", "POST", "Content-Length: 5000000\r\n") + b"x" * 5_000_000, 405),
        (line("/", "OPTIONS"), 405),
        (line("/", "BREW"), 405),
        (line("/", headers=f"X: {'a' * 70_000}\r\n"), 431),
        (line("/", headers="X: a\r\n" * 200), 431),
        (line("/", headers="Host: 127.0.0.1\r\n"), 400),
        (line("/", headers="Content-Length: 3\r\n") + b"GET", 200),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET / HTTP/\xb2.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_whatever_is_asked_gets_a_status_and_a_short_page(steady, capfd, request_bytes, status):
    found, told = ask(steady, request_bytes)
    assert found == status
    head, _, page = told.partition(b"\r\n\r\n")
    assert len(page) < 2000 or status == 200
    assert page.rstrip().endswith((b"</html>", b"</script></body>", b"in the making."))
    assert (b"\r\nAllow: GET, HEAD\r\n" in head) == (status == 405)
    assert capfd.readouterr().err == ""
    assert get(steady, "/beginner/")[0] == 200


@PROPERTY
@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_address_leads_out_of_the_site(target):
    target = target.encode("utf-8", "replace").decode("latin-1")
    with contextlib.suppress(RefusalError):
        path = read_path(target)
        assert all(name and not name.startswith(".") for name in path.split("/"))
        assert path.isprintable()
        assert not set(path) & set("\\:")


def test_head_is_answered_like_get_without_the_page(steady):
    status, told = ask(steady, line("/beginner/", "HEAD"))
    whole = ask(steady, line("/beginner/"))[1]
    assert status == 200
    assert told.endswith(b"\r\n\r\n")
    assert whole.startswith(told.replace(re.search(rb"Date: .*?\r\n", told)[0], b"")[:15])
    assert re.search(rb"Content-Length: \d{4,}", told)[0] in whole
    assert ask(steady, line("/-/changes", "HEAD"))[0] == 200


def test_a_page_that_is_not_utf_8_is_shown_as_it_is(server, desk):
    (desk.request.out / "old").mkdir(parents=True)
    (desk.request.out / "old" / "index.html").write_bytes(b"<html ><body>caf\xe9</body></html>")
    status, told = ask(server, line("/old/"))
    assert status == 200
    assert b"caf\xe9" in told
    assert b"/-/reload.js" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_links_pipes_and_folders_in_the_output_are_not_served(server, desk, tmp_path):
    out = desk.request.out
    (out / "beginner").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "index.html").write_text("secret")
    (tmp_path / "secret" / "summary.json").write_text("{}")
    (out / "file.html").symlink_to(tmp_path / "secret" / "index.html")
    (out / "folder").symlink_to(tmp_path / "secret")
    (out / "beginner" / "within.html").symlink_to("index.html")
    (out / "loop").symlink_to("loop")
    os.mkfifo(out / "pipe.txt")
    for path in ("file.html", "folder/", "folder/index.html", "beginner/within.html", "loop", "pipe.txt", "beginner"):
        status, page = get(server, f"/{path}")
        assert (status, "secret" in page) == (404, False), path


def test_connections_that_hang_do_not_keep_others_out(steady):
    hanging = [socket.create_connection(steady.server_address, timeout=20) for _ in range(MOST_CONNECTIONS + 20)]
    try:
        for number, connection in enumerate(hanging):
            with contextlib.suppress(OSError):
                connection.sendall(b"" if number % 2 else b"GET /beginner/ HTTP/1.1\r\nHost: loc")
        assert get(steady, "/beginner/")[0] == 200
        until(lambda: len(steady.connections) <= MOST_CONNECTIONS)
    finally:
        for connection in hanging:
            connection.close()
    until(lambda: not steady.connections)


def test_a_request_that_never_ends_is_given_up(desk, monkeypatch, capfd):
    monkeypatch.setattr(Handler, "timeout", 0.1)
    with serving(desk) as server, socket.create_connection(server.server_address, timeout=20) as connection:
        connection.sendall(b"GET / HT")
        assert connection.recv(1) == b""
    assert capfd.readouterr().err == ""


def test_browsers_that_go_away_in_the_middle_are_no_news(steady, capfd):
    for number in range(30):
        with socket.create_connection(steady.server_address, timeout=20) as connection:
            connection.sendall(line("/beginner/")[: None if number % 3 else number])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # hang up at once
    until(lambda: not steady.connections)
    assert get(steady, "/beginner/")[0] == 200
    assert capfd.readouterr().err == ""


def test_a_file_that_is_taken_away_while_it_is_read_is_no_mistake(steady, monkeypatch):
    page, gone = pipeline.page, [FileNotFoundError(2, "No such file", "sam.yaml")] * 2

    def sometimes(path, request):
        if gone:
            raise gone.pop()
        return page(path, request)

    monkeypatch.setattr(pipeline, "page", sometimes)
    assert get(steady, "/beginner/")[0] == 200


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "sam.yaml"), "sam.yaml: Permission denied"),
        (ZeroDivisionError("division by zero"), "milebook cannot make this: ZeroDivisionError: division by zero"),
        (ValueError("\ud800"), "milebook cannot make this: ValueError: ?"),
    ],
)
def test_whatever_goes_wrong_is_told_in_the_page(steady, monkeypatch, capfd, error, told):
    def fail(path, request):
        raise error

    monkeypatch.setattr(pipeline, "page", fail)
    status, page = get(steady, "/beginner/")
    assert status == 500
    assert told in page
    assert "/-/reload.js" in page
    assert capfd.readouterr().err == ""


def test_a_file_that_a_build_is_just_moving_is_waited_for(server, desk):
    out = desk.request.out
    (out / ".milebook").mkdir(parents=True)
    (out / ".milebook" / "moves.json").write_text("{}")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(get(server, "/beginner/booklet.pdf")))
    asking.start()
    asking.join(0.1)
    (out / "beginner").mkdir()
    (out / "beginner" / "booklet.part").write_bytes(b"whole")
    (out / "beginner" / "booklet.part").replace(out / "beginner" / "booklet.pdf")
    asking.join(20)
    assert answers == [(200, "whole")]


def until(seen, seconds=20):
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "[::1]", "10.0.0.1"])
def test_another_sites_name_for_this_machine_gets_nothing(steady, host):
    assert get(steady, "/beginner/", host=host)[0] == 403


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
