"""What people write for a race's distance and time: read where it can mean one thing only, told in all other cases."""

from __future__ import annotations

import json
import math
import random
import re
import shutil
import subprocess

import pytest
from common import CLONE
from hypothesis import assume, given
from hypothesis import strategies as st

from milebook.core.errors import QuantityError
from milebook.running.distance_readings import DISTANCE_HINT, read_race_distance
from milebook.running.fitness import (
    FASTEST_MILE,
    RELIABLE,
    SLOWEST_MILE,
    assess,
    cameron,
    daniels_gilbert,
    is_run,
    riegel,
)
from milebook.running.fitness import Result as Ran
from milebook.running.quantities import HALF_MARATHON, MARATHON, METRES_PER_MILE, clean, clock
from milebook.running.race_readings import read_race, read_track
from milebook.running.readings import TIMES, _readings_of_shape, _with_plain_signs, read_race_time, read_result
from milebook.site.personal import personal_page
from milebook.site.personal.expression_graph import Operations

READ = [  # distance, how its time is written, the time
    ("5 km", "20:50", "20:50"),
    ("5 km", " 20:50 ", "20:50"),
    ("5 km", "\uff12\uff10\uff1a\uff15\uff10", "20:50"),
    ("5 km", "20 : 50", "20:50"),
    ("5 km", "20:50,00", "20:50"),
    ("mile", "4:08,32", "4:08.32"),
    ("mile", "4:08.32", "4:08.32"),
    ("mile", "4.08,32", "4:08.32"),
    ("mile", "4:08:32", "4:08.32"),
    ("marathon", "4:08,32", "4:08:32"),
    ("marathon", "4.08.32", "4:08:32"),
    ("marathon", "3:30", "3:30:00"),
    ("marathon", "3.00", "3:00:00"),
    ("800 m", "2:01,4", "2:01.4"),
    ("400 m", "58,4", "58.4"),
    ("400 m", "58", "58"),
    ("5 km", "20.00", "20:00"),
    ("400 m", "58.40", "58.4"),
    ("half", "1:45", "1:45:00"),
    ("HM", "1.45.10", "1:45:10"),
    ("half", "1h45", "1:45:00"),
    ("10 km", "1h02", "1:02:00"),
    ("10 km", "1h 2m 3s", "1:02:03"),
    ("10 km", "1h02'03\"", "1:02:03"),
    ("10 km", "1 std 2 min 3 sek", "1:02:03"),
    ("10 km", "1:02 h", "1:02:00"),
    ("5 km", "20'50\"", "20:50"),
    ("5 km", "20\u201950\u201d", "20:50"),
    ("5 km", "20\u203250\u2033", "20:50"),
    ("5 km", "20'50''", "20:50"),
    ("5 km", "20'50", "20:50"),
    ("5 km", "20'5\"", "20:05"),
    ("5 km", "20'", "20:00"),
    ("400 m", '58.4"', "58.4"),
    ("5 km", "20m50s", "20:50"),
    ("5 km", "20m50", "20:50"),
    ("5 km", "20 min 50 sec.", "20:50"),
    ("5 km", "20mn50", "20:50"),
    ("5 km", "20:50 min", "20:50"),
    ("5 km", "20.5 min", "20:30"),
    ("mile", "330 s", "5:30"),
    ("5 km", "0:20:50", "20:50"),
    ("5 km", "00:20:50.0", "20:50"),
    ("5 km", "27:30:00", "27:30"),
    ("5 km", "27:30:00.00", "27:30"),
    ("mile", "05:58:00", "5:58"),
    ("5 km", "12:20:50 AM", "20:50"),
    ("5 km", "10:05:00 PM", "22:05"),
    ("5 km", "9:30:00 pm", "21:30"),
    ("5 km", "9:30 PM", "21:30"),
    ("half", "1:45 AM", "1:45:00"),
    ("10 km", "12:42 AM", "42:00"),
    ("400 m", "1:02:50 AM", "1:02.5"),
    ("mile", "12:30:50 PM", "12:30.50"),
    ("mile", "12:30 PM", "12:30"),
    ("half", "1:45:10 h", "1:45:10"),
    ("10 km", "1h02m03", "1:02:03"),
    ("half", "2 h", "2:00:00"),
    ("half", "1:45:10 a.m.", "1:45:10"),
    ("mile", "5:58 AM", "5:58"),
]
TOLD = [  # distance, what is written for its time, what is told
    ("5 km", "20.5", "may be 20:30 or 20:50; write one of them"),
    ("5 km", "20.25", "may be 20:25 or 20:15; write one of them"),
    ("5 km", "20,50", "may be 20:50 or 20:30; write one of them"),
    ("marathon", "3.30", "may be 3:30:00 or 3:18:00; write one of them"),
    ("5 km", "20.83", "is not clear; write 20:49.8"),
    ("5 km", "20.50 min", "may be 20:30 or 20:50; write one of them"),
    ("marathon", "3.5", "may be 3:30:00 or 3:50:00; write one of them"),
    ("5 km", "25", "is not clear; write 25:00"),
    ("half", "90", "is not clear; write 1:30:00"),
    ("mile", "330", "is not clear; write 5:30"),
    ("mile", "530", "may be 8:50 or 5:30; write one of them"),
    ("mile", "5.75", "is not clear; write 5:45"),
    ("half", "14510", "may be 4:01:50 or 1:45:10; write one of them"),
    ("half", "1.45 h", "may be 1:27:00 or 1:45:00; write one of them"),
    ("5 km", "27.75", "is not clear; write 27:45"),
    ("5 km", "0.0144675926", "is not clear; write 20:50"),
    ("mile", "0.261111111111111", "may be 15:40 or 6:16; write one of them"),
    ("mile", "0.2611", "may be 15:40 or 6:16; write one of them"),
    ("mile", "0,3", "may be 18:00 or 7:12; write one of them"),
    ("mile", ".25", "is not clear; write 6:00"),
    ("5 km", "1.16666667", "is not clear; write 28:00"),
    ("10 km", "1.73611111111111", "may be 1:44:10 or 41:40; write one of them"),
    ("800 m", "0.0854861111", "may be 5:07.8 or 2:03.1; write one of them"),
    ("5 km", "20;50", "is not a time; write 20:50"),
    ("5 km", "~20:50 (PB)", "is not a time; write 20:50"),
    ("5 km", "21:30.0 PB", "is not a time; write 21:30"),
    ("5 km", "24:31h", "is not clear; write 24:31"),
    ("5 km", "20:50 or 21:10", "is not a time; write 20:50 or 21:10"),
    ("5 km", "3rd in 20:50 (2025)", "is not a time; write 20:50"),
    ("5 km", "5k 20:50", "is not a time; write 20:50"),
    ("10 km", "5k: 20:50", "is one over 5 km; write one over 10 km"),
    ("mile", "1600 in 5:55", "is one over 1600 m; write one over the mile"),
    ("5 km", "3:50/km", '"3:50/km" is a pace, not a time; write the time for the whole distance'),
    ("5 km", "3:50 /mi", "is a pace, not a time"),
    ("5 km", "6:10 min per mile", "is a pace, not a time"),
    ("mile", "x", "is not a time; write for example 5:40 or 6:05.4, a time for the mile"),
    ("5 km", "DNF", "is the time of no finished race; write that of another"),
    ("5 km", "20:60", "has 60 seconds; seconds go from 00 to 59"),
    ("half", "1:5:10", "has 5 minutes; with hours, minutes go from 00 to 59"),
]
DISTANCES = [
    ("5k", 5000),
    ("1500", 1500),
    ("1500 M", 1500),
    ("5000", 5000),
    ("10,000", 10_000),
    ("10.000 m", 10_000),
    ("1,5 km", 1500),
    ("5,000 km", 5000),
    ("42.2 km", MARATHON),
    ("42,195 km", MARATHON),
    ("26.2 miles", MARATHON),
    ("13.1 mi", HALF_MARATHON),
    ("HM", HALF_MARATHON),
    ("Halbmarathon", HALF_MARATHON),
    ("half", HALF_MARATHON),
    ("Marathon", MARATHON),
    ("parkrun", 5000),
    ("one mile", METRES_PER_MILE),
    ("5-km", 5000),
    ("1 Meile", METRES_PER_MILE),
    ("2 mijl", 2 * METRES_PER_MILE),
    ("10 000 m", 10_000),
    ("1 500 m", 1500),
    ("1 500", 1500),
    ("10\u00a0000\u00a0m", 10_000),
    ("5km parkrun", 5000),
    ("XC 5k", 5000),
    ("5k XC", 5000),
    ("5k (hilly)", 5000),
    ("1 mi indoor", METRES_PER_MILE),
    ("Cross country 5k", 5000),
    ("5 km track", 5000),
    ("5K (road)", 5000),
    ("10 km road race", 10_000),
    ("Road mile", METRES_PER_MILE),
    ("mile (track)", METRES_PER_MILE),
    ("3000 m Bahn", 3000),
    ("park run", 5000),
    ("1/2 marathon", HALF_MARATHON),
    ("\u00bd Marathon", HALF_MARATHON),
    ("mezza", HALF_MARATHON),
    ("mezza maratona", HALF_MARATHON),
    ("5km.", 5000),
    ("\uff15 \uff4b\uff4d", 5000),
    ("half mile", METRES_PER_MILE / 2),
    ("Half-Mile (track)", METRES_PER_MILE / 2),
    ("1/2 mile", METRES_PER_MILE / 2),
    ("quarter mile", METRES_PER_MILE / 4),
    ("\u00bc mile", METRES_PER_MILE / 4),
]
TOLD_DISTANCES = [
    ("10M", "is 10 metres; write 10 km or 10 mi if you mean that"),
    ("5", "has no unit; write 5 km or 5 mi"),
    ("42.2", "has no unit; write 42.2 km"),
    ("880 yards", "is in yards, 804.7 m; write 0.5 mi"),
    ("440y", "is in yards, 402.3 m; write 402.3 m"),
    ("5 furlongs", 'has the unknown unit "furlongs"'),
    ("0 km", "must be more than zero"),
    ("fast", "is not a distance"),
    ("road", "is not a distance"),
    ("5 road", "has no unit"),
    ("10 00 m", "is not a distance"),
    ("5.", "is not a distance"),
    ("5k (muddy)", "is not a distance; write 5 km"),
    ("5 km / 10 km", "is not a distance; write 5 km or 10 km"),
    ("4 x 800 m", "is not a distance; write for example"),
    ("Metric mile", "is not a distance; write 1500 m or 1600 m"),
    ("the half mile", "is not a distance; write 0.5 mi"),
    ("half or 10k", "is not a distance; write half marathon or 10 km"),
]


