from django.apps import AppConfig


class ZonesConfig(AppConfig):
    """片区."""

    name = "zones"
