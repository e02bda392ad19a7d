"""The pages that change a task: status, deadline, milestones."""

from datetime import date

import pytest
import time_machine

from ledger.models import Event
from ledger.readers import last_sequence
from tasks.actions import MilestoneInput, set_deadline, set_milestones
from tasks.models import Task
from tests.cast import PARTS
from tests.extensions import sent
from tests.factories import NOW, TaskFactory

SETTERS = {"supervisor", "director"}
DEADLINE, MILESTONES = "/tasks/1/deadline/", "/tasks/1/milestones/"
MOVED = {
    "start_date": "2026-01-01",
    "due_date": "2027.03.31",
    "basis": "office",
    "note": "专题会议纪要",
    "reason": "国家批复推迟",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, cast):
    client.force_login(cast.director)
    return client


def text(response):
    return " ".join(response.content.decode().split())


def rows(*filled, version=1, initial=0, struck=()):
    """What the form of milestones sends: each filled row is (name, day, percent)."""
    data = {"version": version, "form-TOTAL_FORMS": len(filled) + 1, "form-INITIAL_FORMS": initial}
    for index, (name, due_on, percent) in enumerate(filled):
        data |= {f"form-{index}-name": name, f"form-{index}-due_on": due_on, f"form-{index}-planned_percent": percent}
    return data | {f"form-{index}-DELETE": "on" for index in struck}


def marks():
    task = Task.objects.get(number=1)
    return [(each.name, each.due_on, each.planned_percent) for each in task.milestones.order_by("due_on")]


# --- status ---


def test_status_shows_the_change_before_it_is_made(cast, office):
    shown = text(office.get("/tasks/1/status/suspend/"))
    for words in ("办理中", "挂起", "依据文件", "确认挂起"):
        assert words in shown
    assert Task.objects.get(number=1).status == "ongoing"


def test_status_makes_the_change_and_records_who(cast, office):
    response = office.post("/tasks/1/status/suspend/", {"version": 1, "text": "专题会议纪要"}, follow=True)
    assert response.redirect_chain == [("/tasks/1/", 302)]
    assert "已办理：挂起。" in text(response)
    event = Event.objects.latest("sequence")
    assert (event.verb, event.actor_name, event.reason) == ("suspend", cast.director.name, "专题会议纪要")


def test_status_without_its_basis_is_asked_for_it(cast, office):
    before = last_sequence()
    response = office.post("/tasks/1/status/suspend/", {"version": 1, "text": " "})
    assert response.status_code == 400
    assert "text" in response.context["form"].errors
    assert Task.objects.get(number=1).status == "ongoing"
    assert last_sequence() == before


@pytest.mark.parametrize("part", [part for part in PARTS if part not in {"director", "auditor"}])
def test_status_refuses_everybody_whose_hand_it_is_not(cast, client, part):
    client.force_login(getattr(cast, part))
    assert client.get("/tasks/1/status/suspend/").status_code == 403
    assert client.post("/tasks/1/status/suspend/", {"version": 1, "text": "依据"}).status_code == 403
    assert Task.objects.get(number=1).status == "ongoing"


def test_status_says_what_the_task_is_not_ready_for(cast, office):
    TaskFactory(number=2, planned=True, lead=cast.lead)
    assert "下达前还缺：时限（或列为常态化任务）。" in text(office.get("/tasks/2/status/issue/"))
    response = office.post("/tasks/2/status/issue/", {"version": 1})
    assert response.status_code == 409
    assert "下达前还缺" in text(response)


def test_status_leads_to_the_pages_of_a_closing(cast, client):
    client.force_login(cast.lead_approver)
    assert client.get("/tasks/1/status/ask_closing/").headers["Location"] == "/tasks/1/closing/"
    response = client.post("/tasks/1/status/ask_closing/", {"version": 1})
    assert response.status_code == 409
    assert "办结要通过办结申请办理" in text(response)


def test_status_that_does_not_fit_now_is_a_page_that_says_so(office):
    response = office.get("/tasks/1/status/return_closing/")
    assert response.status_code == 409
    assert "任务现在是“办理中”，不能办理此事项。" in text(response)


@pytest.mark.parametrize("address", ["/tasks/1/status/nonsense/", "/tasks/99/status/suspend/"])
def test_status_of_something_unknown_is_not_found(office, address):
    assert office.get(address).status_code == 404


