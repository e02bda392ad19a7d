"""Pages of this room."""

from django.urls import path

from tasks.views.calendar import calendar, publish_year
from tasks.views.deadline import deadline
from tasks.views.list import task_list
from tasks.views.measure import measure
from tasks.views.milestones import milestones
from tasks.views.plan import plan
from tasks.views.status import status

app_name = "tasks"
urlpatterns = [
    path("tasks/", task_list, name="list"),
    path("tasks/<int:number>/deadline/", deadline, name="deadline"),
    path("tasks/<int:number>/milestones/", milestones, name="milestones"),
    path("tasks/<int:number>/measures/<int:order>/", measure, name="measure"),
    path("tasks/<int:number>/status/<slug:verb>/", status, name="status"),
    path("plan/", plan, name="plan"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/<int:year>/publish/", publish_year, name="calendar_publish"),
]
