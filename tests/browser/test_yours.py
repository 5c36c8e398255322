"""Everybody's page: the browser shows what a build prints; bad values are told; the address holds the choices."""

from __future__ import annotations

import gzip
import os
import random
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from browsing import TODAY
from common import one_and_the_rest

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition
from milebook.content.loader import load, search_path
from milebook.core.errors import QuantityError
from milebook.exports import calendar
from milebook.pages.renderer import Renderer
from milebook.running.courses import all_courses, named
from milebook.running.distance_readings import read_race_distance
from milebook.running.fitness import Result, assess, mile_of
from milebook.running.quantities import Distance, Duration, clock
from milebook.running.readings import read_race_time
from milebook.site.personal import all_plans, personal_page
from milebook.training import planning, trials
from milebook.training.schedule import build

SECTIONS = ("glance", "after", "paces", "how-to", "sample-week", "sessions", "tables", "laps", "race-day", "advice")
NOT_A_PLAN = (".label", ".lifted", ".entry", ".done", ".of-trial")  # what plan.js adds
DISTANCES = {"mile": 1.0, "1500 m": 0.93, "3k": 2.0, "2 mi": 2.15, "5 km": 3.47, "10 km": 7.2, "half marathon": 16.0}

WHERE = [{"race": course.race, "track": course.track or "road"} for course in all_courses()]

SHOWN = """
([sections, skipped, html]) => Object.fromEntries(
  [...(html ? new DOMParser().parseFromString(html, "text/html") : document).querySelectorAll(".facts, section")]
    .map(one => [one.id || one.className, one])
    .filter(([name]) => sections.includes(name) || name === "facts" || name.startsWith("week-"))
    .map(([name, one]) => {
      const told = [];
      (function walk(node) {
        if (node.nodeType === Node.TEXT_NODE) told.push(node.data);
        if (node.nodeType !== Node.ELEMENT_NODE || skipped.some(s => node.matches(s))) return;
        if (node.localName === "tr") told.push(` <tr ${node.className.replace("today", "").trim()}> `);
        if (node.localName === "rect") told.push(` <rect ${node.getAttribute("height")}> `);
        if (node.localName === "a") told.push(` <a ${node.getAttribute("href")}> `);
        node.childNodes.forEach(walk);
      })(one);
      return [name, told.join("").split(/\\s+/).join(" ").trim()];
    }))
"""


@pytest.fixture(scope="module")
def library():
    return load()


@pytest.fixture(scope="module")
def renderer():
    return Renderer(search_path("templates", None))


@pytest.fixture
def page(visit, serve, built):
    return visit(serve(built).url + "yours/", day=TODAY.isoformat())


def choices(seed):
    """Random good choices; every third race is nearer than the plan is long, every fourth has no date."""
    random_ = random.Random(seed)
    while True:
        distance = random_.choice(list(DISTANCES))
        seconds = random_.uniform(250, 1000) * DISTANCES[distance]
        time = clock(seconds, random_.choice((0, 0, 1, 2)))
        try:
            assess(result(distance, time))
        except QuantityError:
            continue
        far = random_.randint(0, 60) if seed % 3 == 0 else random_.randint(60, 400)
        day = "" if seed % 4 == 1 else (TODAY + timedelta(far)).isoformat()
        weeks = random_.choice(("", "6", "7", "8")) if not day or far >= 60 else ""
        return {
            "distance": distance,
            "time": time,
            **random_.choice(WHERE),
            "level": random_.choice(personal_page.LEVELS),
            "date": day,
            "weeks": weeks,
            "days": str(random_.randint(3, 7)),
            "units": random_.choice(personal_page.UNITS),
        }


def result(distance, time):
    return Result(Distance.parse(distance).metres, Duration.parse(time).seconds)


