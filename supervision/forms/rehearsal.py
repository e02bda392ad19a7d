from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from supervision.forms.policies import PolicyForm
from supervision.readers.trial import LONGEST_DAYS
from supervision.reminders import ReminderPolicy
from supervision.rulebook import shown
from tasks.policies import PolicyKind, to_values

DAYS_BACK, DAYS_AHEAD = 30, 90


class RehearsalForm(forms.Form):
    """Which days to rehearse."""

    first = ForgivingDateField(label=_("自"))
    last = ForgivingDateField(label=_("至"))

    @staticmethod
    def starting_values(on: date) -> dict[str, date]:
        """A month back, by the real history, and three months ahead."""
        return {"first": on - timedelta(days=DAYS_BACK), "last": on + timedelta(days=DAYS_AHEAD)}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and not 0 <= (last - first).days < LONGEST_DAYS:
            self.add_error("last", _("结束日期不能早于开始日期，一次最多演练 %(days)d 天。") % {"days": LONGEST_DAYS})
        return values


class TrialForm(PolicyForm):
    """The reminder rules to try; nothing is saved, so there is neither reason nor version."""

    reason = None
    number = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind=PolicyKind.REMINDERS, **kwargs)

    @staticmethod
    def filled(rules: ReminderPolicy, entered: Mapping[str, Any]) -> dict[str, Any]:
        """What was entered, and for what was left out the rules in force."""
        in_force = {name: shown(value) for name, value in to_values(rules).items()}
        return in_force | {name: value for name, value in entered.items() if name in in_force}
