"""Pages of this room."""

from django.urls import path

from dashboard.views import cockpit, home
from dashboard.views.agencies import agency_detail, agency_list
from dashboard.views.help import help_topic, help_topics
from dashboard.views.matrix import responsibility_matrix
from dashboard.views.palette import palette
from dashboard.views.search import search_page
from dashboard.views.start import start, start_mail
from dashboard.views.styleguide import styleguide
from dashboard.views.task import task

app_name = "dashboard"
urlpatterns = [
    path("", home.my_work, name="home"),
    path("cockpit/", cockpit.overview, name="cockpit"),
    path("cockpit/changes/", cockpit.changes, name="cockpit_changes"),
    path("cockpit/tasks/", cockpit.tasks_then, name="cockpit_tasks"),
    path("cockpit/wall/", cockpit.wall, name="cockpit_wall"),
    path("matrix/", responsibility_matrix, name="matrix"),
    path("tasks/<int:number>/", task, name="task"),
    path("start/", start, name="start"),
    path("start/mail/", start_mail, name="start_mail"),
    path("help/", help_topics, name="help"),
    path("help/<slug:topic>/", help_topic, name="help_topic"),
    path("styleguide/", styleguide, name="styleguide"),
    path("search/", search_page, name="search"),
    path("palette/", palette, name="palette"),
]

# Units' pages show tasks too, so their views stand here; gxftz/urls.py gives them the names of the agencies' room.
agency_patterns = [
    path("agencies/", agency_list, name="list"),
    path("agencies/<slug:code>/", agency_detail, name="detail"),
]
