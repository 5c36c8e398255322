"""Everything a coach can write wrong is told: where it stands, what was found, what is expected. All of it, at once."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from common import CONTENT
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.content import loader
from milebook.content.loader import load
from milebook.content.models import Checklist, Plan, Profile, Tips
from milebook.content.validation import check
from milebook.content.workouts import Workout
from milebook.content.yaml_file import parse_yaml
from milebook.core.errors import ContentError

RULE = settings(deadline=None, derandomize=True, max_examples=150)

SAM = """\
name: Sam
level: beginner
result: {distance: 5 km, time: 27:30}
race: {name: Mile, date: 2027-06-12}
weeks: 2
days: [tue, thu, sun]
"""
PLAN = """\
name: Two weeks
from: ann
lead: Short.
lengths: [2]
days: [3, 7]
ramp: 15 %
weeks:
  - title: One
    purpose: Begin.
    volume: 0 %
    sessions:
      - speed: reps
      - easy: {beginner: easy}
  - title: Two
    purpose: Race.
    volume: 0 %
    sessions:
      - race: race
"""
REPS = """\
title: Repetitions
kind: speed
from: ann
source: book
why: To be fast.
steps:
  - drills: warm-up
  - repeat: 8
    run: {distance: 200 m, pace: mile}
    recover: {time: 60-90 s}
  - strides: {reps: 4, effort: 75-80 %}
  - easy: {beginner: 2 mi}
