"""The list of closing requests: what waits for whom, and every one that a person may see."""

import pytest
import time_machine

from progress.actions import check_closing, send_closing
from tasks.actions import change_status
from tasks.models import Task
from tests import closings
from tests.factories import NOW, TaskFactory


@pytest.fixture(autouse=True)
def _at_noon(cast):
    Task.objects.update(percent=100)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(cast):
    return closings.draft(cast.task, reporter=cast.lead_reporter)


@pytest.fixture
def sent(cast, draft):
    return send_closing(closing=closings.hear_all(draft), by=cast.lead_approver, now=NOW)


def get(client, user, url):
    client.force_login(user)
    return client.get(url)


def test_closings_tells_each_what_waits_for_him(client, cast, draft):
    assert "待本单位反馈的办结申请" in get(client, cast.co_reporter, "/closings/").content.decode()
    assert "本单位在办的办结申请" in get(client, cast.lead_reporter, "/closings/").content.decode()
    assert "还没有办结申请" in get(client, cast.supervisor, "/closings/").content.decode()


def test_closings_waiting_for_the_office(client, cast, sent):
    assert "待核验的办结申请" in get(client, cast.supervisor, "/closings/").content.decode()
    check_closing(closing=sent, by=cast.supervisor, now=NOW)
    assert "待决定的办结申请" in get(client, cast.director, "/closings/").content.decode()
    assert "待决定的办结申请" not in get(client, cast.supervisor, "/closings/").content.decode()


def test_closings_of_stopped_tasks_wait_for_nobody(client, cast, sent):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    assert "待核验的办结申请" not in get(client, cast.supervisor, "/closings/").content.decode()


@pytest.mark.parametrize("part", ["lead_approver", "co_reporter", "supervisor", "director"])
def test_closings_cost_the_same_whatever_their_number(client, cast, part, django_assert_max_num_queries):
    _many(cast, 1)
    with django_assert_max_num_queries(30) as one:
        get(client, getattr(cast, part), "/closings/")
    cost = len(one)
    _many(cast, 30)
    with django_assert_max_num_queries(cost):
        assert get(client, getattr(cast, part), "/closings/").status_code == 200


def _many(cast, count):
    for _each in range(count):
        draft = closings.draft(_task(cast), reporter=cast.lead_reporter)
        sent = closings.ask_closing(_task(cast), reporter=cast.lead_reporter, approver=cast.lead_approver)
        check_closing(closing=sent, by=cast.supervisor, now=NOW)
        assert draft.hearings.count() == 1


def _task(cast):
    return TaskFactory(lead=cast.lead, supporting=[cast.co], percent=100)
