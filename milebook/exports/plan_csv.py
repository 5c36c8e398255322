"""plan.csv: one line a day, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from milebook.exports import table
from milebook.prose import to_plain_text
from milebook.schedule import Schedule
from milebook.steps import in_full
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
            str(day.race or to_plain_text(day.title)),
            _told(day),
            "; ".join(str(rep.target) for rep in day.main if rep.target),
            "; ".join(rep.recovery for rep in day.main if rep.recovery),
            day.effort,
            f"{session.metres / 1000:.1f}",
            f"{session.seconds / 60:.0f}",
        )


def _told(day: Day) -> str:
    main = (in_full(replace(rep, target=None, low_high=None, recovery="")) for rep in day.main)
    return "; ".join("".join(map(str, part)) for part in (day.before, *main, day.after) if part)
