"""The office's settings as values: frozen dataclasses, stored as numbered versions; old judgements keep theirs.

A policy is a frozen dataclass whose fields have defaults (the published rules) and whose `__post_init__` raises
ValueError for values that cannot be. Lists come back from storage as tuples.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


class PolicyKind(TextChoices):
    """设置类别: what a version settles."""

    LIGHTS = "lights", _("亮灯规则")
    PERIODS = "periods", _("报送期规则")
    EXTENSIONS = "extensions", _("延期规则")
    REMINDERS = "reminders", _("提醒规则")
    CALENDAR = "calendar", _("工作日历")


def to_values(policy: Any) -> dict[str, Any]:
    """The policy as plain JSON values; the opposite of `from_values`."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(policy).items()}


def from_values(cls: type[T], values: Mapping[str, Any]) -> T:
    """The policy of stored values. A field that the version did not know has its default; an unknown one is ignored."""
    known = {each.name for each in fields(cls)}  # type: ignore[arg-type]
    plain = {name: value for name, value in values.items() if name in known}
    return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()})
