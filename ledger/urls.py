"""Pages of this room."""

from django.urls import path

from ledger.views import event_list

app_name = "ledger"
urlpatterns = [
    path("ledger/", event_list, name="list"),
]
