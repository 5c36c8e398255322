"""Numbers for the pictures: what a template needs to draw them to scale, and nothing about how they look."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby, pairwise

from milebook.booklet import fields
from milebook.booklet.fields import NBSP
from milebook.booklet.views import Bar, LapShape, Point, Qr, Stride, Track, TrackMark
from milebook.running.courses import Course, course_of, spoken
from milebook.running.pacing import LAP, Strategy, phase_percents
from milebook.running.quantities import Units, plain
from milebook.running.tracing import most
from milebook.training.schedule import Schedule

# A standard 400 m track (World Athletics, Track and Field Facilities Manual 2019, 2.2): straights of 84.39 m; lane 1 is
# measured 0.30 m outside a kerb of 36.50 m radius; lanes are 1.22 m wide.
STRAIGHT = 84.39
KERB_RADIUS = 36.50
RADIUS = KERB_RADIUS + 0.30
LANE = 1.22
LANES = 8
SHORT_LANE, SHORT_LANES = 1.0, 6  # of tracks under 400 m, most of them indoors
HALF_LAP = 200.0  # of a standard track
WAY_STEP = 8.0  # metres as drawn: how finely a way round a bend is
BEND = math.pi * RADIUS

STRIDE_PHASES = ((30.0, "Build up"), (20.0, "Hold"), (10.0, "Ease off"))  # metres: our own reading of a build-up stride
STRIDE_EFFORT = (75.0, 80.0)  # %, Elmore's before 200s and 400s


def track_point(metres: float, outside: float = 0.0) -> Point:
    """Where a runner in lane 1 is, so many metres after the finish line (negative: before it), in metres.

    The middle of the track is (0, 0), x grows along the straights, y downwards. One runs anticlockwise; the home
    straight is below and ends at the finish line, on its right. `outside` moves the point away from the kerb.
    """
    half, radius, run = STRAIGHT / 2, RADIUS + outside, metres % LAP
    if run < BEND:
        return _on_bend(half, run / RADIUS, radius)
    if run < BEND + STRAIGHT:
        return Point(half - (run - BEND), -radius)
    if run < 2 * BEND + STRAIGHT:
        return _on_bend(-half, math.pi + (run - BEND - STRAIGHT) / RADIUS, radius)
    return Point(-half + (run - 2 * BEND - STRAIGHT), radius)


def _on_bend(middle: float, angle: float, radius: float) -> Point:
    """A point of a bend; the angle turns from straight below, anticlockwise."""
    return Point(middle + radius * math.sin(angle), radius * math.cos(angle))


def track(course: Course) -> Track:
    """The track of a race to scale, with the places a miler should know; of any other lap in the shape of a 400 m one.

    All tracks are drawn as large as one of 400 m: what is told of their metres is exact all the same.
    """
    scale, place = LAP / course.lap, track_point if course.is_usual else _rough_point
    lane, lanes = (LANE, LANES) if course.lap >= LAP else (SHORT_LANE * scale, SHORT_LANES)
    return Track(
        half_straight=STRAIGHT / 2,
        lanes=tuple(KERB_RADIUS + lane * number for number in range(lanes + 1)),
        alt=_track_in_words(course),
        shape="" if course.lap == LAP else "Drawn in the shape of a 400\u00a0m track; the way along a lap is exact.",
        marks=tuple(
            TrackMark(
                key,
                name,
                place(metres * scale, KERB_RADIUS - RADIUS),
                place(metres * scale, lanes * lane + KERB_RADIUS - RADIUS),
            )
            for key, name, metres in _track_marks(course)
        ),
        run=tuple(place(-metres * scale) for metres in _way_to_the_line(course)),
    )


def _rough_point(metres: float, outside: float = 0.0) -> Point:
    """The same to a tenth of a metre: many of them stand in the data of the page "Make it yours"."""
    exact = track_point(metres, outside)
    return Point(round(exact.x, 1), round(exact.y, 1))


def _track_marks(course: Course) -> Iterator[tuple[str, str, float]]:
    """Places on a track: key, name, and metres after the finish line."""
    race, start = spoken(course.race).capitalize(), course.behind
    repetitions = "; a 400 starts and all repetitions end here" if course.lap == LAP else ""
    if not start:
        yield "start", f"{race} start and finish, end of every lap{repetitions}", 0.0
    else:
        yield "start", f"{race} start", -start
        names = {True: "end of lap 1", False: f"{course.names[0]} after {fields.track(course.first)}"}
        yield "finish", f"Finish, {names[course.has_full_laps]}{repetitions}", 0.0
    if not course.is_mile and course.lap == LAP:
        yield "mile", "Mile start, for a trial", -course_of().behind
    if course.lap > HALF_LAP:
        begins = "a 200 and a 1000 start" if course.lap == LAP else "a 200 starts"
        yield "m200", f"Here {begins}", course.lap - HALF_LAP


def _way_to_the_line(course: Course) -> tuple[float, ...]:
    """The way from the start to the finish line, as metres before that: one line on the straight, else in steps."""
    if not course.behind or course.has_full_laps:
        return (course.behind, 0.0) if course.behind else ()
    steps = math.ceil(course.behind * LAP / course.lap / WAY_STEP)
    return tuple(course.behind * left / steps for left in range(steps, -1, -1))


def _track_in_words(course: Course) -> str:
    picture = f"A {course.track} track to scale: the {course.race} starts"
    if not course.behind:
        return f"{picture} at the finish line, and all laps are full ones."
    first = f"the first lap is {course.first:g} m" if course.has_full_laps else "the first part is no full lap"
    where = "behind" if course.has_full_laps else "before"
    return f"{picture} {course.behind:g} m {where} the finish line, so {first}."


def stride() -> Stride:
    """Effort over the 60 m of a stride: (metres, per cent) where it changes."""
    ends = [0.0]
    for metres, _ in STRIDE_PHASES:
        ends.append(ends[-1] + metres)
    effort = sum(STRIDE_EFFORT) / 2
    return Stride(
        length=ends[-1],
        low=STRIDE_EFFORT[0],
        high=STRIDE_EFFORT[1],
        curve=tuple(Point(metres, share * effort) for metres, share in zip(ends, (0.4, 1.0, 1.0, 0.5), strict=True)),
        phases=tuple(
            (name, start, end, fields.span(start, end) + f"{NBSP}m")
            for (start, end), (_, name) in zip(pairwise(ends), STRIDE_PHASES, strict=True)
        ),
    )


def lap_shape(strategy: Strategy, course: Course) -> LapShape:
    """Pace of each lap or quarter against even pace in per cent; more is slower. The same for every goal."""
    percents = phase_percents(strategy, course)
    sizes = [f"{plain(abs(percent), 1)}{NBSP}%" for percent in percents]
    shown = [fields.against(percent) for percent in percents]
    part = "lap" if course.on_track and course.is_by_phases else "quarter"
    return LapShape(
        laps=tuple(zip(range(1, 5), percents, sizes, strict=True)),
        alt="Pace against even pace: " + ", ".join(f"{part} {n} {text}" for n, text in enumerate(shown, 1)) + ".",
    )


def volume_bars(schedule: Schedule, ramp: float, units: Units) -> tuple[Bar, ...]:
    """Each week's metres and the most the plan's ramp (0.15 for 15 %) allows it, as shares of the largest of them.

    A plan without its first weeks has no limits: they would hang on weeks that are not shown.
    """
    metres = [week.metres for week in schedule.weeks]
    whole = len(metres) == schedule.length
    limits = [most(metres[:n]) * (1 + ramp) if whole and n else None for n in range(len(metres))]
    largest = most([*metres, *filter(None, limits)])
    return tuple(
        Bar(
            number=week.number,
            total=fields.about_number(week.metres, units),
            share=fields.share(run / largest),
            limit=None if allowed is None else fields.share(allowed / largest),
        )
        for week, run, allowed in zip(schedule.weeks, metres, limits, strict=True)
    )


def qr(address: str) -> Qr:
    """A QR code of an address as rectangles (x, y, width) of one module's height, the quiet zone of four included."""
    import segno

    code = segno.make(address, error="m", micro=False)
    border = int(code.default_border_size)
    rows = []
    for y, row in enumerate(code.matrix, border):
        x = border
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                rows.append((x, y, width))
            x += width
    return Qr(address, len(code.matrix) + 2 * border, tuple(rows))
