import itertools
import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from ledger.models import Event
from supervision.actions import deliver_batch, deliver_due, sweep
from supervision.models import Channel, Delivery, Message
from tasks.actions import set_deadline
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, HolidayFactory, TaskFactory
from tests.races import at_once
from tests.supervision.confirming import confirm_all, issue_all

pytestmark = pytest.mark.django_db
ANSWERING = ["director", "lead_approver", "lead_reporter"]
BACKENDS = "tests.supervision.mail_backends"


@pytest.fixture
def late_task(cast):
    """Led by the cast's lead unit, overdue since 2 November; its 催办单 is confirmed and stands in the outbox."""
    task = TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor, now=NOW)
    return task


@pytest.fixture
def late_tasks(cast):
    """Forty of them."""
    for number in range(2, 42):
        TaskFactory(number=number, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor, now=NOW)


def mails_to(username):
    return [each for each in mail.outbox if each.to == [f"{username}@example.test"]]


# -- into the inbox


def test_deliver_puts_one_message_into_each_inbox(cast, late_task):
    result = deliver_batch(now=NOW)
    assert (result.inbox, result.mail, result.suppressed, result.failed) == (3, 3, 0, 0)
    assert sorted(Message.objects.values_list("user__username", flat=True)) == ANSWERING
    message = Message.objects.get(user=cast.lead_reporter)
    assert (message.task, message.level, message.reason, message.read_at) == (late_task, 2, "overdue", None)
    assert message.payload == {
        "limit": "2026-10-30", "period": "", "copy": False, "number": "2026-1", "new_limit": "", "late": 19,
    }  # fmt: skip
    assert (message.created_at, message.delivery.done_at, message.delivery.attempts) == (NOW, NOW, 1)


def test_deliver_repeated_sends_nothing_more(late_task):
    deliver_batch(now=NOW)
    for minutes in (1, 10, 600, 60 * 24):
        sweep(now=NOW + timedelta(minutes=minutes))
        assert deliver_batch(now=NOW + timedelta(minutes=minutes)).handled == 0
    assert Message.objects.count() == len(mail.outbox) == 3


def test_deliver_writes_nothing_into_the_ledger(late_task):
    before = Event.objects.count()
    deliver_batch(now=NOW)
    assert Event.objects.count() == before


def test_deliver_keeps_to_its_batches(late_tasks):
    result = deliver_batch(now=NOW, inbox_batch=7, mail_batch=5)
    assert (result.inbox, result.mail) == (7, 5)
    total = deliver_due(clock=lambda: NOW)
    assert (total.inbox, total.mail) == (113, 115)


def test_deliver_due_stops_after_so_many_batches(late_tasks):
    assert deliver_due(clock=lambda: NOW, batches=2).mail == 20


def test_deliver_costs_the_same_for_thirty_as_for_one(late_tasks):
    def count(size):
        with CaptureQueriesContext(connection) as queries:
            deliver_batch(now=NOW, inbox_batch=size, mail_batch=0)
        return len(queries)

    assert count(1) == count(30)


def test_deliver_outside_working_hours_leaves_everything(late_task):
    for now in (NOW.replace(hour=18), NOW.replace(hour=8, minute=29), NOW + timedelta(days=3)):
        assert deliver_batch(now=now).handled == 0
    HolidayFactory(date=NOW.date())
    assert deliver_batch(now=NOW).handled == 0
    assert deliver_batch(now=NOW + timedelta(days=1)).handled == 6


# -- checked again before sending


def move_deadline(cast, task):
    set_deadline(
        task=task, start_date=task.start_date, due_date=date(2027, 3, 31), basis="office", reason="延期",
        by=cast.supervisor, now=NOW,
    )  # fmt: skip


def change(queryset, **values):
    queryset.update(**values)


