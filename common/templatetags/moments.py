"""{{ row.created_at|when:as_of }}: a moment as people say it."""

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def when(moment: datetime, now: datetime) -> str:
    """今天 10:31, 11月3日 of the same year, else 2025-11-03."""
    then, today = localtime(moment), localtime(now)
    if then.date() == today.date():
        return _("今天 %(time)s") % {"time": f"{then:%H:%M}"}
    if then.year == today.year:
        return date_format(then, pgettext("day of this year", "n月j日"))
    return f"{then:%Y-%m-%d}"
