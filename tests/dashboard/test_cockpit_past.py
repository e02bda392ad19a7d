"""驾驶舱 as of a past day, and what changed between two days: told from the ledger alone."""

from datetime import date, datetime

import pytest
import time_machine

from dashboard.readers.cockpit import changes, cockpit
from dashboard.readers.cockpit.changes import differences, groups
from progress.actions import approve_report, draft_report, submit_report
from tasks.actions import MilestoneInput, change_status, set_deadline, set_milestones
from tests.factories import NOW, SHANGHAI, TODAY, TaskFactory, report_content

BEGUN = datetime(2026, 10, 8, 9, tzinfo=SHANGHAI)
FIRST, THEN = BEGUN.date(), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(cast):
    """Three tasks begin in October; in November one is reported on, one moved, one suspended; a fourth is new."""
    cast.moved = TaskFactory(number=2, lead=cast.other)
    cast.still = TaskFactory(number=3, lead=cast.other, percent=95)
    for task in (cast.task, cast.moved, cast.still):
        marks = [MilestoneInput("验收", date(2026, 12, 1), 95)]
        set_milestones(task=task, milestones=marks, by=cast.director, now=BEGUN)
    november = NOW.replace(day=5)
    report = draft_report(
        task=cast.task, period=cast.period, content=report_content(percent=97), by=cast.lead_reporter, now=november
    )
    approve_report(
        report=submit_report(report=report, by=cast.lead_approver, now=november), by=cast.supervisor, now=november
    )
    set_deadline(
        task=cast.moved, start_date=date(2026, 1, 1), due_date=date(2027, 3, 31), basis="office", reason="会议决定",
        by=cast.director, now=november,
    )  # fmt: skip
    cast.still.refresh_from_db()
    change_status(task=cast.still, verb="suspend", text="会议纪要", by=cast.director, now=november)
    fresh = TaskFactory(number=4, lead=cast.lead)
    set_milestones(task=fresh, milestones=[], by=cast.director, now=november)
    return cast


def page(client, address):
    response = client.get(address)
    return response.status_code, " ".join(response.content.decode().split())


def test_cockpit_of_a_past_day_shows_what_was_known_then(story):
    then, now = (cockpit(story.leader, on=day, today=TODAY) for day in (THEN, TODAY))
    assert (then["figures"]["tasks"], now["figures"]["tasks"]) == (3, 4)
    assert (then["figures"]["average_percent"], now["figures"]["average_percent"]) == (91.7, 93.0)
    assert then["curve"][-1]["actual"] is None
    assert [each["task"]["number"] for each in then["coming"]["rows"] if each["kind"] == "milestone"] == [1, 2, 3]
    assert [row["number"] for row in now["attention"]["rows"]] == [2]
    assert then["attention"]["rows"] == []


def test_cockpit_of_a_past_day_says_so_and_stays_in_that_day(story, client):
    client.force_login(story.leader)
    status, text = page(client, "/cockpit/?on=2026.11.1")
    assert status == 200
    assert "现在看的是 2026-11-01 日终的情况" in text
    assert 'href="/cockpit/tasks/?on=2026-11-01&amp;light=red"' in text
    assert "/api/v1/progress/summary/?by=lead&amp;as_of=2026-11-01" in text
    assert 'href="/cockpit/changes/?from=2026-11-01"' in text
    assert "现在看的是" not in page(client, f"/cockpit/?on={TODAY}")[1]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-11-19", "这一天还没有到。请填今天（2026-11-18）或以前的日期。"),
        ("2026-10-07", "留痕从 2026-10-08 开始，更早的情况无法重现。请填这一天或以后的日期。"),
        ("昨天", "请写成 2026-12-31 这样的日期。"),
    ],
)
def test_cockpit_refuses_a_day_that_nobody_knows(story, client, day, message):
    client.force_login(story.leader)
    for address in ("/cockpit/?on=", "/cockpit/tasks/?on=", "/cockpit/changes/?from="):
        status, text = page(client, address + day)
        assert (status, message in text) == (400, True)


def test_a_ledger_without_events_has_no_past(cast, client):
    client.force_login(cast.leader)
    assert "留痕里还没有记录" in page(client, "/cockpit/?on=2026-11-01")[1]


def test_tasks_of_a_past_day_are_narrowed_like_the_list(story, client):
    client.force_login(story.leader)
    status, text = page(client, f"/cockpit/tasks/?on={THEN}&lead=other-unit&status=ongoing")
    assert status == 200
    assert [f'href="/tasks/{number}/"' in text for number in (1, 2, 3, 4)] == [False, True, True, False]
    status, text = page(client, f"/cockpit/tasks/?on={THEN}&light=pink&nothing=1")
    assert (status, "没有“nothing”这个筛选条件。" in text) == (400, True)
    assert "这一天没有符合条件的任务" in page(client, f"/cockpit/tasks/?on={THEN}&light=blue")[1]