def planned(library, chosen, trial=None):
    """The view and the schedule that a build makes of the choices, and of a trial in so many seconds in the plan."""
    profile = library.profiles["beginner"]
    race = {"name": named(all_plans.RACE, chosen["race"]), "distance": chosen["race"]}
    race |= {"surface": "road"} if chosen["track"] == "road" else {"track": chosen["track"]}
    race |= {"date": date.fromisoformat(chosen["date"])} if chosen["date"] else {}
    values = {
        "name": all_plans.RUNNER,
        "made": TODAY,
        "level": chosen["level"],
        "result": {"distance": chosen["distance"], "time": chosen["time"]},
        "race": race,
        "days": int(chosen["days"]),
        "units": chosen["units"],
        **({"weeks": int(chosen["weeks"])} if chosen["weeks"] else {}),
    }
    profile = type(profile).model_validate(values)
    fitness, schedule = planning.plan("yours", library, profile, TODAY)
    if trial and schedule.trial_place is not None:  # it has been run, whatever day it is
        profile = profile.model_copy(update={"trial": Duration(trial)})
        fitness = trials.assess_latest(profile, fitness)
        of = library.plans[profile.plan], library.workouts, profile, fitness, TODAY
        schedule = trials.turned(schedule, build(*of, of_class=schedule.mile_class))
    return composition.compose("yours", library, profile, fitness, schedule), schedule


def page_of(library, renderer, chosen, trial=None):
    view, _ = planned(library, chosen, trial)
    return renderer.render("page.html.j2", page_values(view, (), ""))


def ask(page, chosen):
    """Go to the address of the choices."""
    page.evaluate(
        """hash => new Promise(done => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = hash;
        })""",
        urlencode(chosen),
    )
    return page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN])


def trial_of(library, chosen, seed):
    """Seconds of a trial that fits the choices: faster or slower than expected, some in tenths."""
    distance, time = read_race_distance(chosen["distance"]), chosen["time"]
    mile = mile_of(Result(distance.metres, read_race_time(time, distance.metres).seconds))
    random_ = random.Random(seed)
    return min(1200.0, max(223.0, round(mile * random_.uniform(0.93, 1.12), random_.choice((0, 0, 1)))))


PART = 40  # choices
ASKED = int(os.environ.get("MILEBOOK_CHOICES") or 0)
PARTS = one_and_the_rest(range(13)) if not ASKED else range(-(-ASKED // PART))


@pytest.mark.parametrize("part", PARTS)
def test_the_browser_shows_what_a_build_prints(page, library, renderer, part):
    page.evaluate("self.milebookOpen = () => {}")  # no ticks
    page.evaluate("document.body.style.display = 'none'")  # what is not to be drawn is compared in half the time
    for seed in range(part * PART, part * PART + PART):
        chosen = choices(seed)
        html = page_of(library, renderer, chosen)
        shown, wanted = ask(page, chosen), page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN, html])
        assert shown.keys() == wanted.keys(), chosen
        for name, text in wanted.items():
            assert shown[name] == text, (chosen, name)
        if seed % 3 != 1:
            continue
        trial = trial_of(library, chosen, seed)
        page.evaluate("seconds => self.milebookTrial.show(seconds)", trial)
        shown = page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN])
        wanted = page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN, page_of(library, renderer, chosen, trial)])
        for name, text in wanted.items():
            assert shown[name] == text, (chosen, trial, name)
    assert page.locator(".wrong").all_inner_texts() == [""] * 9


def test_the_calendar_of_the_browser_is_that_of_a_build_byte_for_byte(page, library):
    page.evaluate("self.milebookOpen = () => {}")  # no log
    for seed in range(600, 616):
        chosen = choices(seed)
        if not chosen["date"]:
            continue
        ask(page, chosen)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save for a calendar").click()
        assert saved.value.suggested_filename == f"milebook-{chosen['date']}.ics"
        view, schedule = planned(library, chosen)
        assert saved.value.path().read_bytes() == calendar.dump(view, schedule.race_day), chosen
        trial = trial_of(library, chosen, seed)
        page.evaluate("seconds => self.milebookTrial.show(seconds)", trial)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save for a calendar").click()
        view, schedule = planned(library, chosen, trial)
        assert saved.value.path().read_bytes() == calendar.dump(view, schedule.race_day), (chosen, trial)


