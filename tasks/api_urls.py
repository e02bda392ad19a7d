"""This room's part of /api/v1/."""

from django.urls import path

from tasks import api

urlpatterns = [
    path("plan/", api.PlanView.as_view(), name="plan"),
    path("pillars/", api.PillarsView.as_view(), name="pillars"),
    path("zones/", api.ZonesView.as_view(), name="zones"),
    path("agencies/", api.AgenciesView.as_view(), name="agencies"),
    path("tasks/", api.TaskListView.as_view(), name="tasks"),
    path("tasks/export/", api.TaskExportView.as_view(), name="tasks_export"),
    path("tasks/<int:number>/", api.TaskView.as_view(), name="task"),
    path("tasks/<int:number>/receipt/", api.ReceiptView.as_view(), name="task_receipt"),
    path("tasks/<int:number>/status/", api.TaskStatusView.as_view(), name="task_status"),
    path("tasks/<int:number>/extensions/", api.TaskExtensionsView.as_view(), name="task_extensions"),
    path("extensions/", api.ExtensionListView.as_view(), name="extensions"),
    path("extensions/<int:pk>/", api.ExtensionView.as_view(), name="extension"),
    path("extensions/<int:pk>/send/", api.SendExtensionView.as_view(), name="extension_send"),
    path("extensions/<int:pk>/withdraw/", api.WithdrawExtensionView.as_view(), name="extension_withdraw"),
    path("extensions/<int:pk>/grant/", api.GrantExtensionView.as_view(), name="extension_grant"),
    path("extensions/<int:pk>/refuse/", api.RefuseExtensionView.as_view(), name="extension_refuse"),
]
