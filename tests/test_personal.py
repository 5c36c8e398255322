"""Which plans the page "Make it yours" offers, and what it refuses to be made of."""

from __future__ import annotations

import re
import shutil

import pytest
from common import CLONE, fewer_plans

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition
from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.pages.renderer import Renderer
from milebook.site.personal.fragments import Weekday
from milebook.site.personal.personal_page import OUR_PLANS, Making, offered_plans


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
    week_page = composition.week_page
    monkeypatch.setattr(composition, "week_page", lambda *week: composed.append(1) or week_page(*week))
    fewer_plans(tmp_path, lengths="[8]", days="[3, 3]")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "sam.yaml").write_text(
        "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: R}\ndays: 3\n"
    )
    making = Making("yours", load(tmp_path), Renderer((CLONE / "templates",)))
    weeks = sum(len(plan[2]) for plan in making.data()["plans"].values())
    assert len(composed) < 2 * weeks  # with the booklets of every race, for the sections that only it has a say in
    assert making.fragments.operations.remembered < 100


def club_of(tmp_path, plans, profiles, default=""):
    """A club's content: its own plans, the plan of each profile (none for the usual one), and its default profile."""
    for folder in ("plans", "profiles"):
        (tmp_path / folder).mkdir()
    for plan in plans:
        text = (CLONE / "content" / "plans" / "mile.yaml").read_text("utf-8")
        (tmp_path / "plans" / f"{plan}.yaml").write_text(
            text.replace("name: The mile", f"name: {plan.title()}"), "utf-8"
        )
    for name, plan in profiles.items():
        text = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: R}\ndays: 3\n"
        (tmp_path / "profiles" / f"{name}.yaml").write_text(text + (f"plan: {plan}\n" if plan else ""))
    line = f"default-profile: {default}\n" if default else ""
    (tmp_path / "site.yaml").write_text(f"name: Club\nlead: We run.\nlanguage: en\n{line}")
    return load(tmp_path)


@pytest.mark.parametrize(
    ("plans", "profiles", "default", "offered"),
    [
        ((), {"sam": ""}, "", ("mile",)),
        (("spring",), {"sam": "spring"}, "sam", ("spring",)),
        (("spring", "autumn"), {"sam": "spring"}, "sam", ("spring", "autumn")),
        (("spring",), {"sam": "", "ann": "spring"}, "", ("mile", "spring")),
        (("spring",), {"sam": "", "ann": "spring"}, "ann", ("spring", "mile")),
        ((), {"sam": "one-day-a-week"}, "", ("one-day-a-week",)),
    ],
)
def test_make_it_yours_offers_a_club_s_own_plans_and_those_its_runners_follow(
    tmp_path, plans, profiles, default, offered
):
    assert offered_plans(club_of(tmp_path, plans, profiles, default)) == offered


def test_what_milebook_comes_with_offers_one_plan():
    assert offered_plans(load()) == ("mile",)
    assert {path.stem for path in (CLONE / "content" / "plans").glob("*.yaml")} == OUR_PLANS


def test_each_plan_has_a_page_that_leads_to_the_others(tmp_path):
    library = club_of(tmp_path, ("spring", "autumn"), {"sam": "spring"}, "sam")
    for plan, name in (("spring", "index.html"), ("autumn", "autumn.html")):
        making = Making("yours", library, Renderer((CLONE / "templates",)), plan)
        page = making.page(page_values(making.view, (), "https://a.example"), "v")
        assert making.page_name == name
        assert f'src="{plan}.js?v"' in page
        assert f'<link rel="canonical" href="https://a.example/yours/{name.replace("index.html", "")}">' in page
        links = re.findall(r'<a href="([a-z.]+)"( aria-current="page")?>(Spring|Autumn)</a>', page)
        assert [(file, bool(here)) for file, here, _ in links] == [
            ("index.html", name == "index.html"),
            ("autumn.html", name == "autumn.html"),
        ]


def test_a_single_plan_is_not_offered_as_a_choice():
    making = Making("yours", load(), Renderer((CLONE / "templates",)))
    assert "plans-offered" not in making.page(page_values(making.view, (), ""), "v")
