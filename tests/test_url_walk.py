"""A walk over every page and every answer of the API, by everybody who may open it: headers, markup, no side effects.

The addresses and who may open them come from the permission table.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product

import pytest
from django.test import Client
from django.urls import resolve

from tests.cast import PARTS, make_cast
from tests.gxftz.test_headers import POLICY
from tests.permission_table.accounts import ACCOUNTS
from tests.permission_table.api import API
from tests.permission_table.pages import PAGES
from tests.permission_table.play import address, ask, differences, fingerprint, sign_in, undone, watched
from tests.permission_table.rows import ANONYMOUS, CLIENTS
from tests.permission_table.world import standing_world

TABLE = (*PAGES, *API, *ACCOUNTS)
READS = [row for row in TABLE if row.method == "GET" and row.may]
LANGUAGES = {"zh-hans": "zh-CN", "en": "en"}
SANDBOX = {"sandbox"}  # evidence: a file is never a page of this site

LONG = "长" * 5000
HOSTILE = ("abc", "\x00", "-1", "9" * 40, "%", "' OR 1=1 --", "２０２６", "<script>x</script>", "", "\ud83d", LONG)
# What each address reads from the query; everywhere else these are names that nobody knows.
PARAMETERS = {
    "tasks:list": ("q", "pillar", "lead", "agency", "zone", "status", "light", "overdue", "due_before", "ordering"),
    "tasks:calendar": ("year",),
    "ledger:list": ("before", "after", "kind", "actor", "since", "until", "verify"),
    "agencies:people": ("q", "agency", "role", "state", "page"),
    "agencies:person_new": ("agency",),
    "supervision:inbox": ("show", "page"),
    "progress:new": ("period",),
    "api:tasks": ("q", "pillar", "lead", "status", "light", "due_after", "ordering", "fields", "as_of", "cursor"),
    "api:task_reports": ("fields", "cursor", "page_size"),
    "api:task": ("fields",),
    "api:summary": ("by", "as_of"),
    "api:changes": ("after", "limit"),
    "account_login": ("next",),
}
ANY = ("page", "q", "next", "unheard_of")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, files):
    with django_db_blocker.unblock(), standing_world(files) as made:
        yield made


@pytest.fixture
def world(scene, files, db, settings):
    settings.MEDIA_ROOT = files
    return scene


class Page(HTMLParser):
    """What of a page's markup the rules speak of."""

    def __init__(self, text):
        super().__init__()
        self.faults, self.forms, self.ids, self.language, self.titles, self.headings = [], [], [], None, 0, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.titles += tag == "title" and "svg" not in self.forms
        self.headings += tag == "h1"
        self.language = given.get("lang") if tag == "html" else self.language
        self._look_at_forms(tag, given)
        self._look_at_assets(tag, given)
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline style or script: {self.get_starttag_text()[:90]}")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.faults.append("inline script")

    def _look_at_forms(self, tag, given):
        if tag == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "has_token": False})
        elif tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.forms[-1]["has_token"] = True

    def _look_at_assets(self, tag, given):
        for name in ("src", "srcset", "action", "formaction", "data", "poster", "xlink:href"):
            self._must_be_ours(given.get(name) or "")
        if tag in {"link", "use", "image", "base"}:
            self._must_be_ours(given.get("href") or "")

    def _must_be_ours(self, where):
        if re.match(r"(?i)\s*([a-z][a-z0-9+.-]*:|//)", where) and not where.startswith("data:image/"):
            self.faults.append(f"something from elsewhere: {where[:90]}")

    def all_faults(self, language):
        yield from self.faults
        if self.language != language:
            yield f"lang={self.language!r}"
        if (self.titles, self.headings) != (1, 1):
            yield f"{self.titles} <title>, {self.headings} <h1>"
        yield from (f"id {each!r} twice" for each in {each for each in self.ids if self.ids.count(each) > 1})
        if any(form["method"] == "post" and not form["has_token"] for form in self.forms):
            yield "a form without its token"


