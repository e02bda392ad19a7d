"""examples/mirror.py comparing itself with a server that changes meanwhile."""

import importlib.util
import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.examples.mirrors import MIRROR

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def mirror():
    spec = importlib.util.spec_from_file_location("mirror", MIRROR)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def db(mirror):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(mirror.TABLES)
        yield db


class Changing:
    """One task, whose percent grows in the very moment before a sum is told, so many times; `tells` is added to it."""

    def __init__(self, changes, *, tells=0):
        self.changes, self.tells, self.events = changes, tells, []
        self.change()

    def change(self):
        number = len(self.events) + 1
        state = {"plan": "p", "number": 1, "status": "ongoing", "pillar": 1, "lead": None, "percent": number}
        self.events.append(
            {"sequence": number, "at": "now", "kind": "task", "key": "p/1", "verb": "made", "state": state}
        )

    def get(self, path, etag=""):
        query = parse_qs(urlsplit(path).query)
        if path.startswith("changes/"):
            events = self.events[int(query["after"][0]) :]
            return {"events": events, "last": len(self.events), "mark": "0", "more": False}, ""
        if path == "plan/":
            return {"code": "p"}, ""
        if query["by"] == ["status"] and self.changes:
            self.changes -= 1
            self.change()
        state = self.events[-1]["state"]
        keys = {"status": "ongoing", "pillar": "1"}
        rows = [
            {"key": keys[by], "tasks": 1, "average_percent": state["percent"] + self.tells}
            for by in query["by"]
            if by in keys
        ]
        return rows, ""


def test_difference_that_a_change_has_made_is_none(mirror, db):
    server = Changing(changes=3)
    assert mirror.verify(db, server) == []
    assert mirror.newest(db) == 4


def test_difference_that_stays_is_told(mirror, db):
    found = mirror.verify(db, Changing(changes=3, tells=1))
    assert [by for by, _key, _here, _there in found] == ["status", "pillar"]


def test_server_that_never_rests_cannot_be_compared(mirror, db):
    with pytest.raises(mirror.BusyError):
        mirror.verify(db, Changing(changes=99))
