"""The command line: what it takes, what it says, how it ends; never a traceback, never half an output."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import click
import jinja2
import pytest
from click.testing import CliRunner
from common import CLONE, shorter_plans
from ruamel.yaml import YAML

from milebook import build as building
from milebook.cli.main import main
from milebook.core.characters import UNPRINTABLE
from milebook.printing import printer, products
from milebook.printing.engine import Pdf
from milebook.printing.page_workers import HERE
from milebook.runtime import output
from milebook.site.personal import personal_page

HOSTILE = "<img src=x onerror=alert(1)>&amp;\"'{{ 7 * 7 }}"
PROFILE = """\
name: Sam
level: beginner
result: {distance: 5 km, time: 27:30}
race: {name: Mile, date: 2027-06-12}
plan: one-day-a-week
days: [tue, thu, sun]
"""


@pytest.fixture(autouse=True)
def _one_day_in_an_empty_folder(tmp_path, monkeypatch):
    """24 November 2026, no colours asked for or forbidden, and nothing in the current folder."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True, scope="module")
def _read_the_same_text_once():
    """Parse each YAML text and compile each template once for all tests: half of the time of a small build."""
    with pytest.MonkeyPatch.context() as patch:
        for place, name in ((YAML, "compose"), (jinja2.Environment, "compile")):
            patch.setattr(place, name, once(getattr(place, name)))
        yield


def once(method):
    """A method that keeps its results by its arguments, whichever object it is called on."""
    kept = {}

    def call(self, *args, **kwargs):
        key = (args, tuple(kwargs.items()))
        if key not in kept:
            kept[key] = method(self, *args, **kwargs)
        return kept[key]

    return call


def run(*args, exit_code=0, color=False):
    """Run milebook; no traceback, whatever happens."""
    result = CliRunner().invoke(main, [str(arg) for arg in args], color=color)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result


def build(*args, **kwargs):
    out = () if {"--out", "--roster"} & set(args) else ("--out", "output")
    return run("build", "--no-pdf", *args, *out, **kwargs)


def files(folder="output"):
    """Every file below a folder, by its bytes."""
    root = Path(folder)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def put(name, text):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def plan(name="beginner"):
    return json.loads(Path(f"output/{name}/plan.json").read_text())


@pytest.fixture
def paper(monkeypatch):
    """A print engine that keeps the page it gets and complains as told; quick."""
    engine = {"html": [], "warnings": ()}

    def print_pdf(html, folders):
        engine["html"].append(html)
        return Pdf(b"%PDF", 1, engine["warnings"])

    monkeypatch.setattr(printer.engine, "print_pdf", print_pdf)
    monkeypatch.setattr("milebook.cli.build.open_page_workers", lambda *_: contextlib.nullcontext(HERE))
    monkeypatch.setattr(products.imposition, "impose", lambda booklet, paper, title: b"%PDF")
    return engine


# What it takes


PARAMETERS = [
    pytest.param(command, parameter, id=f"{name} {parameter.name}")
    for name, command in main.commands.items()
    for parameter in command.params
]


@pytest.mark.parametrize(("command", "parameter"), PARAMETERS)
def test_every_option_and_argument_is_explained(command, parameter):
    assert parameter.help if isinstance(parameter, click.Option) else "as in: milebook" in command.help


@pytest.mark.parametrize("name", main.commands)
def test_every_command_is_explained(name):
    command = main.commands[name]
    assert command.help
    assert command.help.splitlines()[0] in " ".join(run(name, "--help").output.split())


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("build", "--profile --all --content --templates --out --no-pdf --strict --site-url -q -v"),
        ("build", "--race-date --race-distance --track --result --weeks --units --paper"),
        ("check", "--content --templates"),
        ("paces", "--json"),
        ("doctor", "--help"),
    ],
)
def test_everything_promised_is_there(command, options):
    assert set(options.split()) <= set(
        re.findall(r"(?<!\S)--?[a-z-]+", run(command, "--help").output.replace(",", " "))
    )


