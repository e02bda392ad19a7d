"""The official plan, loaded and read back through the API."""

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from agencies.roles import Role
from tests.api import Api
from tests.factories import UserFactory

FIXTURES = settings.BASE_DIR / "fixtures"


@pytest.fixture
def api(db):
    call_command("load_plan", verbosity=0)
    return Api(UserFactory(agency=None, role=Role.LEADER))


def official(name):
    return yaml.safe_load((FIXTURES / f"{name}.yaml").read_text("utf-8"))


def test_the_plan_has_the_official_counts(api):
    plan = api.get("plan").json()
    assert [plan[name] for name in ("tasks", "pillars", "agencies", "assignments")] == [45, 7, 52, 376]
    assert len(api.get("pillars").json()) == 7
    assert len(api.get("zones").json()) == 3
    units = api.get("agencies").json()
    assert sum(each["plan_name"] is not None for each in units) == 52
    assert sum(each["led"] + each["supported"] for each in units) == 376


def test_every_task_comes_back_as_it_was_written(api):
    for wanted in official("tasks"):
        task = api.get("task", wanted["number"]).json()
        assert (task["title"], task["text"]) == (wanted["title"], wanted["text"])
        assert task["unit_clause"] == wanted["unit_clause"]
        assert task["pillar"]["number"] == wanted["pillar"]
        assert [each["agency"]["code"] for each in task["assignments"]] == wanted["units"]
        assert [each["role"] for each in task["assignments"]] == ["lead"] + ["co"] * (len(wanted["units"]) - 1)
        assert task["zones"] == wanted["zones"]
        assert "".join(each["text"] for each in task["measures"]) == wanted["text"]


def test_the_list_as_of_today_equals_the_list_of_now(api):
    now = api.get("tasks").json()
    assert len(now["results"]) == 45
    assert api.get("tasks", as_of=now["as_of"]).json() == now
