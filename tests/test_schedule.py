"""What a plan promises a runner: the race on its date, fresh; hard days apart; their own days; no jump in running."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations, pairwise, product

import pytest
from common import CONTENT
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from milebook.booklet.plan_notes import is_cut_short
from milebook.content.loader import load
from milebook.content.models import PlanWeek, Profile
from milebook.content.vocabulary import DAYS_BY_NUMBER, LEVELS, WEEKDAYS
from milebook.content.workouts import Workout
from milebook.core.errors import QuantityError
from milebook.running.fitness import Result, assess, daniels_gilbert
from milebook.running.mile_classes import class_of
from milebook.running.quantities import METRES_PER_MILE, Duration
from milebook.training import schedule as scheduler
from milebook.training.schedule import build, days_kept_free, extent_of
from milebook.training.sessions import plan_session

RULE = settings(deadline=None, derandomize=True, max_examples=30)
LIBRARY = load(CONTENT)
PLANS = LIBRARY.plans
MILE = METRES_PER_MILE
NEARLY = 1.03  # slow runners of two levels may have the same week, but for the rests they jog
BARE = {key: workout.model_copy(update={"steps": ()}) for key, workout in LIBRARY.workouts.items()}
LONG_AGO = date(2023, 6, 1)
SATURDAY = date(2027, 6, 12)
TRAINING_HARD = {"speed", "strength", "tempo", "test"}
HARD_BY_IMPORTANCE = ("test", "speed", "strength", "tempo")
LENGTHS = [(name, weeks) for name in sorted(PLANS) for weeks in PLANS[name].lengths]
AWKWARD_DAYS = (("mon", "tue", "wed"), ("sun", "sat", "fri"), ("tue", "fri", "wed", "thu"))
BOTH_PLANS = tuple(sorted(PLANS))


@dataclass(frozen=True)
class Wish:
    """All that a plan depends on."""

    plan: str = "mile"
    weeks: int | None = 8
    level: str = "beginner"
    days: tuple[str, ...] = ("tue", "thu", "sat", "sun")
    long_run: str | None = None
    race: date | None = SATURDAY
    units: str = "imperial"
    mile: float = 480.0
    metres: float = MILE
    today: date = LONG_AGO
    made: date | None = None

    @property
    def race_weekday(self):
        return 6 if self.race is None else self.race.weekday()


@pytest.fixture(autouse=True, scope="module")
def _every_session_planned_once():
    """A session depends on its arguments only; thousands of plans share theirs."""
    seen = {}

    def planned(key, workout, kind, runner, volume):
        steps, who = id(workout.steps), (runner.level, runner.units, runner.fitness.result, runner.goal)
        known = (key, steps, kind, who, volume)
        if known not in seen:
            seen[known] = plan_session(key, workout, kind, runner, volume)
        return seen[known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduler, "plan_session", planned)
        yield


@cache
def fitness(mile, metres=MILE):
    return assess(Result(metres, daniels_gilbert(MILE, mile, metres)))


def profile_of(wish):
    return Profile(
        name="X",
        level=wish.level,
        result={"distance": "1 mi", "time": "6:00"},
        race={"name": "R", "date": wish.race},
        plan=wish.plan,
        weeks=wish.weeks,
        made=wish.made,
        days=wish.days,
        units=wish.units,
        **{"long-run": wish.long_run},
    )


def made(wish, workouts=LIBRARY.workouts, plan=None):
    profile = profile_of(wish)
    return build(plan or PLANS[wish.plan], workouts, profile, fitness(wish.mile, wish.metres), wish.today)


@st.composite
def wishes(draw, plans=BOTH_PLANS, dated=None):
    plan = draw(st.sampled_from(plans))
    fewest, most = PLANS[plan].days
    days = tuple(draw(st.permutations(WEEKDAYS))[: draw(st.integers(fewest, most))])
    races = st.dates(date(2024, 1, 1), date(2033, 5, 31))
    return Wish(
        plan=plan,
        weeks=draw(st.sampled_from((None, *PLANS[plan].lengths))),
        level=draw(st.sampled_from(LEVELS)),
        days=days,
        long_run=draw(st.sampled_from((None, *days))),
        race=draw(races if dated else st.one_of(races, st.none())),
        units=draw(st.sampled_from(("metric", "imperial"))),
        mile=draw(st.sampled_from((223.5, 288, 360, 435, 480, 540, 660, 840, 1020, 1199.5))),
        metres=draw(st.sampled_from((800.0, 1500.0, MILE, 5000.0, 10000.0, 21097.5))),
    )


@cache
def every_kind_of_runner(plan):
    """Plans over levels, lengths, days, units and paces: what volumes are checked against."""
    fewest, most = PLANS[plan].days
    days = [DAYS_BY_NUMBER[number] for number in range(fewest, most + 1)] + list(AWKWARD_DAYS)
    combos = product(PLANS[plan].lengths, LEVELS, days, ("metric", "imperial"), (224.0, 480.0, 1190.0))
    return [
        (wish := Wish(plan, weeks, level, d, None, SATURDAY, u, mile), made(wish))
        for weeks, level, d, u, mile in combos
    ]


def kinds(week):
    return [session.kind for session in week.sessions]


def trial_week(schedule):
    (index,) = (i for i, week in enumerate(schedule.weeks) if "test" in kinds(week))
    return index


def plan_of(*weeks, **more):
    """A plan of these weeks, each at the high end of its sessions' ranges, and of a race week with a hard session."""
    listed = (*weeks, ({"race": "race-day"}, {"speed": "sharpener"}))
    made_of = tuple(PlanWeek(title="T", purpose="P", volume="100 %", sessions=sessions) for sessions in listed)
    bounds = {"longest": None, "mile_pace": None, "rise": None}
    return PLANS["mile"].model_copy(update={"weeks": made_of, "lengths": (len(listed),), **bounds, **more})


