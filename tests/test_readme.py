"""The README is true: its commands run, its example is a profile, its options are all there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from milebook.cli import build, main

CLONE = Path(__file__).parent.parent
README = (CLONE / "README.md").read_text("utf-8")
CONTRIBUTING = (CLONE / "CONTRIBUTING.md").read_text("utf-8")


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
    shown = set(re.findall(r"make ([a-z-]+)", "".join(blocks(README, "sh") + blocks(CONTRIBUTING, "sh"))))
    assert {"booklet", "test", "golden", "lock"} <= shown
    for target in shown:
        assert re.search(rf"^{target}:", (CLONE / "Makefile").read_text("utf-8"), re.MULTILINE), target


def test_the_profile_of_the_readme_builds(monkeypatch, tmp_path):
    (tmp_path / "content" / "profiles").mkdir(parents=True)
    (tmp_path / "content" / "profiles" / "sam.yaml").write_text(blocks(README, "yaml")[0], "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795478400")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "--no-pdf", "--profile", "sam"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "output" / "sam" / "index.html").is_file()


def test_every_option_of_build_is_in_the_readme():
    options = {name for parameter in build.params if isinstance(parameter, click.Option) for name in parameter.opts}
    missing = {name for name in options if name not in README} - {"--quiet", "--verbose"}
    assert not missing


def test_the_accent_of_the_booklet_can_be_changed_as_contributing_says(monkeypatch, tmp_path):
    own = tmp_path / "templates" / "assets"
    own.mkdir(parents=True)
    style = (CLONE / "templates" / "assets" / "print.css").read_text("utf-8")
    assert "--accent: #b3321e" in style
    (own / "print.css").write_text(style.replace("--accent: #b3321e", "--accent: #1e7d32"), "utf-8")
    monkeypatch.chdir(tmp_path)
    from milebook.loader import search_path
    from milebook.press import BASE_URL, find_asset

    folders = search_path("templates", None)
    assert find_asset(f"{BASE_URL}assets/print.css", folders).resolve() == (own / "print.css").resolve()
    assert find_asset(f"{BASE_URL}assets/a4.css", folders).resolve() == CLONE / "templates/assets/a4.css"
