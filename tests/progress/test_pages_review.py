"""The queue of the office and the decision on one report."""

from datetime import timedelta

import pytest
import time_machine

from progress.actions import approve_report, draft_report, return_report, save_report, submit_report, withdraw_report
from progress.models import Report
from tests.cast import PARTS
from tests.factories import NOW, PeriodFactory, TaskFactory, report_content

OFFICE = {"supervisor", "director"}
MONDAY = NOW - timedelta(days=2)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def sent_report(cast, *, task=None, period=None, at=NOW, **changes):
    report = draft_report(
        task=task or cast.task,
        period=period or cast.period,
        content=report_content(**changes),
        by=cast.lead_reporter,
        now=at,
    )
    return submit_report(report=report, by=cast.lead_approver, now=at)


@pytest.fixture
def sent(cast):
    return sent_report(cast)


@pytest.fixture
def last_quarter(cast):
    period = PeriodFactory(
        code="2026Q3", starts_on="2026-07-01", ends_on="2026-09-30", contributions_due_on="2026-09-21",
        reports_due_on="2026-09-25", locks_on="2026-12-01",
    )  # fmt: skip
    period.refresh_from_db()
    report = sent_report(cast, period=period, percent=92, progress="三季度印发细则。")
    return approve_report(report=report, by=cast.supervisor, now=NOW)


def page(client, user, address, **data):
    client.force_login(user)
    return client.post(address, data) if data else client.get(address)


def text(response):
    return " ".join(response.content.decode().split())


def decide(client, user, report, decision, **data):
    data = {"decision": decision, "version": report.version, **data}
    return page(client, user, f"/reports/{report.pk}/review/", **data)


# -- the queue ---------------------------------------------------------------------------------------------------


def test_reviews_stand_with_the_longest_waiting_first(client, cast):
    other = TaskFactory(number=2, lead=cast.lead)
    late, early = sent_report(cast, at=NOW), sent_report(cast, task=other, at=NOW - timedelta(days=7))
    rows = page(client, cast.supervisor, "/reviews/").context["rows"]
    assert [row["id"] for row in rows] == [early.pk, late.pk]
    assert [row["days"] for row in rows] == [5, 0]
    assert [row["is_overdue"] for row in rows] == [True, False]


def test_reviews_show_old_and_new_percent_and_the_lead(client, cast, sent):
    assert "90% → <strong>95%</strong>" in text(page(client, cast.supervisor, "/reviews/"))


def test_reviews_flag_a_text_copied_from_an_earlier_period(client, cast, last_quarter):
    sent_report(cast, percent=93, progress="三季度印发细则。")
    assert "与以前一期文字相同" in text(page(client, cast.supervisor, "/reviews/"))


def test_reviews_do_not_flag_no_change(client, cast, last_quarter):
    sent_report(cast, percent=92, progress="", no_change=True)
    response = page(client, cast.supervisor, "/reviews/")
    assert "与以前一期文字相同" not in text(response)
    assert "本期无变化" in text(response)


def test_reviews_without_any_say_what_comes_next(client, cast):
    assert "没有待审核的报送" in text(page(client, cast.supervisor, "/reviews/"))


@pytest.mark.parametrize("part", PARTS)
def test_reviews_are_for_the_office(client, cast, sent, part):
    assert page(client, getattr(cast, part), "/reviews/").status_code == (200 if part in OFFICE else 403)


def test_reviews_ask_as_much_for_thirty_reports_as_for_one(client, cast, sent, django_assert_max_num_queries):
    client.force_login(cast.supervisor)
    for number in range(30):
        sent_report(cast, task=TaskFactory(number=number + 200, lead=cast.lead))
    with django_assert_max_num_queries(9):
        assert len(client.get("/reviews/").context["rows"]) == 31


# -- one report --------------------------------------------------------------------------------------------------


def test_review_marks_what_changed_since_the_last_approved(client, cast, last_quarter):
    report = sent_report(cast, percent=95, progress="三季度印发细则，四季度试点。")
    response = page(client, cast.supervisor, f"/reports/{report.pk}/review/")
    assert "三季度印发细则<ins>，四季度试点</ins>。" in text(response)
    assert "<del>92%</del><ins>95%</ins>" in text(response)


