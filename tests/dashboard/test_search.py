"""搜索: what is found, for whom, how it is shown, and what it costs."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import AgencyName
from dashboard.readers import search as reader
from dashboard.readers.search_marks import excerpt, mark, words_of
from progress.actions import approve_report, draft_report, submit_report
from supervision.models import Bulletin
from tests.factories import NOW, TaskFactory, report_content

URL = "/search/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def found(client):
    """The addresses of what somebody finds, by kind."""

    def by(user, q, **more):
        client.force_login(user)
        context = client.get(URL, {"q": q, **more}).context
        return {each["group"].code: [hit.url for hit in each["hits"]] for each in context["shown"]}

    return by


def report(cast, *, until="approved", **content):
    row = draft_report(
        task=cast.task, period=cast.period, content=report_content(**content), by=cast.lead_reporter, now=NOW
    )
    if until != "draft":
        submit_report(report=row, by=cast.lead_approver, now=NOW)
    if until == "approved":
        approve_report(report=row, result="advancing", by=cast.supervisor, now=NOW)
    return f"/reports/{row.pk}/"


# -- tasks and units


def test_search_finds_tasks_by_number_title_text_and_sound_the_best_first(cast, found):
    TaskFactory(number=24, lead=cast.lead, title="推动跨境金融", text="发行人民币债券。")
    TaskFactory(number=25, lead=cast.lead, title="发展物流", text="建设通道。开展跨境金融服务。")
    for q in ("跨境金融", "跨境 金融"):
        assert found(cast.leader, q)["task"] == ["/tasks/24/", "/tasks/25/"]
    for q in ("24", "#24", "２４", "kjjr", "KuaJing", "ＫＪＪＲ", "债券"):
        assert found(cast.leader, q)["task"] == ["/tasks/24/"], q
    assert "task" not in found(cast.leader, "跨境 通信")


def test_search_finds_a_unit_by_a_former_name(cast, found, client):
    AgencyName.objects.create(
        agency=cast.lead,
        name="旧称委员会",
        short_name="旧称",
        name_en="Old name",
        valid_from="2020-01-01",
        basis="三定",
    )
    for q in ("旧称", "jiucheng", "old name"):
        assert found(cast.leader, q) == {"unit": ["/agencies/lead-unit/"]}
    assert "<mark>旧称</mark>委员会" in client.get(URL, {"q": "旧称"}).content.decode()


# -- what people wrote


@pytest.mark.parametrize(
    ("until", "seeing"),
    [
        ("draft", {"lead_reporter", "lead_approver"}),
        ("submitted", {"lead_reporter", "lead_approver", "supervisor", "director", "leader"}),
        (
            "approved",
            {"lead_reporter", "lead_approver", "co_reporter", "outsider", "supervisor", "leader", "administrator"},
        ),
    ],
)
def test_search_shows_a_report_to_those_who_may_read_it(cast, found, until, seeing):
    url = report(cast, until=until, progress="签订备忘录。")
    for part in ("lead_reporter", "lead_approver", "co_reporter", "outsider", "supervisor", "leader", "auditor"):
        expected = {"report": [url]} if part in seeing else {}
        assert found(getattr(cast, part), "备忘录") == expected, part


def test_search_wants_every_word_and_one_of_them_in_the_report_itself(cast, found):
    url = report(cast, progress="完成ＲＣＥＰ一期建设。", problems="资金不足。")
    for q in ("一期 资金", "rcep", "任务1 资金"):
        assert found(cast.leader, q).get("report") == [url], q
    for q in ("一期 三期", "任务1"):
        assert "report" not in found(cast.leader, q), q


def test_search_finds_what_a_bulletin_names(cast, found):
    item = {"title": "推动跨境金融", "agency_name": "某厅"}
    row = Bulletin.objects.create(
        on=NOW.date(), status="issued", year=2026, serial=1, items=[item], drafted_at=NOW, issued_at=NOW,
        issued_by=cast.director,
    )  # fmt: skip
    draft = Bulletin.objects.create(on=NOW.date().replace(day=1), items=[item], note="某厅抓紧", drafted_at=NOW)
    assert found(cast.co_reporter, "某厅")["bulletin"] == [f"/bulletins/{row.pk}/"]
    assert found(cast.director, "抓紧")["bulletin"] == [f"/bulletins/{draft.pk}/"]


# -- the page


def test_search_escapes_what_it_marks(cast, client):
    report(cast, progress="<b>完成</b>平台。")
    client.force_login(cast.leader)
    shown = client.get(URL, {"q": "<b>完成"}).content.decode()
    assert "<mark>&lt;b&gt;完成</mark>&lt;/b&gt;平台。" in shown
    assert 'value="&lt;b&gt;完成"' in shown


def test_search_shows_a_few_of_each_kind_and_one_kind_in_pages(cast, found, client):
    TaskFactory.create_batch(25, lead=cast.lead, title="发展物流")
    assert len(found(cast.leader, "物流")["task"]) == 5
    assert len(found(cast.leader, "物流", type="task")["task"]) == 20
    assert len(found(cast.leader, "物流", type="task", page="2")["task"]) == 5
    shown = client.get(URL, {"q": "物流"}).content.decode()
    assert "看全部 25 项" in shown
    assert "type=task" in shown
    assert found(cast.leader, "物流", type="report") == {}
    assert client.get(URL, {"q": "物流", "type": "pink"}).status_code == 400


@pytest.mark.parametrize(
    ("q", "words"),
    [("", "可以这样找"), ("   ", "可以这样找"), ("\x00", "可以这样找"), ("没有的词", "没有找到“没有的词”")],
)
def test_search_says_what_can_be_searched_when_there_is_nothing(cast, client, q, words):
    client.force_login(cast.leader)
    assert words in client.get(URL, {"q": q}).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_search_has_a_query_budget(cast, client, count):
    TaskFactory.create_batch(count, lead=cast.lead)
    report(cast, progress="任务推进。")
    client.force_login(cast.supervisor)
    client.get(URL)
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(URL, {"q": "任务"}).context["shown"]) >= 2
    frame = 5
    assert len(queries) <= 9 + frame


def test_search_looks_through_the_newest_and_says_so(cast, client, monkeypatch):
    old = report(cast, progress="签订备忘录。")
    monkeypatch.setattr(reader, "NEWEST", 1)
    client.force_login(cast.leader)
    shown = client.get(URL, {"q": "备忘录"}).content.decode()
    assert old in shown
    assert "更早的请到任务页" not in shown
    cast.task = TaskFactory(number=2, lead=cast.lead)
    report(cast, progress="又签订备忘录。")
    shown = client.get(URL, {"q": "备忘录"}).content.decode()
    assert old not in shown
    assert "更早的请到任务页的报送历史中看" in shown
    monkeypatch.setattr(reader, "NEWEST", 2)
    monkeypatch.setattr(reader, "MAX_HITS", 1)
    assert client.get(URL, {"q": "备忘录"}).context["shown"][0]["group"].is_cut


# -- texts


def text_of(parts):
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


def test_words_of_takes_what_can_be_looked_for():
    assert words_of("　ＡＢ　１２ ab\x00 ") == ["ab", "12"]
    assert len(words_of(" ".join(map(str, range(40))))) == 6


def test_excerpt_is_the_sentence_with_the_most_words():
    text = "第一句说港口。第二句说港口和物流；第三句。"
    assert text_of(excerpt(text, ["港口", "物流"])) == "第二句说[港口]和[物流]；"
    assert excerpt(text, ["金融"]) == []
    long = f"{'前' * 100}港口{'后' * 100}。"
    assert text_of(excerpt(long, ["港口"])) == f"…{'前' * 40}[港口]{'后' * 78}…"


def test_mark_keeps_the_text_as_it_is():
    assert text_of(mark("ＲＣＥＰ 合作…", ["rcep"])) == "[ＲＣＥＰ] 合作…"
    assert text_of(mark("跨境金融", ["kj"], by_sound=True)) == "[跨境]金融"
