"""plan.csv: one line a day, for a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO

from milebook.schedule import Schedule
from milebook.views import Booklet, Day

HEAD = ("week", "date", "weekday", "kind", "title", "session", "target", "recovery", "effort", "kilometres", "minutes")


def dump(view: Booklet, schedule: Schedule) -> bytes:
    """The plan as CSV in UTF-8 with a BOM, so that spreadsheets read accents."""
    days = [*(day for week in view.weeks for day in week.days), *view.after]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for day, session in zip(days, schedule.sessions, strict=True):
        writer.writerow(
            [
                session.week,
                session.day.isoformat() if session.day else "",
                day.weekday,
                day.kind,
                safe(day.title),
                safe(_told(day)),
                "; ".join(str(rep.target) for rep in day.reps if rep.target),
                "; ".join(rep.recovery for rep in day.reps if rep.recovery),
                day.effort,
                f"{session.metres / 1000:.1f}",
                f"{session.seconds / 60:.0f}",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _told(day: Day) -> str:
    parts = [
        "".join(map(str, part)) for part in (day.before, day.main, *(rep.what for rep in day.reps), day.after) if part
    ]
    return "; ".join(parts)
