"""What a bulletin names: facts of a day, as JSON keeps them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import get_default_timezone

from agencies.models import Agency
from progress.models import Period
from supervision.models import Bulletin, Level, Notice, Reason
from supervision.readers.clocks import gather_clocks
from supervision.readers.facts import read_rules
from supervision.reminders import MISSED_REASONS, bulletin_date, named_on
from supervision.status import BulletinStatus, NoticeStatus
from tasks.models import CalendarDay, Task
from tasks.periods import ends_on, quarter_code, quarter_of, starts_on

Row = dict[str, Any]


def due_bulletin(*, on: date) -> date | None:
    """The date of the latest bulletin that has come and is not yet drafted, if anything stood under 督办 then.

    One a quarter, also when the rules or the calendar have moved its date since.
    """
    day = bulletin_date(on, CalendarDay.objects.as_calendar(), read_rules().reminders)
    quarter = quarter_code(*quarter_of(day))
    if Bulletin.objects.filter(on__range=(starts_on(quarter), ends_on(quarter))).exists():
        return None
    night = datetime.combine(day + timedelta(days=1), time.min, tzinfo=get_default_timezone())
    stood = Notice.objects.filter(Q(ended_at=None) | Q(ended_at__gte=night), level=Level.SUPERVISE, issued_at__lt=night)
    return day if stood.exists() else None


def bulletin_items(*, on: date) -> list[Row]:
    """What was under 督办 on a day and is open still, as it is known now; in the order of the plan."""
    gathered = gather_clocks(Task.objects.current(), on=on)
    named = named_on(gathered.clocks, on)
    tasks = Task.objects.in_bulk({clock.task for clock, _mark in named})
    units = Agency.objects.in_bulk({clock.agency for clock, _mark in named})
    rows = [
        {
            "clock": clock.key,
            "task": tasks[clock.task].number,
            "title": tasks[clock.task].title,
            "agency": clock.agency,
            "agency_name": units[clock.agency].name,
            "reason": MISSED_REASONS[clock.kind],
            "limit": clock.limit.isoformat(),
            "period": clock.period,
            "notice": mark.number,
            "new_limit": mark.new_limit.isoformat() if mark.new_limit else "",
            "is_answered": mark.status == NoticeStatus.ANSWERED,
        }
        for clock, mark in named
    ]
    return sorted(rows, key=lambda row: (row["task"], row["limit"]))


def items_now(bulletin: Bulletin) -> list[Row]:
    """The frozen items of an issued bulletin; of a draft what it would name if it were issued now."""
    return bulletin.items if bulletin.status == BulletinStatus.ISSUED else bulletin_items(on=bulletin.on)


def item_rows(items: list[Row]) -> list[Row]:
    """Items with their codes in words, in the reader's language."""
    return [
        {
            **item,
            "reason_label": str(Reason(item["reason"]).label),
            "period_label": Period(code=item["period"]).label if item["period"] else "",
        }
        for item in items
    ]
