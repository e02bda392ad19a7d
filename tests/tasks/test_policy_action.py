from dataclasses import replace
from datetime import date, datetime

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Event
from ledger.readers import last_sequence, verify
from tasks.actions import record_progress, save_policy, set_calendar_day
from tasks.extensions import ExtensionPolicy
from tasks.lights import LightPolicy
from tasks.models import PolicyVersion, Task
from tasks.periods import PeriodPolicy
from tasks.readers import policy_rows, preview_lights, task_rows_as_of
from tests.cast import PARTS
from tests.factories import NOW, SHANGHAI, TODAY, TaskFactory

pytestmark = pytest.mark.django_db
STRICT = LightPolicy(yellow_points=2, near_days_long=40)


def save(by, policy=STRICT, **changes):
    return save_policy(**{
        "kind": "lights", "policy": policy, "reason": " 从严要求 ", "by": by, "now": NOW, **changes
    })  # fmt: skip


def many(cast):
    for percent in (0, 30, 60, 80, 95, 100):
        for due in (date(2026, 11, 20), date(2026, 12, 31), date(2027, 12, 31)):
            TaskFactory(lead=cast.lead, percent=percent, due_date=due)
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)  # judges them all


def test_save_policy_is_in_force_as_the_next_version_and_records_who(cast):
    first = save(cast.director)
    second = save(cast.director, replace(STRICT, near_days=5), number=1)
    assert (first.number, first.reason, first.set_by, second.number) == (1, "从严要求", cast.director, 2)
    assert PolicyVersion.objects.value(LightPolicy, "lights") == replace(STRICT, near_days=5)
    assert first.values["yellow_points"] == 2
    event = Event.objects.filter(kind="policy").latest("sequence")
    assert (event.key, event.verb, event.actor_id) == ("lights/2", "policy_set", cast.director.actor_id)
    assert event.changed == {"number": [1, 2], "near_days": [3, 5]}
    assert verify() == []


def test_save_policy_judges_every_task_anew_and_names_the_version(cast):
    many(cast)
    moved = {row["number"] for row in preview_lights(policy=STRICT, on=TODAY)}
    save(cast.director)
    events = Event.objects.filter(verb="light_moved", reason="亮灯规则第 1 版：从严要求")
    assert {event.state["number"] for event in events} == moved
    assert len(moved) > 3
    for task in Task.objects.all():
        assert task.light_policy == (1 if task.number in moved else 0)
    assert {event.state["light_policy"] for event in events} == {1}
    assert Event.objects.latest("sequence").kind == "policy"


def test_a_light_judged_later_carries_the_versions_it_was_judged_by(cast):
    save(cast.director)
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)
    set_calendar_day(day=date(2027, 1, 4), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)
    record_progress(task=cast.task, percent=95, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    task = Task.objects.get()
    assert (task.light_policy, task.light_calendar) == (1, 2)
    state = Event.objects.filter(kind="task").latest("sequence").state
    assert (state["light_policy"], state["light_calendar"]) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "policy"),
    [("periods", PeriodPolicy(reports_day=24)), ("extensions", ExtensionPolicy(most=1)), ("reminders", STRICT)],
)
def test_save_policy_keeps_the_other_kinds_and_moves_no_light(cast, kind, policy):
    version = save(cast.director, policy, kind=kind)
    assert (version.kind, version.number) == (kind, 1)
    assert PolicyVersion.objects.value(type(policy), kind) == policy
    assert not Event.objects.filter(verb="light_moved").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "calendar"}, "kind"),
        ({"kind": "weather"}, "kind"),
        ({"kind": "periods"}, "kind"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
        ({"policy": LightPolicy()}, "policy"),
    ],
)
def test_save_policy_refuses_what_says_nothing(cast, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        save(cast.director, **changes)
    assert field in refused.value.errors
    assert (PolicyVersion.objects.count(), last_sequence()) == (0, before)


def test_save_policy_refuses_an_old_version_and_shows_the_one_that_stands(cast):
    standing = save(cast.director, number=0)
    before = last_sequence()
    with pytest.raises(StaleVersionError) as refused:
        save(cast.director, LightPolicy(near_days=4), number=0)
    assert refused.value.current == standing
    assert (PolicyVersion.objects.count(), last_sequence()) == (1, before)


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"director"}))
def test_save_policy_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        save(getattr(cast, part))
    assert (PolicyVersion.objects.count(), last_sequence()) == (0, before)


