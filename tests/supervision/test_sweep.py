import threading
import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Event
from progress.actions import draft_report, return_report, submit_report, withdraw_report
from progress.models import Period, Report
from supervision.actions import deliver_batch, sweep
from supervision.models import Channel, Delivery, Message, Notice
from supervision.readers import gather_clocks, plan_deliveries
from tasks.actions import change_status, save_policy, set_deadline
from tasks.models import Task
from tasks.periods import PeriodPolicy
from tasks.policies import PolicyKind
from tasks.status import Status
from tests.factories import (
    NOW,
    SHANGHAI,
    TODAY,
    HolidayFactory,
    PeriodFactory,
    TaskFactory,
    report_content,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
ANSWERING = ["lead_approver", "lead_reporter"]
DUE = date(2026, 11, 19)  # one working day after NOW


def at(day, hour=10):
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


@pytest.fixture
def near_task(cast):
    """Led by the cast's lead unit, due tomorrow."""
    return TaskFactory(number=2, lead=cast.lead, due_date=DUE)


def stored(**filters):
    return Delivery.objects.filter(**filters)


def names(deliveries):
    return sorted(deliveries.values_list("recipient__username", flat=True))


# -- what is stored


def test_sweep_stores_each_reminder_with_its_reason(cast, near_task):
    result = sweep(now=NOW)
    assert (result.planned, result.created, result.revived, result.unreached) == (4, 4, 0, 0)
    assert names(stored(channel=Channel.INBOX)) == names(stored(channel=Channel.MAIL)) == ANSWERING
    delivery = stored(recipient=cast.lead_approver, channel=Channel.MAIL).get()
    assert delivery.dedupe_key == f"task:{near_task.pk}:due:2026-11-19:1:1:{cast.lead_approver.pk}:mail"
    assert (delivery.task, delivery.level, delivery.reason) == (near_task, 1, "near_due")
    assert delivery.payload == {"limit": "2026-11-19", "period": "", "copy": False}
    assert (delivery.due_at, delivery.created_at, delivery.done_at) == (NOW, NOW, None)


@pytest.mark.parametrize("times", [2, 5])
def test_sweep_repeated_stores_nothing_more(cast, near_task, times):
    for minutes in range(times):
        result = sweep(now=NOW + timedelta(minutes=5 * minutes))
    assert (result.planned, result.created) == (4, 0)
    assert stored().count() == 4


def test_sweep_opens_the_periods(near_task):
    assert sweep(now=NOW).periods > 0
    assert {"2026M11", "2026Q4", "2026H2"} <= set(Period.objects.values_list("code", flat=True))
    assert sweep(now=NOW).periods == 0


def test_sweep_of_reminders_alone_writes_no_event_about_them(near_task):
    sweep(now=NOW)
    assert not Event.objects.filter(kind__in=("delivery", "notice", "bulletin")).exists()


def test_sweep_takes_the_day_of_shanghai(near_task):
    last_hour_of_the_limit = datetime(2026, 11, 19, 23, 30, tzinfo=SHANGHAI)
    sweep(now=last_hour_of_the_limit.astimezone(tz=datetime.now().astimezone().tzinfo))
    assert set(stored().values_list("level", flat=True)) == {1}


@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        (Status.PLANNED, set()),
        (Status.ISSUED, {"near_due"}),
        (Status.ONGOING, {"near_due", "report_near"}),
        (Status.CLOSING, set()),
        (Status.SUSPENDED, set()),
        (Status.STOPPED, set()),
        (Status.STANDING, {"report_near"}),
    ],
)
def test_sweep_reminds_of_what_runs(cast, near_task, status, reasons):
    Task.objects.exclude(pk=near_task.pk).update(status=Status.STOPPED)
    asked = TODAY if status == Status.CLOSING else None
    Task.objects.filter(pk=near_task.pk).update(status=status, closing_asked_on=asked, due_date=date(2026, 12, 25))
    sweep(now=at(date(2026, 12, 24)))
    assert set(stored().values_list("reason", flat=True)) == reasons


def test_sweep_leaves_out_a_plan_that_is_not_in_force(near_task):
    near_task.plan.is_current = False
    near_task.plan.save()
    assert sweep(now=NOW).clocks == 0


