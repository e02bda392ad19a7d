"""Closing requests as plain dicts: what stands in their way, what they say, and whose turn it is."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import Agency, AgencyQuerySet, User
from agencies.readers import units_by_code
from common.texts import join_words
from common.workdays import WorkCalendar
from progress.models import Closing, ClosingQuerySet, Contribution, Evidence, Hearing
from progress.readers.work import review_days
from progress.status import STANDS_WITH, ClosingStatus, ReportStatus, closing_status
from tasks.models import Assignment, CalendarDay, Task
from tasks.status import Status

Row = dict[str, Any]

COMPLETE = 100

_FIELDS = (
    "id", "task", "task__number", "task__title", "task__title_en", "task__status", "task__due_date",
    "task__closed_late", "status", "statement", "drafted_at", "drafted_by", "drafted_by__name", "sent_at",
    "sent_by__name", "checked_at", "checked_by", "checked_by__name", "check_note", "decided_at", "decided_by__name",
    "return_reason", "version", "is_demo", "lead_code",
)  # fmt: skip


# -- what stands in the way ----------------------------------------------------------------------------------------


def co_units(task: int) -> AgencyQuerySet:
    """The co-responsible units that are heard; an open set (各有关单位) has nobody who could answer."""
    shares = Assignment.objects.filter(task=task, role=Assignment.Role.CO).order_by().values("agency")
    return Agency.objects.with_staff().filter(pk__in=shares)


def task_obstacles(task: Task) -> list[str]:
    """Why closing cannot be asked for this task at all now, in words; no query."""
    found = []
    if task.status != Status.ONGOING:
        found.append(_("任务现在是“%(status)s”，办理中的任务才能申请办结") % {"status": task.get_status_display()})
    if task.percent < COMPLETE:
        found.append(_("已审定进度为 %(percent)s%%，须先报送并审定到 100%%") % {"percent": task.percent})
    return found


def obstacles(closing: Closing, *, on: date) -> list[str]:
    """What still stands between a draft and the office, in words; empty when it can be sent (at most five queries).

    An objection is no obstacle: the unit has been heard, and the office reads what it says.
    """
    found = task_obstacles(closing.task)
    if not _has_deliverable(closing.task_id):
        found.append(_("还没有成果材料，请在申请中上传；已审定报送的佐证材料也算"))
    return [*found, *_unheard(closing, on=on)]


def deliverables(task: int) -> Any:
    """Files that show the result of a task: with its closing requests, returned ones too, or with approved reports."""
    approved = Q(report__task=task, report__status=ReportStatus.APPROVED)
    return Evidence.objects.filter(approved | Q(closing__task=task), removed_at=None)


def _has_deliverable(task: int) -> bool:
    return deliverables(task).exists()


def _unheard(closing: Closing, *, on: date) -> list[str]:
    hearings = {each.agency_id: each for each in closing.hearings.all()}
    units = list(co_units(closing.task_id))
    unasked = [each.label for each in units if each.pk not in hearings]
    waiting = [each for each in units if each.pk in hearings and not hearings[each.pk].answer]
    found = [_("尚未征求意见：%(units)s，保存一次申请即向其征求") % {"units": join_words(unasked)}] if unasked else []
    if not waiting:
        return found
    calendar = CalendarDay.objects.as_calendar()
    late = [each.label for each in waiting if hearings[each.pk].limit(calendar) < on]
    in_time = [each.label for each in waiting if each.label not in late]
    if in_time:
        limit = max(hearings[each.pk].limit(calendar) for each in waiting).isoformat()
        words = {"units": join_words(in_time), "limit": limit}
        found.append(_("等配合单位反馈（%(limit)s 止）：%(units)s") % words)
    if late:
        found.append(_("过期未反馈，可记为未反馈：%(units)s") % {"units": join_words(late)})
    return found


# -- rows ----------------------------------------------------------------------------------------------------------


def closing_rows(closings: ClosingQuerySet) -> list[Row]:
    """The requests of an already scoped queryset in its order, with how many units were heard (two queries)."""
    asked = closings.annotate(
        asked=Count("hearings"),
        waiting=Count("hearings", filter=Q(hearings__answer="")),
        objections=Count("hearings", filter=Q(hearings__answer=Hearing.Answer.OBJECTED)),
        silent=Count("hearings", filter=Q(hearings__answer=Hearing.Answer.SILENT)),
    )
    rows = list(asked.values(*_FIELDS, "asked", "waiting", "objections", "silent"))
    leads = units_by_code() if rows else {}
    return [_row(row, leads) for row in rows]


def _row(row: Row, leads: dict[str, Agency]) -> Row:
    state = closing_status(row["status"], row["task__status"])
    lead = leads.get(row["lead_code"] or "")
    return {
        **{name: value for name, value in row.items() if "__" not in name},
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
            "due_date": row["task__due_date"],
        },
        "lead": {"code": lead.code, "label": lead.label} if lead else None,
        "status": state.value,
        "status_label": str(state.label),
        "stands": state in STANDS_WITH,
        "task_status_label": str(Status(row["task__status"]).label),
        "closed_late": row["task__closed_late"] if state == ClosingStatus.ACCEPTED else None,
        "drafted_by_name": row["drafted_by__name"],
        "sent_by": row["sent_by__name"],
        "checked_by_name": row["checked_by__name"],
        "decided_by": row["decided_by__name"],
        "days": None,  # waited for the office, in the lists of what waits
        "is_overdue": False,
    }


def closings_of_office(
    closings: ClosingQuerySet, user: User, *, on: date, calendar: WorkCalendar
) -> dict[str, list[Row]]:
    """What waits for the office, the longest waiting first, with the working days it waited: `to_check` by anybody,
    `to_decide` by this person, who has not checked it himself.
    """
    waiting = closings.current().standing().filter(status__in=(ClosingStatus.SENT, ClosingStatus.CHECKED))
    rows = _with_waiting(closing_rows(waiting.order_by("sent_at", "pk")), on=on, calendar=calendar)
    return {
        "to_check": [row for row in rows if row["status"] == ClosingStatus.SENT],
        "to_decide": [row for row in rows if row["status"] == ClosingStatus.CHECKED and row["checked_by"] != user.pk],
    }


def closings_in_hand(closings: ClosingQuerySet, user: User) -> list[Row]:
    """The drafts of the unit's own requests, which it still has to complete or send, the oldest first."""
    led = Assignment.objects.filter(agency=user.agency_id, role=Assignment.Role.LEAD).order_by().values("task")
    own = closings.current().standing().filter(status=ClosingStatus.DRAFT, task__in=led)
    return closing_rows(own.order_by("drafted_at", "pk"))


