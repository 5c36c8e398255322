"""plan.csv: one line a day, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milebook.exports import table
from milebook.schedule import Schedule
from milebook.views import Booklet, Day

HEAD = ("week", "date", "weekday", "kind", "title", "session", "target", "recovery", "effort", "kilometres", "minutes")


def dump(view: Booklet, schedule: Schedule) -> bytes:
    """The plan as CSV."""
    return table.dump([HEAD, *_rows(view, schedule)])


def _rows(view: Booklet, schedule: Schedule) -> Iterator[Sequence[object]]:
    days = [*(day for week in view.weeks for day in week.days), *view.after]
    for day, session in zip(days, schedule.sessions, strict=True):
        yield (
            session.week,
            session.day.isoformat() if session.day else "",
            day.weekday,
            day.kind,
            day.title,
            _told(day),
            "; ".join(str(rep.target) for rep in day.reps if rep.target),
            "; ".join(rep.recovery for rep in day.reps if rep.recovery),
            day.effort,
            f"{session.metres / 1000:.1f}",
            f"{session.seconds / 60:.0f}",
        )


def _told(day: Day) -> str:
    parts = [
        "".join(map(str, part)) for part in (day.before, day.main, *(rep.what for rep in day.reps), day.after) if part
    ]
    return "; ".join(parts)
