"""What the units gave, taken into the lead's draft and frozen with its report."""

from datetime import UTC, timedelta

import pytest

from common.errors import InvalidError
from ledger.models import Event
from progress.actions import draft_report, give_contribution, return_report, submit_report
from progress.actions.composition import take_over
from progress.models import Report
from progress.readers import (
    co_parts,
    composed,
    contributions_given,
    contributions_to_give,
    found_contradictions,
    task_parts,
)
from tasks.models import Task
from tests.cast import PARTS
from tests.factories import NOW, TODAY, AgencyFactory, PeriodFactory, TaskFactory, report_content

pytestmark = pytest.mark.django_db
TEXT = "配套道路已通车。"
TAKEN = f"（单位co-unit：{TEXT}）"


def give(cast, by="co_reporter", *, task=None, now=NOW, **entered):
    entered = {"text": TEXT, **entered}
    return give_contribution(task=task or cast.task, period=cast.period, by=getattr(cast, by), now=now, **entered)


def draft(cast, **changes):
    content = report_content(**changes)
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def sent(cast, **changes):
    return submit_report(report=draft(cast, **changes), by=cast.lead_approver, now=NOW)


def loaded(report):
    return Report.objects.select_related("period").get(pk=report.pk)


# -- the parts


def test_co_parts_stand_in_the_order_of_the_plan_with_silence_as_silence(cast):
    give(cast, "zone_officer", text="综保区已封关。", percent=100)
    parts = co_parts(cast.task.pk, cast.period, on=TODAY)
    assert [(each["agency"], each["text"], each["percent"], each["is_late"]) for each in parts] == [
        ("co-unit", "", None, False), ("zone-body", "综保区已封关。", 100, False),
    ]  # fmt: skip
    assert parts[0]["given_at"] is None


def test_co_parts_mark_who_is_silent_after_the_limit(cast):
    limit = cast.period.contributions_due_on
    assert not any(each["is_late"] for each in co_parts(cast.task.pk, cast.period, on=limit))
    assert all(each["is_late"] for each in co_parts(cast.task.pk, cast.period, on=limit + timedelta(days=1)))


def test_co_parts_keep_what_was_given_before_the_share_moved(cast):
    give(cast)
    cast.task.assignments.filter(agency=cast.co).update(agency=cast.other)
    parts = co_parts(cast.task.pk, cast.period, on=TODAY)
    assert [(each["agency"], each["text"]) for each in parts] == [
        ("other-unit", ""), ("zone-body", ""), ("co-unit", TEXT),
    ]  # fmt: skip


# -- taking over


def test_take_over_adds_the_words_with_the_units_name(cast):
    give(cast)
    content = take_over(report_content(progress="一期建成。"), co_parts(cast.task.pk, cast.period, on=TODAY))
    assert content.progress == f"一期建成。{TAKEN}"


def test_take_over_adds_nothing_twice(cast):
    give(cast)
    parts = co_parts(cast.task.pk, cast.period, on=TODAY)
    once = take_over(report_content(), parts)
    assert take_over(once, parts) == once


def test_take_over_of_silence_leaves_even_a_long_text_to_its_own_check(cast):
    content = report_content(progress="字" * 301)
    assert take_over(content, co_parts(cast.task.pk, cast.period, on=TODAY)) == content


def test_take_over_that_gets_too_long_says_by_how_much(cast):
    give(cast)
    parts = co_parts(cast.task.pk, cast.period, on=TODAY)
    room = 300 - len(TAKEN)
    assert len(take_over(report_content(progress="字" * room), parts).progress) == 300
    with pytest.raises(InvalidError) as refusal:
        take_over(report_content(progress="字" * (room + 7)), parts)
    assert "超出 7 字，没有加入" in refusal.value.errors["progress"][0]


# -- freezing


def test_submit_report_freezes_every_part_and_the_ledger_keeps_it(cast):
    give(cast, percent=80)
    report = sent(cast)
    given, silent = report.composition
    assert given == {
        "agency": "co-unit", "name": "单位co-unit", "text": TEXT, "percent": 80, "no_change": False, "is_late": False,
        "given_at": NOW.astimezone(UTC).isoformat(),
    }  # fmt: skip
    assert (silent["agency"], silent["text"], silent["given_at"]) == ("zone-body", "", None)
    assert Event.objects.get(verb="submitted").state["composition"] == report.composition


