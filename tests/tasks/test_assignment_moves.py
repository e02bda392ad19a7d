"""责任移交 as an action: what it does, records and refuses, and that everything hanging on the lead follows."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.actions import merge_agencies, rename_agency, split_agency
from agencies.models import Agency, AgencyName
from common.errors import DomainError, InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Event
from ledger.readers import last_sequence, verify
from progress.actions import draft_report, save_report, submit_report
from progress.models import Contribution, Report
from progress.permissions import can_draft
from tasks.actions import Move, draft_extension, move_assignments, record_progress, send_extension, undo_move
from tasks.actions.assignments import MoveError
from tasks.actions.extensions import ExtensionInput
from tasks.models import Assignment, Extension, Task
from tasks.readers import task_rows_as_of
from tasks.readers.assignments import heirs_on, latest_moves, links_of, read_links, waiting_groups
from tests.factories import NOW, TODAY, AgencyFactory, TaskFactory, UserFactory, report_content

SINCE = date(2026, 11, 1)
BASIS = "指挥部办公室通知〔2026〕3号"
RECORDED = {"effective_on": SINCE, "basis": "桂编〔2026〕8号", "now": NOW}


@pytest.fixture
def merged(cast):
    """The cast after the lead unit has been merged into the other unit."""
    merge_agencies(predecessors=[cast.lead], successor=cast.other, by=cast.administrator, **RECORDED)
    return cast


def move(cast, *links, **changes):
    chosen = links or [Move(cast.task.pk, "lead-unit", "other-unit")]
    values = {"links": chosen, "basis": BASIS, "on": TODAY, "by": cast.director, "now": NOW}
    return move_assignments(**{**values, **changes})


def units(task):
    return list(task.assignments.order_by("order").values_list("agency", "role", "order"))


def fresh(task):
    return Task.objects.with_lead().get(pk=task.pk)


# --- what it does ---


def test_move_assignments_puts_the_successor_in_its_place(merged):
    (result,) = move(merged)
    assert (result.refusal, result.task) == ("", merged.task)
    assert units(merged.task) == [("other-unit", "lead", 1), ("co-unit", "co", 2), ("zone-body", "co", 3)]
    link = merged.task.assignments.get(role="lead")
    assert (link.plan_agency_id, link.moved_on) == ("lead-unit", TODAY)
    assert fresh(merged.task).lead_code == "other-unit"


def test_move_assignments_records_before_and_after(merged):
    move(merged)
    event = Event.objects.get(verb="reassigned")
    assert (event.kind, event.key, event.reason) == ("task", merged.task.key, BASIS)
    assert event.actor_id == merged.director.actor_id
    assert event.changed["lead"] == ["lead-unit", "other-unit"]
    assert event.changed["version"] == [1, 2]
    assert [each[0].agency for each in map(read_links, event.changed["links"])] == ["lead-unit", "other-unit"]
    assert verify() == []


def test_move_assignments_makes_one_link_of_two(cast):
    merge_agencies(predecessors=[cast.lead], successor=cast.co, by=cast.administrator, **RECORDED)
    move(cast, Move(cast.task.pk, "lead-unit", "co-unit"))
    assert units(cast.task) == [("co-unit", "lead", 1), ("zone-body", "co", 2)]
    assert cast.task.assignments.get(role="lead").joined == ["co-unit"]


def test_move_assignments_gives_a_result_for_each_link(merged):
    done = TaskFactory(lead=merged.lead, status="closed", closed_on=TODAY, closed_late=False)
    open_task = TaskFactory(lead=merged.lead)
    links = [Move(each, "lead-unit", "other-unit") for each in (done.pk, 999_999, open_task.pk)]
    results = move(
        merged, *links, Move(merged.task.pk, "lead-unit", "co-unit"), Move(merged.task.pk, "other-unit", "co-unit")
    )
    words = [each.refusal for each in results]
    assert [bool(each) for each in words] == [True, True, False, True, True]
    assert "已结束" in words[0]
    assert "没有这项任务" in words[1]
    assert "没有登记过" in words[3]
    assert "已不承担" in words[4]
    assert units(done) == [("lead-unit", "lead", 1)]
    assert Event.objects.filter(verb="reassigned").count() == 1


def test_move_assignments_moves_two_links_of_one_task(cast):
    merge_agencies(predecessors=[cast.lead, cast.co], successor=cast.other, by=cast.administrator, **RECORDED)
    results = move(cast, *[Move(cast.task.pk, unit, "other-unit") for unit in ("lead-unit", "co-unit")])
    assert [each.refusal for each in results] == ["", ""]
    assert units(cast.task) == [("other-unit", "lead", 1), ("zone-body", "co", 2)]
    assert fresh(cast.task).version == 3
    assert verify() == []


def test_move_assignments_reaches_the_successors_successor(merged):
    merge_agencies(predecessors=[merged.other], successor=merged.co, by=merged.administrator, **RECORDED)
    refused, moved = move(merged, *[Move(merged.task.pk, "lead-unit", unit) for unit in ("other-unit", "co-unit")])
    assert "承接单位也已撤销" in refused.refusal
    assert moved.refusal == ""
    assert fresh(merged.task).lead_code == "co-unit"


def test_move_assignments_on_a_past_day_passes_over_a_unit_dissolved_since(merged):
    heir = AgencyFactory(code="heir-unit")
    later = {**RECORDED, "effective_on": TODAY}
    merge_agencies(predecessors=[merged.other], successor=heir, by=merged.administrator, **later)
    (result,) = move(merged, on=SINCE)
    assert "承接单位也已撤销" in result.refusal
    assert units(merged.task)[0] == ("lead-unit", "lead", 1)


def test_move_assignments_refuses_a_day_before_the_succession(merged):
    (result,) = move(merged, on=SINCE - timedelta(days=1))
    assert "2026-11-01" in result.refusal or "没有登记过" in result.refusal
    assert fresh(merged.task).lead_code == "lead-unit"


# --- what it refuses ---


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"basis": " "}, "basis"), ({"on": TODAY + timedelta(days=1)}, "on"), ({"links": []}, "links")],
)
def test_move_assignments_names_what_is_wrong_and_leaves_nothing(merged, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        move(merged, **changes)
    assert list(refused.value.errors) == [field]
    assert (fresh(merged.task).lead_code, last_sequence()) == ("lead-unit", before)


@pytest.mark.parametrize("part", ["administrator", "supervisor", "lead_approver", "leader", "auditor", "outsider"])
def test_moving_and_undoing_are_the_directors(merged, part):
    move(merged)
    before, by = last_sequence(), getattr(merged, part)
    with pytest.raises(NotAllowedError):
        move(merged, by=by)
    with pytest.raises(NotAllowedError):
        undo_move(task=merged.task, reason="误", by=by, now=NOW)
    assert last_sequence() == before


# --- taking back ---


def test_undo_move_restores_the_list_that_was(cast):
    merge_agencies(predecessors=[cast.lead], successor=cast.co, by=cast.administrator, **RECORDED)
    before = links_of([cast.task.pk])
    move(cast, Move(cast.task.pk, "lead-unit", "co-unit"))
    undo_move(task=cast.task, reason="选错单位", by=cast.director, now=NOW)
    assert links_of([cast.task.pk]) == before
    event = Event.objects.get(verb="reassignment_undone")
    assert (event.reason, event.changed["lead"]) == ("选错单位", ["co-unit", "lead-unit"])
    move(cast, Move(cast.task.pk, "lead-unit", "co-unit"))  # and it can be done again
    assert fresh(cast.task).lead_code == "co-unit"


def test_undo_move_goes_back_step_by_step(merged):
    first = links_of([merged.task.pk])
    move(merged)
    merge_agencies(predecessors=[merged.other], successor=merged.co, by=merged.administrator, **RECORDED)
    move(merged, Move(merged.task.pk, "other-unit", "co-unit"))
    for _step in range(2):
        undo_move(task=merged.task, reason="误", by=merged.director, now=NOW)
    assert links_of([merged.task.pk]) == first


def test_undo_move_refuses_what_it_must_and_leaves_nothing(merged):
    with pytest.raises(MoveError):
        undo_move(task=merged.task, reason="误", by=merged.director, now=NOW)
    move(merged)
    before = last_sequence()
    with pytest.raises(InvalidError):
        undo_move(task=merged.task, reason=" ", by=merged.director, now=NOW)
    with pytest.raises(StaleVersionError):
        undo_move(task=merged.task, reason="误", by=merged.director, now=NOW, version=1)
    Task.objects.update(status="closed", closed_on=TODAY, closed_late=False)
    with pytest.raises(MoveError, match="已结束"):
        undo_move(task=merged.task, reason="误", by=merged.director, now=NOW)
    assert last_sequence() == before


# --- what hangs on the lead ---


def test_a_draft_follows_the_task_to_its_new_lead(merged):
    report = draft_report(
        task=merged.task, period=merged.period, content=report_content(), by=merged.lead_reporter, now=NOW
    )
    move(merged)
    heir = UserFactory(agency=merged.other, role="reporter")
    assert Report.objects.visible_to(heir).filter(pk=report.pk).exists()
    assert not Report.objects.visible_to(merged.lead_reporter).filter(pk=report.pk).exists()
    assert can_draft(heir, fresh(merged.task))
    with pytest.raises(NotAllowedError):
        save_report(report=report, content=report_content(), version=1, by=merged.lead_reporter, now=NOW)
    with pytest.raises(NotAllowedError):
        submit_report(report=report, by=merged.lead_approver, now=NOW)
    assert submit_report(report=report, by=merged.outsider, now=NOW).status == "submitted"


def test_an_extension_follows_the_task_to_its_new_lead(merged):
    asked = ExtensionInput(wanted_date=date(2027, 3, 31), percent=90, reason="前置审批延后")
    extension = draft_extension(task=merged.task, entered=asked, by=merged.lead_reporter, now=NOW)
    move(merged)
    assert Extension.objects.visible_to(merged.outsider).filter(pk=extension.pk).exists()
    assert not Extension.objects.visible_to(merged.lead_reporter).filter(pk=extension.pk).exists()
    with pytest.raises(NotAllowedError):
        send_extension(extension=extension, by=merged.lead_approver, now=NOW)
    assert send_extension(extension=extension, by=merged.outsider, now=NOW).status == "sent"


def test_a_contribution_stays_with_who_gave_it(cast):
    merge_agencies(predecessors=[cast.co], successor=cast.other, by=cast.administrator, **RECORDED)
    given = Contribution.objects.create(
        task=cast.task,
        period=cast.period,
        agency=cast.co,
        text="已配合",
        given_at=NOW,
        given_by=cast.co_reporter,
        received_on=TODAY,
    )
    move(cast, Move(cast.task.pk, "co-unit", "other-unit"))
    given.refresh_from_db()
    assert given.agency == cast.co
    for part in ("lead_reporter", "co_reporter", "supervisor"):
        assert Contribution.objects.visible_to(getattr(cast, part)).get() == given


def test_a_past_day_shows_the_old_unit_by_its_old_name(merged):
    before = NOW - timedelta(days=5)
    record_progress(task=merged.task, percent=92, result="advancing", period="2026Q4", by=merged.supervisor, now=before)
    AgencyName.objects.create(
        agency=merged.lead, valid_from="2020-01-22", name="老名称", short_name="老", name_en="Old", basis="方案"
    )
    new = {"name": "新名称", "short_name": "新", "name_en": "New", "basis": "文"}
    rename_agency(agency=merged.lead, valid_from=TODAY, by=merged.director, now=NOW, **new)
    move(merged)
    tasks, events = Task.objects.current(), Event.objects.all()
    (then,) = task_rows_as_of(tasks, events, on=TODAY - timedelta(days=1))
    (now,) = task_rows_as_of(tasks, events, on=TODAY)
    assert (then["lead"]["code"], then["lead"]["name"]) == ("lead-unit", "老名称")
    assert now["lead"]["code"] == "other-unit"


# --- readers ---


def test_waiting_groups_list_what_stands_at_predecessors(merged):
    TaskFactory(lead=merged.lead, status="closed", closed_on=TODAY, closed_late=False)
    (group,) = waiting_groups(Task.objects.current(), on=TODAY)
    assert (group["unit"], group["is_dissolved"]) == (merged.lead, True)
    assert [row["number"] for row in group["rows"]] == [1]
    assert len(group["ended"]) == 1
    assert group["rows"][0]["outcomes"] == [
        {"code": "other-unit", "label": merged.other.full_label, "text": "接任牵头"}
    ]
    move(merged)
    assert waiting_groups(Task.objects.current(), on=TODAY) == []


def test_latest_moves_say_which_can_be_taken_back(merged):
    move(merged)
    (row,) = latest_moves(Task.objects.current(), Event.objects.visible_to(merged.director))
    assert (row["source"], row["target"], row["can_undo"]) == ("单位lead-unit", "单位other-unit", True)
    undo_move(task=merged.task, reason="误", by=merged.director, now=NOW)
    (row,) = latest_moves(Task.objects.current(), Event.objects.visible_to(merged.director))
    assert not row["can_undo"]


@pytest.mark.parametrize("number", [1, 30])
def test_waiting_groups_cost_the_same_whatever_the_number(merged, number, django_assert_max_num_queries):
    for _n in range(number):
        TaskFactory(lead=merged.lead)
    with django_assert_max_num_queries(6):
        assert len(waiting_groups(Task.objects.current(), on=TODAY)[0]["rows"]) == number + 1


# --- any sequence of reforms ---

CODES = ["lead-unit", "co-unit", "zone-body", "other-unit", "one", "two"]
STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "move", "undo"]), st.sampled_from(CODES), st.sampled_from(CODES)),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_reforms_keeps_the_promises(cast, steps):
    with transaction.atomic():
        for code in ("one", "two"):
            AgencyFactory(code=code)
        tasks = [cast.task, TaskFactory(lead=cast.co, supporting=[cast.lead, cast.zone_body])]
        named = {task.pk: sorted(task.assignments.values_list("agency", flat=True)) for task in tasks}
        for verb, one, two in steps:
            step(cast, verb, one, two, tasks)
            for task in tasks:
                check_promises(task, named[task.pk])
        settle(cast, tasks)
        transaction.set_rollback(True)


def step(cast, verb, one, two, tasks):
    """One act of a reform, refused or not: a refusal is an answer too."""
    units_by = Agency.objects.in_bulk()
    recorded = {**RECORDED, "by": cast.administrator}
    try:
        with transaction.atomic():
            if verb == "merge":
                merge_agencies(predecessors=[units_by[one]], successor=units_by[two], **recorded)
            elif verb == "split":
                split_agency(predecessor=units_by[one], successors=[units_by[two]], continues=True, **recorded)
            elif verb == "move":
                move(cast, *[Move(task.pk, one, two) for task in tasks])
            else:
                undo_move(task=tasks[0], reason="误", by=cast.director, now=NOW)
    except DomainError:
        return


def check_promises(task, named):
    links = list(Assignment.objects.filter(task=task).order_by("order"))
    assert [each.order for each in links] == list(range(1, len(links) + 1))
    assert [each.role for each in links] == ["lead", *["co"] * (len(links) - 1)]
    assert len({each.agency_id for each in links}) == len(links)
    assert sorted(unit for each in links for unit in (each.plan_agency_id or each.agency_id, *each.joined)) == named
    last = Event.objects.filter(key=task.key, kind="task").order_by("-sequence").first()
    if last:
        codes = [each.agency_id for each in links]
        assert [last.state["lead"], *last.state["supporting"]] == codes
        assert [each.agency for each in read_links(last.state["links"])] == codes


def settle(cast, tasks):
    """Once every waiting link has moved, none stands at a dissolved unit that has a successor; the ledger is whole."""
    heirs = heirs_on(TODAY)
    for _round in range(len(CODES)):
        waiting = [
            Move(task.pk, link.agency_id, min(heirs[link.agency_id]))
            for task in tasks
            for link in task.assignments.filter(agency__dissolved_on__isnull=False)
            if heirs.get(link.agency_id)
        ]
        if waiting:
            assert {each.refusal for each in move(cast, *waiting)} <= {""}
    left = Assignment.objects.filter(task__in=tasks, agency__dissolved_on__isnull=False).values_list(
        "agency", flat=True
    )
    assert [code for code in left if heirs.get(code)] == []
    assert verify() == []
