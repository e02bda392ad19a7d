"""报送的筛选: the parameters of a list of reports, and its orderings."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, When

from common.api.paging import Key, Keys
from common.api.parameters import Parameters
from progress.models import Period, ReportQuerySet
from progress.status import ReportStatus
from tasks.filters import agency_codes
from tasks.models import Assignment, Result, Task
from tasks.periods import ends_on, starts_on

Row = dict[str, Any]

ID = Key("id", lambda row: row["id"], is_always_there=True)


def _day_of_period(field: str, day: Callable[[str], date], **more: Any) -> Key:
    return Key(
        f"period__{field}", lambda row: day(row["period"]), read=date.fromisoformat, is_always_there=True, **more
    )


def _approved_at(row: Row) -> datetime | None:
    return row["reviewed_at"] if row["status"] == ReportStatus.APPROVED else None


# The oldest first, of periods that end alike the shorter first (`tasks.periods.order_of`); codes are never compared.
PERIOD = (_day_of_period("ends_on", ends_on), _day_of_period("starts_on", starts_on, descending=True), ID)
TASK = Key("task__number", lambda row: row["task"]["number"], is_always_there=True)
SORT_KEYS: dict[str, Keys] = {
    "id": (ID,),
    "period": PERIOD,
    "task": (TASK, *PERIOD),
    "approved_at": (Key("approved_at", _approved_at, read=datetime.fromisoformat), ID),
}
ORDERINGS: dict[str, Keys] = {
    **SORT_KEYS,
    **{f"-{name}": tuple(key.reversed() for key in keys) for name, keys in SORT_KEYS.items()},
}


def numbers() -> list[str]:
    """The number of every task of the plan in force."""
    return [str(number) for number in Task.objects.current().order_by("number").values_list("number", flat=True)]


def period_codes() -> list[str]:
    """Every period's code, the newest first."""
    return list(Period.objects.newest_first().values_list("code", flat=True))


def known_if(reads: Parameters, name: str, known: Callable[[], list[str]]) -> list[str]:
    """The values of a parameter, checked against a list that is read only when something was given."""
    return reads.names(name, known=known()) if name in reads.params else []


APPROVED_AT = Case(When(status=ReportStatus.APPROVED, then=F("reviewed_at")))


class TaskReportFilter:
    """What the parameters of a list of one task's reports ask for; what is wrong with them stands in the reader given.

    Of several codes (`status=submitted,approved`) one is enough, of several parameters all must hold.
    """

    KNOWN: tuple[str, ...] = ("period", "status", "ordering")
    default = "-period"

    def __init__(self, reads: Parameters):
        self.codes = {
            "period__in": known_if(reads, "period", period_codes),
            "status__in": reads.names("status", known=ReportStatus.values),
        }
        self.ordering = reads.choice("ordering", known=ORDERINGS) or self.default

    @property
    def keys(self) -> Keys:
        return ORDERINGS[self.ordering]

    def narrow(self, reports: ReportQuerySet) -> ReportQuerySet:
        """Those of them that were asked for, ready to be sorted."""
        reports = reports.filter(**{name: values for name, values in self.codes.items() if values})
        return reports.annotate(approved_at=APPROVED_AT) if self.keys[0].field == "approved_at" else reports


class ReportFilter(TaskReportFilter):
    """The same for the list of all reports. `approved_after` and `approved_before` count the day itself; `late` is
    about the day on which a report first came in.
    """

    KNOWN = ("task", "agency", "result", "late", "approved_after", "approved_before", *TaskReportFilter.KNOWN)
    default = "id"

    def __init__(self, reads: Parameters):
        super().__init__(reads)
        self.codes["task__number__in"] = known_if(reads, "task", numbers)
        self.codes["result__in"] = reads.names("result", known=Result.values)
        self.agencies = known_if(reads, "agency", agency_codes)
        self.late = reads.choice("late", known=("true", "false"))
        self.after = reads.day("approved_after", latest=date.max)
        self.before = reads.day("approved_before", latest=date.max)

    def narrow(self, reports: ReportQuerySet) -> ReportQuerySet:
        reports = self._narrow_late(self._narrow_approved(super().narrow(reports)))
        if not self.agencies:
            return reports
        led = Assignment.objects.filter(agency__in=self.agencies, role=Assignment.Role.LEAD)
        return reports.filter(task__in=led.order_by().values("task"))

    def _narrow_late(self, reports: ReportQuerySet) -> ReportQuerySet:
        if self.late is None:
            return reports
        limit = F("period__reports_due_on")
        return reports.filter(**{"received_on__gt" if self.late == "true" else "received_on__lte": limit})

    def _narrow_approved(self, reports: ReportQuerySet) -> ReportQuerySet:
        if self.after:
            reports = reports.approved().filter(reviewed_at__date__gte=self.after)
        if self.before:
            reports = reports.approved().filter(reviewed_at__date__lte=self.before)
        return reports
