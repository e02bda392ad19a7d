"""What people enter to exempt a task from being judged for a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField

NO_DATE = {"required": _("请填写日期。")}


class ExemptionForm(forms.Form):
    """不评: why, on the strength of what, from when to when."""

    reason = forms.CharField(
        label=_("正当理由"),
        max_length=200,
        error_messages={"required": _("请写明正当理由。")},
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如等待上级批复、政策调整、不可抗力；会显示在亮灯说明里。"),
    )
    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        error_messages={"required": _("请注明依据，如文件名称和文号。")},
        help_text=_("写明文件名称和文号，或会议名称和日期。"),
    )
    starts_on = ForgivingDateField(label=_("起"), error_messages=NO_DATE)
    ends_on = ForgivingDateField(label=_("止"), error_messages=NO_DATE, help_text=_("当天仍不评，次日恢复评灯。"))

    def entered(self) -> dict[str, Any]:
        """What the action takes of it."""
        return {name: self.cleaned_data[name] for name in ("reason", "basis", "starts_on", "ends_on")}


class EndForm(forms.Form):
    """Why an exemption ends before its day."""

    reason = forms.CharField(
        label=_("终止理由"), max_length=200, error_messages={"required": _("请写明提前终止的理由。")}
    )
