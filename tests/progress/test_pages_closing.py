"""The pages of a closing request: writing, hearing, sending, checking, deciding."""

from contextlib import closing
from datetime import timedelta

import pytest
import time_machine

from progress.actions import (
    add_deliverable,
    check_closing,
    draft_closing,
    hear_closing,
    return_closing,
    save_closing,
    send_closing,
    withdraw_closing,
)
from progress.models import Closing, Evidence, Hearing
from tasks.actions import change_status
from tasks.models import Task
from tests import closings
from tests.closings import STATEMENT
from tests.factories import NOW

URL = "/tasks/1/closing/"


@pytest.fixture(autouse=True)
def _at_noon(cast):
    Task.objects.update(percent=100)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(cast):
    return closings.draft(cast.task, reporter=cast.lead_reporter)


@pytest.fixture
def heard(draft):
    return closings.hear_all(draft)


@pytest.fixture
def sent(cast, heard):
    return send_closing(closing=heard, by=cast.lead_approver, now=NOW)


@pytest.fixture
def checked(cast, sent):
    return check_closing(closing=sent, note="材料齐全。", by=cast.supervisor, now=NOW)


def get(client, user, url):
    client.force_login(user)
    return client.get(url)


def post(client, user, case, verb, **data):
    client.force_login(user)
    return client.post(f"/closings/{case.pk}/{verb}/", data)


def read(client, user, case):
    response = get(client, user, f"/closings/{case.pk}/")
    assert response.status_code == 200
    return response.content.decode()


# -- writing


def test_closing_offers_an_empty_form(client, cast):
    response = get(client, cast.lead_reporter, URL)
    assert response.status_code == 200
    assert "办结说明" in response.content.decode()


def test_closing_stores_the_draft_and_goes_to_its_page(client, cast):
    client.force_login(cast.lead_reporter)
    response = client.post(URL, {"statement": STATEMENT})
    kept = Closing.objects.get()
    assert (kept.statement, kept.drafted_by) == (STATEMENT, cast.lead_reporter)
    assert response.url == f"/closings/{kept.pk}/"


def test_closing_says_why_it_is_not_time_yet(client, cast):
    Task.objects.update(percent=60)
    response = get(client, cast.lead_reporter, URL)
    assert response.status_code == 409
    assert "已审定进度为 60%" in response.content.decode()
    assert "<textarea" not in response.content.decode()


def test_closing_below_100_percent_is_refused_on_the_form_that_keeps_the_words(client, cast):
    Task.objects.update(percent=60)
    client.force_login(cast.lead_reporter)
    response = client.post(URL, {"statement": STATEMENT})
    assert response.status_code == 409
    assert STATEMENT in response.content.decode()
    assert not Closing.objects.exists()


def test_closing_without_words_says_so_at_the_field(client, cast):
    client.force_login(cast.lead_reporter)
    response = client.post(URL, {"statement": ""})
    assert response.status_code == 400
    assert "请写明做了什么、取得什么结果。" in response.content.decode()


def test_closing_of_two_writers_keeps_both_versions(client, cast, draft):
    save_closing(closing=draft, statement="先保存的。", version=1, by=cast.lead_approver, now=NOW)
    client.force_login(cast.lead_reporter)
    response = client.post(URL, {"statement": "后写的。", "version": "1"})
    page = response.content.decode()
    assert response.status_code == 412
    assert "先保存的。" in page
    assert page.count("后写的。") == 2  # beside the other one, and in the form
    assert 'name="version" value="2"' in page
    assert Closing.objects.get().statement == "先保存的。"


def test_closing_begun_by_a_colleague_meanwhile_keeps_both(client, cast, draft):
    client.force_login(cast.lead_approver)
    response = client.post(URL, {"statement": "我也写了。"})
    page = response.content.decode()
    assert response.status_code == 409
    assert STATEMENT in page
    assert "我也写了。" in page


def test_closing_starts_again_from_what_was_returned(client, cast, sent):
    return_closing(closing=sent, reason="请补充验收结论。", by=cast.supervisor, now=NOW)
    page = get(client, cast.lead_reporter, URL).content.decode()
    assert STATEMENT in page
    assert "请补充验收结论。" in page


@pytest.mark.parametrize("part", ["supervisor", "leader"])
def test_closing_shows_the_office_the_request(client, cast, sent, part):
    assert get(client, getattr(cast, part), URL).url == f"/closings/{sent.pk}/"


@pytest.mark.parametrize(("part", "status"), [("outsider", 403), ("supervisor", 403), ("auditor", 404)])
def test_closing_of_a_draft_tells_nobody_else_of_it(client, cast, draft, part, status):
    assert get(client, getattr(cast, part), URL).status_code == status


# -- who sees it


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("lead_reporter", 200), ("co_reporter", 200), ("zone_officer", 200),
        ("outsider", 404), ("supervisor", 404), ("leader", 404), ("auditor", 404),
    ],
)  # fmt: skip
def test_detail_of_a_draft_is_for_the_units_of_the_task(client, cast, draft, part, status):
    assert get(client, getattr(cast, part), f"/closings/{draft.pk}/").status_code == status


