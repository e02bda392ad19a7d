"""亮灯: what a percent would do, exemptions, and what a change of the calendar would move."""

from datetime import timedelta
from types import SimpleNamespace

from tasks.actions import grant_exemption
from tests.factories import NOW, TODAY, TaskFactory
from tests.permission_table.rows import (
    ADMINISTRATOR,
    DIRECTOR,
    LEAD,
    OFFICE,
    OUTSIDER,
    READERS,
    Row,
    get,
    post,
)

KEEPERS = OFFICE | ADMINISTRATOR
EXEMPTION = {"reason": "等待批复", "basis": "会议纪要〔2026〕3号", "starts_on": "2026-11-18", "ends_on": "2026-12-20"}

ROWS: tuple[Row, ...] = (
    get("tasks:what_if", LEAD | OFFICE, on="task", seen=READERS, query="percent=55"),
    get("tasks:what_if", LEAD | OFFICE, on="task", seen=READERS, query="percent=101", status=400),
    get("tasks:what_if", OUTSIDER | OFFICE, on="other_task", seen=READERS, query="percent=55"),
    get("tasks:exemptions", on="task", seen=READERS),
    post("tasks:exemptions", DIRECTOR, EXEMPTION, on="task", seen=READERS),
    post("tasks:exemptions", DIRECTOR, EXEMPTION, on="closed", seen=READERS, status=409),
    post("tasks:exemption_end", DIRECTOR, {"reason": "已获批复"}, on="exemption", seen=READERS),
    get("tasks:calendar_preview", KEEPERS, query="day=2026-12-05&kind=workday&name=调休"),
)


def stage(world: SimpleNamespace) -> None:
    """An exemption that stands, on a task of its own."""
    task = TaskFactory(number=91, lead=world.lead)
    exemption = grant_exemption(
        task=task, reason="等待批复", basis="会议纪要", starts_on=TODAY, ends_on=TODAY + timedelta(days=30),
        by=world.director, now=NOW,
    )  # fmt: skip
    world.exemption = {"number": task.number, "pk": exemption.pk}
