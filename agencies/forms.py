"""What is entered about people and units. Rules are the actions'; a form only reads."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agencies.actions import Preferences
from agencies.models import Agency, AgencyName, Succession, User, UserQuerySet
from agencies.models.agency import Kind
from agencies.models.user import Density, Theme
from agencies.roles import Role
from common.fields import ForgivingDateField
from zones.models import Zone

LEFT = "*"  # no unit's code
PERSON_ROLES = [(role.value, role.label) for role in Role if role != Role.CLIENT]


class AgencyChoiceField(forms.ModelChoiceField):
    """A unit, by the name it bears today and the plan's; one that is dissolved says so."""

    def label_from_instance(self, obj: Agency) -> str:
        return unit_label(obj)


class AgencyChoicesField(forms.ModelMultipleChoiceField):
    """Several units, likewise."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Agency) -> str:
        return unit_label(obj)


def unit_label(agency: Agency) -> str:
    """现名（原名）, and whether the unit is dissolved."""
    return _("%(name)s（已撤销）") % {"name": agency.full_label} if agency.dissolved_on else agency.full_label


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
    is_head = forms.BooleanField(
        label=_("单位主要负责人"),
        required=False,
        help_text=_("督办通知单直接送达主要负责人；没有指定的，送达全体审签人。"),
    )
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
        return {name: self.cleaned_data[name] for name in ("name", "role", "agency", "phone", "email", "is_head")}


class NewPersonForm(PersonForm):
    """The same for a person who has no account yet."""

    username = forms.CharField(
        label=_("账号"),
        max_length=60,
        help_text=_("登录用，建立后不能更改。"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    field_order = ("username", "name", "role", "agency", "phone", "email", "is_head")

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, by=by, **kwargs)
        self.fields["agency"].queryset = self.fields["agency"].queryset.filter(dissolved_on=None)

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


class StaffForm(forms.Form):
    """Where each person of the old unit goes; whom nobody chooses for stays for now."""

    def __init__(self, *args: Any, staff: Sequence[User], successors: Iterable[Agency], **kwargs: Any):
        super().__init__(*args, **kwargs)
        moves = [(each.code, _("转入%(name)s") % {"name": each.full_label}) for each in successors]
        choices = [("", _("暂不处理")), *moves, (LEFT, _("已离岗，停用账号"))]
        for person in staff:
            label = f"{person.name}（{person.get_role_display()}）"
            self.fields[f"person-{person.pk}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def chosen(self) -> dict[int, str | None]:
        """Each chosen person's key → the code to move to, None for who has left."""
        entered = {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items() if value}
        return {pk: None if value == LEFT else value for pk, value in entered.items()}


class ColleagueField(forms.ModelChoiceField):
    """A person with unit and role."""

    def label_from_instance(self, obj: User) -> str:
        unit = obj.agency.label if obj.agency else ""
        return f"{obj}（{unit} {obj.get_role_display()}）"


class LeaveForm(forms.Form):
    """Who is away when, and who stands in; without anybody to choose there is nothing to enter."""

    user = ColleagueField(label=_("离岗人"), queryset=User.objects.none(), to_field_name="username")
    delegate = ColleagueField(
        label=_("代办人"),
        queryset=User.objects.none(),
        to_field_name="username",
        help_text=_("同单位、同岗位；填报员也可由审签人代办。"),
    )
    starts_on = ForgivingDateField(label=_("起"))
    ends_on = ForgivingDateField(label=_("止"), help_text=_("含当日。"))

    def __init__(self, *args: Any, people: UserQuerySet, colleagues: UserQuerySet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        units = people.order_by().values("agency")
        staff = colleagues.serving().filter(agency__in=units).select_related("agency")
        self.fields["delegate"].queryset = staff.order_by("agency__order", "username")
        self.has_people = people.exists()


class PreferencesForm(forms.Form):
    """偏好; a request that names only some of them changes only those."""

    theme = forms.ChoiceField(
        label=_("深浅色"),
        choices=[("", _("跟随系统")), *Theme.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    density = forms.ChoiceField(
        label=_("行距"),
        choices=[("", _("适中")), *Density.choices],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("紧凑时一屏能看到更多行。"),
    )
    language = forms.ChoiceField(
        label=_("语言"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("在哪台电脑上登录都用这种语言；邮件和公文仍用中文。"),
    )
    columns = forms.ChoiceField(choices=[("", "")], required=False, widget=forms.HiddenInput)

    def choices(self) -> Preferences:
        """What was sent; what was not stays as it is."""
        return Preferences(**{name: value for name, value in self.cleaned_data.items() if name in self.data})
