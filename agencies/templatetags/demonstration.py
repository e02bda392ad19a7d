"""{% demo_accounts as accounts %}: who can be tried out, on an installation with demonstration data."""

from django import template
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import F

from agencies.models import User, UserQuerySet

register = template.Library()


@register.simple_tag
def demo_accounts() -> UserQuerySet:
    """Demonstration accounts that can log in, units, office, others; empty on a real installation."""
    people = User.objects.people().serving().filter(is_demo=True).select_related("agency")
    can_log_in = people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return can_log_in.order_by(F("agency__order").asc(nulls_last=True), "-role", "username")
