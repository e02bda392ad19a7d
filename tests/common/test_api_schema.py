import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.translation import override
from drf_spectacular.validation import validate_schema

from agencies.roles import Scope
from common.api.codes import MEANINGS
from common.api.describing import VALUE, undescribed
from common.api.errors import KNOWN
from common.api.schema import make_schema
from common.management.commands.write_openapi import DOCUMENT, dump_schema
from gxftz.openapi import EXAMPLES
from tests.api import Api

ROOMS = ("agencies", "common", "dashboard", "gxftz", "ledger", "progress", "supervision", "tasks", "zones")
# Never answered by the API: commands alone, and 304.
NO_REFUSALS = {"broken_fixture", "load_refused", "demo_refused"}
# Codes that a person reads in the log alone; the body says `authentication_failed`.
INNER = {"invalid_token", "token_expired", "user_inactive"}


@pytest.fixture(scope="module")
def document():
    return make_schema()


def operations(document):
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def codes_of(document, operation, status):
    answer = operation["responses"].get(str(status))
    if answer is None:
        return set()
    answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return set(answer["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"])


def named(document, name):
    return next(each for _path, _method, each in operations(document) if each["operationId"] == name)


def test_the_document_in_the_repository_is_the_codes(capfd):
    assert DOCUMENT.read_bytes() == dump_schema(), "make openapi"
    assert capfd.readouterr().err == "", "the generator warns"


def test_every_address_of_the_api_is_documented(document):
    api = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/")
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", f"/api/v1/{route}").replace("{pk}", "{id}") for route in routes_of(api)}
    assert routes - set(document["paths"]) == {"/api/v1/openapi.json"}


def routes_of(resolver):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from (f"{each.pattern}{route}" for route in routes_of(each))
        else:
            yield str(each.pattern)


def test_the_document_is_openapi_3_1(document):
    validate_schema(document)


def test_operation_ids_are_there_once_each(document):
    names = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(set(names)) == len(names)


# -- who may call, and what is refused --------------------------------------------------------------------------------


def test_every_operation_tells_its_refusals_and_who_may_call(document):
    for path, method, operation in operations(document):
        assert {"400", "401", "403", "429"} <= set(operation["responses"]), (path, method)
        assert operation["security"][-1] == {"cookieAuth": []}
        scopes = [scope for each in operation["security"] for scope in each.get("bearer", ())]
        assert scopes, (path, method)
        assert set(scopes) <= set(Scope.values)
        assert all(f"`{scope}`" in operation["description"] for scope in scopes)
        assert operation["summary"]


def test_reading_and_writing_ask_for_different_scopes(document):
    wanted = {name: named(document, name)["security"] for name in ("reports_read", "reports_save", "changes_list")}
    session = {"cookieAuth": []}
    assert wanted["reports_read"] == [{"bearer": ["progress:read"]}, {"bearer": ["progress:write"]}, session]
    assert wanted["reports_save"] == [{"bearer": ["progress:write"]}, session]
    assert wanted["changes_list"] == [{"bearer": ["changes:read"]}, session]


def test_refusals_of_an_operation_are_its_actions(document):
    submit = named(document, "reports_submit")
    assert {"report_transition_not_allowed", "period_locked", "request_in_progress"} <= codes_of(document, submit, 409)
    assert "exemption_over" not in codes_of(document, submit, 409)
    assert codes_of(document, submit, 422) == {"idempotency_key_reused"}
    assert "invalid_cursor" in codes_of(document, named(document, "tasks_list"), 400)
    assert "409" not in named(document, "tasks_list")["responses"]


def test_every_code_that_a_refusal_carries_says_what_it_means(document):
    used = {code for _p, _m, each in operations(document) for status in each["responses"] if status >= "400"
            for code in codes_of(document, each, status)}  # fmt: skip
    assert used - MEANINGS.keys() == set()
    described = document["components"]["schemas"]["Problem"]["properties"]["code"]["description"]
    assert [code for code in used if f"* `{code}` - {MEANINGS[code]}" not in described] == []


def test_every_code_in_the_source_says_what_it_means():
    assert codes_in_source() - NO_REFUSALS - INNER - MEANINGS.keys() == set()


def test_no_meaning_is_left_of_a_code_that_is_gone():
    known = {code for _status, code, _detail in KNOWN.values()}
    assert MEANINGS.keys() - codes_in_source() - known == set()


def codes_in_source():
    """Codes of error classes, and those given to one as it is raised."""
    found = set()
    for room in ROOMS:
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                found |= set(codes_of_class(node)) | set(codes_given(node))
    return found


def codes_of_class(node):
    """`code = "…"` and `other_codes = (…)` in the body of an error."""
    if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
        for line in node.body:
            if isinstance(line, ast.Assign) and line.targets[0].id in {"code", "other_codes"}:
                yield from (each.value for each in ast.walk(line.value) if isinstance(each, ast.Constant))


