"""The office's rules as forms: one field for each number of a policy."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.texts import join_words
from supervision.rulebook import ITEMS, POLICIES, Item, shown

MOST = 1000
SEPARATORS = re.compile(r"\W+")  # whatever stands between numbers, Chinese or not


class DistancesField(forms.CharField):
    """Several whole numbers, however they are parted: 7、3、1."""

    default_error_messages = {"invalid": _("请填写整数，用顿号隔开，例如 7、3、1。")}

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(super().to_python(value) or "")).strip()
        words = [word for word in SEPARATORS.split(text) if word]
        if not all(word.isdecimal() and len(word) <= 3 for word in words):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return tuple(int(word) for word in words)

    def prepare_value(self, value: Any) -> Any:
        return join_words(map(str, value)) if isinstance(value, tuple | list) else value


class PolicyForm(forms.Form):
    """The numbers of one kind of policy; `number` is the version that was opened."""

    reason = forms.CharField(
        label=_("调整理由"), max_length=200, required=False, help_text=_("保存时必须写明；记入留痕，随新规则一起公开。")
    )
    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, numbers = kind, {}
        for item in ITEMS[kind]:
            numbers[item.name] = _field(item, getattr(POLICIES[kind](), item.name))
        self.fields = {**numbers, **self.fields}

    @property
    def numbers(self) -> list[Any]:
        """The fields of the policy itself, without reason and version."""
        return [self[item.name] for item in ITEMS[self.kind]]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            self.policy = self._policy(values)
        return values

    def _policy(self, values: dict[str, Any]) -> Any:
        try:
            return POLICIES[self.kind](**{item.name: values[item.name] for item in ITEMS[self.kind]})
        except ValueError:
            self.add_error(None, _("这些数值放在一起不成立，请对照各项说明修改。"))
            return None


def _field(item: Item, default: Any) -> forms.Field:
    said = _("%(unit)s；%(source)s，默认 %(default)s") % {
        "unit": item.unit, "source": item.source, "default": shown(default),
    }  # fmt: skip
    if isinstance(default, bool):
        return forms.BooleanField(label=item.label, required=False, help_text=item.source)
    if isinstance(default, tuple):
        return DistancesField(label=item.label, help_text=said, max_length=60)
    return forms.IntegerField(label=item.label, min_value=1, max_value=MOST, help_text=said)
