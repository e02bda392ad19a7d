"""看板: the list by state, on the page."""

import pytest
import time_machine

from tests.factories import NOW, TaskFactory

PAGE = "/tasks/?layout=board"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, cast):
    def get(address=PAGE, *, user=cast.supervisor):
        client.force_login(user)
        return client.get(address)

    return get


def columns(response):
    return {column["status"]: [row["number"] for row in column["cards"]] for column in response.context["board"]}


def text(response):
    return " ".join(response.content.decode().split())


def test_board_stands_in_the_order_of_life_and_shows_empty_usual_columns(cast, page):
    TaskFactory(number=2, lead=cast.lead, planned=True)
    TaskFactory(number=3, lead=cast.lead, status="suspended")
    TaskFactory(number=4, lead=cast.lead, status="closed", closed_on="2026-11-01", closed_late=False)
    response = page()
    assert list(columns(response).items()) == [
        ("planned", [2]), ("issued", []), ("ongoing", [1]), ("suspended", [3]), ("closing", []), ("closed", [4]),
    ]  # fmt: skip
    assert [column["status"] for column in response.context["board"] if column["is_folded"]] == ["closed"]


def test_board_card_says_lead_light_percent_and_how_long_it_is_overdue(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True, title="建设平台", percent=60)
    response = page()
    for words in ("建设平台", cast.lead.short_name, "滞后", "60%", "时限 2026-10-30", "已超期 19 天"):
        assert words in text(response)
    ongoing = next(column for column in response.context["board"] if column["status"] == "ongoing")
    assert [(each["colour"], each["count"]) for each in ongoing["lights"]] == [("red", 1), ("green", 1)]


def test_board_keeps_the_filter_of_the_address(cast, page):
    TaskFactory(number=2, lead=cast.co, overdue=True)
    assert columns(page(f"{PAGE}&light=red"))["ongoing"] == [2]


@pytest.mark.parametrize(
    ("part", "handled"),
    [("supervisor", True), ("lead_reporter", True), ("co_reporter", False), ("outsider", False), ("leader", False)],
)
def test_board_leads_those_to_the_work_in_whose_hand_it_lies(cast, page, part, handled):
    assert ("/tasks/1/#actions" in text(page(user=getattr(cast, part)))) == handled


def test_board_leads_nobody_to_work_on_what_has_ended(cast, page):
    TaskFactory(number=2, lead=cast.lead, status="stopped")
    assert "/tasks/2/#actions" not in text(page())
