"""Each booklet by the quickest way that gives the right one."""

from __future__ import annotations

import importlib
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import page
import pytest
from common import CLONE, EPOCH, TODAY, one_and_the_rest
from stamps import FOLDERS, assert_same_booklet, assert_same_pictures, html_of, view_of

from milebook import build as building
from milebook.assembly.request import Request
from milebook.content.models import RaceResult
from milebook.printing import engine, printer, products
from milebook.printing.printer import How, Making, Printer
from milebook.printing.stamping import master_builder
from milebook.printing.stamping.master_store import MasterStore, edition_of
from milebook.printing.stamping.stamper import Stamper
from milebook.printing.stamping.variable_values import Manuscript
from milebook.running.quantities import Distance, Duration
from milebook.runtime import doctor

CARD = "race-card"  # the quickest to lay out
RUNNERS = [
    {"name": name, "result": {"distance": "mile", "time": time}}
    for name, time in (("Al", "7:30"), ("Bo", "7:59"), ("Cy", "8:01.2"))
]
RACE_NAMES = ("Club mile", "Fifth Avenue Mile", "Mile of Trials & Errors")


def card(shop, **changes):
    return products.print_one(CARD, Manuscript.of(view_of(**changes)), shop)


@pytest.fixture
def store(tmp_path):
    return MasterStore(tmp_path / "forms", edition_of(FOLDERS))


def test_a_form_is_made_for_the_second_runner_and_used_from_then_on(store):
    shop = Printer(FOLDERS, store)
    printed = [card(shop, **changes) for changes in RUNNERS]
    assert [each.how for each in printed] == [How.LAID_OUT, How.MASTER_MADE, How.STAMPED]
    for each, changes in zip(printed, RUNNERS, strict=True):
        assert_same_booklet(each.pdf.data, engine.print_pdf(html_of(view_of(**changes), CARD), FOLDERS).data)


def test_the_same_runner_again_is_no_second_runner(store):
    assert [card(Printer(FOLDERS, store), **RUNNERS[0]).how for _ in range(3)] == [How.LAID_OUT, How.KEPT, How.KEPT]
    assert card(Printer(FOLDERS, store), **RUNNERS[1]).how is How.MASTER_MADE


def test_a_batch_makes_a_form_at_once_and_its_workers_make_none():
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    assert [card(shop, **changes).how for changes in RUNNERS] == [How.MASTER_MADE, How.STAMPED, How.STAMPED]
    shop = Printer(FOLDERS, making=Making.NEVER)
    assert [card(shop, **changes).how for changes in RUNNERS] == [How.LAID_OUT] * 3


def test_a_shop_in_another_process_finds_the_forms(store):
    first = Printer(FOLDERS, store, Making.AT_ONCE)
    made = card(first, **RUNNERS[0])
    other = pickle.loads(pickle.dumps(first))
    assert len(pickle.dumps(first)) < 1000
    again = card(other, **RUNNERS[0])
    assert (made.how, again.how) == (How.MASTER_MADE, How.STAMPED)
    assert made.pdf == again.pdf


def test_products_and_parts_have_forms_of_their_own(store):
    shop = Printer(FOLDERS, store, Making.AT_ONCE)
    for name, sections in (("race-card", ()), ("wall-plan", ()), ("parts", ("paces",)), ("parts", ("laps",))):
        for changes, how in zip(RUNNERS[:2], (How.MASTER_MADE, How.STAMPED), strict=True):
            view = view_of(**changes)
            printed = products.print_one(name, Manuscript.of(view), shop, sections)
            full = engine.print_pdf(products.render(products.PRODUCTS[name], view, shop.renderer, sections), FOLDERS)
            assert printed.how is how
            assert (printed.pdf.pages, printed.pdf.warnings) == (full.pages, full.warnings)
            assert_same_booklet(printed.pdf.data, full.data)
            assert_same_pictures(printed.pdf.data, full.data, range(full.pages))


@pytest.mark.parametrize("product", ["race-card", "wall-plan"])
def test_races_of_other_names_share_a_form(product):
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    view, *others = (view_of(race={"name": name, "date": "2027-06-12"}) for name in RACE_NAMES)
    assert products.print_one(product, Manuscript.of(view), shop).how is How.MASTER_MADE
    for other in others:
        printed = products.print_one(product, Manuscript.of(other), shop)
        assert printed.how is How.STAMPED, printed.reason
        assert_same_booklet(printed.pdf.data, engine.print_pdf(html_of(other, product), FOLDERS).data)


