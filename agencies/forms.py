"""What is entered about people and units. Rules are the actions'; a form only reads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, AgencyName, User
from agencies.roles import Role
from common.fields import ForgivingDateField

PERSON_ROLES = [(role.value, role.label) for role in Role if role != Role.CLIENT]


class AgencyChoiceField(forms.ModelChoiceField):
    """A unit, by the name it bears today and the plan's."""

    def label_from_instance(self, obj: Agency) -> str:
        return obj.full_label


class PersonForm(forms.Form):
    """A person's particulars, unit and role; `version` is the one that was opened."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("岗位"), choices=[("", "—"), *PERSON_ROLES])
    agency = AgencyChoiceField(
        label=_("单位"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("不属于任何单位"),
        help_text=_("填报员、审签人、督办员和办公室负责人必须属于一个单位。"),
    )
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False, help_text=_("提醒邮件发到这个邮箱。"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    current: User | None = None

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(by).with_staff()

    def compare_with(self, current: User) -> None:
        """Somebody saved first: the page shows the current particulars, and saving again means having seen them."""
        self.current = current
        self.data = {**self.data.dict(), "version": current.version}

    def particulars(self) -> dict[str, Any]:
        """What the actions take of it."""
        return {name: self.cleaned_data[name] for name in ("name", "role", "agency", "phone", "email")}


class NewPersonForm(PersonForm):
    """The same for a person who has no account yet."""

    username = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_("登录用，建立后不能更改。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    field_order = ("username", "name", "role", "agency", "phone", "email")

    def particulars(self) -> dict[str, Any]:
        return {**super().particulars(), "username": self.cleaned_data["username"]}


class ReasonForm(forms.Form):
    """Why an account is closed; it stands on the page of a person's particulars, so its ids are its own."""

    reason = forms.CharField(label=_("停用原因"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="id_reason_%s", **kwargs)


class PeopleFilterForm(forms.Form):
    """Which people a list shows; it stands in the address."""

    q = forms.CharField(label=_("查找"), required=False, max_length=60)
    agency = AgencyChoiceField(
        label=_("单位"), queryset=Agency.objects.none(), required=False, empty_label=_("全部单位")
    )
    role = forms.ChoiceField(label=_("岗位"), choices=[("", _("全部岗位")), *PERSON_ROLES], required=False)
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("在用")), ("left", _("已停用")), ("all", _("全部"))], required=False
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(by).with_staff()

    @property
    def is_narrowing(self) -> bool:
        """Whether anything at all was asked for."""
        return any(self.data.get(name) for name in self.fields)


class RenameForm(forms.ModelForm):
    """A unit's new name, from a day on, on the strength of a document."""

    valid_from = ForgivingDateField(label=_("启用日期"), help_text=_("新名称正式启用的日期，不晚于今天。"))

    class Meta:
        model = AgencyName
        fields = ("name", "short_name", "name_en", "valid_from", "basis")
        help_texts = {
            "short_name": _("表格里用，尽量不超过 8 个字。"),
            "basis": _("写明更名的文件名称和文号。"),
        }
