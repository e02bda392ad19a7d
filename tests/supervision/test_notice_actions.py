"""督办通知: drafted and ended by the sweep, issued, received and answered by people."""

import json
from datetime import date, timedelta

import pytest

from common.errors import DomainError, InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Event
from ledger.readers import verify
from supervision.actions import (
    answer_notice,
    confirm_notice,
    decline_notice,
    deliver_batch,
    issue_notice,
    receive_notice,
    sweep,
)
from supervision.actions.notices import NoticeCauseGoneError
from supervision.actions.rows import NoticeTransitionError
from supervision.models import Delivery, Notice
from tasks.actions import change_status, set_deadline
from tasks.models import Task
from tests.api import Api
from tests.factories import NOW, UserFactory
from tests.supervision.urging import NEW_LIMIT, SUPERVISED_AT, drafted, late_task, supervise, urge

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast):
    return late_task(cast)


def suspend(cast, task, now=NOW):
    change_status(task=task, verb="suspend", text="会议纪要", by=cast.director, now=now)


def move_deadline(cast, task):
    set_deadline(
        task=Task.objects.get(pk=task.pk), start_date=task.start_date, due_date=date(2027, 3, 31), basis="office",
        reason="延期", by=cast.supervisor, now=NOW,
    )  # fmt: skip


def sent(notice):
    return sorted(notice.deliveries.filter(channel="inbox").values_list("recipient__username", flat=True))


def last_event():
    return Event.objects.filter(kind="notice").order_by("-sequence").first()


def nothing_changed(act, refusal):
    before, events = list(Notice.objects.values()), Event.objects.count()
    with pytest.raises(refusal) as caught:
        act()
    assert list(Notice.objects.values()) == before
    assert Event.objects.count() == events
    return caught.value


# -- drafted and ended by themselves


def test_sweep_drafts_a_notice_once_and_sends_nothing(cast, task):
    assert [sweep(now=NOW).drafted for _count in range(3)] == [1, 0, 0]
    notice = Notice.objects.get()
    assert (notice.level, notice.clock, notice.occurrence) == (2, f"task:{task.pk}:due:2026-10-30", 1)
    assert (notice.agency, notice.reason, notice.limit, notice.status) == (cast.lead, "overdue", task.due_date, "draft")
    assert (notice.number, notice.new_limit) == ("", None)
    assert "5 个工作日内答复" in notice.demand
    assert not Delivery.objects.filter(task=task, level__gte=2).exists()
    event = last_event()
    assert (event.verb, event.actor_id, event.audience) == ("notice_drafted", "system", "restricted")


@pytest.mark.parametrize("end", [suspend, move_deadline])
def test_sweep_lets_a_draft_lapse_when_its_cause_is_gone(cast, task, end):
    draft = drafted(task)
    end(cast, task)
    assert sweep(now=NOW).lapsed == 1
    draft.refresh_from_db()
    assert (draft.status, draft.ended_at) == ("lapsed", NOW)
    assert (last_event().verb, last_event().audience) == ("notice_lapsed", "restricted")
    assert sweep(now=NOW).lapsed == 0


def test_sweep_drafts_the_next_when_the_cause_comes_back(cast, task):
    drafted(task)
    suspend(cast, task)
    sweep(now=NOW)
    change_status(task=task, verb="resume", text="会议纪要", by=cast.director, now=NOW)
    sweep(now=NOW)
    assert list(Notice.objects.order_by("pk").values_list("occurrence", "status")) == [(1, "lapsed"), (2, "draft")]


@pytest.mark.parametrize("end", [suspend, move_deadline])
def test_sweep_settles_what_was_issued_when_its_cause_is_gone(cast, task, end):
    notice = urge(cast, task)
    end(cast, task)
    assert deliver_batch(now=NOW).inbox == 0  # what has not been sent of it never is
    assert set(notice.deliveries.filter(channel="inbox").values_list("suppressed_reason", flat=True)) <= {
        "settled",
        "limit_moved",
    }
    assert sweep(now=NOW).settled == 1
    notice.refresh_from_db()
    assert (notice.status, notice.ended_at, notice.number) == ("settled", NOW, "2026-1")
    assert (last_event().verb, last_event().audience, last_event().agency) == ("notice_settled", "agency", "lead-unit")


