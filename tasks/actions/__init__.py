from tasks.actions.calendar import set_calendar_day
from tasks.actions.calendar_years import publish_calendar_year
from tasks.actions.deadlines import MilestoneInput, set_deadline, set_milestones
from tasks.actions.demonstration import mark_demo
from tasks.actions.lights import refresh_light, refresh_lights
from tasks.actions.measures import set_measure_status
from tasks.actions.progress import record_progress
from tasks.actions.rows import lock_task
from tasks.actions.status import change_status, unmet_condition

__all__ = [
    "MilestoneInput",
    "change_status",
    "lock_task",
    "mark_demo",
    "publish_calendar_year",
    "record_progress",
    "refresh_light",
    "refresh_lights",
    "set_calendar_day",
    "set_deadline",
    "set_measure_status",
    "set_milestones",
    "unmet_condition",
]
