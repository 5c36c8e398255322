"""What lies in a folder and cannot be used is told, by check and by build; nothing bundled takes its place unsaid."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from common import CLONE, CONTENT, TODAY

from milebook import build
from milebook import check as checking
from milebook.assembly.request import Request
from milebook.content.loader import load, search_path
from milebook.content.yaml_file import parse_yaml
from milebook.core.errors import ContentError
from milebook.pages import renderer

NOBODY = 65534


@pytest.fixture
def room():
    """A folder that others may look into, too, with content and templates of its own."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    shutil.copytree(CONTENT / "profiles", top / "content" / "profiles")
    (top / "templates" / "sections").mkdir(parents=True)
    yield top
    shutil.rmtree(top)


@contextmanager
def as_nobody():
    """Somebody whom permissions bind, which they do not bind root."""
    load(CONTENT)  # what Python loads when it is first needed, nobody may not read
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def told(room):
    """What check and build tell, which is the same, without the folder's own path."""
    request = Request(
        TODAY,
        content=room / "content",
        templates=room / "templates",
        out=room / "out",
        profiles=("beginner",),
        pdf=False,
    )
    found = []
    for run in (checking.check, lambda asked: build.build(asked, lambda *told: None)):
        with pytest.raises(ContentError) as caught:
            run(request)
        found.append([str(problem).removeprefix(f"{room}/") for problem in caught.value.problems])
    assert found[0] == found[1]
    assert not (room / "out").exists()
    return found[0]


@pytest.mark.parametrize("folder", ["content", "content/profiles", "templates", "templates/sections"])
def test_a_folder_that_cannot_be_read_is_told_and_not_replaced_by_the_bundled_one(room, folder):
    (room / folder).chmod(0)
    try:
        with as_nobody():
            (only,) = told(room)
            assert only.startswith(f"{folder}: cannot be read: Permission denied")
    finally:
        (room / folder).chmod(0o755)


@pytest.mark.parametrize("mode", [0o444, 0o111])
@pytest.mark.parametrize("folder", ["content", "content/profiles", "templates"])
def test_a_folder_that_may_only_be_listed_or_only_be_entered_is_told(room, folder, mode):
    (room / folder).chmod(mode)
    try:
        with as_nobody():
            assert all(": cannot be read: Permission denied" in line for line in told(room))
    finally:
        (room / folder).chmod(0o755)


def test_a_file_that_cannot_be_read_is_told(room):
    (room / "content" / "profiles" / "beginner.yaml").chmod(0)
    with as_nobody():
        assert told(room) == ["content/profiles/beginner.yaml: cannot be read: Permission denied"]


@pytest.mark.parametrize(
    "place", ["content/plans", "content/tips/sam.txt", "templates/page.html.j2", "templates/assets"]
)
def test_a_link_that_leads_nowhere_or_round_in_a_circle_is_told(room, place):
    (room / place).parent.mkdir(exist_ok=True)
    (room / place).symlink_to("nothing")
    assert told(room) == [f"{place}: the link leads nowhere; remove it, or mend what it leads to"]
    (room / place).unlink()
    (room / place).symlink_to(Path(place).name)
    assert told(room) == [f"{place}: the link leads round in a circle; remove it, or mend what it leads to"]


@pytest.mark.parametrize("place", ["assets/web/key.txt", "sections/rules.html.j2", "assets/web/home"])
def test_a_link_from_the_templates_to_a_file_elsewhere_is_told_and_not_published(room, tmp_path, place):
    (tmp_path / "key").write_text("secret")
    path = room / "templates" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(tmp_path if path.name == "home" else tmp_path / "key")
    assert told(room) == [f"templates/{place}: the link leads out of the folder; put the file itself there"]


@pytest.mark.parametrize("top", ["content", "templates"])
def test_a_folder_in_itself_is_told(room, top):
    (room / top / "more").symlink_to(".")
    assert told(room) == [f"{top}/more: the link leads round in a circle"]


