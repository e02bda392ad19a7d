from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from ledger.models import EventQuerySet


class EventFilterForm(forms.Form):
    """What the list of events is narrowed by, from the address; days are days in the project's time zone."""

    kind = forms.SlugField(label=_("对象"), required=False, max_length=32)
    actor = forms.CharField(label=_("经办人"), required=False, max_length=80)
    since = ForgivingDateField(label=_("自"), required=False)
    until = ForgivingDateField(label=_("至"), required=False)
    before = forms.IntegerField(required=False, min_value=1)
    after = forms.IntegerField(required=False, min_value=0)

    def clean(self) -> dict[str, Any] | None:
        entered = super().clean() or {}
        since, until = entered.get("since"), entered.get("until")
        if since and until and since > until:
            self.add_error("until", _("截止日期不能早于起始日期。"))
        return entered

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        """The events asked for, without an order; call it on a valid form."""
        entered = self.cleaned_data
        if entered["kind"]:
            events = events.filter(kind=entered["kind"])
        if entered["actor"]:
            events = events.filter(actor_name__icontains=entered["actor"])
        if entered["since"]:
            events = events.filter(at__gte=_midnight(entered["since"]))
        if entered["until"]:
            events = events.filter(at__lt=_midnight(entered["until"] + timedelta(days=1)))
        return events


def _midnight(day: Any) -> datetime:
    return make_aware(datetime.combine(day, time.min))
