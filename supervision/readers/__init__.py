from supervision.readers.bulletins import bulletin_items, due_bulletin
from supervision.readers.clocks import Gathered, gather_clocks
from supervision.readers.inbox import by_task, message_rows, unread_count
from supervision.readers.overdue import levels_reached, overdue_list, overdue_rows
from supervision.readers.planning import DayPlan, Planned, plan_deliveries, timing, why_not
from supervision.readers.rehearsal import rehearsal_rows

__all__ = [
    "DayPlan",
    "Gathered",
    "Planned",
    "bulletin_items",
    "by_task",
    "due_bulletin",
    "gather_clocks",
    "levels_reached",
    "message_rows",
    "overdue_list",
    "overdue_rows",
    "plan_deliveries",
    "rehearsal_rows",
    "timing",
    "unread_count",
    "why_not",
]
