"""每日汇总: one a person and day, in working hours, never with an escalation in it."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from supervision.actions import deliver_batch, deliver_due, sweep
from supervision.actions.digests import form_digests
from supervision.actions.outcomes import LEASE
from supervision.models import Channel, Delivery, Digest
from tasks.models import CalendarDay, Task
from tests.factories import NOW, HolidayFactory, TaskFactory
from tests.races import at_once
from tests.supervision.confirming import confirm_all

pytestmark = pytest.mark.django_db
BACKENDS = "tests.supervision.mail_backends"
IN_A_DAY = date(2026, 11, 19)  # the last reminder before a limit: reporters and approvers get it
TOMORROW = NOW + timedelta(days=1)


def near(cast, number, **more):
    """A task of the lead unit whose limit is tomorrow."""
    return TaskFactory(number=number, lead=cast.lead, due_date=IN_A_DAY, **more)


@pytest.fixture
def near_tasks(cast):
    """Three of them, in the outbox."""
    tasks = [near(cast, number) for number in (2, 3, 4)]
    sweep(now=NOW)
    return tasks


def parts(username="lead_reporter"):
    return Delivery.objects.filter(channel=Channel.MAIL, recipient__username=username)


def letters(username="lead_reporter"):
    return [each for each in mail.outbox if each.to == [f"{username}@example.test"]]


# -- forming and sending


def test_digest_holds_everything_of_a_person_and_day(cast, near_tasks):
    result = deliver_batch(now=NOW)
    assert (result.mail, result.gathered, result.failed) == (2, 6, 0)
    assert (len(letters()), len(letters("lead_approver"))) == (1, 1)
    digest = Digest.objects.get(recipient=cast.lead_reporter)
    assert (digest.on, digest.done_at, digest.attempts) == (NOW.date(), NOW, 1)
    assert set(parts().values_list("digest", "done_at", "attempts")) == {(digest.pk, NOW, 1)}


def test_digest_names_counts_and_puts_the_most_urgent_first(cast, near_tasks):
    TaskFactory(number=1001, lead=cast.lead, due_date=date(2026, 11, 18))
    sweep(now=NOW)
    deliver_batch(now=NOW)
    (letter,) = letters()
    assert letter.subject == "【每日汇总】4 项任务有 4 条提醒，最近时限 2026-11-18"
    places = [letter.body.index(f"任务{number}“") for number in (1001, 2, 3, 4)]
    assert places == sorted(places)
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    for words in ("还有 1 个工作日", "/tasks/2/", "/tasks/1001/", "请勿用邮件传送涉密信息", "单位lead-unit"):
        assert words in letter.body
        assert words in html


def test_digest_escapes_a_title_in_html_and_not_in_text(cast, near_tasks):
    Task.objects.filter(number=2).update(title="<b>甲&乙</b>")
    deliver_batch(now=NOW)
    assert "<b>甲&乙</b>" in letters()[0].body
    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in letters()[0].alternatives[0][0]


def test_digest_has_the_same_id_at_every_attempt(settings, cast, near_tasks):
    settings.EMAIL_BACKEND = f"{BACKENDS}.Crashing"
    with pytest.raises(KeyboardInterrupt):
        deliver_batch(now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Digest.objects.update(done_at=None)
    parts().update(done_at=None)
    parts("lead_approver").update(done_at=None)
    deliver_due(clock=lambda: NOW + LEASE)
    ids = [each.extra_headers["Message-ID"] for each in mail.outbox]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_digest_never_holds_an_escalation(cast, near_tasks):
    TaskFactory(number=9, lead=cast.lead, overdue=True)
    confirm_all(by=cast.supervisor)
    deliver_due(clock=lambda: NOW)
    assert set(Delivery.objects.exclude(digest=None).values_list("level", flat=True)) == {1}
    assert set(Delivery.objects.filter(channel=Channel.MAIL, digest=None).values_list("level", flat=True)) == {2}
    subjects = [each.subject for each in letters()]
    assert len(subjects) == 2
    assert subjects[0].startswith("【催办单 2026-1】")  # before the digest


def test_digest_never_goes_outside_working_hours(cast, near_tasks):
    saturday = NOW + timedelta(days=3)
    for now in (NOW.replace(hour=18), NOW.replace(hour=8, minute=29), saturday):
        assert deliver_batch(now=now).handled == 0
    HolidayFactory(date=NOW.date())
    assert deliver_batch(now=NOW).handled == 0
    assert not Digest.objects.exists()


def test_digest_costs_the_same_for_thirty_people_and_parts_as_for_one(cast):
    def count():
        sweep(now=NOW)
        with CaptureQueriesContext(connection) as queries:
            form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
        Delivery.objects.update(digest=None)
        Digest.objects.all().delete()
        return len(queries)

    near(cast, 2)
    few = count()
    for number in range(3, 33):
        near(cast, number)
    assert count() == few


# -- one a day


def test_digest_of_the_day_is_the_only_one(cast, near_tasks):
    deliver_due(clock=lambda: NOW)
    near(cast, 5)
    later = NOW + timedelta(hours=2)
    sweep(now=later)
    result = deliver_due(clock=lambda: later)
    assert (result.mail, len(letters())) == (0, 1)
    assert parts().get(task__number=5).due_at == TOMORROW.replace(hour=8, minute=30)
    deliver_due(clock=lambda: TOMORROW)
    assert len(letters()) == 2
    assert Digest.objects.filter(recipient=cast.lead_reporter).count() == 2


def test_digest_waits_for_the_next_working_day(cast, near_tasks):
    deliver_due(clock=lambda: NOW)
    HolidayFactory(date=TOMORROW.date())
    near(cast, 5)
    sweep(now=NOW)
    deliver_due(clock=lambda: NOW)
    assert parts().get(task__number=5).due_at == NOW.replace(day=20, hour=8, minute=30)


def test_digest_not_yet_tried_takes_more(settings, cast, near_tasks):
    """The mail system was away: what arose meanwhile is in the same mail."""
    settings.EMAIL_BACKEND = f"{BACKENDS}.Unreachable"
    assert deliver_due(clock=lambda: NOW).is_unreachable
    near(cast, 5)
    later = NOW + timedelta(hours=1)
    sweep(now=later)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(clock=lambda: later)
    (letter,) = letters()
    assert "4 项任务有 4 条提醒" in letter.subject


def test_digest_of_yesterday_not_yet_tried_is_taken_up_by_todays(settings, cast, near_tasks):
    settings.EMAIL_BACKEND = f"{BACKENDS}.Unreachable"
    assert deliver_due(clock=lambda: NOW).is_unreachable
    TaskFactory(number=5, lead=cast.lead, due_date=date(2026, 11, 20))
    sweep(now=TOMORROW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(clock=lambda: TOMORROW)
    assert len(letters()) == 1
    first, second = Digest.objects.filter(recipient=cast.lead_reporter).order_by("on")
    assert (first.suppressed_at, first.done_at) == (TOMORROW, None)
    assert (second.on, second.done_at) == (TOMORROW.date(), TOMORROW)


def test_digest_that_may_be_on_its_way_keeps_its_parts(cast, near_tasks):
    """Whoever sent it died; what arose meanwhile is not added to a mail that may have been taken."""
    form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
    Digest.objects.update(lease_until=NOW + LEASE)
    near(cast, 5)
    sweep(now=NOW)
    deliver_due(clock=lambda: NOW + LEASE)
    (letter,) = letters()
    assert "3 项任务有 3 条提醒" in letter.subject
    assert parts().get(task__number=5).due_at == TOMORROW.replace(hour=8, minute=30)


def test_digest_of_yesterday_that_may_be_on_its_way_goes_first(cast, near_tasks):
    """Today's parts wait until it is settled, and then for tomorrow: two digests on one day are one too many."""
    form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
    Digest.objects.update(lease_until=NOW + LEASE)
    TaskFactory(number=5, lead=cast.lead, due_date=date(2026, 11, 20))
    sweep(now=TOMORROW)
    deliver_due(clock=lambda: TOMORROW)
    deliver_due(clock=lambda: TOMORROW + timedelta(hours=1))
    assert len(letters()) == 1
    assert parts().get(task__number=5).due_at.date() == TOMORROW.date() + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_digest_four_at_once_form_and_send_one_each(cast):
    for number in range(2, 12):
        near(cast, number)
    sweep(now=NOW)
    at_once(*[lambda: deliver_due(clock=lambda: NOW)] * 4)
    deliver_due(clock=lambda: NOW)
    assert (len(letters()), len(letters("lead_approver"))) == (1, 1)
    assert set(parts().values_list("done_at", flat=True)) == {NOW}


