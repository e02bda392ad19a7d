import re

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from agencies.actions import save_columns
from tasks.forms.columns import COLUMNS
from tasks.models import Task
from tests.factories import NOW, AgencyFactory, TaskFactory

PAGE = "/tasks/"
READERS = ("lead_reporter", "outsider", "supervisor", "director", "leader", "administrator")
# Who asks and for which unit (2), what waits in the navigation (2), the rows (4), the names behind codes, the views.
QUERIES = 10


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, cast):
    def get(address="", *, user=cast.supervisor, **headers):
        client.force_login(user)
        return client.get(f"{PAGE}{address}", **headers)

    return get


def numbers(response):
    return [row["number"] for row in response.context["rows"]]


def text(response):
    return " ".join(response.content.decode().split())


def without_tokens(response):
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())


@pytest.mark.parametrize("part", READERS)
def test_task_list_is_open_to_everyone_who_reads_tasks(cast, page, part):
    response = page(user=getattr(cast, part))
    assert response.status_code == 200
    assert numbers(response) == [1]


def test_task_list_is_refused_to_the_auditor(cast, page):
    assert page(user=cast.auditor).status_code == 403


def test_task_list_asks_for_a_log_in(client, db):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_task_list_shows_a_row_with_its_light_dates_and_basis(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True, original_due_date="2026-09-30", title="建设平台")
    shown = text(page("?overdue=true"))
    for words in ("建设平台", "滞后", "2026-10-30", "原 2026-09-30", "办公室确定", "已超期 19 天", "90%"):
        assert words in shown


def test_task_list_says_that_there_is_no_deadline_yet(cast, page):
    TaskFactory(number=2, lead=cast.lead, planned=True)
    assert "未设时限" in text(page("?status=planned"))


def test_task_list_narrows_by_the_address_and_names_each_condition(cast, page):
    TaskFactory(number=2, lead=cast.co, overdue=True)
    response = page(f"?light=red&lead={cast.co.code}")
    assert numbers(response) == [2]
    assert [(chip["label"], chip["text"]) for chip in response.context["chips"]] == [
        ("牵头单位", cast.co.short_name),
        ("亮灯", "滞后"),
    ]


def test_task_list_chip_takes_away_its_condition_alone(cast, page):
    chips = page("?light=red,yellow&q=任务&ordering=-percent").context["chips"]
    red = next(chip for chip in chips if chip["text"] == "滞后")
    assert numbers(page(f"?{red['query']}")) == []
    assert "light=yellow" in red["query"]
    assert "ordering=-percent" in red["query"]
    assert "red" not in red["query"]


def test_task_list_keeps_several_codes_when_the_form_is_sent_again(cast, page):
    TaskFactory(number=2, lead=cast.co)
    TaskFactory(number=3, lead=cast.other)
    response = page(f"?lead={cast.lead.code}&lead={cast.co.code}")
    assert numbers(response) == [1, 2]
    joined = f"{cast.lead.code},{cast.co.code}"
    assert f'<option value="{joined}" selected>已选 2 项</option>' in text(response)
    assert numbers(page(f"?lead={joined}")) == [1, 2]


def test_task_list_sorts_by_its_columns_and_says_so(cast, page):
    TaskFactory(number=2, lead=cast.lead, percent=10)
    response = page("?ordering=percent")
    assert numbers(response) == [2, 1]
    assert re.search(r'aria-sort="ascending"><a href="\?ordering=-percent"', text(response))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("?light=pink", "亮灯：没有“pink”"),
        ("?due_before=someday", "时限不晚于：“someday”不是日期"),
        ("?colour=red", "没有“colour”这个筛选条件。"),
        ("?layout=wall", "没有“wall”这种布局。"),
        ("?columns=due,colour", "没有“colour”这一列。"),
        ("?page=two", "“two”不是页码。"),
        ("?month=2026-11", "没有“month”这个筛选条件。"),
    ],
)
def test_task_list_answers_a_wrong_condition_with_why_and_no_rows(page, address, words):
    response = page(address)
    assert response.status_code == 400
    assert numbers(response) == []
    assert words in text(response)


def test_task_list_says_what_to_do_when_nothing_matches(page):
    shown = text(page("?q=没有这样的任务"))
    assert "没有符合条件的任务" in shown
    assert "查看全部任务" in shown


def test_task_list_gives_htmx_the_part_that_the_page_includes(page):
    whole, part = page(), page(HTTP_HX_REQUEST="true")
    assert "<html" not in part.content.decode()
    assert without_tokens(part).strip() in without_tokens(whole)
    assert "HX-Request" in whole.headers["Vary"]