# --- the race


@RULE
@given(wishes())
def test_there_is_one_race_and_it_is_on_its_date(wish):
    schedule = made(wish)
    races = [session for session in schedule.sessions if session.kind == "race"]
    assert [(race.day, race.weekday) for race in races] == [(wish.race, wish.race_weekday)]
    assert schedule.weeks[-1].sessions[-1] is races[0]
    assert schedule.race_day == wish.race


@RULE
@given(wishes())
def test_the_two_days_before_the_race_have_nothing_hard_and_no_long_run(wish):
    for session in made(wish).weeks[-1].sessions[-3:-1]:
        assert session.kind in ("easy", "rest")
        assert session.workout in ("shakeout", "easy-race-week", "rest")


@RULE
@given(wishes())
def test_two_days_of_recovery_follow_the_race(wish):
    after = made(wish).after
    assert [session.kind for session in after] == ["rest", "easy"]
    assert [session.workout for session in after] == ["recovery-walk", "recovery-jog"]
    assert [session.weekday for session in after] == [(wish.race_weekday + gap) % 7 for gap in (1, 2)]


@RULE
@given(wishes())
def test_the_days_after_the_race_count_as_the_next_week_and_stay_at_the_low_end_of_their_ranges(wish):
    schedule = made(wish)
    jog = LIBRARY.workouts["recovery-jog"].steps[0].easy.at(wish.level)
    assert {session.week for session in schedule.after} == {schedule.length + 1}
    assert schedule.after[-1].seconds == jog.low.seconds < jog.high.seconds


def test_the_goal_in_a_profile_is_what_its_race_day_is_run_in():
    profile = LIBRARY.profiles["beginner"]
    aims = profile.model_copy(update={"race": profile.race.model_copy(update={"goal": Duration.parse("7:30")})})
    race = build(PLANS["mile"], LIBRARY.workouts, aims, fitness(480.0), LONG_AGO).weeks[-1].sessions[-1]
    assert [step.target for step in race.steps if step.target] == [450.0]


@RULE
@given(wishes(dated=True))
@example(Wish(race=date(2027, 4, 3)))  # clocks go forward in Europe on 28 March
@example(Wish(race=date(2027, 11, 20)))  # and back on 31 October; in the US on 7 November
@example(Wish(race=date(2028, 3, 5)))  # the leap day
@example(Wish(race=date(2027, 1, 9)))  # the year's end
def test_every_day_from_the_start_to_the_second_day_after_the_race_comes_once_and_in_order(wish):
    schedule = made(wish)
    start = wish.race - timedelta(days=7 * schedule.length - 1)
    days = [session.day for session in schedule.sessions]
    assert days == [start + timedelta(days=gap) for gap in range(7 * schedule.length + 2)]
    assert {type(day) for day in days} == {date}
    assert [week.start for week in schedule.weeks] == days[: 7 * schedule.length : 7]
    assert all(session.weekday == session.day.weekday() for session in schedule.sessions)


@RULE
@given(wishes())
def test_weeks_are_numbered_and_seven_days_long_dated_or_not(wish):
    schedule = made(wish)
    assert [week.number for week in schedule.weeks] == list(range(1, schedule.length + 1))
    for week in schedule.weeks:
        assert [session.weekday for session in week.sessions] == [(wish.race_weekday + gap) % 7 for gap in range(1, 8)]
        assert {session.week for session in week.sessions} == {week.number}


