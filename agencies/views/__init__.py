from agencies.views.names import rename
from agencies.views.people import people, person, person_new
from agencies.views.standing import deactivate, reactivate, reset_password

__all__ = ["deactivate", "people", "person", "person_new", "reactivate", "rename", "reset_password"]
