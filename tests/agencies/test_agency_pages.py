from datetime import date, timedelta

import pytest

from agencies.actions import rename_agency
from agencies.models import AgencyName
from ledger.readers import last_sequence
from tests.cast import PARTS
from tests.factories import NOW, AgencyFactory, TaskFactory

LIST = "/agencies/"
LEAD = "/agencies/lead-unit/"
RENAME = "/agencies/lead-unit/rename/"
NAMES = {"name": "自治区商务委", "short_name": "商务委", "name_en": "Commission", "basis": "桂编〔2024〕1号"}


@pytest.mark.parametrize("part", PARTS)
def test_list_counts_what_each_unit_carries(cast, client, part):
    client.force_login(getattr(cast, part))
    response = client.get(LIST)
    if part == "auditor":
        assert response.status_code == 403
        return
    units = {unit["agency"].code: unit for group in response.context["groups"] for unit in group["units"]}
    assert (units["lead-unit"]["led"], units["lead-unit"]["supported"]) == (1, 0)
    assert (units["co-unit"]["led"], units["co-unit"]["supported"]) == (0, 1)
    assert [group["kind"].value for group in response.context["groups"]] == ["department", "zone_body", "office"]


def test_list_counts_the_plans_units_without_the_office(cast, client):
    client.force_login(cast.leader)
    assert "方案所列 4 个责任单位" in client.get(LIST).content.decode()


def test_list_says_why_it_is_empty(client, cast):
    client.force_login(cast.leader)
    type(cast.task).objects.all().delete()
    type(cast.leader).objects.exclude(pk=cast.leader.pk).delete()
    type(cast.lead).objects.all().delete()
    assert "还没有单位" in client.get(LIST).content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_whatever_the_number(cast, client, number, django_assert_max_num_queries):
    AgencyFactory.create_batch(number)
    client.force_login(cast.leader)
    with django_assert_max_num_queries(10):
        client.get(LIST)


@pytest.mark.parametrize("part", PARTS)
def test_detail_shows_tasks_to_everyone_and_people_to_their_own(cast, client, part):
    client.force_login(getattr(cast, part))
    response = client.get(LEAD)
    if part == "auditor":
        assert response.status_code == 404
        return
    text = response.content.decode()
    assert [row["number"] for row in response.context["led"]] == [1]
    assert response.context["supported"] == []
    assert "该单位不配合任何任务" in text
    sees = part in {"lead_reporter", "lead_approver", "supervisor", "director", "leader", "administrator"}
    assert ("姓名lead_approver" in text) == sees
    assert ("没有可查看的人员" in text) == (not sees)
    assert ("录入新名称" in text) == (part in {"supervisor", "director", "administrator"})


def test_detail_shows_the_new_name_with_the_old_and_their_days(cast, client):
    AgencyName.objects.create(agency=cast.lead, valid_from="2020-01-22", **{**NAMES, "name": "旧名", "basis": "方案"})
    rename_agency(agency=cast.lead, **NAMES, valid_from=date(2024, 1, 1), by=cast.director, now=NOW)
    client.force_login(cast.leader)
    text = client.get(LEAD).content.decode()
    assert "自治区商务委（单位lead-unit）" in text
    assert "2024-01-01 起，依据：桂编〔2024〕1号" in text
    assert "2020-01-22 起，依据：方案" in text


def test_detail_of_an_open_set_says_it_has_nobody(cast, client):
    AgencyFactory(code="open", kind="open_set", is_open_set=True)
    client.force_login(cast.administrator)
    text = client.get("/agencies/open/").content.decode()
    assert "本身没有人员" in text
    assert 'id="staff"' not in text


def test_detail_of_no_unit_is_not_found(cast, client):
    client.force_login(cast.leader)
    assert client.get("/agencies/nowhere/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_detail_costs_the_same_whatever_the_number(cast, client, number, django_assert_max_num_queries):
    for _n in range(number):
        TaskFactory(lead=cast.lead, supporting=[cast.co])
    client.force_login(cast.leader)
    with django_assert_max_num_queries(17):
        client.get(LEAD)


# --- a new name ---


@pytest.mark.parametrize("part", PARTS)
def test_rename_is_for_office_and_administrator(cast, client, part):
    client.force_login(getattr(cast, part))
    data = {**NAMES, "valid_from": "2024年1月1日"}
    if part == "auditor":
        assert client.post(RENAME, data).status_code == 404
    elif part in {"supervisor", "director", "administrator"}:
        assert client.get(RENAME).status_code == 200
        assert client.post(RENAME, data).url == LEAD
        assert AgencyName.objects.get().valid_from == date(2024, 1, 1)
    else:
        assert client.get(RENAME).status_code == 403
        assert client.post(RENAME, data).status_code == 403
        assert not AgencyName.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": "明年"}, "valid_from"),
        ({"valid_from": str(date.today() + timedelta(days=400))}, "valid_from"),  # noqa: DTZ011
        ({"name": ""}, "name"),
        ({"basis": ""}, "basis"),
    ],
)
def test_rename_says_what_is_wrong(cast, client, changes, field):
    client.force_login(cast.director)
    before = last_sequence()
    response = client.post(RENAME, {**NAMES, "valid_from": "2024-01-01", **changes})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert last_sequence() == before