"""
TINY = {
    "site.yaml": "name: club\nlead: We run.\n",
    "people.yaml": "ann: {name: Ann, role: coach, source: book}\neditorial: {name: us, role: our choice}\n",
    "sources.yaml": "book: {title: T, authors: A, published: P, where: W, note: N}\n",
    "profiles/sam.yaml": SAM,
    "plans/mile.yaml": PLAN,
    "workouts/reps.yaml": REPS,
    "workouts/easy.yaml": "title: Easy\nkind: easy\nfrom: ann\nwhy: Rest.\nsteps:\n  - easy: 2-3 mi\n",
    "workouts/race.yaml": "title: Race\nkind: race\nfrom: ann\nwhy: Go.\nsteps:\n  - run: {distance: 1 mi}\n",
    "workouts/rest.yaml": "title: Rest\nkind: rest\nfrom: ann\nwhy: Rest.\nsteps: []\n",
    "checklists/warm-up.yaml": "title: W\nlead: L\nfrom: ann\ngroups:\n  - {title: G, items: [{text: I, from: ann}]}\n",
    "tips/ann.yaml": "title: T\nlead: L\nfrom: ann\ntips:\n  - {title: A, text: B, from: ann}\n",
    "pages/after.md": "---\ntitle: After\nfrom: ann\nsource: book\n---\n\nRest.\n",
}


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The smallest whole content, in place of the bundled one; the current folder is its parent."""
    put(tmp_path / "content", TINY)
    monkeypatch.setattr(loader, "bundled", lambda name: tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


@pytest.fixture
def told_about(tiny):
    """Replace a text in one file; returns what is told about it, without the leading `content/`."""

    def told(name, old, new):
        assert old in TINY[name], "a test that changes nothing shows nothing"
        put(tiny, {name: TINY[name].replace(old, new, 1)})
        return problems(load)

    return told


def problems(read, *args):
    with pytest.raises(ContentError) as refused:
        read(*args)
    return [str(problem).removeprefix("content/") for problem in refused.value.problems]


PROFILE, WORKOUT, PLANFILE = "profiles/sam.yaml", "workouts/reps.yaml", "plans/mile.yaml"
TIME_HINT = "write for example 5:40, 27:30, 1:45:10 or 58.4"
DISTANCE_HINT = "write for example 5 km, 400 m, 1 mi or half marathon"
PERCENT_HINT = "write for example 75 %, from 0 % to 100 %"
GROUP_HINT = "write `key: value` lines below it"

# Values: the file, what is replaced by what, and what is told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("27:30", "27;40", '3:32: time "27;40" is not a time; write 27:40'),
        ("27:30", "5:60", '3:32: time "5:60" has 60 seconds; seconds go from 00 to 59'),
        ("27:30", "1:60:00", '3:32: time "1:60:00" has 60 minutes; '
         "with hours, minutes go from 00 to 59, as in 1:05:10"),
        ("27:30", "-5:40", f'3:32: time "-5:40" is not a time; {TIME_HINT}'),
        ("27:30", "0:00", f'3:32: time "0:00" must be more than zero; {TIME_HINT}'),
        ("27:30", "0", f'3:32: time "0" must be more than zero; {TIME_HINT}'),
        ("27:30", "quick", f'3:32: time "quick" is not a time; {TIME_HINT}'),
        ("5 km", "5", '3:20: distance "5" has no unit; write 5 km or 5 mi'),
        ("5 km", "5 kn", f'3:20: distance "5 kn" has the unknown unit "kn"; {DISTANCE_HINT}'),
        ("5 km", "0 km", f'3:20: distance "0 km" must be more than zero; {DISTANCE_HINT}'),
        ("5 km", "-5 km", f'3:20: distance "-5 km" is not a distance; {DISTANCE_HINT}'),
        ("2027-06-12", "2027-02-30", '4:26: the date "2027-02-30" does not exist'),
        ("2027-06-12", "2027-13-01", '4:26: the date "2027-13-01" does not exist'),
        ("2027-06-12", "12/6/27", '4:26: "12/6/27" has a year of two figures; write 2027-06-12 or 2027-12-06'),
        ("2027-06-12", "soon", '4:26: "soon" is not a date; write year-month-day, for example 2027-06-12'),
        ("2027-06-12", "31.6.2027", '4:26: the date "31.6.2027" does not exist'),
        ("2027-06-12", "12/06/2027", '4:26: the date "12/06/2027" may be 12 June or 6 December; '
         "write 2027-06-12 or 2027-12-06"),
        ("beginner", "beginer", '2:8: level is "beginer"; did you mean beginner?'),
        ("beginner", "elite", '2:8: level is "elite"; known: advanced, beginner, intermediate'),
        ("beginner", "3", '2:8: level is "3"; known: advanced, beginner, intermediate'),
        ("Sam", "[Sam]", "1:7: name is a list, not a text; write it in quotes"),
        ("Sam", '""', "1:7: name is empty; write at least one character"),
        ("Sam", "x" * 61, "1:7: name is longer than 60 characters"),
        ("weeks: 2", "weeks: two", '5:8: weeks is "two", not a whole number; write for example 4'),
        ("weeks: 2", "weeks: 7.5", '5:8: weeks is "7.5", not a whole number; write for example 4'),
        ("weeks: 2", "weeks: 9", "5:8: the plan mile has no 9 weeks; it has 2"),
        ("weeks: 2", "plan: mil", '5:7: plan "mil" is unknown; did you mean mile?'),
        ("weeks: 2", "units: metrik", '5:8: units is "metrik"; did you mean metric?'),
        ("weeks: 2", "long-run: sundey", '5:11: weekday "sundey" is unknown; did you mean sun?'),
        ("weeks: 2", "long_run: sun", '5:1: unknown key "long_run"; did you mean long-run?'),
        ("[tue, thu, sun]", "[tue, tee, sun]", '6:13: weekday "tee" is unknown; did you mean tue?'),
        ("[tue, thu, sun]", "8", '6:7: days "8" is neither a list of weekdays nor a number from 1 to 7; '
         "write for example 4, or the days, as in [tue, thu, sun]"),
        ("[tue, thu, sun]", "[]", "6:7: days is empty; write at least 1"),
        ("[tue, thu, sun]", "[sun]", "6:7: the plan mile has no 1 day a week; it has 3 to 7"),
        ("{name: Mile, date: 2027-06-12}", "Mile",
         '4:7: race is "Mile", not a group of keys; write race: {name: Mile}'),
        ("name: Mile", "surface: track", "4:7: name is missing; add `name:`"),
        ("level:", "lvel:", "1:1: level is missing; add `level:`"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_profile_is_told(told_about, old, new, told):
    assert f"{PROFILE}:{told}" in told_about(PROFILE, old, new)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("distance: 200 m, ", "", "9:10: a repetition has neither a distance nor a time; give it one of the two"),
        ("200 m", "200 m, time: 30 s", "9:10: a repetition has both a distance and a time; give it one of the two"),
        ("200 m", "200", '9:21: distance "200" has no unit; write 200 m, 200 km or 200 mi'),
        ("time: 60-90 s", "jog: true", "10:14: a recovery has neither a distance nor a time; give it one of the two"),
        ("{time: 60-90 s}", "90 s", f'10:14: recover is "90 s", not a group of keys; {GROUP_HINT}'),
        ("60-90 s", "60-90 kg", f'10:21: time "90 kg" is not a time; {TIME_HINT}'),
        ("pace: mile", "pace: mil", '9:34: pace "mil" is unknown; did you mean mile?'),
        ("pace: mile", "uphill: perhaps", '9:36: uphill is "perhaps", not true or false'),
        ("75-80 %", "75-80", f'11:32: "80" is not a percentage; {PERCENT_HINT}'),
        ("75-80 %", "175 %", f'11:32: "175 %" is not a percentage; {PERCENT_HINT}'),
        (", effort: 75-80 %", "", "11:14: effort is missing; add `effort:`"),
        ("{beginner: 2 mi}", "{begginer: 2 mi}", '12:12: unknown key "begginer"; did you mean beginner?'),
        ("{beginner: 2 mi}", "2-3", '12:11: distance "3" has no unit; write 3 m, 3 km or 3 mi'),
        ("    run:", "    rn:", '9:5: unknown key "rn"; did you mean run?'),
        ("kind: speed", "kind: sped", '2:7: kind is "sped"; did you mean speed?'),
        ("from: ann", "from: anne", '3:7: person "anne" is unknown; did you mean ann?'),
        ("source: book", "source: boook", '4:9: source "boook" is unknown; did you mean book?'),
        ("drills: warm-up", "drills: warmup", '7:13: checklist "warmup" is unknown; did you mean warm-up?'),
        ("steps:", "steps: none\nx:", '6:8: steps is "none", not a list; write [one, two] or a line `- ...` for each'),
    ],
)  # fmt: skip
def test_a_mistake_in_a_workout_is_told(told_about, old, new, told):
    assert f"{WORKOUT}:{told}" in told_about(WORKOUT, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (PLANFILE, "speed: reps", "speed: rep", '12:16: workout "rep" is unknown; did you mean reps?'),
        (PLANFILE, "beginner: easy", "beginner: esy", '13:26: workout "esy" is unknown; did you mean easy?'),
        (PLANFILE, "lengths: [2]", "lengths: 2", '4:10: lengths is "2", not a list; '
         "write [one, two] or a line `- ...` for each"),
        (PLANFILE, "lengths: [2]", "lengths: [0]", '4:11: lengths is "0", less than 1'),
        (PLANFILE, "lengths: [2]", "lengths: [31]", '4:11: lengths is "31", more than 30'),
        (PLANFILE, "ramp: 15 %", "ramp: -5 %", f'6:7: "-5 %" is not a percentage; {PERCENT_HINT}'),
        (PLANFILE, "ramp: 15 %", "ramp: 15 %\nrest: rst", '7:7: workout "rst" is unknown; did you mean rest?'),
        ("people.yaml", "role: coach", "rle: coach", '1:18: unknown key "rle"; did you mean role?'),
        ("people.yaml", "source: book", "source: bok", '1:39: source "bok" is unknown; did you mean book?'),
        ("sources.yaml", "note: N", "note: N, url: javascript:x", '1:68: url is "javascript:x", '
         "which does not have the right form"),
        ("site.yaml", "lead: We run.", "led: We run.", '2:1: unknown key "led"; did you mean lead?'),
        ("site.yaml", "lead: We run.", "lead: We run.\ndefault-profile: nobody",
         '3:18: profile "nobody" is unknown; known: sam'),
        ("site.yaml", "lead: We run.", "lead: We run.\ndefault-profile: sma", '3:18: profile "sma" is unknown; did you'
         " mean sam?"),
        ("checklists/warm-up.yaml", "from: ann}", "from: an}", '5:40: person "an" is unknown; did you mean ann?'),
        ("tips/ann.yaml", "from: ann}", "from: an}", '5:31: person "an" is unknown; did you mean ann?'),
        ("tips/ann.yaml", "tips:", "approach: evn\ntips:", '4:11: approach is "evn"; did you mean even?'),
        ("pages/after.md", "source: book", "source: bok", '4:9: source "bok" is unknown; did you mean book?'),
        ("pages/after.md", "from: ann\n", "frm: ann\n", '3:1: unknown key "frm"; did you mean from?'),
    ],
)  # fmt: skip
def test_a_mistake_in_any_other_file_is_told(told_about, name, old, new, told):
    assert f"{name}:{told}" in told_about(name, old, new)


