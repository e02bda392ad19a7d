"""Who may see the pages that help to set the system up."""

from agencies.models import User


def can_see_start(user: User) -> bool:
    """The administrator and the office, who set the system up together."""
    return user.is_active and (user.manages_people or user.is_office)


def can_test_mail(user: User) -> bool:
    """The administrator, who enters the addresses."""
    return user.manages_people


def can_see_styleguide(user: User) -> bool:
    """Staff: the administrator and the office."""
    return can_see_start(user)
