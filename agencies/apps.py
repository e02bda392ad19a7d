from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """单位与人员."""

    name = "agencies"
