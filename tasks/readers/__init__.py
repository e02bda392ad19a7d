from tasks.readers.detail import task_detail
from tasks.readers.plan import agency_rows, pillar_rows, plan_row, safeguard_rows, zone_rows
from tasks.readers.rows import task_rows

__all__ = ["agency_rows", "pillar_rows", "plan_row", "safeguard_rows", "task_detail", "task_rows", "zone_rows"]
