from tasks.api.base import TasksView
from tasks.api.export import TaskExportView
from tasks.api.extensions import (
    ExtensionListView,
    ExtensionView,
    GrantExtensionView,
    RefuseExtensionView,
    SendExtensionView,
    TaskExtensionsView,
    WithdrawExtensionView,
)
from tasks.api.plan import AgenciesView, PillarsView, PlanView, ZonesView
from tasks.api.receipt import ReceiptView, TaskStatusView
from tasks.api.tasks import TaskListView, TaskView

__all__ = [
    "AgenciesView",
    "ExtensionListView",
    "ExtensionView",
    "GrantExtensionView",
    "PillarsView",
    "PlanView",
    "ReceiptView",
    "RefuseExtensionView",
    "SendExtensionView",
    "TaskExportView",
    "TaskExtensionsView",
    "TaskListView",
    "TaskStatusView",
    "TaskView",
    "TasksView",
    "WithdrawExtensionView",
    "ZonesView",
]
