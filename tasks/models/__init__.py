from tasks.models.calendar import CalendarDay, CalendarYear
from tasks.models.parts import Deliverable, Measure, MeasureStatus, Milestone
from tasks.models.plan import Goal, Pillar, Plan, Safeguard
from tasks.models.task import Assignment, DueBasis, Result, Task, TaskQuerySet

__all__ = [
    "Assignment",
    "CalendarDay",
    "CalendarYear",
    "Deliverable",
    "DueBasis",
    "Goal",
    "Measure",
    "MeasureStatus",
    "Milestone",
    "Pillar",
    "Plan",
    "Result",
    "Safeguard",
    "Task",
    "TaskQuerySet",
]
