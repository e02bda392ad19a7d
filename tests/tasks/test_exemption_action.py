from datetime import date, datetime, timedelta

import pytest

from common.errors import DomainError, InvalidError, NotAllowedError
from ledger.models import Event
from ledger.readers import last_sequence, verify
from tasks.actions import end_exemption, grant_exemption
from tasks.models import Exemption, Task
from tasks.readers import exemption_rows, task_rows
from tests.cast import PARTS
from tests.factories import NOW, SHANGHAI, TODAY, TaskFactory

pytestmark = pytest.mark.django_db
END = date(2026, 12, 20)


def grant(cast, **changes):
    return grant_exemption(**{
        "task": cast.task, "reason": " 等待国务院批复 ", "basis": "会议纪要〔2026〕3号",
        "starts_on": TODAY, "ends_on": END, "by": cast.director, "now": NOW, **changes,
    })  # fmt: skip


def end(cast, exemption, now=NOW, **changes):
    return end_exemption(**{
        "exemption": exemption, "reason": "已获批复", "by": cast.director, "now": now, **changes
    })  # fmt: skip


def at(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def colours(*days):
    return [Task.objects.get(number=1).light(on=day).colour.value for day in days]


def test_grant_exemption_greys_the_light_for_its_days_and_records_who(cast):
    exemption = grant(cast)
    assert (exemption.reason, exemption.granted_by, exemption.granted_at) == ("等待国务院批复", cast.director, NOW)
    task = Task.objects.get()
    assert (task.exempt_from, task.exempt_until, task.exempt_reason) == (TODAY, END, "等待国务院批复")
    around = (TODAY - timedelta(days=1), TODAY, END, END + timedelta(days=1))
    assert colours(*around) == ["green", "grey", "grey", "green"]
    told, own = Event.objects.order_by("sequence")
    assert (told.kind, told.verb, told.state["exempt_until"]) == ("task", "light_moved", "2026-12-20")
    assert (own.kind, own.verb, own.key) == ("exemption", "exemption_granted", f"test-plan/1/{exemption.pk}")
    assert (own.actor_id, own.reason, own.state["ends_on"]) == (cast.director.actor_id, "等待国务院批复", "2026-12-20")
    assert verify() == []


def test_grant_exemption_shows_its_reason_and_end_in_the_sentence(cast):
    grant(cast)
    (row,) = task_rows(Task.objects.visible_to(cast.lead_reporter), on=TODAY)
    assert row["light"]["rule"] == "exempt"
    assert row["light"]["reason"].startswith("因正当理由（等待国务院批复）不评灯，至 2026年12月20日止；")
    assert row["light"]["next"] == {"colour": "green", "on": date(2026, 12, 21)}


def test_grant_exemption_takes_a_task_out_of_the_overdue_ones(cast):
    task = TaskFactory(overdue=True, lead=cast.lead)
    grant(cast, task=task)
    assert task not in Task.objects.overdue(on=END)
    assert task in Task.objects.overdue(on=END + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"basis": ""}, "basis"),
        ({"reason": "长" * 201}, "reason"),
        ({"starts_on": END + timedelta(days=1)}, "starts_on"),
        ({"starts_on": date(2026, 1, 1), "ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"ends_on": date(9999, 12, 31)}, "ends_on"),
    ],
)
def test_grant_exemption_refuses_what_cannot_be(cast, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        grant(cast, **changes)
    assert field in refused.value.errors
    assert (Exemption.objects.count(), last_sequence()) == (0, before)


@pytest.mark.parametrize("status", ["planned", "suspended", "stopped", "standing"])
def test_grant_exemption_refuses_a_task_that_is_not_judged_anyway(cast, status):
    Task.objects.update(status=status)
    with pytest.raises(DomainError) as refused:
        grant(cast)
    assert refused.value.code == "task_not_running"
    assert not Exemption.objects.exists()


def test_grant_exemption_refuses_a_second_one_while_one_has_not_ended(cast):
    grant(cast)
    with pytest.raises(DomainError) as refused:
        grant(cast, starts_on=END + timedelta(days=10), ends_on=END + timedelta(days=20))
    assert refused.value.code == "exemption_stands"
    assert Exemption.objects.count() == 1


def test_grant_exemption_follows_one_that_is_over_but_not_over_its_days(cast):
    grant(cast)
    later = at(END + timedelta(days=1))
    with pytest.raises(InvalidError):
        grant(cast, starts_on=END, ends_on=date(2027, 1, 31), now=later)
    second = grant(cast, starts_on=END + timedelta(days=1), ends_on=date(2027, 1, 31), now=later)
    assert Task.objects.get().exempt_from == second.starts_on


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"director"}))
def test_grant_and_end_exemption_refuse_everybody_else(cast, part):
    with pytest.raises(NotAllowedError):
        grant(cast, by=getattr(cast, part))
    exemption, before = grant(cast), last_sequence()
    with pytest.raises(NotAllowedError):
        end(cast, exemption, by=getattr(cast, part))
    assert (Exemption.objects.filter(ended_at=None).count(), last_sequence()) == (1, before)


def test_end_exemption_judges_again_from_today_and_keeps_the_days_before(cast):
    exemption = grant(cast)
    day = date(2026, 12, 1)
    ended = end(cast, exemption, at(day))
    assert (ended.ended_by, ended.ends_on, ended.last_day) == (cast.director, END, date(2026, 11, 30))
    assert colours(TODAY, date(2026, 11, 30), day) == ["grey", "grey", "green"]
    assert [ended.holds(on=each) for each in (TODAY, date(2026, 11, 30), day)] == [True, True, False]
    event = Event.objects.latest("sequence")
    assert (event.verb, event.reason, event.actor_id) == ("exemption_ended", "已获批复", cast.director.actor_id)
    assert verify() == []


def test_end_exemption_before_it_began_leaves_no_day_out(cast):
    exemption = grant(cast, starts_on=TODAY + timedelta(days=2))
    end(cast, exemption)
    task = Task.objects.get()
    assert (task.exempt_from, task.exempt_until, task.exempt_reason) == (None, None, "")
    grant(cast)
    assert Exemption.objects.count() == 2


@pytest.mark.parametrize("late", [False, True])
def test_end_exemption_refuses_what_is_over(cast, late):
    exemption = grant(cast)
    if not late:
        end(cast, exemption)
    before = last_sequence()
    with pytest.raises(DomainError) as refused:
        end(cast, exemption, at(END + timedelta(days=1)) if late else NOW)
    assert refused.value.code == "exemption_over"
    assert last_sequence() == before


def test_end_exemption_asks_for_a_reason(cast):
    exemption = grant(cast)
    with pytest.raises(InvalidError):
        end(cast, exemption, reason=" ")
    assert Exemption.objects.get().ended_at is None


def test_exemption_rows_say_the_state_of_each(cast, django_assert_num_queries):
    first = grant(cast)
    end(cast, first, at(date(2026, 12, 1)))
    grant(cast, starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 10), now=at(date(2026, 12, 2)))
    with django_assert_num_queries(1):
        rows = exemption_rows(Exemption.objects.visible_to(cast.outsider), on=date(2026, 12, 2))
    assert [row["state"] for row in rows] == ["未开始", "已提前终止"]
    found = Exemption.objects.visible_to(cast.outsider)
    assert exemption_rows(found, on=date(2026, 12, 5))[0]["state"] == "生效中"
    assert exemption_rows(found, on=date(2026, 12, 11))[0]["state"] == "已到期"
    assert not Exemption.objects.visible_to(cast.auditor).exists()
