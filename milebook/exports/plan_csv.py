"""plan.csv: one line a day, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from milebook.booklet.session_text import in_full
from milebook.booklet.views import Booklet, Day
from milebook.content.prose import to_plain_text
from milebook.exports import table
from milebook.running.quantities import METRES_PER_KM, METRES_PER_MILE, Units
from milebook.training.schedule import Schedule

HEAD = ("week", "date", "weekday", "kind", "title", "session", "target", "recovery", "effort", "{distance}", "minutes")
DISTANCE: dict[Units, tuple[str, float]] = {
    "metric": ("kilometres", METRES_PER_KM),
    "imperial": ("miles", METRES_PER_MILE),
}


def dump(view: Booklet, schedule: Schedule) -> bytes:
    """The plan as CSV, with distances in the runner's units."""
    name, metres = DISTANCE[view.units]
    return table.dump([[word.format(distance=name) for word in HEAD], *_rows(view, schedule, metres)])


def _rows(view: Booklet, schedule: Schedule, metres: float) -> Iterator[Sequence[object]]:
    days = [*(day for week in view.weeks for day in week.days), *view.after]
    for day, session in zip(days, schedule.sessions, strict=True):
        yield (
            session.week,
            session.day.isoformat() if session.day else "",
            day.weekday,
            day.kind,
            str(day.race or to_plain_text(day.title)),
            _told(day),
            "; ".join(str(rep.target) for rep in day.main if rep.target),
            "; ".join("".join(map(str, rep.recovery)) for rep in day.main if rep.recovery),
            day.effort,
            f"{session.metres / metres:.1f}",
            f"{session.seconds / 60:.0f}",
        )


def _told(day: Day) -> str:
    main = (in_full(replace(rep, target=None, low_high=None, recovery=())) for rep in day.main)
    return "; ".join("".join(map(str, part)) for part in (day.before, *main, day.after) if part)
