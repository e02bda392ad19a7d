import csv
import io
import json
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.api import exports
from tasks.exports import task_columns
from tasks.models import Assignment, Pillar, Task
from tasks.serializers import TaskRowSerializer
from tests.api import Api, pointers, problem, record_tasks
from tests.factories import NOW, TODAY, PillarFactory, TaskFactory

FORMATS = ["json", "ndjson", "csv"]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.leader)


@pytest.fixture
def tasks(cast):
    """Beside the cast's task 1: overdue 2, planned 3 with a title that looks like a formula, closed 4."""
    TaskFactory(number=2, lead=cast.other, overdue=True, percent=40)
    TaskFactory(number=3, lead=cast.other, planned=True, pillar=PillarFactory(number=2), title="=口岸,通关\n二期")
    TaskFactory(number=4, lead=cast.other, status="closed", closed_on=TODAY, closed_late=False, percent=100)


def read_rows(response):
    """The objects of a JSON or an NDJSON file."""
    if "ndjson" in response["Content-Type"]:
        return [json.loads(line) for line in response.body.splitlines()]
    return json.loads(response.body)


def read_table(response):
    """The lines of a CSV file by heading."""
    assert response.body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.body[3:].decode(), newline=""), strict=True))


def numbers(response):
    if "csv" in response["Content-Type"]:
        return [int(next(iter(line.values()))) for line in read_table(response)]
    return [row["number"] for row in read_rows(response)]


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_export_holds_what_the_list_holds(api, tasks, form):
    response = api.get("tasks_export", format=form)
    assert read_rows(response) == api.get("tasks").json()["results"]


def test_export_without_a_format_is_json(api, tasks):
    response = api.get("tasks_export")
    assert response["Content-Type"] == "application/json"
    assert numbers(response) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("json", "application/json"), ("ndjson", "application/x-ndjson"), ("csv", "text/csv; charset=utf-8")],
)
def test_export_is_a_file_with_a_name_in_both_ways(api, form, media_type):
    response = api.get("tasks_export", format=form)
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == (
        f'attachment; filename="tasks-2026-11-18.{form}"; '
        f"filename*=UTF-8''%E4%BB%BB%E5%8A%A1%E5%8F%B0%E8%B4%A6-2026-11-18.{form}"
    )


def test_csv_has_chinese_headings_and_codes_beside_labels(api, tasks):
    first = read_table(api.get("tasks_export", format="csv"))[0]
    assert (first["序号"], first["牵头单位代码"], first["牵头单位"]) == ("1", "lead-unit", "单位lead-unit")
    assert (first["配合单位代码"], first["配合单位"]) == ("co-unit;zone-body", "单位co-unit、单位zone-body")
    assert (first["片区代码"], first["片区"]) == ("nanning", "片区nanning")
    assert (first["状态代码"], first["状态"], first["演示数据"]) == ("ongoing", "办理中", "false")
    assert (first["现时限"], first["更新时间"]) == ("2026-12-31", "2026-11-18T10:00:00+08:00")
    assert (first["最近报送期"], first["办结日期"]) == ("", "")


def test_csv_guards_a_title_that_looks_like_a_formula(api, tasks):
    response = api.get("tasks_export", format="csv")
    assert read_table(response)[2]["任务名称"] == "'=口岸,通关\n二期"
    assert response.body.endswith(b"\r\n")


def test_csv_comes_in_english(cast):
    response = Api(cast.leader).get("tasks_export", format="csv", headers={"Accept-Language": "en"})
    line = read_table(response)[0]
    assert next(iter(line)) != "序号"
    assert {"Unit lead-unit", "Zone nanning", "Task 1"} <= set(line.values())
    assert "filename*=UTF-8''Task" in response["Content-Disposition"]


def test_every_field_of_a_row_has_its_column(cast):
    fields = [column.field for column in task_columns()]
    assert set(fields) == set(TaskRowSerializer().fields)
    assert list(dict.fromkeys(fields)) == list(TaskRowSerializer().fields)


def test_headings_are_all_different(cast):
    headings = [str(column.heading) for column in task_columns()]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"light": "red,grey"}, [2, 3]),
        ({"overdue": "false", "ordering": "-percent"}, [4, 1, 3]),
        ({"agency": "co-unit"}, [1]),
        ({"q": "口岸"}, [3]),
        ({"ordering": "light"}, [2, 1, 3, 4]),
        ({"ordering": "-due_date"}, [1, 4, 2, 3]),
        ({"status": "suspended"}, []),
    ],
)
def test_export_takes_the_filters_and_orderings_of_the_list(api, tasks, form, params, expected):
    assert numbers(api.get("tasks_export", format=form, **params)) == expected


@pytest.mark.parametrize("form", FORMATS)
def test_export_as_of_holds_what_stood_at_the_end_of_the_day(api, cast, tasks, form):
    record = partial(record_tasks, by=cast.director)
    record(at=NOW - timedelta(days=1))
    Task.objects.filter(number=1).update(percent=97, version=2)
    record()
    past = api.get("tasks_export", format=form, as_of="2026-11-17", status="ongoing", ordering="percent")
    assert numbers(past) == [2, 1]
    assert b"97" not in past.body
    assert b"97" in api.get("tasks_export", format=form, as_of="2026-11-18", status="ongoing").body