def faults_of(response, language):
    """What is wrong with an answer, whatever it answers."""
    headers = response.headers
    policy = set(headers.get("Content-Security-Policy", "").split("; "))
    if policy not in ({*POLICY}, SANDBOX):
        yield "the content security policy"
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    yield from (f"{name}: {headers.get(name)}" for name, value in wanted.items() if headers.get(name) != value)
    if headers.get("Content-Type", "").startswith("text/html") and response.content:
        yield from Page(response.content.decode()).all_faults(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", READS, ids=str)
def test_answer_is_safe_and_well_made(world, row, language):
    before, wrong = fingerprint(), []
    for part in row.parts:
        client = sign_in(part, world)
        client.cookies["gxftz_language"] = language
        with undone(), watched() as watch:
            response = ask(client, row, world)
            wrong += [(part, fault) for fault in faults_of(response, LANGUAGES[language])]
            if watch.has_written and differences(before, fingerprint()):
                wrong.append((part, "reading has changed something"))
    assert wrong == []


@pytest.mark.parametrize("row", [row for row in TABLE if not row.is_safe and not row.is_api], ids=str)
def test_refusal_is_safe_and_well_made(world, row):
    """What comes back when a form is sent: the page with its errors, or the refusal."""
    wrong = []
    for part in row.parts:
        with undone():
            response = ask(sign_in(part, world), row, world)
            wrong += [(part, fault) for fault in faults_of(response, "zh-CN")]
    assert wrong == []


# -- hostile input -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", {row.view: row for row in READS}.values(), ids=lambda row: row.view)
def test_no_query_breaks_an_address(world, row):
    part = next(part for part in ("director", "lead_reporter", "administrator", ANONYMOUS) if part in row.may)
    client, broken = sign_in(part, world), []
    client.raise_request_exception = False
    where = address(row, world)
    names = PARAMETERS.get(row.view, ())
    queries = [dict.fromkeys((*names, *ANY), value) for value in HOSTILE]
    queries += [{name: value} for name, value in product(names, HOSTILE)]
    for query in queries:
        with undone():
            status = send(client, where, query)
        if status >= 500:
            broken.append(({name: value[:20] for name, value in query.items()}, status))
    assert broken == []


def send(client, where, query):
    values = {name: value.encode("utf-8", "surrogatepass") for name, value in query.items()}
    response = client.get(where, values)
    return b"".join(response) and response.status_code if response.streaming else response.status_code


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


FORMS = [row for row in TABLE if not row.is_safe and row.may & {*PARTS, ANONYMOUS}]


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_no_entry_breaks_an_address(world, row):
    """Every field in turn holds what no person would write."""
    part = next(part for part in (*PARTS, ANONYMOUS) if part in row.may)
    client, broken = sign_in(part, world), []
    client.raise_request_exception = False
    for name, value in product(row.data, (*HOSTILE, None, 3.5, ["a"], {"a": 1}) if row.is_api else HOSTILE):
        with undone():
            entered = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
            status = ask(client, replace(row, data={**row.data, name: entered}), world).status_code
        if status >= 500:
            broken.append((name, str(value)[:20], status))
    assert broken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_no_body_breaks_the_api(world, body):
    changes, broken = [row for row in API if not row.is_safe], []
    for row in changes:
        client = sign_in(next(part for part in (*PARTS, *CLIENTS) if part in row.may | row.seen), world)
        client.raise_request_exception = False
        with undone():
            where, headers = address(row, world), {"If-Match": '"1"'}
            response = client.generic(row.method, where, body, content_type="application/json", headers=headers)
        if response.status_code >= 500:
            broken.append((str(row), response.status_code))
    assert broken == []


# -- without any data ------------------------------------------------------------------------------------------------


@pytest.fixture
def empty(db):
    """People and their units, and nothing else: the first minute of an installation without its plan."""
    with undone():
        cast = make_cast()
        cast.task.delete()
        cast.period.delete()
        cast.task.plan.delete()
        yield cast


@pytest.mark.parametrize("row", [row for row in (*PAGES, *ACCOUNTS) if row in READS and not row.on], ids=str)
def test_page_stands_without_a_plan(empty, row):
    wrong = []
    for part in row.parts:
        if part in CLIENTS:
            continue
        response = ask(sign_in(part, empty), row, empty)
        allowed = {row.expected(part), *([404] if row.view == "tasks:plan" else [])}
        wrong += [(part, fault) for fault in faults_of(response, "zh-CN")]
        wrong += [] if response.status_code in allowed else [(part, response.status_code)]
    assert wrong == []


@pytest.mark.parametrize("row", [row for row in API if row in READS and not row.on], ids=str)
def test_api_stands_without_a_plan(empty, row):
    for part in set(PARTS) & row.may:
        response = ask(sign_in(part, empty), row, empty)
        assert response.status_code == (404 if row.view == "api:plan" else 200)
