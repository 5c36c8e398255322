"""A whole roster: everybody gets what is theirs, nobody's name leaks, and nothing finished is lost."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pdfs
import pikepdf
import pytest
from click.testing import CliRunner
from common import CLONE, CONTENT, EPOCH, TODAY
from pypdf import PdfReader

from milebook.assembly.request import Request
from milebook.booklet import composition
from milebook.cli.main import main
from milebook.cli.options import read_result
from milebook.cli.roster import tell_roster
from milebook.content.loader import SAFE_NAME, load
from milebook.core import limits
from milebook.core.errors import BuildError, ContentError, LayoutError, rows_of
from milebook.core.limits import Limit
from milebook.exports import calendar
from milebook.printing import engine, printer
from milebook.printing.stamping import copyfitting, shaping
from milebook.roster import athlete_tasks, batch, manifest, reader, roster_notes
from milebook.roster.batch import Order
from milebook.roster.file_names import slug
from milebook.roster.progress import Lines, Silent
from milebook.runtime import processes
from milebook.runtime.files import SafeFolder
from milebook.runtime.places import FORMS, open_cache
from milebook.runtime.storage import Folder
from milebook.training import planning

SAMPLE = CONTENT / "athletes.csv"
NEAR = {"Ada": 36, "Bo": 36, "Cy": 34, "Dora": 3, "Emil": 80}  # days to each one's race
CARD = ("race-card",)  # the quickest to lay out
SOON = {"race_date": TODAY + timedelta(14)}  # few sessions, and so few sheets for the track, are laid out quickly
HEAD = "name,group,level,time (5k),days\n"
ROWS = {
    "Ada Able": "Ada Able,A,beginner,25:10,4\n",
    "Bo Berg": "Bo Berg,A,beginner,26:20,4\n",
    "Cy Clark": "Cy Clark,A,beginner,27:05,4\n",
    "Dora Dubois": "Dora Dubois,B,beginner,24:05,4\n",
}


@pytest.fixture(autouse=True)
def _one_day_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def masters(tmp_path_factory):
    """A cache of forms that the tests of this module share, but for those that compare bytes."""
    cache = tmp_path_factory.mktemp("forms")
    assert open_cache(cache, None, ())
    return cache


@pytest.fixture
def club(tmp_path, masters):
    """Build a small club in this process; what is asked for may be changed."""

    def build(rows=None, watch=None, **changes):
        path = tmp_path / "athletes.csv"
        path.write_text(HEAD + "".join(ROWS.values() if rows is None else rows), "utf-8")
        asked = {
            "parts": CARD,
            "masters": masters / FORMS,
            "pdf": True,
            "overrides": SOON,
            "strict": False,
            "site_url": "",
        }
        asked = {key: changes.pop(key, value) for key, value in asked.items()}
        order = {"out": tmp_path / "private"} | changes
        return batch.run(Order(path, Request(TODAY, **asked), **order), watch or Silent())

    return build


def command(*args, **changes):
    """The command line in a process of its own."""
    words = [sys.executable, CLONE / "build.py", "--roster", *args]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(list(map(str, words)), **pipes | changes)


def files(folder, *but):
    """Every file the roster's build made, by its bytes; without what it noted."""
    found = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith((".", *but))}


def many(path, count, seed=5):
    chance = random.Random(seed)
    rows = (f"Zed Number{n},{'' if n else 'A'},beginner,2{chance.randrange(3, 9)}:10,4\n" for n in range(count))
    path.write_text(HEAD + "".join(rows))
    return path


def until(seen, process, seconds=60):
    """Wait for something to happen while a process runs."""
    end = time.monotonic() + seconds
    while not seen():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)


def names_of(path):
    return [athlete.profile.name for athlete in reader.read(path, load().profiles["beginner"], lambda p: None).athletes]


# ---------------------------------------------------------------- the sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory, masters):
    """The sixty athletes of the sample, built in two processes: the folder and what was said."""
    out = tmp_path_factory.mktemp("sample") / "private"
    done = command(SAMPLE, "--parts", "race-card", "--out", out, "--cache", masters, "--jobs", 2, env=os.environ)
    said = done.communicate()
    assert done.returncode == 0, said
    return out, "".join(said)


def test_every_athlete_of_the_sample_gets_a_file_with_a_safe_name_of_its_own(sample):
    out, _ = sample
    found = {path.stem for path in (out / "athletes").iterdir()}
    assert len(found) == 60
    assert all(SAFE_NAME.fullmatch(name) for name in found)
    assert {"anna-muller", "anna-muller-2", "runner-con", "robert-drop-table-athletes"} <= found


def test_no_name_of_an_athlete_is_said_unless_it_is_asked_for(sample):
    _, said = sample
    assert "60 athletes in" in said
    for name in names_of(SAMPLE):
        assert len(name) < 4 or name not in said
        assert len(name) < 4 or slug(name) not in said


def test_what_was_made_is_listed_with_the_time_it_took(sample):
    out, _ = sample
    rows = list(csv.DictReader(io.StringIO((out / "roster.csv").read_text("utf-8-sig"))))
    assert [row["name"].removeprefix("'").replace(";'", ";") for row in rows] == names_of(SAMPLE)
    assert all((out / row["file"]).is_file() and float(row["seconds"]) > 0 for row in rows)
    calendars = [row["calendar"] for row in rows]
    assert "" in calendars  # of who has no date
    assert all((out / path).is_file() for path in calendars if path)
    assert {row["how"] for row in rows} == {"stamped", "laid out"}
    assert all(row["why"] for row in rows if row["how"] == "laid out")
    assert all(not row["name"].startswith("=") for row in rows)


