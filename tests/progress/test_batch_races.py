"""Two batches at the same moment over the same tasks in opposite order, on real connections."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection, connections, transaction

from ledger.actions import freeze_head
from ledger.models import Event
from ledger.readers import verify
from progress.actions import DraftItem, SubmitItem, draft_report, submit_reports, write_reports
from progress.models import Report
from tasks.actions import lock_task
from tests.api import Api
from tests.factories import NOW, PeriodFactory, TaskFactory, report_content
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


@pytest.fixture
def tasks(cast):
    return [TaskFactory(number=number, lead=cast.lead) for number in range(400, 400 + MANY)]


def items(tasks, period):
    return [DraftItem(task, period, report_content()) for task in tasks]


def test_batches_in_opposite_order_both_end(cast, tasks):
    """Each drafts for a period of its own, so that all of both can be done."""
    earlier = PeriodFactory(code="2026Q3", starts_on="2026-07-01", locks_on="2026-12-01", reports_due_on="2026-09-25",
                            contributions_due_on="2026-09-21", ends_on="2026-09-30")  # fmt: skip
    earlier.refresh_from_db()
    forth, back = at_once(
        lambda: write_reports(items=items(tasks, cast.period), by=cast.lead_reporter, now=NOW),
        lambda: write_reports(items=items(tasks[::-1], earlier), by=cast.lead_approver, now=NOW),
    )
    assert all(isinstance(each, Report) for each in (*forth, *back))
    assert Report.objects.count() == 2 * MANY
    assert verify() == []


def test_batches_that_want_the_same_draft_each_report_once(cast, tasks):
    forth, back = at_once(
        lambda: write_reports(items=items(tasks, cast.period), by=cast.lead_reporter, now=NOW),
        lambda: write_reports(items=items(tasks[::-1], cast.period), by=cast.lead_approver, now=NOW),
    )
    done = [[isinstance(each, Report) for each in outcomes] for outcomes in (forth, back)]
    assert sorted(map(all, done)) == [False, True]  # the one that waited found every report there
    assert not any(min(done))
    assert Report.objects.count() == MANY
    assert verify() == []


def test_sending_batches_in_opposite_order_sends_each_once(cast, tasks):
    drafts = [
        draft_report(task=task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
        for task in tasks
    ]
    sent = [SubmitItem(each, 1) for each in drafts]
    forth, back = at_once(
        lambda: submit_reports(items=sent, by=cast.lead_approver, now=NOW),
        lambda: submit_reports(items=sent[::-1], by=cast.lead_approver, now=NOW),
    )
    refused = [each.code for each in (*forth, *back) if not isinstance(each, Report)]
    assert refused == ["stale_version"] * MANY
    assert Report.objects.filter(status="submitted", version=2).count() == MANY
    assert verify() == []


@pytest.mark.postgres
def test_batches_that_lock_as_they_go_block_each_other(cast, tasks):
    """The control: the same actions without the locks at the beginning. Whoever has the ledger's head waits for the
    other's task, and the other for the head."""
    met, pair = threading.Barrier(2), tasks[:2]

    def naive_batch(order, by):
        try:
            with transaction.atomic():
                lock_task(order[0].pk)
                met.wait()
                for task in order:
                    draft_report(task=task, period=cast.period, content=report_content(), by=by, now=NOW)
        except OperationalError as error:
            return str(error)
        return "done"

    outcomes = at_once(
        lambda: naive_batch(pair, cast.lead_reporter), lambda: naive_batch(pair[::-1], cast.lead_approver)
    )
    assert sorted("deadlock" if "deadlock detected" in each else each for each in outcomes) == ["deadlock", "done"]


@pytest.mark.postgres
def test_the_trace_of_a_refused_batch_waits_for_the_ledger_with_nothing_in_hand(cast, tasks):
    """With the request's transaction still open, another batch of the same account could have the ledger's head and
    wait for the trace's mark, and this one for the head.
    """
    cache.clear()  # it outlives tests
    api, sent = Api(cast.lead_reporter), {"items": [{"report": 10**6, "version": 1}, *_unsignable(cast, tasks)]}

    def send():
        return api.call("POST", "report_batch_submit", data=sent, headers={"Idempotency-Key": "k"}).status_code

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            freeze_head()
            going = pool.submit(_on_own_connection, send)
            _wait_for_a_lock()
            marks = _marks()
        assert (going.result(), marks) == (200, 1)
    assert Event.objects.filter(kind="attempt").count() == 1


def _unsignable(cast, tasks):
    """A draft that a reporter cannot send."""
    report = draft_report(task=tasks[0], period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    return [{"report": report.pk, "version": 1}]


def _on_own_connection(call):
    with closing(connections["default"]):
        return call()


def _wait_for_a_lock():
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")


def _marks():
    """The marks of traces that others can see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM common_cache WHERE cache_key LIKE '%%refused:%%'")
        return cursor.fetchone()[0]
