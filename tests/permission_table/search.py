"""查找, 消息的已读和未读, 撤销. The scene: a task whose deadline was just moved, and one that nobody has touched."""

from datetime import date
from types import SimpleNamespace

from tasks.actions import set_deadline
from tests.factories import NOW, TaskFactory
from tests.permission_table.rows import AS_IT_IS, EVERYBODY, OFFICE, READERS, Row, get, group, post

OWNER = group("lead_reporter")
VERSION = {"version": AS_IT_IS}
NOBODY = group()

ROWS: tuple[Row, ...] = (
    get("dashboard:search", EVERYBODY),
    get("dashboard:search", EVERYBODY, query="q=平台"),
    get("dashboard:search", EVERYBODY, query="q=任务&type=task&page=2"),
    get("dashboard:search", EVERYBODY, query="q=任务&type=pink", status=400),
    get("dashboard:palette", EVERYBODY),
    get("supervision:inbox", READERS, query="show=unread&level=2"),
    get("supervision:inbox", READERS, query="after=nothing", status=400),
    get("supervision:inbox_recent", READERS, status=302),
    get("supervision:inbox_count", READERS),
    post("supervision:message_read", OWNER, on="message", seen=OWNER),
    post("supervision:message_unread", OWNER, on="message", seen=OWNER, changing=NOBODY),  # it is unread
    post("supervision:unread_all", READERS, {"at": NOW.isoformat()}, changing=NOBODY),  # nothing was read then
    post("tasks:undo", OFFICE, VERSION, on="redated", seen=READERS),
    post("tasks:undo", OFFICE, VERSION, on="untouched", seen=READERS, status=409),
)


def stage(world: SimpleNamespace) -> None:
    """One deadline is moved by the office."""
    world.untouched = TaskFactory(number=94, lead=world.lead)
    world.redated = set_deadline(
        task=TaskFactory(number=93, lead=world.lead), start_date=date(2026, 1, 1), due_date=date(2027, 3, 31),
        basis="office", reason="会议决定", by=world.supervisor, now=NOW,
    )  # fmt: skip
