"""The pictures are true: the track is to scale, bars and shapes say what the plan says, the code can be scanned."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pdfs
import pytest
import segno
from common import TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook.assembly.profile_files import page_values
from milebook.booklet import charts, composition
from milebook.content.loader import load, search_path
from milebook.pages.renderer import Renderer
from milebook.printing.products import PRODUCTS, render
from milebook.running.courses import all_courses, course_of
from milebook.running.pacing import STRATEGIES
from milebook.training import planning

LIBRARY = load()
PROFILES = sorted(LIBRARY.profiles)
RENDERER = Renderer(search_path("templates", None))
SVG = "{http://www.w3.org/2000/svg}"


def view_of(key):
    profile = LIBRARY.profiles[key]
    return composition.compose(key, LIBRARY, profile, *planning.plan(key, LIBRARY, profile, TODAY))


VIEWS = {key: view_of(key) for key in PROFILES}
PAGES = {
    key: {
        "print": render(PRODUCTS["booklet"], view, RENDERER),
        "web": RENDERER.render("page.html.j2", page_values(view, (), "")),
    }
    for key, view in VIEWS.items()
}


def way_between(start, end, outside=0.0, steps=40_000):
    """Metres from one place on the track to another, along the line a runner takes, in short straight steps."""
    points = [charts.track_point(start + (end - start) * n / steps, outside) for n in range(steps + 1)]
    return sum(math.dist((a.x, a.y), (b.x, b.y)) for a, b in pairwise(points))


def svgs(html, name):
    """The pictures of one kind on a page, parsed."""
    found = re.findall(rf'<svg class="{name}".*?</svg>', html, re.DOTALL)
    return [ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)) for text in found]


# ---------------------------------------------------------------- the track


def test_a_lap_in_lane_one_is_400_metres():
    assert way_between(0, 400) == pytest.approx(400, abs=0.02)


@pytest.mark.parametrize(
    ("metres", "from_start"), [(200.0 - 9.344, 200), (0.0, 9.344), (400.0, 409.344), (1600.0, 1609.344)]
)
def test_every_distance_is_measured_along_the_lane_from_the_mile_start(metres, from_start):
    assert way_between(-9.344, metres) == pytest.approx(from_start, abs=0.02 * max(1, from_start / 400))


@given(st.floats(-2000, 2000), st.floats(0.0, 50.0))
def test_steps_along_the_track_are_as_long_as_they_say(start, length):
    assert way_between(start, start + length, steps=400) == pytest.approx(length, abs=0.01)


@given(st.floats(-2000, 2000))
def test_the_track_is_closed(metres):
    here, lap_later = charts.track_point(metres), charts.track_point(metres + 400)
    assert math.dist((here.x, here.y), (lap_later.x, lap_later.y)) < 0.02


def test_a_lap_in_lane_eight_is_longer_by_what_the_bends_are():
    outside = 7 * charts.LANE
    assert way_between(0, 400, outside) == pytest.approx(400 + 2 * math.pi * outside, abs=0.02)


def test_the_mile_starts_on_the_straight_9_344_metres_before_the_finish():
    marks = {mark.key: mark for mark in charts.track(course_of()).marks}
    assert marks["finish"].inner.x - marks["start"].inner.x == pytest.approx(9.344, abs=0.002)
    assert marks["finish"].inner.y == marks["start"].inner.y > 0
    assert "the mile starts 9.344 m behind the finish line" in charts.track(course_of()).alt


def test_a_200_starts_200_metres_before_the_finish_line():
    mark = next(mark for mark in charts.track(course_of()).marks if mark.key == "m200")
    place = charts.track_point(-200)
    assert min(mark.inner.x, mark.outer.x) - 0.3 <= place.x <= max(mark.inner.x, mark.outer.x) + 0.3
    assert mark.inner.y > place.y > mark.outer.y  # on the far straight, across the lanes


ON_TRACKS = [course for course in all_courses() if course.on_track]


@pytest.mark.parametrize("course", ON_TRACKS, ids=lambda course: f"{course.race}, {course.track}")
def test_the_start_line_of_every_race_is_where_full_laps_leave_it(course):
    track, scale = charts.track(course), 400 / course.lap
    marks = {mark.key: mark for mark in track.marks}
    place = charts.track_point(-course.behind * scale, charts.KERB_RADIUS - charts.RADIUS)
    assert math.dist((marks["start"].inner.x, marks["start"].inner.y), (place.x, place.y)) < 0.08
    assert ("finish" in marks) == bool(course.behind)
    way = [math.dist((one.x, one.y), (other.x, other.y)) / scale for one, other in pairwise(track.run)]
    assert sum(way) == pytest.approx(course.behind, abs=0.6)  # along the lane, in short straight steps
    assert f"the {course.race} starts" in track.alt
    assert bool(track.shape) == (course.track != "400 m")


@pytest.mark.parametrize("course", all_courses(), ids=lambda course: f"{course.race}, {course.track}")
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_a_shape_has_four_bars_that_add_up_to_the_race(course, way):
    shape = charts.lap_shape(STRATEGIES[way], course)
    ends = [0.0, *map(float, course.phases)]
    weighed = sum(
        (end - start) * (1 + percent / 100)
        for (start, end), (_, percent, _) in zip(pairwise(ends), shape.laps, strict=True)
    )
    assert weighed == pytest.approx(course.metres, abs=1e-6)
    is_of_laps = course.on_track and len(course.ends) == 4 and course.first >= course.lap
    assert ("lap 1" in shape.alt) == is_of_laps
    assert ("quarter 1" in shape.alt) != is_of_laps


def test_runners_turn_left():
    first, second = charts.track_point(10), charts.track_point(30)  # into the first bend, right of the finish
    assert first.x > charts.STRAIGHT / 2
    assert second.y < first.y  # y grows downwards


@pytest.mark.parametrize("where", ["print", "web"])
def test_the_track_is_drawn_with_the_same_scale_both_ways(where):
    (track,) = svgs(PAGES["beginner"][where], "track")
    inner = track.find(f".//{SVG}rect")
    assert float(inner.get("height")) == pytest.approx(2 * charts.KERB_RADIUS, abs=0.01)
    assert float(inner.get("width")) == pytest.approx(charts.STRAIGHT + 2 * charts.KERB_RADIUS, abs=0.01)
    assert "preserveAspectRatio" not in track.attrib


def test_the_printed_track_is_as_wide_as_it_is_long_to_scale(printed):
    sheets = pdfs.read(printed("a4", "intermediate") / "booklet.pdf")
    sheet = next(sheet for sheet in sheets if sheet.has("Where the mile starts"))
    outer = max((drawn.box for drawn in sheet.paths), key=lambda box: box.width * box.height)
    radius = charts.KERB_RADIUS + 8 * charts.LANE
    assert outer.width / outer.height == pytest.approx((charts.STRAIGHT + 2 * radius) / (2 * radius), abs=0.005)


# ---------------------------------------------------------------- how the laps differ


@pytest.mark.parametrize("surface", ["track", "road"])
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_the_laps_of_a_shape_add_up_to_the_mile(way, surface):
    shape = charts.lap_shape(STRATEGIES[way], course_of("mile", surface))
    lengths = [409.344, 400, 400, 400] if surface == "track" else [402.336] * 4
    weighed = sum(length * (1 + percent / 100) for length, (_, percent, _) in zip(lengths, shape.laps, strict=True))
    assert weighed == pytest.approx(1609.344, abs=1e-6)


@pytest.mark.parametrize("surface", ["track", "road"])
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_a_shape_says_in_words_what_it_draws(way, surface):
    shape = charts.lap_shape(STRATEGIES[way], course_of("mile", surface))
    assert shape.alt.startswith("Pace against even pace: ")
    for number, percent, size in shape.laps:
        word = "slower" if percent > 0 else "faster"
        said = f"{number} even" if float(size.split()[0]) == 0 else f"{number} {size} {word}"
        assert said in shape.alt
        assert float(size.split()[0]) == pytest.approx(abs(percent), abs=0.05 + 1e-9)


@pytest.mark.parametrize("where", ["print", "web"])
@pytest.mark.parametrize("key", PROFILES)
def test_bars_above_the_line_are_faster_laps_and_as_high_as_they_are_faster(key, where):
    drawn = svgs(PAGES[key][where], "shape")
    assert len(drawn) == len(VIEWS[key].lap_cards) == 3
    for svg, card in zip(drawn, VIEWS[key].lap_cards, strict=True):
        bars = [(float(bar.get("y")), float(bar.get("height"))) for bar in svg.iter(f"{SVG}rect")]
        heights = [25 - top if top < 25 else -height for top, height in bars]
        percents = [percent for _, percent, _ in card.shape.laps]
        assert [-4.5 * percent for percent in percents] == pytest.approx(heights, abs=1e-6)


# ---------------------------------------------------------------- a stride


def test_a_stride_stays_in_its_frame_and_never_reaches_all_out():
    stride = charts.stride()
    assert [point.x for point in stride.curve] == sorted(point.x for point in stride.curve)
    assert (stride.curve[0].x, stride.curve[-1].x) == (0, stride.length) == (0, 60)
    assert all(0 < point.y <= stride.high < 100 for point in stride.curve)
    assert stride.low <= max(point.y for point in stride.curve) <= stride.high


def test_the_phases_of_a_stride_follow_each_other_without_a_gap():
    phases = charts.stride().phases
    assert [end for _, _, end, _ in phases[:-1]] == [start for _, start, _, _ in phases[1:]]
    assert (phases[0][1], phases[-1][2]) == (0, charts.stride().length)


@pytest.mark.parametrize("where", ["print", "web"])
def test_nothing_of_the_stride_is_drawn_outside_its_picture(where):
    (svg,) = svgs(PAGES["beginner"][where], "stride")
    left, top, width, height = map(float, svg.get("viewBox").split())
    for text in svg.iter(f"{SVG}text"):
        x, y, size = float(text.get("x")), float(text.get("y")) + 36, float(text.get("font-size"))
        reach = 0.25 * size * len(text.text)  # half of it, in a narrow type
        assert left <= x - reach < x + reach <= left + width
        assert top <= y - 0.8 * size < y <= top + height


# ---------------------------------------------------------------- the weeks


@pytest.mark.parametrize("key", PROFILES)
def test_bars_are_as_long_as_the_weeks_and_keep_to_the_plans_limit(key):
    profile = LIBRARY.profiles[key]
    _, schedule = planning.plan(key, LIBRARY, profile, TODAY)
    metres = [week.metres for week in schedule.weeks]
    bars = VIEWS[key].bars
    scale = max(float(str(bar.share)) / run for bar, run in zip(bars, metres, strict=True))
    for bar, run in zip(bars, metres, strict=True):
        assert float(str(bar.share)) == pytest.approx(run * scale, abs=0.002)
    ramp = LIBRARY.plans[profile.plan].ramp.value / 100
    for number, bar in enumerate(bars[1:], 1):
        assert float(str(bar.limit)) == pytest.approx(max(metres[:number]) * (1 + ramp) * scale, abs=0.002)
        assert float(str(bar.share)) <= float(str(bar.limit)) * 1.01
    assert bars[0].limit is None
    assert max(float(str(value)) for bar in bars for value in (bar.share, bar.limit or 0)) == 1


@pytest.mark.parametrize("where", ["print", "web"])
@pytest.mark.parametrize("key", PROFILES)
def test_the_bars_that_are_drawn_are_those_of_the_weeks_with_their_numbers_below(key, where):
    html, bars = PAGES[key][where], VIEWS[key].bars
    (svg,) = svgs(html, "volume")
    wanted = [str(share) for bar in bars for share in (bar.limit, bar.share) if share]
    assert [bar.get("height") for bar in svg.iter(f"{SVG}rect")] == wanted
    table = html[html.index('class="volume-numbers"') :].split("</table>")[0]
    assert re.findall(r"field-distance\">([\d.]+)<", table) == [str(bar.total) for bar in bars]


# ---------------------------------------------------------------- the code to scan


@pytest.mark.parametrize("address", ["https://example.org", "https://example.org/" + "a-long-way/" * 9])
def test_the_code_is_segnos_own_with_its_quiet_zone(address):
    drawn = charts.qr(address)
    modules = [[0] * drawn.size for _ in range(drawn.size)]
    for x, y, width in drawn.rows:
        for column in range(x, x + width):
            assert not modules[y][column], "drawn twice"
            modules[y][column] = 1
    code = segno.make(address, error="m", micro=False)
    assert modules == [list(row) for row in code.matrix_iter(border=4)]
    assert code.error in "MQH"


def test_the_code_on_the_cover_can_be_read_from_its_picture(printed):
    """Every module of the printed code, sampled in its middle, is what segno made of the club's address."""
    from common import ADDRESS

    path = printed("a4", "long") / "booklet.pdf"
    code = [list(row) for row in segno.make(ADDRESS, error="m", micro=False).matrix_iter(border=4)]
    cover = pdfs.read(path)[0]
    square = next(drawn.box for drawn in cover.paths if drawn.filled and drawn.box.width == pytest.approx(22, abs=0.5))
    picture, dots = pdfs.render(path, 200, 1)[0], 200 / 25.4
    step = square.width / len(code)
    assert step > 0.4  # mm a module: what a telephone can read
    for y, row in enumerate(code):
        for x, dark in enumerate(row):
            place = (int((square.left + (x + 0.5) * step) * dots), int((square.top + (y + 0.5) * step) * dots))
            assert (picture.getpixel(place) < 128) == bool(dark), (x, y)


# ---------------------------------------------------------------- everywhere


@pytest.mark.parametrize(
    "name", ["track", "stride", "volume", "shape", "rungs", "tick", "icon icon-speed", "icon icon-race"]
)
@pytest.mark.parametrize("key", PROFILES)
def test_web_page_and_print_have_the_same_pictures(key, name):
    found = {where: svgs(html, name) for where, html in PAGES[key].items()}
    assert found["print"]
    assert list(map(ET.tostring, found["web"])) == list(map(ET.tostring, found["print"]))


@pytest.mark.parametrize("where", ["print", "web"])
@pytest.mark.parametrize("key", PROFILES)
def test_every_picture_has_a_title_for_those_who_do_not_see_it(key, where):
    pictures_ = re.findall(r"<svg.*?</svg>", PAGES[key][where], re.DOTALL)
    assert len(pictures_) > 60
    for picture in pictures_:
        assert re.search(r'role="img"[^>]*>\s*<title>[^<]{3,}</title>', picture), picture[:120]