@pytest.mark.django_db(transaction=True)
def test_digest_formed_without_locking_the_person_parts_what_belongs_together(cast):
    """The control: two look at the same person, each takes what it sees, and each would send a mail."""
    sent = []

    def naive(number):
        def form():
            rows = parts().filter(digest=None, task__number=number)
            digest, _made = Digest.objects.get_or_create(
                recipient=cast.lead_reporter, on=NOW.date() + timedelta(days=number), due_at=NOW, created_at=NOW
            )
            rows.update(digest=digest)
            sent.append(digest.pk)

        return form

    for number in (2, 3):
        near(cast, number)
    sweep(now=NOW)
    at_once(naive(2), naive(3))
    assert len(set(sent)) == 2


# -- checked again


def test_digest_leaves_out_what_is_no_longer_right(cast, near_tasks):
    form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
    Task.objects.filter(number=3).update(status="suspended")
    result = deliver_batch(now=NOW)
    assert (result.mail, result.suppressed) == (2, 4)  # two in the digests, two in the inboxes
    assert "任务3“" not in letters()[0].body
    gone = parts().get(task__number=3)
    assert (gone.suppressed_reason, gone.suppressed_at, gone.digest, gone.done_at) == ("settled", NOW, None, None)


def test_digest_of_which_nothing_is_left_is_not_sent(cast, near_tasks):
    form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
    Task.objects.update(status="suspended")
    result = deliver_batch(now=NOW)
    assert (result.mail, len(mail.outbox)) == (0, 0)
    assert set(Digest.objects.values_list("suppressed_at", "done_at")) == {(NOW, None)}


