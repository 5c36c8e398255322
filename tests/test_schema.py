"""An editor is told the truth: it underlines what milebook refuses and nothing else, and it explains every key."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from common import CONTENT, read_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from milebook.cli.main import main
from milebook.content import field_types, models, schemas, vocabulary, workouts
from milebook.content.yaml_file import parse_page, parse_yaml

FILES = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.yaml"))
PAGES = sorted(CONTENT.glob("pages/*.md"))
RULE = settings(deadline=None, derandomize=True, max_examples=300)

PROFILE = """\
name: Sam
level: beginner
result: {distance: 5 km, time: 27:30}
race: {name: Mile, date: 2027-06-12, goal: 7:40}
weeks: 8
days: [tue, thu, sun]
long-run: sun
"""
WORKOUT = """\
title: Repetitions
kind: speed
from: editorial
why: To be fast.
steps:
  - easy: {beginner: 10-15 min, advanced: 2-3 mi}
  - strides: {reps: 3, effort: 75-80 %}
  - repeat: 6-8
    run: {distance: 200 m, pace: mile}
    recover: {time: 60-90 s}
"""
PLAN = """\
name: A week
from: editorial
lead: Short.
lengths: [1]
days: [3, 7]
ramp: 15 %
weeks:
  - title: Race
    purpose: Race.
    volume: 0 %
    sessions:
      - race: {beginner: race-day, intermediate: race-day, advanced: race-day}
      - easy: shakeout
"""


def validator(kind):
    return Draft7Validator(schemas.schema(kind))


def by_name(name):
    """A model or the type of a value, in whichever module it is."""
    return next(getattr(module, name) for module in (workouts, models, field_types) if hasattr(module, name))


@pytest.fixture(scope="module", params=list(schemas.KINDS))
def schema(request):
    return schemas.schema(request.param)


def inside(value):
    """A schema and all the schemas in it."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(one)


def accepts(kind, text):
    return validator(kind).is_valid(parse_yaml(text, "file").data)


# The shipped files


@pytest.mark.parametrize("kind", schemas.KINDS)
def test_the_committed_schemas_are_current(kind):
    path = CONTENT / "schemas" / f"{kind}.json"
    assert path.read_text("utf-8") == schemas.text(kind), "run `milebook schema`"


