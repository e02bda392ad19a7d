"""This room's part of /api/v1/."""

from typing import Any

urlpatterns: list[Any] = []
