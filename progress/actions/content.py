"""The rules that what a report says must keep, whoever enters it and through whichever door."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.errors import DomainError, InvalidError
from common.texts import clean_text, text_problems
from progress.models import Period, Report
from progress.models.ask import addressees
from progress.models.contribution import NO_CHANGE_RUNNING, may_say_no_change
from progress.models.period import earlier_than
from progress.models.report import NOTES_LENGTH, PROGRESS_LENGTH
from progress.status import RECEIVED
from tasks.models import Assignment, Result, Task

LIMITS = {"progress": PROGRESS_LENGTH, "problems": NOTES_LENGTH, "next_steps": NOTES_LENGTH, "ask": NOTES_LENGTH}


@dataclass(frozen=True)
class ReportContent:
    """What the lead unit enters. With `no_change` the percent stays as last approved.

    `ask_to` is the code of the unit that the ask goes to, "" for the office; without an ask it goes to nobody.
    """

    percent: int
    result: str
    progress: str
    problems: str = ""
    next_steps: str = ""
    ask: str = ""
    ask_to: str = ""
    no_change: bool = False

    def fields(self) -> dict[str, Any]:
        texts = {name: clean_text(getattr(self, name)) for name in LIMITS}
        addressee = (self.ask_to or None) if texts["ask"] else None
        return {
            "percent": self.percent, "result": self.result, "no_change": self.no_change, **texts,
            "ask_to_id": addressee,
        }  # fmt: skip


def check_content(content: ReportContent, *, task: Task, period: str) -> None:
    """Raise InvalidError with every broken rule at its field."""
    errors = {**_text_errors(content), **_number_errors(content, task), **_addressee_errors(content, task)}
    if content.no_change:
        errors.update(_no_change_errors(content, task, period))
    if errors:
        raise InvalidError(errors)


def _text_errors(content: ReportContent) -> dict[str, list[str]]:
    texts = content.fields()
    found = {name: text_problems(texts[name], limit=limit) for name, limit in LIMITS.items()}
    errors = {name: problems for name, problems in found.items() if problems}
    if not content.no_change and not content.progress.strip():
        errors["progress"] = [_("请填写进展情况。")]
    return errors


def _number_errors(content: ReportContent, task: Task) -> dict[str, list[str]]:
    errors = {}
    if type(content.percent) is not int or not 0 <= content.percent <= 100:
        errors["percent"] = [_("实际进度是 0 到 100 的整数。")]
    elif content.percent < task.percent and not content.problems.strip():
        errors["problems"] = [
            _("实际进度低于已审定的 %(percent)s%%，请在存在问题中说明原因。") % {"percent": task.percent}
        ]
    if content.result not in Result.values:
        errors["result"] = [_("请选择进展评价。")]
    return errors


def _addressee_errors(content: ReportContent, task: Task) -> dict[str, list[str]]:
    """An ask goes to the office, or to a unit of the plan that has people to answer and does not ask itself."""
    code = content.fields()["ask_to_id"]
    if code is None:
        return {}
    if Assignment.objects.filter(task=task, agency=code, role=Assignment.Role.LEAD).exists():
        return {"ask_to": [_("需协调事项不能请本单位自己协调，请选择其他单位或办公室。")]}
    if not addressees().filter(pk=code).exists():
        return {"ask_to": [_("请从名单中选择请谁协调；不选单位时由办公室协调。")]}
    return {}


def no_change_obstacle(task: Task, period: str) -> str:
    """Why “本期无变化” would not be accepted for this period, in words; empty when it would (one query)."""
    sent = Report.objects.filter(earlier_than(period, through="period__"), task=task, status__in=RECEIVED)
    earlier = sent.order_by("-period__ends_on", "period__starts_on")
    running = list(earlier.values_list("no_change", flat=True)[:NO_CHANGE_RUNNING])
    if not running:
        return _("首次报送不能填“本期无变化”。")
    return "" if may_say_no_change(running) else _("“本期无变化”最多连续两期，请填写进展情况。")


def _no_change_errors(content: ReportContent, task: Task, period: str) -> dict[str, list[str]]:
    if obstacle := no_change_obstacle(task, period):
        return {"no_change": [obstacle]}
    if content.percent != task.percent:
        return {"percent": [_("“本期无变化”时，实际进度应与已审定的一致。")]}
    return {}


class ReportNotOwedError(DomainError):
    """任务本期不需报送."""

    code = "report_not_owed"


def check_owed(task: Task, period: Period) -> None:
    """Raise ReportNotOwedError for a month or half-year that the task does not report; a quarter's is always taken."""
    if not period.is_open_to(task):
        raise ReportNotOwedError(
            _("这项任务不需报送%(period)s：亮黄灯、红灯的任务才按月报送，常态化任务按半年报送。请按季度报送。")
            % {"period": period.label}
        )


class NoChangeError(DomainError):
    """“本期无变化”与已审定的进度不符."""

    code = "no_change_contradicted"


def check_no_change(report: Report) -> None:
    """Raise NoChangeError when the task has moved since the report said that nothing has."""
    if report.no_change and report.percent != report.task.percent:
        raise NoChangeError(
            _("报送称本期无变化（%(percent)s%%），而任务现已审定为 %(current)s%%，请修改后再报。")
            % {"percent": report.percent, "current": report.task.percent}
        )
