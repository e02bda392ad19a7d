"""A walk over every page and every answer of the API: in English, with hostile input, with texts that are markup.

The addresses and who may open them come from the permission table, whose own test looks at the Chinese pages.
"""

import re
from dataclasses import replace
from itertools import product

import pytest
from django.test import Client
from django.urls import resolve

from tests.cast import PARTS
from tests.permission_table.marked import Marks, mark_everything
from tests.permission_table.markup import LANGUAGES, faults_of, is_page
from tests.permission_table.play import address, ask, differences, fingerprint, sign_in, standing, undone, watched
from tests.permission_table.rows import ANONYMOUS, CLIENTS
from tests.permission_table.table import ALL_API, TABLE

pytestmark = pytest.mark.once

READS = [row for row in TABLE if row.method == "GET" and row.may]
LONG = "长" * 5000
HOSTILE = ("abc", "\x00", "-1", "9" * 40, "%", "２０２６", "<script>x</script>", "", "\ud83d", LONG)
ENTRIES = ("\x00", "9" * 40, "", "\"'><img src=x onerror=1>", "\ud83d", LONG)
# What each address reads from the query; everywhere else these are names that nobody knows.
PARAMETERS = {
    "tasks:list": ("q", "pillar", "lead", "agency", "zone", "status", "light", "overdue", "due_before", "ordering"),
    "tasks:calendar": ("year",),
    "ledger:list": ("before", "after", "kind", "actor", "since", "until", "verify"),
    "agencies:people": ("q", "agency", "role", "state", "page"),
    "agencies:person_new": ("agency",),
    "supervision:inbox": ("show", "level", "after"),
    "dashboard:search": ("q", "type", "page"),
    "dashboard:cockpit": ("on",),
    "dashboard:cockpit_changes": ("from", "to", "pillar"),
    "dashboard:matrix": ("zone",),
    "dashboard:task": ("reports", "before"),
    "progress:review": ("unit",),
    "progress:new": ("period",),
    "api:tasks": ("q", "pillar", "lead", "status", "light", "due_after", "ordering", "fields", "as_of", "cursor"),
    "api:task_reports": ("fields", "cursor", "page_size"),
    "api:task": ("fields",),
    "api:summary": ("by", "as_of"),
    "api:changes": ("after", "limit"),
    "account_login": ("next",),
}
ANY = ("page", "q", "next", "unheard_of")


@pytest.mark.parametrize("row", READS, ids=str)
def test_answer_in_english_is_safe_and_well_made(world, row):
    """The Chinese ones are looked at with the permissions."""
    before, wrong = standing(world), []
    for part in [part for part in row.parts if part in row.may]:
        client = sign_in(part, world)
        client.cookies["gxftz_language"] = "en"
        with undone(), watched() as watch:
            response = ask(client, row, world)
            wrong += [(part, fault) for fault in faults_of(response, LANGUAGES["en"])]
            if watch.has_written and differences(before, fingerprint(watch.written)):
                wrong.append((part, "reading has changed something"))
    assert wrong == []


# -- hostile input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", {row.view: row for row in READS}.values(), ids=lambda row: row.view)
def test_no_query_breaks_an_address(world, row):
    part = next(
        part for part in ("director", "lead_reporter", "co_reporter", "administrator", ANONYMOUS) if part in row.may
    )
    client, broken = sign_in(part, world), []
    client.raise_request_exception = False
    where = address(row, world)
    names = PARAMETERS.get(row.view, ())
    queries = [dict.fromkeys((*names, *ANY), value) for value in HOSTILE]
    queries += [{name: value} for name, value in product(names, HOSTILE)]
    for query in queries:
        with undone():
            response = send(client, where, query)
        faults = list(faults_of(response, "zh-CN"))
        if response.status_code >= 500 or faults:
            broken.append(({name: value[:20] for name, value in query.items()}, response.status_code, faults))
    assert broken == []


def send(client, where, query):
    values = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    response = client.get(where, values)
    if response.streaming:
        b"".join(response)  # reading to the end closes the file
    return response


@pytest.mark.parametrize("thing", ["99999", "9" * 30, "0", "-1", "%00", "..%2f..%2fetc", "<script>", "长" * 300])
def test_no_object_breaks_an_address(world, thing):
    routes = {re.sub(r"<\w+:\w+>", "{}", resolve(address(row, world)).route) for row in READS if row.on}
    client, broken = Client(raise_request_exception=False), []
    client.force_login(world.director)
    for route in routes:
        with undone():
            response = client.get("/" + route.replace("{}", thing))
        if response.status_code not in {200, 301, 302, 400, 404}:
            broken.append((route, response.status_code))
    assert broken == []


NO_TEXTS = (None, 3.5, ["a"], {"a": 1})


def speaks_json(row):
    """Files come as forms do."""
    return row.is_api and "file" not in row.data


FORMS = [row for row in TABLE if not row.is_safe and row.may & {*PARTS, ANONYMOUS}]


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_no_entry_breaks_an_address(world, row):
    """Every field in turn holds what no person would write."""
    part = next(part for part in (*PARTS, ANONYMOUS) if part in row.may)
    client, broken = sign_in(part, world), []
    client.raise_request_exception = False
    for name, value in product(row.data, (*ENTRIES, *NO_TEXTS) if speaks_json(row) else ENTRIES):
        with undone():
            entered = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
            response = ask(client, replace(row, data={**row.data, name: entered}), world)
        faults = list(faults_of(response, "zh-CN"))
        if response.status_code >= 500 or faults:
            broken.append((name, str(value)[:20], response.status_code, faults))
    assert broken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_no_body_breaks_the_api(world, body):
    changes, broken = [row for row in ALL_API if not row.is_safe and row.may | (row.seen or row.may)], []
    for row in changes:
        client = sign_in(next(part for part in (*PARTS, *CLIENTS) if part in row.may | (row.seen or row.may)), world)
        client.raise_request_exception = False
        with undone():
            where, headers = address(row, world), {"If-Match": '"1"'}
            response = client.generic(row.method, where, body, content_type="application/json", headers=headers)
        if response.status_code >= 500:
            broken.append((str(row), response.status_code))
    assert broken == []


# -- texts that would be markup ---------------------------------------------------------------------------------------

SHOWN_TO = {
    "zh-hans": ("lead_reporter", "lead_approver", "co_reporter", "director", "leader", "administrator", "auditor"),
    "en": ("lead_reporter", "director", "administrator"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_taken_for_markup(world, language):
    """Every text that anybody can enter is markup, and a browser sees none of it."""
    with undone():
        marks = Marks()
        marked = mark_everything(world, marks)
        texts = {}
        for part in SHOWN_TO[language]:
            client = sign_in(part, marked)
            client.cookies["gxftz_language"] = language
            pages = [row for row in READS if part in row.may and not row.is_api]
            texts.update({(str(row), part): page_text(ask(client, row, marked), language) for row in pages})
    assert {key: text for key, text in texts.items() if isinstance(text, list)} == {}
    # The control: every text is shown on some page, or the line above would hold for nothing.
    wanted = {name for name in marks.names if name.endswith("_en") == (language == "en")}
    assert sorted(wanted - set().union(*(marks.shown(text) for text in texts.values()))) == []


def page_text(response, language):
    """The page's text, or a list of what is wrong with it."""
    text = response.content.decode() if is_page(response) else ""
    faults = [*faults_of(response, LANGUAGES[language]), *(["raw markup"] if "<img onerror" in text else [])]
    return faults or text
