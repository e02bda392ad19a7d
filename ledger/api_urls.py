"""This room's part of /api/v1/."""

from django.urls import path

from ledger.api import ChangesView

urlpatterns = [path("changes/", ChangesView.as_view(), name="changes")]
