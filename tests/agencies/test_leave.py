"""离岗代办: who may enter it, what it must not be, and the page."""

from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.actions import LeaveOverError, cancel_leave, deactivate_user, set_leave
from agencies.models import Leave
from agencies.roles import Role
from common.errors import InvalidError, NotAllowedError
from ledger.models import Audience, Event
from tests.factories import NOW, UserFactory
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 27)
URL = "/leave/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def colleague(cast):
    return UserFactory(username="colleague", agency=cast.lead, role=Role.REPORTER)


def leave(cast, **changed):
    values = {"user": cast.lead_reporter, "delegate": cast.lead_approver, "starts_on": FIRST, "ends_on": LAST}
    return set_leave(**{**values, "by": cast.lead_reporter, "now": NOW, **changed})


# -- entering


def test_set_leave_holds_from_the_first_to_the_last_day(cast):
    made = leave(cast)
    held = [day for day in range(18, 31) if Leave.objects.on(NOW.date().replace(day=day)).exists()]
    assert held == list(range(20, 28))
    assert (made.set_by, made.set_at) == (cast.lead_reporter, NOW)


def test_set_leave_records_who(cast):
    made = leave(cast)
    event = Event.objects.get(kind="leave", key=str(made.pk))
    assert (event.verb, event.actor_id, event.audience) == ("leave_set", cast.lead_reporter.actor_id, Audience.AGENCY)
    assert (event.agency, event.state["delegate"]) == ("lead-unit", "lead_approver")


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "administrator"])
def test_set_leave_is_the_persons_the_approvers_and_the_administrators(cast, part):
    assert leave(cast, by=getattr(cast, part)).user == cast.lead_reporter


@pytest.mark.parametrize(
    "part", ["co_reporter", "co_approver", "outsider", "supervisor", "director", "leader", "auditor"]
)
def test_set_leave_is_nobody_elses(cast, part):
    with pytest.raises(NotAllowedError):
        leave(cast, by=getattr(cast, part))
    assert not Leave.objects.exists()


def test_set_leave_of_an_approver_is_not_a_reporters(cast):
    with pytest.raises(NotAllowedError):
        leave(cast, user=cast.lead_approver, delegate=cast.lead_reporter, by=cast.lead_reporter)


def test_set_leave_refuses_who_may_not_stand_in(cast, colleague):
    gone = UserFactory(username="gone", agency=cast.lead, role=Role.REPORTER)
    deactivate_user(user=gone, by=cast.administrator, now=NOW)
    for delegate in (cast.lead_reporter, cast.co_reporter, cast.supervisor, gone):
        with pytest.raises(InvalidError) as refusal:
            leave(cast, delegate=delegate)
        assert list(refusal.value.errors) == ["delegate"]
    with pytest.raises(InvalidError):  # a reporter cannot approve
        leave(cast, user=cast.lead_approver, delegate=colleague, by=cast.lead_approver)
    assert not Leave.objects.exists()
    assert not Event.objects.filter(kind="leave").exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [(LAST, FIRST, "ends_on"), (NOW.date() - timedelta(days=1), LAST, "starts_on")],
)
def test_set_leave_refuses_days_that_cannot_be(cast, starts_on, ends_on, field):
    with pytest.raises(InvalidError) as refusal:
        leave(cast, starts_on=starts_on, ends_on=ends_on)
    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize(("starts_on", "ends_on"), [(FIRST, FIRST), (LAST, LAST + timedelta(days=9)), (FIRST, LAST)])
def test_set_leave_refuses_an_overlap(cast, colleague, starts_on, ends_on):
    leave(cast)
    with pytest.raises(InvalidError):
        leave(cast, delegate=colleague, starts_on=starts_on, ends_on=ends_on)
    assert Leave.objects.count() == 1


def test_set_leave_takes_the_day_after(cast):
    leave(cast)
    leave(cast, starts_on=LAST + timedelta(days=1), ends_on=LAST + timedelta(days=2))
    assert Leave.objects.count() == 2


def test_set_leave_makes_no_chain(cast, colleague):
    """Neither to somebody who is away then, nor away from standing in for somebody."""
    leave(cast, delegate=colleague)
    with pytest.raises(InvalidError) as refusal:
        leave(cast, user=colleague, delegate=cast.lead_approver, by=colleague)
    assert list(refusal.value.errors) == ["starts_on"]
    third = UserFactory(username="third", agency=cast.lead, role=Role.REPORTER)
    with pytest.raises(InvalidError) as refusal:
        leave(cast, user=third, delegate=cast.lead_reporter, by=third)
    assert list(refusal.value.errors) == ["delegate"]


# -- taking back


def test_cancel_leave_ends_it(cast):
    made = cancel_leave(leave=leave(cast), by=cast.lead_approver, now=NOW)
    assert (made.cancelled_at, made.cancelled_by) == (NOW, cast.lead_approver)
    assert not Leave.objects.on(FIRST).exists()
    assert Event.objects.filter(kind="leave", verb="leave_cancelled").count() == 1
    leave(cast)


