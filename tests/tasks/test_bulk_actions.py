"""批量办理: the single actions for many tasks, a result for each, and the way back."""

from datetime import date

import pytest

from common.errors import InvalidError, NotAllowedError
from ledger.models import Audience, Event
from ledger.readers import verify
from tasks.actions import MilestoneInput, change_many, preview_many, set_deadline, set_milestones, undo_many
from tasks.actions.bulk import BulkUndoneError
from tasks.models import BulkChange, Task
from tasks.readers import bulk_results, bulk_rows
from tests.extensions import sent
from tests.factories import NOW, TaskFactory

pytestmark = pytest.mark.django_db
DATES = {"start_date": date(2026, 1, 1), "due_date": date(2027, 3, 31), "basis": "office"}
MARKS = {"milestones": [MilestoneInput("初稿", date(2026, 6, 30), 50)]}


def tasks_of(*tasks):
    return Task.objects.filter(pk__in=[each.pk for each in tasks])


def do(cast, *tasks, kind="deadlines", values=None, by=None, reason="统一调整", act=change_many):
    return act(
        kind=kind, tasks=tasks_of(*tasks), values=values or DATES, reason=reason, by=by or cast.supervisor, now=NOW
    )  # fmt: skip


def values_of(*tasks):
    """Everything a bulk change may touch, as it stands."""
    names = (
        "start_date",
        "due_date",
        "original_due_date",
        "due_basis",
        "due_note",
        "slip_count",
        "is_standing",
        "cycle",
    )
    marks = [list(each.milestones.order_by("due_on").values_list("name", "due_on")) for each in tasks]
    return list(tasks_of(*tasks).order_by("pk").values_list(*names)), marks


def test_change_many_does_the_single_action_for_each(cast):
    planned = TaskFactory(planned=True, lead=cast.lead)
    change = do(cast, cast.task, planned)
    assert [(row["number"], row["ok"]) for row in change.rows] == [(1, True), (planned.number, True)]
    assert set(tasks_of(cast.task, planned).values_list("due_date", flat=True)) == {date(2027, 3, 31)}
    assert Event.objects.filter(verb="deadline_set", actor_id=cast.supervisor.actor_id).count() == 2
    event = Event.objects.latest("sequence")
    assert (event.kind, event.verb, event.audience) == ("bulk", "bulk_done", Audience.RESTRICTED)
    assert event.state["done"] == [1, planned.number]
    assert verify() == []


def test_change_many_says_of_each_why_it_is_refused_and_does_the_others(cast):
    stopped = TaskFactory(lead=cast.lead, status="stopped")
    marked = TaskFactory(lead=cast.lead)
    set_milestones(task=marked, milestones=[MilestoneInput("验收", date(2026, 11, 30), 90)], by=cast.director, now=NOW)
    waiting = TaskFactory(lead=cast.lead)
    sent(cast, task=waiting)
    values = {**DATES, "due_date": date(2026, 10, 30)}
    rows = {row["task"]: row for row in do(cast, cast.task, stopped, marked, waiting, values=values).rows}
    assert {pk: row["ok"] for pk, row in rows.items()} == {
        cast.task.pk: True, stopped.pk: False, marked.pk: False, waiting.pk: False
    }  # fmt: skip
    assert "已结束" in rows[stopped.pk]["error"]
    assert rows[marked.pk]["error"] == "时限早于已设的节点，请先调整节点。"
    assert "延期申请待答复" in rows[waiting.pk]["error"]
    assert Event.objects.filter(verb="deadline_set").count() == 1


def test_change_many_refuses_a_row_that_would_not_change(cast):
    do(cast, cast.task)
    [row] = do(cast, cast.task).rows
    assert (row["ok"], row["error"]) == (False, "与现在相同，没有改动。")
    assert Event.objects.filter(verb="deadline_set").count() == 1


