"""A stamped booklet is the booklet that a full layout makes; what cannot be stamped is never stamped."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from functools import cache

import page
import pypdfium2
import pytest
from pypdf import PdfReader
from test_booklet import RENDERER, view_of
from test_booklet import page as html_of

from milebook import forms, press
from milebook.formmaker import Booklets, make
from milebook.forms import UnusableFormError
from milebook.stamp import Stamper
from milebook.typesetting import Unstampable, may_break

FIRST = {"name": "Ada"}
METRIC = {"level": "intermediate", "days": ["tue", "wed", "thu", "sat", "sun"], "units": "metric", "paper": "a4"}
ALIKE = [  # the same plan, level, days, units, paper and weekday of the race as FIRST, and no line more or less
    {"name": "Bo", "result": {"distance": "mile", "time": "7:02.3"}},
    {"name": "Zoë Šimůnková", "result": {"distance": "1600 m", "time": "7:44"}},
    {"name": "O\u2019Brien", "result": {"distance": "5 km", "time": "26:10"}},
    {"name": "Jean-Luc", "race": {"name": "Fifth Avenue Mile", "date": "2027-07-03"}},
    {"name": "Fiona Affleck (1999)", "race": {"name": "A <b> & (c)", "date": "2027-10-30"}},
]
OTHER = [
    {"result": {"distance": "mile", "time": "4:41"}},
    {"result": {"distance": "5 km", "time": "21:59"}, "name": "Bo"},
]


@cache
def form_of(*, metric=False):
    made = make(html_of(view_of(**FIRST, **(METRIC if metric else {}))), RENDERER.folders)
    return forms.load(forms.dump(made))


def stamped(form, **changes):
    return Stamper(form).stamp(forms.read(html_of(view_of(**changes))))


def laid_out(**changes):
    return press.print_pdf(html_of(view_of(**changes)), RENDERER.folders).data


def words(data):
    """(page, text, left, bottom) of every word."""
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


def assert_same_booklet(one, other):
    ours, theirs = words(one), words(other)
    assert [word[:2] for word in ours] == [word[:2] for word in theirs]
    assert (
        max(abs(a - b) for mine, its in zip(ours, theirs, strict=True) for a, b in zip(mine[2:], its[2:], strict=True))
        < 0.1
    )
    mine, its = PdfReader(io.BytesIO(one)), PdfReader(io.BytesIO(other))
    assert outline(mine) == outline(its)
    assert links(mine) == links(its)
    assert mine.metadata == its.metadata
    assert mine.xmp_metadata.dc_title == its.xmp_metadata.dc_title
    assert pictures(mine) == pictures(its)


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


def pictures(reader):
    """What the tags say of each picture."""
    found, stack = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        thing = stack.pop().get_object()
        if isinstance(thing, list):
            stack += thing[::-1]
        elif isinstance(thing, dict):
            found += [str(thing["/Alt"])] if "/Alt" in thing else []
            stack += [thing["/K"]] if "/K" in thing else []
    return found


# ---------------------------------------------------------------- the same booklet


def test_every_value_of_the_shipped_booklet_can_be_stamped():
    assert form_of().fixed == ()
    assert form_of(metric=True).fixed == ()


@pytest.mark.parametrize("changes", ALIKE, ids=lambda changes: changes["name"])
def test_a_stamped_booklet_is_the_one_a_full_layout_makes(changes, tmp_path):
    data = stamped(form_of(), **changes)
    assert_same_booklet(data, laid_out(**changes))
    (tmp_path / "booklet.pdf").write_bytes(data)
    report = page.validate_pdf(str(tmp_path / "booklet.pdf"), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.mark.parametrize("changes", OTHER, ids=["fast", "5 km"])
def test_other_levels_days_and_units_are_forms_of_their_own(changes):
    assert_same_booklet(stamped(form_of(metric=True), **METRIC, **changes), laid_out(**METRIC, **changes))


def test_a_forms_own_values_give_its_own_booklet():
    assert_same_booklet(stamped(form_of(), **FIRST), laid_out(**FIRST))


def test_the_same_values_give_the_same_bytes():
    assert stamped(form_of(), **ALIKE[0]) == stamped(form_of(), **ALIKE[0])


# ---------------------------------------------------------------- what cannot be stamped


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"weeks": 7}, "differ outside"),
        ({"units": "metric"}, "differ outside"),
        ({"race": {"name": "Club mile", "date": "2027-06-13"}}, "differ outside"),
        ({"name": "Владимир"}, "letters"),
        ({"name": "محمد"}, "letters"),
        ({"name": "山田"}, "letters"),
        ({"name": "Ze\u0301"}, "letters"),
        ({"name": "Soft\u00adhyphen"}, "letters"),
        ({"name": "Wilhelmina Oberammergauerstrasse-Featherstonehaugh the Third"}, "differ outside"),
        ({"name": "Wilhelmina Wm. Wommmmmmmmmmmmmmmm"}, "wider"),
        ({"result": {"distance": "mile", "time": "17:30"}}, "wider"),
        ({"result": {"distance": "mile", "time": "5:02"}}, "fewer"),
    ],
)
def test_what_does_not_fit_is_refused(changes, reason):
    with pytest.raises(Unstampable, match=reason):
        stamped(form_of(), **changes)


def test_a_value_too_few_or_empty_is_refused():
    form = form_of()
    for values in (form.values[:-1], ("", *form.values[1:]), (f"{form.values[0]} ", *form.values[1:])):
        with pytest.raises(Unstampable):
            Stamper(form).fill(values)


def test_a_runner_whom_no_form_fits_gets_one_and_the_next_such_runner_uses_it():
    booklets = Booklets(RENDERER.folders, [form_of()])
    slow = [
        {"name": name, "result": {"distance": "mile", "time": time}}
        for name, time in (("Al", "17:30"), ("Bo", "16:59"))
    ]
    first, second = (booklets.print(html_of(view_of(**changes))) for changes in slow)
    assert first.made is not None
    assert "wider" in first.reason
    assert second.made is None, second.reason
    for printed, changes in zip((first, second), slow, strict=True):
        assert_same_booklet(printed.data, laid_out(**changes))


def test_names_in_other_scripts_are_laid_out_in_full(caplog):
    printed = Booklets(RENDERER.folders, [form_of()]).print(html_of(view_of(name="Владимир")))
    assert printed.made is not None
    assert_same_booklet(printed.data, laid_out(name="Владимир"))


SMALL = """<html lang="en"><head><title>t</title><style>
@page {{ size: 400px 300px; margin: 20px }}
body {{ font: 16px "Milebook Text"; width: 300px }}
{css}</style><link rel="stylesheet" href="assets/print.css"></head><body>{body}</body></html>"""


def small(body, css, value):
    return SMALL.format(css=css, body=body.format(f'<span class="field field-time">{value}</span>'))


@pytest.mark.parametrize(
    ("body", "css"),
    [
        ("<p><b>{} min</b> to go</p>", "b {{ border: 1px solid }}"),
        ('<p><a href="#x">{} min</a> to go</p><p id="x">x</p>', ""),
        ("<table><tr><td>{}</td><td>min</td></tr></table>", "table {{ table-layout: auto; width: auto }}"),
        ("<div><p>{}</p><p>min</p></div>", "div {{ display: flex }}"),
        ("<p><i>{}</i> min</p>", "i {{ display: inline-block }}"),
        ("<p>{} min</p>", "p {{ letter-spacing: 1px }}"),
        ("<p>{} min</p>", "p {{ text-indent: 9px }}"),
        ("<p>{} min</p>", "p {{ text-align: justify }}"),
        ("<p>{} min</p>", "p {{ text-transform: uppercase }}"),
        ("<p><u>{} min</u></p>", "u {{ text-decoration: underline }}"),
        ("<p><sup>{}</sup> min</p>", "sup {{ vertical-align: super }}"),
        ("<h2>{} min</h2>", "@page {{ @top-left {{ content: string(running) }} }}"),
        (
            "<p style='height: 200px'>x</p><p>a<br>{} min<br>" + "a<br>" * 15 + "</p>",
            "",
        ),
        ("<p>{} min <i>a</i> x</p>", "i {{ background: #eee }}"),
    ],
)
def test_a_value_whose_surroundings_would_move_is_refused_or_moved_right(body, css):
    form = make(small(body, css.replace("{{", "{").replace("}}", "}"), "9:59"), RENDERER.folders)
    for value in ("9:58", "10:00.0"):
        html = small(body, css.replace("{{", "{").replace("}}", "}"), value)
        try:
            data = Stamper(form).stamp(forms.read(html))
        except Unstampable:
            continue
        assert_same_words(data, press.print_pdf(html, RENDERER.folders).data)


def assert_same_words(one, other):
    ours, theirs = words(one), words(other)
    assert [word[:2] for word in ours] == [word[:2] for word in theirs]
    assert all(
        abs(a - b) < 0.1 for mine, its in zip(ours, theirs, strict=True) for a, b in zip(mine[2:], its[2:], strict=True)
    )


@pytest.mark.parametrize("width", range(150, 320, 10))
def test_lines_break_where_the_engine_breaks_them(width):
    body = "<p>Run {} s at mile pace, then jog back to the line <b>and wait</b> for (the) others.</p>"
    css = f"p {{ width: {width}px }} .field {{ white-space: normal }}"
    form = make(small(body, css, "59.8"), RENDERER.folders)
    for value in ("1", "62", "1:02.5", "1:02.5 or a bit more"):
        html = small(body, css, value)
        try:
            data = Stamper(form).stamp(forms.read(html))
        except Unstampable:
            continue
        assert_same_words(data, press.print_pdf(html, RENDERER.folders).data)


def test_what_we_hold_for_a_line_break_is_one_for_the_engine():
    from weasyprint.text.line_break import get_log_attrs

    letters = "aZ1é .,:;!?'\u2019\"()-/%&\u00a0\u2013\u00d7"
    for text in (f"{x}{y}{z}a" for x in letters for y in letters for z in letters if y != " " or x != " "):
        told = may_break(text[:2], text[2])
        if told is not None and "  " not in text and not text.startswith(" "):
            assert bool(get_log_attrs(text, "en")[2].is_line_break) == told, text


# ---------------------------------------------------------------- forms as files


def test_a_kept_form_is_the_form():
    form = form_of()
    assert forms.load(forms.dump(form)) == form
    for spoilt in (b"", b"x", forms.dump(form)[:-9], b"x\x9c" + forms.dump(form)):
        with pytest.raises(UnusableFormError):
            forms.load(spoilt)


def test_a_form_is_kept_under_another_name_when_a_style_changes(tmp_path):
    sheet = forms.read(html_of(view_of()))
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "print.css").write_text("p { color: red }")
    assert forms.key_of(sheet, RENDERER.folders) == forms.key_of(sheet, RENDERER.folders)
    assert forms.key_of(sheet, RENDERER.folders) != forms.key_of(sheet, (tmp_path, *RENDERER.folders))


STAMP_ALONE = """
import sys
from milebook import forms, stamp
form = forms.load(open(sys.argv[1], "rb").read())
stamp.Stamper(form).fill(form.values)
assert "weasyprint" not in sys.modules and "fontTools" not in sys.modules
"""


def test_a_kept_form_is_stamped_without_the_print_engine(tmp_path):
    kept = tmp_path / "form"
    kept.write_bytes(forms.dump(form_of()))
    subprocess.run([sys.executable, "-c", STAMP_ALONE, kept], check=True, timeout=30)


def test_stamping_takes_a_small_part_of_a_layouts_time():
    sheets = [forms.read(html_of(view_of(**changes))) for changes in ALIKE]
    stamper = Stamper(form_of())
    stamper.stamp(sheets[0])
    begun = time.perf_counter()
    for sheet in sheets:
        stamper.stamp(sheet)
    assert (time.perf_counter() - begun) / len(sheets) < 0.1  # seconds; a layout takes about two
