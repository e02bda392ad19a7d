"""视图: lists kept under a name, one's own and the office's."""

import threading

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from common.errors import InvalidError, NotAllowedError
from common.undoing import undo_of
from ledger.readers import last_sequence
from tasks.actions import change_view, delete_view, save_view, saved_views
from tasks.actions.saved_views import MOST_VIEWS, TooManyViewsError, ViewGoneError
from tasks.models import SavedView
from tests.factories import NOW
from tests.races import at_once, codes

PAGE = "/tasks/views/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reporter(client, cast):
    client.force_login(cast.lead_reporter)
    return client


def text(response):
    return " ".join(response.content.decode().split())


def test_save_view_keeps_a_name_and_a_query_without_an_event(cast):
    before = last_sequence()
    view = save_view(name=" 红灯 ", query="light=red", by=cast.lead_reporter, now=NOW)
    view.refresh_from_db()
    assert (view.owner, view.name, view.query, view.is_shared) == (cast.lead_reporter, "红灯", "light=red", False)
    assert last_sequence() == before


@pytest.mark.parametrize("name", ["", "   ", "长" * 41, "红灯"])
def test_save_view_refuses_a_name_that_is_missing_too_long_or_taken(cast, name):
    save_view(name="红灯", query="", by=cast.lead_reporter, now=NOW)
    with pytest.raises(InvalidError):
        save_view(name=name, query="light=red", by=cast.lead_reporter, now=NOW)
    assert SavedView.objects.count() == 1


def test_save_view_of_the_same_name_is_another_persons_own_affair(cast):
    for each in (cast.lead_reporter, cast.supervisor):
        save_view(name="红灯", query="", by=each, now=NOW)
    assert SavedView.objects.count() == 2


def test_save_view_stops_at_the_most_that_one_keeps(cast):
    for number in range(MOST_VIEWS):
        save_view(name=f"视图{number}", query="", by=cast.lead_reporter, now=NOW)
    with pytest.raises(TooManyViewsError):
        save_view(name="又一个", query="", by=cast.lead_reporter, now=NOW)
    save_view(name="又一个", query="", by=cast.supervisor, now=NOW)


def test_save_view_is_shared_by_the_office_alone(cast):
    save_view(name="办公室", query="", is_shared=True, by=cast.supervisor, now=NOW)
    for each in (cast.lead_approver, cast.leader, cast.administrator):
        with pytest.raises(NotAllowedError):
            save_view(name="大家", query="", is_shared=True, by=each, now=NOW)
    with pytest.raises(NotAllowedError):
        save_view(name="审计", query="", by=cast.auditor, now=NOW)
    assert SavedView.objects.visible_to(cast.outsider).count() == 1


def test_change_and_delete_view_are_its_owners(cast):
    view = save_view(name="办公室", query="light=red", is_shared=True, by=cast.supervisor, now=NOW)
    with pytest.raises(NotAllowedError):
        change_view(view=view, name="别名", is_shared=True, by=cast.director, now=NOW)
    with pytest.raises(NotAllowedError):
        delete_view(view=view, by=cast.director, now=NOW)
    changed = change_view(view=view, name="红灯", is_shared=False, by=cast.supervisor, now=NOW)
    assert (changed.name, changed.query, changed.is_shared) == ("红灯", "light=red", False)


def test_change_view_keeps_what_another_window_has_changed_meanwhile(cast):
    view = save_view(name="关注", query="light=red", by=cast.lead_reporter, now=NOW)
    first, second = SavedView.objects.get(pk=view.pk), SavedView.objects.get(pk=view.pk)
    change_view(view=first, name="关注", query="overdue=true", is_shared=False, by=cast.lead_reporter, now=NOW)
    change_view(view=second, name="改名", is_shared=False, by=cast.lead_reporter, now=NOW)
    view.refresh_from_db()
    assert (view.name, view.query) == ("改名", "overdue=true")


