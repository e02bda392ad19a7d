"""Ctrl+K: what each person is given to find, and when it is asked for again."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import AgencyName
from tasks.actions import set_cycle
from tasks.status import Status
from tests.factories import NOW, TODAY, TaskFactory

URL = "/palette/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def items(client):
    def of(user):
        client.force_login(user)
        return {item["id"]: item for item in client.get(URL).json()["items"]}

    return of


def test_palette_gives_a_task_by_number_both_titles_and_pinyin(cast, items):
    TaskFactory(number=24, lead=cast.lead, title="推动跨境金融", title_en="Cross-border finance", overdue=True)
    task = items(cast.leader)["task-24"]
    assert (task["number"], task["url"], task["word"], task["light"]) == (24, "/tasks/24/", "滞后", "red")
    assert task["texts"][0][0] == "推动跨境金融"
    assert "kua jing jin rong" in task["texts"][0][1].replace("kua|ku", "kua")
    assert len(task["texts"][0][1].split(" ")) == len("推动跨境金融")
    assert task["texts"][1] == ["Cross-border finance", ""]


def test_palette_gives_a_unit_under_every_name_it_has_borne(cast, items):
    AgencyName.objects.create(
        agency=cast.lead,
        name="旧称委员会",
        short_name="旧称",
        name_en="Old name",
        valid_from="2020-01-01",
        basis="三定",
    )
    texts = [text for text, _letters in items(cast.leader)[f"unit-{cast.lead.pk}"]["texts"]]
    assert texts[0] == cast.lead.name
    assert {"旧称委员会", "旧称", "Old name"} <= set(texts)


@pytest.mark.parametrize(
    ("part", "there", "not_there"),
    [
        ("lead_reporter", {"do-progress:new-1", "progress:contributions"}, {"progress:reviews", "do-tasks:deadline-1"}),
        ("co_reporter", {"do-progress:contribute-1"}, {"do-progress:new-1"}),
        ("supervisor", {"do-tasks:deadline-1", "progress:reviews", "task-1"}, {"do-progress:new-1"}),
        ("leader", {"dashboard:cockpit", "do-theme"}, {"do-tasks:deadline-1", "do-progress:new-1", "tasks:bulk"}),
        ("auditor", {"ledger:list", "do-logout"}, {"task-1", "tasks:list", "unit-lead-unit", "supervision:inbox"}),
    ],
)
def test_palette_gives_each_role_what_it_may_open(cast, items, part, there, not_there):
    found = set(items(getattr(cast, part)))
    assert there <= found
    assert not not_there & found


def test_palette_leads_nobody_to_a_page_that_refuses_them(cast, items, client):
    for part in ("lead_reporter", "co_reporter", "supervisor", "auditor"):
        for item in items(getattr(cast, part)).values():
            if item.get("url") and item["id"] != "do-logout":
                assert client.get(item["url"]).status_code in {200, 302}, item


def test_palette_offers_no_deadline_of_an_ended_task(cast, items):
    TaskFactory(number=2, lead=cast.lead, status=Status.STOPPED)
    found = items(cast.supervisor)
    assert "task-2" in found
    assert "do-tasks:deadline-2" not in found


def test_palette_speaks_the_readers_language(cast, client):
    client.force_login(cast.leader)
    client.cookies["gxftz_language"] = "en"
    task = next(item for item in client.get(URL).json()["items"] if item["id"] == "task-1")
    assert [text for text, _letters in task["texts"]] == [cast.task.title_en, cast.task.title]
    assert task["texts"][1][1].startswith("ren|")


def test_palette_is_asked_for_again_only_when_something_changed(cast, client):
    client.force_login(cast.supervisor)
    first = client.get(URL)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL, headers=tag).status_code == 304
    assert len(queries) <= 3  # the session, the person, the ledger's last number
    client.cookies["gxftz_language"] = "en"
    assert client.get(URL, headers=tag).status_code == 200
    client.cookies["gxftz_language"] = "zh-hans"
    client.force_login(cast.director)
    assert client.get(URL, headers=tag).status_code == 200
    client.force_login(cast.supervisor)
    set_cycle(task=cast.task, cycle="month", by=cast.supervisor, now=NOW)
    assert client.get(URL, headers=tag).status_code == 200
    tag = {"If-None-Match": client.get(URL).headers["ETag"]}
    with time_machine.travel(NOW.replace(day=TODAY.day + 1), tick=False):
        client.force_login(cast.supervisor)
        assert client.get(URL, headers=tag).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_palette_asks_the_database_three_times(cast, client, count):
    TaskFactory.create_batch(count, lead=cast.lead)
    client.force_login(cast.supervisor)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
    assert len(queries) <= 5  # and two of them say who asks


def test_every_page_has_the_palette_and_without_a_script_a_search_form(cast, client):
    client.force_login(cast.leader)
    shown = client.get("/tasks/").content.decode()
    assert f'data-url="{URL}"' in shown
    assert f'<form class="find" method="get" action="{reverse("dashboard:search")}" role="search">' in shown
    assert shown.index('class="skip-link"') < shown.index('class="find"')
    assert 'data-key="g t"' in shown
    assert 'role="combobox"' in shown