def test_sweep_owes_no_report_for_a_period_before_the_start(cast):
    Task.objects.filter(pk=cast.task.pk).update(start_date=date(2027, 1, 1), due_date=date(2027, 12, 31))
    assert sweep(now=at(date(2026, 12, 24))).planned == 0
    Task.objects.filter(pk=cast.task.pk).update(start_date=date(2026, 12, 1))
    assert sweep(now=at(date(2026, 12, 24))).planned == 4


# -- when


def test_sweep_on_a_day_off_waits_for_the_next_working_morning(cast, near_task):
    for day in range(3):
        HolidayFactory(date=TODAY + timedelta(days=day))
    sweep(now=NOW)
    monday = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    assert set(stored().values_list("due_at", flat=True)) == {monday}
    assert deliver_batch(now=NOW).handled == 0


@pytest.mark.parametrize(("hour", "opens"), [(3, (18, 8, 30)), (10, (18, 10, 0)), (22, (19, 8, 30))])
def test_sweep_sends_in_working_hours(near_task, hour, opens):
    sweep(now=at(TODAY, hour))
    day, hour, minute = opens
    assert stored().first().due_at == datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_sweep_after_an_outage_catches_up_once_for_each_clock(cast):
    """Two weeks without a sweep: three reminders of one clock and its 催办 were missed, the other came near."""
    passed = TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 13), cycle="quarter")
    near = TaskFactory(number=3, lead=cast.lead, due_date=date(2026, 11, 19), cycle="quarter")
    sweep(now=at(date(2026, 11, 3)))
    assert not stored().exists()
    sweep(now=at(date(2026, 11, 18)))
    assert set(stored().values_list("task", "level", "reason")) == {(near.pk, 1, "near_due")}
    assert names(stored(task=near, channel="inbox")) == ANSWERING
    assert Notice.objects.filter(task=passed, level=2).count() == 1


def test_sweep_every_hour_of_a_month_sends_the_whole_ladder_once(cast):
    task = TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 20), cycle="quarter")
    for hour in range(24 * 30):
        now = at(date(2026, 11, 1), 0) + timedelta(hours=hour)
        if hour % 5 == 0:
            sweep(now=now)
            deliver_batch(now=now)
    told = Message.objects.filter(task=task, user=cast.lead_reporter).order_by("created_at")
    assert [(each.created_at.date().day, each.level) for each in told] == [(11, 1), (17, 1), (19, 1)]
    assert Notice.objects.filter(task=task).count() == 1


def test_sweep_takes_a_moved_deadline_for_a_new_clock(cast, near_task):
    sweep(now=NOW)
    moved = set_deadline(
        task=near_task, start_date=near_task.start_date, due_date=date(2026, 11, 20), basis="office",
        reason="延期", by=cast.supervisor, now=NOW,
    )  # fmt: skip
    sweep(now=NOW + timedelta(hours=1))
    assert stored(clock=f"task:{moved.pk}:due:2026-11-19").count() == 4
    assert stored(clock=f"task:{moved.pk}:due:2026-11-20").count() == 2


# -- reports

NEAR_LIMIT = at(date(2026, 12, 24))
AFTER_LIMIT = at(date(2026, 12, 28))


def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


def test_sweep_tells_all_units_that_the_period_is_open(cast):
    sweep(now=at(date(2026, 12, 15)))
    opened = stored(reason="period_open", channel="inbox", task=cast.task)
    assert names(opened) == ["co_reporter", "lead_reporter", "zone_officer"]
    assert set(opened.values_list("level", flat=True)) == {0}


def test_sweep_reminds_of_a_missing_report_a_draft_is_none(cast):
    draft(cast)
    sweep(now=NEAR_LIMIT)
    near = stored(reason="report_near")
    assert names(near.filter(channel="inbox")) == ANSWERING
    assert near.first().payload["period"] == "2026Q4"


def test_sweep_does_not_remind_of_a_report_that_is_in(cast):
    submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    sweep(now=NEAR_LIMIT)
    assert not stored(reason="report_near").exists()


