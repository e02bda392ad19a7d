from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dashboard.readers.chart import progress_chart, told_points
from dashboard.readers.events import event_rows
from ledger.actors import SYSTEM
from ledger.models import Event
from progress.actions import add_evidence, approve_report, draft_report, return_report, submit_report
from supervision.actions import deliver_due
from tasks.actions import MilestoneInput, change_status, set_deadline, set_milestones
from tasks.planned import Mark
from tests.factories import NOW, TODAY, TaskFactory, report_content
from tests.supervision.confirming import confirm_all

PAGE = "/tasks/1/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client):
    def get(user, address=PAGE):
        client.force_login(user)
        return client.get(address)

    return get


def text(response):
    return " ".join(response.content.decode().split())


def drafted(cast, **changes):
    return draft_report(
        task=cast.task, period=cast.period, content=report_content(**changes), by=cast.lead_reporter, now=NOW
    )


def sent(cast, **changes):
    return submit_report(report=drafted(cast, **changes), by=cast.lead_approver, now=NOW)


def approved(cast, **changes):
    return approve_report(report=sent(cast, **changes), by=cast.supervisor, now=NOW)


# --- what is shown ---


@pytest.mark.parametrize(
    "part", ["lead_reporter", "co_reporter", "zone_officer", "outsider", "supervisor", "leader", "administrator"]
)
def test_task_shows_its_public_facts_to_everyone_who_reads_tasks(cast, page, part):
    shown = text(page(getattr(cast, part)))
    for words in ("任务1", "第一句。", "第二句。", "责任单位：甲、乙", "正常", "2026-12-31", "办公室确定", "文件制度"):
        assert words in shown
    units = [shown.index(f"/agencies/{each.pk}/") for each in (cast.lead, cast.co, cast.zone_body)]
    assert units == sorted(units)


def test_task_is_not_found_by_who_reads_no_tasks_and_under_an_unknown_number(cast, page):
    assert page(cast.auditor).status_code == 404
    assert page(cast.leader, "/tasks/99/").status_code == 404


def test_task_shows_english_title_with_the_official_one_beside_it(cast, client, page):
    client.cookies["gxftz_language"] = "en"
    shown = text(page(cast.leader))
    assert "Task 1" in shown
    assert "任务1" in shown


def test_task_shows_the_first_deadline_beside_the_present_one(cast, page):
    set_deadline(
        task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 3, 31), basis="lead", reason="批复推迟",
        by=cast.director, now=NOW,
    )  # fmt: skip
    shown = text(page(cast.outsider))
    for words in ("2026-12-31", "2027-03-31", "牵头单位方案", "批复推迟"):
        assert words in shown


def test_task_without_a_deadline_has_no_line_and_says_so(cast, page):
    TaskFactory(number=2, lead=cast.lead, planned=True)
    shown = text(page(cast.leader, "/tasks/2/"))
    assert "还没有计划进度" in shown
    assert "未设时限" in shown
    assert '<svg viewBox="0 0 720' not in shown


def test_task_shows_milestones_and_whether_they_are_reached(cast, page):
    marks = [MilestoneInput("方案印发", date(2026, 4, 30), 30), MilestoneInput("验收", date(2026, 11, 10), 95)]
    set_milestones(task=cast.task, milestones=marks, by=cast.director, now=NOW)
    shown = text(page(cast.leader))
    assert "已达到" in shown
    assert "已过期未达到" in shown


@pytest.mark.parametrize(("part", "sees"), [("lead_reporter", True), ("outsider", False), ("co_reporter", False)])
def test_task_shows_a_draft_to_its_own_unit_alone(cast, page, part, sees):
    drafted(cast, progress="尚未公开的进展")
    assert ("尚未公开的进展" in text(page(getattr(cast, part)))) is sees


def test_task_shows_an_approved_report_with_its_evidence_to_everyone(cast, page):
    report = drafted(cast, progress="平台一期建成")
    add_evidence(report=report, file=SimpleUploadedFile("截图.png", PNG), by=cast.lead_reporter, now=NOW)
    approve_report(report=submit_report(report=report, by=cast.lead_approver, now=NOW), by=cast.supervisor, now=NOW)
    shown = text(page(cast.outsider))
    for words in ("平台一期建成", "2026年第4季度", "95%", "正在推进", "截图.png", "已审定", cast.supervisor.name):
        assert words in shown


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND" + bytes(4)


def test_task_shows_why_a_report_was_returned_to_its_own_unit(cast, page):
    return_report(report=sent(cast), reason="请补充数据", by=cast.supervisor, now=NOW)
    assert "退回理由：请补充数据" in text(page(cast.lead_reporter))
    assert "请补充数据" not in text(page(cast.outsider))


def test_task_tells_its_history_in_words(cast, page):
    change_status(task=cast.task, verb="suspend", text="专题会议纪要", by=cast.director, now=NOW)
    shown = text(page(cast.outsider))
    for words in ("挂起", "专题会议纪要", cast.director.name, "办理中", "状态"):
        assert words in shown


def test_task_shows_the_reminders_that_went_out(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    confirm_all(by=cast.supervisor)
    deliver_due(clock=lambda: NOW)
    for person in (cast.supervisor, cast.lead_reporter):
        shown = text(page(person, "/tasks/2/"))
        assert "催办" in shown
        assert "任务超期" in shown
    assert "您没有收到关于这项任务的提醒。" in text(page(cast.outsider, "/tasks/2/"))


# --- what may be done ---


def verbs(response):
    return [(each["verb"], bool(each["obstacle"])) for each in response.context["changes"]]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("lead_reporter", []),
        ("lead_approver", [("ask_closing", True)]),
        ("co_approver", []),
        ("supervisor", []),
        ("director", [("suspend", False), ("make_standing", False), ("stop", False)]),
        ("leader", []),
        ("administrator", []),
    ],
)
def test_task_offers_exactly_the_changes_that_are_this_persons(cast, page, part, expected):
    assert verbs(page(getattr(cast, part))) == expected