@pytest.mark.parametrize(("distance", "text", "time"), READ)
def test_a_time_is_read_where_only_one_reading_of_it_is_a_run(distance, text, time):
    seconds = read_race_time(text, read_race_distance(distance).metres).seconds
    assert clock(seconds, 2 if len(time.partition(".")[2]) == 2 else 1 if "." in time else 0) == time


@pytest.mark.parametrize(("distance", "text", "told"), TOLD)
def test_a_time_that_may_be_two_things_or_none_is_told_with_what_to_write(distance, text, told):
    with pytest.raises(QuantityError) as caught:
        read_race_time(text, read_race_distance(distance).metres)
    assert told in str(caught.value)


@pytest.mark.parametrize(("text", "metres"), DISTANCES)
def test_the_distance_of_a_race_is_read_the_way_people_write_it(text, metres):
    assert read_race_distance(text).metres == metres


@pytest.mark.parametrize(("text", "told"), TOLD_DISTANCES)
def test_a_distance_that_may_be_two_things_or_none_is_told_with_what_is_meant(text, told):
    with pytest.raises(QuantityError) as caught:
        read_race_distance(text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["3000m steeple", "3000 m obst.", "2000m SC", "5k walk", "Couch to 5k", "10 km race walk", "5k relay", "1 mi leg"],
)
def test_another_event_than_a_run_is_offered_no_distance(text):
    with pytest.raises(QuantityError) as caught:
        read_race_distance(text)
    assert caught.value.hint == DISTANCE_HINT