def test_sweep_reminds_again_of_a_report_that_was_returned(cast):
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    return_report(report=report, reason="不清楚", by=cast.supervisor, now=NOW)
    sweep(now=NEAR_LIMIT)
    assert stored(reason="report_near").count() == 4


def test_sweep_drafts_one_notice_about_a_missing_report(cast):
    assert sweep(now=AFTER_LIMIT).drafted == 1
    notice = Notice.objects.get()
    assert (notice.level, notice.reason, notice.period, notice.limit) == (
        2,
        "report_missing",
        "2026Q4",
        date(2026, 12, 25),
    )
    assert not stored(level=2).exists()


def test_sweep_asks_no_more_once_the_period_is_locked(cast):
    Task.objects.update(due_date=date(2027, 12, 31))
    sweep(now=at(date(2027, 1, 12)))
    assert not stored(clock__contains="2026Q4").exists()
    assert not Notice.objects.exists()


# -- what the office and the units owe each other


def test_no_clock_runs_for_a_locked_period_that_a_later_policy_would_lock_later(cast):
    TaskFactory(number=2, lead=cast.lead, cycle="month")
    PeriodFactory(
        code="2026M10", cycle="month", ends_on=date(2026, 10, 31), contributions_due_on=date(2026, 10, 20),
        reports_due_on=date(2026, 10, 26), locks_on=date(2026, 11, 10),
    )  # fmt: skip
    later = PeriodPolicy(lock_day=20)
    save_policy(kind=PolicyKind.PERIODS, policy=later, reason="改期", by=cast.director, now=NOW)
    periods = {clock.period for clock in gather_clocks(Task.objects.current(), on=TODAY).clocks}
    assert periods == {"", "2026Q4", "2026M11"}


def test_facts_leave_out_what_ended_long_ago_and_keep_what_may_run(cast, near_task):
    ended = {"task": near_task, "agency": cast.lead, "level": 2, "reason": "overdue", "status": "lapsed"}
    for number, limit in enumerate([date(2024, 5, 31), date(2024, 6, 28), date(2026, 10, 30)]):
        Notice.objects.create(clock=f"clock {number}", limit=limit, drafted_at=NOW, ended_at=NOW, **ended)
    Task.objects.filter(pk=near_task.pk).update(start_date=date(2024, 1, 1), due_date=date(2024, 6, 28))
    marks = gather_clocks(Task.objects.current(), on=TODAY).facts.marks
    assert sorted(marks) == ["clock 1", "clock 2"]


@pytest.mark.parametrize(("due", "released"), [(date(2026, 11, 17), TODAY), (TODAY, None)])
def test_facts_count_an_answer_of_the_office_once_the_deadline_has_passed(cast, near_task, due, released):
    Task.objects.filter(pk=near_task.pk).update(due_date=due)
    locked = PeriodFactory(
        code="2026Q2", starts_on=date(2026, 4, 1), contributions_due_on=date(2026, 6, 22),
        reports_due_on=date(2026, 6, 25), locks_on=date(2026, 7, 10),
    )  # fmt: skip
    Report.objects.create(
        task=near_task, period=locked, status="approved", percent=50, result="advancing", progress="推进。",
        drafted_at=NOW, drafted_by=cast.lead_reporter, submitted_at=NOW, submitted_by=cast.lead_approver,
        reviewed_at=NOW, reviewed_by=cast.supervisor, ask="请协调用地。", answer="已协调。", answered_at=NOW,
        answered_by=cast.supervisor,
    )  # fmt: skip
    facts = gather_clocks(Task.objects.filter(pk=near_task.pk), on=TODAY).facts
    assert facts.tasks[0].released_on == released


def test_sweep_reminds_of_a_task_order_that_nobody_has_signed_for(cast):
    Task.objects.filter(pk=cast.task.pk).update(status=Status.ISSUED, issued_on=date(2026, 11, 16))
    sweep(now=NOW)
    late = stored(reason="not_received", channel="inbox")
    assert names(late) == ANSWERING
    assert late.first().clock == f"task:{cast.task.pk}:receipt:2026-11-17"


