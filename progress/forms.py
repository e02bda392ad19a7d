"""What people enter about a report. The rules themselves are the actions'; here is only how it is typed."""

import unicodedata
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencies.forms import AgencyChoiceField
from agencies.models import Agency
from progress.actions import ReportContent
from progress.actions.content import LIMITS
from progress.actions.working_copies import COPIED
from progress.models import Hearing, Report
from progress.models.ask import addressees
from progress.models.closing import OPINION_LENGTH, STATEMENT_LENGTH
from progress.models.contribution import CONTRIBUTION_LENGTH
from tasks.models import Result, Task


class PercentField(forms.IntegerField):
    """A percentage however it is typed: ６０, 60%, 60 ％."""

    default_error_messages = {"invalid": _("请填写 0 到 100 的整数。")}

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip().removesuffix("%").rstrip()
        return super().to_python(value)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one go."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(each, initial) for each in chosen]


def _text(label: Any, limit: int, *, rows: int, **options: Any) -> forms.CharField:
    """A text with a limit that the page counts down; what is too long is refused by the action, never cut off."""
    box = forms.Textarea(attrs={"rows": rows, "data-limit": limit})
    help_text = format_lazy(_("最多 {limit} 字。"), limit=limit)
    return forms.CharField(label=label, widget=box, help_text=help_text, **{"required": False, **options})


class ReportForm(forms.Form):
    """进展报送. Nothing but the version is checked twice: rules come from the action and are shown at the field."""

    percent = PercentField(
        label=_("实际进度（%）"),
        error_messages={"required": _("请填写 0 到 100 的整数。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "percent-input"}),
    )
    result = forms.ChoiceField(label=_("进展评价"), choices=Result.choices)
    progress = _text(
        _("进展情况"), LIMITS["progress"], rows=5, required=True, error_messages={"required": _("请填写进展情况。")}
    )
    problems = _text(_("存在问题"), LIMITS["problems"], rows=2)
    next_steps = _text(_("下一步打算"), LIMITS["next_steps"], rows=2)
    ask = _text(_("需协调事项（需要协调什么）"), LIMITS["ask"], rows=2)
    ask_to = AgencyChoiceField(
        label=_("请谁协调"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("办公室"),
        help_text=_("填写了需协调事项才起作用。报出后办公室在审核时限内、单位在 5 个工作日内答复。"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        addressee = self.fields["ask_to"]
        assert isinstance(addressee, forms.ModelChoiceField)
        addressee.queryset = addressees()

    def content(self) -> ReportContent:
        unit = self.cleaned_data["ask_to"]
        entered = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "ask_to"}}
        return ReportContent(**entered, ask_to=unit.pk if unit else "")


class ContributionForm(forms.Form):
    """配合情况. “本期无变化” is a button of its own and asks for none of this."""

    text = _text(
        _("配合情况"), CONTRIBUTION_LENGTH, rows=4, required=True, error_messages={"required": _("请填写配合情况。")}
    )
    percent = PercentField(
        label=_("本单位部分进度（%）"),
        required=False,
        help_text=_("本单位承担的部分完成了多少；说不清可以不填。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "percent-input"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """协调答复."""

    text = _text(_("答复"), LIMITS["ask"], rows=4, required=True, error_messages={"required": _("请填写答复。")})
    version = forms.IntegerField(widget=forms.HiddenInput)


class EvidenceForm(forms.Form):
    """佐证材料."""

    files = FilesField(label=_("佐证材料"), required=False)


class ApprovalForm(forms.Form):
    """审定: the word may differ from the one that the unit proposed."""

    result = forms.ChoiceField(label=_("进展评价"), choices=Result.choices)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """退回."""

    reason = forms.CharField(
        label=_("退回理由"),
        max_length=500,
        error_messages={"required": _("退回时请写明理由，便于单位修改。")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ClosingForm(forms.Form):
    """办结申请."""

    statement = _text(
        _("办结说明"), STATEMENT_LENGTH, rows=8, required=True,
        error_messages={"required": _("请写明做了什么、取得什么结果。")},
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HearingForm(forms.Form):
    """征求意见: what the own unit says; silence is not for it to choose."""

    answer = forms.ChoiceField(
        label=_("本单位意见"),
        choices=[(each.value, each.label) for each in (Hearing.Answer.AGREED, Hearing.Answer.OBJECTED)],
        error_messages={"required": _("请选择同意办结或有不同意见。")},
        widget=forms.RadioSelect,
    )
    text = _text(_("说明（有不同意见时必填）"), OPINION_LENGTH, rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)


class CheckForm(forms.Form):
    """核验."""

    note = forms.CharField(
        label=_("核验意见"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def starting_values(task: Task, previous: Report | None) -> dict[str, Any]:
    """What a new report starts from: the last approved percent and word; texts are for people to write."""
    return {"percent": task.percent, "result": previous.result if previous else Result.ADVANCING}


def read_percent(value: Any) -> int | None:
    """A percent as it was typed, or None for what is none."""
    try:
        return PercentField(required=False).clean(value)
    except forms.ValidationError:
        return None


def typed_values(values: dict[str, Any]) -> dict[str, str]:
    """What a form that starts from these values holds before anything is typed, as a working copy would keep it."""
    return {name: "" if values.get(name) is None else str(values[name]) for name in COPIED}


def entered_values(report: Report) -> dict[str, Any]:
    """A report's own fields, to go on editing it."""
    names = ("percent", "result", *LIMITS, "ask_to", "version")
    return {name: getattr(report, name) for name in names}


def unchanged_content(task: Task) -> ReportContent:
    """本期无变化: the percent and word as last approved, no text."""
    return ReportContent(percent=task.percent, result=task.last_result or Result.ADVANCING, progress="", no_change=True)
