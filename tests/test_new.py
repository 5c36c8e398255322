"""A coach starts with files that work: commented, checked, never in the place of something that was there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from common import read_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from milebook.cli.main import main
from milebook.content import schemas, starters
from milebook.content.loader import RESERVED, SAFE_NAME, load
from milebook.content.vocabulary import LEVELS
from milebook.training.planning import plan as plan_runner

RULE = settings(deadline=None, derandomize=True)
TODAY = date(2026, 11, 24)
PROGRAM = Path(sys.executable).parent / "milebook"
STARTERS = Path(__file__).parent.parent / "templates" / "new"


@pytest.fixture(autouse=True)
def _one_day_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.chdir(tmp_path)


def run(*args, exit_code=0):
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == exit_code, result.output
    return result.output


def new(*args, **kwargs):
    return run("new", *args, **kwargs)


def files(folder="."):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.fixture
def club(monkeypatch):
    """A new club's folder, and we are in it."""
    new("club", "river-runners")
    monkeypatch.chdir("river-runners")


# A club


def test_a_new_club_passes_the_check_and_builds(club):
    assert "no problems" in run("check")
    run("build", "--no-pdf", "--profile", "sam", "--out", "output")
    page = Path("output/sam/index.html").read_text("utf-8")
    assert "River Runners" in page
    assert "Club mile" in page


def test_a_new_club_has_a_site_a_runner_a_plan_its_schemas_a_readme_and_what_git_leaves_out():
    told = new("club", "river-runners")
    content = {"site.yaml", "profiles/sam.yaml", "plans/club-mile.yaml", *(f"schemas/{n}" for n in schemas.files())}
    made = {
        "river-runners/README.md",
        "river-runners/.gitignore",
        *(f"river-runners/content/{name}" for name in content),
    }
    assert files() == made
    assert set(re.findall(r"wrote (.*)", told)) == made
    assert "river-runners/README.md" in told.splitlines()[-1]


def test_the_readme_of_a_new_club_says_three_steps_and_names_files_that_are_there(club):
    text = Path("README.md").read_text("utf-8")
    assert re.findall(r"^(\d)\.", text, re.MULTILINE) == ["1", "2", "3"]
    assert "`race-day`: The mile (race)" in text
    for name in re.findall(r"`(content/[^`]+)`", text):
        assert Path(name).is_file(), name
    columns = " ".join(re.search(r"`(name, group, [^`]+)`", text)[1].split())
    Path("athletes.csv").write_text(f"{columns}\nAda,A,beginner,5 km,25:10,,\n")
    for _, command in commands_of(text):
        words = [word.lower() for word in command.split()]
        quickly = ["--no-pdf"] if words[0] == "build" else []
        quickly += ["--profile", "sam"] if words == ["build"] else []  # without "Make it yours", which takes longest
        run(*words, *quickly, *(["--html"] if "--roster" in words else []))
    assert Path("output-private/athletes/ada/index.html").is_file()


def commands_of(readme):
    """(program, what comes after it) of every line in the blocks of commands."""
    blocks = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    return [tuple(line.strip().split(" ", 1)) for block in blocks for line in block.strip().splitlines()]


@pytest.mark.skipif(not PROGRAM.exists(), reason="milebook is no program of this Python: run scripts/setup")
@pytest.mark.parametrize(("known", "called"), [(True, "milebook"), (False, "/bin/milebook")], ids=["pip", "clone"])
def test_the_commands_of_a_new_club_s_readme_can_be_typed_in_its_folder(monkeypatch, known, called):
    path = os.pathsep.join([str(PROGRAM.parent)] * known + ["/usr/bin", "/bin"])
    monkeypatch.setenv("PATH", path)
    new("club", "sub/river")
    readme = Path("sub/river/README.md").read_text("utf-8")
    programs = {program for program, _ in commands_of(readme)}
    assert len(programs) == 1
    assert programs.pop().endswith(called)
    assert ("`milebook` alone" in readme) is not known
    (check,) = (" ".join(words) for words in commands_of(readme) if words[1] == "check")
    done = subprocess.run(check, shell=True, cwd="sub/river", capture_output=True, text=True)
    assert "no problems" in done.stdout, done.stderr


def test_a_new_club_lists_what_it_can_use(club):
    library = load()
    text = Path("README.md").read_text("utf-8")
    for title, names in (
        ("Plans", library.plans.keys() - {"club-mile"}),
        ("Workouts", library.workouts),
        ("Checklists", library.checklists),
        ("Pages", library.pages),
    ):
        (listed,) = re.findall(rf"^{title}, .*\n\n((?:- .*\n)+)", text, re.MULTILINE)
        assert set(re.findall(r"^- `([^`]+)`: \S", listed, re.MULTILINE)) == set(names), title


