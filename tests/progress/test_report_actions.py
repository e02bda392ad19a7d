from datetime import date, timedelta

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from progress.actions import (
    approve_report,
    draft_report,
    return_report,
    save_report,
    submit_report,
    withdraw_report,
)
from progress.actions.content import NoChangeError
from progress.actions.drafting import PeriodNotBegunError, ReportExistsError, TaskNotReportingError
from progress.actions.rows import PeriodLockedError, ReportTransitionError
from progress.models import Report
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, PeriodFactory, UserFactory, report_content

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def draft(cast, by="lead_reporter", **changes):
    content = report_content(**changes)
    return draft_report(task=cast.task, period=cast.period, content=content, by=getattr(cast, by), now=NOW)


def submitted(cast, **changes):
    return submit_report(report=draft(cast, **changes), by=cast.lead_approver, now=NOW)


def last_event(verb):
    return Event.objects.filter(kind="report", verb=verb).latest("sequence")


# -- drafting


def test_draft_report_makes_a_draft_that_only_the_unit_sees(cast):
    report = draft(cast)
    assert (report.status, report.version, report.drafted_by) == ("draft", 1, cast.lead_reporter)
    seen_by = [part for part in vars(cast) if hasattr(getattr(cast, part), "role")]
    seen = {part for part in seen_by if Report.objects.visible_to(getattr(cast, part)).exists()}
    assert seen == {"lead_reporter", "lead_approver"}
    event = last_event("drafted")
    assert (event.actor_id, event.audience, event.agency) == (cast.lead_reporter.actor_id, Audience.UNIT, "lead-unit")
    assert event.state["progress"] == report.progress


@pytest.mark.parametrize("part", ["co_reporter", "zone_officer", "outsider", "supervisor", "director", "leader"])
def test_draft_report_is_the_lead_units_alone(cast, part):
    with pytest.raises(NotAllowedError):
        draft(cast, by=part)
    assert not Report.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("status", [Status.PLANNED, Status.ISSUED, Status.SUSPENDED, Status.CLOSING])
def test_draft_report_refuses_a_task_that_does_not_report(cast, status):
    cast.task.status = status
    cast.task.save()
    with pytest.raises(TaskNotReportingError):
        draft(cast)


def test_draft_report_refuses_a_second_one_and_names_the_first(cast):
    first = draft(cast)
    with pytest.raises(ReportExistsError) as refusal:
        draft(cast)
    assert refusal.value.report == first
    assert Report.objects.count() == 1


def test_draft_report_is_accepted_on_the_lock_day_and_refused_after(cast):
    content, lock = report_content(), cast.period.locks_on
    on_lock_day = NOW.replace(year=lock.year, month=lock.month, day=lock.day, hour=23)
    with pytest.raises(PeriodLockedError):
        draft_report(
            task=cast.task,
            period=cast.period,
            content=content,
            by=cast.lead_reporter,
            now=on_lock_day + timedelta(hours=1),
        )
    draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=on_lock_day)


def test_draft_report_refuses_a_period_that_has_not_begun(cast):
    early = NOW.replace(month=9, day=30)
    with pytest.raises(PeriodNotBegunError):
        draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=early)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"result": "正在推进"}, "result"),
        ({"progress": "  "}, "progress"),
        ({"progress": "字" * 301}, "progress"),
        ({"problems": "字" * 201}, "problems"),
        ({"next_steps": "字" * 201}, "next_steps"),
        ({"ask": "字" * 201}, "ask"),
        ({"percent": 10}, "problems"),
        ({"no_change": True}, "no_change"),
        ({"progress": "a" * 1_000_000}, "progress"),
    ],
)
def test_draft_report_names_the_field_that_is_wrong(cast, changes, field):
    with pytest.raises(InvalidError) as refusal:
        draft(cast, **changes)
    assert list(refusal.value.errors) == [field]
    assert not Report.objects.exists()


def test_draft_report_takes_texts_of_exactly_the_limit(cast):
    report = draft(cast, progress="字" * 300, problems="字" * 200)
    assert len(report.progress) == 300


