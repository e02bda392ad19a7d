"""Lists as whole files: who may read a list may take it along, and nobody else."""

from tests.permission_table.rows import CHANGES, EVERYBODY, READERS, SCOPED, Row, get

READ = READERS | SCOPED["read"]
FORMATS = ("json", "ndjson", "csv")

ROWS: tuple[Row, ...] = (
    *(get("api:tasks_export", READ, query=f"format={form}") for form in FORMATS),
    get("api:tasks_export", READ, query="format=csv&as_of=2026-11-18"),
    *(get("api:reports_export", READ, query=f"format={form}") for form in FORMATS),
    *(get("api:summary_export", READ, query=f"by=light&format={form}") for form in FORMATS),
    get("api:changes_export", EVERYBODY | CHANGES, query="format=ndjson", scope="changes"),
    get("api:changes_export", EVERYBODY | CHANGES, scope="changes"),
)
