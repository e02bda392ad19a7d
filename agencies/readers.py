from typing import Any

from django.db.models import F, Q

from agencies.models import AgencyName, User, UserQuerySet


def find_people(
    people: UserQuerySet, *, q: str = "", agency: Any = None, role: str = "", state: str = ""
) -> UserQuerySet:
    """The people of an already scoped queryset that a filter asks for; those who left only on request."""
    if state != "all":
        people = people.filter(is_active=state != "left")
    if agency is not None:
        people = people.filter(agency=agency)
    if role:
        people = people.filter(role=role)
    for word in q.split():
        people = people.filter(
            Q(name__icontains=word) | Q(username__icontains=word) | Q(phone__contains=word) | Q(email__icontains=word)
        )
    return people


def people_list(people: UserQuerySet) -> UserQuerySet:
    """The same with each one's unit, unit by unit in the plan's order, those without one last."""
    return people.select_related("agency").order_by(F("agency__order").asc(nulls_last=True), "username")


def name_history(code: str) -> list[AgencyName]:
    """A unit's names, the newest first."""
    return list(AgencyName.objects.filter(agency=code).order_by("-valid_from"))


def staff_of(people: UserQuerySet, code: str) -> list[User]:
    """The serving people of a unit, as far as the already scoped queryset shows them."""
    return list(people.serving().filter(agency=code).order_by("role", "username"))
