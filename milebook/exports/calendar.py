"""plan.ics: every session of a dated plan as an all-day event (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from milebook.booklet.fields import Field, Line
from milebook.booklet.session_text import in_full
from milebook.booklet.views import Booklet, Day
from milebook.content.prose import to_plain_text

Pieces = tuple[str | int, ...]  # of a text: as it stands, or the number of a value

PRODUCT = "-//milebook//mile plan//EN"
MOST_OCTETS = 75  # of a line, without its end
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})
_LINE_END = re.compile("\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]")  # of any reader
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff]")  # no calendar may have them


@dataclass(frozen=True)
class SharedCalendar:
    """The calendar of all whose plans differ in values only: `name` and texts have numbers where values stand.

    Each of `events` is so many days after the race (before it: less than none), with its title and its text. A roster
    has a calendar for each athlete; to compose a booklet for it would take longer than to print one.
    """

    name: Pieces
    events: tuple[tuple[int, Pieces, Pieces], ...]

    def fill(self, key: str, race: date, values: Sequence[str]) -> bytes:
        """A runner's calendar, with the values in the order of the fields that it was made with."""

        def text(pieces: Pieces) -> str:
            return "".join([values[piece] if isinstance(piece, int) else piece for piece in pieces])

        return _write(
            key, race, text(self.name), ((days, text(title), text(what)) for days, title, what in self.events)
        )


def share(view: Booklet, values: Sequence[Field]) -> SharedCalendar:
    """The calendar of a view, for all who have other values in place of these fields of it."""
    numbers = {id(field): number for number, field in enumerate(values)}

    def pieces(line: Line) -> Pieces:
        return tuple([numbers[id(piece)] if isinstance(piece, Field) else str(piece) for piece in line])

    return SharedCalendar(
        pieces((view.race,)), tuple((days, pieces(title), pieces(text)) for days, title, text in _events(view))
    )


def dump(view: Booklet, race: date | None) -> bytes | None:
    """The plan as a calendar; None where the race has no date.

    An event is known by the plan's name, the race's date and its distance from the race, so that a calendar that is
    read in again changes its events and doubles none.
    """
    if race is None:
        return None
    events = ((days, "".join(map(str, title)), "".join(map(str, text))) for days, title, text in _events(view))
    return _write(view.key, race, view.race.text, events)


def _events(view: Booklet) -> Iterator[tuple[int, Line, Line]]:
    """Every day with something to do: how many days after the race, what it is, and what to do."""
    days = [day for week in view.weeks for day in week.days]
    for number, day in enumerate((*days, *view.after), 1 - len(days)):
        if day.kind != "rest":
            yield number, *event(day)


def _write(key: str, race: date, name: str, events: Iterable[tuple[int, str, str]]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escape(name)}")
    plan = f"{key}-{_compact(race)}"
    for days, title, text in events:
        lines += _event(f"{plan}-{days}@milebook", race + timedelta(days=days), title, text)
    return "".join([f"{folded}\r\n" for line in (*lines, "END:VCALENDAR") for folded in fold(line)]).encode()


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
    begin = _compact(day)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{begin}T000000Z",  # of the day itself: the same plan makes the same file
        f"DTSTART;VALUE=DATE:{begin}",
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
    if len(line) <= MOST_OCTETS and line.isascii():
        return [line]
    data, start, room = line.encode(), 0, MOST_OCTETS
    folded = []
    while len(data) - start > room:
        end = start + room
        while data[end] & 0b1100_0000 == 0b1000_0000:  # in the middle of a character
            end -= 1
        folded.append(data[start:end].decode())
        start, room = end, MOST_OCTETS - 1
    folded.append(data[start:].decode())
    return [folded[0], *(f" {rest}" for rest in folded[1:])]
