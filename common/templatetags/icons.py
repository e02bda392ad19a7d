"""{% icon "check-lg" %} and {% icon "trash" label=_("删除") %}."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.icons import ICONS

register = template.Library()


@register.simple_tag
def icon(name: str, *, label: str = "") -> SafeString:
    """An icon of the sprite: hidden from screen readers, unless `label` says what it means."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"There is no icon {name!r}; add it to ICONS in common/icons.py.")
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="bi" width="1em" height="1em" fill="currentColor" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return format_html('<svg class="bi" width="1em" height="1em" fill="currentColor" aria-hidden="true"><use href="{}"></use></svg>', address)
