"""Pages of this room."""

from typing import Any

app_name = "tasks"
urlpatterns: list[Any] = []
