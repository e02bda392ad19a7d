from datetime import timedelta

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from progress.actions import (
    approve_report,
    draft_report,
    give_contribution,
    return_report,
    submit_report,
    withdraw_report,
)
from progress.actions.content import ReportNotOwedError
from progress.actions.contributions import ContributionClosedError, ContributionExistsError
from progress.actions.drafting import PeriodNotBegunError, TaskNotReportingError
from progress.actions.rows import PeriodLockedError
from progress.models import Contribution
from tasks.status import Status
from tests.cast import PARTS
from tests.factories import NOW, PeriodFactory, report_content

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def give(cast, by="co_reporter", *, period=None, now=NOW, **entered):
    entered = entered if "no_change" in entered else {"text": "配套道路已通车。", **entered}
    return give_contribution(task=cast.task, period=period or cast.period, by=getattr(cast, by), now=now, **entered)


def quarter(n):
    """An earlier quarter of 2026 that still runs."""
    month = 3 * n
    return PeriodFactory(
        code=f"2026Q{n}", starts_on=f"2026-{month - 2:02d}-01", ends_on=f"2026-{month:02d}-30",
        contributions_due_on=f"2026-{month:02d}-20", reports_due_on=f"2026-{month:02d}-25", locks_on="2026-12-31",
    )  # fmt: skip


def earlier(cast, *said):
    """What the unit gave for the quarters before, the oldest first."""
    for n, what in enumerate(said, start=4 - len(said)):
        period = quarter(n)
        period.refresh_from_db()
        entered = {"no_change": True} if what == "no_change" else {"percent": 60}
        give(cast, period=period, **entered)


def sent(cast):
    content = report_content()
    report = draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)
    return submit_report(report=report, by=cast.lead_approver, now=NOW)


# -- giving


def test_give_contribution_is_seen_by_its_unit_the_lead_and_the_office_alone(cast):
    given = give(cast, percent=80)
    assert (given.agency, given.text, given.percent, given.version) == (cast.co, "配套道路已通车。", 80, 1)
    seen = {part for part in PARTS if Contribution.objects.visible_to(getattr(cast, part)).exists()}
    office = {"supervisor", "director", "leader"}
    assert seen == {"co_reporter", "co_approver", "lead_reporter", "lead_approver"} | office


def test_give_contribution_writes_who_gave_it_where_only_they_read_it(cast):
    given = give(cast)
    event = Event.objects.get(kind="contribution")
    assert (event.key, event.verb, event.actor_id) == (given.key, "contributed", cast.co_reporter.actor_id)
    assert (event.audience, event.agency) == (Audience.AGENCY, "co-unit")
    assert event.state["text"] == "配套道路已通车。"
    assert not Event.objects.visible_to(cast.outsider).filter(kind="contribution").exists()
    assert not Event.objects.visible_to(cast.zone_officer).filter(kind="contribution").exists()


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"co_reporter", "co_approver", "zone_officer"}))
def test_give_contribution_is_for_the_co_units(cast, part):
    with pytest.raises(NotAllowedError):
        give(cast, by=part)
    assert not Contribution.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "字" * 201}, "text"),
        ({"text": "a\x00"}, "text"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": True}, "percent"),
    ],
)
def test_give_contribution_names_the_field_that_is_wrong(cast, entered, field):
    with pytest.raises(InvalidError) as refusal:
        give(cast, **entered)
    assert list(refusal.value.errors) == [field]
    assert not Contribution.objects.exists()


def test_give_contribution_takes_a_text_of_exactly_the_limit(cast):
    assert len(give(cast, text="字" * 200).text) == 200


def test_give_contribution_after_the_limit_counts_as_late_and_is_taken(cast):
    on_the_day = NOW.replace(month=12, day=21)
    assert not give(cast, now=on_the_day).is_late
    assert give(cast, by="zone_officer", now=on_the_day + timedelta(days=1)).is_late


def test_give_contribution_corrected_after_the_limit_does_not_become_late(cast):
    give(cast)
    again = give(cast, version=1, text="配套道路已通车，绿化完成。", now=NOW.replace(month=12, day=23))
    assert not again.is_late


# -- when it may be given


@pytest.mark.parametrize("status", [Status.PLANNED, Status.ISSUED, Status.SUSPENDED, Status.CLOSING])
def test_give_contribution_refuses_a_task_that_does_not_report(cast, status):
    cast.task.status = status
    cast.task.save()
    with pytest.raises(TaskNotReportingError):
        give(cast)


