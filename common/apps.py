from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Plumbing that knows nothing of tasks."""

    name = "common"
