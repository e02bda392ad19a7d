"""What people enter about an extension. The rules themselves are the actions'; here is only how it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from tasks.actions import ExtensionInput
from tasks.actions.extensions import DECISION_LENGTH
from tasks.forms.changes import NO_DATE, VersionedForm
from tasks.models import Extension, Task
from tasks.models.extension import REASON_LENGTH

DATE_HELP = _("可以写 20261231、2026.12.31 或 12月底。")


class ExtensionForm(forms.Form):
    """延期申请; the version is that of the draft that was read, if there was one."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    wanted_date = ForgivingDateField(label=_("申请延至"), error_messages=NO_DATE, help_text=DATE_HELP)
    percent = forms.IntegerField(
        label=_("目前进度（%）"),
        min_value=0,
        max_value=100,
        error_messages={"required": _("请填写进度。"), "invalid": _("请填写 0 到 100 的整数。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "percent-input"}),
        help_text=_("已按审定进度填好，可以改成现在的实际进度。"),
    )
    reason = forms.CharField(
        label=_("延期理由"),
        error_messages={"required": _("请写明延期理由。")},
        widget=forms.Textarea(attrs={"rows": 5, "data-limit": REASON_LENGTH}),
        help_text=_("写明为什么不能按时完成、还差什么、怎样保证新的日期。最多 300 字。"),
    )

    @staticmethod
    def new_values(task: Task) -> dict[str, Any]:
        return {"percent": task.percent}

    @staticmethod
    def starting_values(extension: Extension) -> dict[str, Any]:
        return {name: getattr(extension, name) for name in ("wanted_date", "percent", "reason", "version")}

    def entered(self) -> ExtensionInput:
        names = ("wanted_date", "percent", "reason")
        return ExtensionInput(**{name: self.cleaned_data[name] for name in names})


class GrantForm(VersionedForm):
    """同意延期, to a date that the office names."""

    granted_date = ForgivingDateField(label=_("同意延至"), error_messages=NO_DATE, help_text=DATE_HELP)
    decision = forms.CharField(
        label=_("答复意见"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-limit": DECISION_LENGTH}),
        help_text=_("最多 200 字，写入时限的依据说明。"),
    )


class RefusalForm(VersionedForm):
    """不同意延期, with the reason."""

    decision = forms.CharField(
        label=_("不同意的理由"),
        error_messages={"required": _("请写明不同意的理由。")},
        widget=forms.Textarea(attrs={"rows": 2, "data-limit": DECISION_LENGTH}),
        help_text=_("最多 200 字。"),
    )


class VersionForm(VersionedForm):
    """A button that acts on what was read."""