def test_draft_report_accepts_less_than_before_with_an_explanation(cast):
    assert draft(cast, percent=10, problems="用地指标未落实，前期成果需返工。").percent == 10


# -- saving


def test_save_report_keeps_the_new_text_and_who_wrote_it(cast):
    report = draft(cast)
    saved = save_report(report=report, content=report_content(percent=96), version=1, by=cast.lead_approver, now=LATER)
    assert (saved.percent, saved.version, saved.drafted_by) == (96, 2, cast.lead_approver)
    assert last_event("saved").changed["percent"] == [95, 96]


def test_save_report_refuses_the_second_editor_and_shows_the_first_ones_text(cast):
    report = draft(cast)
    save_report(report=report, content=report_content(progress="甲写的"), version=1, by=cast.lead_reporter, now=NOW)
    with pytest.raises(StaleVersionError) as refusal:
        save_report(
            report=report, content=report_content(progress="乙写的"), version=1, by=cast.lead_approver, now=LATER
        )
    assert refusal.value.current.progress == "甲写的"
    report.refresh_from_db()
    assert report.progress == "甲写的"


def test_save_report_refuses_what_is_with_the_office(cast):
    report = submitted(cast)
    with pytest.raises(ReportTransitionError):
        save_report(report=report, content=report_content(), version=2, by=cast.lead_reporter, now=LATER)


# -- submitting


def test_submit_report_hands_it_to_the_office(cast):
    report = submitted(cast)
    assert (report.status, report.submitted_by, report.received_on) == ("submitted", cast.lead_approver, NOW.date())
    assert Report.objects.visible_to(cast.supervisor).exists()
    assert not Report.objects.visible_to(cast.outsider).exists()


def test_submit_report_refuses_the_maker(cast):
    report = draft(cast, by="lead_approver")
    with pytest.raises(NotAllowedError, match="另一位审签人"):
        submit_report(report=report, by=cast.lead_approver, now=NOW)
    second = UserFactory(agency=cast.lead, role="approver")
    assert submit_report(report=report, by=second, now=NOW).status == "submitted"


@pytest.mark.parametrize(
    "part", ["lead_reporter", "co_approver", "outsider", "supervisor", "director", "administrator"]
)
def test_submit_report_is_for_another_approver_of_the_unit(cast, part):
    report = draft(cast)
    with pytest.raises(NotAllowedError):
        submit_report(report=report, by=getattr(cast, part), now=NOW)
    report.refresh_from_db()
    assert report.status == "draft"


def test_submit_report_after_the_lock_is_refused(cast):
    report = draft(cast)
    locked = NOW + timedelta(days=90)
    with pytest.raises(PeriodLockedError):
        submit_report(report=report, by=cast.lead_approver, now=locked)


def test_submit_report_late_counts_as_late_for_ever(cast):
    report = draft(cast)
    late = NOW.replace(month=12, day=28)
    report = submit_report(report=report, by=cast.lead_approver, now=late)
    assert report.is_late
    return_report(report=report, reason="请补充数据", by=cast.supervisor, now=late)
    report = save_report(
        report=report, content=report_content(), version=report.version + 1, by=cast.lead_reporter, now=late
    )
    assert submit_report(report=report, by=cast.lead_approver, now=late).is_late


def test_withdraw_report_gives_it_back_and_does_not_buy_time(cast):
    report = withdraw_report(report=submitted(cast), by=cast.lead_approver, now=LATER)
    assert (report.status, report.submitted_by, report.received_on) == ("draft", None, None)


def test_withdraw_report_refuses_once_it_is_decided(cast):
    report = submitted(cast)
    approve_report(report=report, by=cast.supervisor, now=NOW)
    with pytest.raises(ReportTransitionError):
        withdraw_report(report=report, by=cast.lead_approver, now=LATER)


# -- reviewing


