"""配合情况 and 需协调事项 as pages: giving, taking over, contradictions, answering."""

import pytest
import time_machine

from progress.actions import (
    answer_ask,
    approve_report,
    draft_report,
    give_contribution,
    return_report,
    save_report,
    submit_report,
)
from progress.models import Contribution, Report
from tests.cast import PARTS
from tests.factories import NOW, AgencyFactory, PeriodFactory, TaskFactory, report_content

GIVE = "/tasks/1/contributions/?period=2026Q4"
ENTERED = {"text": "配套道路已通车。", "percent": "80 %", "version": ""}
REPORT = {
    "percent": "95", "result": "advancing", "progress": "一期建成。", "problems": "", "next_steps": "", "ask": "",
    "ask_to": "", "version": "",
}  # fmt: skip
TAKEN = "（单位co-unit：配套道路已通车。）"
CO_UNITS = {"co_reporter", "co_approver", "zone_officer"}


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def last_quarter(db):
    period = PeriodFactory(
        code="2026Q3", starts_on="2026-07-01", ends_on="2026-09-30", contributions_due_on="2026-09-21",
        reports_due_on="2026-09-25", locks_on="2026-12-01",
    )  # fmt: skip
    period.refresh_from_db()
    return period


def page(client, user, address, **data):
    client.force_login(user)
    return client.post(address, data) if data else client.get(address)


def text(response):
    return response.content.decode()


def give(cast, by="co_reporter", **entered):
    entered = {"period": cast.period, "text": "配套道路已通车。", **entered}
    return give_contribution(task=cast.task, by=getattr(cast, by), now=NOW, **entered)


def draft(cast, **changes):
    content = report_content(**changes)
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def sent(cast, **changes):
    return submit_report(report=draft(cast, **changes), by=cast.lead_approver, now=NOW)


# -- giving ------------------------------------------------------------------------------------------------------


def test_contribute_gives_the_units_part(client, cast):
    response = page(client, cast.co_reporter, GIVE, **ENTERED)
    given = Contribution.objects.get()
    assert response.url == "/contributions/"
    assert (given.text, given.percent, given.given_by) == ("配套道路已通车。", 80, cast.co_reporter)


def test_contribute_without_a_period_takes_the_one_that_runs(client, cast):
    assert page(client, cast.co_reporter, "/tasks/1/contributions/").context["period"] == cast.period


@pytest.mark.parametrize("code", ["2027Q1", "2020Q1", "x"])
def test_contribute_knows_no_period_that_has_not_begun(client, cast, code):
    assert page(client, cast.co_reporter, f"/tasks/1/contributions/?period={code}").status_code == 404


def test_contribute_without_a_running_period_says_so(client, cast):
    cast.period.delete()
    assert page(client, cast.co_reporter, "/tasks/1/contributions/").status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", "", "请填写配合情况。"),
        ("text", "长" * 201, "最多 200 字，现有 201 字。"),
        ("percent", "很多", "请填写 0 到 100 的整数。"),
        ("percent", "101", "本单位部分进度是 0 到 100 的整数"),
    ],
)
def test_contribute_shows_what_is_wrong_and_keeps_what_was_typed(client, cast, field, value, message):
    response = page(client, cast.co_reporter, GIVE, **{**ENTERED, field: value})
    assert response.status_code == 400
    assert message in text(response)
    assert not Contribution.objects.exists()


def test_contribute_says_in_one_click_that_nothing_changed(client, cast, last_quarter):
    give(cast, period=last_quarter, percent=60)
    assert 'name="unchanged"' in text(page(client, cast.co_reporter, "/contributions/"))
    page(client, cast.co_reporter, GIVE, unchanged="1")
    given = Contribution.objects.get(period="2026Q4")
    assert (given.no_change, given.text, given.percent) == (True, "", 60)


def test_contribute_does_not_offer_the_one_click_the_first_time(client, cast):
    assert 'name="unchanged"' not in text(page(client, cast.co_reporter, GIVE))
    response = page(client, cast.co_reporter, GIVE, unchanged="1")
    assert response.status_code == 400
    assert "首次反馈不能选" in text(response)


