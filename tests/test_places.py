"""milebook writes into folders of its own: never among a person's files, sources or private things."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from common import EPOCH

from milebook.cli.main import main
from milebook.core.errors import BuildError, ContentError
from milebook.runtime import places
from milebook.runtime.places import MARK, open_cache, refuse_output


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    (tmp_path / "home").mkdir()


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(*words, exit_code=0):
    done = CliRunner().invoke(main, ["build", "--profile=beginner", "--no-pdf", *map(str, words)])
    assert done.exit_code == exit_code, done.output
    return done.output


# ---------------------------------------------------------------- the cache


def test_a_cache_is_marked_when_it_is_made_and_private(tmp_path):
    build("--cache", "kept/cache")
    cache = tmp_path / "kept/cache"
    assert (cache / "CACHEDIR.TAG").read_bytes() == MARK
    assert [path.name for path in cache.iterdir() if path.name != "CACHEDIR.TAG"] == ["forms"]
    assert cache.stat().st_mode & 0o777 == 0o700
    build("--cache", "kept/cache")


@pytest.mark.parametrize("theirs", ["forms/tax-2024/return.pdf", "notes.txt", "CACHEDIR.TAG", "forms/notes.txt"])
def test_a_folder_with_something_in_it_is_no_cache(tmp_path, theirs):
    (tmp_path / "mine" / theirs).parent.mkdir(parents=True)
    (tmp_path / "mine" / theirs).write_text("mine")
    modes = {path: path.stat().st_mode for path in (tmp_path / "mine").rglob("*")}
    told = build("--cache", "mine", exit_code=1)
    assert "mine is not a cache of milebook and not empty; name another folder with --cache" in told
    assert tree(tmp_path / "mine") == {theirs: b"mine"}
    assert modes == {path: path.stat().st_mode for path in (tmp_path / "mine").rglob("*")}


def test_a_cache_whose_mark_a_build_that_was_killed_had_begun_becomes_one(tmp_path):
    part = tmp_path / "cache" / ".milebook" / "parts" / f"{'0a' * 12}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(MARK[:9])
    assert open_cache(tmp_path / "cache", None, ()) == tmp_path / "cache" / "forms"
    assert tree(tmp_path / "cache") == {"CACHEDIR.TAG": MARK}
    assert not (tmp_path / "cache" / ".milebook").exists()


@pytest.mark.parametrize("begun", [".milebook", ".milebook/parts"])
def test_a_cache_that_a_build_which_was_killed_had_begun_to_make_becomes_one(tmp_path, begun):
    (tmp_path / "cache" / begun).mkdir(parents=True)
    assert open_cache(tmp_path / "cache", None, ()) == tmp_path / "cache" / "forms"
    assert tree(tmp_path / "cache") == {"CACHEDIR.TAG": MARK}


@pytest.mark.parametrize("link", [".milebook", ".milebook/parts", ".milebook/x", f".milebook/parts/{'0a' * 12}.part"])
def test_a_begun_cache_with_a_link_in_it_is_none(tmp_path, link):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "cache" / link).parent.mkdir(parents=True)
    (tmp_path / "cache" / link).symlink_to(tmp_path / "theirs")
    with pytest.raises(BuildError, match="is not a cache of milebook and not empty"):
        open_cache(tmp_path / "cache", None, ())
    assert (tmp_path / "cache" / link).is_symlink()


@pytest.mark.parametrize("theirs", [".milebook/parts/x.part", ".milebook/notes", ".milebook/parts/0a/x", "notes"])
def test_a_folder_with_a_begun_mark_and_something_else_is_no_cache(tmp_path, theirs):
    for name in (f".milebook/parts/{'0a' * 12}.part", theirs):
        (tmp_path / "cache" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cache" / name).write_bytes(b"x")
    before = tree(tmp_path / "cache")
    with pytest.raises(BuildError, match="is not a cache of milebook and not empty"):
        open_cache(tmp_path / "cache", None, ())
    assert tree(tmp_path / "cache") == before


def test_an_empty_folder_becomes_a_cache(tmp_path):
    (tmp_path / "empty").mkdir()
    assert open_cache(tmp_path / "empty", None, []) == tmp_path / "empty/forms"


def test_a_cache_of_before_the_mark_goes_on(tmp_path):
    (tmp_path / "old/forms" / ("a" * 32)).mkdir(parents=True)
    assert open_cache(tmp_path / "old", None, []) == tmp_path / "old/forms"
    assert (tmp_path / "old/CACHEDIR.TAG").read_bytes() == MARK


@pytest.mark.parametrize("link", ["forms", "CACHEDIR.TAG"])
def test_a_link_in_a_folder_is_not_taken_for_a_cache_of_before(tmp_path, link):
    (tmp_path / "theirs" / ("a" * 32)).mkdir(parents=True)
    (tmp_path / "theirs/tag").write_bytes(MARK)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / link).symlink_to(tmp_path / ("theirs" if link == "forms" else "theirs/tag"))
    with pytest.raises(BuildError, match="not a cache of milebook"):
        open_cache(tmp_path / "old", None, [])


@pytest.mark.parametrize("start", ["clone", "clone/club", "clone/club/content"])
def test_a_cache_inside_a_clone_is_refused(tmp_path, start):
    (tmp_path / "clone/.git").mkdir(parents=True)
    (tmp_path / start).mkdir(parents=True, exist_ok=True)
    for cache in ("clone", "clone/.cache", "clone/club/.cache"):
        with pytest.raises(BuildError, match="lies in a clone, where others may have put files"):
            open_cache(tmp_path / cache, None, [tmp_path / start])
    assert open_cache(tmp_path / "cache", None, [tmp_path / start])


def test_a_home_that_is_a_clone_as_a_whole_has_its_cache(tmp_path):
    (tmp_path / "home/.git").mkdir()
    assert open_cache(tmp_path / "home/.cache/milebook", None, [tmp_path / "home/club"])


@pytest.mark.parametrize(("cache", "out"), [("out", "out"), ("out/cache", "out"), ("cache", "cache/out")])
def test_a_cache_is_never_published(cache, out):
    told = build("--cache", cache, "--out", out, exit_code=1)
    assert "name another folder with --out or --cache" in told
    assert not Path(out).exists()


def test_a_cache_that_cannot_be_made_keeps_nothing_and_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    assert open_cache(tmp_path / "file", None, []) is None
    build("--cache", "file/cache")


# ---------------------------------------------------------------- the output


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("/", "is the top of the disk"),
        ("home", "is your home folder"),
        (".", "holds your home folder"),
        ("content", "is content, which a build is made from"),
        ("content/profiles", "lies in content"),
        ("templates/assets", "lies in templates"),
        ("linked", "is your home folder"),
        ("home/../content/../content", "is content"),
    ],
)
def test_a_build_does_not_write_where_other_things_are(tmp_path, out, told):
    (tmp_path / "content").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "home")
    with pytest.raises(ContentError, match=told) as error:
        refuse_output(Path(out), [Path("content"), Path("templates")])
    assert "choose a folder of its own, such as output" in str(error.value)
    if out not in ("/", ".", "home", "linked"):  # never by the whole program, were it not refused
        assert "--out: " in build("--out", out, exit_code=1)
        assert tree(tmp_path) == {}


def test_a_folder_around_the_content_is_no_output(tmp_path):
    (tmp_path / "club/content").mkdir(parents=True)
    assert "club holds club/content" in build("--content", "club/content", "--out", "club", exit_code=1)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("out", ["private", "private/site"])
def test_a_site_is_not_built_among_a_rosters_private_files(tmp_path, out):
    (tmp_path / "private/.milebook/roster").mkdir(parents=True)
    told = build("--out", out, exit_code=1)
    assert "lies in" in told
    assert "private, where a roster's private files are; what is published would lie beside names" in told
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("out", ["output-private", ".", "output-private/site"])
def test_booklets_are_not_published_beside_names_and_the_secret(tmp_path, monkeypatch, out):
    monkeypatch.setattr(places, "_home", lambda: None)
    (tmp_path / "athletes.csv").write_text("name,time (5k)\nAda Able,25:10\n")
    words = ["build", "--roster", "athletes.csv", "--publish", "--out", out, "--no-pdf", "--html", "--jobs", "1"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert "holds a roster's private files, or lies among them; what is published would lie beside names" in done.output
    assert set(tree(tmp_path)) == {"athletes.csv"}


# ---------------------------------------------------------------- what is private


@pytest.mark.skipif(not hasattr(os, "fchmod"), reason="the system has no such modes")
@pytest.mark.parametrize("address", ["club", "file://{}/club"])
def test_private_files_are_private_also_in_a_folder_that_was_there(tmp_path, address):
    (tmp_path / "athletes.csv").write_text("name,time (5k)\nAda Able,25:10\n")
    os.umask(umask := os.umask(0))
    (tmp_path / "club").mkdir(mode=0o755)
    words = ["build", "--roster", "athletes.csv", "--no-pdf", "--html", "--jobs", "1"]
    words += ["--out", address.format(tmp_path)]
    assert umask != 0
    for _ in range(2):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        found = {path: path.stat().st_mode & 0o777 for path in (tmp_path / "club", *(tmp_path / "club").rglob("*"))}
        wrong = {path: oct(mode) for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)}
        assert len(found) > 10
        assert not wrong
        for path in found:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_what_is_published_can_be_read(tmp_path):
    (tmp_path / "athletes.csv").write_text("name,time (5k)\nAda Able,25:10\n")
    words = ["build", "--roster", "athletes.csv", "--no-pdf", "--html", "--jobs", "1", "--publish", "--out", "site"]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in (tmp_path / "site/athletes").rglob("*.html"))
    secret = tmp_path / "output-private/.milebook/secret"
    assert secret.stat().st_mode & 0o077 == 0
    secret.write_text("")
    done = CliRunner().invoke(main, words)
    assert "secret was lost or damaged and is made anew: every address is a new one" in done.output


def test_git_does_not_matter_for_the_output(tmp_path):
    subprocess.run(["git", "init", "-q", "clone"], check=True)
    refuse_output(Path("clone"), [])


@pytest.mark.parametrize("option", ["--content", "--templates", "--cache", "--out"])
@pytest.mark.parametrize("kind", ["loop", "long"])
def test_a_folder_that_leads_in_a_circle_or_has_an_endless_name_is_told_without_a_traceback(tmp_path, option, kind):
    """Python before 3.13 raises for a circle of links where any other path that is not there is left as it stands."""
    (tmp_path / "loop").symlink_to("loop")
    place = tmp_path / "loop" if kind == "loop" else tmp_path / "/".join(["y" * 200] * 25)
    words = ["build", "--no-pdf", "--profile", "beginner", option, str(place)]
    words += ["--out", str(tmp_path / "out")] if option != "--out" else []
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert len(result.output) < 4000
    if option != "--cache":  # without a cache nothing is kept, and all is built
        assert result.exit_code != 0
