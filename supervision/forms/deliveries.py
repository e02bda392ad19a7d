"""Which sends a list shows; it stands in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from supervision.models import Channel, Level
from supervision.readers.deliveries import State


class DeliveryFilterForm(forms.Form):
    """Everything may be left open; `before` is where the page before ended."""

    state = forms.ChoiceField(label=_("状态"), choices=[("", _("全部")), *State.choices], required=False)
    channel = forms.ChoiceField(label=_("方式"), choices=[("", _("全部")), *Channel.choices], required=False)
    level = forms.TypedChoiceField(
        label=_("级别"), choices=[("", _("全部")), *Level.choices], coerce=int, empty_value=None, required=False
    )
    task = forms.IntegerField(label=_("任务编号"), min_value=1, max_value=9999, required=False)
    person = forms.CharField(label=_("收件人"), max_length=60, required=False)
    since = ForgivingDateField(label=_("自"), required=False)
    until = ForgivingDateField(label=_("至"), required=False)
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput)

    @property
    def is_narrowing(self) -> bool:
        """Whether anything at all was asked for."""
        return any(self.data.get(name) for name in self.fields if name != "before")

    def chosen(self) -> dict[str, Any]:
        """What the reader takes of it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "before"}
