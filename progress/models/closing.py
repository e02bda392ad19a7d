from datetime import date
from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import Can
from common.constraints import paired
from common.workdays import WorkCalendar
from progress.status import STANDS_WITH, ClosingStatus, closing_status
from tasks.models import Assignment, Task

STATEMENT_LENGTH = 500
OPINION_LENGTH = 200
# (ours) Working days a unit has to answer: as many as the office has to review a report, so that one silent unit cannot
# hold up a task that is done.
HEARING_DAYS = 3


class ClosingQuerySet(models.QuerySet["Closing"]):
    def visible_to(self, user: Any) -> "ClosingQuerySet":
        """The units of the task see it from the draft on, since they are heard in it; office and leaders once sent."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        seen = Q(status=ClosingStatus.ACCEPTED)
        if user.has(Can.READ_SUBMITTED):
            seen |= Q(sent_at__isnull=False)
        if user.drafts_for_agency:
            seen |= Q(task__in=Assignment.objects.filter(agency=user.agency_id).order_by().values("task"))
        return self.with_lead().filter(seen)

    def with_lead(self) -> "ClosingQuerySet":
        """Annotate `lead_code`, the unit that asks."""
        lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD).values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))

    def open(self) -> "ClosingQuerySet":
        """Not yet returned, accepted or ended; whether its task still waits for it is `standing()`'s question."""
        return self.filter(status__in=sorted(STANDS_WITH))

    def standing(self) -> "ClosingQuerySet":
        """Open, and its task is where the request needs it: the same as `Closing.stands`."""
        found = Q(pk__in=())
        for status, task_states in STANDS_WITH.items():
            found |= Q(status=status, task__status__in=sorted(task_states))
        return self.filter(found)

    def current(self) -> "ClosingQuerySet":
        return self.filter(task__plan__is_current=True)


class Closing(models.Model):
    """办结申请: the lead unit's case that a task is done, with its deliverables and what the co-units say to it.

    The supervisor checks it, the director decides; they are two people.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="closings", verbose_name=_("任务"))
    status = models.CharField(_("状态"), max_length=10, choices=ClosingStatus, default=ClosingStatus.DRAFT)
    statement = models.TextField(_("办结说明"), validators=[MaxLengthValidator(STATEMENT_LENGTH)])
    drafted_at = models.DateTimeField(_("填写时间"))
    drafted_by = models.ForeignKey(User, verbose_name=_("填写人"), on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("报出时间"), null=True, blank=True)
    sent_by = models.ForeignKey(
        User, verbose_name=_("审签人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    checked_by = models.ForeignKey(
        User, verbose_name=_("核验人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_note = models.TextField(_("核验意见"), blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("决定人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    return_reason = models.TextField(_("退回理由"), blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = ClosingQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("task", "-drafted_at")
        verbose_name = _("办结申请")
        constraints = (
            models.UniqueConstraint(
                fields=("task",),
                condition=Q(status__in=("draft", "sent", "checked")),
                name="one_open_closing_per_task",
                violation_error_message=_("这项任务已有一份未办完的办结申请。"),
            ),
            models.CheckConstraint(condition=paired("sent_at", "sent_by"), name="closing_sent_pair"),
            models.CheckConstraint(condition=paired("checked_at", "checked_by"), name="closing_checked_pair"),
            models.CheckConstraint(condition=paired("decided_at", "decided_by"), name="closing_decided_pair"),
            models.CheckConstraint(
                condition=Q(sent_by=None) | ~Q(sent_by=models.F("drafted_by")),
                name="closing_maker_is_not_sender",
                violation_error_message=_("填写人不能审签自己写的办结申请。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(checked_by=None) | ~Q(decided_by=models.F("checked_by")),
                name="checker_is_not_decider",
                violation_error_message=_("核验人不能同时作决定。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(checked_at__isnull=False, decided_at__isnull=False),
                name="accepted_closing_was_checked",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task_id} {self.status}"

    @property
    def key(self) -> str:
        """Its name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.pk}"

    @property
    def state(self) -> ClosingStatus:
        """The state it really has; the task must be loaded with it."""
        return closing_status(self.status, self.task.status)

    @property
    def stands(self) -> bool:
        """Whether it is open and its task still waits for it."""
        return self.state in STANDS_WITH


class Hearing(models.Model):
    """征求意见: what one co-responsible unit says to the closing; silence is marked as silence, by a named person."""

    class Answer(models.TextChoices):
        AGREED = "agreed", _("同意办结")
        OBJECTED = "objected", _("有不同意见")
        SILENT = "silent", _("未反馈")

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="hearings")
    agency = models.ForeignKey(Agency, verbose_name=_("配合单位"), on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("意见"), max_length=8, choices=Answer, blank=True)
    text = models.TextField(_("说明"), blank=True, validators=[MaxLengthValidator(OPINION_LENGTH)])
    answered_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name=_("反馈人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    opened_on = models.DateField(_("征求意见日期"))
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        ordering = ("closing", "agency__order")
        verbose_name = _("征求意见")
        constraints = (
            models.UniqueConstraint(fields=("closing", "agency"), name="one_hearing_per_unit"),
            models.CheckConstraint(condition=paired("answered_at", "answered_by"), name="hearing_answered_pair"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="hearing_answer_has_its_moment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.closing_id} {self.agency_id}"

    def limit(self, calendar: WorkCalendar) -> date:
        """The last day on which an answer is waited for; silence may be marked from the day after."""
        return calendar.after(self.opened_on, HEARING_DAYS)