def _with_waiting(rows: list[Row], *, on: date, calendar: WorkCalendar) -> list[Row]:
    allowed = review_days()
    waited = [(row, calendar.between(localtime(row["sent_at"]).date(), on)) for row in rows]
    return [{**row, "days": days, "is_overdue": days > allowed} for row, days in waited]


def hearings_to_answer(closings: ClosingQuerySet, user: User, *, on: date, calendar: WorkCalendar) -> list[Row]:
    """What other units ask of this person's unit about closing their tasks, the earliest limit first (two queries)."""
    if not user.drafts_for_agency:
        return []
    asked = closings.current().standing().filter(status=ClosingStatus.DRAFT).order_by().values("pk")
    found = Hearing.objects.filter(agency=user.agency_id, answer="", closing__in=asked)
    hearings = list(found.select_related("closing__task").order_by("opened_on", "closing__task__number"))
    leads = _leads(each.closing.task_id for each in hearings)
    return [_to_answer(each, leads, on=on, calendar=calendar) for each in hearings]


def _to_answer(hearing: Hearing, leads: dict[int, str], *, on: date, calendar: WorkCalendar) -> Row:
    task, limit = hearing.closing.task, hearing.limit(calendar)
    return {
        "closing": hearing.closing_id,
        "task": {"number": task.number, "title": task.title, "title_en": task.title_en},
        "lead": leads.get(task.pk, ""),
        "asked_on": hearing.opened_on,
        "limit": limit,
        "is_late": limit < on,
    }


