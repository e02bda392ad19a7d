from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.roles import Can
from common.requests import kept
from common.workdays import WorkCalendar


class CalendarYear(models.Model):
    """节假日安排: a year for which the official arrangement stands in the table; without one, Monday to Friday hold."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("依据"), max_length=200)

    class Meta:
        ordering = ("year",)
        verbose_name = _("节假日安排")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def visible_to(self, user: Any) -> "CalendarDayQuerySet":
        """Which days are worked is public to everyone who may read tasks, or who keeps the calendar."""
        return self if user.is_authenticated and (user.reads_tasks or user.has(Can.MANAGE_CALENDAR)) else self.none()

    def as_calendar(self) -> WorkCalendar:
        """The working-day calendar as a value for the pure rules (two queries, once in a request that only reads)."""
        return self._read() if self.query.where else kept("calendar", self._read)

    def _read(self) -> WorkCalendar:
        days = list(self.values_list("date", "kind"))
        return WorkCalendar(
            holidays=frozenset(date for date, kind in days if kind == CalendarDay.Kind.HOLIDAY),
            workdays=frozenset(date for date, kind in days if kind == CalendarDay.Kind.WORKDAY),
            published_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
        )


class CalendarDay(models.Model):
    """工作日历: a day that differs from Monday-to-Friday: a holiday, or a working day by 调休."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("调休上班")

    date = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("安排"), max_length=8, choices=Kind)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ("date",)
        verbose_name = _("工作日历")

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()}"
