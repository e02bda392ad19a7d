from dataclasses import fields
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from common.constraints import paired, stretch
from tasks.lights import Colour, Light, LightDates, light_on
from tasks.models.plan import Pillar, Plan, Titled
from tasks.periods import Cycle, PeriodDates, begun_on, owes
from tasks.status import DONE, OPEN, RUNNING, Status
from zones.models import Zone


class DueBasis(models.TextChoices):
    """时限依据: whose date it is; an office's date is never shown as the plan's."""

    PLAN = "plan", _("方案规定")
    OFFICE = "office", _("办公室确定")
    LEAD = "lead", _("牵头单位方案")


class Result(models.TextChoices):
    """进展评价: the word a report is approved with."""

    NOTABLE = "notable", _("取得显著成效")
    PARTIAL = "partial", _("取得阶段性成效")
    ADVANCING = "advancing", _("正在推进")
    AWAITING_APPROVAL = "awaiting_approval", _("已上报待批")
    NOT_STARTED = "not_started", _("尚未启动")
    BLOCKED = "blocked", _("受阻")


# The columns that a light is read from.
LIGHT_DATES = tuple(each.name for each in fields(LightDates))


def _exempt(on: date) -> Q:
    return Q(exempt_from__isnull=False, exempt_from__lte=on, exempt_until__isnull=False, exempt_until__gte=on)


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Any) -> "TaskQuerySet":
        """A task's facts are public to everyone who may read tasks; the only door to a row for a person."""
        seen = self if user.is_authenticated and user.reads_tasks else self.none()
        return seen.with_lead()

    def current(self) -> "TaskQuerySet":
        """Tasks of the plan in force."""
        return self.filter(plan__is_current=True)

    def with_lead(self) -> "TaskQuerySet":
        """Annotate `lead_code`, the unit that answers for the task."""
        lead = Assignment.objects.filter(task=OuterRef("pk"), role="lead").values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))

    def with_colour(self, on: date) -> "TaskQuerySet":
        """Annotate `colour`, the light on a day, by comparing the stored dates; says the same as Task.light."""
        judged = Q(status__in=RUNNING, due_date__isnull=False) & (Q(start_date=None) | Q(start_date__lte=on))
        held = Q(held_from__lte=on, held_until__gte=on)
        return self.annotate(
            colour=Case(
                When(status__in=DONE, then=Value(Colour.BLUE)),
                When(~judged | _exempt(on), then=Value(Colour.GREY)),
                When(red_from__lte=on, then=Value(Colour.RED)),
                When(Q(yellow_from__lte=on) | held, then=Value(Colour.YELLOW)),
                default=Value(Colour.GREEN),
                output_field=models.CharField(),
            )
        )

    def open(self) -> "TaskQuerySet":
        return self.filter(status__in=OPEN)

    def running(self) -> "TaskQuerySet":
        """Tasks whose clock runs: issued, ongoing or waiting for their closing check."""
        return self.filter(status__in=RUNNING)

    def overdue(self, *, on: date) -> "TaskQuerySet":
        """Running tasks past the first working day after their deadline, unless closing or more time was asked in time.

        None that is not judged on the day for a recorded reason: the same tasks whose light says overdue.
        """
        return self.running().filter(overdue_from__lte=on).exclude(_exempt(on))

    def led_by(self, agency: str) -> "TaskQuerySet":
        return self._assigned(agency=agency, role="lead")

    def supported_by(self, agency: str) -> "TaskQuerySet":
        return self._assigned(agency=agency, role="co")

    def involving(self, agency: str) -> "TaskQuerySet":
        return self._assigned(agency=agency)

    def in_zone(self, zone: str) -> "TaskQuerySet":
        through = Task.zones.through.objects.filter(zone=zone).values("task")
        return self.filter(pk__in=through)

    def _assigned(self, **link: str) -> "TaskQuerySet":
        assignments = Assignment.objects.filter(**link).values("task")
        return self.filter(pk__in=assignments)


