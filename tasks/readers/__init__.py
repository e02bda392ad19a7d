from tasks.readers.as_of import end_of, task_rows_as_of
from tasks.readers.as_of_detail import task_detail_as_of
from tasks.readers.assignments import waiting_groups
from tasks.readers.bulk import bulk_results, bulk_rows
from tasks.readers.changes import (
    changes_of_others,
    changes_open_to,
    reassignment_requests,
    refusal_until,
    unmet_condition,
)
from tasks.readers.choices import part_names
from tasks.readers.detail import task_detail
from tasks.readers.duties import owed_at_close, row_owes, rows_owing_as_of, task_rows_owing
from tasks.readers.exemptions import exemption_rows
from tasks.readers.extensions import extension_lists, extension_obstacle, extension_policy, extension_rows
from tasks.readers.listing import list_rows
from tasks.readers.overdue import late_rows
from tasks.readers.page import task_page_row
from tasks.readers.plan import agency_rows, pillar_rows, plan_row, safeguard_rows, zone_rows
from tasks.readers.policy import policy_rows, preview_lights
from tasks.readers.rows import task_rows
from tasks.readers.saved_views import saved_view_rows
from tasks.readers.what_if import what_if

__all__ = [
    "agency_rows",
    "bulk_results",
    "bulk_rows",
    "changes_of_others",
    "changes_open_to",
    "end_of",
    "exemption_rows",
    "extension_lists",
    "extension_obstacle",
    "extension_policy",
    "extension_rows",
    "late_rows",
    "list_rows",
    "owed_at_close",
    "part_names",
    "pillar_rows",
    "plan_row",
    "policy_rows",
    "preview_lights",
    "reassignment_requests",
    "refusal_until",
    "row_owes",
    "rows_owing_as_of",
    "safeguard_rows",
    "saved_view_rows",
    "task_detail",
    "task_detail_as_of",
    "task_page_row",
    "task_rows",
    "task_rows_as_of",
    "task_rows_owing",
    "unmet_condition",
    "waiting_groups",
    "what_if",
    "zone_rows",
]
