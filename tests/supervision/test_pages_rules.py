"""规则 and 演练 as pages."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from supervision.reminders import ReminderPolicy
from tasks.lights import LightPolicy
from tasks.models import PolicyVersion
from tasks.policies import PolicyKind, to_values
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_now")]


@pytest.fixture
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def values_of(policy, **changes):
    """What the browser sends for a policy."""
    values = {**to_values(policy), **changes}
    sent = {name: "、".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()}
    return {name: "on" if value is True else value for name, value in sent.items() if value is not False}


def post(client, kind, policy, **changes):
    data = {"number": 0, "reason": "", **values_of(policy, **changes)}
    return client.post(reverse("supervision:policy", args=[kind]), data)


def test_settings_show_every_rule_with_its_source(client, cast):
    client.force_login(cast.lead_reporter)
    text = client.get(reverse("supervision:settings")).content.decode()
    assert "银川 2025" in text
    assert "默认数值，尚未调整" in text
    assert reverse("supervision:policy", args=["lights"]) not in text


def test_policy_preview_saves_nothing_and_shows_the_tasks(client, cast):
    cast.task.percent = 80
    cast.task.save()
    client.force_login(cast.director)
    response = post(client, "lights", LightPolicy(), yellow_points=5, preview="1")
    assert response.status_code == 200
    assert "保存并生效" in response.content.decode()
    assert not PolicyVersion.objects.exists()


def test_policy_save_makes_a_version(client, cast):
    client.force_login(cast.director)
    response = post(client, "lights", LightPolicy(), yellow_points=5, reason="会议纪要", save="1")
    assert response.status_code == 302
    assert PolicyVersion.objects.value(LightPolicy, PolicyKind.LIGHTS).yellow_points == 5


def test_policy_save_needs_a_reason(client, cast):
    client.force_login(cast.director)
    response = post(client, "lights", LightPolicy(), yellow_points=5, save="1")
    assert response.status_code == 400
    assert "请写明调整理由" in response.content.decode()


def test_policy_of_reminders_previews_the_load(client, cast):
    client.force_login(cast.director)
    text = post(client, "reminders", ReminderPolicy(), before="1", preview="1").content.decode()
    assert "试行规则" in text


def test_policy_refuses_numbers_that_cannot_stand_together(client, cast):
    client.force_login(cast.director)
    response = post(client, "lights", LightPolicy(), yellow_points=50, preview="1")
    assert response.status_code == 400
    assert "放在一起不成立" in response.content.decode()


def test_policy_saved_meanwhile_is_not_overwritten(client, cast):
    client.force_login(cast.director)
    post(client, "lights", LightPolicy(), yellow_points=5, reason="甲", save="1")
    response = post(client, "lights", LightPolicy(), yellow_points=7, reason="乙", save="1")
    assert response.status_code == 412
    assert PolicyVersion.objects.get().values["yellow_points"] == 5


def test_rehearsal_page_lists_days_and_people(client, cast):
    client.force_login(cast.supervisor)
    query = {"first": "2026-11-18", "last": "2027-01-20", **values_of(ReminderPolicy())}
    text = client.get(reverse("supervision:rehearsal"), query).content.decode()
    assert "收到最多的人" in text
    assert date(2026, 12, 15).isoformat() in text


def test_rehearsal_page_goes_by_the_rules_in_force_where_no_numbers_are_given(client, cast):
    client.force_login(cast.supervisor)
    response = client.get(reverse("supervision:rehearsal"), {"first": "2026-11-18", "last": "2027-01-20"})
    assert response.status_code == 200
    assert not response.context["result"]["is_other"]


def test_rehearsal_page_says_which_days_are_wrong(client, cast):
    client.force_login(cast.supervisor)
    query = {"first": "2026-11-18", "last": "2026-01-20", **values_of(ReminderPolicy())}
    response = client.get(reverse("supervision:rehearsal"), query)
    assert response.status_code == 400
    assert "不能早于开始日期" in response.content.decode()


def test_rehearsal_is_the_office_s(client, cast):
    client.force_login(cast.lead_reporter)
    assert client.get(reverse("supervision:rehearsal")).status_code == 403
