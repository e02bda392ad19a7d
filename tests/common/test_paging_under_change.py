"""Paging through thousands of rows while others write, on real connections: nothing is missed, nothing comes twice.

Between any two pages the writer commits at least one whole round of changes: rows that come in front, go from there,
move, and others that are only rewritten where they stand. Each walk has its control in the same run: the same list in
pages counted by offset, as they would be without cursors, does miss or repeat rows then.
"""

import threading
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import count, islice, product
from urllib.parse import urlencode

import pytest
from django.db import connections, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from common import clock
from common.api.paging import sort_queryset
from ledger import actions as ledger
from ledger.models import Event
from progress.filters import APPROVED_AT
from progress.filters import ORDERINGS as REPORT_ORDERINGS
from progress.models import Report
from tasks.filters import ORDERINGS as TASK_ORDERINGS
from tasks.filters import TaskFilter
from tasks.models import Task
from tests.factories import NOW
from tests.many import make_periods, make_reports, make_tasks, unsaved_report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

PAGE = 500
LONG = 30  # seconds, which nothing here takes
EARLY, LATE = NOW - timedelta(days=900), NOW + timedelta(days=900)


class Writer:
    """Commits rounds of changes on a connection of its own, at its pace and when asked, until it is told to stop."""

    PACE = 0.02  # seconds

    def __init__(self, change):
        self.change, self.begun, self.done, self.wanted = change, 0, 0, 0
        self.is_over = self.failed = False
        self.news = threading.Condition()

    def run(self):
        with closing(connections["default"]):
            try:
                while not self.is_over:
                    self._round()
            except BaseException:
                self.failed = True
                raise

    def _round(self):
        self.begun += 1
        with transaction.atomic():
            self.change(self.begun)
        with self.news:
            self.done = self.begun
            self.news.notify_all()
            self.news.wait_for(lambda: self.is_over or self.wanted > self.done, timeout=self.PACE)

    def wait(self):
        """Until a round has been committed that began after this moment."""
        with self.news:
            self.wanted = self.begun + 1
            self.news.notify_all()
            assert self.news.wait_for(lambda: self.done >= self.wanted, timeout=LONG), self.failed


@contextmanager
def writing(change):
    writer = Writer(change)
    thread = threading.Thread(target=writer.run)
    thread.start()
    try:
        yield writer
    finally:
        writer.is_over = True
        thread.join(LONG)


