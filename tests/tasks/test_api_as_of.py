"""One task as it stood at the end of a past day, rebuilt from the ledger."""

from datetime import timedelta

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from agencies.actions import rename_agency
from agencies.models import AgencyName, User
from ledger import actions as ledger
from progress.actions import approve_report, draft_report, submit_report
from tasks.actions import (
    MilestoneInput,
    change_status,
    grant_extension,
    set_deadline,
    set_deliverable,
    set_measure_status,
    set_milestones,
)
from tasks.models import DueBasis, Measure, Task
from tests.api import Api, pointers, problem, record_tasks
from tests.extensions import WANTED, sent
from tests.factories import NOW, TODAY, report_content

BEFORE = NOW - timedelta(days=3)
THEN, EARLIER = BEFORE.date().isoformat(), (BEFORE - timedelta(days=1)).date().isoformat()


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    """Of a task that was loaded three days ago."""
    record_tasks(by=cast.director, at=BEFORE)
    record_text(cast)
    return Api(cast.leader)


def record_text(cast, at=BEFORE):
    """The ledger holds the official text, as the loader writes it."""
    task = cast.task
    measures = list(Measure.objects.filter(task=task).order_by("order").values("order", "text", "deliverable"))
    state = {"number": task.number, "text": task.text, "unit_clause": task.unit_clause, "measures": measures}
    ledger.append(kind="task_text", key=task.key, verb="loaded", by=cast.director, at=at, state=state)


