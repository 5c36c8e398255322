"""A kept form is used for the very things it was made of and for nothing else, whatever happens to its file."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import pytest
from stamps import FOLDERS, html_of, view_of

from milebook.core.errors import BuildError
from milebook.printing.stamping import master_store
from milebook.printing.stamping.master_builder import make
from milebook.printing.stamping.master_store import MasterStore, edition_of, fingerprint
from milebook.printing.stamping.masters import Route
from milebook.runtime.files import SafeFolder

PAGE = (
    '<html lang="en"><head><title>t</title></head><body><p><span class="field field-time">{}</span></p></body></html>'
)
ONE, TWO = "1" * 32, "2" * 32  # names of forms
ROUTE = Route("skeleton", (2, 0, 1), ("Plan for ", 0))


@pytest.fixture(scope="module")
def form():
    return make(PAGE.format("8:10"), FOLDERS)


@pytest.fixture
def store(tmp_path, form):
    kept = MasterStore(tmp_path / "forms", "a" * 64)
    kept.keep(form, ONE)
    kept.keep_route("shape", ROUTE)
    kept.note("shape", ("8:10",))
    return kept


def files(store, ending=""):
    return sorted(path for path in store.folder.rglob(f"*{ending}") if path.is_file())


# ---------------------------------------------------------------- the edition


@pytest.fixture
def templates(tmp_path):
    folder = tmp_path / "templates"
    (folder / "assets" / "fonts").mkdir(parents=True)
    (folder / "booklet.html.j2").write_text("<p>x</p>")
    (folder / "assets" / "print.css").write_text("p { color: red }")
    (folder / "assets" / "fonts" / "one.ttf").write_bytes(b"\0\1\0\0")
    return folder


def test_the_same_things_make_the_same_edition(templates):
    assert edition_of((templates,)) == edition_of((templates,))
    assert edition_of((templates,)) != edition_of((templates, templates))


@pytest.mark.parametrize("name", ["booklet.html.j2", "assets/print.css", "assets/fonts/one.ttf"])
def test_a_byte_of_a_template_a_style_or_a_font_makes_another_edition(templates, name):
    before, path = edition_of((templates,)), templates / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert edition_of((templates,)) != before


def test_a_file_added_renamed_or_removed_makes_another_edition(templates):
    seen = {edition_of((templates,))}
    (templates / "assets" / "own.css").write_text("")
    seen.add(edition_of((templates,)))
    (templates / "assets" / "own.css").rename(templates / "assets" / "other.css")
    seen.add(edition_of((templates,)))
    (templates / "booklet.html.j2").unlink()
    seen.add(edition_of((templates,)))
    assert len(seen) == 4


@pytest.mark.parametrize("name", master_store.LIBRARIES)
def test_another_version_of_a_library_makes_another_edition(templates, monkeypatch, name):
    master_store._versions.cache_clear()
    before = edition_of((templates,))
    versions = {each: master_store._version(each) for each in master_store.LIBRARIES}
    monkeypatch.setattr(master_store.metadata, "version", lambda each: "999" if each == name else versions[each])
    master_store._versions.cache_clear()
    assert edition_of((templates,)) != before
    monkeypatch.undo()
    master_store._versions.cache_clear()


def test_another_pango_makes_another_edition(templates, monkeypatch):
    before = edition_of((templates,))
    monkeypatch.setattr(master_store.doctor, "versions", lambda *names: [f"{name} 9.9" for name in names])
    master_store._versions.cache_clear()
    assert edition_of((templates,)) != before
    monkeypatch.undo()
    master_store._versions.cache_clear()


def test_another_milebook_makes_another_edition(templates, monkeypatch, tmp_path):
    before = edition_of((templates,))
    left_out = shutil.ignore_patterns("__pycache__", "bundled")
    code = shutil.copytree(master_store.PACKAGE, tmp_path / "code", ignore=left_out)
    monkeypatch.setattr(master_store, "PACKAGE", code)
    assert edition_of((templates,)) == before
    with (code / "typesetting.py").open("a") as file:
        file.write("\n")
    assert edition_of((templates,)) != before


def test_every_library_that_the_print_engine_asks_for_is_in_the_edition():
    wanted, seen = ["weasyprint", "jinja2", "markdown", "uharfbuzz"], set()
    while wanted:
        name = wanted.pop().lower()
        if name in seen or master_store._version(name) == "none":
            continue
        seen.add(name)
        asked = [ask for ask in metadata.requires(name) or [] if "extra ==" not in ask or "woff" in ask]
        wanted += [re.match(r"[\w-]+", ask)[0] for ask in asked]
    assert seen - {"pycparser"} <= set(master_store.LIBRARIES)


def test_an_edition_knows_files_behind_links_and_links_that_lead_nowhere(templates, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "tips.md").write_text("one")
    found = [fingerprint([templates])]
    (templates / "linked").symlink_to(elsewhere)
    found.append(fingerprint([templates]))
    (elsewhere / "tips.md").write_text("two")
    found.append(fingerprint([templates]))
    (templates / "dangling.md").symlink_to(tmp_path / "nothing")
    found.append(fingerprint([templates]))
    (templates / "loop").symlink_to(templates)
    found.append(fingerprint([templates]))
    os.mkfifo(templates / "pipe")
    found.append(fingerprint([templates]))
    os.close(os.open(os.fsencode(templates) + b"/not-utf-8-\xff", os.O_CREAT | os.O_WRONLY))
    found.append(fingerprint([templates]))
    assert len(set(found)) == len(found)


def test_a_film_among_the_content_is_not_read(templates, monkeypatch):
    with (templates / "film.mp4").open("wb") as film:
        film.truncate(3_000_000_000)
    read = Path.read_bytes

    def read_small(path):
        assert path.name != "film.mp4"
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_small)
    before = fingerprint([templates])
    os.utime(templates / "film.mp4", (1, 1))
    assert fingerprint([templates]) != before


def test_a_folder_with_more_files_than_any_content_has_is_told(templates, monkeypatch):
    monkeypatch.setattr(master_store, "MOST_FILES", 2)
    (templates / "more").write_text("")
    with pytest.raises(BuildError, match="has more than 2 files; is it the right folder"):
        fingerprint([templates])


# ---------------------------------------------------------------- the files


def test_what_is_kept_is_found(store, form):
    assert list(store.masters(form.key)) == [(ONE, form)]
    assert store.route("shape") == ROUTE


def test_another_edition_page_or_shape_finds_nothing(store, form):
    other = MasterStore(store.folder, "b" * 64)
    assert list(other.masters(form.key)) == []
    assert other.route("shape") is None
    assert list(store.masters("b" * 64)) == []
    assert store.route("another shape") is None


def test_a_file_under_anothers_name_is_thrown_away(store, form):
    (path,) = files(store, ".form")
    other = "c" * 64
    path.rename(path.with_name(path.name.replace(form.key[:32], other[:32])))
    assert list(store.masters(other)) == []
    assert files(store, ".form") == []


def test_a_file_of_another_edition_is_thrown_away(store, form):
    other = MasterStore(store.folder, "b" * 64)
    (store.folder / store._home).rename(store.folder / other._home)
    assert list(other.masters(form.key)) == []
    assert other.route("shape") is None
    assert other.note("shape", ("8:11",)) is False


def test_an_edition_that_only_begins_the_same_is_another(store, form):
    assert list(MasterStore(store.folder, "a" * 63 + "b").masters(form.key)) == []


@pytest.mark.parametrize("ending", [".form", ".route", ".seen"])
def test_a_file_cut_short_anywhere_is_thrown_away(store, form, ending):
    (path,) = files(store, ending)
    data = path.read_bytes()
    for length in {0, 1, 20, len(data) // 2, len(data) - 33, len(data) - 32, len(data) - 1}:
        path.write_bytes(data[:length])
        assert list(store.masters(form.key)) == [] or ending != ".form"
        assert store.route("shape") is None or ending != ".route"
        assert store.note("shape", ("8:11",)) is False or ending != ".seen"
    path.write_bytes(data + b"\0")
    assert list(store.masters(form.key)) == [] or ending != ".form"


def test_a_file_with_any_bit_changed_is_thrown_away(store, form):
    (path,) = files(store, ".form")
    data = path.read_bytes()
    chance = random.Random(1)
    for place in {*range(20), *range(len(data) - 40, len(data)), *chance.sample(range(len(data)), 200)}:
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        assert list(store.masters(form.key)) == [], place
        assert path.exists() == (place < len(master_store._MAGIC))  # what does not begin as ours is not ours to remove
    path.write_bytes(data)
    assert list(store.masters(form.key)) == [(ONE, form)]


def test_a_file_half_written_is_never_found(store, form):
    (path,) = files(store, ".form")
    path.rename(path.with_name("tmp123.part"))
    assert list(store.masters(form.key)) == []


def test_a_folder_that_cannot_be_used_keeps_nothing_and_stops_nothing(tmp_path, form):
    (tmp_path / "file").write_text("")
    store = MasterStore(tmp_path / "file", "a" * 64)
    store.keep(form, ONE)
    store.keep_route("shape", ROUTE)
    assert list(store.masters(form.key)) == []
    assert store.route("shape") is None
    assert store.note("shape", ("8:10",)) is False


def test_a_runner_is_noted_and_known_again_with_other_values(tmp_path):
    store = MasterStore(tmp_path, "a" * 64)
    assert [store.note("shape", (value,)) for value in ("1", "1", "2", "2")] == [False, False, True, False]


def test_what_was_used_longest_ago_goes_first(store, form, monkeypatch):
    old = MasterStore(store.folder, "0" * 64)
    old.keep(form, ONE)
    (path,) = (store.folder / old._home).iterdir()
    os.utime(path, (1, 1))
    monkeypatch.setattr(master_store, "MOST_BYTES", path.stat().st_size * 3 // 2)
    store.keep(form, ONE)
    assert list(store.masters(form.key)) == [(ONE, form)]
    assert not (store.folder / old._home).exists()


def test_what_is_not_ours_by_name_first_bytes_and_folder_is_never_removed(store, form, monkeypatch, tmp_path):
    theirs = tmp_path / "theirs"
    kept = [
        theirs / f"{'4' * 32}.data",  # reached by a link only
        store.folder / "tax-2024/return.pdf",
        store.folder / "tax-2024" / f"{'4' * 32}.data",
        store.folder / ("5" * 32) / "return.pdf",
        store.folder / ("5" * 32) / f"{'4' * 32}.data",
        store.folder / f"{'4' * 32}.data",
    ]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine" * 1000)
        os.utime(path, (1, 1))
    (store.folder / ("6" * 32)).symlink_to(theirs)
    (store.folder / "empty").mkdir()
    monkeypatch.setattr(master_store, "MOST_BYTES", 10)
    store.keep(form, TWO)
    assert all(path.read_text() == "mine" * 1000 for path in kept)
    assert (store.folder / "empty").is_dir()
    assert list(store.masters(form.key)) == []  # ours was too large, and went


def test_what_a_build_that_was_killed_has_left_on_its_way_goes_when_it_is_nobodys_any_more(tmp_path):
    store = MasterStore(tmp_path / "forms", "a" * 64)
    store.keep_data("first", b"1")
    parts = tmp_path / "forms" / master_store.PARTS
    (parts / "left.part").write_bytes(b"x")
    with SafeFolder(tmp_path / "forms").create(f"{master_store.PARTS}/another-build.part"):
        store.keep_data("second", b"2")
        assert [path.name for path in parts.iterdir()] == ["another-build.part"]
    store.keep_data("third", b"3")
    assert list(parts.iterdir()) == []


def test_where_the_system_cannot_lock_what_is_on_its_way_goes_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    store = MasterStore(tmp_path / "forms", "a" * 64)
    store.keep_data("first", b"1")
    parts = tmp_path / "forms" / master_store.PARTS
    for name, age in (("old.part", master_store.OLD_PART + 60), ("new.part", master_store.OLD_PART - 60)):
        (parts / name).write_bytes(b"x")
        os.utime(parts / name, ((parts / name).stat().st_mtime - age,) * 2)
    store.keep_data("second", b"2")
    assert [path.name for path in parts.iterdir()] == ["new.part"]


@pytest.mark.parametrize("place", ["forms", "edition", "file", "parts"])
def test_nothing_in_a_cache_is_reached_through_a_link(tmp_path, form, place):
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "forms"
    store = MasterStore(folder, "a" * 64)
    elsewhere.mkdir()
    (elsewhere / "mine.txt").write_text("mine")
    link = {
        "forms": folder,
        "edition": folder / ("a" * 32),
        "file": folder / ("a" * 32) / f"{'b' * 32}.data",
        "parts": folder / ".milebook",
    }[place]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / "mine.txt" if place == "file" else elsewhere)
    store.keep(form, TWO)
    store.keep_data("b" * 64, b"data")
    assert {path.name: path.read_text() for path in elsewhere.iterdir()} == {"mine.txt": "mine"}


def test_only_its_owner_can_read_a_store(store):
    kept = [path for path in store.folder.rglob("*") if path.is_file()]
    assert len(kept) == 3
    assert all(path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600) for path in [store.folder, *kept])


def test_what_others_could_have_written_is_not_read(store, form, monkeypatch):
    store.keep_data(64 * "a", b"ours")
    store.keep(form, "form")
    paths = [path for path in store.folder.rglob("*") if path.is_file()]
    for path in paths:
        path.chmod(0o620)
    assert store.data(64 * "a") is None
    assert list(store.masters(form.key)) == []
    for path in paths:
        path.chmod(0o600)
    assert store.data(64 * "a") == b"ours"
    assert list(store.masters(form.key))
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    assert store.data(64 * "a") is None


def test_a_page_with_a_font_of_the_system_makes_no_form_to_keep():
    assert make(PAGE.format("8:10"), FOLDERS).portable is False  # no style sheet, so no font of ours
    assert make(html_of(view_of(), "race-card"), FOLDERS).portable is True
