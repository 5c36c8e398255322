"""How much of a range a session has: by the volume of its week, in steps that are told."""

from __future__ import annotations

from milebook.running.quantities import (
    METRES,
    ROAD_UNIT,
    Distance,
    Duration,
    Range,
    Unit,
    Units,
)

LEAST = 0.5  # at a volume of -1, everything is this much less than the low end of its range
TRACK_STEP, SHORT_STEP = 10.0, 5.0  # metres, seconds: how finely a distance on the track and a short time are chosen


def within(low: float, high: float, volume: float, step: float) -> float:
    """A value of the range: its ends as they are written, what lies between them in whole steps.

    Below a volume of zero it is less than the low end, in whole steps too, but at least one where there is one.
    """
    if volume < 0:
        return min(low, max(1, round(low * (1 + LEAST * volume) / step)) * step)
    exact = low + (high - low) * volume
    return exact if exact in (low, high) else min(high, max(low, round(exact / step) * step))


def choose_unit(amount: Range[Distance], units: Units) -> Unit:
    """The unit a distance is shown in: metres as written, the road's as the runner counts.

    What is less than half a unit of the runner's stays in the coach's own: half of that is no distance to be told.
    """
    written, road = amount.high.unit, ROAD_UNIT[units]
    return road if amount.high.on_road and amount.high.metres >= METRES[road] / 2 else written


def choose_metres(amount: Range[Distance], volume: float, units: Units) -> float:
    """Metres out of a range: as they are written, or in the runner's unit to half a mile or half a kilometre."""
    low, high, unit = amount.low, amount.high, choose_unit(amount, units)
    if not high.on_road:
        return within(low.metres, high.metres, max(volume, 0.0), TRACK_STEP)
    step = METRES[unit] / 2
    if unit == low.unit == high.unit:
        return within(low.metres, high.metres, volume, step)
    return max(1, round(within(low.metres, high.metres, volume, step) / step)) * step


def choose_seconds(amount: Range[Duration], volume: float) -> float:
    """Seconds out of a range, between its ends to whole minutes, from 20 minutes to five, below two minutes to 5 s."""
    low, high = amount.low.seconds, amount.high.seconds
    if high < 120:
        return within(low, high, max(volume, 0.0), SHORT_STEP)
    return within(low, high, volume, 300.0 if high > 1200 else 60.0)
