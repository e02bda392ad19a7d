"""督办通知 as people read them: lists, one notice, and who is next."""

from datetime import date
from typing import Any

from django.db.models import Case, F, Value, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import User
from progress.models import Period
from supervision.models import Level, Notice, NoticeQuerySet, Reason
from supervision.permissions import can_make_notice
from supervision.status import ENDED, NOTICE_TRANSITIONS, OUT, NoticeStatus, NoticeTransition

Row = dict[str, Any]
STATES = {
    "waiting": [NoticeStatus.DRAFT],
    "standing": sorted(OUT),
    "ended": sorted(ENDED | {NoticeStatus.DECLINED}),
}
_FIELDS = (
    "pk", "level", "status", "year", "serial", "reason", "limit", "new_limit", "period", "agency__short_name",
    "agency__name_en", "agency_name", "task__number", "task__title", "task__title_en", "drafted_at", "issued_at",
    "received_at", "answered_at", "ended_at", "document_number", "is_demo",
)  # fmt: skip


def find_notices(notices: NoticeQuerySet, *, level: str = "", state: str = "") -> NoticeQuerySet:
    """Those of an already scoped queryset that a filter asks for: what waits first, then what stands, then the rest."""
    if level:
        notices = notices.filter(level=int(level))
    if state:
        notices = notices.filter(status__in=STATES[state])
    order = Case(
        When(status=NoticeStatus.DRAFT, then=Value(0)), When(status__in=sorted(OUT), then=Value(1)), default=Value(2)
    )
    return notices.annotate(place=order).order_by("place", F("issued_at").desc(nulls_first=True), "-drafted_at", "-pk")


def notice_rows(notices: NoticeQuerySet) -> list[Row]:
    """Notices of an already scoped queryset, in its order (one query)."""
    return [_row(row) for row in notices.values(*_FIELDS)]


def _row(row: Row) -> Row:
    is_english = get_language() == "en"
    return {
        **{name: value for name, value in row.items() if "__" not in name},
        "id": row["pk"],
        "number": f"{row['year']}-{row['serial']}" if row["serial"] else "",
        "level_label": str(Level(row["level"]).label),
        "status_label": str(NoticeStatus(row["status"]).label),
        "reason_label": str(Reason(row["reason"]).label),
        "period_label": Period(code=row["period"]).label if row["period"] else "",
        "agency": row["agency__name_en"] if is_english else row["agency__short_name"],
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
        },
    }


def changes_for(user: User, notice: Notice) -> list[NoticeTransition]:
    """What this person may do with the notice now, in the table's order."""
    possible = [each for each in NOTICE_TRANSITIONS if (each.level, each.source) == (notice.level, notice.status)]
    return [
        each
        for each in possible
        if can_make_notice(user, notice, each) and not (each.verb == "receive" and notice.received_at)
    ]


def who_is_next(notice: Notice) -> str:
    """One sentence: who has to act now, or why nobody has. The agency must be loaded."""
    if notice.status == NoticeStatus.DRAFT:
        if notice.level == Level.SUPERVISE:
            return _("系统拟稿，待办公室负责人签发。")
        return _("系统拟稿，待督办员或办公室负责人确认发出。")
    if notice.status == NoticeStatus.ISSUED:
        words = _("待%(unit)s审签人答复。") if notice.received_at else _("待%(unit)s签收。")
        return words % {"unit": notice.agency.label}
    return str(
        {
            NoticeStatus.ANSWERED: _("单位已答复，不再升级；报送或办结后自动了结。"),
            NoticeStatus.DECLINED: _("办公室决定不发，这个时限不再拟同级通知。"),
            NoticeStatus.LAPSED: _("事由已消除，未发出。"),
            NoticeStatus.SETTLED: _("事由已消除，已经了结。"),
        }[NoticeStatus(notice.status)]
    )


def days_over(notice: Notice, *, on: date) -> int:
    """Calendar days past the limit that holds now: the new one of a 督办通知单, else the missed one."""
    limit = notice.new_limit if notice.issued_at and notice.new_limit else notice.limit
    return max(0, (on - limit).days)
