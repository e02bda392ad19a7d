"""送达、推送地址、离岗代办. The scene: a dead delivery, an address that leads nowhere, an absence in the lead unit."""

from datetime import timedelta
from types import SimpleNamespace

from agencies.actions import set_leave
from supervision.actions import create_endpoint
from supervision.models import Delivery
from tests.factories import NOW
from tests.permission_table.rows import (
    ADMINISTRATOR,
    AS_IT_IS,
    LEAD,
    LEADER,
    OFFICE,
    READERS,
    Row,
    get,
    post,
)

KEEPERS = OFFICE | ADMINISTRATOR
ABSENCE = {
    "user": "lead_reporter", "delegate": "lead_approver", "starts_on": "2026-12-01", "ends_on": "2026-12-04",
}  # fmt: skip
VERSION = {"version": AS_IT_IS}
ADDRESS = {
    **VERSION, "name": "另一个系统", "url": "https://hooks.example.cn/b", "template": "standard", "agency": "",
    "min_level": "2",
}  # fmt: skip

ROWS: tuple[Row, ...] = (
    # -- 送达情况 --------------------------------------------------------------------------------------------------
    get("supervision:deliveries", OFFICE),
    get("supervision:deliveries", OFFICE, query="state=dead"),
    get("supervision:delivery", on="dead_delivery", seen=OFFICE),
    post("supervision:delivery_retry", OFFICE, on="dead_delivery", seen=OFFICE),
    post("supervision:deliveries_retry", OFFICE),
    # -- 推送地址 --------------------------------------------------------------------------------------------------
    get("supervision:endpoints", KEEPERS),
    get("supervision:endpoint_new", ADMINISTRATOR),
    post("supervision:endpoint_new", ADMINISTRATOR, {**ADDRESS, "version": ""}, status=200),
    get("supervision:endpoint", ADMINISTRATOR, on="endpoint", seen=KEEPERS),
    post("supervision:endpoint", ADMINISTRATOR, ADDRESS, on="endpoint", seen=KEEPERS),
    post("supervision:endpoint_rotate", ADMINISTRATOR, VERSION, on="endpoint", seen=KEEPERS, status=200),
    post("supervision:endpoint_retire", ADMINISTRATOR, VERSION, on="endpoint", seen=KEEPERS),
    post("supervision:endpoint_test", ADMINISTRATOR, on="endpoint", seen=KEEPERS),
    # -- 离岗代办 --------------------------------------------------------------------------------------------------
    get("agencies:leave", READERS),
    post("agencies:leave", LEAD | ADMINISTRATOR, ABSENCE, seen=LEAD | KEEPERS | LEADER),
    post("agencies:leave_cancel", LEAD | ADMINISTRATOR, on="absence", seen=LEAD | KEEPERS | LEADER),
)


def stage(world: SimpleNamespace) -> None:
    """To be called when the messages of the scene have gone out."""
    world.dead_delivery = Delivery.objects.filter(channel="mail").order_by("pk").first()
    Delivery.objects.filter(pk=world.dead_delivery.pk).update(
        done_at=None, suppressed_at=None, suppressed_reason="", dead_at=NOW, attempts=5, last_error="550", digest=None
    )
    world.dead_delivery.refresh_from_db()
    world.endpoint = create_endpoint(
        name="系统", url="https://127.0.0.1:9/", template="standard", agency=None, min_level=2,
        by=world.administrator, now=NOW,
    )  # fmt: skip
    world.absence = set_leave(
        user=world.lead_reporter, delegate=world.lead_approver, starts_on=NOW.date() + timedelta(days=30),
        ends_on=NOW.date() + timedelta(days=40), by=world.lead_reporter, now=NOW,
    )  # fmt: skip
