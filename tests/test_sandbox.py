"""Templates say what a page looks like: they run no code, and every page ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from common import TODAY

from milebook import build
from milebook import check as checking
from milebook.assembly.profile_files import page_values
from milebook.assembly.request import Request
from milebook.booklet import composition
from milebook.content.loader import bundled, load
from milebook.core.errors import ContentError
from milebook.pages import sandbox
from milebook.pages.renderer import Renderer
from milebook.training import planning

ESCAPES = {
    "class": "{{ ''.__class__.__mro__ }}",
    "class by filter": "{{ ''|attr('__class__') }}",
    "class by item": "{{ ''['__class__'] }}",
    "class by map": "{{ ['']|map(attribute='__class__')|first }}",
    "globals": "{{ cycler.__init__.__globals__ }}",
    "globals of a macro": "{% macro a() %}{% endmacro %}{{ a.__call__.__func__.__globals__ }}",
    "globals by the way of self": "{{ self.__init__.__globals__ }}",
    "import": "{{ cycler['__init__']['__globals__']['os'].popen('id') }}",
    "format": "{{ '{0.__class__}'.format('') }}",
    "format by a map": "{{ '{a.__class__}'.format_map({'a': ''}) }}",
    "format by filter": "{{ '{0.__class__}'|format('') }}",
    "a format kept for later": "{% set f = '{0.__class__}'.format %}{{ f('') }}",
    "code of a generator": "{{ (x for x in [])|attr('gi_code') }}",
    "a list changed": "{% set a = [] %}{{ a.append(1) }}",
    "of a view": "{{ booklet.__class__ }}",
    "of a view, by name": "{{ booklet|attr('__dict__') }}",
    "of a loop": "{% for a in [1] %}{{ loop._iterable }}{% endfor %}",
    "of the context": "{{ self._TemplateReference__context }}",
}

DOUBLED = "{{% set a = namespace(x='aaaa') %}}{{% for i in range(60) %}}{{% set a.x = {} %}}{{% endfor %}}"
ENDLESS = {
    "a long range": "{% for i in range(10**9) %}{% endfor %}",
    "ranges in ranges": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "a macro that doubles": "{% macro a(n) %}{% if n %}{{ a(n-1) ~ a(n-1) }}{% endif %}{% endmacro %}{{ a(60) }}",
    "a macro that calls itself for ever": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a loop that calls itself": "{% for i in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    "a file in itself": "{% include 'sections/rules.html.j2' %}{% include 'sections/rules.html.j2' %}",
    "a long text": "{{ 'a' * 10**9 }}",
    "a long list": "{{ [1] * 10**9 }}",
    "a long text, the other way round": "{% set n = 10**9 %}{{ n * 'a' }}",
    "a wide number": "{{ '%1000000000d' % 1 }}",
    "a number as wide as it says": "{{ '%*d' % (10**9, 1) }}",
    "a wide number, kept away": "{{ '%%%1000000000d' % 1 }}",
    "a text many times": "{{ ('%s' * 10000) % (('a' * 200000,) * 10000) }}",
    "a wide number by filter": "{{ '%1000000000d'|format(1) }}",
    "a wide number by format": "{{ '{:1000000000}'.format(1) }}",
    "a wide text": "{{ 'a'.ljust(10**9) }}",
    "a wide text by filter": "{{ 'a'|center(10**9) }}",
    "an indent": "{{ 'a'|indent(10**9, true) }}",
    "a batch": "{{ [1]|batch(10**9, 0)|list }}",
    "a great number": "{{ 10 ** 10 ** 10 }}",
    "doubled by ~": DOUBLED.format("a.x ~ a.x"),
    "doubled by +": DOUBLED.format("a.x + a.x"),
    "doubled by replacing": DOUBLED.format("a.x|replace('a', 'aa')"),
    "doubled by a block": "".join("{% set a %}{{ a or 'aaaa' }}{{ a or 'aaaa' }}{% endset %}" for _ in range(60)),
    "doubled lists": DOUBLED.format("[a.x, a.x]") + "{{ a.x }}",
    "doubled pairs": "{% macro a(x, n) %}{% if n %}{{ a((x, x), n-1) }}{% else %}{{ x }}{% endif %}{% endmacro %}"
    "{{ a(1, 60) }}",
    "many pieces": "{% set a = 'a' * 200000 %}{{ " + " ~ ".join(["a"] * 200) + " }}",
    "a long page": "{% set a = 'a' * 200000 %}{% for i in range(50000) %}{{ a }}{% endfor %}",
    "a long block": "{% set b %}{% set a = 'a' * 200000 %}{% for i in range(50000) %}{{ a ~ i }}{% endfor %}"
    "{% endset %}",
    "a long text to set": "{{ (('- ' * 90 ~ '\n') * 1000) | markdown }}",
}


def render(source, tmp_path, **values):
    """A section of one's own, as the booklet includes it."""
    path = tmp_path / "templates" / "sections" / "rules.html.j2"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return Renderer([tmp_path / "templates", bundled("templates")]).render("sections/rules.html.j2", values)