@pytest.mark.parametrize(
    ("goal", "advice"),
    [
        ("sub-8", "write 8:00"),
        ("under 6:30", "write 6:30"),
        ("< 7", "write 7:00"),
        ("7:50-8:00", "write 7:50 or 8:00"),
        ("7:50 \u2013 8:00", "write 7:50 or 8:00"),
        ("about 7;45", "write 7:45"),
        ("sub 5.5", "write 5:30 or 5:50"),
        ("sub-3", "write for example 5:40 or 6:05.4, a time for the mile"),
        ("sub 19:00 5k", "write one over the mile"),
    ],
)
def test_a_time_that_is_hoped_for_is_told_with_the_time_in_it(goal, advice):
    with pytest.raises(QuantityError) as caught:
        read_race_time(goal, METRES_PER_MILE)
    assert caught.value.hint == advice


RESULTS = [
    ("5k 20:50", 5000, 1250),
    ("5 km in 20:50", 5000, 1250),
    ("5 km, 20:50", 5000, 1250),
    ("Parkrun: 20:50", 5000, 1250),
    ("10 000 m - 45:00", 10_000, 2700),
    ("20:50 for 5k", 5000, 1250),
    ("HM 1:45", HALF_MARATHON, 6300),
    ("1,5 km @ 5:30", 1500, 330),
]
TOLD_RESULTS = [
    ("5k 20;50", "write 5k 20:50"),
    ("5k in about 20:50", "write 5k 20:50"),
    ("5k 20.50", "write 5k 20:50 or 5k 20:30"),
    ("5 20:50", "write 5 km 20:50 or 5 mi 20:50"),
    ("10M 61:00", "write 10 km 61:00 or 10 mi 61:00"),
    ("5k 0.868055555555556", "write 5k 52:05 or 5k 20:50"),
    ("5k 20:50 2026", "write 5k 20:50"),
]