def codes_given(node):
    """`SomeError(…, code="…")` and `problem_response(code="…")`."""
    name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
    if name.endswith(("Error", "Failed")) or name in {"problem", "problem_response"}:
        given = [each.value for each in node.keywords if each.arg == "code"]
        yield from (each.value for each in given if isinstance(each, ast.Constant))


# -- header fields ----------------------------------------------------------------------------------------------------


def test_every_answer_names_its_header_fields(document):
    known = document["components"]["headers"]
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status < "300":
                assert {"X-Request-ID", "RateLimit", "RateLimit-Policy"} <= set(answer["headers"]), (path, method)
                assert ("ETag" in answer["headers"]) or method != "get"
                assert ("Location" in answer["headers"]) == (status == "201")
                assert ("Idempotency-Replayed" in answer["headers"]) == (method == "post")
                told = [name for name, each in answer["headers"].items() if name in known or each.get("description")]
                assert told == list(answer["headers"])


def test_who_is_to_wait_is_told_how_long(document):
    answers = document["components"]["responses"].values()
    by_code = {code: answer for answer in answers
               for code in answer["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]}  # fmt: skip  # noqa: E501
    assert "Retry-After" in by_code["throttled"]["headers"]
    assert "Retry-After" in by_code["request_in_progress"]["headers"]
    assert "Retry-After" not in by_code["not_found"]["headers"]


# -- words ------------------------------------------------------------------------------------------------------------


def test_every_field_says_what_it_is(document):
    assert list(undescribed(document)) == []


def test_every_parameter_says_what_it_is(document):
    silent = [
        (path, method, each["name"])
        for path, method, operation in operations(document)
        for each in operation["parameters"]
        if not each.get("description")
    ]
    assert silent == []


def test_every_value_of_a_list_has_its_label(document):
    schemas = document["components"]["schemas"].items()
    lists = [(name, each["enum"], each.get("description", "")) for name, each in schemas if "enum" in each]
    for path, _method, operation in operations(document):
        for each in operation["parameters"]:
            values = each["schema"].get("enum") or each["schema"].get("items", {}).get("enum")
            lists += [(f"{path} {each['name']}", values, each["description"])] if values else []
    for place, values, text in lists:
        labels = {found["value"]: found["label"] for found in VALUE.finditer(text)}
        assert set(map(str, values)) == set(labels), place
        assert [value for value, label in labels.items() if value == label] == [], place


def test_every_tag_says_what_is_under_it(document):
    assert [tag["name"] for tag in document["tags"] if not tag.get("description")] == []


def test_the_document_says_how_to_call_the_api(document):
    text = document["info"]["description"]
    for word in (
        "Authorization",
        "problem+json",
        "cursor",
        "If-Match",
        "Idempotency-Key",
        "RateLimit",
        "after=",
        "Sunset",
    ):
        assert word in text
    assert document["servers"][0]["url"] == "/"


def test_no_words_for_programmers_reach_the_document():
    words = Path(DOCUMENT).read_text()
    assert "GET /" not in words
    assert '"description": ""' not in words


def test_making_it_in_one_language_leaves_nothing_in_the_other(document):
    with override("en"):
        make_schema()
    assert make_schema() == document


# -- links ------------------------------------------------------------------------------------------------------------


def test_what_was_made_leads_to_what_can_be_done_with_it(document):
    links = named(document, "task_reports_create")["responses"]["201"]["links"]
    assert {"reports_read", "reports_save", "reports_submit"} <= set(links)
    assert links["reports_read"]["parameters"] == {"path.id": "$response.body#/id"}
    assert links["reports_submit"]["parameters"]["header.If-Match"] == "$response.header.ETag"
    known = {each["operationId"] for _path, _method, each in operations(document)}
    assert {link["operationId"] for link in links.values()} <= known


# -- the pages --------------------------------------------------------------------------------------------------------


def test_the_document_is_open_and_speaks_no_data(db):
    response = Client().get(reverse("api:schema"))
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_the_documentation_asks_for_a_log_in_and_takes_nothing_from_outside(cast):
    assert Client().get(reverse("api_docs")).status_code == 302
    page = Api(cast.leader).client.get(reverse("api_docs"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "swagger-ui-bundle" in text
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "unsafe-inline" not in page["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]


def test_the_documents_version_is_the_releases(document):
    assert document["info"]["version"] == settings.SPECTACULAR_SETTINGS["VERSION"]


def test_the_documentation_hands_out_the_programs_to_copy(cast):
    page = Api(cast.leader).client.get(reverse("api_docs")).content.decode()
    for name in EXAMPLES:
        assert f'href="/static/examples/{name}" download="{name}"' in page
        assert finders.find(f"examples/{name}") == str(settings.BASE_DIR / "examples" / name)
