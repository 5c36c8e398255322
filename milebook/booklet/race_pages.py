"""What the booklet says of the race: where it starts, its laps in words, its tables and lap cards."""

from __future__ import annotations

from collections.abc import Iterable

from milebook.booklet import charts, fields
from milebook.booklet.fields import NBSP, Field
from milebook.booklet.views import Around, LapCard, Origin, Raced, RaceSplits
from milebook.core.errors import counted
from milebook.running.courses import Course, RaceName, course_of, named, spoken
from milebook.running.pacing import STRATEGIES, even_splits, strategy_splits
from milebook.running.tracing import map_words

AROUND = (-10.0, -5.0, 0.0, 5.0, 10.0)  # seconds around the goal in the lap table
MOST_AROUND = 4  # laps in that table; of more, every second one


def compose_raced(race: RaceName, course: Course) -> Raced:
    """What is raced, and where, in words. `race` may be a word of its metres, the course's is a plain one."""
    track, lap = (course.track or "").replace(" ", NBSP), fields.track(round(course.lap, 3))
    first, count = fields.track(round(course.first, 3)), len(course.ends)
    name, start = spoken(course.race), start_line(course)
    if not course.on_track:
        where, line, part, each = "road", "Mark", "Quarter", "quarter"
        laps, told = "", f"The quarters are {first} each."
        table = "on the road, go by the quarters."
        usual = f"On a 400{NBSP}m track the first lap is {fields.track(course_of().first)}; {table}"
        table = usual if course.is_mile else f"{table[0].upper()}{table[1:]}"
    elif course.has_full_laps and not course.is_even:
        where, line, part, each = f"{track} track", "Finish line", "Lap", "lap"
        laps = f"Lap 1 is {first} from the {name} start, the others {lap}."
        told = f"The {name} starts {fields.track(course.behind)} {start}: lap{NBSP}1 is {first}."
        table = f"On a {track} track the first lap is {first}"
        table += "; on the road, go by the quarters." if course.is_usual else "."
    elif course.has_full_laps:
        where, line, part, each = f"{track} track", "Finish line", "Lap", "lap"
        laps = f"Each of the {_NUMBERS[count]} laps is {lap}."
        told = f"The {name} starts {start}: {_NUMBERS[count]} laps of {lap}."
        table = f"On a {track} track it is {_NUMBERS[count]} full laps."
    else:
        where, line, part, each = f"{track} track", "Finish line", "Part", "part"
        left = counted(count - 1, "lap")
        laps = f"The first part is {first}, up to the finish line with {left} to go; each lap is {lap}."
        told = f"The {name} starts {start}: {left} to go from there, each {lap}."
        table = f"On a {track} track the finish line comes first at {first}, then every {lap}."
    return Raced(
        distance=fields.piece(named("{race}", race)),
        one=fields.piece(map_words(race, {"mile": "a mile", "1500 m": f"1500{NBSP}m", "1600 m": f"1600{NBSP}m"})),
        is_mile=course.is_mile,
        is_usual=course.is_usual,
        where=where,
        line=line,
        part=part,
        each=each,
        laps=laps,
        start=told,
        table=table,
    )


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def start_line(course: Course) -> str:
    """Where the start line is, seen from the finish line; of a race on the road, that of the track's."""
    on_track = course if course.on_track else course_of(course.race)
    if on_track.has_full_laps:
        return "at the finish line" if on_track.is_even else "behind the finish line"
    return f"{fields.track(round(on_track.behind, 3))} before the finish line"


def _mark(metres: float, course: Course) -> str:
    return "Finish" if metres == course.metres else fields.track(round(metres, 3))


def race_splits(goal: float, course: Course) -> RaceSplits:
    """The clock at every mark of an even race, and at the quarters that are no marks."""

    def clocks(marks: Iterable[float]) -> list[Field]:
        return [fields.race_time(split.cumulative, 1) for split in even_splits(goal, course, marks)]

    quarters = dict(zip(course.quarters[:3], ("Quarter", "Half", "Three quarters"), strict=True))
    marks = [mark for mark in course.table_marks if mark not in quarters or mark == round(mark)]
    left = [quarter for quarter in quarters if quarter not in marks]
    return RaceSplits(
        tuple(zip([_mark(mark, course) for mark in marks], clocks(marks), strict=True)),
        tuple(zip([quarters[quarter] for quarter in left], clocks(left), strict=True)),
    )


def lap_card(key: str, goal: float, course: Course, origin: Origin) -> LapCard:
    """The laps of one way to run the race, in seconds for a goal; `origin` is who runs it so."""
    strategy = STRATEGIES[key]
    shape = charts.lap_shape(strategy, course)
    rows = zip(course.names, strategy_splits(goal, strategy, course), strict=True)
    return LapCard(
        name=strategy.name,
        key=key,
        summary=strategy.summary if course.is_by_phases else strategy.summary.replace(" lap", " quarter"),
        origin=origin,
        rows=tuple(
            (name, fields.race_time(split.since_last, 1), fields.race_time(split.cumulative, 1)) for name, split in rows
        ),
        marks=tuple(
            (_race_mark(split.metres, course), fields.race_time(split.cumulative, 1))
            for split in strategy_splits(goal, strategy, course, course.card_marks)
        ),
        shape=shape,
        by_laps=strategy.by_laps,
    )


def _race_mark(metres: float, course: Course) -> str:
    """What a runner looks for at a mark: a lap, a quarter or metres."""
    names = dict(zip(course.ends[:-1], course.names, strict=False))
    return names.get(metres) or _mark(metres, course)


def around(goal: float, course: Course) -> Around:
    """Even laps for goals around the runner's."""
    goals = [goal + seconds for seconds in AROUND]
    rows = list(zip(course.names, course.ends, strict=True))[:-1]
    shown = rows[1::2] if len(rows) > MOST_AROUND else rows
    columns = [even_splits(total, course, (end for _, end in shown)) for total in goals]
    return Around(
        heads=tuple(fields.race_time(total, 1) for total in goals),
        rows=tuple(
            (name, tuple(fields.race_time(column[i].cumulative, 1) for column in columns))
            for i, (name, _) in enumerate(shown)
        ),
    )
