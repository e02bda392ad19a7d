"""延期: asking, answering, and what both leave on the task."""

from datetime import date, timedelta

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from tasks.actions import (
    change_status,
    draft_extension,
    grant_extension,
    refuse_extension,
    save_extension,
    save_policy,
    send_extension,
    set_deadline,
    withdraw_extension,
)
from tasks.actions.deadlines import ExtensionWaitsError
from tasks.actions.extensions import ExtensionExistsError, ExtensionNotNowError
from tasks.extensions import ExtensionPolicy
from tasks.models import Extension, Task
from tasks.policies import PolicyKind
from tasks.status import Status
from tests.extensions import WANTED, drafted, entered, sent
from tests.factories import NOW, TODAY, TaskFactory, UserFactory

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 31)


def fresh(task):
    return Task.objects.with_lead().get(pk=task.pk)


def grant(extension, by, day=WANTED, **more):
    return grant_extension(extension=extension, granted_date=day, by=by, now=NOW, **more)


def refuse(extension, by, reason="应按期完成", **more):
    return refuse_extension(extension=extension, reason=reason, by=by, now=NOW, **more)


def set_policy(cast, **values):
    save_policy(
        kind=PolicyKind.EXTENSIONS, policy=ExtensionPolicy(**values), reason="会议决定", by=cast.director, now=NOW
    )


def events():
    return list(Event.objects.order_by("sequence").values_list("kind", "verb", "actor_name"))


# -- asking


def test_draft_extension_is_the_units_alone(cast):
    extension = drafted(cast)
    assert (extension.status, extension.due_before, extension.drafted_by) == ("draft", DUE, cast.lead_reporter)
    event = Event.objects.get()
    assert (event.kind, event.verb, event.audience, event.agency) == (
        "extension", "extension_drafted", Audience.UNIT, "lead-unit"
    )  # fmt: skip
    assert not Extension.objects.visible_to(cast.director).exists()
    assert Extension.objects.visible_to(cast.lead_approver).exists()
    assert fresh(cast.task).extension_asked_on is None


@pytest.mark.parametrize("part", ["co_approver", "outsider", "supervisor", "director", "leader", "administrator"])
def test_draft_extension_is_for_the_lead_unit(cast, part):
    with pytest.raises(NotAllowedError):
        draft_extension(task=cast.task, entered=entered(), by=getattr(cast, part), now=NOW)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wanted_date": DUE}, "wanted_date"),
        ({"wanted_date": date(2100, 1, 1)}, "wanted_date"),
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 301}, "reason"),
    ],
)
def test_draft_extension_names_the_field_that_is_wrong(cast, changes, field):
    with pytest.raises(InvalidError) as refusal:
        drafted(cast, **changes)
    assert list(refusal.value.errors) == [field]
    assert not Event.objects.exists()


def test_draft_extension_is_one_at_a_time(cast):
    first = drafted(cast)
    with pytest.raises(ExtensionExistsError) as refusal:
        drafted(cast)
    assert refusal.value.extension == first


@pytest.mark.parametrize("status", ["planned", "issued", "closing", "suspended", "stopped", "standing"])
def test_draft_extension_is_for_ongoing_tasks(cast, status):
    with pytest.raises(ExtensionNotNowError, match="办理中"):
        drafted(cast, task=TaskFactory(lead=cast.lead, status=status))


def test_draft_extension_ends_with_the_deadlines_day(cast):
    on_the_day = NOW + (DUE - TODAY)
    with pytest.raises(ExtensionNotNowError, match="2026-12-31 已过"):
        drafted(cast, now=on_the_day + timedelta(days=1))
    assert drafted(cast, now=on_the_day)


def test_draft_extension_after_the_deadline_when_the_office_allows_it(cast):
    set_policy(cast, late_allowed=True)
    assert drafted(cast, now=NOW + timedelta(days=60))


def test_draft_extension_counts_what_was_granted(cast):
    set_policy(cast, most=1)
    refuse(sent(cast), cast.supervisor)
    grant(sent(cast), cast.supervisor)
    with pytest.raises(ExtensionNotNowError, match="已同意延期 1 次"):
        drafted(cast, wanted_date=date(2027, 1, 20))


def test_save_extension_makes_the_writer_its_author(cast):
    extension = save_extension(
        extension=drafted(cast), entered=entered(percent=80), by=cast.lead_approver, now=NOW, version=1
    )
    assert (extension.percent, extension.drafted_by, extension.version) == (80, cast.lead_approver, 2)
    assert events()[-1] == ("extension", "extension_saved", cast.lead_approver.name)


