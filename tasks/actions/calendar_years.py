from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from ledger import actions as ledger
from tasks.actions.policy import append_calendar, tell_version
from tasks.actions.rows import lock_tasks
from tasks.models import CalendarYear, Task
from tasks.permissions import can_edit_calendar

SOURCE_LENGTH = 200


class YearPublishedError(DomainError):
    """该年的节假日安排已登记."""

    code = "year_published"


@transaction.atomic
def publish_calendar_year(*, year: int, source: str, by: User, now: datetime) -> CalendarYear:
    """The arrangement of the year counts as entered, on the strength of the named notice; its days are set one by one.

    The calendar is kept as its next version. Raises NotAllowedError, YearPublishedError, and InvalidError without a
    source.
    """
    require(can_edit_calendar(by))
    source = check_text("source", source, limit=SOURCE_LENGTH)
    if not source:
        raise InvalidError({"source": [_("请写明通知的名称和文号。")]})
    lock_tasks(Task.objects.current())
    row, is_new = CalendarYear.objects.get_or_create(year=year, defaults={"source": source})
    if not is_new:
        raise YearPublishedError(_("%(year)s年节假日安排已经登记。") % {"year": year})
    version = append_calendar(reason=source, by=by, now=now)
    tell_version(version, by=by, now=now)
    state = {"year": year, "source": source}
    ledger.append(kind="calendar_year", key=str(year), verb="published", by=by, at=now, state=state)
    return row
