"""This room's part of /api/v1/."""

from django.urls import path

from supervision.api import OverdueView

urlpatterns = [path("overdue/", OverdueView.as_view(), name="overdue")]
