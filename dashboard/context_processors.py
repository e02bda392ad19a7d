"""What the frame around every page shows: where one can go, for whom each page is, and how much waits there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models import User
from agencies.roles import Can
from common.clock import now
from progress.models import Report
from supervision.readers import unread_count


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


def _manages_people(user: User) -> bool:
    return user.manages_people


UNITS = pgettext_lazy("several", "单位")
PAGES: tuple[Page, ...] = (
    Page("dashboard:home", _("我的工作"), _reads_tasks),
    Page("dashboard:cockpit", _("总览"), _reads_tasks),
    Page(
        "tasks:list", _("台账"), _reads_tasks,
        frozenset({
            "dashboard:task", "tasks:deadline", "tasks:milestones", "tasks:status", "progress:new", "progress:edit",
            "progress:detail", "progress:evidence_add",
        }),
    ),
    Page("supervision:overdue", _("超期"), _reads_tasks),
    Page("progress:reviews", _("审核"), _reviews, frozenset({"progress:review"})),
    Page("tasks:plan", _("方案"), _reads_tasks),
    Page("agencies:list", UNITS, _reads_units, frozenset({"agencies:detail", "agencies:rename"})),
    Page("tasks:calendar", _("日历"), _reads_tasks),
    Page("ledger:list", _("留痕"), _reads_ledger),
    Page("agencies:people", _("人员"), _manages_people, frozenset({"agencies:person", "agencies:person_new"})),
)  # fmt: skip
INBOX = Page("supervision:inbox", _("消息"), _reads_tasks)


def frame(request: HttpRequest) -> dict[str, Any]:
    """`nav` (lazy: parts of pages ask nothing) and `as_of`, the moment the page was made."""
    return {"nav": SimpleLazyObject(lambda: _navigation(request)), "as_of": now()}


def _navigation(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"pages": [], "inbox": None}
    inbox = _item(request, INBOX, count=unread_count(user)) if INBOX.is_for(user) else None
    return {"pages": _pages(request), "inbox": inbox}


def _pages(request: HttpRequest) -> list[dict[str, Any]]:
    shown = [page for page in PAGES if page.is_for(request.user)]
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
