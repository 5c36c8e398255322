"""The site while it is being edited: fresh pages, problems in the page, and nothing for other machines."""

from __future__ import annotations

import contextlib
import gc
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
import tempfile
import threading
import time
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from common import CLONE, CONTENT, EPOCH, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook import build as building
from milebook.assembly.request import Request
from milebook.core.errors import ENDED_FROM_OUTSIDE, BuildError, ContentError, Problem
from milebook.preview import pages
from milebook.preview.rebuild import BackgroundBuild, Outcome
from milebook.preview.serve import Watcher, name_own_folders
from milebook.preview.web_server import (
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
from milebook.runtime.source_files import changed_within, list_files

PIECES = ["/", ".", "..", "%2e", "%2f", "%5c", "%00", "%ff", ":", "~", "a", "é", "\\", "?", "#", "index.html"]
PROPERTY = settings(derandomize=True)


@pytest.fixture
def desk(small_content, tmp_path):
    return Desk(Request(TODAY, content=small_content, out=tmp_path / "out"))


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
    with serving(Desk(Request(TODAY, content=CONTENT, out=out))) as server:
        yield server


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def get(server, path, host=None):
    with contextlib.closing(http.client.HTTPConnection(*server.server_address, timeout=60)) as connection:
        connection.request("GET", path, headers={"Host": host or f"{HOST}:{server.server_address[1]}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


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
    assert "known: advanced, beginner, intermediate" in page
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
    connection = http.client.HTTPConnection(*server.server_address, timeout=60)
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
        (b"\r\n\r\n", 400),
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


@pytest.mark.parametrize(("owner", "step"), [(pages, "page"), (Handler, "_send")])
def test_a_page_being_made_or_sent_is_not_given_up_for_connections_that_hang(steady, monkeypatch, owner, step):
    go_on, answers, does = threading.Event(), [], getattr(owner, step)

    def slowly(*given):
        go_on.wait(60)
        return does(*given)

    monkeypatch.setattr(owner, step, slowly)
    asking = threading.Thread(target=lambda: answers.append(get(steady, "/beginner/")[0]))
    asking.start()
    until(lambda: any(steady.connections.values()))
    hanging = [socket.create_connection(steady.server_address, timeout=60) for _ in range(MOST_CONNECTIONS + 20)]
    assert [connection.recv(1) for connection in hanging[:21]] == [b""] * 21  # all have been let in, the first ones out
    go_on.set()
    asking.join(60)
    for connection in hanging:
        connection.close()
    assert answers == [200]


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
    page, gone = pages.page, [FileNotFoundError(2, "No such file", "sam.yaml")] * 2

    def sometimes(path, request):
        if gone:
            raise gone.pop()
        return page(path, request)

    monkeypatch.setattr(pages, "page", sometimes)
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

    monkeypatch.setattr(pages, "page", fail)
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


def until(seen, seconds=60):
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
    monkeypatch.setattr("milebook.preview.web_server.PORTS", 0)
    with pytest.raises(BuildError, match="--port"):
        open_server(desk, 8000)


class NoBuild:
    """Counts what would be built."""

    def __init__(self):
        self.started, self.cancelled, self.outcome, self.is_running = [], 0, None, False

    def start(self, request):
        self.started.append(request)

    def cancel(self):
        self.cancelled += 1

    def take_outcome(self):
        outcome, self.outcome = self.outcome, None
        return outcome


@pytest.fixture
def watcher(desk, monkeypatch):
    """A watcher that waits for nothing to settle."""
    monkeypatch.setattr("milebook.preview.serve.SETTLED_SECONDS", 0)
    told = []
    watcher = Watcher(desk, NoBuild(), told.append)
    watcher.told = told
    watcher.step()
    assert len(watcher.build.started) == 1
    return watcher


def test_every_change_wakes_the_pages_and_has_everything_built_anew(watcher, desk):
    watcher.step()
    assert (desk.version, watcher.build.cancelled) == (1, 0)
    page = profile(desk)
    for number, change in enumerate(
        [
            lambda: page.write_text(page.read_text() + "\n"),
            lambda: page.write_text(page.read_text().replace("\n", "\t", 1)),
            lambda: page.rename(page.with_name("other.yaml")),
            lambda: page.symlink_to("other.yaml"),
            lambda: page.with_name("new").mkdir() or (page.with_name("new") / "x.yaml").write_text("x"),
            lambda: shutil.rmtree(page.with_name("new")),
        ],
        1,
    ):
        change()
        watcher.step()
        assert (desk.version, watcher.build.cancelled, len(watcher.build.started)) == (1 + number, number, 1 + number)
        watcher.step()
        assert desk.version == 1 + number


def test_a_change_in_a_folder_that_a_link_leads_to_is_seen(desk, monkeypatch, tmp_path):
    elsewhere = (desk.request.content / "profiles").rename(tmp_path / "elsewhere")
    (desk.request.content / "profiles").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to("..")
    (elsewhere / "loop").symlink_to("loop")
    watcher = Watcher(desk, NoBuild(), lambda text: None)
    (elsewhere / "beginner.yaml").write_text("x")
    watcher.step()
    assert desk.version == 2


def test_what_is_built_is_shown_and_what_could_not_be_is_told(watcher, desk):
    watcher.build.outcome = Outcome.DONE, ""
    watcher.step()
    assert (desk.version, watcher.told) == (2, [])
    watcher.build.outcome = Outcome.REFUSED, "no space"
    watcher.step()
    assert (desk.version, watcher.told, len(watcher.build.started)) == (3, ["no space"], 1)
    watcher.build.outcome = Outcome.OUTDATED, ""
    watcher.step()
    assert len(watcher.build.started) == 2


def test_what_could_not_be_built_is_told_in_the_pages_until_a_change_or_a_build_that_is_whole(server, desk, watcher):
    limit = "beginner/booklet.pdf cannot be laid out: it takes more than 120 s (--limit)"
    watcher.build.outcome = Outcome.REFUSED, f"{limit}\n<b>and more</b>"
    watcher.step()
    for path in ("/beginner/", "/", "/nothing/"):
        page = get(server, path)[1]
        assert page.count('role="alert"') == 1
        assert f"<li><code>{limit}</code></li>" in page
        assert "<b>and more" not in page
    assert limit not in get(server, "/beginner/plan.ics")[1]
    watcher.build.outcome = Outcome.DONE, ""
    watcher.step()
    assert limit not in get(server, "/beginner/")[1]
    desk.touch(limit)
    page = profile(desk)
    page.write_text(page.read_text() + "\n")
    watcher.step()
    assert limit not in get(server, "/beginner/")[1]


def test_a_build_waits_for_the_end_of_the_one_it_takes_the_place_of(watcher, desk):
    watcher.build.is_running = True
    profile(desk).write_text("x")
    watcher.step()
    assert (watcher.build.cancelled, len(watcher.build.started)) == (1, 1)
    watcher.build.is_running = False
    watcher.step()
    assert len(watcher.build.started) == 2


@pytest.mark.parametrize("name", ["content", "templates"])
def test_a_folder_that_goes_for_a_moment_is_told_waited_for_and_replaced_by_nothing(tmp_path, monkeypatch, name):
    shutil.copytree(CONTENT, tmp_path / "content")
    (tmp_path / "templates").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("milebook.preview.serve.SETTLED_SECONDS", 0)
    told, desk = [], Desk(name_own_folders(Request(TODAY, out=Path("out"))))
    watcher = Watcher(desk, NoBuild(), told.append)
    watcher.step()
    assert "Beginner" in pages.page("beginner/index.html", desk.request)
    with serving(desk) as server:
        for number in (1, 2):
            Path(name).rename("away")
            watcher.step()
            watcher.step()
            status, page = get(server, "/beginner/")
            assert (status, f"{name}: the folder for {name} does not exist" in page) == (500, True)
            assert get(server, "/assets/offline.js")[0] == 200
            assert [len(watcher.build.started), watcher.build.cancelled] == [number, 2 * number - 1]
            assert told.pop().startswith(f"{name}: the folder for {name} does not exist; the pages wait for it")
            Path("away").rename(name)
            watcher.step()
            assert told.pop() == "It is there again."
            assert get(server, "/beginner/")[0] == 200
            assert len(watcher.build.started) == number + 1
    assert not told
    assert desk.version == 5


def test_folders_of_ones_own_are_found_when_they_come_later(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    desk = Desk(name_own_folders(Request(TODAY, out=Path("out"))))
    watcher = Watcher(desk, NoBuild(), lambda text: None)
    assert desk.request.content is None
    shutil.copytree(CONTENT, "content")
    site = Path("content/site.yaml")
    site.write_text(re.sub("^name:.*", "name: River Runners", site.read_text("utf-8"), flags=re.M), "utf-8")
    watcher.step()
    assert desk.version == 2
    assert "River Runners" in pages.page("index.html", desk.request)
    shutil.rmtree("content")
    watcher.step()
    with pytest.raises(ContentError, match="does not exist"):
        pages.page("index.html", desk.request)


def test_a_template_of_ones_own_is_used_when_it_comes_and_not_when_it_is_gone(server, desk, tmp_path):
    templates = tmp_path / "templates"
    templates.mkdir()
    desk.request = replace(desk.request, templates=templates)
    before = get(server, "/beginner/")[1]
    own = templates / "sections" / "laps.html.j2"
    own.parent.mkdir()
    own.write_text("<p>House rules</p>")
    assert "House rules" in get(server, "/beginner/")[1]
    own.write_text("<p>Rules of the house</p>")
    assert "Rules of the house" in get(server, "/beginner/")[1]
    own.unlink()
    assert get(server, "/beginner/")[1] == before


def test_an_output_that_is_removed_is_built_again(watcher, desk):
    files = desk.request.out / ".milebook" / "files.json"
    files.parent.mkdir(parents=True)
    files.write_text("{}")
    watcher.step()
    assert len(watcher.build.started) == 1
    shutil.rmtree(desk.request.out)
    watcher.step()
    assert len(watcher.build.started) == 2
    assert get_built(desk, "beginner/booklet.pdf") is None


def get_built(desk, path):
    return pages.built_file(path, desk.request)


def test_what_was_read_while_a_file_changed_is_not_kept(desk, monkeypatch):
    path, load = profile(desk), pages.read_content
    first = path.read_text()
    second = first.replace("name: Beginner ", "name: Somebody ")

    def change_meanwhile(content):
        path.write_text(second)
        return load(content)

    monkeypatch.setattr(pages, "read_content", change_meanwhile)
    assert "Somebody" in pages.page("beginner/index.html", desk.request)
    monkeypatch.setattr(pages, "read_content", load)
    path.write_text(first)
    assert "Beginner" in pages.page("beginner/index.html", desk.request)


def test_a_page_follows_an_edit_that_no_time_tells_and_reads_nothing_where_all_is_old(desk, monkeypatch):
    path = profile(desk)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    assert "Beginner" in pages.page("beginner/index.html", desk.request)
    with path.open("r+b") as file:
        file.write(path.read_bytes().replace(b"name: Beginner", b"name: Somebody"))
    os.utime(path, ns=times)
    states = {name: (*state[:-1], 0) for name, state in pages.list_files([desk.request.content]).items()}
    monkeypatch.setattr(pages, "list_files", lambda folders: states)  # a disk that knows no times
    pages._read_last[0] = replace(pages._read_last[0], files=states)
    monkeypatch.setattr(pages, "changed_within", lambda files, seconds: True)
    assert "Somebody" in pages.page("beginner/index.html", desk.request)
    monkeypatch.setattr(pages, "changed_within", lambda files, seconds: False)
    monkeypatch.setattr(pages, "fingerprint", None)
    assert "Somebody" in pages.page("beginner/index.html", desk.request)


def test_a_file_has_changed_lately_or_not(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("a")
    assert changed_within(list_files([tmp_path]), 60)
    states = {name: (*state[:-2], 0, 0) for name, state in list_files([tmp_path]).items()}
    assert not changed_within({**states, "unreadable": ()}, 60)
    assert not changed_within({}, 60)


def test_what_was_read_before_an_edit_is_forgotten(desk):
    shown = [pages.page("beginner/index.html", desk.request)]
    before = weakref.ref(pages._read_last[0].library)
    for number in range(3):
        profile(desk).write_text(profile(desk).read_text().replace("name: ", f"name: {number} ", 1))
        shown.append(pages.page("beginner/index.html", desk.request))
    gc.collect()
    assert before() is None
    assert len(set(shown)) == 4


# The build beside it


@pytest.fixture
def build(monkeypatch):
    """A build in a process that runs what a test has put in the place of `build.build`, and waits for nobody."""
    monkeypatch.setattr(os, "nice", lambda step: None, raising=False)
    monkeypatch.setattr("milebook.preview.rebuild.STOP_SECONDS", 20)
    build = BackgroundBuild()
    build.context = multiprocessing.get_context("fork")
    yield build
    build.stop()


def outcome_of(build):
    outcomes = []
    until(lambda: outcomes.append(build.take_outcome()) or outcomes[-1])
    return outcomes[-1]


def raising(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("does", "outcome"),
    [
        (lambda *_: None, (Outcome.DONE, "")),
        (raising(BuildError("no space")), (Outcome.REFUSED, "no space")),
        (raising(ContentError([Problem("a.yaml", 1, 2, "wrong")])), (Outcome.REFUSED, "a.yaml:1:2: wrong")),
        (raising(KeyError("x")), (Outcome.REFUSED, "milebook cannot build this: KeyError: 'x'")),
        (lambda *_: os.kill(os.getpid(), signal.SIGKILL), (Outcome.REFUSED, ENDED_FROM_OUTSIDE)),
    ],
)
def test_a_build_in_the_background_says_how_it_ended(desk, build, monkeypatch, capfd, does, outcome):
    monkeypatch.setattr(building, "build", does)
    build.start(desk.request)
    folder = Path(build.folder)
    assert outcome_of(build) == outcome
    assert build.take_outcome() is None
    assert not folder.exists()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("change", [lambda path: path.write_text("x"), lambda path: path.parent.parent.rename("away")])
def test_a_build_of_files_that_changed_meanwhile_writes_nothing(desk, build, monkeypatch, tmp_path, change):
    monkeypatch.chdir(tmp_path)

    def changes(request, tell, presses):
        tell("content", "", 0)
        change(profile(desk))
        tell("yours", "", 0)
        Path("written").touch()

    monkeypatch.setattr(building, "build", changes)
    build.start(desk.request)
    assert outcome_of(build)[0] is Outcome.OUTDATED
    assert not Path("written").exists()


@pytest.mark.thorough
def test_a_build_that_is_stopped_puts_back_what_is_half_made(desk, build, monkeypatch, tmp_path):
    def goes_on(*_):
        try:
            (tmp_path / "half").touch()
            (Path(tempfile.mkdtemp()) / "x").touch()
            time.sleep(60)
        finally:
            (tmp_path / "half").unlink()

    monkeypatch.setattr(building, "build", goes_on)
    build.start(desk.request)
    folder = Path(build.folder)
    until(lambda: (tmp_path / "half").exists() and any(folder.glob("*/x")))
    build.stop()
    assert not (tmp_path / "half").exists()
    assert not folder.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("at_once", [True, False])
def test_a_build_that_does_not_listen_is_ended_all_the_same(desk, build, monkeypatch, tmp_path, at_once):
    def goes_on(*_):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        (desk.request.out / ".milebook" / "new").mkdir(parents=True)
        (desk.request.out / ".milebook" / "new" / "half").touch()
        (tmp_path / "begun").touch()
        time.sleep(60)

    monkeypatch.setattr("milebook.preview.rebuild.STOP_SECONDS", 0.05)
    monkeypatch.setattr("milebook.preview.rebuild.CANCEL_SECONDS", 0.05)
    monkeypatch.setattr(building, "build", goes_on)
    build.start(desk.request)
    until((tmp_path / "begun").exists)
    process = build.process.pid
    if at_once:
        build.stop()
    else:
        build.cancel()
        until(lambda: build.take_outcome() or not build.is_running)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not (desk.request.out / ".milebook" / "new").exists()


def test_a_system_without_room_for_a_build_is_told(watcher, desk, monkeypatch):
    watcher.build = BackgroundBuild()
    monkeypatch.setattr(watcher.build.context, "Process", raising_os_error)
    watcher.due = 0
    watcher.step()
    assert watcher.told == ["cannot build: No space left on device"]
    assert desk.problem == "cannot build: No space left on device"


def raising_os_error(*_, **__):
    raise OSError(28, "No space left on device")


# The whole command


@contextlib.contextmanager
def command(folder, *options, port=0):
    """`milebook serve` in a folder, in a group of processes of its own, with what is temporary beside it."""
    (folder / "tmp").mkdir(exist_ok=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "PYTHONPATH": str(CLONE), "PYTHONUNBUFFERED": "1"}
    environment |= {"TMPDIR": str(folder / "tmp"), "MILEBOOK_CACHE": ""}
    words = [sys.executable, *options, "-m", "milebook", "serve", "--no-browser", "--port", str(port or free_port())]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen(words, cwd=folder, env=environment, **pipes) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def is_gone(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")
@pytest.mark.parametrize(("name", "to_all"), [("SIGINT", True), ("SIGTERM", False), ("SIGHUP", True)])
def test_a_serve_that_ends_leaves_nothing(tmp_path, name, to_all):
    number = getattr(signal, name)
    with command(tmp_path) as process:
        assert process.stdout.readline().startswith("http://")
        until(lambda: any((tmp_path / "tmp").iterdir()))  # a build has begun
        begin = time.monotonic()
        (os.killpg if to_all else os.kill)(process.pid, number)
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - begin < 10  # on a busy machine; else within two seconds
        assert (process.returncode, out, err) == (128 + number, "Ended.\n", "")
        until(lambda: is_gone(process.pid))
    assert not any((tmp_path / "tmp").iterdir())
    assert not (tmp_path / "output").exists()


@pytest.mark.thorough
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_build_hears_nothing_of_ctrl_c_from_its_first_moment(tmp_path):
    with command(tmp_path) as process:
        assert process.stdout.readline().startswith("http://")
        until(lambda: builds_of(process.pid))
        for name in ("SIGINT", "SIGHUP"):
            assert all(is_unheard(build, getattr(signal, name)) for build in builds_of(process.pid))
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=20) == ("Ended.\n", "")


def builds_of(group):
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(path.name)) == group and b"spawn_main" in (path / "cmdline").read_bytes():
                found.append(path)
    return found


def is_unheard(process, number):
    masks = re.findall(r"Sig(?:Blk|Ign):\s+(\w+)", (process / "status").read_text())
    return any(int(mask, 16) >> number - 1 & 1 for mask in masks)


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes")
def test_a_serve_that_is_killed_takes_its_build_along(tmp_path):
    with command(tmp_path) as process:
        assert process.stdout.readline().startswith("http://")
        until(lambda: any((tmp_path / "tmp").iterdir()))
        process.kill()
        process.wait()
        until(lambda: is_gone(process.pid))
    assert not any((tmp_path / "tmp").iterdir())
    assert not (tmp_path / "output").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("module", ["click", "milebook.core.errors", "pydantic", "milebook.preview.web_server"])
def test_ctrl_c_while_it_is_being_loaded_ends_it_without_a_traceback(tmp_path, module):
    with command(tmp_path, "-X", "importtime") as process:
        for text in process.stderr:
            if text.split("|")[-1].strip() == module:
                process.send_signal(signal.SIGINT)
                break
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert {text for text in err.splitlines() if not text.startswith("import time:")} <= {"", "Aborted!"}
    assert not any((tmp_path / "tmp").iterdir())


def test_a_port_that_is_in_use_is_told(tmp_path):
    with socket.create_server((HOST, 0)) as taken, command(tmp_path, port=taken.getsockname()[1]) as process:
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=20)[1]
        used = re.search(r":(\d+)/", first)[1]
        assert told == f"port {taken.getsockname()[1]} is not free, so it is {used}; choose another with --port\n"


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
        assert process.wait(20) == 130
        assert process.stdout.read().strip() == "Ended."