ANSWERED = [
    (lambda cast, task: change(Task.objects.filter(pk=task.pk), status=Status.SUSPENDED), "settled", 6),
    (
        lambda cast, task: change(
            Task.objects.filter(pk=task.pk), status=Status.CLOSING, closing_asked_on=NOW.date()
        ),
        "office_to_answer",
        6,
    ),
    (move_deadline, "limit_moved", 6),
    (lambda cast, task: change(type(cast.lead_reporter).objects.filter(username="lead_reporter"), is_active=False),
     "not_responsible", 2),
    (lambda cast, task: change(type(cast.lead_reporter).objects.filter(username="lead_reporter"), agency=cast.other),
     "not_responsible", 2),
    (lambda cast, task: change(type(cast.director).objects.filter(username="director"), role=Role.SUPERVISOR),
     "not_responsible", 2),
    (lambda cast, task: change(type(cast.lead_reporter).objects.filter(username="lead_reporter"), email=""),
     "no_address", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "reason", "count"),
    ANSWERED,
    ids=["suspended", "closing asked", "moved", "inactive", "left", "not director", "no address"],
)
def test_deliver_suppresses_what_is_no_longer_right(cast, late_task, answer, reason, count):
    answer(cast, late_task)
    result = deliver_batch(now=NOW)
    assert result.suppressed == count
    assert result.inbox + result.mail == 6 - count
    suppressed = Delivery.objects.exclude(suppressed_at=None)
    assert set(suppressed.values_list("suppressed_reason", "suppressed_at")) == {(reason, NOW)}
    assert suppressed.count() == count
    assert Message.objects.count() + len(mail.outbox) == 6 - count


def test_deliver_after_a_weekend_sends_the_nearer_reminder_alone(cast):
    """Planned on Friday evening for Monday morning, when the next step has come: only that one goes out."""
    TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 24))
    friday = NOW.replace(day=20, hour=19)
    monday = NOW.replace(day=23, hour=9)
    sweep(now=friday)
    sweep(now=monday)
    result = deliver_batch(now=monday)
    assert (result.inbox, result.suppressed) == (2, 2)
    assert set(Delivery.objects.exclude(suppressed_at=None).values_list("suppressed_reason", flat=True)) == {
        "out_of_date"
    }
    assert set(Message.objects.values_list("payload__left", flat=True)) == {1}


# -- by mail


def test_deliver_mails_in_plain_words(cast, late_task):
    deliver_batch(now=NOW)
    (letter,) = mails_to("lead_reporter")
    assert letter.subject == f"【催办单 2026-1】任务2 {late_task.title}：已超期 19 天"
    for words in ("姓名lead_reporter：您好！", "办理时限为 2026-10-30，已超期 19 天。", "责任单位：单位lead-unit",
                  "工作要求：请抓紧办理。", "/notices/", "请勿用邮件传送涉密信息"):  # fmt: skip
        assert words in letter.body
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert "已超期 19 天" in html
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    (copy,) = mails_to("director")
    assert "抄送，请知悉。" in copy.body


def test_deliver_escapes_a_title_in_html_and_not_in_text(cast, late_task):
    Task.objects.filter(pk=late_task.pk).update(title="<b>甲&乙</b>\n第二行")
    deliver_batch(now=NOW)
    letter = mail.outbox[0]
    assert letter.subject == "【催办单 2026-1】任务2 <b>甲&乙</b> 第二行：已超期 19 天"
    assert "<b>甲&乙</b>" in letter.body
    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in letter.alternatives[0][0]


def test_deliver_gives_each_mail_its_own_lasting_id(late_task):
    deliver_batch(now=NOW)
    ids = [each.extra_headers["Message-ID"] for each in mail.outbox]
    assert len(set(ids)) == 3
    Delivery.objects.filter(channel=Channel.MAIL).update(done_at=None)
    deliver_batch(now=NOW)
    assert sorted(each.extra_headers["Message-ID"] for each in mail.outbox[3:]) == sorted(ids)


def test_deliver_tries_a_refused_mail_later_and_later_and_gives_up(settings, late_task):
    settings.EMAIL_BACKEND = f"{BACKENDS}.Refusing"
    refused = Delivery.objects.filter(channel=Channel.MAIL, recipient__username="lead_reporter")
    now, waits = NOW, []
    for attempt in range(1, 5):
        result = deliver_batch(now=now)
        assert (result.failed, result.mail) == (1, 2 if attempt == 1 else 0)
        row = refused.get()
        assert (row.attempts, row.done_at, row.dead_at, row.lease_until) == (attempt, None, None, None)
        assert "550" in row.last_error
        assert deliver_batch(now=row.due_at - timedelta(seconds=1)).handled == 0
        waits.append((row.due_at - now).total_seconds() / 60)
        now = row.due_at
    assert waits == [1, 5, 30, 120]
    assert deliver_batch(now=now).failed == 1
    row = refused.get()
    assert (row.attempts, row.dead_at, row.done_at) == (5, now, None)
    assert deliver_batch(now=now + timedelta(days=1)).handled == 0
    assert not mails_to("lead_reporter")