@pytest.mark.parametrize(
    ("old", "new", "place", "hint"),
    [
        ("[tue, thu, sun]", "[tue, thrusday, sun]", "6:13", "did you mean thu?"),
        ("[tue, thu, sun]", "[tue, tue, sun]", "6:", "twice"),
        ("weeks: 2", "long-run: sat", "5:11", "long run"),
        ("27:30", "~", "3:32", "empty"),
        ("2027-06-12", "2027-06-12, distance: 800 m", "4:48", "write mile, 1500 m or 1600 m"),
        ("2027-06-12", "2027-06-12, distance: [mile]", "4:48", "a distance"),
        ("2027-06-12", "2027-06-12, track: 250 m", "4:45", "write 400 m, 300 m, 200 m or 440 yd"),
        ("2027-06-12", "2027-06-12, surface: road, track: 200 m", "4:60", "leave track out, or write surface: track"),
        ("2027-06-12", "2027-06-12, distance: 1500 m, goal: 5k in 25:00", "4:62", "write one for the 1500 m, or leave"),
        ("27:30", "true", "3:32", '"true"'),
        ("weeks: 2", "weeks: true", "5:8", '"true"'),
        ("[tue, thu, sun]", "true", "6:7", '"true"'),
        ("[tue, thu, sun]", "[[tue], thu, sun]", "6:8", "a list"),
        ("Sam", "", "1:", "name is empty"),
        ("Sam", '"   "', "1:7", "name is empty"),
        ("Sam", r'"a\0b"', "1:7", "name"),
        ("Sam", r'"\x1b"', "1:7", "name"),
        ("days: [tue, thu, sun]", r'days: "\x07"', "6:7", "days"),
    ],
)
def test_a_profile_s_odder_mistakes_are_told_in_place_and_in_words(told_about, old, new, place, hint):
    (told,) = told_about(PROFILE, old, new)
    assert told.startswith(f"{PROFILE}:{place}")
    assert hint in told
    assert not re.search(r"None|True|the file: |Input should|'", told)


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "hint"),
    [
        (WORKOUT, "  - repeat: 8\n    run:", "  - repaet: 8\n    run:", "8:5", "did you mean repeat?"),
        (WORKOUT, "  - strides:", "  - strdes:", "11:5", "did you mean strides?"),
        (WORKOUT, "{distance: 200 m, pace: mile}", "{distance: {}}", "9:", "neither a distance nor a time"),
        (WORKOUT, "easy: {beginner: 2 mi}", "easy:", "12:", "empty"),
        (WORKOUT, "why:", "effort: 11\nwhy:", "5:9", "10"),
        (PLANFILE, "- speed: reps", "- sped: reps", "12:9", "did you mean speed?"),
        (PLANFILE, "days: [3, 7]", "days: [7, 3]", "5:7", "days"),
        (PLANFILE, "lengths: [2]", "lengths: [2, 5]", "4:", "5 weeks"),
        (PLANFILE, "- race: race", "- easy: easy", "7:", "race"),
        ("people.yaml", "{name: Ann, role: coach, source: book}", "Ann", "1:6", 'ann is "Ann"'),
    ],
)
def test_odder_mistakes_elsewhere_are_told_once_in_place_with_a_hint(told_about, name, old, new, place, hint):
    told = told_about(name, old, new)
    assert [line for line in told if line.startswith(f"{name}:{place}") and hint in line]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("result:", "- result:", "3:1: the line begins with a dash"),
        ("name: Sam", "name: Sam: x", "1:10: name has a colon in it"),
        ("{distance", "[distance", "3:37: the brackets do not match"),
        ("days:", "name:", '6:1: the key "name" stands twice'),
    ],
)
def test_a_slip_of_the_pen_and_a_repeated_key_are_told_alone(told_about, old, new, told):
    (line,) = told_about(PROFILE, old, new)
    assert line.startswith(f"{PROFILE}:{told}")


