"""What the guide and the examples say exists: addresses, methods, parameters, queries over the mirror."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.urls import resolve

from progress.readers.summary import summary_rows
from tasks.models import Task
from tasks.states import task_state
from tests.factories import TODAY, TaskFactory

ROOT = Path(settings.BASE_DIR)
GUIDES = ("docs/api.md", "docs/api.en.md", "examples/README.md")
ADDRESS = re.compile(r"/?api/v1/[\w/{}.]*(?:\?[^\s`\"'）；，。;)]*)?", re.ASCII)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def addresses(name):
    """(method, path, names of parameters) of every address in a file."""
    for line in read(name).replace("\\\n", " ").splitlines():
        for match in ADDRESS.finditer(line):
            parts = urlsplit("/" + match[0].lstrip("/"))
            method = re.search(r"(?:-X |`)([A-Z]{3,6}) ", line)
            parameters = {key for key, _value in parse_qsl(parts.query, keep_blank_values=True)}
            yield method[1] if method else "GET", parts.path.replace("{number}", "1").rstrip("."), parameters


def view_of(path):
    return getattr(resolve(path).func, "view_class", None) or getattr(resolve(path).func, "cls", None)


@pytest.mark.once
@pytest.mark.parametrize("name", [*GUIDES, "examples/mirror.sh"])
def test_addresses_in_the_guide_are_there(name):
    for method, path, parameters in addresses(name):
        if path == "/api/v1/":
            continue
        view = view_of(path)
        assert hasattr(view, method.lower()), (method, path)
        unknown = parameters - set(view.known_parameters)
        assert not unknown, (path, unknown)


@pytest.mark.once
def test_guides_hold_addresses_to_be_checked():
    """The check above looks at something: the pattern finds them all."""
    counts = {name: len(list(addresses(name))) for name in GUIDES}
    assert counts["docs/api.md"] >= 30
    assert counts["docs/api.en.md"] >= 25
    wordings = {name: read(name).count("api/v1/") for name in GUIDES}
    assert counts == wordings


@pytest.mark.once
def test_queries_of_excel_ask_what_there_is():
    blocks = re.findall(r"```m\n(.*?)```", read("docs/api.md"), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        path = re.search(r'RelativePath = "([^"]+)"', block)[1]
        query = re.search(r"Query = (.*?)\n", block)[1]
        asked = {*re.findall(r"(\w+) = (?!null)", query)} - {"place"}
        assert asked
        assert asked <= set(view_of("/" + path).known_parameters)
        pairs = (("(", ")"), ("[", "]"), ("{", "}"))
        plain = re.sub(r'"[^"]*"', "", block)
        assert all(plain.count(left) == plain.count(right) for left, right in pairs)


@pytest.mark.once
def test_columns_of_the_excel_query_are_fields_of_the_list():
    block = re.search(r"```m\n(.*?)```", read("docs/api.md"), re.DOTALL)[1]
    opened = re.search(r'"row",\s*\{(.*?)\}', block, re.DOTALL)[1]
    document = json.loads(read("docs/openapi.json"))
    assert set(re.findall(r'"(\w+)"', opened)) <= set(document["components"]["schemas"]["TaskRow"]["properties"])


@pytest.mark.once
@pytest.mark.parametrize("command", re.findall(r"manage\.py (\w+)", "".join(map(read, GUIDES))))
def test_commands_in_the_guide_are_there(command):
    assert list(ROOT.glob(f"*/management/commands/{command}.py"))


@pytest.fixture
def mirrored(cast):
    """A mirror's table with tasks of every colour, as their states would have been stored."""
    facts = [
        {"red_from": TODAY, "red_rule": "overdue"}, {"yellow_from": TODAY, "yellow_rule": "near_due"},
        {"red_from": TODAY + timedelta(days=1), "red_rule": "overdue"},
        {"status": "closed", "closed_on": TODAY, "closed_late": False, "percent": 100},
        {"due_date": None, "original_due_date": None, "due_basis": ""}, {"start_date": TODAY + timedelta(days=1)},
        {"held_from": TODAY, "held_until": TODAY}, {"status": "suspended"},
        {"exempt_from": TODAY, "exempt_until": TODAY, "exempt_reason": "x", "red_from": TODAY, "red_rule": "overdue"},
    ]  # fmt: skip
    for number, values in enumerate(facts, start=2):
        TaskFactory(number=number, plan=cast.task.plan, pillar=cast.task.pillar)
        Task.objects.filter(number=number).update(**values)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE states (kind, key, state, sequence)")
        for task in Task.objects.all():
            row = ("task", task.key, json.dumps(task_state(task), default=str), 1)
            db.execute("INSERT INTO states VALUES (?, ?, ?, ?)", row)
        yield db


@pytest.mark.django_db
def test_queries_over_the_mirror_run_and_tell_the_lights_of_the_server(mirrored):
    view, *queries = re.findall(r"```sql\n(.*?)```", read("examples/README.md"), re.DOTALL)
    mirrored.execute(view.replace("date('now', '+8 hours')", f"'{TODAY}'"))
    here = dict(mirrored.execute("SELECT light, count(*) FROM tasks GROUP BY light"))
    there = {row["key"]: row["tasks"] for row in summary_rows(Task.objects.all(), by="light", on=TODAY)}
    assert here == {key: count for key, count in there.items() if count}
    assert len(here) == 5
    for query in queries:
        mirrored.execute(query).fetchall()
