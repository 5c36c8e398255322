"""Bold, italics and links wherever a coach writes text; no mark of them is ever printed."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import get_args

import pytest
from pydantic import StringConstraints
from pydantic.fields import FieldInfo
from stamps import LIBRARY, RENDERER, TODAY, html_of

from milebook.assembly.profile_files import page_values
from milebook.booklet import composition
from milebook.content.field_types import Line, Model, Text
from milebook.content.prose import to_inline_html, to_plain_text
from milebook.exports import calendar, plan_csv, plan_json
from milebook.site import site_files
from milebook.training import planning

LENGTHS = {get_args(kind)[1].max_length for kind in (Line, Text)}
MARKED = "{} **Zbold** and *Zitalic*"
NO_TEXT = {"logo"}


def _is_text(field):
    def constraints(kind):
        yield from (part for part in get_args(kind) if isinstance(part, StringConstraints))
        for part in get_args(kind):
            yield from constraints(part)

    found = [*constraints(field.annotation), *(part for part in field.metadata if isinstance(part, StringConstraints))]
    return any(part.max_length in LENGTHS for part in found)


def marked(value):
    """A model, or several, with marks in every text that a coach writes."""
    if isinstance(value, Model):
        update = {}
        for name, field in type(value).model_fields.items():
            own = getattr(value, name)
            is_text = isinstance(field, FieldInfo) and _is_text(field) and name not in NO_TEXT
            update[name] = MARKED.format(own) if is_text and isinstance(own, str) else marked(own)
        return value.model_copy(update=update)
    if isinstance(value, tuple):
        return tuple(map(marked, value))
    if isinstance(value, dict):
        return {key: marked(one) for key, one in value.items()}
    return value


def marked_library():
    changed = {one.name: getattr(LIBRARY, one.name) for one in fields(LIBRARY) if one.name not in ("documents", "logo")}
    return replace(LIBRARY, **{name: marked(value) for name, value in changed.items()})


def products_of(library):
    profile = library.profiles["beginner"]
    fitness, schedule = planning.plan_profile(library, profile, TODAY)
    view = composition.compose("ada", library, profile, fitness, schedule)
    page = page_values(view, (), "")
    return {product: html_of(view, product) for product in ("booklet", "wall-plan", "race-card", "strides")} | {
        "page": RENDERER.render("page.html.j2", page),
        "csv": plan_csv.dump(view, schedule).decode(),
        "ics": calendar.dump(view, schedule.race_day).decode().replace("\r\n ", ""),
        "json": plan_json.dump(profile, fitness, schedule).decode(),
        "manifest": site_files.manifest(view.brand, "en").decode(),
    }


def test_no_product_shows_a_mark_wherever_a_coach_has_put_it():
    found = products_of(marked_library())
    for product, text in found.items():
        assert "*" not in text, (product, text[max(0, text.index("*") - 200) :][:300])
    assert found["booklet"].count("<strong>Zbold</strong>") > 100
    assert found["page"].count("<em>Zitalic</em>") > 100
    titles = re.findall(r"(?s)<h[1-4][^>]*>(.*?)</h[1-4]>", found["booklet"])
    assert sum("<strong>Zbold" in title for title in titles) > 30
    for product in ("csv", "ics", "json"):
        assert "Zbold and Zitalic" in found[product]
    contents = re.search('(?s)id="contents".*?</nav>', found["booklet"])[0]
    assert "Zbold and Zitalic" in contents
    assert "<strong>" not in contents


@pytest.mark.parametrize(
    ("written", "html", "text"),
    [
        ("**Bring a friend**", "<strong>Bring a friend</strong>", "Bring a friend"),
        ("1. Find the rhythm", "1. Find the rhythm", "1. Find the rhythm"),
        ("# Hills *up*", "# Hills <em>up</em>", "# Hills up"),
        ("- 400s, [how](https://example.org)", '- 400s, <a href="https://example.org">how</a>', "- 400s, how"),
        ("> *Quote*", "&gt; <em>Quote</em>", "> Quote"),
        ("    easy & *light*", "easy &amp; <em>light</em>", "easy & light"),
        ("First.\n\nSecond **one**.", "First.<br><br>Second <strong>one</strong>.", "First. Second one."),
        ("5 * 400 * 2", "5 * 400 * 2", "5 * 400 * 2"),
        ("<b>loud</b>", "&lt;b&gt;loud&lt;/b&gt;", "<b>loud</b>"),
        ("[x](javascript:alert(1))", "<span>x</span>", "x"),
        ("plain", "plain", "plain"),
    ],
)
def test_a_title_has_marks_within_it_and_is_never_a_list_or_a_heading(written, html, text):
    assert str(to_inline_html(written)).replace("\u00a0", " ") == html
    assert to_plain_text(written) == text