# Everything at once


def test_mistakes_in_several_files_are_all_told_at_once_in_order(tiny):
    put(
        tiny,
        {
            PROFILE: SAM.replace("beginner", "beginer").replace("27:30", "27;40"),
            "profiles/eve.yaml": SAM.replace("weeks: 2", "plan: mil"),
            "profiles/Bob.yaml": SAM,
            "profiles/tom.yaml": "a: [",
            WORKOUT: REPS.replace("200 m", "200").replace("warm-up", "warmup"),
            "sources.yaml": "",
            "pages/after.md": "Text.\n",
        },
    )
    (tiny / "workouts/folder.yaml").mkdir()
    (tiny / "tips/latin.yaml").write_bytes(b"title: Zo\xeb\n")
    told = problems(load)
    for line in (
        "pages/after.md:1:1: the page has no head; start the file with a line ---, title and from, and a line ---",
        'profiles/Bob.yaml: the name "Bob" cannot be used; a file name has small letters, digits and hyphens only',
        'profiles/eve.yaml:5:7: plan "mil" is unknown; did you mean mile?',
        f'{PROFILE}:2:8: level is "beginer"; did you mean beginner?',
        f'{PROFILE}:3:32: time "27;40" is not a time; write 27:40',
        "profiles/tom.yaml:1:4: the bracket [ is not closed; write a: []",
        "sources.yaml: the file is empty",
        "tips/latin.yaml:1:10: byte 0xeb is not UTF-8; save as UTF-8",
        "workouts/folder.yaml: a folder lies where a file belongs",
        f'{WORKOUT}:9:21: distance "200" has no unit; write 200 m, 200 km or 200 mi',
    ):
        assert line in told
    assert told == sorted(told, key=lambda line: (line.split(":")[0], *map(int, re.findall(r":(\d+)", line)[:2])))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (PROFILE, [("days:", "weeks: 3\ndays:"), ("beginner", "beginer")]),
        (PROFILE, [("weeks: 2", "plan: mil"), ("beginner", "beginer")]),
        (WORKOUT, [("200 m", "200"), ("warm-up", "warmup")]),
        (PLANFILE, [("speed: reps", "speed: rep"), ("ramp: 15 %", "ramp: 15")]),
    ],
    ids=["repeated key", "unknown plan", "unknown checklist", "unknown workout"],
)
def test_two_mistakes_of_different_sorts_in_one_file_are_both_told(tiny, name, changes):
    text = TINY[name]
    for old, new in changes:
        text = text.replace(old, new)
    put(tiny, {name: text})
    assert len(problems(load)) == 2


