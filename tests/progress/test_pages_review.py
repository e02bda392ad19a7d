"""The queue of the office and the decision on one report."""

from datetime import timedelta

import pytest
import time_machine

from common.differences import Piece
from progress.actions import approve_report, draft_report, return_report, save_report, submit_report, withdraw_report
from progress.models import Report
from tasks.actions import MilestoneInput, set_milestones
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


def test_reviews_are_counted_and_told_apart_by_unit(client, cast, sent):
    other = TaskFactory(number=2, lead=cast.co)
    author = cast.co_reporter
    report = draft_report(task=other, period=cast.period, content=report_content(), by=author, now=NOW)
    submit_report(report=report, by=cast.co_approver, now=NOW - timedelta(days=9))
    response = page(client, cast.supervisor, "/reviews/?unit=co-unit")
    assert [row["id"] for row in response.context["rows"]] == [report.pk]
    assert [(each["code"], each["count"]) for each in response.context["units"]] == [("co-unit", 1), ("lead-unit", 1)]
    assert "2 份，等得最久的在前" in text(response)
    assert "1 份已超时限" in text(response)
    assert "2026年第4季度" in text(response)
    assert len(client.get("/reviews/?unit=nobody").context["rows"]) == 2


def test_review_stays_with_the_unit_that_was_chosen(client, cast, sent):
    others = [sent_report(cast, task=TaskFactory(number=number, lead=cast.lead)) for number in (2, 3)]
    client.force_login(cast.supervisor)
    response = client.get(f"/reports/{others[0].pk}/review/?unit=lead-unit")
    assert "第 2 份，共 3 份" in text(response)
    assert f'href="/reports/{sent.pk}/review/?unit=lead-unit" data-key="p"' in text(response)
    data = {"decision": "return", "reason": "请补充。", "version": others[0].version}
    decided = client.post(f"/reports/{others[0].pk}/review/?unit=lead-unit", data)
    assert decided.url == f"/reports/{others[1].pk}/review/?unit=lead-unit"


@pytest.mark.parametrize("unit", ["%00", "%F0%9F%98%80", "lead-unit%0A"])
def test_review_by_what_is_no_units_code_goes_through_all_that_waits(client, cast, sent, unit):
    line = page(client, cast.supervisor, f"/reports/{sent.pk}/review/?unit={unit}").context["line"]
    assert (line["place"], line["total"], line["query"]) == (1, 1, "")


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
    changed = {each["name"]: each["pieces"] for each in response.context["changed"]}
    assert changed["percent"] == [Piece("removed", "92%"), Piece("added", "95%")]
    assert Piece("added", "，四季度试点") in changed["progress"]
    assert "四季度试点</ins>。" in text(response)
    assert [each["name"] for each in response.context["unchanged"]] == [
        "result_label", "problems", "next_steps", "ask", "ask_to_label",
    ]  # fmt: skip


LONG = "三季度印发实施细则，召开推进会两次，平台一期建设完成并投入运行。"


def test_review_names_the_reports_that_a_text_was_copied_from(client, cast, last_quarter):
    Report.objects.filter(pk=last_quarter.pk).update(progress=LONG)
    twin = sent_report(cast, task=TaskFactory(number=2, lead=cast.lead), progress="本" + LONG)
    foreign = {"task": TaskFactory(number=3, lead=cast.co), "content": report_content(progress=LONG)}
    theirs = draft_report(**foreign, period=cast.period, by=cast.co_reporter, now=NOW)
    submit_report(report=theirs, by=cast.co_approver, now=NOW)  # another unit's is not compared
    report = sent_report(cast, progress=LONG.replace("三", "四"))
    response = page(client, cast.supervisor, f"/reports/{report.pk}/review/")
    found = [(each["kind"], each["report"], each["is_same"]) for each in response.context["copied"]]
    assert found == [("earlier", last_quarter.pk, False), ("other", twin.pk, False)]
    assert "同单位任务 2 本期报送" in text(response)


def test_review_does_not_call_short_or_different_texts_copied(client, cast, last_quarter):
    report = sent_report(cast, progress="四季度印发细则。")
    sent_report(cast, task=TaskFactory(number=2, lead=cast.lead), progress="平台二期开工，企业入驻十二家。")
    response = page(client, cast.supervisor, f"/reports/{report.pk}/review/")
    assert response.context["copied"] == []


def test_review_tells_the_light_after_approval_and_the_milestones_missed(client, cast):
    marks = [MilestoneInput("建成平台", NOW.date(), 99)]
    set_milestones(task=cast.task, milestones=marks, by=cast.director, now=NOW)
    response = page(client, cast.supervisor, f"/reports/{sent_report(cast).pk}/review/")
    assert response.context["tried"]["percent"] == 95
    assert "节点“建成平台”应于 2026-11-18 达到 99%" in text(response)
    assert 'href="#approve-button" data-key="a"' in text(response)


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
    with django_assert_max_num_queries(29):
        client.get(f"/reports/{sent.pk}/review/")
