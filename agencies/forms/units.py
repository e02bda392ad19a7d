"""What is entered about units. Rules are the actions'; a form only reads."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.forms.fields import AgencyChoicesField
from agencies.models import Agency, AgencyName, Succession, User
from agencies.models.agency import Kind
from common.fields import ForgivingDateField
from zones.models import Zone


class RenameForm(forms.ModelForm):
    """A unit's new name, from a day on, on the strength of a document."""

    valid_from = ForgivingDateField(
        label=_("启用日期"), help_text=_("新名称正式启用的日期；可以提前录入，到那一天自动启用。")
    )

    class Meta:
        model = AgencyName
        fields = ("name", "short_name", "name_en", "valid_from", "basis")
        help_texts = {
            "short_name": _("表格里用，尽量不超过 8 个字。"),
            "basis": _("写明更名的文件名称和文号。"),
        }


class NewUnitForm(forms.ModelForm):
    """A unit that the plan does not know, with its first name."""

    KINDS = [choice for choice in Kind.choices if choice[0] not in {Kind.OPEN_SET, Kind.OFFICE}]

    kind = forms.ChoiceField(label=_("类别"), choices=[("", "—"), *KINDS])
    zone = forms.ModelChoiceField(
        label=_("所属片区"), queryset=Zone.objects.none(), required=False, help_text=_("片区管理机构必填。")
    )
    valid_from = ForgivingDateField(label=_("设立日期"))
    basis = forms.CharField(label=_("依据"), max_length=200, help_text=_("写明设立文件的名称和文号。"))

    class Meta:
        model = Agency
        fields = ("name", "short_name", "name_en", "code", "kind", "zone")
        help_texts = {
            "short_name": _("表格里用，尽量不超过 8 个字。"),
            "code": _("小写字母、数字和连字符，如 data-bureau；定后不能更改。"),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = Zone.objects.visible_to(by)


class SuccessionForm(forms.Form):
    """What happens to a unit, from when, on the strength of which document; it stands in the address of the preview."""

    kind = forms.ChoiceField(label=_("方式"), choices=Succession.Kind.choices, widget=forms.RadioSelect)
    successors = AgencyChoicesField(
        label=_("承接单位"),
        queryset=Agency.objects.none(),
        help_text=_("合并选一个，分设可选几个。新组建的单位须先新增。"),
        error_messages={"required": _("请选择承接单位。")},
    )
    effective_on = ForgivingDateField(label=_("生效日期"), help_text=_("不晚于今天；到生效之日再登记。"))
    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("写明机构改革文件的名称和文号。"),
        error_messages={"required": _("请注明依据文件。")},
    )
    continues = forms.BooleanField(label=_("原单位继续存在，只分出部分职责（仅限分设）"), required=False)

    def __init__(self, *args: Any, agency: Agency, by: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        able = Agency.objects.visible_to(by).can_succeed(on=on)
        self.fields["successors"].queryset = able.exclude(pk=agency.pk)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        is_merge, units = entered.get("kind") == Succession.Kind.MERGE, entered.get("successors")
        if is_merge and units is not None and len(units) > 1:
            self.add_error("successors", _("合并只有一个承接单位；职责分到几个单位的，请选“分设”。"))
        if is_merge and entered.get("continues"):
            self.add_error("continues", _("合并后原单位不再存在；继续存在的，请选“分设”。"))
        return entered
