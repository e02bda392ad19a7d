"""The example mirrors as their users start them, and what they should hold, told by the ledger itself."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from django.conf import settings

from agencies.actions import create_api_token
from ledger.actors import SYSTEM
from ledger.models import Event
from tests.factories import NOW

EXAMPLES = settings.BASE_DIR / "examples"
MIRROR = EXAMPLES / "mirror.py"
SCOPES = ("progress:read", "changes:read")


def make_token(*, scopes=SCOPES, agency=None, name="mirror"):
    """A service account's token, and the account as the token lets it act."""
    token, text = create_api_token(name=name, scopes=scopes, agency=agency, by=SYSTEM, now=NOW)
    return text, token.user.limited_to(scopes)


class Mirror:
    """A mirror with its file; each start is a process of its own."""

    def __init__(self, folder, *, url, token, script=MIRROR):
        self.file, self.script = folder / "mirror.sqlite3", script
        spared = ("GXFTZ_URL", "GXFTZ_TOKEN", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if name not in spared}
        self.environment = {**kept, "GXFTZ_URL": url, "GXFTZ_TOKEN": token, "PYTHONIOENCODING": "utf-8"}

    def start(self, *arguments):
        command = [sys.executable, "-S", str(self.script), "--db", str(self.file), *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )

    def run(self, *arguments):
        """(exit code, what it printed, what it said)."""
        process = self.start("--attempts", "1", *arguments)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def journal(self):
        """What SQLite’s journal looks like: one that changes belongs to an open transaction, another was left over."""
        try:
            found = self.file.with_name(self.file.name + "-journal").stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def query(self, sql):
        with closing(sqlite3.connect(self.file)) as db:
            return db.execute(sql).fetchall()

    def execute(self, sql):
        with closing(sqlite3.connect(self.file)) as db, db:
            db.execute(sql)

    def place(self):
        """How far it has come; zero before the first page."""
        try:
            return self.query("SELECT last FROM sync")[0][0]
        except (IndexError, sqlite3.OperationalError):  # killed before there was a table, or a row in it
            return 0

    def states(self):
        if self.place() == 0:
            return {}
        return {(kind, key): rest for kind, key, *rest in self.query("SELECT kind, key, state, sequence FROM states")}


class Expected:
    """What a mirror should hold, folded from the events that its token may see, as far as a sequence number."""

    def __init__(self, user):
        self.user, self.known, self.states = user, 0, {}

    def at(self, sequence):
        """Numbers only grow from call to call."""
        assert sequence >= self.known, f"the mirror went back from {self.known} to {sequence}"
        events = Event.objects.visible_to(self.user).after(self.known).filter(sequence__lte=sequence)
        for event in events:
            if event.state is None:
                self.states.pop((event.kind, event.key), None)
            else:
                self.states[event.kind, event.key] = [canonical(event.state), event.sequence]
        self.known = sequence
        return self.states


def canonical(state):
    return json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(mirror, expected):
    """Objects whose mirrored state is not, byte for byte, what it was when the mirror's last event was made."""
    here, there = mirror.states(), expected.at(mirror.place())
    return sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
