"""All or nothing: whatever happens to a build, the old output or the new one is there, whole."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from milebook.core.errors import BuildError
from milebook.runtime.output import write, written_before

OLD = {"index.html": b"old", "sam/index.html": b"old", "sam/gone/booklet.pdf": b"old", "same.css": b"same"}
NEW = {"index.html": b"new", "sam/index.html": b"new", "eve/index.html": b"new", "same.css": b"same"}
EDITED = dict.fromkeys(OLD, b"new") | {"same.css": b"same"}  # the same files, other contents
STEPS = ("open", "mkdir", "replace", "unlink", "rmdir", "fsync")  # what the writer asks the system to do


def ours(path):
    return True


def tree(out):
    """Every file a visitor of the folder sees."""
    files = (path for path in out.rglob("*") if path.is_file() and ".milebook" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """The steps are what is tested here, not the disk."""
    monkeypatch.setattr(os, "fsync", lambda number: None)


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    write(folder, OLD, ours)
    return folder


@contextlib.contextmanager
def at_step(number, act, *, from_then_on=False):
    """Call `act` instead of the writer's step of this number (from 0); yields the steps made, in a list."""
    made = []

    def watched(name, call):
        def step(*args, **kwargs):
            if name == "open" and not args[1] & os.O_CREAT:  # nothing is written
                return call(*args, **kwargs)
            made.append(name)
            if len(made) - 1 == number or (from_then_on and len(made) > number):
                act()
            return call(*args, **kwargs)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        yield made


def at_every_step(tmp_path, new):
    """The number of each step of a build of `new` over `OLD`, and a folder with `OLD` to try it in."""
    write(tmp_path / "count", OLD, ours)
    with at_step(10**9, lambda: None) as made:
        write(tmp_path / "count", new, ours)
    for number in range(len(made)):
        write(tmp_path / str(number), OLD, ours)
        yield number, tmp_path / str(number)


def fail(error):
    def act():
        raise error

    return act


# What a build leaves


def test_new_files_are_written_and_old_ones_of_ours_removed(out):
    changed = write(out, NEW, ours).changed
    assert tree(out) == NEW
    assert changed == ("eve/index.html", "index.html", "sam/gone/booklet.pdf", "sam/index.html")
    assert not (out / "sam/gone").exists()
    assert written_before(out) == set(NEW)


def test_nothing_is_touched_when_nothing_changed(out):
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    assert write(out, OLD, ours).changed == ()
    assert before == {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}


def test_files_of_profiles_not_built_now_stay(out):
    write(out, {"eve/index.html": b"new"}, lambda path: path.startswith("eve/"))
    assert tree(out) == OLD | {"eve/index.html": b"new"}


def test_no_scaffolding_stays(out):
    write(out, NEW, ours)
    assert sorted(path.name for path in (out / ".milebook").iterdir()) == ["files-spare.json", "files.json", "lock"]


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"ol"), Path.unlink], ids=["cut short", "deleted"])
def test_a_damaged_file_of_ours_is_written_again(out, spoil):
    spoil(out / "index.html")
    write(out, OLD, ours)
    assert tree(out) == OLD


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("not JSON"), Path.unlink], ids=["damaged", "lost"])
@pytest.mark.parametrize("name", ["files.json", "files-spare.json"])
def test_a_list_of_files_that_is_lost_is_told_and_made_anew_from_its_copy(out, name, spoil):
    spoil(out / ".milebook" / name)
    told = [str(note) for note in write(out, NEW, ours).notes]
    assert len(told) == (name == "files.json")
    assert all("the list of built files was lost; it is made anew" in note for note in told)
    assert tree(out) == NEW
    assert write(out, NEW, ours).notes == ()
    assert written_before(out) == set(NEW)


def test_without_any_list_no_other_file_is_overwritten_and_the_same_build_makes_it_anew(out):
    for name in ("files.json", "files-spare.json"):
        (out / ".milebook" / name).write_text("not JSON")
    with pytest.raises(BuildError, match="is not from milebook"):
        write(out, NEW, ours)
    assert tree(out) == OLD
    (note,) = write(out, OLD, ours).notes
    assert "the list of built files was lost, and so was its copy; it is made anew" in str(note)
    write(out, NEW, ours)
    assert tree(out) == NEW