@pytest.mark.parametrize("broken", ["people.yaml", "sources.yaml", PLANFILE, WORKOUT, "checklists/warm-up.yaml"])
def test_one_mistake_is_told_once_and_not_again_wherever_the_name_is_used(tiny, broken):
    put(tiny, {broken: TINY[broken].replace(": ", ": [", 1)})
    assert {line.split(":")[0] for line in problems(load)} == {broken}


def test_a_wrong_entry_in_a_file_of_people_leaves_its_name_known(told_about):
    assert told_about("people.yaml", "name: Ann", "name: [Ann]") == [
        "people.yaml:1:13: name is a list, not a text; write it in quotes"
    ]


def test_a_wrong_entry_in_a_list_does_not_make_the_list_empty(told_about):
    told = told_about("checklists/warm-up.yaml", "text: I", "txt: I")
    assert [line.split(": ", 1)[1].split(";")[0] for line in told] == ["text is missing", 'unknown key "txt"']


def test_thousands_of_mistakes_are_told_quickly(tiny):
    put(tiny, {PROFILE: SAM + "".join(f"key-{n}: 1\n" for n in range(1500))})
    start = time.perf_counter()
    assert problems(load)
    assert time.perf_counter() - start < 2


# Files and folders


def test_files_that_are_no_text_files_are_told(tiny):
    for name, raw in {"bomb": b"x" * 10_000_000, "latin": b"name: Zo\xeb\n", "empty": b"", "remark": b"# x\n"}.items():
        (tiny / f"profiles/{name}.yaml").write_bytes(raw)
    (tiny / "profiles/folder.yaml").mkdir()
    (tiny / "profiles/dead.yaml").symlink_to("nowhere")
    assert problems(load) == [
        "profiles/bomb.yaml: the file has 10,000,000 bytes; a content file has at most 200,000",
        "profiles/dead.yaml: cannot be read: No such file or directory",
        "profiles/empty.yaml: the file is empty",
        "profiles/folder.yaml: a folder lies where a file belongs",
        "profiles/latin.yaml:1:9: byte 0xeb is not UTF-8; save as UTF-8",
        "profiles/remark.yaml: the file is empty",
    ]


