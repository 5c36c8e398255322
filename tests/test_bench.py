"""The benchmark's own arithmetic and telling; how fast anything is, no test says."""

from __future__ import annotations

import csv
import sys

import pytest
from common import CLONE
from stamps import view_of

sys.path.insert(0, str(CLONE / "benchmarks"))

import rivals
import run


def test_a_ratio_is_one_median_over_the_other_and_what_was_reckoned_says_so():
    rows = {
        "ours": run.Row("ours", [3.0, 1.0, 2.0], against="loop", wanted="below 0.01"),
        "loop": run.Row("loop", [4.0, 5.0, 60.0], reckoned=100),
        "alone": run.Row("alone", [1.5], against="nobody", wanted="below 1"),
    }
    assert run.table(rows).splitlines()[2:] == [
        "| ours | loop | 0.004 | below 0.01 | 2 |",
        "| loop |  |  |  | 500 (reckoned) |",
        "| alone |  |  |  | 1.5 |",
    ]


@pytest.mark.parametrize("masters", [1, 6])
def test_athletes_are_the_same_in_every_run_and_of_so_many_forms(tmp_path, masters):
    one, two = (run.roster(tmp_path / name, 30, masters) for name in ("one.csv", "two.csv"))
    assert one.read_bytes() == two.read_bytes()
    with one.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["level"], row["days"], row["units"]) for row in rows}) == masters
    assert len({row["name"] for row in rows}) == 30


def test_a_rival_is_fed_with_the_values_that_we_print():
    view = view_of()
    data = rivals.as_data(view)
    assert data["goal"] == view.goal.text
    assert data["paces"]["result"] == "5\u00a0km in 27:30"
    assert data["rep_times"]["rows"][1][1] == [field.text for field in view.rep_times.rows[1][1]]
    lines = [day[key] for week in data["weeks"] for day in week["days"] for key in ("before", "main", "after")]
    assert all(isinstance(line, str) for line in lines)


def test_a_page_of_markdown_is_told_in_blocks_without_its_marks():
    text = "# Head\n\nA **bold** [word](https://x.example).\n\n- one\n- two\n"
    assert [(part["kind"], part["text"]) for part in rivals.blocks(text)] == [
        ("h", "Head"),
        ("p", "A bold word."),
        ("li", "one"),
        ("li", "two"),
    ]


def test_a_command_that_fails_ends_the_benchmark(tmp_path):
    with pytest.raises(run.click.ClickException, match="no such"):
        run.Bench(tmp_path, 1).once([sys.executable, "-c", "raise SystemExit('no such thing')"])
