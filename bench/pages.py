"""What a page or an answer of the API costs: the server's own time from the request to the finished answer."""

import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.actions import create_api_token
from agencies.models import ApiToken, User
from common.clock import now
from ledger.actors import SYSTEM

# Who looks at what: the pages of everyday work, each for somebody who sees most on it.
PAGES = (
    ("director", "/"),
    ("commerce-reporter", "/"),
    ("director", "/cockpit/"),
    ("director", "/tasks/"),
    ("director", "/tasks/?layout=board"),
    ("director", "/tasks/?layout=timeline"),
    ("director", "/tasks/?layout=calendar"),
    ("director", "/matrix/"),
    ("director", "/tasks/14/"),
    ("commerce-reporter", "/tasks/12/report/"),
    ("supervisor", "/reviews/"),
    ("supervisor", "/inbox/"),
    ("director", "/search/?q=贸易"),
    ("director", "/reports/standing/"),
    ("director", "/notices/"),
    ("director", "/agencies/commerce/"),
    ("auditor", "/ledger/"),
    ("token", "/api/v1/tasks/"),
    ("token, unchanged", "/api/v1/tasks/"),
    ("token", "/api/v1/tasks/14/"),
    ("token", "/api/v1/progress/summary/?by=lead"),
    ("token", "/api/v1/reports/"),
    ("token", "/api/v1/overdue/"),
    ("token", "/api/v1/changes/?after=0"),
)
SCOPES = ("progress:read", "changes:read")


@dataclass(frozen=True)
class Cost:
    """One page's cost: queries, and milliseconds of the processor; `p95` is what 95 of 100 requests stay below."""

    who: str
    path: str
    queries: int
    middle: float
    p95: float
    size: int


def measure(who: str, path: str, *, rounds: int) -> Cost:
    """Raises RuntimeError where the page is not shown: a refusal would be fast."""
    client = _client(who)
    if who.endswith("unchanged"):
        client.defaults["HTTP_IF_NONE_MATCH"] = client.get(path)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    queries = len(asked)
    if answer.status_code != (304 if who.endswith("unchanged") else 200):
        raise RuntimeError(f"{path} for {who}: {answer.status_code}")
    gc.collect()  # what filling the database has left behind is not this page's
    spent = [_time(client, path) for _round in range(rounds)]
    return Cost(who, path, queries, median(spent), quantiles(spent, n=20)[-1], len(answer.content))


def _client(who: str) -> Client:
    """Somebody's browser, or a program with a token of its own."""
    if who.startswith("token"):
        name = f"bench {ApiToken.objects.count()}"
        _token, text = create_api_token(name=name, scopes=SCOPES, by=SYSTEM, now=now())
        return Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {text}"})
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _time(client: Client, path: str) -> float:
    start = time.process_time()
    client.get(path)
    return 1000 * (time.process_time() - start)


def measure_all(*, rounds: int, pages: Iterable[tuple[str, str]] = PAGES) -> list[Cost]:
    return [measure(who, path, rounds=rounds) for who, path in pages]