def test_task_shows_a_change_that_is_not_ready_with_why(cast, page):
    shown = text(page(cast.lead_approver))
    assert "达到 100% 后才能申请办结" in shown
    assert reverse("tasks:status", args=[1, "ask_closing"]) not in shown


@pytest.mark.parametrize(("part", "sees"), [("supervisor", True), ("director", True), ("lead_approver", False)])
def test_task_offers_deadline_and_milestones_to_the_office(cast, page, part, sees):
    assert (reverse("tasks:deadline", args=[1]) in text(page(getattr(cast, part)))) is sees


def test_task_offers_the_report_that_its_unit_owes(cast, page):
    assert f"{reverse('progress:new', args=[1])}?period=2026Q4" in text(page(cast.lead_reporter))
    assert reverse("progress:new", args=[1]) not in text(page(cast.co_reporter))
    report = drafted(cast)
    assert f'href="{reverse("progress:edit", args=[report.pk])}"' in text(page(cast.lead_reporter))
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    shown = text(page(cast.lead_reporter))
    assert "继续填报" not in shown
    assert reverse("progress:new", args=[1]) not in shown


# --- the line ---


def test_progress_chart_holds_zero_until_something_is_approved():
    chart = progress_chart(start=date(2026, 1, 1), due=date(2026, 12, 31), marks=[], approved=[], on=TODAY)
    first, last = chart["actual"].split()
    assert first.split(",")[1] == last.split(",")[1] == str(float(chart["size"]["bottom"]))
    assert last.split(",")[0] == str(chart["today"])


def test_progress_chart_steps_up_on_the_day_of_approval():
    points = [(date(2026, 4, 10), 30), (date(2026, 7, 10), 60)]
    chart = progress_chart(
        start=date(2026, 1, 1), due=date(2026, 12, 31), marks=[Mark(date(2026, 6, 30), 50)], approved=points, on=TODAY
    )
    places = [tuple(map(float, each.split(","))) for each in chart["actual"].split()]
    assert len(places) == 6
    assert all(one[0] <= following[0] and one[1] >= following[1] for one, following in pairwise(places))
    assert len(chart["planned"].split()) == 3


@pytest.mark.parametrize(("start", "due"), [(None, TODAY), (TODAY, None)])
def test_progress_chart_needs_both_dates(start, due):
    assert progress_chart(start=start, due=due, marks=[], approved=[], on=TODAY) is None


def test_progress_chart_of_one_day_stays_on_the_picture():
    chart = progress_chart(start=TODAY, due=TODAY, marks=[], approved=[(TODAY, 100)], on=TODAY)
    xs = [float(each.split(",")[0]) for each in chart["actual"].split()]
    assert all(chart["size"]["left"] <= x <= chart["size"]["right"] for x in xs)


def test_progress_chart_of_many_years_names_only_as_many_quarters_as_can_be_read():
    chart = progress_chart(start=date(2010, 1, 1), due=date(2030, 1, 1), marks=[], approved=[], on=TODAY)
    assert len(chart["months"]) <= 10


def test_progress_chart_of_very_many_approvals_marks_those_that_changed_something():
    few = [(date(2026, 1, 1) + timedelta(days=turn), turn // 10) for turn in range(20)]
    assert told_points(few) == few
    many = [(date(2026, 1, 1) + timedelta(days=turn), turn // 10) for turn in range(95)]
    assert told_points(many) == [many[turn] for turn in range(10, 95, 10)] + [many[-1]]


# --- events in words ---


def row_of(**event):
    fields = {"sequence": 1, "at": NOW, "actor_name": SYSTEM.actor_name, "kind": "task", "key": "plan/1", "verb": "x"}
    return event_rows([Event(**{**fields, "state": {}, **event})], agencies={"commerce": "商务厅"})[0]


def test_event_rows_name_fields_and_values_as_their_forms_do():
    row = row_of(
        verb="suspend", changed={"status": ["ongoing", "suspended"], "version": [1, 2], "lead": [None, "commerce"]}
    )
    assert row["verb_label"] == "挂起"
    assert [(each["label"], each["old"], each["new"]) for each in row["changes"]] == [
        ("状态", "办理中", "挂起"),
        ("牵头单位", "", "商务厅"),
    ]


def test_event_rows_tell_moments_in_local_time_and_cut_long_texts():
    row = row_of(changed={"last_approved_at": ["x", "2026-11-18T02:00:00Z"], "due_note": ["y", "长" * 500]})
    assert row["changes"][0]["new"] == "2026-11-18 10:00"
    assert len(row["changes"][1]["new"]) < 200


def test_event_rows_of_something_unknown_say_what_the_ledger_says():
    row = row_of(kind="meteor", key="7", verb="fell", changed={"size": ["1", "2"]})
    assert (row["kind_label"], row["verb_label"], row["object"], row["task"]) == ("meteor", "fell", "7", None)
    assert row["changes"][0]["label"] == "size"


def test_event_rows_of_a_report_lead_to_its_task():
    row = row_of(kind="report", key="plan/17/2026Q4", verb="approved", changed={"status": ["submitted", "approved"]})
    assert (row["task"], row["object"], row["changes"][0]["new"]) == (17, "2026年第4季度", "已审定")
