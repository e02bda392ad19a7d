"""时间轴: places of bars and marks on an axis (pure), and the page."""

from datetime import date, timedelta

import pytest
import time_machine

from tasks.models import Milestone
from tasks.readers.timeline import Scale, timeline
from tests.factories import NOW, TODAY, TaskFactory

PAGE = "/tasks/?layout=timeline"
PILLAR = {"number": 1, "title": "板块1", "title_en": "Pillar 1"}


def row(**changes):
    return {
        "number": 1, "pillar": PILLAR, "light": {"colour": "green", "label": "正常"}, "percent": 50,
        "start_date": date(2026, 1, 1), "due_date": date(2026, 12, 31), "original_due_date": date(2026, 12, 31),
        "planned_percent": 80, **changes,
    }  # fmt: skip


def bar(found):
    return found["groups"][0]["rows"][0]


def test_timeline_places_a_bar_its_progress_and_today():
    found = timeline([row()], {}, on=date(2026, 7, 2))
    assert (bar(found)["left"], bar(found)["right"]) == (0.0, 100.0)
    assert (bar(found)["done"], bar(found)["planned_at"]) == (50.0, 80.0)
    assert found["today"] == pytest.approx(49.86, abs=0.01)
    assert (found["scale"], len(found["axis"])) == ("month", 12)


@pytest.mark.parametrize(
    ("due", "scale", "steps"),
    [(date(2026, 12, 31), "month", 12), (date(2028, 12, 31), "quarter", 12), (date(2032, 12, 31), "year", 7)],
)
def test_timeline_chooses_the_scale_that_fits_a_screen(due, scale, steps):
    found = timeline([row(due_date=due)], {}, on=date(2026, 7, 1))
    assert (found["scale"], len(found["axis"])) == (scale, steps)


def test_timeline_takes_the_scale_asked_for_unless_it_is_endless():
    long = [row(start_date=date(2000, 1, 1))]
    assert timeline([row()], {}, on=TODAY, scale=Scale.YEAR)["scale"] == "year"
    assert timeline(long, {}, on=TODAY, scale=Scale.MONTH)["scale"] == "quarter"


def test_timeline_says_of_each_milestone_whether_it_is_reached():
    marks = {1: [
        {"name": "甲", "due_on": date(2026, 3, 31), "percent": 40},
        {"name": "乙", "due_on": date(2026, 6, 30), "percent": 60},
        {"name": "丙", "due_on": date(2026, 9, 30), "percent": 80},
    ]}  # fmt: skip
    found = timeline([row()], marks, on=date(2026, 7, 1))
    assert [mark["state"] for mark in bar(found)["marks"]] == ["reached", "late", "open"]


def test_timeline_keeps_the_first_deadline_visible_when_it_moved():
    moved = timeline([row(original_due_date=date(2026, 6, 30))], {}, on=date(2026, 7, 1))
    assert bar(moved)["original"] == pytest.approx(49.59, abs=0.01)
    assert bar(timeline([row()], {}, on=date(2026, 7, 1)))["original"] is None


def test_timeline_of_a_task_without_a_start_has_a_deadline_and_no_bar():
    found = bar(timeline([row(start_date=None, planned_percent=None)], {}, on=date(2026, 7, 1)))
    assert (found["left"], found["done"], found["planned_at"], found["right"]) == (None, 0.0, None, 100.0)


def test_timeline_lists_what_has_no_deadline_beside_the_axis():
    undated = row(number=2, due_date=None, original_due_date=None)
    found = timeline([row(), undated], {}, on=TODAY)
    assert ([each["number"] for each in found["undated"]], len(found["groups"][0]["rows"])) == ([2], 1)


# -- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, cast):
    client.force_login(cast.supervisor)
    with time_machine.travel(NOW, tick=False):
        yield lambda address=PAGE: " ".join(client.get(address).content.decode().split())


def test_timeline_page_tells_bars_marks_and_what_is_missing(cast, page):
    Milestone.objects.create(task=cast.task, name="印发方案", due_on=TODAY - timedelta(days=9), planned_percent=95)
    TaskFactory(number=2, lead=cast.lead, planned=True, title="没有时限的任务")
    shown = page()
    for words in (
        "第 1 项：2026-01-01 至 2026-12-31，审定进度 90%", "印发方案 2026-11-09 · 到期未达到", "今天的计划进度 95%",
        "没有时限、未画在时间轴上的任务", "没有时限的任务", "未设时限，不评灯",
    ):  # fmt: skip
        assert words in shown


def test_timeline_page_says_that_it_does_not_know_a_scale(page):
    assert "没有“week”这种刻度" in page(f"{PAGE}&scale=week")
    assert "没有“" not in page(f"{PAGE}&scale=year")
