from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.actors import SYSTEM
from ledger.models import Event
from ledger.readers import verify
from progress.actions import draft_report, keep_periods, open_period, open_periods, submit_report
from progress.actions.content import ReportNotOwedError
from progress.actions.periods import redate_periods, settle_period
from progress.models import Expectation, Period, Report
from tasks.actions import change_status, save_policy
from tasks.models import Task
from tasks.periods import PeriodPolicy
from tests.api import record_tasks
from tests.factories import NOW, SHANGHAI, HolidayFactory, PeriodFactory, TaskFactory, report_content

pytestmark = pytest.mark.django_db


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def keep(*moment):
    return keep_periods(now=at(*moment), by=SYSTEM)


def stored():
    return set(Period.objects.values_list("code", flat=True))


# -- opening


def test_open_periods_makes_those_that_run(db):
    open_periods(on=date(2026, 2, 3), by=SYSTEM, now=NOW)
    assert stored() == {"2026M01", "2026M02", "2026Q1", "2026H1"}
    assert dict(Period.objects.values_list("code", "cycle")) == {
        "2026M01": "month", "2026M02": "month", "2026Q1": "quarter", "2026H1": "half",
    }  # fmt: skip
    assert Event.objects.filter(kind="period", verb="opened").count() == 4


def test_open_periods_a_second_time_changes_nothing(db):
    open_periods(on=NOW.date(), by=SYSTEM, now=NOW)
    count = Period.objects.count()
    assert open_periods(on=NOW.date(), by=SYSTEM, now=NOW) == []
    assert (Period.objects.count(), Event.objects.count()) == (count, count)


def test_open_periods_after_an_outage_opens_what_began_meanwhile(db):
    open_periods(on=date(2026, 5, 20), by=SYSTEM, now=NOW)
    open_periods(on=date(2026, 9, 2), by=SYSTEM, now=NOW)
    assert stored() == {"2026M05", "2026Q2", "2026H1", "2026M07", "2026M08", "2026Q3", "2026H2"}


def test_open_period_leaves_dates_that_stand(db):
    period = open_period(year=2026, quarter=4, by=SYSTEM, now=NOW)
    Period.objects.update(locks_on=date(2027, 2, 1))
    assert open_period(year=2026, quarter=4, by=SYSTEM, now=NOW).locks_on == date(2027, 2, 1)
    assert period.code == "2026Q4"


def test_open_periods_go_by_the_policy_in_force_and_keep_it(cast):
    policy = PeriodPolicy(reports_day=22)
    save_policy(kind="periods", policy=policy, reason="提前三天", by=cast.director, now=NOW)
    open_periods(on=NOW.date(), by=SYSTEM, now=NOW)
    kept = Period.objects.get(code="2026M11").reports_due_on
    save_policy(kind="periods", policy=PeriodPolicy(reports_day=28), reason="推后", by=cast.director, now=NOW)
    keep(2026, 11, 19)
    assert Period.objects.get(code="2026M11").reports_due_on == kept == date(2026, 11, 23)


def test_open_period_in_order_comes_oldest_first_and_short_before_long(db):
    open_periods(on=date(2026, 12, 20), by=SYSTEM, now=NOW)
    assert list(Period.objects.in_order().values_list("code", flat=True)) == ["2026Q4", "2026H2"]
    assert [each.code for each in sorted(Period.objects.all(), key=lambda each: each.order)] == ["2026Q4", "2026H2"]


# -- re-dating


def test_redate_periods_moves_a_coming_limit_off_a_new_holiday_and_records_it(cast):
    HolidayFactory(date=date(2026, 12, 25))
    redate_periods(on=NOW.date(), by=SYSTEM, now=NOW)
    cast.period.refresh_from_db()
    assert cast.period.reports_due_on == date(2026, 12, 28)
    event = Event.objects.get(kind="period", verb="redated")
    assert event.changed["reports_due_on"] == ["2026-12-25", "2026-12-28"]
    assert redate_periods(on=NOW.date(), by=SYSTEM, now=NOW) == []


def test_redate_periods_leaves_a_limit_that_has_passed(cast):
    HolidayFactory(date=date(2026, 12, 25))
    assert redate_periods(on=date(2026, 12, 26), by=SYSTEM, now=NOW) == []
    cast.period.refresh_from_db()
    assert cast.period.reports_due_on == date(2026, 12, 25)


def test_redate_periods_moves_nothing_forward_again(cast):
    holiday = HolidayFactory(date=date(2026, 12, 25))
    redate_periods(on=NOW.date(), by=SYSTEM, now=NOW)
    holiday.delete()
    assert redate_periods(on=NOW.date(), by=SYSTEM, now=NOW) == []


# -- settling


@pytest.fixture
def quarter(cast):
    """The third quarter, as it ran; the cast's own period is the fourth."""
    cast.period.delete()
    open_period(year=2026, quarter=3, by=SYSTEM, now=at(2026, 7, 1))
    record_tasks(by=cast.director, at=at(2026, 7, 1))
    return Period.objects.get(code="2026Q3")


