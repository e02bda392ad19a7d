"""我的工作: what waits for somebody's hand beside reports: orders, extensions, closings, notices, asks, contributions.

Every section is made of the rows of the room that knows them, in one shape: the task, why it is here, by when, and the
page on which it is done.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from agencies.roles import Can
from common.workdays import WorkCalendar
from dashboard.readers.sections import section
from progress.models import Closing
from progress.readers import (
    asks_to_answer,
    closings_in_hand,
    closings_of_office,
    contributions_to_give,
    hearings_to_answer,
)
from supervision.models import Delivery, Level, Notice
from supervision.readers.deliveries import dead_count
from supervision.readers.notices import notice_rows
from supervision.status import NoticeStatus
from tasks.models import Extension, Task
from tasks.readers import extension_lists, reassignment_requests, waiting_groups

Row = dict[str, Any]


def case(row: Row, why: str, url: str, *, limit: date | None = None, is_late: bool = False, button: Any = "") -> Row:
    """One line of a section, from a row with its `task`; `limit` is the last day for it."""
    task = row.get("task", {})
    return {
        "task": task, "why": why, "url": url, "limit": limit, "is_late": is_late,
        "button": button or _("办理"), "is_demo": row.get("is_demo") or task.get("is_demo", False),
    }  # fmt: skip


def _section(code: str, title: Any, rows: list[Row], *, hint: Any = "", tone: str = "yellow") -> Row:
    is_late = any(row["is_late"] for row in rows)
    return section(code, title, rows, kind="case", tone="red" if is_late else tone, hint=hint)


# -- a unit --------------------------------------------------------------------------------------------------------


def unit_cases(user: User, *, on: date, calendar: WorkCalendar) -> list[Row]:
    """What the person's unit has to do beside its own reports."""
    return [
        _unit_notices(user, on=on),
        _contributions(user, on=on),
        _asks(user, on=on),
        _hearings(user, on=on, calendar=calendar),
        _closing_drafts(user),
        _extension_drafts(user, on=on),
    ]


def _unit_notices(user: User, *, on: date) -> Row:
    own = Notice.objects.visible_to(user).filter(status=NoticeStatus.ISSUED, lead_code=user.agency_id)
    rows = notice_rows(own.order_by("issued_at", "pk"))
    cases = [
        case(
            row,
            _("%(level)s %(number)s：%(reason)s，%(what)s")
            % {
                "level": row["level_label"], "number": row["number"], "reason": row["reason_label"],
                "what": _("待答复") if row["received_at"] else _("待签收"),
            },
            reverse("supervision:notice", args=[row["id"]]),
            limit=row["new_limit"], is_late=True, button=_("签收答复"),
        )
        for row in rows
    ]  # fmt: skip
    return _section("notices", gettext_lazy("催办、督办待答复"), cases)


def _contributions(user: User, *, on: date) -> Row:
    """With the one click that says that nothing has changed."""
    rows = contributions_to_give(user, on=on)
    tone = "red" if any(row["is_late"] for row in rows) else "plain"
    hint = _("没有变化的，点一下即可反馈。")
    return section("contributions", gettext_lazy("待反馈配合情况"), rows, kind="contribution", tone=tone, hint=hint)


def _asks(user: User, *, on: date) -> Row:
    rows = [
        case(
            row,
            _("%(unit)s请求协调：%(text)s") % {"unit": row["lead"]["label"], "text": row["ask"]},
            reverse("progress:ask", args=[row["id"]]),
            limit=row["limit"], is_late=row["is_late"], button=_("答复"),
        )
        for row in asks_to_answer(user, on=on)
    ]  # fmt: skip
    return _section("asks", gettext_lazy("待答复的协调事项"), rows)


def _hearings(user: User, *, on: date, calendar: WorkCalendar) -> Row:
    rows = [
        case(
            row,
            _("%(unit)s拟申请办结，征求本单位意见") % {"unit": row["lead"]},
            reverse("progress:closing_detail", args=[row["closing"]]),
            limit=row["limit"], is_late=row["is_late"], button=_("反馈意见"),
        )
        for row in hearings_to_answer(Closing.objects.visible_to(user), user, on=on, calendar=calendar)
    ]  # fmt: skip
    return _section("hearings", gettext_lazy("办结征求意见"), rows)


def _closing_drafts(user: User) -> Row:
    rows = [
        case(
            row,
            _("办结申请尚未报出，还有 %(count)d 个单位未反馈") % {"count": row["waiting"]}
            if row["waiting"]
            else _("办结申请尚未报出"),
            reverse("progress:closing_detail", args=[row["id"]]),
        )
        for row in closings_in_hand(Closing.objects.visible_to(user), user)
    ]
    return _section("closing_drafts", gettext_lazy("办结申请草稿"), rows, tone="plain")


