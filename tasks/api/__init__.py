from tasks.api.base import TasksView
from tasks.api.plan import AgenciesView, PillarsView, PlanView, ZonesView
from tasks.api.tasks import TaskListView, TaskView

__all__ = ["AgenciesView", "PillarsView", "PlanView", "TaskListView", "TaskView", "TasksView", "ZonesView"]
