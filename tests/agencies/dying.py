"""A web server whose processes die between the commit and the answer, on a database of its own; see
test_answer_kills.py.

`… prepare TASKS`   a unit with so many tasks that report, and a client's token (printed)
`… count`           what the requests have left behind
As a module of gunicorn: `tests.agencies.dying:application`.
"""

import json
import os
import random
import signal
import sys
from collections import Counter

import django
import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  Django had to be set up first
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from agencies.actions import create_api_token  # noqa: E402
from agencies.models import Answer  # noqa: E402
from ledger.actors import SYSTEM  # noqa: E402
from ledger.models import Event, Head  # noqa: E402
from progress.models import Report  # noqa: E402
from tasks.models import Assignment, Task  # noqa: E402
from tests.factories import NOW, AgencyFactory, PeriodFactory, PillarFactory  # noqa: E402

SHARE = float(os.environ.get("GXFTZ_DYING", "0"))


def prepare(tasks):
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    lead, pillar = AgencyFactory(code="lead-unit"), PillarFactory()
    PeriodFactory()
    rows = [
        Task(
            plan=pillar.plan, pillar=pillar, number=number, title=f"任务{number}", status="ongoing", percent=90,
            start_date="2026-01-01", due_date="2026-12-31", original_due_date="2026-12-31", due_basis="office",
            updated_at=NOW,
        )
        for number in range(1, tasks + 1)
    ]  # fmt: skip
    Task.objects.bulk_create(rows)
    Assignment.objects.bulk_create(Assignment(task=row, agency=lead, role="lead", order=1) for row in rows)
    _token, text = create_api_token(name="对接", scopes=["progress:write"], agency=lead, by=SYSTEM, now=NOW)
    return text


def count():
    """Every figure that must be one for each key, and whether the ledger is whole."""
    drafted = Counter(Event.objects.filter(kind="report", verb="drafted").values_list("key", flat=True))
    return {
        "reports": Report.objects.count(),
        "events": sum(drafted.values()),
        "most_events_of_one": max(drafted.values(), default=0),
        "answers": Answer.objects.count(),
        "gaps": Head.objects.get().sequence - Event.objects.count(),
    }


def make_application():
    """The real one; a share of the processes that have made a change end before they say so."""
    time_machine.travel(NOW, tick=True).start()
    answer, chance = get_wsgi_application(), random.Random()
    assert get_resolver().url_patterns  # loaded once, before the processes part

    def application(environ, start_response):
        body = list(answer(environ, start_response))
        if environ["REQUEST_METHOD"] == "POST" and chance.random() < SHARE:
            os.kill(os.getpid(), signal.SIGKILL)
        return body

    return application


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    result = {"prepare": prepare, "count": count}[verb](*map(int, arguments))
    sys.stdout.write(json.dumps(result))
else:
    application = make_application()
