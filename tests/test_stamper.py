"""A stamped booklet is the booklet that a full layout makes; what cannot be stamped is never stamped."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import zlib
from functools import cache

import page
import pytest
from common import one_and_the_rest
from hypothesis import given
from hypothesis import strategies as st
from stamps import FOLDERS, assert_same_booklet, assert_same_words, html_of, view_of

from milebook.printing import engine
from milebook.printing.stamping import masters
from milebook.printing.stamping.copyfitting import may_break
from milebook.printing.stamping.master_builder import make
from milebook.printing.stamping.masters import UnusableMasterError
from milebook.printing.stamping.shaping import Type, Unstampable
from milebook.printing.stamping.stamper import Stamper

FIRST = {"name": "Ada"}
METRIC = {"level": "intermediate", "days": ["tue", "wed", "thu", "sat", "sun"], "units": "metric", "paper": "a4"}
ALIKE = [  # the same plan, level, days, units, paper and weekday of the race as FIRST, and no line more or less
    {
        "name": "Zoë O\u2019Brien-Šimůnková",
        "result": {"distance": "mile", "time": "8:25"},
        "race": {"name": "Fifth Avenue Mile", "date": "2027-07-03"},
    },
    {
        "name": "Fiona Affleck (1999)",
        "result": {"distance": "1600 m", "time": "7:02.3"},
        "race": {"name": "A <b> & (c)", "date": "2027-10-30"},
    },
]
OTHER = [
    {"result": {"distance": "mile", "time": "7:10"}},
    {"result": {"distance": "5 km", "time": "24:59"}, "name": "Bo"},
]


@cache
def form_of(*, metric=False):
    made = make(html_of(view_of(**FIRST, **(METRIC if metric else {}))), FOLDERS)
    return masters.load(masters.dump(made))


def stamped(form, **changes):
    return Stamper(form).stamp(masters.read(html_of(view_of(**changes))))


def laid_out(**changes):
    return engine.print_pdf(html_of(view_of(**changes)), FOLDERS).data


# ---------------------------------------------------------------- the same booklet


def test_every_value_of_the_shipped_booklet_can_be_stamped():
    assert form_of().fixed == ()
    assert form_of(metric=True).fixed == ()


@pytest.mark.parametrize("changes", one_and_the_rest(ALIKE), ids=["a name in other letters", "a name with figures"])
def test_a_stamped_booklet_is_the_one_a_full_layout_makes(changes, tmp_path):
    data = stamped(form_of(), **changes)
    assert_same_booklet(data, laid_out(**changes))
    (tmp_path / "booklet.pdf").write_bytes(data)
    report = page.validate_pdf(str(tmp_path / "booklet.pdf"), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.mark.thorough
@pytest.mark.parametrize("changes", OTHER, ids=["mile", "5 km"])
def test_other_levels_days_and_units_are_forms_of_their_own(changes):
    assert_same_booklet(stamped(form_of(metric=True), **METRIC, **changes), laid_out(**METRIC, **changes))


def test_a_forms_own_values_give_its_own_booklet():
    assert_same_booklet(stamped(form_of(), **FIRST), laid_out(**FIRST))


def test_the_same_values_give_the_same_bytes():
    assert stamped(form_of(), **ALIKE[0]) == stamped(form_of(), **ALIKE[0])


@given(st.from_regex("[0-9:.\u2013]{1,14}", fullmatch=True), st.integers(0, 200))
def test_a_number_put_together_from_its_figures_is_the_number_shaped_as_a_whole(text, number):
    type_ = type_of_form()
    style = number % len(type_.fonts)
    try:
        composed = type_._composed(text, style)
    except Unstampable:
        return
    assert composed is None or composed == type_._shape(text, style)


@pytest.mark.parametrize("text", ["5:41", "5:41.9", "1:02:03", "59.7\u20131:02.2", "9:34\u20139:44", "0"])
def test_numbers_of_a_booklet_are_put_together_in_most_styles(text):
    type_ = type_of_form()
    put_together = [type_._composed(text, style) is not None for style in range(len(type_.fonts))]
    assert sum(put_together) > len(put_together) / 2


@cache
def type_of_form():
    return Type(form_of())


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
        ({"race": {"name": "WWWWWWWWW WWWWWWWW", "date": "2027-06-12"}}, "wider|lines|fewer"),
        ({"result": {"distance": "mile", "time": "5:02"}}, "differ outside"),
    ],
)
def test_what_does_not_fit_is_refused(changes, reason):
    with pytest.raises(Unstampable, match=reason):
        stamped(form_of(), **changes)


def test_a_value_too_few_or_empty_is_refused():
    own = masters.read(html_of(view_of(**FIRST))).values
    for values in (own[:-1], ("", *own[1:]), (f"{own[0]} ", *own[1:])):
        with pytest.raises(Unstampable):
            Stamper(form_of()).fill(values)


def test_a_form_holds_no_value_of_the_runner_it_was_made_for():
    assert b"Ada" not in zlib.decompress(masters.dump(form_of()))
    assert b"8:10.5" not in zlib.decompress(masters.dump(form_of()))


@pytest.mark.parametrize("share", ["0.000", "1.001", "-0.5", "x", "0.5 0 0 re"])
def test_a_bar_that_the_engine_would_not_draw_so_is_refused(share):
    sheet = masters.read(html_of(view_of()))
    place = sheet.kinds.index("share")
    with pytest.raises(Unstampable, match="height"):
        Stamper(form_of()).fill((*sheet.values[:place], share, *sheet.values[place + 1 :]))


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
    form = make(small(body, css.replace("{{", "{").replace("}}", "}"), "9:59"), FOLDERS)
    for value in ("9:58", "10:00.0"):
        html = small(body, css.replace("{{", "{").replace("}}", "}"), value)
        try:
            data = Stamper(form).stamp(masters.read(html))
        except Unstampable:
            continue
        assert_same_words(data, engine.print_pdf(html, FOLDERS).data)


def test_a_value_that_no_page_shows_may_be_anything():
    hidden = "<p>Plan</p><p hidden>{}</p>"
    html = small(hidden, "", "2027-06-12").replace("field-time", "field-iso")
    stamper = Stamper(make(html, FOLDERS))
    own, other = (masters.read(html.replace("2027-06-12", day)) for day in ("2027-06-12", "1999-12-31"))
    assert own.values != other.values
    assert stamper.stamp(own) == stamper.stamp(other)


@pytest.mark.parametrize("width", range(150, 320, 30))
def test_lines_break_where_the_engine_breaks_them(width):
    body = "<p>Run {} s at mile pace, then jog back to the line <b>and wait</b> for (the) others.</p>"
    css = f"p {{ width: {width}px }} .field {{ white-space: normal }}"
    form = make(small(body, css, "59.8"), FOLDERS)
    for value in ("1", "62", "1:02.5", "1:02.5 or a bit more"):
        html = small(body, css, value)
        try:
            data = Stamper(form).stamp(masters.read(html))
        except Unstampable:
            continue
        assert_same_words(data, engine.print_pdf(html, FOLDERS).data)


WORDS = ["Run", "4", "x", "400", "m", "at", "mile", "pace,", "in", "effort", "8.", "Article:", "is", "slower", "(the)"]


@pytest.mark.parametrize("seed", range(1))
def test_paragraphs_of_any_words_and_width_are_set_as_the_engine_sets_them(seed):
    """Also where only the space at the end of a text has no room, and where a letter more would not fit."""
    chance = random.Random(seed)
    paragraphs = []
    for _ in range(400):
        words = chance.choices(WORDS, k=14)
        for place in chance.sample(range(14), 3):
            time = f"{chance.randrange(1, 20)}:{chance.randrange(60):02}.{chance.randrange(10)}"
            field = f'<span class="field field-time">{time}</span>'
            words[place] = chance.choice(["<b>{}</b>", "({})", "{}", "{},"]).format(field)
        paragraphs.append(f'<p style="width: {chance.uniform(150, 330):.4f}px">{" ".join(words)}</p>')
    form = make(SMALL.format(css="", body="".join(paragraphs)), FOLDERS)
    reasons = {reason for _, _, reason in form.fixed}
    assert not [reason for reason in reasons if "another page" not in reason and "too near" not in reason], reasons
    assert len(form.fixed) < form.count / 10  # a form proves all its paragraphs but those it says it cannot


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
    assert masters.load(masters.dump(form)) == form
    for spoilt in (b"", b"x", masters.dump(form)[:-9], b"x\x9c" + masters.dump(form)):
        with pytest.raises(UnusableMasterError):
            masters.load(spoilt)


STAMP_ALONE = """
import json, sys
from milebook.printing.stamping import masters, stamper
form = masters.load(open(sys.argv[1], "rb").read())
stamper.Stamper(form).fill(json.load(open(sys.argv[2])))
assert "weasyprint" not in sys.modules and "fontTools" not in sys.modules
"""


def test_a_kept_form_is_stamped_without_the_print_engine(tmp_path):
    kept = tmp_path / "form"
    kept.write_bytes(masters.dump(form_of()))
    values = tmp_path / "values"
    values.write_text(json.dumps(masters.read(html_of(view_of())).values))
    subprocess.run([sys.executable, "-c", STAMP_ALONE, kept, values], check=True, timeout=30)
