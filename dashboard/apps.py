from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """总览，只读."""

    name = "dashboard"
