"""Every product of every profile, built for real: the PDFs measured, the page, the files beside them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import page
import pdfs
import pikepdf
import pytest
from common import CLUB, CONTENT, LONG, PRINTED, SPREAD, TODAY, letter_request
from pypdf import PdfReader
from stamps import FOLDERS, html_of, view_of

from milebook import build
from milebook.content.loader import load
from milebook.core.errors import ContentError
from milebook.printing import engine
from milebook.running.quantities import METRES_PER_MILE

LIBRARY = load()
PROFILES = sorted(LIBRARY.profiles)
PAPERS = ("a4", "letter")
SHEETS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}  # mm
HALVES = {"a4": (148.0, 210.0), "letter": (139.7, 215.9)}
PRODUCTS = ("booklet", "booklet-print", "wall-plan", "race-card", "strides", "large-print")
BOOKS = ("booklet", "large-print")  # of many pages
READING = tuple(name for name in PRODUCTS if name != "booklet-print")
FONTS = Path(__file__).parent.parent / "templates" / "assets" / "fonts"


def every(*products, profiles=(*PROFILES, *LONG)):
    """Run a test on these products of every profile that is printed; `long` is as long as can be."""
    cases = [(*printed, product) for product in products for printed in PRINTED if printed[1] in profiles]
    return pytest.mark.parametrize("path", cases, indirect=True, ids="-".join)


@pytest.fixture
def path(request, printed):
    paper, profile, product = request.param
    return printed(paper, profile) / f"{product}.pdf"


def paper_of(path):
    return path.parent.parent.name


def letters(path):
    """(page number, page, letter) of every letter of a PDF."""
    for number, sheet in enumerate(pdfs.read(path), 1):
        for char in filter(None, sheet.chars):
            yield number, sheet, char


@pytest.fixture(params=PROFILES)
def folder(request, printed):
    """A shipped profile on the paper it asks for."""
    return printed(LIBRARY.profiles[request.param].sheet, request.param)


@pytest.fixture
def built(printed):
    """The output on Letter."""
    return printed("letter", "beginner").parent


class Reader(HTMLParser):
    """The text, ids and links of a page."""

    def __init__(self):
        super().__init__()
        self.ids, self.links, self.text, self.quiet = [], [], [], 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.quiet += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.quiet -= tag in ("style", "script")

    def handle_data(self, data):
        if not self.quiet and data.strip():
            self.text.append(" ".join(data.split()))


def read_html(path):
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    return reader


# ---------------------------------------------------------------- every PDF: files that any reader and printer takes


@every(*READING)
def test_what_is_for_reading_is_tagged_pdf_ua_1(path):
    report = page.validate_pdf(str(path), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@every(*PRODUCTS)
def test_every_font_is_ours_embedded_and_subset(path):
    whole = min(file.stat().st_size for file in FONTS.glob("*.ttf"))
    found = pdfs.fonts(path)
    assert found
    for font in found:
        assert re.match(r"[A-Z]{6}\+Milebook-", font.name)
        assert 0 < font.embedded < whole, font


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
@every(*PRODUCTS)
def test_qpdf_has_nothing_to_say(path):
    said = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout


@every(*PRODUCTS)
def test_the_syntax_of_the_file_is_sound(path):
    with pikepdf.open(path) as pdf:
        assert pdf.check_pdf_syntax() == []


@every(*PRODUCTS)
def test_pages_have_the_size_of_the_paper_or_of_half_of_it(path):
    width, height = SHEETS[paper_of(path)]
    wanted = {"booklet": HALVES[paper_of(path)], "wall-plan": (height, width), "booklet-print": (height, width)}
    for size in pdfs.boxes(path):
        assert size == pytest.approx(wanted.get(path.stem, (width, height)), abs=0.1)


@every("wall-plan", "race-card", "strides")
def test_a_sheet_is_one_sheet(path):
    assert len(pdfs.read(path)) == 1


@every("booklet")
def test_the_booklet_fills_its_folded_sheets_with_pages_for_notes_only(path):
    sheets = pdfs.read(path)
    last = max(number for number, sheet in enumerate(sheets) if sheet.has("Sources"))  # above its second page, too
    assert len(sheets) % 4 == 0
    assert len(sheets) - last - 1 < 4
    for sheet, title in zip(sheets[last + 1 :], ("Races and trials", "Notes", "More notes"), strict=False):
        assert sheet.has(title)


# ---------------------------------------------------------------- every PDF: nothing too small, cut off or overprinted

FREE = {  # mm at the sides, and above and below: printers reach no further than 6; page numbers stand a little lower
    "booklet": (9.0, 5.0),
    "booklet-print": (9.0, 5.0),
    "large-print": (9.0, 5.0),
}


@every(*PRODUCTS)
def test_text_keeps_away_from_the_edges(path):
    aside, above = FREE.get(path.stem, (6.0, 6.0))
    for number, sheet in enumerate(pdfs.read(path), 1):
        free = pdfs.Box(aside, above, sheet.width - aside, sheet.height - above)
        outside = [word for word in sheet.words if not free.holds(word.box)]
        assert not outside, number


@every(*PRODUCTS)
def test_no_text_is_smaller_than_eight_points_or_sixteen_in_large_print(path):
    least = 16 if path.stem == "large-print" else 8
    small = {(number, char.size) for number, _, char in letters(path) if char.size < least - 0.01}
    assert not small


@every(*READING)
def test_no_line_runs_through_a_text(path):
    for number, sheet in enumerate(pdfs.read(path), 1):
        lines = [part for drawn in sheet.paths for part in drawn.parts if min(part.width, part.height) < 0.6]
        crossed = [(word, line) for word in sheet.words for line in lines if runs_through(line, word.box)]
        assert not crossed, number


def runs_through(line, box):
    """Whether a thin line parts a box, and does not just touch it."""
    across, down = box.overlap(line)
    if across < -0.01 or down < -0.01:
        return False
    if line.width < line.height:
        return down > 0.15 and box.left + 0.15 < (line.left + line.right) / 2 < box.right - 0.15
    return across > 0.15 and box.top + 0.15 < (line.top + line.bottom) / 2 < box.bottom - 0.15


@every(*READING)
def test_no_text_is_printed_over_another(path):
    for number, sheet in enumerate(pdfs.read(path), 1):
        words = sorted(sheet.words, key=lambda word: word.box.top)
        for index, word in enumerate(words):
            for other in words[index + 1 :]:
                if other.box.top > word.box.bottom:
                    break
                across, down = word.box.overlap(other.box)
                assert across < 0.06 * word.size or down < 0.3, (number, word, other)  # an italic f hangs over


@every(*PRODUCTS)
def test_every_letter_is_there_and_none_is_an_emoji(path):
    text = "".join(sheet.text for sheet in pdfs.read(path))
    assert not re.search("[\u2610-\u2612\u2705\U0001f300-\U0001faff\ufffd\0]", text)


# ---------------------------------------------------------------- every page is used

TEXT_AREAS = {  # mm above and below the text, by product
    "booklet": (13.0, 14.0),
    "large-print": (18.0, 16.0),
    "wall-plan": (9.0, 9.0),
    "race-card": (11.0, 11.0),
    "strides": (11.0, 11.0),
}


def used(path, sheet):
    """The part of a page's text area that is used, 0 to 1: down to its lowest ink, the page number left out."""
    above, below = TEXT_AREAS[path.stem]
    end = sheet.height - below
    return min(1.0, max(0.0, (sheet.lowest_ink(end) - above) / (end - above)))


