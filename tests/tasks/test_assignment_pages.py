from datetime import date

import pytest
import time_machine

from agencies.actions import merge_agencies, split_agency
from agencies.models import Agency, Succession
from ledger.models import Event
from ledger.readers import last_sequence
from tasks.actions import Move, move_assignments
from tasks.models import Task
from tests.cast import PARTS
from tests.factories import NOW, TODAY, TaskFactory

MOVES = "/assignments/moves/"
SUCCESSION = "/agencies/lead-unit/succession/"
RECORDED = {"effective_on": date(2026, 11, 1), "basis": "桂编〔2026〕8号", "now": NOW}
ENTERED = {"kind": "merge", "successors": "other-unit", "effective_on": "2026-11-01", "basis": "桂编〔2026〕8号"}


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def merged(cast):
    merge_agencies(predecessors=[cast.lead], successor=cast.other, by=cast.administrator, **RECORDED)
    return cast


def chosen(cast, **changes):
    return {f"link-{cast.task.pk}-lead-unit": "other-unit", "basis": "会议纪要", "on": "2026-11-18", **changes}


def lead_of(task):
    return Task.objects.with_lead().get(pk=task.pk).lead_code


# --- registering a merger or division ---


def test_succession_previews_names_people_and_links(cast, client):
    client.force_login(cast.administrator)
    before = last_sequence()
    response = client.get(SUCCESSION, ENTERED)
    text = response.content.decode()
    assert response.status_code == 200
    assert "自 2026-11-01 起撤销" in text
    assert "姓名lead_approver（审签人）" in text
    assert "<b>单位other-unit</b> 接任牵头" in text
    assert (Succession.objects.count(), last_sequence()) == (0, before)


def test_succession_records_and_settles_people(cast, client):
    client.force_login(cast.administrator)
    people = {f"person-{cast.lead_approver.pk}": "other-unit", f"person-{cast.lead_reporter.pk}": "*"}
    response = client.post(SUCCESSION, {**ENTERED, **people})
    assert response.url == "/agencies/lead-unit/"
    assert Agency.objects.get(code="lead-unit").dissolved_on == date(2026, 11, 1)
    cast.lead_approver.refresh_from_db()
    cast.lead_reporter.refresh_from_db()
    assert (cast.lead_approver.agency_id, cast.lead_reporter.is_active) == ("other-unit", False)
    assert lead_of(cast.task) == "lead-unit"


def test_succession_divides_and_lets_the_old_unit_continue(cast, client):
    client.force_login(cast.administrator)
    client.post(SUCCESSION, {**ENTERED, "kind": "split", "successors": ["other-unit", "co-unit"], "continues": "on"})
    assert Succession.objects.filter(kind="split").count() == 2
    assert Agency.objects.get(code="lead-unit").dissolved_on is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"successors": ["other-unit", "co-unit"]}, "successors"),
        ({"successors": "nowhere"}, "successors"),
        ({"successors": "lead-unit"}, "successors"),
        ({"successors": "office"}, "successors"),
        ({"continues": "on"}, "continues"),
        ({"effective_on": "2027-01-01"}, "effective_on"),
        ({"effective_on": "明天"}, "effective_on"),
        ({"basis": ""}, "basis"),
    ],
)
def test_succession_says_what_is_wrong(cast, client, changes, field):
    client.force_login(cast.administrator)
    response = client.post(SUCCESSION, {**ENTERED, **changes})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Succession.objects.exists()


def test_succession_refuses_who_has_gone_elsewhere(cast, client):
    client.force_login(cast.administrator)
    response = client.post(SUCCESSION, {**ENTERED, f"person-{cast.lead_reporter.pk}": "co-unit"})
    assert response.status_code == 400
    assert not Succession.objects.exists()


def test_succession_of_a_dissolved_unit_is_not_possible_now(merged, client):
    client.force_login(merged.administrator)
    response = client.get(SUCCESSION)
    assert response.status_code == 409
    assert "已撤销" in response.content.decode()


# --- the director's page ---


def test_moves_page_says_why_it_is_empty(cast, client):
    client.force_login(cast.director)
    assert "没有等待移交的责任" in client.get(MOVES).content.decode()


def test_moves_page_offers_the_successor_of_a_dissolved_unit(merged, client):
    client.force_login(merged.director)
    response = client.get(MOVES)
    (group,) = response.context["groups"]
    ((_row, field),) = group["fields"]
    assert field.initial == "other-unit"
    assert "单位other-unit：接任牵头" in response.content.decode()


def test_moves_page_leaves_a_continuing_unit_its_links(cast, client):
    split_agency(predecessor=cast.lead, successors=[cast.other], continues=True, by=cast.administrator, **RECORDED)
    client.force_login(cast.director)
    ((_row, field),) = client.get(MOVES).context["groups"][0]["fields"]
    assert field.initial == ""


def test_moves_are_previewed_before_anything_changes(merged, client):
    client.force_login(merged.director)
    before = last_sequence()
    response = client.post(MOVES, chosen(merged, step="preview"))
    assert [row["outcome"]["text"] for row in response.context["previewed"]] == ["接任牵头"]
    assert "确认移交" in response.content.decode()
    assert (lead_of(merged.task), last_sequence()) == ("lead-unit", before)


