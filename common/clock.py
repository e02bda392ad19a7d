"""The only place that asks what time it is; everything below the edge is told."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in the project's time zone (Asia/Shanghai)."""
    return timezone.localtime()


def today() -> date:
    """The day it is in Asia/Shanghai, never the UTC date."""
    return timezone.localdate()
