"""Sheets to hold at the track: a place for each evening, everybody's own times, the fastest first, nobody lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pdfs
import pytest
from common import CONTENT, TODAY
from hypothesis import given
from hypothesis import strategies as st

from milebook.booklet import composition, fields, session_text, track_pages, track_sheets
from milebook.booklet.track_pages import HEIGHTS, SLACK, Block, Evening, GroupTitle, Part, Row, fill_pages
from milebook.booklet.track_sheets import Member
from milebook.content.loader import load, search_path
from milebook.content.models import Profile
from milebook.pages.renderer import Renderer
from milebook.printing import engine
from milebook.roster import file_names, reader
from milebook.training import planning

LIBRARY = load()
FOLDERS = search_path("templates", None)
BRAND = composition.compose_brand(LIBRARY)
BASE = {"level": "intermediate", "race": {"name": "Mile", "date": "2027-06-12"}, "days": 4, "plan": "mile"}
UNDATED = {"name": "Mile"}
TITLE = GroupTitle("Group A, milebook")


def member(name, time, key="", number="", **changes):
    profile = Profile.model_validate(BASE | {"name": name, "result": {"distance": "mile", "time": time}} | changes)
    schedule = planning.plan_profile(LIBRARY, profile, TODAY)[1]
    return Member(name, key or file_names.slug(name), profile.race.name, schedule, number)


def sheets(*members, paper="a4"):
    return track_sheets.compose("Group A", members, paper, BRAND, "en")


def evenings(*members):
    return [evening for page in sheets(*members).pages for evening in page]


def names(block):
    return [row.name for row in block.parts[0].rows]


def html(made):
    return Renderer(FOLDERS).render("group.html.j2", {"sheets": made})


def first_days(each, count):
    """A runner whose plan has a few days only."""
    week = each.schedule.weeks[0]
    return replace(each, schedule=replace(each.schedule, weeks=(replace(week, sessions=week.sessions[:count]),)))


# ---------------------------------------------------------------- evenings


def test_everybody_is_under_every_session_of_the_season_the_fastest_first():
    found = evenings(member("Slow", "7:30"), member("Fast", "5:10"), member("Middle", "6:00"))
    assert len(found) >= 12
    assert all(names(block) == ["Fast", "Middle", "Slow"] for evening in found for block in evening.blocks)


def test_an_evening_says_weekday_day_and_month_and_the_week_where_all_share_it():
    found = evenings(member("Ada", "5:40"), member("Bo", "6:10"))
    assert (found[0].day, found[0].week) == ("Tuesday 20\xa0Apr", "Week\xa01 of\xa08")
    assert found[-1].day == "Saturday 12\xa0Jun"
    shorter = evenings(member("Ada", "5:40"), member("Bo", "6:10", weeks=6))
    assert {evening.week for evening in shorter if evening.count == 2} == {""}


def test_dates_have_their_year_where_the_sheets_of_a_group_are_of_two():
    found = evenings(member("Ada", "5:40", race={"name": "Mile", "date": "2027-02-06"}), member("Bo", "6:10"))
    assert {evening.day[-5:] for evening in found} == {"\xa02026", "\xa02027"}
    assert (found[0].day, found[-1].day) == ("Tuesday 15\xa0Dec\xa02026", "Saturday 12\xa0Jun\xa02027")


def test_runners_of_other_levels_days_and_races_meet_on_the_evening_they_share_each_under_their_session():
    ada, bo = member("Ada", "5:40"), member("Bo", "6:40", level="beginner", days=["tue", "thu", "sun"])
    cy = member("Cy", "4:50", level="advanced", race={"name": "Mile", "date": "2027-06-05"})
    found = evenings(ada, bo, cy)
    together = [evening for evening in found if len(evening.blocks) > 1 and evening.count == 3]
    assert together
    trained = {day for each in (ada, bo, cy) for day, timed in days_of(each).items() if timed}
    assert [evening.day for evening in found] == [
        f"{day:%A} {fields.day(day)}" for day in sorted(trained)
    ]  # each day once, in their order


def days_of(each):
    """The days a runner trains, and whether there is something to time."""
    return {
        session.day: any(step.kind in session_text.HARD for step in session.steps)
        for session in each.schedule.sessions
        if session.steps and session.week
    }


def test_whoever_trains_that_evening_is_on_its_sheet_who_runs_easily_by_name():
    members = member("Ada", "5:40"), member("Bo", "6:40", level="beginner", days=3), member("Cy", "4:50", days=6)
    found = {evening.day: evening for evening in evenings(*members)}
    assert any(evening.others for evening in found.values())
    for day in {day for each in members for day, timed in days_of(each).items() if timed}:
        evening = found[f"{day:%A} {fields.day(day)}"]
        shown = [*(name for block in evening.blocks for name in names(block)), *(who for _, who in evening.others)]
        wanted = {each.name for each in members if day in days_of(each)}
        assert set(", ".join(shown).split(", ")) == wanted
        assert evening.count == len(wanted)


def test_a_session_in_another_distance_is_a_block_of_its_own():
    blocks = [
        block
        for evening in evenings(member("Ada", "5:40"), member("Bo", "6:40", level="beginner"))
        for block in evening.blocks
    ]
    mile_pace = {
        block.parts[0].what.split(" at ")[0][-5:] for block in blocks if block.title == "Mile-pace repetitions"
    }
    assert mile_pace == {"200\xa0m", "400\xa0m"}


def test_each_part_of_a_session_has_its_rest_and_a_box_for_each_repetition():
    blocks = [block for evening in evenings(member("Ada", "5:40")) for block in evening.blocks]
    fast = next(block for block in blocks if block.title == "Mile pace and fast 100s")
    assert [part.what for part in fast.parts] == [
        "6\xa0×\xa0200\xa0m at mile pace, jog\xa060–90\xa0s, never shorter than the repetition",
        "4\xa0×\xa0100\xa0m fast, walk\xa02–3\xa0min",
    ]
    assert [part.rows[0].boxes for part in fast.parts] == [6, 4]
    assert (fast.kind_name, fast.purpose) == ("Speed", "short and fast, with rests between")


def test_the_times_are_those_of_the_runners_own_plan():
    ada = member("Ada", "5:47.3")
    rows = {(evening.day, block.title): block.parts for evening in evenings(ada) for block in evening.blocks}
    checked = 0
    for session in ada.schedule.sessions:
        for part, step in zip(
            rows.get((session.day and f"{session.day:%A} {fields.day(session.day)}", session.title), ()),
            [step for step in session.steps if step.kind in session_text.HARD],
            strict=False,
        ):
            if step.target and not step.uphill and step.metres < 1600:
                row = part.rows[0]
                assert row.time == fields.rep_time(step.target).text
                lap = fields.rep_time(step.pace.low.over(400)).text
                assert row.more.endswith(
                    f"lap\xa0{lap}" if step.metres > 400 else fields.time_range(step.target_range).text
                )
                checked += 1
    assert checked >= 6


def test_a_race_has_its_own_name():
    last = evenings(member("Ada", "5:40", race={"name": "Town mile <3", "date": "2027-06-12"}), member("Bo", "6:10"))[
        -1
    ]
    assert [block.race for block in last.blocks] == ["Town mile <3", "Mile"]
    assert "Town mile &lt;3" in html(sheets(member("Ada", "5:40", race={"name": "Town mile <3", "date": "2027-06-12"})))


def test_plans_without_a_date_meet_by_week_and_weekday_behind_those_with_one():
    found = evenings(member("Ada", "5:40", race=UNDATED), member("Bo", "5:50", race=UNDATED), member("Cy", "6:00"))
    undated = [evening for evening in found if evening.day.startswith("Week")]
    assert found[-len(undated) :] == undated
    assert undated[0].day == "Week\xa01, Tuesday"
    assert all(evening.count == 2 for evening in undated)


def test_plans_without_a_date_begin_a_page_with_a_heading_behind_those_with_one(tmp_path):
    ada, bo = first_days(member("Ada", "5:40", race=UNDATED), 3), first_days(member("Bo", "5:50"), 3)
    both, alone = sheets(ada, bo), sheets(ada)
    assert [[one.section for one in page] for page in both.pages] == [[""], ["Without a race date"]]
    assert [[one.section for one in page] for page in alone.pages] == [[""]]
    pdf = tmp_path / "group.pdf"
    pdf.write_bytes(engine.print_pdf(html(both), FOLDERS).data)
    page = pdfs.read(pdf)[-1]
    assert page.has("Without a race date Week 1, Tuesday", "Group A, milebook, page 2")


def test_two_of_one_name_are_told_apart():
    found = evenings(member("Anna", "5:40", "anna"), member("Anna", "6:00", "anna-2"), member("Bea", "6:10"))
    assert names(found[0].blocks[0]) == ["Anna (anna)", "Anna (anna-2)", "Bea"]


def test_an_id_stands_before_the_name_and_tells_two_of_one_name_apart():
    (first, *_) = evenings(
        member("Ann Bold", "5:40", number="102"),
        member("John Smith", "5:50", "john-smith-14", number="#14"),
        member("John Smith", "6:00", "john-smith-15", number="15"),
        member("Ida", "6:10", number="2f9c1a77-6c1e-4b0e"),  # of a list of members, and no number to call
    )
    assert names(first.blocks[0]) == ["#102 Ann Bold", "#14 John Smith", "#15 John Smith", "Ida"]


def test_who_runs_easily_is_named_with_the_id():
    members = member("Ada", "5:40"), member("Bo", "6:40", level="beginner", days=3), member("Cy", "4:50", days=6)
    found = evenings(*[replace(each, id=str(number)) for number, each in enumerate(members)])
    assert {who for evening in found for _, who in evening.others} <= {"#0 Ada", "#1 Bo", "#2 Cy", "#0 Ada, #2 Cy"}
    assert any(evening.others for evening in found)


def test_a_rosters_column_of_bib_numbers_comes_to_the_sheets(tmp_path):
    (tmp_path / "club.csv").write_text("Name,Bib,5k time\nAnn Bold,102,24:10\nBea Cole,,25:10\n", encoding="utf-8")
    found = reader.read(tmp_path / "club.csv", LIBRARY.profiles["beginner"], lambda profile: None).athletes
    assert [each.id for each in found] == ["102", ""]


@pytest.mark.parametrize(
    ("name", "number", "shown"),
    [
        ("李小龙", "", "runner-1a2b"),
        ("李小龙", "7", "#7"),
        ("Bo 李", "", "Bo (runner-1a2b)"),
        ("Bo 李", "7", "#7 Bo"),
        ("Bo (李)", "7", "#7 Bo ()"),
        ("李-小", "李7", "runner-1a2b"),
        ("Bo", "7", "#7 Bo"),
    ],
)
def test_where_no_font_has_the_letters_the_id_or_the_files_name_tells_who_it_is(name, number, shown):
    made = track_sheets.spell(Member(name, "runner-1a2b", "李", None, number), frozenset("李小龙"))
    assert (made.label, made.race) == (shown, "")


def test_a_ladder_of_single_repetitions_is_one_line_for_each_runner():
    ada = member("Ada", "5:40")
    rep = next(step for session in ada.schedule.sessions for step in session.steps if step.metres == 400)
    ladder = tuple(replace(rep, reps=1, metres=metres, target=metres * 0.2) for metres in (400.0, 300.0, 200.0))
    week = ada.schedule.weeks[0]
    session = replace(next(s for s in week.sessions if s.kind == "speed"), steps=ladder)
    plan = replace(ada.schedule, weeks=(replace(week, sessions=(session,)),))
    ((part,),) = (block.parts for evening in evenings(replace(ada, schedule=plan)) for block in evening.blocks)
    assert part.what == "400\xa0m, 300\xa0m, 200\xa0m at mile pace, jog\xa0400\xa0m"
    assert [(row.time, row.boxes) for row in part.rows] == [("1:20.0  1:00.0  40.0\xa0s", 3)]


# ---------------------------------------------------------------- pages


def evening(count, number=1, name="Ada"):
    rows = tuple(Row(f"{name} {n}", "41.5\xa0s", "", 6) for n in range(count))
    block = Block("200s", "", "speed", "Speed", "fast", (Part("200 m", rows),))
    return Evening(f"Day {number}", "", count, (block,), (("Easy run", "Bo, Cy"),))


def test_several_evenings_share_a_page_and_none_is_torn():
    pages = fill_pages(TITLE, [evening(10, number) for number in range(5)], "a4")
    assert [[one.day[-1] for one in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]
    assert not any(one.is_continued for page in pages for one in page)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("count", [30, 60, 300])
def test_an_evening_larger_than_a_page_goes_on_under_its_heading_and_nobody_is_lost(count, paper):
    pages = fill_pages(TITLE, [evening(2), evening(count, 2), evening(2, 3)], paper)
    pieces = [one for page in pages for one in page if one.day == "Day 2"]
    assert [one.is_continued for one in pieces] == [False, *[True] * (len(pieces) - 1)]
    rows = [row for one in pieces for block in one.blocks for row in names(block)]
    assert rows == [f"Ada {n}" for n in range(count)]
    assert [bool(one.others) for one in pieces] == [*[False] * (len(pieces) - 1), True]
    assert all(sum(one.height for one in page) <= HEIGHTS[paper] - SLACK for page in pages)


@pytest.mark.parametrize(
    ("group", "text", "is_small"),
    [
        ("Group A", "Group A, Milers of the Hill", False),
        ("Group Tuesdays at the old stadium behind the woods then in pairs", None, False),
        ("Group " + "W" * 60, None, True),
    ],
)
def test_a_groups_heading_takes_two_lines_at_most_and_says_all_of_its_name(group, text, is_small):
    title = GroupTitle.of(
        group, "Milers of the Hill" if text else "Milers of the Hill and of all the valleys around it"
    )
    assert (title.words, title.is_small) == (text or group, is_small)
    assert title.height <= 2 * 9.4


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_longest_heading_leaves_the_first_page_whole(paper, tmp_path):
    many = [first_days(member(f"Runner {n}", f"5:{n + 10}"), 3) for n in range(32)]
    made = track_sheets.compose("Group " + "W" * 60, many, paper, BRAND, "en")
    pdf = tmp_path / "group.pdf"
    pdf.write_bytes(engine.print_pdf(html(made), FOLDERS).data)
    pages = pdfs.read(pdf)
    assert len(pages) == len(made.pages)
    assert max(word.size for word in pages[0].words if "WWW" in word.text) == 15
    for count in range(20, 40):
        one = evening(count)
        first, *_ = fill_pages(made.title, [one], paper)
        assert made.title.height + sum(each.height for each in first) <= HEIGHTS[paper] - SLACK


@pytest.mark.parametrize("others", [(), (("Easy run", "Bo, Cy"),)])
def test_nobody_is_alone_on_a_continued_page(others):
    for count in range(20, 80):
        one = replace(evening(count), others=others)
        pages = fill_pages(TITLE, [one], "a4")
        rows = [[row for each in page for block in each.blocks for row in names(block)] for page in pages]
        assert 1 not in map(len, rows), count
        assert [row for page in rows for row in page] == [f"Ada {n}" for n in range(count)]


@given(st.integers(1, 90), st.integers(0, 300), st.sampled_from(["a4", "letter"]))
def test_a_continued_page_has_runners_with_times_above_those_who_run_easily(count, easy, paper):
    others = (("Easy run", ", ".join(f"Bo Berg {number}" for number in range(easy))),) if easy else ()
    one = replace(evening(count, 2), others=others)
    pages = fill_pages(TITLE, [evening(2), one], paper)
    pieces = [piece for page in pages for piece in page if piece.day == one.day]
    rows = [[row for block in piece.blocks for row in names(block)] for piece in pieces]
    assert [row for several in rows for row in several] == [f"Ada {n}" for n in range(count)]
    assert all(sum(piece.height for piece in page) <= HEIGHTS[paper] - SLACK for page in pages)
    assert all(rows)
    assert not pieces[1:] or 1 not in map(len, rows)
    assert [bool(piece.others) for piece in pieces] == [*[False] * (len(pieces) - 1), bool(easy)]


def test_whoever_would_be_alone_in_a_block_gets_company_from_the_block_before():
    (block,) = evening(30).blocks
    for count in range(25, 36):
        several = replace(evening(1), blocks=(replace(block, parts=evening(count).blocks[0].parts), *evening(1).blocks))
        *_, last = [one for page in fill_pages(TITLE, [several], "a4") for one in page]
        assert sum(len(names(each)) for each in last.blocks) != 1, count


@pytest.mark.parametrize("count", [5, 300])
def test_a_section_begins_a_page_and_its_heading_comes_once(count):
    pages = fill_pages(TITLE, [evening(2), replace(evening(count, 2), section="Others"), evening(2, 3)], "a4")
    assert [one.section for page in pages for one in page if one.section] == ["Others"]
    assert pages[1][0].section
    assert all(sum(one.height + 9.4 * bool(one.section) for one in page) <= HEIGHTS["a4"] for page in pages)


@pytest.mark.parametrize(
    ("name", "lines", "small"),
    [
        ("Ada Able", ("Ada Able",), False),
        ("Maximilian Oberammergauer Jr.", ("Maximilian Oberammergauer Jr.",), True),
        ("#102 Maximilian Oberammergauer Jr.", ("#102 Maximilian", "Oberammergauer Jr."), False),
        ("Anna-Maria Magdalena-Oberammergauer", ("Anna-Maria Magdalena-", "Oberammergauer"), False),
        ("W" * 60, ("W" * 17, "W" * 17, "W" * 17, "W" * 9), False),
        ("李" * 8, ("李" * 8,), False),
    ],
)
def test_a_long_name_is_set_a_little_smaller_or_in_lines_beside_its_time(name, lines, small):
    row = Row(name, "41.5\xa0s", "×\xa06  40.7–42.3\xa0s", 6)
    assert (row.lines, row.is_small, row.is_wide) == (lines, small, False)
    assert row.height == pytest.approx(max(7.2, 4.3 * len(lines) + 1.4))


def test_long_names_leave_the_figures_as_large_as_all_and_in_their_column(tmp_path):
    long = "Ada Able", "Maximilian Oberammergauer Jr.", "Wilhelmina Oberammergauer-Featherstonehaugh III", "W" * 60
    pdf = tmp_path / "group.pdf"
    made = sheets(*[first_days(member(name, f"5:4{n}"), 5) for n, name in enumerate(long)])
    pdf.write_bytes(engine.print_pdf(html(made), FOLDERS).data)
    words = [word for page in pdfs.read(pdf) for word in page.words]
    times = [word for word in words if word.size > 14 and re.fullmatch(r"[\d:.]+", word.text) and word.box.left > 60]
    assert {round(word.box.left - 71) for word in times} == {0}
    assert len(times) % len(long) == 0
    assert [round(word.size, 1) for word in words if word.text == "lap"] == [12.0] * len(long)
    named = {name.split()[0] for name in long[:3]} | {"W" * 17}
    assert {word.text for word in words if word.size > 10.9} >= named


@pytest.mark.parametrize("boxes", [1, 4, 8, 12, 15, 16, 25, 50])
def test_boxes_never_leave_the_page_and_many_get_a_line_of_their_own(boxes):
    row = Row("Ada", "41.5\xa0s", "", boxes)
    left = 58 + 48 * (not row.is_wide)
    assert left + row.box_width * boxes <= track_pages.WIDTH + 0.01
    assert row.box_width >= (5 if boxes <= 15 else 2.5)


# ---------------------------------------------------------------- as printed


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Sixty runners with names as odd as may be, on Letter, on the first four days of their plans."""
    found = reader.read(CONTENT / "athletes.csv", LIBRARY.profiles["beginner"], lambda profile: None).athletes
    members = []
    for each in found:
        schedule = planning.plan_profile(LIBRARY, each.profile, TODAY)[1]
        members.append(first_days(Member(each.profile.name, each.key, each.profile.race.name, schedule), 4))
    made = sheets(*members, paper="letter")
    pdf = tmp_path_factory.mktemp("group") / "group.pdf"
    pdf.write_bytes(engine.print_pdf(html(made), FOLDERS).data)
    return pdfs.read(pdf), members, made


