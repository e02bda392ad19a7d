"""Working days by counting from one to the next: slow, simple, and knowing nothing of common/workdays.py."""

from datetime import date, timedelta

import yaml
from django.conf import settings

DAY = timedelta(days=1)


class Days:
    """The calendar of the fixtures; where a year stands in none of them, Monday to Friday."""

    def __init__(self):
        path = settings.BASE_DIR / "fixtures" / "calendar.yaml"
        years = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.off = {_date(day["date"]) for year in years for day in year.get("holidays", ())}
        self.on = {_date(day["date"]) for year in years for day in year.get("workdays", ())}

    def works(self, day):
        if day in self.on:
            return True
        return day.isoweekday() <= 5 and day not in self.off

    def moved(self, day):
        """The day itself, or the first worked day after it."""
        while not self.works(day):
            day += DAY
        return day

    def later(self, day, count):
        """The worked day so many after it."""
        return self._walk(day, count, DAY)

    def earlier(self, day, count):
        """The worked day so many before it."""
        return self._walk(day, count, -DAY)

    def _walk(self, day, count, step):
        while count:
            day += step
            count -= self.works(day)
        return day


def _date(value):
    return value if isinstance(value, date) else date.fromisoformat(value)