def test_there_is_no_schema_of_a_kind_that_is_gone():
    assert {path.name for path in (CONTENT / "schemas").iterdir()} == set(schemas.files())


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_names_its_schema_and_fits_it(name):
    first = (CONTENT / name).read_text("utf-8").splitlines()[0]
    assert first == schemas.editor_line(name)
    named = (CONTENT / name).parent / first.partition("$schema=")[2]
    schema = json.loads(named.read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(read_yaml(CONTENT / name).data)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_head_of_every_shipped_page_fits_its_schema(path):
    validator("page").validate(parse_page(path.read_text("utf-8"), path.name)[0].data)


# What a coach is told


def test_a_schema_is_one(schema):
    Draft7Validator.check_schema(schema)


def test_every_key_is_explained(schema):
    silent = [
        key
        for one in inside(schema)
        if one.get("type") == "object"
        for key, value in one.get("properties", {}).items()
        if not value.get("description")
    ]
    assert silent == []


def test_no_guidance_is_for_a_key_that_is_gone():
    from milebook.content.guidance import GUIDANCE

    for name, keys in GUIDANCE.items():
        fields = by_name(name).model_fields
        assert set(keys) <= {field.alias or key for key, field in fields.items()}, name


def test_unknown_keys_are_refused_everywhere(schema):
    shapes = [one for one in inside(schema) if one.get("type") == "object"]
    assert shapes
    assert all("additionalProperties" in one for one in shapes)


def test_what_is_offered_is_accepted(schema):
    """Examples and defaults are what an editor writes for the coach."""
    for one in inside(schema):
        offered = [*one.get("examples", ()), *([one["default"]] if "default" in one else [])]
        if isinstance(one.get("examples", []), list):
            for value in offered:
                Draft7Validator({**one, "$defs": schema["$defs"]}).validate(value)


def test_python_does_not_show(schema):
    assert not [word for word in ("Annotated", "ByLevel", "seconds_per", '"metres"') if word in json.dumps(schema)]


# Mistakes


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("profile", "name: Sam", "nmae: Sam"),
        ("profile", "name: Sam\n", ""),
        ("profile", "name: Sam", "name: 5"),
        ("profile", "name: Sam", "club: River"),
        ("profile", "level: beginner", "level: begginer"),
        ("profile", "5 km", "5"),
        ("profile", "5 km", "5 kn"),
        ("profile", "27:30", "27;30"),
        ("profile", "27:30", "27:75"),
        ("profile", "27:30", "330"),
        ("profile", "27:30", "0:00"),
        ("profile", "27:30", "[27, 30]"),
        ("profile", "2027-06-12", "12 June"),
        ("profile", "7:40", "fast"),
        ("profile", "weeks: 8", "weeks: eight"),
        ("profile", "weeks: 8", "weeks: 7.5"),
        ("profile", "[tue, thu, sun]", "[tue, thu, son]"),
        ("profile", "[tue, thu, sun]", "[tue, thu, tue]"),
        ("profile", "[tue, thu, sun]", "[]"),
        ("profile", "[tue, thu, sun]", "8"),
        ("profile", "[tue, thu, sun]", "tue"),
        ("profile", "long-run: sun", "long_run: sun"),
        ("workout", "kind: speed", "kind: speedy"),
        ("workout", "from: editorial\n", ""),
        ("workout", "easy: {beginner", "easy: {beginer"),
        ("workout", "- easy", "- esay"),
        ("workout", "10-15 min", "10-15"),
        ("workout", "10-15 min", "0-0 min"),
        ("workout", "75-80 %", "75-80"),
        ("workout", "75-80 %", "75-180 %"),
        ("workout", "reps: 3", "reps: 0"),
        ("workout", "repeat: 6-8", "repeat: a few"),
        ("workout", "pace: mile", "pace: 2 km"),
        ("workout", "distance: 200 m, ", ""),
        ("workout", "distance: 200 m", "distance: 200 m, time: 40 s"),
        ("workout", "{time: 60-90 s}", "60-90 s"),
        ("workout", "    run: {distance: 200 m, pace: mile}\n", ""),
        ("plan", "[3, 7]", "[3, 8]"),
        ("plan", "[3, 7]", "[3]"),
        ("plan", "volume: 0 %", "volume: 0"),
        ("plan", "- race", "- rase"),
        ("plan", "beginner", "beginers"),
        ("plan", "lengths: [1]", "lengths: 1"),
        ("plan", "sessions", "workouts"),
    ],
)
def test_a_mistake_is_underlined(kind, right, wrong):
    text = {"profile": PROFILE, "workout": WORKOUT, "plan": PLAN}[kind]
    assert accepts(kind, text)
    assert right in text
    spoilt = text.replace(right, wrong, 1)
    assert not accepts(kind, spoilt)
    with pytest.raises(ValidationError):
        TypeAdapter(schemas.KINDS[kind]).validate_python(parse_yaml(spoilt, "file").data)


# What the models take


