"""A coach's own sessions: every step that is written is in every product, in the coach's own quantity."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape

import pytest
from common import CLONE
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from stamps import FOLDERS, LIBRARY, RENDERER, TODAY, html_of, view_of

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition
from milebook.content.models import Plan, Profile
from milebook.content.workouts import Workout
from milebook.exports import calendar, plan_csv, plan_json
from milebook.printing import engine, products
from milebook.printing.stamping.variable_values import split_view
from milebook.roster.compiled_values import learn
from milebook.site.personal import personal_page
from milebook.training import planning

RULE = settings(deadline=None, derandomize=True, max_examples=25, phases=[Phase.generate])
RACE = {"name": "Town mile", "date": "2027-06-12"}
PRODUCTS = ("booklet", "page", "csv", "ics")
NBSP = "\u00a0"
UNITS = ("metric", "imperial")


def library_with(steps, kind="speed", **texts):
    """The shipped content, with a plan of two weeks whose one session of the first is the coach's own."""
    about = {"title": "Own session", "kind": kind, "from": "editorial", "why": "Why.", "steps": steps} | texts
    weeks = [{"title": "One", "purpose": "First.", "volume": "0 %", "sessions": [{kind: "own"}]}]
    weeks += [{"title": "Two", "purpose": "Race.", "volume": "0 %", "sessions": [{"race": "race-day"}]}]
    plan = {"name": "Own", "from": "editorial", "lead": "L", "days": [1, 7], "ramp": "15 %", "lengths": [2]}
    workouts = {**LIBRARY.workouts, "own": Workout.model_validate(about)}
    return replace(LIBRARY, workouts=workouts, plans={"own": Plan.model_validate(plan | {"weeks": weeks})})


def products_of(library, sections=(), **changes):
    """What a runner gets, as text without marks: product -> text; of booklet and page only these sections, if any."""
    values = {"name": "Ada", "level": "beginner", "units": "metric", "result": {"distance": "mile", "time": "8:11"}}
    profile = Profile.model_validate(values | {"plan": "own", "race": RACE, "days": ["tue", "sun"]} | changes)
    fitness, schedule = planning.plan_profile(library, profile, TODAY)
    view = composition.compose("ada", library, profile, fitness, schedule)
    rows = csv.DictReader(plan_csv.dump(view, schedule).decode("utf-8-sig").splitlines())
    event = calendar.dump(view, schedule.race_day).decode().replace("\r\n ", "").replace("\\n", "\n").replace("\\", "")
    printed = products.render(products.PRODUCTS["booklet"], view, RENDERER, sections)
    page = printed if sections else RENDERER.render("page.html.j2", page_values(view, (), ""))
    return {
        "booklet": text_of(printed),
        "page": text_of(page),
        "wall-plan": text_of(html_of(view, "wall-plan")),
        "sessions": text_of(re.search('id="session-own".*?</article>', printed, re.DOTALL)[0]),
        "csv": next(row["session"] for row in rows if row["title"] == "Own session").replace(NBSP, " "),
        "ics": event.replace(NBSP, " "),
        "json": json.loads(plan_json.dump(profile, fitness, schedule)),
    }


