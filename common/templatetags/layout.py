"""{% widget form.field %}, {% request_id %}, {{ names|lookup:code }} and {{ value|day }}."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

from common.requests import current_request_id

register = template.Library()

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The field's widget in the clothes of the design; what the form itself gave it stays."""
    own = field.field.widget.attrs.get("class", "")
    dress = next(name for kind, name in _CLASSES if isinstance(field.field.widget, kind))
    invalid = "is-invalid" if field.errors else ""
    return field.as_widget(attrs={"class": " ".join(filter(None, (own, dress, invalid)))})


@register.simple_tag
def request_id() -> str:
    """The number under which the log knows this request."""
    return current_request_id()


@register.filter
def lookup(names: Mapping[str, Any], key: str) -> Any:
    """The name behind a code; the code itself when it has none."""
    return names.get(key, key)


@register.filter
def day(value: Any) -> Any:
    """2026-12-31 for a date, a dash for nothing, anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value or "—"
