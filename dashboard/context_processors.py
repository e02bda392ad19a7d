"""What the frame around every page shows: where one can go, for whom each page is, and how much waits there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models import User
from agencies.roles import Can
from common.clock import now
from dashboard.readers.help import help_topic
from progress.models import Report
from supervision.permissions import (
    can_rehearse,
    can_see_deliveries,
    can_see_endpoints,
    can_see_notices,
    can_see_office_clock,
)
from supervision.readers import frame_counts
from supervision.readers.feedback import SEEN
from tasks.permissions import can_move_assignments


@dataclass(frozen=True)
class Page:
    """One entry; `within` are the views that count as standing there too."""

    name: str
    label: Any
    is_for: Callable[[User], bool]
    within: frozenset[str] = field(default_factory=frozenset)

    def holds(self, view_name: str) -> bool:
        return view_name == self.name or view_name in self.within


def _reads_tasks(user: User) -> bool:
    return user.reads_tasks


def _reads_units(user: User) -> bool:
    return user.reads_tasks or user.manages_people


def _reads_ledger(user: User) -> bool:
    return user.reads_tasks or user.reads_whole_ledger


def _reviews(user: User) -> bool:
    return user.has(Can.REVIEW)


def _supports(user: User) -> bool:
    return user.drafts_for_agency


def _answers(user: User) -> bool:
    return user.drafts_for_agency or _reviews(user)


def _sees_cases(user: User) -> bool:
    return user.reads_tasks and (user.drafts_for_agency or user.has(Can.READ_SUBMITTED))


def _sets_up(user: User) -> bool:
    return user.has(Can.SET_UP_TASKS)


def _has_unit(user: User) -> bool:
    return user.agency_id is not None and user.reads_tasks


def _manages_people(user: User) -> bool:
    return user.manages_people


@dataclass(frozen=True)
class Group:
    """Pages that belong together: one entry of the navigation, which leads to the first that is for the person."""

    label: Any
    pages: tuple[Page, ...]


UNITS = pgettext_lazy("several", "单位")
GROUPS: tuple[Group, ...] = (
    Group(_("我的工作"), (Page("dashboard:home", _("我的工作"), _reads_tasks),)),
    Group(
        _("驾驶舱"),
        (
            Page(
                "dashboard:cockpit", _("驾驶舱"), _reads_tasks,
                frozenset({"dashboard:cockpit_changes", "dashboard:cockpit_tasks"}),
            ),
        ),
    ),
    Group(
        _("台账"),
        (
            Page(
                "tasks:list", _("台账"), _reads_tasks,
                frozenset({
                    "dashboard:task", "tasks:deadline", "tasks:milestones", "tasks:status", "tasks:extension_new",
                    "tasks:exemptions", "tasks:what_if", "progress:new", "progress:edit", "progress:detail",
                    "progress:evidence_add", "tasks:views",
                }),
            ),
            Page("supervision:overdue", _("超期"), _reads_tasks),
            Page("tasks:plan", _("方案"), _reads_tasks),
            Page("dashboard:matrix", _("矩阵"), _reads_tasks),
            Page(
                "tasks:bulk", _("批量办理"), _sets_up,
                frozenset({"tasks:bulk_choose", "tasks:bulk_change", "tasks:bulk_paste", "tasks:bulk_result"}),
            ),
        ),
    ),
    Group(
        _("报送"),
        (
            Page("progress:reviews", _("审核"), _reviews, frozenset({"progress:review"})),
            Page("progress:standing", _("报送情况"), _reads_tasks),
            Page("progress:contributions", _("配合情况"), _supports, frozenset({"progress:contribute"})),
            Page("progress:asks", _("协调事项"), _answers, frozenset({"progress:ask"})),
        ),
    ),
    Group(
        _("督办"),
        (
            Page("supervision:notices", _("督办通知"), can_see_notices, frozenset({"supervision:notice"})),
            Page("tasks:extensions", _("延期"), _sees_cases, frozenset({"tasks:extension", "tasks:extension_edit"})),
            Page(
                "progress:closings", _("办结"), _sees_cases,
                frozenset({"progress:closing", "progress:closing_detail"}),
            ),
            Page("supervision:bulletins", _("通报"), _reads_tasks, frozenset({"supervision:bulletin"})),
            Page("supervision:office_clock", _("办公室计时"), can_see_office_clock),
            Page("supervision:deliveries", _("送达"), can_see_deliveries, frozenset({"supervision:delivery"})),
        ),
    ),
    Group(
        UNITS,
        (
            Page(
                "agencies:list", UNITS, _reads_units,
                frozenset({"agencies:detail", "agencies:rename", "agencies:new", "tasks:succession"}),
            ),
            Page("tasks:assignment_moves", _("责任移交"), can_move_assignments),
            Page("agencies:people", _("人员"), _manages_people, frozenset({"agencies:person", "agencies:person_new"})),
            Page("agencies:leave", _("代办"), _has_unit),
        ),
    ),
    Group(
        _("规则"),
        (
            Page("supervision:settings", _("规则"), _reads_tasks, frozenset({"supervision:policy"})),
            Page("supervision:rehearsal", _("演练"), can_rehearse),
            Page("tasks:calendar", _("日历"), _reads_tasks, frozenset({"tasks:calendar_preview"})),
            Page(
                "supervision:endpoints", _("系统推送"), can_see_endpoints,
                frozenset({
                    "supervision:endpoint", "supervision:endpoint_new", "supervision:endpoint_rotate",
                    "supervision:endpoint_pushes", "supervision:endpoint_replay",
                }),
            ),
            Page(
                "agencies:tokens", pgettext_lazy("several", "接口令牌"), _manages_people,
                frozenset({
                    "agencies:token", "agencies:token_new", "agencies:token_rotate", "agencies:token_calendar",
                }),
            ),
        ),
    ),
    Group(_("留痕"), (Page("ledger:list", _("留痕"), _reads_ledger),)),
)  # fmt: skip
INBOX = Page("supervision:inbox", _("消息"), _reads_tasks)
# The keys that lead to a page from everywhere; of two pages with the same keys the first that is for the person.
KEYS = {
    "dashboard:home": "g w",
    "dashboard:cockpit": "g c",
    "tasks:list": "g t",
    "dashboard:matrix": "g m",
    "progress:reviews": "g r",
    "progress:standing": "g r",
    "supervision:notices": "g n",
    "supervision:inbox": "g i",
    "agencies:list": "g u",
    "ledger:list": "g l",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """`nav` (lazy: parts of pages ask nothing) and `as_of`, the moment the page was made."""
    return {"nav": SimpleLazyObject(lambda: _navigation(request)), "as_of": now(), "help_topic": _topic(request)}


def _topic(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return help_topic(match.view_name) if match else ""


def pages_for(user: User) -> list[dict[str, str]]:
    """Every page of the navigation that this person may open, with its group and its keys. No query."""
    groups = (*GROUPS, Group(INBOX.label, (INBOX,)))
    shown = [(page, group) for group in groups for page in group.pages if page.is_for(user)]
    keys = {KEYS[page.name]: page.name for page, _group in reversed(shown) if page.name in KEYS}
    names = {name: key for key, name in keys.items()}
    return [
        {
            "name": page.name,
            "url": reverse(page.name),
            "label": str(page.label),
            "group": str(group.label),
            "key": names.get(page.name, ""),
        }
        for page, group in shown
    ]


def _navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"pages": [], "within": [], "inbox": None, "feedback": 0, "keyed": []}
    counts = frame_counts(user, now=now(), seen=_answers_seen(request))
    inbox = _item(request, INBOX, count=counts["unread"]) if INBOX.is_for(user) else None
    groups = [(group, _pages(request, group)) for group in GROUPS]
    shown = [(group, pages) for group, pages in groups if pages]
    here = next((pages for _group, pages in shown if any(page["is_active"] for page in pages)), [])
    return {
        "pages": [_entry(group, pages) for group, pages in shown],
        "within": here if len(here) > 1 else [],
        "inbox": inbox,
        "feedback": counts["waiting"] + counts["answers"],
        "keyed": [page for page in pages_for(user) if page["key"]],
    }


def _answers_seen(request: HttpRequest) -> datetime | None:
    """When the answers to feedback were last looked at in this session."""
    seen = getattr(request, "session", {}).get(SEEN)
    return datetime.fromisoformat(seen) if seen else None


def _entry(group: Group, pages: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "url": pages[0]["url"],
        "label": group.label,
        "is_active": any(page["is_active"] for page in pages),
        "count": sum(page["count"] for page in pages),
    }


def _pages(request: HttpRequest, group: Group) -> list[dict[str, Any]]:
    shown = [page for page in group.pages if page.is_for(request.user)]
    counts = {"progress:reviews": lambda: Report.objects.visible_to(request.user).current().waiting().count()}
    return [_item(request, page, count=counts[page.name]() if page.name in counts else 0) for page in shown]


def _item(request: HttpRequest, page: Page, *, count: int) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "url": reverse(page.name),
        "label": page.label,
        "is_active": bool(match) and page.holds(match.view_name),
        "count": count,
    }
