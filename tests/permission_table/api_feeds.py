"""The calendar's address, and the numbers for monitoring, which this machine itself may always read."""

from tests.permission_table.rows import ANYONE, READERS, SCOPED, Row, get

ROWS: tuple[Row, ...] = (
    get("api:calendar", READERS | SCOPED["read"]),
    get("metrics", ANYONE),
)
