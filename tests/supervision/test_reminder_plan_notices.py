"""The ladder after a limit, and the clocks that have one reminder or two."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervision.reminders import Mark
from tests.supervision.test_reminder_plan import CLOCK, LIMIT, ONE_DAY, planned

# --- after the limit: 催办 and 督办 ---

URGED = Mark(level=2, status="issued", notice=5, number="2026-1", issued_on=date(2026, 11, 24))
LATE = date(2026, 12, 31)


def with_marks(*marks, **changes):
    return replace(CLOCK, marks=marks, heads=(8,), **changes)


def steps_on(today, *marks, **changes):
    steps = planned(today, with_marks(*marks, **changes))
    return [(step.key[len(CLOCK.key) + 1 :], step.is_draft) for step in steps]


def test_plan_drafts_the_urging_until_somebody_issues_it():
    assert steps_on(LATE) == [("2:1", True)]
    assert steps_on(LATE, Mark(level=2, status="draft", notice=5)) == [("2:1", True)]
    assert planned(LATE, with_marks(Mark(level=2, status="draft", notice=5)))[0].mark.notice == 5


def test_plan_sends_the_urging_from_the_day_of_its_issue():
    assert steps_on(date(2026, 11, 24), URGED) == [("2:1", False)]
    (step,) = planned(date(2026, 11, 24), with_marks(URGED))
    assert (step.recipients, step.copies, step.on, step.mark) == ((1, 2, 3), (9,), date(2026, 11, 24), URGED)


def test_plan_drafts_the_supervision_five_working_days_after_the_issue():
    assert steps_on(date(2026, 11, 30), URGED) == [("2:1", False)]
    assert steps_on(date(2026, 12, 1), URGED) == [("2:1", False), ("3:1", True)]
    draft = planned(date(2026, 12, 1), with_marks(URGED))[1]
    assert (draft.recipients, draft.copies) == ((8,), (1, 2, 3, 9))


def test_plan_sends_the_supervision_to_the_approvers_where_nobody_is_head():
    supervised = Mark(level=3, status="issued", notice=6, issued_on=date(2026, 12, 2))
    (step,) = planned(LATE, replace(CLOCK, marks=(URGED, supervised)))
    assert (step.level, step.recipients, step.copies) == (3, (3,), (1, 2, 9))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([replace(URGED, status="answered")], []),
        ([replace(URGED, status="declined", issued_on=None)], []),
        ([Mark(level=2, status="lapsed", notice=5)], [("2:2", True)]),
        ([replace(URGED, status="settled")], [("2:2", True)]),
        ([replace(URGED, status="settled"), replace(URGED, occurrence=2)], [("2:2", False), ("3:1", True)]),
        ([URGED, Mark(level=3, status="draft", notice=6)], [("2:1", False), ("3:1", True)]),
        ([URGED, Mark(level=3, status="declined", notice=6)], [("2:1", False)]),
        ([URGED, Mark(level=3, status="lapsed", notice=6)], [("2:1", False), ("3:2", True)]),
        ([URGED, Mark(level=3, status="issued", notice=6, issued_on=date(2026, 12, 2))], [("3:1", False)]),
        ([URGED, Mark(level=3, status="answered", notice=6, issued_on=date(2026, 12, 2))], []),
        ([replace(URGED, status="answered"), Mark(level=3, status="draft", notice=6)], []),
        # issued before the 催办单 was answered, and not yet with everybody
        (
            [replace(URGED, status="answered"), Mark(level=3, status="issued", notice=6, issued_on=date(2026, 12, 2))],
            [("3:1", False)],
        ),
    ],
)
def test_plan_goes_on_from_what_became_of_the_notices(marks, expected):
    assert steps_on(LATE, *marks) == expected


def test_plan_counts_anew_from_the_offices_answer():
    """The office refused an extension on 26 November: the unit gets the whole time again."""
    answered = date(2026, 11, 26)
    assert steps_on(date(2026, 11, 26), released_on=answered) == []
    assert steps_on(date(2026, 11, 27), released_on=answered) == [("2:1", True)]
    assert steps_on(date(2026, 12, 2), URGED, released_on=answered) == [("2:1", False)]
    assert steps_on(date(2026, 12, 3), URGED, released_on=answered) == [("2:1", False), ("3:1", True)]


marks = st.builds(
    Mark,
    level=st.sampled_from([2, 3]),
    status=st.sampled_from(["draft", "declined", "lapsed", "issued", "answered", "settled"]),
    occurrence=st.integers(1, 3),
    notice=st.integers(1, 9),
    issued_on=st.none(),
).map(
    lambda mark: (
        replace(mark, issued_on=date(2026, 11, 24) + timedelta(days=mark.level))
        if mark.status in {"issued", "answered", "settled"}
        else mark
    )
)


@settings(max_examples=300, deadline=None)
@given(marks=st.lists(marks, max_size=4, unique_by=lambda mark: (mark.level, mark.occurrence)), n=st.integers(0, 60))
def test_plan_after_the_limit_sends_at_most_one_notice_and_never_one_that_ended(marks, n):
    steps = planned(LIMIT + ONE_DAY + timedelta(days=n), with_marks(*marks))
    sent = [step for step in steps if not step.is_draft]
    assert len(sent) <= 1
    assert all(step.mark in marks and step.mark.status == "issued" for step in sent)
    drafts = [step for step in steps if step.is_draft]
    assert len(drafts) <= 1
    ended = {(mark.level, mark.occurrence) for mark in marks if mark.status != "draft"}
    assert not ended & {(step.level, step.occurrence) for step in drafts}
    answered = {mark.level for mark in marks if mark.status == "answered"}
    last = {level: max((m for m in marks if m.level == level), key=lambda m: m.occurrence) for level in answered}
    if last.get(2) and last[2].status == "answered":
        assert drafts == []
        assert {step.level for step in sent} <= {3}  # issued before the answer came: it still reaches everybody


# --- clocks with one or two reminders ---


def test_plan_reminds_once_of_a_task_order_that_nobody_has_signed_for():
    clock = replace(CLOCK, kind="receipt")
    assert planned(LIMIT, clock) == []
    for today in (date(2026, 11, 23), date(2026, 12, 23)):
        (step,) = planned(today, clock)
        assert (step.key, step.level, step.reason) == (f"{CLOCK.key}:1:late", 1, "not_received")
        assert (step.recipients, step.is_draft) == ((1, 2, 3), False)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 18), None),
        (date(2026, 11, 19), ("1:1", "answer_near", (4,), ())),
        (date(2026, 11, 20), ("1:1", "answer_near", (4,), ())),
        (date(2026, 11, 21), None),
        (date(2026, 11, 23), ("1:late", "answer_late", (4,), (9,))),
        (date(2027, 1, 23), ("1:late", "answer_late", (4,), (9,))),
    ],
)
def test_plan_holds_the_office_to_its_own_clock(today, expected):
    clock = replace(CLOCK, kind="answer", reporters=(), approvers=(), supervisors=(4,))
    steps = planned(today, clock)
    found = [(step.key[len(CLOCK.key) + 1 :], step.reason, step.recipients, step.copies) for step in steps]
    assert found == ([expected] if expected else [])


def test_plan_never_takes_the_offices_clock_beyond_a_reminder():
    clock = replace(CLOCK, kind="answer", supervisors=(4,))
    assert {step.level for step in planned(date(2029, 1, 1), clock)} == {1}


def test_plan_sends_an_issued_bulletin_to_approvers_and_heads():
    clock = replace(CLOCK, key="bulletin:3:2026-11-20", kind="bulletin", task=None, heads=(3, 8))
    (step,) = planned(LIMIT, clock)
    assert (step.key, step.level, step.recipients) == ("bulletin:3:2026-11-20:4:1", 4, (3, 8))