def test_save_extension_refuses_a_stale_version(cast):
    with pytest.raises(StaleVersionError):
        save_extension(extension=drafted(cast), entered=entered(), by=cast.lead_reporter, now=NOW, version=9)


def test_save_extension_refuses_what_was_sent(cast):
    with pytest.raises(ExtensionNotNowError):
        save_extension(extension=sent(cast), entered=entered(), by=cast.lead_reporter, now=NOW)


# -- sending and taking back


def test_send_extension_starts_the_offices_clock_and_holds_the_units(cast):
    extension = sent(cast)
    assert (extension.status, extension.answer_due_on) == ("sent", date(2026, 11, 23))  # Wednesday and three days
    assert fresh(cast.task).extension_asked_on == TODAY
    assert events()[-2:] == [
        ("task", "extension_sent", cast.lead_approver.name), ("extension", "extension_sent", cast.lead_approver.name)
    ]  # fmt: skip
    assert Extension.objects.visible_to(cast.director).exists()
    assert not Extension.objects.visible_to(cast.outsider).exists()


def test_send_extension_is_not_for_who_wrote_it(cast):
    own = draft_extension(task=cast.task, entered=entered(), by=cast.lead_approver, now=NOW)
    with pytest.raises(NotAllowedError, match="另一位审签人"):
        send_extension(extension=own, by=cast.lead_approver, now=NOW)
    assert own.status == "draft"


@pytest.mark.parametrize("part", ["lead_reporter", "co_approver", "outsider", "director"])
def test_send_extension_is_for_the_units_approver(cast, part):
    extension = drafted(cast)
    with pytest.raises(NotAllowedError):
        send_extension(extension=extension, by=getattr(cast, part), now=NOW)


def test_send_extension_looks_at_the_deadline_as_it_is_then(cast):
    extension = drafted(cast)
    set_deadline(
        task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 1, 31), basis="office", reason="调整",
        by=cast.director, now=NOW,
    )  # fmt: skip
    with pytest.raises(InvalidError) as refusal:
        send_extension(extension=extension, by=cast.lead_approver, now=NOW)
    assert list(refusal.value.errors) == ["wanted_date"]
    assert fresh(cast.task).extension_asked_on is None


def test_withdraw_extension_lets_the_clock_run_again(cast):
    extension = withdraw_extension(extension=sent(cast), by=cast.lead_approver, now=NOW)
    assert (extension.status, fresh(cast.task).extension_asked_on) == ("withdrawn", None)
    assert drafted(cast)


def test_withdraw_extension_drops_a_draft_without_a_word_to_the_office(cast):
    withdraw_extension(extension=drafted(cast), by=cast.lead_reporter, now=NOW)
    assert not Event.objects.exclude(audience=Audience.UNIT).exists()
    assert not Extension.objects.visible_to(cast.director).exists()


def test_withdraw_extension_that_was_sent_is_the_approvers(cast):
    extension = sent(cast)
    with pytest.raises(NotAllowedError):
        withdraw_extension(extension=extension, by=cast.lead_reporter, now=NOW)


# -- answering


def test_grant_extension_moves_the_deadline_and_keeps_the_first(cast):
    extension = grant(sent(cast), cast.supervisor, day=date(2027, 1, 5), decision="同意")
    task = fresh(cast.task)
    assert (task.due_date, task.original_due_date, task.due_basis) == (date(2027, 1, 5), DUE, "office")
    assert (task.slip_count, task.extension_asked_on, task.due_note) == (1, None, "同意")
    assert (extension.status, extension.granted_date, extension.due_before) == ("granted", date(2027, 1, 5), DUE)
    assert events()[-2:] == [
        ("task", "extension_granted", cast.supervisor.name), ("extension", "extension_granted", cast.supervisor.name)
    ]  # fmt: skip
    assert Extension.objects.visible_to(cast.outsider).exists()  # a public fact from now on


@pytest.mark.parametrize(
    ("wanted", "granted", "is_short"),
    [(7, 7, True), (7, 3, True), (8, 8, False), (8, 7, False), (7, 8, False)],
)
def test_grant_extension_is_the_directors_when_it_is_long(cast, wanted, granted, is_short):
    extension, day = sent(cast, wanted_date=DUE + timedelta(days=wanted)), DUE + timedelta(days=granted)
    if not is_short:
        with pytest.raises(NotAllowedError, match="超过 7 天"):
            grant(extension, cast.supervisor, day=day)
        assert fresh(cast.task).due_date == DUE
    by = cast.supervisor if is_short else cast.director
    assert grant(extension, by, day=day).status == "granted"