def heads(sheet, least=12.4):
    """The lines of a page that are set large, from the top."""
    words = sorted((word for word in sheet.words if word.size >= least), key=lambda word: word.box.top)
    lines = []
    for word in words:
        line = next(
            (line for line in lines if line[0].size == word.size and line[0].box.overlap(word.box)[1] > 0), None
        )
        if line:
            line.append(word)
        else:
            lines.append([word])
    return [" ".join(word.text for word in sorted(line, key=lambda word: word.box.left)) for line in lines]


def open_pages(path):
    """The pages that may be short: the last one of large print, where the text just ends."""
    return {len(pdfs.read(path))} if path.stem == "large-print" else set()


@every(*READING)
def test_every_page_is_used_for_more_than_a_third(path):
    for number, sheet in enumerate(pdfs.read(path), 1):
        if number not in open_pages(path):
            assert used(path, sheet) > 1 / 3, (number, heads(sheet)[:1])


def test_how_much_of_every_page_is_used_is_as_reviewed(printed, golden):
    lines = []
    for profile in PROFILES:
        for product in READING:
            path = printed(LIBRARY.profiles[profile].sheet, profile) / f"{product}.pdf"
            lines.append(f"{profile} {product} {paper_of(path)}")
            for number, sheet in enumerate(pdfs.read(path), 1):
                titles = heads(sheet, 19.5) or heads(sheet, 11.5) or [""]
                lines.append(f"{number:4} {5 * round(20 * used(path, sheet)):4} %  {' '.join(titles[0].split()[:6])}")
    golden("page-use.txt", "\n".join(line.rstrip() for line in lines) + "\n")


