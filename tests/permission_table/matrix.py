"""矩阵: one page for everybody who reads tasks; and the orders of the list of units."""

from tests.permission_table.rows import READERS, Row, get

ROWS: tuple[Row, ...] = (
    get("dashboard:matrix", READERS),
    get("dashboard:matrix", READERS, query="kind=department&light=green&order=load"),
    get("dashboard:matrix", READERS, query="kind=nothing", status=400),
    get("agencies:list", READERS, query="order=red"),
    get("tasks:list", READERS, query="layout=board"),
    get("tasks:list", READERS, query="layout=timeline&scale=year"),
    get("tasks:list", READERS, query="layout=calendar&month=2026-12"),
)
