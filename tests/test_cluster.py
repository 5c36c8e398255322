"""A roster built by other machines: the same bytes, also where one of them is lost in the middle."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from common import CLONE, EPOCH

from milebook.cli.main import main
from milebook.core.errors import BuildError
from milebook.roster import manifest
from milebook.runtime.remote import Remote
from milebook.runtime.storage import Folder

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""
WORDS = ("--parts", "race-card", "--no-collate")


@pytest.fixture
def cluster(tmp_path):
    """The address of a cluster with two workers, and their processes."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    env = os.environ | {"PYTHONPATH": str(CLONE), "SOURCE_DATE_EPOCH": EPOCH}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, script], text=True, env=env, cwd=tmp_path, **pipes) as process:
        address, *workers = process.stdout.readline().split()
        yield address, [int(worker) for worker in workers]
        process.communicate("", timeout=60)


def roster(path, count):
    rows = (f"Zed Number{n},{'' if n else 'A'},beginner,2{n % 6 + 3}:{n % 50 + 10},4\n" for n in range(count))
    path.write_text("name,group,level,time (5k),days\n" + "".join(rows))
    return path


def build(*args):
    words = [sys.executable, CLONE / "build.py", "--roster", *args, "--cache", ""]
    env = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    return subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def files(folder):
    found = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith((".", "roster.csv"))}


@pytest.mark.thorough
def test_a_cluster_that_loses_a_worker_makes_the_same_bytes(tmp_path, cluster):
    address, workers = cluster
    path, out = roster(tmp_path / "athletes.csv", 240), tmp_path / "far"
    process = build(path, *WORDS, "--scheduler", address, "--out", f"file://{out}")
    end = time.monotonic() + 90
    while len(list(out.glob("athletes/*"))) < 12:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    assert len(list(out.glob("athletes/*"))) < 240  # in the middle
    said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "Zed" not in "".join(said)
    here = build(path, *WORDS, "--out", tmp_path / "near", "--jobs", 2)
    said = here.communicate(timeout=120)
    assert here.returncode == 0, said
    assert len(files(out)) >= 241
    assert files(out) == files(tmp_path / "near")


@pytest.mark.thorough
def test_a_page_that_comes_to_the_limit_on_a_worker_is_told_with_its_row_and_the_worker_goes_on(tmp_path, cluster):
    address, workers = cluster
    path, out = roster(tmp_path / "athletes.csv", 2), tmp_path / "far"
    own = tmp_path / "templates" / "assets"
    own.mkdir(parents=True)
    (own / "own.css").write_text("@page { size: 0 0 !important }")  # a layout without an end
    cards = ("--parts", "race-card,strides", "--no-collate", "--scheduler", address, "--out", f"file://{out}")
    endless = build(path, *cards, "--templates", own.parent, "--limit", "3s")
    said = endless.communicate(timeout=120)
    assert endless.returncode == 1, said
    assert re.search(r"row \d+ of the roster, \S+\.pdf cannot be laid out: it takes more than 3 s \(--limit\)", said[1])
    assert all(Path(f"/proc/{worker}").exists() for worker in workers)
    sound = build(path, *cards)
    said = sound.communicate(timeout=120)
    assert sound.returncode == 0, said


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What is told of a scheduler's address that is none, soon and with nothing of the client left running."""
    monkeypatch.setattr("milebook.roster.cluster.ANSWER_SECONDS", 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.chdir(tmp_path)
    roster(tmp_path / "athletes.csv", 2)

    def build(address):
        start = time.monotonic()
        result = CliRunner().invoke(main, ["build", "--roster", "athletes.csv", "--scheduler", address])
        assert result.exit_code == 1
        assert time.monotonic() - start < 20
        assert not [thread for thread in threading.enumerate() if thread.name == "IO loop"]
        return result.stderr

    return build


@pytest.mark.parametrize(
    "address",
    ["bogus", "tcp://x", "tcp://:8786", "ftp://x:21", "127.0.0.1:99999", "tcp://[::1", "://", "inproc://1/2", "\x1b:x"],
)
def test_what_is_no_address_of_a_cluster_is_told(told, address):
    assert "is no address: write for example tcp://10.0.0.5:8786" in told(address)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "tcp://a b:9", f"tcp://{'x' * 300}:9"])
