"""The form of a report, its read-only page, and its way to the office."""

from datetime import timedelta

import pytest
import time_machine

from progress.actions import (
    approve_report,
    draft_report,
    return_report,
    save_report,
)
from progress.models import Evidence, Report
from tests.cast import PARTS
from tests.factories import NOW, PeriodFactory, TaskFactory, report_content
from tests.progress.report_pages import ENTERED, NEW, csv, page, text


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


# -- the form ----------------------------------------------------------------------------------------------------


def test_new_starts_from_the_last_approved_report(client, cast, last_quarter):
    response = page(client, cast.lead_reporter, NEW)
    assert response.context["form"].initial["percent"] == 92
    assert "三季度印发细则。" in text(response)
    assert "上期打算：</span>四季度试点。" in text(response)


def test_new_names_every_error_at_the_top_with_a_way_to_its_field(client, cast):
    response = page(client, cast.lead_reporter, NEW, **{**ENTERED, "percent": "101", "progress": "长" * 301})
    assert '<a class="in-text" href="#id_percent">实际进度（%）：' in text(response)
    assert '<a class="in-text" href="#id_progress">进展情况：最多 300 字' in text(response)


def test_new_first_report_says_that_it_is_the_first(client, cast):
    response = page(client, cast.lead_reporter, NEW)
    assert "本期是第一份" in text(response)
    assert 'name="unchanged"' not in text(response)


def test_new_saves_a_draft_of_the_current_period(client, cast):
    response = page(client, cast.lead_reporter, NEW, **ENTERED)
    report = Report.objects.get()
    assert response.url == f"/reports/{report.pk}/edit/"
    assert (report.period_id, report.percent, report.drafted_by) == ("2026Q4", 95, cast.lead_reporter)


def test_new_takes_the_percent_however_it_is_typed(client, cast):
    page(client, cast.lead_reporter, NEW, **{**ENTERED, "percent": "９６ ％"})
    assert Report.objects.get().percent == 96


def test_new_keeps_the_files_with_the_draft(client, cast):
    page(client, cast.lead_reporter, NEW, **ENTERED, files=[csv(), csv("名单.csv", "c,d\n")])
    assert list(Evidence.objects.values_list("name", flat=True)) == ["试点情况.csv", "名单.csv"]


def test_new_keeps_the_text_when_a_file_is_refused(client, cast):
    client.force_login(cast.lead_reporter)
    response = client.post(NEW, {**ENTERED, "files": [csv("x.exe")]}, follow=True)
    assert Report.objects.get().progress == ENTERED["progress"]
    assert "x.exe：" in text(response)


def test_new_of_an_earlier_period_is_marked_late(client, cast, last_quarter):
    response = page(client, cast.lead_reporter, "/tasks/1/report/?period=2026Q3")
    assert response.url == f"/reports/{last_quarter.pk}/edit/"
    TaskFactory(number=2, lead=cast.lead)
    assert "迟报" in text(page(client, cast.lead_reporter, "/tasks/2/report/?period=2026Q3"))


def test_new_goes_on_with_a_report_that_was_begun(client, cast, draft):
    assert page(client, cast.lead_reporter, NEW).url == f"/reports/{draft.pk}/edit/"


@pytest.mark.parametrize("code", ["2027Q1", "2020Q1", "x"])
def test_new_knows_no_period_that_has_not_begun(client, cast, code):
    assert page(client, cast.lead_reporter, f"{NEW}?period={code}").status_code == 404


def test_new_of_a_locked_period_is_refused_on_the_form(client, cast):
    locked = PeriodFactory(
        code="2026Q1", starts_on="2026-01-01", ends_on="2026-03-31", contributions_due_on="2026-03-20",
        reports_due_on="2026-03-25", locks_on="2026-04-10",
    )  # fmt: skip
    response = page(client, cast.lead_reporter, f"{NEW}?period={locked.code}", **ENTERED)
    assert response.status_code == 409
    assert "已于 2026-04-10 锁定" in text(response)
    assert ENTERED["progress"] in text(response)


def test_a_locked_period_is_refused_before_anything_is_typed(client, cast, draft):
    with time_machine.travel(cast.period.locks_on + timedelta(days=1), tick=False):
        PeriodFactory(
            code="2027Q1",
            starts_on="2027-01-01",
            ends_on="2027-03-31",
            contributions_due_on="2027-03-19",
            reports_due_on="2027-03-25",
            locks_on="2027-04-12",
        )
        TaskFactory(number=2, lead=cast.lead)
        assert page(client, cast.lead_reporter, "/tasks/2/report/?period=2026Q4").status_code == 409
        assert page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/").url == f"/reports/{draft.pk}/"
        response = page(client, cast.lead_approver, f"/reports/{draft.pk}/")
    assert "不能再修改或报出" in text(response)
    assert "submit/" not in text(response)


