from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """我的工作、驾驶舱等首先看到的页面，只读."""

    name = "dashboard"
