from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Task
from tasks.periods import Cycle, PeriodDates, ends_on, order_of, period_label, starts_on


class PeriodQuerySet(models.QuerySet["Period"]):
    def visible_to(self, user: Any) -> "PeriodQuerySet":
        """Periods are the same for everyone who may read tasks."""
        return self if user.is_authenticated and user.reads_tasks else self.none()

    def begun(self, *, on: date) -> "PeriodQuerySet":
        return self.filter(starts_on__lte=on)

    def unlocked(self, *, on: date) -> "PeriodQuerySet":
        """Periods for which a report is still accepted on a day, the oldest first."""
        return self.begun(on=on).filter(locks_on__gte=on).in_order()

    def unsettled(self) -> "PeriodQuerySet":
        """Periods whose duties still follow the tasks as they stand."""
        return self.filter(is_settled=False)

    def quarters(self) -> "PeriodQuerySet":
        """The periods that every task under way reports for."""
        return self.filter(cycle=Cycle.QUARTER)

    def in_order(self) -> "PeriodQuerySet":
        """The oldest first; of those that end alike the shorter first, as `tasks.periods.order_of` says."""
        return self.order_by("ends_on", "-starts_on")

    def newest_first(self) -> "PeriodQuerySet":
        return self.order_by("-ends_on", "starts_on")


def earlier_than(code: str, *, through: str = "") -> Q:
    """Of rows that have a period, those of a period before this one; `through` is the way there ("period__")."""
    ends, starts = f"{through}ends_on", f"{through}starts_on"
    last, first = ends_on(code), starts_on(code)
    return Q(**{f"{ends}__lt": last}) | Q(**{ends: last, f"{starts}__gt": first})


class Period(models.Model):
    """报送期: a month, a quarter or half a year.

    After `reports_due_on` a report counts as late, after `locks_on` it is refused. The dates are those of the policy
    that was in force when the period opened. `is_settled`: who owed a report stands in `Expectation` from now on.
    """

    code = models.CharField(_("报送期"), primary_key=True, max_length=8)
    cycle = models.CharField(_("周期"), max_length=8, choices=Cycle, default=Cycle.QUARTER)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    contributions_due_on = models.DateField(_("配合情况时限"))
    reports_due_on = models.DateField(_("报送时限"))
    locks_on = models.DateField(_("锁定日期"))
    is_settled = models.BooleanField(_("已结账"), default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ("-ends_on", "starts_on")
        verbose_name = _("报送期")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("contributions_due_on"))
                & models.Q(contributions_due_on__lte=models.F("reports_due_on"))
                & models.Q(reports_due_on__lte=models.F("locks_on")),
                name="period_dates_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """2026年11月 / 2026年第4季度 / 2026年下半年."""
        return period_label(self.code)

    @property
    def order(self) -> tuple[date, int]:
        """The place among all periods; codes are never compared."""
        return order_of(self.code)

    def dates(self) -> PeriodDates:
        """The stored dates as a value for the pure rules."""
        return PeriodDates(
            code=self.code,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            contributions_due_on=self.contributions_due_on,
            reports_due_on=self.reports_due_on,
            locks_on=self.locks_on,
        )

    def is_open_to(self, task: Task) -> bool:
        """Whether a report on the task is taken for this period: one that is owed, or a quarter's, always."""
        return self.cycle == Cycle.QUARTER or task.owes(self.dates())

    def is_locked(self, *, on: date) -> bool:
        return on > self.locks_on

    def is_late(self, *, on: date) -> bool:
        return on > self.reports_due_on
