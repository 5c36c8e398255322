"""What people write for a date: one day, or told which days it may be."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebook.core.errors import QuantityError
from milebook.running.dates import MONTHS, read_date

DAYS = st.dates(date(1970, 1, 1), date(2100, 12, 31))
ENGLISH = [date(2027, month, 1).strftime("%B") for month in range(1, 13)]


@pytest.mark.parametrize(
    "text",
    [
        "2027-06-12",
        "2027-6-12",
        "2027/06/12",
        "2027.6.12",
        "20270612",
        20270612,
        "2027-W23-6",
        "2027\u201306\u201312",
        "2027\u201106\u201112",
        "12\u2013Jun\u20132027",
        "2027-06-12 00:00:00",
        "2027-06-12T10:30:00Z",
        "12.06.2027",
        "12. 6. 2027",
        "12.06.2027 18:30",
        "12 Jun 2027",
        "12 JUNE 2027",
        "12-Jun-2027",
        "12th June, 2027",
        "12. Juni 2027",
        "12 juin 2027",
        "12 de junio de 2027",
        "12 giugno 2027",
        "Saturday, 12 June 2027",
        "Sa 12 Jun 2027",
        "Sa, 12.06.2027",
        "Sat 12.06.2027",
        "(Sa) 12.6.2027",
        "Samstag, den 12. Juni 2027",
        "le samedi 12 juin 2027",
        "sam. 12 juin 2027",
        "am 12. Juni 2027",
        "12.06.2027 (Sa.)",
        "12 June 2027, Saturday",
        "Sat 12/06/2027",
        "zaterdag 12-06-2027",
        "12.06.27",
        "12.6.27",
        "Sa 12.6.27",
        "12-Jun-27",
        "12 June 27",
        "12.06.2027 10:00 Uhr",
        "12.06.2027, 10 Uhr",
        "12 juin 2027 10h30",
        "12 June 2027 at 10:30",
        "12 June 2027 10am",
        "\uff11\uff12.\uff10\uff16.\uff12\uff10\uff12\uff17",
        "June 12, 2027",
        "Jun. 12th 2027",
        "2027-Jun-12",
        date(2027, 6, 12),
        datetime(2027, 6, 12, 10, 30),
    ],
)
def test_a_date_is_read_the_way_people_write_it(text):
    assert read_date(text) == date(2027, 6, 12)
    assert type(read_date(text)) is date


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12/06/2027", "may be 12 June or 6 December; write 2027-06-12 or 2027-12-06"),
        ("12-06-2027", "may be 12 June or 6 December"),
        ("12/06/27", "write 2027-06-12 or 2027-12-06"),
        ("5/29/27", "write 2027-05-29"),
        ("29-5-27", "write 2027-05-29"),
        ("Sat 12/06/27", "write 2027-06-12"),
        ("Mon 6/12/27", "write 2027-12-06"),
        ("27-06-12", "write 2027-06-12"),
        ("27-06-26", "write 2026-06-27 or 2027-06-26"),
        ("12 June '27", "write the year in full, as in 2027-06-12"),
        ("2027-W23", "is not a date; that is a week: write a day from 2027-06-07 to 2027-06-13"),
        ("2027w54", "is not a date"),
        ("2027-163", "is not a date"),
        ("12\u201313 June 2027", "is not a date"),
        ("12\u201306\u20132027", "may be 12 June or 6 December"),
        ("Friday, 12 June 2027", "is not the date's: 12 June 2027 is a Saturday; check both, and write what is right"),
        ("Fr, 12.06.2027", "12 June 2027 is a Saturday"),
        ("vendredi 12 juin 2027", "12 June 2027 is a Saturday"),
        ("domingo, 12 de junio de 2027", "12 June 2027 is a Saturday"),
        ("venerd\u00ec 12 giugno 2027", "12 June 2027 is a Saturday"),
        ("vr 12 juni 2027", "12 June 2027 is a Saturday"),
        ("do 12.06.2027", "12 June 2027 is a Saturday"),
        ("12.06.2027 (So)", "12 June 2027 is a Saturday"),
        ("Fri 12.06.2027 10:00", "12 June 2027 is a Saturday"),
        ("Sat 31 June 2027", "does not exist"),
        ("Race 12 June 2027", "is not a date"),
        ("46550", "format the cell as a date, or write 2027-06-12"),
        ("30.02.2027", "does not exist"),
        ("31 June 2027", "does not exist"),
        ("12 Jui 2027", "is not a date"),
        ("12 June", "is not a date"),
        ("next Saturday", "is not a date"),
        ("12.06.1927", "is not from 1970 to 2100"),
    ],
)
def test_a_date_that_may_be_two_days_or_none_is_told(text, told):
    with pytest.raises(QuantityError) as caught:
        read_date(text)
    assert told in str(caught.value)


@given(DAYS)
def test_a_day_is_read_alike_in_whatever_way_it_is_written(day):
    month = ENGLISH[day.month - 1]
    figures = f"{day.day}.{day.month}.{day.year}", f"{day.year}/{day.month}/{day.day}", f"{day} 00:00:00", str(day)
    words = f"{day.day} {month[:3]} {day.year}", f"{month} {day.day}, {day.year}", f"{day.day}-{month[:3]}-{day.year}"
    assert {read_date(text) for text in (*figures, *words)} == {day}


@given(DAYS, st.sampled_from("/-"))
def test_figures_with_slashes_are_read_only_where_they_are_one_day(day, sign):
    text = f"{day.day:02}{sign}{day.month:02}{sign}{day.year}"
    if day.day > 12 or day.day == day.month:
        assert read_date(text) == day
    else:
        with pytest.raises(QuantityError, match=f"{day.isoformat()}"):
            read_date(text)


FORMS = ["{d}/{m}/{y}", "{m}/{d}/{y}", "{y}-{m}-{d}", "{d}-{m}-{y}"]


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS))
def test_a_year_of_two_figures_is_told_with_every_day_that_it_may_be_and_each_can_be_written(day, form):
    text = form.format(d=f"{day.day:02}", m=f"{day.month:02}", y=f"{day.year % 100:02}")
    with pytest.raises(QuantityError) as caught:
        read_date(text)
    offered = caught.value.hint.removeprefix("write ").split(" or ")
    assert day.isoformat() in offered
    assert [read_date(one).isoformat() for one in offered] == offered


def test_no_name_of_a_month_is_of_two():
    assert "jui" not in MONTHS
    assert (MONTHS["juin"], MONTHS["juillet"], MONTHS["mar"], MONTHS["mai"], MONTHS["mei"]) == (6, 7, 3, 5, 5)
