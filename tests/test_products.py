"""The shipped profiles, built for real: the PDF, the page and the files beside them."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import page
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from milebook import pipeline
from milebook.loader import load
from milebook.quantities import METRES_PER_MILE

TODAY = date(2026, 11, 24)
PROFILES = sorted(load().profiles)
POINTS_PER_MM = 72 / 25.4


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Every shipped profile, built once with `strict`: a warning of the print engine fails."""
    out = tmp_path_factory.mktemp("built")
    report = pipeline.build(pipeline.Request(TODAY, out=out, strict=True), lambda *told: None)
    assert report.warnings == ()
    return out


@pytest.fixture(params=PROFILES)
def folder(request, built):
    return built / request.param


@pytest.fixture
def pdf(folder):
    return read_pdf(folder / "booklet.pdf")


@cache
def read_pdf(path):
    return PdfReader(path)


@cache
def read_runs(path):
    """For each page the (x, y, size, text) of every run of text, in points from the lower left corner."""
    return [text_runs(sheet) for sheet in read_pdf(path).pages]


@cache
def read_texts(path):
    return [sheet.extract_text() for sheet in read_pdf(path).pages]


@pytest.fixture
def runs(folder):
    return read_runs(folder / "booklet.pdf")


@pytest.fixture
def texts(folder):
    return read_texts(folder / "booklet.pdf")


def plan_of(folder):
    return json.loads((folder / "plan.json").read_text("utf-8"))


def text_runs(page_):
    """(x, y, size, text) of every run of text on a page, in points from the lower left corner."""
    runs = []

    def visit(text, cm, tm, font, size):
        if text.strip():
            x = tm[4] * cm[0] + cm[4]
            y = tm[5] * cm[3] + cm[5]
            runs.append((x, y, abs(size * tm[3] * cm[3]), text.strip()))

    page_.extract_text(visitor_text=visit)
    return runs


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


# ---------------------------------------------------------------- the PDF


