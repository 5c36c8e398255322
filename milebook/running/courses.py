"""Every mile there is: what is raced, where, and the marks one passes, all from exact metres.

A mile is raced as a mile, as 1500 m (championships) or as 1600 m (US high schools); on a track of 400 m, of 300 m or
200 m (winter) or of 440 yards, or on the road. Laps are counted back from the finish line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from milebook.running.quantities import METRES_PER_MILE
from milebook.running.tracing import TracedWord, choose_word, map_words

RaceName = Literal["mile", "1500 m", "1600 m"]
TrackName = Literal["400 m", "300 m", "200 m", "440 yd"]
Surface = Literal["track", "road"]

RACES: Mapping[RaceName, Fraction] = {
    "mile": Fraction(str(METRES_PER_MILE)),
    "1500 m": Fraction(1500),
    "1600 m": Fraction(1600),
}
TRACKS: Mapping[TrackName, Fraction] = {
    "400 m": Fraction(400),
    "300 m": Fraction(300),
    "200 m": Fraction(200),
    "440 yd": Fraction("402.336"),
}
RACE_METRES: Mapping[RaceName, float] = {name: float(metres) for name, metres in RACES.items()}
RACE_PLACE = "{race}"  # stands in a coach's text for what is raced
USUAL_TRACK: TrackName = "400 m"
# A start line so near behind the finish line that its first pass, a few strides in, is not counted: a mile's, which is
# 9.344 m behind. Our choice; all others are 100 m behind and more.
NOT_COUNTED = 20
QUARTERS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
FULL_LAP = 400.0  # metres: on shorter tracks the marks between two passes of the finish line are too many for a card


@dataclass(frozen=True)
class Course:
    """A race and where it is run. All lengths are in metres, `lap` and `track` are those of a track.

    `ends` are where one looks at the clock: the passes of the finish line or the quarters of a road, the last one the
    finish. `first` is the way to the first of them; the start line is `behind` the finish line. `phases` are the ends
    of the four parts that a way to run the race has a pace for.
    """

    race: RaceName
    metres: float
    surface: Surface
    track: TrackName | None
    lap: float
    ends: tuple[float, ...]
    phases: tuple[Fraction, ...]
    behind: float

    @property
    def is_mile(self) -> bool:
        """Whether it is a mile in the strict sense."""
        return self.race == "mile"

    @property
    def is_usual(self) -> bool:
        """Whether it is the mile on a 400 m track."""
        return self.is_mile and self.track == USUAL_TRACK

    @property
    def on_track(self) -> bool:
        """Whether laps are counted, not quarters."""
        return self.surface == "track"

    @property
    def first(self) -> float:
        """Metres to the first pass of the finish line that counts, or to the first quarter."""
        return self.ends[0]

    @property
    def has_full_laps(self) -> bool:
        """Whether one runs full laps only, or the first is longer by a few strides: then the first pass ends lap 1."""
        return self.on_track and self.first >= self.lap

    @property
    def is_even(self) -> bool:
        """Whether all laps or quarters are of one length."""
        return not self.on_track or self.first == self.lap

    @property
    def is_by_phases(self) -> bool:
        """Whether one looks at the clock at the ends of the four phases."""
        return self.ends == tuple(map(float, self.phases))

    @property
    def names(self) -> tuple[str, ...]:
        """What the ends are called: by the lap that is over, by the laps to go that are shown there, or the quarter."""
        if not self.on_track:
            return ("Quarter", "Half", "Three quarters", "Mile" if self.is_mile else "Finish")
        if self.has_full_laps:
            return tuple(f"Lap {number}" for number in range(1, len(self.ends) + 1))
        return (*(f"{left} to go" for left in range(len(self.ends) - 1, 0, -1)), "Finish")

    @property
    def table_marks(self) -> tuple[float, ...]:
        """The marks of the table of even splits, quarters aside."""
        marks = {100.0, 200.0, 300.0, 400.0, 800.0, 1000.0, 1200.0, 1500.0, self.metres}
        if self.on_track:
            marks.add(self.first)
        elif self.is_mile:
            marks.add(FIRST_OF_A_MILE)
        return _in_order(marks, self)

    @property
    def quarters(self) -> tuple[float, ...]:
        """The quarters of the race."""
        return tuple(float(RACES[self.race] * quarter) for quarter in QUARTERS)

    @property
    def card_marks(self) -> tuple[float, ...]:
        """Every mark of the race card."""
        if not self.on_track:
            return _in_order({*self.ends, 1000.0}, self)
        between = {200.0, 400.0, 800.0, 1200.0, 1600.0} if self.lap >= FULL_LAP else {1000.0, 1500.0}
        return _in_order({*self.ends} | between, self)


FIRST_OF_A_MILE = float(RACES["mile"] - 3 * TRACKS["400 m"])  # 409.344 m


def _in_order(marks: set[float], course: Course) -> tuple[float, ...]:
    return tuple(sorted(mark for mark in marks if mark <= course.metres))


@cache
def course_of(race: RaceName = "mile", surface: Surface = "track", track: TrackName | None = None) -> Course:
    """A race on a track, of 400 m unless said, or on the road."""
    metres = RACES[race]
    quarters = tuple(metres * quarter for quarter in QUARTERS)
    if surface == "road":
        return Course(race, float(metres), surface, None, 0.0, tuple(map(float, quarters)), quarters, 0.0)
    lap = TRACKS[track or USUAL_TRACK]
    part = metres % lap
    ends = [part] if part > NOT_COUNTED else []
    while (end := (ends[-1] if ends else part) + lap) <= metres:
        ends.append(end)
    is_four_laps = len(ends) == len(quarters) and ends[0] >= lap
    return Course(
        race,
        float(metres),
        surface,
        track or USUAL_TRACK,
        float(lap),
        tuple(map(float, ends)),
        tuple(ends) if is_four_laps else quarters,
        float(part),
    )


def all_courses() -> tuple[Course, ...]:
    """Every mile there is, the usual one first."""
    found: list[Course] = []
    for race in RACES:
        found += [*(course_of(race, "track", track) for track in TRACKS), course_of(race, "road")]
    return tuple(found)


def race_of(metres: float) -> str:
    """The race of so many metres, a mile unless it is another: of metres that are an expression, a word of them."""
    return choose_word(metres, tuple((far, far, name) for name, far in RACE_METRES.items() if name != "mile"), "mile")


def metres_of(race: RaceName) -> float:
    """How far a race is; of one that is a word of its metres, these."""
    return race.source[0] if isinstance(race, TracedWord) else RACE_METRES[race]


def named(text: str, race: RaceName) -> str:
    """A text with what is raced in its place: `The {race}` is `The mile` or `The 1600 m`."""
    if RACE_PLACE not in text:
        return text
    return map_words(race, {name: text.replace(RACE_PLACE, spoken(name)) for name in RACES})


def spoken(race: RaceName) -> str:
    """A race as it stands in a text: `mile`, `1500 m` on one line."""
    return race.replace(" ", "\u00a0")
