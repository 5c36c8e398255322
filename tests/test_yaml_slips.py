"""What people write who have never seen YAML: read as it was meant, or told in a coach's words with what to write."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from common import CONTENT, read_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from milebook.content import yaml_advice
from milebook.content.models import Checklist, Person, Plan, Profile, Site, Source, Tips
from milebook.content.validation import check
from milebook.content.workouts import Workout
from milebook.content.yaml_file import parse_yaml
from milebook.core.errors import ContentError
from milebook.running.quantities import METRES_PER_MILE

RULE = settings(deadline=None, derandomize=True, max_examples=120)
SAM = """\
name: Sam
level: beginner
result: {distance: 5 km, time: 27:30}
race:
  name: Mile
  date: 2027-06-12
days: [tue, thu, sun]
"""
SITE = "name: Club\nlead: We run.\n"
PARSER = re.compile(  # what only somebody who writes parsers understands
    r"mapping|scalar|block (?:end|collection|node)|token|flow|\bnode|anchor|\balias|stream|document|sequence|scan"
    r"|pars(?:e|ing)|simple key|indicator|directive|YAML|<|\btag\b|(?-i:None)|Input should",
    re.IGNORECASE,
)


def outcome(text, model=Profile):
    """The model, or None; and every problem told."""
    problems = []
    try:
        return check(parse_yaml(text, "x", told=problems), model), problems
    except ContentError as error:
        return None, [*problems, *error.problems]


def told(text, model=Profile):
    """What is told of a text that has slips."""
    _, problems = outcome(text, model)
    assert problems
    lines = [str(problem).removeprefix("x:") for problem in problems]
    assert not [line for line in lines if PARSER.search(line)]
    return lines


def replaced(old, new, text=SAM):
    assert old in text
    return text.replace(old, new, 1)


# Read as it was meant


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [
        ("Sam", "Null", "Null"),
        ("Sam", "True", "True"),
        ("Sam", "No", "No"),
        ("Sam", "On", "On"),
        ("Sam", "123", "123"),
        ("Sam", "007", "007"),
        ("Sam", "5.40", "5.40"),
        ("Sam", 'Sam "the mile" Smith', 'Sam "the mile" Smith'),
        ("Sam", "O'Brien", "O'Brien"),
        ("Sam", "Sam#1", "Sam#1"),
        ("Sam", "Sam  # the fast one", "Sam"),
        ("Sam", '"Sam #1"   # bib', "Sam #1"),
        ("name: Sam", "name:\xa0Sam\xa0", "Sam"),
        ("name: Sam", "\ufeffname:\u3000Sam", "Sam"),
        ("name: Sam", "name:\tSam", "Sam"),
        ("name: Sam", "name: Sam\t# the fast one", "Sam"),
    ],
)
def test_a_name_is_the_text_that_was_written(old, new, value):
    profile, problems = outcome(replaced(old, new))
    assert problems == []
    assert profile.name == value


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        ("beginner", "Beginner", "level", "beginner"),
        ("beginner", "BEGINNER # for now", "level", "beginner"),
        ("days:", "units: Metric\ndays:", "units", "metric"),
        ("days:", "paper: A4\ndays:", "paper", "a4"),
        ("[tue, thu, sun]", "tue, thu, sun", "days", ("tue", "thu", "sun")),
        ("[tue, thu, sun]", "Tue Thursday SUN", "days", ("tue", "thu", "sun")),
        ("[tue, thu, sun]", "[tue, thu, sun] # three", "days", ("tue", "thu", "sun")),
        ("[tue, thu, sun]", "MWF", "days", ("mon", "wed", "fri")),
        ("[tue, thu, sun]", "TuThSa", "days", ("tue", "thu", "sat")),
        ("[tue, thu, sun]", "Di, Do und So", "days", ("tue", "thu", "sun")),
        ("[tue, thu, sun]", "3 days", "days", ("tue", "thu", "sun")),
        ("days:", "weeks: 8 # two months\ndays:", "weeks", 8),
        ("days:", 'weeks: "8"\ndays:', "weeks", 8),
        ("days:", "weeks: 8.0\ndays:", "weeks", 8),
        ("days:", "weeks: 8 weeks\ndays:", "weeks", 8),
        ("days:", "---\ndays:", "days", None),
    ],
)
def test_case_and_commas_and_honest_remarks_are_no_mistakes(old, new, key, value):
    profile, problems = outcome(replaced(old, new))
    if value is None:
        assert problems
    else:
        assert (problems, getattr(profile, key)) == ([], value)


def test_words_of_a_race_and_a_workout_may_have_capitals():
    profile, problems = outcome(replaced("  name: Mile", "  name: Mile\n  surface: Road\n  pacing: Elmore"))
    assert (problems, profile.race.surface, profile.race.pacing) == ([], "road", "elmore")
    workout, problems = outcome("title: T\nkind: Speed\nfrom: us\nwhy: W\nsteps: []\n", Workout)
    assert (problems, workout.kind) == ([], "speed")


@pytest.mark.parametrize("surface", ["tarmac", "Trail", "asphalt", "gravel", "Street", "PAVEMENT", "Strasse", "route"])
def test_a_surface_that_is_no_track_is_the_road(surface):
    profile, problems = outcome(replaced("  name: Mile", f"  name: Mile\n  surface: {surface}"))
    assert (problems, profile.race.surface) == ([], "road")


def test_odd_blanks_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(SAM.replace("  date", "\xa0\xa0date").replace(", ", ",\xa0").replace("\n", "\r\n").encode())
    assert check(read_yaml(path), Profile) == outcome(SAM)[0]


# Told, with what to write


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Sam", "Sam: the mile", '1:10: name has a colon in it; put it in quotes: name: "Sam: the mile"'),
        ("Sam", "Sam:", '1:10: name has a colon in it; put it in quotes: name: "Sam:"'),
        ("Sam", "@sam", '1:7: name begins with @, which has a meaning of its own here; put it in quotes: name: "@sam"'),
        ("Sam", "*Sam*", "1:7: name begins with *, which has a meaning of its own here; "
         'put it in quotes: name: "*Sam*"'),
        ("Sam", "&Sam & Co", "1:7: name begins with &, which has a meaning of its own here; "
         'put it in quotes: name: "&Sam & Co"'),
        ("Sam", "!Sam", '1:7: name begins with !, which has a meaning of its own here; put it in quotes: name: "!Sam"'),
        ("Sam", "- Sam", "1:7: name begins with -, which has a meaning of its own here; "
         'put it in quotes: name: "- Sam"'),
        ("Sam", "> Sam", "1:7: name begins with >, which has a meaning of its own here; "
         'put it in quotes: name: "> Sam"'),
        ("Sam", "[Sam] Smith", "1:12: name goes on after its brackets; put all of it in quotes: "
         'name: "[Sam] Smith"'),
        ("Sam", 'The "fast" Sam: x', "1:21: name has a colon in it; put it in quotes: name: 'The \"fast\" Sam: x'"),
        ("Sam", '"Sam "the mile" S"', "1:12: name has quotes inside quotes; write name: 'Sam \"the mile\" S'"),
        ("Sam", '"Sam" Smith', "1:12: name goes on after its quotes; put all of it in quotes: name: '\"Sam\" Smith'"),
        ("Sam", "'Sam's mile'", '1:11: name has quotes inside quotes; write name: "Sam\'s mile"'),
        ("Sam", "'Tis Sam", '1:7: name begins with a quote that is not closed; write name: "\'Tis Sam"'),
        ("Sam", '"Sam', '1:7: name begins with a quote that is not closed; write name: "Sam"'),
        ("Sam", r'"C:\Sam"', "1:10: name has a backslash between double quotes; write name: 'C:\\Sam'"),
        ("Sam", "“Sam”", "1:7: name stands between curly quotes, which would be printed; "
         'write straight ones: name: "Sam"'),
        ("Sam", "Sam #500", '1:11: name ends before the #, which begins a remark; put it in quotes: name: "Sam #500"; '
         "or, if it is a remark, write two blanks before the # and one after it"),
        ("Sam", "#1 Sam", '1:7: name is empty, as # begins a remark; put it in quotes: name: "#1 Sam"'),
        ("name: Sam", "name:Sam", "1:5: a blank is missing after the colon of name; write name: Sam"),
        ("name: Sam", "name：Sam", "1:5: name has a colon of another alphabet (：); write name: Sam"),  # noqa: RUF001
        ("name: Sam", "name = Sam", "1:6: name is followed by =; write name: Sam, with a colon"),
        ("name: Sam", "name Sam", "1:1: a colon is missing after name; write name: Sam"),
        ("level", "  level", "2:3: the line begins in column 3, unlike the lines it belongs to; "
         "begin it in column 1"),
        ("  date", " date", "6:2: the line begins in column 2, unlike the lines it belongs to; "
         "begin it in column 3"),
        ("  date", "\tdate", "6:1: the line begins with a tab; begin it with blanks, in column 3"),
        ("level", "- level", "2:1: the line begins with a dash, and the lines it belongs to do not; "
         "take the dash away"),
        ("thu, sun]", "thu, sun", "7:7: the bracket [ is not closed; write days: [tue, thu, sun]"),
        ("thu, sun]", "thu, sun}", "7:21: the brackets do not match; write days: [tue, thu, sun]"),
        ("5 km, time: 27:30", "5 km, time:27:30",
         "3:30: a blank is missing after the colon of time; write time: 27:30"),
        ("27:30", "27: 30", "3:34: time has a blank in a time; write time: 27:30"),
        ("{distance: 5 km, time: 27:30}", "5 km 27:30",
         '3:9: result is "5 km 27:30", not a group of keys; write result: {distance: 5 km, time: 27:30}'),
        ("days:", "goal: 5:55\ndays:",
         "7:1: goal does not belong here; it belongs below `race:`, two columns further right"),
        ("  name: Mile", "  name: Mile\n  weeks: 8",
         "6:3: weeks does not belong here; it belongs at the top, in column 1"),
        ("days:", "---\nunits: metric\ndays:", "7:1: a line --- ends the file, and more follows; "
         "remove the line, or make two files of it"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_what_to_write(old, new, line):
    assert told(replaced(old, new)) == [line]


@pytest.mark.parametrize(
    ("race", "line"),
    [
        ("{name: Parkrun #500, date: 2027-06-12}", 'put it in quotes: race: {name: "Parkrun #500", date: 2027-06-12}'),
        ("{name: Mile, the big one, date: 2027-06-12}", 'put it in quotes: name: "Mile, the big one"'),
        ("{name: Town: mile, date: 2027-06-12}", 'put it in quotes: name: "Town: mile"'),
        ('{name: "The "big" mile", date: 2027-06-12}', "write name: 'The \"big\" mile'"),
        ("{name: @club, date: 2027-06-12}", 'put it in quotes: name: "@club"'),
        ("{name: Mile, date: 2027-06-12", "write race: {name: Mile, date: 2027-06-12}"),
        ("{name：Mile, date: 2027-06-12}", "write name: Mile"),  # noqa: RUF001
    ],
)
def test_a_slip_in_braces_is_told_with_what_to_write(race, line):
    (found,) = told(replaced("race:\n  name: Mile\n  date: 2027-06-12", f"race: {race}"))
    assert found.startswith("4:")
    assert line in found


@pytest.mark.parametrize(
    ("days", "advice"),
    [
        ("MWRF", "did you mean mon wed thu fri?"),
        ("TR", "did you mean tue thu?"),
        ("every day", "write 7, or the days, as in tue thu sun"),
        ("8", "write for example 4, or the days, as in [tue, thu, sun]"),
        ("Tue to Frx", 'weekday "frx" is unknown'),
        ("[MWF]", "write mon, wed, fri"),
        ("[Dienstag, thu]", "write tue"),
        ("Mon-Thu", "may be mon thu or mon tue wed thu; write one of them"),
    ],
)
def test_days_that_cannot_be_read_are_told_as_in_a_roster(days, advice):
    assert advice.lower() in told(replaced("[tue, thu, sun]", days))[0].lower()


RACE = "race:\n  name: Mile\n  date: 2027-06-12"
RESULT = "result: {distance: 5 km, time: 27:30}"
QUOTE = '"'


@pytest.mark.parametrize(
    "race",
    [
        "{name: Town mile date: 2027-06-12}",
        "{name: Town mile; date: 2027-06-12}",
        "{name: Town mile date:2027-06-12}",
        "{date: 2027-06-12 name: Town mile}",
        "{name: Town mile, 2027-06-12}",
        "{name: Town mile, date 2027-06-12}",
        "{name: Town mile}, date: 2027-06-12}",
        "{name: Town mile}, date: 2027-06-12",
        "name: Town mile, date: 2027-06-12",
        "Town mile 2027-06-12",
        "Town mile, 12 June 2027",
        "12.06.2027 Town mile",
        "Town mile (Sat 12/06/27)",
    ],
)
def test_the_advice_on_a_race_keeps_its_name_and_its_date(race):
    (found,) = told(replaced(RACE, f"race: {race}"))
    advice = found.partition("; write ")[2].partition("; or")[0]
    if "name:" not in advice:
        advice = f"name: Town mile, {advice}"
    better = advice if advice.startswith("race: ") else f"race: {{{advice}}}"
    profile, problems = outcome(replaced(RACE, better))
    assert (problems, profile.race.name, profile.race.day) == ([], "Town mile", date(2027, 6, 12))


@pytest.mark.parametrize(
    ("race", "advice"),
    [
        ("2027-06-12", "write race: {name: Mile, date: 2027-06-12}"),
        ("12/06/2027", "write race: {name: Mile, date: 2027-06-12} or race: {name: Mile, date: 2027-12-06}"),
        ("1500 m", "write race: {name: 1500 m, distance: 1500 m}"),
        ("Parkrun #5 2027-06-12", 'write race: {name: "Parkrun #5", date: 2027-06-12}'),
        (
            "{name: Mile date: 2027-06-12 goal: 5:50}",
            "write name: Mile, date: 2027-06-12, goal: 5:50; or, if",
        ),
    ],
)
def test_nothing_of_a_race_is_lost_by_what_is_said_to_write(race, advice):
    assert advice in told(replaced(RACE, f"race: {race}"))[0]


def test_values_in_braces_without_their_keys_are_told_with_these():
    assert told(replaced(RACE, "race: {Town mile, 12/06/2027}")) == [
        '4:8: "Town mile" has no key; write name: Town mile',
        '4:19: "12/06/2027" has no key; write date: 12/06/2027',
    ]
    assert told(replaced(RESULT, "result: {5 km, 27:30, 2026-03-01}")) == [
        '3:10: "5 km" has no key; write distance: 5 km',
        '3:16: "27:30" has no key; write time: 27:30',
        '3:23: "2026-03-01" has no key; write date: 2026-03-01',
    ]
    assert told(replaced("27:30", "27:30, date 2026-03-01")) == [
        "3:39: a colon is missing after date; write date: 2026-03-01"
    ]


def test_two_keys_in_one_line_are_told():
    assert told(replaced("  name: Mile\n  date", "  name: Mile date"))[0] == (
        "5:14: name goes on with date in the same line; write date in a line of its own; "
        'or, if all of it is the name, put it in quotes: name: "Mile date: 2027-06-12"'
    )
    assert told(replaced(", time", " time"))[0].endswith("; write distance: 5 km, time: 27:30")


@pytest.mark.parametrize(
    ("result", "distance", "time"),
    [
        ("{distance: 1,5 km, time: 6:30}", 1500, 390),
        ("{distance: 10,000 m, time: 58:00}", 10_000, 3480),
        ("{distance: 5 km, time: 27:30,00}", 5000, 1650),
        ("{time: 5:58,4, distance: mile}", METRES_PER_MILE, 358.4),
        ("5 km in 27:30", 5000, 1650),
        ("27:30 for 5k, 2026-03-01", 5000, 1650),
    ],
)
def test_the_advice_on_a_result_keeps_it_as_it_was_written(result, distance, time):
    (found,) = told(replaced(RESULT, f"result: {result}"))
    if quoted := found.partition("in quotes: ")[2]:
        better = f"result: {result.replace(quoted.replace(QUOTE, ''), quoted)}"
    else:
        better = found.partition("; write ")[2]
    profile, problems = outcome(replaced(RESULT, better))
    assert problems == []
    assert (profile.result.distance.metres, profile.result.time.seconds) == (distance, time)


@pytest.mark.parametrize("name", ["Mile [x]", "[x] Mile", "Mile {x} of the town", "Mile, the big one, again"])
def test_a_name_in_braces_with_a_bracket_or_commas_is_quoted_whole(name):
    (found,) = told(replaced(RACE, f"race: {{name: {name}, date: 2027-06-12}}"))
    assert found.endswith(f'put it in quotes: name: "{name}"')


@pytest.mark.parametrize(
    ("days", "better"), [("- tue", "[tue]"), ("- tue - thu", "[tue, thu]"), ("[tue], thu]", "[tue, thu]")]
)
def test_days_with_a_dash_behind_their_key_are_told_as_the_list_they_are(days, better):
    (found,) = told(replaced("[tue, thu, sun]", days))
    assert f"write days: {better}" in found
    assert outcome(replaced("[tue, thu, sun]", better))[1] == []


def test_a_quote_that_ends_at_a_later_one_is_told_at_its_beginning():
    text = 'name: "Club\nlead: We run.\naccent: "#0b5d3b"   # green\n'
    assert told(text, Site)[0] == '1:7: name begins with a quote that is not closed; write name: "Club"'


def test_a_sign_in_front_is_told_although_the_text_has_stars():
    text = replaced("Sam", "&Sam").replace("Mile", "the *Sam* mile")
    assert told(text)[0].startswith("1:7: name begins with &")


def test_text_below_a_key_that_is_not_indented_is_told():
    plan = "name: P\nlead: >-\n  First line\nsecond line\nfrom: us\n"
    assert told(plan, Plan)[0].startswith("4:1: the line is no `key: value` and no part of the text above; begin it in")


def test_an_item_that_goes_on_with_the_one_above_is_told():
    text = replaced("[tue, thu, sun]", "\n- tue\n- thu\n  - sun")
    assert told(text)[0].startswith(
        "10:3: the line begins with a dash and yet goes on with the line above; begin it in"
    )


@pytest.mark.parametrize(("language", "fine"), [("en", 1), ("en-GB", 1), ("EN", 1), ("de", 0), ("english", 0)])
def test_only_languages_that_there_are_can_be_asked_for(language, fine):
    text = f"{SITE}language: {language}\n"
    if fine:
        assert outcome(text, Site)[1] == []
    else:
        assert told(text, Site) == [
            f'3:11: there is no language "{language}"; there is en (English), with a country perhaps: en-GB'
        ]


def test_a_colour_without_quotes_is_told():
    assert told(f"{SITE}accent: #0b5d3b\n", Site) == [
        '3:9: accent is empty, as # begins a remark; put it in quotes: accent: "#0b5d3b"'
    ]


def test_a_colour_with_a_remark_is_quoted_without_it():
    (found,) = told(f"{SITE}accent: #0b5d3b # green\n", Site)
    advice = found.partition("in quotes: ")[2]
    assert advice == 'accent: "#0b5d3b"  # green'
    site, problems = outcome(f"{SITE}{advice}\n", Site)
    assert (problems, site.accent) == ([], "#0b5d3b")


def test_the_keys_of_lists_are_those_of_the_models():
    found = set()

    def walk(schema):
        if isinstance(schema, dict):
            for key, value in schema.get("properties", {}).items():
                if '"array"' in json.dumps(value):
                    found.add(key)
            list(map(walk, schema.values()))
        elif isinstance(schema, list):
            list(map(walk, schema))

    for model in (Profile, Workout, Plan, Tips, Checklist):
        walk(TypeAdapter(model).json_schema())
    assert found == set(yaml_advice.LISTS)


def test_all_slips_and_all_other_mistakes_are_told_at_once():
    text = (
        SAM.replace("Sam", "Sam: x").replace("5 km", "5").replace("Mile", '"The "mile""').replace("beginner", "elite")
    )
    assert [line.split(":")[0] for line in sorted(told(text))] == ["1", "2", "3", "5"]


def test_every_kind_of_slip_is_worded_for_a_coach():
    for message, hint in yaml_advice.WORDS.values():
        assert not PARSER.search(message + hint)


def test_the_remarks_of_shipped_files_are_left_alone():
    for path in CONTENT.rglob("*.yaml"):
        assert read_yaml(path).cut == {}, path


# Any shipped file with one slip anywhere

PEOPLE, SOURCES = dict[str, Person], dict[str, Source]
KINDS = {"profiles": Profile, "workouts": Workout, "plans": Plan, "tips": Tips, "checklists": Checklist}
SHIPPED = [
    *((path, KINDS[path.parent.name]) for kind in KINDS for path in sorted((CONTENT / kind).glob("*.yaml"))),
    *((CONTENT / f"{name}.yaml", model) for name, model in (("site", Site), ("people", PEOPLE), ("sources", SOURCES))),
]
PAIR = re.compile(r"^(\s*(?:- )?)([a-z][a-z-]*)(: +)([^\s\[{>|\"'#&][^#\n{\[]*?)( {2,}#.*)?$")


def spoil_value(spoil):
    """A slip in the value of a line `key: value`."""

    def apply(line):
        match = PAIR.match(line)
        return f"{match[1]}{match[2]}{match[3]}{spoil(match[4])}{match[5] or ''}" if match else None

    return apply


def spoil_line(spoil):
    """A slip in a line `key: value` as a whole."""
    return lambda line: spoil(line) if PAIR.match(line) else None


SLIPS = {
    "tab": spoil_line(lambda line: re.sub("^ *", lambda blanks: "\t" * max(1, len(blanks[0]) // 2), line)),
    "tab between": spoil_line(lambda line: line.replace(": ", ":\t", 1)),
    "colon": spoil_value(lambda value: f"{value}: more"),
    "colon at the end": spoil_value(lambda value: f"{value}:"),
    "star": spoil_value(lambda value: f"*{value}*"),
    "stars": spoil_value(lambda value: f"**{value}**"),
    "at": spoil_value(lambda value: f"@{value}"),
    "ampersand": spoil_value(lambda value: f"&{value}"),
    "exclamation": spoil_value(lambda value: f"!{value}"),
    "percent": spoil_value(lambda value: f"%{value}"),
    "quotes inside": spoil_value(lambda value: f'"a "{value}" b"'),
    "open quote": spoil_value(lambda value: f'"{value}'),
    "open single quote": spoil_value(lambda value: f"'{value}" if "'" not in value else None),
    "curly quotes": spoil_value(lambda value: f"“{value}”"),
    "full-width colon": spoil_line(lambda line: line.replace(": ", "：", 1)),  # noqa: RUF001
    "no blank": spoil_line(lambda line: line.replace(": ", ":", 1)),
    "odd blank": spoil_line(lambda line: line.replace(": ", ":\xa0", 1)),
    "odd indent": spoil_line(lambda line: line.replace("  ", "\u2003\u2003", 1) if line.startswith("  ") else None),
    "one blank too many": spoil_line(lambda line: f" {line}"),
    "one blank too few": spoil_line(lambda line: line[1:] if line.startswith(" ") else None),
    "hash": spoil_value(lambda value: f"{value} #500"),
    "hash at the start": spoil_value(lambda value: f"#{value}"),
    "dash": spoil_line(lambda line: f"- {line}" if re.match("[a-z]", line) else None),
    "second file": spoil_line(lambda line: f"---\n{line}" if re.match("[a-z]", line) else None),
    "equals": spoil_line(lambda line: line.replace(": ", " = ", 1)),
    "no colon": spoil_line(lambda line: line.replace(": ", " ", 1)),
}


@st.composite
def slipped(draw):
    path, model = draw(st.sampled_from(SHIPPED))
    slip = draw(st.sampled_from(sorted(SLIPS)))
    lines = path.read_text("utf-8").split("\n")
    texts = yaml_advice._lines_of_texts(lines)
    places = [n for n, line in enumerate(lines) if n not in texts and SLIPS[slip](line) not in (None, line)]
    if not places:
        return None
    number = draw(st.sampled_from(places))
    spoilt = [*lines[:number], SLIPS[slip](lines[number]), *lines[number + 1 :]]
    return slip, number + 1, "\n".join(spoilt), "\n".join(lines), model


@RULE
@given(slipped())
def test_one_slip_anywhere_is_read_as_meant_or_told_at_its_line(case):
    if case is None:
        return
    slip, number, text, sound, model = case
    value, problems = outcome(text, model)
    assert not [str(problem) for problem in problems if PARSER.search(str(problem))]
    if problems:
        assert [p for p in problems if abs(p.line - number) <= 1], (slip, number, [*map(str, problems)])
    else:
        assert value == outcome(sound, model)[0], (slip, number, text.split("\n")[number - 1])
