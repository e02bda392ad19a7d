"""办结申请: drafting, saving, sending, withdrawing. Each refusal leaves everything as it was."""

from datetime import timedelta

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from ledger.readers import verify
from progress.actions import (
    add_evidence,
    approve_report,
    check_closing,
    draft_closing,
    draft_report,
    remove_evidence,
    return_closing,
    save_closing,
    send_closing,
    submit_report,
    withdraw_closing,
)
from progress.actions.closing import ClosingExistsError
from progress.actions.closing_rows import ClosingNotReadyError, ClosingTransitionError
from tasks.actions import change_status
from tasks.models import Assignment, Task
from tests import closings
from tests.closings import STATEMENT, fresh, last_event, refused
from tests.factories import NOW, AgencyFactory, report_content

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _done(cast):
    Task.objects.update(percent=100)
    cast.task.refresh_from_db()


@pytest.fixture
def draft(cast):
    return closings.hear_all(closings.draft(cast.task, reporter=cast.lead_reporter))


@pytest.fixture
def sent(cast, draft):
    return send_closing(closing=draft, by=cast.lead_approver, now=NOW)


@pytest.fixture
def checked(cast, sent):
    return check_closing(closing=sent, note="材料齐全。", by=cast.supervisor, now=NOW)


# -- drafting


def test_draft_closing_asks_every_co_unit(cast):
    closing = draft_closing(task=cast.task, statement=f" {STATEMENT}\r\n", by=cast.lead_reporter, now=NOW)
    kept = fresh(closing)
    assert (kept.status, kept.statement, kept.drafted_by, kept.drafted_at) == (
        "draft", STATEMENT, cast.lead_reporter, NOW,
    )  # fmt: skip
    asked = kept.hearings.values_list("agency", "answer", "opened_on")
    assert set(asked) == {("co-unit", "", NOW.date()), ("zone-body", "", NOW.date())}
    assert Task.objects.get().status == "ongoing"


def test_draft_closing_is_recorded_for_the_lead_unit_alone(cast):
    closing = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_approver, now=NOW)
    event = last_event()
    assert (event.verb, event.key, event.actor_id) == (
        "drafted",
        f"test-plan/1/{closing.pk}",
        cast.lead_approver.actor_id,
    )
    assert (event.audience, event.agency) == (Audience.UNIT, "lead-unit")
    assert [each["agency"] for each in event.state["hearings"]] == ["co-unit", "zone-body"]


def test_draft_closing_asks_no_open_set(cast):
    everybody = AgencyFactory(code="everybody", kind="open_set", is_open_set=True)
    Assignment.objects.create(task=cast.task, agency=everybody, role="co", order=9)
    closing = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=NOW)
    assert not closing.hearings.filter(agency=everybody).exists()


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "director", "leader", "administrator"])
def test_draft_closing_is_the_lead_units(cast, part):
    with refused(NotAllowedError):
        draft_closing(task=cast.task, statement=STATEMENT, by=getattr(cast, part), now=NOW)


def test_draft_closing_below_100_percent_is_refused(cast):
    Task.objects.update(percent=99)
    with refused(ClosingNotReadyError, match="99%"):
        draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=NOW)


def test_draft_closing_of_a_suspended_task_is_refused(cast):
    change_status(task=cast.task, verb="suspend", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingNotReadyError, match="挂起"):
        draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=NOW)


def test_draft_closing_twice_names_the_one_that_stands(cast, draft):
    with refused(ClosingExistsError) as raised:
        draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_approver, now=NOW)
    assert raised.value.closing == draft


@pytest.mark.parametrize("statement", ["", " \n", "字" * 501, "\x00"])
def test_draft_closing_refuses_the_statement(cast, statement):
    with refused(InvalidError) as raised:
        draft_closing(task=cast.task, statement=statement, by=cast.lead_reporter, now=NOW)
    assert list(raised.value.errors) == ["statement"]


def test_draft_closing_keeps_who_agreed_before_a_return_and_asks_the_others_anew(cast):
    answers = {"zone-body": "片区尚未移交。"}
    people = {"reporter": cast.lead_reporter, "approver": cast.lead_approver}
    old = closings.ask_closing(cast.task, **people, answers=answers)
    return_closing(closing=old, reason="请补充移交材料。", by=cast.supervisor, now=NOW)
    new = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=LATER)
    kept = new.hearings.get(agency="co-unit")
    assert (kept.answer, kept.answered_by, kept.answered_at) == ("agreed", cast.co_reporter, NOW)
    assert new.hearings.get(agency="zone-body").answer == ""