def test_the_booklet_is_tagged_pdf_ua_1(folder):
    report = page.validate_pdf(str(folder / "booklet.pdf"), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_every_font_is_ours_embedded_and_subset(pdf):
    names = set()
    for sheet in pdf.pages:
        for font in sheet["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            names.add(str(font.get_object()["/BaseFont"]))
    assert names
    assert all(re.match(r"/[A-Z]{6}\+Milebook-", name) for name in names), names


def test_pages_are_half_of_the_profiles_sheet(folder, pdf):
    wanted = {"a4": (148, 210), "letter": (139.7, 215.9)}[load().profiles[folder.name].sheet]
    for sheet in pdf.pages:
        size = (float(sheet.mediabox.width) / POINTS_PER_MM, float(sheet.mediabox.height) / POINTS_PER_MM)
        assert size == pytest.approx(wanted, abs=0.1)


def test_no_text_is_under_eight_points_and_none_leaves_the_margins(pdf, runs):
    for number, (sheet, found) in enumerate(zip(pdf.pages, runs, strict=True), 1):
        for x, y, size, text in found:
            assert size >= 7.99, (number, size, text)
            assert x >= 11.5 * POINTS_PER_MM, (number, text)
            assert 3 * POINTS_PER_MM <= y <= float(sheet.mediabox.height) - 6 * POINTS_PER_MM, (number, text)


def test_no_page_is_less_than_a_third_used(pdf, runs):
    for number, (sheet, found) in enumerate(zip(pdf.pages, runs, strict=True), 1):
        height = float(sheet.mediabox.height)
        lowest = min(y for _, y, _, _ in found if y > 13 * POINTS_PER_MM)
        assert (height - lowest) / height > 0.4, number


def test_each_week_has_one_page_and_no_table_is_cut_in_two(folder, texts):
    weeks = max(session["week"] for session in plan_of(folder)["sessions"]) - 1  # the last are the days after the race
    for week in range(1, weeks + 1):
        holding = [text for text in texts if f"Week {week} of {weeks}" in text]
        assert len(holding) == 1
        assert all(day in holding[0] for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def test_contents_name_the_page_each_section_begins_on(texts):
    numbers, titles = re.fullmatch(r"([\d\n]+)\nContents\n(.*)\nContents\n2", texts[1], re.DOTALL).groups()
    listed = list(zip(titles.splitlines(), numbers.splitlines(), strict=True))
    assert len(listed) > 15
    for title, number in listed:
        head = " ".join(re.sub(r"^Week \d+: ", "", title).split()[:2])
        assert head in " ".join(texts[int(number) - 1].split()), (title, number)


def test_bookmarks_lead_to_the_weeks_and_the_checklists(pdf):
    titles = [str(entry["/Title"]) for entry in pdf.outline if not isinstance(entry, list)]
    assert {"Contents", "Your paces", "Race-day lap card", "Strides", "Warm-up", "Sources"} <= set(titles)


def test_headings_are_not_left_alone_at_the_foot_of_a_page(runs):
    for number, found in enumerate(runs[1:], 2):
        lowest = min((run for run in found if run[1] > 14 * POINTS_PER_MM), key=lambda run: run[1])
        assert lowest[2] < 12.9 or lowest[3] == "What I learned", (number, lowest)  # lines to write on follow that one


def test_tick_boxes_are_drawn_and_no_emoji_is_used(pdf, texts):
    assert not any(re.search("[\u2610-\u2612\u2705\U0001f300-\U0001faff\ufffd]", text) for text in texts)
    strides = next(n for n, text in enumerate(texts) if "How to do each one" in text and "When not to" in text)
    operators = [operator for _, operator in ContentStream(pdf.pages[strides].get_contents(), pdf).operations]
    assert operators.count(b"re") > 15


def test_the_booklets_text_is_as_reviewed(folder, texts, golden):
    pages = ("\n".join(line.rstrip() for line in text.splitlines()) for text in texts)
    golden(f"{folder.name}.pdf.txt", "\n\f\n".join(pages) + "\n")


WIDE = """\
name: Wilhelmina Oberammergauerstrasse-Featherstonehaugh the Third
level: {level}
result: {{distance: 5 km, time: "{time}"}}
race: {{name: "The Saint-Germain-en-Laye Association Road Mile Championship", date: 2027-07-01, surface: road}}
days: {days}
units: {units}
"""


def test_long_names_and_full_weeks_break_no_page(tmp_path):
    profiles = tmp_path / "content" / "profiles"
    profiles.mkdir(parents=True)
    (profiles / "full.yaml").write_text(WIDE.format(level="advanced", time="18:30", days=7, units="metric"))
    (profiles / "slow.yaml").write_text(WIDE.format(level="beginner", time="63:00", days=7, units="imperial"))
    request = pipeline.Request(TODAY, content=tmp_path / "content", out=tmp_path / "out", strict=True)
    pipeline.build(request, lambda *told: None)
    for key in ("full", "slow"):
        path = tmp_path / "out" / key / "booklet.pdf"
        test_no_page_is_less_than_a_third_used(read_pdf(path), read_runs(path))
        test_each_week_has_one_page_and_no_table_is_cut_in_two(path.parent, read_texts(path))
        test_no_text_is_under_eight_points_and_none_leaves_the_margins(read_pdf(path), read_runs(path))


# ---------------------------------------------------------------- the page


def test_the_pages_text_is_as_reviewed(folder, golden):
    golden(f"{folder.name}.html.txt", "\n".join(read_html(folder / "index.html").text) + "\n")


def test_links_are_relative_and_lead_somewhere(built):
    for path in built.rglob("*.html"):
        reader = read_html(path)
        assert len(reader.ids) == len(set(reader.ids)), path
        for link in reader.links:
            if link.startswith("#"):
                assert link[1:] in reader.ids, (path, link)
            else:
                assert not re.match(r"[a-z]+:|/", link), (path, link)
                assert (path.parent / link).is_file(), (path, link)


def test_the_start_page_lists_every_profile(built):
    links = read_html(built / "index.html").links
    assert {f"{key}/index.html" for key in PROFILES} <= set(links)
    assert {f"{key}/booklet.pdf" for key in PROFILES} <= set(links)


# ---------------------------------------------------------------- plan.json and plan.csv


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
        assert step["target_seconds"] == pytest.approx(
            plan["mile_seconds"] * step["metres"] / METRES_PER_MILE, rel=1e-12
        )
        assert step["target_low_seconds"] < step["target_seconds"] < step["target_high_seconds"]


def test_plan_csv_has_a_line_for_each_day_and_no_formula(folder):
    rows = list(csv.DictReader(io.StringIO((folder / "plan.csv").read_text("utf-8-sig"))))
    assert [row["date"] for row in rows] == [session["date"] for session in plan_of(folder)["sessions"]]
    assert not any(value[:1] in "=+-@" for row in rows for value in row.values() if value)


def test_nothing_is_rewritten_when_nothing_changed(built):
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file() and path.name != "lock"}
    request = pipeline.Request(TODAY + timedelta(days=9), profiles=("beginner",), out=built)
    assert pipeline.build(request, lambda *told: None).changed == ()
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_the_print_engine_reads_nothing_but_the_assets(tmp_path):
    from milebook.loader import bundled
    from milebook.press import BASE_URL, find_asset

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
    from milebook.loader import bundled
    from milebook.press import print_pdf

    secret = tmp_path / "secret.css"
    secret.write_text("body::before { content: 'secret' }")
    html = f'<html lang="en"><title>x</title><link rel="stylesheet" href="{secret.as_uri()}"><p>hello</p></html>'
    printed = print_pdf(html, (bundled("templates"),))
    assert any("secret.css" in warning for warning in printed.warnings)
    assert "secret" not in PdfReader(io.BytesIO(printed.data)).pages[0].extract_text()
