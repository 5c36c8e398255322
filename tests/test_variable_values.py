"""The values of a view, taken as they are, are the values of its page: the same number, in the same order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from stamps import FOLDERS, LIBRARY, RENDERER, html_of, random_athlete, random_shape, view_of

from milebook.booklet.fields import Field
from milebook.pages.renderer import Renderer
from milebook.printing import products
from milebook.printing.stamping import variable_values
from milebook.printing.stamping.masters import read

PRINTED = ("booklet", "large-print", "wall-plan", "race-card", "strides")


def writer(product):
    return lambda view, renderer: products.render(products.PRODUCTS[product], view, renderer)


@pytest.mark.parametrize("product", PRINTED)
def test_a_route_leads_to_what_the_filled_page_shows(product):
    chance = random.Random(1)
    for _ in range(4):
        shape = random_shape(chance)
        route = variable_values.follow(view_of(**random_athlete(chance, shape)), writer(product), RENDERER)
        shapes = set()
        for _ in range(5):
            view = view_of(**random_athlete(chance, shape))
            parts, sheet = variable_values.split_view(view), read(html_of(view, product))
            shapes.add(parts.shape)
            assert route.skeleton == sheet.skeleton
            assert route.values(parts.values) == sheet.values
        assert len(shapes) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "advanced"},
        {"weeks": 7},
        {"units": "metric"},
        {"paper": "a4"},
        {"days": ["mon", "thu", "sat", "sun"]},
        {"race": {"name": "Club mile", "date": "2027-06-13"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "surface": "road"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "goal": "8:00"}},
        {"race": {"name": "Club mile"}},
        {"race": {"name": "Club mile with so long a name that it is set smaller", "date": "2027-06-12"}},
        {"name": "A runner whose name is so long that it is set smaller"},
    ],
)
def test_what_changes_the_layout_changes_the_shape(changes):
    assert variable_values.split_view(view_of(**changes)).shape != variable_values.split_view(view_of()).shape
    assert read(html_of(view_of(**changes))).skeleton != read(html_of(view_of())).skeleton


@pytest.mark.parametrize("changes", [{"name": "Bo"}, {"race": {"name": "Town mile", "date": "2027-07-03"}}])
def test_what_is_the_runners_own_does_not(changes):
    assert variable_values.split_view(view_of(**changes)).shape == variable_values.split_view(view_of()).shape


def test_every_text_of_the_content_is_in_the_shape():
    view = view_of()
    tips = view.advice["elmore"]
    changed = replace(view, advice=view.advice | {"elmore": replace(tips, lead=f"{tips.lead}.")})
    assert variable_values.split_view(changed).shape != variable_values.split_view(view).shape
    assert variable_values.split_view(replace(view, key="other")).shape == variable_values.split_view(view).shape


def test_a_race_that_is_near_names_its_first_day_as_a_value():
    near = {"name": "Club mile", "date": "2026-12-19"}
    first, other = view_of(race=near), view_of(race=near | {"date": "2026-12-26"}, name="Bo")
    assert any(isinstance(piece, Field) and piece.kind == "date" for piece in first.note)
    assert isinstance(other.note, tuple)


@pytest.mark.parametrize(
    "line",
    [
        "{{ booklet.runner.text }}",
        "{{ booklet.runner }}",
        "{% if booklet.goal.text | length > 6 %}slow{% endif %}",
        "{% if booklet.goal == booklet.paces.mile %}own{% endif %}",
        "{{ booklet.key }}",
        "{{ (booklet.runner, ) | plain }}",
        "{{ booklet.runner | string | upper }}",
    ],
)
def test_a_template_that_reads_a_value_is_filled_for_each_runner(tmp_path, line):
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "rules.html.j2").write_text(f"<section><p>{line}</p></section>")
    renderer = Renderer((tmp_path, *FOLDERS))
    assert variable_values.follow(view_of(), writer("booklet"), renderer) is None
    assert variable_values.follow(view_of(), writer("booklet"), RENDERER) is not None


def test_a_section_of_ones_own_may_show_values_as_often_as_it_likes(tmp_path):
    (tmp_path / "sections").mkdir()
    line = "<p>{{ booklet.goal | field }} and {{ booklet.runner | field }}, {{ booklet.goal | field }}</p>"
    (tmp_path / "sections" / "rules.html.j2").write_text(f"<section>{line}</section>")
    renderer = Renderer((tmp_path, *FOLDERS))
    route = variable_values.follow(view_of(), writer("booklet"), renderer)
    other = view_of(name='Bo & "Co"', result={"distance": "mile", "time": "7:42"})
    sheet = read(renderer.render("booklet.html.j2", {"booklet": other, "product": "booklet", "sections": ()}))
    assert route.values(variable_values.split_view(other).values) == sheet.values
    assert route.skeleton == sheet.skeleton


def test_the_library_of_these_tests_is_the_shipped_one():
    assert set(LIBRARY.plans) == {"mile", "one-day-a-week"}