def test_pages_are_printed_as_they_were_filled_and_no_name_is_lost(printed):
    pages, members, made = printed
    assert len(pages) == len(made.pages)
    text = squeezed(" ".join(word.text for page in pages for word in page.words))
    for each in members:
        if each.name.isascii():
            assert squeezed(each.name) in text
    for page, shown in zip(pages, made.pages, strict=True):
        continued = sum(one.is_continued for one in shown)
        assert sum(word.text == "continued" for word in page.words) == continued
        assert round(page.height) == 279


def test_the_figures_can_be_read_at_arms_length_and_nothing_leaves_the_page(printed):
    pages, members, _ = printed
    times = [word for page in pages for word in page.words if re.fullmatch(r"[\d:.]+\d", word.text) and word.size > 14]
    assert len(times) > len(members)
    for page in pages:
        assert all(word.box.left > 10 and word.box.right < page.width - 10 for word in page.words)
        assert all(word.size > 8.9 for word in page.words if re.search(r"\d", word.text))


def test_the_boxes_of_a_row_are_drawn_beside_it(tmp_path):
    ada = first_days(member("Ada", "5:40", days=["tue", "thu", "sat", "sun"]), 3)
    pdf = tmp_path / "group.pdf"
    pdf.write_bytes(engine.print_pdf(html(sheets(ada)), FOLDERS).data)
    (page,) = pdfs.read(pdf)
    time = next(word for word in page.words if word.size > 14 and re.fullmatch(r"\d+\.\d", word.text))
    (picture,) = pdfs.render(pdf, 254)  # ten dots to a millimetre
    middle = round(5 * (time.box.top + time.box.bottom))
    dark = [x for x in range(1100, 1900) if picture.getpixel((x, middle)) < 200]
    lines = [x / 10 for x in dark if x - 1 not in dark]
    assert lines == [pytest.approx(119.1 + 11 * n, abs=0.3) for n in range(7)]  # six boxes


