"""任务: what waits, the sentences' coverage, reports beside each other, cases and events page by page, and the cost."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from ledger import actions as ledger
from progress.actions import (
    add_evidence,
    answer_ask,
    approve_report,
    draft_report,
    give_contribution,
    return_report,
    submit_report,
)
from progress.models import Evidence, Period, Report
from supervision.models import Notice
from tasks.actions import ExtensionInput, draft_extension, grant_exemption, send_extension, set_measure_status
from tests.factories import NOW, PeriodFactory, TaskFactory, report_content
from tests.supervision.confirming import confirm_all

PAGE = "/tasks/1/"
# The session, who asks, and what waits in the navigation; for the office that is one more, and the page one less.
FRAME_QUERIES, PAGE_QUERIES = 3, 10
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client):
    def get(user, address=PAGE, **more):
        client.force_login(user)
        return client.get(address, **more)

    return get


def words(response):
    return " ".join(strip_tags(response.content.decode()).split())


def drafted(cast, period=None, **changes):
    return draft_report(
        task=cast.task, period=period or cast.period, content=report_content(**changes), by=cast.lead_reporter, now=NOW
    )


def sent(cast, period=None, **changes):
    return submit_report(report=drafted(cast, period, **changes), by=cast.lead_approver, now=NOW)


def approved(cast, period=None, **changes):
    return approve_report(report=sent(cast, period, **changes), by=cast.supervisor, now=NOW)


def quarter(year, number):
    first = date(year, 3 * number - 2, 1)
    return PeriodFactory(
        code=f"{year}Q{number}", starts_on=first, contributions_due_on=first + timedelta(days=80),
        reports_due_on=first + timedelta(days=85), locks_on=NOW.date() + timedelta(days=60),
    )  # fmt: skip


# --- what waits ---


def waiting(response):
    found = response.context["waits"]
    return [(each["text"], each["url"]) for each in found["mine"]], [(e["text"], e["who"]) for e in found["others"]]


def test_task_tells_each_person_what_is_theirs_to_do_and_whom_it_waits_for(cast, page):
    new = f"{reverse('progress:new', args=[1])}?period=2026Q4"
    lead = cast.lead.label
    assert waiting(page(cast.lead_reporter)) == ([("报送2026年第4季度进展", new)], [])
    assert waiting(page(cast.leader)) == ([], [("报送2026年第4季度进展", lead)])
    report = drafted(cast)
    detail, edit = (reverse(f"progress:{name}", args=[report.pk]) for name in ("detail", "edit"))
    assert waiting(page(cast.lead_reporter))[0] == [("继续填报2026年第4季度进展", edit)]
    assert waiting(page(cast.lead_approver))[0] == [("审签报出2026年第4季度报送", detail)]
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    review = reverse("progress:review", args=[report.pk])
    assert waiting(page(cast.supervisor)) == ([("审核2026年第4季度报送", review)], [])
    assert waiting(page(cast.lead_reporter)) == ([], [("审核2026年第4季度报送", "办公室")])
    assert waiting(page(cast.outsider)) == ([], [])
    return_report(report=report, reason="请补充", by=cast.supervisor, now=NOW)
    assert waiting(page(cast.lead_reporter))[0] == [("修改被退回的2026年第4季度报送", edit)]


def test_task_makes_the_first_thing_to_do_the_button_of_its_head(cast, page):
    shown = page(cast.lead_reporter).content.decode()
    head = shown[shown.index('class="page-actions"') : shown.index("</header>", shown.index('class="page-actions"'))]
    assert "报送2026年第4季度进展" in head
    assert 'data-key="r"' in head


def test_task_waits_for_its_receipt_its_order_and_its_sign_off(cast, page):
    TaskFactory(number=2, lead=cast.lead, status="issued")
    TaskFactory(number=3, lead=cast.lead, planned=True)
    assert waiting(page(cast.lead_reporter, "/tasks/2/"))[0][0][0] == "签收"
    assert waiting(page(cast.leader, "/tasks/2/"))[1] == [("签收", "牵头单位填报员或审签人")]
    mine, _others = waiting(page(cast.director, "/tasks/3/"))
    assert mine == [("备齐下达任务单的条件", reverse("tasks:deadline", args=[3]))]


def test_task_waits_for_answers_to_requests_asks_and_notices(cast, page):
    approved(cast, ask="请协调用地。", ask_to="")
    wanted = ExtensionInput(wanted_date=date(2027, 1, 5), percent=95, reason="批复推迟")
    request = draft_extension(task=cast.task, entered=wanted, by=cast.lead_reporter, now=NOW)
    send_extension(extension=request, by=cast.lead_approver, now=NOW)
    assert {each[0] for each in waiting(page(cast.supervisor))[0]} == {
        "答复2026年第4季度报送的协调事项",
        "答复延期申请",
    }
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    confirm_all(by=cast.supervisor)
    notice = Notice.objects.get(task__number=2)
    mine, _others = waiting(page(cast.lead_approver, "/tasks/2/"))
    assert (f"签收并答复催办单 {notice.number}", reverse("supervision:notice", args=[notice.pk])) in mine


def test_task_asks_a_supporting_unit_for_its_part_until_it_has_given_it(cast, page):
    url = f"{reverse('progress:contribute', args=[1])}?period=2026Q4"
    assert waiting(page(cast.co_reporter))[0] == [("反馈2026年第4季度配合情况", url)]
    give_contribution(task=cast.task, period=cast.period, text="道路已通。", by=cast.co_reporter, now=NOW)
    assert waiting(page(cast.co_reporter))[0] == []
    shown = words(page(cast.supervisor))
    assert "道路已通。" in shown
    assert "1 个单位未反馈" in shown


# --- sentences ---


def test_task_says_which_sentences_nobody_works_on(cast, page):
    assert "2 句中 0 句有进展" in words(page(cast.leader))
    set_measure_status(task=cast.task, order=1, status="done", by=cast.lead_reporter, now=NOW)
    shown = words(page(cast.leader))
    assert "2 句中 1 句有进展 1 句已完成 1 句尚未启动，近期报送也没有写到" in shown
    approved(cast, progress="举措1.2 已开展调研。")
    shown = words(page(cast.leader))
    assert "2 句中 2 句有进展" in shown
    assert f"近期写到这一句的：{cast.lead.label}" in shown


def test_task_measure_state_can_be_taken_back(cast, client):
    address = reverse("tasks:measure", args=[1, 1])
    client.force_login(cast.lead_reporter)
    shown = client.post(address, {"status": "done"}, follow=True)
    assert f'action="{address}" class="undo"' in " ".join(shown.content.decode().split())
    assert '<input type="hidden" name="status" value="not_started">' in shown.content.decode()


# --- reports ---


def test_task_shows_what_changed_since_the_report_approved_before(cast, page):
    earlier, between = quarter(2026, 2), quarter(2026, 3)
    approved(cast, earlier, percent=91, progress="平台一期建成，二期开工。", ask="请协调用地。", ask_to="")
    answer_ask(report=Report.objects.get(period=earlier), text="已列入议程。", by=cast.supervisor, now=NOW)
    return_report(report=sent(cast, between, progress="退回的稿子。"), reason="不实", by=cast.supervisor, now=NOW)
    approved(cast, percent=95, progress="平台一期建成，二期完工。")
    shown = " ".join(page(cast.lead_reporter).content.decode().split())
    assert '<del><span class="visually-hidden">删去：</span>开</del>' in shown
    assert '<ins><span class="visually-hidden">新增：</span>完</ins>' in shown
    told = strip_tags(shown)
    for text in ("对照 2026年第2季度已审定的报送", "退回理由：不实", "已列入议程。", "91% → 95%"):
        assert " ".join(text.split()) in " ".join(told.split())
    assert f"2026-11-18 {cast.supervisor.name}审核" in told
    assert "退回的稿子" not in page(cast.outsider).content.decode()


def test_task_shows_its_reports_page_by_page_and_alone_for_htmx(cast, page):
    for year in range(2020, 2025):
        approved(cast, quarter(year, 1), percent=90, progress=f"{year}年的进展。")
    first = page(cast.leader).content.decode()
    assert "<b>2024年第1季度</b>" in first
    assert "<b>2020年第1季度</b>" not in first
    assert 'href="?reports=2#reports"' in first
    second = page(cast.leader, f"{PAGE}?reports=2").content.decode()
    assert "<b>2020年第1季度</b>" in second
    assert "对照 2020年第1季度" in second
    part = page(cast.leader, f"{PAGE}?reports=2", headers={**HTMX, "HX-Target": "reports"}).content.decode()
    assert part.lstrip().startswith("<details")
    assert "<b>2020年第1季度</b>" in part
    for odd in ("99", "0", "x", "9" * 30):
        assert page(cast.leader, f"{PAGE}?reports={odd}&before={odd}").status_code == 200


# --- evidence, cases, events ---


def test_task_lists_its_evidence_with_what_can_be_looked_at(cast, page):
    report = drafted(cast)
    for name, content in (("图.png", PNG), ("表.csv", b"a,b\n")):
        add_evidence(report=report, file=SimpleUploadedFile(name, content), by=cast.lead_reporter, now=NOW)
    shown = page(cast.lead_reporter).content.decode()
    picture, table = Evidence.objects.order_by("pk")
    assert f'<img src="/evidence/{picture.pk}/"' in shown
    assert f'hx-get="/evidence/{table.pk}/preview/"' in shown
    assert "图.png" not in page(cast.outsider).content.decode()


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND" + bytes(4)


def test_task_tells_requests_exemptions_and_notices_in_one_timeline(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    confirm_all(by=cast.supervisor)
    task = Notice.objects.get(task__number=2).task
    grant_exemption(
        task=task, reason="等待批复", basis="会议纪要", starts_on=NOW.date(), ends_on=date(2026, 12, 20),
        by=cast.director, now=NOW,
    )  # fmt: skip
    shown = words(page(cast.supervisor, "/tasks/2/"))
    for text in ("不评 生效中", "2026-11-18 至 2026-12-20", "等待批复", "催办单 2026-1", "任务超期", "时限 2026-10-30"):
        assert text in shown
    assert "催办单 2026-1" not in words(page(cast.outsider, "/tasks/2/"))


def test_task_tells_its_events_in_lines_and_the_older_ones_page_by_page(cast, page):
    report = drafted(cast, progress="平台一期建成，二期准备开工建设。")
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    return_report(report=report, reason="请补充", by=cast.supervisor, now=NOW)
    shown = page(cast.lead_reporter)
    verbs = [each["verb_label"] for each in shown.context["events"]["rows"]]
    assert [each for each in verbs if each != "应报时限变动"][:3] == ["退回", "审签报出", "填报"]
    assert "2026年第4季度" in words(shown)
    assert "2026Q4" not in words(shown)
    for turn in range(18):
        status = ("done", "ongoing")[turn % 2]
        set_measure_status(task=cast.task, order=1, status=status, by=cast.lead_reporter, now=NOW)
    newest = page(cast.lead_reporter).context["events"]
    assert len(newest["rows"]) == 20
    older = page(cast.lead_reporter, f"{PAGE}?before={newest['older']}").context["events"]
    assert older["is_older"]
    assert older["rows"][0]["sequence"] < newest["rows"][-1]["sequence"]
    assert older["older"] is None


def test_task_shows_a_long_text_of_an_event_as_what_went_and_what_came(cast, page):
    old, new = "平台一期已经建成，二期准备开工建设。", "平台一期已经建成，二期准备完工验收。"
    state = {"due_note": new, "version": 2}
    ledger.append(kind="task", key=cast.task.key, verb="deadline_set", by=cast.director, at=NOW, state=state,
                  before={"due_note": old, "version": 1})  # fmt: skip
    [change] = page(cast.outsider).context["events"]["rows"][0]["changes"]
    assert change["pieces"][0].text == "平台一期已经建成，二期准备"
    assert {each.kind for each in change["pieces"]} == {"same", "added", "removed"}


# --- its cost ---


@pytest.mark.parametrize(
    "part", ["lead_reporter", "lead_approver", "co_reporter", "supervisor", "director", "outsider"]
)
def test_task_costs_the_same_with_thirty_times_as_much(cast, client, part):
    """One report with evidence and one request, then thirty of what there can be thirty of."""
    report = drafted(cast, ask="请协调。", ask_to="")
    add_evidence(report=report, file=SimpleUploadedFile("表.csv", b"a,b\n"), by=cast.lead_reporter, now=NOW)
    approve_report(report=submit_report(report=report, by=cast.lead_approver, now=NOW), by=cast.supervisor, now=NOW)
    client.force_login(getattr(cast, part))
    client.get(PAGE)  # what a process asks once
    first = count_queries(client)
    for year in range(2017, 2025):
        for number in range(1, 5):
            copy_report(cast, quarter(year, number))
    assert count_queries(client) == first <= FRAME_QUERIES + PAGE_QUERIES
    assert len(client.get(PAGE).content) < 100_000


@pytest.mark.parametrize("state", ["planned", "issued", "suspended", "standing", "closing"])
def test_task_costs_no_more_in_any_state(cast, client, state):
    undated = {"planned": True} if state == "planned" else {"status": state, "issued_on": NOW.date()}
    TaskFactory(number=2, lead=cast.lead, supporting=[cast.co], **undated)
    for person in (cast.lead_approver, cast.director, cast.co_approver):
        client.force_login(person)
        client.get("/tasks/2/")
        assert count_queries(client, "/tasks/2/") <= FRAME_QUERIES + PAGE_QUERIES


def copy_report(cast, period: Period):
    report = Report.objects.get(task=cast.task, period=cast.period)
    file = report.evidence.get()
    report.pk, report.period = None, period
    report.save(force_insert=True)
    file.pk, file.report = None, report
    file.save(force_insert=True)


def count_queries(client, address=PAGE):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
