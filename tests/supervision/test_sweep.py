import threading
import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from ledger.models import Event
from progress.actions import draft_report, return_report, submit_report, withdraw_report
from progress.models import Period
from supervision.actions import deliver_batch, sweep
from supervision.models import Channel, Delivery, Message
from supervision.readers import gather_clocks, plan_deliveries
from tasks.actions import change_status, set_deadline
from tasks.models import Task
from tasks.status import Status
from tests.factories import (
    NOW,
    SHANGHAI,
    TODAY,
    AgencyFactory,
    HolidayFactory,
    TaskFactory,
    UserFactory,
    report_content,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
ANSWERING = ["director", "lead_approver", "lead_reporter"]


def at(day, hour=10):
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


@pytest.fixture
def late_task(cast):
    """Led by the cast's lead unit, overdue since 2 November."""
    return TaskFactory(number=2, lead=cast.lead, overdue=True)


def stored(**filters):
    return Delivery.objects.filter(**filters)


def names(deliveries):
    return sorted(deliveries.values_list("recipient__username", flat=True))


# -- what is stored


def test_sweep_stores_each_reminder_with_its_reason(cast, late_task):
    result = sweep(now=NOW)
    assert (result.planned, result.created, result.revived, result.unreached) == (6, 6, 0, 0)
    assert names(stored(channel=Channel.INBOX)) == names(stored(channel=Channel.MAIL)) == ANSWERING
    delivery = stored(recipient=cast.director, channel=Channel.MAIL).get()
    assert delivery.dedupe_key == f"task:{late_task.pk}:due:2026-10-30:2:1:{cast.director.pk}:mail"
    assert (delivery.task, delivery.level, delivery.reason) == (late_task, 2, "overdue")
    assert delivery.payload == {"limit": "2026-10-30", "period": "", "copy": True}
    assert (delivery.due_at, delivery.created_at, delivery.done_at) == (NOW, NOW, None)


@pytest.mark.parametrize("times", [2, 5])
def test_sweep_repeated_stores_nothing_more(cast, late_task, times):
    for minutes in range(times):
        result = sweep(now=NOW + timedelta(minutes=5 * minutes))
    assert (result.planned, result.created) == (6, 0)
    assert stored().count() == 6


def test_sweep_opens_the_periods_and_writes_no_other_event(late_task):
    assert sweep(now=NOW).periods == 2
    assert set(Period.objects.values_list("code", flat=True)) == {"2026Q3", "2026Q4"}
    assert set(Event.objects.values_list("kind", "verb", "actor_id")) == {("period", "opened", "system")}
    assert sweep(now=NOW).periods == 0


def test_sweep_takes_the_day_of_shanghai(late_task):
    sweep(now=at(date(2026, 10, 30), 7))
    last_hour_of_the_limit = datetime(2026, 10, 30, 23, 30, tzinfo=SHANGHAI)
    assert set(stored().values_list("level", flat=True)) == {1}
    sweep(now=last_hour_of_the_limit.astimezone(tz=datetime.now().astimezone().tzinfo))
    assert set(stored().values_list("level", flat=True)) == {1}


@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        (Status.PLANNED, set()),
        (Status.ISSUED, {"overdue"}),
        (Status.ONGOING, {"overdue", "report_missing"}),
        (Status.CLOSING, set()),
        (Status.SUSPENDED, set()),
        (Status.STOPPED, set()),
        (Status.STANDING, {"report_missing"}),
    ],
)
def test_sweep_reminds_of_what_runs(cast, late_task, status, reasons):
    Task.objects.exclude(pk=late_task.pk).update(status=Status.STOPPED)
    asked = TODAY if status == Status.CLOSING else None
    Task.objects.filter(pk=late_task.pk).update(status=status, closing_asked_on=asked)
    sweep(now=at(date(2026, 12, 28)))
    assert set(stored().values_list("reason", flat=True)) == reasons


def test_sweep_leaves_out_a_plan_that_is_not_in_force(late_task):
    late_task.plan.is_current = False
    late_task.plan.save()
    assert sweep(now=NOW).clocks == 0


def test_sweep_owes_no_report_for_a_period_before_the_start(cast):
    Task.objects.filter(pk=cast.task.pk).update(start_date=date(2027, 1, 1), due_date=date(2027, 12, 31))
    assert sweep(now=at(date(2027, 1, 5))).planned == 0
    Task.objects.filter(pk=cast.task.pk).update(start_date=date(2026, 12, 31))
    assert sweep(now=at(date(2027, 1, 5))).planned == 6