DISTANCE_TEXTS = (
    "5k|5 KM|5000m|1 mi|mile|Half  Marathon|half|.8 km|3 miles|5|km|0 km|5 furlongs||1e3 m|5,5 km|-5 km|5 km x|"
    "constructor|5 kilometres|10\u00a0km|1609.344 m|\ufeff5 km|" + 90 * "9"
).split("|")
TIME_TEXTS = [
    "20:50",
    "5:58.4",
    "1:45:10",
    "90 s",
    "15 min",
    "58.4",
    "30",
    "100",
    "99.99",
    "20.50",
    "20;50",
    "20:60",
    "1:60:00",
    "1:5:10",
    "0:00",
    "",
    "x",
    "5:4",
    "999:59",
    "0:58.123456",
    "2 h",
    "75 s",
    "1:00:00.5",
    "toString",
    "5:40 min",
    "1:45:10.25",
    "0.868055555555556",
    "1.05208333",
    "0.5",
]


def test_distances_and_times_are_read_as_a_build_reads_them(page):
    for name, texts, parse in (
        ("readDistance", DISTANCE_TEXTS, lambda text: vars(read_race_distance(text))),
        ("readTime", TIME_TEXTS, lambda text: read_race_time(text, 5000).seconds),
    ):
        for text in texts:
            here = """([name, text]) => {
              try { return milebookPersonal[name](text, 5000) }
              catch (error) { return error.field ? "wrong" : `${error}` }
            }"""
            assert page.evaluate(here, [name, text]) == read(parse, text), (name, text)


def read(parse, text):
    try:
        return parse(text)
    except QuantityError:
        return "wrong"


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("distance", "5 furlongs", "unknown unit"),
        ("distance", "200 m", "from 400 m to the marathon"),
        ("distance", "<img src=x onerror=document.title='broken'>", "is not a distance"),
        ("time", "20.60.1", "is not a time"),
        ("time", "2:50", "means a mile of"),
        ("time", "0:02", "no running speed"),
        ("date", "2026-11-23", "in the past"),
        ("date", "2099-01-01", "more than ten years away"),
        ("date", "soon", "is not a date"),
        ("level", "olympic", "unknown"),
        ("units", "constructor", "unknown"),
        ("race", "800 m", "unknown"),
        ("race", "constructor", "unknown"),
        ("track", "250 m", "unknown"),
        ("days", "9", "not in this plan"),
        ("weeks", "12", "not in this plan"),
    ],
)
def test_a_bad_value_in_the_address_is_told_at_its_field_and_the_last_good_plan_stays(page, field, text, message):
    good = {"distance": "mile", "time": "5:00", "level": "advanced", "date": "2027-06-12", "weeks": "8", "days": "6"}
    before = ask(page, good | {"units": "metric"})
    assert ask(page, good | {"units": "metric"} | {field: text}) == before
    assert message in page.locator(f"#{field}-wrong").inner_text()
    assert page.locator(".wrong:not(:empty)").count() == 1
    assert page.locator(f"#{field}").get_attribute("aria-invalid") == "true"
    assert page.title() == "Your mile plan"
    assert page.locator(".wrong img, .choices img").count() == 0
    ask(page, good | {"units": "metric", "time": "5:01"})
    assert page.locator(".wrong:not(:empty)").count() == 0


def test_after_a_bad_choice_the_list_shows_the_last_good_one(page):
    ask(page, {"days": "6", "level": "advanced"})
    ask(page, {"days": "9"})
    assert page.get_by_label("Days a week").input_value() == "6"
    ask(page, {"level": "olympic"})
    assert page.get_by_label("Level").input_value() == "advanced"