def test_task_list_marks_demonstration_data(cast, page):
    TaskFactory(number=2, lead=cast.lead, is_demo=True)
    shown = text(page())
    assert shown.count('title="演示用的数据') == 1
    assert "含演示数据 1 项" in shown


def test_task_list_marks_a_list_that_is_all_demonstration_data_once(cast, page):
    for number in (2, 3):
        TaskFactory(number=number, lead=cast.co, is_demo=True)
    assert text(page(f"?lead={cast.co.code}")).count("演示数据") == 1


def test_task_list_counts_each_light_under_the_other_conditions(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    TaskFactory(number=3, lead=cast.co, overdue=True)
    lights = page(f"?light=green&lead={cast.lead.code}").context["lights"]
    assert {each["code"]: each["count"] for each in lights if each["count"]} == {"green": 1, "red": 1}
    assert [each["code"] for each in lights if each["is_picked"]] == ["green"]


def test_task_list_shows_the_columns_of_its_address_then_ones_own_then_the_usual(cast, page):
    def shown(address=""):
        return [each["code"] for each in page(address).context["columns"]]

    assert shown() == ["number", "title", "lead", "zones", "status", "light", "percent", "due", "report"]
    save_columns(user=cast.supervisor, columns="due,gone,reason", by=cast.supervisor, now=NOW)
    cast.supervisor.refresh_from_db()
    assert shown() == ["number", "title", "due", "reason"]
    assert shown("?columns=order,slips,title") == ["number", "title", "order", "slips"]


def test_task_list_draws_every_column(cast, page):
    TaskFactory(number=2, lead=cast.lead, supporting=[cast.co], planned=True)
    shown = text(page(f"?columns={','.join(COLUMNS)}"))
    for column in COLUMNS.values():
        assert f">{column.label}<" in shown


def test_task_list_keeps_layout_columns_and_order_in_all_its_links(cast, page):
    response = page(f"?lead={cast.lead.code}&layout=board&columns=due&ordering=-percent")
    links = [each["query"] for name in ("chips", "layouts", "views") for each in response.context[name]]
    links = [QueryDict(each) for each in links]
    assert {each.get("columns") for each in links} == {"number,title,due"}
    assert {each.get("ordering") for each in links} == {"-percent"}
    assert {each.get("layout") for each in links} >= {"board"}
    assert response.context["manner"]["layout"] == "board"


def test_task_list_of_a_unit_offers_what_it_leads_and_supports(cast, page):
    TaskFactory(number=2, lead=cast.co)
    views = {each["name"]: each["query"] for each in page(user=cast.co_reporter).context["views"]}
    assert numbers(page(f"?{views['我牵头的']}", user=cast.co_reporter)) == [2]
    assert numbers(page(f"?{views['我配合的']}", user=cast.co_reporter)) == [1]
    assert "我牵头的" not in [each["name"] for each in page(user=cast.supervisor).context["views"]]


def test_task_list_comes_in_pages_that_keep_the_conditions(cast, page):
    for number in range(2, 123):
        TaskFactory(number=number, lead=cast.lead)
    first, second = page("?status=ongoing"), page("?status=ongoing&page=2")
    assert (len(numbers(first)), len(numbers(second))) == (100, 22)
    assert "?status=ongoing&amp;page=2" in text(first)
    assert "共 <b>122</b> 项任务" in text(second)
    assert "page=2" not in second.context["columns"][3]["query"]


def test_task_list_without_a_plan_says_so(cast, page):
    Task.objects.all().delete()
    assert "还没有任务" in text(page())


def test_task_list_ticks_rows_for_those_who_change_many(cast, page):
    assert 'form="bulk"' in text(page())
    shown = text(page(user=cast.lead_reporter))
    assert 'form="bulk"' not in shown
    assert "data-edit" not in shown


def test_task_list_speaks_english(cast, client, page):
    client.cookies["gxftz_language"] = "en"
    shown = text(page())
    assert "Task 1" in shown
    assert f"Unit {cast.lead.code}" in shown


def test_task_list_costs_the_same_for_one_and_thirty(cast, client):
    client.force_login(cast.supervisor)
    assert (count_queries(client), count_queries(client, more=29)) == (QUERIES, QUERIES)


def count_queries(client, *, more=0):
    for _each in range(more):
        TaskFactory(lead=AgencyFactory(), supporting=[AgencyFactory()])
    with CaptureQueriesContext(connection) as queries:
        assert len(numbers(client.get(PAGE))) == 1 + more
    return len(queries)
