"""{{ mark.gap|empty_cells }}: the cells of the matrix in which nothing stands, as many at once as there are."""

from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
@cache
def empty_cells(count: int) -> SafeString:
    return mark_safe("<td></td>" * count)  # noqa: S308  markup of our own, times a number