def test_change_and_delete_view_say_that_another_window_has_deleted_it(cast):
    view = save_view(name="关注", query="", by=cast.lead_reporter, now=NOW)
    SavedView.objects.all().delete()
    with pytest.raises(ViewGoneError):
        change_view(view=view, name="改名", is_shared=False, by=cast.lead_reporter, now=NOW)
    with pytest.raises(ViewGoneError):
        delete_view(view=view, by=cast.lead_reporter, now=NOW)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_save_view_twice_at_once_keeps_one_of_a_name(cast):
    def save():
        return save_view(name="红灯", query="", by=cast.lead_reporter, now=NOW)

    assert codes(at_once(save, save)) == ["done", "invalid"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_save_view_without_its_lock_would_break_on_the_same_name(cast, monkeypatch):
    """The negative control: only the lock makes the second see the first."""
    barrier = threading.Barrier(2)

    def unlocked(owner):
        found = dict(SavedView.objects.filter(owner=owner.pk).order_by("pk").values_list("name", "pk"))
        barrier.wait()
        return found

    monkeypatch.setattr(saved_views, "_locked_views", unlocked)
    with pytest.raises(IntegrityError):
        at_once(*[lambda: save_view(name="红灯", query="", by=cast.lead_reporter, now=NOW)] * 2)


def test_views_page_saves_what_is_known_of_the_address_alone(cast, reporter):
    data = {"name": "关注", "query": "light=yellow,red&page=3&colour=x&ordering=-percent&layout=board"}
    response = reporter.post(PAGE, data, follow=True)
    assert SavedView.objects.get().query == "light=yellow,red&layout=board&ordering=-percent"
    assert "已保存视图“关注”。" in text(response)
    view = next(each for each in response.context["views"] if each["name"] == "关注")
    assert view["is_active"]


def test_views_page_says_what_is_wrong_and_keeps_what_was_asked(cast, reporter):
    save_view(name="关注", query="", by=cast.lead_reporter, now=NOW)
    response = reporter.post(PAGE, {"name": "关注", "query": "light=red"})
    assert response.status_code == 400
    shown = text(response)
    for words in ("您已有同名的视图", "亮灯 滞后", 'value="light=red"'):
        assert words in shown


def test_views_page_updates_renames_and_deletes_with_a_way_back(cast, reporter):
    view = save_view(name="关注", query="light=red", by=cast.lead_reporter, now=NOW)
    reporter.post(f"{PAGE}{view.pk}/", {"name": "超期", "query": "overdue=true", "replace": "1"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("超期", "overdue=true")
    page = reporter.post(f"{PAGE}{view.pk}/delete/", follow=True)
    assert not SavedView.objects.exists()
    undo = list(page.context["messages"])[-1]
    assert "已删除视图“超期”。" in str(undo)
    reporter.post("/tasks/views/restore/", undo_of(undo).fields)
    assert SavedView.objects.get().name == "超期"


def test_view_of_somebody_else_cannot_be_brought_back(cast, client):
    view = save_view(name="关注", query="", by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_reporter)
    page = client.post(f"{PAGE}{view.pk}/delete/", follow=True)
    fields = undo_of(next(message for message in page.context["messages"])).fields
    client.force_login(cast.outsider)
    assert client.post("/tasks/views/restore/", fields).status_code == 403
    assert not SavedView.objects.exists()


def test_columns_are_chosen_for_the_list_or_kept(cast, reporter):
    data = {"columns": ["due", "light"], "query": "light=red"}
    assert (
        reporter.post("/tasks/columns/", data).headers["Location"] == "/tasks/?light=red&columns=number,title,due,light"
    )
    kept = reporter.post("/tasks/columns/", {**data, "keep": "1"})
    assert kept.headers["Location"] == "/tasks/?light=red"
    cast.lead_reporter.refresh_from_db()
    assert cast.lead_reporter.columns == "number,title,due,light"
    reporter.post("/tasks/columns/", {"usual": "1", "columns": ["due"]})
    cast.lead_reporter.refresh_from_db()
    assert cast.lead_reporter.columns == ""


def test_views_page_costs_the_same_for_one_and_thirty(cast, reporter):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert reporter.get(PAGE).status_code == 200
        return len(queries)

    save_view(name="第1个", query="light=red&status=ongoing", by=cast.lead_reporter, now=NOW)
    one = count()
    for number in range(2, MOST_VIEWS + 1):
        save_view(name=f"第{number}个", query=f"lead={cast.lead.code}&q=词", by=cast.lead_reporter, now=NOW)
    assert count() == one
