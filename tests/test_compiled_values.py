"""Values worked out by a pattern are those of a booklet that was planned and composed."""

from __future__ import annotations

import random

import pytest
from stamps import LIBRARY, TODAY, random_athlete, random_shape

from milebook.booklet import composition
from milebook.content.models import Profile
from milebook.printing.stamping.variable_values import split_view
from milebook.roster.compiled_values import OFTEN, CompiledBooklets, key_of, learn
from milebook.training import planning

PATTERNS, EACH = 24, 12


def compose(profile):
    return composition.compose("", LIBRARY, profile, *planning.plan_profile(LIBRARY, profile, TODAY))


def profile_of(**values):
    return Profile.model_validate({key: value for key, value in values.items() if value is not None})


def runner(**changes):
    values = {"name": "Ada", "level": "beginner", "result": {"distance": "5 km", "time": "27:30"}, "days": 4}
    return profile_of(**values | {"race": {"name": "Club mile", "date": "2027-06-12"}} | changes)


def key(profile):
    return key_of(profile, LIBRARY.plans[profile.plan], TODAY)


@pytest.mark.parametrize("seed", range(PATTERNS))
def test_a_pattern_gives_what_planning_and_composing_give(seed):
    chance = random.Random(seed)
    shape, known = random_shape(chance), {}
    for _ in range(EACH):
        profile = profile_of(**random_athlete(chance, shape))
        pattern = known.setdefault(key(profile), None) or learn(profile, compose)
        known[key(profile)] = pattern
        assert pattern.split_view(profile) == split_view(compose(profile)), profile


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "A name of more than thirty-four letters"},
        {"race": {"name": "Club mile", "date": "2027-06-13"}},  # a Sunday
        {"race": {"name": "Club mile", "date": "2026-12-12"}},  # too near for the whole plan
        {"race": {"name": "Club mile"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "goal": "8:00"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "goal": "7:30"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "surface": "road"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "distance": "1600 m"}},
        {"race": {"name": "Club mile", "date": "2027-06-12", "track": "200 m"}},
        {"result": {"distance": "1 mile", "time": "7:40"}},
        {"result": {"distance": "5 km", "time": "27:30", "date": "2026-01-10"}},  # long ago: less sure
        {"level": "advanced"},
        {"days": 5},
        {"units": "metric"},
    ],
)
def test_whoever_has_another_layout_or_other_words_has_another_pattern(changes):
    assert key(runner(**changes)) != key(runner())


def test_a_goal_much_faster_than_the_result_has_a_pattern_of_its_own():
    usual, bold = ({"name": "Club mile", "date": "2027-06-12", "goal": goal} for goal in ("8:00", "7:30"))
    assert key(runner(race=usual)) != key(runner(race=bold))


def test_a_pattern_knows_a_result_goal_race_day_and_names_it_never_saw():
    race = {"name": "Town mile", "date": "2028-07-01", "goal": "7:31.5"}
    learnt = learn(runner(race=race), compose)
    other = runner(
        name="Zoë O'Brien",
        result={"distance": "3 km", "time": "15:43.4"},
        race=race | {"name": "Fifth Avenue Mile", "date": "2029-06-16", "goal": "7:28"},
    )
    found = learnt.split_view(other)
    assert found == split_view(compose(other))
    assert {"Zoë O'Brien", "Fifth Avenue Mile", "7:28.0", "Saturday 16\u00a0Jun\u00a02029"} <= set(found.values)


def test_a_pattern_is_learnt_for_those_who_come_often_only():
    composed = []

    def counted(profile):
        composed.append(profile)
        return compose(profile)

    patterns = CompiledBooklets(counted, LIBRARY, TODAY)
    found = [patterns.find(runner(result={"distance": "5 km", "time": f"27:{n}"})) for n in range(20, 20 + OFTEN + 3)]
    assert [pattern is None for pattern in found] == [True] * (OFTEN - 1) + [False] * 4
    assert len(composed) == 2  # by learning: once to remember, once to compare


def test_what_a_pattern_cannot_give_is_composed():
    def odd(profile):
        view = compose(profile)
        plain = type(profile.result.time.seconds) is float
        return view if plain else compose(runner(level="advanced"))

    assert learn(runner(), odd) is None