# -- when


def test_sweep_on_a_day_off_waits_for_the_next_working_morning(cast, late_task):
    for day in range(3):
        HolidayFactory(date=TODAY + timedelta(days=day))
    sweep(now=NOW)
    monday = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    assert set(stored().values_list("due_at", flat=True)) == {monday}
    assert deliver_batch(now=NOW).handled == 0
    assert deliver_batch(now=monday).handled == 6


@pytest.mark.parametrize(("hour", "opens"), [(3, (18, 8, 30)), (10, (18, 10, 0)), (22, (19, 8, 30))])
def test_sweep_sends_in_working_hours(late_task, hour, opens):
    sweep(now=at(TODAY, hour))
    day, hour, minute = opens
    assert stored().first().due_at == datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_sweep_after_an_outage_catches_up_once_for_each_clock(cast):
    """Ten days without a sweep: three reminders of one clock and the urging were missed, the other came near."""
    passed = TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 13))
    near = TaskFactory(number=3, lead=cast.lead, due_date=date(2026, 11, 19))
    sweep(now=at(date(2026, 11, 3)))
    assert not stored().exists()
    sweep(now=at(date(2026, 11, 18)))
    assert set(stored().values_list("task", "level", "reason")) == {
        (passed.pk, 2, "overdue"),
        (near.pk, 1, "near_due"),
    }
    assert names(stored(task=passed, channel="inbox")) == ANSWERING
    assert names(stored(task=near, channel="inbox")) == ["lead_approver", "lead_reporter"]


def test_sweep_every_hour_of_a_month_sends_the_whole_ladder_once(cast):
    task = TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 20))
    for hour in range(24 * 30):
        now = at(date(2026, 11, 1), 0) + timedelta(hours=hour)
        if hour % 5 == 0:
            sweep(now=now)
            deliver_batch(now=now)
    told = Message.objects.filter(task=task, user=cast.lead_reporter).order_by("created_at")
    assert [(each.created_at.date().day, each.level) for each in told] == [(11, 1), (17, 1), (19, 1), (23, 2)]


def test_sweep_takes_a_moved_deadline_for_a_new_clock(cast, late_task):
    sweep(now=NOW)
    moved = set_deadline(
        task=late_task, start_date=late_task.start_date, due_date=date(2026, 11, 17), basis="office",
        reason="延期", by=cast.supervisor, now=NOW,
    )  # fmt: skip
    sweep(now=NOW + timedelta(hours=1))
    assert stored(clock=f"task:{moved.pk}:due:2026-10-30").count() == 6
    assert stored(clock=f"task:{moved.pk}:due:2026-11-17").count() == 6


# -- reports

AFTER_LIMIT = at(date(2026, 12, 28))


def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


def test_sweep_asks_for_a_missing_report_a_draft_is_none(cast):
    draft(cast)
    sweep(now=AFTER_LIMIT)
    missing = stored(reason="report_missing")
    assert names(missing.filter(channel="inbox")) == ANSWERING
    assert missing.first().payload["period"] == "2026Q4"


def test_sweep_does_not_ask_for_a_report_that_is_in(cast):
    submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    sweep(now=AFTER_LIMIT)
    assert not stored(reason="report_missing").exists()


def test_sweep_asks_again_for_a_report_that_was_returned(cast):
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    return_report(report=report, reason="不清楚", by=cast.supervisor, now=NOW)
    sweep(now=AFTER_LIMIT)
    assert stored(reason="report_missing").count() == 6


def test_sweep_asks_no_more_once_the_period_is_locked(cast):
    Task.objects.update(due_date=date(2027, 12, 31))
    sweep(now=at(date(2027, 1, 12)))
    assert not stored(clock__contains="2026Q4").exists()


# -- whom


def test_sweep_notes_who_has_no_address_and_sends_once_there_is_one(cast, late_task):
    cast.lead_reporter.email = ""
    cast.lead_reporter.save()
    sweep(now=NOW)
    mail = stored(recipient=cast.lead_reporter, channel=Channel.MAIL)
    assert (mail.get().suppressed_reason, mail.get().suppressed_at) == ("no_address", NOW)
    assert sweep(now=NOW + timedelta(minutes=5)).revived == 0
    cast.lead_reporter.email = "new@example.test"
    cast.lead_reporter.save()
    later = NOW + timedelta(minutes=10)
    assert sweep(now=later).revived == 1
    assert (mail.get().suppressed_reason, mail.get().suppressed_at, mail.get().due_at) == ("", None, later)