@pytest.mark.parametrize(("text", "metres", "seconds"), RESULTS)
def test_a_result_is_a_distance_and_a_time_whatever_stands_between_them(text, metres, seconds):
    distance, time = read_result(text)
    assert (distance.metres, time.seconds) == (metres, seconds)


@pytest.mark.parametrize(("text", "hint"), TOLD_RESULTS)
def test_what_is_said_to_write_for_a_result_is_all_of_it(text, hint):
    with pytest.raises(QuantityError) as caught:
        read_result(text)
    assert caught.value.hint == hint
    for one in hint.removeprefix("write ").split(" or "):
        read_result(one)


@pytest.mark.parametrize("text", ["27:30 (58:00 10k)", "27:30, 10k in 58:00", "58:00 27:30 10k"])
def test_of_two_times_of_which_one_is_over_another_distance_none_is_guessed(text):
    with pytest.raises(QuantityError, match="has one over 10 km in it; write the one over 5 km alone"):
        read_race_time(text, 5000)


@pytest.mark.parametrize(
    "text",
    ["nautical mile", "sea mile", "ten mile", "Quarter marathon", "ultra marathon", "a mile and a half",
     "one and a half mile", "double marathon", "halbe Meile", "media milla", "three mile XC", "twelve-mile"],
)  # fmt: skip
def test_a_name_within_that_of_another_distance_is_not_offered(text):
    with pytest.raises(QuantityError) as caught:
        read_race_distance(text)
    assert caught.value.hint == DISTANCE_HINT


METRES = st.sampled_from([400.0, 800.0, 1500.0, METRES_PER_MILE, 5000.0, 10_000.0, HALF_MARATHON, MARATHON])
SHARES = st.floats(0.001, 0.999)


