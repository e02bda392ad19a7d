"""Units that merge or are divided, new units, and the responsibilities that move with them."""

from datetime import date
from types import SimpleNamespace

from agencies.actions import split_agency
from tasks.actions import Move, move_assignments
from tests.factories import NOW, TODAY, AgencyFactory, TaskFactory
from tests.permission_table.rows import ADMINISTRATOR, DIRECTOR, READERS, Row, get, post

NEW_UNIT = {
    "name": "新设单位", "short_name": "新设", "name_en": "New unit", "code": "new-unit", "kind": "department",
    "zone": "", "valid_from": "2026-11-01", "basis": "〔2026〕1号",
}  # fmt: skip
MERGER = {"kind": "merge", "successors": "heir", "effective_on": "2026-11-01", "basis": "〔2026〕2号"}
WAITING = 7_100  # the key that the form's field is named after
MOVES = {f"link-{WAITING}-parting": "heir", "basis": "会议纪要", "on": "2026-11-18", "step": "move"}
PREVIEW = "kind=merge&successors=heir&effective_on=2026-11-01&basis=x"
UNDO = {"reason": "选错单位"}

ROWS: tuple[Row, ...] = (
    get("agencies:new", ADMINISTRATOR),
    post("agencies:new", ADMINISTRATOR, NEW_UNIT),
    get("tasks:succession", ADMINISTRATOR, on="parting", seen=READERS),
    get("tasks:succession", ADMINISTRATOR, on="parting", seen=READERS, query=PREVIEW),
    post("tasks:succession", ADMINISTRATOR, MERGER, on="parting", seen=READERS),
    get("tasks:assignment_moves", DIRECTOR),
    post("tasks:assignment_moves", DIRECTOR, {**MOVES, "step": "preview"}, status=200, changing=frozenset()),
    post("tasks:assignment_moves", DIRECTOR, MOVES, status=200),
    post("tasks:assignment_undo", DIRECTOR, UNDO, on="moved_task", seen=READERS),
)  # fmt: skip


def stage(world: SimpleNamespace) -> None:
    """`parting` goes on after giving duties to `heir`; of its two tasks one has moved already (`moved_task`)."""
    world.parting, world.heir = AgencyFactory(code="parting"), AgencyFactory(code="heir")
    world.waiting_task = TaskFactory(pk=WAITING, number=71, lead=world.parting)
    world.moved_task = TaskFactory(number=72, lead=world.parting)
    told = {"effective_on": date(2026, 10, 1), "basis": "〔2026〕3号", "now": NOW}
    split_agency(predecessor=world.parting, successors=[world.heir], continues=True, by=world.administrator, **told)
    links = [Move(world.moved_task.pk, "parting", "heir")]
    move_assignments(links=links, basis="会议纪要", on=TODAY, by=world.director, now=NOW)
    world.moved_task.refresh_from_db()
