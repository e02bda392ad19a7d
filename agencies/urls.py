"""Pages of this room. The list of units and a unit's page show tasks too: their views stand in the dashboard."""

from django.urls import path

from agencies import views

app_name = "agencies"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/deactivate/", views.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", views.reactivate, name="person_reactivate"),
    path("people/<int:pk>/password/", views.reset_password, name="person_password"),
    path("preferences/", views.preferences, name="preferences"),
    path("leave/", views.leave, name="leave"),
    path("leave/<int:pk>/cancel/", views.leave_cancel, name="leave_cancel"),
    path("agencies/new/", views.unit_new, name="new"),
    path("agencies/<slug:code>/rename/", views.rename, name="rename"),
]
