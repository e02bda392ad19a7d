from datetime import date, datetime

import pytest
from django import forms

from common.fields import ForgivingDateField, read_date

TODAY = date(2026, 11, 18)


class DayForm(forms.Form):
    day = ForgivingDateField()


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-31",
        "20261231",
        "2026.12.31",
        "2026/12/31",
        "2026 12 31",
        "2026年12月31日",
        "2026年12月31号",
        "2026 年 12 月 31 日",
        " 2026-12-31 ",
        "２０２６－１２－３１",  # full-width digits and hyphen
        "２０２６．１２．３１",
        "２０２６年１２月３１日",
        "2026。12。31",
        "2026年12月底",
        "2026年12月末",
        "2026.12底",
        "12月底",
        "１２月末",
    ],
)
def test_read_date_takes_what_people_write(text):
    assert read_date(text, today=TODAY) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-1-5", date(2026, 1, 5)),
        ("2026年1月5日", date(2026, 1, 5)),
        ("2028年2月底", date(2028, 2, 29)),
        ("11月底", date(2026, 11, 30)),  # this month's end is still to come
        ("2月底", date(2027, 2, 28)),  # this year's is over
    ],
)
def test_read_date_fills_in_what_is_sure(text, expected):
    assert read_date(text, today=TODAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "明天",
        "12月31日",  # no year is guessed
        "12-31",
        "26-12-31",
        "0026-12-31",
        "2206-12-31",
        "2026-02-29",
        "2026-13-01",
        "20261301",
        "2026123",
        "202612311",
        "13月底",
        "0月底",
        "31/12/2026",
        "2026-12-31 10:00",
        "②026-12-31x",
        "٢٠٢٦-١٢-٣١",  # other scripts' digits
    ],
)
def test_read_date_refuses_what_is_no_date(text):
    assert read_date(text, today=TODAY) is None


def test_forgiving_date_field_cleans_to_a_date():
    form = DayForm({"day": "2026年12月31日"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 12, 31)


def test_forgiving_date_field_says_how_to_write_it():
    form = DayForm({"day": "年底"})
    assert form.errors["day"] == ["请写成 2026-12-31 这样的日期。"]
    assert 'value="年底"' in str(form["day"])


def test_forgiving_date_field_still_asks_for_a_value():
    assert DayForm({"day": "  "}).errors["day"] == ["请填写此项。"]


@pytest.mark.parametrize("value", [date(2026, 12, 31), datetime(2026, 12, 31, 9, 30)])  # noqa: DTZ001 (as from a widget)
def test_forgiving_date_field_shows_a_date_as_tables_do(value):
    assert 'value="2026-12-31"' in str(DayForm(initial={"day": value})["day"])


def test_forgiving_date_field_takes_a_date_as_it_is():
    assert ForgivingDateField().clean(date(2026, 12, 31)) == date(2026, 12, 31)


def test_forgiving_date_field_sees_no_change_in_another_writing():
    assert not ForgivingDateField().has_changed(date(2026, 12, 31), "2026.12.31")