@pytest.mark.parametrize(
    ("kind", "right", "also"),
    [
        ("profile", "5 km", "5K"),
        ("profile", "5 km", "half   Marathon"),
        ("profile", "5 km", "3.1 Miles"),
        ("profile", "5 km", "mile"),
        ("profile", "27:30", "1:45:10"),
        ("profile", "27:30", "27’50”"),
        ("profile", "27:30", "0H27"),
        ("profile", "27:30", "27M50S"),
        ("profile", "27:30", "27:30:00"),
        ("profile", "27:30", "12:27:50 AM"),
        ("profile", "27:30", "'27:50,0'"),
        ("profile", "5 km", "'5,0 Km'"),
        ("profile", "5 km", "5000"),
        ("profile", "5 km", "'5,000 m'"),
        ("profile", "5 km", "Parkrun"),
        ("profile", "27:30", "27.5 min"),
        ("profile", "27:30", "'27:30'"),
        ("profile", "2027-06-12", "20270612"),
        ("profile", "2027-06-12", "2027/6/12"),
        ("profile", "2027-06-12", "12.06.2027"),
        ("profile", "2027-06-12", "12. 6. 2027"),
        ("profile", "2027-06-12", "13/06/2027"),
        ("profile", "2027-06-12", "12 Jun 2027"),
        ("profile", "2027-06-12", "12-Jun-2027"),
        ("profile", "2027-06-12", "12-Jun-27"),
        ("profile", "2027-06-12", "12.6.27"),
        ("profile", "2027-06-12", "'Sa, 12.06.2027'"),
        ("profile", "2027-06-12", "12.06.2027 10:00 Uhr"),
        ("profile", "2027-06-12", "Sat 12th of June 2027"),
        ("profile", "2027-06-12", "'June 12, 2027'"),
        ("profile", "2027-06-12", "2027-06-12 00:00:00"),
        ("profile", "date: 2027-06-12", "date: "),
        ("profile", "weeks: 8", "weeks:"),
        ("profile", "[tue, thu, sun]", "[Tuesday, THU, sun]"),
        ("profile", "[tue, thu, sun]", "7"),
        ("profile", "long-run: sun", "long-run: Sunday"),
        ("workout", "10-15 min", "10 – 15 min"),
        ("workout", "10-15 min", "45"),
        ("workout", "{beginner: 10-15 min, advanced: 2-3 mi}", "2 km-3 mi"),
        ("workout", "{beginner: 10-15 min, advanced: 2-3 mi}", "{beginner: , advanced: .5-mile}"),
        ("workout", "reps: 3", "reps: 3 ×"),
        ("workout", "6-8", "{beginner: 6, intermediate: 6-8 x}"),
        ("workout", "pace: mile", "pace: 5K"),
        ("workout", "pace: mile", "effort: 9-10"),
        ("workout", "{time: 60-90 s}", "{distance: 200 m, jog: no}"),
        ("workout", "{time: 60-90 s}", "{time: {beginner: 90 s}, jog: Off}"),
        ("plan", "{beginner: race-day, intermediate: race-day, advanced: race-day}", "race-day"),
        ("plan", "volume: 0 %", "volume: 100.0%\n    lengths: [1]"),
    ],
)
def test_other_ways_to_write_it_are_not_underlined(kind, right, also):
    text = {"profile": PROFILE, "workout": WORKOUT, "plan": PLAN}[kind]
    assert right in text
    text = text.replace(right, also, 1)
    TypeAdapter(schemas.KINDS[kind]).validate_python(parse_yaml(text, "file").data)
    assert accepts(kind, text)