@pytest.mark.parametrize("key", ["contact", "url", "logo", "accent"])
def test_every_part_of_a_club_s_look_is_a_remark_that_can_be_put_to_use(club, key):
    path = Path("content/site.yaml")
    text = path.read_text("utf-8")
    assert f"\n# {key}: " in text
    path.write_text(text.replace(f"\n# {key}: ", f"\n{key}: "), "utf-8")
    Path("content/logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9z"/></svg>'
    )
    assert getattr(load().site, key)


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_git_takes_neither_what_is_made_nor_rosters_with_names(club):
    subprocess.run(["git", "init", "-q"], check=True)
    private = {"output/index.html", "output-try/x", "output-private/all.pdf"}
    private |= {f"athletes{ending}" for ending in (".csv", ".tsv", ".txt", ".xlsx")}
    for name in private:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("x")
    seen = subprocess.run(["git", "status", "--porcelain", "-uall"], check=True, capture_output=True, text=True).stdout
    assert {line[3:] for line in seen.splitlines()} == files() - git_files() - private


def git_files():
    return {name for name in files() if name.startswith(".git/")}


def test_the_runner_of_a_new_club_runs_its_plan(club):
    library = load()
    assert library.profiles["sam"].plan in library.plans
    assert Path(f"content/plans/{library.profiles['sam'].plan}.yaml").is_file()


def test_a_club_s_plan_suits_every_level_length_and_number_of_days(club):
    library = load()
    plan = library.plans["club-mile"]
    for level in LEVELS:
        for weeks in plan.lengths:
            for days in range(plan.days[0], plan.days[1] + 1):
                chosen = ("tue", "thu", "sat", "sun", "wed", "mon")[:days]
                changes = {"level": level, "weeks": weeks, "days": chosen}
                _, schedule = plan_runner("sam", library, library.profiles["sam"].model_copy(update=changes), TODAY)
                assert len(schedule.weeks) == weeks
                assert schedule.sessions[-3].kind == "race"


@pytest.mark.parametrize("folder", ["with-people", "."])
def test_a_club_may_start_in_a_folder_that_has_other_things(folder):
    kept = Path(folder) / "content" / "people.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("Ann")
    new("club", folder)
    assert kept.read_text() == "Ann"
    assert (Path(folder) / "content" / "site.yaml").is_file()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("river-runners", "River Runners"),
        ("Läufer: 100%", "Läufer 100"),
        ("2027", "2027"),
        ("true", "True"),
        ("--", "Our club"),
    ],
)
def test_the_club_s_name_comes_from_the_folder_s(folder, name, monkeypatch):
    new("club", "--", folder)
    monkeypatch.chdir(folder)
    assert load().site.name == name


# One file


def test_new_files_pass_the_check(club):
    for kind, name in (("profile", "ann-lee"), ("plan", "spring"), ("workout", "reps-300")):
        assert f"wrote content/{kind}s/{name}.yaml" in new(kind, name)
    assert "no problems" in run("check")
    library = load()
    assert library.profiles["ann-lee"].name == "Ann Lee"
    assert library.plans["spring"].name == "Spring"
    assert library.workouts["reps-300"].title == "Reps 300"


def test_a_new_workout_can_be_used_in_a_new_plan(club):
    new("workout", "reps-300")
    path = Path("content/plans/club-mile.yaml")
    path.write_text(path.read_text("utf-8").replace("speed: mile-reps", "speed: reps-300"), "utf-8")
    run("build", "--no-pdf", "--profile", "sam", "--out", "output")
    assert "Reps 300" in Path("output/sam/index.html").read_text("utf-8")


def test_a_new_file_in_an_empty_folder_brings_its_schema():
    new("profile", "sam")
    assert files() == {"content/profiles/sam.yaml", "content/schemas/profile.json"}
    run("check")
    new("profile", "ann")
    assert files() == {"content/profiles/sam.yaml", "content/profiles/ann.yaml", "content/schemas/profile.json"}


def test_a_new_file_goes_where_content_says():
    new("workout", "reps-300", "--content", "club/content")
    assert "club/content/workouts/reps-300.yaml" in files()


def test_every_new_file_names_its_schema_and_fits_it(club):
    for kind in ("profile", "plan", "workout"):
        new(kind, "another")
    made = list(Path("content").rglob("*.yaml"))
    assert len(made) == 6
    for path in made:
        named = path.read_text("utf-8").splitlines()[0].partition("$schema=")[2]
        schema = (path.parent / named).read_text("utf-8")
        kind = Path(named).stem
        assert schema == schemas.text(kind)
        Draft7Validator(schemas.schema(kind)).validate(read_yaml(path).data)


def test_the_starters_teach_ranges_levels_volume_and_lengths():
    workout, plan = ((STARTERS / name).read_text("utf-8") for name in ("workout.yaml", "plan.yaml"))
    for text, words in ((workout, ("range", "{beginner:", "volume", "from:")), (plan, ("lengths:", "volume", "level"))):
        comments = "\n".join(line.partition("#")[2] for line in text.splitlines())
        for word in words:
            assert word.rstrip(":") in comments, word


