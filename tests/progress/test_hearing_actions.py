"""征求意见: what the co-responsible units say to a closing request, and how silence is marked."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from common.workdays import WEEKDAYS
from ledger.models import Audience, Event
from ledger.readers import verify
from progress.actions import hear_closing, mark_silent, save_closing, send_closing
from progress.actions.closing_rows import ClosingTransitionError
from progress.actions.hearings import NobodySilentError
from progress.models import Hearing
from tasks.actions import change_status
from tasks.models import CalendarDay, Task
from tests import closings
from tests.factories import NOW, HolidayFactory, TaskFactory

pytestmark = pytest.mark.django_db
LIMIT = NOW + timedelta(days=5)  # asked on a Wednesday: three working days later it is Monday
AFTER = LIMIT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _done(cast):
    Task.objects.update(percent=100)


@pytest.fixture
def closing(cast):
    return closings.draft(cast.task, reporter=cast.lead_reporter)


@pytest.fixture
def hearing(closing):
    return closing.hearings.get(agency="co-unit")


def answer(hearing, by, answer="agreed", **more):
    return hear_closing(hearing=hearing, answer=answer, by=by, **{"now": NOW, **more})


@contextmanager
def refused(refusal, match=None):
    before = everything()
    with pytest.raises(refusal, match=match) as raised:
        yield raised
    assert everything() == before


def everything():
    return list(Hearing.objects.order_by("pk").values()), Event.objects.count()


# -- answering


@pytest.mark.parametrize("part", ["co_reporter", "co_approver"])
def test_hear_closing_keeps_what_the_unit_says(cast, hearing, part):
    answer(hearing, getattr(cast, part), "objected", text=" 数据未移交。\r\n")
    kept = Hearing.objects.get(pk=hearing.pk)
    assert (kept.answer, kept.text, kept.answered_by, kept.answered_at, kept.version) == (
        "objected", "数据未移交。", getattr(cast, part), NOW, 2,
    )  # fmt: skip


def test_hear_closing_is_an_event_of_the_request(cast, closing, hearing):
    answer(hearing, cast.co_reporter)
    event = Event.objects.latest("sequence")
    assert (event.kind, event.verb, event.actor_id) == ("closing", "heard", cast.co_reporter.actor_id)
    assert (event.audience, event.agency) == (Audience.UNIT, "lead-unit")
    assert {each["agency"]: each["answer"] for each in event.state["hearings"]} == {
        "co-unit": "agreed",
        "zone-body": "",
    }
    assert verify() == []


def test_hear_closing_again_replaces_the_answer_and_keeps_the_old_one_in_the_ledger(cast, hearing):
    answer(hearing, cast.co_reporter)
    answer(hearing, cast.co_approver, "objected", text="有新情况。")
    assert Hearing.objects.get(pk=hearing.pk).answer == "objected"
    old, _new = Event.objects.latest("sequence").changed["hearings"]
    assert old[0]["answer"] == "agreed"


def test_hear_closing_does_not_make_the_others_stale(cast, closing, hearing):
    answer(hearing, cast.co_reporter)
    other = closing.hearings.get(agency="zone-body")
    assert answer(other, cast.zone_officer, version=1).answer == "agreed"


@pytest.mark.parametrize("part", ["lead_reporter", "zone_officer", "outsider", "supervisor", "director"])
def test_hear_closing_is_the_units_own(cast, hearing, part):
    with refused(NotAllowedError):
        answer(hearing, getattr(cast, part), version=0)


def test_hear_closing_over_a_colleagues_answer_is_refused(cast, hearing):
    answer(hearing, cast.co_reporter, version=1)
    with refused(StaleVersionError):
        answer(hearing, cast.co_approver, "objected", text="不同意", version=1)


def test_hear_closing_of_words_that_have_changed_is_refused(cast, closing, hearing):
    save_closing(closing=closing, statement="另一套说法。", version=1, by=cast.lead_reporter, now=NOW)
    with refused(StaleVersionError):
        answer(hearing, cast.co_reporter, version=hearing.version)


@pytest.mark.parametrize("wrong", ["", "silent", "maybe"])
def test_hear_closing_refuses_other_words(cast, hearing, wrong):
    with refused(InvalidError) as raised:
        answer(hearing, cast.co_reporter, wrong)
    assert list(raised.value.errors) == ["answer"]


@pytest.mark.parametrize("text", ["", "字" * 201])
def test_hear_closing_refuses_the_text(cast, hearing, text):
    with refused(InvalidError) as raised:
        answer(hearing, cast.co_reporter, "objected", text=text)
    assert list(raised.value.errors) == ["text"]


def test_hear_closing_after_sending_is_refused(cast, closing, hearing):
    send_closing(closing=closings.hear_all(closing), by=cast.lead_approver, now=NOW)
    with refused(ClosingTransitionError, match="待核验"):
        answer(hearing, cast.co_reporter)


def test_hear_closing_of_a_stopped_task_has_ended(cast, hearing):
    change_status(task=cast.task, verb="stop", text="纪要", by=cast.director, now=NOW)
    with refused(ClosingTransitionError, match="已随之终止"):
        answer(hearing, cast.co_reporter)


# -- silence


def test_mark_silent_names_who_marked_it_and_when(cast, closing, hearing):
    mark_silent(closing=closing, by=cast.lead_approver, now=AFTER)
    kept = Hearing.objects.get(pk=hearing.pk)
    assert (kept.answer, kept.answered_by, kept.answered_at) == ("silent", cast.lead_approver, AFTER)
    assert Event.objects.latest("sequence").verb == "marked_silent"
    assert verify() == []


def test_mark_silent_leaves_an_answer_alone(cast, closing, hearing):
    answer(hearing, cast.co_reporter)
    mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER)
    assert dict(closing.hearings.values_list("agency", "answer")) == {"co-unit": "agreed", "zone-body": "silent"}


@pytest.mark.parametrize("moment", [NOW, LIMIT])
def test_mark_silent_before_the_limit_has_passed_is_refused(cast, closing, moment):
    with refused(NobodySilentError):
        mark_silent(closing=closing, by=cast.lead_reporter, now=moment)


def test_mark_silent_counts_working_days_alone(cast, closing):
    CalendarDay.objects.all().delete()
    HolidayFactory(date=date(2026, 11, 19))
    with refused(NobodySilentError):
        mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER)
    assert mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER + timedelta(days=1))


def test_mark_silent_when_all_have_answered_is_refused(cast, closing):
    closings.hear_all(closing)
    with refused(NobodySilentError):
        mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER)


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "director"])
def test_mark_silent_is_the_lead_units(cast, closing, part):
    with refused(NotAllowedError):
        mark_silent(closing=closing, by=getattr(cast, part), now=AFTER)


def test_mark_silent_over_a_newer_version_is_refused(cast, closing):
    with refused(StaleVersionError):
        mark_silent(closing=closing, version=0, by=cast.lead_reporter, now=AFTER)


def test_a_silent_unit_may_still_answer_before_it_is_sent(cast, closing, hearing):
    mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER)
    answer(hearing, cast.co_reporter, now=AFTER)
    assert Hearing.objects.get(pk=hearing.pk).answer == "agreed"


def test_silence_does_not_stand_in_the_way(cast, closing):
    mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER)
    assert send_closing(closing=closing, by=cast.lead_approver, now=AFTER).status == "sent"


def test_a_task_without_co_units_needs_no_hearing(cast):
    solo = closings.draft(TaskFactory(number=2, lead=cast.lead, percent=100), reporter=cast.lead_reporter)
    assert not solo.hearings.exists()
    assert send_closing(closing=solo, by=cast.lead_approver, now=NOW).status == "sent"


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_limit_is_the_third_working_day_after_the_day_of_asking(day):
    """Against a slow reference: walk the days and count."""
    left, walked = 3, day
    while left:
        walked += timedelta(days=1)
        left -= walked.weekday() < 5
    assert Hearing(opened_on=day).limit(WEEKDAYS) == walked
