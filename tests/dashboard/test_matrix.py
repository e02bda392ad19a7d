"""矩阵: tasks by units."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import PARTS
from tests.factories import NOW, AgencyFactory, PillarFactory, TaskFactory, ZoneFactory

PAGE = "/matrix/"
# Who asks and what waits in the navigation (3), names behind codes, tasks, links and units (4).
QUERIES = 7


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, cast):
    def get(address="", *, user=cast.leader, **headers):
        client.force_login(user)
        return client.get(f"{PAGE}{address}", **headers)

    return get


def marks(response):
    """Number of the task → unit → role, as the cells stand."""
    found = response.context["matrix"]
    codes = [unit["code"] for unit in found["units"]]
    lines = (line for group in found["groups"] for line in group["lines"])
    return {line["number"]: {codes[mark["place"]]: mark["role"] for mark in line["marks"]} for line in lines}


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("part", PARTS)
def test_matrix_is_open_to_everyone_who_reads_tasks(cast, page, part):
    assert page(user=getattr(cast, part)).status_code == (403 if part == "auditor" else 200)


def test_matrix_marks_lead_and_supporting_units_in_their_cells(cast, page):
    TaskFactory(number=2, lead=cast.co, supporting=[cast.lead], overdue=True)
    response = page()
    assert marks(response) == {
        1: {"lead-unit": "lead", "co-unit": "co", "zone-body": "co"},
        2: {"co-unit": "lead", "lead-unit": "co"},
    }
    table = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<td.*?</td>", row) for row in table.split("<tr")[2:]]
    assert [["href" in cell for cell in row[:-1]] for row in cells] == [
        [True, True, False, True],
        [True, True, False, False],
    ]
    assert 'aria-label="牵头 滞后"' in text(response)
    assert 'aria-label="配合 正常"' in text(response)


def test_matrix_counts_at_the_ends(cast, page):
    TaskFactory(number=2, lead=cast.co, supporting=[cast.lead])
    units = {unit["code"]: (unit["led"], unit["co"]) for unit in page().context["matrix"]["units"]}
    assert units == {"lead-unit": (1, 1), "co-unit": (1, 1), "other-unit": (0, 0), "zone-body": (0, 1)}


def test_matrix_narrows_by_kind_pillar_light_and_zone(cast, page):
    other = PillarFactory(plan=cast.task.plan, number=2)
    TaskFactory(number=2, lead=cast.co, overdue=True, pillar=other).zones.add(ZoneFactory(code="qinzhou"))
    assert list(marks(page("?pillar=2"))) == [2]
    assert list(marks(page("?light=red"))) == [2]
    assert list(marks(page("?zone=nanning"))) == [1]
    kind = page("?kind=zone_body").context["matrix"]
    assert [unit["code"] for unit in kind["units"]] == ["zone-body"]
    assert marks(page("?kind=zone_body")) == {1: {"zone-body": "co"}, 2: {}}


def test_matrix_sorts_units_by_load(cast, page):
    TaskFactory.create_batch(2, lead=cast.other)
    found = page("?order=load").context["matrix"]
    assert [unit["code"] for unit in found["units"]] == ["other-unit", "lead-unit", "co-unit", "zone-body"]
    assert found["kinds"] == []


@pytest.mark.parametrize("address", ["?kind=wrong", "?light=purple", "?pillar=99", "?order=name", "?unit=x"])
def test_matrix_says_what_it_does_not_understand(page, address):
    response = page(address)
    assert response.status_code == 400
    assert "地址中的筛选条件有误" in text(response)


def test_matrix_says_that_nothing_is_found_and_how_to_go_on(page):
    assert "没有符合条件的任务" in text(page("?light=red"))


def test_matrix_answers_a_part_with_the_table_alone(page):
    assert "<html" not in text(page(HTTP_HX_REQUEST="true"))


def test_matrix_tells_the_same_unit_by_unit_for_narrow_screens(cast, page):
    lists = {each["unit"]["code"]: each["carried"] for each in page().context["by_unit"]}
    assert [(share["line"]["number"], share["role"]) for share in lists["zone-body"]] == [(1, "co")]
    assert lists["other-unit"] == []


@pytest.mark.parametrize("number", [1, 30])
def test_matrix_costs_the_same_whatever_the_number(cast, client, number):
    for _n in range(number):
        TaskFactory(lead=AgencyFactory(), supporting=[cast.co])
    client.force_login(cast.leader)
    with CaptureQueriesContext(connection) as found:
        client.get(PAGE)
    assert len(found) <= QUERIES
