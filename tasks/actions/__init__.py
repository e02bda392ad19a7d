from tasks.actions.assignments import Move, MoveResult, move_assignments, undo_move
from tasks.actions.bulk import change_many, preview_many, undo_many
from tasks.actions.calendar import set_calendar_day
from tasks.actions.calendar_years import publish_calendar_year
from tasks.actions.deadlines import (
    MilestoneInput,
    restore_deadline,
    set_cycle,
    set_deadline,
    set_milestones,
    set_standing,
)
from tasks.actions.demonstration import mark_demo
from tasks.actions.exemptions import end_exemption, grant_exemption
from tasks.actions.expected import expect_report
from tasks.actions.extensions import (
    ExtensionInput,
    draft_extension,
    grant_extension,
    refuse_extension,
    save_extension,
    send_extension,
    withdraw_extension,
)
from tasks.actions.lights import close_quarters, refresh_light, refresh_lights
from tasks.actions.measures import set_deliverable, set_measure_status
from tasks.actions.paste import Entry, PasteRefusedError, paste_many, preview_paste
from tasks.actions.policy import save_policy
from tasks.actions.progress import record_progress
from tasks.actions.rows import lock_task
from tasks.actions.saved_views import change_view, delete_view, save_view
from tasks.actions.status import change_status, make_change
from tasks.actions.undoing import NothingToUndoError, undo_last_change

__all__ = [
    "Entry",
    "ExtensionInput",
    "MilestoneInput",
    "Move",
    "MoveResult",
    "NothingToUndoError",
    "PasteRefusedError",
    "change_many",
    "change_status",
    "change_view",
    "close_quarters",
    "delete_view",
    "draft_extension",
    "end_exemption",
    "expect_report",
    "grant_exemption",
    "grant_extension",
    "lock_task",
    "make_change",
    "mark_demo",
    "move_assignments",
    "paste_many",
    "preview_many",
    "preview_paste",
    "publish_calendar_year",
    "record_progress",
    "refresh_light",
    "refresh_lights",
    "refuse_extension",
    "restore_deadline",
    "save_extension",
    "save_policy",
    "save_view",
    "send_extension",
    "set_calendar_day",
    "set_cycle",
    "set_deadline",
    "set_deliverable",
    "set_measure_status",
    "set_milestones",
    "set_standing",
    "undo_last_change",
    "undo_many",
    "undo_move",
    "withdraw_extension",
]
