import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.workdays import OPENS_AT
from supervision.actions import DeliverResult, SweepResult, deliver_due, sweep
from supervision.models import Channel, Level
from supervision.readers import DayPlan, gather_clocks, plan_deliveries, rehearsal_rows
from tasks.models import Task

HEADINGS = (
    gettext_lazy("级别"),
    gettext_lazy("任务"),
    gettext_lazy("收件人"),
    gettext_lazy("单位"),
    gettext_lazy("站内消息"),
    gettext_lazy("电子邮件"),
    gettext_lazy("事由"),
)
STATES = {
    "new": gettext_lazy("将送达"),
    "waiting": gettext_lazy("待送达"),
    "done": gettext_lazy("已送达"),
    "dead": gettext_lazy("未送达"),
    "no_address": gettext_lazy("无邮箱"),
}
MOMENT = "%Y-%m-%d %H:%M"


class Command(BaseCommand):
    """提醒: by hand what the jobs do by themselves; or only shown."""

    help = (
        "Sends the reminders that are due. With --dry-run: prints what would go to whom and why, and changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the plan of the day and change nothing")
        parser.add_argument("--on", metavar="DATE", help="with --dry-run: another day than today, such as 2026-12-31")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = _opening(options["on"]) if options["on"] else clock.now()
        if options["dry_run"]:
            lines = list(_rehearse(moment))
        elif options["on"]:
            raise CommandError(_("--on 只能与 --dry-run 一起使用：真正送达只能按今天办理。"))
        else:
            lines = list(_told(sweep(now=moment), deliver_due(clock=clock.now), moment))
        self.stdout.write("\n".join(lines))


def _opening(word: str) -> datetime:
    """The day as it is written after --on, at the opening of the office."""
    try:
        return datetime.combine(date.fromisoformat(word), OPENS_AT, tzinfo=get_default_timezone())
    except ValueError as error:
        raise CommandError(_("“%(word)s”不是日期。请写成 2026-12-31 这样的日期。") % {"word": word}) from error


def _rehearse(moment: datetime) -> Iterator[str]:
    """The plan of a day, made by the code of the sweep itself."""
    on = moment.date()
    day_plan = plan_deliveries(gather_clocks(Task.objects.current(), on=on), on=on)
    rows = rehearsal_rows(day_plan, on=on)
    yield _("%(day)s 的提醒（演练，不送达，也不改动数据）") % {"day": on.isoformat()}
    if rows:
        yield from _table([[str(each) for each in HEADINGS], *map(_cells, rows)])
    new = sum(row[channel] == "new" for row in rows for channel in (Channel.INBOX, Channel.MAIL))
    yield _("共 %(people)s 人次，将送达 %(new)s 条。") % {"people": len(rows), "new": new}
    if new:
        yield from _opening_note(moment, day_plan.gathered.calendar.next_working_moment(moment))
    yield from _drafts(day_plan)
    yield from _unreached(day_plan)


def _cells(row: dict[str, Any]) -> list[str]:
    person = row["person"]
    copy = _("（抄送）") if row["is_copy"] else ""
    return [
        str(row["level"].label),
        f"{row['task'].number} {row['task'].title}" if row["task"] else "",
        f"{person}{copy}",
        person.agency.short_name if person.agency else "",
        str(STATES[row[Channel.INBOX]]),
        str(STATES[row[Channel.MAIL]]),
        row["text"],
    ]


def _drafts(day_plan: DayPlan) -> Iterator[str]:
    """The notices that wait, or would be drafted: nothing of them goes out before somebody issues it."""
    found = [(step, day_plan.clocks[step.clock_key]) for step in day_plan.drafts]
    tasks = Task.objects.in_bulk({each.task for _step, each in found})
    for step, about in sorted(found, key=lambda each: (each[0].level, tasks[each[1].task].number)):
        values = {"level": Level(step.level).label, "number": tasks[about.task].number, "limit": about.limit}
        yield (
            _("待签发：任务%(number)s的%(level)s通知（时限 %(limit)s）。") % values
            if step.mark
            else _("将拟稿：任务%(number)s的%(level)s通知（时限 %(limit)s）。") % values
        )


def _unreached(day_plan: DayPlan) -> Iterator[str]:
    tasks = Task.objects.in_bulk({day_plan.clocks[step.clock_key].task for step in day_plan.unreached} - {None})
    for task in sorted(tasks.values(), key=lambda each: each.number):
        yield _("无人可送：任务%(number)s的牵头单位没有在用的填报员或审签人。") % {"number": task.number}


def _told(found: SweepResult, sent: DeliverResult, moment: datetime) -> Iterator[str]:
    yield _("计时 %(clocks)s 项，应有提醒 %(planned)s 条：新增 %(created)s 条，恢复 %(revived)s 条。") % vars(found)
    yield (
        _("送达站内消息 %(inbox)s 条、电子邮件 %(mail)s 条；不再需要 %(suppressed)s 条，失败 %(failed)s 条。")
        % vars(sent)
    )
    if found.drafted or found.lapsed or found.settled or found.bulletins:
        yield (
            _("督办通知拟稿 %(drafted)s 份，撤下 %(lapsed)s 份，了结 %(settled)s 份；通报拟稿 %(bulletins)s 份。")
            % vars(found)
        )
    if found.unreached:
        yield _("有 %(unreached)s 项提醒无人可送，用 --dry-run 查看。") % vars(found)
    if sent.is_unreachable:
        yield _("连接不上邮件系统，稍后自动再试。")
    yield from _opening_note(moment, found.due_at)


def _opening_note(moment: datetime, opens: datetime) -> Iterator[str]:
    if opens != moment:
        yield _("现在不是工作时间，%(at)s 起送达。") % {"at": opens.strftime(MOMENT)}


def _table(rows: list[list[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell; a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