def test_approve_report_moves_the_task_and_becomes_public(cast):
    report = approve_report(report=submitted(cast), by=cast.supervisor, now=LATER, result="partial")
    cast.task.refresh_from_db()
    assert (report.status, report.result, report.reviewed_by) == ("approved", "partial", cast.supervisor)
    assert (cast.task.percent, cast.task.last_period, cast.task.last_result) == (95, "2026Q4", "partial")
    assert Report.objects.visible_to(cast.outsider).exists()
    assert last_event("approved").audience == Audience.PUBLIC


def test_approve_report_of_an_earlier_period_does_not_set_progress_back(cast):
    cast.task.last_period, cast.task.percent = "2027Q1", 99
    cast.task.save()
    approve_report(report=submitted(cast, problems="进度说明"), by=cast.supervisor, now=LATER)
    cast.task.refresh_from_db()
    assert (cast.task.percent, cast.task.last_period) == (99, "2027Q1")


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "co_approver", "leader", "administrator"])
def test_approve_report_is_the_offices_alone(cast, part):
    report = submitted(cast)
    with pytest.raises(NotAllowedError):
        approve_report(report=report, by=getattr(cast, part), now=LATER)
    cast.task.refresh_from_db()
    assert cast.task.percent == 90


def test_approve_report_a_second_time_is_refused(cast):
    report = approve_report(report=submitted(cast), by=cast.supervisor, now=NOW)
    with pytest.raises(ReportTransitionError):
        approve_report(report=report, by=cast.director, now=LATER)


def test_return_report_needs_a_reason(cast):
    report = submitted(cast)
    with pytest.raises(InvalidError) as refusal:
        return_report(report=report, reason="  ", by=cast.supervisor, now=LATER)
    assert "reason" in refusal.value.errors


def test_return_report_then_correction_is_the_next_revision(cast):
    report = return_report(report=submitted(cast), reason="请补充佐证", by=cast.supervisor, now=LATER)
    assert (report.status, report.return_reason, report.reviewed_by) == ("returned", "请补充佐证", cast.supervisor)
    corrected = save_report(
        report=report,
        content=report_content(progress="已补充"),
        version=report.version,
        by=cast.lead_reporter,
        now=LATER,
    )
    assert (corrected.status, corrected.revision, corrected.reviewed_by) == ("draft", 2, None)
    again = submit_report(report=corrected, by=cast.lead_approver, now=LATER)
    assert approve_report(report=again, by=cast.supervisor, now=LATER).status == "approved"
    first = Event.objects.filter(kind="report", verb="submitted").earliest("sequence")
    assert first.state["progress"] == report_content().progress


def test_no_change_is_possible_twice_running_and_not_a_third_time(cast):
    today = {name: NOW.date() for name in ("contributions_due_on", "reports_due_on", "locks_on")}
    starts = {"2026Q1": 1, "2026Q2": 4, "2026Q3": 7}
    quarters = [PeriodFactory(code=code, starts_on=date(2026, month, 1), **today) for code, month in starts.items()]

    def round_of(period, **changes):
        report = draft_report(
            task=cast.task, period=period, content=report_content(**changes), by=cast.lead_reporter, now=NOW
        )
        submit_report(report=report, by=cast.lead_approver, now=NOW)
        approve_report(report=report, by=cast.supervisor, now=NOW)

    round_of(quarters[0], percent=90)
    round_of(quarters[1], percent=90, no_change=True, progress="")
    round_of(quarters[2], percent=90, no_change=True, progress="")
    with pytest.raises(InvalidError) as refusal:
        round_of(cast.period, percent=90, no_change=True, progress="")
    assert list(refusal.value.errors) == ["no_change"]


# -- what must not leak, get lost or slip through