@RULE
@given(wishes(dated=True))
def test_an_undated_plan_is_that_of_a_sunday_race_without_its_dates(wish):
    sunday = Wish(**{**vars(wish), "race": date(2027, 6, 13)})
    undated = made(Wish(**{**vars(wish), "race": None}))
    assert [session.on(None, session.week, session.weekday) for session in made(sunday).sessions] == list(
        undated.sessions
    )
    assert {week.start for week in undated.weeks} == {None}


@RULE
@given(wishes(dated=True), st.integers(0, 60))
def test_weeks_are_called_what_the_coach_called_them_also_where_few_are_left(wish, days_left):
    schedule = made(Wish(**{**vars(wish), "today": wish.race - timedelta(days=days_left)}))
    written = PLANS[wish.plan].of_length(schedule.length)
    texts = [{(week.title, week.purpose), one_hard_texts(week)} for week in written]
    places = [next(n for n, of in enumerate(texts) if (week.title, week.purpose) in of) for week in schedule.weeks]
    assert places == sorted(set(places))
    assert places[-1] == len(written) - 1


def profile_made(wish, begun):
    """The plan of a runner who begins on a day, also where that is long ago or still to come."""
    profile = profile_of(wish).model_copy(update={"made": begun})
    return build(PLANS[wish.plan], LIBRARY.workouts, profile, fitness(wish.mile, wish.metres), begun)


@RULE
@given(wishes(dated=True), st.integers(0, 60))
def test_a_plan_that_may_be_under_way_leaves_days_out_and_changes_none(wish, days_left):
    wish = Wish(**{**vars(wish), "weeks": wish.weeks or min(PLANS[wish.plan].lengths)})
    whole, near = made(wish), made(Wish(**{**vars(wish), "today": wish.race - timedelta(days=days_left)}))
    assert near.sessions == whole.sessions[-len(near.sessions) :]
    assert [week.number for week in near.weeks] == [week.number for week in whole.weeks[-len(near.weeks) :]]


def one_hard_texts(week):
    only = week.one_hard
    return (only.title or week.title, only.purpose or week.purpose) if only else ("", "")


# --- hard and easy days


@RULE
@given(wishes())
def test_hard_sessions_are_never_on_neighbouring_days_also_from_one_week_to_the_next(wish):
    for one, other in pairwise(made(wish).sessions):
        assert not (one.kind in {*TRAINING_HARD, "race"} and other.kind in {*TRAINING_HARD, "race"}), (one, other)


@pytest.mark.parametrize("level", LEVELS)
def test_whatever_the_days_the_long_run_and_the_races_weekday_hard_days_stay_apart(level):
    gaps = range(7)
    for count in range(3, 8):
        for place, days in enumerate(combinations(WEEKDAYS, count)):
            for long_run in days:
                race = SATURDAY + timedelta(days=gaps[(place + days.index(long_run)) % 7])
                schedule = made(Wish(level=level, days=days, long_run=long_run, race=race), BARE)
                hard = [session.kind in {*TRAINING_HARD, "race"} for session in schedule.sessions]
                assert not any(one and other for one, other in pairwise(hard)), (days, long_run, race)
                assert all(session.kind in ("easy", "rest") for session in schedule.weeks[-1].sessions[-3:-1])


@RULE
@given(wishes())
def test_sessions_are_on_the_runners_days_only_and_the_other_days_have_the_plans_fill(wish):
    schedule = made(wish)
    plan = PLANS[wish.plan]
    for place, session in enumerate(session for week in schedule.weeks for session in week.sessions):
        if session.kind == "race" or WEEKDAYS[session.weekday] in wish.days:
            continue
        last_days = place in (7 * schedule.length - 3, 7 * schedule.length - 2)
        assert session.workout == (plan.rest if last_days else plan.fill)


@RULE
@given(wishes())
def test_every_training_day_is_used_as_far_as_the_weeks_sessions_go(wish):
    schedule = made(wish)
    fills = {PLANS[wish.plan].fill, PLANS[wish.plan].rest}
    for written, week in zip(PLANS[wish.plan].of_length(schedule.length)[:-1], schedule.weeks, strict=False):
        listed = Counter(kind for kind, _ in written.listed(wish.level))
        hard = sum(kind in TRAINING_HARD for kind in kinds(week))
        others = sum(number for kind, number in listed.items() if kind not in TRAINING_HARD)
        placed = [session for session in week.sessions if session.workout not in fills]
        assert len(placed) == min(len(wish.days), PLANS[wish.plan].most_days(wish.level), hard + others)


