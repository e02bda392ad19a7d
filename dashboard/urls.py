"""Pages of this room."""

from django.urls import path

from dashboard.views import cockpit, home
from dashboard.views.agencies import agency_detail, agency_list
from dashboard.views.task import task

app_name = "dashboard"
urlpatterns = [
    path("", home.my_work, name="home"),
    path("cockpit/", cockpit.overview, name="cockpit"),
    path("tasks/<int:number>/", task, name="task"),
]

# Units' pages show tasks too, so their views stand here; gxftz/urls.py gives them the names of the agencies' room.
agency_patterns = [
    path("agencies/", agency_list, name="list"),
    path("agencies/<slug:code>/", agency_detail, name="detail"),
]