def test_status_of_a_task_that_moved_on_keeps_the_text_and_asks_again(cast, office):
    Task.objects.filter(number=1).update(version=5)
    response = office.post("/tasks/1/status/suspend/", {"version": 1, "text": "专题会议纪要"})
    assert response.status_code == 412
    assert "专题会议纪要" in text(response)
    assert response.context["form"]["version"].value() == "5"
    assert office.post("/tasks/1/status/suspend/", {"version": 5, "text": "专题会议纪要"}).status_code == 302


# --- deadline ---


@pytest.mark.parametrize("part", PARTS)
def test_deadline_is_set_by_the_office_alone(cast, client, part):
    client.force_login(getattr(cast, part))
    expected = 200 if part in SETTERS else 404 if part == "auditor" else 403
    assert client.get(DEADLINE).status_code == expected
    assert client.post(DEADLINE, {**MOVED, "version": 1}).status_code == (302 if part in SETTERS else expected)


def test_deadline_moves_and_keeps_the_first_one(cast, office):
    office.post(DEADLINE, {**MOVED, "version": 1})
    task = Task.objects.get(number=1)
    assert (task.due_date, task.original_due_date) == (date(2027, 3, 31), date(2026, 12, 31))
    assert Event.objects.latest("sequence").reason == "国家批复推迟"


def test_deadline_of_an_office_cannot_pose_as_the_plans(office):
    shown = text(office.get(DEADLINE))
    assert "方案规定</option>" not in shown
    assert "方案原文没有规定时限" in shown
    assert office.post(DEADLINE, {**MOVED, "version": 1, "basis": "plan"}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"reason": ""}, "reason"), ({"due_date": "2025-12-31"}, "start_date"), ({"due_date": "月底吧"}, "due_date")],
)
def test_deadline_shows_each_error_at_its_field_and_keeps_what_was_typed(office, wrong, field):
    response = office.post(DEADLINE, {**MOVED, "version": 1, **wrong})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert "专题会议纪要" in text(response)
    assert Task.objects.get(number=1).due_date == date(2026, 12, 31)


def test_deadline_moved_by_somebody_else_shows_both_versions(cast, office):
    set_deadline(
        task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 1, 31), basis="lead", reason="先改一步",
        by=cast.supervisor, now=NOW,
    )  # fmt: skip
    response = office.post(DEADLINE, {**MOVED, "version": 1})
    assert response.status_code == 412
    for words in ("2027-03-31", "2027-01-31", "牵头单位方案", "国家批复推迟"):
        assert words in text(response)
    assert Task.objects.get(number=1).due_date == date(2027, 1, 31)
    newer = response.context["form"]["version"].value()
    assert office.post(DEADLINE, {**MOVED, "version": newer}).status_code == 302
    assert Task.objects.get(number=1).due_date == date(2027, 3, 31)


def test_deadline_of_an_ended_task_is_refused_before_anything_is_typed(cast, office):
    TaskFactory(number=2, lead=cast.lead, status="stopped")
    response = office.get("/tasks/2/deadline/")
    assert response.status_code == 409
    assert "任务已结束" in text(response)


def test_deadline_page_offers_standing_instead_while_nothing_is_set(cast, office):
    TaskFactory(number=2, planned=True, lead=cast.lead)
    assert "列为常态化任务" in text(office.get("/tasks/2/deadline/"))
    assert "列为常态化任务" not in text(office.get(DEADLINE))
    assert office.post("/tasks/2/standing/", {"version": 1}).status_code == 302
    assert Task.objects.get(number=2).is_standing
    assert "设定时限即取消" in text(office.get("/tasks/2/deadline/"))


def test_standing_of_a_task_that_moved_on_is_refused(cast, office):
    TaskFactory(number=2, planned=True, lead=cast.lead, version=5)
    assert office.post("/tasks/2/standing/", {"version": 1}).status_code == 412
    assert office.post("/tasks/2/standing/", {}).status_code == 412
    assert not Task.objects.get(number=2).is_standing


def test_deadline_while_a_request_waits_says_to_answer_it_first(cast, office):
    sent(cast)
    response = office.post(DEADLINE, {**MOVED, "version": 2})
    assert response.status_code == 409
    assert "延期申请待答复，请先答复" in text(response)


# --- cycle and deliverable forms ---


