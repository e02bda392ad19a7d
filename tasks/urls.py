"""Pages of this room."""

from django.urls import path

from tasks.views.assignments import moves, undo
from tasks.views.bulk import bulk, change, choose, result
from tasks.views.bulk import undo as bulk_undo
from tasks.views.calendar import calendar, preview, publish_year
from tasks.views.deadline import cycle, deadline, standing
from tasks.views.deadline_cell import deadline_cell
from tasks.views.exemptions import exemption_end, exemptions
from tasks.views.extension_writing import edit as extension_edit
from tasks.views.extension_writing import new as extension_new
from tasks.views.extensions import answer, extension, extensions, send, withdraw
from tasks.views.list import task_list
from tasks.views.measure import deliverable, measure
from tasks.views.milestones import milestones
from tasks.views.paste import paste
from tasks.views.plan import plan
from tasks.views.saved_views import columns, view_change, view_delete, view_restore, views
from tasks.views.status import status
from tasks.views.succession import succession
from tasks.views.undo import undo as task_undo
from tasks.views.what_if import what_if

app_name = "tasks"
urlpatterns = [
    path("tasks/", task_list, name="list"),
    path("tasks/columns/", columns, name="columns"),
    path("tasks/views/", views, name="views"),
    path("tasks/views/restore/", view_restore, name="view_restore"),
    path("tasks/views/<int:pk>/", view_change, name="view_change"),
    path("tasks/views/<int:pk>/delete/", view_delete, name="view_delete"),
    path("tasks/<int:number>/deadline/", deadline, name="deadline"),
    path("tasks/<int:number>/undo/", task_undo, name="undo"),
    path("tasks/<int:number>/deadline/cell/", deadline_cell, name="deadline_cell"),
    path("tasks/<int:number>/milestones/", milestones, name="milestones"),
    path("tasks/<int:number>/measures/<int:order>/", measure, name="measure"),
    path("tasks/<int:number>/status/<slug:verb>/", status, name="status"),
    path("tasks/<int:number>/assignments/undo/", undo, name="assignment_undo"),
    path("assignments/moves/", moves, name="assignment_moves"),
    path("agencies/<slug:code>/succession/", succession, name="succession"),
    path("tasks/<int:number>/extension/", extension_new, name="extension_new"),
    path("extensions/", extensions, name="extensions"),
    path("extensions/<int:pk>/", extension, name="extension"),
    path("extensions/<int:pk>/edit/", extension_edit, name="extension_edit"),
    path("extensions/<int:pk>/send/", send, name="extension_send"),
    path("extensions/<int:pk>/withdraw/", withdraw, name="extension_withdraw"),
    path("extensions/<int:pk>/answer/", answer, name="extension_answer"),
    path("bulk/", bulk, name="bulk"),
    path("bulk/new/", choose, name="bulk_choose"),
    path("bulk/paste/", paste, name="bulk_paste"),
    path("bulk/<int:pk>/", result, name="bulk_result"),
    path("bulk/<int:pk>/undo/", bulk_undo, name="bulk_undo"),
    path("bulk/new/<slug:kind>/", change, name="bulk_change"),
    path("tasks/<int:number>/standing/", standing, name="standing"),
    path("tasks/<int:number>/cycle/", cycle, name="cycle"),
    path("tasks/<int:number>/measures/<int:order>/deliverable/", deliverable, name="deliverable"),
    path("tasks/<int:number>/exemptions/", exemptions, name="exemptions"),
    path("tasks/<int:number>/exemptions/<int:pk>/end/", exemption_end, name="exemption_end"),
    path("tasks/<int:number>/what-if/", what_if, name="what_if"),
    path("plan/", plan, name="plan"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/preview/", preview, name="calendar_preview"),
    path("calendar/<int:year>/publish/", publish_year, name="calendar_publish"),
]
