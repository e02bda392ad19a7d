"""This room's part of /api/v1/."""

from django.urls import path

from ledger.api import ChangesExportView, ChangesView

urlpatterns = [
    path("changes/", ChangesView.as_view(), name="changes"),
    path("changes/export/", ChangesExportView.as_view(), name="changes_export"),
]
