"""What the page "Make it yours" refuses to be made of."""

from __future__ import annotations

import shutil

import pytest
from common import CLONE, fewer_plans

from milebook import booklet
from milebook.errors import ContentError
from milebook.fragments import Weekday
from milebook.loader import load
from milebook.personal import Making
from milebook.render import Renderer


@pytest.fixture
def templates(tmp_path):
    """Templates to change."""
    return shutil.copytree(CLONE / "templates", tmp_path / "templates")


def change(templates, name, old, new):
    path = templates / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (
            "sections/paces.html.j2",
            "{{ booklet.paces.mile | field }}",
            "{{ booklet.paces.mile }}",
            "through the filters",
        ),
        ("sections/weeks.html.j2", "{{ week.time | field }}", "{{ week.time.text }}", "through the filters"),
        ("macros.html.j2", '<tr class="day day', '<tr class="session day', 'one <tr class="day'),
        ("macros.html.j2", "day.weekday[:3]", "day.weekday[1:3]", "first letters"),
    ],
)
def test_a_template_that_would_show_everybody_the_examples_values_is_refused(templates, name, old, new, told):
    change(templates, name, old, new)
    with pytest.raises(ContentError) as caught:
        Making("yours", load(), Renderer((templates,))).data()
    assert told in str(caught.value)


def test_a_weekday_that_a_template_changes_is_none_rather_than_a_wrong_one():
    assert "day" not in Weekday("row").upper().lower()
    assert 'data-letters="3"' in Weekday("row")[:3].__html__()


def test_what_thousands_of_plans_share_is_worked_out_once_and_let_go(tmp_path, monkeypatch):
    composed = []
    week_page = booklet.week_page
    monkeypatch.setattr(booklet, "week_page", lambda *week: composed.append(1) or week_page(*week))
    fewer_plans(tmp_path, lengths="[8]", days="[3, 3]")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "sam.yaml").write_text(
        "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: R}\ndays: 3\n"
    )
    making = Making("yours", load(tmp_path), Renderer((CLONE / "templates",)))
    weeks = sum(len(plan[2]) for plan in making.data()["plans"].values())
    assert len(composed) < weeks
    assert making.fragments.operations.remembered < 100