def test_changes_tells_what_happened_to_each_task(story):
    told = changes(story.leader, since=THEN, until=TODAY)
    rows = {row["now"]["number"]: row for group in told["groups"] for row in group["rows"]}
    assert {number: row["kinds"] for number, row in rows.items()} == {
        1: ["progress"], 2: ["moved"], 3: ["other"], 4: ["issued", "progress"],
    }  # fmt: skip
    assert [name for name, changed in rows[3]["changed"].items() if changed] == ["light", "status"]
    assert (rows[1]["then"]["percent"], rows[1]["now"]["percent"], told["reports"]) == (90, 97, 1)


def test_changes_counts_and_narrows(story, client):
    client.force_login(story.leader)
    status, text = page(client, f"/cockpit/changes/?from={THEN}")
    assert status == 200
    assert "<s>2026-12-31</s>" in text
    assert "其间审定的报送：2026年第4季度" in text
    assert "<strong>1</strong><span>审定报送</span>" in text
    narrowed = page(client, f"/cockpit/changes/?from={THEN}&kind=moved")[1]
    assert [f'href="/tasks/{number}/"' in narrowed for number in (1, 2, 3)] == [False, True, False]
    assert page(client, f"/cockpit/changes/?from={THEN}&pillar=99")[0] == 400


def test_changes_between_days_on_which_nothing_happened(story, client):
    client.force_login(story.leader)
    assert "这段时间没有变化" in page(client, f"/cockpit/changes/?from={FIRST}&to=2026-10-20")[1]
    status, text = page(client, f"/cockpit/changes/?from={TODAY}&to={TODAY}")
    assert (status, "起始日期要早于截止日期。" in text) == (400, True)


@pytest.mark.parametrize(
    ("then", "now", "kinds"),
    [
        ({"light": "green"}, {"light": "red"}, ["red"]),
        ({"light": "yellow"}, {"light": "red", "percent": 60}, ["red", "progress"]),
        ({"light": "grey"}, {"light": "yellow"}, ["yellow"]),
        ({"light": "red"}, {"light": "yellow"}, ["better"]),
        ({"light": "red"}, {"light": "grey"}, []),
        ({"light": "red"}, {"light": "blue", "status": "closed"}, ["done"]),
        ({"status": "planned"}, {"status": "issued"}, ["issued"]),
        ({"status": "planned"}, {"status": "stopped"}, ["other"]),
        ({"status": "closed"}, {"status": "ongoing"}, ["other"]),
        ({}, {"lead": "b"}, ["other"]),
        ({}, {"due_date": date(2027, 1, 1)}, ["moved"]),
        ({"due_date": None}, {}, ["other"]),
    ],
)
def test_differences_names_the_kinds_of_change(then, now, kinds):
    assert differences(row_of(then), row_of(now), [])["kinds"] == kinds


def row_of(changed):
    values = {"light": "green", "percent": 50, "status": "ongoing", "due_date": TODAY, "lead": "a", **changed}
    parts = {"light": {"colour": values["light"]}, "lead": {"code": values["lead"]}}
    return {**values, **parts, "number": 1, "overdue_days": 0}


def test_groups_put_the_worst_first_and_each_task_once():
    rows = [differences(row_of({}), row_of(now), []) for now in ({"percent": 60}, {"light": "red", "percent": 60})]
    assert [(group["code"], len(group["rows"])) for group in groups(rows)] == [("red", 1), ("progress", 1)]
    assert [(group["code"], len(group["rows"])) for group in groups(rows, kind="progress")] == [("progress", 2)]


def test_the_past_asks_as_much_for_thirty_tasks(story, django_assert_max_num_queries):
    def ask():
        with django_assert_max_num_queries(7):
            cockpit(story.leader, on=THEN, today=TODAY)
        with django_assert_max_num_queries(6):
            changes(story.leader, since=THEN, until=TODAY)

    ask()
    for number in range(30):
        task = TaskFactory(number=number + 200, lead=story.other)
        marks = [MilestoneInput("验收", date(2026, 12, 1), 95)]
        set_milestones(task=task, milestones=marks, by=story.director, now=BEGUN)
    ask()


def test_wall_shows_the_cockpit_without_people(story, client):
    client.force_login(story.leader)
    status, text = page(client, "/cockpit/wall/")
    assert status == 200
    assert story.leader.name not in text
    assert 'hx-trigger="every 60s"' in text
    part = client.get("/cockpit/wall/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="board"')
    assert "<html" not in part
