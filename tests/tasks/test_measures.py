import pytest
from django.urls import reverse

from common.errors import InvalidError, NotAllowedError
from ledger.models import Event
from tasks.actions import set_measure_status
from tasks.actions.measures import TaskNotRunningError
from tasks.models import Measure, Task
from tasks.status import Status
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def put(cast, status="done", by="lead_reporter", order=1):
    return set_measure_status(task=cast.task, order=order, status=status, by=getattr(cast, by), now=NOW)


def test_set_measure_status_changes_one_sentence_and_records_who(cast):
    put(cast)
    assert list(cast.task.measures.order_by("order").values_list("status", flat=True)) == ["done", "not_started"]
    event = Event.objects.get(kind="measure")
    assert (event.key, event.actor_id) == ("test-plan/1/1", cast.lead_reporter.actor_id)
    assert event.changed == {"status": ["not_started", "done"]}


def test_set_measure_status_to_what_it_is_writes_no_event(cast):
    put(cast, "not_started")
    assert not Event.objects.exists()


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "director", "leader", "administrator"])
def test_set_measure_status_is_the_lead_units_alone(cast, part):
    with pytest.raises(NotAllowedError):
        put(cast, by=part)
    assert not Measure.objects.filter(status="done").exists()


def test_set_measure_status_refuses_a_word_that_is_none(cast):
    with pytest.raises(InvalidError):
        put(cast, "已完成")


def test_set_measure_status_refuses_a_task_that_does_not_run(cast):
    Task.objects.update(status=Status.SUSPENDED)
    with pytest.raises(TaskNotRunningError):
        put(cast)


def test_page_offers_the_change_to_the_lead_unit_alone(cast, client):
    address = reverse("tasks:measure", args=[1, 2])
    for part, is_offered in (("lead_reporter", True), ("supervisor", False), ("co_reporter", False)):
        client.force_login(getattr(cast, part))
        page = client.get(reverse("dashboard:task", args=[1])).content.decode()
        assert (address in page) is is_offered


def test_page_changes_it_and_says_so(cast, client):
    client.force_login(cast.lead_reporter)
    answer = client.post(reverse("tasks:measure", args=[1, 2]), {"status": "ongoing"}, follow=True)
    assert "举措 1.2 已更新" in answer.content.decode()
    assert Measure.objects.get(order=2).status == "ongoing"


def test_page_of_a_measure_that_does_not_exist_is_not_found(cast, client):
    client.force_login(cast.lead_reporter)
    assert client.post(reverse("tasks:measure", args=[1, 99]), {"status": "done"}).status_code == 404
