"""The calendar as a file (RFC 5545)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vDuration, vUri

Row = dict[str, Any]
REFRESH = timedelta(hours=6)
PRODUCT = "-//gxftz//calendar 1.0//ZH"


def calendar_file(feed: Row) -> bytes:
    """Days without a time, transparent: a limit does not make anybody busy. An entry keeps its UID when it moves."""
    calendar = Calendar()
    for name, value in {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH"}.items():
        calendar.add(name, value)
    calendar.add("x-wr-calname", feed["name"])
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in feed["entries"]:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Row) -> Event:
    event = Event()
    event.add("uid", f"{entry['uid']}@{settings.SITE_HOST}")
    event.add("dtstart", entry["on"])
    event.add("dtstamp", entry["changed"])
    event.add("last-modified", entry["changed"])
    event.add("sequence", entry["sequence"])
    event.add("summary", entry["summary"])
    event.add("description", "\n".join(entry["lines"]))
    event.add("categories", [entry["category"]])
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    event["url"] = vUri(settings.SITE_URL + _address(entry))
    return event


def _address(entry: Row) -> str:
    if entry["number"]:
        return reverse("dashboard:task", args=[entry["number"]])
    return f"{reverse('progress:standing')}?period={entry['period']}"