def test_an_output_that_is_known_by_its_start_page_is_mended_without_any_list(tmp_path):
    page = b'<meta name="generator" content="milebook">'
    write(tmp_path / "out", OLD | {"index.html": page}, ours)
    shutil.rmtree(tmp_path / "out/.milebook")
    (tmp_path / "out/notes.txt").write_text("mine")
    (note,) = write(tmp_path / "out", NEW | {"index.html": page + b"new"}, ours).notes
    assert "files that no build makes any more stay where they are" in str(note)
    found = tree(tmp_path / "out")
    assert found == OLD | NEW | {"index.html": page + b"new", "notes.txt": b"mine"}
    assert write(tmp_path / "out", NEW | {"index.html": page}, ours).notes == ()


def test_a_file_that_is_no_longer_what_we_wrote_is_not_removed_but_told(out):
    (out / "sam/gone/booklet.pdf").write_text("mine")
    (note,) = write(out, NEW, ours).notes
    assert str(note) == f"{out}/sam/gone/booklet.pdf: is no longer what milebook wrote there; " + (
        "it is left where it is, and is yours now"
    )
    assert tree(out) == NEW | {"sam/gone/booklet.pdf": b"mine"}
    assert write(out, NEW, ours).notes == ()


# What is not ours


@pytest.mark.parametrize("foreign", ["eve/index.html", "eve"])
def test_a_foreign_file_in_the_way_is_refused(out, foreign):
    (out / foreign).parent.mkdir(exist_ok=True)
    (out / foreign).write_text("mine")
    with pytest.raises(BuildError, match=r"eve/index\.html is not from milebook.*choose another --out"):
        write(out, NEW, ours)
    assert tree(out) == OLD | {foreign: b"mine"}


def test_foreign_files_stay(out):
    for name in ("notes.txt", "sam/gone/photo.jpg"):
        (out / name).write_text("mine")
    write(out, NEW, ours)
    assert tree(out) == NEW | {"notes.txt": b"mine", "sam/gone/photo.jpg": b"mine"}


