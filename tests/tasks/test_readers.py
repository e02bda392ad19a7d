from datetime import date, timedelta

import pytest

from tasks.actions import refresh_lights
from tasks.models import Task
from tasks.readers import task_detail, task_rows
from tasks.status import DONE, Status
from tests.factories import NOW, TODAY, AgencyFactory, TaskFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_lights(cast):
    """One task for every state, deadline and percent that the rules tell apart."""
    for status in Status.values:
        done = {"closed_on": TODAY, "closed_late": True} if status in DONE else {}
        for days, percent in ((-30, 80), (2, 80), (200, 0), (200, 60), (200, 99)):
            due = TODAY + timedelta(days=days)
            TaskFactory(lead=cast.lead, status=status, due_date=due, percent=percent, **done)
    TaskFactory(lead=cast.lead, start_date=TODAY + timedelta(days=9), due_date=date(2027, 12, 31), percent=0)
    TaskFactory(planned=True, lead=cast.lead)
    refresh_lights(by=cast.supervisor, now=NOW, reason="试算")


@pytest.mark.parametrize("days", [-400, -31, -1, 0, 1, 8, 9, 30, 200, 400])
def test_colour_in_sql_equals_the_light_of_each_row_on_any_day(cast, many_lights, days):
    on = TODAY + timedelta(days=days)
    by_sql = dict(Task.objects.with_colour(on).values_list("number", "colour"))
    rows = task_rows(Task.objects.visible_to(cast.leader), on=on)
    by_row = {row["number"]: row["light"]["colour"] for row in rows}
    assert by_sql == by_row
    assert {each.number: each.light(on=on).colour.value for each in Task.objects.all()} == by_row


def test_colours_of_the_sample_are_all_five(cast, many_lights):
    colours = Task.objects.with_colour(TODAY).values_list("colour", flat=True)
    assert set(colours) == {"green", "yellow", "red", "blue", "grey"}


def test_overdue_in_sql_equals_overdue_days_of_each_row(cast, many_lights):
    overdue = set(Task.objects.overdue(on=TODAY).values_list("number", flat=True))
    rows = task_rows(Task.objects.visible_to(cast.leader), on=TODAY)
    assert overdue == {row["number"] for row in rows if row["overdue_days"]}
    assert overdue


@pytest.mark.parametrize("count", [1, 30])
def test_task_rows_cost_four_queries_whatever_the_number(cast, count, django_assert_num_queries):
    units = [cast.co, AgencyFactory(), AgencyFactory()]
    for _ in range(count - 1):
        TaskFactory(lead=cast.lead, supporting=units)
    with django_assert_num_queries(4):
        assert len(task_rows(Task.objects.visible_to(cast.leader), on=TODAY)) == count


def test_task_rows_name_the_units_in_the_plans_order(cast):
    (row,) = task_rows(Task.objects.visible_to(cast.leader), on=TODAY)
    assert row["lead"]["code"] == "lead-unit"
    assert [unit["code"] for unit in row["supporting"]] == ["co-unit", "zone-body"]
    assert row["zones"] == ["nanning"]


def test_task_detail_has_the_text_by_measure(cast):
    detail = task_detail(Task.objects.visible_to(cast.leader), number=1, on=TODAY)
    assert "".join(measure["text"] for measure in detail["measures"]) == detail["text"]
    assert [link["role"] for link in detail["assignments"]] == ["lead", "co", "co"]


def test_task_detail_of_an_unseen_task_does_not_exist(cast):
    with pytest.raises(Task.DoesNotExist):
        task_detail(Task.objects.visible_to(cast.auditor), number=1, on=TODAY)


@pytest.mark.parametrize(
    ("part", "sees"),
    [("lead_reporter", True), ("outsider", True), ("leader", True), ("administrator", True), ("auditor", False)],
)
def test_visible_to_shows_tasks_to_everyone_but_the_auditor(cast, part, sees):
    assert Task.objects.visible_to(getattr(cast, part)).exists() is sees


def test_querysets_find_tasks_by_their_units_and_zone_without_doubles(cast):
    TaskFactory(lead=cast.other, supporting=[cast.lead])
    tasks = Task.objects.current()
    assert tasks.led_by("lead-unit").count() == 1
    assert tasks.supported_by("lead-unit").count() == 1
    assert tasks.involving("lead-unit").count() == 2
    assert tasks.in_zone("nanning").get() == cast.task
