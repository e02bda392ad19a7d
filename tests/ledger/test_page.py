import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.actions import append
from ledger.actors import SYSTEM, SystemActor
from ledger.models import Audience, Event
from ledger.views import PAGE_SIZE
from tests.factories import NOW

PAGE = "/ledger/"


@pytest.fixture
def page(client):
    def get(user, **parameters):
        client.force_login(user)
        return client.get(PAGE, parameters)

    return get


@pytest.fixture
def three(cast):
    """One event for each audience, the middle one of the lead unit."""
    audiences = (Audience.PUBLIC, Audience.AGENCY, Audience.RESTRICTED)
    return [write(f"test-plan/{n}", audience=each, agency=cast.lead.code) for n, each in enumerate(audiences, start=1)]


def write(key, *, by=SYSTEM, at=NOW, **more):
    return append(
        kind="task", key=key, verb="deadline_set", by=by, at=at, state={"percent": 1}, before={"percent": 0}, **more
    )


def shown(response):
    return [each.sequence for each in response.context["page"].events]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("auditor", [3, 2, 1]),
        ("supervisor", [3, 2, 1]),
        ("leader", [3, 2, 1]),
        ("lead_reporter", [2, 1]),
        ("outsider", [1]),
        ("administrator", [1]),
    ],
)
def test_event_list_shows_each_person_what_is_theirs_to_read(cast, page, three, part, expected):
    response = page(getattr(cast, part))
    assert response.status_code == 200
    assert shown(response) == expected


def test_event_list_tells_events_in_words(cast, page, three):
    words = text(page(cast.auditor))
    for each in ("设定时限", "已审定进度（%）", "0", "1", "系统", "任务 1"):
        assert each in words
    assert 'href="/tasks/1/"' not in words  # the auditor reads no tasks
    assert 'href="/tasks/1/"' in text(page(cast.supervisor))


def test_event_list_narrows_by_kind_actor_and_day(cast, page):
    write("p/1", at=NOW - timedelta(days=3))
    write("p/2", by=SystemActor("韦主任"))
    append(kind="period", key="2026Q4", verb="opened", by=SYSTEM, at=NOW, state={"code": "2026Q4"})
    assert shown(page(cast.auditor, kind="period")) == [3]
    assert shown(page(cast.auditor, actor="韦")) == [2]
    assert shown(page(cast.auditor, until="2026-11-17")) == [1]
    assert shown(page(cast.auditor, since="20261118", until="20261118")) == [3, 2]


@pytest.mark.parametrize("wrong", [{"since": "某天"}, {"since": "2026-02-02", "until": "2026-01-01"}, {"before": "x"}])
def test_event_list_answers_a_wrong_condition_with_why_and_no_rows(cast, page, three, wrong):
    response = page(cast.auditor, **wrong)
    assert response.status_code == 400
    assert shown(response) == []
    assert response.context["form"].errors


def test_event_list_pages_without_gaps_both_ways(cast, client):
    for number in range(PAGE_SIZE * 2 + 10):
        write(f"p/{number}")
    client.force_login(cast.auditor)
    seen, address = [], PAGE
    while address:
        response = client.get(address)
        seen += shown(response)
        address = follow(response, "next")
    assert seen == list(range(PAGE_SIZE * 2 + 10, 0, -1))
    back = client.get(follow(response, "prev"))
    assert shown(back)[-1] == seen[-10] + 1
    assert follow(client.get(follow(back, "prev")), "prev") is None


def follow(response, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
    return f"{PAGE}{found[1].replace('&amp;', '&')}" if found else None


def test_event_list_says_on_demand_whether_the_chain_is_whole(cast, page, three):
    assert "完整，共 3 条。" in text(page(cast.auditor, verify="1"))
    assert "完整" not in text(page(cast.auditor)).replace("校验完整性", "")


def test_event_list_shows_where_the_chain_is_broken(cast, page, three):
    with connection.cursor() as cursor:
        drop_guard(cursor)
        cursor.execute("UPDATE ledger_event SET actor_name = 'x' WHERE sequence = 2")
    assert "断裂" in text(page(cast.auditor, verify="1"))


def drop_guard(cursor):
    if connection.vendor == "postgresql":
        cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_event'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name}")


@pytest.mark.parametrize("part", ["outsider", "administrator"])
def test_event_list_verifies_for_nobody_who_reads_only_a_part(cast, page, three, part):
    response = page(getattr(cast, part), verify="1")
    assert "共 3 条" not in text(response)


def test_event_list_says_why_it_is_empty(cast, page):
    assert "还没有记录" in text(page(cast.auditor))
    write("p/1")
    assert "没有符合条件的记录" in text(page(cast.auditor, kind="user"))


def test_event_list_costs_the_same_for_one_and_thirty(cast, client):
    write("p/1")
    client.force_login(cast.supervisor)
    first = count_queries(client)
    for number in range(29):
        write(f"p/{number}")
    assert count_queries(client) == first
    assert Event.objects.count() == 30


def count_queries(client):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    return len(queries)
