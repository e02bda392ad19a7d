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
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.token_new, name="token_new"),
    path("tokens/calendar/", views.token_calendar, name="token_calendar"),
    path("tokens/<slug:token_key>/", views.token, name="token"),
    path("tokens/<slug:token_key>/rotate/", views.token_rotate, name="token_rotate"),
    path("tokens/<slug:token_key>/revoke/", views.token_revoke, name="token_revoke"),
    path("agencies/new/", views.unit_new, name="new"),
    path("agencies/<slug:code>/rename/", views.rename, name="rename"),
]