def test_sweep_reminds_the_office_of_a_report_to_review(cast):
    submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    sweep(now=NOW + timedelta(days=2))
    assert names(stored(reason="answer_near", channel="inbox")) == ["supervisor"]
    sweep(now=NOW + timedelta(days=6))
    assert names(stored(reason="answer_late", channel="inbox")) == ["director", "supervisor"]


def test_sweep_leaves_an_exempt_task_alone(cast, near_task):
    Task.objects.filter(pk=near_task.pk).update(exempt_from=TODAY, exempt_until=TODAY)
    assert sweep(now=NOW).planned == 0
    assert sweep(now=NOW + timedelta(days=1)).planned == 4


# -- what was suppressed and is due after all


def test_sweep_revives_what_was_suppressed_when_the_deadline_comes_back(cast, near_task):
    def move(day):
        return set_deadline(
            task=near_task, start_date=near_task.start_date, due_date=day, basis="office", reason="更正",
            by=cast.supervisor, now=NOW,
        )  # fmt: skip

    sweep(now=NOW)
    move(date(2027, 1, 29))
    deliver_batch(now=NOW)
    assert stored(suppressed_reason="limit_moved", channel="inbox").count() == 2
    move(DUE)
    assert sweep(now=NOW).revived >= 2
    assert deliver_batch(now=NOW).inbox == 2


def test_sweep_revives_the_reminder_of_a_report_that_was_withdrawn(cast):
    sweep(now=NEAR_LIMIT)
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    deliver_batch(now=NEAR_LIMIT)
    assert stored(suppressed_reason="settled", reason="report_near", channel="inbox").count() == 2
    withdraw_report(report=report, by=cast.lead_approver, now=NOW)
    assert sweep(now=NEAR_LIMIT).revived >= 2


def test_sweep_never_touches_what_was_sent(cast, near_task):
    sweep(now=NOW)
    deliver_batch(now=NOW)
    before = list(stored(channel="inbox").values())
    change_status(task=cast.task, verb="suspend", text="会议纪要", by=cast.director, now=NOW)
    sweep(now=NOW + timedelta(days=1))
    assert list(stored(channel="inbox", clock__contains="due").values()) == before


# -- cost and concurrency


def count_queries(now):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sweep(now=now)
    return len(queries)


def test_sweep_costs_the_same_for_thirty_tasks_as_for_one(cast, near_task):
    sweep(now=NOW)
    few = count_queries(NOW)
    for each in range(30):
        TaskFactory(due_date=DUE, lead=cast.lead, overdue=each % 2 == 0)
    sweep(now=NOW)
    assert count_queries(NOW) == few <= 55


@pytest.mark.django_db(transaction=True)
def test_sweep_four_times_at_once_stores_each_reminder_once(cast):
    for number in range(2, 42):
        TaskFactory(number=number, lead=cast.lead, due_date=DUE, cycle="quarter")
    at_once(*[lambda: sweep(now=NOW)] * 4)
    assert stored().count() == 40 * 4
    assert set(stored().values_list("dedupe_key", flat=True)) == set(
        plan_deliveries(gather_clocks(Task.objects.current(), on=TODAY), on=TODAY).deliveries
    )


@pytest.mark.django_db(transaction=True)
def test_sweep_without_the_unique_key_doubles(cast):
    """The control: look, wait for the other, insert. Without the business key both find nothing and both insert."""
    TaskFactory(number=2, lead=cast.lead, due_date=DUE, cycle="quarter")
    meeting = threading.Barrier(2)

    def naive_sweep():
        planned = plan_deliveries(gather_clocks(Task.objects.current(), on=TODAY), on=TODAY).deliveries.values()
        known = {key.rpartition("#")[0] for key in stored().values_list("dedupe_key", flat=True)}
        meeting.wait()
        Delivery.objects.bulk_create(
            Delivery(
                dedupe_key=f"{each.key}#{uuid.uuid4()}", clock=each.clock.key, channel=each.channel,
                recipient_id=each.recipient, task_id=each.clock.task, reason="near_due", level=1, due_at=NOW,
                created_at=NOW,
            )
            for each in planned
            if each.key not in known
        )  # fmt: skip

    at_once(naive_sweep, naive_sweep)
    assert stored().count() == 8
