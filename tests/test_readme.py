"""The README is true: its commands run, its example is a profile, its options are all there are."""

from __future__ import annotations

import re
import shlex
from datetime import date

import click
import pytest
from click.testing import CliRunner
from common import CLONE

from milebook.cli.build import build
from milebook.cli.main import main
from milebook.exports.formats import BY_FILE
from milebook.printing.products import PRODUCTS
from milebook.roster.sheet.cell_values import read_days
from milebook.roster.sheet.columns import HEADINGS
from milebook.running.dates import WEEKDAYS, read_date
from milebook.running.distance_readings import read_race_distance
from milebook.running.fitness import is_run
from milebook.running.readings import read_race_time

README = (CLONE / "README.md").read_text("utf-8")
GUIDES = [path.read_text("utf-8") for path in (CLONE / "CONTRIBUTING.md", *sorted((CLONE / "docs").rglob("*.md")))]


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands():
    lines = [line.split("  #")[0].strip() for block in blocks(README, "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith((".venv/bin/milebook", "./build.py"))]


@pytest.mark.parametrize("line", commands())
def test_every_command_shown_runs(line, monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.chdir(tmp_path)
    roster = (CLONE / "content" / "athletes.csv").read_text("utf-8").splitlines()
    (tmp_path / "athletes.csv").write_text("\n".join(roster[:8]), "utf-8")
    words = shlex.split(line)
    words = words[1:] if words[0].endswith("milebook") else ["build", *words[1:]]
    if words[0] == "build" and not {"--help", "--parts"} & set(words):
        words.append("--no-pdf")  # the PDF is printed in test_products.py
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output


def test_there_are_commands_to_run():
    assert len(commands()) >= 6


def test_make_targets_shown_exist():
    shown = set(
        re.findall(r"make ([a-z-]+)", "".join(block for text in (README, *GUIDES) for block in blocks(text, "sh")))
    )
    assert {"booklet", "test", "golden", "lock"} <= shown
    for target in shown:
        assert re.search(rf"^{target}:", (CLONE / "Makefile").read_text("utf-8"), re.MULTILINE), target


def test_the_profile_of_the_readme_builds(monkeypatch, tmp_path):
    (tmp_path / "content" / "profiles").mkdir(parents=True)
    (tmp_path / "content" / "profiles" / "sam.yaml").write_text(blocks(README, "yaml")[0], "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "--no-pdf", "--profile", "sam", "--out", "output"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "output" / "sam" / "index.html").is_file()


def test_every_option_of_build_is_in_the_readme():
    options = {name for parameter in build.params if isinstance(parameter, click.Option) for name in parameter.opts}
    missing = {name for name in options if name not in README} - {"--quiet", "--verbose"}
    assert not missing


def test_every_file_that_is_made_is_in_the_readme():
    made = [*BY_FILE, *(f"{name}.pdf" for name in PRODUCTS)]
    assert not [name for name in made if f"`{name}`" not in README and f"/{name}`" not in README]


def test_the_accent_of_the_booklet_can_be_changed_by_a_style_of_ones_own(monkeypatch, tmp_path):
    own = tmp_path / "templates" / "assets"
    own.mkdir(parents=True)
    style = (CLONE / "templates" / "assets" / "print.css").read_text("utf-8")
    assert "--accent: #b3321e" in style
    (own / "print.css").write_text(style.replace("--accent: #b3321e", "--accent: #1e7d32"), "utf-8")
    monkeypatch.chdir(tmp_path)
    from milebook.content.loader import search_path
    from milebook.printing.engine import BASE_URL, find_asset

    folders = search_path("templates", None)
    assert find_asset(f"{BASE_URL}assets/print.css", folders).resolve() == (own / "print.css").resolve()
    assert find_asset(f"{BASE_URL}assets/a4.css", folders).resolve() == CLONE / "templates/assets/a4.css"


def row_of_readme(name):
    """The examples of a row of the table of what a roster may hold."""
    (row,) = re.findall(rf"^\| {name} \| (.*) \|$", README, re.MULTILINE)
    return row, re.findall("`([^`]+)`", row)


def test_every_distance_time_and_date_in_the_readme_is_read():
    assert all(read_race_distance(text).metres for text in row_of_readme("distances")[1])
    dates = row_of_readme("dates")[1]
    assert {read_date(text) for text in dates} == {date(2027, 6, 12)}
    metres = {"1:45:10": 21097.5, "1:45": 21097.5, "1h02": 10_000, "5:58.4": 1609.344, "58.4": 400}
    times = row_of_readme("times")[1]
    assert all(is_run(run, read_race_time(text, run).seconds) for text in times for run in [metres.get(text, 5000)])
    assert row_of_readme("days")[1][1:] == ["tue thu sun", "Di, Do, So", "mardi et jeudi"]
    assert [read_days(text) for text in row_of_readme("days")[1]] == [4, *2 * [["tue", "thu", "sun"]], ["tue", "thu"]]


def test_the_readme_names_every_column_and_the_guide_every_heading_and_weekday():
    assert set(row_of_readme("columns")[1]) == {*HEADINGS, "#"}
    guide = (CLONE / "docs" / "roster.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\S[^|]*) \| (`.*) \|$", guide, re.MULTILINE))
    assert {column: set(re.findall("`([^`]+)`", words)) - {"#"} for column, words in listed.items()} == {
        column: set(headings) for column, headings in HEADINGS.items()
    }
    for language, days in WEEKDAYS.items():
        (words,) = re.findall(rf"^\| {language} \| (.*) \|$", guide, re.MULTILINE)
        assert set(words.replace(";", "").split()) == set(days)
        assert language in README
