"""办结申请: the office's check and decision, and the files. Each refusal leaves everything as it was."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import F

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from ledger.readers import verify
from progress.actions import (
    accept_closing,
    add_deliverable,
    check_closing,
    remove_evidence,
    return_closing,
    save_closing,
    send_closing,
    withdraw_closing,
)
from progress.actions.closing_rows import ClosingTransitionError
from progress.models import Closing
from tasks.actions import change_status
from tasks.actions.status import TransitionError
from tasks.models import Task
from tests import closings
from tests.closings import fresh, last_event, refused
from tests.factories import NOW

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


# -- checking


def test_check_closing_leaves_a_note_for_the_director(cast, sent):
    check_closing(closing=sent, note="材料齐全。", by=cast.supervisor, now=LATER)
    kept = fresh(sent)
    assert (kept.status, kept.checked_by, kept.checked_at, kept.check_note) == (
        "checked", cast.supervisor, LATER, "材料齐全。",
    )  # fmt: skip
    assert Task.objects.get().status == "closing"
    assert (last_event().verb, last_event().actor_id) == ("closing_checked", cast.supervisor.actor_id)


@pytest.mark.parametrize("part", ["lead_approver", "co_approver", "outsider", "leader", "administrator"])
def test_check_closing_is_the_offices(cast, sent, part):
    with refused(NotAllowedError):
        check_closing(closing=sent, by=getattr(cast, part), now=NOW)


def test_check_closing_of_a_draft_is_refused(cast, draft):
    with refused(ClosingTransitionError, match="草稿"):
        check_closing(closing=draft, by=cast.supervisor, now=NOW)


def test_check_closing_over_a_newer_version_is_refused(cast, sent):
    with refused(StaleVersionError):
        check_closing(closing=sent, version=1, by=cast.supervisor, now=NOW)


def test_check_closing_of_a_withdrawn_request_shows_no_draft(cast, sent):
    version = sent.version
    withdraw_closing(closing=sent, by=cast.lead_approver, now=NOW)
    with refused(ClosingTransitionError, match="已由单位撤回"):
        check_closing(closing=sent, version=version, by=cast.supervisor, now=NOW)


def test_check_closing_of_a_stopped_task_has_ended(cast, sent):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingTransitionError, match="中止"):
        check_closing(closing=sent, by=cast.supervisor, now=NOW)


# -- giving it back


@pytest.mark.parametrize("part", ["supervisor", "director"])
def test_return_closing_gives_the_task_back_with_the_reason(cast, sent, part):
    return_closing(closing=sent, reason="请补充验收结论。", by=getattr(cast, part), now=LATER)
    kept, task = fresh(sent), Task.objects.get()
    assert (kept.status, kept.decided_by, kept.return_reason) == ("returned", getattr(cast, part), "请补充验收结论。")
    assert (task.status, task.closing_asked_on) == ("ongoing", None)
    assert (last_event().verb, last_event().reason) == ("returned", "请补充验收结论。")


def test_return_closing_tells_the_reason_to_nobody_who_may_not_see_the_case(cast, sent):
    return_closing(closing=sent, reason="请补充验收结论。", by=cast.supervisor, now=LATER)
    assert last_event("task").verb == "return_closing"
    reasons = Event.objects.visible_to(cast.outsider).values_list("reason", flat=True)
    assert "请补充验收结论。" not in list(reasons)


def test_return_closing_by_the_checker_takes_the_check_back(cast, checked):
    return_closing(closing=checked, reason="复核发现缺件。", by=cast.supervisor, now=LATER)
    kept = fresh(checked)
    assert (kept.status, kept.checked_by, kept.decided_by) == ("returned", None, cast.supervisor)


def test_return_closing_by_the_director_keeps_the_check(cast, checked):
    return_closing(closing=checked, reason="成果未印发。", by=cast.director, now=LATER)
    assert fresh(checked).checked_by == cast.supervisor


def test_return_closing_without_a_reason_is_refused(cast, sent):
    with refused(InvalidError) as raised:
        return_closing(closing=sent, reason=" ", by=cast.supervisor, now=NOW)
    assert list(raised.value.errors) == ["reason"]


def test_return_closing_is_the_offices(cast, sent):
    with refused(NotAllowedError):
        return_closing(closing=sent, reason="不同意", by=cast.co_approver, now=NOW)


def test_returned_request_is_final(cast, sent):
    return_closing(closing=sent, reason="请补充。", by=cast.supervisor, now=NOW)
    with refused(ClosingTransitionError, match="已退回"):
        save_closing(closing=sent, statement="改", version=sent.version + 1, by=cast.lead_reporter, now=NOW)


# -- accepting


def test_accept_closing_closes_the_task_for_everybody_to_see(cast, checked):
    accept_closing(closing=checked, by=cast.director, now=LATER)
    kept, task = fresh(checked), Task.objects.get()
    assert (kept.status, kept.decided_by, kept.checked_by) == ("accepted", cast.director, cast.supervisor)
    assert (task.status, task.closed_on, task.closed_late) == ("closed", LATER.date(), False)
    assert (last_event().verb, last_event().audience) == ("closing_accepted", Audience.PUBLIC)
    assert last_event("task").verb == "close"


@pytest.mark.parametrize(("asked", "is_late"), [(date(2026, 11, 17), True), (date(2026, 11, 18), False)])
def test_accept_closing_judges_by_the_day_it_was_asked(cast, asked, is_late):
    """The deadline is compared with the day of asking; how long the office takes is not the unit's."""
    Task.objects.update(due_date=asked, original_due_date=asked)
    people = {"reporter": cast.lead_reporter, "approver": cast.lead_approver}
    closing = closings.ask_closing(cast.task, **people)
    check_closing(closing=closing, by=cast.supervisor, now=NOW + timedelta(days=20))
    accept_closing(closing=closing, by=cast.director, now=NOW + timedelta(days=30))
    assert Task.objects.get().closed_late is is_late


