"""What a page shows, and that everything personal passes through the one field filter."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition, fields
from milebook.content.loader import load, search_path
from milebook.content.models import Profile
from milebook.core.errors import ContentError
from milebook.pages.renderer import Renderer
from milebook.printing import products
from milebook.running.courses import all_courses
from milebook.running.quantities import Duration
from milebook.training import planning

TODAY = date(2026, 11, 24)
LIBRARY = load()
RENDERER = Renderer(search_path("templates", None))


def view_of(**changes):
    values = {
        "name": "Ada",
        "level": "beginner",
        "result": {"distance": "5 km", "time": "27:30"},
        "race": {"name": "Club mile", "date": "2027-06-12"},
        "days": ["tue", "thu", "sat", "sun"],
        "weeks": 8,
    } | changes
    profile = Profile.model_validate(values)
    return composition.compose("ada", LIBRARY, profile, *planning.plan("ada", LIBRARY, profile, TODAY))


PRINTED = ("booklet", "wall-plan", "race-card", "strides", "large-print")


def page(view, product="booklet"):
    if product != "page":
        return products.render(products.PRODUCTS[product], view, RENDERER)
    return RENDERER.render("page.html.j2", page_values(view, (), ""))


def without_fields(html):
    body = html[html.index("<body") :]
    body = re.sub(r'(<span class="field field-\w+">).*?(</span>)', r"\1\2", body)
    return re.sub(r'(<rect class="field field-share"[^>]*) height="[\d.]+"', r"\1", body)


@pytest.mark.parametrize("product", [*PRINTED, "page"])
@pytest.mark.parametrize(
    "other",
    [
        {"result": {"distance": "5 km", "time": "28:10"}},
        {"result": {"distance": "1600 m", "time": "7:12.5"}},
        {"result": {"distance": "half marathon", "time": "2:06:00", "date": "2026-01-01"}},
        {"name": "Grace Brewster Murray Hopper"},
        {"race": {"name": "Town mile", "date": "2027-06-19"}},
    ],
    ids=["slower", "faster, other distance", "unsure", "other name", "other race and date"],
)
def test_two_runners_with_one_layout_differ_only_inside_fields(product, other):
    ours, theirs = page(view_of(), product), page(view_of(**other), product)
    assert ours != theirs or product == "strides"  # the same for everybody
    assert without_fields(ours) == without_fields(theirs)


def test_names_are_escaped_wherever_they_stand():
    nasty = "<script>alert(1)</script> & \"Bobby\" 'Tables'"
    for product in ("booklet", "wall-plan", "race-card", "page"):
        html = page(view_of(name=nasty, race={"name": "<b>x</b>{{ 7 * 7 }}"}), product)
        assert "<script>alert" not in html
        assert "<b>x</b>" not in html
        assert "49" not in html.split("<title>")[1].split("</title>")[0]
        assert "&lt;script&gt;" in html


def test_the_lap_card_ends_on_the_goal_and_starts_with_409_metres():
    ran = {"distance": "mile", "time": "6:05"}
    view = view_of(result=ran, race={"name": "Club mile", "date": "2027-06-12", "goal": "6:00"})
    cards = {card.key: [str(clock) for _, _, clock in card.rows] for card in view.lap_cards}
    assert cards["even"] == ["1:31.6", "3:01.0", "4:30.5", "6:00.0"]
    assert {clocks[-1] for clocks in cards.values()} == {"6:00.0"}


def test_a_road_race_is_split_into_quarters_of_the_mile():
    ran = {"distance": "mile", "time": "6:05"}
    view = view_of(result=ran, race={"name": "Road mile", "surface": "road", "goal": "6:00"})
    assert [str(clock) for _, _, clock in view.lap_cards[0].rows] == ["1:30.0", "3:00.0", "4:30.0", "6:00.0"]


def test_every_repetition_carries_the_runners_own_time_and_its_range():
    view = view_of()
    reps = [rep for week in view.weeks for day in week.days for rep in day.main if " pace" in str(rep.what[-1])]
    assert reps
    assert all(rep.target and rep.effort for rep in reps)
    first = next(rep for rep in reps if "200" in "".join(map(str, rep.what)))
    assert (str(first.target), str(first.low_high)) == ("1:01.0", "1:00\u20131:02")


def test_where_the_article_has_a_time_it_stands_beside_the_runners_own_with_a_plain_word():
    html = page(view_of())
    assert "The article’s time: 35\u201340\u00a0s;" in html
    assert "yours is slower: keep yours." in html


def test_road_distances_follow_the_runners_units_and_track_metres_stay():
    metric, imperial = page(view_of(units="metric")), page(view_of(units="imperial"))
    assert "\u00a0mi<" not in metric
    assert "\u00a0km<" not in imperial.split('id="paces"')[0].split('id="how-to"')[0]
    assert all("200\u00a0m at mile pace" in html for html in (metric, imperial))


def test_an_undated_plan_shows_weeks_and_weekdays_without_dates():
    view = view_of(race={"name": "Some mile"})
    assert view.race_date is None
    assert all(week.dates is None and all(day.date is None for day in week.days) for week in view.weeks)
    assert view.weeks[0].days[0].weekday == "Monday"


def test_a_race_too_near_is_told_in_the_booklet():
    race = {"name": "Soon", "date": "2026-12-12"}
    html = page(view_of(race=race))  # it may have been begun before: then these are its last weeks
    assert "too near for all 8 weeks" in html
    assert "Week 7 of 8" in html
    assert "Week 6 of 8" not in html
    begun = page(view_of(race=race, made="2026-11-24"))
    assert "You have 2 weeks: the first of the plan, and then that of the race" in begun
    assert "Week 2 of 2" in begun
    assert "Week 3" not in begun


@pytest.mark.parametrize("key", sorted(LIBRARY.profiles))
def test_every_tip_session_and_number_says_where_it_comes_from(key):
    profile = LIBRARY.profiles[key]
    view = composition.compose(key, LIBRARY, profile, *planning.plan(key, LIBRARY, profile, TODAY))
    known = set(LIBRARY.sources)
    origins = [
        *(note.origin for note in view.sessions),
        *(advice.origin for advice in view.advice.values()),
        *(card.origin for card in view.cards.values()),
        *(prose.origin for prose in view.prose.values()),
        *(lap_card.origin for lap_card in view.lap_cards),
    ]
    assert all(origin.name and (origin.ours or origin.source in known) for origin in origins)
    assert {"article", "daniels-gilbert", "riegel", "cameron"} <= known


def test_the_shipped_templates_print_a_runners_value_only_through_the_field_filter():
    """A value of the view that is a Field must not be printed by its `.text` outside the head of a page."""
    for path in Path("templates").rglob("*.j2"):
        body = path.read_text("utf-8")
        for match in re.finditer(r"\{\{[^}]*\.text[^}]*\}\}", body):
            assert "title" in body[max(0, match.start() - 60) : match.start()], f"{path}: {match[0]}"


def test_the_goal_is_the_time_on_race_day_and_on_the_lap_cards():
    view = view_of(race={"name": "Club mile", "date": "2027-06-12", "goal": "7:59"})
    race = next(day for day in view.weeks[-1].days if day.kind == "race")
    assert [str(rep.target) for rep in race.main] == ["7:59"]
    assert {str(card.rows[-1][2]) for card in view.lap_cards} == {"7:59.0"}


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        (
            "3:50",
            r"the goal 3:50 is 53 % faster than the mile of 8:1\d .*; write a time for the mile from 6:5\d on, or",
        ),
        (
            "27:00",
            "the goal 27:00 is no mile goal for a runner whose .* a mile of 8:1.* if it is a goal for 5 km, leave",
        ),
        ("14:30", "is no mile goal .*; if it is a goal for 3000 m, leave it out"),
        ("11:00", "is no mile goal .*; if it is a goal for another distance, leave it out"),
        ("1 s", "the goal 1 is 100 % faster"),
    ],
)
def test_a_goal_that_is_none_for_the_runners_mile_is_refused(goal, told):
    with pytest.raises(ContentError, match=told):
        load_goal(goal)


@pytest.mark.parametrize("goal", ["7:00", "7:40"])
def test_a_goal_much_faster_than_the_result_is_told_in_the_booklet(goal):
    html = page(view_of(race={"name": "Club mile", "date": "2027-06-12", "goal": goal}))
    assert "faster than the mile of" in html


@pytest.mark.parametrize("goal", ["7:55", "8:10", "9:00"])
def test_a_goal_near_the_result_is_not_told(goal):
    assert "% faster than the mile" not in page(view_of(race={"name": "Club mile", "date": "2027-06-12", "goal": goal}))


def load_goal(goal):
    profile = LIBRARY.profiles["beginner"]
    changed = profile.model_copy(update={"race": profile.race.model_copy(update={"goal": Duration.parse(goal)})})
    planning.plan("beginner", LIBRARY, changed, TODAY)


def test_days_without_room_for_a_kind_of_session_are_told():
    html = page(view_of(level="intermediate", days=["mon", "tue", "wed"]))
    assert "no room for the strength sessions" in html  # weeks take turns, and those of tempo have theirs
    assert "Hold on for longer" in html
    crowded = page(view_of(days=["mon", "tue", "wed", "sun"], **{"long-run": "sun", "speed-day": "tue"}))
    assert "room for one hard session a week" in crowded
    assert "room for one hard session" not in html + page(view_of())


def test_a_week_of_one_day_has_one_date():
    first, last = date(2027, 5, 4), date(2027, 5, 5)
    assert str(fields.day_range(first, first)) == "4\xa0May\xa02027"
    assert str(fields.day_range(first, last)) == "4–5\xa0May\xa02027"


def test_a_runner_with_all_seven_days_is_told_which_of_them_is_for_rest():
    everyday = "".join(map(str, view_of(days=7).note))
    assert "You could train on Monday too: the plan keeps that for rest" in everyday
    assert "keeps that for rest" not in "".join(map(str, view_of(days=7, level="advanced").note))
    assert "keeps that for rest" not in "".join(map(str, view_of(days=6).note))


def test_a_sample_week_stands_beside_the_runners_own_only_in_a_plan_from_the_same_person():
    view = view_of()
    shown = page(view)
    assert "Elmore\u2019s week beside yours" in shown
    beside = shown.split('id="sample-week"')[1].split("</section>")[0]
    assert "Your week 7" in beside
    for day in view.weeks[6].days:
        for what, time in day.brief:
            assert str(fields.joined((what, time), " ")[0]) in beside
    assert 'id="sample-week"' not in page(view_of(plan="one-day-a-week", weeks=6))


@pytest.mark.parametrize("level", ["beginner", "intermediate", "advanced"])
@pytest.mark.parametrize("days", [3, 5, 7])
@pytest.mark.parametrize("race", ["2027-06-12", "2026-12-12", "2026-11-26"])
def test_the_fullest_week_is_a_whole_one_before_the_race_where_there_is_any(level, days, race):
    view = view_of(level=level, days=days, race={"name": "Club mile", "date": race})
    own = view.weeks[view.fullest]
    before = [week for week in view.weeks if all(day.kind != "race" for day in week.days)]
    assert own in (before or view.weeks)
    assert own.hard == max(week.hard for week in (before or view.weeks))


# ---------------------------------------------------------------- every mile there is


@pytest.mark.parametrize("course", all_courses(), ids=lambda course: f"{course.race}, {course.track or 'road'}")
@pytest.mark.parametrize("goal", ["6:45.4", "7:15", "8:10.3", "8:24.9"])
def test_no_mark_of_a_race_has_two_clocks_anywhere(course, goal):
    where = {"track": course.track} if course.on_track else {"surface": "road"}
    ran = {"distance": "5 km", "time": "26:00"}
    view = view_of(result=ran, race={"name": "R", "distance": course.race, "goal": goal, **where})
    marks = dict(zip((*course.names, "Finish"), (*course.ends, course.metres), strict=True))
    marks |= dict(zip(("Quarter", "Half", "Three quarters"), course.quarters, strict=False))
    for card in view.lap_cards:
        told = [(name, clock) for name, _, clock in card.rows]
        if card.key == "even":
            assert card == view.race_card
            told += [*card.marks, *view.race_card.marks, *view.race_splits.rows, *view.race_splits.quarters]
            told += [(name, times[2]) for name, times in view.around.rows]
        clocks = {}
        for name, clock in told:
            metres = marks[name] if name in marks else float(name.split("\u00a0")[0])
            assert clocks.setdefault(round(metres, 3), str(clock)) == str(clock), (card.key, name)
        assert clocks[course.metres] == (goal if "." in goal else f"{goal}.0")
    assert str(view.around.heads[2]) == (goal if "." in goal else f"{goal}.0")
    assert len({str(lap) for _, lap, _ in view.lap_cards[0].rows[1:]}) == 1


@pytest.mark.parametrize("course", all_courses(), ids=lambda course: f"{course.race}, {course.track or 'road'}")
def test_a_race_that_is_no_mile_is_named_wherever_it_is_the_race_and_training_stays_at_mile_pace(course):
    where = {"track": course.track} if course.on_track else {"surface": "road"}
    race = {"name": "County final", "distance": course.race, "date": "2027-06-12", **where}
    text = page(view_of(race=race)).replace("&nbsp;", "\u00a0")
    said = course.race.replace(" ", "\u00a0")
    assert f"Your {said} today" in text
    assert f"An even {said} in" in text
    assert f"The {said}</h3>" in text
    assert (f"Race day: the {said}" in text) == (not course.is_mile)
    assert ("train at the pace of your mile, as in the article: our own choice" in text) == (not course.is_mile)
    assert ("200s, 400s and the race" in text) == course.is_mile
    assert (f"Where the {said} starts</h3>" in text) == course.on_track
    assert ("Where the mile starts on a track</h3>" in text) != course.on_track
    assert "{race}" not in text
    assert "{start}" not in text
