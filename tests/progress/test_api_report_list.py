"""GET /reports/: what is shown to whom, filters, orderings, and pages that hold still while others write."""

from datetime import timedelta

import pytest

from progress.actions import approve_report, draft_report, return_report, submit_report
from progress.models import Report
from tests.api import Api, pointers, problem
from tests.factories import NOW, PeriodFactory, TaskFactory, report_content


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


def ids(response):
    return [each["id"] for each in response.json()["results"]]


def make(cast, *, number=None, lead=None, by=None, **content):
    task = TaskFactory(number=number, lead=lead or cast.lead) if number else cast.task
    return draft_report(
        task=task, period=cast.period, content=report_content(**content), by=by or cast.lead_reporter, now=NOW
    )


def approve(cast, report, *, now=NOW, **more):
    submit_report(report=report, by=cast.lead_approver, now=now)
    return approve_report(report=report, by=cast.supervisor, now=now, **more)


@pytest.fixture
def four(cast):
    """A draft, one sent, one returned, one approved; each on a task of its own, in this order."""
    draft, sent, returned, approved = (make(cast, number=number) for number in (331, 332, 333, 334))
    submit_report(report=sent, by=cast.lead_approver, now=NOW)
    submit_report(report=returned, by=cast.lead_approver, now=NOW)
    return_report(report=returned, reason="请补充。", by=cast.supervisor, now=NOW)
    approve(cast, approved, result="partial")
    return [draft.pk, sent.pk, returned.pk, approved.pk]


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("lead_reporter", [0, 1, 2, 3]), ("co_reporter", [3]), ("outsider", [3]), ("supervisor", [1, 2, 3]),
        ("leader", [1, 2, 3]), ("administrator", [3]),
    ],
)  # fmt: skip
def test_list_gives_what_each_may_see_over_all_tasks(cast, four, part, seen):
    assert ids(Api(getattr(cast, part)).get("reports")) == [four[index] for index in seen]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"task": "332,334"}, [1, 3]),
        ({"period": "2026Q4"}, [0, 1, 2, 3]),
        ({"period": "2026Q4", "status": "returned"}, [2]),
        ({"status": "draft,approved"}, [0, 3]),
        ({"result": "partial"}, [3]),
        ({"agency": "other-unit"}, []),
        ({"agency": "lead-unit,other-unit"}, [0, 1, 2, 3]),
        ({"late": "false"}, [1, 2, 3]),
        ({"late": "true"}, []),
        ({"approved_after": "2026-11-18"}, [3]),
        ({"approved_after": "2026-11-19"}, []),
        ({"approved_before": "2026-11-18"}, [3]),
        ({"approved_before": "2026-11-17"}, []),
        ({"approved_after": "0001-01-01", "approved_before": "9999-12-31"}, [3]),
        ({"ordering": "-id"}, [3, 2, 1, 0]),
        ({"ordering": "-task"}, [3, 2, 1, 0]),
    ],
)
def test_filters_narrow_the_list(api, four, params, found):
    assert ids(api.get("reports", **params)) == [four[index] for index in found]


def test_late_is_judged_by_the_first_day_that_a_report_came_in(cast, time_machine):
    report = make(cast)
    after_limit = NOW + timedelta(days=40)
    time_machine.move_to(after_limit, tick=False)
    submit_report(report=report, by=cast.lead_approver, now=after_limit)
    api = Api(cast.lead_reporter)
    assert ids(api.get("reports", late="true")) == [report.pk]
    assert ids(api.get("reports", late="false")) == []


def test_approved_dates_are_those_of_shanghai(api, cast):
    evening = NOW.replace(hour=1)  # the day before in UTC
    report = approve(cast, make(cast), now=evening)
    assert ids(api.get("reports", approved_after="2026-11-18")) == [report.pk]
    assert ids(api.get("reports", approved_before="2026-11-17")) == []