def test_contribute_shows_both_when_a_colleague_was_faster(client, cast):
    give(cast, by="co_approver", text="同事写的。")
    response = page(client, cast.co_reporter, GIVE, **{**ENTERED, "text": "我写的。"})
    assert response.status_code == 409
    assert "同事写的。" in text(response)
    assert "我写的。" in text(response)
    page(client, cast.co_reporter, GIVE, **{**ENTERED, "text": "我写的。", "version": "1"})
    assert Contribution.objects.get().text == "我写的。"
    assert page(client, cast.co_reporter, GIVE, **{**ENTERED, "version": "1"}).status_code == 412


def test_contribute_says_why_it_is_closed_and_keeps_what_was_typed(client, cast):
    sent(cast)
    assert "牵头单位已于 2026-11-18 10:00 报出" in text(page(client, cast.co_reporter, GIVE))
    response = page(client, cast.co_reporter, GIVE, **ENTERED)
    assert response.status_code == 409
    assert "配套道路已通车。" in text(response)


def test_contribute_escapes_what_was_typed(client, cast):
    give(cast, text="<script>1</script>")
    assert "<script>1" not in text(page(client, cast.co_reporter, GIVE))
    draft(cast)
    assert "<script>1" not in text(page(client, cast.lead_reporter, f"/reports/{Report.objects.get().pk}/edit/"))


@pytest.mark.parametrize("part", PARTS)
def test_contribute_is_for_the_co_units(client, cast, part):
    expected = 200 if part in CO_UNITS else 404 if part == "auditor" else 403
    assert page(client, getattr(cast, part), GIVE).status_code == expected


def test_contributions_without_any_say_what_comes_next(client, cast):
    response = page(client, cast.outsider, "/contributions/")
    assert "现在没有要反馈的配合情况" in text(response)


def test_contributions_list_what_to_give_and_what_was_given(client, cast):
    assert "任务1" in text(page(client, cast.co_reporter, "/contributions/"))
    give(cast)
    response = page(client, cast.co_reporter, "/contributions/")
    assert (response.context["to_give"], len(response.context["given"])) == ([], 1)
    assert "配套道路已通车。" in text(response)


@pytest.mark.parametrize("number", [1, 30])
def test_contributions_ask_as_much_for_many(client, cast, number, django_assert_max_num_queries):
    for each in range(2, number + 1):
        TaskFactory(number=each, lead=AgencyFactory(), supporting=[cast.co])
    client.force_login(cast.co_reporter)
    with django_assert_max_num_queries(21):
        assert len(client.get("/contributions/").context["to_give"]) == number


# -- the lead's form ---------------------------------------------------------------------------------------------


def test_form_shows_what_each_unit_gave_and_who_is_silent(client, cast):
    give(cast)
    content = text(page(client, cast.lead_reporter, "/tasks/1/report/"))
    assert "配套道路已通车。" in content
    assert "未反馈" in content
    with time_machine.travel(NOW.replace(month=12, day=23), tick=False):
        assert "逾期未反馈" in text(page(client, cast.lead_reporter, "/tasks/1/report/"))


@pytest.mark.parametrize("take", ["co-unit", "*"])
def test_form_takes_a_units_words_into_the_draft_with_its_name(client, cast, take):
    give(cast)
    response = page(client, cast.lead_reporter, "/tasks/1/report/", **REPORT, take=take)
    report = Report.objects.get()
    assert response.url == f"/reports/{report.pk}/edit/"
    assert report.progress == f"一期建成。{TAKEN}"
    assert "已写入进展情况" in text(client.get(response.url))


def test_form_takes_into_a_draft_that_stands(client, cast):
    give(cast)
    report = draft(cast)
    page(client, cast.lead_reporter, f"/reports/{report.pk}/edit/", **{**REPORT, "version": "1"}, take="co-unit")
    report.refresh_from_db()
    assert (report.progress, report.version) == (f"一期建成。{TAKEN}", 2)


def test_form_takes_into_an_empty_text(client, cast):
    give(cast)
    page(client, cast.lead_reporter, "/tasks/1/report/", **{**REPORT, "progress": ""}, take="co-unit")
    assert Report.objects.get().progress == TAKEN


