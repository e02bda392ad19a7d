"""暂存: what is typed is kept while it is typed, on the server alone, and two people see each other at it."""

from datetime import timedelta

import pytest
import time_machine

from ledger.models import Event
from progress.actions import (
    approve_report,
    draft_report,
    keep_periods,
    keep_working_copy,
    save_report,
    submit_report,
)
from progress.models import Report, WorkingCopy
from tests.factories import NOW, PeriodFactory, report_content

NEW = "/tasks/1/report/"
KEEP = "/tasks/1/working-copy/"
JSON = {"headers": {"Accept": "application/json"}}
TYPED = {
    "period": "2026Q4", "based_on": "0", "percent": "９５％", "result": "advancing", "progress": "刚写到一半",
    "problems": "", "next_steps": "", "ask": "", "ask_to": "", "typed": "",
}  # fmt: skip
LATER = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(NOW, tick=False):
        yield


def keep(cast, *, by=None, based_on=0, at=NOW, **fields):
    return keep_working_copy(
        task=cast.task, period=cast.period, fields=fields, based_on=based_on, by=by or cast.lead_reporter, now=at
    )


def draft(cast, **changes):
    content = report_content(**changes)
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def text(response):
    return " ".join(response.content.decode().split())


# -- keeping -----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_it_was_typed_and_nowhere_else(client, cast):
    client.force_login(cast.lead_reporter)
    answer = client.post(KEEP, TYPED, **JSON)
    copy = WorkingCopy.objects.get()
    assert answer.json() == {"text": "10:00 已暂存", "typed": str(NOW.timestamp())}
    assert (copy.user, copy.fields["percent"], copy.fields["progress"]) == (cast.lead_reporter, "９５％", "刚写到一半")
    assert not Report.objects.exists()
    assert not Event.objects.filter(kind="report").exists()


def test_what_is_typed_later_takes_the_place_of_what_was_before(client, cast):
    client.force_login(cast.lead_reporter)
    first = client.post(KEEP, TYPED, **JSON).json()
    with time_machine.travel(NOW + LATER, tick=False):
        answer = client.post(KEEP, {**TYPED, "progress": "写完了", "typed": first["typed"]}, **JSON)
    assert answer.json()["text"] == "10:02 已暂存"
    assert WorkingCopy.objects.get().fields["progress"] == "写完了"


def test_two_windows_of_one_person_hear_of_each_other(client, cast):
    client.force_login(cast.lead_reporter)
    first = client.post(KEEP, TYPED, **JSON).json()
    with time_machine.travel(NOW + LATER, tick=False):
        second = client.post(KEEP, {**TYPED, "progress": "另一窗口"}, **JSON)
        asked = client.get(KEEP, {"period": "2026Q4", "typed": first["typed"]}, headers={"HX-Request": "true"})
    assert "另一个窗口 10:00 也填写过" in second.json()["text"]
    assert "您在另一个窗口 10:02 又填写过这份报送" in text(asked)
    assert WorkingCopy.objects.get().fields["progress"] == "另一窗口"


@pytest.mark.parametrize(
    "wrong",
    [{"progress": "长" * 4001}, {"ask": "有\x00字符"}, {"result": "x" * 5000}, {"based_on": "9" * 9}],
    ids=["too long", "not to be stored", "no choice", "a high version is none"],
)
def test_what_nobody_types_is_not_kept(client, cast, wrong):
    client.force_login(cast.lead_reporter)
    expected = 200 if "based_on" in wrong else 400
    assert client.post(KEEP, {**TYPED, **wrong}, **JSON).status_code == expected
    assert WorkingCopy.objects.exists() is (expected == 200)


@pytest.mark.parametrize("code", ["", "2027Q1", "x"])
def test_nothing_is_kept_for_a_period_that_has_not_begun(client, cast, code):
    client.force_login(cast.lead_reporter)
    assert client.post(KEEP, {**TYPED, "period": code}, **JSON).status_code == 404


# -- going on ----------------------------------------------------------------------------------------------------


def test_the_form_goes_on_with_what_was_typed(client, cast):
    keep(cast, progress="刚写到一半", percent="９５％", ask="请协调\n用地", at=NOW - LATER)
    client.force_login(cast.lead_reporter)
    response = client.get(NEW)
    assert "接着上次未保存的内容（2026-11-18 09:58 暂存）" in text(response)
    assert response.context["form"]["progress"].value() == "刚写到一半"
    assert response.context["form"]["percent"].value() == "９５％"
    assert not response.context["texts"][0]["is_other"]


def test_the_form_does_not_mention_a_copy_that_says_the_same(client, cast):
    keep(cast, percent="90", result="advancing", progress="")
    client.force_login(cast.lead_reporter)
    assert "接着上次未保存的内容" not in text(client.get(NEW))


def test_a_colleague_gets_neither_the_text_nor_the_form_of_another(client, cast):
    keep(cast, progress="刚写到一半")
    client.force_login(cast.lead_approver)
    response = client.get(NEW)
    assert "刚写到一半" not in text(response)
    assert f"{cast.lead.label} {cast.lead_reporter.name} 10:00 正在填写" in text(response)


def test_what_was_typed_over_an_older_draft_stands_beside_the_present_one(client, cast):
    report = draft(cast, progress="完成平台一期建设。")
    keep(cast, progress="完成平台二期建设。", percent="95", result="advancing", next_steps="开展二期。", based_on=1)
    theirs = report_content(progress="完成平台一期建设并验收。")
    save_report(report=report, content=theirs, version=1, by=cast.lead_approver, now=NOW)
    client.force_login(cast.lead_reporter)
    response = client.get(f"/reports/{report.pk}/edit/")
    rows = {each["name"]: each for each in response.context["texts"]}
    assert response.context["form"]["progress"].value() == "完成平台二期建设。"
    assert response.context["form"]["version"].value() == 2
    assert [name for name, row in rows.items() if row["is_other"]] == ["progress"]
    assert "改用草稿的" in text(response)
    assert f"{cast.lead_approver.name}已于 2026-11-18 10:00 保存了新的草稿" in text(response)


