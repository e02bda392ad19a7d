"""The page of the report form: everything that stands around what is typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.models import User
from common import clock
from common.differences import differences
from progress.actions import ReportContent, draft_report, save_report
from progress.actions.content import LIMITS, no_change_obstacle
from progress.forms import EvidenceForm, ReportForm, entered_values, read_percent, starting_values
from progress.models import Evidence, Period, Report, WorkingCopy
from progress.permissions import can_submit
from progress.readers import (
    co_parts,
    copies_at_work,
    found_contradictions,
    milestone_hints,
    period_rows,
    periods_open_to,
    with_taken,
)
from progress.status import ReportStatus
from progress.views.report import as_row
from tasks.models import Task
from tasks.readers import task_rows

TAKE_ALL = "*"
TEXTS = ("progress", "problems", "next_steps")


@dataclass
class Desk:
    """What lies on the table when a report is written."""

    task: Task
    period: Period
    previous: Report | None
    report: Report | None = None

    def values(self) -> dict[str, Any]:
        """What the form starts from."""
        return entered_values(self.report) if self.report else starting_values(self.task, self.previous)

    def write(self, content: ReportContent, *, version: int | None, by: User) -> Report:
        """Draft the report, or save over the version that was read."""
        now = clock.now()
        if self.report is None:
            return draft_report(task=self.task, period=self.period, content=content, by=by, now=now)
        return save_report(report=self.report, content=content, version=version or 0, by=by, now=now)


def form_page(request: HttpRequest, desk: Desk, form: ReportForm, *, status: int = 200, **kept: Any) -> HttpResponse:
    """The form with what was typed. `kept`: `copy`, what it goes on with; `typed`, the mark of what was kept last;
    `is_unsaved`, it holds what nothing keeps.
    """
    context = {
        "typed": request.POST.get("typed", ""),
        "is_unsaved": form.is_bound,
        "copy": None,
        **kept,
        "form": form,
        "editors": copies_at_work(request.user, desk.task, desk.period, now=clock.now()),
        **around(request, desk, clock.today()),
        **_beside(desk, form, kept.get("copy")),
        **_parts(desk, form),
        **_files(desk, request.user),
    }
    return render(request, "progress/report_form.html", context, status=status)


def _files(desk: Desk, user: User) -> dict[str, Any]:
    """What the form's own parts are: the files to choose, and whether this person could send the draft as it is."""
    report = desk.report
    may_send = report is not None and report.status == ReportStatus.DRAFT and can_submit(user, report)
    return {"files_form": EvidenceForm(), "errors": [], "can_submit": may_send}


def around(request: HttpRequest, desk: Desk, today: date) -> dict[str, Any]:
    """What stands around the form: the task as it is today, the periods, the last approved report, the files."""
    tasks = Task.objects.visible_to(request.user).filter(pk=desk.task.pk)
    periods = Period.objects.visible_to(request.user).unlocked(on=today)
    kept = Evidence.objects.visible_to(request.user).filter(report=desk.report, removed_at=None)
    return {
        "task": task_rows(tasks, on=today)[0],
        "period": period_rows([desk.period], on=today)[0],
        "periods": period_rows(periods_open_to(desk.task, periods), on=today),
        "previous": desk.previous,
        "report": desk.report,
        "evidence": kept if desk.report else [],
    }


def _beside(desk: Desk, form: ReportForm, copy: WorkingCopy | None) -> dict[str, Any]:
    """Beside each text its last approved one; and the draft's, where what was typed goes back to an older draft."""
    is_older = copy is not None and desk.report is not None and copy.based_on != desk.report.version
    draft = desk.report if is_older else None
    return {
        "texts": [_text_row(form, name, desk.previous, draft) for name in TEXTS],
        "ask": _text_row(form, "ask", desk.previous, draft),
        "draft": {**as_row(draft), "drafted_by": draft.drafted_by, "drafted_at": draft.drafted_at} if draft else None,
        "no_change_obstacle": "" if desk.report else no_change_obstacle(desk.task, desk.period.code),
    }


def _text_row(form: ReportForm, name: str, previous: Report | None, draft: Report | None) -> dict[str, Any]:
    typed, stands = form[name].value() or "", getattr(draft, name, "")
    return {
        "name": name,
        "field": form[name],
        "limit": LIMITS[name],
        "before": getattr(previous, name, ""),
        "stands": stands,
        "is_other": draft is not None and typed != stands,
        "pieces": differences(stands, typed) if draft else [],
    }


def _parts(desk: Desk, form: ReportForm) -> dict[str, Any]:
    """配合情况 and 节点 beside the form, and where they do not agree with what the form says."""
    today = clock.today()
    text, percent = form["progress"].value() or "", read_percent(form["percent"].value())
    parts = with_taken(co_parts(desk.task.pk, desk.period, on=today), text)
    return {
        "parts": parts,
        "given": sum(each["given_at"] is not None for each in parts),
        "contradictions": found_contradictions(parts, lead=_("牵头单位"), text=text, percent=percent),
        "takes": [each["agency"] for each in parts if each["can_take"]],
        "take_all": TAKE_ALL,
        "marks": milestone_hints(desk.task.pk, percent=percent, on=today),
    }
