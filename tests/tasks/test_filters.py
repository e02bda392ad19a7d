from datetime import date

import pytest
from django.http import QueryDict

from tasks.filters import TaskFilter
from tasks.models import Task
from tests.factories import TODAY, TaskFactory

pytestmark = pytest.mark.django_db


def test_filter_takes_dates_as_people_write_them(cast):
    wanted = TaskFilter(QueryDict("due_before=2026.12.31&due_after=2026年1月1日"), TODAY)
    assert not wanted.errors
    assert (wanted.due_before, wanted.due_after) == (date(2026, 12, 31), date(2026, 1, 1))


def test_filter_narrows_by_what_it_understood_and_says_what_it_did_not(cast):
    TaskFactory(number=2, lead=cast.other)
    wanted = TaskFilter(QueryDict("lead=other-unit,nobody&due_before=soon"), TODAY)
    assert [each.number for each in wanted.apply(Task.objects.visible_to(cast.leader))] == [2]
    assert set(wanted.errors) == {"lead", "due_before"}


def test_filter_tells_what_is_active_for_links(cast):
    query = "status=ongoing&status=closed&overdue=1&q=%E5%8F%A3%E5%B2%B8&ordering=-percent&lead=&view=board"
    wanted = TaskFilter(QueryDict(query), TODAY)
    assert wanted.active == {
        "status": ["ongoing", "closed"], "overdue": "true", "q": "口岸", "ordering": "-percent",
    }  # fmt: skip


def test_filter_without_parameters_is_the_whole_list_by_number(cast):
    TaskFactory(number=2)
    wanted = TaskFilter(QueryDict(""), TODAY)
    assert [each.number for each in wanted.apply(Task.objects.visible_to(cast.leader))] == [1, 2]
    assert wanted.active == {}
