"""Thousands of rows in a few statements, for what must hold whatever their number."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

from progress.models import Period, Report
from tasks.models import Assignment, Task
from tasks.periods import ends_on, starts_on
from tests.factories import NOW, TODAY

QUARTERS = [f"{year}Q{quarter}" for year in range(1999, 2024) for quarter in range(1, 5)]


def make_tasks(cast: SimpleNamespace, numbers: range, **values: Any) -> list[Task]:
    """Ongoing tasks of the cast's plan and lead unit; percents and deadlines differ, some have none."""
    pillar = cast.task.pillar
    made = Task.objects.bulk_create(
        Task(**{
            "plan": pillar.plan, "pillar": pillar, "number": number, "title": f"任务{number}",
            "title_en": f"Task {number}", "text": "正文。", "unit_clause": "责任单位", "status": "ongoing",
            "percent": number % 100, "updated_at": NOW - timedelta(minutes=number % 500), "start_date": TODAY,
            **_deadline(number), **values,
        })
        for number in numbers
    )  # fmt: skip
    Assignment.objects.bulk_create(Assignment(task=task, agency=cast.lead, role="lead", order=1) for task in made)
    return made


def _deadline(number: int) -> dict[str, Any]:
    if number % 5 == 0:
        return {}
    due = TODAY + timedelta(days=number % 90)
    return {"due_date": due, "original_due_date": due, "due_basis": "office"}


def make_periods(codes: list[str] = QUARTERS) -> list[Period]:
    """Quarters long past."""
    return Period.objects.bulk_create(
        Period(
            code=code, starts_on=starts_on(code), ends_on=ends_on(code), contributions_due_on=ends_on(code),
            reports_due_on=ends_on(code), locks_on=ends_on(code), is_settled=True,
        )
        for code in codes
    )  # fmt: skip


def make_reports(cast: SimpleNamespace, tasks: list[Task], periods: list[Period]) -> list[Report]:
    """An approved report of each task for each period; every seventh is a draft."""
    pairs = product(tasks, periods)
    rows = (unsaved_report(cast, *pair, is_draft=at % 7 == 0, at=at) for at, pair in enumerate(pairs))
    return Report.objects.bulk_create(rows, batch_size=1000)


def unsaved_report(cast: SimpleNamespace, task: Task, period: Period, *, at: int = 0, is_draft: bool = False) -> Report:
    """A report that was approved `at` minutes after all the others of the cast's time, by people who all differ."""
    report = Report(
        task=task, period=period, percent=50, result="advancing", progress="=完成一期，\n进入二期。",
        drafted_at=NOW, drafted_by=cast.lead_reporter,
    )  # fmt: skip
    if not is_draft:
        report.status, report.received_on = "approved", TODAY
        report.submitted_at, report.submitted_by = NOW, cast.lead_approver
        report.reviewed_at, report.reviewed_by = NOW + timedelta(minutes=at), cast.supervisor
    return report