def test_a_link_to_itself_is_told(tiny):
    (tiny / "profiles/loop.yaml").symlink_to("loop.yaml")
    (told,) = problems(load)
    assert "loop.yaml: cannot be read" in told


@pytest.mark.parametrize("name", ["Sam", "con", "com1", "assets", "a b", "-a", "a-", "..a", ".a", "x" * 61, "é", "a_b"])
def test_a_name_that_would_not_do_as_a_folder_is_refused(tiny, name):
    put(tiny, {f"profiles/{name}.yaml": SAM})
    (told,) = problems(load)
    assert told.startswith(f'profiles/{name}.yaml: the name "{name}" cannot be used; ')


@pytest.mark.parametrize("kind", ["profiles", "workouts", "plans", "tips", "checklists", "pages"])
def test_a_file_where_a_folder_belongs_is_told(tiny, kind):
    shutil.rmtree(tiny / kind)
    (tiny / kind).touch()
    assert f"{kind}: a file lies where a folder belongs" in problems(load)


@pytest.mark.parametrize("name", ["site", "people", "sources"])
def test_a_missing_file_is_told(tiny, name):
    (tiny / f"{name}.yaml").unlink()
    assert f"{name}.yaml: the file is missing" in problems(load)


@pytest.mark.parametrize("name", ["profiles/eve.yml", "profile/eve.yaml", "peple.yaml"])
def test_a_file_that_would_never_be_read_is_told(tiny, name):
    put(tiny, {name: SAM})
    assert problems(load)[0].startswith(name.split("/eve.yaml")[0])


def test_a_content_folder_that_is_not_there_is_told(tiny):
    assert problems(load, Path("nowhere")) == ["nowhere: the folder for content does not exist"]


# A folder of one's own over the bundled one


@pytest.fixture
def own(tiny):
    """A folder of a user, still empty; the tiny content plays the bundled one."""
    folder = tiny.parent / "own"
    folder.mkdir()
    return folder


def test_an_empty_folder_of_one_s_own_changes_nothing(own):
    assert load(own) == load()


def test_one_s_own_profiles_hide_the_bundled_ones(own):
    put(own, {"profiles/eve.yaml": SAM.replace("Sam", "Eve")})
    library = load(own)
    assert {key: profile.name for key, profile in library.profiles.items()} == {"eve": "Eve"}
    assert library.workouts == load().workouts


def test_the_default_profile_of_a_site_of_ones_own_is_one_of_ones_own(own, tmp_path):
    text = "name: x\nlead: y\ndefault-profile: sam\n"
    (tmp_path / "content" / "site.yaml").write_text(text)  # the bundled one, which cannot know of others
    put(own, {"profiles/eve.yaml": SAM})
    assert load(own).site.default_profile == "sam"
    put(own, {"site.yaml": text})
    assert [problem.split(": ", 1)[1] for problem in problems(load, own)] == ['profile "sam" is unknown; known: eve']
    put(own, {"site.yaml": text.replace("sam", "eve")})
    assert load(own).site.default_profile == "eve"


