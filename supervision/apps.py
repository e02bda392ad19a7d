from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """督办."""

    name = "supervision"
