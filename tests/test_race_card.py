"""The race card in the hand: sizes to a tenth of a millimetre, and clocks to a tenth of what is worked out exactly."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pdfs
import pytest
from common import PRINTED, TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook import build
from milebook.assembly.request import Request
from milebook.booklet import composition, race_pages
from milebook.booklet.views import Origin
from milebook.content.loader import load
from milebook.content.models import Profile
from milebook.running.courses import RACES, all_courses, course_of
from milebook.running.pacing import STRATEGIES
from milebook.training import planning

LIBRARY = load()
PROFILES = sorted(LIBRARY.profiles)
PANEL = (85.6, 54.0)  # mm: a bank card, ISO/IEC 7810 ID-1 rounded
MILE = Fraction("1609.344")
TRACK = tuple(map(Fraction, ("409.344", "809.344", "1209.344", "1609.344")))
ROAD = tuple(MILE * quarter / 4 for quarter in (1, 2, 3, 4))
MARKS = {  # what the card calls a mark -> metres
    "track": {"200 m": 200, "400 m": 400, "Lap 1": TRACK[0], "800 m": 800, "Lap 2": TRACK[1], "1200 m": 1200}
    | {"Lap 3": TRACK[2], "1600 m": 1600, "Finish": MILE},
    "road": {"Quarter": ROAD[0], "Half": ROAD[1], "1000 m": 1000, "Three quarters": ROAD[2], "Finish": MILE},
}
ENDS = {
    "track": dict(zip(("Lap 1", "Lap 2", "Lap 3", "Lap 4"), TRACK, strict=True)),
    "road": dict(zip(("Quarter", "Half", "Three quarters", "Mile"), ROAD, strict=True)),
}


def exact(goal, way, surface, metres):
    """Seconds at a mark, as a fraction: each lap at its own pace, all of them fitted to the goal."""
    shares = [Fraction(str(share)) for share in STRATEGIES[way].quarters]
    ends = [Fraction(0), *(TRACK if surface == "track" else ROAD)]
    run = [max(Fraction(0), min(Fraction(metres), end) - start) for start, end in pairwise(ends)]
    whole = [end - start for start, end in pairwise(ends)]
    weigh = [sum(part * share for part, share in zip(parts, shares, strict=True)) for parts in (run, whole)]
    return goal * weigh[0] / weigh[1]


def seconds(text):
    """`6:05.4` as a fraction of seconds."""
    minutes, _, rest = str(text).rpartition(":")
    return 60 * Fraction(minutes or "0") + Fraction(rest)


def is_rounded(text, value):
    """Whether a clock is the value to the nearest tenth: no further than half of one (a float's last digit aside)."""
    assert re.fullmatch(r"(\d+:)?\d+\.\d", str(text))
    return abs(seconds(text) - value) <= Fraction("0.05") + Fraction(1, 10**9)


def card_of(goal, way, surface):
    return race_pages.lap_card(way, float(goal), course_of("mile", surface), Origin("", ""))


GOALS = st.decimals(223, 1200, places=2).map(Fraction)
WAYS = st.sampled_from(sorted(STRATEGIES))
SURFACES = st.sampled_from(["track", "road"])


# ---------------------------------------------------------------- the clocks


@given(goal=GOALS, way=WAYS, surface=SURFACES)
def test_every_mark_is_the_exact_time_rounded_once(goal, way, surface):
    marks = [(name.replace("\u00a0", " "), clock) for name, clock in card_of(goal, way, surface).marks]
    assert [name for name, _ in marks] == list(MARKS[surface])
    for name, clock in marks:
        assert is_rounded(clock, exact(goal, way, surface, MARKS[surface][name])), (name, str(clock))


@given(goal=GOALS, way=WAYS, surface=SURFACES)
def test_every_lap_and_its_clock_is_the_exact_time_rounded_once(goal, way, surface):
    card, before = card_of(goal, way, surface), Fraction(0)
    assert [name for name, _, _ in card.rows] == list(ENDS[surface])
    for name, lap, clock in card.rows:
        now = exact(goal, way, surface, ENDS[surface][name])
        assert is_rounded(clock, now)
        assert is_rounded(lap, now - before)
        before = now
    assert before == goal


@given(goal=GOALS, surface=SURFACES)
def test_even_is_the_same_pace_at_every_mark(goal, surface):
    for metres in MARKS[surface].values():
        assert exact(goal, "even", surface, metres) == goal * Fraction(metres) / MILE


def test_where_the_laps_as_shown_do_not_add_up_the_clock_is_still_right():
    cards = {Fraction(goal, 10): card_of(Fraction(goal, 10), "elmore", "track") for goal in range(3600, 3800)}
    odd = {goal: card for goal, card in cards.items() if sum(seconds(lap) for _, lap, _ in card.rows) != goal}
    assert len(odd) > 20
    assert [seconds(card.rows[-1][2]) for card in odd.values()] == list(odd)


@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_the_profile_chooses_the_way_of_the_race_card(way):
    view = view_of(way, "track")
    assert view.race_card == next(card for card in view.lap_cards if card.key == way)


def view_of(way, surface, goal="6:05.4"):
    values = {
        "name": "Ada",
        "level": "beginner",
        "result": {"distance": "5 km", "time": "20:50"},
        "race": {"name": "Club mile", "date": date(2027, 6, 12), "goal": goal, "pacing": way, "surface": surface},
        "days": ["tue", "thu", "sat", "sun"],
    }
    profile = Profile.model_validate(values)
    return composition.compose("ada", LIBRARY, profile, *planning.plan("ada", LIBRARY, profile, TODAY))


# ---------------------------------------------------------------- the clocks as printed

ADA = """\
name: Ada
level: beginner
result: {{distance: 5 km, time: "20:50"}}
race: {{name: Club mile, date: 2027-06-12, goal: "6:05.4", pacing: {way}, surface: {surface}}}
days: [tue, thu, sat, sun]
"""


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """The printed race cards of all ways of running on both surfaces, and of nothing else."""
    root = tmp_path_factory.mktemp("cards")
    (root / "content" / "profiles").mkdir(parents=True)
    for way in STRATEGIES:
        for surface in MARKS:
            text = ADA.format(way=way, surface=surface)
            (root / "content" / "profiles" / f"{way}-{surface}.yaml").write_text(text)
    request = Request(TODAY, content=root / "content", out=root / "out", parts=("race-card",), strict=True)
    build.build(request, lambda *told: None)
    return root / "out"


@pytest.mark.parametrize("surface", sorted(MARKS))
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_the_printed_card_has_every_mark_to_the_tenth(cards, way, surface):
    front, laps, words, marks = panels_of(card_sheet(cards / f"{way}-{surface}"))
    printed = re.findall(rf"({'|'.join(MARKS[surface])}) ([\d:.]+)", marks)
    assert sorted(name for name, _ in printed) == sorted(MARKS[surface])
    for name, clock in printed:
        assert is_rounded(clock, exact(Fraction("365.4"), way, surface, MARKS[surface][name])), (name, clock)
    assert "6:05.4" in front
    assert STRATEGIES[way].name in laps
    assert STRATEGIES[way].summary in words


@pytest.mark.parametrize("surface", sorted(MARKS))
@pytest.mark.parametrize("way", sorted(STRATEGIES))
def test_the_printed_card_has_every_lap_to_the_tenth(cards, way, surface):
    laps, before = panels_of(card_sheet(cards / f"{way}-{surface}"))[1], Fraction(0)
    printed = re.findall(rf"({'|'.join(ENDS[surface])}) ([\d:.]+) ([\d:.]+)", laps)
    assert [name for name, _, _ in printed] == list(ENDS[surface])
    for name, lap, clock in printed:
        now = exact(Fraction("365.4"), way, surface, ENDS[surface][name])
        assert is_rounded(clock, now), (name, clock)
        assert is_rounded(lap, now - before), (name, lap)
        before = now


# ---------------------------------------------------------------- every mile there is

COURSES = all_courses()


def called(course):
    """What a course is called in the list of tests, and in names of files."""
    return f"{course.race}-{course.track or 'road'}".replace(" ", "")


@pytest.fixture(scope="module")
def every_card(tmp_path_factory):
    """The race cards of every race, on both papers; strict: whatever is cut off or printed over another thing fails."""
    root = tmp_path_factory.mktemp("every")
    (root / "content" / "profiles").mkdir(parents=True)
    for course in COURSES:
        where = f"track: {course.track}" if course.on_track else "surface: road"
        for way, paper in (("even", "a4"), ("elmore", "letter")):
            text = ADA.format(way=way, surface="track").replace("6:05.4", "10:05.4").replace("20:50", "34:50")
            text = text.replace("surface: track", f"distance: {course.race}, {where}") + f"paper: {paper}\n"
            (root / "content" / "profiles" / f"{called(course)}-{way}.yaml").write_text(text)
    request = Request(TODAY, content=root / "content", out=root / "out", parts=("race-card",), strict=True)
    build.build(request, lambda *told: None)
    return root / "out"


@pytest.mark.parametrize("course", COURSES, ids=called)
@pytest.mark.parametrize("way", ["even", "elmore"])
def test_the_card_of_every_race_ends_on_the_goal_with_each_mark_once(every_card, course, way):
    front, laps, _, marks = panels_of(card_sheet(every_card / f"{called(course)}-{way}"))
    assert "10:05.4" in front
    printed = re.findall(rf"^({'|'.join(course.names)}) ([\d:.]+) ([\d:.]+)$", laps, re.MULTILINE)
    assert [name for name, _, _ in printed] == list(course.names)
    assert printed[-1][2] == "10:05.4"
    clocks = {name: clock for name, _, clock in printed[:-1]}
    every = dict(re.findall(r"(\d to go|Lap \d|Quarter|Half|Three quarters|[\d.]+ m|Finish) ([\d:.]+)", marks))
    assert len(every) == len(course.card_marks)
    assert {name: every[name] for name in clocks} == clocks
    assert every["Finish"] == "10:05.4"
    goal, race = Fraction("605.4"), RACES[course.race]
    if way == "even":
        for name, end in zip(course.names, course.ends, strict=True):
            clock = every["Finish" if end == course.metres else name]
            assert is_rounded(clock, goal * Fraction(str(end)) / race), (name, clock)


@pytest.mark.parametrize("course", COURSES, ids=called)
def test_the_heading_of_the_card_says_what_is_raced_where_it_is_no_usual_mile(every_card, course):
    text = " ".join(word.text for word in card_sheet(every_card / f"{called(course)}-even").words)
    where = f"{course.track} track" if course.on_track else "road"
    is_plain = course.is_mile and course.track in ("400 m", None)
    assert (f"Race card: {course.race}, {where}" in text) != is_plain


def card_sheet(folder):
    return pdfs.read(folder / "race-card.pdf")[0]


def outline_of(sheet):
    """Where the wallet card is cut out: the inner edge of the dashed line around it."""
    frames = [part for drawn in sheet.paths for part in drawn.parts if part.width > 150 and part.height > 90]
    return min(frames, key=lambda part: part.width)


def quarters(box):
    """The four panels: above left, above right, below left, below right."""
    across, down = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return [
        pdfs.Box(left, top, right, bottom)
        for top, bottom in ((box.top, down), (down, box.bottom))
        for left, right in ((box.left, across), (across, box.right))
    ]


def panels_of(sheet):
    """The text of each panel, line by line, as one reads it after folding."""
    return [lines_of([word for word in sheet.words if panel.holds(word.box)]) for panel in quarters(outline_of(sheet))]


def lines_of(words):
    way = -1 if words and words[0].angle == 180 else 1
    lines = []
    for word in sorted(words, key=lambda word: way * word.box.top):
        line = next((line for line in lines if line[0].box.overlap(word.box)[1] > 1), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    return "\n".join(" ".join(w.text for w in sorted(line, key=lambda w: way * w.box.left)) for line in lines)


# ---------------------------------------------------------------- sizes: a card that fits the wallet, a true ruler


@pytest.fixture(params=PRINTED, ids="-".join)
def sheet(request, printed):
    return card_sheet(printed(*request.param))


def test_the_ruler_is_exactly_50_millimetres(sheet):
    ruler = next(drawn for drawn in sheet.paths if len(drawn.parts) == 52)  # a line and 51 ticks
    assert ruler.parts[0].width == pytest.approx(50, abs=0.01)
    ticks = sorted(part.left for part in ruler.parts[1:])
    assert ticks[0] == pytest.approx(ruler.parts[0].left, abs=0.01)
    assert [tick - ticks[0] for tick in ticks] == pytest.approx(range(51), abs=0.01)


def test_the_card_folds_to_the_size_of_a_bank_card(sheet):
    outline = outline_of(sheet)
    assert (outline.width, outline.height) == pytest.approx((2 * PANEL[0], 2 * PANEL[1]), abs=0.05)


def test_the_card_is_folded_where_the_dotted_lines_are(sheet):
    outline = outline_of(sheet)
    parts = [part for drawn in sheet.paths for part in drawn.parts if outline.holds(part, 0.1)]
    across = [part.top - outline.top for part in parts if part.width > 170 and part.height < 0.3]
    down = [part.left - outline.left for part in parts if part.height > 107 and part.width < 0.3]
    assert across
    assert down
    assert across == pytest.approx([PANEL[1]] * len(across), abs=0.3)
    assert down == pytest.approx([PANEL[0]] * len(down), abs=0.3)


def test_no_text_of_the_card_comes_near_an_edge_or_a_fold(sheet):
    outline, panels = outline_of(sheet), quarters(outline_of(sheet))
    words = [word for word in sheet.words if min(outline.overlap(word.box)) > 0]
    assert len(words) > 40
    for word in words:
        assert any(panel.holds(word.box, -1.5) for panel in panels), word


def test_the_lower_half_is_upside_down_so_that_it_reads_after_folding(sheet):
    outline = outline_of(sheet)
    for word in sheet.words:
        inside = outline.holds(word.box)
        assert word.angle == (180 if inside and word.box.top > outline.top + PANEL[1] else 0), word


def test_the_wrist_band_goes_around_a_wrist_and_holds_its_text(sheet):
    frames = [part for drawn in sheet.paths for part in drawn.parts if part.width > 150 and 20 < part.height < 30]
    band = min(frames, key=lambda part: part.width)
    assert 170 < band.width < 200
    words = [word for word in sheet.words if min(band.overlap(word.box)) > 0]
    assert {"tape", "here"} < {word.text for word in words}
    assert all(band.holds(word.box, -1) for word in words)
