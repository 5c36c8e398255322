"""What a lap card and a rep time promise: exact marks, rounded once, that end on the goal time."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milebook.running.courses import RACES, TRACKS, Course, all_courses, course_of
from milebook.running.pacing import (
    LAP,
    REP_TOLERANCE,
    STRATEGIES,
    Split,
    Strategy,
    against_article,
    even_splits,
    rep_range,
    strategy_splits,
)
from milebook.running.quantities import METRES_PER_MILE, Duration, Pace, Range, clock

RULE = settings(deadline=None, derandomize=True)
MILE = METRES_PER_MILE
USUAL, ROAD = course_of(), course_of("mile", "road")
COURSES = all_courses()
FOUR_LAPS = [course for course in COURSES if course.is_by_phases]

goals = st.floats(223, 1200)
strategies = st.sampled_from(sorted(STRATEGIES.values(), key=lambda strategy: strategy.key))
courses = st.sampled_from(COURSES)
four_laps = st.sampled_from(FOUR_LAPS)


def name(course: Course) -> str:
    """What a course is called in the list of tests."""
    return f"{course.race}, {course.track or 'road'}"


def marks_of(course: Course) -> tuple[tuple[float, ...], ...]:
    """The marks of everything that is printed of a course."""
    return course.ends, course.table_marks, course.card_marks, course.quarters


def lap_pace(laps: tuple[Split, ...]) -> list[float]:
    """Seconds per metre of each lap in turn."""
    starts = [0.0, *(lap.metres for lap in laps)]
    return [lap.since_last / (lap.metres - start) for lap, start in zip(laps, starts, strict=False)]


# The track


def test_four_laps_are_not_a_mile() -> None:
    assert 4 * LAP == 1600
    assert USUAL.ends == (409.344, 809.344, 1209.344, 1609.344)
    assert USUAL.metres == USUAL.ends[-1] == ROAD.ends[-1] == USUAL.table_marks[-1] == MILE


@pytest.mark.parametrize(
    ("race", "track", "ends"),
    [
        ("mile", "400 m", (409.344, 809.344, 1209.344, 1609.344)),
        ("mile", "300 m", (109.344, 409.344, 709.344, 1009.344, 1309.344, 1609.344)),
        ("mile", "200 m", (209.344, 409.344, 609.344, 809.344, 1009.344, 1209.344, 1409.344, 1609.344)),
        ("mile", "440 yd", (402.336, 804.672, 1207.008, 1609.344)),
        ("mile", None, (402.336, 804.672, 1207.008, 1609.344)),
        ("1500 m", "400 m", (300, 700, 1100, 1500)),
        ("1500 m", "300 m", (300, 600, 900, 1200, 1500)),
        ("1500 m", "200 m", (100, 300, 500, 700, 900, 1100, 1300, 1500)),
        ("1500 m", "440 yd", (292.992, 695.328, 1097.664, 1500)),
        ("1500 m", None, (375, 750, 1125, 1500)),
        ("1600 m", "400 m", (400, 800, 1200, 1600)),
        ("1600 m", "300 m", (100, 400, 700, 1000, 1300, 1600)),
        ("1600 m", "200 m", (200, 400, 600, 800, 1000, 1200, 1400, 1600)),
        ("1600 m", "440 yd", (392.992, 795.328, 1197.664, 1600)),
        ("1600 m", None, (400, 800, 1200, 1600)),
    ],
)
def test_laps_are_counted_back_from_the_finish_line(race, track, ends) -> None:
    course = course_of(race, "track" if track else "road", track)
    assert course.ends == ends
    assert len(course.names) == len(ends)
    assert course in COURSES


def test_there_are_fifteen_courses_each_once() -> None:
    assert len(COURSES) == len(set(COURSES)) == len(RACES) * (len(TRACKS) + 1) == 15
    assert COURSES[0] == course_of() == course_of("mile", "track", "400 m")


@pytest.mark.parametrize("course", COURSES, ids=name)
def test_the_start_line_is_as_far_behind_the_finish_line_as_full_laps_leave(course: Course) -> None:
    if not course.on_track:
        assert (course.behind, course.lap) == (0, 0)
        return
    full_laps = (course.metres - course.behind) / course.lap
    assert full_laps == pytest.approx(round(full_laps), abs=1e-9)
    assert 0 <= course.behind < course.lap
    assert len(course.ends) == round(full_laps) + (course.first == course.behind)
    assert course.first == pytest.approx(course.behind + (0 if course.first == course.behind else course.lap))


@pytest.mark.parametrize("course", COURSES, ids=name)
def test_marks_are_in_the_order_they_are_passed_and_end_at_the_finish(course: Course) -> None:
    for along in marks_of(course):
        assert list(along) == sorted(set(along))
        assert along[-1] == course.metres
    assert set(course.ends) <= set(course.card_marks)


def test_a_6_00_mile_is_89_48_seconds_a_lap() -> None:
    assert Pace(360 / MILE).over(LAP) == pytest.approx(89.48, abs=0.005)


def test_four_laps_of_90_seconds_are_a_mile_of_6_02_1() -> None:
    assert clock(Pace(90 / LAP).over(MILE), 1) == "6:02.1"


# Even splits


def test_a_6_00_mile_passes_its_marks_on_time() -> None:
    shown = {split.metres: clock(split.cumulative, 1) for split in even_splits(360, USUAL, USUAL.table_marks)}
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
    laps = even_splits(360, USUAL, USUAL.ends)
    assert [clock(lap.since_last, 2) for lap in laps] == ["1:31.57", "1:29.48", "1:29.48", "1:29.48"]
    assert [clock(lap.cumulative, 1) for lap in laps] == ["1:31.6", "3:01.0", "4:30.5", "6:00.0"]


def test_a_4_00_1500_is_48_seconds_64_seconds_a_lap() -> None:
    laps = even_splits(240, course_of("1500 m"), course_of("1500 m").ends)
    assert [clock(lap.since_last, 1) for lap in laps] == ["48.0", "1:04.0", "1:04.0", "1:04.0"]
    assert [clock(lap.cumulative, 1) for lap in laps] == ["48.0", "1:52.0", "2:56.0", "4:00.0"]


@RULE
@given(goals, courses)
@example(360.0, USUAL)
def test_every_even_mark_is_its_share_of_the_goal(goal: float, course: Course) -> None:
    for along in marks_of(course):
        for split in even_splits(goal, course, along):
            assert split.cumulative / goal == pytest.approx(split.metres / course.metres, rel=1e-12)


# Ways to run a mile


@RULE
@given(goals, strategies, courses)
@example(223.0, STRATEGIES["manzano"], USUAL)
@example(0.1 + 0.2, STRATEGIES["elmore"], USUAL)
def test_every_way_to_run_a_race_ends_exactly_on_the_goal(goal: float, strategy: Strategy, course: Course) -> None:
    for along in marks_of(course):
        assert even_splits(goal, course, along)[-1].cumulative == goal
        assert strategy_splits(goal, strategy, course, along)[-1].cumulative == goal
        assert strategy_splits(goal, strategy, course, iter(along))[-1].metres == course.metres
    assert strategy_splits(goal, strategy, course) == strategy_splits(goal, strategy, course, course.ends)


@RULE
@given(goals, strategies, courses)
def test_what_is_run_between_the_marks_adds_up_to_the_goal(goal: float, strategy: Strategy, course: Course) -> None:
    for along in marks_of(course):
        so_far = 0.0
        for split in (card := strategy_splits(goal, strategy, course, along)):
            assert split.since_last == pytest.approx(split.cumulative - so_far, rel=1e-9)
            so_far = split.cumulative
        assert math.fsum(split.since_last for split in card) == pytest.approx(goal, rel=1e-12)


@RULE
@given(goals, strategies, courses)
def test_the_watch_never_stands_still_nor_runs_back(goal: float, strategy: Strategy, course: Course) -> None:
    for along in marks_of(course):
        card = strategy_splits(goal, strategy, course, along)
        assert [split.metres for split in card] == list(along)
        assert all(split.since_last > 0 for split in card)
        assert card[0].since_last == card[0].cumulative


@RULE
@given(goals, strategies, courses)
@example(362.1024, STRATEGIES["even"], USUAL)
def test_a_mark_shown_is_never_more_than_half_a_tenth_from_the_exact_one(
    goal: float, strategy: Strategy, course: Course
) -> None:
    for along in marks_of(course):
        card = strategy_splits(goal, strategy, course, along)
        for split in card:
            shown = clock(split.cumulative, 1)
            assert (
                abs(Duration.parse(shown if ":" in shown else f"{shown} s").seconds - split.cumulative) <= 0.05 + 1e-9
            )
        assert clock(card[-1].cumulative, 1) == clock(goal, 1)


def test_rounded_laps_would_miss_the_goal_and_so_are_never_added() -> None:
    laps = even_splits(360, USUAL, USUAL.ends)
    assert clock(sum(Duration.parse(clock(lap.since_last, 1)).seconds for lap in laps), 1) == "6:00.1"
    assert clock(laps[-1].cumulative, 1) == "6:00.0"


@RULE
@given(goals, four_laps)
def test_hard_from_the_gun_has_its_fastest_lap_first(goal: float, course: Course) -> None:
    first, *others = lap_pace(strategy_splits(goal, STRATEGIES["elmore"], course))
    assert all(first < other for other in others)
    assert first < goal / course.metres
    assert max(others) == others[1]  # the third lap is the slowest of real races


@RULE
@given(goals, four_laps)
def test_controlled_then_push_starts_no_faster_than_even_and_has_its_fastest_lap_last(
    goal: float, course: Course
) -> None:
    *others, last = lap_pace(strategy_splits(goal, STRATEGIES["manzano"], course))
    assert all(last < other for other in others)
    assert all(other > 0.9999 * goal / course.metres for other in others)


@RULE
@given(goals, strategies, four_laps)
def test_laps_stand_to_each_other_as_the_strategy_says(goal: float, strategy: Strategy, course: Course) -> None:
    paces = lap_pace(strategy_splits(goal, strategy, course))
    assert [pace / paces[0] for pace in paces] == pytest.approx(
        [quarter / strategy.quarters[0] for quarter in strategy.quarters]
    )


@RULE
@given(goals, strategies)
def test_within_a_lap_the_pace_is_steady(goal: float, strategy: Strategy) -> None:
    start, middle, end = strategy_splits(goal, strategy, USUAL, (500, 600, 700))  # all within the second lap
    assert middle.since_last == pytest.approx(end.since_last)
    first, second = strategy_splits(goal, strategy, USUAL)[:2]
    per_metre = (second.cumulative - first.cumulative) / LAP
    assert start.cumulative == pytest.approx(first.cumulative + (500 - first.metres) * per_metre)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("even", ["1:31.6", "3:01.0", "4:30.5", "6:00.0"]),
        ("elmore", ["1:28.8", "2:58.8", "4:30.1", "6:00.0"]),
        ("manzano", ["1:31.6", "3:01.8", "4:32.0", "6:00.0"]),
    ],
)
def test_a_6_00_mile_is_carded_lap_by_lap(key: str, shown: list[str]) -> None:
    assert [clock(lap.cumulative, 1) for lap in strategy_splits(360, STRATEGIES[key], USUAL)] == shown


@pytest.mark.parametrize("key", sorted(STRATEGIES))
def test_every_strategy_has_a_name_a_line_and_a_person(key: str) -> None:
    strategy = STRATEGIES[key]
    assert strategy.key == key
    assert all((strategy.name, strategy.person, strategy.summary))
    assert len(strategy.quarters) == len(USUAL.ends)


@RULE
@given(goals, strategies, courses)
def test_a_race_that_is_not_of_four_laps_is_run_by_its_quarters(
    goal: float, strategy: Strategy, course: Course
) -> None:
    if course in FOUR_LAPS and course.on_track:
        return
    quarters = strategy_splits(goal, strategy, course, course.quarters)
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


def test_no_marks_make_no_splits() -> None:
    assert strategy_splits(360, STRATEGIES["even"], USUAL, ()) == even_splits(360, USUAL, ()) == ()


# Every goal there is, against exact fractions

TENTHS = range(2000, 12001)  # goals from 3:20 to 20:00
SOME = [*range(2000, 12001, 173), *range(2005, 12001, 1010), 12000]  # of them, where all courses are tried


def on_paper(tenths: Fraction) -> str:
    """A number of tenths of a second as a person writes it: a half goes up."""
    minutes, rest = divmod((2 * tenths + 1) // 2, 600)
    return f"{minutes}:{rest // 10:02}.{rest % 10}" if minutes else f"{rest // 10}.{rest % 10}"


def exact_share(course: Course, way: str, mark: float) -> Fraction:
    """The share of the time that a race takes to a mark: each part weighed with its pace, worked out by hand."""
    race = RACES[course.race]
    is_of_laps = course.on_track and len(course.ends) == 4 and course.first >= course.lap
    ends = [Fraction(str(end)) for end in course.ends] if is_of_laps else [race * n / 4 for n in (1, 2, 3, 4)]
    total = run = start = Fraction(0)
    for end, share in zip(ends, STRATEGIES[way].quarters, strict=True):
        total += (end - start) * Fraction(str(share))
        run += max(Fraction(0), min(Fraction(str(mark)), end) - start) * Fraction(str(share))
        start = end
    return run / total


@pytest.mark.parametrize("course", [USUAL, ROAD], ids=name)
def test_every_clock_of_every_even_mile_is_the_exact_fraction_rounded_once(course: Course) -> None:
    marks = sorted({mark for along in marks_of(course) for mark in along})
    shares = [exact_share(course, "even", mark) for mark in marks]
    for tenths in TENTHS:
        shown = [clock(split.cumulative, 1) for split in even_splits(tenths / 10, course, marks)]
        assert shown == [on_paper(tenths * share) for share in shares], tenths


@pytest.mark.parametrize("course", COURSES, ids=name)
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_every_clock_of_every_race_is_the_exact_fraction_rounded_once(course: Course, way: str) -> None:
    for along in marks_of(course):
        shares = [exact_share(course, way, mark) for mark in along]
        parts = [share - before for share, before in zip(shares, [Fraction(0), *shares], strict=False)]
        assert sum(parts) == 1
        for tenths in SOME:
            splits = strategy_splits(tenths / 10, STRATEGIES[way], course, along)
            assert [clock(split.cumulative, 1) for split in splits] == [on_paper(tenths * share) for share in shares]
            assert [clock(split.since_last, 1) for split in splits] == [on_paper(tenths * part) for part in parts]


@pytest.mark.parametrize("course", COURSES, ids=name)
def test_even_laps_are_equal(course: Course) -> None:
    for tenths in SOME:
        first, *others = strategy_splits(tenths / 10, STRATEGIES["even"], course)
        laps = {clock(lap.since_last, 1) for lap in others}
        assert len(laps) == 1
        if course.is_even:
            assert laps == {clock(first.since_last, 1)}


@pytest.mark.parametrize("course", COURSES, ids=name)
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_a_mark_has_one_clock_wherever_it_stands(course: Course, way: str) -> None:
    for tenths in SOME:
        clocks: dict[float, str] = {}
        for along in marks_of(course):
            for split in strategy_splits(tenths / 10, STRATEGIES[way], course, along):
                shown = clock(split.cumulative, 1)
                assert clocks.setdefault(round(split.metres, 3), shown) == shown
