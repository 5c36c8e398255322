"""Every format a plan leaves in, one file each: what the page calls it, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from milebook.booklet.views import Booklet
from milebook.content.models import Profile
from milebook.exports import calendar, plan_csv, plan_json
from milebook.running.fitness import Fitness
from milebook.training.schedule import Schedule


@dataclass(frozen=True)
class RunnersPlan:
    """What an export is made of: the runner, the paces, the dated sessions, and the booklet they are shown in."""

    profile: Profile
    fitness: Fitness
    schedule: Schedule
    view: Booklet


@dataclass(frozen=True)
class Format:
    """A file beside the page: its name, what the page calls it, its kind, and what writes it; None writes none."""

    file: str
    title: str
    kind: str
    write: Callable[[RunnersPlan], bytes | None]


FORMATS = (
    Format(
        "plan.ics", "Plan for a calendar", "iCalendar", lambda plan: calendar.dump(plan.view, plan.schedule.race_day)
    ),
    Format("plan.csv", "Plan for a spreadsheet", "CSV", lambda plan: plan_csv.dump(plan.view, plan.schedule)),
    Format(
        "plan.json",
        "Plan for a program",
        "JSON",
        lambda plan: plan_json.dump(plan.profile, plan.fitness, plan.schedule),
    ),
)
BY_FILE = {one.file: one for one in FORMATS}


def files_of(plan: RunnersPlan) -> Iterator[tuple[str, bytes]]:
    """The files of a plan, by name; a plan without dates has no calendar."""
    for one in FORMATS:
        data = one.write(plan)
        if data is not None:
            yield one.file, data
