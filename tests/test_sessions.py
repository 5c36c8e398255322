"""What a session promises: the runner's own rep times, exact; metres and minutes that add up; the article's amounts."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from common import CONTENT
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milebook.content.loader import load
from milebook.content.vocabulary import LEVELS
from milebook.content.workouts import Workout
from milebook.running.courses import RACE_METRES
from milebook.running.fitness import EFFORT, Result, assess, daniels_gilbert, predicted_goal
from milebook.running.mile_classes import CLASSES
from milebook.running.pacing import REP_DISTANCES
from milebook.running.quantities import METRES_PER_MILE, Capped, Distance, Duration, Range, parse_range
from milebook.training.amounts import choose_metres, choose_seconds, choose_unit
from milebook.training.schedule import Load
from milebook.training.sessions import REST_STEP, Runner, plan_session

RULE = settings(deadline=None, derandomize=True, max_examples=50)
LIBRARY = load(CONTENT)
WORKOUTS = LIBRARY.workouts
MILE = METRES_PER_MILE
HALF_UNIT = {"metric": 500.0, "imperial": MILE / 2}
TRACK_PACES = {"mile": MILE, "3 km": 3000.0, "5 km": 5000.0, "10 km": 10000.0}

levels = st.sampled_from(LEVELS)
units = st.sampled_from(("metric", "imperial"))
volumes = st.floats(0, 1)
miles = st.floats(223.1, 1199.9)
distances = st.sampled_from((800.0, 1500.0, MILE, 3000.0, 5000.0, 10000.0, 21097.5))
fitnesses = st.builds(
    lambda mile, metres: assess(Result(metres, daniels_gilbert(MILE, mile, metres))), miles, distances
)
runners = st.builds(Runner, levels, units, fitnesses)
keys = st.sampled_from(sorted(WORKOUTS))


def runner(level="intermediate", units="imperial", mile=360.0):
    return Runner(level, units, assess(Result(MILE, mile)))


def session(key, runner, volume):
    return plan_session(key, WORKOUTS[key], WORKOUTS[key].kind, runner, volume)


def planned(*steps, volume=1.0, kind="speed", **who):
    workout = Workout.model_validate({"title": "T", "kind": kind, "from": "editorial", "why": "W", "steps": steps})
    return plan_session("t", workout, kind, runner(**who), volume)


def only(*steps, **more):
    (step,) = planned(*steps, **more).steps
    return step


def whole(number):
    return number == pytest.approx(round(number), abs=1e-9)


def reps_of(session):
    return [step for step in session.steps if step.kind == "reps"]


# --- repetitions


def test_a_200_at_mile_pace_takes_its_share_of_the_mile():
    step = only({"repeat": 8, "run": {"distance": "200 m", "pace": "mile"}}, mile=480.0)
    assert step.target == pytest.approx(480.0 * 200 / 1609.344, rel=1e-12)
    assert (step.metres, step.seconds, step.told) == (200.0, step.target, "distance")


@RULE
@given(runners, st.sampled_from(sorted(TRACK_PACES)), st.integers(50, 2000))
def test_a_rep_target_is_pace_times_distance(who, pace, metres):
    workout = {"title": "T", "kind": "speed", "from": "editorial", "why": "W"}
    steps = [{"repeat": 3, "run": {"distance": f"{metres} m", "pace": pace}}]
    (step,) = plan_session("t", Workout.model_validate({**workout, "steps": steps}), "speed", who, 0.5).steps
    race = TRACK_PACES[pace]
    exact = predicted_goal(who.fitness) if race == MILE else daniels_gilbert(MILE, who.fitness.mile, race)
    assert step.target == pytest.approx(exact * metres / race, rel=1e-9)


@RULE
@given(runners, keys, volumes)
def test_a_rep_target_lies_within_its_range_of_two_percent(who, key, volume):
    for step in reps_of(session(key, who, volume)):
        if step.pace_name == "fast":
            assert (step.target, step.target_range, step.pace) == (None, None, None)
        else:
            assert step.target_range.low < step.target < step.target_range.high
            assert step.target_range.low == pytest.approx(0.98 * step.target)
            assert step.target_range.high == pytest.approx(1.02 * step.target)


@RULE
@given(runners, keys, volumes)
def test_the_verdict_agrees_with_the_articles_range(who, key, volume):
    for step in reps_of(session(key, who, volume)):
        if step.article is None:
            assert step.verdict == ""
        else:
            low, high = step.article.low, step.article.high
            inside = "inside" if low <= step.target <= high else ""
            assert step.verdict == (inside or ("faster" if step.target < low else "slower"))


@pytest.mark.parametrize(
    ("level", "mile", "verdict"),
    [
        ("beginner", "8:00", "slower"),
        ("beginner", "5:00", "inside"),
        ("beginner", "4:30", "faster"),
        ("intermediate", "6:15", "slower"),
        ("intermediate", "5:40", "inside"),
        ("advanced", "4:48", "faster"),
        ("advanced", "5:20", "inside"),
    ],
)
def test_the_articles_rep_times_are_told_from_the_runners_own(level, mile, verdict):
    (step,) = reps_of(session("mile-reps", runner(level, mile=Duration.parse(mile).seconds), 1.0))
    assert step.verdict == verdict


def test_only_the_articles_own_session_carries_the_articles_times():
    assert {k for k in WORKOUTS for s in reps_of(session(k, runner(), 1)) if s.article} == {"mile-reps"}


@RULE
@given(runners, keys, volumes)
def test_track_metres_are_never_converted(who, key, volume):
    for step in session(key, who, volume).steps:
        if step.kind == "reps":
            assert step.metres in (100.0, 200.0, 400.0, 1000.0, MILE)
        if step.kind == "strides":
            assert step.metres == 60.0
        if step.recovery and step.recovery.metres:
            assert step.recovery.metres == step.metres


def test_every_repetition_of_the_library_below_a_mile_has_its_row_in_the_table_of_reps():
    run = {step.metres for key in WORKOUTS for level in LEVELS for step in reps_of(session(key, runner(level), 1))}
    assert run - {MILE} <= set(REP_DISTANCES)


def test_a_hill_rep_is_run_by_the_time_of_the_flat_rep():
    (step,) = reps_of(session("hill-reps", runner(mile=400.0), 1))
    assert (step.told, step.uphill) == ("time", True)
    assert step.target == pytest.approx(400.0 * 200 / MILE)


def test_a_rep_told_by_time_covers_what_the_pace_gives():
    step = only({"repeat": 4, "run": {"time": "60 s", "pace": "mile"}}, mile=MILE / 5)
    assert (step.told, step.metres) == ("time", pytest.approx(300.0))
    assert step.target == pytest.approx(60.0)


def test_what_a_coach_says_about_effort_goes_before_the_table():
    assert only({"run": {"distance": "1 mi", "effort": 10}}).effort == Range(10, 10)
    assert only({"run": {"distance": "1000 m", "pace": "5 km"}}).effort == EFFORT["5 km"]


def test_a_goal_is_for_the_race_and_leaves_training_at_the_runners_own_pace():
    own = runner(mile=360.0)
    aims = Runner(own.level, own.units, own.fitness, goal=350.0)
    (race,) = reps_of(session("race-day", aims, 0))
    assert (race.target, race.seconds, race.metres) == (350.0, 350.0, MILE)
    assert race.target_range.low < 350.0 < race.target_range.high
    assert race.pace.low.per_mile == pytest.approx(350.0)
    for key in sorted(set(WORKOUTS) - {"race-day"}):
        assert session(key, aims, 1) == session(key, own, 1)


@RULE
@given(runners, st.floats(223, 1200), st.sampled_from((400, 800, 1500)))
def test_a_race_over_another_distance_is_run_at_the_pace_of_the_goal_for_the_mile(who, goal, metres):
    steps = [{"run": {"distance": f"{metres} m"}}]
    race = Workout.model_validate({"title": "T", "kind": "race", "from": "editorial", "why": "W", "steps": steps})
    (step,) = plan_session("t", race, "race", Runner(who.level, who.units, who.fitness, goal), 0).steps
    assert step.target == step.seconds == pytest.approx(goal * metres / MILE)


@pytest.mark.parametrize("race", sorted(RACE_METRES))
@pytest.mark.parametrize("goal", [None, 400.0])
def test_the_race_itself_has_its_own_distance_and_what_is_run_around_it_stays(race, goal):
    who = Runner("advanced", "imperial", assess(Result(MILE, 420.0)), goal, race)
    steps = ({"easy": "1 mi"}, {"run": {"distance": "1 mi", "pace": "mile"}}, {"easy": "1 mi"})
    workout = {"title": "The {race}", "kind": "race", "from": "editorial", "why": "W", "steps": steps}
    planned = plan_session("t", Workout.model_validate(workout), "race", who, 1.0)
    before, itself, after = planned.steps
    assert (before.metres, after.metres) == (MILE, MILE)
    assert (before.unit, after.unit) == ("mi", "mi")
    assert itself.metres == RACE_METRES[race]
    assert itself.target == (goal or predicted_goal(who.fitness, race))
    assert itself.pace.low.over(itself.metres) == pytest.approx(itself.target)
    assert planned.title == {"mile": "The mile"}.get(race, f"The {race}".replace(" m", "\u00a0m"))
    trial = plan_session("t", Workout.model_validate(workout | {"kind": "test"}), "test", who, 1.0)
    assert (trial.steps[1].metres, trial.steps[1].target) == (MILE, 420.0)


@RULE
@given(miles)
def test_a_fast_repetition_has_no_target_and_is_counted_with_its_time_at_mile_pace(mile):
    step = only({"repeat": 4, "run": {"distance": "100 m", "pace": "fast"}}, mile=mile)
    assert step.target is None
    assert step.seconds == pytest.approx(mile * 100 / MILE)


# --- recoveries


def test_there_is_one_recovery_fewer_than_repetitions():
    step = only({"repeat": 5, "run": {"distance": "400 m"}, "recover": {"distance": "200 m"}})
    easy = runner().fitness.easy.high
    assert step.recovery_metres == 800.0
    assert step.recovery_seconds == pytest.approx(easy.over(800.0))
    assert step.running_metres == 2800.0


def test_a_jog_by_time_counts_the_middle_of_its_range_at_the_slow_end_of_easy():
    step = only({"repeat": 3, "run": {"distance": "200 m"}, "recover": {"time": "60-90 s"}})
    assert step.recovery.seconds == Range(60.0, 90.0)
    assert step.recovery_seconds == 150.0
    assert step.recovery_metres == pytest.approx(150.0 / runner().fitness.easy.high.seconds_per_metre)


def test_a_standing_rest_covers_no_ground():
    step = only({"repeat": 3, "run": {"distance": "100 m"}, "recover": {"time": "2 min", "jog": False}})
    assert (step.recovery_metres, step.recovery_seconds, step.running_metres) == (0.0, 240.0, 300.0)


def test_a_repetition_by_itself_has_the_rest_that_is_written_after_it():
    step = only({"run": {"distance": "1 mi"}, "recover": {"time": "3 min"}})
    assert (step.recovery.seconds, step.recovery_seconds) == (Range(180.0, 180.0), 180.0)
    assert only({"run": {"distance": "1 mi"}}).recovery is None


def test_two_repetitions_have_a_recovery_between_them():
    step = only({"repeat": 2, "run": {"distance": "1 mi"}, "recover": {"time": "3 min"}})
    assert (step.recovery.seconds, step.recovery_seconds) == (Range(180.0, 180.0), 180.0)


@pytest.mark.parametrize("jog", [True, False])
@pytest.mark.parametrize("amount", [{"time": "90 s"}, {"distance": "200 m"}])
def test_a_recovery_is_jogged_or_walked_as_the_coach_says(amount, jog):
    assert only({"repeat": 3, "run": {"distance": "200 m"}, "recover": {**amount, "jog": jog}}).recovery.jog is jog


def test_a_walked_recovery_is_no_running_and_takes_its_time():
    walked, jogged = (
        only({"repeat": 3, "run": {"distance": "200 m"}, "recover": {"distance": "200 m", "jog": jog}})
        for jog in (False, True)
    )
    assert (walked.recovery_metres, jogged.recovery_metres) == (0, 400)
    assert walked.recovery_seconds == jogged.recovery_seconds > 0


# --- amounts


@RULE
@given(st.integers(2, 60), st.integers(0, 40), st.sampled_from(("mi", "km")), volumes, units)
def test_road_distances_are_as_written_or_whole_halves_near_what_was_asked(low, extra, unit, volume, units):
    amount = parse_range(f"{low / 4}-{(low + extra) / 4} {unit}", Distance.parse)
    chosen = choose_metres(amount, volume, units)
    exact = amount.low.metres + (amount.high.metres - amount.low.metres) * volume
    as_written = {amount.low.metres, amount.high.metres} if unit == choose_unit(amount, units) else set()
    assert chosen in as_written or whole(chosen / HALF_UNIT[units])
    assert chosen > 0
    assert abs(chosen - exact) <= max(HALF_UNIT[units] / 2, HALF_UNIT[units] - exact) + 1e-6


@RULE
@given(st.integers(50, 5000), st.integers(0, 500), units)
def test_track_distances_stay_as_written(low, extra, units):
    amount = parse_range(f"{low}-{low + extra} m", Distance.parse)
    assert (choose_metres(amount, 0, units), choose_metres(amount, 1, units)) == (low, low + extra)


@pytest.mark.parametrize(
    ("text", "volume", "seconds"),
    [
        ("60-90 s", 0.5, 75),
        ("60-119 s", 0.5, 90),
        ("60-120 s", 0.5, 120),
        ("15-20 min", 0, 15 * 60),
        ("15-20 min", 0.45, 17 * 60),
        ("15-20 min", 1, 20 * 60),
        ("75-90 min", 0, 75 * 60),
        ("75-90 min", 0.45, 80 * 60),
        ("75-90 min", 1, 90 * 60),
        ("40-60 min", 0.6, 50 * 60),
        ("22 min", 0.45, 22 * 60),
        ("22-33 min", 0, 22 * 60),
        ("22-33 min", 1, 33 * 60),
        ("2:30", 0.7, 150),
    ],
)
def test_times_are_told_in_minutes_a_runner_can_keep(text, volume, seconds):
    assert choose_seconds(parse_range(text, Duration.parse), volume) == seconds


@RULE
@given(runners, keys, volumes)
def test_distances_run_easy_are_whole_halves_and_times_whole_minutes(who, key, volume):
    for step in session(key, who, volume).steps:
        if step.kind in ("easy", "tempo", "cross"):
            assert step.told in ("distance", "time")
            if step.told == "distance":
                assert whole(step.metres / HALF_UNIT[who.units])
            else:
                assert step.seconds % 60 == 0


@RULE
@given(runners, keys, volumes, volumes)
def test_more_volume_never_means_less_running(who, key, one, other):
    low, high = sorted((one, other))
    less, more = session(key, who, low), session(key, who, high)
    assert less.metres <= more.metres + 1e-9
    assert all(few.reps <= many.reps for few, many in zip(less.steps, more.steps, strict=True))


@pytest.mark.parametrize("key", sorted(WORKOUTS))
def test_a_session_goes_from_the_low_end_of_its_ranges_to_the_high_end(key):
    for level in LEVELS:
        for volume, end in ((0.0, "low"), (1.0, "high")):
            steps = session(key, runner(level), volume).steps
            for written, step in zip(WORKOUTS[key].steps, steps, strict=True):
                if step.kind == "strides":
                    assert step.reps == getattr(written.strides.reps.at(level), end).value
                elif step.kind == "reps":
                    assert step.reps == getattr(written.repeat.at(level), end).value
                elif step.kind != "drills":
                    amount = getattr(written, step.kind).at(level)
                    if isinstance(amount, Capped):
                        if step.told == "time":  # as is tried in its own test
                            continue
                        amount = amount.distances
                    amount = getattr(amount, end)
                    told = step.metres if isinstance(amount, Distance) else step.seconds
                    assert told == pytest.approx(getattr(amount, "metres", None) or amount.seconds)


@RULE
@given(runners, keys, st.floats(-1, 0))
def test_below_zero_everything_is_cut_by_half_at_most_and_strides_stay(who, key, volume):
    low, cut = session(key, who, 0), session(key, who, volume)
    for usual, step in zip(low.steps, cut.steps, strict=True):
        if step.kind in ("reps", "strides", "drills"):
            assert (step.metres, step.target) == (usual.metres, usual.target)
            assert max(1, usual.reps // 2) <= step.reps <= usual.reps
            assert step.kind == "reps" or step.reps == usual.reps
        elif usual.told == "distance":
            assert usual.metres / 2 - HALF_UNIT[who.units] / 2 <= step.metres + 1e-6 <= usual.metres + 2e-6
        else:
            assert usual.seconds / 2 - 150 <= step.seconds <= usual.seconds


@RULE
@given(st.integers(1, 60), st.integers(0, 40), st.sampled_from(("mi", "km")), st.floats(-1, 0), units)
@example(1, 0, "mi", -1.0, "imperial")
@example(60, 0, "mi", -1.0, "imperial")
def test_below_zero_a_road_distance_shrinks_evenly_to_half_and_never_to_nothing(low, extra, unit, volume, units):
    amount = parse_range(f"{low / 4}-{(low + extra) / 4} {unit}", Distance.parse)
    chosen, exact = choose_metres(amount, volume, units), amount.low.metres * (1 + volume / 2)
    assert chosen >= min(HALF_UNIT[units], amount.low.metres)
    assert abs(chosen - exact) <= max(HALF_UNIT[units] / 2, HALF_UNIT[units] - exact) + 1e-6


@RULE
@given(st.integers(1, 119), st.floats(-1, 0), units)
def test_below_zero_track_distances_and_times_below_two_minutes_stay_at_the_low_end(low, volume, units):
    assert choose_metres(parse_range(f"{low}-400 m", Distance.parse), volume, units) == low
    assert choose_seconds(parse_range(f"{low}-119 s", Duration.parse), volume) == low


def test_a_range_from_metres_up_to_a_mile_is_run_on_the_road():
    assert choose_metres(parse_range("800 m-1 mi", Distance.parse), 0, "imperial") == MILE / 2


@RULE
@given(runners, st.integers(2, 30), st.integers(0, 20), st.integers(10, 90), st.floats(0, 1))
def test_a_distance_with_a_limit_is_run_in_no_more_than_that_nor_farther_by_anybody_of_a_class(
    who, low, more, most, volume
):
    text = f"{low / 2}-{(low + more) / 2} mi, at most {most} min"
    (step,) = plan_session("t", workout_of({"easy": text}), "easy", who, volume).steps
    high = (low + more) / 2 * MILE
    assert step.seconds <= max(most * 60, 60) + 1e-6
    assert step.metres <= high * (1 + 1e-9) or step.seconds == 60.0
    for fitness in who.mile_class.fast_and_slow:
        other = Runner(who.level, who.units, fitness, of_class=who.mile_class)
        (its,) = plan_session("t", workout_of({"easy": text}), "easy", other, volume).steps
        assert its.told == step.told
        assert its.seconds <= most * 60 + 1e-6 or its.seconds == 60.0
        assert (its.seconds if its.told == "time" else its.metres) == (
            step.seconds if its.told == "time" else step.metres
        )


def workout_of(*steps):
    about = {"title": "T", "kind": "easy", "from": "editorial", "why": "W"}
    return Workout.model_validate({**about, "steps": list(steps)})


def test_a_repetition_up_a_hill_ends_at_its_limit():
    run = {"distance": "200 m", "uphill": True, "at-most": "60 s"}
    quick, slow = (only({"repeat": 3, "run": run}, mile=mile) for mile in (400.0, 700.0))
    assert quick.seconds == quick.target == pytest.approx(400.0 * 200 / MILE)
    assert slow.seconds == slow.target == 60.0
    assert slow.running_metres == pytest.approx(3 * 60 / 700 * MILE)


@RULE
@given(st.floats(223.1, 1200), st.sampled_from((100, 200, 300, 400, 600)), st.integers(20, 120), st.integers(0, 60))
def test_a_rest_that_is_as_long_is_the_least_of_whole_steps_that_holds_the_repetition(mile, metres, low, more):
    recover = {"time": f"{low}-{low + more} s", "as-long": True}
    step = only({"repeat": 3, "run": {"distance": f"{metres} m"}, "recover": recover}, mile=mile)
    rest, run = step.recovery.seconds, step.seconds
    assert rest.low >= run - 0.001
    assert rest.low == max(low, rest.low)
    assert rest.low <= max(low, run + REST_STEP)
    assert rest.high == max(low + more, rest.low)


# --- sums and units


@RULE
@given(runners, keys, volumes)
def test_a_sessions_totals_are_the_sums_of_its_steps(who, key, volume):
    planned = session(key, who, volume)
    metres = seconds = 0.0
    for step in planned.steps:
        seconds += step.reps * step.seconds + step.recovery_seconds
        metres += step.recovery_metres + (0 if step.kind in ("cross", "strides") else step.reps * step.metres)
    assert (planned.metres, planned.seconds) == (pytest.approx(metres), pytest.approx(seconds))


@RULE
@given(levels, fitnesses, keys, volumes)
def test_metric_and_imperial_differ_by_the_rounding_of_road_distances_only(level, fitness, key, volume):
    metric, imperial = (session(key, Runner(level, units, fitness), volume) for units in ("metric", "imperial"))
    for one, other in zip(metric.steps, imperial.steps, strict=True):
        if one.told == "distance" and one.kind == "easy":
            # half a step of each unit; the shortest distance, half a mile, is further from half a kilometre
            assert abs(one.metres - other.metres) <= (500 + MILE / 2) / 2 + 1e-6
        else:
            assert one == other


def test_cross_training_takes_time_and_no_running():
    planned = session("cross-training", runner(), 1)
    assert (planned.metres, planned.seconds) == (0.0, 45 * 60)


def test_each_kind_of_running_is_told_by_its_own_name_pace_and_effort():
    easy, tempo, cross = planned({"easy": "2 mi"}, {"tempo": "20 min"}, {"cross": "45 min"}).steps
    paces = runner().fitness
    assert (easy.pace_name, easy.pace, easy.effort) == ("easy", paces.easy, EFFORT["easy"])
    assert (tempo.pace_name, tempo.pace, tempo.effort) == ("tempo", paces.tempo, EFFORT["tempo"])
    assert (cross.pace_name, cross.pace, cross.effort) == ("", None, EFFORT["easy"])


def test_rest_has_nothing_to_do():
    planned = session("rest", runner(), 1)
    assert (planned.kind, planned.steps, planned.metres, planned.seconds) == ("rest", (), 0, 0)


@RULE
@given(runners)
def test_tempo_is_twenty_to_thirty_seconds_a_mile_slower_than_5_km_pace(who):
    (step,) = (step for step in session("tempo-run", who, 1).steps if step.kind == "tempo")
    five = who.fitness.pace("5 km").per_mile
    assert (step.pace.low.per_mile, step.pace.high.per_mile) == (pytest.approx(five + 20), pytest.approx(five + 30))
    assert step.pace.low.over(step.metres) < step.seconds < step.pace.high.over(step.metres)


def test_a_level_that_lacks_a_part_goes_without_it():
    both = ({"easy": {"beginner": "1 mi"}}, {"repeat": {"advanced": 4}, "run": {"distance": "200 m"}})
    more = ({"strides": {"reps": {"advanced": 4}, "effort": "75 %"}}, {"run": {"distance": {"advanced": "400 m"}}})
    assert [len(planned(*both, *more, level=level).steps) for level in LEVELS] == [1, 0, 3]


def test_a_session_keeps_what_the_coach_wrote_and_takes_its_day():
    planned = session("reps-1000", runner(), 0).on(date(2027, 6, 8), 3, 1)
    written = WORKOUTS["reps-1000"]
    assert (planned.title, planned.why, planned.choice) == (written.title, written.why, written.choice)
    assert (planned.workout, planned.from_, planned.effort) == ("reps-1000", "elmore", Range(8, 8))
    assert (planned.day, planned.week, planned.weekday) == (date(2027, 6, 8), 3, 1)
    assert planned.metres == session("reps-1000", runner(), 0).metres


def test_a_session_names_its_source_and_its_effort_from_low_to_high():
    about = {"title": "T", "kind": "easy", "from": "editorial", "why": "W", "source": "s", "effort": "3-4", "steps": []}
    planned = plan_session("t", Workout.model_validate(about), "easy", runner(), 0)
    assert (planned.source, planned.effort) == ("s", Range(3, 4))


def test_drills_name_their_checklist():
    checklists = {
        step.checklist for key in WORKOUTS for step in session(key, runner(), 1).steps if step.kind == "drills"
    }
    assert checklists == {"warm-up"} <= set(LIBRARY.checklists)


# --- the article's sample week (advanced: the amounts as the article has them)


def written(key, level):
    """The steps of a workout in short: what a coach would read out."""
    lines = []
    for step in WORKOUTS[key].steps:
        if hasattr(step, "strides"):
            effort = step.strides.effort
            lines.append(("strides", span(step.strides.reps.at(level)), step.strides.distance.metres, span(effort)))
        elif hasattr(step, "run"):
            run, recover = step.run, step.recover
            rest = span(recover.time.at(level)) if recover.time else recover.distance.at(level).metres
            lines.append((span(step.repeat.at(level)), run.distance.at(level).metres, run.pace, rest, recover.jog))
        elif hasattr(step, "drills"):
            lines.append("drills")
        else:
            kind = next(kind for kind in ("easy", "tempo", "cross") if hasattr(step, kind))
            lines.append((kind, span(getattr(step, kind).at(level))))
    return lines


def span(amount):
    if isinstance(amount, Capped):
        return span(amount.distances)  # the article's; where it ends by time is ours, and said
    return tuple(number(end) for end in (amount.low, amount.high))


def number(end):
    """Percent and counts as they are; minutes; miles."""
    if isinstance(end, Distance):
        return round(end.metres / MILE, 9)
    return end.seconds / 60 if isinstance(end, Duration) else end.value


STRIDES_75_80, STRIDES_75_85 = (("strides", (6, 6), 60.0, (75, high)) for high in (80, 85))
BUILD_UPS = ("strides", (3, 3), 60.0, (75, 80))


@pytest.mark.parametrize(
    ("day", "key", "steps"),
    [
        (
            1,
            "mile-reps",
            [("easy", (2, 3)), "drills", BUILD_UPS, ((6, 8), 400.0, "mile", (1, 1.5), True), ("easy", (2, 3))],
        ),
        (2, "easy-strides", [("easy", (5, 7)), STRIDES_75_80]),
        (3, "reps-1000", [("easy", (2, 2)), "drills", ((4, 5), 1000.0, "5 km", (3, 3), True), ("easy", (2, 2))]),
        (4, "easy-strides-short", [("easy", (4, 6)), STRIDES_75_85]),
        (5, "tempo-run", [("easy", (15, 15)), ("tempo", (15, 20)), ("easy", (15, 15))]),
        (6, "cross-training", [("cross", (45, 45))]),
        (7, "long-run", [("easy", (75, 90)), STRIDES_75_85]),
    ],
)
def test_the_advanced_week_is_the_articles(day, key, steps):
    assert written(key, "advanced") == steps
    assert WORKOUTS[key].from_ == "elmore"


@pytest.mark.parametrize(
    ("level", "mile", "reps", "metres", "article", "rest"),
    [
        ("beginner", 300.0, 8, 200.0, (35, 40), (60.0, 90.0)),
        ("intermediate", 330.0, 5, 400.0, (80, 90), (85.0, 90.0)),  # four in the article; the fifth is ours, and said
        ("advanced", 310.0, 8, 400.0, (75, 85), (80.0, 90.0)),
        ("advanced", 290.0, 8, 400.0, (75, 85), (90.0, 90.0)),  # faster than the article's: the longest rest
    ],
)
def test_the_full_mile_session_is_the_articles_for_each_level(level, mile, reps, metres, article, rest):
    (step,) = reps_of(session("mile-reps", runner(level, mile=mile), 1.0))
    assert (step.reps, step.metres, step.pace_name) == (reps, metres, "mile")
    assert step.article == Range(*article)
    assert (step.recovery.seconds, step.recovery.jog) == (Range(*rest), True)  # never shorter than the repetition


def test_the_full_1000s_are_five_at_5_km_pace_with_three_minutes():
    (step,) = reps_of(session("reps-1000", runner("advanced"), 1.0))
    assert (step.reps, step.metres, step.pace_name) == (5, 1000.0, "5 km")
    assert (step.recovery.seconds, step.recovery.jog) == (Range(180.0, 180.0), True)


@pytest.mark.parametrize(("key", "reps", "metres"), [("reps-200", 8, 200.0), ("reps-400", 4, 400.0)])
def test_rosettis_sessions_have_a_jog_as_long_as_the_repetition(key, reps, metres):
    (step,) = reps_of(session(key, runner("intermediate"), 1.0))
    assert (step.reps, step.metres, step.recovery.metres) == (reps, metres, metres)
    assert WORKOUTS[key].from_ == "rosetti"


def test_manzanos_strides_are_eight_to_ten():
    for level in LEVELS:
        ends = [session("easy-many-strides", runner(level), volume).steps[-1].reps for volume in (0.0, 1.0)]
        assert ends == [8, 10]


@pytest.mark.parametrize("key", sorted(WORKOUTS))
def test_no_level_gets_more_than_the_level_above_from_the_same_workout(key):
    for volume in (0.0, 0.45, 1.0):
        metres = [session(key, runner(level), volume).metres for level in LEVELS]
        assert metres == sorted(metres)


@pytest.mark.parametrize("key", sorted(WORKOUTS))
def test_every_track_session_warms_up_before_and_cools_down_after(key):
    if reps_of(session(key, runner(), 1)):
        kinds = [step.kind for step in session(key, runner(), 1).steps]
        assert kinds[0] == kinds[-1] == "easy"
        assert WORKOUTS[key].kind == "tempo" or kinds[1] == "drills"


def test_strides_are_told_by_effort():
    step = only({"strides": {"reps": 4, "effort": "75-85 %"}})
    assert (step.told, step.effort_percent, step.running_metres, step.total_seconds) == (
        "effort",
        Range(75.0, 85.0),
        0.0,
        0.0,
    )


@pytest.mark.parametrize("name", sorted(LIBRARY.workouts))
def test_the_sums_that_a_plans_bounds_reckon_with_are_those_of_the_sessions(name):
    workout = LIBRARY.workouts[name]
    plan = LIBRARY.plans["mile"]
    for level, volume, units, mile_class in product(
        LEVELS, (-1.0, -0.3, 0.0, 0.45, 1.0), ("metric", "imperial"), CLASSES
    ):
        load = Load(plan, LIBRARY.workouts, level, units, mile_class)
        miles = (mile_class.fastest, mile_class.slowest)
        runners = [Runner(level, units, assess(Result(METRES_PER_MILE, mile)), of_class=mile_class) for mile in miles]
        sessions = [plan_session(name, workout, workout.kind, runner, volume) for runner in runners]
        size = load.size(name, volume)
        assert list(size.metres) == [session.metres for session in sessions]
        assert list(size.at_mile_pace) == [sum(step.mile_pace_metres for step in one.steps) for one in sessions]
        assert all(longest >= one.whole_seconds - 0.5 for longest, one in zip(size.seconds, sessions, strict=True))