@pytest.fixture
def client(cast, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    client = Client()
    client.force_login(cast.lead_reporter)
    return client


def walk(client, writer, name, **params):
    """The rows of every page, from the first to the last, and the last one's address of the page before it."""
    address, found = f"{reverse(name)}?{urlencode({'page_size': PAGE, **params})}", []
    while address:
        body = client.get(address).json()
        found.append(body["results"])
        address = body["next"]
        writer.wait()
    return found, body["previous"]


def walk_back(client, writer, last, address):
    """The same from the last page to the first."""
    found = [last]
    while address:
        body = client.get(address).json()
        found.insert(0, body["results"])
        address = body["previous"]
        writer.wait()
    return found


def walk_by_offset(writer, rows):
    """The control: the same list, each page counted from the beginning."""
    found = []
    for at in count(0, PAGE):
        page = list(rows[at : at + PAGE])
        if not page:
            return found
        found += page
        writer.wait()
    return found


def flat(pages, key):
    return [row[key] for page in pages for row in page]


def are_seen_once(found, standing):
    """Whether each of those that stood throughout was seen once, in their order, whatever else there was."""
    known = set(standing)
    return [each for each in found if each in known] == standing


# -- reports -------------------------------------------------------------------------------------------------------

NEWER = [f"{year}Q{quarter}" for year in (2024, 2025) for quarter in range(1, 5)]
NEWEST = ["2027Q1", "2027Q2", "2027Q3", "2027Q4"]
OLDEST = ["1998Q1", "1998Q2", "1998Q3"]


@pytest.fixture
def reports(cast):
    """10,000 that nobody moves; the change of round n, which adds three, removes one, moves two and rewrites fifty."""
    tasks = make_tasks(cast, range(2, 102))
    standing = [report.pk for report in make_reports(cast, tasks, make_periods())]
    doomed = [report.pk for report in make_reports(cast, tasks, make_periods(NEWEST))]
    movers = [report.pk for report in make_reports(cast, tasks, make_periods(OLDEST)) if report.status == "approved"]
    Report.objects.filter(pk__in=doomed, status="approved").update(reviewed_at=EARLY)
    pairs = product(make_tasks(cast, range(1000, 1400)), make_periods(NEWER))

    def change(n):
        added = [unsaved_report(cast, *pair) for pair in islice(pairs, 3)]
        for report in added:
            report.reviewed_at = EARLY - timedelta(minutes=n)
        Report.objects.bulk_create(added)
        Report.objects.filter(pk__in=[doomed.pop()] if doomed else []).delete()
        Report.objects.filter(pk=movers[n % len(movers)]).update(reviewed_at=EARLY)
        Report.objects.filter(pk=movers[(n + 100) % len(movers)]).update(reviewed_at=LATE)
        Report.objects.filter(pk__in=standing[n * 50 % 10_000 :][:50]).update(percent=n % 100)

    return standing, change


def test_reports_in_pages_are_each_seen_once_while_others_write(cast, client, reports):
    """In an ordering that moves and has rows without a value, and in one by what never moves."""
    standing, change = reports
    with writing(change) as writer:
        for ordering in ("approved_at", "-period"):
            rows = sort_queryset(Report.objects.annotate(approved_at=APPROVED_AT), REPORT_ORDERINGS[ordering])
            expected = list(rows.filter(pk__in=standing).values_list("pk", flat=True))
            forward, address = walk(client, writer, "api:reports", ordering=ordering, fields="id")
            backward = walk_back(client, writer, forward[-1], address)
            by_offset = walk_by_offset(writer, rows.values_list("pk", flat=True))
            assert len(expected) == 10_000
            assert are_seen_once(flat(forward, "id"), expected)
            assert are_seen_once(flat(backward, "id"), expected)
            assert not are_seen_once(by_offset, expected)


# -- tasks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tasks(cast):
    """2,000 that nobody moves; the change of round n, which adds two and moves two in every ordering but by number."""
    standing = [task.number for task in make_tasks(cast, range(2, 2002))]
    movers = [task.pk for task in make_tasks(cast, range(2002, 2102))]

    def change(n):
        make_tasks(cast, range(3000 + 2 * n, 3002 + 2 * n), percent=100 * (n % 2))
        for pk, percent, moment in ((movers[n % 100], 0, EARLY), (movers[(n + 50) % 100], 99, LATE)):
            due = moment.date()
            red = {"red_from": due, "red_rule": "overdue"} if percent else {"red_from": None, "red_rule": ""}
            dates = {"start_date": due, "due_date": due, "original_due_date": due, "due_basis": "office"}
            Task.objects.filter(pk=pk).update(percent=percent, updated_at=moment, **dates, **red)
        Task.objects.filter(number__in=standing[n * 20 % 2000 :][:20]).update(text=f"正文{n}。")

    return standing, change


def test_tasks_in_pages_are_each_seen_once_in_every_ordering_while_others_write(cast, client, tasks):
    standing, change = tasks
    wrong = []
    with writing(change) as writer:
        for ordering in TASK_ORDERINGS:
            wanted = TaskFilter(QueryDict(f"ordering={ordering}"), clock.today())
            stand = wanted.apply(Task.objects.filter(number__in=standing))
            expected = list(stand.values_list("number", flat=True))
            assert len(expected) == 2000
            forward, address = walk(client, writer, "api:tasks", ordering=ordering, fields="number")
            backward = walk_back(client, writer, forward[-1], address)
            seen = [are_seen_once(flat(pages, "number"), expected) for pages in (forward, backward)]
            wrong += [] if all(seen) else [(ordering, *seen)]
        by_offset = walk_by_offset(writer, Task.objects.order_by("-number").values_list("number", flat=True))
    assert wrong == []
    assert not are_seen_once(by_offset, sorted(standing, reverse=True))


# -- the change feed -----------------------------------------------------------------------------------------------


def append(cast, key):
    ledger.append(kind="thing", key=key, verb="made", by=cast.director, at=NOW, state={"a": key})


def test_changes_come_without_a_gap_while_several_write(cast, client):
    """Three writers; the reader asks for what is new until it has twice what there was."""
    with transaction.atomic():
        for number in range(300):
            append(cast, str(number))
    seen, after = [], 0
    change = [lambda n, key=key: append(cast, f"{key}{n}") for key in "abc"]
    with writing(change[0]) as writer, writing(change[1]), writing(change[2]):
        while len(seen) < 600:
            body = client.get(reverse("api:changes"), {"after": after, "limit": 100}).json()
            seen += [event["sequence"] for event in body["events"]]
            after = body["last"]
            writer.wait()
        newest_first = Event.objects.order_by("-sequence").values_list("sequence", flat=True)
        by_offset = walk_by_offset(writer, newest_first)
    assert seen == list(range(1, len(seen) + 1))
    assert len(set(by_offset)) < len(by_offset)


def test_an_open_transaction_holds_back_what_comes_after_it(cast, client):
    """Whoever reads by ids misses the row with the lower one that is committed later; the feed shows neither before."""
    period = make_periods(["1998Q1"])[0]
    first, second = make_tasks(cast, range(2, 4))
    has_written, has_overtaken, may_commit = threading.Event(), threading.Event(), threading.Event()

    def slow():
        with closing(connections["default"]), transaction.atomic():
            Report.objects.bulk_create([unsaved_report(cast, first, period)])
            append(cast, "slow")
            has_written.set()
            assert may_commit.wait(LONG)

    def quick():
        with closing(connections["default"]):
            assert has_written.wait(LONG)
            Report.objects.bulk_create([unsaved_report(cast, second, period)])
            has_overtaken.set()
            append(cast, "quick")

    threads = [threading.Thread(target=each) for each in (slow, quick)]
    for thread in threads:
        thread.start()
    assert has_overtaken.wait(LONG)
    before = client.get(reverse("api:changes")).json()
    last_id = Report.objects.order_by("-pk").values_list("pk", flat=True)[0]
    may_commit.set()
    for thread in threads:
        thread.join(LONG)
    after = client.get(reverse("api:changes"), {"after": before["last"]}).json()
    assert before["events"] == []
    assert [event["key"] for event in after["events"]] == ["slow", "quick"]
    assert (Report.objects.count(), Report.objects.filter(pk__gt=last_id).count()) == (2, 0)  # by ids, one is missed