def test_names_and_titles_of_others_are_shown_as_text():
    odd = "<b>Robert'); {{ 7*7 }}"
    page = html(sheets(member(odd, "5:40"), member("Bo", "6:40", level="beginner", days=["tue", "thu", "sun"])))
    assert "&lt;b&gt;Robert&#39;); {{ 7*7 }}" in page
    assert odd not in page


def squeezed(text):
    return re.sub(r"[\s\x02\u00ad\u2010\ufffe-]+", "", text)


@pytest.mark.parametrize(
    ("race", "what", "lap"),
    [
        ({"distance": "mile"}, "1\u00a0mile", "lap 1 1:16.3, then 1:14.6"),
        ({"distance": "1600 m"}, "1600\u00a0m", "lap\u00a01:14.5"),
        ({"distance": "1600 m", "track": "200 m"}, "1600\u00a0m", "lap\u00a037.3\u00a0s"),
        ({"distance": "1500 m", "surface": "road"}, "1500\u00a0m", "lap\u00a01:14.1"),
    ],
)
def test_a_race_has_its_distance_and_the_lap_of_its_own_track(race, what, lap):
    ann = member("Ann", "5:00", race={"name": "Final", "date": "2027-06-12", **race})
    (block,) = [block for evening in evenings(ann) for block in evening.blocks if block.kind == "race"]
    (part,) = block.parts
    assert part.what == what
    assert part.rows[0].more == lap