def test_a_browser_takes_no_script_and_no_data_of_another_build(built):
    html = built.joinpath("yours/index.html").read_text("utf-8")
    scripts = re.findall(r'<script defer src="([^"?]*)(\?[0-9a-f]{16})?"', html)
    assert [name for name, version in scripts if not version] == ["../assets/offline.js"]
    assert len({version for _, version in scripts if version}) == 1
    assert len(scripts) == 5


def test_weeks_that_do_not_fit_are_told_with_the_first_race_day_that_would(page):
    ask(page, {"date": "2026-12-20", "weeks": "8"})
    assert page.locator("#weeks-wrong").inner_text() == (
        "8 weeks do not fit before 20\u00a0Dec; choose “as many as fit”, or a race from 18\u00a0Jan on."
    )


def test_what_is_typed_is_shown_at_once_and_kept_in_the_address(page, visit, serve, built):
    page.get_by_label("Distance").fill("mile")
    page.get_by_label("Time", exact=True).fill("4:60")
    assert "seconds" in page.locator("#time-wrong").inner_text()
    page.get_by_label("Time", exact=True).fill("4:48")
    page.get_by_label("Date").fill("2027-06-12")
    page.get_by_label("Level").select_option("advanced")
    page.get_by_label("Days a week").select_option("6")
    assert page.locator(".facts dd").first.inner_text() == "4:48"
    assert page.locator("#your-date").inner_text() == "Saturday 12\u00a0Jun\u00a02027"
    assert "time=4%3A48" in page.url.split("#")[1]
    again = visit(page.url, day=TODAY.isoformat())
    assert again.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN]) == page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN])


def test_another_race_changes_laps_goal_and_day_and_the_mile_comes_back(page):
    before = ask(page, {"date": "2027-06-12", "level": "beginner"})
    page.locator("#chooser summary").click()
    page.get_by_label("Race", exact=True).select_option("1500 m")
    page.get_by_label("Run on").select_option("200 m")
    assert page.locator(".facts dt").first.inner_text() == "Your 1500\u00a0m today"
    assert page.locator("#laps .lap-card").first.locator("tbody tr").count() == 8
    assert page.locator("#race-day h2").inner_text() == "Race day: the 1500\u00a0m"
    assert "1500\u00a0m in" in page.locator(".day-race").inner_text()
    assert page.locator("#tables svg.track").count() == 1
    assert "race=1500+m&track=200+m" in page.url
    page.get_by_label("Race", exact=True).select_option("mile")
    page.get_by_label("Run on").select_option("400 m")
    assert page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN]) == before


def test_an_address_from_before_there_were_other_races_is_one_for_the_mile(page):
    old = {"distance": "mile", "time": "5:00", "level": "advanced", "date": "2027-06-12", "weeks": "8", "days": "6"}
    assert ask(page, old) == ask(page, old | {"race": "mile", "track": "400 m"})


def test_a_tick_belongs_to_the_plan_it_was_made_in(page):
    first, second = {"date": "2027-06-12"}, {"date": "2027-06-13"}
    ask(page, first)
    page.locator(".done input").first.check()
    ask(page, second)
    assert page.locator(".done input:checked").count() == 0
    ask(page, first)
    assert page.locator(".done input:checked").count() == 1
    assert page.locator("#log .count").inner_text().startswith("1 of ")


def test_this_week_is_first_in_ones_own_plan_too(visit, serve, built):
    page = visit(serve(built).url + "yours/#date=2027-06-12&weeks=8&from=2027-04-02", day="2027-05-18")
    assert page.locator("#now .label").inner_text() == "This week"
    assert page.locator(".today").count() == 1
    assert page.locator(".week-page").count() == 8
    assert page.locator(".wrong:not(:empty)").count() == 0


