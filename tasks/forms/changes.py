"""What people enter to change a task. The rules themselves are the actions'; here is only how it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import ForgivingDateField
from tasks.actions import MilestoneInput
from tasks.models import Deliverable, DueBasis, Milestone, Task
from tasks.periods import Cycle
from tasks.status import Text, Transition

NO_DATE = {"required": _("请填写日期。")}


class VersionedForm(forms.Form):
    """Carries the version of the task that the person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class StatusForm(VersionedForm):
    """A change of state, with the reason or the basis document where the table asks for one."""

    text = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, change: Transition, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if change.text == Text.NOTHING:
            del self.fields["text"]
            return
        self.fields["text"].required = True
        self.fields["text"].label = _("理由") if change.text == Text.REASON else _("依据文件")
        if change.text == Text.BASIS:
            self.fields["text"].help_text = _("写明文件名称和文号，或会议名称和日期。")


class DeadlineFields(forms.Form):
    """时限 as it is typed, for one task or for many."""

    start_date = ForgivingDateField(label=_("起始时间"), error_messages=NO_DATE)
    due_date = ForgivingDateField(
        label=_("时限"), error_messages=NO_DATE, help_text=_("可以写 20261231、2026.12.31 或 12月底。")
    )
    basis = forms.ChoiceField(label=_("时限依据"), error_messages={"required": _("请注明时限依据。")})
    note = forms.CharField(
        label=_("依据说明"),
        required=False,
        max_length=200,
        help_text=_("例如办公室文件名称、会议纪要或牵头单位方案名称。"),
    )
    reason = forms.CharField(
        label=_("调整理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("改动已定的时限时必填。"),
    )

    def offer_bases(self, *, is_set_by_plan: bool) -> None:
        """An office's date cannot pose as the plan's."""
        usable = [choice for choice in DueBasis.choices if choice[0] != DueBasis.PLAN or is_set_by_plan]
        self.fields["basis"].choices = [("", _("请选择")), *usable]
        if not is_set_by_plan:
            self.fields["basis"].help_text = _("方案原文没有规定时限，这里的日期不会显示为方案规定。")


class DeadlineForm(DeadlineFields, VersionedForm):
    """时限 of one task."""

    def __init__(self, *args: Any, task: Task, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_bases(is_set_by_plan=task.plan.sets_deadlines)
        if task.due_date is None:
            del self.fields["reason"]

    @staticmethod
    def starting_values(task: Task) -> dict[str, Any]:
        return {
            "start_date": task.start_date,
            "due_date": task.due_date,
            "basis": task.due_basis,
            "note": task.due_note,
            "version": task.version,
        }

    def values(self) -> dict[str, Any]:
        """What `set_deadline` takes."""
        return self.cleaned_data


class MilestoneForm(forms.Form):
    """One row of 节点; a row left wholly empty is no milestone."""

    name = forms.CharField(label=_("节点"), max_length=80, error_messages={"required": _("请填写名称。")})
    due_on = ForgivingDateField(label=_("时间"), error_messages=NO_DATE)
    planned_percent = forms.IntegerField(
        label=_("计划进度（%）"),
        min_value=0,
        max_value=100,
        error_messages={"required": _("请填写进度。"), "invalid": _("请填写 0 到 100 的整数。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class MilestoneRows(forms.BaseFormSet):
    """节点 of a task: the rows that stand, and blank ones to add to."""

    def inputs(self) -> list[MilestoneInput]:
        """The rows that are filled in and not struck out."""
        kept = [each for each in self.forms if each.has_changed() or each.initial]
        rows = [each.cleaned_data for each in kept if each not in self.deleted_forms]
        return [
            MilestoneInput(name=row["name"], due_on=row["due_on"], planned_percent=row["planned_percent"])
            for row in rows
        ]

    @staticmethod
    def starting_rows(task: Task) -> list[dict[str, Any]]:
        return list(
            Milestone.objects.filter(task=task.pk).order_by("due_on").values("name", "due_on", "planned_percent")
        )


MilestoneFormSet = forms.formset_factory(
    MilestoneForm, formset=MilestoneRows, extra=3, can_delete=True, max_num=40, absolute_max=60
)


class CycleForm(VersionedForm):
    """报送周期."""

    cycle = forms.ChoiceField(
        label=_("报送周期"),
        required=False,
        choices=[("", _("按一般规定")), *Cycle.choices],
        help_text=_("按月的任务每月和每季都报；按半年的只报半年。"),
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)


class DeliverableForm(forms.Form):
    """成果形式 of one measure."""

    deliverable = forms.ChoiceField(label=_("成果形式"), choices=[("", _("请选择")), *Deliverable.choices])