@pytest.mark.parametrize("starter", sorted(STARTERS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_one_s_name_is_put_to_what_is_ours(starter):
    assert set(re.findall(r"^from: (\w+)", starter.read_text("utf-8"), re.MULTILINE)) <= {"editorial"}


@RULE
@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_the_race_is_on_a_saturday_about_ten_weeks_ahead(today):
    day = starters.race_day(today)
    assert day.strftime("%A") == "Saturday"
    assert timedelta(weeks=10) <= day - today < timedelta(weeks=11)


def test_the_race_date_follows_the_day_of_the_build():
    new("profile", "sam")
    assert load().profiles["sam"].race.day == starters.race_day(TODAY) == date(2027, 2, 6)


# Nothing is overwritten


@pytest.mark.parametrize("name", ["content/profiles/sam.yaml", "content/schemas/plan.json", "README.md"])
def test_a_club_is_not_made_over_files_that_are_there(name):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("mine")
    told = new("club", ".", exit_code=1)
    assert f"{name}: is there already" in told
    assert "nothing was written" in told
    assert files() == {name}
    assert Path(name).read_text() == "mine"


def test_every_file_in_the_way_is_told_at_once(club):
    told = new("club", ".", exit_code=1)
    assert f"{len(files())} problems; nothing was written" in told
    assert all(name in told for name in files())


@pytest.mark.parametrize("kind", ["profile", "plan", "workout"])
def test_a_file_that_is_there_stays(kind):
    path = Path(f"content/{kind}s/mine.yaml")
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    assert f"{path}: is there already; choose another name" in new(kind, "mine", exit_code=1)
    assert files() == {path.as_posix()}
    assert path.read_text() == "mine"


def test_a_link_that_leads_nowhere_counts_as_there():
    path = Path("content/profiles/sam.yaml")
    path.parent.mkdir(parents=True)
    path.symlink_to("gone.yaml")
    assert "is there already" in new("profile", "sam", exit_code=1)
    assert not Path("content/profiles/gone.yaml").exists()


def test_a_file_where_a_folder_belongs_is_told():
    Path("content").mkdir()
    Path("content/profiles").write_text("mine")
    told = "content/profiles: a file lies where a folder belongs"
    assert told in new("profile", "sam", exit_code=1)
    assert told in new("club", ".", exit_code=1)
    assert files() == {"content/profiles"}


@pytest.mark.parametrize("step", [0, 4, 7, 12])
@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("open", OSError(28, "No space left on device")),
        ("open", KeyboardInterrupt()),
        ("hardlink_to", KeyboardInterrupt()),
    ],
)
def test_a_club_that_cannot_be_finished_leaves_no_file_and_no_folder(tmp_path, monkeypatch, step, function, error):
    call, steps = getattr(Path, function), iter(range(step))

    def fail(*args, **kwargs):
        if (function != "open" or "x" in str(args[1:])) and next(steps, None) is None:
            raise error
        return call(*args, **kwargs)

    monkeypatch.setattr(Path, function, fail)
    told = new("club", "some/river", exit_code=1 if isinstance(error, OSError) else 130)
    monkeypatch.undo()
    place = r"cannot write some/river/[\w./-]+: No space left on device; nothing was written"
    assert not isinstance(error, OSError) or re.search(place, told)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_second_names_for_files_gets_a_club_too(monkeypatch):
    def refuse(self, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    new("club", "river")
    assert "river/content/profiles/sam.yaml" in files()
    assert not list(Path().rglob("*.part"))


@pytest.mark.parametrize(("kind", "name"), [("plan", "mile"), ("workout", "reps-200")])
def test_milebook_s_own_plans_and_workouts_are_not_replaced_by_accident(kind, name):
    told = new(kind, name, exit_code=1)
    assert f'milebook has a {kind} "{name}", which yours would replace; choose another name' in told
    assert files() == set()


def test_a_profile_may_have_the_name_of_one_of_milebook_s():
    new("profile", "beginner")
    assert list(load().profiles) == ["beginner"]


# Names


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Sam Smith", "sam-smith"),
        ("sam_smith", "sam-smith"),
        ("Sam.yaml", "sam"),
        ("José", "jose"),
        ("Größe", "grosse"),
        ("../sam", "sam"),
        ("a/b", "a-b"),
        ("sam-", "sam"),
        ("con", "con-1"),
        ("CON", "con-1"),
        ("x" * 70, "x" * 60),
    ],
)
def test_a_name_that_no_file_can_have_brings_a_better_one(name, better):
    assert f"cannot be the name of a file of content; try {better}\n" in new("profile", name, exit_code=2)
    assert files() == set()


def test_a_name_of_which_nothing_is_left_says_what_a_name_is_made_of():
    assert "write small letters, digits and hyphens" in new("profile", "李", exit_code=2)


@RULE
@given(st.text() | st.sampled_from(sorted(RESERVED)))
def test_every_suggestion_is_a_name(name):
    better = starters.suggested(name)
    assert not better or (SAFE_NAME.fullmatch(better) and better not in RESERVED)


def test_help_says_what_each_command_makes():
    told = new("--help")
    for command in ("club", "profile", "plan", "workout"):
        assert re.search(rf"^  {command}  +\w", told, re.MULTILINE), command