def change_everything(cast):
    """Today: a done measure in another form, other milestones, a moved deadline, an approved report."""
    task = cast.task
    set_measure_status(task=task, order=1, status="done", by=cast.lead_reporter, now=NOW)
    set_deliverable(task=task, order=2, deliverable="facility", by=cast.supervisor, now=NOW)
    set_milestones(task=task, milestones=[MilestoneInput("建成平台", TODAY, 80)], by=cast.director, now=NOW)
    report = draft_report(task=task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    approve_report(report=submit_report(report=report, by=cast.lead_approver, now=NOW), by=cast.supervisor, now=NOW)
    grant_extension(extension=sent(cast), granted_date=WANTED, by=cast.supervisor, now=NOW, decision="同意。")


def test_today_equals_the_task_of_now(api, cast):
    change_everything(cast)
    assert api.get("task", 1, as_of=TODAY.isoformat()).json() == api.get("task", 1).json()


def test_a_past_day_shows_nothing_of_what_came_later(api, cast):
    before = api.get("task", 1).json()
    change_everything(cast)
    then = api.get("task", 1, as_of=THEN).json()
    of_the_day = ("light", "planned_percent", "updated_at")
    assert then == {**before, **{name: then[name] for name in of_the_day}}
    assert {each["status"] for each in then["measures"]} == {"not_started"}
    assert (then["milestones"], then["extensions"], then["due_date"]) == ([], [], "2026-12-31")
    assert then["updated_at"] == BEFORE.isoformat()


def test_a_past_day_shows_the_names_of_the_day(api, cast):
    names = {"name": "新名称", "short_name": "新名", "name_en": "New name"}
    old = {"name": cast.co.name, "short_name": cast.co.short_name, "name_en": cast.co.name_en}
    AgencyName.objects.create(agency=cast.co, valid_from="2020-01-22", basis="方案", **old)
    rename_agency(agency=cast.co, valid_from=TODAY, basis="〔2026〕1号", by=cast.administrator, now=NOW, **names)
    then, now = (api.get("task", 1, **params).json() for params in ({"as_of": THEN}, {}))
    assert [each["assignments"][1]["agency"]["name"] for each in (then, now)] == ["单位co-unit", "新名称"]


def test_a_past_day_shows_the_text_as_it_read_then(api, cast):
    Task.objects.update(text="第一句（订正）。第二句。")
    Measure.objects.filter(order=1).update(text="第一句（订正）。")
    cast.task.refresh_from_db()
    record_text(cast, at=NOW)
    then, now = (api.get("task", 1, as_of=day).json() for day in (THEN, TODAY.isoformat()))
    assert (then["text"], then["measures"][0]["text"]) == ("第一句。第二句。", "第一句。")
    assert (now["text"], now["measures"][0]["text"]) == ("第一句（订正）。第二句。", "第一句（订正）。")


def test_a_correction_of_the_text_keeps_what_was_said_of_a_measure(api, cast):
    set_measure_status(task=cast.task, order=1, status="ongoing", by=cast.lead_reporter, now=NOW)
    set_deliverable(task=cast.task, order=1, deliverable="facility", by=cast.supervisor, now=NOW)
    record_text(cast, at=NOW)
    first = api.get("task", 1, as_of=TODAY.isoformat()).json()["measures"][0]
    assert (first["status"], first["deliverable"]) == ("ongoing", "facility")


def test_a_day_before_the_task_was_loaded_is_not_found(api):
    problem(api.get("task", 1, as_of=EARLIER), 404, "not_found")
    problem(api.get("task", 2, as_of=THEN), 404, "not_found")


def test_a_task_whose_text_the_ledger_does_not_hold_is_not_found(cast):
    """Rather than today's words as if they were the day's."""
    record_tasks(by=cast.director, at=BEFORE)
    problem(Api(cast.leader).get("task", 1, as_of=THEN), 404, "not_found")


@pytest.mark.parametrize("day", ["2026-11-19", "yesterday", "20261118", "2026-W47-3", ""])
def test_a_day_to_come_or_none_is_refused(api, day):
    assert pointers(problem(api.get("task", 1, as_of=day), 400, "invalid_parameters")) == ["/as_of"]


def test_fields_are_picked_from_a_past_day_too(api):
    assert api.client.get(f"/api/v1/tasks/1/?as_of={THEN}&fields=number,percent").json() == {
        "number": 1, "percent": 90,
    }  # fmt: skip


def test_no_change_can_be_made_from_a_past_day(api, cast):
    tag = api.get("task", 1, as_of=THEN)["ETag"]
    assert "-v" not in tag
    director = Api(cast.director)
    data = {"verb": "suspend", "text": "会议纪要"}
    assert problem(director.post("task_status", 1, data=data, version=tag), 412, "stale_version")["given_version"] == 0


def test_a_past_day_costs_four_queries_whatever_has_happened(api, cast, django_assert_num_queries):
    for status in ("ongoing", "done") * 10:
        set_measure_status(task=cast.task, order=1, status=status, by=cast.lead_reporter, now=NOW)
    with django_assert_num_queries(2 + 1 + 4):  # who asks; which version; the data
        api.get("task", 1, as_of=TODAY.isoformat())


def test_the_detail_of_any_day_agrees_with_the_list_of_that_day(cast, api, time_machine):
    change_everything(cast)
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    task = Task.objects.get(number=1)
    change_status(task=task, verb="suspend", text="会议纪要", by=cast.director, now=NOW + timedelta(days=2))
    api = Api(cast.leader)
    for ago in range(5, -1, -1):
        day = (TODAY + timedelta(days=2 - ago)).isoformat()
        (row,) = api.get("tasks", as_of=day).json()["results"]
        detail = api.get("task", 1, as_of=day).json()
        assert {name: detail[name] for name in row} == row


def test_the_official_plan_comes_back_as_of_today(cast):
    cast.task.plan.is_current = False
    cast.task.plan.save()
    call_command("load_plan", verbosity=0)
    api, director = Api(cast.leader), User.objects.get(username="director")
    entries = yaml.safe_load((settings.BASE_DIR / "fixtures/tasks.yaml").read_text("utf-8"))
    task = Task.objects.get(plan__is_current=True, number=7)
    dates = {"start_date": TODAY, "due_date": TODAY.replace(month=12), "basis": DueBasis.OFFICE}
    set_deadline(task=task, **dates, reason="会议决定", by=director, now=NOW)
    for entry in entries[:9]:
        now = api.get("task", entry["number"]).json()
        assert api.get("task", entry["number"], as_of=TODAY.isoformat()).json() == now