def test_no_cluster_is_told_as_a_message(told, address):
    assert f"no cluster with workers answers at {address}: " in told(address)


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9, b"\5\0\0\0\0\0\0\0hello" * 9, b""])
def test_a_server_that_is_no_scheduler_is_told(told, answer):
    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                connections.append(connection)
                if answer is not None:
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)

    connections = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        said = told(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        server.shutdown(socket.SHUT_RDWR)
    for connection in connections:
        connection.close()
    assert "what answers is no scheduler" in said


def test_an_address_is_for_a_roster_and_never_leads_into_the_sites_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["build", "--out", "memory://x"]).exit_code == 2
    roster(tmp_path / "athletes.csv", 2)
    words = ["build", "--roster", "athletes.csv", "--out", f"file://{tmp_path}/output/club"]
    assert "lies in the site's folder" in CliRunner().invoke(main, words).stderr


# ---------------------------------------------------------------- places


@pytest.fixture(params=["folder", "file", "memory"])
def place(request, tmp_path):
    if request.param == "folder":
        return Folder(tmp_path / "place")
    return Remote(f"file://{tmp_path}/place" if request.param == "file" else f"memory://{tmp_path}/place")


def test_a_file_is_there_whole_under_its_name_and_nothing_else(place):
    assert place.read("a/b.pdf") is None
    place.write("a/b.pdf", b"one")
    place.write("a/b.pdf", b"two")
    assert place.read("a/b.pdf") == b"two"
    assert place.names("a") == ["b.pdf"]
    assert place.names(".milebook/parts") == []
    place.remove("a/b.pdf")
    place.remove("a/b.pdf")
    assert (place.read("a/b.pdf"), place.names("a")) == (None, [])


def test_a_finished_file_is_taken_over(place):
    place.write("x", b"")
    with place.part() as part:
        part.file.write(b"all")
        place.adopt("all.pdf", part)
    assert place.read("all.pdf") == b"all"
    assert place.names(".milebook/parts") == []


def test_slips_are_the_same_everywhere(place):
    slip = manifest.Entry("in", {"a/b.pdf": "0"}, how="stamped", pages=2)
    manifest.note(place, "athletes", "ada", slip)
    manifest.note(place, "athletes", "bo", slip)
    assert manifest.read_all(place, "athletes") == {"ada": slip, "bo": slip}
    assert not manifest.is_current(slip, "in", place)
    manifest.gather(place, "athletes", {"ada": slip})
    assert manifest.read_all(place, "athletes") == {"ada": slip}
    assert place.names(".milebook/roster/athletes") == ["gathered"]
    newer = manifest.Entry("other", {"a/b.pdf": "1"})
    manifest.note(place, "athletes", "ada", newer)
    assert manifest.read_all(place, "athletes") == {"ada": newer}
    manifest.gather(place, "athletes", {})
    assert manifest.read_all(place, "athletes") == {}


def test_a_line_that_was_not_finished_costs_no_other(tmp_path):
    place, slip = Folder(tmp_path), manifest.Entry("in", {"a.pdf": "0"})
    for name in ("ada", "bo"):
        manifest.note(place, "athletes", name, slip)
    (journal,) = (tmp_path / ".milebook/roster/athletes").iterdir()
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    assert manifest.read_all(place, "athletes") == {"ada": slip}
    assert manifest.count_damaged(place, "athletes") == 0
    journal.write_bytes(whole.replace(b"ada", b'a"a'))
    assert manifest.read_all(place, "athletes") == {"bo": slip}
    assert manifest.count_damaged(place, "athletes") == 1


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", ".milebook/secret", "a/../../b", "a//b", ""])
def test_a_slip_that_leads_outside_is_not_followed(place, path):
    manifest.note(place, "athletes", "x", manifest.Entry("in", {path: "0"}))
    assert manifest.read_all(place, "athletes") == {}


def test_a_place_that_cannot_be_written_is_told_without_the_files_name(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (Folder(tmp_path / "file"), Remote(f"file://{tmp_path}/file")):
        with pytest.raises(BuildError, match=r"cannot write in.* what is finished stays") as told:
            place.write("athletes/zed.pdf", b"x")
        assert "zed" not in str(told.value)
