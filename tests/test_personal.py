"""What the page "Make it yours" refuses to be made of."""

from __future__ import annotations

import shutil

import pytest
from common import CLONE

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