def test_the_version_is_told():
    assert re.fullmatch(r"milebook, version \d+\.\d+\.\d+\n", run("--version").output)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["build", "--all", "--profile", "beginner"], "--all and --profile exclude each other"),
        (["build", "--race-date", "2027-02-30"], "2027-02-30"),
        (["build", "--race-date", "12/6/2027"], "2027-06-12"),
        (["build", "--result", "5k"], 'write distance and time, for example "5k 22:30"'),
        (["build", "--result", "5k 5:60"], 'time "5:60" has 60 seconds; seconds go from 00 to 59'),
        (["build", "--result", "5 22:30"], 'distance "5" has no unit; write 5 km 22:30 or 5 mi 22:30'),
        (["build", "--weeks", "31"], "31 is not in the range 1<=x<=30"),
        (["build", "--weeks", "9"], "the plan mile has no 9 weeks; it has 6, 7, 8"),
        (["build", "--units", "furlongs"], "'furlongs' is not one of 'metric', 'imperial'"),
        (["build", "--paper", "a5"], "'a5' is not one of 'a4', 'letter'"),
        (["build", "--site-url", "ftp://x"], "must begin with https:// or http://"),
        (["build", "--site-url", "https://["], "is not an address; write it in full, for example https://example.org"),
        (["build", "--site-url", "https://x y"], "is not a web address; write it in full, for example"),
        (["build", "--site-url", 'https://x/"><script>/'], "is not a web address"),
        (["build", "--site-url", "https://x/?a"], "leave out what stands before @ and after ? or #"),
        (["build", "--out", "file"], "'file' is a file"),
        (["build", "--content", "file"], "'file' is a file"),
        (["build", "--proflie", "beginner"], "--profile"),
        (["bild"], "build"),
        (["paces", "5 km", "20:00", "--race-distance", "800 m"], "write mile, 1500 m or 1600 m"),
        (["build", "--track", "250 m"], "write 400 m, 300 m, 200 m or 440 yd"),
        (["paces", "5 km"], "Missing argument 'TIME'"),
        (["paces", "5", "20:00"], 'distance "5" has no unit; write 5 km or 5 mi'),
        (["paces", "5 km", "27;40"], 'time "27;40" is not a time; write 27:40'),
        (["paces", "5 km", "2:50"], "milebook serves miles from 3:43 to 20:00"),
        (["paces", "100 km", "9:00:00"], "outside 400 m to the marathon"),
        (["paces", "5 km", "20:00", "--model", "magic"], "'magic' is not one of"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_why(args, told):
    put("file", "")
    assert told in run(*args, exit_code=2).stderr
    assert files(".") == {"file": b""}


@pytest.mark.parametrize("epoch", ["tomorrow", "1.5", "9" * 15, "9" * 5000])
def test_a_wrong_source_date_epoch_ends_with_2(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert "not a number of seconds" in run("check", exit_code=2).stderr


# What it builds and says


_for_everybody: dict[str, bytes] = {}  # what was made for everybody, by all that it was made of


@pytest.fixture
def club(monkeypatch):
    """Two runners of plans that are made for everybody once, for all tests with the same content and templates."""
    dump = personal_page.Making.dump

    def dump_once(making):
        of = replace(making.library, profiles={}, documents={})
        key = f"{making.plan_key} {making.renderer.folders} {of!r}"
        if key not in _for_everybody:
            _for_everybody[key] = dump(making)
        return _for_everybody[key]

    monkeypatch.setattr(personal_page.Making, "dump", dump_once)
    shorter_plans(Path("content"))
    put("content/profiles/sam.yaml", PROFILE)
    put("content/profiles/eve.yaml", PROFILE.replace("one-day-a-week", "mile"))


def test_all_profiles_are_built_when_none_is_named(club):
    build()
    names = {"eve", "sam"}
    assert {f"{name}/{file}" for name in names for file in ("index.html", "plan.json", "plan.csv")} <= set(files())
    assert all(f"{name}/" in Path("output/index.html").read_text() for name in names)
    before = files()
    assert ": 0 of " in build("--all").output
    assert files() == before


def test_content_is_read_again_only_where_a_file_has_changed(monkeypatch):
    read = []
    read_content = building.read_content
    monkeypatch.setattr(building, "read_content", lambda content: read.append(1) or read_content(content))
    put("content/profiles/sam.yaml", PROFILE)
    for _ in range(2):
        build("--profile", "sam", "--cache", "kept")
    assert len(read) == 1
    put("content/profiles/sam.yaml", PROFILE.replace("name: Sam", "name: Somebody else"))
    build("--profile", "sam", "--cache", "kept")
    assert len(read) == 2
    assert "Somebody else" in Path("output/sam/index.html").read_text()
    put("content/profiles/sam.yaml", PROFILE.replace("27:30", "5;40"))
    assert 'time "5;40" is not a time' in build("--profile", "sam", "--cache", "kept", exit_code=1).stderr
    assert len(read) == 3


@pytest.mark.parametrize("name", ["profiles/eve.yaml", "profiles/x.yaml", "pages/x.md"])
@pytest.mark.parametrize("kind", ["dangling", "looping", "folder", "pipe"])
def test_a_warm_build_refuses_what_check_refuses(name, kind):
    put("content/profiles/sam.yaml", PROFILE)
    path = Path("content", name)
    path.parent.mkdir(exist_ok=True)
    build("--profile", "sam", "--cache", "kept")
    if kind in ("folder", "pipe"):
        (Path.mkdir if kind == "folder" else os.mkfifo)(path)
    else:
        path.symlink_to("nothing" if kind == "dangling" else path.name)
    told = run("check", exit_code=1).stderr
    assert name in told
    assert build("--profile", "sam", "--cache", "kept", exit_code=1).stderr == told


def test_what_was_kept_of_the_content_and_is_of_no_use_is_read_again(monkeypatch):
    put("content/profiles/sam.yaml", PROFILE)
    monkeypatch.setattr(building.pickle, "dumps", lambda library: b"no library")
    for _ in range(2):
        build("--profile", "sam", "--cache", "kept")
    assert "Sam" in Path("output/sam/index.html").read_text()


def test_named_profiles_are_built_and_the_others_stay():
    build("--profile", "beginner", "--profile", "advanced", "--profile", "beginner", "--out", "public/mile")
    first = files("public/mile")
    assert {path.split("/")[0] for path in first if path.endswith("plan.json")} == {"beginner", "advanced"}
    build("--profile", "intermediate", "--out", "public/mile")
    second = files("public/mile")
    assert {path: second[path] for path in first if "/plan." in path} == {
        path: data for path, data in first.items() if "/plan." in path
    }
    assert all(f"{name}/" in second["index.html"].decode() for name in ("advanced", "beginner", "intermediate"))


def test_profiles_built_at_the_same_time_are_both_listed(monkeypatch):
    write = output.write

    def after_another(*args, **kwargs):
        monkeypatch.setattr(output, "write", write)
        build("--profile", "advanced")
        return write(*args, **kwargs)

    monkeypatch.setattr(output, "write", after_another)
    build("--profile", "beginner")
    index = Path("output/index.html").read_text()
    assert "beginner/" in index
    assert "advanced/" in index


def test_a_profile_that_is_gone_goes_from_the_output(club):
    build()
    Path("content/profiles/eve.yaml").unlink()
    build()
    assert {path.split("/")[0] for path in files() if path.endswith("plan.json")} == {"sam"}
    assert "eve/" not in Path("output/index.html").read_text()


def test_a_site_keeps_a_race_that_is_run_and_says_so(club, monkeypatch):
    build()
    before = files()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1795478400 + 365 * 86400))  # months after the race
    told = build("--strict").stderr
    assert "content/profiles/sam.yaml:4:26: the race is run; the site keeps the whole plan" in told
    assert "eve.yaml" in told
    after = files()
    changed = {path for path in after if after[path] != before.get(path)}
    assert "index.html" in changed
    assert "sam/index.html" not in changed
    assert "run on" in after["index.html"].decode()
    assert "run; the site keeps" in run("check").stderr
    assert "is in the past" in build("--profile", "sam", exit_code=1).stderr


