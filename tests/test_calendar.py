"""A calendar's lines: one for each content line, to every reader, and the same from a build and from a browser."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from datetime import date

import pytest
from common import CLONE, TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook.booklet import composition
from milebook.content.loader import load
from milebook.content.models import Profile
from milebook.exports import calendar
from milebook.printing.stamping.variable_values import fields_of, split_view
from milebook.roster import file_names
from milebook.training import planning

LINE_ENDS = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
ODD = (
    "\\",
    ";",
    ",",
    *LINE_ENDS,
    "\t",
    "\x00",
    "\x1b",
    "\x7f",
    "\x9f",
    "\ud800",
    "a",
    "é",
    "\U0001f3c3",
    "\u00a0",
    "\\n",
)
PRINTED = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_the_end_of_a_line_is_escaped(end):
    assert calendar.escape(f"Hills{end}BEGIN:VALARM") == "Hills\\nBEGIN:VALARM"


@given(st.lists(st.sampled_from(ODD) | st.characters(), max_size=120).map("".join))
def test_a_text_stays_on_its_line_and_can_be_read_again(text):
    escaped = calendar.escape(text)
    assert not PRINTED.search(escaped)
    folded = calendar.fold(f"SUMMARY:{escaped}")
    assert all(len(line.encode()) <= calendar.MOST_OCTETS and len(line.splitlines()) == 1 for line in folded)
    assert "\r\n".join(folded).replace("\r\n ", "") == f"SUMMARY:{escaped}"
    unescaped = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], escaped)
    assert unescaped == re.sub("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]", "", "\n".join(lines_of(text)))


def lines_of(text):
    """`str.splitlines`, with the last line when it is empty."""
    return re.split("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text)


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node to run the page's script")
def test_the_pages_script_escapes_and_folds_as_a_build_does():
    script = (CLONE / "templates/assets/web/personal.js").read_text("utf-8")
    part = script[script.index("const escaped") : script.index("/** The plan as a calendar file. */")]
    chosen = random.Random(15)
    texts = ["".join(chosen.choices(ODD, k=chosen.randrange(90))) for _ in range(300)]
    run = f"{part}; console.log(JSON.stringify({json.dumps(texts)}.map((text) => folded(escaped(text)))))"
    said = subprocess.run(["node", "-e", run], capture_output=True, check=True, encoding="utf-8").stdout
    assert json.loads(said) == [calendar.fold(calendar.escape(text)) for text in texts]


@pytest.mark.parametrize(
    "race", [{"name": "Town mile; heats, finals", "date": "2027-06-12"}, {"name": "Mile", "date": "2026-12-05"}]
)
def test_a_calendar_shared_by_runners_of_one_plan_is_each_ones_own(race):
    library = load()

    def view(runner, time, **changes):
        values = {"level": "beginner", "days": 4, "plan": "mile", "race": race | changes}
        profile = Profile.model_validate(values | {"name": runner, "result": {"distance": "5 km", "time": time}})
        fitness, schedule = planning.plan_profile(library, profile, TODAY)
        return composition.compose(file_names.slug(runner), library, profile, fitness, schedule)

    ada = view("Ada", "25:10")
    shared = calendar.share(ada, fields_of(ada))
    day = date.fromisoformat(race["date"])
    for one in (ada, view("Cy", "26:00"), view("Bo; Ö", "27:40", name="Mile \\n; Ö" * 2)):
        assert split_view(one).shape == split_view(ada).shape
        assert shared.fill(one.key, day, split_view(one).values) == calendar.dump(one, day)
        assert calendar.dump(one, day).count(b"BEGIN:VEVENT") > 4


def test_a_plan_without_a_date_has_no_calendar():
    assert calendar.dump(None, None) is None
