"""What the page of components shows: made-up words in every state. No query."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from common.differences import differences
from tasks.lights.words import COLOUR_LABELS
from tasks.status import Status

Row = dict[str, Any]
LIGHTS = tuple(COLOUR_LABELS.items())
THEMES = ("light", "dark")
COLOURS = ("surface", "body", "line", "muted", "accent", "green", "yellow", "red", "blue", "grey")
TONES = ("red", "yellow", "blue", "green", "grey")


def samples() -> Row:
    """Each component's words."""
    return {
        "colours": COLOURS,
        "lights": [{"colour": each.value, "label": label, "reason": _("原因")} for each, label in LIGHTS],
        "statuses": [{"code": each.value, "label": each.label} for each in Status],
        "densities": ("", "compact"),
        "pieces": differences(_("完成平台一期建设"), _("完成平台二期建设")),
        "bars": [(35, 60), (72, 60), (100, 100), (20, None)],
        "counts": [_counts(number) for number in (9, 3)],
        "tabs": _links(_("表格"), _("看板"), _("时间轴"), _("月历")),
        "segments": _links(_("待答复"), _("已答复"), _("全部")),
        "chips": _links(_("南宁片区"), _("红灯")),
        "crumbs": _links(_("台账"), _("任务")),
        "tones": [(tone, _("提示的内容")) for tone in ("info", "success", "warning", "error")],
        "facts": [(_("原时限"), "2026-12-31"), (_("现时限"), "2027-03-31")],
        "moments": [
            {"when": "2026-11-20", "text": _("审定"), "is_now": True},
            {"when": "2026-11-18", "text": _("审签报出"), "is_now": False},
        ],
        "page": _middle_page(),
    }


def _counts(number: int) -> list[Row]:
    return [
        {"url": "#counts", "count": place * 3, "title": _("待办的事"), "tone": TONES[place % len(TONES)]}
        for place in range(1, number + 1)
    ]


def _links(*labels: str) -> list[Row]:
    return [{"url": "#", "label": label, "is_current": place == 0, "count": 0} for place, label in enumerate(labels)]


def _middle_page() -> Page[int]:
    return Paginator(range(30), 10).page(2)