@every(*BOOKS)
def test_headings_are_not_left_alone_at_the_foot_of_a_page(path):
    least, foot = (21.0, 16.0) if path.stem == "large-print" else (12.4, 14.0)
    for number, sheet in enumerate(pdfs.read(path)[1:], 2):
        for word in sheet.words:
            if word.size >= least and word.box.top > 15 and word.box.bottom < sheet.height - foot:
                below = sheet.lowest_ink(sheet.height - foot) - word.box.bottom
                assert below > 2.5, (number, word)


# ---------------------------------------------------------------- the booklet: weeks, contents, bookmarks


@every("booklet")
def test_each_week_has_one_page(path):
    weeks = (
        max(session["week"] for session in plan_of(path.parent)["sessions"]) - 1
    )  # the last are the days after the race
    sheets = pdfs.read(path)
    for week in range(1, weeks + 1):
        holding = [sheet for sheet in sheets if sheet.has(f"Week {week} of {weeks}")]
        assert len(holding) == 1
        words = [word.text for word in holding[0].words]
        assert all(words.count(day) >= 1 for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


@every(*BOOKS)
def test_contents_name_the_page_each_section_begins_on(path):
    sheets = pdfs.read(path)
    listed = contents(sheets[1])
    assert len(listed) > 15
    assert [number for _, number in listed] == sorted(number for _, number in listed)
    for title, number in listed:
        head = " ".join(re.sub(r"^Week \d+: ", "", title).split()[:2])
        assert any(line.startswith(head) for line in heads(sheets[number - 1])), (title, number)


def contents(sheet):
    """(title, page) of each line of the contents."""
    rows = {}
    for word in sheet.words:
        if 15 < word.box.top < sheet.height - 16:
            middle = (word.box.top + word.box.bottom) / 2
            row = next((row for row in rows if abs(row - middle) < 2), middle)
            rows.setdefault(row, []).append(word)
    lines = [[word.text for word in sorted(row, key=lambda word: word.box.left)] for row in rows.values()]
    return [(" ".join(line[:-1]), int(line[-1])) for line in lines if line[-1].isdecimal()]


@every(*BOOKS)
def test_bookmarks_lead_to_the_page_with_their_heading(path):
    sheets, marks = pdfs.read(path), pdfs.bookmarks(path)
    for title, number in marks:
        assert sheets[number - 1].has(title), (title, number)
    titles = [title for title, _ in marks]
    assert {"Contents", "Your paces", "Race-day lap card", "Strides", "Warm-up", "Sources"} <= set(titles)
    assert len(titles) == len(set(titles))


@every(*BOOKS)
def test_links_in_the_contents_lead_to_the_page_they_name(path):
    reader = PdfReader(path)
    places, links = reader.named_destinations, [note.get_object() for note in reader.pages[1]["/Annots"]]
    led = [reader.get_destination_page_number(places[link.get("/Dest") or link["/A"]["/D"]]) + 1 for link in links]
    assert list(dict.fromkeys(led)) == list(dict.fromkeys(number for _, number in contents(pdfs.read(path)[1])))


@every("booklet", profiles=PROFILES)
def test_tick_boxes_are_drawn(path):
    sheets = pdfs.read(path)
    strides = next(sheet for sheet in sheets if sheet.has("How to do each one", "When not to"))
    squares = [
        drawn for drawn in strides.paths if 2 < drawn.box.width < 4 and abs(drawn.box.width - drawn.box.height) < 0.1
    ]
    assert len(squares) > 15


@pytest.mark.parametrize("path", [(p, name, "booklet") for name in LONG for p in PAPERS], indirect=True, ids="-".join)
def test_a_club_with_the_longest_name_and_line_stands_on_the_cover_with_its_code_to_scan(path):
    cover = pdfs.read(path)[0]
    assert cover.has(CLUB, "Hermann-Neuberger-Stadion", "coach@leichtathletik-oberammergau.example", "group/2027")
    assert cover.has("Saint-Germain-en-Laye", "Featherstonehaugh the Third")


@cache
def texts_of(path):
    return [sheet.extract_text() for sheet in PdfReader(path).pages]


def test_the_booklets_text_is_as_reviewed(folder, golden):
    pages = ("\n".join(line.rstrip() for line in text.splitlines()) for text in texts_of(folder / "booklet.pdf"))
    golden(f"{folder.name}.pdf.txt", "\n\f\n".join(pages) + "\n")


# ---------------------------------------------------------------- the page


def test_the_pages_text_is_as_reviewed(folder, golden):
    text = "\n".join(read_html(folder / "index.html").text) + "\n"
    golden(f"{folder.name}.html.txt", re.sub(r"\d+ kB", "0 kB", text))  # bytes depend on the engine's versions


def test_links_are_relative_and_lead_somewhere(built):
    for path in built.rglob("index.html"):
        reader = read_html(path)
        assert len(reader.ids) == len(set(reader.ids)), path
        for link in reader.links:
            if link.startswith("#"):
                assert link[1:] in reader.ids, (path, link)
            else:
                assert not re.match(r"[a-z]+:|/", link), (path, link)
                assert (path.parent / link).is_file(), (path, link)


def test_the_start_page_lists_every_profile_that_was_built(built):
    links, built_ones = (
        read_html(built / "index.html").links,
        {path.parent.name for path in built.glob("*/booklet.pdf")},
    )
    assert {link.split("/")[0] for link in links if "/index.html" in link} >= built_ones > {"beginner"}
    assert {f"{key}/booklet.pdf" for key in built_ones} <= set(links)


# ---------------------------------------------------------------- plan.json and plan.csv


def plan_of(folder):
    return json.loads((folder / "plan.json").read_text("utf-8"))


def test_plan_json_has_every_day_once_with_race_and_rest(folder):
    plan = plan_of(folder)
    days = [date.fromisoformat(session["date"]) for session in plan["sessions"]]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    kinds = {session["kind"] for session in plan["sessions"]}
    assert {"speed", "strength", "easy", "long", "rest", "race", "test"} <= kinds
    assert kinds <= {"speed", "strength", "tempo", "easy", "long", "cross", "rest", "race", "test"}
    assert [s["date"] for s in plan["sessions"] if s["kind"] == "race"] == [plan["race"]["date"]]


def test_plan_json_carries_exact_targets(folder):
    plan = plan_of(folder)
    reps = [s for session in plan["sessions"] for s in session["steps"] if s["kind"] == "reps" and s["pace"] == "mile"]
    assert reps
    for step in reps:
        ran = LIBRARY.profiles[folder.name].result.distance.metres
        mile = plan["mile_seconds"] if ran == METRES_PER_MILE else round(plan["mile_seconds"])
        exact = mile * step["metres"] / METRES_PER_MILE
        exact = min(60.0, exact) if step["uphill"] else exact  # a hill ends after a minute
        assert step["target_seconds"] == pytest.approx(exact, rel=1e-12)
        assert step["target_low_seconds"] < step["target_seconds"] < step["target_high_seconds"]


def test_plan_csv_has_a_line_for_each_day_and_no_formula(folder):
    rows = list(csv.DictReader(io.StringIO((folder / "plan.csv").read_text("utf-8-sig"))))
    assert [row["date"] for row in rows] == [session["date"] for session in plan_of(folder)["sessions"]]
    assert not any(value[:1] in "=+-@" for row in rows for value in row.values() if value)


@pytest.mark.thorough
@pytest.mark.parametrize("mile", ["5:20", "9:55", "16:30"])
@pytest.mark.parametrize("days", range(3, 8))
def test_a_beginners_booklet_has_32_pages_at_most(days, mile):
    values = {"result": {"distance": "mile", "time": mile}, "days": SPREAD[days]}
    on = {"name": "Town mile", "date": "2027-06-12", "surface": "road" if days == 7 else "track"}
    assert engine.print_pdf(html_of(view_of(race=on, **values)), FOLDERS).pages <= 32


@pytest.mark.thorough
def test_nothing_is_rewritten_when_nothing_changed(built):
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file() and path.name != "lock"}
    request = letter_request(CONTENT, built, today=TODAY + timedelta(days=9), profiles=("beginner",))
    assert build.build(request, lambda *told: None).changed == ()
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_the_print_engine_reads_nothing_but_the_assets(tmp_path):
    from milebook.content.loader import bundled
    from milebook.printing.engine import BASE_URL, find_asset

    folders = (bundled("templates"),)
    assert find_asset(f"{BASE_URL}assets/print.css", folders).name == "print.css"
    for url in (
        "file:///etc/passwd",
        "https://example.org/x.css",
        f"{BASE_URL}../pyproject.toml",
        f"{BASE_URL}assets/..%2f..%2fpyproject.toml",
        f"{BASE_URL}booklet.html.j2",
        f"{BASE_URL}assets/fonts",
        "//example.org/x.css",
        str(Path.cwd() / "pyproject.toml"),
    ):
        with pytest.raises(ValueError, match="not"):
            find_asset(url, folders)