@RULE
@given(wishes())
def test_the_most_important_sessions_survive_when_days_are_few(wish):
    schedule = made(wish)
    for written, week in zip(PLANS[wish.plan].of_length(schedule.length)[:-1], schedule.weeks, strict=False):
        listed = [kind for kind, _ in written.listed(wish.level)]
        only = written.one_hard
        instead = [kind for kind in only.kinds if kind in listed] if only and week.title == only.title else []
        ranked = instead[:1] or [kind for kind in HARD_BY_IMPORTANCE if kind in listed]
        kept = [kind for kind in HARD_BY_IMPORTANCE if kind in kinds(week)]
        assert kept == ranked[: len(kept)] != []
        assert kinds(week).count("long") == listed.count("long")
        assert "cross" not in kinds(week) or kinds(week).count("easy") >= listed.count("easy")


@RULE
@given(wishes())
def test_easy_runs_come_in_the_order_the_plan_lists_them(wish):
    schedule = made(wish)
    for written, week in zip(PLANS[wish.plan].of_length(schedule.length)[:-1], schedule.weeks, strict=False):
        listed = [key for kind, key in written.listed(wish.level) if kind == "easy"]
        placed = [session.workout for session in week.sessions if session.workout in listed]
        assert placed == listed[: len(placed)]


@RULE
@given(wishes())
def test_a_day_of_the_runners_own_programme_or_of_rest_is_told_as_what_it_is(wish):
    for session in made(wish).sessions:
        if session.workout in (PLANS[wish.plan].fill, PLANS[wish.plan].rest):
            assert session.kind == LIBRARY.workouts[session.workout].kind


def test_the_only_hard_session_of_a_week_is_not_beside_the_long_run_where_another_day_serves():
    plan = plan_of(*[({"speed": "reps-200"}, {"long": "long-run"})] * 2)
    for count in range(3, 8):
        for days in combinations(WEEKDAYS, count):
            for long_run in days:
                beside = {(WEEKDAYS.index(long_run) + gap) % 7 for gap in (-1, 0, 1)}
                for week in made(Wish(weeks=None, days=days, long_run=long_run), BARE, plan).weeks[:-1]:
                    (speed,) = (session.weekday for session in week.sessions if session.kind == "speed")
                    assert speed not in beside or {WEEKDAYS.index(day) for day in days} <= beside, (days, long_run)


def test_a_plan_without_long_runs_may_be_hard_on_the_runners_last_day_too():
    plan = plan_of(({"speed": "reps-200"}, {"strength": "reps-1000"}))
    week, _ = made(Wish(weeks=None, days=("mon", "tue", "wed", "thu")), BARE, plan).weeks
    assert {session.weekday: session.kind for session in week.sessions if session.kind != "rest"} == {
        0: "speed",
        3: "strength",
    }


@pytest.mark.parametrize(("days", "hard"), [(3, 1), (4, 2), (5, 2), (6, 3), (7, 3)])
def test_the_usual_days_hold_as_many_hard_sessions_as_the_level_lists(days, hard):
    for level in LEVELS:
        schedule = made(Wish(level=level, days=DAYS_BY_NUMBER[days]))
        for written, week in zip(PLANS["mile"].of_length(8)[:-1], schedule.weeks, strict=False):
            listed = sum(kind in TRAINING_HARD for kind, _ in written.listed(level))
            assert week.hard == min(listed, hard)


@RULE
@given(wishes(plans=("mile",)))
def test_the_long_run_is_on_the_last_day_as_written_or_on_the_day_said(wish):
    for week in made(wish).weeks[:-1]:
        (long,) = (session for session in week.sessions if session.kind == "long")
        assert WEEKDAYS[long.weekday] == (wish.long_run or wish.days[-1])


@pytest.mark.parametrize("day", WEEKDAYS)
def test_a_single_training_day_is_for_speed_and_not_for_the_long_run(day):
    for week in made(Wish(days=(day,))).weeks[:-1]:
        assert {session.kind for session in week.sessions} - {"rest"} <= {"speed", "test"}
        assert week.hard == 1


@RULE
@given(wishes(), st.randoms(use_true_random=False))
def test_the_order_of_the_days_matters_for_the_long_run_only(wish, random):
    days = list(wish.days)
    random.shuffle(days)
    one, other = (Wish(**{**vars(wish), "days": tuple(d), "long_run": wish.days[-1]}) for d in (wish.days, days))
    assert made(one) == made(other)


@RULE
@given(wishes(plans=("mile",)))
def test_strides_follow_every_easy_and_every_long_run(wish):
    for week in made(wish).weeks:
        for session in week.sessions:
            if session.kind in ("easy", "long"):
                assert session.steps[-1].kind == "strides", session.workout


