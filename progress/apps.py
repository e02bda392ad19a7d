from django.apps import AppConfig


class ProgressConfig(AppConfig):
    """进展报送."""

    name = "progress"
