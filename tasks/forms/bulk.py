"""What people enter to change many tasks at once. The rules themselves are the single actions'."""

import hashlib
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tasks.filters import TaskFilter
from tasks.forms.changes import DeadlineFields, MilestoneFormSet
from tasks.forms.listing import LABELS, Names, choice_names
from tasks.models import BulkChange
from tasks.periods import Cycle

KINDS = {
    BulkChange.Kind.DEADLINES: _("起止时间和依据"),
    BulkChange.Kind.MILESTONES: _("节点"),
    BulkChange.Kind.CYCLE: _("报送周期"),
}


class ReasonForm(forms.Form):
    """The reason that stands in every task's 留痕."""

    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "data-limit": 200}),
        help_text=_("写入每项任务的留痕；其中有已定时限的任务时必填。"),
    )

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class BulkDeadlineForm(ReasonForm, DeadlineFields):
    """时限 for many tasks; an office's date never poses as the plan's."""

    field_order = ("start_date", "due_date", "basis", "note", "reason")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_bases(is_set_by_plan=False)


class BulkCycleForm(ReasonForm):
    """报送周期 for many tasks."""

    cycle = forms.ChoiceField(
        label=_("报送周期"),
        required=False,
        choices=[("", _("按一般规定")), *Cycle.choices],
        help_text=_("按月的任务每月和每季都报；按半年的只报半年。"),
    )
    field_order = ("cycle", "reason")


class BulkMilestonesForm(ReasonForm):
    """节点 for many tasks: one list, the same for each."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.rows = MilestoneFormSet(data)

    def is_valid(self) -> bool:
        return super().is_valid() and self.rows.is_valid()

    def values(self) -> dict[str, Any]:
        return {"milestones": self.rows.inputs()}


FORMS: dict[str, type[ReasonForm]] = {
    BulkChange.Kind.DEADLINES: BulkDeadlineForm,
    BulkChange.Kind.MILESTONES: BulkMilestonesForm,
    BulkChange.Kind.CYCLE: BulkCycleForm,
}


class ChoosingForm(forms.Form):
    """Narrows the list of tasks to choose from; reading the parameters is TaskFilter's."""

    pillar = forms.ChoiceField(label=LABELS["pillar"], required=False)
    lead = forms.ChoiceField(label=LABELS["lead"], required=False)
    status = forms.ChoiceField(label=LABELS["status"], required=False)

    def __init__(self, chosen: TaskFilter, names: Names):
        super().__init__(initial={name: "".join(chosen.active.get(name, [])) for name in self.base_fields})
        words = choice_names(names)
        for name, field in self.fields.items():
            field.choices = [("", _("全部")), *words[name].items()]


def chosen_numbers(data: QueryDict) -> list[int]:
    """The numbers of the tasks that were ticked; what is no number is overlooked."""
    return sorted({int(each) for each in data.getlist("task") if each.isdecimal() and len(each) < 6})


def fingerprint(data: QueryDict) -> str:
    """What was entered in one word, so that nothing else is done than what was previewed."""
    silent = {"csrfmiddlewaretoken", "previewed", "confirm"}
    entered = sorted((name, values) for name, values in data.lists() if name not in silent)
    return hashlib.sha256(repr(entered).encode()).hexdigest()