def test_sweep_tells_the_approvers_where_nobody_drafts(cast):
    TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 25))
    cast.lead_reporter.is_active = False
    cast.lead_reporter.save()
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == ["lead_approver"]


def test_sweep_counts_the_steps_that_nobody_gets(cast):
    TaskFactory(number=2, lead=AgencyFactory(), due_date=date(2026, 11, 25))
    result = sweep(now=NOW)
    assert (result.planned, result.unreached) == (0, 1)


def test_sweep_reaches_each_person_of_a_unit_and_nobody_else(cast, late_task):
    UserFactory(username="second", agency=cast.lead, role=Role.REPORTER)
    UserFactory(username="gone", agency=cast.lead, role=Role.REPORTER, is_active=False)
    UserFactory(username="robot", agency=cast.lead, role=Role.CLIENT)
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == [*ANSWERING, "second"]


# -- what was suppressed and is due after all


def test_sweep_revives_what_was_suppressed_when_the_deadline_comes_back(cast, late_task):
    def move(day):
        return set_deadline(
            task=late_task, start_date=late_task.start_date, due_date=day, basis="office", reason="更正",
            by=cast.supervisor, now=NOW,
        )  # fmt: skip

    sweep(now=NOW)
    move(date(2027, 1, 29))
    assert deliver_batch(now=NOW).suppressed == 12 - 6
    move(date(2026, 10, 30))
    assert sweep(now=NOW).revived == 6
    assert deliver_batch(now=NOW).inbox == 3


def test_sweep_revives_the_reminder_of_a_report_that_was_withdrawn(cast):
    sweep(now=AFTER_LIMIT)
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    deliver_batch(now=AFTER_LIMIT)
    assert stored(suppressed_reason="settled", reason="report_missing").count() == 6
    withdraw_report(report=report, by=cast.lead_approver, now=NOW)
    assert sweep(now=AFTER_LIMIT).revived == 6


def test_sweep_never_touches_what_was_sent(cast, late_task):
    sweep(now=NOW)
    deliver_batch(now=NOW)
    before = list(stored().values())
    change_status(task=cast.task, verb="suspend", text="会议纪要", by=cast.director, now=NOW)
    sweep(now=NOW + timedelta(days=1))
    assert list(stored().values()) == before


# -- cost and concurrency


def count_queries(now):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sweep(now=now)
    return len(queries)


def test_sweep_costs_the_same_for_thirty_tasks_as_for_one(cast, late_task):
    sweep(now=NOW)
    few = count_queries(NOW)
    TaskFactory.create_batch(30, overdue=True)
    sweep(now=NOW)
    assert count_queries(NOW) == few <= 10


@pytest.mark.django_db(transaction=True)
def test_sweep_four_times_at_once_stores_each_reminder_once(cast):
    for number in range(2, 42):
        TaskFactory(number=number, lead=cast.lead, overdue=True)
    at_once(*[lambda: sweep(now=NOW)] * 4)
    assert stored().count() == 40 * 6
    assert set(stored().values_list("dedupe_key", flat=True)) == set(
        plan_deliveries(gather_clocks(Task.objects.current(), on=TODAY), on=TODAY).deliveries
    )


@pytest.mark.django_db(transaction=True)
def test_sweep_without_the_unique_key_doubles(cast):
    """The control: look, wait for the other, insert. Without the business key both find nothing and both insert."""
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    meeting = threading.Barrier(2)

    def naive_sweep():
        planned = plan_deliveries(gather_clocks(Task.objects.current(), on=TODAY), on=TODAY).deliveries.values()
        known = {key.rpartition("#")[0] for key in stored().values_list("dedupe_key", flat=True)}
        meeting.wait()
        Delivery.objects.bulk_create(
            Delivery(
                dedupe_key=f"{each.key}#{uuid.uuid4()}", clock=each.clock.key, channel=each.channel,
                recipient_id=each.recipient, task_id=each.clock.task, reason="overdue", level=2, due_at=NOW,
                created_at=NOW,
            )
            for each in planned
            if each.key not in known
        )  # fmt: skip

    at_once(naive_sweep, naive_sweep)
    assert stored().count() == 12