def test_the_file_to_print_begins_every_athlete_on_a_front_page_and_names_them(sample):
    out, _ = sample
    with pikepdf.open(out / "all.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        with pdf.open_outline() as outline:
            assert [line.title for line in outline.root] == names_of(SAMPLE)
            starts = [line.destination[0].objgen for line in outline.root]
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        assert all(places[start] % 2 == 0 for start in starts)
        assert len(pdf.pages) == 120  # a card and its empty back


def test_every_group_has_sheets_with_everybody_in_it(sample):
    out, _ = sample
    assert {path.name for path in out.glob("group-*.pdf")} == {"group-a.pdf", "group-b.pdf", "group-c.pdf"}
    text = "".join(page.text for page in pdfs.read(out / "group-b.pdf"))
    assert all(text.count(name) >= 12 for name in ("Anna Müller", "Viktor Petrov", "Noah Clark"))
    assert "Robert" not in text  # who is in another group


# ---------------------------------------------------------------- problems


def test_every_problem_is_told_with_row_column_and_name_and_nothing_is_written(tmp_path):
    path = tmp_path / "athletes.csv"
    path.write_text(HEAD + "Ada,A,begginer,25:10,4\nBo,A,beginner,2:10,4\nCy,A,beginner,25:10,9\n")
    result = CliRunner().invoke(main, ["build", "--roster", "athletes.csv"])
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert [line.split(";")[0][:30] for line in lines[:3]] == [
        "athletes.csv:2:level: Ada: lev",
        "athletes.csv:3:time: Bo: the r",
        "athletes.csv:4:days: Cy: days ",
    ]
    assert lines[3] == "3 problems; nothing was written"
    assert list(tmp_path.iterdir()) == [path]


def test_a_plan_that_there_is_not_is_told_in_its_column(tmp_path):
    (tmp_path / "athletes.csv").write_text("name,time (5k),plan\nAda,25:10,mle\nBo,25:10,one-day-a-week\n")
    result = CliRunner().invoke(main, ["build", "--roster", "athletes.csv", "--weeks", "8"])
    assert 'athletes.csv:2:plan: Ada: plan "mle" is unknown; did you mean mile?' in result.stderr
    assert "1 problem;" in result.stderr  # weeks of the default's plan are not asked of another


def test_bad_rows_are_left_out_when_that_is_said_and_listed_without_names(tmp_path, masters):
    (tmp_path / "athletes.csv").write_text(HEAD + ROWS["Ada Able"] + "Zebedee,A,begginer,25:10,4\n")
    words = ["build", "--roster", "athletes.csv", "--skip-bad", "--parts", "race-card", "--cache", str(masters)]
    result = CliRunner().invoke(main, [*words, "--jobs", "1"])
    assert result.exit_code == 0, result.output
    assert "left out: row 3;" in result.stderr
    assert "Zebedee" not in result.output
    assert "Zebedee" in CliRunner().invoke(main, [*words, "--jobs", "1", "-v"]).output
    assert "athletes.csv:3:level: Zebedee" in (tmp_path / "output-private" / "roster.csv").read_text("utf-8-sig")
    assert (tmp_path / "output-private" / "athletes" / "ada-able.pdf").is_file()


def test_a_roster_of_bad_rows_only_builds_nothing(club, tmp_path):
    with pytest.raises(ContentError, match="did you mean beginner") as told:
        club(["Ada,A,begginer,25:10,4\n"], skip_bad=True)
    assert len(told.value.problems) == 1
    with pytest.raises(ContentError, match="there is no athlete to build"):
        club([])
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--skip-bad"], "--skip-bad: only with --roster"),
        (["--scheduler", "tcp://x", "--html"], "--html, --scheduler: only with --roster"),
        (["--roster", "a.csv", "--all"], "one --profile"),
        (["--roster", "a.csv", "--no-pdf"], "leaves nothing of a roster: add --html"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words, told):
    result = CliRunner().invoke(main, ["build", *words])
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_week_that_a_plan_does_not_have_is_told_before_anything_is_made(club, tmp_path):
    with pytest.raises(ContentError, match='the plan has no "week-9"'):
        club(parts=("week-9",))
    assert files(tmp_path / "private") == {}


# ---------------------------------------------------------------- again


def test_a_second_run_makes_only_what_is_missing_or_changed(club, tmp_path):
    club()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "private").glob("**/*.pdf")}
    assert club().kept == 4
    assert {path: path.stat().st_mtime_ns for path in before} == before
    athletes = tmp_path / "private" / "athletes"
    (athletes / "bo-berg.pdf").unlink()
    (athletes / "cy-clark.pdf").write_bytes(b"%PDF spoilt")
    os.utime(athletes / "dora-dubois.pdf")  # newer, but the same
    rows = ROWS | {"Ada Able": ROWS["Ada Able"].replace("25:10", "25:30")}
    report = club(rows.values())
    assert (report.kept, sum(report.how.values())) == (1, 3)
    again = files(tmp_path / "private", "roster.csv")
    club(rows.values(), out=tmp_path / "fresh")
    assert files(tmp_path / "fresh", "roster.csv") == again


def test_whoever_is_no_longer_in_the_roster_is_removed(club, tmp_path):
    club()
    (tmp_path / "private" / "notes.txt").write_text("the coach's own")
    report = club([row for name, row in ROWS.items() if name != "Bo Berg"])
    assert report.removed == 1
    assert {"athletes/bo-berg.pdf"} == files_before(ROWS) - set(files(tmp_path / "private"))
    assert (tmp_path / "private" / "notes.txt").is_file()