def test_cycle_is_saved_with_its_reason(office):
    office.post("/tasks/1/cycle/", {"version": 1, "cycle": "month", "reason": "重点任务"})
    assert Task.objects.get(number=1).cycle == "month"
    assert Event.objects.latest("sequence").reason == "重点任务"


@pytest.mark.parametrize(("sent_in", "status"), [({"cycle": "daily", "version": 1}, 400), ({"version": 9}, 412)])
def test_cycle_that_cannot_be_saved_shows_why(office, sent_in, status):
    response = office.post("/tasks/1/cycle/", sent_in)
    assert response.status_code == status
    assert response.context["cycle_form"].errors
    assert Task.objects.get(number=1).cycle == ""


def test_cycle_over_a_newer_version_can_be_sent_again(office):
    response = office.post("/tasks/1/cycle/", {"version": 9, "cycle": "month", "reason": "重点任务"})
    form = response.context["cycle_form"]
    assert (form["version"].value(), form["cycle"].value(), form["reason"].value()) == (1, "month", "重点任务")


def test_deliverable_is_saved_for_one_measure(office):
    response = office.post("/tasks/1/measures/2/deliverable/", {"deliverable": "facility"}, follow=True)
    assert "举措 1.2 的成果形式已定为“机构平台设施”。" in text(response)
    assert [each.deliverable for each in Task.objects.get(number=1).measures.order_by("order")] == [
        "document", "facility"
    ]  # fmt: skip


def test_deliverable_of_a_measure_that_is_none_is_not_found(office):
    assert office.post("/tasks/1/measures/9/deliverable/", {"deliverable": "facility"}).status_code == 404


# --- milestones ---


@pytest.mark.parametrize("part", PARTS)
def test_milestones_are_set_by_the_office_alone(cast, client, part):
    client.force_login(getattr(cast, part))
    expected = 200 if part in SETTERS else 404 if part == "auditor" else 403
    assert client.get(MILESTONES).status_code == expected
    sent = rows(("方案印发", "2026-04-30", "30"))
    assert client.post(MILESTONES, sent).status_code == (302 if part in SETTERS else expected)


def test_milestones_are_exactly_the_rows_that_were_filled(office):
    office.post(MILESTONES, rows(("方案印发", "20260430", "30"), ("平台上线", "2026年9月30日", "７０")))
    assert marks() == [("方案印发", date(2026, 4, 30), 30), ("平台上线", date(2026, 9, 30), 70)]


def test_milestones_that_stand_are_offered_and_struck_rows_go(cast, office):
    set_milestones(
        task=cast.task, milestones=[MilestoneInput("方案印发", date(2026, 4, 30), 30)], by=cast.director, now=NOW
    )
    assert "方案印发" in text(office.get(MILESTONES))
    sent = rows(("方案印发", "2026-04-30", "30"), ("验收", "2026-10-30", "80"), version=2, initial=1, struck=[0])
    office.post(MILESTONES, sent)
    assert marks() == [("验收", date(2026, 10, 30), 80)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "2026-04-30", "30"), "请填写名称。"),
        (("方案印发", "四月", "30"), "请写成 2026-12-31 这样的日期。"),
        (("方案印发", "2026-04-30", "三成"), "请填写 0 到 100 的整数。"),
        (("方案印发", "2027-04-30", "30"), "节点必须在起止时间之内。"),
    ],
)
def test_milestones_say_what_is_wrong_and_keep_what_was_typed(office, row, words):
    response = office.post(MILESTONES, rows(row))
    assert response.status_code == 400
    assert words in text(response)
    assert row[1] in text(response)
    assert marks() == []


def test_milestones_set_by_somebody_else_stand_beside_what_was_typed(cast, office):
    set_milestones(
        task=cast.task, milestones=[MilestoneInput("方案印发", date(2026, 4, 30), 30)], by=cast.supervisor, now=NOW
    )
    response = office.post(MILESTONES, rows(("平台上线", "2026-09-30", "70")))
    assert response.status_code == 412
    assert "方案印发" in text(response)
    assert "平台上线" in text(response)
    newer = response.context["form"]["version"].value()
    assert office.post(MILESTONES, rows(("平台上线", "2026-09-30", "70"), version=newer)).status_code == 302
    assert marks() == [("平台上线", date(2026, 9, 30), 70)]