def owed(code="2026Q3"):
    return sorted(Expectation.objects.filter(period=code).values_list("task__number", "agency"))


def test_settle_period_keeps_who_owed_with_the_unit_of_then(cast, quarter):
    keep(2026, 10, 13)
    assert owed() == [(1, "lead-unit")]
    assert Period.objects.get(code="2026Q3").is_settled
    event = Event.objects.get(kind="period", verb="settled", key="2026Q3")
    assert event.state["expected"] == 1


def test_settle_period_waits_for_the_lock(cast, quarter):
    keep(2026, 10, 12)
    assert not Period.objects.get(code="2026Q3").is_settled
    assert owed() == []


@pytest.mark.parametrize("moment", [(2026, 10, 13), (2026, 11, 30), (2028, 3, 1)])
def test_settle_period_late_keeps_the_same(cast, quarter, moment):
    late = TaskFactory(number=2, lead=cast.other)
    record_tasks(by=cast.director, at=at(2026, 10, 5))
    change_status(task=cast.task, verb="suspend", text="发文依据", by=cast.director, now=at(2026, 10, 1, 0))
    Task.objects.filter(pk=late.pk).update(status="stopped")
    keep(*moment)
    assert owed() == [(1, "lead-unit")]


def test_settle_period_follows_the_state_at_the_end_and_not_before(cast, quarter):
    change_status(task=cast.task, verb="suspend", text="发文依据", by=cast.director, now=at(2026, 9, 30, 23))
    keep(2026, 10, 13)
    assert owed() == []


def test_settle_period_a_second_time_changes_nothing(cast, quarter):
    keep(2026, 10, 13)
    counts = (Expectation.objects.count(), Event.objects.count())
    settle_period(code="2026Q3", by=SYSTEM, now=at(2026, 10, 13))
    keep(2026, 10, 13, 10)
    assert (Expectation.objects.count(), Event.objects.count()) == counts


def test_keep_periods_leaves_a_whole_ledger(cast, quarter):
    for moment in ((2026, 10, 1), (2026, 10, 13), (2026, 11, 11), (2027, 1, 12), (2027, 7, 12)):
        keep(*moment)
    assert verify() == []
    assert Period.objects.unsettled().filter(locks_on__lt=date(2027, 7, 12)).count() == 0


@pytest.mark.parametrize("count", [1, 30])
def test_keep_periods_with_nothing_to_do_keeps_its_query_budget(cast, count, django_assert_max_num_queries):
    for _number in range(count):
        TaskFactory(lead=cast.lead)
    keep(2026, 11, 18)
    with django_assert_max_num_queries(26):
        keep(2026, 11, 18, 10)


def test_keep_periods_costs_no_more_with_years_of_history(cast):
    keep(2024, 11, 18)
    young = queries_of(lambda: keep(2024, 11, 18, 10))
    keep(2026, 11, 18)
    assert Period.objects.count() > 25
    assert queries_of(lambda: keep(2026, 11, 18, 10)) <= young


def queries_of(call):
    with CaptureQueriesContext(connection) as context:
        call()
    return len(context)


# -- what is taken


def month():
    return PeriodFactory(
        code="2026M11", cycle="month", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30),
        contributions_due_on=date(2026, 11, 20), reports_due_on=date(2026, 11, 25), locks_on=date(2026, 12, 10),
    )  # fmt: skip


def draft(cast, period):
    return draft_report(task=cast.task, period=period, content=report_content(), by=cast.lead_reporter, now=NOW)


def test_draft_report_of_a_month_that_the_task_does_not_owe_is_refused(cast):
    with pytest.raises(ReportNotOwedError, match="2026年11月"):
        draft(cast, month())
    assert not Report.objects.exists()


@pytest.mark.parametrize("changes", [{"yellow_from": date(2026, 11, 1)}, {"red_from": date(2026, 10, 1)}])
def test_draft_report_of_a_month_is_taken_from_a_yellow_or_red_task(cast, changes):
    rules = {"yellow_rule": "pace_yellow", "red_rule": "pace_red"}
    Task.objects.update(**changes, **{name: rules[name] for name in rules if name[:3] == next(iter(changes))[:3]})
    assert draft(cast, month()).period_id == "2026M11"


def test_draft_report_of_a_month_is_refused_when_the_task_turned_yellow_later(cast):
    Task.objects.update(yellow_from=date(2026, 11, 2), yellow_rule="pace_yellow")
    with pytest.raises(ReportNotOwedError):
        draft(cast, month())


def test_draft_report_of_a_quarter_is_always_taken(cast):
    Task.objects.update(cycle="half")
    assert draft(cast, cast.period).period_id == "2026Q4"


def test_submit_report_of_a_month_stays_possible_once_the_task_is_green_again(cast):
    Task.objects.update(yellow_from=date(2026, 11, 1), yellow_rule="pace_yellow")
    report = draft(cast, month())
    Task.objects.update(yellow_from=None, yellow_rule="")
    assert submit_report(report=report, by=cast.lead_approver, now=NOW).status == "submitted"