@pytest.mark.parametrize(
    ("params", "known"),
    [
        ({"state": "draft"}, "status"),
        ({"status": "lost"}, "approved"),
        ({"task": "9"}, "1"),
        ({"task": "eins"}, "1"),
        ({"period": "2030Q1"}, "2026Q4"),
        ({"agency": "nobody"}, "lead-unit"),
        ({"result": "great"}, "advancing"),
        ({"late": "maybe"}, "true"),
        ({"approved_after": "yesterday"}, "2026-12-31"),
        ({"ordering": "percent"}, "approved_at"),
        ({"fields": "id,secret"}, "percent"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_known(api, cast, params, known):
    body = problem(api.get("reports", **params), 400, "invalid_parameters")
    assert pointers(body) == [f"/{name}" for name in params]
    assert known in body["errors"][0]["detail"]


def test_everything_that_is_wrong_is_said_at_once(api):
    body = problem(api.get("reports", task="x", page_size="0", fields="nothing"), 400, "invalid_parameters")
    assert sorted(pointers(body)) == ["/fields", "/page_size", "/task"]


def test_fields_are_those_asked_for(api, four):
    response = api.client.get("/api/v1/reports/?fields=id,percent")
    assert response.json()["results"][0] == {"id": four[0], "percent": 95}


@pytest.mark.parametrize("ordering", ["id", "-id", "period", "-period", "task", "-task", "approved_at", "-approved_at"])
def test_every_ordering_pages_to_the_end_and_back(cast, ordering):
    api = Api(cast.lead_reporter)
    PeriodFactory(code="2026H2", cycle="half", starts_on="2026-07-01", ends_on="2026-12-31")
    PeriodFactory(code="2026M12", cycle="month", starts_on="2026-12-01", ends_on="2026-12-31")
    for index, code in enumerate(["2026Q4", "2026H2", "2026M12", "2026Q4", "2026H2", "2026M12", "2026Q4"]):
        store(cast, number=331 + index // 3, period=code, days=index if index % 2 else None)
    forward, back, response = [], [], api.get("reports", ordering=ordering, page_size=2)
    while True:
        forward += ids(response)
        if not response.json()["next"]:
            break
        response = api.client.get(response.json()["next"])
    while response.json()["previous"]:
        response = api.client.get(response.json()["previous"])
        back = ids(response) + back
    assert len(set(forward)) == len(forward) == 7
    assert back == forward[: len(back)]
    assert len(back) == 6
    reverse = [each["id"] for each in api.get("reports", ordering=turned(ordering)).json()["results"]]
    if "approved_at" not in ordering:  # what has no such moment stands at the end either way
        assert forward == reverse[::-1]


def turned(ordering):
    return ordering.removeprefix("-") if ordering.startswith("-") else f"-{ordering}"


def store(cast, *, number, period, days=None):
    """A row as no action can make it so fast: of any period, approved some days ago or a draft."""
    task = TaskFactory._meta.model.objects.filter(number=number).first() or TaskFactory(number=number, lead=cast.lead)
    moment = None if days is None else NOW - timedelta(days=days, microseconds=days)
    people = {"submitted_by": cast.lead_approver, "reviewed_by": cast.supervisor} if moment else {}
    return Report.objects.create(
        task=task, period_id=period, percent=1, result="advancing", progress="…", drafted_at=NOW,
        drafted_by=cast.lead_reporter, status="approved" if moment else "draft", submitted_at=moment,
        reviewed_at=moment, **people,
    )  # fmt: skip


def test_periods_are_ordered_by_their_days_and_not_by_their_codes(api, cast):
    PeriodFactory(code="2026M12", cycle="month", starts_on="2026-12-01", ends_on="2026-12-31")
    PeriodFactory(code="2026M09", cycle="month", starts_on="2026-09-01", ends_on="2026-09-30")
    PeriodFactory(code="2026H2", cycle="half", starts_on="2026-07-01", ends_on="2026-12-31")
    for code in ("2026H2", "2026M09", "2026Q4", "2026M12"):
        store(cast, number=331, period=code)
    rows = api.get("reports", ordering="period").json()["results"]
    assert [each["period"] for each in rows] == ["2026M09", "2026M12", "2026Q4", "2026H2"]
    of_task = api.get("task_reports", 331).json()["results"]
    assert [each["period"] for each in of_task] == ["2026H2", "2026Q4", "2026M12", "2026M09"]


def test_paging_misses_and_repeats_nothing_while_others_write(api, cast):
    """Between two pages reports are added, changed and approved; each that stood before comes exactly once."""
    there = [make(cast, number=number).pk for number in range(320, 332)]
    seen, response = [], api.get("reports", page_size=3)
    for number in range(332, 340):
        seen += ids(response)
        make(cast, number=number)
        approve(cast, Report.objects.get(pk=there[number - 332]))
        if not response.json()["next"]:
            break
        response = api.client.get(response.json()["next"])
    assert len(set(seen)) == len(seen)
    assert set(there) <= set(seen)


def test_reports_of_one_task_are_filtered_alike(api, cast, last_quarter):
    now = make(cast)
    assert ids(api.get("task_reports", 1)) == [now.pk, last_quarter.pk]
    assert ids(api.get("task_reports", 1, period="2026Q3")) == [last_quarter.pk]
    assert ids(api.get("task_reports", 1, status="draft")) == [now.pk]
    assert pointers(problem(api.get("task_reports", 1, agency="x"), 400, "invalid_parameters")) == ["/agency"]


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("params", [{}, {"ordering": "-approved_at", "late": "false", "status": "approved"}])
def test_list_costs_two_queries_whatever_the_number(api, cast, count, params, django_assert_num_queries):
    for number in range(count):
        approve(cast, make(cast, number=400 + number))
    with django_assert_num_queries(2 + 1 + 2):  # who asks; which version is current; reports, evidence
        assert len(ids(api.get("reports", **params))) == count


def test_unchanged_list_is_answered_without_reading_it(api, four, django_assert_num_queries):
    tag = api.get("reports")["ETag"]
    with django_assert_num_queries(2 + 1):
        assert api.get("reports", headers={"If-None-Match": tag}).status_code == 304
