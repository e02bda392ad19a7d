from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, require
from ledger import actions as ledger
from tasks.actions.lights import refresh_lights
from tasks.models import CalendarDay
from tasks.permissions import can_edit_calendar


@transaction.atomic
def set_calendar_day(*, day: date, kind: str, name: str, by: User, now: datetime) -> int:
    """The day is a holiday, a working day by 调休, or (kind "") plain again; returns how many tasks' lights moved.

    Raises NotAllowedError, and InvalidError for a kind that says what the weekday says already.
    """
    require(can_edit_calendar(by))
    row = CalendarDay.objects.select_for_update().filter(date=day).first()
    before = {"date": day, "kind": row.kind if row else "", "name": row.name if row else ""}
    if kind not in ("", *CalendarDay.Kind.values):
        raise InvalidError({"kind": [_("请选择放假、调休上班或恢复平常。")]})
    if kind == CalendarDay.Kind.WORKDAY and day.weekday() < 5:
        raise InvalidError({"kind": [_("周一至周五本来就是工作日。")]})
    if kind:
        CalendarDay.objects.update_or_create(date=day, defaults={"kind": kind, "name": name.strip()})
    elif row:
        row.delete()
    moved = refresh_lights(by=by, now=now, reason=_("工作日历调整：%(day)s") % {"day": day.isoformat()})
    after = {"date": day, "kind": kind, "name": name.strip() if kind else ""}
    ledger.append(kind="calendar", key=day.isoformat(), verb="calendar_set", by=by, at=now, state=after, before=before)
    return moved