@pytest.mark.parametrize("case", ESCAPES)
def test_a_template_that_reaches_for_python_is_refused_with_its_line(case, tmp_path):
    with pytest.raises(ContentError) as caught:
        render("\n" + ESCAPES[case], tmp_path, booklet=sandbox.Sandbox)
    (problem,) = caught.value.problems
    assert problem.path.endswith("templates/sections/rules.html.j2")
    assert problem.line == 2
    assert problem.message.startswith("template error: ")


@pytest.mark.parametrize("case", ENDLESS)
def test_a_template_without_end_or_bound_is_refused_soon(case, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "MOST_STEPS", 200_000)
    monkeypatch.setattr(sandbox, "MOST_MEMORY", 200_000_000)
    begun = time.perf_counter()
    with pytest.raises(ContentError, match="template error"):
        render(ENDLESS[case], tmp_path)
    assert time.perf_counter() - begun < 10


def test_a_page_that_takes_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 0.05)
    with pytest.raises(ContentError, match="takes more than 0 seconds"):
        render("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", tmp_path)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'Spikes ON'.lower().split()|join(', ') }}", "spikes, on"),
        ("{% for i in range(3) %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}", "1,2,3"),
        ("{{ 2 ** 3 }} {{ 7 % 4 }} {{ '-' * 3 }} {{ 1.5 * 2 }} {{ 'a' ~ 1 }} {{ 'a' + 'b' }}", "8 3 --- 3.0 a1 ab"),
        ("{% macro a(b, c=(1, 2)) %}{{ b }}{{ c|sum }}{% endmacro %}{{ a('x') }}", "x3"),
        ("{% set a = namespace(n=0) %}{% for i in [1, 2] %}{% set a.n = a.n + i %}{% endfor %}{{ a.n }}", "3"),
        (
            "{{ [3, 1]|sort|first }} {{ 2.55|round(1) }} {{ {'a': 1}|tojson }} {{ 'b'|replace('b', 'c') }}",
            '1 2.5 {"a": 1} c',
        ),
        ("{{ 'week-%d of %s' % (3, 'ten') }} {{ 7 % 4 }}", "week-3 of ten 3"),
        ("{% with a = 1 %}{{ a }}{% endwith %}{{ 'x'|default('y') }}{{ none|default('y', true) }}", "1xy"),
    ],
)
def test_what_a_page_is_made_with_works_as_ever(source, text, tmp_path):
    assert render(source, tmp_path) == text


@pytest.mark.parametrize("source", [ESCAPES["globals"], ESCAPES["format"], ENDLESS["a long text"]])
def test_a_hostile_template_is_told_with_its_place_by_check_and_by_build(source, tmp_path):
    path = tmp_path / "templates" / "sections" / "rules.html.j2"
    path.parent.mkdir(parents=True)
    path.write_text(f"\n\n{source}", "utf-8")
    request = Request(TODAY, templates=tmp_path / "templates", out=tmp_path / "out", profiles=("beginner",))
    for run in (checking.check, lambda request: build.build(request, lambda *told: None)):
        with pytest.raises(ContentError) as caught:
            run(request)
        (problem,) = caught.value.problems
        assert (Path(problem.path).name, problem.line) == ("rules.html.j2", 3)
    assert not (tmp_path / "out").exists()


def test_the_bounds_leave_a_booklet_a_hundred_times_what_it_takes():
    renderer = Renderer([bundled("templates")])
    library = load()
    planned = planning.plan("beginner", library, library.profiles["beginner"], TODAY)
    view = composition.compose("beginner", library, library.profiles["beginner"], *planned)
    html = renderer.render("page.html.j2", page_values(view, (), ""))
    assert 1000 < renderer.environment.steps < sandbox.MOST_STEPS / 100
    assert len(html) < sandbox.LONGEST_PAGE / 100