def test_deliver_tries_again_in_working_hours(settings, late_task):
    settings.EMAIL_BACKEND = f"{BACKENDS}.Refusing"
    deliver_batch(now=NOW.replace(hour=17, minute=59, second=30))
    row = Delivery.objects.get(attempts=1, done_at=None)
    assert row.due_at == NOW.replace(day=19, hour=8, minute=30)


def test_deliver_takes_nothing_sent_for_a_failure(settings, late_task):
    settings.EMAIL_BACKEND = f"{BACKENDS}.TakingNothing"
    result = deliver_batch(now=NOW)
    assert (result.mail, result.failed) == (0, 3)
    assert not Delivery.objects.filter(channel=Channel.MAIL, done_at__isnull=False).exists()


def test_deliver_counts_a_dead_mail_system_against_no_mail(settings, late_task):
    """A day without the mail system must not leave a heap of dead letters."""
    settings.EMAIL_BACKEND = f"{BACKENDS}.Unreachable"
    mails = Delivery.objects.filter(channel=Channel.MAIL)
    for minutes in range(0, 400, 6):
        result = deliver_due(clock=lambda minutes=minutes: NOW + timedelta(minutes=minutes))
        assert result.is_unreachable
    assert set(mails.values_list("attempts", "dead_at", "lease_until")) == {(0, None, None)}
    assert set(mails.values_list("last_error", flat=True)) == {"ConnectionRefusedError: connection refused"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_batch(now=NOW + timedelta(minutes=410)).mail == 3


def test_deliver_sends_again_what_a_dead_process_had_leased(settings, late_task):
    """It died between sending and marking: the rest goes out late, the one in the air a second time under its id."""
    settings.EMAIL_BACKEND = f"{BACKENDS}.Crashing"
    with pytest.raises(KeyboardInterrupt):
        deliver_batch(now=NOW)
    assert len(mail.outbox) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_batch(now=NOW + timedelta(minutes=4)).handled == 0
    assert deliver_batch(now=NOW + timedelta(minutes=5)).mail == 2
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == len(mail.outbox) == 3


def test_deliver_lets_what_came_back_wait_behind_the_rest(late_tasks):
    troubled = Delivery.objects.filter(channel=Channel.MAIL).order_by("pk").first()
    Delivery.objects.filter(pk=troubled.pk).update(lease_until=NOW - timedelta(minutes=1))
    deliver_batch(now=NOW, mail_batch=119)
    troubled.refresh_from_db()
    assert troubled.done_at is None


# -- several at once


@pytest.mark.django_db(transaction=True)
def test_deliver_four_at_once_sends_each_once(late_tasks):
    results = at_once(*[lambda: deliver_due(clock=lambda: NOW)] * 4)
    deliver_due(clock=lambda: NOW)
    assert Message.objects.count() == 120
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == len(mail.outbox) == 120
    assert sum(each.inbox for each in results) <= 120


@pytest.mark.django_db(transaction=True)
def test_deliver_without_a_claim_doubles(late_task):
    """The control: both look for what is due, then both send it; only the unique key keeps the inbox right."""
    meeting = threading.Barrier(2)
    sent = itertools.count()

    def naive_deliver():
        rows = list(Delivery.objects.claimable(now=NOW).filter(channel=Channel.MAIL))
        meeting.wait()
        for row in rows:
            next(sent)
            Delivery.objects.filter(pk=row.pk).update(done_at=NOW)

    at_once(naive_deliver, naive_deliver)
    assert next(sent) == 6


# -- single mails of every kind


def test_deliver_mails_a_supervision_notice_with_number_demand_and_limit(cast, late_task):
    deliver_due(clock=lambda: NOW)
    mail.outbox.clear()
    week_later = NOW + timedelta(days=7)
    issue_all(by=cast.director, now=week_later, new_limit=date(2026, 12, 4))
    deliver_due(clock=lambda: week_later)
    (letter,) = mails_to("lead_approver")  # nobody is named head of the unit
    assert letter.subject.startswith(f"【督办通知单 2026-1】任务2 {late_task.title}：已超期")
    for words in ("工作要求：请主要负责人督促。", "时限要求：2026-12-04", "/notices/"):
        assert words in letter.body
    assert "请主要负责人督促。" in letter.alternatives[0][0]
    (copy,) = mails_to("director")
    assert "抄送，请知悉。" in copy.body