def test_digest_part_taken_up_again_goes_out_that_day(cast, near_tasks):
    """Suspended when the digest was formed, resumed before it was ever sent: it is in the one digest of the day."""
    form_digests(now=NOW, calendar=CalendarDay.objects.as_calendar(), limit=50)
    Task.objects.update(status="suspended")
    deliver_batch(now=NOW)
    Task.objects.exclude(number=1).update(status="ongoing")
    later = datetime.combine(NOW.date(), NOW.time(), tzinfo=NOW.tzinfo) + timedelta(minutes=10)
    sweep(now=later)
    deliver_due(clock=lambda: later)
    (letter,) = letters()
    assert "3 项任务有 3 条提醒" in letter.subject


# -- failing


def test_digest_refused_is_tried_later_and_later_and_given_up_with_its_parts(settings, cast, near_tasks):
    settings.EMAIL_BACKEND = f"{BACKENDS}.Refusing"
    now, waits = NOW, []
    for attempt in range(1, 6):
        assert deliver_batch(now=now).failed == 1
        digest = Digest.objects.get(recipient=cast.lead_reporter)
        assert (digest.attempts, digest.done_at) == (attempt, None)
        assert set(parts().values_list("attempts", "done_at")) == {(attempt, None)}
        waits.append((digest.due_at - now).total_seconds() / 60)
        now = digest.due_at
    assert waits == [1, 5, 30, 120, 0]
    assert set(parts().values_list("dead_at", flat=True)) == {now} == {digest.dead_at}
    assert "550" in parts().first().last_error
    assert deliver_batch(now=now + timedelta(minutes=1)).handled == 0
