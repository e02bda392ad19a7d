"""推送记录. The scene: an address that wants changes and leads nowhere, with one push that failed."""

from types import SimpleNamespace

from supervision.actions import create_endpoint
from supervision.models import Push
from tests.factories import NOW
from tests.permission_table.rows import ADMINISTRATOR, AS_IT_IS, OFFICE, Row, get, post

KEEPERS = OFFICE | ADMINISTRATOR

ROWS: tuple[Row, ...] = (
    get("supervision:endpoint_pushes", on="pushing", seen=KEEPERS),
    get("supervision:endpoint_pushes", on="pushing", seen=KEEPERS, query="state=retrying"),
    post("supervision:endpoint_replay", ADMINISTRATOR, {"after": "1", "version": AS_IT_IS}, on="pushing", seen=KEEPERS),
)


def stage(world: SimpleNamespace) -> None:
    """Nothing is sent here: the log's row is made by hand."""
    world.pushing = create_endpoint(
        name="变更系统", url="https://127.0.0.1:9/", template="standard", agency=None, min_level=2, pushes_changes=True,
        by=world.administrator, now=NOW,
    )  # fmt: skip
    Push.objects.create(
        endpoint=world.pushing, round=0, sequence=world.pushing.sent_through + 1, type="task.issued", attempts=1,
        status_code=500, last_error="HTTP 500", first_at=NOW, last_at=NOW,
    )  # fmt: skip