@RULE
@given(wishes(plans=("one-day-a-week",)))
def test_one_day_a_week_is_one_hard_session_and_at_most_one_run_with_strides(wish):
    for week in made(wish).weeks[:-1]:
        own = [session for session in week.sessions if session.workout != "own-programme"]
        assert [kind for kind in ("speed", "easy", "long", "tempo") if kind in [session.kind for session in own]] == (
            ["speed", "easy"] if len(wish.days) > 1 else ["speed"]
        )
        assert len(own) == min(2, len(wish.days))


@RULE
@given(wishes())
def test_beginners_have_at_most_two_hard_sessions_a_week_besides_the_race(wish):
    for week in made(Wish(**{**vars(wish), "level": "beginner"})).weeks:
        assert sum(kind in TRAINING_HARD for kind in kinds(week)) <= 2


# --- how much running


@pytest.mark.parametrize("plan", sorted(PLANS))
def test_no_week_jumps_more_than_the_ramp_over_the_largest_before_it(plan):
    for wish, schedule in every_kind_of_runner(plan):
        peak = schedule.weeks[0].metres
        for week in schedule.weeks[1:]:
            assert week.metres <= peak * (1 + PLANS[plan].ramp.value / 100) + 1e-6, (wish, week.number)
            peak = max(peak, week.metres)


@RULE
@given(wishes())
def test_no_week_jumps_more_than_the_ramp_on_any_days(wish):
    peaks = []
    for week in made(wish).weeks:
        assert not peaks or week.metres <= max(peaks) * (1 + PLANS[wish.plan].ramp.value / 100) + 1e-6, week.number
        peaks.append(week.metres)


@RULE
@given(wishes(), st.floats(0.01, 0.99))
def test_two_runners_of_a_class_on_the_same_days_have_the_same_sessions_and_differ_in_their_times_only(wish, share):
    of = class_of(wish.mile)
    one, other = made(wish), made(Wish(**{**vars(wish), "mile": of.fastest + share * (of.slowest - of.fastest)}))
    for mine, yours in zip(one.sessions, other.sessions, strict=True):
        assert [amount(step) for step in mine.steps] == [amount(step) for step in yours.steps], (mine.day, mine.workout)


def amount(step):
    return step.kind, step.reps, step.metres if step.told == "distance" or step.kind == "reps" else step.seconds


@pytest.mark.parametrize("days", [3, 4, 5, 6, 7])
def test_a_beginners_second_week_has_a_little_more_running(days):
    first, second = made(Wish(days=DAYS_BY_NUMBER[days])).weeks[:2]
    assert second.metres > first.metres


def test_a_long_run_is_never_shorter_than_the_library_says():
    least = {"beginner": 40 * 60, "intermediate": 60 * 60, "advanced": 75 * 60}
    for wish, schedule in every_kind_of_runner("mile"):
        trial = trial_week(schedule)  # an easier week, and the next one rises from it
        for place, week in enumerate(schedule.weeks):
            longs = [day.steps[0].seconds for day in week.sessions if day.kind == "long"]
            share = 0.7 if place in (trial, trial + 1) else 1
            assert min(longs, default=9999) >= least[wish.level] * (0.5 if wish.mile > 900 else 0.8 * share), wish


def test_running_builds_up_to_the_last_two_weeks_before_race_week():
    for wish, schedule in every_kind_of_runner("mile"):
        if wish.mile == 480:
            metres = [week.metres for week in schedule.weeks]
            assert max(metres[-3:-1]) >= 0.93 * max(metres), wish
            assert len(wish.days) < 5 or max(metres[-3:-1]) == max(metres), wish


def shipped(name):
    profile = LIBRARY.profiles[name]
    result = assess(Result(profile.result.distance.metres, profile.result.time.seconds))
    return build(PLANS[profile.plan], LIBRARY.workouts, profile, result, LONG_AGO)


@pytest.mark.parametrize("ramp", ["0 %", "5 %", "10 %"])
def test_a_plan_with_a_gentler_ramp_is_lowered_to_it(ramp):
    written = PLANS["one-day-a-week"]
    gentle = written.model_copy(update={"ramp": type(written.ramp)(float(ramp.split()[0]))})
    usual, lowered = (made(Wish("one-day-a-week", 6, "advanced"), plan=plan) for plan in (written, gentle))
    assert lowered.weeks[1].metres <= lowered.weeks[0].metres * (1 + gentle.ramp.value / 100) < usual.weeks[1].metres
    assert lowered.weeks[0] == usual.weeks[0]


