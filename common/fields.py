"""Form fields that take what people write."""

import calendar
import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock

# After NFKC, so full-width digits and signs are plain here. Years 2000 to 2099: anything else is a slip of the hand.
COMPACT = re.compile(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)", re.ASCII)
PARTED = re.compile(
    r"(?P<year>20\d\d)\s*[-./。年–—\s]\s*(?P<month>\d{1,2})\s*[-./。月–—\s]\s*(?P<day>\d{1,2})\s*[日号.。]?", re.ASCII
)
MONTH_END = re.compile(r"(?:(?P<year>20\d\d)\s*[-./年]\s*)?(?P<month>\d{1,2})\s*月?\s*[底末]", re.ASCII)


def read_date(text: str, *, today: date) -> date | None:
    """The day that a text names, None if it names none.

    20261231, 2026-12-31, 2026.12.31, 2026/12/31, 2026年12月31日, 2026年12月底, and the coming month's end for 12月底;
    full-width too. Any other day without its year is not guessed at.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        if match := COMPACT.fullmatch(text) or PARTED.fullmatch(text):
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match := MONTH_END.fullmatch(text):
            return _month_end(int(match["month"]), match["year"], today)
    except ValueError:  # no such month or day
        return None
    return None


def _month_end(month: int, year: str | None, today: date) -> date:
    """The last day of the month; without a year that of this year, or of the next once the month is over."""
    if year is None:
        return _last_day(today.year if month >= today.month else today.year + 1, month)
    return _last_day(int(year), month)


def _last_day(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first.replace(day=calendar.monthrange(year, month)[1])


class ForgivingDateField(forms.DateField):
    """A date however it is written (see `read_date`), shown as 2026-12-31."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-12-31", "autocomplete": "off"})
    default_error_messages = {"invalid": _("请写成 2026-12-31 这样的日期。")}

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        day = read_date(value, today=clock.today())
        if day is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day
