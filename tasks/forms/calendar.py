from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from tasks.models import CalendarDay

FIRST_YEAR, LAST_YEAR = 2019, 2099


class YearForm(forms.Form):
    """Which year the calendar shows; it stands in the address."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)

    def chosen(self, today: date) -> int:
        """The year asked for, this year if none was."""
        return self.cleaned_data["year"] or today.year


class PublishForm(forms.Form):
    """On the strength of which notice a year counts as entered."""

    source = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("写明通知的名称和文号；先把放假和调休的日子逐日设好，再登记。")
    )


class CalendarDayForm(forms.Form):
    """What one day is."""

    day = ForgivingDateField(label=_("日期"))
    kind = forms.ChoiceField(
        label=_("安排"),
        choices=[*CalendarDay.Kind.choices, ("", _("恢复平常"))],
        widget=forms.RadioSelect,
        required=False,
        initial=CalendarDay.Kind.HOLIDAY,
    )
    name = forms.CharField(
        label=_("名称"), max_length=40, required=False, widget=forms.TextInput({"placeholder": _("如：国庆节")})
    )

    def words(self) -> dict[str, Any]:
        """The day and what it is to be, in words."""
        kinds = dict(self.fields["kind"].choices)
        return {"day": self.cleaned_data["day"], "kind": kinds[self.cleaned_data["kind"]]}

    def entered(self) -> dict[str, Any]:
        """What the action takes of it."""
        return {name: self.cleaned_data[name] for name in ("day", "kind", "name")}