@pytest.mark.parametrize(
    ("part", "status"), [("supervisor", 200), ("leader", 200), ("co_reporter", 200), ("outsider", 404)]
)
def test_detail_of_a_sent_request_is_for_the_office_too(client, cast, sent, part, status):
    assert get(client, getattr(cast, part), f"/closings/{sent.pk}/").status_code == status


def test_detail_of_an_accepted_request_is_for_everybody(client, cast, checked):
    post(client, cast.director, checked, "accept", version=checked.version)
    assert "正常办结" in read(client, cast.outsider, checked)


def test_detail_names_no_file_of_a_request_that_the_reader_may_not_see(client, cast, sent):
    return_closing(closing=sent, reason="请补充验收结论。", by=cast.supervisor, now=NOW)
    people = {"reporter": cast.lead_reporter, "approver": cast.lead_approver}
    accepted = closings.close(cast.task, **people, supervisor=cast.supervisor, director=cast.director)
    returned_files = {part: _other_files(client, getattr(cast, part), accepted) for part in ("outsider", "leader")}
    assert {part: len(files) for part, files in returned_files.items()} == {"outsider": 0, "leader": 1}


def _other_files(client, user, found):
    return get(client, user, f"/closings/{found.pk}/").context["closing"]["other_files"]


def test_detail_of_a_withdrawn_request_is_the_units_again(client, cast, sent):
    withdraw_closing(closing=sent, by=cast.lead_approver, now=NOW)
    assert get(client, cast.supervisor, f"/closings/{sent.pk}/").status_code == 404


@pytest.mark.parametrize(("part", "status"), [("co_reporter", 200), ("outsider", 404), ("supervisor", 404)])
def test_a_deliverable_is_handed_to_whoever_sees_the_request(client, cast, draft, part, status):
    client.force_login(getattr(cast, part))
    with closing(client.get(f"/evidence/{draft.evidence.get().pk}/")) as response:
        assert response.status_code == status


# -- what is said and offered


def test_detail_names_what_still_stands_in_the_way(client, cast, draft):
    page = read(client, cast.lead_approver, draft)
    assert "等配合单位反馈（2026-11-23 止）：单位co-unit、单位zone-body" in page
    assert "审签报出</button>" not in page


def test_detail_offers_the_approver_to_send_once_all_is_there(client, cast, heard):
    assert f'action="/closings/{heard.pk}/send/"' in read(client, cast.lead_approver, heard)
    page = read(client, cast.lead_reporter, heard)
    assert f'action="/closings/{heard.pk}/send/"' not in page
    assert "等本单位审签人审签报出" in page


def test_detail_tells_the_author_that_another_approver_signs(client, cast):
    own = closings.hear_all(closings.draft(cast.task, reporter=cast.lead_approver))
    assert "须由另一位审签人审签" in read(client, cast.lead_approver, own)


@pytest.mark.parametrize(
    ("status", "words"),
    [("sent", "下一步：办公室核验"), ("checked", "下一步：办公室负责人决定")],
)
def test_detail_says_who_is_next(client, cast, checked, status, words):
    Closing.objects.update(status=status)
    assert words in read(client, cast.leader, checked)


def test_detail_of_a_stopped_task_has_ended_and_offers_nothing(client, cast, sent):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    page = read(client, cast.director, sent)
    assert "这份申请已随之终止" in page
    assert 'action="/closings/' not in page


def test_detail_shows_the_history_to_the_unit(client, cast, sent):
    page = read(client, cast.lead_reporter, sent)
    assert "上传佐证材料" in page
    assert "反馈意见" in page


def test_detail_in_english_speaks_english_labels(client, cast, checked):
    client.cookies["gxftz_language"] = "en"
    assert '<html lang="en"' in read(client, cast.director, checked)


# -- the verbs


def test_hear_tells_the_lead_what_the_unit_says(client, cast, draft):
    answer = {"answer": "objected", "text": "数据未移交。", "version": "1"}
    assert post(client, cast.co_reporter, draft, "hear", **answer).status_code == 302
    page = read(client, cast.lead_reporter, draft)
    assert "数据未移交。" in page
    assert "有不同意见" in page


def test_hear_without_a_reason_for_objecting_says_so_and_keeps_the_choice(client, cast, draft):
    response = post(client, cast.co_reporter, draft, "hear", answer="objected", text="", version="1")
    assert response.status_code == 400
    assert "请写明是什么意见" in response.content.decode()
    assert not Hearing.objects.exclude(answer="").exists()


def test_hear_of_changed_words_keeps_what_was_typed(client, cast, draft):
    save_closing(closing=draft, statement="改后。", version=1, by=cast.lead_reporter, now=NOW)
    response = post(client, cast.co_reporter, draft, "hear", answer="agreed", text="无意见。", version="1")
    page = response.content.decode()
    assert response.status_code == 412
    assert "无意见。" in page
    assert "改后。" in page
    again = post(client, cast.co_reporter, draft, "hear", answer="agreed", text="无意见。", version="2")
    assert again.status_code == 302


