"""What is entered about tokens. Rules are the actions'; a form only reads."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from agencies.actions import Limits
from agencies.forms.fields import AgencyChoiceField, ColleagueField
from agencies.models import Agency, ApiToken, User
from agencies.roles import Scope
from common.fields import ForgivingDateField


class TokenFilterForm(forms.Form):
    """Which keys a list shows; it stands in the address."""

    q = forms.CharField(label=_("查找"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("有效")), ("ended", _("已失效")), ("all", _("全部"))], required=False
    )

    @property
    def is_narrowing(self) -> bool:
        """Whether anything at all was asked for."""
        return any(self.data.get(name) for name in self.fields)


class TokenLimitsForm(forms.Form):
    """From where and how often a key may be used; `seen` is what stood there when the page was opened."""

    networks = forms.CharField(
        label=_("可用地址"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false", "placeholder": "10.20.0.0/16"}),
        help_text=_("每行一个 IP 地址或网段，如 10.20.0.8、10.20.0.0/16、2001:db8::/32。不填则不限地址。"),
    )
    per_minute = forms.IntegerField(label=_("每分钟请求数上限"), required=False, min_value=1)
    seen = forms.JSONField(required=False, widget=forms.HiddenInput)
    current: ApiToken | None = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        words = {"most": settings.API_REQUESTS_PER_MINUTE}
        self.fields["per_minute"].help_text = _("不填则按系统统一的上限，每分钟 %(most)s 次。") % words

    @staticmethod
    def entered(token: ApiToken) -> dict[str, Any]:
        """What the form shows of a key."""
        seen = {"networks": token.networks, "per_minute": token.per_minute}
        return {"networks": "\n".join(token.networks), "per_minute": token.per_minute, "seen": seen}

    def compare_with(self, current: ApiToken) -> None:
        """Somebody saved first: the page shows what stands now, and saving again means having seen it."""
        self.current = current
        seen = self.fields["seen"].prepare_value(self.entered(current)["seen"])
        self.data = {**self.data.dict(), "seen": seen}

    def limits(self) -> dict[str, Any]:
        """What the actions take of it."""
        lines = self.cleaned_data["networks"].splitlines()
        networks = [line.strip() for line in lines if line.strip()]
        return {"networks": networks, "per_minute": self.cleaned_data["per_minute"]}

    def opened(self) -> Limits | None:
        """What stood there when the page was opened; anything else than that is as good as none."""
        seen = self.cleaned_data["seen"]
        return Limits(**seen) if isinstance(seen, dict) and set(seen) == {"networks", "per_minute"} else None


SCOPE_NOTES = {
    Scope.READ: _("任务、亮灯、审定的报送和汇总数字"),
    Scope.WRITE: _("代本单位填写、报出报送；也可读取进展"),
    Scope.CHANGES: _("按顺序取得每一次变更，用于同步"),
    Scope.ADMIN: _("人员、单位和日历的管理；接口账号用不上"),
    Scope.CALENDAR: _("只能订阅时限日历"),
}


class NewTokenForm(TokenLimitsForm):
    """A new key: whose, for what, how long."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("写明哪个系统使用，如：自治区数据共享平台。"))
    agency = AgencyChoiceField(
        label=_("单位"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("全部单位"),
        help_text=_("选了单位，只能看到该单位的草稿、只能代该单位报送。"),
    )
    user = ColleagueField(
        label=_("使用者"),
        queryset=User.objects.none(),
        required=False,
        to_field_name="username",
        empty_label=_("另建接口账号"),
        help_text=_("给系统用的，另建接口账号；给某个人用的，选这个人，权限不超出其岗位。"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("权限"),
        choices=[],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只选用得到的。建立后不能更改，需要时另建。"),
        error_messages={"required": _("请至少选一项权限。")},
    )
    expires_at = ForgivingDateField(
        label=_("有效期至"),
        required=False,
        help_text=_("含当日，建议一年。不填则永不过期：令牌一旦泄露，只能靠人发现后吊销。"),
    )
    field_order = ("name", "agency", "user", "scopes", "expires_at", "networks", "per_minute")

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        words = [(each.value, f"{each.label} ({each.value}) — {SCOPE_NOTES[each]}") for each in Scope]
        self.fields["scopes"].choices = words
        self.fields["agency"].queryset = Agency.objects.visible_to(by).with_staff().filter(dissolved_on=None)
        people = User.objects.visible_to(by).serving().select_related("agency")
        self.fields["user"].queryset = people.order_by("agency__order", "username")

    def particulars(self) -> dict[str, Any]:
        """What the action takes of it; a key is good to the end of its last day."""
        day = self.cleaned_data["expires_at"]
        last = make_aware(datetime.combine(day, time(23, 59, 59))) if day else None
        named = {name: self.cleaned_data[name] for name in ("name", "agency", "user", "scopes")}
        return {**named, **self.limits(), "expires_at": last}


class RotateTokenForm(forms.Form):
    """For how many days the old key stays good beside the new one."""

    overlap = forms.IntegerField(
        label=_("原令牌保留天数"),
        min_value=0,
        max_value=30,
        initial=7,
        help_text=_("令牌已经泄露的填 0，原令牌立即失效。"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="id_rotate_%s", **kwargs)

    def particulars(self) -> dict[str, Any]:
        """What the action takes of it."""
        return {"overlap": timedelta(days=self.cleaned_data["overlap"])}


class RevokeTokenForm(forms.Form):
    """Whoever revokes a key has read what that means."""

    is_sure = forms.BooleanField(
        label=_("我已确认，使用这个令牌的系统可以停止访问"), error_messages={"required": _("请先确认。")}
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, auto_id="id_revoke_%s", **kwargs)