def test_sweep_takes_a_draft_back_while_the_office_has_to_answer(cast, task):
    draft = drafted(task)
    Task.objects.filter(pk=task.pk).update(status="closing", closing_asked_on=NOW.date())
    sweep(now=NOW)
    draft.refresh_from_db()
    assert draft.status == "lapsed"


def test_sweep_keeps_an_issued_notice_while_the_office_has_to_answer(cast, task):
    notice = urge(cast, task)
    Task.objects.filter(pk=task.pk).update(status="closing", closing_asked_on=NOW.date())
    deliver_batch(now=NOW)
    assert set(notice.deliveries.filter(channel="inbox").values_list("suppressed_reason", flat=True)) == {
        "office_to_answer"
    }
    sweep(now=SUPERVISED_AT)
    notice.refresh_from_db()
    assert notice.status == "issued"
    assert not Notice.objects.filter(level=3).exists()


def test_sweep_drafts_the_supervision_five_working_days_after_an_unanswered_urging(cast, task):
    urge(cast, task)
    assert sweep(now=SUPERVISED_AT - timedelta(days=1)).drafted == 0
    assert sweep(now=SUPERVISED_AT).drafted == 1
    draft = Notice.objects.get(level=3)
    assert (draft.status, draft.new_limit) == ("draft", date(2026, 12, 2))


# -- confirm and issue


def test_confirm_numbers_the_notice_and_puts_it_into_the_outbox(cast, task):
    notice = urge(cast, task)
    assert (notice.status, notice.number, notice.agency_name) == ("issued", "2026-1", cast.lead.name)
    assert (notice.issued_at, notice.issued_by, notice.document_number) == (NOW, cast.supervisor, "")
    assert sent(notice) == ["director", "lead_approver", "lead_reporter"]
    delivery = notice.deliveries.get(recipient=cast.director, channel="inbox")
    assert (delivery.due_at, delivery.level, delivery.reason) == (NOW, 2, "overdue")
    assert delivery.payload == {
        "limit": "2026-10-30", "period": "", "copy": True, "number": "2026-1", "new_limit": "",
    }  # fmt: skip
    event = last_event()
    assert (event.verb, event.actor_id, event.audience, event.agency) == (
        "notice_issued", f"user:{cast.supervisor.pk}", "agency", "lead-unit",
    )  # fmt: skip
    assert verify() == []


def test_confirm_stores_what_a_sweep_would_and_the_sweep_nothing_more(cast, task):
    notice = urge(cast, task)
    count = notice.deliveries.count()
    sweep(now=NOW)
    assert (notice.deliveries.count(), sweep(now=NOW).created) == (count, 0)
    assert deliver_batch(now=NOW).inbox == 3


def test_confirm_outside_working_hours_waits_for_the_morning(cast, task):
    draft = drafted(task)
    confirm_notice(notice=draft, demand="请抓紧。", by=cast.director, now=NOW.replace(hour=20))
    assert draft.deliveries.first().due_at == NOW.replace(day=19, hour=8, minute=30)


def test_issue_goes_to_the_head_with_a_new_limit(cast, task):
    UserFactory(username="head", agency=cast.lead, role="approver", is_head=True)
    notice = supervise(cast, task)
    assert (notice.number, notice.new_limit, notice.level) == ("2026-1", NEW_LIMIT, 3)
    assert sent(notice) == ["director", "head", "lead_approver", "lead_reporter"]
    copies = notice.deliveries.filter(channel="inbox", payload__copy=True)
    assert sorted(copies.values_list("recipient__username", flat=True)) == [
        "director",
        "lead_approver",
        "lead_reporter",
    ]


