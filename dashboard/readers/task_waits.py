"""当前要办: what a task waits for now, whose hand it needs, and how the person who looks gets there; no query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.roles import Can
from dashboard.readers.task_cases import notice_name
from progress.status import RECEIVED, ClosingStatus, ReportStatus, closing_status
from supervision.models import Level
from supervision.status import NoticeStatus
from tasks.models import Task
from tasks.periods import period_label
from tasks.permissions import is_lead_staff
from tasks.status import ExtensionStatus

Row = dict[str, Any]
BY_STATE = frozenset({"issue", "receive", "sign_off"})  # changes of state that the task waits for


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the page knows of the task already."""

    task: Task
    user: User
    row: Row
    seen: dict[str, list[Row]]  # rows of task_rows_seen
    changes: list[Row]
    others: list[Row]
    owed: list[Row]  # periods whose report is missing
    to_give: list[Row]
    on: date

    @property
    def leads(self) -> bool:
        return is_lead_staff(self.user, self.task)

    @property
    def lead(self) -> str:
        return self.row["lead"]["label"] if self.row["lead"] else _("牵头单位")


def waits(sight: Sight) -> Row:
    """What waits, by its limit: `first` and all that is the person's own (`mine`), and the `others`'.

    Each with `text`, `who`, `url`, `limit` and `is_late`.
    """
    found = [
        *_of_state(sight), *_notices(sight), *_owed(sight), *_submitted(sight), *_asks(sight), *_extensions(sight),
        *_closings(sight), *_to_give(sight),
    ]  # fmt: skip
    found.sort(key=lambda each: each["limit"] or date.max)
    mine = [each for each in found if each["is_mine"]]
    return {"first": next(iter(mine), None), "mine": mine, "others": [each for each in found if not each["is_mine"]]}


def _wait(sight: Sight, text: str, who: str, url: str, *, is_mine: bool, limit: date | None = None, **more: Any) -> Row:
    is_late = limit is not None and limit < sight.on
    return {
        "text": text, "who": who, "url": url, "is_mine": is_mine, "limit": limit, "is_late": is_late, "key": "", **more,
    }  # fmt: skip


def _office() -> str:
    return _("办公室")


def _of_state(sight: Sight) -> Iterator[Row]:
    for each in sight.changes:
        if each["verb"] in BY_STATE and not each["obstacle"]:
            yield _wait(sight, str(each["label"]), "", each["url"], is_mine=True)
        elif each["verb"] in BY_STATE:
            url = reverse("tasks:deadline", args=[sight.task.number])
            yield _wait(sight, _("备齐下达任务单的条件"), "", url, is_mine=True)
        elif each["verb"] == "ask_closing" and not each["obstacle"] and not _open_closing(sight):
            yield _wait(sight, str(each["label"]), "", each["url"], is_mine=True)
    for each in sight.others:
        if each["verb"] in BY_STATE:
            yield _wait(sight, str(each["label"]), str(each["who_label"]), "", is_mine=False)


def _owed(sight: Sight) -> Iterator[Row]:
    """A draft waits for the approver who did not write it, anything else for whoever writes."""
    drafts = {each["id"]: each for each in sight.seen["report"]}
    for each in sight.owed:
        period, report = each["period"], each["report"]
        url, text = (
            f"{reverse('progress:new', args=[sight.task.number])}?period={period['code']}",
            _("报送%(period)s进展"),
        )
        if report and report["status"] == ReportStatus.RETURNED:
            url, text = reverse("progress:edit", args=[report["id"]]), _("修改被退回的%(period)s报送")
        elif report and sight.user.has(Can.SUBMIT) and drafts[report["id"]]["drafted_by"] != sight.user.pk:
            url, text = reverse("progress:detail", args=[report["id"]]), _("审签报出%(period)s报送")
        elif report:
            url, text = reverse("progress:edit", args=[report["id"]]), _("继续填报%(period)s进展")
        words = text % {"period": period["label"]}
        yield _wait(
            sight, words, sight.lead, url if sight.leads else "", is_mine=sight.leads, limit=each["limit"], key="r"
        )