class Task(Titled):
    """任务: one of the plan's numbered duties, with the state it has now.

    The official text never changes here. Progress, lights and the last report are kept on the row, so that a list costs
    the same whatever the history; actions keep them true.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("实施方案"))
    pillar = models.ForeignKey(Pillar, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("板块"))
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("正文"))
    unit_clause = models.TextField(_("责任单位（原文）"))
    zones = models.ManyToManyField(Zone, related_name="tasks", verbose_name=_("片区"))
    agencies = models.ManyToManyField(
        Agency, through="tasks.Assignment", through_fields=("task", "agency"), related_name="tasks"
    )

    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.PLANNED)
    order_number = models.CharField(_("任务单编号"), max_length=40, blank=True)
    start_date = models.DateField(_("起始时间"), null=True, blank=True)
    due_date = models.DateField(_("现时限"), null=True, blank=True)
    original_due_date = models.DateField(_("原时限"), null=True, blank=True)
    due_basis = models.CharField(_("时限依据"), max_length=8, choices=DueBasis, blank=True)
    due_note = models.CharField(_("时限依据说明"), max_length=200, blank=True)
    is_standing = models.BooleanField(_("常态化任务"), default=False)
    cycle = models.CharField(_("报送周期"), max_length=8, choices=Cycle, blank=True)
    slip_count = models.PositiveSmallIntegerField(_("延期次数"), default=0)
    issued_on = models.DateField(_("下达日期"), null=True, blank=True)
    received_on = models.DateField(_("签收日期"), null=True, blank=True)
    extension_asked_on = models.DateField(_("申请延期日期"), null=True, blank=True)
    closing_asked_on = models.DateField(_("申请办结日期"), null=True, blank=True)
    closed_on = models.DateField(_("办结日期"), null=True, blank=True)
    closed_late = models.BooleanField(_("超时办结"), null=True, blank=True)

    percent = models.PositiveSmallIntegerField(_("已审定进度（%）"), default=0, validators=[MaxValueValidator(100)])
    last_period = models.CharField(_("最近报送期"), max_length=8, blank=True)
    last_result = models.CharField(_("最近评价"), max_length=20, choices=Result, blank=True)
    last_approved_at = models.DateTimeField(_("最近审定时间"), null=True, blank=True)

    yellow_from = models.DateField(_("黄灯起"), null=True, blank=True)
    yellow_rule = models.CharField(_("黄灯原因"), max_length=20, blank=True)
    red_from = models.DateField(_("红灯起"), null=True, blank=True)
    red_rule = models.CharField(_("红灯原因"), max_length=20, blank=True)
    overdue_from = models.DateField(_("超期起"), null=True, blank=True)
    report_due_on = models.DateField(_("应报时限"), null=True, blank=True)
    report_period = models.CharField(_("应报送期"), max_length=8, blank=True)
    held_from = models.DateField(_("整改保持黄灯起"), null=True, blank=True)
    held_until = models.DateField(_("整改保持黄灯止"), null=True, blank=True)
    exempt_from = models.DateField(_("不评起"), null=True, blank=True)
    exempt_until = models.DateField(_("不评止"), null=True, blank=True)
    exempt_reason = models.CharField(_("不评理由"), max_length=200, blank=True)
    light_policy = models.PositiveIntegerField(_("亮灯规则版本"), default=0)
    light_calendar = models.PositiveIntegerField(_("工作日历版本"), default=0)

    version = models.PositiveIntegerField(_("版本"), default=1)
    updated_at = models.DateTimeField(_("更新时间"))
    is_demo = models.BooleanField(_("含演示数据"), default=False)

    objects = TaskQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("plan", "number")
        verbose_name = _("任务")
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="one_task_per_number"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent_to_100"),
            models.CheckConstraint(
                condition=Q(start_date=None) | Q(due_date=None) | Q(start_date__lte=F("due_date")),
                name="task_starts_before_due",
                violation_error_message=_("起始时间不能晚于时限。"),
            ),
            models.CheckConstraint(
                condition=Q(due_date__isnull=True, original_due_date__isnull=True, due_basis="")
                | (Q(due_date__isnull=False, original_due_date__isnull=False) & ~Q(due_basis="")),
                name="due_date_has_original_and_basis",
                violation_error_message=_("时限必须注明依据，并保留原时限。"),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(DONE), closed_on__isnull=False, closed_late__isnull=False)
                | (~Q(status__in=sorted(DONE)) & Q(closed_on__isnull=True, closed_late__isnull=True)),
                name="done_task_has_closing_date",
            ),
            models.CheckConstraint(condition=stretch("held_from", "held_until"), name="held_light_has_both_ends"),
            models.CheckConstraint(condition=stretch("exempt_from", "exempt_until"), name="exemption_has_both_ends"),
        )
        indexes = (models.Index(fields=("status", "due_date"), name="task_status_due"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def key(self) -> str:
        """The name of this task in the ledger; the plan must be loaded with it."""
        return f"{self.plan.code}/{self.number}"

    def light_dates(self) -> LightDates:
        return LightDates(**{name: getattr(self, name) for name in LIGHT_DATES})

    def keep_light(self, dates: LightDates) -> None:
        """Take over the dates of a light; the caller saves the columns `LIGHT_DATES`."""
        for name in LIGHT_DATES:
            setattr(self, name, getattr(dates, name))

    def owes(self, period: PeriodDates) -> bool:
        """Whether a report is owed for a period, as the task stands now."""
        start = begun_on(self.start_date, self.received_on)
        colour = self.light(on=period.starts_on).colour
        return owes(period, status=self.status, start=start, cycle=self.cycle, colour=colour)

    def light(self, *, on: date, dates: LightDates | None = None) -> Light:
        """The light on a day, by comparing the stored dates, or others that are tried instead."""
        return light_on(
            status=self.status,
            start=self.start_date,
            due=self.due_date,
            dates=dates or self.light_dates(),
            closed_late=self.closed_late,
            on=on,
        )


class Assignment(models.Model):
    """责任: a unit's share in a task; the first of the plan's list leads.

    A link that has moved to a successor names in `plan_agency` the unit that the plan names, and in `joined` the units
    of the plan's list whose links became one with it, so that the plan's own list can always be told.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头")
        CO = "co", _("配合")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("任务"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("单位"))
    role = models.CharField(_("责任"), max_length=4, choices=Role)
    order = models.PositiveSmallIntegerField(_("顺序"))
    plan_agency = models.ForeignKey(
        Agency, verbose_name=_("方案所列单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    moved_on = models.DateField(_("承接日期"), null=True, blank=True)
    joined = models.JSONField(_("并入的方案单位"), default=list, blank=True)

    class Meta:
        ordering = ("task", "order")
        verbose_name = _("责任")
        constraints = (
            models.UniqueConstraint(fields=("task", "agency"), name="one_assignment_per_agency"),
            models.UniqueConstraint(fields=("task", "order"), name="one_assignment_per_order"),
            models.UniqueConstraint(
                fields=("task",), condition=models.Q(role="lead"), name="one_lead_per_task",
                violation_error_message=_("一项任务只有一个牵头单位。"),
            ),
            models.CheckConstraint(
                condition=paired("plan_agency", "moved_on"), name="moved_link_names_the_plans_unit"
            ),
            models.CheckConstraint(
                condition=models.Q(role="lead", order=1) | models.Q(role="co", order__gt=1), name="first_of_list_leads"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task_id} {self.agency_id} {self.role}"
