import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from common.api.schema import make_schema
from common.management.commands.write_openapi import DOCUMENT, dump_schema
from tests.api import Api


@pytest.fixture(scope="module")
def document():
    return make_schema()


def operations(document):
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_in_the_repository_is_the_codes(capfd):
    assert DOCUMENT.read_bytes() == dump_schema(), "make openapi"
    assert capfd.readouterr().err == "", "the generator warns"


def test_every_address_of_the_api_is_documented(document):
    api = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/")
    routes = {f"/api/v1/{route}" for route in routes_of(api)}
    documented = {path.replace("{id}", "<int:pk>").replace("{number}", "<int:number>") for path in document["paths"]}
    assert routes - documented == {"/api/v1/openapi.json"}


def routes_of(resolver):
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from (f"{each.pattern}{route}" for route in routes_of(each))
        else:
            yield str(each.pattern)


def test_operation_ids_are_there_once_each(document):
    names = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_every_operation_tells_its_refusals_and_who_may_call(document):
    for path, method, operation in operations(document):
        assert {"400", "401", "403"} <= set(operation["responses"]), (path, method)
        assert operation["security"] == [{"bearer": []}, {"cookieAuth": []}]
        assert operation["summary"]


def test_no_words_for_programmers_reach_the_document(document):
    words = Path(DOCUMENT).read_text()
    assert "GET /" not in words
    assert '"description": ""' not in words


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