def test_a_plan_that_was_kept_is_read_first_and_its_form_is_opened_where_something_is_wrong(visit, serve, built):
    phone = {"width": 360, "height": 740}
    site = serve(built)
    fresh = visit(site.url + "yours/", viewport=phone, day="2027-05-18")
    assert fresh.get_by_label("Distance").is_visible()
    fresh.get_by_label("Time", exact=True).fill("19:30")
    assert fresh.get_by_label("Time", exact=True).is_visible()
    kept = visit(site.url + "yours/#time=19:30&date=2027-06-12&from=2027-04-02", viewport=phone, day="2027-05-18")
    assert not kept.get_by_label("Distance").is_visible()
    assert kept.locator("#chooser summary").inner_text() == "Your result and your race: 5 km in 19:30"
    assert kept.evaluate("document.querySelector('#now h2').getBoundingClientRect().bottom") < 600
    wrong = visit(site.url + "yours/#time=2:30", viewport=phone, day="2027-05-18")
    assert wrong.locator("#time-wrong").is_visible()


def test_a_kept_address_shows_the_same_plan_on_every_later_day(page, visit):
    page.get_by_label("Date").fill("2027-01-10")
    page.get_by_label("Time", exact=True).fill("19:30")
    assert "from=2026-11-24" in page.url
    before = page.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN])
    for day in ("2026-12-20", "2027-01-10", "2027-01-12", "2028-01-01"):
        later = visit(page.url, day=day)
        assert later.evaluate(SHOWN, [SECTIONS, NOT_A_PLAN]) == before, day
    of_the_future = visit(page.url.replace("from=2026-11-24", "from=2099-01-01"), day="2026-11-24")
    assert of_the_future.locator(".wrong:not(:empty)").count() == 0


def test_without_scripts_there_is_an_example_that_says_so(visit, serve, built):
    page = visit(serve(built).url + "yours/", java_script_enabled=False, service_workers="block")
    assert page.locator("noscript").count() == 1
    assert page.locator(".week-page .target").first.is_visible()
    assert not page.locator("#choices").is_visible()
    assert page.locator(".facts dd").first.inner_text() == clock(assess(result("5 km", "20:50")).mile)


def test_it_works_from_the_file_system(visit, built):
    page = visit(built.joinpath("yours", "index.html").as_uri() + "#time=19:00", day="2027-05-18")
    assert page.locator("#time").input_value() == "19:00"
    assert page.locator(".paces .big").inner_text() == clock(assess(result("5 km", "19:00")).mile)


def test_the_page_and_its_data_are_small(built):
    def size(*paths):
        return sum(len(gzip.compress(built.joinpath(path).read_bytes(), 6)) for path in paths)

    scripts = [f"assets/{name}.js" for name in ("personal", "yours", "plan", "offline")]
    styles = ["assets/site.css", "assets/brand.css", "assets/own.css", "assets/icon.svg", "manifest.webmanifest"]
    fonts = [f"assets/fonts/{path.name}" for path in (built / "assets/fonts").glob("*-latin.woff2")]
    first_view = size("yours/index.html", *scripts, *styles) + sum(
        built.joinpath(path).stat().st_size for path in fonts
    )
    assert first_view < 110_000
    assert first_view + size("yours/mile.js") < 520_000  # seven classes of miles; more than a phone needs at first
    assert size("index.html", *styles) + sum(built.joinpath(path).stat().st_size for path in fonts) < 100_000


def test_no_formula_is_written_in_the_script(built):
    script = built.joinpath("assets/personal.js").read_text("utf-8") + built.joinpath("assets/yours.js").read_text(
        "utf-8"
    )
    numbers = {float(number) for number in re.findall(r"(?<![\w.#])\d[\d_]*\.?\d*", script.replace("_", ""))}
    assert not numbers & {0.182258, 0.000104, 4.6, 0.8, 1.06, 13.49681, 0.97, 1609.344, 409.344, 0.15, 0.02}