def test_what_has_no_note_is_made_again_by_its_name_and_what_has_no_name_of_ours_stays(club, tmp_path):
    """A run that dies between a file and its note leaves a file without one, and so does a plug that is pulled."""
    private = tmp_path / "private"
    club(html=True, pdf=False)
    before = files(private, "roster.csv")
    journal = private / manifest.HOME / manifest.ATHLETES / manifest.GATHERED
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b"ada-able" not in line))
    (private / "athletes" / "ada-able" / "index.html").write_text("of the run that died")
    own = [private / "athletes" / "ada-able" / "notes.txt", private / "athletes" / "zed.pdf", private / "keep.txt"]
    for path in own:
        path.write_text("the coach's own")
    report = club(list(ROWS.values())[:3], html=True, pdf=False)  # and somebody leaves
    assert (report.kept, report.removed) == (2, 1)
    assert all(path.read_text() == "the coach's own" for path in own)
    assert (private / "athletes" / "ada-able" / "index.html").read_bytes() == before["athletes/ada-able/index.html"]
    assert club(list(ROWS.values())[:3], html=True, pdf=False).kept == 3


def files_before(rows):
    return {"athletes/" + slug(name) + ".pdf" for name in rows} | {"all.pdf", "roster.csv"}


def test_other_products_take_the_place_of_those_before(club, tmp_path):
    club()
    club(parts=("race-card", "wall-plan"))
    found = set(files(tmp_path / "private" / "athletes"))
    assert found == {f"{slug(name)}/{part}" for name in ROWS for part in ("race-card.pdf", "wall-plan.pdf", "plan.ics")}
    club()
    assert set(files(tmp_path / "private" / "athletes")) == {
        f"{slug(name)}.{end}" for name in ROWS for end in ("pdf", "ics")
    }
    assert not any(path.is_dir() for path in (tmp_path / "private" / "athletes").iterdir())


def test_one_process_and_two_make_the_same_bytes(club, tmp_path):
    rows = [
        row.replace("25:10", f"25:{n}0") for n in range(1, 4) for row in ROWS.values()
    ]  # enough for patterns and moulds
    club(rows, masters=tmp_path / "forms-1", out=tmp_path / "one", jobs=1, html=True)
    club(rows, masters=None, out=tmp_path / "two", jobs=2, html=True)
    assert len(list((tmp_path / "one").glob("athletes/*/index.html"))) == len(rows)
    assert files(tmp_path / "one", "roster.csv") == files(tmp_path / "two", "roster.csv")


# ---------------------------------------------------------------- calendars


def test_every_athlete_with_a_date_has_a_calendar_of_the_same_sessions_beside_the_pdf(club, tmp_path):
    rows = [row.replace("25:10", f"25:{n}0") for n in range(1, 4) for row in ROWS.values()]  # enough to share
    club(rows, masters=None)
    library = load()
    request = Request(TODAY, overrides=SOON)
    default = library.override(library.profiles["beginner"], request.overrides)
    for athlete in reader.read(tmp_path / "athletes.csv", default, lambda profile: None).athletes:
        path = tmp_path / "private" / "athletes" / f"{athlete.key}.ics"
        fitness, schedule = planning.plan_profile(library, athlete.profile, TODAY)
        view = composition.compose(athlete.key, library, athlete.profile, fitness, schedule)
        assert path.read_bytes() == calendar.dump(view, schedule.race_day)
        assert path.stat().st_mode & 0o777 == path.with_suffix(".pdf").stat().st_mode & 0o777 == 0o600


def test_who_has_no_race_date_has_no_calendar(tmp_path, masters):
    (tmp_path / "athletes.csv").write_text("name,time (5k),race date\nAda Able,25:10,2026-12-12\nBo Berg,25:10,\n")
    words = ["build", "--roster", "athletes.csv", "--parts", "race-card", "--cache", str(masters), "--jobs", "1", "-q"]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert [path.name for path in (tmp_path / "output-private" / "athletes").glob("*.ics")] == ["ada-able.ics"]


def test_a_calendar_stays_as_it_is_until_its_plan_changes_and_goes_with_its_athlete(club, tmp_path):
    club()
    athletes = tmp_path / "private" / "athletes"
    before = {path: path.stat().st_mtime_ns for path in athletes.glob("*.ics")}
    assert len(before) == 4
    (tmp_path / "private" / "all.pdf").unlink()  # a run with something to do
    club()
    assert {path: path.stat().st_mtime_ns for path in before} == before
    club([row for name, row in ROWS.items() if name != "Bo Berg"])
    assert {path.stem for path in athletes.glob("*.ics")} == {slug(name) for name in ROWS if name != "Bo Berg"}


def test_a_published_calendar_has_the_booklets_name_and_no_athletes(club, tmp_path):
    site = tmp_path / "site"
    club(publish=site)
    found = files(site)
    calendars = {path: data.decode() for path, data in found.items() if path.endswith(".ics")}
    assert {path[:-4] for path in calendars} == {path[:-4] for path in found if path.endswith(".pdf")}
    for text in calendars.values():
        assert not any(word in text for name in ROWS for word in (name, slug(name)))
    assert "Disallow: /athletes/*.ics$" in found["robots.txt"].decode()
    assert all(path in (tmp_path / "private" / "roster.csv").read_text("utf-8-sig") for path in calendars)
    club([ROWS["Ada Able"]], publish=site)
    assert len([path for path in files(site) if path.endswith(".ics")]) == 1


# ---------------------------------------------------------------- ends before the end


