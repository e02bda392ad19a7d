"""What happens to somebody whose session has ended, and to pages on a shared machine."""

from unittest import mock

import pytest
from django.urls import reverse

from gxftz import health

pytestmark = pytest.mark.django_db
SUBMIT = "/reports/1/submit/"


def test_page_asks_for_a_log_in_and_comes_back(client):
    assert client.get("/tasks/?zone=nanning").headers["Location"] == "/accounts/login/?next=/tasks/%3Fzone%3Dnanning"


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"Referer": "http://testserver/reports/1/edit/?a=1"}, "/reports/1/edit/%3Fa%3D1"),
        ({"HX-Current-URL": "http://testserver/reports/1/edit/"}, "/reports/1/edit/"),
        ({"Referer": "http://elsewhere.example/reports/1/"}, "/"),
        ({"Referer": "http://[x"}, "/"),
        ({"HX-Current-URL": "http://[x"}, "/"),
        ({}, "/"),
    ],
)
def test_form_sent_after_the_session_ended_comes_back_to_its_page(client, headers, back):
    """An address that only takes forms would answer the return with a blank page."""
    assert client.post(SUBMIT, headers=headers).headers["Location"] == f"/accounts/login/?next={back}"


def test_page_of_a_person_is_kept_by_no_browser(client, cast):
    client.force_login(cast.lead_reporter)
    assert client.get(reverse("dashboard:home")).headers["Cache-Control"] == "private, no-store"


def test_probe_does_not_ask_who_it_is(client, cast, django_assert_num_queries):
    client.force_login(cast.lead_reporter)
    with mock.patch.object(health, "CHECKS", {}), django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200