def _extension_drafts(user: User, *, on: date) -> Row:
    rows = [
        case(
            row,
            _("申请延至 %(day)s，尚未审签报出") % {"day": row["wanted_date"].isoformat()},
            reverse("tasks:extension", args=[row["id"]]),
            limit=row["due_before"],
        )
        for row in extension_lists(Extension.objects.visible_to(user), on=on)["drafts"]
    ]
    return _section("extension_drafts", gettext_lazy("延期申请草稿"), rows, tone="plain")


# -- the office ----------------------------------------------------------------------------------------------------


def office_cases(user: User, *, on: date, calendar: WorkCalendar) -> list[Row]:
    """What the office has to decide, the units' requests before its own notices."""
    decides = user.has(Can.DECIDE)
    closings = closings_of_office(Closing.objects.visible_to(user), user, on=on, calendar=calendar)
    to_check = _closing_cases(closings["to_check"], _("核验"))
    to_decide = _closing_cases(closings["to_decide"], _("决定"))
    return [
        _extensions(user, on=on),
        _asks(user, on=on),
        _section("closing", gettext_lazy("办结待核验"), to_check),
        *([_section("closing_decide", gettext_lazy("办结待决定"), to_decide)] if decides else []),
        _notices(user),
        _refused_orders(user),
        *([_moves(user, on=on)] if decides else []),
        _dead_deliveries(user),
    ]


def _extensions(user: User, *, on: date) -> Row:
    waiting = extension_lists(Extension.objects.visible_to(user), on=on)["waiting"]
    mine = [row for row in waiting if row["is_short"] or user.has(Can.DECIDE)]
    rows = [
        case(
            row,
            _("%(unit)s申请延期 %(days)d 天，延至 %(day)s")
            % {"unit": row["lead"]["label"], "days": row["days"], "day": row["wanted_date"].isoformat()},
            reverse("tasks:extension", args=[row["id"]]),
            limit=row["answer_due_on"], is_late=row["office"]["colour"] != "green", button=_("答复"),
        )
        for row in mine
    ]  # fmt: skip
    return _section("extensions", gettext_lazy("延期待答复"), rows)


def _closing_cases(rows: Iterable[Row], button: Any) -> list[Row]:
    return [
        case(
            row,
            _("%(unit)s申请办结，已等 %(days)d 个工作日") % {"unit": row["lead"]["label"], "days": row["days"]},
            reverse("progress:closing_detail", args=[row["id"]]),
            is_late=row["is_overdue"], button=button,
        )
        for row in rows
    ]  # fmt: skip


def _notices(user: User) -> Row:
    """Drafts that this person may send out: 催办单 all of the office, 督办通知单 the director."""
    drafts = Notice.objects.visible_to(user).waiting()
    if not user.has(Can.DECIDE):
        drafts = drafts.filter(level=Level.URGE)
    rows = [
        case(
            row,
            _("%(level)s：%(unit)s，%(reason)s（时限 %(day)s）")
            % {
                "level": row["level_label"], "unit": row["agency"], "reason": row["reason_label"],
                "day": row["limit"].isoformat(),
            },
            reverse("supervision:notice", args=[row["id"]]),
            button=_("签发"),
        )
        for row in notice_rows(drafts)
    ]  # fmt: skip
    return _section("notice_drafts", gettext_lazy("催办、督办待签发"), rows)


def _refused_orders(user: User) -> Row:
    rows = [
        case(
            {"task": row},
            _("任务单 %(number)s 申请改派：%(reason)s") % {"number": row["order_number"], "reason": row["reason"]},
            reverse("dashboard:task", args=[row["number"]]),
            button=_("看任务"),
        )
        for row in reassignment_requests(Task.objects.visible_to(user))
    ]
    return _section("refused", gettext_lazy("单位申请改派"), rows)


def _moves(user: User, *, on: date) -> Row:
    groups = [each for each in waiting_groups(Task.objects.visible_to(user).current(), on=on) if each["rows"]]
    rows = [
        case(
            {},
            _("%(unit)s的职责已由其他单位承接，还有 %(count)d 项责任待移交")
            % {"unit": each["unit"].label, "count": len(each["rows"])},
            reverse("tasks:assignment_moves"),
            button=_("移交"),
        )
        for each in groups
    ]
    return _section("moves", gettext_lazy("责任待移交"), rows)


def _dead_deliveries(user: User) -> Row:
    count = dead_count(Delivery.objects.visible_to(user))
    url = reverse("supervision:deliveries") + "?state=dead"
    rows = [case({}, _("%(count)d 条提醒多次发送失败，已停止重试") % {"count": count}, url, button=_("查看重发"))]
    return _section("dead", gettext_lazy("未送达"), rows if count else [], tone="red")