def test_a_returned_report_may_be_corrected_after_the_lock(client, cast, sent):
    return_report(report=sent, reason="请补充。", by=cast.supervisor, now=NOW)
    with time_machine.travel(cast.period.locks_on + timedelta(days=1), tick=False):
        assert page(client, cast.lead_reporter, f"/reports/{sent.pk}/edit/").status_code == 200


def test_new_without_an_open_period_says_so(client, cast):
    cast.period.delete()
    response = page(client, cast.lead_reporter, NEW)
    assert response.status_code == 409
    assert "没有开放的报送期" in text(response)


def test_new_of_a_task_to_be_received_leads_to_the_task(client, cast):
    TaskFactory(number=2, lead=cast.lead, status="issued")
    client.force_login(cast.lead_reporter)
    response = client.get("/tasks/2/report/")
    assert response.url == "/tasks/2/"
    assert [str(each) for each in response.wsgi_request._messages] == ["任务待签收，请先签收再报送。"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("percent", "", "请填写 0 到 100 的整数。"),
        ("percent", "101", "实际进度是 0 到 100 的整数。"),
        ("percent", "九十", "请填写 0 到 100 的整数。"),
        ("progress", "", "请填写进展情况。"),
        ("progress", "长" * 301, "最多 300 字，现有 301 字。"),
        ("ask", "长" * 201, "最多 200 字，现有 201 字。"),
        ("percent", "10", "请在存在问题中说明原因"),
    ],
)
def test_new_shows_what_is_wrong_and_keeps_what_was_typed(client, cast, field, value, message):
    response = page(client, cast.lead_reporter, NEW, **{**ENTERED, "next_steps": "别丢了我", field: value})
    assert response.status_code == 400
    assert message in text(response)
    assert "别丢了我" in text(response)
    assert not Report.objects.exists()


def test_new_escapes_what_was_typed(client, cast):
    response = page(client, cast.lead_reporter, NEW, **{**ENTERED, "percent": "x", "progress": "<script>1</script>"})
    assert "<script>1" not in text(response)


# -- two people at once --------------------------------------------------------------------------------------------


def test_edit_keeps_both_texts_when_another_saved_first(client, cast, draft):
    theirs = report_content(progress="另一人写的。", percent=93)
    save_report(report=draft, content=theirs, version=1, by=cast.lead_approver, now=NOW)
    response = page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/", **{**ENTERED, "version": "1"})
    assert response.status_code == 412
    assert "另一人写的。" in text(response)
    assert response.context["form"]["progress"].value() == ENTERED["progress"]
    assert response.context["form"]["version"].value() == "2"
    draft.refresh_from_db()
    assert draft.progress == "另一人写的。"


def test_edit_saves_over_the_other_version_after_comparing(client, cast, draft):
    save_report(
        report=draft, content=report_content(progress="另一人写的。"), version=1, by=cast.lead_approver, now=NOW
    )
    page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/", **{**ENTERED, "version": "2"})
    draft.refresh_from_db()
    assert (draft.progress, draft.version) == (ENTERED["progress"], 3)


def test_edit_without_a_version_is_a_conflict(client, cast, draft):
    assert page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/", **ENTERED).status_code == 412


def test_edit_of_a_report_sent_meanwhile_keeps_the_text_to_copy(client, cast, sent):
    response = page(client, cast.lead_reporter, f"/reports/{sent.pk}/edit/", **{**ENTERED, "version": "1"})
    assert response.status_code == 412
    assert ENTERED["progress"] in text(response)
    assert "用我的内容保存" not in text(response)


def test_new_shows_the_report_that_another_drafted_meanwhile(client, cast):
    client.force_login(cast.lead_reporter)
    client.get(NEW)
    first = report_content(progress="另一人先写的。")
    draft_report(task=cast.task, period=cast.period, content=first, by=cast.lead_approver, now=NOW)
    response = client.post(NEW, ENTERED)
    assert response.status_code == 409
    assert "另一人先写的。" in text(response)
    assert ENTERED["progress"] in text(response)


# -- returned, sent, withdrawn -------------------------------------------------------------------------------------


def test_edit_of_a_returned_report_begins_with_the_reason(client, cast, sent):
    return_report(report=sent, reason="请补充企业数量。", by=cast.supervisor, now=NOW)
    assert "请补充企业数量。" in text(page(client, cast.lead_reporter, f"/reports/{sent.pk}/edit/"))


def test_edit_of_a_sent_report_shows_it(client, cast, sent):
    assert page(client, cast.lead_reporter, f"/reports/{sent.pk}/edit/").url == f"/reports/{sent.pk}/"


def test_edit_warns_the_approver_of_becoming_the_author(client, cast, draft):
    assert "填报人就变成您" in text(page(client, cast.lead_approver, f"/reports/{draft.pk}/edit/"))


