from tasks.readers.as_of import end_of, task_rows_as_of
from tasks.readers.choices import part_names
from tasks.readers.detail import task_detail
from tasks.readers.overdue import late_rows
from tasks.readers.page import task_page_row
from tasks.readers.plan import agency_rows, pillar_rows, plan_row, safeguard_rows, zone_rows
from tasks.readers.rows import task_rows

__all__ = [
    "agency_rows",
    "end_of",
    "late_rows",
    "part_names",
    "pillar_rows",
    "plan_row",
    "safeguard_rows",
    "task_detail",
    "task_page_row",
    "task_rows",
    "task_rows_as_of",
    "zone_rows",
]
