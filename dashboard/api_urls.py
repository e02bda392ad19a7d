"""This room's part of /api/v1/."""

from django.urls import path

from dashboard.api import CalendarView

urlpatterns = [path("calendar.ics", CalendarView.as_view(), name="calendar")]
