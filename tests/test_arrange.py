"""What a runner's week promises: hard days apart, the most important sessions kept, nothing hard before the race."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milebook.training.arrange import (
    Slots,
    arrange_race_week,
    arrange_week,
    find_slots,
    keep_most_important,
    most_hard,
)

RULE = settings(deadline=None, derandomize=True, max_examples=60)
WEEK = range(7)
DAY_SETS = [days for count in range(1, 8) for days in combinations(WEEK, count)]
WITH_LONG = [(days, long_day) for days in DAY_SETS for long_day in (*days, None)]
TOGETHER = [(days, long_day, wanted) for days, long_day in WITH_LONG for wanted in (1, 2, 3)]
HARD = ("test", "speed", "strength", "tempo")
IMPORTANCE = ("test", "speed", "long", "strength", "tempo", "easy", "cross")  # design.md; a trial is the week's speed
FULL_WEEK = tuple((kind, kind) for kind in ("speed", "long", "strength", "tempo", "easy", "easy", "easy", "cross"))
TRIAL_WEEK = tuple((kind, kind) for kind in ("test", "long", "easy", "easy", "easy", "cross"))
RACE_WEEK = (("race", "race"), ("long", "long"), ("speed", "sharpener"), ("easy", "shakeout"), *[("easy", "short")] * 5)

sessions = st.lists(st.sampled_from(IMPORTANCE), max_size=14).map(
    lambda kinds: [(k, f"{k}-{i}") for i, k in enumerate(kinds)]
)
training_days = st.sampled_from(DAY_SETS)


def neighbours(one, other):
    return (one - other) % 7 in (1, 6)


def apart(chosen):
    return not any(neighbours(one, other) for one, other in combinations(chosen, 2))


def before(day):
    return (day - 1) % 7


def kinds_of(listed):
    return [kind for kind, _ in listed]


@pytest.mark.parametrize(("days", "most"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3)])
def test_hard_sessions_a_week_grow_with_the_training_days(days, most):
    assert most_hard(days) == most


def test_hard_days_are_the_runners_and_never_side_by_side_nor_from_sunday_to_monday():
    for days, long_day, wanted in TOGETHER:
        slots = find_slots(days, long_day, wanted)
        assert apart(slots.hard), (days, long_day, wanted)
        assert set(slots.hard) <= set(days) - {long_day}
        assert len(set(slots.hard)) == len(slots.hard) <= wanted
        assert slots.long == long_day


def test_as_many_hard_sessions_as_the_days_allow():
    for days, long_day, wanted in TOGETHER:
        free = [day for day in days if day != long_day]
        possible = max(count for count in range(4) if any(apart(chosen) for chosen in combinations(free, count)))
        assert len(find_slots(days, long_day, wanted).hard) == min(wanted, most_hard(len(days)), possible)


def test_no_hard_session_on_the_day_before_the_long_run_where_other_days_serve():
    for days, long_day, wanted in TOGETHER:
        slots = find_slots(days, long_day, wanted)
        if long_day is None or before(long_day) not in slots.hard:
            continue
        others = [day for day in days if day not in (long_day, before(long_day))]
        assert not any(apart(chosen) for chosen in combinations(others, len(slots.hard))), (days, long_day, wanted)


def test_hard_days_are_as_wide_apart_as_the_rest_of_the_rule_allows():
    assert find_slots(WEEK, 6, 2) == Slots(6, (1, 4))
    assert find_slots(WEEK, 6, 3) == Slots(6, (0, 2, 4))
    assert find_slots((1, 3, 6), 6, 2) == Slots(6, (1,))
    assert find_slots((1, 2, 3, 5, 6), 6, 2) == Slots(6, (1, 3))
    assert find_slots((0, 1, 2), 2, 3) == Slots(2, (0,))
    assert find_slots((5, 6), 6, 2) == Slots(6, (5,))
    assert find_slots((1,), None, 2) == Slots(None, (1,))


def test_of_days_that_serve_equally_the_earlier_are_hard():
    assert find_slots(WEEK, None, 2) == Slots(None, (0, 3))
    for days, long_day in WITH_LONG:
        serve = [day for day in days if long_day is None or not (day == long_day or neighbours(day, long_day))]
        if serve:
            assert find_slots(days, long_day, 1).hard == (min(serve),)


def test_the_most_important_hard_session_comes_first_after_the_long_run():
    for days, long_day, wanted in TOGETHER:
        hard = find_slots(days, long_day, wanted).hard
        start = 0 if long_day is None else long_day
        days_after = [(day - start) % 7 for day in hard]
        if len(days) < 7 and long_day is not None and 1 in days_after:
            assert days_after.pop() == 1  # the least important where it cannot be elsewhere
        assert days_after == sorted(days_after)


def test_the_order_in_which_days_are_written_changes_no_slot():
    for days in combinations(WEEK, 4):
        assert len({find_slots(order, days[-1], 2) for order in permutations(days)}) == 1


@RULE
@given(sessions, st.integers(1, 7), st.integers(0, 3))
def test_what_is_left_out_is_never_more_important_than_what_stays(listed, days, hard):
    kept = keep_most_important(listed, days, hard)
    dropped = [session for session in listed if session not in kept]
    for kind, _ in dropped:
        rivals = kinds_of(kept)
        if kind in HARD and sum(rival in HARD for rival in rivals) == hard:
            rivals = [rival for rival in rivals if rival in HARD]
        elif kind == "long" and "long" in rivals:
            continue
        else:
            assert len(kept) == days
        assert all(IMPORTANCE.index(rival) <= IMPORTANCE.index(kind) for rival in rivals), (listed, kept)


@RULE
@given(sessions, st.integers(1, 7), st.integers(0, 3))
def test_sessions_kept_are_in_the_order_written_and_no_more_than_fit(listed, days, hard):
    kept = keep_most_important(listed, days, hard)
    assert [session for session in listed if session in kept] == list(kept)
    assert len(kept) <= days
    assert sum(kind in HARD for kind in kinds_of(kept)) <= hard
    assert kinds_of(kept).count("long") <= 1


@pytest.mark.parametrize(
    ("days", "hard", "kept"),
    [
        (1, 1, ["speed"]),
        (2, 1, ["speed", "long"]),
        (3, 1, ["speed", "long", "easy"]),
        (3, 2, ["speed", "long", "strength"]),
        (4, 3, ["speed", "long", "strength", "tempo"]),
        (5, 2, ["speed", "long", "strength", "easy", "easy"]),
        (7, 2, ["speed", "long", "strength", "easy", "easy", "easy", "cross"]),
        (7, 3, ["speed", "long", "strength", "tempo", "easy", "easy", "easy"]),
    ],
)
def test_with_few_days_speed_stays_then_long_then_strength_then_tempo(days, hard, kept):
    assert kinds_of(keep_most_important(FULL_WEEK, days, hard)) == kept


@RULE
@given(sessions, training_days, st.data(), st.integers(0, 3), st.integers(0, 6))
def test_every_session_kept_gets_one_of_the_runners_days(listed, days, data, wanted, first):
    has_long = "long" in kinds_of(listed)
    slots = find_slots(days, data.draw(st.sampled_from(days)) if has_long else None, wanted)
    week = arrange_week(listed, days, slots, first)
    assert set(week) <= set(days)
    assert Counter(week.values()) == Counter(keep_most_important(listed, len(days), len(slots.hard)))
    assert all((kind in HARD) <= (day in slots.hard) for day, (kind, _) in week.items())
    assert all((kind == "long") <= (day == slots.long) for day, (kind, _) in week.items())


def test_hard_sessions_take_the_slots_by_importance():
    slots = Slots(6, (0, 2, 4))
    scrambled = (("tempo", "t"), ("easy", "e"), ("strength", "r"), ("long", "l"), ("speed", "s"))
    week = arrange_week(scrambled, WEEK, slots, 0)
    assert [week[day][0] for day in (0, 2, 4, 6)] == ["speed", "strength", "tempo", "long"]


def test_easy_days_follow_the_plan_in_the_order_of_the_runners_week():
    listed = (("easy", "one"), ("speed", "s"), ("easy", "two"), ("easy", "three"))
    week = arrange_week(listed, (0, 1, 3, 5), Slots(None, (1,)), 5)
    assert week == {1: ("speed", "s"), 5: ("easy", "one"), 0: ("easy", "two"), 3: ("easy", "three")}


def test_cross_training_comes_on_the_day_before_the_long_run_where_that_is_free():
    assert arrange_week(FULL_WEEK, WEEK, find_slots(WEEK, 6, 2), 0)[5][0] == "cross"
    assert arrange_week((("cross", "c"), ("speed", "s")), (1, 3), Slots(None, (1,)), 0)[3][0] == "cross"


def test_cross_training_comes_last_in_the_week_where_no_day_before_a_long_run_is_free():
    listed = (("cross", "c"), ("easy", "e"), ("speed", "s"), ("easy", "f"))
    for first, last in ((0, 5), (4, 3), (6, 5)):
        assert arrange_week(listed, (0, 1, 3, 5), Slots(None, (1,)), first)[last] == ("cross", "c")


def test_a_trial_is_not_run_on_the_day_after_the_long_run_where_another_slot_serves():
    for days, long_day in WITH_LONG:
        slots = find_slots(days, long_day, 3)
        week = arrange_week(TRIAL_WEEK, days, slots, 0)
        trials = [day for day, (kind, _) in week.items() if kind == "test"]
        assert len(trials) == bool(slots.hard)
        if long_day is not None and trials and before(trials[0]) == long_day:
            assert all(before(day) == long_day for day in slots.hard), (days, long_day)


def test_a_trial_comes_late_in_its_week():
    week = arrange_week(TRIAL_WEEK, WEEK, find_slots(WEEK, 6, 3), 0)
    assert [day for day, (kind, _) in week.items() if kind == "test"] == [4]


def race_weeks():
    for days, long_day in WITH_LONG:
        slots = find_slots(days, long_day, 3)
        for race_day in WEEK:
            yield days, slots, race_day, arrange_race_week(RACE_WEEK, days, slots, race_day)


def test_race_week_has_the_race_on_its_day_and_else_only_the_runners_days():
    for days, _, race_day, week in race_weeks():
        assert [day for day, (kind, _) in week.items() if kind == "race"] == [race_day]
        assert set(week) == {*days, race_day}


def test_race_week_has_nothing_hard_in_the_two_days_before_and_no_long_run():
    for _, _, race_day, week in race_weeks():
        for day, (kind, _) in week.items():
            assert kind != "long"
            if kind == "speed":
                assert 3 <= (race_day - day) % 7 <= 6


def test_race_week_does_not_open_hard_on_the_day_after_a_hard_one():
    for days, slots, race_day, week in race_weeks():
        opening = week.get((race_day + 1) % 7)
        if race_day in slots.hard:
            assert opening is None or opening[0] != "speed", (days, slots, race_day)


def test_race_week_keeps_its_sharpener_four_days_before_else_as_near_to_it_as_the_days_allow():
    for days, slots, race_day, week in race_weeks():
        free = {(race_day - day) % 7 for day in days} - {0, 1, 2}
        if race_day in slots.hard:
            free.discard(6)
        chosen = [(race_day - day) % 7 for day, (kind, _) in week.items() if kind == "speed"]
        assert chosen == ([min(free, key=(4, 3, 5, 6).index)] if free else []), (days, slots, race_day)


def test_the_first_easy_session_of_race_week_is_for_the_day_before_the_race_only():
    for days, _, race_day, week in race_weeks():
        shakeouts = [day for day, (_, key) in week.items() if key == "shakeout"]
        assert shakeouts == ([before(race_day)] if before(race_day) in days else [])


def test_two_training_days_keep_speed_and_the_long_run():
    for days in combinations(WEEK, 2):
        for long_day in days:
            week = arrange_week(FULL_WEEK, days, find_slots(days, long_day, 3), 0)
            assert sorted(kinds_of(week.values())) == ["long", "speed"]