SMALL = st.integers(0, 12)
NUMBERS = SMALL | st.integers(0, 1200) | st.floats(0, 1200).map(lambda value: round(value, 2))
UNITS = st.sampled_from(["%", "km", "min", "x", ""]) | st.sampled_from(
    ["m", "M", "k", "mi", "Mile", "mtr", "metres", "s", "SEC", "Minutes", "h", "hour", "×", "q"]
)
WORDS = st.sampled_from(
    ["mile", "Half Marathon", "half-marathon", "marathon", "tue", "Wednesday", "5k", "tempo", "fast"]
)
CLOCKS = st.builds("{}:{:02}".format, st.integers(0, 130), st.integers(0, 65))
LONG_CLOCKS = st.builds("{}:{}.{}".format, st.integers(0, 9), CLOCKS, st.integers(0, 99))
DAYS = st.dates(date(1960, 1, 1), date(2110, 12, 31))
DATES = DAYS.map(str) | DAYS.map(lambda day: "{}-W{:02}-{}".format(*day.isocalendar()))
SHORT = st.builds("{} {}".format, st.integers(10, 100), st.sampled_from(["m", "%"]))  # of strides
SINGLES = (
    SHORT
    | st.builds("{}{}{}".format, NUMBERS, st.sampled_from(["", " ", "  "]), UNITS)
    | CLOCKS
    | LONG_CLOCKS
    | WORDS
    | DATES
)
DASHES = st.sampled_from(["-", " - ", "–", " \u2212 ", "--"])
UPWARDS = st.builds(lambda low, dash, more, unit: f"{low}{dash}{low + more} {unit}", SMALL, DASHES, SMALL, UNITS)
RANGES = st.builds("{}{}{}".format, SINGLES, DASHES, SINGLES) | UPWARDS
VALUES = NUMBERS | st.booleans() | st.none() | SINGLES | RANGES | SINGLES.map(" {} ".format) | st.text(max_size=6)
TYPES = [
    "RaceDistance",
    "GoalTime",
    "OnePercent",
    "Ramp",
    "Day",
    "PartDistance",
    "PartTime",
    "Durations",
    "Counts",
    "Amount",
    "StrideDistance",
    "StrideEffort",
    "Effort",
    "OneWeekday",
    "LevelledAmount",
    "LevelledCounts",
    "LevelledDistance",
    "LevelledDuration",
    "LevelledDurations",
    "LevelledKey",
]


@pytest.mark.parametrize("name", TYPES)
def test_whatever_the_model_takes_the_schema_takes(name):
    adapter = TypeAdapter(by_name(name))
    schema = Draft7Validator(adapter.json_schema())
    taken = 0

    @RULE
    @given(VALUES)
    def holds(value):
        nonlocal taken
        try:
            adapter.validate_python(value)
        except ValidationError:
            return
        taken += 1
        assert schema.is_valid(value), value

    holds()
    assert taken >= 3, "a test that takes nothing shows nothing"


@pytest.mark.parametrize("value", [True, False, 0, 1, 0.0, "yes", "No", "ON", "off", "t", "F", "y", "n", "0", "true"])
def test_yes_and_no_may_be_written_in_many_ways(value):
    recover = {"distance": "200 m", "jog": value}
    workouts.Recover.model_validate(recover)
    workout = parse_yaml(WORKOUT, "file").data
    workout["steps"][2]["recover"] = recover
    assert validator("workout").is_valid(workout)


@pytest.mark.parametrize("days", [1, 7, ["mon"], ["Mon", "tue"], list(vocabulary.WEEKDAYS)])
def test_days_may_be_a_list_or_a_number(days):
    profile = parse_yaml(PROFILE, "file").data | {"days": days, "long-run": None}
    models.Profile.model_validate(profile)
    assert validator("profile").is_valid(profile)


# The command


def schema_command(*args):
    return CliRunner().invoke(main, ["schema", *map(str, args)])


def test_the_command_writes_every_schema_and_says_so(tmp_path):
    result = schema_command("--out", tmp_path / "new" / "schemas")
    assert result.exit_code == 0
    written = {path.name for path in (tmp_path / "new" / "schemas").iterdir()}
    assert written == set(schemas.files())
    assert all(name in result.output for name in written)


def test_only_what_changed_is_written(tmp_path):
    schema_command("--out", tmp_path)
    (tmp_path / "plan.json").write_text("{}")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert schema_command("--out", tmp_path).output == f"wrote {tmp_path / 'plan.json'}\n"
    after = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {path.name for path in after if after[path] != before.get(path)} == {"plan.json"}
    assert schema_command("--out", tmp_path).output == f"the schemas in {tmp_path} are up to date\n"


def test_a_file_where_the_folder_belongs_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    result = schema_command("--out", tmp_path / "file" / "schemas")
    assert result.exit_code == 1
    assert "file" in result.output
    assert "Traceback" not in result.output
