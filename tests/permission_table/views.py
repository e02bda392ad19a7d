"""台账: views that people keep, their columns, dates changed in the list, and rows pasted from a sheet."""

import hashlib
from types import SimpleNamespace

from tasks.actions import save_view
from tests.factories import NOW, TaskFactory
from tests.permission_table.rows import (
    OFFICE,
    READERS,
    SUPERVISOR,
    Row,
    get,
    group,
    post,
)

PASTED_TASK = 961
TEXT = f"序号\t时限\n{PASTED_TASK}\t2027-03-31"
PASTE = {"text": TEXT, "basis": "office", "reason": "统一调整"}
PREVIEWED = hashlib.sha256(repr([PASTE[name] for name in ("text", "basis", "reason")]).encode()).hexdigest()
CONFIRMED = {**PASTE, "confirm": "1", "previewed": PREVIEWED, "versions": f"{PASTED_TASK}:1"}
VIEW = {"name": "红灯和黄灯", "query": "light=red,yellow"}
OWNER = group("lead_reporter")

ROWS: tuple[Row, ...] = (
    get("tasks:views", READERS),
    post("tasks:views", READERS, VIEW),
    post("tasks:views", OFFICE, {**VIEW, "is_shared": "on"}),
    post("tasks:view_change", OWNER, {"name": "新名称"}, on="own_view", seen=OWNER),
    post("tasks:view_change", SUPERVISOR, {"name": "新名称", "is_shared": "on"}, on="shared_view", seen=READERS),
    post("tasks:view_delete", OWNER, on="own_view", seen=OWNER),
    post("tasks:view_delete", SUPERVISOR, on="shared_view", seen=READERS),
    post("tasks:view_restore", READERS, {"kept": "forged"}, changing=group()),
    post("tasks:columns", READERS, {"columns": "due", "keep": "1"}),
    post("tasks:columns", READERS, {"columns": "due"}, changing=group()),
    # Without htmx the form is the deadline's own page.
    get("tasks:deadline_cell", OFFICE, on="task", seen=READERS, status=302),
    post("tasks:deadline_cell", OFFICE, on="task", seen=READERS, changing=group()),
    get("tasks:bulk_paste", OFFICE),
    post("tasks:bulk_paste", OFFICE, PASTE, status=200, changing=group()),
    post("tasks:bulk_paste", OFFICE, CONFIRMED),
)


def stage(world: SimpleNamespace) -> None:
    """A view of one person's own, one that the office shares, and a task to be pasted upon."""
    world.own_view = save_view(name="我的", query="light=red", by=world.lead_reporter, now=NOW)
    world.shared_view = save_view(name="办公室", query="status=ongoing", is_shared=True, by=world.supervisor, now=NOW)
    TaskFactory(number=PASTED_TASK, lead=world.lead)