@pytest.mark.parametrize(
    "part", ["lead_approver", "lead_reporter", "co_approver", "leader", "administrator", "auditor"]
)
@pytest.mark.parametrize("act", [
    lambda notice, by: confirm_notice(notice=notice, demand="请抓紧。", by=by, now=NOW),
    lambda notice, by: decline_notice(notice=notice, reason="不必", by=by, now=NOW),
], ids=["confirm", "decline"])  # fmt: skip
def test_a_draft_is_the_offices_alone(cast, task, part, act):
    draft = drafted(task)
    nothing_changed(lambda: act(draft, getattr(cast, part)), NotAllowedError)


def test_issue_is_the_directors_alone(cast, task):
    urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    values = {"notice": draft, "demand": "请办结。", "new_limit": NEW_LIMIT, "by": cast.supervisor}
    nothing_changed(lambda: issue_notice(**values, now=SUPERVISED_AT), NotAllowedError)


def test_confirm_is_not_the_verb_of_a_supervision(cast, task):
    urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    nothing_changed(
        lambda: confirm_notice(notice=draft, demand="请办结。", by=cast.director, now=SUPERVISED_AT),
        NoticeTransitionError,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"demand": "  "}, "demand"),
        ({"demand": "长" * 501}, "demand"),
        ({"document_number": "长" * 61}, "document_number"),
        ({"new_limit": None}, "new_limit"),
        ({"new_limit": SUPERVISED_AT.date()}, "new_limit"),
        ({"new_limit": date(2026, 11, 29)}, "new_limit"),  # a Sunday
    ],
)
def test_issue_refuses_bad_input(cast, task, changes, field):
    urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    values = {"demand": "请办结。", "new_limit": NEW_LIMIT, "document_number": "", **changes}
    error = nothing_changed(
        lambda: issue_notice(notice=draft, **values, by=cast.director, now=SUPERVISED_AT), InvalidError
    )
    assert set(error.errors) == {field}


@pytest.mark.parametrize("end", [suspend, move_deadline])
def test_confirm_refuses_a_draft_whose_cause_has_just_gone(cast, task, end):
    draft = drafted(task)
    end(cast, task)
    nothing_changed(
        lambda: confirm_notice(notice=draft, demand="请抓紧。", by=cast.supervisor, now=NOW), NoticeCauseGoneError
    )
    assert not Delivery.objects.filter(notice=draft).exists()


def test_confirm_refuses_a_stale_version_after_the_permission(cast, task):
    draft = drafted(task)
    values = {"notice": draft, "demand": "请抓紧。", "now": NOW, "version": draft.version + 1}
    nothing_changed(lambda: confirm_notice(**values, by=cast.supervisor), StaleVersionError)
    nothing_changed(lambda: confirm_notice(**values, by=cast.lead_approver), NotAllowedError)


def test_confirm_refuses_what_was_confirmed(cast, task):
    notice = urge(cast, task)
    nothing_changed(
        lambda: confirm_notice(notice=notice, demand="再发。", by=cast.director, now=NOW), NoticeTransitionError
    )


def test_numbers_run_through_a_year_and_begin_anew(cast, task):
    assert urge(cast, task).number == "2026-1"
    assert urge(cast, late_task(cast, number=3)).number == "2026-2"
    next_year = NOW.replace(year=2027, month=1, day=13)
    assert urge(cast, late_task(cast, number=4), now=next_year).number == "2027-1"


# -- decline


def test_decline_keeps_the_reason_and_never_drafts_it_again(cast, task):
    draft = decline_notice(notice=drafted(task), reason="已当面催办。", by=cast.supervisor, now=NOW)
    assert (draft.status, draft.decline_reason, draft.declined_by) == ("declined", "已当面催办。", cast.supervisor)
    assert (last_event().verb, last_event().reason, last_event().audience) == (
        "notice_declined",
        "已当面催办。",
        "restricted",
    )
    for days in (1, 30, 60):
        assert not Notice.objects.filter(task=task, status="draft").exists()
        sweep(now=NOW + timedelta(days=days))


def test_decline_needs_a_reason(cast, task):
    draft = drafted(task)
    nothing_changed(lambda: decline_notice(notice=draft, reason=" ", by=cast.supervisor, now=NOW), InvalidError)


# -- the unit


