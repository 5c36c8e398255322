"""Pages taken apart for the browser: fragments of HTML, each once, with numbered places for values.

    lines     texts of fragments
    blocks    fragments: [line, ...]
    events    [title, text] of a calendar: text and numbers of values
    rows      days: [block, event]
    samples   a week shown once more: [its place in the plan, blocks before and after its days]
    beside    row -> block: the same day there
    notes     what is to be known of a plan: a block for every class of mile times, or one for all
    trials    [its place among the days, the notes once it has been run, sessions explained that are not run after it]
    weeks     [head, foot, rows, own values]: blocks, rows, and what stands in the places numbered `data-o`
    parts     sections: [block, own values in the order of the places marked `data-n`]

In a fragment `data-v` is the number of a value, `data-o` the place of one of the fragment's own; `data-r` is the date
of the row, and `data-w` the weekday of the row or so many days from the race.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from milebook.booklet.fields import Field, Line, word
from milebook.booklet.views import Booklet, Day
from milebook.core.errors import ContentError, Problem
from milebook.exports import calendar
from milebook.pages.renderer import Renderer, mark_bar, mark_field
from milebook.running.tracing import TracedWord
from milebook.site.personal.expression_graph import Numbered, Operations

OF_THE_ROW = ("row",)  # the source of a date that is the row's
_VALUE = re.compile('data-v="([0-9]+)"')
_ROWS = {  # by the class of their rows
    name: re.compile(rf"[ \t]*<tr\b[^>]*\bclass=\"{name}[ \"].*?</tr>\n?", re.DOTALL) for name in ("day", "own-day")
}


class Weekday(str):
    """A weekday that a page counts from the race or from its row; a template may take its first letters, no more.

    Its own text is no weekday, so that a template that changes it shows none rather than a wrong one.
    """

    place: str
    letters: int

    def __new__(cls, place: str, letters: int = 99) -> Weekday:
        """`place` is `row`, or the days from the race."""
        self = super().__new__(cls, "-------")
        self.place, self.letters = place, letters
        return self

    def __getitem__(self, part: Any) -> str:
        if not isinstance(part, slice) or part.start or part.step or not part.stop:
            raise TypeError("of a weekday only the first letters can be taken, as in day.weekday[:3]")
        return Weekday(self.place, part.stop)

    def __html__(self) -> str:
        return f'<span data-w="{self.place}" data-letters="{self.letters}"></span>'


class Fragments:
    """What was taken apart so far, and the renderers that number values: with their places `empty`, or `filled`."""

    def __init__(self, renderer: Renderer) -> None:
        self.operations = Operations()
        self._inline = renderer.environment.filters["inline"]
        self.lines, self.blocks, self.events, self.rows, self.weeks, self.parts = (Numbered() for _ in range(6))
        self.samples, self.notes, self.trials = Numbered(), Numbered(), Numbered()
        self.beside: dict[int, int] = {}
        self.empty = renderer.with_filters(self._filters(text=False))
        self.filled = renderer.with_filters(self._filters(text=True))

    def _filters(self, *, text: bool) -> dict[str, Callable[..., Any]]:
        def place(value: Field) -> str:
            how, *of = value.source or ()
            if how == "own":
                return f'data-o="{of[0]}"'
            return (
                'data-r="day"' if (how, *of) == OF_THE_ROW else f'data-v="{self.operations.value(value.source or ())}"'
            )

        def field(value: Field | str) -> Markup:
            if not isinstance(value, Field) or value.source is None:
                return mark_field(value)
            return _placed(mark_field(replace(value, text=value.text if text else "")), place(value))

        def bar(value: Field, width: float) -> Markup:
            if value.source is None:
                return mark_bar(value, width)
            return _placed(mark_bar(value if text else replace(value, text="0"), width), place(value))

        def inline(text: str) -> Markup:
            return field(word(text)) if isinstance(text, TracedWord) else self._inline(text)

        return {
            "field": field,
            "bar": bar,
            "line": lambda line: Markup("").join(map(field, line)),
            "inline": inline,
        }

    def block(self, html: str) -> int:
        """The number of a fragment."""
        return self.blocks.number([self.lines.number(line) for line in html.split("\n")])

    def section(self, name: str, view: Booklet) -> str:
        """One section with empty places. Raises ContentError where its template is wrong."""
        return self.empty.render("section.html.j2", {"section": name, "booklet": view, "sections": ()})

    def part(self, html: str) -> int:
        """The number of a section whose values are kept beside it: its lines are those of others like it."""
        own = [int(number) for number in _VALUE.findall(html)]
        return self.parts.number([self.block(_VALUE.sub("data-n", html)), own])

    def own(self, value: Field | None, own: list[int]) -> Any:
        """A value known by its place among a fragment's own; one that is the same for all stays as it is."""
        if value is None or value.source is None:
            return value
        own.append(self.operations.value(value.source))
        return replace(value, source=("own", len(own) - 1))

    def split(self, name: str, html: str, days: Sequence[Day]) -> tuple[int, int, list[int]]:
        """A section with a row for each day as the blocks before and after them, and the rows."""
        head, rows, foot = self._apart(name, html, len(days), "day")
        return head, foot, [self._row(row, day) for row, day in zip(rows, days, strict=True)]

    def split_beside(self, name: str, html: str, rows: Sequence[int]) -> tuple[int, int]:
        """A section that shows the days of these rows in another way, as the blocks before and after them.

        The days are kept with the rows: who has one of them in a week has it here, too.
        """
        head, found, foot = self._apart(name, html, len(rows), "own-day")
        for row, shown in zip(rows, map(self.block, found), strict=True):
            if self.beside.setdefault(row, shown) != shown:
                raise unlike(name, "it must show days alike that a week shows alike")
        return head, foot

    def _apart(self, name: str, html: str, days: int, kind: str) -> tuple[int, list[str], int]:
        """The block before the rows of so many days, the rows, and the block after them."""
        found = list(_ROWS[kind].finditer(html))
        if len(found) != days:
            raise unlike(name, f'it must have one <tr class="{kind} ..."> for each day')
        if not found:  # a plan may have no days after the race
            return self.block(html), [], self.block("")
        return self.block(html[: found[0].start()]), [row[0] for row in found], self.block(html[found[-1].end() :])

    def _row(self, html: str, day: Day) -> int:
        """A row and, but for rest, its event in a calendar."""
        row = [self.block(html)]
        if day.kind != "rest":
            row.append(self.events.number([self.pieces(line) for line in calendar.event(day)]))
        return self.rows.number(row)

    def pieces(self, line: Line) -> list[Any]:
        """Text, and numbers of values."""
        pieces: list[Any] = []
        for piece in line:
            if isinstance(piece, Field) and piece.source:
                pieces.append(self.operations.value(piece.source))
            elif pieces and isinstance(pieces[-1], str):
                pieces[-1] += str(piece)
            else:
                pieces.append(str(piece))
        return pieces


def _placed(html: Markup, place: str) -> Markup:
    return Markup(re.sub(r"^<\w+", lambda tag: f"{tag[0]} {place}", str(html), count=1))


def unlike(section: str, message: str) -> ContentError:
    """A section whose template the page "Make it yours" cannot be made with."""
    return ContentError([Problem(f"sections/{section}.html.j2", 0, 0, f"{message}, for the page Make it yours")])