def _submitted(sight: Sight) -> Iterator[Row]:
    for each in sight.seen["report"]:
        if each["status"] != ReportStatus.SUBMITTED:
            continue
        is_mine = sight.user.has(Can.REVIEW) and sight.user.pk not in (each["drafted_by"], each["submitted_by"])
        words = _("审核%(period)s报送") % {"period": period_label(each["period"])}
        yield _wait(sight, words, _office(), reverse("progress:review", args=[each["id"]]), is_mine=is_mine, key="r")


def _asks(sight: Sight) -> Iterator[Row]:
    for each in sight.seen["report"]:
        if not each["ask"] or each["answered_at"] or each["status"] not in RECEIVED:
            continue
        to_office = not each["ask_to"] or bool(each["gone"])
        own = sight.user.drafts_for_agency and sight.user.agency_id == each["ask_to"]
        is_mine = sight.user.has(Can.REVIEW) if to_office else own
        who = _office() if to_office else sight.row["names"].get(each["ask_to"], each["ask_to"])
        words = _("答复%(period)s报送的协调事项") % {"period": period_label(each["period"])}
        url = reverse("progress:ask", args=[each["id"]])
        yield _wait(sight, words, who, url, is_mine=is_mine, limit=each["ask_due_on"])


def _extensions(sight: Sight) -> Iterator[Row]:
    for each in sight.seen["extension"]:
        url = reverse("tasks:extension", args=[each["id"]])
        if each["status"] == ExtensionStatus.SENT:
            hands = (each["drafted_by"], each["sent_by"])
            is_mine = sight.user.has(Can.REVIEW) and sight.user.pk not in hands
            yield _wait(sight, _("答复延期申请"), _office(), url, is_mine=is_mine, limit=each["answer_due_on"])
        elif each["status"] == ExtensionStatus.DRAFT:
            yield _wait(sight, _("报出延期申请"), sight.lead, url, is_mine=sight.leads)


def _open_closing(sight: Sight) -> bool:
    return any(each["status"] == ClosingStatus.DRAFT for each in sight.seen["closing"])


def _closings(sight: Sight) -> Iterator[Row]:
    user = sight.user
    for each in sight.seen["closing"]:
        url, state = (
            reverse("progress:closing_detail", args=[each["id"]]),
            closing_status(each["status"], sight.task.status),
        )
        if state == ClosingStatus.SENT:
            yield _wait(sight, _("核验办结申请"), _office(), url, is_mine=user.has(Can.REVIEW))
        elif state == ClosingStatus.CHECKED:
            is_mine = user.has(Can.DECIDE) and each["checked_by"] != user.pk
            yield _wait(sight, _("决定是否同意办结"), _("办公室负责人"), url, is_mine=is_mine)
        elif state == ClosingStatus.DRAFT:
            yield _wait(sight, _("补齐并报出办结申请"), sight.lead, url, is_mine=sight.leads)
            if each["asks_us"] and user.drafts_for_agency:
                yield _wait(sight, _("反馈对办结的意见"), "", url, is_mine=True)


def _notices(sight: Sight) -> Iterator[Row]:
    user = sight.user
    for each in sight.seen["notice"]:
        url, name = reverse("supervision:notice", args=[each["id"]]), {"name": _notice_name(each)}
        if each["status"] == NoticeStatus.DRAFT:
            supervises = each["level"] == Level.SUPERVISE
            who = _("办公室负责人") if supervises else _("办公室督办员")
            words = _("签发%(name)s") if supervises else _("确认发出%(name)s")
            yield _wait(sight, words % name, who, url, is_mine=user.has(Can.DECIDE if supervises else Can.REVIEW))
        elif each["status"] == NoticeStatus.ISSUED:
            is_mine = sight.leads and (not each["received_at"] or user.has(Can.SUBMIT))
            words = _("答复%(name)s") if each["received_at"] else _("签收并答复%(name)s")
            yield _wait(sight, words % name, sight.lead, url, is_mine=is_mine, limit=each["new_limit"])


def _notice_name(notice: Row) -> str:
    number = f"{notice['year']}-{notice['serial']}" if notice["serial"] else ""
    return " ".join(filter(None, (notice_name(notice), number)))


def _to_give(sight: Sight) -> Iterator[Row]:
    for each in sight.to_give:
        url = f"{reverse('progress:contribute', args=[sight.task.number])}?period={each['period']['code']}"
        words = _("反馈%(period)s配合情况") % {"period": each["period"]["label"]}
        yield _wait(sight, words, "", url, is_mine=True, limit=each["limit"], key="r")
