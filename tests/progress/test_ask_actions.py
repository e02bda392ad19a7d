from datetime import date, timedelta

import pytest

from agencies.models import Agency
from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from progress.actions import answer_ask, approve_report, draft_report, return_report, save_report, submit_report
from progress.actions.asks import AskAnsweredError, AskNotOpenError
from progress.models import Ask, Report
from progress.readers import ask_rows, pending_office_asks, tasks_waiting_for_office
from tasks.models import Task
from tests.cast import PARTS
from tests.factories import NOW, TODAY, AgencyFactory, HolidayFactory, report_content

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
ASK = "请协调用地指标。"


def draft(cast, **changes):
    content = report_content(**{"ask": ASK, **changes})
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def sent(cast, **changes):
    return submit_report(report=draft(cast, **changes), by=cast.lead_approver, now=NOW)


def corrected(report, cast, **changes):
    """The report returned, saved with these changes and sent again."""
    return_report(report=report, reason="请补充。", by=cast.supervisor, now=LATER)
    report.refresh_from_db()
    content = report_content(**{"ask": ASK, **changes})
    save_report(report=report, content=content, version=report.version, by=cast.lead_reporter, now=LATER)
    return submit_report(report=report, by=cast.lead_approver, now=LATER)


# -- to whom, and by when


def test_submit_report_gives_the_office_three_working_days_and_a_unit_five(cast):
    report = sent(cast)
    assert (report.ask_to, report.ask_due_on) == (None, date(2026, 11, 23))  # Wednesday to Monday
    report = corrected(report, cast, ask_to="other-unit")
    assert (report.ask_to, report.ask_due_on) == (cast.other, date(2026, 11, 25))


def test_submit_report_counts_no_day_off(cast):
    HolidayFactory(date=date(2026, 11, 19))
    assert sent(cast).ask_due_on == date(2026, 11, 24)


def test_submit_report_without_an_ask_has_no_limit(cast):
    report = sent(cast, ask="", ask_to="other-unit")
    assert (report.ask_to, report.ask_due_on) == (None, None)


@pytest.mark.parametrize("code", ["lead-unit", "office", "open-set", "gone", "unheard-of"])
def test_draft_report_refuses_an_addressee_that_cannot_answer(cast, code):
    AgencyFactory(code="open-set", is_open_set=True)
    AgencyFactory(code="gone", dissolved_on=TODAY)
    with pytest.raises(InvalidError) as refusal:
        draft(cast, ask_to=code)
    assert list(refusal.value.errors) == ["ask_to"]
    assert not Report.objects.exists()


# -- answering


def test_answer_ask_of_the_office_is_kept_with_its_moment(cast):
    report = answer_ask(report=sent(cast), text="已列入本月联席会议。", by=cast.supervisor, now=LATER)
    assert (report.answer, report.answered_at, report.answered_by) == ("已列入本月联席会议。", LATER, cast.supervisor)
    event = Event.objects.get(verb="answered")
    assert (event.kind, event.audience, event.agency) == ("report", Audience.AGENCY, "lead-unit")
    assert event.changed["answer"] == ["", "已列入本月联席会议。"]


def test_answer_ask_of_a_unit_comes_from_its_people(cast):
    report = answer_ask(report=sent(cast, ask_to="other-unit"), text="已安排。", by=cast.outsider, now=LATER)
    assert report.answered_by == cast.outsider


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"supervisor", "director"}))
def test_answer_ask_of_the_office_is_for_the_office(cast, part):
    report = sent(cast)
    with pytest.raises(NotAllowedError):
        answer_ask(report=report, text="好。", by=getattr(cast, part), now=LATER)
    report.refresh_from_db()
    assert (report.answer, Event.objects.filter(verb="answered").count()) == ("", 0)


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"outsider"}))
def test_answer_ask_of_a_unit_is_for_that_unit(cast, part):
    report = sent(cast, ask_to="other-unit")
    with pytest.raises(NotAllowedError):
        answer_ask(report=report, text="好。", by=getattr(cast, part), now=LATER)


def test_answer_ask_refuses_what_nobody_asked(cast):
    with pytest.raises(NotAllowedError):
        answer_ask(report=sent(cast, ask=""), text="好。", by=cast.supervisor, now=LATER)


@pytest.mark.parametrize(("text", "message"), [("  ", "请填写答复。"), ("字" * 201, "最多 200 字")])
def test_answer_ask_needs_a_text_that_fits(cast, text, message):
    report = sent(cast)
    with pytest.raises(InvalidError) as refusal:
        answer_ask(report=report, text=text, by=cast.supervisor, now=LATER)
    assert message in refusal.value.errors["text"][0]
    report.refresh_from_db()
    assert report.answered_at is None


def test_answer_ask_is_given_once(cast):
    report = answer_ask(report=sent(cast), text="好。", by=cast.supervisor, now=LATER)
    with pytest.raises(AskAnsweredError):
        answer_ask(report=report, text="又好。", by=cast.director, now=LATER)


def test_answer_ask_of_another_version_is_stale(cast):
    report = sent(cast)
    with pytest.raises(StaleVersionError):
        answer_ask(report=report, text="好。", by=cast.supervisor, now=LATER, version=1)


