"""{{ report.period|period }}: a period's code in the reader's words."""

from django import template

from tasks.periods import period_label

register = template.Library()


@register.filter
def period(code: str) -> str:
    """2026年11月 for 2026M11; nothing for a report that belongs to none."""
    return period_label(code) if code else ""