@pytest.mark.parametrize("product", ["race-card", "wall-plan", "strides"])
def test_stamped_products_are_accessible(product, tmp_path):
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    printed = [products.print_one(product, Manuscript.of(view_of(**changes)), shop) for changes in RUNNERS[:2]]
    assert printed[1].how is How.STAMPED
    (tmp_path / "one.pdf").write_bytes(printed[1].pdf.data)
    report = page.validate_pdf(str(tmp_path / "one.pdf"), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


@pytest.mark.parametrize("name", ["Владимир", "山田 太郎", "محمد", "Ze\u0301"])
def test_a_name_that_needs_other_letters_is_laid_out_and_makes_no_form(store, name):
    shop = Printer(FOLDERS, store, Making.AT_ONCE)
    card(shop, **RUNNERS[0])
    kept = sorted(store.folder.rglob("*.form"))
    printed = card(shop, name=name)
    assert printed.how is How.LAID_OUT
    assert "letters" in printed.reason
    assert sorted(store.folder.rglob("*.form")) == kept


def test_a_batch_that_begins_with_such_names_is_stamped_all_the_same():
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    hows = [card(shop, name=name).how for name in ("山田 太郎", "Владимир", "محمد", "Al", "Bo")]
    assert hows == [*[How.LAID_OUT] * 3, How.MASTER_MADE, How.STAMPED]


def test_a_value_that_fits_in_no_form_gets_a_form_of_its_own():
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    wide = {"name": "WWWWWWW WWWWWWWWW WWWWWWWW WWWWWW"}
    printed = [
        card(shop, **changes) for changes in (RUNNERS[0], wide, wide | {"name": "WWWWWWW WWWWWWWWW MWWWWWWW WWWWWW"})
    ]
    assert printed[1].how is How.MASTER_MADE
    assert any(why in printed[1].reason for why in ("wide", "lines", "no master"))  # a wide name has a form of its own


def test_a_template_that_reads_values_is_filled_and_stamped_all_the_same(tmp_path, store):
    (tmp_path / "assets").mkdir()
    source = (FOLDERS[-1] / "race-card.html.j2").read_text("utf-8")
    (tmp_path / "race-card.html.j2").write_text(
        source.replace("<h1>Race card", "<h1>Race card{% if booklet.runner.text | length > 2 %}!{% endif %}")
    )
    shop = Printer((tmp_path, *FOLDERS), None, Making.AT_ONCE)
    hows = [card(shop, **changes).how for changes in (*RUNNERS, {"name": "Dorothy"}, {"name": "Eve"})]
    assert hows == [How.MASTER_MADE, How.STAMPED, How.STAMPED, How.MASTER_MADE, How.STAMPED]


# ---------------------------------------------------------------- builds


@pytest.fixture
def build(tmp_path, small_content):
    def run(time, **changes):
        values = {"content": small_content, "parts": (CARD,), "profiles": ("beginner",), "out": tmp_path / "out"}
        result = RaceResult(distance=Distance.parse("5 km"), time=Duration.parse(time))
        said = []
        values |= {"today": TODAY, "masters": tmp_path / "forms", "overrides": {"result": result}}
        request = Request(**values | changes)
        building.build(request, lambda name, what, _: said.append((name, what)))
        return next(what.split(", ")[-1] for name, what in said if name.endswith(f"{CARD}.pdf"))

    return run


def test_a_build_makes_a_form_the_second_time_and_stamps_the_third(build):
    assert [build(time) for time in ("27:30", "27:30", "27:00", "26:50")] == [
        "laid out",
        "kept",
        "master made",
        "stamped",
    ]


def test_a_changed_text_of_the_content_is_laid_out_anew(build, small_content, tmp_path):
    for time in ("27:30", "27:00", "26:50"):
        told = build(time)
    assert told == "stamped"
    site = small_content / "site.yaml"
    text = site.read_text("utf-8")
    name = next(line for line in text.splitlines() if line.startswith("name:"))
    site.write_text(text.replace(name, "name: Another club"), "utf-8")
    assert build("26:40") == "laid out"
    site.write_text(text, "utf-8")
    assert build("26:40") == "stamped"


def test_a_changed_style_is_laid_out_anew(build, tmp_path):
    own = tmp_path / "templates"
    (own / "assets").mkdir(parents=True)
    (own / "assets" / "own.css").write_text("h1 { color: #123456 }")
    for time in ("27:30", "27:00", "26:50"):
        told = build(time, templates=own)
    assert told == "stamped"
    (own / "assets" / "own.css").write_text("h1 { color: #123457 }")
    assert build("26:40", templates=own) == "laid out"


def test_without_a_cache_nothing_is_kept(build, tmp_path):
    assert [build(time, masters=None) for time in ("27:30", "27:00", "26:50")] == ["laid out"] * 3
    assert not (tmp_path / "forms").exists()


QUICK = """
import sys
from milebook.cli.main import main
main(sys.argv[1:], standalone_mode=False)
assert not {"weasyprint", "fontTools", "tinycss2", "PIL"} & set(sys.modules), "the print engine was imported"
"""


def test_a_build_with_kept_forms_does_without_the_print_engine(tmp_path):
    environment = os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "PYTHONPATH": str(CLONE)}
    code = "import sys; from milebook.cli.main import main; main(sys.argv[1:], standalone_mode=False)"
    for program, time in ((code, "27:30"), (code, "27:00"), (QUICK, "26:50")):
        command = ["build", "--profile", "beginner", "--out", tmp_path / "out", "--cache", tmp_path / "cache"]
        command += ["--parts", "race-card,wall-plan,strides", "--result", f"5k {time}"]
        run = subprocess.run(
            [sys.executable, "-c", program, *map(str, command)],
            cwd=tmp_path,
            env=environment,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
    assert "stamped" in run.stdout
    masters = list(Path(tmp_path / "cache").rglob("*.form"))
    assert masters
    assert not any(b"Beginner" in path.read_bytes() for path in masters)


def test_the_same_forms_give_the_same_bytes_whoever_came_before(store):
    first = Printer(FOLDERS, store, Making.AT_ONCE)
    wide = {"name": "Wilhelmina Wommbat Wimmer"}
    for changes in (RUNNERS[0], wide):
        card(first, **changes)
    one, other = (Printer(FOLDERS, store, Making.NEVER) for _ in range(2))
    ours = [card(one, **changes).pdf for changes in (*RUNNERS, wide)]
    theirs = [card(other, **changes).pdf for changes in (wide, *reversed(RUNNERS))]
    assert ours == theirs[::-1]


def test_a_lost_route_is_found_again(store):
    card(Printer(FOLDERS, store, Making.AT_ONCE), **RUNNERS[0])
    (route,) = store.folder.rglob("*.route")
    data = route.read_bytes()
    route.unlink()
    assert card(Printer(FOLDERS, store), **RUNNERS[1]).how is How.STAMPED
    assert route.read_bytes() == data


# ---------------------------------------------------------------- the print engine of tomorrow

PRIVATE = [  # names of the engine that only the maker of forms leans on
    "anchors.gather_anchors",
    "draw.text.draw_first_line",
    "pdf.stream.Stream",
    "text.fonts.get_hb_object_data",
    "text.line_break._font_style_cache_key",
    "text.line_break.strut",
]


class Changed:
    """Stands for a name of the engine that is otherwise tomorrow, to us but not to the engine itself."""

    def __init__(self, real):
        self.real = real

    def __call__(self, *args, **kwargs):
        caller = sys._getframe(1).f_globals["__name__"]
        if caller.startswith("milebook"):
            raise TypeError("takes another argument")
        return self.real(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self.real, name)


def boxes_without(name):
    """The module `engine` as it is for the maker of forms, with boxes and pages that lack an attribute."""

    def lay_out(*args):
        document = engine.lay_out(*args)
        for page_laid_out in document.pages:
            for thing in (page_laid_out, *page_laid_out._page_box.descendants()):
                thing.__dict__.pop(name, None)
        return document

    return SimpleNamespace(**{key: getattr(engine, key) for key in vars(engine)} | {"lay_out": lay_out})


def breaks(monkeypatch, name):
    module, _, attribute = f"weasyprint.{name}".rpartition(".")
    monkeypatch.setattr(importlib.import_module(module), attribute, Changed(getattr(sys.modules[module], attribute)))


@pytest.mark.parametrize("name", one_and_the_rest(PRIVATE))
def test_a_print_engine_with_another_signature_lays_out_in_full(store, monkeypatch, name):
    breaks(monkeypatch, name)
    assert_laid_out(store)


@pytest.mark.parametrize("name", one_and_the_rest(["_page_box", "style", "element", "children"]))
def test_a_print_engine_with_other_boxes_lays_out_in_full(store, monkeypatch, name):
    monkeypatch.setattr(master_builder, "engine", boxes_without(name))
    assert_laid_out(store)


@cache
def plain():
    """A plain layout of the second runner."""
    return engine.print_pdf(html_of(view_of(**RUNNERS[1]), CARD), FOLDERS)


def assert_laid_out(store):
    """A form is tried, and what a plain layout gives comes of it."""
    printed = card(Printer(FOLDERS, store, Making.AT_ONCE), **RUNNERS[1])
    assert (printed.how, printed.pdf) == (How.LAID_OUT, plain())
    assert not list(store.folder.rglob("*.form"))


def test_each_build_of_a_runner_succeeds_with_such_an_engine(build, monkeypatch, tmp_path):
    breaks(monkeypatch, PRIVATE[0])
    assert [build(time) for time in ("27:30", "27:00", "27:00")] == ["laid out", "laid out", "kept"]
    stamped = (tmp_path / "out" / "beginner" / f"{CARD}.pdf").read_bytes()
    build("27:00", masters=None)
    assert (tmp_path / "out" / "beginner" / f"{CARD}.pdf").read_bytes() == stamped


def test_a_form_that_loads_and_cannot_be_stamped_is_laid_out_in_full(store, monkeypatch):
    card(Printer(FOLDERS, store, Making.AT_ONCE), **RUNNERS[0])
    for broken in (Stamper, Stamper.stamp):
        with monkeypatch.context() as patch:
            where = printer if broken is Stamper else Stamper
            patch.setattr(where, broken.__name__, raises_key_error)
            printed = card(Printer(FOLDERS, store, Making.NEVER), **RUNNERS[1])
        assert (printed.how, printed.pdf) == (How.LAID_OUT, plain())
    assert card(Printer(FOLDERS, store, Making.NEVER), **RUNNERS[1]).how is How.STAMPED


def test_a_route_that_does_not_fit_is_not_followed(store):
    card(Printer(FOLDERS, store, Making.AT_ONCE), **RUNNERS[0])
    shape = Manuscript.of(view_of(**RUNNERS[0])).parts.shape
    named = sha256(f"{CARD} {shape}".encode()).hexdigest()
    route = store.route(named)
    store.keep_route(named, replace(route, order=tuple(place + 10_000 for place in route.order)))
    assert card(Printer(FOLDERS, store, Making.NEVER), **RUNNERS[1]).how is How.STAMPED


def raises_key_error(*_):
    raise KeyError("what an engine of tomorrow has instead")


def test_such_a_failure_is_shown_whole_to_whoever_looks_for_it(store, monkeypatch, capfd):
    breaks(monkeypatch, PRIVATE[0])
    monkeypatch.setenv("MILEBOOK_DEBUG", "1")
    assert card(Printer(FOLDERS, store, Making.AT_ONCE), **RUNNERS[0]).how is How.LAID_OUT
    assert "TypeError: takes another argument" in capfd.readouterr().err


def test_an_engine_that_was_not_tried_stamps_nothing_and_that_is_said_once(build, tmp_path, monkeypatch, small_content):
    monkeypatch.setattr(doctor, "VERIFIED_ENGINES", ("1.0",))
    assert [build(time) for time in ("27:30", "27:00", "27:00")] == ["laid out", "laid out", "kept"]
    assert not list((tmp_path / "forms").rglob("*.form"))
    asked = {"content": small_content, "parts": (CARD,), "out": tmp_path / "out", "masters": tmp_path / "forms"}
    report = building.build(Request(TODAY, **asked), lambda *_: None)
    told = [str(note) for note in report.notes if "WeasyPrint" in str(note)]
    assert told == [f"everything is laid out in full: milebook stamps pages of WeasyPrint 1.0, not {ENGINE}"]


ENGINE = metadata.version("weasyprint")


def test_the_engine_that_is_locked_is_one_that_was_tried():
    lock = (CLONE / "requirements" / "runtime.txt").read_text("utf-8")
    assert re.search(r"^weasyprint==(\S+)", lock, re.MULTILINE)[1] in doctor.VERIFIED_ENGINES
    assert "weasyprint>=70,<71" in (CLONE / "pyproject.toml").read_text("utf-8")