@RULE
@given(st.integers(5, 40), st.integers(5, 40), st.integers(0, 20), st.integers(0, 60))
@example(20, 5, 20, 50)  # within the ramp as written
@example(24, 24, 20, 2)  # at the low end of its range
@example(12, 12, 0, 0)  # as much as the week before, and no ramp
@example(8, 12, 0, 30)  # a little under the low end
@example(8, 30, 0, 0)  # too much even at half of the low end
def test_a_week_is_lowered_as_far_as_the_ramp_asks_and_no_further_than_to_half(first, low, width, ramp):
    assume(ramp == 0 or first * ramp % 100)  # not to the last bit on the border
    texts = (f"{5 * first} min", f"{5 * low}-{5 * (low + width)} min")  # by five minutes: the steps of long runs
    about = {"title": "T", "kind": "easy", "from": "editorial", "why": "W"}
    runs = {text: Workout.model_validate({**about, "steps": [{"easy": text}]}) for text in texts}
    plan = plan_of(*(({"easy": text},) for text in texts), ramp=type(PLANS["mile"].ramp)(float(ramp)))
    fitting = [fives for fives in range(round(low / 2), low + width + 1) if fives <= first * (1 + ramp / 100)]
    second = made(Wish(weeks=None), {**LIBRARY.workouts, **runs}, plan).weeks[1]
    assert second.seconds == 300 * max(fitting, default=round(low / 2))


def test_a_week_within_the_ramp_goes_as_far_up_its_ranges_as_written():
    schedule = made(Wish(level="advanced", mile=288.0, days=DAYS_BY_NUMBER[7]))
    (reps,) = (step for session in schedule.weeks[6].sessions for step in session.steps if step.article)
    longest = max(step.seconds for session in schedule.weeks[6].sessions for step in session.steps)
    assert (reps.reps, longest) == (8, 90 * 60)


def test_the_trial_comes_part_way_with_building_weeks_before_and_after():
    for _, schedule in every_kind_of_runner("mile"):
        assert 2 <= trial_week(schedule) <= schedule.length - 3


def test_the_trial_is_the_only_hard_session_of_its_week():
    for _, schedule in every_kind_of_runner("mile"):
        assert schedule.weeks[trial_week(schedule)].hard == 1


def test_the_week_of_the_trial_has_less_running_than_the_one_before():
    for wish, schedule in every_kind_of_runner("mile"):
        index = trial_week(schedule)
        assert schedule.weeks[index].metres < schedule.weeks[index - 1].metres, wish


def test_race_week_has_the_least_running_before_its_race():
    for wish, schedule in every_kind_of_runner("mile"):
        *before, race = schedule.weeks[-1].sessions
        assert race.kind == "race"
        if wish.mile <= 720:
            others = min(week.metres for week in schedule.weeks[:-1])
            assert sum(session.metres for session in before) < others, wish


@pytest.mark.parametrize("name", ["advanced", "intermediate"])
def test_race_week_has_less_than_half_of_the_biggest_week(name):
    assert race_week_share(name) < 0.5


def test_race_week_has_little_more_than_half_of_the_biggest_week_for_beginners():
    assert race_week_share("beginner") < 0.6


def race_week_share(name):
    weeks = shipped(name).weeks
    return weeks[-1].metres / max(week.metres for week in weeks)


@pytest.mark.parametrize("plan", sorted(PLANS))
def test_each_level_runs_more_than_the_one_below_and_in_no_week_less_but_for_its_rests(plan):
    weeks = {}
    for wish, schedule in every_kind_of_runner(plan):
        if wish.mile < 270:  # beginners run by minutes; nobody who runs a 4:29 mile is one
            continue
        key = (wish.weeks, wish.days, wish.units, wish.mile)
        weeks.setdefault(key, {})[wish.level] = [week.metres for week in schedule.weeks]
    for by_level in weeks.values():
        for low, middle, high in zip(*(by_level[level] for level in LEVELS), strict=True):
            assert low <= middle * NEARLY
            assert middle <= high * NEARLY
        assert sum(by_level["beginner"]) < sum(by_level["intermediate"]) < sum(by_level["advanced"])


@pytest.mark.parametrize(("days", "most"), [(3, 15), (4, 19), (5, 22), (6, 25), (7, 25)])
def test_a_beginner_runs_a_humane_number_of_miles_a_week(days, most):
    for mile, weeks in product((360.0, 480.0, 600.0, 900.0), PLANS["mile"].lengths):
        schedule = made(Wish(mile=mile, weeks=weeks, days=DAYS_BY_NUMBER[days]))
        assert max(week.metres for week in schedule.weeks) < most * MILE * (1.25 if mile < 480 else 1)