@pytest.mark.parametrize(("part", "status"), [("lead_reporter", 403), ("outsider", 404)])
def test_hear_is_for_the_units_asked(client, cast, draft, part, status):
    response = post(client, getattr(cast, part), draft, "hear", answer="agreed", version="1")
    assert response.status_code == status


def test_silent_marks_after_the_limit(client, cast, draft):
    assert post(client, cast.lead_reporter, draft, "silent", version="1").status_code == 409
    with time_machine.travel(NOW + timedelta(days=6), tick=False):
        assert "过期未答" in read(client, cast.lead_reporter, draft)
        assert post(client, cast.lead_reporter, draft, "silent", version="1").status_code == 302
    assert set(Hearing.objects.values_list("answer", flat=True)) == {"silent"}


def test_send_goes_to_the_office(client, cast, heard):
    assert post(client, cast.lead_approver, heard, "send", version="1").status_code == 302
    assert Task.objects.get().status == "closing"


def test_send_of_an_older_version_shows_the_newer_one(client, cast, heard):
    save_closing(closing=heard, statement="改后。", version=1, by=cast.lead_reporter, now=NOW)
    response = post(client, cast.lead_approver, heard, "send", version="1")
    assert response.status_code == 412
    assert "改后。" in response.content.decode()
    assert Task.objects.get().status == "ongoing"


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999"])
def test_send_of_no_version_is_refused(client, cast, heard, version):
    assert post(client, cast.lead_approver, heard, "send", version=version).status_code == 412


def test_withdraw_gives_it_back(client, cast, sent):
    assert post(client, cast.lead_approver, sent, "withdraw", version=sent.version).status_code == 302
    assert Closing.objects.get().status == "draft"


def test_check_keeps_the_note(client, cast, sent):
    assert post(client, cast.supervisor, sent, "check", note="齐全", version=sent.version).status_code == 302
    assert Closing.objects.get().check_note == "齐全"


def test_check_of_a_withdrawn_request_says_so(client, cast, sent):
    version = sent.version
    withdraw_closing(closing=sent, by=cast.lead_approver, now=NOW)
    send_closing(closing=sent, by=cast.lead_approver, now=NOW)
    response = post(client, cast.supervisor, sent, "check", note="写好的意见", version=version)
    assert response.status_code == 412
    assert "写好的意见" in response.content.decode()


def test_return_needs_a_reason_and_keeps_the_page(client, cast, sent):
    response = post(client, cast.supervisor, sent, "return", reason="", version=sent.version)
    assert response.status_code == 400
    assert "退回时请写明理由" in response.content.decode()


def test_return_tells_the_unit_why(client, cast, sent):
    post(client, cast.director, sent, "return", reason="请补充结论。", version=sent.version)
    page = read(client, cast.lead_reporter, sent)
    assert "退回理由：请补充结论。" in page
    assert "重新申请" in page


def test_accept_closes_the_task(client, cast, checked):
    assert post(client, cast.director, checked, "accept", version=checked.version).status_code == 302
    assert Task.objects.get().status == "closed"


def test_accept_by_the_checker_is_refused_and_says_who_may(client, cast, sent):
    check_closing(closing=sent, by=cast.director, now=NOW)
    assert "须由另一位负责人决定" in read(client, cast.director, sent)
    response = post(client, cast.director, sent, "accept", version=sent.version + 1)
    assert response.status_code == 403


def test_deliverable_is_added_and_removed(client, cast):
    empty = draft_closing(task=cast.task, statement=STATEMENT, by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_reporter)
    url = f"/closings/{empty.pk}/"
    assert client.post(f"{url}evidence/", {"files": closings.deliverable()}).url == url
    assert "验收报告.csv" in read(client, cast.lead_reporter, empty)
    assert client.post(f"/evidence/{Evidence.objects.get().pk}/remove/").url == url
    assert "验收报告.csv" not in read(client, cast.co_reporter, empty)


def test_deliverable_that_is_refused_says_why(client, cast, draft):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/closings/{draft.pk}/evidence/", {"files": closings.deliverable("坏.exe")}, follow=True)
    assert "坏.exe：" in response.content.decode()


def test_deliverable_is_the_lead_units_to_add_and_remove(client, cast, draft):
    client.force_login(cast.co_reporter)
    assert client.post(f"/closings/{draft.pk}/evidence/", {"files": closings.deliverable()}).status_code == 403
    assert client.post(f"/evidence/{Evidence.objects.get().pk}/remove/").status_code == 403


# -- what it costs


def test_detail_costs_the_same_whatever_its_history(client, cast, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(45) as one:
        read(client, cast.lead_reporter, draft)
    cost, hearing = len(one), draft.hearings.get(agency="co-unit")
    for number in range(12):
        file = closings.deliverable(f"{number}.csv", f"{number},x\n")
        add_deliverable(closing=draft, file=file, by=cast.lead_reporter, now=NOW)
        hear_closing(hearing=hearing, answer="agreed", by=cast.co_reporter, now=NOW)
    with django_assert_max_num_queries(cost):
        read(client, cast.lead_reporter, draft)
