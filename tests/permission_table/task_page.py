"""任务: the parts of its page that are asked for alone, and evidence looked at instead of downloaded."""

from tests.permission_table.rows import LEAD, LEADER, OFFICE, READERS, Row, get

SENT = LEAD | OFFICE | LEADER

ROWS: tuple[Row, ...] = (
    get("dashboard:task", on="task", seen=READERS, query="reports=2&before=5&files=all&cases=all"),
    get("progress:evidence_preview", on="draft_evidence", seen=LEAD),
    get("progress:evidence_preview", on="submitted_evidence", seen=SENT),
)
