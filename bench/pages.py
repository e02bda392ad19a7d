"""What a page costs: the server's own time from the request to the finished answer, in one process by itself."""

import gc
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import User

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
)


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
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=who), backend=settings.AUTHENTICATION_BACKENDS[0])
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    queries = len(asked)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} for {who}: {answer.status_code}")
    gc.collect()  # what filling the database has left behind is not this page's
    spent = [_time(client, path) for _round in range(rounds)]
    return Cost(who, path, queries, median(spent), quantiles(spent, n=20)[-1], len(answer.content))


def _time(client: Client, path: str) -> float:
    start = time.process_time()
    client.get(path)
    return 1000 * (time.process_time() - start)


def measure_all(*, rounds: int, pages: Iterable[tuple[str, str]] = PAGES) -> list[Cost]:
    return [measure(who, path, rounds=rounds) for who, path in pages]
