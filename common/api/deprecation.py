"""Announcing that something of the API will go: the header fields of RFC 9745 (Deprecation) and RFC 8594 (Sunset)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.http import http_date
from django.utils.timezone import get_default_timezone
from rest_framework.response import Response


@dataclass(frozen=True)
class Deprecation:
    """Since when something is not to be used any more, when it goes, and where it is told what to use instead."""

    since: date
    sunset: date
    guide: str

    def mark(self, response: Response) -> None:
        response.headers["Deprecation"] = f"@{_seconds(self.since)}"
        response.headers["Sunset"] = http_date(_seconds(self.sunset))
        response.headers["Link"] = f'<{self.guide}>; rel="deprecation"; type="text/html"'


def _seconds(day: date) -> int:
    """The beginning of the day."""
    return int(datetime.combine(day, time.min, tzinfo=get_default_timezone()).timestamp())
