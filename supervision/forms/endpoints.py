"""What is entered about an address of pushes. Rules are the actions'; a form only reads."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from supervision.models import Endpoint, Level
from supervision.readers.pushes import State

PARTICULARS = ("name", "url", "template", "agency", "min_level", "pushes_changes")


class UnitField(forms.ModelChoiceField):
    """A unit, by the name it bears today and the plan's."""

    def label_from_instance(self, obj: Agency) -> str:
        return obj.full_label


class EndpointForm(forms.Form):
    """Particulars of an address; `version` is the one that was opened."""

    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("写明推送给哪个系统或哪个群。"))
    url = forms.CharField(
        label=_("地址"),
        max_length=500,
        help_text=_("以 https:// 开头。内网地址须由运维人员先写进 WEBHOOK_ALLOW。"),
        widget=forms.URLInput({"autocomplete": "off"}),
    )
    template = forms.ChoiceField(
        label=_("格式"),
        choices=Endpoint.Template.choices,
        help_text=_("群机器人只认自己平台的格式；其他系统用标准推送，带签名。"),
    )
    agency = UnitField(
        label=_("单位"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("全部任务"),
        help_text=_("选了单位，提醒只推送该单位牵头任务的；变更推送公开的和该单位自己的。"),
    )
    min_level = forms.TypedChoiceField(label=_("起始级别"), choices=Level.choices, coerce=int, initial=Level.NEAR)
    pushes_changes = forms.BooleanField(
        label=_("推送变更"),
        required=False,
        help_text=_(
            "任务、报送等每变动一次就推送一条，只写编号和动作，内容由对方凭令牌从变更流读取。仅限标准推送；从开启之后的变更推起。"
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    current: Endpoint | None = None

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(by).with_staff()

    def compare_with(self, current: Endpoint) -> None:
        """Somebody saved first: the page shows what stands now, and saving again means having seen it."""
        self.current = current
        self.data = {**self.data.dict(), "version": current.version}

    def particulars(self) -> dict[str, Any]:
        """What the actions take of it."""
        return {name: self.cleaned_data[name] for name in PARTICULARS}


class VersionForm(forms.Form):
    """The version that a button was pressed on."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def read(cls, data: Any) -> int | None:
        """Anything else than a number is as good as none."""
        form = cls(data)
        return form.cleaned_data["version"] if form.is_valid() else None


class PushFilterForm(forms.Form):
    """Which pushes the log shows; `before` is where the page before ended."""

    STATES: ClassVar[list[tuple[str, Any]]] = [("", _("全部")), *State.choices]
    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)
    before = forms.IntegerField(min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput)


class ReplayForm(forms.Form):
    """From where changes are to be pushed once more."""

    after = forms.IntegerField(
        label=_("从哪个序号之后推起"),
        min_value=0,
        max_value=2**62,
        help_text=_("填对方最后处理成功的序号；填 0 则全部重推。"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