def test_a_folder_where_our_file_was_is_not_thrown_away(out):
    (out / "index.html").unlink()
    (out / "index.html").mkdir()
    (out / "index.html/diary.txt").write_text("mine")
    with pytest.raises(BuildError, match=r"index\.html"):
        write(out, NEW, ours)
    assert (out / "index.html/diary.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["../escape.html", "sam/../../escape.html", "/tmp/milebook-escape.html"])
def test_no_name_leads_outside(out, name):
    with pytest.raises(BuildError, match="leads outside the output folder"):
        write(out, {name: b"x"}, ours)
    assert tree(out) == OLD
    assert not (out.parent / "escape.html").exists()


@pytest.mark.parametrize("link", ["eve", "eve/index.html", "sam"])
def test_no_symlink_leads_outside(out, tmp_path, link):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_text("mine")
    place = out / link
    place.parent.mkdir(exist_ok=True)
    if place.is_dir():
        place.rename(tmp_path / "moved")
    place.symlink_to(elsewhere if "." not in link else elsewhere / "index.html")
    with pytest.raises(BuildError, match="this is a link, and nothing is written through links"):
        write(out, NEW, ours)
    assert tree(elsewhere) == {"index.html": b"mine"}


def test_the_output_folder_itself_may_be_a_symlink(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write(tmp_path / "link", NEW, ours)
    assert tree(tmp_path / "real") == NEW


@pytest.mark.parametrize("listed", ["../precious.txt", "sam/../../precious.txt", "linked/precious.txt", "mine.txt"])
@pytest.mark.parametrize("file", ["files.json", "files-spare.json", "moves.json"])
def test_no_list_found_in_the_folder_makes_us_delete_what_we_did_not_write(out, tmp_path, file, listed):
    precious = [tmp_path / "precious.txt", tmp_path / "elsewhere/precious.txt", out / "mine.txt"]
    (tmp_path / "elsewhere").mkdir()
    (out / "linked").symlink_to(tmp_path / "elsewhere")
    for path in precious:
        path.write_text("mine")
    digest = hashlib.sha256(b"mine").hexdigest() if listed != "mine.txt" else "0" * 64
    spoilt = {"paths": [listed], "after": {listed: digest}} if file == "moves.json" else {listed: digest}
    (out / ".milebook/files.json").unlink()
    (out / ".milebook" / file).write_text(json.dumps(spoilt))
    with contextlib.suppress(BuildError):
        write(out, NEW, ours)
    assert [path.read_text() for path in precious] == ["mine"] * 3


STATE = (".milebook", *(f".milebook/{name}" for name in ("new", "old", "parts", "lock", "files.json", "moves.json")))


@pytest.mark.parametrize("place", [*STATE, "sam", "sam/gone", "index.html", "sam/index.html"])
@pytest.mark.parametrize("leads_to", ["folder", "file", "nothing", "itself"])
def test_nothing_is_written_moved_or_removed_through_a_link(out, tmp_path, place, leads_to):
    elsewhere = tmp_path / "elsewhere"
    for name in ("new/index.html", "old/index.html", "sam/index.html", "index.html", "gone/booklet.pdf", "lock"):
        (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / name).write_text("mine")
    before = tree(elsewhere)
    link, targets = out / place, {"folder": elsewhere, "file": elsewhere / "index.html", "nothing": tmp_path / "no"}
    if link.is_dir():
        link.rename(tmp_path / "moved")
    link.unlink(missing_ok=True)
    link.symlink_to(targets.get(leads_to, link))
    for new in (NEW, OLD):
        with contextlib.suppress(BuildError):
            write(out, new, ours)
    assert tree(elsewhere) == before
    assert not (tmp_path / "no").exists()


def test_a_link_that_appears_meanwhile_leads_nowhere(out, tmp_path):
    """At every step of a build the folder of a runner becomes a link to somewhere else."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "index.html").write_text("mine")

    def plant():
        with contextlib.suppress(OSError):
            (out / "sam").rename(tmp_path / f"moved-{number}")
            (out / "sam").symlink_to(elsewhere)

    for number in range(30):
        shutil.rmtree(out)
        write(out, OLD, ours)
        with at_step(number, plant), contextlib.suppress(BuildError):
            write(out, NEW, ours)
        assert tree(elsewhere) == {"index.html": b"mine"}


@pytest.mark.parametrize(
    "text", ["", "not JSON", "3", "[3]", '"index.html"', "\x00", "{}", '{"paths": 3}', '{"paths": [3]}']
)
def test_a_spoilt_list_of_moves_is_no_traceback(out, text):
    (out / ".milebook/moves.json").write_text(text)
    with contextlib.suppress(BuildError):
        write(out, NEW, ours)
    assert tree(out) in (OLD, NEW)


@pytest.mark.parametrize("after", [None, {}, {"sam/index.html": "0"}])
@pytest.mark.parametrize("path", ["x" * 5_000, "é" * 200, "x" * 5_000 + "/x", "/".join(["x"] * 2_000)])
def test_a_list_with_a_name_that_no_file_can_have_keeps_no_build_away(out, path, after):
    for name in ("new", "old"):
        (out / ".milebook" / name).mkdir()
    (out / ".milebook/moves.json").write_text(json.dumps({"paths": [path], "after": after or {path: "0"}}))
    write(out, NEW, ours)
    assert tree(out) == NEW


def test_a_file_where_the_output_folder_belongs_is_told(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(BuildError, match=r"cannot write .*out"):
        write(tmp_path / "out", NEW, ours)
    assert (tmp_path / "out").read_text() == "mine"


# What goes wrong on the way


def next_build(out, files):
    """What the next build, with nothing in its way, makes of the folder."""
    try:
        write(out, files, ours)
    except BuildError as error:
        return str(error)
    return tree(out)


both_builds = pytest.mark.parametrize("new", [NEW, EDITED], ids=["other files", "other contents"])


@both_builds
def test_an_error_at_any_step_leaves_the_old_output_and_the_next_build_mends_all(tmp_path, new):
    broken = []
    for number, out in at_every_step(tmp_path, new):
        with at_step(number, fail(OSError(errno.ENOSPC, "No space left on device"))) as made:
            refused = next_build(out, new)
        expected = OLD if "No space left on device" in refused else new
        found = (tree(out), next_build(out, new))
        if found != (expected, new):
            broken.append((number, made[number], *found))
    assert not broken


@pytest.mark.parametrize(("new", "after"), [(NEW, OLD), (EDITED, EDITED)], ids=["other files", "other contents"])
def test_after_a_disk_that_stayed_broken_the_next_build_mends_all(tmp_path, new, after):
    broken = []
    for number, out in at_every_step(tmp_path, new):
        error = OSError(errno.EIO, "Input/output error")
        with at_step(number, fail(error), from_then_on=True) as made, contextlib.suppress(BuildError):
            write(out, new, ours)
        if (found := next_build(out, after)) != after:
            broken.append((number, made[number], found))
    assert not broken


def test_an_interrupt_at_any_step_leaves_one_whole_output(tmp_path):
    broken = []
    for number, out in at_every_step(tmp_path, EDITED):
        with at_step(number, fail(KeyboardInterrupt())) as made, contextlib.suppress(KeyboardInterrupt):
            write(out, EDITED, ours)
        found = (tree(out), next_build(out, EDITED))
        if found[0] not in (OLD, EDITED) or found[1] != EDITED:
            broken.append((number, made[number], *found))
    assert not broken


def killed_at(number, out, new):
    """Build in a child process that is killed at a step."""
    child = os.fork()
    if not child:
        with at_step(number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            write(out, new, ours)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a child process by fork")
def test_a_build_killed_at_any_step_leaves_whole_files_and_the_next_mends_all(tmp_path):
    broken = []
    for number, out in at_every_step(tmp_path, NEW):
        killed_at(number, out, NEW)
        half = [path for path, data in tree(out).items() if data not in (OLD.get(path), NEW.get(path))]
        found = next_build(out, OLD)
        if half or found != OLD or written_before(out) != set(OLD):
            broken.append((number, half, found, written_before(out)))
    assert not broken


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a child process by fork")
@both_builds
def test_a_build_that_is_refused_after_one_that_was_killed_leaves_one_whole_output(tmp_path, new):
    """The next build may fail before it moves anything; what the killed one left must be whole all the same."""
    broken = []
    for number, out in at_every_step(tmp_path, new):
        killed_at(number, out, new)
        with contextlib.suppress(BuildError):
            write(out, {"../outside.html": b"x"}, ours)
        if tree(out) not in (OLD, new) or next_build(out, new) != new:
            broken.append((number, tree(out)))
    assert not broken


def test_a_full_disk_leaves_the_old_output(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs the right to mount a small disk")
    try:
        write(disk / "out", OLD, ours)
        with pytest.raises(BuildError, match="No space left on device; the output is as it was"):
            write(disk / "out", NEW | {"sam/booklet.pdf": bytes(1_000_000)}, ours)
        assert tree(disk / "out") == OLD
        assert not any((disk / "out/.milebook" / name).exists() for name in ("new", "old", "parts", "moves.json"))
        with pytest.raises(BuildError, match="No space left on device"):
            write(disk / "other/out", {"sam/booklet.pdf": bytes(1_000_000)}, ours)
        assert [path.name for path in disk.iterdir()] == ["out"]
        write(disk / "out", NEW, ours)
        assert tree(disk / "out") == NEW
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# Two at once


def test_builds_at_the_same_time_wait_for_each_other(tmp_path):
    out, names = tmp_path / "out", [f"runner-{n}" for n in range(8)]

    def build(name):
        for round_ in range(3):
            files = {"index.html": name.encode(), f"{name}/index.html": f"{round_}".encode()}
            write(out, files, lambda path: path.startswith(f"{name}/"))

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(build, names))
    files = tree(out)
    assert files.pop("index.html").decode() in names
    assert files == {f"{name}/index.html": b"2" for name in names}
    assert written_before(out) == {"index.html", *files}