def test_export_with_fields_has_these_alone(api, tasks):
    query = "?fields=percent,lead&format="
    client, address = api.client, reverse("api:tasks_export") + query
    found = client.get(address + "ndjson")
    assert [list(json.loads(line)) for line in found.getvalue().splitlines()] == [["percent", "lead"]] * 4
    table = client.get(address + "csv").getvalue().decode("utf-8-sig")
    assert table.splitlines()[0] == "实际进度,牵头单位代码,牵头单位"


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"format": "xlsx"}, "/format"),
        ({"page_size": "5"}, "/page_size"),
        ({"cursor": "x"}, "/cursor"),
        ({"light": "purple"}, "/light"),
        ({"fields": "secret"}, "/fields"),
        ({"as_of": "2026-11-19"}, "/as_of"),
    ],
)
def test_export_refuses_what_it_does_not_know_before_anything_is_sent(api, params, pointer):
    body = problem(api.get("tasks_export", **params), 400, "invalid_parameters")
    assert pointers(body) == [pointer]


def test_export_names_the_formats_it_knows(api):
    body = problem(api.get("tasks_export", format="xml"), 400, "invalid_parameters")
    assert all(form in body["errors"][0]["detail"] for form in FORMATS)


def test_export_tells_the_number_that_the_change_feed_goes_on_from(api, cast):
    record_tasks(by=cast.director)
    response = api.get("tasks_export", format="ndjson")
    number = int(response["X-Ledger-Sequence"])
    assert number == Api(cast.auditor).get("changes").json()["last"] == 1


def test_export_that_has_not_changed_is_not_sent_again(api, tasks, django_assert_max_num_queries):
    first = api.get("tasks_export", format="csv")
    with django_assert_max_num_queries(3):
        second = api.get("tasks_export", format="csv", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 304
    assert first["ETag"] != api.get("tasks_export", format="ndjson")["ETag"]


def test_head_has_the_headers_and_reads_no_rows(api, tasks):
    address = reverse("api:tasks_export") + "?format=csv"
    whole = api.client.get(address)
    whole.getvalue()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        head = api.client.head(address)
    assert head.getvalue() == b""
    assert {name: head[name] for name in ("ETag", "Content-Disposition", "Content-Type")} == {
        name: whole[name] for name in ("ETag", "Content-Disposition", "Content-Type")
    }
    assert "Content-Length" not in head
    assert not any("tasks_milestone" in query["sql"] for query in queries)


# -- however many rows there are -----------------------------------------------------------------------------------


def make_tasks(cast, count):
    """So many tasks beside task 1, in three statements."""
    pillar = Pillar.objects.get()
    dates = {"start_date": TODAY, "due_date": TODAY, "original_due_date": TODAY, "due_basis": "office"}
    made = Task.objects.bulk_create(
        Task(
            plan=pillar.plan, pillar=pillar, number=number, title=f"任务{number}", title_en=f"Task {number}",
            text="正文。", unit_clause="责任单位", status="ongoing", percent=number % 100, updated_at=NOW, **dates,
        )
        for number in range(2, count + 2)
    )  # fmt: skip
    Assignment.objects.bulk_create(Assignment(task=task, agency=cast.lead, role="lead", order=1) for task in made)


@pytest.mark.parametrize("count", [1, 45, 300])
def test_list_costs_four_queries_whatever_the_number(api, cast, count, django_assert_num_queries):
    make_tasks(cast, count - 1)
    with django_assert_num_queries(2 + 1 + 4):  # who asks; which version is current; the data
        assert len(api.get("tasks", page_size=500).json()["results"]) == count


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("count", [1, 7, 30])
def test_export_costs_four_queries_a_batch(api, cast, monkeypatch, form, count, django_assert_num_queries):
    monkeypatch.setattr(exports, "BATCH", 7)
    make_tasks(cast, count - 1)
    batches = -(-count // 7)
    with django_assert_num_queries(2 + 1 + 1 + 1 + 4 * batches):  # who asks; the version; zones; the keys; the data
        assert len(numbers(api.get("tasks_export", format=form, ordering="percent"))) == count


@pytest.mark.parametrize("form", FORMATS)
def test_first_bytes_come_after_one_batch(api, cast, monkeypatch, form):
    monkeypatch.setattr(exports, "BATCH", 10)
    make_tasks(cast, 100)
    pieces = iter(api.client.get(reverse("api:tasks_export"), {"format": form, "fields": "title"}).streaming_content)
    with CaptureQueriesContext(connection) as queries:
        sent = next(piece for piece in pieces if "任务2".encode() in piece)
    assert len(queries) == 4
    assert "任务12".encode() not in sent


def test_what_is_written_between_two_batches_neither_repeats_nor_hides_a_row(api, cast, monkeypatch):
    """Rows that move in the order, behind what has been sent and before it, are told once, as they stand."""
    monkeypatch.setattr(exports, "BATCH", 10)
    make_tasks(cast, 98)
    pieces = iter(api.client.get(reverse("api:tasks_export"), {"format": "ndjson", "ordering": "percent"}))
    sent = next(pieces)
    Task.objects.filter(number=5).update(percent=99)  # was sent already
    Task.objects.filter(number=90).update(percent=0)  # not yet
    Task.objects.filter(number=91).update(status="closed", closed_on=TODAY, closed_late=False)
    TaskFactory(number=500, lead=cast.lead)
    rows = [json.loads(line) for line in (sent + b"".join(pieces)).splitlines()]
    assert sorted(row["number"] for row in rows) == list(range(1, 100))
    assert {row["number"]: row["percent"] for row in rows}[90] == 0


def test_a_row_that_is_not_asked_for_any_more_is_left_out(api, cast, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 10)
    make_tasks(cast, 30)
    pieces = iter(api.client.get(reverse("api:tasks_export"), {"format": "ndjson", "status": "ongoing"}))
    sent = next(pieces)
    Task.objects.filter(number=25).update(status="suspended")
    rows = [json.loads(line) for line in (sent + b"".join(pieces)).splitlines()]
    assert [row["number"] for row in rows] == [number for number in range(1, 32) if number != 25]
