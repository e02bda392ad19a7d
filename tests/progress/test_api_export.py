import csv
import io
import json
import tracemalloc

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.api import exports
from progress.actions import draft_report, submit_report
from progress.exports import SUMMARY_COLUMNS, report_columns
from progress.serializers import ReportSerializer, SummarySerializer
from tests.api import Api, pointers, problem
from tests.factories import NOW, TaskFactory, report_content
from tests.many import make_periods, make_reports, make_tasks

FORMATS = ["json", "ndjson", "csv"]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def reports(cast):
    """A draft on task 1, a submitted report on task 2."""
    task = TaskFactory(number=2, lead=cast.lead, supporting=[cast.co])
    draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    content = report_content(progress="=1+1\n二", ask="请协调。", ask_to="other-unit")
    sent = draft_report(task=task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)
    submit_report(report=sent, by=cast.lead_approver, now=NOW)


def read_rows(response):
    if "ndjson" in response["Content-Type"]:
        return [json.loads(line) for line in response.body.splitlines()]
    return json.loads(response.body)


def read_table(response):
    return list(csv.DictReader(io.StringIO(response.body.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("form", ["json", "ndjson"])
@pytest.mark.parametrize(("part", "count"), [("lead_reporter", 2), ("supervisor", 1), ("outsider", 0)])
def test_export_holds_what_the_list_holds_for_each_person(cast, reports, form, part, count):
    api = Api(getattr(cast, part))
    rows = read_rows(api.get("reports_export", format=form))
    assert rows == api.get("reports").json()["results"]
    assert len(rows) == count


@pytest.mark.parametrize("form", FORMATS)
def test_export_takes_the_filters_and_orderings_of_the_list(cast, reports, form):
    api = Api(cast.lead_reporter)

    def numbers(**params):
        response = api.get("reports_export", format=form, **params)
        if form == "csv":
            return [int(line["任务序号"]) for line in read_table(response)]
        return [row["task"]["number"] for row in read_rows(response)]

    assert numbers(ordering="-task") == [2, 1]
    assert numbers(status="submitted") == [2]
    assert numbers(task="1", period="2026Q4") == [1]
    assert numbers(agency="other-unit") == []


def test_csv_has_codes_beside_labels_and_one_cell_for_what_is_nested(cast, reports):
    response = Api(cast.supervisor).get("reports_export", format="csv")
    (line,) = read_table(response)
    assert (line["报送单位代码"], line["报送单位"]) == ("lead-unit", "单位lead-unit")
    assert (line["状态代码"], line["进展评价代码"], line["迟报"]) == ("submitted", "advancing", "false")
    assert (line["进展情况"], line["请谁协调（代码）"], line["请谁协调"]) == (
        "'=1+1\n二",
        "other-unit",
        "单位other-unit",
    )
    assert (line["配合单位代码"], line["配合情况"]) == ("co-unit", "单位co-unit：未反馈")
    assert (line["报出时间"], line["审核时间"]) == ("2026-11-18T10:00:00+08:00", "")
    assert "reports-2026-11-18.csv" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("columns", "serializer"), [(report_columns, ReportSerializer), (lambda: SUMMARY_COLUMNS, SummarySerializer)]
)
def test_every_field_of_a_row_has_its_column(db, columns, serializer):
    found = columns()
    assert {column.field for column in found} == set(serializer().fields)
    headings = [str(column.heading) for column in found]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize(
    ("name", "params", "pointer"),
    [
        ("reports_export", {"format": "xlsx"}, "/format"),
        ("reports_export", {"page_size": "5"}, "/page_size"),
        ("reports_export", {"status": "open"}, "/status"),
        ("reports_export", {"fields": "secret"}, "/fields"),
        ("summary_export", {"format": "csv"}, "/by"),
        ("summary_export", {"by": "light", "format": "pdf"}, "/format"),
        ("summary_export", {"by": "light", "as_of": "2027-01-01"}, "/as_of"),
    ],
)
def test_export_refuses_what_it_does_not_know_before_anything_is_sent(cast, name, params, pointer):
    body = problem(Api(cast.leader).get(name, **params), 400, "invalid_parameters")
    assert pointers(body) == [pointer]


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_summary_export_holds_what_the_summary_holds(cast, form):
    api = Api(cast.leader)
    response = api.get("summary_export", by="light", format=form)
    assert read_rows(response) == api.get("summary", by="light").json()


def test_summary_comes_as_csv(cast):
    response = Api(cast.leader).get("summary_export", by="lead", format="csv")
    (line,) = read_table(response)
    assert (line["代码"], line["名称"], line["任务数"], line["平均进度"]) == ("lead-unit", "单位lead-unit", "1", "90.0")


def test_export_that_has_not_changed_is_not_sent_again(cast, reports, django_assert_max_num_queries):
    api = Api(cast.leader)
    for name, params in (("reports_export", {}), ("summary_export", {"by": "lead"})):
        first = api.get(name, **params)
        with django_assert_max_num_queries(3):
            assert api.get(name, headers={"If-None-Match": first["ETag"]}, **params).status_code == 304


# -- however many rows there are -----------------------------------------------------------------------------------


@pytest.fixture
def make(cast):
    """So many approved reports on tasks of the lead unit."""

    def make(count):
        tasks = make_tasks(cast, range(2, 2 + count // 100))
        return make_reports(cast, tasks, make_periods())

    return make


@pytest.mark.parametrize("form", FORMATS)
def test_export_costs_two_queries_a_batch(cast, make, monkeypatch, form, django_assert_num_queries):
    monkeypatch.setattr(exports, "BATCH", 150)
    make(400)
    api = Api(cast.lead_reporter)
    with django_assert_num_queries(2 + 1 + 1 + 1 + 2 * 3):  # who asks; the version; units; the keys; the data
        assert api.get("reports_export", format=form).body.count("进入二期".encode()) == 400


def consume(client, **params):
    """Peak memory in bytes and queries while a file is made and thrown away piece by piece, and how long it was."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("api:reports_export"), params)
        pieces = map(len, response.streaming_content)
        tracemalloc.start()
        first = next(pieces)
        length = first + sum(pieces)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak, len(queries), length


def test_export_of_ten_thousand_rows_holds_no_more_than_that_of_a_thousand(cast, make):
    client = Client()
    client.force_login(cast.lead_reporter)
    made = make(10_000)
    client.get(reverse("api:reports_export"), {"task": "2"}).getvalue()  # what is made once and kept
    peaks, queries, lengths = zip(
        *(consume(client, format="ndjson", **params) for params in ({"task": "2,3,4,5,6,7,8,9,10,11"}, {})), strict=True
    )
    assert len(made) == 10_000
    assert lengths[1] > 9.5 * lengths[0]
    assert peaks[1] < 1.2 * peaks[0]
    assert queries[1] - queries[0] <= 2 * (20 - 2)


def test_the_measure_of_memory_sees_a_file_that_is_made_whole(cast, make, monkeypatch):
    """The control: with one batch for all, many rows cost many times the memory."""
    client = Client()
    client.force_login(cast.lead_reporter)
    make(2_000)
    client.get(reverse("api:reports_export"), {"task": "2"}).getvalue()
    monkeypatch.setattr(exports, "BATCH", 100_000)
    assert consume(client, format="ndjson")[0] > 5 * consume(client, format="ndjson", task="2,3")[0]