def test_own_templates_that_make_it_yours_cannot_be_made_with_keep_no_other_page_away(club):
    rows = Path(CLONE, "templates/macros.html.j2").read_text("utf-8")
    put("templates/macros.html.j2", rows.replace('<tr class="day day-{{ day.kind }}"', '<tr class="one"'))
    told = build("--strict").stderr
    assert "Make it yours, which is left out" in told
    assert 'must have one <tr class="day ...">' in told
    assert 'must have one <tr class="day ...">' in run("check").stderr
    assert "yours/index.html" not in files()
    assert "yours/" not in Path("output/index.html").read_text()
    assert 'class="one"' in Path("output/sam/index.html").read_text()


def test_every_step_is_told_with_its_time():
    lines = build("--profile", "beginner").stdout.splitlines()
    steps = [re.fullmatch(r"(\S+) +\S.* +\d+\.\d\d s", line) for line in lines[:-2]]
    assert [step and step[1] for step in steps] == ["content", "beginner", "beginner/index.html", "written"]
    assert lines[-2] == "Open output/index.html"


def test_a_quick_try_leaves_the_finished_booklet_alone(paper):
    put("content/profiles/sam.yaml", PROFILE)
    finished = run("build", "--profile", "sam", "--cache", "")
    before = files()
    assert "sam/booklet.pdf" in before
    assert "output-try" not in finished.output
    for words in (["--no-pdf"], ["--parts", "race-card"], ["--result", "5k 24:10"], ["--race-date", "2027-06-26"]):
        told = run("build", "--profile", "sam", "--cache", "", *words).stdout
        assert "Open output-try/index.html" in told
        assert "This is a try: output is as it was. --out output puts it there." in told
        assert files() == before
    assert "24:10" not in Path("output-try/sam/index.html").read_text()  # of the last of them
    run("build", "--profile", "sam", "--cache", "", "--no-pdf", "--out", "output")
    assert "sam/booklet.pdf" not in files()


