"""What people enter about a notice or a bulletin. The rules themselves are the actions'."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from supervision.models import Bulletin, Notice
from supervision.models.notice import TEXT_LENGTH

NUMBER_HELP = _("办公室已有的文号；没有的留空，系统不编造文号。")


class VersionedForm(forms.Form):
    """Carries the version that the person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ConfirmForm(VersionedForm):
    """确认发出 a 催办单."""

    demand = forms.CharField(
        label=_("工作要求"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("请写明工作要求。")},
    )
    document_number = forms.CharField(label=_("文号"), required=False, max_length=60, help_text=NUMBER_HELP)


class IssueForm(ConfirmForm):
    """签发 a 督办通知单, with its new limit."""

    new_limit = ForgivingDateField(
        label=_("办理时限"),
        error_messages={"required": _("请填写办理时限。")},
        help_text=_("今天以后的工作日；任务原定时限不因此改变。"),
    )

    field_order = ("version", "demand", "new_limit", "document_number")


class DeclineForm(VersionedForm):
    """不发, with the reason."""

    reason = forms.CharField(
        label=_("不发的理由"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明不发的理由。")},
    )


class ReceiveForm(VersionedForm):
    """签收: nothing to enter."""


class AnswerForm(VersionedForm):
    """答复 of the unit."""

    text = forms.CharField(
        label=_("办理答复"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明办理情况、原因和下一步安排。"),
        error_messages={"required": _("请填写办理情况和下一步安排。")},
    )


class BulletinForm(VersionedForm):
    """印发 a bulletin."""

    note = forms.CharField(
        label=_("工作要求"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    document_number = forms.CharField(label=_("文号"), required=False, max_length=60, help_text=NUMBER_HELP)

    @staticmethod
    def starting_values(bulletin: Bulletin) -> dict[str, Any]:
        return {"version": bulletin.version, "note": bulletin.note, "document_number": bulletin.document_number}


NOTICE_FORMS: dict[str, type[VersionedForm]] = {
    "confirm": ConfirmForm,
    "issue": IssueForm,
    "decline": DeclineForm,
    "receive": ReceiveForm,
    "answer": AnswerForm,
}


def starting_values(notice: Notice) -> dict[str, Any]:
    """What every form of a notice begins with."""
    limit: date | None = notice.new_limit
    return {"version": notice.version, "demand": notice.demand, "new_limit": limit}