@pytest.mark.parametrize("place", ["content/notes", "content/profiles/x.yaml", "templates/sections/rules.html.j2"])
def test_a_pipe_is_told_and_not_waited_for(room, place):
    os.mkfifo(room / place)
    (only,) = told(room)
    assert only.startswith(f"{place}: a pipe or a device lies where a file belongs")


@pytest.mark.parametrize("place", ["content", "templates/assets/web"])
def test_a_name_that_is_not_utf_8_is_told(room, place):
    (room / place).mkdir(parents=True, exist_ok=True)
    Path(os.fsdecode(os.fsencode(room / place) + b"/film\xff.mp4")).touch()
    assert told(room) == [f"{place}/film?.mp4: the name is not UTF-8; give it another name"]


def test_a_film_among_the_files_of_the_web_is_told_before_it_is_read(room, monkeypatch):
    monkeypatch.setattr(renderer, "LARGEST_ASSET", 1000)
    web = room / "templates" / "assets" / "web"
    web.mkdir(parents=True)
    with (web / "film.mp4").open("wb") as film:
        film.truncate(1_500_000_000)
    with pytest.raises(
        ContentError, match=r"film.mp4: the file has 1,500 MB; a file of the web pages has at most 0 MB"
    ):
        renderer.assets([room / "templates"])


def test_a_film_among_the_content_is_let_be(room):
    with (room / "content" / "film.mp4").open("wb") as film:
        film.truncate(1_500_000_000)
    assert load(room / "content").profiles


def test_an_editors_own_files_are_let_be(room):
    (room / "content" / "profiles" / ".#beginner.yaml").symlink_to("me@here.1234")
    assert load(room / "content").profiles


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("link", "the link leads nowhere"),
        ("circle", "the link leads round in a circle"),
        ("file", "a file lies where a folder belongs"),
        ("pipe", "a file lies where a folder belongs"),
    ],
)
@pytest.mark.parametrize("name", ["content", "templates"])
def test_where_the_folder_itself_is_none_that_is_told(kind, message, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    if kind in ("link", "circle"):
        path.symlink_to("nothing" if kind == "link" else name)
    else:
        (path.touch if kind == "file" else lambda: os.mkfifo(path))()
    for given in (None, path):
        with pytest.raises(ContentError) as caught:
            search_path(name, given)
        assert str(caught.value) == f"{name}: {message}; it is the folder for {name}"


def test_where_there_is_no_folder_the_bundled_one_is_taken(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert search_path("content", None) == (CLONE / "content",)


def test_a_logo_that_is_a_link_to_itself_is_told(room):
    (room / "content" / "site.yaml").write_text("name: Club\nlead: We run.\nlogo: logo.svg\n")
    (room / "content" / "logo.svg").symlink_to("logo.svg")
    assert told(room) == [
        "content/logo.svg: the link leads round in a circle; remove it, or mend what it leads to",
        'content/site.yaml:3:7: the logo "logo.svg" cannot be read: the link leads round in a circle; '
        "put it beside site.yaml",
    ]


def test_a_file_of_the_system_that_has_no_end_is_not_read_to_it(room):
    (room / "content" / "profiles" / "zero.yaml").symlink_to("/dev/zero")
    (only,) = told(room)
    assert only == "content/profiles/zero.yaml: a pipe or a device lies where a file belongs"


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, "- " * 50_000, "? " * 50_000])
def test_values_in_each_other_without_end_are_told_with_their_place(text):
    with pytest.raises(ContentError, match=r"x.yaml:1:\d+: values are nested more than 30 deep"):
        parse_yaml(text, "x.yaml")


def test_an_anchor_may_stand_again():
    assert parse_yaml("a: &x 1\nb: &x 2\nc: *x", "x.yaml").data == {"a": 1, "b": 2, "c": 2}
