from django import forms
from django.utils.translation import gettext_lazy as _

WHOLE = _("请填写 0 到 100 的整数。")


class WhatIfForm(forms.Form):
    """The percent that somebody thinks of reporting."""

    percent = forms.IntegerField(
        label=_("拟报进度（%）"),
        min_value=0,
        max_value=100,
        error_messages={"required": WHOLE, "invalid": WHOLE, "min_value": WHOLE, "max_value": WHOLE},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
