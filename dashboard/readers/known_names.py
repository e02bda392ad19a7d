"""What tasks and units are known by, for whoever looks for them."""

from typing import Any

from django.utils.translation import get_language

from agencies.models import Agency, User

Row = dict[str, Any]

_NAMES = ("name", "short_name", "name_en", "plan_name", "names__name", "names__short_name", "names__name_en")


def units_by_name(user: User) -> list[Row]:
    """Each unit with, in `all`, every name that it bears or has borne (one query)."""
    units: dict[str, Row] = {}
    for row in Agency.objects.visible_to(user).order_by("order", "names__valid_from").values("code", *_NAMES):
        unit = units.setdefault(row["code"], {**row, "all": {}})
        unit["all"].update({row[name]: None for name in _NAMES if row[name]})
    return list(units.values())


def in_order(chinese: str, english: str) -> tuple[str, str]:
    """Both names, that of the reader's language first."""
    return (english, chinese) if get_language() == "en" else (chinese, english)