def test_cancel_leave_refuses_what_is_over(cast):
    made = leave(cast)
    with pytest.raises(LeaveOverError):
        cancel_leave(leave=made, by=cast.lead_reporter, now=NOW + timedelta(days=30))
    cancel_leave(leave=made, by=cast.lead_reporter, now=NOW)
    with pytest.raises(LeaveOverError):
        cancel_leave(leave=made, by=cast.lead_reporter, now=NOW)


@pytest.mark.parametrize("part", ["co_approver", "supervisor", "leader"])
def test_cancel_leave_is_not_everybodys(cast, part):
    made = leave(cast)
    with pytest.raises(NotAllowedError):
        cancel_leave(leave=made, by=getattr(cast, part), now=NOW)


# -- at the same time


@pytest.mark.django_db(transaction=True)
def test_set_leave_twice_at_once_makes_one(cast, colleague):
    outcomes = at_once(lambda: leave(cast), lambda: leave(cast, delegate=colleague))
    assert codes(outcomes) == ["done", "invalid"]
    assert Leave.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_set_leave_for_each_other_at_once_makes_no_circle(cast, colleague):
    outcomes = at_once(
        lambda: leave(cast, delegate=colleague),
        lambda: leave(cast, user=colleague, delegate=cast.lead_reporter, by=colleague),
    )
    assert codes(outcomes) == ["done", "invalid"]


@pytest.mark.django_db(transaction=True)
def test_leave_looked_up_before_it_is_entered_overlaps(cast, colleague):
    """The control: both look first, without the people's locks; each waits until the other has looked."""
    have_looked = Barrier(2)

    def naive(delegate):
        def enter():
            is_free = not Leave.objects.filter(user=cast.lead_reporter).exists()
            have_looked.wait(timeout=10)
            if is_free:
                Leave.objects.create(
                    user=cast.lead_reporter, delegate=delegate, starts_on=FIRST, ends_on=LAST, set_at=NOW,
                    set_by=cast.lead_reporter,
                )  # fmt: skip

        return enter

    at_once(naive(colleague), naive(cast.lead_approver))
    assert Leave.objects.count() == 2


# -- the page

ENTERED = {"starts_on": "2026-11-20", "ends_on": "2026.11.27"}


def test_leave_entered_on_the_page(cast, client):
    client.force_login(cast.lead_reporter)
    people = {"user": "lead_reporter", "delegate": "lead_approver"}
    shown = client.post(URL, {**ENTERED, **people}, follow=True).content.decode()
    assert "已登记" in shown
    assert "撤销" in shown
    assert "2026-11-20" in shown
    assert Leave.objects.get().delegate == cast.lead_approver


def test_leave_refused_keeps_what_was_entered(cast, client, colleague):
    client.force_login(cast.lead_approver)
    people = {"user": "lead_approver", "delegate": "colleague"}
    answer = client.post(URL, {**ENTERED, **people})
    assert answer.status_code == 400
    assert answer.context["form"].errors["delegate"]
    assert "2026.11.27" in answer.content.decode()


def test_leave_offers_only_whom_one_may_enter(cast, client, colleague):
    def offered(part):
        client.force_login(getattr(cast, part))
        return {each.username for each in client.get(URL).context["form"].fields["user"].queryset}

    assert offered("lead_reporter") == {"lead_reporter"}
    assert offered("lead_approver") == {"lead_reporter", "lead_approver", "colleague"}
    assert {"lead_reporter", "co_reporter", "supervisor"} <= offered("administrator")
    assert offered("leader") == set()


@pytest.mark.parametrize(
    ("part", "status"), [("co_approver", 404), ("supervisor", 403), ("leader", 403), ("auditor", 404)]
)
def test_leave_entered_for_somebody_whose_it_is_not(cast, client, part, status):
    client.force_login(getattr(cast, part))
    people = {"user": "lead_reporter", "delegate": "lead_approver"}
    assert client.post(URL, {**ENTERED, **people}).status_code == status
    assert not Leave.objects.exists()


def test_leave_cancelled_by_button(cast, client):
    made = leave(cast)
    client.force_login(cast.lead_reporter)
    shown = client.post(reverse("agencies:leave_cancel", args=[made.pk]), follow=True).content.decode()
    assert "已取消代办" in shown
    assert "没有人离岗" in shown


def test_leave_of_another_unit_is_not_there(cast, client):
    made = leave(cast)
    client.force_login(cast.co_approver)
    assert client.post(reverse("agencies:leave_cancel", args=[made.pk])).status_code == 404
    assert "没有人离岗" in client.get(URL).content.decode()


def test_leave_page_keeps_its_budget_with_thirty_times_the_rows(cast, client):
    client.force_login(cast.administrator)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    leave(cast)
    few = count()
    for number in range(30):
        person = UserFactory(username=f"away{number}", agency=cast.lead, role=Role.REPORTER)
        leave(cast, user=person, by=person)
    assert count() == few <= 12