def test_edit_removes_a_file_together_with_saving(client, cast, draft):
    page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/", **{**ENTERED, "version": "1"}, files=[csv()])
    evidence = Evidence.objects.get()
    changed = {**ENTERED, "progress": "又改了一句。", "version": "2", "remove": str(evidence.pk)}
    page(client, cast.lead_reporter, f"/reports/{draft.pk}/edit/", **changed)
    evidence.refresh_from_db()
    draft.refresh_from_db()
    assert evidence.removed_by == cast.lead_reporter
    assert draft.progress == "又改了一句。"


def test_detail_offers_the_approver_to_send(client, cast, draft):
    response = page(client, cast.lead_approver, f"/reports/{draft.pk}/")
    assert f'action="/reports/{draft.pk}/submit/"' in text(response)


def test_detail_tells_the_author_why_another_has_to_sign(client, cast):
    own = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_approver, now=NOW)
    response = page(client, cast.lead_approver, f"/reports/{own.pk}/")
    assert "本稿由您填写，须由另一位审签人审签。" in text(response)
    assert "submit/" not in text(response)


def test_detail_tells_the_reporter_that_the_approver_is_next(client, cast, draft):
    assert "等本单位审签人审签报出" in text(page(client, cast.lead_reporter, f"/reports/{draft.pk}/"))


def test_detail_shows_every_step_and_revision(client, cast, sent):
    return_report(report=sent, reason="请补充企业数量。", by=cast.supervisor, now=NOW)
    again = report_content(progress="完成平台一期建设，企业 12 家。")
    save_report(report=sent, content=again, version=3, by=cast.lead_reporter, now=NOW)
    response = page(client, cast.lead_reporter, f"/reports/{sent.pk}/")
    assert [row["verb"] for row in response.context["history"]] == ["saved", "returned", "submitted", "drafted"]
    assert "请补充企业数量。" in text(response)
    assert "<ins>" in text(response)


def test_detail_hides_drafts_history_from_other_units(client, cast, sent):
    approve_report(report=sent, by=cast.supervisor, now=NOW)
    response = page(client, cast.outsider, f"/reports/{sent.pk}/")
    assert [row["verb"] for row in response.context["history"]] == ["approved"]


def test_submit_sends_the_report_as_it_was_read(client, cast, draft):
    response = page(client, cast.lead_approver, f"/reports/{draft.pk}/submit/", version="1")
    draft.refresh_from_db()
    assert response.url == f"/reports/{draft.pk}/"
    assert (draft.status, draft.submitted_by) == ("submitted", cast.lead_approver)


@pytest.mark.parametrize("version", ["", "9", "x"])
def test_submit_of_another_version_is_refused_with_the_present_text(client, cast, draft, version):
    response = page(client, cast.lead_approver, f"/reports/{draft.pk}/submit/", version=version)
    draft.refresh_from_db()
    assert response.status_code == 412
    assert draft.status == "draft"


def test_submit_by_the_author_is_refused(client, cast):
    own = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_approver, now=NOW)
    response = page(client, cast.lead_approver, f"/reports/{own.pk}/submit/", version="1")
    assert response.status_code == 403
    assert "须由本单位另一位审签人审签" in text(response)


def test_withdraw_gives_the_draft_back(client, cast, sent):
    page(client, cast.lead_approver, f"/reports/{sent.pk}/withdraw/", version="2")
    sent.refresh_from_db()
    assert sent.status == "draft"


# -- who may -----------------------------------------------------------------------------------------------------

WRITERS = {"lead_reporter", "lead_approver"}


@pytest.mark.parametrize("part", PARTS)
def test_new_is_for_the_lead_unit(client, cast, part):
    expected = 200 if part in WRITERS else 404 if part == "auditor" else 403
    assert page(client, getattr(cast, part), NEW).status_code == expected


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("address", ["", "edit/"])
def test_a_draft_is_seen_by_the_lead_unit_alone(client, cast, draft, part, address):
    expected = 200 if part in WRITERS else 404
    assert page(client, getattr(cast, part), f"/reports/{draft.pk}/{address}").status_code == expected


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"lead_approver"}))
@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_sending_is_for_the_approver_alone(client, cast, sent, part, verb):
    sees = {"lead_reporter", "supervisor", "director", "leader"}
    response = page(client, getattr(cast, part), f"/reports/{sent.pk}/{verb}/", version="2")
    sent.refresh_from_db()
    assert response.status_code == (403 if part in sees else 404)
    assert (sent.status, sent.version) == ("submitted", 2)


@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_sending_is_never_a_link(client, cast, sent, verb):
    assert page(client, cast.lead_approver, f"/reports/{sent.pk}/{verb}/").status_code == 405


def test_detail_asks_as_much_with_a_long_history(client, cast, draft, django_assert_max_num_queries):
    for version in range(1, 31):
        content = report_content(progress=f"第{version}次修改。")
        save_report(report=draft, content=content, version=version, by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_approver)
    with django_assert_max_num_queries(20):
        client.get(f"/reports/{draft.pk}/")
