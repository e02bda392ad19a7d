"""{% icon "check-lg" %} and {% icon "trash" label=_("删除") %}."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common.icons import ICONS

register = template.Library()

DRAWING = '<svg class="bi" width="1em" height="1em" fill="currentColor" {}><use href="{}"></use></svg>'
HIDDEN = mark_safe('aria-hidden="true"')


@register.simple_tag
def icon(name: str, *, label: str = "") -> SafeString:
    """An icon of the sprite: hidden from screen readers, unless `label` says what it means."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r}; add it to ICONS in common/icons.py.")
    return _draw(name, label)


@cache
def _draw(name: str, label: str) -> SafeString:
    """Drawn once: a list shows the same few icons a hundred times, and asking where the sprite lies is not free."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html(DRAWING, meaning, f"{static('vendor/icons.svg')}#{name}")
