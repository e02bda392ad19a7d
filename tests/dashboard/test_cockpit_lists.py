"""驾驶舱的清单: what needs attention and why, and what the next thirty days bring."""

from datetime import date

import pytest
import time_machine

from dashboard.readers.cockpit import cockpit
from dashboard.readers.cockpit.coming import weeks
from tasks.models import Milestone
from tests.factories import NOW, TODAY, TaskFactory


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def today(user, **more):
    return cockpit(user, on=TODAY, today=TODAY, **more)


@pytest.fixture
def troubled(cast):
    """One task in each kind of trouble, one in two, and one that is done and therefore in none."""
    silent = {"report_due_on": date(2026, 10, 26), "report_period": "2026M10"}
    slipped = {"due_date": date(2026, 12, 30), "original_due_date": date(2026, 9, 30), "slip_count": 2}
    TaskFactory(number=2, lead=cast.other, overdue=True)
    TaskFactory(number=3, lead=cast.other, **silent)
    TaskFactory(number=4, lead=cast.lead, **slipped)
    red = {"red_from": date(2026, 9, 1), "red_rule": "two_yellow"}
    TaskFactory(number=5, lead=cast.lead, **silent, **slipped, **red)
    TaskFactory(number=6, lead=cast.lead, **slipped, status="closed", closed_on=TODAY, closed_late=False)
    TaskFactory(number=7, lead=cast.lead, report_due_on=TODAY, report_period="2026M11")  # the limit is not over yet
    TaskFactory(number=8, lead=cast.lead, due_date=date(2026, 11, 30), original_due_date=date(2026, 12, 31))  # earlier
    return cast


def test_attention_lists_the_worst_first_with_every_reason(troubled):
    rows = today(troubled.leader)["attention"]["rows"]
    assert [(row["number"], row["kinds"]) for row in rows] == [
        (2, ["red"]), (5, ["red", "silent", "slipped"]), (3, ["silent"]), (4, ["slipped"]),
    ]  # fmt: skip
    assert [why["text"] for why in rows[1]["whys"]][1:] == [
        "2026年10月进展未报送，已过时限 23 天。",
        "时限延后 2 次：原 2026年9月30日，现 2026年12月30日。",
    ]


def test_attention_counts_each_kind_and_narrows_to_one(troubled, client):
    counts = today(troubled.leader)["attention"]["counts"]
    assert [(each["code"], each["count"]) for each in counts] == [("", 4), ("red", 2), ("silent", 2), ("slipped", 2)]
    client.force_login(troubled.leader)
    listed = client.get("/cockpit/?attention=silent").content.decode().split('id="attention"')[1].split("</section>")[0]
    assert 'href="/tasks/5/"' in listed
    assert 'href="/tasks/3/"' in listed
    assert 'href="/tasks/4/"' not in listed
    assert "2026M10" not in listed


def test_attention_of_nothing_says_so(cast, client):
    client.force_login(cast.leader)
    assert "没有红灯、未报送或时限延后的任务。" in client.get("/cockpit/").content.decode()


def test_cockpit_lists_what_comes_within_thirty_days(cast):
    soon = TaskFactory(number=9, lead=cast.other, due_date=date(2026, 12, 1))
    Milestone.objects.create(task=soon, name="验收", due_on=date(2026, 11, 20), planned_percent=80)
    Milestone.objects.create(task=soon, name="太远", due_on=date(2027, 1, 20), planned_percent=90)
    cast.period.reports_due_on = date(2026, 12, 18)
    cast.period.contributions_due_on = date(2026, 12, 10)
    cast.period.save()
    coming = today(cast.leader)["coming"]
    assert [(row["on"], row["kind"]) for row in coming["rows"]] == [
        (date(2026, 11, 20), "milestone"), (date(2026, 12, 1), "due"), (date(2026, 12, 18), "report"),
    ]  # fmt: skip
    assert coming["rows"][2]["owing"] == "应报 2 项"
    marked = [day["on"] for week in coming["weeks"] for day in week if day["count"]]
    assert marked == [row["on"] for row in coming["rows"]]


def test_weeks_are_whole_and_know_what_lies_outside():
    first, last = date(2026, 11, 18), date(2026, 12, 18)
    found = weeks([{"on": first, "kind": "due"}, {"on": first, "kind": "report"}], first=first, last=last)
    days = [day for week in found for day in week]
    assert {len(week) for week in found} == {7}
    assert days[0]["on"] == date(2026, 11, 16)  # a Monday
    assert [day["on"] for day in days if day["is_within"]][::30] == [first, last]
    assert [mark["code"] for mark in days[2]["marks"]] == ["due", "report"]
