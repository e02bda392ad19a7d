"""Changes for tests, and an address that is told them."""

from contextlib import closing

from django.db import connection

from ledger import actions as ledger
from ledger.actors import SYSTEM
from ledger.models import Audience
from supervision.actions import create_endpoint
from supervision.actions.changes import send_changes
from supervision.models import Endpoint
from tests.factories import NOW


def add_endpoint(cast, url, **more):
    values = {"name": f"系统{Endpoint.objects.count()}", "template": "standard", "agency": None, "min_level": 1, **more}
    return create_endpoint(**{"pushes_changes": True, **values}, url=url, by=cast.administrator, now=NOW)


def happen(count=1, *, kind="task", **more):
    """Changes of the ledger; the number of the first."""
    values = {"audience": Audience.PUBLIC, **more}
    events = [
        ledger.append(kind=kind, key=f"plan/{n}", verb="issued", by=SYSTEM, at=NOW, state={"secret": "内容"}, **values)
        for n in range(count)
    ]
    return events[0].sequence


def ids(receiver):
    return [headers["webhook-id"] for _path, headers, _body in receiver.taken]


def numbered(*numbers):
    return [f"evt_{number}" for number in numbers]


def send_all(now=NOW):
    while (done := send_changes(now=now)).sent + done.failed:
        pass


def aside(call):
    """On the receiver's own connection."""
    with closing(connection):
        call()