def test_receive_is_signed_once_by_the_units_staff(cast, task):
    notice = receive_notice(notice=urge(cast, task), by=cast.lead_reporter, now=NOW)
    assert (notice.received_by, notice.received_at, notice.status) == (cast.lead_reporter, NOW, "issued")
    assert last_event().verb == "notice_received"
    nothing_changed(lambda: receive_notice(notice=notice, by=cast.lead_approver, now=NOW), NoticeTransitionError)


@pytest.mark.parametrize("part", ["co_approver", "outsider", "supervisor", "director", "leader"])
def test_receive_is_the_addressed_units_alone(cast, task, part):
    notice = urge(cast, task)
    nothing_changed(lambda: receive_notice(notice=notice, by=getattr(cast, part), now=NOW), NotAllowedError)


def test_answer_stops_the_ladder(cast, task):
    notice = answer_notice(notice=urge(cast, task), text="月底前完成。", by=cast.lead_approver, now=NOW)
    assert (notice.status, notice.answer, notice.answered_by) == ("answered", "月底前完成。", cast.lead_approver)
    assert (notice.received_by, notice.received_at) == (cast.lead_approver, NOW)
    assert last_event().verb == "notice_answered"
    deliver_batch(now=NOW)
    assert set(notice.deliveries.filter(channel="inbox").values_list("suppressed_reason", flat=True)) == {"answered"}
    assert sweep(now=NOW + timedelta(days=60)).drafted == 0 or not Notice.objects.filter(level=3).exists()


def test_answer_takes_back_a_supervision_that_was_only_drafted(cast, task):
    notice = urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    answer_notice(notice=notice, text="已在办理。", by=cast.lead_approver, now=SUPERVISED_AT)
    values = {"notice": draft, "demand": "请办结。", "new_limit": NEW_LIMIT, "by": cast.director}
    nothing_changed(lambda: issue_notice(**values, now=SUPERVISED_AT), NoticeCauseGoneError)
    assert sweep(now=SUPERVISED_AT).lapsed == 1


@pytest.mark.parametrize("part", ["lead_reporter", "co_approver", "director"])
def test_answer_is_the_units_approvers_alone(cast, task, part):
    notice = urge(cast, task)
    nothing_changed(
        lambda: answer_notice(notice=notice, text="已办。", by=getattr(cast, part), now=NOW), NotAllowedError
    )


def test_answer_needs_words(cast, task):
    notice = urge(cast, task)
    nothing_changed(lambda: answer_notice(notice=notice, text=" ", by=cast.lead_approver, now=NOW), InvalidError)


def test_answer_comes_too_late_for_a_settled_notice(cast, task):
    notice = urge(cast, task)
    suspend(cast, task)
    sweep(now=NOW)
    error = nothing_changed(
        lambda: answer_notice(notice=notice, text="已办。", by=cast.lead_approver, now=NOW), DomainError
    )
    assert "已了结" in str(error)


# -- what the feed of changes tells of a draft


def test_lead_units_changes_never_hold_what_the_office_had_drafted(cast, task):
    draft = drafted(task)
    wording = draft.demand
    confirm_notice(notice=draft, demand="请抓紧办理。", document_number="桂督〔2026〕1号", by=cast.supervisor, now=NOW)
    told = Api(cast.lead_reporter).get("changes")
    assert wording not in json.dumps(told.json(), ensure_ascii=False)
    (issued,) = [event for event in told.json()["events"] if event["verb"] == "notice_issued"]
    assert issued["changed"]["demand"] == ["", "请抓紧办理。"]
    assert issued["changed"]["status"] == ["draft", "issued"]
    assert issued["state"]["document_number"] == "桂督〔2026〕1号"


def test_lead_units_changes_tell_the_new_limit_and_not_who_was_to_get_the_draft(cast, task):
    supervise(cast, task)
    events = Api(cast.lead_reporter).get("changes").json()["events"]
    changed = [event["changed"] for event in events if event["verb"] == "notice_issued"][-1]
    assert (changed["agency"], changed["new_limit"]) == ([None, "lead-unit"], [None, NEW_LIMIT.isoformat()])