def text_of(html):
    """The text of a page, spaces made even."""
    inline = re.sub(r"</?(span|strong|b)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub("<[^>]*>", " ", inline)).replace(NBSP, " ").split())


def steps_in(data):
    return next(session for session in data["sessions"] if session["workout"] == "own")["steps"]


@pytest.mark.parametrize(
    ("step", "shown", "wall"),  # of a runner whose 200 m at the pace of the mile takes 61.0 s
    [
        ({"repeat": 6, "run": {"time": "60 s", "pace": "fast"}}, "6 × 1:00 fast", "6 × 1:00 fast"),
        ({"repeat": 6, "run": {"time": "60 s"}}, "6 × 1:00 at mile pace (5:05 /km), about 200 m", "6 × 1:00 5:05 /km"),
        ({"run": {"time": "3 min", "pace": "tempo"}}, "3 min at tempo pace (5:46 /km), about 520 m", "3 min 5:46 /km"),
        ({"run": {"time": "20 min", "pace": "tempo"}}, "20 min at tempo pace (5:46 /km)", "20 min 5:46 /km"),
        ({"run": {"distance": "0.5 mi"}}, "0.5 mi at mile pace", "0.5 mi in 4:06"),
        ({"repeat": 3, "run": {"distance": "1 km"}}, "3 × 1 km at mile pace", "3 × 1 km in 5:05"),
        ({"repeat": 6, "run": {"time": "45 s", "uphill": True}}, "6 × 45 s uphill at mile effort", "6 × 45 s uphill"),
        ({"run": {"distance": "200 m", "pace": "5 km", "uphill": True}}, "uphill at 5 km effort", "uphill"),
        (
            {"repeat": 8, "run": {"distance": "60 m", "pace": "fast", "uphill": True}},
            "8 × 60 m uphill, fast",
            "8 × 60 m",
        ),
        ({"tempo": "2:30"}, "2:30 tempo at", "2:30 tempo"),
        ({"tempo": "22 min"}, "22 min tempo at", "22 min tempo"),
        ({"tempo": "1200 m"}, "1200 m tempo at", "1200 m tempo"),
        ({"tempo": "2.25 km"}, "2.25 km tempo at", "2.25 km tempo"),
    ],
)
def test_what_a_coach_writes_is_what_every_product_says(step, shown, wall):
    found = products_of(library_with([step]))
    assert [product for product in PRODUCTS if shown not in found[product]] == []
    assert wall in found["wall-plan"]
    assert re.split(" at| in ", shown)[0] in found["sessions"]
    assert len(steps_in(found["json"])) == 1


def test_repetitions_by_time_and_effort_are_in_the_week_and_its_miles():
    data = products_of(library_with([{"repeat": 6, "run": {"time": "60 s", "pace": "fast"}}]))["json"]
    (step,) = steps_in(data)
    assert (step["reps"], step["seconds"], step["written"], step["target_seconds"]) == (6, 60, "1:00", None)
    assert step["metres"] == pytest.approx(60 * 1609.344 / 491)


def test_a_race_by_time_takes_its_time_at_the_pace_of_the_goal():
    library = library_with([{"run": {"time": "12 min"}}])
    plan = library.plans["own"]
    race = plan.weeks[-1].model_copy(update={"sessions": Plan.model_validate(_with_race("own")).weeks[-1].sessions})
    workouts = {**library.workouts, "own": library.workouts["own"].model_copy(update={"kind": "race"})}
    plans = {"own": plan.model_copy(update={"weeks": (plan.weeks[0], race)})}
    library = replace(library, workouts=workouts, plans=plans)
    profile = Profile.model_validate(
        {"name": "A", "level": "beginner", "plan": "own", "days": 3, "result": {"distance": "mile", "time": "8:11"}}
        | {"race": {"name": "Twelve minutes", "date": "2027-06-12", "goal": "8:00"}}
    )
    _, schedule = planning.plan_profile(library, profile, TODAY)
    (step,) = next(s for s in schedule.sessions if s.kind == "race").steps
    assert (step.seconds, step.target) == (720, 720)
    assert step.metres == pytest.approx(1609.344 * 1.5)


def _with_race(key):
    plan = {"name": "Own", "from": "editorial", "lead": "L", "days": [1, 7], "ramp": "15 %", "lengths": [1]}
    week = {"title": "Two", "purpose": "Race.", "volume": "0 %", "sessions": [{"race": key}]}
    return plan | {"weeks": [week]}


def test_a_session_is_printed_in_the_order_in_which_it_is_written():
    steps = [
        {"repeat": 4, "run": {"distance": "200 m"}, "recover": {"distance": "0.25 mi"}},
        {"easy": "3 min"},
        {"tempo": "10 min"},
        {"strides": {"reps": 4, "distance": "80 m", "effort": "80 %"}},
        {"run": {"distance": "800 m", "pace": "5 km"}, "recover": {"time": "2 min", "jog": False}},
        {"run": {"distance": "400 m", "pace": "3 km"}},
    ]
    order = (
        "4 × 200 m",
        "jog 0.25 mi",
        "3 min easy",
        "10 min tempo",
        "4 × 80 m",
        "800 m",
        "walk 2 min",
        "400 m at 3 km",
    )
    found = products_of(library_with(steps))
    for product in ("booklet", "page", "sessions", "ics"):
        text = found[product]
        start = text.index("Own session")
        places = [text.find(part, start) for part in order]
        assert -1 not in places, (product, order[places.index(-1)])
        assert places == sorted(places), product
    written = [step["written"] for step in steps_in(found["json"])]
    assert written == ["200 m", "3 min", "10 min", "80 m", "800 m", "400 m"]


def test_the_time_of_the_article_stands_by_itself_where_nothing_compares_with_it():
    run = {"distance": "100 m", "pace": "fast", "article": "15 s"}
    found = products_of(library_with([{"repeat": 4, "run": run}]))
    for product in ("booklet", "page", "sessions"):
        assert "The article’s time: 15 s." in found[product]
        assert "None" not in found[product]


@pytest.mark.parametrize("own", [{"pace": "fast"}, {"uphill": True}])
def test_the_effort_that_a_coach_writes_is_told_where_there_is_no_pace_too(own):
    run = {"distance": "100 m", "effort": "6-7"} | own
    assert "effort 6–7." in products_of(library_with([{"repeat": 4, "run": run}]))["sessions"]
    run = {"distance": "100 m"} | own
    assert ", effort" not in products_of(library_with([{"repeat": 4, "run": run}]))["sessions"]


def test_drills_from_another_checklist_are_called_by_its_name():
    found = products_of(library_with([{"drills": "hip-mobility"}, {"easy": "20 min"}], kind="easy"))
    assert all("drills (hip mobility)" in found[product] for product in (*PRODUCTS, "sessions"))


def test_on_the_wall_another_sport_is_not_taken_for_running():
    found = products_of(library_with([{"easy": "20 min"}, {"cross": "30 min"}], kind="easy"))
    assert "20 min easy" in found["wall-plan"]
    assert "30 min cross" in found["wall-plan"]


# ---------------------------------------------------------------- whatever the models accept

metres = st.integers(10, 3000).map(lambda n: f"{n} m")
road = st.builds(lambda n, unit: f"{n / 4} {unit}", st.integers(1, 20), st.sampled_from(("km", "mi")))
seconds = st.integers(3, 900).map(lambda n: f"{n} s") | st.integers(1, 40).map(lambda n: f"{n} min")
rests = st.none() | st.fixed_dictionaries({"time": seconds}) | st.fixed_dictionaries({"distance": metres | road})
runs = st.builds(
    lambda amount, pace, uphill: amount | {"pace": pace, "uphill": uphill},
    st.fixed_dictionaries({"time": seconds}) | st.fixed_dictionaries({"distance": metres | road}),
    st.sampled_from(("mile", "3 km", "5 km", "10 km", "tempo", "fast")),
    st.booleans(),
)
repeats = st.builds(
    lambda count, run, rest: {"repeat": count, "run": run} | ({"recover": rest} if rest else {}),
    st.integers(1, 50),
    runs,
    rests,
)
strides = st.builds(
    lambda count, distance, effort: {"strides": {"reps": count, "distance": f"{distance} m", "effort": f"{effort} %"}},
    st.integers(1, 50),
    st.integers(20, 400),
    st.integers(10, 100),
)
steps = st.one_of(
    repeats,
    strides,
    st.fixed_dictionaries({"easy": metres | road | seconds}),
    st.fixed_dictionaries({"tempo": metres | road | seconds}),
    st.fixed_dictionaries({"cross": seconds}),
    st.just({"drills": "warm-up"}),
)


def written_time(text):
    """A time as a coach reads it back: 45 s, 1:00, 3 min, 12:30."""
    number, unit = text.split()
    total = int(number) * (60 if unit == "min" else 1)
    if total < 60:
        return f"{total} s"
    return f"{total // 60} min" if total >= 120 and total % 60 == 0 else f"{total // 60}:{total % 60:02d}"


def written(text):
    """A quantity as it must be printed, number and unit."""
    number, unit = text.split()
    if unit in ("s", "min"):
        return written_time(text)
    return f"{float(number):g} {unit}".replace("1 mi", "1 mile" if number == "1.0" else "1 mi")


def expected(step):
    """The words that stand for a step wherever the session is told in full."""
    if "repeat" in step:
        run, many = step["run"], f"{step['repeat']} × " if step["repeat"] > 1 else ""
        if "distance" in run and run["uphill"] and run["pace"] != "fast":
            return [many + "§ uphill"]  # by the time of the distance on the flat
        how = "fast" if run["pace"] == "fast" else f"at {run['pace']} {'effort' if run['uphill'] else 'pace'}"
        uphill = " uphill" + ("," if run["pace"] == "fast" else "") if run["uphill"] else ""
        is_mile = run.get("distance") == "1.0 mi" and not many and not uphill and run["pace"] != "fast"
        return [f"{many}{written(run.get('time') or run['distance'])}{uphill}{'' if is_mile else ' ' + how}"]
    if "strides" in step:
        own = step["strides"]
        return [f"{own['reps']} × {own['distance']} strides at {own['effort']}"]
    if "drills" in step:
        return ["drills"]
    ((kind, amount),) = step.items()
    word = "cycling, swimming or gym" if kind == "cross" else kind
    return [f"{written(amount).replace('1 mile', '1 mi')} {word}"]


def matches(text, words):
    return re.search(r"(?<![\d.:])" + re.escape(words).replace("§", r"\d[\d:.]*( s)?"), text)


@RULE
@given(st.lists(steps, min_size=1, max_size=6), st.sampled_from(UNITS), st.sampled_from(("speed", "easy")))
def test_every_step_that_the_models_accept_is_in_every_product(written_steps, units, kind):
    steps_ = [step for step in written_steps if keeps_its_unit(step, units)] or [{"easy": "10 min"}]
    found = products_of(library_with(steps_, kind=kind), sections=("week-1", "sessions"), units=units)
    for step in steps_:
        for words in expected(step):
            for product in (*PRODUCTS, "sessions"):
                assert matches(found[product], words), (product, words)
    assert len(steps_in(found["json"])) == len(steps_)
    assert all(step["written"] for step in steps_in(found["json"]) if step["kind"] != "drills")
    assert "None" not in found["booklet"] + found["page"] + found["csv"] + found["ics"]
    hard = [step for step in steps_ if "repeat" in step or "tempo" in step]
    for step in hard or [step for step in steps_ if "drills" not in step]:
        assert matches(found["wall-plan"], on_the_wall(step)), step


def on_the_wall(step):
    if "strides" in step:
        return f"{step['strides']['reps']} strides"
    (words,) = expected(step)
    return re.split(" at |,| easy| cycling", words)[0]


def keeps_its_unit(step, units):
    """Whether a distance is in the runner's unit: what is run easily or at tempo on the road follows it, in halves."""
    amount = str(step.get("easy") or step.get("tempo") or "")
    return not amount.endswith({"metric": " mi", "imperial": " km"}[units])


# ---------------------------------------------------------------- the race


@pytest.mark.parametrize("name", ["Town mile", "The Saint-Germain-en-Laye Association Road Mile Championship"])
def test_race_day_has_the_races_own_name(name):
    profile = LIBRARY.profiles["beginner"].model_copy(update={"name": "Ada"})
    profile = profile.model_copy(update={"race": profile.race.model_copy(update={"name": name})})
    fitness, schedule = planning.plan_profile(LIBRARY, profile, TODAY)
    view = composition.compose("ada", LIBRARY, profile, fitness, schedule)
    week = text_of(products.render(products.PRODUCTS["booklet"], view, RENDERER, ("week-8",)))
    assert f"Race {name}" in week
    assert f"Race {name}" in text_of(RENDERER.render("page.html.j2", page_values(view, (), "")))
    assert f"Race {name} 1 mile in" in text_of(html_of(view, "wall-plan"))
    assert name in text_of(html_of(view, "race-card"))
    rows = list(csv.DictReader(plan_csv.dump(view, schedule).decode("utf-8-sig").splitlines()))
    assert [row["title"] for row in rows if row["kind"] == "race"] == [name]
    sessions = json.loads(plan_json.dump(profile, fitness, schedule))["sessions"]
    assert [session["title"] for session in sessions if session["kind"] == "race"] == [name]
    events = calendar.dump(view, schedule.race_day).decode().replace("\r\n ", "")
    assert f"SUMMARY:{name}\r\n" in events
    assert "The mile" not in week + events


def test_the_races_name_is_a_value_that_other_runners_of_a_form_have_too():
    one, other = (view_of(race=RACE | {"name": name}) for name in ("Town mile", "Fifth Avenue Mile"))
    assert split_view(one).shape == split_view(other).shape
    assert "Fifth Avenue Mile" in split_view(other).values


def test_repetitions_by_time_are_on_paper():
    steps = [{"repeat": 6, "run": {"time": "60 s", "pace": "fast"}}, {"repeat": 3, "run": {"time": "3 min"}}]
    profile = Profile.model_validate(
        {"name": "Ada", "level": "beginner", "units": "metric", "result": {"distance": "mile", "time": "8:11"}}
        | {"plan": "own", "race": RACE, "days": ["tue", "sun"]}
    )
    library = library_with(steps, title="Minutes **fast**")
    view = composition.compose("ada", library, profile, *planning.plan_profile(library, profile, TODAY))
    html = products.render(products.PRODUCTS["parts"], view, RENDERER, ("week-1", "sessions"))
    printed = PdfReader(io.BytesIO(engine.print_pdf(html, FOLDERS).data))
    text = " ".join(" ".join(page.extract_text() for page in printed.pages).replace(NBSP, " ").split())
    assert "6 × 1:00 fast" in text
    assert "3 × 3 min at mile pace (5:05 /km), about 590 m" in text
    assert "Minutes fast" in text
    assert not any("*" in str(entry) for entry in printed.outline)


# ---------------------------------------------------------------- worked out once for all who are alike

BY_TIME = [
    {"repeat": 6, "run": {"time": "60 s", "pace": "fast"}, "recover": {"time": "60 s"}},
    {"repeat": 3, "run": {"time": "3 min"}},
    {"run": {"time": "9 min", "pace": "tempo"}},
    {"repeat": 4, "run": {"time": "45 s", "uphill": True}},
]
MILES = ("5:31", "5:58.4", "8:11", "12:20", "15:40")  # who train as much as a beginner does


def runner_of(library, mile):
    profile = Profile.model_validate(
        {"name": "Ada", "level": "beginner", "units": "metric", "result": {"distance": "mile", "time": mile}}
        | {"plan": next(iter(library.plans)), "race": {"name": "Your mile"}, "days": ["tue", "sun"]}
    )
    return profile, lambda one: composition.compose("ada", library, one, *planning.plan_profile(library, one, TODAY))


def test_a_pattern_knows_how_far_a_repetition_by_time_takes_each_runner():
    library = library_with(BY_TIME)
    profile, compose = runner_of(library, MILES[0])
    pattern = learn(profile, compose)
    for mile in MILES:
        other, _ = runner_of(library, mile)
        assert pattern.split_view(other) == split_view(compose(other))


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node to run the page's script")
def test_make_it_yours_says_how_far_a_repetition_by_time_takes_a_runner(tmp_path):
    library = library_with(BY_TIME)
    library = replace(library, plans={"own": library.plans["own"].model_copy(update={"days": (2, 2)})})
    data = personal_page.Making("yours", library, RENDERER).data()
    places = [number for number, (how, *_) in enumerate(data["values"]) if how == "about_metres"]
    given = [{"distance": "mile", "time": mile, "level": "beginner", "units": "metric"} for mile in MILES]
    script = (CLONE / "templates/assets/web/personal.js").read_text("utf-8")
    ask = "({values}) => PLACES.map((place) => values.text(place))".replace("PLACES", json.dumps(places))
    run = f"globalThis.self = {{milebookData: {json.dumps(data)}}};\n{script}\nconst given = {json.dumps(given)};"
    run += f"const rest = {{date: '', days: '2', weeks: '', race: 'mile', track: '400 m'}}; const ask = {ask};"
    run += "console.log(JSON.stringify(given.map((one) => ask(self.milebookPersonal.read({...one, ...rest}, 0)))));"
    (tmp_path / "run.js").write_text(run, "utf-8")
    said = subprocess.run(["node", tmp_path / "run.js"], capture_output=True, check=True, encoding="utf-8").stdout
    for mile, shown in zip(MILES, json.loads(said), strict=True):
        profile, compose = runner_of(library, mile)
        abouts = [rep.about for day in compose(profile).weeks[0].days for rep in day.main if rep.about]
        assert {str(about) for about in abouts} <= set(shown)