def test_draft_closing_after_a_reopening_asks_everybody_anew(cast):
    people = {"reporter": cast.lead_reporter, "approver": cast.lead_approver}
    returned = closings.ask_closing(cast.task, **people)
    return_closing(closing=returned, reason="请补充移交材料。", by=cast.supervisor, now=NOW)
    closings.close(cast.task, **people, supervisor=cast.supervisor, director=cast.director)
    change_status(task=cast.task, verb="reopen", text="回头看发现未落实。", by=cast.director, now=LATER)
    new = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=LATER)
    assert set(new.hearings.values_list("answer", flat=True)) == {""}


def test_draft_closing_ends_a_request_whose_task_went_another_way(cast, sent):
    Task.objects.update(status="ongoing", closing_asked_on=None)  # by a door that the case does not know
    new = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=LATER)
    assert (fresh(sent).status, fresh(new).status) == ("ended", "draft")
    verbs = Event.objects.filter(kind="closing").order_by("-sequence").values_list("verb", "audience")[:2]
    assert list(verbs) == [("drafted", "unit"), ("closing_ended", "agency")]


# -- saving


def test_save_closing_changes_the_words_and_the_author(cast, draft):
    save_closing(closing=draft, statement="改后。", version=1, by=cast.lead_approver, now=LATER)
    kept = fresh(draft)
    assert (kept.statement, kept.drafted_by, kept.drafted_at, kept.version) == ("改后。", cast.lead_approver, LATER, 2)
    assert last_event().changed["statement"] == [STATEMENT, "改后。"]


def test_save_closing_unchanged_leaves_the_author(cast, draft):
    save_closing(closing=draft, statement=STATEMENT, version=1, by=cast.lead_approver, now=LATER)
    assert fresh(draft).drafted_by == cast.lead_reporter


def test_save_closing_asks_a_unit_that_joined_since(cast, draft):
    Assignment.objects.create(task=cast.task, agency=cast.other, role="co", order=9)
    save_closing(closing=draft, statement=STATEMENT, version=1, by=cast.lead_reporter, now=LATER)
    assert draft.hearings.filter(agency=cast.other, answer="").exists()
    assert draft.hearings.exclude(answer="").count() == 2


def test_save_closing_over_a_newer_version_is_refused(cast, draft):
    save_closing(closing=draft, statement="甲", version=1, by=cast.lead_reporter, now=NOW)
    with refused(StaleVersionError) as raised:
        save_closing(closing=draft, statement="乙", version=1, by=cast.lead_approver, now=NOW)
    assert raised.value.current.statement == "甲"


def test_save_closing_asks_for_the_permission_first(cast, draft):
    with refused(NotAllowedError):
        save_closing(closing=draft, statement="乙", version=0, by=cast.co_reporter, now=NOW)


def test_save_closing_after_sending_is_refused(cast, sent):
    with refused(ClosingTransitionError, match="待核验"):
        save_closing(closing=sent, statement="乙", version=sent.version, by=cast.lead_reporter, now=NOW)


# -- sending


def test_send_closing_hands_request_and_task_to_the_office(cast, draft):
    send_closing(closing=draft, by=cast.lead_approver, now=LATER)
    kept, task = fresh(draft), Task.objects.get()
    assert (kept.status, kept.sent_by, kept.sent_at) == ("sent", cast.lead_approver, LATER)
    assert (task.status, task.closing_asked_on) == ("closing", LATER.date())


def test_send_closing_records_both_events_and_the_office_may_read_them(cast, draft):
    send_closing(closing=draft, by=cast.lead_approver, now=LATER)
    task_event, event = Event.objects.order_by("sequence")[Event.objects.count() - 2 :]
    assert (task_event.kind, task_event.verb) == ("task", "ask_closing")
    assert (event.verb, event.audience, event.agency) == ("closing_sent", Audience.AGENCY, "lead-unit")
    assert event in Event.objects.visible_to(cast.supervisor)
    assert event not in Event.objects.visible_to(cast.outsider)
    assert verify() == []


def test_send_closing_by_the_author_is_refused(cast):
    closing = closings.hear_all(closings.draft(cast.task, reporter=cast.lead_approver))
    with refused(NotAllowedError, match="另一位审签人"):
        send_closing(closing=closing, by=cast.lead_approver, now=NOW)


@pytest.mark.parametrize("part", ["lead_reporter", "co_approver", "outsider", "director"])
def test_send_closing_is_the_lead_approvers(cast, draft, part):
    with refused(NotAllowedError):
        send_closing(closing=draft, by=getattr(cast, part), now=NOW)


def test_send_closing_before_all_are_heard_names_them(cast):
    closing = closings.draft(cast.task, reporter=cast.lead_reporter)
    with refused(ClosingNotReadyError, match="单位co-unit、单位zone-body"):
        send_closing(closing=closing, by=cast.lead_approver, now=NOW)


