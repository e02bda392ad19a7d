from tasks.models.bulk import BulkChange
from tasks.models.calendar import CalendarDay, CalendarYear
from tasks.models.exemption import Exemption, ExemptionQuerySet
from tasks.models.extension import Extension, ExtensionQuerySet
from tasks.models.parts import Deliverable, Measure, MeasureStatus, Milestone
from tasks.models.plan import Goal, Pillar, Plan, Safeguard
from tasks.models.policy import PolicyVersion, PolicyVersionQuerySet
from tasks.models.quarter_light import QuarterLight
from tasks.models.saved_view import SavedView, SavedViewQuerySet
from tasks.models.task import Assignment, DueBasis, Result, Task, TaskQuerySet

__all__ = [
    "Assignment",
    "BulkChange",
    "CalendarDay",
    "CalendarYear",
    "Deliverable",
    "DueBasis",
    "Exemption",
    "ExemptionQuerySet",
    "Extension",
    "ExtensionQuerySet",
    "Goal",
    "Measure",
    "MeasureStatus",
    "Milestone",
    "Pillar",
    "Plan",
    "PolicyVersion",
    "PolicyVersionQuerySet",
    "QuarterLight",
    "Result",
    "Safeguard",
    "SavedView",
    "SavedViewQuerySet",
    "Task",
    "TaskQuerySet",
]