# -- the end of a copy -------------------------------------------------------------------------------------------


def test_saving_and_sending_end_the_own_copy_and_leave_a_colleagues(cast):
    keep(cast, progress="甲")
    keep(cast, by=cast.lead_approver, progress="乙")
    report = draft(cast)
    assert [each.user for each in WorkingCopy.objects.all()] == [cast.lead_approver]
    keep(cast, progress="丙")
    save_report(report=report, content=report_content(), version=1, by=cast.lead_reporter, now=NOW)
    assert [each.user for each in WorkingCopy.objects.all()] == [cast.lead_approver]
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    assert not WorkingCopy.objects.exists()


def test_what_was_typed_can_be_dropped_and_had_back(client, cast):
    keep(cast, progress="刚写到一半", ask='引号"与换行\n')
    client.force_login(cast.lead_reporter)
    response = client.post(f"{KEEP}drop/", {"period": "2026Q4"}, follow=True)
    assert not WorkingCopy.objects.exists()
    assert "暂存的内容已清除。" in text(response)
    assert f'action="{KEEP}"' in text(response)
    back = {"period": "2026Q4", "based_on": "0", "progress": "刚写到一半", "ask": '引号"与换行\n'}
    assert client.post(KEEP, back).url == f"{NEW}?period=2026Q4"
    assert WorkingCopy.objects.get().fields["ask"] == '引号"与换行\n'


def test_what_was_dropped_does_not_come_back_over_what_was_typed_since(client, cast):
    keep(cast, progress="刚写到一半")
    client.force_login(cast.lead_reporter)
    client.post(f"{KEEP}drop/", {"period": "2026Q4"})
    client.post(KEEP, {**TYPED, "progress": "重新写的"}, **JSON)
    back = {"period": "2026Q4", "based_on": "0", "progress": "刚写到一半"}
    assert "清除之后您又填写过" in text(client.post(KEEP, back, follow=True))
    assert WorkingCopy.objects.get().fields["progress"] == "重新写的"


def test_copies_of_a_locked_period_go_after_a_week_and_others_stay(cast):
    locked = PeriodFactory(
        code="2026Q2", starts_on="2026-04-01", ends_on="2026-06-30", contributions_due_on="2026-06-20",
        reports_due_on="2026-06-25", locks_on="2026-07-10",
    )  # fmt: skip
    week = timedelta(days=8)
    people = (cast.lead_reporter, cast.lead_approver)
    for person, period, at in zip(
        (*people, people[0]), (locked, locked, cast.period), (week, LATER, week), strict=True
    ):
        keep_working_copy(task=cast.task, period=period, fields={}, based_on=0, by=person, now=NOW - at)
    keep_periods(now=NOW, by=cast.director)
    left = {(each.user, each.period_id) for each in WorkingCopy.objects.select_related("user")}
    assert left == {(cast.lead_approver, "2026Q2"), (cast.lead_reporter, "2026Q4")}


# -- those who are at it -----------------------------------------------------------------------------------------


def test_the_open_form_hears_who_is_at_it_and_who_has_saved(client, cast):
    keep(cast, by=cast.lead_approver, progress="甲", at=NOW - timedelta(minutes=3))
    client.force_login(cast.lead_reporter)
    ask = {"period": "2026Q4", "version": "", "typed": ""}
    at_work = client.get(KEEP, ask, headers={"HX-Request": "true"})
    assert f"{cast.lead_approver.name} 09:57 正在填写" in text(at_work)
    report = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_approver, now=NOW)
    saved = client.get(KEEP, ask, headers={"HX-Request": "true"})
    assert "您打开以后，这份报送有了新的一版" in text(saved)
    same = client.get(KEEP, {**ask, "version": str(report.version)}, headers={"HX-Request": "true"})
    assert text(same) == ""


def test_who_has_stopped_typing_is_not_said_to_be_at_it(client, cast):
    keep(cast, by=cast.lead_approver, progress="甲", at=NOW - timedelta(minutes=16))
    client.force_login(cast.lead_reporter)
    assert "正在填写" not in text(client.get(NEW))


# -- without a script --------------------------------------------------------------------------------------------


def test_an_earlier_text_is_taken_over_without_a_script(client, cast):
    earlier = PeriodFactory(
        code="2026Q3", starts_on="2026-07-01", ends_on="2026-09-30", contributions_due_on="2026-09-21",
        reports_due_on="2026-09-25", locks_on="2026-12-01",
    )  # fmt: skip
    earlier.refresh_from_db()
    content = report_content(percent=92, next_steps="四季度试点。")
    report = draft_report(task=cast.task, period=earlier, content=content, by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    approve_report(report=report, by=cast.supervisor, now=NOW)
    client.force_login(cast.lead_reporter)
    assert 'value="previous:next_steps"' in text(client.get(NEW))
    response = client.post(f"{NEW}?period=2026Q4", {**TYPED, "reuse": "previous:next_steps"})
    assert response.context["form"]["next_steps"].value() == "四季度试点。"
    assert response.context["form"]["progress"].value() == "刚写到一半"
    assert not Report.objects.filter(period="2026Q4").exists()
    assert client.post(NEW, {**TYPED, "reuse": "previous:pk"}).status_code == 200
