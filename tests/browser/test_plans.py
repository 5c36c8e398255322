"""A club's own plans are offered by "Make it yours": another one is opened with what was chosen, and is its own."""

from __future__ import annotations

import pytest
from browsing import TODAY, build_site
from common import fewer_plans

from milebook.booklet import composition
from milebook.content.loader import load
from milebook.training import planning

SAM = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: R}\ndays: 3\nplan: spring\n"


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """A club with two plans of its own."""
    folder = tmp_path_factory.mktemp("club")
    fewer_plans(folder, days="[3, 4]")
    plan = (folder / "plans" / "mile.yaml").read_text("utf-8")
    for path in list((folder / "plans").iterdir()):
        path.unlink()
    for name in ("spring", "autumn"):
        (folder / "plans" / f"{name}.yaml").write_text(plan.replace("name: The mile", f"name: {name.title()}"), "utf-8")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "sam.yaml").write_text(SAM, "utf-8")
    (folder / "site.yaml").write_text("name: Club\nlead: We run.\nlanguage: en\ndefault-profile: sam\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def club(content, tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("site"), content, "https://club.example", yours=True)


@pytest.mark.thorough
def test_another_plan_is_opened_with_the_same_choices_and_shows_what_a_build_makes_of_them(visit, serve, club, content):
    chosen = "distance=5 km&time=19:00&level=advanced&days=4&units=imperial&weeks=8"
    page = visit(f"{serve(club).url}yours/#{chosen.replace(' ', '+')}", day=TODAY.isoformat())
    assert page.locator(".plans-offered a").all_inner_texts() == ["Spring", "Autumn"]
    assert "Spring, 8" in page.locator(".facts").inner_text()
    page.locator("#chooser summary").click()
    page.locator("#days").select_option("3")
    page.get_by_role("link", name="Autumn").click()
    page.wait_for_url("**/yours/autumn.html#*")
    assert page.locator("#time").input_value() == "19:00"
    assert page.locator("#days").input_value() == "3"
    library = load(content)
    changes = {"level": "advanced", "result": {"distance": "5 km", "time": "19:00"}, "units": "imperial", "weeks": 8}
    values = {"name": "You", "race": {"name": "Your mile"}, "days": 3, "plan": "autumn"}
    profile = type(library.profiles["sam"]).model_validate(values | changes)
    view = composition.compose("x", library, profile, *planning.plan("sam", library, profile, TODAY))
    facts = page.locator(".facts").inner_text().replace("\u00a0", " ")
    assert "Autumn, 8 weeks" in facts
    assert view.goal.text in facts
    shown = [page.locator(f"#week-{week.number} .totals strong").inner_text() for week in view.weeks]
    assert shown == [week.total.text for week in view.weeks]


@pytest.mark.thorough
def test_a_search_engine_finds_the_page_of_every_plan(club):
    assert "https://club.example/yours/autumn.html<" in (club / "sitemap.xml").read_text("utf-8")
