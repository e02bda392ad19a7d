"""The way back that a message offers."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.template.loader import render_to_string
from django.test import RequestFactory

from common.undoing import Undo, offer_undo, undo_of


def stored(request):
    """What the next page gets, from the cookie as it stands."""
    storage = CookieStorage(request)
    data = storage._encode(list(request._messages._queued_messages))
    return storage._decode(data)


@pytest.fixture
def request_():
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    return request


def test_offer_undo_travels_with_the_message(request_):
    offer_undo(request_, "时限已保存。", "/tasks/1/undo/", {"version": 3, "note": None})
    [message] = stored(request_)
    assert (message.message, message.level_tag) == ("时限已保存。", "success")
    assert undo_of(message) == Undo("/tasks/1/undo/", {"version": "3", "note": ""})


@pytest.mark.parametrize("url", ["https://elsewhere.test/", "//elsewhere.test/", "tasks/1/"])
def test_offer_undo_leads_nowhere_else(request_, url):
    with pytest.raises(ValueError, match="not an address of this site"):
        offer_undo(request_, "时限已保存。", url)


def test_messages_show_the_button_where_there_is_a_way_back(request_):
    offer_undo(request_, "<b>已保存</b>", "/tasks/1/undo/", {"version": '"><script>'})
    plain = Message(constants.SUCCESS, "另一条")
    shown = render_to_string("components/_messages.html", {"messages": [*stored(request_), plain]}, request_)
    assert shown.count("撤销") == 1
    assert 'action="/tasks/1/undo/"' in shown
    assert "&lt;b&gt;已保存" in shown
    assert "<script>" not in shown
    assert "csrfmiddlewaretoken" in shown


def test_messages_have_their_region_before_there_is_one(request_):
    shown = render_to_string("components/_messages.html", {"messages": []}, request_)
    assert 'id="messages" role="status"' in shown
    assert "hx-swap-oob" not in shown
    oob = render_to_string("components/_messages.html", {"messages": [], "oob": True}, request_)
    assert 'hx-swap-oob="true"' in oob
