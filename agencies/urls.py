"""Pages of this room."""

from typing import Any

app_name = "agencies"
urlpatterns: list[Any] = []