def test_answer_ask_waits_until_the_report_has_come_in(cast):
    report = draft(cast)
    with pytest.raises(AskNotOpenError):
        answer_ask(report=report, text="好。", by=cast.supervisor, now=LATER)
    report = submit_report(report=report, by=cast.lead_approver, now=NOW)
    return_report(report=report, reason="请补充。", by=cast.supervisor, now=LATER)
    with pytest.raises(AskNotOpenError):
        answer_ask(report=report, text="好。", by=cast.supervisor, now=LATER)


def test_answer_ask_is_possible_after_approval(cast):
    report = approve_report(report=sent(cast), by=cast.supervisor, now=NOW)
    assert answer_ask(report=report, text="好。", by=cast.director, now=LATER).answer == "好。"
    assert Event.objects.get(verb="answered").audience == Audience.PUBLIC


# -- when the ask changes


@pytest.mark.parametrize("changes", [{"ask": "请协调资金。"}, {"ask_to": "other-unit"}, {"ask": ""}])
def test_save_report_with_another_ask_clears_the_answer_and_the_ledger_keeps_it(cast, changes):
    report = answer_ask(report=sent(cast), text="好。", by=cast.supervisor, now=LATER)
    report = corrected(report, cast, **changes)
    assert (report.answer, report.answered_at, report.answered_by) == ("", None, None)
    assert Event.objects.get(verb="saved").changed["answer"] == ["好。", ""]


def test_save_report_with_the_same_ask_keeps_the_answer_and_its_limit(cast):
    report = answer_ask(report=sent(cast), text="好。", by=cast.supervisor, now=LATER)
    limit = report.ask_due_on
    report = corrected(report, cast, progress="补充数据。")
    assert (report.answer, report.ask_due_on) == ("好。", limit)


# -- who sees it, and what waits


def seen_by(cast):
    return {part for part in PARTS if Ask.objects.visible_to(getattr(cast, part)).exists()}


def test_ask_is_seen_by_the_asked_unit_before_approval_and_its_report_is_not(cast):
    report = draft(cast, ask_to="other-unit")
    lead = {"lead_reporter", "lead_approver"}
    assert seen_by(cast) == lead
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    assert seen_by(cast) == lead | {"supervisor", "director", "leader", "outsider"}
    assert not Report.objects.visible_to(cast.outsider).exists()


def test_ask_to_the_office_is_not_shown_to_other_units(cast):
    sent(cast)
    assert "outsider" not in seen_by(cast)
    assert "co_reporter" not in seen_by(cast)


def test_ask_rows_tell_apart_what_to_answer_and_what_was_asked(cast):
    report = sent(cast, ask_to="other-unit")
    rows = ask_rows(cast.outsider, on=TODAY)
    assert [(row["task"]["number"], row["ask"], row["is_late"]) for row in rows["to_answer"]] == [(1, ASK, False)]
    assert rows["own"] == rows["answered"] == []
    answer_ask(report=report, text="好。", by=cast.outsider, now=LATER)
    rows = ask_rows(cast.outsider, on=TODAY)
    assert (rows["to_answer"], [row["answer"] for row in rows["answered"]]) == ([], ["好。"])
    assert [row["answer"] for row in ask_rows(cast.lead_reporter, on=TODAY)["own"]] == ["好。"]
    assert ask_rows(cast.supervisor, on=TODAY) == {"to_answer": [], "own": [], "answered": []}


def test_ask_rows_say_that_the_limit_has_passed(cast):
    sent(cast)
    (row,) = ask_rows(cast.supervisor, on=date(2026, 11, 25))["to_answer"]
    assert (row["is_late"], row["days"]) == (True, 2)


def test_tasks_waiting_for_office_are_those_with_an_open_ask_to_it(cast):
    assert tasks_waiting_for_office(Task.objects.all()) == set()
    report = sent(cast)
    assert tasks_waiting_for_office(Task.objects.all()) == pending_office_asks() == {cast.task.pk}
    assert tasks_waiting_for_office([cast.task.pk]) == {cast.task.pk}
    approve_report(report=report, by=cast.supervisor, now=NOW)
    assert pending_office_asks() == {cast.task.pk}
    answer_ask(report=report, text="好。", by=cast.director, now=LATER)
    assert pending_office_asks() == set()


@pytest.mark.parametrize("changes", [{"ask": ""}, {"ask_to": "other-unit"}])
def test_tasks_waiting_for_office_leaves_out_what_is_not_asked_of_it(cast, changes):
    sent(cast, **changes)
    assert pending_office_asks() == set()


def test_tasks_waiting_for_office_leaves_out_a_returned_report(cast):
    return_report(report=sent(cast), reason="请补充。", by=cast.supervisor, now=LATER)
    assert pending_office_asks() == set()


def test_ask_rows_ask_as_much_for_many(cast, django_assert_num_queries):
    sent(cast, ask_to="other-unit")
    assert Agency.objects.count() == 5
    with django_assert_num_queries(4):
        ask_rows(cast.outsider, on=TODAY)


def test_answer_ask_of_a_dissolved_unit_is_the_office_s(cast):
    report = sent(cast, ask_to="other-unit")
    with pytest.raises(NotAllowedError):
        answer_ask(report=report, text="由办公室安排。", by=cast.supervisor, now=LATER)
    Agency.objects.filter(pk="other-unit").update(dissolved_on=TODAY)
    assert [row["id"] for row in ask_rows(cast.supervisor, on=TODAY)["to_answer"]] == [report.pk]
    answered = answer_ask(report=report, text="由办公室安排。", by=cast.supervisor, now=LATER)
    assert answered.answered_by == cast.supervisor
