from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, require
from common.texts import check_text
from ledger import actions as ledger
from tasks.actions.lights import refresh_lights
from tasks.actions.policy import append_calendar, tell_version
from tasks.actions.rows import lock_tasks
from tasks.models import CalendarDay, Task
from tasks.permissions import can_edit_calendar

DAY_NAME_LENGTH = 40


@transaction.atomic
def set_calendar_day(*, day: date, kind: str, name: str, by: User, now: datetime) -> int:
    """The day is a holiday, a working day by 调休, or (kind "") plain again; returns how many tasks' lights moved.

    The calendar that stands then is kept as its next version. Raises NotAllowedError, and InvalidError for an unknown
    kind or an extra working day from Monday to Friday.
    """
    require(can_edit_calendar(by))
    name = check_text("name", name, limit=DAY_NAME_LENGTH)
    check_kind(day, kind)
    lock_tasks(Task.objects.current())
    row = CalendarDay.objects.select_for_update(no_key=True).filter(date=day).first()
    before = {"date": day, "kind": row.kind if row else "", "name": row.name if row else ""}
    if kind:
        CalendarDay.objects.update_or_create(date=day, defaults={"kind": kind, "name": name, "name_en": ""})
    elif row:
        row.delete()
    reason = _("工作日历调整：%(day)s") % {"day": day.isoformat()}
    version = append_calendar(reason=reason, by=by, now=now)
    moved = refresh_lights(by=by, now=now, reason=reason)
    tell_version(version, by=by, now=now)
    after = {"date": day, "kind": kind, "name": name if kind else ""}
    ledger.append(kind="calendar", key=day.isoformat(), verb="calendar_set", by=by, at=now, state=after, before=before)
    return moved


def check_kind(day: date, kind: str) -> None:
    """Raise InvalidError for what says nothing of a day."""
    if kind not in ("", *CalendarDay.Kind.values):
        raise InvalidError({"kind": [_("请选择放假、调休上班或恢复平常。")]})
    if kind == CalendarDay.Kind.WORKDAY and day.weekday() < 5:
        raise InvalidError({"kind": [_("周一至周五本来就是工作日。")]})