@RULE
@given(wishes())
def test_a_weeks_totals_are_the_sums_of_its_days(wish):
    for week in made(wish).weeks:
        assert week.metres == pytest.approx(sum(step.running_metres for day in week.sessions for step in day.steps))
        assert week.seconds == pytest.approx(sum(step.total_seconds for day in week.sessions for step in day.steps))
        assert week.hard == sum(kind in {*TRAINING_HARD, "race"} for kind in kinds(week))


@RULE
@given(wishes())
def test_easy_distances_are_whole_halves_of_the_unit_in_the_runners_profile(wish):
    half = {"metric": 500.0, "imperial": MILE / 2}[wish.units]
    for session in made(wish).sessions:
        for step in session.steps:
            if step.kind == "easy" and step.told == "distance":
                assert step.metres / half == pytest.approx(round(step.metres / half), abs=1e-9)


@RULE
@given(wishes())
def test_miles_and_kilometres_are_the_same_sessions_on_the_same_days(wish):
    metric, imperial = (made(Wish(**{**vars(wish), "units": units})) for units in ("metric", "imperial"))
    for one, other in zip(metric.sessions, imperial.sessions, strict=True):
        assert (one.workout, one.day, one.weekday) == (other.workout, other.day, other.weekday)
    for one, other in zip(
        metric.weeks[:1], imperial.weeks[:1], strict=True
    ):  # later weeks keep to the ramp in their own unit
        roads = sum(step.told == "distance" and step.kind == "easy" for day in one.sessions for step in day.steps)
        assert abs(one.metres - other.metres) <= roads * (500 + MILE / 2) / 2 + 1e-6


# --- a race that is near, far or over


