"""驾驶舱的日期: which day is looked at, and which two are compared; days that the ledger knows."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from common.texts import join_words
from dashboard.readers.cockpit.changes import KINDS
from tasks.filters import TaskFilter
from tasks.forms.listing import LABELS, choice_names

USUAL_STRETCH = timedelta(days=30)


class _LookingBack(forms.Form):
    """`first` finds the first day of the ledger; it is asked only if a day is entered."""

    def __init__(self, *args: Any, today: date, first: Callable[[], date | None], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today, self._find_first = today, first

    @cached_property
    def first(self) -> date | None:
        return self._find_first()

    def check_day(self, day: date | None) -> date | None:
        """A day between the first event and today."""
        if day is None or day == self.today:
            return day
        words = {"first": self.first and self.first.isoformat(), "today": self.today.isoformat()}
        if day > self.today:
            raise forms.ValidationError(_("这一天还没有到。请填今天（%(today)s）或以前的日期。"), params=words)
        if self.first is None:
            raise forms.ValidationError(_("留痕里还没有记录，无法重现过去的情况。"))
        if day < self.first:
            raise forms.ValidationError(
                _("留痕从 %(first)s 开始，更早的情况无法重现。请填这一天或以后的日期。"), params=words
            )
        return day


class DayForm(_LookingBack):
    """截至日期: the end of a day, today if none is given."""

    on = ForgivingDateField(label=_("截至日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        month_end = self.today.replace(day=1) - timedelta(days=1)
        self.fields["on"].widget.attrs["placeholder"] = month_end.isoformat()

    def clean_on(self) -> date:
        return self.check_day(self.cleaned_data["on"]) or self.today


class ChangesForm(_LookingBack):
    """从哪天到哪天: by default the last thirty days, as far as the ledger reaches back."""

    pillar = forms.ChoiceField(label=_("板块"), required=False)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *((each.code, each.label) for each in KINDS)])

    def __init__(self, *args: Any, pillars: dict[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        names = [(number, f"{number}. {title}") for number, title in pillars.items()]
        self.fields["pillar"].choices = [("", _("全部板块")), *names]
        self.fields["from"] = ForgivingDateField(label=pgettext_lazy("first day", "从"), required=False)
        self.fields["to"] = ForgivingDateField(label=pgettext_lazy("last day", "到"), required=False)
        self.order_fields(["from", "to", "pillar"])

    def clean_to(self) -> date:
        return self.check_day(self.cleaned_data["to"]) or self.today

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if "from" not in entered or "to" not in entered:
            return entered
        try:
            since = self.check_day(entered["from"]) or self._usual(entered["to"])
        except forms.ValidationError as error:
            self.add_error("from", error)
            return entered
        if since >= entered["to"]:
            self.add_error("from", _("起始日期要早于截止日期。"))
        self.data = {**self.data, "from": since.isoformat(), "to": entered["to"].isoformat()}
        return {**entered, "from": since}

    def _usual(self, until: date) -> date:
        return max(until - USUAL_STRETCH, min(self.first or until, until - timedelta(days=1)))


def conditions(wanted: TaskFilter, names: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    """What the 台账 of a past day is narrowed by, in words, each with the parameters that are left without it."""
    words = choice_names(names)
    for name, value in wanted.active.items():
        if name in LABELS:
            codes = value if isinstance(value, list) else [value]
            text = join_words(words.get(name, {}).get(code, code) for code in codes)
            left = {other: each for other, each in wanted.active.items() if other != name}
            yield {"label": str(LABELS[name]), "text": text, "query": urlencode(left, doseq=True)}


def misunderstood(wanted: TaskFilter, params: dict[str, Any]) -> list[str]:
    """What in the address could not be understood, a line each."""
    lines = [
        gettext("%(label)s：%(message)s") % {"label": LABELS.get(name, name), "message": message}
        for name, messages in wanted.errors.items()
        for message in messages
    ]
    unknown = [name for name in params if name not in wanted.KNOWN]
    return lines + [gettext("没有“%(name)s”这个筛选条件。") % {"name": name[:40]} for name in unknown]
