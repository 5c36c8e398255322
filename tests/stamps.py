"""Random athletes, and whether two PDFs are one booklet: used by the tests of stamping."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta

import pypdfium2
from PIL import ImageChops
from pypdf import PdfReader

from milebook.booklet import composition
from milebook.content.loader import load, search_path
from milebook.content.models import Profile
from milebook.pages.renderer import Renderer
from milebook.printing import products
from milebook.running.courses import all_courses, course_of
from milebook.running.distance_readings import read_race_distance
from milebook.running.fitness import Result, assess, daniels_gilbert, is_run, mile_of
from milebook.running.mile_classes import CLASSES, class_of
from milebook.running.quantities import METRES_PER_MILE, clock
from milebook.training import planning

TODAY = date(2026, 11, 24)
LIBRARY = load()
FOLDERS = search_path("templates", None)
RENDERER = Renderer(FOLDERS)

NEAR = 0.1  # points
DPI = 100
NAMES = (
    *("Ada", "Bo", "Zoë Šimůnková", "O\u2019Brien", "Jean-Luc Picard", "Nguyễn".replace("ễ", "e"), "Wm. Wolfe-Wimmer"),
    *("Ångström Åse", "José María de la Cruz", "fi ffi Tüftler", 'A <b> & "c"', "Ijssel Þórsdóttir", "I. M. Ill"),
)
RACES = ("Club mile", "Fifth Avenue Mile", "Town mile", "The Westmile 2027", "Mile of Trials & Errors")
RESULTS = ("mile", "1600 m", "3 km", "5 km", "10 km")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def view_of(**changes):
    """A runner's view; the runner of the tests where nothing else is said."""
    values = {
        "name": "Ada",
        "level": "beginner",
        "result": {"distance": "5 km", "time": "27:30"},
        "race": {"name": "Club mile", "date": "2027-06-12"},
        "days": ["tue", "thu", "sat", "sun"],
        "weeks": 8,
    } | changes
    profile = Profile.model_validate({key: value for key, value in values.items() if value is not None})
    return composition.compose("ada", LIBRARY, profile, *planning.plan("ada", LIBRARY, profile, TODAY))


def html_of(view, product="booklet"):
    return products.render(products.PRODUCTS[product], view, RENDERER)


def random_shape(chance: random.Random):
    """What makes a form: plan, level, weeks, days, units, paper, the race's weekday, course and goal, class of mile.

    The race may have no date, or be so near that the plan's first weeks are left out.
    """
    plan = chance.choice(("mile", "mile", "mile", "one-day-a-week"))
    days = chance.sample(DAYS, chance.randint(3, 7)) if plan == "mile" else None
    return {
        "plan": plan,
        "level": chance.choice(("beginner", "intermediate", "advanced")),
        "weeks": chance.choice(LIBRARY.plans[plan].lengths),
        "days": sorted(days, key=DAYS.index) if days else LIBRARY_DAYS[chance.randrange(7)],
        "units": chance.choice(("metric", "imperial")),
        "paper": chance.choice(("a4", "letter")),
        "weekday": chance.randrange(7),
        "course": chance.choice((*all_courses(), course_of(), course_of("mile", "road"))),
        "pacing": chance.choice(("even", "elmore", "manzano")),
        "goal": chance.choice(("", "", "", "", "usual", "bold")),
        "race": chance.choice((*["far"] * 6, "near", "undated")),
        "mile_class": chance.choice(CLASSES),
    }


LIBRARY_DAYS = [[day] for day in DAYS]


def _result_of(chance, mile_class):
    """A result of a runner whose mile is in a class."""
    while True:
        distance = chance.choice(RESULTS)
        metres, mile = read_race_distance(distance).metres, chance.uniform(mile_class.fastest, mile_class.slowest)
        seconds = round(daniels_gilbert(METRES_PER_MILE, mile, metres))
        if is_run(metres, seconds) and class_of(mile_of(Result(metres, seconds))) is mile_class:
            return distance, seconds


