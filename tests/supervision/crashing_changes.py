"""Processes that push changes and are killed in the middle of it, on a database of their own.

`… torment KILLS SEED PORT`   write, kill forked workers, finish the work, count; a receiver of pushes at the port
"""

import json
import random
import sys
from datetime import timedelta

from tests.supervision.crashing import fork, read_pushes, reap  # isort: skip  it sets Django up
from django.core.management import call_command
from django.db import connections

from agencies.roles import Role
from ledger import actions as ledger
from ledger.models import Audience, Event
from supervision.actions import create_endpoint
from supervision.actions.changes import send_changes
from supervision.actions.outcomes import LEASE
from supervision.models import Endpoint, Push
from tests.factories import NOW, AgencyFactory, UserFactory

CHANGES_A_ROUND = 6
WORKERS = 3
QUERIES = 60  # about so many a worker makes in a round
FATES = ("query", "query", "query", "moment", "spared")
HIDDEN = (Audience.PUBLIC, Audience.PUBLIC, Audience.RESTRICTED)  # every third is not to be told


def work(now):
    """Turn after turn until nothing is left that is free."""
    while (done := send_changes(now=now, share=3)).sent + done.failed:
        pass


def torment(kills, seed, port):
    """Each round brings new changes for several workers at once, some of which are killed; at the end all is told."""
    dice, now, killed, by = random.Random(seed), NOW, 0, prepare(port)
    write(dice, by, now)
    work(now)  # once in peace, so that what is loaded on first use is loaded in every worker
    while killed < kills:
        now += LEASE + timedelta(seconds=1)
        write(dice, by, now)
        connections.close_all()
        running = [fork(work, now, dice.choice(FATES), dice.randint(1, QUERIES)) for _worker in range(WORKERS)]
        killed += sum(reap(each, after=dice.random() / 8) for each in running)
    work(now + 2 * LEASE)
    return {"kills": killed, **count()}


def prepare(port):
    call_command("migrate", verbosity=0)
    by = UserFactory(username="administrator", agency=AgencyFactory(office=True), role=Role.ADMINISTRATOR)
    create_endpoint(
        name="镜像", url=f"http://127.0.0.1:{port}/", template="standard", agency=None, min_level=1,
        pushes_changes=True, by=by, now=NOW,
    )  # fmt: skip
    return by


def write(dice, by, now):
    for _change in range(CHANGES_A_ROUND):
        ledger.append(kind="task", key="plan/1", verb="issued", by=by, at=now, state={}, audience=dice.choice(HIDDEN))


def count():
    """What arrived, by its first arrival, against what should have, in the ledger's order."""
    wanted = [f"evt_{number}" for number in Event.objects.told_to(None).order_by("pk").values_list("pk", flat=True)]
    arrived = read_pushes()
    return {
        "expected": len(wanted),
        "lost": len(set(wanted) - set(arrived)),
        "foreign": len(set(arrived) - set(wanted)),
        "is_in_order": list(dict.fromkeys(arrived)) == wanted,
        "doubled": len(arrived) - len(set(arrived)),
        "unmarked": Push.objects.filter(sent_at=None).count(),
        "behind": Event.objects.latest("pk").pk - Endpoint.objects.get().sent_through,
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["torment", kills, seed, port]:
            sys.stdout.write(json.dumps(torment(int(kills), int(seed), port)))