def test_composed_is_frozen_while_the_report_is_with_the_office_and_live_again_after(cast):
    report = sent(cast)
    cast.co.short_name = "新名"
    cast.co.save()
    assert [each["name"] for each in composed(loaded(report), on=TODAY)] == ["单位co-unit", "单位zone-body"]
    return_report(report=report, reason="请补充。", by=cast.supervisor, now=NOW)
    give(cast)
    assert [(each["name"], each["text"]) for each in composed(loaded(report), on=TODAY)] == [
        ("新名", TEXT), ("单位zone-body", ""),
    ]  # fmt: skip


def test_composed_says_what_stands_in_the_text_already(cast):
    give(cast)
    part, silent = composed(loaded(draft(cast, progress=f"一期建成。{TAKEN}")), on=TODAY)
    assert (part["is_taken"], part["can_take"], silent["can_take"]) == (True, False, False)


def test_found_contradictions_are_those_of_the_units_that_spoke(cast):
    give(cast, text="入驻企业15家。", percent=80)
    parts = co_parts(cast.task.pk, cast.period, on=TODAY)
    found = found_contradictions(parts, lead="牵头", text="入驻企业12家。", percent=100)
    assert [each.rule for each in found] == ["percent", "figure"]


@pytest.mark.parametrize("part", PARTS)
def test_task_parts_are_for_the_lead_the_office_and_leaders(cast, part):
    give(cast)
    task = Task.objects.with_lead().get()
    rows = task_parts(task, getattr(cast, part), on=TODAY)
    sees = part in {"lead_reporter", "lead_approver", "supervisor", "director", "leader"}
    assert [(row["period"].pk, row["parts"][0]["text"]) for row in rows] == ([("2026Q4", TEXT)] if sees else [])


# -- what a unit has to give


def test_contributions_to_give_lists_what_is_owed_and_not_yet_given(cast):
    TaskFactory(number=2, lead=cast.lead, supporting=[cast.co], status="suspended")
    TaskFactory(number=3, lead=cast.lead, supporting=[cast.other])
    (row,) = contributions_to_give(cast.co_reporter, on=TODAY)
    assert (row["task"]["number"], row["period"]["code"], row["lead"]["code"]) == (1, "2026Q4", "lead-unit")
    assert (row["limit"], row["is_late"], row["days"], row["may_repeat"]) == (
        cast.period.contributions_due_on, False, 33, False,
    )  # fmt: skip
    give(cast)
    assert contributions_to_give(cast.co_reporter, on=TODAY) == []
    assert [each["given"]["text"] for each in contributions_given(cast.co_approver, on=TODAY)] == [TEXT]


def test_contributions_to_give_says_what_is_late(cast):
    (row,) = contributions_to_give(cast.co_reporter, on=cast.period.contributions_due_on + timedelta(days=2))
    assert (row["is_late"], row["days"]) == (True, 2)


def test_contributions_to_give_leaves_out_what_the_lead_has_sent(cast):
    sent(cast)
    assert contributions_to_give(cast.co_reporter, on=TODAY) == []


@pytest.mark.parametrize("part", ["lead_reporter", "outsider", "supervisor", "leader", "auditor"])
def test_contributions_to_give_are_of_the_co_units_alone(cast, part):
    assert contributions_to_give(getattr(cast, part), on=TODAY) == []


@pytest.mark.parametrize("said", ["text", "no_change"])
def test_contributions_to_give_offers_the_one_click_where_it_is_accepted(cast, said):
    for n, entered in ((2, {"text": TEXT}), (3, {"text": TEXT} if said == "text" else {"text": "", "no_change": True})):
        month = 3 * n
        period = PeriodFactory(
            code=f"2026Q{n}", starts_on=f"2026-{month - 2:02d}-01", ends_on=f"2026-{month:02d}-30",
            contributions_due_on=f"2026-{month:02d}-20", reports_due_on=f"2026-{month:02d}-25", locks_on="2026-12-31",
        )  # fmt: skip
        period.refresh_from_db()
        give_contribution(task=cast.task, period=period, by=cast.co_reporter, now=NOW, **entered)
    assert [row["may_repeat"] for row in contributions_to_give(cast.co_reporter, on=TODAY)] == [True]


@pytest.mark.parametrize("number", [1, 30])
def test_contributions_to_give_asks_as_much_for_many_tasks(cast, number, django_assert_max_num_queries):
    for each in range(2, number + 1):
        TaskFactory(number=each, lead=AgencyFactory(), supporting=[cast.co])
    with django_assert_max_num_queries(7):
        assert len(contributions_to_give(cast.co_reporter, on=TODAY)) == number