def test_a_page_that_asks_for_other_files_gets_none_and_says_so(tmp_path):
    from milebook.content.loader import bundled
    from milebook.printing.engine import print_pdf

    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'secret' }")
    html = f'<html lang="en"><title>x</title><link rel="stylesheet" href="{secret.as_uri()}"><p>hello</p></html>'
    printed = print_pdf(html, (bundled("templates"),))
    assert any("secret.css" in warning for warning in printed.warnings)
    assert "secret" not in PdfReader(io.BytesIO(printed.data)).pages[0].extract_text()


# ---------------------------------------------------------------- only some parts


def build_parts(out, *parts):
    """The PDFs there are after a build of these parts for the beginner."""
    request = letter_request(CONTENT, out, profiles=("beginner",), parts=parts, large_print=False)
    build.build(request, lambda *told: None)
    return sorted(path.name for path in out.rglob("*.pdf"))


def test_parts_are_exactly_those_asked_for_and_older_ones_go(tmp_path):
    assert build_parts(tmp_path, "week-3", "race-card") == ["parts.pdf", "race-card.pdf"]
    sheets = pdfs.read(tmp_path / "beginner" / "parts.pdf")
    assert len(sheets) == 1
    assert sheets[0].has("Week 3 of 8", "Build speed endurance")
    assert len(pdfs.read(tmp_path / "beginner" / "race-card.pdf")) == 1
    assert set(read_html(tmp_path / "beginner" / "index.html").links) >= {"parts.pdf", "race-card.pdf"}
    assert build_parts(tmp_path, "strides") == ["strides.pdf"]  # the sheet, not the section of that name
    assert "race-card.pdf" not in read_html(tmp_path / "beginner" / "index.html").links


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("rce-card",), ['"rce-card" is unknown; did you mean race-card?']),
        (("wek-3",), ['"wek-3" is unknown; did you mean weeks?']),
        (("parts",), ['"parts" is unknown']),  # what it would hold is not said
        (
            ("lapz", "race-card", "coverr"),
            ['"coverr" is unknown; did you mean cover?', '"lapz" is unknown; did you mean'],
        ),
    ],
)
def test_a_part_that_does_not_exist_is_told_and_nothing_is_written(tmp_path, parts, told):
    with pytest.raises(ContentError) as caught:
        build_parts(tmp_path, *parts)
    said = str(caught.value).splitlines()
    assert len(said) == len(told)
    assert all(line.startswith(f"--parts: {start}") for line, start in zip(said, told, strict=True))
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("surplus", ["week-9", "week-0", "week-99"])
def test_a_week_the_plan_does_not_have_is_told_with_the_weeks_it_has(tmp_path, surplus):
    with pytest.raises(ContentError) as caught:
        build_parts(tmp_path, surplus)
    (problem,) = caught.value.problems
    assert problem.message == f'the plan has no "{surplus}"'
    assert "week-1" in problem.hint
    assert "week-8" in problem.hint


# ---------------------------------------------------------------- the measures themselves


@pytest.mark.parametrize(
    ("line", "crossed"),
    [
        (pdfs.Box(5.0, 0, 5.1, 10), True),
        (pdfs.Box(0, 4.0, 10, 4.1), True),
        (pdfs.Box(0, 4.0, 10, 4.0), True),
        (pdfs.Box(6.0, 0, 6.1, 10), False),  # beside it
        (pdfs.Box(0, 5.0, 10, 5.1), False),  # below it, as in a table
        (pdfs.Box(5.0, 5.0, 5.1, 10), False),  # begins below it
    ],
)
def test_a_line_through_a_text_is_told_from_one_beside_it(line, crossed):
    assert runs_through(line, pdfs.Box(4, 3, 6, 5)) is crossed
