from dashboard.readers.cockpit import cockpit
from dashboard.readers.home import home

__all__ = ["cockpit", "home"]