@pytest.mark.thorough
def test_a_killed_build_leaves_whole_files_only_and_the_next_goes_on(tmp_path, masters):
    path, out = many(tmp_path / "athletes.csv", 150), tmp_path / "private"
    words = (path, "--parts", "race-card", "--no-collate", "--jobs", 2, "--cache", masters)
    process = command(*words, "--out", out, start_new_session=True)
    until(lambda: len(list(out.glob("athletes/*.pdf"))) > 8, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    until_gone(process.pid)
    found = pdfs_of(out)
    assert 8 < len(found) < 150
    assert all(len(PdfReader(io.BytesIO(data)).pages) == 1 for data in found.values())
    finished = {name: (out / "athletes" / name).stat().st_mtime_ns for name in noted(out)}
    assert len(finished) >= len(found) - 2  # each of two workers had one between the file and its note
    assert "150 athletes in" in finish(command(*words, "--out", out))
    assert all((out / "athletes" / name).stat().st_mtime_ns == when for name, when in finished.items())
    finish(command(*words, "--out", tmp_path / "other"))
    assert files(out, "roster.csv") == files(tmp_path / "other", "roster.csv")
    assert not list((out / ".milebook" / "parts").iterdir())


def noted(out):
    slips_ = manifest.read_all(Folder(out), "athletes").values()
    return [Path(path).name for slip in slips_ for path in slip.files if path.endswith(".pdf")]


def pdfs_of(out):
    return {name: data for name, data in files(out / "athletes").items() if name.endswith(".pdf")}


def until_gone(group):
    """The workers of a process that was killed end by themselves."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, 0)
            time.sleep(0.05)
            continue
        return
    raise AssertionError("the workers live on")


def finish(process):
    said = process.communicate()
    assert process.returncode == 0, said
    return "".join(said)


@pytest.mark.thorough
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleanly_and_what_is_finished_stays(tmp_path, masters, ending):
    path, out = many(tmp_path / "athletes.csv", 400), tmp_path / "private"
    process = command(
        path, "--parts", "race-card", "--jobs", 2, "--cache", masters, "--out", out, start_new_session=True
    )
    until(lambda: len(list(out.glob("athletes/*.pdf"))) > 8, process)
    os.killpg(process.pid, ending) if ending is signal.SIGINT else process.send_signal(ending)
    _, said = process.communicate()
    assert process.returncode == 128 + ending
    assert "Traceback" not in said
    assert "athletes are finished, and the same command goes on from there" in said
    assert 8 < len(noted(out)) == len(pdfs_of(out)) < 400
    assert not list((out / ".milebook" / "parts").iterdir())


def test_a_run_with_nothing_to_do_plans_nobody(club, tmp_path, monkeypatch):
    before = club()
    monkeypatch.setattr(batch, "read_content", None)
    again = club()
    assert (again.athletes, again.kept, again.notes) == (before.athletes, 4, before.notes)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda out: (out / "athletes" / "bo-berg.pdf").write_bytes(b"another"),
        lambda out: (out / "athletes" / "bo-berg.pdf").unlink(),
        lambda out: (out / "athletes" / "bo-berg.ics").unlink(),
        lambda out: (out / "group-a.pdf").unlink(),
        lambda out: (out / "all.pdf").write_bytes(b""),
        lambda out: (out / "roster.csv").unlink(),
        lambda out: shutil.rmtree(out / ".milebook" / "roster" / "athletes"),
        lambda out: (out / ".milebook" / "roster" / "seal.json").write_text("{}"),
    ],
)
def test_whatever_was_spoilt_is_mended_by_the_next_run(club, tmp_path, spoil):
    club()
    wanted = files(tmp_path / "private", "roster.csv")
    spoil(tmp_path / "private")
    club()
    assert files(tmp_path / "private", "roster.csv") == wanted
    assert (tmp_path / "private" / "roster.csv").is_file()


@pytest.mark.parametrize("changes", [{"overrides": {"units": "metric"}}, {"parts": ("strides",)}, {"together": False}])
def test_a_run_that_asks_for_something_else_is_no_run_with_nothing_to_do(club, tmp_path, changes):
    club()
    club(**changes)
    there = files(tmp_path / "private", "roster.csv")
    shutil.rmtree(tmp_path / "private")
    club(**changes)
    assert files(tmp_path / "private", "roster.csv") == there


def test_a_full_disk_ends_with_a_message_and_no_half_file(club, tmp_path, monkeypatch):
    move, room = SafeFolder.move, iter(range(3))

    def filling(self, source, target):
        if target.endswith(".pdf") and next(room, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
        return move(self, source, target)

    with monkeypatch.context() as full:
        full.setattr(SafeFolder, "move", filling)
        with pytest.raises(BuildError, match=r"private: No space left on device; what is finished stays$") as told:
            club()
    assert not any(slug(name) in str(told.value) for name in ROWS)
    assert not list((tmp_path / "private").rglob("*.part"))
    finished = len(noted(tmp_path / "private"))
    assert finished
    assert club().kept == finished


@pytest.mark.thorough
def test_a_full_disk_in_a_worker_ends_the_whole_build_with_a_message(tmp_path, masters):
    path = many(tmp_path / "athletes.csv", 40)
    limit = (
        "import resource,sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000));"
        "from milebook.cli.build import build; sys.argv[0] = 'build.py'; build()"
    )  # a card is larger
    words = [sys.executable, "-c", limit, "--roster", path, "--parts", "race-card", "--jobs", 2, "--cache", masters]
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(CLONE)}
    )
    assert done.returncode == 1
    assert "File too large" in done.stderr  # be it in a worker's temporary file or in what it makes
    assert "Traceback" not in done.stderr
    assert "Zed" not in done.stdout + done.stderr
    assert files(tmp_path / "output-private" / "athletes") == {}


# ---------------------------------------------------------------- private and published


def test_a_roster_goes_to_a_folder_of_its_own_that_git_does_not_see(tmp_path, masters):
    (tmp_path / "athletes.csv").write_text(HEAD + ROWS["Ada Able"])
    words = ["--parts", "race-card", "--cache", str(masters), "--jobs", "1"]
    assert CliRunner().invoke(main, ["build", "--roster", "athletes.csv", *words]).exit_code == 0
    assert not (tmp_path / "output").exists()
    assert (tmp_path / "output-private").stat().st_mode & 0o077 == 0
    assert "/output-private/\n" in (CLONE / ".gitignore").read_text()


@pytest.mark.parametrize("out", ["output", "output/club", "site/deep/club"])
def test_a_roster_is_never_put_into_the_sites_folder_by_accident(tmp_path, out):
    (tmp_path / "site" / ".milebook").mkdir(parents=True)
    (tmp_path / "site" / ".milebook" / "files.json").write_text("{}")
    (tmp_path / "athletes.csv").write_text(HEAD + ROWS["Ada Able"])
    result = CliRunner().invoke(main, ["build", "--roster", "athletes.csv", "--out", out])
    assert result.exit_code == 1
    assert "lies in the site's folder, and a roster is private; leave --out away, or say --publish" in result.stderr
    assert not (tmp_path / out).exists()


def test_a_roster_is_not_put_among_foreign_files(club, tmp_path):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "all.pdf").write_text("foreign")
    with pytest.raises(ContentError, match="holds files that are not from a roster"):
        club()


def test_published_booklets_have_names_nobody_can_guess_that_stay(club, tmp_path):
    site = tmp_path / "site"
    for _ in range(2):
        report = club(publish=site, html=True)
    assert report.kept == 4
    found = files(site)
    folders = {name.split("/")[1] for name in found if name.endswith(".pdf")}
    assert len(folders) == 4
    assert all(len(folder) == athlete_tasks.TOKEN and SAFE_NAME.fullmatch(folder) for folder in folders)
    assert not any(slug(name) in path for name in ROWS for path in found)
    pages = [data.decode() for path, data in found.items() if path.endswith("index.html")]
    assert len(pages) == 5
    assert all('<meta name="robots" content="noindex, nofollow">' in page for page in pages)
    start = found["athletes/index.html"].decode()
    assert not any(part in start for part in (*ROWS, *folders))
    assert "/athletes/" in found["robots.txt"].decode()
    assert "sw.js" not in "".join(pages)
    listed = (tmp_path / "private" / "roster.csv").read_text("utf-8-sig")
    assert all(folder in listed for folder in folders)
    assert {"all.pdf", "group-a.pdf", "roster.csv"} <= set(files(tmp_path / "private"))
    club(publish=tmp_path / "again", out=tmp_path / "other")
    assert not folders & {Path(path).stem for path in files(tmp_path / "again")}


def test_publishing_warns(tmp_path, masters):
    (tmp_path / "athletes.csv").write_text(HEAD + ROWS["Ada Able"])
    words = ["--publish", "--parts", "race-card", "--cache", str(masters), "--jobs", "1", "-q"]
    result = CliRunner().invoke(main, ["build", "--roster", "athletes.csv", *words])
    assert result.exit_code == 0
    assert "warning: booklets and calendars go to output, to be published" in result.stderr
    assert list((tmp_path / "output").glob("athletes/*.pdf"))
    assert not (tmp_path / "output-private" / "athletes").exists()


def test_a_robots_file_of_the_clubs_own_stays(club, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "robots.txt").write_text("own")
    club(publish=tmp_path / "site")
    assert (tmp_path / "site" / "robots.txt").read_text() == "own"


def test_pages_of_a_roster_are_the_athletes_own_and_listed_for_the_coach(club, tmp_path):
    club(html=True, pdf=False)
    found = files(tmp_path / "private" / "athletes")
    assert {f"{slug(name)}/index.html" for name in ROWS} | {"index.html", "assets/site.css"} <= set(found)
    for name in ROWS:
        assert name in found[f"{slug(name)}/index.html"].decode()
        assert f'<a href="{slug(name)}/index.html">{name}' in found["index.html"].decode()
        assert not any(other in found[f"{slug(name)}/index.html"].decode() for other in ROWS if other != name)
    assert "all.pdf" not in files(tmp_path / "private")


# ---------------------------------------------------------------- what is told


def test_reasons_are_told_by_class_and_never_hold_a_value(club):
    report = club([*ROWS.values(), "李小龙,A,beginner,25:10,4\n"])
    assert report.how == {"stamped": 4 - report.why["no master of their kind"], "laid out": report.why.total()}
    assert report.why["letters that the masters lack"] + report.why[athlete_tasks.NO_FONT] == 1


def test_names_without_a_font_are_told_by_row_and_printed_again_next_time(club, monkeypatch):
    print_pdf = engine.print_pdf

    def printing(*warnings):
        return lambda html, folders: replace(print_pdf(html, folders), warnings=warnings if "李" in html else ())

    monkeypatch.setattr(engine, "print_pdf", printing('.notdef glyph rendered for Unicode string: "x"'))
    rows = [*ROWS.values(), "李,A,beginner,25:10,4\n"]
    report = club(rows)
    assert (report.rows_with_boxes, report.why[athlete_tasks.NO_FONT], report.warnings) == ([6], 1, 0)
    with pytest.raises(BuildError, match="1 names without a font"):
        club(rows, strict=True)
    monkeypatch.setattr(engine, "print_pdf", printing())
    report = club(rows)
    assert (report.kept, report.rows_with_boxes) == (4, [])


def test_track_sheets_have_the_files_name_where_no_font_has_the_letters(club, monkeypatch, tmp_path):
    print_pdf, told = engine.print_pdf, '.notdef glyph rendered for Unicode string unsupported by fonts: "李" (U+674E)'

    def printing(*warnings):
        return lambda html, folders: replace(print_pdf(html, folders), warnings=warnings if "李" in html else ())

    def text():
        return "".join(page.extract_text() for page in PdfReader(tmp_path / "private/group-a.pdf").pages)

    monkeypatch.setattr(engine, "print_pdf", printing(told))
    rows = [ROWS["Bo Berg"], "李,A,beginner,25:10,4\n"]
    club(rows)
    assert slug("李") in text()
    monkeypatch.setattr(engine, "print_pdf", printing())  # a font has come
    club(rows)
    assert slug("李") not in text()


def test_every_reason_not_to_stamp_belongs_to_a_class():
    lines = [
        line
        for module in (shaping, copyfitting, sys.modules["milebook.printing.stamping.stamper"])
        for line in Path(module.__file__).read_text("utf-8").splitlines()
        if "raise Unstampable(" in line or "raise UnknownLetterError(" in line
    ]
    assert len(lines) > 10
    unusual = [line.strip() for line in lines if athlete_tasks.reason_class(line) == athlete_tasks.OTHER]
    assert len(unusual) <= 6, unusual  # what no content should bring about
    assert athlete_tasks.reason_class('"Zebedee" is wider than its place') == "lines that may break elsewhere"


def test_lines_tell_rate_and_time_left_and_names_only_when_asked(monkeypatch):
    now = iter(range(0, 1000, 3))
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(now)))
    said = []
    lines = Lines(said.append)
    lines.stage("athletes", 20)
    for _ in range(4):
        lines.advance(5)
    assert said[0] == "athletes   5 of 20, 1.7 a second, 9 s left"
    assert said[-1] == "athletes   20 of 20, 1.7 a second"


def test_plans_cut_short_by_a_near_race_are_told_at_the_end_and_in_the_list(tmp_path, masters):
    rows = (f"{name},25:10,{TODAY + timedelta(left)},8\n" for name, left in NEAR.items())
    (tmp_path / "athletes.csv").write_text("name,time (5k),race date,weeks\n" + "".join(rows))
    words = ["build", "--roster", "athletes.csv", "--parts", "race-card", "--cache", str(masters), "--jobs", "1"]
    for _ in range(2):  # a run with nothing to do tells it, too
        said = CliRunner().invoke(main, words).stderr
        assert "note: 3 athletes have 5 of 8 weeks: the race is near\n" in said
        assert "note: 1 athlete has 4 days of 8 weeks: the race is near\n" in said
        assert said.count("the race is near") == 2
    listed = csv.DictReader(io.StringIO((tmp_path / "output-private" / "roster.csv").read_text("utf-8-sig")))
    assert {row["name"]: row["weeks"] for row in listed} == {
        **dict.fromkeys(("Ada", "Bo", "Cy"), "5 of 8 weeks: the race is near"),
        "Dora": "4 days of 8 weeks: the race is near",
        "Emil": "8 weeks",
    }


def test_a_group_without_end_is_told_instead_of_printed(club, monkeypatch, tmp_path):
    monkeypatch.setattr(batch, "MOST_TOGETHER", 2)
    report = club()
    assert "group-a has 3 athletes: no track sheets for more than 2" in report.notes
    assert "group-a.pdf" not in files(tmp_path / "private")


def test_without_groups_everybody_is_one(club, tmp_path):
    club([row.replace(",A,", ",,").replace(",B,", ",,") for row in ROWS.values()])
    assert "group-everybody.pdf" in files(tmp_path / "private")


@pytest.mark.thorough
def test_a_worker_that_is_ended_from_outside_ends_the_build_with_a_message(club, monkeypatch):
    monkeypatch.setattr(athlete_tasks, "survey", dies)
    with pytest.raises(BuildError, match="a worker process was ended from outside: memory may have run out"):
        club(jobs=2)


def dies(workshop, task):
    os._exit(9)


@pytest.mark.thorough
def test_workers_with_too_much_memory_are_relieved_and_nothing_is_lost(club, monkeypatch):
    monkeypatch.setattr(processes, "MOST_MEMORY", 1)
    workers = set()
    begin = processes.Workers._begin

    def fresh(self):
        workers.add(worker := begin(self))
        return worker

    monkeypatch.setattr(processes.Workers, "_begin", fresh)
    report = club([f"Ann Number{n},A,beginner,2{n}:10,4\n" for n in range(4, 9)], jobs=2)
    assert sum(report.how.values()) == 5
    assert len(workers) > 2


# ---------------------------------------------------------------- pages that cannot be laid out


def hangs_for_one(workshop, athletes):
    """In a worker: its own `make`, but for one row, whose page never ends."""
    for athlete, _ in athletes:
        if athlete.row == 3:
            with limits.within("row 3 of the roster"), limits.page("race-card.pdf"):
                time.sleep(60)
    return athlete_tasks.make(workshop, athletes)


@pytest.mark.thorough
def test_a_page_without_end_stops_a_roster_and_is_told_by_its_row(club, monkeypatch):
    monkeypatch.setattr(athlete_tasks, "make", hangs_for_one)
    told = r"^row 3 of the roster, race-card\.pdf cannot be laid out: it takes more than 5 s \(--limit\)$"
    with pytest.raises(LayoutError, match=told):
        club(jobs=1, limit=Limit(5))


def test_with_skip_bad_whoever_has_such_a_page_is_left_out(club, monkeypatch, tmp_path):
    monkeypatch.setattr(athlete_tasks, "make", hangs_for_one)
    report = club(jobs=2, limit=Limit(5), skip_bad=True)
    assert (report.athletes, report.rows_left_out, sum(report.how.values())) == (3, (3,), 3)
    assert "it takes more than 5 s (--limit)" in str(report.left_out[0])
    assert len(pdfs_of(tmp_path / "private")) == 3
    listed = (tmp_path / "private" / "roster.csv").read_text("utf-8-sig").splitlines()
    assert [line for line in listed if line.startswith("3,") and "left out" in line]


@pytest.mark.thorough
@pytest.mark.parametrize("skip_bad", [False, True])
def test_where_no_page_can_be_laid_out_the_run_stops(club, monkeypatch, skip_bad):
    calls = []

    def fails(html, folders):
        calls.append(html)
        raise LayoutError("KeyError in the print engine")

    monkeypatch.setattr(engine, "print_pdf", fails)
    monkeypatch.setattr(printer, "make_master", fails)
    rows = [f"Ann Number{n},A,beginner,2{n % 10}:1{n // 10},4\n" for n in range(4, 44)]
    with pytest.raises(LayoutError, match=r"row \d+ of the roster, race-card\.pdf cannot be laid out: KeyError"):
        club(rows, skip_bad=skip_bad, masters=None)
    assert len(calls) < 30


def test_a_mistake_of_ours_is_told_by_its_row_and_never_by_a_name(club, monkeypatch):
    def fails(copy, *_):
        raise ValueError(f"no booklet for {copy.title}")

    monkeypatch.setattr(athlete_tasks.products, "begin", fails)
    with pytest.raises(BuildError, match=r"^row 2 of the roster cannot be printed \(ValueError\)"):
        club()


def test_a_mistake_in_the_template_of_track_sheets_is_told_by_check(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "group.html.j2").write_text("{{ sheets.nobody }}")
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert "templates/group.html.j2:1:1: template error" in result.stderr


def test_sheets_of_a_group_that_is_gone_go_too(club, tmp_path):
    club()
    assert "group-b.pdf" in files(tmp_path / "private")
    club([row.replace(",B,", ",A,") for row in ROWS.values()])
    assert "group-b.pdf" not in files(tmp_path / "private")


@pytest.mark.parametrize(
    ("hidden", "notes"),
    [
        ((), []),
        ((3,), ["1 hidden row was read: 3"]),
        ((3, 7), ["2 hidden rows were read: 3, 7"]),
        (tuple(range(2, 25)), [f"23 hidden rows were read: {', '.join(map(str, range(2, 22)))} and 3 more"]),
    ],
)
def test_hidden_rows_are_named_as_many_as_are_read_on_a_screen(hidden, notes):
    assert list(roster_notes.hidden(reader.Roster((), (), (), hidden=hidden))) == notes


def test_what_only_a_build_knows_of_a_row_is_told_beside_what_its_cells_have_wrong(tmp_path):
    rows = ["Ada,metri,tue thu,mile,2020-01-01,,25:10", "Bo,,tue thu,mle,2027-06-12,2030-01-01,25:10"]
    text = "\n".join(("name,units,days,plan,race date,result date,time (5k)", *rows))
    (tmp_path / "athletes.csv").write_text(f"{text}\n", "utf-8")
    with pytest.raises(ContentError) as told:
        batch.run(Order(tmp_path / "athletes.csv", Request(TODAY), tmp_path / "out"), Silent())
    places = [str(problem).partition("athletes.csv:")[2].partition(": ")[0] for problem in told.value.problems]
    assert sorted(places) == ["2:days", "2:race date", "2:units", "3:plan", "3:result date"]


def test_a_result_of_long_ago_is_noted(tmp_path):
    text = "name,time,distance,result date\nAda,25:10,5 km,2019-10-17\nBo,26:10,5 km,2026-10-17\n"
    (tmp_path / "athletes.csv").write_text(text, "utf-8")
    found = reader.read(tmp_path / "athletes.csv", load().profiles["beginner"], lambda profile: None)
    (note,) = roster_notes.old_results(found, date(2026, 11, 1))
    assert note == "1 athlete with a result that is older than three months, and may say little of today: row 2"


def test_a_race_without_a_date_that_is_on_none_of_the_days_is_noted(tmp_path):
    text = "name,time,distance,race date,days\nAda,25:10,5 km,,tue thu sat\nBo,26:10,5 km,2027-06-12,tue thu sat\n"
    (tmp_path / "athletes.csv").write_text(f"{text}Cy,26:10,5 km,,tue thu sun\n", "utf-8")
    found = reader.read(tmp_path / "athletes.csv", load().profiles["beginner"], lambda profile: None)
    assert list(roster_notes.undated(found)) == [
        "no race date, and so a plan without dates: rows 2 and 4",
        "a plan without dates has its race on a Sunday, which is none of the days of row 2; a race date puts it on its "
        "own weekday",
    ]


def test_letters_without_a_font_are_told_as_what_stands_for_them(capsys):
    """Boxes in booklets; on a group's sheets nothing, and who it is beside that (see `spell`)."""
    report = batch.Report(2, rows_with_boxes=[6, 3])
    tell_roster(Order(Path("athletes.csv"), Request(TODAY)), report, quiet=True, verbose=False)
    told = "boxes stand for them, and sheets for the track leave them out beside the id or the name of the file; "
    assert f"rows 3 and 6: the names have letters that no font of this machine has: {told}" in capsys.readouterr().err


def test_one_athlete_is_not_called_athletes(capsys):
    tell_roster(Order(Path("athletes.csv"), Request(TODAY)), batch.Report(1), quiet=False, verbose=False)
    assert "1 athlete in" in capsys.readouterr().out


ONE_NAME = "rows 1 and 2 have names that make one file name"


@pytest.mark.parametrize(
    ("twins", "told"),
    [
        (((2, 11),), "rows 2 and 11 have names that make one file name; delete one if it is one person, else give "),
        (((2, 11), (4, 5, 6)), "rows 2 and 11 have names that make one file name, as have rows 4, 5 and 6; delete "),
        (((1, 2),) * 7, f"{ONE_NAME}, as have {'rows 1 and 2, ' * 4}those of 2 other names; "),
    ],
)
def test_rows_of_one_name_are_named(twins, told):
    (note,) = roster_notes.twins(reader.Roster((), (), (), twins))
    assert note.startswith(told)


def test_rows_without_a_group_are_named_and_group_a_is_a(club, tmp_path):
    rows = [*ROWS.values(), "Ed Ek,,beginner,25:10,4\n", "Flo Fu,Group A,beginner,25:10,4\n"]
    report = club(rows, together=False)
    assert "row 6 has no group and is on no track sheet" in report.notes
    found = files(tmp_path / "private")
    assert {name for name in found if name.startswith("group")} == {"group-a.pdf", "group-b.pdf"}
    text = "".join(page.text for page in pdfs.read(tmp_path / "private" / "group-a.pdf"))
    assert "Flo Fu" in text
    assert "Group Group" not in text
    listed = list(csv.DictReader(io.StringIO(found["roster.csv"].decode("utf-8-sig"))))
    read = [[row[column] for column in ("name", "distance", "time", "race date", "goal")] for row in listed]
    assert read[0] == ["Ada Able", "5 km", "25:10", "2026-12-08", ""]


def test_rows_are_named_as_many_as_there_are():
    assert [rows_of(rows, 3) for rows in ([6], [3, 5, 8], [2, 3, 4, 5])] == [
        *("row 6", "rows 3, 5 and 8", "rows 2, 3, 4 and 1 more"),
    ]


def test_hidden_columns_are_named():
    found = reader.Roster((), (), (), hidden_columns=("C (Zeit)", "D (Goal)"))
    assert list(roster_notes.hidden(found)) == ["2 hidden columns were read: C (Zeit), D (Goal)"]


def test_the_end_of_a_run_and_the_list_say_what_rows_leave_out_and_whose_stands_there(tmp_path, monkeypatch):
    path = tmp_path / "athletes.csv"
    path.write_text("name,level,race date,days\nAda,,2027-06-12,\nBo,advanced,2027-06-12,\n", "utf-8")
    overrides = {"result": read_result("5k 24:10"), "units": "metric"}
    request = Request(TODAY, pdf=False, profiles=("intermediate",), overrides=overrides)
    order = Order(path, request, out=tmp_path / "private", html=True)
    report = batch.run(order, Silent())
    told = [note for note in report.notes if note.startswith("from ")]
    assert len(told) == 3
    assert told[0].startswith("from the profile intermediate: level (1 row), ")
    assert "days (2 rows)" in told[0]
    assert told[1:] == ["from --units: units (2 rows)", "from --result: distance (2 rows), time (2 rows)"]
    ada, bo = csv.DictReader(io.StringIO((tmp_path / "private" / "roster.csv").read_text("utf-8-sig")))
    assert ada["left out"].startswith("level, ")
    assert "level" not in bo["left out"]
    for row in (ada, bo):
        assert row["left out"].endswith(" of the profile intermediate; units of --units; distance, time of --result")


def profiles_of(content, *names, default=""):
    """Content of one's own with these profiles, each of the level that is its name's."""
    (content / "profiles").mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(CONTENT / "profiles" / f"{name}.yaml", content / "profiles")
    site = (CONTENT / "site.yaml").read_text("utf-8").replace("default-profile: beginner ", f"{default} ")
    (content / "site.yaml").write_text(site, "utf-8")
    return content


def levels_of(tmp_path, content, **asked):
    """The levels that rows without one have."""
    path = tmp_path / "athletes.csv"
    path.write_text("name,time (5k),days\nAda,25:10,4\n", "utf-8")
    order = Order(path, Request(TODAY, content=content, pdf=False, **asked), out=tmp_path / "private", html=True)
    report = batch.run(order, Silent())
    (row,) = csv.DictReader(io.StringIO((tmp_path / "private" / "roster.csv").read_text("utf-8-sig")))
    (said,) = [note for note in report.notes if note.startswith("from ")]
    assert said.startswith(f"from the profile {row['level']}: level (1 row)")
    return row["level"]


def test_what_a_row_leaves_out_comes_from_the_profile_that_is_asked_for_else_the_sites_else_the_only_one(tmp_path):
    several = profiles_of(tmp_path / "a", "beginner", "advanced", default="default-profile: beginner")
    assert levels_of(tmp_path, several) == "beginner"
    assert levels_of(tmp_path, several, profiles=("advanced",)) == "advanced"
    assert levels_of(tmp_path, profiles_of(tmp_path / "b", "intermediate")) == "intermediate"


def test_of_several_profiles_none_is_guessed_and_both_ways_to_say_which_are_told_and_work(tmp_path):
    content = profiles_of(tmp_path / "content", "intermediate", "advanced")
    with pytest.raises(ContentError) as caught:
        levels_of(tmp_path, content)
    assert str(caught.value) == (
        "there are 2 profiles for what a roster's rows leave out; "
        "say which, as in --profile advanced, or in site.yaml, as in default-profile: advanced"
    )
    assert not (tmp_path / "private").exists()
    assert levels_of(tmp_path, content, profiles=("advanced",)) == "advanced"
    profiles_of(content, default="default-profile: advanced")
    assert levels_of(tmp_path, content) == "advanced"


@pytest.mark.parametrize(
    ("overrides", "whose"),
    [
        ({}, "Club mile on Saturday 12 Jun 2027, that of the profile beginner"),
        (SOON, "Club mile on Tuesday 8 Dec 2026, the date of --race-date, the name of the profile beginner"),
        (
            {"race_distance": "1500 m"},
            "The 1500 m on Saturday 12 Jun 2027, the date of the profile beginner, the name of --race-distance",
        ),
    ],
)
def test_the_race_of_all_is_told_where_the_roster_has_none(club, overrides, whose):
    notes = club(overrides=overrides, together=False).notes
    assert f"the race of all 4 rows is {whose}" in notes


def test_the_races_of_a_roster_are_named_alike_on_stamped_and_laid_out_pages(tmp_path, masters):
    """Of so many alike most are stamped, and one in letters of its own is laid out."""
    names = [f"Ada Able{letter}" for letter in "abcdefgh"] + ["\u674e"]
    rows = "".join(f"{name},25:{number}0,2027-05-01\n" for number, name in zip("123451234", names, strict=True))
    (tmp_path / "athletes.csv").write_text("name,time (5k),race date\n" + rows, "utf-8")
    order = Order(
        tmp_path / "athletes.csv", Request(TODAY, parts=CARD, masters=masters / FORMS), out=tmp_path / "private"
    )
    assert {"stamped", "laid out"} <= set(batch.run(order, Silent()).how)
    for page in (tmp_path / "private" / "athletes").glob("*.pdf"):
        text = PdfReader(page).pages[0].extract_text()
        assert ("The mile" in text, "Club mile" in text) == (True, False)
    for calendar_file in (tmp_path / "private" / "athletes").glob("*.ics"):
        assert "Club mile" not in calendar_file.read_text("utf-8")