def test_review_starts_from_the_word_that_the_unit_proposed(client, cast):
    report = sent_report(cast, result="partial")
    response = page(client, cast.supervisor, f"/reports/{report.pk}/review/")
    assert '<option value="partial" selected>' in text(response)


def test_review_approves_with_another_word(client, cast, sent):
    response = decide(client, cast.supervisor, sent, "approve", result="notable")
    sent.refresh_from_db()
    cast.task.refresh_from_db()
    assert (sent.status, sent.result, sent.reviewed_by) == ("approved", "notable", cast.supervisor)
    assert cast.task.percent == 95
    assert response.url == "/reviews/"


def test_review_goes_on_to_the_next_in_the_queue(client, cast, sent):
    following = sent_report(cast, task=TaskFactory(number=2, lead=cast.lead))
    response = decide(client, cast.supervisor, sent, "approve", result="advancing")
    assert response.url == f"/reports/{following.pk}/review/"
    assert "任务 1 2026年第4季度：已审定。" in text(client.get(response.url))


def test_review_returns_with_the_reason(client, cast, sent):
    decide(client, cast.supervisor, sent, "return", reason="请补充企业数量。")
    sent.refresh_from_db()
    assert (sent.status, sent.return_reason) == ("returned", "请补充企业数量。")


@pytest.mark.parametrize("reason", ["", "  "])
def test_review_returns_nothing_without_a_reason(client, cast, sent, reason):
    response = decide(client, cast.supervisor, sent, "return", reason=reason)
    sent.refresh_from_db()
    assert response.status_code == 400
    assert "退回时请写明理由" in text(response)
    assert sent.status == "submitted"


def test_review_of_an_unknown_word_is_refused(client, cast, sent):
    assert decide(client, cast.supervisor, sent, "approve", result="splendid").status_code == 400


def test_review_says_who_decided_first(client, cast, sent):
    approve_report(report=sent, by=cast.director, now=NOW)
    response = decide(client, cast.supervisor, sent, "return", reason="请补充。")
    sent.refresh_from_db()
    assert response.status_code == 409
    assert f"{cast.director.name}已于 2026-11-18 10:00 办理，现在是“已审定”。" in text(response)
    assert sent.status == "approved"


def test_review_of_a_new_revision_is_refused_until_it_is_read(client, cast, sent):
    stale = Report.objects.get(pk=sent.pk)
    return_report(report=sent, reason="请补充。", by=cast.director, now=NOW)
    save_report(report=sent, content=report_content(progress="补充后的。"), version=3, by=cast.lead_reporter, now=NOW)
    submit_report(report=sent, by=cast.lead_approver, now=NOW)
    response = decide(client, cast.supervisor, stale, "approve", result="advancing")
    assert response.status_code == 409
    assert "补充后的。" in text(response)
    assert Report.objects.get(pk=sent.pk).status == "submitted"


def test_review_of_a_withdrawn_report_leads_back_to_the_queue(client, cast, sent):
    withdraw_report(report=sent, by=cast.lead_approver, now=NOW)
    response = decide(client, cast.supervisor, sent, "approve", result="advancing")
    assert response.status_code == 404
    assert "可能已由单位撤回" in text(response)
    assert Report.objects.get(pk=sent.pk).status == "draft"


def test_review_of_a_decided_report_offers_nothing_more(client, cast, sent):
    approve_report(report=sent, by=cast.director, now=NOW)
    response = page(client, cast.supervisor, f"/reports/{sent.pk}/review/")
    assert "不用再办" in text(response)
    assert 'name="decision"' not in text(response)


@pytest.mark.parametrize("part", PARTS)
def test_review_is_for_the_office(client, cast, sent, part):
    seen = {"lead_reporter", "lead_approver", "leader"}
    expected = 200 if part in OFFICE else 403 if part in seen else 404
    user = getattr(cast, part)
    assert page(client, user, f"/reports/{sent.pk}/review/").status_code == expected
    if part not in OFFICE:
        assert decide(client, user, sent, "approve", result="advancing").status_code == expected


def test_review_asks_as_much_for_a_long_queue(client, cast, sent, django_assert_max_num_queries):
    for number in range(30):
        sent_report(cast, task=TaskFactory(number=number + 200, lead=cast.lead))
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(21):
        client.get(f"/reports/{sent.pk}/review/")
