"""Pages of this room."""

from typing import Any

app_name = "ledger"
urlpatterns: list[Any] = []