def test_form_takes_nothing_that_gets_too_long_and_keeps_the_text(client, cast):
    give(cast)
    typed = "字" * 295
    response = page(client, cast.lead_reporter, "/tasks/1/report/", **{**REPORT, "progress": typed}, take="*")
    assert response.status_code == 400
    assert f"超出 {295 + len(TAKEN) - 300} 字，没有加入" in text(response)
    assert response.context["form"]["progress"].value() == typed
    assert not Report.objects.exists()


def test_form_and_page_flag_numbers_that_do_not_agree(client, cast):
    give(cast, text="入驻企业15家。", percent=80)
    report = draft(cast, progress="入驻企业12家。", percent=100)
    for address in (f"/reports/{report.pk}/edit/", f"/reports/{report.pk}/"):
        content = text(page(client, cast.lead_approver, address))
        assert "“入驻企业”数字不一致" in content
        assert "本单位部分只到 80%" in content


def test_review_shows_the_frozen_parts_and_what_does_not_agree(client, cast):
    give(cast, text="入驻企业15家。")
    report = sent(cast, progress="入驻企业12家。", ask="请协调用地。")
    content = text(page(client, cast.supervisor, f"/reports/{report.pk}/review/"))
    assert "入驻企业15家。" in content
    assert "数字不一致" in content
    assert "请办公室协调" in content


def test_detail_of_an_approved_report_shows_the_parts_to_all_but_flags_nothing_to_others(client, cast):
    give(cast, text="入驻企业15家。")
    report = approve_report(report=sent(cast, progress="入驻企业12家。"), by=cast.supervisor, now=NOW)
    content = text(page(client, cast.outsider, f"/reports/{report.pk}/"))
    assert "入驻企业15家。" in content
    assert "数字不一致" not in content


def test_form_keeps_whom_to_ask(client, cast):
    page(client, cast.lead_reporter, "/tasks/1/report/", **{**REPORT, "ask": "请协调。", "ask_to": "other-unit"})
    report = Report.objects.get()
    assert report.ask_to == cast.other
    response = page(client, cast.lead_reporter, f"/reports/{report.pk}/edit/")
    assert '<option value="other-unit" selected>' in text(response)


def test_form_refuses_to_ask_oneself(client, cast):
    response = page(
        client, cast.lead_reporter, "/tasks/1/report/", **{**REPORT, "ask": "请协调。", "ask_to": "lead-unit"}
    )
    assert response.status_code == 400
    assert "不能请本单位自己协调" in text(response)


def test_form_keeps_whom_to_ask_when_two_people_write_at_once(client, cast):
    report = draft(cast)
    save_report(report=report, content=report_content(), version=1, by=cast.lead_approver, now=NOW)
    entered = {**REPORT, "ask": "请协调。", "ask_to": "other-unit", "version": "1"}
    response = page(client, cast.lead_reporter, f"/reports/{report.pk}/edit/", **entered)
    assert response.status_code == 412
    assert '<option value="other-unit" selected>' in text(response)


def test_form_shows_the_answer_to_a_returned_reports_ask(client, cast):
    report = answer_ask(report=sent(cast, ask="请协调用地。"), text="已列入议程。", by=cast.supervisor, now=NOW)
    return_report(report=report, reason="请补充。", by=cast.director, now=NOW)
    assert "已列入议程。" in text(page(client, cast.lead_reporter, f"/reports/{report.pk}/edit/"))


@pytest.mark.parametrize("number", [1, 30])
def test_form_asks_as_much_for_many_units(client, cast, number, django_assert_max_num_queries):
    units = AgencyFactory.create_batch(number)
    TaskFactory(number=2, lead=cast.lead, supporting=units)
    client.force_login(cast.lead_reporter)
    with django_assert_max_num_queries(30):
        assert len(client.get("/tasks/2/report/").context["parts"]) == number


# -- asks --------------------------------------------------------------------------------------------------------


def test_asks_list_what_waits_for_this_unit(client, cast):
    report = sent(cast, ask="请协调用地。", ask_to="other-unit")
    response = page(client, cast.outsider, "/asks/")
    assert f'href="/asks/{report.pk}/"' in text(response)
    assert "没有待答复的协调事项" in text(page(client, cast.supervisor, "/asks/"))


