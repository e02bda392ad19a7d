"""The permission table: every address × method × person × own or other object.

The table itself stands in tests/permission_table/; an address that is not in it fails here. Each answer is also held
against the rules for headers and markup, whatever it answers.
"""

import re
from types import SimpleNamespace

import pytest

from agencies.actions import deactivate_user
from agencies.models import User
from ledger.models import Event
from tasks.models import Task
from tasks.status import TRANSITIONS
from tests.api import PROBLEM
from tests.cast import PARTS
from tests.factories import NOW
from tests.permission_table.markup import LANGUAGES, faults_of
from tests.permission_table.play import ask, differences, fingerprint, list_patterns, sign_in, standing, undone, watched
from tests.permission_table.rows import ANONYMOUS, ANYONE
from tests.permission_table.table import TABLE

pytestmark = pytest.mark.once

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
MISSING = SimpleNamespace(number=404, order=1, pk=404404, version=1, token_key="gxftz_000000000")
LIBRARIES = ("allauth.", "django.")


# -- the table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_permission_row_holds_for_everybody(world, row):
    clients = {part: sign_in(part, world) for part in row.parts}
    before = standing(world)
    wrong = []
    for part, client in clients.items():
        with undone():
            wrong += attempt(client, part, row, world, before)
    assert not wrong, explain(wrong)


def attempt(client, part, row, world, before):
    """What is wrong with the answer to this person, each as (what, who)."""
    with watched() as watch:
        response = ask(client, row, world)
    found = []
    if response.status_code != row.expected(part):
        found.append((f"{response.status_code} instead of {row.expected(part)}", part))
    if part == ANONYMOUS and response.status_code == 302 and part not in row.may:
        found += [] if "/accounts/login/" in response.headers["Location"] else [("not on to the log-in", part)]
    if row.is_api and response.status_code >= 400 and response.headers["Content-Type"] != PROBLEM:
        found.append(("a refusal that is no problem+json", part))
    found += [(fault, part) for fault in faults_of(response, LANGUAGES["zh-hans"])]
    changed = differences(before, fingerprint(watch.written)) if watch.has_written else []
    if bool(changed) != row.changes(part):
        found.append((f"changed {', '.join(changed) or 'nothing'}", part))
    return found


def explain(wrong):
    """One line for each fault, with all whom it concerns."""
    faults = dict.fromkeys(what for what, _who in wrong)
    return "\n".join(f"{fault}: {', '.join(who for what, who in wrong if what == fault)}" for fault in faults)


# -- nothing beside the table ------------------------------------------------------------------------------------


def test_table_knows_every_address():
    assert set(list_patterns()) - {row.view for row in TABLE} == set()


def test_table_names_no_address_that_is_gone():
    assert {row.view for row in TABLE} - set(list_patterns()) == set()


def test_table_knows_every_change_of_a_tasks_state():
    listed = {row.verb for row in TABLE if row.view == "tasks:status" and row.may}
    assert {each.verb for each in TRANSITIONS} - listed == set()


@pytest.mark.parametrize("row", {row.view: row for row in reversed(TABLE)}.values(), ids=lambda row: row.view)
def test_methods_beside_the_table_are_refused_and_change_nothing(world, row):
    listed = {each.method for each in TABLE if each.view == row.view}
    allowed = listed | ({"HEAD"} if "GET" in listed else set())
    is_ours = not list_patterns()[row.view].callback.__module__.startswith(LIBRARIES)
    client, before, wrong = sign_in("director", world), standing(world), []
    for method in [each for each in METHODS if each not in allowed]:
        with undone(), watched() as watch:
            status = ask(client, row, world, method=method).status_code
            changed = differences(before, fingerprint(watch.written)) if watch.has_written else []
        if status >= 500 or (is_ours and status not in {404, 405}) or changed:
            wrong.append((method, status, changed))
    assert wrong == []


@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "GET" and row.may], ids=str)
def test_head_is_answered_as_get_without_a_body(world, row):
    part = next(part for part in row.parts if part in row.may)
    with undone():
        response = ask(sign_in(part, world), row, world, method="HEAD", query=row.query)
        assert (response.status_code, response.content if not response.streaming else b"") == (row.success, b"")


# -- what no line of the table can say -----------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in TABLE if row.seen and row.may and row.on], ids=str)
def test_unseen_is_answered_like_missing(world, row):
    """Whoever may not see an object learns nothing from the answer, not even that it exists."""
    unseen = [part for part in row.parts if row.expected(part) == 404]
    for part in unseen[:1] + unseen[-1:]:
        client = sign_in(part, world)
        with undone():
            there = ask(client, row, world)
        with undone():
            missing = ask(client, row, world, instead=MISSING)
        assert plain(there) == plain(missing)


def plain(response):
    """The answer without what is different for each request."""
    text = response.content.decode().replace(response.headers["X-Request-ID"], "")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", text)
    return response.status_code, text.replace(response.request["PATH_INFO"], "")


@pytest.mark.parametrize("row", [row for row in TABLE if not row.is_safe and row.may & ANYONE], ids=str)
def test_changes_ask_for_the_token_of_the_form(world, row):
    """Another site cannot make a signed-in browser change anything."""
    part = next((part for part in PARTS if part in row.may), ANONYMOUS)
    client, before = sign_in(part, world, checks_csrf=True), standing(world)
    with undone(), watched() as watch:
        assert ask(client, row, world).status_code == 403
        assert not watch.has_written or differences(before, fingerprint(watch.written)) == []


def test_who_has_left_is_nobody_known(world):
    """An open session and a token end with the account."""
    with undone():
        client, program = sign_in("outsider", world), sign_in("other_client", world)
        for user in (world.outsider, User.objects.get(name="other_client")):
            deactivate_user(user=user, by=world.administrator, now=NOW)
        pages = [row for row in TABLE if row.method == "GET" and "outsider" in row.may and ANONYMOUS not in row.may]
        answers = {str(row): ask(program if row.is_api else client, row, world).status_code for row in pages}
        assert set(answers.values()) == {302, 401}, answers


def test_fingerprint_sees_a_change_of_a_single_field(world):
    """The negative control: without it every line could hold for the wrong reason."""
    before = fingerprint()
    with undone(), watched() as watch:
        Task.objects.filter(pk=world.task.pk).update(due_note="heimlich")
        assert watch.has_written
        assert differences(before, fingerprint()) == ["tasks.Task"]
    assert differences(before, fingerprint()) == []


def test_fingerprint_overlooks_the_trace_of_a_refusal(world):
    before = fingerprint()
    with undone():
        response = sign_in("lead_reporter", world).post("/people/new/", {})
        assert response.status_code == 403
        assert Event.objects.filter(kind="attempt", actor_name=world.lead_reporter.name).exists()
        assert differences(before, fingerprint()) == []