def random_athlete(chance: random.Random, shape):
    """A runner of a shape: name, race, day and result are the runner's own."""
    far = date(2027, 4, 5) + timedelta(weeks=chance.randrange(26))
    monday = date(2026, 12, 14) if shape["race"] == "near" else far
    day = monday + timedelta(days=shape["weekday"])
    race = {} if shape["race"] == "undated" else {"date": day.isoformat()}
    distance, seconds = _result_of(chance, shape["mile_class"])
    if shape["goal"]:
        time = assess(Result(read_race_distance(distance).metres, seconds)).time_of(shape["course"].race)
        goal = time * (chance.uniform(0.86, 0.955) if shape["goal"] == "bold" else chance.uniform(0.965, 1.2))
        race["goal"] = clock(max(224.0, min(goal, 1100.0)), 1)
    return {key: shape[key] for key in ("plan", "level", "weeks", "days", "units", "paper")} | {
        "name": chance.choice(NAMES),
        "result": {"distance": distance, "time": f"{seconds // 60}:{seconds % 60:02}"},
        "race": race | {"name": chance.choice(RACES), "pacing": shape["pacing"], **_of_course(shape["course"])},
    }


def _of_course(course):
    """A race's distance and where it is run, as a profile says it."""
    return {"distance": course.race, "surface": course.surface} | ({"track": course.track} if course.on_track else {})


# ---------------------------------------------------------------- the same booklet


def words(data):
    """(page, text, left, bottom) of every word, in points."""
    found = []
    document = pypdfium2.PdfDocument(data)
    for number in range(len(document)):
        sheet = document[number].get_textpage()
        word, place = "", (0.0, 0.0)
        for index in range(sheet.count_chars()):
            letter = sheet.get_text_range(index, 1)
            if letter.strip():
                left, bottom, _, _ = sheet.get_charbox(index, loose=True)
                place = place if word else (left, bottom)
                word += letter
            elif word:
                found.append((number, word, *place))
                word = ""
        if word:
            found.append((number, word, *place))
    return found


def assert_same_words(one, other):
    """Every word is the same and lies in the same place."""
    ours, theirs = words(one), words(other)
    assert [word[:2] for word in ours] == [word[:2] for word in theirs]
    for mine, its in zip(ours, theirs, strict=True):
        assert max(abs(a - b) for a, b in zip(mine[2:], its[2:], strict=True)) < NEAR, (mine, its)


def assert_same_booklet(one, other):
    """Words, outline, links, metadata, and what the tags say, are the same."""
    assert_same_words(one, other)
    mine, its = PdfReader(io.BytesIO(one)), PdfReader(io.BytesIO(other))
    assert outline(mine) == outline(its)
    assert links(mine) == links(its)
    assert mine.metadata == its.metadata
    assert mine.xmp_metadata.dc_title == its.xmp_metadata.dc_title
    assert tags(mine) == tags(its)


def assert_same_pictures(one, other, pages):
    """Drawn at 100 dpi, no more than anti-aliasing differs."""
    mine, its = pypdfium2.PdfDocument(one), pypdfium2.PdfDocument(other)
    for number in pages:
        pictures = [pdf[number].render(scale=DPI / 72).to_pil().convert("L") for pdf in (mine, its)]
        differing = ImageChops.difference(*pictures).histogram()
        assert sum(differing[ANTI_ALIASING:]) == 0, (number, [(n, d) for n, d in enumerate(differing) if d])


ANTI_ALIASING = 64  # of 255; a line moved by a tenth of a dot differs by less


def outline(reader):
    def place(entry):
        return entry["/Title"], reader.get_destination_page_number(entry), entry.get("/Left"), entry.get("/Top")

    return [place(entry) for entry in reader.outline if not isinstance(entry, list)]


def links(reader):
    found = []
    for number, sheet in enumerate(reader.pages):
        for annotation in sheet.get("/Annots", []):
            link = annotation.get_object()
            found.append(
                (number, [round(float(x), 2) for x in link["/Rect"]], str(link.get("/Dest")), str(link.get("/A")))
            )
    return found


def tags(reader):
    """The tree of tags: the kind of each and what stands for a picture.

    Without the pieces of a line: text that another runner's line end cuts in two is one piece here and two there.
    """
    found, stack = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        thing = stack.pop()
        thing = thing.get_object() if hasattr(thing, "get_object") else thing
        if isinstance(thing, list):
            stack += thing[::-1]
        elif isinstance(thing, dict):
            found += [(str(thing.get("/S")), str(thing.get("/Alt")))] if thing.get("/S") != "/Span" else []
            stack += [thing["/K"]] if "/K" in thing else []
    return found
