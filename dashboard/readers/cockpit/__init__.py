from dashboard.readers.cockpit.changes import changes, pillar_names, stretches
from dashboard.readers.cockpit.page import cockpit, first_day
from dashboard.readers.cockpit.rows import tasks_then
from dashboard.readers.cockpit.wall import wall

__all__ = ["changes", "cockpit", "first_day", "pillar_names", "stretches", "tasks_then", "wall"]
