"""矩阵的筛选: what the matrix is narrowed by, as its address has it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Kind
from dashboard.readers.matrix import Narrow, Order
from tasks.lights import COLOUR_LABELS

KINDS = [(kind.value, kind.label) for kind in Kind if kind != Kind.OFFICE]


class MatrixForm(forms.Form):
    """Every field may be empty, which means all; `names` are those of `tasks.readers.part_names`."""

    kind = forms.ChoiceField(label=_("单位类别"), required=False, choices=[("", _("全部")), *KINDS])
    pillar = forms.ChoiceField(label=_("板块"), required=False)
    light = forms.ChoiceField(
        label=_("亮灯"), required=False,
        choices=[("", _("全部")), *((each.value, label) for each, label in COLOUR_LABELS.items())],
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("片区"), required=False)
    order = forms.ChoiceField(label=_("单位顺序"), required=False, choices=Order.choices)

    def __init__(self, *args: Any, names: dict[str, dict[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        pillars = [(number, f"{number}. {title}") for number, title in names["pillar"].items()]
        self.fields["pillar"].choices = [("", _("全部")), *pillars]
        self.fields["zone"].choices = [("", _("全部")), *names["zone"].items()]

    def clean(self) -> dict[str, Any]:
        """A parameter that nobody knows is said, and not silently left out."""
        unknown = [name[:40] for name in self.data if name not in self.fields]
        for name in unknown:
            self.add_error(None, gettext("没有“%(name)s”这个筛选条件。") % {"name": name})
        return self.cleaned_data

    def narrow(self) -> Narrow:
        entered = self.cleaned_data
        return Narrow(**{**entered, "order": entered["order"] or Order.PLAN})

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data[name] for name in ("kind", "pillar", "light", "zone"))
