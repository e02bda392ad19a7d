"""Every body of the document has an example, and each is what the schema says."""

from copy import deepcopy

import jsonschema
import pytest
from django.conf import settings

from common.api.examples import bodies, entries
from common.api.schema import make_schema
from ledger.actors import SystemActor
from tasks.actions.loading import load_plan, read_fixtures
from tests.api import Api
from tests.factories import NOW, UserFactory


@pytest.fixture(scope="module")
def document():
    return make_schema()


@pytest.fixture(scope="module")
def strict(document):
    """The components, with unknown fields refused."""
    components = deepcopy(document["components"])
    for schema in components["schemas"].values():
        if schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
    return components


def test_every_body_has_an_example(document):
    assert [(name, part) for name, part, media in bodies(document) if "example" not in media] == []


def test_every_example_is_what_the_schema_says(document, strict):
    wrong = []
    for name, part, media in bodies(document):
        schema = {**media["schema"], "components": strict}
        checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        faults = checker.iter_errors(media["example"]) if "example" in media else ()
        wrong += [(name, part, list(each.absolute_path), each.message[:200]) for each in faults]
    assert wrong == []


def test_invented_progress_says_that_it_is_invented(document):
    unmarked = [
        (name, part)
        for name, part, media in bodies(document)
        for each in objects(media.get("example"))
        if each.get("progress") and "演示数据" not in each["progress"]
    ]
    assert unmarked == []
    assert not any(
        each.get("is_demo") is False for _n, _p, media in bodies(document) for each in objects(media.get("example"))
    )


def objects(value):
    """The object and all inside it."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(each)


def test_no_entry_is_left_over(document):
    names = {name for name, _part, _media in bodies(document)} | set(document["components"]["schemas"])
    assert entries().keys() - names == set()


@pytest.mark.django_db
def test_facts_of_the_plan_are_the_plans():
    load_plan(fixtures=read_fixtures(settings.BASE_DIR / "fixtures"), by=SystemActor("方案载入"), now=NOW)
    api = Api(UserFactory(role="leader", agency=None))
    assert api.get("plan").json() == entries()["Plan"]
    assert entries()["Pillar"] in api.get("pillars").json()
    assert entries()["Zone"] in api.get("zones").json()
    task, said = api.get("task", entries()["TaskRow"]["number"]).json(), entries()["TaskRow"] | entries()["TaskDetail"]
    for name in ("title", "title_en", "pillar", "lead", "supporting", "zones", "text", "unit_clause", "assignments"):
        assert task[name] == said[name], name
