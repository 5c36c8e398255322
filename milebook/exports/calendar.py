"""plan.ics: every session of a dated plan as an all-day event (RFC 5545)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from milebook.fields import Line
from milebook.prose import to_plain_text
from milebook.schedule import Schedule
from milebook.steps import in_full
from milebook.views import Booklet, Day

PRODUCT = "-//milebook//mile plan//EN"
MOST_OCTETS = 75  # of a line, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})
_LINE_END = re.compile("\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]")  # of any reader
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff]")  # no calendar may have them


def dump(view: Booklet, schedule: Schedule) -> bytes | None:
    """The plan as a calendar; None where it has no dates.

    An event is known by the plan's name, the race's date and its distance from the race, so that a calendar that is
    read in again changes its events and doubles none.
    """
    race = schedule.race_day
    if race is None:
        return None
    days = [*(day for week in view.weeks for day in week.days), *view.after]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escape(view.race.text)}")
    for day, session in zip(days, schedule.sessions, strict=True):
        if session.day and day.kind != "rest":
            title, text = ("".join(map(str, line)) for line in event(day))
            uid = f"{view.key}-{_compact(race)}-{(session.day - race).days}@milebook"
            lines += _event(uid, session.day, title, text)
    return "".join(f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in fold(line)).encode()


def event(day: Day) -> tuple[Line, Line]:
    """An event's title, and what to do."""
    brief: list[str | object] = []
    for what, time in day.brief:
        brief += [", " if brief else ": ", *what, *(" " * bool(time), *time)]
    name = day.race or to_plain_text(day.title)
    title = (day.kind_name, *brief) if day.kind in ("speed", "strength", "tempo") and brief else (name,)
    text: list[object] = [name]
    for line in (day.before, *map(in_full, day.main), (("then ", *day.after) if day.after else ())):
        text += ["\n", *line] if line else ()
    if day.total:
        text += ["\nAbout ", day.total]
    if day.effort:
        text += [f"\nEffort {day.effort} of 10"]
    return tuple(title), tuple(text)  # type: ignore[arg-type]


def _event(uid: str, day: date, title: str, text: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_compact(day)}T000000Z",  # of the day itself: the same plan makes the same file
        f"DTSTART;VALUE=DATE:{_compact(day)}",
        f"DTEND;VALUE=DATE:{_compact(day + timedelta(days=1))}",
        f"SUMMARY:{escape(title)}",
        f"DESCRIPTION:{escape(text)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _compact(day: date) -> str:
    return f"{day:%Y%m%d}" if day.year > 999 else day.isoformat().replace("-", "")


def escape(text: str) -> str:
    """A text as it stands in a calendar: on one line, whatever its reader takes for the end of one.

    `escaped` in `personal.js` makes the same of it.
    """
    return _CONTROL.sub("", _LINE_END.sub(r"\\n", text.translate(_ESCAPED)))


def fold(line: str) -> list[str]:
    """A line as lines of at most 75 octets; those after the first begin with a space. No character is cut."""
    folded, left = [""], MOST_OCTETS
    for character in line:
        size = len(character.encode())
        if size > left:
            folded.append(" ")
            left = MOST_OCTETS - 1
        folded[-1] += character
        left -= size
    return folded
