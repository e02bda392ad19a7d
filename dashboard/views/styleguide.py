"""界面组件: every part that pages are made of, in both themes."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common.errors import require
from dashboard.permissions import can_see_styleguide
from dashboard.readers.styleguide import THEMES, samples


class SampleForm(forms.Form):
    """A field of each kind, one of them wrong."""

    name = forms.CharField(label=_("名称"), help_text=_("写明用途。"))
    number = forms.IntegerField(label=_("完成百分比"))
    kind = forms.ChoiceField(label=_("类别"), choices=[("a", _("甲")), ("b", _("乙"))], required=False)
    choice = forms.ChoiceField(label=_("选一项"), choices=[("a", _("甲")), ("b", _("乙"))], widget=forms.RadioSelect)
    text = forms.CharField(label=_("说明"), widget=forms.Textarea({"rows": 2}), required=False)
    agreed = forms.BooleanField(label=_("已核对"), required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Light and dark side by side; each part is the include that pages use."""
    require(can_see_styleguide(request.user))
    sides = [{"theme": each, "form": _form(each)} for each in THEMES]
    return render(request, "dashboard/styleguide.html", {"sides": sides, **samples()})


def _form(theme: str) -> SampleForm:
    entered = {f"{theme}-name": _("平台一期"), f"{theme}-number": "x", f"{theme}-choice": "a"}
    return SampleForm(entered, prefix=theme, auto_id=f"{theme}-%s")
