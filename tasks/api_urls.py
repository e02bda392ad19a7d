"""This room's part of /api/v1/."""

from django.urls import path

from tasks import api

urlpatterns = [
    path("plan/", api.PlanView.as_view(), name="plan"),
    path("pillars/", api.PillarsView.as_view(), name="pillars"),
    path("zones/", api.ZonesView.as_view(), name="zones"),
    path("agencies/", api.AgenciesView.as_view(), name="agencies"),
    path("tasks/", api.TaskListView.as_view(), name="tasks"),
    path("tasks/<int:number>/", api.TaskView.as_view(), name="task"),
]