def test_a_build_of_one_profile_says_where_make_it_yours_is(club):
    told = build("--profile", "sam").stdout
    assert "Make it yours, anybody's plan in the browser: a build without --profile makes it (make site)" in told
    assert "Make it yours" not in build().stdout
    told = build("--profile", "sam").stdout
    assert "Make it yours, anybody's plan in the browser: output/yours/index.html" in told


def test_a_plan_cut_short_is_told_on_the_screen():
    put("content/profiles/sam.yaml", PROFILE.replace("2027-06-12", "2026-12-12"))
    told = build("--profile", "sam").stderr
    assert "note: content/profiles/sam.yaml:4:26: the race is too near for all 6 weeks of the plan" in told
    assert "it has its last 2 weeks, from 2026-11-29" in told
    assert "`made: 2026-11-24` in the profile begins it with its first weeks" in told
    told = build("--profile", "sam", "--race-date", "2026-12-01").stderr
    assert "note: --race-date: the race is too near" in told
    assert "note:" not in build("--profile", "sam", "--race-date", "2027-06-12").stderr


def test_one_week_is_no_plural():
    put("content/profiles/sam.yaml", PROFILE)
    assert "1 weeks" not in build("--profile", "sam", "--race-date", "2026-11-28").output
    assert "has no 1 week;" in build("--profile", "sam", "--weeks", "1", exit_code=2).stderr


@pytest.mark.parametrize(("units", "name", "metres"), [("imperial", "miles", 1609.344), ("metric", "kilometres", 1000)])
def test_the_plan_for_a_spreadsheet_is_in_the_runner_s_units(units, name, metres):
    put("content/profiles/sam.yaml", f"{PROFILE}units: {units}\n")
    build("--profile", "sam")
    rows = list(csv.DictReader(Path("output/sam/plan.csv").read_text("utf-8-sig").splitlines()))
    told = [float(row[name]) for row in rows]
    assert max(told) > 0
    assert told == pytest.approx([day["metres"] / metres for day in plan("sam")["sessions"]], abs=0.051)


def test_help_names_the_command_as_it_is_typed(monkeypatch):
    command = [sys.executable, "-m", "milebook", "--help"]
    done = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: milebook [OPTIONS]")


def test_quiet_says_nothing_and_verbose_names_every_file():
    assert build("--profile", "beginner", "-q").output == ""
    Path("output/beginner/plan.csv").unlink()
    assert "  output/beginner/plan.csv\n" in build("--profile", "beginner", "-v").stdout


def test_colours_are_used_and_left_out_with_no_color(monkeypatch):
    assert "\x1b[" in build("--profile", "beginner", color=True).output
    assert "\x1b[" in build("--profile", "nobody", color=True, exit_code=1).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in build("--profile", "beginner", color=True).output
    assert "\x1b[" not in build("--profile", "nobody", color=True, exit_code=1).output


RACE = {"name": "Club mile", "date": "2027-06-12", "distance": "mile", "metres": 1609.344, "surface": "track"}
RACE |= {"track": "400 m", "seconds": 491.0}
INDOORS = {"name": "The 1500\u00a0m", "distance": "1500 m", "metres": 1500.0, "track": "200 m", "seconds": 454.0}