def test_refuse_extension_of_many_days_is_the_directors(cast):
    extension = sent(cast, wanted_date=date(2027, 3, 31))
    with pytest.raises(NotAllowedError):
        refuse(extension, cast.supervisor)
    refused = refuse(extension, cast.director)
    assert (refused.status, refused.decision, fresh(cast.task).due_date) == ("refused", "应按期完成", DUE)
    assert fresh(cast.task).extension_asked_on is None
    assert not Extension.objects.visible_to(cast.outsider).exists()


def test_refuse_extension_needs_a_reason(cast):
    with pytest.raises(InvalidError):
        refuse(sent(cast), cast.supervisor, reason=" ")
    assert fresh(cast.task).extension_asked_on == TODAY


@pytest.mark.parametrize("day", [DUE, DUE - timedelta(days=1), date(2100, 1, 1)])
def test_grant_extension_refuses_a_date_that_is_none(cast, day):
    with pytest.raises(InvalidError) as refusal:
        grant(sent(cast), cast.director, day=day)
    assert list(refusal.value.errors) == ["granted_date"]


@pytest.mark.parametrize("part", ["lead_approver", "co_approver", "outsider", "leader", "administrator", "auditor"])
def test_answering_is_the_offices_alone(cast, part):
    extension = sent(cast)
    for answer in (grant, refuse):
        with pytest.raises(NotAllowedError):
            answer(extension, getattr(cast, part))
    assert fresh(cast.task).due_date == DUE


def test_answering_is_not_for_who_had_a_hand_in_it(cast):
    """Somebody who moved from the unit to the office since."""
    extension = sent(cast)
    moved = UserFactory(agency=cast.office, role="director")
    Extension.objects.filter(pk=extension.pk).update(sent_by=moved)
    with pytest.raises(NotAllowedError):
        grant(extension, moved)


def test_answering_twice_or_what_was_not_sent_is_refused(cast):
    extension = sent(cast)
    grant(extension, cast.supervisor)
    for again in (grant, refuse):
        with pytest.raises(ExtensionNotNowError):
            again(extension, cast.director)
    assert fresh(cast.task).slip_count == 1


def test_answering_refuses_a_stale_version(cast):
    with pytest.raises(StaleVersionError):
        grant(sent(cast), cast.supervisor, version=1)


# -- the office's own changes while a request waits


def test_set_deadline_waits_for_the_answer(cast):
    sent(cast)
    with pytest.raises(ExtensionWaitsError, match="请先答复"):
        set_deadline(
            task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 1, 31), basis="office", reason="调整",
            by=cast.director, now=NOW,
        )  # fmt: skip
    assert fresh(cast.task).due_date == DUE


def test_grant_extension_while_the_task_is_suspended(cast):
    extension = sent(cast)
    change_status(task=cast.task, verb="suspend", by=cast.director, now=NOW, text="会议纪要")
    grant(extension, cast.supervisor)
    assert fresh(cast.task).due_date == WANTED


@pytest.mark.parametrize("verb", ["stop", "make_standing"])
def test_a_request_lapses_with_its_task(cast, verb):
    extension = sent(cast)
    change_status(task=cast.task, verb=verb, by=cast.director, now=NOW, text="会议纪要")
    extension.refresh_from_db()
    assert (extension.status, fresh(cast.task).extension_asked_on) == ("withdrawn", None)
    assert "申请随之失效" in extension.decision
    assert [each[1] for each in events()[-2:]] == [verb, "extension_lapsed"]


def test_a_pending_request_asked_in_time_holds_the_overdue_date_back(cast):
    late = DUE + timedelta(days=10)
    sent(cast)
    assert not Task.objects.overdue(on=late).filter(pk=cast.task.pk).exists()
    refuse(Extension.objects.get(), cast.supervisor)
    assert Task.objects.overdue(on=late).filter(pk=cast.task.pk).exists()
    assert fresh(cast.task).status == Status.ONGOING


def test_grant_extension_refuses_a_day_that_has_passed(cast):
    extension = sent(cast, wanted_date=date(2027, 1, 4))
    later = NOW + timedelta(days=51)
    with pytest.raises(InvalidError) as refusal:
        grant_extension(extension=extension, granted_date=date(2027, 1, 4), by=cast.supervisor, now=later)
    assert set(refusal.value.errors) == {"granted_date"}
