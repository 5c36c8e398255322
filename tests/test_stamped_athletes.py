"""Stamped booklets of random athletes are those that full layouts make.

A full layout takes two seconds, so the ordinary run compares a few athletes of some forms, others each time the seed is
changed. `MILEBOOK_ATHLETES=240 pytest tests/test_stamped_athletes.py` compares so many, over all combinations (`make
stamps`): do that before a release and after any change to the modules of forms.
"""

from __future__ import annotations

import os
import random

import page
import pytest
from stamps import FOLDERS, assert_same_booklet, assert_same_pictures, html_of, random_athlete, random_shape, view_of

from milebook.printing import engine, products
from milebook.printing.printer import How, Making, Printer
from milebook.printing.stamping.variable_values import Manuscript

EACH = 8  # athletes to a shape
ATHLETES = int(os.environ.get("MILEBOOK_ATHLETES") or 0)
FEW = {"shapes": 2, "stamped": 6, "compared": 1}  # of the ordinary run: to a shape


def shapes():
    chance = random.Random(os.environ.get("MILEBOOK_SEED") or "milebook")
    return [random_shape(chance) for _ in range(-(-ATHLETES // EACH) or FEW["shapes"])]


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(len(shapes())))
def test_a_stamped_booklet_is_the_one_a_full_layout_makes(number, tmp_path):
    shape, chance = shapes()[number], random.Random(number)
    product = "large-print" if number % 6 == 5 else "booklet"
    shop = Printer(FOLDERS, making=Making.AT_ONCE)
    compared = 0
    for athlete in [random_athlete(chance, shape) for _ in range(EACH if ATHLETES else FEW["stamped"])]:
        view = view_of(**athlete)
        printed = products.print_one(product, Manuscript.of(view), shop)
        assert printed.how is not How.LAID_OUT, printed.reason
        if ATHLETES or (printed.how is How.STAMPED and compared < FEW["compared"]):
            full = engine.print_pdf(html_of(view, product), FOLDERS)
            assert_same_booklet(printed.pdf.data, full.data)
            assert printed.pdf.pages == full.pages
            if compared == 0:
                assert_same_pictures(printed.pdf.data, full.data, range(full.pages))
                assert_accessible(printed.pdf.data, tmp_path / "booklet.pdf")
            compared += 1
    assert compared >= (EACH if ATHLETES else 1)
    assert all(stamper.form.portable for stampers in shop._stampers.values() for stamper in stampers)


def assert_accessible(data, path):
    path.write_bytes(data)
    report = page.validate_pdf(str(path), profile="ua1")
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]
