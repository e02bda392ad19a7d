"""What is entered about people. Rules are the actions'; a form only reads."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agencies.actions import Preferences
from agencies.forms.fields import AgencyChoiceField, ColleagueField
from agencies.models import Agency, User, UserQuerySet
from agencies.models.user import Density, Theme
from agencies.roles import Role
from common.fields import ForgivingDateField

LEFT = "*"  # no unit's code
PERSON_ROLES = [(role.value, role.label) for role in Role if role != Role.CLIENT]


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


class StaffForm(forms.Form):
    """Where each person of the old unit goes; whom nobody chooses for stays for now."""

    def __init__(self, *args: Any, staff: Sequence[User], successors: Iterable[Agency], **kwargs: Any):
        super().__init__(*args, **kwargs)
        moves = [(each.code, _("转入%(name)s") % {"name": each.full_label}) for each in successors]
        choices = [("", _("暂不处理")), *moves, (LEFT, _("已离岗，停用账号"))]
        for person in staff:
            label = _("%(name)s（%(what)s）") % {"name": person.name, "what": person.get_role_display()}
            self.fields[f"person-{person.pk}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def chosen(self) -> dict[int, str | None]:
        """Each chosen person's key → the code to move to, None for who has left."""
        entered = {int(name.partition("-")[2]): value for name, value in self.cleaned_data.items() if value}
        return {pk: None if value == LEFT else value for pk, value in entered.items()}


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