def test_change_many_needs_a_task(cast):
    with pytest.raises(InvalidError):
        change_many(
            kind="cycle", tasks=Task.objects.none(), values={"cycle": "month"}, by=cast.supervisor, now=NOW
        )  # fmt: skip
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("part", ["lead_approver", "leader", "administrator", "auditor", "outsider"])
def test_bulk_is_the_offices_alone(cast, part):
    change, by = do(cast, cast.task), getattr(cast, part)
    count = Event.objects.count()
    for refused in (
        lambda: do(cast, cast.task, by=by),
        lambda: do(cast, cast.task, by=by, act=preview_many),
        lambda: undo_many(change=change, by=by, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            refused()
    assert Event.objects.count() == count


@pytest.mark.parametrize(
    ("kind", "values"), [("deadlines", DATES), ("milestones", MARKS), ("cycle", {"cycle": "month"})]
)
def test_preview_many_tells_the_same_and_changes_nothing(cast, kind, values):
    stopped = TaskFactory(lead=cast.lead, status="stopped")
    before, count = values_of(cast.task, stopped), Event.objects.count()
    rows = do(cast, cast.task, stopped, kind=kind, values=values, act=preview_many)
    assert values_of(cast.task, stopped) == before
    assert (Event.objects.count(), BulkChange.objects.count()) == (count, 0)
    assert do(cast, cast.task, stopped, kind=kind, values=values).rows == rows


@pytest.mark.parametrize(
    ("kind", "values"), [("deadlines", DATES), ("milestones", MARKS), ("cycle", {"cycle": "half"})]
)
def test_undo_many_puts_everything_back(cast, kind, values):
    others = [TaskFactory(lead=cast.lead), TaskFactory(lead=cast.lead, percent=10)]
    if kind == "deadlines":
        others += [
            TaskFactory(planned=True, lead=cast.lead),
            TaskFactory(planned=True, lead=cast.lead, is_standing=True),
        ]
    before = values_of(cast.task, *others)
    change = do(cast, cast.task, *others, kind=kind, values=values)
    assert values_of(cast.task, *others) != before
    change = undo_many(change=change, by=cast.director, now=NOW)
    assert values_of(cast.task, *others) == before
    assert all(row["undone"] for row in change.rows)
    assert (change.undone_at, change.undone_by) == (NOW, cast.director)
    assert Event.objects.latest("sequence").verb == "bulk_undone"
    assert verify() == []


def test_undo_many_leaves_what_has_moved_on(cast):
    other = TaskFactory(lead=cast.lead)
    change = do(cast, cast.task, other)
    set_deadline(task=other, **{**DATES, "due_date": date(2027, 6, 30)}, reason="再调", by=cast.director, now=NOW)
    change = undo_many(change=change, by=cast.supervisor, now=NOW)
    first, second = change.rows
    assert (first["undone"], second["undone"]) == (True, False)
    assert "又有新的变动" in second["undo_error"]
    assert Task.objects.get(pk=other.pk).due_date == date(2027, 6, 30)


def test_undo_many_is_once(cast):
    change = do(cast, cast.task)
    undo_many(change=change, by=cast.supervisor, now=NOW)
    with pytest.raises(BulkUndoneError):
        undo_many(change=change, by=cast.supervisor, now=NOW)


def test_bulk_rows_count_and_results_tell_both_sides(cast):
    stopped = TaskFactory(lead=cast.lead, status="stopped")
    change = do(cast, cast.task, stopped)
    [row] = bulk_rows(BulkChange.objects.visible_to(cast.director))
    assert (row["tasks"], row["done"], row["refused"], row["undone"]) == (2, 1, 1, 0)
    first = bulk_results(change.kind, change.rows)[0]
    assert (first["before"], first["after"]) == (
        "2026-01-01 – 2026-12-31 办公室确定", "2026-01-01 – 2027-03-31 办公室确定"
    )  # fmt: skip
    assert not BulkChange.objects.visible_to(cast.lead_approver).exists()


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("milestones", MARKS, ("没有节点", "2026-06-30 初稿 50%")),
        ("cycle", {"cycle": "half"}, ("按一般规定", "按半年")),
    ],
)
def test_bulk_results_put_milestones_and_cycles_into_words(cast, kind, values, words):
    change = do(cast, cast.task, kind=kind, values=values)
    [row] = bulk_results(kind, change.rows)
    assert (row["before"], row["after"]) == words
