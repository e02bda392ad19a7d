"""驾驶舱: as of a past day, what changed, the 台账 of a past day, and the wall."""

from tests.permission_table.rows import READERS, Row, get

ROWS: tuple[Row, ...] = (
    get("dashboard:cockpit", READERS, query="attention=silent"),
    get("dashboard:cockpit", READERS, query="on=2027-01-01", status=400),
    get("dashboard:cockpit_changes", READERS),
    get("dashboard:cockpit_changes", READERS, query="from=2026-11-18&to=2026-11-18", status=400),
    get("dashboard:cockpit_tasks", READERS),
    get("dashboard:cockpit_wall", READERS),
)
