"""`speed-day`: the week's speed session stands on the day the runner says, with all the rules of hard days kept."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stamps import LIBRARY, TODAY

from milebook.booklet import plan_notes
from milebook.content.loader import load
from milebook.content.models import Profile
from milebook.content.vocabulary import HARD, LEVELS, WEEKDAYS
from milebook.core.errors import ContentError
from milebook.roster.compiled_values import key_of
from milebook.training import planning
from milebook.training.arrange import find_slots
from milebook.training.promises import find_broken_promises

RULE = settings(deadline=None, derandomize=True, max_examples=60)
RUNNER = {"name": "Ada", "level": "advanced", "result": {"distance": "mile", "time": "5:40"}}


def profile_of(**changes):
    values = RUNNER | {"race": {"name": "Town mile", "date": "2027-06-12"}, "days": ["tue", "thu", "sat", "sun"]}
    values |= {key.replace("_", "-"): value for key, value in changes.items()}
    return Profile.model_validate({key: value for key, value in values.items() if value is not None})


def plan(profile):
    return planning.plan_profile(LIBRARY, profile, TODAY)[1]


def note_of(profile):
    return "".join(map(str, plan_notes.plan_note(LIBRARY.plans[profile.plan], profile, plan(profile))))


def hard_days(week):
    return {session.weekday: session.kind for session in week.sessions if session.kind in HARD}


@st.composite
def runners(draw):
    days = sorted(draw(st.sets(st.sampled_from(WEEKDAYS), min_size=3)), key=WEEKDAYS.index)
    date = draw(st.sampled_from([None, *(f"2027-06-{day:02d}" for day in range(7, 14))]))
    return profile_of(
        days=days,
        level=draw(st.sampled_from(LEVELS)),
        weeks=draw(st.sampled_from((6, 7, 8))),
        race={"name": "Town mile"} | ({"date": date} if date else {}),
        speed_day=draw(st.sampled_from(days)),
    )


@RULE
@given(runners())
def test_the_speed_session_is_on_its_day_in_every_week_and_no_hard_days_are_side_by_side(profile):
    wanted, schedule = WEEKDAYS.index(profile.speed_day), plan(profile)
    for week in schedule.weeks[:-1]:
        hard = hard_days(week)
        assert wanted in hard, week
        assert hard[wanted] == "speed" or "speed" not in hard.values()
    days = [n for n, session in enumerate(s for week in schedule.weeks for s in week.sessions) if session.kind in HARD]
    assert all(after - before > 1 for before, after in pairwise(days))
    race, last = schedule.weeks[-1].sessions[-1].weekday, hard_days(schedule.weeks[-1])
    assert all(kind == "race" or (race - day) % 7 > 2 for day, kind in last.items())
    before = hard_days(schedule.weeks[-2])
    if (race - wanted) % 7 > 2 and not ((race - wanted) % 7 == 6 and race in before):
        assert wanted in last
    assert (wanted in last) is ("In race week" not in note_of(profile))


@RULE
@given(runners())
def test_the_long_run_keeps_off_the_day_for_speed(profile):
    for week in plan(profile).weeks[:-1]:
        (long,) = (session.weekday for session in week.sessions if session.kind == "long")
        assert long == WEEKDAYS.index(profile.long_day) != WEEKDAYS.index(profile.speed_day)


def test_club_night_is_thursday():
    usual, club = profile_of(days=5, level="intermediate"), profile_of(days=5, level="intermediate", speed_day="thu")
    assert {hard_days(week).get(1) for week in plan(usual).weeks[:3]} == {"speed"}
    assert {hard_days(week).get(3) for week in plan(club).weeks[:3]} == {"speed"}


def test_the_last_of_the_days_may_be_the_one_for_speed():
    profile = profile_of(speed_day="sun")
    assert profile.long_day == "sat"
    assert profile_of(days=["tue"], plan="one-day-a-week", weeks=None, speed_day="tue").long_day == "tue"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"speed_day": "wed"}, 'the speed day is "wed", which is not one of the days; they are tue, thu, sat, sun'),
        ({"speed_day": "sat", "long_run": "sat"}, "speed-day and long-run are both sat; give them two days"),
        ({"speed_day": "thurs"}, 'weekday "thurs" is unknown; write thu'),
    ],
)
def test_a_day_for_speed_that_cannot_be_is_told(tmp_path, changes, told):
    (tmp_path / "profiles").mkdir()
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in changes.items()]
    text = "name: Sam\nlevel: beginner\nresult: {distance: 5 km, time: 27:30}\nrace: {name: Town mile}\n"
    path = tmp_path / "profiles" / "sam.yaml"
    path.write_text("\n".join([text + "days: [tue, thu, sat, sun]", *lines, ""]))
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    assert told in str(caught.value)


def test_a_day_for_speed_that_leaves_no_room_for_other_hard_sessions_is_told():
    middle = profile_of(days=["mon", "tue", "wed", "sun"], long_run="sun", speed_day="tue")
    assert {len(hard_days(week)) for week in plan(middle).weeks[:-1]} == {1}
    assert "room for one hard session a week" in note_of(middle)


def test_race_week_says_where_its_hard_session_is_instead():
    note = note_of(profile_of(speed_day="thu"))  # the race is on a Saturday
    assert "In race week the hard session is on Tuesday, not on Thursday" in note
    assert "In race week" not in note_of(profile_of(speed_day="tue")) + note_of(profile_of())


def test_a_day_for_speed_is_part_of_what_a_layout_is_known_by():
    def key(profile):
        return key_of(profile, LIBRARY.plans[profile.plan], TODAY)

    assert key(profile_of(speed_day="thu")) != key(profile_of()) != key(profile_of(speed_day="tue"))


def test_the_day_for_speed_is_always_a_hard_day_and_hard_days_stay_apart():
    for number in range(1, 8):
        for days in combinations(range(7), number):
            for long_day in (None, *days):
                for speed_day in set(days) - {long_day}:
                    slots = find_slots(days, long_day, 3, speed_day)
                    assert slots.hard[0] == slots.speed == speed_day
                    assert all((one - other) % 7 not in (1, 6) for one, other in combinations(slots.hard, 2))


def test_the_shipped_plans_keep_their_promises_with_any_day_for_speed():
    assert list(find_broken_promises(LIBRARY)) == []
