"""报送情况: open to everybody who may read tasks."""

from tests.permission_table.rows import READERS, Row, get

ROWS: tuple[Row, ...] = (
    get("progress:standing", READERS),
    get("progress:standing", READERS, query="by=zone&only=nanning"),
)
