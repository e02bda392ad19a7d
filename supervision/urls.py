"""Pages of this room."""

from typing import Any

app_name = "supervision"
urlpatterns: list[Any] = []