@pytest.mark.parametrize(
    ("args", "seen"),
    [
        (["--race-date", "2027-01-10"], {"race": RACE | {"date": "2027-01-10"}}),
        (["--track", "road"], {"race": RACE | {"surface": "road", "track": None}}),
        (["--race-distance", "1500", "--track", "200m"], {"race": RACE | INDOORS}),
        (["--weeks", "6"], {"weeks": 6}),
        (["--result", "mile 6:00"], {"mile_seconds": 360.0, "confidence": "high"}),
        (["--result", "1600m 6:00.5"], {"confidence": "high"}),
    ],
)
def test_an_option_wins_over_the_profile(args, seen):
    build("--profile", "beginner", *args)
    assert {key: plan()[key] for key in seen} == seen


def test_units_and_paper_reach_the_booklet(paper):
    for options in ([], ["--units", "imperial", "--paper", "letter"], ["--units", "metric"], ["--paper", "a4"]):
        run("build", "--profile", "beginner", "--parts", "booklet", *options)
    as_the_profile_says, the_same, metric, a4 = paper["html"]
    assert as_the_profile_says == the_same
    assert len({as_the_profile_says, metric, a4}) == 3


def test_the_site_url_reaches_the_page():
    build("--profile", "beginner", "--site-url", "https://club.example/a&b")
    pages = Path("output/index.html").read_text() + Path("output/beginner/index.html").read_text()
    assert "https://club.example/a&amp;b/" in pages
    assert "a&b" not in pages


def test_the_same_input_gives_the_same_bytes_on_any_day_anywhere():
    shorter_plans(Path("content"))
    put("content/profiles/eve.yaml", PROFILE.replace("one-day-a-week", "mile"))
    build("--out", "here")
    elsewhere = {
        "SOURCE_DATE_EPOCH": str(1795478400 + 100 * 86400),
        "PYTHONHASHSEED": "1",
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "COLUMNS": "30",
    }
    command = [sys.executable, CLONE / "build.py", "--no-pdf", "-q", "--out", "there"]
    subprocess.run(command, env={**os.environ, **elsewhere}, check=True)
    assert files("here") == files("there")


# Problems


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("profiles/sam.yaml", PROFILE.replace("27:30", "27;40"), 'sam.yaml:3:32: time "27;40" is not a time; '
         "write 27:40"),
        ("profiles/sam.yaml", PROFILE.replace("2027-06", "2026-06"), "sam.yaml:4:26: the race date 2026-06-12 is in "
         "the past; give the date of the next race"),
        ("profiles/sam.yaml", PROFILE.replace("27:30", "2:30"), "sam.yaml:3:9: the result "),
        ("profiles/../people.yaml", "a: [", "people.yaml:1:4: the bracket [ is not closed"),
        ("profiles/Sam.yaml", PROFILE, 'profiles/Sam.yaml: the name "Sam" cannot be used'),
    ],
)  # fmt: skip
def test_a_problem_ends_with_1_writes_nothing_and_leaves_the_last_output(name, text, told):
    put("content/profiles/eve.yaml", PROFILE)
    build("--profile", "eve")
    before = files()
    stamps = {path: path.stat().st_mtime_ns for path in Path("output").rglob("*")}
    put(f"content/{name}", text)
    result = build("--profile", "sam", "--profile", "eve", exit_code=1)
    assert told in result.stderr
    assert re.search(r"^\d+ problems?; nothing was written$", result.stderr, re.MULTILINE)
    in_the_past = "in the past" in told
    assert in_the_past or told in run("check", exit_code=1).stderr  # a site keeps it, and `check` is for the site
    assert files() == before
    assert {path: path.stat().st_mtime_ns for path in Path("output").rglob("*")} == stamps


@pytest.mark.parametrize("race_date", ["9999-12-31", "9999-12-29", "0001-01-01", "2026-11-24", "2026-11-25"])
def test_no_date_is_too_far_or_too_near_for_words(race_date):
    result = CliRunner().invoke(main, ["build", "--no-pdf", "--profile", "beginner", "--race-date", race_date])
    assert isinstance(result.exception, SystemExit | None)
    assert result.exit_code in (0, 1, 2)