def test_give_contribution_refuses_a_period_that_has_not_begun(cast):
    with pytest.raises(PeriodNotBegunError):
        give(cast, now=NOW.replace(month=9, day=30))


def test_give_contribution_is_taken_on_the_lock_day_and_refused_after(cast):
    lock = NOW.replace(year=2027, month=1, day=11, hour=23)
    with pytest.raises(PeriodLockedError):
        give(cast, now=lock + timedelta(hours=1))
    assert give(cast, now=lock).is_late


def test_give_contribution_refuses_a_month_that_the_task_does_not_report(cast):
    month = PeriodFactory(
        code="2026M11", cycle="month", starts_on="2026-11-01", ends_on="2026-11-30",
        contributions_due_on="2026-11-20", reports_due_on="2026-11-25", locks_on="2026-12-10",
    )  # fmt: skip
    month.refresh_from_db()
    with pytest.raises(ReportNotOwedError):
        give(cast, period=month)


def test_give_contribution_refuses_once_the_lead_has_sent_its_report(cast):
    sent(cast)
    with pytest.raises(ContributionClosedError, match="联系牵头单位"):
        give(cast)
    assert not Contribution.objects.exists()


def test_give_contribution_refuses_a_change_of_what_went_to_the_office(cast):
    given = give(cast)
    report = sent(cast)
    with pytest.raises(ContributionClosedError):
        give(cast, version=1, text="改一改。")
    approve_report(report=report, by=cast.supervisor, now=LATER)
    with pytest.raises(ContributionClosedError):
        give(cast, version=1, text="改一改。")
    given.refresh_from_db()
    assert (given.text, given.version) == ("配套道路已通车。", 1)


def test_give_contribution_opens_again_when_the_report_comes_back(cast):
    give(cast)
    report = sent(cast)
    return_report(report=report, reason="请补充配合情况。", by=cast.supervisor, now=LATER)
    assert give(cast, version=1, text="补充：绿化完成。").version == 2
    assert give(cast, by="zone_officer", now=NOW + timedelta(days=90)).version == 1  # after the lock, as the report


def test_give_contribution_opens_again_when_the_report_is_taken_back(cast):
    withdraw_report(report=sent(cast), by=cast.lead_approver, now=LATER)
    assert give(cast).version == 1


# -- changing


def test_give_contribution_again_says_what_changed(cast):
    give(cast, percent=50)
    again = give(cast, by="co_approver", text="配套道路、管网完成。", percent=70, version=1, now=LATER)
    assert (Contribution.objects.count(), again.version, again.given_by) == (1, 2, cast.co_approver)
    event = Event.objects.get(verb="contribution_changed")
    assert event.changed["percent"] == [50, 70]


def test_give_contribution_refuses_the_second_of_two_colleagues_and_shows_the_first(cast):
    first = give(cast)
    with pytest.raises(ContributionExistsError) as refusal:
        give(cast, by="co_approver", text="乙写的。")
    assert refusal.value.contribution == first
    give(cast, version=1, text="甲改的。")
    with pytest.raises(StaleVersionError) as stale:
        give(cast, by="co_approver", text="乙写的。", version=1)
    assert stale.value.current.text == "甲改的。"


# -- no change


def test_no_change_keeps_the_percent_that_was_last_given(cast):
    earlier(cast, "text")
    given = give(cast, no_change=True)
    assert (given.text, given.no_change, given.percent) == ("", True, 60)


def test_no_change_is_accepted_twice_running(cast):
    earlier(cast, "text", "no_change")
    assert give(cast, no_change=True).no_change


@pytest.mark.parametrize(("said", "message"), [((), "首次"), (("text", "no_change", "no_change"), "最多连续两期")])
def test_no_change_is_refused_the_first_time_and_a_third_time(cast, said, message):
    earlier(cast, *said)
    with pytest.raises(InvalidError) as refusal:
        give(cast, no_change=True)
    assert message in refusal.value.errors["no_change"][0]
    assert not Contribution.objects.filter(period=cast.period).exists()


def test_no_change_does_not_count_what_another_unit_gave(cast):
    earlier(cast, "text")
    with pytest.raises(InvalidError):
        give(cast, by="zone_officer", no_change=True)