def _leads(tasks: Iterable[int]) -> dict[int, str]:
    links = Assignment.objects.filter(task__in=list(tasks), role=Assignment.Role.LEAD).select_related("agency")
    return {each.task_id: each.agency.label for each in links}


# -- one request ---------------------------------------------------------------------------------------------------


def closing_detail(closing: Closing, *, user: User, on: date) -> Row:
    """A request as its page shows it to this person: its row, the hearings, both kinds of files, obstacles, next step.

    The closing must come from `visible_to` with its task and plan (about ten queries, whatever the history).
    """
    row = closing_rows(Closing.objects.visible_to(user).filter(pk=closing.pk))[0]
    hearings = hearing_rows(closing, user=user, on=on)
    standing_in_way = obstacles(closing, on=on) if row["status"] == ClosingStatus.DRAFT else []
    files = _files_seen(closing, user)
    return {
        **row,
        "hearings": hearings,
        "own_files": [each for each in files if each["closing"] == closing.pk],
        "other_files": [each for each in files if each["closing"] != closing.pk and _shows(each, closing)],
        "obstacles": standing_in_way,
        "next": next_step(row, standing_in_way),
    }


_FILE_FIELDS = ("id", "name", "size", "uploaded_at", "report", "report__period", "closing", "is_demo")


def _files_seen(closing: Closing, user: User) -> list[Row]:
    """Not everybody who sees this request sees the earlier ones that the office returned."""
    seen = Evidence.objects.visible_to(user).values("pk")
    return list(deliverables(closing.task_id).filter(pk__in=seen).order_by("uploaded_at", "pk").values(*_FILE_FIELDS))


def _shows(file: Row, closing: Closing) -> bool:
    """Files of approved reports and of earlier requests; a decided request does not borrow from a later one."""
    return file["closing"] is None or file["closing"] < closing.pk


def hearing_rows(closing: Closing, *, user: User, on: date) -> list[Row]:
    """What each unit says, in the order of the plan, with its latest contribution as far as this person may see it."""
    calendar = CalendarDay.objects.as_calendar()
    given = _latest_contributions(closing, user)
    hearings = closing.hearings.select_related("agency", "answered_by").order_by("agency__order")
    return [
        {
            "id": each.pk,
            "agency": {"code": each.agency_id, "label": each.agency.label},
            "answer": each.answer,
            "answer_label": each.get_answer_display(),
            "text": each.text,
            "answered_at": each.answered_at,
            "answered_by": each.answered_by.name if each.answered_by else "",
            "asked_on": each.opened_on,
            "limit": each.limit(calendar),
            "is_late": not each.answer and each.limit(calendar) < on,
            "is_earlier": each.answered_at is not None and each.answered_at < closing.drafted_at,
            "version": each.version,
            "contribution": given.get(each.agency_id),
        }
        for each in hearings
    ]


def _latest_contributions(closing: Closing, user: User) -> dict[str, Row]:
    """Each unit's part for the latest period for which the task was reported, if it said something."""
    given = Contribution.objects.visible_to(user).filter(task=closing.task_id, period=closing.task.last_period)
    return {each["agency"]: each for each in given.exclude(text="").values("agency", "period", "text")}


def next_step(row: Row, standing_in_way: list[str]) -> str:
    """Whose turn it is and what for, in one sentence; no query."""
    if row["status"] == ClosingStatus.DRAFT:
        if standing_in_way:
            return _("下一步：牵头单位先办完“报出前还差”的事项，再由审签人报出。")
        return _("下一步：由%(name)s以外的本单位审签人审签报出。") % {"name": row["drafted_by_name"]}
    return {
        ClosingStatus.SENT: _("下一步：办公室核验；核验前单位可以撤回。"),
        ClosingStatus.CHECKED: _("下一步：办公室负责人决定，不能由核验人自己决定。"),
        ClosingStatus.RETURNED: _("下一步：牵头单位按退回理由补充后重新申请办结。"),
        ClosingStatus.ACCEPTED: _("任务已办结，下一步由办公室负责人销号。"),
        ClosingStatus.ENDED: _("任务现在是“%(status)s”，这份申请已随之终止，不用再办。")
        % {"status": row["task_status_label"]},
    }[ClosingStatus(row["status"])]