def test_ask_shows_the_asked_unit_the_ask_and_nothing_else_of_the_report(client, cast):
    report = sent(cast, ask="请协调用地。", ask_to="other-unit", progress="别人不该看到的进展。")
    content = text(page(client, cast.outsider, f"/asks/{report.pk}/"))
    assert "请协调用地。" in content
    assert "别人不该看到的进展。" not in content
    assert f"/reports/{report.pk}/" not in content
    assert page(client, cast.outsider, f"/reports/{report.pk}/").status_code == 404


def test_ask_takes_the_answer(client, cast):
    report = sent(cast, ask="请协调用地。", ask_to="other-unit")
    response = page(client, cast.outsider, f"/asks/{report.pk}/", text="已安排。", version="2")
    report.refresh_from_db()
    assert response.url == f"/asks/{report.pk}/"
    assert (report.answer, report.answered_by) == ("已安排。", cast.outsider)
    for user, address in ((cast.outsider, "/asks/"), (cast.lead_reporter, f"/reports/{report.pk}/")):
        assert "已安排。" in text(page(client, user, address))


def test_ask_keeps_the_answer_that_was_typed_when_the_report_moved_on(client, cast):
    report = sent(cast, ask="请协调用地。")
    approve_report(report=report, by=cast.director, now=NOW)
    response = page(client, cast.supervisor, f"/asks/{report.pk}/", text="我的答复。", version="2")
    assert response.status_code == 412
    assert "我的答复。" in text(response)
    assert response.context["form"]["version"].value() == "3"


def test_ask_answered_by_another_keeps_what_was_typed(client, cast):
    report = answer_ask(report=sent(cast, ask="请协调用地。"), text="先答复的。", by=cast.director, now=NOW)
    response = page(client, cast.supervisor, f"/asks/{report.pk}/", text="我的答复。", version="2")
    assert response.status_code == 409
    assert "先答复的。" in text(response)
    assert "我的答复。" in text(response)


def test_ask_of_a_returned_report_is_answered_later(client, cast):
    report = sent(cast, ask="请协调用地。")
    return_report(report=report, reason="请补充。", by=cast.supervisor, now=NOW)
    response = page(client, cast.supervisor, f"/asks/{report.pk}/", text="我的答复。", version="3")
    assert response.status_code == 409
    assert "我的答复。" in text(response)


def test_ask_needs_an_answer(client, cast):
    report = sent(cast, ask="请协调用地。")
    response = page(client, cast.supervisor, f"/asks/{report.pk}/", text=" ", version="2")
    assert response.status_code == 400
    assert "请填写答复。" in text(response)


@pytest.mark.parametrize("number", [1, 30])
def test_asks_ask_as_much_for_many(client, cast, number, django_assert_max_num_queries):
    for each in range(2, number + 2):
        task = TaskFactory(number=each, lead=cast.lead)
        content = report_content(ask="请协调。")
        report = draft_report(task=task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)
        submit_report(report=report, by=cast.lead_approver, now=NOW)
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(16):
        assert len(client.get("/asks/").context["to_answer"]) == number


# -- in English --------------------------------------------------------------------------------------------------


def test_pages_open_in_english(client, cast, last_quarter):
    give(cast, period=last_quarter)
    give(cast, percent=80)
    report = sent(cast, ask="请协调用地。", ask_to="other-unit", percent=100)
    addresses = {
        "co_reporter": ["/contributions/", GIVE],
        "zone_officer": ["/contributions/", GIVE],
        "outsider": ["/asks/", f"/asks/{report.pk}/"],
        "lead_reporter": [f"/reports/{report.pk}/", "/tasks/1/report/?period=2026Q3"],
        "supervisor": [f"/reports/{report.pk}/review/", "/asks/"],
    }
    client.post("/language/", {"language": "en", "next": "/"})
    for part, pages in addresses.items():
        client.force_login(getattr(cast, part))
        answers = [client.get(each) for each in pages]
        assert [(each.status_code, '<html lang="en"' in text(each)) for each in answers] == [(200, True)] * len(pages)