def test_unknown_profiles_are_all_told_with_a_hint():
    told = build("--profile", "begginer", "--profile", "../../etc/passwd", exit_code=1).stderr
    assert 'profile "begginer" is unknown; did you mean beginner?' in told
    assert 'profile "../../etc/passwd" is unknown; known: advanced, beginner, intermediate' in told
    assert files(".") == {}


def test_every_race_in_the_past_and_every_impossible_result_is_told_at_once():
    put("content/profiles/eve.yaml", PROFILE.replace("2027-06", "2026-06"))
    put("content/profiles/sam.yaml", PROFILE.replace("2027-06", "2026-05"))
    put("content/profiles/tom.yaml", PROFILE.replace("27:30", "2:30"))
    told = build("--profile", "eve", "--profile", "sam", "--profile", "tom", exit_code=1).stderr
    assert [name for name in ("eve", "sam", "tom") if f"content/profiles/{name}.yaml:" in told] == ["eve", "sam", "tom"]
    assert "tom.yaml:3:9: the result" in run("check", exit_code=1).stderr


@pytest.mark.parametrize(
    ("option", "value", "word"), [("--race-date", "2026-11-01", "2026-11-01"), ("--result", "5k 2:50", "2:50")]
)
def test_a_value_of_the_command_line_is_not_blamed_on_the_profile(option, value, word):
    result = CliRunner().invoke(main, ["build", "--no-pdf", "--profile", "beginner", option, value])
    assert result.exit_code in (1, 2)
    assert word in result.stderr
    assert not re.search(r"beginner\.yaml:\d", result.stderr)


def test_a_result_from_the_future_is_told():
    put("content/profiles/sam.yaml", PROFILE.replace("27:30}", "27:30, date: 2027-01-01}"))
    assert "sam.yaml:3:" in run("check", exit_code=1).stderr


@pytest.mark.parametrize("option", ["--content", "--templates"])
def test_a_folder_that_is_not_there_is_told(option):
    assert "nowhere: the folder for " in build(option, "nowhere", exit_code=1).stderr


def test_check_reads_everything_says_so_and_writes_nothing():
    assert re.fullmatch(
        r"\d+ content files, every profile.s plan and every template: no problems\n", run("check").output
    )
    assert files(".") == {}


def test_foreign_files_stop_a_build():
    put("output/beginner/index.html", "mine")
    assert "is not from milebook" in build("--profile", "beginner", exit_code=1).stderr
    assert Path("output/beginner/index.html").read_text() == "mine"
    assert not Path("output/index.html").exists()


def test_an_interrupt_is_no_traceback(monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "build", interrupted)
    assert CliRunner().invoke(main, ["build"]).exit_code in (1, 130)


@pytest.mark.parametrize("command", ["check", "build"])
@pytest.mark.parametrize("template", ["booklet.html.j2", "page.html.j2", "index.html.j2"])
def test_a_mistake_in_any_template_is_told_by_check_and_build(paper, command, template, club):
    put(f"mine/{template}", "one\n{{ nobody }}")
    before = set(files("."))
    told = run(command, "--templates", "mine", exit_code=1).stderr
    assert f"mine/{template}:2:1: template error: 'nobody' is undefined" in told
    assert set(files(".")) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("one\n\n{% if %}", ":3:1: template error: Expected an expression"),
        ("one\n{{ 1 / 0 }}", ":2:1: template error: division by zero"),
        ("one\n{{ booklet|shout }}", ":2:1: template error: No filter named 'shout'"),
        ("{% for x in [1] %}\n{{ x.y.z }}{% endfor %}", ":2:1: template error: 'int object' has no attribute 'y'"),
    ],
)
def test_a_template_error_is_told_with_file_line_and_what_is_wrong(text, told):
    put("mine/page.html.j2", text)
    assert f"mine/page.html.j2{told}" in run("check", "--templates", "mine", exit_code=1).stderr


@pytest.mark.parametrize(
    "text",
    ["one\n{% include 'gone.html.j2' %}", "one\n{% extends 'gone.html.j2' %}", "one\n{% import 'gone.html.j2' as x %}"],
)
def test_a_missing_template_is_told(text):
    put("mine/page.html.j2", text)
    told = run("check", "--templates", "mine", exit_code=1).stderr
    assert "gone.html.j2: the template is missing; looked in mine, " in told