def test_one_s_own_file_wins_over_the_bundled_one_of_its_name(own):
    mine = TINY["workouts/easy.yaml"].replace("Easy", "Mine")
    put(own, {"workouts/easy.yaml": mine, "site.yaml": "name: x\nlead: y\n"})
    library = load(own)
    assert library.workouts["easy"].title == "Mine"
    assert set(library.workouts) == {"easy", "race", "reps", "rest"}
    assert library.site.name == "x"


def test_one_s_own_plan_may_use_bundled_workouts_and_new_ones(own):
    put(own, {"plans/mine.yaml": PLAN.replace("reps", "hop"), "workouts/hop.yaml": REPS})
    assert set(load(own).plans) == {"mile", "mine"}


def test_a_broken_file_of_one_s_own_is_told_and_not_replaced_by_the_bundled_one(own):
    put(own, {WORKOUT: "title: [", "people.yaml": ""})
    told = problems(load, own)
    assert [line for line in told if line.startswith(f"own/{WORKOUT}:1:8: the bracket [ is not closed")]
    assert "own/people.yaml: the file is empty" in told


def test_the_content_folder_of_the_current_folder_is_found(own, monkeypatch):
    put(own / "content", {"profiles/eve.yaml": SAM})
    monkeypatch.chdir(own)
    assert set(load().profiles) == {"eve"}


# The shipped content, and what may become of it


def test_the_shipped_content_is_without_mistakes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load().profiles


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_bom_and_windows_line_endings_change_nothing(small_content, newline):
    for path in small_content.rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", newline))
    shipped, read = load(CONTENT), load(small_content)
    for kind in ("site", "people", "sources", "profiles", "workouts", "plans", "tips", "checklists", "pages"):
        assert getattr(read, kind) == getattr(shipped, kind)


FOLDERS = {"profiles": Profile, "workouts": Workout, "plans": Plan, "tips": Tips, "checklists": Checklist}
FILES = [
    (path.read_text("utf-8"), model) for kind, model in FOLDERS.items() for path in sorted((CONTENT / kind).glob("*"))
]
VALUES = [
    *("", "~", "[]", "{}", "0", "-1", "5", "5:40", "5;40", "2027-02-30", "9999-12-31", "true", '"x"', "&a [*a]"),
    *("!!int x", ".inf", "9" * 5000, r'"\0"', r'"\ud800"', "|\n  x", "[[[]]]", "{a: b}", "? x", "- x", "mile"),
    *("2-3 mi", "3-2 mi", "- 3 mi", "75 %", "<<: x", "x" * 3000, "\u2028", "é", "%", "@", "`", "\t", "\x00", ": "),
    *("\n", "\n  ", "#", "*a", "["),
]


@st.composite
def spoilt(draw, texts):
    """A shipped text with one to four edits: a value replaced, a line doubled or lost, a scrap put anywhere."""
    text, model = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        words = list(re.finditer(r"[\w%:.-]+", text))
        if words and draw(st.booleans()):
            start, end = draw(st.sampled_from(words)).span()
        else:
            start = draw(st.integers(0, len(text)))
            end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(st.sampled_from([*VALUES, text[start:end] * 2])) + text[end:]
    return text, model


def told(read):
    """The problems found; none where all was read. Anything but a ContentError fails the test."""
    try:
        read()
    except ContentError as error:
        return error.problems
    return ()


@RULE
@given(spoilt(FILES))
def test_a_spoilt_file_is_read_or_told_in_place(case):
    text, model = case
    start = time.perf_counter()
    found = told(lambda: check(parse_yaml(text, "x.yaml"), model))
    assert all(re.match(r"x\.yaml(:[1-9]\d*:[1-9]\d*)?: .", str(problem)) for problem in found)
    assert time.perf_counter() - start < 2


@settings(RULE, max_examples=30)
@given(case=spoilt([(text, name) for name, text in TINY.items()]))
def test_spoilt_content_is_read_or_told_with_its_file(tmp_path_factory, case):
    text, name = case
    folder = tmp_path_factory.getbasetemp() / "spoilt"
    put(folder, TINY | {name: text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "bundled", lambda kind: folder)
        assert all(problem.path.startswith(str(folder)) for problem in told(lambda: load(folder)))