def test_accept_closing_by_the_checker_is_refused(cast, sent):
    check_closing(closing=sent, by=cast.director, now=NOW)
    with refused(NotAllowedError, match="由您核验"):
        accept_closing(closing=sent, by=cast.director, now=NOW)


@pytest.mark.parametrize("part", ["supervisor", "lead_approver", "leader"])
def test_accept_closing_is_the_directors(cast, checked, part):
    with refused(NotAllowedError):
        accept_closing(closing=checked, by=getattr(cast, part), now=NOW)


def test_accept_closing_unchecked_is_refused(cast, sent):
    with refused(ClosingTransitionError, match="待核验"):
        accept_closing(closing=sent, by=cast.director, now=NOW)


def test_accept_closing_below_100_percent_is_refused(cast, checked):
    Task.objects.update(percent=90)
    with refused(TransitionError, match="90%"):
        accept_closing(closing=checked, by=cast.director, now=NOW)


def test_accept_closing_of_a_stopped_task_has_ended(cast, checked):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingTransitionError, match="已随之终止"):
        accept_closing(closing=checked, by=cast.director, now=NOW)


def test_database_refuses_one_person_for_check_and_decision(checked):
    with pytest.raises(IntegrityError, match="checker_is_not_decider"):
        Closing.objects.update(decided_at=NOW, decided_by=F("checked_by"))


def test_database_refuses_one_person_for_writing_and_sending(sent):
    with pytest.raises(IntegrityError, match="closing_maker_is_not_sender"):
        Closing.objects.update(sent_by=F("drafted_by"))


# -- files


def test_add_deliverable_records_the_file_for_the_unit_alone(cast):
    closing = closings.draft(cast.task, reporter=cast.lead_reporter)
    evidence, event = closing.evidence.get(), last_event("evidence")
    assert (event.verb, event.key) == ("evidence_added", f"{fresh(closing).key}/{evidence.pk}")
    assert (event.audience, event.agency) == (Audience.UNIT, "lead-unit")
    assert event.state["closing"] == fresh(closing).key


def test_add_deliverable_twice_is_refused(cast, draft):
    with refused(InvalidError, match="填写的内容有误") as raised:
        add_deliverable(closing=draft, file=closings.deliverable(), by=cast.lead_reporter, now=NOW)
    assert raised.value.errors == {"file": ["这份文件已经上传过。"]}


def test_add_deliverable_after_sending_is_refused(cast, sent):
    with refused(ClosingTransitionError, match="请先撤回"):
        add_deliverable(closing=sent, file=closings.deliverable("二.csv", "x"), by=cast.lead_reporter, now=NOW)


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor"])
def test_add_deliverable_is_the_lead_units(cast, draft, part):
    with refused(NotAllowedError):
        add_deliverable(closing=draft, file=closings.deliverable("二.csv", "x"), by=getattr(cast, part), now=NOW)


def test_add_deliverable_of_a_dangerous_file_is_refused(cast, draft):
    with refused(InvalidError):
        add_deliverable(closing=draft, file=closings.deliverable("坏.exe", "MZ"), by=cast.lead_reporter, now=NOW)


def test_remove_evidence_of_a_sent_request_is_refused(cast, sent):
    with refused(ClosingTransitionError):
        remove_evidence(evidence=sent.evidence.get(), by=cast.lead_reporter, now=NOW)


def test_a_whole_case_leaves_a_whole_ledger(cast):
    people = {part: getattr(cast, part) for part in ("supervisor", "director")}
    closings.close(cast.task, reporter=cast.lead_reporter, approver=cast.lead_approver, **people)
    verbs = Event.objects.filter(kind="closing").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["drafted", "heard", "heard", "closing_sent", "closing_checked", "closing_accepted"]
    assert verify() == []