def test_send_closing_without_a_deliverable_is_refused(cast, draft):
    remove_evidence(evidence=draft.evidence.get(), by=cast.lead_reporter, now=NOW)
    with refused(ClosingNotReadyError, match="成果材料"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)


def test_send_closing_takes_the_files_of_an_approved_report(cast, draft):
    remove_evidence(evidence=draft.evidence.get(), by=cast.lead_reporter, now=NOW)
    _approved_report_with_file(cast)
    assert send_closing(closing=draft, by=cast.lead_approver, now=NOW).status == "sent"


def test_send_closing_counts_no_file_of_a_report_that_is_not_approved(cast, draft):
    remove_evidence(evidence=draft.evidence.get(), by=cast.lead_reporter, now=NOW)
    _report_with_file(cast)
    with refused(ClosingNotReadyError, match="成果材料"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)


def _report_with_file(cast):
    content = report_content(percent=100)
    report = draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)
    add_evidence(report=report, file=closings.deliverable(), by=cast.lead_reporter, now=NOW)
    return report


def _approved_report_with_file(cast):
    submit_report(report=_report_with_file(cast), by=cast.lead_approver, now=NOW)
    approve_report(report=cast.task.reports.get(), by=cast.supervisor, now=NOW)


def test_send_closing_takes_the_files_of_a_returned_request(cast, sent):
    return_closing(closing=sent, reason="请写明结果。", by=cast.supervisor, now=NOW)
    again = closings.hear_all(draft_closing(task=cast.task, statement="再报", by=cast.lead_reporter, now=LATER))
    assert send_closing(closing=again, by=cast.lead_approver, now=LATER).status == "sent"


def test_send_closing_after_the_percent_fell_is_refused(cast, draft):
    Task.objects.update(percent=80)
    with refused(ClosingNotReadyError, match="80%"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)


def test_send_closing_waits_while_the_task_is_suspended(cast, draft):
    change_status(task=cast.task, verb="suspend", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingNotReadyError, match="挂起"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)
    change_status(task=cast.task, verb="resume", text="纪要", by=cast.director, now=NOW)
    assert send_closing(closing=draft, by=cast.lead_approver, now=NOW).status == "sent"


def test_send_closing_of_a_stopped_task_has_ended(cast, draft):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingTransitionError, match="已随之终止"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)


def test_send_closing_counts_an_objection_as_heard(cast):
    people = {"reporter": cast.lead_reporter, "approver": cast.lead_approver}
    closing = closings.ask_closing(cast.task, **people, answers={"co-unit": "数据未移交。"})
    assert closing.status == "sent"
    assert last_event().state["hearings"][0]["text"] == "数据未移交。"


def test_send_closing_needs_no_unit_that_has_left_the_task(cast):
    closing = closings.draft(cast.task, reporter=cast.lead_reporter)
    Assignment.objects.filter(task=cast.task, role="co").delete()
    assert send_closing(closing=closing, by=cast.lead_approver, now=NOW).status == "sent"


def test_send_closing_waits_for_a_unit_that_joined_since(cast, draft):
    Assignment.objects.create(task=cast.task, agency=cast.other, role="co", order=9)
    with refused(ClosingNotReadyError, match="单位other-unit"):
        send_closing(closing=draft, by=cast.lead_approver, now=NOW)


# -- withdrawing


def test_withdraw_closing_gives_draft_and_task_back(cast, sent):
    withdraw_closing(closing=sent, by=cast.lead_approver, now=LATER)
    kept, task = fresh(sent), Task.objects.get()
    assert (kept.status, kept.sent_at, kept.sent_by) == ("draft", None, None)
    assert (task.status, task.closing_asked_on) == ("ongoing", None)
    assert (last_event().verb, last_event().audience) == ("withdrawn", Audience.UNIT)


def test_withdraw_closing_after_the_check_is_refused(cast, checked):
    with refused(ClosingTransitionError, match="待决定"):
        withdraw_closing(closing=checked, by=cast.lead_approver, now=NOW)


@pytest.mark.parametrize("part", ["lead_reporter", "co_approver", "supervisor"])
def test_withdraw_closing_is_the_lead_approvers(cast, sent, part):
    with refused(NotAllowedError):
        withdraw_closing(closing=sent, by=getattr(cast, part), now=NOW)


def test_withdraw_closing_of_a_stopped_task_has_ended(cast, sent):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingTransitionError, match="已随之终止"):
        withdraw_closing(closing=sent, by=cast.lead_approver, now=NOW)
