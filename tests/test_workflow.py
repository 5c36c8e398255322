"""The workflow that puts the site on GitHub Pages: what it runs exists, and it may do no more than it must."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

CLONE = Path(__file__).parent.parent
WORKFLOW = YAML(typ="safe").load(CLONE / ".github" / "workflows" / "pages.yml")
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
USED = {
    "actions/checkout": "v7",
    "actions/setup-python": "v7",
    "actions/configure-pages": "v6",
    "actions/upload-pages-artifact": "v5",
    "actions/deploy-pages": "v5",
}


def test_only_githubs_own_actions_are_used_and_every_one_is_pinned():
    assert dict(step["uses"].split("@") for step in STEPS if "uses" in step) == USED


def test_permissions_are_given_job_by_job_and_none_is_too_many():
    assert WORKFLOW["permissions"] == {}
    assert WORKFLOW["jobs"]["build"]["permissions"] == {"contents": "read", "pages": "read"}
    assert WORKFLOW["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}


@pytest.mark.parametrize("line", [step["run"] for step in STEPS if "run" in step])
def test_every_line_runs_a_target_of_the_makefile_and_nothing_from_outside_is_pasted_into_it(line):
    target = re.match(r"make ([a-z-]+) ", line)[1]
    assert re.search(rf"^{target}:", (CLONE / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert "${{" not in line


def test_the_site_is_checked_built_strictly_with_its_address_and_tested_before_it_is_deployed():
    lines = [step["run"] for step in WORKFLOW["jobs"]["build"]["steps"] if "run" in step]
    assert [line.split()[1] for line in lines] == ["check", "site", "test-site"]
    assert "--strict --site-url ${BASE_URL}" in lines[1]
    assert WORKFLOW["jobs"]["deploy"]["needs"] == "build"
