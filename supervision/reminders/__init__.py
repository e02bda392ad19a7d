"""提醒与督办 as pure functions: facts → clocks → steps. No database, no clock on the wall."""

from supervision.reminders.bulletins import bulletin_date, named_on
from supervision.reminders.clock import (
    KIND_ANSWER,
    KIND_BULLETIN,
    KIND_DUE,
    KIND_RECEIPT,
    KIND_REPORT,
    Clock,
    Mark,
)
from supervision.reminders.facts import (
    Facts,
    IssuedBulletin,
    Rules,
    Staff,
    TaskFacts,
    Waiting,
    clocks_of,
    due_key,
    latest_days,
    report_key,
)
from supervision.reminders.ladder import MISSED_REASONS, Step, plan, schedule
from supervision.reminders.policy import (
    BULLETIN_LEVEL,
    NEAR_LEVEL,
    OPEN_LEVEL,
    SUPERVISE_LEVEL,
    URGE_LEVEL,
    ReminderPolicy,
)

__all__ = [
    "BULLETIN_LEVEL",
    "KIND_ANSWER",
    "KIND_BULLETIN",
    "KIND_DUE",
    "KIND_RECEIPT",
    "KIND_REPORT",
    "MISSED_REASONS",
    "NEAR_LEVEL",
    "OPEN_LEVEL",
    "SUPERVISE_LEVEL",
    "URGE_LEVEL",
    "Clock",
    "Facts",
    "IssuedBulletin",
    "Mark",
    "ReminderPolicy",
    "Rules",
    "Staff",
    "Step",
    "TaskFacts",
    "Waiting",
    "bulletin_date",
    "clocks_of",
    "due_key",
    "latest_days",
    "named_on",
    "plan",
    "report_key",
    "schedule",
]
