import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Goal, Safeguard
from tests.factories import PillarFactory, TaskFactory

PAGE = "/plan/"


@pytest.fixture
def plan(cast):
    found = cast.task.plan
    Goal.objects.create(
        plan=found,
        order=1,
        label="半年出经验",
        label_en="Half a year",
        date="2020-02-29",
        basis="推断",
        basis_en="Inferred",
    )
    Safeguard.objects.create(
        plan=found, number=1, title="加强组织领导", title_en="Organisation", text="正文。", agency=cast.office
    )
    return found


def text(response):
    return " ".join(response.content.decode().split())


def test_plan_says_what_is_known_and_what_is_not(cast, client, plan):
    client.force_login(cast.outsider)
    shown = text(client.get(PAGE))
    for words in (
        "测试方案",
        "发文机关",
        "2020年1月22日",
        "未查得",
        "〔2019〕0号",
        "半年出经验",
        "推断",
        "加强组织领导",
        "任务1",
    ):
        assert words in shown
    assert "没有为任务规定时限" in shown


def test_plan_shows_its_number_once_it_is_found(cast, client, plan):
    plan.document_number = "桂政发〔2020〕0号"
    plan.save()
    client.force_login(cast.leader)
    shown = text(client.get(PAGE))
    assert "桂政发〔2020〕0号" in shown
    assert "未查得" not in shown


def test_plan_marks_english_titles_as_own_translation(cast, client, plan):
    client.cookies["gxftz_language"] = "en"
    client.force_login(cast.leader)
    shown = text(client.get(PAGE))
    assert "Test plan" in shown
    assert "测试方案" in shown
    assert "Inferred" in shown


def test_plan_is_refused_to_the_auditor(cast, client, plan):
    client.force_login(cast.auditor)
    assert client.get(PAGE).status_code == 403


def test_plan_costs_the_same_with_more_tasks(cast, client, plan):
    client.force_login(cast.leader)
    first = count_queries(client)
    for number in range(2, 8):
        TaskFactory(pillar=PillarFactory(number=number), lead=cast.lead)
    assert count_queries(client) == first


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    return len(queries)
