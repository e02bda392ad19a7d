from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from common.errors import InvalidError, NotAllowedError
from ledger.models import Audience, Event
from ledger.readers import verify
from progress.actions import add_evidence, draft_report, remove_evidence, return_report, submit_report, withdraw_report
from progress.actions import evidence as action
from progress.actions.evidence import TooMuchEvidenceError
from progress.actions.rows import PeriodLockedError, ReportTransitionError
from progress.models import Evidence
from tests.factories import NOW, report_content

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def report(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


def csv(text="序号,事项", name="台账.csv"):
    return SimpleUploadedFile(name, text.encode())


def add(cast, report, file=None, by="lead_reporter", now=LATER):
    return add_evidence(report=report, file=file or csv(), by=getattr(cast, by), now=now)


def stored_files():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def standing(report):
    return Evidence.objects.filter(report=report, removed_at=None)


@contextmanager
def refused(refusal, match=None):
    """The block raises this refusal, and afterwards rows, events and files are what they were before."""
    before = everything()
    with pytest.raises(refusal, match=match) as raised:
        yield raised
    assert everything() == before


def everything():
    rows = list(Evidence.objects.order_by("pk").values())
    return rows, list(Event.objects.values_list("hash", flat=True)), sorted(stored_files())


# -- adding


def test_add_evidence_keeps_the_file_under_a_name_that_says_nothing(cast, report):
    evidence = add(cast, report)
    kept = Evidence.objects.get()
    assert (kept.name, kept.kind, kept.size, kept.uploaded_by) == ("台账.csv", "csv", 13, cast.lead_reporter)
    assert (kept.uploaded_at, kept.is_demo, kept.report) == (LATER, False, report)
    assert stored_files() == [Path(kept.file.path)]
    assert stored_files()[0].read_text() == "序号,事项"
    assert "台账" not in kept.file.name
    assert "." not in kept.file.name
    assert evidence == kept


def test_add_evidence_records_who_for_the_unit_alone(cast, report):
    evidence = add(cast, report, by="lead_approver")
    event = Event.objects.latest("sequence")
    assert (event.kind, event.verb, event.key) == ("evidence", "evidence_added", f"test-plan/1/2026Q4/{evidence.pk}")
    assert (event.actor_id, event.at, event.agency) == (cast.lead_approver.actor_id, LATER, "lead-unit")
    assert event.audience == Audience.UNIT
    assert event.state["sha256"] == evidence.sha256
    assert verify() == []


def test_add_evidence_can_be_marked_as_demonstration_data(cast, report):
    assert add_evidence(report=report, file=csv(), by=cast.lead_reporter, now=LATER, is_demo=True).is_demo


def test_add_evidence_removes_what_would_turn_a_name_round(cast, report):
    assert add(cast, report, csv(name=" 附件\u202evsc.csv ")).name == "附件 vsc.csv"
    assert add(cast, report, csv("其他", name="长" * 200 + ".csv")).name.endswith("长.csv")


@pytest.mark.parametrize("part", ["co_reporter", "zone_officer", "outsider", "supervisor", "director", "leader"])
def test_add_evidence_is_the_lead_units_alone(cast, report, part):
    with refused(NotAllowedError):
        add(cast, report, by=part)


def test_add_evidence_refuses_once_the_report_is_sent(cast, report):
    submit_report(report=report, by=cast.lead_approver, now=LATER)
    with refused(ReportTransitionError, match="撤回"):
        add(cast, report)


def test_add_evidence_is_possible_again_once_the_report_is_back(cast, report):
    submit_report(report=report, by=cast.lead_approver, now=LATER)
    withdraw_report(report=report, by=cast.lead_approver, now=LATER)
    add(cast, report)
    submit_report(report=report, by=cast.lead_approver, now=LATER)
    return_report(report=report, reason="请补充附件。", by=cast.supervisor, now=LATER)
    add(cast, report, csv("补充"))
    assert standing(report).count() == 2


def test_add_evidence_refuses_after_the_lock(cast, report):
    with refused(PeriodLockedError):
        add(cast, report, now=NOW + timedelta(days=90))


def test_add_evidence_says_why_a_file_is_refused(cast, report):
    with refused(InvalidError) as refusal:
        add(cast, report, SimpleUploadedFile("照片.png", b"MZ\x90\x00"))
    assert "与扩展名不符" in refusal.value.errors["file"][0]


def test_add_evidence_refuses_a_file_over_the_limit(cast, report, settings):
    settings.EVIDENCE_MAX_BYTES = 12
    with refused(InvalidError):
        add(cast, report)


def test_add_evidence_refuses_the_same_file_twice(cast, report):
    add(cast, report)
    with refused(InvalidError) as refusal:
        add(cast, report, csv(name="换个名字.csv"))
    assert "已经上传过" in refusal.value.errors["file"][0]


def test_add_evidence_takes_a_removed_file_again(cast, report):
    remove_evidence(evidence=add(cast, report), by=cast.lead_reporter, now=LATER)
    add(cast, report)
    assert (Evidence.objects.count(), standing(report).count()) == (2, 1)


def test_add_evidence_refuses_one_file_too_many(cast, report, monkeypatch):
    monkeypatch.setattr(action, "EVIDENCE_PER_REPORT", 2)
    add(cast, report, csv("一"))
    removed = add(cast, report, csv("二"))
    with refused(TooMuchEvidenceError):
        add(cast, report, csv("三"))
    remove_evidence(evidence=removed, by=cast.lead_reporter, now=LATER)
    add(cast, report, csv("三"))


@pytest.mark.parametrize("table", ["progress_evidence", "ledger_event"])
def test_add_evidence_leaves_no_file_when_the_database_fails(cast, report, table):
    def failing(execute, sql, *rest):
        if sql.startswith("INSERT") and table in sql:
            raise ConnectionResetError("the database went away")
        return execute(sql, *rest)

    with connection.execute_wrapper(failing), refused(ConnectionResetError):
        add(cast, report)


def test_add_evidence_looks_at_the_file_before_it_locks_anything(cast, report):
    """Reading and checking 20 MB under a row lock, or SQLite's only write lock, would keep everybody waiting."""
    depths = []

    class Watched(SimpleUploadedFile):
        def read(self, *amount):
            depths.append(len(connection.savepoint_ids))
            return self.file.read(*amount)

    outside = len(connection.savepoint_ids)
    add(cast, report, Watched("台账.csv", b"a"))
    checked, stored = depths[:-1], depths[-1]
    assert len(checked) >= 2
    assert set(checked) == {outside}
    assert stored > outside


# -- removing


def test_remove_evidence_keeps_row_and_file(cast, report):
    evidence = remove_evidence(evidence=add(cast, report), by=cast.lead_approver, now=LATER)
    assert (evidence.removed_at, evidence.removed_by) == (LATER, cast.lead_approver)
    assert not standing(report).exists()
    assert len(stored_files()) == 1


def test_remove_evidence_records_who(cast, report):
    evidence = remove_evidence(evidence=add(cast, report), by=cast.lead_approver, now=LATER)
    event = Event.objects.latest("sequence")
    assert (event.verb, event.actor_id, event.state) == ("evidence_removed", cast.lead_approver.actor_id, None)
    assert event.changed["sha256"] == [evidence.sha256, None]
    assert verify() == []


def test_remove_evidence_twice_changes_nothing_more(cast, report):
    evidence = remove_evidence(evidence=add(cast, report), by=cast.lead_approver, now=LATER)
    count = Event.objects.count()
    again = remove_evidence(evidence=evidence, by=cast.lead_reporter, now=LATER + timedelta(hours=1))
    assert (again.removed_by, again.removed_at, Event.objects.count()) == (cast.lead_approver, LATER, count)


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "director", "leader"])
def test_remove_evidence_is_the_lead_units_alone(cast, report, part):
    evidence = add(cast, report)
    with refused(NotAllowedError):
        remove_evidence(evidence=evidence, by=getattr(cast, part), now=LATER)


def test_remove_evidence_refuses_once_the_report_is_sent(cast, report):
    evidence = add(cast, report)
    submit_report(report=report, by=cast.lead_approver, now=LATER)
    with refused(ReportTransitionError):
        remove_evidence(evidence=evidence, by=cast.lead_reporter, now=LATER)


def test_remove_evidence_refuses_after_the_lock(cast, report):
    evidence = add(cast, report)
    with refused(PeriodLockedError):
        remove_evidence(evidence=evidence, by=cast.lead_reporter, now=NOW + timedelta(days=90))
