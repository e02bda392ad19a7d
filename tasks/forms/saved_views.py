"""What people enter to keep a list under a name. The rules themselves are the actions'."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ViewForm(forms.Form):
    """视图: its name, and whether everybody sees it."""

    name = forms.CharField(
        label=_("视图名称"),
        max_length=40,
        error_messages={"required": _("请给视图起个名称。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_shared = forms.BooleanField(label=_("全员可见"), required=False)
