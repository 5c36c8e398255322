"""What a lap card and a rep time promise: exact marks, rounded once, that end on the goal time."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milebook.pacing import (
    FIRST_LAP,
    LAP,
    MILE_MARKS,
    REP_DISTANCES,
    REP_TOLERANCE,
    ROAD_MARKS,
    ROAD_QUARTERS,
    STRATEGIES,
    TRACK_LAPS,
    TRACK_MARKS,
    Split,
    Strategy,
    against_article,
    rep_range,
    splits,
    strategy_splits,
)
from milebook.quantities import METRES_PER_MILE, Duration, Pace, Range, clock

RULE = settings(deadline=None, derandomize=True)
MILE = METRES_PER_MILE
MARKS = (MILE_MARKS, TRACK_LAPS, ROAD_QUARTERS)

goals = st.floats(223, 1200)
marks = st.sampled_from(MARKS)
strategies = st.sampled_from(sorted(STRATEGIES.values(), key=lambda strategy: strategy.key))


def lap_pace(laps: tuple[Split, ...]) -> list[float]:
    """Seconds per metre of each lap in turn."""
    starts = [0.0, *(lap.metres for lap in laps)]
    return [lap.since_last / (lap.metres - start) for lap, start in zip(laps, starts, strict=False)]


# The track


def test_four_laps_are_not_a_mile() -> None:
    assert 4 * LAP == 1600
    assert pytest.approx(LAP + 9.344) == FIRST_LAP
    assert pytest.approx((409.344, 809.344, 1209.344, 1609.344)) == TRACK_LAPS
    assert TRACK_LAPS[-1] == ROAD_QUARTERS[-1] == MILE_MARKS[-1] == MILE


def test_quarters_on_the_road_are_quarters_of_a_mile() -> None:
    assert pytest.approx((402.336, 804.672, 1207.008, 1609.344)) == ROAD_QUARTERS


@pytest.mark.parametrize("along", MARKS)
def test_marks_are_in_the_order_they_are_passed(along: tuple[float, ...]) -> None:
    assert list(along) == sorted(set(along))


def test_a_6_00_mile_is_89_48_seconds_a_lap() -> None:
    assert Pace(360 / MILE).over(LAP) == pytest.approx(89.48, abs=0.005)


def test_four_laps_of_90_seconds_are_a_mile_of_6_02_1() -> None:
    assert clock(Pace(90 / LAP).over(MILE), 1) == "6:02.1"


# Even splits


def test_a_6_00_mile_passes_its_marks_on_time() -> None:
    shown = {round(split.metres, 3): clock(split.cumulative, 1) for split in splits(360, MILE, MILE_MARKS)}
    assert shown == {
        100: "22.4",
        200: "44.7",
        300: "1:07.1",
        400: "1:29.5",
        409.344: "1:31.6",
        800: "2:59.0",
        1000: "3:43.7",
        1200: "4:28.4",
        1500: "5:35.5",
        1609.344: "6:00.0",
    }


def test_a_6_00_mile_takes_longer_over_its_first_lap_than_over_the_rest() -> None:
    laps = splits(360, MILE, TRACK_LAPS)
    assert [clock(lap.since_last, 2) for lap in laps] == ["1:31.57", "1:29.48", "1:29.48", "1:29.48"]
    assert [clock(lap.cumulative, 1) for lap in laps] == ["1:31.6", "3:01.0", "4:30.5", "6:00.0"]


@RULE
@given(goals, marks)
@example(360.0, MILE_MARKS)
def test_every_even_mark_is_its_share_of_the_goal(goal: float, along: tuple[float, ...]) -> None:
    for split in splits(goal, MILE, along):
        assert split.cumulative / goal == pytest.approx(split.metres / MILE, rel=1e-12)


@RULE
@given(st.floats(1e-300, 1e300), st.floats(1e-3, 1e6))
def test_the_last_mark_of_any_race_is_exactly_its_time(goal: float, distance: float) -> None:
    assert splits(goal, distance, (distance / 2, distance))[-1].cumulative == goal


@RULE
@given(st.floats(10, 1200), st.sampled_from(REP_DISTANCES))
def test_a_rep_is_run_at_one_steady_pace(target: float, distance: float) -> None:
    halves = splits(target, distance, (distance / 2, distance))
    assert halves[0].since_last == pytest.approx(halves[1].since_last)


# Ways to run the mile


@RULE
@given(goals, strategies, marks)
@example(223.0, STRATEGIES["manzano"], TRACK_LAPS)
@example(0.1 + 0.2, STRATEGIES["elmore"], TRACK_LAPS)
def test_every_way_to_run_the_mile_ends_exactly_on_the_goal(
    goal: float, strategy: Strategy, along: tuple[float, ...]
) -> None:
    assert splits(goal, MILE, along)[-1].cumulative == goal
    assert strategy_splits(goal, strategy, along)[-1].cumulative == goal
    assert strategy_splits(goal, strategy, iter(along))[-1].metres == MILE


@RULE
@given(goals, strategies, marks)
def test_what_is_run_between_the_marks_adds_up_to_the_goal(
    goal: float, strategy: Strategy, along: tuple[float, ...]
) -> None:
    for card in (splits(goal, MILE, along), strategy_splits(goal, strategy, along)):
        assert math.fsum(split.since_last for split in card) == pytest.approx(goal, rel=1e-12)
        so_far = 0.0
        for split in card:
            assert split.since_last == split.cumulative - so_far
            so_far = split.cumulative


@RULE
@given(goals, strategies, marks)
def test_the_watch_never_stands_still_nor_runs_back(goal: float, strategy: Strategy, along: tuple[float, ...]) -> None:
    for card in (splits(goal, MILE, along), strategy_splits(goal, strategy, along)):
        assert [split.metres for split in card] == list(along)
        assert all(split.since_last > 0 for split in card)
        assert card[0].since_last == card[0].cumulative


@RULE
@given(goals, strategies, marks)
@example(362.1024, STRATEGIES["even"], TRACK_LAPS)
def test_a_mark_shown_is_never_more_than_half_a_tenth_from_the_exact_one(
    goal: float, strategy: Strategy, along: tuple[float, ...]
) -> None:
    for card in (splits(goal, MILE, along), strategy_splits(goal, strategy, along)):
        for split in card:
            shown = clock(split.cumulative, 1)
            assert (
                abs(Duration.parse(shown if ":" in shown else f"{shown} s").seconds - split.cumulative) <= 0.05 + 1e-9
            )
        assert clock(card[-1].cumulative, 1) == clock(goal, 1)


def test_rounded_laps_would_miss_the_goal_and_so_are_never_added() -> None:
    laps = splits(360, MILE, TRACK_LAPS)
    assert clock(sum(Duration.parse(clock(lap.since_last, 1)).seconds for lap in laps), 1) == "6:00.1"
    assert clock(laps[-1].cumulative, 1) == "6:00.0"


@RULE
@given(goals, marks)
def test_running_evenly_is_the_even_splits(goal: float, along: tuple[float, ...]) -> None:
    even = strategy_splits(goal, STRATEGIES["even"], along)
    assert [split.cumulative for split in even] == pytest.approx([s.cumulative for s in splits(goal, MILE, along)])


@RULE
@given(goals)
def test_hard_from_the_gun_has_its_fastest_lap_first(goal: float) -> None:
    first, *others = lap_pace(strategy_splits(goal, STRATEGIES["elmore"]))
    assert all(first < other for other in others)
    assert first < goal / MILE
    assert max(others) == others[1]  # the third lap is the slowest of real races


@RULE
@given(goals)
def test_controlled_then_push_starts_no_faster_than_even_and_has_its_fastest_lap_last(goal: float) -> None:
    *others, last = lap_pace(strategy_splits(goal, STRATEGIES["manzano"]))
    assert all(last < other for other in others)
    assert all(other > 0.9999 * goal / MILE for other in others)


@RULE
@given(goals, strategies)
def test_laps_stand_to_each_other_as_the_strategy_says(goal: float, strategy: Strategy) -> None:
    paces = lap_pace(strategy_splits(goal, strategy))
    assert [pace / paces[0] for pace in paces] == pytest.approx(
        [quarter / strategy.quarters[0] for quarter in strategy.quarters]
    )


@RULE
@given(goals, strategies)
def test_within_a_lap_the_pace_is_steady(goal: float, strategy: Strategy) -> None:
    start, middle, end = strategy_splits(goal, strategy, (500, 600, 700))  # all within the second lap
    assert middle.since_last == pytest.approx(end.since_last)
    laps = {split.metres: split.cumulative for split in strategy_splits(goal, strategy)}
    per_metre = (laps[TRACK_LAPS[1]] - laps[TRACK_LAPS[0]]) / LAP
    assert start.cumulative == pytest.approx(laps[FIRST_LAP] + (500 - FIRST_LAP) * per_metre)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("even", ["1:31.6", "3:01.0", "4:30.5", "6:00.0"]),
        ("elmore", ["1:28.8", "2:58.8", "4:30.1", "6:00.0"]),
        ("manzano", ["1:31.6", "3:01.8", "4:32.0", "6:00.0"]),
    ],
)
def test_a_6_00_mile_is_carded_lap_by_lap(key: str, shown: list[str]) -> None:
    assert [clock(lap.cumulative, 1) for lap in strategy_splits(360, STRATEGIES[key])] == shown


@pytest.mark.parametrize("key", sorted(STRATEGIES))
def test_every_strategy_has_a_name_a_line_and_a_person(key: str) -> None:
    strategy = STRATEGIES[key]
    assert strategy.key == key
    assert all((strategy.name, strategy.person, strategy.summary))
    assert len(strategy.quarters) == len(TRACK_LAPS)


@RULE
@given(goals, strategies)
def test_on_the_road_the_strategy_goes_by_quarters_of_the_mile(goal: float, strategy: Strategy) -> None:
    quarters = strategy_splits(goal, strategy, ROAD_QUARTERS, ROAD_QUARTERS)
    whole = sum(strategy.quarters)
    assert [quarter.since_last for quarter in quarters] == pytest.approx([goal * q / whole for q in strategy.quarters])


# Reps


@RULE
@given(st.floats(min_value=0, exclude_min=True, allow_infinity=False, max_value=1e300))
@example(5e-324)
@example(89.477)
def test_the_range_of_a_rep_holds_its_target(target: float) -> None:
    span = rep_range(target)
    assert span.low <= target <= span.high


def test_a_rep_within_two_percent_is_on_target() -> None:
    assert REP_TOLERANCE == 0.02
    assert (rep_range(100).low, rep_range(100).high) == pytest.approx((98, 102))


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (math.nextafter(80, 0), "faster"),
        (79.9, "faster"),
        (80.0, "inside"),
        (85.0, "inside"),
        (90.0, "inside"),
        (math.nextafter(90, 100), "slower"),
        (90.1, "slower"),
    ],
)
def test_a_rep_on_the_border_of_the_articles_range_is_inside_it(target: float, word: str) -> None:
    assert against_article(target, Range(80.0, 90.0)) == word


@RULE
@given(st.floats(10, 600))
def test_a_range_of_one_time_is_its_own_border(target: float) -> None:
    only = Range(target, target)
    assert against_article(target, only) == "inside"
    assert against_article(math.nextafter(target, 0), only) == "faster"
    assert against_article(math.nextafter(target, 1e9), only) == "slower"


# Defects known on the day these tests were written; strict, so that mending one asks for its mark to go


def test_no_marks_make_no_splits() -> None:
    assert splits(360, MILE, ()) == strategy_splits(360, STRATEGIES["even"], ()) == ()


# Every goal there is, against exact fractions

TENTHS = range(2000, 12001)  # goals from 3:20 to 20:00
FRACTIONS = {mark: Fraction(round(mark * 1000), 1609344) for mark in (*ROAD_MARKS, *TRACK_MARKS, *MILE_MARKS)}


def on_paper(tenths: Fraction) -> str:
    """A number of tenths of a second as a person writes it: a half goes up."""
    minutes, rest = divmod((2 * tenths + 1) // 2, 600)
    return f"{minutes}:{rest // 10:02}.{rest % 10}" if minutes else f"{rest // 10}.{rest % 10}"


@pytest.mark.parametrize("marks", [ROAD_MARKS, TRACK_MARKS, MILE_MARKS], ids=["road", "track", "table"])
def test_every_clock_of_every_even_mile_is_the_exact_fraction_rounded_once(marks: tuple[float, ...]) -> None:
    for tenths in TENTHS:
        shown = [clock(split.cumulative, 1) for split in splits(tenths / 10, MILE, marks)]
        assert shown == [on_paper(tenths * FRACTIONS[mark]) for mark in marks], tenths


def test_the_quarters_of_every_even_road_mile_are_equal() -> None:
    for tenths in TENTHS:
        laps = strategy_splits(tenths / 10, STRATEGIES["even"], ROAD_QUARTERS, ROAD_QUARTERS)
        assert {clock(lap.since_last, 1) for lap in laps} == {on_paper(Fraction(tenths, 4))}
        assert [clock(lap.cumulative, 1) for lap in laps] == [on_paper(Fraction(tenths * n, 4)) for n in range(1, 5)]


@pytest.mark.parametrize("laps", [TRACK_LAPS, ROAD_QUARTERS], ids=["track", "road"])
def test_a_mark_has_one_clock_on_the_card_and_in_the_table(laps: tuple[float, ...]) -> None:
    marks = TRACK_MARKS if laps is TRACK_LAPS else ROAD_MARKS
    for tenths in TENTHS:
        table = {split.metres: clock(split.cumulative, 1) for split in splits(tenths / 10, MILE, MILE_MARKS)}
        for strategy in STRATEGIES.values() if tenths % 10 == 5 else (STRATEGIES["even"],):
            card, small = (strategy_splits(tenths / 10, strategy, some, laps) for some in (laps, marks))
            clocks = {split.metres: clock(split.cumulative, 1) for split in card}
            assert clocks == {split.metres: clock(split.cumulative, 1) for split in small if split.metres in clocks}
            if strategy.key == "even":
                clocks |= {split.metres: clock(split.cumulative, 1) for split in small}
                assert all(clocks[mark] == table[mark] for mark in clocks.keys() & table.keys())
