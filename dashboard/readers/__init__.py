from dashboard.readers.home import home

__all__ = ["home"]
