"""What Ctrl+K finds: tasks, units, pages and actions of one person, with the letters by which each may be typed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.roles import Can
from common.pinyin import sounds
from dashboard.readers.known_names import in_order, units_by_name
from ledger.readers import last_sequence
from tasks.lights import COLOUR_LABELS, Colour
from tasks.models import Assignment, Task
from tasks.status import ENDED, REPORTING, Status

Row = dict[str, Any]


def palette_version(user: User, *, on: date) -> str:
    """Under which the answer can be kept: data, person with role and unit, language and day (one query)."""
    release = settings.SPECTACULAR_SETTINGS["VERSION"]
    parts = (release, last_sequence(), user.pk, user.role, user.agency_id, get_language(), on.isoformat())
    return ".".join(map(str, parts))


def palette_items(user: User, *, pages: Iterable[Row], on: date) -> Row:
    """Everything at once, to be searched in the browser (two queries); `pages` are those this person may open."""
    tasks = _tasks(user, on)
    items = [
        *(_task(row) for row in tasks),
        *map(_unit, units_by_name(user)),
        *(_page(page) for page in pages),
        *_actions(user),
        *(action for row in tasks for action in _task_actions(user, row)),
    ]
    kinds = {
        "task": pgettext("several", "任务"),
        "unit": pgettext("several", "单位"),
        "page": pgettext("several", "页面"),
        "action": pgettext("several", "操作"),
        "here": _("本页"),
    }
    return {"kinds": kinds, "items": items, "search": _("在原文、报送、通报中搜索“{words}”")}


# -- tasks -----------------------------------------------------------------------------------------------------------

_TASK = (
    "number", "title", "title_en", "status", "colour", "lead_code", "lead_name", "lead_name_en", "is_supported",
)  # fmt: skip


def _tasks(user: User, on: date) -> list[Row]:
    links = Assignment.objects.filter(task=OuterRef("pk"))
    lead = links.filter(role=Assignment.Role.LEAD)
    own = links.filter(role=Assignment.Role.CO, agency=user.agency_id or "")
    found = Task.objects.visible_to(user).current().with_colour(on).order_by("number")
    found = found.annotate(
        lead_name=Subquery(lead.values("agency__short_name")[:1]),
        lead_name_en=Subquery(lead.values("agency__name_en")[:1]),
        is_supported=Exists(own),
    )
    return list(found.values(*_TASK))


def _task(row: Row) -> Row:
    is_english = get_language() == "en"
    lead = row["lead_name_en" if is_english else "lead_name"] or ""
    return {
        "id": f"task-{row['number']}",
        "kind": "task",
        "number": row["number"],
        "url": reverse("dashboard:task", args=[row["number"]]),
        "texts": _texts(*in_order(row["title"], row["title_en"])),
        "note": lead,
        "light": row["colour"],
        "word": str(COLOUR_LABELS[Colour(row["colour"])]),
    }


def _task_actions(user: User, row: Row) -> list[Row]:
    """What this person begins from the task's own page most often."""
    number, status = row["number"], Status(row["status"])
    can_set_up = user.has(Can.SET_UP_TASKS) and status not in ENDED | {Status.STANDING}
    can_report = user.drafts_for_agency and status in REPORTING
    offers = {
        "progress:new": (can_report and row["lead_code"] == user.agency_id, _("报送任务 %(number)d")),
        "progress:contribute": (can_report and row["is_supported"], _("反馈任务 %(number)d 的配合情况")),
        "tasks:deadline": (can_set_up, _("设定任务 %(number)d 的时限")),
    }
    return [
        _action(
            f"{name}-{number}", label % {"number": number}, url=reverse(name, args=[number]), number=number, row=row
        )
        for name, (is_offered, label) in offers.items()
        if is_offered
    ]


# -- units, pages, actions -------------------------------------------------------------------------------------------


def _unit(row: Row) -> Row:
    label, other = in_order(row["name"], row["name_en"])
    names = [label, *(name for name in (other, *row["all"]) if name != label)]
    return {
        "id": f"unit-{row['code']}",
        "kind": "unit",
        "url": reverse("agencies:detail", args=[row["code"]]),
        "texts": _texts(*dict.fromkeys(names)),
        "note": row["short_name"] if label != row["short_name"] and label == row["name"] else "",
    }


def _page(page: Row) -> Row:
    note = page["group"] if page["group"] != page["label"] else ""
    return {"id": page["name"], "kind": "page", "url": page["url"], "texts": _texts(page["label"]), "note": note}


def _actions(user: User) -> list[Row]:
    """What can be done from every page; `press` is a control of the page, and without it there is no such action."""
    return [
        _action("theme", _("切换深色或浅色"), press="[data-theme-switch]"),
        _action("language", _("切换语言"), press=".tool-form [name=language]"),
        _action("shortcuts", _("列出快捷键"), press="[data-shortcuts]"),
        _action("copy", _("复制本页链接"), press="copy"),
        _action("print", _("打印本页"), press="print"),
        _action("password", _("修改密码"), url=reverse("account_change_password")),
        _action("preferences", _("设置偏好"), url=reverse("agencies:preferences")),
        _action("logout", _("退出登录"), url=reverse("account_logout")),
    ]


def _action(key: str, label: str, *, row: Row | None = None, **more: Any) -> Row:
    """An action about a task is found by the task's title too."""
    titles = in_order(row["title"], row["title_en"]) if row else ()
    note = titles[0] if titles else ""
    return {"id": f"do-{key}", "kind": "action", "texts": _texts(label, *titles), "note": note, **more}


# -- texts and their letters -----------------------------------------------------------------------------------------


def _texts(*texts: str) -> list[list[str]]:
    """Each text with the readings of its characters, as the browser takes them: hang|xing zheng …"""
    return [[text, "" if text.isascii() else _spelling(text)] for text in texts if text]


def _spelling(text: str) -> str:
    return " ".join("|".join(readings).replace(" ", "_") for readings in sounds(text))