def test_a_template_that_is_not_utf_8_is_told_with_its_name():
    put("mine/page.html.j2", "")
    Path("mine/page.html.j2").write_bytes(b"Zo\xeb")
    assert "mine/page.html.j2" in run("check", "--templates", "mine", exit_code=1).stderr


def test_a_template_that_includes_itself_is_told_with_its_name():
    put("mine/page.html.j2", "{% include 'page.html.j2' %}")
    assert "mine/page.html.j2" in run("check", "--templates", "mine", exit_code=1).stderr


# Escaping


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def hostile_content(folder):
    """The shipped content with a hostile text in every field of free text."""
    keys = "name|title|lead|why|choice|purpose|role|authors|published|where|note|text"
    value = json.dumps(HOSTILE)
    for path in folder.rglob("*.yaml"):
        text = re.sub(rf"(?m)^(\s*(?:- )?(?:{keys}):) [^>|\n].*$", rf"\1 {value}", path.read_text())
        text = re.sub(r"\{name: [^,]*,", lambda match: f"{{name: {value},", text)
        path.write_text(text)
    for path in folder.rglob("*.md"):
        head, body = path.read_text().rsplit("---\n", 1)
        head = re.sub(r"(?m)^title: .*$", f"title: {value}", head)
        path.write_text(f"{head}---\n{HOSTILE}\n\n[x](javascript:alert(1)) ![x](http://x/x.png)\n{body}")


def test_no_text_of_a_user_becomes_a_tag_or_a_template(small_content, paper):
    shorter_plans(small_content)
    hostile_content(small_content)
    for profile in (small_content / "profiles").glob("*.yaml"):
        profile.write_text(
            re.sub(r"^(weeks|days):.*$", r"", profile.read_text("utf-8"), flags=re.MULTILINE) + "\ndays: 3\n"
        )
    run("build", "--content", small_content)
    pages = [*paper["html"], *(path.read_text() for path in Path("output").rglob("*.html"))]
    assert len(pages) == 3 * len(("booklet", "wall plan", "race card", "strides", "page")) + len(
        ("start", "404", "yours")
    )
    for page in pages:
        tags = Tags()
        tags.feed(page)
        assert not [attrs for _, attrs in tags.found if "onerror" in attrs or attrs.get("src") == "x"]
        assert not [attrs for _, attrs in tags.found if str(attrs.get("href", "")).startswith("javascript:")]
        assert not [attrs for _, attrs in tags.found if str(attrs.get("src", "")).startswith("http")]
        assert "&lt;img src=x" in page
        assert "{{ 7 * 7 }}" in page


# Paces


def test_paces_are_shown():
    told = run("paces", "5 km", "20:00").output
    for word in ("mile", "5:51 ", "marathon", "tempo", "easy", "Daniels-Gilbert", "fair"):
        assert word.lower() in told.lower()


@pytest.mark.parametrize("model", ["daniels-gilbert", "riegel", "cameron"])
def test_paces_for_programs_have_the_promised_keys(model):
    data = json.loads(run("paces", "5 km", "20:00", "--json", "--model", model).output)
    assert set(data) == {"input", "model", "equivalents", "range", "confidence", "training"}
    assert data["input"] == {"metres": 5000.0, "seconds": 1200.0}
    assert data["model"] == model
    assert data["equivalents"]["5 km"] == 1200.0
    low, high = data["range"]["mile"]
    assert low <= data["equivalents"]["mile"] <= high
    assert data["training"]["mile"] == pytest.approx(round(data["equivalents"]["mile"]) / 1.609344)  # as it is shown


def test_paces_show_a_race_that_is_asked_for():
    told = run("paces", "5 km", "20:50", "--race-distance", "1,500 m").output
    assert "1500 m                5:39   3 to go 1:07.8, 2 to go 2:38.2, 1 to go 4:08.6, Finish 5:39.0" in told
    assert "at an even pace, 440 yd track" in run("paces", "5 km", "20:50", "--track", "440y").output
    assert "Quarter 1:31.5" in run("paces", "5 km", "20:50", "--track", "road").output
    assert "at an even pace" not in run("paces", "5 km", "20:50").output
    data = json.loads(run("paces", "1600", "5:30.2", "--race-distance", "1600", "--json").output)
    marks = [[400.0, 82.55], [800.0, 165.1], [1200.0, 247.65], [1600.0, 330.2]]
    assert data["race"]["marks"] == [[metres, pytest.approx(seconds)] for metres, seconds in marks]
    assert data["race"]["seconds"] == 330.2