def test_approved_event_does_not_publish_what_the_office_wrote_when_returning(cast):
    report = return_report(report=submitted(cast), reason="内部意见", by=cast.supervisor, now=NOW)
    content = report_content(progress="已补充")
    save_report(report=report, content=content, version=report.version, by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    approve_report(report=report, by=cast.supervisor, now=NOW, result="partial")
    event = last_event("approved")
    assert set(event.changed) == {"status", "version", "reviewed_at", "result"}
    assert "内部意见" not in str(event.state)


@pytest.mark.parametrize("status", [Status.CLOSING, Status.CLOSED, Status.SIGNED_OFF, Status.STOPPED])
def test_approve_report_does_not_move_a_task_that_is_ending(cast, status):
    report = submitted(cast)
    done = {"closed_on": NOW.date(), "closed_late": False} if status in (Status.CLOSED, Status.SIGNED_OFF) else {}
    Task.objects.update(status=status, percent=100, **done)
    approve_report(report=report, by=cast.supervisor, now=LATER)
    assert Task.objects.get().percent == 100


def test_submit_report_refuses_a_task_that_was_stopped_meanwhile(cast):
    report = draft(cast)
    Task.objects.update(status=Status.STOPPED)
    with pytest.raises(TaskNotReportingError):
        submit_report(report=report, by=cast.lead_approver, now=NOW)


def test_withdraw_report_after_the_lock_is_refused_or_it_would_be_lost(cast):
    report = submitted(cast)
    with pytest.raises(PeriodLockedError):
        withdraw_report(report=report, by=cast.lead_approver, now=NOW + timedelta(days=90))
    report.refresh_from_db()
    assert report.status == "submitted"


def test_save_report_corrects_a_returned_one_even_after_the_lock(cast):
    locked = NOW + timedelta(days=90)
    report = return_report(report=submitted(cast), reason="请补充", by=cast.supervisor, now=locked)
    save_report(report=report, content=report_content(progress="补充"), version=3, by=cast.lead_reporter, now=locked)
    report = submit_report(report=report, by=cast.lead_approver, now=locked)
    assert (report.status, report.is_late) == ("submitted", False)


def test_save_report_unchanged_does_not_take_over_the_makers_part(cast):
    report = draft(cast, by="lead_approver")
    save_report(report=report, content=report_content(), version=1, by=cast.lead_reporter, now=NOW)
    with pytest.raises(NotAllowedError, match="另一位审签人"):
        submit_report(report=report, by=cast.lead_approver, now=NOW)


def test_no_change_is_refused_once_the_task_has_moved(cast):
    earlier = PeriodFactory(code="2026Q3", starts_on=date(2026, 7, 1))
    first = PeriodFactory(code="2026Q2", starts_on=date(2026, 4, 1))
    for period, changes in ((first, {"percent": 90}), (earlier, {"percent": 97})):
        content = report_content(**changes)
        report = draft_report(task=cast.task, period=period, content=content, by=cast.lead_reporter, now=NOW)
        submit_report(report=report, by=cast.lead_approver, now=NOW)
        if period is first:
            approve_report(report=report, by=cast.supervisor, now=NOW)
    unchanged = draft(cast, percent=90, no_change=True, progress="")
    approve_report(report=report, by=cast.supervisor, now=NOW)
    with pytest.raises(NoChangeError):
        submit_report(report=unchanged, by=cast.lead_approver, now=NOW)
    assert Task.objects.get().percent == 97


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_draft_report_refuses_characters_that_no_database_keeps(cast, text):
    with pytest.raises(InvalidError) as refusal:
        draft(cast, progress=text)
    assert list(refusal.value.errors) == ["progress"]


def test_draft_report_refuses_half_a_percent(cast):
    with pytest.raises(InvalidError):
        draft(cast, percent=95.5)


def test_stale_version_is_not_answered_to_somebody_who_may_not_act(cast):
    report = draft(cast)
    with pytest.raises(NotAllowedError):
        save_report(report=report, content=report_content(), version=99, by=cast.outsider, now=NOW)


def test_stale_review_of_a_withdrawn_report_does_not_show_the_draft(cast):
    report = submitted(cast)
    withdraw_report(report=report, by=cast.lead_approver, now=NOW)
    with pytest.raises(ReportTransitionError, match="撤回"):
        approve_report(report=report, by=cast.supervisor, now=NOW, version=2)


def test_submit_report_keeps_its_query_budget(cast, django_assert_max_num_queries):
    report = draft(cast)
    with django_assert_max_num_queries(16):
        submit_report(report=report, by=cast.lead_approver, now=NOW)
