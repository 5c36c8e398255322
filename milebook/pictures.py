"""Numbers for the pictures: what a template needs to draw them to scale, and nothing about how they look."""

from __future__ import annotations

import math
from itertools import groupby, pairwise

from milebook import fields
from milebook.expressions import most
from milebook.fields import NBSP
from milebook.models import Surface
from milebook.pacing import FIRST_LAP, LAP, ROAD_QUARTERS, TRACK_LAPS, Strategy, strategy_splits
from milebook.quantities import METRES_PER_MILE, Units, plain
from milebook.schedule import Schedule
from milebook.views import Bar, LapShape, Point, Qr, Stride, Track, TrackMark

# A standard 400 m track (World Athletics, Track and Field Facilities Manual 2019, 2.2): straights of 84.39 m; lane 1 is
# measured 0.30 m outside a kerb of 36.50 m radius; lanes are 1.22 m wide.
STRAIGHT = 84.39
KERB_RADIUS = 36.50
RADIUS = KERB_RADIUS + 0.30
LANE = 1.22
LANES = 8
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


def track() -> Track:
    """A 400 m track to scale, with the places a miler should know."""
    start = METRES_PER_MILE - 4 * LAP  # behind the finish line
    marks = (
        ("start", f"Mile start, and 400{NBSP}m run", -start),
        ("finish", "Finish, end of lap 1", 0.0),
        ("m200", f"200{NBSP}m run", 200.0 - start),
    )
    return Track(
        half_straight=STRAIGHT / 2,
        lanes=tuple(KERB_RADIUS + LANE * lane for lane in range(LANES + 1)),
        behind=start,
        first_lap=FIRST_LAP,
        marks=tuple(
            TrackMark(
                key,
                name,
                track_point(metres, KERB_RADIUS - RADIUS),
                track_point(metres, LANES * LANE + KERB_RADIUS - RADIUS),
            )
            for key, name, metres in marks
        ),
        run=tuple(track_point(metres) for metres in (-start, 0.0)),
    )


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


def lap_shape(strategy: Strategy, surface: Surface) -> LapShape:
    """Pace of each lap against even pace in per cent; more is slower. The same for every goal."""
    laps = TRACK_LAPS if surface == "track" else ROAD_QUARTERS
    parts = strategy_splits(METRES_PER_MILE, strategy, laps, laps)  # a second for each metre
    metres = [end - start for start, end in pairwise((0.0, *laps))]
    percents = [100 * (part.since_last / lap - 1) for part, lap in zip(parts, metres, strict=True)]
    sizes = [f"{plain(abs(percent), 1)}{NBSP}%" for percent in percents]
    shown = [fields.against(percent) for percent in percents]
    part = "lap" if surface == "track" else "quarter"
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