def expected_days(race, today, weeks, lengths):
    """What is left: whole weeks where one still fits, else the days of race week."""
    left = (race - today).days + 1
    length = weeks or max((n for n in lengths if 7 * n <= left), default=min(lengths))
    days = 7 * min(length, left // 7) or left
    return length, [race - timedelta(days=gap) for gap in range(days - 1, -1, -1)]


@pytest.mark.parametrize(("plan", "weeks"), [*LENGTHS, ("mile", None), ("one-day-a-week", None)])
def test_near_races_leave_whole_last_weeks_or_what_is_left_of_race_week(plan, weeks):
    for days_left in (*range(30), *range(33, 63, 3), 41, 48, 55, 400):
        wish = Wish(plan, weeks, today=SATURDAY - timedelta(days=days_left))
        schedule = made(wish)
        length, days = expected_days(SATURDAY, wish.today, weeks, PLANS[plan].lengths)
        assert schedule.length == length, days_left
        assert [session.day for session in schedule.sessions] == [
            *days,
            SATURDAY + timedelta(days=1),
            SATURDAY + timedelta(days=2),
        ]
        assert schedule.weeks[0].start == days[0] >= wish.today


@pytest.mark.parametrize(
    ("days_left", "length"), [(41, 6), (47, 6), (48, 7), (54, 7), (55, 8), (300, 8), (40, 6), (0, 6)]
)
def test_the_longest_plan_that_fits_is_chosen(days_left, length):
    assert made(Wish(weeks=None, today=SATURDAY - timedelta(days=days_left))).length == length


@RULE
@given(wishes(dated=True), st.integers(0, 60))
def test_a_plan_cut_short_has_its_first_weeks_and_then_the_week_of_the_race(wish, days_left):
    wish = Wish(**{**vars(wish), "weeks": wish.weeks or min(PLANS[wish.plan].lengths)})
    begun = wish.race - timedelta(days=days_left)
    whole, near = made(wish), profile_made(wish, begun)
    count = len(near.weeks)
    assert [week.number for week in near.weeks] == list(range(1, count + 1))
    if len(near.weeks[0].sessions) < 7:
        kept = len(near.weeks[0].sessions)
        assert [session.kind for session in near.weeks[0].sessions] == [
            session.kind for session in whole.weeks[-1].sessions[-kept:]
        ]
        return
    assert near.weeks[-1].title == whole.weeks[-1].title
    if count > 1:
        first, usual = near.weeks[0], whole.weeks[0]
        assert [session.steps for session in first.sessions] == [session.steps for session in usual.sessions]
    if 2 < count < len(whole.weeks):
        assert not any(session.kind == "test" for session in near.weeks[-2].sessions)


def test_a_race_today_is_a_plan_of_one_day():
    schedule = made(Wish(today=SATURDAY))
    assert [session.kind for session in schedule.sessions] == ["race", "rest", "easy"]
    assert [week.number for week in schedule.weeks] == [8]


@pytest.mark.parametrize("days_ago", [1, 7, 400])
def test_a_race_in_the_past_is_refused(days_ago):
    with pytest.raises(QuantityError) as refused:
        made(Wish(today=SATURDAY + timedelta(days=days_ago)))
    assert refused.value.message == "the race date 2027-06-12 is in the past"
    assert refused.value.hint == "give the date of the next race"


def test_a_race_more_than_ten_years_away_is_refused_as_a_slip_in_the_year():
    farthest = LONG_AGO + timedelta(days=3660)
    assert made(Wish(race=farthest)).race_day == farthest
    for race in (farthest + timedelta(days=1), date(2100, 12, 31)):
        with pytest.raises(QuantityError, match="is more than ten years away; check the year"):
            made(Wish(race=race))


def test_an_undated_plan_has_the_longest_length_and_no_dates():
    schedule = made(Wish(race=None, weeks=None))
    assert (schedule.length, schedule.race_day) == (8, None)
    assert {session.day for session in schedule.sessions} == {None}


# --- plans a coach may write


def test_a_level_a_week_lists_nothing_for_rests():
    written = PLANS["one-day-a-week"]
    empty = written.model_copy(
        update={"weeks": (PlanWeek(title="T", purpose="P", volume="0 %", sessions=()), *written.weeks[1:])}
    )
    schedule = made(Wish("one-day-a-week", 6), plan=empty)
    assert {session.workout for session in schedule.weeks[0].sessions} == {"own-programme"}
    assert schedule.weeks[0].metres == 0 < schedule.weeks[1].metres


# --- a plan read through


def test_the_shipped_beginner_trains_as_printed():
    schedule = made(Wish(mile=480.0))
    assert [session.workout for session in schedule.weeks[6].sessions] == [
        "long-run",
        "rest",
        "eight-200s",
        "rest",
        "reps-1000",
        "rest",
        "easy-strides",
    ]
    assert [session.workout for session in schedule.weeks[7].sessions] == [
        "easy-race-week",
        "rest",
        "sharpener",
        "rest",
        "easy-race-week",
        "rest",
        "race-day",
    ]


@RULE
@given(wishes(dated=True), st.integers(0, 70))
def test_how_much_of_a_plan_is_left_is_known_by_the_date_alone(wish, days_left):
    wish = replace(wish, today=wish.race - timedelta(days_left))
    plan = made(wish, BARE)
    extent = extent_of(PLANS[wish.plan], profile_of(wish), wish.today)
    first = plan.weeks[0]
    assert extent.length == plan.length
    assert extent.is_cut_short == is_cut_short(plan)
    assert (extent.weeks or 1) == len(plan.weeks)
    assert extent.days == (len(first.sessions) if len(first.sessions) < 7 else 0)


@pytest.mark.parametrize(
    ("days_left", "told"),
    [
        *((200, "8 weeks"), (55, "8 weeks"), (54, "7 of 8 weeks"), (13, "2 of 8 weeks"), (6, "1 of 8 weeks")),
        *((5, "6 days of 8 weeks"), (0, "1 day of 8 weeks")),
    ],
)
def test_what_is_left_of_a_plan_is_told_in_weeks_or_days(days_left, told):
    wish = Wish(today=SATURDAY - timedelta(days_left))
    assert str(extent_of(PLANS["mile"], profile_of(wish), wish.today)) == told


# --- easier weeks and rest


@RULE
@given(wishes(plans=("mile",)))
def test_the_week_of_the_trial_is_easier_and_the_next_grows_by_no_more_than_the_plan_says(wish):
    weeks = made(wish).weeks
    for before, trial, after in zip(weeks, weeks[1:], weeks[2:], strict=False):
        if "test" in kinds(trial) and len(before.sessions) == 7:
            assert 0.66 * before.metres <= trial.metres <= 0.8 * before.metres * (1 + 1e-9)
            assert after.metres <= 1.3 * trial.metres * (1 + 1e-9)


@RULE
@given(wishes(plans=("mile",)))
def test_below_the_advanced_level_every_week_has_a_day_of_rest_that_follows_the_long_run(wish):
    wish = replace(wish, days=WEEKDAYS, long_run=None)
    for week in made(wish).weeks[:-1]:
        if wish.level != "advanced":
            assert "rest" in kinds(week)
    if wish.level != "advanced":
        free = days_kept_free(LIBRARY.plans["mile"], profile_of(wish))
        assert [WEEKDAYS[day] for day in free] == ["mon"]  # the long run is on Sunday