def test_paces_follow_the_units():
    assert run("paces", "5 km", "20:00", "--units", "metric").output != run("paces", "5 km", "20:00").output


# As a program


def test_the_script_of_the_clone_runs_from_any_folder():
    done = subprocess.run([sys.executable, CLONE / "build.py", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--profile" in done.stdout


def test_a_reader_that_goes_away_is_no_traceback():
    command = [sys.executable, "-m", "milebook", "paces", "5 km", "20:00"]
    with subprocess.Popen(command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""


# The print engine


def test_strict_fails_on_a_complaint_of_the_print_engine_and_writes_nothing(paper):
    paper["warnings"] = ("No anchor #x",)
    assert "beginner: No anchor #x" in run("build", "--profile", "beginner", "--strict", exit_code=1).stderr
    assert files(".") == {}
    result = run("build", "--profile", "beginner")
    assert "warning: beginner: No anchor #x" in result.stderr
    assert Path("output/beginner/booklet.pdf").exists()


def test_without_pdf_an_old_pdf_goes_and_nothing_links_to_it(paper):
    run("build", "--profile", "beginner")
    build("--profile", "beginner")
    assert "beginner/booklet.pdf" not in files()
    assert all(b"booklet.pdf" not in data for path, data in files().items() if path.endswith(".html"))


def test_a_booklet_has_the_same_bytes_twice_and_user_text_as_text(monkeypatch):
    pypdf = pytest.importorskip("pypdf")
    put("content/profiles/sam.yaml", PROFILE.replace("Sam", "'<b>Sam</b> &amp; {{ 7*7 }}'"))
    run("build", "--profile", "sam", "--out", "one", "--parts", "booklet", "--strict")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1795478400 + 86400))
    run("build", "--profile", "sam", "--out", "two", "--parts", "booklet", "--strict")
    assert files("one") == files("two")
    text = "".join(page.extract_text() for page in pypdf.PdfReader("one/sam/booklet.pdf").pages)
    assert "<b>Sam</b> &amp; {{ 7*7 }}" in " ".join(text.split())


def test_the_print_engine_reads_no_other_file_and_no_network():
    put("secret.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.01)
        web = f"http://127.0.0.1:{server.getsockname()[1]}"
        secret = Path("secret.svg").absolute().as_uri()
        addresses = [f"{web}/x.png", secret, "assets/%2e%2e/%2e%2e/secret.svg", "/etc/passwd"]
        tags = "".join(f'<img alt="x" src="{address}">' for address in addresses)
        put(
            "mine/booklet.html.j2",
            f'<html lang="en"><title>x</title><link rel=stylesheet href="{web}/x.css"><style>@import "{web}/y.css";'
            f"@font-face {{ font-family: x; src: url({web}/x.ttf) }} p {{ font-family: x }}</style><p>x {tags}"
            f'<a rel=attachment href="{secret}">x</a><object data="{secret}"></object></html>',
        )
        told = run("build", "--profile", "beginner", "--templates", "mine", "--strict", exit_code=1).stderr
        with pytest.raises(TimeoutError):
            server.accept()
    for address in (*addresses, f"{web}/x.css", f"{web}/y.css"):
        assert address in told
    assert not Path("output").exists()


# ---------------------------------------------------------------- what a terminal would obey

ODD = "\x1b]0;x\x07\u202ey\x9b\udcff"  # a title for the window, a line turned round, half a character


@pytest.mark.parametrize(
    "words",
    [
        ["paces", ODD, "20:00"],
        ["paces", "5 km", "20:00", "--units", ODD],
        ["build", "--race-date", ODD],
        ["build", "--result", ODD],
        ["build", "--profile", ODD],
        ["build", "--roster", f"{ODD}.csv"],
        ["build", "--site-url", ODD],
        ["build", f"--{ODD}"],
        ["check", "--content", ODD],
        ["new", "profile", ODD],
        ["new", "club", ODD],
        [ODD],
    ],
)
def test_what_is_typed_is_never_obeyed_by_the_terminal(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, words).output
    assert said
    assert not UNPRINTABLE.search(said)
