from supervision.readers.bulletins import bulletin_items, due_bulletin
from supervision.readers.clocks import Gathered, gather_clocks
from supervision.readers.feedback import feedback_rows, frame_counts
from supervision.readers.inbox import by_task, inbox_page, message_rows, recent_unread, unread_count
from supervision.readers.overdue import levels_reached, overdue_list, overdue_rows, overdue_version
from supervision.readers.planning import DayPlan, Planned, plan_deliveries, timing, why_not
from supervision.readers.rehearsal import rehearsal_rows

__all__ = [
    "DayPlan",
    "Gathered",
    "Planned",
    "bulletin_items",
    "by_task",
    "due_bulletin",
    "feedback_rows",
    "frame_counts",
    "gather_clocks",
    "inbox_page",
    "levels_reached",
    "message_rows",
    "overdue_list",
    "overdue_rows",
    "overdue_version",
    "plan_deliveries",
    "recent_unread",
    "rehearsal_rows",
    "timing",
    "unread_count",
    "why_not",
]
