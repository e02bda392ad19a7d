"""Pages of this room."""

from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/", views.message, name="message"),
    path("overdue/", views.overdue, name="overdue"),
]