# --- the calendar's versions ---


def test_set_calendar_day_keeps_the_whole_calendar_as_a_version(cast):
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)
    set_calendar_day(day=date(2027, 1, 2), kind="workday", name="调休", by=cast.administrator, now=NOW)
    first, second = PolicyVersion.objects.filter(kind="calendar").order_by("number")
    assert first.values == {"holidays": ["2027-01-01"], "workdays": [], "years": []}
    assert second.values == {"holidays": ["2027-01-01"], "workdays": ["2027-01-02"], "years": []}
    assert (second.number, second.set_by, second.reason) == (2, cast.administrator, "工作日历调整：2027-01-02")
    assert Event.objects.filter(kind="policy", key="calendar/2").exists()


def test_a_calendar_change_leaves_the_page_of_last_week_as_it_was(cast):
    """Overdue from 16 November; the change makes it the 19th, and the 17th must still say that it was overdue."""
    TaskFactory(number=7, lead=cast.lead, due_date=date(2026, 11, 13), percent=95)
    monday, wednesday = (datetime(2026, 11, day, 9, tzinfo=SHANGHAI) for day in (16, 18))
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=monday)
    last_week = date(2026, 11, 17)

    def row():
        rows = task_rows_as_of(Task.objects.visible_to(cast.leader), Event.objects.all(), on=last_week)
        return next(each for each in rows if each["number"] == 7)

    before = row()
    assert (before["light"]["colour"], before["overdue_days"]) == ("red", 4)
    for day in (16, 17, 18):
        set_calendar_day(day=date(2026, 11, day), kind="holiday", name="放假", by=cast.supervisor, now=wednesday)
    assert Task.objects.get(number=7).overdue_from == date(2026, 11, 19)
    assert row() == before


# --- the preview ---


def test_preview_lights_of_no_change_says_so_and_stores_nothing(cast):
    many(cast)
    before = last_sequence()
    assert preview_lights(policy=LightPolicy(), on=TODAY) == []
    assert preview_lights(policy=STRICT, on=TODAY) != []
    assert last_sequence() == before


def test_preview_lights_is_what_saving_does(cast):
    many(cast)
    expected = preview_lights(policy=STRICT, on=TODAY)
    old = {task.number: task.light(on=TODAY).colour for task in Task.objects.all()}
    save(cast.director)
    for row in expected:
        task = Task.objects.get(number=row["number"])
        assert {name: getattr(task, name) for name in row["after"]} == row["after"]
        assert (row["now"]["colour"], row["then"]["colour"]) == (old[task.number], task.light(on=TODAY).colour)
    assert preview_lights(policy=STRICT, on=TODAY) == []


def test_preview_lights_names_the_first_day_on_which_the_colours_part(cast):
    task = TaskFactory(number=7, lead=cast.lead, start_date=None, due_date=date(2026, 12, 31), percent=95)
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)
    (row,) = [row for row in preview_lights(policy=LightPolicy(near_days=5), on=TODAY) if row["number"] == task.number]
    assert (row["before"]["yellow_from"], row["after"]["yellow_from"]) == (date(2026, 12, 28), date(2026, 12, 24))
    assert (row["now"]["colour"], row["then"]["colour"], row["turns_on"]) == ("green", "green", date(2026, 12, 24))
    assert row["lead"] == {"code": "lead-unit", "name": "单位lead-unit"}


@pytest.mark.parametrize("count", [1, 30])
def test_preview_lights_costs_the_same_for_any_number(cast, count, django_assert_num_queries):
    for _count in range(count - 1):
        TaskFactory(lead=cast.lead, percent=0)
    with django_assert_num_queries(7):
        assert len(preview_lights(policy=STRICT, on=TODAY)) == count


def test_policy_rows_show_who_set_what_and_why(cast):
    save(cast.director)
    save(cast.director, replace(STRICT, near_days=5), reason="再从严")
    rows = policy_rows(PolicyVersion.objects.visible_to(cast.lead_reporter), "lights")
    assert [(row["number"], row["reason"], row["set_by_name"]) for row in rows] == [
        (2, "再从严", cast.director.name),
        (1, "从严要求", cast.director.name),
    ]
