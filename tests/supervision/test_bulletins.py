"""通报: drafted on its date, issued by the director on a frozen snapshot, sent to all member units."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Agency
from common.errors import InvalidError, NotAllowedError, StaleVersionError
from common.workdays import WEEKDAYS, WorkCalendar
from ledger.models import Event, Head
from ledger.readers import verify
from supervision.actions import answer_notice, deliver_due, issue_bulletin, sweep
from supervision.actions.bulletins import BulletinEmptyError, BulletinIssuedError
from supervision.models import Bulletin, Delivery, Message
from supervision.reminders import ReminderPolicy, bulletin_date
from tasks.actions import change_status, save_policy
from tasks.policies import PolicyKind
from tests.factories import NOW, SHANGHAI, UserFactory
from tests.races import at_once, codes
from tests.supervision.urging import late_task, supervise

pytestmark = pytest.mark.django_db
ON = date(2027, 1, 11)  # the tenth is a Sunday
AT = datetime(2027, 1, 11, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def task(cast):
    return late_task(cast, due_date=date(2026, 10, 30))


@pytest.fixture
def bulletin(cast, task):
    """Drafted on its date, with one task in it."""
    supervise(cast, task)
    sweep(now=AT)
    return Bulletin.objects.get()


def issue(cast, bulletin, **values):
    return issue_bulletin(**{"bulletin": bulletin, "note": "请限期整改。", "by": cast.director, "now": AT, **values})


# -- the date


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2027, 1, 10), date(2026, 10, 12)),
        (date(2027, 1, 11), ON),
        (date(2027, 4, 11), ON),
        (date(2027, 4, 12), date(2027, 4, 12)),  # the tenth is a Saturday
        (date(2028, 7, 10), date(2028, 7, 10)),
    ],
)
def test_bulletin_date_is_the_latest_that_has_come(on, expected):
    assert bulletin_date(on, WEEKDAYS, ReminderPolicy()) == expected


@given(
    on=st.dates(date(2026, 1, 1), date(2031, 12, 31)),
    day=st.integers(1, 28),
    off=st.frozensets(st.dates(date(2026, 1, 1), date(2031, 12, 31)), max_size=60),
)
def test_bulletin_date_equals_the_slow_reference(on, day, off):
    calendar = WorkCalendar(off, frozenset(), frozenset())
    firsts = [date(year, month, day) for year in range(2025, 2033) for month in (1, 4, 7, 10)]
    moved = [
        min(each for n in range(70) if calendar.is_working_day(each := date.fromordinal(first.toordinal() + n)))
        for first in firsts
    ]
    assert bulletin_date(on, calendar, ReminderPolicy(bulletin_day=day)) == max(each for each in moved if each <= on)


# -- the draft


def test_sweep_drafts_the_bulletin_on_its_date_once(cast, task):
    notice = supervise(cast, task)
    assert sweep(now=AT.replace(day=8)).bulletins == 0
    assert [sweep(now=AT).bulletins for _count in range(2)] == [1, 0]
    bulletin = Bulletin.objects.get()
    assert (bulletin.on, bulletin.status, bulletin.number) == (ON, "draft", "")
    (item,) = bulletin.items
    assert (item["task"], item["agency"], item["agency_name"]) == (2, "lead-unit", cast.lead.name)
    assert (item["notice"], item["limit"], item["new_limit"]) == (notice.number, "2026-10-30", "2026-12-02")
    event = Event.objects.get(kind="bulletin")
    assert (event.key, event.verb, event.audience) == ("2027-01-11", "bulletin_drafted", "restricted")


def test_sweep_drafts_no_empty_bulletin(cast, task):
    sweep(now=AT)
    assert not Bulletin.objects.exists()


def test_sweep_after_an_outage_still_drafts_the_bulletin_of_its_date(cast, task):
    supervise(cast, task)
    assert sweep(now=AT.replace(day=20)).bulletins == 1
    assert Bulletin.objects.get().on == ON


def test_sweep_drafts_no_second_bulletin_of_a_quarter_when_its_day_is_moved(cast, task):
    supervise(cast, task)
    sweep(now=AT)
    later = ReminderPolicy(bulletin_day=15)
    save_policy(kind=PolicyKind.REMINDERS, policy=later, reason="改期", by=cast.director, now=AT)
    assert sweep(now=AT.replace(day=18)).bulletins == 0


def test_sweep_does_not_name_what_waits_for_the_office(cast, task):
    supervise(cast, task)
    type(task).objects.filter(pk=task.pk).update(status="closing", closing_asked_on=NOW.date())
    assert sweep(now=AT).bulletins == 0


def test_sweep_names_what_the_unit_has_answered_and_not_done(cast, task):
    notice = supervise(cast, task)
    answer_notice(notice=notice, text="年内完成。", by=cast.lead_approver, now=AT.replace(day=5))
    sweep(now=AT)
    assert Bulletin.objects.get().items[0]["is_answered"] is True


# -- issuing


def test_issue_freezes_items_and_head_and_numbers_it(cast, bulletin):
    head = Head.objects.get().hash
    issued = issue(cast, bulletin, document_number="督〔2027〕1号")
    assert (issued.status, issued.number, issued.document_number) == ("issued", "2027-1", "督〔2027〕1号")
    assert (issued.head, issued.note, issued.issued_by) == (head, "请限期整改。", cast.director)
    event = Event.objects.get(verb="bulletin_issued")
    assert (event.audience, event.actor_id, event.previous_hash) == ("public", f"user:{cast.director.pk}", head)
    assert verify() == []


def test_issue_goes_to_approvers_and_heads_of_all_member_units_once(cast, bulletin):
    UserFactory(username="head", agency=cast.zone_body, role="reporter", is_head=True)
    UserFactory(username="gone", agency=cast.co, role="approver", is_active=False)
    Agency.objects.filter(pk=cast.other.pk).update(dissolved_on=ON)
    issued = issue(cast, bulletin)
    found = Delivery.objects.filter(bulletin=issued)
    inbox = found.filter(channel="inbox").values_list("recipient__username", flat=True)
    assert sorted(inbox) == ["co_approver", "head", "lead_approver"]
    assert set(found.values_list("level", "reason")) == {(4, "named")}
    sweep(now=AT)
    deliver_due(clock=lambda: AT)
    deliver_due(clock=lambda: AT)
    assert Message.objects.filter(reason="named").count() == 3


def test_issue_leaves_out_what_was_settled_since_the_draft(cast, bulletin):
    second = late_task(cast, number=3)
    supervise(cast, second)
    change_status(task=bulletin_task(bulletin), verb="suspend", text="会议纪要", by=cast.director, now=AT)
    assert [item["task"] for item in issue(cast, bulletin).items] == [3]


def bulletin_task(bulletin):
    return Delivery.objects.filter(notice__level=3).first().task


def test_issue_refuses_an_empty_bulletin(cast, bulletin):
    change_status(task=bulletin_task(bulletin), verb="suspend", text="会议纪要", by=cast.director, now=AT)
    with pytest.raises(BulletinEmptyError):
        issue(cast, bulletin)
    bulletin.refresh_from_db()
    assert (bulletin.status, bulletin.serial) == ("draft", None)


@pytest.mark.parametrize("part", ["supervisor", "lead_approver", "leader", "administrator", "auditor"])
def test_issue_is_the_directors_alone(cast, bulletin, part):
    with pytest.raises(NotAllowedError):
        issue(cast, bulletin, by=getattr(cast, part))
    assert not Delivery.objects.filter(bulletin=bulletin).exists()


def test_issue_refuses_a_second_time_a_stale_version_and_long_texts(cast, bulletin):
    with pytest.raises(StaleVersionError):
        issue(cast, bulletin, version=9)
    with pytest.raises(InvalidError):
        issue(cast, bulletin, note="长" * 1001)
    issue(cast, bulletin)
    with pytest.raises(BulletinIssuedError):
        issue(cast, bulletin)


@pytest.mark.django_db(transaction=True)
def test_issue_by_two_at_once_issues_once(cast, bulletin):
    outcomes = at_once(*[lambda: issue(cast, bulletin)] * 3)
    assert codes(outcomes) == ["bulletin_issued", "bulletin_issued", "done"]
    assert Delivery.objects.filter(bulletin=bulletin, channel="inbox").count() == 3
    assert verify() == []


def test_issue_bulletin_tells_nobody_what_had_been_drafted(cast, bulletin):
    """What was settled since, and so is not named, must not stand in the public event either."""
    Bulletin.objects.update(items=[*bulletin.items, {"task": 99, "title": "已了结的任务"}], note="初稿")
    issue(cast, bulletin)
    event = Event.objects.get(verb="bulletin_issued")
    assert event.audience == "public"
    assert "已了结的任务" not in str(event.changed)
    assert event.changed["note"] == ["", "请限期整改。"]
    assert event.changed["items"][0] == []