def run_of(metres: float, share: float) -> float:
    """The whole seconds of a run over so many metres, between the fastest and the slowest that milebook serves."""
    models = daniels_gilbert, *((riegel, cameron) if not RELIABLE.low <= metres <= RELIABLE.high else ())
    ends = [[model(METRES_PER_MILE, mile, metres) for model in models] for mile in (FASTEST_MILE, SLOWEST_MILE)]
    fast, slow = min(ends[0]), min(ends[1])  # the slowest mile of a time has the shortest time of a mile
    return float(round(math.ceil(fast) + share * (math.floor(slow) - math.ceil(fast))))


def ways_to_write(metres: float, seconds: int) -> list[str]:
    """How people and spreadsheets write a time."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    ways = [clock(seconds), f" {clock(seconds)}", f"{hours}:{minutes:02}:{left:02}", f"{hours}h{minutes:02}m{left:02}s"]
    if hours < 12:
        ways.append(f"{hours or 12}:{minutes:02}:{left:02} AM")
    if not hours:
        several = f"{minutes}'{left:02}\"", f"{minutes}' {left:02}", f"{minutes}:{left:02},0", f"{minutes}m{left}s"
        ways += [*several, f"{minutes}:{left:02}:00", f"{minutes:02}:{left:02} min"]
    return ways


@given(METRES, SHARES, st.integers(0, 9))
def test_what_we_write_is_read_as_the_same_time(metres, share, tenths):
    seconds = run_of(metres, share) + tenths / 10
    if is_run(metres, seconds):
        assert read_race_time(clock(seconds, 1), metres).seconds == pytest.approx(seconds, abs=1e-9)
        assert read_race_time(clock(int(seconds)), metres).seconds == int(seconds)


@given(METRES, SHARES)
def test_a_time_is_read_alike_in_whatever_way_it_is_written(metres, share):
    seconds = int(run_of(metres, share))
    for text in ways_to_write(metres, seconds):
        assert read_race_time(text, metres).seconds == seconds, text


@given(METRES, SHARES, st.integers(4, 15))
def test_a_time_that_a_spreadsheet_took_for_hours_is_named_where_it_is_shown_as_a_number(metres, share, decimals):
    seconds = int(run_of(metres, share))
    assume(seconds < 4 * 3600)
    with pytest.raises(QuantityError) as caught:
        read_race_time(f"{seconds / 1440:.{decimals}f}", metres)
    assert clock(seconds) in re.split("[ ;]", str(caught.value))


FIGURES = st.integers(0, 99)
TYPED = st.one_of(
    st.builds("{}{}{:02}".format, FIGURES, st.sampled_from([":", ".", ",", "'", "h", "m"]), FIGURES),
    st.builds("{}{}{:02}{}{:02}".format, FIGURES, *[st.sampled_from([":", ".", ",", "h"]), FIGURES] * 2),
    st.builds(
        "{}{}{}{}".format, FIGURES, st.sampled_from([".", ","]), FIGURES, st.sampled_from(["", " min", " h", "s"])
    ),
    st.builds("{}:{:02}:{:02} {}".format, st.integers(1, 12), FIGURES, FIGURES, st.sampled_from(["AM", "pm"])),
    FIGURES.map(str),
)


@given(METRES, TYPED)
def test_what_is_read_has_no_other_plausible_reading_and_what_is_advised_can_be_read(metres, text):
    try:
        seconds = read_race_time(text, metres).seconds
    except QuantityError as error:
        advice = error.message.partition(" may be ")[2] or error.hint.removeprefix("write ")
        for one in advice.split(" or ") if not error.hint.startswith(("write for", "seconds", "with hours")) else ():
            assert is_run(metres, read_race_time(one, metres).seconds)
        return
    if not is_run(metres, seconds):
        return  # told by whoever asks what it means for a mile
    others = {60 * seconds, seconds / 60, *(each for each in (seconds * 100, seconds / 100))}
    assert not any(is_run(metres, other) for other in others)


BESIDE = ["5k", "5 km", "10 km", "800 m", "1 mile", "1600", "half", "6th", "3.", "#4", "2x", "2 PRs,", "1", "5", "4"]


@given(
    st.sampled_from([METRES_PER_MILE, 5000.0, 10_000.0, HALF_MARATHON]),
    SHARES,
    st.sampled_from(BESIDE),
    st.booleans(),
    st.sampled_from([" ", " in ", ": ", " at ", " or ", " - ", ", "]),
)
def test_a_time_that_is_offered_has_no_figure_of_a_distance_a_place_or_a_count(
    metres, share, beside, is_first, between
):
    assume(len(beside) > 1 or ":" not in between)  # `1: 11:52` is all one time
    written = clock(run_of(metres, share))
    text = f"{beside}{between}{written}" if is_first else f"{written}{between}{beside}"
    with pytest.raises(QuantityError) as caught:
        read_race_time(text, metres)
    hint = caught.value.hint
    if hint.startswith("write one over"):
        assert round(read_race_distance(beside).metres) != round(metres)
    else:
        assert hint == f"write {written}" or hint.startswith("write for example")


@given(METRES, st.floats(1, 40_000))
def test_what_is_taken_for_a_run_is_what_a_result_is_served_for(metres, seconds):
    try:
        assess(Ran(metres, seconds))
    except QuantityError:
        assert not is_run(metres, seconds)
    else:
        assert is_run(metres, seconds)


def test_every_reading_of_the_table_has_an_example_here():
    texts = [_with_plain_signs(clean(text, "time")) for _, text, _ in (*READ, *TOLD)]
    assert [each for each in TIMES if not any(re.fullmatch(each.pattern, text) for text in texts)] == []


@given(TYPED)
def test_no_reading_is_missed_for_the_shape_of_a_text(text):
    text = _with_plain_signs(clean(text, "time"))
    fitting = {each for each in TIMES if re.fullmatch(each.pattern, text)}
    assert fitting <= {each for _, each in _readings_of_shape(re.sub("[0-9]", "0", text))}


# ---------------------------------------------------------------- the page in the browser

ASK = """
const fs = require("fs");
const { data, script, distances, times } = JSON.parse(fs.readFileSync(0, "utf8"));
globalThis.self = { milebookData: data };
new Function(fs.readFileSync(script, "utf8"))();
const asked = (read) => { try { return read(); } catch (error) { if (!error.field) throw error; return "told"; } };
const { readDistance, readTime } = self.milebookPersonal;
console.log(JSON.stringify({
  distances: distances.map((text) => asked(() => Object.values(readDistance(text)))),
  times: times.map(([metres, text]) => asked(() => readTime(text, metres))),
}));
"""


@pytest.mark.parametrize(
    ("race", "texts"),
    [
        (
            "mile",
            ["mile", "1 mile", "The Mile", "1 mi", "1mi", "indoor mile", "1609", "1609.344 m", "Meile", "1.609 km"],
        ),
        ("1500 m", ["1500 m", "1500", "1500m", "1,500m", "1 500 m", "1.5 km", "1,5 km", "1.5k", "1500 metres"]),
        ("1600 m", ["1600 m", "1600", "1600m", "1,600 m", "1.6 km", "1600 m (track)", 1600, 1600.0]),
    ],
)
def test_a_race_is_read_however_its_distance_is_written(race, texts):
    assert [read_race(text) for text in texts] == [race] * len(texts)


@pytest.mark.parametrize("text", ["800 m", "2 mi", "3000", "5k", "1510 m", "1/2 mile", "", "x", True, None, "9" * 90])
def test_what_is_no_race_of_ours_is_told_with_those_there_are(text):
    with pytest.raises(QuantityError) as told:
        read_race(text)
    assert told.value.hint == "write mile, 1500 m or 1600 m"


@pytest.mark.parametrize(
    ("track", "texts"),
    [
        ("400 m", ["400 m", "400", "400m", "400 m track", "Outdoor 400m", "0.4 km", 400, 400.0]),
        ("300 m", ["300 m", "300", "300m (indoor)"]),
        ("200 m", ["200 m", "200m", "200 metres", "indoor 200", "Halle 200 m", "200-m track"]),
        ("440 yd", ["440 yd", "440 yards", "440y", "440", "440yds", "1/4 mile", "0.25 mi", "402.336 m", 440, 440.0]),
    ],
)
def test_a_track_is_read_by_the_length_of_its_lap(track, texts):
    assert [read_track(text) for text in texts] == [track] * len(texts)


@pytest.mark.parametrize("text", ["250 m", "100", "indoor", "200 yards", "", "x", 333, "9" * 90, True])
def test_a_track_that_is_not_known_is_told_with_those_that_are(text):
    with pytest.raises(QuantityError) as told:
        read_track(text)
    assert isinstance(text, bool) or len(str(text)) > 80 or "400 m, 300 m, 200 m or 440 yd" in told.value.hint


@pytest.mark.parametrize("text", ["DNF 27:30", "dns", "DQ", "27:30 (did not finish)", "nicht angetreten"])
def test_the_time_of_a_race_that_was_not_finished_is_never_offered(text):
    with pytest.raises(QuantityError, match="no finished race") as told:
        read_race_time(text, 5000)
    assert "27:30" not in told.value.hint


@pytest.mark.parametrize("text", ["road", "the road", "Stra\u00dfe"])
def test_a_road_is_no_track_and_what_to_write_is_said(text):
    with pytest.raises(QuantityError, match="a race on the road has no track"):
        read_track(text)


@pytest.mark.parametrize("text", ["road mile", "Mile (road)", "1 mile, street"])
def test_a_race_distance_that_says_where_the_race_is_run_is_told_and_not_read_past(text):
    with pytest.raises(QuantityError, match="says where the race is run"):
        read_race(text)


def ask_script(distances, times):
    """What the page's script reads; its data hold no plans."""
    operations = Operations()
    mile = operations.node(assess(personal_page._result(personal_page.EXAMPLE)).mile)
    data = {"inputs": personal_page.inputs(), "nodes": operations.nodes.entries, "mile": mile, "plans": {}}
    script = str(CLONE / "templates" / "assets" / "web" / "personal.js")
    asked = json.dumps({"data": data, "script": script, "distances": distances, "times": times})
    done = subprocess.run(["node", "-e", ASK], input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def read_or_tell(read, *of):
    try:
        return read(*of)
    except QuantityError:
        return "told"


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node to run the page's script; the browser tests do")
def test_the_page_reads_what_a_build_reads():
    chance = random.Random(16)
    distances = [text for text, _ in (*DISTANCES, *TOLD_DISTANCES)]
    distances += ["", "constructor", "1e3 m", "-5 km", ".8 km", "\ufeff5 km", "5\u00a0km", "9" * 90, "4.195 km"]
    times = [[read_race_distance(distance).metres, text] for distance, text, _ in (*READ, *TOLD)]
    runs = [400.0, 800.0, METRES_PER_MILE, 5000.0, 10_000.0, HALF_MARATHON, MARATHON]
    for metres in runs * 40:
        times += [[metres, text] for text in ways_to_write(metres, int(run_of(metres, chance.random())))]
    signs = [":", ".", ",", "'", '"', "h", "m", "s", " ", "min", " AM", " pm", ":0", "\u2019"]
    for _ in range(2000):
        parts = [f"{chance.randrange(60):0{chance.choice('12')}}{chance.choice(signs)}" for _ in range(3)]
        times.append([chance.choice(runs), "".join(parts)[: chance.randrange(2, 12)]])
    found = ask_script(distances, times)
    wanted = [read_or_tell(lambda text: [*vars(read_race_distance(text)).values()], text) for text in distances]
    assert found["distances"] == [[*each] if each != "told" else each for each in wanted]
    here = [read_or_tell(lambda metres, text: read_race_time(text, metres).seconds, *each) for each in times]
    assert [each for each in zip(times, found["times"], here, strict=True) if each[1] != each[2]] == []
    assert sum(each != "told" for each in here) > 1000