def test_moves_can_go_back_to_the_choice(merged, client):
    client.force_login(merged.director)
    response = client.post(MOVES, chosen(merged, step="edit"))
    assert response.context["previewed"] is None
    assert "会议纪要" in response.content.decode()


def test_moves_answer_with_a_result_for_each(merged, client):
    client.force_login(merged.director)
    text = client.post(MOVES, chosen(merged, step="move")).content.decode()
    assert "已移交：接任牵头" in text
    assert lead_of(merged.task) == "other-unit"


def test_moves_tell_what_somebody_else_has_moved_meanwhile(merged, client):
    client.force_login(merged.director)
    links = [Move(merged.task.pk, "lead-unit", "other-unit")]
    move_assignments(links=links, basis="会", on=TODAY, by=merged.director, now=NOW)
    text = client.post(MOVES, chosen(merged, step="move")).content.decode()
    assert "没有移交：该单位已不承担这项任务" in text
    assert Event.objects.filter(verb="reassigned").count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"basis": ""}, "请注明依据文件"), ({"on": "2027-01-01"}, "移交日期不能晚于今天"), ({"on": "x"}, "请写成")],
)
def test_moves_say_what_is_wrong(merged, client, changes, words):
    client.force_login(merged.director)
    response = client.post(MOVES, chosen(merged, step="move", **changes))
    assert response.status_code == 400
    assert words in response.content.decode()
    assert lead_of(merged.task) == "lead-unit"


def test_moves_with_nothing_chosen_are_refused(merged, client):
    client.force_login(merged.director)
    data = {**chosen(merged, step="move"), f"link-{merged.task.pk}-lead-unit": ""}
    response = client.post(MOVES, data)
    assert response.status_code == 400
    assert "没有选择要移交的责任" in response.content.decode()


def test_undo_takes_the_move_back(merged, client):
    client.force_login(merged.director)
    client.post(MOVES, chosen(merged, step="move"))
    assert 'name="reason"' in client.get(MOVES).content.decode()
    assert client.post("/tasks/1/assignments/undo/", {"reason": "选错单位"}).url == MOVES
    assert lead_of(merged.task) == "lead-unit"
    assert client.post("/tasks/1/assignments/undo/", {"reason": "再撤"}).status_code == 409


@pytest.mark.parametrize("part", PARTS)
def test_moves_page_is_the_directors(merged, client, part):
    client.force_login(getattr(merged, part))
    assert client.get(MOVES).status_code == (200 if part == "director" else 403)


@pytest.mark.parametrize("number", [1, 30])
def test_moves_page_costs_the_same_whatever_the_number(merged, client, number, django_assert_max_num_queries):
    for _n in range(number):
        TaskFactory(lead=merged.lead)
    client.force_login(merged.director)
    client.post(MOVES, chosen(merged, step="move"))
    with django_assert_max_num_queries(20):
        assert client.get(MOVES).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_succession_preview_costs_the_same_whatever_the_number(cast, client, number, django_assert_max_num_queries):
    for _n in range(number):
        TaskFactory(lead=cast.lead)
    client.force_login(cast.administrator)
    with django_assert_max_num_queries(18):
        client.get(SUCCESSION, ENTERED)


# --- what units' and tasks' pages show ---


def test_agency_page_shows_that_it_is_dissolved_and_who_follows(merged, client):
    client.force_login(merged.director)
    text = client.get("/agencies/lead-unit/").content.decode()
    assert "已于 2026-11-01 撤销" in text
    assert "合并 → " in text
    assert "责任移交" in text
    assert "承接自" in client.get("/agencies/other-unit/").content.decode()


def test_agency_list_marks_dissolved_units(merged, client):
    client.force_login(merged.leader)
    assert "2026-11-01 撤销" in client.get("/agencies/").content.decode()


def test_new_person_is_not_offered_a_dissolved_unit(merged, client):
    client.force_login(merged.administrator)
    offered = client.get("/people/new/").context["form"].fields["agency"].queryset
    assert "lead-unit" not in {each.code for each in offered}


def test_new_unit_is_entered_by_the_administrator(cast, client):
    client.force_login(cast.administrator)
    unit = {
        "name": "自治区数据局", "short_name": "数据局", "name_en": "Data Bureau", "code": "data-bureau",
        "kind": "department", "zone": "", "valid_from": "2026-11-01", "basis": "桂编〔2026〕9号",
    }  # fmt: skip
    assert client.post("/agencies/new/", {**unit, "basis": ""}).status_code == 400
    assert client.post("/agencies/new/", {**unit, "kind": "zone_body"}).status_code == 400
    assert client.post("/agencies/new/", unit).url == "/agencies/data-bureau/"
    assert client.get("/agencies/data-bureau/").status_code == 200


def test_task_page_tells_in_its_history_whose_it_was(merged, client):
    client.force_login(merged.director)
    client.post(MOVES, chosen(merged, step="move"))
    text = client.get("/tasks/1/").content.decode()
    assert "单位lead-unit" in text  # the history says whose it was
    assert "单位other-unit" in text
