"""偏好: kept for the person, on every device, and nobody else's business."""

import pytest
from django.test import Client

from agencies.actions import Preferences, save_preferences
from agencies.models import User
from common.errors import InvalidError, NotAllowedError
from ledger.models import Event
from tests.factories import PASSWORD

ADDRESS = "/preferences/"
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def reporter(cast, client):
    cast.lead_reporter.set_password(PASSWORD)
    cast.lead_reporter.save()
    client.force_login(cast.lead_reporter)
    return cast.lead_reporter


def kept(user):
    return User.objects.values_list("theme", "density", "language", "columns").get(pk=user.pk)


def test_preferences_are_saved_and_shown_from_the_next_page_on(reporter, client):
    chosen = {"theme": "dark", "density": "compact", "language": "en"}
    response = client.post(ADDRESS, chosen, follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [(ADDRESS, 302)]
    assert kept(reporter) == ("dark", "compact", "en", "")
    assert '<html lang="en" data-chosen-theme="dark" data-density="compact"' in page
    for name, value in chosen.items():
        assert f'name="{name}" value="{value}"' in page


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"theme": "light"}, ("light", "compact", "en", "due")),
        ({"theme": ""}, ("", "compact", "en", "due")),
        ({"density": ""}, ("dark", "", "en", "due")),
        ({"columns": ""}, ("dark", "compact", "en", "")),
    ],
)
def test_a_switch_changes_one_of_them_and_leaves_the_others(reporter, client, sent, left):
    User.objects.filter(pk=reporter.pk).update(theme="dark", density="compact", language="en", columns="due")
    response = client.post(ADDRESS, sent, headers=SCRIPT)
    assert (response.status_code, response.content) == (204, b"")
    assert kept(reporter) == left


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/tasks/?light=red", "/tasks/?light=red"),
        ("https://elsewhere.example/", ADDRESS),
        ("//elsewhere.example/", ADDRESS),
        ("", ADDRESS),
    ],
)
def test_without_a_script_one_comes_back_to_the_page_of_the_switch(reporter, client, wanted, where):
    response = client.post(ADDRESS, {"density": "compact", "next": wanted})
    assert response.headers["Location"] == where


def test_what_there_is_not_is_refused_and_nothing_is_kept(reporter, client):
    response = client.post(ADDRESS, {"theme": "pink", "density": "compact"})
    assert response.status_code == 400
    assert kept(reporter) == ("", "", "", "")
    with pytest.raises(InvalidError):
        save_preferences(user=reporter, choices=Preferences(columns="due"), by=reporter)


def test_nobody_sets_anothers_and_the_ledger_and_the_version_keep_out_of_it(cast):
    with pytest.raises(NotAllowedError):
        save_preferences(user=cast.lead_reporter, choices=Preferences(theme="dark"), by=cast.administrator)
    events, version = Event.objects.count(), cast.lead_reporter.version
    save_preferences(user=cast.lead_reporter, choices=Preferences(theme="dark"), by=cast.lead_reporter)
    cast.lead_reporter.refresh_from_db()
    assert (cast.lead_reporter.theme, cast.lead_reporter.version) == ("dark", version)
    assert Event.objects.count() == events


def test_two_windows_that_change_different_things_both_keep_theirs(cast):
    one, other = (User.objects.get(pk=cast.leader.pk) for _window in range(2))
    save_preferences(user=one, choices=Preferences(theme="dark"), by=one)
    save_preferences(user=other, choices=Preferences(density="compact"), by=other)
    assert kept(cast.leader) == ("dark", "compact", "", "")


def test_the_language_of_the_header_is_kept_and_comes_along_to_another_device(reporter, client):
    client.post("/language/", {"language": "en", "next": "/"})
    assert kept(reporter)[2] == "en"
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": "lead_reporter", "password": PASSWORD})
    assert '<html lang="en"' in elsewhere.get(ADDRESS).content.decode()


def test_a_stranger_switches_the_language_of_the_browser_alone(db, client):
    client.post("/language/", {"language": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/accounts/login/").content.decode()


def test_a_language_that_there_is_not_is_not_kept(reporter, client):
    client.post("/language/", {"language": "tlh", "next": "/"})
    assert kept(reporter)[2] == ""


def test_who_chose_no_language_keeps_the_browsers(reporter):
    elsewhere = Client(headers={"Accept-Language": "en"})
    elsewhere.post("/accounts/login/", {"login": "lead_reporter", "password": PASSWORD})
    assert "gxftz_language" not in elsewhere.cookies
    assert '<html lang="en"' in elsewhere.get(ADDRESS).content.decode()


def test_a_saved_language_costs_no_query(reporter, client, django_assert_max_num_queries):
    client.get(ADDRESS)
    with django_assert_max_num_queries(4) as before:
        client.get(ADDRESS)
    save_preferences(user=reporter, choices=Preferences(language="en"), by=reporter)
    with django_assert_max_num_queries(len(before)):
        client.get(ADDRESS)
